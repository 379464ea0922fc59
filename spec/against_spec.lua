-- check --against: compares two sets of definitions by asking the providers with both, and reports what an edit would change for a host.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

describe("roster check --against", function ()
  teardown(support.stop_all)

  local function definitions(url, models)
    return support.config { ["a.lua"] = ('provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "%s", credential = secret "ACME_KEY" }\n%s')
      :format(url, models) }
  end

  it("prints what an edit of the definitions would change, and exits with 1 if a model would be lost", function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { "sk-0123456789" }, models = { "a", "b", "c" } } }
    local env = { ACME_KEY = "sk-0123456789" }
    local old = definitions(mocks.url(), 'model "a" { provider = "acme" } model "b" { provider = "acme" }')
    local new = definitions(mocks.url(), 'model "b" { provider = "acme", context_window = 5 } model "c" { provider = "acme" }')
    local function run(from, to, ...) return support.roster({ "check", "--no-builtin", "--against", from, ... }, { config = to, env = env }) end
    local result = run(old, new)
    assert.equal("added    c\nremoved  a: it is no longer defined\nchanged  b: context_window\ndefault  a -> b\n", result.out)
    assert.same({ 1, "" }, { result.status, result.err })
    assert.same({ "c" }, run(old, new, "--json").json().added)
    assert.same({ 0, "Nothing would change.\n" }, { run(old, old).status, run(old, old).out })
    local more = definitions(mocks.url(), 'model "a" { provider = "acme" } model "b" { provider = "acme" } model "c" { provider = "acme" }')
    assert.same({ 0, "added    c\n" }, { run(old, more).status, run(old, more).out })
    local off = definitions(mocks.url(), 'model "a" { provider = "acme" } model "b" { provider = "acme", enabled = false }')
    has(run(old, off).out, "removed  b: disabled, enabled = false (")
    local bad = run(old, support.config { ["x.lua"] = "oops" })
    assert.equal(2, bad.status)
    local nowhere = run("/nowhere", new)
    assert.same({ 2, "roster: --against: /nowhere: No such file or directory\n  next: roster help check\n" }, { nowhere.status, nowhere.err })
    assert.equal(2, run(old, new, "--record", "x").status)
    assert.equal(2, run(old, new, "a").status)
  end)
end)
