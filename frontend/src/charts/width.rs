//! The width a chart has, followed while the window changes.

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{ResizeObserver, ResizeObserverEntry};

/// Width until the page has been laid out.
const FIRST: f64 = 640.0;

/// The width of an element, in pixels.
pub fn width_of(node: NodeRef<html::Div>) -> ReadSignal<f64> {
    let (width, set_width) = signal(FIRST);
    let observed = StoredValue::new_local(None::<Observed>);
    Effect::new(move |_| {
        let Some(element) = node.get() else { return };
        let closure = Closure::new(move |entries: js_sys::Array| {
            let entry = entries.get(0).dyn_into::<ResizeObserverEntry>();
            let measured = entry
                .map(|entry| entry.content_rect().width())
                .unwrap_or(FIRST);
            if measured > 0.0
                && width
                    .try_get_untracked()
                    .is_some_and(|width| width != measured)
            {
                set_width.set(measured);
            }
        });
        if let Ok(observer) = ResizeObserver::new(closure.as_ref().unchecked_ref()) {
            observer.observe(&element);
            observed.set_value(Some(Observed {
                observer,
                _closure: closure,
            }));
        }
    });
    width
}

struct Observed {
    observer: ResizeObserver,
    _closure: Closure<dyn FnMut(js_sys::Array)>,
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
