//! The period: 7, 14 or 30 days by one press, or dates.

use leptos::prelude::*;

use crate::browser::intl::format_day;
use crate::components::{Icon, Menu, TextField, icon};
use crate::i18n::text;
use crate::view::use_view;
use crate::window::{BadRange, LONGEST, PRESETS, Period};

/// Button with the period, and a panel to change it.
#[component]
pub fn PeriodMenu() -> impl IntoView {
    let view = use_view();
    let open = RwSignal::new(false);
    let label = Signal::derive(move || describe(view.period.get()));
    let button = move || {
        view! {
            {icon(Icon::Calendar)}
            <span class="sr-only">{text().frame.period} ": "</span>
            {label}
            {icon(Icon::ChevronDown)}
        }
    };
    let preset = move |days: u64| {
        let choose = move |_| {
            open.set(false);
            view.set_period(Period::Last(days));
        };
        view! {
            <button
                type="button"
                class="menu-item"
                aria-pressed=move || (view.period.get() == Period::Last(days)).to_string()
                on:click=choose
            >
                <span class="w-4">{move || (view.period.get() == Period::Last(days)).then(|| icon(Icon::Check))}</span>
                {describe(Period::Last(days))}
            </button>
        }
    };
    view! {
        <Menu button right=true open>
            {PRESETS.map(preset)}
            <CustomPeriod open/>
        </Menu>
    }
}

/// Two dates.
#[component]
fn CustomPeriod(open: RwSignal<bool>) -> impl IntoView {
    let view = use_view();
    let today = view.now.get_untracked().date_naive();
    let (first, last) = match view.period.get_untracked() {
        Period::Between(from, to) => (from, to),
        Period::Last(days) => (today - chrono::Days::new(days - 1), today),
    };
    let (from, to) = (
        RwSignal::new(first.to_string()),
        RwSignal::new(last.to_string()),
    );
    let error = RwSignal::new(None);
    let apply = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let (Ok(first), Ok(last)) = (from.get_untracked().parse(), to.get_untracked().parse())
        else {
            return;
        };
        match Period::between(first, last) {
            Ok(period) => {
                open.set(false);
                view.set_period(period);
            }
            Err(BadRange::Reversed) => error.set(Some(text().frame.range_reversed.to_owned())),
            Err(BadRange::TooLong) => {
                error.set(Some((text().frame.range_too_long)(LONGEST as i64)));
            }
        }
    };
    view! {
        <form class="flex flex-col gap-2 border-t border-base-300 mt-2 pt-2 px-2" on:submit=apply>
            <p class="font-medium">{text().frame.custom_period}</p>
            <TextField label=text().frame.from value=from kind="date"/>
            <TextField label=text().frame.to value=to kind="date" error/>
            <button type="submit" class="btn btn-primary btn-sm">{text().actions.apply}</button>
        </form>
    }
}

/// The period in words.
fn describe(period: Period) -> String {
    match period {
        Period::Last(days) => (text().frame.last_days)(days as i64),
        Period::Between(from, to) => (text().frame.range)(&format_day(from), &format_day(to)),
    }
}
