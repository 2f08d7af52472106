//! Growth analytics.

use viral_engine_api_types::growth::{
    CycleTime, GrowthCohorts, GrowthForecast, GrowthFunnel, GrowthTimeline, KFactor,
    KFactorBySource, LoopEfficiencies, TopReferrers, ViralCoefficient,
};

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
}
