-- How to reach a model: what `roster request --json`, `explain --json` and the server say of the request that a host sends, held against
-- what mock providers receive.
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"

local null = cjson.null

--- Sends a printed curl command, with the keys in its environment, and gives what arrived and what came back.
local function sent(scene, id, server)
  scene.mocks.clear()
  local command = scene.run({ "request", id }).out
  local words = {}
  for name, value in pairs(scene.options.env) do words[#words + 1] = name .. "=" .. support.quoted(value) end
  local out = support.capture(table.concat(words, " ") .. " sh -c " .. support.quoted((command:gsub("^curl ", "curl -s "))))
  return assert(scene.requests(server)[1], command), out
end

local function request(scene, id)
  local result = scene.run { "request", id, "--json" }
  assert.equal(0, result.status, result.err)
  return result.json(), result
end

--- The headers of roster's own requests but for those that every HTTP client sets.
local function own_headers(message)
  local list = {}
  for name, value in pairs(message.headers) do list[name] = value end
  for _, name in ipairs { "host", "accept", "user-agent", "content-type", "content-length" } do list[name] = nil end
  return list
end

local function count_headers(command, name)
  local count = 0
  for line in command:gmatch "[^\n]+" do
    if line:lower():match("^%s+%-h ['\"]" .. name .. ":") then count = count + 1 end
  end
  return count
end

describe("roster request --json", function ()
  teardown(support.stop_all)

  it("gives each part of a request by itself, and no value of a key", function ()
    local result = support.roster({ "request", "claude-4.5-opus", "--json" }, { env = { ANTHROPIC_API_KEY = "sk-ant-canary-0123456789" } })
    local document = result.json()
    assert.truthy(document.command:find "^curl ")
    assert.equal("claude-opus-4-5-20251101", document.body.model)
    document.command, document.body = nil, nil
    assert.same({
      id = "claude-4.5-opus", provider_id = "anthropic", protocol = "anthropic-messages", method = "POST", api_name = "claude-opus-4-5-20251101",
      url = "https://api.anthropic.com/v1/messages", sdk_base_url = "https://api.anthropic.com",
      headers = { ["anthropic-version"] = "2023-06-01", ["content-type"] = "application/json" },
      auth = { ["in"] = "header", header = "x-api-key", scheme = "", variable = "ANTHROPIC_API_KEY" },
    }, document)
    assert.falsy(result.out:find("canary", 1, true))
  end)

  it("gives the base URL that each protocol's own SDK takes, for an address with and without a path", function ()
    for _, case in ipairs {
      { "openai-chat", "", "/v1", "/v1/chat/completions" }, { "openai-responses", "/x", "/x/v1", "/x/v1/responses" },
      { "anthropic-messages", "/x", "/x", "/x/v1/messages" }, { "gemini", "", "", "/v1beta/models/one:generateContent" },
      { "cohere-v2", "", "", "/v2/chat" }, { "ollama", "", "", "/api/chat" }, { "bedrock-converse", "", "", "/model/one/converse" },
    } do
      local scene = support.scene { { "acme", protocol = case[1], url = "https://acme.example", path = case[2], models = { "one" } } }
      local document = request(scene, "one")
      assert.same({ "https://acme.example" .. case[3], "https://acme.example" .. case[4] }, { document.sdk_base_url, document.url })
    end
  end)

  it("names the version that the SDK for Gemini must be given", function ()
    local scene = support.scene { { "acme", protocol = "gemini", url = "https://acme.example", models = { "one" } } }
    assert.equal("v1beta", request(scene, "one").sdk_api_version)
    scene = support.scene { { "acme", protocol = "gemini", url = "https://acme.example", models = { "one" }, fields = 'prefix = "/v1"' } }
    local document = request(scene, "one")
    assert.same({ "v1", "https://acme.example" }, { document.sdk_api_version, document.sdk_base_url })
  end)

  it("gives null if no base URL makes an SDK send that request", function ()
    for _, case in ipairs {
      { protocol = "openai-chat", url = "https://acme.example/v1?api-version=2" },
      { protocol = "gemini", url = "https://acme.example", fields = 'prefix = "/v1/projects/p/publishers/google"' },
      { protocol = "anthropic-messages", url = "https://acme.example", text = 'protocol "anthropic-messages" { chat_path = "/claude/chat" }' },
    } do
      local scene = support.scene({ { "acme", protocol = case.protocol, url = case.url, fields = case.fields, models = { "one" } } }, { text = case.text })
      local document = request(scene, "one")
      assert.equal(null, document.sdk_base_url, document.url)
    end
  end)

  it("prints one header of each name, the one that is sent, even if a provider's headers include the key's", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" },
      fields = 'headers = { Authorization = "Basic dGVhbTpibHVl", ["x-team"] = "blue" }' } }
    local document = request(scene, "one")
    assert.equal(1, count_headers(document.command, "authorization"))
    assert.same({ ["content-type"] = "application/json", ["x-team"] = "blue" }, document.headers)
    local message, answer = sent(scene, "one", "acme")
    assert.same({ "Bearer " .. scene.keys.acme, "blue" }, { message.headers.authorization, message.headers["x-team"] })
    assert.truthy(answer:find("chat.completion", 1, true), answer)
  end)

  it("prints what is sent when a model, a gateway and the environment replace headers of the provider", function ()
    local scene = support.scene({ { "acme", protocol = "openai-chat", models = { { "one", 'headers = { ["X-A"] = "model" }' } },
      fields = 'headers = { ["x-a"] = "provider", ["x-b"] = "provider", ["x-c"] = "provider" }' } }, {
      env = { GATE_TOKEN = "gate-0123456789", LLM_CUSTOM_HEADERS = "X-C: corp-0123456789" },
      servers = { { name = "gate", protocol = "openai", models = { "one" } } },
      text = function (mocks)
        return ([[gateway "gate" { base_url = "%s", path = "", headers = {
          ["x-b"] = "gate", ["x-gate"] = secret { env = "GATE_TOKEN", prefix = "Token " }, ["x-none"] = secret "NOT_SET" } }]]):format(mocks.url "gate")
      end,
    })
    assert.equal(0, scene.run({ "check", "--deep" }).status)
    local received = scene.requests "gate"
    local document, result = request(scene, "one")
    local printed = sent(scene, "one", "gate")
    local wanted = own_headers(received[#received])
    assert.equal("POST", received[#received].method)
    wanted["x-c"] = "[redacted]" -- its value is a secret that no variable holds alone
    assert.same(wanted, own_headers(printed))
    assert.same({ "model", "gate" }, { document.headers["x-a"], document.headers["x-b"] })
    assert.same({ { header = "x-c", scheme = "", variable = null }, { header = "x-gate", scheme = "Token", variable = "GATE_TOKEN" } },
      document.secret_headers)
    for _, secret in ipairs { "gate-0123456789", "corp-0123456789", scene.keys.acme } do assert.falsy(result.out:find(secret, 1, true)) end
  end)

  it("shows no key that an author wrote into a header, but a placeholder", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", url = "https://acme.example", keyless = true, models = { "one" },
      fields = 'headers = { Authorization = "Basic dGVhbTpibHVl", ["x-acme-key"] = "a1b2c3d4e5f6", ["x-api-key"] = "implicit", ["x-team"] = "Blue 7" }' } }
    local document, result = request(scene, "one")
    assert.same({ ["content-type"] = "application/json", ["x-api-key"] = "implicit", ["x-team"] = "Blue 7" }, document.headers)
    assert.same({ "Authorization", "x-acme-key" }, { document.secret_headers[1].header, document.secret_headers[2].header })
    for _, words in ipairs { { "request", "one" }, { "explain", "one", "--offline" }, { "explain", "one", "--offline", "--json" } } do
      local out = scene.run(words).out .. result.out
      assert.falsy(out:find("dGVhbTpibHVl", 1, true) or out:find("a1b2c3d4e5f6", 1, true), out)
    end
  end)

  it("states that no key is to be sent to a gateway that has it, and gives the placeholder", function ()
    local scene = support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, key = false } }, {
      servers = { { name = "gate", protocol = "anthropic-messages", models = { "one" }, prefix = "/acme" } },
      text = function (mocks) return ('gateway "gate" { base_url = "%s", path = "/{provider}", credentials = "injected" }'):format(mocks.url "gate") end,
    })
    local document = request(scene, "one")
    assert.same({ ["in"] = "none", header = null, scheme = "", variable = null }, document.auth)
    assert.same({ "implicit", scene.mocks.url "gate" .. "/acme" }, { document.headers["x-api-key"], document.sdk_base_url })
    assert.equal("implicit", sent(scene, "one", "gate").headers["x-api-key"])
  end)

  it("states where the key of each kind of source is, and that a provider that needs none has none", function ()
    local path = support.write(support.folder() .. "/key", "sk-file-0123456789\n")
    local function auth(credential, env)
      local scene = support.scene({ { "acme", protocol = "openai-chat", url = "https://acme.example", keyless = true, models = { "one" },
        fields = credential } }, { env = env })
      return request(scene, "one").auth
    end
    local header = { ["in"] = "header", header = "authorization", scheme = "Bearer", variable = null }
    local function with(more)
      local made = {}
      for _, part in ipairs { header, more } do
        for name, value in pairs(part) do made[name] = value end
      end
      return made
    end
    assert.same({ ["in"] = "none", header = null, scheme = "", variable = null }, auth "")
    assert.same(with { variable = "ACME_KEY" }, auth('credential = secret "ACME_KEY"'))
    assert.same(with { file_variable = "ACME_KEY_FILE" }, auth('credential = secret "ACME_KEY"', { ACME_KEY_FILE = path }))
    assert.same(with { file = path }, auth(('credential = secret { file = %q }'):format(path)))
    assert.same(with { helper = { "print-a-key", "--now" } }, auth 'credential = secret { helper = { "print-a-key", "--now" } }')
    assert.same({ ["in"] = "aws_sigv4", header = null, scheme = "", variable = "AWS_SECRET", region = "eu-north-1", service = "bedrock",
                  key_id = "AWS_ID", token = "AWS_TOKEN" },
      auth('credential = secret "AWS_SECRET", auth = aws_sigv4 { region = "eu-north-1", key_id = secret "AWS_ID", token = secret "AWS_TOKEN" }',
        { AWS_TOKEN = "token-0123456789", AWS_ID = "id-0123456789" }))
  end)
