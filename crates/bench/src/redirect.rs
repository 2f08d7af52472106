//! Redirects: verified and logged, against a handler that does neither, and against one row per commit.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::Method;
use serde_json::json;

use crate::engine::{Engine, start_baseline};
use crate::load::{Measured, Request, open_loop, saturate};
use crate::report;

/// Connections of a burst.
const CONNECTIONS: usize = 128;
/// Open-loop rate as a share of what the bare handler can do: busy, but not drowning.
const OPEN_LOOP_SHARE: f64 = 0.4;
const BROWSER: &str = "user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36\r\naccept-language: en-GB,en;q=0.9\r\n";

/// Runs `rounds` bursts of `seconds` of each kind in turn and prints medians and ratios.
pub async fn run(binary: &Path, seconds: u64, rounds: usize) -> Result<()> {
    let engine = Engine::start(binary).await?;
    let baseline = start_baseline(Some(&engine.database_url()?))?;
    let token = mint_link(&engine).await?;
    let kinds = [
        (
            "bare 302",
            Request::get(baseline.address(), "/bare", BROWSER, 302),
        ),
        (
            "redirect, verified and logged",
            Request::get(
                engine.process.address(),
                &format!("/l/{token}"),
                BROWSER,
                302,
            ),
        ),
        (
            "302 after one row per commit",
            Request::get(baseline.address(), "/row", BROWSER, 302),
        ),
    ];
    let burst = Duration::from_secs(seconds);
    let mut capacity: Vec<Vec<f64>> = vec![Vec::new(); kinds.len()];
    for _ in 0..rounds {
        for (results, (_, request)) in capacity.iter_mut().zip(&kinds) {
            results.push(saturate(request, CONNECTIONS, burst).await?.per_second);
            drain(&engine).await?;
        }
    }
    let medians: Vec<f64> = capacity.iter().map(|results| median(results)).collect();
    let bare = *medians.first().context("the bare handler was measured")?;
    let mut rows = Vec::new();
    for ((name, request), median) in kinds.iter().zip(&medians) {
        let rate = (bare * OPEN_LOOP_SHARE).min(median * 0.5);
        let open = open_loop(request, rate, CONNECTIONS, burst).await?;
        drain(&engine).await?;
        rows.push(row(name, *median, bare, rate, &open));
    }
    report::heading("Redirect")?;
    report::table(
        &[
            "",
            "capacity, requests/s",
            "ratio to bare",
            "open loop at, requests/s",
            "p50 ms",
            "p99 ms",
        ],
        &rows,
    )?;
    report::line(&format!(
        "\nMedians of {rounds} bursts of {seconds} s over {CONNECTIONS} connections, taken in turn."
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

/// Waits until the click log is shipped, so that one burst does not pay for another.
async fn drain(engine: &Engine) -> Result<()> {
    let mut before = -1;
    loop {
        let overview = engine
            .call(Method::GET, "/v1/overview?days=1", None)
            .await?;
        let hits = overview["hits"]["current"]
            .as_i64()
            .context("hits are a number")?;
        if hits == before {
            return Ok(());
        }
        before = hits;
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}
