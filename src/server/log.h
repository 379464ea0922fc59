/* log: what the server reports to its operator: one line on stderr for each event, as key=value pairs or as a JSON object, and its state
 * to the service manager (sd_notify's datagram, written here: no library for one sendto). */
#ifndef ROSTER_SERVER_LOG_H
#define ROSTER_SERVER_LOG_H

#include <stdbool.h>

/* Before the first thread. */
void log_use_json(bool json);

/* Keys and values in turn, then NULL. Control bytes of a value are escaped, so that no value can start a line. */
void log_write(const char *level, const char *event, ...) __attribute__((sentinel));

/* These do nothing without NOTIFY_SOCKET. */
void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

#endif
