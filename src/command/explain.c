/* explain: the verb that prints everything known about one model: its definition, how it is reached, each request and its outcome, the
 * verdict, and what to do. */
#include "command/reasons.h"
#include "command/shared/advice.h"
#include "command/shared/host.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <stdio.h>
#include <string.h>

enum { MARGIN = 14 };

typedef const char *list_getter(const roster_model *m, size_t index);

/* "Endpoint      https://..."; nothing when the text is empty. */
static void write_fact(const char *name, const char *text) {
  char lead[MARGIN + 1];
  if (!*text) return;
  snprintf(lead, sizeof lead, "%-*s", MARGIN, name);
  write_wrapped(lead, MARGIN, text);
}

static void add_part(strbuf *p, const char *part) {
  if (!*part) return;
  if (p->length) strbuf_add(p, ", ");
  strbuf_add(p, part);
}

static void add_list(strbuf *p, const roster_model *m, list_getter *at) {
  const char *item;
  for (size_t i = 0; (item = at(m, i)); i++) add_part(p, item);
}

static void write_part(const char *name, strbuf *p) {
  write_fact(name, strbuf_text(p));
  strbuf_free(p);
}

static void write_list(const char *name, const roster_model *m, list_getter *at) {
  strbuf p = { 0 };
  add_list(&p, m, at);
  write_part(name, &p);
}

/* ---- what it is ---- */

static void add_dated(strbuf *p, const char *words, const char *date) {
  strbuf part = { 0 };
  if (*date) strbuf_format(&part, "%s %s", words, date);
  add_part(p, strbuf_text(&part));
  strbuf_free(&part);
}

/* "current" is what everybody expects, so only another status is given. The tier comes before all others. */
static bool is_shown(const roster_field *f, const char *text) {
  return f->words && f->type <= ROSTER_FIELD_DATE && *text && strcmp(text, "current") != 0;
}

static void write_kind(const roster_model *m) {
  strbuf p = { 0 };
  const roster_field *f;
  add_part(&p, roster_model_tier(m));
  for (size_t i = 0; (f = roster_field_at(i)); i++) {
    const char *text = roster_model_field_text(m, f);
    if (is_shown(f, text)) *f->words ? add_dated(&p, f->words, text) : add_part(&p, text);
  }
  write_part("About", &p);
  write_fact("Warning", roster_model_warning(m));
}

/* The words of what a model can do (or cannot, or nobody said) of what can be answered by yes and no. */
static void add_skills(strbuf *p, const roster_model *m, roster_tri wanted) {
  const roster_field *f;
  for (size_t i = 0; (f = roster_field_at(i)); i++)
    if (f->type == ROSTER_FIELD_TRI && f->words && roster_model_field_flag(m, f) == wanted) add_part(p, f->words);
}

static void write_budget(const roster_model *m) {
  const int64_t least = roster_model_reasoning_budget_min(m), most = roster_model_reasoning_budget_max(m);
  strbuf p = { 0 };
  if (least >= 0) strbuf_format(&p, "at least %lld", (long long)least);
  if (most >= 0) strbuf_format(&p, "%sat most %lld", p.length ? " and " : "", (long long)most);
  if (p.length) strbuf_add(&p, " tokens of reasoning");
  write_part("Budget", &p);
}

static void write_skills(const roster_model *m) {
  strbuf takes = { 0 }, lacks = { 0 }, unknown = { 0 };
  const roster_field *f;
  add_list(&takes, m, roster_model_input_modality_at);
  add_skills(&takes, m, ROSTER_YES);
  add_skills(&lacks, m, ROSTER_NO);
  for (size_t i = 0; (f = roster_field_at(i)); i++)
    if (f->type == ROSTER_FIELD_LIST && !roster_model_field_known(m, f)) add_part(&unknown, f->doc);
  add_skills(&unknown, m, ROSTER_UNKNOWN);
  write_part("Takes", &takes);
  write_list("Gives", m, roster_model_output_modality_at);
  write_list("Levels", m, roster_model_reasoning_level_at);
  write_budget(m);
  write_part("Not", &lacks);
  write_part("Unknown", &unknown);
}

static void add_limit(strbuf *p, int64_t tokens, const char *words) {
  if (tokens <= 0) return;
  if (p->length) strbuf_add(p, ", ");
  add_tokens(p, tokens);
  strbuf_format(p, " %s", words);
}

static void write_limits(const roster_model *m) {
  strbuf p = { 0 };
  const roster_field *f;
  for (size_t i = 0; (f = roster_field_at(i)); i++)
    if (f->type == ROSTER_FIELD_COUNT && f->words) add_limit(&p, roster_model_field_count(m, f), f->words);
  write_part("Tokens", &p);
}

