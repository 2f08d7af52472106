//! The configuration of mail.

use std::path::Path;

use viral_engine_service::emails::{EmailConfig, SmtpUrl};

use super::error::Problem;
use super::reader::Reader;

/// Mail.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<EmailConfig> {
    let smtp = match reader.optional("SMTP_URL") {
        Some(_) => reader.secret("SMTP_URL", SmtpUrl::parse).map(Some),
        None => Some(None),
    };
    let is_given = reader.optional("EMAIL_FROM").is_some();
    let from = reader.with("EMAIL_FROM", EmailConfig::parse_from);
    if matches!(smtp, Some(Some(_))) && !is_given {
        reader.note(Problem::rule(
            "EMAIL_FROM is missing: with SMTP_URL every message needs a sender that the mail server lets pass",
        ));
    }
    let authorities = match reader.optional("SMTP_CA_FILE") {
        Some(_) => {
            let authority = reader.with("SMTP_CA_FILE", |path| {
                let pem = std::fs::read(Path::new(path)).map_err(|error| error.to_string())?;
                EmailConfig::parse_authorities(&pem).map_err(|error| error.to_string())
            });
            authority.map(|authority| vec![authority])
        }
        None => Some(Vec::new()),
    };
    Some(EmailConfig {
        smtp: smtp?,
        authorities: authorities?,
        from: from?,
    })
}
