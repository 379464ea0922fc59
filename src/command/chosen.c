/* chosen: the verbs that print the id of a model that nobody named: `default`, and `role` for the model of a role, or for all roles. */
#include "command/shared/host.h"
#include "command/shared/output.h"
#include "command/shared/table.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "util/strbuf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int open_and_ask(host *h, const arguments *o) {
  int code = host_open(h, o);
  if (!code && !arguments_have(o, OPTION_OFFLINE)) code = host_ask(h);
  if (!code) host_warn(h);
  return code;
}

/* Prints the id, or with --json an object with what else there is to say. */
static void write_chosen(const arguments *o, const char *role, const roster_model *m, const char *wanted) {
  writer w = { 0 };
  if (!arguments_have(o, OPTION_JSON)) {
    write_line(HUE_PLAIN, roster_model_id(m));
    return;
  }
  write_open(&w, NULL, '{');
  if (role) write_text(&w, "role", role);
  write_text(&w, "id", roster_model_id(m));
  write_text(&w, "provider_id", roster_provider_id(roster_model_provider(m)));
  if (wanted) write_text(&w, "default_wanted", wanted);
  write_close(&w, '}');
  document_end(&w);
}

static int fail_none(const arguments *o, const roster_error *err) {
  roster_error offline = *err;
  if (arguments_have(o, OPTION_OFFLINE)) snprintf(offline.hint, sizeof offline.hint, "nothing was checked: leave out --offline");
  print_error(o, &offline);
  return EXIT_NOT;
}

/* ---- the default ---- */

static void notice_wanted(const roster_snapshot *s, const roster_model *instead) {
  const char *wanted = roster_default_wanted(s);
  const roster_model *m = *wanted ? roster_known(s, wanted) : NULL;
  if (!*wanted) return;
  notice("the requested default %s is not available (%s); using %s", wanted,
         !m                        ? "no model has that id"
         : *roster_model_reason(m) ? roster_model_reason(m)
                                   : roster_state_name(roster_model_state(m)),
         roster_model_id(instead));
}

/* The shipped default block asks for it, and a deployer's replaces that one: one that does not ask too is obeyed, but not in silence. */
static void notice_unasked(const roster_snapshot *s, const roster_model *chosen) {
  static const char variable[] = "DEFAULT_MODEL";
  const char *id = getenv(variable);
  if (!id || !*id || *roster_default_wanted(s) || roster_known(s, id) == chosen) return;
  roster_error err = { .status = ROSTER_EINVALID };
  snprintf(err.message, sizeof err.message, "%s is not followed: the default block of the definitions does not ask for it", variable);
  snprintf(err.hint, sizeof err.hint, "write default { wanted = setting \"%s\", ... } there, or unset it", variable);
  print_message(&err);
}

static int answer_default(const host *h, const arguments *o) {
  const roster_model *m = roster_default(h->snapshot);
  if (m) {
    notice_wanted(h->snapshot, m);
    notice_unasked(h->snapshot, m);
    write_chosen(o, NULL, m, roster_default_wanted(h->snapshot));
    return EXIT_GOOD;
  }
  const char *hint = roster_empty_hint(h->snapshot), *reason = roster_empty_reason(h->snapshot);
  roster_error err = { .status = ROSTER_ENONE };
  snprintf(err.message, sizeof err.message, "no default: no model is ready%s%s", reason && *reason ? ": " : "", reason ? reason : "");
  snprintf(err.hint, sizeof err.hint, "%s", hint ? hint : "");
  return fail_none(o, &err);
}

int default_run(const arguments *o) {
  host h;
  int code = open_and_ask(&h, o);
  if (!code) code = answer_default(&h, o);
  host_close(&h);
  return code;
}

/* ---- roles ---- */

/* "flagship, tools, 1M context, $4/20" */
static void add_facts(strbuf *p, const roster_model *m) {
  const double in = roster_model_price(m, ROSTER_PRICE_INPUT), out = roster_model_price(m, ROSTER_PRICE_OUTPUT);
  if (*roster_model_tier(m)) strbuf_format(p, "%s, ", roster_model_tier(m));
  strbuf_add(p, roster_provider_id(roster_model_provider(m)));
  if (roster_model_tool_call(m) == ROSTER_YES) strbuf_add(p, ", tools");
  if (roster_model_context_window(m) > 0) {
    strbuf_add(p, ", ");
    add_tokens(p, roster_model_context_window(m));
  }
  if (in < 0) return;
  strbuf_add(p, ", $");
  add_dollars(p, in);
  strbuf_add(p, "/");
  add_dollars(p, out);
}

