//! A database per test, copied from a migrated template, so that tests run side by side and see only their own rows.

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::OnceCell;
use uuid::Uuid;
use viral_engine_db::{Connection, Database, migrate};

use crate::postgres;

const TEMPLATE: &str = "template_migrated";

static TEMPLATE_READY: OnceCell<()> = OnceCell::const_new();

/// A migrated, empty database that is dropped with the test process's server.
pub struct TestDb {
    database: Database,
}

impl TestDb {
    /// A database of its own. Needs a multi-thread runtime (`#[tokio::test(flavor = "multi_thread")]`).
    ///
    /// # Panics
    /// When PostgreSQL refuses: no test can go on without it.
    pub async fn new() -> Self {
        TEMPLATE_READY.get_or_init(make_template).await;
        let name = format!("test_{}", Uuid::now_v7().simple());
        execute(&format!(
            "CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"
        ))
        .await;
        Self::at(&name)
    }

    /// A database without a single migration.
    ///
    /// # Panics
    /// As [`TestDb::new`].
    pub async fn unmigrated() -> Self {
        let name = format!("test_{}", Uuid::now_v7().simple());
        execute(&format!("CREATE DATABASE {name}")).await;
        Self::at(&name)
    }

    fn at(name: &str) -> Self {
        let database = Database::new(&postgres::url(name), 8).expect("a pool");
        Self { database }
    }

    /// The pool.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// A connection.
    ///
    /// # Panics
    /// When none can be had.
    pub async fn connection(&self) -> Connection {
        self.database.connection().await.expect("a connection")
    }
}

async fn make_template() {
    execute(&format!("CREATE DATABASE {TEMPLATE}")).await;
    migrate::up(&postgres::url(TEMPLATE))
        .await
        .expect("migrations run");
}

async fn execute(sql: &str) {
    let mut conn = AsyncPgConnection::establish(&postgres::url("postgres"))
        .await
        .expect("PostgreSQL answers");
    conn.batch_execute(sql).await.expect("the statement runs");
}
