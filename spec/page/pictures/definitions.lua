-- What the pictures of the page show: six providers with keys, of which one has an old key and one is busy; %NAME% is a mock server's address.

provider "anthropic" { title = "Anthropic", protocol = "anthropic-messages", base_url = "%anthropic%", credential = secret "ANTHROPIC_API_KEY",
  auth = header "x-api-key", headers = { ["anthropic-version"] = "2023-06-01" }, list_proves = "access" }
provider "openai"   { title = "OpenAI",   protocol = "openai-responses", base_url = "%openai%", credential = secret "OPENAI_API_KEY", list_proves = "access" }
provider "gemini"   { title = "Gemini",   protocol = "gemini", base_url = "%gemini%", credential = secret "GEMINI_API_KEY", auth = header "x-goog-api-key", list_proves = "access" }
provider "mistral"  { title = "Mistral",  protocol = "openai-chat", base_url = "%mistral%",  credential = secret "MISTRAL_API_KEY",  list_proves = "access" }
provider "groq"     { title = "Groq",     protocol = "openai-chat", base_url = "%groq%",     credential = secret "GROQ_API_KEY",     list_proves = "access" }
provider "deepseek" { title = "DeepSeek", protocol = "openai-chat", base_url = "%deepseek%", credential = secret "DEEPSEEK_API_KEY", list_proves = "access" }

provider "xai"        { title = "xAI",        protocol = "openai-chat", base_url = "https://api.x.ai",       credential = secret "XAI_API_KEY" }
provider "together"   { title = "Together",   protocol = "openai-chat", base_url = "https://api.together.xyz", credential = secret "TOGETHER_API_KEY" }
provider "cerebras"   { title = "Cerebras",   protocol = "openai-chat", base_url = "https://api.cerebras.ai", credential = secret "CEREBRAS_API_KEY" }
provider "openrouter" { title = "OpenRouter", protocol = "openai-chat", base_url = "https://openrouter.ai/api", credential = secret "OPENROUTER_API_KEY" }

local SEES = { "text", "image", "pdf" }
local HEARS = { "text", "image", "audio", "video", "pdf" }

local function can(tools, reasoning, schema, more)
  more.tool_call, more.reasoning, more.structured_output = tools, reasoning, schema
  more.output_modalities = { "text" }
  return more
end

model "claude-5.5-opus" (can(true, true, true, { provider = "anthropic", api_name = "claude-opus-5-5", description = "Claude Opus 5.5", recommended = true, context_window = 1 * M,
  max_output_tokens = 128 * K, input_modalities = SEES, tier = "flagship", release_date = "2026-09-24", knowledge_cutoff = "2026-06", reasoning_levels = { "low", "medium", "high", "max" },
  price = { input = 4, output = 20, cache_read = 0.2, cache_write = 5, above = { [200 * K] = { input = 8, output = 30 } } }, aliases = { "opus" } }))
model "claude-5.5-sonnet" (can(true, true, true, { provider = "anthropic", api_name = "claude-sonnet-5-5", description = "Claude Sonnet 5.5", recommended = true, context_window = 1 * M,
  max_output_tokens = 64 * K, input_modalities = SEES, tier = "balanced", release_date = "2026-09-24", price = { input = 2, output = 10, cache_read = 0.2 } }))
model "claude-5.5-haiku" (can(true, true, true, { provider = "anthropic", api_name = "claude-haiku-5-5", description = "Claude Haiku 5.5", context_window = 200 * K,
  max_output_tokens = 64 * K, input_modalities = SEES, tier = "fast", release_date = "2026-10-08", price = { input = 0.8, output = 4, cache_read = 0.08 } }))
model "gpt-6.2-sol" (can(true, true, true, { provider = "openai", description = "GPT-6.2 Sol", recommended = true, context_window = 1050 * K, input_modalities = SEES, tier = "flagship",
  release_date = "2026-11-05", price = { input = 2, output = 10, cache_read = 0.1 } }))
model "gpt-6-luna" (can(true, true, true, { provider = "openai", description = "GPT-6 Luna", context_window = 400 * K, input_modalities = { "text", "image" }, tier = "fast",
  release_date = "2026-08-20", price = { input = 0.25, output = 2 } }))
model "gemini-4-carbon" (can(true, true, true, { provider = "gemini", description = "Gemini 4 Carbon", context_window = 1 * M, input_modalities = HEARS, tier = "flagship",
  release_date = "2026-10-21", price = { input = 2, output = 10, above = { [200 * K] = { input = 4, output = 15 } } } }))
model "gemini-3.8-flash" (can(true, true, true, { provider = "gemini", description = "Gemini 3.8 Flash", context_window = 1 * M, input_modalities = HEARS, tier = "fast",
  release_date = "2026-07-15", price = { input = 0.3, output = 2.5 } }))
model "deepseek-v4-pro" (can(true, true, false, { provider = "deepseek", description = "DeepSeek V4 Pro", context_window = 1 * M, input_modalities = { "text" }, tier = "flagship",
  release_date = "2026-08-13", price = { input = 0.55, output = 2.2, cache_read = 0.05 } }))
model "mistral-large-4" (can(true, false, true, { provider = "mistral", context_window = 1 * M, input_modalities = { "text", "image" }, price = { input = 0.7, output = 2.1 } }))
model "mistral-small-4" (can(true, false, true, { provider = "mistral", context_window = 256 * K, input_modalities = { "text", "image" }, price = { input = 0.1, output = 0.3 } }))
model "codestral-2508" (can(true, false, false, { provider = "mistral", context_window = 256 * K, input_modalities = { "text" }, price = { input = 0.3, output = 0.9 } }))
model "gpt-oss-120b-groq" (can(true, true, true, { provider = "groq", api_name = "openai/gpt-oss-120b", context_window = 131072, input_modalities = { "text" }, price = { input = 0.15, output = 0.6 } }))
model "gpt-oss-20b-groq" (can(true, true, true, { provider = "groq", api_name = "openai/gpt-oss-20b", context_window = 131072, input_modalities = { "text" }, price = { input = 0.075, output = 0.3 } }))

for provider, names in pairs { xai = { "grok-4.7" }, together = { "glm-5.3", "kimi-k3" }, cerebras = { "qwen3.8-27b" }, openrouter = { "minimax-m3" } } do
  for _, name in ipairs(names) do model(name .. "-" .. provider) { provider = provider, api_name = name } end
end

default { wanted = "claude-5.5-opus", prefer = { "anthropic", "openai" } }
role "mid"   { tier = "balanced", prefer = { "anthropic", "openai" } }
role "cheap" { tier = "fast", prefer = { "openai", "anthropic" } }
