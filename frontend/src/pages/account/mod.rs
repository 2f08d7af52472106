//! The operator's own account: where they are signed in, their password, and which alerts they get by email.

mod alert_emails;
mod password;
mod sessions;

use leptos::prelude::*;

use self::alert_emails::AlertEmailsCard;
use self::password::ChangePasswordCard;
use self::sessions::SessionsCard;

/// The page.
pub fn view() -> AnyView {
    view! {
        <div class="grid gap-4 xl:grid-cols-2 items-start">
            <SessionsCard/>
            <ChangePasswordCard/>
            <AlertEmailsCard/>
        </div>
    }
    .into_any()
}
