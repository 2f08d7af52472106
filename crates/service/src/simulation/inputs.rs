//! What people of a simulated platform do beside sharing links, as the bodies that the platform would send.

use futures_util::{StreamExt, TryStreamExt, stream};
use viral_engine_api_types::ParentShareId;
use viral_engine_api_types::activities::CreateActivity;
use viral_engine_api_types::inputs::{
    BULK_MAX, CreateOptOut, CreateParentShare, CreateProgressReel, CreateStudySession,
};
use viral_engine_simulator::{ParentShare, UserIndex, World};

use super::AT_A_TIME;
use crate::activities::create_activities;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::inputs::{
    Items, create_opt_outs, create_parent_shares, create_progress_reels, create_study_sessions,
    record_parent_share_view,
};

/// Sends all inputs of the world.
pub(super) async fn load(context: &Context, world: &World) -> ServiceResult<()> {
    let id = |user: UserIndex| world.users[user.0].external_id.clone();
    let ids = |users: &[UserIndex]| users.iter().map(|&user| id(user)).collect();
    for shares in world.parent_shares.chunks(BULK_MAX) {
        let bodies = shares.iter().map(|share| CreateParentShare {
            parent: id(share.parent),
            student: id(share.student),
            share_data: share.data.clone(),
            shared_at: Some(share.at),
        });
        let sent = create_parent_shares(context, &Caller::system(), items(bodies)).await?;
        let sent = all(sent)?;
        view(
            context,
            shares.iter().zip(sent.into_iter().map(|share| share.id)),
        )
        .await?;
    }
    for reels in world.progress_reels.chunks(BULK_MAX) {
        let bodies = reels.iter().map(|reel| CreateProgressReel {
            student: id(reel.student),
            reel_data: reel.data.clone(),
            created_at: Some(reel.at),
        });
        all(create_progress_reels(context, &Caller::system(), items(bodies)).await?)?;
    }
    for sessions in world.study_sessions.chunks(BULK_MAX) {
        let bodies = sessions.iter().map(|session| CreateStudySession {
            host: id(session.host),
            participants: ids(&session.participants),
            invited: ids(&session.invited),
            started_at: Some(session.at),
        });
        all(create_study_sessions(context, &Caller::system(), items(bodies)).await?)?;
    }
    for opt_outs in world.opt_outs.chunks(BULK_MAX) {
        let bodies = opt_outs.iter().map(|opt_out| CreateOptOut {
            user: id(opt_out.user),
            scope: opt_out.scope.to_owned(),
            at: Some(opt_out.at),
        });
        all(create_opt_outs(context, &Caller::system(), items(bodies)).await?)?;
    }
    for activities in world.activities.chunks(BULK_MAX) {
        let bodies = activities.iter().map(|activity| CreateActivity {
            user: id(activity.user),
            kind: activity.kind.to_owned(),
            at: Some(activity.at),
            properties: None,
        });
        all(create_activities(context, &Caller::system(), items(bodies)).await?)?;
    }
    Ok(())
}

/// Parents look at shares, each at their own time.
async fn view(
    context: &Context,
    shares: impl Iterator<Item = (&ParentShare, ParentShareId)>,
) -> ServiceResult<()> {
    stream::iter(shares)
        .map(|(share, id)| async move {
            for &at in &share.views {
                record_parent_share_view(&context.at(at), &Caller::system(), id).await?;
            }
            Ok(())
        })
        .buffer_unordered(AT_A_TIME)
        .try_collect()
        .await
}

fn items<T>(bodies: impl Iterator<Item = T>) -> Items<T> {
    bodies.map(Ok).collect()
}

fn all<T>(results: Vec<ServiceResult<T>>) -> ServiceResult<Vec<T>> {
    results.into_iter().collect()
}
