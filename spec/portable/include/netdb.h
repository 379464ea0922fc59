#ifndef STUB_NETDB_H
#define STUB_NETDB_H
#include <netinet/in.h>

struct addrinfo {
  int ai_flags, ai_family, ai_socktype, ai_protocol;
  socklen_t ai_addrlen;
  char *ai_canonname;
  struct sockaddr *ai_addr;
  struct addrinfo *ai_next;
};

#define AI_PASSIVE     0x0001
#define AI_NUMERICHOST 0x0004
#define AI_NUMERICSERV 0x1000
#define NI_NUMERICHOST 0x0002
#define NI_NUMERICSERV 0x0008

void freeaddrinfo(struct addrinfo *list);
int getaddrinfo(const char *restrict host, const char *restrict port, const struct addrinfo *restrict hints,
                struct addrinfo **restrict out);
int getnameinfo(const struct sockaddr *at, socklen_t size, char *host, socklen_t host_room, char *port, socklen_t port_room, int how);

#endif
