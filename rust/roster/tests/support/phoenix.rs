//! Stands for Phoenix's src/llm.rs in tests of the example.
#[cfg(feature = "tokio")]
#[path = "../../examples/phoenix/credential_helper.rs"]
pub mod credential_helper;
#[path = "../../examples/phoenix/host.rs"]
pub mod host;
#[path = "../../examples/phoenix/registry.rs"]
pub mod registry;
#[path = "../../examples/phoenix/testing.rs"]
pub mod testing;

use host::{open, refresh, serve, Live, LlmService, ModelInfo};

/// What Phoenix's `new` sends with.
fn transport() -> Result<roster::ChannelTransport, roster::Error> {
    Ok(testing::Canned::new(testing::providers).transport)
}

fn report(message: &str) {
    eprintln!("{message}");
}
