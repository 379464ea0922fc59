-- Keys: no output of roster ever contains one, in any form, whoever repeats it.
local support = require "support.roster"
local traces = require "support.traces"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local base64, percent, leaks, forms_of, canary = traces.base64, traces.percent, traces.leaks, traces.forms, traces.canary
local team = "team-canary+H3/gY6=uJ1sDf0aZq"

describe("A key that a script reads before a block names its variable as a secret", function ()
  local KEY = "s3same-0pen"
  -- What would otherwise repeat it: a finding of the file, of the finished definitions, of a value with a flaw, of a script that fails.
  local ways = {
    'model "m" { provider = setting "ACME_PAT" }',
    'model "m" { provider = "acme", price = setting "ACME_PAT" }',
    'model "m" { provider = "acme", [setting "ACME_PAT"] = 5 }',
    'model "m" { provider = "acme" } error(setting("ACME_PAT"):reverse())',
    'model "m" { provider = "acme", description = setting "ACME_PAT" } rule "r" (function () return refuse "x" end)',
    'model "m" { provider = "acme" } return setting "ACME_PAT"',
    'local pat = setting "ACME_PAT" model "m" { provider = "acme" } rule "r" (function () return refuse(pat) end)',
  }

  it("is in no output, and the load fails with that alone", function ()
    for _, way in ipairs(ways) do
      for _, key in ipairs { KEY, '"' .. KEY .. '"' } do
        local files = { ["a.lua"] = way, ["b.lua"] = 'provider "acme" { protocol = "openai-chat", base_url = "https://acme.test", credential = secret "ACME_PAT" }' }
        for _, words in ipairs { { "lint" }, { "lint", "--json" }, { "models", "--all", "--offline" }, { "doctor" }, { "config" }, { "check" } } do
          local result = support.roster(words, { config = files, env = { ACME_PAT = key } })
          local said = result.out .. result.err
          for _, part in ipairs { KEY, KEY:reverse(), KEY:sub(2) } do
            assert.falsy(said:find(part, 1, true), ("'%s' in %s of %s: %s"):format(part, table.concat(words, " "), way, said))
          end
          assert.not_equal(0, result.status, said)
          has(said, "secret: 'ACME_PAT' is read with setting at ")
        end
      end
    end
  end)
end)

--- Every verb that prints something, as arguments for the command.
local function verbs(id, provider)
  local list = {
    { "models" }, { "models", "--all" }, { "models", "--json" }, { "models", "--offline" }, { "models", "--all", "--offline", "--json" },
    { "models", "--level", "generate", "--json" }, { "providers" }, { "providers", "--json" }, { "providers", "--offline", "--json" },
    { "check" }, { "check", "--json" }, { "check", id }, { "check", provider, "--json" }, { "check", "--deep" }, { "check", "--deep", "--json" },
    { "explain", id }, { "explain", id, "--json" }, { "explain", id, "--offline" }, { "resolve", id }, { "resolve", id, "--json" },
    { "resolve", "nothing-like-it", "--json" }, { "request", id }, { "request", id, "--json" }, { "paths" }, { "paths", "--json" },
  }
  return list
end

local few = { { "models", "--json" }, { "check", "--deep" }, { "explain", "one" }, { "explain", "one", "--json" } }

--- Runs all of these and fails at the first leak; returns how many printed something.
local function run_all(scene, list, secrets)
  local said = 0
  for _, words in ipairs(list) do
    local result = scene.run(words)
    assert.truthy(type(result.status) == "number" and result.status <= 2, table.concat(words, " ") .. ": " .. tostring(result.status))
    local text = result.out .. result.err
    if #text > 0 then said = said + 1 end
    for _, secret in ipairs(secrets) do
      local form = leaks(text, secret)
      assert.is_nil(form, ("roster %s prints '%s':\n%s"):format(table.concat(words, " "), tostring(form), text))
    end
  end
  return said
end

local WITH_TEAM = 'headers = { ["x-team"] = secret "TEAM_TOKEN" }'

--- A provider that always gives this response; it receives the key and a secret header.
local function echoing(protocol, answer, more)
  local route = { path = "*" }
  for name, value in pairs(answer) do route[name] = value end
  more = more or {}
  return support.scene({ { "acme", protocol = protocol, models = { "one" }, key = canary, fields = WITH_TEAM .. (more.fields or ""),
    server = { keys = { canary }, routes = { route } } } }, { env = { TEAM_TOKEN = team }, text = more.text })
end

