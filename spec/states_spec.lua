-- Every state that a response can lead to, with responses as providers really send them, for each protocol.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local protocols = {
  ["anthropic-messages"] = { list = "/v1/models", get = "/v1/models/one", count = "/v1/messages/count_tokens", generate = "/v1/messages" },
  ["openai-chat"]        = { list = "/v1/models", get = "/v1/models/one", generate = "/v1/chat/completions" },
  ["openai-responses"]   = { list = "/v1/models", get = "/v1/models/one", generate = "/v1/responses" },
  gemini = { list = "/v1beta/models", get = "/v1beta/models/one", count = "/v1beta/models/one:countTokens",
             generate = "/v1beta/models/one:generateContent" },
}

-- The request that gets the response (the rung), and the endpoints that the server must have or lack for it to be sent.
local rungs = {
  list     = { stage = "list",     serves = { "get", "count", "generate" }, level = "prove" },
  get      = { stage = "prove",    serves = { "count", "generate" },        level = "prove" },
  count    = { stage = "prove",    serves = { "generate" },                 level = "prove" },
  generate = { stage = "generate", serves = { "list", "get", "count" },     level = "generate" },
}

local function scene_for(protocol, rung, answer)
  local route = { path = protocols[protocol][rung] }
  for name, value in pairs(answer) do route[name] = value end
  return support.scene { { "acme", protocol = protocol, models = { "one" }, server = { serves = rungs[rung].serves, routes = { route } } } }
end

local hints = {
  bad_credential = "set a valid ACME_API_KEY",
  no_access      = "ask The acme for access to it, or use another key",
  no_quota       = "see the billing page of The acme",
  not_listed     = "check api_name",
  rate_limited   = "try again",
  provider_error = "",
  account_refused = "settle that with The acme, or use a key of another account",
  region_refused  = "send the request from a region that The acme serves",
  policy_refused  = "change that policy at The acme",
}

local reasons = {
  bad_credential = "The acme rejected the key in ACME_API_KEY",
  no_access      = "The acme accepts the key, but not for one",
  no_quota       = "The acme: no credit or quota is left",
  not_listed     = "The acme accepts the key, but does not know one",
  rate_limited   = "The acme is limiting requests",
  provider_error = "The acme",
  account_refused = "The acme knows the key, but refuses its account",
  region_refused  = "The acme does not serve this region",
  policy_refused  = "The acme has a policy that forbids this",
}

