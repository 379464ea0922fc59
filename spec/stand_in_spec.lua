-- `roster mock`: what a scenario may not say, and how each protocol refuses a request that no client should send.
local cjson = require "cjson"
local support = require "support.roster"

local function server(fields) return cjson.encode { servers = { fields } } end
local function route(fields) return server { name = "a", protocol = "openai", routes = { fields } } end
local function step(fields) return server { name = "a", protocol = "raw", script = { fields } } end

-- a scenario as text, and words of what is said of it
local REFUSED = {
  { "{", "line 1" },
  { '{"servers":1}', "servers: must be a list" },
  { "[]", "must be an object" },
  { '{"servers":[]}', "servers: needs at least one server" },
  { '{"servers":[7]}', "servers[0]: must be an object" },
  { '{"lifetime":"long","servers":[]}', "lifetime: must be a number" },
  { '{"lifetime":-1,"servers":[]}', "lifetime: must be from 0" },
  { '{"log":7,"servers":[]}', "log: must be a string" },
  { '{"sever":[]}', "sever: unknown key; known here: lifetime, log, servers" },
  { server { protocol = "openai" }, "servers[0]: needs a name" },
  { server { name = "a" }, "needs a protocol" },
  { server { name = "a", protocol = "openia" }, "unknown protocol 'openia'" },
  { '{"servers":[{"name":"a\\u0000b","protocol":"openai"}]}', "name: must not contain a zero byte" },
  { server { name = "a", protocol = "openai", port = 99999 }, "port: must be from 0 to 65535" },
  { server { name = "a", protocol = "openai", port = "80" }, "port: must be a whole number" },
  { server { name = "a", protocol = "openai", public_list = 1 }, "public_list: must be true or false" },
  { server { name = "a", protocol = "openai", account = { 1 } }, "account: must be an object" },
  { server { name = "a", protocol = "openai", prefix = "x" }, "prefix: must begin with a slash" },
  { server { name = "a", protocol = "openai", prefix = "/x/" }, "must not end in a slash" },
  { server { name = "a", protocol = "openai", keys = "sk" }, "keys: must be a list of keys" },
  { server { name = "a", protocol = "openai", keys = { 7 } }, "keys[0]: must be a string" },
  { server { name = "a", protocol = "openai", serves = { "lists" } }, "unknown endpoint 'lists'" },
  { server { name = "a", protocol = "openai", serves = { 7 } }, "serves[0]: must be a string" },
  { server { name = "a", protocol = "openai", models = { 7 } }, "models[0]: must be an id or an object" },
  { server { name = "a", protocol = "openai", models = { { listed = true } } }, "models[0]: needs an id" },
  { server { name = "a", protocol = "openai", models = { { id = "m", aliases = { 7 } } } }, "aliases[0]: must be a string" },
  { server { name = "a", protocol = "openai", models = { { id = "m", context_window = 0 } } }, "context_window: must be from 1" },
  { server { name = "a", protocol = "openai", tls = { cert = "x" } }, "tls: needs a cert and a key" },
  { server { name = "a", protocol = "openai", tls = { cert = "/nowhere", key = "/nowhere" } }, "cannot read '/nowhere'" },
  { server { name = "a", protocol = "openai", tls = { crt = "x" } }, "crt: unknown key" },
  { server { name = "a", protocol = "raw" }, "needs a script" },
  { server { name = "a", protocol = "raw", script = { 7 } }, "script[0]: must be an object" },
  { server { name = "a", protocol = "none", mounts = { { name = "b" } } }, "mounts[0]: needs a protocol" },
  { server { name = "a", protocol = "openai", mounts = { { name = "b", protocol = "openai" } } }, "belong to a server of protocol none" },
  { server { name = "a", protocol = "none", mounts = { { name = "b", protocol = "raw", script = { { read = true } } } } }, "hold dialects only" },
  { server { name = "a", protocol = "none", mounts = { { name = "b", protocol = "openai", port = 1 } } }, "hold dialects only" },
  { route { method = "GET" }, "routes[0]: needs a path" },
  { route { path = "x" }, "path: must begin with a slash" },
  { route { path = "/x?y" }, "path: must not contain a query" },
  { route { path = "/x", status = 99 }, "status: must be from 200 to 599" },
  { route { path = "/x", hang = true, close = true }, "hangs and closes" },
  { route { path = "/x", body = {}, text = "x" }, "has a body and a text" },
  { route { path = "/x", headers = { ["a b"] = "c" } }, "is not a header name" },
  { route { path = "/x", headers = { a = "c\nd" } }, "must not contain a tab or a line break" },
  { route { path = "/x", headers = { ["Content-Length"] = "5" } }, "is written by the server itself" },
  { route { path = "/x", headers = { ["Transfer-Encoding"] = "chunked" } }, "is written by the server itself" },
  { route { path = "/x", headers = { a = 7 } }, "headers.a: must be a string" },
  { route { path = "/x", when = { ["X-Phase"] = "2" } }, "when.X-Phase: is written in lower case" },
  { route { path = "/x", when = { x = 7 } }, "when.x: must be a string" },
  { route { path = "/x", headers = 7 }, "headers: must be an object" },
  { step {}, "must do one thing" },
  { step { hang = true, reset = true }, "must do one thing" },
  { step { hang = true, ["repeat"] = 3 }, "repeats, but sends nothing" },
  { step { send = 7 }, "send: must be a string" },
  { step { sleep_ms = -1 }, "sleep_ms: must be from 0" },
}

