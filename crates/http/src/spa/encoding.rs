//! Which compressed form of a file a client takes.

/// A form that lies beside a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Brotli.
    Brotli,
    /// gzip.
    Gzip,
}

impl Encoding {
    /// Smallest first.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// Its name in `Content-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    /// What is appended to the file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gz",
        }
    }

    /// Whether an `Accept-Encoding` header names it with a weight above zero.
    pub fn accepted_by(self, header: &str) -> bool {
        header.split(',').any(|entry| {
            let mut parts = entry.split(';').map(str::trim);
            let named = parts
                .next()
                .is_some_and(|name| name.eq_ignore_ascii_case(self.name()));
            let refused = parts.any(|parameter| {
                let weight = parameter.strip_prefix("q=");
                weight.is_some_and(|q| q.parse::<f32>().is_ok_and(|q| q <= 0.0))
            });
            named && !refused
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Encoding::{Brotli, Gzip};

    #[test]
    fn an_encoding_is_used_when_it_is_named_and_not_refused() {
        assert!(Brotli.accepted_by("gzip, deflate, br, zstd"));
        assert!(Gzip.accepted_by("GZIP;q=0.5"));
        assert!(!Brotli.accepted_by("gzip"));
        assert!(!Brotli.accepted_by("br;q=0, gzip"));
        assert!(!Gzip.accepted_by("gzip; q=0.0"));
        assert!(!Gzip.accepted_by(""));
    }
}
