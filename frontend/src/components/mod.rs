//! Parts that pages are made of, one a file.

pub mod card;
pub mod confirm;
pub mod copy_button;
pub mod dialog;
pub mod drawer;
pub mod empty;
pub mod error_panel;
pub mod field;
pub mod icon;
pub mod info_tip;
pub mod menu;
pub mod remote_view;
pub mod skeleton;
pub mod submit;
pub mod table;
pub mod tabs;
pub mod time_text;
pub mod toast;

pub use card::{Card, Note, Stat};
pub use confirm::ConfirmDialog;
pub use copy_button::CopyButton;
pub use dialog::Dialog;
pub use drawer::Drawer;
pub use empty::Empty;
pub use error_panel::{ErrorPanel, error_panel};
pub use field::{Field, FieldControl, TextField};
pub use icon::{Icon, icon};
pub use info_tip::{InfoTip, Metric};
pub use menu::Menu;
pub use remote_view::RemoteView;
pub use skeleton::Skeleton;
pub use submit::Submit;
pub use table::{Column, DataTable, FilterBar, FilterSelect, FilterText, ServerTable};
pub use tabs::{Tab, Tabs};
pub use time_text::TimeText;
pub use toast::{Toasts, Tone, use_toasts};
