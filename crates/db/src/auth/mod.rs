//! What signing in needs: sessions, one-time setup links and counted attempts.

pub mod attempts;
pub mod sessions;
pub mod setup_links;
