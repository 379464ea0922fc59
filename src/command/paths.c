/* paths: the verb that says which directories and files are read, in order, and why. */
#include "command/shared/document.h"
#include "command/shared/host.h"
#include "command/shared/message.h"
#include "command/shared/table.h"
#include "command/shared/verb.h"

#include <string.h>

/* A directory shows its slash. */
static void path_cell(table *t, const source *s) {
  strbuf path = { 0 };
  size_t length = strlen(s->path);
  strbuf_add(&path, s->path);
  if (s->directory && length && s->path[length - 1] != '/') strbuf_add(&path, "/");
  table_cell(t, s->read ? HUE_PLAIN : HUE_DIM, strbuf_text(&path));
  strbuf_free(&path);
}

static void write_table(const report *r) {
  static const column columns[] = { { "READ", false, false }, { "WHY", false, true }, { "PATH", false, true } };
  table t;
  table_begin(&t, columns, sizeof columns / sizeof *columns);
  for (size_t i = 0; i < r->source_count; i++) {
    const source *s = &r->sources[i];
    table_cell(&t, s->read ? HUE_GOOD : HUE_DIM, s->read ? "yes" : "no");
    table_cell(&t, HUE_PLAIN, s->why);
    path_cell(&t, s);
  }
  table_end(&t);
}

static void write_source(writer *w, const source *s) {
  write_open(w, NULL, '{');
  write_text(w, "path", s->path);
  write_text(w, "why", s->why);
  write_flag(w, "directory", s->directory);
  write_flag(w, "read", s->read);
  write_close(w, '}');
}

static void write_json(const report *r) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_open(&w, "paths", '[');
  for (size_t i = 0; i < r->source_count; i++) write_source(&w, &r->sources[i]);
  write_close(&w, ']');
  write_close(&w, '}');
  document_end(&w);
}

/* Who has broken definitions asks this verb where they are, so the table comes in any case. */
int paths_run(const options *o) {
  host h;
  int code = host_open(&h, o);
  if (!options_have(o, OPTION_JSON))
    write_table(&h.report);
  else if (!code)
    write_json(&h.report);
  host_close(&h);
  return code;
}
