//! What keeps mail from leaving: no mail server, or the flag that switches delivery off.

use leptos::prelude::*;
use viral_engine_api_types::emails::EmailTransport;
use viral_engine_api_types::flags::FlagKey;
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::components::{Icon, icon};
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;

/// The notices, as far as there is something to say.
#[component]
pub fn Notices() -> impl IntoView {
    let (api, session, router) = (use_api(), use_session(), use_router());
    let words = &text().outbox;
    let about = Remote::new(|| (), move |()| async move { api.get_about().await });
    let flags = Remote::new(
        move || session.may(Permission::FlagsRead),
        move |may| async move {
            if !may {
                return Ok(false);
            }
            let flags = api.list_flags().await?.items;
            Ok(flags
                .iter()
                .any(|flag| flag.key == FlagKey::EmailDelivery && !flag.enabled))
        },
    );
    let kept = move || {
        about.data.with(|about| {
            about
                .as_ref()
                .is_some_and(|it| it.email_transport == EmailTransport::Outbox)
        })
    };
    view! {
        <Show when=move || flags.data.get() == Some(true)>
            <div class="notice" data-tone="watch" role="status">
                <p class="font-semibold flex items-center gap-2">{icon(Icon::Alert)} {words.off_title}</p>
                <p>{words.off_detail}</p>
                <a class="link" href=move || router.href("/flags")>{text().pages.flags.title}</a>
            </div>
        </Show>
        <Show when=kept>
            <div class="notice" data-tone="info" role="status">
                <p class="font-semibold flex items-center gap-2">{icon(Icon::Info)} {words.kept_title}</p>
                <p>{words.kept_detail}</p>
            </div>
        </Show>
    }
}
