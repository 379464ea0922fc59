-- Gateways: which key is sent, how a provider is reached through one, and what a gateway that offers no free proof is taken to show.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function verdict(entry) return entry.state .. " at " .. entry.stage end

local protocols = { "anthropic-messages", "openai-chat", "openai-responses", "gemini" }
local key_headers = {
  ["anthropic-messages"] = { "x-api-key", "" }, ["gemini"] = { "x-goog-api-key", "" },
  ["openai-chat"] = { "authorization", "Bearer " }, ["openai-responses"] = { "authorization", "Bearer " },
}
local dialects = { ["anthropic-messages"] = "anthropic-messages", ["openai-chat"] = "openai", ["openai-responses"] = "openai", gemini = "gemini" }

--- One gateway in front of providers that cannot be reached directly. A part is { id, protocol, models, mount = { ... }, fields, path }.
-- gateway: the fields of its block, which speaks for what it lists unless they say otherwise: spec/belief_spec.lua is about those that do not.
local function behind(gateway, parts)
  if not gateway:find("list_proves", 1, true) then gateway = 'list_proves = "access", ' .. gateway end
  local mounts = {}
  for i, part in ipairs(parts) do
    part.url = part.url or "http://127.0.0.1:9"
    local mount = { name = part[1], protocol = dialects[part.protocol], prefix = "/_/gateway/" .. part[1] .. (part.path or ""), models = part.models }
    for name, value in pairs(part.mount or {}) do mount[name] = value end
    mounts[i] = mount
  end
  return support.scene(parts, {
    servers = { { name = "door", protocol = "none", mounts = mounts } },
    text = function (mocks) return ('gateway "door" { base_url = "%s", %s }'):format(mocks.url "door", gateway) end,
  })
end

teardown(support.stop_all)

