-- Later definitions amend earlier ones: the shipped ones come first, then those of a deployer's directory. Also tested: which directories are read.
local support = require "support.roster"
local cjson = require "cjson"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function lacks(text, part) assert.falsy(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

--- The document with this one file on top of the shipped definitions.
local function with(text, options) return (support.offline({ ["x.lua"] = text }, options)) end

local function model(id, text, options) return support.entry(with(text, options), id) end

local function request(id, files, options)
  options = options or {}
  if type(files) == "string" then files = { ["x.lua"] = files } end
  local result = support.roster({ "request", id, table.unpack(options) }, { config = files, env = options.env })
  assert.equal(0, result.status, result.err)
  return result.out
end

local function resolve(id, text) return support.roster({ "resolve", id, "--json" }, { config = { ["x.lua"] = text } }).json() end

local function provider_row(document, id)
  for _, row in ipairs(document.providers) do
    if row.id == id then return row end
  end
end

--- The ids in the order of the document that are not shipped.
local function own_ids(files, options)
  local shipped = {}
  for _, entry in ipairs(with "".unavailable) do shipped[entry.id] = true end
  local ids = {}
  for _, entry in ipairs((support.offline(files, options)).unavailable) do
    if not shipped[entry.id] then ids[#ids + 1] = entry.id end
  end
  return ids
end

local function changed(before, after)
  local names = {}
  for name, value in pairs(after) do
    if not pcall(assert.same, before[name], value) then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

teardown(support.stop_all)

describe("A block for a shipped id", function ()
  it("changes the fields that it names and keeps the model's other fields", function ()
    local before = model("claude-4.5-opus", "")
    local after = model("claude-4.5-opus", 'model "claude-4.5-opus" { description = "Ours", context_window = 100 * K }')
    assert.same({ "context_window", "description" }, changed(before, after))
    assert.equal("Ours", after.description)
    assert.equal(100000, after.context_window)
  end)

  it("leaves every other model unchanged", function ()
    local before, after = with "", with 'model "claude-4.5-opus" { description = "Ours" }'
    assert.same(support.ids(before.unavailable), support.ids(after.unavailable))
    for i, entry in ipairs(before.unavailable) do
      if entry.id ~= "claude-4.5-opus" then assert.same(entry, after.unavailable[i]) end
    end
  end)

  it("keeps the model's place in the order, while new models come after the shipped ones", function ()
    local before = support.ids(with "".unavailable)
    local after = support.ids(with 'model "new" { provider = "openai" } model "gpt-5.5" { description = "Ours" }'.unavailable)
    before[#before + 1] = "new"
    assert.same(before, after)
  end)

  it("amends a provider: its models use the new address, and the fields that it does not name keep their values", function ()
    local text = 'provider "anthropic" { title = "Ours", base_url = "https://anthropic.example.test" }'
    local entry = model("claude-4.5-opus", text)
    assert.equal("Ours", entry.provider)
    assert.equal("$ANTHROPIC_API_KEY", entry.source)
    has(request("claude-4.5-opus", text), "curl 'https://anthropic.example.test/v1/messages'")
    has(request("claude-4.5-opus", text), "-H 'anthropic-version: 2023-06-01'")
  end)

  it("with unless_defined counts only if no earlier one defines the provider, and collides within a directory as any other", function ()
    local moved = 'provider "anthropic" { protocol = "anthropic-messages", base_url = "https://moved.example", unless_defined = true }\n'
    local other = 'provider "other" { protocol = "openai-chat", base_url = "https://other.example", unless_defined = true }\n'
    local document = support.roster({ "providers", "--offline", "--json" }, { config = { ["x.lua"] = moved .. other } }).json()
    assert.equal("https://api.anthropic.com", provider_row(document, "anthropic").base_url)
    assert.equal("https://other.example", provider_row(document, "other").base_url)
    document = support.roster({ "providers", "--offline", "--json", "--no-builtin" }, { config = { ["x.lua"] = moved } }).json()
    assert.equal("https://moved.example", provider_row(document, "anthropic").base_url)
    has(support.roster({ "lint" }, { config = { ["x.lua"] = other .. other } }).out, "provider 'other' is defined twice in one directory")
  end)

  it("amends a gateway that has the same name", function ()
    local text = 'gateway "main" { path = "/{provider}" }'
    has(request("gpt-5.5", text, { env = { LLM_GATEWAY = "http://gw.test" } }), "curl 'http://gw.test/openai/v1/responses'")
  end)

  it("amends a protocol that has the same name: it replaces one function and keeps the other functions and the paths", function ()
    local text = 'protocol "openai-responses" { generate = function (model) return post("/responses", { ours = model.id }) end }'
    local shown = request("gpt-5.5", text)
    has(shown, "curl 'https://api.openai.com/v1/responses'")
    has(shown, [[-d '{"ours":"gpt-5.5"}']])
    has(shown, '-H "authorization: Bearer $OPENAI_API_KEY"')
    assert.same({}, (support.lint { ["x.lua"] = text }))
  end)

  it("amends validate: the fields that it does not name keep their values", function ()
    local env = { OPENAI_API_KEY = "k" }
    local document = support.models { config = { ["x.lua"] = 'validate { level = "credential" }' }, env = env }
    assert.equal("ready", support.entry(document, "gpt-5.5").state)
    assert.equal("credential", support.entry(document, "gpt-5.5").stage)
    assert.same({}, (support.lint { ["x.lua"] = "validate { deadline = 5 }" }))
  end)

  it("gives a retired id another replacement", function ()
    assert.equal("gpt-6.2-sol", resolve("gpt-5-codex", "").error.candidates[1])
    assert.equal("gpt-5.5", resolve("gpt-5-codex", 'retired "gpt-5-codex" { replacement = "gpt-5.5" }').error.candidates[1])
  end)

  it("is named, with its file and line, in the errors about its own keys", function ()
    assert.same({ "x.lua:2: model 'gpt-5.5': unknown key 'teir' (did you mean 'tier'?)" },
      (support.lint { ["x.lua"] = '\nmodel "gpt-5.5" { teir = "fast" }' }))
  end)

  it("is named in the error about a reference that it breaks, instead of the shipped file", function ()
    assert.same({ "x.lua:2: model 'gpt-5.5': unknown provider 'opnai' (did you mean 'openai'?)" },
      (support.lint { ["x.lua"] = '\nmodel "gpt-5.5" { provider = "opnai" }' }))
  end)
end)

describe("The headers of a later block", function ()
  it("merge by name: new ones are added, and one with the same name is replaced whatever its case", function ()
    local shown = request("claude-4.5-opus", 'provider "anthropic" { headers = { ["x-team"] = "red", ["Anthropic-Version"] = "2027-01-01" } }')
    has(shown, "-H 'x-team: red'")
    has(shown, "-H 'Anthropic-Version: 2027-01-01'")
    lacks(shown, "2023-06-01")
    has(request("claude-4.5-opus", 'provider "anthropic" { headers = { ["x-team"] = "red" } }'), "-H 'anthropic-version: 2023-06-01'")
  end)

  it("merge by name in a model too", function ()
    local shown = request("minimax-m3-fireworks", 'model "minimax-m3-fireworks" { headers = { ["x-tag"] = "long" } }')
    has(shown, "-H 'anthropic-version: 2023-06-01'")
    has(shown, "-H 'x-tag: long'")
  end)

  it("remove a header that is set to none, and no other", function ()
    local shown = request("claude-4.5-opus", 'provider "anthropic" { headers = { ["anthropic-version"] = none, ["x-team"] = "red" } }')
    lacks(shown, "anthropic-version")
    has(shown, "-H 'x-team: red'")
  end)

  it("remove all earlier headers if the whole table is set to none", function ()
    lacks(request("claude-4.5-opus", 'provider "anthropic" { headers = none }'), "anthropic-version")
  end)
end)

describe("The tables of a later block", function ()
  it("merge by key: a price keeps the parts that the block does not name", function ()
    local before = model("claude-4.5-opus", "").price
    local after = model("claude-4.5-opus", 'model "claude-4.5-opus" { price = { output = 99 } }').price
    assert.equal(99, after.output)
    assert.equal(before.input, after.input)
    assert.equal(before.cache_read, after.cache_read)
    assert.equal(before.cache_write, after.cache_write)
  end)

  it("remove a part that is set to none", function ()
    local price = model("claude-4.5-opus", 'model "claude-4.5-opus" { price = { output = none } }').price
    assert.equal(cjson.null, price.output)
    assert.equal(5, price.input)
  end)

  it("merge by key in the segments of a gateway", function ()
    local env = { LLM_GATEWAY = "http://gw.test" }
    local files = { ["a.lua"] = 'gateway "main" { segments = { gemini = "google-ai-studio" } }' }
    has(request("gpt-5.5", files, { env = env }), "http://gw.test/_/gateway/openai/v1/responses")
    has(request("gemini-3.8-flash", files, { env = env }), "http://gw.test/_/gateway/google-ai-studio/v1beta/")
  end)

  it("merge by id in a model's former windows", function ()
    local function window(text) return resolve("claude-opus-4-7", text).assumed_context_window end
    assert.equal(200000, window "")
    assert.equal(200000, window 'model "claude-4.7-opus" { former_windows = { ["claude-4.7-opus"] = 5 * K } }')
    assert.equal(7000, window 'model "claude-4.7-opus" { former_windows = { ["claude-opus-4-7"] = 7 * K } }')
  end)

  it("remove a former window that is set to none", function ()
    local text = 'model "claude-4.7-opus" { former_windows = { ["claude-opus-4-7"] = none } }'
    assert.same({}, (support.lint { ["x.lua"] = text }))
    assert.is_nil(resolve("claude-opus-4-7", text).assumed_context_window)
  end)
end)

describe("Lists and functions of a later block", function ()
  it("replace the earlier ones: the shipped aliases no longer resolve, and the new ones do", function ()
    local text = 'model "claude-4.5-opus" { aliases = { "opus-of-ours" } }'
    assert.equal("claude-4.5-opus", resolve("opus-of-ours", text).id)
    assert.equal("unknown", resolve("claude-opus-4-5", text).error.code)
    assert.equal("claude-4.5-opus", resolve("claude-4-opus", text).id)
  end)

  it("replace the earlier ones even if the list is empty", function ()
    assert.same({}, model("claude-4.5-opus", 'model "claude-4.5-opus" { aliases = {}, reasoning_levels = {} }').aliases)
    assert.equal("unknown", resolve("claude-opus-4-5", 'model "claude-4.5-opus" { aliases = {} }').error.code)
  end)

  it("replace the earlier ones completely: proofs are not added to the shipped ones", function ()
    local mocks = support.mock_servers { { name = "one", protocol = "none", routes = {
      { path = "/v1/ours/gpt-5.5", status = 200, body = { id = "gpt-5.5" } },
    } } }
    local config = support.config { ["x.lua"] = ([[
      protocol "openai-responses" {
        list    = none,
        prove   = { function (model) return get("/ours/" .. model.api_name) end },
        verdict = none,
      }
      provider "openai" { base_url = "%s" }
    ]]):format(mocks.url "one") }
    local document = support.models { config = config, env = { OPENAI_API_KEY = "k-amend-0001" } }
    assert.same({ "gpt-5.5" }, support.ids(document.models))
    assert.is_true(#mocks.requests "one" > 0)
    for _, asked in ipairs(support.paths(mocks.requests "one")) do assert.equal("GET /v1/ours/", asked:sub(1, 13)) end
  end)
end)

describe("The value none", function ()
  it("resets a field to its default", function ()
    local entry = model("claude-4.5-opus", 'model "claude-4.5-opus" { description = none, family = none, context_window = none, price = none, ' ..
      "aliases = none, reasoning = none, tool_call = none, input_modalities = none, tier = none, release_date = none, api_name = none }")
    assert.equal("claude-4.5-opus", entry.description)
    assert.equal(cjson.null, entry.family)
    assert.equal(cjson.null, entry.context_window)
    assert.equal(cjson.null, entry.price)
    assert.same({}, entry.aliases)
    assert.same({ cjson.null, cjson.null, cjson.null }, { entry.reasoning, entry.tool_call, entry.input_modalities })
    assert.equal(cjson.null, entry.tier)
    assert.equal(cjson.null, entry.release_date)
    assert.equal("claude-4.5-opus", entry.api_name)
  end)

  it("makes a provider keyless when its credential is set to it", function ()
    local text = 'provider "openai" { credential = none }'
    assert.equal("keyless", model("gpt-5.5", text).source)
    lacks(request("gpt-5.5", text), "authorization")
  end)

  it("restores the protocol's way to send the key if a provider had set its own", function ()
    has(request("claude-4.5-opus", 'provider "anthropic" { auth = bearer }'), '-H "authorization: Bearer $ANTHROPIC_API_KEY"')
    has(request("claude-4.5-opus", 'provider "anthropic" { auth = none }'), '-H "x-api-key: $ANTHROPIC_API_KEY"')
  end)

  it("turns off a gateway, and removes an override", function ()
    local env = { LLM_GATEWAY = "http://gw.test", ANTHROPIC_BASE_URL = "http://127.0.0.1:1/v1" }
    has(request("claude-4.5-opus", "", { env = env }), "curl 'http://127.0.0.1:1/v1/messages'")
    has(request("claude-4.5-opus", 'provider "anthropic" { override = none }', { env = env }), "curl 'http://gw.test/_/gateway/anthropic/v1/messages'")
    has(request("claude-4.5-opus", 'provider "anthropic" { override = none } gateway "main" { base_url = none }', { env = env }),
      "curl 'https://api.anthropic.com/v1/messages'")
  end)

  it("is an error at its line when it removes a required field", function ()
    assert.same({ "x.lua:1: provider 'openai': 'base_url' is missing" }, (support.lint { ["x.lua"] = 'provider "openai" { base_url = none }' }))
    assert.same({ "x.lua:1: model 'gpt-5.5': 'provider' is missing" }, (support.lint { ["x.lua"] = 'model "gpt-5.5" { provider = none }' }))
  end)
end)

describe("Setting enabled", function ()
  it("to false on a model disables it, keeps it in the list and names the line in the reason", function ()
    local config = support.config { ["x.lua"] = '\nmodel "gpt-5.5" { enabled = false }' }
    local entry = support.entry(support.offline(config), "gpt-5.5")
    assert.equal("disabled", entry.state)
    assert.equal("config", entry.stage)
    assert.equal("enabled = false (x.lua:2)", entry.reason)
    assert.equal('write model "gpt-5.5" { enabled = true }', entry.hint)
  end)

  it("to false on a provider disables all of its models and no others", function ()
    local document = with 'provider "openai" { enabled = false }'
    local seen = 0
    for _, entry in ipairs(document.unavailable) do
      if entry.provider_id == "openai" then
        seen = seen + 1
        assert.equal("disabled", entry.state, entry.id)
        assert.equal("provider 'openai' is not enabled (x.lua:1)", entry.reason)
      elseif entry.provider_id ~= "mock" then
        assert.equal("no_credential", entry.state, entry.id)
      end
    end
    assert.is_true(seen > 5)
  end)

  it("to true enables a provider that an earlier file disabled", function ()
    assert.equal("disabled", model("mock", "").state)
    local document = support.offline { ["x.lua"] = 'provider "mock" { enabled = true }' }
    assert.same({ "mock" }, support.ids(document.models))
  end)

  it("to none enables a provider that an earlier file disabled", function ()
    local document = support.offline { ["x.lua"] = 'provider "mock" { enabled = none }' }
    assert.same({ "mock" }, support.ids(document.models))
  end)

  it("to true on a model does not enable its disabled provider", function ()
    assert.equal("disabled", model("gpt-5.5", 'provider "openai" { enabled = false } model "gpt-5.5" { enabled = true }').state)
  end)

  it("to true on the gateway of an exe.dev machine routes three providers through it, which adds their keys", function ()
    local text = 'gateway "exe.dev" { enabled = true }'
    has(request("claude-4.5-opus", text), "curl 'http://169.254.169.254/gateway/llm/anthropic/v1/messages'")
    has(request("claude-4.5-opus", text), "-H 'x-api-key: implicit'")
    has(request("gemini-3.8-flash", text), "curl 'https://generativelanguage.googleapis.com/")
    assert.equal("unproven", model("claude-4.5-opus", text).state)
    assert.equal("gateway exe.dev", model("claude-4.5-opus", text).source)
    assert.equal("no_credential", model("gemini-3.8-flash", text).state)
  end)

  it("to false on a gateway sends every request directly to the provider", function ()
    has(request("gpt-5.5", 'gateway "main" { enabled = false }', { env = { LLM_GATEWAY = "http://gw.test" } }), "curl 'https://api.openai.com/v1/responses'")
  end)
end)

describe("The files of one directory", function ()
  local function block(id) return ('model "%s" { provider = "openai" }'):format(id) end

  it("are read in the byte order of their names, Lua and JSON files together", function ()
    assert.same({ "ten", "nine", "upper", "dash", "json", "plain", "umlaut" }, own_ids {
      ["10.lua"] = block "ten",
      ["9.lua"] = block "nine",
      ["B.lua"] = block "upper",
      ["a-b.lua"] = block "dash",
      ["a.json"] = '{"model":{"json":{"provider":"openai"}}}',
      ["b.lua"] = block "plain",
      ["\xc3\xa4.lua"] = block "umlaut",
    })
  end)

  it("are read only if their names end in .lua or .json and do not begin with a dot", function ()
    assert.same({ "yes" }, own_ids {
      ["yes.lua"] = block "yes",
      [".hidden.lua"] = block "hidden",
      ["kept.lua.bak"] = block "backup",
      ["swap.lua~"] = block "swap",
      ["notes.txt"] = "no definitions",
      ["CAPS.LUA"] = block "caps",
      ["lua"] = block "bare",
    })
  end)

  it("do not include those in its subdirectories", function ()
    local config = support.config { ["a.lua"] = block "top" }
    os.execute("mkdir " .. support.quoted(config .. "/more"))
    support.write(config .. "/more/b.lua", block "below")
    assert.same({ "top" }, own_ids(config))
  end)

  it("may be symbolic links", function ()
    local config, elsewhere = support.folder(), support.config { ["real"] = block "linked" }
    os.execute(support.line { "ln", "-s", elsewhere .. "/real", config .. "/link.lua" })
    assert.same({ "linked" }, own_ids(config))
  end)
end)

describe("Inheriting from a model", function ()
  local base = [[
    model "base" {
      provider = "openai", api_name = "wire-name", description = "Base", context_window = 5 * K, max_input_tokens = 4 * K, max_output_tokens = 1 * K,
      price = { input = 1, output = 2 }, input_modalities = { "text", "image" }, reasoning = true, reasoning_levels = { "low" }, tool_call = true,
      reasoning_toggle = true, reasoning_budget = { min = 1, max = 2 }, interleaved = true, interleaved_field = "thoughts", last_updated = "2026-02-01",
      tags = { "t" }, open_weights = false, kind = "rerank", output_modalities = { "text" }, structured_output = true, temperature = false, attachment = true,
      family = "f", tier = "fast", release_date = "2026-01-01", knowledge_cutoff = "2025-06", status = "legacy", retires = "2027-01-01",
      headers = { ["x-one"] = "1", ["x-two"] = "2" },
      replacement = "gpt-5.5", aliases = { "base-alias" }, formerly = { "base-0" }, former_windows = { base = 3 * K }, recommended = true,
    }
  ]]

  it("copies the fields that describe it", function ()
    local document = with(base .. 'model "child" { inherit = "base" }')
    local parent, child = support.entry(document, "base"), support.entry(document, "child")
    for _, name in ipairs { "provider_id", "api_name", "description", "context_window", "max_input_tokens", "max_output_tokens", "price",
      "input_modalities", "reasoning", "reasoning_levels", "tool_call", "open_weights", "kind", "family", "tier", "release_date", "knowledge_cutoff", "status", "retires",
      "protocol", "output_modalities", "structured_output", "temperature", "attachment", "reasoning_toggle",
      "reasoning_budget", "interleaved", "interleaved_field", "last_updated", "tags" } do
      assert.same(parent[name], child[name], name)
    end
    assert.equal("wire-name", child.api_name)
    has(request("child", base .. 'model "child" { inherit = "base" }'), "-H 'x-one: 1'")
  end)

  it("does not copy what belongs to that model only: id, aliases, formerly, former_windows, recommended, enabled and replacement", function ()
    local text = base:gsub("recommended = true", "recommended = true, enabled = false") .. 'model "child" { inherit = "base" }'
    local document = with(text)
    local parent, child = support.entry(document, "base"), support.entry(document, "child")
    assert.equal("disabled", parent.state)
    assert.equal("no_credential", child.state)
    assert.equal("child", child.id)
    assert.same({}, child.aliases)
    assert.same({}, child.formerly)
    assert.is_true(parent.recommended)
    assert.is_false(child.recommended)
    assert.equal("gpt-5.5", parent.replacement)
    assert.equal(cjson.null, child.replacement)
    assert.equal(3000, resolve("base", text).assumed_context_window)
    assert.is_nil(resolve("child", text).assumed_context_window)
  end)

  it("copies the id as the wire name if that model sets no wire name", function ()
    assert.equal("plain", model("child", 'model "plain" { provider = "openai" } model "child" { inherit = "plain" }').api_name)
  end)

  it("gives precedence to the fields of the block, and merges headers and price by key", function ()
    local text = base .. 'model "child" { inherit = "base", description = "Child", price = { output = 9 }, headers = { ["X-Two"] = "b", ["x-three"] = "3" } }'
    local child = model("child", text)
    assert.equal("Child", child.description)
    assert.equal(1, child.price.input)
    assert.equal(9, child.price.output)
    local shown = request("child", text)
    has(shown, "x-one: 1")
    has(shown, "X-Two: b")
    has(shown, "x-three: 3")
    lacks(shown, "x-two: 2")
  end)

  it("omits the fields that the block sets to none", function ()
    local child = model("child", base .. 'model "child" { inherit = "base", price = none, family = none, context_window = none }')
    assert.equal(cjson.null, child.price)
    assert.equal(cjson.null, child.family)
    assert.equal(cjson.null, child.context_window)
  end)

  it("omits a header and a part of the price that the block sets to none", function ()
    local text = base .. 'model "child" { inherit = "base", headers = { ["x-one"] = none }, price = { input = none } }'
    lacks(request("child", text), "x-one")
    has(request("child", text), "x-two: 2")
    assert.equal(cjson.null, model("child", text).price.input)
    assert.equal(2, model("child", text).price.output)
  end)

  it("follows a chain of several models, whatever their order in the file", function ()
    local text = 'model "c" { inherit = "b", tier = "fast" } model "b" { inherit = "a", family = "fb" } ' ..
      'model "a" { provider = "openai", family = "fa", description = "A" }'
    local c = model("c", text)
    assert.equal("fb", c.family)
    assert.equal("A", c.description)
    assert.equal("fast", c.tier)
    assert.equal("a", c.api_name)
    assert.equal("openai", c.provider_id)
  end)

  it("includes later amendments of that model, because references are resolved after the last file", function ()
    local text = 'model "child" { inherit = "claude-4.7-opus" } model "claude-4.7-opus" { max_output_tokens = 77 }'
    assert.equal(77, model("child", text).max_output_tokens)
  end)

  it("in an amendment keeps what the earlier block said", function ()
    local entry = model("claude-4.5-haiku", 'model "claude-4.5-haiku" { inherit = "gpt-5.5" }')
    assert.equal("anthropic", entry.provider_id)
    assert.equal("claude-haiku-4-5-20251001", entry.api_name)
    assert.equal("Claude Haiku 4.5", entry.description)
    assert.equal(200000, entry.context_window)
    assert.same({ "none", "low", "medium", "high", "xhigh" }, entry.reasoning_levels)
  end)
end)

describe("The rules of a later directory", function ()
  it("are tried before the shipped ones", function ()
    local shown = request("claude-4.5-opus", 'rule "mine" (function (model) return via "https://mine.test" end)', { env = { LLM_GATEWAY = "http://gw.test" } })
    has(shown, "curl 'https://mine.test/v1/messages'")
  end)

  it("leave the shipped ones in force if they return nothing", function ()
    local text = 'rule "mine" (function (model) if model.id == "gpt-5.5" then return via "https://mine.test" end end)'
    has(request("claude-4.5-opus", text), "curl 'https://api.anthropic.com/v1/messages'")
    has(request("gpt-5.5", text), "curl 'https://mine.test/v1/responses'")
  end)

  it("replace an earlier rule of the same name", function ()
    local text = 'rule "direct" (function (model) return via "https://mine.test" end)'
    has(request("claude-4.5-opus", text), "curl 'https://mine.test/v1/messages'")
    local explained = support.roster({ "explain", "claude-4.5-opus", "--offline", "--json" }, { config = { ["x.lua"] = text } }).json()
    assert.equal("direct", explained.rule)
    has(request("claude-4.5-opus", 'rule "gateway" (function () end)', { env = { LLM_GATEWAY = "http://gw.test" } }), "curl 'https://api.anthropic.com/")
  end)

  it("are tried in the order of their files and lines", function ()
    local function answers(name, id)
      return ('rule "%s" (function (model) if model.id == "%s" then return via "https://%s.test" end end)'):format(name, id, name)
    end
    local files = {
      ["a.lua"] = answers("second", "gpt-5.5") .. answers("third", "gpt-5.4"),
      ["B.lua"] = answers("first", "gpt-5.5"),
      ["c.lua"] = answers("fourth", "gpt-5.4"),
    }
    has(request("gpt-5.5", files), "curl 'https://first.test/")
    has(request("gpt-5.4", files), "curl 'https://third.test/")
  end)
end)

describe("The default and the roles", function ()
  local function ready(text, env)
    env = env or {}
    env.OPENAI_API_KEY = "k"
    return (support.models { config = { ["x.lua"] = 'validate { level = "credential" } ' .. text }, env = env })
  end

  it("of a later directory replace the shipped lists completely", function ()
    local shipped = ready ""
    assert.equal("openai", support.entry(shipped, shipped.default).provider_id)
    assert.equal("gpt-6-luna", shipped.roles.cheap)
    local ours = ready 'default { "gpt-5.5" } role "cheap" { "gpt-5.4-mini" }'
    assert.equal("gpt-5.5", ours.default)
    assert.equal("gpt-5.4-mini", ours.roles.cheap)
    assert.equal(shipped.roles.mid, ours.roles.mid)
  end)

  it("fall back to the first ready model in order if the default is replaced by an empty list", function ()
    local document = ready "default {}"
    local first, second = document.models[1].id, document.models[2].id
    assert.equal(first, document.default)
    assert.equal(second, ready(('default {} model "%s" { enabled = false }'):format(first)).default)
  end)

  it("of a later directory no longer use the variable that the shipped default reads", function ()
    assert.equal("gpt-5.4", ready("", { DEFAULT_MODEL = "gpt-5.4" }).default)
    local ours = ready('default { "gpt-5.5" }', { DEFAULT_MODEL = "gpt-5.4" })
    assert.equal("gpt-5.5", ours.default)
    assert.equal("", ours.default_wanted)
  end)

  it("name the wanted model if it is not available", function ()
    local document = ready 'default { wanted = "claude-4.5-opus", "gpt-5.5" }'
    assert.equal("gpt-5.5", document.default)
    assert.equal("claude-4.5-opus", document.default_wanted)
    assert.equal("nonsense", ready('default { wanted = "nonsense" }').default_wanted)
  end)

  it("may include a role that is not shipped", function () assert.equal("gpt-5.5", ready('role "review" { "claude-4.5-opus", "gpt-5.5" }').roles.review) end)
end)

describe("The definitions that roster reads", function ()
  --- "yes|shipped|providers.lua": a line for each source, in order.
  local function paths(words, options)
    local result = support.roster({ "paths", "--json", table.unpack(words) }, options)
    assert.equal(0, result.status, result.err)
    local list = {}
    for i, source in ipairs(result.json().paths) do
      list[i] = ("%s|%s|%s"):format(source.read and "yes" or "no", source.why, source.path)
    end
    return list, result
  end

  local EVERYTHING = { "no|shipped: read for a host that chooses its 'document'|documents.lua", "no|shipped: read for a host that chooses its 'ids'|ids.lua",
    "yes|shipped|clouds.lua", "yes|shipped|gateways.lua", "yes|shipped|hosts.lua", "yes|shipped|local.lua", "yes|shipped|models.lua", "yes|shipped|older_models.lua",
    "yes|shipped|protocols/anthropic-messages.lua",
    "yes|shipped|protocols/bedrock-converse.lua", "yes|shipped|protocols/cohere-v2.lua", "yes|shipped|protocols/gemini.lua",
    "yes|shipped|protocols/mock.lua", "yes|shipped|protocols/ollama.lua", "yes|shipped|protocols/openai-chat.lua",
    "yes|shipped|protocols/openai-listing.lua", "yes|shipped|protocols/openai-responses.lua", "yes|shipped|providers.lua", "yes|shipped|rules.lua", "yes|shipped|sources.lua" }

  local function is_shipped(line) return line:find("|shipped", 1, true) ~= nil end

  --- The lines that are not about shipped files, in order.
  local function behind_shipped(list)
    local rest = {}
    for _, line in ipairs(list) do
      if not is_shipped(line) then rest[#rest + 1] = line end
    end
    return rest
  end

  local function shipped(list)
    local lines = {}
    for _, line in ipairs(list) do
      if is_shipped(line) then lines[#lines + 1] = line end
    end
    table.sort(lines)
    return lines
  end

  local MARK = 'provider "mark" { protocol = "openai-chat", base_url = "https://%s.test" }'

  --- The address of the provider "mark", nil where it is not defined.
  local function mark(words, options)
    local result = support.roster({ "providers", "--offline", "--json", table.unpack(words) }, options)
    assert.equal(0, result.status, result.err)
    local row = provider_row(result.json(), "mark")
    return row and row.base_url
  end

  local function home(text)
    local folder = support.folder()
    os.execute("mkdir -p " .. support.quoted(folder .. "/.config/roster"))
    support.write(folder .. "/.config/roster/x.lua", text)
    return folder
  end

  local function xdg(text)
    local folder = support.folder()
    os.execute("mkdir -p " .. support.quoted(folder .. "/roster"))
    support.write(folder .. "/roster/x.lua", text)
    return folder
  end

  it("begin with what is shipped: providers, models, rules and the protocols, and what a host has to choose, left out", function ()
    assert.same(EVERYTHING, shipped(paths({}, { config = support.folder() })))
  end)

  it("are listed in the order in which they amend each other: everything shipped comes first", function ()
    local list = paths({}, { config = { ["x.lua"] = 'protocol "openai-chat" { generate = none }' } })
    for i, line in ipairs(list) do assert.equal(i <= #list - 2, is_shipped(line), line) end
  end)

  it("include the system's directory, and after it the user's", function ()
    local folder = home(MARK:format "home")
    local list = behind_shipped(paths({}, { env = { HOME = folder } }))
    assert.truthy(list[1]:match "^%a+|system[^|]*|/etc/roster$", list[1])
    assert.equal("yes|user|" .. folder .. "/.config/roster", list[#list - 1])
    assert.equal("yes|user|" .. folder .. "/.config/roster/x.lua", list[#list])
    assert.equal("https://home.test", mark({}, { env = { HOME = folder } }))
  end)

  it("come from $XDG_CONFIG_HOME instead of ~/.config when it is set", function ()
    local folder, other = home(MARK:format "home"), xdg(MARK:format "xdg")
    local env = { HOME = folder, XDG_CONFIG_HOME = other }
    local list = behind_shipped(paths({}, { env = env }))
    assert.equal("yes|user ($XDG_CONFIG_HOME)|" .. other .. "/roster", list[#list - 1])
    assert.equal("yes|user ($XDG_CONFIG_HOME)|" .. other .. "/roster/x.lua", list[#list])
    assert.equal("https://xdg.test", mark({}, { env = env }))
  end)

  it("come from ~/.config when $XDG_CONFIG_HOME is empty or not an absolute path", function ()
    local folder = home(MARK:format "home")
    assert.equal("https://home.test", mark({}, { env = { HOME = folder, XDG_CONFIG_HOME = "" } }))
    assert.equal("https://home.test", mark({}, { env = { HOME = folder, XDG_CONFIG_HOME = "relative" } }))
  end)

  it("need neither directory: a missing one is listed as absent", function ()
    local folder = support.folder()
    local list = behind_shipped(paths({}, { env = { HOME = folder } }))
    assert.equal("no|user: absent|" .. folder .. "/.config/roster", list[#list])
  end)

  it("come from ROSTER_CONFIG instead of both directories when it is set", function ()
    local folder, config = home(MARK:format "home"), support.config { ["x.lua"] = MARK:format "variable" }
    local env = { HOME = folder, ROSTER_CONFIG = config }
    assert.same({ "yes|$ROSTER_CONFIG|" .. config, "yes|$ROSTER_CONFIG|" .. config .. "/x.lua" }, behind_shipped(paths({}, { env = env })))
    assert.equal("https://variable.test", mark({}, { env = env }))
    assert.equal("https://home.test", mark({}, { env = { HOME = folder, ROSTER_CONFIG = "" } }))
  end)

  it("come from --config, which takes precedence over every other source", function ()
    local folder, config = home(MARK:format "home"), support.config { ["x.lua"] = MARK:format "variable" }
    local named = support.config { ["x.lua"] = MARK:format "option" }
    local options = { config = named, env = { HOME = folder, ROSTER_CONFIG = config } }
    assert.same({ "yes|option config|" .. named, "yes|option config|" .. named .. "/x.lua" }, behind_shipped(paths({}, options)))
    assert.equal("https://option.test", mark({}, options))
  end)

  for what, options in pairs {
    ["no_builtin"] = { words = { "--no-builtin" }, env = {} },
    ["ROSTER_BUILTIN=no"] = { words = {}, env = { ROSTER_BUILTIN = "no" } },
  } do
    it(("omit the shipped providers, models and rules with %s, but keep the shipped protocols"):format(what), function ()
      local config = support.config { ["x.lua"] = MARK:format "mine" .. 'model "m" { provider = "mark" }' }
      local list = paths(options.words, { config = config, env = options.env })
      local lines = {}
      for _, line in ipairs(list) do lines[line] = true end
      for _, name in ipairs { "providers.lua", "models.lua", "rules.lua" } do
        assert.is_true(lines[("no|shipped: left out (%s)|%s"):format(what, name)], name)
      end
      assert.is_true(lines["yes|shipped|protocols/openai-chat.lua"])
      local words = { "models", "--all", "--offline", "--json", table.unpack(options.words) }
      local document = support.roster(words, { config = config, env = options.env }).json()
      assert.same({ "m" }, support.ids(document.unavailable))
      local result = support.roster({ "providers", "--offline", "--json", table.unpack(options.words) }, { config = config, env = options.env })
      assert.equal(1, #result.json().providers)
    end)
  end

  it("include the shipped ones when ROSTER_BUILTIN is empty or yes", function ()
    for _, word in ipairs { "", "yes" } do
      local config = support.folder()
      local list = paths({}, { config = config, env = { ROSTER_BUILTIN = word } })
      assert.same({ "yes|option config|" .. config }, behind_shipped(list))
      assert.same(EVERYTHING, shipped(list), word)
    end
  end)

  it("reach a provider through the gateway that serves it, or else directly, if they have no rule", function ()
    local text = MARK:format "mine" .. 'model "m" { provider = "mark" } gateway "g" { base_url = setting "GW" }'
    has(request("m", text, { "--no-builtin" }), "curl 'https://mine.test/v1/chat/completions'")
    has(request("m", text, { "--no-builtin", env = { GW = "http://gw.test" } }), "curl 'http://gw.test/_/gateway/mark/v1/chat/completions'")
  end)

  it("must exist when their directory is named explicitly", function ()
    local missing = support.folder() .. "/nowhere"
    for _, how in ipairs { { config = missing, why = "option config" }, { env = { ROSTER_CONFIG = missing }, why = "$ROSTER_CONFIG" } } do
      local result = support.roster({ "models", "--offline" }, how)
      assert.equal(2, result.status)
      has(result.err, missing .. ": error: the directory of definitions (" .. how.why .. ") cannot be read: No such file or directory\n")
    end
  end)

  it("come from a single file, and from no other file of its folder, when --config names a file", function ()
    local folder = support.config { ["x.lua"] = 'model "gpt-6-sol" { description = "seen" }', ["y.lua"] = "this is no Lua" }
    local sources = support.roster({ "paths", "--json" }, { config = folder .. "/x.lua" }).out
    has(sources, folder .. "/x.lua")
    assert.falsy(sources:find("y.lua", 1, true))
    local result = support.roster({ "models", "--offline" }, { config = folder .. "/y.lua" })
    assert.equal(2, result.status)
    has(result.err, folder .. "/y.lua:1:1: error: ")
  end)

  it("include every file but the unreadable ones, each of which is an error", function ()
    local config = support.config { ["a.lua"] = 'model "a" { provider = "openai", teir = 1 }', ["z.lua"] = 'model "z" { provider = "openai", teir = 1 }' }
    os.execute(("cd %s; mkdir d.lua; ln -s nowhere l.lua; mkfifo p.lua"):format(support.quoted(config)))
    local found = support.lint(config)
    assert.equal("a.lua:1: model 'a': unknown key 'teir' (did you mean 'tier'?)", found[1])
    assert.equal("d.lua: cannot be read: it is a directory: move its files up into the one that it is in", found[2])
    assert.equal("l.lua: cannot be read: it is a link to nowhere, which is not there", found[3])
    assert.equal("p.lua: cannot be read: it is not a regular file", found[4])
    assert.equal("z.lua:1: model 'z': unknown key 'teir' (did you mean 'tier'?)", found[5])
    local result = support.roster({ "paths" }, { config = config })
    assert.equal(2, result.status)
    has(result.out:gsub("%s+", " "), " no " .. config .. "/d.lua it is a directory: move its files up")
  end)

  it("are listed as a table, directories with a slash, even if they contain errors", function ()
    local config = support.config { ["x.lua"] = "oops" }
    local result = support.roster({ "paths" }, { config = config })
    assert.equal(2, result.status)
    local table_ = result.out:gsub("%s+", " ")
    has(table_, " yes protocols/gemini.lua shipped ")
    has(table_, " yes " .. config .. "/ option config ")
    has(table_, " yes " .. config .. "/x.lua option config ")
  end)

  it("for lint are the named file or directory on top of the shipped ones, without the deployer's other definitions", function ()
    local folder = home(MARK:format "home" .. " oops")
    local config = support.config { ["a.lua"] = 'model "a" { provider = "openai", teir = 1 }', ["b.lua"] = 'model "b" { teir = 1 }' }
    local result = support.roster({ "lint", config .. "/a.lua" }, { env = { HOME = folder } })
    assert.equal(1, result.status)
    has(result.out, config .. "/a.lua:1:34: error: model 'a': unknown key 'teir' (did you mean 'tier'?)\n")
    has(result.out, "\n1 error, 0 warnings\n")
    assert.equal(1, support.roster({ "lint", config }, { env = { HOME = folder } }).status)
    has(support.printed(support.roster({ "lint" }, { env = { HOME = folder } }).out), folder .. "/.config/roster/x.lua:1: 'oops' alone is not a definition")
  end)

  it("are reported as clean by lint, with status 0 and the number of files", function ()
    local function files(config)
      local result = support.roster({ "lint" }, { config = config })
      assert.equal(0, result.status)
      return tonumber(result.out:match "\nclean: (%d+) files\n")
    end
    local one = files { ["x.lua"] = MARK:format "mine" }
    assert.equal(one + 1, files { ["x.lua"] = MARK:format "mine", ["y.lua"] = "-- nothing" })
  end)

end)

describe("Definitions that a host passes as strings #module", function ()
  local roster = require "roster"

  --- The snapshot of the shipped definitions, a directory and a string together, at the level credential.
  local function three(directory, text, environment)
    local options = { config = support.config { ["x.lua"] = directory }, definitions = { ["host.lua"] = text }, level = "credential",
      environment = environment or { OPENAI_API_KEY = "k" } }
    local registry = assert(roster.open(options))
    assert(registry:refresh())
    local snapshot = registry:snapshot()
    registry:close()
    return snapshot
  end

  it("are a directory of their own after the deployer's: a third block amends the second", function ()
    local entry = three('model "gpt-5.5" { description = "Second", family = "second" }', 'model "gpt-5.5" { description = "Third" }'):known "gpt-5.5"
    assert.equal("Third", entry.description)
    assert.equal("second", entry.family)
    assert.equal(1050000, entry.context_window)
  end)

  it("can disable, enable and disable again what earlier definitions set", function ()
    assert.equal("disabled", three('provider "openai" { enabled = false }', ""):known("gpt-5.5").state)
    assert.equal("ready", three('provider "openai" { enabled = false }', 'provider "openai" { enabled = true }'):known("gpt-5.5").state)
    assert.equal("disabled", three('provider "mock" { enabled = true }', 'provider "mock" { enabled = false }'):known("mock").state)
  end)

  it("keep the fields of an earlier validate block that they do not name", function ()
    local directory = 'validate { unproven = "offer", deadline = 5 }'
    local options = { config = support.config { ["x.lua"] = directory .. ' protocol "p" {} provider "p" { protocol = "p", base_url = "http://127.0.0.1:9" } ' ..
      'model "m" { provider = "p" }' }, builtin = false, environment = {}, definitions = { ["host.lua"] = "validate { deadline = 7 }" } }
    local registry = assert(roster.open(options))
    assert(registry:refresh())
    local offered = registry:snapshot():find "m"
    assert.truthy(offered)
    assert.equal("unproven", offered.state)
    registry:close()
  end)

  it("have their rules tried first, and replace earlier rules by name", function ()
    local snapshot = three('rule "mine" (function () return via "https://second.test" end)', 'rule "theirs" (function () return via "https://third.test" end)')
    assert.equal("theirs", snapshot:known("gpt-5.5").rule)
    snapshot = three('rule "mine" (function () return via "https://second.test" end)', 'rule "mine" (function () end)')
    assert.equal("direct", snapshot:known("gpt-5.5").rule)
  end)

  it("have the last word on the default and the roles", function ()
    local snapshot = three('default { "gpt-5.4" } role "cheap" { "gpt-5.4" }', 'default { "gpt-5.5" }')
    assert.equal("gpt-5.5", snapshot:default().id)
    assert.equal("gpt-5.4", snapshot:role("cheap").id)
  end)

  it("must not define the same thing twice among themselves, but may repeat what a directory defines", function ()
    local block = 'model "twin" { provider = "openai" }'
    local nothing, err = roster.open { config = support.folder(), environment = {}, definitions = { ["a.lua"] = block, ["b.lua"] = block } }
    assert.is_nil(nothing)
    assert.equal("definitions", err.code)
    has(err.message, "model 'twin' is defined twice in one directory")
    assert.equal("ready", three(block, block):known("twin").state)
  end)
end)
