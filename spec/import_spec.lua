-- import: turns the api.json of models.dev into definitions, names what it cannot use, and leaves out what roster already has.
local support = require "support.roster"
local cjson = require "cjson"

local function model(fields)
  local m = { name = "A model", modalities = { input = { "text" }, output = { "text" } }, limit = { context = 1000, output = 100 } }
  for name, value in pairs(fields or {}) do m[name] = value end
  return m
end

local function provider(models, fields)
  local p = { name = "Acme", env = { "ACME_API_KEY" }, npm = "@ai-sdk/openai-compatible", api = "https://api.acme.example/v1", models = models }
  for name, value in pairs(fields or {}) do p[name] = value end
  return p
end

local function import(catalogue, ...)
  local file = support.write(support.folder() .. "/api.json", type(catalogue) == "string" and catalogue or cjson.encode(catalogue))
  local result = support.roster { "import", file, ... }
  result.overlay = result.status == 0 and cjson.decode(result.out) or nil
  return result
end

--- The document with an imported overlay, which must lint clean.
local function loaded(result)
  local config = { ["imported.json"] = result.out }
  local lint = support.roster({ "lint" }, { config = config })
  assert.equal(0, lint.status, lint.out)
  return support.roster({ "models", "--offline", "--all", "--json" }, { config = config }).json()
end

