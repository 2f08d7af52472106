//! Whether anybody changed the trail: how long it is, what its heads are checked with, and the button that looks.

use leptos::prelude::*;
use viral_engine_api_types::audit::{AuditFinding, AuditTrail, AuditVerification};

use crate::api::audit::AUDIT_EXPORT;
use crate::api::{Api, ApiResult, use_api};
use crate::components::{
    Card, Icon, Metric, RemoteView, Submit, TimeText, icon, use_toasts, user_words,
};
use crate::format::count;
use crate::i18n::text;
use crate::pulse::steady;
use crate::remote::Remote;

/// What was verified so far.
#[derive(Clone, Debug, Default, PartialEq)]
struct Verified {
    leaves: i64,
    pruned: i64,
    heads: i64,
    size: i64,
    findings: Vec<AuditFinding>,
    findings_total: i64,
    done: bool,
}

impl Verified {
    fn add(&mut self, part: AuditVerification) {
        self.leaves += part.leaves;
        self.pruned += part.pruned;
        self.heads += part.heads_held;
        self.size = part.tree_size;
        self.findings.extend(part.findings);
        self.findings_total += part.findings_total;
        self.done = part.next_seq.is_none();
    }
}

/// The card.
#[component]
pub fn Proof(signed: RwSignal<u32>) -> impl IntoView {
    let api = use_api();
    let words = &text().audit;
    let beat = steady();
    let remote = Remote::new(|| (), move |()| async move { api.get_audit_trail().await })
        .reload_on(move || (beat.get(), signed.get()));
    let metric = Metric::new(words.proof, words.proof_help).docs("audit/verify_audit_trail");
    view! {
        <Card title=words.proof metric=metric>
            <RemoteView remote name=words.proof lines=4 let:trail>
                <Facts trail/>
            </RemoteView>
            <Verify/>
        </Card>
    }
}

#[component]
fn Facts(trail: Signal<AuditTrail>) -> impl IntoView {
    let words = &text().audit;
    let head = move || {
        trail.with(|it| it.last_head.clone()).map_or_else(
            || words.no_head.into_any(),
            |head| {
                let of_size = (words.head_of)(&count(head.tree_size));
                view! { {of_size} ", " <TimeText at=head.made_at/> }.into_any()
            },
        )
    };
    let key = move || trail.with(|it| it.public_keys.first().cloned().unwrap_or_default());
    view! {
        <dl class="facts">
            <dt>{words.size}</dt> <dd class="num">{move || trail.with(|it| count(it.tree_size))}</dd>
            <dt>{words.unsealed}</dt> <dd class="num">{move || trail.with(|it| count(it.unsealed))}</dd>
            <dt>{words.last_head}</dt> <dd>{head}</dd>
            <dt>{words.public_key}</dt> <dd><code class="break-all">{key}</code></dd>
            <dt>{words.retention}</dt>
            <dd>{move || trail.with(|it| (words.days)(it.retention_days.into()))}</dd>
        </dl>
    }
}

#[component]
fn Verify() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let words = &text().audit;
    let verified = RwSignal::new(None::<Verified>);
    let verify = Submit::new(move |()| verify_all(api, verified), |()| {});
    Effect::new(move |_| {
        if let Some(error) = verify.error.get() {
            verified.set(None);
            toasts.show_error(&error);
        }
    });
    view! {
        <div class="flex flex-wrap gap-2">
            <button
                type="button"
                class="btn btn-primary btn-sm"
                disabled=move || verify.pending.get()
                on:click=move |_| verify.run(())
            >
                {words.verify}
            </button>
            <a class="btn btn-sm" href=AUDIT_EXPORT download="audit.ndjson">{words.export}</a>
        </div>
        <div aria-live="polite">{move || verified.get().map(|it| outcome(&it))}</div>
    }
}

/// Verifies part by part, and says after each how far it is.
async fn verify_all(api: Api, verified: RwSignal<Option<Verified>>) -> ApiResult<()> {
    verified.set(Some(Verified::default()));
    let mut next = Some(0);
    while let Some(from) = next {
        let part = api.verify_audit_trail(from).await?;
        next = part.next_seq;
        let add = |it: &mut Option<Verified>| it.get_or_insert_default().add(part);
        if verified.try_update(add).is_none() {
            // Whoever left the page does not wait for the rest.
            break;
        }
    }
    Ok(())
}

fn outcome(verified: &Verified) -> AnyView {
    let words = &text().audit;
    if !verified.done {
        let of = (words.verified_of)(&count(verified.leaves), &count(verified.size));
        return view! {
            <div class="flex flex-col gap-1">
                <progress
                    class="progress progress-primary w-full"
                    aria-label=words.verifying
                    max=verified.size.max(1).to_string()
                    value=verified.leaves.to_string()
                ></progress>
                <p class="text-muted num">{of}</p>
            </div>
        }
        .into_any();
    }
    let extent = (words.extent)(
        &count(verified.leaves),
        &count(verified.pruned),
        &count(verified.heads),
    );
    let (tone, shape, title) = match verified.findings_total {
        0 => ("good", Icon::Check, words.intact.to_owned()),
        found => ("bad", Icon::Alert, (words.tampered)(found)),
    };
    view! {
        <div class="notice" data-tone=tone>
            <p class="font-semibold flex items-center gap-2">{icon(shape)} {title}</p>
            <p class="num">{extent}</p>
            {(!verified.findings.is_empty()).then(|| findings(&verified.findings))}
        </div>
    }
    .into_any()
}

fn findings(findings: &[AuditFinding]) -> impl IntoView + use<> {
    let words = &text().audit;
    let place = |finding: &AuditFinding| match (finding.seq, finding.to_seq, finding.head) {
        (Some(from), Some(to), _) => (words.at_seqs)(&count(from), &count(to)),
        (Some(seq), None, _) => (words.at_seq)(&count(seq)),
        (None, _, Some(head)) => (words.at_head)(&count(head)),
        (None, _, None) => finding
            .entry_id
            .map(|id| id.to_string())
            .unwrap_or_default(),
    };
    let line = |finding: &AuditFinding| {
        view! {
            <li>
                <span class="font-medium">{place(finding)}</span> " "
                <code>{finding.fault.clone()}</code> ": " {user_words(&finding.detail)}
            </li>
        }
    };
    view! { <ul class="list-disc ps-5" aria-label=words.findings>{findings.iter().map(line).collect_view()}</ul> }
}
