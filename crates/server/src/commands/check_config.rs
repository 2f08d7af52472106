//! `viral-engine check-config`

use anyhow::Result;

use super::answer;
use crate::config::{Config, NewSecrets, Sources, example, report};

/// Shows the configuration, or everything that is wrong with it. Touches nothing.
pub(crate) fn run(sources: &Sources, print_example: bool) -> Result<()> {
    if print_example {
        return answer(example());
    }
    let (config, values) = Config::load(sources, NewSecrets::Forget)?;
    answer(report(&config, &values))
}
