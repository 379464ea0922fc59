/* arguments: the parsed command line. Which verb takes which option is up to the table of verbs in main.c. */
#ifndef ROSTER_SHARED_ARGUMENTS_H
#define ROSTER_SHARED_ARGUMENTS_H

#include "command/shared/needs.h"
#include "roster.h"

#include <stdint.h>

enum {
  OPTION_CONFIG = 1 << 0,
  OPTION_NO_BUILTIN = 1 << 1,
  OPTION_LEVEL = 1 << 2,
  OPTION_DEEP = 1 << 3,
  OPTION_TIMEOUT = 1 << 4,
  OPTION_OFFLINE = 1 << 5,
  OPTION_ALL = 1 << 6,
  OPTION_JSON = 1 << 7,
  OPTION_HELP = 1 << 8,
  OPTION_VERSION = 1 << 9,
  OPTION_RECORD = 1 << 10,
  OPTION_REPLAY = 1 << 11,
  OPTION_AGAINST = 1 << 12,
  OPTION_DB = 1 << 13,
  OPTION_TABLE = 1 << 14,
  OPTION_COLUMN = 1 << 15,
  OPTION_PROFILE = 1 << 16,
  OPTION_HISTORY = 1 << 17,
  OPTION_APPLY = 1 << 18,
  OPTION_UNDO = 1 << 19,
  OPTION_SQL = 1 << 20,
  OPTION_JSON_IDS = 1 << 21,
  OPTION_LISTEN = 1 << 22,
  OPTION_TOKEN_FILE = 1 << 23,
  OPTION_EVERY = 1 << 24,
  OPTION_ALLOW_HOST = 1 << 25,
  OPTION_ALLOW_ORIGIN = 1 << 26,
  OPTION_LOG_FORMAT = 1 << 27,
  OPTION_EXPECT = 1 << 28,
  OPTION_SOCKET_MODE = 1 << 29,
  OPTION_SOCKET_GROUP = 1 << 30,

  OPTIONS_ASKING = OPTION_LEVEL | OPTION_TIMEOUT | OPTION_RECORD | OPTION_REPLAY,
  OPTIONS_SERVING = OPTION_LISTEN | OPTION_SOCKET_MODE | OPTION_SOCKET_GROUP | OPTION_TOKEN_FILE | OPTION_EVERY | OPTION_ALLOW_HOST |
                    OPTION_ALLOW_ORIGIN | OPTION_LOG_FORMAT
};

/* No enumerator of ISO C is as large. */
#define OPTION_KIND     ((option_set)1 << 31)
#define OPTION_DOCUMENT ((option_set)1 << 32)
#define OPTION_SPELLING ((option_set)1 << 33)
#define OPTION_SOURCES  ((option_set)1 << 40)
#define OPTION_ACCEPT   ((option_set)1 << 41)
#define OPTION_INPUT    ((option_set)1 << 34)
#define OPTION_OUTPUT   ((option_set)1 << 35)
#define OPTION_CACHED   ((option_set)1 << 36)
#define OPTION_ON       ((option_set)1 << 37)

#define OPTION_IDS      ((option_set)1 << 38)
#define OPTION_STATE    ((option_set)1 << 39)
#define OPTION_SCENARIO ((option_set)1 << 42)
#define OPTION_RETIRING ((option_set)1 << 43)
#define OPTION_SORT     ((option_set)1 << 56)
#define OPTION_COLUMNS  ((option_set)1 << 57)

#define OPTION_ONLINE     ((option_set)1 << 58)
#define OPTION_CHANGED    ((option_set)1 << 59)
#define OPTION_SYSTEM     ((option_set)1 << 60)
#define OPTION_MAX_TOKENS ((option_set)1 << 61)
#define OPTION_NO_STREAM  ((option_set)1 << 62)
#define OPTION_ANYWAY     ((option_set)1 << 63)

/* Those of a need, in the order of roster_need. */
#define OPTION_FIRST_NEED ((option_set)1 << 44)
#define OPTIONS_NEEDS     (((option_set)1 << 56) - OPTION_FIRST_NEED)

#define OPTIONS_DEFINITIONS (OPTION_CONFIG | OPTION_NO_BUILTIN | OPTION_SOURCES)

typedef uint64_t option_set; /* of OPTION_... */

typedef struct arguments {
  option_set given;
  const char *verb;   /* the first operand, NULL when there is none */
  const char *config; /* NULL when not given, as all of the next two lines */
  const char *record, *replay, *against, *expect, *scenario, *db, *profile, *kind, *document, *ids; /* the spelling of ids */
  const char *states, *sort, *shown_columns;
  const char **tables, **columns; /* as often as they were given */
  int table_count, column_count;
  bool discover_all, keep_requests;                                                   /* set by verbs, not on the command line */
  const char *listen, *socket_mode, *socket_group, *token_file, *origin, *log_format; /* NULL when not given */
  const char **hosts;                                                                 /* as often as they were given */
  int host_count;
  const char *on;     /* NULL when not given */
  const char *system; /* NULL when not given */
  int64_t max_tokens;
  int64_t input, output, cached; /* tokens */
  roster_level level;
  long timeout_ms, every_ms, retiring_days;
  written_needs needs;
  const char **operands; /* after the verb */
  int operand_count;
  struct veil *veil; /* learns the keys that a load names; set by verbs; NULL: none does */
} arguments;

/* Borrows argv. On a mistake it returns ROSTER_EINVALID and the error; `given` then still has OPTION_JSON if it was there. */
roster_status arguments_read(arguments *o, int argc, char **argv, roster_error *err);
void arguments_free(arguments *o);

bool arguments_have(const arguments *o, option_set option);
const char *option_name(option_set option); /* "--config" */
/* One row of the table of options. */
typedef struct known_option {
  const char *name, *value, *help, *group; /* value: what it takes, as the help calls it; NULL: nothing */
  option_set option;
} known_option;

const known_option *option_at(size_t index); /* NULL past the end */
/* The words of which it takes one; NULL where they are not a closed list. */
const char *const *option_words(option_set option, size_t *count);

/* Prints the help of each option of a set, by groups. */
void options_write_help(option_set set);

#endif
