//! Choosing among the models of a snapshot: by need, and by the day on which they retire.
use crate::error::{check, Error, Status};
use crate::model::Model;
use crate::snapshot::Snapshot;
use crate::text::{c_text, text, written};
use roster_sys as sys;
use std::ffi::{c_char, CString};
use std::ptr::{null, null_mut};

/// What a model has to meet; nothing by default. What nobody said of a model counts as not met.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs<'a> {
    /// It calls tools.
    pub tools: bool,
    /// It reads images.
    pub vision: bool,
    /// It can think first.
    pub reasoning: bool,
    /// It answers by a JSON schema.
    pub json_schema: bool,
    /// Its context window has at least so many tokens.
    pub context_tokens: u64,
    /// Its answers may have at least so many tokens.
    pub max_output_tokens: u64,
    /// US dollars per million input tokens of a short prompt, at most.
    pub max_price: Option<f64>,
    /// The same of output tokens.
    pub max_output_price: Option<f64>,
    /// The id of its provider.
    pub provider_id: Option<&'a str>,
    /// Its family, `"claude-opus"`.
    pub family: Option<&'a str>,
    /// What a request has proved: `"chat"`, by a billed one that was answered. `"tools"`, `"vision"`, `"json"`, `"stream"`, `"cache"`,
    /// `"system"` and `"reasoning"` are known, and nothing proves them yet.
    pub proved: &'a [&'a str],
    /// What nobody said, or proved, counts as met.
    pub maybe: bool,
    /// Among the models that have their credential, whether they were asked about or not.
    pub unasked: bool,
}

/// The models that meet some needs, and what became of the others.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Ranking<'s> {
    /// Those that meet all needs, the best first.
    pub models: Vec<Model<'s>>,
    /// How many usable models that chat there are.
    pub candidates: usize,
    /// At which need how many fell out, each at the first that it fails: `("tools", 3)`. Together with `models` they make the candidates.
    pub fell_out: Vec<(&'static str, usize)>,
}

/// A model that goes away.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Retirement<'s> {
    /// The model, usable or not.
    pub model: Model<'s>,
    /// `"2026-12-11"`; `"2026-12"` where only the month is known, which counts as its first day.
    pub day: &'s str,
    /// From the day of the snapshot until then; negative when it is over, and the model is still usable or used.
    pub days: i64,
    /// The id to use instead.
    pub replacement: Option<&'s str>,
    /// `"default"`, `"role cheap"`, `"in use"`.
    pub used_by: Vec<&'s str>,
}

/// The needs as C has them, with the strings that they borrow.
struct Raw {
    needs: sys::roster_needs,
    _strings: Vec<CString>,
    _proved: Vec<*const c_char>,
}

fn no_nul() -> Error {
    Error::new(Status::Invalid, "needs: a text holds a NUL byte")
}

fn raw_of(needs: &Needs) -> Result<Raw, Error> {
    let mut strings = Vec::new();
    let mut keep = |word: &str| -> Result<*const c_char, Error> {
        strings.push(c_text(word).ok_or_else(no_nul)?);
        Ok(strings.last().map_or(null(), |word| word.as_ptr()))
    };
    let provider_id = needs.provider_id.map(&mut keep).transpose()?.unwrap_or(null());
    let family = needs.family.map(&mut keep).transpose()?.unwrap_or(null());
    let proved = needs.proved.iter().map(|word| keep(word)).collect::<Result<Vec<_>, _>>()?;
    let raw = sys::roster_needs {
        tools: needs.tools,
        vision: needs.vision,
        reasoning: needs.reasoning,
        json_schema: needs.json_schema,
        context_tokens: i64::try_from(needs.context_tokens).unwrap_or(i64::MAX),
        max_output_tokens: i64::try_from(needs.max_output_tokens).unwrap_or(i64::MAX),
        max_price: needs.max_price.unwrap_or(-1.0),
        max_output_price: needs.max_output_price.unwrap_or(-1.0),
        provider_id,
        family,
        proved: proved.as_ptr(),
        proved_count: proved.len(),
        maybe: needs.maybe,
        unasked: needs.unasked,
        ..sys::ROSTER_NEEDS_INIT
    };
    Ok(Raw { needs: raw, _strings: strings, _proved: proved })
}

