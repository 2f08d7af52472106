//! Texts of signing in and of set-up.

use crate::i18n::catalogue::Gate;

pub const GATE: Gate = Gate {
    sign_in_title: "Sign in",
    sign_in_purpose: "The admin app is for operators of this engine.",
    email: "Email",
    email_invalid: "Give an email address such as name@school.example.",
    email_required: "Give your email address.",
    password: "Password",
    password_required: "Give your password.",
    sign_in: "Sign in",
    session_ended: "Your session has ended. Sign in to go on where you were; what you typed is kept.",
    needs_setup: "This engine has no admin yet. Open the one-time set-up link that it printed when it started.",
    setup_title: "Set up your account",
    setup_purpose: "This link works once. Choose how you are called and a password.",
    setup_for: |email| format!("The account belongs to {email}."),
    setup_ends: |when| format!("The link ends {when}."),
    setup_no_token_title: "The link is incomplete",
    setup_no_token: "Open the set-up link again, whole: the part after # is missing.",
    setup_invalid_title: "This link does not work any more",
    setup_invalid: "It was used, or it has ended. Ask an admin for another one; the first admin's link is printed again when the engine starts.",
    name: "Name",
    name_help: "Shown to other operators and in the audit trail.",
    email_help: "You sign in with it.",
    new_password: "Password",
    new_password_help: "12 to 128 characters. A few words in a row are easy to remember and hard to guess.",
    set_up: "Set up and sign in",
};
