//! A transport for hosts that send requests on their own threads or executor. Contains no HTTP.
use crate::error::Status;
use crate::transport::{Answer, Failure, FailureKind, Request, Response, Transport};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A transport that passes every request to a closure, which starts a task for it and returns at once. The task passes its response to the
/// [`Reply`]. A task that exceeds the request's timeout is not waited for.
///
/// ```
/// use roster::{Answer, ChannelTransport, Options};
///
/// let transport = ChannelTransport::new(|request, reply| {
///     std::thread::spawn(move || {
///         assert_eq!(request.method, "GET"); // the host sends it here
///         reply.answer(Answer { status: 401, ..Answer::default() });
///     });
/// });
/// let registry = Options::new().environment([("OPENAI_API_KEY", "sk-example-key")]).transport(transport).open().unwrap();
/// registry.refresh().unwrap();
/// assert_eq!(registry.snapshot().known("gpt-5.5").unwrap().http_status(), Some(401));
/// ```
pub struct ChannelTransport {
    send: Box<dyn Fn(Request, Reply) + Send>,
    into: Sender<Told>,
    from: Receiver<Told>,
    awaited: BTreeMap<u64, Awaited>, // by ticket: the next refresh uses the same ids
    next_ticket: u64,
    oldest: Arc<AtomicU64>, // tickets before it are cancelled
}

type Told = (u64, Result<Answer, Failure>);

struct Awaited {
    id: u64,
    since: Instant,
    until: Instant,
}

impl ChannelTransport {
    /// Creates the transport. `send` must not wait for the response.
    pub fn new(send: impl Fn(Request, Reply) + Send + 'static) -> Self {
        let (into, from) = channel();
        ChannelTransport {
            send: Box::new(send),
            into,
            from,
            awaited: BTreeMap::new(),
            next_ticket: 0,
            oldest: Arc::default(),
        }
    }

    /// The response to a request that is still waited for.
    fn land(&mut self, ticket: u64, result: Result<Answer, Failure>) -> Option<Response> {
        let awaited = self.awaited.remove(&ticket)?;
        Some(Response { id: awaited.id, result, elapsed: awaited.since.elapsed(), answered_at: None })
    }

    fn overdue(&mut self) -> Option<Response> {
        let now = Instant::now();
        let (ticket, late) = self.awaited.iter().find(|(_, one)| one.until <= now)?;
        let message = format!("no answer in {} ms", (late.until - late.since).as_millis());
        self.land(*ticket, Err(Failure { kind: FailureKind::Timeout, message }))
    }
}

impl Transport for ChannelTransport {
    fn start(&mut self, request: Request) -> Result<(), Status> {
        let (ticket, since) = (self.next_ticket, Instant::now());
        self.next_ticket += 1;
        self.awaited.insert(ticket, Awaited { id: request.id, since, until: since + request.timeout });
        let (oldest, into) = (self.oldest.clone(), Some(self.into.clone()));
        let reply = Reply { ticket, oldest, max_body_bytes: request.max_body_bytes, into };
        (self.send)(request, reply);
        Ok(())
    }

    fn next(&mut self, timeout: Duration) -> Option<Response> {
        let end = Instant::now() + timeout;
        loop {
            let until = self.awaited.values().map(|one| one.until).min().unwrap_or(end).min(end);
            match self.from.recv_timeout(until.saturating_duration_since(Instant::now())) {
                Ok((ticket, result)) => {
                    if let Some(response) = self.land(ticket, result) {
                        return Some(response);
                    }
                }
                Err(_) => return self.overdue(),
            }
        }
    }

    fn cancel_all(&mut self) {
        self.oldest.store(self.next_ticket, Ordering::Release);
        self.awaited.clear();
    }
}

/// Takes the response to one request. Dropping it without one reports that none will come.
pub struct Reply {
    ticket: u64,
    oldest: Arc<AtomicU64>,
    max_body_bytes: usize,
    into: Option<Sender<Told>>,
}

impl Reply {
    /// Reports a complete response. One that is too long becomes [`FailureKind::TooLarge`].
    pub fn answer(mut self, answer: Answer) {
        if answer.body.len() > self.max_body_bytes {
            let message = format!("the answer is longer than {} bytes", self.max_body_bytes);
            self.give(Err(Failure { kind: FailureKind::TooLarge, message }));
        } else {
            self.give(Ok(answer));
        }
    }

    /// Reports that no response came, and why.
    pub fn fail(mut self, kind: FailureKind, message: impl Into<String>) {
        self.give(Err(Failure { kind, message: message.into() }));
    }

    /// Whether the response is no longer waited for.
    pub fn is_cancelled(&self) -> bool {
        self.ticket < self.oldest.load(Ordering::Acquire)
    }

    fn give(&mut self, result: Result<Answer, Failure>) {
        if let Some(into) = self.into.take() {
            let _ = into.send((self.ticket, result)); // the transport may be gone
        }
    }
}

impl Drop for Reply {
    fn drop(&mut self) {
        self.give(Err(Failure { kind: FailureKind::Other, message: "the host gave no answer".to_string() }));
    }
}
