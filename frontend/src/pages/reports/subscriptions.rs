//! Who gets each scheduled report by email, and changing that.

use leptos::prelude::*;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::reports::{
    ReportSubscription, ReportSubscriptionList, ReportType, ScheduledReportType,
    UpdateReportSubscription,
};

use super::recipients::{Recipients, fault, own_fault, read, write};
use crate::api::{ApiError, use_api};
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{
    Card, Dialog, Metric, RemoteView, Submit, TimeText, Tone, error_panel, use_toasts, user_words,
};
use crate::i18n::text;
use crate::remote::Remote;
use crate::session::use_session;

/// The card.
#[component]
pub fn Subscriptions() -> impl IntoView {
    let (api, words) = (use_api(), &text().reports);
    let remote = Remote::new(
        || (),
        move |()| async move { api.list_report_subscriptions().await },
    );
    let changing = RwSignal::new(None::<ReportSubscription>);
    let metric = Metric::new(words.subscriptions, words.subscriptions_help)
        .docs("reports/update_report_subscription");
    let all = move |list: Signal<ReportSubscriptionList>| {
        let rows = move || {
            let row = |it: ReportSubscription| view! { <Row it changing/> };
            list.get().items.into_iter().map(row).collect_view()
        };
        view! { <ul class="flex flex-col divide-y divide-base-300">{rows}</ul> }
    };
    let title = move || {
        changing.with(|it| {
            let name = it
                .as_ref()
                .map(|it| name_of(it.report_type))
                .unwrap_or_default();
            (words.recipients_of)(name)
        })
    };
    view! {
        <Card title=words.subscriptions metric=metric>
            <RemoteView remote name=words.subscriptions lines=3 children=all/>
        </Card>
        <Dialog
            open=Signal::derive(move || changing.with(Option::is_some))
            on_close=Callback::new(move |()| changing.set(None))
            title=Signal::derive(title)
        >
            {move || changing.get().map(|it| view! { <Form it changing remote/> })}
        </Dialog>
    }
}

fn name_of(kind: ScheduledReportType) -> &'static str {
    (text().reports.kind)(match kind {
        ScheduledReportType::Weekly => ReportType::Weekly,
        ScheduledReportType::Monthly => ReportType::Monthly,
    })
}

#[component]
fn Row(it: ReportSubscription, changing: RwSignal<Option<ReportSubscription>>) -> impl IntoView {
    let (session, words) = (use_session(), &text().reports);
    let name = name_of(it.report_type);
    // Who may not see the addresses would overwrite them unseen.
    let seen = it.recipients.is_some();
    let who = it
        .recipients
        .clone()
        .filter(|recipients| !recipients.is_empty());
    let who = who
        .map(|recipients| view! { <p class="text-muted">{user_words(&recipients.join(", "))}</p> });
    let changed = it
        .updated_at
        .map(|at| view! { <span class="text-xs text-muted">{words.subscription_changed} " " <TimeText at/></span> });
    let count = (words.recipient_count)(i64::from(it.recipient_count));
    let it = StoredValue::new(it);
    view! {
        <li class="flex flex-col gap-1 py-2 first:pt-0 last:pb-0">
            <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <span class="font-medium">{name}</span>
                <span>{count}</span>
                {changed}
                <span class="flex-1"></span>
                <Show when=move || seen && session.may(Permission::ReportsWrite)>
                    <button
                        type="button"
                        class="btn btn-xs"
                        aria-label=format!("{}: {}", words.change_recipients, (words.recipients_of)(name))
                        on:click=move |_| changing.set(Some(it.get_value()))
                    >
                        {words.change_recipients}
                    </button>
                </Show>
            </div>
            {who}
        </li>
    }
}

#[component]
fn Form(
    it: ReportSubscription,
    changing: RwSignal<Option<ReportSubscription>>,
    remote: Remote<ReportSubscriptionList>,
) -> impl IntoView {
    let (api, toasts, words) = (use_api(), use_toasts(), &text().reports);
    let typed = RwSignal::new(write(it.recipients.as_deref().unwrap_or_default()));
    let it = StoredValue::new(it);
    let checked = RwSignal::new(false);
    let submit = Submit::new(
        move |body: UpdateReportSubscription| async move {
            api.update_report_subscription(&it.get_value(), &body).await
        },
        move |_: ReportSubscription| {
            changing.set(None);
            remote.reload();
            toasts.show(Tone::Good, words.recipients_saved);
        },
    );
    let error = Signal::derive(move || {
        let addresses = typed.with(|typed| read(typed));
        let own = checked.get().then(|| own_fault(&addresses, true)).flatten();
        own.or_else(|| fault(&submit.error.get()?, &addresses))
    });
    focus_on_failure(submit.error);
    let stale = move || {
        let code = submit
            .error
            .with(|error| error.as_ref().and_then(ApiError::code));
        (code == Some(ErrorCode::PreconditionFailed)).then_some(words.recipients_stale)
    };
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let recipients = typed.with_untracked(|typed| read(typed));
        match own_fault(&recipients, true) {
            None => submit.run(UpdateReportSubscription { recipients }),
            Some(_) => focus_first_error(),
        }
    };
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <Recipients value=typed help=words.recipients_help error/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <p class="text-muted empty:hidden">{stale}</p>
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| changing.set(None)>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{text().actions.save}</button>
            </div>
        </form>
    }
}
