/* base: what util promises to the other folders, where it is hard to see from outside: secrets, URLs, JSON, strings.
 *
 * Links with: build/obj/util.a
 */
#include "util/hex.h"
#include "util/json_rows.h"
#include "util/suggest.h"
#include "util/secret.h"
#include "util/trace.h"
#include "util/text.h"
#include "util/url.h"
#include "util/writer.h"

#include "check.h"

#include <curl/curl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <setjmp.h>
#include <string.h>

static _Noreturn void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

static arena *a;

static void secrets_are_redacted(void) {
  static const char value[] = "sk-test/AbCdEf+0123456789=";
  keyring ring = { .salt = 7 };
  const secret *s = keyring_add(&ring, value, strlen(value));
  check(strcmp(keyring_redact(&ring, a, "bad key sk-test/AbCdEf+0123456789= given"), "bad key [redacted] given") == 0,
        "a complete key is redacted");
  check(strstr(keyring_redact(&ring, a, "ends in 3456789="), "3456789=") == NULL, "the last eight bytes of a key are redacted");
  check(strstr(keyring_redact(&ring, a, "sk-test%2FAbCdEf%2B0123456789%3D"), "AbCdEf") == NULL, "a percent-encoded key is redacted");
  check(strstr(keyring_redact(&ring, a, "c2stdGVzdC9BYkNkRWYrMDEyMzQ1Njc4OT0="), "dGVzdC9BYk") == NULL, "a key in base64 is redacted");
  check(strstr(keyring_redact(&ring, a, "eHNrLXRlc3QvQWJDZEVmKzAxMjM0NTY3ODk9"), "LXRlc3QvQW") == NULL,
        "a key in base64 after another byte is redacted");
  const char *innocent = "model not found";
  check(keyring_redact(&ring, a, innocent) == innocent, "a string without any part of a key is returned as it is");
  keyring_add(&ring, "ok", 2);
  check(strcmp(keyring_redact(&ring, a, "token ok"), "token [redacted]") == 0,
        "a very short key is redacted where it is a word of its own");
  check(secret_fingerprint(&ring, s) != 0 && secret_fingerprint(&ring, NULL) == 0,
        "a fingerprint distinguishes a set key from an unset one");
  keyring_wipe(&ring);
  check(ring.first == NULL, "a wiped keyring is empty");
}

static const char *wrong(const char *text) {
  url u;
  return url_parse(a, text, &u);
}

