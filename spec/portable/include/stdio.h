#ifndef STUB_STDIO_H
#define STUB_STDIO_H
#include <stdarg.h>
#include <sys/types.h>

typedef struct stub_file FILE;
extern FILE *__stdinp, *__stdoutp, *__stderrp;
#define stdin    __stdinp
#define stdout   __stdoutp
#define stderr   __stderrp
#define EOF      (-1)
#define BUFSIZ   1024
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define _IOFBF   0
#define _IOLBF   1
#define _IONBF   2

#define STUB_PRINTF(which, first) __attribute__((format(printf, which, first)))
#define STUB_SCANF(which, first)  __attribute__((format(scanf, which, first)))

int asprintf(char **out, const char *format, ...) STUB_PRINTF(2, 3);
int dprintf(int fd, const char *format, ...) STUB_PRINTF(2, 3);
int fclose(FILE *f);
FILE *fdopen(int fd, const char *how);
int feof(FILE *f);
int ferror(FILE *f);
int fflush(FILE *f);
int fgetc(FILE *f);
char *fgets(char *out, int room, FILE *f);
int fileno(FILE *f);
FILE *fopen(const char *path, const char *how);
FILE *open_memstream(char **out, size_t *size);
int fprintf(FILE *f, const char *format, ...) STUB_PRINTF(2, 3);
int fputc(int c, FILE *f);
int fputs(const char *s, FILE *f);
size_t fread(void *out, size_t size, size_t count, FILE *f);
FILE *freopen(const char *path, const char *how, FILE *f);
int fseek(FILE *f, long offset, int from);
int fseeko(FILE *f, off_t offset, int from);
long ftell(FILE *f);
off_t ftello(FILE *f);
size_t fwrite(const void *from, size_t size, size_t count, FILE *f);
ssize_t getline(char **line, size_t *room, FILE *f);
int getc(FILE *f);
int getc_unlocked(FILE *f);
void clearerr(FILE *f);
void flockfile(FILE *f);
void funlockfile(FILE *f);
int pclose(FILE *f);
FILE *popen(const char *line, const char *how);
FILE *tmpfile(void);
int ungetc(int c, FILE *f);
void perror(const char *what);
int printf(const char *format, ...) STUB_PRINTF(1, 2);
int putchar(int c);
int puts(const char *s);
int remove(const char *path);
int rename(const char *from, const char *to);
int setvbuf(FILE *f, char *at, int how, size_t size);
int snprintf(char *out, size_t room, const char *format, ...) STUB_PRINTF(3, 4);
int sprintf(char *out, const char *format, ...) STUB_PRINTF(2, 3);
int sscanf(const char *from, const char *format, ...) STUB_SCANF(2, 3);
int vasprintf(char **out, const char *format, va_list list) STUB_PRINTF(2, 0);
int vfprintf(FILE *f, const char *format, va_list list) STUB_PRINTF(2, 0);
int vprintf(const char *format, va_list list) STUB_PRINTF(1, 0);
int vsnprintf(char *out, size_t room, const char *format, va_list list) STUB_PRINTF(3, 0);

#endif
