/* provider_address: what is wrong with the address of a provider that is finished: it is missing, or what is sent there goes in the clear.
 */
#include "library/definitions/plausibility.h"
#include "library/definitions/references.h"
#include "library/definitions/schema.h"
#include "library/definitions/setting.h"

#include "util/url.h"

#include <string.h>

static finding_place place(const provider *p) { return schema_place(schema_of("provider"), p, "base_url"); }

static bool was_wrong(const provider *p, const char *name) {
  const schema *s = schema_of("provider");
  return p->head.wrong & (uint64_t)1 << (schema_field(s, name) - s->fields);
}

/* base_url = setting "ACME_URL" */
static void report_unset(catalog *c, const provider *p) {
  const char *id = p->head.id, *name = p->unset_url;
  const finding_place at = place(p);
  const bool json = is_json_origin(at.at);
  const char *fix = arena_printf(
      c->arena, json ? "\"base_url\": { \"setting\": \"%s\" }, \"needs\": \"%s\"" : "base_url = setting \"%s\", needs = \"%s\"", name,
      name);
  const char *otherwise = json ? "" : arena_printf(c->arena, ", or give it a default: setting(\"%s\", \"https://...\")", name);
  finding_at(c->findings, ROSTER_ERROR, at, fix, "provider '%s': 'base_url' has no value, since %s is not set: add %s%s", id, name,
             arena_printf(c->arena, json ? "\"needs\": \"%s\"" : "needs = \"%s\"", name), otherwise);
}

static void report_missing(catalog *c, const provider *p) {
  if (p->unset_url && *p->unset_url)
    report_unset(c, p);
  else if (p->unset_url)
    finding_error(c->findings, place(p), "provider '%s': 'base_url' has no value: what it is given is nil", p->head.id);
  else
    finding_error(c->findings, place(p), "provider '%s': 'base_url' is missing", p->head.id);
}

static bool sends_key(const provider *p) {
  bool sends = p->credential || was_wrong(p, "credential");
  for (size_t i = 0; i < p->headers.count; i++) sends = sends || p->headers.at[i].from_secret;
  return sends;
}

/* http://127.0.0.1:8000 of http://0.0.0.0:8000; NULL for other addresses. */
static const char *on_this_machine(arena *a, const char *address) {
  static const char all[] = "http://0.0.0.0";
  const char *rest = address + sizeof all - 1;
  return text_starts(address, all) && (!*rest || *rest == ':' || *rest == '/') ? arena_printf(a, "http://127.0.0.1%s", rest) : NULL;
}

static void report_clear(catalog *c, const provider *p) {
  arena *a = c->arena;
  const char *id = p->head.id, *here = on_this_machine(a, p->base_url), *shown = url_show(a, p->base_url);
  const finding_place at = place(p);
  const char *address = arena_printf(a, "\"%s\"", here ? here : p->base_url), *line = fix_line(a, at.at, "base_url", address, NULL);
  if (here)
    finding_at(c->findings, ROSTER_ERROR, at, line,
               "provider '%s': base_url '%s' is where a server listens, on all addresses of its machine: for this machine write %s", id,
               shown, here);
  else if (sends_key(p))
    finding_at(c->findings, ROSTER_ERROR, at, fix_scheme(a, at.at, p->base_url),
               "provider '%s': base_url '%s' would send the key unencrypted: use https://, or write plain_http = true", id, shown);
  else
    finding_at(
        c->findings, ROSTER_ERROR, at, arena_printf(a, is_json_origin(at.at) ? "%s, \"plain_http\": true" : "%s, plain_http = true", line),
        "provider '%s': base_url '%s' is not encrypted, so that others on the way can read and change what is sent: use https://, or write "
        "plain_http = true",
        id, shown);
}

void provider_address_check(catalog *c, const provider *p) {
  url u;
  const bool needed = p->speaks && p->speaks->list && !p->needs && !p->override;
  if (!p->base_url && needed && !was_wrong(p, "base_url")) report_missing(c, p);
  if (!p->base_url || settings_source(c, p->base_url)) return; /* the factory says what is wrong with it */
  if (!url_parse(c->arena, p->base_url, &u) && !u.https && !url_is_near(&u) && !p->plain_http) report_clear(c, p);
}
