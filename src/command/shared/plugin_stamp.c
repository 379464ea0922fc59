/* plugin_stamp: what crosses the border to a plugin, as one number. The Makefile defines PLUGIN_STAMP as a checksum of this file after
 * preprocessing, so that nobody has to count versions by hand. */
#include "command/shared/plugin.h"

__attribute__((visibility("default"))) const char roster_plugin_stamp[] = "roster plugin " PLUGIN_STAMP;
