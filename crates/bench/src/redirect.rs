//! Redirects: verified and logged, against a handler that does neither, and against one row per commit.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _};
use reqwest::Method;
use serde_json::json;

use crate::engine::{Engine, start_baseline};
use crate::load::{Measured, Request, open_loop, saturate};
use crate::report;

/// Connections of a burst.
const CONNECTIONS: usize = 128;
/// Open-loop rate as a share of what the bare handler can do: busy, but not drowning.
const OPEN_LOOP_SHARE: f64 = 0.4;
/// The backlog of a run is given up after this long.
const DRAIN_LIMIT: Duration = Duration::from_secs(120);
const BROWSER: &str = "user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36\r\naccept-language: en-GB,en;q=0.9\r\n";

/// Runs `rounds` bursts of `seconds` of each kind in turn and prints medians and ratios; then redirects go on for
/// `sustained` seconds while hits are stored.
pub async fn run(binary: &Path, seconds: u64, rounds: usize, sustained: u64) -> Result<()> {
    let engine = Engine::start(binary).await?;
    let baseline = start_baseline(Some(&engine.database_url()?))?;
    let redirect = format!("/l/{}", mint_link(&engine).await?);
    let mut stored = Stored::watch(&engine.database_url()?).await?;
    let kinds = [
        ("bare 302", baseline.address(), "/bare"),
        (
            "redirect, verified and logged",
            engine.process.address(),
            redirect.as_str(),
        ),
        ("302 after one row per commit", baseline.address(), "/row"),
    ];
    let kinds =
        kinds.map(|(name, address, path)| (name, Request::get(address, path, BROWSER, 302)));
    let burst = Duration::from_secs(seconds);
    let mut capacity: Vec<Vec<f64>> = vec![Vec::new(); kinds.len()];
    for _ in 0..rounds {
        for (results, (_, request)) in capacity.iter_mut().zip(&kinds) {
            results.push(saturate(request, CONNECTIONS, burst).await?.per_second);
            stored.drained().await?;
        }
    }
    let medians: Vec<f64> = capacity.iter().map(|results| median(results)).collect();
    let [bare, ..] = *medians.as_slice() else {
        bail!("the bare handler was not measured");
    };
    let mut rows = Vec::new();
    for ((name, request), median) in kinds.iter().zip(&medians) {
        let rate = (bare * OPEN_LOOP_SHARE).min(median * 0.5);
        let open = open_loop(request, rate, CONNECTIONS, burst).await?;
        stored.drained().await?;
        rows.push(row(name, *median, bare, rate, &open));
    }
    report::heading("Redirect")?;
    let head = [
        "",
        "capacity, requests/s",
        "ratio to bare",
        "open loop at, requests/s",
        "p50 ms",
        "p99 ms",
    ];
    report::table(&head, &rows)?;
    report::line(&format!(
        "\nMedians of {rounds} bursts of {seconds} s over {CONNECTIONS} connections, taken in turn."
    ))?;
    go_on(
        &kinds[1].1,
        bare,
        Duration::from_secs(sustained),
        &mut stored,
    )
    .await
}

/// Redirects without a break, so that storing hits competes for the same cores.
async fn go_on(
    request: &Request,
    bare: f64,
    duration: Duration,
    stored: &mut Stored,
) -> Result<()> {
    let before = stored.count().await?;
    let measured = saturate(request, CONNECTIONS, duration).await?;
    let backlog = stored.drained().await?;
    let answered = measured.latency.len();
    let found = stored.count().await? - before;
    report::line(&format!(
        "\nOver {} s without a break: {:.0} requests/s, {:.2} of bare; {answered} answered, {found} stored, the last {:.1} s \
         after the last answer.",
        duration.as_secs(),
        measured.per_second,
        measured.per_second / bare,
        backlog.as_secs_f64(),
    ))
}

fn row(name: &str, median: f64, bare: f64, rate: f64, open: &Measured) -> Vec<String> {
    vec![
        name.to_owned(),
        format!("{median:.0}"),
        format!("{:.2}", median / bare),
        format!("{rate:.0}"),
        format!("{:.2}", open.percentile_ms(50.0)),
        format!("{:.2}", open.percentile_ms(99.0)),
    ]
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

async fn mint_link(engine: &Engine) -> Result<String> {
    engine
        .call(
            Method::PUT,
            "/v1/users/parent-1",
            Some(&json!({"persona": "parent", "age_band": "adult"})),
        )
        .await?;
    let body = json!({"referrer": "parent-1", "source": "organic", "channel": "copy", "target_url": "https://learn.example.org/join"});
    let link = engine.call(Method::POST, "/v1/links", Some(&body)).await?;
    Ok(link["token"]
        .as_str()
        .context("a link has a token")?
        .to_owned())
}

/// The hits in the database.
struct Stored {
    conn: AsyncPgConnection,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Stored {
    async fn watch(url: &str) -> Result<Self> {
        Ok(Self {
            conn: AsyncPgConnection::establish(url).await?,
        })
    }

    async fn count(&mut self) -> Result<u64> {
        let answer: Count = diesel::sql_query("SELECT count(*) FROM events")
            .get_result(&mut self.conn)
            .await?;
        Ok(u64::try_from(answer.count)?)
    }

    /// Waits until no more hits arrive, so that one burst does not pay for another; answers when the last one did.
    async fn drained(&mut self) -> Result<Duration> {
        let begun = Instant::now();
        let mut last = (self.count().await?, Duration::ZERO);
        while begun.elapsed() < DRAIN_LIMIT {
            tokio::time::sleep(Duration::from_millis(200)).await;
            let count = self.count().await?;
            if count != last.0 {
                last = (count, begun.elapsed());
            } else if begun.elapsed() - last.1 > Duration::from_secs(2) {
                return Ok(last.1);
            }
        }
        bail!("hits were still being stored {DRAIN_LIMIT:?} after the last answer")
    }
}
