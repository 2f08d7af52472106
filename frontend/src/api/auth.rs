//! Signing in and out, sessions, set-up.

use viral_engine_api_types::SessionId;
use viral_engine_api_types::auth::{
    ChangePassword, CompleteSetup, InspectSetup, Login, Me, SessionList, SetupInfo, UpdateMe,
};

use super::client::Api;
use super::error::ApiResult;
use crate::router::Query;

impl Api {
    /// Signs in; the tokens arrive as cookies.
    pub async fn login(&self, login: &Login) -> ApiResult<Me> {
        self.act("/v1/auth/login", login).await
    }

    /// Signs out.
    pub async fn logout(&self) -> ApiResult<()> {
        self.act_bare("/v1/auth/logout").await
    }

    /// Who is signed in.
    pub async fn get_me(&self) -> ApiResult<Me> {
        self.get("/v1/auth/me", &Query::new()).await
    }

    /// Changes the operator's own preferences.
    pub async fn update_me(&self, update: &UpdateMe) -> ApiResult<Me> {
        Ok(self.patch("/v1/auth/me", update, None).await?.value)
    }

    /// The operator's own sessions.
    pub async fn list_sessions(&self) -> ApiResult<SessionList> {
        self.get("/v1/auth/sessions", &Query::new()).await
    }

    /// Ends one of the operator's own sessions.
    pub async fn end_session(&self, id: SessionId) -> ApiResult<()> {
        self.delete(&format!("/v1/auth/sessions/{id}")).await
    }

    /// Changes the operator's own password; ends the other sessions.
    pub async fn change_password(&self, change: &ChangePassword) -> ApiResult<()> {
        self.act_silent("/v1/auth/password", change).await
    }

    /// What a set-up link is for.
    pub async fn inspect_setup(&self, token: &str) -> ApiResult<SetupInfo> {
        self.act(
            "/v1/auth/setup/inspect",
            &InspectSetup {
                token: token.to_owned(),
            },
        )
        .await
    }

    /// Chooses name and password by a set-up link, and signs in.
    pub async fn complete_setup(&self, setup: &CompleteSetup) -> ApiResult<Me> {
        self.act("/v1/auth/setup", setup).await
    }
}
