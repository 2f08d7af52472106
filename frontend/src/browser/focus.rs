//! Keeps the focus where the operator is when what had it goes away: a card that is drawn anew after its button was
//! pressed must not throw the keyboard back to the top of the page.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, HtmlElement, MutationObserver, MutationObserverInit};

/// What can have the focus by the keyboard.
const FOCUSABLE: &str = "a[href], button:not([disabled]), input, select, textarea";

/// An ancestor of what has the focus, and which of its children leads there.
struct Step {
    parent: Element,
    place: u32,
}

/// From what has the focus up to its page or dialog.
#[derive(Default)]
struct Trail {
    steps: Vec<Step>,
}

impl Trail {
    fn of(element: &Element) -> Self {
        let mut steps = Vec::new();
        let mut child = element.clone();
        while let Some(parent) = child.parent_element() {
            if matches!(parent.tag_name().as_str(), "MAIN" | "DIALOG" | "BODY") {
                break;
            }
            let siblings = parent.children();
            let place = (0..siblings.length())
                .find(|place| siblings.item(*place).as_ref() == Some(&child))
                .unwrap_or(0);
            steps.push(Step {
                parent: parent.clone(),
                place,
            });
            child = parent;
        }
        Self { steps }
    }

    /// Focuses what stands where the lost element stood, in its nearest ancestor that is still there.
    fn recover(&self) {
        let Some(step) = self.steps.iter().find(|step| step.parent.is_connected()) else {
            return;
        };
        let there = step.parent.children().item(step.place);
        let inside = there.and_then(|there| match there.matches(FOCUSABLE) {
            Ok(true) => Some(there),
            _ => there.query_selector(FOCUSABLE).ok().flatten(),
        });
        let target = inside.unwrap_or_else(|| {
            // Only by program: the keyboard's order stays as it is. The name is valid, so this can not fail.
            let _ = step.parent.set_attribute("tabindex", "-1");
            step.parent.clone()
        });
        if let Ok(target) = target.dyn_into::<HtmlElement>() {
            // What can not be focused leaves the focus where it is.
            let _ = target.focus();
        }
    }
}

/// Starts to keep the focus, for as long as the app lives.
pub fn keep() {
    let trail = Rc::new(RefCell::new(Trail::default()));
    let noted = Rc::clone(&trail);
    let note = window_event_listener_untyped("focusin", move |event| {
        let focused = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        if let Some(focused) = focused {
            noted.replace(Trail::of(&focused));
        }
    });
    let changed = Closure::<dyn FnMut()>::new(move || {
        let body = document().body().map(Element::from);
        if document().active_element() == body {
            // Once: whoever leaves the page by a press on nothing is left alone from then on.
            trail.take().recover();
        }
    });
    let Ok(observer) = MutationObserver::new(changed.as_ref().unchecked_ref()) else {
        return note.remove();
    };
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    if let Some(body) = document().body()
        && observer.observe_with_options(&body, &options).is_ok()
    {
        // The app lives as long as the page.
        changed.forget();
    }
}
