//! Keeps what this node holds in memory in step with what other nodes change.

use tokio_util::sync::CancellationToken;

use crate::blocks::follow_blocks;
use crate::consents::follow_consents;
use crate::context::Context;
use crate::stream::feed_stream;

/// Listens to the other nodes, follows their changes and passes them on to listeners, until `stop` is cancelled.
pub async fn follow_other_nodes(context: Context, stop: CancellationToken) {
    let url = context.database.url().to_owned();
    tokio::select! {
        () = stop.cancelled() => {}
        () = context.notices.listen(&url) => {}
        () = follow_blocks(&context) => {}
        () = follow_consents(&context) => {}
        () = feed_stream(&context) => {}
    }
}
