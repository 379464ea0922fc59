/* No explicit_bzero, mempcpy, memrchr, rawmemchr; strchrnul only since macOS 15.4. */
#ifndef STUB_STRING_H
#define STUB_STRING_H
#include <strings.h>
#include <sys/types.h>

void *memchr(const void *at, int c, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *at, int c, size_t n);
void *memmem(const void *in, size_t in_size, const void *part, size_t part_size);
char *stpcpy(char *to, const char *from);
char *strcat(char *restrict to, const char *restrict from);
char *strchr(const char *s, int c);
int strcmp(const char *a, const char *b);
int strcoll(const char *a, const char *b);
char *strcpy(char *restrict to, const char *restrict from);
size_t strxfrm(char *restrict to, const char *restrict from, size_t room);
size_t strcspn(const char *s, const char *set);
char *strdup(const char *s);
char *strerror(int number);
int strerror_r(int number, char *out, size_t room);
size_t strlen(const char *s);
int strncmp(const char *a, const char *b, size_t n);
char *strncpy(char *restrict to, const char *restrict from, size_t n);
char *strndup(const char *s, size_t n);
size_t strnlen(const char *s, size_t most);
char *strpbrk(const char *s, const char *set);
char *strrchr(const char *s, int c);
char *strsep(char **from, const char *set);
char *strsignal(int number);
size_t strspn(const char *s, const char *set);
char *strstr(const char *s, const char *part);
char *strtok_r(char *restrict s, const char *restrict set, char **restrict rest);
char *strcasestr(const char *s, const char *part);

#endif