/* "$2 in, $10 out". An image is no token. */
static void add_prices(strbuf *p, const roster_prices *prices) {
  static const char *const words[] = { "in",       "out",       "cache read", "cache write", "reasoning",
                                       "audio in", "audio out", "an image",   "batch in",    "batch out" };
  const char *separator = "$";
  for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
    double dollars = roster_prices_get(prices, (roster_price)i);
    if (dollars < 0) continue;
    strbuf_add(p, separator);
    add_dollars(p, dollars);
    strbuf_format(p, " %s", words[i]);
    separator = ", $";
  }
}

static void write_tiers(const roster_prices *prices, const char *from) {
  const roster_prices *tier;
  int64_t above;
  for (size_t i = 0; (tier = roster_prices_tier_at(prices, i, &above)); i++) {
    strbuf p = { 0 };
    add_prices(&p, tier);
    strbuf_format(&p, " for prompts above ");
    add_tokens(&p, above);
    strbuf_format(&p, " tokens%s%s", *from ? ", from " : "", from);
    write_part("", &p);
  }
}

static void write_prices(const roster_model *m) {
  const roster_prices *now = roster_model_prices(m), *change;
  const char *from;
  strbuf p = { 0 };
  add_prices(&p, now);
  if (p.length) strbuf_add(&p, ", per million tokens");
  write_part("Price", &p);
  write_tiers(now, "");
  for (size_t i = 0; (change = roster_prices_change_at(now, i, &from)); i++) {
    add_prices(&p, change);
    strbuf_format(&p, " from %s", from);
    write_part("", &p);
    write_tiers(change, from);
  }
}

static void write_identity(const roster_model *m) {
  const roster_provider *p = roster_model_provider(m);
  strbuf whose = { 0 };
  strbuf_format(&whose, "%s (%s)", roster_provider_title(p), roster_provider_id(p));
  if (*roster_provider_seen(p)) strbuf_format(&whose, ", last seen %s", roster_provider_seen(p));
  write_fact("Model", roster_model_description(m));
  write_part("Provider", &whose);
  write_kind(m);
  write_limits(m);
  write_prices(m);
  write_skills(m);
  write_list("Aliases", m, roster_model_alias_at);
  write_list("Formerly", m, roster_model_formerly_at);
  write_fact("Snapshot of", roster_model_snapshot_of(m));
  write_list("Snapshots", m, roster_model_snapshot_at);
  write_list("Tags", m, roster_model_tag_at);
  if (strcmp(roster_model_extra(m), "{}") != 0) write_fact("Extra", roster_model_extra(m));
}

/* ---- how it is reached ---- */

static void write_credential(const roster_model *m) {
  const roster_provider *p = roster_model_provider(m);
  const char *from = *roster_model_source(m) ? roster_model_source(m) : roster_provider_credential_source(p);
  strbuf text = { 0 };
  if (strcmp(from, "keyless") == 0)
    strbuf_add(&text, "none is needed");
  else
    strbuf_format(&text, "%s%s", from,
                  *from != '$'                                                      ? ""
                  : roster_model_configured(m) || roster_provider_credential_set(p) ? ", set"
                                                                                    : ", not set");
  write_part("Credential", &text);
}

static void write_headers(const roster_model *m) {
  const roster_header *header;
  for (size_t i = 0; (header = roster_model_header_at(m, i)); i++) {
    strbuf text = { 0 };
    strbuf_format(&text, "%s: %s", header->name, header->value);
    write_part(i ? "" : "Headers", &text);
  }
}

static void write_way(const roster_model *m) {
  strbuf name = { 0 };
  strbuf_format(&name, "%s (protocol %s)", roster_model_api_name(m), roster_model_protocol(m));
  putchar('\n');
  write_fact("Defined at", roster_model_defined_at(m));
  write_part("Sent as", &name);
  write_fact("Rule", roster_model_rule(m));
  write_fact("Endpoint", roster_model_url(m));
  write_credential(m);
  write_headers(m);
}

/* ---- what was found out ---- */

/* What is left of the account, as the provider's answers stated it. */
static void write_account(const roster_model *m) {
  const roster_provider *p = roster_model_provider(m);
  const roster_limits *l = roster_provider_limits(p);
  strbuf text = { 0 };
  add_limits(&text, l);
  if (text.length) strbuf_format(&text, " left, according to %s", roster_provider_title(p));
  if (text.length && *l->reset) strbuf_format(&text, "; full again at %s", l->reset);
  write_part("Account", &text);
  write_fact(" ", roster_provider_warning(p));
}

