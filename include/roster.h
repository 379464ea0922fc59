/* roster.h: a scriptable registry of LLM models.
 *
 * A host asks roster which models it can use right now, how to reach each one, and why the others cannot be used. Definitions
 * are Lua files; validation is real HTTP; the result is an immutable snapshot.
 *
 *     roster *r;
 *     roster_error err;
 *     if (roster_open(&r, NULL, &err) != ROSTER_OK) ...          loads the definitions, makes no requests
 *     if (roster_refresh(r, &err) != ROSTER_OK) ...              validates, publishes a snapshot
 *     const roster_snapshot *s = roster_acquire(r);
 *     const roster_model *m = roster_find(s, "claude-4.5-opus"); borrowed from s
 *     ...
 *     roster_release(s);
 *     roster_close(r);
 *
 * Conventions. Strings are UTF-8 and NUL-terminated. Pointers obtained from a snapshot are borrowed: they are valid for as long
 * as the snapshot is held. Getters return NULL, 0 or false when they are given NULL, or the value that means unknown (-1,
 * ROSTER_UNKNOWN), and roster_model_state ROSTER_DISABLED. A function that can fail returns a roster_status, stores its result
 * through the first parameter, and takes a caller-owned `roster_error *err`, which may be NULL, as its last. Where there is
 * nothing to give, what a parameter points to becomes NULL or 0. `close` and `release` accept NULL. Every function may be called from any
 * thread; the comment of a callback names the thread it runs on. Units are part of the names: _ms, _bytes, _tokens; prices are US dollars
 * per million tokens.
 *
 * What roster does to your process: it starts short-lived threads while it loads and validates (and one that stays after
 * roster_watch or roster_refresh_every is called, or a credential helper has run), and opens sockets and files close-on-exec. It
 * never exits, aborts, prints, or changes signals, locale, directory or environment. */
#ifndef ROSTER_H
#define ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define ROSTER_API __attribute__((visibility("default")))
#else
#define ROSTER_API
#endif

#define ROSTER_VERSION "0.1.0"
/* The same as numbers, for `#if ROSTER_VERSION_NUMBER >= 200`: two digits each for minor and patch. roster_version has the version of the
 * library that runs, which may be newer. */
#define ROSTER_VERSION_MAJOR  0
#define ROSTER_VERSION_MINOR  1
#define ROSTER_VERSION_PATCH  0
#define ROSTER_VERSION_NUMBER (ROSTER_VERSION_MAJOR * 10000 + ROSTER_VERSION_MINOR * 100 + ROSTER_VERSION_PATCH)

/* ---- status and error ------------------------------------------------------------------------------------------------ */

typedef enum roster_status {
  ROSTER_OK = 0,
  ROSTER_EINVALID = 1,     /* the call itself is wrong: a NULL where none is allowed, an unknown word in the options */
  ROSTER_ENOMEM = 2,       /* memory ran out, in roster or in a library that it uses; nothing changed */
  ROSTER_EDEFINITIONS = 3, /* the Lua or JSON definitions have errors; see roster_options.on_finding */
  ROSTER_EUNKNOWN = 4,     /* no model has this id, alias or former id */
  ROSTER_EAMBIGUOUS = 5,   /* not an id, but the name of several models at their providers */
  ROSTER_ENOTREADY = 6,    /* the model is known but not usable */
  ROSTER_ERETIRED = 7,     /* the model is known to be gone; the error names its replacement */
  ROSTER_ETRANSPORT = 8,   /* no HTTP transport could be opened */
  ROSTER_EPENDING = 9,     /* a credential is not available yet */
  ROSTER_EFORKED = 10,     /* this process is a fork of the one that opened the registry */
  ROSTER_ESYSTEM = 11,     /* the operating system refused something (thread, file) */
  ROSTER_ECANCELLED = 12,  /* the registry is being closed */
  ROSTER_EHELD = 13,       /* the new definitions would lose too many models; the old snapshot stays until a refresh is forced */
  ROSTER_ENONE = 14        /* no usable model meets all needs */
} roster_status;

/* Returns the name of a status in documents: "ok", "invalid", "unknown", "not_ready" ...; static, never NULL. */
ROSTER_API const char *roster_status_name(roster_status status);

/* Filled in by a call that fails: what happened, where, why, and what to do next. It owns no memory. */
typedef struct roster_error {
  roster_status status;
  int count;          /* the total number of findings, when definitions have errors */
  int line;           /* 0 when no line is at fault */
  char file[256];     /* "" when no file is at fault */
  char message[1024]; /* a complete sentence; secrets are redacted */
  char hint[256];     /* what to do next; may be "" */
  int candidate_count;
  char candidates[4][128]; /* ids that may have been meant */
} roster_error;

/* ---- what a load reports --------------------------------------------------------------------------------------------- */

typedef enum roster_severity { ROSTER_WARNING = 0, ROSTER_ERROR = 1 } roster_severity;

/* One mistake in the definitions. Valid during the callback. */
typedef struct roster_finding {
  roster_severity severity;
  const char *file;    /* as given: a path, or "models.lua" for a shipped file */
  int line;            /* 0 when unknown */
  const char *message; /* "provider 'fireworks': unknown key 'bse_url' (did you mean 'base_url'?)" */
  int column;          /* where in the line, from 1, in characters; 0 when unknown */
  int length;          /* characters from there that the message is about, at least 1; 0 when the column is unknown */
  const char *source;  /* the line, without its end, and with asterisks for what may be a key; NULL when unknown */
  const char *fix;     /* what to write instead: the line, without its indentation, or less where that is too long or elsewhere; NULL when
                          there is no one answer */
} roster_finding;

/* One directory or file that a load looked at, in reading order. Valid during the callback. */
typedef struct roster_source {
  const char *path;
  const char *why; /* "shipped", "system", "user", "option config", "$ROSTER_CONFIG", "given as text" ... */
  bool directory;
  bool read; /* false: absent, unreadable or left out; `why` names which */
} roster_source;

/* One source of facts about models (a `source` block): borrowed from a snapshot. Strings are "" where nothing is known. */
typedef struct roster_source_state {
  const char *id;
  const char *url;    /* without what may hold a key */
  const char *format; /* "models.dev", "catwalk", "roster" */
  const char *may;    /* "facts", "models" */
  bool on;
  bool is_signed;         /* it has a key */
  const char *day;        /* the day of its data: "2026-11-20" */
  const char *fetched_at; /* when its data was fetched: RFC 3339, UTC */
  const char *checked_at; /* when the data was last known to be current; its age counts from there */
  int64_t checked_ms;     /* the same, since the epoch; 0: never */
  size_t rows;            /* models that it has facts about */
  size_t models;          /* those of them that are models here */
  size_t held;            /* values that are held back */
  const char *problem;    /* why the last fetch failed, or that its data has expired */
} roster_source_state;

/* The result of fetching one source. Valid during the callback. */
typedef struct roster_source_update {
  const char *id;
  const char *outcome; /* "updated", "unchanged", "failed" */
  const char *problem; /* why it failed; "" when it did not */
  size_t rows;         /* models that it has facts about */
  size_t added;        /* of them */
  size_t removed;
  size_t changed;
  size_t held;            /* values that are held back */
  const char *first_held; /* "anthropic/claude-opus-5-5: context_window", where something is held that was not before; "" */
  size_t left_out;        /* members that no source may bring: addresses, headers, keys ... */
  const char *first_left_out;
} roster_source_update;

/* ---- transport ------------------------------------------------------------------------------------------------------- */

typedef struct roster_header {
  const char *name;
  const char *value;
} roster_header;

/* One request to send. Valid during `start`: a transport copies what it keeps. */
typedef struct roster_http_request {
  size_t size;
  uint64_t id;        /* repeated in the response */
  const char *method; /* "GET" or "POST" */
  const char *url;
  const roster_header *headers;
  size_t header_count;
  const char *body; /* NULL for none */
  size_t body_bytes;
  long timeout_ms;         /* for the complete exchange */
  long connect_timeout_ms; /* for name lookup, connection and TLS */
  size_t max_body_bytes;   /* a longer response is a failure: ROSTER_HTTP_TOO_LARGE */
  const char *ca_file;     /* PEM bundle to trust instead of the system's; NULL for the system's */
  const char *ca_dir;      /* hashed directory to trust instead of the system's; NULL for the system's */
  const char *client_cert; /* PEM; NULL for none */
  const char *client_key;  /* PEM; NULL for none */
  const char *proxy;       /* NULL for none; proxy variables of the environment are never used */
  /* "aws:amz:eu-north-1:bedrock": sign the request for that region and service with AWS Signature Version 4 and the next two members; NULL:
   * do not sign. Set only for transports that sign, see roster_options.transport_signs. A session token is one of the headers. */
  const char *aws_sigv4;
  const char *aws_key_id;
  const char *aws_secret;
  const char *tags; /* the JSON object from LLM_REQUEST_TAGS that ends the body as its member "tags"; NULL: none was added */
} roster_http_request;

typedef enum roster_http_failure {
  ROSTER_HTTP_ANSWERED = 0, /* a complete response arrived */
  ROSTER_HTTP_DNS,
  ROSTER_HTTP_CONNECT,
  ROSTER_HTTP_TLS,
  ROSTER_HTTP_TIMEOUT,
  ROSTER_HTTP_RESET, /* closed or reset before the response was complete */
  ROSTER_HTTP_TOO_LARGE,
  ROSTER_HTTP_MALFORMED, /* not HTTP */
  ROSTER_HTTP_OTHER,
  ROSTER_HTTP_TRANSPORT /* the transport itself failed; neither the network nor the other side is to blame */
} roster_http_failure;

/* One finished exchange. Valid until the next call of `next`, `cancel_all` or `close`. message, headers where header_count is 0, body where
 * body_bytes is 0, and the value of a header may be NULL; a header without a name is left out. What cannot be used (another size, an
 * unknown failure or status, a count without its list) makes the exchange a failure of the transport: the reason is `transport_failed`,
 * and the message names the cause. */
typedef struct roster_http_response {
  size_t size;
  uint64_t id;
  roster_http_failure failure;
  const char *message; /* why it failed; "" or NULL when there is a response */
  int status;          /* HTTP, 100 to 999; 0 when there is no response */
  const roster_header *headers;
  size_t header_count;
  const char *body; /* body_bytes long, then a NUL; what is longer than max_body_bytes is not read */
  size_t body_bytes;
  long elapsed_ms;
  int64_t answered_ms; /* when it arrived, since the epoch, by the clock of a recording, which is then used for all times; 0: just now */
  bool
      multiplexed; /* other requests can share its connection at the same time, as with HTTP/2: then its origin gets more of them at once */
} roster_http_response;

/* A way to send HTTP requests. roster calls it from one thread at a time. It must not follow redirects, must verify certificates, and must
 * give every started request exactly one response, or drop all requests at `cancel_all`. No id is used twice, so a response that comes
 * late, twice or after `cancel_all` is ignored; 10 000 of them in a row are a failure of the transport. `self` may be
 * NULL; of the functions only `close`. None of them may unwind the stack of its caller. */
