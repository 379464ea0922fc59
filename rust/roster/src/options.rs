//! The options of a registry, and how they are passed to C.
use crate::callbacks::{Exchange, Finding, Host, Progress, Source};
use crate::credential::{forget_lent, Credential};
use crate::error::{check, Error, Status};
use crate::fixed::Fixed;
use crate::registry::{fresh_identity, Registry};
use crate::snapshot::Snapshot;
use crate::text::{c_text, text, wipe_text};
use crate::transport::{HostTransport, Transport};
use roster_sys as sys;
use std::ffi::{c_char, c_long, CString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::{null, NonNull};
use std::time::Duration;

/// The highest level that a refresh checks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Level {
    /// The level that `validate { level = ... }` sets, else [`Level::Prove`].
    #[default]
    Default,
    /// Check only whether there is a key.
    Credential,
    /// Also check what the provider lists.
    List,
    /// Also prove each model, free of charge.
    Prove,
    /// Also request a response of each model, which costs a few tokens.
    Generate,
}

/// What [`Options::merged_definitions`] writes.
#[derive(Clone, Copy, Debug, Default)]
pub struct MergedChoice<'a> {
    /// Only blocks of these ids: of providers, models by any of their names, gateways, rules, roles, sources and the rest, or `default` and
    /// `validate`. Empty: all blocks.
    pub ids: &'a [&'a str],
    /// Only what is not shipped, as one amendment of what is.
    pub changed: bool,
    /// A JSON document in place of Lua text.
    pub json: bool,
    /// A place that would make a line longer than this is written above it; 0: none is.
    pub width: usize,
}

/// The options to open a registry with.
#[derive(Default)]
#[must_use]
pub struct Options {
    pub(crate) host: Host,
    config: Option<CString>,
    cache_file: Option<CString>,
    no_builtin: bool,
    mock: bool,
    definitions: Vec<(CString, CString)>,
    environment: Option<Vec<(CString, CString)>>,
    host_protocols: Option<Vec<CString>>,
    level: Level,
    timeout: Duration,
    deadline: Duration,
    helper_wait: Duration,
    interactive_helpers: bool,
    attended: bool,
    keep_requests: bool,
    discover_all: bool,
    sources: bool,
    transport_threads: usize,
    no_document: bool,
    document: Option<CString>,
    ids: Option<CString>,
    transport: Option<Box<dyn Transport>>,
    replay: Option<CString>,
    record: Option<CString>,
    unsayable: bool,
}

impl Options {
    /// The defaults: the shipped definitions, /etc/roster and ~/.config/roster, the process's environment, libcurl.
    pub fn new() -> Self {
        Options::default()
    }

    fn say(&mut self, text: impl Into<Vec<u8>>) -> CString {
        let said = c_text(text);
        self.unsayable |= said.is_none();
        said.unwrap_or_default()
    }

    fn say_path(&mut self, path: impl AsRef<Path>) -> Option<CString> {
        Some(self.say(path.as_ref().as_os_str().as_bytes()))
    }

    /// A directory or a file of definitions, read instead of /etc/roster and ~/.config/roster.
    pub fn config(mut self, directory: impl AsRef<Path>) -> Self {
        self.config = self.say_path(directory);
        self
    }

    /// Reads no directory: only the shipped definitions and those given as strings.
    pub fn no_config(self) -> Self {
        self.config("")
    }

    /// Leaves out the shipped providers, models and rules; protocols stay.
    pub fn no_builtin(mut self) -> Self {
        self.no_builtin = true;
        self
    }

    /// Enables the mock model.
    pub fn enable_mock(mut self) -> Self {
        self.mock = true;
        self
    }

    /// Definitions as strings, read after every directory. The ending of the name selects the language: `"providers.lua"`, `"catalog.json"`.
    pub fn definition(mut self, name: &str, text: &str) -> Self {
        let both = (self.say(name), self.say(text));
        self.definitions.push(both);
        self
    }

    /// Variables to use instead of the process's environment. Wiped when they are dropped.
    pub fn environment<N, V>(mut self, variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<Vec<u8>>,
        V: Into<Vec<u8>>,
    {
        let said = variables.into_iter().map(|(name, value)| (self.say(name), self.say(value))).collect::<Vec<_>>();
        self.environment.get_or_insert_with(Vec::new).extend(said);
        self
    }

    /// The protocols that the host speaks; models of other protocols are disabled.
    pub fn host_protocols<'a>(mut self, protocols: impl IntoIterator<Item = &'a str>) -> Self {
        let said = protocols.into_iter().map(|one| self.say(one)).collect();
        self.host_protocols = Some(said);
        self
    }

