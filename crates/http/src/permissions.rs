//! Who may call what: one row an operation. What has no row does not answer.
//!
//! Each row also declares what guardians have to do with the operation; there is no default.
//!
//! A test compares the rows with the operations of the OpenAPI document, and `security` and `x-requires` of the
//! document are made from them.

use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::permissions::Permission as P;
use viral_engine_domain::consents::{FORM_BYTES_MAX, Gate, GatedAction};

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everybody. A browser's write must still come from our own origin.
    Public,
    /// Every signed-in operator, not API keys.
    Operator,
    /// Operators and API keys that have the permission.
    Requires(Permission),
}

/// What `Idempotency-Key` does on an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replay {
    /// The operation does not read the header.
    None,
    /// The answer is kept for 24 h and replayed.
    Stored,
    /// The answer shows a secret once: it is not kept, and its replay says so.
    Secret,
}

/// The rules of one operation.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    /// operationId, which is also the handler's name.
    pub id: &'static str,
    /// Who may call it.
    pub access: Access,
    /// What `Idempotency-Key` does.
    pub replay: Replay,
    /// What guardians have to do with it.
    pub gate: Gate,
    /// Most bytes of a body.
    pub body_limit: usize,
}

/// Most bytes of a body unless an operation says otherwise.
pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;
/// Most bytes of a bulk call's body.
pub const BULK_BODY_LIMIT: usize = 16 * 1024 * 1024;

const fn row(id: &'static str, access: Access, gate: Gate) -> Operation {
    Operation {
        id,
        access,
        gate,
        replay: Replay::None,
        body_limit: DEFAULT_BODY_LIMIT,
    }
}

const fn public(id: &'static str, gate: Gate) -> Operation {
    row(id, Access::Public, gate)
}

const fn operator(id: &'static str, gate: Gate) -> Operation {
    row(id, Access::Operator, gate)
}

const fn needs(id: &'static str, permission: Permission, gate: Gate) -> Operation {
    row(id, Access::Requires(permission), gate)
}

impl Operation {
    const fn replayed(self) -> Self {
        Self {
            replay: Replay::Stored,
            ..self
        }
    }

    const fn secret(self) -> Self {
        Self {
            replay: Replay::Secret,
            ..self
        }
    }

    /// A signed form, also one that is too large: a page that says so helps more than a connection that breaks off.
    const fn form(self) -> Self {
        Self {
            body_limit: 2 * FORM_BYTES_MAX,
            ..self
        }
    }

    const fn bulk(self) -> Self {
        Self {
            body_limit: BULK_BODY_LIMIT,
            ..self
        }
    }
}

/// Whoever shares a link invites.
const INVITES: Gate = Gate::Asks(GatedAction::SendInvite);
/// Recaps tell a guardian how a child does.
const TELLS_GUARDIANS: Gate = Gate::Asks(GatedAction::ShareProgressWithGuardian);

