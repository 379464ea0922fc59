//! One model: its fields, how to reach it, and the evidence for its state.
use crate::price::Prices;
use crate::provider::Provider;
use crate::reason::{Blame, Reason};
use crate::service::Service;
use crate::snapshot::Snapshot;
use crate::text::{bytes, c_text, text, written};
use roster_sys as sys;
use std::ffi::c_char;
use std::fmt;
use std::ptr::NonNull;
use std::time::Duration;

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident = $raw:ident,)*) => {
        /// The state of a model.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum State {
            $($(#[$doc])* $name,)*
        }

        impl State {
            /// A state that this crate does not know counts as unproven.
            fn from_raw(raw: sys::roster_state) -> Self {
                match raw {
                    $(sys::$raw => State::$name,)*
                    _ => State::Unproven,
                }
            }

            fn raw(self) -> sys::roster_state {
                match self {
                    $(State::$name => sys::$raw,)*
                }
            }
        }
    };
}

states! {
    /// The provider showed that this key can use this model.
    Ready = ROSTER_READY,
    /// Switched off, refused by a rule, or without a usable address.
    Disabled = ROSTER_DISABLED,
    /// No key is set.
    NoCredential = ROSTER_NO_CREDENTIAL,
    /// The provider rejected the key.
    BadCredential = ROSTER_BAD_CREDENTIAL,
    /// The key is good, but not for this model.
    NoAccess = ROSTER_NO_ACCESS,
    /// No credit or quota is left.
    NoQuota = ROSTER_NO_QUOTA,
    /// The provider does not know this model.
    NotListed = ROSTER_NOT_LISTED,
    /// The key is not available yet.
    Pending = ROSTER_PENDING,
    /// Too many requests; proves nothing about the model.
    RateLimited = ROSTER_RATE_LIMITED,
    /// No connection, or no response in time.
    Unreachable = ROSTER_UNREACHABLE,
    /// The provider failed.
    ProviderError = ROSTER_PROVIDER_ERROR,
    /// Nothing free could prove it, or it was not checked yet.
    Unproven = ROSTER_UNPROVEN,
}

impl State {
    /// Its name in documents: `"ready"`, `"no_credential"` ...
    pub fn name(self) -> &'static str {
        // SAFETY: static string.
        unsafe { text(sys::roster_state_name(self.raw())) }
    }
}

/// From so many tokens to so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The fewest; None when unknown.
    pub min: Option<u64>,
    /// The most; None when unknown.
    pub max: Option<u64>,
}

/// One request that validation sent for a model.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Evidence<'s> {
    /// The stage: `"list"`, `"prove"` ...
    pub stage: &'s str,
    /// `"GET"` or `"POST"`.
    pub method: &'s str,
    /// The URL.
    pub url: &'s str,
    /// The HTTP status; None when there was no response.
    pub http_status: Option<u16>,
    /// How long it took.
    pub latency: Option<Duration>,
    /// `"ready"`, `"missing"`, `"bad_credential"` ...
    pub outcome: &'s str,
}

/// One model of a snapshot.
#[derive(Clone, Copy)]
pub struct Model<'s> {
    raw: NonNull<sys::roster_model>,
    of: &'s Snapshot,
}

// SAFETY: it is a reference into a snapshot, which never changes.
unsafe impl Send for Model<'_> {}
// SAFETY: as above.
unsafe impl Sync for Model<'_> {}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $getter:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> &'s str {
            // SAFETY: the model belongs to a snapshot that is held for 's, and its strings live as long.
            unsafe { text(sys::$getter(self.raw())) }
        }
    )*};
}

macro_rules! flags {
    ($($(#[$doc:meta])* $name:ident = $getter:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> bool {
            // SAFETY: the model belongs to a snapshot that is held.
            unsafe { sys::$getter(self.raw()) }
        }
    )*};
}

macro_rules! tokens {
    ($($(#[$doc:meta])* $name:ident = $getter:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> Option<u64> {
            // SAFETY: the model belongs to a snapshot that is held.
            count(unsafe { sys::$getter(self.raw()) })
        }
    )*};
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $getter:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> impl Iterator<Item = &'s str> {
            list(*self, sys::$getter)
        }
    )*};
}

