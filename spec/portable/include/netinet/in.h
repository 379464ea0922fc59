#ifndef STUB_NETINET_IN_H
#define STUB_NETINET_IN_H
#include <sys/socket.h>

struct in_addr {
  uint32_t s_addr;
};
struct in6_addr {
  uint8_t s6_addr[16];
};
struct sockaddr_in {
  unsigned char sin_len;
  sa_family_t sin_family;
  uint16_t sin_port;
  struct in_addr sin_addr;
  char sin_zero[8];
};
struct sockaddr_in6 {
  unsigned char sin6_len;
  sa_family_t sin6_family;
  uint16_t sin6_port;
  uint32_t sin6_flowinfo;
  struct in6_addr sin6_addr;
  uint32_t sin6_scope_id;
};

#define IN6_IS_ADDR_LOOPBACK(a)  stub_in6_is((a), 1)
#define IN6_IS_ADDR_LINKLOCAL(a) stub_in6_is((a), 2)
#define INADDR_LOOPBACK          0x7f000001U
#define INET_ADDRSTRLEN          16
#define INET6_ADDRSTRLEN         46
#define IPPROTO_TCP              6
#define IPPROTO_IPV6             41
#define IPV6_V6ONLY              27

extern const struct in6_addr in6addr_loopback;
int stub_in6_is(const struct in6_addr *a, int what);
uint32_t htonl(uint32_t n);
uint16_t htons(uint16_t n);
uint32_t ntohl(uint32_t n);
uint16_t ntohs(uint16_t n);

#endif
