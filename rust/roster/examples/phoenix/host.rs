//! What registry.rs takes from the rest of Phoenix, as far as an example has it. docs/phoenix.md gives the lines of Phoenix's own src/llm.rs.
use super::registry::{Prepared, RosterModel};
use roster::{Error, Options};
use std::sync::Arc;

/// One line of /api/models.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInfo {
    pub id: String,
    pub provider: String,
    pub description: String,
    pub context_window: usize,
    pub recommended: bool,
}

/// In the place of Phoenix's trait, whose `complete` and `complete_streaming` begin with `prepare` and end with `answered`.
pub trait LlmService: Send + Sync {
    fn model_id(&self) -> &str;
    fn prepare(&self) -> Result<Prepared, Error>;
    fn answered(&self, http_status: u16) -> bool;
}

impl LlmService for RosterModel {
    fn model_id(&self) -> &str {
        self.id()
    }
    fn prepare(&self) -> Result<Prepared, Error> {
        self.prepare()
    }
    fn answered(&self, http_status: u16) -> bool {
        self.answered(http_status)
    }
}

/// Phoenix gives its mock for the protocol `mock`, and its client for the others.
pub fn serve(model: RosterModel) -> Arc<dyn LlmService> {
    Arc::new(model)
}

#[cfg(feature = "tokio")]
pub type Live = roster::AsyncRegistry;
#[cfg(not(feature = "tokio"))]
pub type Live = roster::Registry;

#[cfg(feature = "tokio")]
pub fn open(options: Options) -> Result<Live, Error> {
    options.open_async()
}
#[cfg(not(feature = "tokio"))]
pub fn open(options: Options) -> Result<Live, Error> {
    options.open()
}

#[cfg(feature = "tokio")]
pub async fn refresh(registry: &Live) -> Result<(), Error> {
    registry.refresh().await
}
#[cfg(not(feature = "tokio"))]
pub async fn refresh(registry: &Live) -> Result<(), Error> {
    registry.refresh()
}
