-- Addresses as people have them: with a version, copied whole from a request, on a private network, behind a gateway that routes by header.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

--- Where the model "m" of a provider with these fields would be asked.
local function url(fields, more, env)
  local text = ('provider "acme" { %s }\nmodel "m" { provider = "acme" }\n'):format(fields) .. (more or "")
  local result = support.roster({ "request", "m", "--no-builtin" }, { config = { ["all.lua"] = text }, env = env })
  return result.out:match "^curl '([^']+)'" or result.err
end

local function entry(text, env)
  return (support.entry(support.offline({ ["all.lua"] = text }, { "--no-builtin", env = env }), "m"))
end

teardown(support.stop_all)

describe("The path of an address", function ()
  local cases = {
    { "openai-chat", "https://a.test", "https://a.test/v1/chat/completions" },
    { "openai-chat", "https://a.test/v1", "https://a.test/v1/chat/completions" },
    { "openai-chat", "https://a.test/api/v3", "https://a.test/api/v3/chat/completions" },
    { "openai-chat", "https://a.test/api/v3/", "https://a.test/api/v3/chat/completions" },
    { "openai-chat", "https://a.test/api/coding/paas/v4", "https://a.test/api/coding/paas/v4/chat/completions" },
    { "openai-chat", "https://a.test/api/v3/models", "https://a.test/api/v3/chat/completions" },
    { "openai-chat", "https://a.test/v1/models", "https://a.test/v1/chat/completions" },
    { "openai-chat", "https://a.test/api/v3/chat/completions", "https://a.test/api/v3/chat/completions" },
    { "openai-chat", "https://a.test/v1/chat/completions", "https://a.test/v1/chat/completions" },
    { "openai-chat", "https://a.test/models", "https://a.test/models/v1/chat/completions" },
    { "openai-chat", "https://a.test/v1beta/openai", "https://a.test/v1beta/openai/v1/chat/completions" },
    { "openai-responses", "https://a.test/api/v3/chat/completions", "https://a.test/api/v3/responses" },
    { "gemini", "https://a.test/v1", "https://a.test/v1/models/m:generateContent" },
    { "gemini", "https://a.test/v1alpha", "https://a.test/v1alpha/models/m:generateContent" },
    { "anthropic-messages", "https://a.test/v1/models", "https://a.test/v1/messages" },
    { "anthropic-messages", "https://a.test/team/v2", "https://a.test/team/v2/v1/messages" },
  }
  for _, case in ipairs(cases) do
    it(("of %s is made of %s"):format(case[1], case[2]), function ()
      assert.equal(case[3], url(('protocol = "%s", base_url = "%s"'):format(case[1], case[2])))
      assert.equal(case[3], url(('protocol = "%s", base_url = "https://b.test", override = setting "ACME_URL"'):format(case[1]), nil, { ACME_URL = case[2] }))
    end)
  end

  it("keeps a prefix that its block names, behind a version too", function ()
    assert.equal("https://a.test/v3/x/chat/completions", url 'protocol = "openai-chat", base_url = "https://a.test/v3", prefix = "/x"')
  end)

  it("with a version of its own leads to the listing, and the model there is ready", function ()
    for _, path in ipairs { "/api/v3", "/api/v3/models", "/api/v3/chat/completions" } do
      local scene = support.scene { { "acme", protocol = "openai-chat", models = { "m" }, path = path, fields = 'list_proves = "access",',
        server = { protocol = "none", routes = { { path = "/api/v3/models", body = { data = { { id = "m", object = "model" } } } }, { path = "*", status = 401 } } } } }
      assert.equal("GET /api/v3/models", (scene.models() and scene.paths "acme")[1])
    end
  end)
end)

