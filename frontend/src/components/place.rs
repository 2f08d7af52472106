//! Keeping what opens beside a button inside the window.

use leptos::prelude::window;
use web_sys::HtmlElement;

/// Room left to the edge of the window, in pixels.
const GAP: f64 = 8.0;

/// Puts a fixed panel under its button, or above it where there is no room.
pub fn put_under(button: &HtmlElement, panel: &HtmlElement) {
    let (width, height) = window_size();
    let (anchor, shown) = (
        button.get_bounding_client_rect(),
        panel.get_bounding_client_rect(),
    );
    let left = anchor.left().min(width - shown.width() - GAP).max(GAP);
    let below = anchor.bottom();
    let top = if below + shown.height() > height - GAP {
        (anchor.top() - shown.height()).max(GAP)
    } else {
        below
    };
    set_style(panel, "left", &format!("{left}px"));
    set_style(panel, "top", &format!("{top}px"));
}

/// Moves a panel sideways when it reaches over the edge of the window.
pub fn pull_inside(panel: &HtmlElement) {
    let (width, _) = window_size();
    let shown = panel.get_bounding_client_rect();
    let shift = sideways(shown.left(), shown.right(), width);
    set_style(panel, "translate", &format!("{shift}px"));
}

/// By how much to move what reaches from `left` to `right` in a window of `width`.
fn sideways(left: f64, right: f64, width: f64) -> f64 {
    if left < GAP {
        GAP - left
    } else {
        (width - GAP - right).min(0.0)
    }
}

fn window_size() -> (f64, f64) {
    let size = |value: Result<wasm_bindgen::JsValue, _>| {
        value.ok().and_then(|value| value.as_f64()).unwrap_or(0.0)
    };
    (size(window().inner_width()), size(window().inner_height()))
}

fn set_style(element: &HtmlElement, name: &str, value: &str) {
    // The name of the property is valid, so this can not fail.
    let _ = element.style().set_property(name, value);
}

#[cfg(test)]
mod tests {
    use super::sideways;

    #[test]
    fn what_fits_stays() {
        assert_eq!(sideways(20.0, 200.0, 360.0), 0.0);
    }

    #[test]
    fn what_reaches_over_an_edge_is_pulled_inside() {
        assert_eq!(sideways(-12.0, 180.0, 360.0), 20.0);
        assert_eq!(sideways(200.0, 392.0, 360.0), -40.0);
    }
}
