//! From what is wrong now and the alerts that stand to the changes that follow.
//!
//! Rules that the tests pin down:
//! - There is at most one live alert per type and subject. While its cause lasts it is updated.
//! - It *escalates*, and is announced again, when it gets worse: graver, or its measure at least twice
//!   what it was when it was last announced. For critical alerts any increase counts: each further
//!   violation may be another child. When the measure falls meanwhile, the comparison starts from the
//!   lowest value seen, so that an old violation leaving the window does not hide a new one.
//! - It resolves by itself when the cause is gone.
//! - A dismissed alert stays quiet while its cause lasts and does not get worse (in the same sense).
//!   If it gets worse, a new alert is opened. When the cause is gone the dismissal is spent: the next
//!   time is a new alert.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::rules::{AlertCause, AlertType, Severity};

/// Measures that grow by this factor are announced again.
const WORSE_FACTOR: f64 = 2.0;

/// An alert that still matters: live, or dismissed while its cause lasts.
#[derive(Debug, Clone, PartialEq)]
pub struct StandingAlert {
    pub id: Uuid,
    /// The cause as it was last stored.
    pub cause: AlertCause,
    /// The lowest measure since the alert was last announced or dismissed.
    pub baseline: f64,
    pub standing: Standing,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Open or acknowledged.
    Live,
    /// Dismissed, and the dismissal is not spent.
    Dismissed,
}

/// What has to be stored, and for the first two announced.
#[derive(Debug, Clone, PartialEq)]
pub enum AlertChange {
    /// Store a new alert, its baseline being the cause's measure.
    Open(AlertCause),
    /// Store the cause and take its measure as the baseline; the state stays.
    Escalate { id: Uuid, cause: AlertCause },
    /// Store the cause and the baseline.
    Update {
        id: Uuid,
        cause: AlertCause,
        baseline: f64,
    },
    /// The cause is gone.
    Resolve { id: Uuid },
    /// Store the baseline of a dismissed alert.
    LowerBaseline { id: Uuid, baseline: f64 },
    /// The dismissed alert no longer keeps anything quiet.
    EndDismissal { id: Uuid },
}

type Key<'a> = (AlertType, &'a str);

/// The changes that follow from `causes`. Applying them and asking again answers no change.
#[must_use]
pub fn reconcile(standing: &[StandingAlert], causes: &[AlertCause]) -> Vec<AlertChange> {
    let mut causes: BTreeMap<Key<'_>, &AlertCause> = causes
        .iter()
        .map(|cause| ((cause.alert_type, cause.subject.as_str()), cause))
        .collect();
    let mut changes = Vec::new();
    // Live alerts first: a dismissed one of the same key must not claim their cause.
    for alert in standing
        .iter()
        .filter(|alert| alert.standing == Standing::Live)
    {
        changes.extend(follow_live(alert, causes.remove(&alert.key())));
    }
    for alert in standing
        .iter()
        .filter(|alert| alert.standing == Standing::Dismissed)
    {
        match causes.get(&alert.key()) {
            Some(cause) if alert.is_worse_now(cause) => {
                changes.push(AlertChange::EndDismissal { id: alert.id });
            }
            Some(cause) => {
                changes.extend(follow_dismissed(alert, cause));
                causes.remove(&alert.key());
            }
            None => changes.push(AlertChange::EndDismissal { id: alert.id }),
        }
    }
    changes.extend(causes.into_values().cloned().map(AlertChange::Open));
    changes
}

fn follow_live(alert: &StandingAlert, cause: Option<&AlertCause>) -> Option<AlertChange> {
    let id = alert.id;
    let Some(cause) = cause else {
        return Some(AlertChange::Resolve { id });
    };
    if alert.is_worse_now(cause) {
        return Some(AlertChange::Escalate {
            id,
            cause: cause.clone(),
        });
    }
    let baseline = alert.baseline.min(cause.measure);
    (*cause != alert.cause || baseline < alert.baseline).then(|| AlertChange::Update {
        id,
        cause: cause.clone(),
        baseline,
    })
}

