//! The admin app of Viral Engine, in the browser.

use leptos::prelude::*;
use viral_engine_frontend::app::App;
use viral_engine_frontend::crash;

fn main() {
    crash::install();
    // The page's own "loading" stands until here, and says so when this is never reached.
    if let Some(start) = document().get_element_by_id("start") {
        start.remove();
    }
    mount_to_body(App);
}
