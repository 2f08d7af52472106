//! Asking for the recaps of a week.

use chrono::{Datelike, Days, NaiveDate};
use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::recaps::{CreateRecaps, RecapGeneration};

use super::progress::JOB;
use crate::api::use_api;
use crate::browser::now;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{Dialog, Submit, TextField, error_panel};
use crate::drafts::{draft, draft_or, forget};
use crate::forms::field_error;
use crate::i18n::text;
use crate::router::{Visit, use_router};

/// The Monday of the latest week that is over everywhere.
fn latest_week(today: NaiveDate) -> NaiveDate {
    let since_monday = u64::from(today.weekday().num_days_from_monday());
    today
        .checked_sub_days(Days::new(since_monday + 7))
        .unwrap_or(today)
}

/// The dialog. How far the job is stands on the page.
#[component]
pub fn GenerateDialog(open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::stored(text().recaps.generate.to_owned())
        >
            <Form open/>
        </Dialog>
    }
}

#[component]
fn Form(open: RwSignal<bool>) -> impl IntoView {
    let (api, router, words) = (use_api(), use_router(), &text().recaps);
    let week = draft_or("recaps.week", &latest_week(now().date_naive()).to_string());
    let parent = draft("recaps.parent");
    let send_mail = RwSignal::new(true);
    let checked = RwSignal::new(false);
    let form = move || {
        Some(CreateRecaps {
            week: week.get().parse().ok()?,
            parent: Some(parent.get().trim().to_owned()).filter(|parent| !parent.is_empty()),
            send: Some(send_mail.get()),
        })
    };
    let submit = Submit::new(
        move |recaps: CreateRecaps| async move { api.create_recaps(&recaps).await },
        move |generation: RecapGeneration| {
            forget("recaps");
            open.set(false);
            let job = generation.job_id.to_string();
            router.set(&[(JOB, Some(&job)), ("cursor", None)], Visit::Push);
        },
    );
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let own = checked.get().then(|| match (field, form()) {
                ("week", None) => Some(words.choose_week.to_owned()),
                (_, None) => None,
                (field, Some(form)) => field_error(&form.validate().err()?, field),
            });
            own.flatten()
                .or_else(|| submit.error.get()?.field(&format!("/{field}")))
        })
    };
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        match untrack(form).filter(|form| form.validate().is_ok()) {
            Some(form) => submit.run(form),
            None => focus_first_error(),
        }
    };
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <TextField label=words.monday value=week kind="date" help=words.monday_help error=error("week")/>
            <TextField label=words.parent value=parent optional=true help=words.parent_help error=error("parent")/>
            <label class="flex items-center gap-2">
                <input
                    type="checkbox"
                    class="checkbox checkbox-sm"
                    prop:checked=send_mail
                    on:change=move |event| send_mail.set(event_target_checked(&event))
                />
                {words.send_mail}
            </label>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| {
                    forget("recaps");
                    open.set(false);
                }>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{words.generate}</button>
            </div>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::latest_week;

    #[test]
    fn the_latest_week_begins_on_a_monday_and_is_over() {
        for (today, monday) in [
            ("2026-03-16", "2026-03-09"),
            ("2026-03-22", "2026-03-09"),
            ("2026-03-23", "2026-03-16"),
        ] {
            let today = today.parse().expect("a day");
            assert_eq!(latest_week(today).to_string(), monday);
        }
    }
}
