/* answers: what a GET gives. None of them asks a provider. */
#ifndef ROSTER_SERVER_ANSWERS_H
#define ROSTER_SERVER_ANSWERS_H

#include "server/errand.h"
#include "server/site.h"

/* `rest` is what stands behind a route that ends in "/": an id, still encoded. */
typedef enum MHD_Result answerer(site *s, const asked *a, const char *rest);

answerer answer_models, answer_model, answer_v1_list, answer_v1_model, answer_providers, answer_explain, answer_resolve, answer_history,
    answer_events, answer_health, answer_ready, answer_metrics, answer_page;

/* The same for one that has to be waited for: sets *out then. */
enum MHD_Result answer_request(site *s, const asked *a, const char *rest, errand **out);

#endif
