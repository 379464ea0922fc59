//! What models cost.
use crate::error::{check, Error};
use crate::model::Model;
use crate::text::{c_text, in_array, text};
use roster_sys as sys;

/// What holds together, in US dollars per million tokens; None when unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Prices {
    /// For input tokens.
    pub input: Option<f64>,
    /// For output tokens.
    pub output: Option<f64>,
    /// For tokens read from the cache.
    pub cache_read: Option<f64>,
    /// For tokens written to the cache.
    pub cache_write: Option<f64>,
    /// For tokens of reasoning, where they do not cost what output does.
    pub reasoning: Option<f64>,
    /// For input tokens of audio.
    pub input_audio: Option<f64>,
    /// For output tokens of audio.
    pub output_audio: Option<f64>,
    /// For one image, not for a million tokens.
    pub image: Option<f64>,
    /// For input tokens of a batch.
    pub batch_input: Option<f64>,
    /// For output tokens of a batch.
    pub batch_output: Option<f64>,
}

/// What every token of a request costs whose prompt is long.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct PriceTier {
    /// It holds for prompts of more tokens than this.
    pub above: u64,
    /// What holds.
    pub prices: Prices,
}

/// What a model costs from a day on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct PriceChange<'s> {
    /// The first day (UTC), `"2026-12-01"`.
    pub from: &'s str,
    /// What holds for short prompts.
    pub prices: Prices,
    /// What holds for longer ones, in order.
    pub tiers: Vec<PriceTier>,
}

/// # Safety
/// `p` is NULL or of a snapshot that is held.
pub(crate) unsafe fn prices_of(p: *const sys::roster_prices) -> Prices {
    let price = |which| Some(unsafe { sys::roster_prices_get(p, which) }).filter(|price| *price >= 0.0);
    Prices {
        input: price(sys::ROSTER_PRICE_INPUT),
        output: price(sys::ROSTER_PRICE_OUTPUT),
        cache_read: price(sys::ROSTER_PRICE_CACHE_READ),
        cache_write: price(sys::ROSTER_PRICE_CACHE_WRITE),
        reasoning: price(sys::ROSTER_PRICE_REASONING),
        input_audio: price(sys::ROSTER_PRICE_INPUT_AUDIO),
        output_audio: price(sys::ROSTER_PRICE_OUTPUT_AUDIO),
        image: price(sys::ROSTER_PRICE_IMAGE),
        batch_input: price(sys::ROSTER_PRICE_BATCH_INPUT),
        batch_output: price(sys::ROSTER_PRICE_BATCH_OUTPUT),
    }
}

/// # Safety
/// As for `prices_of`.
unsafe fn tiers_of(p: *const sys::roster_prices) -> Vec<PriceTier> {
    let tier = |index| unsafe {
        let mut above = 0;
        let tier = sys::roster_prices_tier_at(p, index, &mut above);
        (!tier.is_null()).then(|| PriceTier { above: above as u64, prices: prices_of(tier) })
    };
    (0..).map_while(tier).collect()
}

/// How many tokens a request reads and writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// The whole prompt, with what was read from and written to the cache: `prompt_tokens` of OpenAI's reports, and of Anthropic's the sum of
    /// `input_tokens`, `cache_read_input_tokens` and `cache_creation_input_tokens`.
    pub input: u64,
    /// How many of those were read from the cache.
    pub cache_read: u64,
    /// How many of those were written to it, at a price of their own.
    pub cache_write: u64,
    /// The answer, with its reasoning.
    pub output: u64,
}

/// What a request costs, in US dollars; None where a price that it needs is not known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Cost {
    /// All of it.
    pub usd: Option<f64>,
    /// Of the prompt, what is neither read from nor written to the cache.
    pub input_usd: Option<f64>,
    /// The answer.
    pub output_usd: Option<f64>,
    /// What is read from the cache.
    pub cache_read_usd: Option<f64>,
    /// What is written to the cache.
    pub cache_write_usd: Option<f64>,
    /// The tier that holds: the prompt has more tokens than this.
    pub tier: Option<u64>,
    /// The day, `"2026-11-30"`.
    pub on: String,
}

impl<'s> Model<'s> {
    /// What it costs for a short prompt on the day of the snapshot, in US dollars per million tokens.
    pub fn prices(&self) -> Prices {
        // SAFETY: the model belongs to a snapshot that is held.
        unsafe { prices_of(sys::roster_model_prices(self.raw())) }
    }

    /// What it costs for longer prompts on that day, in order.
    pub fn price_tiers(&self) -> Vec<PriceTier> {
        // SAFETY: the model belongs to a snapshot that is held.
        unsafe { tiers_of(sys::roster_model_prices(self.raw())) }
    }

    /// The days to come on which its price changes, in order.
    pub fn price_changes(&self) -> Vec<PriceChange<'s>> {
        // SAFETY: the model belongs to a snapshot that is held for 's, and its strings live as long.
        let change = |index| unsafe {
            let mut from = std::ptr::null();
            let change = sys::roster_prices_change_at(sys::roster_model_prices(self.raw()), index, &mut from);
            (!change.is_null()).then(|| PriceChange {
                from: text(from),
                prices: prices_of(change),
                tiers: tiers_of(change),
            })
        };
        (0..).map_while(change).collect()
    }

    /// What a request costs on a day (UTC), or today. All its tokens have the prices of the tier that the whole prompt reaches.
    pub fn cost(&self, usage: &Usage, day: Option<&str>) -> Result<Cost, Error> {
        let tokens = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let raw = sys::roster_usage {
            input_tokens: tokens(usage.input),
            cache_read_tokens: tokens(usage.cache_read),
            cache_write_tokens: tokens(usage.cache_write),
            output_tokens: tokens(usage.output),
            ..sys::ROSTER_USAGE_INIT
        };
        let mut cost = sys::ROSTER_COST_INIT;
        let day = day.map(|day| c_text(day).unwrap_or_default());
        let on = day.as_ref().map_or(std::ptr::null(), |day| day.as_ptr());
        // SAFETY: the model belongs to a snapshot that is held, and all that is pointed to outlives the call.
        check(|err| unsafe { sys::roster_model_cost(&mut cost, self.raw(), &raw, on, err) })?;
        let known = |dollars: f64| Some(dollars).filter(|dollars| *dollars >= 0.0);
        Ok(Cost {
            usd: known(cost.usd),
            input_usd: known(cost.input_usd),
            output_usd: known(cost.output_usd),
            cache_read_usd: known(cost.cache_read_usd),
            cache_write_usd: known(cost.cache_write_usd),
            tier: u64::try_from(cost.tier).ok().filter(|above| *above > 0),
            on: in_array(&cost.on).to_owned(),
        })
    }
}
