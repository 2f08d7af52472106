//! `viral-engine score`: how well the engine finds what a simulated platform has planted in it, and tells who came back.

mod coverage;
mod detectors;
mod retention;

use anyhow::{Context as _, Result, bail};
use viral_engine_simulator::Truth;

use super::{answer, with_context};
use crate::cli::ScoreArguments;
use crate::config::Sources;

use coverage::Coverage;
use detectors::Scores;

/// Fewer runs are not judged: with as many, the standard error of 95 % is a quarter of a percent.
const RUNS_TO_JUDGE: u32 = 8_000;

/// Scores the detectors on the platform that is loaded, and the interval of K on many that are not.
pub(crate) async fn run(sources: &Sources, arguments: ScoreArguments) -> Result<()> {
    let mut misses: Vec<&str> = Vec::new();
    if let Some(file) = &arguments.truth {
        let text =
            std::fs::read(file).with_context(|| format!("{} could not be read", file.display()))?;
        let truth: Truth = serde_json::from_slice(&text)
            .with_context(|| format!("{} is not what `simulate --truth` wrote", file.display()))?;
        let scores = with_context(sources, async |_, context| {
            let mut scores = detectors::score(context, &truth).await?;
            scores
                .detectors
                .push(retention::score(context, &truth).await?);
            Ok(scores)
        })
        .await?;
        answer(scores_table(&scores))?;
        let missed = scores.detectors.iter().filter(|one| !one.is_met());
        misses.extend(missed.map(|one| one.name));
        misses.extend((!scores.pupils.is_met()).then_some(scores.pupils.name));
    }
    if arguments.worlds > 0 {
        let coverage = coverage::measure(&arguments)?;
        answer(coverage_table(&coverage))?;
        if coverage.iter().any(is_missed) {
            misses.push("interval of K");
        }
    }
    if !misses.is_empty() {
        bail!("missed: {}", misses.join(", "));
    }
    Ok(())
}

/// Whether the interval of a loop holds K too seldom or too often, and does not say of itself that it is rough.
fn is_missed(one: &Coverage) -> bool {
    let is_judged = one.runs >= RUNS_TO_JUDGE && one.rough < one.runs / 2;
    is_judged && !(94.0..=96.0).contains(&one.percent(one.held))
}

fn scores_table(scores: &Scores) -> String {
    let mut table = format!(
        "{:<24} {:>8} {:>8} {:>8} {:>10}\n",
        "detector", "planted", "found", "recall", "precision"
    );
    for one in &scores.detectors {
        table += &format!(
            "{:<24} {:>8} {:>8} {:>8} {:>10}\n",
            one.name,
            one.planted,
            one.found,
            shown(one.recall()),
            shown(one.precision())
        );
    }
    let pupils = &scores.pupils;
    let (name, percent) = (pupils.name, shown(pupils.percent()));
    table
        + &format!(
            "\n{name}: {} of {} flagged, {percent}\n",
            pupils.flagged, pupils.clicks
        )
}

fn coverage_table(coverage: &[Coverage]) -> String {
    let mut table = format!(
        "{:<24} {:>8} {:>8} {:>8} {:>10} {:>10}\n",
        "loop", "K", "runs", "held", "too high", "rough"
    );
    for one in coverage {
        let [held, above, rough] =
            [one.held, one.above, one.rough].map(|count| shown(Some(one.percent(count))));
        table += &format!(
            "{:<24} {:>8.3} {:>8} {held:>8} {above:>10} {rough:>10}\n",
            one.name, one.k, one.runs
        );
    }
    table
}

/// Percent; a dash where there is nothing to divide by.
fn shown(percent: Option<f64>) -> String {
    percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent:.2} %"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coverage(runs: u32, held: u32, rough: u32) -> Coverage {
        Coverage {
            runs,
            held,
            rough,
            ..Coverage::default()
        }
    }

    #[test]
    fn an_interval_is_judged_by_many_runs_in_which_it_claims_to_hold() {
        assert!(!is_missed(&coverage(8_000, 7_600, 0)));
        assert!(is_missed(&coverage(8_000, 7_500, 0)));
        assert!(is_missed(&coverage(8_000, 7_700, 0)));
        assert!(!is_missed(&coverage(7_000, 6_000, 0)));
        assert!(!is_missed(&coverage(8_000, 7_500, 4_000)));
    }
}
