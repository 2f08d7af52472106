//! Texts of recaps.

use super::plural;
use crate::i18n::catalogue::Recaps;

pub const RECAPS: Recaps = Recaps {
    help: "What a child did from Monday to Sunday of the parent's time, told to the parent by mail and on a page. They come by themselves on Mondays at 07:00.",
    generate: "Generate recaps",
    generation: "Recaps of a week",
    generating: "The recaps are being made",
    parents_of: |done, total| format!("{done} of {total} parents"),
    generated: |parents| {
        let looked_at = plural(parents, "parent", "parents");
        format!(
            "Done: {looked_at} looked at. Whose children had sessions in that week has a recap."
        )
    },
    not_generated: "They were not made: see the job for the cause.",
    see_job: "See the job",
    week: "Week",
    monday: "Week from Monday",
    monday_help: "The Monday with which the week begins. The week must be over.",
    choose_week: "Choose a Monday.",
    parent: "Parent",
    parent_help: "External id of one parent; all parents if empty.",
    send_mail: "Send mail to parents who have none of this week yet",
    child: "Child",
    time_zone: "Time zone",
    sessions: "Sessions",
    minutes: "Minutes",
    rating: "Average rating",
    improvement: "Improvement, points",
    streak: "Streak",
    days: |days| plural(days, "day", "days"),
    subjects: "Subjects",
    skills: "Skills",
    highlights: "What went well",
    achievements: "Achievements",
    next_steps: "What to do next",
    mail: "Mail",
    mailed: "sent",
    not_mailed: "not sent",
    see_mail: "See the message",
    made: "Made",
    computed: "Computed last",
    detail_title: "Recap",
    send_again: "Send again",
    send_again_help: "As a new message, with all children of this parent who had sessions in that week.",
    sent_again: "The recap is sent again.",
    empty_title: "No recaps yet",
    empty_detail: "Once sessions of children with a parent are taken in, each week has a recap here. Generate those of a past week to see how it went.",
    none_match_title: "No recap matches",
    none_match_detail: "Change or clear the filters.",
};