static void urls_are_checked(void) {
  url u;
  check(!url_parse(a, "HTTPS://API.Example.com:443/v1/?a=b", &u) && strcmp(u.origin, "https://api.example.com") == 0,
        "the scheme, the host and the default port are normalised");
  check(strcmp(u.path, "/v1") == 0 && strcmp(u.query, "a=b") == 0, "the path and the query are separated, without a trailing slash");
  check(wrong("http://user:key@host/") && strstr(wrong("http://a@127.0.0.1/"), "user"), "a user in a URL is rejected");
  check(wrong("https://host/#x") && wrong("https://host/\r\nx") && wrong("https://ho st"),
        "fragments, control bytes and blanks are rejected");
  check(wrong("ftp://host") && wrong("https://") && wrong("host"), "other schemes and empty hosts are rejected");
  check(wrong("https://host:0") && wrong("https://host:65536") && wrong("https://host:x"), "ports outside 1 to 65535 are rejected");
  check(!wrong("http://[::1]:8080/x"), "an IPv6 address is accepted");
  static const char *const near[] = { "http://127.0.0.1", "http://localhost:1",         "http://x.localhost",
                                      "http://[::1]",     "http://169.254.169.254/llm", "http://[fe80::1]" };
  bool all = true;
  for (size_t i = 0; i < sizeof near / sizeof *near; i++) all = all && !url_parse(a, near[i], &u) && url_is_near(&u);
  check(all, "loopback and link-local addresses count as near");
  static const char *const far[] = { "http://10.0.0.1",      "http://128.0.0.1",
                                     "http://example.com",   "http://127.0.0.1.example.com",
                                     "http://[2001:db8::1]", "http://localhost.example.com" };
  bool none = true;
  for (size_t i = 0; i < sizeof far / sizeof *far; i++) none = none && !url_parse(a, far[i], &u) && !url_is_near(&u);
  check(none, "all other addresses count as far");
  check(!url_path_problem("/v1") && !url_path_problem("") && !url_path_problem("/@cf/a:b/c") && url_path_problem("/{x}") &&
            url_path_problem("/a?b") && url_path_problem("/a#b") && url_path_problem("//a") && url_path_problem("a\\b") &&
            url_path_problem("/a/../b") && url_path_problem("/a/%2E./b") && url_path_problem("/..%2fb") && url_path_problem("/a/.") &&
            url_path_problem("/a\nb"),
        "what is no path is told from what is one");
  check(strcmp(url_append(a, "https://acme.co", "m/v1"), "https://acme.co/m/v1") == 0 &&
            strcmp(url_append(a, "https://acme.co/v1/", "/models"), "https://acme.co/v1/models") == 0 &&
            strcmp(url_append(a, "https://acme.co", "@evil.test?x#y"), "https://acme.co/@evil.test%3Fx%23y") == 0 &&
            strcmp(url_append(a, "https://acme.co", ""), "https://acme.co") == 0,
        "what is appended to an address begins a segment of its own");
  check(strcmp(url_name_encode(a, "accounts/x/models/y:8b"), "accounts/x/models/y:8b") == 0 &&
            strcmp(url_name_encode(a, "50%?#"), "50%25%3F%23") == 0 && strcmp(url_name_encode(a, "./a"), ".%2Fa") == 0 &&
            strcmp(url_name_encode(a, "/m/a"), "%2Fm%2Fa") == 0 && !url_name_encode(a, "a/../b") && !url_name_encode(a, "..\\b") &&
            !url_name_encode(a, ".") && !url_name_encode(a, ""),
        "a name is encoded so that it stays one, or refused");
  check(url_parse(a, "https://acme.co/a/%2e%2E/b", &u) && url_parse(a, "https://acme.co/./b", &u) &&
            !url_parse(a, "https://acme.co/a..b", &u),
        "an address with segments that are folded away is refused");
  check(strcmp(url_path_encode(a, "/m/a b?c#d:e"), "/m/a%20b%3Fc%23d:e") == 0, "characters that are not allowed in a path are encoded");
  static const char plain[] = "/m/a-b_c.d~e:f@g%20";
  check(url_path_encode(a, plain) == plain, "a path that needs no encoding stays as it is");
}

/* ---- addresses, as another reader of URLs takes them apart ---- */

static bool part_is(CURLU *from, CURLUPart which, const char *wanted) {
  char *part = NULL;
  CURLUcode code = curl_url_get(from, which, &part, 0);
  bool same = wanted ? code == CURLUE_OK && strcmp(part, wanted) == 0 : code != CURLUE_OK;
  curl_free(part);
  return same;
}

static bool is_within(const char *address, const char *path) {
  CURLU *u = curl_url();
  char *whole = NULL;
  bool good = u && curl_url_set(u, CURLUPART_URL, address, CURLU_PATH_AS_IS) == CURLUE_OK && part_is(u, CURLUPART_HOST, "acme.co") &&
              part_is(u, CURLUPART_PORT, "8443") && part_is(u, CURLUPART_USER, NULL) && part_is(u, CURLUPART_QUERY, NULL) &&
              part_is(u, CURLUPART_FRAGMENT, NULL) && curl_url_get(u, CURLUPART_PATH, &whole, 0) == CURLUE_OK;
  good = good && strncmp(whole, path, strlen(path)) == 0;
  curl_free(whole);
  curl_url_cleanup(u);
  return good;
}

static const char *random_text(unsigned *seed) {
  static const char bytes[] = "//@@::?#\\..%%2eEfFm0 []{}|^`<>\"'\n\x7f\x80\xc3";
  size_t length = (size_t)rand_r(seed) % 12;
  char *text = arena_alloc(a, length + 1);
  for (size_t i = 0; i < length; i++) text[i] = bytes[(size_t)rand_r(seed) % (sizeof bytes - 1)];
  return text;
}

static bool has_folded_segment(const char *path) {
  char *decoded = arena_alloc(a, strlen(path) + 3), *end = decoded;
  for (const char *s = path; *s; s++) {
    int byte = *s == '%' && s[1] && s[2] ? hex_byte(s + 1) : -1;
    *end++ = byte > 0 ? (char)byte : *s;
    if (byte > 0) s += 2;
    if (end[-1] == '\\') end[-1] = '/';
  }
  memcpy(end, "/", 2);
  return strstr(decoded, "/../");
}

