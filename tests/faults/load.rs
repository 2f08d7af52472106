//! People who follow a link all the time, and what they were answered.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Result, bail};
use tokio::task::JoinHandle;

/// Visitors at the same time.
const VISITORS: usize = 16;
/// Pause between two hits of a visitor: enough for hundreds of hits a second, and few enough to compare in the end.
const PAUSE: Duration = Duration::from_millis(5);
const PATIENCE: Duration = Duration::from_secs(60);

/// Running visitors.
pub struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    clicks: Arc<Mutex<Vec<String>>>,
    visitors: Vec<JoinHandle<()>>,
}

impl Load {
    /// Starts following `url`.
    pub fn start(url: &str) -> Self {
        let mut load = Self {
            stop: Arc::new(AtomicBool::new(false)),
            answered: Arc::default(),
            clicks: Arc::default(),
            visitors: Vec::new(),
        };
        load.visitors = (0..VISITORS)
            .map(|number| load.visitor(number, url.to_owned()))
            .collect();
        load
    }

    fn visitor(&self, number: usize, url: String) -> JoinHandle<()> {
        let (stop, answered, clicks) = (
            self.stop.clone(),
            self.answered.clone(),
            self.clicks.clone(),
        );
        tokio::spawn(async move {
            let client = reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .user_agent(format!(
                    "Mozilla/5.0 (X11; Linux x86_64; rv:{number}.0) Gecko/20100101 Firefox/130.0"
                ))
                .timeout(Duration::from_secs(10))
                .build()
                .expect("a client");
            while !stop.load(Ordering::Relaxed) {
                if let Some(id) = follow(&client, &url).await {
                    clicks.lock().expect("no visitor panicked").push(id);
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                tokio::time::sleep(PAUSE).await;
            }
        })
    }

    /// Waits until `more` further hits were answered.
    pub async fn wait_for_answers(&self, more: usize) -> Result<()> {
        let goal = self.answered.load(Ordering::Relaxed) + more;
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.answered.load(Ordering::Relaxed) < goal {
            if tokio::time::Instant::now() > deadline {
                bail!("redirects were not answered for {PATIENCE:?}");
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    /// Stops all visitors and answers the click ids they were redirected with.
    pub async fn stop(mut self) -> Vec<String> {
        self.stop.store(true, Ordering::Relaxed);
        for visitor in self.visitors.drain(..) {
            visitor.await.expect("no visitor panicked");
        }
        std::mem::take(&mut *self.clicks.lock().expect("no visitor panicked"))
    }
}

/// The click id of an answered redirect; none when the engine was away.
async fn follow(client: &reqwest::Client, url: &str) -> Option<String> {
    let answer = client.get(url).send().await.ok()?;
    if answer.status() != reqwest::StatusCode::FOUND {
        return None;
    }
    let location = answer.headers().get("location")?.to_str().ok()?;
    let id = location.split("ve_click=").nth(1)?;
    Some(id.split('&').next().unwrap_or(id).to_owned())
}
