//! Credential helpers and the people who sign in for them: the live state of a key, runs, events.
use crate::callbacks::{call_host, inside};
use crate::error::{check, Error, Status};
use crate::fixed::Fixed;
use crate::options::millis;
use crate::registry::{refuse_in_a_task, Registry};
use crate::text::{c_text, in_array, text};
use roster_sys as sys;
use std::cell::Cell;
use std::ffi::{c_long, c_void, CString};
use std::fmt;
use std::time::Duration;

/// Where the key of one provider is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CredentialStatus {
    /// There is no key and no helper.
    NotConfigured,
    /// The helper has not run yet, or the key has not been tried yet.
    Pending,
    /// The helper runs.
    Running,
    /// There is a key, and the latest verdict does not say otherwise.
    Valid,
    /// The key has expired, was refused or was dropped: somebody has to sign in or set another.
    Required,
    /// The helper's last run gave no key.
    Failed,
}

impl CredentialStatus {
    const WORDS: [(&'static str, Self); 6] = [
        ("not_configured", Self::NotConfigured),
        ("pending", Self::Pending),
        ("running", Self::Running),
        ("valid", Self::Valid),
        ("required", Self::Required),
        ("failed", Self::Failed),
    ];

    /// Its word: `"not_configured"`, `"pending"` ...
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, status)| *status == self).map_or("", |(word, _)| word)
    }

    fn from_word(word: &str) -> Self {
        Self::WORDS.iter().find(|(known, _)| *known == word).map_or(Self::NotConfigured, |(_, status)| *status)
    }
}

impl fmt::Display for CredentialStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where the key of one provider was when it was asked: see [`Registry::credential_status`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CredentialState {
    /// In one word.
    pub status: CredentialStatus,
    /// Whether the helper runs only when the host asks.
    pub interactive: bool,
    /// Of the helper's last run; None also when a signal ended it or it was killed at its timeout.
    pub exit_code: Option<i32>,
    /// The number of the helper's current or last run.
    pub run: Option<u64>,
    /// The provider as events have it: None for the helper of all providers, and when there is none.
    pub provider_id: Option<String>,
    /// `"$ACME_API_KEY"`, `"helper vault"`; `""` when there is none.
    pub source: String,
    /// Since when this is so; of a valid key, when it was printed or written (RFC 3339, UTC).
    pub since: Option<String>,
    /// When a valid key expires, in the same form.
    pub until: Option<String>,
    /// Why somebody has to sign in, or why the helper failed: a sentence without secrets.
    pub problem: Option<String>,
}

impl CredentialState {
    fn from_raw(raw: &sys::roster_credential_state) -> Self {
        let some = |array| Some(in_array(array)).filter(|text| !text.is_empty()).map(str::to_string);
        CredentialState {
            // SAFETY: the call has set it to a static string.
            status: CredentialStatus::from_word(unsafe { text(raw.status) }),
            interactive: raw.interactive,
            exit_code: Some(raw.exit_code).filter(|code| *code >= 0),
            run: Some(raw.run).filter(|run| *run > 0),
            provider_id: some(&raw.provider_id),
            source: in_array(&raw.source).to_string(),
            since: some(&raw.since),
            until: some(&raw.until),
            problem: some(&raw.problem),
        }
    }
}

/// What happened to a credential helper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HelperEvent {
    /// The provider of the helper; None for the helper of all providers.
    pub provider_id: Option<String>,
    /// The number of the run.
    pub run: u64,
    /// Told to a late subscriber, of a run that is over: a sign-in address in it leads nowhere any more.
    pub old: bool,
    /// What happened.
    pub news: HelperNews,
}

/// One thing that happens in the run of a credential helper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelperNews {
    /// It runs.
    Started,
    /// It printed a line, such as a sign-in address or a device code. The line with the key is never told.
    Line {
        /// Whether it was written to standard error.
        error: bool,
        /// The line.
        text: String,
    },
    /// It has ended, and its key is there.
    Valid,
    /// It has ended without one.
    Failed {
        /// None when a signal ended it or it was killed.
        exit_code: Option<i32>,
        /// What went wrong, as a sentence.
        problem: String,
    },
}

