/* roster.h: a scriptable registry of LLM models.
 *
 * A host asks roster which models it can use right now, how to reach each one, and why not the others. Definitions are Lua
 * files; validation is real HTTP; the answer is an immutable snapshot.
 *
 *     roster *r;
 *     roster_error err;
 *     if (roster_open(&r, NULL, &err) != ROSTER_OK) ...          loads the definitions, contacts nobody
 *     if (roster_refresh(r, &err) != ROSTER_OK) ...              asks the providers, publishes a snapshot
 *     const roster_snapshot *s = roster_acquire(r);
 *     const roster_model *m = roster_find(s, "claude-4.5-opus"); borrowed from s
 *     ...
 *     roster_release(s);
 *     roster_close(r);
 *
 * Conventions. Text is UTF-8 and NUL-terminated. Pointers obtained from a snapshot are borrowed: they live as long as the
 * snapshot is held. Getters that take NULL answer NULL, 0 or false. Functions that can fail answer a roster_status, give their
 * result through the first parameter and take a caller-owned `roster_error *err` last, which may be NULL. `close` and
 * `release` accept NULL. Every function may be called from any thread; callbacks say on which they run. Units stand in the names: _ms,
 * _bytes, _tokens; prices are US dollars per million tokens.
 *
 * What roster does to your process: it starts short-lived threads of its own while it loads and validates (and one that stays, where
 * roster_watch or roster_refresh_every is called, or a credential helper has run), and opens sockets and files close-on-exec. It never
 * exits, aborts, prints, or changes signals, locale, directory or environment. */
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

/* ---- status and error ------------------------------------------------------------------------------------------------ */

typedef enum roster_status {
  ROSTER_OK = 0,
  ROSTER_EINVALID = 1,     /* the call itself is wrong: a NULL where none is allowed, an unknown word in the options */
  ROSTER_ENOMEM = 2,       /* out of memory; nothing changed */
  ROSTER_EDEFINITIONS = 3, /* the Lua or JSON definitions have errors; see roster_options.on_finding */
  ROSTER_EUNKNOWN = 4,     /* no model has this id, alias or former id */
  ROSTER_EAMBIGUOUS = 5,   /* several models answer to this spelling */
  ROSTER_ENOTREADY = 6,    /* the model is known but not usable */
  ROSTER_ERETIRED = 7,     /* the id is known to be gone; the error names its replacement */
  ROSTER_ETRANSPORT = 8,   /* no HTTP transport could be opened */
  ROSTER_EPENDING = 9,     /* a credential is not there yet */
  ROSTER_EFORKED = 10,     /* this process is a fork of the one that opened the registry */
  ROSTER_ESYSTEM = 11,     /* the operating system refused something (thread, file) */
  ROSTER_ECANCELLED = 12,  /* the registry is being closed */
  ROSTER_EHELD = 13        /* the new definitions would lose too much; the old answer stays until somebody insists */
} roster_status;

/* The name of a status in documents: "ok", "invalid", "unknown", "not_ready" ...; static text, never NULL. */
ROSTER_API const char *roster_status_name(roster_status status);

/* Filled by a call that fails: what, where, why and what next. No memory is owned by it. */
typedef struct roster_error {
  roster_status status;
  int count;          /* how many findings there were in all, when definitions are bad */
  int line;           /* 0 when no line is to blame */
  char file[256];     /* "" when no file is to blame */
  char message[1024]; /* a whole sentence; secrets redacted */
  char hint[256];     /* what to do next; may be "" */
  int candidate_count;
  char candidates[4][128]; /* ids that may have been meant */
} roster_error;

/* ---- what a load reports --------------------------------------------------------------------------------------------- */

typedef enum roster_severity { ROSTER_WARNING = 0, ROSTER_ERROR = 1 } roster_severity;

/* One mistake in the definitions. Borrowed for the time of the callback. */
typedef struct roster_finding {
  roster_severity severity;
  const char *file;    /* as given: a path, or "models.lua" for a shipped file */
  int line;            /* 0 when unknown */
  const char *message; /* "provider 'fireworks': unknown key 'bse_url' (did you mean 'base_url'?)" */
} roster_finding;

/* One directory or file that a load looked at, in reading order. Borrowed for the time of the callback. */
typedef struct roster_source {
  const char *path;
  const char *why; /* "shipped", "system", "user", "--config", "ROSTER_CONFIG", "given as text" ... */
  bool directory;
  bool read; /* false: absent, unreadable or left out; `why` says which */
} roster_source;

/* ---- transport ------------------------------------------------------------------------------------------------------- */

typedef struct roster_header {
  const char *name;
  const char *value;
} roster_header;

/* One request to be sent. Borrowed for the time of `start`: a transport copies what it keeps. */
typedef struct roster_http_request {
  size_t size;
  uint64_t id;        /* comes back in the response */
  const char *method; /* "GET" or "POST" */
  const char *url;
  const roster_header *headers;
  size_t header_count;
  const char *body; /* NULL for none */
  size_t body_bytes;
  long timeout_ms;         /* for the whole exchange */
  long connect_timeout_ms; /* for name, connection and TLS */
  size_t max_body_bytes;   /* a longer answer is a failure: ROSTER_HTTP_TOO_LARGE */
  const char *ca_file;     /* PEM bundle to trust instead of the system's; NULL for the system's */
  const char *ca_dir;      /* hashed directory to trust instead of the system's; NULL for the system's */
  const char *client_cert; /* PEM; NULL for none */
  const char *client_key;  /* PEM; NULL for none */
  const char *proxy;       /* NULL for none; the ambient proxy variables are never used */
  /* "aws:amz:eu-north-1:bedrock": to be signed for that region and service with AWS Signature Version 4, by the two below; NULL: not. Set
   * only for transports that sign, see roster_options.transport_signs. A session token is among the headers. */
  const char *aws_sigv4;
  const char *aws_key_id;
  const char *aws_secret;
  const char *tags; /* the JSON object that the body ends with as its member "tags", from LLM_REQUEST_TAGS; NULL: none was added */
} roster_http_request;