static void nothing_leaves_an_address(void) {
  unsigned seed = 20261127;
  const char *bad_part = NULL, *bad_name = NULL;
  for (int i = 0; i < 50000; i++) {
    const char *text = random_text(&seed), *name = url_name_encode(a, text);
    if (!is_within(url_append(a, "https://acme.co:8443", text), "/")) bad_part = text;
    if (!is_within(url_append(a, "https://acme.co:8443/in", text), *text ? "/in/" : "/in")) bad_part = text;
    if (!url_path_problem(text) && has_folded_segment(url_append(a, "/in", text))) bad_part = text;
    const char *address = name ? url_append(a, url_append(a, "https://acme.co:8443/in", name), "after") : NULL;
    if (address && (!is_within(address, "/in/") || has_folded_segment(address) || !text_ends(address, "/after"))) bad_name = text;
  }
  if (bad_part || bad_name) printf("# '%s' '%s'\n", bad_part ? bad_part : "", bad_name ? bad_name : "");
  check(!bad_part, "no text that is appended to an address changes its host, port or first segments");
  check(!bad_name, "no name in an address leads out of its place");
}

static bool reads(const char *text) {
  const char *why = NULL;
  json_t *value = json_read(a, text, strlen(text), &why, NULL);
  json_decref(value);
  return value != NULL;
}

static void json_is_strict(void) {
  check(reads("{\"a\":[1,2.5,true,null,\"\\u00e9\"]}") && reads("3"), "valid JSON is read with any kind of value at the top");
  static const char *const bad[] = { "",
                                     "{",
                                     "[1,]",
                                     "{\"a\":1,\"a\":2}",
                                     "[NaN]",
                                     "[Infinity]",
                                     "[0x10]",
                                     "[01]",
                                     "[1e999]",
                                     "[99999999999999999999]",
                                     "[\"\xff\"]",
                                     "\xef\xbb\xbf[]",
                                     "[\"\\ud800\"]",
                                     "[1] x",
                                     "['a']",
                                     "[\"\\u0000\"]" };
  bool none = true;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    if (!reads(bad[i])) continue;
    none = false;
    printf("# read: %s\n", bad[i]);
  }
  check(none, "everything that is not strict JSON is rejected");
  char deep[200];
  memset(deep, '[', 65);
  memset(deep + 65, ']', 65);
  deep[130] = 0;
  check(!reads(deep), "more than 64 levels are rejected");
  deep[129] = 0;
  check(reads(deep + 1), "64 levels are read");
}

/* Nine rows, the last of which has this member. */
static const char *listing_with(const char *member) {
  const char *text = "{\"object\":\"list\",\"data\":[";
  for (int i = 0; i < 8; i++) text = arena_printf(a, "%s{\"id\":\"m-%d\"}, ", text, i);
  return arena_printf(a, "%s{\"id\":\"last\",%s}],\"after\":1}", text, member);
}

static bool reads_alike(const char *member, bool good) {
  const char *text = listing_with(member), *why = "", *why_not = "";
  json_answer x;
  json_t *value = json_read(a, text, strlen(text), &why, NULL);
  const bool read = json_answer_read(a, text, strlen(text), &x, &why_not);
  const bool alike = read == good && (value != NULL) == good && text_is(why, why_not);
  if (!alike) printf("# %s: %s, %s\n", member, why, why_not);
  json_decref(value);
  json_answer_drop(&x);
  return alike;
}

static void rows_are_as_strict(void) {
  static const char *const good[] = { "\"a\":-0.5e-3",
                                      "\"a\":{\"id\":[{},[],null,true]}",
                                      "\"a\":\"\\u00e9\\ud83d\\ude00\\n\"",
                                      "\"\":0",
                                      "\"\\u0061\":\"key\"",
                                      "\"a\":9223372036854775807",
                                      "\"a\":1e300",
                                      "\"a\":\"\xc3\xa9\"" };
  static const char *const bad[] = { "\"id\":1",
                                     "\"\\u0069d\":1",
                                     "\"a\":01",
                                     "\"a\":1.",
                                     "\"a\":1e",
                                     "\"a\":-",
                                     "\"a\":1e999",
                                     "\"a\":tru",
                                     "\"a\":NaN",
                                     "\"a\":'x'",
                                     "\"a\":\"\\x\"",
                                     "\"a\":\"\\ud800\"",
                                     "\"a\":\"\\u0000\"",
                                     "\"a\":\"\x01\"",
                                     "\"a\":\"\xff\"",
                                     "\"a\":[1,]",
                                     "\"a\":{\"b\"}",
                                     "\"a\" 1",
                                     "a:1",
                                     "\"a\":1,",
                                     "\"a\":99999999999999999999" };
  bool alike = true;
  for (size_t i = 0; i < sizeof good / sizeof *good; i++) alike = reads_alike(good[i], true) && alike;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) alike = reads_alike(bad[i], false) && alike;
  check(alike, "an answer whose rows are left as text is accepted or refused, and in the same words, as if it were read at once");
}

