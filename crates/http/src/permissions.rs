//! Who may call what: one row an operation. What has no row does not answer.
//!
//! A test compares the rows with the operations of the OpenAPI document, and `security` and `x-permission` of the
//! document are made from them.

use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::permissions::Permission as P;

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
    /// Most bytes of a body.
    pub body_limit: usize,
}

/// Most bytes of a body unless an operation says otherwise.
pub const DEFAULT_BODY_LIMIT: usize = 1024 * 1024;
/// Most bytes of a bulk call's body.
pub const BULK_BODY_LIMIT: usize = 16 * 1024 * 1024;

const fn row(id: &'static str, access: Access) -> Operation {
    Operation {
        id,
        access,
        replay: Replay::None,
        body_limit: DEFAULT_BODY_LIMIT,
    }
}

const fn public(id: &'static str) -> Operation {
    row(id, Access::Public)
}

const fn operator(id: &'static str) -> Operation {
    row(id, Access::Operator)
}

const fn needs(id: &'static str, permission: Permission) -> Operation {
    row(id, Access::Requires(permission))
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

    const fn bulk(self) -> Self {
        Self {
            body_limit: BULK_BODY_LIMIT,
            ..self
        }
    }
}

/// All operations.
pub const TABLE: &[Operation] = &[
    // system
    public("get_liveness"),
    public("get_readiness"),
    public("get_metrics"),
    public("get_openapi"),
    public("get_about"),
    // auth
    public("login"),
    public("refresh_session"),
    public("logout"),
    public("inspect_setup"),
    public("complete_setup"),
    operator("get_me"),
    operator("update_me"),
    operator("list_sessions"),
    operator("end_session"),
    operator("change_password"),
    // operators
    needs("list_operators", P::OperatorsRead),
    needs("create_operator", P::OperatorsWrite).secret(),
    needs("get_operator", P::OperatorsRead),
    needs("update_operator", P::OperatorsWrite),
    needs("create_setup_link", P::OperatorsWrite).secret(),
    needs("list_operator_sessions", P::OperatorsRead),
    needs("end_operator_sessions", P::OperatorsWrite),
    // api_keys
    needs("list_api_keys", P::ApiKeysRead),
    needs("create_api_key", P::ApiKeysWrite).secret(),
    needs("get_api_key", P::ApiKeysRead),
    needs("revoke_api_key", P::ApiKeysWrite),
    needs("rotate_api_key", P::ApiKeysWrite).secret(),
    // users
    needs("list_users", P::UsersRead),
    needs("search_users", P::UsersRead),
    needs("get_user", P::UsersRead),
    needs("upsert_user", P::UsersWrite),
    needs("upsert_users", P::UsersWrite).replayed().bulk(),
    needs("set_user_signals", P::UsersWrite),
    // audit
    needs("list_audit_entries", P::AuditRead),
    // webhooks
    needs("list_webhooks", P::WebhooksRead),
    needs("create_webhook", P::WebhooksWrite).secret(),
    needs("get_webhook", P::WebhooksRead),
    needs("update_webhook", P::WebhooksWrite),
    needs("delete_webhook", P::WebhooksWrite),
    needs("enable_webhook", P::WebhooksWrite),
    needs("rotate_webhook_secret", P::WebhooksWrite).secret(),
    needs("test_webhook", P::WebhooksWrite).replayed(),
    needs("list_webhook_deliveries", P::WebhooksRead),
    needs("resend_webhook_message", P::WebhooksWrite).replayed(),
    // links
    needs("list_links", P::LinksRead),
    needs("create_link", P::LinksWrite).replayed(),
    needs("create_links", P::LinksWrite).replayed().bulk(),
    needs("get_link", P::LinksRead),
    needs("update_link", P::LinksWrite),
    needs("get_link_stats", P::LinksRead),
    needs("get_link_qr", P::LinksRead),
    needs("export_links", P::LinksRead),
    // redirect
    public("follow_link"),
    // events
    needs("create_event", P::EventsWrite).replayed(),
    needs("create_events", P::EventsWrite).replayed().bulk(),
    needs("list_events", P::EventsRead),
    needs("export_events", P::EventsRead),
    // inputs
    needs("create_parent_share", P::InputsWrite).replayed(),
    needs("create_parent_shares", P::InputsWrite)
        .replayed()
        .bulk(),
    needs("record_parent_share_view", P::InputsWrite),
    needs("create_progress_reel", P::InputsWrite).replayed(),
    needs("create_progress_reels", P::InputsWrite)
        .replayed()
        .bulk(),
    needs("create_study_session", P::InputsWrite).replayed(),
    needs("create_study_sessions", P::InputsWrite)
        .replayed()
        .bulk(),
    needs("create_opt_out", P::InputsWrite).replayed(),
    needs("create_opt_outs", P::InputsWrite).replayed().bulk(),
    // tutoring_sessions
    needs("create_tutoring_session", P::TutoringSessionsWrite).replayed(),
    needs("create_tutoring_sessions", P::TutoringSessionsWrite)
        .replayed()
        .bulk(),
    needs("list_tutoring_sessions", P::TutoringSessionsRead),
    needs("get_tutoring_session", P::TutoringSessionsRead),
    // achievements
    needs("create_achievement", P::TutoringSessionsWrite).replayed(),
    needs("create_achievements", P::TutoringSessionsWrite)
        .replayed()
        .bulk(),
    needs("list_achievements", P::TutoringSessionsRead),
    // recaps
    needs("create_recaps", P::RecapsWrite).replayed(),
    needs("list_recaps", P::RecapsRead),
    needs("get_recap", P::RecapsRead),
    needs("resend_recap", P::RecapsWrite).replayed(),
    public("show_recaps"),
    public("choose_recaps"),
    // guardrails
    needs("get_suspicious_clicks", P::GuardrailsRead),
    needs("get_bots", P::GuardrailsRead),
    needs("get_opt_outs", P::GuardrailsRead),
    needs("get_coppa", P::GuardrailsRead),
    needs("get_conversion_anomalies", P::GuardrailsRead),
    needs("get_health", P::GuardrailsRead),
    needs("get_health_history", P::GuardrailsRead),
    needs("get_current_alerts", P::GuardrailsRead),
    needs("get_guardrails_overview", P::GuardrailsRead),
    // metrics
    needs("get_overview", P::GuardrailsRead),
    // stream
    needs("open_stream", P::GuardrailsRead),
    // alerts
    needs("list_alerts", P::AlertsRead),
    needs("get_alert", P::AlertsRead),
    needs("acknowledge_alert", P::AlertsWrite),
    needs("dismiss_alert", P::AlertsWrite),
    // emails
    needs("list_emails", P::EmailsRead),
    needs("get_email", P::EmailsRead),
    needs("resend_email", P::EmailsWrite).replayed(),
    needs("send_test_email", P::EmailsWrite).replayed(),
    needs("list_email_templates", P::EmailsRead),
    needs("preview_email_template", P::EmailsRead),
    needs("report_email_events", P::EmailEventsWrite),
    public("ask_unsubscribe"),
    public("unsubscribe"),
    // flags
    needs("list_flags", P::FlagsRead),
    needs("update_flag", P::FlagsWrite),
    // institution_networks
    needs("list_institution_networks", P::NetworksRead),
    needs("create_institution_network", P::NetworksWrite).replayed(),
    needs("delete_institution_network", P::NetworksWrite),
    // blocks
    needs("list_blocks", P::BlocksRead),
    needs("create_block", P::BlocksWrite).replayed(),
    needs("delete_block", P::BlocksWrite),
    // jobs
    needs("list_jobs", P::JobsRead),
    needs("get_job", P::JobsRead),
    needs("retry_job", P::JobsWrite),
    needs("cancel_job", P::JobsWrite),
    needs("delete_job", P::JobsWrite),
    needs("list_queues", P::JobsRead),
    needs("pause_queue", P::JobsWrite),
    needs("resume_queue", P::JobsWrite),
    needs("list_schedules", P::JobsRead),
    needs("run_schedule", P::JobsWrite).replayed(),
    needs("pause_schedule", P::JobsWrite),
    needs("resume_schedule", P::JobsWrite),
    // reports
    needs("list_reports", P::ReportsRead),
    needs("create_report", P::ReportsWrite).replayed(),
    needs("get_report", P::ReportsRead),
    needs("get_report_changes", P::ReportsRead),
    needs("export_report", P::ReportsRead),
    needs("deliver_report", P::ReportsWrite).replayed(),
    needs("list_report_subscriptions", P::ReportsRead),
    needs("update_report_subscription", P::ReportsWrite),
    // settings
    needs("list_settings", P::SettingsRead),
    needs("update_settings", P::SettingsWrite),
    needs("preview_settings", P::SettingsRead),
];

/// The row of an operation.
pub fn find(id: &str) -> Option<&'static Operation> {
    TABLE.iter().find(|operation| operation.id == id)
}
