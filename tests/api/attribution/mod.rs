//! Who is credited with conversions.

mod explain;
mod figures;
mod ledger;
mod settings;

use viral_engine_service::attribution::attribute_due;
use viral_engine_test_support::TestApp;

/// Attributes all that is due.
async fn settle(app: &TestApp) {
    while attribute_due(&app.context).await.expect("attributed") > 0 {}
}
