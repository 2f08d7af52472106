//! Saving a chart. The SVG is copied with the colours it is shown in, as the style sheet does not travel with it.

use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, CanvasRenderingContext2d, Element, HtmlCanvasElement, HtmlImageElement, Url,
    XmlSerializer,
};

use crate::browser::download::{blob_of, save_blob, save_text};

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

/// Saves the chart inside `holder` as SVG.
pub fn save_svg(holder: &Element, name: &str) {
    if let Some(text) = standalone(holder) {
        save_text(&format!("{name}.svg"), SVG, &text);
    }
}

/// Saves the chart inside `holder` as PNG.
pub fn save_png(holder: &Element, name: String) {
    let address = standalone(holder)
        .and_then(|text| Url::create_object_url_with_blob(&blob_of(&text, SVG)?).ok());
    let (Some(address), Ok(image)) = (address, HtmlImageElement::new()) else {
        return;
    };
    let loaded = Closure::once_into_js({
        let (image, address) = (image.clone(), address.clone());
        move || {
            draw(&image, name);
            // An address that is gone already needs no second farewell.
            let _ = Url::revoke_object_url(&address);
        }
    });
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_src(&address);
}

fn draw(image: &HtmlImageElement, name: String) {
    let canvas = document()
        .create_element("canvas")
        .ok()
        .and_then(|element| element.dyn_into::<HtmlCanvasElement>().ok());
    let Some(canvas) = canvas else { return };
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    canvas.set_width((width * SHARPNESS) as u32);
    canvas.set_height((height * SHARPNESS) as u32);
    let context = canvas
        .get_context("2d")
        .ok()
        .flatten()
        .and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok());
    let Some(context) = context else { return };
    context.set_fill_style_str(&page_colour());
    context.fill_rect(0.0, 0.0, width * SHARPNESS, height * SHARPNESS);
    let drawn = context.draw_image_with_html_image_element_and_dw_and_dh(
        image,
        0.0,
        0.0,
        width * SHARPNESS,
        height * SHARPNESS,
    );
    if drawn.is_ok() {
        let save = Closure::once_into_js(move |blob: JsValue| {
            if let Ok(blob) = blob.dyn_into::<Blob>() {
                save_blob(&format!("{name}.png"), &blob);
            }
        });
        // A canvas that refuses to be read saves nothing.
        let _ = canvas.to_blob(save.unchecked_ref());
    }
}

/// The SVG inside `holder` as a document of its own.
fn standalone(holder: &Element) -> Option<String> {
    let shown = holder.query_selector("svg").ok().flatten()?;
    let copy: Element = shown.clone_node_with_deep(true).ok()?.dyn_into().ok()?;
    let size = shown.get_bounding_client_rect();
    let parts = (
        shown.query_selector_all("*").ok()?,
        copy.query_selector_all("*").ok()?,
    );
    for place in 0..parts.0.length() {
        let pair = (
            parts.0.get(place)?.dyn_into::<Element>().ok()?,
            parts.1.get(place)?.dyn_into::<Element>().ok()?,
        );
        let style = window().get_computed_style(&pair.0).ok().flatten()?;
        for name in STYLES {
            let value = style.get_property_value(name).unwrap_or_default();
            // The names are valid, so this can not fail.
            let _ = pair.1.set_attribute(name, &value);
        }
    }
    let (width, height) = (size.width().to_string(), size.height().to_string());
    for (name, value) in [
        ("xmlns", "http://www.w3.org/2000/svg"),
        ("width", &width),
        ("height", &height),
    ] {
        // The names are valid, so this can not fail.
        let _ = copy.set_attribute(name, value);
    }
    XmlSerializer::new().ok()?.serialize_to_string(&copy).ok()
}

fn page_colour() -> String {
    let style = document()
        .body()
        .and_then(|body| window().get_computed_style(&body).ok().flatten());
    style
        .and_then(|style| style.get_property_value("background-color").ok())
        .unwrap_or_default()
}
