//! What an operator chose for this browser: theme and time zone.

use leptos::ev;
use leptos::prelude::*;

use crate::browser::storage;

/// Key of the theme; `static/theme.js` reads it before the first paint.
const THEME_KEY: &str = "ve.theme";
const KEYS_KEY: &str = "ve.single_keys";
const ZONE_KEY: &str = "ve.time_zone";

/// Light or dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// As the system is.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// All choices.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// The choice as kept.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// Preferences of this browser.
#[derive(Clone, Copy)]
pub struct Preferences {
    theme: RwSignal<Theme>,
    zone: RwSignal<Option<String>>,
    single_keys: RwSignal<bool>,
}

/// Preferences of this browser.
pub fn use_preferences() -> Preferences {
    expect_context()
}

impl Preferences {
    /// Reads them, and follows the system's theme from now on.
    pub fn start() -> Self {
        let kept = storage::preference(THEME_KEY);
        let theme = Theme::ALL
            .into_iter()
            .find(|theme| Some(theme.as_str()) == kept.as_deref());
        let preferences = Self {
            theme: RwSignal::new(theme.unwrap_or(Theme::System)),
            zone: RwSignal::new(storage::preference(ZONE_KEY)),
            single_keys: RwSignal::new(storage::preference(KEYS_KEY).as_deref() != Some("off")),
        };
        Effect::new(move |_| apply(preferences.theme.get()));
        // Tabs left open overnight: the system may have changed when the operator comes back.
        let back =
            window_event_listener(ev::focus, move |_| apply(preferences.theme.get_untracked()));
        on_cleanup(move || back.remove());
        preferences
    }

    /// The chosen theme.
    pub fn theme(&self) -> Theme {
        self.theme.get()
    }

    /// Chooses the theme.
    pub fn set_theme(&self, theme: Theme) {
        storage::set_preference(THEME_KEY, Some(theme.as_str()));
        self.theme.set(theme);
    }

    /// Whether shortcuts of a single key work. Speech input types letters by mistake, so they can be off.
    pub fn single_keys(&self) -> bool {
        self.single_keys.get()
    }

    /// Switches shortcuts of a single key on or off.
    pub fn set_single_keys(&self, on: bool) {
        storage::set_preference(KEYS_KEY, (!on).then_some("off"));
        self.single_keys.set(on);
    }

    /// The time zone chosen for addresses that name none.
    pub fn zone(&self) -> Option<String> {
        self.zone.get()
    }

    /// Keeps the time zone for addresses that name none.
    pub fn set_zone(&self, zone: &str) {
        storage::set_preference(ZONE_KEY, Some(zone));
        self.zone.set(Some(zone.to_owned()));
    }
}

fn apply(theme: Theme) {
    let system_dark = || {
        window()
            .match_media("(prefers-color-scheme: dark)")
            .ok()
            .flatten()
            .is_some_and(|query| query.matches())
    };
    let dark = theme == Theme::Dark || (theme == Theme::System && system_dark());
    if let Some(root) = document().document_element() {
        // The attribute's name is valid, so this can not fail.
        let _ = root.set_attribute("data-theme", if dark { "ve-dark" } else { "ve-light" });
    }
}
