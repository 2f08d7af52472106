//! Metrics: what the code records, what the table explains, and what dashboard and alert rules ask for are the same.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use promql_parser::label::METRIC_NAME;
use promql_parser::parser::{self, Expr, VectorSelector};
use promql_parser::util::{ExprVisitor, walk_expr};
use serde::Deserialize;
use serde_json::Value;
use viral_engine_http::metrics::{Kind, METRICS};

/// What Prometheus says by itself of whatever it watches.
const OF_PROMETHEUS: [&str; 1] = ["up"];
/// How the names of our metrics begin.
const PREFIXES: [&str; 3] = ["viral_engine_", "http_re", "auth_"];

#[derive(Deserialize)]
struct Rules {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
struct Group {
    name: String,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    alert: String,
    expr: String,
    labels: Labels,
    annotations: Annotations,
}

#[derive(Deserialize)]
struct Labels {
    severity: String,
}

#[derive(Deserialize)]
struct Annotations {
    summary: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rules() -> Rules {
    let text = fs::read_to_string(root().join("deploy/prometheus/alerts.yml")).expect("the rules");
    serde_saphyr::from_str(&text).expect("rules as Prometheus has them")
}

fn dashboard() -> Value {
    let path = root().join("deploy/grafana/viral-engine.json");
    let text = fs::read_to_string(path).expect("the dashboard");
    serde_json::from_str(&text).expect("JSON")
}

/// Every query of the dashboard, with its variables filled in.
fn queries(dashboard: &Value) -> Vec<String> {
    let panels = dashboard["panels"].as_array().expect("panels");
    let targets = panels
        .iter()
        .filter_map(|panel| panel["targets"].as_array())
        .flatten();
    let queries = targets.map(|target| target["expr"].as_str().expect("a query"));
    queries
        .map(|query| {
            query
                .replace("$__rate_interval", "1m")
                .replace("$instance", ".*")
        })
        .collect()
}

#[derive(Default)]
struct Names(BTreeSet<String>);

impl Names {
    fn add(&mut self, selector: &VectorSelector) {
        let labelled = selector.matchers.find_matchers(METRIC_NAME);
        let labelled = labelled.into_iter().map(|matcher| matcher.value);
        self.0
            .extend(selector.name.clone().into_iter().chain(labelled));
    }
}

impl ExprVisitor for Names {
    type Error = String;

    fn pre_visit(&mut self, expr: &Expr) -> Result<bool, String> {
        match expr {
            Expr::VectorSelector(selector) => self.add(selector),
            Expr::MatrixSelector(selector) => self.add(&selector.vs),
            _ => {}
        }
        Ok(true)
    }
}

/// The names of a query's metrics.
fn names(query: &str) -> BTreeSet<String> {
    let expr = parser::parse(query).unwrap_or_else(|error| panic!("{query}: {error}"));
    let mut names = Names::default();
    walk_expr(&mut names, &expr).expect("a walk");
    assert!(!names.0.is_empty(), "{query} asks for no metric");
    names.0
}

/// Names under which Prometheus knows our metrics.
fn exported() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for metric in METRICS {
        match metric.kind {
            Kind::Counter | Kind::Gauge => names.insert(metric.name.to_owned()),
            Kind::Histogram => ["bucket", "sum", "count"]
                .iter()
                .all(|part| names.insert(format!("{}_{part}", metric.name))),
        };
    }
    names
}

/// Names of metrics that stand in the code, as literals.
fn recorded() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for name in ["click-log", "db", "http", "jobs", "server", "service"] {
        let folder = root().join("crates").join(name).join("src");
        read_folder(&folder, &mut found);
    }
    found
}

fn read_folder(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_folder(&path, found);
        } else if !path.ends_with("http/src/metrics.rs") {
            let text = fs::read_to_string(&path).expect("a file");
            if text.contains("metrics::") {
                found.extend(
                    text.split('"')
                        .filter(|text| is_name(text))
                        .map(str::to_owned),
                );
            }
        }
    }
}

fn is_name(text: &str) -> bool {
    PREFIXES.iter().any(|prefix| text.starts_with(prefix))
        && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

#[test]
fn what_the_code_records_is_what_the_table_explains() {
    let explained: BTreeSet<String> = METRICS
        .iter()
        .map(|metric| metric.name.to_owned())
        .collect();
    assert_eq!(recorded(), explained);
    assert_eq!(explained.len(), METRICS.len(), "a name stands twice");
}

#[test]
fn names_say_what_kind_of_figure_a_metric_is() {
    for metric in METRICS {
        let name = metric.name;
        assert!(!metric.help.is_empty(), "{name}");
        assert_eq!(
            name.ends_with("_total"),
            metric.kind == Kind::Counter,
            "{name}"
        );
        assert_eq!(
            name.ends_with("_duration_seconds"),
            metric.kind == Kind::Histogram,
            "{name}"
        );
    }
}

#[test]
fn alert_rules_ask_for_metrics_that_there_are() {
    let exported = exported();
    let mut alerts = BTreeSet::new();
    for group in rules().groups {
        assert!(!group.rules.is_empty(), "{}", group.name);
        for rule in group.rules {
            let known =
                |name: &String| exported.contains(name) || OF_PROMETHEUS.contains(&name.as_str());
            let names = names(&rule.expr);
            assert!(names.iter().all(known), "{}: {names:?}", rule.alert);
            let severity = rule.labels.severity.as_str();
            assert!(
                ["warning", "critical"].contains(&severity),
                "{}",
                rule.alert
            );
            assert!(rule.annotations.summary.ends_with('.'), "{}", rule.alert);
            assert!(alerts.insert(rule.alert), "an alert stands twice");
        }
    }
    let guide = fs::read_to_string(root().join("docs/operations.md")).expect("the guide");
    for alert in alerts {
        assert!(
            guide.contains(&format!("`{alert}`")),
            "{alert} is not explained"
        );
    }
}

#[test]
fn the_dashboard_shows_every_metric_and_no_other() {
    let asked: BTreeSet<String> = queries(&dashboard())
        .iter()
        .flat_map(|query| names(query))
        .collect();
    let exported = exported();
    let unknown: Vec<_> = asked.difference(&exported).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    for metric in METRICS {
        let shown = asked.iter().any(|name| name.starts_with(metric.name));
        assert!(shown, "{} is not on the dashboard", metric.name);
    }
}

#[test]
fn panels_of_the_dashboard_do_not_cover_each_other() {
    let dashboard = dashboard();
    let panels = dashboard["panels"].as_array().expect("panels");
    let (mut cells, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for panel in panels {
        assert!(ids.insert(panel["id"].as_i64()), "{}", panel["title"]);
        let place = |key: &str| panel["gridPos"][key].as_i64().expect("a number");
        assert!(place("x") + place("w") <= 24, "{}", panel["title"]);
        for x in place("x")..place("x") + place("w") {
            for y in place("y")..place("y") + place("h") {
                assert!(cells.insert((x, y)), "{}", panel["title"]);
            }
        }
    }
}
