//! Minting links, one or many: each succeeds or fails on its own.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::links::{CreateLink, Link};
use viral_engine_db::data_version;
use viral_engine_db::inputs::{InputDay, InputKind, add_input_days};
use viral_engine_db::links::{LinkRow, LinkTotals, insert_links};
use viral_engine_domain::links::{Alias, LinkToken, Target};

use super::answer::answer;
use super::gate::{Invites, hold_invites, may_invite};
use super::signed;
use super::words::Words;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::entropy::Entropy;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{self, KnownUser, Redactor, Subjects};
use crate::validation::{is_slug, validate};

/// Campaign of a link that names none.
const DEFAULT_CAMPAIGN: &str = "organic";
/// Days until a link expires that does not say.
const DEFAULT_DAYS: u32 = 30;
/// Most bytes of `metadata` as JSON.
const METADATA_BYTES: usize = 4096;
/// The wish for a random alias.
const ANY_ALIAS: &str = "auto";

/// Mints a link.
///
/// # Errors
/// Fields at fault; the gate's reason for a child, or a user of unknown age, without a guardian's consent; a conflict when
/// the alias is taken.
pub async fn create_link(
    context: &Context,
    caller: &Caller,
    body: CreateLink,
) -> ServiceResult<Link> {
    let mut minted = mint(
        context,
        caller,
        "create_link",
        vec![Ok((body, String::new()))],
    )
    .await?;
    minted
        .pop()
        .unwrap_or_else(|| Err(ServiceError::Internal("a link without a result".to_owned())))
}

/// Mints links. `bodies` are items that could be read, or why not; pointers of field errors begin with
/// `/links/<index>`.
///
/// # Errors
/// When the database refuses all of it.
pub async fn create_links(
    context: &Context,
    caller: &Caller,
    bodies: Vec<ServiceResult<CreateLink>>,
) -> ServiceResult<Vec<ServiceResult<Link>>> {
    let bodies = bodies
        .into_iter()
        .enumerate()
        .map(|(index, body)| body.map(|body| (body, format!("/links/{index}"))))
        .collect();
    mint(context, caller, "create_links", bodies).await
}

/// A link that may be minted, once its referrer is known to be old enough.
struct Draft {
    referrer: String,
    row: LinkRow,
    pointer: String,
}

type Bodies = Vec<ServiceResult<(CreateLink, String)>>;

async fn mint(
    context: &Context,
    caller: &Caller,
    action: &'static str,
    bodies: Bodies,
) -> ServiceResult<Vec<ServiceResult<Link>>> {
    let now = context.now();
    let mut entropy = Entropy::default();
    let mut drafts = Vec::with_capacity(bodies.len());
    for body in bodies {
        drafts.push(match body {
            Ok((body, pointer)) => draft(context, body, pointer, now, &mut entropy),
            Err(error) => Err(error),
        });
    }
    let mut conn = context.connection().await?;
    let names = drafts.iter().flatten().map(|draft| draft.referrer.as_str());
    let referrers = users::resolve(&mut conn, names).await?;
    let known: Vec<KnownUser> = referrers.values().copied().collect();
    let subjects = Subjects::load(&mut conn, context, referrers.keys().map(String::as_str)).await?;
    // The gate may need a connection: whoever waits for one holds none.
    drop(conn);
    let invites = may_invite(context, &known).await?;
    let mut drafts: Vec<ServiceResult<Draft>> = drafts
        .into_iter()
        .map(|draft| {
            let draft = sign(context, draft?, &referrers, &invites)?;
            let redactor = subjects.about([draft.referrer.as_str()])?;
            let faults = Words::of(&draft.row).faults(&draft.pointer, &redactor);
            match faults.is_empty() {
                true => Ok(draft),
                false => Err(ServiceError::Invalid(faults)),
            }
        })
        .collect();
    let mut conn = context.connection().await?;
    let stored = conn
        .transaction(async |conn| store(conn, context, caller, action, &mut drafts, now).await)
        .await?;
    if !stored.is_empty() {
        data_version::bump(&mut conn).await?;
    }
    Ok(drafts
        .drain(..)
        .map(|draft| {
            let draft = draft?;
            if !stored.contains(&draft.row.id) {
                return Err(alias_taken(&draft));
            }
            answer(
                context,
                draft.row,
                draft.referrer,
                LinkTotals::default(),
                now,
            )
        })
        .collect())
}

fn alias_taken(draft: &Draft) -> ServiceError {
    ServiceError::Conflict(match draft.pointer.as_str() {
        "" => "this alias is taken: choose another".to_owned(),
        pointer => format!("the alias at {pointer}/alias is taken: choose another"),
    })
}

