//! What a configuration key is.

use std::borrow::Cow;

use viral_engine_domain::guardrails::settings::Setting;

/// One configuration key: everything that `.env.example`, the start-up check and error messages say of it.
#[derive(Clone, Debug)]
pub struct Key {
    /// Name, alike in the environment, `.env` and the TOML file.
    pub name: &'static str,
    /// Heading under which it is documented.
    pub section: Section,
    /// What it is.
    pub purpose: &'static str,
    /// What a change of it does.
    pub effect: &'static str,
    /// Value when it is not given.
    pub default: Default,
    /// Values it can have.
    pub kind: Kind,
    /// Whether its value is never shown.
    pub secret: bool,
}

/// Headings of the documentation, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    Engine,
    Database,
    Links,
    Privacy,
    Sessions,
    Audit,
    Consents,
    Limits,
    Jobs,
    Email,
    Webhooks,
    Logs,
    Guardrails,
}

impl Section {
    /// The heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Engine => "Engine",
            Self::Database => "Database",
            Self::Links => "Links and clicks",
            Self::Privacy => "Privacy",
            Self::Sessions => "Sessions of operators",
            Self::Audit => "Audit trail",
            Self::Consents => "Consents",
            Self::Limits => "Limits",
            Self::Jobs => "Jobs and schedules",
            Self::Email => "Email",
            Self::Webhooks => "Webhooks",
            Self::Logs => "Logs",
            Self::Guardrails => "Guardrails (also editable at run time by an admin)",
        }
    }
}

/// Value of a key that is not given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Default {
    /// This text.
    Value(Cow<'static, str>),
    /// Worked out from something else, as described.
    Derived(&'static str),
    /// With the embedded database: random, kept in the data folder. With DATABASE_URL: none, it must be given.
    Generated,
}

/// Values a key can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number within bounds, both included.
    Integer {
        /// Least value.
        min: u64,
        /// Greatest value.
        max: u64,
    },
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Anything that fits the description.
    Text(Cow<'static, str>),
}

impl Kind {
    /// The allowed values in words.
    pub fn range(&self) -> Cow<'_, str> {
        match self {
            Self::Integer { min, max } => format!("a whole number from {min} to {max}").into(),
            Self::Choice(words) => words.join(" or ").into(),
            Self::Text(description) => Cow::Borrowed(description),
        }
    }
}

impl Key {
    pub(super) const fn new(
        section: Section,
        name: &'static str,
        default: Default,
        kind: Kind,
    ) -> Self {
        Self {
            name,
            section,
            purpose: "",
            effect: "",
            default,
            kind,
            secret: false,
        }
    }

    pub(super) const fn explained(mut self, purpose: &'static str, effect: &'static str) -> Self {
        self.purpose = purpose;
        self.effect = effect;
        self
    }

    pub(super) const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    /// Whether the value is made on the first start unless given.
    pub fn is_generated(&self) -> bool {
        self.default == Default::Generated
    }
}

impl From<&'static Setting> for Key {
    fn from(setting: &'static Setting) -> Self {
        let unit = match setting.unit {
            "" => String::new(),
            unit => format!(" ({unit})"),
        };
        let advised = setting.advised.map_or_else(String::new, |(low, high)| {
            format!("; {low} to {high} is advised")
        });
        let range = format!("{}{unit}{advised}", setting.range());
        let default = Default::Value(setting.default_value().to_string().into());
        Self::new(
            Section::Guardrails,
            setting.key,
            default,
            Kind::Text(range.into()),
        )
        .explained(setting.purpose, setting.effect)
    }
}
