-- What a positive answer shows of a key: at which hosts it is believed, what is asked to find out, and what that costs.
local roster = require "roster"
local support = require "support.roster"

local GOOD, WRONG = "sk-acme-0123456789abcdef", "sk-acme-fedcba9876543210"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function verdict(entry) return entry.state .. " at " .. entry.stage end

local dialects = { ["anthropic-messages"] = "anthropic-messages", ["openai-chat"] = "openai", ["openai-responses"] = "openai", gemini = "gemini" }

-- How a provider's models get to a host of which its block says nothing.
local ways = {
  ["an override"] = { fields = 'override = setting "ACME_BASE_URL", list_proves = "%s",', env = true },
  ["a forwarding gateway"] = { fields = 'list_proves = "%s",', text = 'gateway "door" { base_url = "%s", path = "" }' },
  ["a rule that leads elsewhere"] = { fields = 'list_proves = "%s",', text = 'rule "elsewhere" (function () return via "%s" end)' },
  ["an address of its own without a word on its listing"] = { fields = "", own = true },
}

--- One provider that is reached in this way. options: protocol, proves, key, server (of the mock), models, fields
local function reached(way, options)
  local protocol = options.protocol or "openai-chat"
  local server = { name = "there", protocol = dialects[protocol], keys = { GOOD }, models = options.served or { "one", "two" } }
  for name, value in pairs(options.server or {}) do server[name] = value end
  local part = { "acme", protocol = protocol, models = options.models or { "one", "two" }, key = options.key or GOOD, silent = true,
    url = "http://127.0.0.1:9", fields = way.fields:format(options.proves or "access") .. (options.fields or "") }
  if way.own then
    part.url, part.server = nil, server
    server.name = "acme"
  end
  local scene = support.scene({ part }, { servers = not way.own and { server } or nil, env = {},
    text = function (mocks) return way.text and way.text:format(mocks.url "there") or "" end })
  if way.env then scene.options.env.ACME_BASE_URL = scene.mocks.url "there" end
  return scene
end

--- The documents of so many refreshes of one registry.
local function refreshed(scene, times)
  local environment = { PATH = os.getenv "PATH", HOME = scene.options.config }
  for name, value in pairs(scene.options.env) do environment[name] = value end
  local registry = assert(roster.open { builtin = false, config = scene.options.config, environment = environment })
  local documents = {}
  for i = 1, times do
    assert(registry:refresh())
    local snapshot = registry:snapshot()
    documents[i] = snapshot:document()
    snapshot:close()
  end
  registry:close()
  return documents
end

local key_headers = { "authorization", "x-api-key", "x-goog-api-key" }

local function key_of(request)
  for _, name in ipairs(key_headers) do
    if request.headers[name] then return (request.headers[name]:gsub("^Bearer ", "")) end
  end
end

--- The requests as "GET /v1/models", those with a key that nobody gave as "GET /v1/models made up", each with how often it came.
local function counted(scene)
  local counts = {}
  for _, request in ipairs(scene.requests()) do
    local key = key_of(request)
    local made_up = key ~= GOOD and key ~= WRONG and key ~= "implicit"
    local line = request.method .. " " .. request.path .. (made_up and " made up" or "")
    counts[line] = (counts[line] or 0) + 1
  end
  return counts
end

teardown(support.stop_all)

