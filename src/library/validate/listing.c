/* listing: see listing.h. */
#include "library/validate/listing.h"

#include "library/definitions/schema.h"
#include "library/validate/belief.h"
#include "library/validate/discovery.h"
#include "library/validate/foreign.h"
#include "library/validate/screening.h"
#include "util/url.h"

#include <string.h>

enum { MOST_PAGES = 100, MOST_NAMES = 100 * 1000 };

/* ---- the next page: read_list may know it. Where it names none, the usual marks in the body and the Link header are looked at. A listing
 * that says that there is more, but not how to ask for it, is not whole ---- */

typedef enum paging { PAGING_LAST, PAGING_NEXT, PAGING_LOST } paging;

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

/* ---- the next page: the next request ---- */

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

/* ---- the next page: the marks ---- */

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

static const json_rows *rows_of(const api_response *r) {
  return !r->rows                                          ? NULL
         : json_is_array(json_object_get(r->body, "data")) ? json_rows_of(r->rows, "data")
                                                           : json_rows_of(r->rows, "models");
}

static size_t count_items(const api_response *r) {
  const json_rows *rows = rows_of(r);
  return rows ? rows->count : json_array_size(items_of(r->body));
}

/* The text of a member of a row; NULL for none. */
static const char *row_text(arena *a, const json_rows *rows, size_t i, const char *name) {
  size_t length = 0;
  if (!json_rows_may_have(rows, name, strlen(name))) return NULL;
  const char *row = json_row(rows, i, &length), *value = json_row_member(row, name, strlen(name), &length);
  if (!value || *value != '"') return NULL;
  char *kept = arena_alloc(a, length); /* before there is anything that could be lost */
  json_t *text = json_read_own(a, value, length);
  strcpy(kept, json_string_value(text));
  json_decref(text);
  return *kept ? kept : NULL;
}

/* The id of the last item, where servers leave out last_id. */
static const char *last_id(arena *a, const api_response *r) {
  const json_t *items = items_of(r->body);
  const char *told = text_at(r->body, "last_id");
  if (told || !json_array_size(items)) return told;
  if (rows_of(r)) return row_text(a, rows_of(r), rows_of(r)->count - 1, "id");
  return text_at(json_array_get(items, json_array_size(items) - 1), "id");
}

/* Pages that have numbers; the first may be 0. */
static paging by_number(arena *a, const json_t *part, const api_request *first, size_t page, api_request *out) {
  int64_t next = count_at(part, "next_page"), at = count_at(part, "page"), all = count_at(part, "total_pages");
  if (next <= 0 && at >= 0 && all > at + (at == 0)) next = at + 1;
  if (next > 0) return with(a, first, "page", arena_printf(a, "%lld", (long long)next), out);
  return (at < 0 && all > 1 && page == 1) || text_at(part, "next_page") ? PAGING_LOST : PAGING_LAST;
}

static paging by_total(arena *a, const json_t *part, const api_response *r, const api_request *first, size_t page, api_request *out) {
  int64_t total = count_at(part, "total"), offset = count_at(part, "offset"), items = (int64_t)count_items(r);
  if (total < 0) total = count_at(part, "total_count");
  if (offset >= 0 && items && items < total - offset)
    return with(a, first, "offset", arena_printf(a, "%lld", (long long)(offset + items)), out);
  return page == 1 && items < total ? PAGING_LOST : PAGING_LAST;
}

static paging by_count(arena *a, const api_response *r, const api_request *first, size_t page, api_request *out) {
  paging on = PAGING_LAST;
  for (size_t i = 0; i < PARTS && on == PAGING_LAST; i++) on = by_number(a, part_of(r->body, i), first, page, out);
  for (size_t i = 0; i < PARTS && on == PAGING_LAST; i++) on = by_total(a, part_of(r->body, i), r, first, page, out);
  return on;
}

