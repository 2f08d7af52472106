//! Figures of growth as tables: a row for each thing that is listed, or for each window that is told of.

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use viral_engine_api_types::attribution::Attribution;
use viral_engine_api_types::growth::{
    CycleTime, GrowthCohorts, GrowthForecast, GrowthFunnel, GrowthTimeline, KFactor,
    KFactorBySource, LoopEfficiencies, TopReferrers, ViralCoefficient,
};

use crate::error::{ServiceError, ServiceResult};
use crate::export::write_csv;

/// An answer that can be read as a table.
pub trait Tabled {
    /// Columns, in their order: the name of each, and where its value is in a row (RFC 6901).
    const COLUMNS: &'static [Column];

    /// The rows.
    ///
    /// # Errors
    /// When one can not be written as JSON, a fault of ours.
    fn rows(&self) -> ServiceResult<Vec<Value>>;
}

/// A column: its name, and where its value is.
type Column = (&'static str, &'static str);

/// An answer as CSV under a line of column names. What is not told is an empty cell.
///
/// # Errors
/// As of [`Tabled::rows`].
pub fn table<T: Tabled>(answer: &T) -> ServiceResult<Bytes> {
    let names: Vec<&str> = T::COLUMNS.iter().map(|(name, _)| *name).collect();
    let rows = answer.rows()?;
    let rows = rows.iter().map(|row| {
        let cells = T::COLUMNS.iter().map(|(_, place)| cell(row.pointer(place)));
        cells.collect()
    });
    write_csv(Some(&names), rows)
}

fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn rows_of(items: &[impl Serialize]) -> ServiceResult<Vec<Value>> {
    items.iter().map(row).collect()
}

fn row(item: &impl Serialize) -> ServiceResult<Value> {
    serde_json::to_value(item).map_err(|error| ServiceError::Internal(error.to_string()))
}

/// Rows of the window, then of the one before, each with which it is of.
fn by_period<T: Serialize>(current: &[T], previous: Option<&[T]>) -> ServiceResult<Vec<Value>> {
    let periods = [("current", current), ("previous", previous.unwrap_or(&[]))];
    labelled("period", &periods)
}

/// Rows of several lists, each with the name of its own.
fn labelled<T: Serialize>(column: &str, lists: &[(&str, &[T])]) -> ServiceResult<Vec<Value>> {
    let mut rows = Vec::new();
    for (name, items) in lists {
        for mut row in rows_of(items)? {
            if let Value::Object(fields) = &mut row {
                fields.insert(column.to_owned(), (*name).into());
            }
            rows.push(row);
        }
    }
    Ok(rows)
}

fn one<T>(item: &T) -> &[T] {
    std::slice::from_ref(item)
}

/// The columns of K and what it is made of, behind others.
macro_rules! k_columns {
    ($($column:expr,)*) => {
        &[
            $($column,)*
            ("active_users", "/active_users"),
            ("total_invites", "/total_invites"),
            ("total_clicks", "/total_clicks"),
            ("total_conversions", "/total_conversions"),
            ("total_activations", "/total_activations"),
            ("avg_invites_per_user", "/avg_invites_per_user"),
            ("invite_conversion_rate", "/invite_conversion_rate"),
            ("k_factor", "/k_factor"),
            ("k_low", "/k_interval/low"),
            ("k_high", "/k_interval/high"),
            ("k_interval_is_rough", "/k_interval_is_rough"),
            ("k_status", "/k_status"),
            ("conversion_rate", "/conversion_rate"),
            ("conversion_rate_low", "/conversion_rate_interval/low"),
            ("conversion_rate_high", "/conversion_rate_interval/high"),
            ("eligible_users", "/eligible_users"),
            ("k_per_eligible", "/k_per_eligible"),
            ("participation", "/participation"),
            ("activation", "/activation"),
            ("matured_share", "/matured_share"),
            ("immature", "/immature"),
        ]
    };
}

impl Tabled for KFactor {
    const COLUMNS: &'static [Column] = k_columns![("period", "/period"),];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        by_period(one(&self.figures), self.previous.as_ref().map(one))
    }
}

impl Tabled for KFactorBySource {
    const COLUMNS: &'static [Column] =
        k_columns![("source", "/source"), ("is_merged", "/is_merged"),];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        rows_of(&self.items)
    }
}

impl Tabled for ViralCoefficient {
    const COLUMNS: &'static [Column] = &[
        ("period", "/period"),
        ("existing_users", "/existing_users"),
        ("conversions", "/conversions"),
        ("viral_coefficient", "/viral_coefficient"),
        ("low", "/interval/low"),
        ("high", "/interval/high"),
        ("interval_is_rough", "/interval_is_rough"),
    ];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        by_period(one(&self.figures), self.previous.as_ref().map(one))
    }
}

