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

/* Where listings keep the marks of their pages: in the body itself, or in one of its members. */
static const char *const parts[] = { "", "links", "_links", "paging", "pagination", "meta", "page_info", "result_info" };
enum { PARTS = sizeof parts / sizeof *parts };

static const json_t *part_of(const json_t *body, size_t i) { return *parts[i] ? json_object_get(body, parts[i]) : body; }

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
  static const char *const names[] = { "next", "next_url", "next_page_url", "nextLink", "@odata.nextLink" };
  for (size_t i = 0; i < PARTS * (sizeof names / sizeof *names); i++) {
    const json_t *part = part_of(r->body, i % PARTS), *next = json_object_get(part, names[i / PARTS]);
    const char *address = json_is_object(next) ? text_at(next, "href") : text_at(part, names[i / PARTS]);
    if (!address) continue;
    *length = strlen(address);
    return address;
  }
  return link_of(r, length);
}

static const struct {
  const char *member, *parameter;
} cursors[] = {
  { "next_page_token", "page_token" }, { "nextPageToken", "pageToken" }, { "next_cursor", "cursor" },
  { "nextCursor", "cursor" },          { "next_token", "next_token" },   { "nextToken", "nextToken" },
};

static paging by_cursor(arena *a, const json_t *body, const api_request *first, api_request *out) {
  enum { CURSORS = sizeof cursors / sizeof *cursors };
  for (size_t i = 0; i < PARTS * CURSORS; i++) {
    const char *cursor = text_at(part_of(body, i / CURSORS), cursors[i % CURSORS].member);
    if (cursor) return with(a, first, cursors[i % CURSORS].parameter, cursor, out);
  }
  return PAGING_LAST;
}

static bool is_yes(const json_t *value) {
  const char *word = json_string_value(value);
  return json_is_true(value) || (json_is_integer(value) && json_integer_value(value)) || (word && text_same(word, "true"));
}

static bool says_more(const json_t *body) {
  static const char *const names[] = { "has_more",    "hasMore",   "has_next",     "has_next_page",
                                       "hasNextPage", "truncated", "is_truncated", "isTruncated" };
  for (size_t i = 0; i < PARTS; i++)
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
      if (is_yes(json_object_get(part_of(body, i), names[k]))) return true;
  return false;
}

/* The id of the last item, where servers leave out last_id. */
static const char *last_id(const json_t *body) {
  const json_t *items = items_of(body);
  const char *told = text_at(body, "last_id");
  return told || !json_array_size(items) ? told : text_at(json_array_get(items, json_array_size(items) - 1), "id");
}

/* Pages that have numbers; the first may be 0. */
static paging by_number(arena *a, const json_t *part, const api_request *first, size_t page, api_request *out) {
  int64_t next = count_at(part, "next_page"), at = count_at(part, "page"), all = count_at(part, "total_pages");
  if (next <= 0 && at >= 0 && all > at + (at == 0)) next = at + 1;
  if (next > 0) return with(a, first, "page", arena_printf(a, "%lld", (long long)next), out);
  return (at < 0 && all > 1 && page == 1) || text_at(part, "next_page") ? PAGING_LOST : PAGING_LAST;
}

static paging by_total(arena *a, const json_t *part, const json_t *body, const api_request *first, size_t page, api_request *out) {
  int64_t total = count_at(part, "total"), offset = count_at(part, "offset"), items = (int64_t)json_array_size(items_of(body));
  if (total < 0) total = count_at(part, "total_count");
  if (offset >= 0 && items && offset + items < total)
    return with(a, first, "offset", arena_printf(a, "%lld", (long long)(offset + items)), out);
  return page == 1 && items < total ? PAGING_LOST : PAGING_LAST;
}

static paging by_count(arena *a, const json_t *body, const api_request *first, size_t page, api_request *out) {
  paging on = PAGING_LAST;
  for (size_t i = 0; i < PARTS && on == PAGING_LAST; i++) on = by_number(a, part_of(body, i), first, page, out);
  for (size_t i = 0; i < PARTS && on == PAGING_LAST; i++) on = by_total(a, part_of(body, i), body, first, page, out);
  return on;
}

paging paging_next(arena *a, const api_response *r, const api_request *first, size_t page, api_request *out) {
  size_t length = 0;
  const char *address = address_of(r, &length);
  if (address) return by_link(a, first, address, length, out);
  if (by_cursor(a, r->body, first, out) == PAGING_NEXT) return PAGING_NEXT;
  if (!says_more(r->body)) return by_count(a, r->body, first, page, out);
  const char *last = last_id(r->body);
  return last ? with(a, first, "after", last, out) : PAGING_LOST;
}
