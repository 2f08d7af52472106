//! The same figures as a table.

use std::collections::BTreeSet;

use serde_json::Value;
use viral_engine_service::growth::Tabled;
use viral_engine_test_support::{TestApp, TestClient};

use super::examples::ten_by_four;

/// An endpoint, where its rows are in the JSON, and its columns.
struct Table {
    path: &'static str,
    rows: Rows,
    columns: &'static [(&'static str, &'static str)],
}

enum Rows {
    /// The answer itself, and what is below `previous`.
    Figures,
    /// What is listed there, and below `previous`.
    Listed(&'static str),
}

fn tables() -> Vec<Table> {
    use viral_engine_api_types::growth as g;
    let table = |path, rows, columns| Table {
        path,
        rows,
        columns,
    };
    vec![
        table(
            "k-factor?compare=previous",
            Rows::Figures,
            g::KFactor::COLUMNS,
        ),
        table(
            "k-factor/by-source?days=30",
            Rows::Listed("items"),
            g::KFactorBySource::COLUMNS,
        ),
        table(
            "viral-coefficient?compare=previous",
            Rows::Figures,
            g::ViralCoefficient::COLUMNS,
        ),
        table(
            "cycle-time?compare=previous",
            Rows::Figures,
            g::CycleTime::COLUMNS,
        ),
        table(
            "cohorts?weeks=3",
            Rows::Listed("cohorts"),
            g::GrowthCohorts::COLUMNS,
        ),
        table(
            "funnel?compare=previous",
            Rows::Listed("steps"),
            g::GrowthFunnel::COLUMNS,
        ),
        table(
            "loop-efficiency?days=30",
            Rows::Listed("items"),
            g::LoopEfficiencies::COLUMNS,
        ),
        table(
            "timeline?days=3&compare=previous",
            Rows::Listed("days"),
            g::GrowthTimeline::COLUMNS,
        ),
        table(
            "top-referrers?limit=4",
            Rows::Listed("items"),
            g::TopReferrers::COLUMNS,
        ),
        table(
            "forecast?horizon_days=5",
            Rows::Listed("days"),
            g::GrowthForecast::COLUMNS,
        ),
    ]
}

impl Table {
    /// The rows as the JSON has them.
    fn expected(&self, answer: &Value) -> Vec<Value> {
        let of_window = |answer: &Value, listed: Option<&str>| match (listed, answer) {
            (Some(name), Value::Object(_)) => answer[name].as_array().expect("a list").clone(),
            (Some(_), Value::Array(items)) => items.clone(),
            _ => vec![answer.clone()],
        };
        let listed = match self.rows {
            Rows::Figures => None,
            Rows::Listed(name) => Some(name),
        };
        let mut rows = of_window(answer, listed);
        if let Some(previous) = answer.get("previous") {
            rows.extend(of_window(previous, listed));
        }
        rows
    }
}

async fn text(key: &TestClient, path: &str) -> String {
    let answer = key.get(path).await.assert_status(200).body.clone();
    String::from_utf8(answer).expect("text")
}

/// Where the values of a row are.
fn leaves(row: &Value, at: &str, found: &mut BTreeSet<String>) {
    match row {
        Value::Object(fields) => {
            for (name, value) in fields {
                leaves(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                leaves(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {
            found.insert(at.to_owned());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_has_each_figure_of_the_answer_in_its_row() {
    let app = TestApp::new().await;
    let key = ten_by_four(&app).await;
    for table in tables() {
        let path = format!("/v1/metrics/{}", table.path);
        let answer = key.get(&path).await.assert_status(200).json();
        let csv = key.get(&format!("{path}&format=csv")).await;
        assert_eq!(
            csv.header("content-type"),
            Some("text/csv; charset=utf-8"),
            "{path}"
        );
        let body = text(&key, &format!("{path}&format=csv")).await;
        let mut lines = csv::Reader::from_reader(body.as_bytes());
        let names: Vec<String> = lines
            .headers()
            .expect("names")
            .iter()
            .map(str::to_owned)
            .collect();
        let columns: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
        assert_eq!(names, columns, "{path}");
        let rows: Vec<csv::StringRecord> = lines.records().map(|row| row.expect("a row")).collect();
        let expected = table.expected(&answer);
        assert_eq!(rows.len(), expected.len(), "{path}: {body}");
        assert!(!rows.is_empty(), "{path}");
        for (row, expected) in rows.iter().zip(&expected) {
            for (cell, (name, place)) in row.iter().zip(table.columns) {
                let value = match expected.pointer(place) {
                    None | Some(Value::Null) => String::new(),
                    Some(Value::String(text)) => text.clone(),
                    Some(value) => value.to_string(),
                };
                assert!(
                    *name == "period" || cell == value,
                    "{path}: {name} is {cell}, not {value}"
                );
            }
        }
        all_told(&table, &expected);
    }
}

/// Whether each value of the rows is in a column; what is said of the whole answer is not of a row.
fn all_told(table: &Table, rows: &[Value]) {
    let of_the_whole = [
        "/window",
        "/filter",
        "/previous",
        "/invites_from",
        "/maturity_days",
        "/matured_until",
    ];
    let mut found = BTreeSet::new();
    for row in rows {
        leaves(row, "", &mut found);
    }
    let is_told = |at: &str| table.columns.iter().any(|(_, place)| *place == at);
    let is_named = |at: &str| at.ends_with("/day") && at.contains("referred/");
    for at in found {
        let is_of_whole = of_the_whole.iter().any(|whole| at.starts_with(whole));
        assert!(
            is_told(&at) || is_of_whole || is_named(&at),
            "{}: {at} is in no column",
            table.path
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_without_rows_has_its_line_of_names() {
    let app = TestApp::new().await;
    let key = app.key(&["guardrails:read"]).await;
    let body = text(&key, "/v1/metrics/top-referrers?format=csv").await;
    assert_eq!(
        body,
        "rank,referrer,is_pseudonym,age_band,invites,clicks,conversions\r\n"
    );
    let unknown = key.get("/v1/metrics/top-referrers?format=xlsx").await;
    assert_eq!(unknown.status, 400, "{unknown:?}");
}
