/* aws_profile: one value of the profile that AWS_PROFILE names, out of the two files in which AWS's tools keep profiles: the credentials
 * file, then the configuration. */
#ifndef ROSTER_VALIDATE_AWS_PROFILE_H
#define ROSTER_VALIDATE_AWS_PROFILE_H

#include "util/arena.h"
#include "util/environment.h"

#include <stdbool.h>

typedef struct profile_value {
  const char *profile;
  const char *path; /* the credentials file, or the one that failed */
  char *value;      /* from the heap: the owner wipes and frees it; NULL: the profile has none */
  size_t length;
  int failed; /* errno where a file cannot be read at this moment, so that it is not known what the profile has; 0 */
} profile_value;

/* Whether a profile takes the place of the variables: AWS_PROFILE is set, and neither half of a key pair is. */
bool profile_is_chosen(const environment *e);
void profile_read(arena *a, const environment *e, const char *name, profile_value *out);

#endif
