-- How endpoints of the Chat Completions API are checked and their responses read. Editing this changes what counts as proof at most hosts.

-- What the codes of errors mean, or else their types. The numbers are Z.ai's, except 1500, which is Mistral's.
local CODES = {
  bad_credential = { "invalid_api_key", "wrong_api_key", "authentication_error", "invalid_authentication_error",
                     "1000", "1001", "1002", "1003", "1004" },
  no_access      = { "model_terms_required", "key_model_access_denied", "1220", "1311" },
  account        = { "account_deactivated", "account_suspended", "organization_restricted", "organization_deactivated", "1112", "1121" },
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
  { "not a chat model",          "rejected" },       -- it needs another protocol, which proves nothing about it
  { "context length",            "rejected" },       -- Together, as a 403
  { "flagged",                   "rejected" },       -- OpenRouter's moderation, as a 403
  { "incorrect api key",         "bad_credential" }, -- xAI, as a 400
  { "invalid api key",           "bad_credential" },
  { "api key not valid",         "bad_credential" }, -- Google's route for this protocol, as a 400
  { "insufficient balance",      "no_quota" },
  { "insufficient credits",      "no_quota" },
  { "credit balance is too low", "no_quota" },
  { "available credits",         "no_quota" },       -- xAI, as a 403
  { "spending limit",            "no_quota" },       -- Fireworks, as a 412
  { "spend limit",               "no_quota" },       -- Groq, as a 400
  { "account is suspended",      "account" },
  { "account suspended",         "account" },        -- Fireworks, as a 412
  { "data policy",               "policy" },         -- OpenRouter: "No endpoints found matching your data policy"
  { "no endpoints found",        "no_access" },      -- OpenRouter: the account's own filters exclude every endpoint
  { "is not a valid model",      "not_listed" },     -- OpenRouter, as a 400
  { "invalid model name",        "not_listed" },     -- LiteLLM, as a 400
  { "model not exist",           "not_listed" },     -- DeepSeek, as a 400
  { "not found for account",     "not_listed" },     -- NVIDIA, which calls a model a function
}

-- Non-standard statuses: 498 is Groq without capacity, 424 Vercel without an upstream.
local BUSY = { [424] = true, [498] = true }

local MEANING = {}
for state, codes in pairs(CODES) do
  for _, code in ipairs(codes) do MEANING[code] = state end
end

local function fields(value) return type(value) == "table" and value or {} end
local function word(value) return type(value) == "string" and value or nil end
local function count(value) return type(value) == "number" and value > 0 and value or nil end
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

-- A 404 is about a model or about a path; a 410 is about the service, unless it speaks of this model.
local function absence(response, says)
  if response.status == 404 then return is_about_model(says) and "not_listed" or "missing" end
  if response.status ~= 410 or says == "" then return nil end
  local name = asks_about_model(response.stage) and response.model.api_name:lower()
  return name and (text.contains(says, name) or text.contains(says, "this model") or text.contains(says, "the model")) and "not_listed"
    or "ended"
end

local function meaning(response)
  if response.status >= 500 then return nil end -- the server failed, whatever its message blames
  local fault = fault_of(response.body)
  local says  = lower(fault.message)
  -- OpenAI's restricted keys: one that may not list or look up may still be good for use.
  if text.contains(says, "missing scopes") then return response.stage == "generate" and "no_access" or "rejected" end
  local state = MEANING[lower(fault.code)] or MEANING[lower(fault.type)] or by_phrase(says)
  if not state and BUSY[response.status] then return "provider_error" end
  state = state or absence(response, says)
  if state == "not_listed" and response.status == 403 then state = "no_access" end -- it exists, but not for this key
  if asks_about_model(response.stage) then return state end
  if state == "not_listed" then return "missing" end -- the request named no model, so the endpoint is a different one
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
  if stage == "prove" then return word(body.id) ~= nil end
  return true
end

local NEW_LIMIT = { azure = true, cerebras = true, groq = true, openai = true }

local NO_CHAT = { audio = true, embedding = true, embeddings = true, image = true, moderation = true, rerank = true, video = true }

-- False only where the listing itself excludes it. At Copilot, an organization has to enable a model first.
local function chats(item)
  if item.supports_chat == false or item.active == false or item.archived == true then return false end
  local able, policy = fields(item.capabilities), fields(item.policy)
  if able.completion_chat == false or (word(policy.state) and policy.state ~= "enabled") then return false end
  return not NO_CHAT[item.type] and not NO_CHAT[able.type]
