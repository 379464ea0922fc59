-- How endpoints of the Chat Completions API are checked and their responses read. Editing this changes what counts as proof at most hosts.

-- What the codes of errors mean, or else their types. The numbers are Z.ai's, except 1500, which is Mistral's.
local CODES = {
  bad_credential = { "invalid_api_key", "wrong_api_key", "authentication_error", "invalid_authentication_error", "invalidapikey",
                     "1000", "1001", "1002", "1003", "1004" },
  no_access      = { "model_terms_required", "key_model_access_denied", "1311" },
  account        = { "account_deactivated", "account_suspended", "organization_restricted", "organization_deactivated", "1112", "1121", "1220" },
  region         = { "unsupported_country_region_territory", "region_not_supported", "unsupported_region" },
  policy         = { "ip_not_authorized" },
  no_quota       = { "insufficient_quota", "exceeded_current_quota_error", "credit_balance_exhausted", "billing_hard_limit_reached",
                     "billing_not_active", "payment_required", "budget_exceeded", "quota_exceeded", "usage_limit_exceeded",
                     "project_spend_limit_exceeded", "organization_spend_limit_exceeded", "organization_usage_limit_exceeded",
                     "1113", "1304", "1308", "1309", "1310" },
  not_listed     = { "model_not_found", "model_not_available", "model_not_supported", "model_decommissioned", "model_deprecated",
                     "invalid_model", "unknown_model", "deploymentnotfound", "1211", "1500" },
  rate_limited   = { "rate_limit_exceeded", "rate_limit_error", "rate_limit_reached_error", "1302", "1303", "1305" },
  provider_error = { "slow_down", "server_is_overloaded", "server_overloaded", "flex_unavailable", "service_unavailable_error",
                     "server_error", "engine_overloaded_error", "unavailable_error", "queue_exceeded", "1312" },
  missing        = { "unknown_url" },
  wrong_protocol = { "unsupported_api_for_model" },
}

-- Messages of hosts without codes, in lower case. The first match decides.
local PHRASES = {
  { "invalid url",               "missing" },
  { "unknown request url",       "missing" },
  { "unexpected endpoint",       "missing" },        -- LM Studio, as a 200
  { "cannot get /",              "missing" },
  { "cannot post /",             "missing" },
  { "no route",                  "missing" },
  { "the route ",                "missing" },
  { "endpoint not supported",    "missing" },
  { "route get",                 "missing" },
  { "route post",                "missing" },
  { "not a chat model",          "wrong_protocol" },
  { "not accessible via",        "wrong_protocol" }, -- Copilot
  { "only supported in v1/",     "wrong_protocol" },
  { "not supported in the v1/",  "wrong_protocol" },
  { "not support chat",          "wrong_protocol" },
  { "context length",            "rejected" },       -- Together, as a 403
  { "flagged",                   "rejected" },       -- OpenRouter's moderation, as a 403
  { "incorrect api key",         "bad_credential" }, -- xAI, as a 400
  { "invalid api key",           "bad_credential" },
  { "api key not valid",         "bad_credential" }, -- Google's route for this protocol, as a 400
  { "authentication failed",     "bad_credential" }, -- NVIDIA, as a 403
  { "insufficient balance",      "no_quota" },
  { "insufficient credits",      "no_quota" },
  { "credit balance is too low", "no_quota" },
  { "available credits",         "no_quota" },       -- xAI, as a 403
  { "spending limit",            "no_quota" },       -- Fireworks, as a 412
  { "spend limit",               "no_quota" },       -- Groq, as a 400
  { "account is suspended",      "account" },
  { "account suspended",         "account" },        -- Fireworks, as a 412
  { "member of an organization", "account" },        -- OpenAI, as a 401
  { "data policy",               "policy" },         -- OpenRouter: "No endpoints found matching your data policy"
  { "virtual network",           "policy" },         -- Azure, as a 403
  { "public access is disabled", "policy" },         -- Azure, as a 403
  { "no endpoints found",        "no_access" },      -- OpenRouter: the account's own filters exclude every endpoint
  { "is not a valid model",      "not_listed" },     -- OpenRouter, as a 400
  { "invalid model name",        "not_listed" },     -- LiteLLM, as a 400
  { "model not exist",           "not_listed" },     -- DeepSeek, as a 400
  { "not found for account",     "not_listed" },     -- NVIDIA, which calls a model a function
  { "model busy",                "provider_error" }, -- DeepInfra, as a 429
  { "no deployments available",  "provider_error" }, -- LiteLLM, as a 429
}

-- MiniMax fails with 200 and a code in base_resp.
local BASE = {
  [1002] = "rate_limited",
  [1004] = "bad_credential", [2049] = "bad_credential",
  [1008] = "no_quota", [2056] = "no_quota",
  [2013] = "rejected",
}

-- Non-standard statuses: 498 is Groq without capacity, 424 Vercel without an upstream.
local BUSY = { [424] = true, [498] = true }

local MEANING = {}
for state, codes in pairs(CODES) do
  for _, code in ipairs(codes) do MEANING[code] = state end
end

local NONE = {}