local function error_body(protocol, message)
  if protocol == "anthropic-messages" then return { type = "error", error = { type = "authentication_error", message = message } } end
  if protocol == "gemini" then return { error = { code = 401, message = message, status = "UNAUTHENTICATED" } } end
  return { error = { message = message, type = "invalid_request_error", code = "invalid_api_key" } }
end

-- The forms in which providers and proxies repeat a key. Messages are cut after about two hundred bytes, so each is repeated separately.
local repeated = {
  { "as it is",                       canary },
  { "with its scheme",                "Bearer " .. canary },
  { "in base64",                      base64(canary) },
  { "in base64, after a user",       base64("user:" .. canary) },
  { "in base64, after its scheme",   base64("Bearer " .. canary) },
  { "in URL-safe base64",     (base64(canary):gsub("+", "-"):gsub("/", "_")) },
  { "percent-encoded",                percent(canary) },
  { "percent-encoded in lower case", percent(canary, "%%%02x") },
  { "as its last eight characters",   "key ending in " .. canary:sub(-8) },
  { "with asterisks in its middle",       canary:sub(1, 8) .. "********" .. canary:sub(-8) },
  { "in quotes, brackets and a query", ('"%s" [%s] ?key=%s&x=1'):format(canary, canary, percent(canary)) },
  { "twice in a row",                 canary .. canary },
  { "next to a secret header's value", team .. " " .. base64(team) .. " " .. percent(team) },
}

-- A few of them that fit into one message.
local several = ("%s %s %s %s"):format(canary, base64(canary), percent(canary), team)

teardown(support.stop_all)

describe("The forms of a key that this spec looks for", function ()
  it("are those that the system's own tools produce", function ()
    local path = support.write(support.folder() .. "/key", canary)
    local pipe = io.popen("base64 -w0 " .. support.quoted(path))
    assert.equal(pipe:read "a", base64(canary))
    pipe:close()
    assert.equal("sk-canary%2F5f%2BQz%3D9d~Wm4%2FTt7xKp2vLb8Rn", percent(canary))
  end)

  it("are found anywhere in a string, complete or cut", function ()
    for _, form in ipairs(forms_of(canary)) do assert.is_not_nil(leaks("before " .. form .. " behind", canary)) end
    for _, before in ipairs { "", "u:", "Bearer ", "user:" } do assert.is_not_nil(leaks(base64(before .. canary), canary)) end
    assert.is_not_nil(leaks("..." .. canary:sub(-8), canary))
    assert.is_nil(leaks("The acme rejected the key in ACME_API_KEY (401: [redacted])", canary))
  end)
end)

