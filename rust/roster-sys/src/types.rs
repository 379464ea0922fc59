//! The structs, constants and opaque types of roster.h, in its order.
// Written by scripts/generate from include/roster.h.
use core::ffi::{c_char, c_int, c_long, c_uint, c_void};
use core::marker::{PhantomData, PhantomPinned};

macro_rules! opaque {
    ($($name:ident)*) => {$(
        /// Only ever seen through a pointer.
        #[repr(C)]
        pub struct $name {
            _data: [u8; 0],
            _marker: PhantomData<(*mut u8, PhantomPinned)>,
        }
    )*};
}

macro_rules! constants {
    ($kind:ident: $($name:ident = $value:literal),* $(,)?) => {
        pub type $kind = c_uint;
        $(pub const $name: $kind = $value;)*
    };
}

/// With a value below zero.
macro_rules! signed_constants {
    ($kind:ident: $($name:ident = $value:literal),* $(,)?) => {
        pub type $kind = c_int;
        $(pub const $name: $kind = $value;)*
    };
}

opaque! { roster_snapshot roster roster_model roster_provider roster_request roster_service roster_headers }

constants! { roster_status:
    ROSTER_OK = 0,
    ROSTER_EINVALID = 1,
    ROSTER_ENOMEM = 2,
    ROSTER_EDEFINITIONS = 3,
    ROSTER_EUNKNOWN = 4,
    ROSTER_EAMBIGUOUS = 5,
    ROSTER_ENOTREADY = 6,
    ROSTER_ERETIRED = 7,
    ROSTER_ETRANSPORT = 8,
    ROSTER_EPENDING = 9,
    ROSTER_EFORKED = 10,
    ROSTER_ESYSTEM = 11,
    ROSTER_ECANCELLED = 12,
    ROSTER_EHELD = 13,
}

constants! { roster_severity:
    ROSTER_WARNING = 0,
    ROSTER_ERROR = 1,
}

constants! { roster_http_failure:
    ROSTER_HTTP_ANSWERED = 0,
    ROSTER_HTTP_DNS = 1,
    ROSTER_HTTP_CONNECT = 2,
    ROSTER_HTTP_TLS = 3,
    ROSTER_HTTP_TIMEOUT = 4,
    ROSTER_HTTP_RESET = 5,
    ROSTER_HTTP_TOO_LARGE = 6,
    ROSTER_HTTP_MALFORMED = 7,
    ROSTER_HTTP_OTHER = 8,
}

constants! { roster_level:
    ROSTER_LEVEL_DEFAULT = 0,
    ROSTER_LEVEL_CREDENTIAL = 1,
    ROSTER_LEVEL_LIST = 2,
    ROSTER_LEVEL_PROVE = 3,
    ROSTER_LEVEL_GENERATE = 4,
}

constants! { roster_change_kind:
    ROSTER_ADDED = 0,
    ROSTER_REMOVED = 1,
    ROSTER_CHANGED = 2,
    ROSTER_DEFAULT_CHANGED = 3,
}

constants! { roster_state:
    ROSTER_READY = 0,
    ROSTER_DISABLED = 1,
    ROSTER_NO_CREDENTIAL = 2,
    ROSTER_BAD_CREDENTIAL = 3,
    ROSTER_NO_ACCESS = 4,
    ROSTER_NO_QUOTA = 5,
    ROSTER_NOT_LISTED = 6,
    ROSTER_PENDING = 7,
    ROSTER_RATE_LIMITED = 8,
    ROSTER_UNREACHABLE = 9,
    ROSTER_PROVIDER_ERROR = 10,
    ROSTER_UNPROVEN = 11,
}

