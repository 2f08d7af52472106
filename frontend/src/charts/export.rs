//! Saving a chart. The SVG is copied with the colours it is shown in, as the style sheet does not travel with it.

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, CanvasRenderingContext2d, CssStyleDeclaration, Element, HtmlCanvasElement,
    HtmlImageElement, XmlSerializer,
};

use super::picture::{self, Key, Paper};
use crate::browser::download::{save_blob, save_text};

/// What the style sheet gives the parts of a chart.
const STYLES: [&str; 9] = [
    "fill",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "font-family",
    "font-size",
];
const SVG: &str = "image/svg+xml";
/// Pixels of the PNG for a pixel of the screen.
const SHARPNESS: f64 = 2.0;

/// Saves the chart inside `holder` as SVG; answers whether there was one to save.
pub fn save_svg(holder: &Element, title: &str, name: &str) -> bool {
    let text = standalone(holder, title);
    if let Some(text) = &text {
        save_text(&format!("{name}.svg"), SVG, text);
    }
    text.is_some()
}

/// Saves the chart inside `holder` as PNG, or calls `failed`.
pub fn save_png(holder: &Element, title: &str, name: String, failed: impl Fn() + Clone + 'static) {
    let (Some(text), Ok(image)) = (standalone(holder, title), HtmlImageElement::new()) else {
        return failed();
    };
    let loaded = Closure::once_into_js({
        let (image, failed) = (image.clone(), failed.clone());
        move || {
            if draw(&image, name, failed.clone()).is_none() {
                failed();
            }
        }
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_onerror(Some(Closure::once_into_js(failed).unchecked_ref()));
    // Not an object URL: the content security policy lets pictures be of this origin or in the address.
    let address: String = js_sys::encode_uri_component(&text).into();
    image.set_src(&format!("data:{SVG};charset=utf-8,{address}"));
}

/// Draws the picture on a canvas and saves that; none when the browser refuses.
fn draw(image: &HtmlImageElement, name: String, failed: impl Fn() + 'static) -> Option<()> {
    let canvas: HtmlCanvasElement = document().create_element("canvas").ok()?.dyn_into().ok()?;
    let (width, height) = (
        f64::from(image.width()) * SHARPNESS,
        f64::from(image.height()) * SHARPNESS,
    );
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
    context
        .draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, width, height)
        .ok()?;
    let save = Closure::once_into_js(move |blob: JsValue| match blob.dyn_into::<Blob>() {
        Ok(blob) => save_blob(&format!("{name}.png"), &blob),
        Err(_) => failed(),
    });
    canvas.to_blob(save.unchecked_ref()).ok()
}

/// The chart inside `holder` as a document of its own.
fn standalone(holder: &Element, title: &str) -> Option<String> {
    let shown = holder.query_selector(".chart svg").ok().flatten()?;
    let size = shown.get_bounding_client_rect();
    let (width, height) = (size.width(), size.height());
    let copy = styled_copy(&shown)?;
    for (name, value) in [("width", width), ("height", height)] {
        // The names are valid, so this can not fail.
        let _ = copy.set_attribute(name, &value.to_string());
    }
    let drawing = XmlSerializer::new().ok()?.serialize_to_string(&copy).ok()?;
    let keys = legend(holder);
    Some(picture::document(
        title,
        &keys,
        &paper(),
        &drawing,
        (width, height),
    ))
}

/// A copy that carries what the style sheet gives the original.
fn styled_copy(shown: &Element) -> Option<Element> {
    let copy: Element = shown.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    let (from, to) = (
        shown.query_selector_all("*").ok()?,
        copy.query_selector_all("*").ok()?,
    );
    for place in 0..from.length() {
        let style = style_of(from.get(place)?.dyn_ref()?)?;
        let target: Element = to.get(place)?.dyn_into().ok()?;
        for name in STYLES {
            let value = style.get_property_value(name).unwrap_or_default();
            // The names are valid, so this can not fail.
            let _ = target.set_attribute(name, &value);
        }
    }
    Some(copy)
}

/// What the legend beside the chart says: parts marked with `data-key`, each with a swatch or without.
fn legend(holder: &Element) -> Vec<Key> {
    let Ok(parts) = holder.query_selector_all("[data-key]") else {
        return Vec::new();
    };
    let key = |place| {
        let part: Element = parts.get(place)?.dyn_into().ok()?;
        let fill = |swatch: &str| {
            let swatch = part.query_selector(swatch).ok().flatten()?;
            style_of(&swatch)?.get_property_value("fill").ok()
        };
        let (colour, hatch) = (fill("rect"), fill("rect + rect"));
        let name = part.text_content()?.trim().to_owned();
        Some(Key {
            colour,
            hatch,
            name,
        })
    };
    (0..parts.length()).filter_map(key).collect()
}

/// The page the chart stands on.
fn paper() -> Paper {
    let style = document().body().and_then(|body| style_of(&body));
    let value = |name| {
        style
            .as_ref()
            .and_then(|style| style.get_property_value(name).ok())
            .unwrap_or_default()
    };
    Paper {
        background: value("background-color"),
        ink: value("color"),
        font: value("font-family"),
    }
}

fn style_of(element: &Element) -> Option<CssStyleDeclaration> {
    window().get_computed_style(element).ok().flatten()
}
