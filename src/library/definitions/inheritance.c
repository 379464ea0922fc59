/* inheritance: what a model or a protocol takes over from the block that its `inherit` names, that one's own first. A chain may be as long
 * as there are blocks, so it is followed by a list and not by recursion. */
#include "library/definitions/schema.h"
#include "library/definitions/foreign_keys.h"
#include "library/definitions/setting.h"
#include "util/suggest.h"

#include <string.h>

/* The heirs of one chain that are not settled yet, the last one's parent first. */
typedef struct heir {
  void *block;
  const char *from;
} heir;

typedef struct chain {
  heir *at;
  size_t count, room;
} chain;

static finding_place inherit_of(const char *verb, const void *of) { return schema_place(schema_of(verb), of, "inherit"); }

static void begin(catalog *c, chain *all, void *block, const char **inherit) {
  LIST_PUSH(c->arena, all->at, all->count, all->room, ((heir){ block, *inherit }));
  *inherit = NULL; /* only once */
}

/* ---- models ---- */

static void refuse_parent(catalog *c, model *m, const char *from) {
  const char *nearest = model_meant(c, from);
  finding_at(c->findings, ROSTER_ERROR, inherit_of("model", m), nearest, "model '%s': inherits from unknown model '%s'%s%s%s", m->head.id,
             from, SUGGESTION(nearest));
  m->head.wrong = UINT64_MAX; /* so that nothing it lacks is reported: the parent may have it */
}

static void inherit_model(catalog *c, model *m, const char *from) {
  const char *unknown = settings_refuse_text(c, from, "is not the id of a model");
  const model *parent = lookup_get(&c->models.ids, from);
  if (!parent && unknown) {
    m->provider = unknown; /* which refuses it */
  } else if (!parent) {
    refuse_parent(c, m, from);
  } else if (parent->settling) {
    finding_error(c->findings, inherit_of("model", m),
                  text_is(from, m->head.id) ? "model '%s': inherits from itself" : "model '%s': inherits from itself through '%s'",
                  m->head.id, from);
    m->head.wrong = UINT64_MAX;
  } else {
    if (parent->head.wrong == UINT64_MAX) m->head.wrong = UINT64_MAX; /* and so for those that inherit from it */
    schema_inherit(schema_of("model"), c->arena, m, parent);
    if (!m->api_name) m->api_name = parent->api_name;
  }
}

static void settle_model(catalog *c, chain *all, model *m) {
  for (const char *from; m && !m->settling; m = from ? lookup_get(&c->models.ids, from) : NULL) {
    from = m->inherit;
    m->settling = true;
    begin(c, all, m, &m->inherit);
  }
  while (all->count > 0) {
    const heir one = all->at[--all->count];
    m = one.block;
    if (one.from) inherit_model(c, m, one.from);
    m->settling = false;
    if (!m->api_name) m->api_name = m->head.id;
  }
}

/* ---- protocols ---- */

static void inherit_protocol(catalog *c, protocol *p, const char *from) {
  const protocol *parent = lookup_get(&c->protocols.ids, from);
  if (!parent) {
    const char *nearest = protocol_meant(c, from);
    finding_at(c->findings, ROSTER_ERROR, inherit_of("protocol", p), nearest, "protocol '%s': inherits from unknown protocol '%s'%s%s%s",
               p->head.id, from, SUGGESTION(nearest));
  } else if (parent->settling) {
    finding_error(c->findings, inherit_of("protocol", p),
                  parent == p ? "protocol '%s': inherits from itself" : "protocol '%s': inherits from itself through '%s'", p->head.id,
                  from);
  } else {
    if (!p->read_list) p->plain_list = parent->plain_list;
    schema_inherit(schema_of("protocol"), c->arena, p, parent);
  }
}

static void settle_protocol(catalog *c, chain *all, protocol *p) {
  while (p && p->inherit) {
    const char *from = p->inherit;
    p->settling = true;
    begin(c, all, p, &p->inherit);
    p = lookup_get(&c->protocols.ids, from);
  }
  while (all->count > 0) {
    const heir one = all->at[--all->count];
    p = one.block;
    inherit_protocol(c, p, one.from);
    p->settling = false;
  }
}

void catalog_inherit(catalog *c) {
  chain all = { 0 };
  for (size_t i = 0; i < c->models.count; i++) settle_model(c, &all, c->models.at[i]);
  for (size_t i = 0; i < c->protocols.count; i++) settle_protocol(c, &all, c->protocols.at[i]);
}
