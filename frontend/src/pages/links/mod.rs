//! Links: the list and what is done to many of them, minting one, and one with its hits.

mod actions;
mod bulk;
mod create;
mod detail;
mod hits;
mod list;
mod selection;
mod status;
mod switch;

pub use self::create::view as create_view;
pub use self::detail::view as detail_view;
pub use self::list::view as list_view;

use viral_engine_api_types::links::Channel;

use crate::i18n::text;

/// Name of a channel.
fn channel_name(channel: Channel) -> &'static str {
    let texts = &text().links;
    match channel {
        Channel::Email => texts.channel_email,
        Channel::Sms => texts.channel_sms,
        Channel::Whatsapp => texts.channel_whatsapp,
        Channel::Copy => texts.channel_copy,
        Channel::Qr => texts.channel_qr,
        Channel::Other => texts.channel_other,
    }
}

/// Channels as choices of a form or filter.
fn channel_choices() -> Vec<(&'static str, &'static str)> {
    Channel::ALL
        .map(|channel| (channel.as_str(), channel_name(channel)))
        .to_vec()
}