/* *out is the request for the next page, made of the request for the first one. `page` is the number of this page, from 1. */
static paging paging_next(arena *a, const api_response *r, const api_request *first, size_t page, api_request *out) {
  size_t length = 0;
  const char *address = address_of(r, &length);
  if (address) return by_link(a, first, address, length, out);
  if (by_cursor(a, r->body, first, out) == PAGING_NEXT) return PAGING_NEXT;
  if (!says_more(r->body)) return by_count(a, r, first, page, out);
  const char *last = last_id(a, r);
  return last ? with(a, first, "after", last, out) : PAGING_LOST;
}

/* ---- the listing ---- */

/* The listing proves it, and the look-up says what it is for. */
static void prove_further(prober *p, probe *t, const outcome *how) {
  t->best = *how;
  t->proved = true;
  prober_prove_next(p, t);
}

/* What a protocol without a reader of single models drops from its listing, its look-up would let through. */
static const char *const naming[] = { "id", "name", "model" };
enum { NAMING = sizeof naming / sizeof *naming };

static void note_name(prober *p, provider_endpoint *e, const char *name) {
  if (name && lookup_get(&e->defined, name)) lookup_add(&e->left_out, p->arena, arena_text(p->arena, name), e);
}

static void note_left_out(prober *p, provider_endpoint *e, const json_t *items) {
  for (size_t i = 0; i < json_array_size(items) * NAMING; i++)
    note_name(p, e, json_string_value(json_object_get(json_array_get(items, i / NAMING), naming[i % NAMING])));
}

static void note_page(prober *p, provider_endpoint *e, const json_t *body, const json_rows *rows) {
  const protocol *speaks = e->service->provider->speaks;
  if (speaks->read_model && !speaks->plain_list) return;
  for (size_t i = 0; rows && i < rows->count * NAMING; i++) note_name(p, e, row_text(p->arena, rows, i / NAMING, naming[i % NAMING]));
  note_left_out(p, e, body);
  for (void *at = json_object_iter((json_t *)body); at; at = json_object_iter_next((json_t *)body, at))
    note_left_out(p, e, json_object_iter_value(at));
}

static bool is_left_out(prober *p, probe *t) {
  static const remote_model dropped = { .verdict = "inactive" };
  bool out = !probe_is_listed(t) && lookup_get(&t->endpoint->left_out, t->service->model->api_name);
  return out && screening_refuses(p, t, STAGE_LIST, 200, &dropped);
}

static void after_listing(prober *p, provider_endpoint *e) {
  if (e->complete && discovery_lacks_everything(p, e)) {
    e->unheard = true;
    discovery_recall(p, e);
  }
  bool access = e->complete && e->key_proven && belief_listing(e->service) != LIST_PROVES_KEY;
  bool enough = e->complete && p->level == ROSTER_LEVEL_LIST;
  if (e->complete) discovery_take(p, e);
  for (size_t i = 0; i < e->probe_count; i++) {
    probe *t = e->probes[i];
    const remote_model *there = e->complete ? probe_listed_entry(t) : NULL;
    if (t->service->outcome.decided || (there && screening_refuses(p, t, STAGE_LIST, 200, there))) continue;
    if (e->complete && is_left_out(p, t)) continue;
    if (!(access || enough) || !probe_is_listed(t))
      prober_prove_next(p, t);
    else if (there && there->look_up && p->level > ROSTER_LEVEL_LIST)
      prove_further(p, t, &e->positive);
    else
      prober_succeed(p, t, &e->positive);
  }
}

static bool request_page(prober *p, provider_endpoint *e, const api_request *q) {
  const char *address = arena_printf(p->arena, "%s?%s", q->path, q->query);
  if (lookup_add(&e->page_urls, p->arena, address, e) || e->pages >= MOST_PAGES || e->listed.count > MOST_NAMES) return false;
  e->pages++;
  const exchange *x = prober_queue(p, e, NULL, STAGE_LIST, e->service->provider->speaks, q);
  if (!e->first) e->first = x;
  return true;
}

