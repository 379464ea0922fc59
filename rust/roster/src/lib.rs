//! A scriptable registry of LLM models: which ones can be used right now, how to reach each one, and why the others cannot be used.
//!
//! Definitions are Lua files; validation is real HTTP; the result is an immutable [`Snapshot`].
//!
//! ```
//! use roster::Options;
//!
//! # fn main() -> Result<(), roster::Error> {
//! let registry = Options::new().environment([("ROSTER_MOCK", "yes")]).open()?; // loads the definitions, makes no requests
//! registry.refresh()?; // validates against the providers whose keys are set: here only the mock
//! let snapshot = registry.snapshot();
//! for model in snapshot.models() {
//!     println!("{}: {}", model.id(), model.url());
//! }
//! assert_eq!(snapshot.default_model().unwrap().id(), "mock");
//! assert_eq!(snapshot.known("claude-4.5-opus").unwrap().reason(), "ANTHROPIC_API_KEY is not set");
//! # Ok(())
//! # }
//! ```
//!
//! [`Registry`] and [`Snapshot`] are cheap to clone and may be used from all threads. Everything read from a snapshot borrows from it. A refresh
//! blocks; hosts on tokio use the feature `tokio`, with `AsyncRegistry` and `TokioTransport`, others call it where blocking is allowed.
//!
//! Closures that a host passes in run on roster's threads or on the calling thread. One that panics counts as failed, and a credential closure's panic is an
//! error of the call that needed it. None of them may refresh.
#![deny(missing_docs)]
#![deny(unsafe_op_in_unsafe_fn)]
#![warn(clippy::undocumented_unsafe_blocks)]

mod callbacks;
mod change;
mod channel;
mod credential;
mod error;
mod fixed;
mod helper;
mod model;
mod needs;
mod options;
mod price;
mod provider;
mod reason;
mod registry;
mod service;
mod snapshot;
mod sources;
mod text;
#[cfg(feature = "tokio")]
mod tokio;
mod transport;

pub use callbacks::{Exchange, Finding, Progress, Source};
pub use change::{Change, ChangeKind};
pub use channel::{ChannelTransport, Reply};
pub use credential::{Credential, Key};
pub use error::{Error, Status};
pub use helper::{CredentialState, CredentialStatus, HelperEvent, HelperLine, HelperNews, Subscription};
pub use model::{Evidence, Model, Range, State, Value};
pub use needs::{Needs, Ranking, Retirement};
pub use options::{Level, MergedChoice, Options};
pub use price::{Cost, PriceChange, PriceTier, Prices, Usage};
pub use provider::{Limits, Provider};
pub use reason::{Blame, Reason};
pub use registry::Registry;
pub use service::{Headers, Service};
pub use snapshot::{Billed, DefinitionsError, ModelsChoice, Rename, Resolved, Snapshot, Via};
pub use sources::{FactSource, SourceUpdate};
#[cfg(feature = "tokio")]
pub use tokio::{AsyncRegistry, HelperEvents, HttpClient, TokioTransport};
pub use transport::{Answer, Failure, FailureKind, Request, Response, Transport};

/// The version of the linked library, `"0.1.0"`.
pub fn version() -> &'static str {
    // SAFETY: static string.
    unsafe { text::text(roster_sys::roster_version()) }
}

/// The vocabulary of the definition language as a `---@meta` file, for completion in editors.
pub fn meta() -> String {
    // SAFETY: it writes at most that many bytes to the buffer.
    text::written(|out, size| unsafe { roster_sys::roster_write_meta(out, size) })
}

/// The JSON Schema (draft-07) of definitions in JSON, for editors.
pub fn json_schema() -> String {
    // SAFETY: it writes at most that many bytes to the buffer.
    text::written(|out, size| unsafe { roster_sys::roster_write_json_schema(out, size) })
}