typedef struct roster_transport {
  size_t size;
  void *self;
  /* Begins to send a request. Returns ROSTER_OK, or ROSTER_ENOMEM or ROSTER_EINVALID: then this request gets no response. ROSTER_ENOMEM,
   * here or from `next`, is not a verdict on any model: the run ends with ROSTER_ENOMEM, and the old result stays. Members of the
   * request whose comment says so may be NULL, and `headers` where header_count is 0. */
  roster_status (*start)(void *self, const roster_http_request *request);
  /* Waits up to timeout_ms for one finished exchange. Returns ROSTER_OK with *out NULL when none finished in time; anything else but
   * ROSTER_ENOMEM ends all requests under way as failures of the transport. */
  roster_status (*next)(void *self, long timeout_ms, const roster_http_response **out);
  void (*cancel_all)(void *self);
  void (*close)(void *self); /* frees it. Whoever made a transport calls it: of roster_options.transport the host, after roster_close. May
                             be NULL in one that a host makes */
} roster_transport;

/* Creates a transport that passes every request to `inner` (NULL: libcurl) and records each exchange, one JSON object per line: no request
 * headers or bodies, and the value of every request header removed from everything that is written. The file (mode 0600) is created when
 * the caller calls (*out)->close((*out)->self), complete or not at all; `inner` stays open. Errors: ROSTER_EINVALID, ROSTER_ENOMEM,
 * ROSTER_ESYSTEM, ROSTER_ETRANSPORT. */
ROSTER_API roster_status roster_transport_record(roster_transport **out, const roster_transport *inner, const char *file,
                                                 roster_error *err);
/* Creates a transport that replays such a file: responses are found by method, URL and body, equal requests in recorded order. When those
 * are used up, the last one is repeated for the rest of the refresh, and each later refresh begins with the first of them again. It makes
 * no connections. A request that was not recorded fails with ROSTER_HTTP_OTHER. The caller calls (*out)->close((*out)->self). Errors:
 * ROSTER_EINVALID (err names file and line), ROSTER_ENOMEM, ROSTER_ESYSTEM. */
ROSTER_API roster_status roster_transport_replay(roster_transport **out, const char *file, roster_error *err);

typedef struct roster_snapshot roster_snapshot; /* one immutable result; may be shared between threads */

/* ---- options --------------------------------------------------------------------------------------------------------- */

typedef enum roster_level {
  ROSTER_LEVEL_DEFAULT = 0, /* the level that `validate { level = ... }` sets, else prove */
  ROSTER_LEVEL_CREDENTIAL = 1,
  ROSTER_LEVEL_LIST = 2,
  ROSTER_LEVEL_PROVE = 3,   /* free */
  ROSTER_LEVEL_GENERATE = 4 /* costs a few tokens for each model */
} roster_level;

/* One request of a refresh that has ended. Valid during the callback. */
typedef struct roster_exchange {
  const char *provider_id;
  const char *gateway_id; /* "" when it went through none */
  const char *stage;      /* "list", "prove" ...; "control": one of those once more, with a made-up key */
  const char *outcome;    /* as roster_request_outcome: "ready", "missing", "bad_credential" ... */
  int http_status;        /* 0 when there was no response */
  long elapsed_ms;
} roster_exchange;

/* One verdict as it is reached, for a progress line; none of a refresh that is abandoned. Valid during the callback. */
typedef struct roster_progress {
  const char *model_id;
  const char *provider_id;
  const char *state; /* "ready", "bad_credential" ... */
  size_t decided;    /* how many models have a verdict so far */
  size_t total;
} roster_progress;

/* A host's own key for one provider. roster copies it when the callback returns. Where a part of it cannot be sent, none is: its models are
 * `bad_credential`, and the reason names the part. */
typedef struct roster_credential {
  size_t size;
  const char *value;            /* the key or token, without control bytes; NULL or "": there is none */
  const roster_header *headers; /* sent along with it; their values are as secret as the key. NULL where header_count is 0 */
  size_t header_count;
  int64_t expires_at_ms; /* since the epoch; 0: unknown. An expired key is never sent: its models are `pending` */
} roster_credential;

typedef struct roster_variable {
  const char *name;
  const char *value; /* NULL or "": not set */
} roster_variable;

typedef struct roster_definition {
  const char *name; /* "providers.lua", "catalog.json": the ending selects the language */
  const char *text;
} roster_definition;

/* roster_open copies all of it except `payload` and `transport`, which must outlive the registry. */
typedef struct roster_options {
  size_t size; /* sizeof (roster_options), set by ROSTER_OPTIONS_INIT */
  /* A directory or a file to read instead of /etc/roster and ~/.config/roster. "": none; NULL: $ROSTER_CONFIG, or those two. */
  const char *config;
  bool no_builtin;                      /* leave out the shipped providers, models and rules (protocols stay) */
  bool enable_mock;                     /* the same as ROSTER_MOCK=yes */
  const roster_definition *definitions; /* read after every directory, as one more directory */
  size_t definition_count;
  const roster_variable *environment; /* used instead of the process's environment; NULL: the process's, read at each load */
  size_t environment_count;
  const char *const *host_protocols; /* the protocols that the host speaks; models of other protocols are `disabled`. NULL: all. An id that
                                        no definition has is a warning to on_finding */
  size_t host_protocol_count;
  roster_level level;                /* the highest level that a refresh checks */
  long timeout_ms;                   /* limit for all requests to one endpoint; 0: the provider's timeout, else 10 000 */
  long deadline_ms;                  /* limit for one complete refresh; 0: the deadline of `validate`, else 60 000 */
  const roster_transport *transport; /* NULL: libcurl */
  /* Called during a load or a refresh, for each mistake, each directory and file, and each verdict; on a thread of roster's or on the
   * calling thread. NULL for none, here and at each callback below. What a callback is given is never NULL, nor are its strings,
   * except where that is said; it must not unwind (longjmp, a C++ exception, a panic). */
  void (*on_finding)(void *payload, const roster_finding *finding);
  void (*on_source)(void *payload, const roster_source *source);
  void (*on_progress)(void *payload, const roster_progress *progress);
  void *payload; /* passed to the callbacks */
  /* Called when a new snapshot is published: after a refresh, or after a reload that failed. The snapshot is valid during the callback,
   * which runs on the thread that refreshes and must not refresh or close the registry. */
  void (*on_published)(void *payload, const roster_snapshot *snapshot);
  /* A file (mode 0600, no secrets) that keeps the last good result for the next start: models it proved are usable at generation 0, marked
   * stale with the time of their proof, until the first refresh ends. A file that cannot be read or written is a warning to on_finding, and
   * nothing else fails. Processes may share it: they add to one count of billed requests, and one at a time writes it. For that an empty
   * file with .lock after its name is made beside it, and stays. NULL: none. */
  const char *cache_file;
  /* The host's own source of keys, called for each provider before any other source is tried: at each load, and by each
   * roster_service_headers on the calling thread, so possibly on several threads at once. *out is zeroed. Returns ROSTER_OK: *out is the
   * key; ROSTER_EUNKNOWN: try the other sources; ROSTER_EPENDING: not available yet, the models are `pending`; anything else: there is no
   * key, and no other source is tried. */
  roster_status (*credential)(void *payload, const char *provider_id, roster_credential *out);
  long helper_wait_ms;  /* how long a refresh waits for credential helpers; 0: not at all, and a helper that ends starts another refresh */
  bool discover_all;    /* as if every provider had discover = true; models that nothing free can prove are known too, as `unproven` */
  bool transport_signs; /* `transport` signs requests that have aws_sigv4 set, as libcurl does; false: such requests are never started */
  /* Called at each load for every environment variable that a definition names as a secret or a setting, once for each mention. */
  void (*on_variable)(void *payload, const char *name, bool secret);
  /* Every load builds the request of each model and keeps it in the snapshot, so that roster_curl_command reads no definitions and works
   * for discovered models too. false: a request is built only when it is wanted. */
  bool keep_requests;
  /* For a host's own statistics. on_exchange is called for each request that a refresh sent, once it has ended; on_refreshed when a refresh
   * has ended, also one that published nothing, and not when it was abandoned because the registry is being closed. Both run on a thread of
   * roster's or on the calling thread, and must not refresh or close the registry. NULL for none. */
  void (*on_exchange)(void *payload, const roster_exchange *exchange);
  void (*on_refreshed)(void *payload, roster_status status, long elapsed_ms);
  /* Credential helpers may need a person (a browser, a code to type in): they do not run at an interval, an edit, a refresh or a load, but
   * only when the host asks: roster_helper_run, or roster_service_headers, whose request needs the key. When its key expires, fails or is
   * refused, the models that were known good stay listed, marked stale. When this is false, only helpers with `secret { interactive = true
   * }` are treated so, and that of LLM_API_KEY_HELPER where LLM_API_KEY_HELPER_INTERACTIVE is set. */
  bool interactive_helpers;
  bool attended; /* a person waits for each roster_refresh that the host calls, so it runs those helpers too, as a command in a terminal
                    does */
  /* The form of roster_snapshot_json, by the name of a `document` of the definitions: "phoenix" is shipped. NULL or "": the standard one.
   * roster_open answers ROSTER_EINVALID to a name that nothing defines. Nothing else in the library depends on it. */
  const char *document;
  /* The spelling in which ids are given out, by the name of an `ids` block of the definitions: "phoenix" is shipped. A host can
   * define its own table: { "ids.lua", "ids \"mine\" { [\"their-id\"] = \"claude-4.6-sonnet\" }" } and ids = "mine". A model with several
   * spellings is listed once for each; one without keeps its own id, which is understood in any case. NULL or "": as the blocks have them.
   * roster_open answers ROSTER_EINVALID to a name that nothing defines. */
  const char *ids;
  /* Only billing data of cache_file is used and kept: proofs that hold, how many requests were sent today, which models are in use. For
   * programs that show only the present. */
  bool cache_billed_only;
  /* Turns on the sources of facts that are off and that no file of a deployer has turned off: those that are shipped. The same as
   * ROSTER_SOURCES=yes. None is fetched until roster_update_sources or roster_refresh_every is called. */
  bool sources;
  /* How many threads the libcurl transport may have, 1 to 16; 0: one for each processor, up to 4. roster_open returns ROSTER_EINVALID for
   * more than 16. A thread is started when there is an origin for it, and ends with the refresh. A host's own `transport` has none of
   * them. */
  size_t transport_threads;
  /* Snapshots hold no document, whatever `document` names, which saves the time and the memory of making it at each load:
   * roster_snapshot_json gives NULL. roster_write_models_json still writes the standard one. */
  bool no_document;
} roster_options;

