-- The snapshot in a host's own form: the shipped document "phoenix", and functions of a deployer's definitions. #module
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"
local world = require "support.world"

local KEY = "sk-document-0123456789"
local roster = require "roster"

local function provider(url)
  return ([[
    provider "acme" {
      title = "Acme", protocol = "openai-chat", base_url = "%s", credential = secret "ACME_API_KEY",
      discover = function () return { kind = "chat" } end,
    }
  ]]):format(url)
end

local MODELS = [[
  model "large" { provider = "acme", description = "Acme's best", context_window = 400 * K, recommended = true }
  model "gone" { provider = "acme", context_window = 400 * K }
]]

describe("The document that a host names #module", function ()
  local mocks, found
  setup(function ()
    mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { KEY }, models = { "large", "found-4" } },
      { name = "gateway", protocol = "none", mounts = { { name = "behind", protocol = "openai", prefix = "/acme", keys = { KEY }, models = { "large" } } } } }
  end)
  teardown(support.stop_all)
  before_each(function () found = {} end)

  --- A registry over these definitions. options: env, text (more definitions), document, and whatever else roster.open takes.
  local function open(options)
    options = options or {}
    local made = { builtin = false, config = "", environment = { PATH = os.getenv "PATH", ACME_API_KEY = KEY }, document = "phoenix", helper_wait = 20,
      definitions = { ["acme.lua"] = provider(mocks.url "acme") .. MODELS, ["more.lua"] = options.text or "" } }
    for name, value in pairs(options) do made[name] = value end
    made.text, made.env = nil, nil
    made.on_finding = function (finding) found[#found + 1] = ("%s:%s: %s"):format(finding.file, finding.line, finding.message) end
    for name, value in pairs(options.env or {}) do made.environment[name] = value or nil end
    return roster.open(made)
  end

  --- The document after a refresh; raises where that fails.
  local function document(options)
    local registry = assert(open(options))
    assert(registry:refresh())
    local snapshot = registry:snapshot()
    local text = snapshot:json()
    registry:close()
    return cjson.decode(text), text
  end

  local function failing(body) return document { document = "mine", text = ('document "mine" (function (snapshot)\n%s\nend)'):format(body) } end

  it("has the usable models in the members and the words of Phoenix's own answer, and nothing of the others", function ()
    local made, text = document()
    assert.equal(2, #made.models)
    assert.same({ id = "large", provider = "Acme", description = "Acme's best", context_window = 400000, recommended = true }, made.models[1])
    made.models = nil
    assert.same({ default = "large", gateway_status = "not_configured", llm_configured = true, credential_status = "valid" }, made)
    assert.is_nil(text:find '"gone"')
  end)

  it("gives a model without a known context window the one that Phoenix assumes, and names the assumption in its origins", function ()
    for _, model in ipairs(document().models) do
      if model.id == "found-4" then
        assert.equal(128000, model.context_window)
        assert.same({ context_window = "assumed, since nobody states it" }, model.origins)
        return
      end
    end
    error "found-4 is not in the document"
  end)

  it("reports a static key as valid once it was accepted, and as not configured if it is missing or refused", function ()
    assert.equal("valid", document().credential_status)
    assert.equal("not_configured", cjson.decode(assert(open()):snapshot():json()).credential_status)
    local none, text = document { env = { ACME_API_KEY = false } }
    assert.same({ models = {}, default = "", gateway_status = "not_configured", llm_configured = false, credential_status = "not_configured" }, none)
    assert.truthy(text:find('"models":[]', 1, true))
    local refused = document { env = { ACME_API_KEY = "sk-wrong" } }
    assert.same({ "not_configured", true, {} }, { refused.credential_status, refused.llm_configured, refused.models })
  end)

  it("reports the states of a credential helper on which Phoenix's page acts: required while it has not run, running, valid, failed", function ()
    local function status(helper, options)
      local settings = { env = { ACME_API_KEY = false, LLM_API_KEY_HELPER = helper } }
      for name, value in pairs(options or {}) do settings[name] = value end
      return document(settings)
    end
    local idle = assert(open { env = { ACME_API_KEY = false, LLM_API_KEY_HELPER = "echo " .. KEY } })
    local first = cjson.decode(idle:snapshot():json())
    assert.same({ "required", true }, { first.credential_status, first.llm_configured })
    idle:close()
    assert.equal("valid", status("echo " .. KEY).credential_status)
    local running = status("exec sleep 30", { helper_wait = 0 })
    assert.same({ "running", true, {} }, { running.credential_status, running.llm_configured, running.models })
    local failed = status "exit 3"
    assert.same({ "failed", true }, { failed.credential_status, failed.llm_configured })
    local refused = assert(open { env = { ACME_API_KEY = false, LLM_API_KEY_HELPER = "echo sk-refused" } })
    assert(refused:refresh())
    support.eventually(function () return cjson.decode(refused:snapshot():json()).credential_status == "required" end,
      "that a helper whose key is refused twice waits for a person")
    refused:close()
  end)

  it("reports a gateway as healthy or unreachable, and as not configured before it was first checked", function ()
    local function through(url) return ('gateway "corp" { base_url = "%s", path = "/{provider}", credentials = "forwarded" }'):format(url) end
    local made = document { text = through(mocks.url "gateway") }
    assert.same({ "healthy", true, "valid" }, { made.gateway_status, made.llm_configured, made.credential_status })
    made = document { text = through "http://127.0.0.1:1" }
    assert.same({ "unreachable", true, {} }, { made.gateway_status, made.llm_configured, made.models })
    assert.equal("not_configured", cjson.decode(assert(open { text = through(mocks.url "gateway") }):snapshot():json()).gateway_status)
  end)

  it("has less than five kilobytes for a common set of models with the keys of two providers", function ()
    local accounts = { anthropic = { models = { "claude-opus-4-5-20251101", "claude-opus-4-6", "claude-opus-4-7", "claude-sonnet-4-5-20250929",
      "claude-sonnet-4-6", "claude-haiku-4-5-20251001" } }, openai = { models = { "gpt-5", "gpt-5-mini", "gpt-5.2", "gpt-5.4-mini", "gpt-5.5" } } }
    local options = world.direct(accounts).options { anthropic = true, openai = true }
    local environment = { PATH = os.getenv "PATH", HOME = options.config }
    for name, value in pairs(options.env) do environment[name] = value end
    local made, text = document { config = options.config, builtin = true, environment = environment, definitions = {} }
    assert.equal(14, #made.models, table.concat(support.ids(made.models), " "))
    assert.is_true(#text < 5000, #text .. " bytes")
  end)

  it("has, with Phoenix's ids, every line of Phoenix's own table with its window and what it recommends, and each model a single time", function ()
    local own = { -- id, window, recommended
      { "claude-haiku-4-5", 200000, true }, { "claude-opus-4-5", 200000, false }, { "claude-opus-4-6", 200000, false },
      { "claude-opus-4-6-1m", 1000000, false }, { "claude-opus-4-7", 200000, true }, { "claude-opus-4-7-1m", 1000000, false },
      { "claude-sonnet-4-6", 200000, true }, { "claude-sonnet-4-6-1m", 1000000, false }, { "gpt-5.3-codex", 200000, true },
      { "gpt-5.4", 400000, false }, { "gpt-5.4-mini", 400000, true }, { "gpt-5.5", 1000000, true } }
    local options = world.direct({
      anthropic = { models = { "claude-opus-4-5-20251101", "claude-opus-4-6", "claude-opus-4-7", "claude-sonnet-4-6", "claude-haiku-4-5-20251001" } },
      openai = { models = { "gpt-5.3-codex", "gpt-5.4", "gpt-5.4-mini", "gpt-5.5" } } }).options { anthropic = true, openai = true }
    local environment = { PATH = os.getenv "PATH", HOME = options.config }
    for name, value in pairs(options.env) do environment[name] = value end
    local made = document { config = options.config, builtin = true, environment = environment, definitions = {}, ids = "phoenix" }
    local lines, known = {}, {}
    for i, model in ipairs(made.models) do
      lines[i] = { model.id, model.context_window, model.recommended }
      known[model.id] = model
    end
    table.sort(lines, function (a, b) return a[1] < b[1] end)
    assert.same(own, lines)
    assert.truthy(known[made.default], made.default)
  end)

  it("may be a function of a deployer's file, which gets the standard document as a table", function ()
    local made = document { document = "mine", text = [[
      document "mine" (function (snapshot)
        local missing = list {}
        for _, model in ipairs(snapshot.unavailable) do missing[#missing + 1] = { model.id, model.state } end
        return { best = snapshot.default, missing = missing, cheap = none, plain = {} }
      end)]] }
    assert.same({ best = "large", missing = { { "gone", "not_listed" } }, cheap = cjson.null, plain = {} }, made)
  end)

  it("keeps an empty list a list, and distinguishes null from an absent member", function ()
    local _, text = document { document = "mine", definitions = { ["acme.lua"] = provider(mocks.url "acme") .. [[
      document "mine" (function (snapshot) return { none_of_them = list(), null = none, as_it_came = snapshot.unavailable, empty = {} } end)]] } }
    assert.equal('{"as_it_came":[],"empty":{},"none_of_them":[],"null":null}', text)
  end)

  it("of a later directory takes the place of a shipped one with the same name, and two of one name in a directory are an error", function ()
    assert.same({ mine = true }, document { text = 'document "phoenix" (function () return { mine = true } end)' })
    local registry, err = open { text = 'document "a" (function () return {} end)\ndocument "a" (function () return {} end)' }
    assert.is_nil(registry)
    assert.truthy(err.message:find("document 'a' is defined twice in one directory (first at more.lua:1)", 1, true), err.message)
  end)

  it("is the standard one, with a warning at the function's line, if the function raises an error", function ()
    local made = failing "local nothing; return nothing.at_all"
    assert.equal("Acme's best", made.models[1].description)
    assert.truthy(made.unavailable)
    assert.truthy(found[#found]:find("^more.lua:1: document 'mine' failed: more.lua:2: attempt to index a nil value"), found[#found])
    assert.truthy(found[#found]:find("the standard document is used instead", 1, true))
  end)

  it("is the standard one, with a warning that has the place, if the function returns what JSON cannot represent", function ()
    local cases = {
      { "return", "it returned nil where a table is due" },
      { "return 'text'", "it returned string where a table is due" },
      { "return { models = { { id = 'a' }, { id = print } } }", "unknown word 'print'" },
      { "return { models = { { id = 'a' }, { id = tostring } } }", "JSON cannot represent: a function in models[2].id" },
      { "return { price = 1 / 0 }", "a number that is not finite in price" },
      { "return { [true] = 1 }", "a table with true as a key: items are counted from 1" },
      { "return { list = { 1, 2, of = 3 } }", "a list with gaps or named members, with the key 'of' in list: items are counted from 1" },
      { "return { text = '\\xff' }", "a text that is not UTF-8 in text" },
      { "local t = {} t.own = t return t", "a table within itself in own: leave that member out" },
      { "return { auth = bearer }", "a value of the definitions (a way to send a key) in auth" },
    }
    for _, case in ipairs(cases) do
      assert.truthy(failing(case[1]).unavailable, case[1])
      assert.truthy(found[#found]:find(case[2], 1, true), case[1] .. ": " .. found[#found])
    end
  end)

  it("is the standard one if the function takes too long, needs too much memory, or returns too much", function ()
    local cases = { { "while true do end", "ran for too long" }, { "local t = {} for i = 1, 1e9 do t[i] = {} end", "64 MiB" },
      { "local t, s = {}, string.rep('x', 1000000) for i = 1, 1000 do t[i] = s end return t", "takes more than 64 MiB as JSON" } }
    for _, case in ipairs(cases) do
      local made = failing(case[1])
      assert.truthy(made.unavailable, case[1])
      assert.truthy(found[#found]:find(case[2], 1, true), found[#found])
    end
  end)

  it("cannot be opened under a name that nothing defines, and the error names the nearest one", function ()
    local registry, err = open { document = "pheonix" }
    assert.is_nil(registry)
    assert.equal("invalid", err.code)
    assert.truthy(err.message:find("no document has the name 'pheonix' (did you mean 'phoenix'?)", 1, true), err.message)
  end)

  it("stays as it was, with the error of the definitions, when an edit takes its function away", function ()
    local folder = support.config { ["mine.lua"] = 'document "mine" (function (snapshot) return { default = snapshot.default } end)' }
    local registry = assert(open { config = folder, document = "mine" })
    assert.is_true(registry:refresh())
    support.write(folder .. "/mine.lua", "")
    local good, err = registry:refresh()
    assert.same({ nil, "definitions" }, { good, err.code })
    local snapshot = registry:snapshot()
    assert.equal('{"default":"large"}', snapshot:json())
    assert.truthy(snapshot:definitions_error():find("no document has the name 'mine'", 1, true))
    registry:close()
  end)

  it("is there for a host that leaves the shipped definitions out, and is not read for a host that names none", function ()
    local function sources(name)
      local read = {}
      assert(roster.open { config = "", builtin = false, document = name, on_source = function (source) read[source.path] = source.read end }):close()
      return read["documents.lua"]
    end
    assert.is_true(sources "phoenix")
    assert.is_false(sources(nil))
  end)

  it("changes nothing but the text of the snapshot: models, changes and findings are what they are without it", function ()
    local registry, plain = assert(open()), assert(roster.open { builtin = false, config = "", environment = { ACME_API_KEY = KEY },
      definitions = { ["acme.lua"] = provider(mocks.url "acme") .. MODELS } })
    local before = registry:snapshot()
    assert.is_true(registry:refresh() and plain:refresh())
    local changes = cjson.decode(registry:snapshot():changes(before))
    assert.equal("not_listed", registry:snapshot():known "gone".state)
    assert.equal(plain:snapshot():json():match '"default":"[^"]*"', registry:snapshot():json():match '"default":"[^"]*"')
    assert.same({ "large", "found-4" }, changes.added)
    registry:close()
    plain:close()
  end)
end)

describe("The document of a host", function ()
  local mocks, options
  setup(function () mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { KEY }, models = { "large" } } } end)
  teardown(function ()
    serving.stop_all()
    support.stop_all()
  end)
  before_each(function () options = { config = { ["acme.lua"] = provider(mocks.url()) .. MODELS }, env = { ACME_API_KEY = KEY } } end)

  it("is printed by roster models --document, with the exit code of roster models", function ()
    local result = support.roster({ "models", "--no-builtin", "--document", "phoenix" }, options)
    assert.same({ 0, "valid", 1 }, { result.status, result.json().credential_status, #result.json().models })
    options.env = {}
    assert.equal(1, support.roster({ "models", "--no-builtin", "--json", "--document", "phoenix" }, options).status)
    local unknown = support.roster({ "models", "--offline", "--document", "pheonix" }, options)
    assert.equal(2, unknown.status)
    assert.truthy(unknown.err:find("did you mean 'phoenix'?", 1, true), unknown.err)
    assert.equal(2, support.roster({ "models", "--kind", "any", "--document", "phoenix" }, options).status)
  end)

  it("is what GET /api/models?document=NAME serves, in addition to the standard one, if the server was started with it", function ()
    options.words = { "--no-builtin", "--document", "phoenix" }
    local server = serving.start(options)
    serving.eventually(function () return server.get "/readyz".status == 200 end, "the server is ready")
    local answer = server.get "/api/models?document=phoenix"
    assert.same({ 200, "large", "valid" }, { answer.status, answer.json().models[1].id, answer.json().credential_status })
    assert.equal(304, server.get("/api/models?document=phoenix", "If-None-Match: " .. answer.headers.etag).status)
    assert.equal("gone", server.get "/api/models".json().unavailable[1].id)
    assert.equal(400, server.get "/api/models?document=other".status)
  end)

  it("is refused by a server that was started without it", function ()
    options.words = { "--no-builtin" }
    local answer = serving.start(options).get "/api/models?document=phoenix"
    assert.equal(400, answer.status)
    assert.truthy(answer.body:find("start it with --document NAME", 1, true), answer.body)
  end)
end)
