/* needs: what a model is chosen by: whether it meets them, and which of two that do is better. The order of the needs is that of
 * roster_need, and each model is counted at the first that it fails. Better is: recommended; not called legacy, and that rather than
 * deprecated; released later, where no date counts as the earliest; cheaper by its input, then by its output, where no price counts as the
 * dearest. */
#ifndef ROSTER_DEFINITIONS_NEEDS_H
#define ROSTER_DEFINITIONS_NEEDS_H

#include "library/definitions/catalog.h"

enum { NEEDS_MET = -1 };

/* Whether any of them is given. */
bool needs_given(const need_set *n);
/* What needs are about, side by side: among thousands of models each one read from its own place would take as long as all the rest. */
typedef struct model_facts {
  double input_price, output_price; /* negative: unknown */
  const char *family;               /* NULL: unknown */
  const provider *of;
  int32_t context, max_output; /* 0: unknown */
  small_tri tools, vision, reasoning, json_schema;
} model_facts;

model_facts needs_facts(const model *m);
/* The roster_need that the model fails first; NEEDS_MET. Of `tier`, which no roster_need is, see needs_of_tier. */
int needs_unmet(const need_set *n, const model_facts *m);
bool needs_of_tier(const need_set *n, const model *m);
/* Negative where `a` is better than `b`, 0 where only their order decides. */
int needs_compare(const model *a, const model *b);

/* A finding for each provider that is not there. */
void needs_check(catalog *c, const char *verb, const entity *of, const need_set *n);

#endif
