/* state: the Lua state of one load, and what the files around it share. It is private to this folder, and the only header here that
 * includes Lua's.
 *
 * sandbox.c makes the state, bounds each call and decides which of Lua's own functions a script sees. words.c and credential_words.c add
 * the words of the language. load.c runs a file; each block in it, which decode.c checks against its schema, becomes an entity of the
 * catalog. script.c and remote_listing.c call the functions that definitions contain. bridge.c carries values across. */
#ifndef ROSTER_DEFINITIONS_STATE_H
#define ROSTER_DEFINITIONS_STATE_H

#include "library/definitions/lua_heap.h"
#include "library/definitions/schema.h"
#include "library/definitions/script.h"
#include "library/definitions/setting.h"
#include "util/json_rows.h"
#include "util/text_pages.h"
#include "util/writer.h"

#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

/* One that broke a limit, and which. */
typedef struct stopped_function {
  script_ref ref;
  const char *why;
} stopped_function;

/* provider "acme", until its table comes. */
typedef struct unfinished {
  const char *verb, *takes, *id; /* takes: the arguments of its function; NULL: it takes a table */
  origin at;
  bool done;
} unfinished;

/* A word that may not have been run into; see unreached_words.c. */
typedef struct unreached_word {
  finding_place place;
  const char *word, *message, *fix;
} unreached_word;

/* What a call may still cost; see budget.c. */
typedef struct budget {
  long steps;                /* instructions of the virtual machine left in this call, or what C does instead of them */
  size_t items;              /* of a listing, read in this call */
  long unlooked;             /* spent by C since the clock was looked at */
  int every;                 /* instructions between two calls of the hook */
  int64_t most_ms, until_ms; /* processor time: for one call; at which this one has used it up, known from the first look on */
  int64_t look_ms;           /* that cannot be before this moment; 0 before the first look */
  size_t bytes, bytes_most;  /* Lua's memory; the arena may grow by as much in one call */
  size_t kept;               /* of it that may not be garbage: the least since the last collection */
  size_t largest;            /* block of it */
  size_t arena_before;       /* the arena's limit outside of this call, and its handler */
  arena_exhausted *outer;
  void *outer_payload;
  bool exceeded; /* this call broke one of the limits */
  bool starved;  /* the machine ran out of memory in it */
  origin seen;   /* where memory was last refused */
} budget;

enum { MOST_SHIPPED = 32, RECENT_TEXTS = 256, RECENT_LISTS = 32 };