describe("A gateway that forwards credentials", function ()
  for _, protocol in ipairs(protocols) do
    it("receives the provider's own key where " .. protocol .. " sends it", function ()
      local scene = behind("", { { "acme", protocol = protocol, models = { "one" }, mount = { keys = { "sk-acme-0123456789abcdef" } } } })
      local document = scene.models("--level", "generate")
      assert.equal("ready at generate", verdict(support.entry(document, "one")))
      assert.equal("$ACME_API_KEY", support.entry(document, "one").source)
      assert.is_true(#scene.requests "door" >= 2)
      for _, request in ipairs(scene.requests "door") do
        assert.equal(key_headers[protocol][2] .. scene.keys.acme, request.headers[key_headers[protocol][1]])
        assert.equal("/_/gateway/acme/", request.path:match "^/_/gateway/acme/")
      end
    end)
  end

  it("needs a key here too: without one, no request is sent and no model is ready", function ()
    local scene = behind("", { { "acme", protocol = "anthropic-messages", models = { "one" }, key = false } })
    local document = scene.models()
    assert.equal("no_credential at credential", verdict(support.entry(document, "one")))
    assert.same({}, document.models)
    assert.same({}, scene.paths())
  end)

  it("is asked like the provider itself: an unknown model is not_listed, and a refused key is bad_credential", function ()
    local scene = behind("", {
      { "acme", protocol = "anthropic-messages", models = { "one" }, mount = { models = { "another" } } },
      { "bolt", protocol = "openai-chat", models = { "two" }, mount = { keys = { "sk-of-somebody-else" } } },
    })
    local document = scene.models()
    assert.equal("not_listed at prove", verdict(support.entry(document, "one")))
    assert.equal("bad_credential at list", verdict(support.entry(document, "two")))
    has(support.entry(document, "two").reason, "The bolt rejected the key in BOLT_API_KEY (401")
    assert.equal("set a valid BOLT_API_KEY", support.entry(document, "two").hint)
  end)

  it("is named beside the provider's key if it wants a secret of its own, since either may have been refused", function ()
    for credentials, hint in pairs {
      forwarded = "set a valid ACME_API_KEY; if gateway 'door' itself refused, set a valid DOOR_TOKEN",
      injected = "set a valid DOOR_TOKEN, and check that key at the gateway",
    } do
      local scene = behind(('credentials = "%s", headers = { ["x-door"] = secret "DOOR_TOKEN" }'):format(credentials), {
        { "acme", protocol = "openai-chat", models = { "one" }, key = credentials == "forwarded" and nil, mount = { keys = { "sk-of-somebody-else" } } } })
      local entry = scene.entry "one"
      assert.equal("bad_credential at list", verdict(entry))
      assert.equal(hint, entry.hint)
    end
  end)
end)

describe("A gateway that injects credentials", function ()
  for _, protocol in ipairs(protocols) do
    it("receives the word implicit where " .. protocol .. " sends its key", function ()
      local scene = behind('credentials = "injected"', {
        { "acme", protocol = protocol, models = { "one" }, key = false, mount = { keys = { "implicit" } } } })
      local document = scene.models("--level", "generate")
      assert.equal("ready at generate", verdict(support.entry(document, "one")))
      assert.equal("gateway door", support.entry(document, "one").source)
      assert.is_true(document.llm_configured)
      for _, request in ipairs(scene.requests "door") do
        assert.equal(key_headers[protocol][2] .. "implicit", request.headers[key_headers[protocol][1]])
      end
    end)
  end

  it("receives another placeholder if its block names one", function ()
    local scene = behind('credentials = "injected", placeholder = "from-the-machine"', {
      { "acme", protocol = "anthropic-messages", models = { "one" }, key = false, mount = { keys = { "from-the-machine" } } } })
    assert.equal("ready at list", verdict(scene.entry "one"))
  end)

  it("receives a key that is set here instead of the placeholder", function ()
    local scene = behind('credentials = "injected"', {
      { "acme", protocol = "anthropic-messages", models = { "one" }, mount = { keys = { "sk-acme-0123456789abcdef" } } } })
    local entry = scene.entry "one"
    assert.equal("ready at list", verdict(entry))
    assert.equal("$ACME_API_KEY", entry.source)
    assert.equal(scene.keys.acme, scene.requests("door")[1].headers["x-api-key"])
  end)

  it("is named in the reason and the hint when the provider rejects the key", function ()
    local scene = behind('credentials = "injected"', {
      { "acme", protocol = "anthropic-messages", models = { "one" }, key = false, mount = { keys = { "the-real-one" } } } })
    local entry = scene.entry "one"
    assert.equal("bad_credential at list", verdict(entry))
    has(entry.reason, "The acme rejected the key that gateway 'door' adds (401")
    has(entry.hint, "at the gateway")
    has(entry.hint, "ACME_API_KEY")
  end)

  it("lets a listing prove the injected key like one that is set here", function ()
    local scene = behind('credentials = "injected"', {
      { "acme", protocol = "anthropic-messages", models = { "one" }, key = false, mount = { models = { "other" }, serves = { "list" } } } })
    assert.equal("not_listed at list", verdict(scene.entry "one"))
  end)
end)

describe("The route through a gateway", function ()
  local function reached(words, mount, fields)
    local scene = behind(words, { { "acme", protocol = "anthropic-messages", models = { "one" }, mount = mount, fields = fields } })
    assert.equal("ready at list", verdict(scene.entry "one"))
    return scene.paths "door"
  end

  it("is /_/gateway/{provider} by default", function ()
    assert.same({ "GET /_/gateway/acme/v1/models" }, reached "")
  end)

  it("may be /{provider}", function ()
    assert.same({ "GET /acme/v1/models" }, reached('path = "/{provider}"', { prefix = "/acme" }))
  end)

  it("may be the same for every provider", function ()
    assert.same({ "GET /llm/v1/models" }, reached('path = "/llm"', { prefix = "/llm" }))
    assert.same({ "GET /v1/models" }, reached('path = ""', { prefix = "" }))
  end)

  it("begins with the path of the gateway's own address", function ()
    local scene = support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, url = "http://127.0.0.1:9" } }, {
      servers = { { name = "door", protocol = "anthropic-messages", prefix = "/gateway/llm/_/gateway/acme", models = { "one" } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s/gateway/llm/", list_proves = "access" }'):format(mocks.url "door") end,
    })
    assert.equal("ready at list", verdict(scene.entry "one"))
    assert.same({ "GET /gateway/llm/_/gateway/acme/v1/models" }, scene.paths "door")
  end)

  it("names providers as in segments, and by their ids otherwise", function ()
    local scene = behind('path = "/{provider}", segments = { gemini = "google-ai-studio" }', {
      { "gemini", protocol = "gemini", models = { "one" }, mount = { prefix = "/google-ai-studio" } },
      { "acme", protocol = "anthropic-messages", models = { "two" }, mount = { prefix = "/acme" } },
    })
    assert.equal(2, #(scene.models()).models)
    local paths = scene.paths "door"
    table.sort(paths)
    assert.same({ "GET /acme/v1/models", "GET /google-ai-studio/v1beta/models", "GET /google-ai-studio/v1beta/models/one" }, paths)
  end)

  it("ends with the path of the provider's base_url, as Fireworks needs", function ()
    local scene = behind("", { { "fireworks", protocol = "openai-chat", models = { "glm" }, url = "https://api.fireworks.example/inference",
      mount = { prefix = "/_/gateway/fireworks/inference" } } })
    assert.equal("ready at list", verdict(scene.entry "glm"))
    assert.same({ "GET /_/gateway/fireworks/inference/v1/models" }, scene.paths "door")
  end)

  it("carries the headers of the gateway and of the provider", function ()
    local scene = behind('headers = { ["x-team"] = "blue", ["x-both"] = "gateway" }', { { "acme", protocol = "anthropic-messages", models = { "one" },
      fields = 'headers = { ["anthropic-version"] = "2023-06-01", ["x-both"] = "provider" }' } })
    scene.models()
    local headers = scene.requests("door")[1].headers
    assert.same({ "blue", "2023-06-01", "gateway" }, { headers["x-team"], headers["anthropic-version"], headers["x-both"] })
  end)

  it("is shown in the address of the model and of the provider", function ()
    local scene = behind("", { { "acme", protocol = "anthropic-messages", models = { "one" } } })
    local url = scene.mocks.url "door" .. "/_/gateway/acme"
    assert.equal(url .. "/v1/messages", scene.run({ "explain", "one", "--json" }).json().url)
    assert.equal(url, scene.run({ "providers", "--offline", "--json" }).json().providers[1].base_url)
  end)
end)

describe("The gateway for a provider", function ()
  it("is the one whose providers name it, and the other providers are reached directly", function ()
    local scene = support.scene({
      { "acme", protocol = "anthropic-messages", models = { "one" } }, { "bolt", protocol = "anthropic-messages", models = { "two" } },
    }, {
      servers = { { name = "door", protocol = "anthropic-messages", prefix = "/_/gateway/acme", models = { "one" } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s", providers = { "acme" }, list_proves = "access" }'):format(mocks.url "door") end,
    })
    assert.same({ "one", "two" }, support.ids((scene.models()).models))
    assert.same({}, scene.paths "acme")
    assert.same({ "GET /v1/models" }, scene.paths "bolt")
    assert.same({ "GET /_/gateway/acme/v1/models" }, scene.paths "door")
  end)

  it("is the first of several that serve it", function ()
    local scene = support.scene({
      { "acme", protocol = "anthropic-messages", models = { "one" }, url = "http://127.0.0.1:9" },
      { "bolt", protocol = "anthropic-messages", models = { "two" }, url = "http://127.0.0.1:9" },
    }, {
      servers = { { name = "front", protocol = "anthropic-messages", prefix = "/bolt", models = { "two" } },
                  { name = "back", protocol = "anthropic-messages", prefix = "/acme", models = { "one" } } },
      text = function (mocks)
        return ([[gateway "off"   { path = "/{provider}" }
                  gateway "out"   { base_url = "http://127.0.0.1:9", enabled = false }
                  gateway "front" { base_url = "%s", path = "/{provider}", providers = { "bolt" }, list_proves = "access" }
                  gateway "back"  { base_url = "%s", path = "/{provider}", list_proves = "access" }]]):format(mocks.url "front", mocks.url "back")
      end,
    })
    assert.same({ "one", "two" }, support.ids((scene.models()).models))
    assert.same({ "GET /bolt/v1/models" }, scene.paths "front")
    assert.same({ "GET /acme/v1/models" }, scene.paths "back")
  end)

  it("is bypassed if a rule sends the model elsewhere", function ()
    local scene = support.scene({ { "acme", protocol = "anthropic-messages", models = { "one", "two" }, url = "http://127.0.0.1:9" } }, {
      servers = { { name = "door", protocol = "anthropic-messages", prefix = "/_/gateway/acme", models = { "one", "two" } },
                  { name = "apart", protocol = "anthropic-messages", models = { "two" }, keys = { "sk-acme-0123456789abcdef" } } },
      text = function (mocks)
        return ([[gateway "door" { base_url = "%s", list_proves = "access" }
                  rule "apart" (function (model) if model.id == "two" then return via "%s" end end)]]):format(mocks.url "door", mocks.url "apart")
      end,
    })
    local document = scene.models()
    assert.same({ "one", "two" }, support.ids(document.models))
    assert.same({ "GET /_/gateway/acme/v1/models" }, scene.paths "door")
    assert.same({ "GET /v1/models", "GET /v1/models" }, scene.paths "apart") -- the second with a made-up key
    assert.equal("apart", scene.run({ "explain", "two", "--json" }).json().rule)
  end)
end)

describe("The gateway of an exe.dev machine", function ()
  local inference = { "generate" }

  --- The document of the shipped definitions, with these fields in the gateway's block, and a gateway that serves inference only.
  local function machine(words, served, env)
    served = served or { "claude-opus-5-5", "claude-opus-4-5-20251101" }
    local function mount(name, protocol, prefix, models)
      return { name = name, protocol = protocol, prefix = prefix, keys = { "implicit" }, models = models, serves = inference }
    end
    local mocks = support.mock_servers { { name = "door", protocol = "none", mounts = {
      mount("anthropic", "anthropic-messages", "/anthropic", served),
      mount("openai", "openai", "/openai", { "gpt-5.5" }),
      mount("fireworks", "openai", "/fireworks/inference", { "accounts/fireworks/models/glm-5p3" }),
    } } }
    local all = { LLM_GATEWAY = mocks.url() }
    for name, value in pairs(env or {}) do all[name] = value end
    local document = support.models { env = all, config = { ["gateway.lua"] = ('gateway "exe.dev" { %s }'):format(words) } }
    return document, mocks
  end

  local function billed(mocks)
    local count = 0
    for _, path in ipairs(support.paths(mocks.requests())) do
      if path:match "^POST" and not path:match "count_tokens$" then count = count + 1 end
    end
    return count
  end

  it("is used once its block is enabled, with one smallest request for each model that is recommended or a first choice", function ()
    local document, mocks = machine "enabled = true"
    local ids = support.ids(document.models)
    table.sort(ids)
    assert.same({ "claude-5.5-opus", "glm-5.3-fireworks" }, ids)
    for _, entry in ipairs(document.models) do
      assert.equal("ready at generate", verdict(entry))
      assert.equal("gateway exe.dev", entry.source)
    end
    local asked = 0
    for _, entry in ipairs(document.unavailable) do
      local id = entry.provider_id
      if id == "anthropic" or id == "openai" or id == "fireworks" or id == "xai" then
        if entry.reason_code ~= "not_billed" then
          local foreign = id == "xai" or id == "fireworks" and entry.protocol ~= "openai-chat" -- in a protocol that this gateway does not serve there
          assert.equal(foreign and "provider_error at generate" or "not_listed at generate", verdict(entry), entry.id)
          asked = asked + 1
        end
      end
    end
    assert.equal(asked + 2, billed(mocks))
    assert.is_true(billed(mocks) < 15, billed(mocks) .. " of them")
    assert.same({ today = billed(mocks), per_day = 50 }, { today = document.billed.today, per_day = document.billed.per_day })
    assert.equal("healthy", document.gateway_status)
    assert.is_true(document.llm_configured)
  end)

  it("keeps Fireworks' path /inference behind its own", function ()
    local _, mocks = machine "enabled = true"
    local seen = 0
    for _, request in ipairs(mocks.requests()) do
      if request.path:match "^/fireworks/" then
        assert.equal("/fireworks/inference/v1/", request.path:match "^/fireworks/inference/v1/")
        seen = seen + 1
      end
    end
    assert.is_true(seen > 0)
  end)

  it("is not asked about Gemini, which it does not serve", function ()
    local document, mocks = machine "enabled = true"
    for _, request in ipairs(mocks.requests()) do assert.falsy(request.path:find("gemini", 1, true)) end
    local seen = 0
    for _, entry in ipairs(document.unavailable) do
      if entry.provider_id == "gemini" then
        assert.equal("no_credential", entry.state)
        seen = seen + 1
      end
    end
    assert.is_true(seen > 0)
  end)

  it("offers and bills nothing if unproven models are refused", function ()
    local document, mocks = machine 'enabled = true, unproven = "refuse"'
    assert.same({}, document.models)
    assert.equal(0, billed(mocks))
    assert.equal("unproven at prove", verdict(support.entry(document, "claude-4.5-opus")))
    assert.equal("unproven", document.empty_reason)
  end)

  it("offers all models that it serves as unproven if its block allows it", function ()
    local document, mocks = machine 'enabled = true, unproven = "offer"'
    assert.equal(0, billed(mocks))
    assert.equal("unproven", support.entry({ models = document.models, unavailable = {} }, "claude-4.5-opus").state)
    for _, entry in ipairs(document.models) do assert.equal("unproven", entry.state, entry.id) end
    for _, entry in ipairs(document.unavailable) do assert.is_not_equal("unproven", entry.state, entry.id) end
  end)

  it("is not used unless its block is enabled", function ()
    local document, mocks = machine ""
    assert.same({}, document.models)
    assert.same({}, mocks.requests())
  end)

  it("receives a key that is set here instead of the placeholder", function ()
    local _, mocks = machine("enabled = true", nil, { ANTHROPIC_API_KEY = "sk-ant-here-0123456789" })
    for _, request in ipairs(mocks.requests()) do
      if request.path:match "^/anthropic/" then assert.equal("sk-ant-here-0123456789", request.headers["x-api-key"]) end
      if request.path:match "^/openai/" then assert.equal("Bearer implicit", request.headers.authorization) end
    end
  end)
end)

describe("An override", function ()
  local function is_real(request)
    for _, name in ipairs { "authorization", "x-api-key", "x-goog-api-key" } do
      if (request.headers[name] or ""):find("sk-acme-0123456789abcdef", 1, true) then return true end
    end
    return false
  end

  --- The path and query of each request with the key when ACME_BASE_URL is the mock server's address with this suffix, and the path of a
  -- host's requests.
  local function overridden(protocol, suffix, prefix, fields)
    local scene = support.scene({
      { "acme", protocol = protocol, models = { "one" }, url = "http://127.0.0.1:9", fields = 'override = setting "ACME_BASE_URL", ' .. (fields or "") },
    }, {
      env = {}, servers = { { name = "there", protocol = dialects[protocol], prefix = prefix, models = { "one" }, keys = { "sk-acme-0123456789abcdef" } },
                            { name = "door", protocol = dialects[protocol], prefix = "/_/gateway/acme", models = { "one" } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s" }'):format(mocks.url "door") end,
    })
    scene.options.env.ACME_BASE_URL = scene.mocks.url "there" .. suffix
    local story = scene.run({ "explain", "one", "--json" }).json()
    local paths = {}
    for _, request in ipairs(scene.requests "there") do
      if is_real(request) then paths[#paths + 1] = request.path .. (request.query == "" and "" or "?" .. request.query) end
    end
    assert.equal("ready", story.state, suffix .. ": " .. tostring(story.reason))
    assert.same({}, scene.requests "door")
    return paths, story.url:sub(#scene.mocks.url "there" + 1)
  end

  it("takes precedence over the gateway and base_url, in every form that people write", function ()
    local cases = {
      { "anthropic-messages", "/v1/messages", "/v1/models?limit=1000" },
      { "openai-responses", "/v1/responses", "/v1/models" },
      { "openai-chat", "/v1/chat/completions", "/v1/models" },
    }
    for _, case in ipairs(cases) do
      local protocol, chat, list = table.unpack(case)
      for _, suffix in ipairs { "", "/", "/v1", "/v1/", chat, chat .. "/" } do
        local paths, url = overridden(protocol, suffix)
        assert.equal(list, paths[1], suffix)
        assert.equal(chat, url, suffix)
      end
    end
  end)

  it("may be Gemini's address with or without its version", function ()
    for _, suffix in ipairs { "", "/v1beta", "/v1beta/" } do
      local paths, url = overridden("gemini", suffix)
      assert.equal("/v1beta/models?pageSize=1000", paths[1], suffix)
      assert.equal("/v1beta/models/one:generateContent", url)
    end
  end)

  it("keeps a path prefix, with or without the protocol's path behind it", function ()
    for _, suffix in ipairs { "/inference", "/inference/v1", "/inference/v1/chat/completions" } do
      local paths, url = overridden("openai-chat", suffix, "/inference")
      assert.same({ "/inference/v1/models", "/inference/v1/models/one" }, paths, suffix)
      assert.equal("/inference/v1/chat/completions", url)
    end
  end)

  it("adds its query to every request", function ()
    for _, suffix in ipairs { "/v1/messages?beta=true", "/v1?beta=true", "?beta=true" } do
      local paths, url = overridden("anthropic-messages", suffix)
      assert.equal("/v1/models?beta=true&limit=1000", paths[1], suffix)
      assert.equal("/v1/messages?beta=true", url)
    end
  end)

  it("may name the endpoint of another protocol on the same host", function ()
    local paths, url = overridden("openai-responses", "/v1/chat/completions")
    assert.equal("/v1/models", paths[1])
    assert.equal("/v1/responses", url)
  end)

  it("works for a provider with its own prefix", function ()
    for _, suffix in ipairs { "", "/api/v4", "/api/v4/chat/completions" } do
      local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "one" }, url = "http://127.0.0.1:9",
        fields = 'override = setting "ACME_BASE_URL", prefix = "/api/v4", list_proves = "access"' } },
        { env = {}, servers = { { name = "there", protocol = "none", routes = {
          { path = "/api/v4/models", when = { authorization = "Bearer sk-acme-0123456789abcdef" }, body = { data = { { id = "one" } } } },
          { path = "/api/v4/models", status = 401, body = { error = { message = "no such key" } } } } } } })
      scene.options.env.ACME_BASE_URL = scene.mocks.url "there" .. suffix
      assert.equal("ready", scene.entry("one").state, suffix)
      assert.same({ "GET /api/v4/models", "GET /api/v4/models" }, scene.paths()) -- the second with a made-up key
    end
  end)

  it("moves only its own provider when the shipped definitions are used", function ()
    local mocks = support.mock_servers {
      { name = "there", protocol = "anthropic-messages", keys = { "sk-a" }, models = { "claude-opus-4-5-20251101" } },
      { name = "door", protocol = "none", mounts = {
        { name = "anthropic", protocol = "anthropic-messages", prefix = "/_/gateway/anthropic", models = {} },
        { name = "openai", protocol = "openai", prefix = "/_/gateway/openai", keys = { "sk-o" }, models = { "gpt-5.5" } } } },
    }
    local document = support.models { config = {}, env = { ANTHROPIC_API_KEY = "sk-a", OPENAI_API_KEY = "sk-o", LLM_GATEWAY = mocks.url "door",
      ANTHROPIC_BASE_URL = mocks.url "there" .. "/v1/messages" } }
    local ids = support.ids(document.models)
    table.sort(ids)
    assert.same({ "claude-4.5-opus", "gpt-5.5" }, ids)
    for _, request in ipairs(mocks.requests "door") do assert.falsy(request.path:find("anthropic", 1, true), request.path) end
  end)
end)

describe("The gateway status", function ()
  local function status_of(text, options)
    options = options or {}
    options.text = text
    return (support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, key = options.key, server = options.server } }, options).models())
      .gateway_status
  end

  it("is not_configured if there is no gateway", function () assert.equal("not_configured", status_of "") end)

  it("is not_configured if every gateway is off", function ()
    assert.equal("not_configured", status_of 'gateway "a" { path = "/x" }\ngateway "b" { base_url = "http://127.0.0.1:9", enabled = false }')
  end)

  it("is unknown until a request is sent to it", function ()
    assert.equal("unknown", status_of('gateway "door" { base_url = "http://127.0.0.1:9" }', { key = false }))
  end)

  it("is unreachable if nothing listens at its address", function ()
    assert.equal("unreachable", status_of 'gateway "door" { base_url = "http://127.0.0.1:9" }')
  end)

  for _, status in ipairs { 200, 302, 401, 404, 429, 500, 503 } do
    it(("is healthy when the gateway itself responds with status %d"):format(status), function ()
      local answer = { name = "door", protocol = "none", routes = { { path = "*", status = status, text = "{}" } } }
      assert.equal("healthy", status_of(function (mocks) return ('gateway "door" { base_url = "%s" }'):format(mocks.url "door") end,
        { servers = { answer } }))
    end)
  end

  it("is healthy even if the response was too long to be read", function ()
    local flood = { name = "door", protocol = "raw", script = { { send = "HTTP/1.1 200 OK\r\n\r\n" }, { send = ("x"):rep(65536), ["repeat"] = 1000 } } }
    assert.equal("healthy", status_of(function (mocks) return ('gateway "door" { base_url = "%s" }'):format(mocks.url "door") end,
      { servers = { flood } }))
  end)

  it("does not depend on a provider that is reached directly", function ()
    local scene = support.scene({
      { "acme", protocol = "anthropic-messages", models = { "one" } },
      { "bolt", protocol = "anthropic-messages", models = { "two" }, key = false },
    }, { text = 'gateway "door" { base_url = "http://127.0.0.1:9", providers = { "bolt" } }' })
    local document = scene.models()
    assert.same({ "one" }, support.ids(document.models))
    assert.equal("unknown", document.gateway_status)
  end)
end)

