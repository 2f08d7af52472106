//! How guardians can be verified beside messages.

use url::Url;
use viral_engine_domain::consents::Method;
use viral_engine_domain::webhooks::SigningSecret;
use viral_engine_service::consents::{
    HostedConfig, PROVIDER_METHODS, TextGateway, VerificationConfig,
};
use zeroize::Zeroizing;

use super::error::Problem;
use super::reader::Reader;
use super::sections::Environment;

/// The keys that make a provider together.
const PROVIDER: [&str; 4] = [
    "CONSENT_PROVIDER_URL",
    "CONSENT_PROVIDER_KEY",
    "CONSENT_PROVIDER_SECRET",
    "CONSENT_PROVIDER_METHODS",
];

/// The keys that make a gateway of text messages together.
const GATEWAY: [&str; 4] = [
    "TEXT_GATEWAY_URL",
    "TEXT_GATEWAY_USER",
    "TEXT_GATEWAY_PASSWORD",
    "TEXT_FROM",
];

/// Verification of guardians.
pub(super) fn read(
    reader: &mut Reader<'_>,
    environment: Environment,
) -> Option<VerificationConfig> {
    let manual_review = reader.choice("CONSENT_MANUAL_REVIEW", &[("on", true), ("off", false)]);
    let given = PROVIDER.map(|name| reader.optional(name).is_some());
    let hosted = match given.contains(&true) {
        false => Some(None),
        true => hosted(reader, environment).map(Some),
    };
    let given = GATEWAY.map(|name| reader.optional(name).is_some());
    let texts = match given.contains(&true) {
        false => Some(None),
        true => gateway(reader, environment).map(Some),
    };
    Some(VerificationConfig {
        manual_review: manual_review?,
        hosted: hosted?,
        texts: texts?,
    })
}

/// Notes which of the keys that belong together are missing.
fn require_all(reader: &mut Reader<'_>, what: &str, names: &[&str]) {
    for name in names {
        if reader.optional(name).is_none() {
            let all = names.join(", ");
            reader.note(Problem::rule(format!(
                "{name} is missing: {what} takes all of {all}"
            )));
        }
    }
}

fn gateway(reader: &mut Reader<'_>, environment: Environment) -> Option<TextGateway> {
    require_all(reader, "a gateway of text messages", &GATEWAY);
    let is_production = environment == Environment::Production;
    let url = reader.with("TEXT_GATEWAY_URL", |text| address(text, is_production));
    let user = reader.with("TEXT_GATEWAY_USER", |text| match text.contains(':') {
        false => Ok(text.to_owned()),
        true => Err("basic authentication has no colon in a user's name"),
    });
    let password = reader.secret("TEXT_GATEWAY_PASSWORD", |text| {
        Ok::<_, &str>(Zeroizing::new(text.to_owned()))
    });
    let from = reader.with("TEXT_FROM", |text| Ok::<_, &str>(text.to_owned()));
    Some(TextGateway {
        url: url?,
        user: user?,
        password: password?,
        from: from?,
    })
}

fn hosted(reader: &mut Reader<'_>, environment: Environment) -> Option<HostedConfig> {
    require_all(reader, "a provider of verifications", &PROVIDER);
    let is_production = environment == Environment::Production;
    let url = reader.with("CONSENT_PROVIDER_URL", |text| address(text, is_production));
    let key = reader.secret("CONSENT_PROVIDER_KEY", |text| {
        let is_token = !text.is_empty() && text.chars().all(|char| char.is_ascii_graphic());
        is_token
            .then(|| Zeroizing::new(text.to_owned()))
            .ok_or("it is no bearer token: visible ASCII characters")
    });
    let webhook_secret = reader.secret("CONSENT_PROVIDER_SECRET", SigningSecret::parse);
    let methods = reader.with("CONSENT_PROVIDER_METHODS", methods);
    Some(HostedConfig {
        url: url?,
        key: key?,
        webhook_secret: webhook_secret?,
        methods: methods?,
    })
}

fn address(text: &str, is_production: bool) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if !is_production => Ok(url),
        "http" => Err("ENVIRONMENT=production needs https".to_owned()),
        other => Err(format!("{other} is neither https nor http")),
    }
}

fn methods(text: &str) -> Result<Vec<Method>, String> {
    let mut methods = Vec::new();
    for name in text.split(',').map(str::trim) {
        let method = Method::parse(name).filter(|method| PROVIDER_METHODS.contains(method));
        let method = method.ok_or_else(|| {
            let known = PROVIDER_METHODS.map(Method::as_str).join(", ");
            format!("{name:?} is none of {known}")
        })?;
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    Ok(methods)
}