for name, way in pairs(ways) do
  -- The protocol's default is what a block without a word takes.
  local proving = way.own and "anthropic-messages" or "openai-chat"
  local page = "GET /v1/models"

  describe("A listing that is reached by " .. name, function ()
    it("proves the key once the host has refused a made-up one, which is sent once in three refreshes", function ()
      local scene = reached(way, { protocol = proving })
      for _, document in ipairs(refreshed(scene, 3)) do
        assert.same({ "one", "two" }, support.ids(document.models))
        assert.equal("ready at list", verdict(support.entry(document, "one")))
      end
      assert.same({ [page] = 3, [page .. " made up"] = 1 }, counted(scene))
    end)

    it("offers nothing for a wrong key if the host lists for any key", function ()
      local scene = reached(way, { protocol = proving, key = WRONG, server = { public_list = true } })
      for _, document in ipairs(refreshed(scene, 3)) do
        assert.same({}, document.models)
        assert.equal("", document.default)
        assert.equal("bad_credential at prove", verdict(support.entry(document, "one")))
      end
      assert.same({ [page] = 3, [page .. " made up"] = 1, ["GET /v1/models/one"] = 3, ["GET /v1/models/two"] = 3 }, counted(scene))
    end)

    it("leaves the decision to look-ups by name if the host lists for any key and looks up for good keys only", function ()
      local scene = reached(way, { protocol = proving, server = { public_list = true }, served = { "one" } })
      for _, document in ipairs(refreshed(scene, 3)) do
        assert.same({ "one" }, support.ids(document.models))
        assert.equal("ready at prove", verdict(support.entry(document, "one")))
        assert.equal("not_listed at prove", verdict(support.entry(document, "two")))
      end
      local counts = counted(scene)
      assert.equal(1, counts[page .. " made up"])
      assert.equal(not way.own and 1 or nil, counts["GET /v1/models/one made up"])
      assert.equal(3, counts["GET /v1/models/one"])
    end)

    it("is not controlled if the real key is refused, or if it proves only names and nothing is looked up", function ()
      local refused = reached(way, { protocol = proving, key = WRONG })
      assert.equal("bad_credential at list", verdict(refused.entry "one"))
      assert.same({ [page] = 1 }, counted(refused))
      local names = reached(way, { protocol = way.own and "openai-chat" or proving, proves = "names", fields = "prove = {}," })
      assert.equal("unproven at prove", verdict(names.entry "one"))
      assert.same({ [page] = 1 }, counted(names))
    end)

    it("is inconclusive while only the control request fails, and is asked again at the next refresh", function ()
      local listing = { data = { { id = "one", object = "model", type = "model" } } }
      local header = proving == "openai-chat" and { authorization = "Bearer " .. GOOD } or { ["x-api-key"] = GOOD }
      local refusal = { error = { type = "authentication_error", message = "invalid key", code = "invalid_api_key" } }
      local scene = reached(way, { protocol = proving, models = { "one" }, server = { models = {}, routes = {
        { path = "/v1/models", when = header, body = listing },
        { path = "/v1/models", status = 503, times = 1, body = { error = { message = "overloaded" } } },
        { path = "/v1/models", status = 429, times = 1, body = { error = { message = "slow down" } } },
        { path = "/v1/models", status = 401, body = refusal } } } })
      local documents = refreshed(scene, 4)
      assert.equal("provider_error at list", verdict(support.entry(documents[1], "one")))
      assert.equal("key_check_open", support.entry(documents[1], "one").reason_code)
      has(support.entry(documents[1], "one").reason, "whether it checks keys (503: overloaded)")
      assert.equal("rate_limited at list", verdict(support.entry(documents[2], "one")))
      assert.equal("ready at list", verdict(support.entry(documents[3], "one")))
      assert.equal("ready at list", verdict(support.entry(documents[4], "one")))
      assert.same({ [page] = 4, [page .. " made up"] = 3 }, counted(scene))
    end)
  end)

  -- A provider's block speaks for the look-ups at its own address.
  if not way.own then describe("A look-up by name that is reached by " .. name, function ()
    it("proves the key once the host has refused a made-up one, which is sent once for all models in three refreshes", function ()
      local scene = reached(way, { proves = "names" })
      for _, document in ipairs(refreshed(scene, 3)) do
        assert.same({ "one", "two" }, support.ids(document.models))
        assert.equal("ready at prove", verdict(support.entry(document, "two")))
      end
      local counts = counted(scene)
      local controls = (counts["GET /v1/models/one made up"] or 0) + (counts["GET /v1/models/two made up"] or 0)
      assert.equal(1, controls)
      assert.equal(3, counts["GET /v1/models/one"])
      assert.equal(3, counts["GET /v1/models"])
    end)

    it("offers nothing for a wrong key if the host lists and looks up for any key", function ()
      local scene = reached(way, { protocol = proving, key = WRONG, server = { public_list = true, public_lookup = true } })
      for _, document in ipairs(refreshed(scene, 3)) do
        assert.same({}, document.models)
        assert.equal("bad_credential at prove", verdict(support.entry(document, "one")))
        assert.equal("bad_credential at prove", verdict(support.entry(document, "two")))
      end
    end)

    it("is completed by a request without a prompt if the host lists and looks up for any key, and bills nothing", function ()
      local scene = reached(way, { server = { public_list = true, public_lookup = true } })
      for _, document in ipairs(refreshed(scene, 3)) do
        assert.same({ "one", "two" }, support.ids(document.models))
        assert.equal("ready at prove", verdict(support.entry(document, "one")))
      end
      local unprompted, made_up = 0, 0
      for _, request in ipairs(scene.requests()) do
        if request.method == "POST" then
          assert.falsy(request.body:find("messages", 1, true))
          unprompted = unprompted + 1
          if key_of(request) ~= GOOD then made_up = made_up + 1 end
        end
      end
      assert.same({ 4, 1 }, { unprompted, made_up })
    end)

    it("proves nothing if the host rejects no key", function ()
      local scene = reached(way, { protocol = proving, key = WRONG, server = { keys = require "cjson".null } })
      local entry = support.entry(refreshed(scene, 2)[2], "one")
      assert.equal("unproven at prove", verdict(entry))
      assert.equal("key_not_checked", entry.reason_code)
      has(entry.reason, "it answers a made-up key the same way")
      has(entry.hint, "at level generate")
      has(entry.hint, 'unproven = "generate"')
    end)

    it("is inconclusive while only its control request fails", function ()
      local scene = reached(way, { proves = "names", models = { "one" }, server = { models = {}, routes = {
        { path = "/v1/models", body = { data = { { id = "one" } } } },
        { path = "/v1/models/one", when = { authorization = "Bearer " .. GOOD }, body = { id = "one", object = "model" } },
        { path = "/v1/models/one", status = 500, times = 1, text = "oh" },
        { path = "/v1/models/one", status = 401, body = { error = { message = "no" } } } } } })
      local documents = refreshed(scene, 2)
      assert.equal("provider_error at prove", verdict(support.entry(documents[1], "one")))
      assert.equal("ready at prove", verdict(support.entry(documents[2], "one")))
    end)
  end) end
