//! Sending a report by email, and how far its emails are.

use leptos::prelude::*;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::reports::{
    DeliverReport, Report, ReportDelivery, ReportDeliveryStatus, ReportStatus,
};

use super::recipients::{Recipients, fault, own_fault, read};
use crate::api::use_api;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{
    Card, Dialog, Submit, TimeText, Tone, error_panel, tag, use_toasts, user_words,
};
use crate::drafts::{draft, forget};
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::{Query, use_router};
use crate::session::use_session;

/// Who has the report, and the button that sends it.
#[component]
pub fn Delivery(report: Signal<Report>, remote: Remote<Report>) -> impl IntoView {
    let (session, router, words) = (use_session(), use_router(), &text().reports);
    let open = RwSignal::new(false);
    let ready = move || report.with(|report| report.status == ReportStatus::Ready);
    let status = move || {
        let status = report.with(|report| report.delivery_status);
        let status = status.unwrap_or(ReportDeliveryStatus::NotDelivered);
        tag(tone_of(status), (words.delivery_status)(status))
    };
    let sent = move || {
        let at = report.with(|report| report.delivered_at)?;
        Some(view! { <span class="text-muted">{words.last_sent} " " <TimeText at/></span> })
    };
    let who = move || {
        let recipients = report.with(|report| report.recipient_emails.clone())?;
        let named = recipients.join(", ");
        (!recipients.is_empty()).then(|| view! { <p>{user_words(&named)}</p> })
    };
    let emails = move || router.href_with("/outbox", &Query::new().and("kind", "report_ready"));
    view! {
        <Card title=words.delivery>
            <div class="flex flex-col items-start gap-3">
                <p class="flex flex-wrap items-center gap-2">{status} {sent}</p>
                {who}
                <div class="flex flex-wrap items-center gap-3">
                    <Show when=move || ready() && session.may(Permission::ReportsWrite)>
                        <button type="button" class="btn btn-sm" on:click=move |_| open.set(true)>{words.deliver}</button>
                    </Show>
                    <Show when=move || session.may(Permission::EmailsRead)>
                        <a class="link" href=emails>{words.see_emails}</a>
                    </Show>
                </div>
            </div>
        </Card>
        <Dialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::stored(words.deliver.to_owned())
        >
            <Form report open remote/>
        </Dialog>
    }
}

fn tone_of(status: ReportDeliveryStatus) -> Tone {
    match status {
        ReportDeliveryStatus::NotDelivered => Tone::Neutral,
        ReportDeliveryStatus::Queued => Tone::Info,
        ReportDeliveryStatus::Delivered => Tone::Good,
        ReportDeliveryStatus::PartlyDelivered => Tone::Watch,
        ReportDeliveryStatus::Failed => Tone::Bad,
    }
}

#[component]
fn Form(report: Signal<Report>, open: RwSignal<bool>, remote: Remote<Report>) -> impl IntoView {
    let (api, toasts, words) = (use_api(), use_toasts(), &text().reports);
    let id = report.with_untracked(|report| report.id);
    let typed = draft("report-delivery.recipients");
    let checked = RwSignal::new(false);
    let submit = Submit::new(
        move |body: DeliverReport| async move { api.deliver_report(id, &body).await },
        move |delivery: ReportDelivery| {
            forget("report-delivery");
            open.set(false);
            remote.reload();
            let new = delivery.emails.iter().filter(|email| email.is_new).count();
            toasts.show(
                Tone::Good,
                (words.delivered)(new, delivery.emails.len() - new),
            );
        },
    );
    let error = Signal::derive(move || {
        let addresses = typed.with(|typed| read(typed));
        let own = checked
            .get()
            .then(|| own_fault(&addresses, false))
            .flatten();
        own.or_else(|| fault(&submit.error.get()?, &addresses))
    });
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let recipients = typed.with_untracked(|typed| read(typed));
        match own_fault(&recipients, false) {
            None => submit.run(DeliverReport { recipients }),
            Some(_) => focus_first_error(),
        }
    };
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <Recipients value=typed help=words.deliver_help error/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| {
                    forget("report-delivery");
                    open.set(false);
                }>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{words.send}</button>
            </div>
        </form>
    }
}
