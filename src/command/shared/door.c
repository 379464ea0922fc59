/* door: see door.h. The verbs `migrate` and `serve` have libraries of their own for the same reason. */
#include "command/shared/door.h"

#include "command/shared/message.h"
#include "util/strbuf.h"
#include "command/shared/verb.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY "libroster-mock.so"
#define MIGRATE "libroster-migrate.so"
#define SERVE   "libroster-serve.so"
#define CURL    "libroster-curl.so.0"

/* The folder of a path, slash included. */
static void add_folder(strbuf *p, const char *path) {
  const char *slash = strrchr(path, '/');
  if (slash) strbuf_bytes(p, path, (size_t)(slash - path) + 1);
}

static void *open_beside(const char *path, const char *below, const char *wanted) {
  strbuf name = { 0 };
  add_folder(&name, path);
  strbuf_format(&name, "%s%s", below, wanted);
  /* Without a slash dlopen would search on its own. */
  void *library =
      strchr(strbuf_text(&name), '/') && access(strbuf_text(&name), R_OK) == 0 ? dlopen(strbuf_text(&name), RTLD_NOW | RTLD_LOCAL) : NULL;
  strbuf_free(&name);
  return library;
}

/* Beside libroster, or where an installation or a build puts it as seen from the program. */
static void *open_library(const char *wanted) {
  static const char *const folders[] = { "", "../lib/", "../lib/roster/" };
  const char *(*version)(void) = roster_version;
  void *address = NULL, *library = NULL;
  memcpy(&address, &version, sizeof address); /* ISO C knows no cast from a function to an object */
  Dl_info where;
  if (dladdr(address, &where) && where.dli_fname) library = open_beside(where.dli_fname, "", wanted);
  char program[4096];
  ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
  program[length > 0 ? length : 0] = '\0';
  for (size_t i = 0; length > 0 && !library && i < sizeof folders / sizeof *folders; i++)
    library = open_beside(program, folders[i], wanted);
  return library ? library : dlopen(wanted, RTLD_NOW | RTLD_LOCAL);
}

static bool find(void *library, const char *name, void *function) {
  void *address = dlsym(library, name);
  memcpy(function, &address, sizeof address);
  return address != NULL;
}

roster_status door_open(door *out, roster_error *err) {
  void *library = open_library(LIBRARY);
  if (library && find(library, "mock_provider_start", &out->start) && find(library, "standin_url", &out->url) &&
      find(library, "mock_provider_stop", &out->stop) && find(library, "standin_main", &out->main))
    return ROSTER_OK;
  const char *why = dlerror();
  *err = (roster_error){ .status = ROSTER_ESYSTEM };
  snprintf(err->message, sizeof err->message, "the stand-ins cannot be used: %s", why ? why : LIBRARY " is not the one of this version");
  snprintf(err->hint, sizeof err->hint, "put %s beside libroster.so", LIBRARY);
  return ROSTER_ESYSTEM;
}

roster_transport *door_transport(roster_error *err) {
  roster_transport *(*make)(void) = NULL;
  void *library = open_library(CURL);
  roster_transport *t = library && find(library, "roster_transport_curl", &make) ? make() : NULL;
  if (t) return t;
  *err = (roster_error){ .status = ROSTER_ETRANSPORT };
  const char *why = dlerror();
  snprintf(err->message, sizeof err->message, "HTTP is not available: %s", why ? why : CURL " could not be set up");
  snprintf(err->hint, sizeof err->hint, "put %s beside libroster.so", CURL);
  return NULL;
}

int standin_run(int argc, char **argv) {
  door d = { 0 };
  roster_error err;
  options none = { .verb = argv[0] };
  return door_open(&d, &err) == ROSTER_OK ? d.main(argc, argv) : fail(&none, &err);
}

/* A verb that lives in a library. */
static int run_in(const char *file, const char *function, const options *o, const char *what) {
  int (*run)(const options *o) = NULL;
  void *library = open_library(file);
  if (library && find(library, function, &run)) return run(o);
  roster_error err = { .status = ROSTER_ESYSTEM };
  const char *why = dlerror();
  snprintf(err.message, sizeof err.message, "%s: %s", what, why ? why : "the library is not the one of this version");
  snprintf(err.hint, sizeof err.hint, "put %s beside libroster.so", file);
  return fail(o, &err);
}

int migrate_run(const options *o) { return run_in(MIGRATE, "migrate_main", o, "databases cannot be opened"); }

int serve_run(const options *o) { return run_in(SERVE, "serve_main", o, "the server cannot be started"); }
