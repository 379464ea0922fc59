/* notify: tells the service manager how far the server is (sd_notify's datagram, written here: no library for one sendto). */
#ifndef ROSTER_SERVER_NOTIFY_H
#define ROSTER_SERVER_NOTIFY_H

void notify_ready(void);
void notify_reloading(void);
void notify_stopping(void);

#endif