impl Tabled for CycleTime {
    const COLUMNS: &'static [Column] = &[
        ("period", "/period"),
        ("n", "/n"),
        ("mean_hours", "/mean_hours"),
        ("mean_low", "/mean_interval/low"),
        ("mean_high", "/mean_interval/high"),
        ("median_hours", "/median_hours"),
        ("p90_hours", "/p90_hours"),
        ("immature", "/immature"),
    ];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        by_period(one(&self.figures), self.previous.as_ref().map(one))
    }
}

impl Tabled for GrowthFunnel {
    const COLUMNS: &'static [Column] = &[
        ("period", "/period"),
        ("stage", "/stage"),
        ("count", "/count"),
        ("rate", "/rate"),
        ("rate_low", "/rate_interval/low"),
        ("rate_high", "/rate_interval/high"),
        ("overall", "/overall"),
    ];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        by_period(&self.steps, self.previous.as_deref())
    }
}

impl Tabled for LoopEfficiencies {
    const COLUMNS: &'static [Column] = &[
        ("source", "/source"),
        ("is_merged", "/is_merged"),
        ("active_users", "/active_users"),
        ("conversions", "/conversions"),
        ("k_factor", "/k_factor"),
        ("k_low", "/k_interval/low"),
        ("k_high", "/k_interval/high"),
        ("k_interval_is_rough", "/k_interval_is_rough"),
        ("conversion_rate", "/conversion_rate"),
        ("efficiency", "/efficiency"),
        ("conversions_per_inviter", "/conversions_per_inviter"),
        ("recommendation", "/recommendation"),
        ("immature", "/immature"),
    ];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        rows_of(&self.items)
    }
}

impl Tabled for GrowthTimeline {
    const COLUMNS: &'static [Column] = &[
        ("period", "/period"),
        ("date", "/date"),
        ("links", "/links"),
        ("invites", "/invites"),
        ("clicks", "/clicks"),
        ("conversions", "/conversions"),
        ("activations", "/activations"),
        ("k_factor", "/k_factor"),
    ];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        by_period(&self.days, self.previous.as_deref())
    }
}

impl Tabled for TopReferrers {
    const COLUMNS: &'static [Column] = &[
        ("rank", "/rank"),
        ("referrer", "/referrer"),
        ("is_pseudonym", "/is_pseudonym"),
        ("age_band", "/age_band"),
        ("invites", "/invites"),
        ("clicks", "/clicks"),
        ("conversions", "/conversions"),
    ];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        rows_of(&self.items)
    }
}

/// The columns of a cohort, and of who came back on each of the days, in their order.
macro_rules! cohort_columns {
    ($($group:literal $place:literal $day:literal,)*) => {
        &[
            ("week", "/week"),
            ("size", "/size"),
            ("is_suppressed", "/is_suppressed"),
            ("invites", "/invites"),
            ("conversions", "/conversions"),
            ("invites_per_user", "/invites_per_user"),
            ("k_factor", "/k_factor"),
            ("k_low", "/k_interval/low"),
            ("k_high", "/k_interval/high"),
            ("k_interval_is_rough", "/k_interval_is_rough"),
            ("immature", "/immature"),
            $(
                (concat!($group, "_d", $day, "_users"), concat!("/", $group, "/", $place, "/users")),
                (concat!($group, "_d", $day, "_active"), concat!("/", $group, "/", $place, "/active")),
                (concat!($group, "_d", $day, "_rate"), concat!("/", $group, "/", $place, "/rate")),
                (concat!($group, "_d", $day, "_low"), concat!("/", $group, "/", $place, "/interval/low")),
                (concat!($group, "_d", $day, "_high"), concat!("/", $group, "/", $place, "/interval/high")),
                (concat!($group, "_d", $day, "_immature"), concat!("/", $group, "/", $place, "/immature")),
            )*
        ]
    };
}

impl Tabled for GrowthCohorts {
    const COLUMNS: &'static [Column] = cohort_columns![
        "referred" "0" "1",
        "referred" "1" "7",
        "referred" "2" "28",
        "unreferred" "0" "1",
        "unreferred" "1" "7",
        "unreferred" "2" "28",
    ];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        rows_of(&self.cohorts)
    }
}

impl Tabled for GrowthForecast {
    const COLUMNS: &'static [Column] = &[
        ("day", "/day"),
        ("users", "/users"),
        ("low", "/interval/low"),
        ("high", "/interval/high"),
    ];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        rows_of(&self.days)
    }
}

impl Tabled for Attribution {
    const COLUMNS: &'static [Column] = &[
        ("by", "/by"),
        ("name", "/name"),
        ("is_merged", "/is_merged"),
        ("conversions", "/conversions"),
        ("last", "/credits/last"),
        ("first", "/credits/first"),
        ("linear", "/credits/linear"),
        ("position", "/credits/position"),
    ];

    fn rows(&self) -> ServiceResult<Vec<Value>> {
        labelled(
            "by",
            &[
                ("source", &self.by_source),
                ("channel", &self.by_channel),
                ("campaign", &self.by_campaign),
            ],
        )
    }
}
