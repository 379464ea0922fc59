//! Callbacks of a host: what they receive, and how C calls the closures, of which none may unwind into it.
use crate::credential::{self, Credential};
use crate::error::Status;
use crate::snapshot::Snapshot;
use crate::text::{text, text_or_none};
use roster_sys as sys;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ffi::{c_char, c_int, c_long, c_void};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicPtr, Ordering};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

/// One mistake in the definitions.
#[derive(Clone, Copy, Debug)]
pub struct Finding<'a> {
    /// True for an error, false for a warning.
    pub error: bool,
    /// A path, or `"models.lua"` for a shipped file.
    pub file: &'a str,
    /// The line, if known.
    pub line: Option<u32>,
    /// `"provider 'fireworks': unknown key 'bse_url' (did you mean 'base_url'?)"`
    pub message: &'a str,
    /// Where in the line, from 1, in characters, if known.
    pub column: Option<u32>,
    /// The characters from there that the message is about; 0 when the column is unknown.
    pub length: u32,
    /// The line, with asterisks for what may be a key; `None` when unknown.
    pub source: Option<&'a str>,
    /// What to write instead; `None` when there is no one answer.
    pub fix: Option<&'a str>,
}

impl<'a> Finding<'a> {
    /// # Safety
    /// Its strings are valid for 'a, or NULL.
    pub(crate) unsafe fn of(raw: &'a sys::roster_finding) -> Finding<'a> {
        let known = |count: c_int| u32::try_from(count).ok().filter(|count| *count > 0);
        // SAFETY: the caller says so.
        let (file, message, source, fix) =
            unsafe { (text(raw.file), text(raw.message), text_or_none(raw.source), text_or_none(raw.fix)) };
        Finding {
            error: raw.severity == sys::ROSTER_ERROR,
            file,
            line: known(raw.line),
            message,
            column: known(raw.column),
            length: known(raw.length).unwrap_or(0),
            source,
            fix,
        }
    }
}

/// One directory or file that a load looked at, in reading order.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// Where it is.
    pub path: &'a str,
    /// `"shipped"`, `"system"`, `"user"`, `"given as text"` ...
    pub why: &'a str,
    /// Whether it is a directory rather than a file.
    pub directory: bool,
    /// False: absent, unreadable or left out; `why` names which.
    pub read: bool,
}

/// One verdict as it is reached, for a progress line.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// The model's id.
    pub model_id: &'a str,
    /// Its provider's id.
    pub provider_id: &'a str,
    /// `"ready"`, `"bad_credential"` ...
    pub state: &'a str,
    /// How many models have a verdict so far.
    pub decided: usize,
    /// How many models there are in all.
    pub total: usize,
}

/// One request of a refresh that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Exchange<'a> {
    /// The id of the provider that it was for.
    pub provider_id: &'a str,
    /// The id of the gateway that it went through.
    pub gateway_id: Option<&'a str>,
    /// `"list"`, `"prove"` ...
    pub stage: &'a str,
    /// `"ready"`, `"missing"`, `"bad_credential"` ...
    pub outcome: &'a str,
    /// HTTP; None when there was no response.
    pub http_status: Option<u16>,
    /// How long it took.
    pub elapsed: Duration,
}

