/* machine: what `roster doctor` says of this machine: the libraries that were found, directories, limits, certificates and proxies. */
#include "command/doctor/doctor.h"
#include "command/shared/plugin.h"
#include "util/platform.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- libraries ---- */

static void check_part(doctor *d, plugin_part part, const char *what, const char *function) {
  roster_error err = { 0 };
  const char *(*version)(void) = NULL;
  void *library = plugin_look(part, &err);
  if (!library) {
    doctor_say(d, DOCTOR_ERROR, err.hint, "%s", err.message);
    return;
  }
  void *address = function ? dlsym(library, function) : NULL;
  memcpy(&version, &address, sizeof version);
  const char *text = version ? version() : "", *end = strchr(text, ' '); /* libcurl names a dozen libraries; the second does TLS */
  if (end) end = strchr(end + 1, ' ');
  doctor_say(d, DOCTOR_OK, NULL, "%s%s%.*s", what, version ? ": " : "", end ? (int)(end - text) : (int)strlen(text), text);
}

static void check_sodium(doctor *d) {
  static const char *const names[] = { "libsodium.so.23", "libsodium.so.26", "libsodium.so", "libsodium.23.dylib", "libsodium.dylib" };
  void *library = NULL;
  for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++) library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  doctor_say(d, DOCTOR_OK, NULL, "%s",
             library ? "libsodium: signed sources can be verified" : "libsodium is not installed: only signed sources need it");
}

void doctor_check_libraries(doctor *d) {
  doctor_begin(d, "roster");
  doctor_say(d, DOCTOR_OK, NULL, "roster %s, Lua 5.4", roster_version());
  check_part(d, PLUGIN_CURL, "HTTP and TLS", "curl_version");
  check_part(d, PLUGIN_MIGRATE, "roster migrate: SQLite", "sqlite3_libversion");
  check_part(d, PLUGIN_SERVE, "roster serve: libmicrohttpd", "MHD_get_version");
  check_part(d, PLUGIN_MOCK, "roster demo, test and mock", NULL);
  check_sodium(d);
}

/* ---- certificates ---- */

static const char *bundle_fault(const char *path) {
  char line[256];
  FILE *f = fopen(path, "re");
  bool found = false;
  if (!f) return strerror(errno);
  while (!found && fgets(line, sizeof line, f)) found = strstr(line, "-----BEGIN ") != NULL;
  fclose(f);
  return found ? NULL : "it holds no certificate in PEM form";
}

static void check_certificates(doctor *d) {
  static const char *const usual[] = { "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
                                       "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem" };
  const char *file = getenv("SSL_CERT_FILE"), *directory = getenv("SSL_CERT_DIR");
  if (file && *file) {
    const char *fault = bundle_fault(file);
    if (fault)
      doctor_say(d, DOCTOR_ERROR, "name a bundle of certificates in PEM form, or unset it", "SSL_CERT_FILE names %s: %s", file, fault);
    else
      doctor_say(d, DOCTOR_OK, NULL, "certificates: %s (SSL_CERT_FILE)", file);
    return;
  }
  if (directory && *directory) {
    if (access(directory, R_OK | X_OK) != 0)
      doctor_say(d, DOCTOR_ERROR, "name a directory of hashed certificates, or unset it", "SSL_CERT_DIR names %s: %s", directory,
                 strerror(errno));
    else
      doctor_say(d, DOCTOR_OK, NULL, "certificates: %s (SSL_CERT_DIR)", directory);
    return;
  }
  for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
    if (bundle_fault(usual[i])) continue;
    doctor_say(d, DOCTOR_OK, NULL, "certificates: %s", usual[i]);
    return;
  }
  doctor_say(d, DOCTOR_WARNING, "install the package ca-certificates, or set SSL_CERT_FILE to a bundle in PEM form",
             "no CA certificates were found in the usual places: TLS may fail");
}

/* ---- proxies ---- */

/* "" when it can be used. Its value may hold a password and is not shown. */
static const char *proxy_fault(const char *value) {
  const char *scheme = strstr(value, "://"), *name = scheme ? scheme + 3 : value, *at = strrchr(name, '@');
  if (value[strcspn(value, " \t\r\n\"'")]) return "contains a blank or a quotation mark";
  if (scheme && strncasecmp(value, "http", 4) != 0 && strncasecmp(value, "socks", 5) != 0)
    return "has a scheme that is neither http nor socks";
  if (at) name = at + 1;
  size_t length = *name == '[' ? strcspn(name, "]") + 1 : strcspn(name, ":/");
  if (!length || (*name == '[' && !strchr(name, ']'))) return "names no host";
  if (name[length] != ':') return "";
  size_t digits = strspn(name + length + 1, "0123456789");
  const char end = name[length + 1 + digits];
  return digits && digits <= 5 && (!end || end == '/') ? "" : "has a port that is not a number";
}

