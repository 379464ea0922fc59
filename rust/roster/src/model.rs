use crate::text;
use roster_sys as sys;
use std::ffi::c_char;
use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// What is known about a model's usability.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs)] // the names are the documents' own words
pub enum State {
    Ready,
    Disabled,
    NoCredential,
    BadCredential,
    NoAccess,
    NoQuota,
    NotListed,
    Pending,
    RateLimited,
    Unreachable,
    ProviderError,
    Unproven,
}

impl State {
    const ALL: [State; 12] = [
        State::Ready,
        State::Disabled,
        State::NoCredential,
        State::BadCredential,
        State::NoAccess,
        State::NoQuota,
        State::NotListed,
        State::Pending,
        State::RateLimited,
        State::Unreachable,
        State::ProviderError,
        State::Unproven,
    ];

    /// "ready", "no_credential" and so on, as the documents have it.
    pub fn name(self) -> &'static str {
        // SAFETY: static text for every number.
        unsafe { text::of(sys::roster_state_name(self as sys::roster_state)) }
    }
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

/// Which price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Price {
    Input,
    Output,
    CacheRead,
    CacheWrite,
}

/// One model, borrowed from a snapshot.
#[derive(Clone, Copy)]
pub struct Model<'s> {
    raw: NonNull<sys::roster_model>,
    snapshot: PhantomData<&'s sys::roster_snapshot>,
}

macro_rules! handle {
    ($name:ident, $raw:ident) => {
        // SAFETY: a snapshot is immutable, so whoever may borrow it may read it from any thread.
        unsafe impl Send for $name<'_> {}
        // SAFETY: as above.
        unsafe impl Sync for $name<'_> {}

        impl $name<'_> {
            /// # Safety
            /// NULL, or of a snapshot that is held for the handle's lifetime.
            pub(crate) unsafe fn of(raw: *const sys::$raw) -> Option<Self> {
                NonNull::new(raw.cast_mut()).map(|raw| $name { raw, snapshot: PhantomData })
            }

            pub(crate) fn raw(&self) -> *const sys::$raw {
                self.raw.as_ptr()
            }
        }
    };
}

