-- Roles and the default where nothing of their lists is ready: by tier.
local support = require "support.roster"

teardown(support.stop_all)

local PROVIDERS = [[
  validate { level = "credential" }
  provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://acme.test", credential = secret "K" }
  provider "elm" { title = "Elm", protocol = "openai-chat", base_url = "https://elm.test", credential = secret "UNSET" }
]]

local function block(id, fields) return ('model "%s" { provider = "acme", %s }\n'):format(id, fields) end

--- The document of models written as { "id", "fields" }.
local function document(models, text)
  local lines = { PROVIDERS }
  for _, model in ipairs(models) do lines[#lines + 1] = block(model[1], model[2]) end
  lines[#lines + 1] = text
  return (support.models({ config = { ["x.lua"] = table.concat(lines) }, env = { K = "k" } }, "--no-builtin"))
end

--- The snapshot of a folder of definitions and of a later text.
local function replaced(config, text)
  local options = { config = config, builtin = false, definitions = { ["later.lua"] = text }, environment = { K = "k" } }
  local registry = assert(require "roster".open(options))
  assert(registry:refresh())
  return registry:snapshot()
end

local function role(models, fields, name)
  name = name or "cheap"
  return document(models, ('role "%s" { %s }'):format(name, fields)).roles[name]
end

describe("A role of which no listed model is ready", function ()
  it("gives as its reason how many usable models do not meet its needs", function ()
    for count, why in ipairs { "the only usable model does not meet its needs", "none of the 2 usable models meets its needs" } do
      local lines = { PROVIDERS, 'role "see" { require = { vision = true } }' }
      for i = 1, count do lines[#lines + 1] = block("m" .. i, "input_modalities = { 'text' }") end
      local result = support.roster({ "role", "see", "--no-builtin" }, { config = { ["x.lua"] = table.concat(lines, "\n") }, env = { K = "k" } })
      assert.equal(1, result.status)
      assert.truthy(result.err:find(why, 1, true), result.err)
    end
  end)

  it("is served by the tier that belongs to its name", function ()
    local roles = document({ { "big", 'tier = "flagship"' }, { "middle", 'tier = "balanced"' }, { "small", 'tier = "fast"' } },
      'role "cheap" { "far" } role "mid" { "far" } role "flagship" { "far" } model "far" { provider = "elm" }').roles
    assert.same({ cheap = "small", mid = "middle", flagship = "big" }, roles)
  end)

  it("is served by the tier that its block names, in Lua", function ()
    assert.equal("small", role({ { "big", 'tier = "flagship"' }, { "small", 'tier = "fast"' } }, 'tier = "fast", "none-of-these"', "titles"))
  end)

  it("is served by the tier that its block names, in JSON", function ()
    local said = support.models({ env = { K = "k" }, config = { ["a.lua"] = PROVIDERS .. block("big", 'tier = "flagship"') .. block("small", 'tier = "fast"'),
      ["b.json"] = '{ "role": { "titles": { "tier": "fast", "models": ["none-of-these"] }, "listed": { "models": ["big"] } } }' } }, "--no-builtin")
    assert.same({ titles = "small", listed = "big" }, said.roles)
  end)

  it("has no model if it has no tier, or `none`, or the tier has nothing ready", function ()
    local models = { { "big", 'tier = "flagship"' }, { "small", 'tier = "fast"' } }
    assert.equal("", role(models, '"nobody"', "titles"))
    assert.equal("", role(models, 'tier = none, "nobody"'))
    assert.equal("", role(models, 'tier = "balanced", "nobody"'))
    assert.equal("", role({ { "big", 'tier = "flagship"' } }, '"nobody"'))
  end)

  it("does not take a model of its tier that is not ready, not a chat model, or shadowed", function ()
    local far = 'model "far" { provider = "elm", tier = "fast", recommended = true } role "cheap" {}'
    local models = { { "vectors", 'tier = "fast", kind = "embedding"' }, { "old", 'tier = "fast"' }, { "new", 'tier = "fast", shadows = { "old" }' } }
    assert.equal("new", document(models, far).roles.cheap)
  end)

  it("takes a recommended model before a newer one, a newer one before an earlier one, and then the first", function ()
    local function cheap(...) return role({ ... }, "") end
    local old, new = 'tier = "fast", release_date = "2025-10-15"', 'tier = "fast", release_date = "2026-03-17"'
    assert.equal("b", cheap({ "a", new }, { "b", old .. ", recommended = true" }))
    assert.equal("b", cheap({ "a", old }, { "b", new }))
    assert.equal("a", cheap({ "a", new }, { "b", old }))
    assert.equal("a", cheap({ "a", 'tier = "fast"' }, { "b", 'tier = "fast"' }))
  end)

  it("takes a current model without a date before an outdated one with a date", function ()
    local legacy = 'tier = "fast", status = "legacy", release_date = "2026-09-01"'
    assert.equal("b", role({ { "a", legacy }, { "b", 'tier = "fast"' } }, ""))
    assert.equal("a", role({ { "a", legacy }, { "b", 'tier = "fast", status = "deprecated"' } }, ""))
  end)

  it("prefers what its list names, even from another tier", function ()
    assert.equal("big", role({ { "big", 'tier = "flagship"' }, { "small", 'tier = "fast"' } }, '"nobody", "big"'))
  end)

  it("loses its tier with its list when a later file replaces it", function ()
    local first = PROVIDERS .. block("big", 'tier = "flagship"') .. block("small", 'tier = "fast"') .. 'role "titles" { tier = "fast", "nobody" }'
    local config = support.config { ["x.lua"] = first }
    local function titles(text) return replaced(config, text):role "titles" end
    assert.equal("small", titles("").id)
    assert.is_nil(titles 'role "titles" { "none-of-these" }')
    assert.equal("big", titles 'role "titles" { tier = "flagship" }'.id)
  end)

  for fields, wrong in pairs { ['tier = "cheap"'] = [['tier' must be "flagship", "balanced", "fast" or "specialist", not "cheap"]],
    ['teir = "fast"'] = "unknown key 'teir' (did you mean 'tier'?)" } do
    it(("is an error with %s"):format(fields), function ()
      assert.same({ "x.lua:1: role 'titles': " .. wrong }, (support.lint { ["x.lua"] = ('role "titles" { %s }'):format(fields) }))
    end)
  end
end)

describe("The default of which no listed model is ready", function ()
  local BIG, MIDDLE, SMALL = { "big", 'tier = "flagship"' }, { "middle", 'tier = "balanced"' }, { "small", 'tier = "fast"' }
  local function chosen(models, text) return document(models, text or 'default { "nobody" }').default end

  it("is a balanced model, else a fast one, and not the first and dearest of the order", function ()
    assert.equal("middle", chosen { BIG, SMALL, MIDDLE })
    assert.equal("small", chosen { BIG, SMALL })
    assert.equal("big", chosen { BIG, { "odd", "" } })
  end)

  it("is the first in order if the definitions list none", function ()
    assert.equal("big", chosen({ BIG, MIDDLE }, ""))
    assert.equal("big", chosen({ BIG, MIDDLE }, "default {}"))
  end)

  it("is the wanted one, and what the list names, before any tier", function ()
    assert.equal("big", chosen({ MIDDLE, BIG }, 'default { wanted = "big", "nobody" }'))
    assert.equal("big", chosen({ MIDDLE, BIG }, 'default { wanted = "nobody", "big" }'))
  end)
end)

describe("Phoenix's models of Anthropic, as they are today", function ()
  local said, env

  setup(function ()
    local mocks = support.mock_servers { { name = "anthropic", protocol = "anthropic-messages", keys = { "k" },
      models = { "claude-opus-4-5-20251101", "claude-opus-4-6", "claude-opus-4-7", "claude-sonnet-4-6", "claude-haiku-4-5-20251001" } } }
    env = { ANTHROPIC_API_KEY = "k", ANTHROPIC_BASE_URL = mocks.url() }
    said = support.models { config = {}, env = env }
  end)

  it("have Haiku as the cheap model, Sonnet as the middle one and the newest Opus as the flagship", function ()
    local names = {}
    for name, id in pairs(said.roles) do names[name] = support.entry(said, id).api_name end
    assert.same({ cheap = "claude-haiku-4-5-20251001", mid = "claude-sonnet-4-6", flagship = "claude-opus-4-7" }, names)
  end)

  it("have Haiku as the cheap model of each of them, and none for a model of another provider", function ()
    local registry = assert(require "roster".open { config = support.folder(), environment = env })
    assert(registry:refresh())
    local snapshot = registry:snapshot()
    for _, id in ipairs { "claude-opus-4-5", "claude-opus-4-6", "claude-opus-4-7", "claude-sonnet-4-6", "claude-haiku-4-5" } do
      assert.equal("claude-haiku-4-5-20251001", snapshot:role("cheap", assert(snapshot:find(id), id)).api_name, id)
    end
    assert.is_nil(snapshot:role("cheap", snapshot:known "gpt-5.5"))
  end)

  it("have Sonnet as the default", function () assert.equal("claude-sonnet-4-6", support.entry(said, said.default).api_name) end)
end)
