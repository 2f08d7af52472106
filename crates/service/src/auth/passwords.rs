//! Passwords: argon2id, off the async threads and only so many at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::error::{ServiceError, ServiceResult};

/// Memory of one hash. With two passes and one lane this is OWASP's first recommendation for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Longest wait for a turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// Of no password: checked for addresses that nobody has, so that they take as long as any other.
const DUMMY: &str = "$argon2id$v=19$m=19456,t=2,p=1$dmlyYWwtZW5naW5lLW5vYm9keQ$\
                     Pf0l3wYp5cN1kq9G2mD7uVt4xZ8aRbE6hJsLoWiKyTc";

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
}

impl Passwords {
    /// As many at a time as there are cores: each takes 19 MiB and one core.
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            turns: Arc::new(Semaphore::new(cores)),
        }
    }

    /// The hash to store, in PHC form with a random salt.
    ///
    /// # Errors
    /// [`ServiceError::Unavailable`] when there is no turn in time.
    pub async fn hash(&self, password: &str) -> ServiceResult<String> {
        let password = Zeroizing::new(password.to_owned());
        self.run(move || {
            let hash: PasswordHash = argon2()?
                .hash_password(password.as_bytes())
                .map_err(internal)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password is the one that was hashed; takes as long when there is no hash, and is false then.
    ///
    /// # Errors
    /// As [`Passwords::hash`].
    pub async fn verify(&self, password: &str, hash: Option<&str>) -> ServiceResult<bool> {
        let password = Zeroizing::new(password.to_owned());
        let known = hash.is_some();
        let hash = hash.unwrap_or(DUMMY).to_owned();
        self.run(move || {
            let hash = PasswordHash::new(&hash).map_err(internal)?;
            let matches = argon2()?
                .verify_password(password.as_bytes(), &hash)
                .is_ok();
            Ok(matches && known)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> ServiceResult<T> + Send + 'static,
    ) -> ServiceResult<T> {
        let turn = tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned());
        let Ok(Ok(turn)) = turn.await else {
            return Err(ServiceError::Unavailable(
                "too many passwords are being checked".to_owned(),
            ));
        };
        let work = move || {
            // The turn ends with the work and not with the request, which may be given up before.
            let _turn = turn;
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(internal)?
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn argon2() -> ServiceResult<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn internal(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("password: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_known_again_and_no_other() {
        let passwords = Passwords::new();
        let hash = passwords
            .hash("correct horse battery")
            .await
            .expect("a hash");
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert!(
            passwords
                .verify("correct horse battery", Some(&hash))
                .await
                .expect("checked")
        );
        assert!(
            !passwords
                .verify("correct horse batterz", Some(&hash))
                .await
                .expect("checked")
        );
    }

    #[tokio::test]
    async fn the_dummy_costs_what_a_real_hash_costs_and_matches_nothing() {
        let dummy = PasswordHash::new(DUMMY).expect("a PHC text");
        let params = Params::try_from(&dummy).expect("parameters");
        let ours = argon2().expect("argon2");
        assert_eq!(params.m_cost(), ours.params().m_cost());
        assert_eq!(params.t_cost(), ours.params().t_cost());
        assert_eq!(params.p_cost(), ours.params().p_cost());
        assert_eq!(
            dummy.hash.expect("a hash").len(),
            Params::DEFAULT_OUTPUT_LEN
        );
        assert!(!Passwords::new().verify("", None).await.expect("checked"));
    }
}
