use crate::text;
use roster_sys as sys;
use std::fmt;

/// Why a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// The call itself is wrong.
    Invalid,
    /// Out of memory; nothing changed.
    NoMemory,
    /// The definitions have errors; the old answer stays.
    Definitions,
    /// No model has this id, alias or former id.
    Unknown,
    /// Several models answer to this spelling.
    Ambiguous,
    /// The model is known but not usable.
    NotReady,
    /// The id is known to be gone; the error names its replacement.
    Retired,
    /// No HTTP transport could be opened.
    Transport,
    /// A credential is not there yet.
    Pending,
    /// This process is a fork of the one that opened the registry.
    Forked,
    /// The operating system refused something.
    System,
    /// The registry is being closed.
    Cancelled,
    /// The new definitions would lose too much; the old answer stays until somebody insists.
    Held,
}

impl Status {
    fn of(status: sys::roster_status) -> Status {
        match status {
            sys::ROSTER_ENOMEM => Status::NoMemory,
            sys::ROSTER_EDEFINITIONS => Status::Definitions,
            sys::ROSTER_EUNKNOWN => Status::Unknown,
            sys::ROSTER_EAMBIGUOUS => Status::Ambiguous,
            sys::ROSTER_ENOTREADY => Status::NotReady,
            sys::ROSTER_ERETIRED => Status::Retired,
            sys::ROSTER_ETRANSPORT => Status::Transport,
            sys::ROSTER_EPENDING => Status::Pending,
            sys::ROSTER_EFORKED => Status::Forked,
            sys::ROSTER_ESYSTEM => Status::System,
            sys::ROSTER_ECANCELLED => Status::Cancelled,
            sys::ROSTER_EHELD => Status::Held,
            _ => Status::Invalid,
        }
    }
}

/// What, where, why and what next. Holds no secret.
#[derive(Clone, Debug)]
pub struct Error {
    /// Why the call failed.
    pub status: Status,
    /// A whole sentence.
    pub message: String,
    /// What to do next; may be empty.
    pub hint: String,
    /// The file to blame, if one is.
    pub file: Option<String>,
    /// The line to blame, if one is.
    pub line: Option<u32>,
    /// How many findings there were in all, when definitions are bad.
    pub count: usize,
    /// Ids that may have been meant.
    pub candidates: Vec<String>,
}

pub(crate) fn empty() -> sys::roster_error {
    // SAFETY: all of it is numbers and arrays of bytes, for which zero is a value.
    unsafe { std::mem::zeroed() }
}

/// The call's result: Ok, or what the library said of it.
pub(crate) fn check(status: sys::roster_status, said: &sys::roster_error) -> Result<(), Error> {
    if status == sys::ROSTER_OK {
        return Ok(());
    }
    // SAFETY: the library terminates every text in it.
    let own = |text: &[std::ffi::c_char]| unsafe { text::of(text.as_ptr()) }.to_owned();
    let file = own(&said.file);
    Err(Error {
        status: Status::of(status),
        message: own(&said.message),
        hint: own(&said.hint),
        file: (!file.is_empty()).then_some(file),
        line: u32::try_from(said.line).ok().filter(|line| *line > 0),
        count: usize::try_from(said.count).unwrap_or(0),
        candidates: said.candidates.iter().take(said.candidate_count.max(0) as usize).map(|one| own(one)).collect(),
    })
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(out, "{file}:")?;
            if let Some(line) = self.line {
                write!(out, "{line}:")?;
            }
            write!(out, " ")?;
        }
        write!(out, "{}", self.message)?;
        if !self.hint.is_empty() {
            write!(out, " ({})", self.hint)?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
