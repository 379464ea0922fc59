-- /api/openapi.json compared with what the server really returns.
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"

local TOKEN = "a-token-for-specs-0123456789"
local document = cjson.decode(support.read "src/server/openapi.json")

local check

--- The target of a reference; anything else as it is.
local function resolve(part)
  local kind, name = (part["$ref"] or ""):match "^#/components/(%w+)/(.+)$"
  return name and assert(document.components[kind][name], name) or part
end

local function is_array(value)
  if type(value) ~= "table" then return false end
  local count = 0
  for _ in pairs(value) do count = count + 1 end
  return count == #value
end

local TYPES = {
  string  = function (v) return type(v) == "string" end,
  boolean = function (v) return type(v) == "boolean" end,
  number  = function (v) return type(v) == "number" end,
  integer = function (v) return type(v) == "number" and math.tointeger(v) ~= nil end,
  array   = is_array,
  object  = function (v) return type(v) == "table" and (next(v) == nil or #v == 0) end,
}

local function check_object(schema, value, path)
  for _, name in ipairs(schema.required or {}) do
    if value[name] == nil then return path .. "." .. name .. " is missing" end
  end
  for name, member in pairs(value) do
    local expected = schema.properties and schema.properties[name] or schema.additionalProperties
    if expected == false then return path .. "." .. name .. " is not in the document" end
    local wrong = type(expected) == "table" and check(expected, member, path .. "." .. name)
    if wrong then return wrong end
  end
end

local function check_one_of(schemas, value, path)
  local fitting, said = 0, {}
  for _, schema in ipairs(schemas) do
    local wrong = check(schema, value, path)
    if wrong then said[#said + 1] = wrong else fitting = fitting + 1 end
  end
  if fitting ~= 1 then return path .. " fits " .. fitting .. " of several: " .. table.concat(said, "; ") end
end

--- What is wrong with a value, by the subset of JSON Schema that the document uses; nil if nothing is.
function check(schema, value, path)
  schema = resolve(schema)
  if value == cjson.null then return not schema.nullable and path .. " is null" or nil end
  if schema.oneOf then return check_one_of(schema.oneOf, value, path) end
  if schema.type and not assert(TYPES[schema.type], schema.type)(value) then return path .. " is no " .. schema.type end
  if schema.enum then
    local known = false
    for _, allowed in ipairs(schema.enum) do known = known or allowed == value end
    if not known then return path .. " is " .. tostring(value) end
  end
  if schema.type == "object" then return check_object(schema, value, path) end
  for i, item in ipairs(schema.type == "array" and value or {}) do
    local wrong = check(schema.items, item, path .. "[" .. i .. "]")
    if wrong then return wrong end
  end
end

describe("/api/openapi.json", function ()
  local server, empty, broken

  setup(function ()
    local scene = support.scene({ { "acme", protocol = "openai-chat", fields = 'list_proves = "access",', server = { models = { "large" } },
      models = { { "large", 'retires = "2999-12-31", context_window = 128000, price = { input = 1.5, output = 3, batch_input = 1, ' ..
        'above = { [1000] = { input = 2 } }, from = { ["2999-01-01"] = { image = 3, above = { [2000] = { output = 4 } } } } }, formerly = { "old" },' }, "gone" } },
      { "shut", protocol = "openai-chat", models = { "shut-1" }, server = { keys = { "another" } } } }, { text = 'retired "dead" { replacement = "large" }' })
    scene.options.env.ROSTER_TOKEN = TOKEN
    server = serving.start({ env = scene.options.env, config = scene.options.config, words = { "--no-builtin" } }).settle()
    empty = serving.start({ words = { "--no-builtin" } })
    broken = serving.start { env = { ROSTER_MOCK = "yes", ROSTER_TOKEN = TOKEN }, config = {} }
    broken.settle()
    support.write(broken.config .. "/bad.lua", "provider {")
    serving.eventually(function () return broken.get "/api/models".json().definitions_error end, "an error")
  end)
  teardown(serving.stop_all)

  local function media(answer) return answer.headers["content-type"]:match "^[^;]+" end

  local function expect(from, path, target, status, method)
    local operation = assert(document.paths[path], path)[method or "get"]
    local answer = method == "post" and from.refresh(TOKEN) or from.get(target)
    assert.equal(status, answer.status, target)
    local described = resolve(assert(operation.responses[tostring(status)], path .. " " .. status))
    local content = assert(described.content[media(answer)], path .. ": " .. media(answer))
    if media(answer) == "application/json" then assert.is_nil(check(content.schema, answer.json(), path)) end
  end

  it("is served unchanged and names the version of roster", function ()
    assert.same(document, server.get "/api/openapi.json".json())
    assert.equal(support.roster({ "version" }).out:match "%S+%s*$":gsub("%s", ""), document.info.version)
  end)

  it("describes every successful response", function ()
    for path, target in pairs { ["/api/models"] = "/api/models", ["/api/models/{id}"] = "/api/models/large", ["/api/explain/{id}"] = "/api/explain/large",
      ["/api/request/{id}"] = "/api/request/large",
      ["/api/resolve"] = "/api/resolve?id=old", ["/api/providers"] = "/api/providers", ["/api/history"] = "/api/history",
      ["/api/status"] = "/api/status", ["/api/changes"] = "/api/changes",
      ["/api/pick"] = "/api/pick?context=128K&all", ["/api/retirements"] = "/api/retirements", ["/api/retirements.ics"] = "/api/retirements.ics",
      ["/v1/models"] = "/v1/models",
      ["/v1/models/{id}"] = "/v1/models/large", ["/healthz"] = "/healthz", ["/readyz"] = "/readyz", ["/metrics"] = "/metrics", ["/"] = "/",
      ["/api/openapi.json"] = "/api/openapi.json" } do
      expect(server, path, target, 200)
    end
    expect(server, "/api/models", "/api/models?verbose", 200)
    expect(server, "/api/models", "/api/models?available=true", 200)
    expect(server, "/v1/models", "/v1/models?limit=1", 200)
    expect(server, "/api/models/{id}", "/api/models/gone", 200)
    expect(server, "/api/models/{id}", "/api/models/shut-1", 200)
    expect(server, "/api/explain/{id}", "/api/explain/shut-1", 200)
    expect(server, "/api/refresh", nil, 200, "post")
  end)

  it("describes empty responses and responses about broken definitions", function ()
    expect(empty, "/api/models", "/api/models", 200)
    expect(empty, "/v1/models", "/v1/models", 200)
    expect(broken, "/api/models", "/api/models", 200)
    expect(broken, "/api/status", "/api/status", 200)
    expect(broken, "/api/changes", "/api/changes", 200)
    expect(broken, "/api/refresh", nil, 422, "post")
    expect(broken, "/api/request/{id}", "/api/request/mock", 422)
  end)

  it("describes every error response", function ()
    expect(server, "/api/models", "/api/models?available=maybe", 400)
    expect(server, "/api/resolve", "/api/resolve", 400)
    expect(server, "/api/pick", "/api/pick?tolls", 400)
    expect(server, "/api/retirements", "/api/retirements?within=soon", 400)
    expect(server, "/api/retirements.ics", "/api/retirements.ics?until=2026", 400)
    expect(server, "/v1/models", "/v1/models?limit=none", 400)
    expect(server, "/v1/models", "/v1/models?after_id=nope", 400)
    expect(server, "/api/resolve", "/api/resolve?id=dead", 410)
    for _, path in ipairs { "/api/models/{id}", "/api/explain/{id}", "/api/request/{id}", "/v1/models/{id}" } do
      expect(server, path, path:gsub("{id}", "nope"), 404)
      expect(server, path, path:gsub("{id}", "dead"), 410)
      expect(server, path, path:gsub("{id}", "%%%%00"), 400)
    end
    expect(server, "/v1/models/{id}", "/v1/models/gone", 404)
  end)

  it("lists every path that is served", function ()
    local sources = support.read "src/server/routes.c"
    local seen = 0
    for path in sources:gmatch '%.path = "([^"]+)"' do
      local described = path ~= "/" and path:match "/$" and path .. "{id}" or path
      if not path:match "^/page[%./]" then assert.truthy(document.paths[described], path) end
      seen = seen + 1
    end
    assert.is_true(seen > 15)
  end)

  it("is checked by code that rejects values which the document does not allow", function ()
    local schema = document.components.schemas.Health
    assert.is_nil(check(schema, { status = "ok" }, "x"))
    assert.equal("x.status is ill", check(schema, { status = "ill" }, "x"))
    assert.equal("x.status is missing", check(schema, {}, "x"))
    assert.equal("x.more is not in the document", check(schema, { status = "ok", more = 1 }, "x"))
  end)
end)
