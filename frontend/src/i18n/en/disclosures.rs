//! Texts of the log of disclosures and the compliance report.

use viral_engine_api_types::disclosures::{DisclosureBasis, RecordClass};

use crate::i18n::catalogue::{Disclosures, Report};

pub const DISCLOSURES: Disclosures = Disclosures {
    list: "Disclosures",
    help: "Every disclosure of an education record outside, as the platform notes it (34 CFR 99.32). Filter by institution and download its log for the school.",
    student: "Student",
    institution: "Institution",
    party: "Party",
    record_class: "Record",
    class: |class| match class {
        RecordClass::Grades => "grades",
        RecordClass::Scores => "scores",
        RecordClass::Transcripts => "transcripts",
        RecordClass::Attendance => "attendance",
        RecordClass::Sessions => "sessions",
        RecordClass::Progress => "progress",
        RecordClass::Other => "other",
    },
    basis: "Basis",
    basis_name: |basis| match basis {
        DisclosureBasis::Consent => "consent",
        DisclosureBasis::SchoolOfficial => "school official",
        DisclosureBasis::Transfer => "transfer to another school",
        DisclosureBasis::AuditOrEvaluation => "audit or evaluation",
        DisclosureBasis::FinancialAid => "financial aid",
        DisclosureBasis::JuvenileJustice => "juvenile justice",
        DisclosureBasis::Study => "study",
        DisclosureBasis::Accreditation => "accreditation",
        DisclosureBasis::JudicialOrder => "judicial order",
        DisclosureBasis::HealthOrSafety => "health or safety",
        DisclosureBasis::Other => "other",
    },
    interest: "Legitimate interest",
    disclosed: "Disclosed",
    erased: "erased",
    empty_title: "No disclosures",
    empty_detail: "The platform notes each with POST /v1/disclosures.",
    none_match_title: "No disclosure matches",
    none_match_detail: "Once a student is erased, entries are not found by the student or the institution any more.",
};

pub const REPORT: Report = Report {
    clauses: "Clauses",
    help: "What the COPPA rule asks of an operator, in our words: the tests of this version that show the software's part, and what stays a human duty. It helps to comply and is no legal advice.",
    clause: "Clause",
    asks: "Asks for",
    tests: "Tests",
    human_duty: "Human duty",
    none_title: "No clauses",
    none_detail: "The report names none.",
};
