//! What definitions say of a model. A text is `""` and a number None where nobody says.
// Written by scripts/generate from src/library/definitions/model_fields.h.
use super::*;

impl<'s> Model<'s> {
    texts! {
        /// Sent on the wire; the id when left out.
        api_name = roster_model_api_name;
        /// One line for the picker.
        description = roster_model_description;
        /// Its line, e.g. "claude-opus".
        family = roster_model_family;
        /// Its place in that provider's offer.
        tier = roster_model_tier;
        /// "2026-09-24".
        release_date = roster_model_release_date;
        /// "2026-06".
        knowledge_cutoff = roster_model_knowledge_cutoff;
        /// How current it is.
        status = roster_model_status;
        /// The day it goes away.
        retires = roster_model_retires;
        /// The id to use then.
        replacement = roster_model_replacement;
    }
    tokens! {
        /// Tokens in all.
        context_window = roster_model_context_window;
        /// Largest prompt.
        max_input_tokens = roster_model_max_input_tokens;
        /// Longest answer.
        max_output_tokens = roster_model_max_output_tokens;
    }
    flags! {
        /// Whether it can think first.
        reasoning = roster_model_reasoning;
        /// Whether it calls tools.
        tool_call = roster_model_tool_call;
        /// Shown first by hosts.
        recommended = roster_model_recommended;
    }
    tris! {
        /// Whether its weights can be downloaded.
        open_weights = roster_model_open_weights;
    }
    lists! {
        /// What it reads.
        input_modalities = roster_model_input_modality_at;
        /// The levels it can be told.
        reasoning_levels = roster_model_reasoning_level_at;
        /// Other spellings that people type.
        aliases = roster_model_alias_at;
        /// Ids found in old databases.
        formerly = roster_model_formerly_at;
    }
}
