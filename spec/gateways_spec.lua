-- The six promises of the design through gateways that others wrote, over real sockets, with the shipped definitions: Portkey's, which passes
-- the caller's key on, and @musistudio/llms, which has keys of its own.
local support = require "support.roster"
local gateways = require "support.gateways"
local world = require "support.world"

local missing = gateways.missing()

local ACCOUNTS = {
  anthropic = { protocol = "anthropic-messages", models = { "claude-opus-4-5-20251101", "claude-haiku-4-5-20251001" } },
  openai    = { protocol = "openai", models = { "gpt-5.5", "gpt-5.4-mini", "text-embedding-3-large" } },
  fireworks = { protocol = "openai", models = { "accounts/fireworks/models/glm-5p3" } },
}

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local function key_of(name, given) return given == true and world.keys[name].value or given end

--- The providers that the gateway leads to, on one port. names: those that are called otherwise there
local function providers(names)
  local mounts = {}
  for name, account in pairs(ACCOUNTS) do
    mounts[#mounts + 1] = { name = name, protocol = account.protocol, prefix = "/" .. (names and names[name] or name), -- not where Fireworks has its paths: a gateway knows them
      keys = { world.keys[name].value }, models = account.models }
  end
  return support.mock_servers { { name = "providers", protocol = "none", mounts = mounts } }
end