/// Getters of plain values: each reads the immutable snapshot that the handle borrows.
macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident: $kind:ident = $get:ident;)*) => {
        $(getters!(@one $(#[$doc])* $name $kind $get);)*
    };
    (@one $(#[$doc:meta])* $name:ident text $get:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> &'s str {
            // SAFETY: the text belongs to the snapshot, which is held for 's.
            unsafe { text::of(sys::$get(self.raw())) }
        }
    };
    (@one $(#[$doc:meta])* $name:ident some $get:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> Option<&'s str> {
            // SAFETY: the text belongs to the snapshot, which is held for 's.
            unsafe { text::some(sys::$get(self.raw())) }
        }
    };
    (@one $(#[$doc:meta])* $name:ident count $get:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> Option<u64> {
            // SAFETY: reads a number of the snapshot, which is held for 's.
            u64::try_from(unsafe { sys::$get(self.raw()) }).ok().filter(|count| *count > 0)
        }
    };
    (@one $(#[$doc:meta])* $name:ident flag $get:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> bool {
            // SAFETY: reads a flag of the snapshot, which is held for 's.
            unsafe { sys::$get(self.raw()) }
        }
    };
    (@one $(#[$doc:meta])* $name:ident list $get:ident) => {
        $(#[$doc])*
        pub fn $name(&self) -> Vec<&'s str> {
            // SAFETY: NULL past the end; the texts belong to the snapshot.
            texts(|i| unsafe { sys::$get(self.raw(), i) })
        }
    };
}

fn texts<'s>(at: impl Fn(usize) -> *const c_char) -> Vec<&'s str> {
    // SAFETY: as the callers say.
    (0..).map(at).take_while(|text| !text.is_null()).map(|text| unsafe { text::of(text) }).collect()
}

handle!(Model, roster_model);

impl<'s> Model<'s> {
    getters! {
        /// The id that hosts and people use.
        id: text = roster_model_id;
        /// What goes over the wire; not unique.
        api_name: text = roster_model_api_name;
        /// The wire protocol, "anthropic-messages" for example.
        protocol: text = roster_model_protocol;
        /// One line for people.
        description: text = roster_model_description;
        /// Tokens; None when unknown.
        context_window: count = roster_model_context_window;
        /// Tokens; None when unknown.
        max_input_tokens: count = roster_model_max_input_tokens;
        /// Tokens; None when unknown.
        max_output_tokens: count = roster_model_max_output_tokens;
        /// Whether pickers show it first.
        recommended: flag = roster_model_recommended;
        /// Whether it can think first.
        reasoning: flag = roster_model_reasoning;
        /// Whether it calls tools.
        tool_call: flag = roster_model_tool_call;
        /// Its line, "claude-opus" for example.
        family: some = roster_model_family;
        /// "flagship", "balanced", "fast" or "specialist".
        tier: some = roster_model_tier;
        /// "2026-09-24".
        release_date: some = roster_model_release_date;
        /// "2026-06".
        knowledge_cutoff: some = roster_model_knowledge_cutoff;
        /// "current", "legacy" or "deprecated".
        status: some = roster_model_status;
        /// The day it goes away.
        retires: some = roster_model_retires;
        /// The id to use then.
        replacement: some = roster_model_replacement;
        /// Other spellings that people type.
        aliases: list = roster_model_alias_at;
        /// Ids found in old databases.
        formerly: list = roster_model_formerly_at;
        /// What it reads: "text", "image" and so on.
        input_modalities: list = roster_model_input_modality_at;
        /// The levels that it can be told to think at.
        reasoning_levels: list = roster_model_reasoning_level_at;
        /// Where the key comes from: "$ANTHROPIC_API_KEY"; never the value.
        source: text = roster_model_source;
        /// The rule that spoke.
        rule: some = roster_model_rule;
        /// "models.lua:12".
        defined_at: text = roster_model_defined_at;
        /// Whether a host may offer it.
        usable: flag = roster_model_usable;
        /// Whether it has its credential, or needs none, and is enabled.
        configured: flag = roster_model_configured;
        /// Whether it is kept from an earlier answer.
        stale: flag = roster_model_stale;
        /// Why it could not be proved anew.
        stale_reason: some = roster_model_stale_reason;
        /// Where it was decided: "config", "credential", "list", "prove" or "generate".
        stage: text = roster_model_stage;
        /// Why it is not usable, in a sentence; empty when it is.
        reason: text = roster_model_reason;
        /// What to do next; empty when it is usable.
        hint: text = roster_model_hint;
        /// When it was proved or refused, RFC 3339 in UTC.
        checked_at: some = roster_model_checked_at;
    }

    /// What is known about its usability.
    pub fn state(&self) -> State {
        // SAFETY: reads a number of the snapshot, which is held for 's.
        let state = unsafe { sys::roster_model_state(self.raw()) };
        State::ALL.get(state as usize).copied().unwrap_or(State::Unproven)
    }

    /// Who serves it.
    pub fn provider(&self) -> Provider<'s> {
        // SAFETY: of the same snapshot; every model has one.
        unsafe { Provider::of(sys::roster_model_provider(self.raw())) }.expect("every model has a provider")
    }

    /// How to reach it; None where it is disabled or has no address.
    pub fn service(&self) -> Option<Service<'s>> {
        // SAFETY: of the same snapshot.
        unsafe { Service::of(sys::roster_model_service(self.raw())) }
    }

    /// US dollars per million tokens; None when unknown.
    pub fn price(&self, which: Price) -> Option<f64> {
        // SAFETY: reads a number of the snapshot, which is held for 's.
        Some(unsafe { sys::roster_model_price(self.raw(), which as sys::roster_price) }).filter(|price| *price >= 0.0)
    }

    /// The window that hosts once assumed for this stored id; None when it was never another than now.
    pub fn assumed_window(&self, id: &str) -> Option<u64> {
        let id = text::to_c(id);
        // SAFETY: both live through the call.
        u64::try_from(unsafe { sys::roster_model_assumed_window(self.raw(), id.as_ptr()) }).ok().filter(|tokens| *tokens > 0)
    }

    /// The HTTP status that decided; None when no answer did.
    pub fn http_status(&self) -> Option<u16> {
        // SAFETY: reads a number of the snapshot, which is held for 's.
        u16::try_from(unsafe { sys::roster_model_http_status(self.raw()) }).ok().filter(|status| *status > 0)
    }

    /// How long the answer that decided took, in milliseconds; None when none did.
    pub fn latency_ms(&self) -> Option<u64> {
        // SAFETY: reads a number of the snapshot, which is held for 's.
        u64::try_from(unsafe { sys::roster_model_latency_ms(self.raw()) }).ok()
    }

    /// The requests that were made for it, in order.
    pub fn requests(&self) -> impl Iterator<Item = Request<'s>> + 's {
        let raw = self.raw();
        // SAFETY: NULL past the end; all of them belong to the snapshot, which is held for 's.
        (0..).map_while(move |i| unsafe { Request::of(sys::roster_model_request_at(raw, i)) })
    }
}

impl PartialEq for Model<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl fmt::Debug for Model<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Model({}, {})", self.id(), self.state())
    }
}

