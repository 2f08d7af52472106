//! Parts that pages are made of, one a file.

pub mod card;
pub mod confirm;
pub mod copy_button;
pub mod dialog;
pub mod drawer;
pub mod empty;
pub mod error_panel;
pub mod field;
pub mod html_frame;
pub mod icon;
pub mod ignored;
pub mod info_tip;
pub mod menu;
pub mod metric;
pub mod password_field;
mod place;
pub mod remote_view;
pub mod secret;
pub mod select_field;
pub mod skeleton;
pub mod submit;
pub mod table;
pub mod tabs;
pub mod tag;
pub mod text_area;
pub mod time_text;
pub mod toast;
pub mod user_text;

pub use card::{Card, Note, Stat};
pub use confirm::ConfirmDialog;
pub use copy_button::CopyButton;
pub use dialog::Dialog;
pub use drawer::Drawer;
pub use empty::{Empty, EmptyList};
pub use error_panel::{ErrorPanel, error_panel};
pub use field::{Field, FieldControl, TextField};
pub use html_frame::HtmlFrame;
pub use icon::{Icon, icon};
pub use ignored::Ignored;
pub use info_tip::{InfoTip, Metric};
pub use menu::Menu;
pub use password_field::PasswordField;
pub use remote_view::RemoteView;
pub use secret::SecretDialog;
pub use select_field::SelectField;
pub use skeleton::{Shape, Skeleton};
pub use submit::Submit;
pub use table::{
    Column, DataTable, DayEnd, FilterBar, FilterDay, FilterSelect, FilterText, Lead, ServerTable,
    save_items,
};
pub use tabs::{Tab, Tabs};
pub use tag::tag;
pub use text_area::TextArea;
pub use time_text::TimeText;
pub use toast::{Toasts, Tone, use_toasts};
pub use user_text::{user_text, user_text_or_none, user_words};
