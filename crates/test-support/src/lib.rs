//! What tests stand on: a real PostgreSQL per test process, a database per test, and the real app on a socket.

pub mod clock;
pub mod contract;
pub mod mail_server;
pub mod postgres;
pub mod test_app;
pub mod test_client;
pub mod test_db;

pub use clock::FakeClock;
pub use mail_server::MailServer;
pub use test_app::TestApp;
pub use test_client::{Answer, TestClient};
pub use test_db::TestDb;
