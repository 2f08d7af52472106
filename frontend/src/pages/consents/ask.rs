//! Asking a guardian: about whom, where, and for what.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::consents::{ConsentRequest, CreateConsentRequest, SCOPES_MAX};
use viral_engine_api_types::emails::EmailLocale;

use super::scopes::{FIXED, Place, place_of, scopes};
use crate::api::{ApiError, use_api};
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{Dialog, SelectField, Submit, TextField, error_panel};
use crate::drafts::{draft, draft_or, forget};
use crate::forms::field_error;
use crate::i18n::{compliance, text};
use crate::router::use_router;

/// The dialog; `asked` gets the request.
#[component]
pub fn AskDialog(open: RwSignal<bool>, asked: Callback<ConsentRequest>) -> impl IntoView {
    view! {
        <Dialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::stored(compliance().consents.request.to_owned())
        >
            <Form open asked/>
        </Dialog>
    }
}

/// What is typed and chosen.
#[derive(Clone, Copy)]
struct Fields {
    child: RwSignal<String>,
    guardian: RwSignal<String>,
    email: RwSignal<String>,
    phone: RwSignal<String>,
    boxes: RwSignal<String>,
    disclose: RwSignal<String>,
    ai: RwSignal<String>,
    locale: RwSignal<String>,
}

impl Fields {
    /// A list of one child's consents asks about that child.
    fn new() -> Self {
        let filter = use_router().parameter("child").get_untracked();
        Self {
            child: draft_or("consent-request.child", &filter.unwrap_or_default()),
            guardian: draft("consent-request.guardian"),
            // Where a guardian is reached is kept nowhere longer than it takes to ask.
            email: RwSignal::new(String::new()),
            phone: RwSignal::new(String::new()),
            boxes: draft("consent-request.scopes"),
            disclose: draft("consent-request.disclose"),
            ai: draft("consent-request.ai"),
            locale: draft("consent-request.locale"),
        }
    }

    fn whole(self) -> CreateConsentRequest {
        let optional = |field: RwSignal<String>| {
            let typed = field.with(|field| field.trim().to_owned());
            (!typed.is_empty()).then_some(typed)
        };
        let boxes = self.boxes.with(|boxes| chosen(boxes));
        CreateConsentRequest {
            child: self.child.with(|child| child.trim().to_owned()),
            guardian: optional(self.guardian),
            email: optional(self.email),
            phone: optional(self.phone),
            scopes: scopes(&boxes, &self.disclose.get(), &self.ai.get()),
            locale: self.locale.with(|locale| EmailLocale::parse(locale)),
        }
    }
}

/// Boxes are kept as words with spaces between.
fn chosen(boxes: &str) -> Vec<String> {
    boxes.split_whitespace().map(str::to_owned).collect()
}

/// What is wrong before anything is sent.
fn own_fault(request: &CreateConsentRequest, field: &str) -> Option<String> {
    let words = &compliance().consents;
    match request.scopes.len() {
        0 if field == "scopes" => return Some(words.choose_scope.to_owned()),
        count if count > SCOPES_MAX && field == "scopes" => {
            return Some((words.too_many_scopes)(SCOPES_MAX as i64));
        }
        _ => {}
    }
    field_error(&request.validate().err()?, field)
}

/// What the engine finds wrong with the scopes of a field: it names them by their place.
fn fault_of(error: &ApiError, sent: &[String], place: Place) -> Option<String> {
    let of_place = |(index, scope): (usize, &String)| {
        let fault = error.field(&format!("/scopes/{index}"))?;
        (place_of(scope) == place).then(|| format!("{scope}: {fault}"))
    };
    sent.iter().enumerate().find_map(of_place)
}

