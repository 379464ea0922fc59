use crate::error::{check, empty, Error};
use crate::model::{Model, Provider};
use crate::text;
use roster_sys as sys;
use std::fmt;
use std::ptr::{null, null_mut, NonNull};
use std::sync::Arc;

struct Held(NonNull<sys::roster_snapshot>);

// SAFETY: a snapshot is immutable and counted by the library itself, from any thread.
unsafe impl Send for Held {}
// SAFETY: as above.
unsafe impl Sync for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: held once, released once.
        unsafe { sys::roster_release(self.0.as_ptr()) }
    }
}

/// One immutable answer. Cheap to clone; outlives its registry. Looking something up takes no lock and allocates nothing but the C text of an
/// id.
#[derive(Clone)]
pub struct Snapshot(Arc<Held>);

/// What is wrong with the definitions on disk, or what they would lose, while an older answer is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefinitionsError {
    /// What is wrong.
    pub message: String,
    /// The file to blame, if one is.
    pub file: Option<String>,
    /// The line to blame, if one is.
    pub line: Option<u32>,
}

/// One difference between two answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// This model is usable now.
    Added(String),
    /// This model is not usable any more, and why.
    Removed {
        /// Its id.
        id: String,
        /// Why it is not usable.
        reason: String,
    },
    /// These fields of this model read differently.
    Changed {
        /// Its id.
        id: String,
        /// Their names.
        fields: Vec<String>,
    },
    /// The default is another.
    Default {
        /// The former one.
        from: Option<String>,
        /// The one now.
        to: Option<String>,
    },
}

impl Snapshot {
    /// # Safety
    /// Held by the caller, who hands the hold over.
    pub(crate) unsafe fn of(raw: *const sys::roster_snapshot) -> Option<Snapshot> {
        NonNull::new(raw.cast_mut()).map(|raw| Snapshot(Arc::new(Held(raw))))
    }

    fn raw(&self) -> *const sys::roster_snapshot {
        self.0 .0.as_ptr()
    }

