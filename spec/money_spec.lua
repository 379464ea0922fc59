-- What billed proofs cost: whom they are sent for, how long they hold, what bounds them, and where that is told. #module
local cjson = require "cjson"
local roster = require "roster"
local serving = require "support.serving"
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local names = {}
for i = 1, 12 do names[i] = ("m%02d"):format(i) end

--- A gateway that adds keys and serves nothing but requests to generate, in front of 12 models of one provider.
-- fields: of models by id; more: other definitions; part: of the mount.
local function definitions(url, fields, more)
  local lines = {
    'provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "http://127.0.0.1:9", credential = secret "ACME_API_KEY" }',
    ('gateway "door" { base_url = "%s", path = "/{provider}", credentials = "injected", unproven = "generate" }'):format(url),
  }
  for _, id in ipairs(names) do lines[#lines + 1] = ('model "%s" { provider = "acme", %s }'):format(id, (fields or {})[id] or "") end
  lines[#lines + 1] = more
  return table.concat(lines, "\n")
end

local recommended = { m03 = "recommended = true", m04 = "recommended = true", m05 = "recommended = true" }

local function door(part, routes)
  local mount = { name = "acme", protocol = "openai", prefix = "/acme", models = names, serves = { "generate" } }
  for name, value in pairs(part or {}) do mount[name] = value end
  local mocks = support.mock_servers { { name = "door", protocol = "none", mounts = { mount }, routes = routes } }
  local here = { url = mocks.url "door", mocks = mocks, clear = mocks.clear }

  --- The models that a billed request was sent for, in order.
  function here.billed()
    local list = {}
    for _, request in ipairs(mocks.requests "door") do
      if request.method == "POST" then list[#list + 1] = cjson.decode(request.body).model end
    end
    table.sort(list)
    return list
  end

  --- A registry on these definitions; options as of roster.open.
  function here.open(fields, more, options)
    local given = { builtin = false, config = "", environment = {}, definitions = { ["a.lua"] = definitions(here.url, fields, more) } }
    for name, value in pairs(options or {}) do given[name] = value end
    return assert(roster.open(given))
  end

  return here
end

local function codes(snapshot)
  local list = {}
  for model in snapshot:all() do list[model.id] = model.usable and "ready" or model.reason_code end
  return list
end

local function cache_of(path) return cjson.decode(support.read(path)) end

--- As text: cjson would round the salt.
local function change_cache(path, pattern, change) support.write(path, (support.read(path):gsub(pattern, change))) end

local function age_proofs(path, by) change_cache(path, '"at_ms":(%d+)', function (ms) return ('"at_ms":%d'):format(ms - by) end) end

local function forget_proofs(path) change_cache(path, '"proofs":%[.-%]', '"proofs":[]') end

local DAY_MS = 24 * 3600 * 1000

teardown(function ()
  serving.stop_all()
  support.stop_all()
end)

describe("A billed proof #module", function ()
  it("is asked for what is recommended, and of the others it is said how to ask", function ()
    local here = door()
    local registry = here.open(recommended)
    assert(registry:refresh())
    assert.same({ "m03", "m04", "m05" }, here.billed())
    local snapshot = registry:snapshot()
    local other = snapshot:known "m01"
    assert.same({ "unproven", "not_billed" }, { other.state, other.reason_code })
    has(other.reason, "recommended, in use or checked by name")
    has(other.hint, "a refresh of m01 by name")
  end)

  it("is asked for the wanted default, for the first choice of a role and of the default list at each provider, and for nothing behind these", function ()
    local here = door()
    here.open(nil, 'default { wanted = "m09", "m08", "m07" }\nrole "cheap" { "m02", "m01" }'):refresh()
    assert.same({ "m02", "m08", "m09" }, here.billed())
  end)

  it("is asked for the best model by the needs of a role and of the default that have no list", function ()
    local here = door()
    local fields = { m01 = "tool_call = true, price = { input = 9 }", m02 = "tool_call = true, price = { input = 2 }", m03 = "price = { input = 1 }",
      m04 = 'tier = "fast", price = { input = 3 }', m05 = 'tier = "fast"', m06 = "tool_call = false, price = { input = 0 }" }
    here.open(fields, 'default { require = { tools = true } }\nrole "cheap" {}\nrole "mid" { require = { vision = true } }'):refresh()
    assert.same({ "m02", "m04" }, here.billed())
    here.clear()
    here.open(fields, 'role "cheap" { "m07", require = { tools = true } }'):refresh()
    assert.same({ "m07" }, here.billed(), "what stands behind a list is for when that has run dry")
  end)

  it("is asked for what a host notes as used, also by an alias, until long after", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    local registry = here.open({ m06 = 'aliases = { "six" }' }, nil, { cache_file = cache })
    assert(registry:refresh())
    assert.same({}, here.billed())
    assert.is_true(registry:note_used "six")
    assert(registry:refresh())
    assert.same({ "m06" }, here.billed())
    assert.equal("ready", codes(registry:snapshot()).m06)
    registry:close()
    forget_proofs(cache)
    here.open(nil, nil, { cache_file = cache }):refresh()
    assert.same({ "m06", "m06" }, here.billed())
    forget_proofs(cache)
    change_cache(cache, '"m06":(%d+)', function (ms) return ('"m06":%d'):format(ms - 8 * DAY_MS) end)
    here.open(nil, nil, { cache_file = cache }):refresh()
    assert.same({ "m06", "m06" }, here.billed())
  end)

  it("of an id that no model has cannot be noted as used", function ()
    local registry = door().open()
    local good, err = registry:note_used "m99"
    assert.same({ nil, "unknown" }, { good, err.code })
  end)

  it("is asked for what is named, whatever the budget, and for nothing else because of that", function ()
    local here = door()
    local registry = here.open(recommended, "validate { billed_per_day = 0 }")
    assert(registry:refresh { "m01" })
    assert.same({ "m01" }, here.billed())
    assert.equal("ready", codes(registry:snapshot()).m01)
    assert.equal(1, registry:snapshot():billed().today)
    assert.equal("billed_budget_spent", codes(registry:snapshot()).m03)
  end)

  it("is asked for nobody else at the level generate either", function ()
    local here = door()
    local registry = here.open(recommended, nil, { level = "generate" })
    assert(registry:refresh())
    assert(registry:refresh())
    assert.same({ "m03", "m04", "m05" }, here.billed())
  end)

  it("is sent once for two ids of the same thing", function ()
    local here = door()
    local registry = here.open({ m01 = 'recommended = true, api_name = "m03"', m03 = "recommended = true" })
    assert(registry:refresh())
    assert.same({ "m03" }, here.billed())
    assert.same({ "ready", "ready" }, { codes(registry:snapshot()).m01, codes(registry:snapshot()).m03 })
  end)

  it("is not asked again at the next refresh, nor in a day of them", function ()
    local here = door()
    local registry = here.open(recommended)
    for _ = 1, 96 do assert(registry:refresh()) end
    assert.equal(3, #here.billed())
    assert.equal(3, registry:snapshot():billed().today)
    assert.equal(3, registry:snapshot():count())
  end)

  it("is not asked again after a restart with the same cache file", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    here.open(recommended, nil, { cache_file = cache }):refresh()
    here.clear()
    local registry = here.open(recommended, nil, { cache_file = cache })
    assert(registry:refresh())
    assert.same({}, here.billed())
    local model = registry:snapshot():find "m03"
    assert.same({ "ready", "generate", false }, { model.state, model.stage, model.stale or false })
    assert.equal(3, registry:snapshot():billed().today)
  end)

  it("of three days ago has that time, and after the time that it holds it is asked again", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    here.open(recommended, nil, { cache_file = cache }):refresh()
    here.clear()
    age_proofs(cache, 3 * DAY_MS - 3600 * 1000)
    local times = {}
    for _, proof in ipairs(cache_of(cache).billed.proofs) do times[os.date("!%Y-%m-%dT%H:%M:%SZ", proof.at_ms // 1000)] = true end
    local registry = here.open(recommended, nil, { cache_file = cache })
    assert(registry:refresh())
    assert.same({}, here.billed())
    assert.is_true(times[registry:snapshot():find("m03").checked_at])
    registry:close()
    age_proofs(cache, 2 * 3600 * 1000)
    here.open(recommended, nil, { cache_file = cache }):refresh()
    assert.equal(3, #here.billed())
  end)

  it("that bears a later time than now, as after the clock was set back, is paid for once and not at each refresh", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    here.open(recommended, nil, { cache_file = cache }):refresh()
    age_proofs(cache, -10 * DAY_MS)
    here.clear()
    local registry = here.open(recommended, nil, { cache_file = cache })
    assert(registry:refresh())
    assert.equal(3, #here.billed())
    assert(registry:refresh())
    registry:close()
    here.open(recommended, nil, { cache_file = cache }):refresh()
    assert.equal(3, #here.billed())
  end)

  local only = { m03 = "recommended = true" }
  local changes = {
    ["another address"] = function (url) return definitions(url .. "/x", only) end,
    ["another wire name"] = function (url) return definitions(url, { m03 = 'recommended = true, api_name = "m04"' }) end,
    ["another key"] = function (url) return definitions(url, only), { ACME_API_KEY = "sk-another-0123456789" } end,
  }
  for what, change in pairs(changes) do
    it("is asked again of " .. what, function ()
      local here, cache = door(), support.folder() .. "/cache.json"
      here.open(only, nil, { cache_file = cache }):refresh()
      here.clear()
      local text, environment = change(here.url)
      here.open(nil, nil, { cache_file = cache, definitions = { ["a.lua"] = text }, environment = environment }):refresh()
      assert.equal(1, #here.billed())
    end)
  end

  for _, status in ipairs { 401, 403, 404 } do
    it(("of the model that a host reports as %d is asked again, and no other"):format(status), function ()
      local here = door()
      local registry = here.open(recommended)
      assert(registry:refresh())
      here.clear()
      registry:report(registry:snapshot():find "m04", status)
      assert(registry:refresh())
      assert.same({ "m04" }, here.billed())
    end)
  end

  it("of more than a day ago outlives an outage that begins now, also over a restart", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    here.open(recommended, nil, { cache_file = cache }):refresh()
    age_proofs(cache, 2 * DAY_MS)
    change_cache(cache, '"checked_ms":(%d+)', function (ms) return ('"checked_ms":%d'):format(ms - 2 * DAY_MS) end)
    here.mocks.stop()
    local registry = here.open(recommended, nil, { cache_file = cache })
    assert.equal(3, registry:snapshot():count())
    assert(registry:refresh())
    local model = registry:snapshot():find "m03"
    assert.same({ "ready", true, "connect_failed" }, { model.state, model.stale, model.reason_code })
  end)

  it("ends when the key is lost", function ()
    local here, cache, folder = door(), support.folder() .. "/cache.json", support.folder()
    local function settings() return { cache_file = cache, environment = { ACME_API_KEY_FILE = folder .. "/key" } } end
    local text = definitions(here.url, { m03 = "recommended = true" }):gsub('credentials = "injected", ', "")
    local options = settings()
    options.definitions = { ["a.lua"] = text }
    support.write(folder .. "/key", "sk-acme-0123456789abcdef")
    local registry = here.open(nil, nil, options)
    assert(registry:refresh())
    os.remove(folder .. "/key")
    options.environment = {}
    local without = here.open(nil, nil, options)
    assert(without:refresh())
    assert.is_nil(without:snapshot():find "m03")
    options.environment = settings().environment
    support.write(folder .. "/key", "sk-acme-0123456789abcdef")
    assert(here.open(nil, nil, options):refresh())
    assert.same({ "m03", "m03" }, here.billed())
  end)

  it("has no key in the cache file", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    here.open(recommended, nil, { cache_file = cache, environment = { ACME_API_KEY = "sk-secret-0123456789" } }):refresh()
    assert.equal(3, #here.billed())
    assert.is_nil(support.read(cache):find("secret", 1, true))
  end)
end)

describe("The budget of a day #module", function ()
  local many = {}
  for i, id in ipairs(names) do many[id] = i <= 8 and "recommended = true" or nil end

  it("is spent on the wanted default first, then on what is in use, then on what is recommended", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    local registry = here.open(many, 'default { wanted = "m12" }\nvalidate { billed_per_day = 3 }', { cache_file = cache })
    registry:note_used "m11"
    assert(registry:refresh())
    assert.equal(3, #here.billed())
    assert.same({ "m11", "m12" }, { here.billed()[2], here.billed()[3] })
    local left = registry:snapshot():known(here.billed()[1] == "m08" and "m07" or "m08")
    assert.same({ "unproven", "billed_budget_spent" }, { left.state, left.reason_code })
    has(left.reason, "today's 3 billed requests are spent")
    for _, part in ipairs { "billed_per_day", "a refresh of " .. left.id, "wait until 20" } do has(left.hint, part) end
  end)

  it("of zero states that it allows none, and not that waiting helps", function ()
    local registry = door().open(recommended, "validate { billed_per_day = 0 }")
    assert(registry:refresh())
    local model = registry:snapshot():known "m03"
    assert.equal("billed_budget_spent", model.reason_code)
    has(model.reason, "validate { billed_per_day = 0 } allows none")
    has(model.hint, "raise validate { billed_per_day = ... }; ")
    has(model.hint, "a refresh of m03 by name")
    assert.is_nil(model.hint:find("wait", 1, true))
  end)

  it("is 50 by default", function ()
    assert.same({ today = 0, per_day = 50, since = os.date "!%Y-%m-%dT00:00:00Z" }, door().open():snapshot():billed())
  end)

  it("bounds a day of refreshes of which each would have to pay again", function ()
    local here = door()
    local registry = here.open(recommended, "validate { billed_per_day = 10, billed_holds = 0 }")
    for _ = 1, 96 do assert(registry:refresh()) end
    assert.equal(10, #here.billed())
  end)

  it("counts what fails, and what a process before this one has sent", function ()
    local here, cache = door { serves = {} }, support.folder() .. "/cache.json"
    for _ = 1, 5 do here.open(recommended, "validate { billed_per_day = 8 }", { cache_file = cache }):refresh() end
    local registry = here.open(recommended, "validate { billed_per_day = 8 }", { cache_file = cache })
    assert(registry:refresh())
    assert.equal(8, #here.billed())
    assert.equal(8, registry:snapshot():billed().today)
  end)

  it("is written down before anything is sent, so that a process that dies does not spend it twice", function ()
    local here, folder = door(nil, { { path = "/acme/v1/chat/completions", hang = true } }), support.folder()
    local config = support.config { ["a.lua"] = definitions(here.url, recommended) }
    local line = support.command_line({ "check", "--no-builtin", "--config", config }, { env = { XDG_CACHE_HOME = folder } })
    local pipe = io.popen("exec " .. line .. " >/dev/null 2>&1 & echo $!")
    local pid = pipe:read "l"
    pipe:close()
    support.eventually(function () return #here.billed() > 0 end)
    os.execute("kill -9 " .. pid)
    assert.equal(3, cache_of(folder .. "/roster/billed.json").billed.today)
  end)

  it("is new on the next day", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    here.open(recommended, "validate { billed_per_day = 2 }", { cache_file = cache }):refresh()
    change_cache(cache, '"day":(%d+)', function (day) return ('"day":%d'):format(day - 1) end)
    local registry = here.open(recommended, "validate { billed_per_day = 2 }", { cache_file = cache })
    assert(registry:refresh())
    assert.equal(3, #here.billed())
    assert.equal(1, registry:snapshot():billed().today)
  end)

  it("that comes later, as while the clock is set back, keeps its count and its proofs until it comes again", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    here.open({ m01 = "recommended = true", m02 = "recommended = true" }, nil, { cache_file = cache }):refresh()
    local day = cache_of(cache).billed.day
    change_cache(cache, '"day":(%d+)', function (number) return ('"day":%d'):format(number + 2) end)
    age_proofs(cache, -2 * DAY_MS)
    here.open({ m03 = "recommended = true" }, nil, { cache_file = cache }):refresh()
    local billed = cache_of(cache).billed
    assert.same({ day, 1, { [("%d"):format(day + 2)] = 2 }, 3 }, { billed.day, billed.today, billed.other_days, #billed.proofs })
  end)

  it("keeps a model whose proof is too old, and marks it as stale", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    here.open(recommended, nil, { cache_file = cache }):refresh()
    age_proofs(cache, 3 * DAY_MS + 1000)
    local registry = here.open(recommended, "validate { billed_per_day = 3 }", { cache_file = cache })
    assert(registry:refresh())
    local model = registry:snapshot():find "m03"
    assert.same({ "ready", true, "billed_budget_spent" }, { model.state, model.stale, model.reason_code })
  end)

  it("leaves it good also where a listing answers that proves nothing", function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", models = { "one" } } }
    local cache, text = support.folder() .. "/cache.json", [[
      provider "acme" { protocol = "openai-chat", base_url = "%s", credential = secret "ACME_API_KEY", list_proves = "names", prove = {}, unproven = "generate" }
      model "one" { provider = "acme", recommended = true }
      validate { billed_per_day = 1 }]]
    local options = { builtin = false, config = "", environment = { ACME_API_KEY = "sk-acme-0123456789" }, cache_file = cache,
      definitions = { ["a.lua"] = text:format(mocks.url()) } }
    assert(assert(roster.open(options)):refresh())
    age_proofs(cache, 3 * DAY_MS + 1000)
    local registry = assert(roster.open(options))
    assert(registry:refresh())
    local model = registry:snapshot():find "one"
    assert.same({ "ready", true, "billed_budget_spent" }, { model.state, model.stale, model.reason_code })
  end)

  it("is shared by processes with one cache file", function ()
    local here, cache = door(), support.folder() .. "/cache.json"
    local one = here.open({ m01 = "recommended = true" }, nil, { cache_file = cache })
    assert(one:refresh())
    local two = here.open({ m02 = "recommended = true" }, nil, { cache_file = cache })
    assert(two:refresh())
    assert(one:refresh { "m03" })
    assert.equal(3, cache_of(cache).billed.today)
  end)
end)

describe("A billed request that proves nothing #module", function ()
  it("is not sent again at each refresh by the clock, and its verdict stays", function ()
    local here = door { models = { "m04" } }
    local registry = here.open(recommended)
    assert(registry:refresh_every(0.02))
    support.eventually(function () return registry:snapshot():generation() >= 8 end)
    registry:refresh_every(0)
    assert.same({ "m03", "m04", "m05" }, here.billed())
    assert.equal("model_unknown", codes(registry:snapshot()).m03)
    registry:close()
  end)

  it("is sent again when somebody asks for a refresh", function ()
    local here = door { models = { "m04" } }
    local registry = here.open { m03 = "recommended = true" }
    assert(registry:refresh())
    assert(registry:refresh())
    assert.same({ "m03", "m03" }, here.billed())
  end)
end)

describe("roster check", function ()
  local here, options, folder
  before_each(function ()
    here, folder = door(), support.folder()
    options = { config = { ["a.lua"] = definitions(here.url, recommended) }, env = { XDG_CACHE_HOME = folder } }
  end)

  local function run(verb, ...) return support.roster({ verb, "--no-builtin", ... }, options) end

  it("ends with what was spent today, and pays no second time", function ()
    has(run("check").out, "billed requests today: 3 of 50\n")
    here.clear()
    local again = run "check"
    has(again.out, "billed requests today: 3 of 50\n")
    assert.same({}, here.billed())
    assert.same({ today = 3, per_day = 50 }, { today = run("check", "--json").json().billed.today, per_day = run("check", "m03", "--json").json().billed.per_day })
  end)

  it("spends one budget in four processes at the same moment, and counts each request", function ()
    local all, config, line = {}, support.folder(), {}
    for _, id in ipairs(names) do all[id] = "recommended = true" end
    support.write(config .. "/a.lua", definitions(here.url, all, "validate { billed_per_day = 4 }"))
    for i = 1, 4 do
      line[i] = support.command_line({ "check", "--no-builtin", "--config", config }, { env = { XDG_CACHE_HOME = folder } }) .. " >/dev/null 2>&1 &"
    end
    os.execute(table.concat(line, " ") .. " wait")
    assert.equal(4, #here.billed())
    assert.equal(4, cache_of(folder .. "/roster/billed.json").billed.today)
  end)

  it("asks for the model that is named, and for it alone at the level generate, anew", function ()
    run "check"
    here.clear()
    assert.equal(0, run("check", "m01").status)
    assert.equal(0, run("check", "m01").status)
    assert.same({ "m01" }, here.billed())
    assert.equal(0, run("check", "m01", "--deep").status)
    assert.same({ "m01", "m01" }, here.billed())
  end)

  it("asks for every model at the level generate, within the budget", function ()
    run("check", "--deep")
    assert.equal(12, #here.billed())
    options.config = { ["a.lua"] = definitions(here.url, recommended, "validate { billed_per_day = 14 }") }
    run("check", "--deep")
    assert.equal(14, #here.billed())
  end)

  it("does not mention it if nothing is billed", function ()
    local scene = support.scene { { "acme", protocol = "anthropic-messages", models = { "one" } } }
    assert.is_nil(scene.run({ "check" }).out:find("billed", 1, true))
  end)

  it("leaves nothing on the disk if nothing is billed", function ()
    local cache = support.folder()
    assert(os.execute("mkdir " .. support.quoted(cache .. "/roster")))
    options.env = { XDG_CACHE_HOME = cache }
    options.config = { ["a.lua"] = definitions(here.url) }
    run "check"
    local pipe = io.popen("ls -A " .. support.quoted(cache .. "/roster"))
    local found = pipe:read "a"
    pipe:close()
    assert.equal("", found)
  end)

  it("leaves it to models and explain to say on which day a proof was tried", function ()
    run "check"
    age_proofs(folder .. "/roster/billed.json", 2 * DAY_MS)
    here.clear()
    local day = os.date("!%Y-%m-%d", os.time() - 2 * 86400)
    has(run("models").out, "tested " .. day)
    has(run("explain", "m03").out, "tested on " .. day .. " with one small billed request")
    assert.equal(day, run("models", "--json").json().models[1].checked_at:sub(1, 10))
    assert.same({}, here.billed())
  end)

  it("keeps no ledger of a recording, which is replayed to the same bytes", function ()
    run "check"
    here.clear()
    local file = folder .. "/recording"
    local recorded = run("check", "--json", "--record", file)
    assert.equal(3, #here.billed())
    assert.same(recorded.json().models, run("check", "--json", "--replay", file).json().models)
  end)
end)

describe("roster serve", function ()
  it("shows on its page and in its metrics what was spent today", function ()
    local here = door()
    local server = serving.start { config = support.config { ["a.lua"] = definitions(here.url, recommended) }, words = { "--no-builtin" },
      env = { XDG_CACHE_HOME = support.folder() } }
    support.eventually(function () return server.get "/readyz".status == 200 end)
    local page = serving.page(server)
    assert.same({ 3, 50 }, { page.billed, page.billed_most })
    has(server.get "/metrics".body, "roster_billed_requests_today 3\n")
    has(server.get "/metrics".body, "roster_billed_requests_per_day 50\n")
    assert.equal(3, server.get "/api/models".json().billed.today)
  end)
end)
