/* script: see script.h. */
#include "command/migrate/script.h"

#include "util/strbuf.h"

#include <stdio.h>

static void add(strbuf *p, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *text = sqlite3_vmprintf(format, args);
  va_end(args);
  strbuf_add(p, text ? text : "");
  sqlite3_free(text);
}

static void add_target(strbuf *p, const target *t, const roster_snapshot *s) {
  add(p, "\nUPDATE \"%w\" SET \"%w\" = CASE\n", t->table, t->column);
  for (size_t i = 0; i < roster_rename_count(s); i++) {
    const roster_rename *r = roster_rename_at(s, i);
    add(p, "  WHEN \"%w\" = %Q COLLATE BINARY THEN %Q -- %s\n", t->column, r->from, r->to, r->defined_at);
  }
  add(p, "END\nWHERE typeof(\"%w\") = 'text' AND \"%w\" COLLATE BINARY IN (\n", t->column, t->column);
  for (size_t i = 0; i < roster_rename_count(s); i++)
    add(p, "  %Q%s\n", roster_rename_at(s, i)->from, i + 1 < roster_rename_count(s) ? "," : "");
  add(p, ");\n");
}

void script_write(const plan *p, const roster_snapshot *s) {
  strbuf out = { 0 };
  strbuf_format(&out, "-- Former model ids, and what they mean now. Written by roster %s: roster migrate --sql\n", roster_version());
  strbuf_add(&out, "-- Make a copy of the database first. Running it twice changes nothing the second time.\n\nBEGIN IMMEDIATE;\n");
  for (size_t i = 0; roster_rename_count(s) && i < p->target_count; i++)
    if (target_moves(&p->targets[i])) add_target(&out, &p->targets[i], s);
  strbuf_add(&out, "\nCOMMIT;\n");
  fputs(strbuf_text(&out), stdout);
  strbuf_free(&out);
}
