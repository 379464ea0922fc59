/* catalog: the definitions as plain C structs, called entities, whether they were shipped or a deployer's, Lua or JSON. It knows nothing of
 * Lua (a function of a script is a number here), of HTTP, or of the values of secrets. */
#ifndef ROSTER_DEFINITIONS_CATALOG_H
#define ROSTER_DEFINITIONS_CATALOG_H

#include "library/definitions/model_fields.h"
#include "util/arena.h"
#include "util/finding.h"
#include "util/lookup.h"
#include "util/prefix_tree.h"
#include "util/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { SHIPPED_DIRECTORY = 0 }; /* a deployer's are counted from 1 */

/* A variable that definitions read. */
typedef struct setting {
  const char *name, *value;
  const char *problem;     /* why the value cannot be used; NULL where it can */
  size_t place;            /* in the list */
  struct setting *another; /* of this name, with another problem */
} setting;

/* What every block begins with. Bit n of the masks is field n of the block's schema. */
typedef struct entity {
  const char *id;
  origin at;
  int directory;           /* blocks of one id amend each other across directories, and collide within one */
  uint64_t given;          /* fields with a value */
  uint64_t removed;        /* fields set to `none` */
  uint64_t local;          /* of both, those that a deployer's file or the host set: no source changes them */
  uint64_t wrong;          /* fields whose value was refused: they are reported already, not as missing too */
  origin latest;           /* the last block that changed it */
  const setting *refused;  /* a variable that it depends on and that cannot be used; NULL for none */
  uint64_t refused_fields; /* the fields to which that was said, for other than texts */
  origin *origins;         /* where each field was last set; NULL while all of it is at `at` */
} entity;

/* A credential as a definition names it: never its value. */
typedef struct credential {
  const char *env;         /* "ANTHROPIC_API_KEY": that variable, or the file that ..._FILE names */
  const char *file;        /* a path */
  texts helper;            /* a program that prints it, and its arguments */
  int64_t ttl, timeout;    /* of the helper, in milliseconds; 0: as usual */
  bool interactive;        /* the helper may need a person */
  const char *profile;     /* its name in a profile of AWS; NULL: it is in none */
  const char *prefix;      /* precedes it in a header, as "Bearer " does; NULL for none */
  const struct auth *auth; /* how this one is sent; NULL: as the provider says */
  const char *label;       /* distinguishes it from the others; NULL for none */
  struct credential *next; /* tried when this one is not set */
} credential;

typedef struct pair {
  const char *name;
  const char *value;             /* NULL: removed by `none`, which `inherit` must still see */
  const credential *from_secret; /* the value is a secret's; then value is NULL too */
  const char *found;             /* the variable or path where this load found that secret; NULL: it is not set, so no header is sent */
} pair;

typedef struct pairs {
  pair *at;
  uint32_t count, room;
} pairs;

typedef struct window {
  const char *id;
  int64_t tokens; /* 0: removed by `none` */
} window;

typedef struct windows {
  window *at;
  uint32_t count, room;
} windows;

typedef struct json_members {
  pairs list;       /* sorted by name, each value as JSON */
  const char *json; /* all of them as one object; NULL while there are none */
} json_members;

typedef enum auth_kind { AUTH_BEARER = 1, AUTH_HEADER, AUTH_AWS_SIGV4 } auth_kind;
typedef struct auth {
  auth_kind kind;
  const char *header;
  const char *region, *service;     /* AUTH_AWS_SIGV4: what the signature is for; the key is the secret that signs */
  const credential *key_id, *token; /* sent along; `token` may be NULL */
} auth;

typedef struct tls {
  entity head;
  const char *ca_file, *client_cert, *client_key;
} tls;

enum { PRICE_KINDS = ROSTER_PRICE_BATCH_OUTPUT + 1, PRICE_ABOVE = PRICE_KINDS };

typedef struct price {
  entity head;                      /* its bit n is that of roster_price n */
  double amounts[PRICE_KINDS];      /* by roster_price */
  struct price_steps *above, *from; /* NULL where there are none */
} price;

/* A tier, or a day from which on something else holds. */
typedef struct price_step {
  int64_t start;   /* a tier is for prompts of more tokens; of a day, when it begins */
  const char *day; /* NULL for a tier */
  price *change;   /* NULL: removed by `none` */
} price_step;

typedef struct price_steps {
  price_step *at; /* in order of `start` */
  size_t count, room;
} price_steps;

typedef struct token_range {
  entity head;
  int64_t min, max; /* each where it is given */
} token_range;

