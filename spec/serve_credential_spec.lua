-- Credential helpers over HTTP: states, runs, and who is told what they say.
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"

local TOKEN = "a-token-for-specs-0123456789"
local BEARER = "Authorization: Bearer " .. TOKEN

teardown(serving.stop_all)

local KEY = "sk-helper-0123456789abcdef"

--- A helper that asks for a sign-in, waits until `signed-in` is there, and prints the key, or fails with what the file `fails` holds.
local function helper(folder)
  local path = support.write(folder .. "/helper", ([[#!/bin/sh
cd %s
echo "Open https://login.example.test/device and enter the code"
echo "ABCD-1234"
while [ ! -e signed-in ] && [ ! -e fails ]; do sleep 0.02; done
[ -e fails ] && { rm fails; echo "nobody came" >&2; exit 7; }
rm signed-in
echo "%s"
]]):format(support.quoted(folder), KEY))
  os.execute("chmod +x " .. support.quoted(path))
  return path
end

--- A server whose provider "acme" has an interactive helper of its own, with "oak" beside it that has a key. Gives the server and the folder
-- of the helper. options: shared (the helper is LLM_API_KEY_HELPER), token (false: none)
local function serve(options)
  options = options or {}
  local folder = support.folder()
  local program = helper(folder)
  local key = { "oak", protocol = "openai-chat", fields = 'list_proves = "access", common_helper = false,', models = { "oak-1" } }
  local scene = support.scene({ key }, { servers = { { name = "acme", protocol = "openai", models = { "acme-1" }, keys = { KEY } } },
    text = function (mocks)
      local from = options.shared and 'secret "ACME_API_KEY"' or ('secret { helper = { "%s" }, interactive = true }'):format(program)
      return ('provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "%s", credential = %s, list_proves = "access" }\n'):format(mocks.url "acme", from)
        .. 'model "acme-1" { provider = "acme" }\nprovider "off" { protocol = "openai-chat", base_url = "https://off.test", credential = secret "X", enabled = false }'
    end })
  local env = { ROSTER_TOKEN = options.token ~= false and TOKEN or "" }
  for name, value in pairs(scene.options.env) do env[name] = value end
  if options.shared then env.LLM_API_KEY_HELPER, env.LLM_API_KEY_HELPER_INTERACTIVE = program, "yes" end
  return serving.start({ env = env, config = scene.options.config, words = { "--no-builtin" } }).settle(), folder
end

local function post(server, path, ...) return server.ask("/api/credential/" .. path, { method = "POST", headers = { ... } }) end
local function sign_in(folder) support.write(folder .. "/signed-in", "") end

local function state(server, id) return server.get("/api/credential/" .. (id or "acme")).json() end

local function becomes(server, status, id)
  return serving.eventually(function ()
    local now = state(server, id)
    return now.status == status and now
  end, status)
end

--- The events of helpers as words: "started 1", "line 1 ABCD-1234", "old valid 1 0".
local function words(events)
  local list = {}
  for _, one in ipairs(events) do
    if one.event == "helper" then
      local e = one.data
      list[#list + 1] = ("%s%s %d%s%s"):format(e.old and "old " or "", e.kind, e.run, e.text ~= "" and " " .. e.text or "",
        e.exit_code ~= cjson.null and (" %d"):format(e.exit_code) or "")
    end
  end
  return list
end

it("The lines of a helper repeat no credential of an earlier run in any form, in the log and in events", function ()
  local key, encoded = "Zq9w8e7r6t5y4u3i-mine", "WnE5dzhlN3I2dDV5NHUzaS1taW5l"
  local text = ([[provider "acme" { protocol = "openai-chat", base_url = "http://127.0.0.1:9", credential = secret { interactive = true,
    helper = { "/bin/sh", "-c", "echo 'in base64 %s' >&2; echo 'its end %s' >&2; echo 'a line without' >&2; echo %s" } } }
    model "m" { provider = "acme" }]]):format(encoded, key:sub(-10), key)
  local server = serving.start({ env = { ROSTER_TOKEN = TOKEN }, config = { ["p.lua"] = text }, words = { "--no-builtin" } }).settle()
  local heard = server.listen("/api/events", BEARER)
  for run = 1, 2 do
    assert.equal(202, post(server, "acme/run", BEARER).status)
    becomes(server, "valid")
    assert.equal(200, post(server, "acme/invalidate", BEARER).status)
    serving.eventually(function () return select(2, server.log():gsub("a line without", "")) == run end, "the line")
  end
  serving.eventually(function () return select(2, select(2, heard()):gsub("a line without", "")) >= 2 end, "the events")
  for _, said in ipairs { server.log(), (select(2, heard())) } do
    assert.equal(1, select(2, said:gsub(encoded, "")), said) -- at the first run nobody knows yet what it is
    assert.equal(1, select(2, said:gsub("its end", "")), said)
  end
end)