#define ROSTER_OPTIONS_INIT                                                                                                                \
  {                                                                                                                                        \
    sizeof(roster_options), NULL, false, false, NULL, 0, NULL, 0, NULL, 0, ROSTER_LEVEL_DEFAULT, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, \
        NULL, NULL, 0, false, false, NULL, false, NULL, NULL, false, false, NULL, NULL, false, false, 0, false                             \
  }

/* ---- the live registry ------------------------------------------------------------------------------------------------ */

typedef struct roster roster;                   /* all its functions are thread-safe */
typedef struct roster_model roster_model;       /* borrowed from a snapshot */
typedef struct roster_provider roster_provider; /* borrowed from a snapshot */
typedef struct roster_request roster_request;   /* one request that validation sent; borrowed from a snapshot */

/* Reads the definitions and publishes generation 0, in which every model is `unproven`, `no_credential` or `disabled`. Makes no requests.
 * `options` may be NULL for the defaults. The caller owns *out and closes it with roster_close.
 * Errors: ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_ESYSTEM, ROSTER_EDEFINITIONS (err holds the first finding and the count). */
ROSTER_API roster_status roster_open(roster **out, const roster_options *options, roster_error *err);

/* Frees the registry. Snapshots that are held stay valid. Returns within a second: a running refresh is abandoned, and its callers get
 * ROSTER_ECANCELLED; a running credential helper is killed. No other call on `r` may begin from then on. In a callback it only ends the
 * run that called it, and frees nothing. */
ROSTER_API void roster_close(roster *r);

/* Ends what the registry does, as roster_close, but frees nothing: calls that are under way, and those that follow, return
 * ROSTER_ECANCELLED; nothing is refreshed, watched or run any more. For a registry that several threads use: snapshots can be taken until
 * the last of them calls roster_close. Calling it again does nothing. In a callback it only ends the run that called it. */
ROSTER_API void roster_stop(roster *r);

/* Reads the definitions again, validates them against the providers, and publishes a new snapshot. Blocks until the last verdict or the
 * deadline. Overlapping calls share one run. On an error the old result stays; if the definitions have errors, it is published again with
 * that error in it. The same happens when an edit of the definitions would lose the default model or more than half of the usable ones
 * (ROSTER_EHELD), unless they set validate { hold = false }. Errors: ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_ESYSTEM, ROSTER_EDEFINITIONS,
 * ROSTER_EHELD, ROSTER_ETRANSPORT, ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_refresh(roster *r, roster_error *err);
/* As roster_refresh, but publishes the result however much would be lost. */
ROSTER_API roster_status roster_refresh_forced(roster *r, roster_error *err);

/* As roster_refresh, and asks for these models (ids, aliases, former ids) by name: where only a billed request proves one, it is sent, and
 * counted, whatever the day's budget; at ROSTER_LEVEL_GENERATE also where an earlier proof holds. The id "*" means every model, within
 * the budget. Unknown ids are ignored. The ids are copied. */
ROSTER_API roster_status roster_refresh_named(roster *r, const char *const *ids, size_t count, roster_error *err);

/* Tells roster that a conversation uses this model (an id, alias or former id). For 7 days it is among those that billed proofs are asked
 * for, and the cache file remembers that. Cheap: call it with every message; about once an hour it writes the cache file. Where the model
 * waits for such a proof, the next refresh is brought forward. Errors: those of roster_resolve, ROSTER_EINVALID, ROSTER_EFORKED,
 * ROSTER_ECANCELLED.
 */
ROSTER_API roster_status roster_note_used(roster *r, const char *id, roster_error *err);

/* Refreshes every interval_ms from now on, up to a tenth sooner or later at random, so that many hosts do not refresh at once; 0 stops it.
 * Runs on a thread of roster's. Errors: ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_ESYSTEM, ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_refresh_every(roster *r, long interval_ms, roster_error *err);
/* Watches the directories of definitions, including absent ones, from now on, and refreshes within a second of a change once the files have
 * stopped changing. Uses inotify, or looks ten times a second where it is not available or fails; a failure is reported to on_finding
 * once. Runs on a thread of roster's; calling it again does nothing. Errors: ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_ESYSTEM,
 * ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_watch(roster *r, roster_error *err);

/* Fetches sources of facts now: those with these ids, or all that are on where `count` is 0. Good data replaces the copies on
 * disk, next to cache_file, or in $XDG_CACHE_HOME/roster or ~/.cache/roster; the next refresh uses it, and so does every registry
 * that is opened later. With `accept`, values that would be held back are taken too. on_update (NULL for none) is called for each, on a
 * thread of roster's. A source that fails is not an error of this call. Without this call, only the thread of roster_refresh_every fetches
 * sources, each at its own interval. Errors: ROSTER_EINVALID, ROSTER_EUNKNOWN (no source that is on has this id), ROSTER_EDEFINITIONS,
 * ROSTER_ENOMEM, ROSTER_ESYSTEM, ROSTER_ETRANSPORT, ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_update_sources(roster *r, const char *const *ids, size_t count, bool accept,
                                               void (*on_update)(void *payload, const roster_source_update *update), void *payload,
                                               roster_error *err);

/* Returns the newest snapshot, which the caller holds until roster_release. NULL only when r is NULL. */
ROSTER_API const roster_snapshot *roster_acquire(roster *r);
/* Gives up a snapshot that roster_acquire returned; pointers into it are invalid from then on. */
ROSTER_API void roster_release(const roster_snapshot *s);

/* Returns an eventfd, for event loops, that becomes readable when a new snapshot is published: read its 8 bytes, then acquire. It is
 * non-blocking and close-on-exec, created by the first call, the same at every later one, and closed by roster_close. -1 when r is NULL or
 * the system refused to create it. Elsewhere than on Linux it is the end of a pipe, which is used in the same way. */
ROSTER_API int roster_event_fd(roster *r);

/* Reads definitions as roster_open does and reports their mistakes, without opening a registry. `path` (a file or a directory, may be
 * NULL) is read instead of the configured directories.
 * Errors: ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_ESYSTEM, ROSTER_EDEFINITIONS. */
ROSTER_API roster_status roster_lint(const roster_options *options, const char *path, roster_error *err);

/* ---- the snapshot ----------------------------------------------------------------------------------------------------- */

/* The number of the refresh whose result it is: 0 until the first one; never goes back. It stays the same in the snapshot that a reload
 * which failed publishes with its error, and a refresh that published nothing leaves its number out. */
ROSTER_API uint64_t roster_generation(const roster_snapshot *s);
/* The day (UTC) for which it gives prices, "2026-11-30". A registry that refreshes at an interval, or watches, makes a new snapshot on the
 * day on which a price changes; one that a host keeps for longer gives those of its own day. */
ROSTER_API const char *roster_snapshot_day(const roster_snapshot *s);
ROSTER_API size_t roster_count(const roster_snapshot *s); /* usable models that chat */
ROSTER_API const roster_model *roster_at(const roster_snapshot *s,
                                         size_t index);         /* usable models that chat, in picker order; NULL past the end */
ROSTER_API size_t roster_known_count(const roster_snapshot *s); /* all models, usable or not */
ROSTER_API const roster_model *roster_known_at(const roster_snapshot *s, size_t index); /* in definition order; NULL past the end */

/* Four functions lead from an id to a model. All of them look for an id first, then an alias, then a former id, and never return another
 * model in its place. The model is borrowed from the snapshot.
 *
 *                                  roster_find   roster_known   roster_resolve      roster_require
 *     returns                      model         model          status, via, error  status, error
 *     a usable model               model         model          model               model
 *     a model that is not usable   NULL          model          model               ROSTER_ENOTREADY
 *     no such id                   NULL          NULL           ROSTER_EUNKNOWN     ROSTER_EUNKNOWN
 *     the name that several models
 *     have at their providers      NULL          NULL           ROSTER_EAMBIGUOUS   ROSTER_EAMBIGUOUS
 *     an id that a `retired` block
 *     names                        NULL          NULL           ROSTER_ERETIRED     ROSTER_ERETIRED
 *
 * roster_find is for hot paths and lists, roster_known for showing any model, roster_resolve for stored ids, and roster_require for the
 * model of a request: its error holds the message for the user. */

/* Returns the usable model with this id, alias or former id, else NULL. */
ROSTER_API const roster_model *roster_find(const roster_snapshot *s, const char *id);
/* Returns the model, usable or not, with this id, alias or former id, else NULL. */
ROSTER_API const roster_model *roster_known(const roster_snapshot *s, const char *id);
/* Returns the default model; NULL when no model is usable. */
ROSTER_API const roster_model *roster_default(const roster_snapshot *s);
/* Returns the model of a role such as "cheap": the first usable one of its list, else the best usable one that meets the role's needs, as
 * roster_pick chooses, else NULL. */
ROSTER_API const roster_model *roster_role(const roster_snapshot *s, const char *role);
/* Returns the model of a role, chosen in the same way among those that have the same provider as `beside`, so that the small tasks of a
 * conversation use the same key and contract; NULL when there is none, never a model of another provider. `beside` need not be usable and
 * may belong to another snapshot. */
ROSTER_API const roster_model *roster_role_beside(const roster_snapshot *s, const char *role, const roster_model *beside);
/* The names of all roles, in the order of their blocks. roster_role_at gives NULL past the end. */
ROSTER_API size_t roster_role_count(const roster_snapshot *s);
ROSTER_API const char *roster_role_at(const roster_snapshot *s, size_t index);
/* Gives the model of a role as roster_role does, or reports why there is none. Errors: ROSTER_EINVALID, ROSTER_EUNKNOWN (no block has this
 * name; the message names candidates), ROSTER_ENONE (the message explains why each model of its list is not usable, and how many usable
 * models fail its needs). */
ROSTER_API roster_status roster_require_role(const roster_model **out, const roster_snapshot *s, const char *role, roster_error *err);

/* Finds the model that a stored id means, ready or not: by id, then alias, then former id. *via (may be NULL) becomes "exact", "alias" or
 * "formerly", NULL where there is none. It never substitutes another model.
 * Errors: ROSTER_EUNKNOWN and ROSTER_EAMBIGUOUS (the message names candidates), ROSTER_ERETIRED (it names the replacement). */
ROSTER_API roster_status roster_resolve(const roster_model **out, const roster_snapshot *s, const char *id, const char **via,
                                        roster_error *err);

/* Finds the usable model that a stored id means, or reports why there is none. This is the call for the model id of a request.
 * Errors: those of roster_resolve, ROSTER_ENOTREADY (message and hint are the model's reason and hint). */
ROSTER_API roster_status roster_require(const roster_model **out, const roster_snapshot *s, const char *id, roster_error *err);

/* An id found in old databases and the id of the model that it now means. Borrowed from the snapshot. */
typedef struct roster_rename {
  const char *from;
  const char *to;
  const char *defined_at; /* "models.lua:545", where the rename is defined */
  int64_t context_window; /* of the current model, in tokens; 0 when unknown */
  int64_t assumed_window; /* what hosts assumed for the old id, in tokens; 0 when that never differed */
} roster_rename;