describe("A key that its provider repeats in an error", function ()
  for _, protocol in ipairs { "anthropic-messages", "openai-chat", "openai-responses", "gemini" } do
    it(("is in no output (protocol %s)"):format(protocol), function ()
      local scene = echoing(protocol, { status = 401, body = error_body(protocol, "Incorrect key: " .. canary) })
      assert.equal(#few, run_all(scene, few, { canary, team }))
      has(scene.entry("one").reason, "401: Incorrect key: [redacted]")
    end)
  end

  for _, form in ipairs(repeated) do
    it(("is in no output if it is repeated %s"):format(form[1]), function ()
      local scene = echoing("openai-chat", { status = 401, body = error_body("openai-chat", "no: " .. form[2]) })
      assert.equal(#few, run_all(scene, few, { canary, team }))
      has(scene.entry("one").reason, "[redacted]")
    end)
  end

  it("is in no output of any verb, and neither is a secret header", function ()
    local scene = echoing("openai-chat", { status = 401, body = error_body("openai-chat", several) })
    assert.is_true(run_all(scene, verbs("one", "acme"), { canary, team }) >= 20)
    assert.equal(canary, scene.requests()[1].headers.authorization:match "^Bearer (.*)$")
    assert.equal(team, scene.requests()[1].headers["x-team"])
  end)

  it("is in no output wherever the message is cut", function ()
    local texts = {}
    for room = 150, 205, 5 do texts[#texts + 1] = ("x"):rep(room) .. " " .. canary .. " and on" end
    for _, text in ipairs(texts) do
      local scene = echoing("openai-chat", { status = 401, body = error_body("openai-chat", text) })
      run_all(scene, { { "explain", "one" }, { "models", "--json" } }, { canary })
    end
  end)

  local places = {
    { "plain text",             { status = 401, text = "bad key " .. several } },
    { "a page of HTML",         { status = 401, text = "<html>" .. several .. "</html>", headers = { ["content-type"] = "text/html" } } },
    { "the type of the error",       { status = 401, body = { error = { type = canary, code = canary } } } },
    { "a FastAPI detail",       { status = 401, body = { detail = { { loc = { "header" }, msg = several, type = "x" } } } } },
    { "a flat message",         { status = 403, body = { message = several } } },
    { "a 429",                  { status = 429, body = { error = { message = several } }, headers = { ["retry-after"] = canary } } },
    { "a 500",                  { status = 500, body = { error = { message = several } } } },
    { "a 400",                  { status = 400, body = { error = { message = several } } } },
    { "a 404",                  { status = 404, body = { error = { message = several } } } },
    { "the error in a 200",     { status = 200, body = { error = { message = several } } } },
    { "the plain text of a 200",          { status = 200, text = several } },
    { "the target of a redirect",    { status = 302, text = "", headers = { location = "http://127.0.0.1:9/" .. canary .. "/" .. percent(canary) .. "?k=" .. percent(canary) } } },
    { "other response headers",      { status = 401, text = "no", headers = { ["www-authenticate"] = "Bearer " .. canary, ["x-echo"] = canary } } },
  }
  for _, place in ipairs(places) do
    it(("is in no output if it is in %s"):format(place[1]), function ()
      run_all(echoing("openai-chat", place[2]), few, { canary, team })
      run_all(echoing("anthropic-messages", place[2]), few, { canary, team })
    end)
  end
end)

describe("A key that a listing repeats", function ()
  it("is in no output if it is the id or the display name of a model", function ()
    local scene = echoing("anthropic-messages", { body = { data = { { id = canary, display_name = several }, { id = "other" } }, has_more = false } })
    run_all(scene, few, { canary, team })
  end)

  local function listing_scene(discover)
    local data = { { id = "one" }, { id = canary }, { id = team }, { id = "shown", display_name = several } }
    for i, form in ipairs(traces.odd_forms(canary)) do
      data[#data + 1] = { id = form }
      data[#data + 1] = { id = "a" .. form .. "-z" }
      data[#data + 1] = { id = "shown-" .. i, display_name = "named " .. form }
    end
    return echoing("openai-chat", { body = { object = "list", data = data } }, { fields = ', list_proves = "access"' .. (discover and ", discover = true" or "") })
  end

  it("is in no output if it is the name of a model, in any form, which is left out with one warning, whether names are discovered or not", function ()
    for _, discover in ipairs { false, true } do
      local scene = listing_scene(discover)
      for _, words in ipairs { { "models", "--all", "--json" }, { "check" }, { "diff" }, { "explain", "one" }, { "providers", "--json" } } do
        local result = scene.run(words)
        assert.is_nil(leaks(result.out .. result.err, canary) or leaks(result.out .. result.err, team) or traces.odd_leak(result.out .. result.err, canary),
          table.concat(words, " ") .. ":\n" .. result.out .. result.err)
      end
      local result = scene.run { "models" }
      local _, count = (result.out .. result.err):gsub("names in its listing contain part of a key, and were left out", "")
      assert.equal(1, count)
    end
  end)

  it("leaves the other names of the listing unchanged", function ()
    local shown = listing_scene(true).run({ "models", "--all", "--json" }).out
    has(shown, '"api_name":"shown"')
    has(shown, '"description":"named [redacted]"')
  end)

  it("is in no output if it is the cursor of the next page", function ()
    for protocol, body in pairs {
      ["anthropic-messages"] = { data = { { id = "other" } }, has_more = true, last_id = canary },
      gemini = { models = { { name = "models/other" } }, nextPageToken = canary },
      ["openai-chat"] = { data = { { id = "other" } }, links = { next = "/v1/models?after=" .. percent(canary) } },
    } do
      run_all(echoing(protocol, { body = body }), few, { canary, team })
    end
  end)
end)

describe("A key that a protocol's script repeats from a response", function ()
  local function scripted(text, answer)
    local scene = echoing("odd", answer or { status = 200, body = { said = several } }, { text = 'protocol "odd" { chat_path = "/chat", ' .. text .. " }" })
    run_all(scene, few, { canary, team })
    return scene
  end

  local prove = 'prove = { function (model) return get("/has/" .. model.api_name) end }'
  local list = 'list = get "/list"'

  it("is in no output if it is in an error of the verdict function", function ()
    local scene = scripted(prove .. ", verdict = function (response) error('cannot read ' .. response.text) end")
    has(scene.entry("one").reason, "cannot read")
  end)

  it("is in no output if it is returned as an invalid verdict", function () scripted(prove .. ", verdict = function (response) return response.body.said end") end)

  it("is in no output if it is in the reason why read_list rejects a listing", function ()
    local scene = scripted(list .. ", read_list = function (body) return nil, 'not a listing: ' .. body.said end")
    has(scene.entry("one").reason, "not a listing")
  end)

  it("is in no output if it is in an error of read_list", function ()
    scripted(list .. ", read_list = function (body) error('this came: ' .. body.said) end")
  end)

  it("is in no output if it is part of a later request", function ()
    scripted(list .. ", read_list = function (body) return {}, get('/list/' .. body.said, { again = body.said }) end", { body = { said = canary } })
  end)

  it("is in no output if read_list keeps it in a variable", function ()
    scripted(list .. ", read_list = function (body) kept = body.said return nil, 'no' end")
    scripted(list .. ", read_list = (function () local heard return function (body) heard = body.said error(heard) end end)()")
  end)
end)

describe("A key from a file", function ()
  it("is in no output and has the variable that names the file as its source", function ()
    local path = support.write(support.folder() .. "/key", canary .. "\n")
    local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "one" }, key = false,
      server = { keys = { canary }, routes = { { path = "*", status = 401, body = error_body("openai-chat", several) } } } } },
      { env = { ACME_API_KEY_FILE = path } })
    run_all(scene, few, { canary })
    assert.equal("Bearer " .. canary, scene.requests()[1].headers.authorization)
    assert.equal("$ACME_API_KEY_FILE", scene.entry("one").source)
  end)
end)

describe("A key that works", function ()
  it("is in no output of any verb", function ()
    local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "one" }, key = canary, fields = WITH_TEAM, server = { keys = { canary } } } },
      { env = { TEAM_TOKEN = team } })
    assert.equal("ready", scene.entry("one").state)
    assert.is_true(run_all(scene, verbs("one", "acme"), { canary, team }) >= 20)
  end)

  it("is in the output of request only as the name of its variable, which the shell expands", function ()
    local scene = support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, key = canary, fields = WITH_TEAM } },
      { env = { TEAM_TOKEN = team } })
    local shown = scene.run { "request", "one" }.out
    has(shown, '-H "x-api-key: $ACME_API_KEY"')
    has(shown, '-H "x-team: $TEAM_TOKEN"')
  end)