describe("/api/credential", function ()
  local server, folder
  setup(function () server, folder = serve() end)

  it("has the state of each credential, except those of disabled providers", function ()
    local all = server.get "/api/credential".json().credentials
    assert.equal(2, #all)
    local by_id = { [all[1].id] = all[1], [all[2].id] = all[2] }
    assert.same({ "pending", true, true, 0 }, { by_id.acme.status, by_id.acme.helper, by_id.acme.interactive, by_id.acme.run })
    assert.same({ "valid", false, "$OAK_API_KEY", { "oak" } }, { by_id.oak.status, by_id.oak.helper, by_id.oak.source, by_id.oak.providers })
  end)

  it("is live: pending, running, valid, required, failed, with the exit code", function ()
    assert.equal("pending", state(server).status)
    local begun = post(server, "acme/run", BEARER)
    assert.same({ 202, "running", 1 }, { begun.status, begun.json().status, begun.json().run })
    assert.equal("running", state(server).status)
    assert.equal("pending", support.entry(server.get "/api/models".json(), "acme-1").state)
    sign_in(folder)
    local valid = becomes(server, "valid")
    assert.same({ 0, 1 }, { valid.exit_code, valid.run })
    assert.truthy(valid.since ~= cjson.null and valid["until"] ~= cjson.null)
    serving.eventually(function () return support.entry(server.get "/api/models".json(), "acme-1").state == "ready" end, "ready")
    local again = post(server, "acme/run", BEARER)
    assert.same({ 200, "valid", 1 }, { again.status, again.json().status, again.json().run })
    local dropped = post(server, "acme/invalidate", BEARER)
    assert.same({ 200, "required" }, { dropped.status, dropped.json().status })
    support.write(folder .. "/fails", "")
    assert.equal(202, post(server, "acme/run", BEARER).status)
    local failed = becomes(server, "failed")
    assert.same({ 7, 2 }, { failed.exit_code, failed.run })
    assert.truthy(failed.problem:find("nobody came", 1, true), failed.problem)
  end)

  it("joins a run that is under way", function ()
    local first = post(server, "acme/run", BEARER).json()
    assert.equal(first.run, post(server, "acme/run", BEARER).json().run)
    sign_in(folder)
    becomes(server, "valid")
  end)

  it("does nothing without the token, for another origin, or by another method", function ()
    for _, action in ipairs { "run", "invalidate" } do
      assert.equal(401, post(server, "acme/" .. action).status)
      assert.equal(401, post(server, "acme/" .. action, "Authorization: Bearer wrong").status)
      assert.equal(403, post(server, "acme/" .. action, BEARER, "Origin: https://evil.example").status)
      local got = server.get("/api/credential/acme/" .. action, BEARER)
      assert.same({ 405, "POST, OPTIONS" }, { got.status, got.headers.allow })
    end
    assert.equal(405, post(server, "acme", BEARER).status)
    assert.equal("valid", state(server).status)
  end)

  it("refuses unknown ids, and keys that do not come from a helper", function ()
    assert.equal(404, server.get "/api/credential/nobody".status)
    assert.equal(404, server.get "/api/credential/LLM_API_KEY_HELPER".status)
    assert.equal(400, server.get "/api/credential/%00".status)
    assert.equal(404, post(server, "nobody/run", BEARER).status)
    assert.equal(400, post(server, "/run", BEARER).status)
    local keyed = post(server, "oak/run", BEARER)
    assert.same({ 400, "invalid" }, { keyed.status, keyed.json().error.code })
  end)

  it("accepts a short body, as some clients send one", function ()
    local answer = server.ask("/api/credential/acme/run", { method = "POST", headers = { BEARER }, data = "{}" })
    assert.equal(200, answer.status)
  end)

  it("is as described in /api/openapi.json", function ()
    local document = cjson.decode(support.read "src/server/openapi.json")
    local described = document.components.schemas.CredentialState.properties
    for name in pairs(state(server)) do assert.truthy(described[name], name) end
    for _, path in ipairs { "/api/credential", "/api/credential/{id}", "/api/credential/{id}/run", "/api/credential/{id}/invalidate" } do
      assert.truthy(document.paths[path], path)
    end
  end)

  it("counts runs in /metrics, from before the first", function ()
    local text = server.get "/metrics".body
    assert.truthy(text:find('roster_helper_runs_total{helper="acme",result="failed"} 1', 1, true))
    assert.truthy(text:find('roster_helper_status{helper="acme",status="valid"} 1', 1, true))
    assert.is_nil(text:find('helper="oak"', 1, true))
  end)

  it("shows no key anywhere", function ()
    for _, path in ipairs { "/api/credential", "/api/credential/acme", "/metrics", "/api/models?verbose" } do
      assert.is_nil(server.get(path, BEARER).body:find(KEY, 1, true), path)
    end
    assert.is_nil(server.log():find(KEY, 1, true))
  end)
end)

describe("The events of a helper", function ()
  it("reach whoever has the token with each line, as it comes, and others without the lines", function ()
    local server, folder = serve()
    local trusted, others = server.listen("/api/events", BEARER), server.listen()
    post(server, "acme/run", BEARER)
    local asked = { "started 1", "line 1 Open https://login.example.test/device and enter the code", "line 1 ABCD-1234" }
    serving.eventually(function () return #words((trusted())) == 3 end, "the code")
    assert.same(asked, words((trusted())))
    local late = server.listen("/api/events", BEARER)
    serving.eventually(function () return #words((late())) == 3 end, "the code, told late")
    assert.same(asked, words((late())))
    sign_in(folder)
    for _, heard in ipairs { trusted, late } do
      serving.eventually(function () return words((heard()))[4] == "valid 1 0" end, "the end")
    end
    serving.eventually(function () return #words((others())) == 2 end, "the end")
    assert.same({ "started 1", "valid 1 0" }, words((others())))
    for _, heard in ipairs { trusted, late, others } do assert.is_nil(select(2, heard()):find(KEY, 1, true)) end
    server.stop()
  end)

  it("of a run that is over are marked as old", function ()
    local server, folder = serve()
    post(server, "acme/run", BEARER)
    support.write(folder .. "/fails", "")
    becomes(server, "failed")
    local heard = server.listen("/api/events", BEARER)
    serving.eventually(function () return #words((heard())) == 5 end, "old events")
    for _, one in ipairs(words((heard()))) do assert.equal("old ", one:sub(1, 4)) end
    local open = server.listen()
    serving.eventually(function () return #words((open())) == 2 end, "old events")
    assert.is_nil(select(2, open()):find("ABCD-1234", 1, true))
    server.stop()
  end)

  it("are refused to a wrong token, and to any where the server has none", function ()
    local server = serve()
    assert.equal(401, server.get("/api/events", "Authorization: Bearer wrong").status)
    assert.equal(403, server.get("/api/events", BEARER, "Origin: https://evil.example").status)
    local heard = server.listen("/api/events", "Authorization: Basic dXNlcjpw") -- of a proxy in front: no claim to be somebody here
    serving.eventually(function () return heard()[1] end, "a snapshot")
    server.stop()
    local bare = serve { token = false }
    assert.equal(403, bare.get("/api/events", BEARER).status)
    assert.equal(403, post(bare, "acme/run", BEARER).status)
    bare.stop()
  end)

  it("continue to reach other listeners after one has left, and end with the server even while a helper runs", function ()
    local server, folder = serve()
    local leaving = support.folder() .. "/pid"
    os.execute(("curl -sN -m 100 -H %s %sapi/events >%s.out 2>&1 & echo $! >%s"):format(support.quoted(BEARER), server.url, leaving, leaving))
    local staying = server.listen("/api/events", BEARER)
    post(server, "acme/run", BEARER)
    serving.eventually(function () return (support.read(leaving .. ".out") or ""):find("ABCD-1234", 1, true) end, "the code")
    os.execute("kill " .. support.read(leaving))
    serving.eventually(function () return server.get "/metrics".body:find("roster_event_listeners 1\n", 1, true) end, "gone")
    sign_in(folder)
    serving.eventually(function () return words((staying()))[4] == "valid 1 0" end, "the end")
    post(server, "acme/invalidate", BEARER)
    post(server, "acme/run", BEARER)
    becomes(server, "running")
    assert.equal(0, server.stop())
  end)
end)

describe("The helper that providers share", function ()
  it("has the id LLM_API_KEY_HELPER, runs for each of them, and has one state", function ()
    local server, folder = serve { shared = true }
    local all = server.get "/api/credential".json().credentials
    local shared
    for _, one in ipairs(all) do shared = one.id == "LLM_API_KEY_HELPER" and one or shared end
    assert.same({ "pending", true, "", { "acme" } }, { shared.status, shared.helper, shared.provider_id, shared.providers })
    local heard = server.listen("/api/events", BEARER)
    assert.equal(1, post(server, "LLM_API_KEY_HELPER/run", BEARER).json().run)
    assert.equal(1, post(server, "acme/run", BEARER).json().run)
    sign_in(folder)
    becomes(server, "valid", "LLM_API_KEY_HELPER")
    assert.equal("valid", state(server, "acme").status)
    serving.eventually(function () return words((heard()))[4] == "valid 1 0" end, "the end")
    assert.equal("LLM_API_KEY_HELPER", serving.eventually(function ()
      for _, one in ipairs((heard())) do
        if one.event == "helper" then return one.data.id end
      end
    end, "an event"))
    server.stop()
  end)
end)