#[component]
fn Form(open: RwSignal<bool>, asked: Callback<ConsentRequest>) -> impl IntoView {
    let (api, words) = (use_api(), &compliance().consents);
    let fields = Fields::new();
    let checked = RwSignal::new(false);
    let submit = Submit::new(
        move |request: CreateConsentRequest| async move { api.create_consent_request(&request).await },
        move |request| {
            forget("consent-request");
            asked.run(request);
        },
    );
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let own = checked
                .get()
                .then(|| own_fault(&fields.whole(), field))
                .flatten();
            own.or_else(|| submit.error.get()?.field(&format!("/{field}")))
        })
    };
    let scope_error = move |place: Place| {
        Signal::derive(move || fault_of(&submit.error.get()?, &fields.whole().scopes, place))
    };
    let in_boxes = error("scopes");
    let boxes_error =
        Signal::derive(move || in_boxes.get().or_else(|| scope_error(Place::Boxes).get()));
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let request = untrack(|| fields.whole());
        if request.validate().is_ok() {
            submit.run(request);
        } else {
            focus_first_error();
        }
    };
    let choices = vec![
        ("", words.language_own),
        (
            EmailLocale::En.as_str(),
            (text().outbox.locale)(EmailLocale::En),
        ),
        (
            EmailLocale::De.as_str(),
            (text().outbox.locale)(EmailLocale::De),
        ),
    ];
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <p class="text-muted">{words.request_help}</p>
            <TextField label=words.child value=fields.child help=words.child_help error=error("child")/>
            <TextField label=words.guardian value=fields.guardian optional=true help=words.guardian_help error=error("guardian")/>
            <Boxes chosen=fields.boxes error=boxes_error/>
            <TextField
                label=words.disclose
                value=fields.disclose
                optional=true
                help=words.recipients_help
                error=scope_error(Place::Disclose)
            />
            <TextField
                label=words.ai
                value=fields.ai
                optional=true
                help=words.recipients_help
                error=scope_error(Place::Ai)
            />
            <TextField label=words.email value=fields.email kind="email" optional=true help=words.email_help error=error("email")/>
            <TextField label=words.phone value=fields.phone kind="tel" optional=true help=words.phone_help error=error("phone")/>
            <SelectField label=words.language value=fields.locale choices error=error("locale")/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <NoNotice error=submit.error/>
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| {
                    forget("consent-request");
                    open.set(false);
                }>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{words.ask}</button>
            </div>
        </form>
    }
}

/// Where to go when nobody can be asked yet.
#[component]
fn NoNotice(error: RwSignal<Option<ApiError>>) -> impl IntoView {
    let (router, words) = (use_router(), &compliance().consents);
    let missing = move || {
        let code = error.with(|error| error.as_ref().and_then(ApiError::code));
        code == Some(ErrorCode::NoticeMissing)
    };
    view! {
        <Show when=missing>
            <a class="link" href=move || router.href("/notices")>{words.to_notices}</a>
        </Show>
    }
}

/// The scopes that need no recipient, as a box each.
#[component]
fn Boxes(chosen: RwSignal<String>, error: Signal<Option<String>>) -> impl IntoView {
    let words = &compliance().consents;
    let one = move |scope: &'static str| {
        let is_chosen = move || chosen.with(|chosen| chosen.split(' ').any(|it| it == scope));
        let toggle = move |event: web_sys::Event| {
            let on = event_target_checked(&event);
            chosen.update(|chosen| {
                let mut kept: Vec<&str> = chosen
                    .split_whitespace()
                    .filter(|it| *it != scope)
                    .collect();
                kept.extend(on.then_some(scope));
                *chosen = kept.join(" ");
            });
        };
        view! {
            <label class="flex items-start gap-2">
                <input
                    type="checkbox"
                    class="checkbox checkbox-sm"
                    prop:checked=is_chosen
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:change=toggle
                />
                <span>
                    <code>{scope}</code>
                    <span class="block text-xs text-muted">{(words.scope_name)(scope)}</span>
                </span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend class="font-medium">{words.scopes}</legend>
            <p class="field-help">{words.scopes_help}</p>
            <div class="grid sm:grid-cols-2 gap-2 mt-1">{FIXED.map(one)}</div>
            <p class="field-error" role="alert" hidden=move || error.with(Option::is_none)>{error}</p>
        </fieldset>
    }
}