static void prove_key(prober *p, provider_endpoint *e) {
  const provider *of = e->service->provider;
  api_request q = { 0 };
  const bool asks = of->prove_key && !e->key_proven && !e->service->as_is;
  const char *wrong = asks ? script_request(p->script, of->prove_key, NULL, &q) : NULL;
  if (wrong)
    prober_fail_all(p, e, &(culprit){ "prove_key", "provider", &of->head, of->prove_key }, wrong);
  else if (q.path)
    prober_queue(p, e, NULL, STAGE_PROVE_KEY, of->speaks, &q);
  else
    after_listing(p, e);
}

/* Whether the listing proves the key, where it would. */
static void weigh_listing(prober *p, provider_endpoint *e) {
  bool would = !e->key_proven && belief_listing(e->service) != LIST_PROVES_NAMES;
  belief is = would && p->level > ROSTER_LEVEL_LIST ? control_of(p, e, NULL, e->first) : BELIEF_ALIKE;
  if (!would)
    prove_key(p, e);
  else if (is != BELIEF_OPEN)
    listing_weighed(p, e, STAGE_LIST, p->level > ROSTER_LEVEL_LIST ? is : BELIEF_TELLS);
}

void listing_weighed(prober *p, provider_endpoint *e, stage of, belief is) {
  e->key_proven = is == BELIEF_TELLS;
  e->alike = is == BELIEF_ALIKE;
  if (of == STAGE_LIST)
    prove_key(p, e);
  else
    after_listing(p, e);
}

/* `why` is reported for the models that nothing else decides. */
static void list_failed(prober *p, provider_endpoint *e, roster_reason code, const char *why, const char *said) {
  e->complete = false;
  e->unheard = true;
  discovery_recall(p, e);
  for (size_t i = 0; i < e->probe_count; i++)
    e->probes[i]->last_error = (shortfall){ .code = code, .text = prober_redacted(p, why), .said = said };
  after_listing(p, e);
}

/* Once for each endpoint. What nobody asked for need not be seen. */
static void tell_left_out(prober *p, provider_endpoint *e, const remote_listing *page, bool all) {
  const provider *of = e->service->provider;
  findings *f = p->factory->catalog->findings;
  if (page->with_trace && !e->with_trace)
    finding_warning(f, schema_place(schema_of("provider"), of, "credential"),
                    "provider '%s': names in its listing contain part of a key, and were left out: replace that key", of->head.id);
  if (page->unseen && all && !e->unseen)
    finding_warning(f, schema_place(schema_of("provider"), of, "base_url"),
                    "provider '%s': names in its listing contain invisible characters, and were left out, the first: '%s'", of->head.id,
                    text_clean(p->arena, page->unseen, strlen(page->unseen), 150));
  e->with_trace = e->with_trace || page->with_trace;
  e->unseen = e->unseen || page->unseen;
}

