//! roster is a scriptable registry of LLM models: *which models can I use right now, how do I reach each one, and why not the others?*
//!
//! ```no_run
//! use roster::{Options, Registry};
//!
//! let registry = Registry::open(Options::new())?; // loads the definitions, contacts nobody
//! registry.refresh()?;                            // asks the providers, publishes a snapshot
//! let snapshot = registry.snapshot();             // immutable: hold it for as long as one request lasts
//! if let Some(model) = snapshot.default_model() {
//!     let service = model.service().expect("a usable model can be reached");
//!     let headers = registry.headers(service)?;   // the one place where a key leaves roster
//!     println!("POST {} with {headers:?}", service.url());
//! }
//! # Ok::<(), roster::Error>(())
//! ```
//!
//! A [`Registry`] may be shared between threads, and so may its [`Snapshot`]s. Every call that asks providers blocks: on an async
//! runtime run it on a thread for blocking work. [`Registry::event_fd`] and [`Options::on_published`] say when a new snapshot is out.
#![deny(missing_docs)]
#![deny(unsafe_op_in_unsafe_fn)]

mod error;
mod headers;
mod host;
mod model;
mod options;
mod registry;
mod snapshot;
mod text;
mod transport;

pub use error::{Error, Status};
pub use headers::Headers;
pub use model::{Model, Price, Provider, Request, Service, State};
pub use options::{Credential, CredentialAnswer, Finding, HelperLine, Level, Options, Progress, Source};
pub use registry::Registry;
pub use snapshot::{Change, DefinitionsError, Snapshot};
pub use transport::{Answer, Failure, HttpRequest, Outgoing, Refused, Response, Transport};

/// The version of the library, "0.1.0".
pub fn version() -> &'static str {
    // SAFETY: static text, never NULL.
    unsafe { text::of(roster_sys::roster_version()) }
}