type OnFinding = Box<dyn Fn(Finding<'_>) + Send + Sync>;
type OnSource = Box<dyn Fn(Source<'_>) + Send + Sync>;
type OnVariable = Box<dyn Fn(&str, bool) + Send + Sync>;
type OnProgress = Box<dyn Fn(Progress<'_>) + Send + Sync>;
type OnExchange = Box<dyn Fn(Exchange<'_>) + Send + Sync>;
type OnRefreshed = Box<dyn Fn(Option<Status>, Duration) + Send + Sync>;
type OnPublished = Box<dyn Fn(Snapshot) + Send + Sync>;
type OnCredential = Box<dyn Fn(&str) -> Credential + Send + Sync>;

/// The closures of one host; the payload of the C callbacks.
#[derive(Default)]
pub(crate) struct Host {
    pub(crate) on_finding: Option<OnFinding>,
    pub(crate) on_source: Option<OnSource>,
    pub(crate) on_variable: Option<OnVariable>,
    pub(crate) on_progress: Option<OnProgress>,
    pub(crate) on_exchange: Option<OnExchange>,
    pub(crate) on_refreshed: Option<OnRefreshed>,
    pub(crate) on_published: Option<OnPublished>,
    pub(crate) credential: Option<OnCredential>,
    pub(crate) pushed: RwLock<BTreeMap<String, Credential>>, // by the provider's id; asked before the closure
    panicked: Mutex<Option<String>>,
    pub(crate) registry: AtomicPtr<sys::roster>, // NULL until it is open; nothing is published before that
    pub(crate) identity: u64,
}

impl Host {
    pub(crate) fn listen(&self, o: &mut sys::roster_options) {
        o.on_finding = self.on_finding.is_some().then_some(finding as _);
        o.on_source = self.on_source.is_some().then_some(source as _);
        o.on_variable = self.on_variable.is_some().then_some(variable as _);
        o.on_progress = self.on_progress.is_some().then_some(progress as _);
        o.on_exchange = self.on_exchange.is_some().then_some(exchange as _);
        o.on_refreshed = self.on_refreshed.is_some().then_some(refreshed as _);
        o.on_published = self.on_published.is_some().then_some(published as _);
        o.credential = Some(ask); // a key may be pushed at any time
        o.payload = std::ptr::from_ref(self).cast_mut().cast();
    }
}

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Whether this thread is inside one of the host's closures, where some calls would deadlock.
pub(crate) fn inside() -> bool {
    DEPTH.with(|depth| depth.get() > 0)
}

/// Runs a host's closure; the error is what it panicked with.
pub(crate) fn try_host<T>(closure: impl FnOnce() -> T) -> Result<T, String> {
    DEPTH.with(|depth| depth.set(depth.get() + 1));
    let result = catch_unwind(AssertUnwindSafe(closure));
    DEPTH.with(|depth| depth.set(depth.get() - 1));
    result.map_err(|panic| {
        let words = words_of(panic.as_ref());
        std::mem::forget(panic); // dropping it could panic again
        words
    })
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or(panic.downcast_ref::<&str>().copied()).unwrap_or_default().to_string()
}

/// Runs a host's closure; returns `otherwise` if it panics.
pub(crate) fn call_host<T>(otherwise: T, closure: impl FnOnce() -> T) -> T {
    try_host(closure).unwrap_or(otherwise)
}

thread_local! {
    static PANICKED: RefCell<Option<String>> = const { RefCell::new(None) };
}

impl Host {
    /// The credential closure panicked: on this thread for headers, on a thread of roster's for a refresh.
    fn note_panic(&self, words: &str) {
        PANICKED.with(|place| place.replace(Some(words.to_string())));
        self.panicked.lock().unwrap_or_else(PoisonError::into_inner).replace(words.to_string());
    }

    /// Since the last call of this, on any thread.
    pub(crate) fn take_panic(&self) -> Option<String> {
        self.panicked.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Since the last call of this, on this thread.
pub(crate) fn take_panic() -> Option<String> {
    PANICKED.with(|place| place.borrow_mut().take())
}

unsafe extern "C" fn finding(payload: *mut c_void, raw: *const sys::roster_finding) {
    // SAFETY: payload is the Host that Host::listen passed; the finding is valid during this call.
    let (host, raw) = unsafe { (&*payload.cast::<Host>(), &*raw) };
    // SAFETY: its strings are valid as long.
    let told = unsafe { Finding::of(raw) };
    call_host((), || host.on_finding.iter().for_each(|closure| closure(told)));
}

unsafe extern "C" fn source(payload: *mut c_void, raw: *const sys::roster_source) {
    // SAFETY: payload is the Host that Host::listen passed; the source is valid during this call.
    let (host, raw) = unsafe { (&*payload.cast::<Host>(), &*raw) };
    // SAFETY: its strings are valid as long.
    let (path, why) = unsafe { (text(raw.path), text(raw.why)) };
    let told = Source { path, why, directory: raw.directory, read: raw.read };
    call_host((), || host.on_source.iter().for_each(|closure| closure(told)));
}

unsafe extern "C" fn variable(payload: *mut c_void, name: *const c_char, secret: bool) {
    // SAFETY: payload is the Host that Host::listen passed; the name is valid during this call.
    let (host, name) = unsafe { (&*payload.cast::<Host>(), text(name)) };
    call_host((), || host.on_variable.iter().for_each(|closure| closure(name, secret)));
}

unsafe extern "C" fn progress(payload: *mut c_void, raw: *const sys::roster_progress) {
    // SAFETY: payload is the Host that Host::listen passed; the verdict is valid during this call.
    let (host, raw) = unsafe { (&*payload.cast::<Host>(), &*raw) };
    // SAFETY: its strings are valid as long.
    let (model_id, provider_id, state) = unsafe { (text(raw.model_id), text(raw.provider_id), text(raw.state)) };
    let told = Progress { model_id, provider_id, state, decided: raw.decided, total: raw.total };
    call_host((), || host.on_progress.iter().for_each(|closure| closure(told)));
}

fn elapsed(ms: c_long) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

unsafe extern "C" fn exchange(payload: *mut c_void, raw: *const sys::roster_exchange) {
    // SAFETY: payload is the Host that Host::listen passed; the exchange is valid during this call.
    let (host, raw) = unsafe { (&*payload.cast::<Host>(), &*raw) };
    // SAFETY: its strings are valid as long.
    let (provider_id, gateway_id) = unsafe { (text(raw.provider_id), text(raw.gateway_id)) };
    // SAFETY: as above.
    let (stage, outcome) = unsafe { (text(raw.stage), text(raw.outcome)) };
    let told = Exchange {
        provider_id,
        gateway_id: Some(gateway_id).filter(|id| !id.is_empty()),
        stage,
        outcome,
        http_status: u16::try_from(raw.http_status).ok().filter(|status| *status > 0),
        elapsed: elapsed(raw.elapsed_ms),
    };
    call_host((), || host.on_exchange.iter().for_each(|closure| closure(told)));
}

unsafe extern "C" fn refreshed(payload: *mut c_void, status: sys::roster_status, elapsed_ms: c_long) {
    // SAFETY: payload is the Host that Host::listen passed.
    let host = unsafe { &*payload.cast::<Host>() };
    let failed = (status != sys::ROSTER_OK).then(|| Status::from_raw(status));
    call_host((), || host.on_refreshed.iter().for_each(|closure| closure(failed, elapsed(elapsed_ms))));
}

unsafe extern "C" fn published(payload: *mut c_void, _borrowed: *const sys::roster_snapshot) {
    // SAFETY: payload is the Host that Host::listen passed.
    let host = unsafe { &*payload.cast::<Host>() };
    let registry = host.registry.load(Ordering::Acquire);
    // SAFETY: a registry that publishes is open. The borrowed snapshot cannot be kept, so the newest is taken, which is the same one.
    let snapshot = unsafe { Snapshot::newest(registry, host.identity) };
    call_host((), || {
        if let (Some(closure), Some(snapshot)) = (&host.on_published, snapshot) {
            closure(snapshot);
        }
    });
}

unsafe extern "C" fn ask(
    payload: *mut c_void,
    provider_id: *const c_char,
    out: *mut sys::roster_credential,
) -> sys::roster_status {
    // SAFETY: payload is the Host that Host::listen passed; the id is valid during this call.
    let (host, id) = unsafe { (&*payload.cast::<Host>(), text(provider_id)) };
    let pushed = host.pushed.read().unwrap_or_else(PoisonError::into_inner).get(id).map(Credential::copy);
    let said = pushed
        .map(Ok)
        .unwrap_or_else(|| try_host(|| host.credential.as_ref().map_or(Credential::LookFurther, |ask| ask(id))));
    let said = said.unwrap_or_else(|words| {
        host.note_panic(&format!("the credential closure panicked for provider '{id}': {words}"));
        Credential::Pending // nothing was said about a key, so models that were good before stay
    });
    // SAFETY: out is a zeroed credential of the caller's.
    unsafe { credential::give(said, &mut *out) }
}
