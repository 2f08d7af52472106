//! What the palette offers: pages and actions at once, links and users as the engine finds them.

use leptos::prelude::*;
use viral_engine_api_types::links::Link;
use viral_engine_api_types::page::MAX_LIMIT;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::users::User;

use crate::api::{Api, ApiResult};
use crate::components::{Icon, Toasts, Tone};
use crate::i18n::text;
use crate::prefs::{Preferences, Theme};
use crate::router::{Query, Router, Visit, encode_name};
use crate::routes::{PAGES, Page, page_at};
use crate::session::Session;
use crate::view::View;
use crate::window::{PRESETS, Period};

/// Addresses of a link and of a user, to ask whether there are such pages.
const A_LINK: &str = "/links/x";
const A_USER: &str = "/users/x";
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
            Permission::ReportsWrite,
            Icon::Report,
            text().reports.generate,
            "/reports?new=1",
        ),
        make(
            Permission::RecapsWrite,
            Icon::Star,
            text().recaps.generate,
            "/recaps?new=1",
        ),
        make(
            Permission::ConsentsWrite,
            Icon::Consent,
            text().palette.request_consent,
            "/consents?new=1",
        ),
        make(
            Permission::DataRequestsWrite,
            Icon::Archive,
            text().palette.request_data,
            "/data-requests?new=1",
        ),
        make(
            Permission::WebhooksWrite,
            Icon::Webhook,
            text().webhooks.add,
            "/webhooks?new=1",
        ),
        make(
            Permission::EmailsWrite,
            Icon::Mail,
            text().outbox.send_test,
            "/outbox?new=1",
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

/// The newest links and users: the engine finds whole names alone, so the beginnings of names are looked for in these.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Newest {
    links: Vec<Link>,
    users: Vec<User>,
}

/// Reads the newest links and users that the role may see.
pub async fn newest(reach: Reach) -> ApiResult<Newest> {
    let query = Query::new().and("limit", MAX_LIMIT);
    let mut newest = Newest::default();
    if may(reach, Permission::LinksRead, A_LINK) {
        newest.links = reach.api.list_links(&query).await?.items;
    }
    if may(reach, Permission::UsersRead, A_USER) {
        newest.users = reach.api.list_users(&query).await?.items;
    }
    Ok(newest)
}

impl Newest {
    /// Those with a name that begins with what was typed, whatever its case.
    pub fn beginning_with(&self, typed: &str) -> Vec<Entry> {
        let typed = typed.trim().to_lowercase();
        let begins = |name: &str| name.to_lowercase().starts_with(&typed);
        let of_link = |link: &&Link| {
            let names = [Some(&link.token), link.alias.as_ref(), Some(&link.referrer)];
            names.into_iter().flatten().any(|name| begins(name))
        };
        let most = FOUND_MAX as usize;
        let links = self.links.iter().filter(of_link).take(most);
        let users = self.users.iter().filter(|user| begins(&user.external_id));
        let links = links.cloned().map(link_entry);
        links
            .chain(users.take(most).cloned().map(user_entry))
            .collect()
    }
}

fn link_entry(link: Link) -> Entry {
    Entry {
        section: text().palette.links,
        icon: Icon::Link,
        hint: format!("{} · {}", link.referrer, link.source),
        label: link.alias.unwrap_or(link.token),
        deed: Deed::Go(format!("/links/{}", link.id)),
    }
}

fn user_entry(user: User) -> Entry {
    Entry {
        section: text().palette.users,
        icon: Icon::Person,
        deed: Deed::Go(format!("/users/{}", encode_name(&user.external_id))),
        label: user.external_id,
        hint: String::new(),
    }
}

/// Whether the role may see what a page like `path` shows, and there is one.
fn may(reach: Reach, permission: Permission, path: &str) -> bool {
    let permitted = reach.session.me.with_untracked(|me| {
        me.as_ref()
            .is_some_and(|me| me.permissions.contains(&permission))
    });
    permitted && page_at(path).is_some()
}

/// Links by token or alias and users by external id, as far as there are pages for them and the role may see them.
pub async fn found(reach: Reach, typed: String) -> ApiResult<Vec<Entry>> {
    let mut entries = Vec::new();
    if may(reach, Permission::LinksRead, A_LINK) {
        let query = Query::new().and("q", &typed).and("limit", FOUND_MAX);
        let links = reach.api.list_links(&query).await?.items;
        entries.extend(links.into_iter().map(link_entry));
    }
    if may(reach, Permission::UsersRead, A_USER) {
        let query = Query::new()
            .and("external_id", &typed)
            .and("limit", FOUND_MAX);
        let users = reach.api.list_users(&query).await?.items;
        entries.extend(users.into_iter().map(user_entry));
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
