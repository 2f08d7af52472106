//! Consents: what guardians allow for their children, and how they are asked.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::emails::EmailLocale;
use crate::users::AgeBand;
use crate::words::words;
use crate::{ConsentId, ConsentRequestId, EmailId, OperatorId, UserId, VerificationId};

/// Most scopes of one request.
pub const SCOPES_MAX: usize = 20;

words! {
    /// Where a consent is in its life.
    ConsentState {
        /// Nobody has to allow this: the user is no child.
        NotRequired = "not_required",
        /// A guardian has to, and was not asked.
        Required = "required",
        /// The guardian was told, and has not answered.
        NoticeSent = "notice_sent",
        /// The guardian shows to be the guardian.
        Verifying = "verifying",
        /// The second step is still to come.
        ConfirmPending = "confirm_pending",
        /// Allowed.
        Active = "active",
        /// The guardian does not allow it, or is not the guardian.
        Denied = "denied",
        /// There was no answer in time.
        Expired = "expired",
        /// Allowed for something that has changed since.
        ReconsentRequired = "reconsent_required",
        /// Allowed, and suspended until it is resumed.
        Suspended = "suspended",
        /// No longer allowed.
        Revoked = "revoked",
        /// What is held of the child is being deleted.
        Deleting = "deleting",
        /// It is deleted.
        Deleted = "deleted",
        /// A school has allowed it for learning.
        SchoolAuthorised = "school_authorised",
        /// The child has grown out of it.
        AgedOut = "aged_out",
    }
}

words! {
    /// How a guardian shows to be the guardian.
    ConsentMethod {
        /// An answer to an email, and another step at least a day later.
        EmailPlus = "email_plus",
        /// The same by text message.
        TextPlus = "text_plus",
        /// A payment card is charged.
        CardTransaction = "card_transaction",
        /// A form is signed and sent back.
        SignedForm = "signed_form",
        /// Questions that a child could hardly answer.
        KnowledgeQuestions = "knowledge_questions",
        /// An identity document is checked, then deleted.
        IdCheck = "id_check",
        /// A face is compared with an identity document's.
        FaceMatch = "face_match",
        /// A conversation by video.
        Video = "video",
        /// A call to trained staff.
        Phone = "phone",
    }
}

/// Body of `create_consent_request`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateConsentRequest {
    /// External id of the child.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub child: String,
    /// External id of the guardian; default the child's guardian.
    #[validate(custom(function = "crate::external_id::check"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::ExternalId>))]
    pub guardian: Option<String>,
    /// Address of the guardian; default the one on record. It is kept until the answer is complete, and a day longer.
    #[validate(length(min = 3, max = 254, message = "Give 3 to 254 characters."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 3, max_length = 254, example = "parent@example.org")
    )]
    pub email: Option<String>,
    /// Number of the guardian, to ask by text message instead; with its country's code. Where a gateway is configured.
    #[validate(length(min = 3, max = 40, message = "Give 3 to 40 characters."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 3, max_length = 40, example = json!(null))
    )]
    pub phone: Option<String>,
    /// What is asked for: `core_use`, `progress_reel_to_parent`, `invite_friend`, `public_display`,
    /// `disclose:<recipient>`, `ai_processing:<recipient>`. The guardian chooses among them.
    #[validate(length(min = 1, max = 20, message = "Name 1 to 20 scopes."))]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::ConsentScope>, min_items = 1, max_items = 20))]
    pub scopes: Vec<String>,
    /// Language of messages and pages; default the guardian's, else English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<EmailLocale>,
}

/// How a guardian is asked. The link that the guardian gets is in the guardian's mail alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentRequest {
    /// Its id.
    pub id: ConsentRequestId,
    /// External id of the child.
    pub child: String,
    /// External id of the guardian.
    pub guardian: String,
    /// Version of the notice that the guardian sees.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub notice: i32,
    /// Language of messages and pages.
    pub locale: EmailLocale,
    /// What became of each scope.
    pub consents: Vec<Consent>,
    /// The message by which the guardian is asked; null when that was a text message.
    pub email_id: Option<EmailId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When the answer must be complete.
    pub expires_at: DateTime<Utc>,
    /// When the guardian was reminded.
    pub reminded_at: Option<DateTime<Utc>>,
    /// When nothing of it was pending any more.
    pub closed_at: Option<DateTime<Utc>>,
}

