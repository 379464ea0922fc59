/* recordings: fuzzes files of recorded exchanges. What is replayed from one and recorded again is replayed the same, without the key.
 *
 * Runs: 8000
 */
#include "fuzz.h"

#include <unistd.h>

static char given[64], again[64];

typedef struct told {
  roster_http_failure failure;
  int status;
  char *body;
} told;

enum { ASKED = 3 };

static void remove_files(void) {
  unlink(given);
  unlink(again);
}

static void name_files(void) {
  snprintf(given, sizeof given, "/tmp/roster-recording-%ld.jsonl", (long)getpid());
  snprintf(again, sizeof again, "/tmp/roster-recording-%ld-again.jsonl", (long)getpid());
  atexit(remove_files);
}

static void write_given(const uint8_t *data, size_t size) {
  FILE *f = fopen(given, "we");
  MUST(f && fwrite(data, 1, size, f) == size && fclose(f) == 0);
}

static told ask(const roster_transport *t, size_t which) {
  const roster_header headers[] = { { "authorization", "Bearer " FUZZ_KEY } };
  const bool posts = which == 2;
  const roster_http_request q = { .size = sizeof q,
                                  .id = which + 1,
                                  .method = posts ? "POST" : "GET",
                                  .url = posts ? "https://api.example.test/v1/chat/completions" : "https://api.example.test/v1/models",
                                  .headers = headers,
                                  .header_count = 1,
                                  .body = posts ? "{\"model\":\"alpha-1\"}" : NULL,
                                  .body_bytes = posts ? 19 : 0,
                                  .max_body_bytes = 1 << 20 };
  const roster_http_response *a = NULL;
  const roster_status started = t->start(t->self, &q);
  MUST(started == ROSTER_OK || started == ROSTER_EINVALID);
  if (started != ROSTER_OK) return (told){ ROSTER_HTTP_OTHER, 0, strdup("") };
  MUST(t->next(t->self, 1000, &a) == ROSTER_OK && a && a->id == q.id && a->message && a->body && strlen(a->body) <= a->body_bytes);
  MUST(a->failure == ROSTER_HTTP_ANSWERED || a->status == 0);
  return (told){ a->failure, a->status, fuzz_text((const uint8_t *)a->body, a->body_bytes) };
}

static void ask_all(const roster_transport *t, told out[ASKED]) {
  for (size_t i = 0; i < ASKED; i++) out[i] = ask(t, i);
}

static void check_same(const told *one, const told *other) {
  const bool missing = one->failure == ROSTER_HTTP_OTHER; /* what was not recorded has no exchange to be recorded again */
  MUST(one->failure == other->failure && one->status == other->status);
  MUST(missing || strcmp(one->body, other->body) == 0 || strstr(one->body, FUZZ_KEY));
}

static void free_all(told all[ASKED]) {
  for (size_t i = 0; i < ASKED; i++) free(all[i].body);
}

static void check_no_key(const char *file) {
  char text[64 * 1024];
  FILE *f = fopen(file, "re");
  MUST(f != NULL);
  text[fread(text, 1, sizeof text - 1, f)] = 0;
  fclose(f);
  MUST(!strstr(text, FUZZ_KEY));
}

static void record_again(roster_transport *replayed) {
  roster_transport *recorder = NULL, *once_more = NULL;
  told first[ASKED], second[ASKED];
  MUST(roster_transport_record(&recorder, replayed, again, NULL) == ROSTER_OK);
  ask_all(recorder, first);
  recorder->close(recorder->self);
  check_no_key(again);
  MUST(roster_transport_replay(&once_more, again, NULL) == ROSTER_OK);
  ask_all(once_more, second);
  once_more->close(once_more->self);
  for (size_t i = 0; i < ASKED; i++) check_same(&first[i], &second[i]);
  free_all(first);
  free_all(second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (!*given) name_files();
  write_given(data, size);
  roster_transport *t = NULL;
  roster_error err;
  roster_status status = roster_transport_replay(&t, given, &err);
  MUST((status == ROSTER_OK) == (t != NULL));
  MUST(t || (status == ROSTER_EINVALID && *err.message && *err.file));
  if (!t) return 0;
  record_again(t);
  t->close(t->self);
  return 0;
}
