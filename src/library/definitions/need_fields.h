/* need_fields: the fields by which a role and the default choose: what stands in `require`, and what stands beside it. Part of schema.c. */
#ifndef ROSTER_DEFINITIONS_NEED_FIELDS_H
#define ROSTER_DEFINITIONS_NEED_FIELDS_H

static const field require_fields[] = {
  F(requirement, tools, KIND_FLAG, "it calls tools"),
  F(requirement, vision, KIND_FLAG, "it accepts images"),
  F(requirement, reasoning, KIND_FLAG, "it can reason before it answers"),
  F(requirement, json_schema, KIND_FLAG, "its answers can follow a JSON schema"),
  F(requirement, context, KIND_COUNT, "its context window has at least this many tokens", TOKENS),
  F(requirement, max_output, KIND_COUNT, "its answers can have at least this many tokens", TOKENS),
};
static const schema require_schema = { "require", "What a model has to have.", FIELDS(require_fields), sizeof(requirement), NULL, 0, NULL };

#define NEED(type, member, ...)                                                                                                            \
  { .name = #member, .offset = offsetof(type, needs.member), .kind = __VA_ARGS__ }

/* By what a role and the default choose where none of their list is ready. */
#define NEEDS(type, tier_doc)                                                                                                              \
  NEED(type, require, KIND_BLOCK, "what the model must have", .schema = &require_schema),                                                  \
      NEED(type, max_price, KIND_AMOUNT, "US dollars per million input tokens, at most", DOLLARS),                                         \
      NEED(type, max_output_price, KIND_AMOUNT, "US dollars per million output tokens, at most", DOLLARS),                                 \
      { .name = "provider", .offset = offsetof(type, needs.provider_id), .kind = KIND_TEXT, .doc = "the id of its provider" },             \
      NEED(type, family, KIND_TEXT, "its family, whose newest model is chosen"),                                                           \
      NEED(type, tier, KIND_CHOICE, tier_doc, .choices = MODEL_TIERS),                                                                     \
      NEED(type, prefer, KIND_TEXTS, "the ids of preferred providers, best first"),                                                        \
      NEED(type, maybe, KIND_FLAG, "true: unknown properties count as met")

#endif
