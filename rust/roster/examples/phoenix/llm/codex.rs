//! Hands roster the token of Phoenix's `CodexCredential`, which is got asynchronously.
// Compiled in Phoenix only: it needs Phoenix's types and async-trait.
use super::codex_credential::{default_auth_path, CodexCredential};
use super::LlmError;
use roster::{Credential, Key, Registry};
use std::sync::{Arc, OnceLock};

/// What `CodexCredential` implements: Phoenix's trait, which its registry.rs had.
#[async_trait::async_trait]
pub trait CredentialSource: Send + Sync + std::fmt::Debug {
    async fn get(&self) -> Option<String>;
    async fn is_recovering(&self) -> bool {
        false
    }
    async fn invalidate(&self) -> bool;
    async fn last_error_hint(&self) -> Option<String> {
        None
    }
}

/// Read once, and only where `OPENAI_USE_CODEX_AUTH` has turned the provider on. None: nobody has signed in.
fn credential() -> Option<&'static Arc<CodexCredential>> {
    static LOADED: OnceLock<Option<Arc<CodexCredential>>> = OnceLock::new();
    let loaded = LOADED.get_or_init(|| match CodexCredential::load(default_auth_path()) {
        Ok((credential, _)) => Some(credential),
        Err(e) => {
            tracing::warn!(error = %e, "no models of ChatGPT's: the credential of codex was not loaded");
            None
        }
    });
    loaded.as_ref()
}

/// A token that is good now, with its account. Without one no other key is used instead.
pub async fn push(registry: &Registry) -> Result<(), LlmError> {
    if !registry.snapshot().providers().any(|provider| provider.id() == "codex" && provider.enabled()) {
        return Ok(());
    }
    let (mut pushed, mut hint) = (Credential::Absent, "run `codex login`".to_string());
    if let Some(codex) = credential() {
        match codex.get().await {
            Some(token) => {
                let key = Key::new(token);
                pushed = Credential::Key(match codex.account_id() {
                    Some(account) => key.header("chatgpt-account-id", account),
                    None => key,
                });
            }
            None => hint = codex.last_error_hint().await.unwrap_or(hint),
        }
    }
    let absent = matches!(pushed, Credential::Absent);
    registry.set_credential("codex", pushed).map_err(|e| LlmError::network(e.to_string()))?;
    if absent {
        return Err(LlmError::auth(hint));
    }
    Ok(())
}

/// After a refusal. Returns whether the next token will be another.
pub async fn invalidate() -> bool {
    match credential() {
        Some(codex) => codex.invalidate().await,
        None => false,
    }
}
