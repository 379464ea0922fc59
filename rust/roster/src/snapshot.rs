//! One immutable result.
use crate::callbacks::Finding;
use crate::change::{self, Change};
use crate::error::{check, Error, Status};
use crate::model::Model;
use crate::provider::Provider;
use crate::sources::FactSource;
use crate::text::{c_text, text, text_or_none, written};
use roster_sys as sys;
use std::ffi::{c_char, CStr};
use std::ptr::{null, NonNull};
use std::sync::Arc;

/// One immutable result. Clones share it. It may outlive its registry.
#[derive(Clone)]
pub struct Snapshot(Arc<Held>);

struct Held {
    raw: NonNull<sys::roster_snapshot>,
    registry: u64,
}

// SAFETY: a snapshot never changes, and its holders are counted atomically.
unsafe impl Send for Held {}
// SAFETY: as above.
unsafe impl Sync for Held {}

impl Drop for Held {
    fn drop(&mut self) {
        // SAFETY: it was acquired once, and nothing borrows from it any more.
        unsafe { sys::roster_release(self.raw.as_ptr()) };
    }
}

/// The error of a failed reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DefinitionsError<'s> {
    /// What is wrong.
    pub message: &'s str,
    /// The file at fault, if any.
    pub file: &'s str,
    /// The line at fault, if known.
    pub line: Option<u32>,
}

/// An id found in old databases, and the id of the model that it means now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rename<'s> {
    /// The old id.
    pub from: &'s str,
    /// The id now.
    pub to: &'s str,
    /// `"models.lua:545"`, where the rename is defined.
    pub defined_at: &'s str,
    /// Of the current model, in tokens.
    pub context_window: Option<u64>,
    /// What hosts assumed for the old id, in tokens; None when that never differed.
    pub assumed_window: Option<u64>,
}

impl<'s> Rename<'s> {
    fn of(raw: &'s sys::roster_rename) -> Self {
        let tokens = |count: i64| u64::try_from(count).ok().filter(|count| *count > 0);
        // SAFETY: its strings are those of the snapshot that it borrows from.
        let (from, to, defined_at) = unsafe { (text(raw.from), text(raw.to), text(raw.defined_at)) };
        Rename {
            from,
            to,
            defined_at,
            context_window: tokens(raw.context_window),
            assumed_window: tokens(raw.assumed_window),
        }
    }
}

/// What billed requests were sent today, when the snapshot was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Billed<'s> {
    /// How many were sent.
    pub today: usize,
    /// How many may be sent on one day.
    pub per_day: usize,
    /// When the day began: RFC 3339, UTC.
    pub since: &'s str,
}

/// How an id matched its model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// It is the model's id.
    Exact,
    /// It is an alias.
    Alias,
    /// It is a former id.
    Formerly,
}

/// The model that an id means.
#[derive(Clone, Copy, Debug)]
pub struct Resolved<'s> {
    /// The model, usable or not.
    pub model: Model<'s>,
    /// How the id matched.
    pub via: Via,
}

/// Which models [`Snapshot::models_json`] contains, and in which form; all of them by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct ModelsChoice<'a> {
    /// Leaves `unavailable` empty.
    pub usable_only: bool,
    /// Each model as [`Snapshot::explain_json`] writes it.
    pub stories: bool,
    /// Only the models of this provider.
    pub provider_id: Option<&'a str>,
    /// Only models of this kind, or `"any"`; without one, the usable ones that chat, and all that are unavailable.
    pub kind: Option<&'a str>,
}

impl Snapshot {
    /// None when `registry` is NULL.
    ///
    /// # Safety
    /// `registry` is NULL or open.
    pub(crate) unsafe fn newest(registry: *mut sys::roster, identity: u64) -> Option<Self> {
        // SAFETY: as promised by the caller.
        let raw = NonNull::new(unsafe { sys::roster_acquire(registry) }.cast_mut())?;
        Some(Snapshot(Arc::new(Held { raw, registry: identity })))
    }

    pub(crate) fn raw(&self) -> *const sys::roster_snapshot {
        self.0.raw.as_ptr()
    }

    /// The registry that it belongs to.
    pub(crate) fn registry(&self) -> u64 {
        self.0.registry
    }

