//! COPPA compliance: rates by kind, and what was found where. Never the value.

use leptos::prelude::*;
use viral_engine_api_types::guardrails::{Coppa, KindCompliance, PayloadKind, Violation};

use super::figures;
use crate::browser::intl::Shape;
use crate::components::{
    Column, CopyButton, DataTable, Drawer, Empty, InfoTip, Metric, TimeText, Tone, tag, user_words,
};
use crate::format::count;
use crate::format::number::{NONE, percent_or_none};
use crate::i18n::text;
use crate::router::{Router, Visit, use_router};
use crate::view::use_view;

/// Parameter of the address with the violation that is open.
const VIOLATION: &str = "violation";

/// Compliance of one kind, or of both.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    kind: &'static str,
    checked: i64,
    found: i64,
    rate: Option<f64>,
    below_target: bool,
}

/// The tab.
pub fn view() -> AnyView {
    let (figures, router) = (figures(), use_router());
    let words = &text().guardrails.coppa;
    let coppa = Memo::new(move |_| figures.with(|it| it.health.components.coppa.clone()));
    let kinds = Signal::derive(move || {
        coppa.with(|it| {
            Metric::new(words.kinds, words.kinds_formula)
                .docs("guardrails/get_coppa")
                .window(&it.window)
        })
    });
    let found = Signal::derive(move || {
        coppa.with(|it| {
            Metric::new(words.violations, words.violations_formula)
                .docs("guardrails/get_coppa")
                .window(&it.window)
        })
    });
    let total = move || {
        coppa.with(|it| it.parent_shares.violations_found + it.progress_reels.violations_found)
    };
    let wish = router.parameter(VIOLATION);
    let opened = Memo::new(move |_| {
        let wish = wish.get()?;
        Some(coppa.with(|it| it.violations.iter().find(|it| name_of(it) == wish).cloned()))
    });
    view! {
        <DataTable
            name="coppa-kinds"
            title=words.kinds
            rows=Signal::derive(move || coppa.with(lines))
            columns=line_columns()
            key=|line| format!("{line:?}")
            aside=move || view! { <InfoTip metric=kinds/> }
            empty=|| ()
        />
        <DataTable
            name="coppa-violations"
            title=words.violations
            rows=Signal::derive(move || coppa.with(|it| it.violations.clone()))
            columns=violation_columns()
            key=|it| format!("{} {} {}", it.id, it.field_path, it.entity_type)
            total=Signal::derive(move || Some(total()).filter(|_| coppa.with(|it| it.violations.len() >= 1_000)))
            find_parameter="find"
            address=address_of
            aside=move || view! { <InfoTip metric=found/> }
            empty=move || view! { <Empty title=words.none_title detail=words.none_detail/> }
        />
        <Drawer
            open=Signal::derive(move || opened.with(Option::is_some))
            on_close=Callback::new(move |()| router.set(&[(VIOLATION, None)], Visit::Replace))
            title=Signal::stored(words.violation_title.to_owned())
        >
            {move || opened.get().map(|found| match found {
                Some(violation) => violation_detail(violation).into_any(),
                None => view! { <Empty title=words.gone_title detail=words.gone_detail/> }.into_any(),
            })}
        </Drawer>
    }
    .into_any()
}

/// What tells a violation from the others, for the address.
fn name_of(violation: &Violation) -> String {
    let Violation {
        id,
        entity_type,
        field_path,
        ..
    } = violation;
    format!("{id}:{entity_type}:{field_path}")
}

/// Where the drawer is open on it.
fn address_of(violation: &Violation, router: Router) -> String {
    let query = router
        .query
        .get()
        .with(VIOLATION, Some(&name_of(violation)));
    query.on(&router.path.get())
}

fn lines(it: &Coppa) -> Vec<Line> {
    let words = &text().guardrails.coppa;
    let line = |kind, it: &KindCompliance| Line {
        kind: (words.kind)(kind),
        checked: it.total_checked,
        found: it.violations_found,
        rate: it.compliance_rate,
        below_target: false,
    };
    vec![
        line(PayloadKind::ParentShare, &it.parent_shares),
        line(PayloadKind::ProgressReel, &it.progress_reels),
        Line {
            kind: words.overall,
            checked: it.parent_shares.total_checked + it.progress_reels.total_checked,
            found: it.parent_shares.violations_found + it.progress_reels.violations_found,
            rate: it.overall_compliance_rate,
            below_target: it.below_target,
        },
    ]
}

