//! Texts that every page uses.

use super::plural;
use crate::i18n::catalogue::{Actions, Charts, Forms, States, Tables, TimeWords};

pub const TIME: TimeWords = TimeWords {
    just_now: "just now",
    ago: |amount| format!("{amount} ago"),
    ahead: |amount| format!("in {amount}"),
    seconds: |count| plural(count, "second", "seconds"),
    minutes: |count| plural(count, "minute", "minutes"),
    hours: |count| plural(count, "hour", "hours"),
    days: |count| plural(count, "day", "days"),
    months: |count| plural(count, "month", "months"),
};

pub const ACTIONS: Actions = Actions {
    apply: "Apply",
    cancel: "Cancel",
    close: "Close",
    copy: "Copy",
    copied: "Copied",
    copy_failed: "The browser refused to copy. Select the text and copy it by hand.",
    retry: "Try again",
    remove: "Remove",
    save: "Save",
    stop: "Stop",
    undo: "Undo",
    clear_filters: "Clear filters",
    explain: |name| format!("How {name} is computed"),
    read_docs: "Read its documentation",
};

pub const STATES: States = States {
    loading: "Loading",
    failed_to_load: |name| format!("{name} could not be loaded"),
    request_id: "Request id",
    offline_title: "The engine can not be reached",
    offline_detail: "Check the connection, then try again. Nothing you typed is lost.",
    part_failed_title: "This page could not be loaded",
    part_failed_detail: "Check the connection, then try again. If the engine was updated meanwhile, reload the app.",
    reload: "Reload the app",
    unreadable_title: "The answer could not be read",
    unreadable_detail: "The app and the engine may be of different versions: reload the page.",
    forbidden_detail: "Your role does not allow this. Ask an admin.",
    retry_after: |seconds| format!("Try again in {}.", plural(seconds, "second", "seconds")),
    try_with_curl: "With an API key, from a terminal:",
    saved: "Saved",
    crashed: "The app has stopped because of a mistake in it. Reload the page to go on; what you were typing is kept.",
};

pub const FORMS: Forms = Forms {
    optional: "optional",
    form_failed: "Some fields need another look.",
    type_to_confirm: |word| format!("Type {word} to confirm"),
    show_password: "Show password",
    hide_password: "Hide password",
    stored_safely: "I have stored it",
};

pub const TABLES: Tables = Tables {
    columns: "Columns",
    export_csv: "CSV",
    export_all: "Export all that match",
    export_read: |count| format!("{} read", plural(count, "row", "rows")),
    export_cut: |most| {
        format!("The file holds the newest {most}. Filter the list to export the others.")
    },
    first_page: "First page",
    previous: "Previous",
    next: "Next",
    sort_by: |name| format!("Sort by {name}"),
    sorted_page: "Sorted within this page; the pages themselves are newest first.",
    shown: |shown, all| {
        format!(
            "{} of {}",
            crate::format::count(shown as i64),
            plural(all as i64, "row", "rows")
        )
    },
    show_all: |all| format!("Show all {}", crate::format::count(all)),
    more_on_server: |all, listed| {
        format!(
            "The engine counts {} and lists the first {}. Narrow the period to see the others.",
            crate::format::count(all),
            crate::format::count(listed as i64)
        )
    },
    find: "Find in the list",
    find_nothing: |typed| format!("No row of this list holds “{typed}”."),
    filter: "Filter",
    filter_hint: "Type, then Enter",
    any: "Any",
    filter_remove: |name| format!("Remove the filter {name}"),
    changed_below: "There is newer data. It is shown once the pointer leaves the list.",
};

pub const CHARTS: Charts = Charts {
    as_table: "Table",
    as_chart: "Chart",
    export: "Export",
    export_failed: "The browser could not draw the picture. Save it as SVG or CSV instead.",
    earlier_marks: |count| format!("{} before these", plural(count, "mark", "marks")),
    keyboard_help: "Use the arrow keys to read the values.",
    time: "Time",
    no_points: "Nothing was recorded in this period.",
    too_few: "One point so far: a line needs two.",
};
