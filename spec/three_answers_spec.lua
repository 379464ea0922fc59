-- Three answers: yes, no, and that nobody said.
local cjson = require "cjson"
local support = require "support.roster"
local answers = require "support.answers"

local ACME = [[
  provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://api.acme.example", credential = secret "ACME_API_KEY" }
  model "able"   { provider = "acme", tool_call = true, reasoning = true, reasoning_toggle = true,
    interleaved = true, structured_output = true, temperature = true, attachment = true,
    open_weights = true, input_modalities = { "text", "image" }, output_modalities = { "text" } }
  model "unable" { provider = "acme", tool_call = false, reasoning = false, reasoning_toggle = false,
    interleaved = false, structured_output = false, temperature = false, attachment = false,
    open_weights = false, input_modalities = {}, output_modalities = {} }
  model "silent" { provider = "acme" }
  model "heir"   { inherit = "unable" }
  model "shy"    { inherit = "able", tool_call = none, input_modalities = none }
]]
local ANSWERS = { "tool_call", "reasoning", "reasoning_toggle", "interleaved", "structured_output", "temperature", "attachment", "open_weights" }
local LISTS = { "input_modalities", "output_modalities" }

--- What it says of these fields, in order; nil as "nil".
local function said(of, names)
  local list = {}
  for i, name in ipairs(names) do list[i] = of[name] == nil and "nil" or of[name] end
  return list
end

--- The answer to all of them.
local function each(value)
  local list = {}
  for i in ipairs(ANSWERS) do list[i] = value end
  return list
end

