/* output: JSON documents on stdout, errors as a line on stderr, and with --json as a document on stdout too. */
#ifndef ROSTER_SHARED_OUTPUT_H
#define ROSTER_SHARED_OUTPUT_H

#include "command/shared/arguments.h"
#include "command/shared/exit_codes.h"
#include "roster.h"
#include "util/writer.h"

typedef size_t document_writer(const roster_snapshot *s, char *out, size_t size);
typedef size_t document_id_writer(const roster_snapshot *s, const char *id, char *out, size_t size);

/* Why standard output does not have everything, as an errno; 0: it does. The stream remembers that a write failed, but not why: one more
 * byte fails for the same reason. */
int output_fault(void);

void document_write(document_writer *print, const roster_snapshot *s);
void document_write_id(document_id_writer *print, const roster_snapshot *s, const char *id);
void document_write_error(const roster_error *err);
void document_write_text(const char *text); /* and a line end, if it has none */
void document_end(writer *w);               /* prints what was written, and frees it */

/* The document of `explain` for a model, by itself and as an item of a list. */
char *document_model(const roster_snapshot *s, const char *id); /* without a line end; the caller frees it */
void document_write_model(writer *w, const roster_snapshot *s, const char *id);

void print_message(const roster_error *err); /* on stderr */
/* On stderr, and with --json as a document too. Both return EXIT_BAD. */
int print_error(const arguments *o, const roster_error *err);
int usage_error(const arguments *o, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A line on stderr. */
void notice(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
