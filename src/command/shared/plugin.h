/* plugin: the verbs and mock providers in shared libraries of their own, opened at first use: linking them would cost every call
 * milliseconds. What crosses the border to them is declared here and in the headers that this one includes; each library and the command
 * carry a checksum of those declarations, and one that does not fit is refused before anything in it is called. */
#ifndef ROSTER_SHARED_PLUGIN_H
#define ROSTER_SHARED_PLUGIN_H

#include "command/shared/arguments.h"

/* The checksum of the side that it is linked to; plugin_stamp.c. */
extern const char roster_plugin_stamp[];

/* Exported by libroster-migrate.so and libroster-serve.so. Both return the exit code. */
int migrate_main(const arguments *o);
int serve_main(const arguments *o);

typedef struct mock_provider mock_provider;

/* Exported by libroster-mock.so, documented in mock/mock_provider.h. */
typedef struct mock_library {
  mock_provider *(*start)(const char *scenario_json, char *error, size_t error_size);
  const char *(*url)(const mock_provider *s, size_t index);
  void (*stop)(mock_provider *s);
  int (*main)(int argc, char **argv);
} mock_library;

/* It stays open until the process ends. The error names the files. */
roster_status plugin_open_mock(mock_library *out, roster_error *err);

/* A library, for who wants to know whether it is there; the symbols of what it is linked to can be looked up in it. NULL and the error when
 * it is missing, or from another build. It stays open until the process ends. */
typedef enum plugin_part { PLUGIN_CURL, PLUGIN_MOCK, PLUGIN_MIGRATE, PLUGIN_SERVE } plugin_part;
void *plugin_look(plugin_part part, roster_error *err);

/* libcurl's transport; the caller closes it. NULL and the error when it is not there. */
roster_transport *plugin_transport(roster_error *err);

#endif
