//! Minting a link.

use leptos::prelude::*;
use serde_json::{Map, Value};
use validator::Validate;
use viral_engine_api_types::links::{Channel, CreateLink, Link};

use super::channel_choices;
use crate::api::use_api;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{SelectField, Submit, TextArea, TextField, Tone, error_panel, use_toasts};
use crate::drafts::{draft, draft_or, forget};
use crate::forms::field_error;
use crate::i18n::text;
use crate::router::{Visit, use_router};

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    referrer: RwSignal<String>,
    source: RwSignal<String>,
    target_url: RwSignal<String>,
    channel: RwSignal<String>,
    campaign: RwSignal<String>,
    expires_in_days: RwSignal<String>,
    max_clicks: RwSignal<String>,
    alias: RwSignal<String>,
    utm_medium: RwSignal<String>,
    metadata: RwSignal<String>,
}

impl Draft {
    fn new() -> Self {
        Self {
            referrer: draft("link.referrer"),
            source: draft("link.source"),
            target_url: draft("link.target_url"),
            channel: draft_or("link.channel", Channel::Copy.as_str()),
            campaign: draft("link.campaign"),
            expires_in_days: draft_or("link.expires_in_days", "30"),
            max_clicks: draft("link.max_clicks"),
            alias: draft("link.alias"),
            utm_medium: draft("link.utm_medium"),
            metadata: draft("link.metadata"),
        }
    }

    fn request(&self) -> CreateLink {
        let word = |signal: RwSignal<String>| {
            let text = signal.get().trim().to_owned();
            (!text.is_empty()).then_some(text)
        };
        let channel = self.channel.get();
        CreateLink {
            referrer: self.referrer.get().trim().to_owned(),
            source: self.source.get().trim().to_owned(),
            target_url: self.target_url.get().trim().to_owned(),
            channel: Channel::ALL
                .into_iter()
                .find(|c| c.as_str() == channel)
                .unwrap_or(Channel::Other),
            campaign: word(self.campaign),
            metadata: word(self.metadata).and_then(|notes| serde_json::from_str(&notes).ok()),
            expires_in_days: word(self.expires_in_days).and_then(|days| whole(&days)),
            max_clicks: word(self.max_clicks).and_then(|clicks| whole(&clicks)),
            alias: word(self.alias),
            utm_medium: word(self.utm_medium),
        }
    }

    /// What the request can not say: text in a field for a number, or notes that are no JSON object.
    fn unreadable(&self, field: &str) -> Option<String> {
        let words = &text().links;
        let (typed, readable, advice): (_, fn(&str) -> bool, _) = match field {
            "expires_in_days" => (self.expires_in_days, is_whole, words.whole_number),
            "max_clicks" => (self.max_clicks, is_whole, words.whole_number),
            "metadata" => (self.metadata, is_object, words.metadata_invalid),
            _ => return None,
        };
        let typed = typed.get();
        let wrong = !typed.trim().is_empty() && !readable(&typed);
        wrong.then(|| advice.to_owned())
    }

    fn is_readable(&self) -> bool {
        let read = ["expires_in_days", "max_clicks", "metadata"];
        read.iter().all(|field| self.unreadable(field).is_none())
    }
}

fn is_whole(typed: &str) -> bool {
    whole::<u32>(typed).is_some()
}

fn is_object(typed: &str) -> bool {
    serde_json::from_str::<Map<String, Value>>(typed).is_ok()
}

/// A whole number as typed. One below zero or too great becomes the nearest there is, so that the request's own rule
/// says which numbers it takes.
fn whole<N: From<u32>>(typed: &str) -> Option<N> {
    let number: i128 = typed.trim().parse().ok()?;
    let near = u32::try_from(number.clamp(0, i128::from(u32::MAX))).ok()?;
    Some(near.into())
}

/// The page.
pub fn view() -> AnyView {
    view! { <Form/> }.into_any()
}

#[component]
fn Form() -> impl IntoView {
    let (api, router, toasts) = (use_api(), use_router(), use_toasts());
    let texts = &text().links;
    let draft = Draft::new();
    let checked = RwSignal::new(false);
    let submit = Submit::new(
        move |link: CreateLink| async move { api.create_link(&link).await },
        move |link: Link| {
            forget("link");
            toasts.show(Tone::Good, texts.created_toast);
            router.go(&router.href(&format!("/links/{}", link.id)), Visit::Replace);
        },
    );
    let own_error = move |field: &'static str| {
        draft.unreadable(field).or_else(|| {
            let errors = draft.request().validate().err()?;
            field_error(&errors, field)
        })
    };
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let own = checked.get().then(|| own_error(field)).flatten();
            own.or_else(|| submit.error.get()?.field(&format!("/{field}")))
        })
    };
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let request = untrack(|| draft.request());
        if untrack(|| draft.is_readable()) && request.validate().is_ok() {
            submit.run(request);
        } else {
            focus_first_error();
        }
    };
    view! {
        <form class="card-box max-w-2xl" novalidate on:submit=send>
            <div class="card-body flex flex-col gap-4">
                <TextField label=texts.referrer value=draft.referrer help=texts.referrer_help error=error("referrer")/>
                <TextField label=texts.source value=draft.source help=texts.source_help error=error("source")/>
                <TextField
                    label=texts.target_url
                    value=draft.target_url
                    kind="url"
                    help=texts.target_url_help
                    error=error("target_url")
                />
                <SelectField label=texts.channel value=draft.channel choices=channel_choices()/>
                <TextField label=texts.campaign value=draft.campaign optional=true help=texts.campaign_help error=error("campaign")/>
                <TextField
                    label=texts.expires_in_days
                    value=draft.expires_in_days
                    inputmode="numeric"
                    help=texts.expires_in_days_help
                    error=error("expires_in_days")
                />
                <TextField
                    label=texts.max_clicks
                    value=draft.max_clicks
                    inputmode="numeric"
                    optional=true
                    help=texts.max_clicks_help
                    error=error("max_clicks")
                />
                <TextField label=texts.alias value=draft.alias optional=true help=texts.alias_help error=error("alias")/>
                <TextField
                    label=texts.utm_medium
                    value=draft.utm_medium
                    optional=true
                    help=texts.utm_medium_help
                    error=error("utm_medium")
                />
                <TextArea label=texts.metadata value=draft.metadata optional=true help=texts.metadata_help error=error("metadata")/>
                {move || submit.error.get().map(|error| error_panel(&error))}
                <div class="flex gap-2">
                    <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{texts.create}</button>
                    <a class="btn btn-ghost" href=move || router.href("/links") on:click=|_| forget("link")>{text().actions.cancel}</a>
                </div>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::{is_object, whole};

    #[test]
    fn numbers_out_of_range_stay_numbers() {
        assert_eq!(whole(" 30 "), Some(30_u32));
        assert_eq!(whole("-3"), Some(0_i64));
        assert_eq!(whole("99999999999"), Some(u32::MAX));
        assert_eq!(whole::<u32>("soon"), None);
        assert_eq!(whole::<u32>("1.5"), None);
    }

    #[test]
    fn notes_are_an_object() {
        assert!(is_object(r#" {"class": "7b"} "#));
        for wrong in ["7b", "[1]", "{class: 7b}", "null"] {
            assert!(!is_object(wrong), "{wrong}");
        }
    }
}
