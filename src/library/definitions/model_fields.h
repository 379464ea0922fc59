/* model_fields: the one table of the fields of a model. The struct, the schema, the getters, the documents, the comparison of two
 * snapshots, what is read from a listing, `roster_field_at` and, through it, `explain`, `import` and the Lua module are made from it.
 *
 * FIELD(use, type, name, listed, fact, upstream, unit, words, choices, doc, more of the schema)
 *   use      INNER: only for definitions. WIRE, HEAD: shown, each at its own place in a document. SHOWN: shown in the order of this table.
 *            Fields that are shown have a getter and an origin, and are compared.
 *   type     TEXT, CHOICE, DATE, COUNT, FLAG, TRI (yes, no or unknown), LIST, MODALITIES (a list of those, or unknown), RANGE, PRICE,
 *            EXTRA; PAIRS and WINDOWS for INNER fields
 *   listed   whether a listing may give it. LISTED: there it beats the block. FILLS: only where the block does not have it. UNLISTED: no
 *   fact     whether `roster import` may take it from a catalogue: false for all that decides where a request or a key goes
 *   upstream where a models.dev catalogue has it; NULL: nowhere
 *   unit     "tokens" ...; NULL for none
 *   words    what `roster explain` prints with it ("released"); NULL where the code phrases it
 *   choices  the strings that it may be, NULL-terminated; NULL for any
 *
 * A new field is a row here, its getter's line in roster.h, and its spec. */
#ifndef ROSTER_DEFINITIONS_MODEL_FIELDS_H
#define ROSTER_DEFINITIONS_MODEL_FIELDS_H

extern const char *const MODEL_TIERS[], *const MODEL_STATUSES[], *const MODEL_MODALITIES[], *const MODEL_KINDS[];

#define TOKENS .least = 1, .most = 1e9
#define OWN    .own = true /* not inherited */