/* All renames, as data for a migration of stored ids: former ids, and the aliases that a host once gave out (those in `former_windows`).
 * Where it planned with another window than the model's, `to` is the variant or the spelling with that window, where there is one. No
 * `from` is an id that is given out, and none occurs twice, so they can be applied together and in any order. */
ROSTER_API size_t roster_rename_count(const roster_snapshot *s);
ROSTER_API const roster_rename *roster_rename_at(const roster_snapshot *s, size_t index); /* NULL past the end */

/* Returns the /api/models document, or the one that roster_options.document names, made when the snapshot was; borrowed. *bytes becomes its
 * length; `bytes` may be NULL. NULL with roster_options.no_document. */
ROSTER_API const char *roster_snapshot_json(const roster_snapshot *s, size_t *bytes);

ROSTER_API const char *roster_gateway_status(const roster_snapshot *s); /* "not_configured", "healthy", "unreachable", "unknown" */
ROSTER_API bool roster_llm_configured(const roster_snapshot *s);        /* a model other than the mock has its credential or needs none */
ROSTER_API const char *roster_default_wanted(const roster_snapshot *s); /* the wanted default that is not usable; "" when none */
ROSTER_API const char *roster_empty_reason(const roster_snapshot *s);   /* a token when no model is usable, else NULL */
ROSTER_API const char *roster_empty_hint(const roster_snapshot *s);     /* what to do then, else NULL */
/* How many billed requests were sent today, when the snapshot was made: by this process and, with a cache file, by those before it; how
 * many may be sent on one day (`validate { billed_per_day = ... }`); and when that day began: RFC 3339, UTC. */
ROSTER_API size_t roster_billed_today(const roster_snapshot *s);
ROSTER_API size_t roster_billed_per_day(const roster_snapshot *s);
ROSTER_API const char *roster_billed_since(const roster_snapshot *s);
/* The sources of facts, on or off, in the order of their blocks. */
ROSTER_API size_t roster_source_count(const roster_snapshot *s);
ROSTER_API const roster_source_state *roster_source_at(const roster_snapshot *s, size_t index); /* NULL past the end */
/* Returns the error of a failed reload; NULL when the snapshot was made from the definitions on disk. `file` and `line` may be NULL. */
ROSTER_API const char *roster_definitions_error(const roster_snapshot *s, const char **file, int *line);
/* The same with the line itself and what to write instead, where known; valid as long as the snapshot. NULL as above. */
ROSTER_API const roster_finding *roster_definitions_finding(const roster_snapshot *s);

/* The following functions write documents the way snprintf does: each returns the length of the document without its NUL and writes at most
 * `size` bytes, NUL-terminated when size > 0. An unknown id gives the {"error":...} document. */

/* The entry of one model, usable or not, exactly as in the /api/models document. */
ROSTER_API size_t roster_write_model_json(const roster_snapshot *s, const char *id, char *out, size_t size);

/* Which models a document contains, and in which form. */
typedef struct roster_models_choice {
  size_t size;             /* sizeof (roster_models_choice), set by ROSTER_MODELS_CHOICE_INIT; 0: as no choice at all */
  bool usable_only;        /* leave `unavailable` empty */
  bool stories;            /* each model as roster_write_explain_json writes it */
  const char *provider_id; /* only the models of this provider; NULL: of all providers */
  const char *kind;        /* only models of this kind ("chat": unknown kinds too), or "any"; NULL: as usable, those that chat; as
                            * `unavailable`, all */
} roster_models_choice;

#define ROSTER_MODELS_CHOICE_INIT                                                                                                          \
  { sizeof(roster_models_choice), false, false, NULL, NULL }

/* The /api/models document with the chosen models, whatever roster_options.document names; `choice` NULL: all of it. "" when s is NULL. */
ROSTER_API size_t roster_write_models_json(const roster_snapshot *s, const roster_models_choice *choice, char *out, size_t size);
/* The document of all providers. */
ROSTER_API size_t roster_write_providers_json(const roster_snapshot *s, char *out, size_t size);
/* A model with everything that led to its state: the origins of its fields, its requests, its reason. */
ROSTER_API size_t roster_write_explain_json(const roster_snapshot *s, const char *id, char *out, size_t size);
/* The request that a host would send to a model, part by part: address, headers, where the key goes, body, and the curl command. No
 * secrets. Needs a registry with roster_options.keep_requests. */
ROSTER_API size_t roster_write_request_json(const roster_snapshot *s, const char *id, char *out, size_t size);
/* The model that a stored id means, as roster_resolve finds it. */
ROSTER_API size_t roster_write_resolve_json(const roster_snapshot *s, const char *id, char *out, size_t size);

typedef enum roster_change_kind { ROSTER_ADDED, ROSTER_REMOVED, ROSTER_CHANGED, ROSTER_DEFAULT_CHANGED } roster_change_kind;

/* One difference between two snapshots. Valid during the callback; the models are borrowed from the snapshots. */
typedef struct roster_change {
  roster_change_kind kind;
  const char *id; /* of the model; ROSTER_DEFAULT_CHANGED: of the new default, "" for none */
  const roster_model *before;
  const roster_model *after; /* ROSTER_REMOVED: has the reason why it is not usable; NULL when it is no longer defined */
  const char *const *fields; /* ROSTER_CHANGED: the names of the fields that differ */
  size_t field_count;
} roster_change;

/* Calls on_change (may be NULL), on the calling thread, for each difference between two snapshots that matters to a host: models added,
 * removed or changed, then the default. Either snapshot may be NULL: then nothing was usable. When, how fast and by which request a model
 * was proved is not a change. Returns the number of differences. */
ROSTER_API size_t roster_each_change(const roster_snapshot *before, const roster_snapshot *after,
                                     void (*on_change)(void *payload, const roster_change *change), void *payload);
/* The same differences as a document:
 * {"added":[id...],"removed":[{"id","state","reason"}...],"changed":[{"id","fields":[...]}...],"default":{"from","to","changed"}}.
 * `changed` names the fields that differ of models that stayed usable. */
ROSTER_API size_t roster_write_changes_json(const roster_snapshot *before, const roster_snapshot *after, char *out, size_t size);
/* The {"error":...} document of an error. */
ROSTER_API size_t roster_write_error_json(const roster_error *err, char *out, size_t size);

/* ---- choosing by need --------------------------------------------------------------------------------------------------- */

/* The needs that a model can be asked to meet, in the order in which they are checked. */
typedef enum roster_need {
  ROSTER_NEED_TOOLS = 0,
  ROSTER_NEED_VISION, /* it accepts images */
  ROSTER_NEED_REASONING,
  ROSTER_NEED_JSON_SCHEMA,
  ROSTER_NEED_CONTEXT,
  ROSTER_NEED_MAX_OUTPUT,
  ROSTER_NEED_MAX_PRICE,
  ROSTER_NEED_MAX_OUTPUT_PRICE,
  ROSTER_NEED_PROVIDER,
  ROSTER_NEED_FAMILY,
  ROSTER_NEED_PROVED
} roster_need;

/* "tools", "json_schema", "max_price" ...: its name in definitions and documents; static, NULL past the end. */
ROSTER_API const char *roster_need_name(roster_need need);

/* What the model has to meet. What is unknown of a model counts as not met. */
typedef struct roster_needs {
  size_t size; /* sizeof (roster_needs), set by ROSTER_NEEDS_INIT */
  bool tools;
  bool vision;
  bool reasoning;
  bool json_schema;
  int64_t context_tokens;    /* at least so many; 0: any. So is the next */
  int64_t max_output_tokens; /* an answer may have at least so many */
  double max_price;          /* US dollars per million input tokens of a short prompt, at most; negative: any. So is the next */
  double max_output_price;   /* the same for output tokens */
  const char *provider_id;   /* NULL: any; so is the next */
  const char *family;        /* "claude-opus" */
  const char *const *proved; /* what a request has proved: "chat", "tools", "vision", "json", "stream", "cache", "system", "reasoning" */
  size_t proved_count;       /* "chat" is proved by a billed request that was answered; nothing proves the others yet */
  bool maybe;                /* an unknown or unproved property of a model counts as met */
  bool unasked;              /* rank the models that have their credential, checked or not; where none has, all that are not
                                disabled */
} roster_needs;

#define ROSTER_NEEDS_INIT                                                                                                                  \
  { sizeof(roster_needs), false, false, false, false, 0, 0, -1, -1, NULL, NULL, NULL, 0, false, false }

/* How many of the candidates meet all needs, and how many fail each need. A model counts at the first need that it fails, so `count` and
 * all of `fell_out` add up to `candidates`. */
typedef struct roster_pick_counts {
  size_t size;         /* sizeof (roster_pick_counts), set by the caller */
  size_t candidates;   /* usable models that chat */
  size_t count;        /* that meet all needs */
  size_t fell_out[16]; /* by roster_need */
} roster_pick_counts;

/* Ranks the usable models that chat and meet all needs (NULL: all of them): the best `room` of them are written to `out`, best first, and
 * NULL into the rest of it. Recommended models come first; then newer ones, neither legacy nor deprecated, then by day of release; then
 * cheaper ones by input, then by output; then by the picker's order. A model without a date counts as the oldest, one without a price as
 * the most expensive. Models that the definitions place behind another (`shadows`) come after those that they do not, and a mock comes
 * last. `counts` may be NULL, and `out` where `room` is 0. Allocates nothing. Errors: ROSTER_EINVALID, ROSTER_ENONE (the message has the
 * number of models that fail each need). */
ROSTER_API roster_status roster_pick(const roster_model **out, size_t room, roster_pick_counts *counts, const roster_snapshot *s,
                                     const roster_needs *needs, roster_error *err);
/* The same as a document, with each model as roster_write_model_json writes it, only the best one unless `all`:
 * {"models":[{"id"...}...],"candidates":12,"fell_out":{"tools":3...}}. Works like snprintf: returns the full length. */
ROSTER_API size_t roster_write_pick_json(const roster_snapshot *s, const roster_needs *needs, bool all, char *out, size_t size);

/* ---- retirements ------------------------------------------------------------------------------------------------------- */

/* A model that goes away. Borrowed from the snapshot. */
typedef struct roster_retirement {
  const roster_model *model;  /* usable or not */
  const char *day;            /* "2026-12-11"; "2026-12" where only the month is known, which counts as its first day */
  const char *replacement;    /* the id to use instead; "" when none */
  int64_t days;               /* from the day of the snapshot until then; negative: it is over, and the model is still usable or used */
  const char *const *used_by; /* "default", "role cheap": it is chosen for it, or its list names it; "in use": roster_note_used of late */
  size_t used_count;          /* 0: no use of it is known */
} roster_retirement;

