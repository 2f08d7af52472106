//! A signed form as a picture. It is a stranger's file: it is shown as a picture or not at all, by its first bytes
//! and not by what it says of itself, and the content security policy lets a picture do nothing but be seen.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The media type of a picture that browsers show, by its first bytes.
pub fn picture_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Some("image/jpeg")
    } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some("image/png")
    } else {
        None
    }
}

/// The address of a picture that holds all of it; none of what is no picture.
pub fn picture_address(bytes: &[u8]) -> Option<String> {
    Some(format!(
        "data:{};base64,{}",
        picture_type(bytes)?,
        base64(bytes)
    ))
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let at = |place: usize| u32::from(three.get(place).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4_usize {
            // Six bits are less than 64.
            let letter = LETTERS[(bits >> (18 - 6 * place) & 63) as usize];
            let is_padding = place > three.len();
            text.push(if is_padding { '=' } else { char::from(letter) });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_written_as_the_standard_has_it() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
        assert_eq!(base64(&[0xFF, 0xFE, 0xFD]), "//79");
    }

    #[test]
    fn only_pictures_are_shown() {
        assert_eq!(picture_type(b"\xFF\xD8\xFF\xE0 and on"), Some("image/jpeg"));
        assert_eq!(picture_type(b"\x89PNG\r\n\x1a\n and on"), Some("image/png"));
        for other in [&b"%PDF-1.7"[..], b"<svg onload=x>", b"", b"\x89PNG"] {
            assert_eq!(picture_address(other), None);
        }
    }
}