/* "no model is usable" of "no model has the role 'cheap': no model is usable" */
static const char *after_name(const char *message) {
  const char *end = strstr(message, "': ");
  return end ? end + 3 : message;
}

/* Why it is that model, by what is known of it, or why there is none. */
static const roster_model *find_role(const host *h, const char *role, strbuf *why) {
  const roster_model *m = NULL;
  roster_error err = { 0 };
  if (roster_require_role(&m, h->snapshot, role, &err) == ROSTER_OK)
    add_facts(why, m);
  else
    strbuf_add(why, arguments_have(h->arguments, OPTION_OFFLINE) ? "nothing was checked (--offline)" : after_name(err.message));
  return m;
}

static void write_role_json(writer *w, const char *role, const roster_model *m, const char *why) {
  write_open(w, NULL, '{');
  write_text(w, "role", role);
  write_text_or_null(w, "id", m ? roster_model_id(m) : NULL);
  write_text(w, "why", why);
  write_close(w, '}');
}

static void write_roles(const host *h) {
  if (!roster_role_count(h->snapshot) && !arguments_have(h->arguments, OPTION_JSON)) {
    puts("No roles are defined.");
    return;
  }
  static const column columns[] = { { "ROLE", false, false, 0 }, { "MODEL", false, false, 0 }, { "WHY", false, true, 1 } };
  const bool json = arguments_have(h->arguments, OPTION_JSON);
  const char *role;
  writer w = { 0 };
  table t;
  if (json) write_open(&w, NULL, '{'), write_open(&w, "roles", '[');
  table_begin(&t, columns, 3);
  for (size_t i = 0; (role = roster_role_at(h->snapshot, i)); i++) {
    strbuf why = { 0 };
    const roster_model *m = find_role(h, role, &why);
    if (json) write_role_json(&w, role, m, strbuf_text(&why));
    table_cell(&t, HUE_BOLD, role);
    table_cell(&t, m ? HUE_GOOD : HUE_DIM, m ? roster_model_id(m) : "-");
    table_cell(&t, m ? HUE_PLAIN : HUE_DIM, strbuf_text(&why));
    strbuf_free(&why);
  }
  json ? table_free(&t) : table_end(&t);
  if (json) write_close(&w, ']'), write_close(&w, '}'), document_end(&w);
}

static void write_names(const roster_snapshot *s) {
  const char *role;
  for (size_t i = 0; (role = roster_role_at(s, i)); i++) write_line(HUE_PLAIN, role);
}

static int answer_role(const host *h, const arguments *o) {
  const char *role = o->operands[0];
  const roster_model *m = NULL;
  roster_error err = { 0 };
  const roster_status status = roster_require_role(&m, h->snapshot, role, &err);
  if (status == ROSTER_OK) write_chosen(o, role, m, NULL);
  if (status == ROSTER_ENONE) return fail_none(o, &err);
  return status == ROSTER_OK ? EXIT_GOOD : print_error(o, &err);
}

/* A name that no block has is an error before any request is made. */
static int check_role(const host *h, const arguments *o) {
  const roster_model *m;
  roster_error err = { 0 };
  if (!o->operand_count || roster_require_role(&m, h->snapshot, o->operands[0], &err) != ROSTER_EUNKNOWN) return EXIT_GOOD;
  snprintf(err.hint, sizeof err.hint, "roster role --ids lists the roles");
  return print_error(o, &err);
}

int role_run(const arguments *o) {
  host h;
  const bool names = arguments_have(o, OPTION_IDS); /* known without a request */
  if (names && arguments_have(o, OPTION_JSON)) return usage_error(o, "--ids and --json exclude each other");
  if (names && o->operand_count) return usage_error(o, "--ids lists all roles: it takes no name");
  int code = host_open(&h, o);
  if (!code) code = check_role(&h, o);
  if (!code && !names && !arguments_have(o, OPTION_OFFLINE)) code = host_ask(&h);
  if (!code) host_warn(&h);
  if (!code && names)
    write_names(h.snapshot);
  else if (!code && o->operand_count)
    code = answer_role(&h, o);
  else if (!code)
    write_roles(&h);
  host_close(&h);
  return code;
}
