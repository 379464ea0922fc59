//! Why a model cannot be used, and where the cause lies, as data.
use crate::text::text;
use roster_sys as sys;

macro_rules! tokens {
    ($(#[$about:meta])* $type:ident, $raw_type:ident, $name_of:ident, $other:ident {
        $($(#[$doc:meta])* $name:ident = $raw:ident,)*
    }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$doc])* $name,)*
        }

        impl $type {
            /// A value that this crate does not know becomes the first of the list.
            pub(crate) fn from_raw(raw: sys::$raw_type) -> Self {
                match raw {
                    $(sys::$raw => $type::$name,)*
                    _ => $type::$other,
                }
            }

            /// Its name in documents.
            pub fn name(self) -> &'static str {
                let raw = match self {
                    $($type::$name => sys::$raw,)*
                };
                // SAFETY: static string.
                unsafe { text(sys::$name_of(raw)) }
            }
        }
    };
}

tokens! {
    /// Why a model cannot be used; `Model::reason` is the same as a sentence.
    Reason, roster_reason, roster_reason_name, None {
        /// It is ready.
        None = ROSTER_REASON_NONE,
        /// Not checked yet.
        NotAsked = ROSTER_REASON_NOT_ASKED,
        /// Its block has enabled = false.
        ModelDisabled = ROSTER_REASON_MODEL_DISABLED,
        /// Its provider is not enabled.
        ProviderDisabled = ROSTER_REASON_PROVIDER_DISABLED,
        /// A rule of the definitions refused it.
        RuleRefused = ROSTER_REASON_RULE_REFUSED,
        /// The protocol is not one of [`Options::host_protocols`](crate::Options::host_protocols).
        ProtocolUnspoken = ROSTER_REASON_PROTOCOL_UNSPOKEN,
        /// A variable that the provider's address needs is not set.
        SettingUnset = ROSTER_REASON_SETTING_UNSET,
        /// Its provider has no address.
        AddressMissing = ROSTER_REASON_ADDRESS_MISSING,
        /// The address is not valid, or would send the key in the clear.
        AddressInvalid = ROSTER_REASON_ADDRESS_INVALID,
        /// The gateway does not pass on a header that the model needs.
        HeaderStopped = ROSTER_REASON_HEADER_STOPPED,
        /// There is no key.
        KeyUnset = ROSTER_REASON_KEY_UNSET,
        /// The file that should hold it is unreadable or empty.
        KeyUnreadable = ROSTER_REASON_KEY_UNREADABLE,
        /// The value cannot be sent as a key.
        KeyMalformed = ROSTER_REASON_KEY_MALFORMED,
        /// The host, or a helper that has not run yet, will supply the key.
        KeyPending = ROSTER_REASON_KEY_PENDING,
        /// The host's own key has expired.
        KeyExpired = ROSTER_REASON_KEY_EXPIRED,
        /// Its credential helper is running.
        HelperRunning = ROSTER_REASON_HELPER_RUNNING,
        /// Its credential helper failed.
        HelperFailed = ROSTER_REASON_HELPER_FAILED,
        /// The key was refused, and its helper runs again.
        KeyRenewing = ROSTER_REASON_KEY_RENEWING,
        /// No key is defined, and the provider requires one.
        KeyMissing = ROSTER_REASON_KEY_MISSING,
        /// The provider refused the key.
        KeyRefused = ROSTER_REASON_KEY_REFUSED,
        /// Nothing listens there on this machine.
        NotRunning = ROSTER_REASON_NOT_RUNNING,
        /// The name of the host was not found.
        NameNotFound = ROSTER_REASON_NAME_NOT_FOUND,
        /// No connection.
        ConnectFailed = ROSTER_REASON_CONNECT_FAILED,
        /// TLS failed.
        TlsFailed = ROSTER_REASON_TLS_FAILED,
        /// No response in time.
        TimedOut = ROSTER_REASON_TIMED_OUT,
        /// The connection was lost before the response was complete.
        ConnectionLost = ROSTER_REASON_CONNECTION_LOST,
        /// The time for its endpoint ran out before its request was sent.
        TimeOver = ROSTER_REASON_TIME_OVER,
        /// The transport did not accept the request.
        NotSent = ROSTER_REASON_NOT_SENT,
        /// No response, for any other cause.
        Unreachable = ROSTER_REASON_UNREACHABLE,
        /// A redirect, which is not followed.
        Redirected = ROSTER_REASON_REDIRECTED,
        /// The response is too large, or not HTTP.
        AnswerUnusable = ROSTER_REASON_ANSWER_UNUSABLE,
        /// The response is not JSON: a sign-in page or a proxy.
        PageNotApi = ROSTER_REASON_PAGE_NOT_API,
        /// Not a response of the protocol.
        ProtocolMismatch = ROSTER_REASON_PROTOCOL_MISMATCH,
        /// The server has no such path.
        NotServedHere = ROSTER_REASON_NOT_SERVED_HERE,
        /// The provider failed.
        ProviderFailed = ROSTER_REASON_PROVIDER_FAILED,
        /// Too many requests.
        RateLimited = ROSTER_REASON_RATE_LIMITED,
        /// No credit or quota is left.
        NoQuota = ROSTER_REASON_NO_QUOTA,
        /// The key is good, but not for this model.
        NoAccess = ROSTER_REASON_NO_ACCESS,
        /// The provider does not know the model.
        ModelUnknown = ROSTER_REASON_MODEL_UNKNOWN,
        /// Absent from a complete listing.
        NotListed = ROSTER_REASON_NOT_LISTED,
        /// The provider says so, or does not know it and its block has a retirement date that has passed.
        Retired = ROSTER_REASON_RETIRED,
        /// Its listing does not say what it is for.
        KindUnknown = ROSTER_REASON_KIND_UNKNOWN,
        /// Nothing free can prove it.
        NoFreeCheck = ROSTER_REASON_NO_FREE_CHECK,
        /// Its provider's listing cannot be read.
        ListingUnreadable = ROSTER_REASON_LISTING_UNREADABLE,
        /// The listing was read, but does not show what the key may use.
        ListingProvesNothing = ROSTER_REASON_LISTING_PROVES_NOTHING,
        /// The gateway answers free lookups itself.
        GatewayAnswers = ROSTER_REASON_GATEWAY_ANSWERS,
        /// The provider rejected the proof's request as invalid.
        ProofRefused = ROSTER_REASON_PROOF_REFUSED,
        /// Its protocol defines no minimal request.
        ProofMissing = ROSTER_REASON_PROOF_MISSING,
        /// A function of the protocol's script failed.
        ScriptFailed = ROSTER_REASON_SCRIPT_FAILED,
        /// The key is good, but its account or organization may not use this.
        AccountRefused = ROSTER_REASON_ACCOUNT_REFUSED,
        /// Not served in the region from which it was asked.
        RegionRefused = ROSTER_REASON_REGION_REFUSED,
        /// A policy of the account, or of the network, rules it out.
        PolicyRefused = ROSTER_REASON_POLICY_REFUSED,
        /// The provider says that the service is gone, for good or for now.
        ServiceEnded = ROSTER_REASON_SERVICE_ENDED,
        /// A variable that a block depends on has a value that cannot be used.
        SettingInvalid = ROSTER_REASON_SETTING_INVALID,
        /// A reference or a placeholder is where the key should be.
        KeyPlaceholder = ROSTER_REASON_KEY_PLACEHOLDER,
        /// The host answers a made-up key in the same way, so its answers prove nothing.
        KeyNotChecked = ROSTER_REASON_KEY_NOT_CHECKED,
        /// Whether it does could not be found out this time.
        KeyCheckOpen = ROSTER_REASON_KEY_CHECK_OPEN,
        /// A proxy wants a sign-in.
        ProxyRefused = ROSTER_REASON_PROXY_REFUSED,
        /// The provider states another kind than its block.
        KindOther = ROSTER_REASON_KIND_OTHER,
        /// The provider serves it in another protocol.
        ProtocolOther = ROSTER_REASON_PROTOCOL_OTHER,
        /// Listed, but switched off.
        ModelInactive = ROSTER_REASON_MODEL_INACTIVE,
        /// The answer to a billed request names the model and refuses it.
        ModelRefused = ROSTER_REASON_MODEL_REFUSED,
        /// Of a ready model: its answer names another model.
        ServedByOther = ROSTER_REASON_SERVED_BY_OTHER,
        /// Only a billed request proves it, and nobody has asked for that.
        NotBilled = ROSTER_REASON_NOT_BILLED,
        /// Only a billed request proves it, and no more are sent today.
        BilledBudgetSpent = ROSTER_REASON_BILLED_BUDGET_SPENT,
        /// The host's own transport broke its promises: nothing is known of the provider.
        TransportFailed = ROSTER_REASON_TRANSPORT_FAILED,
    }
}

tokens! {
    /// Where the cause lies.
    Blame, roster_blame, roster_blame_name, None {
        /// Nobody.
        None = ROSTER_BLAME_NONE,
        /// The provider.
        Provider = ROSTER_BLAME_PROVIDER,
        /// The gateway.
        Gateway = ROSTER_BLAME_GATEWAY,
        /// The server at an override's address, or where a rule leads.
        Override = ROSTER_BLAME_OVERRIDE,
        /// The definitions.
        Definitions = ROSTER_BLAME_DEFINITIONS,
        /// The network.
        Network = ROSTER_BLAME_NETWORK,
        /// The environment, files, helpers and programs of this machine.
        ThisMachine = ROSTER_BLAME_THIS_MACHINE,
    }
}
