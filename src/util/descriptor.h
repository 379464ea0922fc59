/* descriptor: our file descriptors: away from 0, 1 and 2, which a host may have closed and will treat as its standard streams, and closed
 * in the programs that it starts. A descriptor that is made low and moved up could be replaced in between: a host that points its standard
 * error at its log would have handed us the log. So nothing is made low: where one of the three is free, something that nobody can read or
 * write holds it for as long as a call takes that makes descriptors, also in a library of others. */
#ifndef ROSTER_UTIL_DESCRIPTOR_H
#define ROSTER_UTIL_DESCRIPTOR_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Between the two calls no new descriptor of this process is one of those three. Each descriptors_hold has its descriptors_release, and
 * threads may overlap. errno stays as it was. */
void descriptors_hold(void);
void descriptors_release(void);

/* For a descriptor made in between: moved up if it is one of the three all the same, because the host closed one at that moment, or because
 * another copy of this file, in another library, let go. Closed on exec. -1 stays -1, and is returned when none is left. */
int descriptor_raise(int fd);

/* Whether a call of the system that failed with this errno may succeed soon, with nothing changed. */
bool descriptor_may_succeed(int failed);

/* A file or a directory, closed on exec, never the terminal of this process, and without waiting for whoever writes to a pipe; one that is
 * made has mode 0600. -1 with errno. */
int descriptor_open(const char *path, int flags);
/* As opendir. */
DIR *descriptor_open_directory(const char *path);
/* A new file beside another, its name being `file` with six letters for the X at its end, of mode 0600; -1 with errno. */
int descriptor_create(char *file);
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
