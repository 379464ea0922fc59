//! A host's own HTTP, as roster calls it. Knows nothing about models.
use crate::callbacks::try_host;
use crate::error::Status;
use crate::fixed::Fixed;
use crate::text::{bytes, c_text_cut, text, text_or_none};
use roster_sys as sys;
use std::ffi::{c_int, c_long, c_void, CString};
use std::fmt;
use std::sync::{Mutex, TryLockError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A way to send HTTP requests, called from one thread at a time.
///
/// It must not follow redirects, must verify certificates, and must give every started request exactly one response, or drop all requests at
/// [`cancel_all`](Transport::cancel_all). [`ChannelTransport`](crate::ChannelTransport) is one for hosts that send on an executor.
pub trait Transport: Send {
    /// Sends a request without waiting for the response. An error means that no response will come.
    fn start(&mut self, request: Request) -> Result<(), Status>;
    /// Waits up to `timeout` for one finished exchange; None when none finished in time.
    fn next(&mut self, timeout: Duration) -> Option<Response>;
    /// Drops all unfinished requests.
    fn cancel_all(&mut self);
}

/// One request to send. Its headers contain secrets; Debug does not show them.
#[derive(Clone)]
#[non_exhaustive]
pub struct Request {
    /// Repeated in the response.
    pub id: u64,
    /// `"GET"` or `"POST"`.
    pub method: String,
    /// The URL.
    pub url: String,
    /// All headers except those that HTTP itself needs.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body, if any.
    pub body: Option<Vec<u8>>,
    /// For the complete exchange.
    pub timeout: Duration,
    /// For name lookup, connection and TLS.
    pub connect_timeout: Duration,
    /// A longer response is [`FailureKind::TooLarge`].
    pub max_body_bytes: usize,
    /// PEM bundle to trust instead of the system's.
    pub ca_file: Option<String>,
    /// Hashed directory to trust instead of the system's.
    pub ca_dir: Option<String>,
    /// PEM.
    pub client_cert: Option<String>,
    /// PEM.
    pub client_key: Option<String>,
    /// Proxy variables of the environment are never used.
    pub proxy: Option<String>,
}

impl Request {
    /// # Safety
    /// `q` is a request as passed to a transport's start.
    unsafe fn from_raw(q: &sys::roster_http_request) -> Self {
        let millis = |ms: c_long| Duration::from_millis(u64::try_from(ms).unwrap_or(0));
        // SAFETY: its strings are valid during the call and are copied here; NULL is allowed for.
        unsafe {
            let own = |p| text_or_none(p).map(str::to_string);
            Request {
                id: q.id,
                method: text(q.method).to_string(),
                url: text(q.url).to_string(),
                headers: headers_from(q.headers, q.header_count),
                body: (!q.body.is_null()).then(|| std::slice::from_raw_parts(q.body.cast(), q.body_bytes).to_vec()),
                timeout: millis(q.timeout_ms),
                connect_timeout: millis(q.connect_timeout_ms),
                max_body_bytes: q.max_body_bytes,
                ca_file: own(q.ca_file),
                ca_dir: own(q.ca_dir),
                client_cert: own(q.client_cert),
                client_key: own(q.client_key),
                proxy: own(q.proxy),
            }
        }
    }

    /// The value of a header; the case of its name does not matter.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_slice())
    }
}

/// # Safety
/// `list` has `count` headers, whose strings are valid.
unsafe fn headers_from(list: *const sys::roster_header, count: usize) -> Vec<(String, Vec<u8>)> {
    // SAFETY: as promised by the caller, for each index below count.
    (0..count)
        .map(|i| unsafe { (text((*list.add(i)).name).to_string(), bytes((*list.add(i)).value).to_vec()) })
        .collect()
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| format!("{name}: [redacted]")).collect();
        f.debug_struct("Request")
            .field("id", &self.id)
            .field("method", &self.method)
            .field("url", &self.url)
            .field("headers", &names)
            .field("body_bytes", &self.body.as_ref().map_or(0, Vec::len))
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// One finished exchange.
#[derive(Clone, Debug)]
pub struct Response {
    /// The id of the request.
    pub id: u64,
    /// The response, or why there is none.
    pub result: Result<Answer, Failure>,
    /// How long it took.
    pub elapsed: Duration,
    /// When it arrived, for recorded responses. None: just now.
    pub answered_at: Option<SystemTime>,
}

