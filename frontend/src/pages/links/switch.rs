//! Switching many links off or on, one after the other: the engine changes one at a time, and refuses what somebody else
//! has changed since it was read.

use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::links::{Link, UpdateLink};

use crate::api::{Api, ApiError};

/// What became of it.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Links as they are now.
    pub changed: Vec<Link>,
    /// How many were refused.
    pub refused: usize,
    /// Why the first of them was.
    pub error: Option<ApiError>,
}

impl Outcome {
    fn refuse(&mut self, error: ApiError) {
        self.refused += 1;
        self.error.get_or_insert(error);
    }
}

/// Whether a link redirects by its owner's will.
pub fn is_off(link: &Link) -> bool {
    link.disabled_at.is_some()
}

/// Switches those of the links that are not so yet. `go_on` is told before each how many are done, and may end it.
pub async fn switch(
    api: Api,
    links: Vec<Link>,
    off: bool,
    go_on: impl Fn(usize) -> bool,
) -> Outcome {
    let update = UpdateLink {
        disabled: Some(off),
        ..UpdateLink::default()
    };
    let mut outcome = Outcome::default();
    for (done, link) in links
        .into_iter()
        .filter(|link| is_off(link) != off)
        .enumerate()
    {
        if !go_on(done) {
            break;
        }
        let tag = format!("\"{}\"", link.version);
        match api.update_link(link.id, &update, &tag).await {
            Ok(changed) => outcome.changed.push(changed.value),
            Err(error) => {
                let hopeless = is_hopeless(&error);
                outcome.refuse(error);
                if hopeless {
                    break;
                }
            }
        }
    }
    outcome
}

/// Whether the next link would fare no better: the engine is away or wants a pause, or the session has ended.
fn is_hopeless(error: &ApiError) -> bool {
    let ended = error
        .code()
        .is_some_and(|code| code == ErrorCode::RateLimited || matches!(code.status(), 401 | 403));
    ended || error.is_uncertain()
}
