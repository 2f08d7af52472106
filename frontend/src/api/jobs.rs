//! Jobs, queues and schedules.

use viral_engine_api_types::jobs::{
    Job, JobDetails, Queue, QueueList, QueueName, Schedule, ScheduleList,
};
use viral_engine_api_types::{JobId, Page};

use super::client::Api;
use super::error::ApiResult;
use crate::router::{Query, encode_segment};

impl Api {
    /// Jobs, newest first; filters `queue`, `state`, `kind`.
    pub async fn list_jobs(&self, query: &Query) -> ApiResult<Page<Job>> {
        self.get("/v1/jobs", query).await
    }

    /// One job with what went wrong.
    pub async fn get_job(&self, id: JobId) -> ApiResult<JobDetails> {
        self.get(&format!("/v1/jobs/{id}"), &Query::new()).await
    }

    /// Makes a discarded or cancelled job due at once.
    pub async fn retry_job(&self, id: JobId) -> ApiResult<JobDetails> {
        self.act_plain(&format!("/v1/jobs/{id}/retry")).await
    }

    /// Ends a job that waits or runs.
    pub async fn cancel_job(&self, id: JobId) -> ApiResult<JobDetails> {
        self.act_plain(&format!("/v1/jobs/{id}/cancel")).await
    }

    /// Removes a discarded job.
    pub async fn delete_job(&self, id: JobId) -> ApiResult<()> {
        self.delete(&format!("/v1/jobs/{id}")).await
    }

    /// Queues, by name.
    pub async fn list_queues(&self) -> ApiResult<QueueList> {
        self.get("/v1/queues", &Query::new()).await
    }

    /// Begins no more jobs of a queue.
    pub async fn pause_queue(&self, name: QueueName) -> ApiResult<Queue> {
        self.act_plain(&format!("/v1/queues/{}/pause", name.as_str()))
            .await
    }

    /// Begins jobs of a queue again.
    pub async fn resume_queue(&self, name: QueueName) -> ApiResult<Queue> {
        self.act_plain(&format!("/v1/queues/{}/resume", name.as_str()))
            .await
    }

    /// Schedules, by name.
    pub async fn list_schedules(&self) -> ApiResult<ScheduleList> {
        self.get("/v1/schedules", &Query::new()).await
    }

    /// Enqueues the job of a schedule now.
    pub async fn run_schedule(&self, name: &str) -> ApiResult<JobDetails> {
        self.act_plain(&format!("/v1/schedules/{}/run", encode_segment(name)))
            .await
    }

    /// Stops a schedule.
    pub async fn pause_schedule(&self, name: &str) -> ApiResult<Schedule> {
        self.act_plain(&format!("/v1/schedules/{}/pause", encode_segment(name)))
            .await
    }

    /// Lets a schedule go on.
    pub async fn resume_schedule(&self, name: &str) -> ApiResult<Schedule> {
        self.act_plain(&format!("/v1/schedules/{}/resume", encode_segment(name)))
            .await
    }
}
