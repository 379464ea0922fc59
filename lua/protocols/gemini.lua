-- How endpoints of the Gemini API are checked and their responses read. Editing this changes what counts as proof there.
--
-- The paths begin with /v1beta, although the SDKs have used /v1 since November 2026: previews and the moving names, such as gemini-flash-latest,
-- are only there. `scripts/wire` compares with the newest SDK.

-- details[].reason is more precise than the status: a bad key is a 400 here.
local MEANING = {
  API_KEY_INVALID                 = "bad_credential",
  API_KEY_EXPIRED                 = "bad_credential",
  ACCESS_TOKEN_EXPIRED            = "bad_credential",
  ACCESS_TOKEN_SCOPE_INSUFFICIENT = "bad_credential",
  ACCESS_TOKEN_TYPE_UNSUPPORTED   = "bad_credential",
  CREDENTIALS_MISSING             = "bad_credential",
  BILLING_DISABLED                = "no_quota",
  SERVICE_DISABLED                = "account", -- the API is not switched on in the key's project
  ACCOUNT_STATE_INVALID           = "account",
  CONSUMER_SUSPENDED              = "account",
  CONSUMER_INVALID                = "account",
  RESOURCE_PROJECT_INVALID        = "account",
  USER_PROJECT_DENIED             = "account",
  API_KEY_IP_ADDRESS_BLOCKED      = "policy", -- restrictions that the key's owner has set
  API_KEY_HTTP_REFERRER_BLOCKED   = "policy",
  API_KEY_ANDROID_APP_BLOCKED     = "policy",
  API_KEY_IOS_APP_BLOCKED         = "policy",
  LOCATION_ORG_POLICY_VIOLATED    = "policy",
  ORG_RESTRICTION_VIOLATION       = "policy",
  SECURITY_POLICY_VIOLATED        = "policy",
  USER_BLOCKED_BY_ADMIN           = "policy",
}

local PHRASES = {
  { "api key not valid",    "bad_credential" },
  { "api key expired",      "bad_credential" },
  { "reported as leaked",   "bad_credential" },
  { "unregistered callers", "bad_credential" }, -- no key was sent
}

local HELLO = { { role = "user", parts = { { text = "hi" } } } }

