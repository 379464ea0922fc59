/* door: the former names of plugin.h, for the files that still use them. */
#ifndef ROSTER_SHARED_DOOR_H
#define ROSTER_SHARED_DOOR_H

#include "command/shared/plugin.h"

typedef mock_library door;

#define door_open      plugin_open_mock
#define door_transport plugin_transport

#endif
