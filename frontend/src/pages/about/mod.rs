//! About the running engine.

use leptos::prelude::*;
use viral_engine_api_types::system::About;

use crate::api::use_api;
use crate::browser::intl::Shape;
use crate::components::{RemoteView, TimeText};
use crate::i18n::text;
use crate::remote::Remote;
use crate::view::use_view;

/// The page.
pub fn view() -> AnyView {
    let api = use_api();
    let about = Remote::new(|| (), move |()| async move { api.get_about().await });
    view! {
        <RemoteView remote=about name=text().pages.about.title lines=7 let:about>
            <Facts about/>
        </RemoteView>
    }
    .into_any()
}

#[component]
fn Facts(about: Signal<About>) -> impl IntoView {
    let texts = &text().about;
    let view = use_view();
    let demo = move || {
        if about.with(|a| a.demo_data) {
            texts.demo_loaded
        } else {
            texts.demo_none
        }
    };
    view! {
        <section class="card-box">
            <dl class="card-body facts">
                <dt>{texts.version}</dt> <dd>{move || about.with(|a| a.version.clone())}</dd>
                <dt>{texts.commit}</dt> <dd><code>{move || about.with(|a| a.commit.clone())}</code></dd>
                <dt>{texts.started}</dt> <dd>{move || view! { <TimeText at=about.with(|a| a.started_at)/> }}</dd>
                <dt>{texts.clock}</dt> <dd>{move || view.time(about.with(|a| a.now), Shape::Exact)}</dd>
                <dt>{texts.database}</dt> <dd>{move || about.with(|a| a.database.clone())}</dd>
                <dt>{texts.public_url}</dt> <dd><code>{move || about.with(|a| a.public_url.clone())}</code></dd>
                <dt>{texts.demo_data}</dt> <dd>{demo}</dd>
                <dt>{texts.documents}</dt>
                <dd class="flex flex-wrap gap-4">
                    <a class="link" href="/docs/">{texts.api_docs}</a>
                    <a class="link" href="/openapi.json">{texts.openapi}</a>
                </dd>
            </dl>
        </section>
    }
}
