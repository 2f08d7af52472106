//! What the pages for the public have in common: one style, in the colours of the system.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// All style of a page; contrast at least 4.5 in light and in dark.
pub(crate) const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:2rem auto;padding:0 1rem}\
    h1{font-size:1.5rem;line-height:1.25}h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1rem;margin:1rem 0 .25rem}\
    table{border-collapse:collapse}th{font-weight:400;text-align:start;padding:.25rem 1rem .25rem 0}\
    td{font-weight:600;font-variant-numeric:tabular-nums;padding:.25rem 1rem .25rem 0}ul{margin:0;padding-inline-start:1.25rem}\
    li,h2,th{overflow-wrap:anywhere}td{overflow-wrap:break-word}td button{white-space:nowrap}.notice{border:1px solid;border-radius:.375rem;padding:.75rem 1rem}\
    fieldset{border:1px solid;border-radius:.375rem;padding:0 1rem}legend h2{margin:0}\
    input[type=checkbox],input[type=radio]{inline-size:1.25rem;block-size:1.25rem;vertical-align:-.25rem}\
    button{font:inherit;min-height:2.75rem;padding:.5rem 1rem;border-radius:.375rem}";

/// What the content security policy allows of style: this one, by its hash.
static STYLE_HASH: LazyLock<String> =
    LazyLock::new(|| format!("sha256-{}", STANDARD.encode(Sha256::digest(STYLE))));

/// Hash of the style, as a content security policy names it.
pub(crate) fn style_hash() -> &'static str {
    &STYLE_HASH
}
