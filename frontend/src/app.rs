//! The app: what everything shares, and which page is shown.

use leptos::prelude::*;
use viral_engine_api_types::permissions::Permission;

use crate::api::Api;
use crate::components::Toasts;
use crate::components::toast::ToastRegion;
use crate::live::Live;
use crate::pages::{gate, not_found};
use crate::prefs::Preferences;
use crate::router::{Params, Router};
use crate::routes::{Page, page_at};
use crate::session::{Phase, Session};
use crate::shell::Shell;
use crate::shell::title::set_document_title;
use crate::view::View;

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    crate::browser::focus::keep();
    if let Some(style) = crate::browser::intl::number_style() {
        crate::format::style::choose(style);
    }
    let router = Router::start();
    let preferences = Preferences::start();
    let me = RwSignal::new(None);
    let api = Api::new(me);
    let session = Session::new(me, api, router);
    provide_context(router);
    provide_context(preferences);
    provide_context(api);
    provide_context(session);
    provide_context(View::new(router, preferences));
    provide_context(Toasts::default());
    provide_context(Live::start(api, move || {
        session.may(Permission::GuardrailsRead)
    }));

    // The gate pages say by themselves who may pass; everything else needs somebody who is signed in.
    let path = router.path;
    let place = Memo::new(move |_| match path.get().as_str() {
        "/sign-in" => match session.phase() {
            Phase::SignedIn => Place::Passing,
            _ => Place::SignIn,
        },
        "/setup" => Place::Setup,
        _ => match session.phase() {
            Phase::Asking => Place::Asking,
            Phase::SignedOut => Place::SignedOut,
            Phase::SignedIn => Place::Inside,
            Phase::Failed(_) => Place::Failed,
        },
    });
    Effect::new(move |_| match place.get() {
        Place::Asking => session.ask_once(),
        Place::SignedOut => session.to_sign_in(),
        // Who is signed in already needs no form: the engine knows.
        Place::SignIn => session.ask_once(),
        Place::Passing => session.go_on(),
        Place::Setup | Place::Failed | Place::Inside => {}
    });
    let shown = move || match place.get() {
        Place::SignIn => view! { <gate::SignIn/> }.into_any(),
        Place::Setup => view! { <gate::Setup/> }.into_any(),
        Place::Failed => view! { <gate::Unreachable/> }.into_any(),
        Place::Inside => view! { <Shell><Outlet/></Shell> }.into_any(),
        Place::Asking | Place::SignedOut | Place::Passing => view! { <gate::Waiting/> }.into_any(),
    };
    view! {
        {shown}
        <ToastRegion/>
    }
}

/// Where the operator stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    SignIn,
    Passing,
    Setup,
    Asking,
    SignedOut,
    Failed,
    Inside,
}

/// The page that the path names. It is made anew when the page changes, not when only its parameters do.
#[component]
fn Outlet() -> impl IntoView {
    let router: Router = expect_context();
    let session: Session = expect_context();
    let found = Memo::new(move |_| {
        router
            .path
            .with(|path| page_at(path))
            .map(|(page, params)| (page.pattern, params))
    });
    let pattern = Memo::new(move |_| found.get().map(|(pattern, _)| pattern));
    let params = Memo::new(move |_| found.get().map(|(_, params)| params).unwrap_or_default());
    provide_context::<Signal<Params>>(params.into());
    move || {
        let page = pattern.get().and_then(find_page);
        set_document_title(page.map(|page| (page.text)().title));
        match page {
            None => not_found::view(),
            Some(page) if page.permission.is_some_and(|needed| !session.may(needed)) => {
                not_found::not_allowed()
            }
            Some(page) => page.view.make(),
        }
    }
}

fn find_page(pattern: &'static str) -> Option<&'static Page> {
    crate::routes::PAGES
        .iter()
        .find(|page| page.pattern == pattern)
}