describe("roster import", function ()
  it("copies the facts that roster has a field for, and nothing else", function ()
    local result = import { acme = provider { ["acme-1"] = model { name = "Acme One", family = "acme", release_date = "2026-01-31", knowledge = "2025-09",
      reasoning = true, tool_call = false, open_weights = true, temperature = true, last_updated = "2026-02-01", description = "words",
      modalities = { input = { "text", "image", "smell" }, output = { "text" } }, limit = { context = 200000, input = 180000, output = 8192 },
      cost = { input = 0.25, output = 1.5, cache_read = 0.025, reasoning = 3, tiers = { { input = 1 } } }, status = "deprecated" } } }
    assert.same({ ["acme-1"] = { provider = "acme", description = "Acme One", family = "acme", release_date = "2026-01-31", knowledge_cutoff = "2025-09",
      reasoning = true, tool_call = false, open_weights = true, temperature = true, last_updated = "2026-02-01", input_modalities = { "text", "image" },
      output_modalities = { "text" }, context_window = 200000, max_input_tokens = 180000,
      max_output_tokens = 8192, price = { input = 0.25, output = 1.5, cache_read = 0.025 }, status = "deprecated" } }, result.overlay.model)
    assert.same({ acme = { title = "Acme", protocol = "openai-chat", base_url = "https://api.acme.example", credential = { secret = "ACME_API_KEY" } } },
      result.overlay.provider)
    local entry = support.entry(loaded(result), "acme-1")
    assert.same({ "no_credential", 200000, 0.25, true }, { entry.state, entry.context_window, entry.price.input, entry.open_weights })
  end)

  it("derives the protocol, the address and the key of a provider from its package, address and variables", function ()
    local overlay = import {
      a = provider({ m1 = model() }, { npm = "@ai-sdk/anthropic", api = "https://a.example/anthropic/v1" }),
      b = provider({ m2 = model() }, { npm = "@ai-sdk/google", api = "https://b.example/v1beta/" }),
      c = provider({ m3 = model() }, { env = { "C_ACCOUNT", "C_TOKEN", "C_KEY" } }),
      d = provider({ m4 = model() }, { env = {} }),
    }.overlay.provider
    assert.same({ "anthropic-messages", "https://a.example/anthropic" }, { overlay.a.protocol, overlay.a.base_url })
    assert.same({ "gemini", "https://b.example/v1beta", "" }, { overlay.b.protocol, overlay.b.base_url, overlay.b.prefix })
    assert.same({ { secret = "C_TOKEN" }, { secret = "C_KEY" } }, overlay.c.credential)
    assert.is_nil(overlay.d.credential)
  end)

  it("adds no provider that roster ships, and adds only the models that roster lacks", function ()
    local result = import { anthropic = provider({ ["claude-opus-4-5-20251101"] = model(), ["claude-new"] = model() }, { npm = "@ai-sdk/anthropic" }),
      google = provider({ ["gemini-new"] = model() }, { npm = "@ai-sdk/google" }) }
    assert.same({}, result.overlay.provider)
    local found = {}
    for id, block in pairs(result.overlay.model) do found[#found + 1] = id .. " of " .. block.provider end
    table.sort(found)
    assert.same({ "claude-new of anthropic", "gemini-new of gemini" }, found)
    assert.equal("https://api.anthropic.com/v1/messages", support.roster({ "explain", "claude-new", "--offline", "--json" },
      { config = { ["i.json"] = result.out } }).json().url)
  end)

  it("puts the provider's name before an id that several providers have or that is taken", function ()
    local result = import { a = provider { both = model(), alone = model(), ["gpt-5"] = model() }, b = provider { both = model(), ["a/both"] = model() } }
    local found = {}
    for id, block in pairs(result.overlay.model) do found[#found + 1] = ("%s: %s of %s"):format(id, block.api_name or id, block.provider) end
    table.sort(found)
    assert.same({ "a/both: both of a", "a/gpt-5: gpt-5 of a", "alone: alone of a", "b/a/both: a/both of b", "b/both: both of b" }, found)
    loaded(result)
  end)

  it("writes the same ids and bytes again, whatever was imported before", function ()
    local catalogue = cjson.encode { acme = provider { one = model() } }
    local file = support.write(support.folder() .. "/api.json", catalogue)
    local first = support.roster { "import", file }
    assert.equal(0, first.status)
    assert.equal(first.out, support.roster({ "import", file }, { env = { ROSTER_CONFIG = support.config { ["imported.json"] = first.out } } }).out)
  end)

  it("names every row that it cannot use, and writes the others", function ()
    local result = import {
      nowhere = provider({ m = model() }, { api = cjson.null }),
      strange = provider({ m = model() }, { npm = "@acme/own-package" }),
      templated = provider({ m = model() }, { api = "https://api.example/${ACCOUNT}/v1" }),
      clear = provider({ m = model() }, { api = "http://clear.example/v1" }),
      keyed = provider({ m = model() }, { env = { "302_API_KEY" } }),
      empty = { name = "Empty" },
      acme = provider { moved = model { provider = { api = "https://other.example/v1" } }, priced = model { cost = { input = -1, output = 2 } },
        dated = model { release_date = "soon" }, spoken = model { modalities = { input = { "text" }, output = { "audio" } } },
        native = model { provider = { npm = "@ai-sdk/anthropic" } }, unsized = model { limit = { context = 0, output = 0 } } },
    }
    for _, said in ipairs { "nowhere: it has no address", "strange: roster has no protocol for its package",
      "templated: its address has a variable in it: write a provider block for it", "clear: its address is not https",
      "keyed: none of its variables is one that can hold a key", "empty: it has no models", "acme/moved: it has an address of its own",
      "acme/priced: price was left out", "acme/dated: release_date was left out", "4 models, 1 new provider; left out as no text comes from them: 1" } do
      assert.truthy(result.err:find(said, 1, true), said .. " in " .. result.err)
    end
    local m = result.overlay.model
    assert.same({ nil, { output = 2 }, nil, nil, "anthropic-messages", nil },
      { m.moved, m.priced.price, m.dated.release_date, m.spoken, m.native.protocol, m.unsized.context_window })
    loaded(result)
  end)

  it("imports only the named provider, and suggests the nearest name for an unknown one", function ()
    local catalogue = { a = provider { one = model() }, b = provider { two = model() } }
    local overlay = import(catalogue, "b").overlay
    assert.same({ nil, "b" }, { overlay.model.one, overlay.model.two.provider })
    local result = import(catalogue, "bb")
    assert.equal(2, result.status)
    assert.truthy(result.err:find("has no provider 'bb'", 1, true), result.err)
    local near = import({ anthropic = provider { one = model() } }, "antropic")
    assert.truthy(near.err:find("has no provider 'antropic' (did you mean 'anthropic'?)", 1, true), near.err)
  end)

  it("refuses anything that is not such a file, and then writes nothing", function ()
    for _, text in ipairs { "", "[]", "{", '{"a":{},"a":{}}', "not json" } do
      local result = import(text)
      assert.same({ 2, "" }, { result.status, result.out })
      assert.truthy(result.err:find("name the api.json of models.dev", 1, true), result.err)
    end
    assert.equal(2, support.roster({ "import", "/nonexistent/api.json" }).status)
    assert.equal(1, import({}).status)
  end)

  it("accepts odd ids and fields, and prints no control characters", function ()
    local result = import { acme = provider { ["<script>\27[31m"] = model(), [("x"):rep(300)] = model(), ok = model { name = 5 } } }
    assert.equal(0, result.status)
    assert.falsy(result.err:find "\27")
    assert.is_nil(result.overlay.model.ok.description)
  end)
end)
