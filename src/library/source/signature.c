/* signature: see signature.h. A .minisig has four lines: a comment that nobody vouches for; algorithm, key number and signature in base64;
 * "trusted comment: ..."; the signature over the signature and that comment. */
#include "library/source/signature.h"

#include "util/text.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 32, NUMBER_BYTES = 8, SIGNATURE_BYTES = 64, DIGEST_BYTES = 64, BASE64_ORIGINAL = 1 };

/* ---- libsodium, whose functions have had these forms since 1.0.14 ---- */

static struct sodium {
  int (*init)(void);
  int (*verify)(const unsigned char *signature, const unsigned char *text, unsigned long long length, const unsigned char *key);
  int (*digest)(unsigned char *out, size_t out_length, const unsigned char *text, unsigned long long length, const unsigned char *key,
                size_t key_length);
  int (*decode)(unsigned char *out, size_t most, const char *text, size_t length, const char *ignore, size_t *got, const char **end,
                int variant);
} sodium;
static bool found;

static void *open_any(void) {
  static const char *const names[] = { "libsodium.so.23", "libsodium.so.26", "libsodium.so", "libsodium.23.dylib", "libsodium.dylib" };
  void *library = NULL;
  for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++) library = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL | RTLD_NODELETE);
  return library;
}

static bool find(void *library, const char *name, void *into) {
  void *at = dlsym(library, name);
  memcpy(into, &at, sizeof at); /* a pointer to a function */
  return at;
}

static void open_sodium(void) {
  void *library = open_any();
  found = library && find(library, "sodium_init", &sodium.init) && find(library, "crypto_sign_verify_detached", &sodium.verify) &&
          find(library, "crypto_generichash", &sodium.digest) && find(library, "sodium_base642bin", &sodium.decode) && sodium.init() >= 0;
}

static bool have_sodium(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, open_sodium);
  return found;
}

/* ---- the parts of a signature ---- */

typedef struct numbered { /* a key, or a signature */
  unsigned char algorithm[2], number[NUMBER_BYTES], value[SIGNATURE_BYTES];
} numbered;

static bool decode(const char *text, size_t length, void *into, size_t bytes) {
  size_t got = 0;
  return sodium.decode(into, bytes, text, length, NULL, &got, NULL, BASE64_ORIGINAL) == 0 && got == bytes;
}

/* The next line without its end. */
static const char *take_line(const char **at, size_t *length) {
  const char *line = *at;
  *length = strcspn(line, "\n");
  *at = line + *length + (line[*length] == '\n');
  if (*length && line[*length - 1] == '\r') --*length;
  return line;
}

typedef struct parts {
  numbered signature;
  const char *comment;
  size_t comment_length;
  unsigned char whole[SIGNATURE_BYTES];
} parts;

static bool take_apart(const char *text, parts *out) {
  static const char prefix[] = "trusted comment: ";
  size_t length = 0;
  take_line(&text, &length);
  const char *line = take_line(&text, &length);
  if (!decode(line, length, &out->signature, sizeof out->signature)) return false;
  line = take_line(&text, &length);
  if (length < sizeof prefix - 1 || strncmp(line, prefix, sizeof prefix - 1) != 0) return false;
  out->comment = line + sizeof prefix - 1;
  out->comment_length = length - (sizeof prefix - 1);
  line = take_line(&text, &length);
  return decode(line, length, out->whole, sizeof out->whole);
}

static bool holds_over_text(const parts *p, const unsigned char *key, const char *text, size_t length) {
  unsigned char digest[DIGEST_BYTES];
  const bool hashed = p->signature.algorithm[1] == 'D';
  if (hashed && sodium.digest(digest, sizeof digest, (const unsigned char *)text, length, NULL, 0) != 0) return false;
  return sodium.verify(p->signature.value, hashed ? digest : (const unsigned char *)text, hashed ? sizeof digest : length, key) == 0;
}

static bool holds_over_comment(arena *a, const parts *p, const unsigned char *key) {
  unsigned char *both = arena_alloc(a, SIGNATURE_BYTES + p->comment_length);
  memcpy(both, p->signature.value, SIGNATURE_BYTES);
  memcpy(both + SIGNATURE_BYTES, p->comment, p->comment_length);
  return sodium.verify(p->whole, both, SIGNATURE_BYTES + p->comment_length, key) == 0;
}

static int64_t time_in(arena *a, const parts *p) {
  const char *comment = arena_bytes(a, p->comment, p->comment_length), *at = strstr(comment, "timestamp:");
  const long long seconds = at ? strtoll(at + strlen("timestamp:"), NULL, 10) : 0;
  return seconds > 0 ? seconds : 0;
}

const char *signature_problem(arena *a, const char *key, const char *text, size_t length, const char *signature, int64_t *signed_s) {
  struct {
    unsigned char algorithm[2], number[NUMBER_BYTES], value[KEY_BYTES];
  } owner;
  parts p;
  *signed_s = 0;
  if (!have_sodium()) return "its signature cannot be checked: install libsodium";
  if (!decode(key, strlen(key), &owner, sizeof owner) || memcmp(owner.algorithm, "Ed", 2) != 0)
    return "its key is not a minisign public key";
  if (!take_apart(signature, &p)) return "its signature is not in minisign's format";
  if (p.signature.algorithm[0] != 'E' || (p.signature.algorithm[1] != 'd' && p.signature.algorithm[1] != 'D'))
    return "its signature uses an unknown algorithm";
  if (memcmp(p.signature.number, owner.number, NUMBER_BYTES) != 0) return "it is signed with another key";
  if (!holds_over_text(&p, owner.value, text, length)) return "its signature does not match the file";
  if (!holds_over_comment(a, &p, owner.value)) return "the trusted comment of its signature is not the one that was signed";
  *signed_s = time_in(a, &p);
  return NULL;
}
