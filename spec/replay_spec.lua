-- A validation can be recorded and replayed: the same bytes without a network, no secret in the file, and odd answers without a server.
local cjson = require "cjson"
local support = require "support.roster"

local KEY = "sk-canary-Zq8/vX+0123456789abcdef"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

describe("A recording", function ()
  local folder, file
  before_each(function ()
    folder = support.folder()
    file = folder .. "/recording.jsonl"
  end)
  teardown(support.stop_all)

  --- Three providers: one fine, one that refuses the key, one that is limited.
  local function scene()
    return support.scene {
      { "fine", protocol = "anthropic-messages", models = { "one", "two", { "gone", 'api_name = "gone-1"' } }, key = KEY,
        server = { models = { "one", "two" } } },
      { "strict", protocol = "openai-chat", models = { "three" }, server = { keys = { "another" } } },
      { "busy", protocol = "gemini", models = { "four", "five" }, server = { routes = { { path = "*", status = 429, body = { error = { message = "slow down" } } } } } },
    }
  end

  it("gives the same bytes again when the servers are gone", function ()
    local world = scene()
    local live = world.run { "check", "--json", "--record", file }
    world.standin.stop()
    local replayed = world.run { "check", "--json", "--replay", file }
    assert.equal(1, live.status)
    assert.equal(live.out, replayed.out)
    assert.equal(live.status, replayed.status)
    assert.equal("ready", support.entry(replayed.json(), "one").state)
    assert.equal("bad_credential", support.entry(replayed.json(), "three").state)
    assert.same({ "", "" }, { live.err, replayed.err })
    local told = world.run { "explain", "gone", "--json", "--replay", file }
    has(told.out, '"state":"not_listed"')
    world.options.env.FINE_API_KEY = "any other"
    assert.equal(live.out, world.run({ "check", "--json", "--replay", file }).out)
  end)

  it("says of what was not recorded that there is no answer", function ()
    local world = scene()
    world.run { "check", "--record", file }
    local other = support.scene { { "fine", protocol = "anthropic-messages", models = { "one" }, url = "http://127.0.0.1:9" } }
    local entry = support.entry(other.run({ "check", "--json", "--replay", file }).json(), "one")
    assert.equal("unreachable", entry.state)
    has(entry.reason, "the recording has no answer to GET http://127.0.0.1:9/v1/models")
  end)

  it("holds no key, however a provider repeats it, and is nobody else's to read", function ()
    local base64 = io.popen("printf %s " .. support.quoted(KEY) .. " | base64 -w0"):read "a"
    local percent = KEY:gsub("[^%w]", function (c) return ("%%%02X"):format(c:byte()) end)
    local echo = ("HTTP/1.1 401 Unauthorized\r\nx-echo: %s\r\nset-cookie: session=%s\r\ncontent-type: application/json\r\n\r\n"):format(KEY, KEY)
      .. cjson.encode { error = { message = ("no %s, %s, %s"):format(KEY, base64, percent), type = "authentication_error" } }
    local world = support.scene { { "echo", protocol = "openai-chat", models = { "one" }, key = KEY, server = { protocol = "raw", script = { { send = echo } } } } }
    world.run { "check", "--record", file }
    local text = support.read(file)
    has(text, "[redacted]")
    for _, trace in ipairs { KEY, base64, percent, KEY:sub(1, 12), KEY:sub(-8), "set-cookie" } do assert.falsy(text:find(trace, 1, true), trace) end
    assert.equal("600", io.popen("stat -c %a " .. file):read "l")
  end)

  it("is written whole or not at all", function ()
    local world = scene()
    support.write(file, "the former one")
    local result = world.run { "check", "--record", folder .. "/absent/recording" }
    assert.equal(2, result.status)
    has(result.err, "cannot be written: No such file or directory")
    assert.equal("the former one", support.read(file))
    world.run { "check", "--record", file }
    has(support.read(file), '{"roster_recording":1}\n')
    assert.equal("recording.jsonl\n", io.popen("ls " .. folder):read "a")
  end)

  it("is not recorded and replayed at once", function ()
    local result = support.roster { "check", "--record", file, "--replay", file }
    assert.equal(2, result.status)
    has(result.err, "--record and --replay exclude each other")
  end)

  local broken = {
    { "an absent file", nil, "cannot be read: No such file or directory" },
    { "an empty file", "", "recording.jsonl:", "it is empty" },
    { "another file", '{"data":[]}\n', "recording.jsonl:1: ", 'its first line is not {"roster_recording":1}' },
    { "a newer one", '{"roster_recording":2}\n', "recording.jsonl:1: ", 'its first line is not {"roster_recording":1}' },
    { "text", "hello\n", "recording.jsonl:1: ", "this is no recording" },
    { "a line without a method", '{"roster_recording":1}\n{"url":"x","body":""}\n', "recording.jsonl:2: ", "an exchange has a method and a url" },
    { "a line without a body", '{"roster_recording":1}\n\n{"method":"GET","url":"x"}\n', "recording.jsonl:3: ", "an exchange has a body, or body_hex" },
    { "half a byte", '{"roster_recording":1}\n{"method":"GET","url":"x","body_hex":"abc"}', "recording.jsonl:2: ", "an exchange has a body, or body_hex" },
    { "an unknown failure", '{"roster_recording":1}\n{"method":"GET","url":"x","body":"","failure":"tired"}', "recording.jsonl:2: ",
      "'failure' is none of the known words" },
    { "odd headers", '{"roster_recording":1}\n{"method":"GET","url":"x","body":"","headers":[["a"]]}', "recording.jsonl:2: ", "'headers' is a list of" },
    { "a line cut off", '{"roster_recording":1}\n{"method":"GET","url":"x","bo', "recording.jsonl:2: ", "this is no recording" },
  }
  for _, case in ipairs(broken) do
    it("is refused with file and line: " .. case[1], function ()
      if case[2] then support.write(file, case[2]) end
      local result = support.roster { "check", "--replay", file }
      assert.equal(2, result.status)
      for i = 3, #case do has(result.err, case[i]) end
    end)
  end
end)