static void rows_are_found(void) {
  const char *text = listing_with("\"name\" : \"the last\" , \"nested\":{\"size\":7}, \"size\":12"), *why = "";
  json_answer x;
  size_t length = 0, inside = 0;
  const bool read = json_answer_read(a, text, strlen(text), &x, &why);
  check(read && x.rows.count == 9 && json_rows_of(&x.rows, "data") && !json_rows_of(&x.rows, "models") && !json_rows_of(&x.rows, NULL),
        "a list of objects in the body of an answer is rows");
  check(json_array_size(json_object_get(x.value, "data")) == 1 && json_is_integer(json_object_get(x.value, "after")),
        "the body of an answer has the first of its rows and all that is around them");
  const char *row = json_row(&x.rows, 8, &length), *name = json_row_member(row, "name", 4, &length);
  const char *plain = json_plain_text(name, length, &inside);
  check(plain && inside == 8 && memcmp(plain, "the last", 8) == 0, "a string of a row is found by its name");
  const char *size = json_row_member(row, "size", 4, &length);
  check(size && length == 2 && memcmp(size, "12", 2) == 0, "a member of a row is not one of an object within it");
  check(!json_row_member(row, "nam", 3, &length), "a row has no member of another name");
  json_answer_drop(&x);
}

static const char *message_of(const char *text) {
  const char *why = NULL;
  json_t *body = json_read(a, text, strlen(text), &why, NULL);
  const char *message = json_error_message(body);
  const char *kept = message ? arena_text(a, message) : "";
  json_decref(body);
  return kept;
}

static void errors_have_many_shapes(void) {
  check(strcmp(message_of("{\"error\":{\"message\":\"m\",\"type\":\"t\"}}"), "m") == 0, "the message of an error object is found");
  check(strcmp(message_of("{\"type\":\"error\",\"error\":{\"type\":\"t\",\"message\":\"m\"}}"), "m") == 0,
        "the message in Anthropic's format is found");
  check(strcmp(message_of("[{\"error\":{\"code\":400,\"message\":\"m\"}}]"), "m") == 0,
        "the message in Google's format is found inside a list");
  check(strcmp(message_of("{\"error\":\"m\"}"), "m") == 0, "an error that is a string is found");
  check(strcmp(message_of("{\"detail\":\"m\"}"), "m") == 0 && strcmp(message_of("{\"detail\":[{\"msg\":\"m\"}]}"), "m") == 0,
        "a detail is found as a string and as a list");
  check(strcmp(message_of("{\"detail\":{\"error\":{\"message\":\"m\"}}}"), "m") == 0, "the message of an error inside a detail is found");
  check(strcmp(message_of("{\"message\":\"m\",\"type\":\"t\"}"), "m") == 0, "a message at the top is found");
  check(*message_of("{\"data\":[]}") == 0 && *message_of("3") == 0, "a body without an error has no message");
}

/* All of it, without a band: each insertion, deletion, replacement and swap in turn. */
static size_t plain_distance(const char *a, const char *b) {
  size_t d[16][16], n = strlen(a), m = strlen(b);
  for (size_t i = 0; i <= n; i++)
    for (size_t j = 0; j <= m; j++) {
      size_t best = i + j;
      if (i && d[i - 1][j] + 1 < best) best = d[i - 1][j] + 1;
      if (j && d[i][j - 1] + 1 < best) best = d[i][j - 1] + 1;
      if (i && j && d[i - 1][j - 1] + (a[i - 1] != b[j - 1]) < best) best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && d[i - 2][j - 2] + 1 < best) best = d[i - 2][j - 2] + 1;
      d[i][j] = best;
    }
  return d[n][m];
}

