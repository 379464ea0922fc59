/* resolve: the verb that leads a stored id to the current one. */
#include "command/shared/document.h"
#include "command/shared/host.h"
#include "command/shared/message.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <stdio.h>
#include <string.h>

/* The id alone, for scripts; people are told how it was found. */
static void write_answer(const roster_snapshot *s, const char *asked, const roster_model *m) {
  const char *via = NULL;
  roster_resolve(NULL, s, asked, &via, NULL);
  strbuf text = { 0 };
  strbuf_add(&text, roster_model_id(m));
  if (terminal_is_out() && via && strcmp(via, "exact") != 0) strbuf_format(&text, "  (%s %s)", via, asked);
  write_line(HUE_PLAIN, strbuf_text(&text));
  strbuf_free(&text);
}

int resolve_run(const options *o) {
  host h;
  const char *id = o->operands[0];
  int code = host_open(&h, o);
  const roster_model *m = code ? NULL : host_model(&h, id);
  if (m && options_have(o, OPTION_JSON))
    document_write_id(roster_write_resolve_json, h.snapshot, id);
  else if (m)
    write_answer(h.snapshot, id, m);
  if (!code && !m) code = EXIT_NOT;
  host_close(&h);
  return code;
}