end)

describe("A key with a control byte", function ()
  it("is in no output and is not sent", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, key = canary .. "\r\nx-evil: 1" } }
    run_all(scene, few, { canary })
    assert.same({}, scene.paths())
  end)
end)

describe("A key behind a gateway", function ()
  it("is in no output, whether the gateway forwards it or injects its own", function ()
    for _, credentials in ipairs { "forwarded", "injected" } do
      local scene = support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, key = canary, url = "http://127.0.0.1:9" } }, {
        env = { TEAM_TOKEN = team },
        servers = { { name = "door", protocol = "none", routes = { { path = "*", status = 401, body = error_body("anthropic-messages", several) } } } },
        text = function (mocks)
          return ('gateway "door" { base_url = "%s", credentials = "%s", %s }'):format(mocks.url "door", credentials, WITH_TEAM)
        end,
      })
      run_all(scene, few, { canary, team })
      assert.equal(team, scene.requests("door")[1].headers["x-team"])
    end
  end)
end)

describe("A key that is written into the definitions", function ()
  local function refused(line)
    local text = ('provider "acme" { protocol = "openai-chat", base_url = "https://api.acme.example", %s }\nmodel "one" { provider = "acme" }'):format(line)
    local config = support.config { ["x.lua"] = text }
    for _, words in ipairs { { "lint" }, { "lint", "--json" }, { "models" }, { "models", "--json" }, { "explain", "one", "--json" }, { "request", "one" } } do
      local result = support.roster(words, { config = config })
      assert.is_true(result.status ~= 0, table.concat(words, " "))
      assert.is_nil(leaks(result.out .. result.err, canary), table.concat(words, " ") .. ": " .. result.out .. result.err)
    end
  end

  it("as the credential itself is an error that does not repeat it", function () refused(('credential = "%s"'):format(canary)) end)
  it("as the name of a secret is an error that does not repeat it", function () refused(('credential = secret "%s"'):format(canary)) end)
  it("as the env of a secret is an error that does not repeat it", function () refused(('credential = secret { env = "%s" }'):format(canary)) end)
  it("as a password in the address is an error that does not repeat it", function () refused(('base_url = "https://me:%s@api.acme.example"'):format(canary)) end)
  it("as a password of the proxy is an error that does not repeat it", function () refused(('proxy = "http://me:%s@proxy.example:3128"'):format(canary)) end)
end)