impl HelperNews {
    /// Its word, as the server's events have it: `"started"`, `"line"`, `"valid"` or `"failed"`.
    pub fn kind(&self) -> &'static str {
        let kind = match self {
            HelperNews::Started => sys::ROSTER_HELPER_STARTED,
            HelperNews::Line { .. } => sys::ROSTER_HELPER_LINE,
            HelperNews::Valid => sys::ROSTER_HELPER_VALID,
            HelperNews::Failed { .. } => sys::ROSTER_HELPER_FAILED,
        };
        // SAFETY: static string.
        unsafe { text(sys::roster_helper_event_kind_name(kind)) }
    }
}

/// One line of a credential helper's output, such as a sign-in URL. The line with the credential is never passed on.
#[derive(Clone, Copy, Debug)]
pub struct HelperLine<'a> {
    /// The provider of the helper; None for the helper of all providers.
    pub provider_id: Option<&'a str>,
    /// Whether it was written to standard error.
    pub error: bool,
    /// The line.
    pub text: &'a str,
}

type OnLine = Box<dyn Fn(HelperLine<'_>) + Send + Sync>;
type OnEvent = Box<dyn Fn(HelperEvent) + Send + Sync>;

/// The closure of a subscription.
enum Listener {
    Line(Fixed<OnLine>),
    Event(Fixed<OnEvent>),
}

impl Listener {
    fn payload(&self) -> *mut c_void {
        match self {
            Listener::Line(closure) => closure.pointer().cast(),
            Listener::Event(closure) => closure.pointer().cast(),
        }
    }
}

thread_local! {
    static LISTENING: Cell<bool> = const { Cell::new(false) };
}

/// Calls the closure of a subscription, which holds a lock that most calls about helpers need.
fn tell(closure: impl FnOnce()) {
    LISTENING.with(|listening| listening.set(true));
    call_host((), closure);
    LISTENING.with(|listening| listening.set(false));
}

fn refuse_while_listening() -> Result<(), Error> {
    if LISTENING.with(Cell::get) {
        return Err(Error::new(Status::Invalid, "a closure that is told of a helper must not ask about helpers"));
    }
    Ok(())
}

unsafe extern "C" fn on_line(payload: *mut c_void, raw: *const sys::roster_helper_line) {
    // SAFETY: payload is the closure that Registry::subscribe passed; the line is valid during this call.
    let (closure, raw) = unsafe { (&*payload.cast::<OnLine>(), &*raw) };
    // SAFETY: its strings are valid as long.
    let (provider_id, words) = unsafe { (text(raw.provider_id), text(raw.text)) };
    let told = HelperLine { provider_id: Some(provider_id).filter(|id| !id.is_empty()), error: raw.error, text: words };
    tell(|| closure(told));
}

unsafe extern "C" fn on_event(payload: *mut c_void, raw: *const sys::roster_helper_event) {
    // SAFETY: payload is the closure that Registry::subscribe_helpers passed; the event is valid during this call.
    let (closure, raw) = unsafe { (&*payload.cast::<OnEvent>(), &*raw) };
    // SAFETY: its strings are valid as long.
    let (provider_id, words) = unsafe { (text(raw.provider_id), text(raw.text)) };
    let news = match raw.kind {
        sys::ROSTER_HELPER_STARTED => HelperNews::Started,
        sys::ROSTER_HELPER_LINE => HelperNews::Line { error: raw.error, text: words.to_string() },
        sys::ROSTER_HELPER_VALID => HelperNews::Valid,
        sys::ROSTER_HELPER_FAILED => {
            let exit_code = Some(raw.exit_code).filter(|code| *code >= 0);
            HelperNews::Failed { exit_code, problem: words.to_string() }
        }
        _ => return, // of a newer library
    };
    let provider_id = Some(provider_id).filter(|id| !id.is_empty()).map(str::to_string);
    let told = HelperEvent { provider_id, run: raw.run, old: raw.old, news };
    tell(|| closure(told));
}

fn c_provider(id: &str) -> Result<CString, Error> {
    c_text(id).ok_or_else(|| Error::new(Status::Unknown, "no id holds a NUL byte"))
}

/// In all of these, the provider `""` means the helper of all providers (`LLM_API_KEY_HELPER`), else the first provider's.
impl Registry {
    /// Where the key of this provider is now. It is live: a run that began, or a key that has expired, since the snapshot was made shows at
    /// once. Runs nothing, sends nothing and does not block.
    pub fn credential_status(&self, provider: &str) -> Result<CredentialState, Error> {
        refuse_while_listening()?;
        let (id, mut raw) = (c_provider(provider)?, sys::ROSTER_CREDENTIAL_STATE_INIT);
        // SAFETY: the registry is open as long as self, and the state has its size.
        check(|err| unsafe { sys::roster_read_credential_status(self.raw(), id.as_ptr(), &mut raw, err) })?;
        Ok(CredentialState::from_raw(&raw))
    }

    /// Runs the helper of this provider and nothing else, or joins its run that is under way; while its key is valid nothing is run. Returns
    /// the number of the run at once. When the run has ended, a refresh follows by itself.
    pub fn run_helper(&self, provider: &str) -> Result<u64, Error> {
        refuse_while_listening()?;
        let (id, mut run) = (c_provider(provider)?, 0);
        // SAFETY: the registry is open as long as self.
        check(|err| unsafe { sys::roster_helper_run(self.raw(), id.as_ptr(), &mut run, err) })?;
        Ok(run)
    }

    /// Drops the helper's key: somebody has to sign in.
    pub fn invalidate_helper(&self, provider: &str) -> Result<(), Error> {
        refuse_while_listening()?;
        let id = c_provider(provider)?;
        // SAFETY: the registry is open as long as self.
        check(|err| unsafe { sys::roster_helper_invalidate(self.raw(), id.as_ptr(), err) })
    }

    /// Blocks until no run of this helper is under way, however it ends, and for nothing else. None has no limit; an error with
    /// [`Status::Pending`] when the time is over and it still runs.
    pub fn wait_helper(&self, provider: &str, timeout: Option<Duration>) -> Result<(), Error> {
        if inside() {
            return Err(Error::new(Status::Invalid, "a closure that roster calls must not wait for a helper"));
        }
        refuse_in_a_task("wait for a helper", "AsyncRegistry::wait_helper")?;
        let (id, ms): (_, c_long) = (c_provider(provider)?, timeout.map_or(-1, millis));
        // SAFETY: the registry is open as long as self.
        check(|err| unsafe { sys::roster_helper_wait(self.raw(), id.as_ptr(), ms, err) })
    }

    /// Calls the closure for what each helper's current or last run told so far, then for each new event, on a thread of roster's, until the
    /// subscription is dropped. The closure must not call the registry.
    pub fn subscribe_helpers(
        &self,
        on_event: impl Fn(HelperEvent) + Send + Sync + 'static,
    ) -> Result<Subscription, Error> {
        self.listen(Listener::Event(Fixed::new(Box::new(on_event))))
    }

    /// As [`subscribe_helpers`](Registry::subscribe_helpers), but the lines alone, which do not say whether their run is over.
    pub fn subscribe(&self, on_line: impl Fn(HelperLine<'_>) + Send + Sync + 'static) -> Result<Subscription, Error> {
        self.listen(Listener::Line(Fixed::new(Box::new(on_line))))
    }

    fn listen(&self, listener: Listener) -> Result<Subscription, Error> {
        if inside() {
            return Err(Error::new(Status::Invalid, "a closure that roster calls must not subscribe"));
        }
        let payload = listener.payload();
        // SAFETY: the registry is open, and the closure stays where it is until the subscription has ended.
        check(|err| unsafe {
            match listener {
                Listener::Line(_) => sys::roster_subscribe(self.raw(), Some(on_line), payload, err),
                Listener::Event(_) => sys::roster_subscribe_helpers(self.raw(), Some(on_event), payload, err),
            }
        })?;
        Ok(Subscription { registry: Some(self.clone()), listener: Some(listener) })
    }
}

/// The closure is called for as long as this value exists. It keeps the registry open.
#[must_use]
pub struct Subscription {
    registry: Option<Registry>,
    listener: Option<Listener>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let (Some(registry), Some(listener)) = (self.registry.take(), self.listener.take()) else { return };
        let end = move || {
            // SAFETY: the registry is open. Once this returns, the closure is not running and is never called again.
            unsafe { sys::roster_unsubscribe(registry.raw(), listener.payload()) };
        };
        if inside() {
            std::thread::spawn(end); // closures run under a lock
        } else {
            end();
        }
    }
}
