/* models: the verb that says which models can be used right now. */
#include "command/shared/document.h"
#include "command/shared/host.h"
#include "command/listing.h"
#include "command/shared/message.h"
#include "command/shared/verb.h"

/* The document holds every model anyway, so --all changes the table only. */
static void write_answer(const roster_snapshot *s, const options *o) {
  if (options_have(o, OPTION_JSON))
    document_write_text(roster_snapshot_json(s, NULL));
  else
    listing_write(s, options_have(o, OPTION_ALL) ? LISTING_ALL : LISTING_READY, options_have(o, OPTION_OFFLINE));
}

int models_run(const options *o) {
  host h;
  bool offline = options_have(o, OPTION_OFFLINE);
  int code = host_open(&h, o);
  if (!code && !offline) code = host_ask(&h);
  if (!code) {
    host_warn(&h);
    write_answer(h.snapshot, o);
    code = offline || roster_count(h.snapshot) > 0 ? EXIT_GOOD : EXIT_NOT;
  }
  host_close(&h);
  return code;
}
