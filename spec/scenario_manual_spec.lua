-- man/roster-scenario.5 compared with the parser of scenarios: each knows the keys of the other, and the examples in it run.
local cjson = require "cjson"
local support = require "support.roster"

local MANUAL = support.read "man/roster-scenario.5"

--- The keys in a section of the page, from entries such as `.BR name " (string, required)"`.
local function documented(section)
  local text = assert((MANUAL .. "\n.SH END"):match("\n%.SH " .. section .. "\n(.-)\n%.SH "), section)
  local keys = {}
  for line in text:gmatch "[^\n]+" do
    local named = line:match "^%.BR ([%w_, \"]-) ?\" %([^)]+%)\"$" or line:match "^%.BR ([%w_]+) \" %("
    for key in (named or ""):gmatch "[%w_]+" do keys[key] = true end
    local more = line:match "^%.BR (repeat) \""
    if more then keys[more] = true end
  end
  return keys
end

--- The keys that the parser names when it meets one that it does not know.
local function known(scenario)
  local file = support.write(support.folder() .. "/s.json", cjson.encode(scenario))
  local _, _, err = nil, nil, support.roster { "mock", file }
  local keys = {}
  for key in assert(err.err:match "known here: (.*)", err.err):gmatch "[%w_]+" do keys[key] = true end
  return keys
end

local function server(fields) return { servers = { fields } } end

local function without(keys, ...)
  for _, key in ipairs { ... } do keys[key] = nil end
  return keys
end

describe("The manual of scenarios", function ()
  teardown(support.stop_all)

  it("has every key that the parser knows, and no other", function ()
    assert.same(known { nonsense = 1 }, documented "THE FILE")
    assert.same(known(server { nonsense = 1 }), documented "SERVERS")
    assert.same(known(server { name = "a", protocol = "none", models = { { nonsense = 1 } } }), documented "MODELS")
    assert.same(known(server { name = "a", protocol = "none", routes = { { nonsense = 1 } } }), documented "ROUTES")
    assert.same(known(server { name = "a", protocol = "none", tls = { nonsense = 1 } }), documented "TLS")
    local raw, steps = known(server { name = "a", protocol = "raw", nonsense = 1 }), known(server { name = "a", protocol = "raw", script = { { nonsense = 1 } } })
    for key in pairs(steps) do raw[key] = true end
    assert.same(without(raw, "name", "protocol", "tls", "expect"), documented "RAW SERVERS")
  end)

  it("has every key of what roster test expects, and no other", function ()
    local folder = support.config { ["odd.lua"] = support.read "examples/protocol/odd.lua",
      ["odd.scenario.json"] = cjson.encode(server { name = "good", protocol = "none", expect = { nonsense = 1 } }) }
    local result = support.roster { "test", folder .. "/odd.lua", "--no-builtin" }
    local keys = {}
    for key in result.err:match("known here: ([^\n]*)"):gmatch "[%w_]+" do keys[key] = true end
    assert.same(keys, documented "EXPECT")
  end)

  it("names every protocol of a mock server, and every scenario of roster test", function ()
    local result = support.roster { "mock", support.write(support.folder() .. "/s.json", cjson.encode(server { name = "a", protocol = "x" })) }
    local text = MANUAL:gsub("\\%-", "-")
    for name in result.err:match("known: ([^\n]*)"):gmatch "[%w-]+" do assert.truthy(text:find(name, 1, true), name) end
    for name in support.read("src/command/test/scenario.c"):match("names%[%] = (%b{})"):gmatch '"(%w+)"' do
      assert.truthy(text:find("[.]BR? [^\n]*" .. name), name)
    end
  end)

  local examples = {}
  for example in MANUAL:gmatch "\n%.nf\n(.-)\n%.fi" do examples[#examples + 1] = (example:gsub("\\%-", "-")) end

  it("has an example for roster test, which passes with the definitions in examples/", function ()
    assert.equal(2, #examples)
    assert.same(cjson.decode(support.read "examples/protocol/odd.scenario.json"), cjson.decode(examples[1]))
    local result = support.roster { "test", "examples/protocol/odd.lua", "--no-builtin", "--json" }
    assert.equal(0, result.status, result.out)
    for _, provider in ipairs(result.json().providers) do
      for _, check in ipairs(provider.checks) do assert.equal("pass", check.result, check.check .. ": " .. check.says) end
    end
  end)

  it("has an example for roster mock, which starts and answers as described", function ()
    local scenario = cjson.decode(examples[2])
    local mocks = support.mock_servers(scenario.servers)
    local function ask(key)
      local out = support.capture(support.line { "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Authorization: Bearer " .. key, mocks.url "acme" .. "/v1/models" })
      return tonumber(out)
    end
    local key = scenario.servers[1].keys[1]
    assert.same({ 429, 429, 200, 401 }, { ask(key), ask(key), ask(key), ask "sk-other-0123456789" })
  end)

  if os.execute "command -v groff >/dev/null" then
    it("is formatted by groff without a warning", function ()
      for _, page in ipairs { "man/roster-scenario.5", "man/roster.5" } do
        if support.read(page) then assert.equal("", (support.capture("groff -man -Tutf8 -ww " .. page .. " 2>&1 >/dev/null"))) end
      end
    end)
  end
end)