/// A complete response.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Its headers.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Adds a part of the body; the error is to be returned when it would be longer than `max_body_bytes` of the request.
    pub fn push(&mut self, chunk: &[u8], max_body_bytes: usize) -> Result<(), Failure> {
        if chunk.len() > max_body_bytes.saturating_sub(self.body.len()) {
            let message = format!("the answer is longer than {max_body_bytes} bytes");
            return Err(Failure { kind: FailureKind::TooLarge, message });
        }
        self.body.extend_from_slice(chunk);
        Ok(())
    }
}

/// Why no response came.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The kind of failure.
    pub kind: FailureKind,
    /// What happened.
    pub message: String,
}

/// The kind of failure that prevented a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The name was not found.
    Dns,
    /// No connection.
    Connect,
    /// The certificate was not accepted, or TLS itself failed.
    Tls,
    /// The time ran out.
    Timeout,
    /// Closed or reset before the response was complete.
    Reset,
    /// The response is longer than the request allows.
    TooLarge,
    /// Not HTTP.
    Malformed,
    /// Anything else.
    Other,
    /// The transport itself failed: neither the network nor the other side is to blame.
    Transport,
}

impl FailureKind {
    fn raw(self) -> sys::roster_http_failure {
        match self {
            FailureKind::Dns => sys::ROSTER_HTTP_DNS,
            FailureKind::Connect => sys::ROSTER_HTTP_CONNECT,
            FailureKind::Tls => sys::ROSTER_HTTP_TLS,
            FailureKind::Timeout => sys::ROSTER_HTTP_TIMEOUT,
            FailureKind::Reset => sys::ROSTER_HTTP_RESET,
            FailureKind::TooLarge => sys::ROSTER_HTTP_TOO_LARGE,
            FailureKind::Malformed => sys::ROSTER_HTTP_MALFORMED,
            FailureKind::Other => sys::ROSTER_HTTP_OTHER,
            FailureKind::Transport => sys::ROSTER_HTTP_TRANSPORT,
        }
    }
}

/// A response as C reads it, with the data it points to.
struct Shown {
    raw: sys::roster_http_response,
    _headers: Vec<sys::roster_header>,
    _texts: Vec<CString>,
    _body: Vec<u8>,
}

// SAFETY: the pointers point into what it owns.
unsafe impl Send for Shown {}

impl Shown {
    fn of(response: Response) -> Self {
        let (mut kind, mut message, mut answer) = (sys::ROSTER_HTTP_ANSWERED, CString::default(), Answer::default());
        match response.result {
            Ok(came) => answer = came,
            Err(failure) => (kind, message) = (failure.kind.raw(), c_text_cut(failure.message.as_bytes())),
        }
        let mut body = answer.body;
        body.push(0);
        let mut texts = vec![message];
        for (name, value) in &answer.headers {
            texts.extend([c_text_cut(name.as_bytes()), c_text_cut(value)]);
        }
        let pair = |two: &[CString]| sys::roster_header { name: two[0].as_ptr(), value: two[1].as_ptr() };
        let headers: Vec<_> = texts[1..].chunks_exact(2).map(pair).collect();
        let raw = sys::roster_http_response {
            size: std::mem::size_of::<sys::roster_http_response>(),
            id: response.id,
            failure: kind,
            message: texts[0].as_ptr(),
            status: c_int::from(answer.status),
            headers: headers.as_ptr(),
            header_count: headers.len(),
            body: body.as_ptr().cast(),
            body_bytes: body.len() - 1,
            elapsed_ms: c_long::try_from(response.elapsed.as_millis()).unwrap_or(c_long::MAX),
            answered_ms: response.answered_at.map_or(0, since_epoch),
            multiplexed: false,
        };
        Shown { raw, _headers: headers, _texts: texts, _body: body }
    }
}

fn since_epoch(time: SystemTime) -> i64 {
    time.duration_since(UNIX_EPOCH).ok().and_then(|d| i64::try_from(d.as_millis()).ok()).unwrap_or(0)
}