local MODELS = {
  { id = "one", display_name = "One", context_window = 9000, aliases = { "uno" } }, { id = "two", chat = false }, { id = "three", no_access = true }, "four",
}
local KEY = "sk-stand-in-0123456789"

-- protocol -> how its key is sent, and requests: method, path, body, status, words of the answer. Without a body it is a GET.
local PROTOCOLS = {
  openai = { "Authorization: Bearer " .. KEY, {
    { "/v1/models", nil, 200, '"context_length":9000' },
    { "/v1/models/nobody", nil, 404, "does not exist" },
    { "/v1/models/%e9t%e9", nil, 404, "does not exist" }, -- bytes that are no UTF-8
    { "/v1/models?x=%ff+y&=z&alone&x=%e9", nil, 200, '"list"' },
    { "/v1/chat/completions", "hello", 400, "could not parse the JSON body" },
    { "/v1/chat/completions", "{}", 400, "parameter: 'model'" },
    { "/v1/chat/completions", '{"model":"one"}', 400, "parameter: 'messages'" },
    { "/v1/chat/completions", '{"model":"two","messages":[]}', 404, "not a chat model" },
    { "/v1/chat/completions", '{"model":"three","messages":[]}', 403, "does not have access" },
    { "/v1/chat/completions", '{"model":"one","messages":[],"max_tokens":"many"}', 400, "expected an integer" },
    { "/v1/chat/completions", '{"model":"one","messages":[],"max_completion_tokens":0}', 400, "integer below minimum" },
    { "/v1/chat/completions", '{"model":"uno","messages":[],"max_tokens":null}', 200, '"choices"' },
    { "/v1/responses", '{"model":"one"}', 400, "parameter: 'input'" },
    { "/v1/responses", '{"model":"one","input":"hi","max_output_tokens":1}', 400, "max_output_tokens" },
    { "/v1/responses", '{"model":"two","input":"hi"}', 200, '"response"' },
    { "/v2/models", nil, 404, "" },
  } },
  ["anthropic-messages"] = { "x-api-key: " .. KEY, {
    { "/v1/models", nil, 200, '"max_input_tokens":9000' },
    { "/v1/models?limit=none", nil, 400, "limit: Input should be" },
    { "/v1/models?limit=0", nil, 400, "limit: Input should be" },
    { "/v1/models?limit=5000", nil, 400, "limit: Input should be" },
    { "/v1/models?after_id=nobody", nil, 400, "there is no model nobody" },
    { "/v1/models?limit=1&after_id=one&x", nil, 200, '"has_more":true' },
    { "/v1/messages", "[]", 400, "not valid JSON" },
    { "/v1/messages", "{}", 400, "model: Field required" },
    { "/v1/messages", '{"model":"one"}', 400, "messages: Field required" },
    { "/v1/messages", '{"model":"one","messages":[]}', 400, "max_tokens: Field required" },
    { "/v1/messages", '{"model":"one","messages":[],"max_tokens":0}', 400, "greater than or equal" },
    { "/v1/messages", '{"model":"two","messages":[],"max_tokens":1}', 400, "cannot be used for messages" },
    { "/v1/messages", '{"model":"three","messages":[],"max_tokens":1}', 403, "does not have permission" },
    { "/v1/messages/count_tokens", '{"model":"one","messages":[]}', 200, "input_tokens" },
  } },
  gemini = { "x-goog-api-key: " .. KEY, {
    { "/v1beta/models", nil, 200, '"inputTokenLimit":9000' },
    { "/v1/models?pageSize=2", nil, 200, "nextPageToken" },
    { "/v1beta/models?pageSize=x", nil, 400, "Invalid value at 'page_size'" },
    { "/v1beta/models?pageSize=-1", nil, 400, "Invalid value at 'page_size'" },
    { "/v1beta/models?pageSize=0&pageToken=", nil, 200, '"models"' },
    { "/v1beta/models?pageToken=x", nil, 400, "Page token is invalid" },
    { "/v1beta/models/one:generateContent", "x", 400, "Invalid JSON payload" },
    { "/v1beta/models/one:generateContent", "{}", 400, "contents is not specified" },
    { "/v1beta/models/one:generateContent", '{"contents":[],"generationConfig":{"maxOutputTokens":0}}', 400, "must be at least" },
    { "/v1beta/models/one:generateContent", '{"contents":[],"generationConfig":{"maxOutputTokens":"x"}}', 400, "must be at least" },
    { "/v1beta/models/two:generateContent", '{"contents":[]}', 404, "is not found" },
    { "/v1beta/models/three:generateContent", '{"contents":[]}', 403, "do not have permission" },
    { "/v1beta/models/one:countTokens", '{"contents":[]}', 200, "totalTokens" },
    { "/v1beta/models/one:sing", "{}", 404, "" },
    { "/v1beta/models/one", "{}", 404, "" },
    { "/v7/models", nil, 404, "" },
  } },
  ["cohere-v2"] = { "Authorization: Bearer " .. KEY, {
    { "/v1/models", nil, 200, '"context_length":9000' },
    { "/v1/models?page_size=0", nil, 400, "page_size must be" },
    { "/v1/models?page_size=2", nil, 200, "next_page_token" },
    { "/v1/models?page_token=x", nil, 400, "invalid page_token" },
    { "/v1/models?page_token=99", nil, 400, "invalid page_token" },
    { "/v2/chat", "7", 400, "not a JSON object" },
    { "/v2/chat", "{}", 400, "model is required" },
    { "/v2/chat", '{"model":"one"}', 400, "messages is required" },
    { "/v2/chat", '{"model":"one","messages":[],"max_tokens":0}', 400, "max_tokens is too small" },
    { "/v2/chat", '{"model":"one","messages":[],"max_tokens":"x"}', 400, "max_tokens is too small" },
    { "/v2/chat", '{"model":"two","messages":[]}', 400, "does not support chat" },
    { "/v2/chat", '{"model":"three","messages":[]}', 403, "do not have access" },
  } },
  ["bedrock-converse"] = { "Authorization: Bearer " .. KEY, {
    { "/model/one/converse", "x", 400, "not a JSON object" },
    { "/model/one/converse", "{}", 400, "messages is missing" },
    { "/model/nobody/converse", '{"messages":[]}', 400, "identifier is invalid" },
    { "/model/two/converse", '{"messages":[]}', 400, "doesn't support the model" },
    { "/model/three/converse", '{"messages":[]}', 403, "don't have access" },
    { "/model/one/count-tokens", '{"input":{"converse":{"messages":[]}}}', 200, "inputTokens" },
    { "/model/one/sing", "{}", 404, "" },
    { "/model/one", "{}", 404, "" },
    { "/model//converse", "{}", 404, "" },
  } },
  ollama = { "Authorization: Bearer " .. KEY, {
    { "/api/tags", nil, 200, '"one:latest"' },
    { "/api/chat", "x", 400, "missing request body" },
    { "/api/chat", "{}", 400, "model is required" },
    { "/api/chat", '{"model":"one"}', 400, "messages is required" },
    { "/api/chat", '{"model":"two","messages":[]}', 400, "does not support chat" },
    { "/api/chat", '{"model":"three","messages":[]}', 403, "requires a subscription" },
    { "/api/show", '{"model":"two"}', 400, "does not support chat" },
    { "/api/show", '{"model":"nobody"}', 404, "not found" },
  } },
}
local NAMES = { "openai", "anthropic-messages", "gemini", "cohere-v2", "bedrock-converse", "ollama" }
local FIRST = { ["bedrock-converse"] = { "/model/one/converse", '{"messages":[]}' } }