describe("An odd answer to a listing", function ()
  teardown(support.stop_all)

  local shapes = {
    anthropic = { protocol = "anthropic-messages", list = "/v1/models?limit=1000", prove = "/v1/models/m-1", count = "/v1/messages/count_tokens" },
    openai    = { protocol = "openai-chat", list = "/v1/models", prove = "/v1/models/m-1" },
    gemini    = { protocol = "gemini", list = "/v1beta/models?pageSize=1000", prove = "/v1beta/models/m-1" },
  }

  --- The model's entry when the listing is answered so; what is asked after it has no answer unless `more` gives one.
  local function verdict(dialect, exchange, more)
    local shape = shapes[dialect]
    local lines = { cjson.encode { roster_recording = 1 } }
    local function add(method, path, one)
      local line = { method = method, url = "https://api.example.test" .. path, status = 200, failure = "answered", body = "", answered_ms = 1790000000000 }
      for name, value in pairs(one) do line[name] = value end
      if line.body_hex then line.body = nil end
      lines[#lines + 1] = cjson.encode(line)
    end
    add("GET", shape.list, exchange)
    for path, one in pairs(more or {}) do add(one.method or "GET", path, one) end
    local file = support.write(support.folder() .. "/r.jsonl", table.concat(lines, "\n"))
    local config = { ["a.lua"] = ([[
      provider "p" { title = "P", protocol = "%s", base_url = "https://api.example.test", credential = secret "P_KEY", %s }
      model "m" { provider = "p", api_name = "m-1" }
    ]]):format(shape.protocol, dialect == "openai" and 'list_proves = "access"' or "") }
    local result = support.roster({ "check", "--no-builtin", "--json", "--replay", file }, { config = config, env = { P_KEY = "sk-0123456789" } })
    return (support.entry(result.json(), "m"))
  end

  local LISTED = '{"data":[{"id":"m-1"}]}'
  local function failed(status, body) return { status = status, body = body } end

  local cases = {
    { "is ready where the model is listed", "openai", { body = LISTED }, "ready" },
    { "is refused with 401", "openai", failed(401, '{"error":{"message":"Incorrect API key","type":"invalid_request_error","code":"invalid_api_key"}}'),
      "bad_credential", "P rejected the key in P_KEY (401: Incorrect API key)" },
    { "is refused with 403, Anthropic's way", "anthropic", failed(403, '{"type":"error","error":{"type":"permission_error","message":"not allowed"}}'),
      "bad_credential", "403: not allowed" },
    { "is refused with 401 and HTML", "openai", failed(401, "<html><h1>401</h1></html>"), "bad_credential", "401" },
    { "is Gemini's 400 for a bad key", "gemini",
      failed(400, '{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}'),
      "bad_credential", "400: API key not valid." },
    { "wants money", "openai", failed(402, '{"error":{"message":"Insufficient Balance","type":"unknown_error","code":"invalid_request_error"}}'),
      "no_quota", "402" },
    { "has no quota left, as a 429", "openai",
      failed(429, '{"error":{"message":"You exceeded your current quota","type":"insufficient_quota","code":"insufficient_quota"}}'), "no_quota", "429" },
    { "is limited", "openai", failed(429, '{"error":{"message":"slow down"}}'), "rate_limited", "429" },
    { "is limited without a body", "anthropic", failed(429, ""), "rate_limited", "429" },
    { "is overloaded, Anthropic's way", "anthropic", failed(529, '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'),
      "provider_error", "529: Overloaded" },
    { "is a 500", "openai", failed(500, '{"error":{"message":"boom"}}'), "provider_error", "500: boom" },
    { "is a 503 of a proxy", "gemini", failed(503, "upstream connect error"), "provider_error", "503" },
    { "is a redirect", "openai", { status = 302, headers = { { "location", "https://login.example.test/?next=1" } } }, "provider_error",
      "redirect" },
    { "is a permanent redirect without a target", "openai", failed(308, ""), "provider_error", "308" },
    { "does not resolve", "openai", { failure = "dns", message = "Could not resolve host", status = 0 }, "unreachable", "Could not resolve host" },
    { "is refused by nobody listening", "openai", { failure = "connect", message = "Connection refused", status = 0 }, "unreachable", "Connection refused" },
    { "has a bad certificate", "openai", { failure = "tls", message = "self-signed certificate", status = 0 }, "unreachable", "self-signed certificate" },
    { "comes too late", "openai", { failure = "timeout", message = "no answer in 10 s", status = 0 }, "unreachable", "no answer in 10 s" },
    { "is cut off", "openai", { failure = "reset", message = "connection reset", status = 0 }, "unreachable", "connection reset" },
    { "is not HTTP", "openai", { failure = "malformed", message = "not HTTP", status = 0 }, "provider_error", "not HTTP" },
  }
  for _, case in ipairs(cases) do
    it(case[1], function ()
      local entry = verdict(case[2], case[3])
      assert.equal(case[4], entry.state, entry.reason)
      if case[5] then has(entry.reason, case[5]) end
      if case[4] ~= "ready" then assert.truthy(#entry.hint > 0) end
    end)
  end

  -- These prove nothing and remove nothing: the model is asked for by name.
  local unusable = {
    { "a page of HTML", { body = "<!DOCTYPE html><title>Sign in to the network</title>" } },
    { "half a JSON", { body = '{"data":[{"id":"m-' } },
    { "JSON with a key twice", { body = '{"data":[],"data":[{"id":"m-1"}]}' } },
    { "JSON with NaN", { body = '{"data":[{"id":"m-1","n":NaN}]}' } },
    { "bytes that are no UTF-8", { body_hex = "7b2264617461223a5b7b226964223a22ff227d5d7d" } },
    { "a NUL byte", { body_hex = "7b2264617461223a5b5d7d00" } },
    { "nothing at all", { body = "" } },
    { "a list of texts", { body = '{"data":["m-1"]}' } },
    { "data that is null", { body = '{"data":null}' } },
    { "a number", { body = "17" } },
    { "204", { status = 204, body = "" } },
    { "404 of a gateway that does not list", { status = 404, body = "404 page not found" } },
    { "405", { status = 405, body = "" } },
    { "501", { status = 501, body = "" } },
    { "a body that is too large", { failure = "too_large", message = "the answer is longer than 8 MiB", status = 200 } },
  }
  for _, case in ipairs(unusable) do
    it("leaves it to a proof: " .. case[1], function ()
      local proved = verdict("openai", case[2], { ["/v1/models/m-1"] = { body = '{"id":"m-1","object":"model"}' } })
      assert.equal("ready", proved.state, proved.reason)
      assert.equal("prove", proved.stage)
      local unknown = verdict("openai", case[2], { ["/v1/models/m-1"] = { status = 404,
        body = '{"error":{"message":"The model m-1 does not exist","type":"invalid_request_error","code":"model_not_found"}}' } })
      assert.equal("not_listed", unknown.state, unknown.reason)
    end)
  end

  it("may come on many pages", function ()
    local page = { body = '{"data":[{"id":"other"}],"has_more":true,"last_id":"other"}' }
    local entry = verdict("anthropic", page, { ["/v1/models?after_id=other&limit=1000"] = { body = '{"data":[{"id":"m-1"}],"has_more":false}' } })
    assert.equal("ready", entry.state, entry.reason)
    local missing = verdict("anthropic", page, { ["/v1/models?after_id=other&limit=1000"] = page, ["/v1/models/m-1"] = { body = '{"id":"m-1","type":"model"}' } })
    assert.equal("ready", missing.state, missing.reason)
    assert.equal("prove", missing.stage)
  end)
end)

describe("check --against", function ()
  teardown(support.stop_all)

  local function definitions(url, models)
    return support.config { ["a.lua"] = ('provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "%s", credential = secret "ACME_KEY" }\n%s')
      :format(url, models) }
  end

  it("says what an edit would change, and whether something would be lost", function ()
    local standin = support.standin { { name = "acme", protocol = "openai", keys = { "sk-0123456789" }, models = { "a", "b", "c" } } }
    local env = { ACME_KEY = "sk-0123456789" }
    local old = definitions(standin.url(), 'model "a" { provider = "acme" } model "b" { provider = "acme" }')
    local new = definitions(standin.url(), 'model "b" { provider = "acme", context_window = 5 } model "c" { provider = "acme" }')
    local function run(from, to, ...) return support.roster({ "check", "--no-builtin", "--against", from, ... }, { config = to, env = env }) end
    local result = run(old, new)
    assert.equal("added    c\nremoved  a: it is not defined any more\nchanged  b: context_window\ndefault  a -> b\n", result.out)
    assert.same({ 1, "" }, { result.status, result.err })
    assert.same({ "c" }, run(old, new, "--json").json().added)
    assert.same({ 0, "Nothing would change.\n" }, { run(old, old).status, run(old, old).out })
    local more = definitions(standin.url(), 'model "a" { provider = "acme" } model "b" { provider = "acme" } model "c" { provider = "acme" }')
    assert.same({ 0, "added    c\n" }, { run(old, more).status, run(old, more).out })
    local off = definitions(standin.url(), 'model "a" { provider = "acme" } model "b" { provider = "acme", enabled = false }')
    has(run(old, off).out, "removed  b: disabled, enabled = false (")
    local bad = run(old, support.config { ["x.lua"] = "oops" })
    assert.equal(2, bad.status)
    assert.equal(2, run(old, new, "--record", "x").status)
    assert.equal(2, run(old, new, "a").status)
  end)
end)
