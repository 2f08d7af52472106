//! Pages without the frame: sign-in, set-up, and what stands there while the engine is asked.

mod setup;
mod sign_in;

use leptos::prelude::*;

use crate::components::{ErrorPanel, Shape, Skeleton};
use crate::session::{Phase, use_session};

pub use setup::Setup;
pub use sign_in::SignIn;

/// The engine has not said yet who is signed in.
#[component]
pub fn Waiting() -> impl IntoView {
    let visible = RwSignal::new(false);
    set_timeout(
        move || {
            let _ = visible.try_set(true);
        },
        std::time::Duration::from_millis(150),
    );
    view! { <main class="gate"><div><Skeleton shape=Shape::Lines(4) visible/></div></main> }
}

/// The engine could not be asked who is signed in.
#[component]
pub fn Unreachable() -> impl IntoView {
    let session = use_session();
    let failure = move || match session.phase() {
        Phase::Failed(error) => {
            Some(view! { <ErrorPanel error retry=Callback::new(move |()| session.ask())/> })
        }
        _ => None,
    };
    view! { <main class="gate"><div>{failure}</div></main> }
}

/// Heading, purpose and content in the middle of the screen.
#[component]
fn Gate(title: &'static str, purpose: &'static str, children: Children) -> impl IntoView {
    crate::shell::title::set_document_title(Some(title));
    view! {
        <main class="gate">
            <div class="card-box">
                <div class="card-body flex flex-col gap-4">
                    <div>
                        <p class="text-muted">{crate::i18n::text().frame.product}</p>
                        <h1 class="text-lg">{title}</h1>
                        <p class="text-muted">{purpose}</p>
                    </div>
                    {children()}
                </div>
            </div>
        </main>
    }
}
