//! Taking back: unblocking, and taking the mark of a network away. Both can be undone for 10 s.

use leptos::prelude::*;
use leptos::task::spawn_local;
use viral_engine_api_types::blocks::{Block, CreateBlock};
use viral_engine_api_types::institution_networks::{CreateInstitutionNetwork, InstitutionNetwork};

use crate::api::{ApiResult, use_api};
use crate::components::{Submit, Toasts, use_toasts};
use crate::i18n::text;
use crate::live::use_live;

/// Unblocks; `blocks` grows with every change.
pub fn unblock(blocks: RwSignal<u32>) -> Submit<Block, Block> {
    let (api, toasts) = (use_api(), use_toasts());
    // The page may be gone when the operator undoes; then there is no list to read again.
    let changed = move || {
        let _ = blocks.try_update(|version| *version += 1);
    };
    let submit = Submit::new(
        move |block: Block| async move { api.delete_block(block.id).await.map(|()| block) },
        move |block| {
            changed();
            let again = again(&block);
            let undo = move || {
                let again = again.clone();
                restore(
                    toasts,
                    changed,
                    async move { api.create_block(&again).await },
                );
            };
            toasts.show_with_undo((text().guardrails.blocks.unblocked)(&block.value), undo);
        },
    );
    show_failures(submit, toasts);
    submit
}

/// Takes the mark of a network away.
pub fn unmark() -> Submit<InstitutionNetwork, InstitutionNetwork> {
    let (api, toasts, live) = (use_api(), use_toasts(), use_live());
    let changed = move || live.refresh();
    let submit = Submit::new(
        move |network: InstitutionNetwork| async move {
            api.delete_institution_network(network.id)
                .await
                .map(|()| network)
        },
        move |network| {
            changed();
            let removed = (text().guardrails.networks.removed)(&network.network);
            let again = CreateInstitutionNetwork {
                network: network.network,
                name: network.name,
            };
            let undo = move || {
                let again = again.clone();
                restore(toasts, changed, async move {
                    api.create_institution_network(&again).await
                });
            };
            toasts.show_with_undo(removed, undo);
        },
    );
    show_failures(submit, toasts);
    submit
}

fn restore<T: 'static>(
    toasts: Toasts,
    changed: impl Fn() + 'static,
    create: impl Future<Output = ApiResult<T>> + 'static,
) {
    spawn_local(async move {
        match create.await {
            Ok(_) => changed(),
            Err(error) => toasts.show_error(&error),
        }
    });
}

fn show_failures<T: 'static>(submit: Submit<T, T>, toasts: Toasts) {
    Effect::new(move |_| {
        if let Some(error) = submit.error.get() {
            toasts.show_error(&error);
        }
    });
}

/// The same block once more, for the days that were left.
fn again(block: &Block) -> CreateBlock {
    let left = block
        .expires_at
        .map(|at| (at - crate::browser::now()).num_days().clamp(1, 365) as u32);
    CreateBlock {
        entity: block.entity,
        value: block.value.clone(),
        reason: block.reason.clone(),
        expires_in_days: left,
    }
}