/// What proves a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentEvidence {
    /// How the guardian was verified.
    pub method: ConsentMethod,
    /// The provider's name of the verification; ours where we verified.
    pub transaction: String,
    /// Version of the notice.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub notice: i32,
    /// SHA-256 of the notice as it was shown, in hexadecimal.
    #[cfg_attr(feature = "openapi", schema(min_length = 64, max_length = 64))]
    pub notice_sha256: String,
    /// Language in which it was shown.
    pub locale: EmailLocale,
    /// When the guardian was verified.
    pub at: DateTime<Utc>,
}

/// A consent for one scope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Consent {
    /// Its id.
    pub id: ConsentId,
    /// External id of the child.
    pub child: String,
    /// External id of the guardian; null for a school's.
    pub guardian: Option<String>,
    /// The school; null for a guardian's.
    pub institution: Option<String>,
    /// What it is for.
    pub scope: String,
    /// Where it is in its life.
    pub state: ConsentState,
    /// Version of the notice; null for a school's.
    pub notice: Option<i32>,
    /// How the guardian chose to be verified; null unless an answer is pending.
    pub method: Option<ConsentMethod>,
    /// When a pending answer must be complete.
    pub expires_at: Option<DateTime<Utc>>,
    /// Not before, the second step.
    pub confirm_from: Option<DateTime<Utc>>,
    /// What proves it; null before it is proved.
    pub evidence: Option<ConsentEvidence>,
    /// When it was asked for first.
    pub created_at: DateTime<Utc>,
    /// Last step.
    pub updated_at: DateTime<Utc>,
}

words! {
    /// Who made a step.
    ConsentActor {
        /// The guardian, on a page of ours.
        Guardian = "guardian",
        /// An operator.
        Operator = "operator",
        /// The platform's backend.
        ApiKey = "api_key",
        /// The engine by itself.
        System = "system",
    }
}

/// A step in the life of a consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentStep {
    /// When.
    pub at: DateTime<Utc>,
    /// What happened.
    #[cfg_attr(feature = "openapi", schema(example = "asked"))]
    pub event: String,
    /// Where the consent was.
    pub from: ConsentState,
    /// Where it went.
    pub to: ConsentState,
    /// Who did it.
    pub by: ConsentActor,
    /// Their id.
    pub by_id: Option<UserId>,
}

/// A consent and its life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentDetails {
    /// The consent.
    pub consent: Consent,
    /// Its steps, in their order.
    pub steps: Vec<ConsentStep>,
}

/// All consents about a child.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentList {
    /// The consents, newest first.
    pub items: Vec<Consent>,
}

words! {
    /// Something that a guardian may have to allow.
    GuardedAction {
        /// The user uses the platform for learning.
        UsePlatform = "use_platform",
        /// The user shares an invitation.
        SendInvite = "send_invite",
        /// A growth loop sends something in the user's name.
        TriggerLoop = "trigger_loop",
        /// The user challenges others.
        CreateChallenge = "create_challenge",
        /// Progress is shown to the user's own guardian.
        ShareProgressWithGuardian = "share_progress_with_guardian",
        /// Progress is shown to others.
        ShareProgress = "share_progress",
        /// The user's profile is public.
        PublicProfile = "public_profile",
        /// Chats, groups, presence.
        SocialFeatures = "social_features",
        /// The user stands on a leaderboard that others see.
        PublicLeaderboard = "public_leaderboard",
        /// Personal information goes to the recipient.
        SharePersonalInfo = "share_personal_info",
        /// Scores, transcripts or grades go to the recipient.
        ShareEducationRecord = "share_education_record",
        /// Personal information is processed by the recipient's AI.
        ProcessWithAi = "process_with_ai",
    }
}

words! {
    /// Why something is not allowed.
    DecisionReason {
        /// No guardian has allowed it.
        ParentalConsentRequired = "parental_consent_required",
        /// A guardian was asked and has not answered to the end.
        ConsentPending = "consent_pending",
        /// The guardian said no.
        ConsentDenied = "consent_denied",
        /// What was allowed has changed since.
        ReconsentRequired = "reconsent_required",
        /// It was allowed, and is suspended.
        ConsentSuspended = "consent_suspended",
        /// It was allowed, and taken back.
        ConsentWithdrawn = "consent_withdrawn",
        /// A school has allowed learning, which is not this.
        SchoolScopeOnly = "school_scope_only",
        /// An education record of a minor, which no guardian has allowed to go outside.
        FerpaRecord = "ferpa_record",
        /// The user is erased, or is about to be.
        UserErased = "user_erased",
    }
}

