//! A host on tokio: refreshes that are awaited, the watch channel, pushed keys, and what must not block a runtime.
#![cfg(feature = "tokio")]
mod support;
use roster::*;
use std::future::{poll_fn, Future};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;
use support::*;
use tokio::runtime::{Builder, Handle, Runtime};

/// The host's HTTP client, on sockets of its own.
struct Sockets;

impl HttpClient for Sockets {
    async fn send(&self, request: Request) -> Result<Answer, Failure> {
        let sent = tokio::task::spawn_blocking(move || send(&request)).await.expect("it does not panic");
        sent.map_err(|e| Failure { kind: FailureKind::Connect, message: e.to_string() })
    }
}

fn one_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().unwrap()
}

fn threads() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_time().build().unwrap()
}

/// Fails a test that would hang.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(60), future).await.expect("it comes in time")
}

/// Polls three futures in turn until all are ready.
async fn three<A, B, C>(
    a: impl Future<Output = A>,
    b: impl Future<Output = B>,
    c: impl Future<Output = C>,
) -> (A, B, C) {
    let (mut a, mut b, mut c) = (Box::pin(a), Box::pin(b), Box::pin(c));
    let (mut x, mut y, mut z) = (None, None, None);
    poll_fn(|context| {
        if x.is_none() {
            x = ready(a.as_mut().poll(context));
        }
        if y.is_none() {
            y = ready(b.as_mut().poll(context));
        }
        if z.is_none() {
            z = ready(c.as_mut().poll(context));
        }
        if x.is_some() && y.is_some() && z.is_some() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    (x.unwrap(), y.unwrap(), z.unwrap())
}

fn ready<T>(poll: Poll<T>) -> Option<T> {
    match poll {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

#[test]
fn a_refresh_is_awaited_on_one_thread_and_reaches_the_watch_channel() {
    one_thread().block_on(async {
        let transport = TokioTransport::new(Sockets).unwrap();
        let registry = on_loopback(KEY).transport(transport).open_async().unwrap();
        let mut snapshots = registry.snapshots();
        assert_eq!(snapshots.borrow_and_update().len(), 0);
        soon(registry.refresh()).await.unwrap();
        soon(snapshots.changed()).await.unwrap();
        assert_eq!(snapshots.borrow().len(), 2);
        assert_eq!(registry.snapshot().len(), 2, "an async registry has all that a registry has");
        assert_eq!(registry.snapshots().borrow().len(), 2, "a receiver that comes later has the newest at once");
        soon(registry.refresh_forced()).await.unwrap();
        drop(registry);
        while soon(snapshots.changed()).await.is_ok() {}
        assert_eq!(snapshots.borrow().len(), 2, "the channel ends with the registry, and keeps its last snapshot");
    });
}

#[test]
fn closing_ends_what_is_awaited() {
    one_thread().block_on(async {
        let helper = [("PATH", "/usr/bin:/bin"), ("LLM_API_KEY_HELPER", "sleep 3600; echo key")];
        let silent = ChannelTransport::new(|_, reply| std::mem::forget(reply));
        let registry = acme().environment(helper).transport(silent).open_async().unwrap();
        registry.run_helper("").unwrap();
        let (waiting, refreshing) = (registry.clone(), registry.clone());
        let waited = async move { waiting.wait_helper("").await };
        let refreshed = async move { refreshing.refresh().await };
        let close = async { registry.close().await };
        let (waited, _, ()) = soon(three(waited, refreshed, close)).await;
        assert_eq!(waited.unwrap_err().status(), Status::Cancelled);
        assert_eq!(soon(registry.refresh()).await.unwrap_err().status(), Status::Cancelled);
    });
}

#[test]
fn the_hosts_own_callback_is_called_beside_the_watch_channel() {
    threads().block_on(async {
        let called = Arc::new(AtomicBool::new(false));
        let mark = called.clone();
        let options = acme_with(acme_lists).on_published(move |_| mark.store(true, Ordering::SeqCst));
        let registry = options.open_async().unwrap();
        soon(registry.refresh()).await.unwrap();
        assert!(called.load(Ordering::SeqCst));
        assert_eq!(registry.snapshots().borrow().len(), 2);
    });
}

#[test]
fn a_blocking_refresh_within_a_task_is_refused_in_words() {
    let refused = |registry: &Registry| {
        for result in [registry.refresh(), registry.refresh_forced()] {
            let error = result.unwrap_err();
            assert_eq!(error.status(), Status::Invalid);
            assert!(error.message().contains("within a task of a tokio runtime"), "{error}");
            assert!(error.hint().unwrap().contains("AsyncRegistry::refresh"), "{error:?}");
        }
    };
    let registry = acme_with(acme_lists).open().unwrap();
    one_thread().block_on(async { refused(&registry) });
    let runtime = threads();
    let moved = registry.clone();
    runtime.block_on(async { tokio::spawn(async move { refused(&moved) }).await }).unwrap();
    assert_eq!(registry.snapshot().generation(), 0, "nothing was asked");
}

#[test]
fn a_blocking_refresh_is_allowed_wherever_blocking_is() {
    let registry = acme_with(acme_lists).open().unwrap();
    let runtime = threads();
    let _entered = runtime.enter();
    registry.refresh().unwrap();
    let again = registry.clone();
    runtime.block_on(async { tokio::task::spawn_blocking(move || again.refresh()).await }).unwrap().unwrap();
    let again = registry.clone();
    let in_place = async move { tokio::task::block_in_place(|| again.refresh()) };
    runtime.block_on(async { tokio::spawn(in_place).await }).unwrap().unwrap();
    assert_eq!(registry.snapshot().generation(), 3);
}

#[test]
fn a_closure_that_waits_for_async_code_is_an_error_and_not_a_missing_key() {
    let runtime = threads();
    let handle = runtime.handle().clone();
    let waits = move |_: &str| {
        Handle::current().block_on(async { Credential::Key(Key::new(KEY)) }) // not possible on a runtime's thread
    };
    let registry = acme_with(acme_lists).credential(waits).open_async().unwrap();
    runtime.block_on(async {
        let error = soon(registry.refresh()).await.unwrap_err();
        assert!(error.message().contains("closure panicked for provider 'acme'"), "{error}");
        assert_eq!(registry.snapshot().known("alpha").unwrap().state(), State::Pending);
        registry.set_credential("acme", Credential::Key(Key::new(KEY))).unwrap();
        soon(registry.refresh()).await.unwrap();
        registry.set_credential("acme", Credential::LookFurther).unwrap();
        let snapshot = registry.snapshot();
        let service = snapshot.require("alpha").unwrap().service().unwrap();
        let error = registry.headers(&service).unwrap_err();
        assert_eq!(error.status(), Status::System);
        assert!(error.message().contains("Cannot start a runtime from within a runtime"), "{error}");
        assert!(error.hint().unwrap().contains("set_credential"), "{error:?}");
    });
    let _entered = handle.enter();
    let snapshot = registry.snapshot();
    registry.headers(&snapshot.require("alpha").unwrap().service().unwrap()).expect("outside a task it may wait");
}

/// Never answers, and notes that its task was ended.
struct Silent(Arc<AtomicBool>);

struct OnDrop(Arc<AtomicBool>);

impl Drop for OnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

impl HttpClient for Silent {
    async fn send(&self, _: Request) -> Result<Answer, Failure> {
        let _mark = OnDrop(self.0.clone());
        std::future::pending().await
    }
}

#[test]
fn the_task_of_a_request_that_is_not_waited_for_is_aborted() {
    one_thread().block_on(async {
        let ended = Arc::new(AtomicBool::new(false));
        let transport = TokioTransport::new(Silent(ended.clone())).unwrap();
        let registry = acme().transport(transport).timeout(Duration::from_millis(200)).open_async().unwrap();
        soon(registry.refresh()).await.unwrap();
        assert_eq!(registry.snapshot().known("alpha").unwrap().state(), State::Unreachable);
        drop(registry);
        let gone = async {
            while !ended.load(Ordering::SeqCst) {
                tokio::task::yield_now().await;
            }
        };
        soon(gone).await;
    });
}

#[test]
fn a_transport_needs_a_runtime() {
    let error = TokioTransport::new(Sockets).map(|_| ()).unwrap_err();
    assert!(error.message().contains("no tokio runtime here"), "{error}");
    let runtime = threads();
    let registry = on_loopback(KEY).transport(TokioTransport::on(runtime.handle().clone(), Sockets)).open().unwrap();
    registry.refresh().unwrap();
    assert_eq!(registry.snapshot().len(), 2);
}

#[test]
fn a_sign_in_is_awaited_on_one_thread_and_its_events_are_a_stream() {
    one_thread().block_on(async {
        let go = fresh_file("go-async");
        let line = format!("echo WDJB-MJHT; while [ ! -e \"$GO\" ]; do sleep 0.02; done; echo {KEY}");
        let variables =
            [("PATH", "/usr/bin:/bin"), ("GO", go.to_str().unwrap()), ("LLM_API_KEY_HELPER", line.as_str())];
        let registry = acme_with(acme_lists).interactive_helpers().environment(variables).open_async().unwrap();
        let (mut events, mut snapshots) = (registry.helper_events().unwrap(), registry.snapshots());
        soon(registry.wait_helper("")).await.unwrap(); // nothing runs yet
        assert_eq!(registry.run_helper("acme").unwrap(), 1);
        assert!(registry.registry().wait_helper("", None).unwrap_err().hint().unwrap().contains("AsyncRegistry"));
        assert_eq!(soon(events.recv()).await.unwrap().news, HelperNews::Started);
        let code = HelperNews::Line { error: false, text: "WDJB-MJHT".into() };
        assert_eq!(soon(events.recv()).await.unwrap().news, code);
        std::fs::write(&go, "").unwrap();
        soon(registry.wait_helper("acme")).await.unwrap();
        assert_eq!(registry.credential_status("").unwrap().status, CredentialStatus::Valid);
        assert_eq!(soon(events.recv()).await.unwrap().news, HelperNews::Valid);
        while snapshots.borrow_and_update().len() != 2 {
            soon(snapshots.changed()).await.unwrap(); // the models follow by themselves
        }
    });
}
