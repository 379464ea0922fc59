/* row_stream: see row_stream.h. One thread writes the expected rows as bytes into a ring of blocks, the other compares its own with them. A
 * value is its type, its length and its bytes, so rows are equal where their bytes are. A function of SQL takes all values of a row at
 * once, which costs a third of a step and a call for each value. It allocates nothing. */
#include "command/migrate/row_stream.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCKS = 8, BLOCK_BYTES = 64 * 1024 };

struct row_stream {
  database *before, *now;
  unsigned char bytes[BLOCKS][BLOCK_BYTES];
  size_t length[BLOCKS];
  pthread_mutex_t lock;
  pthread_cond_t moved;
  size_t filled, taken; /* blocks so far */
  bool ended, parted;   /* the writer is done; the two differ, or one failed */
  size_t written;       /* into the writer's block */
  size_t read;          /* of the reader's block */
  bool has_block, differs;
  streamed *counts;
  sqlite3_stmt *expected;
};

/* ---- the blocks ---- */

static bool give_block(row_stream *r) {
  pthread_mutex_lock(&r->lock);
  r->length[r->filled % BLOCKS] = r->written;
  r->filled++;
  r->written = 0;
  pthread_cond_signal(&r->moved);
  while (r->filled - r->taken == BLOCKS && !r->parted) pthread_cond_wait(&r->moved, &r->lock);
  bool good = !r->parted;
  pthread_mutex_unlock(&r->lock);
  return good;
}

/* False at the end. */
static bool next_block(row_stream *r) {
  pthread_mutex_lock(&r->lock);
  if (r->has_block) r->taken++;
  pthread_cond_signal(&r->moved);
  while (r->taken == r->filled && !r->ended) pthread_cond_wait(&r->moved, &r->lock);
  r->has_block = r->taken < r->filled;
  r->read = 0;
  pthread_mutex_unlock(&r->lock);
  return r->has_block;
}

static bool write_bytes(row_stream *r, const void *from, size_t count) {
  const unsigned char *at = from;
  while (count) {
    size_t room = BLOCK_BYTES - r->written, part = count < room ? count : room;
    memcpy(r->bytes[r->filled % BLOCKS] + r->written, at, part);
    r->written += part;
    at += part;
    count -= part;
    if (r->written == BLOCK_BYTES && !give_block(r)) return false;
  }
  return true;
}

static bool match_bytes(row_stream *r, const void *with, size_t count) {
  const unsigned char *at = with;
  while (count) {
    if ((!r->has_block || r->read == r->length[r->taken % BLOCKS]) && !next_block(r)) return false;
    size_t left = r->length[r->taken % BLOCKS] - r->read, part = count < left ? count : left;
    if (memcmp(r->bytes[r->taken % BLOCKS] + r->read, at, part) != 0) return false;
    r->read += part;
    at += part;
    count -= part;
  }
  return true;
}

/* ---- values ---- */

typedef struct value {
  int type;
  size_t length;
  const void *bytes;
  union {
    sqlite3_int64 integer;
    double real;
  } number;
} value;

/* `out` is where its number is, if it is one. Text is taken as it is stored, in the database's encoding. False when memory ran out. */
static bool read_value(value *out, sqlite3_value *v) {
  out->type = sqlite3_value_type(v);
  out->bytes = &out->number;
  out->length = sizeof out->number;
  switch (out->type) {
  case SQLITE_INTEGER: out->number.integer = sqlite3_value_int64(v); return true;
  case SQLITE_FLOAT: out->number.real = sqlite3_value_double(v); return true;
  case SQLITE_NULL: out->length = 0; return true;
  }
  out->bytes = sqlite3_value_blob(v);
  out->length = (size_t)sqlite3_value_bytes(v);
  return out->bytes || !out->length;
}

static bool same_value(sqlite3_value *a, sqlite3_value *b, bool *same) {
  value one, other;
  bool good = read_value(&one, a) && read_value(&other, b);
  *same = good && one.type == other.type && one.length == other.length && (!one.length || memcmp(one.bytes, other.bytes, one.length) == 0);
  return good;
}

static uint64_t head_of(const value *v) { return (uint64_t)v->length << 8 | (uint64_t)v->type; }

static bool write_value(row_stream *r, sqlite3_value *v) {
  value one;
  if (!read_value(&one, v)) return false;
  const uint64_t head = head_of(&one);
  if (r->written + sizeof head + one.length >= BLOCK_BYTES)
    return write_bytes(r, &head, sizeof head) && write_bytes(r, one.bytes, one.length);
  unsigned char *at = r->bytes[r->filled % BLOCKS] + r->written;
  memcpy(at, &head, sizeof head);
  if (one.length) memcpy(at + sizeof head, one.bytes, one.length);
  r->written += sizeof head + one.length;
  return true;
}