/* clang-format off */
#define MODEL_FIELDS(FIELD) \
  FIELD(INNER, TEXT,    provider,          UNLISTED, false, NULL, NULL, NULL, NULL, "the provider's id", ) \
  FIELD(INNER, TEXT,    protocol,          UNLISTED, false, NULL, NULL, NULL, NULL, "the wire protocol, where it is not the provider's", ) \
  FIELD(WIRE,  TEXT,    api_name,          UNLISTED, false, NULL, NULL, NULL, NULL, "sent on the wire; the id when left out", ) \
  FIELD(HEAD,  TEXT,    description,       UNLISTED, true, "name", NULL, NULL, NULL, "one line for the picker", ) \
  FIELD(HEAD,  COUNT,   context_window,    LISTED,   true, "limit.context", "tokens", "context window", NULL, "tokens in all", TOKENS) \
  FIELD(SHOWN, COUNT,   max_input_tokens,  LISTED,   true, "limit.input", "tokens", "in", NULL, "largest prompt", TOKENS) \
  FIELD(SHOWN, COUNT,   max_output_tokens, LISTED,   true, "limit.output", "tokens", "out", NULL, "longest answer", TOKENS) \
  FIELD(SHOWN, PRICE,   price,             UNLISTED, true, "cost", "US dollars per million tokens", NULL, NULL, "US dollars per million tokens", ) \
  FIELD(SHOWN, MODALITIES, input_modalities,  LISTED, true, "modalities.input", NULL, NULL, MODEL_MODALITIES, "what it reads", ) \
  FIELD(SHOWN, MODALITIES, output_modalities, LISTED, true, "modalities.output", NULL, NULL, MODEL_MODALITIES, "what it gives", ) \
  FIELD(SHOWN, TRI,     reasoning,         LISTED,   true, "reasoning", NULL, "reasoning", NULL, "whether it can think first", ) \
  FIELD(SHOWN, TRI,     reasoning_toggle,  LISTED,   true, NULL, NULL, "reasoning switched off", NULL, "whether thinking can be switched off", ) \
  FIELD(SHOWN, RANGE,   reasoning_budget,  UNLISTED, true, NULL, "tokens", NULL, NULL, "the least and the most tokens of thinking that can be set", ) \
  FIELD(SHOWN, TRI,     interleaved,       LISTED,   true, "interleaved", NULL, "reasoning between tool calls", NULL, "whether it thinks between tool calls too", ) \
  FIELD(SHOWN, TEXT,    interleaved_field, UNLISTED, true, "interleaved.field", NULL, "reasoning in the member", NULL, "the member of a message in which its thinking comes and goes back, e.g. \"reasoning_content\"", ) \
  FIELD(SHOWN, LIST,    reasoning_levels,  LISTED,   true, NULL, NULL, NULL, NULL, "the levels of thinking that can be set", ) \
  FIELD(SHOWN, TRI,     tool_call,         LISTED,   true, "tool_call", NULL, "tools", NULL, "whether it calls tools", ) \
  FIELD(SHOWN, TRI,     structured_output, LISTED,   true, "structured_output", NULL, "a JSON schema", NULL, "whether it answers by a JSON schema", ) \
  FIELD(SHOWN, TRI,     temperature,       LISTED,   true, "temperature", NULL, "a temperature", NULL, "whether a temperature can be set", ) \
  FIELD(SHOWN, TRI,     attachment,        LISTED,   true, "attachment", NULL, "attachments", NULL, "whether files can be attached", ) \
  FIELD(SHOWN, TRI,     open_weights,      UNLISTED, true, "open_weights", NULL, "open weights", NULL, "whether its weights can be downloaded", ) \
  FIELD(SHOWN, CHOICE,  kind,              FILLS,    true, NULL, NULL, "of the kind", MODEL_KINDS, "what it is for; a model without one counts as chat where a block defines it", ) \
  FIELD(SHOWN, TEXT,    family,            UNLISTED, true, "family", NULL, "of the family", NULL, "its line, e.g. \"claude-opus\"", ) \
  FIELD(SHOWN, CHOICE,  tier,              UNLISTED, true, NULL, NULL, NULL, MODEL_TIERS, "its place in that provider's offer", ) \
  FIELD(SHOWN, DATE,    release_date,      FILLS,    true, "release_date", NULL, "released", NULL, "\"2026-09-24\"", ) \
  FIELD(SHOWN, DATE,    last_updated,      FILLS,    true, "last_updated", NULL, "updated", NULL, "the day of its latest revision", ) \
  FIELD(SHOWN, DATE,    knowledge_cutoff,  FILLS,    true, "knowledge", NULL, "knowledge up to", NULL, "\"2026-06\"", ) \
  FIELD(SHOWN, CHOICE,  status,            LISTED,   true, "status", NULL, "", MODEL_STATUSES, "how current it is", ) \
  FIELD(SHOWN, DATE,    deprecated,        LISTED,   true, NULL, NULL, "deprecated on", NULL, "the day on which its provider deprecated it", ) \
  FIELD(SHOWN, DATE,    retires,           LISTED,   true, NULL, NULL, "retires", NULL, "the day it goes away", ) \
  FIELD(SHOWN, TEXT,    replacement,       UNLISTED, true, NULL, NULL, "to be replaced by", NULL, "the id to use then", OWN) \
  FIELD(SHOWN, TEXT,    answered_by,       UNLISTED, false, NULL, NULL, "answered by", NULL, "the id of the model that its provider answers this name with, from `retires` on, else at once", OWN) \
  FIELD(INNER, PAIRS,   headers,           UNLISTED, false, NULL, NULL, NULL, NULL, "headers of this model's requests, e.g. a beta", ) \
  FIELD(SHOWN, LIST,    aliases,           UNLISTED, false, NULL, NULL, NULL, NULL, "other spellings that people type", OWN) \
  FIELD(SHOWN, LIST,    formerly,          UNLISTED, false, NULL, NULL, NULL, NULL, "ids found in old databases", OWN) \
  FIELD(INNER, WINDOWS, former_windows,    UNLISTED, false, NULL, NULL, NULL, NULL, "the window that hosts once assumed for a stored id", OWN, TOKENS) \
  FIELD(INNER, WINDOWS, variants,          UNLISTED, false, NULL, NULL, NULL, NULL, "further ids of the same model, each with the window that a host plans with", OWN, TOKENS) \
  FIELD(INNER, LIST,    shadows,           UNLISTED, false, NULL, NULL, NULL, NULL, "ids of models that stand back while this one is usable", OWN) \
  FIELD(SHOWN, LIST,    tags,              UNLISTED, false, NULL, NULL, NULL, NULL, "your own words, passed to hosts as they are", ) \
  FIELD(SHOWN, EXTRA,   extra,             UNLISTED, false, NULL, NULL, NULL, NULL, "your own object, passed to hosts as it is, in JSON", ) \
  FIELD(HEAD,  FLAG,    recommended,       UNLISTED, false, NULL, NULL, NULL, NULL, "shown first by hosts", OWN) \
  FIELD(INNER, FLAG,    enabled,           UNLISTED, false, NULL, NULL, NULL, NULL, "false removes it", OWN) \
  FIELD(INNER, TEXT,    inherit,           UNLISTED, false, NULL, NULL, NULL, NULL, "the id of a model to start from", OWN)
/* clang-format on */

/* Each expands to its arguments, for fields of that use only. */
#define NOT_INNER_INNER(...)
#define NOT_INNER_WIRE(...)  __VA_ARGS__
#define NOT_INNER_HEAD(...)  __VA_ARGS__
#define NOT_INNER_SHOWN(...) __VA_ARGS__
#define ONLY_SHOWN_INNER(...)
#define ONLY_SHOWN_WIRE(...)
#define ONLY_SHOWN_HEAD(...)
#define ONLY_SHOWN_SHOWN(...)   __VA_ARGS__
#define ONLY_LISTED_LISTED(...) __VA_ARGS__
#define ONLY_LISTED_FILLS(...)  __VA_ARGS__
#define ONLY_LISTED_UNLISTED(...)
#define BEATS_LISTED true
#define BEATS_FILLS  false

#endif
