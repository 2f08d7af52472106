//! The list of keys.

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use viral_engine_api_types::Page;
use viral_engine_api_types::api_keys::ApiKey;
use viral_engine_api_types::permissions::Permission;

use super::Asked;
use crate::components::{Column, Empty, ServerTable, TimeText, Tone, user_text};
use crate::i18n::text;
use crate::remote::Remote;
use crate::session::use_session;

/// The table.
#[component]
pub fn KeyTable(keys: Remote<Page<ApiKey>>) -> impl IntoView {
    let texts = &text().api_keys;
    view! {
        <ServerTable
            name="api-keys"
            title=text().pages.api_keys.title
            remote=keys
            columns=columns()
            key=|key| format!("{}{:?}{:?}", key.id, key.last_used_at, key.revoked_at)
            find_parameter="find"
            controls=controls
            empty=move || view! { <Empty title=texts.empty_title detail=texts.empty_detail/> }
        />
    }
}

fn columns() -> Vec<Column<ApiKey>> {
    let texts = &text().api_keys;
    vec![
        Column::<ApiKey>::new(
            "name",
            texts.name,
            |key| user_text(&key.name),
            |key| key.name.clone(),
        )
        .sorted(|a, b| a.name.cmp(&b.name)),
        Column::<ApiKey>::new(
            "prefix",
            texts.prefix,
            |key| view! { <code>{key.prefix.clone()} "…"</code> }.into_any(),
            |key| key.prefix.clone(),
        ),
        Column::<ApiKey>::new(
            "scopes",
            texts.scopes,
            |key| view! { <span class="text-xs">{key.scopes.join(", ")}</span> }.into_any(),
            |key| key.scopes.join(" "),
        ),
        Column::<ApiKey>::new("status", texts.status, status, |key| {
            state(key).shown().1.to_owned()
        })
        .sorted(|a, b| state(a).shown().1.cmp(state(b).shown().1)),
        Column::<ApiKey>::new(
            "created",
            texts.created,
            |key| view! { <TimeText at=key.created_at/> }.into_any(),
            |key| key.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
        Column::<ApiKey>::new(
            "expires",
            texts.expires,
            |key| time_or(end(key), text().api_keys.never),
            |key| end(key).map(|at| at.to_rfc3339()).unwrap_or_default(),
        )
        .sorted(|a, b| end(a).cmp(&end(b))),
        Column::<ApiKey>::new(
            "last_used",
            texts.last_used,
            |key| time_or(key.last_used_at, text().api_keys.never),
            |key| {
                key.last_used_at
                    .map(|at| at.to_rfc3339())
                    .unwrap_or_default()
            },
        )
        .sorted(|a, b| a.last_used_at.cmp(&b.last_used_at)),
    ]
}

fn time_or(at: Option<DateTime<Utc>>, none: &'static str) -> AnyView {
    match at {
        Some(at) => view! { <TimeText at/> }.into_any(),
        None => none.into_any(),
    }
}

/// When the key stops working: by its own end, or by the end of the overlap after a rotation.
fn end(key: &ApiKey) -> Option<DateTime<Utc>> {
    [key.expires_at, key.revoked_at].into_iter().flatten().min()
}

/// Where a key is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Active,
    /// It has a successor and works until the overlap ends.
    Ending,
    Expired,
    Revoked,
}

impl State {
    fn of(key: &ApiKey, now: DateTime<Utc>) -> Self {
        let past = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at <= now);
        match key.revoked_at {
            Some(_) if past(key.revoked_at) => Self::Revoked,
            _ if past(key.expires_at) => Self::Expired,
            Some(_) => Self::Ending,
            None => Self::Active,
        }
    }

    /// A successor replaces a key once; a key that has one only ends.
    fn rotates(self) -> bool {
        self == Self::Active
    }

    fn revokes(self) -> bool {
        matches!(self, Self::Active | Self::Ending)
    }

    fn shown(self) -> (Tone, &'static str) {
        let texts = &text().api_keys;
        match self {
            Self::Active => (Tone::Good, texts.active),
            Self::Ending => (Tone::Watch, texts.ending),
            Self::Expired => (Tone::Neutral, texts.expired),
            Self::Revoked => (Tone::Neutral, texts.revoked),
        }
    }
}

fn state(key: &ApiKey) -> State {
    State::of(key, crate::browser::now())
}

fn status(key: &ApiKey) -> AnyView {
    let (tone, word) = state(key).shown();
    view! { <span class=format!("tag {}", tone.class())>{word}</span> }.into_any()
}

fn controls(key: &ApiKey) -> AnyView {
    let (asked, session) = (expect_context::<Asked>(), use_session());
    let texts = &text().api_keys;
    let state = state(key);
    let may_write = move || session.may(Permission::ApiKeysWrite);
    let (for_rotate, for_revoke) = (key.clone(), StoredValue::new(key.clone()));
    let for_rotate = StoredValue::new(for_rotate);
    let (rotate_label, revoke_label) = (
        (texts.rotate_title)(&key.name),
        (texts.revoke_title)(&key.name),
    );
    let labels = StoredValue::new((rotate_label, revoke_label));
    view! {
        <Show when=move || state.rotates() && may_write()>
            <button
                type="button"
                class="btn btn-xs"
                aria-label=labels.with_value(|labels| labels.0.clone())
                on:click=move |_| asked.rotate.set(Some(for_rotate.get_value()))
            >
                {texts.rotate}
            </button>
        </Show>
        <Show when=move || state.revokes() && may_write()>
            <button
                type="button"
                class="btn btn-xs"
                aria-label=labels.with_value(|labels| labels.1.clone())
                on:click=move |_| asked.revoke.set(Some(for_revoke.get_value()))
            >
                {texts.revoke}
            </button>
        </Show>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use viral_engine_api_types::ApiKeyId;

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn key(expires_in: Option<i64>, revoked_in: Option<i64>) -> ApiKey {
        let at = |hours: i64| now() + TimeDelta::hours(hours);
        ApiKey {
            id: ApiKeyId::from(uuid::Uuid::nil()),
            name: "platform".to_owned(),
            prefix: "ve_live_x".to_owned(),
            scopes: Vec::new(),
            created_at: now(),
            expires_at: expires_in.map(at),
            last_used_at: None,
            revoked_at: revoked_in.map(at),
        }
    }

    #[test]
    fn a_rotated_key_can_be_revoked_but_not_rotated_again() {
        let state = State::of(&key(None, Some(24)), now());
        assert_eq!(state, State::Ending);
        assert!(state.revokes() && !state.rotates());
    }

    #[test]
    fn a_key_that_has_ended_offers_nothing() {
        for ended in [
            key(Some(-1), None),
            key(None, Some(-1)),
            key(Some(-1), Some(1)),
        ] {
            let state = State::of(&ended, now());
            assert!(!state.revokes() && !state.rotates(), "{state:?}");
        }
    }

    #[test]
    fn a_key_ends_by_whichever_comes_first() {
        assert_eq!(
            end(&key(Some(100), Some(24))),
            Some(now() + TimeDelta::hours(24))
        );
        assert_eq!(
            end(&key(Some(2), Some(24))),
            Some(now() + TimeDelta::hours(2))
        );
        assert_eq!(end(&key(None, None)), None);
    }
}
