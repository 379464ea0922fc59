/* descriptor: our file descriptors: away from 0, 1 and 2, which a host may have closed and will treat as its standard streams, and closed
 * in the programs that it starts. */
#ifndef ROSTER_UTIL_DESCRIPTOR_H
#define ROSTER_UTIL_DESCRIPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The descriptor, moved up if it is one of those three; close-on-exec as before. -1 stays -1, and is returned when none is left. */
int descriptor_raise(int fd);
/* Both ends close-on-exec and above 2; false with errno, and then -1 stands for what is not open. */
bool descriptor_pipe(int ends[2]);
/* A socket that is closed on exec; -1 with errno. */
int descriptor_socket(int family, int type, int protocol);
/* A connection, likewise, which does not wait. */
int descriptor_accept(int listener);
/* Reading and writing do not wait from now on. */
bool descriptor_unblock(int fd);
/* As send, and never with a signal. */
ssize_t descriptor_send(int socket, const void *bytes, size_t size);

#endif
