//! From what the scanner finds to what is answered: places and kinds, never values.

use viral_engine_api_types::pii::{PiiFinding, PiiItem, PiiType, RedactedItem, ScannedItem};
use viral_engine_domain::pii::{
    EntityKind, Finding, FindingSource, JsonFinding, Scanner, redact_findings,
};

/// What is in an item.
pub(super) fn scanned(scanner: &Scanner<'_>, item: PiiItem) -> ScannedItem {
    let in_text = item
        .text
        .iter()
        .flat_map(|text| scanner.scan(text))
        .map(of_text);
    let in_json = item
        .json
        .iter()
        .flat_map(|json| scanner.scan_json(json))
        .map(of_json);
    ScannedItem {
        findings: in_text.chain(in_json).collect(),
        id: item.id,
    }
}

/// An item with placeholders.
pub(super) fn redacted(scanner: &Scanner<'_>, item: PiiItem) -> RedactedItem {
    let mut findings = Vec::new();
    let text = item.text.map(|text| {
        let found = scanner.scan(&text);
        let redacted = redact_findings(&text, &found);
        findings.extend(found.into_iter().map(of_text));
        redacted
    });
    let json = item.json.map(|json| {
        findings.extend(scanner.scan_json(&json).into_iter().map(of_json));
        scanner.redact_json(json)
    });
    RedactedItem {
        id: item.id,
        findings,
        text,
        json,
    }
}

fn of_text(finding: Finding) -> PiiFinding {
    PiiFinding {
        kind: type_of(finding.kind),
        start: finding.start,
        end: finding.end,
        path: None,
        in_key: false,
        confidence: finding.confidence.ratio(),
    }
}

fn of_json(finding: JsonFinding) -> PiiFinding {
    PiiFinding {
        kind: type_of(finding.kind),
        start: finding.start,
        end: finding.end,
        path: Some(finding.path),
        in_key: finding.source == FindingSource::InKey,
        confidence: finding.confidence.ratio(),
    }
}

fn type_of(kind: EntityKind) -> PiiType {
    match kind {
        EntityKind::Email => PiiType::Email,
        EntityKind::Card => PiiType::Card,
        EntityKind::Ssn => PiiType::Ssn,
        EntityKind::Phone => PiiType::Phone,
        EntityKind::Name => PiiType::Name,
        EntityKind::Address | EntityKind::Geolocation => PiiType::Address,
        EntityKind::Dob => PiiType::Dob,
        EntityKind::Handle => PiiType::Handle,
        EntityKind::School => PiiType::School,
        EntityKind::Password => PiiType::Password,
        EntityKind::Ip => PiiType::Ip,
        EntityKind::Url => PiiType::Url,
    }
}
