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

static void forget(kept_store *t) {
  trust_release(t->store);
  free(t->path);
  *t = (kept_store){ 0 };
}

void trust_forget(trust *t) {
  for (size_t i = 0; i < MOST_TRUSTED; i++) forget(&t->kept[i]);
}

static void *read_store(const char *path, bool is_file) {
  void *store = found.new_store();
  if (store && found.set_flags(store, FLAGS) && found.load(store, is_file ? path : NULL, is_file ? NULL : path)) return store;
  trust_release(store);
  return NULL;
}

/* The place of this path, or a free one; NULL: all are taken by others. */
static kept_store *place_of(trust *t, const char *path) {
  kept_store *unused = NULL;
  for (size_t i = 0; i < MOST_TRUSTED; i++) {
    if (t->kept[i].path && strcmp(t->kept[i].path, path) == 0) return &t->kept[i];
    if (!t->kept[i].path && !unused) unused = &t->kept[i];
  }
  return unused;
}

static void *share(trust *t, const char *path, bool is_file) {
  const int64_t now = process_clock_ms();
  pthread_once(&looked, look);
  kept_store *kept = found.new_store && path ? place_of(t, path) : NULL;
  if (!kept) return NULL;
  if (!kept->store || now >= kept->until_ms) {
    forget(kept);
    kept->path = strdup(path);
    kept->store = kept->path ? read_store(path, is_file) : NULL;
    kept->until_ms = now + KEPT_MS;
    if (!kept->store) forget(kept); /* libcurl says what is wrong with it */
  }
  return kept->store && found.share(kept->store) ? kept->store : NULL;
}

/* OpenSSL opens the files. */
void *trust_share(trust *t, const char *path, bool is_file) {
  descriptors_hold();
  void *store = share(t, path, is_file);
  descriptors_release();
  return store;
}

CURLcode trust_use(CURL *unused, void *context, void *store) {
  (void)unused;
  found.use(context, store);
  return CURLE_OK;
}
