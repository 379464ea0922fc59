-- How Amazon Bedrock's Converse API is checked and its responses read. Editing this changes what counts as proof there.

-- The name of an error is in a header; the body has only a message.
local MEANING = {
  UnrecognizedClientException   = "bad_credential",
  InvalidSignatureException     = "bad_credential",
  IncompleteSignatureException  = "bad_credential",
  MissingAuthenticationToken    = "bad_credential",
  ExpiredTokenException         = "bad_credential",
  OptInRequired                 = "account",
  SubscriptionRequiredException = "account",
  ServiceQuotaExceededException = "no_quota",
  ResourceNotFoundException     = "not_listed",     -- at its end of life, or access was never requested
  ThrottlingException           = "rate_limited",
  ModelNotReadyException        = "provider_error", -- a 429, but the model is still loading
  ModelTimeoutException         = "provider_error",
  ModelErrorException           = "provider_error",
}

-- Messages of errors without a name of their own, in lower case. The first match decides.
local PHRASES = {
  { "model identifier is invalid",                   "not_listed" },
  { "on-demand throughput",                          "not_listed" }, -- it must be called by an inference profile: us., eu., global.
  { "counttokens",                                   "rejected" },   -- not allowed to count tokens, but perhaps to use the model
  { "unsupported countries, regions, or territories", "region" },    -- of the model's maker
  { "api key",                                       "bad_credential" },
  { "security token",                                "bad_credential" },
}

local HELLO = { { role = "user", content = { { text = "hi" } } } }

local function fields(value) return type(value) == "table" and value or {} end
local function word(value) return type(value) == "string" and value or nil end

-- "ValidationException:http://internal.amazon.com/..."
local function name_of(response)
  local name = word(response.headers["x-amzn-errortype"]) or word(fields(response.body).__type) or ""
  return text.split(name, ":")[1]
end

local function meaning(response)
  local body = fields(response.body)
  local says = (word(body.message) or word(body.Message) or ""):lower()
  local name = name_of(response)
  if MEANING[name] then return MEANING[name] end
  for _, phrase in ipairs(PHRASES) do
    if text.contains(says, phrase[1]) then return phrase[2] end
  end
  if name == "AccessDeniedException" then return "no_access" end
  return response.status == 404 and "missing" or nil
end

local function succeeded(stage, body)
  if type(body) ~= "table" then return false end
  if stage == "generate" then return type(body.output) == "table" end
  return type(body.inputTokens) == "number"
end

-- Names contain colons, and those of profiles slashes: both are escaped as the SDKs do, "%" before the others.
local ESCAPES = { { "%", "%25" }, { ":", "%3A" }, { "/", "%2F" }, { "?", "%3F" }, { "#", "%23" } }

local function path(model, action)
  local name = model.api_name
  for _, escape in ipairs(ESCAPES) do name = table.concat(text.split(name, escape[1]), escape[2]) end
  return "/model/" .. name .. action
end

protocol "bedrock-converse" {
  chat_path = "/model/{segment}/converse",
  sdk_path  = "/model/{api_name}/converse",
  auth      = bearer,

  prove = {
    function (model) return post(path(model, "/count-tokens"), { input = { converse = { messages = HELLO } } }) end,
  },

  generate = function (model)
    return post(path(model, "/converse"), { messages = HELLO, inferenceConfig = { maxTokens = 1 } })
  end,

  verdict = function (response)
    if response.status >= 500 then return nil end -- the server failed, whatever its message blames
    if response.status < 200 or response.status > 299 then return meaning(response) end
    return succeeded(response.stage, response.body) and "ready" or "provider_error"
  end,
}