/// Lists that may be unknown.
macro_rules! maybe_lists {
    ($($(#[$doc:meta])* $name:ident = $getter:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> Option<impl Iterator<Item = &'s str>> {
            self.knows(stringify!($name)).then(|| list(*self, sys::$getter))
        }
    )*};
}

macro_rules! ranges {
    ($($(#[$doc:meta])* $name:ident = $min:ident, $max:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> Option<Range> {
            // SAFETY: the model belongs to a snapshot that is held.
            let end = |tokens: i64| u64::try_from(tokens).ok();
            let range = unsafe { Range { min: end(sys::$min(self.raw())), max: end(sys::$max(self.raw())) } };
            self.knows(stringify!($name)).then_some(range)
        }
    )*};
}

macro_rules! tris {
    ($($(#[$doc:meta])* $name:ident = $getter:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> Option<bool> {
            // SAFETY: the model belongs to a snapshot that is held.
            tri(unsafe { sys::$getter(self.raw()) })
        }
    )*};
}

#[path = "model_fields.rs"]
#[rustfmt::skip]
mod fields;

/// The value of one field of a model.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'s> {
    /// `""` when unknown.
    Text(&'s str),
    /// None when unknown.
    Count(Option<u64>),
    /// None when unknown.
    Flag(Option<bool>),
    /// A list of strings, in order; None when unknown.
    List(Option<Vec<&'s str>>),
    /// None when unknown.
    Range(Option<Range>),
    /// US dollars per million tokens.
    Prices(Prices),
}

impl<'s> Model<'s> {
    pub(crate) fn new(raw: *const sys::roster_model, of: &'s Snapshot) -> Option<Self> {
        Some(Model { raw: NonNull::new(raw.cast_mut())?, of })
    }

    pub(crate) fn raw(&self) -> *const sys::roster_model {
        self.raw.as_ptr()
    }

    /// The snapshot that it belongs to.
    pub(crate) fn snapshot(&self) -> &'s Snapshot {
        self.of
    }

    texts! {
        /// The model's id.
        id = roster_model_id;
        /// The id of its block: another one for a spelling of the host's ([`Options::ids`](crate::Options::ids)) and for a variant of a model.
        canonical_id = roster_model_canonical_id;
        /// The wire protocol, `"anthropic-messages"` ...
        protocol = roster_model_protocol;
        /// Where a host sends its chat requests; `""` when it cannot be reached, as for the next two.
        url = roster_model_url;
        /// The rule that decided.
        rule = roster_model_rule;
        /// `"$ANTHROPIC_API_KEY"`, `"gateway main"`, `"keyless"`; never the value.
        source = roster_model_source;
        /// `"models.lua:12"`.
        defined_at = roster_model_defined_at;
        /// A warning that it retires soon, and what replaces it; `""` when there is none.
        warning = roster_model_warning;
        /// Another model than the one that was asked for, where an answer named one; `""` otherwise.
        served = roster_model_served;
        /// The id of the model that this one is a snapshot of, or another name; `""` when it is none.
        snapshot_of = roster_model_snapshot_of;
        /// The id of a usable model that the definitions prefer to it; `""` when there is none.
        shadowed_by = roster_model_shadowed_by;
        /// Why an earlier result is kept; `""` when it is not.
        stale_reason = roster_model_stale_reason;
        /// The stage that decided: `"config"`, `"credential"`, `"list"`, `"prove"`, `"generate"`.
        stage = roster_model_stage;
        /// Why it cannot be used, as a sentence; `""` when ready.
        reason = roster_model_reason;
        /// What to do next; `""` when ready.
        hint = roster_model_hint;
        /// The message in the response, redacted; `""` when none.
        said = roster_model_said;
        /// When it was checked: RFC 3339, UTC; `""` when never.
        checked_at = roster_model_checked_at;
    }

    flags! {
        /// Whether it was found in its provider's listing; no block defines it.
        discovered = roster_model_discovered;
        /// Whether it is in [`Snapshot::models`](crate::Snapshot::models).
        usable = roster_model_usable;
        /// Whether it is enabled, with its credential or needing none; never true for the mock.
        configured = roster_model_configured;
        /// Whether it is kept from an earlier snapshot.
        stale = roster_model_stale;
    }

    /// Every field that definitions set and documents show, by name.
    pub fn fields(&self) -> Vec<(&'static str, Value<'s>)> {
        // SAFETY: the table of fields is static, and past its end there is NULL.
        let field = |index| unsafe { sys::roster_field_at(index).as_ref::<'static>() };
        // SAFETY: the names are static.
        (0..).map_while(field).map(|field| (unsafe { text(field.name) }, self.value(field))).collect()
    }

    /// Whether anybody said what the value of this field is: false where documents have null, and for what is no field.
    pub fn knows(&self, field: &str) -> bool {
        // SAFETY: the table of fields is static, and past its end there is NULL; the model belongs to a snapshot that is held.
        let field_at = |index| unsafe { sys::roster_field_at(index).as_ref::<'static>() };
        (0..)
            .map_while(field_at)
            .any(|one| unsafe { text(one.name) == field && sys::roster_model_field_known(self.raw(), one) })
    }

    fn value(&self, field: &sys::roster_field) -> Value<'s> {
        let m = self.raw();
        // SAFETY: the model belongs to a snapshot that is held for 's, and its strings live as long; past the end of a list there is NULL.
        unsafe {
            match field.type_ {
                sys::ROSTER_FIELD_COUNT => Value::Count(count(sys::roster_model_field_count(m, field))),
                sys::ROSTER_FIELD_FLAG | sys::ROSTER_FIELD_TRI => {
                    Value::Flag(tri(sys::roster_model_field_flag(m, field)))
                }
                sys::ROSTER_FIELD_RANGE => Value::Range(self.reasoning_budget()),
                sys::ROSTER_FIELD_PRICE => Value::Prices(self.prices()),
                sys::ROSTER_FIELD_LIST => {
                    let item = |i| crate::text::text_or_none(sys::roster_model_field_item(m, field, i));
                    Value::List(sys::roster_model_field_known(m, field).then(|| (0..).map_while(item).collect()))
                }
                _ => Value::Text(text(sys::roster_model_field_text(m, field))),
            }
        }
    }

    /// The origin of each field that documents show.
    pub fn origins(&self) -> Vec<(&'static str, String)> {
        let name = |index| unsafe { text(sys::roster_origin_field_at(index)) };
        (0..).map(name).take_while(|name| !name.is_empty()).map(|name| (name, self.origin(name))).collect()
    }

    /// The origin of a field, by its name in the definitions: `"models.lua:12"`, `"live listing"`, `"default"`; `""` when there is no such field.
    pub fn origin(&self, field: &str) -> String {
        let Some(name) = c_text(field) else { return String::new() };
        written(|out, size| unsafe { sys::roster_model_write_origin(self.raw(), name.as_ptr(), out, size) })
    }

    lists! {
        /// Where its block and the live listing differ, one sentence per field.
        disagreements = roster_model_disagreement_at;
        /// The ids of its snapshots.
        snapshots = roster_model_snapshot_at;
    }

    /// Its provider.
    pub fn provider(&self) -> Provider<'s> {
        // SAFETY: the model belongs to a snapshot that is held, and its provider lives as long.
        let raw = unsafe { sys::roster_model_provider(self.raw()) };
        Provider::new(raw, self.of).expect("every model has a provider")
    }

    /// The context window, in tokens, that hosts once assumed for this stored id; None when it never differed from the real one.
    pub fn assumed_window(&self, id: &str) -> Option<u64> {
        let id = c_text(id)?;
        // SAFETY: the model belongs to a snapshot that is held, and the id is a string.
        count(unsafe { sys::roster_model_assumed_window(self.raw(), id.as_ptr()) })
    }

    /// Extra headers of every request to this model; none is secret.
    pub fn headers(&self) -> impl Iterator<Item = (&'s str, &'s [u8])> {
        let model = *self;
        (0..).map_while(move |i| {
            // SAFETY: the model belongs to a snapshot that is held for 's, and its headers live as long; past their end there is NULL.
            let header = unsafe { sys::roster_model_header_at(model.raw(), i).as_ref::<'s>() }?;
            // SAFETY: as above.
            Some(unsafe { (text(header.name), bytes(header.value)) })
        })
    }

    /// Its state.
    pub fn state(&self) -> State {
        // SAFETY: the model belongs to a snapshot that is held.
        State::from_raw(unsafe { sys::roster_model_state(self.raw()) })
    }

    /// Why it cannot be used, or why an earlier result is kept, as data.
    pub fn reason_code(&self) -> Reason {
        // SAFETY: the model belongs to a snapshot that is held.
        Reason::from_raw(unsafe { sys::roster_model_reason_code(self.raw()) })
    }

    /// Where the cause lies.
    pub fn blame(&self) -> Blame {
        // SAFETY: the model belongs to a snapshot that is held.
        Blame::from_raw(unsafe { sys::roster_model_blame(self.raw()) })
    }

    /// The HTTP status that decided; None when no response did.
    pub fn http_status(&self) -> Option<u16> {
        // SAFETY: the model belongs to a snapshot that is held.
        http_status(unsafe { sys::roster_model_http_status(self.raw()) })
    }

    /// How long the response that decided took; None when none did.
    pub fn latency(&self) -> Option<Duration> {
        // SAFETY: the model belongs to a snapshot that is held.
        latency(unsafe { sys::roster_model_latency_ms(self.raw()) })
    }

    /// The requests that validation sent for it, in order.
    pub fn requests(&self) -> impl Iterator<Item = Evidence<'s>> {
        let model = *self;
        (0..).map_while(move |i| {
            // SAFETY: the model belongs to a snapshot that is held for 's, and its requests live as long; past their end there is NULL.
            let raw = NonNull::new(unsafe { sys::roster_model_request_at(model.raw(), i) }.cast_mut())?;
            // SAFETY: as above.
            Some(unsafe { evidence(raw.as_ptr()) })
        })
    }

    /// How to send requests to it; None when it is disabled or has no address.
    pub fn service(&self) -> Option<Service<'s>> {
        // SAFETY: the model belongs to a snapshot that is held, and its service lives as long.
        Service::new(unsafe { sys::roster_model_service(self.raw()) }, *self)
    }
}

