-- Recordings: what `--record` writes, that `--replay` prints the same bytes without a network, and the verdicts on odd responses.
local support = require "support.roster"
local world = require "support.world"
local cjson = require "cjson"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local function lines_of(text)
  local list = {}
  for line in text:gmatch "[^\n]+" do list[#list + 1] = line end
  return list
end

local function with_other_keys(options)
  local env = {}
  for name, value in pairs(options.env) do env[name] = name:match "_KEY$" and "any-text-at-all" or value end
  return { env = env, config = options.config }
end

-- Records a call, stops the mock servers, and replays the call with other keys. Returns both results and the recording's text.
local function twice(scene, words)
  local file = support.folder() .. "/recording.jsonl"
  local function run(option, options)
    local all = { table.unpack(words) }
    all[#all + 1], all[#all + 2] = option, file
    return support.roster(all, options)
  end
  local first = run("--record", scene.options)
  local text = support.read(file)
  if scene.mocks then scene.mocks.stop() end
  return first, run("--replay", with_other_keys(scene.options)), text, file, run
end

local function assert_same(first, second)
  assert.equal(first.out, second.out)
  assert.equal(first.status, second.status)
end

teardown(support.stop_all)

describe("A recording", function ()
  local keys = { anthropic = true, openai = "sk-wrong-key-of-last-year", fireworks = true, gemini = true }

  local function open_gateway()
    local open = {}
    for _, name in ipairs(world.order) do open[name] = { public_list = true, public_lookup = true } end
    return world.gateway(open)
  end

  for name, make in pairs { ["direct requests"] = world.direct, ["requests through a gateway"] = world.gateway,
    ["requests through a gateway that lists and looks up for anybody"] = open_gateway } do
    it("of " .. name .. " is replayed to the same bytes by every verb that sends requests, without a network and with other keys", function ()
      local mode = make()
      for _, words in ipairs { { "check", "--json" }, { "check" }, { "models", "--json" }, { "models", "--all" },
        { "explain", "claude-4.5-opus", "--json" }, { "explain", "gpt-5.5" }, { "check", "anthropic", "gpt-5.5", "--json" }, { "providers", "--json" } } do
        local first, second, text = twice({ options = mode.options(keys) }, words)
        assert_same(first, second)
        assert.truthy(#lines_of(text) > 4, text)
      end
    end)
  end

  -- Every way to fail at once: many pages, a rate limit, an outage, silence, a reset, a redirect, a page of HTML, a closed port.
  local function troubled()
    local many = {}
    for i = 1, 30 do many[i] = "many-" .. i end
    local raw = function (...) return { protocol = "raw", script = { ... } } end
    return support.scene {
      { "paged",  protocol = "gemini", models = many, server = { page_size = 7 } },
      { "busy",   protocol = "openai-chat", models = { "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9", "b10", "b11", "b12" },
        server = { routes = { { path = "/v1/models/b5",
          status = 429, headers = { ["retry-after"] = "7" }, body = { error = { message = "slow down please", code = "rate_limit_exceeded" } } } } } },
      { "down",   protocol = "anthropic-messages", models = { "d1" },
        server = { routes = { { path = "*", status = 529, body = { type = "error", error = { type = "overloaded_error", message = "Overloaded" } } } } } },
      { "silent", protocol = "openai-responses", models = { "s1" }, fields = "timeout = 0.6 * seconds", server = raw { hang = true } },
      { "rude",   protocol = "openai-chat", models = { "r1" }, server = raw({ send = "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{" }, { reset = true }) },
      { "moved",  protocol = "openai-chat", models = { "m1" },
        server = { routes = { { path = "*", status = 308, headers = { location = "https://elsewhere.example/v1?x=1" } } } } },
      { "html",   protocol = "openai-chat", models = { "h1" },
        server = { routes = { { path = "*", headers = { ["content-type"] = "text/html" }, text = "<html>Sign in</html>" } } } },
      { "gone",   protocol = "openai-chat", models = { "g1" }, url = "http://127.0.0.1:9" },
      { "bytes",  protocol = "openai-chat", models = { "y1" }, server = raw { send = "HTTP/1.1 403 Forbidden\r\ncontent-length: 4\r\n\r\nno\0!" } },
      { "absent", protocol = "anthropic-messages", models = { "a1", "a2" }, server = { models = { "a1" } } },
      { "shy",    protocol = "openai-chat", models = { "x1" },
        server = { serves = { "list" }, routes = { { path = "/v1/models/*", status = 404, text = "404 page not found\n" } } } },
    }
  end

  it("of every kind of failure is replayed to the same bytes, including requests and times", function ()
    for _, words in ipairs { { "check", "--json" }, { "check", "paged", "busy", "down", "silent", "rude", "moved", "html", "gone", "bytes", "absent", "shy", "--json" },
      { "check", "--deep", "--json" }, { "check", "--level", "list", "--json" } } do
      local first, second = twice(troubled(), { "--no-builtin", table.unpack(words) })
      has(first.out, "no answer within 600 ms")
      local now = os.time()
      support.eventually(function () return os.time() > now end) -- a difference would show in checked_at
      assert_same(first, second)
    end
  end)

  it("of an endpoint that ran out of time before all requests were sent is replayed to the same bytes, without delay", function ()
    local ids = {}
    for i = 1, 20 do ids[i] = "m" .. i end
    local scene = support.scene { { "acme", protocol = "openai-chat", models = ids, server = { routes = { { path = "/v1/models/*", hang = true } } } } }
    local first, second = twice(scene, { "check", "acme", "--no-builtin", "--timeout", "3", "--json" })
    has(first.out, "the time for this endpoint ran out before the request")
    assert_same(first, second)
  end)

  it("distinguishes equal requests by the order in which they were sent, not in which they were answered", function ()
    local mocks = support.mock_servers { { name = "door", protocol = "none", routes = {
      { path = "/v1/models", times = 1, delay_ms = 400, body = { data = { { id = "m" } } } }, { path = "/v1/models", status = 401, body = { error = { message = "no" } } } } } }
    local text = ([[
      provider "one" { protocol = "openai-chat", base_url = "URL", credential = secret "ONE_KEY", list_proves = "access" }
      provider "two" { protocol = "openai-chat", base_url = "URL", credential = secret "TWO_KEY", list_proves = "access" }
      model "one-m" { provider = "one", api_name = "m" }
      model "two-m" { provider = "two", api_name = "m" }]]):gsub("URL", mocks.url "door")
    local options = { env = { ONE_KEY = "sk-one-0123456789", TWO_KEY = "sk-two-9876543210" }, config = support.config { ["a.lua"] = text } }
    local first, second = twice({ mocks = mocks, options = options }, { "check", "--no-builtin", "--json" })
    assert.equal(1, #first.json().models)
    assert_same(first, second)
  end)

  it("is replayed in the order of `asked` when responses overtook each other", function ()
    local file = support.write(support.folder() .. "/r", '{"roster_recording":1}\n' ..
      '{"asked":2,"method":"GET","url":"http://127.0.0.1:1/v1/models","status":401,"body":"{\\"error\\":\\"unauthorized\\"}"}\n' ..
      '{"asked":1,"method":"GET","url":"http://127.0.0.1:1/v1/models","status":429,"body":"{}"}\n')
    local text = [[
      provider "one" { protocol = "openai-chat", base_url = "http://127.0.0.1:1", credential = secret "ONE_KEY" }
      provider "two" { protocol = "openai-chat", base_url = "http://127.0.0.1:1", credential = secret "TWO_KEY" }
      model "m-one" { provider = "one" }
      model "m-two" { provider = "two" }]]
    local result = support.roster({ "check", "--no-builtin", "--json", "--replay", file },
      { env = { ONE_KEY = "a-key-0123", TWO_KEY = "b-key-0123" }, config = { ["a.lua"] = text } })
    assert.equal("rate_limited", support.entry(result.json(), "m-one").state)
    assert.equal("bad_credential", support.entry(result.json(), "m-two").state)
  end)

  it("has one line of JSON for each exchange and is readable only by its owner", function ()
    local scene = support.scene { { "acme", protocol = "gemini", models = { "one", "two" } } }
    local first, _, text, file = twice(scene, { "check", "--no-builtin", "--json" })
    assert.equal(0, first.status)
    local list = lines_of(text)
    assert.same({ roster_recording = 1 }, cjson.decode(list[1]))
    assert.equal(4, #list)
    for i = 2, #list do assert.equal("answered", cjson.decode(list[i]).failure) end
    local pipe = io.popen("stat -c %a " .. support.quoted(file))
    assert.equal("600", pipe:read "l")
    pipe:close()
  end)

  it("replaces an earlier one only when it is complete, and leaves no other file behind", function ()
    local folder = support.folder()
    local file = support.write(folder .. "/r.jsonl", "what was there before")
    local broken = support.roster({ "check", "--record", file }, { config = { ["a.lua"] = "provider" } })
    assert.equal(2, broken.status)
    assert.equal("what was there before", support.read(file))
    assert.equal(1, support.roster({ "check", "--no-builtin", "--record", file }, { config = {} }).status)
    assert.equal('{"roster_recording":1}\n', support.read(file))
    local pipe = io.popen("ls -A " .. support.quoted(folder))
    assert.equal("r.jsonl", pipe:read "a":gsub("%s+$", ""), nil)
    pipe:close()
  end)

  it("that cannot be written is an error before any request is sent", function ()
    local scene = support.scene { { "acme", protocol = "gemini", models = { "one" } } }
    local pipe = support.folder() .. "/pipe" -- it would be replaced as well as a device
    os.execute("mkfifo " .. support.quoted(pipe))
    for place, why in pairs { [support.folder() .. "/absent/r"] = "No such file or directory", [pipe] = "not a regular file", [support.folder()] = "not a regular file" } do
      local result = scene.run { "check", "--record", place }
      assert.equal(2, result.status, place)
      has(result.err, place)
      has(result.err, why)
    end
    assert.same({}, scene.paths())
    assert.is_true((os.execute("test -p " .. support.quoted(pipe))))
  end)

  it("ends with an error when the disk is full", function ()
    local scene = support.scene { { "acme", protocol = "gemini", models = { "one" } } }
    local file = support.folder() .. "/r.jsonl"
    local words = { "check", "--no-builtin", "--config", scene.options.config, "--record", file }
    local line = ("ulimit -f 0; trap '' XFSZ; %s >/dev/null 2>&1"):format(support.command_line(words, scene.options))
    local _, _, status = os.execute("bash -c " .. support.quoted(line))
    assert.equal(2, status)
    assert.is_nil(support.read(file))
  end)
end)

describe("A secret", function ()
  local key = "sk-canary/Zq7+wT3xVb9Lm2Rk8Pf5Hd1"
  local base64 = io.popen("printf %s '" .. key .. "' | base64"):read "l"
  local percent = key:gsub("[/+]", function (c) return ("%%%02X"):format(c:byte()) end)
  local escaped = key:gsub(".", function (c) return ("\\u%04x"):format(c:byte()) end)

  -- No eight bytes of the string, wherever they are.
  local function assert_no_trace(text, of)
    for i = 1, #of - 7 do assert.falsy(text:find(of:sub(i, i + 7), 1, true), of:sub(i, i + 7) .. " in: " .. text) end
  end

  local function echo(body, headers, status)
    return support.scene { { "acme", protocol = "openai-chat", models = { "one" }, key = key,
      server = { routes = { { path = "*", status = status or 401, headers = headers, text = body } } } } }
  end

  local function recording_of(scene)
    local first, second, text = twice(scene, { "check", "one", "--no-builtin", "--json" })
    assert_same(first, second)
    assert.truthy(#lines_of(text) > 1)
    return text, first
  end

  for name, form in pairs { ["in plain text"] = key, ["in base64"] = base64, ["in base64 after its scheme"] = io.popen("printf %s 'Bearer " .. key .. "' | base64 -w0"):read "a",
    ["percent-encoded"] = percent, ["percent-encoded in lower case"] = percent:gsub("%%..", string.lower) } do
    it("that a provider repeats " .. name .. " in a body, a header and a URL leaves no trace in the recording", function ()
      local body = cjson.encode { error = { message = "Incorrect API key provided: " .. form .. ". " .. ("More words follow. "):rep(12), code = "invalid_api_key" } }
      for _, status in ipairs { 401, 302 } do
        local text, first = recording_of(echo(body, { ["retry-after"] = form, location = "https://login.example/" .. form, ["x-echo"] = form, ["set-cookie"] = form }, status))
        for _, of in ipairs { key, base64, percent } do assert_no_trace(text, of) end
        assert_no_trace(text, form:sub(9))
        assert_no_trace(first.out, key)
      end
    end)
  end

  it("that is written in JSON escapes leaves no trace in the recording", function ()
    local text = recording_of(echo('{"error":{"message":"Bad key ' .. escaped .. '","code":"invalid_api_key"}}'))
    assert_no_trace(text, escaped:gsub("\\", "\\\\"))
    has(text, "Bad key [redacted]")
    assert_no_trace(recording_of(echo('{"error":{"message":"Bad key ' .. key:gsub("/", "\\/") .. '"}}')), key)
  end)

  it("among binary bytes leaves no trace in the recording", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, key = key, server = { protocol = "raw",
      script = { { send = "HTTP/1.1 401 No\r\nconnection: close\r\n\r\n\1\0" .. key .. "\0" .. key .. "\2" } } } } }
    local text = recording_of(scene)
    local bytes = text:match '"body_hex":"(%x+)"':gsub("%x%x", function (digits) return string.char(tonumber(digits, 16)) end)
    assert.equal("\1\0[redacted]\0[redacted]\2", bytes)
    assert_no_trace(text, key:gsub(".", function (c) return ("%02x"):format(c:byte()) end))
  end)

  it("in custom headers and tags leaves no trace in the recording, and the values may differ when it is replayed", function ()
    local scene = support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, url = "http://127.0.0.1:9" } }, {
      servers = { { name = "door", protocol = "none", routes = { { path = "/acme/v1/models", status = 404, text = "x-team-secret-4711" },
        { path = "/acme/v1/models/one", status = 404, text = "no" },
        { path = "/acme/v1/messages/count_tokens", body = { input_tokens = 3 } } } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s", path = "/{provider}", list_proves = "access" }'):format(mocks.url "door") end,
      env = { LLM_CUSTOM_HEADERS = "x-team: x-team-secret-4711", LLM_REQUEST_TAGS = "team=tag-canary-one" } })
    local file = support.folder() .. "/r.jsonl"
    local function run(option) return support.roster({ "check", "acme", "--no-builtin", "--json", option, file }, scene.options) end
    local first = run "--record"
    assert.equal(0, first.status, first.out)
    scene.mocks.stop()
    scene.options.env.LLM_CUSTOM_HEADERS, scene.options.env.LLM_REQUEST_TAGS = "x-team: something-else", "team=another"
    assert_same(first, run "--replay")
    assert_no_trace(support.read(file), "x-team-secret-4711")
    assert_no_trace(support.read(file), "tag-canary-one")
  end)

  it("is not assumed in headers that every request has, so versions and types stay readable", function ()
    local body = '{"data":[{"id":"one","note":"2023-06-01 application/json anthropic"}],"has_more":false}'
    local scene = support.scene { { "acme", protocol = "anthropic-messages", models = { "one" }, server = { routes = { { path = "/v1/models", text = body } } },
      fields = 'headers = { ["anthropic-version"] = "2023-06-01" }' } }
    local text = recording_of({ mocks = scene.mocks, options = scene.options })
    has(text, "2023-06-01 application/json anthropic")
  end)
end)

-- ---- odd responses, in recordings that are written here ----

local ACME = "http://127.0.0.1:9"

local paths = {
  ["anthropic-messages"] = { list = "/v1/models?limit=1000", prove = "/v1/models/one" },
  ["openai-chat"]        = { list = "/v1/models", prove = "/v1/models/one" },
  ["openai-responses"]   = { list = "/v1/models", prove = "/v1/models/one" },
  gemini                 = { list = "/v1beta/models?pageSize=1000", prove = "/v1beta/models/one" },
}

-- A response is { status, body, headers = ..., failure = ..., message = ... }; a body may be a table.
local function line_of(path, answer, method)
  local headers = {}
  for name, value in pairs(answer.headers or {}) do headers[#headers + 1] = { name, value } end
  local body = answer[2] or ""
  return cjson.encode { method = method or "GET", url = path:find "^http" and path or ACME .. path, failure = answer.failure or "answered", message = answer.message or "",
    status = answer[1], headers = #headers > 0 and headers or nil, body = type(body) == "table" and cjson.encode(body) or body, elapsed_ms = 12, answered_ms = 1767225600000 }
end

local function recording(lines)
  return support.write(support.folder() .. "/recording.jsonl", '{"roster_recording":1}\n' .. table.concat(lines, "\n") .. (#lines > 0 and "\n" or ""))
end

local function replay(protocol, file, words, more)
  local text = (
    'provider "acme" { title = "Acme", protocol = "%s", base_url = "%s", credential = secret "ACME_KEY", %s }\n' ..
    'model "one" { provider = "acme" }'):format(protocol, ACME, more or "")
  return support.roster({ "check", "one", "--no-builtin", "--json", "--replay", file, table.unpack(words or {}) },
    { env = { ACME_KEY = "any-key-at-all" }, config = { ["a.lua"] = text } })
end

local LISTED = { ["anthropic-messages"] = { data = { { id = "one", type = "model" } }, has_more = false }, ["openai-chat"] = { data = { { id = "one" } } },
  ["openai-responses"] = { data = { { id = "one" } } }, gemini = { models = { { name = "models/one" } } } }

local function fault(message, code, kind) return { error = { message = message, code = code, type = kind } } end
local function google(code, message, status, details) return { error = { code = code, message = message, status = status, details = details } } end

describe("In a recording", function ()
  local A, C, R, G = "anthropic-messages", "openai-chat", "openai-responses", "gemini"
  local HTML = "<!doctype html><html><head><title>Sign in</title></head></html>"
  -- what, protocol, where ("list" or "prove"), the response, state, a part of the reason
  local cases = {
    { "a sign-in page as a 200", C, "prove", { 200, HTML }, "provider_error", "returned 200, but not a valid openai-chat" },
    { "a sign-in page instead of a listing", A, "both", { 200, HTML }, "provider_error", "returned 200, but not a valid anthropic-messages" },
    { "JSON that ends too soon", C, "prove", { 200, '{"id":"one","obj' }, "provider_error", "returned 200, but not a valid" },
    { "an object with the same key twice", C, "prove", { 200, '{"id":"one","id":"two"}' }, "provider_error", "returned 200, but not a valid" },
    { "an empty 200", C, "prove", { 200, "" }, "provider_error", "returned 200, but not a valid" },
    { "a 200 with an error in its body", C, "prove", { 200, fault("Provider returned error", 502) }, "provider_error", "Provider returned error" },
    { "LM Studio's 200 for what it does not serve", C, "prove", { 200, { error = "Unexpected endpoint or method. (GET /v1/models/one)" } }, "unproven", "offers no free way" },
    { "a list instead of a model", G, "prove", { 200, "[]" }, "provider_error", "returned 200" },
    { "a body nested a thousand deep", C, "prove", { 200, ("["):rep(1000) .. ("]"):rep(1000) }, "provider_error", "returned 200" },
    { "a wrong key at Anthropic", A, "list",
      { 401, { type = "error", error = { type = "authentication_error", message = "invalid x-api-key" } } },
      "bad_credential", "Acme rejected the key in ACME_KEY (401: invalid x-api-key)" },
    { "Anthropic's 400 for an account without credit", A, "list",
      { 400, { type = "error", error = { type = "invalid_request_error", message = "Your credit balance is too low to access the Anthropic API." } } },
      "no_quota", "no credit or quota is left (400: Your credit balance is too low" },
    { "Anthropic's 429 for a spend limit", A, "list",
      { 429, { type = "error", error = { type = "rate_limit_error", message = "limit", details = { error_code = "enforced_spend_limit_reached" } } } },
      "no_quota", "(429: limit)" },
    { "Anthropic's 529 for an overload", A, "list",
      { 529, { type = "error", error = { type = "overloaded_error", message = "Overloaded" } } },
      "provider_error", "Acme has an internal problem (529: Overloaded)" },
    { "a 402 with an error body", C, "list", { 402, fault("Insufficient Balance", "invalid_request_error", "unknown_error") }, "no_quota", "(402: Insufficient Balance)" },
    { "a 402 without a body", C, "list", { 402, "" }, "provider_error", "Acme returned 402, but not a valid openai-chat" },
    { "a 402 whose error is a string", C, "list", { 402, { error = "payment required" } }, "no_quota", "(402: payment required)" },
    { "OpenAI's 429 for an empty account", R, "list",
      { 429, fault("You exceeded your current quota", "insufficient_quota", "insufficient_quota") },
      "no_quota", "(429: You exceeded your current quota)" },
    { "a rate limit at OpenAI", R, "list",
      { 429, fault("Rate limit reached", "rate_limit_exceeded", "tokens"), headers = { ["retry-after"] = "30" } },
      "rate_limited", "limiting requests (429: Rate limit reached)" },
    { "Gemini's 400 for a bad key", G, "list",
      { 400, google(400, "API key not valid. Please pass a valid API key.", "INVALID_ARGUMENT",
        { { ["@type"] = "type.googleapis.com/google.rpc.ErrorInfo", reason = "API_KEY_INVALID" } }) },
      "bad_credential", "(400: API key not valid." },
    { "Gemini's 400 for an expired key, in a list of one", G, "list",
      { 400, { google(400, "API key expired.", "INVALID_ARGUMENT", { { reason = "API_KEY_EXPIRED" } }) } },
      "bad_credential", "(400: API key expired.)" },
    { "Gemini's daily quota", G, "prove",
      { 429, google(429, "You exceeded your current quota.", "RESOURCE_EXHAUSTED", { { violations = { { quotaId = "GenerateRequestsPerDayPerProjectPerModel-FreeTier" } } } }) },
      "no_quota", "(429: You exceeded your current quota.)" },
    { "xAI's 400 for a bad key, whose error is a string", C, "list",
      { 400, { code = "Client specified an invalid argument", error = "Incorrect API key provided: gs***tF." } },
      "bad_credential", "Incorrect API key provided: gs***tF." },
    { "Mistral's 401 with a detail", C, "list", { 401, { detail = "Unauthorized" } }, "bad_credential", "(401: Unauthorized)" },
    { "Z.ai's 429 for an empty balance, whose code is a string of digits", C, "prove",
      { 429, fault("Insufficient balance or no resource package.", "1113") },
      "no_quota", "(429: Insufficient balance" },
    { "Together's 403 about the length of a prompt", C, "prove",
      { 403, fault("Input token count + max_tokens parameter must be less than the context length") },
      "unproven", "Acme returned 403" },
    { "a 404 with an error body about the model", C, "prove",
      { 404, fault("The model 'one' does not exist", "model_not_found") },
      "not_listed", "does not know one (404: The model 'one' does not exist)" },
    { "a 404 without an error body", C, "prove", { 404, "404 page not found\n" }, "unproven", "offers no free way to check one" },
    { "Ollama's 404 whose error is a string", C, "prove", { 404, { error = "model 'one' not found" } }, "not_listed", "does not know one (404: model 'one' not found)" },
    { "a redirect", C, "list",
      { 307, "", headers = { location = "https://eu.acme.example/v1/models?token=abc" } },
      "provider_error", "redirects (307) to https://eu.acme.example/v1/models: redirects are not followed" },
    { "a redirect without a location", C, "list", { 301, "" }, "provider_error", "Acme redirects (301): redirects are not followed" },
    { "a 403 for a key that may not use the model", C, "prove",
      { 403, fault("This key may not use it", "key_model_access_denied") },
      "no_access", "accepts the key, but not for one (403: This key may not use it)" },
    { "a 418 with a message", C, "prove", { 418, { message = "short and stout" } }, "unproven", "Acme returned 418: short and stout" },
    { "a plain 500", G, "list", { 500, "" }, "provider_error", "has an internal problem (500)" },
    { "a name that does not resolve", C, "list",
      { 0, failure = "dns", message = "no address for 127.0.0.1" },
      "unreachable", "could not be reached at " .. ACME .. ": no address for" },
    { "a connection that is refused", C, "list", { 0, failure = "connect", message = "connection refused" }, "unreachable", "connection refused" },
    { "a certificate that is not trusted", C, "list", { 0, failure = "tls", message = "the certificate is not trusted" }, "unreachable", "the certificate is not trusted" },
    { "a timeout", C, "list", { 0, failure = "timeout", message = "no answer within 10 s" }, "unreachable", "no answer within 10 s" },
    { "a connection that breaks", C, "prove", { 0, failure = "reset", message = "closed too early" }, "unreachable", "closed too early" },
    { "a response that is not HTTP", C, "prove", { 0, failure = "malformed", message = "not HTTP" }, "provider_error", "returned a response that cannot be used: not HTTP" },
    { "a response that is too large", C, "prove",
      { 0, failure = "too_large", message = "larger than 8 MiB" },
      "provider_error", "returned a response that cannot be used: larger than 8 MiB" },
  }

  for _, case in ipairs(cases) do
    it(("%s gives the state %s"):format(case[1], case[5]), function ()
      local way, list = paths[case[2]], case[3] == "prove" and { 200, LISTED[case[2]] } or case[4]
      local lines = { line_of(way.list, list), line_of(way.prove, case[3] == "list" and { 200, LISTED[case[2]] } or case[4]) }
      -- The second free proofs of two protocols are not served here.
      lines[3] = line_of("/v1/messages/count_tokens", { 404, "" }, "POST")
      lines[4] = line_of("/v1beta/models/one:countTokens", { 404, "" }, "POST")
      local entry = support.entry(replay(case[2], recording(lines)).json(), "one")
      assert.equal(case[5], entry.state, entry.reason)
      has(entry.reason, case[6])
      assert.equal("2026-01-01T00:00:00Z", entry.checked_at)
    end)
  end

  it("the delay in a rate limit's Retry-After is repeated in the hint", function ()
    local file = recording { line_of("/v1/models", { 429, fault "slow", headers = { ["Retry-After"] = "30" } }) }
    assert.equal("try again after 30 s", support.entry(replay("openai-chat", file).json(), "one").hint)
  end)

  it("a listing with too many pages is abandoned, and the model is looked up by name", function ()
    local lines = {}
    for i = 0, 120 do
      local page = { 200, { data = { { id = "m" .. i } }, has_more = true, last_id = "m" .. i + 1 } }
      lines[#lines + 1] = line_of("/v1/models?limit=1000" .. (i > 0 and "&after_id=m" .. i or ""), page)
      lines[#lines + 1] = line_of("/v1/models?after_id=m" .. i .. "&limit=1000", page)
    end
    lines[#lines + 1] = line_of("/v1/models/one", { 404, "" })
    lines[#lines + 1] = line_of("/v1/messages/count_tokens", { 404, "" }, "POST")
    local entry = support.entry(replay("anthropic-messages", recording(lines)).json(), "one")
    assert.equal("unproven", entry.state)
    has(entry.reason, "its listing does not end")
    assert.equal(32, #entry.requests - 2)
  end)

  it("a listing whose page names itself as the next one is abandoned", function ()
    local page = { 200, { data = { { id = "x" } }, has_more = true, last_id = "x" } }
    local lines = { line_of("/v1/models?limit=1000", page), line_of("/v1/models?after_id=x&limit=1000", page), line_of("/v1/models?limit=1000&after_id=x", page),
      line_of("/v1/models/one", { 200, { id = "one", type = "model" } }) }
    local entry = support.entry(replay("anthropic-messages", recording(lines)).json(), "one")
    assert.equal("ready", entry.state)
    assert.equal(3, #entry.requests)
  end)
end)

describe("A request that was not recorded", function ()
  it("makes the model unreachable with a reason that mentions the recording, and nothing is sent", function ()
    local result = replay("openai-chat", recording {})
    local entry = support.entry(result.json(), "one")
    assert.equal(1, result.status)
    assert.equal("unreachable", entry.state)
    has(entry.reason, "the recording has no answer to GET " .. ACME .. "/v1/models")
  end)

  it("does not affect the requests that were recorded", function ()
    local file = recording { line_of("/v1/models", { 200, LISTED["openai-chat"] }) }
    local entry = support.entry(replay("openai-chat", file).json(), "one")
    assert.equal("unreachable", entry.state)
    has(entry.reason, "the recording has no answer to GET " .. ACME .. "/v1/models/one")
    assert.same({ "list", "prove" }, { entry.requests[1].stage, entry.requests[2].stage })
    assert.equal(12, entry.requests[1].latency_ms)
  end)
end)

describe("A broken recording", function ()
  local GOOD = line_of("/v1/models", { 200, "{}" })
  local function with(changes)
    local line = cjson.decode(GOOD)
    for name, value in pairs(changes) do line[name] = value or nil end -- false takes it out
    return cjson.encode(line)
  end
  local HEAD = '{"roster_recording":1}'
  local cases = {
    { "is empty", "", 1, "empty" },
    { "begins with something else", "hello\n", 1, "JSON" },
    { "is some other JSON document", '{"models":[]}\n', 1, 'its first line is not {"roster_recording":1}' },
    { "has a later version", '{"roster_recording":2}\n', 1, 'its first line is not {"roster_recording":1}' },
    { "ends in the middle of a line", HEAD .. "\n" .. GOOD .. "\n" .. GOOD:sub(1, -20), 3, "JSON" },
    { "begins with an empty line", "\n" .. HEAD .. "\n", 1, "JSON" },
    { "has a line that is not an object", HEAD .. "\n[]\n", 2, "object" },
    { "has a key twice", HEAD .. "\n" .. GOOD:gsub("^{", '{"method":"GET",') .. "\n", 2, "duplicate" },
    { "has an unknown member", HEAD .. "\n" .. with { bdoy = "" } .. "\n", 2, "'bdoy'" },
    { "has no URL", HEAD .. "\n" .. GOOD .. "\n" .. '{"method":"GET","status":200,"body":""}\n', 3, "an exchange must have a method and a url" },
    { "has a number for a method", HEAD .. "\n" .. with { method = 7 } .. "\n", 2, "'method' is not a string" },
    { "has a string for a status", HEAD .. "\n" .. with { status = "200" } .. "\n", 2, "'status'" },
    { "has no status for an answered request", HEAD .. "\n" .. with { status = 0 } .. "\n", 2, "an answered exchange must have a status" },
    { "has a time before the epoch", HEAD .. "\n" .. with { answered_ms = -1 } .. "\n", 2, "'answered_ms'" },
    { "has a number for what is true or false", HEAD .. "\n" .. with { multiplexed = 1 } .. "\n", 2, "'multiplexed'" },
    { "names an unknown failure", HEAD .. "\n" .. with { failure = "sulked" } .. "\n", 2, "'failure'" },
    { "has headers that are not pairs", HEAD .. "\n" .. with { headers = { { "a" } } } .. "\n", 2, "'headers'" },
    { "has a body with invalid hex digits", HEAD .. "\n" .. with { body_hex = "0g", body = false } .. "\n", 2, "an exchange must have a body or body_hex" },
    { "has two bodies", HEAD .. "\n" .. with { body_hex = "00" } .. "\n", 2, "an exchange must have a body or body_hex" },
    { "is not valid UTF-8", HEAD .. "\n" .. GOOD:gsub("acme", "acme"):gsub("GET", "G\255T") .. "\n", 2, "JSON" },
  }

  for _, case in ipairs(cases) do
    it(("that %s is an error with file and line, before any request is sent"):format(case[1]), function ()
      local file = support.write(support.folder() .. "/broken.jsonl", case[2])
      local result = replay("openai-chat", file)
      assert.equal(2, result.status, result.out)
      has(result.err, ("%s:%d: "):format(file, case[3]))
      has(result.err, case[4])
      assert.equal("invalid", result.json().error.code)
      assert.equal(case[3], result.json().error.line)
    end)
  end

  it("that does not exist or is not a file is an error that names it", function ()
    local folder = support.folder()
    for _, path in ipairs { folder .. "/absent", folder } do
      local result = replay("openai-chat", path)
      assert.equal(2, result.status)
      has(result.err, path)
    end
  end)
end)

describe("The options --record and --replay", function ()
  local function status_of(...) return support.roster({ ... }, {}).status end

  it("exclude each other, and need a file", function ()
    local file = recording {}
    local both = support.roster({ "check", "--record", support.folder() .. "/x", "--replay", file }, {})
    assert.equal(2, both.status)
    has(both.err, "--record and --replay exclude each other")
    assert.equal(2, status_of("check", "--record"))
    assert.equal(2, status_of("check", "--replay="))
    assert.equal(2, status_of("models", "--offline", "--replay", file))
    assert.equal(2, status_of("models", "--offline", "--record", file))
    assert.equal('{"roster_recording":1}\n', support.read(file))
  end)

  it("are accepted only by verbs that send requests", function ()
    local file = recording {}
    for _, verb in ipairs { "lint", "paths", "demo", "init" } do assert.equal(2, status_of(verb, "--replay", file), verb) end
    for _, verb in ipairs { "models", "check", "providers" } do assert.are_not.equal(2, status_of(verb, "--replay", file), verb) end
  end)
end)
