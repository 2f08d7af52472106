//! Texts of the frame: side bar, top bar, palette, and what each page is for.

use super::{Around, Counted, Text};

/// Side bar and top bar.
pub struct Frame {
    pub product: Text,
    pub skip_to_content: Text,
    pub main_navigation: Text,
    pub open_navigation: Text,
    pub search: Text,
    pub group_growth: Text,
    pub group_safety: Text,
    pub group_settings: Text,
    pub open_alerts: Counted,
    pub period: Text,
    pub last_days: Counted,
    pub custom_period: Text,
    pub from: Text,
    pub to: Text,
    pub range: fn(&str, &str) -> String,
    pub range_reversed: Text,
    pub range_too_long: Counted,
    pub compare: Text,
    pub time_zone: Text,
    pub zone_local: Around,
    pub zone_others: Text,
    pub theme: Text,
    pub theme_system: Text,
    pub theme_light: Text,
    pub theme_dark: Text,
    pub live: Text,
    pub stale: Text,
    pub offline: Text,
    pub live_help: Text,
    pub updated: Around,
    pub refresh: Text,
    pub account_menu: Text,
    pub sign_out: Text,
    pub not_found_title: Text,
    pub not_found_detail: Text,
    pub not_allowed_title: Text,
    pub not_allowed_detail: Text,
    pub to_start: Text,
    pub ignored: Around,
    pub ignored_forget: Text,
    pub nothing_to_filter: Text,
    pub alert_opened: Around,
    pub shortcuts_title: Text,
    pub shortcuts_go: Text,
    pub shortcuts_single: Text,
    pub shortcuts_everywhere: Text,
    pub shortcut_palette: Text,
    pub shortcut_filter: Text,
    pub shortcut_help: Text,
    pub shortcut_escape: Text,
    pub shortcut_crosshair: Text,
    pub shortcut_go_to: Around,
}

/// Command palette.
pub struct Palette {
    pub title: Text,
    pub placeholder: Text,
    pub pages: Text,
    pub actions: Text,
    pub links: Text,
    pub users: Text,
    pub nothing: Text,
    pub searching: Text,
    pub results: Counted,
    pub copy_address: Text,
}

/// Name and purpose of a page.
pub struct PageText {
    pub title: Text,
    pub purpose: Text,
}

/// The pages.
pub struct Pages {
    pub overview: PageText,
    pub guardrails: PageText,
    pub alerts: PageText,
    pub links: PageText,
    pub link_new: PageText,
    pub link: PageText,
    pub users: PageText,
    pub user: PageText,
    pub operators: PageText,
    pub api_keys: PageText,
    pub settings: PageText,
    pub account: PageText,
    pub about: PageText,
}
