//! The live registry.
use crate::callbacks::{inside, take_panic, Host};
use crate::credential::{forget_lent, Credential};
use crate::error::{check, Error, Status};
use crate::fixed::Fixed;
use crate::options::{millis, Options, Transports};
use crate::service::{Headers, Service};
use crate::snapshot::Snapshot;
use crate::sources::{self, SourceUpdate};
use crate::text::{c_text, text};
use roster_sys as sys;
use std::os::fd::BorrowedFd;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

static OPENED: AtomicU64 = AtomicU64::new(0);

/// A live registry. Clones share one registry; dropping the last one closes it, and [`close`](Registry::close) ends it
/// before. Snapshots that are held stay valid.
///
/// Do not drop it within one of its own closures: it is then closed a little later, on another thread.
#[derive(Clone)]
pub struct Registry(Arc<Inner>);

struct Inner {
    raw: NonNull<sys::roster>,
    identity: u64,
    open: Option<Open>,
}

/// An open registry, then what it points to; dropped in this order.
struct Open {
    raw: NonNull<sys::roster>,
    host: Fixed<Host>,
    _transports: Transports,
}

// SAFETY: every function of C on a registry is thread-safe; the host's closures are Send and Sync, and its transport is called from one
// thread at a time.
unsafe impl Send for Open {}
// SAFETY: as above.
unsafe impl Sync for Open {}
// SAFETY: as for Open.
unsafe impl Send for Inner {}
// SAFETY: as above.
unsafe impl Sync for Inner {}

impl Registry {
    /// Reads the definitions and publishes generation 0. Makes no requests.
    pub fn open(options: Options) -> Result<Self, Error> {
        options.open()
    }

    pub(crate) fn assemble(
        host: Fixed<Host>,
        transports: Transports,
        open: impl FnOnce(
            &Host,
            *const sys::roster_transport,
            *mut *mut sys::roster,
            *mut sys::roster_error,
        ) -> sys::roster_status,
    ) -> Result<Self, Error> {
        let mut raw = std::ptr::null_mut();
        let opened = check(|err| open(host.get(), transports.face(), &mut raw, err));
        forget_lent();
        opened?;
        let raw = NonNull::new(raw).ok_or_else(|| Error::new(Status::System, "no registry was made"))?;
        let identity = host.get().identity;
        host.get().registry.store(raw.as_ptr(), Ordering::Release);
        let open = Open { raw, host, _transports: transports };
        Ok(Registry(Arc::new(Inner { raw, identity, open: Some(open) })))
    }

    fn host(&self) -> &Host {
        self.0.open.as_ref().expect("it is open until it is dropped").host.get()
    }

    pub(crate) fn raw(&self) -> *mut sys::roster {
        self.0.raw.as_ptr()
    }

    /// Ends what the registry does, for all its clones and subscriptions: a refresh that is under way is abandoned, that call and those that
    /// follow return [`Status::Cancelled`], a credential helper that runs is killed, and nothing is told any more. Snapshots can still be taken;
    /// dropping the last clone and subscription frees it. Returns within a second; within one of its own closures at once.
    pub fn close(&self) {
        let registry = self.clone();
        // SAFETY: the registry is open as long as its clone.
        let stop = move || unsafe { sys::roster_stop(registry.raw()) };
        if inside() {
            std::thread::spawn(stop); // a helper's closure runs under a lock that it needs
        } else {
            stop();
        }
    }

    /// Reads the definitions again, validates them against the providers and publishes a new snapshot. Blocks until the last verdict or the
    /// deadline. Overlapping calls share one run. On an error the old result stays; if the definitions are at fault, it is published again with
    /// the error in it. A credential closure that panicked is an error too: the new result is there, and its provider's models are pending.
    pub fn refresh(&self) -> Result<(), Error> {
        self.run(sys::roster_refresh)
    }

    /// As [`refresh`](Registry::refresh), but publishes the result however much would be lost.
    pub fn refresh_forced(&self) -> Result<(), Error> {
        self.run(sys::roster_refresh_forced)
    }

    /// As [`refresh`](Registry::refresh), and asks for these models by name: where only a billed request proves one, it is sent, whatever the
    /// day's budget. The id `"*"` stands for every model, within the budget.
    pub fn refresh_named(&self, ids: &[&str]) -> Result<(), Error> {
        let ids: Vec<_> = ids.iter().filter_map(|id| c_text(*id)).collect();
        let pointers: Vec<_> = ids.iter().map(|id| id.as_ptr()).collect();
        // SAFETY: the list and its strings outlive the call.
        self.run_by(|r, err| unsafe { sys::roster_refresh_named(r, pointers.as_ptr(), pointers.len(), err) })
    }