struct script {
  lua_State *lua;
  lua_heap heap;
  catalog *catalog;
  arena *arena;
  keyring *ring; /* NULL: answers are not read yet */
  const environment *environment;
  budget budget;
  struct stopped_function *stopped; /* see script_call */
  size_t stopped_count, stopped_room;
  const void *watched; /* a model whose own fields may be read; NULL: none */
  bool looked;         /* one was */
  const char *made;    /* the word by which the rule that is running made a result; NULL: it made none */
  bool loading;
  int directory;
  protocol *functions[MOST_SHIPPED]; /* of a shipped protocol, by its file; without a place until they were read: see prepared.c */
  protocol *running;                 /* the file of that one is being run for them; NULL: none */
  const char **files;                /* chunk "#n" is files[n] */
  size_t file_count, file_room;
  lookup protocols;           /* shipped ones that were read */
  const char **refused_reads; /* the marks that `setting` returned, in order */
  size_t refused_count, refused_room;
  size_t block_reads; /* those before the block that is being read */
  unfinished **begun; /* verbs of this file that were called with a name, in order */
  size_t begun_count, begun_room;
  const json_t *body; /* of the response that scripts were asked about last; borrowed, NULL for none */
  int body_ref;
  const interest *interest;   /* what a listing that is being read is read for; NULL: none is */
  const json_rows *read_rows; /* the row that was read last, only to be compared, and how often */
  size_t read_place, reads;
  const void *row; /* the table of the row that was made last, only to be compared; and which row that is */
  const json_rows *row_of;
  size_t row_place;
  json_t *overlay_block; /* one of its blocks, likewise */
  json_answer overlay;   /* the JSON file that is being read; owned, so that whoever gives up in the middle leaves nothing behind */
  writer json;           /* of table_json.c; from the heap, and freed with the script, so that an error leaves nothing behind */
  int environment_ref;   /* the table that every chunk sees as its globals */
  char *reread;          /* a file that was read once more to find a mistake in it; owned */
  const char *reread_file;
  origin reported; /* the line of the unknown word that was reported last, and the column up to which that was about */
  int reported_to;
  origin unset_at;                  /* where `setting` last found no value, and of which variable */
  const char *unset, *assigned;     /* assigned: the undeclared name that last got a value, where that failed */
  const char *unset_url;            /* of the block of JSON that is being read: the variable of base_url, where it is not set */
  const char *block_id;             /* of the block that is being written, for a fix; NULL: none */
  text_pages text;                  /* of the file that is being read, where it came in pieces; owned */
  origin plain_at;                  /* the block that is being read without Lua */
  const char *recent[RECENT_TEXTS]; /* short texts and lists of the last blocks that were read so, to be shared */
  texts recent_lists[RECENT_LISTS];
  unreached_word *unreached; /* of all files so far; of a load that checks thoroughly */
  size_t unreached_count, unreached_room;
  const char *mend, *mended;            /* what to write instead of the call of the word that raised `mended` last */
  const char *mend_inside;              /* what of that call is wrong; NULL: all of it */
  lookup variables;                     /* that `secret` names, or `setting` reads; see read_secrets.c */
  struct named_variable **read_secrets; /* those that are both */
  size_t read_secret_count, read_secret_room;
};

/* Names of the metatables of values that scripts can hold, but make only with the words of the language. */
#define SECRET_VALUE  "roster.secret"
#define AUTH_VALUE    "roster.auth"
#define NONE_VALUE    "roster.none"
#define RULE_VALUE    "roster.answer"
#define REQUEST_VALUE "roster.request"
#define LIST_VALUE    "roster.list"
#define VIEW_VALUE    "roster.view"
#define HOST_VALUE    "roster.host"
#define ROW_VALUE     "roster.row" /* see answer_rows.c */
#define ROWS_VALUE    "roster.rows"
#define UNKNOWN_VALUE "roster.unknown" /* of a word that does not exist, so that the rest of a file is still read */

typedef struct rule_value { /* what a rule returns: via(...) or refuse(...) */
  const char *refusal, *address;
  const gateway *gateway;
} rule_value;

typedef struct view_value {
  const schema *schema;
  const entity *entity;
} view_value;

/* Everything below may raise a Lua error, and so runs under script_protect only. Stack effects: [-popped, +pushed]. */

/* ---- budget.c ---- */

budget budget_make(const environment *e);
void *budget_allocate(void *payload, void *block, size_t old, size_t new); /* Lua's; payload: the script */
void budget_begin(script *s);                                              /* one protected call; raises nothing */
void budget_end(script *s, int status);                                    /* what lua_pcall returned */
const char *budget_message(script *s, int status, const char *raised);     /* of a call that failed */
/* A block was made that is no operand of any instruction: the largest is the one from before. */
void budget_spare_block(script *s, size_t largest);
int exceed_memory(lua_State *L); /* raises the error */
/* C has done the work of so many instructions; raises an error when the call has used up its budget, or nobody waits for it any more. */
/* One more item of a listing is read in this call: a long listing may take longer than a short one. */
void budget_allow_item(lua_State *L);
void spend(lua_State *L, size_t steps);

/* What a value costs that C takes from a script as JSON; of a text so many bytes cost one more, and so many where a script is given it. */
enum { VALUE_COST = 20, BYTES_FOR_ONE = 4, BYTES_GIVEN_FOR_ONE = 64 };

