/* No SOCK_CLOEXEC, SOCK_NONBLOCK, accept4; no SO_DOMAIN. */
#ifndef STUB_SYS_SOCKET_H
#define STUB_SYS_SOCKET_H
#include <sys/types.h>

typedef unsigned socklen_t;
typedef unsigned char sa_family_t;
struct sockaddr {
  unsigned char sa_len;
  sa_family_t sa_family;
  char sa_data[14];
};
struct sockaddr_storage {
  unsigned char ss_len;
  sa_family_t ss_family;
  char rest[126];
};
struct linger {
  int l_onoff, l_linger;
};

#define AF_UNSPEC    0
#define AF_UNIX      1
#define AF_INET      2
#define AF_INET6     30
#define SOCK_STREAM  1
#define SOCK_DGRAM   2
#define SOL_SOCKET   0xffff
#define SO_REUSEADDR 0x0004
#define SO_LINGER    0x0080
#define SO_SNDBUF    0x1001
#define SO_RCVBUF    0x1002
#define SO_ERROR     0x1007
#define SO_NREAD     0x1020
#define SO_NOSIGPIPE 0x1022
#define SO_NWRITE    0x1024
#define MSG_PEEK     0x2
#define MSG_DONTWAIT 0x80
#define SHUT_RD      0
#define SHUT_WR      1
#define SHUT_RDWR    2

int accept(int fd, struct sockaddr *restrict from, socklen_t *restrict size);
int bind(int fd, const struct sockaddr *at, socklen_t size);
int connect(int fd, const struct sockaddr *to, socklen_t size);
int getpeername(int fd, struct sockaddr *restrict out, socklen_t *restrict size);
int getsockname(int fd, struct sockaddr *restrict out, socklen_t *restrict size);
int getsockopt(int fd, int level, int name, void *restrict out, socklen_t *restrict size);
int listen(int fd, int backlog);
ssize_t recv(int fd, void *out, size_t size, int how);
ssize_t send(int fd, const void *from, size_t size, int how);
ssize_t sendto(int fd, const void *from, size_t size, int how, const struct sockaddr *to, socklen_t to_size);
int setsockopt(int fd, int level, int name, const void *value, socklen_t size);
int shutdown(int fd, int how);
int socket(int family, int type, int protocol);
int socketpair(int family, int type, int protocol, int ends[2]);

#endif