static void write_request(const roster_request *q) {
  strbuf text = { 0 };
  int status = roster_request_status(q);
  strbuf_format(&text, "%s %s", roster_request_method(q), roster_request_url(q));
  write_fact(roster_request_stage(q), strbuf_text(&text));
  strbuf_free(&text);
  if (status)
    strbuf_format(&text, "%d after %ld ms: %s", status, roster_request_latency_ms(q), roster_request_outcome(q));
  else
    strbuf_format(&text, "no response after %ld ms: %s", roster_request_latency_ms(q), roster_request_outcome(q));
  write_part(" ", &text);
}

static void write_requests(const roster_model *m) {
  const roster_request *q = roster_model_request_at(m, 0);
  putchar('\n');
  write_line(HUE_BOLD, q ? "Requests" : "No request was made.");
  for (size_t i = 0; (q = roster_model_request_at(m, i)); i++) write_request(q);
}

/* The day of a billed proof, which is not repeated for a while. */
static void write_trial(const roster_model *m) {
  if (roster_model_state(m) != ROSTER_READY || strcmp(roster_model_stage(m), "generate") != 0) return;
  strbuf text = { 0 };
  strbuf_format(&text, "tested on %.10s with one small billed request", roster_model_checked_at(m));
  write_part("Proof", &text);
}

static void write_verdict(const roster_model *m) {
  strbuf text = { 0 };
  bool stale = roster_model_stale(m);
  if (*roster_model_stage(m)) strbuf_format(&text, "stage %s", roster_model_stage(m));
  if (roster_model_http_status(m)) strbuf_format(&text, ", HTTP %d", roster_model_http_status(m));
  if (*roster_model_checked_at(m)) strbuf_format(&text, ", %s", roster_model_checked_at(m));
  strbuf verdict = { 0 }, next = { 0 };
  strbuf_format(&verdict, text.length ? "%s%s (%s)" : "%s%s", roster_state_name(roster_model_state(m)),
                stale ? ", kept from an earlier check" : "", strbuf_text(&text));
  strbuf_free(&text);
  putchar('\n');
  write_part("Verdict", &verdict);
  write_trial(m);
  write_account(m);
  write_fact("Why", stale ? roster_model_stale_reason(m) : roster_model_reason(m));
  advice_add(&next, roster_model_hint(m));
  write_part("Next", &next);
}

/* A listing and a free proof both pass where nothing is left to pay with. */
static void write_caveat(const roster_model *m) {
  const char *stage = roster_model_stage(m);
  if (roster_model_state(m) != ROSTER_READY || model_is_mock(m) || strcmp(stage, "generate") == 0) return;
  strbuf text = { 0 };
  strbuf_format(&text, "A free check cannot detect every account without credit: roster check %s --deep sends one small billed request.",
                roster_model_id(m));
  write_part("Note", &text);
}

static void write_story(const roster_model *m, const char *asked) {
  roster_state state = roster_model_state(m);
  strbuf title = { 0 };
  strbuf_format(&title, "%s: %s%s", roster_model_id(m), roster_state_name(state), roster_model_stale(m) ? " (stale)" : "");
  write_line(roster_model_usable(m) ? HUE_GOOD : state_hue(state), strbuf_text(&title));
  strbuf_free(&title);
  if (strcmp(asked, roster_model_id(m)) != 0) {
    strbuf_format(&title, "%s is another name for %s.", asked, roster_model_id(m));
    write_wrapped("", 0, strbuf_text(&title));
    strbuf_free(&title);
  }
  putchar('\n');
  write_identity(m);
  write_way(m);
  write_requests(m);
  write_verdict(m);
  write_caveat(m);
}

static int ask_and_write(host *h, const char *id) {
  bool deep = h->arguments->level == ROSTER_LEVEL_GENERATE;                        /* to explain one model, no other is paid for */
  int code = host_may_discover(h, id) || host_model(h, id) ? EXIT_GOOD : EXIT_BAD; /* before any request is made */
  if (!code && !arguments_have(h->arguments, OPTION_OFFLINE)) code = host_ask_for(h, &id, deep ? 1 : 0);
  const roster_model *m = code ? NULL : host_model(h, id);
  if (!m) return EXIT_BAD;
  if (arguments_have(h->arguments, OPTION_JSON))
    document_write_id(roster_write_explain_json, h->snapshot, id);
  else
    write_story(m, id);
  return roster_model_usable(m) ? EXIT_GOOD : EXIT_NOT;
}

int explain_run(const arguments *o) {
  host h;
  int code = host_open(&h, o);
  if (!code) code = ask_and_write(&h, o->operands[0]);
  host_close(&h);
  return code;
}
