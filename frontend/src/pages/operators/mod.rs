//! Operators: who signs in here, and what they may do.

mod change;
mod invite;
mod table;

use leptos::prelude::*;
use viral_engine_api_types::operators::{Operator, OperatorInvitation};
use viral_engine_api_types::permissions::{Permission, Role};

use self::change::ChangeOperatorDialog;
use self::invite::InviteDialog;
use self::table::OperatorTable;
use crate::api::use_api;
use crate::browser::intl::Shape;
use crate::components::SecretDialog;
use crate::components::dialog::open_by_address;
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::{Query, use_router};
use crate::session::use_session;
use crate::view::use_view;

/// Name of a role.
fn role_name(role: Role) -> &'static str {
    let texts = &text().operators;
    match role {
        Role::Admin => texts.admin,
        Role::Safety => texts.safety,
        Role::Analyst => texts.analyst,
        Role::Viewer => texts.viewer,
    }
}

/// Roles as choices of a form.
fn role_choices() -> Vec<(&'static str, &'static str)> {
    Role::ALL
        .map(|role| (role.as_str(), role_name(role)))
        .to_vec()
}

/// The page.
pub fn view() -> AnyView {
    let (api, session, router, view) = (use_api(), use_session(), use_router(), use_view());
    let texts = &text().operators;
    let cursor = router.parameter("cursor");
    let operators = Remote::new(
        move || cursor.get(),
        move |cursor| async move {
            api.list_operators(&Query::new().with("cursor", cursor.as_deref()))
                .await
        },
    );
    let (inviting, setup_url) = (RwSignal::new(false), RwSignal::new(None));
    let changing = RwSignal::new(None::<Operator>);
    let ends = RwSignal::new(None);
    let help = Signal::derive(move || {
        let ends = ends.get().map(|at| view.time(at, Shape::Exact));
        (texts.setup_link_help)(&ends.unwrap_or_default())
    });
    let invited = Callback::new(move |invitation: OperatorInvitation| {
        inviting.set(false);
        changing.set(None);
        ends.set(Some(invitation.expires_at));
        setup_url.set(Some(invitation.setup_url));
        operators.reload();
    });
    let may_write = Signal::derive(move || session.may(Permission::OperatorsWrite));
    open_by_address(inviting);
    view! {
        <Show when=move || may_write.get()>
            <button type="button" class="btn btn-primary self-start" on:click=move |_| inviting.set(true)>
                {texts.invite}
            </button>
        </Show>
        <OperatorTable operators changing may_write/>
        <InviteDialog open=inviting invited/>
        <ChangeOperatorDialog operator=changing invited changed=Callback::new(move |()| operators.reload())/>
        <SecretDialog secret=setup_url title=texts.setup_link_title help/>
    }
    .into_any()
}