typedef enum roster_http_failure {
  ROSTER_HTTP_ANSWERED = 0, /* a whole response came */
  ROSTER_HTTP_DNS,
  ROSTER_HTTP_CONNECT,
  ROSTER_HTTP_TLS,
  ROSTER_HTTP_TIMEOUT,
  ROSTER_HTTP_RESET, /* closed or reset before the answer was whole */
  ROSTER_HTTP_TOO_LARGE,
  ROSTER_HTTP_MALFORMED, /* not HTTP */
  ROSTER_HTTP_OTHER
} roster_http_failure;

/* One finished exchange. Borrowed until the next call of `next`, `cancel_all` or `close`. */
typedef struct roster_http_response {
  size_t size;
  uint64_t id;
  roster_http_failure failure;
  const char *message; /* why it failed, in words; "" when answered */
  int status;          /* 0 when nothing was answered */
  const roster_header *headers;
  size_t header_count;
  const char *body; /* NUL-terminated behind body_bytes */
  size_t body_bytes;
  long elapsed_ms;
  int64_t answered_ms; /* when, since the epoch, on the clock of a recording, which is then the one that counts; 0: just now */
} roster_http_response;

/* A way to send HTTP requests. roster calls it from one thread at a time. It must not follow redirects, must verify
 * certificates, and must answer every started request exactly once, or drop all of them at `cancel_all`. */
typedef struct roster_transport {
  size_t size;
  void *self;
  /* ROSTER_OK, or ROSTER_ENOMEM / ROSTER_EINVALID: then no response will come for this request. */
  roster_status (*start)(void *self, const roster_http_request *request);
  /* Waits up to timeout_ms for one finished exchange. ROSTER_OK with *out NULL when none finished in time. */
  roster_status (*next)(void *self, long timeout_ms, const roster_http_response **out);
  void (*cancel_all)(void *self);
  void (*close)(void *self); /* NULL when the host keeps it */
} roster_transport;

/* A transport that hands every request to `inner` (NULL: libcurl) and writes each exchange to the file, one JSON object a line, without
 * request headers and bodies and with every header's value taken out of what is written. The file (mode 0600) appears when the caller calls
 * (*out)->close((*out)->self), whole or not at all; `inner` stays open. Errors: ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_ESYSTEM,
 * ROSTER_ETRANSPORT. */
ROSTER_API roster_status roster_transport_record(roster_transport **out, const roster_transport *inner, const char *file,
                                                 roster_error *err);
/* A transport that answers from such a file, by method, URL and body, in the order in which equal requests were recorded. It contacts
 * nobody. A request that was not recorded fails with ROSTER_HTTP_OTHER. The caller calls (*out)->close((*out)->self). Errors:
 * ROSTER_EINVALID (err names file and line), ROSTER_ENOMEM, ROSTER_ESYSTEM. */
ROSTER_API roster_status roster_transport_replay(roster_transport **out, const char *file, roster_error *err);

typedef struct roster_snapshot roster_snapshot; /* one immutable answer; share freely between threads */

/* ---- options --------------------------------------------------------------------------------------------------------- */

typedef enum roster_level {
  ROSTER_LEVEL_DEFAULT = 0, /* what `validate { level = ... }` says, else prove */
  ROSTER_LEVEL_CREDENTIAL = 1,
  ROSTER_LEVEL_LIST = 2,
  ROSTER_LEVEL_PROVE = 3,   /* free */
  ROSTER_LEVEL_GENERATE = 4 /* costs a few tokens for each model */
} roster_level;

/* One verdict as it comes in, for a progress line. Borrowed for the time of the callback, which runs on roster's thread. */
typedef struct roster_progress {
  const char *model_id;
  const char *provider_id;
  const char *state; /* "ready", "bad_credential" ... */
  size_t decided;    /* how many models have a verdict by now */
  size_t total;
} roster_progress;

/* A host's own key for one provider. roster copies it at once. */
typedef struct roster_credential {
  size_t size;
  const char *value;            /* the key or token; one with a control byte is never sent */
  const roster_header *headers; /* go along with it; their values are as secret as the key */
  size_t header_count;
  int64_t expires_at_ms; /* milliseconds since the epoch; 0: it does not say. One that is over is never sent: its models are `pending` */
} roster_credential;

typedef struct roster_variable {
  const char *name;
  const char *value;
} roster_variable;

typedef struct roster_definition {
  const char *name; /* "providers.lua", "catalog.json": the ending tells the language */
  const char *text;
} roster_definition;

