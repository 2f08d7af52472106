//! What an operator does about a finding: block a device or network, or mark a network as an institution's. One
//! dialog each, wherever its button is.

mod block;
mod blocked;
mod lift;
mod mark;

use leptos::prelude::*;
use viral_engine_api_types::blocks::{Block, BlockEntity};
use viral_engine_api_types::institution_networks::InstitutionNetwork;
use viral_engine_api_types::permissions::Permission;

use crate::components::{Submit, Tone, tag};
use crate::i18n::text;
use crate::session::use_session;

use block::BlockDialog;
use mark::MarkDialog;

/// What is being done on this page.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What is about to be blocked.
    pub blocking: RwSignal<Option<(BlockEntity, String)>>,
    /// The network that is about to be marked; empty when the operator types it.
    pub marking: RwSignal<Option<String>>,
    /// Grows when something was blocked or unblocked.
    pub blocks: RwSignal<u32>,
    /// What is blocked.
    blocked: Signal<Vec<Block>>,
    /// Unblocks.
    pub unblock: Submit<Block, Block>,
    /// Takes the mark of a network away.
    pub unmark: Submit<InstitutionNetwork, InstitutionNetwork>,
}

/// Room for pages that show findings.
#[component]
pub fn SafetyDesk(children: Children) -> impl IntoView {
    let blocks = RwSignal::new(0);
    let desk = Desk {
        blocking: RwSignal::new(None),
        marking: RwSignal::new(None),
        blocks,
        blocked: blocked::blocked(blocks),
        unblock: lift::unblock(blocks),
        unmark: lift::unmark(),
    };
    provide_context(desk);
    view! {
        {children()}
        <BlockDialog desk/>
        <MarkDialog desk/>
    }
}

/// Buttons for a network: block it, or mark it as an institution's.
pub fn network_controls(network: Option<&str>) -> AnyView {
    let Some(network) = network.map(str::to_owned) else {
        return ().into_any();
    };
    view! { <BlockButton entity=BlockEntity::Network value=network.clone()/> <MarkButton network/> }
        .into_any()
}

/// Blocks a device or a network; says so when it is blocked already.
#[component]
pub fn BlockButton(entity: BlockEntity, value: String) -> impl IntoView {
    let (desk, session) = (expect_context::<Desk>(), use_session());
    let value = StoredValue::new(value);
    let is_blocked = move || {
        desk.blocked
            .with(|blocks| value.with_value(|value| blocked::is_blocked(blocks, entity, value)))
    };
    view! {
        <Show when=is_blocked>{tag(Tone::Neutral, text().guardrails.blocks.is_blocked)}</Show>
        <Show when=move || session.may(Permission::BlocksWrite) && !is_blocked()>
            <button
                type="button"
                class="btn btn-xs"
                on:click=move |_| desk.blocking.set(Some((entity, value.get_value())))
            >
                {text().guardrails.blocks.block}
            </button>
        </Show>
    }
}

/// Marks a network as an institution's.
#[component]
pub fn MarkButton(network: String) -> impl IntoView {
    let (desk, session) = (expect_context::<Desk>(), use_session());
    let network = StoredValue::new(network);
    view! {
        <Show when=move || session.may(Permission::NetworksWrite)>
            <button type="button" class="btn btn-xs" on:click=move |_| desk.marking.set(Some(network.get_value()))>
                {text().guardrails.networks.mark}
            </button>
        </Show>
    }
}
