/* descriptor: keeps ours away from 0, 1 and 2, which a host may have closed and will take for its own. */
#ifndef ROSTER_UTIL_DESCRIPTOR_H
#define ROSTER_UTIL_DESCRIPTOR_H

/* The descriptor, moved up where it is one of those three; close-on-exec as before. -1 stays -1, and comes when there is none. */
int descriptor_raise(int fd);

#endif