end

-- Each provider has its own name for the context window.
local function window(item)
  return count(item.context_length) or count(item.context_window) or count(item.max_model_len) or count(item.max_context_length)
    or count(fields(item.metadata).context_length) or count(fields(fields(item.capabilities).limits).max_context_window_tokens)
end

local function has(list, wanted)
  for _, one in ipairs(type(list) == "table" and list or {}) do
    if one == wanted then return true end
  end
  return false
end

-- OpenRouter and Vercel give dollars per token, as strings; Together dollars per million, as numbers.
local function dollars(value)
  if type(value) == "number" then return value end
  return type(value) == "string" and tonumber(value) and math.floor(tonumber(value) * 1e12 + 0.5) / 1e6 or nil
end

local function price(item)
  local said = fields(item.pricing)
  return {
    input       = dollars(said.prompt or said.input),
    output      = dollars(said.completion or said.output),
    cache_read  = dollars(said.input_cache_read),
    cache_write = dollars(said.input_cache_write),
  }
end

-- Whether the model supports a parameter: OpenRouter lists the supported ones, others have a flag.
local function takes(item, parameter, flag)
  if type(item.supported_parameters) == "table" then return has(item.supported_parameters, parameter) end
  if type(flag) == "boolean" then return flag end
end

local function entry(item, name)
  local top, limits = fields(item.top_provider), fields(fields(item.capabilities).limits)
  local able, tools = fields(item.capabilities), item.supports_tools
  if tools == nil then tools = able.function_calling end
  return {
    name              = name,
    display_name      = word(item.display_name) or word(item.name),
    context_window    = window(item),
    max_output_tokens = count(item.max_completion_tokens) or count(top.max_completion_tokens) or count(limits.max_output_tokens),
    price             = price(item),
    input_modalities  = fields(item.architecture).input_modalities or item.input_modalities,
    reasoning         = takes(item, "reasoning", able.reasoning),
    tool_call         = takes(item, "tools", tools),
  }
end

-- The names of our protocols at an exe.dev LLM integration, the preferred one first.
local APIS = { { "openai_responses", "openai-responses" }, { "openai_chat", "openai-chat" }, { "anthropic_messages", "anthropic-messages" } }

local function spoken(item)
  for _, api in ipairs(APIS) do
    if has(item.apis, api[1]) then return api[2] end
  end
end

-- Its models.json lists the protocols of each model; a model with none of ours is left out.
local function integration(body)
  if body.schema_version ~= 1 and body.schema_version ~= 2 then return nil, "a schema_version that is neither 1 nor 2" end
  if not is_list(body.models) then return nil, "no list of models under 'models'" end
  local models = {}
  for _, item in ipairs(body.models) do
    item = fields(item)
    local name, known = word(item.native_id) or word(item.id), spoken(item)
    if name and known then
      local one = entry(item, name)
      one.protocol = known
      table.insert(models, one)
    end
  end
  return models
end

protocol "openai-chat" {
  prefix      = "/v1",
  versioned_base = true, -- as its SDKs take it
  chat_path   = "/chat/completions",
  sdk_path    = "/chat/completions",
  list        = get "/models",
  list_proves = "names", -- many hosts list without a key; providers whose listing proves more set this themselves

  read_list = function (body, response, wanted)
    body = fields(body)
    if body.schema_version ~= nil then return integration(body) end
    local items = body.data or body.models or ((#body > 0 or response.text:sub(1, 1) == "[") and body)
    if not is_list(items) then return nil, "no list of models, neither under 'data' nor under 'models'" end
    local models, named = {}, 0
    for _, item in ipairs(items) do
      item = fields(item)
      local name = word(item.id) or word(item.name)
      if name then named = named + 1 end
      if name and chats(item) then table.insert(models, wanted(name) and entry(item, name) or { name = name }) end
    end
    if named == 0 and #items > 0 then return nil, "a list in which nothing has an id" end
    return models
  end,

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
    if not succeeded(response.stage, response.body) then return meaning(response) or "provider_error" end
    return response.stage == "prove_key" and dead_key(response.body) or "ready"
  end,
}
