/* limits: what a provider states of the account in the answers to requests that are made anyway: how many requests and tokens are left
 * until when, in its rate-limit headers, and how much credit, in the answer to prove_key. Of several answers the lowest counts, whatever
 * their order, so that a replay states the same. */
#ifndef ROSTER_VALIDATE_LIMITS_H
#define ROSTER_VALIDATE_LIMITS_H

#include "library/definitions/script.h"

/* -1 where it is not stated. */
typedef struct rate {
  int64_t left, most;
} rate;

typedef struct limits {
  rate requests, tokens;
  int64_t reset_ms; /* when both are free again; 0: not stated */
  api_credit credit;
  int64_t at_ms; /* of the latest answer that stated something; 0: none did */
} limits;

#define LIMITS_INIT ((limits){ .requests = { -1, -1 }, .tokens = { -1, -1 }, .credit = API_CREDIT_INIT })

/* `at_ms` is when the response came. */
void limits_take_headers(limits *into, const api_response *r, int64_t at_ms);
void limits_take_credit(limits *into, const api_credit *c, int64_t at_ms);
void limits_merge(limits *into, const limits *from);

#endif
