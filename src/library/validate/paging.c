/* paging: see paging.h. */
#include "library/validate/paging.h"

#include "util/text.h"
#include "util/url.h"
#include "library/validate/foreign.h"

#include <string.h>

static const char *text_at(const json_t *object, const char *name) {
  const char *text = json_string_value(json_object_get(object, name));
  return text && *text ? text : NULL;
}

static int64_t count_at(const json_t *object, const char *name) {
  const json_t *value = json_object_get(object, name);
  return json_is_integer(value) ? (int64_t)json_integer_value(value) : -1;
}

static const json_t *items_of(const json_t *body) {
  const json_t *data = json_object_get(body, "data");
  return json_is_array(data) ? data : json_object_get(body, "models");
}

/* ---- the next request ---- */

/* Without the parameters of this name. */
static const char *without(arena *a, const char *query, const char *name) {
  size_t length = strlen(name);
  const char *rest = "";
  for (const char *at = query; *at;) {
    size_t part = strcspn(at, "&");
    bool same = strncmp(at, name, length) == 0 && (at[length] == '=' || length == part);
    if (!same) rest = url_join_query(a, rest, arena_bytes(a, at, part));
    at += part + (at[part] == '&');
  }
  return rest;
}

static paging with(arena *a, const api_request *first, const char *name, const char *value, api_request *out) {
  *out = *first;
  const char *one = arena_printf(a, "%s=%s", url_query_encode(a, name), url_query_encode(a, value));
  out->query = url_join_query(a, without(a, first->query, name), one);
  return PAGING_NEXT;
}

/* Of a link only the query is taken: the key goes to no address that an answer names. */
static paging by_link(arena *a, const api_request *first, const char *address, size_t length, api_request *out) {
  const char *link = arena_bytes(a, address, length), *query = strchr(link, '?');
  *out = *first;
  if (!query || !query[1]) return PAGING_LOST;
  out->query = url_path_encode(a, arena_bytes(a, query + 1, strcspn(query + 1, "#")));
  return PAGING_NEXT;
}

/* ---- the marks ---- */

/* Link: <https://host/v1/models?page=2>; rel="next", <...>; rel="last" */
static const char *link_of(const api_response *r, size_t *length) {
  const char *at = response_header(r, "link");
  while (at && (at = strchr(at, '<'))) {
    const char *end = strchr(at, '>'), *rest = end ? end + strcspn(end, ",") : NULL;
    const char *next = end ? strstr(end, "rel=\"next\"") : NULL;
    if (!next && end) next = strstr(end, "rel=next");
    if (next && next < rest) {
      *length = (size_t)(end - at - 1);
      return at + 1;
    }
    at = rest;
  }
  return NULL;
}

static const char *address_of(const api_response *r, size_t *length) {
  const json_t *links = json_object_get(r->body, "links"), *next = json_object_get(links, "next");
  const char *address = json_is_object(next) ? text_at(next, "href") : text_at(links, "next");
  if (!address) address = text_at(r->body, "next");
  if (!address) return link_of(r, length);
  *length = strlen(address);
  return address;
}

static const struct {
  const char *member, *parameter;
} cursors[] = {
  { "next_page_token", "page_token" }, { "nextPageToken", "pageToken" }, { "next_cursor", "cursor" },
  { "nextCursor", "cursor" },          { "next_token", "next_token" },   { "nextToken", "nextToken" },
};

static bool says_more(const json_t *body) {
  static const char *const holders[] = { NULL, "pagination", "meta", "page_info" };
  static const char *const names[] = { "has_more", "hasMore", "has_next", "has_next_page", "hasNextPage" };
  for (size_t i = 0; i < sizeof holders / sizeof *holders; i++)
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
      if (json_is_true(json_object_get(holders[i] ? json_object_get(body, holders[i]) : body, names[k]))) return true;
  return false;
}

/* The id of the last item, where servers leave out last_id. */
static const char *last_id(const json_t *body) {
  const json_t *items = items_of(body);
  const char *told = text_at(body, "last_id");
  return told || !json_array_size(items) ? told : text_at(json_array_get(items, json_array_size(items) - 1), "id");
}

static paging by_total(arena *a, const json_t *body, const api_request *first, size_t page, api_request *out) {
  int64_t total = count_at(body, "total"), offset = count_at(body, "offset"), items = (int64_t)json_array_size(items_of(body));
  if (total < 0) total = count_at(body, "total_count");
  if (offset >= 0 && items && offset + items < total)
    return with(a, first, "offset", arena_printf(a, "%lld", (long long)(offset + items)), out);
  return page == 1 && items < total ? PAGING_LOST : PAGING_LAST;
}

paging paging_next(arena *a, const api_response *r, const api_request *first, size_t page, api_request *out) {
  size_t length = 0;
  const char *address = address_of(r, &length);
  if (address) return by_link(a, first, address, length, out);
  for (size_t i = 0; i < sizeof cursors / sizeof *cursors; i++) {
    const char *cursor = text_at(r->body, cursors[i].member);
    if (cursor) return with(a, first, cursors[i].parameter, cursor, out);
  }
  if (!says_more(r->body)) return by_total(a, r->body, first, page, out);
  const char *last = last_id(r->body);
  return last ? with(a, first, "after", last, out) : PAGING_LOST;
}
