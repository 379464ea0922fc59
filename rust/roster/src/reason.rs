//! Why a model cannot be used, and who is to blame, as data.
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
            /// What a newer library calls otherwise is the first of the list.
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
                // SAFETY: static text.
                unsafe { text(sys::$name_of(raw)) }
            }
        }
    };
}

tokens! {
    /// Why a model cannot be used: `Model::reason` as a token.
    Reason, roster_reason, roster_reason_name, None {
        /// It is ready.
        None = ROSTER_REASON_NONE,
        /// Nothing was asked yet.
        NotAsked = ROSTER_REASON_NOT_ASKED,
        /// Its block has enabled = false.
        ModelDisabled = ROSTER_REASON_MODEL_DISABLED,
        /// Its provider is not enabled.
        ProviderDisabled = ROSTER_REASON_PROVIDER_DISABLED,
        /// A rule of the definitions refused it.
        RuleRefused = ROSTER_REASON_RULE_REFUSED,
        /// Not among roster_options.host_protocols.
        ProtocolUnspoken = ROSTER_REASON_PROTOCOL_UNSPOKEN,
        /// A variable that the provider's address is made of.
        SettingUnset = ROSTER_REASON_SETTING_UNSET,
        /// Nothing says where its provider is.
        AddressMissing = ROSTER_REASON_ADDRESS_MISSING,
        /// Not an address, or one that would send the key in the clear.
        AddressInvalid = ROSTER_REASON_ADDRESS_INVALID,
        /// The gateway does not pass on a header that the model needs.
        HeaderStopped = ROSTER_REASON_HEADER_STOPPED,
        /// There is no key.
        KeyUnset = ROSTER_REASON_KEY_UNSET,
        /// The file that should hold it is unreadable or empty.
        KeyUnreadable = ROSTER_REASON_KEY_UNREADABLE,
        /// It cannot be sent as it is.
        KeyMalformed = ROSTER_REASON_KEY_MALFORMED,
        /// The host, or a helper that has not run yet, will give it.
        KeyPending = ROSTER_REASON_KEY_PENDING,
        /// The host's own.
        KeyExpired = ROSTER_REASON_KEY_EXPIRED,
        /// Its credential helper is running.
        HelperRunning = ROSTER_REASON_HELPER_RUNNING,
        /// Its credential helper failed.
        HelperFailed = ROSTER_REASON_HELPER_FAILED,
        /// It was refused, and its helper runs again.
        KeyRenewing = ROSTER_REASON_KEY_RENEWING,
        /// None is defined, and the provider asks for one.
        KeyMissing = ROSTER_REASON_KEY_MISSING,
        /// The provider refused the key.
        KeyRefused = ROSTER_REASON_KEY_REFUSED,
        /// Nothing listens there on this machine.
        NotRunning = ROSTER_REASON_NOT_RUNNING,
        /// The name of the host was not found.
        NameNotFound = ROSTER_REASON_NAME_NOT_FOUND,
        /// No connection.
        ConnectFailed = ROSTER_REASON_CONNECT_FAILED,
        /// No trusted connection.
        TlsFailed = ROSTER_REASON_TLS_FAILED,
        /// No response in time.
        TimedOut = ROSTER_REASON_TIMED_OUT,
        /// Before the response was complete.
        ConnectionLost = ROSTER_REASON_CONNECTION_LOST,
        /// The time for its endpoint had passed before it was asked.
        TimeOver = ROSTER_REASON_TIME_OVER,
        /// The transport did not take the request.
        NotSent = ROSTER_REASON_NOT_SENT,
        /// Anything else that kept a response away.
        Unreachable = ROSTER_REASON_UNREACHABLE,
        /// Redirects are not followed.
        Redirected = ROSTER_REASON_REDIRECTED,
        /// Too large, or not HTTP.
        AnswerUnusable = ROSTER_REASON_ANSWER_UNUSABLE,
        /// Not JSON: a sign-in page or a proxy.
        PageNotApi = ROSTER_REASON_PAGE_NOT_API,
        /// Not what the protocol answers.
        ProtocolMismatch = ROSTER_REASON_PROTOCOL_MISMATCH,
        /// No such path there.
        NotServedHere = ROSTER_REASON_NOT_SERVED_HERE,
        /// The provider's own trouble.
        ProviderFailed = ROSTER_REASON_PROVIDER_FAILED,
        /// Asked too often.
        RateLimited = ROSTER_REASON_RATE_LIMITED,
        /// No credit or quota is left.
        NoQuota = ROSTER_REASON_NO_QUOTA,
        /// The key is good, but not for this model.
        NoAccess = ROSTER_REASON_NO_ACCESS,
        /// The provider said so.
        ModelUnknown = ROSTER_REASON_MODEL_UNKNOWN,
        /// Not in a complete listing.
        NotListed = ROSTER_REASON_NOT_LISTED,
        /// Either, and its block says that it has retired by now.
        Retired = ROSTER_REASON_RETIRED,
        /// Reserved for models whose listing does not say what they are for.
        KindUnknown = ROSTER_REASON_KIND_UNKNOWN,
        /// Nothing free tells.
        NoFreeCheck = ROSTER_REASON_NO_FREE_CHECK,
        /// Its provider's listing cannot be read.
        ListingUnreadable = ROSTER_REASON_LISTING_UNREADABLE,
        /// It was read, and does not show what the key may use.
        ListingProvesNothing = ROSTER_REASON_LISTING_PROVES_NOTHING,
        /// The gateway answers free look-ups itself.
        GatewayAnswers = ROSTER_REASON_GATEWAY_ANSWERS,
        /// The request of a proof was refused as wrong.
        ProofRefused = ROSTER_REASON_PROOF_REFUSED,
        /// Its protocol has no smallest request.
        ProofMissing = ROSTER_REASON_PROOF_MISSING,
        /// The function of a protocol did.
        ScriptFailed = ROSTER_REASON_SCRIPT_FAILED,
    }
}

tokens! {
    /// Who has to do something about it.
    Blame, roster_blame, roster_blame_name, None {
        /// Nobody.
        None = ROSTER_BLAME_NONE,
        /// The provider.
        Provider = ROSTER_BLAME_PROVIDER,
        /// The gateway.
        Gateway = ROSTER_BLAME_GATEWAY,
        /// What the address of an override leads to.
        Override = ROSTER_BLAME_OVERRIDE,
        /// The definitions.
        Definitions = ROSTER_BLAME_DEFINITIONS,
        /// The network.
        Network = ROSTER_BLAME_NETWORK,
        /// Its environment, files, helpers and programs.
        ThisMachine = ROSTER_BLAME_THIS_MACHINE,
    }
}
