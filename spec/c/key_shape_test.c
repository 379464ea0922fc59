/* key_shape: what is reported as a key is hidden where a line is shown, and what is hidden is repeated by no message: one notion of a key
 * at three levels, for all that ask.
 *
 * Links with: build/obj/util.a
 */
#include "util/flaw.h"
#include "util/key_shape.h"
#include "util/mask.h"
#include "util/strbuf.h"
#include "util/text.h"

#include "check.h"

#include <stdint.h>

#include <stdlib.h>
#include <string.h>

static _Noreturn void out_of_memory(void *unused) {
  (void)unused;
  abort();
}

static const char *const PREFIXES[] = { "",     "sk-",  "sk-proj-", "sk_",    "ghp_",   "github_pat_", "AKIA", "AIza", "eyJ", "hf_",
                                        "gsk_", "xai-", "pplx-",    "nvapi-", "glpat-", "acme-",       "r8_",  "fw_",  "a.b-" };
static const char *const ALPHABETS[] = { "abcdef0123456789",
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
                                         "abcdefghijklmnopqrstuvwxyz",
                                         "0123456789",
                                         "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
                                         "abcdefghijklmnopqrstuvwxyz0123456789-_." };

static uint64_t seed = 1;

static size_t below(size_t n) {
  seed = seed * 6364136223846793005u + 1442695040888963407u;
  return (size_t)(seed >> 33) % n;
}

static void make_word(char *out) {
  const char *prefix = PREFIXES[below(sizeof PREFIXES / sizeof *PREFIXES)];
  const char *alphabet = ALPHABETS[below(sizeof ALPHABETS / sizeof *ALPHABETS)];
  size_t length = below(50), n = strlen(prefix);
  memcpy(out, prefix, n);
  for (; length; length--) out[n++] = alphabet[below(strlen(alphabet))];
  out[n] = 0;
}

static bool shows(arena *a, const char *form, const char *word) {
  char line[400];
  snprintf(line, sizeof line, form, word);
  return strstr(mask_line(a, line), word) != NULL;
}

static void each_level_is_within_the_next(arena *a) {
  enum { WORDS = 30 * 1000 };
  size_t reported = 0, hidden = 0, bare = 0, quoted = 0, named = 0, flawed = 0, loose = 0, messages = 0;
  char word[200], message[260];
  for (int i = 0; i < WORDS; i++) {
    make_word(word);
    const size_t length = strlen(word);
    if (key_is(word, length)) {
      reported++;
      loose += !key_is_hidden(word, length);
      bare += shows(a, "x = %s", word);
      quoted += shows(a, "title = \"%s\",", word);
      named += shows(a, "url = \"https://llm.acme.example/%s/api\",", word);
      snprintf(message, sizeof message, "model '%s': unknown provider", word);
      mask_keys(message);
      messages += strstr(message, word) != NULL && !strchr(word, '.');
    }
    if (key_is_hidden(word, length)) {
      hidden++;
      loose += !key_may_be(word, length);
      flawed += !text_is(flaw_show(a, word), "...");
    }
  }
  check(reported > 100 && hidden > reported && hidden < WORDS, "of words at random some are keys, more are hidden and many are neither");
  check(loose == 0, "what is reported as a key is hidden, and what is hidden may be a key");
  check(bare == 0 && quoted == 0 && named == 0, "no line that is shown has what is reported as a key: alone, in a string, in an address");
  check(messages == 0, "nor has a message");
  check(flawed == 0, "nor is it shown where a value is wrong");
}

/* Of pieces at random, with what separates them. */
static const char *make_literal(arena *a) {
  static const char *const between[] = { " ", "=", "key=", "://", "@", "\\\"",      "\\n",     "\\\\",
                                         "'", ",", ";",    "&",   ":", "\\u{202E}", "\xc3\xa4" };
  char word[200];
  strbuf b = { .arena = a };
  strbuf_add(&b, "\"");
  for (size_t pieces = below(4); pieces; pieces--) {
    make_word(word);
    if (below(2)) word[below(16)] = 0;
    strbuf_add(&b, word);
    strbuf_add(&b, between[below(sizeof between / sizeof *between)]);
  }
  strbuf_add(&b, "\"");
  return strbuf_text(&b);
}

static void what_is_plain_is_shown_as_it_is(arena *a) {
  enum { LITERALS = 60 * 1000 };
  size_t plain = 0, hidden = 0, wrong = 0;
  for (int i = 0; i < LITERALS; i++) {
    const char *literal = make_literal(a), *line = arena_printf(a, " = %s", literal);
    const bool same = strcmp(mask_line(a, line), line) == 0, may = mask_may_hide(literal);
    plain += !may;
    hidden += !same;
    wrong += !may && !same;
    arena_clear(a);
  }
  check(plain > 1000 && hidden > 1000, "of literals at random many have something to hide, and many cannot");
  check(wrong == 0, "what cannot have anything to hide is shown as it is");
}

static void names_of_models_are_none(void) {
  static const char *const names[] = { "claude-opus-4-5-20251101",        "DeepSeek-R1-Distill-Qwen-32B-FP8-Dynamic",
                                       "gpt-4o-mini-2024-07-18",          "meta-llama/Llama-3.3-70B-Instruct-Turbo",
                                       "us.anthropic.claude-opus-4-5-v1", "qwen2.5-vl-72b-instruct",
                                       "https://llm.acme.example/v1",     "ACME_API_KEY" };
  bool any = false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const size_t length = strlen(names[i]);
    any = any || key_is(names[i], length) || key_is_hidden(names[i], length) || key_may_be(names[i], length);
  }
  check(!any, "names of models and variables, and addresses, are none at any level");
}

int main(void) {
  arena *a = arena_new();
  if (!a) return 1;
  arena_on_exhausted(a, out_of_memory, NULL, NULL, NULL);
  each_level_is_within_the_next(a);
  what_is_plain_is_shown_as_it_is(a);
  names_of_models_are_none();
  arena_free(a);
  return check_close();
}
