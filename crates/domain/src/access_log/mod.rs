//! Access logs of web servers, so that the clicks of a time before the engine can be imported.
//!
//! One line of the combined format (Apache `combined`, nginx `combined`) is read at a time:
//!
//! ```text
//! 203.0.113.9 - - [17/May/2015:10:05:03 +0000] "GET /l/abc HTTP/1.1" 302 0 "-" "Mozilla/5.0 …"
//! ```
//!
//! Lines come from outside and are not to be trusted: each byte is looked at a fixed number of times, long lines
//! are refused unread, and whatever is not exactly such a line is refused for a reason that can be counted.

mod line;
mod scan;

pub use line::{MAX_LINE_BYTES, ParsedLine, RefusedLine, parse_line};
