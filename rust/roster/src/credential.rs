//! Keys that a host passes to roster. None of them is ever printed.
use crate::text::{c_text, wipe};
use roster_sys as sys;
use std::cell::RefCell;
use std::ffi::CString;
use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A host's result for a provider's credential.
#[derive(Debug)]
pub enum Credential {
    /// The key.
    Key(Key),
    /// Try the other sources: helpers, variables and files.
    LookFurther,
    /// Not available yet; the provider's models are pending.
    Pending,
    /// There is no key, and no other source is tried.
    Absent,
}

impl Credential {
    pub(crate) fn copy(&self) -> Self {
        match self {
            Credential::Key(key) => Credential::Key(key.copy()),
            Credential::LookFurther => Credential::LookFurther,
            Credential::Pending => Credential::Pending,
            Credential::Absent => Credential::Absent,
        }
    }
}

/// A key or token, with the headers that are sent along with it. Wiped when it is dropped.
pub struct Key {
    value: Vec<u8>,
    headers: Vec<(String, Vec<u8>)>,
    expires_at: Option<SystemTime>,
}

impl Key {
    /// Creates a credential from a key or token.
    pub fn new(value: impl Into<Vec<u8>>) -> Self {
        Key { value: value.into(), headers: Vec::new(), expires_at: None }
    }

    /// Adds a header that is sent along with it; its value is as secret as the key.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets when it expires. An expired one is never sent: its provider's models are pending.
    pub fn expires_at(mut self, at: SystemTime) -> Self {
        self.expires_at = Some(at);
        self
    }

    fn copy(&self) -> Self {
        Key { value: self.value.clone(), headers: self.headers.clone(), expires_at: self.expires_at }
    }

    /// Milliseconds since the epoch; 0 when not set. A time before the epoch counts as expired.
    fn expires_at_ms(&self) -> i64 {
        let since = |at: SystemTime| {
            at.duration_since(UNIX_EPOCH).map_or(1, |d| i64::try_from(d.as_millis()).unwrap_or(i64::MAX).max(1))
        };
        self.expires_at.map_or(0, since)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key([redacted])")
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        wipe(&mut self.value);
        self.headers.iter_mut().for_each(|(_, value)| wipe(value));
    }
}

/// The C struct that roster is about to copy, and what it points to.
struct Lent {
    value: CString,
    texts: Vec<(CString, CString)>,
    headers: Vec<sys::roster_header>,
}

impl Lent {
    /// None when a part contains a NUL: such a key cannot be sent.
    fn of(key: &Key) -> Option<Self> {
        let value = c_text(key.value.as_slice())?;
        let pair = |(name, value): &(String, Vec<u8>)| Some((c_text(name.as_str())?, c_text(value.as_slice())?));
        let texts: Vec<_> = key.headers.iter().map(pair).collect::<Option<_>>()?;
        let headers = texts.iter().map(|(n, v)| sys::roster_header { name: n.as_ptr(), value: v.as_ptr() }).collect();
        Some(Lent { value, texts, headers })
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let secrets = self.texts.iter_mut().map(|(_, value)| value).chain([&mut self.value]);
        secrets.for_each(|secret| crate::text::wipe_text(std::mem::take(secret)));
    }
}

thread_local! {
    // roster copies a credential as soon as the callback has returned, but nothing signals when that is done: it is kept until
    // the next one, until the call that needed it returns, or until its thread ends.
    static LENT: RefCell<Option<Lent>> = const { RefCell::new(None) };
}

/// Drops what was lent on this thread.
pub(crate) fn forget_lent() {
    LENT.with(|lent| lent.borrow_mut().take());
}

/// # Safety
/// The caller copies `out` before it calls this again on the same thread.
pub(crate) unsafe fn give(said: Credential, out: &mut sys::roster_credential) -> sys::roster_status {
    match said {
        Credential::Key(key) => {
            out.expires_at_ms = key.expires_at_ms();
            lend(Lent::of(&key), out)
        }
        Credential::LookFurther => sys::ROSTER_EUNKNOWN,
        Credential::Pending => sys::ROSTER_EPENDING,
        Credential::Absent => sys::ROSTER_ENOTREADY,
    }
}

fn lend(lent: Option<Lent>, out: &mut sys::roster_credential) -> sys::roster_status {
    let Some(lent) = lent else { return sys::ROSTER_EINVALID };
    out.value = lent.value.as_ptr();
    out.headers = lent.headers.as_ptr();
    out.header_count = lent.headers.len();
    LENT.with(|place| place.replace(Some(lent)));
    sys::ROSTER_OK
}
