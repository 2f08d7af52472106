//! Why a link has nothing left to answer. Each case is told for what it is: a guardian who reads that a link "was used" looks
//! for whoever used it.

use viral_engine_db::consents::ConsentRow;
use viral_engine_domain::consents::ConsentState;

use super::page_words::Told;
use super::row::state;
use crate::error::ServiceResult;

/// What became of one consent of a request that is over. Of those of a request, the one that comes first here is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum End {
    Erased,
    Changed,
    Given,
    Late,
    Withdrawn,
    Closed,
    Denied,
    NotNeeded,
}

/// Why a request has nothing left to answer, given its consents, none of which can be answered any more.
///
/// # Errors
/// When a stored state is none of ours.
pub(super) fn over(rows: &[ConsentRow]) -> ServiceResult<Told> {
    let ends: ServiceResult<Vec<End>> = rows.iter().map(end).collect();
    // A consent that is asked for again belongs to the newer request.
    let Some(first) = ends?.into_iter().min() else {
        return Ok(|words| words.told_superseded);
    };
    let told: Told = match first {
        End::Erased => |words| words.told_erased,
        End::Changed => |words| words.told_changed,
        End::Given => |words| words.told_answered,
        End::Late => |words| words.told_late,
        End::Withdrawn => |words| words.told_withdrawn,
        End::Closed => |words| words.told_closed,
        End::Denied => |words| words.told_denied,
        End::NotNeeded => |words| words.told_not_needed,
    };
    Ok(told)
}

fn end(row: &ConsentRow) -> ServiceResult<End> {
    use ConsentState as S;
    Ok(match state(row)? {
        S::Deleting | S::Deleted => End::Erased,
        S::ReconsentRequired => End::Changed,
        S::Active | S::Suspended | S::SchoolAuthorised => End::Given,
        // What was given keeps its proof; a question that was withdrawn has none.
        S::Revoked if row.evidence_at.is_some() => End::Given,
        S::Revoked => End::Withdrawn,
        // What is pending here is late: the job that notes it has not come round.
        S::Expired | S::NoticeSent | S::Verifying | S::ConfirmPending => End::Late,
        S::Required => End::Closed,
        S::Denied => End::Denied,
        S::NotRequired | S::AgedOut => End::NotNeeded,
    })
}

/// Whether somebody has proved by a request to be the guardian: the first of two steps proves nothing.
///
/// # Errors
/// When a stored state is none of ours.
pub(super) fn is_proved(rows: &[ConsentRow]) -> ServiceResult<bool> {
    for row in rows {
        if row.evidence_at.is_some() && !state(row)?.is_pending() {
            return Ok(true);
        }
    }
    Ok(false)
}
