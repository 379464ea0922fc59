/* lead: a transport that takes every request to a stand-in on this machine, over real HTTP, and keeps what was to be sent. */
#ifndef ROSTER_COMMAND_TEST_LEAD_H
#define ROSTER_COMMAND_TEST_LEAD_H

#include "command/test/kit.h"
#include "command/test/speech.h"

typedef struct lead {
  roster_transport transport; /* to be handed to a registry */
  roster_transport *inner;    /* libcurl's */
  const kit *kit;
  const voice *voices;
  size_t voice_count;  /* 0: all paths are one to the stand-in */
  const char *to;      /* its address */
  const json_t *plain; /* headers that definitions spell out, as an object */
  json_t *sent;        /* an array of { method, url, headers, body, timeout, signed }, secrets as $NAME */
  bool amiss;          /* a made-up value stood where it must not: in an address or a body */
} lead;

/* False and the error when libcurl is not to be had. */
bool lead_begin(lead *l, const kit *k, roster_error *err);
void lead_end(lead *l);
/* From now on there, with nothing sent yet. */
void lead_to(lead *l, const char *address);

#endif