    fn by_id(
        &self,
        id: &str,
        get: unsafe extern "C" fn(*const sys::roster_snapshot, *const std::ffi::c_char) -> *const sys::roster_model,
    ) -> Option<Model<'_>> {
        with_id(id, |id| {
            // SAFETY: the snapshot is held by self, the id lives through the call.
            unsafe { Model::of(get(self.raw(), id)) }
        })
    }

    /// 0 until the first refresh; never goes back.
    pub fn generation(&self) -> u64 {
        // SAFETY: held by self, as in all that follows.
        unsafe { sys::roster_generation(self.raw()) }
    }

    /// The usable model with this id, alias or former id.
    pub fn find(&self, id: &str) -> Option<Model<'_>> {
        self.by_id(id, sys::roster_find)
    }

    /// Any model with this id, alias or former id, with its state and evidence.
    pub fn known(&self, id: &str) -> Option<Model<'_>> {
        self.by_id(id, sys::roster_known)
    }

    /// The model to start with; None when nothing is usable.
    pub fn default_model(&self) -> Option<Model<'_>> {
        // SAFETY: held by self.
        unsafe { Model::of(sys::roster_default(self.raw())) }
    }

    /// The first usable model of a role such as "cheap".
    pub fn role(&self, role: &str) -> Option<Model<'_>> {
        self.by_id(role, sys::roster_role)
    }

    /// The first usable model of a role that has the same provider as `beside`; never another provider's.
    pub fn role_beside(&self, role: &str, beside: Model<'_>) -> Option<Model<'_>> {
        let role = text::to_c(role);
        // SAFETY: held by self; the role and the model live through the call.
        unsafe { Model::of(sys::roster_role_beside(self.raw(), role.as_ptr(), beside.raw())) }
    }

    /// Where a stored id leads, ready or not: the model, and "exact", "alias" or "formerly".
    pub fn resolve(&self, id: &str) -> Result<(Model<'_>, &'static str), Error> {
        let (mut model, mut via, mut said) = (null(), null(), empty());
        let id = text::id_to_c(id);
        // SAFETY: held by self; all pointers live through the call.
        let status = unsafe { sys::roster_resolve(&mut model, self.raw(), id.as_ptr(), &mut via, &mut said) };
        check(status, &said)?;
        // SAFETY: set by a call that went well; the word is static.
        Ok(unsafe { (Model::of(model).expect("a resolved id has a model"), text::of(via)) })
    }

    /// The usable model that a stored id leads to, or why there is none: what a host does with the id of a request.
    pub fn require(&self, id: &str) -> Result<Model<'_>, Error> {
        let (mut model, mut said) = (null(), empty());
        let id = text::id_to_c(id);
        // SAFETY: held by self; all pointers live through the call.
        check(unsafe { sys::roster_require(&mut model, self.raw(), id.as_ptr(), &mut said) }, &said)?;
        // SAFETY: set by a call that went well.
        Ok(unsafe { Model::of(model) }.expect("a required id has a model"))
    }

    /// The usable models, in the order of the picker.
    pub fn models(&self) -> impl Iterator<Item = Model<'_>> {
        // SAFETY: held by self; NULL past the end.
        (0..).map_while(|i| unsafe { Model::of(sys::roster_at(self.raw(), i)) })
    }

    /// All definitions, usable or not, in their order.
    pub fn all(&self) -> impl Iterator<Item = Model<'_>> {
        // SAFETY: held by self; NULL past the end.
        (0..).map_while(|i| unsafe { Model::of(sys::roster_known_at(self.raw(), i)) })
    }

    /// How many models are usable.
    pub fn len(&self) -> usize {
        // SAFETY: held by self.
        unsafe { sys::roster_count(self.raw()) }
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every id found in old databases, with the id of the model that it means now.
    pub fn renames(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..).map_while(|i| {
            // SAFETY: held by self; NULL past the end.
            unsafe { sys::roster_rename_at(self.raw(), i).as_ref().map(|one| (text::of(one.from), text::of(one.to))) }
        })
    }

    /// The providers.
    pub fn providers(&self) -> impl Iterator<Item = Provider<'_>> {
        // SAFETY: held by self; NULL past the end.
        (0..).map_while(|i| unsafe { Provider::of(sys::roster_provider_at(self.raw(), i)) })
    }

    /// The /api/models document, ready-made.
    pub fn json(&self) -> &str {
        // SAFETY: held by self; NUL-terminated UTF-8.
        unsafe { text::of(sys::roster_snapshot_json(self.raw(), null_mut())) }
    }

    /// One model's whole story as JSON; an error document for an unknown id.
    pub fn explain_json(&self, id: &str) -> String {
        let id = text::id_to_c(id);
        // SAFETY: held by self; writes at most `size` bytes.
        text::written(|out, size| unsafe { sys::roster_write_explain_json(self.raw(), id.as_ptr(), out, size) })
    }

    /// "not_configured", "healthy", "unreachable" or "unknown".
    pub fn gateway_status(&self) -> &'static str {
        // SAFETY: held by self; the word is static.
        unsafe { text::of(sys::roster_gateway_status(self.raw())) }
    }

    /// "not_configured", "idle", "running", "valid", "required" or "failed": the credential helper, as of this snapshot.
    pub fn credential_status(&self) -> &'static str {
        // SAFETY: held by self; the word is static.
        unsafe { text::of(sys::roster_credential_status(self.raw())) }
    }

    /// Whether some real model has its credential, or needs none.
    pub fn llm_configured(&self) -> bool {
        // SAFETY: held by self.
        unsafe { sys::roster_llm_configured(self.raw()) }
    }

    /// A wanted default that cannot be had.
    pub fn default_wanted(&self) -> Option<&str> {
        // SAFETY: held by self.
        unsafe { text::some(sys::roster_default_wanted(self.raw())) }
    }

    /// One token and one hint when no model is usable.
    pub fn empty_reason(&self) -> Option<(&str, &str)> {
        // SAFETY: held by self.
        unsafe { text::some(sys::roster_empty_reason(self.raw())).map(|reason| (reason, text::of(sys::roster_empty_hint(self.raw())))) }
    }

    /// What keeps the definitions on disk out of force.
    pub fn definitions_error(&self) -> Option<DefinitionsError> {
        let (mut file, mut line) = (null(), 0);
        // SAFETY: held by self; both live through the call.
        unsafe {
            let message = text::some(sys::roster_definitions_error(self.raw(), &mut file, &mut line))?.to_owned();
            let line = u32::try_from(line).ok().filter(|line| *line > 0);
            Some(DefinitionsError { message, file: text::some(file).map(str::to_owned), line })
        }
    }

    /// What differs for a host since an earlier snapshot; against None everything came.
    pub fn changes_since(&self, before: Option<&Snapshot>) -> Vec<Change> {
        let mut list: Vec<Change> = Vec::new();
        let payload: *mut Vec<Change> = &mut list;
        // SAFETY: both snapshots are held; the list lives through the call, which is the only one to use the pointer.
        unsafe { sys::roster_each_change(before.map_or(null(), Snapshot::raw), self.raw(), Some(take_change), payload.cast()) };
        list
    }
}

/// Ids are short: most need no allocation on their way to C.
fn with_id<T>(id: &str, f: impl FnOnce(*const std::ffi::c_char) -> T) -> T {
    let bytes = id.as_bytes();
    let mut short = [0u8; 64];
    if bytes.len() < short.len() && !bytes.contains(&0) {
        short[..bytes.len()].copy_from_slice(bytes);
        return f(short.as_ptr().cast());
    }
    f(text::id_to_c(id).as_ptr())
}

/// # Safety
/// Called by the library with the list as payload; the change is valid for the call.
unsafe extern "C" fn take_change(payload: *mut std::ffi::c_void, change: *const sys::roster_change) {
    // SAFETY: what the library promises; texts and models are those of snapshots that are held.
    unsafe {
        let (list, change) = (&mut *payload.cast::<Vec<Change>>(), &*change);
        let id = text::of(change.id).to_owned();
        let fields = (0..change.field_count).map(|i| text::of(*change.fields.add(i)).to_owned());
        let reason = match Model::of(change.after) {
            Some(model) => model.reason().to_owned(),
            None => "it is not defined any more".to_owned(),
        };
        let name = |model| Model::of(model).map(|model| model.id().to_owned());
        list.push(match change.kind {
            0 => Change::Added(id),
            1 => Change::Removed { id, reason },
            2 => Change::Changed { id, fields: fields.collect() },
            _ => Change::Default { from: name(change.before), to: name(change.after) },
        });
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Snapshot({}, {} models usable)", self.generation(), self.len())
    }
}
