//! What `check-config` shows.

use std::fmt::Write;

use viral_engine_service::emails::SmtpUrl;

use super::key::{Default, Key};
use super::values::Values;
use super::{Config, Environment, table};

/// Every key with its value and where it comes from; secrets as `***`. Warnings stand at the end.
pub fn report(config: &Config, values: &Values) -> String {
    let mut text = String::new();
    for key in table::keys() {
        // Writing to a String can not fail.
        let _ = writeln!(text, "{}={}", key.name, shown(&key, values));
    }
    for warning in warnings(config) {
        let _ = writeln!(text, "warning: {warning}");
    }
    text
}

fn shown(key: &Key, values: &Values) -> String {
    match (values.text(key.name), values.origin(key.name), &key.default) {
        (Some(_), Some(origin), _) if key.secret => format!("***  ({origin})"),
        (Some(text), Some(origin), _) => format!("{text}  ({origin})"),
        (_, _, Default::Value(text)) => format!("{text}  (default)"),
        (_, _, Default::Derived(from)) => format!("  (default: {from})"),
        (_, _, Default::Generated) => "  (made on the first start)".to_owned(),
    }
}

/// What works but is unlikely to be meant.
pub fn warnings(config: &Config) -> Vec<String> {
    let mut warnings = config.thresholds.warnings();
    if config.links.targets.is_empty() {
        warnings.push("LINK_TARGET_HOSTS is empty: no link can be minted".to_owned());
    }
    let open = !config.engine.bind.ip().is_loopback();
    if open && config.engine.environment == Environment::Development {
        let bind = config.engine.bind;
        warnings.push(format!(
            "BIND_ADDR={bind} is reachable from other machines with ENVIRONMENT=development"
        ));
    }
    let smtp = config.email.smtp.as_ref();
    let in_the_clear = smtp.is_some_and(SmtpUrl::may_be_unprotected);
    if in_the_clear && config.engine.environment == Environment::Production {
        warnings.push("SMTP_URL lets messages cross the network unencrypted".to_owned());
    }
    warnings
}
