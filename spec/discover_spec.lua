-- discover: models that a provider lists and no block defines are offered too, with the facts of the listing.
local cjson = require "cjson"
local support = require "support.roster"

local mocks
local ITEMS = {
  { id = "alpha", name = "Alpha One", context_length = 1000, pricing = { prompt = "0.000001", completion = "0.000002", input_cache_read = "0.0000001" },
    architecture = { input_modalities = { "text", "image" } }, supported_parameters = { "tools", "reasoning" },
    top_provider = { max_completion_tokens = 100 } },
  { id = "beta", context_length = 2000, type = "chat" }, { id = "org/gamma", type = "chat" }, { id = "embed-1", type = "embedding" },
}

local function routes(items) return { { path = "/v1/models", status = 200, body = { data = items } }, { path = "/v1/models/alpha", status = 404, body = {} } } end

local function config(fields, more)
  return { ["x.lua"] = ([[provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "%s", list_proves = "access", credential = secret "OAK_KEY", %s }
    provider "elm" { title = "Elm", protocol = "openai-chat", base_url = "%s", list_proves = "access", credential = secret "ELM_KEY", %s }
    ]]):format(mocks.url "oak", fields, mocks.url "elm", fields:find "discover" and "discover = true" or "") .. (more or "") }
end

local function run(fields, more, words, env)
  return support.roster(words or { "models", "--json", "--no-builtin" }, { config = config(fields, more), env = env or { OAK_KEY = "k" } })
end