describe("An invalid gateway address", function ()
  local broken = {
    { "no address at all",  "gateway",                           "does not begin with https:// or http://" },
    { "a missing scheme",   "gateway.example:8080",              "does not begin with https:// or http://" },
    { "another scheme",     "ftp://gateway.example",             "does not begin with https:// or http://" },
    { "a user in it",       "http://me:hunter2@gateway.example", "names a user" },
    { "a fragment",         "http://gateway.example/#x",         "has a fragment" },
    { "no host",            "http:///path",                      "has no valid host name" },
    { "a port above 65535", "http://gateway.example:99999",      "has no valid port" },
    { "a line break",       "http://gateway.example/\nx",        "contains a control character" },
  }
  for _, case in ipairs(broken) do
    it(("(%s) disables the models behind it with a reason, and no others"):format(case[1]), function ()
      local scene = support.scene({
        { "acme", protocol = "anthropic-messages", models = { "one" } },
        { "bolt", protocol = "anthropic-messages", models = { "two" } },
      }, { text = 'gateway "door" { base_url = setting "LLM_GATEWAY", providers = { "acme" } }', env = { LLM_GATEWAY = case[2] } })
      local document, result = scene.models()
      local entry = support.entry(document, "one")
      assert.equal("disabled at config", verdict(entry))
      has(entry.reason, "gateway 'door'")
      has(entry.reason, case[3])
      assert.is_true(#entry.hint > 0)
      assert.falsy((result.out .. result.err):find("hunter2", 1, true))
      assert.same({ "two" }, support.ids(document.models))
      assert.same({}, scene.paths "acme")
    end)
  end

  it("does not keep an override from working when the shipped definitions are used", function ()
    local mocks = support.mock_servers { { name = "there", protocol = "anthropic-messages", keys = { "sk-a" }, models = { "claude-opus-4-5-20251101" } } }
    local document, result = support.models { config = {}, env = { LLM_GATEWAY = "not an address", ANTHROPIC_API_KEY = "sk-a", OPENAI_API_KEY = "sk-o",
      ANTHROPIC_BASE_URL = mocks.url() } }
    assert.equal(0, result.status)
    assert.same({ "claude-4.5-opus" }, support.ids(document.models))
    local entry = support.entry(document, "gpt-5.5")
    assert.equal("disabled", entry.state)
    has(entry.reason, "gateway 'main'")
  end)

  it("is not the same as an empty one, which counts as unset", function ()
    local scene = support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" } } },
      { text = 'gateway "door" { base_url = setting "LLM_GATEWAY" }', env = { LLM_GATEWAY = "" } })
    local document = scene.models()
    assert.equal("not_configured", document.gateway_status)
    assert.same({ "one" }, support.ids(document.models))
  end)
end)

