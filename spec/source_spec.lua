-- Sources of facts: what a catalogue from elsewhere may say of models, what it may not, and how the last good one stays.
local support = require "support.roster"
local minisign = require "support.minisign"
local cjson = require "cjson"
local roster = require "roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function lacks(text, part) assert.falsy(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

teardown(support.stop_all)

local LOCAL = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }
model "acme-large" { provider = "acme", api_name = "large-1", description = "Ours", price = { input = 3 } }
model "acme-small" { provider = "acme", context_window = 8 * K }
]]

--- A catalogue in roster's own shape. models: { id = { ... } }; head: { version, date, expires }
local function document(models, head)
  local blocks = {}
  for id, fields in pairs(models) do
    blocks[id] = { provider = "acme" }
    for name, value in pairs(fields) do blocks[id][name] = value end
  end
  return cjson.encode { source = head or { version = 1, date = "2026-11-20" }, model = blocks }
end

local LARGE = { api_name = "large-1", context_window = 200000, description = "Theirs", tool_call = true, price = { input = 2, output = 8 } }

--- A source whose server gives these answers one after the other, and the last for ever: each a text, or a route.
-- options: fields (more of the block), files (more definitions), signatures (the answers to .minisig), path, env
local function scene(answers, options)
  options = options or {}
  local path = options.path or "/facts.json"
  local function routes_of(list, where, into)
    for i, answer in ipairs(list) do
      local route = type(answer) == "table" and answer or { text = answer }
      local one = { path = where, status = 200, times = i < #list and 1 or nil }
      for name, value in pairs(route) do one[name] = value end
      into[#into + 1] = one
    end
    return into
  end
  local routes = routes_of(answers, path, {})
  routes_of(options.signatures or {}, path .. ".minisig", routes)
  local mocks = support.mock_servers { { name = "facts", protocol = "none", routes = routes } }
  local block = ('source "corp" { url = "%s", %s }'):format(mocks.url "facts" .. path, options.fields or "")
  local files = { ["a.lua"] = LOCAL, ["b.lua"] = block }
  for name, text in pairs(options.files or {}) do files[name] = text end
  local one = { mocks = mocks, config = support.config(files), env = { HOME = support.folder() } }
  for name, value in pairs(options.env or {}) do one.env[name] = value end

  function one.run(...) return support.roster({ ... }, { config = one.config, env = one.env }) end
  local function open() return assert(roster.open { config = one.config, environment = one.env }) end
  local function look(ask)
    local registry = open()
    local snapshot = registry:snapshot()
    local result = ask(snapshot)
    snapshot:close()
    registry:close()
    return result
  end
  --- What came of a look at it. accept: also at what would be held back.
  function one.update(accept)
    local registry = open()
    local looks = assert(registry:update_sources({ "corp" }, accept))
    registry:close()
    return looks[1]
  end
  function one.documents() return look(function (snapshot) return cjson.decode(snapshot:json()) end) end
  function one.model(id) return support.entry(one.documents(), id) end
  function one.story(id) return look(function (snapshot) return cjson.decode(snapshot:explain(id)) end) end
  function one.state() return look(function (snapshot)
    for _, state in ipairs(snapshot:sources()) do
      if state.id == "corp" then return state end
    end
  end) end
  function one.stored() return one.env.HOME .. "/.cache/roster/source-corp.json" end
  return one
end

--- The same with one catalogue, taken already.
local function taken(models, options)
  local one = scene({ document(models) }, options)
  assert.equal("updated", one.update().outcome)
  return one
end

describe("A source", function ()
  it("gives a model of a deployer's block the fields that the block leaves open, with the origin of each", function ()
    local model = taken({ ["acme-large"] = LARGE }).story "acme-large"
    assert.equal(200000, model.context_window)
    assert.equal("corp 2026-11-20", model.origins.context_window)
    assert.equal(true, model.tool_call)
  end)

  it("is overridden by a deployer's files, and in a price member by member", function ()
    local model = taken({ ["acme-large"] = LARGE }).story "acme-large"
    assert.equal("Ours", model.description)
    assert.equal("a.lua:2", model.origins.description:match "[^/]+$")
    assert.equal(3, model.price.input)
    assert.equal(8, model.price.output)
  end)

  it("gives a row with escapes, long numbers, one price or a member without a value as it gives a plain one", function ()
    local one = scene { [[{"source":{"date":"2026-11-20"},"model":{"acme-large":{"provider":"acme","api_name":"large-1","context_window":200000,
      "family":"l\u0061rge \"one\"","output_modalities":["te\u0078t"],"tool_call":true},
      "acme-small":{"provider":"acme","price":{"input":0.10000000000000001},"input_modalities":["text","image"],"max_output_tokens":8e3,
      "structured_output":false,"family":"smäll"}}}]] }
    assert.equal("updated", one.update().outcome)
    local large, small = one.story "acme-large", one.story "acme-small"
    assert.same({ 200000, 'large "one"', { "text" }, true }, { large.context_window, large.family, large.output_modalities, large.tool_call })
    assert.same({ 0.1, { "text", "image" }, false, 8000 },
      { small.price.input, small.input_modalities, small.structured_output, small.max_output_tokens })
    assert.equal("smäll", small.family)
    assert.equal("corp 2026-11-20", small.origins.max_output_tokens)
    assert.equal("corp 2026-11-20", large.origins.family)
  end)

  it("overrides the shipped definitions", function ()
    local one = scene { cjson.encode { source = { date = "2026-11-21" }, model = { ["claude-4.5-opus"] = { context_window = 123456 } } } }
    one.update()
    local model = one.story "claude-4.5-opus"
    assert.equal(123456, model.context_window)
    assert.equal("corp 2026-11-21", model.origins.context_window)
  end)

  it("does not fill in what a deployer removed with none", function ()
    local one = taken({ ["acme-large"] = LARGE }, { files = { ["c.lua"] = 'model "gpt-5.5" { context_window = none }' } })
    assert.equal(200000, one.model "acme-large".context_window)
    local other = scene({ cjson.encode { model = { ["gpt-5.5"] = { context_window = 123456 } } } },
      { files = { ["c.lua"] = 'model "gpt-5.5" { context_window = none }' } })
    other.update()
    assert.equal(cjson.null, other.model "gpt-5.5".context_window)
  end)

  it("matches by the provider and the name on the wire if it does not know the id", function ()
    assert.equal(200000, taken({ ["their-name"] = LARGE }).model "acme-large".context_window)
  end)

  it("does not apply to a model with its id at another provider", function ()
    local row = { provider = "openai", context_window = 777 }
    assert.equal(cjson.null, taken({ ["acme-large"] = row }).model "acme-large".context_window)
  end)

  it("reaches a model that inherits, before what that inherits", function ()
    local files = { ["c.lua"] = 'model "acme-heir" { inherit = "acme-small", api_name = "heir" }' }
    local one = taken({ heir = { api_name = "heir", context_window = 64000 } }, { files = files })
    assert.equal(64000, one.model "acme-heir".context_window)
  end)

  it("is not used before roster update, and not fetched by any verb that only reads", function ()
    local one = scene { document { ["acme-large"] = LARGE } }
    assert.equal(cjson.null, one.model "acme-large".context_window)
    for _, words in ipairs { { "lint" }, { "paths" }, { "explain", "acme-large", "--offline" }, { "resolve", "acme-large" } } do
      one.run(table.unpack(words))
    end
    assert.same({}, one.mocks.requests())
  end)

  it("that states a field which is not a fact changes nothing, and is reported once", function ()
    local row = { api_name = "large-1", base_url = "https://evil.example", headers = { ["x-evil"] = "1" }, protocol = "gemini", aliases = { "gpt-5.5" },
      formerly = { "claude-4.5-opus" }, recommended = true, enabled = false, shadows = { "acme-small" }, inherit = "gpt-5.5", credential = { secret = "ACME_API_KEY" },
      extra = { x = 1 }, unproven = "offer", context_window = 1000 }
    local one = scene { document { ["acme-large"] = row } }
    local before = one.run("request", "acme-large", "--json").out
    local update = one.update()
    assert.equal("updated", update.outcome)
    assert.equal(12, update.left_out)
    local model = one.model "acme-large"
    assert.equal(1000, model.context_window)
    assert.same({ {}, {}, false, {} }, { model.aliases, model.formerly, model.recommended, model.extra })
    assert.equal(before, one.run("request", "acme-large", "--json").out)
  end)

  it("may bring exactly the fields that are facts in the table of fields", function ()
    local table_of_fields = support.read "src/library/definitions/model_fields.h"
    local closed = {}
    for name, fact in table_of_fields:gmatch "FIELD%([%u]+, *[%u]+, *([%l_]+), *%u+, *(%l+)," do
      if fact == "false" then closed[#closed + 1] = name end
    end
    table.sort(closed)
    local expected = { "aliases", "api_name", "enabled", "extra", "former_windows", "formerly", "headers", "inherit", "protocol", "provider", "recommended",
      "shadows", "tags", "variants" }
    local known = {}
    for _, name in ipairs(expected) do known[name] = true end
    for _, name in ipairs(closed) do known[name] = nil end
    known.tags = nil
    assert.same({}, known, "a source may bring what it must not")
    assert.truthy(#closed >= 13)
  end)

  it("brings no providers, rules, gateways, defaults or protocols", function ()
    local text = cjson.encode { model = { ["acme-large"] = { context_window = 1000 } }, provider = { acme = { base_url = "https://evil.example" },
      evil = { protocol = "openai-chat", base_url = "https://evil.example" } }, gateway = { evil = { base_url = "https://evil.example" } },
      default = { models = { "acme-small" } }, validate = { unproven = "offer" }, retired = { ["acme-small"] = {} }, ids = { mine = { x = "acme-large" } } }
    local one = scene { text }
    local before, providers = one.documents(), one.run("providers", "--offline", "--json").out
    assert.equal(6, one.update().left_out)
    assert.equal(providers, one.run("providers", "--offline", "--json").out)
    assert.equal(#before.unavailable, #one.documents().unavailable)
  end)

  it("is data only: what would call a word of the language in a file is just an invalid value", function ()
    local one = scene { document { ["acme-large"] = { api_name = "large-1", family = { secret = "ACME_API_KEY" }, description = { setting = "HOME" },
      context_window = { get = "/x" }, tier = { header = "x" }, release_date = "2026-02-01" } } }
    one.update()
    local model = one.model "acme-large"
    assert.equal("2026-02-01", model.release_date)
    assert.equal("Ours", model.description)
    assert.equal(cjson.null, model.context_window)
    assert.equal(0, one.run("lint").status)
  end)

  it("that may bring models adds those of providers that a file defines, and of no others", function ()
    local models = { ["acme-next"] = { context_window = 1000, description = "Next" }, ["other"] = { provider = "nobody" } }
    local one = taken(models, { fields = 'may = "models"' })
    local model = one.story "acme-next"
    assert.equal("acme", model.provider_id)
    assert.equal("corp 2026-11-20", model.defined_at)
    assert.is_nil((one.model "other"))
    assert.is_nil((taken(models).model "acme-next"))
  end)

  it("cannot bring a model under a name that leads somewhere already", function ()
    local names = { "gpt-5.5", "claude-opus-4-5", "claude-4-opus", "claude-4.6-sonnet-200k", "acme-small@work" }
    local models = {}
    for i, name in ipairs(names) do models[name] = { api_name = "evil-" .. i, context_window = 1 } end
    local one = taken(models, { fields = 'may = "models"' })
    assert.equal(0, one.run("lint").status)
    for _, name in ipairs(names) do
      local model = one.model(name)
      assert.falsy(model and model.provider_id == "acme" and model.api_name:find "evil", name)
    end
  end)

  it("may bring a model under the name of a variant or of a spelling that a file has removed", function ()
    local one = scene({ document { ["acme-brief"] = { api_name = "brief-1", context_window = 5000 }, ["acme-b"] = { api_name = "b-1" } } },
      { fields = 'may = "models"', files = { ["c.lua"] = 'ids "theirs" { ["acme-b"] = none }\n' ..
        'model "acme-mid" { provider = "acme", context_window = 9 * K, variants = { ["acme-brief"] = none } }' } })
    one.update()
    for id, name in pairs { ["acme-brief"] = "brief-1", ["acme-b"] = "b-1" } do assert.equal(name, (one.model(id) or {}).api_name) end
  end)

  it("in the shape of models.dev is matched by provider and name, under the names that providers have there", function ()
    local text = cjson.encode { anthropic = { models = { ["claude-opus-4-5-20251101"] = { id = "x", limit = { context = 7000, output = 0 }, open_weights = false } } },
      ["fireworks-ai"] = { api = "https://evil.example", models = { ["accounts/fireworks/models/glm-5p3"] = { limit = { context = 8000 } } } } }
    local one = scene({ { text = text, headers = { ["last-modified"] = "Fri, 20 Nov 2026 10:00:00 GMT" } } }, { fields = 'format = "models.dev"' })
    assert.equal("updated", one.update().outcome)
    assert.equal(7000, one.model "claude-4.5-opus".context_window)
    assert.equal("corp 2026-11-20", one.story "claude-4.5-opus".origins.context_window)
    assert.equal(64000, one.model "claude-4.5-opus".max_output_tokens)
    assert.equal(8000, one.model "glm-5.3-fireworks".context_window)
  end)

  it("in the shape of catwalk is a list of providers", function ()
    local text = cjson.encode { { id = "anthropic", api_key = "$KEY", api_endpoint = "https://evil.example", models = {
      { id = "claude-opus-4-5-20251101", name = "Opus", context_window = 7000, cost_per_1m_in = 0, cost_per_1m_out = 0 } } } }
    local one = scene({ text }, { fields = 'format = "catwalk"' })
    one.update()
    local model = one.model "claude-4.5-opus"
    assert.equal(7000, model.context_window)
    assert.equal(5, model.price.input)
  end)

  it("is off while its block turns it off, and is turned on by one word", function ()
    local one = scene({ document { ["acme-large"] = LARGE } }, { fields = "enabled = false" })
    assert.equal(2, one.run("update").status)
    has(one.run("update", "corp").err, "is off")
    assert.equal(2, one.run("update", "--sources", "corp").status, "a deployer's no is a no")
    assert.same({}, one.mocks.requests())
  end)

  it("that is shipped is off, and on by --sources, by ROSTER_SOURCES=yes or by a line", function ()
    local function on(words, options)
      local list = {}
      for _, source in ipairs(support.roster({ "models", "--offline", "--json", table.unpack(words) }, options).json().sources) do list[#list + 1] = source.id end
      return list
    end
    local empty = support.config {}
    assert.same({}, on({}, { config = empty }))
    assert.same({ "models.dev", "catwalk" }, on({ "--sources" }, { config = empty }))
    assert.same({ "models.dev", "catwalk" }, on({}, { config = empty, env = { ROSTER_SOURCES = "yes" } }))
    assert.same({ "catwalk" }, on({}, { config = { ["x.lua"] = 'source "catwalk" {}' } }))
    assert.same({ "models.dev" }, on({ "--sources" }, { config = { ["x.lua"] = 'source "catwalk" { enabled = false }' } }))
  end)

  for what, block in pairs {
    ["an address in the clear"]            = { 'url = "http://facts.example/x.json"', "https://" },
    ["models of a catalogue of facts"]     = { 'url = "https://x.example", format = "models.dev", may = "models"', "may" },
    ["no address"]                         = { "", "'url' is missing" },
    ["what is no minisign key"]            = { 'url = "https://x.example", key = "secret"', "key" },
    ["an unknown key"]                     = { 'url = "https://x.example", header = "x"', "unknown key 'header'" },
  } do
    it("with " .. what .. " is an error of the definitions", function ()
      local found = support.lint { ["x.lua"] = ('source "corp" { %s }'):format(block[1]) }
      has(table.concat(found, "\n"), block[2])
    end)
  end
end)

describe("The last good of a source", function ()
  local GOOD = document { ["acme-large"] = LARGE }

  for what, answer in pairs {
    ["is an outage"]                 = { { status = 503, text = "down" }, "returned 503" },
    ["is a redirect"]                = { { status = 302, headers = { location = "https://elsewhere.example/x" }, text = "" }, "redirects are not followed" },
    ["is a page"]                    = { "<html>Sign in</html>", "not valid JSON" },
    ["is half of it"]                = { GOOD:sub(1, #GOOD // 2), "not valid JSON" },
    ["is nothing"]                   = { "", "not valid JSON" },
    ["is another shape"]             = { '{"anthropic":{}}', "no object" },
    ["has no models"]                = { '{"model":{}}', "no models" },
    ["has a name twice"]             = { '{"model":{"a":{"provider":"acme"},"a":{"provider":"acme"}}}', "duplicate" },
    ["is nested too deep"]           = { '{"model":' .. ("["):rep(100) .. ("]"):rep(100) .. "}", "nested" },
    ["is compressed unasked"]        = { { text = "a bomb, by its header", headers = { ["content-encoding"] = "gzip" } }, "compressed" },
    ["is older"]                     = { document({ ["acme-large"] = LARGE }, { version = 0 }), "older" },
    ["has expired"]                  = { document({ ["acme-large"] = LARGE }, { version = 2, expires = "2020-01-01" }), "expired" },
    ["says that nothing is new, unasked"] = { { status = 304, text = "" }, "returned 304" },
    ["never comes"]                  = { { hang = true }, "no answer within" },
    ["ends in the middle"]           = { { close = true }, "" },
  } do
    it("stays where the next " .. what, function ()
      local one = scene({ GOOD, answer[1] }, { fields = "timeout = 0.5" })
      assert.equal("updated", one.update().outcome)
      local update = one.update()
      assert.equal("failed", update.outcome)
      has(update.problem, answer[2])
      assert.equal(200000, one.model "acme-large".context_window)
      has(one.state().problem, answer[2])
    end)
  end

  it("stays, with exit code 1, and the reason is reported once for as long as it is the same", function ()
    local found = {}
    local one = scene { GOOD, { status = 503, text = "" }, { status = 503, text = "" }, { status = 500, text = "" } }
    local first = one.run("update", "--json")
    assert.equal(0, first.status)
    assert.same({ { id = "acme-large", fields = { "context_window", "price", "tool_call" } } }, first.json().models)
    local result = one.run "update"
    assert.equal(1, result.status)
    has(result.out, "corp: failed: it returned 503; keeping the last good data")
    local registry = assert(roster.open { config = one.config, environment = one.env, on_finding = function (finding) found[#found + 1] = finding.message end })
    assert(registry:update_sources())
    assert.same({}, found, "503 was said by the process before")
    assert(registry:update_sources())
    assert.same({ "source 'corp': it returned 500: the last good copy stays in use" }, found)
    registry:close()
  end)

  it("stays if more than a tenth of its models is gone, until a person accepts that", function ()
    local many, few = { ["acme-large"] = LARGE }, { ["acme-large"] = LARGE }
    for i = 1, 20 do many["m" .. i] = { context_window = 1000 } end
    for i = 1, 17 do few["m" .. i] = { context_window = 1000 } end
    local one = scene { document(many), document(few) }
    one.update()
    has(one.update().problem, "it has lost 3 of 21 models")
    assert.equal(21, one.state().rows)
    assert.equal("updated", one.update(true).outcome)
    assert.equal(18, one.state().rows)
  end)

  it("keeps a window that shrinks and a price that moves more than twofold, takes the rest, and counts them", function ()
    local first = { ["acme-large"] = LARGE, ["acme-small"] = { price = { input = 1 }, family = "a" } }
    local second = { ["acme-large"] = { api_name = "large-1", context_window = 100000, family = "b" }, ["acme-small"] = { price = { input = 2.1 }, family = "b" } }
    local one = scene { document(first), document(second), document(second) }
    one.update()
    local update = one.update()
    assert.equal("updated", update.outcome)
    assert.equal(2, update.held)
    assert.equal(200000, one.model "acme-large".context_window)
    assert.equal(1, one.model "acme-small".price.input)
    assert.equal("b", one.model "acme-small".family)
    assert.equal(2, one.state().held)
    one.update(true)
    assert.equal(100000, one.model "acme-large".context_window)
    assert.equal(2.1, one.model "acme-small".price.input)
    assert.equal(0, one.state().held)
  end)

  it("takes a price that moves twofold and no more, and a window that grows", function ()
    local one = scene { document { ["acme-small"] = { price = { input = 1 } }, ["acme-large"] = LARGE },
      document { ["acme-small"] = { price = { input = 2 } }, ["acme-large"] = { api_name = "large-1", context_window = 300000 } } }
    one.update()
    assert.equal(0, one.update().held)
    assert.equal(2, one.model "acme-small".price.input)
    assert.equal(300000, one.model "acme-large".context_window)
  end)

  it("is asked about with the server's own entity tag", function ()
    local one = scene { { text = GOOD, headers = { etag = '"v1"' } }, { status = 304, text = "", when = { ["if-none-match"] = '"v1"' } } }
    one.update()
    local update = one.update()
    assert.equal("unchanged", update.outcome)
    assert.equal(1, update.rows)
    assert.equal('"v1"', one.mocks.requests()[2].headers["if-none-match"])
    assert.equal(200000, one.model "acme-large".context_window)
  end)

  it("is not used if its file is damaged, which is reported", function ()
    local one = taken { ["acme-large"] = LARGE }
    local text = support.read(one.stored())
    support.write(one.stored(), (text:gsub("200000", "900000")))
    assert.equal(cjson.null, one.model "acme-large".context_window)
    has(one.run("models", "--offline").err, "is not used: it is damaged")
    assert.equal("updated", one.update().outcome)
    assert.equal(200000, one.model "acme-large".context_window)
  end)

  it("is not used if others can write to its file", function ()
    local one = taken { ["acme-large"] = LARGE }
    os.execute("chmod 0666 " .. support.quoted(one.stored()))
    assert.equal(cjson.null, one.model "acme-large".context_window)
    has(one.run("models", "--offline").err, "others can write to it")
  end)

  it("is not used for another address", function ()
    local one = taken { ["acme-large"] = LARGE }
    support.write(one.config .. "/b.lua", (support.read(one.config .. "/b.lua"):gsub("facts.json", "other.json")))
    assert.equal(cjson.null, one.model "acme-large".context_window)
  end)

  it("is in a separate file, which others cannot read", function ()
    local one = taken { ["acme-large"] = LARGE }
    assert.equal("600", support.capture("stat -c %a " .. support.quoted(one.stored())):match "%d+")
  end)
end)

describe("A source with a key", function ()
  local key, other

  setup(function () key, other = minisign.key(), minisign.key() end)

  local function signed(answers, signatures, extra)
    return scene(answers, { signatures = signatures, fields = ('key = "%s"%s'):format(key.public, extra or "") })
  end

  for _, legacy in ipairs { true, false } do
    it("accepts what its owner signed, " .. (legacy and "byte for byte" or "by its digest"), function ()
      local text = document { ["acme-large"] = LARGE }
      local one = signed({ text }, { key.sign(text, { legacy = legacy }) })
      local update = one.update()
      assert.equal("updated", update.outcome, update.problem)
      assert.equal(200000, one.model "acme-large".context_window)
      assert.equal(true, one.state().signed)
    end)
  end

  -- Made by minisign 0.11 itself: `minisign -S`, and `minisign -S -l`.
  local made = {
    key = "RWRxkuj5isMHFo0k+qdcPeyfYV3KfHE/5Qr9KhkYnTL20TK542hXHN81",
    text = '{"source":{"version":7,"date":"2026-11-20"},"model":{"acme-l'
      .. 'arge":{"provider":"acme","api_name":"large-1","context_window":200000}}}',
    hashed = table.concat({
      "untrusted comment: signature from minisign secret key",
      "RURxkuj5isMHFk8mwT4tLssfySBol77if5NEYzkjHQNdeSurE206WLg9K1Ok9/KwY0jd+ImP3q0Ru9ZobGRvCoKECHUO98Lz9gM=",
      "trusted comment: timestamp:1795000000\tfile:facts.json",
      "ZBwE7ucuUIra0RmcdB/+xHht2Zwlnfqc042vFLL6HJ7mJhZd/XFQ7xpyLSUlwrN6QG7D8osepckmdFd5eJyXDA==",
      "" }, "\n"),
    legacy = table.concat({
      "untrusted comment: signature from minisign secret key",
      "RWRxkuj5isMHFobGoLZ9gsOnlWebB/p8xt55l6J+AzeDEUy59fE2wuA9qHX34/y4/TkcPp+WBJyF2nF29JzexrK9ISwGvYyj/gM=",
      "trusted comment: by hand\ttimestamp:1795000001",
      "K2r3sLN4yzQ6NIFiTcPkgEBGtxALeO2cNxMC3a0ti18EXmOzNE3BylXQAJ5bMmHJRfzlBXPf4Fm4Hsk/fCSLAA==",
      "" }, "\n"),
  }
  for _, kind in ipairs { "hashed", "legacy" } do
    it("accepts what the program minisign signed, " .. kind, function ()
      local one = scene({ made.text }, { signatures = { made[kind] }, fields = ('key = "%s"'):format(made.key) })
      local update = one.update()
      assert.equal("updated", update.outcome, update.problem)
      assert.equal(200000, one.model "acme-large".context_window)
    end)
  end

  local text = document { ["acme-large"] = LARGE }
  for what, refused in pairs {
    ["nobody signed"]                            = { function () return nil end, "its signature could not be fetched: it returned 404" },
    ["another key signed"]                       = { function () return other.sign(text) end, "" },
    ["another key signed under the same number"] = { function () return other.sign(text, { number = "roster00" }) end, "" },
    ["was changed after it was signed"]          = { function () return key.sign(text .. " ") end, "does not match the file" },
    ["has another comment than the signed one"]  = { function () return key.sign(text, { swap = "timestamp:1999999999" }) end, "comment" },
    ["has something else for a signature"]       = { function () return "untrusted comment: x\nAAAA\ntrusted comment: y\nBBBB\n" end, "not in minisign's format" },
    ["has an empty signature"]                   = { function () return "" end, "not in minisign's format" },
  } do
    it("does not accept what " .. what, function ()
      local one = signed({ text }, { refused[1]() })
      local update = one.update()
      assert.equal("failed", update.outcome)
      has(update.problem, refused[2])
      assert.equal(cjson.null, one.model "acme-large".context_window)
    end)
  end

  it("never goes back to an older version, though that was signed too", function ()
    local old = document({ ["acme-large"] = LARGE }, { version = 1 })
    local new = document({ ["acme-large"] = { api_name = "large-1", context_window = 300000 } }, { version = 2 })
    local one = signed({ new, old }, { key.sign(new), key.sign(old) })
    assert.equal("updated", one.update().outcome)
    has(one.update().problem, "older than the kept copy: version 1 after 2")
    assert.equal(300000, one.model "acme-large".context_window)
  end)

  it("never goes back to an older signature if the document has no version", function ()
    local row = function (context) return cjson.encode { acme = { models = { ["large-1"] = { limit = { context = context } } } } } end
    local new, old = row(300000), row(200000)
    local one = scene({ new, old }, { signatures = { key.sign(new, { comment = "timestamp:1795000002" }), key.sign(old, { comment = "timestamp:1795000001" }) },
      fields = ('format = "models.dev", key = "%s"'):format(key.public) })
    assert.equal("updated", one.update().outcome)
    has(one.update().problem, "it was signed before that")
    assert.equal(300000, one.model "acme-large".context_window)
  end)
end)

describe("A live registry", function ()
  local function open(one, changes)
    local options = { config = one.config, environment = one.env }
    for name, value in pairs(changes or {}) do options[name] = value end
    return assert(roster.open(options))
  end

  local function known(registry, id)
    local snapshot <close> = registry:snapshot()
    local model = snapshot:known(id)
    return model and model.context_window
  end

  it("fetches its sources by itself once it refreshes at an interval, and uses them without waiting for the next refresh", function ()
    local one = scene { document { ["acme-large"] = LARGE } }
    local registry = open(one)
    assert.is_nil(known(registry, "acme-large"))
    assert.is_true(registry:refresh_every(86400))
    support.eventually(function () return known(registry, "acme-large") == 200000 end, "the source was heard")
    assert.equal(1, #one.mocks.requests())
    registry:close()
  end)

  it("fetches each again when it is due", function ()
    local one = scene({ document { ["acme-large"] = LARGE }, document { ["acme-large"] = { api_name = "large-1", context_window = 300000 } } },
      { fields = "every = 1" })
    local registry = open(one)
    assert.is_true(registry:refresh_every(86400))
    support.eventually(function () return known(registry, "acme-large") == 300000 end, "the source was heard again")
    registry:close()
  end)

  it("aborts a fetch when it is closed, which is no verdict on the source", function ()
    local one = scene { { hang = true } }
    local registry = open(one)
    assert.is_true(registry:refresh_every(86400))
    support.eventually(function () return #one.mocks.requests() > 0 end, "the source was asked")
    registry:close()
    assert.is_nil(support.read(one.stored()))
  end)

  it("fetches none when it is opened or refreshed by hand", function ()
    local one = scene { document { ["acme-large"] = LARGE } }
    local registry = open(one)
    assert.is_true(registry:refresh())
    assert.same({}, one.mocks.requests())
    registry:close()
  end)

  it("fills in what a listing leaves open, which takes precedence in limits, and shows which is which", function ()
    local listing = { data = { { id = "found-1", context_window = 5000 }, { id = "known-1", context_window = 6000 } } }
    local facts = cjson.encode { source = { date = "2026-11-20" }, model = { x = { provider = "beta", api_name = "found-1", context_window = 9, family = "f", kind = "chat",
      price = { input = 1 } }, y = { provider = "beta", api_name = "known-1", context_window = 7000, max_output_tokens = 500 } } }
    local mocks = support.mock_servers { { name = "beta", protocol = "none", routes = { { path = "/v1/models", body = listing }, { path = "/facts", text = facts } } } }
    local config = support.config { ["x.lua"] = ([[
      provider "beta" { protocol = "openai-chat", base_url = "%s", discover = true, list_proves = "access" }
      model "known-1" { provider = "beta" }
      source "corp" { url = "%s/facts" }]]):format(mocks.url(), mocks.url()) }
    local registry = assert(roster.open { config = config, environment = { HOME = support.folder() }, builtin = false })
    assert(registry:update_sources())
    assert.is_true(registry:refresh())
    local snapshot = registry:snapshot()
    local story = cjson.decode(snapshot:explain "found-1")
    assert.same({ 5000, "f", 1 }, { story.context_window, story.family, story.price.input })
    assert.same({ "live listing", "corp 2026-11-20" }, { story.origins.context_window, story.origins.family })
    local defined = cjson.decode(snapshot:explain "known-1")
    assert.same({ 6000, 500 }, { defined.context_window, defined.max_output_tokens })
    assert.same({ "live listing", "corp 2026-11-20" }, { defined.origins.context_window, defined.origins.max_output_tokens })
    snapshot:close()
    registry:close()
  end)
end)

describe("The fetch of a source", function ()
  it("goes through the proxy that its block names, and never through one from the environment", function ()
    local proxy = support.mock_servers { { name = "proxy", protocol = "none", routes = { { path = "/", text = "" } } } }
    local one = scene({ document { ["acme-large"] = LARGE } }, { env = { http_proxy = proxy.url(), ALL_PROXY = proxy.url() } })
    assert.equal("updated", one.update().outcome)
    assert.same({}, proxy.requests())
    local through = scene({ document { ["acme-large"] = LARGE } }, { fields = ('proxy = "%s"'):format(proxy.url()) })
    assert.equal("failed", through.update().outcome)
    assert.equal(1, #proxy.requests())
    assert.same({}, through.mocks.requests())
  end)

  it("trusts the authority that its block names, and no other", function ()
    local folder = support.folder()
    local line = ("cd %s && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 "
      .. "-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>/dev/null"):format(support.quoted(folder))
    assert(os.execute(line))
    local mocks = support.mock_servers { { name = "facts", protocol = "none", tls = { cert = folder .. "/cert.pem", key = folder .. "/key.pem" },
      routes = { { path = "/facts", text = document { ["acme-large"] = LARGE } } } } }
    local function outcome(fields)
      local config = support.config { ["a.lua"] = LOCAL, ["b.lua"] = ('source "corp" { url = "%s/facts", %s }'):format(mocks.url(), fields) }
      local registry = assert(roster.open { config = config, environment = { HOME = support.folder() } })
      local look = registry:update_sources()[1]
      registry:close()
      return look.outcome, look.problem
    end
    assert.equal("updated", (outcome(('tls = { ca_file = "%s/cert.pem" }'):format(folder))))
    local how, why = outcome ""
    assert.equal("failed", how)
    has(why, "certificate")
  end)

  it("sends no key and no header but what it accepts and the entity tag", function ()
    local one = scene({ { text = document { ["acme-large"] = LARGE }, headers = { etag = '"e"' } } }, { env = { ACME_API_KEY = "sk-acme-0123456789abcdef",
      LLM_CUSTOM_HEADERS = "x-team: blue" } })
    one.update()
    one.update()
    local names = {}
    for name in pairs(one.mocks.requests()[2].headers) do names[#names + 1] = name end
    table.sort(names)
    assert.same({ "accept", "host", "if-none-match", "user-agent" }, names)
  end)

  it("is never a part of roster_open, which makes no connection", function ()
    local works = os.execute "strace -o /dev/null true 2>/dev/null"
    if not works and os.getenv "CI" and os.execute "command -v strace >/dev/null" == nil then error "strace is missing: scripts/dependencies test installs it" end
    if not works then return pending "strace cannot run here" end
    local one = taken({ ["acme-large"] = LARGE })
    local script = support.write(support.folder() .. "/open.lua", ([[
      package.cpath = "%s/build/?.so;" .. package.cpath
      local registry = assert(require "roster".open { config = "%s", environment = { HOME = "%s", ROSTER_SOURCES = "yes" } })
      assert(registry:snapshot():known "acme-large".context_window == 200000)
      registry:close()]]):format(support.root, one.config, one.env.HOME))
    local trace = support.folder() .. "/trace"
    assert(os.execute(("strace -f -o %s -e trace=socket,connect lua5.4 %s"):format(support.quoted(trace), support.quoted(script))))
    lacks(support.read(trace), "AF_INET")
    lacks(support.read(trace), "connect(")
  end)
end)
