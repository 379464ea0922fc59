/* raw_request: a request read from a plain socket, as leniently as the log allows. It must never know what will be answered. */
#ifndef ROSTER_MOCK_RAW_REQUEST_H
#define ROSTER_MOCK_RAW_REQUEST_H

#include "mock/request.h"
#include "mock/stage.h"

/* New: the head and, where it announces a length, the body. NULL when the client went away before the head was complete, sent more
 * than 1 MiB of head, or the stage stops. */
request *raw_request_read(const stage *shared, int socket);

#endif
