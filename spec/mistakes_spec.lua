-- mistakes: a function of the definitions that fails while providers are asked. What it was asked about is not offered, it is reported once
-- at its own line with the number of models, and the provider is not to blame.
local support = require "support.roster"

local KEY = "sk-0123456789abcdef"
local mocks

local LISTED = { "known", "new-a", "new-b", "new-c" }

setup(function ()
  mocks = support.mock_servers {
    { name = "acme", protocol = "openai", keys = { KEY }, models = LISTED },
    { name = "open", protocol = "openai", models = LISTED },
    { name = "elm", protocol = "openai", keys = { KEY }, models = { "new-a", "elm-1" } },
  }
end)

teardown(support.stop_all)

local function provider(fields, name)
  return ('provider "%s" { protocol = "openai-chat", base_url = "%s", credential = secret "ACME_KEY", list_proves = "access", %s }\n')
    :format(name or "acme", mocks.url(name or "acme"), fields or "")
end

--- Runs a verb; gives its result, the folder, and its findings on the standard error, with file names instead of paths.
local function run(text, words, env)
  local config = support.config { ["a.lua"] = text }
  words = words or { "check", "--json", "--no-builtin" }
  env = env or {}
  env.ACME_KEY = KEY
  local result = support.roster(words, { config = config, env = env })
  local said = {}
  for line in support.printed(result.err):gmatch "[^\n]+" do said[#said + 1] = (line:gsub((config .. "/"):gsub("%p", "%%%0"), "")) end
  return result, said
end

local function offered(result)
  local list = {}
  for _, model in ipairs(result.json().models) do list[#list + 1] = model.id end
  table.sort(list)
  return list
end

describe("A rule that raises on a model of a block", function ()
  it("is one finding at the line that failed, with the number of models and the first of them", function ()
    local text = provider() .. '\nrule "dear" (function (model)\n  if model.price.input > 3 then return refuse "too dear" end\nend)\n'
    for i = 1, 5 do text = text .. ('model "m%d" { provider = "acme" }\n'):format(i) end
    local found = support.lint({ ["a.lua"] = text }, { "--no-builtin" })
    assert.equal(1, #found)
    assert.truthy(found[1]:find("^a%.lua:4: rule 'dear' failed for 5 models, first for model 'm1': attempt to index a nil value %(field 'price'%): "
      .. "it is nil where it is not known: write model%.price and model%.price%.%.%.$"), found[1])
  end)

  it("is one finding for each rule", function ()
    local found = support.lint({ ["a.lua"] = provider() .. 'model "one" { provider = "acme" } model "two" { provider = "acme" }\n' ..
      'rule "a" (function (model) if model.id == "one" then error "boom" end end)\nrule "b" (function () return 5 end)' }, { "--no-builtin" })
    assert.equal(2, #found)
    assert.truthy(found[1]:find("a.lua:3: rule 'a' failed for model 'one': ", 1, true), found[1])
    assert.truthy(found[2]:find("a.lua:4: rule 'b' failed for model 'two': returned the number 5", 1, true), found[2])
  end)
end)

describe("A rule that raises on a discovered model", function ()
  local TEXT = 'model "known" { provider = "acme", price = { input = 1 } }\n' ..
    '-- nothing dearer than three dollars\nrule "dear" (function (model)\n  if model.price.input > 3 then return refuse "too dear" end\nend)\n'

  it("offers none of those, keeps the others, and is reported once at its line", function ()
    local result, said = run(provider "discover = true," .. TEXT)
    assert.same({ "known" }, offered(result))
    assert.equal(1, #said, result.err)
    assert.truthy(said[1]:find("a.lua:5: warning: rule 'dear' failed for 3 models, first for model 'new-a': attempt to index a nil value", 1, true), said[1])
  end)

  it("offers none even if a definition offers what cannot be proved", function ()
    assert.same({ "known" }, offered((run(provider 'discover = true, unproven = "offer",' .. TEXT))))
  end)

  it("that raises for the provider itself offers none of its models", function ()
    local result, said = run(provider "discover = true," .. 'rule "all" (function (model) return model.nope end)')
    assert.same({}, offered(result))
    assert.equal(1, #said, result.err)
    assert.truthy(said[1]:find("a.lua:2: warning: rule 'all' failed for ", 1, true), said[1])
  end)
end)

-- Where a function of a protocol can fail, and the line it then stands at.
local FUNCTIONS = {
  { "read_list", "read_list of protocol 'odd'", [[list = get "/models", read_list = function (body) for _, m in ipairs(body.dta) do return { m } end end,]] },
  { "read_list (with its result)", "read_list of protocol 'odd'", [[list = get "/models", read_list = function () return { "known" } end,]] },
  { "read_list (with its next page)", "read_list of protocol 'odd'", [[list = get "/models", read_list = function () return {}, get "models" end,]] },
  { "verdict", "verdict of protocol 'odd'", [[prove = { get "/models/known" }, verdict = function (r) return r.nothing.at.all end,]] },
  { "verdict (with its word)", "verdict of protocol 'odd'", [[prove = { get "/models/known" }, verdict = function () return "redy" end,]] },
  { "verdict (of a listing)", "verdict of protocol 'odd'", [[list = get "/models", read_list = function () return {} end, verdict = function () return 7 end,]] },
  { "prove", "prove of protocol 'odd'", [[prove = { function (model) return get("/models/" .. model.nmae) end },]] },
  { "prove (with its result)", "prove of protocol 'odd'", [[prove = { function (model) return "/models/" .. model.id end },]] },
  { "read_model", "read_model of protocol 'odd'", [[prove = { get "/models/known" }, read_model = function (body) return body.nope.at.all end,]] },
  { "served", "served of protocol 'odd'", [[prove = { get "/models/known" }, generate = function () return get "/models/known" end, served = function () error "boom" end,]],
    "--deep" },
  { "generate", "generate of protocol 'odd'", [[generate = function (model) error { } end,]], "--deep" },
}

describe("A function of a protocol that fails", function ()
  for _, case in ipairs(FUNCTIONS) do
    local text = ('\nprotocol "odd" { prefix = "/v1", chat_path = "/chat/completions", auth = bearer,\n  %s }\n'):format(case[3])

    for _, policy in ipairs { "refuse", "offer", "generate" } do
      it(("in %s offers no model with unproven = %q, blames the definitions and bills nothing"):format(case[1], policy), function ()
        local fields = ('protocol = "odd", unproven = "%s",'):format(policy)
        local before = #mocks.requests "acme"
        local result, said = run(text .. provider(fields):gsub('protocol = "openai%-chat", ', "") .. 'model "known" { provider = "acme" } model "new-a" { provider = "acme" }',
          { "check", "--json", "--no-builtin", case[4] })
        local document = result.json()
        assert.same({}, offered(result))
        for _, id in ipairs { "known", "new-a" } do
          local entry = support.entry(document, id)
          assert.same({ "disabled", "script_failed", "definitions" }, { entry.state, entry.reason_code, entry.blame })
          assert.truthy(entry.reason:find(case[2], 1, true), entry.reason)
          assert.falsy((entry.reason .. entry.hint):find("free way", 1, true) or entry.hint:find("billed", 1, true), entry.hint)
        end
        assert.equal(1, #said, result.err)
        assert.truthy(said[1]:find(("a.lua:3: warning: %s failed for 2 models, first for model 'known': "):format(case[2]), 1, true), said[1])
        local all = mocks.requests "acme"
        for i = before + 1, #all do assert.equal("GET", all[i].method) end
      end)
    end
  end

  it("about a made-up key offers no model, and proves nothing about the host", function ()
    for fields, what in pairs {
      ['prove = { get "/models/known" }, verdict = function (r) if r.status == 401 then error "boom" end end,'] = "verdict",
      ['list = get "/models", list_proves = "access", read_list = function () return { { name = "known" } } end,' ..
        'verdict = function (r) if r.status ~= 200 then error "boom" end end,'] = "verdict",
      ['prove = { get "/models/known" }, without_prompt = function () error "boom" end,'] = "without_prompt",
    } do
      local server = what == "verdict" and "acme" or "open"
      local text = ('\nprotocol "odd" { prefix = "/v1", chat_path = "/chat", auth = bearer, %s }\n'):format(fields)
      local result, said = run(text .. ([[provider "p" { protocol = "odd", base_url = "https://p.test", override = "%s", credential = secret "ACME_KEY", unproven = "offer" }
        model "known" { provider = "p" }]]):format(mocks.url(server)))
      assert.same({}, offered(result), fields)
      local entry = support.entry(result.json(), "known")
      assert.same({ "disabled", "script_failed", "definitions" }, { entry.state, entry.reason_code, entry.blame })
      assert.equal(1, #said, result.err)
      assert.truthy(said[1]:find(("a.lua:2: warning: %s of protocol 'odd' failed for model 'known': boom"):format(what), 1, true), said[1])
    end
  end)

  it("is named with the line that failed, also where Lua itself gives none", function ()
    local _, said = run('\nprotocol "odd" { chat_path = "/chat", auth = bearer, list = get "/v1/models",\n  read_list = function (body)\n' ..
      "    for _ in ipairs(body.dta) do end\n  end }\n" .. provider():gsub("openai%-chat", "odd") .. 'model "known" { provider = "acme" }')
    assert.same({ "a.lua:4: warning: read_list of protocol 'odd' failed for model 'known': attempt to index a nil value" }, said)
  end)

  it("makes its models count as configured, and the next step is to correct it", function ()
    local text = 'protocol "odd" { chat_path = "/chat", auth = bearer, prove = { get "/v1/models/known" }, verdict = function () return "redy" end }\n' ..
      provider():gsub("openai%-chat", "odd") .. 'model "known" { provider = "acme" }'
    local result = run(text, { "check", "--no-builtin" })
    assert.equal(1, result.status)
    assert.truthy(result.out:find("known  disabled  prove", 1, true), result.out)
    assert.falsy(result.out:find("ANTHROPIC_API_KEY", 1, true), result.out)
    local document = run(text).json()
    assert.same({ true, "disabled" }, { document.llm_configured, document.empty_reason })
  end)

  it("in verdict with an unknown word gets a suggestion", function ()
    local result = run('protocol "odd" { chat_path = "/chat", auth = bearer, prove = { get "/v1/models/known" }, verdict = function () return "redy" end }\n' ..
      provider():gsub("openai%-chat", "odd") .. 'model "known" { provider = "acme" }')
    assert.truthy(support.entry(result.json(), "known").reason:find("'redy', which is not a state (did you mean 'ready'?)", 1, true), result.out)
  end)

  it("in verdict with a state that no response decides is distinguished from an unknown word", function ()
    for _, word in ipairs { "pending", "disabled", "no_credential" } do
      local result = run(('protocol "odd" { chat_path = "/chat", auth = bearer, prove = { get "/v1/models/known" }, verdict = function () return "%s" end }\n'):format(word) ..
        provider():gsub("openai%-chat", "odd") .. 'model "known" { provider = "acme" }')
      assert.truthy(support.entry(result.json(), "known").reason:find(("it returned '%s', a state that no response can decide"):format(word), 1, true), result.out)
    end
  end)

  it("costs its own models only", function ()
    local result = run('protocol "odd" { chat_path = "/chat", auth = bearer, prove = { get "/v1/models/known" }, verdict = function () error "boom" end }\n' ..
      provider():gsub("openai%-chat", "odd") .. 'model "known" { provider = "acme" }' .. provider("", "elm") .. 'model "elm-1" { provider = "elm" }')
    assert.same({ "elm-1" }, offered(result))
  end)
end)

describe("A discover function that fails", function ()
  it("leaves out what it was asked about, and is reported once at its line", function ()
    local result, said = run(provider("\ndiscover = function (entry) if entry.name ~= 'new-b' then return entry.context_window > 5 end return { kind = 'chat' } end,"))
    assert.same({ "new-b" }, offered(result))
    assert.equal(1, #said, result.err)
    assert.truthy(said[1]:find("a.lua:2: warning: discover of provider 'acme' failed for 3 models, first for model 'known': attempt to compare", 1, true), said[1])
  end)
end)

describe("What fails in a refresh", function ()
  it("is reported completely by the command however long it is, since lint makes no requests and cannot find it", function ()
    local text = ""
    for i = 1, 5 do
      text = text .. ('provider "p%d" { protocol = "openai-chat", base_url = "%s", credential = secret "ACME_KEY", discover = function () error "boom" end }\n')
        :format(i, mocks.url "acme")
    end
    local result, said = run(text)
    assert.equal(5, #said, result.err)
    for i = 1, 5 do assert.truthy(result.err:find(("discover of provider 'p%d' failed for 4 models"):format(i), 1, true), result.err) end
    assert.falsy(result.err:find("see roster lint", 1, true))
  end)
end)

describe("A rule about a provider that only discovers", function ()
  local function asked(words)
    local before = #mocks.requests "elm"
    local result, said = run(provider("discover = function () return { kind = 'chat' } end,", "elm") .. ('rule "policy" (function (model, host) %s end)\n'):format(words))
    return #mocks.requests "elm" - before, offered(result), said
  end

  it("that refuses the provider keeps it from being asked at all", function ()
    for _, words in ipairs { 'if model.provider.id == "elm" then return refuse "not with them" end', 'return refuse "nobody"',
      'if not host.gateway_for(model.provider) then return refuse "only by the gateway" end' } do
      local requests, models = asked(words)
      assert.same({ 0, {} }, { requests, models }, words)
    end
  end)

  it("that refuses because of a model's fields does not prevent the listing from being read", function ()
    local requests, models = asked 'if model.api_name ~= "elm-1" then return refuse "only that one" end'
    assert.same({ true, { "elm-1" } }, { requests > 0, models })
  end)

  it("that fails before it looks at the model keeps the provider from being asked, and is reported once", function ()
    local requests, models, said = asked 'if model.provider.has_credential.x then return end'
    assert.same({ 0, {}, 1 }, { requests, models, #said })
    assert.truthy(said[1]:find("rule 'policy' failed for the listing of provider 'elm': ", 1, true), said[1])
  end)
end)

describe("A rule sees the id of a discovered model", function ()
  local CHATS = "discover = function () return { kind = 'chat' } end,"
  local function rule(words) return ('rule "policy" (function (model) %s end)\n'):format(words) end

  it("that every output has", function ()
    local text = provider(CHATS)
    assert.same({ "known", "new-b", "new-c" }, offered((run(text .. rule 'if model.id == "new-a" then return refuse "not that one" end'))))
    assert.same({ "new-a" }, offered((run(text .. rule 'if model.id ~= "new-a" then return refuse "only that one" end'))))
  end)

  it("with its provider in front if several list it", function ()
    local text = provider(CHATS) .. provider(CHATS, "elm")
    assert.same({ "acme/new-a", "elm-1", "elm/new-a", "known", "new-b", "new-c" }, offered((run(text))))
    assert.same({ "elm-1", "elm/new-a", "known", "new-b", "new-c" }, offered((run(text .. rule 'if model.id == "acme/new-a" then return refuse "no" end'))))
    assert.same({ "elm/new-a" }, offered((run(text .. rule 'if model.id ~= "elm/new-a" then return refuse "no" end'))))
  end)

  it("also where a block has the bare one", function ()
    local text = provider(CHATS) .. provider("", "elm") .. 'model "new-a" { provider = "elm" }\n'
    assert.same({ "known", "new-a", "new-b", "new-c" }, offered((run(text .. rule 'if model.id == "acme/new-a" then return refuse "no" end'))))
  end)
end)
