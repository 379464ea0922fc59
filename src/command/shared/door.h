/* door: the way to the stand-ins. Their library is opened at first use: linking it would cost every call milliseconds. */
#ifndef ROSTER_SHARED_DOOR_H
#define ROSTER_SHARED_DOOR_H

#include "roster.h"

typedef struct mock_provider mock_provider;

/* What the library of the stand-ins offers; mock/mock_provider.h documents it. */
typedef struct door {
  mock_provider *(*start)(const char *scenario_json, char *error, size_t error_size);
  const char *(*url)(const mock_provider *s, size_t index);
  void (*stop)(mock_provider *s);
  int (*main)(int argc, char **argv);
} door;

/* Says where it looked when the library is not there. It stays open until the process ends. */
roster_status door_open(door *out, roster_error *err);

/* libcurl's transport; the caller closes it. NULL and the error when it is not there. */
roster_transport *door_transport(roster_error *err);

#endif
