//! What the palette offers: pages and actions at once, links and users as the engine finds them.

use leptos::prelude::*;
use viral_engine_api_types::permissions::Permission;

use crate::api::{Api, ApiResult};
use crate::components::{Icon, Toasts, Tone};
use crate::i18n::text;
use crate::prefs::{Preferences, Theme};
use crate::router::{Query, Router, Visit, encode_name};
use crate::routes::{PAGES, Page, page_at};
use crate::session::Session;
use crate::view::View;
use crate::window::{PRESETS, Period};

/// Most links and users listed.
const FOUND_MAX: u32 = 5;

/// What an entry does.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Go(String),
    Theme(Theme),
    Period(u64),
    CopyAddress,
    SignOut,
}

/// One line of the palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub section: &'static str,
    pub icon: Icon,
    pub label: String,
    pub hint: String,
    pub deed: Deed,
}

/// What entries act on.
#[derive(Clone, Copy)]
pub struct Reach {
    pub api: Api,
    pub session: Session,
    pub router: Router,
    pub view: View,
    pub preferences: Preferences,
    pub toasts: Toasts,
}

/// Pages and actions whose words hold every word that was typed.
pub fn known(reach: Reach, typed: &str) -> Vec<Entry> {
    let words: Vec<String> = typed
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    let matches = |entry: &Entry| {
        let label = entry.label.to_lowercase();
        words.iter().all(|word| label.contains(word.as_str()))
    };
    pages(reach)
        .into_iter()
        .chain(actions(reach))
        .filter(matches)
        .collect()
}

fn pages(reach: Reach) -> Vec<Entry> {
    let allowed = |page: &&Page| {
        page.permission
            .is_none_or(|needed| reach.session.may(needed))
    };
    let entry = |page: &'static Page| {
        page.nav.map(|nav| Entry {
            section: text().palette.pages,
            icon: nav.icon,
            label: (page.text)().title.to_owned(),
            hint: format!("g {}", nav.letter),
            deed: Deed::Go(reach.router.href(page.path())),
        })
    };
    PAGES.iter().filter(allowed).filter_map(entry).collect()
}

fn actions(reach: Reach) -> Vec<Entry> {
    let frame = &text().frame;
    let action = |icon, label: String, deed| Entry {
        section: text().palette.actions,
        icon,
        label,
        hint: String::new(),
        deed,
    };
    let has_period =
        page_at(&reach.router.path.get()).is_some_and(|(page, _)| page.controls.period);
    let periods = PRESETS.iter().filter(|_| has_period).map(|days| {
        action(
            Icon::Calendar,
            format!("{}: {}", frame.period, (frame.last_days)(*days as i64)),
            Deed::Period(*days),
        )
    });
    let themes = [
        (Icon::System, frame.theme_system, Theme::System),
        (Icon::Sun, frame.theme_light, Theme::Light),
        (Icon::Moon, frame.theme_dark, Theme::Dark),
    ];
    let themes = themes.into_iter().map(|(icon, name, theme)| {
        action(icon, format!("{}: {name}", frame.theme), Deed::Theme(theme))
    });
    let copy = action(
        Icon::Copy,
        text().palette.copy_address.to_owned(),
        Deed::CopyAddress,
    );
    let leave = action(Icon::SignOut, frame.sign_out.to_owned(), Deed::SignOut);
    let make = |permission, icon, label: &'static str, path: &str| {
        let (page, parameters) = path.split_once('?').unwrap_or((path, ""));
        let url = reach.router.href_with(page, &Query::parse(parameters));
        let allowed = reach.session.may(permission) && page_at(page).is_some();
        allowed.then(|| action(icon, label.to_owned(), Deed::Go(url)))
    };
    let making = [
        make(
            Permission::LinksWrite,
            Icon::Link,
            text().links.create,
            "/links/new",
        ),
        make(
            Permission::ApiKeysWrite,
            Icon::Key,
            text().api_keys.create,
            "/api-keys?new=1",
        ),
        make(
            Permission::OperatorsWrite,
            Icon::Person,
            text().operators.invite,
            "/operators?new=1",
        ),
    ];
    let making = making.into_iter().flatten();
    making
        .chain(periods)
        .chain([copy])
        .chain(themes)
        .chain([leave])
        .collect()
}

/// Links by token or alias and users by external id, as far as there are pages for them and the role may see them.
pub async fn found(reach: Reach, typed: String) -> ApiResult<Vec<Entry>> {
    let may = |permission, path: &str| {
        reach.session.me.with_untracked(|me| {
            me.as_ref()
                .is_some_and(|me| me.permissions.contains(&permission))
                && page_at(path).is_some()
        })
    };
    let mut entries = Vec::new();
    if may(Permission::LinksRead, "/links/x") {
        let query = Query::new().and("q", &typed).and("limit", FOUND_MAX);
        entries.extend(
            reach
                .api
                .list_links(&query)
                .await?
                .items
                .into_iter()
                .map(|link| Entry {
                    section: text().palette.links,
                    icon: Icon::Link,
                    label: link.alias.unwrap_or(link.token),
                    hint: link.source,
                    deed: Deed::Go(format!("/links/{}", link.id)),
                }),
        );
    }
    if may(Permission::UsersRead, "/users/x") {
        let query = Query::new()
            .and("external_id", &typed)
            .and("limit", FOUND_MAX);
        entries.extend(
            reach
                .api
                .list_users(&query)
                .await?
                .items
                .into_iter()
                .map(|user| Entry {
                    section: text().palette.users,
                    icon: Icon::Person,
                    deed: Deed::Go(format!("/users/{}", encode_name(&user.external_id))),
                    label: user.external_id,
                    hint: String::new(),
                }),
        );
    }
    Ok(entries)
}

/// Does what the entry says.
pub fn perform(reach: Reach, deed: Deed) {
    match deed {
        Deed::Go(url) => reach.router.go(&url, Visit::Push),
        Deed::Theme(theme) => reach.preferences.set_theme(theme),
        Deed::Period(days) => reach.view.set_period(Period::Last(days)),
        Deed::SignOut => reach.session.leave(),
        Deed::CopyAddress => leptos::task::spawn_local(async move {
            let address = window().location().href().unwrap_or_default();
            let (tone, message) = match crate::browser::clipboard::copy(&address).await {
                true => (Tone::Good, text().actions.copied),
                false => (Tone::Bad, text().actions.copy_failed),
            };
            reach.toasts.show(tone, message);
        }),
    }
}