/* Everything is copied by roster_open but the callbacks' payloads and the transport. */
typedef struct roster_options {
  size_t size;        /* sizeof (roster_options), set by ROSTER_OPTIONS_INIT */
  const char *config; /* a directory or one file in place of /etc/roster and ~/.config/roster; "": none; NULL: $ROSTER_CONFIG, or those */
  bool no_builtin;    /* leave the shipped providers, models and rules out (protocols stay) */
  bool enable_mock;   /* the same as ROSTER_MOCK=yes */
  const roster_definition *definitions; /* read after every directory, as a directory of its own */
  size_t definition_count;
  const roster_variable *environment; /* instead of the process's environment; NULL: the process's, read at each load */
  size_t environment_count;
  const char *const *host_protocols; /* the protocols that the host speaks; models of others are `disabled`. NULL: all */
  size_t host_protocol_count;
  roster_level level;                /* how far up the ladder a refresh climbs */
  long timeout_ms;                   /* bounds all that is asked of one endpoint; 0: what the provider says, else 10 000 */
  long deadline_ms;                  /* bounds one whole refresh; 0: what `validate` says, else 60 000 */
  const roster_transport *transport; /* NULL: libcurl */
  void (*on_finding)(void *payload, const roster_finding *finding);
  void (*on_source)(void *payload, const roster_source *source);
  void (*on_progress)(void *payload, const roster_progress *progress);
  void *payload; /* handed to the callbacks */
  /* A new snapshot is in force, after a refresh or a reload that failed. Borrowed for the time of the callback, which runs on the
   * thread that refreshes and must not refresh or close the registry. */
  void (*on_published)(void *payload, const roster_snapshot *snapshot);
  /* Keeps the last good answer (mode 0600, no secret) for the next start: what it proved is usable at generation 0, marked stale with the
   * time of its proof, while the first refresh runs. NULL: nowhere. */
  const char *cache_file;
  /* The host's own source of keys, asked for each provider before every other source: at each load, and at each roster_service_headers,
   * then on the calling thread, so perhaps by several threads at once. *out is zeroed. ROSTER_OK: this is the key. ROSTER_EUNKNOWN: look
   * further. ROSTER_EPENDING: not there yet, its models are `pending`. Anything else: there is none, and nothing else is looked at. */
  roster_status (*credential)(void *payload, const char *provider_id, roster_credential *out);
  long helper_wait_ms;  /* how long a refresh waits for credential helpers; 0: not at all, and another follows when one has ended */
  bool discover_all;    /* as if every provider said discover = true */
  bool transport_signs; /* `transport` signs requests that say so (aws_sigv4); libcurl does. false: such a request is never started */
  /* A variable of the environment that a definition names, as a secret or as a setting; told at each load, as often as it is named. */
  void (*on_variable)(void *payload, const char *name, bool secret);
  /* Every load makes the request of each model and keeps it in the snapshot, so that roster_curl_command reads no definitions and answers
   * for discovered models too. false: nothing is made before it is asked for. */
  bool keep_requests;
} roster_options;

#define ROSTER_OPTIONS_INIT                                                                                                                \
  {                                                                                                                                        \
    sizeof(roster_options), NULL, false, false, NULL, 0, NULL, 0, NULL, 0, ROSTER_LEVEL_DEFAULT, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL, \
        NULL, NULL, 0, false, false, NULL, false                                                                                           \
  }

/* ---- the live registry ------------------------------------------------------------------------------------------------ */

typedef struct roster roster;                   /* every function on it is thread-safe */
typedef struct roster_model roster_model;       /* borrowed from a snapshot */
typedef struct roster_provider roster_provider; /* borrowed from a snapshot */
typedef struct roster_request roster_request;   /* one request that was made; borrowed from a snapshot */

/* Reads the definitions and publishes generation 0: every model `unproven`, `no_credential` or `disabled`. Contacts nobody.
 * options may be NULL for the defaults. The caller closes *out.
 * Errors: ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_ESYSTEM, ROSTER_EDEFINITIONS (err holds the first finding and the count). */
ROSTER_API roster_status roster_open(roster **out, const roster_options *options, roster_error *err);

/* Frees the registry. Snapshots that are held stay valid. Returns within a second: a refresh under way is given up, and its callers get
 * ROSTER_ECANCELLED; a credential helper is killed. No other call may begin. */
ROSTER_API void roster_close(roster *r);

/* Reads the definitions again, asks the providers and publishes a new snapshot. Blocks until the last verdict or the deadline.
 * Calls that overlap share one run. On an error the old answer stays; where the definitions are the error, it is published again with that
 * in it. So it is when an edit of the definitions would lose the default model or more than half of the usable ones: ROSTER_EHELD, unless
 * they say validate { hold = false }. Errors: ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_ESYSTEM, ROSTER_EDEFINITIONS, ROSTER_EHELD,
 * ROSTER_ETRANSPORT, ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_refresh(roster *r, roster_error *err);
/* The same, and publishes whatever comes of it, however much would be lost. */
ROSTER_API roster_status roster_refresh_forced(roster *r, roster_error *err);

/* From now on refreshes every so often, about a tenth sooner or later so that many hosts do not ask at once; 0 stops that. Runs on a thread
 * of roster's own. Errors: ROSTER_EINVALID, ROSTER_ESYSTEM, ROSTER_EFORKED. */
ROSTER_API roster_status roster_refresh_every(roster *r, long interval_ms, roster_error *err);
/* From now on refreshes within a second of a change in the directories of definitions, absent ones included, once their files have stopped
 * changing; by inotify, or by looking where that is not to be had. Runs on a thread of roster's own; calling it again does nothing.
 * Errors: ROSTER_EINVALID, ROSTER_ESYSTEM, ROSTER_EFORKED. */
ROSTER_API roster_status roster_watch(roster *r, roster_error *err);

/* The newest snapshot, held until roster_release. NULL only when r is NULL. */
ROSTER_API const roster_snapshot *roster_acquire(roster *r);
ROSTER_API void roster_release(const roster_snapshot *s);

/* An eventfd that becomes readable when a new snapshot is out, for event loops: read its 8 bytes, then acquire. Non-blocking and
 * close-on-exec; made at the first call, the same at every later one, closed by roster_close. -1 when r is NULL or the system
 * refused it. */
ROSTER_API int roster_event_fd(roster *r);

/* Reads definitions as roster_open does and reports on them, without opening anything. `path` (a file or a directory, may be
 * NULL) is read in place of the configured directories.
 * Errors: ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_ESYSTEM, ROSTER_EDEFINITIONS. */
