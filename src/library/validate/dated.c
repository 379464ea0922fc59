/* dated: see dated.h. */
#include "library/validate/dated.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

enum { FIRST_YEAR = 2020, LAST_YEAR = 2039 };

/* Y, M and D stand for digits, and '-' before the date for '@' too. A form that is the end of another comes after it. */
static const char *const forms[] = { "-YYYY-MM-DD", "-YYYYMMDD", "-YYYY-MM", "-MM-YYYY", "-YYMMDD", "-MM-DD" };

static bool fits(char c, char form, bool first) {
  if (first) return c == '-' || c == '@';
  return form == '-' ? c == '-' : isdigit((unsigned char)c);
}

/* The number whose digits stand where the form has this letter; -1 where it has none. */
static int part(const char *text, const char *form, char letter) {
  int n = -1;
  for (; *form; form++, text++)
    if (*form == letter) n = (n < 0 ? 0 : n * 10) + (*text - '0');
  return n;
}

static bool is_date(const char *text, const char *form) {
  for (size_t i = 0; form[i]; i++)
    if (!fits(text[i], form[i], i == 0)) return false;
  int year = part(text, form, 'Y'), month = part(text, form, 'M'), day = part(text, form, 'D');
  if (year >= 0 && year < 100) year += 2000;
  return (year < 0 || (year >= FIRST_YEAR && year <= LAST_YEAR)) && month >= 1 && month <= 12 && day && day <= 31;
}

const char *dated_base(arena *a, const char *name) {
  size_t length = strlen(name);
  for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
    size_t end = strlen(forms[i]);
    if (length > end && is_date(name + length - end, forms[i])) return arena_bytes(a, name, length - end);
  }
  return NULL;
}
