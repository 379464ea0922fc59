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
  FIELD(INNER, TEXT,    protocol,          UNLISTED, false, NULL, NULL, NULL, NULL, "the wire protocol, if it differs from the provider's", ) \
  FIELD(WIRE,  TEXT,    api_name,          UNLISTED, false, NULL, NULL, NULL, NULL, "the name sent on the wire; the id if omitted", ) \
  FIELD(HEAD,  TEXT,    description,       UNLISTED, true, "name", NULL, NULL, NULL, "one line for a model picker", ) \
  FIELD(HEAD,  COUNT,   context_window,    LISTED,   true, "limit.context", "tokens", "context window", NULL, "tokens in total, prompt and answer", TOKENS) \
  FIELD(SHOWN, COUNT,   max_input_tokens,  LISTED,   true, "limit.input", "tokens", "in", NULL, "largest prompt", TOKENS) \
  FIELD(SHOWN, COUNT,   max_output_tokens, LISTED,   true, "limit.output", "tokens", "out", NULL, "longest answer", TOKENS) \
  FIELD(SHOWN, PRICE,   price,             UNLISTED, true, "cost", "US dollars per million tokens", NULL, NULL, "US dollars per million tokens", ) \
  FIELD(SHOWN, MODALITIES, input_modalities,  LISTED, true, "modalities.input", NULL, NULL, MODEL_MODALITIES, "the kinds of input it accepts", ) \
  FIELD(SHOWN, MODALITIES, output_modalities, LISTED, true, "modalities.output", NULL, NULL, MODEL_MODALITIES, "the kinds of output it produces", ) \
  FIELD(SHOWN, TRI,     reasoning,         LISTED,   true, "reasoning", NULL, "reasoning", NULL, "whether it can reason before it answers", ) \
  FIELD(SHOWN, TRI,     reasoning_toggle,  LISTED,   true, NULL, NULL, "reasoning switched off", NULL, "whether reasoning can be switched off", ) \
  FIELD(SHOWN, RANGE,   reasoning_budget,  UNLISTED, true, NULL, "tokens", NULL, NULL, "the smallest and largest reasoning budget that can be set", ) \
  FIELD(SHOWN, TRI,     interleaved,       LISTED,   true, "interleaved", NULL, "reasoning between tool calls", NULL, "whether it also reasons between tool calls", ) \
  FIELD(SHOWN, TEXT,    interleaved_field, UNLISTED, true, "interleaved.field", NULL, "reasoning in the member", NULL, "the member of a message that carries its reasoning in both directions, e.g. \"reasoning_content\"", ) \
  FIELD(SHOWN, LIST,    reasoning_levels,  LISTED,   true, NULL, NULL, NULL, NULL, "the levels of reasoning that can be set", ) \
  FIELD(SHOWN, TRI,     tool_call,         LISTED,   true, "tool_call", NULL, "tools", NULL, "whether it calls tools", ) \
  FIELD(SHOWN, TRI,     structured_output, LISTED,   true, "structured_output", NULL, "a JSON schema", NULL, "whether its answers can follow a JSON schema", ) \
  FIELD(SHOWN, TRI,     temperature,       LISTED,   true, "temperature", NULL, "a temperature", NULL, "whether a temperature can be set", ) \
  FIELD(SHOWN, TRI,     attachment,        LISTED,   true, "attachment", NULL, "attachments", NULL, "whether files can be attached", ) \
  FIELD(SHOWN, TRI,     open_weights,      UNLISTED, true, "open_weights", NULL, "open weights", NULL, "whether its weights can be downloaded", ) \
  FIELD(SHOWN, CHOICE,  kind,              FILLS,    true, NULL, NULL, "of the kind", MODEL_KINDS, "what it is for; a model that a block defines without a kind counts as chat", ) \
  FIELD(SHOWN, TEXT,    family,            UNLISTED, true, "family", NULL, "of the family", NULL, "its product line, e.g. \"claude-opus\"", ) \
  FIELD(SHOWN, CHOICE,  tier,              UNLISTED, true, NULL, NULL, NULL, MODEL_TIERS, "its place in the provider's range", ) \
  FIELD(SHOWN, DATE,    release_date,      FILLS,    true, "release_date", NULL, "released", NULL, "\"2026-09-24\"", ) \
  FIELD(SHOWN, DATE,    last_updated,      FILLS,    true, "last_updated", NULL, "updated", NULL, "the day of its latest revision", ) \
  FIELD(SHOWN, DATE,    knowledge_cutoff,  FILLS,    true, "knowledge", NULL, "knowledge up to", NULL, "\"2026-06\"", ) \
  FIELD(SHOWN, CHOICE,  status,            LISTED,   true, "status", NULL, "", MODEL_STATUSES, "its stage of life", ) \
  FIELD(SHOWN, DATE,    deprecated,        LISTED,   true, NULL, NULL, "deprecated on", NULL, "the day on which its provider deprecated it", ) \
  FIELD(SHOWN, DATE,    retires,           LISTED,   true, NULL, NULL, "retires", NULL, "the day it goes away", ) \
  FIELD(SHOWN, TEXT,    replacement,       UNLISTED, true, NULL, NULL, "to be replaced by", NULL, "the id to use after that", OWN) \
  FIELD(SHOWN, TEXT,    answered_by,       UNLISTED, false, NULL, NULL, "answered by", NULL, "the id of the model that the provider serves under this name, from the day in `retires`, or now if there is none", OWN) \
  FIELD(INNER, PAIRS,   headers,           UNLISTED, false, NULL, NULL, NULL, NULL, "headers of this model's requests, e.g. a beta", ) \
  FIELD(SHOWN, LIST,    aliases,           UNLISTED, false, NULL, NULL, NULL, NULL, "other names that people type", OWN) \
  FIELD(SHOWN, LIST,    formerly,          UNLISTED, false, NULL, NULL, NULL, NULL, "ids found in old databases", OWN) \
  FIELD(INNER, WINDOWS, former_windows,    UNLISTED, false, NULL, NULL, NULL, NULL, "the window that hosts once assumed for a stored id", OWN, TOKENS) \
  FIELD(INNER, WINDOWS, variants,          UNLISTED, false, NULL, NULL, NULL, NULL, "further ids of the same model, each with the window that a host plans with", OWN, TOKENS) \
  FIELD(INNER, LIST,    shadows,           UNLISTED, false, NULL, NULL, NULL, NULL, "ids of models that are listed further down while this one is usable", OWN) \
  FIELD(SHOWN, LIST,    tags,              UNLISTED, false, NULL, NULL, NULL, NULL, "your own labels, passed to hosts unchanged", ) \
  FIELD(SHOWN, EXTRA,   extra,             UNLISTED, false, NULL, NULL, NULL, NULL, "your own JSON object, passed to hosts unchanged", ) \
  FIELD(HEAD,  FLAG,    recommended,       UNLISTED, false, NULL, NULL, NULL, NULL, "hosts show it first", OWN) \
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