/* What C walks through counts, so nothing here calls Lua's own functions for it: these are all there is. */
static inline bool next_pair(lua_State *L, int at) { /* as lua_next */
  spend(L, 1);
  return lua_next(L, at);
}
static inline int push_item(lua_State *L, int at, lua_Integer i) { /* [-0, +1]; returns its type */
  spend(L, 1);
  return lua_rawgeti(L, at, i);
}
static inline void set_item(lua_State *L, int at, lua_Integer i) { /* [-1, +0] */
  spend(L, 1);
  lua_rawseti(L, at, i);
}
enum { DEFERRED = 1 << 24 };                     /* references from here on are of functions that were not made yet, see prepared.c */
int push_deferred(lua_State *L, script_ref ref); /* [-0, +1] */
static inline int push_ref(lua_State *L, script_ref ref) { /* [-0, +1] */
  return ref < DEFERRED ? lua_rawgeti(L, LUA_REGISTRYINDEX, ref) : push_deferred(L, ref);
}
#pragma GCC poison lua_next lua_rawgeti lua_geti lua_rawseti lua_seti

/* ---- sandbox.c ---- */

/* Runs f(argument) protected, within fresh limits. NULL when it went well, else what went wrong. Raises nothing itself. */
const char *script_protect(script *s, lua_CFunction f, void *argument);
/* The same for a function of the definitions. One that broke a limit is not called again: what it costs, it would cost for every model. */
const char *script_call(script *s, script_ref ref, lua_CFunction f, void *argument);
script *script_of(lua_State *L);                                    /* [-0, +0] */
origin script_where(lua_State *L);                                  /* [-0, +0] the line of the script that is running */
origin script_line(const script *s, const lua_Debug *of, int line); /* that line of the file of a function; no file for one in C */
void push_read_only(lua_State *L);                                  /* [-1, +1] the table on top, as one that cannot be changed */
void hide_metatable(lua_State *L); /* [-0, +0] the metatable on top: scripts get false instead, and cannot set it */
int push_unknown(lua_State *L);    /* [-0, +1] an UNKNOWN_VALUE; returns 1 */
void sandbox_fill(lua_State *L);   /* [-0, +1] the environment table */
/* The string at `at`, kept as long as the catalog. */
const char *keep_text(lua_State *L, int at); /* [-0, +0] */

/* ---- words.c, credential_words.c ---- */

#define ID_RULE "an id has 1 to 200 bytes and no control characters"
bool is_id(const char *id, size_t length);
/* Of a block: NULL for an id, else why it is none. */
const char *id_problem(const char *id, size_t length);
bool id_is_plain(const char *id, size_t length);               /* ASCII, and seen from its beginning to its end */
void words_fill(lua_State *L);                                 /* [-0, +0] verbs and values, into the table on top */
void *push_value(lua_State *L, size_t size, const char *kind); /* [-0, +1] zeroed */
void push_bearer(lua_State *L);                                /* [-0, +1] */
credential *credential_at(lua_State *L, int at);               /* a secret or a list of them, in order; NULL for anything else */
int word_header(lua_State *L);                                 /* each takes its argument at 1 and returns one value */
int word_aws_sigv4(lua_State *L);
int word_secret(lua_State *L);
/* In read_secrets.c: of the variables that `secret` names, and those that `setting` is about to read, which raises an error for a secret.
 */
void note_secret(lua_State *L, const char *name);
void refuse_secret(lua_State *L, const char *name);
void report_read_secrets(script *s); /* once all files are read: it alone, if a script has read one */

