//! Where the operator is: path and query as signals, links that do not reload, back and forward.
//!
//! Our own and small, because routes are data here (`crate::routes`): one table serves the outlet, the side
//! bar, the palette and the shortcuts, and a page is one line of it.

pub mod pattern;
pub mod query;

use leptos::ev;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;

pub use pattern::{Params, match_path};
pub use query::{Query, encode_name, encode_segment, is_step};

/// Paths the server answers itself; links to them leave the app.
const SERVER_PATHS: [&str; 5] = ["/v1/", "/l/", "/docs", "/openapi.json", "/metrics"];

/// The query parameters that follow the operator from page to page.
pub const SHARED_PARAMETERS: [&str; 5] = ["days", "from", "to", "tz", "compare"];

/// Whether a navigation adds to the browser's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Visit {
    /// Back returns to where the operator was.
    Push,
    /// Takes the place of where the operator was.
    Replace,
}

/// The current place.
#[derive(Clone, Copy)]
pub struct Router {
    /// Path without query.
    pub path: Signal<String>,
    /// Query.
    pub query: Signal<Query>,
    set_path: RwSignal<String>,
    set_query: RwSignal<Query>,
}

impl Router {
    /// Starts at the browser's place and listens to it.
    pub fn start() -> Self {
        let (path, query) = browser_place();
        let (set_path, set_query) = (RwSignal::new(path), RwSignal::new(query));
        let router = Self {
            path: set_path.into(),
            query: set_query.into(),
            set_path,
            set_query,
        };
        let back = window_event_listener(ev::popstate, move |_| router.read_browser());
        let click = window_event_listener(ev::click, move |event| router.follow(&event));
        on_cleanup(move || {
            back.remove();
            click.remove();
        });
        router
    }

    /// Goes to `url`, which starts with `/`.
    pub fn go(&self, url: &str, visit: Visit) {
        let Ok(history) = window().history() else {
            return;
        };
        let done = match visit {
            Visit::Push => history.push_state_with_url(&JsValue::NULL, "", Some(url)),
            Visit::Replace => history.replace_state_with_url(&JsValue::NULL, "", Some(url)),
        };
        if done.is_ok() {
            let path_before = self.path.get_untracked();
            self.read_browser();
            if visit == Visit::Push && self.path.get_untracked() != path_before {
                window().scroll_to_with_x_and_y(0.0, 0.0);
            }
        }
    }

    /// Goes to `path` with the parameters that every page shares.
    pub fn go_to(&self, path: &str) {
        self.go(&self.shared().on(path), Visit::Push);
    }

    /// The address of `path` with the parameters that every page shares; follows their changes.
    pub fn href(&self, path: &str) -> String {
        self.query
            .with(|query| query.only(&SHARED_PARAMETERS))
            .on(path)
    }

    /// The same with further parameters.
    pub fn href_with(&self, path: &str, further: &Query) -> String {
        self.query
            .with(|query| query.only(&SHARED_PARAMETERS))
            .merged(further)
            .on(path)
    }

    /// Sets parameters of the query and stays on the page. Everything else of the query is kept.
    pub fn set(&self, changes: &[(&str, Option<&str>)], visit: Visit) {
        let query = self.query.get_untracked();
        let changed = changes.iter().fold(query.clone(), |query, (name, value)| {
            query.with(name, *value)
        });
        if changed != query {
            self.go(&changed.on(&self.path.get_untracked()), visit);
        }
    }

    /// The value of a query parameter, as a signal that only changes with it.
    pub fn parameter(&self, name: &'static str) -> Memo<Option<String>> {
        let query = self.query;
        Memo::new(move |_| query.with(|query| query.get(name).map(str::to_owned)))
    }

    fn shared(&self) -> Query {
        self.query
            .with_untracked(|query| query.only(&SHARED_PARAMETERS))
    }

    fn read_browser(&self) {
        let (path, query) = browser_place();
        if self.set_query.with_untracked(|old| *old != query) {
            self.set_query.set(query);
        }
        if self.set_path.with_untracked(|old| *old != path) {
            self.set_path.set(path);
        }
    }

    /// Follows a plain click on a link of our own without a reload.
    fn follow(&self, event: &web_sys::MouseEvent) {
        let modified = event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
        if event.default_prevented() || event.button() != 0 || modified {
            return;
        }
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let anchor = target.and_then(|element| element.closest("a[href]").ok().flatten());
        let Some(anchor) =
            anchor.and_then(|anchor| anchor.dyn_into::<web_sys::HtmlAnchorElement>().ok())
        else {
            return;
        };
        let path = anchor.pathname();
        let same_origin = window()
            .location()
            .origin()
            .is_ok_and(|origin| origin == anchor.origin());
        let leaves = !same_origin
            || !anchor.target().is_empty()
            || anchor.has_attribute("download")
            || !anchor.hash().is_empty()
            || SERVER_PATHS.iter().any(|start| path.starts_with(start));
        if !leaves {
            event.prevent_default();
            self.go(&format!("{path}{}", anchor.search()), Visit::Push);
        }
    }
}

/// The router of the app.
pub fn use_router() -> Router {
    expect_context()
}

/// Parameters of the path of the page that is shown.
pub fn use_params() -> Signal<Params> {
    expect_context()
}

fn browser_place() -> (String, Query) {
    let location = window().location();
    let path = location.pathname().unwrap_or_else(|_| "/".to_owned());
    (path, Query::parse(&location.search().unwrap_or_default()))
}