    /// The highest level that a refresh checks.
    pub fn level(mut self, level: Level) -> Self {
        self.level = level;
        self
    }

    /// Limits the time for all requests to one endpoint.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Limits the time for one complete refresh.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// How long a refresh waits for credential helpers. Zero, the default: not at all, and a helper that ends starts another refresh.
    pub fn helper_wait(mut self, wait: Duration) -> Self {
        self.helper_wait = wait;
        self
    }

    /// Credential helpers may need a person, a browser or a code to type in: none is run by the clock, an edit, a refresh or a load, but only by
    /// [`run_helper`](crate::Registry::run_helper), or by [`headers`](crate::Registry::headers) of a request that needs the key. When it expires, fails
    /// or is refused, models known good before stay, marked stale.
    pub fn interactive_helpers(mut self) -> Self {
        self.interactive_helpers = true;
        self
    }

    /// A person waits for each refresh that the host calls, so it runs those helpers too.
    pub fn attended(mut self) -> Self {
        self.attended = true;
        self
    }

    /// Builds the request of each model at each load and keeps it in the snapshot: see [`Snapshot::request`](crate::Snapshot::request).
    pub fn keep_requests(mut self) -> Self {
        self.keep_requests = true;
        self
    }

    /// As if every provider had `discover = true`: models that no block defines and nothing free can prove are known too, as
    /// [`State::Unproven`](crate::State::Unproven).
    pub fn discover_all(mut self) -> Self {
        self.discover_all = true;
        self
    }

    /// Turns on the sources of facts that are shipped: see [`Registry::update_sources`].
    pub fn sources(mut self) -> Self {
        self.sources = true;
        self
    }

    /// How many threads send requests, 1 to 16; 0, the default, stands for one for each processor, up to 4. [`Options::open`] fails for more
    /// than 16. A [`Transport`] of the host has none of them.
    pub fn transport_threads(mut self, most: usize) -> Self {
        self.transport_threads = most;
        self
    }

    /// Snapshots hold no document, whatever [`document`](Options::document) names: [`Snapshot::json`](crate::Snapshot::json) is empty, and
    /// a load takes less time and memory.
    pub fn no_document(mut self) -> Self {
        self.no_document = true;
        self
    }

    /// The form of [`Snapshot::json`], by the name of a `document` of the definitions: `"phoenix"` is shipped.
    pub fn document(mut self, name: &str) -> Self {
        self.document = Some(self.say(name));
        self
    }

    /// The spelling in which ids are given out, by the name of an `ids` block of the definitions: `"phoenix"` is shipped, and a table of the
    /// host's own is a [`definition`](Options::definition).
    pub fn ids(mut self, name: &str) -> Self {
        self.ids = Some(self.say(name));
        self
    }

    /// Keeps the last good result in this file (mode 0600, no secrets) for the next start.
    pub fn cache_file(mut self, file: impl AsRef<Path>) -> Self {
        self.cache_file = self.say_path(file);
        self
    }

    /// The host's own HTTP, instead of libcurl.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Replays the responses of a recorded file and makes no connections.
    pub fn replay(mut self, file: impl AsRef<Path>) -> Self {
        self.replay = self.say_path(file);
        self
    }

    /// Records every exchange to a file, without secrets. The file is created when the registry is closed.
    pub fn record(mut self, file: impl AsRef<Path>) -> Self {
        self.record = self.say_path(file);
        self
    }

