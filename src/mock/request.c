/* request: see request.h. Query and headers are parsed once, into JSON objects by name. */
#include "mock/request.h"

#include "util/hex.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LARGEST_BODY = 64 * 1024 * 1024, FIRST_BODY = 4096 };

static json_t *latin1_text(const char *bytes, size_t size) {
  char *wide = malloc(size * 2 + 1);
  size_t used = 0;
  if (!wide) return NULL;
  for (size_t i = 0; i < size; i++) {
    unsigned char byte = (unsigned char)bytes[i];
    if (byte >= 0x80) wide[used++] = (char)(0xC0 | byte >> 6);
    wide[used++] = (char)(byte >= 0x80 ? 0x80 | (byte & 0x3F) : byte);
  }
  json_t *text = json_stringn(wide, used);
  free(wide);
  return text;
}

json_t *request_text(const char *bytes, size_t size) {
  json_t *text = json_stringn(bytes ? bytes : "", size);
  return text ? text : latin1_text(bytes, size);
}

/* A zero byte would end the string early: %00 stays as it is. */
static json_t *resolve(const char *bytes, size_t size, bool plus_is_space) {
  char *plain = malloc(size + 1);
  size_t used = 0;
  if (!plain) return NULL;
  for (size_t i = 0; i < size; i++) {
    char c = bytes[i];
    int byte = c == '%' && i + 2 < size ? hex_byte(bytes + i + 1) : -1;
    if (byte > 0) {
      c = (char)byte;
      i += 2;
    } else if (c == '+' && plus_is_space) {
      c = ' ';
    }
    plain[used++] = c;
  }
  json_t *text = request_text(plain, used);
  free(plain);
  return text;
}

static bool add_parameter(json_t *parameters, const char *pair, size_t size) {
  const char *equals = memchr(pair, '=', size);
  size_t name_size = equals ? (size_t)(equals - pair) : size;
  json_t *name = resolve(pair, name_size, true);
  json_t *value = resolve(equals ? equals + 1 : "", equals ? size - name_size - 1 : 0, true);
  bool added = name && value && json_object_set(parameters, json_string_value(name), value) == 0;
  json_decref(name);
  json_decref(value);
  return added;
}

static bool add_parameters(json_t *parameters, const char *query, size_t size) {
  const char *end = query + size;
  while (query < end) {
    const char *mark = memchr(query, '&', (size_t)(end - query));
    const char *stop = mark ? mark : end;
    if (stop > query && !add_parameter(parameters, query, (size_t)(stop - query))) return false;
    query = stop + 1;
  }
  return true;
}

/* A proxy is asked for the whole address: what comes before its path. */
static size_t origin_size(const char *address, size_t size) {
  const char *authority = memmem(address, size, "://", 3);
  if (!authority || address[0] == '/') return 0;
  const char *path = memchr(authority + 3, '/', size - (size_t)(authority + 3 - address));
  return path ? (size_t)(path - address) : size;
}

static bool set_path(request *req, const char *path, size_t size) {
  size_t origin = origin_size(path, size);
  json_t *plain = resolve(path + origin, size - origin, false);
  req->path = request_text(path, size);
  req->plain_path = plain ? strdup(json_string_value(plain)) : NULL;
  json_decref(plain);
  return req->path && req->plain_path;
}

request *request_new(const char *address, size_t size) {
  request *req = calloc(1, sizeof *req);
  const char *mark = memchr(address, '?', size);
  size_t path_size = mark ? (size_t)(mark - address) : size;
  const char *query = mark ? mark + 1 : "";
  size_t query_size = mark ? size - path_size - 1 : 0;
  if (!req) return NULL;
  req->headers = json_object();
  req->parameters = json_object();
  req->query = request_text(query, query_size);
  bool whole = req->headers && req->parameters && req->query;
  if (whole && set_path(req, address, path_size) && add_parameters(req->parameters, query, query_size)) return req;
  request_free(req);
  return NULL;
}

void request_free(request *req) {
  if (!req) return;
  json_decref(req->method);
  json_decref(req->path);
  json_decref(req->query);
  json_decref(req->parameters);
  json_decref(req->headers);
  free(req->plain_path);
  free(req->body);
  free(req);
}

bool request_set_method(request *req, const char *method, size_t size) {
  req->method = request_text(method, size);
  return req->method != NULL;
}

static json_t *lower_text(const char *bytes, size_t size) {
  char *lower = strndup(bytes, size);
  if (!lower) return NULL;
  for (char *c = lower; *c; c++)
    if (*c >= 'A' && *c <= 'Z') *c = (char)(*c - 'A' + 'a');
  json_t *text = request_text(lower, strlen(lower));
  free(lower);
  return text;
}

/* Steals the value. */
static bool join_header(json_t *headers, const char *name, json_t *value) {
  const char *before = json_string_value(json_object_get(headers, name));
  json_t *both = before ? json_sprintf("%s, %s", before, json_string_value(value)) : json_incref(value);
  json_decref(value);
  return both && json_object_set_new(headers, name, both) == 0;
}

bool request_add_header(request *req, const char *name, size_t name_size, const char *value, size_t value_size) {
  json_t *lower = lower_text(name, name_size), *text = request_text(value, value_size);
  bool added = lower && text && join_header(req->headers, json_string_value(lower), json_incref(text));
  json_decref(lower);
  json_decref(text);
  return added;
}

static bool grow_body(request *req, size_t least) {
  size_t room = req->body_room ? req->body_room : FIRST_BODY;
  while (room < least) room *= 2;
  if (room == req->body_room) return true;
  char *body = realloc(req->body, room);
  if (!body) return false;
  req->body = body;
  req->body_room = room;
  return true;
}

bool request_add_body(request *req, const char *bytes, size_t size) {
  if (size > LARGEST_BODY - req->body_size || !grow_body(req, req->body_size + size)) return false;
  memcpy(req->body + req->body_size, bytes, size);
  req->body_size += size;
  return true;
}

const char *request_method(const request *req) { return req->method ? json_string_value(req->method) : ""; }

const char *request_header(const request *req, const char *lower_name) {
  return json_string_value(json_object_get(req->headers, lower_name));
}

const char *request_parameter(const request *req, const char *name) { return json_string_value(json_object_get(req->parameters, name)); }

const char *request_bearer(const request *req) {
  static const char scheme[] = "Bearer ";
  const char *value = request_header(req, "authorization");
  return value && strncasecmp(value, scheme, sizeof scheme - 1) == 0 ? value + sizeof scheme - 1 : NULL;
}