fn follow_dismissed(alert: &StandingAlert, cause: &AlertCause) -> Option<AlertChange> {
    let lower = cause.measure < alert.baseline;
    lower.then_some(AlertChange::LowerBaseline {
        id: alert.id,
        baseline: cause.measure,
    })
}

impl StandingAlert {
    fn key(&self) -> Key<'_> {
        (self.cause.alert_type, &self.cause.subject)
    }

    fn is_worse_now(&self, cause: &AlertCause) -> bool {
        let grew = cause.measure > self.baseline;
        let grew_much = grew && cause.measure >= self.baseline * WORSE_FACTOR;
        cause.severity > self.cause.severity
            || grew_much
            || (grew && cause.severity == Severity::Critical)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Map;

    use super::*;

    fn cause(alert_type: AlertType, severity: Severity, measure: f64) -> AlertCause {
        let message = format!("{measure} of it.");
        AlertCause {
            alert_type,
            subject: "platform".to_owned(),
            severity,
            measure,
            message,
            details: Map::new(),
        }
    }

    fn fraud(measure: f64) -> AlertCause {
        cause(AlertType::FraudDetection, Severity::High, measure)
    }

    fn violation(measure: f64) -> AlertCause {
        cause(AlertType::CoppaViolation, Severity::Critical, measure)
    }

    fn alert(cause: AlertCause, standing: Standing) -> StandingAlert {
        StandingAlert {
            id: Uuid::from_u128(7),
            baseline: cause.measure,
            cause,
            standing,
        }
    }

    const ID: Uuid = Uuid::from_u128(7);

    #[test]
    fn a_new_cause_opens_an_alert() {
        assert_eq!(
            reconcile(&[], &[fraud(6.0)]),
            [AlertChange::Open(fraud(6.0))]
        );
    }

    #[test]
    fn an_unchanged_cause_changes_nothing() {
        assert_eq!(
            reconcile(&[alert(fraud(6.0), Standing::Live)], &[fraud(6.0)]),
            []
        );
    }

    #[test]
    fn a_changed_cause_updates_its_alert_and_does_not_multiply_it() {
        let changes = reconcile(&[alert(fraud(6.0), Standing::Live)], &[fraud(7.0)]);
        assert_eq!(
            changes,
            [AlertChange::Update {
                id: ID,
                cause: fraud(7.0),
                baseline: 6.0
            }]
        );
    }

    #[test]
    fn twice_as_bad_escalates() {
        let standing = [alert(fraud(6.0), Standing::Live)];
        assert!(matches!(
            reconcile(&standing, &[fraud(11.0)])[..],
            [AlertChange::Update { .. }]
        ));
        assert_eq!(
            reconcile(&standing, &[fraud(12.0)]),
            [AlertChange::Escalate {
                id: ID,
                cause: fraud(12.0)
            }]
        );
    }

    #[test]
    fn graver_escalates_whatever_the_measure() {
        let graver = AlertCause {
            severity: Severity::Critical,
            ..fraud(6.0)
        };
        let changes = reconcile(
            &[alert(fraud(6.0), Standing::Live)],
            std::slice::from_ref(&graver),
        );
        assert_eq!(
            changes,
            [AlertChange::Escalate {
                id: ID,
                cause: graver
            }]
        );
    }

    #[test]
    fn every_further_violation_escalates() {
        let changes = reconcile(
            &[alert(violation(10.0), Standing::Live)],
            &[violation(11.0)],
        );
        assert_eq!(
            changes,
            [AlertChange::Escalate {
                id: ID,
                cause: violation(11.0)
            }]
        );
    }

    #[test]
    fn an_old_violation_leaving_does_not_hide_a_new_one() {
        let standing = [alert(violation(10.0), Standing::Dismissed)];
        let changes = reconcile(&standing, &[violation(9.0)]);
        assert_eq!(
            changes,
            [AlertChange::LowerBaseline {
                id: ID,
                baseline: 9.0
            }]
        );
        let lowered = [StandingAlert {
            baseline: 9.0,
            ..standing[0].clone()
        }];
        let expected = [
            AlertChange::EndDismissal { id: ID },
            AlertChange::Open(violation(10.0)),
        ];
        assert_eq!(reconcile(&lowered, &[violation(10.0)]), expected);
    }

    #[test]
    fn it_resolves_by_itself_when_the_cause_is_gone() {
        let changes = reconcile(&[alert(fraud(6.0), Standing::Live)], &[]);
        assert_eq!(changes, [AlertChange::Resolve { id: ID }]);
    }

    #[test]
    fn a_dismissed_alert_stays_quiet_until_it_gets_worse() {
        let standing = [alert(fraud(6.0), Standing::Dismissed)];
        assert_eq!(reconcile(&standing, &[fraud(6.0)]), []);
        assert_eq!(reconcile(&standing, &[fraud(11.0)]), []);
        let expected = [
            AlertChange::EndDismissal { id: ID },
            AlertChange::Open(fraud(12.0)),
        ];
        assert_eq!(reconcile(&standing, &[fraud(12.0)]), expected);
    }

    #[test]
    fn a_dismissal_is_spent_when_the_cause_is_gone() {
        let changes = reconcile(&[alert(fraud(6.0), Standing::Dismissed)], &[]);
        assert_eq!(changes, [AlertChange::EndDismissal { id: ID }]);
    }

    #[test]
    fn subjects_have_alerts_of_their_own() {
        let elsewhere = AlertCause {
            subject: "buddy_challenge".to_owned(),
            ..fraud(6.0)
        };
        let standing = [alert(fraud(6.0), Standing::Live)];
        let changes = reconcile(&standing, &[fraud(6.0), elsewhere.clone()]);
        assert_eq!(changes, [AlertChange::Open(elsewhere)]);
    }

    /// What a store does with the changes.
    fn apply(standing: &mut Vec<StandingAlert>, changes: Vec<AlertChange>, next_id: &mut u128) {
        for change in changes {
            match change {
                AlertChange::Open(cause) => {
                    *next_id += 1;
                    let id = Uuid::from_u128(*next_id);
                    standing.push(StandingAlert {
                        id,
                        baseline: cause.measure,
                        cause,
                        standing: Standing::Live,
                    });
                }
                AlertChange::Escalate { id, cause } => {
                    let alert = standing.iter_mut().find(|alert| alert.id == id).unwrap();
                    alert.baseline = cause.measure;
                    alert.cause = cause;
                }
                AlertChange::Update {
                    id,
                    cause,
                    baseline,
                } => {
                    let alert = standing.iter_mut().find(|alert| alert.id == id).unwrap();
                    (alert.cause, alert.baseline) = (cause, baseline);
                }
                AlertChange::LowerBaseline { id, baseline } => {
                    standing
                        .iter_mut()
                        .find(|alert| alert.id == id)
                        .unwrap()
                        .baseline = baseline;
                }
                AlertChange::Resolve { id } | AlertChange::EndDismissal { id } => {
                    standing.retain(|alert| alert.id != id);
                }
            }
        }
    }

    proptest! {
        /// Each minute: a measure per type (0 is no cause), and whether the operator dismisses all
        /// live alerts after it.
        #[test]
        fn there_is_never_more_than_one_alert_per_cause_and_asking_again_changes_nothing(
            minutes in prop::collection::vec((0_u8..12, 0_u8..12, prop::bool::weighted(0.2)), 1..30),
        ) {
            let (mut standing, mut next_id) = (Vec::new(), 100);
            for (frauds, violations, dismiss) in minutes {
                let causes = [fraud(f64::from(frauds)), violation(f64::from(violations))];
                let causes: Vec<_> = causes.into_iter().filter(|cause| cause.measure > 0.0).collect();
                let changes = reconcile(&standing, &causes);
                apply(&mut standing, changes, &mut next_id);
                prop_assert_eq!(standing.len(), causes.len());
                prop_assert_eq!(reconcile(&standing, &causes), []);
                if dismiss {
                    for alert in &mut standing {
                        alert.standing = Standing::Dismissed;
                        let cause = causes.iter().find(|c| c.alert_type == alert.cause.alert_type);
                        alert.baseline = cause.unwrap().measure;
                    }
                    prop_assert_eq!(reconcile(&standing, &causes), []);
                }
            }
        }
    }
}
