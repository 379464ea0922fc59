/* resolve: the verbs that say where an id leads: `resolve` prints the current id that a stored one means, `request` the request that a host
 * would send to that model. Neither makes a request where a block defines the id; else the listings of providers that discover are read. */
#include "command/shared/host.h"
#include "command/shared/memory.h"
#include "command/shared/output.h"
#include "command/shared/terminal.h"
#include "command/shared/verb.h"

#include <stdlib.h>
#include <string.h>

/* Opens the registry, whose models may come from listings. *m is NULL when it returns something else than 0. */
static int open_and_find(host *h, const arguments *o, const roster_model **m) {
  const char *id = o->operands[0];
  int code = host_open(h, o);
  if (!code && host_may_discover(h, id)) code = host_ask(h);
  *m = code ? NULL : host_model(h, id);
  return code;
}

/* That it is listed is enough: whether it works is for others to find out. */
static arguments listing_only(const arguments *o) {
  arguments changed = *o;
  changed.level = ROSTER_LEVEL_LIST;
  return changed;
}

/* ---- resolve ---- */

/* The id alone for scripts; on a terminal also how it was found. */
static void write_resolved(const roster_snapshot *s, const char *asked, const roster_model *m) {
  const char *via = NULL;
  roster_resolve(NULL, s, asked, &via, NULL);
  strbuf text = { 0 };
  strbuf_add(&text, roster_model_id(m));
  if (terminal_is_out() && via && strcmp(via, "exact") != 0) strbuf_format(&text, "  (%s %s)", via, asked);
  write_line(HUE_PLAIN, strbuf_text(&text));
  strbuf_free(&text);
}

int resolve_run(const arguments *o) {
  host h;
  const char *id = o->operands[0];
  const arguments asking = listing_only(o);
  const roster_model *m;
  int code = open_and_find(&h, &asking, &m);
  if (m && arguments_have(o, OPTION_JSON))
    document_write_id(roster_write_resolve_json, h.snapshot, id);
  else if (m)
    write_resolved(h.snapshot, id, m);
  if (!code && !m) code = EXIT_NOT;
  host_close(&h);
  return code;
}

/* ---- request ---- */

static int show(const host *h, const roster_model *m) {
  const char *id = roster_model_id(m), *command = NULL;
  roster_error err = { 0 };
  if (roster_snapshot_curl_command(&command, h->snapshot, id, &err) == ROSTER_OK) {
    if (arguments_have(h->arguments, OPTION_JSON))
      document_write_id(roster_write_request_json, h->snapshot, id);
    else
      document_write_text(command);
    return EXIT_GOOD;
  }
  print_error(h->arguments, &err);
  return EXIT_NOT; /* the id is known, but the model has no endpoint */
}

int request_run(const arguments *o) {
  host h;
  arguments keeping = listing_only(o);
  keeping.keep_requests = true;
  const roster_model *m;
  int code = open_and_find(&h, &keeping, &m);
  if (!code) code = m ? show(&h, m) : EXIT_BAD;
  host_close(&h);
  return code;
}