local function fields(value) return type(value) == "table" and value or {} end
local function word(value) return type(value) == "string" and value or nil end
local function count(value) return type(value) == "number" and value > 0 and value or nil end
local function is_list(value) return type(value) == "table" and (#value > 0 or next(value) == nil) end

-- Some routes wrap the error in a list of one.
local function fault_of(body)
  if body[1] ~= nil then body = fields(body[1]) end
  return fields(body.error)
end

local function asks_about_model(stage) return stage == "prove" or stage == "generate" end
local function refused(stage) return asks_about_model(stage) and "no_access" or "bad_credential" end

-- A daily quota, or a quota of zero, is not restored within a useful time.
local function is_hopeless(violation)
  return text.contains(tostring(violation.quotaId), "PerDay") or tostring(violation.quotaValue) == "0"
end

local function by_details(stage, fault)
  for _, detail in ipairs(fields(fault.details)) do
    detail = fields(detail)
    if MEANING[detail.reason] then return MEANING[detail.reason] end
    -- The key is real but not for this API: on a listing this affects every model, on a proof only that one.
    if detail.reason == "API_KEY_SERVICE_BLOCKED" then return refused(stage) end
    for _, violation in ipairs(fields(detail.violations)) do
      if fault.status == "RESOURCE_EXHAUSTED" and is_hopeless(fields(violation)) then return "no_quota" end
    end
  end
end

local function by_words(fault)
  local says = (word(fault.message) or ""):lower()
  for _, phrase in ipairs(PHRASES) do
    if text.contains(says, phrase[1]) then return phrase[2] end
  end
  if fault.status ~= "FAILED_PRECONDITION" then return nil end
  if text.contains(says, "billing") then return "no_quota" end
  if text.contains(says, "location") then return "region" end
end

local function meaning(response, fault)
  local state = by_details(response.stage, fault) or by_words(fault)
  if state or response.status ~= 404 then return state end
  return fault.status == "NOT_FOUND" and asks_about_model(response.stage) and "not_listed" or "missing"
end

-- A response of one token often has no parts, only a finishReason: the candidate is the proof.
local function succeeded(stage, body)
  if type(body) ~= "table" or body.error ~= nil or body[1] ~= nil then return false end
  if stage == "generate" then return type(body.candidates) == "table" end
  if stage == "prove" then return word(body.name) ~= nil or count(body.totalTokens) ~= nil end
  return true
end

-- Models of these names generate content too, but no chat. The first match decides.
local NAMES = {
  { "embedding", { "*embedding*" } }, { "speech", { "*-tts*" } }, { "image", { "*image*", "*banana*" } }, { "video", { "veo-*", "*-omni*" } },
  { "other",     { "*-live*", "*audio*", "*computer-use*", "*deep-research*", "lyria-*", "aqa" } },
}

local METHODS = {
  { "generateContent", "chat" }, { "embedContent", "embedding" }, { "embedText", "embedding" }, { "predict", "image" },
  { "predictLongRunning", "video" },
}

local function kind_of(item, name)
  for _, rule in ipairs(NAMES) do
    if text.glob(name, rule[2]) then return rule[1] end
  end
  if type(item.supportedGenerationMethods) ~= "table" then return nil end
  local offers = {}
  for _, method in ipairs(item.supportedGenerationMethods) do offers[method] = true end
  for _, method in ipairs(METHODS) do
    if offers[method[1]] then return method[2] end
  end
  return "other"
end

local function path(model, action) return "/models/" .. model.api_name .. action end

protocol "gemini" {
  prefix      = "/v1beta",
  versioned_base = true, -- as its SDKs take it
  chat_path   = "/models/{api_name}:generateContent",
  sdk_path    = "/{version}/models/{api_name}:generateContent",
  auth        = header "x-goog-api-key", -- never ?key=: URLs end up in logs
  list        = get("/models", { pageSize = 1000 }),
  list_proves = "key",                   -- retired models stay listed

  read_list = function (body)
    body = fields(body)
    local items = body.models or body.publisherModels
    if not is_list(items) then return nil, "no list of models, neither under 'models' nor under 'publisherModels'" end
    return items
  end,

  read_model = function (item, wanted)
    item = fields(item)
    if not word(item.name) then return nil end
    local name = text.strip_prefix(text.strip_prefix(item.name, "publishers/google/"), "models/") -- Vertex AI's, and Gemini's
    if not wanted(name) then return { name = name } end
    return {
      name              = name,
      display_name      = word(item.displayName),
      context_window    = count(item.inputTokenLimit),
      max_input_tokens  = count(item.inputTokenLimit),
      max_output_tokens = count(item.outputTokenLimit),
      reasoning         = item.thinking, -- left out where it does not think, and by older servers
      temperature       = count(item.maxTemperature) and true or nil,
      kind              = kind_of(item, name),
      snapshot_of       = text.glob(name, "*-00?") and name:sub(1, #name - 4) or nil, -- "gemini-2.0-flash-001" stays what it is
      named             = text.starts(name, "gemini-") and "chat" or nil, -- Vertex AI lists no methods
    }
  end,

  served = function (body) return fields(body).modelVersion end,

  prove = {
    function (model) return get(path(model, "")) end,
    function (model) return post(path(model, ":countTokens"), { contents = HELLO }) end,
  },

  without_prompt = function (model)
    return post(path(model, ":generateContent"), { generationConfig = { maxOutputTokens = 1 } })
  end,

  -- Without a thinking budget: some models refuse a budget of zero, and one token limits it anyway.
  generate = function (model)
    return post(path(model, ":generateContent"), { contents = HELLO, generationConfig = { maxOutputTokens = 1 } })
  end,

  verdict = function (response)
    local fault = fault_of(fields(response.body))
    if response.status < 200 or response.status > 299 then return meaning(response, fault) end
    return succeeded(response.stage, response.body) and "ready" or meaning(response, fault) or "provider_error"
  end,
}
