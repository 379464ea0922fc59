//! The differences between two snapshots.
use crate::callbacks::call_host;
use crate::model::Model;
use crate::snapshot::Snapshot;
use crate::text::text;
use roster_sys as sys;
use std::ffi::c_void;
use std::ptr::null;

/// How a model changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeKind {
    /// It became usable.
    Added,
    /// It is no longer usable.
    Removed,
    /// Some of its fields changed.
    Changed,
    /// Another model is the default.
    DefaultChanged,
}

/// One difference between two snapshots.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Change<'s> {
    /// How the model changed.
    pub kind: ChangeKind,
    /// The model's id; for the default, the new one, `""` for none.
    pub id: String,
    /// The model before; None if it was not there.
    pub before: Option<Model<'s>>,
    /// The model after. A removed one has the reason why it is not usable; None if it is no longer defined.
    pub after: Option<Model<'s>>,
    /// The names of the fields that changed.
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
    // SAFETY: between gives this payload, and uses it for nothing else meanwhile; the change is valid during this call.
    let (collected, raw) = unsafe { (&mut *payload.cast::<Collected<'_>>(), &*raw) };
    let kind = match raw.kind {
        sys::ROSTER_ADDED => ChangeKind::Added,
        sys::ROSTER_REMOVED => ChangeKind::Removed,
        sys::ROSTER_CHANGED => ChangeKind::Changed,
        _ => ChangeKind::DefaultChanged,
    };
    let before = collected.before.and_then(|before| Model::new(raw.before, before));
    let after = Model::new(raw.after, collected.after);
    // SAFETY: there are that many names; they and the id are valid during this call.
    let fields = (0..raw.field_count).map(|i| unsafe { text(*raw.fields.add(i)) }.to_string());
    // SAFETY: as above.
    let id = unsafe { text(raw.id) }.to_string();
    call_host((), || collected.list.push(Change { kind, id, before, after, fields: fields.collect() }));
}
