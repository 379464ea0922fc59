/* curl_trust: see libcurl.h. OpenSSL is spoken to by name, through the copy that this libcurl has loaded: another one, linked here, could
 * be of another version, and its stores would be of no use to libcurl. */
#include "library/transport/libcurl.h"
#include "util/descriptor.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_MS = 60 * 1000 }; /* as long as libcurl keeps a file of certificates */
/* As libcurl sets them: X509_V_FLAG_TRUSTED_FIRST and X509_V_FLAG_PARTIAL_CHAIN. */
static const unsigned long FLAGS = 0x8000 | 0x80000;

typedef struct openssl {
  void *(*new_store)(void);
  void (*free_store)(void *store);
  int (*share)(void *store);
  int (*load)(void *store, const char *file, const char *directory);
  int (*set_flags)(void *store, unsigned long flags);
  void (*use)(void *context, void *store);
} openssl;

static bool find(void *library, const char *name, void *into) {
  void *found = dlsym(library, name);
  memcpy(into, &found, sizeof found);
  return found != NULL;
}

static void *library_of_libcurl(void) {
  Dl_info at;
  const curl_version_info_data *about = curl_version_info(CURLVERSION_NOW);
  if (!about->ssl_version || strncmp(about->ssl_version, "OpenSSL/", strlen("OpenSSL/")) != 0) return NULL;
  if (!dladdr((void *)(uintptr_t)&curl_easy_init, &at) || !at.dli_fname) return NULL;
  return dlopen(at.dli_fname, RTLD_LAZY | RTLD_NOLOAD); /* stays open: transfers use what is found there */
}

static openssl found; /* all NULL: it is not there */
static pthread_once_t looked = PTHREAD_ONCE_INIT;

static void look(void) {
  openssl o;
  void *library = library_of_libcurl();
  if (library && find(library, "X509_STORE_new", &o.new_store) && find(library, "X509_STORE_free", &o.free_store) &&
      find(library, "X509_STORE_up_ref", &o.share) && find(library, "X509_STORE_load_locations", &o.load) &&
      find(library, "X509_STORE_set_flags", &o.set_flags) && find(library, "SSL_CTX_set1_cert_store", &o.use))
    found = o;
}

void trust_release(void *store) {
  if (store) found.free_store(store);
}

void trust_forget(trust *t) {
  trust_release(t->store);
  free(t->directory);
  t->store = NULL;
  t->directory = NULL;
}

static void *read_directory(const char *directory) {
  void *store = found.new_store();
  if (store && found.set_flags(store, FLAGS) && found.load(store, NULL, directory)) return store;
  trust_release(store);
  return NULL;
}

void *trust_share(trust *t, const char *directory) {
  const int64_t now = process_clock_ms();
  descriptors_hold();
  pthread_once(&looked, look);
  descriptors_release();
  if (!found.new_store || !directory) return NULL;
  if (!t->store || now >= t->until_ms || strcmp(directory, t->directory) != 0) {
    trust_forget(t);
    t->directory = strdup(directory);
    t->store = t->directory ? read_directory(directory) : NULL;
    t->until_ms = now + KEPT_MS;
  }
  return t->store && found.share(t->store) ? t->store : NULL;
}

CURLcode trust_use(CURL *unused, void *context, void *store) {
  (void)unused;
  found.use(context, store);
  return CURLE_OK;
}
