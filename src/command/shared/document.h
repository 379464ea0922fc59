/* document: the JSON that the library writes, brought to stdout. */
#ifndef ROSTER_SHARED_DOCUMENT_H
#define ROSTER_SHARED_DOCUMENT_H

#include "util/writer.h"
#include "roster.h"

typedef size_t document_writer(const roster_snapshot *s, char *out, size_t size);
typedef size_t document_id_writer(const roster_snapshot *s, const char *id, char *out, size_t size);

void document_write(document_writer *print, const roster_snapshot *s);
void document_write_id(document_id_writer *print, const roster_snapshot *s, const char *id);
void document_write_error(const roster_error *err);
void document_write_text(const char *text); /* with a line end behind it */
void document_end(writer *w);               /* prints what was written, and frees it */

void quote_json(strbuf *p, const char *text); /* as a JSON string, quotes included */

/* {"id":..., "command":...}: the request that a host would send to a model. */
void document_add_command(strbuf *p, const char *id, const char *command);

/* What explain says of a model, into a document that is being written. */
void document_add_model(strbuf *p, const roster_snapshot *s, const char *id);
void document_write_model(writer *w, const roster_snapshot *s, const char *id);

#endif