/* Words of up to ten letters out of three, so that many are near to each other. */
static bool bounded_distances_are_right(void) {
  unsigned long long seed = 7;
  char words[2][16];
  for (int round = 0; round < 20000; round++) {
    for (int w = 0; w < 2; w++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      size_t length = seed >> 60 & 7;
      length += seed >> 50 & 3;
      for (size_t i = 0; i < length; i++) words[w][i] = (char)('a' + (seed >> (5 + 4 * i) & 15) % 3);
      words[w][length] = 0;
    }
    const size_t right = plain_distance(words[0], words[1]);
    for (size_t far = 0; far < 12; far++)
      if (suggest_within(words[0], words[1], far) != (right < far ? right : far)) return false;
    if (suggest_distance(words[0], words[1]) != right) return false;
  }
  return true;
}

static void strings_are_compared(void) {
  static const char *const words[] = { "base_url", "protocol", "title" };
  check(strcmp(suggest("bse_url", words, 3), "base_url") == 0, "the nearest word is found");
  check(suggest("zzzzzz", words, 3) == NULL, "a word unlike all others has no nearest word");
  check(bounded_distances_are_right(), "a distance that is only wanted below a bound is right below it, and the bound otherwise");
  check(suggest_distance("abcd", "abdc") == 1 && suggest_distance("abc", "abc") == 0 && suggest_distance("", "abc") == 3,
        "swapping two characters counts as one edit");
  check(text_glob("claude-4.5-opus", "claude-*-opus") && text_glob("a", "?") && !text_glob("ab", "?") && text_glob("", "*"),
        "globs match as they do in a shell");
  check(strcmp(text_clean(a, "a\r\n\tb\x01 c", 8, 100), "a b c") == 0, "control bytes become blanks");
  check(strcmp(text_clean(a, "abc\xc3\xa9", 5, 4), "abc...") == 0, "a cut string never ends in the middle of a character");
  const char *padded = " \ta b\t\r ";
  size_t length = text_trim(&padded, strlen(padded));
  check(length == 3 && strncmp(padded, "a b", length) == 0,
        "spaces, tabs and carriage returns around a string are trimmed, not those within");
}

static void arena_can_be_cleared(void) {
  arena *own = arena_new();
  arena_on_exhausted(own, out_of_memory, NULL, NULL, NULL);
  const size_t first = arena_size(own);
  bool zeroed = true, kept = true;
  for (int round = 0; round < 3; round++) {
    for (int i = 0; i < 1000; i++) {
      char *bytes = arena_alloc(own, 100), *text = arena_printf(own, "%d", i);
      for (int k = 0; k < 100; k++) zeroed = zeroed && !bytes[k];
      memset(bytes, 'x', 100);
      kept = kept && atoi(text) == i;
    }
    check(arena_size(own) > first, "an arena grows");
    arena_clear(own);
    check(arena_size(own) == first, "an arena that was cleared is as small as a new one");
  }
  check(zeroed && kept, "an arena that was cleared gives zeroed memory");
  arena_free(own);
}

static jmp_buf full;

/* A long text that does not fit, where there is no other block for it. */
static void arena_stays_zero(void) {
  static char longer[200 * 1024];
  memset(longer, 'x', sizeof longer - 1);
  arena *own = arena_new();
  arena_jump(own, &full);
  while (arena_size(own) < 1024 * 1024) arena_alloc(own, 1024);
  arena_limit(own, 1);
  for (volatile int i = 0; i < 8; i++)
    if (setjmp(full) == 0) arena_printf(own, "%s", longer);
  volatile bool zeroed = true;
  if (setjmp(full) == 0)
    for (int i = 0; i < 1024; i++) {
      const char *bytes = arena_alloc(own, 1024);
      for (int k = 0; k < 1024; k++) zeroed = zeroed && !bytes[k];
    }
  check(zeroed, "an arena gives zeroed memory after a text that did not fit into it");
  arena_free(own);
}