describe("Azure's endpoint", function ()
  local forms = {
    ["https://n.openai.azure.com/openai/deployments/D/chat/completions?api-version=2024-10-21"] = "https://n.openai.azure.com/openai/v1/responses",
    ["https://n.openai.azure.com/openai/v1/responses?api-version=preview"] = "https://n.openai.azure.com/openai/v1/responses?api-version=preview",
    ["https://n.cognitiveservices.azure.com/openai/deployments/D/chat/completions?api-version=2025-01-01-preview"] =
      "https://n.cognitiveservices.azure.com/openai/v1/responses",
    ["https://n.services.ai.azure.com/models/chat/completions?api-version=2024-05-01-preview"] = "https://n.services.ai.azure.com/openai/v1/responses",
    ["https://n.services.ai.azure.com/api/projects/p"] = "https://n.services.ai.azure.com/api/projects/p/openai/v1/responses",
    ["https://openai.test/apim/openai/"] = "https://openai.test/apim/openai/v1/responses",
  }
  for given, address in pairs(forms) do
    it(("may be pasted whole: %s"):format(given), function ()
      for _, variable in ipairs { "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_BASE_URL", "AZURE_OPENAI_API_ENDPOINT" } do
        local out = support.roster({ "request", "m" }, { config = { ["x.lua"] = 'model "m" { provider = "azure" }' },
          env = { [variable] = given, AZURE_API_KEY = "k-0123456789abcdef" } }).out
        has(out, "curl '" .. address .. "'")
      end
    end)
  end

  it("is refused with a line to write if it is Anthropic's, and named if it has no scheme", function ()
    local function shipped(value)
      local env = { AZURE_OPENAI_ENDPOINT = value, AZURE_API_KEY = "k-0123456789" }
      return support.entry(support.offline({ ["x.lua"] = 'model "m" { provider = "azure" }' }, { env = env }), "m").reason
    end
    has(shipped "https://n.services.ai.azure.com/anthropic/v1/messages", "write a provider with protocol = \"anthropic-messages\"")
    has(shipped "n.openai.azure.com", '"n.openai.azure.com" (from AZURE_OPENAI_ENDPOINT) does not begin with https:// or http://')
  end)
end)

describe("Vertex AI", function ()
  for location, host in pairs { global = "aiplatform.googleapis.com", us = "aiplatform.us.rep.googleapis.com", eu = "aiplatform.eu.rep.googleapis.com",
    ["europe-west4"] = "europe-west4-aiplatform.googleapis.com", Global = "aiplatform.googleapis.com" } do
    it(("is asked at %s in the location %s"):format(host, location), function ()
      local out = support.roster({ "request", "m" }, { config = { ["x.lua"] = 'model "m" { provider = "vertex" }' },
        env = { GOOGLE_CLOUD_PROJECT = "example.com:p-1", GOOGLE_CLOUD_LOCATION = location, GOOGLE_OAUTH_ACCESS_TOKEN = "ya29.0123456789" } }).out
      has(out, ("curl 'https://%s/v1/projects/example.com:p-1/locations/%s/publishers/google/models/m:generateContent'"):format(host, location:lower()))
    end)
  end
end)

describe("OLLAMA_HOST", function ()
  it("may be a host on the internet without https, as Ollama's own tools take it", function ()
    local document = support.offline({ ["x.lua"] = 'model "m" { provider = "ollama" }' }, { env = { OLLAMA_HOST = "ollama.acme.test" } })
    assert.equal("not_asked", support.entry(document, "m").reason_code)
  end)
end)

