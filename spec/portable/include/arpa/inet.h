#ifndef STUB_ARPA_INET_H
#define STUB_ARPA_INET_H
#include <netinet/in.h>

int inet_pton(int family, const char *from, void *out);
const char *inet_ntop(int family, const void *from, char *out, socklen_t room);

#endif
