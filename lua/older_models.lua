-- Models that have a successor. They stay for conversations that name them, and for users who want exactly them; the order of the blocks
-- is the order in the picker, after models.lua.

-- Legacy: a newer model exists, but no retirement is announced.

model "claude-5-opus" {
  provider          = "anthropic",
  api_name          = "claude-opus-5",
  description       = "Claude Opus 5",
  family            = "claude-opus",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-07-24",
  knowledge_cutoff  = "2026-05",
  context_window    = 1 * M,
  max_output_tokens = 128 * K,
  price             = { input = 5, output = 25, cache_read = 0.5, cache_write = 6.25 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
  aliases           = { "claude-opus-5" },
}

model "claude-5-sonnet" {
  provider          = "anthropic",
  api_name          = "claude-sonnet-5",
  description       = "Claude Sonnet 5",
  family            = "claude-sonnet",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2026-06-30",
  knowledge_cutoff  = "2026-01-31",
  context_window    = 1 * M,
  max_output_tokens = 128 * K,
  price             = { input = 2, output = 10, cache_read = 0.2, cache_write = 2.5 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
  aliases           = { "claude-sonnet-5" },
}

model "claude-5.1-fable" {
  provider          = "anthropic",
  api_name          = "claude-fable-5-1",
  description       = "Claude Fable 5.1",
  family            = "claude-fable",
  tier              = "flagship",
  status            = "legacy",
  knowledge_cutoff  = "2026-06",
  context_window    = 1 * M,
  max_output_tokens = 128 * K,
  price             = { input = 10, output = 50, cache_read = 0.25, cache_write = 12.5 },
  input_modalities  = { "text", "image" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
  aliases           = { "claude-fable-5.1", "claude-fable-5-1" },
}

model "claude-5-fable" {
  provider          = "anthropic",
  api_name          = "claude-fable-5",
  description       = "Claude Fable 5",
  family            = "claude-fable",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-06-07",
  context_window    = 1 * M,
  max_output_tokens = 128 * K,
  price             = { input = 10, output = 50, cache_read = 1, cache_write = 12.5 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
  aliases           = { "claude-fable-5" },
}

model "claude-4.8-opus" {
  provider          = "anthropic",
  api_name          = "claude-opus-4-8",
  description       = "Claude Opus 4.8",
  family            = "claude-opus",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-05-28",
  knowledge_cutoff  = "2026-01",
  context_window    = 1 * M,
  max_output_tokens = 128 * K,
  price             = { input = 5, output = 25, cache_read = 0.5, cache_write = 6.25 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
  aliases           = { "claude-opus-4.8", "claude-opus-4-8" },
}

model "claude-4.7-opus" {
  provider          = "anthropic",
  api_name          = "claude-opus-4-7",
  description       = "Claude Opus 4.7",
  family            = "claude-opus",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-04-14",
  knowledge_cutoff  = "2026-01-31",
  context_window    = 1 * M,
  max_output_tokens = 128 * K,
  price             = { input = 5, output = 25, cache_read = 0.5, cache_write = 6.25 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
  aliases           = { "claude-opus-4.7", "claude-opus-4-7" },
  former_windows    = { ["claude-opus-4-7"] = 200 * K },
}

-- The three ids with 1m were separate models while a long window had to be requested by this header; conversations still name them.
model "claude-4.7-opus-1m" {
  inherit        = "claude-4.7-opus",
  description    = "Claude Opus 4.7 (1M context)",
  context_window = 1 * M,
  headers        = { ["anthropic-beta"] = "context-1m-2025-08-07" },
  aliases        = { "claude-opus-4-7-1m" },
}

model "claude-4.6-opus" {
  provider          = "anthropic",
  api_name          = "claude-opus-4-6",
  description       = "Claude Opus 4.6",
  family            = "claude-opus",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-02-04",
  knowledge_cutoff  = "2025-05-31",
  context_window    = 1 * M,
  max_output_tokens = 128 * K,
  price             = { input = 5, output = 25, cache_read = 0.5, cache_write = 6.25 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "max" },
  tool_call         = true,
  aliases           = { "claude-opus-4.6", "claude-opus-4-6" },
  former_windows    = { ["claude-opus-4-6"] = 200 * K },
}

model "claude-4.6-opus-1m" {
  inherit        = "claude-4.6-opus",
  description    = "Claude Opus 4.6 (1M context)",
  context_window = 1 * M,
  headers        = { ["anthropic-beta"] = "context-1m-2025-08-07" },
  aliases        = { "claude-opus-4-6-1m" },
}

model "claude-4.6-sonnet" {
  provider          = "anthropic",
  api_name          = "claude-sonnet-4-6",
  description       = "Claude Sonnet 4.6",
  family            = "claude-sonnet",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2026-02-17",
  knowledge_cutoff  = "2025-08-31",
  context_window    = 1 * M,
  max_output_tokens = 128 * K,
  price             = { input = 3, output = 15, cache_read = 0.3, cache_write = 3.75 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "max" },
  tool_call         = true,
  aliases           = { "claude-sonnet-4.6", "claude-sonnet-4-6" },
  former_windows    = { ["claude-sonnet-4-6"] = 200 * K },
}

model "claude-4.6-sonnet-1m" {
  inherit        = "claude-4.6-sonnet",
  description    = "Claude Sonnet 4.6 (1M context)",
  context_window = 1 * M,
  headers        = { ["anthropic-beta"] = "context-1m-2025-08-07" },
  aliases        = { "claude-sonnet-4-6-1m" },
}

model "claude-4.5-opus" {
  provider          = "anthropic",
  api_name          = "claude-opus-4-5-20251101",
  description       = "Claude Opus 4.5",
  family            = "claude-opus",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2025-11-24",
  knowledge_cutoff  = "2025-05",
  context_window    = 200 * K,
  max_output_tokens = 64 * K,
  price             = { input = 5, output = 25, cache_read = 0.5, cache_write = 6.25 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high" },
  tool_call         = true,
  aliases           = { "claude-opus-4.5", "claude-opus-4-5", "claude-opus-4-5-20251101" },
  formerly          = { "claude-4-opus" },
}

model "claude-4.5-haiku" {
  provider          = "anthropic",
  api_name          = "claude-haiku-4-5-20251001",
  description       = "Claude Haiku 4.5",
  family            = "claude-haiku",
  tier              = "fast",
  status            = "legacy",
  release_date      = "2025-10-15",
  knowledge_cutoff  = "2025-02-28",
  context_window    = 200 * K,
  max_output_tokens = 64 * K,
  price             = { input = 1, output = 5, cache_read = 0.1, cache_write = 1.25 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  tool_call         = true,
  aliases           = { "claude-haiku-4.5", "claude-haiku-4-5", "claude-haiku-4-5-20251001" },
  formerly          = { "claude-3.5-haiku" },
}

model "gpt-6-sol" {
  provider          = "openai",
  description       = "GPT-6 Sol",
  family            = "gpt-sol",
  tier              = "flagship",
  status            = "legacy",
  context_window    = 1050 * K,
  max_output_tokens = 128 * K,
  price             = { input = 2, output = 10, cache_read = 0.2, cache_write = 2.5 },
  input_modalities  = { "text", "image" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
}

model "gpt-5.6-sol" {
  provider          = "openai",
  description       = "GPT-5.6 Sol",
  family            = "gpt-sol",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-07-09",
  knowledge_cutoff  = "2026-02-16",
  context_window    = 1050 * K,
  max_input_tokens  = 922 * K,
  max_output_tokens = 128 * K,
  price             = { input = 4, output = 20, cache_read = 0.4, cache_write = 5 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
  aliases           = { "gpt-5.6" },
}

model "gpt-5.6-terra" {
  provider          = "openai",
  description       = "GPT-5.6 Terra",
  family            = "gpt-terra",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2026-07-09",
  knowledge_cutoff  = "2026-02-16",
  context_window    = 1050 * K,
  max_input_tokens  = 922 * K,
  max_output_tokens = 128 * K,
  price             = { input = 2, output = 12, cache_read = 0.2, cache_write = 2.5 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
}

model "gpt-5.6-luna" {
  provider          = "openai",
  description       = "GPT-5.6 Luna",
  family            = "gpt-luna",
  tier              = "fast",
  status            = "legacy",
  release_date      = "2026-07-09",
  knowledge_cutoff  = "2026-02-16",
  context_window    = 1050 * K,
  max_input_tokens  = 922 * K,
  max_output_tokens = 128 * K,
  price             = { input = 0.2, output = 1.2, cache_read = 0.02, cache_write = 0.25 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high", "xhigh", "max" },
  tool_call         = true,
}

model "gpt-5.5" {
  provider          = "openai",
  description       = "GPT-5.5",
  family            = "gpt",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-04-23",
  knowledge_cutoff  = "2025-12-01",
  context_window    = 1050 * K,
  max_input_tokens  = 922 * K,
  max_output_tokens = 128 * K,
  price             = { input = 5, output = 30, cache_read = 0.5 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high", "xhigh" },
  tool_call         = true,
  former_windows    = { ["gpt-5.5"] = 1 * M },
}

model "gpt-5.4" {
  provider          = "openai",
  description       = "GPT-5.4",
  family            = "gpt",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-03-05",
  knowledge_cutoff  = "2025-08-31",
  context_window    = 1050 * K,
  max_input_tokens  = 922 * K,
  max_output_tokens = 128 * K,
  price             = { input = 2.5, output = 15, cache_read = 0.25 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high", "xhigh" },
  tool_call         = true,
  former_windows    = { ["gpt-5.4"] = 400 * K },
}

model "gpt-5.4-mini" {
  provider          = "openai",
  description       = "GPT-5.4 mini",
  family            = "gpt-mini",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2026-03-17",
  knowledge_cutoff  = "2025-08-31",
  context_window    = 400 * K,
  max_input_tokens  = 272 * K,
  max_output_tokens = 128 * K,
  price             = { input = 0.75, output = 4.5, cache_read = 0.075 },
  input_modalities  = { "text", "image" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high", "xhigh" },
  tool_call         = true,
}

model "gpt-5.3-codex" {
  provider          = "openai",
  description       = "GPT-5.3 Codex (coding)",
  family            = "gpt-codex",
  tier              = "specialist",
  status            = "legacy",
  release_date      = "2026-02-05",
  knowledge_cutoff  = "2025-08-31",
  context_window    = 400 * K,
  max_input_tokens  = 272 * K,
  max_output_tokens = 128 * K,
  price             = { input = 1.75, output = 14, cache_read = 0.175 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high", "xhigh" },
  tool_call         = true,
  former_windows    = { ["gpt-5.3-codex"] = 200 * K },
}

model "gemini-3.6-flash" {
  provider          = "gemini",
  description       = "Gemini 3.6 Flash",
  family            = "gemini-flash",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2026-07-21",
  knowledge_cutoff  = "2026-03",
  context_window    = 1048576,
  max_output_tokens = 65536,
  price             = { input = 0.75, output = 3.75, cache_read = 0.075 },
  input_modalities  = { "text", "image", "video", "audio", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "minimal", "low", "medium", "high" },
  tool_call         = true,
}

model "gemini-3.5-flash" {
  provider          = "gemini",
  description       = "Gemini 3.5 Flash",
  family            = "gemini-flash",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2026-05-19",
  knowledge_cutoff  = "2025-01",
  context_window    = 1048576,
  max_output_tokens = 65536,
  price             = { input = 1.5, output = 9, cache_read = 0.15 },
  input_modalities  = { "text", "image", "video", "audio", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "minimal", "low", "medium", "high" },
  tool_call         = true,
}

model "gemini-3.1-pro" {
  provider          = "gemini",
  api_name          = "gemini-3.1-pro-preview",
  description       = "Gemini 3.1 Pro (preview)",
  family            = "gemini-pro",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-02-19",
  knowledge_cutoff  = "2025-01",
  context_window    = 1048576,
  max_output_tokens = 65536,
  price             = { input = 2, output = 12, cache_read = 0.2 },
  input_modalities  = { "text", "image", "video", "audio", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high" },
  tool_call         = true,
  aliases           = { "gemini-3.1-pro-preview" },
}

-- Older hosts requested gemini-3.0-flash, a name that never existed.
model "gemini-3-flash" {
  provider          = "gemini",
  api_name          = "gemini-3-flash-preview",
  description       = "Gemini 3 Flash (preview)",
  family            = "gemini-flash",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2025-12-17",
  knowledge_cutoff  = "2025-01",
  context_window    = 1048576,
  max_output_tokens = 65536,
  price             = { input = 0.5, output = 3, cache_read = 0.05 },
  input_modalities  = { "text", "image", "video", "audio", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "minimal", "low", "medium", "high" },
  tool_call         = true,
  aliases           = { "gemini-3-flash-preview" },
}

model "grok-4.6" {
  provider          = "xai",
  description       = "Grok 4.6",
  family            = "grok",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-08-07",
  knowledge_cutoff  = "2026-02-01",
  context_window    = 500 * K,
  max_output_tokens = 500 * K,
  price             = { input = 2, output = 6, cache_read = 0.5 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high", "xhigh" },
  tool_call         = true,
}

model "grok-4.5" {
  provider          = "xai",
  description       = "Grok 4.5",
  family            = "grok",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-07-08",
  knowledge_cutoff  = "2026-02",
  context_window    = 500 * K,
  max_output_tokens = 500 * K,
  price             = { input = 2, output = 6, cache_read = 0.3 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high" },
  tool_call         = true,
}

model "grok-4.3" {
  provider          = "xai",
  description       = "Grok 4.3",
  family            = "grok",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2026-04-17",
  context_window    = 1 * M,
  max_output_tokens = 30 * K,
  price             = { input = 1.25, output = 2.5, cache_read = 0.2 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high" },
  tool_call         = true,
}

model "magistral-medium" {
  provider          = "mistral",
  api_name          = "magistral-medium-latest",
  description       = "Magistral Medium (latest)",
  family            = "magistral",
  tier              = "specialist",
  status            = "legacy",
  release_date      = "2025-03-17",
  knowledge_cutoff  = "2025-06",
  context_window    = 128 * K, -- the smaller of two published values
  max_output_tokens = 16384,
  price             = { input = 2, output = 5, cache_read = 0.2 },
  input_modalities  = { "text" },
  reasoning         = true,
  reasoning_levels  = { "none", "high" },
  tool_call         = true,
  aliases           = { "magistral-medium-latest" },
}

model "kimi-k2.7-code" {
  provider          = "moonshot",
  description       = "Kimi K2.7 Code",
  family            = "kimi",
  tier              = "specialist",
  status            = "legacy",
  release_date      = "2026-06-12",
  knowledge_cutoff  = "2025-01",
  context_window    = 262144,
  max_output_tokens = 262144,
  price             = { input = 0.95, output = 4, cache_read = 0.19 },
  input_modalities  = { "text", "image", "video" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high" },
  tool_call         = true,
}

model "kimi-k2.6" {
  provider          = "moonshot",
  description       = "Kimi K2.6",
  family            = "kimi",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2026-04-21",
  knowledge_cutoff  = "2025-01",
  context_window    = 262144,
  max_output_tokens = 262144,
  price             = { input = 0.95, output = 4, cache_read = 0.16 },
  input_modalities  = { "text", "image", "video" },
  reasoning         = true,
  tool_call         = true,
}

model "glm-5.2" {
  provider          = "zai",
  description       = "GLM-5.2",
  family            = "glm",
  tier              = "flagship",
  status            = "legacy",
  release_date      = "2026-06-13",
  context_window    = 1 * M,
  max_output_tokens = 131072,
  price             = { input = 1.4, output = 4.4, cache_read = 0.26 },
  input_modalities  = { "text" },
  reasoning         = true,
  reasoning_levels  = { "high" }, -- the one that both sources name
  tool_call         = true,
}

model "glm-4.7" {
  provider          = "zai",
  description       = "GLM-4.7",
  family            = "glm",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2025-12-22",
  knowledge_cutoff  = "2025-04",
  context_window    = 204800,
  max_output_tokens = 131072,
  price             = { input = 0.6, output = 2.2, cache_read = 0.11 },
  input_modalities  = { "text" },
  reasoning         = true,
  tool_call         = true,
}

model "minimax-m2.7" {
  provider          = "minimax",
  api_name          = "MiniMax-M2.7",
  description       = "MiniMax-M2.7",
  family            = "minimax",
  tier              = "balanced",
  status            = "legacy",
  release_date      = "2026-03-18",
  context_window    = 200 * K, -- the smaller of two published values
  max_output_tokens = 131072,
  price             = { input = 0.3, output = 1.2, cache_read = 0.06, cache_write = 0.375 },
  input_modalities  = { "text" },
  reasoning         = true,
  tool_call         = true,
  aliases           = { "MiniMax-M2.7" },
}

-- Deprecated: their retirement is announced or has passed.

model "claude-4.5-sonnet" {
  provider          = "anthropic",
  api_name          = "claude-sonnet-4-5-20250929",
  description       = "Claude Sonnet 4.5",
  family            = "claude-sonnet",
  tier              = "balanced",
  status            = "deprecated",
  retires           = "2026-11-30",
  replacement       = "claude-5.5-sonnet",
  release_date      = "2025-09-29",
  knowledge_cutoff  = "2025-07-31",
  context_window    = 200 * K, -- 1M was a beta
  max_output_tokens = 64 * K,
  price             = { input = 3, output = 15, cache_read = 0.3, cache_write = 3.75 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  tool_call         = true,
  aliases           = { "claude-sonnet-4.5", "claude-sonnet-4-5", "claude-sonnet-4-5-20250929" },
  formerly          = { "claude-4-sonnet" },
}

-- Older hosts stored this model as claude-3.5-sonnet. Anthropic no longer serves it; gateways to other clouds may.
model "claude-4.0-sonnet" {
  provider          = "anthropic",
  api_name          = "claude-sonnet-4-20250514",
  description       = "Claude Sonnet 4",
  family            = "claude-sonnet",
  tier              = "balanced",
  status            = "deprecated",
  retires           = "2026-06-15",
  replacement       = "claude-5.5-sonnet",
  release_date      = "2025-05-22",
  knowledge_cutoff  = "2025-03-31",
  context_window    = 200 * K,
  max_output_tokens = 64 * K,
  price             = { input = 3, output = 15, cache_read = 0.3, cache_write = 3.75 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  tool_call         = true,
  aliases           = { "claude-sonnet-4", "claude-sonnet-4-0", "claude-sonnet-4-20250514" },
  formerly          = { "claude-3.5-sonnet" },
}

model "gpt-5.1" {
  provider          = "openai",
  description       = "GPT-5.1",
  family            = "gpt",
  tier              = "flagship",
  status            = "deprecated",
  retires           = "2027-04-01",
  replacement       = "gpt-6.1-sol",
  release_date      = "2025-11-13",
  knowledge_cutoff  = "2024-09-30",
  context_window    = 400 * K,
  max_input_tokens  = 272 * K,
  max_output_tokens = 128 * K,
  price             = { input = 1.25, output = 10, cache_read = 0.125 },
  input_modalities  = { "text", "image" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high" },
  tool_call         = true,
  former_windows    = { ["gpt-5.1"] = 128 * K },
}

model "gpt-5" {
  provider          = "openai",
  description       = "GPT-5",
  family            = "gpt",
  tier              = "flagship",
  status            = "deprecated",
  retires           = "2026-12-11",
  replacement       = "gpt-6.1-sol",
  release_date      = "2025-08-07",
  knowledge_cutoff  = "2024-09-30",
  context_window    = 400 * K,
  max_input_tokens  = 272 * K,
  max_output_tokens = 128 * K,
  price             = { input = 1.25, output = 10, cache_read = 0.125 },
  input_modalities  = { "text", "image" },
  reasoning         = true,
  reasoning_levels  = { "minimal", "low", "medium", "high" },
  tool_call         = true,
  former_windows    = { ["gpt-5"] = 128 * K },
}

model "gpt-5-mini" {
  provider          = "openai",
  description       = "GPT-5 mini",
  family            = "gpt-mini",
  tier              = "balanced",
  status            = "deprecated",
  retires           = "2026-12-11",
  replacement       = "gpt-6.1-terra",
  release_date      = "2025-08-07",
  knowledge_cutoff  = "2024-05-30",
  context_window    = 400 * K,
  max_input_tokens  = 272 * K,
  max_output_tokens = 128 * K,
  price             = { input = 0.25, output = 2, cache_read = 0.025 },
  input_modalities  = { "text", "image" },
  reasoning         = true,
  reasoning_levels  = { "minimal", "low", "medium", "high" },
  tool_call         = true,
  former_windows    = { ["gpt-5-mini"] = 128 * K },
}

model "gpt-4.1" {
  provider          = "openai",
  description       = "GPT-4.1",
  family            = "gpt",
  tier              = "balanced",
  status            = "deprecated",
  retires           = "2027-01-14",
  replacement       = "gpt-6-luna",
  release_date      = "2025-04-14",
  knowledge_cutoff  = "2024-04",
  context_window    = 1047576,
  max_output_tokens = 32768,
  price             = { input = 2, output = 8, cache_read = 0.5 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = false,
  tool_call         = true,
}

model "gpt-4o" {
  provider          = "openai",
  description       = "GPT-4o",
  family            = "gpt",
  tier              = "balanced",
  status            = "deprecated",
  retires           = "2027-01-14",
  replacement       = "gpt-6-luna",
  release_date      = "2024-05-13",
  knowledge_cutoff  = "2023-09",
  context_window    = 128 * K,
  max_output_tokens = 16384,
  price             = { input = 2.5, output = 10, cache_read = 1.25 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = false,
  tool_call         = true,
}

model "gpt-4o-mini" {
  provider          = "openai",
  description       = "GPT-4o mini",
  family            = "gpt-mini",
  tier              = "fast",
  status            = "deprecated",
  retires           = "2027-01-14",
  replacement       = "gpt-6-luna",
  release_date      = "2024-07-18",
  knowledge_cutoff  = "2023-09",
  context_window    = 128 * K,
  max_output_tokens = 16384,
  price             = { input = 0.15, output = 0.6, cache_read = 0.075 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = false,
  tool_call         = true,
}

model "o3" {
  provider          = "openai",
  description       = "o3",
  family            = "o",
  tier              = "flagship",
  status            = "deprecated",
  retires           = "2026-12-11",
  replacement       = "gpt-5.6-sol",
  release_date      = "2025-04-16",
  knowledge_cutoff  = "2024-05",
  context_window    = 200 * K,
  max_output_tokens = 100 * K,
  price             = { input = 2, output = 8, cache_read = 0.5 },
  input_modalities  = { "text", "image", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "low", "medium", "high" },
  tool_call         = true,
}

model "gpt-5.4-nano" {
  provider          = "openai",
  description       = "GPT-5.4 nano",
  family            = "gpt-nano",
  tier              = "fast",
  status            = "deprecated",
  retires           = "2027-04-01",
  replacement       = "gpt-6-luna",
  release_date      = "2026-03-17",
  knowledge_cutoff  = "2025-08-31",
  context_window    = 400 * K,
  max_input_tokens  = 272 * K,
  max_output_tokens = 128 * K,
  price             = { input = 0.2, output = 1.25, cache_read = 0.02 },
  input_modalities  = { "text", "image" },
  reasoning         = true,
  reasoning_levels  = { "none", "low", "medium", "high", "xhigh" },
  tool_call         = true,
}

model "gemini-3.1-flash-lite" {
  provider          = "gemini",
  description       = "Gemini 3.1 Flash Lite",
  family            = "gemini-flash-lite",
  tier              = "fast",
  status            = "deprecated",
  retires           = "2027-05-07", -- not before that day
  replacement       = "gemini-3.5-flash-lite",
  release_date      = "2026-05-07",
  knowledge_cutoff  = "2025-01",
  context_window    = 1048576,
  max_output_tokens = 65536,
  price             = { input = 0.25, output = 1.5, cache_read = 0.025 },
  input_modalities  = { "text", "image", "video", "audio", "pdf" },
  reasoning         = true,
  reasoning_levels  = { "minimal", "low", "medium", "high" },
  tool_call         = true,
}

model "llama-3.3-70b-groq" {
  provider          = "groq",
  api_name          = "llama-3.3-70b-versatile",
  description       = "Llama 3.3 70B (Groq)",
  family            = "llama",
  tier              = "balanced",
  status            = "deprecated",
  retires           = "2026-08-16",
  replacement       = "gpt-oss-120b-groq",
  release_date      = "2024-12-06",
  knowledge_cutoff  = "2023-12",
  context_window    = 131072,
  max_output_tokens = 32768,
  price             = { input = 0.59, output = 0.79 },
  input_modalities  = { "text" },
  reasoning         = false,
  tool_call         = true,
  aliases           = { "llama-3.3-70b-versatile" },
}

model "llama-3.1-8b-groq" {
  provider          = "groq",
  api_name          = "llama-3.1-8b-instant",
  description       = "Llama 3.1 8B (Groq)",
  family            = "llama",
  tier              = "fast",
  status            = "deprecated",
  retires           = "2026-08-16",
  replacement       = "gpt-oss-20b-groq",
  release_date      = "2024-07-23",
  knowledge_cutoff  = "2023-12",
  context_window    = 131072,
  max_output_tokens = 131072,
  price             = { input = 0.05, output = 0.08 },
  input_modalities  = { "text" },
  reasoning         = false,
  tool_call         = true,
  aliases           = { "llama-3.1-8b-instant" },
}

model "gemini-2.5-pro" {
  provider          = "gemini",
  description       = "Gemini 2.5 Pro",
  family            = "gemini-pro",
  tier              = "flagship",
  status            = "deprecated",
  retires           = "2026-12-01", -- then its name is answered by gemini-3.8-flash; on Vertex AI it retired on 2026-10-20
  replacement       = "gemini-3.8-flash",
  release_date      = "2025-06-17",
  knowledge_cutoff  = "2025-01",
  context_window    = 1048576,
  max_output_tokens = 65536,
  price             = { input = 1.25, output = 10, cache_read = 0.125 },
  input_modalities  = { "text", "image", "audio", "video", "pdf" },
  reasoning         = true,
  tool_call         = true,
}

model "devstral-2" {
  provider          = "mistral",
  api_name          = "devstral-2512",
  description       = "Devstral 2",
  family            = "devstral",
  tier              = "specialist",
  status            = "deprecated",
  retires           = "2026-07-30",
  release_date      = "2025-12-09",
  knowledge_cutoff  = "2025-12",
  context_window    = 262144,
  max_output_tokens = 262144,
  price             = { input = 0.4, output = 2, cache_read = 0.04 },
  input_modalities  = { "text" },
  reasoning         = false,
  tool_call         = true,
  aliases           = { "devstral-2512", "devstral-latest" },
}

-- Gone: for a conversation that still names one of these, the error names the replacement.

retired "gpt-5-codex"           { replacement = "gpt-6.1-sol" }
retired "gpt-5.1-codex"         { replacement = "gpt-6.1-sol" }
retired "gpt-5.2-codex"         { replacement = "gpt-6.1-sol" }
retired "o4-mini"               { replacement = "gpt-6.1-terra" }
retired "gemini-3-pro"          { replacement = "gemini-4-argon" }
retired "gemini-3.7-flash"      { replacement = "gemini-3.8-flash" } -- which answers under its name
retired "deepseek-v3-fireworks" { replacement = "deepseek-v4.1-flash-fireworks" }
retired "glm-4.7-fireworks"     { replacement = "glm-5.3-fireworks" }
retired "glm-4p6-fireworks"     { replacement = "glm-5.3-fireworks" }
retired "glm-4p7-fireworks"     { replacement = "glm-5.3-fireworks" }
retired "qwen3-coder-fireworks" { replacement = "qwen3.8-max-fireworks" }

-- Last, so that nobody picks it by accident.

model "mock" {
  provider       = "mock",
  description    = "Mock (answers nothing real)",
  context_window = 200 * K,
}
