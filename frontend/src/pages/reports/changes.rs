//! What a report would say differently, were it computed now. Asked for on demand, as it is computed anew.

use leptos::prelude::*;
use serde_json::Value;
use viral_engine_api_types::ReportId;
use viral_engine_api_types::reports::{ReportChange, ReportChanges};

use crate::api::use_api;
use crate::components::{Card, Column, DataTable, Empty, Submit, TimeText, error_panel, user_text};
use crate::format::number::NONE;
use crate::i18n::text;

/// The card with its button.
#[component]
pub fn Changes(id: ReportId) -> impl IntoView {
    let (api, words) = (use_api(), &text().reports);
    let found = RwSignal::new(None::<ReportChanges>);
    let submit = Submit::new(
        move |()| async move { api.get_report_changes(id).await },
        move |changes| found.set(Some(changes)),
    );
    let shown = move || found.get().map(|changes| outcome(&changes));
    view! {
        <Card title=words.changes>
            <div class="flex flex-col items-start gap-3">
                <p class="text-muted max-w-prose">{words.changes_help}</p>
                <button type="button" class="btn btn-sm" disabled=move || submit.pending.get() on:click=move |_| submit.run(())>
                    {words.compare}
                </button>
                {move || submit.error.get().map(|error| error_panel(&error))}
                <div class="w-full min-w-0 empty:hidden" role="status">{shown}</div>
            </div>
        </Card>
    }
}

fn outcome(changes: &ReportChanges) -> AnyView {
    let words = &text().reports;
    let at = changes.computed_at;
    let when = view! { <p class="text-muted text-xs mt-2">{words.compared} " " <TimeText at/></p> };
    if changes.changes.is_empty() {
        return view! { <p class="font-medium">{words.unchanged}</p> {when} }.into_any();
    }
    view! {
        <DataTable
            name="report-changes"
            title=words.changed_figures
            rows=Signal::stored(changes.changes.clone())
            columns=columns()
            key=|change| change.figure.clone()
            sort_parameter="changes"
            empty=|| view! { <Empty title=text().reports.unchanged detail=""/> }
        />
        {when}
    }
    .into_any()
}

fn columns() -> Vec<Column<ReportChange>> {
    let words = &text().reports;
    vec![
        Column::<ReportChange>::new(
            "figure",
            words.figure,
            |it| user_text(&name(&it.figure)),
            |it| it.figure.clone(),
        )
        .sorted(|a, b| a.figure.cmp(&b.figure)),
        Column::<ReportChange>::figures(
            "reported",
            words.reported,
            |it| value(&it.reported).into_any(),
            |it| it.reported.to_string(),
        ),
        Column::<ReportChange>::figures(
            "current",
            words.current,
            |it| value(&it.current).into_any(),
            |it| it.current.to_string(),
        ),
    ]
}

/// A JSON pointer as words: `/previous/active_users` is `active users in the period before`.
fn name(pointer: &str) -> String {
    let step = |step: &str| step.replace("~1", "/").replace("~0", "~");
    let steps: Vec<_> = pointer.split('/').skip(1).map(step).collect();
    let steps: Vec<_> = steps.iter().map(String::as_str).collect();
    (text().reports.changed_figure)(&steps)
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => NONE.to_owned(),
        Value::String(words) => words.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_named_in_words() {
        for (pointer, expected) in [
            ("/current/active_users", "active users"),
            ("/previous/clicks", "clicks in the period before"),
            ("/loops/a~1b_c/conversions", "conversions by a/b_c"),
            ("/loops//conversions", "conversions without a link"),
            ("/top_referrers/0/invites", "top referrer 1: invites"),
            ("/alerts/fraud_rate", "alerts of fraud rate"),
            ("/thresholds/window_seconds", "threshold: window seconds"),
            ("/health_score", "health score"),
        ] {
            assert_eq!(name(pointer), expected);
        }
        assert_eq!(value(&Value::Null), "–");
        assert_eq!(value(&serde_json::json!(3)), "3");
    }
}