ROSTER_API roster_status roster_lint(const roster_options *options, const char *path, roster_error *err);

/* ---- the snapshot ----------------------------------------------------------------------------------------------------- */

ROSTER_API uint64_t roster_generation(const roster_snapshot *s);                        /* 0 until the first refresh; never goes back */
ROSTER_API size_t roster_count(const roster_snapshot *s);                               /* usable models */
ROSTER_API const roster_model *roster_at(const roster_snapshot *s, size_t index);       /* in the order of the picker; NULL past the end */
ROSTER_API size_t roster_known_count(const roster_snapshot *s);                         /* all definitions, usable or not */
ROSTER_API const roster_model *roster_known_at(const roster_snapshot *s, size_t index); /* in the order of the definitions */

/* The usable model with this id, alias or former id, else NULL. */
ROSTER_API const roster_model *roster_find(const roster_snapshot *s, const char *id);
/* Any model with this id, alias or former id, with its state and evidence, else NULL. */
ROSTER_API const roster_model *roster_known(const roster_snapshot *s, const char *id);
/* The default model, NULL when nothing is usable. */
ROSTER_API const roster_model *roster_default(const roster_snapshot *s);
/* The first usable model of a role such as "cheap", else NULL. */
ROSTER_API const roster_model *roster_role(const roster_snapshot *s, const char *role);
/* The first usable model of a role that has the same provider as `beside`, so that a conversation's small tasks stay where its key and
 * its contract are; NULL when there is none, never another provider's. `beside` need not be usable, and may be of another snapshot. */
ROSTER_API const roster_model *roster_role_beside(const roster_snapshot *s, const char *role, const roster_model *beside);

/* Where a stored id leads, whether or not that model is ready: exact id, alias, former id, in this order. *via (may be NULL) becomes
 * "exact", "alias" or "formerly". Never another model than the one meant.
 * Errors: ROSTER_EUNKNOWN and ROSTER_EAMBIGUOUS (the message names candidates), ROSTER_ERETIRED (it names the replacement). */
ROSTER_API roster_status roster_resolve(const roster_model **out, const roster_snapshot *s, const char *id, const char **via,
                                        roster_error *err);

/* The usable model that a stored id leads to, or why there is none: what a host does with the id of a request.
 * Errors: those of roster_resolve, ROSTER_ENOTREADY (message and hint are the model's own). */
ROSTER_API roster_status roster_require(const roster_model **out, const roster_snapshot *s, const char *id, roster_error *err);

/* An id found in old databases, and the id of the model that it means now. Borrowed from the snapshot. */
typedef struct roster_rename {
  const char *from;
  const char *to;
  const char *defined_at; /* "models.lua:545", where the definitions say so */
  int64_t context_window; /* of the model now, in tokens; 0 when unknown */
  int64_t assumed_window; /* what hosts assumed for the old id; 0 when it was never another */
} roster_rename;

/* All of them, as data for a migration of stored ids: no `from` is a current id or alias, and none stands twice, so they are applied at
 * once and in any order. */
ROSTER_API size_t roster_rename_count(const roster_snapshot *s);
ROSTER_API const roster_rename *roster_rename_at(const roster_snapshot *s, size_t index); /* NULL past the end */

/* The /api/models document, ready-made; borrowed. *bytes may be NULL. */
ROSTER_API const char *roster_snapshot_json(const roster_snapshot *s, size_t *bytes);

ROSTER_API const char *roster_gateway_status(const roster_snapshot *s); /* "not_configured", "healthy", "unreachable", "unknown" */
ROSTER_API bool roster_llm_configured(const roster_snapshot *s);        /* some real model has its credential, or needs none */
ROSTER_API const char *roster_default_wanted(const roster_snapshot *s); /* a wanted default that cannot be had; "" when none */
ROSTER_API const char *roster_empty_reason(const roster_snapshot *s);   /* one token when no model is usable, else NULL */
ROSTER_API const char *roster_empty_hint(const roster_snapshot *s);
/* The error of a reload that failed; NULL when the definitions on disk are the ones in force. *file and *line may be NULL. */
ROSTER_API const char *roster_definitions_error(const roster_snapshot *s, const char **file, int *line);

/* Documents, written like snprintf: answers the length needed without the NUL, writes at most size bytes, always terminated
 * when size > 0. An unknown id gives the {"error":...} document. */

/* The entry of one model, usable or not, exactly as the /api/models document has it. */
ROSTER_API size_t roster_write_model_json(const roster_snapshot *s, const char *id, char *out, size_t size);

/* Which models a document has, and how. */
typedef struct roster_models_choice {
  size_t size;             /* sizeof (roster_models_choice), set by ROSTER_MODELS_CHOICE_INIT */
  bool usable_only;        /* `unavailable` stays empty */
  bool stories;            /* each model as roster_write_explain_json has it */
  const char *provider_id; /* only the models of this provider; NULL: of all */
} roster_models_choice;

#define ROSTER_MODELS_CHOICE_INIT                                                                                                          \
  { sizeof(roster_models_choice), false, false, NULL }

/* The /api/models document with those models; choice NULL: the document of roster_snapshot_json. "" when s is NULL. */
ROSTER_API size_t roster_write_models_json(const roster_snapshot *s, const roster_models_choice *choice, char *out, size_t size);
ROSTER_API size_t roster_write_providers_json(const roster_snapshot *s, char *out, size_t size);
ROSTER_API size_t roster_write_explain_json(const roster_snapshot *s, const char *id, char *out, size_t size);
ROSTER_API size_t roster_write_resolve_json(const roster_snapshot *s, const char *id, char *out, size_t size);
typedef enum roster_change_kind { ROSTER_ADDED, ROSTER_REMOVED, ROSTER_CHANGED, ROSTER_DEFAULT_CHANGED } roster_change_kind;

