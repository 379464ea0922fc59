use crate::error::{check, empty, Error};
use crate::headers::Headers;
use crate::host::{self, Host};
use crate::model::Service;
use crate::options::Options;
use crate::snapshot::Snapshot;
use crate::text;
use crate::transport::milliseconds;
use roster_sys as sys;
use std::ffi::CString;
use std::fmt;
use std::ptr::{null, null_mut, NonNull};
use std::time::Duration;

/// A live registry. Every method may be called from any thread; dropping it ends what is under way within a second.
pub struct Registry {
    raw: NonNull<sys::roster>,
    host: NonNull<Host>, // outlives `raw`, whose threads call it
}

// SAFETY: every function of the library on a registry is thread-safe; the host's closures are Send and Sync, and its transport is called by one
// thread at a time.
unsafe impl Send for Registry {}
// SAFETY: as above.
unsafe impl Sync for Registry {}

impl Registry {
    /// Reads the definitions and publishes generation 0. Contacts nobody.
    pub fn open(mut options: Options) -> Result<Registry, Error> {
        let host = NonNull::from(Box::leak(Box::new(Host::new(&mut options))));
        // SAFETY: just made, and freed below or in drop.
        let opened = unsafe { open(&options, host) };
        match opened {
            Ok(raw) => {
                let registry = Registry { raw, host };
                registry.subscribe()?;
                Ok(registry)
            }
            Err(why) => {
                // SAFETY: nobody else has it: the library kept nothing.
                drop(unsafe { Box::from_raw(host.as_ptr()) });
                Err(why)
            }
        }
    }

    fn subscribe(&self) -> Result<(), Error> {
        // SAFETY: lives as long as self.
        if unsafe { self.host.as_ref() }.on_helper_line.is_none() {
            return Ok(());
        }
        let mut said = empty();
        // SAFETY: the host outlives the registry, which ends the subscription.
        let status = unsafe { sys::roster_subscribe(self.raw.as_ptr(), Some(host::on_helper_line), self.host.as_ptr().cast(), &mut said) };
        check(status, &said)
    }

    fn call(&self, f: impl FnOnce(*mut sys::roster, *mut sys::roster_error) -> sys::roster_status) -> Result<(), Error> {
        let mut said = empty();
        check(f(self.raw.as_ptr(), &mut said), &said)
    }

    /// Reads the definitions again, asks the providers and publishes a new snapshot. Blocks until the last verdict or the deadline. On an
    /// error the old answer stays.
    pub fn refresh(&self) -> Result<(), Error> {
        // SAFETY: lives as long as self, as in all that follows.
        self.call(|r, said| unsafe { sys::roster_refresh(r, said) })
    }

    /// The same, and publishes whatever comes of it, however much would be lost.
    pub fn refresh_forced(&self) -> Result<(), Error> {
        // SAFETY: as above.
        self.call(|r, said| unsafe { sys::roster_refresh_forced(r, said) })
    }

    /// From now on refreshes every so often, on a thread of roster's own; zero stops that.
    pub fn refresh_every(&self, interval: Duration) -> Result<(), Error> {
        // SAFETY: as above.
        self.call(|r, said| unsafe { sys::roster_refresh_every(r, milliseconds(interval), said) })
    }

    /// From now on refreshes within a second of a change in the directories of definitions.
    pub fn watch(&self) -> Result<(), Error> {
        // SAFETY: as above.
        self.call(|r, said| unsafe { sys::roster_watch(r, said) })
    }

    /// The newest snapshot.
    pub fn snapshot(&self) -> Snapshot {
        // SAFETY: never NULL for a registry; the hold is handed over.
        unsafe { Snapshot::of(sys::roster_acquire(self.raw.as_ptr())) }.expect("a registry always has a snapshot")
    }

    /// A descriptor that becomes readable when a new snapshot is out, for event loops: read its 8 bytes, then take the snapshot. Closed with
    /// the registry. None when the system refused it.
    pub fn event_fd(&self) -> Option<i32> {
        // SAFETY: lives as long as self.
        Some(unsafe { sys::roster_event_fd(self.raw.as_ptr()) }).filter(|fd| *fd >= 0)
    }

    /// All headers of one request to this service but content-type and accept, the key among them, looked up anew.
    /// [`crate::Status::Pending`]: it is not there yet; try again when a new snapshot is out.
    pub fn headers(&self, service: Service<'_>) -> Result<Headers, Error> {
        let mut out = null_mut();
        // SAFETY: the service's snapshot is held for its lifetime.
        self.call(|r, said| unsafe { sys::roster_service_headers(&mut out, r, service.raw(), said) })?;
        Ok(Headers::of(out).expect("a call that goes well gives headers"))
    }

