/* merged_tree: a block as a tree of its fields and their members, each with the text of its value in Lua and in JSON. Private to the files
 * of `merged`. */
#ifndef ROSTER_DEFINITIONS_MERGED_TREE_H
#define ROSTER_DEFINITIONS_MERGED_TREE_H

#include "library/definitions/places.h"
#include "library/definitions/schema.h"
#include "library/definitions/script.h"
#include "util/writer.h"

typedef enum node_kind {
  NODE_VALUE,
  NODE_LIST,  /* items without keys: amended as one */
  NODE_TABLE, /* members, each amended by itself */
  NODE_REMARK /* what cannot be written: a function, or the value of a variable that cannot be used */
} node_kind;

/* A block as it was read: what one value may come from. */
typedef struct source_block {
  const entity *block;
  const struct node *tree;
  const char *inherited; /* the id of the model or protocol whose block it is; NULL: its own */
} source_block;

typedef struct node {
  node_kind kind;
  const char *key;        /* NULL for an item */
  const char *lua_key;    /* "[272 * K]", where that is not `key` */
  const char *lua, *json; /* NULL for lists and tables */
  const char *text;       /* of a value that may be made with a variable */
  bool hidden;            /* what looks like a key in it is covered */
  bool address;           /* it is one */
  bool step;              /* of a table of tiers or days */
  struct node *first, *last, *next;
  const source_block *by; /* NULL: unknown */
  origin at;
  const char *variable; /* that it is made with; NULL: none */
} node;

typedef struct tree_maker {
  catalog *catalog;
  script *script;
  arena *arena;
  bool removals;          /* what is set to `none` is written, too */
  const setting *refused; /* met in the field that is being read */
} tree_maker;

/* The fields of a block that are given, and its list part; as a table. */
node *tree_of(tree_maker *t, const schema *s, const entity *of);
/* The entries of an `ids` block; with `own`, those of deployers only. */
node *tree_of_ids(tree_maker *t, const id_set *set, bool own);
node *tree_add(node *parent, node *child);                   /* the child */
const node *tree_member(const node *table, const char *key); /* NULL when there is none */

/* In merged_value.c: a value of a field, in both languages. */
node *value_word(arena *a, const char *key, const char *lua, const char *json);
node *value_text(tree_maker *t, const char *key, const char *text);
node *value_tokens(arena *a, const char *key, int64_t tokens, bool unit);
node *value_seconds(arena *a, const char *key, int64_t ms);
node *value_amount(arena *a, const char *key, double amount);
node *value_credential(tree_maker *t, const char *key, const credential *c);
node *value_auth(tree_maker *t, const char *key, const auth *from);
node *value_request(tree_maker *t, const char *key, script_ref ref); /* NULL where it is a function */
node *value_json(tree_maker *t, const char *key, const char *json);
node *value_function(tree_maker *t, const char *key, script_ref ref, const char *what);
/* Covers what looks like a key in it, also by the name (NULL: without one) behind which it is. */
void value_cover(arena *a, node *n, const char *name);
const char *tokens_word(arena *a, int64_t tokens); /* "272 * K" */
void add_lua_text(strbuf *out, const char *text);  /* quoted */
void add_lua_key(strbuf *out, const char *key);    /* key, or ["key"] */

/* In merged_places.c. */
typedef struct place_finder {
  arena *arena;     /* of the pages */
  arena *scratch;   /* of the rest */
  const char *verb; /* of the block that is traced */
  catalog *catalog;
  text_reader *read;
  void *payload;
  lookup pages; /* page_text by their files */
  struct place_tables *tables;
  size_t left; /* bytes that may still be read */
} place_finder;

/* Finds out where each part of the tree comes from: `from` are the blocks, those that win first. */
void places_trace(place_finder *f, node *of, const source_block *from, size_t count);
/* The same for entries whose blocks are known. */
void places_of_entries(place_finder *f, node *of);

/* In merged_print.c. */
typedef struct merged_block {
  const char *verb, *id;
  node *tree;       /* NULL: it is a function */
  const origin *at; /* of each block that says something of it, the first first */
  const int *directories;
  size_t count;
  const char *remark; /* in place of all the rest */
} merged_block;

typedef struct printer {
  arena *arena;
  strbuf *out;
  const char *home;
  size_t width; /* 0: any */
  int host;
  bool after_line; /* the block before is on one line */
} printer;

void print_lua(printer *p, const merged_block *b);
void print_json(printer *p, const merged_block *b, writer *w);

#endif
