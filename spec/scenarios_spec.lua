-- The six promises of the design, with direct requests and through a gateway, over real sockets, with the shipped definitions.
local support = require "support.roster"
local world = require "support.world"

local function ready_ids(document) return world.sorted(support.ids(document.models)) end

local function merged(...)
  local all = {}
  for _, list in ipairs { ... } do
    for _, id in ipairs(list) do all[#all + 1] = id end
  end
  return world.sorted(all)
end

local function all_in(state, provider_id, document)
  local seen = 0
  for _, entry in ipairs(document.unavailable) do
    if entry.provider_id == provider_id then
      assert.equal(state, entry.state, entry.id)
      seen = seen + 1
    end
  end
  assert.is_true(seen > 0)
end

--- Changes all four hosts in this way.
local function everywhere(server)
  local changes = {}
  for _, name in ipairs(world.order) do changes[name] = server end
  return changes
end

local PUBLIC, OPEN = everywhere { public_list = true }, everywhere { public_list = true, public_lookup = true }

local modes = {
  { title = "with direct requests", make = world.direct, controls = 0 },
  { title = "through a gateway", make = world.gateway, controls = 1 },
  { title = "with overrides that list for anybody", make = function () return world.direct(PUBLIC, "override") end },
  { title = "through a gateway that lists for anybody", make = function () return world.gateway(PUBLIC) end },
  { title = "with overrides that list and look up for anybody", make = function () return world.direct(OPEN, "override") end, open = true },
  { title = "through a gateway that lists and looks up for anybody", make = function () return world.gateway(OPEN) end, open = true },
}

for _, how in ipairs(modes) do
  describe("The shipped definitions " .. how.title, function ()
    teardown(support.stop_all)

    it("have only Anthropic models ready when there is only an Anthropic key (scenario 1)", function ()
      local mode = how.make()
      local document = world.models(mode, { anthropic = true })
      assert.same(world.ready.anthropic, ready_ids(document))
      all_in("no_credential", "openai", document)
      all_in("no_credential", "fireworks", document)
      all_in("no_credential", "gemini", document)
      for _, name in ipairs { "openai", "fireworks", "gemini" } do assert.same({}, mode.requests(name)) end
    end)

    it("have models of each provider ready whose key is set (scenario 2)", function ()
      local mode = how.make()
      local document = world.models(mode, { anthropic = true, openai = true, fireworks = true, gemini = true })
      assert.same(merged(world.ready.anthropic, world.ready.openai, world.ready.fireworks, world.ready.gemini), ready_ids(document))
      assert.truthy(support.entry({ models = document.models, unavailable = {} }, document.default))
    end)

    it("have no models ready and cause no requests when there are no keys (scenario 3)", function ()
      local mode = how.make()
      local document, result = world.models(mode, {})
      assert.same({}, document.models)
      assert.equal("", document.default)
      assert.is_false(document.llm_configured)
      assert.equal("no_credential", document.empty_reason)
      assert.equal(1, result.status)
      assert.same({}, mode.requests())
      assert.is_true(#document.unavailable >= 28)
    end)

    it("have only those models ready that validation proved (scenario 4)", function ()
      local mode = how.make()
      local document = world.models(mode, { anthropic = true, openai = true })
      assert.same(merged(world.ready.anthropic, world.ready.openai), ready_ids(document))
      assert.equal("not_listed", support.entry(document, "claude-4.8-opus").state)
      assert.equal("not_listed", support.entry(document, "gpt-5.3-codex").state)
      for _, entry in ipairs(document.models) do
        assert.equal("ready", entry.state)
        assert.truthy(entry.checked_at)
      end
    end)

    it("have no model of a provider ready whose key is invalid, and each gives that reason (scenario 5)", function ()
      local mode = how.make()
      local document = world.models(mode, { anthropic = "sk-ant-invalid-9999", openai = true })
      assert.same(world.ready.openai, ready_ids(document))
      if not how.open then all_in("bad_credential", "anthropic", document) end -- there, those that are not listed are not known
      local entry = support.entry(document, "claude-4.5-opus")
      assert.equal(401, entry.http_status)
      assert.truthy(entry.reason:find("Anthropic rejected the key in ANTHROPIC_API_KEY", 1, true))
      assert.equal("set a valid ANTHROPIC_API_KEY", entry.hint:match "^[^;]+")
    end)

    it("resolve a stored id to its own model or to a specific error, never to another model (scenario 6)", function ()
      local mode = how.make()
      local options = mode.options({ anthropic = true })
      local resolved = support.roster({ "resolve", "claude-4-opus", "--json" }, options)
      assert.equal(0, resolved.status)
      assert.same({ id = "claude-4.5-opus", from = "claude-4-opus", via = "formerly" },
        { id = resolved.json().id, from = resolved.json().from, via = resolved.json().via })
      local unknown = support.roster({ "resolve", "claude-99-opus", "--json" }, options)
      assert.equal(1, unknown.status)
      assert.equal("unknown", unknown.json().error.code)
      local retired = support.roster({ "resolve", "gpt-5-codex", "--json" }, options)
      assert.equal(1, retired.status)
      assert.equal("retired", retired.json().error.code)
      assert.equal(1, #retired.json().error.candidates)
    end)

    it("explain a stored id of a model that is not ready with that model's own reason (scenario 6)", function ()
      local mode = how.make()
      local explained = support.roster({ "explain", "claude-4-sonnet", "--json" }, mode.options({ anthropic = true }))
      assert.equal(1, explained.status)
      assert.equal("claude-4.5-sonnet", explained.json().id)
      assert.equal("not_listed", explained.json().state)
      assert.truthy(explained.json().reason:find("claude-sonnet-4-5-20250929", 1, true))
    end)

    local requests = "cause one listing request per provider, with the key in the provider's own header, " ..
      "%d more with a made-up key, and no billed request"
    if how.controls then it(requests:format(how.controls), function ()
      local mode = how.make()
      world.models(mode, { anthropic = true, openai = true, fireworks = true, gemini = true })
      local carried = {
        anthropic = function (headers) return headers["x-api-key"] end,
        openai = function (headers) return headers.authorization and headers.authorization:gsub("^Bearer ", "") end,
        fireworks = function (headers) return headers.authorization and headers.authorization:gsub("^Bearer ", "") end,
        gemini = function (headers) return headers["x-goog-api-key"] end,
      }
      for _, name in ipairs(world.order) do
        local listings, made_up = 0, 0
        for _, request in ipairs(mode.requests(name)) do
          local real = world.keys[name].value == carried[name](request.headers)
          if not real then made_up = made_up + 1 end
          if real and request.path:match "/models$" then listings = listings + 1 end
          local free = request.method == "GET" or request.path:match "count_tokens$" or request.path:match ":countTokens$"
          assert.truthy(free, request.method .. " " .. request.path)
        end
        assert.same({ 1, how.controls }, { listings, made_up }, name)
      end
      assert.equal("2023-06-01", mode.requests("anthropic")[1].headers["anthropic-version"])
    end) end
  end)
end

describe("The shipped definitions with a gateway and no keys", function ()
  it("have no models ready, although a registry without validation would offer all of them", function ()
    local document = support.models { env = { LLM_GATEWAY = "http://127.0.0.1:9" } }
    assert.same({}, document.models)
    assert.equal("unknown", document.gateway_status)
    for _, entry in ipairs(document.unavailable) do
      assert.truthy(entry.state == "no_credential" or entry.id == "mock", entry.id)
    end
  end)
end)