constants! { roster_reason:
    ROSTER_REASON_NONE = 0,
    ROSTER_REASON_NOT_ASKED = 1,
    ROSTER_REASON_MODEL_DISABLED = 2,
    ROSTER_REASON_PROVIDER_DISABLED = 3,
    ROSTER_REASON_RULE_REFUSED = 4,
    ROSTER_REASON_PROTOCOL_UNSPOKEN = 5,
    ROSTER_REASON_SETTING_UNSET = 6,
    ROSTER_REASON_ADDRESS_MISSING = 7,
    ROSTER_REASON_ADDRESS_INVALID = 8,
    ROSTER_REASON_HEADER_STOPPED = 9,
    ROSTER_REASON_KEY_UNSET = 10,
    ROSTER_REASON_KEY_UNREADABLE = 11,
    ROSTER_REASON_KEY_MALFORMED = 12,
    ROSTER_REASON_KEY_PENDING = 13,
    ROSTER_REASON_KEY_EXPIRED = 14,
    ROSTER_REASON_HELPER_RUNNING = 15,
    ROSTER_REASON_HELPER_FAILED = 16,
    ROSTER_REASON_KEY_RENEWING = 17,
    ROSTER_REASON_KEY_MISSING = 18,
    ROSTER_REASON_KEY_REFUSED = 19,
    ROSTER_REASON_NOT_RUNNING = 20,
    ROSTER_REASON_NAME_NOT_FOUND = 21,
    ROSTER_REASON_CONNECT_FAILED = 22,
    ROSTER_REASON_TLS_FAILED = 23,
    ROSTER_REASON_TIMED_OUT = 24,
    ROSTER_REASON_CONNECTION_LOST = 25,
    ROSTER_REASON_TIME_OVER = 26,
    ROSTER_REASON_NOT_SENT = 27,
    ROSTER_REASON_UNREACHABLE = 28,
    ROSTER_REASON_REDIRECTED = 29,
    ROSTER_REASON_ANSWER_UNUSABLE = 30,
    ROSTER_REASON_PAGE_NOT_API = 31,
    ROSTER_REASON_PROTOCOL_MISMATCH = 32,
    ROSTER_REASON_NOT_SERVED_HERE = 33,
    ROSTER_REASON_PROVIDER_FAILED = 34,
    ROSTER_REASON_RATE_LIMITED = 35,
    ROSTER_REASON_NO_QUOTA = 36,
    ROSTER_REASON_NO_ACCESS = 37,
    ROSTER_REASON_MODEL_UNKNOWN = 38,
    ROSTER_REASON_NOT_LISTED = 39,
    ROSTER_REASON_RETIRED = 40,
    ROSTER_REASON_KIND_UNKNOWN = 41,
    ROSTER_REASON_NO_FREE_CHECK = 42,
    ROSTER_REASON_LISTING_UNREADABLE = 43,
    ROSTER_REASON_LISTING_PROVES_NOTHING = 44,
    ROSTER_REASON_GATEWAY_ANSWERS = 45,
    ROSTER_REASON_PROOF_REFUSED = 46,
    ROSTER_REASON_PROOF_MISSING = 47,
    ROSTER_REASON_SCRIPT_FAILED = 48,
}

constants! { roster_blame:
    ROSTER_BLAME_NONE = 0,
    ROSTER_BLAME_PROVIDER = 1,
    ROSTER_BLAME_GATEWAY = 2,
    ROSTER_BLAME_OVERRIDE = 3,
    ROSTER_BLAME_DEFINITIONS = 4,
    ROSTER_BLAME_NETWORK = 5,
    ROSTER_BLAME_THIS_MACHINE = 6,
}

signed_constants! { roster_tri:
    ROSTER_UNKNOWN = -1,
    ROSTER_NO = 0,
    ROSTER_YES = 1,
}

constants! { roster_price:
    ROSTER_PRICE_INPUT = 0,
    ROSTER_PRICE_OUTPUT = 1,
    ROSTER_PRICE_CACHE_READ = 2,
    ROSTER_PRICE_CACHE_WRITE = 3,
}

