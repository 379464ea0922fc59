use crate::text;
use roster_sys as sys;
use std::ffi::{c_long, c_void, CString};
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::ptr::null;
use std::time::Duration;

/// One request to be sent, borrowed for the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpRequest {
    /// Comes back in the response.
    pub id: u64,
    /// "GET" or "POST".
    pub method: String,
    /// Where it goes.
    pub url: String,
    /// What goes along; not in `Debug`, since the key is among them.
    pub headers: Outgoing,
    /// The body, if there is one.
    pub body: Option<Vec<u8>>,
    /// For the whole exchange.
    pub timeout: Duration,
    /// For name, connection and TLS.
    pub connect_timeout: Duration,
    /// A longer answer is [`Failure::TooLarge`].
    pub max_body_bytes: usize,
    /// PEM bundle to trust instead of the system's.
    pub ca_file: Option<String>,
    /// Hashed directory to trust instead of the system's.
    pub ca_dir: Option<String>,
    /// PEM certificate of the client, if one is wanted.
    pub client_cert: Option<String>,
    /// Its key.
    pub client_key: Option<String>,
    /// The proxy to take; ambient proxy variables are never used.
    pub proxy: Option<String>,
}

/// Headers on their way out. `Debug` shows names only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Outgoing(pub Vec<(String, String)>);

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_map().entries(self.0.iter().map(|(name, _)| (name, "[redacted]"))).finish()
    }
}

/// How an exchange can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Failure {
    Dns = 1,
    Connect,
    Tls,
    Timeout,
    /// Closed or reset before the answer was whole.
    Reset,
    TooLarge,
    /// Not HTTP.
    Malformed,
    Other,
}

/// One finished exchange.
#[derive(Clone, Debug)]
pub struct Response {
    /// Of the request.
    pub id: u64,
    /// What came, or what went wrong and in which words.
    pub answer: Result<Answer, (Failure, String)>,
    /// How long it took.
    pub elapsed: Duration,
}

