-- How endpoints of OpenAI's Responses API are checked and their responses read. Editing this changes what counts as proof there.

-- What the codes of errors mean: code before type, because the type stays insufficient_quota for other codes.
local MEANING = {
  invalid_api_key                      = "bad_credential",
  authentication_error                 = "bad_credential",
  account_deactivated                  = "account",
  organization_deactivated             = "account",
  unsupported_country_region_territory = "region",
  ip_not_authorized                    = "policy",
  insufficient_quota                   = "no_quota",
  credit_balance_exhausted             = "no_quota",
  billing_hard_limit_reached           = "no_quota",
  billing_not_active                   = "no_quota",
  usage_limit_exceeded                 = "no_quota",
  usage_limit_reached                  = "no_quota",       -- of a ChatGPT plan
  usage_not_included                   = "account",
  project_spend_limit_exceeded         = "no_quota",
  organization_spend_limit_exceeded    = "no_quota",
  organization_usage_limit_exceeded    = "no_quota",
  rate_limit_exceeded                  = "rate_limited",
  rate_limit_error                     = "rate_limited",
  slow_down                            = "provider_error", -- a 429, but the provider is overloaded
  server_is_overloaded                 = "provider_error",
  server_overloaded                    = "provider_error",
  flex_unavailable                     = "provider_error",
  service_unavailable_error            = "provider_error",
  server_error                         = "provider_error",
  model_not_found                      = "not_listed",     -- also for a key without access to the model
  invalid_model                        = "not_listed",     -- Perplexity, as a 400
  DeploymentNotFound                   = "not_listed",
  unknown_url                          = "missing",
  unsupported_api_for_model            = "wrong_protocol",
}

-- Messages of hosts without codes.
local PHRASES = {
  { "invalid url",                          "missing" },
  { "endpoint not supported",               "missing" },
  { "incorrect api key",                    "bad_credential" }, -- xAI: a 400 with only this message
  { "insufficient credits",                 "no_quota" },       -- Perplexity, as a 401
  { "available credits",                    "no_quota" },
  { "spending limit",                       "no_quota" },
  { "member of an organization",            "account" },        -- OpenAI, as a 401
  { "virtual network",                      "policy" },         -- Azure, as a 403
  { "public access is disabled",            "policy" },         -- Azure, as a 403
  { "not accessible via",                   "wrong_protocol" },
  { "not supported in the v1/",             "wrong_protocol" },
  { "not supported with the responses api", "wrong_protocol" },
  { "only supported in v1/",                "wrong_protocol" },
}

local function fields(value) return type(value) == "table" and value or {} end
local function word(value) return type(value) == "string" and value or nil end

-- The error is an object, or at xAI a string next to a code.
local function fault_of(body)
  if word(body.error) then return { message = body.error, code = body.code } end
  return fields(body.error)
end

local function asks_about_model(stage) return stage == "prove" or stage == "generate" end

-- Whether a message is about the model, rather than about a path such as /v1/models/x.
local function is_about_model(says) return text.contains(table.concat(text.split(says, "/models"), ""), "model") end

local function meaning(response, fault)
  if response.status >= 500 then return nil end -- the server failed, whatever its message blames
  local says  = (word(fault.message) or ""):lower()
  -- OpenAI's restricted keys: one that may not list or look up may still be good for use.
  if text.contains(says, "missing scopes") then return response.stage == "generate" and "no_access" or "rejected" end
  local state = MEANING[fault.code] or MEANING[fault.type]
  for _, phrase in ipairs(PHRASES) do
    if not state and text.contains(says, phrase[1]) then state = phrase[2] end
  end
  if response.status == 404 and not state then state = is_about_model(says) and "not_listed" or "missing" end
  if state == "not_listed" and response.status == 403 then state = "no_access" end -- it exists, but not for this key
  if (state == "not_listed" or state == "wrong_protocol") and not asks_about_model(response.stage) then return "missing" end
  return state
end

-- `incomplete` is a success: the response reached its limit of sixteen tokens.
local function succeeded(stage, body)
  if type(body) ~= "table" or body.error ~= nil then return false end
  if stage == "generate" then return body.object == "response" and (body.status == "completed" or body.status == "incomplete") end
  if stage == "prove" then return (word(body.id) or "") ~= "" end
  return true
end

-- An answer in pieces, which not every host gives otherwise.
local function streamed(response)
  if response.stage ~= "generate" then return false end
  for _, event in ipairs { "completed", "incomplete" } do
    if text.contains(response.text, '"type":"response.' .. event .. '"') then return true end
  end
  return false
end

-- xAI returns 200 for a blocked key.
local function is_dead(body) return body.api_key_blocked == true or body.api_key_disabled == true or body.team_blocked == true end

local function has_level(model, level)
  for _, known in ipairs(model.reasoning_levels or {}) do
    if known == level then return true end
  end
  return false
end

protocol "openai-responses" {
  inherit   = "openai-chat", -- the same listing and look-up
  chat_path = "/responses",
  sdk_path  = "/responses",
  versioned_base = true, -- as its SDKs take it

  without_prompt = function (model) return post("/responses", { model = model.api_name }) end,

  -- Sixteen tokens are the smallest limit that this API accepts.
  generate = function (model)
    return post("/responses", {
      model             = model.api_name,
      input             = "hi",
      max_output_tokens = 16,
      store             = false,
      reasoning         = has_level(model, "none") and { effort = "none" } or nil,
    })
  end,

  verdict = function (response)
    local fault = fault_of(fields(response.body))
    if response.status < 200 or response.status > 299 then return meaning(response, fault) end
    if response.stage == "prove_key" and is_dead(fields(response.body)) then return "bad_credential" end
    if response.body == nil and streamed(response) then return "ready" end
    return succeeded(response.stage, response.body) and "ready" or meaning(response, fault) or "provider_error"
  end,
}