    /// Asks sources of facts now: these, or all that are on where the list is empty. What is good replaces what is kept of them on disk; a
    /// snapshot has it from the next refresh on. `accept` takes also what would be held back. A source that fails is no error.
    pub fn update_sources(&self, ids: &[&str], accept: bool) -> Result<Vec<SourceUpdate>, Error> {
        let ids: Vec<_> = ids.iter().filter_map(|id| c_text(*id)).collect();
        let pointers: Vec<_> = ids.iter().map(|id| id.as_ptr()).collect();
        let mut looks: Vec<SourceUpdate> = Vec::new();
        let payload: *mut Vec<SourceUpdate> = &mut looks;
        // SAFETY: the list, its strings and the payload outlive the call.
        self.run_by(|r, err| unsafe {
            sys::roster_update_sources(
                r,
                pointers.as_ptr(),
                pointers.len(),
                accept,
                Some(sources::keep),
                payload.cast(),
                err,
            )
        })?;
        Ok(looks)
    }

    /// Says that a conversation uses this model (an id, alias or former id): for days it is among those that billed proofs are asked for.
    /// Cheap: call it with every message.
    pub fn note_used(&self, id: &str) -> Result<(), Error> {
        let id = c_text(id).ok_or_else(|| Error::new(Status::Unknown, "no id holds a NUL byte"))?;
        // SAFETY: the registry is open as long as self, and the id is a string.
        check(|err| unsafe { sys::roster_note_used(self.raw(), id.as_ptr(), err) })
    }

    fn run(
        &self,
        how: unsafe extern "C" fn(*mut sys::roster, *mut sys::roster_error) -> sys::roster_status,
    ) -> Result<(), Error> {
        // SAFETY: the registry is open as long as self.
        self.run_by(|r, err| unsafe { how(r, err) })
    }

    fn run_by(
        &self,
        how: impl FnOnce(*mut sys::roster, *mut sys::roster_error) -> sys::roster_status,
    ) -> Result<(), Error> {
        if inside() {
            return Err(Error::new(Status::Invalid, "a closure that roster calls must not refresh"));
        }
        refuse_in_a_task("refresh", "AsyncRegistry::refresh")?;
        self.host().take_panic();
        check(|err| how(self.raw(), err))?;
        self.host().take_panic().map_or(Ok(()), |words| Err(closure_panicked(&words)))
    }

    /// Refreshes at this interval from now on, on a thread of roster's; zero stops it.
    pub fn refresh_every(&self, interval: Duration) -> Result<(), Error> {
        // SAFETY: the registry is open as long as self.
        check(|err| unsafe { sys::roster_refresh_every(self.raw(), millis(interval), err) })
    }

    /// Refreshes within a second of a change in the directories of definitions from now on, on a thread of roster's.
    pub fn watch(&self) -> Result<(), Error> {
        // SAFETY: the registry is open as long as self.
        check(|err| unsafe { sys::roster_watch(self.raw(), err) })
    }

    /// The newest snapshot. Takes no lock.
    pub fn snapshot(&self) -> Snapshot {
        // SAFETY: the registry is open as long as self, so there is one.
        unsafe { Snapshot::newest(self.raw(), self.0.identity) }.expect("an open registry has a snapshot")
    }

