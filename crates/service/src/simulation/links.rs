//! Mints the links of a simulated platform, each at its own time.

use futures_util::{StreamExt, TryStreamExt, stream};
use viral_engine_api_types::links::{Channel as Sent, CreateLink};
use viral_engine_db::links::find_link;
use viral_engine_simulator::{Channel, Link, World};

use super::{AT_A_TIME, TARGET_HOST};
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::links::create_link;
use crate::redirect::CachedLink;

/// A link of the world, as the redirect knows it.
pub(super) struct Minted {
    pub(super) token: String,
    pub(super) link: CachedLink,
}

/// Mints the links; answers them by position.
pub(super) async fn mint(context: &Context, world: &World) -> ServiceResult<Vec<Minted>> {
    stream::iter(&world.links)
        .map(|link| mint_one(context, world, link))
        .buffered(AT_A_TIME)
        .try_collect()
        .await
}

async fn mint_one(context: &Context, world: &World, link: &Link) -> ServiceResult<Minted> {
    let body = CreateLink {
        referrer: world.users[link.referrer.0].external_id.clone(),
        source: link.source.clone(),
        target_url: format!("https://{TARGET_HOST}{}", link.target_path),
        channel: channel(link.channel),
        campaign: link.campaign.map(str::to_owned),
        metadata: None,
        expires_in_days: Some(link.expires_in_days),
        max_clicks: None,
        alias: None,
        utm_medium: None,
    };
    let minted = create_link(&context.at(link.created_at), &Caller::system(), body).await?;
    let mut conn = context.connection().await?;
    let (row, _) = find_link(&mut conn, minted.id.0)
        .await?
        .ok_or(ServiceError::NotFound("link"))?;
    Ok(Minted {
        link: CachedLink::new(&row, &context.keys.links, &context.config.targets),
        token: minted.token,
    })
}

fn channel(channel: Channel) -> Sent {
    match channel {
        Channel::Email => Sent::Email,
        Channel::Sms => Sent::Sms,
        Channel::Whatsapp => Sent::Whatsapp,
        Channel::Copy => Sent::Copy,
        Channel::Qr => Sent::Qr,
    }
}
