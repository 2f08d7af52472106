//! Webhooks: who is told what happens, the messages, and how their delivery went.
//!
//! Whoever needs several of the rows locks the endpoint first, then the delivery. Endpoints are locked against
//! changes of their keys only (`FOR NO KEY UPDATE`), so that a message can be stored for them meanwhile.

mod deliveries;
mod endpoints;
mod messages;
mod outbox;
mod turns;

pub use deliveries::{
    AttemptRow, DeliveryRow, ListedDelivery, attempts_of, count_sending, count_sending_slowly,
    count_untried, database_now, find_delivery, insert_attempt, insert_deliveries, list_deliveries,
    lock_delivery, save_delivery, skip_pending,
};
pub use endpoints::{
    EndpointRow, Subscriber, count_endpoints, delete_endpoint, find_endpoint, insert_endpoint,
    list_endpoints, lock_endpoint, lock_endpoints, save_endpoint, subscribers,
};
pub use messages::{MessageRow, delete_old_messages, find_message, insert_messages};
pub use outbox::{OutboxRow, outbox_is_due, take_outbox};
pub use turns::wake_deliveries;
