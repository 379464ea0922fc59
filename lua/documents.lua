-- The documents of hosts: the snapshot in the shape and the words that a host's own programs read. The function gets the standard document as
-- a table, in which a member that is null there is absent; `list` keeps an empty list a list. Read only for a host that names a document.

-- Phoenix IDE's GET /api/models: the usable models, in the words that the types of its page know. The only member that those do not have is
-- `origins`, where a window is assumed.

local ASSUMED_WINDOW = 128 * K -- Phoenix's own for a model that it has no number for

-- What its own table recommends. A picker lists recommended models alone until it is told otherwise, and should not be empty where an account
-- has no model that is newer than that table.
local RECOMMENDED = {
  ["claude-opus-4-7"] = true, ["claude-sonnet-4-6"] = true, ["claude-haiku-4-5"] = true,
  ["gpt-5.5"] = true, ["gpt-5.4-mini"] = true, ["gpt-5.3-codex"] = true,
}

-- `required`, `running` and `failed` open the panel in which a person signs in, so they are said of helpers, and of a key that the host itself
-- will bring. A key that nobody accepted is not `valid`, and no panel could renew it.
local HELPER = { running = "running", valid = "valid", failed = "failed" }

local function credential_status(snapshot)
  if snapshot.credential_status ~= "not_configured" then return HELPER[snapshot.credential_status] or "required" end
  for _, model in ipairs(snapshot.models) do
    if model.protocol ~= "mock" then return "valid" end
  end
  for _, model in ipairs(snapshot.unavailable) do
    if model.state == "pending" then return "required" end
  end
  return "not_configured"
end

local function entry(model)
  local window = model.context_window
  return {
    id = model.id,
    provider = model.provider,
    description = model.description,
    context_window = window or ASSUMED_WINDOW,
    recommended = model.recommended or RECOMMENDED[model.id] or false,
    origins = not window and { context_window = "assumed, since nobody states it" } or nil,
  }
end

document "phoenix" (function (snapshot)
  local models = list {}
  for i, model in ipairs(snapshot.models) do models[i] = entry(model) end
  local gateway, credential = snapshot.gateway_status, credential_status(snapshot)
  return {
    models = models,
    default = snapshot.default,
    -- Until a gateway was asked, Phoenix has no word for it either.
    gateway_status = gateway == "unknown" and "not_configured" or gateway,
    llm_configured = snapshot.llm_configured or gateway ~= "not_configured" or credential ~= "not_configured",
    credential_status = credential,
  }
end)
