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

  it("finds the same differences whatever the order of the models", function ()
    local ids, blocks = {}, {}
    for i = 1, 40 do ids[i] = ("m%02d"):format(i) end
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { "sk-0123456789" }, models = ids } }
    local function block(id, more) return ('model "%s" { provider = "acme"%s }'):format(id, more or "") end
    for i, id in ipairs(ids) do blocks[i] = id ~= "m40" and block(id) or "" end
    local old = definitions(mocks.url(), table.concat(blocks, "\n"))
    blocks = {}
    for i, id in ipairs(ids) do blocks[#ids + 1 - i] = id ~= "m07" and block(id, id == "m20" and ", context_window = 5") or "" end -- in reverse
    table.insert(blocks, 9, table.remove(blocks, 30))
    local new = definitions(mocks.url(), table.concat(blocks, "\n") .. '\ndefault { "m01" }')
    local function run(from, to)
      return support.roster({ "check", "--no-builtin", "--against", from, "--json" }, { config = to, env = { ACME_KEY = "sk-0123456789" } }).json()
    end
    local there, back = run(old, new), run(new, old)
    assert.same({ { "m40" }, { { id = "m20", fields = { "context_window" } } } }, { there.added, there.changed })
    assert.same({ "m07" }, { there.removed[1].id, there.removed[2] })
    assert.same({ { "m07" }, { { id = "m20", fields = { "context_window" } } } }, { back.added, back.changed })
    assert.same({ "m40" }, { back.removed[1].id, back.removed[2] })
  end)
end)
