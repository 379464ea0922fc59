-- What each shipped provider looks like on the wire: where it lists, looks up, chats and tells about an account, what a good answer and
-- what each failure looks like there. Written from what the providers publish; nothing here is read from the definitions.
--
-- A row: id, base (the shipped address), key (the variable), model (its name on the wire; in a path as `path_model`), asks (what a good
-- key costs at the default level, in order; none, where nothing free is asked), controls (how many of those have a made-up key, as one at an override has), chat (what a host
-- would ask), lookup (the folder in which a model is looked up, where there is one), public = true (the listing answers without a key),
-- account (the answer that only a good key gets), good and gone (verdicts on a model that is there and one that is not), bad, unknown, rate
-- (status and body of failures), down (status of an outage), rejected (the verdict on a bad key), signed = true (the key goes nowhere: it
-- signs), header (where the key goes; authorization as a bearer when left out),
-- ended (the day of its end: it is asked only where a file brings it back), env and at (settings; `at` with the mock server's address).
local wire = {}

local function openai_error(message, code, kind)
  return { error = { message = message, type = kind or "invalid_request_error", code = code } }
end

local CHAT_OK = { id = "chatcmpl-1", object = "chat.completion", model = "m", choices = { { index = 0, finish_reason = "length" } } }
local RESPONSE_OK = { id = "resp_1", object = "response", status = "incomplete", incomplete_details = { reason = "max_output_tokens" } }
local MESSAGE_OK = { id = "msg_1", type = "message", role = "assistant", content = { { type = "text", text = "Hi" } } }
local CONTENT_OK = { candidates = { { finishReason = "MAX_TOKENS" } } }

local function listed_ids(name) return { object = "list", data = { { id = name, object = "model", owned_by = "acme" } } } end
local function one_id(name) return { id = name, object = "model", owned_by = "acme" } end

local families = {
  chat = {
    list = listed_ids, look = one_id, answer = CHAT_OK,
    bad = { 401, openai_error("Invalid API Key", "invalid_api_key") },
    unknown = { 404, openai_error("The model does not exist or you do not have access to it.", "model_not_found") },
    rate = { 429, openai_error("Rate limit reached", "rate_limit_exceeded", "tokens") },
  },
  anthropic = {
    list = function (name) return { data = { { type = "model", id = name, max_input_tokens = 200000 } }, has_more = false } end,
    look = function (name) return { type = "model", id = name } end, answer = MESSAGE_OK,
    bad = { 401, { type = "error", error = { type = "authentication_error", message = "invalid x-api-key" } } },
    unknown = { 404, { type = "error", error = { type = "not_found_error", message = "model: gone" } } },
    rate = { 429, { type = "error", error = { type = "rate_limit_error", message = "slower" } } }, down = 529,
  },
  gemini = {
    list = function (name) return { models = { { name = "models/" .. name, supportedGenerationMethods = { "generateContent" } } } } end,
    look = function (name) return { name = "models/" .. name, inputTokenLimit = 1000000 } end, answer = CONTENT_OK,
    bad = { 400, { error = { code = 400, message = "API key not valid.", status = "INVALID_ARGUMENT", details = { { reason = "API_KEY_INVALID" } } } } },
    unknown = { 404, { error = { code = 404, message = "models/gone is not found", status = "NOT_FOUND" } } },
    rate = { 429, { error = { code = 429, message = "slower", status = "RESOURCE_EXHAUSTED" } } },
  },
}
families.responses = setmetatable({ answer = RESPONSE_OK }, { __index = families.chat })

local function row(family, fields) return setmetatable(fields, { __index = families[family] }) end

-- Where a listing proves nothing and nothing else is free, the billed request is the first that tells.
local UNPROVEN = { good = "unproven at prove", gone = "unproven at prove", rejected = "bad_credential at generate" }
local function unproven(family, fields)
  for name, value in pairs(UNPROVEN) do fields[name] = fields[name] or value end
  return row(family, fields)
end

-- A host of which no source says what its listing proves: it has to refuse a made-up key first.
local function unspoken(family, fields)
  local place = assert(fields.asks[1])
  fields.asks, fields.controls = { place, place }, 1
  fields.good, fields.gone = fields.good or "ready at list", fields.gone or "not_listed at list"
  return row(family, fields)
end

local MAKER = "acme/test"

wire.rows = {
  row("anthropic", { id = "anthropic", base = "https://api.anthropic.com", key = "ANTHROPIC_API_KEY", header = "x-api-key",
    asks = { "GET /v1/models?limit=1000" }, lookup = "/v1/models/", chat = "/v1/messages",
    good = "ready at list", gone = "not_listed at prove", also = { ["anthropic-version"] = "2023-06-01" } }),
  row("responses", { id = "openai", base = "https://api.openai.com", key = "OPENAI_API_KEY",
    asks = { "GET /v1/models" }, lookup = "/v1/models/", chat = "/v1/responses", good = "ready at list", gone = "not_listed at prove" }),
  unproven("responses", { id = "codex", base = "https://chatgpt.com/backend-api/codex", key = "CODEX_ACCESS_TOKEN", unlisted = true,
    env = { CODEX_ACCOUNT_ID = "acct-0123" }, asks = {}, chat = "/backend-api/codex/responses",
    also = { ["openai-beta"] = "responses=experimental", ["chatgpt-account-id"] = "acct-0123" },
    bad = { 401, { error = { message = "Provided authentication token is expired.", code = "token_expired" } } },
    unknown = { 400, { detail = "The 'gone' model is not supported when using Codex with a ChatGPT account." } },
    rate = { 429, { error = { type = "rate_limit_exceeded", message = "slower" } } } }),
  row("chat", { id = "fireworks", base = "https://api.fireworks.ai/inference", key = "FIREWORKS_API_KEY", model = "accounts/fireworks/models/glm-5p3",
    asks = { "GET /inference/v1/models" }, lookup = "/inference/v1/models/", chat = "/inference/v1/chat/completions",
    good = "ready at list", gone = "not_listed at prove", bad = { 401, { error = "unauthorized" } },
    unknown = { 404, openai_error("Model not found, inaccessible, and/or not deployed", "NOT_FOUND") } }),
  row("gemini", { id = "gemini", base = "https://generativelanguage.googleapis.com", key = "GEMINI_API_KEY", header = "x-goog-api-key",
    asks = { "GET /v1beta/models?pageSize=1000", "GET /v1beta/models/gemini-m" }, lookup = "/v1beta/models/",
    chat = "/v1beta/models/gemini-m:generateContent", good = "ready at prove", gone = "not_listed at prove" }),
  row("responses", { id = "xai", base = "https://api.x.ai", key = "XAI_API_KEY",
    asks = { "GET /v1/models", "GET /v1/api-key" }, account = { api_key_blocked = false, api_key_disabled = false, team_blocked = false },
    lookup = "/v1/models/", chat = "/v1/responses", good = "ready at list", gone = "not_listed at prove",
    bad = { 400, { code = "Client specified an invalid argument", error = "Incorrect API key provided: xa***. See the console." } },
    unknown = { 404, { code = "Some requested entity was not found", error = "The model gone does not exist" } },
    rate = { 429, { code = "Too many requests", error = "slower" } } }),
  row("chat", { id = "groq", base = "https://api.groq.com/openai", key = "GROQ_API_KEY", model = "openai/gpt-oss-120b",
    asks = { "GET /openai/v1/models" }, lookup = "/openai/v1/models/", chat = "/openai/v1/chat/completions",
    good = "ready at list", gone = "not_listed at prove", limit = "max_completion_tokens" }),
  row("chat", { id = "mistral", base = "https://api.mistral.ai", key = "MISTRAL_API_KEY",
    asks = { "GET /v1/models" }, lookup = "/v1/models/", chat = "/v1/chat/completions", good = "ready at list", gone = "not_listed at prove",
    list = function (name)
      return { object = "list", data = { -- once for each of its names
        { id = "mistral-other", name = name, aliases = { name }, capabilities = { completion_chat = true } },
        { id = name, name = name, aliases = { "mistral-other" }, max_context_length = 131072, capabilities = { completion_chat = true } },
        { id = name, name = name, capabilities = { completion_chat = true } } } }
    end,
    bad = { 401, { detail = "Unauthorized" } },
    unknown = { 400, { object = "error", message = "Invalid model: gone", type = "invalid_model", code = "1500" } },
    rate = { 429, { message = "Requests rate limit exceeded" } } }),
  row("chat", { id = "deepseek", base = "https://api.deepseek.com", key = "DEEPSEEK_API_KEY",
    asks = { "GET /models", "GET /user/balance" }, account = { is_available = true }, chat = "/chat/completions",
    good = "ready at list", gone = "not_listed at list",
    unknown = { 400, openai_error("Model Not Exist") },
    bad = { 401, openai_error("Authentication Fails, Your api key: ****ek is invalid", "invalid_request_error", "authentication_error") } }),
  row("chat", { id = "openrouter", base = "https://openrouter.ai/api", key = "OPENROUTER_API_KEY", model = "acme/opus-5.5", public = true,
    asks = { "GET /api/v1/models", "GET /api/v1/key" }, account = { data = { limit_remaining = 5 } }, chat = "/api/v1/chat/completions",
    good = "ready at list", gone = "not_listed at list", bad = { 401, { error = { code = 401, message = "User not found." } } },
    unknown = { 400, { error = { code = 400, message = "gone is not a valid model ID" } } },
    rate = { 429, { error = { code = 429, message = "Rate limit exceeded" } } } }),
  row("chat", { id = "together", base = "https://api.together.ai", key = "TOGETHER_API_KEY", model = "acme-org/Test-120B",
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions", good = "ready at list", gone = "not_listed at list",
    list = function (name) return { { id = name, type = "chat", context_length = 131072 }, { id = "acme-org/embed", type = "embedding" } } end,
    unknown = { 404, openai_error("Unable to access model", "model_not_available") } }),
  row("chat", { id = "cerebras", base = "https://api.cerebras.ai", key = "CEREBRAS_API_KEY",
    asks = { "GET /v1/models", "GET /v1/models/cerebras-m" }, lookup = "/v1/models/", chat = "/v1/chat/completions",
    good = "ready at prove", gone = "not_listed at prove", limit = "max_completion_tokens",
    bad = { 401, { message = "Wrong API Key", type = "invalid_request_error", param = "api_key", code = "wrong_api_key" } },
    unknown = { 404, { message = "Model gone does not exist or you do not have access to it.", type = "not_found_error", code = "model_not_found" } },
    rate = { 429, { message = "slower", type = "too_many_requests_error", code = "request_quota_exceeded" } } }),
  row("chat", { id = "moonshot", base = "https://api.moonshot.ai", key = "MOONSHOT_API_KEY",
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions", good = "ready at list", gone = "not_listed at list",
    bad = { 401, openai_error("Invalid Authentication", nil, "invalid_authentication_error") },
    unknown = { 404, openai_error("Not found the model gone or Permission denied", nil, "resource_not_found_error") },
    rate = { 429, openai_error("slower", nil, "rate_limit_reached_error") } }),
  row("chat", { id = "moonshot-cn", base = "https://api.moonshot.cn", key = "MOONSHOT_API_KEY",
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions", good = "ready at list", gone = "not_listed at list" }),
  row("anthropic", { id = "kimi-coding", base = "https://api.kimi.com/coding", key = "KIMI_API_KEY",
    asks = { "GET /coding/v1/models?limit=1000", "GET /coding/v1/models/kimi-coding-m" }, lookup = "/coding/v1/models/", chat = "/coding/v1/messages",
    good = "ready at prove", gone = "not_listed at prove", also = { ["anthropic-version"] = "2023-06-01" } }),
  unproven("chat", { id = "zai", base = "https://api.z.ai", key = "ZAI_API_KEY",
    asks = { "GET /api/paas/v4/models", "GET /api/paas/v4/models/zai-m" }, chat = "/api/paas/v4/chat/completions", rejected = "bad_credential at list",
    bad = { 401, { error = { code = "1002", message = "Authentication Token invalid" } } },
    unknown = { 400, { error = { code = "1211", message = "Unknown Model" } } },
    rate = { 429, { error = { code = "1302", message = "Concurrency too high" } } } }),
  unproven("chat", { id = "zai-coding", base = "https://api.z.ai", key = "ZAI_API_KEY",
    asks = { "GET /api/coding/paas/v4/models", "GET /api/coding/paas/v4/models/zai-coding-m" }, chat = "/api/coding/paas/v4/chat/completions",
    rejected = "bad_credential at list" }),
  unproven("chat", { id = "zhipu", base = "https://open.bigmodel.cn", key = "ZHIPU_API_KEY",
    asks = { "GET /api/paas/v4/models", "GET /api/paas/v4/models/zhipu-m" }, chat = "/api/paas/v4/chat/completions", rejected = "bad_credential at list" }),
  unproven("anthropic", { id = "minimax", base = "https://api.minimax.io/anthropic", key = "MINIMAX_API_KEY",
    asks = { "GET /anthropic/v1/models?limit=1000", "GET /anthropic/v1/models/minimax-m", "POST /anthropic/v1/messages/count_tokens" },
    chat = "/anthropic/v1/messages", rejected = "bad_credential at list", also = { ["anthropic-version"] = "2023-06-01" },
    bad = { 200, { base_resp = { status_code = 2049, status_msg = "invalid api key" } } },
    rate = { 200, { base_resp = { status_code = 1002, status_msg = "rate limit" } } } }),
  unproven("anthropic", { id = "minimax-cn", base = "https://api.minimaxi.com/anthropic", key = "MINIMAX_API_KEY",
    asks = { "GET /anthropic/v1/models?limit=1000", "GET /anthropic/v1/models/minimax-cn-m", "POST /anthropic/v1/messages/count_tokens" },
    chat = "/anthropic/v1/messages", rejected = "bad_credential at list", also = { ["anthropic-version"] = "2023-06-01" } }),
  unproven("chat", { id = "huggingface", base = "https://router.huggingface.co", key = "HF_TOKEN", model = "acme/test", public = true,
    asks = { "GET /v1/models" }, lookup = "/v1/models/", chat = "/v1/chat/completions",
    list = function (name) return { data = { { id = name, owned_by = "acme", providers = { { provider = "x", status = "live" } } } } } end,
    bad = { 401, { error = "Invalid username or password." } },
    unknown = { 400, openai_error("The requested model gone does not exist", "model_not_found") } }),
  unproven("responses", { id = "perplexity-agent", base = "https://api.perplexity.ai", key = "PERPLEXITY_API_KEY", model = "acme/sonar", unlisted = true,
    asks = { "GET /v1/models" }, chat = "/v1/responses",
    bad = { 401, nil, "<html><head><title>401 Authorization Required</title></head></html>" },
    unknown = { 404, openai_error("model 'gone' not found", "model_not_found") }, rejected = "bad_credential at list" }),
  unproven("chat", { id = "perplexity", base = "https://api.perplexity.ai", key = "PERPLEXITY_API_KEY", unlisted = true, ended = "2026-09-27",
    asks = { "GET /models" }, chat = "/chat/completions",
    unknown = { 400, { error = { message = "Invalid model gone", type = "invalid_model", code = 400 } } }, rejected = "bad_credential at list" }),
  row("chat", { id = "cohere", base = "https://api.cohere.com", key = "COHERE_API_KEY",
    asks = { "GET /v1/models?endpoint=chat&page_size=1000", "POST /v1/check-api-key" }, account = { valid = true },
    lookup = "/v1/models/", chat = "/v2/chat", good = "ready at list", gone = "not_listed at prove",
    list = function (name) return { models = { { name = name, endpoints = { "chat" }, context_length = 256000 } } } end,
    look = function (name) return { name = name, endpoints = { "chat" } } end, answer = { id = "1", message = { role = "assistant" } },
    bad = { 401, { id = "1", message = "invalid api token" } }, unknown = { 404, { message = "model 'gone' not found" } },
    rate = { 429, { message = "You are using a trial key" } } }),
  unproven("chat", { id = "nvidia", base = "https://integrate.api.nvidia.com", key = "NVIDIA_API_KEY", model = "acme/test", public = true,
    asks = { "GET /v1/models" }, lookup = "/v1/models/", chat = "/v1/chat/completions",
    bad = { 401, { status = 401, title = "Unauthorized", detail = "Authentication failed" } },
    unknown = { 404, { status = 404, title = "Not Found", detail = "Function 'x': Not found for account 'y'" } } }),
  unproven("chat", { id = "deepinfra", base = "https://api.deepinfra.com/v1/openai", key = "DEEPINFRA_API_KEY", model = "acme/test", public = true,
    asks = { "GET /v1/openai/models" }, lookup = "/v1/openai/models/", chat = "/v1/openai/chat/completions",
    bad = { 401, { detail = { error = "Invalid token" } } } }),
  row("chat", { id = "nebius", base = "https://api.tokenfactory.nebius.com", key = "NEBIUS_API_KEY", model = "acme/test",
    asks = { "GET /v1/models?verbose=true" }, lookup = "/v1/models/", chat = "/v1/chat/completions",
    good = "ready at list", gone = "not_listed at prove", bad = { 401, { detail = "Couldn't authenticate." } } }),
  row("chat", { id = "vercel", base = "https://ai-gateway.vercel.sh", key = "AI_GATEWAY_API_KEY", model = "acme/opus-5.5", public = true,
    asks = { "GET /v1/models", "GET /v1/credits" }, account = { balance = "4.2" }, chat = "/v1/chat/completions",
    good = "ready at list", gone = "not_listed at list", bad = { 401, openai_error("Invalid key", nil, "authentication_error") },
    unknown = { 404, openai_error("Model 'gone' not found", nil, "model_not_found") } }),
  row("chat", { id = "github-copilot", base = "https://api.githubcopilot.com", key = "COPILOT_TOKEN",
    asks = { "GET /models" }, chat = "/chat/completions", good = "ready at list", gone = "not_listed at list",
    also = { ["copilot-integration-id"] = "vscode-chat" },
    list = function (name)
      return { data = { { id = name, policy = { state = "enabled" }, capabilities = { type = "chat" } },
        { id = "gone", policy = { state = "disabled" }, capabilities = { type = "chat" } } } }
    end,
    bad = { 401, nil, "unauthorized: token expired\n" },
    unknown = { 400, openai_error("The requested model is not supported.", "model_not_supported") } }),
  unproven("chat", { id = "github-models", base = "https://models.github.ai", key = "GITHUB_TOKEN", model = "acme/test", ended = "2026-07-30",
    asks = { "GET /catalog/models" }, chat = "/inference/chat/completions", rejected = "bad_credential at list",
    list = function (name) return { { id = name, publisher = "acme" } } end,
    bad = { 401, { message = "Bad credentials", status = "401" } }, unknown = { 400, openai_error("Unknown model: gone", "unknown_model") } }),
  unproven("responses", { id = "azure", base = "https://my-resource.openai.azure.com/openai", key = "AZURE_OPENAI_API_KEY", header = "api-key",
    env = { AZURE_RESOURCE_NAME = "my-resource" }, at = function (url) return "AZURE_OPENAI_ENDPOINT", url .. "/" end,
    asks = { "GET /openai/v1/models" }, lookup = "/openai/v1/models/", chat = "/openai/v1/responses", rejected = "bad_credential at list",
    bad = { 401, { error = { code = "401", message = "Access denied due to invalid subscription key" } } },
    unknown = { 404, { error = { code = "DeploymentNotFound", message = "The API deployment for this resource does not exist." } } } }),
  unproven("chat", { id = "azure-foundry", base = "https://my-resource.services.ai.azure.com/openai", key = "AZURE_AI_API_KEY", header = "api-key",
    env = { AZURE_RESOURCE_NAME = "my-resource" }, asks = { "GET /openai/v1/models" }, lookup = "/openai/v1/models/", chat = "/openai/v1/chat/completions",
    rejected = "bad_credential at list", bad = { 401, { error = { code = "401", message = "Access denied due to invalid subscription key" } } },
    unknown = { 404, { error = { code = "DeploymentNotFound", message = "The API deployment for this resource does not exist." } } } }),
  row("anthropic", { id = "azure-anthropic", base = "https://my-resource.services.ai.azure.com/anthropic", key = "ANTHROPIC_FOUNDRY_API_KEY",
    header = "x-api-key", env = { AZURE_RESOURCE_NAME = "my-resource" }, unlisted = true, also = { ["anthropic-version"] = "2023-06-01" },
    asks = { "GET /anthropic/v1/models/azure-anthropic-m" }, lookup = "/anthropic/v1/models/", chat = "/anthropic/v1/messages",
    good = "ready at prove", gone = "not_listed at prove", rejected = "bad_credential at prove", limited = "prove" }),
  row("chat", { id = "bedrock", base = "https://bedrock-runtime.eu-north-1.amazonaws.com", key = "AWS_BEARER_TOKEN_BEDROCK",
    env = { AWS_REGION = "eu-north-1" }, model = "acme.test-v1:0", unlisted = true,
    asks = { "POST /model/acme.test-v1%3A0/count-tokens" }, counts = "/model/acme.test-v1:0/count-tokens", counted = { inputTokens = 8 },
    chat = "/model/acme.test-v1%3A0/converse", answer = { output = { message = { role = "assistant" } } },
    good = "ready at prove", gone = "not_listed at prove", rejected = "bad_credential at prove", limited = "prove",
    bad = { 403, { message = "Invalid API Key format" } },
    unknown = { 400, { message = "The provided model identifier is invalid." }, nil, { ["x-amzn-ErrorType"] = "ValidationException:http://x/" } },
    rate = { 429, { message = "slower" }, nil, { ["x-amzn-ErrorType"] = "ThrottlingException" } } }),
  row("chat", { id = "bedrock-iam", base = "https://bedrock-runtime.eu-north-1.amazonaws.com", key = "AWS_SECRET_ACCESS_KEY", signed = true,
    env = { AWS_REGION = "eu-north-1", AWS_ACCESS_KEY_ID = "AKIA0123456789ABCDEF" }, model = "acme.test", unlisted = true,
    asks = { "POST /model/acme.test/count-tokens" }, counts = "/model/acme.test/count-tokens", counted = { inputTokens = 8 },
    chat = "/model/acme.test/converse", answer = { output = { message = { role = "assistant" } } },
    good = "ready at prove", gone = "not_listed at prove", limited = "prove",
    unknown = { 400, { message = "The provided model identifier is invalid." }, nil, { ["x-amzn-ErrorType"] = "ValidationException" } },
    rate = { 429, { message = "slower" }, nil, { ["x-amzn-ErrorType"] = "ThrottlingException" } } }),
  row("gemini", { id = "vertex", base = "https://europe-west4-aiplatform.googleapis.com", key = "GOOGLE_OAUTH_ACCESS_TOKEN",
    env = { GOOGLE_CLOUD_PROJECT = "my-project", GOOGLE_CLOUD_LOCATION = "europe-west4" },
    asks = { "GET /v1beta1/publishers/google/models?pageSize=1000",
      "POST /v1/projects/my-project/locations/europe-west4/publishers/google/models/vertex-m:countTokens" },
    counts = "/v1/projects/my-project/locations/europe-west4/publishers/google/models/vertex-m:countTokens", counted = { totalTokens = 1 },
    chat = "/v1/projects/my-project/locations/europe-west4/publishers/google/models/vertex-m:generateContent",
    list = function (name) return { publisherModels = { { name = "publishers/google/models/" .. name } } } end,
    good = "ready at prove", gone = "not_listed at prove",
    bad = { 401, { error = { code = 401, message = "Request had invalid authentication credentials.", status = "UNAUTHENTICATED" } } } }),
  unproven("chat", { id = "cloudflare", base = "https://api.cloudflare.com/client/v4/accounts/0123abcd/ai", key = "CLOUDFLARE_API_TOKEN",
    env = { CLOUDFLARE_ACCOUNT_ID = "0123abcd", CLOUDFLARE_GATEWAY_ID = "main" }, also = { ["cf-aig-gateway-id"] = "main" },
    asks = { "GET /client/v4/accounts/0123abcd/ai/v1/models" }, unlisted = true, chat = "/client/v4/accounts/0123abcd/ai/v1/chat/completions",
    rejected = "bad_credential at list", bad = { 401, { success = false, error = { { code = 2009, message = "Unauthorized" } } } } }),
  unproven("chat", { id = "portkey", base = "https://api.portkey.ai", key = "PORTKEY_API_KEY", header = "x-portkey-api-key",
    env = { PORTKEY_CONFIG = "pc-main" }, also = { ["x-portkey-config"] = "pc-main" },
    asks = { "GET /v1/models" }, lookup = "/v1/models/", chat = "/v1/chat/completions", rejected = "bad_credential at list" }),
  row("chat", { id = "exe-llm", base = "https://box.int.exe.xyz", env = { EXE_LLM_URL = "https://box.int.exe.xyz" },
    at = function (url) return "EXE_LLM_URL", url end, asks = { "GET /models.json" }, chat = "/v1/chat/completions",
    list = function (name) return { schema_version = 1, models = { { id = "acme/" .. name, native_id = name, apis = { "openai_chat" } } } } end,
    good = "ready at list", gone = "not_listed at list", also = { ["x-api-key"] = "implicit", authorization = "Bearer implicit" } }),
  row("chat", { id = "ollama", base = "http://127.0.0.1:11434", at = function (url) return "OLLAMA_HOST", (url:gsub("http://", "")) end,
    model = "test:latest", asks = { "GET /api/tags", "POST /api/show" }, counts = "/api/show", counted = { details = { family = "test" } }, chat = "/api/chat",
    list = function (name) return { models = { { name = name, model = name, size = 1 } } } end,
    answer = { model = "test", message = { role = "assistant", content = "Hi" } },
    good = "ready at prove", gone = "not_listed at prove", unknown = { 404, { error = "model 'gone' not found" } },
    rate = { 429, { error = "slower" } } }),
  unproven("chat", { id = "ollama-cloud", base = "https://ollama.com", key = "OLLAMA_API_KEY", public = true,
    asks = { "GET /api/tags" }, counts = "/api/show", counted = { details = { family = "test" } }, chat = "/api/chat",
    list = function (name) return { models = { { name = name } } } end,
    answer = { model = "test", message = { role = "assistant", content = "Hi" } },
    bad = { 401, { error = "unauthorized", signin_url = "https://ollama.com/connect" } },
    unknown = { 404, { error = "model 'gone' not found" } }, rate = { 429, { error = "slower" } } }),
  row("chat", { id = "lmstudio", base = "http://127.0.0.1:1234", key = "LMSTUDIO_API_KEY",
    at = function (url) return "LMSTUDIO_BASE_URL", url .. "/v1" end, controls = 1,
    asks = { "GET /v1/models", "GET /v1/models" }, chat = "/v1/chat/completions", good = "ready at list", gone = "not_listed at list",
    unknown = { 404, { error = "model not found" } } }),
  row("chat", { id = "vllm", base = "http://127.0.0.1:8000", key = "VLLM_API_KEY", at = function (url) return "VLLM_BASE_URL", url .. "/v1/" end,
    asks = { "GET /v1/models", "GET /v1/models" }, controls = 1, lookup = "/v1/models/", chat = "/v1/chat/completions", good = "ready at list",
    gone = "not_listed at prove", bad = { 401, { error = "Unauthorized" } },
    unknown = { 404, { error = { message = "The model `gone` does not exist.", type = "NotFoundError", code = 404 } } } }),
  unproven("chat", { id = "llamacpp", base = "http://127.0.0.1:8080", key = "LLAMA_API_KEY", public = true,
    at = function (url) return "LLAMACPP_BASE_URL", url end,
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions",
    bad = { 401, { error = { code = 401, message = "Invalid API Key", type = "authentication_error" } } } }),
  row("chat", { id = "litellm", base = "http://127.0.0.1:4000", key = "LITELLM_API_KEY", at = function (url) return "LITELLM_BASE_URL", url end,
    asks = { "GET /v1/models", "GET /key/info", "GET /key/info" }, controls = 1, account = { key = "hashed", info = { spend = 0 } }, lookup = "/v1/models/",
    chat = "/v1/chat/completions", good = "ready at list", gone = "not_listed at prove",
    bad = { 401, { error = { message = "Authentication Error, ", type = "auth_error", param = "None", code = "401" } } },
    unknown = { 400, { error = { message = "Invalid model name passed in model=gone", type = "None", code = "400" } } } }),
  unspoken("chat", { id = "alibaba", base = "https://dashscope-intl.aliyuncs.com/compatible-mode", key = "DASHSCOPE_API_KEY",
    asks = { "GET /compatible-mode/v1/models" }, chat = "/compatible-mode/v1/chat/completions",
    unknown = { 404, openai_error("The model `gone` does not exist or you do not have access to it.", "model_not_found") } }),
  unspoken("chat", { id = "alibaba-cn", base = "https://dashscope.aliyuncs.com/compatible-mode", key = "DASHSCOPE_API_KEY",
    asks = { "GET /compatible-mode/v1/models" }, chat = "/compatible-mode/v1/chat/completions" }),
  unspoken("chat", { id = "alibaba-us", base = "https://dashscope-us.aliyuncs.com/compatible-mode", key = "ALIBABA_US_API_KEY",
    asks = { "GET /compatible-mode/v1/models" }, chat = "/compatible-mode/v1/chat/completions" }),
  unspoken("chat", { id = "baseten", base = "https://inference.baseten.co", key = "BASETEN_API_KEY", model = MAKER,
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions", bad = { 403, { error = "please check the api-key you provided" } } }),
  unspoken("responses", { id = "meta", base = "https://api.meta.ai", key = "MODEL_API_KEY", asks = { "GET /v1/models" }, chat = "/v1/responses" }),
  unspoken("chat", { id = "opencode", base = "https://opencode.ai/inference/openai", key = "OPENCODE_API_KEY", also = { ["x-opencode-session"] = "roster" },
    asks = { "GET /inference/openai/v1/models" }, chat = "/inference/openai/v1/chat/completions" }),
  unproven("anthropic", { id = "opencode-anthropic", base = "https://opencode.ai/inference/anthropic", key = "OPENCODE_API_KEY", header = "x-api-key",
    unlisted = true, asks = { "GET /inference/anthropic/v1/models?limit=1000" }, chat = "/inference/anthropic/v1/messages",
    rejected = "bad_credential at list", also = { ["anthropic-version"] = "2023-06-01", ["x-opencode-session"] = "roster" } }),
  unspoken("chat", { id = "xiaomi", base = "https://api.xiaomimimo.com", key = "XIAOMI_API_KEY", asks = { "GET /v1/models" }, chat = "/v1/chat/completions" }),
  unspoken("chat", { id = "xiaomi-token-plan-cn", base = "https://token-plan-cn.xiaomimimo.com", key = "XIAOMI_TOKEN_PLAN_CN_API_KEY",
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions" }),
  unspoken("chat", { id = "xiaomi-token-plan-ams", base = "https://token-plan-ams.xiaomimimo.com", key = "XIAOMI_TOKEN_PLAN_AMS_API_KEY",
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions" }),
  unspoken("chat", { id = "xiaomi-token-plan-sgp", base = "https://token-plan-sgp.xiaomimimo.com", key = "XIAOMI_TOKEN_PLAN_SGP_API_KEY",
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions" }),
  unproven("chat", { id = "zhipu-coding", base = "https://open.bigmodel.cn", key = "ZHIPU_API_KEY", rejected = "bad_credential at list",
    asks = { "GET /api/coding/paas/v4/models", "GET /api/coding/paas/v4/models/zhipu-coding-m" }, chat = "/api/coding/paas/v4/chat/completions" }),
  unspoken("chat", { id = "aihubmix", base = "https://aihubmix.com", key = "AIHUBMIX_API_KEY", asks = { "GET /v1/models" }, chat = "/v1/chat/completions" }),
  unproven("chat", { id = "nano-gpt", base = "https://nano-gpt.com/api", key = "NANO_GPT_API_KEY", public = true,
    asks = { "GET /api/v1/models" }, chat = "/api/v1/chat/completions", bad = { 401, openai_error("Invalid API key", "invalid_api_key") } }),
  unspoken("chat", { id = "novita", base = "https://api.novita.ai/openai", key = "NOVITA_API_KEY", model = MAKER,
    asks = { "GET /openai/v1/models" }, chat = "/openai/v1/chat/completions",
    bad = { 401, { code = 401, reason = "FAILED_TO_AUTH", message = "failed to authenticate API key" } },
    unknown = { 404, { code = 404, reason = "MODEL_NOT_FOUND", message = "model not found" } } }),
  row("chat", { id = "synthetic", base = "https://api.synthetic.new", key = "SYNTHETIC_API_KEY", model = "hf:acme/test", public = true,
    asks = { "GET /openai/v1/models", "GET /v2/quotas" }, account = { subscription = { limit = 600, requests = 0 } },
    chat = "/openai/v1/chat/completions", good = "ready at list", gone = "not_listed at list" }),
  row("chat", { id = "venice", base = "https://api.venice.ai/api", key = "VENICE_API_KEY", public = true,
    asks = { "GET /api/v1/models", "GET /api/v1/api_keys/rate_limits" }, account = { data = { accessPermitted = true } },
    chat = "/api/v1/chat/completions", good = "ready at list", gone = "not_listed at list", bad = { 401, { error = "Authentication failed" } } }),
  unproven("chat", { id = "chutes", base = "https://llm.chutes.ai", key = "CHUTES_API_KEY", model = MAKER, public = true,
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions", bad = { 401, { detail = "Invalid token" } } }),
  unspoken("chat", { id = "scaleway", base = "https://api.scaleway.ai", key = "SCW_SECRET_KEY", asks = { "GET /v1/models" }, chat = "/v1/chat/completions",
    bad = { 403, { message = "Your API key does not exist or does not have the necessary permissions." } } }),
  unspoken("chat", { id = "wandb", base = "https://api.inference.wandb.ai", key = "WANDB_API_KEY", model = MAKER,
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions" }),
  unspoken("chat", { id = "friendli", base = "https://api.friendli.ai/serverless", key = "FRIENDLI_TOKEN", model = MAKER,
    asks = { "GET /serverless/v1/models" }, chat = "/serverless/v1/chat/completions",
    bad = { 401, { detail = "Unauthorized. Please provide a valid credential." } }, unknown = { 404, { detail = "Model 'gone' not found." } } }),
  unspoken("chat", { id = "gmicloud", base = "https://api.gmi-serving.com", key = "GMICLOUD_API_KEY", model = MAKER,
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions" }),
  unspoken("chat", { id = "clarifai", base = "https://api.clarifai.com/v2/ext/openai", key = "CLARIFAI_PAT", model = "acme/chat/models/test",
    asks = { "GET /v2/ext/openai/v1/models" }, chat = "/v2/ext/openai/v1/chat/completions" }),
  unproven("chat", { id = "aimlapi", base = "https://api.aimlapi.com", key = "AIML_API_KEY", model = MAKER, public = true,
    asks = { "GET /v1/models" }, chat = "/v1/chat/completions" }),
  unspoken("chat", { id = "helicone", base = "https://ai-gateway.helicone.ai", key = "HELICONE_API_KEY", asks = { "GET /v1/models" },
    chat = "/v1/chat/completions" }),
}

for _, r in ipairs(wire.rows) do
  r.model    = r.model or r.id .. "-m"
  r.rejected = r.rejected or "bad_credential at list"
  r.secret   = r.key and ("sk-%s-0123456789"):format((r.key:lower():gsub("_", "-")))
end

-- ---- the mock server of one row ----

--- A route: status and body, or text and headers, of a failure.
function wire.answer(path, failure, more)
  local route = { path = path, status = failure[1], body = failure[2], text = failure[3], headers = failure[4] }
  for name, value in pairs(more or {}) do route[name] = value end
  return route
end

local function place(asked) return asked:match "^%u+ ([^?]+)" end

--- The header that a good key makes.
function wire.header(r)
  if not r.key or r.signed then return nil end
  if r.header then return r.header, r.secret end
  return "authorization", "Bearer " .. r.secret
end

--- Its answers to whoever has the key `secret`; to others, what it says to a bad key.
function wire.routes(r)
  local name, value = wire.header(r)
  local when = name and { [name] = value } or nil
  local routes = {}
  local function add(path, status_and_body, more)
    local route = wire.answer(path, status_and_body, more)
    if route.when == nil then route.when = when end
    if route.when == false then route.when = nil end
    routes[#routes + 1] = route
  end
  local quoted = ('"%s"'):format(r.model)
  if not r.unlisted then add(place(r.asks[1]), { 200, r.list(r.model) }, r.public and { when = false } or nil) end
  if r.account then add(place(r.asks[#r.asks]), { 200, r.account }) end
  if r.lookup then
    add(r.lookup .. r.model, { 200, r.look(r.model) }, r.public and { when = false, method = "GET" } or { method = "GET" })
    add(r.lookup .. "*", r.unknown, { method = "GET" })
  end
  local in_path = r.chat:find((r.model:gsub(":", "%%3A")), 1, true) ~= nil
  if r.counts then
    local public = r.id == "ollama-cloud" and { when = false } or {}
    if r.counts ~= "/api/show" then add(r.counts, { 200, r.counted }) else add(r.counts, { 200, r.counted }, { holds = quoted, when = public.when }) end
    if r.counts == "/api/show" then add(r.counts, r.unknown) end
  end
  add(r.chat:gsub("%%3A", ":"), { 200, r.answer }, not in_path and { holds = quoted } or nil)
  if in_path then add("*", r.unknown, { method = "POST" }) else add(r.chat, r.unknown) end
  add("*", { 404, nil, "404 page not found\n" })
  if name then routes[#routes + 1] = wire.answer("*", r.bad) end
  return routes
end

return wire
