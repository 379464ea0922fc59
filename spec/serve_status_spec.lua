-- /api/status and /api/changes: what the page shows an operator.
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"

-- An edit that loses every model is held back otherwise.
local HOLD = "validate { hold = false }"
local TOKEN = "a-token-for-specs-0123456789"
local MOMENT = "^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$"

describe("The server's status", function ()
  local server, made, open

  setup(function ()
    made = support.scene({ { "acme", protocol = "openai-chat", fields = 'list_proves = "access",', models = { "large", "small" } },
      { "unset", protocol = "openai-chat", models = { "other" }, key = false } }, { text = HOLD })
    local env = { ROSTER_TOKEN = TOKEN }
    for name, value in pairs(made.options.env) do env[name] = value end
    server = serving.start({ env = env, config = made.options.config, words = { "--no-builtin", "--every", "600" } }).settle()
    env.ROSTER_TOKEN = nil
    open = serving.start({ env = env, config = made.options.config, words = { "--no-builtin", "--every", "0" } }).settle()
  end)
  teardown(serving.stop_all)

  local function provider(id)
    for _, p in ipairs(server.get "/api/status".json().providers) do if p.id == id then return p end end
  end

  it("shows when the providers were checked and when they will be checked next", function ()
    local status = server.get "/api/status".json()
    for _, name in ipairs { "now", "started_at", "checked_at", "refreshed_at", "next_at" } do assert.truthy(status[name]:match(MOMENT), name) end
    assert.is_true(status.next_at > status.refreshed_at)
    assert.equal(600, status.interval_seconds)
    assert.same({ cjson.null, cjson.null }, { open.get "/api/status".json().next_at, open.get "/api/status".json().interval_seconds })
  end)

  it("shows whether this client can refresh", function ()
    assert.equal("needs_token", server.get "/api/status".json().refresh)
    assert.equal("needs_token", server.get("/api/status", "Authorization: Bearer wrong").json().refresh)
    assert.equal("possible", server.get("/api/status", "Authorization: Bearer " .. TOKEN).json().refresh)
    assert.equal("other_origin", server.get("/api/status", "Authorization: Bearer " .. TOKEN, "Origin: https://elsewhere.example").json().refresh)
    assert.equal("read_only", open.get("/api/status", "Authorization: Bearer " .. TOKEN).json().refresh)
  end)

  it("has each provider's state, since when it holds, and its latency in numbers", function ()
    local acme, unset = provider "acme", provider "unset"
    assert.same({ "ready", true, 2, cjson.null }, { acme.state, acme.configured, acme.ready, acme.reason })
    assert.truthy(acme.since:match(MOMENT))
    local latency = acme.latency
    assert.is_true(latency.samples >= 1 and latency.last_ms >= 0 and latency.median_ms <= latency.max_ms)
    assert.same({ "no_credential", false, "key_unset" }, { unset.state, unset.configured, unset.reason_code })
    assert.same({ samples = 0, last_ms = cjson.null, median_ms = cjson.null, max_ms = cjson.null }, unset.latency)
  end)

  it("has no changes until a state has changed", function ()
    assert.same({ changes = {} }, server.get "/api/changes".json())
  end)

  it("counts each check of a provider once, and no load of broken definitions", function ()
    local function points()
      for _, p in ipairs(server.get "/api/history".json().providers) do if p.id == "acme" then return #p.points end end
    end
    local before, problem = points(), cjson.null
    assert.same({ before, true }, { provider "acme".latency.samples, before >= 1 })
    for _, broken in ipairs { "provider {", "\nmodel {" } do
      support.write(made.options.config .. "/zzz.lua", broken)
      serving.eventually(function ()
        local now = server.get "/api/status".json().definitions_error
        if now == cjson.null or (problem ~= cjson.null and now.line == problem.line) then return false end
        problem = now
        return true
      end, "the mistake")
    end
    assert.same({ before, before }, { points(), provider "acme".latency.samples })
    os.remove(made.options.config .. "/zzz.lua")
    serving.eventually(function () return server.get "/api/status".json().definitions_error == cjson.null end, "the mending")
    local checked = server.get "/api/models/large".json().checked_at
    serving.eventually(function () return server.refresh(TOKEN).status == 200 and server.get "/api/models/large".json().checked_at > checked end, "a later check")
    assert.is_true(points() > before)
  end)

  it("lists models that a provider lost together as one change, with the reason and what to do", function ()
    local since = provider "acme".since
    local file = made.options.config .. "/scene.lua"
    support.write(file, (support.read(file):gsub('base_url = "[^"]*"', 'base_url = "http://127.0.0.1:1/v1"', 1)))
    serving.eventually(function () return provider "acme".state ~= "ready" end, "the loss")
    assert.is_true(provider "acme".since >= since)
    assert.truthy(provider "acme".hint ~= cjson.null)
    local seen
    serving.eventually(function ()
      for _, c in ipairs(server.get "/api/changes".json().changes) do if c.kind == "models" and c.to == "unreachable" then seen = c end end
      return seen
    end, "the change")
    assert.same({ "acme", "ready", 2, { "large", "small" } }, { seen.provider_id, seen.from, seen.count, seen.ids })
    assert.truthy(seen.at:match(MOMENT) and #seen.reason > 0 and #seen.hint > 0)
  end)

  it("lists definitions that break and are fixed, and since when they are broken", function ()
    support.write(made.options.config .. "/zzz.lua", "provider {")
    local broken
    serving.eventually(function ()
      broken = server.get "/api/status".json().definitions_error
      return broken ~= cjson.null
    end, "the mistake")
    assert.truthy(broken.since:match(MOMENT))
    local first = server.get "/api/changes".json().changes[1]
    assert.same({ "definitions", "good", "broken", broken.message }, { first.kind, first.from, first.to, first.reason })
    os.remove(made.options.config .. "/zzz.lua")
    serving.eventually(function () return server.get "/api/status".json().definitions_error == cjson.null end, "the mending")
    assert.same({ "broken", "good" }, (function (c) return { c.from, c.to } end)(server.get "/api/changes".json().changes[1]))
  end)
end)
