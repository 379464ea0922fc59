/* trace: what gives a secret away is found in every form, and an ordinary text stays as it is.
 *
 * Links with: build/obj/util.a
 */
#include "util/json.h"
#include "util/trace.h"

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

static arena *a;
static const char key[] = "Qz7kVw3N/Xr9Tb5+mYc2Hs8J&Gpa4Eu6";

static const char *base64_of(const char *text, const char *last) {
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  const size_t length = strlen(text);
  strbuf b = { .arena = a };
  for (size_t i = 0; i < length; i += 3) {
    unsigned v = 0;
    for (size_t k = 0; k < 3; k++) v = v << 8 | (i + k < length ? (unsigned char)text[i + k] : 0u);
    for (size_t k = 0; k < 4; k++) {
      const unsigned d = v >> (18 - 6 * k) & 63;
      const char c = k > length - i ? '=' : d < 62 ? digits[d] : last[d - 62];
      strbuf_bytes(&b, &c, 1);
    }
  }
  return strbuf_text(&b);
}

/* Each character, or only every n-th, by this format. */
static const char *escaped(const char *text, const char *format, size_t every) {
  strbuf b = { .arena = a };
  for (size_t i = 0; text[i]; i++) {
    char one[16];
    snprintf(one, sizeof one, format, (unsigned char)text[i]);
    strbuf_add(&b, i % every ? arena_bytes(a, text + i, 1) : one);
  }
  return strbuf_text(&b);
}

static const char *reversed(const char *text) {
  char *copy = arena_text(a, text);
  for (size_t i = 0, n = strlen(text); i < n; i++) copy[i] = text[n - 1 - i];
  return copy;
}

static const char *in_case(const char *text, char first, int by) {
  char *copy = arena_text(a, text);
  for (char *c = copy; *c; c++)
    if (*c >= first && *c < first + 26) *c = (char)(*c + by);
  return copy;
}

static const char *split(const char *text, const char *between) {
  strbuf b = { .arena = a };
  for (const char *c = text; *c; c++) strbuf_format(&b, "%s%c", c == text ? "" : between, *c);
  return strbuf_text(&b);
}

/* What stays where this stands between two words. */
static const char *left_of(keyring *ring, const char *form) { return keyring_redact(ring, a, arena_printf(a, "before %s behind", form)); }

static void every_form_is_found(void) {
  keyring ring = { .salt = 7 };
  keyring_add(&ring, key, strlen(key));
  const char *const forms[][2] = {
    { "as it is", key },
    { "reversed", reversed(key) },
    { "in small letters", in_case(key, 'A', 'a' - 'A') },
    { "in capitals", in_case(key, 'a', 'A' - 'a') },
    { "in base64", base64_of(key, "+/") },
    { "in base64 for addresses", base64_of(key, "-_") },
    { "reversed in base64", base64_of(reversed(key), "+/") },
    { "in hexadecimal", escaped(key, "%02x", 1) },
    { "in hexadecimal in capitals", escaped(key, "%02X", 1) },
    { "reversed in hexadecimal", escaped(reversed(key), "%02x", 1) },
    { "percent-encoded", escaped(key, "%%%02X", 1) },
    { "percent-encoded in small letters", escaped(key, "%%%02x", 1) },
    { "percent-encoded in part", escaped(key, "%%%02X", 5) },
    { "percent-encoded twice", escaped(escaped(key, "%%%02X", 1), "%%%02X", 3) },
    { "in JSON's escapes", escaped(key, "\\u%04x", 1) },
    { "in JSON's escapes in capitals and in part", escaped(key, "\\u%04X", 3) },
    { "with escaped slashes", "Qz7kVw3N\\/Xr9Tb5+mYc2Hs8J&Gpa4Eu6" },
    { "in decimal entities", escaped(key, "&#%u;", 1) },
    { "in hexadecimal entities", escaped(key, "&#x%X;", 1) },
    { "in decimal entities in part", escaped(key, "&#%u;", 4) },
    { "in entities with names", "Qz7kVw3N&sol;Xr9Tb5&plus;mYc2Hs8J&amp;Gpa4Eu6" },
    { "in base64, percent-encoded", escaped(base64_of(key, "+/"), "%%%02X", 2) },
    { "in percent-encoding, in JSON's escapes", escaped(escaped(key, "%%%02X", 1), "\\u%04x", 2) },
    { "in the escapes of a string of a program", escaped(key, "\\x%02x", 1) },
    { "with characters between that nobody sees", split(key, "\xe2\x80\x8b") },
    { "with escapes between that nobody sees", split(key, "\\u200d") },
  };
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    const char *left = left_of(&ring, forms[i][1]);
    check(strcmp(left, "before [redacted] behind") == 0, arena_printf(a, "a key is found %s: %s", forms[i][0], left));
  }
  for (size_t skip = 1; skip < 3; skip++) {
    const char *form = base64_of(arena_printf(a, "%.*s%s:", (int)skip, "u:", key), "+/");
    const char *left = left_of(&ring, form);
    check(strstr(left, "[redacted]") && strlen(left) < strlen("before [redacted] behind") + 10,
          arena_printf(a, "a key is found in base64 behind %zu bytes: %s", skip, left));
  }
  for (size_t i = 0; i + 8 <= strlen(key); i++)
    if (strcmp(left_of(&ring, arena_printf(a, "%.8s", key + i)), "before [redacted] behind") != 0)
      check(false, "each eight characters are found");
  check(!strstr(left_of(&ring, "Qz7kVw3"), "[redacted]"), "seven characters of a key say too little");
  keyring_wipe(&ring);
}