typedef int script_ref; /* a function or request that lives in the script; 0 for none */
enum { DISCOVER_ALL = -1 };
typedef struct script_refs {
  script_ref *at;
  size_t count, room;
} script_refs;

/* Choices, 0 where a block does not make them. Their names are in the same order in schema.c. */
typedef enum list_proof { LIST_PROVES_ACCESS = 1, LIST_PROVES_KEY, LIST_PROVES_NAMES, LIST_PROVES_SHOWN } list_proof;
typedef enum unproven_choice { UNPROVEN_REFUSE = 1, UNPROVEN_GENERATE, UNPROVEN_OFFER } unproven_choice;
typedef enum credential_use { CREDENTIAL_USE_FIRST = 1, CREDENTIAL_USE_EACH } credential_use;
typedef enum gateway_credentials { CREDENTIALS_FORWARDED = 1, CREDENTIALS_INJECTED } gateway_credentials;

typedef struct protocol {
  entity head;
  const char *prefix, *chat_path, *sdk_path, *inherit;
  list_proof list_proves;
  auth *auth;
  script_ref list, read_list, read_model, without_prompt, generate, read_credit, served, verdict;
  script_refs prove;
  texts named_by; /* of the read_model that came with it */
  bool versioned_base;
  bool plain_list; /* its read_list gives models, whatever read_model it has for look-ups */
  bool settling;   /* its inheritance is being followed: meeting it again is a circle */
} protocol;

typedef struct provider {
  entity head;
  const char *title, *protocol, *base_url, *needs, *override, *prefix, *proxy;
  const char *unset_url; /* where base_url is written and nil: the variable that is not set, or ""; NULL: it is not written */
  const char *seen, *retired, *replacement; /* `retired` is "" where its day is not known */
  list_proof list_proves;
  unproven_choice unproven;
  credential_use credential_use;
  credential *credential;
  texts key_prefixes, discover_allow, discover_deny, tags;
  json_members extra;
  script_ref discover; /* DISCOVER_ALL, a function, or 0 */
  auth *auth;
  pairs headers, indirect;
  tls *tls;
  int64_t timeout; /* milliseconds, as every time in these structs */
  script_ref list, prove_key, generate;
  script_refs prove;
  bool key_optional, common_helper, loopback, plain_http, plain_refusal, unlisted, unless_defined, override_as_is, direct, enabled;
  struct provider *base;   /* set where this is a copy for another credential: the provider that a block defines */
  struct protocol *speaks; /* resolved */
  struct gateway *gateway; /* the first that serves it; NULL: none */
  bool own_proofs;         /* `prove` is given, perhaps as an empty list */
  size_t position;
  bool has_credential; /* known once the credentials were looked up */
  bool ended;          /* `retired` has come: it is not enabled either */
} provider;

typedef struct gateway {
  entity head;
  const char *title, *base_url, *path, *placeholder, *proxy, *api_names;
  gateway_credentials credentials;
  list_proof list_proves;
  unproven_choice unproven;
  texts providers, unsupported_headers;
  const char *base_path;
  pairs segments, prefixes, base_paths, headers;
  tls *tls;
  int64_t timeout;
  bool answers_itself, withhold, enabled;
} gateway;

/* One id under which a model is given out. */
typedef struct spelling {
  entity head;            /* `id` is the spelling */
  const char *model;      /* the id of its block */
  int64_t context_window; /* 0: the model's own */
} spelling;

/* The `ids` block: a host's spelling of the ids of models. */
typedef struct id_set {
  entity head;
  spelling **at; /* in byte order, once the catalog is finished */
  size_t count, room;
  lookup places; /* of the ids, in the order of `at` until then; filled where a block amends it */
} id_set;

typedef int8_t small_tri; /* a roster_tri in one byte */

#define WIDE_TEXT(name)       const char *name;
#define WIDE_CHOICE(name)     const char *name;
#define WIDE_DATE(name)       const char *name;
#define WIDE_COUNT(name)      int64_t name;
#define WIDE_LIST(name)       texts name;
#define WIDE_MODALITIES(name) texts name;
#define WIDE_RANGE(name)      token_range *name;
#define WIDE_PRICE(name)      price *name;
#define WIDE_PAIRS(name)      pairs name;
#define WIDE_WINDOWS(name)    windows name;
#define WIDE_EXTRA(name)      json_members name;
#define WIDE_FLAG(name)
#define WIDE_TRI(name)

