//! What an operator does with alerts: acknowledge, and dismiss with a reason. Pages that show alerts stand inside
//! the desk, so that there is one dialog, wherever its button is.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::AlertId;
use viral_engine_api_types::alerts::{Alert, AlertStatus, DismissAlert};
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::components::field::focus_first_error;
use crate::components::{Dialog, Submit, TextArea, Tone, error_panel, use_toasts};
use crate::drafts::draft;
use crate::forms::field_error;
use crate::i18n::text;
use crate::live::use_live;
use crate::session::use_session;

/// What is done with alerts on this page.
#[derive(Clone, Copy)]
pub struct Desk {
    dismissing: RwSignal<Option<Alert>>,
    acknowledge: Submit<AlertId, Alert>,
}

/// Room for pages that show alerts.
#[component]
pub fn AlertDesk(children: Children) -> impl IntoView {
    let (api, live, toasts) = (use_api(), use_live(), use_toasts());
    let acknowledge = Submit::new(
        move |id: AlertId| async move { api.acknowledge_alert(id).await },
        move |_| {
            live.alerts.update(|version| *version += 1);
            toasts.show(Tone::Good, text().alerts.acknowledged);
        },
    );
    let desk = Desk {
        dismissing: RwSignal::new(None),
        acknowledge,
    };
    provide_context(desk);
    Effect::new(move |_| {
        if let Some(error) = acknowledge.error.get() {
            toasts.show_error(&error);
        }
    });
    view! {
        {children()}
        <DismissDialog desk/>
    }
}

/// The buttons of an alert, as far as the role and the alert's life allow.
#[component]
pub fn AlertActions(alert: Alert) -> impl IntoView {
    let (desk, session) = (expect_context::<Desk>(), use_session());
    let id = alert.id;
    let (open, alive) = (
        alert.status == AlertStatus::Open,
        matches!(alert.status, AlertStatus::Open | AlertStatus::Acknowledged),
    );
    let acknowledge = move || {
        open.then(|| {
            view! {
                <button
                    type="button"
                    class="btn btn-xs"
                    disabled=move || desk.acknowledge.pending.get()
                    on:click=move |_| desk.acknowledge.run(id)
                >
                    {text().alerts.acknowledge}
                </button>
            }
        })
    };
    let alert = StoredValue::new(alert);
    let dismiss = move || {
        alive.then(|| {
            view! {
                <button
                    type="button"
                    class="btn btn-ghost btn-xs"
                    on:click=move |_| desk.dismissing.set(Some(alert.get_value()))
                >
                    {text().alerts.dismiss}
                </button>
            }
        })
    };
    view! { <Show when=move || session.may(Permission::AlertsWrite)>{acknowledge} {dismiss}</Show> }
}

#[component]
fn DismissDialog(desk: Desk) -> impl IntoView {
    let (api, live, toasts) = (use_api(), use_live(), use_toasts());
    let reason = draft("dismiss.reason");
    let checked = RwSignal::new(false);
    let close = Callback::new(move |()| {
        desk.dismissing.set(None);
        checked.set(false);
    });
    let submit = Submit::new(
        move |(id, reason): (AlertId, String)| async move { api.dismiss_alert(id, &reason).await },
        move |_| {
            // The dialog outlives what it sends: the next alert gets an empty field.
            reason.set(String::new());
            close.run(());
            live.alerts.update(|version| *version += 1);
            toasts.show(Tone::Good, text().alerts.dismissed);
        },
    );
    let form = move || DismissAlert {
        reason: reason.get().trim().to_owned(),
    };
    let error = Signal::derive(move || {
        let own = checked.get().then(|| form().validate().err()).flatten();
        own.and_then(|errors| field_error(&errors, "reason"))
            .or_else(|| submit.error.get()?.field("/reason"))
    });
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        match (untrack(form).validate(), desk.dismissing.get_untracked()) {
            (Ok(()), Some(alert)) => submit.run((alert.id, untrack(form).reason)),
            _ => focus_first_error(),
        }
    };
    let what = move || desk.dismissing.get().map(|alert| alert.message);
    view! {
        <Dialog
            open=Signal::derive(move || desk.dismissing.with(Option::is_some))
            on_close=close
            title=Signal::stored(text().alerts.dismiss_title.to_owned())
        >
            <form class="flex flex-col gap-4" novalidate on:submit=send>
                <p>{what}</p>
                <TextArea label=text().alerts.reason value=reason help=text().alerts.dismiss_help error/>
                {move || submit.error.get().map(|error| error_panel(&error))}
                <div class="flex justify-end gap-2">
                    <button type="button" class="btn btn-ghost" on:click=move |_| {
                        reason.set(String::new());
                        close.run(());
                    }>{text().actions.cancel}</button>
                    <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>
                        {text().alerts.dismiss}
                    </button>
                </div>
            </form>
        </Dialog>
    }
}
