-- How Ollama's own API is checked and its responses read. Editing this changes what counts as proof there.

local HELLO = { { role = "user", content = "hi" } }

local function fields(value) return type(value) == "table" and value or {} end
local function word(value) return type(value) == "string" and value or nil end
local function count(value) return type(value) == "number" and value > 0 and value or nil end
local function is_list(value) return type(value) == "table" and (#value > 0 or next(value) == nil) end

local function asks_about_model(stage) return stage == "prove" or stage == "generate" end

-- Whether a 2xx is a real success, at each stage.
local function succeeded(stage, body)
  if type(body) ~= "table" or body.error ~= nil then return false end
  if stage == "generate" then return type(body.message) == "table" end
  if stage == "prove" then return body.details ~= nil or body.model_info ~= nil end
  return true
end

local KINDS = { { "completion", "chat" }, { "embedding", "embedding" }, { "image", "image" } }

-- By name; nil where they are not said. Only the look-up has them, and only of servers since 0.6.
local function abilities(item)
  if type(item.capabilities) ~= "table" then return nil end
  local able = {}
  for _, capability in ipairs(item.capabilities) do able[capability] = true end
  return able
end

-- The abilities of an embedding model do not include completion.
local function kind_of(able)
  if not able then return nil end
  for _, kind in ipairs(KINDS) do
    if able[kind[1]] then return kind[2] end
  end
  return "other"
end

-- The window that the model was made with. What it is loaded with is in its `num_ctx`, or in each request.
local function trained_window(item)
  local info = fields(item.model_info)
  return count(info[(word(info["general.architecture"]) or "") .. ".context_length"])
end

local function window(item)
  for _, line in ipairs(text.split(word(item.parameters) or "", "\n")) do
    local own = text.starts(line, "num_ctx ") and count(tonumber(text.trim(line:sub(9))))
    if own then return math.min(own, trained_window(item) or own) end
  end
end

local function is_bert(item) return text.contains(word(fields(item.details).family) or "", "bert") end

protocol "ollama" {
  chat_path   = "/api/chat",
  sdk_path    = "/api/chat",
  list        = get "/api/tags",
  list_proves = "access", -- what it lists can be used

  read_list = function (body)
    body = fields(body)
    if not is_list(body.models) then return nil, "no list of models under 'models'" end
    return body.models
  end,

  -- The listing does not say what a model is for, so each is looked up too. Where that does not say it either, names with "embed" embed,
  -- and all others chat; a family of encoders only embeds.
  -- A block may leave out the tag `:latest`, which the listing spells out.
  read_model = function (item, wanted)
    item = fields(item)
    local able = abilities(item)
    local kind = kind_of(able) or (is_bert(item) and "embedding" or nil)
    local name = word(item.name) or word(item.model)
    local short = name and text.ends(name, ":latest") and text.split(name, ":latest")[1]
    if short and not wanted(name) and wanted(short) then name = short end
    return {
      name           = name,
      context_window = window(item),
      trained_window = trained_window(item),
      tool_call      = able and able.tools == true,
      reasoning      = able and able.thinking == true,
      reads          = able and { image = able.vision == true, audio = able.audio },
      kind           = kind,
      named          = text.contains(name or "", "embed") and "embedding" or "chat",
      look_up        = kind == nil,
    }
  end,

  served = function (body) return fields(body).model end,

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
