/* update: the verb that asks the sources of facts now, keeps what is good, and tells what that changes. */
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"
#include "util/json.h"
#include "util/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct looks {
  const arguments *arguments;
  writer json;
  size_t count, failed;
} looks;

/* ---- one source ---- */

static void write_look_json(writer *w, const roster_source_update *u) {
  write_open(w, NULL, '{');
  write_text(w, "id", u->id);
  write_text(w, "outcome", u->outcome);
  write_text(w, "problem", u->problem);
  write_integer(w, "rows", (int64_t)u->rows);
  write_integer(w, "added", (int64_t)u->added);
  write_integer(w, "removed", (int64_t)u->removed);
  write_integer(w, "changed", (int64_t)u->changed);
  write_integer(w, "held", (int64_t)u->held);
  write_integer(w, "left_out", (int64_t)u->left_out);
  write_close(w, '}');
}

static void write_look(const roster_source_update *u) {
  strbuf line = { 0 };
  const bool failed = strcmp(u->outcome, "failed") == 0;
  utf8_add_clean(&line, u->id);
  strbuf_format(&line, ": %s", u->outcome);
  if (failed) strbuf_add(&line, ": ");
  utf8_add_clean(&line, u->problem);
  if (failed && u->rows) strbuf_add(&line, "; keeping the last good data");
  if (!failed) {
    strbuf_add(&line, ", ");
    add_count(&line, u->rows, "model");
    strbuf_format(&line, " (%zu new, %zu gone, %zu changed)", u->added, u->removed, u->changed);
  }
  if (!failed && u->held) strbuf_format(&line, ", %zu held back (--accept takes them)", u->held);
  write_line(failed ? HUE_BAD : u->held ? HUE_DOUBT : HUE_GOOD, strbuf_text(&line));
  strbuf_free(&line);
}

static void on_update(void *payload, const roster_source_update *u) {
  looks *l = payload;
  l->count++;
  l->failed += strcmp(u->outcome, "failed") == 0;
  if (arguments_have(l->arguments, OPTION_JSON))
    write_look_json(&l->json, u);
  else
    write_look(u);
}

/* ---- what it changes for the models here ---- */

static json_t *entry_of(const roster_snapshot *s, const char *id) {
  size_t bytes = roster_write_model_json(s, id, NULL, 0);
  char *text = grown(NULL, bytes + 1);
  roster_write_model_json(s, id, text, bytes + 1);
  json_t *entry = json_loads(text, 0, NULL);
  free(text);
  return entry;
}

/* "context_window, price"; "" where nothing differs. */
static void add_differences(strbuf *into, const json_t *before, const json_t *after) {
  for (void *at = json_object_iter((json_t *)after); at; at = json_object_iter_next((json_t *)after, at)) {
    const char *name = json_object_iter_key(at);
    if (strcmp(name, "origins") == 0 || json_equal(json_object_get(before, name), json_object_iter_value(at))) continue;
    strbuf_format(into, "%s%s", into->length ? ", " : "", name);
  }
}

static void tell_model(const arguments *o, writer *w, const char *id, const char *what) {
  strbuf line = { 0 };
  if (arguments_have(o, OPTION_JSON)) {
    write_open(w, NULL, '{');
    write_text(w, "id", id);
    write_open(w, "fields", '[');
    while (*what) {
      const size_t length = strcspn(what, ",");
      strbuf_bytes(&line, what, length);
      write_text(w, NULL, strbuf_text(&line));
      strbuf_free(&line);
      what += length + (what[length] ? 2 : 0);
    }
    write_close(w, ']');
    write_close(w, '}');
    return;
  }
  strbuf_add(&line, "  ");
  utf8_add_clean(&line, id);
  strbuf_format(&line, ": %s", what);
  write_line(HUE_PLAIN, strbuf_text(&line));
  strbuf_free(&line);
}

static void tell_models(const arguments *o, writer *w, const roster_snapshot *before, const roster_snapshot *after) {
  for (size_t i = 0; i < roster_known_count(after); i++) {
    const char *id = roster_model_id(roster_known_at(after, i));
    strbuf what = { 0 };
    json_t *now = entry_of(after, id), *was = roster_known(before, id) ? entry_of(before, id) : NULL;
    if (was)
      add_differences(&what, was, now);
    else
      strbuf_add(&what, "new");
    if (what.length) tell_model(o, w, id, strbuf_text(&what));
    strbuf_free(&what);
    json_decref(now);
    json_decref(was);
  }
}

/* The definitions are read again, with what was kept. */
static int tell_changes(const host *h, looks *l) {
  host again;
  int code = l->failed < l->count ? host_open(&again, h->arguments) : EXIT_GOOD;
  if (l->failed == l->count || code) return code;
  tell_models(h->arguments, &l->json, h->snapshot, again.snapshot);
  host_close(&again);
  return EXIT_GOOD;
}

static int none_is_on(const arguments *o) {
  roster_error err = { .status = ROSTER_EUNKNOWN,
                       .message = "no source is enabled",
                       .hint = "enable the shipped sources with --sources or with a line such as source \"models.dev\" {}" };
  return print_error(o, &err);
}

int update_run(const arguments *o) {
  host h;
  looks l = { .arguments = o };
  roster_error err;
  int code = host_open(&h, o);
  const bool json = arguments_have(o, OPTION_JSON);
  if (!code && json) {
    write_open(&l.json, NULL, '{');
    write_open(&l.json, "sources", '[');
  }
  if (!code && roster_update_sources(h.registry, o->operands, (size_t)o->operand_count, arguments_have(o, OPTION_ACCEPT), on_update, &l,
                                     &err) != ROSTER_OK)
    code = print_error(o, &err);
  else if (!code && !l.count)
    code = none_is_on(o);
  if (!code && json) {
    write_close(&l.json, ']');
    write_open(&l.json, "models", '[');
  }
  if (!code) code = tell_changes(&h, &l);
  if (!code && json) {
    write_close(&l.json, ']');
    write_close(&l.json, '}');
    document_end(&l.json);
  }
  host_close(&h);
  return code ? code : l.failed ? EXIT_NOT : EXIT_GOOD;
}
