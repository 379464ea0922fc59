/* snapshot: one immutable answer. Built once, read by anybody, freed with its last holder.
 * Reading takes no lock and allocates nothing. */
#ifndef ROSTER_REGISTRY_SNAPSHOT_H
#define ROSTER_REGISTRY_SNAPSHOT_H

#include "library/registry/answer.h"

struct roster_snapshot {
  atomic_size_t holders;
  answer_data *data;
  char *json;
  size_t json_bytes;
  char *error_file, *error_message; /* a reload that failed since */
  int error_line;
};

/* A snapshot of the data; takes over one hold of it. NULL when out of memory (the hold is dropped). `err` may be NULL. */
roster_snapshot *snapshot_new(answer_data *d, const roster_error *err);

#endif
