//! What a link says is read by everyone who gets it, and by logs on the way: it tells nothing of a person.
//!
//! Personal information is refused and not redacted: the platform would find other notes than it left.

use serde_json::Value;
use viral_engine_api_types::FieldError;
use viral_engine_db::links::LinkRow;
use viral_engine_domain::pii::{EntityKind, Finding, Scanner};

use crate::users::Redactor;

/// What a link says.
pub(super) struct Words<'a> {
    pub(super) source: &'a str,
    pub(super) campaign: &'a str,
    pub(super) utm_medium: Option<&'a str>,
    /// None while it is none that may be used.
    pub(super) target_url: Option<&'a str>,
    pub(super) alias: Option<&'a str>,
    pub(super) metadata: &'a Value,
}

impl<'a> Words<'a> {
    pub(super) fn of(row: &'a LinkRow) -> Self {
        Self {
            source: &row.source,
            campaign: &row.campaign,
            utm_medium: row.utm_medium.as_deref(),
            target_url: Some(&row.target_url),
            alias: row.alias.as_deref(),
            metadata: &row.metadata,
        }
    }

    /// The fields with personal information, or with what is on record of the minor who shares the link.
    pub(super) fn faults(&self, pointer: &str, redactor: &Redactor) -> Vec<FieldError> {
        let (scanner, of_record) = (redactor.scanner(), redactor.of_record());
        let mut faults = Vec::new();
        let mut fault = |field: &str, detail: String| {
            let pointer = format!("{pointer}/{field}");
            faults.push(FieldError::new(pointer, "personal_information", detail));
        };
        let slugs = [
            ("source", Some(self.source)),
            ("campaign", Some(self.campaign)),
            ("utm_medium", self.utm_medium),
        ];
        for (field, slug) in slugs {
            if slug.is_some_and(|slug| holds(&of_record, slug)) {
                let detail = "This holds what is on record of the referrer; leave it out.";
                fault(field, detail.to_owned());
            }
        }
        if let Some(finding) = self.target_url.and_then(|it| in_address(&scanner, it)) {
            let kind = finding.kind.as_str();
            let detail = format!("This address holds personal information ({kind}); leave it out.");
            fault("target_url", detail);
        }
        if self
            .alias
            .is_some_and(|alias| !scanner.scan(alias).is_empty())
        {
            let detail = "An alias is public; leave personal information out.";
            fault("alias", detail.to_owned());
        }
        for finding in scanner.scan_json(self.metadata) {
            let kind = finding.kind.as_str();
            let detail = format!("This looks like personal information ({kind}); leave it out.");
            fault(&format!("metadata{}", finding.path), detail);
        }
        faults
    }
}

/// Campaigns are often named after a school.
fn holds(of_record: &Scanner<'_>, slug: &str) -> bool {
    let mut findings = of_record.scan(slug).into_iter();
    findings.any(|finding| finding.kind != EntityKind::School)
}

/// The scanner reads an address decoded; what forms write for a space is one here.
fn in_address(scanner: &Scanner<'_>, address: &str) -> Option<Finding> {
    let spaced = address.replace('+', " ");
    let mut findings = [address, &spaced]
        .into_iter()
        .flat_map(|it| scanner.scan(it));
    findings.next()
}
