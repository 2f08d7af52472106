//! Webhooks out: receivers are told what happens, with the signatures and retries of Standard Webhooks.
//!
//! A use case publishes in its own transaction: one message, and for each receiver that wants it one delivery with a
//! job. A job makes one attempt and enqueues the next one, so that the schedule is that of the rows and a delivery is
//! fenced as any job is. Of one receiver only a few deliveries run at a time, and only one while it fails or is slow; all
//! of those share one half of the queue.
//!
//! Messages hold ids, never personal data.

mod deliver;
mod deliveries;
mod endpoints;
mod mail;
mod outbox;
mod pace;
mod prune;
mod publish;
mod row;
mod seal;
pub mod sender;
mod settle;

pub use deliver::{Begun, DeliverWebhook, Outgoing, begin_delivery};
pub use deliveries::{
    DeliveryQuery, list_webhook_deliveries, resend_webhook_message, test_webhook,
};
pub use endpoints::{
    create_webhook, delete_webhook, enable_webhook, get_webhook, list_webhooks,
    rotate_webhook_secret, update_webhook,
};
pub(crate) use outbox::LinkClicks;
pub use outbox::{publish_outbox, run_outbox};
pub use prune::{PruneWebhooks, prune_webhooks};
pub use publish::{publish, publish_all};
pub(crate) use seal::reseal_webhook_secrets;
pub use sender::{Attempt, Sender};
pub(crate) use sender::{Call, SendError};
pub(crate) use settle::end_unfinished;
pub use settle::{postpone, settle};
