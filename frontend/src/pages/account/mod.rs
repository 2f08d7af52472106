//! The operator's own account: where they are signed in, and their password.

mod password;
mod sessions;

use leptos::prelude::*;

use self::password::ChangePasswordCard;
use self::sessions::SessionsCard;

/// The page.
pub fn view() -> AnyView {
    view! {
        <div class="grid gap-4 xl:grid-cols-2 items-start">
            <SessionsCard/>
            <ChangePasswordCard/>
        </div>
    }
    .into_any()
}
