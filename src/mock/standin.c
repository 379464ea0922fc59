/* standin: starts and stops all servers of a scenario. */
#include "mock/standin.h"

#include "mock/raw.h"
#include "mock/server.h"
#include "mock/troupe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PUBLIC __attribute__((visibility("default")))

typedef struct player {
  server *http; /* one of the two */
  raw *raw;
  char url[40];
} player;

struct standin {
  scenario *scenario;
  journal *journal;
  stage stage;
  player *players;
};

static bool start_player(const place *at, standin *s, size_t i) {
  const scenario_server *plan = &s->scenario->servers[i];
  player *p = &s->players[i];
  if (plan->protocol == PROTOCOL_RAW)
    p->raw = raw_start(at, plan, &s->stage, s->journal);
  else
    p->http = server_start(at, plan, &s->stage, s->journal);
  if (!p->raw && !p->http) return false;
  snprintf(p->url, sizeof p->url, "http%s://127.0.0.1:%u", plan->tls.cert ? "s" : "", standin_port(s, i));
  return true;
}

static bool open_journal(const place *at, standin *s) {
  place here = place_key(at, "log");
  const char *path = s->scenario->log;
  if (path) s->journal = journal_open(path);
  return !path || s->journal || place_refuse(&here, "cannot write '%s': %s", path, strerror(errno));
}

static bool start(const place *at, standin *s) {
  place servers = place_key(at, "servers");
  if (!open_journal(at, s)) return false;
  if (!stage_open(&s->stage)) return place_refuse(at, "cannot be started: %s", strerror(errno));
  s->players = calloc(s->scenario->server_count, sizeof *s->players);
  if (!s->players) return place_out_of_memory(at);
  for (size_t i = 0; i < s->scenario->server_count; i++) {
    place here = place_index(&servers, i);
    if (!start_player(&here, s, i)) return false;
  }
  return true;
}

PUBLIC standin *standin_start(const char *scenario_json, char *error, size_t error_size) {
  complaint sink = { .text = error, .size = error_size };
  place root = place_root(&sink);
  standin *s = calloc(1, sizeof *s);
  if (!s) {
    place_out_of_memory(&root);
    return NULL;
  }
  s->stage.stop = -1;
  s->scenario = scenario_read(scenario_json, error, error_size);
  if (s->scenario && start(&root, s)) return s;
  standin_stop(s);
  return NULL;
}

PUBLIC size_t standin_count(const standin *s) { return s->scenario->server_count; }

PUBLIC const char *standin_name(const standin *s, size_t i) { return i < standin_count(s) ? s->scenario->servers[i].name : NULL; }

PUBLIC const char *standin_url(const standin *s, size_t i) { return i < standin_count(s) ? s->players[i].url : NULL; }

unsigned standin_port(const standin *s, size_t i) {
  const player *p = &s->players[i];
  return p->raw ? raw_port(p->raw) : server_port(p->http);
}

double standin_lifetime(const standin *s) { return s->scenario->lifetime; }

PUBLIC void standin_stop(standin *s) {
  if (!s) return;
  if (s->stage.stop >= 0) stage_stop(&s->stage);
  for (size_t i = 0; s->players && i < s->scenario->server_count; i++) {
    server_stop(s->players[i].http);
    raw_stop(s->players[i].raw);
  }
  stage_close(&s->stage);
  journal_close(s->journal);
  free(s->players);
  scenario_free(s->scenario);
  free(s);
}
