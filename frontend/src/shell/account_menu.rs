//! Who is signed in, theme, and the way out.

use leptos::prelude::*;

use crate::components::{Icon, Menu, icon};
use crate::i18n::text;
use crate::prefs::{Theme, use_preferences};
use crate::session::use_session;

/// Name and role, with a menu.
#[component]
pub fn AccountMenu() -> impl IntoView {
    let session = use_session();
    let name = move || {
        session.me.with(|me| {
            me.as_ref()
                .map(|me| me.operator.name.clone())
                .unwrap_or_default()
        })
    };
    let role = move || {
        session.me.with(|me| {
            me.as_ref()
                .map(|me| me.operator.role.as_str())
                .unwrap_or_default()
        })
    };
    let button = move || {
        view! {
            {icon(Icon::Person)}
            <span class="sr-only">{text().frame.account_menu} ": "</span>
            <span class="min-w-0 flex-1 text-left">
                <span class="block truncate">{name}</span>
                <span class="block text-muted text-xs">{role}</span>
            </span>
        }
    };
    view! {
        <div class="account-menu">
            <Menu button class="menu-item">
                <ThemeChoice/>
                <button type="button" class="menu-item" on:click=move |_| session.leave()>
                    {icon(Icon::SignOut)} {text().frame.sign_out}
                </button>
            </Menu>
        </div>
    }
}

/// System, light or dark.
#[component]
fn ThemeChoice() -> impl IntoView {
    let preferences = use_preferences();
    let choice = move |theme: Theme| {
        let (label, mark) = match theme {
            Theme::System => (text().frame.theme_system, Icon::System),
            Theme::Light => (text().frame.theme_light, Icon::Sun),
            Theme::Dark => (text().frame.theme_dark, Icon::Moon),
        };
        view! {
            <label class="menu-item">
                <input
                    type="radio"
                    name="theme"
                    class="radio radio-xs"
                    value=theme.as_str()
                    prop:checked=move || preferences.theme() == theme
                    on:change=move |_| preferences.set_theme(theme)
                />
                {icon(mark)} {label}
            </label>
        }
    };
    view! {
        <fieldset class="border-b border-base-300 pb-2 mb-2">
            <legend class="px-2 text-xs text-muted">{text().frame.theme}</legend>
            {Theme::ALL.map(choice)}
        </fieldset>
    }
}