static void ordinary_text_stays(void) {
  keyring ring = { .salt = 7 };
  static const char *const own[] = { "anthropic", "gpt-4o-mini" };
  const char *const values[] = { "implicit", "anthropic", "gpt-4o-mini", "1234", "ok", "production" };
  for (size_t i = 0; i < sizeof values / sizeof *values; i++) keyring_add(&ring, values[i], strlen(values[i]));
  keyring_own(&ring, (texts){ .at = (const char **)own, .count = 2 });
  const char *body = "{\"id\": \"anthropic/claude\", \"team\": \"production\", \"is\": \"implicitly 1234\", \"of\": \"gpt-4o-mini\"}";
  size_t length = strlen(body);
  check(trace_redact(&ring, a, body, &length, TRACE_JSON) == body, "an answer keeps plain words and what the definitions say");
  const char *said = "implicitly anthropics gpt-4o-mini-2 token productions";
  check(keyring_redact(&ring, a, said) == said, "what is shown keeps words that only begin as a plain word does");
  said = "(implicit) anthropic \"gpt-4o-mini\" ok production";
  said = keyring_redact(&ring, a, said);
  check(strcmp(said, "([redacted]) [redacted] \"[redacted]\" [redacted] [redacted]") == 0,
        arena_printf(a, "what is shown has none of them as a word of its own: %s", said));
  check(!strstr(keyring_redact(&ring, a, "aW1wbGljaXQ="), "aW1wbGl"), "a plain word in base64 is no plain word");
  keyring_wipe(&ring);
}

/* Keys have the names of their providers in them, and so have models. */
static void words_of_a_key_stay(void) {
  static const char worded[] = "sk-deepseek-api-key-4f9Tq02Lx";
  keyring ring = { .salt = 7 };
  keyring_add(&ring, worded, strlen(worded));
  keyring_add(&ring, "hunter2", 7);
  check(!trace_in_name(&ring, "deepseek-v4") && !trace_in_name(&ring, "DeepSeek-V4") && !trace_in_name(&ring, "the-api-key-model"),
        "a name keeps a word that a key has too");
  check(trace_in_name(&ring, worded) && trace_in_name(&ring, "x-key-4f9Tq02") && trace_in_name(&ring, "SK-DEEPSEEK-API-KEY") &&
            trace_in_name(&ring, "hunter2"),
        "but no other part of the key, not many of its words, and no short one as a whole");
  check(strstr(keyring_redact(&ring, a, "wrong key sk-deepseek-..."), "[redacted]") != NULL, "what is shown loses such a word");
  keyring_wipe(&ring);
}

/* A secret header may be a JSON document, whose words answers have too. */
static void words_of_a_document_stay(void) {
  keyring ring = { .salt = 7 };
  const char *header = arena_printf(a, "{\"provider\": \"openai\", \"strategy\": {\"mode\": \"fallback\"}, \"api_key\": \"%s\"}", key);
  keyring_add(&ring, header, strlen(header));
  const char *body = "{\"provider\": \"openai\", \"strategy\": \"fallback\", \"message\": \"no fallback for this provider\"}";
  size_t length = strlen(body);
  check(trace_redact(&ring, a, body, &length, TRACE_JSON) == body && keyring_redact(&ring, a, body) == body,
        "the names and plain words of a header that is a JSON document are no secrets");
  check(!strstr(keyring_redact(&ring, a, arena_printf(a, "you sent %s", header)), key + 8) && trace_in_name(&ring, key),
        "its other strings are, whatever stands around them");
  keyring_wipe(&ring);
}

