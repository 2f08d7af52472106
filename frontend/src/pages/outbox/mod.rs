//! Outbox: mail that the engine sent or still has to, what it says, and the templates it is made from.

mod detail;
mod frame;
mod list;
mod notices;
mod templates;
mod test_message;

use leptos::prelude::*;
use viral_engine_api_types::emails::{Email, EmailState};
use viral_engine_api_types::permissions::Permission;

use crate::components::dialog::open_by_address;
use crate::components::{Drawer, Tab, Tabs, Tone, tag};
use crate::i18n::text;
use crate::router::{Visit, use_params, use_router};
use crate::session::use_session;

use detail::EmailDetail;
use notices::Notices;
use test_message::TestDialog;

/// What was sent or sent again on this page, for the list to read again.
#[derive(Clone, Copy)]
struct Sent(RwSignal<u32>);

impl Sent {
    fn touch(&self) {
        self.0.update(|sent| *sent += 1);
    }
}

/// The page.
pub fn view() -> AnyView {
    let (router, params, session) = (use_router(), use_params(), use_session());
    let words = &text().outbox;
    provide_context(Sent(RwSignal::new(0)));
    let chosen = Memo::new(move |_| params.with(|params| params.get("id").map(str::to_owned)));
    let close = Callback::new(move |()| {
        if chosen.get_untracked().is_some() {
            router.go(&router.query.get_untracked().on("/outbox"), Visit::Push);
        }
    });
    let testing = RwSignal::new(false);
    open_by_address(testing);
    let tabs = vec![
        Tab {
            id: "messages",
            name: words.messages,
            view: list::view,
        },
        Tab {
            id: "templates",
            name: words.templates,
            view: templates::view,
        },
    ];
    view! {
        <Notices/>
        <Show when=move || session.may(Permission::EmailsWrite)>
            <button type="button" class="btn btn-primary self-start" on:click=move |_| testing.set(true)>
                {words.send_test}
            </button>
        </Show>
        <Tabs label=text().pages.outbox.title tabs forget=&["cursor", "state", "kind", "template", "locale"]/>
        <TestDialog open=testing/>
        <Drawer
            open=Signal::derive(move || chosen.with(Option::is_some))
            on_close=close
            title=Signal::stored(words.detail_title.to_owned())
        >
            {move || chosen.get().map(|id| view! { <EmailDetail id/> })}
        </Drawer>
    }
    .into_any()
}

/// Where a message is on its way, and why it is not.
fn state_tag(email: &Email) -> AnyView {
    let words = &text().outbox;
    let tone = match email.state {
        EmailState::Queued => Tone::Info,
        EmailState::Sent => Tone::Good,
        EmailState::Failed | EmailState::Bounced => Tone::Bad,
        EmailState::Suppressed => Tone::Watch,
    };
    let word = (words.state)(email.state);
    match email.suppressed_for {
        Some(reason) => tag(tone, format!("{word}: {}", (words.reason)(reason))),
        None => tag(tone, word),
    }
}