void report_idle_lines(script *s, const char *file);              /* of a Lua file that was read */
void report_compared(script *s, const char *file);                /* the same, in comparisons.c */
int find_unreached_words(lua_State *L);                           /* the same; a function of Lua, to which the file's name is handed */
void push_words(lua_State *L);                                    /* [-0, +1] the table of all words of the language, in sandbox.c */
const char *nearest_word(lua_State *L, int at, const char *word); /* [-0, +0] of the table of words at `at`; NULL: none is near */
/* Fills *out with what is to be said of the word at v->at, which the language does not have; two tokens on each side of it are there. */
struct syntax_view;
struct syntax_mistake;
void say_unknown_word(lua_State *L, struct syntax_view *v, const char *word, struct syntax_mistake *out);
/* Each verb since then whose second call never came is a finding. */
void report_unfinished(script *s, size_t since);
void fill_text(lua_State *L);       /* [-0, +0] in text_words.c; the table `text`, into the table on top */
int word_tonumber(lua_State *L);    /* upvalue: Lua's own */
void fill_arithmetic(lua_State *L); /* [-0, +0] into the metatable of strings on top */

/* ---- load.c, shipped.c ---- */

enum { LARGEST_LUA = 4 * 1024 * 1024 };

/* Takes the table at `at` into the catalog, checked against its schema. */
void define(lua_State *L, const char *verb, const char *id, int at, origin where);
/* Reads the shipped protocol of that name, once; all of them when there is none, so that a misspelt name gets a suggestion. */
void need_protocol(lua_State *L, const char *id);
void take_block(lua_State *L, const schema *sh, entity *block); /* [-0, +0] the same for a block that is decoded */
void run_shipped(lua_State *L, const shipped_file *f);          /* [-0, +0] */
void register_shipped(script *s);

/* ---- shipped_code.c, prepared.c ---- */

bool shipped_push(lua_State *L, const shipped_file *f); /* [-0, +1] as a function, or [-0, +0] and false while it is not kept */
void shipped_keep(lua_State *L, const shipped_file *f); /* [-0, +0] the function on top; does nothing when out of memory */
const char *shipped_blocks(const shipped_file *f);      /* those that the build prepared, NULL for none */
/* [-0, +0] Takes the file's blocks into the catalog; false when it has to be run. */
bool prepared_read(lua_State *L, const shipped_file *f);
void prepared_take_functions(script *s, const protocol *block); /* of the protocol whose file is being run for them */
bool is_deferred(const script *s, script_ref ref);              /* the file was not run yet */

/* ---- lua_syntax.c, foreign_words.c, failure_words.c ---- */

/* Raises nothing. The finding for a text that Lua does not compile; false when nothing better is known than what Lua said. text: NULL where
 * it is in the file only. */
bool report_syntax(script *s, origin where, const char *text, size_t length, const char *said);
/* The text of a file once more, NUL-terminated, good until the next call; false when it cannot be had. */
const char *foreign_top(const char *word, bool list); /* what to write instead of that member of a JSON file; NULL: nobody knows */
bool script_reread(script *s, const char *file, const char **text, size_t *length);
/* [-0, +0] The finding for a word that does not exist. `nearest` is spelt alike, or NULL. */
void report_unknown_word(lua_State *L, const char *word, const char *nearest);
/* The finding for an error that Lua raised there; false where its own message is best. */
bool report_failure(script *s, origin where, const char *message);
const char *failure_in_words(script *s,
                             const char *message); /* of a function that was called for a model; the message itself: nothing to add */
/* [-0, +0] The finding for default "main" { ... }, where the string is at 1; false for anything else. */
bool report_named(lua_State *L, const char *verb);
/* Raises the error `message` of a word; `fix` is how to write the call instead, or NULL. */
int fail_word(lua_State *L, const char *fix, const char *message);
int fail_part(lua_State *L, const char *fix, const char *inside, const char *message); /* the same about a part of the call */
/* [-0, +0] That of the error with this message; *inside: the part of the call that it is about. */
const char *fix_of_failure(script *s, const char *message, const char **inside);
#define A_SHELL_LINE "looks like an environment variable: set it in the environment, and read it with setting \"NAME\" or secret \"NAME\""
/* For a word that is given a value at the top of a file; text: that is a string. */
const char *assignment_advice(script *s, const char *word, bool text);
struct lua_token;
/* The line with `local` before the name, or before the function of that name; NULL where that is not all. */
const char *declared_line(const struct syntax_view *v, const struct lua_token *before, const struct lua_token *name,
                          const struct lua_token *behind);
