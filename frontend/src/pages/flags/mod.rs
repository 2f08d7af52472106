//! Feature flags: features that can be switched off while the engine runs.

use leptos::prelude::*;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::flags::{Flag, FlagKey, FlagList, UpdateFlag};
use viral_engine_api_types::permissions::Permission;

use crate::api::{ApiError, use_api};
use crate::components::{
    Card, Metric, RemoteView, Submit, TimeText, Tone, error_panel, tag, use_toasts, user_words,
};
use crate::i18n::text;
use crate::live::use_live;
use crate::remote::Remote;
use crate::session::use_session;

/// The page.
pub fn view() -> AnyView {
    let (api, live) = (use_api(), use_live());
    let remote = Remote::new(|| (), move |()| async move { api.list_flags().await })
        .reload_on(move || live.data.get());
    let words = &text().flags;
    let metric = Metric::new(text().pages.flags.title, words.help).docs("flags/update_flag");
    let all = move |list: Signal<FlagList>| {
        let keys = Memo::new(move |_| {
            list.with(|list| list.items.iter().map(|flag| flag.key).collect::<Vec<_>>())
        });
        view! {
            <ul class="flex flex-col divide-y divide-base-300">
                <For each=move || keys.get() key=|key| *key let:key><Row list key remote/></For>
            </ul>
        }
    };
    view! {
        <Card title=text().pages.flags.title metric=metric>
            <RemoteView remote name=text().pages.flags.title lines=6 children=all/>
        </Card>
    }
    .into_any()
}

#[component]
fn Row(list: Signal<FlagList>, key: FlagKey, remote: Remote<FlagList>) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let words = &text().flags;
    let flag = Memo::new(move |_| {
        list.with(|list| list.items.iter().find(|flag| flag.key == key).cloned())
    });
    let on = Memo::new(move |_| flag.with(|flag| flag.as_ref().is_some_and(|flag| flag.enabled)));
    let submit = Submit::new(
        move |(read, enabled): (Flag, bool)| async move {
            api.update_flag(&read, UpdateFlag { enabled }).await
        },
        move |flag: Flag| {
            let word = if flag.enabled {
                words.switched_on
            } else {
                words.switched_off
            };
            toasts.show(Tone::Good, word((words.name)(key)));
            remote.reload();
        },
    );
    // Somebody else switched it meanwhile: what is in force is shown beside the refusal.
    Effect::new(move |_| {
        let code = submit
            .error
            .with(|error| error.as_ref().and_then(ApiError::code));
        if code == Some(ErrorCode::PreconditionFailed) {
            remote.reload();
        }
    });
    let may = move || session.may(Permission::FlagsWrite);
    let switch = move |event: web_sys::Event| {
        let wish = event_target_checked(&event);
        if let Some(read) = flag.get_untracked() {
            submit.run((read, wish));
        }
    };
    // A refusal gives the switch back what is in force, also when that did not change.
    let shown = move || {
        submit.error.track();
        on.get()
    };
    let state = move || match on.get() {
        true => tag(Tone::Good, words.on),
        false => tag(Tone::Watch, words.off),
    };
    let changed = move || {
        let (at, by) = flag.with(|flag| {
            let flag = flag.as_ref()?;
            Some((flag.updated_at?, flag.updated_by.clone()))
        })?;
        Some(view! {
            <p class="text-xs text-muted">
                {words.changed} " " <TimeText at/> {by.map(|by| view! { ", " {user_words(&by)} })}
            </p>
        })
    };
    let name = (words.name)(key);
    view! {
        <li class="flex flex-col gap-2 py-3 first:pt-0 last:pb-0">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <Show
                    when=may
                    fallback=move || view! { <span class="font-medium">{name}</span> }
                >
                    <label class="flex items-center gap-3 font-medium">
                        <input
                            type="checkbox"
                            role="switch"
                            class="toggle toggle-sm"
                            prop:checked=shown
                            disabled=move || submit.pending.get()
                            on:change=switch
                        />
                        {name}
                    </label>
                </Show>
                {state}
                <code class="text-xs text-muted">{key.as_str()}</code>
            </div>
            <p class="text-muted max-w-prose">{(words.purpose)(key)}</p>
            {changed}
            {move || submit.error.get().map(|error| error_panel(&error))}
        </li>
    }
}
