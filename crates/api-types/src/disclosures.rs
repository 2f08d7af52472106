//! The log of disclosures: who outside got an education record, and why (FERPA, 34 CFR 99.32).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::words::words;
use crate::{ConsentId, DisclosureId};

words! {
    /// What kind of education record.
    RecordClass {
        /// Grades and marks.
        Grades = "grades",
        /// Scores of tests and exercises.
        Scores = "scores",
        /// Transcripts.
        Transcripts = "transcripts",
        /// Who was there when.
        Attendance = "attendance",
        /// What was done in sessions, and what tutors wrote about it.
        Sessions = "sessions",
        /// Progress and achievements.
        Progress = "progress",
        /// Another education record.
        Other = "other",
    }
}

words! {
    /// Why it may be disclosed: by consent, or by an exception of 34 CFR 99.31.
    DisclosureBasis {
        /// The guardian, or the student of age, has consented (99.30).
        Consent = "consent",
        /// A school official with a legitimate educational interest (99.31(a)(1)).
        SchoolOfficial = "school_official",
        /// A school to which the student moves (99.31(a)(2)).
        Transfer = "transfer",
        /// An authority that audits or evaluates (99.31(a)(3)).
        AuditOrEvaluation = "audit_or_evaluation",
        /// Financial aid (99.31(a)(4)).
        FinancialAid = "financial_aid",
        /// A juvenile justice system (99.31(a)(5)).
        JuvenileJustice = "juvenile_justice",
        /// A study for the school (99.31(a)(6)).
        Study = "study",
        /// An accrediting organisation (99.31(a)(7)).
        Accreditation = "accreditation",
        /// A judicial order or subpoena (99.31(a)(9)).
        JudicialOrder = "judicial_order",
        /// An emergency of health or safety (99.31(a)(10)).
        HealthOrSafety = "health_or_safety",
        /// Another exception, which the legitimate interest names.
        Other = "other",
    }
}

/// Body of `create_disclosure`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "student": "student-4711", "party": "State department of education", "record_class": "scores",
    "basis": "audit_or_evaluation", "legitimate_interest": "Yearly evaluation of the tutoring programme"
})))]
pub struct CreateDisclosure {
    /// External id of the student.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub student: String,
    /// Who got it: a person or an organisation, as a parent will read it.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 200, message = "Give a party of 1 to 200 characters.")
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 200,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub party: String,
    /// The party's name in consents, `disclose:<recipient>`; needed when it rests on consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9._-]*$")
    )]
    pub recipient: Option<String>,
    /// What kind of record.
    pub record_class: RecordClass,
    /// Why it may be disclosed.
    pub basis: DisclosureBasis,
    /// What the party needs it for. Personal information in it is redacted.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 3, max = 500, message = "Say what for in 3 to 500 characters.")
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 3,
            max_length = 500,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub legitimate_interest: String,
    /// When; default now.
    #[serde(
        default,
        deserialize_with = "crate::times::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub disclosed_at: Option<DateTime<Utc>>,
}

/// A disclosure in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Disclosure {
    /// Its id.
    pub id: DisclosureId,
    /// External id of the student; null once the student is erased.
    pub student: Option<String>,
    /// The student's institution at the time.
    pub institution: Option<String>,
    /// Who got it; null once the student is erased.
    pub party: Option<String>,
    /// The party's name in consents.
    pub recipient: Option<String>,
    /// What kind of record.
    pub record_class: RecordClass,
    /// Why it may be disclosed.
    pub basis: DisclosureBasis,
    /// What the party needs it for, redacted; null once the student is erased.
    pub legitimate_interest: Option<String>,
    /// The guardian's consent it rests on; null where none was needed.
    pub consent_id: Option<ConsentId>,
    /// When it was disclosed.
    pub disclosed_at: DateTime<Utc>,
    /// When it was put in the log.
    pub created_at: DateTime<Utc>,
}
