//! One provider: an endpoint that roster can use.
use crate::model::tri;
use crate::snapshot::Snapshot;
use crate::text::text;
use roster_sys as sys;
use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;

/// One provider of a snapshot.
#[derive(Clone, Copy)]
pub struct Provider<'s> {
    raw: NonNull<sys::roster_provider>,
    of: PhantomData<&'s Snapshot>,
}

// SAFETY: it is a reference into a snapshot, which never changes.
unsafe impl Send for Provider<'_> {}
// SAFETY: as above.
unsafe impl Sync for Provider<'_> {}

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident -> $kind:ty = $getter:ident $(as $convert:ident)?;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> $kind {
            // SAFETY: the provider belongs to a snapshot that is held for 's, and its strings live as long.
            unsafe { getters!(@ sys::$getter(self.raw.as_ptr()) $(, $convert)?) }
        }
    )*};
    (@ $call:expr) => { $call };
    (@ $call:expr, $convert:ident) => { $convert($call) };
}

/// What a provider stated of the account: see [`Provider::limits`]. `None` where it did not state a number.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Limits<'s> {
    /// Requests that are left.
    pub requests: Option<u64>,
    /// How many requests there are at most.
    pub requests_limit: Option<u64>,
    /// Tokens that are left.
    pub tokens: Option<u64>,
    /// How many tokens there are at most.
    pub tokens_limit: Option<u64>,
    /// Credit that is left, in `currency`; below zero where it is overdrawn.
    pub credit: Option<f64>,
    /// How much there was.
    pub credit_limit: Option<f64>,
    /// `"USD"`; `""` when not stated.
    pub currency: &'s str,
    /// When requests and tokens are all there again (RFC 3339, UTC); `""` when not stated.
    pub reset: &'s str,
    /// When it was stated, in the same form.
    pub at: &'s str,
}

impl<'s> Provider<'s> {
    pub(crate) fn new(raw: *const sys::roster_provider, _of: &'s Snapshot) -> Option<Self> {
        Some(Provider { raw: NonNull::new(raw.cast_mut())?, of: PhantomData })
    }

    getters! {
        /// The provider's id, `"anthropic"`.
        id -> &'s str = roster_provider_id as text;
        /// Its display name, `"Anthropic"`.
        title -> &'s str = roster_provider_title as text;
        /// The wire protocol of its listing, and of its models unless they set another.
        protocol -> &'s str = roster_provider_protocol as text;
        /// The base URL in use: override, gateway or its own; `""` when none.
        endpoint -> &'s str = roster_provider_endpoint as text;
        /// `"$ANTHROPIC_API_KEY"`, `"keyless"` ...; never the value.
        credential_source -> &'s str = roster_provider_credential_source as text;
        /// Whether the credential is set.
        credential_set -> bool = roster_provider_credential_set;
        /// When the credential was written to its file or printed by its helper (RFC 3339, UTC); `""` when unknown.
        credential_since -> &'s str = roster_provider_credential_since as text;
        /// When a helper's or host's key expires, in the same form; `""` when unknown.
        credential_until -> &'s str = roster_provider_credential_until as text;
        /// The last block that defines or changes it: `"providers.lua:12"`.
        defined_at -> &'s str = roster_provider_defined_at as text;
        /// Whether it offers models that it lists and no block defines.
        discovers -> bool = roster_provider_discovers;
        /// Whether it is enabled.
        enabled -> bool = roster_provider_enabled;
        /// Whether its listing was read to its end by the latest refresh; None where it was not asked.
        listed -> Option<bool> = roster_provider_listed as tri;
        /// Why its listing was not read to its end; `""` otherwise.
        listing_problem -> &'s str = roster_provider_listing_problem as text;
        /// What to do where its credential is set and no model of it is known; `""` otherwise.
        hint -> &'s str = roster_provider_hint as text;
        /// That the credit it states is less than `validate { warn_credit = ... }`, with the amount; `""` otherwise.
        warning -> &'s str = roster_provider_warning as text;
        /// The day on which a source last showed its address and its answers to be as its block says; `""` when unknown.
        seen -> &'s str = roster_provider_seen as text;
        /// The day on which it ended or will end; `"true"` where it has ended and the day is not known; `""` otherwise.
        retired -> &'s str = roster_provider_retired as text;
        /// The id of the provider to use instead; `""` for none.
        replacement -> &'s str = roster_provider_replacement as text;
        /// Whether it has ended: then it is not enabled, and asked nothing.
        ended -> bool = roster_provider_ended;
        /// How many models are defined.
        defined -> usize = roster_provider_defined;
        /// How many of them are usable.
        ready -> usize = roster_provider_ready;
    }

    /// What it stated of the account in its answers to the latest refresh: the lowest of them; None where it stated nothing.
    pub fn limits(&self) -> Option<Limits<'s>> {
        // SAFETY: the provider belongs to a snapshot that is held for 's, and what it points to lives as long.
        let raw = unsafe { sys::roster_provider_limits(self.raw.as_ptr()).as_ref() }?;
        let count = |n: i64| u64::try_from(n).ok();
        let amount = |n: f64| if n.is_nan() { None } else { Some(n) };
        Some(Limits {
            requests: count(raw.requests),
            requests_limit: count(raw.requests_limit),
            tokens: count(raw.tokens),
            tokens_limit: count(raw.tokens_limit),
            credit: amount(raw.credit),
            credit_limit: amount(raw.credit_limit),
            // SAFETY: as above; they are never NULL.
            currency: unsafe { text(raw.currency) },
            reset: unsafe { text(raw.reset) },
            at: unsafe { text(raw.at) },
        })
    }

    /// An object of the deployer's own, in JSON.
    pub fn extra(&self) -> &'s str {
        // SAFETY: the provider belongs to a snapshot that is held for 's, and its strings live as long.
        unsafe { text(sys::roster_provider_extra(self.raw.as_ptr())) }
    }

    /// Words of the deployer's own.
    pub fn tags(&self) -> impl Iterator<Item = &'s str> {
        let raw = self.raw;
        // SAFETY: the provider belongs to a snapshot that is held for 's, and its strings live as long; past their end there is NULL.
        (0..).map_while(move |i| unsafe { crate::text::text_or_none(sys::roster_provider_tag_at(raw.as_ptr(), i)) })
    }

    /// The prefixes of its keys, where they distinguish them from others.
    pub fn key_prefixes(&self) -> impl Iterator<Item = &'s str> {
        let raw = self.raw;
        (0..)
            // SAFETY: the provider belongs to a snapshot that is held for 's, and its strings live as long; NULL ends them.
            .map(move |i| unsafe { sys::roster_provider_key_prefix_at(raw.as_ptr(), i) })
            .take_while(|prefix| !prefix.is_null())
            // SAFETY: as above, and it is not NULL.
            .map(|prefix| unsafe { text(prefix) })
    }
}

impl fmt::Debug for Provider<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("id", &self.id()).field("endpoint", &self.endpoint()).finish_non_exhaustive()
    }
}
