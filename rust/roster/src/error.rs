//! The error of a failed call: what happened, where, why, and what to do next.
use crate::text::{in_array, text, written};
use roster_sys as sys;
use std::fmt;

macro_rules! statuses {
    ($($(#[$doc:meta])* $name:ident = $raw:ident,)*) => {
        /// How a call failed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Status {
            $($(#[$doc])* $name,)*
            /// A status that a newer library added.
            Other(u32),
        }

        impl Status {
            pub(crate) fn from_raw(raw: sys::roster_status) -> Self {
                match raw {
                    $(sys::$raw => Status::$name,)*
                    other => Status::Other(other),
                }
            }

            pub(crate) fn raw(self) -> sys::roster_status {
                match self {
                    $(Status::$name => sys::$raw,)*
                    Status::Other(raw) => raw,
                }
            }
        }
    };
}

statuses! {
    /// The call itself is wrong.
    Invalid = ROSTER_EINVALID,
    /// Out of memory; nothing changed.
    NoMemory = ROSTER_ENOMEM,
    /// The definitions have errors; see [`Options::on_finding`](crate::Options::on_finding).
    Definitions = ROSTER_EDEFINITIONS,
    /// No model has this id, alias or former id.
    Unknown = ROSTER_EUNKNOWN,
    /// Several models share this spelling.
    Ambiguous = ROSTER_EAMBIGUOUS,
    /// The model is known but not usable, or its credential cannot be sent.
    NotReady = ROSTER_ENOTREADY,
    /// The model is known to be gone; the error names its replacement.
    Retired = ROSTER_ERETIRED,
    /// No HTTP transport could be opened.
    Transport = ROSTER_ETRANSPORT,
    /// A credential is not available yet.
    Pending = ROSTER_EPENDING,
    /// This process is a fork of the one that opened the registry.
    Forked = ROSTER_EFORKED,
    /// The operating system refused something.
    System = ROSTER_ESYSTEM,
    /// The registry is being closed.
    Cancelled = ROSTER_ECANCELLED,
    /// The new definitions would lose too much; the old snapshot stays until a refresh is forced.
    Held = ROSTER_EHELD,
    /// No usable model meets all needs.
    None = ROSTER_ENONE,
}

impl Status {
    /// Its name in documents: `"unknown"`, `"not_ready"` ...
    pub fn name(self) -> &'static str {
        // SAFETY: static string, for any number.
        unsafe { text(sys::roster_status_name(self.raw())) }
    }
}

/// A failed call. Contains no secrets.
#[derive(Clone)]
pub struct Error(Box<sys::roster_error>);

impl Error {
    pub(crate) fn new(status: Status, message: &str) -> Self {
        let mut raw = blank();
        raw.status = status.raw();
        put(&mut raw.message, message);
        Error(Box::new(raw))
    }

    pub(crate) fn with_hint(mut self, hint: &str) -> Self {
        put(&mut self.0.hint, hint);
        self
    }

    /// How it failed.
    pub fn status(&self) -> Status {
        Status::from_raw(self.0.status)
    }

    /// The message, a complete sentence.
    pub fn message(&self) -> &str {
        in_array(&self.0.message)
    }

    /// What to do next, if there is a hint.
    pub fn hint(&self) -> Option<&str> {
        Some(in_array(&self.0.hint)).filter(|hint| !hint.is_empty())
    }

    /// The file at fault, if any.
    pub fn file(&self) -> Option<&str> {
        Some(in_array(&self.0.file)).filter(|file| !file.is_empty())
    }

    /// The line at fault, if known.
    pub fn line(&self) -> Option<u32> {
        u32::try_from(self.0.line).ok().filter(|line| *line > 0)
    }

    /// The total number of findings, when definitions have errors.
    pub fn findings(&self) -> usize {
        usize::try_from(self.0.count).unwrap_or(0)
    }

    /// Ids that may have been meant.
    pub fn candidates(&self) -> impl Iterator<Item = &str> {
        let count = usize::try_from(self.0.candidate_count).unwrap_or(0);
        self.0.candidates.iter().take(count).map(|one| in_array(one))
    }

    /// The error as a document, `{"error":{...}}`.
    pub fn json(&self) -> String {
        // SAFETY: the error is complete, and at most that many bytes are written to the buffer.
        written(|out, size| unsafe { sys::roster_write_error_json(&*self.0, out, size) })
    }
}

/// As much of it as fits, cut between two characters.
fn put(place: &mut [std::ffi::c_char], words: &str) {
    let end = (0..place.len().min(words.len() + 1)).rev().find(|end| words.is_char_boundary(*end)).unwrap_or(0);
    for (to, from) in place.iter_mut().zip(words.bytes().take(end)) {
        *to = from as std::ffi::c_char;
    }
}

pub(crate) fn blank() -> sys::roster_error {
    sys::roster_error {
        status: sys::ROSTER_OK,
        count: 0,
        line: 0,
        file: [0; 256],
        message: [0; 1024],
        hint: [0; 256],
        candidate_count: 0,
        candidates: [[0; 128]; 4],
    }
}

/// Calls a function of the C API that can fail.
pub(crate) fn check(call: impl FnOnce(*mut sys::roster_error) -> sys::roster_status) -> Result<(), Error> {
    let mut raw = Box::new(blank());
    let status = call(&mut *raw);
    raw.status = status;
    if status == sys::ROSTER_OK {
        Ok(())
    } else {
        Err(Error(raw))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.file(), self.line()) {
            (Some(file), Some(line)) => write!(f, "{file}:{line}: ")?,
            (Some(file), None) => write!(f, "{file}: ")?,
            _ => {}
        }
        f.write_str(self.message())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("status", &self.status())
            .field("message", &self.message())
            .field("hint", &self.hint())
            .field("file", &self.file())
            .field("line", &self.line())
            .field("candidates", &self.candidates().collect::<Vec<_>>())
            .finish()
    }
}

impl std::error::Error for Error {}