/* Models whose block or provider names the day on which they retire, the first day first. */
ROSTER_API size_t roster_retirement_count(const roster_snapshot *s);
ROSTER_API const roster_retirement *roster_retirement_at(const roster_snapshot *s, size_t index); /* NULL past the end */
/* Those within so many days (negative: all) as a document:
 * {"day","retirements":[{"id","provider","provider_id","retires","days","replacement","state","used_by":[...]}...]}. Works like snprintf:
 * returns the full length. */
ROSTER_API size_t roster_write_retirements_json(const roster_snapshot *s, int64_t within_days, char *out, size_t size);

/* ---- one model -------------------------------------------------------------------------------------------------------- */

typedef enum roster_state {
  ROSTER_READY = 0,
  ROSTER_DISABLED,
  ROSTER_NO_CREDENTIAL,
  ROSTER_BAD_CREDENTIAL,
  ROSTER_NO_ACCESS,
  ROSTER_NO_QUOTA,
  ROSTER_NOT_LISTED,
  ROSTER_PENDING,
  ROSTER_RATE_LIMITED,
  ROSTER_UNREACHABLE,
  ROSTER_PROVIDER_ERROR,
  ROSTER_UNPROVEN
} roster_state;

ROSTER_API const char *roster_state_name(roster_state state); /* "ready", "no_credential" ...; static, never NULL */

/* Why a model cannot be used, as a token of a closed list; roster_model_reason is the same as a sentence. The list grows at its end. */
typedef enum roster_reason {
  ROSTER_REASON_NONE = 0,          /* it is ready */
  ROSTER_REASON_NOT_ASKED,         /* not checked yet */
  ROSTER_REASON_MODEL_DISABLED,    /* its block has enabled = false */
  ROSTER_REASON_PROVIDER_DISABLED, /* its provider is not enabled */
  ROSTER_REASON_RULE_REFUSED,
  ROSTER_REASON_PROTOCOL_UNSPOKEN, /* not among roster_options.host_protocols */
  ROSTER_REASON_SETTING_UNSET,     /* a variable that the provider's address needs */
  ROSTER_REASON_ADDRESS_MISSING,
  ROSTER_REASON_ADDRESS_INVALID, /* not an address, or one that would send the key in the clear */
  ROSTER_REASON_HEADER_STOPPED,  /* the gateway does not pass on a header that the model needs */
  ROSTER_REASON_KEY_UNSET,
  ROSTER_REASON_KEY_UNREADABLE, /* the file that should hold it is unreadable or empty */
  ROSTER_REASON_KEY_MALFORMED,  /* its value cannot be sent as a key */
  ROSTER_REASON_KEY_PENDING,    /* the host, or a helper that has not run yet, will supply it */
  ROSTER_REASON_KEY_EXPIRED,    /* one from roster_options.credential or from a helper */
  ROSTER_REASON_HELPER_RUNNING,
  ROSTER_REASON_HELPER_FAILED,
  ROSTER_REASON_KEY_RENEWING, /* it was refused, and its helper runs again */
  ROSTER_REASON_KEY_MISSING,  /* none is defined, and the provider requires one */
  ROSTER_REASON_KEY_REFUSED,
  ROSTER_REASON_NOT_RUNNING, /* nothing listens there on this machine */
  ROSTER_REASON_NAME_NOT_FOUND,
  ROSTER_REASON_CONNECT_FAILED,
  ROSTER_REASON_TLS_FAILED,
  ROSTER_REASON_TIMED_OUT,
  ROSTER_REASON_CONNECTION_LOST,   /* before the response was complete */
  ROSTER_REASON_TIME_OVER,         /* the time for its endpoint ran out before its request was sent */
  ROSTER_REASON_NOT_SENT,          /* the transport did not accept the request */
  ROSTER_REASON_UNREACHABLE,       /* no response, for any other cause */
  ROSTER_REASON_REDIRECTED,        /* redirects are not followed */
  ROSTER_REASON_ANSWER_UNUSABLE,   /* too large, or not HTTP */
  ROSTER_REASON_PAGE_NOT_API,      /* not JSON: a sign-in page or a proxy */
  ROSTER_REASON_PROTOCOL_MISMATCH, /* not a response of the protocol */
  ROSTER_REASON_NOT_SERVED_HERE,   /* no such path there */
  ROSTER_REASON_PROVIDER_FAILED,
  ROSTER_REASON_RATE_LIMITED,
  ROSTER_REASON_NO_QUOTA,
  ROSTER_REASON_NO_ACCESS,
  ROSTER_REASON_MODEL_UNKNOWN, /* according to the provider */
  ROSTER_REASON_NOT_LISTED,    /* absent from a complete listing */
  ROSTER_REASON_RETIRED,       /* the provider says so, or it is unknown there and its block has a retirement date that has passed */
  ROSTER_REASON_KIND_UNKNOWN,  /* no block defines it, and neither its listing nor its name shows its kind */
  ROSTER_REASON_NO_FREE_CHECK,
  ROSTER_REASON_LISTING_UNREADABLE,
  ROSTER_REASON_LISTING_PROVES_NOTHING, /* it was read, but does not show what the key may use */
  ROSTER_REASON_GATEWAY_ANSWERS,        /* the gateway answers free lookups itself */
  ROSTER_REASON_PROOF_REFUSED,          /* the provider rejected the proof's request as invalid */
  ROSTER_REASON_PROOF_MISSING,          /* its protocol defines no minimal request */
  ROSTER_REASON_SCRIPT_FAILED,          /* a function of the definitions failed: no verdict about the provider */
  ROSTER_REASON_ACCOUNT_REFUSED,        /* the key is good, but its account or organization may not use this */
  ROSTER_REASON_REGION_REFUSED,         /* not served in the region from which it was asked */
  ROSTER_REASON_POLICY_REFUSED,         /* a policy of the account, or of the network, rules it out */
  ROSTER_REASON_SERVICE_ENDED,          /* the provider says that the service is gone, for good or for now */
  ROSTER_REASON_SETTING_INVALID,        /* a variable that a block depends on has a value that cannot be used */
  ROSTER_REASON_KEY_PLACEHOLDER,        /* a reference or a placeholder is where the key should be */
  ROSTER_REASON_KEY_NOT_CHECKED,        /* the host answers a made-up key in the same way, so its answers prove nothing */
  ROSTER_REASON_KEY_CHECK_OPEN,         /* this time the host's answer to a made-up key gave no result */
  ROSTER_REASON_PROXY_REFUSED,          /* a proxy wants a sign-in */
  ROSTER_REASON_KIND_OTHER,             /* the provider states another kind than its block, which without one means chat */
  ROSTER_REASON_PROTOCOL_OTHER,         /* the provider serves it in another protocol */
  ROSTER_REASON_MODEL_INACTIVE,         /* the provider lists it as switched off */
  ROSTER_REASON_MODEL_REFUSED,          /* the answer to a billed request names the model and refuses it */
  ROSTER_REASON_SERVED_BY_OTHER,        /* of a ready model: the answer names another model, see roster_model_served; of one that is not
                                         * listed: its provider answers its name with another model, see roster_model_answered_by */
  ROSTER_REASON_NOT_BILLED,             /* only a billed request proves it, and none was asked for */
  ROSTER_REASON_BILLED_BUDGET_SPENT,    /* only a billed request proves it, and no more are sent today */
  ROSTER_REASON_TRANSPORT_FAILED /* the transport itself failed, or the host's broke its contract: nothing is known about the provider */
} roster_reason;

/* Where the cause lies. Where a request went through a gateway or an override, its response is the one that counts. */
typedef enum roster_blame {
  ROSTER_BLAME_NONE = 0,
  ROSTER_BLAME_PROVIDER,
  ROSTER_BLAME_GATEWAY,
  ROSTER_BLAME_OVERRIDE, /* the server at an override's address, or where a rule leads */
  ROSTER_BLAME_DEFINITIONS,
  ROSTER_BLAME_NETWORK,
  ROSTER_BLAME_THIS_MACHINE /* its environment, files, helpers and programs */
} roster_blame;

ROSTER_API const char *roster_reason_name(roster_reason reason); /* "key_unset", "page_not_api" ...; static, never NULL */
ROSTER_API const char *roster_blame_name(roster_blame blame);    /* "none", "provider", "this_machine" ...; static, never NULL */

/* Yes, no, or unknown. */
typedef enum roster_tri { ROSTER_UNKNOWN = -1, ROSTER_NO = 0, ROSTER_YES = 1 } roster_tri;

ROSTER_API const char *roster_model_id(const roster_model *m);
/* The id of its block, which scripts and cache files have: another one for a spelling of the host's (roster_options.ids) and for a variant
 * of a model. The same for all lines of one model; understood wherever an id is. */
ROSTER_API const char *roster_model_canonical_id(const roster_model *m);
ROSTER_API const roster_provider *roster_model_provider(const roster_model *m);
ROSTER_API const char *roster_model_api_name(const roster_model *m); /* the name sent on the wire; not unique */
ROSTER_API const char *roster_model_protocol(const roster_model *m);
ROSTER_API const char *roster_model_description(const roster_model *m);
ROSTER_API int64_t roster_model_context_window(const roster_model *m); /* tokens; 0 when unknown, as for the next two */
ROSTER_API int64_t roster_model_max_input_tokens(const roster_model *m);
ROSTER_API int64_t roster_model_max_output_tokens(const roster_model *m);
ROSTER_API bool roster_model_recommended(const roster_model *m);
ROSTER_API bool roster_model_discovered(const roster_model *m); /* found in its provider's listing; no block defines it */
/* The names of the fields whose origin documents show. NULL past the end. */
ROSTER_API const char *roster_origin_field_at(size_t index);
/* Writes where a field's value comes from, given the field's name in the definitions: "models.lua:12", "live listing", or "default" when it
 * is not set; "" when there is no such field. Works like snprintf: returns the full length. */
ROSTER_API size_t roster_model_write_origin(const roster_model *m, const char *field, char *out, size_t size);
/* Where the model's block and its provider disagree, one sentence for each field: "context_window is 200000 here and 1000000
 * in the listing". For limits, capabilities and retirement the getters return the provider's value, for everything else the block's. NULL
 * past the end. */
ROSTER_API const char *roster_model_disagreement_at(const roster_model *m, size_t index);
/* A warning that the model retires soon, or should have by now, and its replacement, as of this snapshot; "" when there is none. The model
 * is offered for as long as validation proves it; its replacement is never used in its place. */
ROSTER_API const char *roster_model_warning(const roster_model *m);
/* The id of the model that this discovered one is a snapshot of: its name with a date behind it, or another name by which the listing
 * has it. Lists of usable models leave snapshots out; they are reached by their ids. "" when it is not a snapshot. */
ROSTER_API const char *roster_model_snapshot_of(const roster_model *m);
/* The ids of the snapshots of this model. NULL past the end. */
ROSTER_API const char *roster_model_snapshot_at(const roster_model *m, size_t index);
/* The id of a usable model that the definitions prefer to this one (`shadows`): a picker shows this one further down. "" when none. */
ROSTER_API const char *roster_model_shadowed_by(const roster_model *m);
/* What the model can do. ROSTER_NO only where a block, an answer or a proof states it; ROSTER_UNKNOWN, which is not zero, otherwise:
 * compare with ROSTER_YES. */
