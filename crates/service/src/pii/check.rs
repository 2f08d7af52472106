//! What a call may hold.

use viral_engine_api_types::pii::{MOST_BYTES, MOST_ITEMS, PiiItem, PiiItems};
use viral_engine_api_types::{FieldError, external_id};

use crate::error::{ServiceError, ServiceResult};

const MOST_ID: usize = 200;

/// Checks a call.
///
/// # Errors
/// Every fault.
pub(super) fn check(body: &PiiItems) -> ServiceResult<()> {
    let mut faults = Vec::new();
    if !(1..=MOST_ITEMS).contains(&body.items.len()) {
        let detail = format!("Give 1 to {MOST_ITEMS} items.");
        faults.push(FieldError::new("/items", "length", detail));
    }
    for (index, item) in body.items.iter().enumerate().take(MOST_ITEMS) {
        let pointer = format!("/items/{index}");
        faults.extend(fault_of(item).map(|(field, code, detail)| {
            FieldError::new(format!("{pointer}{field}"), code, detail)
        }));
    }
    if let Some(subject) = &body.subject
        && let Err(error) = external_id::check(subject)
    {
        let detail = error.message.unwrap_or_default();
        faults.push(FieldError::new("/subject", error.code, detail));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::Invalid(faults))
    }
}

/// Field, code and sentence of what is wrong with an item.
fn fault_of(item: &PiiItem) -> Option<(&'static str, &'static str, &'static str)> {
    let bytes = match (&item.text, &item.json) {
        (Some(text), None) => text.len(),
        (None, Some(json)) => json.to_string().len(),
        _ => return Some(("", "text_or_json", "Give either text or json.")),
    };
    if !(1..=MOST_ID).contains(&item.id.chars().count()) {
        return Some(("/id", "length", "Give 1 to 200 characters."));
    }
    let field = if item.text.is_some() {
        "/text"
    } else {
        "/json"
    };
    (bytes > MOST_BYTES).then_some((field, "too_large", "Give at most 1 MiB."))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn item(id: &str, text: Option<&str>, json: Option<serde_json::Value>) -> PiiItem {
        PiiItem {
            id: id.to_owned(),
            text: text.map(str::to_owned),
            json,
        }
    }

    fn pointers(items: Vec<PiiItem>, subject: Option<&str>) -> Vec<String> {
        let body = PiiItems {
            items,
            subject: subject.map(str::to_owned),
        };
        match check(&body) {
            Err(ServiceError::Invalid(faults)) => {
                faults.into_iter().map(|fault| fault.pointer).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn an_item_is_a_text_or_a_document() {
        let sound = vec![item("a", Some(""), None), item("b", None, Some(json!({})))];
        assert_eq!(pointers(sound, None), Vec::<String>::new());
        let faulty = vec![
            item("a", None, None),
            item("b", Some("x"), Some(json!(1))),
            item("", Some("x"), None),
        ];
        assert_eq!(
            pointers(faulty, Some("")),
            ["/items/0", "/items/1", "/items/2/id", "/subject"]
        );
    }

    #[test]
    fn a_call_and_its_items_have_a_size() {
        assert_eq!(pointers(Vec::new(), None), ["/items"]);
        let most = vec![item("a", Some("x"), None); MOST_ITEMS];
        assert_eq!(pointers(most.clone(), None), Vec::<String>::new());
        let more = [most, vec![item("a", Some("x"), None)]].concat();
        assert_eq!(pointers(more, None), ["/items"]);
        let long = "x".repeat(MOST_BYTES + 1);
        assert_eq!(
            pointers(vec![item("a", Some(&long), None)], None),
            ["/items/0/text"]
        );
    }
}
