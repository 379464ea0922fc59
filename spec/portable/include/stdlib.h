/* qsort_r has its arguments in another order there, so it is left out; so are reallocarray, secure_getenv and canonicalize_file_name. */
#ifndef STUB_STDLIB_H
#define STUB_STDLIB_H
#include <sys/types.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

_Noreturn void abort(void);
_Noreturn void exit(int status);
_Noreturn void _Exit(int status);
int abs(int n);
int atexit(void (*f)(void));
int atoi(const char *s);
long atol(const char *s);
long long atoll(const char *s);
void *bsearch(const void *key, const void *at, size_t count, size_t size, int (*compare)(const void *, const void *));
void *calloc(size_t count, size_t size);
void free(void *at);
char *getenv(const char *name);
long long llabs(long long n);
void *malloc(size_t size);
int mkstemp(char *name);
char *mkdtemp(char *name);
void qsort(void *at, size_t count, size_t size, int (*compare)(const void *, const void *));
void *realloc(void *at, size_t size);
char *realpath(const char *restrict path, char *restrict out);
int setenv(const char *name, const char *value, int replace);
int system(const char *line);
double strtod(const char *restrict s, char **restrict end);
float strtof(const char *restrict s, char **restrict end);
long strtol(const char *restrict s, char **restrict end, int base);
long long strtoll(const char *restrict s, char **restrict end, int base);
unsigned long strtoul(const char *restrict s, char **restrict end, int base);
unsigned long long strtoull(const char *restrict s, char **restrict end, int base);
int unsetenv(const char *name);

#endif
