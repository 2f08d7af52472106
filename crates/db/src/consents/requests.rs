//! How guardians were asked.

use chrono::{DateTime, Utc};
use diesel::dsl::not;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{consent_requests, consent_suppressions, consents, users};
use crate::users::reseal::{is_by_user_key, master_key_of};

/// A request as stored. The guardian's address is sealed.
#[derive(Clone, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = consent_requests, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct RequestRow {
    /// Its id.
    pub id: Uuid,
    /// Whom it is about.
    pub child_id: Uuid,
    /// Who is asked.
    pub guardian_id: Uuid,
    /// What the guardian is told.
    pub notice_id: Uuid,
    /// `en` or `de`.
    pub locale: String,
    /// `email` or `text`.
    pub channel: String,
    /// The guardian's address or number, until it is not needed any more.
    pub contact_cipher: Option<Vec<u8>>,
    /// Keyed hash of it.
    pub contact_hash: Vec<u8>,
    /// When the answer must be complete.
    pub until: DateTime<Utc>,
    /// Not before, the second step.
    pub confirm_from: Option<DateTime<Utc>>,
    /// When the guardian was reminded.
    pub reminded_at: Option<DateTime<Utc>>,
    /// When the guardian was sent the second step.
    pub confirm_sent_at: Option<DateTime<Utc>>,
    /// When nothing of it was pending any more.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When whoever got it said not to be the child's guardian.
    pub disowned_at: Option<DateTime<Utc>>,
}

