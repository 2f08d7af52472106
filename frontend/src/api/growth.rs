//! Growth analytics.

use viral_engine_api_types::attribution::{
    Attribution, AttributionSettings, RecomputeAttribution, UpdateAttributionSettings,
};
use viral_engine_api_types::growth::{
    CycleTime, GrowthCohorts, GrowthForecast, GrowthFunnel, GrowthTimeline, KFactor,
    KFactorBySource, LoopEfficiencies, TopReferrers, ViralCoefficient,
};
use viral_engine_api_types::jobs::JobDetails;

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// The K-factor and what it is made of.
    pub async fn get_k_factor(&self, query: &Query) -> ApiResult<KFactor> {
        self.get("/v1/metrics/k-factor", query).await
    }

    /// The same by source.
    pub async fn get_k_factor_by_source(&self, query: &Query) -> ApiResult<KFactorBySource> {
        self.get("/v1/metrics/k-factor/by-source", query).await
    }

    /// New users by existing ones.
    pub async fn get_viral_coefficient(&self, query: &Query) -> ApiResult<ViralCoefficient> {
        self.get("/v1/metrics/viral-coefficient", query).await
    }

    /// Hours from invitations to their conversions.
    pub async fn get_cycle_time(&self, query: &Query) -> ApiResult<CycleTime> {
        self.get("/v1/metrics/cycle-time", query).await
    }

    /// Users by the week of their sign-up.
    pub async fn get_growth_cohorts(&self, query: &Query) -> ApiResult<GrowthCohorts> {
        self.get("/v1/metrics/cohorts", query).await
    }

    /// From invitation to first valuable moment.
    pub async fn get_growth_funnel(&self, query: &Query) -> ApiResult<GrowthFunnel> {
        self.get("/v1/metrics/funnel", query).await
    }

    /// What to do with each loop.
    pub async fn get_loop_efficiency(&self, query: &Query) -> ApiResult<LoopEfficiencies> {
        self.get("/v1/metrics/loop-efficiency", query).await
    }

    /// Growth day by day.
    pub async fn get_growth_timeline(&self, query: &Query) -> ApiResult<GrowthTimeline> {
        self.get("/v1/metrics/timeline", query).await
    }

    /// Who brings most.
    pub async fn get_top_referrers(&self, query: &Query) -> ApiResult<TopReferrers> {
        self.get("/v1/metrics/top-referrers", query).await
    }

    /// How many users there may be.
    pub async fn get_growth_forecast(&self, query: &Query) -> ApiResult<GrowthForecast> {
        self.get("/v1/metrics/forecast", query).await
    }

    /// What conversions are owed to.
    pub async fn get_attribution(&self, query: &Query) -> ApiResult<Attribution> {
        self.get("/v1/metrics/attribution", query).await
    }

    /// Model and lookback.
    pub async fn get_attribution_settings(&self) -> ApiResult<AttributionSettings> {
        self.get("/v1/attribution/settings", &Query::new()).await
    }

    /// Changes model and lookback; fails if they have changed since they were read.
    pub async fn update_attribution_settings(
        &self,
        read: i64,
        update: &UpdateAttributionSettings,
    ) -> ApiResult<AttributionSettings> {
        self.replace("/v1/attribution/settings", update, &format!("\"{read}\""))
            .await
    }

    /// Asks that conversions of a range are attributed anew.
    pub async fn recompute_attribution(
        &self,
        range: &RecomputeAttribution,
    ) -> ApiResult<JobDetails> {
        self.create("/v1/attribution/recomputations", range).await
    }
}
