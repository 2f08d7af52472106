//! The scopes of a request as they are chosen and typed, and where what is wrong with one of them is told.

/// The scopes that need no recipient.
pub const FIXED: [&str; 4] = [
    "core_use",
    "progress_reel_to_parent",
    "invite_friend",
    "public_display",
];

/// Where a scope of a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A box.
    Boxes,
    /// The recipients of disclosures.
    Disclose,
    /// The providers of AI.
    Ai,
}

/// What is chosen and typed, as the API takes it: the boxes first, then the recipients, each once.
pub fn scopes(boxes: &[String], disclose: &str, ai: &str) -> Vec<String> {
    let named = |kind: &'static str, typed: &str| {
        let names = typed.split([' ', ',', ';', '\n', '\t']);
        let names = names.filter(|name| !name.is_empty());
        names
            .map(|name| format!("{kind}:{name}"))
            .collect::<Vec<_>>()
    };
    let chosen = FIXED
        .iter()
        .filter(|scope| boxes.iter().any(|it| it == *scope));
    let mut scopes: Vec<String> = chosen.map(|scope| (*scope).to_owned()).collect();
    for scope in named("disclose", disclose)
        .into_iter()
        .chain(named("ai_processing", ai))
    {
        if !scopes.contains(&scope) {
            scopes.push(scope);
        }
    }
    scopes
}

/// The field that a scope of a request came from.
pub fn place_of(scope: &str) -> Place {
    match scope.split_once(':') {
        Some(("disclose", _)) => Place::Disclose,
        Some(("ai_processing", _)) => Place::Ai,
        _ => Place::Boxes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_and_typed_becomes_scopes() {
        let boxes = ["invite_friend".to_owned(), "core_use".to_owned()];
        assert_eq!(
            scopes(&boxes, " acme, other acme", "tutor-ai"),
            [
                "core_use",
                "invite_friend",
                "disclose:acme",
                "disclose:other",
                "ai_processing:tutor-ai"
            ]
        );
        assert!(scopes(&[], "", " ").is_empty());
    }

    #[test]
    fn a_fault_finds_its_field() {
        assert_eq!(place_of("core_use"), Place::Boxes);
        assert_eq!(place_of("disclose:Acme"), Place::Disclose);
        assert_eq!(place_of("ai_processing:x"), Place::Ai);
    }
}
