-- How the cases of a matrix are held to what is expected of them: see spec/support/network.lua for the faults and the places.
--
-- A group is { faults, state, code, blame, says, hint }. A fault may have other ones, and `at` has them by place ("model": every place but the
-- source). A source has `outcome` ("failed" unless it is said) and `says`. Blame is of the gateway or the override where one is in between,
-- unless the fault says `same_blame`.
local assert = require "luassert"
local busted = require "busted"
local network = require "support.network"
local support = require "support.roster"

local matrix = {}

local function has(text, part, what) assert.truthy(tostring(text):find(part, 1, true), ("%s: no '%s' in: %s"):format(what, part, text)) end

--- What is expected of a fault at a place: of the fault or the group for this place, or else of the fault or the group.
local function expected(group, fault, place, name)
  for _, from in ipairs { fault, group } do
    local own = from.at and (from.at[place] or from.at[network.is_source(place) and "source" or "model"])
    if own and own[name] ~= nil then return own[name] end
  end
  if fault[name] ~= nil then return fault[name] end
  return group[name]
end

local function blamed(group, case)
  local blame = expected(group, case.fault, case.place, "blame")
  if expected(group, case.fault, case.place, "same_blame") then return blame end
  return (case.place == "gateway" or case.place == "override") and blame and case.place or blame
end

local LONGEST_MS = 10000 -- a busy machine may need so much longer

local function check_model(group, case)
  local function want(name) return expected(group, case.fault, case.place, name) end
  local entry, seconds = assert(case.entry, case.id), type(case.fault.slow) == "number" and case.fault.slow or case.fault.slow and 1 or 60
  local found = ("%s %s %s"):format(entry.state, entry.reason_code, entry.blame)
  assert.equal(("%s %s %s"):format(want "state", want "code" or "nil", blamed(group, case) or "nil"), found, tostring(entry.reason))
  assert.equal(want "state" == "ready", entry.usable)
  if want "state" ~= "ready" then
    has(entry.reason, "The " .. case.id, "who")
    has(entry.reason, want "says", "why")
    has(entry.hint, want "hint", "what next")
    if want "state" == "unreachable" then has(entry.reason, case.url, "where") end
  end
  for _, request in ipairs(case.story.requests or {}) do
    assert.is_true(request.latency_ms <= seconds * 1000 + LONGEST_MS, ("%s took %d ms"):format(request.url, request.latency_ms))
  end
end

local function check_source(group, case)
  local look = assert(case.entry, case.id)
  local outcome = expected(group, case.fault, case.place, "outcome") or "failed"
  assert.equal(outcome, look.outcome, look.problem)
  if outcome == "failed" then has(look.problem, expected(group, case.fault, case.place, "says"), "why") end
  if case.place == "again" then assert.equal(1, look.kept.rows, "the last good one stays") end
end

local counted, places = 0, {}

--- One refresh of all cases of a group, and a test for each.
function matrix.walk(title, group)
  local describe, it, setup = busted.describe, busted.it, busted.setup
  describe(title, function ()
    local cases, scene = network.cases(group.faults), nil

    setup(function () scene = network.walk(cases) end)

    for _, case in ipairs(cases) do
      counted = counted + 1
      places[case.place .. " " .. case.way] = (places[case.place .. " " .. case.way] or 0) + 1
      it(("%s: at its %s, %s"):format(case.fault[1], case.place, case.way == "TLS" and "over TLS" or "in the clear"), function ()
        if network.is_source(case.place) then check_source(group, case) else check_model(group, case) end
      end)
    end

    it("does not keep other providers from being ready, in the clear and over TLS", function ()
      for _, entry in ipairs(scene.firm) do assert.equal("ready", entry.state, entry.reason) end
      assert.equal(2, #scene.firm)
    end)

    it("does not keep the refresh beyond its deadline", function () assert.is_true(scene.took <= 90 + LONGEST_MS // 1000, scene.took .. " s") end)

    it("brings the key into nothing that is said or kept, in no form", function ()
      local said = table.concat(scene.log, "\n"):lower()
      for _, form in ipairs(network.forms(network.KEY)) do
        local at = said:find(form, 1, true)
        assert.falsy(at, at and said:sub(math.max(1, at - 80), at + 80))
      end
    end)

    it("leads nowhere else", function () assert.same({}, scene.redirected) end)
  end)
end

--- A test that there are so many cases, and every place in both ways; the figure goes where `make check-hard` looks for it.
function matrix.count(file, what, least)
  local describe, it = busted.describe, busted.it
  describe("The matrix", function ()
    it(("has at least %d cases, and every place in the clear and over TLS"):format(least), function ()
      for _, place in ipairs(network.places) do
        for _, way in ipairs(network.ways) do assert.is_true((places[place .. " " .. way] or 0) >= 20, place .. " " .. way) end
      end
      assert.is_true(counted >= least, counted .. " cases")
      os.execute "mkdir -p build/figures"
      support.write("build/figures/" .. file, ("%s\t%d\n"):format(what, counted))
    end)
  end)
end

return matrix
