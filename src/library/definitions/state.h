/* state: what the files of the script layer share. Private to it: the only header here that includes lua.h. */
#ifndef ROSTER_DEFINITIONS_STATE_H
#define ROSTER_DEFINITIONS_STATE_H

#include "library/definitions/pool.h"
#include "library/definitions/script.h"
#include "library/definitions/schema.h"

#include <lauxlib.h>
#include <lua.h>

struct script {
  lua_State *lua;
  catalog *catalog;
  arena *arena;
  const environment *environment;
  pool pool;
  size_t memory, memory_most;
  long budget;                  /* virtual machine instructions left in this call */
  int64_t most_ms;              /* processor time of one call */
  int64_t until_ms;             /* and when this one has used it up */
  size_t arena_before;          /* what the arena held when this call began */
  bool exceeded;                /* a limit of ours was hit in this call */
  bool starved;                 /* the machine's own memory ran out in it */
  const atomic_bool *cancelled; /* NULL: never */
  origin seen;                  /* where the budget was last counted */
  bool loading;
  int directory;
  const char **files; /* chunk "#n" is files[n] */
  size_t file_count, file_room;
  lookup protocols;   /* shipped ones that were read */
  const json_t *body; /* of the answer that scripts were asked about last; borrowed, NULL for none */
  int body_ref;
  int environment_ref; /* the table that every chunk sees as its globals */
};

/* Names of the metatables of values that scripts can hold but not make. */
#define SECRET_VALUE  "roster.secret"
#define AUTH_VALUE    "roster.auth"
#define NONE_VALUE    "roster.none"
#define ANSWER_VALUE  "roster.answer"
#define REQUEST_VALUE "roster.request"
#define VIEW_VALUE    "roster.view"
#define HOST_VALUE    "roster.host"
#define UNKNOWN_VALUE "roster.unknown" /* stands for a word that does not exist, so that the rest of a file is still read */

typedef struct answer_value {
  const char *refusal, *address;
  const gateway *gateway;
} answer_value;

typedef struct view_value {
  const schema *schema;
  const entity *entity;
} view_value;

/* Stack effects: [-popped, +pushed]. All of these may raise Lua errors and run under script_protect only. */
script *script_of(lua_State *L);                                   /* [-0, +0] */
origin script_where(lua_State *L);                                 /* [-0, +0] the line of the script that is running */
void push_read_only(lua_State *L);                                 /* [-1, +1] the table on top, as one that cannot be changed */
void sandbox_fill(lua_State *L);                                   /* [-0, +1] the environment table */
void words_fill(lua_State *L);                                     /* [-0, +0] verbs and values, into the table on top */
void text_words_fill(lua_State *L);                                /* [-0, +0] the table `text`, into the table on top */
void push_view(lua_State *L, const schema *s, const void *entity); /* [-0, +1] */
void push_json(lua_State *L, const json_t *value);                 /* [-0, +1] */
json_t *take_json(lua_State *L, int at, int depth);                /* [-0, +0] a new reference; raises for what JSON cannot hold */
bool take_request(lua_State *L, int at, request *out);             /* [-0, +0] false when it is no request */
/* The text at `at`, kept as long as the catalog. What a script has kept counts against its memory. */
const char *keep_text(lua_State *L, int at);                             /* [-0, +0] */
void *push_value(lua_State *L, size_t size, const char *kind);           /* [-0, +1] zeroed */
credential *credential_at(lua_State *L, int at);                         /* a secret or a list of them, in order; NULL for anything else */
void push_wanted(lua_State *L, const interest *w);                       /* [-0, +1] for one call: w is borrowed */
void take_listed(lua_State *L, int at, const interest *w, listing *out); /* the list at `at`, as read_list gives it */
void push_bearer(lua_State *L);                                          /* [-0, +1] */
int word_header(lua_State *L);                                           /* words: each takes its argument at 1 and answers one value */
int word_aws_sigv4(lua_State *L);
int word_secret(lua_State *L);
int push_unknown(lua_State *L);                        /* [-0, +1] stands for what does not exist; answers 1 */
bool is_value(lua_State *L, int at, const char *kind); /* [-0, +0] */
#define ID_RULE "an id has 1 to 200 bytes, and no control bytes"
bool is_id(const char *id, size_t length);
/* Takes the table at `at` into the catalog, checked against its schema. */
/* Reads the shipped protocol of that name, once; all of them when there is none, so that a misspelt name finds its neighbour. */
void need_protocol(lua_State *L, const char *id);
void define(lua_State *L, const char *verb, const char *id, int at, origin where);

/* Runs f(argument) protected, within fresh limits. NULL when it went well, else what went wrong, for people. */
const char *script_protect(script *s, lua_CFunction f, void *argument);

#endif