/// A host's transport behind the C struct. The lock is never contended: roster calls from one thread at a time.
pub(crate) struct HostTransport {
    works: Mutex<Works>,
}

struct Works {
    transport: Box<dyn Transport>,
    shown: Option<Shown>,
    under_way: Vec<u64>,
    panicked: Option<String>,
}

impl HostTransport {
    pub(crate) fn new(transport: Box<dyn Transport>) -> Self {
        HostTransport { works: Mutex::new(Works { transport, shown: None, under_way: Vec::new(), panicked: None }) }
    }

    /// The C struct of a transport that does not move.
    pub(crate) fn face(it: &Fixed<Self>) -> sys::roster_transport {
        sys::roster_transport {
            size: std::mem::size_of::<sys::roster_transport>(),
            self_: it.pointer().cast(),
            start: Some(start),
            next: Some(next),
            cancel_all: Some(cancel_all),
            close: None,
        }
    }

    /// Runs a closure with the transport; None when it is in use already.
    fn with<T>(&self, work: impl FnOnce(&mut Works) -> T) -> Option<T> {
        let mut works = match self.works.try_lock() {
            Ok(works) => works,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        Some(work(&mut works))
    }
}

impl Works {
    /// Calls the host's transport; after a panic not again in this run, and each request fails with what it panicked with.
    fn ask<T>(&mut self, otherwise: T, call: impl FnOnce(&mut dyn Transport) -> T) -> T {
        if self.panicked.is_some() {
            return otherwise;
        }
        let transport = self.transport.as_mut();
        try_host(|| call(transport)).unwrap_or_else(|words| {
            self.panicked = Some(format!("it panicked: {words}"));
            otherwise
        })
    }

    fn start(&mut self, request: Request) -> sys::roster_status {
        let id = request.id;
        match self.ask(Ok(()), |transport| transport.start(request)) {
            Ok(()) => self.under_way.push(id),
            Err(status) => return status.raw(),
        }
        sys::ROSTER_OK
    }

    fn next(&mut self, timeout: Duration) -> Option<Response> {
        let found = self.ask(None, |transport| transport.next(timeout));
        if let Some(response) = &found {
            self.under_way.retain(|id| *id != response.id);
        }
        let message = self.panicked.clone().filter(|_| found.is_none());
        let lost = message.and_then(|message| {
            let failure = Failure { kind: FailureKind::Transport, message };
            let id = self.under_way.pop()?;
            Some(Response { id, result: Err(failure), elapsed: Duration::ZERO, answered_at: None })
        });
        found.or(lost)
    }
}

unsafe extern "C" fn start(this: *mut c_void, request: *const sys::roster_http_request) -> sys::roster_status {
    // SAFETY: `this` is the transport that `face` was made of, and the request is valid during this call.
    let (this, request) = unsafe { (&*this.cast::<HostTransport>(), Request::from_raw(&*request)) };
    this.with(|works| works.start(request)).unwrap_or(sys::ROSTER_EINVALID)
}

unsafe extern "C" fn next(
    this: *mut c_void,
    timeout_ms: c_long,
    out: *mut *const sys::roster_http_response,
) -> sys::roster_status {
    // SAFETY: `this` is the transport that `face` was made of.
    let this = unsafe { &*this.cast::<HostTransport>() };
    let timeout = Duration::from_millis(u64::try_from(timeout_ms).unwrap_or(0));
    let found = this.with(|works| {
        works.shown = works.next(timeout).map(Shown::of);
        works.shown.as_ref().map_or(std::ptr::null(), |shown| std::ptr::from_ref(&shown.raw))
    });
    // SAFETY: out is the caller's. What it points to stays until the next call, as C expects.
    unsafe { *out = found.unwrap_or(std::ptr::null()) };
    if found.is_some() {
        sys::ROSTER_OK
    } else {
        sys::ROSTER_ESYSTEM
    }
}

unsafe extern "C" fn cancel_all(this: *mut c_void) {
    // SAFETY: `this` is the transport that `face` was made of.
    let this = unsafe { &*this.cast::<HostTransport>() };
    this.with(|works| {
        works.shown = None;
        works.under_way.clear();
        works.ask((), |transport| transport.cancel_all());
        works.panicked = None; // the next run tries it again
    });
}