/* One difference between two answers. Borrowed for the time of the callback; the models are the snapshots'. */
typedef struct roster_change {
  roster_change_kind kind;
  const char *id; /* of the model; of the default now, "" for none */
  const roster_model *before;
  const roster_model *after; /* ROSTER_REMOVED: why it is not usable; NULL where it is not even defined */
  const char *const *fields; /* ROSTER_CHANGED: the names of those that read differently */
  size_t field_count;
} roster_change;

/* Tells what differs for a host between two answers, either of which may be NULL (then nothing was usable): models that came, went or read
 * differently, then the default. When, how fast and by which request a model was proved is no change. Answers how many differences there
 * are; on_change may be NULL. */
ROSTER_API size_t roster_each_change(const roster_snapshot *before, const roster_snapshot *after,
                                     void (*on_change)(void *payload, const roster_change *change), void *payload);
/* What differs for a host between two answers, either of which may be NULL (then nothing was usable):
 * {"added":[id...],"removed":[{"id","state","reason"}...],"changed":[{"id","fields":[...]}...],"default":{"from","to","changed"}}.
 * `changed` names the fields of usable models that read differently; when, how fast and by which request a model was proved is no change.
 */
ROSTER_API size_t roster_write_changes_json(const roster_snapshot *before, const roster_snapshot *after, char *out, size_t size);
ROSTER_API size_t roster_write_error_json(const roster_error *err, char *out, size_t size);

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

/* Why a model cannot be used, as a token of a closed list: what roster_model_reason says in a sentence. It grows at its end. */
typedef enum roster_reason {
  ROSTER_REASON_NONE = 0,          /* it is ready */
  ROSTER_REASON_NOT_ASKED,         /* nothing was asked yet */
  ROSTER_REASON_MODEL_DISABLED,    /* its block has enabled = false */
  ROSTER_REASON_PROVIDER_DISABLED, /* its provider is not enabled */
  ROSTER_REASON_RULE_REFUSED,
  ROSTER_REASON_PROTOCOL_UNSPOKEN, /* not among roster_options.host_protocols */
  ROSTER_REASON_SETTING_UNSET,     /* a variable that the provider's address is made of */
  ROSTER_REASON_ADDRESS_MISSING,
  ROSTER_REASON_ADDRESS_INVALID, /* not an address, or one that would send the key in the clear */
  ROSTER_REASON_HEADER_STOPPED,  /* the gateway does not pass on a header that the model needs */
  ROSTER_REASON_KEY_UNSET,
  ROSTER_REASON_KEY_UNREADABLE, /* the file that should hold it is unreadable or empty */
  ROSTER_REASON_KEY_MALFORMED,  /* it cannot be sent as it is */
  ROSTER_REASON_KEY_PENDING,    /* the host, or a helper that has not run yet, will give it */
  ROSTER_REASON_KEY_EXPIRED,    /* the host's own */
  ROSTER_REASON_HELPER_RUNNING,
  ROSTER_REASON_HELPER_FAILED,
  ROSTER_REASON_KEY_RENEWING, /* it was refused, and its helper runs again */
  ROSTER_REASON_KEY_MISSING,  /* none is defined, and the provider asks for one */
  ROSTER_REASON_KEY_REFUSED,
  ROSTER_REASON_NOT_RUNNING, /* nothing listens there on this machine */
  ROSTER_REASON_NAME_NOT_FOUND,
  ROSTER_REASON_CONNECT_FAILED,
  ROSTER_REASON_TLS_FAILED,
  ROSTER_REASON_TIMED_OUT,
  ROSTER_REASON_CONNECTION_LOST,   /* before the response was complete */
  ROSTER_REASON_TIME_OVER,         /* the time for its endpoint had passed before it was asked */
  ROSTER_REASON_NOT_SENT,          /* the transport did not take the request */
  ROSTER_REASON_UNREACHABLE,       /* anything else that kept a response away */
  ROSTER_REASON_REDIRECTED,        /* redirects are not followed */
  ROSTER_REASON_ANSWER_UNUSABLE,   /* too large, or not HTTP */
  ROSTER_REASON_PAGE_NOT_API,      /* not JSON: a sign-in page or a proxy */
  ROSTER_REASON_PROTOCOL_MISMATCH, /* not what the protocol answers */
  ROSTER_REASON_NOT_SERVED_HERE,   /* no such path there */
  ROSTER_REASON_PROVIDER_FAILED,
  ROSTER_REASON_RATE_LIMITED,
  ROSTER_REASON_NO_QUOTA,
  ROSTER_REASON_NO_ACCESS,
  ROSTER_REASON_MODEL_UNKNOWN, /* the provider said so */
  ROSTER_REASON_NOT_LISTED,    /* not in a complete listing */
  ROSTER_REASON_RETIRED,       /* either, and its block says that it has retired by now */
  ROSTER_REASON_KIND_UNKNOWN,  /* reserved for models whose listing does not say what they are for */
  ROSTER_REASON_NO_FREE_CHECK,
  ROSTER_REASON_LISTING_UNREADABLE,
  ROSTER_REASON_LISTING_PROVES_NOTHING, /* it was read, and does not show what the key may use */
  ROSTER_REASON_GATEWAY_ANSWERS,        /* the gateway answers free look-ups itself */
  ROSTER_REASON_PROOF_REFUSED,          /* the request of a proof was refused as wrong */
  ROSTER_REASON_PROOF_MISSING,          /* its protocol has no smallest request */
  ROSTER_REASON_SCRIPT_FAILED           /* the function of a protocol did */
} roster_reason;

