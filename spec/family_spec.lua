-- family: what a discovered model may take from the newest block of its family, and that it takes nothing that no line allows.
local cjson = require "cjson"
local support = require "support.roster"

local BLOCKS = [[
model "opus-5" { provider = "oak", family = "opus", reasoning = true, tool_call = true, context_window = 500, tier = "flagship", price = { input = 3, output = 9 } }
model "opus-4" { provider = "oak", family = "opus", reasoning = false, tool_call = true, context_window = 400 }
]]

--- The story of a model that only the listing of "oak" has, with these lines in a second file. `more`: members of its entry in the listing.
local function story(lines, more, id, blocks)
  local entry = { id = id or "opus-6", type = "chat" }
  for key, value in pairs(more or {}) do entry[key] = value end
  local mocks = support.mock_servers { { name = "oak", protocol = "none", routes = { { path = "/v1/models", status = 200,
    body = { data = { entry, { id = "opus-5", type = "chat" }, { id = "opus-4", type = "chat" } } } } } } }
  local provider = ('provider "oak" { protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY", list_proves = "access", discover = true }'):format(mocks.url "oak")
  local result = support.roster({ "explain", entry.id, "--json", "--no-builtin" },
    { config = { ["a.lua"] = provider, ["b.lua"] = blocks or BLOCKS, ["c.lua"] = lines }, env = { OAK_KEY = "k" } })
  mocks.stop()
  return result.json()
end

local function line(inherit, names)
  return ('family "opus" { provider = "oak", names = { %s }, inherit = { %s } }'):format(names or '"opus-*"', inherit)
end

teardown(support.stop_all)

describe("A discovered model", function ()
  it("takes nothing from the blocks of its family without a line that allows it", function ()
    local one = story ""
    assert.same({ cjson.null, cjson.null, cjson.null, cjson.null, cjson.null }, { one.family, one.reasoning, one.tool_call, one.context_window, one.price })
  end)

  it("takes the fields that a line names from the newest block of its family, with their origins", function ()
    local one = story(line '"reasoning", "tool_call"')
    assert.same({ true, true, "opus" }, { one.reasoning, one.tool_call, one.family })
    assert.truthy(one.origins.reasoning:find "^inherited from opus%-5, .*b%.lua:1$", one.origins.reasoning)
    assert.truthy(one.origins.family:find "c%.lua:1$", one.origins.family)
  end)

  it("takes neither limits nor prices nor anything else that the line does not name", function ()
    local one = story(line '"reasoning"')
    assert.same({ cjson.null, cjson.null, cjson.null, cjson.null }, { one.context_window, one.price, one.tool_call, one.tier })
    assert.equal("default", one.origins.context_window)
    one = story(line '"context_window", "price", "tier"')
    assert.same({ 500, 3, "flagship" }, { one.context_window, one.price.input, one.tier })
  end)

  it("keeps what its listing states", function ()
    local one = story(line '"reasoning", "context_window"', { context_length = 700 })
    assert.same({ 700, "live listing" }, { one.context_window, one.origins.context_window })
    assert.is_true(one.reasoning)
  end)

  it("takes no field that the newest block does not state", function ()
    local one = story(line '"structured_output"')
    assert.same({ cjson.null, "default" }, { one.structured_output, one.origins.structured_output })
  end)

  it("treats the block with the latest date as the newest, or else the first block", function ()
    local dated = BLOCKS .. 'model "opus-0" { provider = "oak", family = "opus", release_date = "2020-01-01", context_window = 1 }' ..
      ' model "opus-7" { provider = "oak", family = "opus", release_date = "2026-11-01", context_window = 9 }'
    assert.equal(500, story(line '"context_window"').context_window)
    local days = 'model "opus-5" { provider = "oak", family = "opus", release_date = "2026-01-01", context_window = 5 }' ..
      ' model "opus-7" { provider = "oak", family = "opus", release_date = "2026-11-01", context_window = 9 }'
    assert.equal(9, story(line '"context_window"', nil, nil, days).context_window)
    assert.equal(500, story(line '"context_window"', nil, nil, dated).context_window)
  end)

  it("belongs only to families that its name matches, or, as a snapshot, to its model's family", function ()
    assert.equal(cjson.null, story(line '"reasoning"', nil, "sonnet-6").family)
    assert.is_true(story(line('"reasoning"', '"opus-4"'), nil, "opus-4-2026-11-17").reasoning)
  end)

  it("takes nothing from blocks of another provider or that are off", function ()
    local off = 'model "opus-5" { provider = "oak", family = "opus", reasoning = true, enabled = false }' ..
      ' provider "elm" { protocol = "openai-chat", base_url = "https://elm.example" } model "opus-9" { provider = "elm", family = "opus", reasoning = true }'
    local one = story(line '"reasoning"', nil, nil, off)
    assert.same({ "opus", cjson.null }, { one.family, one.reasoning })
  end)
end)

describe("A family block", function ()
  local PROVIDER = 'provider "oak" { protocol = "openai-chat", base_url = "https://oak.example" }\n'
  local function found(text) return support.lint({ ["x.lua"] = PROVIDER .. text }, { "--no-builtin" })[1] end

  it("names a provider, names, and fields that describe a model", function ()
    assert.is_nil(found(line '"reasoning"'))
    assert.equal("x.lua:2: family 'opus': 'provider' is missing", found 'family "opus" { names = { "opus-*" } }')
    assert.equal("x.lua:2: family 'opus': 'names' is missing", found 'family "opus" { provider = "oak" }')
    assert.equal("x.lua:2: family 'opus': unknown provider 'oka' (did you mean 'oak'?)", found 'family "opus" { provider = "oka", names = { "opus-*" } }')
    assert.equal("x.lua:2: family 'opus': inherit: 'reasonning' is no field of a model (did you mean 'reasoning'?)", found(line '"reasonning"'))
    assert.equal("x.lua:2: family 'opus': inherit: 'headers' is nothing that describes a model", found(line '"headers"'))
  end)

  it("may be written in JSON", function ()
    local json = '{ "family": { "opus": { "provider": "oak", "names": ["opus-*"], "inherit": ["reasoning"] } } }'
    assert.same({}, support.lint({ ["x.lua"] = PROVIDER, ["y.json"] = json }, { "--no-builtin" }))
  end)
end)
