/* descriptor: keeps our file descriptors away from 0, 1 and 2, which a host may have closed and will treat as its standard streams. */
#ifndef ROSTER_UTIL_DESCRIPTOR_H
#define ROSTER_UTIL_DESCRIPTOR_H

/* The descriptor, moved up if it is one of those three; close-on-exec as before. -1 stays -1, and is returned when none is left. */
int descriptor_raise(int fd);

#endif
