//! Prints the response of Phoenix's GET /api/models for the keys in the environment, or with only the mock.
//!
//!   cargo run --example phoenix
#[allow(dead_code)] // a host uses everything
mod registry;
use registry::{LlmConfig, ModelRegistry};

fn main() -> Result<(), roster::Error> {
    let models = ModelRegistry::new(&LlmConfig::from_env());
    models.refresh()?;
    println!("{}", models.models_json());
    for info in models.available_model_info() {
        eprintln!("{}: {}, {} tokens", info.id, info.provider, info.context_window);
    }
    Ok(())
}

/// The place of Phoenix's reqwest client: docs/phoenix.md shows how.
fn transport() -> impl roster::Transport {
    roster::ChannelTransport::new(|_, reply| reply.fail(roster::FailureKind::Other, "this example has no HTTP"))
}
