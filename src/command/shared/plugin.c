/* plugin: see plugin.h. A library is looked for next to libroster.so, then where a build or an installation puts it as seen from the
 * program, then where the system looks. */
#include "command/shared/plugin.h"

#include "command/shared/output.h"
#include "command/shared/verb.h"
#include "util/platform.h"
#include "util/strbuf.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MOCK    "libroster-mock.so"
#define MIGRATE "libroster-migrate.so"
#define SERVE   "libroster-serve.so"
#define CURL    "libroster-curl.so.0"

enum { LONGEST_PATH = 4096 };

/* The folder of a path, slash included. */
static void add_folder(strbuf *p, const char *path) {
  const char *slash = strrchr(path, '/');
  if (slash) strbuf_bytes(p, path, (size_t)(slash - path) + 1);
}

/* Where the library that was opened last is. */
static char opened[LONGEST_PATH];

static void *open_beside(const char *path, const char *below, const char *wanted) {
  strbuf name = { 0 };
  add_folder(&name, path);
  strbuf_format(&name, "%s%s", below, wanted);
  /* Without a slash dlopen would search on its own. */
  void *library =
      strchr(strbuf_text(&name), '/') && access(strbuf_text(&name), R_OK) == 0 ? dlopen(strbuf_text(&name), RTLD_NOW | RTLD_LOCAL) : NULL;
  if (library) snprintf(opened, sizeof opened, "%s", strbuf_text(&name));
  strbuf_free(&name);
  return library;
}

static const char *file_of(const void *address) {
  Dl_info where;
  return dladdr(address, &where) && where.dli_fname ? where.dli_fname : "";
}

/* Empty where the system does not say. */
static void find_program(char path[LONGEST_PATH]) {
#ifdef PLATFORM_LINUX
  ssize_t length = readlink("/proc/self/exe", path, LONGEST_PATH - 1);
  path[length > 0 ? length : 0] = '\0';
#else
  const char *file = file_of(opened);
  snprintf(path, LONGEST_PATH, "%s", strchr(file, '/') ? file : ""); /* a name alone is as it was typed */
#endif
}

static void *open_library(const char *wanted) {
  static const char *const folders[] = { "", "../lib/", "../lib/roster/" };
  const char *(*version)(void) = roster_version;
  void *address = NULL;
  *opened = '\0';
  memcpy(&address, &version, sizeof address); /* ISO C has no cast from a function pointer to an object pointer */
  void *library = open_beside(file_of(address), "", wanted);
  char program[LONGEST_PATH];
  find_program(program);
  for (size_t i = 0; *program && !library && i < sizeof folders / sizeof *folders; i++) library = open_beside(program, folders[i], wanted);
  return library ? library : dlopen(wanted, RTLD_NOW | RTLD_LOCAL);
}

static bool find(void *library, const char *name, void *function) {
  void *address = library ? dlsym(library, name) : NULL;
  memcpy(function, &address, sizeof address);
  return address != NULL;
}

/* ---- whether it fits ---- */

static bool fits(void *library) {
  const char *stamp = NULL;
  return find(library, "roster_plugin_stamp", &stamp) && strcmp(stamp, roster_plugin_stamp) == 0;
}

static void *refuse(const char *file, const char *what, roster_error *err) {
  char program[LONGEST_PATH];
  find_program(program);
  snprintf(err->message, sizeof err->message, "%s: %.400s and %.400s are not from the same build", what, *opened ? opened : file,
           *program ? program : "roster");
  snprintf(err->hint, sizeof err->hint, "reinstall all of roster: run make install, or make all in the source folder");
  return NULL;
}

/* `what` is what does not work without it, for the error. */
static void *open_plugin(const char *file, const char *what, roster_error *err) {
  void *library = open_library(file);
  const char *why = library ? NULL : dlerror();
  *err = (roster_error){ .status = ROSTER_ESYSTEM };
  if (library) return fits(library) ? library : refuse(file, what, err);
  snprintf(err->message, sizeof err->message, "%s: %s", what, why ? why : file);
  snprintf(err->hint, sizeof err->hint, "put %s next to libroster.so", file);
  return NULL;
}

static bool need(void *library, const char *name, void *function, roster_error *err) {
  if (find(library, name, function)) return true;
  if (library) snprintf(err->message, sizeof err->message, "the library has no %s: it is not from this build", name);
  return false;
}

roster_status plugin_open_mock(mock_library *out, roster_error *err) {
  void *library = open_plugin(MOCK, "the mock servers cannot be used", err);
  bool found = need(library, "mock_provider_start", &out->start, err) && need(library, "mock_provider_url", &out->url, err) &&
               need(library, "mock_provider_stop", &out->stop, err) && need(library, "mock_provider_main", &out->main, err);
  return found ? ROSTER_OK : ROSTER_ESYSTEM;
}

roster_transport *plugin_transport(roster_error *err) {
  roster_transport *(*make)(void) = NULL;
  void *library = open_library(CURL);
  roster_transport *t = library && find(library, "roster_transport_curl", &make) ? make() : NULL;
  if (t) return t;
  *err = (roster_error){ .status = ROSTER_ETRANSPORT };
  const char *why = dlerror();
  snprintf(err->message, sizeof err->message, "HTTP is not available: %s", why ? why : CURL " could not be set up");
  snprintf(err->hint, sizeof err->hint, "put %s next to libroster.so", CURL);
  return NULL;
}

void *plugin_look(plugin_part part, roster_error *err) {
  static const char *const files[] = { CURL, MOCK, MIGRATE, SERVE };
  static const char *const lost[] = { "HTTP is not available", "the mock servers cannot be used", "databases cannot be opened",
                                      "the server cannot be started" };
  if (part != PLUGIN_CURL) return open_plugin(files[part], lost[part], err);
  void *library = open_library(CURL);
  if (library) return library;
  snprintf(err->message, sizeof err->message, "%s: %s was not found", lost[part], files[part]);
  snprintf(err->hint, sizeof err->hint, "put %s next to libroster.so", files[part]);
  return NULL;
}

/* ---- the verbs in them ---- */

int standin_run(int argc, char **argv) {
  mock_library mock = { 0 };
  roster_error err;
  arguments none = { .verb = argv[0] };
  return plugin_open_mock(&mock, &err) == ROSTER_OK ? mock.main(argc, argv) : print_error(&none, &err);
}

static int run_in(const char *file, const char *function, const arguments *o, const char *what) {
  int (*run)(const arguments *o) = NULL;
  roster_error err;
  void *library = open_plugin(file, what, &err);
  return need(library, function, &run, &err) ? run(o) : print_error(o, &err);
}

int migrate_run(const arguments *o) { return run_in(MIGRATE, "migrate_main", o, "databases cannot be opened"); }

int serve_run(const arguments *o) { return run_in(SERVE, "serve_main", o, "the server cannot be started"); }
