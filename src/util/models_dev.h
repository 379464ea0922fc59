/* models_dev: what a row of a models.dev catalogue says of a model, as the fields of a block. What roster has no field for goes into
 * `extra`, under the name that it has in the catalogue, so that nothing is lost. */
#ifndef ROSTER_UTIL_MODELS_DEV_H
#define ROSTER_UTIL_MODELS_DEV_H

#include "util/json.h"

#include <roster.h>

/* The fields of models, as roster_field_at gives them. */
typedef const roster_field *models_dev_fields(size_t index);
/* Called for each value that is not what its field holds. */
typedef void models_dev_refusal(void *payload, const char *member);

/* A block without `provider` and `api_name`, for the caller to release. on_refused may be NULL: then nothing goes into `extra`. */
json_t *models_dev_block(const json_t *row, models_dev_fields *field_at, models_dev_refusal *on_refused, void *payload);
/* Puts what is left of a row into the block as its `extra`, but for members that make it longer or deeper than definitions take. */
void models_dev_keep(json_t *block, json_t *rest, models_dev_refusal *on_refused, void *payload);

#endif
