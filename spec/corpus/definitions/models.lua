-- What roster would like to offer. Editing a block changes what hosts can pick; the order of the blocks is the order in the picker.

-- Prices are US dollars per million tokens of a short prompt: several models cost more above a threshold, which no field says.

-- Current: the best of each provider first.

model "claude-5.5-opus" {
  provider          = "anthropic",
  api_name          = "claude-opus-5-5",
  description       = "Claude Opus 5.5 (most capable)",
  family            = "claude-opus",
  tier              = "flagship",
  status            = "current",
  knowledge_cutoff  = "2026-06",
  context_window    = 1 * M,
  max_output_tokens = 128 * K,
  price             = { input = 4, output = 20, cache_read = 0.2, cache_write = 5 },
  input_modalities  = { "text", "image" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
  aliases           = { "claude-opus-5.5", "claude-opus-5-5" },
  recommended       = true,
}

model "claude-5.5-sonnet" {
  provider          = "anthropic",
  api_name          = "claude-sonnet-5-5",
  description       = "Claude Sonnet 5.5 (balanced)",
  family            = "claude-sonnet",
  tier              = "balanced",
  status            = "current",
  knowledge_cutoff  = "2026-06",
  context_window    = 1 * M,
  max_output_tokens = 128 * K,
  price             = { input = 2, output = 10, cache_read = 0.1, cache_write = 2.5 },
  input_modalities  = { "text", "image" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
