//! What people do beside sharing links: children's progress is shown to parents, students meet to study, and some
//! have had enough.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::builder::Builder;
use crate::calendar::minutes;
use crate::dice::{Area, Dice};
use crate::facts::{Leak, PayloadKind};
use crate::payloads::{LEAKS, leaking, reel, share};
use crate::world::{OptOut, ParentShare, Persona, ProgressReel, StudySession, UserIndex};

/// Most of anything of one person.
const MOST: u32 = 60;
/// Most people in a study session.
const GROUP: u64 = 6;
const SCOPES: [&str; 4] = ["email", "invites", "recaps", "study_nudges"];
/// Minutes until a parent looks.
const LOOKS: [(f64, f64); 4] = [(0.0, 2.0), (0.4, 90.0), (0.8, 1_500.0), (1.0, 8_000.0)];

/// Adds all inputs that are not planted.
pub(crate) fn add(builder: &mut Builder<'_>) {
    let mut dice = Dice::new(builder.plan.seed, Area::Inputs);
    let students = of_persona(builder, Persona::Student);
    for &student in &students {
        show_progress(builder, &mut dice, student);
    }
    study(builder, &mut dice, &students);
    opt_out(builder);
}

fn of_persona(builder: &Builder<'_>, persona: Persona) -> Vec<UserIndex> {
    let users = builder.population.users().iter().enumerate();
    users
        .filter(|(_, user)| user.persona == persona)
        .map(|(index, _)| UserIndex(index))
        .collect()
}

fn show_progress(builder: &mut Builder<'_>, dice: &mut Dice, student: UserIndex) {
    let weeks = builder.calendar.weeks();
    let rates = &builder.plan.inputs;
    let (shares, reels) = (rates.parent_shares_per_week, rates.reels_per_week);
    if let Some(parent) = builder.population.user(student).guardian {
        for _ in 0..dice.count(shares * weeks, MOST) {
            if let Some(at) = moment(builder, dice, student) {
                let data = share(dice);
                share_with_parent(builder, dice, parent, student, at, data);
            }
        }
    }
    for _ in 0..dice.count(reels * weeks, MOST) {
        if let Some(at) = moment(builder, dice, student) {
            let data = reel(dice);
            builder
                .world
                .progress_reels
                .push(ProgressReel { student, data, at });
        }
    }
}

fn share_with_parent(
    builder: &mut Builder<'_>,
    dice: &mut Dice,
    parent: UserIndex,
    student: UserIndex,
    at: DateTime<Utc>,
    data: Value,
) {
    let mut views = Vec::new();
    if !dice.chance(builder.plan.inputs.unseen) {
        views.push(at + minutes(dice.quantile(&LOOKS)));
        if dice.chance(0.2) {
            views.push(at + minutes(8_000.0 + dice.quantile(&LOOKS)));
        }
    }
    views.retain(|&view| view <= builder.calendar.end());
    builder.world.parent_shares.push(ParentShare {
        parent,
        student,
        data,
        at,
        views,
    });
}

fn study(builder: &mut Builder<'_>, dice: &mut Dice, students: &[UserIndex]) {
    let hosts = students
        .iter()
        .copied()
        .chain(of_persona(builder, Persona::Tutor));
    for host in hosts.collect::<Vec<_>>() {
        let mean = builder.plan.inputs.study_sessions_per_week * builder.calendar.weeks();
        for _ in 0..dice.count(mean, MOST) {
            let Some(at) = moment(builder, dice, host) else {
                continue;
            };
            let invited = invite(dice, students, host);
            let participants = invited
                .iter()
                .copied()
                .filter(|_| dice.chance(0.6))
                .collect();
            builder.world.study_sessions.push(StudySession {
                host,
                participants,
                invited,
                at,
            });
        }
    }
}

/// Other students, each once.
fn invite(dice: &mut Dice, students: &[UserIndex], host: UserIndex) -> Vec<UserIndex> {
    let mut invited: Vec<_> = (0..dice.below(GROUP + 1))
        .filter_map(|_| dice.choose(students).copied())
        .filter(|&student| student != host)
        .collect();
    invited.sort_unstable();
    invited.dedup();
    invited
}

fn opt_out(builder: &mut Builder<'_>) {
    let mut dice = Dice::new(builder.plan.seed, Area::OptOuts);
    for user in (0..builder.population.users().len()).map(UserIndex) {
        if !dice.chance(builder.plan.inputs.opt_out) {
            continue;
        }
        for _ in 0..dice.between(1, 2) {
            if let Some(at) = moment(builder, &mut dice, user) {
                let scope = dice.pick(&SCOPES);
                builder.world.opt_outs.push(OptOut { user, scope, at });
            }
        }
    }
}

/// Adds parent shares and reels with personal information.
pub(crate) fn leak(builder: &mut Builder<'_>) {
    let mut dice = Dice::new(builder.plan.seed, Area::Leaks);
    let students = of_persona(builder, Persona::Student);
    let children: Vec<_> = students
        .into_iter()
        .filter_map(|student| Some((student, builder.population.user(student).guardian?)))
        .collect();
    for index in 0..builder.plan.planted.leaks {
        let Some(&(student, parent)) = dice.choose(&children) else {
            return;
        };
        let day = builder.calendar.full_day(&mut dice);
        let hour = dice.between(7, 20) as u32;
        let at = crate::calendar::at_hour(&mut dice, day, hour);
        let what = &LEAKS[index as usize % LEAKS.len()];
        let kind = if dice.chance(0.5) {
            let data = leaking(share(&mut dice), what);
            share_with_parent(builder, &mut dice, parent, student, at, data);
            PayloadKind::ParentShare
        } else {
            let data = leaking(reel(&mut dice), what);
            builder
                .world
                .progress_reels
                .push(ProgressReel { student, data, at });
            PayloadKind::ProgressReel
        };
        builder.facts.leaks.push(Leak {
            kind,
            at,
            field_path: what.field_path,
            entity_type: what.entity_type,
        });
    }
}

/// A moment at which a user is active.
fn moment(builder: &Builder<'_>, dice: &mut Dice, user: UserIndex) -> Option<DateTime<Utc>> {
    let joined = builder.population.user(user).signed_up_at;
    let offset = builder.population.region(user).utc_offset();
    builder.calendar.moment(dice, joined, offset)
}
