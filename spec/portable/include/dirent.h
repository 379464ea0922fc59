#ifndef STUB_DIRENT_H
#define STUB_DIRENT_H
#include <sys/types.h>

typedef struct stub_directory DIR;
struct dirent {
  ino_t d_ino;
  unsigned short d_reclen, d_namlen;
  unsigned char d_type;
  char d_name[1024];
};

#define DT_UNKNOWN 0
#define DT_DIR     4
#define DT_REG     8
#define DT_LNK     10

int closedir(DIR *d);
int dirfd(DIR *d);
DIR *opendir(const char *path);
DIR *fdopendir(int fd);
struct dirent *readdir(DIR *d);

#endif