static void read_page(prober *p, provider_endpoint *e, const completed *done, const classification *r) {
  remote_listing page = { 0 };
  const bool all = prober_discovers(p, e->service->provider);
  finder f = { p, e };
  const interest w = { &e->defined, all ? discovery_may_take : NULL, all ? discovery_note_candidate : NULL, &f };
  bool ok = false;
  const char *why = NULL;
  const char *wrong = script_read_list(p->script, e->service->provider->speaks, &r->response, &w, &page, &ok, &why);
  if (wrong || !ok) {
    if (e->attempts.count) e->attempts.at[e->attempts.count - 1].outcome = "malformed"; /* the status alone looked fine */
    const protocol *speaks = e->service->provider->speaks;
    if (wrong)
      prober_fail_all(p, e, &(culprit){ "read_list", "protocol", &speaks->head, speaks->read_list }, wrong);
    else
      list_failed(p, e, ROSTER_REASON_LISTING_UNREADABLE,
                  arena_printf(p->arena, "its listing cannot be read%s%s%s%s%s", why ? ": " : "", why ? why : "",
                               *r->said ? " (it says: " : "", r->said, *r->said ? ")" : ""),
                  r->said);
    return;
  }
  tell_left_out(p, e, &page, all);
  for (size_t i = 0; i < page.count; i++) endpoint_take_entry(e, p->arena, &page.at[i]);
  for (size_t i = 0; i < page.names.count; i++) endpoint_take_name(e, p->arena, page.names.at[i], e);
  note_page(p, e, r->body, r->response.rows);
  paging on = page.more ? PAGING_NEXT : paging_next(p->arena, &r->response, &e->first_page, e->pages, &page.next);
  if (on == PAGING_NEXT && request_page(p, e, &page.next)) return;
  if (on != PAGING_LAST) {
    const char *cut =
        on == PAGING_NEXT ? "its listing does not end" : "its listing says that there are more pages, but not how to request them";
    list_failed(p, e, ROSTER_REASON_LISTING_UNREADABLE, cut, NULL);
    return;
  }
  e->complete = true;
  outcome_ready(p->arena, STAGE_LIST, done, &e->positive);
  weigh_listing(p, e);
}

/* A refusal, a rate limit or an outage decides for all models. A listing that is missing or cannot be read decides for none. */
void listing_answered(prober *p, provider_endpoint *e, const completed *done, const classification *r) {
  bool unusable = r->response_class == CLASS_MALFORMED ||
                  (r->response_class == CLASS_STATE && r->state == ROSTER_PROVIDER_ERROR && response_is_success(done));
  unusable = unusable || done->response->failure == ROSTER_HTTP_TOO_LARGE;
  if (r->response_class == CLASS_YES && r->body)
    read_page(p, e, done, r);
  else if (r->response_class == CLASS_STATE && !unusable && r->state != ROSTER_NOT_LISTED && r->state != ROSTER_UNPROVEN)
    prober_decide_all(p, e, done, r);
  else if (r->response_class == CLASS_MISSING)
    list_failed(p, e, ROSTER_REASON_NONE,
                arena_printf(p->arena, "its listing is not served (%d%s%s)", done->response->status, *r->said ? ": " : "", r->said),
                r->said);
  else
    list_failed(p, e, ROSTER_REASON_LISTING_UNREADABLE,
                arena_printf(p->arena, "its listing cannot be read (%d%s%s)", done->response->status, *r->said ? ": " : "", r->said),
                r->said);
}

void listing_key_answered(prober *p, provider_endpoint *e, const completed *done, const classification *r) {
  e->unheard = e->unheard || classification_says_nothing(r);
  if (r->response_class == CLASS_STATE) {
    prober_decide_all(p, e, done, r);
  } else if (r->response_class == CLASS_YES) {
    outcome_ready(p->arena, STAGE_LIST, done, &e->positive);
    belief is = control_of(p, e, NULL, done->exchange);
    if (is != BELIEF_OPEN) listing_weighed(p, e, STAGE_PROVE_KEY, is);
  } else {
    after_listing(p, e);
  }
}

void listing_ask(prober *p, provider_endpoint *e) {
  const provider *of = e->service->provider;
  script_ref ref = of->list ? of->list : of->speaks->list;
  api_request q = { 0 };
  if (prober_answers_itself(e->service) || of->unlisted) ref = 0;
  const char *wrong = ref && of->speaks->read_list ? script_request(p->script, ref, NULL, &q) : NULL;
  e->key_proven = e->service->key->state == KEY_NONE_NEEDED;
  e->first_page = q;
  if (e->service->as_is && q.path && !text_ends(q.path, "/models")) q.path = NULL;
  if (wrong)
    prober_fail_all(p, e, &(culprit){ "list", "protocol", &of->speaks->head, ref }, wrong);
  else if (!q.path || !request_page(p, e, &q))
    list_failed(p, e, ROSTER_REASON_NONE, "", NULL);
}
