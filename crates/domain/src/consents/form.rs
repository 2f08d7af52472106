//! What a signed form may come as.

/// Most bytes of a form: a page that was photographed with a phone.
pub const FORM_BYTES_MAX: usize = 8 * 1024 * 1024;

/// The format of a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormFormat {
    /// A document.
    Pdf,
    /// A photograph.
    Jpeg,
    /// A picture.
    Png,
}

impl FormFormat {
    /// All formats.
    pub const ALL: [Self; 3] = [Self::Pdf, Self::Jpeg, Self::Png];

    /// The format that the first bytes tell. What the sender calls it counts for nothing.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|format| bytes.starts_with(format.magic()))
    }

    /// What every file of the format begins with: ISO 32000-1, 7.5.2; ITU-T T.81, B.1.1.3; PNG, 5.2.
    fn magic(self) -> &'static [u8] {
        match self {
            Self::Pdf => b"%PDF-",
            Self::Jpeg => &[0xff, 0xd8, 0xff],
            Self::Png => &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a],
        }
    }

    /// Its media type, which is also its name in the database.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// How names of such files end.
    #[must_use]
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_by_what_a_file_begins_with() {
        assert_eq!(FormFormat::of(b"%PDF-1.7\n"), Some(FormFormat::Pdf));
        assert_eq!(
            FormFormat::of(&[0xff, 0xd8, 0xff, 0xe0]),
            Some(FormFormat::Jpeg)
        );
        assert_eq!(
            FormFormat::of(b"\x89PNG\r\n\x1a\n\0"),
            Some(FormFormat::Png)
        );
        for other in [&b""[..], b"%PDF", b"<svg", b"<!DOCTYPE html>", b"GIF89a"] {
            assert_eq!(FormFormat::of(other), None);
        }
    }
}
