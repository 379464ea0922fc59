-- How endpoints of Anthropic's Messages API are checked and their responses read. Editing this changes what counts as proof there.
--
-- Two facts are older than the SDKs of October 2026, on purpose. The key goes into x-api-key: Anthropic takes a bearer token too, but servers
-- that imitate the API may not. And providers send anthropic-version 2023-06-01: what is asked here is the same in 2026-10-21, which is not
-- everywhere and refuses sampling parameters that a host may send. `scripts/wire` compares with the newest SDK.

-- What the codes of errors mean, the most specific first: details.error_code, then the code of hosts that wrap another protocol, then the
-- type. The status alone would mislead: an empty account is a 400, a spend limit a 429, an organization without access a 400.
local CODES = {
  bad_credential = { "claude_code_key_creator_not_member", "invalid_api_key", "authentication_error" },
  account        = { "organization_on_hold", "organization_not_eligible", "organization_type_not_supported", "parent_organization_required",
                     "organization_not_enrolled_in_beta", "api_key_scope_missing", "organization_level_scoped_api_key_required",
                     "user_profile_required", "user_profile_not_found", "cmek_key_disabled", "cmek_not_approved", "storage_not_approved",
                     "approval_required", "grant_required" },
  region         = { "region_not_supported", "unsupported_region" },
  policy         = { "sandbox_egress_restricted", "workspace_policy_violation", "workspace_human_review_disabled",
                     "compliance_configuration_restricted", "provider_not_allowed" },
  no_quota       = { "contract_spend_limit_reached", "enforced_spend_limit_reached", "linked_organization_spend_limit_reached",
                     "linked_organization_billing_unavailable", "user_profile_not_billable", "user_profile_billing_not_authorized",
                     "insufficient_quota", "billing_error" },
  rate_limited   = { "ramp_limit_exceeded", "rate_limit_error" },
  provider_error = { "cmek_context_unavailable", "cmek_key_unreachable", "cmek_key_network_blocked", "authorization_check_unavailable",
                     "request_body_timeout", "overloaded_error", "timeout_error" }, -- an api_error says less than its status
  rejected       = { "request_too_large" },
}

local MEANING = {}
for state, codes in pairs(CODES) do
  for _, code in ipairs(codes) do MEANING[code] = state end
end

-- MiniMax fails with 200 and a code in base_resp.
local BASE = {
  [1000] = "provider_error", [1001] = "provider_error", [1033] = "provider_error",
  [1002] = "rate_limited",
  [1004] = "bad_credential", [2049] = "bad_credential",
  [1008] = "no_quota", [2056] = "no_quota",
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

-- A 404 about the model names it, whoever words it: gateways wrap the provider's error in their own. An unknown path is a 404 as well.
local function absence(response, fault)
  if response.stage ~= "prove" and response.stage ~= "generate" then return "missing" end
  local name, says = response.model.api_name:lower(), (word(fault.message) or ""):lower()
  for _, path in ipairs { "/models/" .. name, "/models" } do says = table.concat(text.split(says, path), "") end
  return (text.contains(says, "model") or text.contains(says, name)) and "not_listed" or "missing"
end

-- Whether a 2xx is a real success; a sign-in page in JSON is not.
local function succeeded(stage, body)
  if type(body) ~= "table" or body.error ~= nil or body.type == "error" then return false end
  if stage == "generate" then return body.type == "message" end
  if stage == "prove" then return body.type == "model" or word(body.id) ~= nil or count(body.input_tokens) ~= nil end
  return true
end

-- { supported = true }; nil where it is not said.
local function supported(capability)
  local said = fields(capability).supported
  if type(said) == "boolean" then return said end
end

local LEVELS = { "low", "medium", "high", "xhigh", "max" }

local function levels(effort)
  local list = {}
  for _, level in ipairs(LEVELS) do
    if supported(effort[level]) then table.insert(list, level) end
  end
  return #list > 0 and list or nil
end

local function entry(item)
  local able, lifecycle = fields(item.capabilities), (word(item.lifecycle) or ""):lower()
  local thinks = supported(able.thinking)
  return {
    name              = word(item.id),
    display_name      = word(item.display_name),
    family            = word(item.line) and "claude-" .. item.line or nil,
    context_window    = count(item.max_input_tokens),
    max_output_tokens = count(item.max_tokens),
    reads             = { image = supported(able.image_input), pdf = supported(able.pdf_input) },
    reasoning         = thinks,
    reasoning_levels  = levels(fields(able.effort)),
    reasoning_toggle  = thinks and supported(fields(fields(able.thinking).types).disabled),
    structured_output = supported(able.structured_outputs),
    release_date      = word(item.created_at), -- the epoch where it is not known
    status            = lifecycle == "deprecated" and lifecycle or nil,
    deprecated        = word(item.deprecated_at),
    retires           = word(item.retires_at), -- a day that is over means that it is late: `lifecycle` says when it is gone
    kind              = item.type == "model" and "chat" or nil, -- this API has no other; gateways list for it what they list for OpenAI's
    named             = text.contains((word(item.id) or ""):lower(), "claude") and "chat" or nil,
    verdict           = lifecycle == "retired" and lifecycle or nil,
    why               = word(item.retires_at) and "retires_at: " .. item.retires_at or nil,
  }
end

protocol "anthropic-messages" {
  chat_path   = "/v1/messages",
  sdk_path    = "/v1/messages",
  auth        = header "x-api-key",
  list        = get("/v1/models", { limit = 1000 }),
  list_proves = "access",
  named_by    = { "id" },

  read_list = function (body)
    body = fields(body)
    if not is_list(body.data) then return nil, "no list of models under 'data'" end
    if body.has_more ~= true then return body.data end
    local cursor = word(body.last_id) or word(fields(body.data[#body.data]).id) -- older servers omit last_id
    if not cursor then return nil, "there is more, but no way to ask for it" end
    return body.data, get("/v1/models", { limit = 1000, after_id = cursor })
  end,

  -- Retired models stay in the catalogue, and their look-up succeeds.
  read_model = function (item, wanted)
    item = fields(item)
    return (not word(item.id) or wanted(item.id)) and entry(item) or { name = item.id }
  end,

  served = function (body) return fields(body).model end,

  -- The listing contains no aliases: only the lookup by name knows claude-haiku-4-5.
  prove = {
    function (model) return get("/v1/models/" .. model.api_name) end,
    function (model) return post("/v1/messages/count_tokens", { model = model.api_name, messages = HELLO }) end,
  },

  without_prompt = function (model) return post("/v1/messages", { model = model.api_name }) end,

  -- Without temperature, which newer models refuse, and without thinking, which is off by default.
  generate = function (model) return post("/v1/messages", { model = model.api_name, max_tokens = 1, messages = HELLO }) end,

  verdict = function (response)
    local fault = fields(fields(response.body).error)
    local base = base_meaning(response.body)
    if base then return base end
    if response.status == 404 then return absence(response, fault) end
    if response.status < 200 or response.status > 299 then return meaning(fault) end
    return succeeded(response.stage, response.body) and "ready" or meaning(fault) or "provider_error"
  end,
}