describe("An unknown property of a model", function ()
  teardown(support.stop_all)

  local function explained(id, ...)
    return support.roster({ "explain", id, "--offline", "--no-builtin", ... }, { config = { ["a.lua"] = ACME } })
  end

  it("is null in documents, and false only what a block denies", function ()
    local document = support.offline({ ["a.lua"] = ACME }, { "--no-builtin" })
    local function entry(id) return (support.entry(document, id)) end
    assert.same(each(true), said(entry "able", ANSWERS))
    assert.same(each(false), said(entry "unable", ANSWERS))
    assert.same(each(cjson.null), said(entry "silent", ANSWERS))
    assert.same({ { { "text", "image" }, { "text" } }, { {}, {} }, { cjson.null, cjson.null } },
      { said(entry "able", LISTS), said(entry "unable", LISTS), said(entry "silent", LISTS) })
  end)

  it("is what a model inherits, and what `none` makes of an answer", function ()
    local document = support.offline({ ["a.lua"] = ACME }, { "--no-builtin" })
    local heir, shy = support.entry(document, "heir"), support.entry(document, "shy")
    assert.same({ each(false), { {}, {} } }, { said(heir, ANSWERS), said(heir, LISTS) })
    assert.same({ cjson.null, true, cjson.null, { "text" } }, { shy.tool_call, shy.reasoning, shy.input_modalities, shy.output_modalities })
  end)

  it("has the origin `default` in its details, and a known one the line of its block", function ()
    local silent, unable = explained("silent", "--json").json(), explained("unable", "--json").json()
    local function check(name) assert.same({ "default", "a.lua:5" }, { silent.origins[name], unable.origins[name]:match "[^/]*$" }, name) end
    for _, name in ipairs(ANSWERS) do check(name) end
    for _, name in ipairs(LISTS) do check(name) end
  end)

  it("is nil for a rule", function ()
    local rule = [[rule "tell" (function (model)
      return refuse(tostring(model.tool_call) .. " " .. tostring(model.temperature) .. " " .. tostring(model.output_modalities and #model.output_modalities))
    end)]]
    local document = support.offline({ ["a.lua"] = ACME .. rule }, { "--no-builtin" })
    local reasons = {}
    for i, id in ipairs { "able", "unable", "silent" } do reasons[i] = support.entry(document, id).reason:match ": (.*)$" end
    assert.same({ "true true 1", "false false 0", "nil nil nil" }, reasons)
  end)

  it("is nil in the Lua module #module", function ()
    local registry = require "roster".open { builtin = false, config = support.folder(), definitions = { ["a.lua"] = ACME }, environment = {} }
    local snapshot = registry:snapshot()
    local silent, unable = snapshot:known "silent", snapshot:known "unable"
    assert.same({ each "nil", { "nil", "nil" } }, { said(silent, ANSWERS), said(silent, LISTS) })
    assert.same({ each(false), { {}, {} } }, { said(unable, ANSWERS), said(unable, LISTS) })
    snapshot:close()
    registry:close()
  end)

  it("is called unknown by `explain`, which prints \"no\" only if somebody stated it", function ()
    --- The line of its story that begins with this word, unwrapped.
    local function line(id, word)
      local text = explained(id).out:gsub("\n +", " ")
      return (text:match("\n" .. word .. " +([^\n]*)"))
    end
    local all = "reasoning, reasoning switched off, reasoning between tool calls, tools, a JSON schema, a temperature, attachments, open weights"
    assert.same({ "text, image, " .. all, "text" }, { line("able", "Takes"), line("able", "Gives") })
    assert.same({ all, "the kinds of input it accepts, the kinds of output it produces, " .. all }, { line("unable", "Not"), line("silent", "Unknown") })
    for id, absent in pairs { able = { "Not", "Unknown" }, unable = { "Takes", "Gives", "Unknown" }, silent = { "Takes", "Gives", "Not" } } do
      for _, word in ipairs(absent) do assert.is_nil(line(id, word), id) end
    end
  end)

  it("is nil for a discovered model if its listing does not state it, also after the model was read from the cache #module", function ()
    local mocks = support.mock_servers { { name = "oak", protocol = "none", routes = { { path = "/v1/models", status = 200, body = { data = {
      { id = "quiet", type = "chat" },
      { id = "blunt", type = "chat", supported_parameters = { "tools" }, architecture = { input_modalities = { "text" } } },
    } } } } } }
    local oak = ([[provider "oak" { protocol = "openai-chat", base_url = "%s", list_proves = "access", credential = secret "OAK_KEY",
      discover = true }]]):format(mocks.url())
    local options = { builtin = false, config = support.folder(), definitions = { ["a.lua"] = oak }, environment = { OAK_KEY = "k-three-0001" },
      cache_file = support.folder() .. "/cache.json" }
    local names, told = { "tool_call", "reasoning", "open_weights", "input_modalities" }, {}
    for round = 1, 2 do
      local registry = require "roster".open(options)
      if round == 1 then registry:refresh() end
      local snapshot = registry:snapshot()
      told[round] = { said(snapshot:known "quiet", names), said(snapshot:known "blunt", names) }
      snapshot:close()
      registry:close()
    end
    assert.same({ { "nil", "nil", "nil", "nil" }, { true, false, "nil", { "text" } } }, told[1])
    assert.same(told[1], told[2])
  end)
end)

describe("Every document that a spec reads", function ()
  local denied = { id = "m", tool_call = false, temperature = true, input_modalities = {}, output_modalities = { "text" }, recommended = false }

  --- The document of one model, as text.
  local function text(entry) return cjson.encode { models = { entry }, unavailable = {} } end

  it("has an origin for each denial, in every field that has three answers", function ()
    assert.same({ "tool_call of 'm' is denied, and nobody said so" }, answers.unfounded(denied, { tool_call = "default", input_modalities = "a.lua:1" }))
    assert.same({ "input_modalities of 'm' is denied, and nobody said so", "tool_call of 'm' is denied, and nobody said so" },
      answers.unfounded(denied, {}))
    assert.same({}, answers.unfounded(denied, { tool_call = "live listing", input_modalities = "models.dev 2026-11-20" }))
    assert.same({}, answers.unfounded({ id = "m", tool_call = cjson.null }, {}))
    local names = {}
    for _, name in ipairs(answers.names) do names[name] = true end
    for _, list in ipairs { ANSWERS, LISTS } do
      for _, name in ipairs(list) do assert.is_true(names[name], name) end
    end
  end)

  it("is checked by its own origins if it has them", function ()
    local story = { id = "m", reasoning = false, origins = { reasoning = "default" } }
    for _, one in ipairs { cjson.encode(story), text(story) } do
      local good, why = pcall(cjson.decode, one)
      assert.same({ false, "reasoning of 'm' is denied, and nobody said so" }, { good, why })
    end
    story.origins.reasoning = "a.lua:7"
    assert.is_false(cjson.decode(cjson.encode(story)).reasoning)
  end)

  it("is checked by the library's origins otherwise", function ()
    local function check(origins) return pcall(answers.check, text { id = "m", attachment = false }, function (id) return id == "m" and origins or nil end) end
    assert.same({ false, "attachment of 'm' is denied, and nobody said so" }, { check { attachment = "default" } })
    assert.is_true(check { attachment = "a.lua:1" })
    local asked = text { id = "m", attachment = false, checked_at = "2026-11-28T08:00:00Z" } -- the answer may have denied it
    assert.is_true(pcall(answers.check, asked, function () return { attachment = "default" } end))
    assert.is_true(pcall(answers.check, text { id = "m", attachment = true }, error))
  end)
end)
