/* script: how the rest of the library reaches Lua. It runs the files of definitions, each block of which becomes an entity of the catalog,
 * and later calls the functions that definitions contain: rules, readers of listings, proofs, verdicts. Each call is one protected call
 * with bounds on instructions, processor time and memory; a failure is returned as a message, and no Lua error leaves this layer.
 * Scripts do no I/O and never see a credential's value. One thread at a time. state.h describes how the files behind this header share the
 * work. */
#ifndef ROSTER_DEFINITIONS_SCRIPT_H
#define ROSTER_DEFINITIONS_SCRIPT_H

#include "util/gate.h"
#include "util/environment.h"
#include "util/json_rows.h"
#include "library/definitions/catalog.h"

#include <math.h>

typedef struct script script;

/* A request to a provider's API as a script describes it; the path is relative to base URL and prefix, or to the base URL alone. */
typedef struct api_request {
  const char *method;
  const char *path;  /* percent-encoded */
  const char *query; /* percent-encoded, "" for none */
  const char *body;  /* JSON, NULL for none */
  const char *tags;  /* the object that is its last member, "tags", where a deployer's environment added it; NULL: none */
  bool bare;         /* without the prefix */
} api_request;

/* A response as scripts see it. */
typedef struct api_response {
  const char *stage;
  int status;
  const roster_header *headers;
  size_t header_count;
  const char *text;
  size_t length;
  const json_t *body;    /* NULL when it is not JSON; of the list that `rows` has, the first item only */
  const json_rows *rows; /* NULL: none are left out of the body */
} api_response;

/* NAN where it is not stated. */
typedef struct api_credit {
  double left, most;
  char currency[4];
} api_credit;

#define API_CREDIT_INIT                                                                                                                    \
  { NAN, NAN, "" }

#define LISTED_COUNT_MEMBER(name)      int64_t name;
#define LISTED_FLAG_MEMBER(name)       roster_tri name;
#define LISTED_TRI_MEMBER(name)        roster_tri name;
#define LISTED_CHOICE_MEMBER(name)     const char *name;
#define LISTED_MODALITIES_MEMBER(name) texts name;
#define LISTED_DATE_MEMBER(name)       const char *name;
#define LISTED_LIST_MEMBER(name)       texts name;

#define LISTED_MEMBER(use, type, name, listed, ...) ONLY_LISTED_##listed(LISTED_##type##_MEMBER(name))

/* One model in a listing. What the listing leaves out is NULL, 0 or ROSTER_UNKNOWN, as in REMOTE_MODEL_INIT. */
typedef struct remote_model {
  const char *name, *display_name, *family, *protocol;
  MODEL_FIELDS(LISTED_MEMBER)
  double price[PRICE_KINDS];
  unsigned priced;           /* which of them are known */
  price_steps *above;        /* the same for longer prompts; NULL: nothing is said of them */
  const char *named_kind;    /* its kind by a rule about names, for where nothing else says it; one of MODEL_KINDS */
  texts protocols;           /* those that serve it, where the listing says so */
  const char *verdict, *why; /* a state or "retired", "inactive": it cannot be used, and the entry's own words for that */
  const char *snapshot_of;   /* the name of the model that this is another name of: with a date, or one that moves */
  bool look_up;              /* the answer to a look-up says more */
  int64_t trained_window;    /* what it was made with, which its server may serve less of: for where nobody knows its window */
  unsigned reads, reads_not; /* single modalities that it reads or does not, by their places in MODEL_MODALITIES */
  bool ends;                 /* once the day in `retires` is over, it counts as retired, though it is listed */
} remote_model;

#define LISTED_COUNT_INIT(name)
#define LISTED_FLAG_INIT(name) .name = ROSTER_UNKNOWN,
#define LISTED_TRI_INIT(name)  LISTED_FLAG_INIT(name)
#define LISTED_CHOICE_INIT(name)
#define LISTED_MODALITIES_INIT(name)
#define LISTED_DATE_INIT(name)
#define LISTED_LIST_INIT(name)

#define LISTED_INIT(use, type, name, listed, ...) ONLY_LISTED_##listed(LISTED_##type##_INIT(name))

#define REMOTE_MODEL_INIT                                                                                                                  \
  { MODEL_FIELDS(LISTED_INIT) }

/* Of which entries more than the name is read: those of `defined`, and those that `wants` lets through. */
typedef struct interest {
  const lookup *defined; /* names that blocks have, which are none of what a listing brings in; NULL: all are wanted */
  bool (*wants)(void *payload, const char *name); /* NULL: none */
  void (*taken)(void *payload, const char *name); /* more than the name was read; may be NULL */
  void *payload;
} interest;

