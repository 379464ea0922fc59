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
  it("copies the facts, and keeps in extra what has no field in roster", function ()
    local result = import { acme = provider { ["acme-1"] = model { name = "Acme One", family = "acme", release_date = "2026-01-31", knowledge = "2025-09",
      reasoning = true, tool_call = false, open_weights = true, temperature = true, last_updated = "2026-02-01", description = "words",
      modalities = { input = { "text", "image" }, output = { "text" } }, limit = { context = 200000, input = 180000, output = 8192 },
      cost = { input = 0.25, output = 1.5, cache_read = 0.025, reasoning = 3, context_over_200k = { input = 1 },
        tiers = { { input = 0.5, tier = { type = "context", size = 32000 } }, { input = 1, tier = { type = "context", size = 200000 } } } },
      interleaved = { field = "reasoning_content" }, reasoning_options = { { type = "effort", values = { "low", "high" } }, { type = "toggle" },
        { type = "budget_tokens", min = 1024, max = 32000 } },
      experimental = { modes = { fast = { cost = { input = 3 } } } }, status = "deprecated" } } }
    assert.same({ ["acme/acme-1"] = { provider = "acme", api_name = "acme-1", description = "Acme One", family = "acme", release_date = "2026-01-31", knowledge_cutoff = "2025-09",
      reasoning = true, tool_call = false, open_weights = true, temperature = true, last_updated = "2026-02-01", interleaved = true,
      interleaved_field = "reasoning_content", reasoning_levels = { "low", "high" }, reasoning_toggle = true,
      reasoning_budget = { min = 1024, max = 32000 }, input_modalities = { "text", "image" },
      output_modalities = { "text" }, context_window = 200000, max_input_tokens = 180000,
      max_output_tokens = 8192, status = "deprecated",
      price = { input = 0.25, output = 1.5, cache_read = 0.025, reasoning = 3, above = { ["32000"] = { input = 0.5 }, ["200000"] = { input = 1 } } },
      extra = { description = "words", experimental = { modes = { fast = { cost = { input = 3 } } } } } } },
      result.overlay.model)
    assert.same({ acme = { title = "Acme", protocol = "openai-chat", base_url = "https://api.acme.example", credential = { secret = "ACME_API_KEY" } } },
      result.overlay.provider)
    local entry = support.entry(loaded(result), "acme/acme-1")
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

  it("leaves providers that roster ships as they are, and adds only the models that roster lacks", function ()
    local result = import { anthropic = provider({ ["claude-opus-4-5-20251101"] = model(), ["claude-new"] = model() },
      { npm = "@ai-sdk/anthropic", env = { "ANTHROPIC_API_KEY" } }),
      google = provider({ ["gemini-new"] = model() }, { npm = "@ai-sdk/google", env = { "GEMINI_API_KEY" } }) }
    local found = {}
    for id, block in pairs(result.overlay.model) do found[#found + 1] = ("%s: %s of %s"):format(id, block.api_name, block.provider) end
    table.sort(found)
    assert.same({ "anthropic/claude-new: claude-new of anthropic", "gemini/gemini-new: gemini-new of gemini" }, found)
    assert.equal("https://api.anthropic.com/v1/messages", support.roster({ "explain", "anthropic/claude-new", "--offline", "--json" },
      { config = { ["i.json"] = result.out } }).json().url)
  end)

  it("loads without the shipped definitions, too, with the address that roster ships and not one of the file's", function ()
    local result = import { anthropic = provider({ ["claude-new"] = model() }, { npm = "@ai-sdk/anthropic", api = "https://evil.example/v1" }),
      azure = provider({ ["gpt-new"] = model() }, { npm = "@ai-sdk/azure" }), acme = provider { one = model() } }
    local config = { ["i.json"] = result.out }
    local lint = support.roster({ "lint", "--no-builtin" }, { config = config })
    assert.equal(0, lint.status, lint.out)
    local document = support.roster({ "models", "--offline", "--all", "--json", "--no-builtin" }, { config = config }).json()
    assert.equal("no_credential", support.entry(document, "anthropic/claude-new").state)
    assert.equal("disabled", support.entry(document, "azure/gpt-new").state)
    assert.equal("https://api.anthropic.com/v1/messages", support.roster({ "explain", "anthropic/claude-new", "--offline", "--json", "--no-builtin" },
      { config = config }).json().url)
  end)

  it("gives a model an id that does not depend on what else is in the file", function ()
    local file = { a = provider { both = model(), alone = model(), ["gpt-5"] = model() }, b = provider { both = model(), ["a/both"] = model() } }
    local result = import(file)
    local found = {}
    for id, block in pairs(result.overlay.model) do found[#found + 1] = ("%s: %s of %s"):format(id, block.api_name, block.provider) end
    table.sort(found)
    assert.same({ "a/alone: alone of a", "a/both: both of a", "a/gpt-5: gpt-5 of a", "b/a/both: a/both of b", "b/both: both of b" }, found)
    loaded(result)
    for id, block in pairs(import({ a = file.a }).overlay.model) do assert.same(result.overlay.model[id], block, id) end
  end)

  it("reports where the file differs from what roster ships", function ()
    local result = import { anthropic = provider({ ["claude-opus-4-5-20251101"] = model { limit = { context = 1000, output = 100 }, tool_call = false,
      release_date = "2025-11" } }, { npm = "@ai-sdk/anthropic" }) }
    assert.equal(1, result.status)
    for _, said in ipairs { "anthropic/claude-opus-4-5-20251101: ", "context_window is 200000 here and 1000 in the file", "tool_call is true here and false in the file",
      "shipped values kept for 1, of which the file differs in 1" } do assert.truthy(result.err:find(said, 1, true), said .. " in " .. result.err) end
    assert.falsy(result.err:find("release_date", 1, true), result.err)
  end)

  it("compares every kind of field with what roster ships, and reports what it could not compare", function ()
    local row = model { name = "Other", family = "other", attachment = false, reasoning = false, tool_call = false, structured_output = false,
      temperature = false, open_weights = true, knowledge = "2001-01", release_date = "2001-01-01",
      modalities = { input = { "text" }, output = { "text", "image" } }, limit = { context = 5, input = 6, output = 7 },
      cost = { input = 77, output = 78, cache_read = 79, reasoning = 3,
        tiers = { { input = 90, output = 91, tier = { type = "context", size = 200000 } }, { input = 92, tier = { type = "context", size = 7 } } } },
      reasoning_options = { { type = "effort", values = { "low" } }, { type = "budget_tokens", min = 3, max = 4 } }, strange = 1 }
    local err = import({ google = provider({ ["gemini-2.5-pro"] = row }, { npm = "@ai-sdk/google", env = { "GEMINI_API_KEY" } }) }).err
    for _, said in ipairs { "context_window is %d+ here and 5 in", "max_output_tokens is %d+ here and 7 in", "price.input is [%d.]+ here and 77 in",
      "price.above%[200000%].input is [%d.]+ here and 90 in", "price.above%[200000%].output is [%d.]+ here and 91 in",
      "input_modalities is [%l, ]+ here and text in", "output_modalities is text here and text, image in", "reasoning_budget.min is %d+ here and 3 in",
      "reasoning_budget.max is %d+ here and 4 in", "open_weights is false here and true in", "family is [%w-]+ here and other in",
      "release_date is [%d-]+ here and 2001%-01%-01 in", "ignored for shipped models: .*name in 1", "limit.input in 1", "cost in 1", "reasoning_options in 1", "strange in 1" } do
      assert.truthy(err:find(said), said .. " in " .. err)
    end
  end)

  it("switches off a provider that would send a key to a second host, and reports it", function ()
    local result = import {
      first = provider({ one = model() }, { env = { "FIRST_API_KEY" } }),
      near = provider({ two = model() }, { env = { "FIRST_API_KEY" }, api = "https://api.acme.example/other/v1" }),
      shadow = provider({ four = model() }, { env = { "ANTHROPIC_API_KEY" } }),
    }
    local off = {}
    for id, block in pairs(result.overlay.provider) do if block.enabled == false then off[#off + 1] = id end end
    assert.same({ "shadow" }, off)
    for _, said in ipairs { "shadow: ANTHROPIC_API_KEY is also the key of anthropic, which is another host: written with enabled = false",
      'shadow: it is switched off, so these cannot be used until provider "shadow" { enabled = true } turns it on: four' } do
      assert.truthy(result.err:find(said, 1, true), result.err)
    end
    local two = import { a = provider { one = model() }, b = provider({ two = model() }, { api = "https://other.example/v1" }) }
    assert.is_true((two.overlay.provider.a.enabled == false) ~= (two.overlay.provider.b.enabled == false))
  end)

  it("keeps models that give no text, with their kind", function ()
    local function of(input, output) return model { modalities = { input = input, output = output } } end
    local m = import { acme = provider { picture = of({ "text" }, { "image" }), film = of({ "text" }, { "video" }), voice = of({ "text" }, { "audio" }),
      ears = of({ "audio" }, { "text" }), ["acme-embed-1"] = model(), ["acme-rerank-1"] = model(), plain = model() } }.overlay.model
    assert.same({ "image", "video", "speech", "transcription", "embedding", "rerank", nil }, { m["acme/picture"].kind, m["acme/film"].kind,
      m["acme/voice"].kind, m["acme/ears"].kind, m["acme/acme-embed-1"].kind, m["acme/acme-rerank-1"].kind, m["acme/plain"].kind })
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
      "templated: its address contains a variable: write a provider block for it", "clear: its address is not https",
      "keyed: none of its variables can hold a key", "empty: it has no models", "acme/moved: it has its own address",
      "acme/priced: cost was left out", "acme/dated: release_date was left out", "left out: ", "cost in 1", "release_date in 1", "5 models, 1 new provider" } do
      assert.truthy(result.err:find(said, 1, true), said .. " in " .. result.err)
    end
    local m = result.overlay.model
    assert.same({ nil, { output = 2 }, nil, "anthropic-messages", nil }, { m["acme/moved"], m["acme/priced"].price, m["acme/dated"].release_date,
      m["acme/native"].protocol, m["acme/unsized"].context_window })
    loaded(result)
  end)

  it("imports only the named provider, and suggests the nearest name for an unknown one", function ()
    local catalogue = { a = provider { one = model() }, b = provider { two = model() } }
    local overlay = import(catalogue, "b").overlay
    assert.same({ nil, "b" }, { overlay.model["a/one"], overlay.model["b/two"].provider })
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
    assert.is_nil(result.overlay.model["acme/ok"].description)
  end)

  it("gives no key to a second host, whichever of the variables of a shipped provider it is in", function ()
    local file, off = {}, {}
    for i, variable in ipairs { "GOOGLE_API_KEY", "AZURE_OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "PORTKEY_API_KEY", "SCALEWAY_API_KEY" } do
      file["other" .. i] = provider({ one = model() }, { env = { variable } })
    end
    file.own = provider({ one = model() }, { env = { "OWN_KEY" } })
    local result = import(file)
    for id, block in pairs(result.overlay.provider) do if block.enabled == false then off[#off + 1] = id end end
    table.sort(off)
    assert.same({ "other1", "other2", "other3", "other4", "other5" }, off)
    assert.truthy(result.err:find("other1: GOOGLE_API_KEY is also the key of gemini", 1, true), result.err)
  end)

  it("takes neither an address nor a key from the file for a provider that roster ships, and reports it", function ()
    local result = import { zai = provider({ new = model() }, { api = "https://api.z.ai/api/paas/v4", env = { "ZHIPU_API_KEY" } }),
      openai = provider({ new = model() }, { api = "https://evil.example/v1", env = { "OPENAI_API_KEY" } }) }
    assert.same({ secret = "ZAI_API_KEY" }, result.overlay.provider.zai.credential)
    assert.equal("https://api.openai.com", result.overlay.provider.openai.base_url)
    for _, said in ipairs { "zai: the file names ZHIPU_API_KEY as its key, which here is the key of zhipu: ignored",
      "openai: its address is https://api.openai.com here and https://evil.example in the file" } do
      assert.truthy(result.err:find(said, 1, true), said .. " in " .. result.err)
    end
  end)

  it("counts, by field, the values for shipped models that were not imported", function ()
    local err = import { anthropic = provider({ ["claude-opus-4-5-20251101"] = model { unheard_of = 1, name = "Other words" } },
      { npm = "@ai-sdk/anthropic" }) }.err
    assert.truthy(err:find("ignored for shipped models: ", 1, true), err)
    for _, said in ipairs { "name in 1", "unheard_of in 1" } do assert.truthy(err:find(said, 1, true), said .. " in " .. err) end
  end)

  it("names the replacement of a provider that has ended, and not how to turn it on", function ()
    local err = import { perplexity = provider({ sonar = model() }) }.err
    assert.truthy(err:find("perplexity: it has shut down, so these cannot be used; perplexity-agent takes its place: sonar", 1, true), err)
  end)

  it("writes definitions that load, even if values have the wrong type, and names what it omitted", function ()
    local deep = 1
    for _ = 1, 30 do deep = { d = deep } end
    local function tier(size, input) return { input = input, tier = { type = "context", size = size } } end
    local file = { acme = provider({
      strings = model { limit = { context = "1000", output = "100" }, tool_call = "yes", release_date = 20260101, last_updated = "2026-13-45",
        cost = "free", modalities = { input = "text", output = 5 }, reasoning_options = "effort", id = 7 },
      numbers = model { limit = { context = 1e12, output = 1.5 }, cost = { input = 1e-12, output = 1e9, tiers = { tier(1e13, 1), tier(2000, 1), tier(2000, 2) } } },
      large = model { blob = ("x"):rep(5000), kept = 1 }, deep = model { deep = deep }, none = 5,
      tiers = model { cost = { input = 1, context_over_200k = { input = 9 }, tiers = { tier(1000, 2) } } } }, { doc = "https://acme.example" }),
      mail = provider({ one = model() }, { api = "https://user@acme.example/v1" }), s = provider({ ["l/x"] = model() }, { env = { "S_KEY" } }),
      ["s/l"] = provider({ x = model() }, { env = { "T_KEY" } }), google = provider({ new = model() }), gemini = provider({ new = model() }) }
    local result = import(file)
    loaded(result)
    local m = result.overlay.model
    assert.same({ id = 7, reasoning_options = "effort" }, m["acme/strings"].extra)
    assert.same({ above = { ["2000"] = { input = 1 } } }, m["acme/numbers"].price)
    assert.same({ { kept = 1 }, nil, { cost = { context_over_200k = { input = 9 } } } }, { m["acme/large"].extra, m["acme/deep"].extra, m["acme/tiers"].extra })
    assert.same({ doc = "https://acme.example" }, result.overlay.provider.acme.extra)
    for _, said in ipairs { "acme/strings: limit.context was", "acme/strings: tool_call was", "acme/strings: release_date was", "acme/strings: last_updated was",
      "acme/strings: cost was", "acme/strings: modalities.input was", "acme/strings: modalities.output was", "acme/numbers: limit.context was",
      "acme/numbers: cost was", "acme/numbers: cost.tiers was", "acme/large: blob was", "acme/deep: deep was", "acme/none: it is not a model entry",
      "mail: requests cannot be sent to its address", "l/x: its id means another model of the file",
      "gemini/new: its id means another model of the file" } do
      assert.truthy(result.err:find(said, 1, true), said .. " in " .. result.err)
    end
  end)

  it("reports that it wrote more than a file of definitions may contain", function ()
    local models = {}
    for i = 1, 2500 do models["m" .. i] = { note = ("x"):rep(3500) } end
    local result = import { acme = provider(models), small = provider({ one = model() }, { env = { "SMALL_KEY" } }) }
    local said = "this exceeds the 8 MiB limit for a definitions file: name some of its providers after the file"
    assert.truthy(result.err:find(said, 1, true), result.err)
    assert.falsy(import({ small = provider { one = model() } }).err:find(said, 1, true))
  end)

  it("loses no member of any row: each comes back in the document, or is named on standard error", function ()
    local catalogue = cjson.encode {
      acme = provider { rich = model { id = "rich", name = " Rich\t", description = "a sentence", family = "acme", attachment = true, reasoning = true,
        tool_call = false, structured_output = true, temperature = false, knowledge = "2025-09", release_date = "2026-01", last_updated = "2026-02-01",
        open_weights = false, status = "beta", interleaved = { field = "reasoning_content" }, unheard_of = { of = { 1, "two", true } },
        limit = { context = 1000, input = 900, output = 0 }, modalities = { input = { "pdf", "text" }, output = { "text", "image" } },
        cost = { input = 0, output = 2, cache_write = 1.25, reasoning = 3, input_audio = 4, output_audio = 5, context_over_200k = { input = 9 },
          tiers = { { input = 6, tier = { type = "context", size = 32000 } }, { input = 9, tier = { type = "context", size = 200000 } } } },
        reasoning_options = { { type = "toggle" }, { type = "effort", values = { "low", cjson.null, "high" } }, { type = "budget_tokens", min = 0, max = 9 },
          { type = "mood" } },
        experimental = { modes = { fast = { cost = { input = 3 }, provider = { headers = { ["x-fast"] = "1" } } } } }, provider = { shape = "responses" } },
        older = model { id = "older", cost = { input = 1, output = 2, context_over_200k = { input = 3, output = 4 } }, interleaved = true },
        broken = model { id = "broken", release_date = "soon", limit = { context = -1, output = 5 } } },
      nowhere = provider({ lost = model() }, { npm = "@acme/own-package" }),
    }
    local file = support.write(support.folder() .. "/api.json", catalogue)
    local out = support.capture(('cd / && env -i PATH="$PATH" %s %s 2>&1'):format(support.quoted(support.root .. "/scripts/import-difference"), support.quoted(file)))
    assert.equal("3 rows came back, and 0 that roster ships are compared, with 40 members, of which 2 are told; 1 rows are told as unusable\n", out)
  end)

  it("neither shows nor writes a key that the environment holds, of a shipped provider or of one in the file", function ()
    local key, other = "sk-proj-Zq81xTTbPp47", "q7Kd02mmWc5Lv9"
    local catalogue = { acme = provider({ one = model { name = "My " .. other, description = key, [key] = 1 }, ["m-" .. key] = model(),
      [other] = model(), ["ollama/two"] = model() },
      { name = "Acme " .. key }), [key] = provider { three = model() } }
    local env = { OPENAI_API_KEY = key, ACME_API_KEY = other, OLLAMA_API_KEY = "ollama" }
    local file = support.write(support.folder() .. "/api.json", cjson.encode(catalogue))
    local result = support.roster({ "import", file }, { env = env })
    assert.equal(0, result.status, result.err)
    for _, secret in ipairs { key, other } do assert.falsy((result.out .. result.err):find(secret, 1, true), result.out .. result.err) end
    assert.truthy(result.err:find("3 models left out: the id contains a key", 1, true), result.err)
    local overlay = cjson.decode(result.out)
    assert.truthy(overlay.provider.acme.title:find "%[redacted%]$", overlay.provider.acme.title)
    assert.equal("https://api.acme.example", overlay.provider.acme.base_url)
    assert.equal("My [redacted]", overlay.model["acme/one"].description)
    assert.equal("ollama/two", overlay.model["acme/ollama/two"].api_name)
    local broken = support.roster({ "import", support.write(support.folder() .. "/b.json", '{"a": ' .. key .. "}") }, { env = env })
    assert.same({ 2, "" }, { broken.status, broken.out })
    assert.falsy(broken.err:find(key:sub(1, 12), 1, true), broken.err)
  end)
end)
