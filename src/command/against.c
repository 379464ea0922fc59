/* against: check --against: what an edit would change for a host, found out by asking for both. */
#include "command/shared/document.h"
#include "util/utf8.h"
#include "command/shared/memory.h"
#include "command/shared/host.h"
#include "command/shared/message.h"
#include "util/strbuf.h"
#include "command/shared/table.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <stdlib.h>
#include <string.h>

static bool is_loss(const roster_change *c) { return c->kind == ROSTER_REMOVED || (c->kind == ROSTER_DEFAULT_CHANGED && c->before); }

static void add_fields(strbuf *p, const roster_change *c) {
  for (size_t i = 0; i < c->field_count; i++) strbuf_format(p, "%s%s", i ? ", " : "", c->fields[i]);
}

static void write_change(void *payload, const roster_change *c) {
  static const char *const leads[] = { "added    ", "removed  ", "changed  ", "default  " };
  static const hue hues[] = { HUE_GOOD, HUE_BAD, HUE_PLAIN, HUE_BOLD };
  strbuf p = { 0 };
  strbuf_add(&p, leads[c->kind]);
  if (c->kind == ROSTER_DEFAULT_CHANGED)
    strbuf_format(&p, "%s -> %s", c->before ? roster_model_id(c->before) : "none", *c->id ? c->id : "none");
  else
    utf8_add_clean(&p, c->id);
  if (c->kind == ROSTER_REMOVED && c->after) strbuf_format(&p, ": %s, ", roster_state_name(roster_model_state(c->after)));
  if (c->kind == ROSTER_REMOVED) utf8_add_clean(&p, c->after ? roster_model_reason(c->after) : ": it is not defined any more");
  if (c->kind == ROSTER_CHANGED) strbuf_add(&p, ": ");
  add_fields(&p, c);
  write_line(hues[c->kind], strbuf_text(&p));
  strbuf_free(&p);
  *(bool *)payload = *(bool *)payload || is_loss(c);
}

static void note_loss(void *payload, const roster_change *c) { *(bool *)payload = *(bool *)payload || is_loss(c); }

static void write_json(const roster_snapshot *before, const roster_snapshot *after) {
  size_t bytes = roster_write_changes_json(before, after, NULL, 0);
  char *text = grown(NULL, bytes + 1);
  roster_write_changes_json(before, after, text, bytes + 1);
  document_write_text(text);
  free(text);
}

static int compare(const host *before, const host *after) {
  bool lost = false;
  if (options_have(after->options, OPTION_JSON)) {
    write_json(before->snapshot, after->snapshot);
    roster_each_change(before->snapshot, after->snapshot, note_loss, &lost);
  } else if (roster_each_change(before->snapshot, after->snapshot, write_change, &lost) == 0) {
    write_line(HUE_GOOD, "Nothing would change.");
  }
  return lost ? EXIT_NOT : EXIT_GOOD;
}

int against_run(const options *o) {
  host before, after;
  options former = *o;
  former.config = o->against;
  int code =
      o->record || o->replay ? fail_usage(o, "--against asks for two sets of definitions: it takes neither --record nor --replay") : 0;
  if (!code && o->operand_count) code = fail_usage(o, "--against compares all models: it takes no names");
  if (code) return code;
  code = host_open(&before, &former);
  if (!code) code = host_ask(&before);
  if (!code)
    code = host_open(&after, o);
  else
    after = (host){ 0 };
  if (!code) code = host_ask(&after);
  if (!code) code = compare(&before, &after);
  host_close(&after);
  host_close(&before);
  return code;
}