ROSTER_API roster_tri roster_model_reasoning(const roster_model *m);
ROSTER_API roster_tri roster_model_reasoning_toggle(const roster_model *m); /* whether reasoning can be switched off */
/* The smallest and the largest budget of reasoning tokens; -1 when unknown. */
ROSTER_API int64_t roster_model_reasoning_budget_min(const roster_model *m);
ROSTER_API int64_t roster_model_reasoning_budget_max(const roster_model *m);
ROSTER_API roster_tri roster_model_interleaved(const roster_model *m); /* whether it thinks between tool calls too */
/* The member of a message that carries its thinking in both directions, "reasoning_content"; "" when unknown. */
ROSTER_API const char *roster_model_interleaved_field(const roster_model *m);
ROSTER_API roster_tri roster_model_tool_call(const roster_model *m);
ROSTER_API roster_tri roster_model_structured_output(const roster_model *m); /* whether its answers can follow a JSON schema */
ROSTER_API roster_tri roster_model_temperature(const roster_model *m);       /* whether a temperature can be set */
ROSTER_API roster_tri roster_model_attachment(const roster_model *m);        /* whether files can be attached */
ROSTER_API roster_tri roster_model_open_weights(const roster_model *m);      /* whether its weights can be downloaded */
ROSTER_API const char *roster_model_family(const roster_model *m);           /* "" when unknown; so are the next texts */
/* "chat", "embedding", "rerank", "image", "speech", "transcription", "moderation", "video", "other"; "" when unknown. */
ROSTER_API const char *roster_model_kind(const roster_model *m);
ROSTER_API const char *roster_model_tier(const roster_model *m);             /* "flagship", "balanced", "fast", "specialist" */
ROSTER_API const char *roster_model_release_date(const roster_model *m);     /* "2026-09-24" */
ROSTER_API const char *roster_model_last_updated(const roster_model *m);     /* the day of its latest revision */
ROSTER_API const char *roster_model_knowledge_cutoff(const roster_model *m); /* "2026-06" */
ROSTER_API const char *roster_model_status(const roster_model *m);           /* "current", "legacy", "deprecated", "beta" */
ROSTER_API const char *roster_model_deprecated(const roster_model *m);       /* the date on which its provider deprecated it */
ROSTER_API const char *roster_model_retires(const roster_model *m);          /* the date it is shut down */
ROSTER_API const char *roster_model_replacement(const roster_model *m);      /* the id to use instead; "" when none */
/* The id of the model that the provider serves under this one's name, from the day of roster_model_retires on, or already now if there is
 * no such day: from then on this one is not offered. "" when none. */
ROSTER_API const char *roster_model_answered_by(const roster_model *m);

typedef enum roster_price {
  ROSTER_PRICE_INPUT = 0,
  ROSTER_PRICE_OUTPUT,
  ROSTER_PRICE_CACHE_READ,
  ROSTER_PRICE_CACHE_WRITE,
  ROSTER_PRICE_REASONING, /* where it is not that of output */
  ROSTER_PRICE_INPUT_AUDIO,
  ROSTER_PRICE_OUTPUT_AUDIO,
  ROSTER_PRICE_IMAGE, /* of one image, not of a million tokens */
  ROSTER_PRICE_BATCH_INPUT,
  ROSTER_PRICE_BATCH_OUTPUT
} roster_price;

ROSTER_API const char *roster_price_name(roster_price price); /* "input", "cache_read" ...: its name in definitions and documents; static */
/* In US dollars per million tokens, for a short prompt on the day of the snapshot (roster_snapshot_day); negative when unknown. */
ROSTER_API double roster_model_price(const roster_model *m, roster_price price);

typedef struct roster_prices roster_prices; /* all the prices that hold together; borrowed from its snapshot */

/* What holds for a short prompt on the day of the snapshot. NULL when no price is known. */
ROSTER_API const roster_prices *roster_model_prices(const roster_model *m);
ROSTER_API double roster_prices_get(const roster_prices *p, roster_price price); /* negative when unknown */
/* The tiers for longer prompts, in order: what every token of a request costs whose prompt has more than *above tokens. NULL past the end,
 * and of a tier. `above` may be NULL. */
ROSTER_API const roster_prices *roster_prices_tier_at(const roster_prices *p, size_t index, int64_t *above);
/* The changes to come, in order: what holds from the day *from on ("2026-12-01", UTC), with its own tiers. NULL past the end, and of a tier
 * or a change. `from` may be NULL. */
ROSTER_API const roster_prices *roster_prices_change_at(const roster_prices *p, size_t index, const char **from);

/* How many tokens a request reads and writes. Initialize with ROSTER_USAGE_INIT.
 * `input_tokens` is the complete prompt, including tokens read from and written to the cache: `prompt_tokens` or `input_tokens` of OpenAI's
 * reports, `promptTokenCount` of Gemini's, and of Anthropic's the sum of `input_tokens`, `cache_read_input_tokens` and
 * `cache_creation_input_tokens`. */
typedef struct roster_usage {
  size_t size;
  int64_t input_tokens;
  int64_t cache_read_tokens;  /* of those, read from the cache */
  int64_t cache_write_tokens; /* of those, written to it, at a separate price */
  int64_t output_tokens;      /* including reasoning */
} roster_usage;

#define ROSTER_USAGE_INIT                                                                                                                  \
  { sizeof(roster_usage), 0, 0, 0, 0 }

/* What a request costs, in US dollars; negative where a price that it needs is not known. */
typedef struct roster_cost {
  size_t size;      /* set by the caller */
  double usd;       /* all of it */
  double input_usd; /* of the prompt tokens that are neither read from nor written to the cache */
  double output_usd;
  double cache_read_usd;
  double cache_write_usd;
  int64_t tier; /* the tier that holds: the prompt has more tokens than this; 0: none does */
  char on[11];  /* the day, "2026-11-30" */
} roster_cost;

#define ROSTER_COST_INIT                                                                                                                   \
  { sizeof(roster_cost), -1, -1, -1, -1, -1, 0, "" }

/* Computes what a request costs on a day (UTC); NULL: today, by the clock. The size of the complete prompt selects the tier, whose prices
 * apply to all tokens of the request, the answer included. ROSTER_EINVALID for impossible counts, for an invalid day, and where the size of
 * `out` or `usage` is not set. */
ROSTER_API roster_status roster_model_cost(roster_cost *out, const roster_model *m, const roster_usage *usage, const char *day,
                                           roster_error *err);

/* Lists of strings. NULL past the end. */
ROSTER_API const char *roster_model_alias_at(const roster_model *m, size_t index);
ROSTER_API const char *roster_model_formerly_at(const roster_model *m, size_t index);
/* What it reads and gives: "text", "image", "pdf", "audio", "video". None where unknown: see roster_model_field_known. */
ROSTER_API const char *roster_model_input_modality_at(const roster_model *m, size_t index);
ROSTER_API const char *roster_model_output_modality_at(const roster_model *m, size_t index);
ROSTER_API const char *roster_model_reasoning_level_at(const roster_model *m, size_t index);

/* Words that a deployer gave it for hosts; roster itself does not use them. NULL past the end. */
ROSTER_API const char *roster_model_tag_at(const roster_model *m, size_t index);
/* What a deployer added for hosts, `extra = { tool_search = true }`, as one JSON object with its members sorted by name; "{}" when nothing.
 * roster itself does not use it. */
ROSTER_API const char *roster_model_extra(const roster_model *m);

typedef enum roster_field_type {
  ROSTER_FIELD_TEXT = 0,
  ROSTER_FIELD_CHOICE, /* a string from a closed list */
  ROSTER_FIELD_DATE,   /* "2026-09-24" or "2026-06" */
  ROSTER_FIELD_COUNT,
  ROSTER_FIELD_PRICE, /* see roster_model_price */
  ROSTER_FIELD_LIST,  /* of strings */
  ROSTER_FIELD_FLAG,
  ROSTER_FIELD_TRI,   /* a flag that may be unknown */
  ROSTER_FIELD_EXTRA, /* an object: see roster_model_extra */
  ROSTER_FIELD_RANGE  /* see roster_model_reasoning_budget_min */
} roster_field_type;

/* Describes one field that definitions set and documents show, so that a host can iterate over all of them. Static; grows at its end. */
typedef struct roster_field {
  size_t index;
  const char *name; /* as in definitions and documents */
  roster_field_type type;
  const char *unit;  /* "tokens" ...; NULL for none */
  const char *doc;   /* a short description */
  const char *words; /* the label shown with a value ("released", "context window"); "": none; NULL: the value needs its own phrase */
  const char *const *choices; /* the allowed strings, NULL-terminated; NULL: any */
  const char *upstream;       /* its path in a models.dev catalogue ("limit.context"); NULL when it has none */
  bool fact;                  /* only describes the model: it affects neither where a request goes nor which key it uses */
} roster_field;

/* Returns the index-th field; NULL past the end. */
ROSTER_API const roster_field *roster_field_at(size_t index);
/* The value of a string, choice or date field, "" when unknown; of an extra field its JSON. The next ones serve the other types. */
ROSTER_API const char *roster_model_field_text(const roster_model *m, const roster_field *f);
ROSTER_API int64_t roster_model_field_count(const roster_model *m, const roster_field *f); /* 0 when unknown */
ROSTER_API roster_tri roster_model_field_flag(const roster_model *m,
                                              const roster_field *f); /* for ROSTER_FIELD_FLAG and ROSTER_FIELD_TRI */
/* The index-th string of a list field; NULL past the end. */
ROSTER_API const char *roster_model_field_item(const roster_model *m, const roster_field *f, size_t index);
/* Whether the value is known: false where documents have null. This distinguishes an unknown list of modalities from an empty
 * one; every other list is known. */
ROSTER_API bool roster_model_field_known(const roster_model *m, const roster_field *f);

/* The context window, in tokens, that hosts once assumed for this stored id; 0 when it never differed from context_window. */
ROSTER_API int64_t roster_model_assumed_window(const roster_model *m, const char *id);

/* How to reach the model, as the rules decided. "" when no rule chose an address. */
ROSTER_API const char *roster_model_url(const roster_model *m);    /* where a host sends its chat requests */
ROSTER_API const char *roster_model_rule(const roster_model *m);   /* the rule that decided */
ROSTER_API const char *roster_model_source(const roster_model *m); /* "$ANTHROPIC_API_KEY", "gateway main", "keyless"; never the value */
ROSTER_API const char *roster_model_defined_at(const roster_model *m); /* "models.lua:12" */
/* The headers of every request to this model that hold no secret, as they are sent, in order. NULL past the end. */
ROSTER_API const roster_header *roster_model_header_at(const roster_model *m, size_t index);

