//! What failed, the request id to name, and another try. Nothing that was typed is lost.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use super::icon::{Icon, icon};
use crate::api::ApiError;
use crate::i18n::text;

/// A failure in the place of what failed.
#[component]
pub fn ErrorPanel(
    /// What was being loaded or done, for the heading.
    #[prop(optional, into)]
    heading: Option<String>,
    /// The failure.
    error: ApiError,
    /// Tries again.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    let title = heading.unwrap_or_else(|| error.title());
    let request_id = error.request_id().map(|id| {
        view! {
            <p class="text-xs text-muted flex items-center gap-1">
                {text().states.request_id} " " <code>{id.clone()}</code>
                <CopyButton value=Signal::stored(id) label=text().states.request_id/>
            </p>
        }
    });
    let button = retry.map(|retry| {
        view! {
            <button type="button" class="btn btn-sm" on:click=move |_| retry.run(())>
                {icon(Icon::Refresh)} {text().actions.retry}
            </button>
        }
    });
    view! {
        <div class="notice" data-tone="bad" role="alert">
            <p class="font-semibold flex items-center gap-2">{icon(Icon::Alert)} {title}</p>
            {error.remark().map(|remark| view! { <p>{remark}</p> })}
            {request_id}
            {button}
        </div>
    }
}

/// A failure of an action, beside its button. When the fields are at fault it sums up what they say.
pub fn error_panel(error: &ApiError) -> AnyView {
    let details = error.field_details();
    if details.is_empty() {
        return view! { <ErrorPanel error=error.clone()/> }.into_any();
    }
    let details = details
        .into_iter()
        .map(|detail| view! { <li>{detail}</li> })
        .collect_view();
    view! {
        <div class="notice" data-tone="bad" role="alert">
            <p class="font-semibold">{text().forms.form_failed}</p>
            <ul class="list-disc pl-5">{details}</ul>
        </div>
    }
    .into_any()
}
