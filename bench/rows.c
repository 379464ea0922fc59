/* rows: what one long listing costs: processor time of a refresh whose only answer has that many rows, beside that of Jansson, which parses
 * the same body. Three of the rows are defined as models; with "discover", all that discovery takes become models. A transport in this
 * process answers from memory. Uses only roster.h and Jansson.
 *
 *     rows ROUNDS ROWS [discover]
 *
 * prints "plain" or "discover", the rows, ms of Jansson, ms of the refresh, and the median of the ratios round by round. */
#include "quiet.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_ROUNDS = 100, MOST_DISCOVERED = 1000 };

static char *body;
static size_t body_bytes;
static uint64_t waiting;
static bool asked;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void give_up(const char *message) {
  fprintf(stderr, "rows: %s\n", message);
  exit(1);
}

/* As the shortest that hosts have. */
static void write_body(size_t rows) {
  FILE *f = open_memstream(&body, &body_bytes);
  if (!f) give_up("not enough memory");
  fputs("{\"object\":\"list\",\"data\":[", f);
  for (size_t i = 0; i < rows; i++)
    fprintf(f, "%s{\"id\":\"maker-%zu/llama-%zu\",\"object\":\"model\",\"created\":%zu,\"owned_by\":\"maker-%zu\"}", i ? "," : "", i % 97,
            i, 1790000000 + i, i % 97);
  fputs("]}", f);
  fclose(f);
}

static roster_status start(void *self, const roster_http_request *q) {
  (void)self;
  waiting = q->id;
  asked = true;
  return ROSTER_OK;
}

static roster_status next(void *self, long timeout_ms, const roster_http_response **out) {
  static roster_http_response answer;
  (void)self, (void)timeout_ms;
  answer =
      (roster_http_response){ .size = sizeof answer, .id = waiting, .message = "", .status = 200, .body = body, .body_bytes = body_bytes };
  *out = asked ? &answer : NULL;
  asked = false;
  return ROSTER_OK;
}

static void cancel_all(void *self) { (void)self; }

static double parse(void) {
  double began = now();
  json_t *whole = json_loadb(body, body_bytes, JSON_REJECT_DUPLICATES, NULL);
  if (!json_array_size(json_object_get(whole, "data"))) give_up("the listing is empty");
  json_decref(whole);
  return now() - began;
}

static roster *open_registry(bool discovers) {
  static const roster_transport in_memory = { sizeof in_memory, NULL, start, next, cancel_all, NULL };
  static const roster_variable key = { "ACME_API_KEY", "sk-made-up-0123456789abcdef" };
  static char text[1024];
  snprintf(text, sizeof text,
           "provider \"acme\" { protocol = \"openai-chat\", base_url = \"https://acme.example.test/v1\", discover = %s,\n"
           "  credential = secret \"ACME_API_KEY\", list_proves = \"access\" }\n"
           "for i = 1, 3 do model(\"m\" .. i) { provider = \"acme\", api_name = \"maker-\" .. i .. \"/llama-\" .. i } end\n",
           discovers ? "true" : "false");
  const roster_definition file = { "acme.lua", text };
  roster_options o = ROSTER_OPTIONS_INIT;
  roster_error err = { 0 };
  roster *r = NULL;
  o.no_builtin = true;
  o.config = "";
  o.definitions = &file;
  o.definition_count = 1;
  o.environment = &key;
  o.environment_count = 1;
  o.transport = &in_memory;
  o.level = ROSTER_LEVEL_LIST;
  if (roster_open(&r, &o, &err) != ROSTER_OK) give_up(err.message);
  return r;
}

static double refresh(roster *r, size_t wanted) {
  roster_error err = { 0 };
  double began = now();
  if (roster_refresh(r, &err) != ROSTER_OK) give_up(err.message);
  double took = now() - began;
  const roster_snapshot *all = roster_acquire(r);
  if (roster_count(all) != wanted) give_up("not every model is usable; nothing was measured");
  roster_release(all);
  return took;
}

int main(int argc, char **argv) {
  static double parsing[MOST_ROUNDS], refreshing[MOST_ROUNDS], ratios[MOST_ROUNDS];
  const int rounds = argc > 2 ? atoi(argv[1]) : 0;
  const size_t rows = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
  const bool discovers = argc > 3 && strcmp(argv[3], "discover") == 0;
  if (rounds < 1 || rounds > MOST_ROUNDS || rows < 4) return 2;
  write_body(rows);
  roster *r = open_registry(discovers);
  const size_t found = rows - 3 < MOST_DISCOVERED ? rows - 3 : MOST_DISCOVERED, wanted = discovers ? 3 + found : 3;
  for (int i = -1; i < rounds; i++) { /* one more, which is not counted */
    const int at = i < 0 ? 0 : i;
    parsing[at] = parse();
    refreshing[at] = refresh(r, wanted);
    ratios[at] = refreshing[at] / parsing[at];
  }
  printf("%s %zu %.3f %.3f %.3f\n", discovers ? "discover" : "plain", rows, median(parsing, rounds), median(refreshing, rounds),
         median(ratios, rounds));
  roster_close(r);
  free(body);
  return 0;
}
