//! Links by the name in their short URL, or by their id.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::LinkId;
use viral_engine_db::links::{LinkRow, find_by_alias, find_by_token};
use viral_engine_domain::links::LinkName;

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// The link with this token or alias.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn find_named(
    conn: &mut AsyncPgConnection,
    name: &LinkName,
) -> ServiceResult<Option<LinkRow>> {
    Ok(match name {
        LinkName::Token(token) => find_by_token(conn, &token.to_string()).await?,
        LinkName::Alias(alias) => find_by_alias(conn, alias.as_str()).await?,
    })
}

/// The id of a link that somebody names by its id, token, alias or short URL. Whether a link has that id is not asked.
///
/// # Errors
/// [`ServiceError::NotFound`] when there is no link of that name.
pub async fn find_link_id(context: &Context, named: &str) -> ServiceResult<LinkId> {
    if let Ok(id) = named.parse() {
        return Ok(id);
    }
    let last = named.rsplit('/').next().unwrap_or(named);
    let name = LinkName::parse(last).ok_or(ServiceError::NotFound("link"))?;
    let mut conn = context.connection().await?;
    let found = find_named(&mut conn, &name).await?;
    found
        .map(|link| LinkId(link.id))
        .ok_or(ServiceError::NotFound("link"))
}