/// Whether a user may do something now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Decision {
    /// What.
    pub action: GuardedAction,
    /// The scope that a guardian has to allow for it, if one has to.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ConsentScope))]
    pub scope: String,
    /// Whether they may.
    pub allowed: bool,
    /// The consent that allows it; none when nobody has to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent_id: Option<ConsentId>,
    /// Number of the version of the notice that the consent was given to; none for a school's authorisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<i32>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<DecisionReason>,
    /// The same in words, with what to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What a user may do now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionList {
    /// How old the user is; unknown is treated as a child.
    pub age_band: AgeBand,
    /// A decision for each action.
    pub items: Vec<Decision>,
}

/// Body of `authorise_school`: a school allows learning in the parents' place, and nothing else.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AuthoriseSchool {
    /// External id of the child.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub child: String,
    /// What is allowed; `core_use` alone can be.
    #[validate(length(min = 1, max = 80, message = "Name a scope."))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ConsentScope))]
    pub scope: String,
}

/// How many consents are in a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentCount {
    /// What they are for.
    pub scope: String,
    /// Where they are in their life.
    pub state: ConsentState,
    /// How many.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 12))]
    pub count: i64,
}

/// How many answers of guardians are pending for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PendingConsents {
    /// Whole days since the guardian was asked.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 3))]
    pub days: i64,
    /// How many consents.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 12))]
    pub count: i64,
}

/// How many consents are where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentOverview {
    /// By scope and state; what there is none of is left out.
    pub counts: Vec<ConsentCount>,
    /// Those that wait for the guardian's answer, by how long they do; the newest first.
    pub pending: Vec<PendingConsents>,
    /// How many of those expire within three days.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, example = 2))]
    pub expiring: i64,
}

words! {
    /// Where a verification is on its way.
    VerificationState {
        /// The guardian has chosen it, and goes on at the provider or signs the form.
        Started = "started",
        /// A form was sent in and waits for people to look at it.
        Submitted = "submitted",
        /// The guardian is the guardian.
        Verified = "verified",
        /// That could not be told.
        Failed = "failed",
        /// The guardian chose another way or refused, or the time was over.
        Over = "over",
    }
}

words! {
    /// What an operator found who looked at a form.
    ReviewVerdict {
        /// The form is signed by the guardian.
        Approved = "approved",
        /// It is not, or can not be told.
        Rejected = "rejected",
    }
}

/// A signed form, without what it shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentForm {
    /// Its format: `application/pdf`, `image/jpeg` or `image/png`.
    #[cfg_attr(feature = "openapi", schema(example = "image/jpeg"))]
    pub media_type: String,
    /// Its size.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 421_337))]
    pub bytes: i32,
    /// SHA-256 of it, in hexadecimal.
    #[cfg_attr(feature = "openapi", schema(min_length = 64, max_length = 64))]
    pub sha256: String,
    /// When it was sent in.
    pub submitted_at: DateTime<Utc>,
    /// Whether it can still be looked at; it is erased 30 days after the decision.
    pub is_kept: bool,
}

/// What an operator found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ConsentReview {
    /// Who.
    pub operator_id: OperatorId,
    /// What.
    pub verdict: ReviewVerdict,
    /// When.
    pub at: DateTime<Utc>,
}

/// How a guardian shows to be the guardian by more than messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verification {
    /// Its id, which stands on a printed form.
    pub id: VerificationId,
    /// The request that is answered so.
    pub request_id: ConsentRequestId,
    /// How.
    pub method: ConsentMethod,
    /// Where it is on its way.
    pub state: VerificationState,
    /// The hosted provider's name of it; null for a form.
    pub reference: Option<String>,
    /// The form; null before it is sent in, and at a hosted provider.
    pub form: Option<ConsentForm>,
    /// What operators found, in the order in which they did.
    pub reviews: Vec<ConsentReview>,
    /// When the guardian chose it.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// Body of `review_verification`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReviewForm {
    /// What the operator found: two who approve are needed, one who rejects is enough.
    pub verdict: ReviewVerdict,
}

/// What became of a provider's message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProviderReceipt {
    /// Whether it decided the verification; false when that was over before.
    pub applied: bool,
}
