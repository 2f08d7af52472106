//! Webhooks: whether bad receivers make the others wait, and whether everything arrives that can.
//!
//! Healthy receivers are told at a fixed rate, first alone and then while thousands of messages wait for receivers of
//! every bad kind. Their latency is counted from the commit that publishes a message until the message has come in. Then
//! the bad ones recover, and every message must have reached whoever can be reached, under one id.

mod receivers;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};
use hdrhistogram::Histogram;
use viral_engine_api_types::webhooks::WebhookEventType;

use crate::report;
use receivers::{Kind, Receiver};
use world::World;

/// Receivers that are well.
const HEALTHY: usize = 4;
/// Told to those that are well, and to those that are not.
const TO_HEALTHY: WebhookEventType = WebhookEventType::AlertResolved;
const TO_BAD: WebhookEventType = WebhookEventType::AlertOpened;
/// Longest wait for what is to arrive.
const PATIENCE: Duration = Duration::from_secs(300);

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Deliveries to bad receivers, shared out among them.
    pub deliveries: usize,
    /// Seconds of each of the two measurements.
    pub seconds: u64,
    /// Messages a second to each healthy receiver.
    pub rate: u32,
    /// Milliseconds that a receiver is given to answer.
    pub limit_ms: u64,
}

/// Runs the plan; fails when a message does not arrive, or arrives under two ids.
pub async fn run(plan: Plan) -> Result<()> {
    let mut world = World::start(Duration::from_millis(plan.limit_ms)).await?;
    let mut healthy = Vec::new();
    for _ in 0..HEALTHY {
        healthy.push(world.receiver(Kind::Healthy, TO_HEALTHY).await?);
    }
    let mut load = Load::new(plan);
    // A receiver is trusted once it has answered.
    load.publish(&world, 1).await?;
    arrived(&healthy, load.published()).await?;
    let alone = load.measure(&world, &healthy).await?;

    let mut bad = Vec::new();
    for kind in Kind::BAD {
        bad.push(world.receiver(kind, TO_BAD).await?);
    }
    let each = plan.deliveries.div_ceil(bad.len());
    for number in 0..each {
        world.publish(TO_BAD, number as i64).await?;
    }
    let beside = load.measure(&world, &healthy).await?;
    let while_bad = world.deliveries_by_status().await?;
    confirm(&world, &bad).await?;

    recover(&world, &bad).await?;
    let total = each * bad.len();
    verify(&world, (&healthy, load.published()), (&bad, each)).await?;
    world.stop().await?;
    tell(plan, total, (&alone, &beside), while_bad)
}

/// What healthy receivers are told, and when it was published.
struct Load {
    plan: Plan,
    published: Vec<Instant>,
}

impl Load {
    fn new(plan: Plan) -> Self {
        Self {
            plan,
            published: Vec::new(),
        }
    }

    fn published(&self) -> usize {
        self.published.len()
    }

    async fn publish(&mut self, world: &World, messages: usize) -> Result<()> {
        for _ in 0..messages {
            world
                .publish(TO_HEALTHY, self.published.len() as i64)
                .await?;
            self.published.push(Instant::now());
        }
        Ok(())
    }

    /// Publishes at the rate, whatever becomes of it, and answers how long what was published took to arrive, in
    /// microseconds.
    async fn measure(&mut self, world: &World, healthy: &[Receiver]) -> Result<Histogram<u64>> {
        let first = self.published();
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / self.plan.rate.max(1));
        for _ in 0..self.plan.seconds * u64::from(self.plan.rate) {
            ticks.tick().await;
            self.publish(world, 1).await?;
        }
        arrived(healthy, self.published()).await?;
        let mut latency = Histogram::new(3)?;
        for arrival in healthy.iter().flat_map(Receiver::arrivals) {
            let index = usize::try_from(arrival.number)?;
            if index >= first {
                let took = arrival.at.saturating_duration_since(self.published[index]);
                latency.record(u64::try_from(took.as_micros())?)?;
            }
        }
        Ok(latency)
    }
}

