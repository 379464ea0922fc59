-- How Ollama's own API is checked and its responses read. Editing this changes what counts as proof there.

local HELLO = { { role = "user", content = "hi" } }

local function fields(value) return type(value) == "table" and value or {} end
local function word(value) return type(value) == "string" and value or nil end
local function is_list(value) return type(value) == "table" and (#value > 0 or next(value) == nil) end

local function asks_about_model(stage) return stage == "prove" or stage == "generate" end

-- Whether a 2xx is a real success, at each stage.
local function succeeded(stage, body)
  if type(body) ~= "table" or body.error ~= nil then return false end
  if stage == "generate" then return type(body.message) == "table" end
  if stage == "prove" then return body.details ~= nil or body.model_info ~= nil end
  return true
end

protocol "ollama" {
  chat_path   = "/api/chat",
  sdk_path    = "/api/chat",
  list        = get "/api/tags",
  list_proves = "access", -- what it lists can be used

  read_list = function (body)
    body = fields(body)
    if not is_list(body.models) then return nil, "no list of models under 'models'" end
    local models = {}
    for _, item in ipairs(body.models) do
      local name = word(fields(item).name) or word(fields(item).model)
      if name then table.insert(models, { name = name }) end
    end
    if #models == 0 and #body.models > 0 then return nil, "a list in which nothing has a name" end
    return models
  end,

  -- Describes the model without loading it. A name without a tag means `:latest`, which the listing spells out.
  prove = {
    function (model) return post("/api/show", { model = model.api_name }) end,
  },

  -- Loads the model, which may take a while.
  generate = function (model)
    return post("/api/chat", { model = model.api_name, messages = HELLO, stream = false, options = { num_predict = 1 } })
  end,

  verdict = function (response)
    local says = word(fields(response.body).error) or ""
    if response.status == 404 then
      local unknown = text.contains(says, "model") and text.contains(says, "not found")
      return unknown and asks_about_model(response.stage) and "not_listed" or "missing"
    end
    if response.status < 200 or response.status > 299 then return nil end
    return succeeded(response.stage, response.body) and "ready" or "provider_error"
  end,
}
