#ifndef STUB_XLOCALE_H
#define STUB_XLOCALE_H
#include <locale.h>

struct stub_locale;
typedef struct stub_locale *locale_t;

#define LC_ALL_MASK      0x3f
#define LC_GLOBAL_LOCALE ((locale_t)-1)

int freelocale(locale_t l);
locale_t newlocale(int mask, const char *name, locale_t base);
locale_t uselocale(locale_t l);

#endif
