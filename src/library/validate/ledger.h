/* ledger: what billed requests have shown and cost, for as long as the disk remembers: proofs that hold, each for what was proved; how many
 * requests were sent on the present day (UTC) and on those next to it; and which models hosts use. Any thread may call it. The key is in it
 * as a salted hash of 32 bits, see service_identity. */
#ifndef ROSTER_VALIDATE_LEDGER_H
#define ROSTER_VALIDATE_LEDGER_H

#include "library/validate/service.h"
#include "util/writer.h"

#include <pthread.h>

#define ONE_DAY_MS ((int64_t)24 * 3600 * 1000)

/* The latest that is known of one billed proof. */
typedef struct proof {
  uint32_t of;       /* provider, address, name, protocol and key, folded */
  uint32_t account;  /* the same without name and protocol */
  uint32_t place;    /* the same without the key */
  int64_t at_ms;     /* when it was answered, or ended */
  bool holds;        /* false: it was ended, or an answer says otherwise */
  long failures;     /* requests since then that have proved nothing */
  int64_t failed_ms; /* the latest of them */
  int http_status;
  long latency_ms;
  char *served; /* malloc'd; NULL: the model itself answered */
} proof;

typedef struct use {
  char *id;
  int64_t at_ms;
} use;

/* What was sent on one day. A clock that is set wrong for a while, back or ahead, comes upon the count of the right day again. */
typedef struct day_count {
  int64_t day;   /* since the epoch */
  long sent;     /* on that day, by all who share the file: what others are promised counts as sent */
  long own;      /* of these, by this process */
  long promised; /* to this process: requests that may follow, which the file counts as sent */
  long saved;    /* what the file has of all that */
} day_count;

enum { LEDGER_DAYS = 4 };

typedef struct bill_claim {
  long most, wanted;
  bool binds;
} bill_claim;

typedef struct ledger {
  pthread_mutex_t lock;
  proof *proofs;
  size_t proof_count, proof_room;
  use *uses;
  size_t use_count, use_room;
  day_count days[LEDGER_DAYS]; /* the present one and those next to it that have one, in no order */
  size_t day_count;
} ledger;

void ledger_open(ledger *l);
void ledger_free(ledger *l);

/* What a proof is about, as one number. The key is in it as its fingerprint. */
uint64_t service_identity(const keyring *ring, const service *s);
/* The three numbers of a proof. */
proof ledger_proof_of(const keyring *ring, const service *s);
/* Of 32 bits: enough to notice that a model is not the same any more, too few to reveal anything of its key. */
uint32_t ledger_fold(uint64_t identity);

/* True, and *out filled, when something is known of this proof. `served` is copied into the arena; NULL: it is left out. */
bool ledger_find(ledger *l, arena *a, uint32_t of, proof *out);
/* What a billed request has shown. A failure that says nothing of the model (`conclusive` false) leaves a proof that holds. */
void ledger_note(ledger *l, const proof *p, bool conclusive);
/* Ends what was proved of one model; `of_key`: of all that share its key, too. False where nothing held. */
bool ledger_end(ledger *l, uint32_t of, bool of_key, int64_t now_ms);
/* Ends it whatever the key was. */
void ledger_end_place(ledger *l, uint32_t place, int64_t now_ms);

long ledger_today(ledger *l, int64_t now_ms);
/* A request is about to be sent. False, and nothing was counted, where nothing was promised. */
bool ledger_spend(ledger *l, int64_t now_ms);
/* The same where nothing was promised. `wanted` more are promised, as far as `most` on one day leaves room for them. False, and nothing was
 * counted, where that is spent; not if it does not bind this request. */
bool ledger_claim(ledger *l, const bill_claim *c, int64_t now_ms);
/* It was not sent after all. */
void ledger_unsend(ledger *l, int64_t now_ms);
/* What was promised, and is not needed, is given back. False where that is nothing. */
bool ledger_settle(ledger *l);
int64_t ledger_since_ms(int64_t now_ms); /* when the present day began */

/* A conversation uses this model. True when that is news which the file should have. */
bool ledger_use(ledger *l, const char *id, int64_t now_ms);
/* The index-th id that was used of late, copied into the arena; "" for one that was used long ago, NULL past the end. */
const char *ledger_used_at(ledger *l, arena *a, size_t index, int64_t now_ms);

bool ledger_is_empty(ledger *l);
/* Takes in what the file has: after a start, or what other processes have added to it since. `proofs`: those too; they are keyed with the
 * salt, so nobody can find those of another one. */
void ledger_merge(ledger *l, const json_t *from, bool proofs, int64_t now_ms);
/* The same as a member of the object that is open. */
void ledger_write(ledger *l, writer *w, const char *name, int64_t now_ms);

#endif