describe("A custom protocol", function ()
  teardown(support.stop_all)

  it("cannot print the key by repeating a response that contains it", function ()
    local key = "sk-echo-canary-0123456789"
    local mocks = support.mock_servers { { name = "acme", protocol = "none", routes = { { path = "/list", body = { msg = "you sent " .. key } },
      { path = "/one", status = 400, body = { msg = "you sent " .. key } } } } }
    for _, words in ipairs { "return nil, body.msg", "error(body.msg)", "return {}, get('/list', { again = body.msg })" } do
      local definitions = ([[
        protocol "echo" { list = get "/list", read_list = function (body) %s end, prove = { function () return get "/one" end },
          verdict = function (response) return response.stage == "prove" and response.body.msg or nil end }
        provider "acme" { protocol = "echo", base_url = "%s", credential = secret "ACME_API_KEY", list_proves = "access" }
        model "one" { provider = "acme" }
      ]]):format(words, mocks.url())
      local options = { env = { ACME_API_KEY = key }, config = { ["acme.lua"] = definitions } }
      for _, call in ipairs { { "explain", "one", "--json" }, { "models" }, { "check", "--json" } } do
        local result = support.roster(call, options)
        assert.falsy((result.out .. result.err):find("canary", 1, true), result.out)
        assert.truthy(result.out:find("redacted", 1, true) or call[1] ~= "explain", result.out)
      end
    end
  end)
end)

describe("A key in the definitions", function ()
  local KEY = "sk-proj-abcdef0123456789abcdef0123456789"
  local HEAD = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.test", %s }\nmodel "m" { provider = "acme" }'

  local function lint(text)
    local found, result = support.lint({ ["a.lua"] = text }, { "--no-builtin" })
    assert.equal(0, result.status)
    for _, finding in ipairs(found) do assert.falsy(finding:find("abcdef0123", 1, true), finding) end
    return found
  end

  local headers = {
    ['Authorization = "Bearer %s"'] = { "Authorization", 'write Authorization = secret { env = "NAME", prefix = "Bearer " }' },
    ['["x-team"] = "%s"'] = { "x-team", 'secret "NAME"' },
    ['["x-api-key"] = "0123456789abcdef0123456789"'] = { "x-api-key", '= secret "NAME"' },
    ['cookie = "session=0123456789abcdef0123456789"'] = { "cookie", "looks like a key" },
  }
  for header, said in pairs(headers) do
    it(("in a header is a warning that does not repeat it: %s"):format(header), function ()
      local found = lint(HEAD:format("headers = { " .. header:gsub("%%s", KEY) .. " }"))
      assert.equal(1, #found)
      assert.truthy(found[1]:find(("a.lua:1: warning: provider 'acme': 'headers.%s' contains what looks like a key"):format(said[1]), 1, true), found[1])
      assert.truthy(found[1]:find(said[2], 1, true), found[1])
    end)
  end

  it("in an address is a warning that names the parameter, and no message shows the query", function ()
    for _, query in ipairs { "key=" .. KEY, "a=b&api_key=" .. KEY, "sig=0123456789abcdef0123456789" } do
      local found = lint(HEAD:gsub("llm.acme.test", "llm.acme.test?" .. query):format "")
      assert.equal(1, #found)
      assert.truthy(found[1]:find(query:match "([%w_]+)=[^=]*$" .. "=...", 1, true), found[1])
    end
    local found = support.lint({ ["a.lua"] = HEAD:gsub("https://llm.acme.test", "llm.acme.test?key=" .. KEY):format "" }, { "--no-builtin" })
    assert.truthy(found[1]:find('"llm.acme.test?..." does not begin with', 1, true), found[1])
    assert.falsy(table.concat(found):find("abcdef0123", 1, true))
  end)

  it("is not seen in what is none", function ()
    assert.same({}, lint(HEAD:format 'headers = { authorization = "Bearer implicit", ["x-api-key"] = "implicit", ["x-request-source"] = "billing-2026" }'))
    assert.same({}, lint(HEAD:gsub("llm.acme.test", "llm.acme.test?api-version=2026-10-21"):format 'headers = { ["x-key"] = secret "ACME_KEY" }'))
    assert.same({}, (support.lint({ ["a.lua"] = "" })))
  end)
end)
