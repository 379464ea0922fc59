-- Every way out of roster, while everybody whom it asks repeats the key: providers, a gateway, helpers and a source, in every form.
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"
local traces = require "support.traces"

local TOKEN = "a-token-for-specs-0123456789"
local BEARER = "Authorization: Bearer " .. TOKEN
local canary = traces.canary

local forms = { canary, "Bearer " .. canary, traces.percent(canary), traces.base64(canary), traces.base64("user:" .. canary), "key ending in " .. canary:sub(-8),
  table.unpack(traces.odd_forms(canary)) }

--- The text around a trace of the key; nil where there is none.
local function trace(text)
  local found = traces.leaks(text, canary) or traces.odd_leak(text, canary)
  return found and ("'%s' in: %s"):format(found, text)
end

--- Fails where one of these texts, by what they are called, holds a trace; returns how many hold anything.
local function hunt(texts)
  local count = 0
  for name, text in pairs(texts) do
    assert.is_nil(trace(text), name)
    if #text > 0 then count = count + 1 end
  end
  return count
end

--- A program that prints these lines on its standard error, then the key where it succeeds, and ends with that status. Its lines hold the
-- key as it is: other forms are told, as nobody knows the key then (SECURITY.md).
local function helper(folder, lines, status)
  local path = folder .. "/helper"
  support.write(folder .. "/lines", table.concat(lines, "\n") .. "\n")
  support.write(folder .. "/key", canary .. "\n")
  support.write(path, ("#!/bin/sh\ncat %s/lines >&2\n%s\nexit %d\n"):format(folder, status == 0 and "cat " .. folder .. "/key" or "", status))
  assert(os.execute("chmod +x " .. support.quoted(path)))
  return path
end

local STATUSES = { 401, 302, 403, 404, 400, 200 }

local function error_route(path, form, status)
  local encoded = traces.percent(form)
  return { path = path, status = status, body = { error = { message = form, type = form, code = form } },
    headers = { location = "http://127.0.0.1:9/" .. encoded, ["x-request-id"] = encoded, ["retry-after"] = encoded } }
end

