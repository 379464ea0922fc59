/* catalogues: see catalogues.h. No id means one provider in one catalogue and another in the other, so there is one table. */
#include "util/catalogues.h"

#include <string.h>

static const struct {
  const char *theirs, *ours;
} NAMES[] = {
  /* clang-format off */
  { "amazon-bedrock", "bedrock" },
  { "cloudflare-workers-ai", "cloudflare" },
  { "copilot", "github-copilot" },
  { "fireworks-ai", "fireworks" },
  { "google", "gemini" },
  { "google-vertex", "vertex" },
  { "kimi-for-coding", "kimi-coding" },
  { "moonshotai", "moonshot" },
  { "moonshotai-cn", "moonshot-cn" },
  { "novita-ai", "novita" },
  { "togetherai", "together" },
  { "vertexai", "vertex" },
  { "zai-coding-plan", "zai-coding" },
  { "zhipuai", "zhipu" },
  { "zhipuai-coding-plan", "zhipu-coding" },
  /* clang-format on */
};

const char *catalogue_provider(const char *theirs) {
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (strcmp(NAMES[i].theirs, theirs) == 0) return NAMES[i].ours;
  return theirs;
}

const char *catalogue_name(const char *ours, size_t index) {
  if (index-- == 0) return ours;
  for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
    if (strcmp(NAMES[i].ours, ours) == 0 && index-- == 0) return NAMES[i].theirs;
  return NULL;
}