void report_returned(lua_State *L, const char *file); /* [-0, +0] of a file that returned what is on top */
const char *foreign_advice(const char *word);         /* what to write in place of a word of another language; NULL: it is none */

/* ---- bridge.c, remote_listing.c ---- */

bool is_value(lua_State *L, int at, const char *kind); /* [-0, +0] */
/* Gives the userdata on top the metatable of its kind, with these two methods. [-0, +0] */
void set_kind(lua_State *L, const char *kind, lua_CFunction index, lua_CFunction assign);
void push_view(lua_State *L, const schema *s, const void *of); /* [-0, +1] */
void push_json(lua_State *L, const json_t *value);             /* [-0, +1] */
void fill_table(lua_State *L, const json_t *value);            /* [-0, +0] with the members of an object, the table on top */
/* [-0, +0] False when it is not a request. out->path is NULL where the name of the model (NULL: none) cannot stand in a path. */
bool take_request(lua_State *L, int at, const model *m, api_request *out);
/* Each raises an error for what a request cannot hold. [-0, +0] */
void check_query(lua_State *L, int at);
const char *take_body(lua_State *L, int at);                  /* as take_json */
const char *request_path_problem(arena *a, const char *path); /* NULL when there is none */
void push_wanted(lua_State *L, const interest *w);            /* [-0, +1] for one call: w is borrowed */
/* The list at `at`, as read_list of this protocol gives it. [-0, +0] */
void take_remote_listing(lua_State *L, int at, const protocol *p, const interest *w, remote_listing *out);
bool take_remote_model(lua_State *L, script_ref reader, remote_model *out); /* [-1, +1] the item on top; false when it is no model */

/* ---- answer_rows.c ---- */

void push_rows(lua_State *L, const json_rows *rows); /* [-0, +1] as the list that push_json would make of them */
void settle_rows(lua_State *L, int at);              /* [-0, +0] makes such a list, or one of its rows, a table like any other */
int word_next(lua_State *L);                         /* as Lua's own */
int word_pairs(lua_State *L);
/* How many items a list has as read_list gives it. To go through one: [-0, +2] what the others take as `parts`, and how many that are;
 * [-0, +1] with these on top. */
size_t list_count(lua_State *L, int at);
int list_begin(lua_State *L, int at);
size_t list_count_of(lua_State *L, int at, int parts);
void push_list_item(lua_State *L, int at, int parts, lua_Integer i);
/* The name of an item that no script has looked at, by the first of these members that it has; NULL where its text does not tell at once.
 */
const char *list_item_name(lua_State *L, int parts, lua_Integer i, const texts *named_by);

/* ---- plain_lua.c ---- */

/* Whether the text, which a NUL follows, is nothing but blocks of literals; how many of them are models. */
bool plain_is(const char *text, size_t length, size_t *models);
/* [-0, +0] Takes the blocks of such a text in. What was read of `script.text` is given back. */
void plain_read(lua_State *L, const char *file, const char *text);
int64_t unit_of(const char *name, size_t length); /* in words.c: 1000 for "K"; 0 where it is no unit */

/* ---- load_json.c, json_text.c ---- */

typedef struct literal_number {
  bool whole;
  int64_t integer;
  double real;
} literal_number;

/* A number with few digits, which is exact; false for another one. */
bool exact_number(const char *text, size_t length, literal_number *out);

typedef struct json_file {
  const char *name, *text;
  size_t length;
} json_file;

void load_json(script *s, const json_file *f); /* raises nothing */

/* [-0, +1] The object of that text as the table of a block. False, with more on the stack, where its text alone is not enough, where it has
 * the member `plain` (NULL: none), or fewer members. */
