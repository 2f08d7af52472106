//! Tabs whose choice lives in the address. Arrow keys go between them, as the pattern for tabs asks.

use leptos::prelude::*;

use super::ignored::Ignored;
use crate::browser::focus_soon;
use crate::router::{Visit, use_router};

/// A tab.
#[derive(Clone, Copy)]
pub struct Tab {
    /// Its value in the address.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it shows.
    pub view: fn() -> AnyView,
}

/// Tabs, and below them what the chosen one shows. The first is chosen when the address names none.
#[component]
pub fn Tabs(
    /// What the tabs are about.
    label: &'static str,
    /// The tabs.
    tabs: Vec<Tab>,
    /// A figure beside a name.
    #[prop(optional)]
    count: Option<Callback<&'static str, Option<i64>>>,
    /// Parameters of the address that end with the tab.
    #[prop(optional)]
    forget: &'static [&'static str],
) -> impl IntoView {
    let router = use_router();
    let wish = router.parameter("tab");
    let tabs = StoredValue::new(tabs);
    let chosen = Memo::new(move |_| {
        let wish = wish.get();
        tabs.with_value(|tabs| {
            tabs.iter()
                .position(|tab| Some(tab.id) == wish.as_deref())
                .unwrap_or(0)
        })
    });
    let choose = move |place: usize| {
        let id = tabs.with_value(|tabs| tabs[place].id);
        let mut changes = vec![("tab", (place > 0).then_some(id))];
        changes.extend(forget.iter().map(|parameter| (*parameter, None)));
        router.set(&changes, Visit::Push);
    };
    let key = move |event: web_sys::KeyboardEvent| {
        let (last, now) = (tabs.with_value(Vec::len) - 1, chosen.get_untracked());
        let next = match event.key().as_str() {
            "ArrowRight" => {
                if now == last {
                    0
                } else {
                    now + 1
                }
            }
            "ArrowLeft" => {
                if now == 0 {
                    last
                } else {
                    now - 1
                }
            }
            "Home" => 0,
            "End" => last,
            _ => return,
        };
        event.prevent_default();
        choose(next);
        focus_soon(format!("tab-{}", tabs.with_value(|tabs| tabs[next].id)));
    };
    let button = move |place: usize, tab: Tab| {
        let figure = move || {
            let figure = count.and_then(|count| count.run(tab.id))?;
            Some(view! { <span class="text-xs num">{crate::format::count(figure)}</span> })
        };
        view! {
            <button
                type="button"
                role="tab"
                class="tab-item"
                id=format!("tab-{}", tab.id)
                aria-controls="tab-panel"
                aria-selected=move || (chosen.get() == place).to_string()
                tabindex=move || if chosen.get() == place { "0" } else { "-1" }
                on:click=move |_| choose(place)
            >
                {tab.name} {figure}
            </button>
        }
    };
    let unknown = Signal::derive(move || {
        let wish = wish.get();
        let known = tabs.with_value(|tabs| tabs.iter().any(|tab| Some(tab.id) == wish.as_deref()));
        if wish.is_some() && !known {
            vec!["tab"]
        } else {
            Vec::new()
        }
    });
    view! {
        <Ignored parameters=unknown/>
        <div class="tab-row" role="tablist" aria-label=label on:keydown=key>
            {tabs.get_value().into_iter().enumerate().map(|(place, tab)| button(place, tab)).collect_view()}
        </div>
        <div
            id="tab-panel"
            role="tabpanel"
            aria-labelledby=move || format!("tab-{}", tabs.with_value(|tabs| tabs[chosen.get()].id))
            class="flex flex-col gap-4"
        >
            {move || (tabs.with_value(|tabs| tabs[chosen.get()].view))()}
        </div>
    }
}