/* Who has to do something about it. Where a request went to a gateway or an override, that is who answered. */
typedef enum roster_blame {
  ROSTER_BLAME_NONE = 0,
  ROSTER_BLAME_PROVIDER,
  ROSTER_BLAME_GATEWAY,
  ROSTER_BLAME_OVERRIDE, /* what the address of an override leads to */
  ROSTER_BLAME_DEFINITIONS,
  ROSTER_BLAME_NETWORK,
  ROSTER_BLAME_THIS_MACHINE /* its environment, files, helpers and programs */
} roster_blame;

ROSTER_API const char *roster_reason_name(roster_reason reason); /* "key_unset", "page_not_api" ...; static, never NULL */
ROSTER_API const char *roster_blame_name(roster_blame blame);    /* "none", "provider", "this_machine" ...; static, never NULL */

/* An answer that nobody may have given. */
typedef enum roster_tri { ROSTER_UNKNOWN = -1, ROSTER_NO = 0, ROSTER_YES = 1 } roster_tri;

ROSTER_API const char *roster_model_id(const roster_model *m);
ROSTER_API const roster_provider *roster_model_provider(const roster_model *m);
ROSTER_API const char *roster_model_api_name(const roster_model *m); /* sent on the wire; not unique */
ROSTER_API const char *roster_model_protocol(const roster_model *m);
ROSTER_API const char *roster_model_description(const roster_model *m);
ROSTER_API int64_t roster_model_context_window(const roster_model *m); /* tokens; 0 when unknown, as for the next two */
ROSTER_API int64_t roster_model_max_input_tokens(const roster_model *m);
ROSTER_API int64_t roster_model_max_output_tokens(const roster_model *m);
ROSTER_API bool roster_model_recommended(const roster_model *m);
ROSTER_API bool roster_model_discovered(const roster_model *m); /* by its provider's listing: no block defines it */
/* The names of the fields whose origin documents show; NULL behind the last. */
ROSTER_API const char *roster_origin_field_at(size_t index);
/* Where a field of it comes from, by the field's name in the definitions: "models.lua:12", "live listing", or "default" where nobody said;
 * "" for no field. Copied like snprintf: answers the whole length. */
ROSTER_API size_t roster_model_write_origin(const roster_model *m, const char *field, char *out, size_t size);
/* Where its block and the live listing differ, a sentence for each field: "context_window is 200000 here and 1000000 in the listing".
 * NULL behind the last. */
ROSTER_API const char *roster_model_disagreement_at(const roster_model *m, size_t index);
/* That it retires soon, or should have by now, and what replaces it, as of this snapshot; "" when there is nothing to warn of. It is
 * offered for as long as its provider proves it, and never swapped for another. */
ROSTER_API const char *roster_model_warning(const roster_model *m);
/* The id of a better model that is usable too, as the definitions have it: a picker shows this one further back. "" when there is none. */
ROSTER_API const char *roster_model_shadowed_by(const roster_model *m);
ROSTER_API bool roster_model_reasoning(const roster_model *m);
ROSTER_API bool roster_model_tool_call(const roster_model *m);
ROSTER_API roster_tri roster_model_open_weights(const roster_model *m);      /* whether its weights can be downloaded */
ROSTER_API const char *roster_model_family(const roster_model *m);           /* "" when unknown, as for the next five */
ROSTER_API const char *roster_model_tier(const roster_model *m);             /* "flagship", "balanced", "fast", "specialist" */
ROSTER_API const char *roster_model_release_date(const roster_model *m);     /* "2026-09-24" */
ROSTER_API const char *roster_model_knowledge_cutoff(const roster_model *m); /* "2026-06" */
ROSTER_API const char *roster_model_status(const roster_model *m);           /* "current", "legacy", "deprecated" */
ROSTER_API const char *roster_model_retires(const roster_model *m);          /* the day it goes away */
ROSTER_API const char *roster_model_replacement(const roster_model *m);      /* the id to use then; "" for none */

typedef enum roster_price { ROSTER_PRICE_INPUT = 0, ROSTER_PRICE_OUTPUT, ROSTER_PRICE_CACHE_READ, ROSTER_PRICE_CACHE_WRITE } roster_price;
/* US dollars per million tokens; negative when unknown. */
ROSTER_API double roster_model_price(const roster_model *m, roster_price price);

/* The index-th text of a list, NULL past its end. */
ROSTER_API const char *roster_model_alias_at(const roster_model *m, size_t index);
ROSTER_API const char *roster_model_formerly_at(const roster_model *m, size_t index);
ROSTER_API const char *roster_model_input_modality_at(const roster_model *m, size_t index);
ROSTER_API const char *roster_model_reasoning_level_at(const roster_model *m, size_t index);

typedef enum roster_field_type {
  ROSTER_FIELD_TEXT = 0,
  ROSTER_FIELD_CHOICE, /* a text out of a closed list */
  ROSTER_FIELD_DATE,   /* "2026-09-24" or "2026-06" */
  ROSTER_FIELD_COUNT,
  ROSTER_FIELD_PRICE, /* see roster_model_price */
  ROSTER_FIELD_LIST,  /* of texts */
  ROSTER_FIELD_FLAG,
  ROSTER_FIELD_TRI /* a flag of which nobody may have said anything */
} roster_field_type;

/* One field that definitions give a model and documents show, so that a host can go over all of them. Static; grows at its end. */
typedef struct roster_field {
  size_t index;
  const char *name; /* as in definitions and documents */
  roster_field_type type;
  const char *unit;           /* "tokens" ...; NULL for none */
  const char *doc;            /* what it is */
  const char *words;          /* what people read with it ("released", "context window"); "": nothing; NULL: it needs a phrase of its own */
  const char *const *choices; /* the texts that it may be, NULL-terminated; NULL for any */
  const char *upstream;       /* where a models.dev catalogue has it ("limit.context"); NULL: it does not */
  bool fact;                  /* describes the model only: it decides neither where a request goes nor with which key */
} roster_field;

