//! Who is signed in and what they may do. What a role may not see is absent, so every page asks here first.

use leptos::prelude::*;
use leptos::task::spawn_local;
use viral_engine_api_types::auth::Me;
use viral_engine_api_types::permissions::Permission;

use crate::api::{Api, ApiError};
use crate::drafts;
use crate::router::{Query, Router, Visit};

/// Whether somebody is signed in.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// The engine has not answered yet.
    Asking,
    /// Nobody is.
    SignedOut,
    /// Somebody is.
    SignedIn,
    /// The engine could not be asked.
    Failed(ApiError),
}

/// The session of this browser.
#[derive(Clone, Copy)]
pub struct Session {
    /// Who is signed in.
    pub me: RwSignal<Option<Me>>,
    failure: RwSignal<Option<ApiError>>,
    asked: RwSignal<bool>,
    asking: StoredValue<bool>,
    api: Api,
    router: Router,
}

/// The session of this browser.
pub fn use_session() -> Session {
    expect_context()
}

impl Session {
    /// A session nobody has asked about yet.
    pub fn new(me: RwSignal<Option<Me>>, api: Api, router: Router) -> Self {
        Self {
            me,
            failure: RwSignal::new(None),
            asked: RwSignal::new(false),
            asking: StoredValue::new(false),
            api,
            router,
        }
    }

    /// Whether somebody is signed in.
    pub fn phase(&self) -> Phase {
        match (
            self.failure.get(),
            self.me.with(Option::is_some),
            self.asked.get(),
        ) {
            (_, true, _) => Phase::SignedIn,
            (Some(error), false, _) => Phase::Failed(error),
            (None, false, false) => Phase::Asking,
            (None, false, true) => Phase::SignedOut,
        }
    }

    /// Asks the engine who is signed in, unless it has been asked.
    pub fn ask_once(self) {
        if !self.asking.get_value() {
            self.ask();
        }
    }

    /// Asks the engine who is signed in.
    pub fn ask(self) {
        self.asking.set_value(true);
        self.failure.set(None);
        // Until the answer is here nobody knows: who is signed in must not be sent to the sign-in page.
        self.asked.set(false);
        spawn_local(async move {
            match self.api.get_me().await {
                Ok(me) => self.admit(me),
                // Nobody is signed in, or the session has ended: the sign-in page says the rest.
                Err(error)
                    if error
                        .code()
                        .is_some_and(|code| matches!(code.status(), 401 | 403)) =>
                {
                    self.me.set(None);
                }
                Err(error) => self.failure.set(Some(error)),
            }
            self.asked.set(true);
        });
    }

    /// Somebody has signed in; goes where they wanted to go.
    pub fn enter(&self, me: Me) {
        self.failure.set(None);
        self.asked.set(true);
        self.admit(me);
        self.go_on();
    }

    fn admit(&self, me: Me) {
        drafts::belong_to(&me.operator.email);
        self.me.set(Some(me));
    }

    /// Goes where somebody wanted to go before signing in.
    pub fn go_on(&self) {
        let next = self
            .router
            .query
            .with_untracked(|query| query.get("next").map(str::to_owned));
        self.router.go(&safe_next(next.as_deref()), Visit::Replace);
    }

    /// Signs out, here at once and at the engine as soon as it hears of it.
    pub fn leave(self) {
        spawn_local(async move {
            // Also when the engine can not be reached the operator wants to be out of here.
            let _ = self.api.logout().await;
            drafts::forget_all();
            self.me.set(None);
        });
    }

    /// Whether the operator may do something; follows changes of the role.
    pub fn may(&self, permission: Permission) -> bool {
        self.me.with(|me| {
            me.as_ref()
                .is_some_and(|me| me.permissions.contains(&permission))
        })
    }

    /// Goes to the sign-in page, which leads back here.
    pub fn to_sign_in(&self) {
        let here = self
            .router
            .query
            .get_untracked()
            .on(&self.router.path.get_untracked());
        let query = Query::new().with("next", Some(here.as_str()).filter(|here| *here != "/"));
        // Who was inside and did not leave is told why the form is there.
        let ended = drafts::have_owner().then_some("1");
        let query = query.with("ended", ended);
        self.router.go(&query.on("/sign-in"), Visit::Replace);
    }
}

/// A place of this app to go to after signing in; anything else is the start page.
fn safe_next(next: Option<&str>) -> String {
    let own =
        |next: &&str| next.starts_with('/') && !next.starts_with("//") && !next.contains('\\');
    next.filter(own)
        .filter(|next| !next.starts_with("/sign-in"))
        .unwrap_or("/")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn only_places_of_this_app_are_next() {
        assert_eq!(
            safe_next(Some("/alerts?status=open")),
            "/alerts?status=open"
        );
        for foreign in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "javascript:1",
            "",
            "/sign-in?next=/",
        ] {
            assert_eq!(safe_next(Some(foreign)), "/", "{foreign}");
        }
        assert_eq!(safe_next(None), "/");
    }
}
