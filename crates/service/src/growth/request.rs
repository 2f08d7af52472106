//! A request for figures of growth as a question, and the question as the database is asked.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::growth::{GrowthFilter, InvitesFrom, Traffic};
use viral_engine_db::growth::{self as db, Flagged, GrowthQuestion, InviteOrigin};
use viral_engine_domain::growth::MATURITY;
use viral_engine_domain::time_window::TimeWindow;

use super::invite_origin;
use crate::answers::{Asked, GrowthTerms, Question, WindowParameters, bad_parameter};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::guardrails::{flagged_referrers, flagged_traffic, flagging_thresholds};

/// Days of the window unless the request names one.
const DEFAULT_DAYS: u32 = 30;

/// Longest name of a source or campaign that can be asked for, in characters.
const LONGEST_NAME: usize = 64;

/// What a request for figures of growth may name, as sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GrowthRequest {
    /// The window.
    pub window: WindowParameters,
    /// What of it.
    pub filter: GrowthFilter,
    /// Whether the window of the same length before is told as well.
    pub is_compared: bool,
}

/// The numbers that a parameter of a request may be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    pub name: &'static str,
    pub least: u32,
    pub most: u32,
}

impl Range {
    /// The number that was sent.
    ///
    /// # Errors
    /// It is out of range.
    pub(crate) fn read(self, sent: i64) -> ServiceResult<u32> {
        let number = u32::try_from(sent).ok();
        let inside = number.filter(|number| (self.least..=self.most).contains(number));
        inside.ok_or_else(|| {
            let detail = format!("Give a number from {} to {}.", self.least, self.most);
            bad_parameter(self.name, "out_of_range", detail)
        })
    }
}

/// The question that a request asks, of a dashboard.
///
/// # Errors
/// The parameter at fault; dashboards that are switched off.
pub(crate) async fn question(
    context: &Context,
    request: &GrowthRequest,
    number: u32,
) -> ServiceResult<Question> {
    for (name, text) in [
        ("source", &request.filter.source),
        ("campaign", &request.filter.campaign),
    ] {
        if text
            .as_ref()
            .is_some_and(|text| text.chars().count() > LONGEST_NAME)
        {
            let detail = format!("Give at most {LONGEST_NAME} characters.");
            return Err(bad_parameter(name, "length", detail));
        }
    }
    let asked = Asked::by_dashboard(context).await?;
    let judged_by = match request.filter.traffic {
        None | Some(Traffic::Raw) => [0; 9],
        Some(Traffic::Verified) => judged_by(&asked),
    };
    Ok(Question {
        growth: GrowthTerms {
            judged_by,
            filter: request.filter.clone(),
            is_compared: request.is_compared,
            number,
            invites_from_links: context.config.invites_from_links,
        },
        ..asked.question(&request.window, DEFAULT_DAYS)?
    })
}

/// Bits of the thresholds that decide what is left out.
fn judged_by(asked: &Asked) -> [u64; 9] {
    let mut bits = [0; 9];
    let thresholds = flagging_thresholds(&asked.thresholds);
    for (bits, threshold) in bits.iter_mut().zip(thresholds.as_flattened()) {
        *bits = threshold.to_bits();
    }
    bits
}

impl GrowthTerms {
    /// The filter in the words of the database.
    pub(crate) fn stored_filter(&self) -> db::GrowthFilter {
        let GrowthFilter {
            source,
            channel,
            persona,
            campaign,
            traffic: _,
        } = &self.filter;
        db::GrowthFilter {
            source: source.clone(),
            channel: channel.map(|channel| channel.as_str().to_owned()),
            persona: persona.map(|persona| persona.as_str().to_owned()),
            campaign: campaign.clone(),
        }
    }
}

impl Question {
    /// What the database is asked of the question's window. What counts as an invitation is decided by that window, also
    /// for the one before.
    pub(super) async fn growth_question(
        &self,
        conn: &mut AsyncPgConnection,
    ) -> ServiceResult<GrowthQuestion> {
        let origin = invite_origin(conn, self.growth.invites_from_links, &self.window).await?;
        Ok(GrowthQuestion {
            filter: self.growth.stored_filter(),
            flagged: self.flagged(conn, self.window).await?,
            ..GrowthQuestion::all(self.window, origin, self.now)
        })
    }

    /// What is left out in a window: nothing of raw traffic.
    pub(super) async fn flagged(
        &self,
        conn: &mut AsyncPgConnection,
        window: TimeWindow,
    ) -> ServiceResult<Flagged> {
        match self.judged(window) {
            Some(question) => flagged_traffic(conn, &question).await,
            None => Ok(Flagged::default()),
        }
    }

    /// The same of referrers alone.
    pub(super) async fn flagged_referrers(
        &self,
        conn: &mut AsyncPgConnection,
        window: TimeWindow,
    ) -> ServiceResult<Flagged> {
        let referrers = match self.judged(window) {
            Some(question) => flagged_referrers(conn, &question).await?,
            None => Vec::new(),
        };
        Ok(Flagged {
            referrers,
            ..Flagged::default()
        })
    }

    /// The question by which a window is judged; `None` of raw traffic.
    fn judged(&self, window: TimeWindow) -> Option<Self> {
        let is_verified = self.growth.filter.traffic == Some(Traffic::Verified);
        is_verified.then(|| Self {
            window,
            ..self.clone()
        })
    }

    /// What the database is asked of the window of the same length before.
    ///
    /// # Errors
    /// When that lies before the calendar, or the database refuses.
    pub(super) async fn question_before(
        &self,
        conn: &mut AsyncPgConnection,
        asked: &GrowthQuestion,
    ) -> ServiceResult<GrowthQuestion> {
        let window: TimeWindow = asked
            .window
            .previous()
            .map_err(|error| ServiceError::Internal(error.to_string()))?;
        Ok(GrowthQuestion {
            window,
            flagged: self.flagged(conn, window).await?,
            ..asked.clone()
        })
    }

    /// The border of maturity.
    pub(super) fn matured_before(&self) -> chrono::DateTime<chrono::Utc> {
        self.now - MATURITY
    }
}

/// What counts as an invitation, as it is answered.
pub(super) fn invites_from(origin: InviteOrigin) -> InvitesFrom {
    match origin {
        InviteOrigin::Events => InvitesFrom::Events,
        InviteOrigin::Links => InvitesFrom::Links,
    }
}

/// Days of [`MATURITY`].
pub(super) fn maturity_days() -> u32 {
    u32::try_from(MATURITY.num_days()).unwrap_or(u32::MAX)
}
