-- The completion file that `roster init` writes, compared with what scripts can really read at run time.
local support = require "support.roster"

local META

--- The fields of a class of the file, with what is said of them.
local function class(name)
  local fields = {}
  local begin = META:match("()%-%-%-@class roster%." .. name .. "\n") or META:match("()%-%-%-@class roster%." .. name .. ": ")
  local body = META:match("^[^\n]*\n(.-)\n\n", assert(begin, name))
  for line in body:gmatch "[^\n]+" do
    local field, about = line:match "^%-%-%-@field ([%w_]+)%??%s+(.+)$"
    if field then fields[field] = about end
  end
  return fields
end

local function names(fields)
  local list = {}
  for name in pairs(fields) do list[#list + 1] = name end
  table.sort(list)
  return list
end

--- A file whose rule reads these fields of an expression and refuses the model by the names of those that have a value.
local function probe(blocks, expression, fields)
  local lines = { blocks, 'rule "probe" (function (model, host)\n  local here, found = ' .. expression .. ', "fields: "\n' }
  for _, name in ipairs(fields) do lines[#lines + 1] = ("  if here.%s ~= nil then found = found .. '%s ' end\n"):format(name, name) end
  lines[#lines + 1] = '  return refuse(found)\nend)\n'
  return table.concat(lines)
end

--- The names that such a file reports, as a set.
local function readable(blocks, expression, fields)
  local result = support.roster({ "models", "--all", "--offline", "--json", "--no-builtin" },
    { config = support.config { ["a.lua"] = probe(blocks, expression, fields) }, env = { ACME_KEY = "sk-0123456789" } })
  local found = {}
  for _, entry in ipairs(result.json().unavailable) do
    if entry.id == "m" then for name in entry.reason:match("fields: (.*)"):gmatch "[%w_]+" do found[name] = true end end
  end
  return found, result
end

local BLOCKS = [[
provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://a.example", credential = secret { env = "ACME_KEY", label = "work" },
  timeout = 5, headers = { ["x-a"] = "b" }, tags = { "a" }, extra = { a = 1 }, prefix = "/v2", proxy = "http://127.0.0.1:1", list_proves = "names",
  tls = { ca_file = "/a" }, discover_allow = { "a" }, key_prefixes = { "sk-" } }
gateway "corp" { base_url = "https://gw.example", providers = { "acme" }, headers = { ["x-a"] = "b" }, segments = { acme = "a" } }
model "m" { provider = "acme", protocol = "openai-chat", api_name = "m-1", description = "d", context_window = 2000, max_input_tokens = 1000,
  max_output_tokens = 1000, price = { input = 1, output = 2, above = { [1000] = { input = 3 } }, from = { ["2099-01-01"] = { input = 4 } } },
  input_modalities = { "text" }, output_modalities = { "text" }, reasoning = true, reasoning_budget = { min = 1, max = 2 }, tool_call = true,
  kind = "chat", family = "f", tier = "fast", release_date = "2026-01", status = "current", retires = "2099-01-01", headers = { ["x-b"] = "c" },
  aliases = { "n" }, tags = { "t" }, extra = { b = 2 }, recommended = true, variants = { ["m-long"] = 1000 } }
]]

describe("the completion file", function ()
  setup(function ()
    local folder = support.folder()
    assert.equal(0, support.roster({ "init", folder .. "/d" }).status)
    local pipe = io.popen(support.line { "find", folder .. "/d", "-name", "*.lua", "-path", "*.lua/*" })
    META = assert(support.read(pipe:read "l"))
    pipe:close()
  end)

  local VIEWS = {
    { "Model", "model", "model" }, { "Provider", "provider", "model.provider" }, { "Gateway", "gateway", "host.gateway_for(model.provider)" },
    { "Price", "price", "model.price" }, { "TokenRange", "range", "model.reasoning_budget" }, { "Tls", "tls", "model.provider.tls" },
  }

  it("has no field that a script cannot read", function ()
    for _, view in ipairs(VIEWS) do
      local found, result = readable(BLOCKS, view[3], names(class(view[1])))
      assert.is_nil(result.err:find "has no '", view[1] .. ": " .. result.err)
      assert.is_truthy(next(found), view[1] .. ": " .. result.err)
    end
  end)

  it("has every field that a script can read", function ()
    for _, view in ipairs(VIEWS) do
      local listed, candidates = class(view[1]), class(view[2])
      if view[1] == "Model" or view[1] == "Provider" or view[1] == "Gateway" then candidates.id = "" end
      if view[1] == "Provider" then candidates.label, candidates.has_credential = "", "" end
      for name in pairs((readable(BLOCKS, view[3], names(candidates)))) do assert.is_truthy(listed[name], view[1] .. "." .. name) end
    end
  end)

  it("has what a rule's host offers, and nothing else", function ()
    local found = readable(BLOCKS, "host", names(class "Host"))
    assert.same({ "gateway_for" }, names(found))
    assert.same({ "gateway_for" }, names(class "Host"))
  end)

  it("has the members of a response as a verdict and a reader of listings get it", function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", models = { "m" } } }
    local text = ([[
local function told(response)
  local found = ""
  for name in pairs(response) do found = found .. name .. " " end
  error("members: " .. found .. ";", 0)
end
protocol "odd" { inherit = "openai-chat", %s }
provider "acme" { protocol = "odd", base_url = "%s", credential = secret "ACME_KEY" }
model "m" { provider = "acme" }
]])
    for field, members in pairs {
      ["verdict = told, list = none"] = { "body", "headers", "is_json", "model", "stage", "status", "text" },
      ["read_list = function (body, response) told(response) end, read_model = none"] = { "body", "headers", "is_json", "stage", "status", "text" },
    } do
      local result = support.roster({ "check", "m", "--json", "--no-builtin" },
        { config = support.config { ["a.lua"] = text:format(field, mocks.url "acme") }, env = { ACME_KEY = "sk-0123456789" } })
      local found = {}
      for name in assert((result.out .. result.err):match "members: ([%w_ ]*);", result.out .. result.err):gmatch "[%w_]+" do found[#found + 1] = name end
      table.sort(found)
      assert.same(members, found)
      for _, name in ipairs(found) do assert.is_truthy(class "Response"[name], name) end
    end
    assert.equal(7, #names(class "Response"))
    support.stop_all()
  end)

  it("gives a discover function's entry its members", function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", models = { { id = "m", context_window = 5000 } } } }
    local text = ('provider "acme" { protocol = "openai-chat", base_url = "%s", credential = secret "ACME_KEY", discover = function (entry)\n' ..
      'local found = "" for name in pairs(entry) do found = found .. name .. " " end error("members: " .. found .. ";", 0) end }\n'):format(mocks.url "acme")
    local result = support.roster({ "check", "--json", "--no-builtin" }, { config = support.config { ["a.lua"] = text }, env = { ACME_KEY = "sk-0123456789" } })
    local told = assert((result.out .. result.err):match "members: ([%w_ ]*);", result.out .. result.err)
    for name in told:gmatch "[%w_]+" do assert.is_truthy(class "Entry"[name], name) end
    support.stop_all()
  end)

  it("states units, defaults and the words that a field may hold", function ()
    assert.equal('"chat"|"embedding"|"rerank"|"image"|"speech"|"transcription"|"moderation"|"video"|"other"', class "model".kind:match "^%S+")
    assert.equal('("text"|"image"|"pdf"|"audio"|"video")[]', class "model".input_modalities:match "^%S+")
    assert.truthy(class "model".context_window:find("tokens", 1, true))
    assert.truthy(class "validate".keep_stale:find("in seconds (default: 86400)", 1, true))
    assert.truthy(class "protocol".verdict:find("fun(response: roster.Response): roster.verdict?", 1, true))
  end)
end)
