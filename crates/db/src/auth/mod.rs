//! What signing in needs: sessions, one-time setup links and failed attempts.

pub mod sessions;