#define NARROW_TEXT(name)
#define NARROW_CHOICE(name)
#define NARROW_DATE(name)
#define NARROW_COUNT(name)
#define NARROW_LIST(name)
#define NARROW_MODALITIES(name)
#define NARROW_RANGE(name)
#define NARROW_PRICE(name)
#define NARROW_PAIRS(name)
#define NARROW_WINDOWS(name)
#define NARROW_EXTRA(name)
#define NARROW_FLAG(name) bool name;
#define NARROW_TRI(name)  small_tri name;

#define WIDE_MEMBER(use, type, name, ...)   WIDE_##type(name)
#define NARROW_MEMBER(use, type, name, ...) NARROW_##type(name)

typedef struct model {
  entity head;
  MODEL_FIELDS(WIDE_MEMBER)
  struct provider *of;     /* resolved */
  struct protocol *speaks; /* resolved: its own or the provider's */
  size_t position;
  const spelling **spellings; /* what it is given out as, if not under its own id alone */
  uint32_t spelling_count, spelling_room;
  MODEL_FIELDS(NARROW_MEMBER) /* side by side: between the others each would take eight bytes */
  const char *snapshot_of;    /* of a discovered one: the name whose snapshot it is if that name is known; NULL: none */
  bool discovered;            /* by its provider's listing: no block defines it */
  bool settling;              /* its inheritance is being followed: meeting it again is a circle */
} model;

typedef struct retired {
  entity head;
  const char *replacement;
} retired;

/* See family.h. */
typedef struct model_family {
  entity head;
  const char *provider;
  texts names, inherit;
} model_family;

/* A rule, or a document of a host. */
typedef struct rule {
  const char *name;
  origin at;
  int directory;
  script_ref function;
  const char *broken; /* why it is not called again: it broke a limit of memory, instructions or processor time; NULL: it is called */
  const char *made;   /* of a rule that was called: the word by which it made a result, at least once; NULL: it made none */
  bool returned;      /* it returned one, at least once */
} rule;

typedef struct rules {
  rule *at;
  size_t count, room;
  lookup latest; /* the position of the last one of each name, a size_t *, until rules are put in order */
} rules;

/* The block `require`: what a model has to have. */
typedef struct requirement {
  entity head;
  bool tools, vision, reasoning, json_schema;
  int64_t context, max_output; /* tokens; 0: any */
} requirement;

/* What a model is chosen by: see needs.h. */
typedef struct need_set {
  requirement *require;                    /* NULL: nothing */
  double max_price, max_output_price;      /* negative: any */
  const char *provider_id, *family, *tier; /* NULL: any */
  texts prefer;                            /* the ids of providers, the best first */
  bool maybe;                              /* what nobody said counts as met */
} need_set;

/* Facts from elsewhere: see facts.h. */
typedef struct fact_source {
  entity head;
  const char *url, *format, *may, *key, *proxy;
  int64_t every, timeout;
  tls *tls;
  bool plain_http, enabled;
  struct facts *facts; /* its last good rows, for as long as the load lasts; NULL: there are none */
} fact_source;

typedef struct role {
  entity head;
  need_set needs; /* by which a model is chosen where none of the list is usable */
  texts models;
} role;

typedef struct fallback { /* the `default` block */
  entity head;
  const char *wanted;
  need_set needs; /* as a role's */
  texts models;
} fallback;

typedef struct policy { /* the `validate` block */
  entity head;
  roster_level level;
  unproven_choice unproven;
  int64_t keep_stale, deadline, warn_ahead;
  bool hold; /* an edit that loses much waits for a person's approval */
  int64_t billed_per_day, billed_holds;
  double warn_credit; /* US dollars; 0: never */
} policy;

/* A block as it was read: see merged.h. */
typedef struct taken_block {
  const struct schema *schema;
  const entity *block;
} taken_block;

#define CATALOG_LIST(type, name)                                                                                                           \
  struct {                                                                                                                                 \
    type **at;                                                                                                                             \
    size_t count, room;                                                                                                                    \
    lookup ids;                                                                                                                            \
  } name