    /// Called for every mistake in the definitions.
    pub fn on_finding(mut self, closure: impl Fn(Finding<'_>) + Send + Sync + 'static) -> Self {
        self.host.on_finding = Some(Box::new(closure));
        self
    }

    /// Called for every directory and file that a load looks at.
    pub fn on_source(mut self, closure: impl Fn(Source<'_>) + Send + Sync + 'static) -> Self {
        self.host.on_source = Some(Box::new(closure));
        self
    }

    /// Called for every environment variable that a definition names, with whether it is named as a secret.
    pub fn on_variable(mut self, closure: impl Fn(&str, bool) + Send + Sync + 'static) -> Self {
        self.host.on_variable = Some(Box::new(closure));
        self
    }

    /// Called for every verdict as it is reached.
    pub fn on_progress(mut self, closure: impl Fn(Progress<'_>) + Send + Sync + 'static) -> Self {
        self.host.on_progress = Some(Box::new(closure));
        self
    }

    /// Called for each request that a refresh sent, once it has ended.
    pub fn on_exchange(mut self, closure: impl Fn(Exchange<'_>) + Send + Sync + 'static) -> Self {
        self.host.on_exchange = Some(Box::new(closure));
        self
    }

    /// Called when a refresh has ended, with how it failed (None: it did not) and how long it took.
    pub fn on_refreshed(mut self, closure: impl Fn(Option<Status>, Duration) + Send + Sync + 'static) -> Self {
        self.host.on_refreshed = Some(Box::new(closure));
        self
    }

    /// Called with every new snapshot, after a refresh or a failed reload. Must return soon.
    pub fn on_published(mut self, closure: impl Fn(Snapshot) + Send + Sync + 'static) -> Self {
        self.host.on_published = Some(Box::new(closure));
        self
    }

    /// The host's own keys: called with the provider's id before any other source is tried; possibly on several threads at once.
    pub fn credential(mut self, closure: impl Fn(&str) -> Credential + Send + Sync + 'static) -> Self {
        self.host.credential = Some(Box::new(closure));
        self
    }

    /// Reads the definitions and publishes generation 0. Makes no requests.
    pub fn open(mut self) -> Result<Registry, Error> {
        self.refuse_unsayable()?;
        let transports = Transports::open(&mut self)?;
        self.host.identity = fresh_identity();
        let host = Fixed::new(std::mem::take(&mut self.host));
        Registry::assemble(host, transports, |host, face, out, err| {
            self.with_raw(host, face, |o| {
                // SAFETY: the options and all that they point to are valid, and out and err are the caller's.
                unsafe { sys::roster_open(out, o, err) }
            })
        })
    }

    /// Reads definitions as [`open`](Options::open) does and reports their mistakes, without opening a registry. `path`, a file or a directory, is
    /// read instead of the configured directories.
    pub fn lint(&self, path: Option<&Path>) -> Result<(), Error> {
        self.refuse_unsayable()?;
        let path = path.map(|p| c_text(p.as_os_str().as_bytes()).ok_or_else(unsayable)).transpose()?;
        let pointer = path.as_ref().map_or(null(), |p| p.as_ptr());
        let result = check(|err| {
            // SAFETY: the options and the path are valid during the call.
            self.with_raw(&self.host, null(), |o| unsafe { sys::roster_lint(o, pointer, err) })
        });
        forget_lent();
        result
    }

    /// What the definitions come to: each block with all its fields, as Lua text that could be a file of definitions, and behind each field a comment
    /// with the file and line that it comes from. Functions are only named, and a secret is its name.
    pub fn merged_definitions(&self, choice: &MergedChoice) -> Result<String, Error> {
        self.refuse_unsayable()?;
        let ids: Vec<CString> =
            choice.ids.iter().map(|id| c_text(*id).ok_or_else(unsayable)).collect::<Result<_, _>>()?;
        let pointers: Vec<*const c_char> = ids.iter().map(|id| id.as_ptr()).collect();
        let wanted = sys::roster_merged_choice {
            size: std::mem::size_of::<sys::roster_merged_choice>(),
            ids: pointers.as_ptr(),
            id_count: pointers.len(),
            changed: choice.changed,
            json: choice.json,
            width: choice.width,
        };
        let mut merged = std::ptr::null_mut();
        let result = check(|err| {
            // SAFETY: the options, the choice and its strings are valid during the call.
            self.with_raw(&self.host, null(), |o| unsafe {
                sys::roster_merged_definitions(&mut merged, o, &wanted, err)
            })
        });
        forget_lent();
        result?;
        // SAFETY: on success it is a string that is ours to free.
        unsafe {
            let copy = text(merged).to_owned();
            sys::roster_string_free(merged);
            Ok(copy)
        }
    }

    fn refuse_unsayable(&self) -> Result<(), Error> {
        if self.unsayable {
            Err(unsayable())
        } else {
            Ok(())
        }
    }

    /// Calls C with these options.
    fn with_raw<T>(
        &self,
        host: &Host,
        face: *const sys::roster_transport,
        call: impl FnOnce(&sys::roster_options) -> T,
    ) -> T {
        let pointer = |text: &Option<CString>| text.as_ref().map_or(null(), |text| text.as_ptr());
        let definition =
            |(name, text): &(CString, CString)| sys::roster_definition { name: name.as_ptr(), text: text.as_ptr() };
        let definitions: Vec<_> = self.definitions.iter().map(definition).collect();
        let variable =
            |(name, value): &(CString, CString)| sys::roster_variable { name: name.as_ptr(), value: value.as_ptr() };
        let variables: Option<Vec<_>> = self.environment.as_ref().map(|list| list.iter().map(variable).collect());
        let protocols: Option<Vec<*const c_char>> =
            self.host_protocols.as_ref().map(|list| list.iter().map(|one| one.as_ptr()).collect());
        let mut o = sys::roster_options {
            config: pointer(&self.config),
            cache_file: pointer(&self.cache_file),
            no_builtin: self.no_builtin,
            enable_mock: self.mock,
            definitions: definitions.as_ptr(),
            definition_count: definitions.len(),
            environment: variables.as_ref().map_or(null(), |list| list.as_ptr()),
            environment_count: variables.as_ref().map_or(0, Vec::len),
            host_protocols: protocols.as_ref().map_or(null(), |list| list.as_ptr()),
            host_protocol_count: protocols.as_ref().map_or(0, Vec::len),
            level: self.level as sys::roster_level,
            timeout_ms: millis(self.timeout),
            deadline_ms: millis(self.deadline),
            helper_wait_ms: millis(self.helper_wait),
            interactive_helpers: self.interactive_helpers,
            attended: self.attended,
            keep_requests: self.keep_requests,
            discover_all: self.discover_all,
            sources: self.sources,
            transport_threads: self.transport_threads,
            no_document: self.no_document,
            document: pointer(&self.document),
            ids: pointer(&self.ids),
            transport: face,
            ..sys::ROSTER_OPTIONS_INIT
        };
        host.listen(&mut o);
        call(&o)
    }
}

/// Shows no values of variables: they may be keys.
impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = |list: &[(CString, CString)]| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        f.debug_struct("Options")
            .field("config", &self.config)
            .field("definitions", &names(&self.definitions))
            .field("environment", &self.environment.as_deref().map(names))
            .finish_non_exhaustive()
    }
}

impl Drop for Options {
    fn drop(&mut self) {
        for (_, value) in self.environment.take().unwrap_or_default() {
            wipe_text(value);
        }
    }
}

fn unsayable() -> Error {
    Error::new(Status::Invalid, "options: a text holds a NUL byte")
}

/// Milliseconds, rounded up: anything above zero is at least one.
pub(crate) fn millis(d: Duration) -> c_long {
    c_long::try_from(d.as_nanos().div_ceil(1_000_000)).unwrap_or(c_long::MAX)
}

/// The transports of a registry; they outlive it.
#[derive(Default)]
pub(crate) struct Transports {
    outer: Option<Native>, // records; closed before the one it passes requests to
    inner: Option<Native>, // replays
    host: Option<(Fixed<sys::roster_transport>, Fixed<HostTransport>)>,
}

impl Transports {
    fn open(options: &mut Options) -> Result<Self, Error> {
        let mut all = Transports::default();
        if let Some(file) = &options.replay {
            // SAFETY: out and err are the callee's to fill, and the name is a string.
            all.inner =
                Some(Native::open(|out, err| unsafe { sys::roster_transport_replay(out, file.as_ptr(), err) })?);
        } else if let Some(transport) = options.transport.take() {
            let works = Fixed::new(HostTransport::new(transport));
            all.host = Some((Fixed::new(HostTransport::face(&works)), works));
        }
        if let Some(file) = &options.record {
            let inner = all.face();
            // SAFETY: as above; the one it passes to lives longer.
            all.outer =
                Some(Native::open(|out, err| unsafe { sys::roster_transport_record(out, inner, file.as_ptr(), err) })?);
        }
        Ok(all)
    }

    /// NULL: libcurl.
    pub(crate) fn face(&self) -> *const sys::roster_transport {
        let native = self.outer.as_ref().or(self.inner.as_ref()).map(|native| native.0.as_ptr().cast_const());
        native.or(self.host.as_ref().map(|(face, _)| face.pointer().cast_const())).unwrap_or(null())
    }
}

/// A transport that roster created.
struct Native(NonNull<sys::roster_transport>);

impl Native {
    fn open(
        make: impl FnOnce(*mut *mut sys::roster_transport, *mut sys::roster_error) -> sys::roster_status,
    ) -> Result<Self, Error> {
        let mut raw = std::ptr::null_mut();
        check(|err| make(&mut raw, err))?;
        NonNull::new(raw).map(Native).ok_or_else(|| Error::new(Status::System, "no transport was made"))
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        // SAFETY: it is open, and nothing uses it any more.
        unsafe {
            let face = *self.0.as_ptr();
            face.close.into_iter().for_each(|close| close(face.self_));
        }
    }
}

// SAFETY: it is used through C alone, from one thread at a time.
unsafe impl Send for Native {}
// SAFETY: as above; a shared reference gives nothing but its address.
unsafe impl Sync for Native {}
// SAFETY: the C struct of a host's transport, which is Send, holds nothing but functions and its address.
unsafe impl Send for Transports {}
// SAFETY: as above; roster alone calls it.
unsafe impl Sync for Transports {}
