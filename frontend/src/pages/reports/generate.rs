//! Asking for a report: which days, in which time zone.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::reports::{CreateReport, Report, ReportType};

use crate::api::use_api;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{Dialog, SelectField, Submit, TextField, error_panel};
use crate::drafts::{draft, draft_or, forget};
use crate::forms::field_error;
use crate::i18n::text;
use crate::router::use_router;
use crate::view::use_view;

/// The dialog. What is asked for is shown on a page of its own, with its progress.
#[component]
pub fn GenerateDialog(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::stored(text().reports.generate.to_owned())
        >
            <Form open/>
        </Dialog>
    }
}

#[component]
fn Form(open: RwSignal<bool>) -> impl IntoView {
    let (api, router, view) = (use_api(), use_router(), use_view());
    let texts = &text().reports;
    let kind = draft_or("report.type", ReportType::Weekly.as_str());
    let (from, to) = (draft("report.from"), draft("report.to"));
    let zone = draft_or("report.time-zone", &view.zone.get_untracked());
    let checked = RwSignal::new(false);
    let chosen = move || {
        let chosen = |of: &ReportType| kind.with(|kind| of.as_str() == kind.as_str());
        ReportType::ALL.into_iter().find(chosen)
    };
    let custom = Memo::new(move |_| chosen() == Some(ReportType::Custom));
    let form = move || {
        let day =
            |typed: RwSignal<String>| custom.get().then(|| typed.get().parse().ok()).flatten();
        CreateReport {
            report_type: chosen().unwrap_or(ReportType::Weekly),
            from: day(from),
            to: day(to),
            time_zone: Some(zone.get().trim().to_owned()).filter(|zone| !zone.is_empty()),
        }
    };
    let submit = Submit::new(
        move |report: CreateReport| async move { api.create_report(&report).await },
        move |report: Report| {
            forget("report");
            open.set(false);
            router.go_to(&format!("/reports/{}", report.id));
        },
    );
    let lacks = move |field: &str| {
        let day = match field {
            "from" => form().from,
            _ => form().to,
        };
        custom.get() && day.is_none()
    };
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let said = submit
                .error
                .get()
                .and_then(|error| error.field(&format!("/{field}")));
            let own = checked.get().then(|| match field {
                "from" | "to" => lacks(field).then(|| texts.choose_day.to_owned()),
                _ => field_error(&form().validate().err()?, field),
            });
            own.flatten().or(said)
        })
    };
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let whole = !untrack(|| lacks("from") || lacks("to"));
        let report = untrack(form);
        if whole && report.validate().is_ok() {
            submit.run(report);
        } else {
            focus_first_error();
        }
    };
    let help = move || chosen().map(texts.kind_help);
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <SelectField
                label=texts.kind_head
                value=kind
                choices=ReportType::ALL.map(|kind| (kind.as_str(), (texts.kind)(kind))).to_vec()
            />
            <p class="field-help">{help}</p>
            <Show when=move || custom.get()>
                <div class="grid gap-4 sm:grid-cols-2">
                    <TextField label=texts.from value=from kind="date" error=error("from")/>
                    <TextField label=texts.to value=to kind="date" error=error("to")/>
                </div>
            </Show>
            <TextField label=texts.time_zone value=zone help=texts.time_zone_help error=error("time_zone")/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| {
                    forget("report");
                    open.set(false);
                }>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{texts.generate}</button>
            </div>
        </form>
    }
}