bool push_plain_object(lua_State *L, const char *at, const char *plain, size_t least);
/* [-0, +1] As push_json of the value that begins there; false, with more on the stack, as above. Nor is null taken. */
bool push_plain_json(lua_State *L, const char *at);

/* ---- decode.c: from the table of a block to the fields of an entity ---- */

/* The block that is being read, to name it in findings. */
typedef struct context {
  lua_State *lua;
  const char *verb, *id;
  const struct context *outer; /* the block that this one is in, as its field `name`; NULL at the top */
  const char *name;
  origin where;
  entity *block;  /* at the top */
  uint64_t field; /* of it */
  int table;      /* where that is which is being read; 0: it is no table of Lua */
  bool commas;    /* the numbers with commas of this table are reported */
} context;

entity *new_block(context *p, const schema *sh); /* [-0, +0] in load.c; one without fields yet */
const char *block_name(const context *p);        /* "model 'one'" */
/* Where the field `name` of the block or of one within it is; NULL: the head of the block. */
finding_place place_in(const context *p, const char *name, finding_part part);
#define WRONG_AT(p, place, fix, format, ...)                                                                                               \
  finding_at(script_of((p)->lua)->catalog->findings, ROSTER_ERROR, place, fix, "%s: " format, block_name(p), __VA_ARGS__)
/* Something is wrong with the block, with the value of its field `name`, or with the name itself. */
#define WRONG(p, format, ...)                  WRONG_AT(p, place_in(p, NULL, PART_VALUE), NULL, format, __VA_ARGS__)
#define WRONG_VALUE(p, name, fix, format, ...) WRONG_AT(p, place_in(p, name, PART_VALUE), fix, format, __VA_ARGS__)
#define WRONG_KEY(p, name, fix, format, ...)   WRONG_AT(p, place_in(p, name, PART_KEY), fix, format, __VA_ARGS__)

