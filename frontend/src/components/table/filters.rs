//! Filters of a list. They live in the address; chips below say in words what is filtered, and take it away.

use leptos::prelude::*;

use crate::components::field::{Field, FieldControl};
use crate::components::icon::{Icon, icon};
use crate::components::user_text::user_text;
use crate::i18n::text;
use crate::router::{Visit, use_router};

/// A choice of a filter: value in the address, name on screen.
pub type Choice = (&'static str, &'static str);

/// Two beside each other on a narrow screen.
const WIDTH: &str = "w-44 max-sm:w-[calc(50%-0.375rem)]";

/// A filter with few values.
#[component]
pub fn FilterSelect(
    /// Parameter of the address, and of the API.
    parameter: &'static str,
    /// Label.
    label: &'static str,
    /// Values.
    choices: Vec<Choice>,
) -> impl IntoView {
    let router = use_router();
    let value = router.parameter(parameter);
    let select = move |control: FieldControl| {
        view! {
            <select
                class="select select-sm"
                id=control.id()
                data-filter=""
                prop:value=move || value.get().unwrap_or_default()
                on:change=move |event| {
                    let value = event_target_value(&event);
                    router.set(&[(parameter, Some(&value)), ("cursor", None)], Visit::Push);
                }
            >
                <option value="">{text().tables.any}</option>
                {choices.into_iter().map(|(value, name)| view! { <option value=value>{name}</option> }).collect_view()}
            </select>
        }
        .into_any()
    };
    view! { <div class=WIDTH><Field label=Signal::stored(label.to_owned()) children=select/></div> }
}

/// A filter by text; it is applied on Enter or when the field is left.
#[component]
pub fn FilterText(
    /// Parameter of the address, and of the API.
    parameter: &'static str,
    /// Label.
    label: &'static str,
    /// `type` of the input.
    #[prop(default = "search")]
    kind: &'static str,
) -> impl IntoView {
    let router = use_router();
    let value = router.parameter(parameter);
    let input = move |control: FieldControl| {
        view! {
            <input
                class="input input-sm"
                id=control.id()
                type=kind
                placeholder=text().tables.filter_hint
                autocomplete="off"
                data-filter=""
                prop:value=move || value.get().unwrap_or_default()
                on:change=move |event| {
                    let value = event_target_value(&event);
                    router.set(&[(parameter, Some(value.trim())), ("cursor", None)], Visit::Push);
                }
            />
        }
        .into_any()
    };
    view! { <div class=WIDTH><Field label=Signal::stored(label.to_owned()) children=input/></div> }
}

/// A parameter of the address, its label, and how its value reads.
pub type Named = (&'static str, &'static str, fn(&str) -> String);

/// Filters in a row, with chips of those that are set.
#[component]
pub fn FilterBar(
    /// The filters' parameters, labels and how their values read.
    named: Vec<Named>,
    children: Children,
) -> impl IntoView {
    let router = use_router();
    let named = StoredValue::new(named);
    let set = Memo::new(move |_| {
        router.query.with(|query| {
            named.with_value(|named| {
                let value = |(parameter, label, read): &Named| {
                    Some((*parameter, *label, read(query.get(parameter)?)))
                };
                named.iter().filter_map(value).collect::<Vec<_>>()
            })
        })
    });
    let chip = move |(parameter, label, value): (&'static str, &'static str, String)| {
        let what = format!("{label}: {value}");
        view! {
            <li class="chip">
                {user_text(&what)}
                <button
                    type="button"
                    class="btn btn-ghost btn-circle btn-xs"
                    aria-label=(text().tables.filter_remove)(&what)
                    on:click=move |_| router.set(&[(parameter, None), ("cursor", None)], Visit::Push)
                >
                    {icon(Icon::Close)}
                </button>
            </li>
        }
    };
    let clear = move |_| {
        let mut changes: Vec<_> = named.with_value(|named| {
            named
                .iter()
                .map(|(parameter, ..)| (*parameter, None))
                .collect()
        });
        changes.push(("cursor", None));
        router.set(&changes, Visit::Push);
    };
    view! {
        <div class="flex flex-col gap-2">
            <div class="flex flex-wrap gap-3" role="search" aria-label=text().tables.filter>{children()}</div>
            <Show when=move || set.with(|set| !set.is_empty())>
                <ul class="flex flex-wrap items-center gap-2">
                    {move || set.get().into_iter().map(chip).collect_view()}
                    <li>
                        <button type="button" class="btn btn-ghost btn-xs" on:click=clear>{text().actions.clear_filters}</button>
                    </li>
                </ul>
            </Show>
        </div>
    }
}