/// Stores a request.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn insert_request(conn: &mut AsyncPgConnection, row: &RequestRow) -> DbResult<()> {
    diesel::insert_into(consent_requests::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores what became of a request.
pub async fn save_request(conn: &mut AsyncPgConnection, row: &RequestRow) -> DbResult<()> {
    diesel::update(consent_requests::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// A request.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn find_request(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<RequestRow> {
    Ok(consent_requests::table
        .find(id)
        .select(RequestRow::as_select())
        .first(conn)
        .await?)
}

/// A request, locked until the transaction ends.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn lock_request(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<RequestRow> {
    Ok(consent_requests::table
        .find(id)
        .select(RequestRow::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// An open request of which something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Queryable)]
pub struct DueRequest {
    /// When its time is over.
    pub until: DateTime<Utc>,
    /// The request.
    pub id: Uuid,
    /// Whom it is about.
    pub child_id: Uuid,
}

/// When something is due.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// The time.
    pub now: DateTime<Utc>,
    /// Who was asked before is reminded.
    pub remind_before: DateTime<Utc>,
    /// Whether mail goes out now: until then nobody is reminded by it.
    pub is_mail_sent: bool,
}

/// Open requests of which something is due: their time is over, nothing of them is asked any more, the second step can be sent, or
/// a reminder.
fn due_query(due: Due) -> consent_requests::BoxedQuery<'static, diesel::pg::Pg> {
    use consent_requests as r;
    let Due {
        now,
        remind_before,
        is_mail_sent,
    } = due;
    let is_over = r::until.le(now);
    let confirms = r::confirm_from
        .le(now)
        .assume_not_null()
        .and(r::confirm_sent_at.is_null());
    let reminds = r::created_at
        .le(remind_before)
        .and(r::reminded_at.is_null())
        .and(r::confirm_from.is_null());
    let pending = consents::table
        .filter(consents::request_id.eq(r::id.nullable()))
        .filter(consents::state.eq_any(["notice_sent", "verifying", "confirm_pending"]));
    let is_idle = not(diesel::dsl::exists(pending));
    let goes_out = r::channel.eq("text").or(is_mail_sent.into_sql::<Bool>());
    r::table
        .filter(r::closed_at.is_null())
        .filter(is_over.or(confirms.or(reminds).and(goes_out)).or(is_idle))
        .into_boxed()
}

/// The next requests of which something is due, by their end, after the last one that was looked at.
pub async fn due_requests(
    conn: &mut AsyncPgConnection,
    due: Due,
    after: Option<DueRequest>,
    most: i64,
) -> DbResult<Vec<DueRequest>> {
    use consent_requests as r;
    let mut query = due_query(due);
    if let Some(after) = after {
        let later = r::until.eq(after.until).and(r::id.gt(after.id));
        query = query.filter(r::until.gt(after.until).or(later));
    }
    Ok(query
        .order((r::until, r::id))
        .limit(most)
        .select((r::until, r::id, r::child_id))
        .load(conn)
        .await?)
}

/// A request, locked, if something is still due of it and nobody else has it in hand.
pub async fn lock_due_request(
    conn: &mut AsyncPgConnection,
    due: Due,
    id: Uuid,
) -> DbResult<Option<RequestRow>> {
    let locked: Option<RequestRow> = consent_requests::table
        .find(id)
        .select(RequestRow::as_select())
        .for_update()
        .skip_locked()
        .first(conn)
        .await
        .optional()?;
    if locked.is_none() {
        return Ok(None);
    }
    let still: Vec<Uuid> = due_query(due)
        .filter(consent_requests::id.eq(id))
        .select(consent_requests::id)
        .load(conn)
        .await?;
    Ok(locked.filter(|_| !still.is_empty()))
}

/// Open requests that went to a contact with one of these hashes.
pub async fn open_requests_to(
    conn: &mut AsyncPgConnection,
    hashes: &[Vec<u8>],
) -> DbResult<Vec<(Uuid, Uuid)>> {
    use consent_requests as r;
    Ok(r::table
        .filter(r::closed_at.is_null().and(r::contact_hash.eq_any(hashes)))
        .order(r::id)
        .select((r::id, r::child_id))
        .load(conn)
        .await?)
}

/// How many requests went to the address with one of these hashes after then.
pub async fn count_requests_to(
    conn: &mut AsyncPgConnection,
    hashes: &[Vec<u8>],
    since: DateTime<Utc>,
) -> DbResult<i64> {
    Ok(consent_requests::table
        .filter(consent_requests::contact_hash.eq_any(hashes))
        .filter(consent_requests::created_at.gt(since))
        .count()
        .get_result(conn)
        .await?)
}

/// Of each of these guardians who allows something the latest request by which that was given and that went to the guardian's
/// address or number on record.
pub async fn requests_given_on_record(
    conn: &mut AsyncPgConnection,
    guardians: &[Uuid],
) -> DbResult<Vec<(Uuid, Uuid)>> {
    use consent_requests as r;
    let reached = r::contact_hash
        .nullable()
        .eq(users::email_hash)
        .or(r::contact_hash.nullable().eq(users::phone_hash));
    Ok(consents::table
        .inner_join(r::table.on(consents::request_id.eq(r::id.nullable())))
        .inner_join(users::table.on(r::guardian_id.eq(users::id)))
        .filter(r::guardian_id.eq_any(guardians))
        .filter(consents::state.eq_any(["active", "suspended"]))
        .filter(reached)
        .distinct_on(r::guardian_id)
        .order((r::guardian_id, consents::updated_at.desc(), r::id))
        .select((r::guardian_id, r::id))
        .load(conn)
        .await?)
}

/// Closed requests that still hold an address although they closed before `before` and nothing is allowed by them, locked. What
/// was allowed and has to be allowed anew keeps its address; what was only asked for does not.
pub async fn purgeable_requests(
    conn: &mut AsyncPgConnection,
    before: DateTime<Utc>,
    most: i64,
) -> DbResult<Vec<RequestRow>> {
    use consent_requests as r;
    let standing = consents::table
        .filter(consents::request_id.eq(r::id.nullable()))
        .filter(
            consents::state
                .eq_any(["active", "suspended"])
                .or(consents::state
                    .eq("reconsent_required")
                    .and(consents::evidence_at.is_not_null())),
        );
    Ok(r::table
        .filter(r::contact_cipher.is_not_null())
        .filter(r::closed_at.le(before))
        .filter(diesel::dsl::not(diesel::dsl::exists(standing)))
        .order(r::id)
        .limit(most)
        .select(RequestRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

type Condition =
    Box<dyn BoxableExpression<consent_requests::table, diesel::pg::Pg, SqlType = Nullable<Bool>>>;

/// At most `limit` requests after `after` whose address is not encrypted with the child's key or, if `master` is given, has
/// another master key; locked until the transaction ends.
pub async fn lock_requests_to_seal(
    conn: &mut AsyncPgConnection,
    master: Option<u8>,
    after: Uuid,
    limit: i64,
) -> DbResult<Vec<RequestRow>> {
    use consent_requests as r;
    let unsealed = not(is_by_user_key(r::contact_cipher));
    let condition: Condition = match master {
        None => Box::new(unsealed),
        Some(id) => Box::new(unsealed.or(master_key_of(r::contact_cipher).ne(i32::from(id)))),
    };
    Ok(r::table
        .filter(condition)
        .filter(r::id.gt(after))
        .order(r::id)
        .limit(limit)
        .select(RequestRow::as_select())
        .for_update()
        .skip_locked()
        .load(conn)
        .await?)
}

/// Whether any address has another master key than this, also one that somebody is changing.
pub async fn uses_other_keys(conn: &mut AsyncPgConnection, master: u8) -> DbResult<bool> {
    let others = consent_requests::table
        .filter(master_key_of(consent_requests::contact_cipher).ne(i32::from(master)));
    Ok(diesel::select(diesel::dsl::exists(others))
        .get_result(conn)
        .await?)
}

/// Notes that the owner of an address is nobody's guardian here.
pub async fn suppress_contact(
    conn: &mut AsyncPgConnection,
    hash: &[u8],
    at: DateTime<Utc>,
) -> DbResult<()> {
    let row = (
        consent_suppressions::contact_hash.eq(hash),
        consent_suppressions::created_at.eq(at),
    );
    diesel::insert_into(consent_suppressions::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(())
}

/// Whether that was noted of an address with one of these hashes.
pub async fn is_suppressed(conn: &mut AsyncPgConnection, hashes: &[Vec<u8>]) -> DbResult<bool> {
    let found =
        consent_suppressions::table.filter(consent_suppressions::contact_hash.eq_any(hashes));
    Ok(diesel::select(diesel::dsl::exists(found))
        .get_result(conn)
        .await?)
}

/// Those of these requests about whose child the owner of their address said not to be the guardian.
pub async fn disowned_among(
    conn: &mut AsyncPgConnection,
    requests: &[Uuid],
) -> DbResult<Vec<Uuid>> {
    let (r, disowned) = diesel::alias!(consent_requests as asked, consent_requests as disowned);
    use consent_requests as c;
    let same = disowned
        .filter(disowned.field(c::child_id).eq(r.field(c::child_id)))
        .filter(disowned.field(c::contact_hash).eq(r.field(c::contact_hash)))
        .filter(disowned.field(c::disowned_at).is_not_null());
    Ok(r.filter(r.field(c::id).eq_any(requests))
        .filter(diesel::dsl::exists(same))
        .select(r.field(c::id))
        .load(conn)
        .await?)
}