fn fell_out(counts: &sys::roster_pick_counts) -> Vec<(&'static str, usize)> {
    let named = counts.fell_out.iter().zip(0..).filter(|(count, _)| **count > 0);
    // SAFETY: the names are static strings.
    named.map(|(count, need)| (unsafe { text(sys::roster_need_name(need)) }, *count)).collect()
}

impl Snapshot {
    /// The best usable model that meets all needs: recommended first, then newer, then cheaper, then in picker order. [`Status::None`] where
    /// none does; the message says how many fell out at which need.
    pub fn pick(&self, needs: &Needs) -> Result<Model<'_>, Error> {
        let raw = raw_of(needs)?;
        let mut best = null();
        // SAFETY: the snapshot is held, the needs and their strings outlive the call, and there is room for one model.
        check(|err| unsafe { sys::roster_pick(&mut best, 1, null_mut(), self.raw(), &raw.needs, err) })?;
        Model::new(best, self).ok_or_else(|| Error::new(Status::None, "no model meets all needs"))
    }

    /// All usable models that meet the needs, the best first, and how many fell out at which need.
    pub fn rank(&self, needs: &Needs) -> Result<Ranking<'_>, Error> {
        let raw = raw_of(needs)?;
        let mut counts: sys::roster_pick_counts = sys::roster_pick_counts {
            size: std::mem::size_of::<sys::roster_pick_counts>(),
            candidates: 0,
            count: 0,
            fell_out: [0; 16],
        };
        // SAFETY: the snapshot is held, the needs and their strings outlive the call, and the counts are ours.
        let counted = check(|err| unsafe { sys::roster_pick(null_mut(), 0, &mut counts, self.raw(), &raw.needs, err) });
        if let Err(e) = counted {
            if e.status() != Status::None {
                return Err(e);
            }
        }
        let mut found = vec![null(); counts.count];
        if !found.is_empty() {
            // SAFETY: as above, and there is room for so many models.
            check(|err| unsafe {
                sys::roster_pick(found.as_mut_ptr(), found.len(), null_mut(), self.raw(), &raw.needs, err)
            })?;
        }
        let models = found.into_iter().filter_map(|one| Model::new(one, self)).collect();
        Ok(Ranking { models, candidates: counts.candidates, fell_out: fell_out(&counts) })
    }

    /// The same as a document; only the best model unless `all`. Needs that cannot be taken give the `{"error":...}` document.
    pub fn pick_json(&self, needs: &Needs, all: bool) -> String {
        match raw_of(needs) {
            // SAFETY: the snapshot is held, the needs outlive the call, and at most that many bytes are written to the buffer.
            Ok(raw) => {
                written(|out, size| unsafe { sys::roster_write_pick_json(self.raw(), &raw.needs, all, out, size) })
            }
            Err(e) => e.json(),
        }
    }

    /// The models that retire, the first day first.
    pub fn retirements(&self) -> impl Iterator<Item = Retirement<'_>> {
        // SAFETY: the snapshot is held.
        let count = unsafe { sys::roster_retirement_count(self.raw()) };
        // SAFETY: the snapshot is held, and its retirements live as long; past their end there is NULL.
        (0..count).filter_map(|i| self.retirement(unsafe { sys::roster_retirement_at(self.raw(), i).as_ref() }?))
    }

    fn retirement<'s>(&'s self, raw: &'s sys::roster_retirement) -> Option<Retirement<'s>> {
        // SAFETY: its strings are those of the snapshot, and the list has so many.
        let (day, replacement, used_by) = unsafe {
            let used = (0..raw.used_count).map(|i| text(*raw.used_by.add(i))).collect();
            (text(raw.day), text(raw.replacement), used)
        };
        let replacement = Some(replacement).filter(|id| !id.is_empty());
        Some(Retirement { model: Model::new(raw.model, self)?, day, days: raw.days, replacement, used_by })
    }

    /// Those within so many days, or all, as a document.
    pub fn retirements_json(&self, within_days: Option<u32>) -> String {
        let days = within_days.map_or(-1, i64::from);
        // SAFETY: the snapshot is held, and at most that many bytes are written to the buffer.
        written(|out, size| unsafe { sys::roster_write_retirements_json(self.raw(), days, out, size) })
    }
}
