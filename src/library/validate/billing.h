/* billing: which models a billed request is sent for. A proof that holds is not paid for again. Otherwise a model is asked that a person or
 * a host names, and, within the day's budget, the wanted default, then what is in use, then what is recommended: nobody else. Where the
 * budget is short, a model waits until those before it are decided, since they may be proved for free. */
#ifndef ROSTER_VALIDATE_BILLING_H
#define ROSTER_VALIDATE_BILLING_H

#include "library/validate/ledger.h"
#include "library/validate/provider_endpoint.h"

typedef struct prober prober;

/* Why a model is asked, the first most of all. */
typedef enum bill_rank { BILL_NAMED = 1, BILL_DEFAULT, BILL_IN_USE, BILL_RECOMMENDED, BILL_ALL, BILL_NOBODY } bill_rank;

typedef struct billing {
  ledger *ledger;
  /* What was asked for by name: ids, aliases, former ids; "*" is every model, within the budget. */
  const char *const *names;
  size_t name_count;
  bool by_clock; /* nobody asked for this refresh: what failed is left alone for a while */
  /* As ledger_claim, with what other processes have sent, and written down before it returns. NULL: this ledger is all there is. */
  bool (*claim)(void *payload, const bill_claim *c);
  void *payload;
  /* The prober's part from here on. */
  lookup ranks; /* by id, of those that no block marks */
  bool all;
  probe **waiting;
  size_t count, room;
} billing;

void billing_begin(prober *p);
/* Whether a model that nothing free proves may be asked at all: by its policy or by the level. */
bool billing_reaches(const prober *p, const probe *t);
/* Decides on the model, sends its request, or has it wait. */
void billing_generate(prober *p, probe *t);
/* The answer to that request, once its verdict is there. */
void billing_note(prober *p, const probe *t, const completed *done);
/* A request was counted, and is not sent. */
void billing_unsent(prober *p);
/* Goes on with those that wait. `last`: nothing is under way any more. */
void billing_resume(prober *p, bool last);
/* What the verdicts of this run say against ends what was proved. */
void billing_end(prober *p);

#endif
