//! API keys: who may call the engine, since when, and what for.

mod create;
mod table;

use leptos::prelude::*;
use viral_engine_api_types::api_keys::{ApiKey, CreatedApiKey, RotateApiKey};
use viral_engine_api_types::permissions::Permission;

use self::create::CreateKeyDialog;
use self::table::KeyTable;
use crate::api::use_api;
use crate::components::dialog::open_by_address;
use crate::components::{ConfirmDialog, SecretDialog, Submit, Tone, use_toasts};
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::{Query, use_router};
use crate::session::use_session;

/// What the rows ask the page for.
#[derive(Clone, Copy)]
pub struct Asked {
    /// A successor of this key.
    pub rotate: RwSignal<Option<ApiKey>>,
    /// The end of this key.
    pub revoke: RwSignal<Option<ApiKey>>,
}

/// The page.
pub fn view() -> AnyView {
    let (api, session, toasts, router) = (use_api(), use_session(), use_toasts(), use_router());
    let texts = &text().api_keys;
    let asked = Asked {
        rotate: RwSignal::new(None),
        revoke: RwSignal::new(None),
    };
    provide_context(asked);
    let cursor = router.parameter("cursor");
    let keys = Remote::new(
        move || cursor.get(),
        move |cursor| async move {
            api.list_api_keys(&Query::new().with("cursor", cursor.as_deref()))
                .await
        },
    );
    let (creating, secret) = (RwSignal::new(false), RwSignal::new(None));
    let created = Callback::new(move |created: CreatedApiKey| {
        creating.set(false);
        asked.rotate.set(None);
        secret.set(Some(created.secret));
        keys.reload();
    });
    let name_of = |key: RwSignal<Option<ApiKey>>| {
        Signal::derive(move || {
            key.with(|key| key.as_ref().map(|key| key.name.clone()).unwrap_or_default())
        })
    };
    let rotate = Submit::new(
        move |()| async move {
            let id = asked
                .rotate
                .with_untracked(|key| key.as_ref().map(|key| key.id));
            match id {
                Some(id) => api
                    .rotate_api_key(id, &RotateApiKey::default())
                    .await
                    .map(Some),
                None => Ok(None),
            }
        },
        move |answer| {
            if let Some(answer) = answer {
                created.run(answer);
            }
        },
    );
    let revoke = Submit::new(
        move |()| async move {
            match asked
                .revoke
                .with_untracked(|key| key.as_ref().map(|key| key.id))
            {
                Some(id) => api.revoke_api_key(id).await,
                None => Ok(()),
            }
        },
        move |()| {
            asked.revoke.set(None);
            keys.reload();
            toasts.show(Tone::Good, texts.revoked_toast);
        },
    );
    let may_write = move || session.may(Permission::ApiKeysWrite);
    open_by_address(creating);
    view! {
        <Show when=may_write>
            <button type="button" class="btn btn-primary self-start" on:click=move |_| creating.set(true)>
                {texts.create}
            </button>
        </Show>
        <KeyTable keys/>
        <CreateKeyDialog open=creating created/>
        <SecretDialog secret title=texts.secret_title help=texts.secret_help.to_owned()/>
        <ConfirmDialog
            open=Signal::derive(move || asked.rotate.with(Option::is_some))
            on_close=Callback::new(move |()| asked.rotate.set(None))
            title=Signal::derive(move || (texts.rotate_title)(&name_of(asked.rotate).get()))
            consequence=texts.rotate_help.to_owned()
            word=String::new()
            action=texts.rotate
            submit=rotate
        />
        <ConfirmDialog
            open=Signal::derive(move || asked.revoke.with(Option::is_some))
            on_close=Callback::new(move |()| asked.revoke.set(None))
            title=Signal::derive(move || (texts.revoke_title)(&name_of(asked.revoke).get()))
            consequence=texts.revoke_help.to_owned()
            word=name_of(asked.revoke)
            action=texts.revoke
            submit=revoke
        />
    }
    .into_any()
}
