-- reroute: a name that its provider answers with another model (`answered_by`). It is listed and looked up as if it were there, so only the
-- definitions, or a billed answer, can tell.
local cjson = require "cjson"
local support = require "support.roster"

local NEVER, LONG_AGO = "2999-01-01", "2020-01-01"
local DEEP = { "check", "stale", "--deep", "--json", "--no-builtin" }

local function ok(path, body, method) return { path = path, method = method, status = 200, body = body } end

--- A provider whose listing has "old" and "new", both looked up with success; a billed request for either is answered by `by`.
local function oak(fields, words, by, env)
  local routes = { ok("/v1/models", { data = { { id = "old", type = "chat" }, { id = "new", type = "chat" } } }),
    ok("/v1/chat/completions", { model = by or "old", choices = { {} } }, "POST") }
  local mocks = support.mock_servers { { name = "oak", protocol = "none", routes = routes } }
  local text = ([[provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY", list_proves = "access", discover = true }
    model "fresh" { provider = "oak", api_name = "new" }
    model "stale" { provider = "oak", api_name = "old", %s }
    ]]):format(mocks.url "oak", fields)
  local result = support.roster(words or { "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = env or { OAK_KEY = "k" } })
  mocks.stop()
  return result, mocks
end

local function entry(...) return support.entry(oak(...).json(), "stale") end

teardown(support.stop_all)

it("An answer that names the key as its model is shown without it, and with nothing else in its place", function ()
  local key = "abcdefghijklmno"
  local result = oak("", DEEP, key:rep(10, " "), { OAK_KEY = key })
  assert.equal(("[redacted]"):rep(10, " "), support.entry(result.json(), "stale").served)
end)

describe("A model that its provider answers with another", function ()
  it("is not offered as itself, and the hint names the other", function ()
    local document = oak('answered_by = "fresh"').json()
    local stale = support.entry(document, "stale")
    assert.same({ "fresh" }, support.ids(document.models))
    assert.same({ "not_listed", "config", "served_by_other", "provider" }, { stale.state, stale.stage, stale.reason_code, stale.blame })
    assert.equal("Oak serves fresh for old", stale.reason)
    assert.equal("use fresh", stale.hint)
    assert.equal("fresh", stale.answered_by)
  end)

  it("is not offered from its day on, and the reason names the day", function ()
    local stale = entry(('answered_by = "fresh", retires = "%s"'):format(LONG_AGO))
    assert.same({ "not_listed", "since 2020-01-01, Oak serves fresh for old" }, { stale.state, stale.reason })
  end)

  it("is offered until its day, with a warning from sixty days ahead", function ()
    local far = entry(('answered_by = "fresh", retires = "%s"'):format(NEVER))
    assert.same({ "ready", nil, "fresh" }, { far.state, far.warning, far.answered_by })
    local day = os.date("!%Y-%m-%d", os.time() + 20 * 86400)
    local near = entry(('answered_by = "fresh", retires = "%s"'):format(day))
    assert.equal("ready", near.state)
    assert.truthy(near.warning:find("^from " .. day:gsub("%-", "%%-") .. " on, in %d+ days, its name is answered by fresh$"), near.warning)
  end)

  it("is not discovered under its name either", function ()
    local document = oak('answered_by = "fresh"', { "models", "--json", "--no-builtin", "--all" }).json()
    for _, model in ipairs(document.models) do assert.not_equal("old", model.api_name) end
  end)

  it("has the replacement that its block names in the hint, if that is a third one", function ()
    assert.equal("use third", entry('answered_by = "fresh", replacement = "third" } model "third" { provider = "oak", enabled = false').hint)
  end)

  it("reports the missing key first", function ()
    local stale = entry('answered_by = "fresh"', nil, nil, {})
    assert.equal("no_credential", stale.state)
  end)

  it("is never asked for by a billed request", function ()
    local result, mocks = oak('answered_by = "fresh"', { "check", "stale", "--deep", "--no-builtin" })
    assert.equal(1, result.status)
    assert.truthy(result.out:find("Oak serves fresh for old", 1, true), result.out)
    for _, request in ipairs(mocks.requests "oak") do assert.not_equal("POST", request.method) end
  end)

  it("is no longer offered before its day if a billed answer already names the other", function ()
    local stale = entry(('answered_by = "fresh", retires = "%s"'):format(NEVER), DEEP, "new-2026-11-01")
    assert.same({ "not_listed", "generate", "served_by_other", "new-2026-11-01" }, { stale.state, stale.stage, stale.reason_code, stale.served })
    assert.equal("use fresh", stale.hint)
  end)

  it("stays what it is if a billed answer names a third one: that is a warning", function ()
    local stale = entry(('answered_by = "fresh", retires = "%s"'):format(NEVER), DEEP, "other")
    assert.same({ "ready", "served_by_other", "other" }, { stale.state, stale.reason_code, stale.served })
  end)

  it("is neither new nor gone in a comparison with the listing", function ()
    local result = oak('answered_by = "fresh"', { "diff", "--no-builtin" })
    assert.same({ 0, "Nothing differs.\n" }, { result.status, result.out })
  end)

  it("has its reason and its answerer in what explain prints", function ()
    local out = oak('answered_by = "fresh"', { "explain", "stale", "--no-builtin" }).out
    assert.truthy(out:find("answered by fresh", 1, true), out)
    assert.truthy(out:find("Oak serves fresh for old", 1, true), out)
  end)
end)

describe("answered_by", function ()
  local function found(fields) return support.lint({ ["x.lua"] = 'provider "oak" { protocol = "openai-chat", base_url = "https://oak.example", credential = secret "OAK_KEY" }\n' ..
    'model "fresh" { provider = "oak" } model "stale" { provider = "oak", ' .. fields .. " }" }, { "--no-builtin" })[1] end

  it("names a model of the definitions, which is not the model itself", function ()
    assert.equal("x.lua:2: model 'stale': answered_by names unknown model 'frash' (did you mean 'fresh'?)", found 'answered_by = "frash"')
    assert.equal("x.lua:2: model 'stale': answered_by names itself", found 'answered_by = "stale"')
    assert.is_nil(found 'answered_by = "fresh"')
  end)

  it("is null of a model that answers for itself", function ()
    assert.equal(cjson.null, support.entry(oak('answered_by = "fresh"').json(), "fresh").answered_by)
  end)

  it("is shipped for the names that Gemini answers with another model", function ()
    local function shipped(amended)
      local routes = { ok("/v1beta/models", { models = {} }) }
      for _, name in ipairs { "gemini-3.8-flash", "gemini-3.7-flash", "gemini-2.5-pro" } do
        local item = { name = "models/" .. name, supportedGenerationMethods = { "generateContent" } }
        table.insert(routes[1].body.models, item)
        routes[#routes + 1] = ok("/v1beta/models/" .. name, item)
      end
      local mocks = support.mock_servers { { name = "gemini", protocol = "none", routes = routes } }
      local document = support.models { env = { GEMINI_API_KEY = "AIzaSyA1234567890123456789012345678901" },
        config = { ["x.lua"] = ('provider "gemini" { base_url = "%s", discover = true } model "gemini-2.5-pro" { retires = "%s" }'):format(mocks.url "gemini", amended) } }
      mocks.stop()
      return support.ids(document.models), document
    end
    assert.same({ "gemini-3.8-flash", "gemini-2.5-pro" }, (shipped(NEVER)))
    local ids, document = shipped(LONG_AGO)
    assert.same({ "gemini-3.8-flash" }, ids)
    for _, id in ipairs { "gemini-3.7-flash", "gemini-2.5-pro" } do
      local gone = support.entry(document, id)
      assert.same({ "not_listed", "served_by_other", "use gemini-3.8-flash" }, { gone.state, gone.reason_code, gone.hint })
    end
  end)
end)