/* In the order of the definitions; NULL past the end. */
ROSTER_API const roster_field *roster_field_at(size_t index);
/* Its value by type. Of a text, choice or date: "" when unknown. */
ROSTER_API const char *roster_model_field_text(const roster_model *m, const roster_field *f);
ROSTER_API int64_t roster_model_field_count(const roster_model *m, const roster_field *f);   /* 0 when unknown */
ROSTER_API roster_tri roster_model_field_flag(const roster_model *m, const roster_field *f); /* of flags too */
/* The index-th text of a list, NULL past its end. */
ROSTER_API const char *roster_model_field_item(const roster_model *m, const roster_field *f, size_t index);

/* The window that hosts once assumed for this stored id, 0 when nothing else than context_window was ever assumed. */
ROSTER_API int64_t roster_model_assumed_window(const roster_model *m, const char *id);

/* How to reach it: what the factory made. "" where nothing was made. */
ROSTER_API const char *roster_model_url(const roster_model *m);    /* where a host sends its chat requests */
ROSTER_API const char *roster_model_rule(const roster_model *m);   /* the rule that spoke */
ROSTER_API const char *roster_model_source(const roster_model *m); /* "$ANTHROPIC_API_KEY", "gateway main", "keyless"; never the value */
ROSTER_API const char *roster_model_defined_at(const roster_model *m); /* "models.lua:12" */
/* Extra headers that go on every request of this model, in order; no secret among them. NULL past the end. */
ROSTER_API const roster_header *roster_model_header_at(const roster_model *m, size_t index);

/* Evidence. */
ROSTER_API roster_state roster_model_state(const roster_model *m);
ROSTER_API bool roster_model_usable(const roster_model *m);              /* in roster_at's list */
ROSTER_API bool roster_model_configured(const roster_model *m);          /* it has its credential, or needs none, and is enabled */
ROSTER_API bool roster_model_stale(const roster_model *m);               /* kept from an earlier answer */
ROSTER_API const char *roster_model_stale_reason(const roster_model *m); /* "" when not stale */
ROSTER_API const char *
roster_model_stage(const roster_model *m); /* "config", "credential", "list", "prove", "generate"; where it was decided */
ROSTER_API int roster_model_http_status(const roster_model *m);    /* 0 when no answer decided */
ROSTER_API const char *roster_model_reason(const roster_model *m); /* a sentence; "" when ready */
ROSTER_API const char *roster_model_hint(const roster_model *m);   /* what to do next; "" when ready */
/* The same as data; of a model that is stale, why it is: what roster_model_stale_reason says. */
ROSTER_API roster_reason roster_model_reason_code(const roster_model *m);
ROSTER_API roster_blame roster_model_blame(const roster_model *m);
ROSTER_API const char *roster_model_said(const roster_model *m);       /* the response's own words, redacted; "" for none */
ROSTER_API const char *roster_model_checked_at(const roster_model *m); /* RFC 3339, UTC; "" when never asked */
ROSTER_API long roster_model_latency_ms(const roster_model *m);        /* of the answer that decided; -1 when none did */
ROSTER_API const roster_request *roster_model_request_at(const roster_model *m, size_t index); /* requests made for it, in order */

ROSTER_API const char *roster_request_stage(const roster_request *q);
ROSTER_API const char *roster_request_method(const roster_request *q);
ROSTER_API const char *roster_request_url(const roster_request *q);
ROSTER_API int roster_request_status(const roster_request *q); /* 0 when nothing was answered */
ROSTER_API long roster_request_latency_ms(const roster_request *q);
ROSTER_API const char *roster_request_outcome(const roster_request *q); /* "ready", "missing", "bad_credential" ... */

/* ---- the service: how a host sends its own requests --------------------------------------------------------------------- */

typedef struct roster_service roster_service; /* what the factory made of one model; borrowed from its snapshot */
typedef struct roster_headers roster_headers; /* headers with their secrets; the caller's */

/* NULL where nothing could be made: a model that is disabled or has no address. Works for models that are not ready too. */
ROSTER_API const roster_service *roster_model_service(const roster_model *m);
ROSTER_API const roster_model *roster_service_model(const roster_service *v); /* for limits, prices and capabilities */
ROSTER_API const char *roster_service_method(const roster_service *v);        /* "POST" */
ROSTER_API const char *roster_service_url(const roster_service *v);
ROSTER_API const char *roster_service_api_name(const roster_service *v);
ROSTER_API const char *roster_service_protocol(const roster_service *v);
/* Fields that go into the body beside the host's own, as a JSON object: "{}", or {"tags":{...}} from LLM_REQUEST_TAGS. */
ROSTER_API const char *roster_service_body(const roster_service *v);

/* The headers of one request to this service, the credential's among them (content-type and accept are the host's own): the one place where
 * a secret leaves roster. Looked up anew at each call, so a key that was replaced or renewed is the one that goes out. The caller closes
 * *out, which wipes it. `v` must be of a held snapshot of this registry. Runs on the calling thread. Errors: ROSTER_EINVALID,
 * ROSTER_ENOMEM, ROSTER_EPENDING (it is not there yet; try again when a new snapshot is out), ROSTER_ENOTREADY (no credential, or one that
 * cannot be sent, or makes a signature of each request: the message says which and why), ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_service_headers(roster_headers **out, roster *r, const roster_service *v, roster_error *err);
ROSTER_API size_t roster_headers_count(const roster_headers *h);
ROSTER_API const roster_header *roster_headers_at(const roster_headers *h, size_t index); /* NULL past the end */
ROSTER_API void roster_headers_close(roster_headers *h);