static void check_proxy(doctor *d, const char *upper, const char *lower) {
  const char *a = getenv(upper), *b = getenv(lower);
  if (a && !*a) a = NULL;
  if (b && !*b) b = NULL;
  if (a && b && strcmp(a, b) != 0)
    doctor_say(d, DOCTOR_WARNING, "set both to the same value, or unset one", "%s and %s differ", upper, lower);
  for (int i = 0; i < 2; i++) {
    const char *value = i ? b : a, *name = i ? lower : upper;
    if (!value) continue;
    const char *fault = proxy_fault(value);
    char next[200];
    if (strncasecmp(value, "http", 4) == 0)
      snprintf(next, sizeof next, "where it is needed, write proxy = setting \"%.40s\" into the provider's block", name);
    else /* which a block refuses */
      snprintf(next, sizeof next,
               "where one is needed, write proxy = \"http://HOST:PORT\" into the provider's block: roster needs an HTTP proxy");
    if (*fault)
      doctor_say(d, DOCTOR_ERROR, "write it like http://proxy.example.com:3128", "%s %s", name, fault);
    else if (doctor_is_named(d, name))
      doctor_say(d, DOCTOR_OK, NULL, "%s is set, and the definitions use it", name);
    else
      doctor_say(d, DOCTOR_WARNING, next, "%s is set, and no definition uses it: roster connects directly", name);
  }
}

static bool covers_loopback(const char *list) {
  return strcmp(list, "*") == 0 || (strcasestr(list, "localhost") && strstr(list, "127.0.0.1"));
}

static void check_proxies(doctor *d) {
  static const char *const names[][2] = { { "HTTPS_PROXY", "https_proxy" }, { "HTTP_PROXY", "http_proxy" }, { "ALL_PROXY", "all_proxy" } };
  bool any = false;
  const char *none = getenv("NO_PROXY") ? getenv("NO_PROXY") : getenv("no_proxy");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    for (int k = 0; k < 2; k++) any = any || (getenv(names[i][k]) && *getenv(names[i][k]));
    check_proxy(d, names[i][0], names[i][1]);
  }
  if (!any) doctor_say(d, DOCTOR_OK, NULL, "no proxy variable is set");
  if (any && (!none || !covers_loopback(none)))
    doctor_say(d, DOCTOR_WARNING, "set NO_PROXY=localhost,127.0.0.1,::1: hosts of roster that use the proxy reach local servers with it",
               "a proxy is set, and NO_PROXY does not except this machine");
}

void doctor_check_network(doctor *d) {
  doctor_begin(d, "Network");
  check_certificates(d);
  check_proxies(d);
}

/* ---- directories and limits ---- */

/* The nearest folder that exists decides whether the rest can be made. */
static void check_writable(doctor *d, const char *what, const char *path) {
  char at[2048];
  snprintf(at, sizeof at, "%s", path);
  while (*at && access(at, F_OK) != 0 && errno == ENOENT) {
    char *slash = strrchr(at, '/');
    if (!slash) break;
    if (slash == at) slash++;
    *slash = '\0';
    if (strcmp(at, "/") == 0) break;
  }
  struct stat status;
  if (stat(at, &status) != 0 || !S_ISDIR(status.st_mode))
    doctor_say(d, DOCTOR_ERROR, "remove it, or set XDG_CACHE_HOME to another directory", "%s: %s is not a directory", what, at);
  else if (access(at, W_OK | X_OK) != 0)
    doctor_say(d, DOCTOR_ERROR, "let this user write there, or set XDG_CACHE_HOME to another directory", "%s: %s cannot be written: %s",
               what, at, strerror(errno));
  else
    doctor_say(d, DOCTOR_OK, NULL, "%s: %s", what, path);
}

static void check_cache(doctor *d) {
  const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
  char path[2048];
  if (cache && *cache && *cache != '/')
    doctor_say(d, DOCTOR_WARNING, "set it to an absolute path", "XDG_CACHE_HOME is not an absolute path, so it is not used");
  if (cache && *cache == '/')
    snprintf(path, sizeof path, "%s/roster", cache);
  else if (home && *home == '/')
    snprintf(path, sizeof path, "%s/.cache/roster", home);
  else {
    doctor_say(d, DOCTOR_WARNING, "set HOME or XDG_CACHE_HOME: what was billed today cannot be remembered", "there is no cache directory");
    return;
  }
  check_writable(d, "cache", path);
}

static void check_limits(doctor *d) {
  enum { FEW_DESCRIPTORS = 256 };
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  if (limit.rlim_cur < FEW_DESCRIPTORS)
    doctor_say(d, DOCTOR_WARNING, "raise it: ulimit -n 1024, or LimitNOFILE= in the unit",
               "only %llu files may be open at once: checks of many providers and roster serve need more",
               (unsigned long long)limit.rlim_cur);
  else
    doctor_say(d, DOCTOR_OK, NULL, "%llu files may be open at once", (unsigned long long)limit.rlim_cur);
}

void doctor_check_machine(doctor *d) {
  doctor_begin(d, "Machine");
  check_cache(d);
  check_limits(d);
}
