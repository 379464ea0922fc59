//! What differs between two answers.
use crate::callbacks::call_host;
use crate::model::Model;
use crate::snapshot::Snapshot;
use crate::text::text;
use roster_sys as sys;
use std::ffi::c_void;
use std::ptr::null;

/// What became of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeKind {
    /// It is usable now.
    Added,
    /// It is not usable any more.
    Removed,
    /// Some of its fields read differently.
    Changed,
    /// Another model is the default.
    DefaultChanged,
}

/// One difference between two answers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Change<'s> {
    /// What became of it.
    pub kind: ChangeKind,
    /// The model's id; of the default now, `""` for none.
    pub id: String,
    /// As it was.
    pub before: Option<Model<'s>>,
    /// As it is; for a removed one it says why it is not usable, unless it is not even defined.
    pub after: Option<Model<'s>>,
    /// The names of the fields that read differently.
    pub fields: Vec<String>,
}

struct Collected<'s> {
    list: Vec<Change<'s>>,
    before: Option<&'s Snapshot>,
    after: &'s Snapshot,
}

pub(crate) fn between<'s>(before: Option<&'s Snapshot>, after: &'s Snapshot) -> Vec<Change<'s>> {
    let mut collected = Collected { list: Vec::new(), before, after };
    let payload: *mut Collected<'s> = &mut collected;
    // SAFETY: both snapshots are held, and the payload is what collect expects.
    unsafe {
        sys::roster_each_change(before.map_or(null(), Snapshot::raw), after.raw(), Some(collect), payload.cast())
    };
    collected.list
}

unsafe extern "C" fn collect(payload: *mut c_void, raw: *const sys::roster_change) {
    // SAFETY: between gives this payload, and uses it for nothing else meanwhile; the change is alive for the time of this call.
    let (collected, raw) = unsafe { (&mut *payload.cast::<Collected<'_>>(), &*raw) };
    let kind = match raw.kind {
        sys::ROSTER_ADDED => ChangeKind::Added,
        sys::ROSTER_REMOVED => ChangeKind::Removed,
        sys::ROSTER_CHANGED => ChangeKind::Changed,
        _ => ChangeKind::DefaultChanged,
    };
    let before = collected.before.and_then(|before| Model::new(raw.before, before));
    let after = Model::new(raw.after, collected.after);
    // SAFETY: there are so many names; they and the id are alive for the time of this call.
    let fields = (0..raw.field_count).map(|i| unsafe { text(*raw.fields.add(i)) }.to_string());
    // SAFETY: as above.
    let id = unsafe { text(raw.id) }.to_string();
    call_host((), || collected.list.push(Change { kind, id, before, after, fields: fields.collect() }));
}
