/* documents: the texts that the server serves of one snapshot. The library's own documents go out byte for byte; the others are cut from
 * them, so that a field never reads in two ways. */
#ifndef ROSTER_SERVER_DOCUMENTS_H
#define ROSTER_SERVER_DOCUMENTS_H

#include "util/strbuf.h"
#include "roster.h"

/* /api/models, whole. */
void document_models(strbuf *p, const roster_snapshot *s);
/* Without what is not usable, or of one provider only (NULL: all), or with each model's whole story. */
typedef struct choice {
  bool available, verbose;
  const char *provider;
} choice;
void document_chosen(strbuf *p, const roster_snapshot *s, const choice *c);
void document_entry(strbuf *p, const roster_snapshot *s, const roster_model *m);

void document_providers(strbuf *p, const roster_snapshot *s);
void document_story(strbuf *p, const roster_snapshot *s, const char *id);
void document_resolution(strbuf *p, const roster_snapshot *s, const char *id);
void document_changes(strbuf *p, const roster_snapshot *before, const roster_snapshot *after);

/* /v1/models: the fields of OpenAI's list and of Anthropic's, which do not contradict each other. Usable models only. */
void document_v1_list(strbuf *p, const roster_snapshot *s);
void document_v1_model(strbuf *p, const roster_model *m);

#endif
