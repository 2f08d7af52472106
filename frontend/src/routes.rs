//! The pages: one table ([`PAGES`]) for the outlet, the side bar, the palette and the shortcuts.

mod pages;

use viral_engine_api_types::permissions::Permission;

use crate::components::Icon;
use crate::i18n::catalogue::PageText;
use crate::i18n::text;
use crate::parts::Maker;
use crate::router::{Params, match_path};

pub use pages::PAGES;

/// A group of the side bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    Growth,
    Safety,
    Compliance,
    Reports,
    Operations,
    Settings,
}

impl Group {
    /// The groups as they stand in the side bar.
    pub const ALL: [Self; 6] = [
        Self::Growth,
        Self::Safety,
        Self::Compliance,
        Self::Reports,
        Self::Operations,
        Self::Settings,
    ];

    /// Name of the group.
    pub fn name(self) -> &'static str {
        let frame = &text().frame;
        match self {
            Self::Growth => frame.group_growth,
            Self::Safety => frame.group_safety,
            Self::Compliance => frame.group_compliance,
            Self::Reports => frame.group_reports,
            Self::Operations => frame.group_operations,
            Self::Settings => frame.group_settings,
        }
    }
}

/// A page's place in the side bar.
#[derive(Clone, Copy, Debug)]
pub struct Nav {
    /// Group it stands in.
    pub group: Group,
    /// Icon beside its name.
    pub icon: Icon,
    /// Letter that leads here after `g`.
    pub letter: char,
}

/// Which controls of the top bar have an effect on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Controls {
    /// Period.
    pub period: bool,
    /// Comparison with the period before.
    pub compare: bool,
}

/// A page.
#[derive(Clone, Copy)]
pub struct Page {
    /// Pattern of its path; `:name` is a parameter, `:name?` may be absent.
    pub pattern: &'static str,
    /// Its place in the side bar; none for pages that others lead to.
    pub nav: Option<Nav>,
    /// What the operator must be allowed; none for every operator.
    pub permission: Option<Permission>,
    /// Name and purpose.
    pub text: fn() -> &'static PageText,
    /// Controls of the top bar.
    pub controls: Controls,
    /// Makes it.
    pub view: Maker,
}

impl Page {
    /// The path that the side bar leads to: the pattern without its optional parameters.
    pub fn path(&self) -> &'static str {
        let path = self.pattern.split("/:").next().unwrap_or("/");
        if path.is_empty() { "/" } else { path }
    }
}

/// Figures over a period that may be compared.
const PERIOD_AND_COMPARE: Controls = Controls {
    period: true,
    compare: true,
};
/// Figures over a period.
const PERIOD: Controls = Controls {
    period: true,
    compare: false,
};
/// No figures.
const NONE: Controls = Controls {
    period: false,
    compare: false,
};

/// The page at `path` with the parameters of the path. Patterns without parameters go first, so that
/// `/links/new` is not a link named `new`.
pub fn page_at(path: &str) -> Option<(&'static Page, Params)> {
    let matching = PAGES
        .iter()
        .filter_map(|page| match_path(page.pattern, path).map(|params| (page, params)));
    matching.min_by_key(|(page, _)| page.pattern.matches(':').count())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn patterns_and_letters_are_unique() {
        let mut seen = HashSet::new();
        assert!(PAGES.iter().all(|page| seen.insert(page.pattern)));
        let mut letters = HashSet::new();
        assert!(
            PAGES
                .iter()
                .filter_map(|page| page.nav)
                .all(|nav| letters.insert(nav.letter))
        );
    }

    #[test]
    fn every_place_of_the_side_bar_is_a_page() {
        for page in PAGES.iter().filter(|page| page.nav.is_some()) {
            let found = page_at(page.path()).map(|(page, _)| page.pattern);
            assert_eq!(found, Some(page.pattern));
        }
    }

    #[test]
    fn unknown_paths_are_no_page() {
        assert!(page_at("/nowhere").is_none());
        assert!(page_at("/alerts/1/2").is_none());
    }
}