/// One provider, borrowed from a snapshot.
#[derive(Clone, Copy)]
pub struct Provider<'s> {
    raw: NonNull<sys::roster_provider>,
    snapshot: PhantomData<&'s sys::roster_snapshot>,
}

handle!(Provider, roster_provider);

impl<'s> Provider<'s> {
    getters! {
        /// "anthropic".
        id: text = roster_provider_id;
        /// "Anthropic".
        title: text = roster_provider_title;
        /// Its wire protocol.
        protocol: text = roster_provider_protocol;
        /// The base URL in force: override, gateway or base_url.
        endpoint: some = roster_provider_endpoint;
        /// Where its key comes from; never the value.
        credential_source: text = roster_provider_credential_source;
        /// Whether that source has a key.
        credential_set: flag = roster_provider_credential_set;
        /// Whether its models may be offered.
        enabled: flag = roster_provider_enabled;
    }

    /// How many models are defined.
    pub fn defined(&self) -> usize {
        // SAFETY: reads a number of the snapshot, which is held for 's.
        unsafe { sys::roster_provider_defined(self.raw()) }
    }

    /// How many of them are usable.
    pub fn ready(&self) -> usize {
        // SAFETY: reads a number of the snapshot, which is held for 's.
        unsafe { sys::roster_provider_ready(self.raw()) }
    }
}

impl fmt::Debug for Provider<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Provider({}, {} of {} ready)", self.id(), self.ready(), self.defined())
    }
}

/// How a host sends its own requests to one model; borrowed from a snapshot. The headers are [`crate::Registry::headers`]'s.
#[derive(Clone, Copy)]
pub struct Service<'s> {
    raw: NonNull<sys::roster_service>,
    snapshot: PhantomData<&'s sys::roster_snapshot>,
}

handle!(Service, roster_service);

impl<'s> Service<'s> {
    getters! {
        /// "POST".
        method: text = roster_service_method;
        /// Where it goes.
        url: text = roster_service_url;
        /// The name to put into the body.
        api_name: text = roster_service_api_name;
        /// The wire protocol to speak.
        protocol: text = roster_service_protocol;
        /// Fields that go into the body beside the host's own, as a JSON object: `{}`, or `{"tags":{...}}`.
        body: text = roster_service_body;
    }

    /// The model, for limits, prices and capabilities.
    pub fn model(&self) -> Model<'s> {
        // SAFETY: of the same snapshot; every service has one.
        unsafe { Model::of(sys::roster_service_model(self.raw())) }.expect("every service has a model")
    }
}

impl fmt::Debug for Service<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Service({} {})", self.method(), self.url())
    }
}

/// One request that was made, as evidence; borrowed from a snapshot.
#[derive(Clone, Copy)]
pub struct Request<'s> {
    raw: NonNull<sys::roster_request>,
    snapshot: PhantomData<&'s sys::roster_snapshot>,
}

handle!(Request, roster_request);

impl<'s> Request<'s> {
    getters! {
        /// "list", "prove" and so on.
        stage: text = roster_request_stage;
        /// "GET" or "POST".
        method: text = roster_request_method;
        /// Where it went.
        url: text = roster_request_url;
        /// "ready", "missing", "bad_credential" and so on.
        outcome: text = roster_request_outcome;
    }

    /// None when nothing was answered.
    pub fn status(&self) -> Option<u16> {
        // SAFETY: reads a number of the snapshot, which is held for 's.
        u16::try_from(unsafe { sys::roster_request_status(self.raw()) }).ok().filter(|status| *status > 0)
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Request({} {}: {})", self.method(), self.url(), self.outcome())
    }
}