--- All shipped models are wanted here: a billed request is sent for no others.
local function wanted()
  local lines = { "validate { billed_per_day = 1000 }" }
  for _, file in ipairs { "models", "older_models" } do
    for id in support.read("lua/" .. file .. ".lua"):gmatch '\nmodel "([^"]+)"' do lines[#lines + 1] = ('model "%s" { recommended = true }'):format(id) end
  end
  return table.concat(lines, "\n")
end

-- Each way: options(keys, fields) for the command, fields being more of the gateway's block; and what a refusal blames.
local ways = {}

function ways.portkey()
  local mocks, gateway = providers { fireworks = "fireworks-ai" }, gateways.portkey()
  local way = { mocks = mocks, blamed = "this_machine", own_keys = false }
  function way.options(keys, fields)
    local env = {}
    for name, given in pairs(keys) do env[world.keys[name].variable] = key_of(name, given) end
    return { env = env, config = { ["a.lua"] = wanted(),
      ["gateway.lua"] = ([[gateway "portkey" { enabled = true, base_url = "%s", providers = { "anthropic", "openai", "fireworks" }, %s
      segments = { fireworks = "fireworks-ai" }, headers = { ["x-portkey-custom-host"] = "%s/{provider}/v1" } }]])
      :format(gateway.url, fields or 'unproven = "generate",', mocks.url()) } }
  end
  return way
end

function ways.llms()
  local mocks = providers()
  local way = { mocks = mocks, blamed = "gateway", own_keys = true }
  local chat = { anthropic = "/v1/messages", openai = "/v1/chat/completions", fireworks = "/v1/chat/completions" }
  local started = {} -- by the keys that it has

  local function gateway_with(keys)
    local list, name = {}, ("%s %s %s"):format(keys.anthropic, keys.openai, keys.fireworks)
    for id, account in pairs(ACCOUNTS) do
      if keys[id] then
        list[#list + 1] = { name = id, api_base_url = mocks.url() .. "/" .. id .. chat[id], api_key = key_of(id, keys[id]), models = account.models,
          transformer = id == "anthropic" and { use = { "Anthropic" } } or nil }
      end
    end
    started[name] = started[name] or gateways.llms(list)
    return started[name]
  end

  function way.options(keys, fields)
    return { config = { ["a.lua"] = wanted(), ["gateway.lua"] = ([[gateway "llms" { base_url = "%s", path = "", credentials = "injected", answers_itself = true, %s
      base_path = "", api_names = "{provider},{api_name}", providers = { "anthropic", "openai", "fireworks" } }
      provider "openai" { protocol = "openai-chat" }]]):format(gateway_with(keys).url, fields or 'unproven = "generate",') } }
  end
  return way
end

local function merged(...)
  local all = {}
  for _, list in ipairs { ... } do table.move(list, 1, #list, #all + 1, all) end
  return world.sorted(all)
end

local function ready_ids(document) return world.sorted(support.ids(document.models)) end

local function each_of(provider_id, document, check)
  local seen = 0
  for _, entry in ipairs(document.unavailable) do
    if entry.provider_id == provider_id then
      check(entry)
      seen = seen + 1
    end
  end
  assert.is_true(seen > 0)
end

local function promises(name, title)
  describe(title, function ()
    if missing then return pending(missing) end
    local way

    setup(function () way = ways[name]() end)
    teardown(gateways.stop_all)
    before_each(function () way.mocks.clear() end)

    it("has only Anthropic models ready when there is only an Anthropic key (scenario 1)", function ()
      local document = support.models(way.options { anthropic = true })
      assert.same(world.ready.anthropic, ready_ids(document))
      for _, request in ipairs(way.mocks.requests()) do assert.truthy(request.path:find("^/anthropic/"), request.path) end
      each_of("openai", document, function (entry) assert.is_false(entry.state == "ready") end)
    end)

    it("has models of each provider ready whose key is there (scenario 2)", function ()
      local document = support.models(way.options { anthropic = true, openai = true, fireworks = true })
      assert.same(merged(world.ready.anthropic, world.ready.openai, world.ready.fireworks), ready_ids(document))
    end)

    it("has no models ready when there are no keys (scenario 3)", function ()
      local document = support.models(way.options {})
      assert.same({}, document.models)
      assert.equal("", document.default)
      assert.same({}, way.mocks.requests())
    end)

    it("has only those models ready that validation proved, and states for the others who refused them (scenario 4)", function ()
      local document = support.models(way.options { anthropic = true, openai = true })
      for _, entry in ipairs(document.models) do assert.equal("generate", entry.stage, entry.id) end
      for id, api_name in pairs { ["claude-4.8-opus"] = "claude-opus-4-8", ["gpt-5.3-codex"] = "gpt-5.3-codex" } do
        local entry = support.entry(document, id)
        assert.same({ "not_listed", "model_unknown", "gateway", 404 }, { entry.state, entry.reason_code, entry.blame, math.tointeger(entry.http_status) }, entry.reason)
        has(entry.reason, api_name)
        has(entry.said, api_name)
      end
    end)

    it("has no ready model of a provider whose key is invalid, and each has that reason (scenario 5)", function ()
      local document = support.models(way.options { anthropic = "sk-ant-invalid-9999", openai = true })
      assert.same(world.ready.openai, ready_ids(document))
      each_of("anthropic", document, function (entry)
        assert.same({ "bad_credential", "key_refused", way.blamed, 401 },
          { entry.state, entry.reason_code, entry.blame, math.tointeger(entry.http_status) }, entry.reason)
        has(entry.said, "invalid x-api-key")
        assert.falsy((entry.reason .. entry.hint):find("sk-ant-invalid", 1, true))
      end)
    end)

    it("resolves a stored id to its own model, and explains that model with its own reason (scenario 6)", function ()
      local options = way.options { anthropic = true }
      local resolved = support.roster({ "resolve", "claude-4-opus", "--json" }, options).json()
      assert.same({ "claude-4.5-opus", "formerly" }, { resolved.id, resolved.via })
      local explained = support.roster({ "explain", "claude-4-sonnet", "--json" }, options)
      assert.equal(1, explained.status)
      assert.same({ "claude-4.5-sonnet", "not_listed" }, { explained.json().id, explained.json().state }, explained.json().reason)
      has(explained.json().reason, "claude-sonnet-4-5-20250929")
    end)

    it("leaves everything unproven without a billed request, and the hint names the line to write", function ()
      local document = support.models(way.options({ anthropic = true, openai = true }, ""))
      assert.same({}, document.models)
      assert.same({}, way.mocks.requests())
      for _, provider in ipairs { "anthropic", "openai" } do
        each_of(provider, document, function (entry)
          assert.same({ "unproven", "gateway_answers", "gateway" }, { entry.state, entry.reason_code, entry.blame })
          has(entry.hint, 'unproven = "generate"')
        end)
      end
    end)
  end)
end

promises("portkey", "Portkey's gateway in front of three providers")
promises("llms", "@musistudio/llms in front of three providers")

describe("Portkey's gateway, taken at its word", function ()
  if missing then return pending(missing) end
  teardown(gateways.stop_all)

  it("passes on a refused listing and fails for a good one: the models are not ready, and the gateway is to blame", function ()
    local way = ways.portkey()
    local document = support.models(way.options({ anthropic = "sk-ant-invalid-9999", openai = true }, "answers_itself = false,"))
    assert.same({}, document.models)
    each_of("anthropic", document, function (entry) assert.same({ "bad_credential", 401 }, { entry.state, math.tointeger(entry.http_status) }) end)
    each_of("openai", document, function (entry)
      assert.same({ "provider_error", "provider_failed", "gateway", 500 },
        { entry.state, entry.reason_code, entry.blame, math.tointeger(entry.http_status) }, entry.reason)
    end)
  end)
end)
