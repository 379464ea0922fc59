-- shadows: a model is demoted while a better one is usable, and only then.
local support = require "support.roster"

local mocks

--- The model that shadows each model, with these keys of the two providers.
local function shadowed(lines, env, verb)
  local text = ([[
    provider "oak" { protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY" }
    provider "elm" { protocol = "openai-chat", base_url = "%s", credential = secret "ELM_KEY" }
  ]]):format(mocks.url "oak", mocks.url "elm") .. lines
  local result = support.roster({ verb or "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = env })
  if verb then return result end
  local found = {}
  for _, model in ipairs(result.json().models) do found[#found + 1] = model.id .. (model.shadowed_by and " < " .. model.shadowed_by or "") end
  return table.concat(found, ", "), result
end

local THREE = [[
  model "old"  { provider = "oak" }
  model "best" { provider = "elm", shadows = { "good", "old" } }
  model "good" { provider = "oak", shadows = { "old" }, aliases = { "fine" } }
]]

setup(function ()
  mocks = support.mock_servers { { name = "oak", protocol = "openai", keys = { "oak-key" }, models = { "old", "good" } },
    { name = "elm", protocol = "openai", keys = { "elm-key" }, models = { "best" } } }
end)

teardown(support.stop_all)

describe("The field `shadows`", function ()
  it("demotes a model while a better one is usable, and changes nothing else", function ()
    assert.equal("old < best, best, good < best", (shadowed(THREE, { OAK_KEY = "oak-key", ELM_KEY = "elm-key" })))
  end)

  it("does not demote a model when the better one is not usable", function ()
    assert.equal("old < good, good", (shadowed(THREE, { OAK_KEY = "oak-key" })))
    assert.equal("old < good, good", (shadowed(THREE, { OAK_KEY = "oak-key", ELM_KEY = "wrong" })))
    assert.equal("best", (shadowed(THREE, { ELM_KEY = "elm-key" })))
  end)

  it("accepts any name of a model", function ()
    local lines = 'model "a" { provider = "oak", api_name = "old", aliases = { "aa" } } model "b" { provider = "elm", api_name = "best", shadows = { "aa" } }'
    assert.equal("a < b, b", (shadowed(lines, { OAK_KEY = "oak-key", ELM_KEY = "elm-key" })))
  end)

  it("demotes the later of two models that shadow each other", function ()
    local lines = 'model "old" { provider = "oak", shadows = { "good" } } model "good" { provider = "oak", shadows = { "old" } }'
    assert.equal("old, good < old", (shadowed(lines, { OAK_KEY = "oak-key" })))
  end)

  it("is shown in the table of models", function ()
    local text = select(2, shadowed(THREE, { OAK_KEY = "oak-key", ELM_KEY = "elm-key" }))
    assert.equal(0, text.status)
    local out = support.roster({ "models", "--no-builtin" }, { env = { OAK_KEY = "oak-key", ELM_KEY = "elm-key" }, config = { ["x.lua"] = ([[
      provider "oak" { protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY" }
      model "old" { provider = "oak" } model "good" { provider = "oak", shadows = { "old" } }]]):format(mocks.url "oak") } }).out
    assert.truthy(out:find "\nold .-behind good\n", out)
  end)

  it("may name neither an unknown model nor the model itself", function ()
    assert.truthy(shadowed('model "old" { provider = "oak", shadows = { "old" } }', {}, "lint").out:find("model 'old': shadows itself", 1, true))
    local found = shadowed('model "old" { provider = "oak", shadows = { "goood" } } model "good" { provider = "oak" }', {}, "lint").out
    assert.truthy(found:find("model 'old': shadows unknown model 'goood' (did you mean 'good'?)", 1, true), found)
  end)
end)
