//! Whether the engine can serve, and what is known of the installation.

mod shipping;

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::timeout;
use viral_engine_db::{migrate, operators, system};

pub use shipping::Shipping;

use crate::context::Context;
use crate::error::ServiceResult;

/// Fact set when demo data is loaded; its value is the time.
pub const DEMO_DATA: &str = "demo_data";

/// How long a check may take: whoever probes gives up soon after.
const PROBE_LIMIT: Duration = Duration::from_secs(2);

/// What is known of the installation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installation {
    /// Whether the first admin must still be set up.
    pub needs_setup: bool,
    /// Whether demo data was loaded.
    pub demo_data: bool,
}

/// Reads it.
///
/// # Errors
/// When the database can not be reached.
pub async fn installation(context: &Context) -> ServiceResult<Installation> {
    let mut conn = context.connection().await?;
    Ok(Installation {
        needs_setup: operators::none_exist(&mut conn).await?,
        demo_data: system::find_fact(&mut conn, DEMO_DATA).await?.is_some(),
    })
}

/// Each check by name with `ok` or what is wrong, in words that hold no secret.
pub async fn readiness(context: &Context) -> BTreeMap<String, String> {
    let (database, migrations) = timeout(PROBE_LIMIT, database(context))
        .await
        .unwrap_or(("does not answer", "unknown"));
    BTreeMap::from([
        ("database".to_owned(), database.to_owned()),
        ("migrations".to_owned(), migrations.to_owned()),
    ])
}

/// State of the database and of its migrations.
async fn database(context: &Context) -> (&'static str, &'static str) {
    match context.connection().await {
        Err(_) => ("can not be reached", "unknown"),
        Ok(mut conn) => match migrate::pending(&mut conn).await {
            Err(_) => ("does not answer", "unknown"),
            Ok(0) => ("ok", "ok"),
            Ok(_) => ("ok", "some have not run"),
        },
    }
}
