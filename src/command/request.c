/* request: the verb that shows what a host would send to a model. */
#include "command/shared/document.h"
#include "command/shared/memory.h"
#include "command/shared/host.h"
#include "command/shared/message.h"
#include "command/shared/verb.h"

#include <stdio.h>
#include <stdlib.h>

static void write_answer(const options *o, const char *id, const char *command) {
  if (!options_have(o, OPTION_JSON)) {
    document_write_text(command);
    return;
  }
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_text(&w, "id", id);
  write_text(&w, "command", command);
  write_close(&w, '}');
  document_end(&w);
}

static int show(const host *h, const roster_model *m) {
  const char *id = roster_model_id(m);
  roster_error err = { 0 };
  size_t length = 0;
  roster_status status = roster_write_request(h->registry, id, NULL, 0, &length, &err);
  char *command = grown(NULL, length + 1);
  if (status == ROSTER_OK) status = roster_write_request(h->registry, id, command, length + 1, NULL, &err);
  if (status == ROSTER_OK) write_answer(h->options, id, command);
  free(command);
  if (status == ROSTER_OK) return EXIT_GOOD;
  fail(h->options, &err);
  return EXIT_NOT; /* the id is known, there is only no way to it */
}

int request_run(const options *o) {
  host h;
  int code = host_open(&h, o);
  if (!code) {
    const roster_model *m = host_model(&h, o->operands[0]);
    code = m ? show(&h, m) : EXIT_BAD;
  }
  host_close(&h);
  return code;
}