typedef struct remote_listing {
  remote_model *at; /* those that are wanted */
  size_t count, room;
  texts names;        /* of the others */
  bool with_trace;    /* names were left out that hold a trace of a secret */
  const char *unseen; /* the first that was left out because of characters that nobody sees, as it can be shown; NULL: none was */
  bool more;          /* `next` is the request for the next page */
  api_request next;
} remote_listing;

/* What the rules decided for one model. */
typedef struct choice {
  const rule *by;         /* the rule that decided, or that failed, so that nobody knows what it would have decided */
  const char *rule;       /* the rule that decided; NULL when none did */
  const char *refusal;    /* not NULL: the model is not offered, and why */
  const char *address;    /* not NULL: reach it there */
  const gateway *gateway; /* not NULL: reach it through this one */
} choice;

/* False when out of memory; *out may be set all the same, and the caller closes it. Once the arena in use is unwanted, every call ends at
 * once as when memory runs out. */
bool script_open(script **out, catalog *c, const environment *e);
/* The findings for words that no function has run into yet; after whatever calls functions. */
void script_report_unreached(script *s);
void script_close(script *s);

/* The definitions that come with the library, embedded in it. */
typedef struct shipped_file {
  const char *name; /* "providers.lua"; NULL after the last */
  const char *text, *end;
  const char *protocol; /* the protocol that it defines, read when it is first named; NULL: read in every load, unless left out */
  const char *for_word; /* read in loads for a host that chooses a `document`, or `ids`, and in no other; NULL: in all */
} shipped_file;

extern const shipped_file shipped_files[]; /* in reading order */

/* One file of definitions. Either all of it is at `text`, or `more` gives it piece by piece, each good until the next call, and NULL
 * at the end; a piece is never empty, and JSON is never in pieces. */
typedef struct script_file {
  const char *name;
  int directory;
  bool json;
  const char *text;
  size_t length; /* in bytes, of all of it */
  const char *(*more)(void *payload, size_t *bytes);
  void *payload;
} script_file;

/* Runs one file. What is wrong with it becomes findings of the catalog. */
void script_load(script *s, const script_file *given);
/* Whether a shipped protocol was named, and so read. */
bool script_has_protocol(const script *s, const char *id);
/* For after the last file: the verbs fail from here on. */
void script_seal(script *s);

/* From here on, what scripts return is kept in this arena. */
void script_use_arena(script *s, arena *a);
/* From here on, names and texts that they read out of answers pass this gate. */
void script_use_ring(script *s, keyring *ring);

/* Each returns NULL, or why the script failed ("rules.lua:5: ..."). */
/* `listing`: it is asked for the listing of a provider, where m stands for all that may be in it: a rule that looked at the model itself
 * can only choose an address. */
const char *script_ask_rules(script *s, const model *m, bool listing, choice *out);
/* Where a function stands; no file where `ref` is none. */
origin script_place(script *s, script_ref ref);
/* Whether the last call was stopped by one of our limits. */
bool script_exceeded(const script *s);
/* *out->path is NULL when the function does not apply to this model. */
const char *script_request(script *s, script_ref ref, const model *m, api_request *out);
/* The calls below keep the body of a response as a table until this. */
void script_forget_response(script *s);
/* *ok: it was a listing; if not, *why_not may be the reason. */
const char *script_read_list(script *s, const protocol *p, const api_response *r, const interest *w, remote_listing *out, bool *ok,
                             const char **why_not);
/* The same for the answer to a look-up. *ok: it is about a model; its name may be NULL. */
const char *script_read_model(script *s, const protocol *p, const api_response *r, remote_model *out, bool *ok);
/* The credit that the answer to prove_key states; nothing where it states none. */
const char *script_read_credit(script *s, const protocol *p, const api_response *r, api_credit *out);
/* *name: which model the answer to a request names as its author; NULL where it does not say. */
const char *script_served(script *s, const protocol *p, const api_response *r, const char **name);
/* Asks a provider's `discover` function about one entry, which it may amend. */
const char *script_discover(script *s, script_ref by, remote_model *one, bool *take);
/* Asks the function of `document`, which gets the standard document as a table. *out: what it returned, as JSON. */
const char *script_document(script *s, const rule *d, const json_t *standard, size_t bytes, const char **out);
/* *state: a state's name, "missing", "rejected", or NULL for the default. */
const char *script_verdict(script *s, const protocol *p, const api_response *r, const model *m, const char **state);

#endif
