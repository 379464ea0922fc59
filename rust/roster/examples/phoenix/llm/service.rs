//! Sends Phoenix's requests to one model of roster's.
// Compiled in Phoenix only: it needs Phoenix's types, serde_json and async-trait.
use super::models::{ApiFormat, ModelSpec, Provider};
use super::registry::{Prepared, RosterModel};
use super::{anthropic, codex, openai, LlmError, LlmErrorKind, LlmRequest, LlmResponse, LlmService, TokenChunk};
use async_trait::async_trait;
use std::collections::BTreeMap;
use tokio::sync::broadcast::Sender;

pub struct LlmServiceImpl {
    model: RosterModel,
    spec: ModelSpec,
    codex: bool,
}

impl LlmServiceImpl {
    pub fn new(model: RosterModel) -> Self {
        let (spec, codex) = (spec(&model), model.model().provider().id() == "codex");
        Self { model, spec, codex }
    }

    /// Address, headers and tags. A key that somebody has to sign in for is waited for by the conversation.
    async fn prepare(&self) -> Result<Prepared, LlmError> {
        if self.codex {
            codex::push(self.model.registry()).await?;
        }
        self.model.prepare().map_err(|e| {
            let kind = match e.status() {
                roster::Status::Pending | roster::Status::NotReady => LlmErrorKind::Auth,
                _ => LlmErrorKind::Network,
            };
            let mut error = LlmError::new(kind, e.to_string());
            error.recovery_in_progress = e.status() == roster::Status::Pending;
            error
        })
    }

    /// Tells roster how it went. Returns whether to send once more, with another key.
    async fn answered(&self, result: &Result<LlmResponse, LlmError>) -> bool {
        match result {
            Ok(_) => self.model.answered(200),
            Err(e) if e.kind == LlmErrorKind::Auth && !e.recovery_in_progress => {
                let again = self.model.answered(401);
                if self.codex {
                    codex::invalidate().await
                } else {
                    again
                }
            }
            Err(_) => false,
        }
    }

    /// Where somebody can sign in for another key, the conversation waits for that.
    async fn or_sign_in(&self, result: Result<LlmResponse, LlmError>) -> Result<LlmResponse, LlmError> {
        match result {
            Err(e) if e.kind == LlmErrorKind::Auth => match self.prepare().await {
                Err(waiting) if waiting.recovery_in_progress => Err(waiting),
                _ => Err(e),
            },
            result => result,
        }
    }

    async fn send(&self, request: &LlmRequest) -> Result<LlmResponse, LlmError> {
        let to = self.prepare().await?;
        match self.spec.api_format {
            ApiFormat::Anthropic => anthropic::complete(&self.spec, &to, request).await,
            ApiFormat::OpenAIResponses => openai::complete(&self.spec, &to, request, self.codex).await,
        }
    }
}

#[async_trait]
impl LlmService for LlmServiceImpl {
    async fn complete(&self, request: &LlmRequest) -> Result<LlmResponse, LlmError> {
        let mut result = self.send(request).await;
        if self.answered(&result).await {
            result = self.send(request).await;
        }
        self.or_sign_in(result).await
    }

    /// Not sent twice: tokens may have been shown.
    async fn complete_streaming(
        &self,
        request: &LlmRequest,
        chunk_tx: &Sender<TokenChunk>,
    ) -> Result<LlmResponse, LlmError> {
        let to = self.prepare().await?;
        let result = match self.spec.api_format {
            ApiFormat::Anthropic => anthropic::complete_streaming(&self.spec, &to, request, chunk_tx).await,
            ApiFormat::OpenAIResponses => {
                openai::complete_streaming(&self.spec, &to, request, chunk_tx, self.codex).await
            }
        };
        self.answered(&result).await;
        self.or_sign_in(result).await
    }

    fn model_id(&self) -> &str {
        &self.spec.id
    }
}

fn spec(of: &RosterModel) -> ModelSpec {
    let model = of.model();
    let (provider, api_format) = match model.protocol() {
        "anthropic-messages" => (Provider::Anthropic, ApiFormat::Anthropic),
        _ => (Provider::OpenAI, ApiFormat::OpenAIResponses),
    };
    let extra: serde_json::Value = serde_json::from_str(model.extra()).unwrap_or_default();
    ModelSpec {
        id: of.id().to_string(),
        api_name: model.api_name().to_string(),
        provider,
        api_format,
        description: model.description().to_string(),
        context_window: model.context_window().and_then(|tokens| usize::try_from(tokens).ok()).unwrap_or(128_000),
        recommended: model.recommended(),
        supports_tool_search: extra["tool_search"] == true,
    }
}

/// The tags that go into the body, where there are any.
pub(super) fn tags(to: &Prepared) -> Option<BTreeMap<String, String>> {
    let body: serde_json::Value = serde_json::from_str(&to.body).ok()?;
    serde_json::from_value(body.get("tags")?.clone()).ok()
}
