//! The pages: one table for the outlet, the side bar, the palette and the shortcuts. A page is one line here.

use viral_engine_api_types::permissions::Permission;

use crate::components::Icon;
use crate::i18n::catalogue::PageText;
use crate::i18n::text;
use crate::pages;
use crate::parts::{Compliance, Growth, Maker, Operations, Reports, Safety, Settings};
use crate::router::{Params, match_path};

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

/// All pages behind the sign-in, in the order of the side bar.
pub const PAGES: &[Page] = &[
    Page {
        pattern: "/",
        nav: Some(Nav {
            group: Group::Growth,
            icon: Icon::Chart,
            letter: 'o',
        }),
        permission: Some(Permission::GuardrailsRead),
        text: || &text().pages.overview,
        controls: PERIOD_AND_COMPARE,
        view: Maker::First(pages::overview::view),
    },
    Page {
        pattern: "/links",
        nav: Some(Nav {
            group: Group::Growth,
            icon: Icon::Link,
            letter: 'l',
        }),
        permission: Some(Permission::LinksRead),
        text: || &text().pages.links,
        controls: NONE,
        view: Maker::Growth(Growth::Links),
    },
    Page {
        pattern: "/links/new",
        nav: None,
        permission: Some(Permission::LinksWrite),
        text: || &text().pages.link_new,
        controls: NONE,
        view: Maker::Growth(Growth::LinkNew),
    },
    Page {
        pattern: "/links/:id",
        nav: None,
        permission: Some(Permission::LinksRead),
        text: || &text().pages.link,
        controls: PERIOD,
        view: Maker::Growth(Growth::Link),
    },
    Page {
        pattern: "/guardrails",
        nav: Some(Nav {
            group: Group::Safety,
            icon: Icon::Shield,
            letter: 'g',
        }),
        permission: Some(Permission::GuardrailsRead),
        text: || &text().pages.guardrails,
        controls: PERIOD,
        view: Maker::Safety(Safety::Guardrails),
    },
    Page {
        pattern: "/alerts/:id?",
        nav: Some(Nav {
            group: Group::Safety,
            icon: Icon::Bell,
            letter: 'a',
        }),
        permission: Some(Permission::AlertsRead),
        text: || &text().pages.alerts,
        controls: NONE,
        view: Maker::Safety(Safety::Alerts),
    },
    Page {
        pattern: "/consents",
        nav: Some(Nav {
            group: Group::Compliance,
            icon: Icon::Consent,
            letter: 'n',
        }),
        permission: Some(Permission::ConsentsRead),
        text: || &text().pages.consents,
        controls: NONE,
        view: Maker::Compliance(Compliance::Consents),
    },
    Page {
        pattern: "/consents/:id",
        nav: None,
        permission: Some(Permission::ConsentsRead),
        text: || &text().pages.consent,
        controls: NONE,
        view: Maker::Compliance(Compliance::Consent),
    },
    Page {
        pattern: "/consents/requests/:id",
        nav: None,
        permission: Some(Permission::ConsentsRead),
        text: || &text().pages.consent_request,
        controls: NONE,
        view: Maker::Compliance(Compliance::ConsentRequest),
    },
    Page {
        pattern: "/users/:external_id/consents",
        nav: None,
        permission: Some(Permission::ConsentsRead),
        text: || &text().pages.user_consents,
        controls: NONE,
        view: Maker::Compliance(Compliance::UserConsents),
    },
    Page {
        pattern: "/verifications/:id?",
        nav: Some(Nav {
            group: Group::Compliance,
            icon: Icon::Signature,
            letter: 'y',
        }),
        permission: Some(Permission::ConsentsReview),
        text: || &text().pages.verifications,
        controls: NONE,
        view: Maker::Compliance(Compliance::Verifications),
    },
    Page {
        pattern: "/notices",
        nav: Some(Nav {
            group: Group::Compliance,
            icon: Icon::Notice,
            letter: 'e',
        }),
        permission: Some(Permission::ConsentsRead),
        text: || &text().pages.notices,
        controls: NONE,
        view: Maker::Compliance(Compliance::Notices),
    },
    Page {
        pattern: "/notices/draft",
        nav: None,
        permission: Some(Permission::NoticesWrite),
        text: || &text().pages.notice_draft,
        controls: NONE,
        view: Maker::Compliance(Compliance::NoticeDraft),
    },
    Page {
        pattern: "/notices/:number",
        nav: None,
        permission: Some(Permission::ConsentsRead),
        text: || &text().pages.notice,
        controls: NONE,
        view: Maker::Compliance(Compliance::Notice),
    },
    Page {
        pattern: "/data-requests",
        nav: Some(Nav {
            group: Group::Compliance,
            icon: Icon::Archive,
            letter: 'd',
        }),
        permission: Some(Permission::DataRequestsRead),
        text: || &text().pages.data_requests,
        controls: NONE,
        view: Maker::Compliance(Compliance::DataRequests),
    },
    Page {
        pattern: "/data-requests/:id",
        nav: None,
        permission: Some(Permission::DataRequestsRead),
        text: || &text().pages.data_request,
        controls: NONE,
        view: Maker::Compliance(Compliance::DataRequest),
    },
    Page {
        pattern: "/disclosures",
        nav: Some(Nav {
            group: Group::Compliance,
            icon: Icon::External,
            letter: 'b',
        }),
        permission: Some(Permission::DisclosuresRead),
        text: || &text().pages.disclosures,
        controls: NONE,
        view: Maker::Compliance(Compliance::Disclosures),
    },
    Page {
        pattern: "/compliance",
        nav: Some(Nav {
            group: Group::Compliance,
            icon: Icon::Check,
            letter: 'q',
        }),
        permission: Some(Permission::ConsentsRead),
        text: || &text().pages.compliance,
        controls: NONE,
        view: Maker::Compliance(Compliance::Report),
    },
    Page {
        pattern: "/audit",
        nav: Some(Nav {
            group: Group::Compliance,
            icon: Icon::Audit,
            letter: 'v',
        }),
        permission: Some(Permission::AuditRead),
        text: || &text().pages.audit,
        controls: NONE,
        view: Maker::Safety(Safety::Audit),
    },
    Page {
        pattern: "/reports",
        nav: Some(Nav {
            group: Group::Reports,
            icon: Icon::Report,
            letter: 'r',
        }),
        permission: Some(Permission::ReportsRead),
        text: || &text().pages.reports,
        controls: NONE,
        view: Maker::Reports(Reports::Reports),
    },
    Page {
        pattern: "/reports/:id",
        nav: None,
        permission: Some(Permission::ReportsRead),
        text: || &text().pages.report,
        controls: NONE,
        view: Maker::Reports(Reports::Report),
    },
    Page {
        pattern: "/recaps/:id?",
        nav: Some(Nav {
            group: Group::Reports,
            icon: Icon::Star,
            letter: 'c',
        }),
        permission: Some(Permission::RecapsRead),
        text: || &text().pages.recaps,
        controls: NONE,
        view: Maker::Reports(Reports::Recaps),
    },
    Page {
        pattern: "/jobs/:id?",
        nav: Some(Nav {
            group: Group::Operations,
            icon: Icon::Jobs,
            letter: 'j',
        }),
        permission: Some(Permission::JobsRead),
        text: || &text().pages.jobs,
        controls: NONE,
        view: Maker::Operations(Operations::Jobs),
    },
    Page {
        pattern: "/schedules",
        nav: Some(Nav {
            group: Group::Operations,
            icon: Icon::Clock,
            letter: 's',
        }),
        permission: Some(Permission::JobsRead),
        text: || &text().pages.schedules,
        controls: NONE,
        view: Maker::Operations(Operations::Schedules),
    },
    Page {
        pattern: "/outbox/:id?",
        nav: Some(Nav {
            group: Group::Operations,
            icon: Icon::Mail,
            letter: 'x',
        }),
        permission: Some(Permission::EmailsRead),
        text: || &text().pages.outbox,
        controls: NONE,
        view: Maker::Operations(Operations::Outbox),
    },
    Page {
        pattern: "/webhooks",
        nav: Some(Nav {
            group: Group::Operations,
            icon: Icon::Webhook,
            letter: 'w',
        }),
        permission: Some(Permission::WebhooksRead),
        text: || &text().pages.webhooks,
        controls: NONE,
        view: Maker::Operations(Operations::Webhooks),
    },
    Page {
        pattern: "/webhooks/:id",
        nav: None,
        permission: Some(Permission::WebhooksRead),
        text: || &text().pages.webhook,
        controls: NONE,
        view: Maker::Operations(Operations::Webhook),
    },
    Page {
        pattern: "/users",
        nav: Some(Nav {
            group: Group::Settings,
            icon: Icon::People,
            letter: 'u',
        }),
        permission: Some(Permission::UsersRead),
        text: || &text().pages.users,
        controls: NONE,
        view: Maker::Growth(Growth::Users),
    },
    Page {
        pattern: "/users/:external_id",
        nav: None,
        permission: Some(Permission::UsersRead),
        text: || &text().pages.user,
        controls: NONE,
        view: Maker::Growth(Growth::User),
    },
    Page {
        pattern: "/operators",
        nav: Some(Nav {
            group: Group::Settings,
            icon: Icon::Person,
            letter: 'p',
        }),
        permission: Some(Permission::OperatorsRead),
        text: || &text().pages.operators,
        controls: NONE,
        view: Maker::Settings(Settings::Operators),
    },
    Page {
        pattern: "/api-keys",
        nav: Some(Nav {
            group: Group::Settings,
            icon: Icon::Key,
            letter: 'k',
        }),
        permission: Some(Permission::ApiKeysRead),
        text: || &text().pages.api_keys,
        controls: NONE,
        view: Maker::Settings(Settings::ApiKeys),
    },
    Page {
        pattern: "/settings",
        nav: Some(Nav {
            group: Group::Settings,
            icon: Icon::Sliders,
            letter: 't',
        }),
        permission: Some(Permission::SettingsRead),
        text: || &text().pages.settings,
        controls: NONE,
        view: Maker::Settings(Settings::Thresholds),
    },
    Page {
        pattern: "/flags",
        nav: Some(Nav {
            group: Group::Settings,
            icon: Icon::Flag,
            letter: 'f',
        }),
        permission: Some(Permission::FlagsRead),
        text: || &text().pages.flags,
        controls: NONE,
        view: Maker::Settings(Settings::Flags),
    },
    Page {
        pattern: "/account",
        nav: Some(Nav {
            group: Group::Settings,
            icon: Icon::Person,
            letter: 'm',
        }),
        permission: None,
        text: || &text().pages.account,
        controls: NONE,
        view: Maker::Settings(Settings::Account),
    },
    Page {
        pattern: "/about",
        nav: Some(Nav {
            group: Group::Settings,
            icon: Icon::Info,
            letter: 'i',
        }),
        permission: None,
        text: || &text().pages.about,
        controls: NONE,
        view: Maker::Settings(Settings::About),
    },
];

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
