//! The difference of two texts, to be read: signs and words beside the colours.

use leptos::prelude::*;

use super::diff::{Change, Line, Part, diff, parts, sum};
use crate::format::count;
use crate::format::name::visible;
use crate::i18n::compliance;

/// What has changed from `old` to `new`.
#[component]
pub fn DiffView(
    /// What it was.
    #[prop(into)]
    old: Signal<String>,
    /// What it is.
    #[prop(into)]
    new: Signal<String>,
) -> impl IntoView {
    let words = &compliance().notices;
    let lines = Memo::new(move |_| old.with(|old| new.with(|new| diff(old, new))));
    let figures = Memo::new(move |_| lines.with(|lines| sum(lines)));
    let said = move || match figures.get() {
        (0, 0) => words.same.to_owned(),
        (added, removed) => (words.diff_sum)(&count(added as i64), &count(removed as i64)),
    };
    let rows = move || {
        let parts = parts(lines.get());
        parts.into_iter().map(part).collect_view()
    };
    view! {
        <p class="text-muted num">{said}</p>
        <Show when=move || figures.get() != (0, 0)>
            <div class="diff" tabindex="0" role="region" aria-label=words.differences>
                <ol>{rows}</ol>
            </div>
        </Show>
    }
}

fn part(part: Part) -> AnyView {
    match part {
        Part::Line(line) => changed(&line),
        Part::Skipped(lines) => {
            let words = (compliance().notices.more_lines)(lines as i64);
            view! { <li class="diff-skipped">"⋯ " {words}</li> }.into_any()
        }
    }
}

fn changed(line: &Line) -> AnyView {
    let (words, shown) = (&compliance().notices, visible(&line.text));
    match line.change {
        Change::Same => view! {
            <li><span class="diff-sign"></span><span>{shown}</span></li>
        }
        .into_any(),
        Change::Removed => view! {
            <li data-change="removed">
                <span class="diff-sign" aria-hidden="true">"−"</span>
                <del><span class="sr-only">{words.removed} ": "</span>{shown}</del>
            </li>
        }
        .into_any(),
        Change::Added => view! {
            <li data-change="added">
                <span class="diff-sign" aria-hidden="true">"+"</span>
                <ins><span class="sr-only">{words.added} ": "</span>{shown}</ins>
            </li>
        }
        .into_any(),
    }
}
