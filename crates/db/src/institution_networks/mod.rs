//! Networks that operators marked as an institution's.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::institution_networks;

/// Unique constraint: a network is marked once.
pub const NETWORK_KEY: &str = "institution_networks_network_key";

/// A marked network as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = institution_networks, check_for_backend(diesel::pg::Pg))]
pub struct InstitutionNetworkRow {
    /// Its id.
    pub id: Uuid,
    /// In CIDR form, without host bits.
    pub network: String,
    /// Whose it is.
    pub name: String,
    /// When it was marked.
    pub created_at: DateTime<Utc>,
}

/// Stores a network.
///
/// # Errors
/// Violates [`NETWORK_KEY`] when it is marked already.
pub async fn insert_institution_network(
    conn: &mut AsyncPgConnection,
    row: &InstitutionNetworkRow,
) -> DbResult<()> {
    diesel::insert_into(institution_networks::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a network and answers it.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn delete_institution_network(
    conn: &mut AsyncPgConnection,
    id: Uuid,
) -> DbResult<InstitutionNetworkRow> {
    Ok(diesel::delete(institution_networks::table.find(id))
        .returning(InstitutionNetworkRow::as_returning())
        .get_result(conn)
        .await?)
}

/// A page of the networks.
///
/// # Errors
/// When the database refuses.
pub async fn list_institution_networks(
    conn: &mut AsyncPgConnection,
    page: PageQuery,
) -> DbResult<Vec<InstitutionNetworkRow>> {
    use institution_networks::{created_at, id};
    let query = institution_networks::table
        .select(InstitutionNetworkRow::as_select())
        .into_boxed();
    Ok(page_of!(query, page, created_at, id).load(conn).await?)
}

/// Every network, oldest first.
///
/// # Errors
/// When the database refuses.
pub async fn all_institution_networks(
    conn: &mut AsyncPgConnection,
) -> DbResult<Vec<InstitutionNetworkRow>> {
    Ok(institution_networks::table
        .select(InstitutionNetworkRow::as_select())
        .order((institution_networks::created_at, institution_networks::id))
        .load(conn)
        .await?)
}
