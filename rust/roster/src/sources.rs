//! Sources of facts: catalogues from elsewhere that describe models.
use crate::text::text;
use roster_sys as sys;
use std::ffi::c_void;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::time::{Duration, SystemTime};

/// A source of facts, on or off, as the snapshot has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FactSource<'s> {
    /// Its id.
    pub id: &'s str,
    /// Where it is, without what may hold a key.
    pub url: &'s str,
    /// `"models.dev"`, `"catwalk"` or `"roster"`.
    pub format: &'s str,
    /// `"facts"` or `"models"`.
    pub may: &'s str,
    /// Whether it is used.
    pub on: bool,
    /// Whether it has a key.
    pub signed: bool,
    /// The day of its data, `"2026-11-20"`, if it was ever had.
    pub day: Option<&'s str>,
    /// How long ago it was last known to have nothing newer, if it was ever had.
    pub age: Option<Duration>,
    /// Models that it has something to say of.
    pub rows: usize,
    /// Models here of which it does.
    pub models: usize,
    /// Values that are held back.
    pub held: usize,
    /// Why the last look at it failed, or that it has expired.
    pub problem: Option<&'s str>,
}

fn present(words: &str) -> Option<&str> {
    (!words.is_empty()).then_some(words)
}

impl<'s> FactSource<'s> {
    pub(crate) fn of(raw: &'s sys::roster_source_state) -> Self {
        let checked = u64::try_from(raw.checked_ms).ok().filter(|ms| *ms > 0).map(Duration::from_millis);
        let age = checked.map(|at| SystemTime::now().duration_since(SystemTime::UNIX_EPOCH + at).unwrap_or_default());
        // SAFETY: its strings are those of the snapshot that it borrows from.
        unsafe {
            FactSource {
                id: text(raw.id),
                url: text(raw.url),
                format: text(raw.format),
                may: text(raw.may),
                on: raw.on,
                signed: raw.is_signed,
                day: present(text(raw.day)),
                age,
                rows: raw.rows,
                models: raw.models,
                held: raw.held,
                problem: present(text(raw.problem)),
            }
        }
    }
}

/// What came of one look at a source.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceUpdate {
    /// The source's id.
    pub id: String,
    /// Whether it brought something new.
    pub updated: bool,
    /// Why it failed, if it did; the last good one stays.
    pub problem: Option<String>,
    /// Models that it has something to say of.
    pub rows: usize,
    /// Of them, those that are new, gone and changed.
    pub added: usize,
    /// See `added`.
    pub removed: usize,
    /// See `added`.
    pub changed: usize,
    /// Values that are held back.
    pub held: usize,
}

/// Adds what came of a look to the list that is the payload.
pub(crate) unsafe extern "C" fn keep(payload: *mut c_void, update: *const sys::roster_source_update) {
    // SAFETY: the payload is the list of the caller, who waits; the update is valid during this call.
    let (list, u) = unsafe { (&mut *payload.cast::<Vec<SourceUpdate>>(), &*update) };
    let _ = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: as above.
        let (id, outcome, problem) = unsafe { (text(u.id), text(u.outcome), text(u.problem)) };
        list.push(SourceUpdate {
            id: id.to_owned(),
            updated: outcome == "updated",
            problem: present(problem).map(str::to_owned),
            rows: u.rows,
            added: u.added,
            removed: u.removed,
            changed: u.changed,
            held: u.held,
        });
    }));
}