static bool match_value(row_stream *r, sqlite3_value *v) {
  value one;
  if (!read_value(&one, v)) return false;
  const uint64_t head = head_of(&one);
  const size_t block = r->taken % BLOCKS;
  if (!r->has_block || r->length[block] - r->read < sizeof head + one.length)
    return match_bytes(r, &head, sizeof head) && match_bytes(r, one.bytes, one.length);
  const unsigned char *at = r->bytes[block] + r->read;
  r->read += sizeof head + one.length;
  return memcmp(at, &head, sizeof head) == 0 && (!one.length || memcmp(at + sizeof head, one.bytes, one.length) == 0);
}

/* ---- rows ---- */

static void take_expected(sqlite3_context *context, int count, sqlite3_value **values) {
  row_stream *r = sqlite3_user_data(context);
  streamed *s = r->counts;
  bool good = (size_t)count == s->width + s->watched_count;
  for (size_t i = 0; good && i < s->width; i++) good = write_value(r, values[i]);
  for (size_t i = 0; good && i < s->watched_count; i++) {
    bool same = false;
    good = same_value(values[s->watched[i]], values[s->width + i], &same);
    s->changed[i] += !same;
  }
  if (good)
    sqlite3_result_int(context, 0);
  else
    sqlite3_result_error(context, "not compared", -1);
}

static void take_found(sqlite3_context *context, int count, sqlite3_value **values) {
  row_stream *r = sqlite3_user_data(context);
  bool good = (size_t)count == r->counts->width;
  for (size_t i = 0; good && i < r->counts->width; i++) good = match_value(r, values[i]);
  r->differs = !good;
  if (good)
    sqlite3_result_int(context, 0);
  else
    sqlite3_result_error(context, "a row differs", -1);
}

static void *write_expected(void *given) {
  row_stream *r = given;
  bool good = sqlite3_step(r->expected) == SQLITE_DONE && (!r->written || give_block(r));
  pthread_mutex_lock(&r->lock);
  r->ended = true;
  r->parted |= !good;
  pthread_cond_signal(&r->moved);
  pthread_mutex_unlock(&r->lock);
  return NULL;
}

static void part(row_stream *r) {
  pthread_mutex_lock(&r->lock);
  r->parted = true;
  pthread_cond_signal(&r->moved);
  pthread_mutex_unlock(&r->lock);
}

/* Whether the rows that were found are those that were expected, up to the end of both. */
static bool match_rows(row_stream *r, sqlite3_stmt *found, bool *failed) {
  bool ended = false;
  *failed = false;
  r->differs = false;
  const int code = sqlite3_step(found);
  if (code == SQLITE_DONE)
    ended = (!r->has_block || r->read == r->length[r->taken % BLOCKS]) && !next_block(r);
  else if (code != SQLITE_ERROR || !r->differs)
    *failed = !database_fail_sqlite(r->now);
  return ended;
}

static bool compare(row_stream *r, sqlite3_stmt *found, bool *failed) {
  pthread_t writer;
  if (pthread_create(&writer, NULL, write_expected, r) != 0) return false;
  const bool good = match_rows(r, found, failed);
  if (!good) part(r);
  pthread_join(writer, NULL);
  return good && !r->parted;
}

static bool install(database *d, row_stream *r, void (*take)(sqlite3_context *, int, sqlite3_value **)) {
  return sqlite3_create_function_v2(d->handle, ROW_FUNCTION, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, r, take, NULL, NULL, NULL) == SQLITE_OK;
}

row_stream *row_stream_open(database *before, database *now) {
  row_stream *r = calloc(1, sizeof *r);
  if (!r) return NULL;
  r->before = before;
  r->now = now;
  pthread_mutex_init(&r->lock, NULL);
  pthread_cond_init(&r->moved, NULL);
  if (install(before, r, take_expected) && install(now, r, take_found)) return r;
  row_stream_close(r);
  return NULL;
}

void row_stream_close(row_stream *r) {
  if (!r) return;
  install(r->before, NULL, NULL);
  install(r->now, NULL, NULL);
  pthread_cond_destroy(&r->moved);
  pthread_mutex_destroy(&r->lock);
  free(r);
}

bool row_stream_equal(row_stream *r, streamed *counts, const char *expected, const char *found, bool *failed) {
  r->counts = counts;
  r->filled = r->taken = r->written = r->read = 0;
  r->ended = r->parted = r->has_block = false;
  r->expected = NULL;
  sqlite3_stmt *s = database_query(r->now, "%s", found);
  *failed = s == NULL;
  bool equal = s && sqlite3_prepare_v2(r->before->handle, expected, -1, &r->expected, NULL) == SQLITE_OK && compare(r, s, failed);
  sqlite3_finalize(s);
  sqlite3_finalize(r->expected);
  return equal;
}
