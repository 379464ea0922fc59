/* provider_document: providers as JSON. The shape is a promise: names and order of keys stay. */
#include "library/registry/snapshot.h"

#include <math.h>

void document_limits(writer *w, const roster_limits *l) {
  if (!l) {
    write_text_or_null(w, "limits", NULL);
    return;
  }
  write_open(w, "limits", '{');
  write_number_or_null(w, "requests", l->requests >= 0, (double)l->requests);
  write_number_or_null(w, "requests_limit", l->requests_limit >= 0, (double)l->requests_limit);
  write_number_or_null(w, "tokens", l->tokens >= 0, (double)l->tokens);
  write_number_or_null(w, "tokens_limit", l->tokens_limit >= 0, (double)l->tokens_limit);
  write_number_or_null(w, "credit", isfinite(l->credit), l->credit);
  write_number_or_null(w, "credit_limit", isfinite(l->credit_limit), l->credit_limit);
  write_text_or_null(w, "currency", l->currency);
  write_text_or_null(w, "reset", l->reset);
  write_text(w, "at", l->at);
  write_close(w, '}');
}

static void write_end_of(writer *w, const char *day) {
  if (day && !*day)
    write_flag(w, "retired", true);
  else
    write_text_or_null(w, "retired", day);
}

static void write_provider(writer *w, const roster_provider *p) {
  write_open(w, NULL, '{');
  write_text(w, "id", p->provider->head.id);
  write_text(w, "title", p->provider->title);
  write_text(w, "protocol", p->provider->protocol);
  write_text(w, "base_url", p->endpoint);
  write_open(w, "credential", '{');
  write_text(w, "source", p->source);
  write_flag(w, "set", p->set);
  if (*p->since) write_text(w, "since", p->since);
  if (*p->until) write_text(w, "until", p->until);
  write_close(w, '}');
  write_flag(w, "enabled", p->provider->enabled);
  write_flag_or_null(w, "listed", p->listed != ROSTER_UNKNOWN, p->listed == ROSTER_YES);
  write_text(w, "listing_problem", p->listing_problem);
  write_text(w, "hint", p->hint);
  write_text(w, "warning", p->warning);
  document_limits(w, roster_provider_limits(p));
  document_texts(w, "tags", &p->provider->tags);
  document_extra(w, "extra", &p->provider->extra);
  write_text_or_null(w, "seen", p->provider->seen);
  write_end_of(w, p->provider->retired);
  write_text_or_null(w, "replacement", p->provider->replacement);
  write_integer(w, "defined", (int64_t)p->defined);
  write_integer(w, "ready", (int64_t)p->ready);
  write_close(w, '}');
}

size_t roster_write_providers_json(const roster_snapshot *s, char *out, size_t size) {
  writer w = { 0 };
  write_open(&w, NULL, '{');
  write_open(&w, "providers", '[');
  for (size_t i = 0; s && i < s->data->provider_count; i++) write_provider(&w, &s->data->providers[i]);
  write_close(&w, ']');
  write_close(&w, '}');
  return document_deliver(&w, out, size);
}
