/* newlocale and uselocale are in xlocale.h. */
#ifndef STUB_LOCALE_H
#define STUB_LOCALE_H

struct lconv {
  char *decimal_point, *thousands_sep, *grouping;
};

#define LC_ALL      0
#define LC_COLLATE  1
#define LC_CTYPE    2
#define LC_MONETARY 3
#define LC_NUMERIC  4
#define LC_TIME     5

struct lconv *localeconv(void);
char *setlocale(int what, const char *name);

#endif
