//! Icons as strokes on a 24 px grid; they take the colour of the text. Always beside words or a label, so they
//! are hidden from screen readers.

use leptos::prelude::*;

/// The icons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Alert,
    Archive,
    ArrowDown,
    ArrowUp,
    Audit,
    Bell,
    Calendar,
    Chart,
    Check,
    ChevronDown,
    Clock,
    Close,
    Columns,
    Consent,
    Copy,
    Download,
    External,
    Filter,
    Flag,
    Funnel,
    Globe,
    Info,
    Jobs,
    Key,
    Link,
    Mail,
    Menu,
    Minus,
    Moon,
    Notice,
    People,
    Person,
    Refresh,
    Report,
    Search,
    Shield,
    Signature,
    SignOut,
    Sliders,
    Spread,
    Star,
    Sun,
    System,
    Table,
    Webhook,
}

impl Icon {
    fn strokes(self) -> &'static str {
        match self {
            Self::Alert => "M12 3 2.5 20h19L12 3Zm0 7v4m0 3v.01",
            Self::Archive => "M3 4h18v5H3V4Zm2 5v11h14V9m-9 4h4",
            Self::ArrowDown => "M12 5v14m-6-6 6 6 6-6",
            Self::ArrowUp => "M12 19V5M6 11l6-6 6 6",
            Self::Audit => "M6 3h9l4 4v14H6V3Zm3 10 2.5 2.5L15 11",
            Self::Bell => "M6 10a6 6 0 1 1 12 0c0 5 2 6 2 7H4c0-1 2-2 2-7Zm4 10a2 2 0 0 0 4 0",
            Self::Calendar => "M4 6h16v14H4V6Zm0 5h16M8 3v5m8-5v5",
            Self::Chart => "M4 4v16h16M8 16v-5m4 5V8m4 8v-3",
            Self::Check => "m5 12 5 5 9-10",
            Self::ChevronDown => "m6 9 6 6 6-6",
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 4v5l3 2",
            Self::Close => "M6 6l12 12M18 6 6 18",
            Self::Columns => "M4 5h16v14H4V5Zm5.5 0v14m5-14v14",
            Self::Consent => {
                "M10 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 10c0-4.500 3.500-7 8-7 1.300 0 2.400.200 3.500.600M15 18l2.500 2.500L22 16"
            }
            Self::Copy => "M9 9h11v11H9V9Zm-4 6H4V4h11v1",
            Self::Download => "M12 4v11m-5-4 5 5 5-5M5 20h14",
            Self::External => "M14 4h6v6m0-6-9 9M10 5H5v14h14v-5",
            Self::Filter => "M4 6h16M7 12h10m-7 6h4",
            Self::Flag => "M5 21V4h11l-2 4 2 4H5",
            Self::Funnel => "M3 5h18l-7 8v6l-4 2v-8L3 5Z",
            Self::Globe => {
                "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm-9 9h18M12 3c3 3 3 15 0 18-3-3-3-15 0-18Z"
            }
            Self::Info => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 8v5m0-8v.01",
            Self::Jobs => "M12 3 3 8l9 5 9-5-9-5ZM3 12.500l9 5 9-5M3 17l9 5 9-5",
            Self::Key => {
                "M7.5 20a4.500 4.500 0 1 0 0-9 4.500 4.500 0 0 0 0 9Zm3.200-7.700L20 3m-3.500 3.500 3 3M14 9l2 2"
            }
            Self::Link => {
                "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1m2 4a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1"
            }
            Self::Mail => "M3 5h18v14H3V5Zm0 1 9 7 9-7",
            Self::Menu => "M4 6h16M4 12h16M4 18h16",
            Self::Minus => "M5 12h14",
            Self::Moon => "M20 14A8 8 0 1 1 10 4a6.5 6.5 0 0 0 10 10Z",
            Self::Notice => "M4 4h16v12h-8l-4 4v-4H4V4Zm4 4h8m-8 4h5",
            Self::People => {
                "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Zm-6 9c0-4 2.5-6 6-6s6 2 6 6m1-9a3 3 0 1 0-1-5.8M17 14c2.500.5 4 2.500 4 6"
            }
            Self::Person => {
                "M12 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-8 10c0-4.500 3.500-7 8-7s8 2.500 8 7"
            }
            Self::Refresh => "M20 5v5h-5m5 0a8 8 0 1 0 .5 4",
            Self::Report => "M6 3h9l4 4v14H6V3Zm8 0v5h5M9 12h6m-6 4h6",
            Self::Search => "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 5 5",
            Self::Shield => "M12 3 4 6v6c0 5 3.500 8 8 9 4.500-1 8-4 8-9V6l-8-3Zm-3 9 2 2 4-4",
            Self::Signature => "M3 20h18M4 16c3-1 6-11 8-11s-2 11 0 11 2-5 4-5 0 4 4 4",
            Self::SignOut => "M10 4H5v16h5m4-12 4 4-4 4m4-4H9",
            Self::Sliders => "M4 7h9m4 0h3M4 17h3m4 0h9M15 5v4M9 15v4",
            Self::Spread => {
                "M6 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Zm12-6a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5Zm0 13a2.500 2.500 0 1 0 0 5 2.500 2.500 0 0 0 0-5ZM8.700 10.500l7-3.700m-7 6.700 7 3.700"
            }
            Self::Star => {
                "m12 4 2.500 5.300 5.700.7-4.200 4 1.100 5.800L12 17l-5.100 2.800L8 14l-4.200-4 5.700-.7L12 4Z"
            }
            Self::Sun => {
                "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8Zm0-5v2m0 14v2M3 12h2m14 0h2M5.600 5.600 7 7m10 10 1.400 1.400m0-12.800L17 7M7 17l-1.400 1.400"
            }
            Self::System => "M3 5h18v11H3V5Zm6 15h6m-3-4v4",
            Self::Table => "M4 5h16v14H4V5Zm0 5h16M4 14.500h16M10 10v9",
            Self::Webhook => {
                "M9 8a3 3 0 1 1 5 2l3 5m-8 2h6m0 0a3 3 0 1 0 3-3M12 8l-3 6a3 3 0 1 0 0 3"
            }
        }
    }
}

/// An icon of 16 px.
pub fn icon(which: Icon) -> impl IntoView {
    view! {
        <svg
            width="16"
            height="16"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            class="shrink-0"
        >
            <path d=which.strokes()></path>
        </svg>
    }
}
