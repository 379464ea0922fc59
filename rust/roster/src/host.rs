//! What the library calls back: the closures of a registry's options, behind one pointer.

use crate::options::{CredentialAnswer, Finding, HelperLine, Keys, Listener, Options, Progress, Source};
use crate::text;
use crate::transport::Adapter;
use roster_sys as sys;
use std::cell::RefCell;
use std::ffi::{c_char, c_void, CString};
use std::panic::{catch_unwind, AssertUnwindSafe};

pub(crate) struct Host {
    pub(crate) transport: Option<Box<Adapter>>,
    pub(crate) on_finding: Option<Listener<Finding>>,
    pub(crate) on_source: Option<Listener<Source>>,
    pub(crate) on_progress: Option<Listener<Progress>>,
    pub(crate) on_published: Option<Listener<u64>>,
    pub(crate) on_helper_line: Option<Listener<HelperLine>>,
    pub(crate) credential: Option<Keys>,
}

impl Host {
    pub(crate) fn new(options: &mut Options) -> Host {
        Host {
            transport: options.transport.take().map(Adapter::new),
            on_finding: options.on_finding.take(),
            on_source: options.on_source.take(),
            on_progress: options.on_progress.take(),
            on_published: options.on_published.take(),
            on_helper_line: options.on_helper_line.take(),
            credential: options.credential.take(),
        }
    }
}

/// A panic in a host's closure must not unwind into C; the call that it was about goes on.
fn tell<T>(listener: &Option<Listener<T>>, said: T) {
    if let Some(f) = listener {
        let _ = catch_unwind(AssertUnwindSafe(|| f(said)));
    }
}

fn line_of(line: std::ffi::c_int) -> Option<u32> {
    u32::try_from(line).ok().filter(|line| *line > 0)
}

// SAFETY of all that follow: the payload is the registry's Host, which outlives the registry; what else is handed in is valid for the call.

pub(crate) unsafe extern "C" fn on_finding(payload: *mut c_void, f: *const sys::roster_finding) {
    let (host, f) = unsafe { (&*payload.cast::<Host>(), &*f) };
    let (file, message) = unsafe { (text::of(f.file).to_owned(), text::of(f.message).to_owned()) };
    tell(&host.on_finding, Finding { error: f.severity == 1, file, line: line_of(f.line), message });
}

pub(crate) unsafe extern "C" fn on_source(payload: *mut c_void, s: *const sys::roster_source) {
    let (host, s) = unsafe { (&*payload.cast::<Host>(), &*s) };
    let (path, why) = unsafe { (text::of(s.path).to_owned(), text::of(s.why).to_owned()) };
    tell(&host.on_source, Source { path, why, directory: s.directory, read: s.read });
}

pub(crate) unsafe extern "C" fn on_progress(payload: *mut c_void, p: *const sys::roster_progress) {
    let (host, p) = unsafe { (&*payload.cast::<Host>(), &*p) };
    let own = |text| unsafe { text::of(text) }.to_owned();
    let (model_id, provider_id, state) = (own(p.model_id), own(p.provider_id), own(p.state));
    tell(&host.on_progress, Progress { model_id, provider_id, state, decided: p.decided, total: p.total });
}

pub(crate) unsafe extern "C" fn on_published(payload: *mut c_void, s: *const sys::roster_snapshot) {
    let host = unsafe { &*payload.cast::<Host>() };
    tell(&host.on_published, unsafe { sys::roster_generation(s) });
}

pub(crate) unsafe extern "C" fn on_helper_line(payload: *mut c_void, line: *const sys::roster_helper_line) {
    let (host, line) = unsafe { (&*payload.cast::<Host>(), &*line) };
    let (provider_id, text) = unsafe { (text::of(line.provider_id).to_owned(), text::of(line.text).to_owned()) };
    tell(&host.on_helper_line, HelperLine { provider_id, error: line.error, text });
}

/// What was handed out last on this thread: the library copies it at once.
#[derive(Default)]
struct Lent {
    value: CString,
    texts: Vec<(CString, CString)>,
    headers: Vec<sys::roster_header>,
}

thread_local! {
    static LENT: RefCell<Lent> = RefCell::default();
}

pub(crate) unsafe extern "C" fn credential(
    payload: *mut c_void,
    provider_id: *const c_char,
    out: *mut sys::roster_credential,
) -> sys::roster_status {
    let (host, id, out) = unsafe { (&*payload.cast::<Host>(), text::of(provider_id), &mut *out) };
    let Some(keys) = &host.credential else { return sys::ROSTER_EUNKNOWN };
    let key = match catch_unwind(AssertUnwindSafe(|| keys(id))) {
        Ok(CredentialAnswer::Key(key)) => key,
        Ok(CredentialAnswer::Elsewhere) => return sys::ROSTER_EUNKNOWN,
        Ok(CredentialAnswer::Pending) => return sys::ROSTER_EPENDING,
        Ok(CredentialAnswer::None) | Err(_) => return sys::ROSTER_ENOTREADY,
    };
    LENT.with(|lent| {
        let mut lent = lent.borrow_mut();
        lent.value = text::to_c(&key.value);
        lent.texts = key.headers.iter().map(|(name, value)| (text::to_c(name), text::to_c(value))).collect();
        lent.headers = lent.texts.iter().map(|(name, value)| sys::roster_header { name: name.as_ptr(), value: value.as_ptr() }).collect();
        out.value = lent.value.as_ptr();
        out.headers = lent.headers.as_ptr();
        out.header_count = lent.headers.len();
    });
    sys::ROSTER_OK
}
