/* screening: see screening.h. */
#include "library/validate/screening.h"

#include "library/validate/discovery.h"
#include "library/validate/probe_request.h"

#include <string.h>

/* A shipped one is read only where a block names it. */
static bool is_protocol(const prober *p, const char *name) {
  bool shipped = false;
  for (const shipped_file *f = shipped_files; f->name && !shipped; f++) shipped = text_is(f->protocol, name);
  return shipped || lookup_get(&p->factory->catalog->protocols.ids, name);
}

/* Of what serves a model, a protocol that a block can name. */
static const char *protocol_among(const prober *p, const texts *names) {
  for (size_t i = 0; i < names->count; i++)
    if (is_protocol(p, names->at[i])) return names->at[i];
  return NULL;
}

bool screening_refuses(prober *p, probe *t, stage at, int status, const remote_model *there) {
  roster_state state;
  reason why;
  outcome o;
  if (!entry_rules_out(p->arena, t->service, there, &state, &why)) return false;
  if (why.code == ROSTER_REASON_PROTOCOL_OTHER) why.where = protocol_among(p, &there->protocols);
  if (why.said) why.said = prober_redacted(p, why.said);
  outcome_refused(p->arena, t->service, at, status, p->answered_ms, state, &why, &o);
  prober_decide(p, t, &o);
  return true;
}

bool screening_knows_kind(const probe *t) {
  const model *m = t->service->model;
  const remote_model *there = m->discovered ? probe_listed_entry(t) : NULL;
  if (there && there->named_kind) discovery_give_kind(m, there->named_kind, "its name");
  return !m->discovered || m->kind;
}

bool screening_may_chat(const probe *t) { return !t->service->model->kind || text_is(t->service->model->kind, "chat"); }

void screening_note_answerer(prober *p, probe *t, const char *name) {
  if (name && *name && is_other_model(p->arena, t->service->model, name))
    t->served = text_clean(p->arena, prober_redacted(p, name), strlen(name), 200);
}

void screening_tell_answerer(prober *p, const probe *t, outcome *of) {
  if (t->served) outcome_note_served(p->arena, t->service, t->served, of);
}