--- Checks the state, its rung, its evidence, its reason and its hint.
local function assert_state(entry, part, state, rung, status, says, code)
  assert.equal("unavailable", part)
  assert.equal(state, entry.state, entry.reason)
  assert.equal(rungs[rung].stage, entry.stage)
  assert.equal(status, entry.http_status)
  if code then assert.equal(code, entry.reason_code) end
  has(entry.reason, reasons[code or state])
  if says then has(entry.reason, ("%d: %s"):format(status, says)) end
  has(entry.hint, hints[code or state])
  assert.is_true(#entry.hint > 0)
  assert.truthy(entry.checked_at:match "^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$")
end

local function anthropic(kind, message, details)
  return { type = "error", error = { type = kind, message = message, details = details }, request_id = "req_1" }
end

local function openai(message, code, kind) return { error = { message = message, type = kind or "invalid_request_error", code = code } } end

local function google(code, word, message, details) return { error = { code = code, message = message, status = word, details = details } } end
local function info(reason) return { { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", reason = reason, domain = "googleapis.com" } } end

local function violation(quota, value)
  return { { ["@type"] = "type.googleapis.com/google.rpc.QuotaFailure", violations = { { quotaId = quota, quotaValue = value } } },
    { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", retryDelay = "34.5s" } }
end

-- { name, rungs, status, body, state, what the reason repeats, the reason's code where it is not the state's }
local answers = {
  ["anthropic-messages"] = {
    { "a bad key", "list get count generate", 401, anthropic("authentication_error", "invalid x-api-key"), "bad_credential", "invalid x-api-key" },
    { "a key without permission for the account", "list", 403, anthropic("permission_error", "not allowed"), "bad_credential", "not allowed" },
    { "a key without permission for the model", "get count generate", 403, anthropic("permission_error", "no permission for one"), "no_access",
      "no permission for one" },
    { "a key whose owner has left (a 400)", "list generate", 400,
      anthropic("invalid_request_error", "no member", { error_code = "claude_code_key_creator_not_member" }), "bad_credential", "no member" },
    { "an unknown model", "get count generate", 404, anthropic("not_found_error", "model: one"), "not_listed", "model: one" },
    { "a billing error", "list get count generate", 402, anthropic("billing_error", "pay first"), "no_quota", "pay first" },
    { "an empty account (a 400)", "get count generate", 400, anthropic("invalid_request_error",
      "Your credit balance is too low to access the API. Please go to Plans & Billing."), "no_quota", "Your credit balance is too low" },
    { "a spend limit (a 429)", "list count generate", 429, anthropic("rate_limit_error", "limit", { error_code = "enforced_spend_limit_reached" }),
      "no_quota", "limit" },
    { "a contract limit (a 429)", "generate", 429, anthropic("rate_limit_error", "limit", { error_code = "contract_spend_limit_reached" }),
      "no_quota", "limit" },
    { "an organization on hold (a 400)", "list get count generate", 400,
      anthropic("invalid_request_error", "on hold", { error_code = "organization_on_hold" }), "no_access", "on hold", "account_refused" },
    { "an organization that is not eligible (a 400)", "list count", 400,
      anthropic("invalid_request_error", "not eligible", { error_code = "organization_not_eligible" }), "no_access", "not eligible", "account_refused" },
    { "a disabled encryption key of the account (a 400)", "list generate", 400,
      anthropic("invalid_request_error", "key is off", { error_code = "cmek_key_disabled" }), "no_access", "key is off", "account_refused" },
    { "a missing user profile (a 400)", "list generate", 400,
      anthropic("invalid_request_error", "profile", { error_code = "user_profile_required" }), "no_access", "profile", "account_refused" },
    { "a user profile that cannot be billed (a 403)", "list count generate", 403,
      anthropic("permission_error", "The user profile cannot be billed.", { error_code = "user_profile_not_billable" }), "no_quota",
      "The user profile cannot be billed." },
    { "a region that is not served (a 400)", "list get count generate", 400,
      anthropic("invalid_request_error", "Access from this region is not supported.", { error_code = "region_not_supported" }), "no_access",
      "Access from this region is not supported.", "region_refused" },
    { "a sandbox without access (a 403)", "list generate", 403,
      anthropic("permission_error", "sandbox", { error_code = "sandbox_egress_restricted" }), "no_access", "sandbox", "policy_refused" },
    { "encryption settings that cannot be read (a 400)", "list generate", 400,
      anthropic("invalid_request_error", "retry", { error_code = "cmek_context_unavailable" }), "provider_error", "retry" },
    { "a rate limit", "list get count generate", 429, anthropic("rate_limit_error", "too fast"), "rate_limited", "too fast" },
    { "a ramp limit", "count", 429, anthropic("rate_limit_error", "ramp", { error_code = "ramp_limit_exceeded" }), "rate_limited", "ramp" },
    { "an overload", "list get count generate", 529, anthropic("overloaded_error", "Overloaded"), "provider_error", "Overloaded" },
    { "an internal error", "list generate", 500, anthropic("api_error", "Internal server error"), "provider_error", "Internal server error" },
    { "a timeout at the provider", "get", 504, anthropic("timeout_error", "Timed out"), "provider_error", "Timed out" },
  },
  ["openai-responses"] = {
    { "a bad key", "list get generate", 401, openai("Incorrect API key provided: sk-pr***1234.", "invalid_api_key"), "bad_credential",
      "Incorrect API key provided" },
    { "a bad key at xAI (a 400 whose error is a string)", "list get generate", 400,
      { code = "Client specified an invalid argument", error = "Incorrect API key provided: gs***tF." }, "bad_credential", "Incorrect API key provided" },
    { "an unsupported country", "list get generate", 403, openai("Country, region, or territory not supported", "unsupported_country_region_territory"),
      "no_access", "Country, region", "region_refused" },
    { "a deactivated account", "list get generate", 401, openai("Your account was deactivated", "account_deactivated"), "no_access",
      "Your account was deactivated", "account_refused" },
    { "an address that the organization does not allow", "list generate", 401, openai("Your IP is not authorized", "ip_not_authorized"),
      "no_access", "Your IP is not authorized", "policy_refused" },
    { "a spend limit of the organization (a 429)", "list get generate", 429, openai("Spend limit", "organization_spend_limit_exceeded"),
      "no_quota", "Spend limit" },
    { "an unknown model", "get generate", 404, openai("The model `one` does not exist or you do not have access to it.", "model_not_found"),
      "not_listed", "The model `one` does not exist" },
    { "a project without the model (a 403)", "get generate", 403, openai("Project `p` does not have access to model `one`", "model_not_found"),
      "no_access", "Project `p` does not have access" },
    { "an exhausted quota (a 429)", "list get generate", 429, openai("You exceeded your current quota, please check your plan and billing details.",
      "insufficient_quota", "insufficient_quota"), "no_quota", "You exceeded your current quota" },
    { "a billing limit (a 400)", "generate", 400, openai("Billing hard limit has been reached", "billing_hard_limit_reached"), "no_quota",
      "Billing hard limit" },
    { "a rate limit", "list get generate", 429, openai("Rate limit reached", "rate_limit_exceeded", "tokens"), "rate_limited", "Rate limit reached" },
    { "slow_down (a 429)", "generate", 429, openai("Slow down", "slow_down", "server_error"), "provider_error", "Slow down" },
    { "an error of the server", "list get generate", 500, openai("The server had an error", nil, "server_error"), "provider_error",
      "The server had an error" },
    { "an overload", "list get", 503, openai("The engine is currently overloaded", "server_is_overloaded", "service_unavailable_error"),
      "provider_error", "The engine is currently overloaded" },
    { "a key outside of its organization (a 401)", "list generate", 401, openai "You must be a member of an organization to use the API",
      "no_access", "You must be a member", "account_refused" },
    { "an unknown model at Perplexity (a 400 with a type)", "generate", 400, openai("Invalid model 'one'.", 400, "invalid_model"), "not_listed",
      "Invalid model 'one'." },
    { "used-up credits at Perplexity (a 401)", "list generate", 401, openai("Insufficient credits", 401, "payment_error"), "no_quota",
      "Insufficient credits" },
    { "Azure's rules for networks (a 403)", "list generate", 403,
      { error = { code = "403", message = "Access denied due to Virtual Network/Firewall rules." } }, "no_access", "Access denied due to Virtual",
      "policy_refused" },
    { "Azure without public access (a 403)", "list generate", 403,
      { error = { code = "403", message = "Public access is disabled. Please configure private endpoint." } }, "no_access",
      "Public access is disabled", "policy_refused" },
  },
  ["openai-chat"] = {
    { "Azure's rules for networks (a 403)", "list generate", 403,
      { error = { code = "403", message = "Access denied due to Virtual Network/Firewall rules." } }, "no_access", "Access denied due to Virtual",
      "policy_refused" },
    { "a bad key at NVIDIA (a 403)", "generate", 403, { status = 403, title = "Forbidden", detail = "Authentication failed" }, "bad_credential",
      "Authentication failed" },
    { "a key outside of its organization (a 401)", "list generate", 401, openai "You must be a member of an organization to use the API",
      "no_access", "You must be a member", "account_refused" },
    { "a busy model at DeepInfra (a 429)", "generate", 429, { detail = { error = "Model busy, retry later" } }, "provider_error", "Model busy" },
    { "no deployment at LiteLLM (a 429)", "generate", 429,
      openai("No deployments available for selected model, Try again in 5 seconds.", "429", "None"), "provider_error", "No deployments available" },
    { "no right to the API at Z.ai (a 429)", "list generate", 429, { error = { code = "1220", message = "No permission to access the API" } },
      "no_access", "No permission", "account_refused" },
    { "MiniMax's bad key (a 200)", "list generate", 200, { base_resp = { status_code = 2049, status_msg = "invalid api key" } }, "bad_credential",
      "invalid api key" },
    { "MiniMax's empty account (a 200)", "generate", 200, { choices = {}, base_resp = { status_code = 1008, status_msg = "no balance" } }, "no_quota",
      "no balance" },
    { "MiniMax's used-up plan (a 200)", "generate", 200, { base_resp = { status_code = 2056, status_msg = "usage limit exceeded" } }, "no_quota",
      "usage limit exceeded" },
    { "MiniMax's rate limit (a 200)", "generate", 200, { base_resp = { status_code = 1002, status_msg = "too fast" } }, "rate_limited", "too fast" },
    { "a bad key", "list get generate", 401, openai("Incorrect API key provided: sk-pr***1234.", "invalid_api_key"), "bad_credential",
      "Incorrect API key provided" },
    { "a bad key at Mistral", "list get", 401, { detail = "Unauthorized" }, "bad_credential", "Unauthorized" },
    { "a bad key at xAI (a 400 whose error is a string)", "list get generate", 400,
      { code = "Client specified an invalid argument", error = "Incorrect API key provided: gs***tF." }, "bad_credential", "Incorrect API key provided" },
    { "a bad key at Cerebras (an error without a wrapper)", "list", 401, { message = "Wrong API Key", type = "invalid_request_error", code = "wrong_api_key" },
      "bad_credential", "Wrong API Key" },
    { "a bad key at Cohere (only a message)", "list", 401, { message = "invalid api token" }, "bad_credential", "invalid api token" },
    { "a bad key at Z.ai (a numeric code)", "list generate", 401, { error = { code = "1000", message = "Authentication Failed" } }, "bad_credential",
      "Authentication Failed" },
    { "a bad key at Google's compatible endpoint (in a list of one)", "list", 400, { google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.") },
      "bad_credential", "API key not valid" },
    { "an unknown model", "get generate", 404, openai("The model `one` does not exist", "model_not_found"), "not_listed", "The model `one` does not exist" },
    { "an unknown model at Ollama (a string)", "get generate", 404, { error = "model 'one' not found" }, "not_listed", "model 'one' not found" },
    { "an unknown model at Z.ai (a 400)", "generate", 400, { error = { code = "1211", message = "Unknown Model" } }, "not_listed", "Unknown Model" },
    { "an unknown model at DeepSeek (a 400)", "generate", 400, openai("Model Not Exist", "invalid_request_error"), "not_listed", "Model Not Exist" },
    { "an unknown model at Hugging Face (a 400)", "generate", 400, openai("The requested model 'one' is not supported", "model_not_supported"),
      "not_listed", "The requested model" },
    { "an unknown model at NVIDIA (called a function)", "get", 404, { status = 404, title = "Not Found", detail = "Function 'x': Not found for account 'y'" },
      "not_listed", "Function 'x'" },
    { "a project without the model (a 403)", "get generate", 403, openai("Project `p` does not have access to model `one`", "model_not_found"),
      "no_access", "Project `p` does not have access" },
    { "an unsupported country", "list get", 403, openai("Country, region, or territory not supported", "unsupported_country_region_territory"),
      "no_access", "Country, region", "region_refused" },
    { "a suspended account at Fireworks (a 412)", "list generate", 412, { error = { message = "Your account is suspended", code = "PRECONDITION_FAILED" } },
      "no_access", "Your account is suspended", "account_refused" },
    { "a restricted organization at Groq (a 400)", "list get", 400, openai("Organization has been restricted", "organization_restricted"), "no_access",
      "Organization has been restricted", "account_refused" },
    { "a locked account at Z.ai", "list generate", 429, { error = { code = "1112", message = "Account locked" } }, "no_access", "Account locked",
      "account_refused" },
    { "a data policy that excludes every endpoint at OpenRouter", "generate", 404, { error = { code = 404,
      message = "No endpoints found matching your data policy" } }, "no_access", "No endpoints found", "policy_refused" },
    { "a model that was retired (a 410 that names it)", "get generate", 410, openai("The model `one` has been retired", "gone"), "not_listed",
      "The model `one` has been retired" },
    { "a model whose terms are not accepted", "generate", 400, openai("accept the terms first", "model_terms_required"), "no_access",
      "accept the terms first" },
    { "an exhausted quota at OpenAI (a 429)", "list get generate", 429, openai("You exceeded your current quota", "insufficient_quota", "insufficient_quota"),
      "no_quota", "You exceeded your current quota" },
    { "an empty balance at Z.ai (a 429 with a numeric code)", "list generate", 429,
      { error = { code = "1113", message = "Insufficient balance or no resource package. Please recharge." } }, "no_quota", "Insufficient balance" },
    { "an empty balance at DeepSeek", "generate", 402, openai("Insufficient Balance", "invalid_request_error", "unknown_error"), "no_quota",
      "Insufficient Balance" },
    { "an empty balance at Moonshot (a 429)", "generate", 429, openai("Your account is suspended", nil, "exceeded_current_quota_error"), "no_quota",
      "Your account is suspended" },
    { "used-up credits at xAI (a 403)", "generate", 403, { code = "The caller does not have permission", error = "You have used all available credits" },
      "no_quota", "You have used all available credits" },
    { "a rate limit", "list get generate", 429, openai("Rate limit reached", "rate_limit_exceeded", "tokens"), "rate_limited", "Rate limit reached" },
    { "an overloaded engine at Moonshot (a 429)", "generate", 429, openai("The engine is overloaded", nil, "engine_overloaded_error"),
      "provider_error", "The engine is overloaded" },
    { "a lack of capacity at Groq (a 498)", "generate", 498, openai("Flex tier capacity exceeded", "capacity_exceeded"), "provider_error", "Flex tier" },
    { "an error of the server", "list get generate", 502, openai("Bad gateway", nil, "server_error"), "provider_error", "Bad gateway" },
  },
  gemini = {
    { "a bad key (a 400)", "list get count generate", 400, google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.",
      info "API_KEY_INVALID"), "bad_credential", "API key not valid" },
    { "an expired key", "list", 400, google(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key.", info "API_KEY_EXPIRED"),
      "bad_credential", "API key expired" },
    { "a missing key (a 403)", "list get", 403, google(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers."), "bad_credential",
      "Method doesn't allow unregistered callers" },
    { "a key reported as leaked", "list", 403, google(403, "PERMISSION_DENIED", "Your API key was reported as leaked."), "bad_credential", "Your API key" },
    { "an error in a list of one", "list get", 400, { google(400, "INVALID_ARGUMENT", "API key not valid.", info "API_KEY_INVALID") }, "bad_credential",
      "API key not valid" },
    { "a service that is not enabled", "list get generate", 403, google(403, "PERMISSION_DENIED", "It is disabled.", info "SERVICE_DISABLED"),
      "no_access", "It is disabled", "account_refused" },
    { "a key that is blocked for one method", "get count generate", 403, google(403, "PERMISSION_DENIED", "Requests to this API are blocked.",
      info "API_KEY_SERVICE_BLOCKED"), "no_access", "Requests to this API are blocked" },
    { "a key that is restricted to other addresses", "list get generate", 403, google(403, "PERMISSION_DENIED", "The IP address is not allowed.",
      info "API_KEY_IP_ADDRESS_BLOCKED"), "no_access", "The IP address is not allowed", "policy_refused" },
    { "an expired access token", "list get", 401, google(401, "UNAUTHENTICATED", "Request had invalid credentials.", info "ACCESS_TOKEN_EXPIRED"),
      "bad_credential", "Request had invalid credentials" },
    { "a suspended project", "list get", 403, google(403, "PERMISSION_DENIED", "The consumer is suspended.", info "CONSUMER_SUSPENDED"), "no_access",
      "The consumer is suspended", "account_refused" },
    { "a model that is not permitted", "get count generate", 403, google(403, "PERMISSION_DENIED", "You do not have permission to use models/one."),
      "no_access", "You do not have permission" },
    { "an unsupported location", "list get generate", 400, google(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
      "no_access", "User location", "region_refused" },
    { "an unknown model", "get count generate", 404, google(404, "NOT_FOUND", "models/one is not found for API version v1beta."), "not_listed",
      "models/one is not found" },
    { "disabled billing", "list get generate", 403, google(403, "PERMISSION_DENIED", "Billing is disabled.", info "BILLING_DISABLED"), "no_quota",
      "Billing is disabled" },
    { "a plan without a free tier (a 400)", "generate", 400, google(400, "FAILED_PRECONDITION", "Please enable billing on project 7."), "no_quota",
      "Please enable billing" },
    { "an exceeded daily quota (a 429)", "list get generate", 429, google(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.",
      violation("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "50")), "no_quota", "You exceeded your current quota" },
    { "a quota of zero (a 429)", "generate", 429, google(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota.",
      violation("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "0")), "no_quota", "You exceeded your current quota" },
    { "an exceeded quota per minute", "list get count generate", 429, google(429, "RESOURCE_EXHAUSTED", "Quota exceeded for requests per minute.",
      violation("GenerateRequestsPerMinutePerProjectPerModel", "10")), "rate_limited", "Quota exceeded" },
    { "an overload", "list get count generate", 503, google(503, "UNAVAILABLE", "The model is overloaded."), "provider_error", "The model is overloaded" },
    { "an internal error", "list get", 500, google(500, "INTERNAL", "An internal error has occurred."), "provider_error", "An internal error" },
  },
}

teardown(support.stop_all)

for _, protocol in ipairs { "anthropic-messages", "openai-responses", "openai-chat", "gemini" } do
  describe("The protocol " .. protocol, function ()
    for _, answer in ipairs(answers[protocol]) do
      local what, where, status, body, state, says, code = table.unpack(answer)
      it(("maps %s to the state %s"):format(what, state), function ()
        for rung in where:gmatch "%a+" do
          local entry, part = scene_for(protocol, rung, { status = status, body = body }).entry("one", "--level", rungs[rung].level)
          assert_state(entry, part, state, rung, status, says, code)
        end
      end)
    end
  end)
end

describe("A provider's refusal of roster's own request", function ()
  local too_small = openai("Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 16, but got 1 instead.", "integer_below_min_value")
  local too_long = openai("Input token count + max_tokens parameter must be less than the context length")
  local flagged = { error = { code = 403, message = "Your input was flagged" } }
  local refusals = {
    { "a number of tokens below the floor", "openai-responses", 400, too_small },
    { "Together's 403 for a prompt that is too long", "openai-chat", 403, too_long },
    { "OpenRouter's 403 for moderation", "openai-chat", 403, flagged },
    { "FastAPI's 422 for an unknown field", "openai-chat", 422, { detail = { { loc = { "body" }, msg = "extra fields not permitted", type = "value_error" } } } },
    { "a request that is too large", "anthropic-messages", 413, anthropic("request_too_large", "Request exceeds the maximum size") },
    { "an invalid argument", "gemini", 400, google(400, "INVALID_ARGUMENT", "Request contains an invalid argument.") },
  }

  for _, refusal in ipairs(refusals) do
    local what, protocol, status, body = table.unpack(refusal)

    it(("(%s) does not affect a model that a free request has proved"):format(what), function ()
      local entry = scene_for(protocol, "generate", { status = status, body = body }).entry("one", "--level", "generate")
      assert.equal("ready", entry.state)
    end)

    it(("(%s) leaves a model unproven that nothing else has proved, and is the reason"):format(what), function ()
      local scene = support.scene { { "acme", protocol = protocol, models = { "one" },
        server = { serves = {}, routes = { { path = protocols[protocol].generate, status = status, body = body } } } } }
      local entry = scene.entry("one", "--level", "generate")
      assert.equal("unproven", entry.state)
      has(entry.reason, ("the minimal request was refused as invalid (%d: "):format(status))
    end)
  end
end)

describe("A success response with an unusable body", function ()
  local frauds = {
    { "OpenRouter's error inside a 200", "openai-chat", "generate", { body = { error = { code = 502, message = "Provider returned error" } } },
      "Provider returned error" },
    { "a failed response", "openai-responses", "generate", { body = { id = "resp_1", object = "response", status = "failed",
      error = { code = "server_error", message = "it broke" } } }, "it broke" },
    { "no choices", "openai-chat", "generate", { body = { id = "x", object = "chat.completion" } }, "openai-chat" },
    { "a code of MiniMax's that is not known, inside a 200", "openai-chat", "generate",
      { body = { choices = {}, base_resp = { status_code = 4711, status_msg = "no luck" } } }, "no luck" },
    { "a typed error", "anthropic-messages", "count", { body = anthropic("overloaded_error", "Overloaded") }, "Overloaded" },
    { "a sign-in page", "anthropic-messages", "get", { text = "<!doctype html><title>Sign in</title>", headers = { ["content-type"] = "text/html" } },
      "a sign-in page" },
    { "a sign-in page", "openai-chat", "get", { text = "<!doctype html><title>Sign in</title>", headers = { ["content-type"] = "text/html" } },
      "a sign-in page" },
    { "a sign-in page", "gemini", "count", { text = "<!doctype html><title>Sign in</title>", headers = { ["content-type"] = "text/html" } },
      "a sign-in page" },
    { "an incomplete body", "openai-responses", "get", { text = '{"id":"one","obj' }, "openai-responses" },
    { "an empty body", "openai-chat", "get", { text = "" }, "openai-chat" },
    { "an unrelated body", "gemini", "get", { body = { hello = "world" } }, "gemini" },
  }
  for _, fraud in ipairs(frauds) do
    local what, protocol, rung, answer, says = table.unpack(fraud)
    it(("(%s, %s) gives the state provider_error"):format(what, protocol), function ()
      local entry, part = scene_for(protocol, rung, answer).entry("one", "--level", rungs[rung].level)
      assert_state(entry, part, "provider_error", rung, 200)
      has(entry.reason .. entry.hint, says)
    end)
  end

  it("is distinguished from a response that was cut off at its token limit, which makes the model ready", function ()
    local short = {
      ["openai-chat"] = { choices = { { index = 0, finish_reason = "length", message = { role = "assistant", content = "" } } } },
      ["openai-responses"] = { object = "response", status = "incomplete", incomplete_details = { reason = "max_output_tokens" } },
      gemini = { candidates = { { finishReason = "MAX_TOKENS", content = { role = "model" } } } },
      ["anthropic-messages"] = { type = "message", content = {}, stop_reason = "max_tokens" },
    }
    for protocol, body in pairs(short) do
      local entry = scene_for(protocol, "generate", { body = body }).entry("one", "--level", "generate")
      assert.equal("ready", entry.state, protocol)
      assert.equal("generate", entry.stage)
    end
  end)
end)

describe("A response for a missing endpoint", function ()
  local words = {
    { "plain text","anthropic-messages", 404, { text = "404 page not found\n" } },
    { "Cannot GET", "openai-chat", 404, { text = "Cannot GET /v1/models", headers = { ["content-type"] = "text/html" } } },
    { "OpenAI's unknown_url", "openai-responses", 404, { body = openai("Unknown request URL: GET /v1/models/one.", "unknown_url") } },
    { "OpenAI's Invalid URL", "openai-responses", 404, { body = openai "Invalid URL (GET /v1/models/one)" } },
    { "OpenAI's Invalid URL", "openai-chat", 404, { body = openai "Invalid URL (GET /v1/models/one)" } },
    { "LM Studio's 200", "openai-chat", 200, { body = { error = "Unexpected endpoint or method. (GET /v1/models/one)" } } },
    { "FastAPI's detail", "openai-chat", 404, { body = { detail = "Not Found" } } },
    { "Google's page", "gemini", 404, { text = "<html><title>Error 404 (Not Found)!!1</title></html>" } },
  }
  for _, word in ipairs(words) do
    local what, protocol, status, answer = table.unpack(word)
    it(("(%s, %s) leaves the model unproven"):format(what, protocol), function ()
      local scene = support.scene { { "acme", protocol = protocol, models = { "one" }, server = { serves = {}, routes = {
        { path = protocols[protocol].list, status = status, body = answer.body, text = answer.text, headers = answer.headers },
        { path = protocols[protocol].get, status = status, body = answer.body, text = answer.text, headers = answer.headers },
      } } } }
      local entry = scene.entry "one"
      assert.equal("unproven", entry.state, entry.reason)
      assert.equal("prove", entry.stage)
    end)
  end
end)

describe("The hint about a rate limit", function ()
  local function hint(headers, body)
    return scene_for("openai-chat", "list", { status = 429, body = body or openai("Rate limit reached", "rate_limit_exceeded"), headers = headers }).entry("one").hint
  end

  it("repeats the delay, in whichever form the provider gives it", function ()
    local forms = {
      { "Retry-After in seconds", "30 s", { ["retry-after"] = "30" } },
      { "Retry-After with a fraction", "8 s", { ["retry-after"] = "7.25" } },
      { "milliseconds", "2 s", { ["retry-after-ms"] = "1250" } },
      { "milliseconds before seconds", "2 s", { ["retry-after-ms"] = "1250", ["retry-after"] = "9" } },
      { "Azure's milliseconds", "5 s", { ["x-ms-retry-after-ms"] = "4001.5" } },
      { "OpenAI's durations", "360 s", { ["x-ratelimit-reset-requests"] = "12ms", ["x-ratelimit-reset-tokens"] = "6m0s" } },
      { "Groq's duration", "8 s", { ["x-ratelimit-reset-tokens"] = "7.66s" } },
      { "the duration of the limit that is used up", "3 s", { ["x-ratelimit-reset-requests"] = "2h", ["x-ratelimit-remaining-requests"] = "17",
        ["x-ratelimit-reset-tokens"] = "3s", ["x-ratelimit-remaining-tokens"] = "0" } },
      { "Retry-After before resets", "4 s", { ["retry-after"] = "4", ["x-ratelimit-reset-tokens"] = "6m0s" } },
      { "a number of seconds until the reset", "17 s", { ["x-ratelimit-reset"] = "17" } },
      { "a policy that is used up", "30 s", { ratelimit = '"default";r=0;t=30' } },
      { "the same as it was drafted before", "44 s", { ratelimit = "limit=10, remaining=0, reset=44" } },
    }
    for _, form in ipairs(forms) do assert.equal("try again after " .. form[2], hint(form[3]), form[1]) end
  end)

  it("counts the seconds until a date or a time stamp", function ()
    local function left(text) return tonumber(text:match "^try again after (%d+) s$") end
    local soon = os.time() + 900
    local forms = {
      { ["retry-after"] = os.date("!%a, %d %b %Y %H:%M:%S GMT", soon) },
      { ["retry-after"] = os.date("!%A, %d-%b-%y %H:%M:%S GMT", soon) },
      { ["retry-after"] = os.date("!%a %b %e %H:%M:%S %Y", soon) },
      { ["anthropic-ratelimit-tokens-reset"] = os.date("!%Y-%m-%dT%H:%M:%SZ", soon) },
      { ["x-ratelimit-reset"] = tostring(soon) },
      { ["x-ratelimit-reset"] = tostring(soon * 1000) },
    }
    for i, form in ipairs(forms) do
      local seconds = assert(left(hint(form)), i)
      assert.is_true(seconds > 0 and seconds <= 900, ("form %d: %d s"):format(i, seconds))
    end
  end)

  it("repeats the delay that is in Google's error", function ()
    local entry = scene_for("gemini", "list", { status = 429, body = google(429, "RESOURCE_EXHAUSTED", "Too fast",
      { { ["@type"] = "type.googleapis.com/google.rpc.RetryInfo", retryDelay = "34.5s" } }) }).entry "one"
    assert.equal("rate_limited", entry.state)
    assert.equal("try again after 35 s", entry.hint)
  end)

  it("ignores a delay that makes no sense", function ()
    for _, value in ipairs { "-1", "1e12", "soon", "999999999999", "Wed, 21 Oct 2015 07:28:00 GMT", "0", "Wed, 99 Foo 2099 07:28:00 GMT", "5 minutes" } do
      assert.equal("try again later", hint { ["retry-after"] = value }, value)
    end
    assert.equal("try again later", hint { ["x-ratelimit-reset-tokens"] = "forever" })
  end)
end)

describe("A model", function ()
  it("has neither reason nor hint when it is ready", function ()
    local scene = support.scene { { "acme", protocol = "anthropic-messages", models = { { "one", "context_window = 200 * K" } } } }
    local entry, part = scene.entry "one"
    assert.equal("models", part)
    assert.equal("ready", entry.state)
    assert.is_nil(entry.reason)
    assert.is_nil(entry.hint)
    assert.is_false(entry.stale)
    assert.truthy(entry.checked_at:match "^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$")
  end)

  it("is no_credential when its key is unset or empty, with a hint that names the variable", function ()
    for _, key in ipairs { false, "" } do
      local scene = support.scene { { "acme", protocol = "anthropic-messages", models = { "one" }, key = key } }
      local entry = scene.entry "one"
      assert.equal("no_credential", entry.state)
      assert.equal("credential", entry.stage)
      assert.equal("ACME_API_KEY is not set", entry.reason)
      has(entry.hint, "set ACME_API_KEY")
      assert.same({}, scene.paths())
    end
  end)

  it("is disabled when the definitions disable it, with their file and line", function ()
    local scene = support.scene {
      { "acme", protocol = "openai-chat", models = { { "one", "enabled = false" } } },
      { "off",  protocol = "openai-chat", models = { "two" }, fields = "enabled = false" },
    }
    local document = scene.models()
    for id, says in pairs { one = "enabled = false (", two = "provider 'off' is not enabled (" } do
      local entry = support.entry(document, id)
      assert.equal("disabled", entry.state)
      assert.equal("config", entry.stage)
      has(entry.reason, says)
      has(entry.reason, "scene.lua:")
      has(entry.hint, "enabled = true")
    end
  end)

  it("is disabled when a rule refuses it, with the rule's own reason", function ()
    local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "one" } } },
      { text = 'rule "thrift" (function (model) if model.id == "one" then return refuse "too dear for us" end end)' })
    local entry = scene.entry "one"
    assert.equal("disabled", entry.state)
    assert.equal("config", entry.stage)
    has(entry.reason, "rule 'thrift' refused it: too dear for us")
    assert.same({}, scene.paths())
  end)

  it("is unreachable when nothing listens at its address, with the address and the cause", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, url = "http://127.0.0.1:9" } }
    local entry = scene.entry "one"
    assert.equal("unreachable", entry.state)
    assert.equal("list", entry.stage)
    has(entry.reason, "The acme could not be reached at http://127.0.0.1:9: connection refused")
    has(entry.hint, "check the network and the address")
  end)

  it("is unproven when no free request can prove it, with a hint about what can", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, server = { serves = { "generate" } } } }
    local entry = scene.entry "one"
    assert.equal("unproven", entry.state)
    has(entry.reason, "The acme offers no free way to check one")
    has(entry.hint, "at level generate")
  end)

  it("is bad_credential when its keyless provider requires a key, with a hint about the missing line", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, keyless = true } }
    local entry = scene.entry "one"
    assert.equal("bad_credential", entry.state)
    has(entry.reason, "The acme requires a key (401")
    has(entry.hint, "credential = secret")
  end)

  it("has the same fields when it is not ready as when it is ready", function ()
    local fields = 'api_name = "one-1", description = "One", context_window = 200 * K, max_output_tokens = 8 * K, tier = "fast"'
    local good = support.scene { { "acme", protocol = "openai-chat", models = { { "one", fields } } } }
    local bad = support.scene { { "acme", protocol = "openai-chat", models = { { "one", fields } }, key = false } }
    local ready, part = good.entry "one"
    assert.equal("models", part)
    local missing = bad.entry "one"
    for _, name in ipairs { "id", "provider", "provider_id", "api_name", "protocol", "description", "context_window", "max_output_tokens", "tier", "source" } do
      assert.is_not_nil(ready[name], name)
      assert.same(ready[name], missing[name])
    end
  end)
end)