/// All operations.
pub const TABLE: &[Operation] = &[
    // system
    public("get_liveness", Gate::Nothing),
    public("get_readiness", Gate::Nothing),
    public("get_metrics", Gate::Nothing),
    public("get_openapi", Gate::Nothing),
    public("get_about", Gate::Nothing),
    // auth
    public("login", Gate::Nothing),
    public("refresh_session", Gate::Nothing),
    public("logout", Gate::Nothing),
    public("inspect_setup", Gate::Nothing),
    public("complete_setup", Gate::Nothing),
    operator("get_me", Gate::Nothing),
    operator("update_me", Gate::Nothing),
    operator("list_sessions", Gate::Nothing),
    operator("end_session", Gate::Nothing),
    operator("change_password", Gate::Nothing),
    // operators
    needs("list_operators", P::OperatorsRead, Gate::Nothing),
    needs("create_operator", P::OperatorsWrite, Gate::Nothing).secret(),
    needs("get_operator", P::OperatorsRead, Gate::Nothing),
    needs("update_operator", P::OperatorsWrite, Gate::Nothing),
    needs("create_setup_link", P::OperatorsWrite, Gate::Nothing).secret(),
    needs("list_operator_sessions", P::OperatorsRead, Gate::Nothing),
    needs("end_operator_sessions", P::OperatorsWrite, Gate::Nothing),
    // api_keys
    needs("list_api_keys", P::ApiKeysRead, Gate::Nothing),
    needs("create_api_key", P::ApiKeysWrite, Gate::Nothing).secret(),
    needs("get_api_key", P::ApiKeysRead, Gate::Nothing),
    needs("revoke_api_key", P::ApiKeysWrite, Gate::Nothing),
    needs("rotate_api_key", P::ApiKeysWrite, Gate::Nothing).secret(),
    // users
    needs("list_users", P::UsersRead, Gate::Nothing),
    needs("search_users", P::UsersRead, Gate::Nothing),
    needs("get_user", P::UsersRead, Gate::Nothing),
    needs("upsert_user", P::UsersWrite, Gate::Records),
    needs("upsert_users", P::UsersWrite, Gate::Records)
        .replayed()
        .bulk(),
    needs("set_user_signals", P::UsersWrite, Gate::Records),
    // consents
    needs("list_consents", P::ConsentsRead, Gate::Nothing),
    needs("get_consent_overview", P::ConsentsRead, Gate::Nothing),
    needs("create_consent_request", P::ConsentsWrite, Gate::Nothing).replayed(),
    needs("get_consent_request", P::ConsentsRead, Gate::Nothing),
    needs("authorise_school", P::ConsentsWrite, Gate::Records).replayed(),
    needs("get_consent", P::ConsentsRead, Gate::Nothing),
    needs("revoke_consent", P::ConsentsWrite, Gate::Nothing),
    needs("list_user_consents", P::ConsentsRead, Gate::Nothing),
    needs("list_decisions", P::ConsentsRead, Gate::Nothing),
    needs("suspend_consent", P::ConsentsWrite, Gate::Nothing),
    needs("resume_consent", P::ConsentsWrite, Gate::Nothing),
    needs("list_verifications", P::ConsentsRead, Gate::Nothing),
    needs("get_verification", P::ConsentsRead, Gate::Nothing),
    needs("get_verification_form", P::ConsentsReview, Gate::Nothing),
    needs("review_verification", P::ConsentsReview, Gate::Nothing),
    public("receive_provider_message", Gate::Nothing),
    public("show_consent_page", Gate::Nothing),
    public("show_return_page", Gate::Nothing),
    public("show_consent_form", Gate::Nothing),
    public("send_consent_form", Gate::Nothing).form(),
    public("reply_to_request", Gate::Nothing),
    public("revoke_as_guardian", Gate::Nothing),
    // notices
    needs("list_notices", P::ConsentsRead, Gate::Nothing),
    needs("get_notice_template", P::ConsentsRead, Gate::Nothing),
    needs("write_notice", P::NoticesWrite, Gate::Nothing),
    needs("get_notice", P::ConsentsRead, Gate::Nothing),
    needs("publish_notice", P::NoticesWrite, Gate::Nothing),
    // audit
    needs("list_audit_entries", P::AuditRead, Gate::Nothing),
    needs("get_audit_trail", P::AuditRead, Gate::Nothing),
    needs("export_audit_trail", P::AuditRead, Gate::Nothing),
    needs("verify_audit_trail", P::AuditRead, Gate::Nothing),
    needs("list_audit_heads", P::AuditRead, Gate::Nothing),
    needs("create_audit_head", P::AuditRead, Gate::Nothing),
    needs("get_audit_head", P::AuditRead, Gate::Nothing),
    needs("get_audit_inclusion", P::AuditRead, Gate::Nothing),
    needs("get_audit_consistency", P::AuditRead, Gate::Nothing),
    // webhooks
    needs("list_webhooks", P::WebhooksRead, Gate::Nothing),
    needs("create_webhook", P::WebhooksWrite, Gate::Nothing).secret(),
    needs("get_webhook", P::WebhooksRead, Gate::Nothing),
    needs("update_webhook", P::WebhooksWrite, Gate::Nothing),
    needs("delete_webhook", P::WebhooksWrite, Gate::Nothing),
    needs("enable_webhook", P::WebhooksWrite, Gate::Nothing),
    needs("rotate_webhook_secret", P::WebhooksWrite, Gate::Nothing).secret(),
    needs("test_webhook", P::WebhooksWrite, Gate::Nothing).replayed(),
    needs("list_webhook_deliveries", P::WebhooksRead, Gate::Nothing),
    needs("resend_webhook_message", P::WebhooksWrite, Gate::Nothing).replayed(),
    // links
    needs("list_links", P::LinksRead, Gate::Nothing),
    needs("create_link", P::LinksWrite, INVITES).replayed(),
    needs("create_links", P::LinksWrite, INVITES)
        .replayed()
        .bulk(),
    needs("get_link", P::LinksRead, Gate::Nothing),
    needs("update_link", P::LinksWrite, INVITES),
    needs("get_link_stats", P::LinksRead, Gate::Nothing),
    needs("get_link_qr", P::LinksRead, Gate::Nothing),
    needs("export_links", P::LinksRead, Gate::Nothing),
    // redirect
    public("follow_link", Gate::Nothing),
    // events
    needs("create_event", P::EventsWrite, Gate::Records).replayed(),
    needs("create_events", P::EventsWrite, Gate::Records)
        .replayed()
        .bulk(),
    needs("list_events", P::EventsRead, Gate::Nothing),
    needs("export_events", P::EventsRead, Gate::Nothing),
    // attribution
    needs("explain_conversion", P::EventsRead, Gate::Nothing),
    needs("get_attribution", P::GuardrailsRead, Gate::Nothing),
    needs("get_attribution_settings", P::GuardrailsRead, Gate::Nothing),
    needs(
        "update_attribution_settings",
        P::SettingsWrite,
        Gate::Nothing,
    ),
    needs("recompute_attribution", P::SettingsWrite, Gate::Nothing).replayed(),
    // inputs
    needs("create_parent_share", P::InputsWrite, Gate::Records).replayed(),
    needs("create_parent_shares", P::InputsWrite, Gate::Records)
        .replayed()
        .bulk(),
    needs("record_parent_share_view", P::InputsWrite, Gate::Records),
    needs("create_progress_reel", P::InputsWrite, Gate::Records).replayed(),
    needs("create_progress_reels", P::InputsWrite, Gate::Records)
        .replayed()
        .bulk(),
    needs("create_study_session", P::InputsWrite, Gate::Records).replayed(),
    needs("create_study_sessions", P::InputsWrite, Gate::Records)
        .replayed()
        .bulk(),
    needs("create_opt_out", P::InputsWrite, Gate::Records).replayed(),
    needs("create_opt_outs", P::InputsWrite, Gate::Records)
        .replayed()
        .bulk(),
    // activities
    needs("create_activity", P::InputsWrite, Gate::Records).replayed(),
    needs("create_activities", P::InputsWrite, Gate::Records)
        .replayed()
        .bulk(),
    // tutoring_sessions
    needs(
        "create_tutoring_session",
        P::TutoringSessionsWrite,
        Gate::Records,
    )
    .replayed(),
    needs(
        "create_tutoring_sessions",
        P::TutoringSessionsWrite,
        Gate::Records,
    )
    .replayed()
    .bulk(),
    needs(
        "list_tutoring_sessions",
        P::TutoringSessionsRead,
        Gate::Nothing,
    ),
    needs(
        "get_tutoring_session",
        P::TutoringSessionsRead,
        Gate::Nothing,
    ),
    // achievements
    needs(
        "create_achievement",
        P::TutoringSessionsWrite,
        Gate::Records,
    )
    .replayed(),
    needs(
        "create_achievements",
        P::TutoringSessionsWrite,
        Gate::Records,
    )
    .replayed()
    .bulk(),
    needs("list_achievements", P::TutoringSessionsRead, Gate::Nothing),
    // recaps
    needs("create_recaps", P::RecapsWrite, TELLS_GUARDIANS).replayed(),
    needs("list_recaps", P::RecapsRead, Gate::Nothing),
    needs("get_recap", P::RecapsRead, Gate::Nothing),
    needs("resend_recap", P::RecapsWrite, TELLS_GUARDIANS).replayed(),
    public("show_recaps", TELLS_GUARDIANS),
    public("choose_recaps", TELLS_GUARDIANS),
    // data_requests
    needs("list_data_requests", P::DataRequestsRead, Gate::Nothing),
    needs("create_data_request", P::DataRequestsWrite, Gate::Nothing).replayed(),
    needs("get_data_request", P::DataRequestsRead, Gate::Nothing),
    needs("get_data_archive", P::DataRequestsWrite, Gate::Nothing),
    public("ask_for_data_link", Gate::Nothing),
    needs("list_retention", P::ConsentsRead, Gate::Nothing),
    public("show_data_page", Gate::Nothing),
    public("use_data_page", Gate::Nothing),
    public("fetch_data_archive", Gate::Nothing),
    // compliance
    needs("get_compliance_report", P::ConsentsRead, Gate::Nothing),
    // disclosures
    needs("create_disclosure", P::DisclosuresWrite, Gate::Records).replayed(),
    needs("list_disclosures", P::DisclosuresRead, Gate::Nothing),
    needs("export_disclosures", P::DisclosuresRead, Gate::Nothing),
    // guardrails
    needs("get_suspicious_clicks", P::GuardrailsRead, Gate::Nothing),
    needs("get_bots", P::GuardrailsRead, Gate::Nothing),
    needs("get_opt_outs", P::GuardrailsRead, Gate::Nothing),
    needs("get_coppa", P::GuardrailsRead, Gate::Nothing),
    needs("get_conversion_anomalies", P::GuardrailsRead, Gate::Nothing),
    needs("get_health", P::GuardrailsRead, Gate::Nothing),
    needs("get_health_history", P::GuardrailsRead, Gate::Nothing),
    needs("get_current_alerts", P::GuardrailsRead, Gate::Nothing),
    needs("get_guardrails_overview", P::GuardrailsRead, Gate::Nothing),
    // growth
    needs("get_k_factor", P::GuardrailsRead, Gate::Nothing),
    needs("get_k_factor_by_source", P::GuardrailsRead, Gate::Nothing),
    needs("get_viral_coefficient", P::GuardrailsRead, Gate::Nothing),
    needs("get_cycle_time", P::GuardrailsRead, Gate::Nothing),
    needs("get_growth_cohorts", P::GuardrailsRead, Gate::Nothing),
    needs("get_growth_funnel", P::GuardrailsRead, Gate::Nothing),
    needs("get_loop_efficiency", P::GuardrailsRead, Gate::Nothing),
    needs("get_growth_timeline", P::GuardrailsRead, Gate::Nothing),
    needs("get_top_referrers", P::GuardrailsRead, Gate::Nothing),
    needs("get_growth_forecast", P::GuardrailsRead, Gate::Nothing),
    // metrics
    needs("get_overview", P::GuardrailsRead, Gate::Nothing),
    // stream
    needs("open_stream", P::GuardrailsRead, Gate::Nothing),
    // alerts
    needs("list_alerts", P::AlertsRead, Gate::Nothing),
    needs("get_alert", P::AlertsRead, Gate::Nothing),
    needs("acknowledge_alert", P::AlertsWrite, Gate::Nothing),
    needs("dismiss_alert", P::AlertsWrite, Gate::Nothing),
    // emails
    needs("list_emails", P::EmailsRead, Gate::Nothing),
    needs("get_email", P::EmailsRead, Gate::Nothing),
    needs("resend_email", P::EmailsWrite, Gate::Nothing).replayed(),
    needs("send_test_email", P::EmailsWrite, Gate::Nothing).replayed(),
    needs("list_email_templates", P::EmailsRead, Gate::Nothing),
    needs("preview_email_template", P::EmailsRead, Gate::Nothing),
    needs("report_email_events", P::EmailEventsWrite, Gate::Records),
    public("ask_unsubscribe", Gate::Nothing),
    public("unsubscribe", Gate::Nothing),
    // flags
    needs("list_flags", P::FlagsRead, Gate::Nothing),
    needs("update_flag", P::FlagsWrite, Gate::Nothing),
    // institution_networks
    needs("list_institution_networks", P::NetworksRead, Gate::Nothing),
    needs(
        "create_institution_network",
        P::NetworksWrite,
        Gate::Nothing,
    )
    .replayed(),
    needs(
        "delete_institution_network",
        P::NetworksWrite,
        Gate::Nothing,
    ),
    // pii
    needs("scan_pii", P::PiiScan, Gate::Nothing).bulk(),
    needs("redact_pii", P::PiiScan, Gate::Nothing).bulk(),
    // blocks
    needs("list_blocks", P::BlocksRead, Gate::Nothing),
    needs("create_block", P::BlocksWrite, Gate::Nothing).replayed(),
    needs("delete_block", P::BlocksWrite, Gate::Nothing),
    // jobs
    needs("list_jobs", P::JobsRead, Gate::Nothing),
    needs("get_job", P::JobsRead, Gate::Nothing),
    needs("retry_job", P::JobsWrite, Gate::Nothing),
    needs("cancel_job", P::JobsWrite, Gate::Nothing),
    needs("delete_job", P::JobsWrite, Gate::Nothing),
    needs("list_queues", P::JobsRead, Gate::Nothing),
    needs("pause_queue", P::JobsWrite, Gate::Nothing),
    needs("resume_queue", P::JobsWrite, Gate::Nothing),
    needs("list_schedules", P::JobsRead, Gate::Nothing),
    needs("run_schedule", P::JobsWrite, Gate::Nothing).replayed(),
    needs("pause_schedule", P::JobsWrite, Gate::Nothing),
    needs("resume_schedule", P::JobsWrite, Gate::Nothing),
    // reports
    needs("list_reports", P::ReportsRead, Gate::Nothing),
    needs("create_report", P::ReportsWrite, Gate::Nothing).replayed(),
    needs("get_report", P::ReportsRead, Gate::Nothing),
    needs("get_report_changes", P::ReportsRead, Gate::Nothing),
    needs("export_report", P::ReportsRead, Gate::Nothing),
    needs("deliver_report", P::ReportsWrite, Gate::Nothing).replayed(),
    needs("list_report_subscriptions", P::ReportsRead, Gate::Nothing),
    needs("update_report_subscription", P::ReportsWrite, Gate::Nothing),
    // settings
    needs("list_settings", P::SettingsRead, Gate::Nothing),
    needs("update_settings", P::SettingsWrite, Gate::Nothing),
    needs("preview_settings", P::SettingsRead, Gate::Nothing),
];

/// The row of an operation.
pub fn find(id: &str) -> Option<&'static Operation> {
    TABLE.iter().find(|operation| operation.id == id)
}
