//! Texts that every page uses.

use super::{Around, Counted, Text};

/// Durations and distances in time.
pub struct TimeWords {
    pub just_now: Text,
    pub ago: Around,
    pub ahead: Around,
    pub seconds: Counted,
    pub minutes: Counted,
    pub hours: Counted,
    pub days: Counted,
    pub months: Counted,
}

/// Words on buttons.
pub struct Actions {
    pub apply: Text,
    pub cancel: Text,
    pub close: Text,
    pub copy: Text,
    pub copied: Text,
    pub copy_failed: Text,
    pub retry: Text,
    pub remove: Text,
    pub save: Text,
    pub stop: Text,
    pub undo: Text,
    pub clear_filters: Text,
    pub explain: Around,
    pub read_docs: Text,
}

/// Loading, empty, failed.
pub struct States {
    pub loading: Text,
    pub failed_to_load: Around,
    pub request_id: Text,
    pub offline_title: Text,
    pub offline_detail: Text,
    pub part_failed_title: Text,
    pub part_failed_detail: Text,
    pub reload: Text,
    pub unreadable_title: Text,
    pub unreadable_detail: Text,
    pub forbidden_detail: Text,
    pub retry_after: Counted,
    pub try_with_curl: Text,
    pub saved: Text,
    pub crashed: Text,
}

/// Forms and confirmations.
pub struct Forms {
    pub optional: Text,
    pub form_failed: Text,
    pub type_to_confirm: Around,
    pub show_password: Text,
    pub hide_password: Text,
    pub stored_safely: Text,
}

/// Tables, their filters and pages.
pub struct Tables {
    pub columns: Text,
    pub export_csv: Text,
    pub export_all: Text,
    pub export_read: Counted,
    pub export_cut: Around,
    pub first_page: Text,
    pub previous: Text,
    pub next: Text,
    pub sort_by: Around,
    pub sorted_page: Text,
    pub shown: fn(usize, usize) -> String,
    pub show_all: Counted,
    pub more_on_server: fn(i64, usize) -> String,
    pub find: Text,
    pub find_nothing: Around,
    pub filter: Text,
    pub filter_hint: Text,
    pub any: Text,
    pub filter_remove: Around,
    pub changed_below: Text,
}

/// Charts.
pub struct Charts {
    pub as_table: Text,
    pub as_chart: Text,
    pub export: Text,
    pub export_failed: Text,
    pub keyboard_help: Text,
    pub earlier_marks: Counted,
    pub time: Text,
    pub no_points: Text,
    pub too_few: Text,
}
