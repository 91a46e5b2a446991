//! Password hashes by argon2id. Hashing takes tens of milliseconds and stays outside every transaction.

use crate::domain::secret::{Secret, random};
use crate::flows::settings::Accounts;
use anyhow::anyhow;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

/// Hashes and verifies with the configured costs.
pub struct Passwords {
    argon: Argon2<'static>,
    /// What an unknown account is compared with, so that it takes as long as a known one.
    nobody: String,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords(…)")
    }
}

impl Passwords {
    /// With the configured costs.
    pub fn new(settings: &Accounts) -> anyhow::Result<Self> {
        let params = Params::new(settings.password_memory_kib, settings.password_passes, 1, None)
            .map_err(|error| anyhow!("the costs of passwords: {error}"))?;
        let mut passwords =
            Self { argon: Argon2::new(Algorithm::Argon2id, Version::V0x13, params), nobody: String::new() };
        passwords.nobody = passwords.hash(&Secret::new(crate::domain::secret::random_token()))?;
        Ok(passwords)
    }

    /// The hash of a password, with its salt and costs.
    pub fn hash(&self, password: &Secret) -> anyhow::Result<String> {
        let salt = SaltString::encode_b64(&random::<16>()).map_err(|error| anyhow!("a salt: {error}"))?;
        let hash = self.argon.hash_password(password.expose().as_bytes(), &salt);
        Ok(hash.map_err(|error| anyhow!("hashing a password: {error}"))?.to_string())
    }

    /// Whether the password belongs to the hash; without a hash it takes as long and is false.
    pub fn verify(&self, password: &Secret, hash: Option<&str>) -> bool {
        let text = hash.unwrap_or(&self.nobody);
        let Ok(parsed) = PasswordHash::new(text) else { return false };
        self.argon.verify_password(password.expose().as_bytes(), &parsed).is_ok() && hash.is_some()
    }
}
