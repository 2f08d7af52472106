//! Consents: guardians are asked, answer on their pages, and take back what they allowed.

mod ages;
mod busy;
pub mod family;
mod forms;
mod gate;
mod notices;
mod pages;
mod provider;
mod recaps;
mod refusals;
mod requests;
mod revoking;
mod schools;
mod standing;
mod texts;
mod time;
pub mod trail;