/* The verdict and its evidence. */
ROSTER_API roster_state roster_model_state(const roster_model *m);
ROSTER_API bool roster_model_usable(const roster_model *m);              /* for its kind; in roster_at's list if that is chat */
ROSTER_API bool roster_model_configured(const roster_model *m);          /* enabled, with its credential or needing none; never the mock */
ROSTER_API bool roster_model_stale(const roster_model *m);               /* kept from an earlier snapshot */
ROSTER_API const char *roster_model_stale_reason(const roster_model *m); /* "" when not stale */
ROSTER_API const char *
roster_model_stage(const roster_model *m); /* the stage that decided: "config", "credential", "list", "prove", "generate" */
/* The model that an answer named, where it is another than the one that was asked for, and not its alias or a date of it; "" otherwise.
 * roster_model_warning has it as a sentence. */
ROSTER_API const char *roster_model_served(const roster_model *m);
ROSTER_API int roster_model_http_status(const roster_model *m);    /* 0 when no response decided */
ROSTER_API const char *roster_model_reason(const roster_model *m); /* a sentence; "" when ready */
ROSTER_API const char *roster_model_hint(const roster_model *m);   /* what to do next; "" when ready */
/* The reason as data; of a stale model, that of roster_model_stale_reason. */
ROSTER_API roster_reason roster_model_reason_code(const roster_model *m);
ROSTER_API roster_blame roster_model_blame(const roster_model *m);
ROSTER_API const char *roster_model_said(const roster_model *m);       /* the message in the response, redacted; "" when none */
ROSTER_API const char *roster_model_checked_at(const roster_model *m); /* RFC 3339, UTC; "" when never checked */
ROSTER_API long roster_model_latency_ms(const roster_model *m);        /* of the response that decided; -1 when none did */
ROSTER_API const roster_request *roster_model_request_at(const roster_model *m,
                                                         size_t index); /* requests sent for it, in order; NULL past the end */

ROSTER_API const char *roster_request_stage(const roster_request *q);
ROSTER_API const char *roster_request_method(const roster_request *q);
ROSTER_API const char *roster_request_url(const roster_request *q);
ROSTER_API int roster_request_status(const roster_request *q); /* HTTP; 0 when there was no response */
ROSTER_API long roster_request_latency_ms(const roster_request *q);
/* "ready", "missing", "bad_credential" ...; of a control request, whose key is made up: "refused", "alike" ... */
ROSTER_API const char *roster_request_outcome(const roster_request *q);

/* ---- the service: how a host sends its own requests --------------------------------------------------------------------- */

/* Where a host puts the key of a request. */
typedef enum roster_auth {
  ROSTER_AUTH_NONE = 0, /* nowhere: no key is needed, or the gateway adds it */
  ROSTER_AUTH_HEADER,   /* see roster_service_auth_header and roster_service_auth_scheme */
  ROSTER_AUTH_AWS_SIGV4 /* it signs the request */
} roster_auth;

ROSTER_API const char *roster_auth_name(roster_auth place); /* "none", "header", "aws_sigv4"; static, never NULL */

typedef struct roster_service roster_service; /* how to reach one model; borrowed from its snapshot */
typedef struct roster_headers roster_headers; /* headers with their secrets; owned by the caller */

/* Returns the service of a model, ready or not; NULL when it is disabled or has no address. */
ROSTER_API const roster_service *roster_model_service(const roster_model *m);
ROSTER_API const roster_model *roster_service_model(const roster_service *v); /* for limits, prices and capabilities */
ROSTER_API const char *roster_service_method(const roster_service *v);        /* "POST" */
ROSTER_API const char *roster_service_url(const roster_service *v);
ROSTER_API const char *roster_service_api_name(const roster_service *v);
ROSTER_API const char *roster_service_protocol(const roster_service *v);
/* What the protocol's official SDK takes as its base URL, so that it sends its requests to roster_service_url; "" where no base URL leads
 * there. */
ROSTER_API const char *roster_service_sdk_base_url(const roster_service *v);
/* The version of the API that such an SDK must be given, "v1beta", where its base URL does not contain one; "" elsewhere. */
ROSTER_API const char *roster_service_sdk_api_version(const roster_service *v);
/* Where the key goes: the header, "" unless it goes into one, and what precedes the key in it, "Bearer" or "". The other headers are those
 * of roster_model_header_at, and content-type. */
ROSTER_API roster_auth roster_service_auth(const roster_service *v);
ROSTER_API const char *roster_service_auth_header(const roster_service *v);
ROSTER_API const char *roster_service_auth_scheme(const roster_service *v);
/* The environment variable that holds the key; "" when it comes from elsewhere. */
ROSTER_API const char *roster_service_auth_variable(const roster_service *v);
/* How such a request travels, according to the blocks, as roster's own requests do: the proxy, a PEM bundle of authorities to trust in
 * place of the system's, a PEM client certificate and its key. Each is "" where the blocks name none. */
ROSTER_API const char *roster_service_proxy(const roster_service *v);
ROSTER_API const char *roster_service_ca_file(const roster_service *v);
ROSTER_API const char *roster_service_client_cert(const roster_service *v);
ROSTER_API const char *roster_service_client_key(const roster_service *v);
/* Members to add to the request body, as a JSON object: "{}", or {"tags":{...}} from LLM_REQUEST_TAGS. */
ROSTER_API const char *roster_service_body(const roster_service *v);

/* Gives the headers of one request to this service, including the credential's; the host adds content-type and accept itself. Secrets leave
 * roster only here. The credential is looked up again at each call, so a key that was replaced or renewed is used at once. The caller
 * closes *out with roster_headers_close, which wipes it. `v` must belong to a held snapshot of this registry. Runs on the calling thread.
 * Errors: ROSTER_EINVALID (also for a service of another registry), ROSTER_ENOMEM, ROSTER_EPENDING (the credential is not available yet;
 * try again after the next snapshot), ROSTER_ENOTREADY (there is no credential, it cannot be sent, or it signs each request: the message
 * explains), ROSTER_EFORKED, ROSTER_ECANCELLED. An interactive helper without a key is run by this call. If the run fails, callers that got
 * ROSTER_EPENDING get ROSTER_ENOTREADY with the reason when they try again, so that a host that retries does not start one sign-in after
 * another; a call five seconds later or more starts a new run. */
ROSTER_API roster_status roster_service_headers(roster_headers **out, roster *r, const roster_service *v, roster_error *err);
ROSTER_API size_t roster_headers_count(const roster_headers *h);
ROSTER_API const roster_header *roster_headers_at(const roster_headers *h, size_t index); /* NULL past the end */
ROSTER_API void roster_headers_close(roster_headers *h);                                  /* wipes and frees them */

/* Reports the HTTP status that a request of the host's got; 0, or any other number outside 100 to 999: no response came. 401 and 403 drop a
 * helper's credential and run the helper again, unless it is interactive, and bring the next refresh forward where roster_refresh_every or
 * roster_watch runs; so do 402, 404 and 410 where there is a billed proof. All of these end a billed proof of that model, and of no other.
 * 200 to 299 confirm the credential: the next refusal counts as the first. *retry (may be NULL) becomes whether to send the request once
 * more with new headers: only where a helper supplies the credential, and not when it has supplied two refused ones within a minute. Report
 * each request that had headers of roster_service_headers: while one that had the former credential is not reported on, a refusal within a
 * minute is taken for that one's. A page or a bot challenge is not the provider's answer, whatever its status: report it as 0. Errors:
 * ROSTER_EINVALID (also for a service of another registry), ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_report(roster *r, const roster_service *v, int http_status, bool *retry);

/* ---- credential helpers -------------------------------------------------------------------------------------------------- */

/* The status of the LLM_API_KEY_HELPER, else of the first provider's helper, as of this snapshot: "not_configured", "idle" (not run yet),
 * "running", "valid", "required" (somebody has to sign in) or "failed". It is as old as the snapshot:
 * roster_read_credential_status has the current one. */
ROSTER_API const char *roster_credential_status(const roster_snapshot *s);

/* Where the key of one provider is, now. */
typedef struct roster_credential_state {
  size_t size; /* sizeof (roster_credential_state), set by ROSTER_CREDENTIAL_STATE_INIT */
  /* Static. "not_configured": no key and no helper; "pending": the helper has not run yet, or a key has not been tried yet; "running": the
   * helper runs; "valid": there is a key, and the latest verdict does not say otherwise; "required": the key has expired, was refused or
   * was dropped, so somebody has to sign in or set another; "failed": the helper's last run gave no key. */
  const char *status;
  bool interactive;      /* the helper runs only when the host asks */
  int exit_code;         /* of the helper's last run; -1: none, as of one that a signal ended or that was killed at its timeout */
  uint64_t run;          /* the number of the helper's current or last run; 0: it has not run yet, or there is no helper */
  char provider_id[128]; /* as in roster_helper_event: "" for LLM_API_KEY_HELPER */
  char source[256];      /* "$ACME_API_KEY", "helper vault"; "" when there is none */
  char since[32];        /* RFC 3339, UTC: since when this is so; of a valid key, when it was printed or written; "" when unknown */
  char until[32];        /* RFC 3339, UTC: when the key expires; "" when unknown, and unless the status is "valid" */
  char problem[512];     /* a sentence without secrets: why it is "required" or "failed"; else "" */
} roster_credential_state;

#define ROSTER_CREDENTIAL_STATE_INIT                                                                                                       \
  { sizeof(roster_credential_state), NULL, false, -1, 0, "", "", "", "", "" }

/* Reads the state of this provider's credential; of NULL or "": that of LLM_API_KEY_HELPER, else of the first provider with a helper. It is
 * live: a run that began, or a key that has expired since the snapshot, shows at once. Runs nothing and sends nothing. Errors:
 * ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_EUNKNOWN (no such provider), ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_read_credential_status(roster *r, const char *provider_id, roster_credential_state *out, roster_error *err);

/* Runs the helper of this provider (NULL and "" as above) and nothing else, or joins its run that is under way, so that two
 * simultaneous calls cause one sign-in. While its key is valid nothing is run: see roster_helper_invalidate. Returns at once; when the run
 * has ended, a refresh follows automatically. *run (may be NULL) becomes the number of the run. Errors: ROSTER_EINVALID (also when this
 * provider's key comes from no helper), ROSTER_ENOMEM, ROSTER_EUNKNOWN (no such provider), ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_helper_run(roster *r, const char *provider_id, uint64_t *run, roster_error *err);
/* Drops the helper's key: its status becomes "required" and the next request or roster_helper_run runs it. A run that is under way goes on.
 * Errors: as roster_helper_run. */