    /// Says which HTTP status the provider gave to a request of the host's own. Whether to ask once more, with new headers.
    pub fn report(&self, service: Service<'_>, http_status: u16) -> bool {
        let mut retry = false;
        // SAFETY: the service's snapshot is held for its lifetime.
        unsafe { sys::roster_report(self.raw.as_ptr(), service.raw(), http_status.into(), &mut retry) };
        retry
    }

    /// The request that a host would send to this model, as a curl command with $NAME in place of the secret.
    pub fn curl_command(&self, id: &str) -> Result<String, Error> {
        let id = text::id_to_c(id);
        let mut bytes = vec![0u8; 8192];
        loop {
            let mut needed = 0;
            // SAFETY: writes at most as many bytes as there are.
            self.call(|r, said| unsafe {
                sys::roster_write_request(r, id.as_ptr(), bytes.as_mut_ptr().cast(), bytes.len(), &mut needed, said)
            })?;
            if needed < bytes.len() {
                bytes.truncate(needed);
                return Ok(String::from_utf8(bytes).unwrap_or_default());
            }
            bytes.resize(needed + 1, 0);
        }
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        // SAFETY: closed once; after that no thread of the library calls the host.
        unsafe {
            sys::roster_close(self.raw.as_ptr());
            drop(Box::from_raw(self.host.as_ptr()));
        }
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Registry({:?})", self.snapshot())
    }
}

/// # Safety
/// The host is valid until the registry is closed.
unsafe fn open(options: &Options, host: NonNull<Host>) -> Result<NonNull<sys::roster>, Error> {
    let (config, cache) = (options.config.as_deref().map(text::to_c), options.cache_file.as_deref().map(text::to_c));
    let pairs = |list: &[(String, String)]| list.iter().map(|(a, b)| (text::to_c(a), text::to_c(b))).collect::<Vec<_>>();
    let texts = pairs(&options.definitions);
    let definitions: Vec<_> =
        texts.iter().map(|(name, text)| sys::roster_definition { name: name.as_ptr(), text: text.as_ptr() }).collect();
    let given = pairs(options.environment.as_deref().unwrap_or(&[]));
    let variables: Vec<_> = given.iter().map(|(name, value)| sys::roster_variable { name: name.as_ptr(), value: value.as_ptr() }).collect();
    let spoken: Vec<CString> = options.protocols.iter().flatten().map(|name| text::to_c(name)).collect();
    let protocols: Vec<_> = spoken.iter().map(|name| name.as_ptr()).collect();
    // SAFETY: as the caller says.
    let called = unsafe { host.as_ref() };
    let said = sys::roster_options {
        size: std::mem::size_of::<sys::roster_options>(),
        config: text::pointer(&config),
        no_builtin: options.no_builtin,
        enable_mock: options.enable_mock,
        definitions: definitions.as_ptr(),
        definition_count: definitions.len(),
        environment: if options.environment.is_some() { variables.as_ptr() } else { null() },
        environment_count: variables.len(),
        host_protocols: if options.protocols.is_some() { protocols.as_ptr() } else { null() },
        host_protocol_count: protocols.len(),
        level: options.level.map_or(0, |level| level as sys::roster_level),
        timeout_ms: milliseconds(options.timeout),
        deadline_ms: milliseconds(options.deadline),
        transport: called.transport.as_ref().map_or(null(), |adapter| &adapter.face),
        on_finding: called.on_finding.is_some().then_some(host::on_finding),
        on_source: called.on_source.is_some().then_some(host::on_source),
        on_progress: called.on_progress.is_some().then_some(host::on_progress),
        payload: host.as_ptr().cast(),
        on_published: called.on_published.is_some().then_some(host::on_published),
        cache_file: text::pointer(&cache),
        credential: called.credential.is_some().then_some(host::credential),
        helper_wait_ms: milliseconds(options.helper_wait),
    };
    let (mut raw, mut err) = (null_mut(), empty());
    // SAFETY: all of it lives through the call, which copies what it keeps but the transport and the payload.
    let status = unsafe { sys::roster_open(&mut raw, &said, &mut err) };
    check(status, &err)?;
    Ok(NonNull::new(raw).expect("a call that goes well gives a registry"))
}
