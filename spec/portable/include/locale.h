/* newlocale and uselocale are in xlocale.h. */
#ifndef STUB_LOCALE_H
#define STUB_LOCALE_H

struct lconv {
  char *decimal_point, *thousands_sep, *grouping;
};

#define LC_ALL     0
#define LC_NUMERIC 4

struct lconv *localeconv(void);
char *setlocale(int what, const char *name);

#endif
