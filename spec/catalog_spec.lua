-- The shipped catalog: which models it has, what it records about each, and that every id that a database may hold resolves.
local support = require "support.roster"
local cjson = require "cjson"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local function number(value) return type(value) == "number" and value or nil end
local function word(value) return type(value) == "string" and value ~= "" and value or nil end

local function resolve(id)
  local result = support.roster({ "resolve", id, "--json" }, { config = support.folder() })
  return result.json(), result.status
end

--- The same of one snapshot, where the module is built: many ids are asked for.
local snapshot
local function in_process()
  local good, roster = pcall(require, "roster")
  if not good or os.getenv "ROSTER_COMMAND" then return nil end
  snapshot = snapshot or assert(roster.open { config = "", environment = {} }):snapshot()
  return snapshot
end

local function known(id)
  if not in_process() then return (resolve(id)) end
  local model, via = snapshot:resolve(id)
  return model and { id = model.id, via = via } or {}
end

local function request(id)
  local result = support.roster({ "request", id }, { config = support.folder() })
  assert.equal(0, result.status, result.err)
  return result.out
end

local document, real, by_id

setup(function ()
  document = support.offline {}
  real, by_id = {}, {}
  for _, entry in ipairs(document.unavailable) do
    by_id[entry.id] = entry
    if entry.provider_id ~= "mock" then real[#real + 1] = entry end
  end
end)

teardown(support.stop_all)

--- One line for each model that fails a check; the check returns what is wrong, or nil.
local function complaints(check)
  local list = {}
  for _, entry in ipairs(real) do
    local wrong = check(entry)
    if wrong then list[#list + 1] = entry.id .. ": " .. wrong end
  end
  return list
end

describe("The shipped catalog", function ()
  it("has at least 90 models from fourteen providers", function ()
    local count = {}
    for _, entry in ipairs(real) do count[entry.provider_id] = (count[entry.provider_id] or 0) + 1 end
    assert.is_true(#real >= 90, ("%d models"):format(#real))
    local providers = {}
    for id in pairs(count) do providers[#providers + 1] = id end
    table.sort(providers)
    assert.same({ "anthropic", "cerebras", "deepseek", "fireworks", "gemini", "groq", "minimax", "mistral", "moonshot", "openai", "openrouter",
      "together", "xai", "zai" }, providers)
    for id, models in pairs(count) do assert.is_true(models >= 2, id) end
  end)

  it("lints without an error or a warning", function ()
    local found, result = support.lint { ["a.lua"] = "" }
    assert.same({}, found)
    assert.equal(0, result.status)
  end)

  it("gives every model the fields that a picker needs", function ()
    assert.same({}, complaints(function (entry)
      if not word(entry.description) then return "no description" end
      if not word(entry.provider) then return "no title of its provider" end
      if not word(entry.api_name) or not word(entry.protocol) then return "no way to name it on the wire" end
      if not number(entry.context_window) or entry.context_window < 100000 then return "no context window" end
      if not number(entry.max_output_tokens) then return "no max_output_tokens" end
      if entry.max_output_tokens > entry.context_window then return "answers longer than its window" end
      if number(entry.max_input_tokens) and entry.max_input_tokens > entry.context_window then return "a prompt longer than its window" end
      if not word(entry.family) then return "no family" end
      if not word(entry.tier) then return "no tier" end
      if not word(entry.status) then return "no status" end
    end))
  end)

  it("gives every model a price, what it reads and gives, and its abilities", function ()
    assert.same({}, complaints(function (entry)
      if word(entry.answered_by) and not word(entry.retires) then return nil end -- another model answers already, and is paid for
      local price = type(entry.price) == "table" and entry.price or {}
      if not number(price.input) or not number(price.output) then return "no price" end
      if price.input <= 0 or price.output < price.input then return "an odd price" end
      if number(price.cache_read) and price.cache_read > price.input then return "a cache that costs more than it saves" end
      if entry.input_modalities[1] ~= "text" then return "reads no text" end
      if type(entry.output_modalities) ~= "table" or entry.output_modalities[1] ~= "text" then return "gives no text" end
      if type(entry.reasoning) ~= "boolean" or entry.tool_call ~= true then return "no agent can use it" end
      if #entry.reasoning_levels > 0 and not entry.reasoning then return "levels of a reasoning that it has not" end
    end))
  end)

  it("states that files can be attached to every model that reads PDFs, and denies it of no model that reads more than text", function ()
    assert.same({}, complaints(function (entry)
      local reads = table.concat(entry.input_modalities, " ")
      if reads:find "pdf" and entry.attachment ~= true then return "reads PDFs, and nobody says that they can be attached" end
      if entry.provider_id == "openrouter" and entry.attachment ~= true then return "OpenRouter takes PDFs for any model" end
      if entry.attachment == false and reads ~= "text" then return ("takes no attachment, but reads %s"):format(reads) end
    end))
  end)

  it("gives no two models the same description", function ()
    local owner, alike = {}, {}
    for _, entry in ipairs(real) do
      if owner[entry.description] then alike[#alike + 1] = entry.id .. " and " .. owner[entry.description] end
      owner[entry.description] = entry.id
    end
    assert.same({}, alike)
  end)

  it("gives every deprecated model a retirement date and a replacement that is not deprecated", function ()
    local deprecated = 0
    assert.same({}, complaints(function (entry)
      if entry.status ~= "deprecated" then return nil end
      deprecated = deprecated + 1
      local day = word(entry.retires)
      if not day and not word(entry.answered_by) then return "no day on which it retires" end
      if day and not day:match "^%d%d%d%d%-%d%d%-%d%d$" then return "an odd day" end
      local replacement = by_id[word(entry.replacement) or ""]
      if not replacement then return "no replacement" end
      if replacement.status == "deprecated" then return "its replacement is deprecated too" end
      if replacement.provider_id ~= entry.provider_id then return "its replacement needs another key" end
    end))
    assert.is_true(deprecated > 0)
  end)

  it("lists the current models first, then the legacy ones, then the deprecated ones, and the mock last", function ()
    local rank, last = { current = 1, legacy = 2, deprecated = 3 }, 1
    for _, entry in ipairs(real) do
      assert.is_true(rank[entry.status] >= last, entry.id)
      last = rank[entry.status]
    end
    assert.equal("mock", document.unavailable[#document.unavailable].id)
  end)

  it("recommends only current models, all from the four main providers, and the very first one among them", function ()
    local recommended = {}
    for _, entry in ipairs(real) do
      if entry.recommended then
        assert.equal("current", entry.status, entry.id)
        recommended[entry.provider_id] = true
      end
    end
    assert.same({ anthropic = true, openai = true, gemini = true, fireworks = true }, recommended) -- the rest offer much the same models
    assert.is_true(real[1].recommended)
  end)

  it("makes a request for every model with its wire name, the variable of its key and its provider's host", function ()
    local home = { anthropic = "https://api.anthropic.com/v1/messages", openai = "https://api.openai.com/v1/responses",
      fireworks = "https://api.fireworks.ai/inference/v1/", gemini = "https://generativelanguage.googleapis.com/v1beta/models/",
      xai = "https://api.x.ai/v1/responses'", groq = "https://api.groq.com/openai/v1/chat/completions'",
      mistral = "https://api.mistral.ai/v1/chat/completions'", deepseek = "https://api.deepseek.com/chat/completions'",
      together = "https://api.together.ai/v1/chat/completions'", cerebras = "https://api.cerebras.ai/v1/chat/completions'",
      moonshot = "https://api.moonshot.ai/v1/chat/completions'", zai = "https://api.z.ai/api/paas/v4/chat/completions'",
      minimax = "https://api.minimax.io/anthropic/v1/messages'", openrouter = "https://openrouter.ai/api/v1/" }
    local variable = {}
    for id in pairs(home) do variable[id] = "$" .. id:upper() .. "_API_KEY" end
    for _, entry in ipairs(real) do
      local text = in_process() and snapshot:request(entry.id) or request(entry.id)
      has(text, "curl '" .. home[entry.provider_id])
      has(text, variable[entry.provider_id])
      has(text, entry.api_name)
    end
  end)
end)

describe("The ids of the catalog", function ()
  it("have the version before the kind for Anthropic's models, as in claude-4.5-opus", function ()
    assert.truthy(by_id["claude-4.5-opus"])
    local seen = 0
    for _, entry in ipairs(real) do
      if entry.provider_id == "anthropic" then
        seen = seen + 1
        assert.truthy(entry.id:match "^claude%-%d+%.?%d*%-%l+$" or entry.id:match "^claude%-%d+%.?%d*%-%l+%-200k$", entry.id)
      end
    end
    assert.is_true(seen >= 10)
  end)

  it("end with the host's name for a model that several hosts serve, as in glm-5.3-fireworks", function ()
    assert.same({}, complaints(function (entry)
      for _, host in ipairs { "fireworks", "groq", "together", "cerebras", "openrouter" } do
        local marked = entry.id:match("%-" .. host .. "$") ~= nil
        if marked ~= (entry.provider_id == host) then return "of " .. entry.provider_id end
      end
    end))
  end)

  it("are lower case and have no spaces or slashes", function ()
    assert.same({}, complaints(function (entry) return not entry.id:match "^[%l%d.-]+$" and "odd" or nil end))
  end)

  it("resolve to themselves", function ()
    for _, entry in ipairs(real) do
      local said = known(entry.id)
      assert.equal(entry.id, said.id)
      assert.equal("exact", said.via)
    end
  end)

  -- Shelley's spellings, with the wire name that each means.
  local SHELLEY = {
    ["claude-fable-5"] = "claude-fable-5", ["claude-opus-5"] = "claude-opus-5", ["claude-sonnet-5"] = "claude-sonnet-5",
    ["claude-opus-4.8"] = "claude-opus-4-8", ["claude-opus-4.7"] = "claude-opus-4-7", ["claude-opus-4.6"] = "claude-opus-4-6",
    ["claude-sonnet-4.6"] = "claude-sonnet-4-6", ["claude-opus-4.5"] = "claude-opus-4-5-20251101",
    ["claude-haiku-4.5"] = "claude-haiku-4-5-20251001", ["claude-sonnet-4.5"] = "claude-sonnet-4-5-20250929",
    ["gpt-5.6-sol"] = "gpt-5.6-sol", ["gpt-5.6-terra"] = "gpt-5.6-terra", ["gpt-5.6-luna"] = "gpt-5.6-luna", ["gpt-5.5"] = "gpt-5.5",
    ["gpt-5.4"] = "gpt-5.4", ["gpt-5.4-mini"] = "gpt-5.4-mini", ["gpt-5.4-nano"] = "gpt-5.4-nano", ["gpt-5.3-codex"] = "gpt-5.3-codex",
    ["gemini-3.6-flash"] = "gemini-3.6-flash", ["gemini-3.1-pro"] = "gemini-3.1-pro-preview", ["gemini-3-flash"] = "gemini-3-flash-preview",
    ["kimi-k3-fireworks"] = "accounts/fireworks/models/kimi-k3",
  }
  it("are found by Shelley's spellings", function ()
    for id, wire_name in pairs(SHELLEY) do
      local said = resolve(id)
      assert.truthy(said.id, id)
      assert.equal(wire_name, by_id[said.id].api_name, id)
    end
  end)

  it("are found by Anthropic's spelling with the kind first, with dots and with dashes", function ()
    for _, entry in ipairs(real) do
      local version, kind = entry.id:match "^claude%-([%d.]+)%-(%l+)$"
      if version then
        local written = version:gsub("%.0$", "")
        for _, spelling in ipairs { "claude-" .. kind .. "-" .. written, "claude-" .. kind .. "-" .. written:gsub("%.", "-") } do
          assert.equal(entry.id, known(spelling).id, spelling)
        end
      end
    end
  end)

  it("are found by wire name: it resolves to a model with that very name, or to none if several hosts share it", function ()
    local shared = { ["openai/gpt-oss-120b"] = true, ["gpt-oss-120b"] = true }
    assert.same({}, complaints(function (entry)
      local said = known(entry.api_name)
      if shared[entry.api_name] and not said.id then return nil end
      if not said.id then return entry.api_name .. " leads nowhere" end
      if by_id[said.id].api_name ~= entry.api_name then return entry.api_name .. " leads to " .. said.id end
    end))
  end)

  it("include variants, whose wire names resolve to the plain models instead", function ()
    for _, plain in ipairs { "claude-4.7-opus", "claude-4.6-opus", "claude-4.6-sonnet" } do
      assert.equal(plain, resolve(by_id[plain].api_name).id)
    end
  end)
end)

describe("The variants ending in -200k", function ()
  for _, base in ipairs { "claude-4.7-opus", "claude-4.6-opus", "claude-4.6-sonnet" } do
    local short = base .. "-200k"
    it("include " .. short .. ", which is the model " .. base .. " for conversations that were planned with 200,000 tokens", function ()
      assert.same({ base, by_id[base].api_name, 200000, 1000000 },
        { by_id[short].canonical_id, by_id[short].api_name, by_id[short].context_window, by_id[base].context_window })
      assert.equal(request(base), request(short))
      assert.equal(by_id[base].description .. " (200K context)", by_id[short].description)
      assert.same({ base, "formerly" }, { resolve(base .. "-1m").id, resolve(base .. "-1m").via })
    end)
  end

  it("are exactly three", function ()
    local count = 0
    for _, entry in ipairs(real) do count = count + (entry.id ~= entry.canonical_id and 1 or 0) end
    assert.equal(3, count)
  end)
end)

describe("The ids that Phoenix has stored", function ()
  local rows = {}
  for line in assert(support.read(support.root .. "/spec/data/phoenix_ids.tsv")):gmatch "[^\n]+" do
    local id, wire_names, windows = line:match "^([^\t]+)\t([^\t]+)\t([^\t]+)$"
    if id and id ~= "id" then rows[#rows + 1] = { id = id, wire_names = wire_names, windows = windows } end
  end

  -- Phoenix sent a name that Google never had; the model that it meant has this one.
  local MEANT = { ["gemini-3.0-flash"] = "gemini-3-flash-preview" }

  local function among(list, value)
    for item in list:gmatch "[^,]+" do
      if item == tostring(value) then return true end
    end
    return false
  end

  it("are 36 in number", function () assert.equal(36, #rows) end)

  local RETIRED = { ["deepseek-v3-fireworks"] = true, ["gemini-3-pro"] = true, ["glm-4.7-fireworks"] = true, ["glm-4p6-fireworks"] = true,
    ["glm-4p7-fireworks"] = true, ["gpt-5-codex"] = true, ["gpt-5.1-codex"] = true, ["gpt-5.2-codex"] = true, ["o4-mini"] = true,
    ["qwen3-coder-fireworks"] = true }

  for _, row in ipairs(rows) do
    if RETIRED[row.id] then
      it("include " .. row.id .. ", which is retired and has a replacement that is current", function ()
        local said, status = resolve(row.id)
        assert.equal(1, status)
        assert.equal("retired", said.error.code)
        assert.equal(1, #said.error.candidates)
        local replacement = by_id[said.error.candidates[1]]
        assert.equal("current", replacement.status)
        assert.equal(("'%s' is retired; use '%s' instead"):format(row.id, replacement.id), said.error.message)
      end)
    else
      it("include " .. row.id .. ", which resolves to the model with its wire name and reports any other window that Phoenix assumed", function ()
        local said, status = resolve(row.id)
        assert.equal(0, status)
        assert.equal(row.id, said.from)
        local entry = by_id[said.id]
        assert.is_true(among(MEANT[row.wire_names] or row.wire_names, entry.api_name), entry.api_name)
        assert.equal(entry.context_window, said.context_window)
        if among(row.windows, math.tointeger(entry.context_window)) then
          assert.is_nil(said.assumed_context_window)
        else
          assert.is_true(among(row.windows, math.tointeger(said.assumed_context_window)), tostring(said.assumed_context_window))
        end
      end)
    end
  end
end)

describe("The shipped default and roles", function ()
  local KEYS = { anthropic = "ANTHROPIC_API_KEY", openai = "OPENAI_API_KEY", gemini = "GEMINI_API_KEY", fireworks = "FIREWORKS_API_KEY" }

  local function with_keys(...)
    local env = {}
    for _, provider in ipairs { ... } do env[KEYS[provider]] = "k" end
    return (support.models { config = { ["x.lua"] = 'validate { level = "credential" }' }, env = env })
  end

  for provider in pairs(KEYS) do
    it(("are current models of %s when only its key is set"):format(provider), function ()
      local said = with_keys(provider)
      for name, id in pairs { default = said.default, flagship = said.roles.flagship, mid = said.roles.mid, cheap = said.roles.cheap } do
        local entry = assert(by_id[id], ("%s: '%s'"):format(name, id))
        assert.equal(provider, entry.provider_id, name)
        assert.equal("current", entry.status, name)
      end
      assert.equal("flagship", by_id[said.default].tier)
      assert.equal("flagship", by_id[said.roles.flagship].tier)
      assert.equal("balanced", by_id[said.roles.mid].tier)
      assert.equal("fast", by_id[said.roles.cheap].tier)
    end)
  end

  it("are Anthropic's models when the keys of all providers are set", function ()
    local said = with_keys("anthropic", "openai", "gemini", "fireworks")
    assert.equal("claude-5.5-opus", said.default)
    assert.same({ flagship = "claude-5.5-opus", mid = "claude-5.5-sonnet", cheap = "claude-5.5-haiku" }, said.roles)
    assert.equal("", said.default_wanted)
  end)

  it("are empty when no key is set", function ()
    local said = with_keys()
    assert.equal("", said.default)
    assert.same({ flagship = "", mid = "", cheap = "" }, said.roles)
  end)

  it("follow DEFAULT_MODEL, in any spelling, when that model is available", function ()
    local function wanted(id)
      return (support.models { config = { ["x.lua"] = 'validate { level = "credential" }' }, env = { ANTHROPIC_API_KEY = "k", DEFAULT_MODEL = id } })
    end
    assert.equal("claude-4.5-haiku", wanted("claude-4.5-haiku").default)
    assert.equal("claude-4.5-haiku", wanted("claude-haiku-4-5").default)
    assert.equal("", wanted("claude-4.5-haiku").default_wanted)
    assert.equal("claude-5.5-opus", wanted("gpt-5.5").default)
    assert.equal("gpt-5.5", wanted("gpt-5.5").default_wanted)
  end)
end)

describe("The mock model", function ()
  local CREDENTIAL = { ["x.lua"] = 'validate { level = "credential" }' }

  it("is disabled by default, and its hint names the variable that enables it", function ()
    local entry = by_id.mock
    assert.equal("disabled", entry.state)
    assert.equal("set ROSTER_MOCK=yes", entry.hint)
    assert.equal("mock", entry.provider_id)
    for _, said in ipairs { "", "no", "1", "true" } do
      local found = support.entry(support.offline({}, { env = { ROSTER_MOCK = said } }), "mock")
      assert.equal("disabled", found.state, said)
    end
  end)

  it("is ready and the default with ROSTER_MOCK=yes, without a key or a network", function ()
    local said, result = support.models { env = { ROSTER_MOCK = "yes" }, config = support.folder() }
    assert.equal(0, result.status)
    assert.same({ "mock" }, support.ids(said.models))
    assert.equal("ready", said.models[1].state)
    assert.equal("keyless", said.models[1].source)
    assert.equal("mock", said.default)
    assert.equal(200000, said.models[1].context_window)
  end)

  it("does not count as a configured model", function ()
    local said = support.models { env = { ROSTER_MOCK = "yes" }, config = support.folder() }
    assert.is_false(said.llm_configured)
    assert.equal(1, support.roster({ "check" }, { env = { ROSTER_MOCK = "yes" }, config = support.folder() }).status)
  end)

  it("is never the default while another model is ready", function ()
    local env = { ROSTER_MOCK = "yes", OPENAI_API_KEY = "k" }
    local said = support.models { env = env, config = CREDENTIAL }
    assert.equal("ready", support.entry(said, "mock").state)
    assert.equal("openai", support.entry(said, said.default).provider_id)
    assert.is_true(said.llm_configured)
    local files = { ["x.lua"] = 'validate { level = "credential" } default { "mock", "gpt-5.5" }' }
    said = support.models { env = env, config = { ["x.lua"] = CREDENTIAL["x.lua"] .. " default {}" } }
    assert.equal("openai", support.entry(said, said.default).provider_id)
    assert.are_not.equal("mock", support.models({ env = env, config = files }).default)
  end)

  it("is not the default even if the other model was defined after it", function ()
    local files = { ["x.lua"] = 'validate { level = "credential" } default {} provider "own" { protocol = "openai-chat", base_url = "https://own.test" } ' ..
      'model "own-model" { provider = "own" }' }
    local said = support.models { env = { ROSTER_MOCK = "yes" }, config = files }
    assert.same({ "mock", "own-model" }, support.ids(said.models))
    assert.equal("own-model", said.default)
  end)

  it("comes last, and its request cannot be shown because it has no address", function ()
    local said = support.models { env = { ROSTER_MOCK = "yes", OPENAI_API_KEY = "k" }, config = CREDENTIAL }
    assert.equal("mock", said.models[#said.models].id)
    local result = support.roster({ "request", "mock" }, { env = { ROSTER_MOCK = "yes" }, config = support.folder() })
    assert.equal(1, result.status)
    has(result.err, "mock")
  end)

  it("has no price, because it costs nothing", function () assert.equal(cjson.null, by_id.mock.price) end)
end)
