//! Prints the response of Phoenix's GET /api/models for the keys in the environment, or with only the mock.
//!
//!   cargo run --example phoenix
#[allow(dead_code)] // a host uses everything
mod registry;
use registry::{LlmConfig, ModelRegistry};

fn config() -> LlmConfig {
    let read = |name| std::env::var(name).ok();
    LlmConfig {
        anthropic_api_key: read("ANTHROPIC_API_KEY"),
        openai_api_key: read("OPENAI_API_KEY"),
        fireworks_api_key: read("FIREWORKS_API_KEY"),
        gateway: read("LLM_GATEWAY"),
        default_model: read("DEFAULT_MODEL"),
        api_key_helper: read("LLM_API_KEY_HELPER"),
        request_tags: read("LLM_REQUEST_TAGS"),
        mock: true,
    }
}

fn main() -> Result<(), roster::Error> {
    let models = ModelRegistry::new(&config(), not_wired())?;
    models.refresh()?;
    println!("{}", models.models_json());
    for info in models.available_model_info() {
        eprintln!("{}: {}, {} tokens", info.id, info.provider, info.context_window);
    }
    Ok(())
}

/// The place of Phoenix's reqwest client: docs/phoenix.md shows how.
fn not_wired() -> roster::ChannelTransport {
    roster::ChannelTransport::new(|_, reply| reply.fail(roster::FailureKind::Other, "this example has no HTTP"))
}
