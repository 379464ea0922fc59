/* stage: see stage.h. */
#include "command/test/stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIFETIME_S = 120, PAGE_SIZE = 2, OTHERS = 3 };

/* What a host answers about a good key: each of these is a yes to somebody. */
static json_t *account(void) { return json_pack("{s:b, s:b}", "valid", 1, "is_available", 1); }

static json_t *route(int status, const char *body_key, json_t *body) {
  return json_pack("[{s:s, s:i, s:o}]", "path", "*", "status", status, body_key, body);
}

static json_t *limit(void) {
  json_t *body =
      json_pack("{s:{s:s, s:s, s:s}}", "error", "message", "Rate limit reached", "type", "rate_limit_error", "code", "rate_limit_exceeded");
  return route(429, "body", body);
}

static json_t *refusal(void) { return route(401, "body", json_pack("{s:{s:s}}", "error", "message", "that key is not known")); }

/* Answers the same to everybody, whatever the protocol. NULL: it takes one who speaks it. */
static json_t *plain_routes(scene_id scene, bool spoken) {
  switch (scene) {
  case SCENE_LIMITED: return limit();
  case SCENE_DOWN: return route(503, "text", json_string("upstream connect error"));
  case SCENE_PAGE: return route(200, "text", json_string("<!doctype html><title>Sign in</title>"));
  case SCENE_REFUSED: return spoken ? NULL : refusal();
  case SCENE_GOOD:
  case SCENE_UNLISTED:
  case SCENE_PUBLIC:
  case SCENE_UNKNOWN:
  case SCENE_BLIND:
  case SCENE_COUNT: break;
  }
  return NULL;
}

/* Others first, so that the tested ones are not on the first page. */
static json_t *models(const subject *s, scene_id scene) {
  json_t *list = json_array();
  for (int i = 1; i <= OTHERS; i++) json_array_append_new(list, json_sprintf("somebody-else-%d", i));
  bool known = scene != SCENE_UNKNOWN && scene != SCENE_BLIND;
  for (size_t i = 0; known && i < json_array_size(s->names); i++) {
    json_t *name = json_array_get(s->names, i);
    bool twice = false;
    for (size_t k = 0; k < i; k++) twice = twice || json_equal(name, json_array_get(s->names, k));
    if (!twice) json_array_append(list, name);
  }
  return list;
}

static json_t *speaker(const subject *s, scene_id scene, size_t at, stage *t) {
  const speech *spoken = s->voices[at].speech;
  json_t *list = models(s, scene);
  bool refuses = scene == SCENE_REFUSED || scene == SCENE_PUBLIC;
  if (scene == SCENE_GOOD && at == 0 && spoken->paged) t->pages = (json_array_size(list) + PAGE_SIZE - 1) / PAGE_SIZE;
  json_t *server =
      json_pack("{s:s, s:o, s:s, s:o, s:i, s:o, s:b}", "name", scene_name(scene), "prefix", json_sprintf("/%zu", at), "protocol",
                spoken->dialect, "models", list, "page_size", PAGE_SIZE, "account", account(), "public_list", scene == SCENE_PUBLIC);
  if (refuses) json_object_set_new(server, "keys", json_array());
  if (scene == SCENE_UNLISTED) json_object_set_new(server, "serves", json_pack("[s, s, s]", "get", "count", "generate"));
  if (scene == SCENE_BLIND) json_object_set_new(server, "serves", json_pack("[s, s]", "list", "generate"));
  return server;
}

static json_t *server_of(const subject *s, scene_id scene, stage *t) {
  json_t *routes = plain_routes(scene, s->voice_count > 0), *mounts = json_array();
  json_t *server = json_pack("{s:s, s:s}", "name", scene_name(scene), "protocol", "none");
  for (size_t i = 0; !routes && i < s->voice_count; i++) json_array_append_new(mounts, speaker(s, scene, i, t));
  bool plays = routes || json_array_size(mounts);
  if (routes) json_object_set_new(server, "routes", routes);
  if (json_array_size(mounts)) json_object_set(server, "mounts", mounts);
  json_decref(mounts);
  if (!plays) json_decref(server);
  return plays ? server : NULL;
}

static char *scenario_of(const subject *s, stage *t) {
  json_t *servers = json_array();
  for (scene_id scene = 0; scene < SCENE_COUNT; scene++) {
    json_t *server = server_of(s, scene, t);
    t->place[scene] = server ? (int)json_array_size(servers) : -1;
    if (server) json_array_append_new(servers, server);
  }
  json_t *scenario = json_pack("{s:i, s:o}", "lifetime", LIFETIME_S, "servers", servers);
  char *text = json_dumps(scenario, JSON_COMPACT);
  json_decref(scenario);
  return text;
}

bool stage_begin(stage *t, const subject *s, roster_error *err) {
  *t = (stage){ .pages = 1 };
  if (door_open(&t->door, err) != ROSTER_OK) return false;
  char *scenario = scenario_of(s, t);
  *err = (roster_error){ .status = ROSTER_ESYSTEM, .message = "the stand-ins cannot be started: " };
  size_t length = strlen(err->message);
  t->servers = t->door.start(scenario, err->message + length, sizeof err->message - length);
  free(scenario);
  return t->servers != NULL;
}

void stage_end(stage *t) {
  if (t->servers) t->door.stop(t->servers);
}

const char *stage_address(const stage *t, scene_id scene) {
  return t->place[scene] < 0 ? NULL : t->door.url(t->servers, (size_t)t->place[scene]);
}
