//! Operators look at signed forms: two have to approve, one who rejects is enough.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::VerificationId;
use viral_engine_api_types::consents::{ReviewForm, ReviewVerdict, Verification};
use viral_engine_api_types::permissions::Permission;
use viral_engine_db::audit::has_done;
use viral_engine_db::consents::{self as db, ReviewRow, VerificationRow};
use viral_engine_domain::consents::{FormFormat, Verdict, decided};

use super::{Outcome, get_verification, missing, settle};
use crate::audit;
use crate::caller::{Caller, Identity};
use crate::consents::change::Deed;
use crate::consents::row::unknown;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{Field, PersonalKeys};

/// The bytes of a form.
#[derive(Clone)]
pub struct VerificationForm {
    /// What was sent in.
    pub bytes: Vec<u8>,
    /// Its format.
    pub format: FormFormat,
}

/// A signed form, for an operator to look at; that somebody did is noted.
///
/// # Errors
/// [`ServiceError::NotFound`], also once it is erased.
pub async fn get_verification_form(
    context: &Context,
    caller: &Caller,
    id: VerificationId,
) -> ServiceResult<VerificationForm> {
    let mut conn = context.connection().await?;
    let form = db::find_form(&mut conn, id.0).await.map_err(missing)?;
    let sealed = form.content_cipher.ok_or(ServiceError::NotFound("form"))?;
    let keys = PersonalKeys::of(&context.keys);
    let opened = keys.opened_bytes(id.0, Field::ConsentForm, &sealed)?;
    let bytes = opened.ok_or(ServiceError::NotFound("form"))?;
    let format = FormFormat::of(&bytes).ok_or_else(|| unknown("format", &form.media_type))?;
    let object = id.to_string();
    let object = (OBJECT, object.as_str());
    audit::record(&mut conn, context, caller, LOOK, object, json!({})).await?;
    Ok(VerificationForm { bytes, format })
}

/// What a verification is in the audit trail.
const OBJECT: &str = "consent_verification";
/// That somebody looked at a form, there.
const LOOK: &str = "get_verification_form";

/// Two approvals count for something because two people have looked. To reject takes no look: a form may be past opening.
async fn require_look(
    conn: &mut AsyncPgConnection,
    operator: Uuid,
    id: VerificationId,
) -> ServiceResult<()> {
    let object = id.to_string();
    match has_done(conn, operator, LOOK, (OBJECT, object.as_str())).await? {
        true => Ok(()),
        false => Err(ServiceError::Conflict(
            "you have not opened this form: look at it before you approve it".to_owned(),
        )),
    }
}

/// Notes what an operator found. With the second approval the guardian's consents are in force; one rejection ends it.
///
/// # Errors
/// A conflict when there is nothing to look at, or the operator has said so before, or approves what the operator has not
/// opened; API keys are no people.
pub async fn review_verification(
    context: &Context,
    caller: &Caller,
    id: VerificationId,
    body: ReviewForm,
) -> ServiceResult<Verification> {
    let Identity::Operator { id: operator, .. } = &caller.identity else {
        let permission = Permission::ConsentsReview;
        return Err(ServiceError::Forbidden { permission });
    };
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let verification = lock(conn, id.0).await?;
        if verification.state != "submitted" {
            return Err(ServiceError::Conflict(format!(
                "there is no form to look at: the verification is {}",
                verification.state
            )));
        }
        let known = db::reviews_of(conn, &[id.0]).await?;
        if known.iter().any(|review| review.operator_id == operator.0) {
            return Err(ServiceError::Conflict(
                "you have looked at this form: it takes somebody else".to_owned(),
            ));
        }
        let verdict = verdict(body.verdict);
        if verdict == Verdict::Approved {
            require_look(conn, operator.0, id).await?;
        }
        let review = ReviewRow {
            verification_id: id.0,
            operator_id: operator.0,
            verdict: verdict.as_str().to_owned(),
            at: context.now(),
        };
        db::insert_review(conn, &review).await?;
        let object = id.to_string();
        let object = (OBJECT, object.as_str());
        let changes = json!({ "verdict": verdict.as_str() });
        audit::record(conn, context, caller, DEED.action, object, changes).await?;
        let mut verdicts = vec![verdict];
        for review in &known {
            let verdict = Verdict::parse(&review.verdict);
            verdicts.push(verdict.ok_or_else(|| unknown("verdict", &review.verdict))?);
        }
        end(conn, context, caller, id.0, &verdicts).await
    })
    .await?;
    drop(conn);
    get_verification(context, id).await
}

const DEED: Deed = Deed {
    action: "review_verification",
    locale: "en",
};

/// The verification, after everything that is locked before it, so that two who look at the same time come one after the
/// other.
async fn lock(conn: &mut AsyncPgConnection, id: Uuid) -> ServiceResult<VerificationRow> {
    let found = db::find_verification(conn, id).await.map_err(missing)?;
    let request = db::find_request(conn, found.request_id).await?;
    db::lock_child(conn, request.child_id).await?;
    db::find_verification(conn, id).await.map_err(missing)
}

async fn end(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    id: Uuid,
    verdicts: &[Verdict],
) -> ServiceResult<()> {
    let outcome = match decided(verdicts) {
        None => return Ok(()),
        Some(Verdict::Rejected) => Outcome::Failed,
        Some(Verdict::Approved) => {
            let form = db::find_form(conn, id).await.map_err(missing)?;
            Outcome::Verified {
                transaction: format!("form/{id}/sha256:{}", hex::encode(form.sha256)),
            }
        }
    };
    settle(conn, context, caller, DEED, id, outcome).await?;
    Ok(())
}

fn verdict(sent: ReviewVerdict) -> Verdict {
    match sent {
        ReviewVerdict::Approved => Verdict::Approved,
        ReviewVerdict::Rejected => Verdict::Rejected,
    }
}
