//! A registry on a tokio runtime: refreshes that are awaited, a watch channel of snapshots, and a transport on the host's HTTP client.
use crate::channel::ChannelTransport;
use crate::error::{Error, Status};
use crate::helper::{CredentialStatus, HelperEvent, Subscription};
use crate::options::Options;
use crate::registry::Registry;
use crate::snapshot::Snapshot;
use crate::transport::{Answer, Failure, Request, Response, Transport};
use std::future::{poll_fn, Future};
use std::ops::Deref;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch, Notify};
use tokio::task::JoinHandle;

/// The host's HTTP client, as [`TokioTransport`] uses it. docs/phoenix.md implements it for reqwest.
pub trait HttpClient: Send + Sync + 'static {
    /// Sends one request and reads its whole response. Must not follow redirects, or a key would go to another host, and must refuse what a
    /// definition asks for and the client cannot do: a proxy or certificates of the request's own.
    fn send(&self, request: Request) -> impl Future<Output = Result<Answer, Failure>> + Send;
}

/// A transport that sends each request in a task of a runtime. The tasks of requests that are not waited for any more are aborted.
pub struct TokioTransport {
    channel: ChannelTransport,
    tasks: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl TokioTransport {
    /// Uses the runtime that this is called on. An error outside any.
    pub fn new(client: impl HttpClient) -> Result<Self, Error> {
        let message =
            "there is no tokio runtime here: create the transport within one, or name it with TokioTransport::on";
        let handle = Handle::try_current().map_err(|_| Error::new(Status::Invalid, message))?;
        Ok(Self::on(handle, client))
    }

    /// Uses this runtime, which must keep running while the registry is open.
    pub fn on(runtime: Handle, client: impl HttpClient) -> Self {
        let (client, tasks) = (Arc::new(client), Arc::<Mutex<Vec<JoinHandle<()>>>>::default());
        let started = tasks.clone();
        let channel = ChannelTransport::new(move |request, reply| {
            let client = client.clone();
            let task = runtime.spawn(async move {
                match client.send(request).await {
                    Ok(answer) => reply.answer(answer),
                    Err(failure) => reply.fail(failure.kind, failure.message),
                }
            });
            let mut tasks = started.lock().unwrap_or_else(PoisonError::into_inner);
            tasks.retain(|task| !task.is_finished());
            tasks.push(task);
        });
        TokioTransport { channel, tasks }
    }

    fn abort_all(&self) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        tasks.drain(..).for_each(|task| task.abort());
    }
}

impl Transport for TokioTransport {
    fn start(&mut self, request: Request) -> Result<(), Status> {
        self.channel.start(request)
    }

    fn next(&mut self, timeout: Duration) -> Option<Response> {
        self.channel.next(timeout)
    }

    fn cancel_all(&mut self) {
        self.channel.cancel_all();
        self.abort_all();
    }
}

impl Drop for TokioTransport {
    fn drop(&mut self) {
        self.abort_all();
    }
}

/// A [`Registry`] for async hosts: everything of a registry, and what blocks there is awaited here.
///
/// ```no_run
/// # async fn example(client: impl roster::HttpClient, key: String) -> Result<(), roster::Error> {
/// use roster::{Credential, Key, Options, TokioTransport};
///
/// let registry = Options::new().transport(TokioTransport::new(client)?).open_async()?;
/// registry.set_credential("openai", Credential::Key(Key::new(key)))?;
/// registry.refresh().await?;
/// let mut snapshots = registry.snapshots();
/// while snapshots.changed().await.is_ok() {
///     println!("{} models", snapshots.borrow_and_update().len());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct AsyncRegistry {
    registry: Registry,
    snapshots: Arc<watch::Sender<Snapshot>>,
    closed: Arc<Notify>,
}

impl Options {
    /// Opens the registry as [`open`](Options::open) does, for use on a tokio runtime. Only reads files, so it may be called anywhere.
    pub fn open_async(mut self) -> Result<AsyncRegistry, Error> {
        let place = Arc::<OnceLock<Arc<watch::Sender<Snapshot>>>>::default();
        let (also, channel) = (self.host.on_published.take(), place.clone());
        let registry = self
            .on_published(move |snapshot| {
                if let Some(also) = &also {
                    also(snapshot.clone());
                }
                if let Some(channel) = channel.get() {
                    channel.send_replace(snapshot);
                }
            })
            .open()?;
        let snapshots = Arc::new(watch::channel(registry.snapshot()).0);
        let _ = place.set(snapshots.clone());
        Ok(AsyncRegistry { registry, snapshots, closed: Arc::default() })
    }
}

