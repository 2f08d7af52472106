//! The admin app: what operators see of Viral Engine. Client-side Leptos, compiled to WebAssembly.
//!
//! Of our own crates it knows `api-types` alone: everything it shows comes through the public API, so there is
//! nothing an operator can do here that the API can not. See `README.md` for how it is built and extended.

pub mod api;
pub mod app;
pub mod browser;
pub mod charts;
pub mod components;
pub mod crash;
pub mod drafts;
pub mod format;
pub mod forms;
pub mod i18n;
pub mod live;
pub mod pages;
pub mod parts;
pub mod prefs;
pub mod pulse;
pub mod remote;
pub mod router;
pub mod routes;
pub mod session;
pub mod shell;
pub mod view;
pub mod window;