describe("An address", function ()
  local function offline(provider, gateway, env)
    local text = ('provider "acme" { protocol = "openai-chat", credential = secret "ACME_API_KEY", %s }\nmodel "one" { provider = "acme" }\n%s')
      :format(provider, gateway or "")
    local all = { ACME_API_KEY = "sk-acme" }
    for name, value in pairs(env or {}) do all[name] = value end
    return support.offline({ ["x.lua"] = text }, { "--no-builtin", env = all }).unavailable[1]
  end

  it("with plain http is refused for a host that is not local when the definitions are read", function ()
    for _, host in ipairs { "api.acme.example", "10.0.0.1", "192.168.1.1", "8.8.8.8", "[2001:db8::1]", "localhost.acme.example", "127.0.0.1.acme.example" } do
      local found = support.lint { ["x.lua"] = ('provider "acme" { protocol = "openai-chat", base_url = "http://%s" }'):format(host) }
      assert.equal(1, #found, host)
      has(found[1], "x.lua:1")
      has(found[1], "is not encrypted")
      has(found[1], "plain_http = true")
    end
  end)

  it("with plain http is accepted for this machine and its local link", function ()
    for _, host in ipairs { "127.0.0.1", "127.8.9.10:8080", "localhost", "LOCALHOST", "acme.localhost", "[::1]:80", "169.254.169.254", "[fe80::1]" } do
      assert.equal("unproven", offline(('base_url = "http://%s"'):format(host)).state, host)
    end
  end)

  it("with plain http is accepted for any host if the provider sets plain_http", function ()
    assert.equal("unproven", offline('base_url = "http://api.acme.example", plain_http = true').state)
  end)

  it("with plain http is accepted for any gateway", function ()
    assert.equal("unproven", offline('base_url = "https://api.acme.example"', 'gateway "door" { base_url = "http://gateway.acme.example" }').state)
  end)

  it("with plain http is refused in an override and from a rule too, for the models concerned", function ()
    local by_override = offline('override = setting "ACME_BASE_URL"', nil, { ACME_BASE_URL = "http://api.acme.example" })
    local by_rule = offline('base_url = "https://api.acme.example"', 'rule "down" (function () return via "http://api.acme.example" end)')
    for _, entry in ipairs { by_override, by_rule } do
      assert.equal("disabled at config", verdict(entry))
      has(entry.reason, "unencrypted")
    end
  end)

  it("with https is accepted for any host", function () assert.equal("unproven", offline('base_url = "https://api.acme.example"').state) end)
end)
