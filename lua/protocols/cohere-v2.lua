-- How version 2 of Cohere's API is checked and its responses read. Editing this changes what counts as proof there.

local PAGE = { page_size = 1000, endpoint = "chat" }

local function fields(value) return type(value) == "table" and value or {} end
local function word(value) return type(value) == "string" and value or nil end
local function count(value) return type(value) == "number" and value > 0 and value or nil end
local function is_list(value) return type(value) == "table" and (#value > 0 or next(value) == nil) end

local function asks_about_model(stage) return stage == "prove" or stage == "generate" end

local KINDS = { { "chat", "chat" }, { "embed", "embedding" }, { "rerank", "rerank" }, { "transcriptions", "transcription" } }

-- The listing is asked for chat models only, but older servers may not filter, and the look-up knows all.
local function kind_of(item)
  if type(item.endpoints) ~= "table" then return nil end
  local offers = {}
  for _, endpoint in ipairs(item.endpoints) do offers[endpoint] = true end
  for _, kind in ipairs(KINDS) do
    if offers[kind[1]] then return kind[2] end
  end
  return "other"
end

-- By name; nil where none are listed. Only of tools it is known that each model which has them says so.
local function features_of(item)
  if type(item.features) ~= "table" or #item.features == 0 then return nil end
  local all = {}
  for _, feature in ipairs(item.features) do all[feature] = true end
  return all
end

-- What a 2xx means at each stage.
local function success(stage, body)
  if type(body) ~= "table" then return "provider_error" end
  if stage == "prove_key" then return body.valid == true and "ready" or body.valid == false and "bad_credential" or "provider_error" end
  if stage == "generate" then return type(body.message) == "table" and "ready" or "provider_error" end
  if stage == "prove" then return word(body.name) and "ready" or "provider_error" end
  return "ready"
end

protocol "cohere-v2" {
  chat_path   = "/v2/chat",
  sdk_path    = "/v2/chat",
  auth        = bearer,
  list        = get("/v1/models", PAGE),
  list_proves = "names",
  named_by    = { "name" },

  read_list = function (body)
    body = fields(body)
    if not is_list(body.models) then return nil, "no list of models under 'models'" end
    return body.models
  end,

  read_model = function (item, wanted)
    item = fields(item)
    local name = word(item.name)
    if name and not wanted(name) then return { name = name } end
    local features = features_of(item)
    return {
      name              = name,
      context_window    = count(item.context_length),
      status            = item.is_deprecated == true and "deprecated" or nil,
      tool_call         = features and features.tools == true,
      structured_output = features and features.json_schema,
      reasoning         = features and features.reasoning,
      reads             = { image = features and features.vision },
      kind              = kind_of(item),
      named             = name and text.starts(name, "command") and "chat" or nil,
    }
  end,

  prove = {
    function (model) return get("/v1/models/" .. model.api_name) end,
  },

  without_prompt = function (model) return post("/v2/chat", { model = model.api_name }) end,

  generate = function (model)
    return post("/v2/chat", { model = model.api_name, messages = { { role = "user", content = "hi" } }, max_tokens = 1 })
  end,

  -- Errors are flat: { "id": ..., "message": ... }. The rest is in the status.
  verdict = function (response)
    if response.status >= 200 and response.status <= 299 then return success(response.stage, response.body) end
    if response.status ~= 404 then return nil end
    local says = table.concat(text.split((word(fields(response.body).message) or ""):lower(), "/models"), "") -- without the path
    return text.contains(says, "model") and asks_about_model(response.stage) and "not_listed" or "missing"
  end,
}