--- Status and body of one request.
local function ask(base, path, header, body)
  local words = { "curl", "-s", "-g", "--noproxy", "*", "-m", "20", "-w", "\n%{http_code}", "-H", header, base .. path }
  if body then table.move({ "-d", body, "-H", "content-type: application/json" }, 1, 4, #words + 1, words) end
  local out = support.capture(support.line(words))
  local text, status = out:match "^(.*)\n(%d+)$"
  return tonumber(status), text
end

describe("A mock provider", function ()
  local mocks
  setup(function ()
    local servers = {}
    for i, name in ipairs(NAMES) do servers[i] = { name = name, protocol = name, keys = { KEY }, models = MODELS } end
    mocks = support.mock_servers(servers)
  end)
  teardown(support.stop_all)

  it("refuses a scenario with a mistake, and names the place", function ()
    local file = support.folder() .. "/scenario.json"
    for _, case in ipairs(REFUSED) do
      support.write(file, case[1])
      local result = support.roster { "stand-in", file }
      assert.is_true(result.status == 2 and result.err:find(case[2], 1, true) ~= nil, case[1] .. " is answered: " .. result.err)
      assert.equal("", result.out)
    end
  end)

  it("prints its usage if its arguments are wrong, and names a file that it cannot read", function ()
    assert.truthy(support.roster({ "stand-in" }).err:find("usage: roster mock", 1, true))
    assert.truthy(support.roster({ "stand-in", "--fast" }).err:find("usage: roster mock", 1, true))
    assert.truthy(support.roster({ "stand-in", "/nowhere.json" }).err:find("cannot read '/nowhere.json'", 1, true))
    local log = '{"log":"/nowhere/log","servers":[{"name":"a","protocol":"openai"}]}'
    assert.truthy(support.roster({ "stand-in", support.write(support.folder() .. "/s.json", log) }).err:find("cannot write '/nowhere/log'", 1, true))
  end)

  for _, name in ipairs(NAMES) do
    it("of " .. name .. " refuses invalid requests with the errors of its protocol", function ()
      local header, requests = PROTOCOLS[name][1], PROTOCOLS[name][2]
      for _, request in ipairs(requests) do
        local path, body, status, words = request[1], request[2], request[3], request[4]
        local got, text = ask(mocks.url(name), path, header, body)
        assert.equal(status, got, path .. " " .. tostring(body) .. ": " .. tostring(text))
        assert.is_true(text:find(words, 1, true) ~= nil, path .. " " .. tostring(body) .. ": " .. text)
      end
    end)

    it("of " .. name .. " distinguishes a request without a key from one with a wrong key", function ()
      local path, body = table.unpack(FIRST[name] or { PROTOCOLS[name][2][1][1] })
      local none, without = ask(mocks.url(name), path, "x-nothing: 1", body)
      local wrong, with = ask(mocks.url(name), path, PROTOCOLS[name][1] .. "-wrong", body)
      assert.is_true(none >= 400 and none < 500 and wrong >= 400 and wrong < 500)
      assert.equal(name == "ollama", without == with)
    end)
  end
end)