typedef struct catalog {
  arena *arena;
  findings *findings;
  CATALOG_LIST(protocol, protocols);
  CATALOG_LIST(provider, providers);
  CATALOG_LIST(gateway, gateways);
  CATALOG_LIST(model, models);
  CATALOG_LIST(retired, retired);
  CATALOG_LIST(model_family, families);
  CATALOG_LIST(role, roles);
  CATALOG_LIST(id_set, id_sets);
  CATALOG_LIST(fact_source, sources);
  const id_set *spelled_by; /* the one that the host chose; NULL: none */
  rules rules;              /* in the order in which they are called, once the catalog is finished */
  rules documents;          /* the forms that a host may have its snapshot in; "" is the name of one that was replaced */
  struct {
    setting **at;
    size_t count, room;
    lookup names;      /* the first of each */
    prefix_tree cores; /* their values, without what scripts may have taken off the ends */
    bool refused;      /* one of them has a problem */
  } settings;
  struct {
    taken_block *at;
    size_t count, room;
    bool on; /* false: no block is kept */
  } taken;
  fallback fallback;
  policy policy;
  struct {
    lookup users;     /* of each: how many providers' keys begin so, a size_t * */
    uint64_t lengths; /* a bit for each length that one has */
  } key_prefixes;
  lookup names;      /* ids, spellings, aliases and former ids to models; former ids lose to the others */
  size_t compared;   /* names with unknown words */
  bool sources_on;   /* the host turns on the sources that nobody turned off */
  bool may_discover; /* a provider that is enabled discovers models */
  bool thorough;     /* it is being linted: also tell what does no harm and what takes long to find */
} catalog;

/* Takes in one decoded block, whose missing fields have their defaults: it becomes the entity of its id, or amends the one that is there.
 * False after a finding (the same id twice in a directory). */
bool catalog_take(catalog *c, const char *verb, void *block);
/* So many models come now: makes room for them. */
void catalog_expect_models(catalog *c, size_t count);
/* The verb is "rule" or "document". */
void catalog_take_function(catalog *c, const char *verb, rule r);
/* The document of that name; NULL when there is none. */
const rule *catalog_document(const catalog *c, const char *name);

/* In inheritance.c: settles `inherit` of models and protocols. */
void catalog_inherit(catalog *c);

/* For after the last file: inheritance, references, collisions, the order of the rules. Each mistake becomes a finding. `ids` names the set
 * of spellings in which ids are given out; NULL: as the blocks have them. */
void catalog_finish(catalog *c, const char *ids);

/* For after the rules were called for all models. */
void catalog_check_rules(catalog *c);

model *catalog_model(const catalog *c, const char *id);
/* In spelling.c: the id that stands for a model where only one can. */
const char *model_given_id(const model *m);
/* The window that a spelling of the model is given out with: its own where it has one, but never more than the model's. 0: unknown. */
int64_t spelling_window(const spelling *s, const model *m);
/* The function that makes the smallest billed request; 0: there is none. */
script_ref model_generate(const model *m);
/* The id of the block that defines the provider. */
const char *provider_name(const provider *p);

/* In extra.c: member by member, `over` amends `base`. */
void extra_amend(arena *a, json_members *base, const json_members *over);

/* In price.c: what holds on that day. Its tiers and the days to come have all their parts, not only those that they change. A price that
 * has neither is returned as it is. */
const price *price_settle(arena *a, const price *p, const char *day);
/* What holds for a prompt of that many tokens, of a settled price. *above: its tier; 0 below all of them. */
const price *price_for(const price *p, int64_t tokens, int64_t *above);
const char *price_name(roster_price which);            /* "input"; "" where there is no such */
double price_part(const price *p, roster_price which); /* -1: unknown */
/* What becomes of a price's days when `over` is to amend it, and of tiers or days that are amended. */
void price_overrule(arena *a, price *base, const price *over);
struct schema;
/* A tier in its place of the list, and a copy of a list of tiers. NULL is an empty list. */
price_steps *price_tier_add(arena *a, price_steps *list, int64_t above, price *change);
price_steps *price_tiers_copy(arena *a, const price_steps *list);
void price_steps_amend(const struct schema *s, arena *a, price_steps **base, const price_steps *over);

/* From here on: what the files of the catalog share. */

/* Whether its directory has such a block already: that is a finding. */
bool catalog_is_twice(catalog *c, const char *verb, const entity *known, const entity *block);
/* In spelling.c: adds to a set, or amends it. False after a finding. */
bool catalog_take_ids(catalog *c, id_set *block);
/* Checks all sets, and gives its spellings to each model of the one that is chosen; to the others, their variants. */
void catalog_spell(catalog *c, const char *chosen);
/* The same for a model that a listing has brought, once its names are known. */
void catalog_spell_found(catalog *c, model *m);

/* In credential_words.c: a helper that one provider calls interactive is that for each provider with the same helper. */
void catalog_share_helpers(catalog *c);

/* For a finished catalog. Each mistake becomes a finding. */
void catalog_check(catalog *c);

/* The id in a list of the catalog that is nearest to this word, for a finding; NULL for none. */
const char *catalog_nearest(catalog *c, void *const *at, size_t count, const char *word);
#define NEAREST(c, list, word) catalog_nearest((c), (void *const *)(c)->list.at, (c)->list.count, (word))

#endif