fn line_columns() -> Vec<Column<Line>> {
    let words = &text().guardrails.coppa;
    vec![
        Column::<Line>::new(
            "kind",
            words.kind_head,
            |it| it.kind.into_any(),
            |it| it.kind.to_owned(),
        ),
        Column::<Line>::figures(
            "checked",
            words.checked,
            |it| count(it.checked).into_any(),
            |it| it.checked.to_string(),
        ),
        Column::<Line>::figures(
            "violations",
            words.found,
            |it| count(it.found).into_any(),
            |it| it.found.to_string(),
        ),
        Column::<Line>::figures("compliance_rate", words.rate, rate, |it| {
            it.rate.map(|rate| rate.to_string()).unwrap_or_default()
        }),
    ]
}

fn rate(line: &Line) -> AnyView {
    let target = figures().with_untracked(|it| it.health.components.coppa.target);
    let below = line.below_target.then(|| {
        tag(
            Tone::Watch,
            (text().guardrails.cards.below_target)(&crate::format::percent(target)),
        )
    });
    view! { <span class="inline-flex flex-wrap items-center justify-end gap-2">{below} {percent_or_none(line.rate)}</span> }.into_any()
}

fn violation_columns() -> Vec<Column<Violation>> {
    let words = &text().guardrails.coppa;
    vec![
        Column::<Violation>::new(
            "entity_type",
            words.entity,
            |it| (text().guardrails.coppa.entity_name)(&it.entity_type).into_any(),
            |it| it.entity_type.clone(),
        )
        .sorted(|a, b| a.entity_type.cmp(&b.entity_type)),
        Column::<Violation>::new("field_path", words.field, field, |it| it.field_path.clone())
            .sorted(|a, b| a.field_path.cmp(&b.field_path)),
        Column::<Violation>::new(
            "kind",
            words.kind_head,
            |it| (text().guardrails.coppa.kind)(it.kind).into_any(),
            |it| kind_name(it.kind).to_owned(),
        )
        .sorted(|a, b| kind_name(a.kind).cmp(kind_name(b.kind))),
        Column::<Violation>::new(
            "at",
            words.at,
            |it| view! { <TimeText at=it.at/> }.into_any(),
            |it| it.at.to_rfc3339(),
        )
        .sorted(|a, b| a.at.cmp(&b.at)),
        Column::<Violation>::new(
            "id",
            words.id,
            |it| view! { <span class="mono">{it.id.to_string()}</span> }.into_any(),
            |it| it.id.to_string(),
        ),
    ]
}

/// The kind as the API names it.
fn kind_name(kind: PayloadKind) -> &'static str {
    match kind {
        PayloadKind::ParentShare => "parent_share",
        PayloadKind::ProgressReel => "progress_reel",
    }
}

fn field(violation: &Violation) -> AnyView {
    let path = if violation.field_path.is_empty() {
        NONE.to_owned()
    } else {
        violation.field_path.clone()
    };
    view! { <code>{user_words(&path)}</code> }.into_any()
}

fn violation_detail(violation: Violation) -> impl IntoView {
    let words = &text().guardrails.coppa;
    let view = use_view();
    let id = violation.id.to_string();
    view! {
        <p>{words.violation_help}</p>
        <dl class="facts">
            <dt>{words.entity}</dt>
            <dd>{(words.entity_name)(&violation.entity_type)}</dd>
            <dt>{words.field}</dt>
            <dd>{field(&violation)}</dd>
            <dt>{words.kind_head}</dt>
            <dd>{(words.kind)(violation.kind)}</dd>
            <dt>{words.at}</dt>
            <dd>{move || view.time(violation.at, Shape::Exact)}</dd>
            <dt>{words.id}</dt>
            <dd class="flex items-center gap-1"><code>{id.clone()}</code> <CopyButton value=Signal::stored(id) label=words.id/></dd>
        </dl>
    }
}
