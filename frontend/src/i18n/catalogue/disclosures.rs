//! Texts of the log of disclosures and the compliance report.

use viral_engine_api_types::disclosures::{DisclosureBasis, RecordClass};

use super::Text;

/// The log of disclosures.
pub struct Disclosures {
    pub list: Text,
    pub help: Text,
    pub student: Text,
    pub institution: Text,
    pub party: Text,
    pub record_class: Text,
    pub class: fn(RecordClass) -> Text,
    pub basis: Text,
    pub basis_name: fn(DisclosureBasis) -> Text,
    pub interest: Text,
    pub disclosed: Text,
    pub erased: Text,
    pub empty_title: Text,
    pub empty_detail: Text,
    pub none_match_title: Text,
    pub none_match_detail: Text,
}

/// The compliance report.
pub struct Report {
    pub clauses: Text,
    pub help: Text,
    pub clause: Text,
    pub asks: Text,
    pub tests: Text,
    pub human_duty: Text,
    pub none_title: Text,
    pub none_detail: Text,
}