impl AsyncRegistry {
    /// As [`Registry::refresh`], without blocking the runtime. The refresh goes on when the future is dropped.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.elsewhere(Registry::refresh).await
    }

    /// As [`Registry::refresh_forced`], without blocking the runtime.
    pub async fn refresh_forced(&self) -> Result<(), Error> {
        self.elsewhere(Registry::refresh_forced).await
    }

    /// As [`Registry::refresh_named`], without blocking the runtime.
    pub async fn refresh_named(&self, ids: &[&str]) -> Result<(), Error> {
        let ids: Vec<String> = ids.iter().map(|id| id.to_string()).collect();
        self.elsewhere(move |registry| registry.refresh_named(&ids.iter().map(String::as_str).collect::<Vec<_>>()))
            .await
    }

    /// The newest snapshot, and a notice of each one that follows. A receiver that is late sees the newest only.
    pub fn snapshots(&self) -> watch::Receiver<Snapshot> {
        self.snapshots.subscribe()
    }

    /// What happens to credential helpers, from the current or last run of each on: a stream for a page that somebody signs in on.
    pub fn helper_events(&self) -> Result<HelperEvents, Error> {
        let (sender, events) = mpsc::unbounded_channel();
        let subscription = self.registry.subscribe_helpers(move |event| {
            let _ = sender.send(event);
        })?;
        Ok(HelperEvents { events, _subscription: subscription })
    }

    /// As [`Registry::close`], without blocking the runtime; [`wait_helper`](AsyncRegistry::wait_helper) returns too.
    pub async fn close(&self) {
        let close = |registry: &Registry| {
            registry.close();
            Ok(())
        };
        if self.elsewhere(close).await.is_err() {
            self.registry.close();
        }
        self.closed.notify_waiters();
    }

    /// Returns when no run of this helper is under way, however it ends: see [`Registry::credential_status`] for that. It holds no thread, and
    /// is given up when the future is dropped.
    pub async fn wait_helper(&self, provider: &str) -> Result<(), Error> {
        let mut closed = Box::pin(self.closed.notified());
        let mut events = self.helper_events()?; // before the first look, so that no end is missed
        while self.registry.credential_status(provider)?.status == CredentialStatus::Running {
            poll_fn(|context| {
                let told = events.events.poll_recv(context).is_ready();
                if told || closed.as_mut().poll(context).is_ready() {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            })
            .await;
        }
        Ok(())
    }

    /// The registry, for what has no async form.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// On a thread of its own: a runtime's blocking threads may all be taken, and there is at most one refresh at a time.
    async fn elsewhere(&self, work: impl FnOnce(&Registry) -> Result<(), Error> + Send + 'static) -> Result<(), Error> {
        let (registry, (done, end)) = (self.registry.clone(), oneshot::channel());
        let thread = std::thread::Builder::new().name("roster-refresh".to_string());
        let started = thread.spawn(move || done.send(work(&registry)));
        started.map_err(|e| Error::new(Status::System, &format!("no thread for the refresh: {e}")))?;
        end.await.unwrap_or_else(|_| Err(Error::new(Status::System, "the refresh has panicked")))
    }
}

impl Deref for AsyncRegistry {
    type Target = Registry;

    fn deref(&self) -> &Registry {
        &self.registry
    }
}

/// The events of credential helpers, in their order; none is lost. It keeps the registry open.
pub struct HelperEvents {
    events: mpsc::UnboundedReceiver<HelperEvent>,
    _subscription: Subscription,
}

impl HelperEvents {
    /// The next event.
    pub async fn recv(&mut self) -> Option<HelperEvent> {
        self.events.recv().await
    }
}

struct Nobody;

impl Wake for Nobody {
    fn wake(self: Arc<Self>) {}
}

/// Whether a future is being polled on this thread, so that blocking here would hold up its runtime. tokio tells nobody except by a panic; but
/// within a poll, and not on spawn_blocking's threads, it lets a channel give only so many messages before it makes the task yield.
pub(crate) fn in_a_task() -> bool {
    const MORE_THAN_A_TASK_MAY_TAKE: usize = 1024;
    if Handle::try_current().is_err() {
        return false;
    }
    let (sender, mut receiver) = mpsc::unbounded_channel();
    for _ in 0..MORE_THAN_A_TASK_MAY_TAKE {
        let _ = sender.send(());
    }
    let waker = Waker::from(Arc::new(Nobody));
    let mut context = Context::from_waker(&waker);
    (0..MORE_THAN_A_TASK_MAY_TAKE).any(|_| receiver.poll_recv(&mut context).is_pending())
}