constants! { roster_field_type:
    ROSTER_FIELD_TEXT = 0,
    ROSTER_FIELD_CHOICE = 1,
    ROSTER_FIELD_DATE = 2,
    ROSTER_FIELD_COUNT = 3,
    ROSTER_FIELD_PRICE = 4,
    ROSTER_FIELD_LIST = 5,
    ROSTER_FIELD_FLAG = 6,
    ROSTER_FIELD_TRI = 7,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_error {
    pub status: roster_status,
    pub count: c_int,
    pub line: c_int,
    pub file: [c_char; 256],
    pub message: [c_char; 1024],
    pub hint: [c_char; 256],
    pub candidate_count: c_int,
    pub candidates: [[c_char; 128]; 4],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_finding {
    pub severity: roster_severity,
    pub file: *const c_char,
    pub line: c_int,
    pub message: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_source {
    pub path: *const c_char,
    pub why: *const c_char,
    pub directory: bool,
    pub read: bool,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_header {
    pub name: *const c_char,
    pub value: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_http_request {
    pub size: usize,
    pub id: u64,
    pub method: *const c_char,
    pub url: *const c_char,
    pub headers: *const roster_header,
    pub header_count: usize,
    pub body: *const c_char,
    pub body_bytes: usize,
    pub timeout_ms: c_long,
    pub connect_timeout_ms: c_long,
    pub max_body_bytes: usize,
    pub ca_file: *const c_char,
    pub ca_dir: *const c_char,
    pub client_cert: *const c_char,
    pub client_key: *const c_char,
    pub proxy: *const c_char,
    pub aws_sigv4: *const c_char,
    pub aws_key_id: *const c_char,
    pub aws_secret: *const c_char,
    pub tags: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_http_response {
    pub size: usize,
    pub id: u64,
    pub failure: roster_http_failure,
    pub message: *const c_char,
    pub status: c_int,
    pub headers: *const roster_header,
    pub header_count: usize,
    pub body: *const c_char,
    pub body_bytes: usize,
    pub elapsed_ms: c_long,
    pub answered_ms: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_transport {
    pub size: usize,
    pub self_: *mut c_void,
    pub start: Option<unsafe extern "C" fn(*mut c_void, *const roster_http_request) -> roster_status>,
    pub next: Option<unsafe extern "C" fn(*mut c_void, c_long, *mut *const roster_http_response) -> roster_status>,
    pub cancel_all: Option<unsafe extern "C" fn(*mut c_void)>,
    pub close: Option<unsafe extern "C" fn(*mut c_void)>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_progress {
    pub model_id: *const c_char,
    pub provider_id: *const c_char,
    pub state: *const c_char,
    pub decided: usize,
    pub total: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_credential {
    pub size: usize,
    pub value: *const c_char,
    pub headers: *const roster_header,
    pub header_count: usize,
    pub expires_at_ms: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_variable {
    pub name: *const c_char,
    pub value: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_definition {
    pub name: *const c_char,
    pub text: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_options {
    pub size: usize,
    pub config: *const c_char,
    pub no_builtin: bool,
    pub enable_mock: bool,
    pub definitions: *const roster_definition,
    pub definition_count: usize,
    pub environment: *const roster_variable,
    pub environment_count: usize,
    pub host_protocols: *const *const c_char,
    pub host_protocol_count: usize,
    pub level: roster_level,
    pub timeout_ms: c_long,
    pub deadline_ms: c_long,
    pub transport: *const roster_transport,
    pub on_finding: Option<unsafe extern "C" fn(*mut c_void, *const roster_finding)>,
    pub on_source: Option<unsafe extern "C" fn(*mut c_void, *const roster_source)>,
    pub on_progress: Option<unsafe extern "C" fn(*mut c_void, *const roster_progress)>,
    pub payload: *mut c_void,
    pub on_published: Option<unsafe extern "C" fn(*mut c_void, *const roster_snapshot)>,
    pub cache_file: *const c_char,
    pub credential: Option<unsafe extern "C" fn(*mut c_void, *const c_char, *mut roster_credential) -> roster_status>,
    pub helper_wait_ms: c_long,
    pub discover_all: bool,
    pub transport_signs: bool,
    pub on_variable: Option<unsafe extern "C" fn(*mut c_void, *const c_char, bool)>,
    pub keep_requests: bool,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_rename {
    pub from: *const c_char,
    pub to: *const c_char,
    pub defined_at: *const c_char,
    pub context_window: i64,
    pub assumed_window: i64,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_models_choice {
    pub size: usize,
    pub usable_only: bool,
    pub stories: bool,
    pub provider_id: *const c_char,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_change {
    pub kind: roster_change_kind,
    pub id: *const c_char,
    pub before: *const roster_model,
    pub after: *const roster_model,
    pub fields: *const *const c_char,
    pub field_count: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_field {
    pub index: usize,
    pub name: *const c_char,
    pub type_: roster_field_type,
    pub unit: *const c_char,
    pub doc: *const c_char,
    pub words: *const c_char,
    pub choices: *const *const c_char,
    pub upstream: *const c_char,
    pub fact: bool,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct roster_helper_line {
    pub provider_id: *const c_char,
    pub error: bool,
    pub text: *const c_char,
}

/// ROSTER_OPTIONS_INIT
pub const ROSTER_OPTIONS_INIT: roster_options = roster_options {
    size: core::mem::size_of::<roster_options>(),
    config: core::ptr::null(),
    no_builtin: false,
    enable_mock: false,
    definitions: core::ptr::null(),
    definition_count: 0,
    environment: core::ptr::null(),
    environment_count: 0,
    host_protocols: core::ptr::null(),
    host_protocol_count: 0,
    level: ROSTER_LEVEL_DEFAULT,
    timeout_ms: 0,
    deadline_ms: 0,
    transport: core::ptr::null(),
    on_finding: None,
    on_source: None,
    on_progress: None,
    payload: core::ptr::null_mut(),
    on_published: None,
    cache_file: core::ptr::null(),
    credential: None,
    helper_wait_ms: 0,
    discover_all: false,
    transport_signs: false,
    on_variable: None,
    keep_requests: false,
};

/// ROSTER_MODELS_CHOICE_INIT
pub const ROSTER_MODELS_CHOICE_INIT: roster_models_choice = roster_models_choice {
    size: core::mem::size_of::<roster_models_choice>(),
    usable_only: false,
    stories: false,
    provider_id: core::ptr::null(),
};
