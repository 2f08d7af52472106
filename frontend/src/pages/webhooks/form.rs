//! Adding a webhook, and changing one: where to, what for, and what it is told.

use std::collections::BTreeSet;

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::webhooks::{
    CreateWebhook, CreatedWebhook, UpdateWebhook, Webhook, WebhookEventType,
};

use crate::api::{ApiError, Tagged, use_api};
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{Dialog, Submit, TextField, error_panel};
use crate::drafts::{draft, draft_as, forget};
use crate::forms::field_error;
use crate::i18n::text;

/// Event types that are chosen.
type Chosen = BTreeSet<WebhookEventType>;

/// What the form is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Meant {
    /// A new webhook.
    New,
    /// A change of this one.
    Change(Box<Tagged<Webhook>>),
}

/// What receivers can subscribe to: all but the test.
fn subscribable() -> impl Iterator<Item = WebhookEventType> {
    let all = WebhookEventType::ALL.into_iter();
    all.filter(|kind| *kind != WebhookEventType::WebhookTest)
}

fn read(text: &str) -> Option<Chosen> {
    Some(
        text.split(' ')
            .filter_map(WebhookEventType::parse)
            .collect(),
    )
}

fn write(chosen: &Chosen) -> String {
    chosen
        .iter()
        .map(|kind| kind.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The dialog; it is open while it is meant for something.
#[component]
pub fn FormDialog(
    meant: RwSignal<Option<Meant>>,
    created: Callback<CreatedWebhook>,
    changed: Callback<Tagged<Webhook>>,
) -> impl IntoView {
    let words = &text().webhooks;
    let title = Signal::derive(move || {
        let title = match meant.get() {
            Some(Meant::Change(_)) => words.change,
            Some(Meant::New) | None => words.add,
        };
        title.to_owned()
    });
    view! {
        <Dialog
            open=Signal::derive(move || meant.with(Option::is_some))
            on_close=Callback::new(move |()| meant.set(None))
            title
        >
            {move || meant.get().map(|what| view! { <Form what meant created changed/> })}
        </Dialog>
    }
}

/// The fields: drafts for a new webhook; of one there is, as it was read.
#[derive(Clone, Copy)]
struct Fields {
    url: RwSignal<String>,
    description: RwSignal<String>,
    chosen: RwSignal<Chosen>,
}

impl Fields {
    fn of(what: &Meant) -> Self {
        match what {
            Meant::New => Self {
                url: draft("webhook.url"),
                description: draft("webhook.description"),
                chosen: draft_as("webhook.event-types", Chosen::new(), read, write),
            },
            Meant::Change(webhook) => Self {
                url: RwSignal::new(webhook.value.url.clone()),
                description: RwSignal::new(webhook.value.description.clone()),
                chosen: RwSignal::new(webhook.value.event_types.iter().copied().collect()),
            },
        }
    }

    fn whole(self) -> CreateWebhook {
        CreateWebhook {
            url: self.url.get().trim().to_owned(),
            description: self.description.get().trim().to_owned(),
            event_types: self.chosen.get().into_iter().collect(),
        }
    }
}

/// What came of it.
enum Saved {
    New(CreatedWebhook),
    Changed(Tagged<Webhook>),
}

#[component]
fn Form(
    what: Meant,
    meant: RwSignal<Option<Meant>>,
    created: Callback<CreatedWebhook>,
    changed: Callback<Tagged<Webhook>>,
) -> impl IntoView {
    let (api, words) = (use_api(), &text().webhooks);
    let fields = Fields::of(&what);
    let is_new = what == Meant::New;
    let what = StoredValue::new(what);
    let checked = RwSignal::new(false);
    let submit = Submit::new(
        move |webhook: CreateWebhook| async move {
            match what.get_value() {
                Meant::New => api.create_webhook(&webhook).await.map(Saved::New),
                Meant::Change(read) => {
                    let update = UpdateWebhook {
                        url: Some(webhook.url),
                        description: Some(webhook.description),
                        event_types: Some(webhook.event_types),
                        status: None,
                    };
                    let answer = api.update_webhook(read.value.id, &update, &read.etag).await;
                    answer.map(Saved::Changed)
                }
            }
        },
        move |saved| match saved {
            Saved::New(webhook) => {
                forget("webhook");
                created.run(webhook);
            }
            Saved::Changed(webhook) => changed.run(webhook),
        },
    );
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let own = checked
                .get()
                .then(|| fields.whole().validate().err())
                .flatten();
            own.and_then(|errors| field_error(&errors, field))
                .or_else(|| submit.error.get().and_then(|error| fault(&error, field)))
        })
    };
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let webhook = untrack(|| fields.whole());
        if webhook.validate().is_ok() {
            submit.run(webhook);
        } else {
            focus_first_error();
        }
    };
    let stale = move || {
        let code = submit
            .error
            .with(|error| error.as_ref().and_then(ApiError::code));
        (code == Some(ErrorCode::PreconditionFailed)).then_some(words.stale)
    };
    let action = if is_new {
        words.add
    } else {
        text().actions.save
    };
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <TextField label=words.url value=fields.url kind="url" help=words.url_help error=error("url")/>
            <TextField
                label=words.description
                value=fields.description
                optional=true
                help=words.description_help
                error=error("description")
            />
            <EventTypes chosen=fields.chosen error=error("event_types")/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <p class="text-muted empty:hidden">{stale}</p>
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| {
                    forget("webhook");
                    meant.set(None);
                }>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{action}</button>
            </div>
        </form>
    }
}

/// What the engine finds wrong with a field, or with one of its items.
fn fault(error: &ApiError, field: &str) -> Option<String> {
    error
        .field(&format!("/{field}"))
        .or_else(|| error.field(&format!("/{field}/0")))
}

/// Every event type that can be subscribed to, as a box each.
#[component]
fn EventTypes(
    chosen: RwSignal<Chosen>,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let words = &text().webhooks;
    let boxes = subscribable().map(|kind| {
        let toggle = move |event: web_sys::Event| {
            let on = event_target_checked(&event);
            chosen.update(|chosen| {
                if on {
                    chosen.insert(kind);
                } else {
                    chosen.remove(&kind);
                }
            });
        };
        view! {
            <label class="flex items-start gap-2">
                <input
                    type="checkbox"
                    class="checkbox checkbox-sm"
                    prop:checked=move || chosen.with(|chosen| chosen.contains(&kind))
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:change=toggle
                />
                <span><code>{kind.as_str()}</code> <span class="block text-xs text-muted">{(words.event_help)(kind)}</span></span>
            </label>
        }
    });
    view! {
        <fieldset class="field">
            <legend class="font-medium">{words.event_types}</legend>
            <div class="grid sm:grid-cols-2 gap-2 mt-1">{boxes.collect_view()}</div>
            <p class="field-error" role="alert" hidden=move || error.with(Option::is_none)>{error}</p>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_types_are_read_as_they_were_written() {
        let chosen: Chosen = subscribable().take(2).collect();
        assert_eq!(read(&write(&chosen)), Some(chosen));
        assert_eq!(read("no.such"), Some(Chosen::new()));
    }

    #[test]
    fn nobody_subscribes_to_the_test() {
        assert!(subscribable().all(|kind| kind != WebhookEventType::WebhookTest));
    }
}