ROSTER_API roster_status roster_helper_invalidate(roster *r, const char *provider_id, roster_error *err);
/* Waits until no run of this helper is under way, however it ends; for nothing else, so also while a refresh waits for a slow provider.
 * timeout_ms 0 only looks, a negative one has no limit. Errors: as roster_helper_run, and ROSTER_EPENDING: the time is over and it still
 * runs. roster_close ends it with ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_helper_wait(roster *r, const char *provider_id, long timeout_ms, roster_error *err);

typedef enum roster_helper_event_kind {
  ROSTER_HELPER_STARTED = 0,
  ROSTER_HELPER_LINE = 1,
  ROSTER_HELPER_VALID = 2, /* it has ended and its key is there */
  ROSTER_HELPER_FAILED = 3 /* it has ended without one */
} roster_helper_event_kind;

ROSTER_API const char *roster_helper_event_kind_name(roster_helper_event_kind kind); /* "started", "line", "valid", "failed"; static */

/* What happens to a helper. Valid during the callback. */
typedef struct roster_helper_event {
  roster_helper_event_kind kind;
  const char *provider_id; /* "" for LLM_API_KEY_HELPER */
  uint64_t run;            /* counts the runs of all helpers of this registry, from 1 */
  bool old;                /* passed on to a late subscriber, from a run that is over: a sign-in address in it no longer works */
  bool error;              /* ROSTER_HELPER_LINE: from stderr */
  const char *text;        /* the line; of ROSTER_HELPER_FAILED what went wrong, a sentence; else "" */
  int exit_code;           /* ROSTER_HELPER_VALID and ROSTER_HELPER_FAILED: as in roster_credential_state; else -1 */
} roster_helper_event;

/* Calls on_event for each event so far of each helper's current or last run, on the calling thread, then for each new event, on a thread of
 * roster's, until roster_close or roster_unsubscribe with the same payload. A line is passed on as soon as it cannot be the key:
 * those of stderr, those with a space or "://", and device codes (up to 12 capital letters, digits and dashes) at once, each other line of
 * stdout when the next one follows; the last one is the key, and is not passed on, nor is one that begins like the keys of known makers. A
 * prompt with a space, "://" or a code but without a line end is passed on after 200 ms of silence. on_event must not call roster, nor wait
 * for a thread that does. Errors: ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_EFORKED. */
ROSTER_API roster_status roster_subscribe_helpers(roster *r, void (*on_event)(void *payload, const roster_helper_event *event),
                                                  void *payload, roster_error *err);

/* One line of a helper's output, such as a sign-in URL. The line with the credential is never passed on. Valid during the callback. */
typedef struct roster_helper_line {
  const char *provider_id; /* "" for LLM_API_KEY_HELPER */
  bool error;              /* from stderr */
  const char *text;
} roster_helper_line;

/* Like roster_subscribe_helpers, but lines only, without a mark for runs that are over. */
ROSTER_API roster_status roster_subscribe(roster *r, void (*on_line)(void *payload, const roster_helper_line *line), void *payload,
                                          roster_error *err);
/* Ends the subscription with this payload. Once it returns, its function is not running and is not called again. */
ROSTER_API void roster_unsubscribe(roster *r, void *payload);

/* ---- one provider ------------------------------------------------------------------------------------------------------ */

ROSTER_API size_t roster_provider_count(const roster_snapshot *s);
ROSTER_API const roster_provider *roster_provider_at(const roster_snapshot *s, size_t index); /* NULL past the end */
ROSTER_API const char *roster_provider_id(const roster_provider *p);
ROSTER_API const char *roster_provider_title(const roster_provider *p);
ROSTER_API const char *roster_provider_protocol(const roster_provider *p);
ROSTER_API const char *
roster_provider_endpoint(const roster_provider *p); /* the base URL in use: override, gateway or base_url; "" when none */
ROSTER_API const char *roster_provider_credential_source(const roster_provider *p); /* "$ANTHROPIC_API_KEY", "keyless" ... */
ROSTER_API bool roster_provider_credential_set(const roster_provider *p);
/* When the credential was written to its file or printed by its helper: RFC 3339, UTC; "" when unknown, as for a variable. */
ROSTER_API const char *roster_provider_credential_since(const roster_provider *p);
/* When a helper's or host's key expires, in the same form; "" when unknown. */
ROSTER_API const char *roster_provider_credential_until(const roster_provider *p);
ROSTER_API bool roster_provider_enabled(const roster_provider *p);
ROSTER_API bool roster_provider_discovers(const roster_provider *p); /* offers models that it lists and no block defines */
/* The last block that defines or changes it: "providers.lua:12". */
ROSTER_API const char *roster_provider_defined_at(const roster_provider *p);
ROSTER_API const char *roster_provider_key_prefix_at(const roster_provider *p, size_t index); /* a prefix of its keys; NULL past the end */
/* The words and the JSON object that a deployer gave it, as roster_model_tag_at and roster_model_extra. */
ROSTER_API const char *roster_provider_tag_at(const roster_provider *p, size_t index);
ROSTER_API const char *roster_provider_extra(const roster_provider *p);
/* Whether its listing was read to its end by the latest refresh: ROSTER_UNKNOWN where it was not asked. Only then does a model's absence
 * from it mean anything. */
ROSTER_API roster_tri roster_provider_listed(const roster_provider *p);
/* Why not: "GET https://api.acme.example/v1/models answered 404 (missing)"; "" otherwise. */
ROSTER_API const char *roster_provider_listing_problem(const roster_provider *p);
/* What to do where its credential is set and no model of it is known, which is hardly what was meant: "COHERE_API_KEY is set, but no model
 * of Cohere is defined: write ...", or that the provider has ended; "" otherwise. */
ROSTER_API const char *roster_provider_hint(const roster_provider *p);
/* That the credit it states is less than `validate { warn_credit = ... }`, with the amount; "" otherwise. */
ROSTER_API const char *roster_provider_warning(const roster_provider *p);

/* What a provider stated of the account in its answers to the latest refresh: the lowest of them, as its rate-limit headers and its answer
 * to prove_key have it. Of requests and tokens it is not known which models they are for. Grows at its end. */
typedef struct roster_limits {
  int64_t requests, requests_limit; /* left, and how many there are at most; -1: not stated */
  int64_t tokens, tokens_limit;     /* the same of tokens */
  double credit, credit_limit;      /* in `currency`; below zero where it is overdrawn; NAN: not stated */
  const char *currency;             /* "USD"; "": not stated */
  const char *reset;                /* when requests and tokens are all there again: RFC 3339, UTC; "": not stated */
  const char *at;                   /* when it was stated, in the same form */
} roster_limits;

/* NULL where it stated nothing, or was not asked. */
ROSTER_API const roster_limits *roster_provider_limits(const roster_provider *p);
/* The day on which a source last confirmed the address and the answers in its block: "2026-11-27"; "" when unknown. */
ROSTER_API const char *roster_provider_seen(const roster_provider *p);
/* The day on which it ended or will end; "true" where it has ended and the day is not known; "" otherwise. */
ROSTER_API const char *roster_provider_retired(const roster_provider *p);
ROSTER_API const char *roster_provider_replacement(const roster_provider *p); /* the id of the provider to use instead; "" for none */
ROSTER_API bool roster_provider_ended(const roster_provider *p);              /* that day has come: it is not enabled, and asked nothing */
ROSTER_API size_t roster_provider_defined(const roster_provider *p);          /* models defined */
ROSTER_API size_t roster_provider_ready(const roster_provider *p);            /* models usable */

/* ---- for people who write definitions ---------------------------------------------------------------------------------- */

/* Gives the request that a host would send to this model, ready or not, as a curl command with $NAME in place of the secret. *out is
 * allocated; free it with roster_string_free. With roster_options.keep_requests it comes from the current snapshot. Without, the
 * definitions are read once, which calls the callbacks for findings and sources, and discovered models have no request. Errors: those of
 * roster_resolve and roster_open, ROSTER_EINVALID when the model has no address, ROSTER_EDEFINITIONS when its protocol's script fails,
 * ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_curl_command(char **out, roster *r, const char *id, roster_error *err);
/* The same from a snapshot of a registry with keep_requests; *out is borrowed from the snapshot. Reads and allocates nothing.
 * ROSTER_EINVALID also when requests are not kept. */
ROSTER_API roster_status roster_snapshot_curl_command(const char **out, const roster_snapshot *s, const char *id, roster_error *err);
/* Frees a string that a function of this library allocated. NULL does nothing. */
ROSTER_API void roster_string_free(char *text);
/* Like roster_curl_command, but writes into `out` as snprintf does. *needed (may be NULL) becomes the full length. Without keep_requests
 * every call reads the definitions. Errors: as roster_curl_command. */
ROSTER_API roster_status roster_write_request(roster *r, const char *id, char *out, size_t size, size_t *needed, roster_error *err);
/* What roster_merged_definitions writes. */
typedef struct roster_merged_choice {
  size_t size;            /* sizeof (roster_merged_choice), set by ROSTER_MERGED_CHOICE_INIT */
  const char *const *ids; /* only blocks of these ids: of providers, models by any of their names, gateways, rules, roles, sources ..., or
                             "default" and "validate" */
  size_t id_count;        /* 0: all blocks */
  bool changed;           /* only definitions that are not shipped, as one amendment of the shipped ones */
  bool json;              /* a JSON document in place of Lua text */
  size_t width;           /* in Lua, a place that would make a line longer than this is written above it; 0: none is */
} roster_merged_choice;

#define ROSTER_MERGED_CHOICE_INIT                                                                                                          \
  { sizeof(roster_merged_choice), NULL, 0, false, false, 0 }

/* Reads definitions as roster_open does and gives the merged result: each block with all its fields, as Lua text that could be a file of
 * definitions, with a comment after each field that names the file and line that it comes from. Inherited fields are written out. Functions
 * are not: a comment names the place of each. A secret appears by name, never by value, and other text that looks like a key is masked.
 * `options` and `choice` may be NULL. *out is allocated; free it with roster_string_free. Errors: ROSTER_EINVALID, ROSTER_ENOMEM,
 * ROSTER_ESYSTEM, ROSTER_EDEFINITIONS, ROSTER_EUNKNOWN (no block has one of the ids). */
ROSTER_API roster_status roster_merged_definitions(char **out, const roster_options *options, const roster_merged_choice *choice,
                                                   roster_error *err);
/* Writes the vocabulary of the definition language as a `---@meta` file for editors, as snprintf does. */
ROSTER_API size_t roster_write_meta(char *out, size_t size);
/* Writes the JSON Schema (draft-07) of definitions in JSON, for editors, as snprintf does. */
ROSTER_API size_t roster_write_json_schema(char *out, size_t size);

/* Creates the libcurl transport, for hosts that wrap it; the caller closes it. Only in libroster.a and libroster-curl, which must stay
 * loaded. NULL when out of memory. */
ROSTER_API roster_transport *roster_transport_curl(void);
/* The same with this many threads at most; 0: as roster_transport_curl, above 16: 16. */
ROSTER_API roster_transport *roster_transport_curl_threads(size_t most);

/* The version of the library, "0.1.0"; static. */
ROSTER_API const char *roster_version(void);

#ifdef __cplusplus
}
#endif

#endif
