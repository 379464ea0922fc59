/* The times are named st_mtimespec and so on: POSIX's st_mtim is not there. */
#ifndef STUB_SYS_STAT_H
#define STUB_SYS_STAT_H
#include <sys/types.h>
#include <time.h>

struct stat {
  dev_t st_dev;
  mode_t st_mode;
  nlink_t st_nlink;
  ino_t st_ino;
  uid_t st_uid;
  gid_t st_gid;
  dev_t st_rdev;
  struct timespec st_atimespec, st_mtimespec, st_ctimespec, st_birthtimespec;
  off_t st_size;
  blkcnt_t st_blocks;
  blksize_t st_blksize;
};

#define S_IFMT      0170000
#define S_IFDIR     0040000
#define S_IFREG     0100000
#define S_IFLNK     0120000
#define S_IFSOCK    0140000
#define S_IFIFO     0010000
#define S_ISDIR(m)  (((m)&S_IFMT) == S_IFDIR)
#define S_ISREG(m)  (((m)&S_IFMT) == S_IFREG)
#define S_ISLNK(m)  (((m)&S_IFMT) == S_IFLNK)
#define S_ISSOCK(m) (((m)&S_IFMT) == S_IFSOCK)
#define S_ISFIFO(m) (((m)&S_IFMT) == S_IFIFO)
#define S_IRUSR     0400
#define S_IWUSR     0200
#define S_IRGRP     0040
#define S_IWGRP     0020
#define S_IROTH     0004
#define S_IWOTH     0002

int chmod(const char *path, mode_t mode);
int fchmod(int fd, mode_t mode);
int fstat(int fd, struct stat *out);
int fstatat(int directory, const char *path, struct stat *out, int how);
int lstat(const char *restrict path, struct stat *restrict out);
int mkdir(const char *path, mode_t mode);
int stat(const char *restrict path, struct stat *restrict out);
mode_t umask(mode_t mask);

#endif
