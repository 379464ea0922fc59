-- Gateways that do more than forward requests: they rename models, add or drop headers, or answer look-ups themselves.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function verdict(entry) return entry.state .. " at " .. entry.stage end

--- acme and bolt behind one gateway whose block has these fields; `mounts` are the listings that the gateway serves, by prefix.
local function behind(words, mounts, parts, env)
  for _, mount in ipairs(mounts) do mount.name, mount.protocol = mount.prefix, mount.protocol or "openai" end
  parts = parts or { { "acme", protocol = "openai-chat", models = { "one" } } }
  for _, part in ipairs(parts) do part.url = "http://127.0.0.1:9" end
  return support.scene(parts, {
    env = env,
    servers = { { name = "door", protocol = "none", mounts = mounts } },
    text = function (mocks)
      return ('gateway "door" { base_url = "%s", path = "/{provider}", list_proves = "key", %s }'):format(mocks.url "door", words)
    end,
  })
end

teardown(support.stop_all)

describe("A gateway that renames models", function ()
  it("gets its own names in the requests of roster and in those that roster shows to hosts", function ()
    local scene = behind('api_names = "{provider}/{api_name}", segments = { acme = "ac" }', { { prefix = "/ac", models = { "ac/uno" } } },
      { { "acme", protocol = "openai-chat", models = { { "one", 'api_name = "uno"' } } } })
    local document = scene.models()
    assert.equal("ready at prove", verdict(support.entry(document, "one")))
    assert.equal("ac/uno", document.models[1].api_name)
    assert.same({ "GET /ac/v1/models", "GET /ac/v1/models/ac/uno" }, scene.paths "door")
    has(scene.run({ "request", "one" }).out, '"model":"ac/uno"')
  end)

  it("gets a hint about api_names when it lists a model under an undeclared name", function ()
    local scene = behind("", { { prefix = "/acme", models = { "acme/one" } } })
    local entry = scene.entry "one"
    assert.equal("not_listed at prove", verdict(entry))
    assert.equal("gateway 'door' lists it as 'acme/one': write api_names = \"{provider}/{api_name}\" in its block", entry.hint)
  end)

  it("may use a different path prefix for one provider", function ()
    local scene = behind('prefixes = { acme = "/odd/v1" }', { { prefix = "/acme/odd", models = { "one" } }, { prefix = "/bolt", models = { "two" } } },
      { { "acme", protocol = "openai-chat", models = { "one" } }, { "bolt", protocol = "openai-chat", models = { "two" } } })
    assert.equal(2, #scene.models().models)
    scene = behind('prefixes = { acme = "" }', { { prefix = "/acme", models = { "one" } } })
    scene.models()
    assert.equal("GET /acme/models", scene.paths "door"[1])
  end)
end)

describe("A gateway's headers", function ()
  it("may contain the provider's name, or a secret after a scheme", function ()
    local scene = behind('headers = { ["x-provider"] = "{provider}", ["cf-auth"] = secret { env = "DOOR_TOKEN", prefix = "Bearer " } }, segments = { acme = "ac" }',
      { { prefix = "/ac", models = { "one" } } }, nil, { DOOR_TOKEN = "door-canary-0123456789" })
    local result = scene.run { "models", "--json" }
    for _, request in ipairs(scene.requests "door") do
      assert.same({ "ac", "Bearer door-canary-0123456789" }, { request.headers["x-provider"], request.headers["cf-auth"] })
    end
    assert.is_true(#scene.requests "door" > 0)
    local shown = scene.run({ "request", "one" }).out
    has(shown, '-H "cf-auth: Bearer $DOOR_TOKEN"')
    has(shown, "-H 'x-provider: ac'")
    assert.falsy((result.out .. shown):find("canary", 1, true))
  end)

  it("disable only the models that need a header listed in unsupported_headers", function ()
    local scene = behind('unsupported_headers = { "Anthropic-Beta" }', { { prefix = "/acme", models = { "one" }, protocol = "anthropic-messages" } },
      { { "acme", protocol = "anthropic-messages", models = { "one" }, fields = "", lines = nil } })
    local with = support.config { ["x.lua"] = support.read(scene.options.config .. "/scene.lua")
      .. '\nmodel "one-1m" { inherit = "one", headers = { ["anthropic-beta"] = "context-1m" } }' }
    scene.options.config = with
    local document = scene.models()
    assert.equal("ready at prove", verdict(support.entry(document, "one")))
    local entry = support.entry(document, "one-1m")
    assert.equal("disabled at config", verdict(entry))
    assert.equal("gateway 'door' does not pass on anthropic-beta, which this model needs", entry.reason)
    has(entry.hint, "unsupported_headers of gateway 'door'")
  end)
end)

describe("A gateway that answers look-ups itself", function ()
  local mounts = function () return { { prefix = "/acme", models = { "one" } } } end

  it("gets no look-ups, because they would prove nothing", function ()
    local scene = behind("answers_itself = true", mounts())
    local entry = scene.entry "one"
    assert.equal("unproven at prove", verdict(entry))
    has(entry.reason, "gateway 'door' answers lookups itself, so they prove nothing")
    assert.same({}, scene.paths "door")
  end)

  it("is trusted when the model itself generates a response", function ()
    local scene = behind('answers_itself = true, unproven = "generate"', mounts(),
      { { "acme", protocol = "openai-chat", models = { { "one", "recommended = true" } } } })
    assert.equal("ready at generate", verdict(scene.entry "one"))
    assert.same({ "POST /acme/v1/chat/completions" }, scene.paths "door")
  end)
end)

it("A gateway whose listing fails for one provider affects only that provider's models", function ()
  local parts = {
    { "acme", protocol = "anthropic-messages", models = { "one" }, url = "http://127.0.0.1:9" },
    { "bolt", protocol = "anthropic-messages", models = { "two" }, url = "http://127.0.0.1:9" },
  }
  local scene = support.scene(parts, {
    servers = { { name = "door", protocol = "none", routes = { { path = "/bolt/v1/models", status = 503, text = "{}" } },
      mounts = { { name = "acme", prefix = "/acme", protocol = "anthropic-messages", models = { "one" } } } } },
    text = function (mocks) return ('gateway "door" { base_url = "%s", path = "/{provider}", list_proves = "access" }'):format(mocks.url "door") end,
  })
  local document = scene.models()
  assert.equal("ready at list", verdict(support.entry(document, "one")))
  assert.equal("provider_error at list", verdict(support.entry(document, "two")))
  assert.equal("healthy", document.gateway_status)
end)

describe("The shipped gateways", function ()
  local function requests_of(gateway, env, ids)
    local mocks = support.mock_servers { { name = "door", protocol = "none" } }
    env.ANTHROPIC_API_KEY, env.OPENAI_API_KEY, env.GEMINI_API_KEY = "sk-ant-x", "sk-x", "AIzax"
    local text = ('gateway "%s" { base_url = "%s/base", enabled = true }'):format(gateway, mocks.url "door")
    support.roster({ "check", table.unpack(ids) }, { config = { ["x.lua"] = text }, env = env })
    local seen = {}
    for _, request in ipairs(mocks.requests()) do seen[request.method .. " " .. request.path:gsub("%?.*", "")] = request.headers end
    return seen
  end

  it("are disabled until a definitions file enables them", function ()
    local env = { CLOUDFLARE_ACCOUNT_ID = "acct", CLOUDFLARE_GATEWAY_ID = "gw", PORTKEY_API_KEY = "pk", PORTKEY_BASE_URL = "https://portkey.test" }
    for _, provider in ipairs(support.roster({ "providers", "--offline", "--json" }, { env = env }).json().providers) do
      if provider.id == "anthropic" then assert.equal("https://api.anthropic.com", provider.base_url) end
    end
  end)

  it("include Cloudflare's, which has one path for each provider", function ()
    local out = support.roster({ "providers", "--offline", "--json" }, { config = { ["x.lua"] = 'gateway "cloudflare" { enabled = true }' },
      env = { CLOUDFLARE_ACCOUNT_ID = "acct", CLOUDFLARE_GATEWAY_ID = "gw" } }).json()
    local base = {}
    for _, provider in ipairs(out.providers) do base[provider.id] = provider.base_url end
    assert.equal("https://gateway.ai.cloudflare.com/v1/acct/gw/anthropic", base.anthropic)
    assert.equal("https://gateway.ai.cloudflare.com/v1/acct/gw/google-ai-studio", base.gemini)
    assert.equal("https://api.fireworks.ai/inference", base.fireworks)
    local seen = requests_of("cloudflare", { CLOUDFLARE_ACCOUNT_ID = "a", CLOUDFLARE_GATEWAY_ID = "g", CLOUDFLARE_API_TOKEN = "cf-token-0123456789" },
      { "claude-4.5-opus", "gpt-5.5", "gemini-3.8-flash" })
    assert.truthy(seen["GET /base/anthropic/v1/models"])
    assert.truthy(seen["GET /base/openai/models"])
    assert.truthy(seen["GET /base/google-ai-studio/v1beta/models"])
    for _, headers in pairs(seen) do assert.equal("Bearer cf-token-0123456789", headers["cf-aig-authorization"]) end
  end)

  it("include Portkey's, which names the provider in a header and accepts only a generated response as proof", function ()
    local env = { PORTKEY_BASE_URL = "https://portkey.test", PORTKEY_API_KEY = "pk-0123456789" }
    assert.same({}, requests_of("portkey", env, { "claude-4.5-opus" }))
    local mocks = support.mock_servers { { name = "door", protocol = "none" } }
    local text = ('gateway "portkey" { base_url = "%s", unproven = "generate", enabled = true }'):format(mocks.url "door")
    support.roster({ "check", "claude-4.5-opus" }, { config = { ["x.lua"] = text }, env = { PORTKEY_API_KEY = "pk-0123456789", ANTHROPIC_API_KEY = "sk-ant-x" } })
    local request = mocks.requests()[1]
    assert.same({ "POST", "/v1/messages" }, { request.method, request.path })
    assert.same({ "anthropic", "pk-0123456789", "sk-ant-x" },
      { request.headers["x-portkey-provider"], request.headers["x-portkey-api-key"], request.headers["x-api-key"] })
  end)
end)