local function ids(document)
  local list = {}
  for _, model in ipairs(document.models) do list[#list + 1] = model.id end
  return table.concat(list, " ")
end

setup(function ()
  mocks = support.mock_servers { { name = "oak", protocol = "none", routes = routes(ITEMS) },
    { name = "elm", protocol = "none", routes = { { path = "/v1/models", status = 200, body = { data = { { id = "beta", type = "chat" }, { id = "delta", type = "chat" } } } } } } }
end)

teardown(support.stop_all)

describe("Discovery", function ()
  it("is off unless a provider sets discover", function ()
    assert.equal("", ids(run("").json()))
    assert.equal("beta", ids(run("", 'model "beta" { provider = "oak" }').json()))
  end)

  it("offers the listed models with the facts of the listing, and marks them as discovered", function ()
    local document = run("discover = true").json()
    assert.equal("alpha beta org/gamma", ids(document))
    local alpha = document.models[1]
    assert.same({ true, "Alpha One", 1000, 100, true, true, "oak", "list" },
      { alpha.discovered, alpha.description, alpha.context_window, alpha.max_output_tokens, alpha.reasoning, alpha.tool_call, alpha.provider_id, alpha.stage })
    assert.same({ "text", "image" }, alpha.input_modalities)
    assert.same({ 1, 2, 0.1 }, { alpha.price.input, alpha.price.output, alpha.price.cache_read })
    assert.equal("the listing of oak", run("discover = true", "", { "explain", "alpha", "--json", "--no-builtin" }).json().defined_at)
  end)

  it("does not offer a listed model again that a block defines, under any id and in any state", function ()
    local document = run("discover = true", [[model "mine" { provider = "oak", api_name = "alpha", context_window = 7 }
      model "off" { provider = "oak", api_name = "beta", enabled = false }]]).json()
    assert.equal("mine org/gamma", ids(document))
    assert.same({ 1000, nil }, { document.models[1].context_window, document.models[1].discovered })
  end)

  it("selects models by the patterns of discover_allow and discover_deny", function ()
    assert.equal("alpha beta", ids(run('discover = true, discover_deny = { "org/*" }').json()))
    assert.equal("beta org/gamma", ids(run('discover = true, discover_allow = { "b*", "*gamma" }').json()))
    assert.equal("beta", ids(run('discover = true, discover_allow = { "b*", "*gamma" }, discover_deny = { "org/*" }').json()))
  end)

  it("gives a function everything that the listing states about a model, and nil for what it does not state", function ()
    local document = run([[discover = function (entry)
      local told = {}
      for _, name in ipairs { "context_window", "max_output_tokens", "tool_call", "reasoning", "open_weights", "kind" } do
        told[#told + 1] = tostring(entry[name])
      end
      told[#told + 1] = table.concat(entry.input_modalities or { "?" }, "+")
      told[#told + 1] = entry.price and tostring(entry.price.output) or "free?"
      return { display_name = table.concat(told, " ") }
    end]]).json()
    assert.equal("1000 100 true true nil chat text+image 2.0", document.models[1].description)
    assert.equal("2000 nil nil nil nil chat ? free?", document.models[2].description)
  end)

  it("selects and amends models with a function", function ()
    local document = run([[discover = function (entry)
      if entry.name == "beta" then return { context_window = 4096, display_name = "Beta of " .. entry.context_window } end
      return entry.name == "alpha"
    end]]).json()
    assert.equal("alpha beta", ids(document))
    assert.same({ "Beta of 2000", 4096 }, { document.models[2].description, document.models[2].context_window })
  end)

  it("omits a model of an unknown protocol, and a finding names that protocol", function ()
    local result = run [[discover = function (entry) return entry.name == "alpha" and { protocol = "smoke-signals" } or true end]]
    assert.equal("beta org/gamma", ids(result.json()))
    assert.truthy(result.err:find("provider 'oak': discover: 'alpha' is left out: it speaks 'smoke-signals', which is not a protocol here", 1, true), result.err)
    assert.truthy(result.err:find("unction (entry)", 1, true), "not at its key: " .. result.err)
  end)

  it("reports an error in the function of discover, and continues", function ()
    local result = run([[discover = function (entry) return entry.context_length.x end, timeout = 5]])
    assert.equal("", ids(result.json()))
    assert.truthy(result.err:find("warning: discover of provider 'oak' failed for 4 models", 1, true), result.err)
    assert.truthy(support.roster({ "lint" }, { config = config 'discover = "yes"' }).out:find("'discover' must be true, false or a function", 1, true))
  end)

  it("puts the provider's name before an id that several providers list, and the longer id always resolves", function ()
    local document = run("discover = true", "", nil, { OAK_KEY = "k", ELM_KEY = "k" }).json()
    assert.equal("alpha delta elm/beta oak/beta org/gamma", (function ()
      local list = {}
      for _, model in ipairs(document.models) do list[#list + 1] = model.id end
      table.sort(list)
      return table.concat(list, " ")
    end)())
    local one = run("discover = true", "", { "explain", "oak/alpha", "--json", "--no-builtin" }).json()
    assert.equal("alpha", one.id)
  end)

  it("never gives a model an id that a block uses", function ()
    local document = run("discover = true", 'model "beta" { provider = "elm" } model "other" { provider = "elm", api_name = "delta", aliases = { "alpha" } }').json()
    assert.equal("oak/alpha oak/beta org/gamma", ids(document))
  end)

  it("applies rules, and offers only models that are usable", function ()
    assert.equal("beta org/gamma", ids(run("discover = true", 'rule "no" (function (model) if model.api_name == "alpha" then return refuse "no" end end)').json()))
    local asked = support.mock_servers { { name = "oak", protocol = "openai", keys = { "k" }, models = { "gpt-one", "gpt-two" } } }
    local text = ([[provider "oak" { protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY", discover = true }]]):format(asked.url "oak")
    local document = support.roster({ "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { OAK_KEY = "k" } }).json()
    assert.equal("gpt-one gpt-two", ids(document))
    assert.equal("prove", document.models[1].stage)
    document = support.roster({ "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { OAK_KEY = "wrong" } }).json()
    assert.same({ "", 0 }, { ids(document), #document.unavailable })
  end)

  it("ignores names that cannot be ids, and prints no text that steers a terminal", function ()
    local odd = support.mock_servers { { name = "oak", protocol = "none", routes = routes {
      { id = "a\27[31mb" }, { id = ("x"):rep(151) }, { id = "" }, { id = "<script>", type = "chat" }, { id = "ok", name = "O\27[2JK", type = "chat" }, { id = "ok" } } } }
    local text = ([[provider "oak" { protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY", discover = true, list_proves = "access" }]]):format(odd.url "oak")
    local result = support.roster({ "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { OAK_KEY = "k" } })
    assert.equal("<script> ok", ids(result.json()))
    assert.falsy(support.roster({ "models", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { OAK_KEY = "k" } }).out:find "\27%[2J")
  end)

  it("gives the same result from a recording", function ()
    local file = support.folder() .. "/recording"
    local first = run("discover = true", "", { "models", "--json", "--no-builtin", "--record", file })
    assert.equal(first.out, run("discover = true", "", { "models", "--json", "--no-builtin", "--replay", file }).out)
  end)
end)

describe("The report on a model's fields", function ()
  it("names the origin of each field: a line, the live listing or the default", function ()
    local from = run("discover = true", "", { "explain", "alpha", "--json", "--no-builtin" }).json().origins
    assert.same({ "live listing", "live listing", "default", "default" }, { from.context_window, from.price, from.family, from.aliases })
    from = run("", 'model "mine" { provider = "oak", api_name = "alpha",\n family = "f", context_window = 7, max_output_tokens = 100 }',
      { "explain", "mine", "--json", "--no-builtin" }).json().origins
    assert.truthy(from.family:find "x%.lua:3$", from.family)
    assert.truthy(from.max_output_tokens:find "x%.lua:3$", from.max_output_tokens)
    assert.same({ "live listing", "live listing", "default" }, { from.context_window, from.price, from.aliases })
  end)

  it("names every field whose value differs from the listing", function ()
    local lines = 'model "mine" { provider = "oak", api_name = "alpha", context_window = 7, max_output_tokens = 100, price = { input = 1, output = 3 } }'
    local story = run("", lines, { "explain", "mine", "--json", "--no-builtin" }).json()
    assert.same({ "context_window is 7 here and 1000 in the listing", "price.output is 3 here and 2 in the listing" }, story.disagreements)
    assert.same({ 1000, 3 }, { story.context_window, story.price.output })
  end)
end)

describe("roster diff", function ()
  local lines = [[model "mine" { provider = "oak", api_name = "alpha", context_window = 7 } model "beta" { provider = "oak" }
    model "past" { provider = "oak", replacement = "beta" }]]

  it("prints what is new, what is gone and what differs, and exits with 1", function ()
    local result = run("", lines, { "diff", "--no-builtin", "--json" })
    assert.equal(1, result.status)
    local found = result.json()
    assert.same({ "org/gamma", "oak" }, { found.new[1].id, found.new[1].provider_id })
    assert.same({ "past", "beta" }, { found.gone[1].id, found.gone[1].replacement })
    assert.same({ "mine", { "context_window is 7 here and 1000 in the listing" } }, { found.differs[1].id, found.differs[1].disagreements })
    assert.same({ 2, 1, 1 }, { #found.new, #found.gone, #found.differs })
    assert.same({ "chat", "embed-1", "embedding" }, { found.new[1].kind, found.new[2].id, found.new[2].kind })
    local out = run("", lines, { "diff", "--no-builtin" }).out
    assert.truthy(out:find("  org/gamma (oak)\n", 1, true), out)
    assert.truthy(out:find("  embed-1 (oak, embedding)\n", 1, true), out)
    assert.truthy(out:find("  past (oak), its replacement is beta\n", 1, true), out)
    for line in out:gmatch "[^\n]+" do assert.is_true(#line <= 80, line) end
  end)

  it("prints that nothing differs and exits with 0, and leaves out providers that were not named", function ()
    local same = 'model "alpha" { provider = "oak" } model "beta" { provider = "oak" } model "org/gamma" { provider = "oak" }' ..
      ' model "embed-1" { provider = "oak", kind = "embedding" }'
    local result = run("", same, { "diff", "--no-builtin" })
    assert.same({ 0, "Nothing differs.\n", "" }, { result.status, result.out, result.err })
    assert.equal(0, run("", lines, { "diff", "elm", "--no-builtin" }).status)
    result = run("", lines, { "diff", "elmm", "--no-builtin" })
    assert.equal(2, result.status)
    assert.truthy(result.err:find("unknown provider 'elmm'", 1, true))
  end)

  it("names the providers that did not respond", function ()
    local text = [[provider "oak" { protocol = "openai-chat", base_url = "http://127.0.0.1:1", credential = secret "OAK_KEY" } model "m" { provider = "oak" }]]
    local options = { config = { ["x.lua"] = text }, env = { OAK_KEY = "k" } }
    local result = support.roster({ "diff", "--no-builtin", "--json" }, options)
    assert.same({ 0, { "oak" } }, { result.status, result.json().silent })
    assert.truthy(result.err:find("oak returned no listing, so what is new or gone there is unknown: ", 1, true), result.err)
    assert.truthy(result.err:find("GET http://127.0.0.1:1/v1/models got no answer (unreachable)", 1, true), result.err)
  end)

  describe("is silent about a provider only if its listing was read to its end", function ()
    local function look_up(id) return { path = "/v1/models/" .. id, status = 200, body = { id = id } } end
    local function diff(fields, list, more, words)
      local answers = { { path = "/v1/models", status = list.status or 200, body = list.body }, look_up "beta", more.route }
      local servers = support.mock_servers { { name = "oak", protocol = "none", routes = answers } }
      local text = ('provider "oak" { protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY", %s } %s'):format(servers.url "oak", fields, more.text)
      local options = { config = { ["x.lua"] = text }, env = { OAK_KEY = more.key or "k" } }
      local json = support.roster({ "diff", "--no-builtin", "--json", table.unpack(words or {}) }, options).json()
      local plain = support.roster({ "diff", "--no-builtin", table.unpack(words or {}) }, options)
      servers.stop()
      return json, plain
    end
    local BETA = 'model "beta" { provider = "oak" }'

    it("and names one whose listing failed while its models answer look-ups", function ()
      local json, plain = diff("", { status = 404, body = {} }, { text = BETA })
      assert.same({ "oak" }, json.silent)
      assert.truthy(json.problems.oak:find("/v1/models returned 404 (missing)", 1, true), json.problems.oak)
      assert.equal("Nothing differs at the providers that could be read.\n", plain.out)
      assert.truthy(plain.err:find("oak returned no listing", 1, true), plain.err)
    end)

    it("and names one that refused the key", function ()
      local json = diff("", { status = 401, body = { error = { message = "no" } } }, { text = BETA })
      assert.same({ "oak" }, json.silent)
      assert.truthy(json.problems.oak:find("returned 401 (bad_credential)", 1, true), json.problems.oak)
    end)

    it("and names one of which no block defines a model", function ()
      assert.same({ "oak" }, diff("", { status = 500, body = {} }, { text = "" }).silent)
    end)

    it("and names one whose listing has more pages but does not state where", function ()
      local json = diff("", { body = { data = { { id = "beta" } }, has_more = true } }, { text = BETA })
      assert.same({ "oak" }, json.silent)
    end)

    it("and does not name one that listed everything, even if a single look-up had no response", function ()
      local json, plain = diff('list_proves = "names"', { body = { data = { { id = "beta" }, { id = "late" } } } },
        { text = BETA .. ' model "late" { provider = "oak" }', route = { path = "/v1/models/late", status = 429, body = { error = { message = "later" } } } })
      assert.same({ {}, {} }, { json.silent, json.problems })
      assert.equal("Nothing differs.\n", plain.out)
      assert.equal("", plain.err)
    end)

    it("and reports that nothing was compared if no key is set", function ()
      local options = { config = { ["x.lua"] = 'provider "oak" { protocol = "openai-chat", base_url = "http://127.0.0.1:1", credential = secret "OAK_KEY" }' } }
      local result = support.roster({ "diff", "--no-builtin" }, options)
      assert.same({ 0, "Nothing was compared: no provider key is set.\n" }, { result.status, result.out })
      assert.truthy(result.err:find("roster providers", 1, true), result.err)
    end)

    it("and names one that was given and not checked", function ()
      local options = { config = { ["x.lua"] = 'provider "oak" { protocol = "openai-chat", base_url = "http://127.0.0.1:1", credential = secret "OAK_KEY" }' } }
      assert.same({}, support.roster({ "diff", "--no-builtin", "--json" }, options).json().silent)
      local result = support.roster({ "diff", "oak", "--no-builtin", "--json" }, options)
      assert.same({ { "oak" }, { oak = "it was not asked" } }, { result.json().silent, result.json().problems })
    end)
  end)
end)

describe("The document of providers", function ()
  it("shows whether the listing of each was read to its end", function ()
    local listed = {}
    for _, provider in ipairs(run("", 'model "beta" { provider = "oak" }', { "providers", "--json", "--no-builtin" }).json().providers) do
      listed[provider.id] = { provider.listed, provider.listing_problem }
    end
    assert.same({ oak = { true, "" }, elm = { cjson.null, "" } }, listed)
  end)
end)

describe("An id that no block defines", function ()
  it("is not an error in default, role and shadows while a provider has discovery on", function ()
    local lines = 'default { "alpha" } role "r" { "beta" } model "mine" { provider = "oak", api_name = "org/gamma", shadows = { "alpha" } }'
    local result = run("discover = true", lines)
    assert.equal("", result.err)
    assert.same({ "alpha", "beta" }, { result.json().default, result.json().roles.r })
    assert.equal("mine", support.entry(result.json(), "alpha").shadowed_by)
    assert.truthy(run("", lines).err:find("unknown model 'alpha'", 1, true))
  end)
end)

describe("An id that only a listing has", function ()
  local function verb(words, env) return run("discover = true", 'model "beta" { provider = "oak", aliases = { "b" } }', words, env) end

  it("is found by check, explain, resolve and request, with or without its provider's name", function ()
    for _, id in ipairs { "alpha", "oak/alpha" } do
      local check = verb { "check", id, "--no-builtin" }
      assert.equal(0, check.status, check.err)
      assert.truthy(check.out:find("1 of 1 models are ready.", 1, true) or check.out:find("alpha  *ready"), check.out)
      assert.equal(0, verb({ "explain", id, "--no-builtin" }).status)
      assert.equal("alpha\n", verb({ "resolve", id, "--no-builtin" }).out)
      assert.same({ "alpha", id }, { verb({ "resolve", id, "--json", "--no-builtin" }).json().id, verb({ "resolve", id, "--json", "--no-builtin" }).json().from })
      local request = verb { "request", id, "--no-builtin" }
      assert.equal(0, request.status, request.err)
      assert.truthy(request.out:find('"model":"alpha"', 1, true), request.out)
      assert.equal(mocks.url "oak" .. "/v1/chat/completions", verb({ "request", id, "--json", "--no-builtin" }).json().url)
    end
  end)

  it("is looked for only if no block defines it; resolving a defined one makes no requests", function ()
    local before = #mocks.requests "oak"
    assert.equal("beta\n", verb({ "resolve", "b", "--no-builtin" }).out)
    assert.equal(0, verb({ "request", "b", "--no-builtin" }).status)
    assert.equal(before, #mocks.requests "oak")
  end)

  it("causes the same error in all verbs if no listing has it either, with a next step that works", function ()
    for _, name in ipairs { "check", "explain", "resolve", "request" } do
      local result = verb { name, "alphaa", "--no-builtin" }
      assert.equal(name == "resolve" and 1 or 2, result.status, name)
      assert.truthy(result.err:find("no model has the id 'alphaa' (did you mean 'alpha'?)", 1, true), result.err)
      assert.truthy(result.err:find("what else the providers list (roster models --all, roster diff)", 1, true), result.err)
    end
  end)

  it("reports without a key that its provider was not checked", function ()
    local result = verb({ "resolve", "alpha", "--no-builtin" }, {})
    assert.equal(1, result.status)
    assert.truthy(result.err:find("no model has the id 'alpha'", 1, true), result.err)
  end)
end)

describe("A provider whose key is set and of which no model is known", function ()
  local function scene(fields, list)
    return support.scene({ { "cherry", protocol = "openai-chat", models = {}, fields = fields, server = { protocol = "none", routes = { list } } },
      { "idle", protocol = "openai-chat", key = false, models = { "idle-1" } } })
  end
  local LIST = { path = "/v1/models", status = 200, body = { data = { { id = "tart", type = "chat" } } } }

  it("is named with the line to write, without the advice to set a key", function ()
    local it_is = scene("", LIST)
    local document = it_is.models()
    assert.equal("no_models", document.empty_reason)
    assert.equal('CHERRY_API_KEY is set, but no model of The cherry is defined: write provider "cherry" { discover = true }, or a model block', document.empty_hint)
    for _, words in ipairs { { "models" }, { "models", "--all" }, { "check" }, { "check", "cherry" } } do
      local result = it_is.run(words)
      local said = (result.out .. result.err):gsub("%s+", " ")
      assert.equal(1, result.status)
      assert.truthy(said:find(document.empty_hint, 1, true), said)
      assert.is_nil(said:find("set a provider's key", 1, true))
    end
  end)

  it("is named together with ready models of others, and in the document of providers", function ()
    local it_is = support.scene { { "cherry", protocol = "openai-chat", models = {} },
      { "acme", protocol = "openai-chat", fields = 'list_proves = "access",', models = { "acme-1" } } }
    local result = it_is.run { "models" }
    assert.equal(0, result.status)
    assert.truthy(result.out:gsub("%s+", " "):find("CHERRY_API_KEY is set, but no model of The cherry is defined", 1, true), result.out)
    assert.truthy(it_is.run({ "models", "--offline" }).out:find("CHERRY_API_KEY is set", 1, true))
    local hints = {}
    for _, provider in ipairs(it_is.run({ "providers", "--json" }).json().providers) do hints[provider.id] = provider.hint end
    assert.truthy(hints.cherry:find("discover = true", 1, true))
    assert.equal("", hints.acme)
  end)

  it("offers its models once that line is written", function ()
    assert.same({ "tart" }, support.ids(scene('discover = true, list_proves = "access",', LIST).models().models))
  end)

  it("gets the listing's fault reported if that line is there already", function ()
    local document = scene("discover = true,", { path = "/v1/models", status = 401, body = { error = { message = "no" } } }).models()
    assert.truthy(document.empty_hint:find("^The cherry gave no listing: GET http://%S+/v1/models returned 401 %(bad_credential%)$"), document.empty_hint)
    document = scene('discover = true, list_proves = "access", discover_deny = { "*" },', LIST).models()
    assert.equal("The cherry lists no model that can be offered: see whether a rule, discover_allow or discover_deny excludes them", document.empty_hint)
  end)

  it("is not named if it is off, if its key is unset, or if it needs none", function ()
    local text = [[provider "off" { protocol = "openai-chat", base_url = "http://127.0.0.1:1", credential = secret "A_KEY", enabled = false }
      provider "unset" { protocol = "openai-chat", base_url = "http://127.0.0.1:1", credential = secret "B_KEY" }
      provider "mine" { protocol = "openai-chat", base_url = "http://127.0.0.1:1" }
      model "m" { provider = "unset" }]]
    local document = support.models({ config = { ["x.lua"] = text }, env = { A_KEY = "k-0123456789abcdef" } }, "--no-builtin")
    assert.equal("no_credential", document.empty_reason)
    assert.truthy(document.empty_hint:find("set a provider's key", 1, true))
  end)

  it("gets the advice to set its key if none is set and nothing else defines a model", function ()
    local text = 'provider "plum" { title = "Plum", protocol = "openai-chat", base_url = "http://127.0.0.1:1", credential = secret "PLUM_API_KEY", discover = true }'
    local document = support.models({ config = { ["x.lua"] = text } }, "--no-builtin")
    assert.same({ "no_models", "set the key of a provider that discovers its models; each provider names its own variable" },
      { document.empty_reason, document.empty_hint })
  end)
end)