/* The host says which HTTP status the provider gave to a request of its own. 401 and 403 drop a helper's credential and run the helper
 * again; they bring a refresh forward where roster_refresh_every or roster_watch runs. *retry (may be NULL): whether to ask once more, with
 * new headers: not when the credential before was refused too, not a minute before. Every other status says that this one was taken.
 * Errors: ROSTER_EINVALID, ROSTER_EFORKED, ROSTER_ECANCELLED. */
ROSTER_API roster_status roster_report(roster *r, const roster_service *v, int http_status, bool *retry);

/* ---- credential helpers -------------------------------------------------------------------------------------------------- */

/* "not_configured", or of LLM_API_KEY_HELPER, else of the first provider's helper: "idle" (not run yet), "running", "valid", "required"
 * (its credential was refused: somebody has to sign in), "failed". As of this snapshot. */
ROSTER_API const char *roster_credential_status(const roster_snapshot *s);

/* One line that a helper wrote, a sign-in address perhaps. The line that is the credential is never among them. */
typedef struct roster_helper_line {
  const char *provider_id; /* "" for LLM_API_KEY_HELPER */
  bool error;              /* from stderr */
  const char *text;
} roster_helper_line;

/* Calls on_line for each line of the runs under way or last, on the calling thread, then for each new one, on a thread of roster's own,
 * until roster_close or the same payload is unsubscribed. on_line must not call roster, and must not wait for who does. Errors:
 * ROSTER_EINVALID, ROSTER_ENOMEM, ROSTER_EFORKED. */
ROSTER_API roster_status roster_subscribe(roster *r, void (*on_line)(void *payload, const roster_helper_line *line), void *payload,
                                          roster_error *err);
ROSTER_API void roster_unsubscribe(roster *r, void *payload);

/* ---- one provider ------------------------------------------------------------------------------------------------------ */

ROSTER_API size_t roster_provider_count(const roster_snapshot *s);
ROSTER_API const roster_provider *roster_provider_at(const roster_snapshot *s, size_t index);
ROSTER_API const char *roster_provider_id(const roster_provider *p);
ROSTER_API const char *roster_provider_title(const roster_provider *p);
ROSTER_API const char *roster_provider_protocol(const roster_provider *p);
ROSTER_API const char *
roster_provider_endpoint(const roster_provider *p); /* the base URL in force: override, gateway or base_url; "" when none */
ROSTER_API const char *roster_provider_credential_source(const roster_provider *p); /* "$ANTHROPIC_API_KEY", "keyless" ... */
ROSTER_API bool roster_provider_credential_set(const roster_provider *p);
/* When it was written to its file or printed by its helper: RFC 3339, UTC; "" when nobody knows, as for a variable. */
ROSTER_API const char *roster_provider_credential_since(const roster_provider *p);
/* Until when a helper's or a host's key holds, in the same form; "" when nobody says. */
ROSTER_API const char *roster_provider_credential_until(const roster_provider *p);
ROSTER_API bool roster_provider_enabled(const roster_provider *p);
ROSTER_API bool roster_provider_discovers(const roster_provider *p); /* offers what it lists and no block defines */
/* The last block that says something of it: "providers.lua:12". */
ROSTER_API const char *roster_provider_defined_at(const roster_provider *p);
ROSTER_API const char *roster_provider_key_prefix_at(const roster_provider *p, size_t index); /* how its keys begin; NULL past the end */
ROSTER_API size_t roster_provider_defined(const roster_provider *p);                          /* models defined */
ROSTER_API size_t roster_provider_ready(const roster_provider *p);                            /* models usable */

/* ---- for people who write definitions ---------------------------------------------------------------------------------- */

/* The request that a host would send to this model, as a curl command with $NAME in place of the secret. *out is allocated:
 * roster_string_free. Works for models that are not ready too. With roster_options.keep_requests it is that of the snapshot in force.
 * Without, it reads the definitions once, so the callbacks for findings and sources are called, and a model that was discovered has none.
 * Errors: those of roster_resolve and roster_open, ROSTER_EINVALID when the model has no address, ROSTER_EDEFINITIONS when its protocol's
 * script fails. */
ROSTER_API roster_status roster_curl_command(char **out, roster *r, const char *id, roster_error *err);
/* The same out of a snapshot of a registry that keeps requests, borrowed from it: reads and allocates nothing. ROSTER_EINVALID also where
 * none are kept. */
ROSTER_API roster_status roster_snapshot_curl_command(const char **out, const roster_snapshot *s, const char *id, roster_error *err);
/* Frees what a function of this library gave as an allocated string. NULL does nothing. */
ROSTER_API void roster_string_free(char *text);
/* roster_curl_command, written like snprintf. *needed (may be NULL) becomes its length. Without keep_requests every call reads the
 * definitions. */
ROSTER_API roster_status roster_write_request(roster *r, const char *id, char *out, size_t size, size_t *needed, roster_error *err);
/* The words of the language as a `---@meta` file for editors; written like snprintf. */
ROSTER_API size_t roster_write_meta(char *out, size_t size);

/* The libcurl transport, for hosts that want to hand it in themselves; the caller closes it. Only in libroster.a and libroster-curl, which
 * must stay loaded. NULL when out of memory. */
ROSTER_API roster_transport *roster_transport_curl(void);

/* roster's own version, "0.1.0"; static. */
ROSTER_API const char *roster_version(void);

#ifdef __cplusplus
}
#endif

#endif