describe("Plain http without a key", function ()
  local PRIVATE = { "192.168.10.13:1234", "10.0.0.1", "172.16.0.1", "172.31.255.1", "100.64.1.2", "[fd00::1]:8000", "vllm:8000", "host.docker.internal", "gpu.lan", "box.local" }
  local PUBLIC = { "8.8.8.8", "172.32.0.1", "100.128.0.1", "192.169.0.1", "[2001:db8::1]", "llm.acme.test", "134744072", "0x08080808" }

  local function state(host, fields, env)
    local text = 'provider "acme" { protocol = "openai-chat", base_url = "https://x.lan", override = "http://%s", %s }\nmodel "m" { provider = "acme" }'
    return entry(text:format(host, fields), env)
  end

  for _, host in ipairs(PRIVATE) do
    it(("is accepted on a private network, and a key is not sent that way: %s"):format(host), function ()
      assert.equal("not_asked", state(host, "").reason_code)
      local optional = 'credential = secret "ACME_KEY", key_optional = true'
      assert.equal("not_asked", state(host, optional).reason_code)
      local keyed = state(host, optional, { ACME_KEY = "k-0123456789" })
      assert.equal("address_invalid", keyed.reason_code)
      has(keyed.reason, "would send the key unencrypted: use https://, or write plain_http = true")
      assert.equal("address_invalid", state(host, 'headers = { ["x-team"] = secret "TEAM" }', { TEAM = "t-0123456789" }).reason_code)
    end)
  end

  for _, host in ipairs(PUBLIC) do
    it(("is refused elsewhere: %s"):format(host), function () assert.equal("address_invalid", state(host, "").reason_code) end)
  end

  it("is accepted in base_url from a variable; if the author writes it, the finding has what to add", function ()
    local text = 'provider "acme" { protocol = "openai-chat", base_url = %s, %s }\nmodel "m" { provider = "acme" }'
    local by_variable = text:format('setting "ACME_URL"', "")
    assert.equal("not_asked", entry(by_variable, { ACME_URL = "http://gpu.lan:8080" }).reason_code)
    has(support.lint({ ["a.lua"] = text:format('"http://gpu.lan:8080"', "") }, { "--no-builtin" })[1], "write plain_http = true")
    assert.same({}, support.lint({ ["a.lua"] = text:format('"http://gpu.lan:8080"', "plain_http = true") }, { "--no-builtin" }))
  end)
end)

describe("A gateway that routes by header", function ()
  local GROQ = 'protocol = "openai-chat", base_url = "https://api.groq.test/openai"'

  it("keeps, leaves out or replaces the path of the provider's base_url", function ()
    local door = 'gateway "door" { base_url = "https://door.test", path = "", %s }'
    assert.equal("https://door.test/openai/v1/chat/completions", url(GROQ, door:format ""))
    assert.equal("https://door.test/v1/chat/completions", url(GROQ, door:format 'base_path = ""'))
    assert.equal("https://door.test/groq/v1/chat/completions", url(GROQ, door:format 'base_path = "", base_paths = { acme = "/groq" }'))
    assert.equal("https://door.test/openai/v1/chat/completions", url(GROQ, door:format 'base_paths = { other = "" }'))
  end)

  it("may have its address pasted with the version that SDKs take", function ()
    local door = 'gateway "door" { base_url = "https://door.test/v1", path = "", base_path = "" }'
    assert.equal("https://door.test/v1/chat/completions", url(GROQ, door))
    assert.equal("https://door.test/v1/messages", url('protocol = "anthropic-messages", base_url = "https://a.test"', door))
  end)

  it("is Portkey, as it is shipped, for providers of every path", function ()
    local text = 'gateway "portkey" { enabled = true, providers = { "anthropic", "groq" } }\nmodel "m" { provider = "groq" }'
    local env = { PORTKEY_BASE_URL = "http://127.0.0.1:8787", GROQ_API_KEY = "gsk_0123456789" }
    local out = support.roster({ "request", "m" }, { config = { ["x.lua"] = text }, env = env }).out
    has(out, "curl 'http://127.0.0.1:8787/v1/chat/completions'")
  end)

  it("shares its variable with the provider of that name", function ()
    local out = support.roster({ "request", "m" }, { config = { ["x.lua"] = 'model "m" { provider = "portkey" }' },
      env = { PORTKEY_BASE_URL = "https://portkey.corp.test", PORTKEY_CONFIG = "pc-1", PORTKEY_API_KEY = "k-0123456789" } }).out
    has(out, "curl 'https://portkey.corp.test/v1/chat/completions'")
  end)
end)
