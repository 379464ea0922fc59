/* Does not declare environ: a library reaches it through crt_externs.h. No pipe2, dup3, gettid, get_current_dir_name; getentropy is in
 * sys/random.h. */
#ifndef STUB_UNISTD_H
#define STUB_UNISTD_H
#include <sys/types.h>

#define STDIN_FILENO         0
#define STDOUT_FILENO        1
#define STDERR_FILENO        2
#define F_OK                 0
#define X_OK                 1
#define W_OK                 2
#define R_OK                 4
#define _SC_PAGESIZE         29
#define _SC_NPROCESSORS_ONLN 58

_Noreturn void _exit(int status);
int access(const char *path, int how);
int chdir(const char *path);
int chown(const char *path, uid_t user, gid_t group);
int close(int fd);
int dup(int fd);
int dup2(int fd, int to);
int execve(const char *path, char *const *arguments, char *const *environment);
int execvp(const char *path, char *const *arguments);
int fchown(int fd, uid_t user, gid_t group);
pid_t fork(void);
int fsync(int fd);
int ftruncate(int fd, off_t size);
char *getcwd(char *out, size_t room);
gid_t getegid(void);
uid_t geteuid(void);
gid_t getgid(void);
int gethostname(char *out, size_t room);
pid_t getpid(void);
pid_t getppid(void);
uid_t getuid(void);
int isatty(int fd);
int lchown(const char *path, uid_t user, gid_t group);
int link(const char *from, const char *to);
off_t lseek(int fd, off_t offset, int from);
int mkostemp(char *name, int flags);
int mkstemp(char *name);
int pipe(int ends[2]);
ssize_t pread(int fd, void *out, size_t size, off_t from);
ssize_t pwrite(int fd, const void *from, size_t size, off_t to);
ssize_t read(int fd, void *out, size_t size);
ssize_t readlink(const char *restrict path, char *restrict out, size_t room);
int rmdir(const char *path);
unsigned sleep(unsigned seconds);
int symlink(const char *from, const char *to);
long sysconf(int name);
int unlink(const char *path);
int usleep(useconds_t microseconds);
ssize_t write(int fd, const void *from, size_t size);

#endif
