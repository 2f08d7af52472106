//! Blocking a device or a network, with a reason and an end.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::blocks::{BlockEntity, CreateBlock};

use super::Desk;
use crate::api::use_api;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{
    Dialog, Field, FieldControl, Submit, TextArea, Tone, error_panel, use_toasts,
};
use crate::drafts::{draft, forget};
use crate::forms::field_error;
use crate::i18n::text;

/// Days after which a block ends; 0 for never.
const ENDS: [u32; 5] = [0, 7, 30, 90, 365];

/// The dialog.
#[component]
pub fn BlockDialog(desk: Desk) -> impl IntoView {
    let words = &text().guardrails.blocks;
    let title = Signal::derive(move || {
        desk.blocking.with(|it| {
            it.as_ref()
                .map(|(_, value)| (words.block_title)(value))
                .unwrap_or_default()
        })
    });
    let close = Callback::new(move |()| desk.blocking.set(None));
    view! {
        <Dialog open=Signal::derive(move || desk.blocking.with(Option::is_some)) on_close=close title>
            {move || desk.blocking.get().map(|(entity, value)| view! { <BlockForm desk entity value close/> })}
        </Dialog>
    }
}

#[component]
fn BlockForm(desk: Desk, entity: BlockEntity, value: String, close: Callback<()>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let words = &text().guardrails.blocks;
    let reason = draft("block.reason");
    let ends = RwSignal::new(0_u32);
    let checked = RwSignal::new(false);
    let value = StoredValue::new(value);
    let form = move || CreateBlock {
        entity,
        value: value.get_value(),
        reason: reason.get().trim().to_owned(),
        expires_in_days: Some(ends.get()).filter(|days| *days > 0),
    };
    let submit = Submit::new(
        move |block: CreateBlock| async move { api.create_block(&block).await },
        move |block| {
            forget("block");
            desk.blocks.update(|version| *version += 1);
            toasts.show(Tone::Good, (words.blocked)(&block.value));
            close.run(());
        },
    );
    let error = Signal::derive(move || {
        let own = checked.get().then(|| form().validate().err()).flatten();
        own.and_then(|errors| field_error(&errors, "reason"))
            .or_else(|| submit.error.get()?.field("/reason"))
    });
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let block = untrack(form);
        if block.validate().is_ok() {
            submit.run(block);
        } else {
            focus_first_error();
        }
    };
    let choices = move |control: FieldControl| {
        let name = |days: u32| {
            if days == 0 {
                words.never.to_owned()
            } else {
                (words.for_days)(i64::from(days))
            }
        };
        view! {
            <select
                class="select"
                id=control.id()
                on:change=move |event| ends.set(event_target_value(&event).parse().unwrap_or(0))
            >
                {ENDS.map(|days| view! { <option value=days.to_string()>{name(days)}</option> })}
            </select>
        }
        .into_any()
    };
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <p>{words.block_help}</p>
            <TextArea label=words.reason value=reason help=words.reason_help error/>
            <Field label=Signal::stored(words.ends.to_owned()) children=choices/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| {
                    forget("block");
                    close.run(());
                }>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-error" disabled=move || submit.pending.get()>{words.block}</button>
            </div>
        </form>
    }
}
