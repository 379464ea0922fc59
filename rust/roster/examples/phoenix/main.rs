//! Prints the response of Phoenix's GET /api/models for the keys in the environment, or with only the mock.
//!
//!   cargo run --example phoenix
#[cfg(feature = "tokio")]
#[allow(dead_code)]
mod credential_helper;
#[allow(dead_code)] // a host uses everything
mod host;
#[allow(dead_code)]
mod registry;
use host::{open, refresh, serve, Live, LlmService, ModelInfo}; // for registry.rs
use registry::{LlmConfig, ModelRegistry};

fn main() -> Result<(), roster::Error> {
    let models = ModelRegistry::new(&LlmConfig::from_env());
    models.refresh()?;
    println!("{}", models.models_json());
    for info in models.available_model_info() {
        eprintln!("{}: {}, {} tokens", info.id, info.provider, info.context_window);
    }
    let snapshot = models.registry().snapshot();
    if let Some(sonnet) = snapshot.known("claude-sonnet-4-6").filter(|model| !model.reason().is_empty()) {
        eprintln!("{}: {}", sonnet.id(), sonnet.reason());
    }
    Ok(())
}

/// The place of Phoenix's reqwest client: docs/phoenix.md shows how.
fn transport() -> Result<roster::ChannelTransport, roster::Error> {
    Ok(roster::ChannelTransport::new(|_, reply| reply.fail(roster::FailureKind::Other, "this example has no HTTP")))
}

/// The place of tracing::error!.
fn report(message: &str) {
    eprintln!("{message}");
}
