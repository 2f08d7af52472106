//! What an operator does to a link: switch it off (with a way back), on again, let it live longer.

use chrono::TimeDelta;
use leptos::prelude::*;
use leptos::task::spawn_local;
use viral_engine_api_types::links::{Link, UpdateLink};
use viral_engine_api_types::permissions::Permission;

use crate::api::{Api, Tagged, use_api};
use crate::browser::now;
use crate::components::{Submit, Toasts, Tone, error_panel, use_toasts};
use crate::i18n::text;
use crate::remote::Remote;
use crate::session::use_session;

/// Days by which a link is extended, counted from today.
const EXTENSION_DAYS: i64 = 30;

/// What an extension must add to be offered.
const WORTH_IT: TimeDelta = TimeDelta::hours(12);

/// The buttons.
#[component]
pub fn Actions(link: Signal<Tagged<Link>>, remote: Remote<Tagged<Link>>) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let texts = &text().links;
    let update = Submit::new(
        move |change: UpdateLink| async move {
            let (id, etag) = link.with_untracked(|link| (link.value.id, link.etag.clone()));
            api.update_link(id, &change, &etag).await
        },
        move |changed: Tagged<Link>| {
            let disabled = changed.value.disabled_at.is_some();
            let was_disabled = link.with_untracked(|link| link.value.disabled_at.is_some());
            let undo = undo(api, toasts, remote, &changed);
            remote.data.set(Some(changed));
            match (was_disabled, disabled) {
                (false, true) => toasts.show_with_undo(texts.disabled_toast, undo),
                (true, false) => toasts.show(Tone::Good, texts.enabled_toast),
                _ => toasts.show(Tone::Good, texts.extended_toast),
            }
        },
    );
    let disabled = move || link.with(|link| link.value.disabled_at.is_some());
    let switch = move |_| {
        update.run(UpdateLink {
            disabled: Some(!untrack(disabled)),
            ..UpdateLink::default()
        });
    };
    let extend = move |_| {
        let expires_at = now() + TimeDelta::days(EXTENSION_DAYS);
        update.run(UpdateLink {
            expires_at: Some(expires_at),
            ..UpdateLink::default()
        });
    };
    // A link that lives as long already would gain nothing.
    let extends = move || {
        let extended = now() + TimeDelta::days(EXTENSION_DAYS);
        link.with(|link| extended - link.value.expires_at > WORTH_IT)
    };
    view! {
        <Show when=move || session.may(Permission::LinksWrite)>
            <div class="flex flex-wrap gap-2 mt-4">
                <button type="button" class="btn btn-sm" disabled=move || update.pending.get() on:click=switch>
                    {move || if disabled() { texts.enable } else { texts.disable }}
                </button>
                <Show when=extends>
                    <button type="button" class="btn btn-sm" disabled=move || update.pending.get() on:click=extend>
                        {texts.extend}
                    </button>
                </Show>
            </div>
        </Show>
        {move || update.error.get().map(|error| view! { <div class="mt-3">{error_panel(&error)}</div> })}
    }
}

/// Switches the link on again; the operator may have left its page by then.
fn undo(
    api: Api,
    toasts: Toasts,
    remote: Remote<Tagged<Link>>,
    disabled: &Tagged<Link>,
) -> impl Fn() + Send + Sync + 'static + use<> {
    let (id, etag) = (disabled.value.id, disabled.etag.clone());
    move || {
        let etag = etag.clone();
        spawn_local(async move {
            let enable = UpdateLink {
                disabled: Some(false),
                ..UpdateLink::default()
            };
            match api.update_link(id, &enable, &etag).await {
                Ok(_) => remote.reload(),
                Err(error) => toasts.show_error(&error),
            }
        });
    }
}
