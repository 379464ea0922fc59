-- Models that retire: roster warns ahead of the date and names the replacement, but never switches to it.
local support = require "support.roster"

local mocks

local function day(ahead) return os.date("!%Y-%m-%d", os.time() + ahead * 86400) end

local function run(fields, words, more)
  local text = ([[provider "oak" { protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY" }
    model "new" { provider = "oak" } model "old" { provider = "oak", %s } ]]):format(mocks.url "oak", fields) .. (more or "")
  return support.roster({ "--no-builtin", table.unpack(words) }, { config = { ["x.lua"] = text }, env = { OAK_KEY = "oak-key" } })
end

local function warning(fields, more) return support.entry(run(fields, { "models", "--json" }, more).json(), "old").warning end

setup(function () mocks = support.mock_servers { { name = "oak", protocol = "openai", keys = { "oak-key" }, models = { "old", "new" } } } end)

teardown(support.stop_all)

describe("A model that retires", function ()
  it("has a warning from sixty days ahead that names its replacement", function ()
    local said = warning(('retires = "%s", replacement = "new"'):format(day(20)))
    assert.truthy(said == ("it retires on %s, in 20 days; its replacement is new"):format(day(20)) or said:find "in 19 days", said)
    assert.truthy(warning(('retires = "%s"'):format(day(59))):find("^it retires on " .. day(59):gsub("%-", "%%-") .. ", in %d+ days$"))
    assert.is_nil(warning(('retires = "%s", replacement = "new"'):format(day(62))))
    assert.is_nil(warning 'replacement = "new"')
  end)

  it("has a warning from as many days ahead as warn_ahead sets", function ()
    local far = ('retires = "%s"'):format(day(300))
    assert.is_nil(warning(far))
    assert.truthy(warning(far, "validate { warn_ahead = 365 * days }"))
    assert.is_nil(warning(('retires = "%s"'):format(day(20)), "validate { warn_ahead = 10 * days }"))
  end)

  it("stays available under its own name after its date for as long as its provider serves it", function ()
    local document = run(('retires = "%s", replacement = "new"'):format(day(-3)), { "models", "--json" }).json()
    local old = support.entry(document, "old")
    assert.same({ "ready", "old", "it was due to retire on " .. day(-3) .. "; its replacement is new" }, { old.state, old.api_name, old.warning })
    assert.equal("old", run(('retires = "%s", replacement = "new"'):format(day(-3)), { "resolve", "old", "--json" }).json().id)
  end)

  it("has a warning without a date when it is only deprecated", function ()
    assert.equal("it is deprecated; its replacement is new", warning 'status = "deprecated", replacement = "new"')
  end)

  it("has its warning in the table of models and in the output of explain", function ()
    local fields = ('retires = "%s", replacement = "new"'):format(day(20))
    assert.truthy(run(fields, { "models" }).out:find("retires " .. day(20), 1, true))
    assert.truthy(run(fields, { "explain", "old" }).out:find("\nWarning +it retires on " .. day(20):gsub("%-", "%%-")))
  end)
end)