    fn model(&self, raw: *const sys::roster_model) -> Option<Model<'_>> {
        Model::new(raw, self)
    }

    fn find_by(
        &self,
        by: unsafe extern "C" fn(*const sys::roster_snapshot, *const c_char) -> *const sys::roster_model,
        id: &str,
    ) -> Option<Model<'_>> {
        let id = c_text(id)?;
        // SAFETY: the snapshot is held, and the id is a string.
        self.model(unsafe { by(self.raw(), id.as_ptr()) })
    }

    /// The day (UTC) for which it tells prices, `"2026-11-30"`.
    pub fn day(&self) -> &str {
        // SAFETY: the snapshot is held, and the text is its own.
        unsafe { text(sys::roster_snapshot_day(self.raw())) }
    }

    /// 0 until the first refresh; never goes back.
    pub fn generation(&self) -> u64 {
        // SAFETY: the snapshot is held.
        unsafe { sys::roster_generation(self.raw()) }
    }

    /// The billed requests of today.
    pub fn billed(&self) -> Billed<'_> {
        // SAFETY: the snapshot is held, and the text is its own.
        unsafe {
            Billed {
                today: sys::roster_billed_today(self.raw()),
                per_day: sys::roster_billed_per_day(self.raw()),
                since: text(sys::roster_billed_since(self.raw())),
            }
        }
    }

    /// How many models are usable.
    pub fn len(&self) -> usize {
        // SAFETY: the snapshot is held.
        unsafe { sys::roster_count(self.raw()) }
    }

    /// Whether no model is usable.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The usable models, in picker order.
    pub fn models(&self) -> impl Iterator<Item = Model<'_>> {
        // SAFETY: the snapshot is held.
        (0..self.len()).filter_map(|i| self.model(unsafe { sys::roster_at(self.raw(), i) }))
    }

    /// All models, usable or not, in definition order.
    pub fn known_models(&self) -> impl Iterator<Item = Model<'_>> {
        // SAFETY: the snapshot is held.
        let count = unsafe { sys::roster_known_count(self.raw()) };
        // SAFETY: as above.
        (0..count).filter_map(|i| self.model(unsafe { sys::roster_known_at(self.raw(), i) }))
    }

    /// All providers.
    pub fn providers(&self) -> impl Iterator<Item = Provider<'_>> {
        // SAFETY: the snapshot is held.
        let count = unsafe { sys::roster_provider_count(self.raw()) };
        // SAFETY: as above.
        (0..count).filter_map(|i| Provider::new(unsafe { sys::roster_provider_at(self.raw(), i) }, self))
    }

    /// The usable model with this id, alias or former id.
    pub fn find(&self, id: &str) -> Option<Model<'_>> {
        self.find_by(sys::roster_find, id)
    }

    /// The model, usable or not, with this id, alias or former id.
    pub fn known(&self, id: &str) -> Option<Model<'_>> {
        self.find_by(sys::roster_known, id)
    }

    /// The default model; None when nothing is usable.
    pub fn default_model(&self) -> Option<Model<'_>> {
        // SAFETY: the snapshot is held.
        self.model(unsafe { sys::roster_default(self.raw()) })
    }

    /// The model of a role such as `"cheap"`: the first usable one of its list, else the best usable one that meets its needs.
    pub fn role(&self, role: &str) -> Option<Model<'_>> {
        self.find_by(sys::roster_role, role)
    }

    /// The model of a role, or why there is none: [`Status::None`](crate::Status) says of each model of its list what it is, and of its needs
    /// how many usable models do not meet them.
    pub fn require_role(&self, role: &str) -> Result<Model<'_>, Error> {
        let role = c_text(role).ok_or_else(|| Error::new(Status::Unknown, "no role holds a NUL byte"))?;
        let mut raw = null();
        // SAFETY: the snapshot is held, the role is a string, and the result is ours.
        check(|err| unsafe { sys::roster_require_role(&mut raw, self.raw(), role.as_ptr(), err) })?;
        self.model(raw).ok_or_else(|| Error::new(Status::Unknown, "it leads nowhere"))
    }

    /// The names of all roles, in the order of their blocks.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        // SAFETY: the snapshot is held, and its strings live as long as it does.
        (0..unsafe { sys::roster_role_count(self.raw()) }).map(|i| unsafe { text(sys::roster_role_at(self.raw(), i)) })
    }

    /// The model of a role, chosen in the same way among those of the same provider as `beside`; never another provider's.
    pub fn role_beside(&self, role: &str, beside: Model<'_>) -> Option<Model<'_>> {
        let role = c_text(role)?;
        // SAFETY: both snapshots are held, and the role is a string.
        self.model(unsafe { sys::roster_role_beside(self.raw(), role.as_ptr(), beside.raw()) })
    }

    /// The model that a stored id means, ready or not. Never substitutes another model.
    pub fn resolve(&self, id: &str) -> Result<Resolved<'_>, Error> {
        let id = c_text(id).ok_or_else(|| Error::new(Status::Unknown, "no id holds a NUL byte"))?;
        let (mut raw, mut via) = (null(), null());
        // SAFETY: the snapshot is held, the id is a string, and the results are ours.
        check(|err| unsafe { sys::roster_resolve(&mut raw, self.raw(), id.as_ptr(), &mut via, err) })?;
        // SAFETY: static string.
        let via = match unsafe { text(via) } {
            "alias" => Via::Alias,
            "formerly" => Via::Formerly,
            _ => Via::Exact,
        };
        let model = self.model(raw).ok_or_else(|| Error::new(Status::Unknown, "it leads nowhere"))?;
        Ok(Resolved { model, via })
    }

    /// The usable model that a stored id means, or why there is none.
    pub fn require(&self, id: &str) -> Result<Model<'_>, Error> {
        let id = c_text(id).ok_or_else(|| Error::new(Status::Unknown, "no id holds a NUL byte"))?;
        let mut raw = null();
        // SAFETY: the snapshot is held, the id is a string, and the result is ours.
        check(|err| unsafe { sys::roster_require(&mut raw, self.raw(), id.as_ptr(), err) })?;
        self.model(raw).ok_or_else(|| Error::new(Status::Unknown, "it leads nowhere"))
    }

    /// The request that a host would send to this model, as a curl command with `$NAME` in place of the secret, where the registry was opened
    /// with [`Options::keep_requests`](crate::Options::keep_requests). Reads no definitions.
    pub fn request(&self, id: &str) -> Result<&str, Error> {
        let id = c_text(id).ok_or_else(|| Error::new(Status::Unknown, "no id holds a NUL byte"))?;
        let mut command = null();
        // SAFETY: the snapshot is held, the id is a string, and the result is ours.
        check(|err| unsafe { sys::roster_snapshot_curl_command(&mut command, self.raw(), id.as_ptr(), err) })?;
        // SAFETY: the command lives as long as the snapshot.
        Ok(unsafe { text(command) })
    }

    /// The same part by part, as a JSON document: address, headers, where the key goes, body and command. An id without a request gives the
    /// document of the error.
    pub fn request_json(&self, id: &str) -> String {
        self.write_about(id, sys::roster_write_request_json)
    }

    /// Ids found in old databases and what they now mean, for a migration of stored ids; they can be applied in any order.
    pub fn renames(&self) -> impl Iterator<Item = Rename<'_>> {
        // SAFETY: the snapshot is held.
        let count = unsafe { sys::roster_rename_count(self.raw()) };
        // SAFETY: the snapshot is held, and its renames live as long; past their end there is NULL.
        (0..count).filter_map(|i| unsafe { sys::roster_rename_at(self.raw(), i).as_ref() }).map(Rename::of)
    }

    /// The sources of facts, on or off, in the order of their blocks.
    pub fn sources(&self) -> impl Iterator<Item = FactSource<'_>> {
        // SAFETY: the snapshot is held.
        let count = unsafe { sys::roster_source_count(self.raw()) };
        // SAFETY: the snapshot is held, and its sources live as long; past their end there is NULL.
        (0..count).filter_map(|i| unsafe { sys::roster_source_at(self.raw(), i).as_ref() }).map(FactSource::of)
    }

    /// The /api/models document, made when the snapshot was; empty with `Options::no_document`.
    pub fn json(&self) -> &str {
        // SAFETY: the snapshot is held, and its document lives as long.
        unsafe { text(sys::roster_snapshot_json(self.raw(), std::ptr::null_mut())) }
    }

    /// The status of gateways: `"not_configured"`, `"healthy"`, `"unreachable"` or `"unknown"`.
    pub fn gateway_status(&self) -> &str {
        // SAFETY: the snapshot is held, and its strings live as long.
        unsafe { text(sys::roster_gateway_status(self.raw())) }
    }

    /// The status of credential helpers: `"not_configured"`, `"idle"`, `"running"`, `"valid"`, `"required"` or `"failed"`.
    pub fn credential_status(&self) -> &str {
        // SAFETY: the snapshot is held, and its strings live as long.
        unsafe { text(sys::roster_credential_status(self.raw())) }
    }

    /// Whether a model other than the mock has its credential or needs none.
    pub fn llm_configured(&self) -> bool {
        // SAFETY: the snapshot is held.
        unsafe { sys::roster_llm_configured(self.raw()) }
    }

    /// The wanted default, if it is not usable.
    pub fn default_wanted(&self) -> Option<&str> {
        // SAFETY: the snapshot is held, and its strings live as long.
        Some(unsafe { text(sys::roster_default_wanted(self.raw())) }).filter(|id| !id.is_empty())
    }

    /// A token when no model is usable.
    pub fn empty_reason(&self) -> Option<&str> {
        // SAFETY: the snapshot is held, and its strings live as long.
        unsafe { text_or_none(sys::roster_empty_reason(self.raw())) }
    }

    /// What to do when no model is usable.
    pub fn empty_hint(&self) -> Option<&str> {
        // SAFETY: the snapshot is held, and its strings live as long.
        unsafe { text_or_none(sys::roster_empty_hint(self.raw())) }
    }

    /// The error of a failed reload; None when the snapshot was made from the definitions on disk.
    pub fn definitions_error(&self) -> Option<DefinitionsError<'_>> {
        let (mut file, mut line) = (null(), 0);
        // SAFETY: the snapshot is held, its strings live as long, and the results are ours.
        let message = unsafe { text_or_none(sys::roster_definitions_error(self.raw(), &mut file, &mut line)) }?;
        // SAFETY: as above.
        let file = unsafe { text(file) };
        Some(DefinitionsError { message, file, line: u32::try_from(line).ok().filter(|line| *line > 0) })
    }

    /// The same with the line itself and what to write instead.
    pub fn definitions_finding(&self) -> Option<Finding<'_>> {
        // SAFETY: the snapshot is held, and the finding and its strings live as long.
        unsafe { sys::roster_definitions_finding(self.raw()).as_ref().map(|raw| Finding::of(raw)) }
    }

    /// The document of all providers.
    pub fn providers_json(&self) -> String {
        // SAFETY: the snapshot is held, and at most that many bytes are written to the buffer.
        written(|out, size| unsafe { sys::roster_write_providers_json(self.raw(), out, size) })
    }

    /// The entry of one model in the /api/models document. An unknown id gives the `{"error":...}` document.
    pub fn model_json(&self, id: &str) -> String {
        self.write_about(id, sys::roster_write_model_json)
    }

    /// The /api/models document with some of the models.
    pub fn models_json(&self, choice: &ModelsChoice) -> String {
        let provider = choice.provider_id.map(|id| c_text(id).unwrap_or_else(|| c"\u{fffd}".into()));
        let kind = choice.kind.map(|kind| c_text(kind).unwrap_or_else(|| c"\u{fffd}".into()));
        let choice = sys::roster_models_choice {
            size: std::mem::size_of::<sys::roster_models_choice>(),
            usable_only: choice.usable_only,
            stories: choice.stories,
            provider_id: provider.as_ref().map_or(null(), |id| id.as_ptr()),
            kind: kind.as_ref().map_or(null(), |kind| kind.as_ptr()),
        };
        // SAFETY: the snapshot is held, the choice and its string outlive the call, and at most that many bytes are written to the buffer.
        written(|out, size| unsafe { sys::roster_write_models_json(self.raw(), &choice, out, size) })
    }

    /// A full explanation of one model's state. An unknown id gives the `{"error":...}` document.
    pub fn explain_json(&self, id: &str) -> String {
        self.write_about(id, sys::roster_write_explain_json)
    }

    /// The model that an id means, as a document. An unknown id gives the `{"error":...}` document.
    pub fn resolve_json(&self, id: &str) -> String {
        self.write_about(id, sys::roster_write_resolve_json)
    }

    fn write_about(
        &self,
        id: &str,
        write: unsafe extern "C" fn(*const sys::roster_snapshot, *const c_char, *mut c_char, usize) -> usize,
    ) -> String {
        let id = c_text(id).unwrap_or_else(|| c"\u{fffd}".into()); // no id contains a NUL, nor this character
        let id: &CStr = &id;
        // SAFETY: the snapshot is held, the id is a string, and at most that many bytes are written to the buffer.
        written(|out, size| unsafe { write(self.raw(), id.as_ptr(), out, size) })
    }

    /// The differences from an earlier snapshot that matter to a host; None stands for nothing usable.
    pub fn changes_since<'s>(&'s self, before: Option<&'s Snapshot>) -> Vec<Change<'s>> {
        change::between(before, self)
    }

    /// The same differences as a document.
    pub fn changes_json_since(&self, before: Option<&Snapshot>) -> String {
        let before = before.map_or(null(), Snapshot::raw);
        // SAFETY: both snapshots are held, and at most that many bytes are written to the buffer.
        written(|out, size| unsafe { sys::roster_write_changes_json(before, self.raw(), out, size) })
    }
}