static void json_stays_json(void) {
  static const char digits[] = "1234567890123456", quoted[] = "say \"yes\" or no\\maybe";
  keyring ring = { .salt = 7 };
  keyring_add(&ring, key, strlen(key));
  keyring_add(&ring, digits, strlen(digits));
  keyring_add(&ring, quoted, strlen(quoted));
  const char *body = arena_printf(
      a, "{\"%s\": [1234567890123456, \"1234567890123456\", \"n\\n%s\\n\", \"say \\\"yes\\\" or no\\\\maybe\"], \"x\": \"\\%s\"}",
      escaped(key, "\\u%04x", 2), key, key + 8);
  size_t length = strlen(body);
  const char *why = NULL, *clean = trace_redact(&ring, a, body, &length, TRACE_JSON);
  json_t *value = json_read(a, clean, length, &why, NULL);
  const json_t *list = json_object_get(value, "[redacted]");
  check(value != NULL, arena_printf(a, "what is left of JSON is JSON: %s: %s", clean, why ? why : ""));
  check(json_integer_value(json_array_get(list, 0)) == 1234567890123456, "a number stays, which is no text");
  check(strcmp(json_string_value(json_array_get(list, 1)), "[redacted]") == 0, "the same digits in a string go");
  check(strcmp(json_string_value(json_array_get(list, 2)), "n\n[redacted]\n") == 0, "escapes beside a key stay");
  check(strcmp(json_string_value(json_array_get(list, 3)), "[redacted]") == 0,
        arena_printf(a, "a key with quotes in it goes as it is escaped: %s", clean));
  json_decref(value);
  keyring_wipe(&ring);
}

static void hostile_texts_end(void) {
  keyring ring = { .salt = 7 };
  keyring_add(&ring, key, strlen(key));
  static const char *const bits[] = { "%", "\\", "&", "&#", "\\u", "%5c", "&amp;", "\xe2", "\xf0\x9f", "\\u005c", "%25", "\"" };
  for (size_t i = 0; i < sizeof bits / sizeof *bits; i++)
    for (size_t k = 0; k < sizeof bits / sizeof *bits; k++) {
      strbuf b = { .arena = a };
      for (size_t n = 0; n < 40; n++) strbuf_format(&b, "%s%s", bits[i], bits[k]);
      strbuf_add(&b, key);
      for (trace_reading how = TRACE_SHOWN; how <= TRACE_JSON; how++) {
        size_t length = b.length;
        char *exact = malloc(length); /* nothing behind it */
        if (!exact) abort();
        memcpy(exact, b.at, length);
        const char *left = trace_redact(&ring, a, exact, &length, how);
        if (memmem(left, length, "Xr9Tb5+m", 8)) check(false, arena_printf(a, "a key is found behind %s%s", bits[i], bits[k]));
        free(exact);
      }
    }
  check(true, "a key is found behind any mixture of what begins an escape");
  keyring_wipe(&ring);
}

/* Every eight characters of a key at every place of a text of every kind of neighbours. */
static void a_piece_is_found_anywhere(void) {
  static const char *const around[] = { "made-up-model-of-a-provider-0123456789", "Upper CASE and 'quotes', {\"id\": 1}\n\t, ",
                                        "Xr9TXr9TXr9TXr9T", "%41&amp;\\n" };
  keyring ring = { .salt = 7 };
  keyring_add(&ring, key, strlen(key));
  size_t missed = 0, invented = 0;
  for (size_t i = 0; i < sizeof around / sizeof *around; i++)
    for (size_t before = 0; before < strlen(around[i]); before++)
      for (size_t piece = 0; piece + 8 <= strlen(key); piece++)
        for (size_t behind = 0; behind < 20; behind += 3) {
          const char *text = arena_printf(a, "%.*s%.8s%.*s", (int)before, around[i], key + piece, (int)behind, around[i]);
          const char *seven = arena_printf(a, "%.*s %.7s %.*s", (int)before, around[i], key + piece, (int)behind, around[i]);
          missed += !trace_found(&ring, text, strlen(text), TRACE_TEXT);
          invented += trace_found(&ring, seven, strlen(seven), TRACE_TEXT);
        }
  check(missed == 0, arena_printf(a, "eight characters of a key are found wherever they stand: %zu were not", missed));
  check(invented == 0, arena_printf(a, "seven characters of a key are not found: %zu times they were", invented));
  keyring_wipe(&ring);
}

static void a_value_is_kept_once(void) {
  keyring ring = { .salt = 7 };
  const secret *one = keyring_add(&ring, key, strlen(key)), *other = keyring_add(&ring, "another", 7);
  check(keyring_add(&ring, key, strlen(key)) == one, "a value that several providers share is kept once");
  check(other != one && keyring_add(&ring, "anothe", 6) != other, "a value that another one begins with is kept, too");
  check(keyring_has(&ring, key) && keyring_has(&ring, "anothe") && !keyring_has(&ring, "anoth"), "values that were kept are known");
  keyring_wipe(&ring);
  check(!keyring_has(&ring, key), "none is known once they were wiped");
}

int main(void) {
  if (!(a = arena_new())) abort();
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  every_form_is_found();
  ordinary_text_stays();
  words_of_a_key_stay();
  words_of_a_document_stay();
  json_stays_json();
  hostile_texts_end();
  a_piece_is_found_anywhere();
  a_value_is_kept_once();
  arena_free(a);
  return check_close();
}