local function fields(value) return type(value) == "table" and value or NONE end
local function word(value) return type(value) == "string" and value or nil end
local function number(value) return type(value) == "number" and value or (type(value) == "string" and tonumber(value)) or nil end
local function count(value) return (number(value) or 0) > 0 and number(value) or nil end
local function is_list(value) return type(value) == "table" and (#value > 0 or next(value) == nil) end
local function lower(value) return (type(value) == "string" or type(value) == "number") and tostring(value):lower() or "" end

-- Errors come as an object, a string, a list, the entire body, or under `detail`; some routes wrap the body in a list of one.
local function fault_of(body)
  local whole = fields(body)
  if whole[1] ~= nil then whole = fields(whole[1]) end
  local fault = whole.error or whole.detail
  if type(fault) == "table" and fault[1] ~= nil then fault = fault[1] end
  if word(fault) then return { message = fault, code = whole.code } end
  if type(fault) ~= "table" then return whole end
  return { message = fault.message or fault.msg or fault.error, code = fault.code, type = fault.type }
end

local function by_phrase(says)
  for _, phrase in ipairs(PHRASES) do
    if text.contains(says, phrase[1]) then return phrase[2] end
  end
end

local function asks_about_model(stage) return stage == "prove" or stage == "generate" end

-- Whether a message is about the model, rather than about a path such as /v1/models/x.
local function is_about_model(says) return text.contains(table.concat(text.split(says, "/models"), ""), "model") end

local function meaning(response)
  if response.status >= 500 then return nil end -- the server failed, whatever its message blames
  local fault = fault_of(response.body)
  local says  = lower(fault.message)
  -- OpenAI's restricted keys: one that may not list or look up may still be good for use.
  if text.contains(says, "missing scopes") then return response.stage == "generate" and "no_access" or "rejected" end
  local state = MEANING[lower(fault.code)] or MEANING[lower(fault.type)] or by_phrase(says)
  if not state and BUSY[response.status] then return "provider_error" end
  if response.status == 404 and not state then state = is_about_model(says) and "not_listed" or "missing" end
  if state == "not_listed" and response.status == 403 then state = "no_access" end -- it exists, but not for this key
  if asks_about_model(response.stage) then return state end
  if state == "not_listed" or state == "wrong_protocol" then return "missing" end -- the request named no model: a different endpoint
  return state ~= "no_access" and state or nil
end

-- The two cases in which a 200 about a key is a failure: xAI's blocked key and DeepSeek's empty account.
local function dead_key(body)
  if body.api_key_blocked == true or body.api_key_disabled == true or body.team_blocked == true then return "bad_credential" end
  return body.is_available == false and "no_quota" or nil
end

-- An empty response that stopped at its length is a success: reasoning used up the tokens.
local function succeeded(stage, body)
  if type(body) ~= "table" or body.error ~= nil then return false end
  if (count(fields(body.base_resp).status_code)) then return false end -- a failure that MiniMax sends as 200
  if stage == "generate" then return type(body.choices) == "table" end
  if stage == "prove" then return (word(body.id) or "") ~= "" end
  return not (MEANING[lower(body.code)] and word(body.message)) -- DashScope's refusals, where a gateway makes a 200 of them
end

local NEW_LIMIT = { azure = true, cerebras = true, groq = true, openai = true }

-- DeepSeek keeps an account in each currency.
local function account(list)
  local first
  for _, item in ipairs(is_list(list) and list or {}) do
    local one = { left = number(fields(item).total_balance), currency = word(fields(item).currency) }
    first = first or one
    if (one.left or 0) > 0 then return one end
  end
  return first
end

-- OpenRouter's key has a limit of its own, LiteLLM's a budget, Vercel's account a balance, and Venice's one in each currency; all are in
-- US dollars.
local function credit(body)
  body = fields(body)
  local key, info = fields(body.data), fields(body.info)
  local spent, budget, dollars = number(info.spend), number(info.max_budget), number(fields(key.balances).USD)
  if number(key.limit_remaining) then return { left = number(key.limit_remaining), limit = number(key.limit), currency = "USD" } end
  if spent and budget then return { left = budget - spent, limit = budget, currency = "USD" } end
  if dollars or number(body.balance) then return { left = dollars or number(body.balance), currency = "USD" } end
  return account(body.balance_infos)
end

protocol "openai-chat" {
  inherit     = "openai-listing",
  prefix      = "/v1",
  versioned_base = true, -- as its SDKs take it
  chat_path   = "/chat/completions",
  sdk_path    = "/chat/completions",

  read_credit = credit,

  served = function (body) return fields(body).model end,

  prove = {
    function (model) return get("/models/" .. model.api_name) end,
  },

  without_prompt = function (model) return post("/chat/completions", { model = model.api_name }) end,

  -- Sixteen tokens: some hosts refuse fewer. OpenAI's newer models refuse the old name of the limit; most other hosts know only that one.
  generate = function (model)
    local limit = NEW_LIMIT[model.provider.id] and "max_completion_tokens" or "max_tokens"
    return post("/chat/completions", {
      model    = model.api_name,
      messages = { { role = "user", content = "hi" } },
      [limit]  = 16,
    })
  end,

  verdict = function (response)
    if response.status < 200 or response.status > 299 then return meaning(response) end
    local base = BASE[fields(fields(response.body).base_resp).status_code]
    if base then return base end
    if not succeeded(response.stage, response.body) then return meaning(response) or "provider_error" end
    return response.stage == "prove_key" and dead_key(response.body) or "ready"
  end,
}