/// Checks a body. Its row lacks what depends on the referrer: id and signature.
fn draft(
    context: &Context,
    body: CreateLink,
    pointer: String,
    now: DateTime<Utc>,
    entropy: &mut Entropy,
) -> ServiceResult<Draft> {
    validate(&body, &pointer)?;
    let mut faults = Vec::new();
    let mut fault = |field: &str, code: &str, detail: String| {
        faults.push(FieldError::new(format!("{pointer}/{field}"), code, detail));
    };
    let campaign = body.campaign.unwrap_or_else(|| DEFAULT_CAMPAIGN.to_owned());
    let slugs = [
        ("source", Some(&body.source)),
        ("campaign", Some(&campaign)),
        ("utm_medium", body.utm_medium.as_ref()),
    ];
    for (field, slug) in slugs {
        if slug.is_some_and(|slug| !is_slug(slug)) {
            let detail = "Use a-z, 0-9, _ and -, beginning with a letter or digit.";
            fault(field, "not_a_slug", detail.to_owned());
        }
    }
    let target = match context.config.targets.check(&body.target_url) {
        Ok(target) => Some(target),
        Err(error) => {
            fault("target_url", error.code(), error.to_string());
            None
        }
    };
    let alias = match alias(body.alias.as_deref(), entropy) {
        Ok(alias) => alias,
        Err(AliasFault { code, detail }) => {
            fault("alias", code, detail);
            None
        }
    };
    let metadata = Value::Object(body.metadata.unwrap_or_default());
    let is_too_large = metadata.to_string().len() > METADATA_BYTES;
    if is_too_large {
        let detail = "Give at most 4 KiB of JSON.";
        fault("metadata", "too_large", detail.to_owned());
    }
    let words = Words {
        source: &body.source,
        campaign: &campaign,
        utm_medium: body.utm_medium.as_deref(),
        target_url: target.as_ref().map(Target::as_str),
        alias: alias.as_deref(),
        metadata: if is_too_large {
            &Value::Null
        } else {
            &metadata
        },
    };
    faults.extend(words.faults(&pointer, &Redactor::of_anybody()));
    let Some(target) = target.filter(|_| faults.is_empty()) else {
        return Err(ServiceError::Invalid(faults));
    };
    let days = body.expires_in_days.unwrap_or(DEFAULT_DAYS);
    Ok(Draft {
        referrer: body.referrer,
        pointer,
        row: LinkRow {
            id: Uuid::now_v7(),
            token: LinkToken::from_random(entropy.draw()?).to_string(),
            alias,
            referrer_id: Uuid::nil(),
            source: body.source,
            target_url: target.as_str().to_owned(),
            channel: body.channel.as_str().to_owned(),
            campaign,
            utm_medium: body.utm_medium,
            metadata,
            max_clicks: body.max_clicks,
            signature: String::new(),
            created_at: now,
            expires_at: now + TimeDelta::days(i64::from(days)),
            disabled_at: None,
            exhausted_at: None,
            first_clicked_at: None,
            version: 1,
        },
    })
}

struct AliasFault {
    code: &'static str,
    detail: String,
}

fn alias(wish: Option<&str>, entropy: &mut Entropy) -> Result<Option<String>, AliasFault> {
    let Some(wish) = wish else { return Ok(None) };
    if wish == ANY_ALIAS {
        // Three in ten million names are bare numbers, and so asked for again.
        let minted = (0..8).find_map(|_| Alias::mint(&entropy.draw::<48>().ok()?));
        return match minted {
            Some(alias) => Ok(Some(alias.as_str().to_owned())),
            None => Err(AliasFault {
                code: "alias_not_minted",
                detail: "No alias could be made; try again.".to_owned(),
            }),
        };
    }
    let alias = Alias::wish(wish).map_err(|error| AliasFault {
        code: error.code(),
        detail: error.to_string(),
    })?;
    Ok(Some(alias.as_str().to_owned()))
}

fn sign(
    context: &Context,
    mut draft: Draft,
    referrers: &HashMap<String, KnownUser>,
    invites: &Invites,
) -> ServiceResult<Draft> {
    let referrer = referrers.get(&draft.referrer);
    invites.require(&draft.referrer, referrer)?;
    if let Some(referrer) = referrer {
        draft.row.referrer_id = referrer.id.0;
        if draft.row.alias.is_some() && referrer.age_band.is_child() {
            let detail = "A child's link has no alias: leave it out.";
            let pointer = format!("{}/alias", draft.pointer);
            return Err(ServiceError::field(pointer, "alias_of_a_child", detail));
        }
    }
    draft.row.signature = signed::sign(&draft.row, &context.keys.links)?;
    Ok(draft)
}

/// Stores the drafts; answers the ids of those whose alias was free. A draft whose referrer may not share it any more fails.
async fn store(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    action: &'static str,
    drafts: &mut [ServiceResult<Draft>],
    now: DateTime<Utc>,
) -> ServiceResult<HashSet<Uuid>> {
    let referrers: BTreeSet<Uuid> = drafts.iter().flatten().map(|d| d.row.referrer_id).collect();
    let referrers: Vec<Uuid> = referrers.into_iter().collect();
    let invites = hold_invites(conn, &referrers).await?;
    for draft in drafts.iter_mut() {
        if let Ok(one) = draft
            && let Err(reason) = invites.require(&one.referrer, one.row.referrer_id)
        {
            *draft = Err(reason);
        }
    }
    let rows: Vec<LinkRow> = drafts.iter().flatten().map(|d| d.row.clone()).collect();
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let stored: HashSet<Uuid> = insert_links(conn, &rows).await?.into_iter().collect();
    if stored.is_empty() {
        return Ok(stored);
    }
    let objects: Vec<(String, Value)> = drafts
        .iter()
        .flatten()
        .filter(|draft| stored.contains(&draft.row.id))
        .map(|draft| (draft.row.id.to_string(), changes(draft)))
        .collect();
    audit::record_each(conn, context, caller, action, "link", &objects).await?;
    let day = InputDay {
        day: now.date_naive(),
        kind: InputKind::Link,
        total: i64::try_from(stored.len()).unwrap_or(i64::MAX),
        flagged: 0,
        weight: 0,
    };
    add_input_days(conn, &[day]).await?;
    Ok(stored)
}

/// Neither its words nor where it leads nor who shares it, which may tell of a person: the trail outlives people.
fn changes(draft: &Draft) -> Value {
    json!({ "expires_at": draft.row.expires_at })
}
