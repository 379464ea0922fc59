-- How endpoints of Anthropic's Messages API are checked and their responses read. Editing this changes what counts as proof there.

-- What the codes of errors mean, the most specific first. The status alone would mislead: an empty account is a 400, a spend limit
-- a 429, and a key whose owner has left the organization a 400.
local MEANING = {
  -- details.error_code
  claude_code_key_creator_not_member = "bad_credential",
  contract_spend_limit_reached       = "no_quota",
  enforced_spend_limit_reached       = "no_quota",
  organization_on_hold               = "no_quota",
  ramp_limit_exceeded                = "rate_limited",
  -- code, at hosts that wrap another protocol
  invalid_api_key                    = "bad_credential",
  insufficient_quota                 = "no_quota",
  -- type
  authentication_error               = "bad_credential",
  billing_error                      = "no_quota",
  rate_limit_error                   = "rate_limited",
  overloaded_error                   = "provider_error",
  timeout_error                      = "provider_error",
  api_error                          = "provider_error",
  request_too_large                  = "rejected",
}

-- MiniMax fails with 200 and a code in base_resp.
local BASE = {
  [1000] = "provider_error", [1001] = "provider_error", [1033] = "provider_error",
  [1002] = "rate_limited",
  [1004] = "bad_credential", [2049] = "bad_credential",
  [1008] = "no_quota",
  [2013] = "rejected",
}

local HELLO = { { role = "user", content = "hi" } }

local function fields(value) return type(value) == "table" and value or {} end
local function word(value) return type(value) == "string" and value or nil end
local function count(value) return type(value) == "number" and value > 0 and value or nil end
local function is_list(value) return type(value) == "table" and (#value > 0 or next(value) == nil) end

-- Returns nil when there is no code, or the code of success.
local function base_meaning(body)
  local code = fields(fields(body).base_resp).status_code
  if code == nil or code == 0 then return nil end
  return BASE[code] or "provider_error"
end

local function meaning(fault)
  -- By its message, since this case has no code of its own.
  if text.contains((word(fault.message) or ""):lower(), "credit balance is too low") then return "no_quota" end
  return MEANING[fields(fault.details).error_code] or MEANING[fault.code] or MEANING[fault.type]
end

-- Whether a 2xx is a real success; a sign-in page in JSON is not.
local function succeeded(stage, body)
  if type(body) ~= "table" or body.error ~= nil or body.type == "error" then return false end
  if stage == "generate" then return body.type == "message" end
  if stage == "prove" then return body.type == "model" or word(body.id) ~= nil or count(body.input_tokens) ~= nil end
  return true
end

protocol "anthropic-messages" {
  chat_path   = "/v1/messages",
  sdk_path    = "/v1/messages",
  auth        = header "x-api-key",
  list        = get("/v1/models", { limit = 1000 }),
  list_proves = "access",

  read_list = function (body)
    body = fields(body)
    if not is_list(body.data) then return nil, "no list of models under 'data'" end
    local models, last = {}, nil
    for _, item in ipairs(body.data) do
      item = fields(item)
      last = word(item.id) or last
      if word(item.id) and item.lifecycle ~= "retired" then
        table.insert(models, {
          name              = item.id,
          display_name      = word(item.display_name),
          context_window    = count(item.max_input_tokens),
          max_output_tokens = count(item.max_tokens),
        })
      end
    end
    if not last and #body.data > 0 then return nil, "a list in which nothing has an id" end
    if body.has_more ~= true then return models end
    local cursor = word(body.last_id) or last -- older servers omit last_id
    if not cursor then return nil, "there is more, but no way to ask for it" end
    return models, get("/v1/models", { limit = 1000, after_id = cursor })
  end,

  -- The listing contains no aliases: only the lookup by name knows claude-haiku-4-5.
  prove = {
    function (model) return get("/v1/models/" .. model.api_name) end,
    function (model) return post("/v1/messages/count_tokens", { model = model.api_name, messages = HELLO }) end,
  },

  -- Without temperature, which newer models refuse, and without thinking, which is off by default.
  generate = function (model) return post("/v1/messages", { model = model.api_name, max_tokens = 1, messages = HELLO }) end,

  verdict = function (response)
    local fault = fields(fields(response.body).error)
    local base = base_meaning(response.body)
    if base then return base end
    if response.status == 404 then
      local asked = response.stage == "prove" or response.stage == "generate"
      return asked and fault.type == "not_found_error" and "not_listed" or "missing"
    end
    if response.status < 200 or response.status > 299 then return meaning(fault) end
    return succeeded(response.stage, response.body) and "ready" or meaning(fault) or "provider_error"
  end,
}