/// # Safety
/// The request belongs to a snapshot that is held for `'s`.
unsafe fn evidence<'s>(raw: *const sys::roster_request) -> Evidence<'s> {
    // SAFETY: as promised by the caller.
    unsafe {
        Evidence {
            stage: text(sys::roster_request_stage(raw)),
            method: text(sys::roster_request_method(raw)),
            url: text(sys::roster_request_url(raw)),
            http_status: http_status(sys::roster_request_status(raw)),
            latency: latency(sys::roster_request_latency_ms(raw)),
            outcome: text(sys::roster_request_outcome(raw)),
        }
    }
}

fn count(tokens: i64) -> Option<u64> {
    u64::try_from(tokens).ok().filter(|tokens| *tokens > 0)
}

pub(crate) fn tri(value: sys::roster_tri) -> Option<bool> {
    (value != sys::ROSTER_UNKNOWN).then_some(value == sys::ROSTER_YES)
}

fn http_status(status: std::ffi::c_int) -> Option<u16> {
    u16::try_from(status).ok().filter(|status| *status > 0)
}

fn latency(ms: std::ffi::c_long) -> Option<Duration> {
    u64::try_from(ms).ok().map(Duration::from_millis)
}

type TextAt = unsafe extern "C" fn(*const sys::roster_model, usize) -> *const c_char;

fn list<'s>(model: Model<'s>, at: TextAt) -> impl Iterator<Item = &'s str> {
    (0..).map_while(move |i| {
        // SAFETY: the model belongs to a snapshot that is held for 's, and its strings live as long; past their end there is NULL.
        unsafe { crate::text::text_or_none(at(model.raw(), i)) }
    })
}

impl fmt::Debug for Model<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("id", &self.id())
            .field("state", &self.state())
            .field("reason", &self.reason())
            .finish_non_exhaustive()
    }
}