/// A whole HTTP response.
#[derive(Clone, Debug, Default)]
pub struct Answer {
    /// 200 and so on.
    pub status: u16,
    /// What came along.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A request was not taken: no response will come for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused;

/// A way to send HTTP requests. Called from one thread at a time. It must not follow redirects, must verify certificates, and must answer
/// every request that it took exactly once, or drop all of them at `cancel_all`.
pub trait Transport: Send {
    /// Begins to send; does not wait for the answer.
    fn start(&mut self, request: HttpRequest) -> Result<(), Refused>;
    /// Waits for one finished exchange, at most so long.
    fn next(&mut self, timeout: Duration) -> Option<Response>;
    /// Drops everything that is under way.
    fn cancel_all(&mut self);
}

/// A Rust transport with the face of a C one. What it handed out last is kept until it is called again.
pub(crate) struct Adapter {
    pub(crate) face: sys::roster_transport,
    inner: Box<dyn Transport>,
    shown: Shown,
}

#[derive(Default)]
struct Shown {
    message: CString,
    texts: Vec<(CString, CString)>,
    headers: Vec<sys::roster_header>,
    body: Vec<u8>,
    response: Option<Box<sys::roster_http_response>>,
}

// SAFETY: the pointers in it lead to what it owns itself.
unsafe impl Send for Adapter {}

impl Adapter {
    pub(crate) fn new(inner: Box<dyn Transport>) -> Box<Adapter> {
        let face = sys::roster_transport {
            size: std::mem::size_of::<sys::roster_transport>(),
            self_: std::ptr::null_mut(),
            start: Some(start),
            next: Some(next),
            cancel_all: Some(cancel_all),
            close: None,
        };
        let mut adapter = Box::new(Adapter { face, inner, shown: Shown::default() });
        let place: *mut Adapter = &mut *adapter;
        adapter.face.self_ = place.cast();
        adapter
    }
}

impl Shown {
    fn take(&mut self, response: Response) -> *const sys::roster_http_response {
        let (failure, message, answer) = match response.answer {
            Ok(answer) => (0, String::new(), answer),
            Err((failure, message)) => (failure as u32, message, Answer::default()),
        };
        self.message = text::to_c(&message);
        self.texts = answer.headers.iter().map(|(name, value)| (text::to_c(name), text::to_c(value))).collect();
        self.headers = self.texts.iter().map(|(name, value)| sys::roster_header { name: name.as_ptr(), value: value.as_ptr() }).collect();
        self.body = answer.body;
        self.body.push(0);
        let shown = self.response.insert(Box::new(sys::roster_http_response {
            size: std::mem::size_of::<sys::roster_http_response>(),
            id: response.id,
            failure,
            message: self.message.as_ptr(),
            status: answer.status.into(),
            headers: self.headers.as_ptr(),
            header_count: self.headers.len(),
            body: self.body.as_ptr().cast(),
            body_bytes: self.body.len() - 1,
            elapsed_ms: milliseconds(response.elapsed),
            answered_ms: 0,
        }));
        &**shown
    }
}

pub(crate) fn milliseconds(time: Duration) -> c_long {
    c_long::try_from(time.as_millis()).unwrap_or(c_long::MAX)
}

fn duration(ms: c_long) -> Duration {
    Duration::from_millis(u64::try_from(ms).unwrap_or(0))
}

/// # Safety
/// The request is valid for the call.
unsafe fn own(q: &sys::roster_http_request) -> HttpRequest {
    // SAFETY: what the library promises of a request.
    unsafe {
        let some = |text| text::some(text).map(str::to_owned);
        let headers = (0..q.header_count).map(|i| {
            let header = &*q.headers.add(i);
            (text::of(header.name).to_owned(), text::of(header.value).to_owned())
        });
        HttpRequest {
            id: q.id,
            method: text::of(q.method).to_owned(),
            url: text::of(q.url).to_owned(),
            headers: Outgoing(headers.collect()),
            body: (!q.body.is_null()).then(|| std::slice::from_raw_parts(q.body.cast(), q.body_bytes).to_vec()),
            timeout: duration(q.timeout_ms),
            connect_timeout: duration(q.connect_timeout_ms),
            max_body_bytes: q.max_body_bytes,
            ca_file: some(q.ca_file),
            ca_dir: some(q.ca_dir),
            client_cert: some(q.client_cert),
            client_key: some(q.client_key),
            proxy: some(q.proxy),
        }
    }
}

// A panic in a host's code must not unwind into C: the request fails instead.

unsafe extern "C" fn start(this: *mut c_void, request: *const sys::roster_http_request) -> sys::roster_status {
    // SAFETY: `this` is the adapter that handed out these functions; one thread at a time calls them.
    let (adapter, request) = unsafe { (&mut *this.cast::<Adapter>(), own(&*request)) };
    match catch_unwind(AssertUnwindSafe(|| adapter.inner.start(request))) {
        Ok(Ok(())) => sys::ROSTER_OK,
        _ => sys::ROSTER_EINVALID,
    }
}

unsafe extern "C" fn next(this: *mut c_void, timeout_ms: c_long, out: *mut *const sys::roster_http_response) -> sys::roster_status {
    // SAFETY: as in `start`; `out` is valid for the call.
    let (adapter, out) = unsafe { (&mut *this.cast::<Adapter>(), &mut *out) };
    *out = null();
    match catch_unwind(AssertUnwindSafe(|| adapter.inner.next(duration(timeout_ms)))) {
        Ok(Some(response)) => *out = adapter.shown.take(response),
        Ok(None) => {}
        Err(_) => return sys::ROSTER_ESYSTEM,
    }
    sys::ROSTER_OK
}

unsafe extern "C" fn cancel_all(this: *mut c_void) {
    // SAFETY: as in `start`.
    let adapter = unsafe { &mut *this.cast::<Adapter>() };
    let _ = catch_unwind(AssertUnwindSafe(|| adapter.inner.cancel_all()));
}