/// Waits until every receiver has so many messages.
async fn arrived(receivers: &[Receiver], messages: usize) -> Result<()> {
    let begun = Instant::now();
    while receivers
        .iter()
        .any(|receiver| numbers(receiver).len() < messages)
    {
        if begun.elapsed() > PATIENCE {
            bail!("messages to healthy receivers were lost");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// The ids under which each message arrived.
fn numbers(receiver: &Receiver) -> BTreeMap<i64, BTreeSet<String>> {
    let mut numbers: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for arrival in receiver.arrivals() {
        numbers
            .entry(arrival.number)
            .or_default()
            .insert(arrival.id);
    }
    numbers
}

/// Whoever says yes in its way has messages delivered although it is bad, and nobody else has.
async fn confirm(world: &World, bad: &[Receiver]) -> Result<()> {
    for receiver in bad {
        let kind = receiver.kind;
        let begun = Instant::now();
        while kind.takes_messages() && world.delivered(receiver).await? == 0 {
            ensure!(begun.elapsed() < PATIENCE, "{kind:?} never got anything");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let delivered = world.delivered(receiver).await?;
        ensure!(
            kind.takes_messages() || delivered == 0,
            "{kind:?}: {delivered} are delivered"
        );
    }
    Ok(())
}

/// Makes bad receivers well, and their messages due, until none waits. Whoever does not speak TLS can not be reached.
async fn recover(world: &World, bad: &[Receiver]) -> Result<()> {
    for receiver in bad {
        match receiver.kind {
            Kind::WithoutTls => world.disable(receiver).await?,
            _ => receiver.recover(),
        }
    }
    let begun = Instant::now();
    while world.pending().await? > 0 {
        if begun.elapsed() > PATIENCE {
            bail!(
                "messages still wait: {:?}",
                world.deliveries_by_status().await?
            );
        }
        world.hurry().await?;
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}

async fn verify(
    world: &World,
    (healthy, to_healthy): (&[Receiver], usize),
    (bad, to_bad): (&[Receiver], usize),
) -> Result<()> {
    let healthy = healthy.iter().map(|receiver| (receiver, to_healthy));
    for (receiver, messages) in healthy.chain(bad.iter().map(|receiver| (receiver, to_bad))) {
        let kind = receiver.kind;
        let delivered = world.delivered(receiver).await?;
        let expected = if kind == Kind::WithoutTls {
            0
        } else {
            messages
        };
        ensure!(
            delivered == expected as i64,
            "{kind:?}: {delivered} of {expected} are delivered"
        );
        let numbers = numbers(receiver);
        ensure!(
            numbers.len() == expected,
            "{kind:?}: {} of {expected} came in",
            numbers.len()
        );
        let twice = numbers.values().find(|ids| ids.len() > 1);
        ensure!(
            twice.is_none(),
            "{kind:?}: a message came in under several ids: {twice:?}"
        );
        if kind == Kind::Healthy {
            let arrivals = receiver.arrivals().len();
            ensure!(
                arrivals == messages,
                "{messages} messages came in {arrivals} times"
            );
        }
    }
    Ok(())
}

fn tell(
    plan: Plan,
    deliveries: usize,
    (alone, beside): (&Histogram<u64>, &Histogram<u64>),
    while_bad: BTreeMap<String, i64>,
) -> Result<()> {
    let ms =
        |latency: &Histogram<u64>, percent| latency.value_at_percentile(percent) as f64 / 1_000.0;
    let row = |name: String, latency: &Histogram<u64>| {
        vec![
            name,
            latency.len().to_string(),
            format!("{:.1}", ms(latency, 50.0)),
            format!("{:.1}", ms(latency, 99.0)),
            format!("{:.2}", ms(latency, 99.0) / ms(alone, 99.0)),
        ]
    };
    report::heading("Webhooks")?;
    report::table(
        &["", "messages", "median ms", "p99 ms", "p99, ratio"],
        &[
            row(format!("{HEALTHY} healthy receivers alone"), alone),
            row(
                format!("beside {deliveries} deliveries to bad receivers"),
                beside,
            ),
        ],
    )?;
    report::line(&format!(
        "\n{} messages/s to each healthy receiver; {} kinds of bad ones, which have {} ms to answer. After the \
         measurement of {} s their deliveries were: {while_bad:?}. Once they had recovered, every message had arrived \
         under one id.",
        plan.rate,
        Kind::BAD.len(),
        plan.limit_ms,
        plan.seconds,
    ))
}