end)

describe("The member request", function ()
  teardown(support.stop_all)
  teardown(serving.stop_all)

  it("is the same in explain --json, /api/explain/ID, /api/models?verbose and, without body and command, /api/request/ID", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one", "gone" }, server = { models = { "one" } }, fields = 'list_proves = "access"' } }
    local server = serving.start({ env = scene.options.env, config = scene.options.config, words = { "--no-builtin" } }).settle()
    for _, id in ipairs { "one", "gone" } do
      local document = request(scene, id)
      assert.same(document, server.get("/api/request/" .. id).json())
      document.body, document.command = nil, nil
      assert.same(document, scene.run({ "explain", id, "--json" }).json().request)
      assert.same(document, server.get("/api/explain/" .. id).json().request)
      local all = server.get "/api/models?verbose".json()
      assert.same(document, support.entry(all, id).request)
    end
    assert.is_nil(support.entry(server.get "/api/models".json(), "one").request)
  end)

  it("is null for a model without an address", function ()
    local scene = support.scene({}, { text = 'provider "acme" { protocol = "openai-chat", needs = "ACME_HOST" } model "one" { provider = "acme" }' })
    assert.equal(null, scene.run({ "explain", "one", "--json" }).json().request)
    assert.equal(1, scene.run({ "request", "one", "--json" }).status)
  end)
end)