/* Strings are at one end of a block and everything else at the other; both are filled until they meet, many times. */
static void arena_memory_is_separate(void) {
  enum { COUNT = 5000 };
  arena *own = arena_new();
  arena_on_exhausted(own, out_of_memory, NULL, NULL, NULL);
  char **texts = arena_array(own, COUNT, sizeof *texts);
  size_t **numbers = arena_array(own, COUNT, sizeof *numbers);
  bool aligned = true, zeroed = true, kept = true;
  for (size_t i = 0; i < COUNT; i++) {
    texts[i] = i % 2 ? arena_printf(own, "%0*zu", (int)(i % 97 + 1), i) : arena_bytes(own, "0123456789", i % 11);
    numbers[i] = arena_alloc(own, (i % 13 + 1) * sizeof **numbers);
    aligned = aligned && (uintptr_t)numbers[i] % _Alignof(max_align_t) == 0;
    zeroed = zeroed && *numbers[i] == 0;
    *numbers[i] = i;
  }
  for (size_t i = 0; i < COUNT; i++) {
    bool same = i % 2 ? strtoul(texts[i], NULL, 10) == i : strlen(texts[i]) == i % 11 && strncmp(texts[i], "0123456789", i % 11) == 0;
    kept = kept && same && *numbers[i] == i;
  }
  check(aligned && zeroed, "memory from an arena is aligned and zeroed");
  check(kept, "data in an arena stays unchanged");
  arena_free(own);
}

static bool writes(double value, const char *as) {
  writer w = { 0 };
  write_number_or_null(&w, NULL, true, value);
  char *text = write_end(&w, NULL);
  bool same = text && strcmp(text, as) == 0;
  free(text);
  return same;
}

static void documents_are_written(void) {
  check(writes(0, "0") && writes(3, "3") && writes(123456, "123456") && writes(1e9, "1000000000"),
        "integers are written without a decimal point");
  check(writes(0.25, "0.25") && writes(0.1, "0.1") && writes(12.5, "12.5") && writes(999999.000001, "999999.000001"),
        "prices are written with no more digits than they were given");
  check(writes(0.000001, "0.000001") && writes(0.0375, "0.0375") && writes(100.05, "100.05"), "zeros after the decimal point are kept");
  check(writes(1.0 / 3, "0.333333333333") && writes(-0.25, "-0.25") && writes(1234567.25, "1234567.25"),
        "other numbers are written with twelve digits");
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_text(&w, "a\"b", "plain");
  write_text(&w, "c", "quo\"te \x01 \xc3\xa9 \xff");
  write_close(&w, '}');
  char *text = write_end(&w, NULL);
  check(text && strcmp(text, "{\"a\\\"b\":\"plain\",\"c\":\"quo\\\"te \\u0001 \xc3\xa9 \xef\xbf\xbd\"}") == 0,
        "names and strings are escaped, and invalid UTF-8 is replaced");
  free(text);
}

static void ready_json_is_embedded(void) {
  const char *document = "{\"a\":[1]} ";
  writer w = { 0 };
  strbuf quoted = { 0 };
  write_open(&w, NULL, '[');
  write_raw(&w, NULL, document, strlen(document) - 1);
  write_text(&w, NULL, "two\nlines");
  write_close(&w, ']');
  char *text = write_end(&w, NULL);
  check(text && strcmp(text, "[{\"a\":[1]},\"two\\nlines\"]") == 0, "a finished document is inserted unchanged, with commas around it");
  strbuf_add(&quoted, "x = ");
  write_quoted(&quoted, "a \"b\"");
  strbuf_add(&quoted, ";");
  check(strcmp(strbuf_text(&quoted), "x = \"a \\\"b\\\"\";") == 0, "a JSON string can be appended to any string");
  strbuf_free(&quoted);
  free(text);
}

/* Formatted texts are written where memory is given out next. */
static bool memory_is_zeroed(void) {
  arena *a = arena_new();
  bool zeroed = a != NULL;
  for (int i = 0; a && i < 20000; i++) {
    const char *text = arena_printf(a, "%0*d", i % 700, i), *at = arena_alloc(a, 1 + (size_t)i % 300);
    for (size_t k = 0; k < 1 + (size_t)i % 300; k++) zeroed = zeroed && !at[k];
    zeroed = zeroed && atoi(text) == i;
    memset((char *)at, 'x', 1 + (size_t)i % 300);
  }
  arena_free(a);
  return zeroed;
}

int main(void) {
  check(memory_is_zeroed(), "an arena gives zeroed memory, also behind formatted texts");
  a = arena_new();
  if (!a) return 1;
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  secrets_are_redacted();
  urls_are_checked();
  nothing_leaves_an_address();
  json_is_strict();
  rows_are_as_strict();
  rows_are_found();
  errors_have_many_shapes();
  strings_are_compared();
  arena_memory_is_separate();
  arena_can_be_cleared();
  arena_stays_zero();
  documents_are_written();
  ready_json_is_embedded();
  arena_free(a);
  return check_close();
}
