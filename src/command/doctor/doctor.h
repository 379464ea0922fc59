/* doctor: what `roster doctor` finds: lines in sections, each with what to do next. A line never shows the value of a variable, which may
 * be a key, nor anything of a file but its name and what kind of fault it has. */
#ifndef ROSTER_DOCTOR_DOCTOR_H
#define ROSTER_DOCTOR_DOCTOR_H

#include "command/shared/host.h"
#include "util/trace.h"

typedef enum finding_level { DOCTOR_OK = 0, DOCTOR_WARNING, DOCTOR_ERROR } finding_level;

typedef struct doctor_line {
  finding_level level;
  const char *section; /* static */
  char *text, *next;   /* next: NULL for none */
} doctor_line;

/* A variable that the definitions name. */
typedef struct named_variable {
  char *name;
  bool secret;
} named_variable;

typedef struct doctor {
  host host;           /* first: the callbacks of the registry are given its address */
  const char *section; /* of the lines to come */
  doctor_line *lines;
  size_t line_count, line_room;
  named_variable *variables;
  size_t variable_count, variable_room;
  roster_status opened;
  arena *arena; /* network.c: what the answers are read in, and what they are searched for */
  keyring ring;
} doctor;

/* One line; `next` is NULL for none. Control bytes are removed when it is printed. */
void doctor_say(doctor *d, finding_level level, const char *next, const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Makes a line that was said already an error, with what to do next. */
void doctor_worsen(doctor *d, size_t line, const char *next);
void doctor_begin(doctor *d, const char *section);

bool doctor_is_named(const doctor *d, const char *variable);

/* definitions.c, keys.c and machine.c: one section or more. */
void doctor_check_definitions(doctor *d);
void doctor_check_catalogue(doctor *d);
void doctor_check_providers(doctor *d);
void doctor_check_keys(doctor *d);
void doctor_check_libraries(doctor *d);
void doctor_check_machine(doctor *d);
void doctor_check_network(doctor *d);
/* network.c: makes one request without a key to each provider that is configured. */
void doctor_check_online(doctor *d);

#endif