    /// An eventfd, or the end of a pipe elsewhere than on Linux, that becomes readable when a new snapshot is published: read its 8 bytes,
    /// then take the snapshot. None when the system refused it.
    pub fn event_fd(&self) -> Option<BorrowedFd<'_>> {
        // SAFETY: the registry is open as long as self.
        let fd = unsafe { sys::roster_event_fd(self.raw()) };
        // SAFETY: it stays open as long as the registry, which is borrowed for as long.
        (fd >= 0).then(|| unsafe { BorrowedFd::borrow_raw(fd) })
    }

    /// The headers of one request to this service, including the credential's; the host adds content-type and accept itself. The credential is
    /// looked up again at each call. [`Status::Pending`]: try again after the next snapshot.
    pub fn headers(&self, service: &Service<'_>) -> Result<Headers, Error> {
        self.own(service)?;
        let mut raw = std::ptr::null_mut();
        take_panic();
        // SAFETY: the registry is open, and the service belongs to a snapshot of it that is held.
        let result = check(|err| unsafe { sys::roster_service_headers(&mut raw, self.raw(), service.raw(), err) });
        forget_lent();
        if let Some(words) = take_panic().filter(|_| result.is_err()) {
            return Err(closure_panicked(&words));
        }
        result?;
        NonNull::new(raw)
            .map(|raw| Headers::new(raw, service.model().snapshot().clone()))
            .ok_or_else(|| Error::new(Status::System, "no headers were made"))
    }

    /// Reports the HTTP status that a request of the host's got, 0 if no response came. Returns whether to send it once more with new headers.
    pub fn report(&self, service: &Service<'_>, http_status: u16) -> Result<bool, Error> {
        self.own(service)?;
        let mut retry = false;
        // SAFETY: the registry is open, and the service belongs to a snapshot of it that is held.
        match unsafe { sys::roster_report(self.raw(), service.raw(), http_status.into(), &mut retry) } {
            sys::ROSTER_OK => Ok(retry),
            status => Err(Error::new(Status::from_raw(status), "the report was not taken")),
        }
    }

    /// Pushes a provider's credential, which is asked for before [`Options::credential`](crate::Options::credential) and all other sources. It is for
    /// hosts whose keys come from async code. [`Credential::LookFurther`] takes it back. Headers have it at once, verdicts at the next refresh.
    pub fn set_credential(&self, provider: &str, credential: Credential) -> Result<(), Error> {
        let snapshot = self.snapshot();
        if !snapshot.providers().any(|known| known.id() == provider) {
            let message = format!("no provider has the id '{provider}', so nobody would be sent this credential");
            return Err(Error::new(Status::Unknown, &message));
        }
        let mut pushed = self.host().pushed.write().unwrap_or_else(PoisonError::into_inner);
        match credential {
            Credential::LookFurther => pushed.remove(provider),
            other => pushed.insert(provider.to_string(), other),
        };
        Ok(())
    }

    fn own(&self, service: &Service<'_>) -> Result<(), Error> {
        if service.model().snapshot().registry() == self.0.identity {
            Ok(())
        } else {
            Err(Error::new(Status::Invalid, "this service is of another registry"))
        }
    }

    /// The request that a host would send to this model, as a curl command with `$NAME` in place of the secret. Reads the definitions once, or
    /// not at all with [`Options::keep_requests`](crate::Options::keep_requests).
    pub fn request(&self, id: &str) -> Result<String, Error> {
        if inside() {
            return Err(Error::new(Status::Invalid, "a closure that roster calls must not load"));
        }
        let id = c_text(id).ok_or_else(|| Error::new(Status::Unknown, "no id holds a NUL byte"))?;
        let mut command = std::ptr::null_mut();
        // SAFETY: the registry is open and the id is a string.
        let result = check(|err| unsafe { sys::roster_curl_command(&mut command, self.raw(), id.as_ptr(), err) });
        forget_lent();
        result?;
        // SAFETY: on success it is a string that is ours to free.
        unsafe {
            let copy = text(command).to_owned();
            sys::roster_string_free(command);
            Ok(copy)
        }
    }
}

fn closure_panicked(words: &str) -> Error {
    let hint = "a closure cannot wait for async code on a runtime's thread: push the key with Registry::set_credential";
    Error::new(Status::System, words).with_hint(hint)
}

#[cfg(feature = "tokio")]
pub(crate) fn refuse_in_a_task(what: &str, instead: &str) -> Result<(), Error> {
    if crate::tokio::in_a_task() {
        let message =
            format!("a blocking {what} was called within a task of a tokio runtime, whose thread it would hold up");
        let hint = format!("await {instead}, or use spawn_blocking");
        return Err(Error::new(Status::Invalid, &message).with_hint(&hint));
    }
    Ok(())
}

#[cfg(not(feature = "tokio"))]
pub(crate) fn refuse_in_a_task(_what: &str, _instead: &str) -> Result<(), Error> {
    Ok(())
}

/// A unique number for each registry, which distinguishes its services from those of others.
pub(crate) fn fresh_identity() -> u64 {
    OPENED.fetch_add(1, Ordering::Relaxed)
}

impl Drop for Open {
    fn drop(&mut self) {
        // SAFETY: this was the last handle, so no other call is running or can begin.
        unsafe { sys::roster_close(self.raw.as_ptr()) };
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let open = self.open.take();
        if inside() {
            std::thread::spawn(move || drop(open)); // here it would wait for this thread itself
        }
    }
}
