/* routes: a counter for each route. */
#include "mock/routes.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct routes {
  const scenario_server *server;
  pthread_mutex_t one_counter;
  long seen[];
};

routes *routes_new(const scenario_server *server) {
  routes *r = calloc(1, sizeof *r + server->route_count * sizeof *r->seen);
  if (!r) return NULL;
  r->server = server;
  if (pthread_mutex_init(&r->one_counter, NULL) == 0) return r;
  free(r);
  return NULL;
}

void routes_free(routes *r) {
  if (!r) return;
  pthread_mutex_destroy(&r->one_counter);
  free(r);
}

static bool path_fits(const scenario_route *route, const char *path) {
  if (strncmp(route->path, path, route->path_size) != 0) return false;
  return route->prefix || path[route->path_size] == '\0';
}

static bool carries(const scenario_route *route, const request *ask) {
  for (size_t i = 0; i < route->when_count; i++) {
    const char *value = request_header(ask, route->when[i].name);
    if (!value || strcmp(value, route->when[i].value) != 0) return false;
  }
  return !route->holds || (ask->body && memmem(ask->body, ask->body_size, route->holds, strlen(route->holds)));
}

static bool fits(const scenario_route *route, const request *ask) {
  if (route->method && strcmp(route->method, request_method(ask)) != 0) return false;
  if (!carries(route, ask)) return false;
  return path_fits(route, json_string_value(ask->path)) || path_fits(route, ask->plain_path);
}

static bool applies(const scenario_route *route, long seen) {
  if (seen <= route->after) return false;
  return route->times < 0 || seen - route->after <= route->times;
}

const scenario_route *routes_match(routes *r, const request *ask) {
  const scenario_route *found = NULL;
  pthread_mutex_lock(&r->one_counter);
  for (size_t i = 0; i < r->server->route_count && !found; i++) {
    const scenario_route *route = &r->server->routes[i];
    if (fits(route, ask) && applies(route, ++r->seen[i])) found = route;
  }
  pthread_mutex_unlock(&r->one_counter);
  return found;
}

void routes_answer(const scenario_route *route, answer *out) {
  out->status = (unsigned)route->status;
  out->type = route->body_type;
  out->body = route->body;
  out->size = route->body_size;
}
