-- The examples compile without a warning, run, and lint clean.
local support = require "support.roster"

local function run(line)
  local pipe = io.popen(line .. " 2>&1")
  local out = pipe:read "a"
  local _, _, status = pipe:close()
  return status, out
end

local function compiled(source)
  local program = support.folder() .. "/program"
  local where = support.quoted("-Wl,-rpath," .. support.root .. "/build")
  local status, out = run(("cc -std=c11 -Wall -Wextra -Werror -Iinclude -o %s %s -Lbuild -lroster %s"):format(program, source, where))
  assert.equal(0, status, out)
  return program
end

describe("The example", function ()
  teardown(support.stop_all)

  it("host.c lists every known model with its reason", function ()
    local status, out = run("env -i " .. compiled "examples/host.c" .. " offline")
    assert.equal(0, status, out)
    assert.truthy(out:find("claude%-4%.5%-opus +no_credential: ANTHROPIC_API_KEY is not set"))
    assert.truthy(out:find("default: none", 1, true))
  end)

  it("host.lua says the same as host.c", function ()
    local status, out = run "env -i LUA_CPATH='build/?.so' lua5.4 examples/host.lua offline"
    assert.equal(0, status, out)
    assert.equal(out, select(2, run("env -i " .. compiled "examples/host.c" .. " offline")))
  end)

  it("transport.c proves its model through its own transport", function ()
    local status, out = run("env -i " .. compiled "examples/transport.c")
    assert.equal(0, status, out)
    assert.equal("GET https://api.acme.example/v1/models\nready: acme-large\n", out)
  end)

  it("overlay/acme.lua lints clean and adds its models", function ()
    local result = support.roster { "lint", "examples/overlay" }
    assert.equal(0, result.status, result.out)
    local document = support.models({ config = "examples/overlay" }, "--offline")
    assert.equal("ACME_API_KEY is not set", support.entry(document, "acme-large").reason)
  end)

  it("gateway/company.lua lints clean and leads every provider through the gateway", function ()
    assert.equal(0, support.roster({ "lint", "examples/gateway" }).status)
    local providers = support.roster({ "providers", "--offline", "--json" }, { config = "examples/gateway" }).json().providers
    assert.equal("https://gateway.company.example/llm/anthropic", providers[1].base_url)
  end)

  it("of each kind is short", function ()
    for _, path in ipairs { "host.c", "host.lua", "transport.c", "overlay/acme.lua", "gateway/company.lua" } do
      local _, lines = support.read("examples/" .. path):gsub("\n", "")
      assert.is_true(lines < 60, path)
    end
  end)
end)