const char *describe(lua_State *L, int at); /* [-0, +0] a value in the words of findings: "the number 5", "a secret" */
bool in_json(lua_State *L);                 /* the file that is being read is JSON, and findings speak JSON */
#define NOT_UTF8 "is not UTF-8: save the file as UTF-8, and write \\u{...} for a character, not \\x"
bool is_table(lua_State *L, int at); /* [-0, +0] one that a script wrote: not a request, nor a word of the language */
bool take_text(context *p, const field *f, int at, void *into);
/* Each false after a finding. [-0, +0] */
bool check_list(context *p, const field *f, int at); /* the table at `at` has the keys of a list */
/* In decode_address.c. Each what is wrong with it, or NULL; *fixed is what to write instead, where that is plain, or stays. */
const char *address_path_problem(context *p, const field *f, const char *path, const char **fixed);
const char *address_slot_problem(context *p, const field *f, const char *text, const char **fixed);   /* what stands in braces */
const char *address_variable_problem(context *p, const field *f, const char *text, const char **fix); /* ${NAME} */
const char *address_problem(context *p, const field *f, const char *address, const char **fixed);
void address_report(context *p, const field *f, const char *shown, const char *wrong, const char *fixed); /* shown: the value, or NULL */
enum { MOST_ENTRIES = 1000 };                            /* of a table with names: overlays compare each with each */
bool has_room(context *p, const field *f, size_t count); /* for one more entry */
void refuse_block(context *p, const setting *by);
/* In decode_refs.c. */
bool take_handle(context *p, const field *f, int at, void *into);
bool take_ref(context *p, const field *f, int at, void *into);
bool take_discover(context *p, const field *f, int at, void *into);
bool take_proofs(context *p, const field *f, int at, void *into);
bool take_extra(context *p, const field *f, int at, void *into); /* [-0, +0] in extra.c; of the table at `at` */
bool take_steps(context *p, const field *f, int at, void *into); /* [-0, +0] in price.c; of the table at `at` */
/* [-0, +0] The finding for a key that the schema does not have; in foreign_keys.c. Its value is on top. */
void report_unknown_key(context *p, const schema *s, const char *key, entity *into);
/* In the same: our key for it, of this block or "price.input" of a table in it; "" or NULL where it is none. */
const char *key_meant(context *p, const schema *s, const char *key);
/* In nested_keys.c: the finding for such a key of a table in it; false where it is none. named: it is another program's word. */
bool report_nested_key(context *p, const schema *s, const char *key, const char *meant, bool named);
/* In decode_fix.c: the line to write instead of the value at `at`, or of one out of range; NULL where it does not say what was meant. */
const char *fix_of(const context *p, const field *f, int at);
const char *date_meant(arena *a, const char *text);                   /* "2026-12-01" of "1.12.2026"; NULL: nobody knows */
const char *tokens_meant(arena *a, const char *text);                 /* "200000" of "200K" */
const char *flag_meant(const char *text);                             /* "true" of "yes" */
const char *choice_meant(arena *a, const field *f, const char *text); /* "\"chat\"" of "llm", in quotes */
/* In price_words.c. */
void report_day(context *p, const field *f, int key);
void report_tokens(context *p, const field *f, int key);
bool report_flat_steps(context *p, const field *f, int at); /* whether the table has no keys by day or tokens, which is a finding then */
/* In as_written.c. */
/* The day that is the key `value` by subtraction, with where it is; NULL for none. */
const char *bare_day_as_written(context *p, double value, struct syntax_view *v, struct lua_token *from, const char **end);
const char *price_as_divided(const context *p); /* 3/15, of which Lua has made 0.2 */
void note_unset_url(context *p, provider *of);  /* why it has no base_url, where its text has one */
bool report_bare_list(context *p, const field *f, int at);
bool report_bare_date(context *p, const field *f, int at);
bool report_bare_price(context *p, const field *f, int at);
bool report_commas(context *p, const schema *s); /* as_written.c: numbers with commas in the block, for fields of the schema */
const char *secret_meant(lua_State *L, int at);  /* [-0, +0] how a table that is to be a secret is written; NULL: nobody knows */
const char *fix_of_headers(const context *p, const field *f, int at);
const char *fix_of_range(const context *p, const field *f, double value);
/* In price.c: each true after a finding, that a key belongs elsewhere, or that a number is a price of one token. */
bool price_is_misplaced(context *p, const schema *s, const char *key);
bool price_is_per_token(context *p, const field *f, double value);
const char *path_to(const context *p, const char *name);                            /* "price.above", for a finding */
void push_extra(lua_State *L, const json_t *value);                                 /* [-0, +1] in extra.c; as take_extra takes it */
void take_fields(context *p, const schema *s, int at, entity *into);                /* [-0, +0] of the table at `at` */
void take_value(context *p, const schema *s, const field *f, int at, entity *into); /* [-0, +0] of the one field, from what is at `at` */
context inner_context(const context *p, const field *f);                            /* for the block that the field holds */
void settle_inner(const context *p, entity *inner);                                 /* once its fields are taken */
bool may_be_filled(const context *p);                                               /* its texts lead somewhere */
bool mismatch(context *p, const field *f, int at); /* false, and a finding: the field cannot hold what is at `at` */

/* ---- table_json.c ---- */

/* [-0, +0] The table at `at` as JSON of at most this many bytes, good until the next call; raises an error, in which `what` names it, for
 * what JSON cannot represent. */
const char *take_json(lua_State *L, int at, const char *what, size_t most);
bool is_item(lua_State *L, int key, size_t count); /* [-0, +0] the key at `key` is one of a list of so many */
const char *odd_key(lua_State *L, int at); /* [-0, +0] what keeps the table from being a list, "the key 'x'", "a gap"; NULL: nothing */

/* ---- spelling_words.c ---- */

id_set *take_ids(context *p, int at); /* [-0, +0] of the table at `at` */

#endif
