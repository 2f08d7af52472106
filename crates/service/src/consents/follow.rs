//! What becomes of consents when somebody on record changes.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::consents::{children_of_guardians, take_guards};

use super::age::{Aged, end_given, follow_age, touched_by};
use super::guardian::{Replaced, follow_guardian};
use super::school_change::{Moved, follow_school};
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;

/// What changed of users whom the caller has locked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserChanges {
    /// Ages.
    pub aged: Vec<Aged>,
    /// Guardians.
    pub replaced: Vec<Replaced>,
    /// Schools.
    pub moved: Vec<Moved>,
    /// Those who were parents and are something else.
    pub resigned: Vec<Uuid>,
}

impl UserChanges {
    pub(crate) fn is_empty(&self) -> bool {
        self.aged.is_empty()
            && self.replaced.is_empty()
            && self.moved.is_empty()
            && self.resigned.is_empty()
    }

    /// Lets nobody write what rests on consents that may change, until the transaction ends. Call it before anything is
    /// written to the audit trail, for which such writers wait.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn guard(&self, conn: &mut AsyncPgConnection) -> ServiceResult<()> {
        let mut children: Vec<Uuid> = touched_by(conn, &self.aged).await?;
        children.extend(self.replaced.iter().map(|one| one.child));
        children.extend(self.moved.iter().map(|one| one.child));
        if !self.resigned.is_empty() {
            children.extend(children_of_guardians(conn, &self.resigned).await?);
        }
        if children.is_empty() {
            return Ok(());
        }
        Ok(take_guards(conn, &children).await?)
    }

    /// Lets consents follow, in the caller's transaction.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn follow(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
        caller: &Caller,
    ) -> ServiceResult<()> {
        follow_age(conn, context, caller, &self.aged).await?;
        end_given(conn, context, caller, &self.resigned).await?;
        follow_guardian(conn, context, caller, &self.replaced).await?;
        follow_school(conn, context, caller, &self.moved).await
    }
}