end

describe("A model that was known good", function ()
  it("is kept and marked stale if a reload leads to a new address whose control request fails only for now", function ()
    local header = { authorization = "Bearer " .. GOOD }
    local scene = reached(ways["an override"], { models = { "one" }, server = { models = {}, routes = {
      { path = "/v1/models", when = header, body = { data = { { id = "one" } } } },
      { path = "/v1/models", status = 401, times = 1, body = { error = { message = "no" } } },
      { path = "/v1/models", status = 500, text = "oh" } } } })
    local environment = { HOME = "/nonexistent", ACME_API_KEY = GOOD, ACME_BASE_URL = scene.options.env.ACME_BASE_URL }
    local registry = assert(roster.open { builtin = false, config = scene.options.config, environment = environment })
    assert(registry:refresh())
    local text = support.read(scene.options.config .. "/scene.lua")
    support.write(scene.options.config .. "/scene.lua", (text:gsub('title = "The acme"', 'title = "The acme", headers = { ["x-team"] = "blue" }')))
    assert(registry:refresh())
    local entry, part = support.entry(registry:snapshot():document(), "one")
    registry:close()
    assert.equal("models", part)
    assert.is_true(entry.stale)
    has(entry.stale_reason, "whether it checks keys (500")
    assert.same({ ["GET /v1/models"] = 2, ["GET /v1/models made up"] = 2 }, counted(scene))
  end)

  it("costs no further control request when its definitions are read again", function ()
    local scene = reached(ways["a forwarding gateway"], {})
    local environment = { HOME = "/nonexistent", ACME_API_KEY = GOOD }
    local registry = assert(roster.open { builtin = false, config = scene.options.config, environment = environment })
    assert(registry:refresh())
    local file = scene.options.config .. "/scene.lua"
    support.write(file, support.read(file) .. '\nmodel "three" { provider = "acme", enabled = false }')
    assert(registry:refresh())
    assert.equal(2, #registry:snapshot():document().models)
    registry:close()
    assert.same({ ["GET /v1/models"] = 2, ["GET /v1/models made up"] = 1 }, counted(scene))
  end)
end)

describe("A proof of the key itself", function ()
  local function scene_with(routes, key)
    return reached(ways["a forwarding gateway"], { proves = "names", key = key, models = { "one" }, fields = 'prove_key = get "/key", prove = {},',
      server = { public_list = true, models = { "one" }, routes = routes } })
  end

  it("is believed once the host has refused a made-up key there", function ()
    local scene = scene_with { { path = "/v1/key", when = { authorization = "Bearer " .. GOOD }, body = { ok = true } },
      { path = "/v1/key", status = 401, body = { error = { message = "no" } } } }
    for _, document in ipairs(refreshed(scene, 3)) do assert.equal("ready at list", verdict(support.entry(document, "one"))) end
    assert.same({ ["GET /v1/models"] = 3, ["GET /v1/key"] = 3, ["GET /v1/key made up"] = 1 }, counted(scene))
  end)

  it("proves nothing if the host answers it for any key: a wrong key is refused by the request without a prompt", function ()
    local scene = scene_with({ { path = "/v1/key", body = { ok = true } } }, WRONG)
    assert.equal("bad_credential at prove", verdict(refreshed(scene, 1)[1].unavailable[1]))
  end)
end)

describe("The definitions", function ()
  local function asked(scene)
    local document = scene.models()
    return support.entry(document, "one"), counted(scene)
  end

  it("speak for a provider's own address with list_proves: no control request is sent there", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, key = GOOD, fields = 'list_proves = "access",' } }
    local entry, counts = asked(scene)
    assert.equal("ready at list", verdict(entry))
    assert.same({ ["GET /v1/models"] = 1 }, counts)
  end)

  it("speak for its own address even if a rule spells it out or an override repeats it", function ()
    for _, fields in ipairs { 'override = setting "SAME",', "" } do
      local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "one" }, key = GOOD, fields = fields .. 'list_proves = "access",' } },
        { env = {}, text = fields == "" and 'rule "same" (function (model) return via(model.provider.base_url .. "/v1") end)' or nil })
      scene.options.env.SAME = scene.mocks.url() .. "/"
      local entry, counts = asked(scene)
      assert.equal("ready at list", verdict(entry))
      assert.same({ ["GET /v1/models"] = 1 }, counts)
    end
  end)

  it("speak for an address to which a later file moves a provider, whose block says list_proves already", function ()
    local mocks = support.mock_servers { { name = "there", protocol = "openai", keys = { GOOD }, models = { "gpt-6.1-sol" } } }
    local document = support.models({ env = { OPENAI_API_KEY = GOOD }, config = { ["x.lua"] = ('provider "openai" { base_url = "%s" }'):format(mocks.url()) } })
    assert.equal("ready at list", verdict(support.entry(document, "gpt-6.1-sol")))
    for _, request in ipairs(mocks.requests()) do assert.equal(GOOD, key_of(request)) end
  end)

  it("speak for look-ups by name at a provider's own address, whatever they say of its listing", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, key = GOOD } }
    local entry, counts = asked(scene)
    assert.equal("ready at prove", verdict(entry))
    assert.same({ ["GET /v1/models"] = 1, ["GET /v1/models/one"] = 1 }, counts)
  end)

  it("speak for a gateway with list_proves in its block, but do not make more of a listing than the provider says it contains", function ()
    local scene = support.scene({
      { "acme", protocol = "openai-chat", models = { "one" }, key = GOOD, url = "http://127.0.0.1:9" },
      { "bolt", protocol = "gemini", models = { "two" }, key = GOOD, url = "http://127.0.0.1:9" },
    }, {
      servers = { { name = "door", protocol = "none", mounts = {
        { name = "acme", protocol = "openai", prefix = "/acme", keys = { GOOD }, models = { "one" } },
        { name = "bolt", protocol = "gemini", prefix = "/bolt", keys = { GOOD }, models = { "two" } } } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s", path = "/{provider}", list_proves = "access" }'):format(mocks.url "door") end,
    })
    local document = scene.models()
    assert.equal("ready at list", verdict(support.entry(document, "one")))
    assert.equal("ready at prove", verdict(support.entry(document, "two")))
    assert.same({ ["GET /acme/v1/models"] = 1, ["GET /bolt/v1beta/models"] = 1, ["GET /bolt/v1beta/models/two"] = 1 }, counted(scene))
  end)

  it("stop a gateway's listing from counting as the provider's with list_proves = \"names\"", function ()
    local scene = support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, key = GOOD, url = "http://127.0.0.1:9" } }, {
      servers = { { name = "door", protocol = "anthropic-messages", keys = { GOOD }, models = { "one" } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s", path = "", list_proves = "names" }'):format(mocks.url "door") end })
    assert.equal("ready at prove", verdict(scene.entry "one"))
    assert.same({ ["GET /v1/models"] = 1, ["GET /v1/models/one"] = 1, ["GET /v1/models/one made up"] = 1 }, counted(scene))
  end)
end)

describe("A provider whose listing is shown to prove access", function ()
  teardown(support.stop_all)

  --- Its document, and what was asked with which key, at its own address with list_proves = "shown".
  local function shown(server, key)
    local scene = reached({ fields = "", own = true }, { fields = 'list_proves = "shown",', server = server, key = key })
    return scene.entry "one", scene
  end

  it("is ready once its host has refused a made-up key, even if its protocol states nothing about the listing", function ()
    local entry, scene = shown {}
    assert.equal("ready at list", verdict(entry))
    assert.same({ "GET /v1/models", "GET /v1/models" }, scene.paths "acme")
    assert.same({ GOOD, true }, { key_of(scene.requests "acme"[1]), key_of(scene.requests "acme"[2]) ~= GOOD })
  end)

  it("is not ready if its host lists and looks up for any key, whatever key is set", function ()
    local open = { keys = { "*" }, routes = {
      { path = "/v1/models", body = { object = "list", data = { { id = "one", object = "model" } } } },
      { path = "/v1/models/*", body = { id = "one", object = "model" } },
      { path = "*", status = 404, text = "404 page not found" } }, protocol = "none" }
    local entry = shown(open)
    assert.are_not.equal("ready", entry.state)
  end)

  it("is refused with a wrong key, as anywhere", function ()
    assert.equal("bad_credential at list", verdict((shown({}, WRONG))))
  end)
end)

describe("A gateway that injects credentials", function ()
  --- gateway: more fields of its block; server: of the mock mount behind it
  local function injecting(protocol, server, gateway)
    local mount = { name = "acme", protocol = dialects[protocol], prefix = "/acme", keys = { "the-real-one" }, models = { "one", "two" } }
    for name, value in pairs(server) do mount[name] = value end
    return support.scene({ { "acme", protocol = protocol, models = { "one", "two" }, key = false, url = "http://127.0.0.1:9",
      fields = 'list_proves = "access",' } }, {
      servers = { { name = "door", protocol = "none", mounts = { mount } } },
      text = function (mocks)
        return ('gateway "door" { base_url = "%s", path = "/{provider}", credentials = "injected", %s }'):format(mocks.url "door", gateway or "")
      end })
  end

  for _, protocol in ipairs { "openai-chat", "openai-responses", "anthropic-messages" } do
    it("and holds a key that works offers what it proves, without a billed request, in " .. protocol, function ()
      for _, server in ipairs { { injects = "the-real-one" }, { injects = "the-real-one", public_list = true, public_lookup = true } } do
        local scene = injecting(protocol, server)
        for _, document in ipairs(refreshed(scene, 3)) do
          assert.same({ "one", "two" }, support.ids(document.models))
          assert.equal("gateway door", support.entry(document, "one").source)
        end
        local prompts, unprompted = 0, 0
        for _, request in ipairs(scene.requests()) do
          if request.method == "POST" and not request.path:match "count_tokens$" then
            unprompted = unprompted + 1
            if request.body:find("messages", 1, true) or request.body:find("input", 1, true) then prompts = prompts + 1 end
          end
        end
        assert.same({ 0, 3 }, { prompts, unprompted })
      end
    end)

    it("and holds no key that works offers nothing, whatever it answers for anybody, in " .. protocol, function ()
      for _, server in ipairs { { injects = "expired" }, { injects = "" }, { injects = "expired", public_list = true },
        { injects = "expired", public_list = true, public_lookup = true }, { public_list = true }, { public_list = true, public_lookup = true } } do
        local scene = injecting(protocol, server)
        for _, document in ipairs(refreshed(scene, 2)) do
          assert.same({}, document.models)
          assert.equal("", document.default)
          local entry = support.entry(document, "one")
          assert.equal("bad_credential", entry.state)
          has(entry.reason, "the key that gateway 'door' adds")
          assert.equal("gateway", entry.blame)
        end
      end
    end)
  end

  it("and distinguishes keys is believed like a forwarding one", function ()
    local scene = injecting("openai-chat", { keys = { "implicit" } })
    for _, document in ipairs(refreshed(scene, 3)) do assert.equal("ready at list", verdict(support.entry(document, "one"))) end
    assert.same({ ["GET /acme/v1/models"] = 3, ["GET /acme/v1/models made up"] = 1 }, counted(scene))
  end)

  it("is not asked without a prompt if its block speaks for it", function ()
    local scene = injecting("openai-chat", { injects = "the-real-one" }, 'list_proves = "access"')
    assert.equal("ready at list", verdict(scene.entry "one"))
    assert.same({ ["GET /acme/v1/models"] = 1 }, counted(scene))
  end)

  it("and does not generate, but lists for any key, leaves its models unproven and prints what to write", function ()
    local scene = injecting("openai-chat", { injects = "expired", public_list = true, public_lookup = true, serves = { "list", "get" } })
    local entry = scene.entry "one"
    assert.equal("unproven at prove", verdict(entry))
    assert.equal("key_not_checked", entry.reason_code)
    has(entry.reason, "the key that gateway 'door' adds")
    has(entry.hint, "write list_proves = \"access\" in gateway 'door'")
    has(entry.hint, 'unproven = "generate"')
  end)

  it("decides about one model by the answer about that model, and requests the next", function ()
    local gone = { error = { code = "model_not_found", message = "the model does not exist" } }
    local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "one", "two" }, key = false, url = "http://127.0.0.1:9" } }, {
      servers = { { name = "door", protocol = "openai", injects = "the-real-one", keys = { "the-real-one" }, models = { "one", "two" }, routes = {
        { path = "/v1/chat/completions", status = 404, body = gone } } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s", path = "", credentials = "injected" }'):format(mocks.url "door") end })
    local document = scene.models()
    for _, id in ipairs { "one", "two" } do assert.equal("not_listed at prove", verdict(support.entry(document, id))) end
    assert.equal(2, counted(scene)["POST /v1/chat/completions"])
  end)
end)

describe("A made-up key", function ()
  it("has only the shape of the real one, and every other header is the same", function ()
    local key = "sk-ant-api03-AbCdEfGhIjKlMnOp_1234567890-QrStUvWxYz"
    local scene = support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, key = key, url = "http://127.0.0.1:9",
      fields = 'key_prefixes = { "sk-ant-" }, headers = { ["anthropic-version"] = "2023-06-01" },' } }, {
      env = { DOOR_TOKEN = "door-token-0123456789" },
      servers = { { name = "door", protocol = "anthropic-messages", keys = { key }, models = { "one" } } },
      text = function (mocks)
        return ('gateway "door" { base_url = "%s", path = "", headers = { ["x-door"] = secret "DOOR_TOKEN" } }'):format(mocks.url "door")
      end })
    local _, result = scene.models()
    local requests = scene.requests()
    assert.equal(2, #requests)
    local real, control = requests[1].headers, requests[2].headers
    local made_up = control["x-api-key"]
    assert.equal(key, real["x-api-key"])
    assert.equal(#key, #made_up)
    assert.equal("sk-ant-", made_up:sub(1, 7))
    for at = 8, #key do
      local a, b = key:sub(at, at), made_up:sub(at, at)
      if a:match "%p" then assert.equal(a, b) else assert.are_not.equal(a, b) end
      for _, class in ipairs { "%d", "%l", "%u" } do assert.equal(a:match(class) ~= nil, b:match(class) ~= nil) end
    end
    for name, value in pairs(real) do
      if name ~= "x-api-key" then assert.equal(value, control[name], name) end
    end
    assert.falsy((result.out .. result.err):find(made_up:sub(8), 1, true))
  end)

  it("is another one in each run, and long even if the real one is short", function ()
    local seen = {}
    for _ = 1, 2 do
      local scene = reached(ways["an override"], { key = "k", server = { keys = { "k" } } })
      scene.models()
      for _, request in ipairs(scene.requests()) do
        if key_of(request) ~= "k" then seen[#seen + 1] = key_of(request) end
      end
    end
    assert.equal(2, #seen)
    assert.is_true(#seen[1] >= 24)
    assert.are_not.equal(seen[1], seen[2])
  end)

  it("appears among a model's requests as one of its own, and its key is never shown", function ()
    local scene = reached(ways["an override"], {})
    local result = scene.run { "explain", "one", "--json" }
    local stages = {}
    for i, request in ipairs(result.json().requests) do stages[i] = request.stage .. " " .. request.outcome end
    assert.same({ "list ready", "control refused" }, stages)
    for _, request in ipairs(scene.requests()) do
      local key = key_of(request)
      if key ~= GOOD then assert.falsy(result.out:find(key, 1, true)) end
    end
  end)
end)

it("A request that is signed for AWS is repeated with a made-up secret at an override, and with the same key id", function ()
  local scene = support.scene({}, {
    env = { ACCESS_KEY_ID = "AKIA0123456789ABCDEF", SECRET_ACCESS_KEY = "sk-secret-0123456789abcdefghijklmn" },
    servers = { { name = "there", protocol = "bedrock-converse", models = { "one" } } },
    text = function (mocks)
      return ([[provider "acme" { protocol = "bedrock-converse", base_url = "http://127.0.0.1:9", override = "%s",
          credential = secret "SECRET_ACCESS_KEY", auth = aws_sigv4 { region = "eu-west-1", service = "bedrock", key_id = secret "ACCESS_KEY_ID" } }
        model "one" { provider = "acme" }]]):format(mocks.url "there")
    end })
  scene.models()
  local signatures, seen, count = scene.requests(), {}, 0
  for _, request in ipairs(signatures) do
    local signature = request.path:match "count%-tokens$" and request.headers.authorization or ""
    has(request.headers.authorization, "Credential=AKIA0123456789ABCDEF")
    if signature ~= "" and not seen[signature] then count = count + 1 end
    seen[signature] = true
  end
  assert.equal(2, count)
end)

describe("A host where the key is optional", function ()
  local function optional(server)
    return reached(ways["an override"], { key = WRONG, fields = "key_optional = true,", server = server })
  end

  it("needs none if it rejects no key", function ()
    assert.equal("ready", optional({ keys = require "cjson".null }).entry("one").state)
  end)

  it("prints what to do without one if no free request decides", function ()
    local entry = optional({ public_list = true, public_lookup = true, serves = { "list", "get" } }).entry "one"
    assert.equal("unproven", entry.state)
    has(entry.hint, "if it needs no key, unset ACME_API_KEY")
  end)
end)