--- The servers: one lists models under names and descriptions that hold the key, one answers with errors, and one is a catalogue.
local function servers()
  local data, errors, facts = { { id = "one" } }, {}, {}
  for i, form in ipairs(forms) do
    data[#data + 1] = { id = ("m%d%s"):format(i, form), display_name = form, description = form }
    data[#data + 1] = { id = "plain-" .. i, display_name = "named " .. form, description = form, owned_by = form }
    facts["plain-" .. i] = { id = "plain-" .. i, name = form, description = form, family = form, limit = { context = 5000 } }
    errors[#errors + 1] = error_route(("/e%d/*"):format(i), form, STATUSES[i % #STATUSES + 1])
    errors[#errors + 1] = error_route(("/door/e%d/*"):format(i), form, STATUSES[i % #STATUSES + 1])
  end
  errors[#errors + 1] = error_route("*", canary, 401)
  facts.one = { id = "one", name = canary, description = canary, limit = { context = 7000 } }
  return { { name = "lists", protocol = "none", routes = { { path = "*", body = { object = "list", data = data } } } },
    { name = "errors", protocol = "none", routes = errors },
    { name = "facts", protocol = "none", routes = { { path = "*", body = { acme = { id = "acme", models = facts } } } } } }
end

local PROVIDER = 'provider "%s" { title = "P", protocol = "openai-chat", base_url = "%s", credential = %s }\nmodel "%s-1" { provider = "%s" }'

local function definitions(mocks, folders)
  local behind = {}
  for i in ipairs(forms) do behind[i] = ('"behind%d"'):format(i) end
  local lines = { ([[
    provider "acme" { title = "A", protocol = "openai-chat", base_url = "%s", credential = secret "ACME_API_KEY", list_proves = "access", discover = true }
    model "one" { provider = "acme", retires = "%s" }
    source "cat" { url = "%s/api.json", format = "models.dev" }
    gateway "door" { base_url = "%s", path = "/door", headers = { ["x-door"] = secret "ACME_API_KEY" }, providers = { %s } }
  ]]):format(mocks.url "lists", os.date("%Y-%m-%d", os.time() + 30 * 86400), mocks.url "facts", mocks.url "errors", table.concat(behind, ", ")) }
  local function add(id, url, credential) lines[#lines + 1] = PROVIDER:format(id, url, credential, id, id) end
  for i in ipairs(forms) do
    add("p" .. i, ("%s/e%d"):format(mocks.url "errors", i), 'secret "ACME_API_KEY"')
    add("behind" .. i, ("%s/e%d"):format(mocks.url "errors", i), 'secret "ACME_API_KEY"')
  end
  for id, folder in pairs(folders) do
    add(id, mocks.url "errors", ('secret { helper = { "%s/helper" }, interactive = %s }'):format(folder, tostring(id:find "asks" ~= nil)))
  end
  return table.concat(lines, "\n")
end

describe("A key that every response and program repeats", function ()
  local home, config, env, mocks

  setup(function ()
    local folders = { gives = support.folder(), fails = support.folder(), ["gives-asks"] = support.folder(), ["fails-asks"] = support.folder() }
    for id, folder in pairs(folders) do helper(folder, { canary, "no sign-in with " .. canary }, id:find "fails" and 3 or 0) end
    mocks, home = support.mock_servers(servers()), support.folder()
    config = support.config { ["x.lua"] = definitions(mocks, folders) }
    env = { ACME_API_KEY = canary, ROSTER_TOKEN = TOKEN, HOME = home }
  end)
  teardown(serving.stop_all)

  --- What the files below a folder hold, by path.
  local function files(folder)
    local texts = {}
    for path in support.capture("find " .. support.quoted(folder) .. " -type f"):gmatch "[^\n]+" do texts[path] = support.read(path) end
    return texts
  end

  it("is in no output of a verb, in no recording and in no file that is kept", function ()
    local record, texts = home .. "/answers.jsonl", {}
    local verbs = { { "models", "--all" }, { "models", "--all", "--json" }, { "check", "--deep", "--record", record }, { "check", "--json" }, { "diff" },
      { "diff", "--json" }, { "providers" }, { "providers", "--json" }, { "pick" }, { "pick", "--json" }, { "update" }, { "update", "--json" },
      { "explain", "one" }, { "explain", "one", "--json" }, { "explain", "plain-1" }, { "explain", "fails-1", "--json" }, { "explain", "behind1-1" },
      { "lint", "--json" }, { "config" }, { "config", "--json" }, { "config", "--changed" },
      { "resolve", "nothing" }, { "resolve", "nothing", "--json" }, { "request", "one" }, { "request", "one", "--json" }, { "price", "one" },
      { "models", "--all", "--json", "--replay", record } }
    for _, words in ipairs(verbs) do
      local result = support.roster({ "--no-builtin", table.unpack(words) }, { env = env, config = config })
      local name = table.concat(words, " ")
      assert.truthy(type(result.status) == "number" and result.status <= 2, name .. ": " .. result.err)
      texts[name] = result.out .. result.err
    end
    assert.equal(#verbs, hunt(texts))
    assert.truthy(texts["explain plain-1"]:find("5K context window", 1, true), "the source was heard")
    local kept = files(home)
    assert.truthy(kept[record]:find("[redacted]", 1, true))
    assert.is_true(hunt(kept) >= 2)
  end)

  --- An address for each route of the API that is read.
  local function routes()
    local list = {}
    for path, methods in pairs(cjson.decode(support.read "src/server/openapi.json").paths) do
      if methods.get and path ~= "/api/events" then
        local ids = path:find "credential" and { "gives-asks", "fails", "fails-asks" } or { "one", "plain-1", "behind1-1", "fails-1" }
        for i = 1, path:find "{id}" and #ids or 1 do list[#list + 1] = path:gsub("{id}", ids[i]) end
      end
    end
    for _, more in ipairs { "/page.json", "/api/models?verbose=1", "/api/resolve?id=nothing", "/api/resolve?id=one" } do list[#list + 1] = more end
    return list
  end

  it("is in no answer, event or metric of a server, and neither in its log nor in its files", function ()
    local server = serving.start({ env = env, config = config, words = { "--no-builtin" } }).settle()
    local heard, texts = server.listen("/api/events", BEARER), {}
    for _, id in ipairs { "gives-asks", "fails-asks" } do
      texts["POST run of " .. id] = server.ask("/api/credential/" .. id .. "/run", { method = "POST", headers = { BEARER } }).body
      serving.eventually(function ()
        local status = server.get("/api/credential/" .. id, BEARER).json().status
        return status == "valid" or status == "failed" or status == "required" -- the last once its key was refused, which may be soon
      end, "the end of " .. id)
    end
    texts["POST refresh"] = server.refresh(TOKEN).body
    for _, path in ipairs(routes()) do
      local answer = server.get(path, BEARER)
      texts[path] = answer.body .. cjson.encode(answer.headers)
    end
    texts["the invalidation"] = server.ask("/api/credential/gives-asks/invalidate", { method = "POST", headers = { BEARER } }).body
    serving.eventually(function () return select(2, heard()):find("helper", 1, true) end, "an event of a helper")
    texts["the events"] = select(2, heard())
    server.stop()
    texts["the log"] = server.log()
    hunt(texts)
    hunt(files(home))
    assert.truthy(texts["/api/models?verbose=1"]:find("[redacted]", 1, true))
    assert.truthy(texts["/api/explain/behind1-1"]:find("/door/e1", 1, true), texts["/api/explain/behind1-1"])
    assert.truthy(texts["/api/retirements.ics"]:find("BEGIN:VEVENT", 1, true), texts["/api/retirements.ics"])
    assert.truthy(texts["the log"]:find("redacted", 1, true), texts["the log"])
  end)

  --- Every key and string below a value, in one text.
  local function strings(value, list, seen)
    list, seen = list or {}, seen or {}
    if type(value) == "table" and not seen[value] then
      seen[value] = true
      for key, part in pairs(value) do
        strings(key, list, seen)
        strings(part, list, seen)
      end
    elseif type(value) == "string" then
      list[#list + 1] = value
    end
    return table.concat(list, "\n")
  end

  local function field(model, name) return model[name] end

  --- The names among all words of these files that a model of the Lua module has as fields.
  local function fields_of(model)
    local names, words = {}, support.read "src/bindings/lua/model.c" .. support.read "src/library/definitions/model_fields.h"
    for name in words:gmatch "%f[%w_][%l_]+%f[^%w_]" do
      if pcall(field, model, name) then names[name] = true end
    end
    return names
  end

  it("is in no field, document or finding of the Lua module #module", function ()
    local found = {}
    local registry = assert(require "roster".open { builtin = false, config = config, environment = env,
      on_finding = function (finding) found[#found + 1] = finding end })
    registry:refresh()
    local snapshot, count, names = registry:snapshot(), 0, nil
    local texts = { document = snapshot:json(), tables = strings { snapshot:document() }, findings = strings(found) }
    for model in snapshot:all() do
      local values = { tostring(model) }
      names = names or fields_of(model)
      for name in pairs(names) do values[name] = model[name] end
      texts["fields of " .. model.id], texts["explain " .. model.id] = strings(values), strings { snapshot:explain(model.id) }
      count = count + 1
    end
    assert.truthy(names.origins and names.requests and names.description and names.reason)
    assert.is_true(count > 2 * #forms and hunt(texts) > 2 * count)
    assert.truthy(texts["fields of plain-1"]:find("[redacted]", 1, true), texts["fields of plain-1"])
    assert.truthy(texts.tables:find("[redacted]", 1, true))
    snapshot:close()
    registry:close()
  end)
end)
