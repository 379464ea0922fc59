-- What a model costs: for long prompts, from a day on, and for other things than text. The days are long past or far ahead.
local support = require "support.roster"
local cjson = require "cjson"

local null = cjson.null

local ACME = 'provider "acme" { protocol = "openai-chat", base_url = "https://api.acme.test" }\n'

local function block(price) return ACME .. ('model "m" { provider = "acme", price = %s }'):format(price) end

--- The entry of "m" in these files, without the shipped ones.
local function entry(files)
  if type(files) == "string" then files = { ["a.lua"] = files } end
  return support.entry((support.offline(files, { "--no-builtin" })), "m")
end

--- The same of a price in a file, which texts of the host amend one after the other.
local function amended(price, ...)
  local definitions = {}
  for i, over in ipairs { ... } do definitions[("over %d.lua"):format(i)] = ('model "m" { price = %s }'):format(over) end
  local registry = assert(require "roster".open { config = support.config { ["a.lua"] = block(price) }, builtin = false, definitions = definitions })
  local document = cjson.decode(registry:snapshot():json())
  registry:close()
  return support.entry(document, "m")
end

--- One row of prices, with null for what is unknown.
local function row(input, output, cache_read, cache_write, more)
  local all = { input = input or null, output = output or null, cache_read = cache_read or null, cache_write = cache_write or null }
  for name, value in pairs(more or {}) do all[name] = value end
  return all
end

local function lint(price) return (support.lint({ ["x.lua"] = block(price) })) end

teardown(support.stop_all)

describe("A price", function ()
  it("has neither tiers nor changes until a block names some, and documents show two empty lists", function ()
    local found = entry(block "{ input = 2 }")
    assert.same({ row(2), {}, {} }, { found.price, found.price_tiers, found.price_changes })
    found = entry(ACME .. 'model "m" { provider = "acme" }')
    assert.same({ null, {}, {} }, { found.price, found.price_tiers, found.price_changes })
  end)

  it("tells what reasoning, audio, images and batches cost where a block does, and says nothing of them elsewhere", function ()
    local others = { reasoning = 6, input_audio = 7, output_audio = 8, image = 0.0002, batch_input = 1, batch_output = 5 }
    local found = entry(block "{ input = 2, output = 10, reasoning = 6, input_audio = 7, output_audio = 8, image = 0.0002, batch_input = 1, batch_output = 5 }")
    assert.same(row(2, 10, nil, nil, others), found.price)
  end)

  it("is shown with its tiers in order, each with what stays as it is below", function ()
    local found = entry(block [[{ input = 2, output = 10, cache_read = 0.2, batch_input = 1,
      above = { [512 * K] = { input = 8 }, [272 * K] = { input = 4, output = 15 } } }]])
    assert.same(row(2, 10, 0.2, nil, { batch_input = 1 }), found.price)
    assert.same({ row(4, 15, 0.2, nil, { above = 272000, batch_input = 1 }), row(8, 15, 0.2, nil, { above = 512000, batch_input = 1 }) },
      found.price_tiers)
  end)

  it("is that of today, with what an earlier day changed, and the changes to come beside it", function ()
    local found = entry(block [[{ input = 2, output = 10, cache_read = 0.2, from = {
      ["2001-02-28"] = { input = 3 }, ["2001-02-01"] = { input = 1, output = 11 }, ["2999-12-01"] = { output = 20 }, ["2999-12-31"] = { input = 9 } } }]])
    assert.same(row(3, 11, 0.2), found.price)
    assert.same({ row(3, 20, 0.2, nil, { from = "2999-12-01", price_tiers = {} }), row(9, 20, 0.2, nil, { from = "2999-12-31", price_tiers = {} }) },
      found.price_changes)
  end)

  it("has tiers that change on a day as well, and those that a day does not name stay", function ()
    local found = entry(block [[{ input = 2, output = 10, above = { [1 * K] = { input = 4 }, [2 * K] = { input = 6 } }, from = {
      ["2001-01-01"] = { input = 3, above = { [1 * K] = { output = 12 }, [3 * K] = { input = 9 } } },
      ["2999-01-01"] = { above = { [2 * K] = none } }, ["2999-02-01"] = { input = 1, above = none } } }]])
    assert.same({ row(3, 10), { row(4, 12, nil, nil, { above = 1000 }), row(6, 12, nil, nil, { above = 2000 }), row(9, 12, nil, nil, { above = 3000 }) } },
      { found.price, found.price_tiers })
    assert.same({
      row(3, 10, nil, nil, { from = "2999-01-01",
        price_tiers = { row(4, 12, nil, nil, { above = 1000 }), row(9, 12, nil, nil, { above = 3000 }) } }),
      row(1, 10, nil, nil, { from = "2999-02-01", price_tiers = {} }),
    }, found.price_changes)
  end)

  it("forgets from a day or a tier on what is set to none there", function ()
    local found = entry(block [[{ input = 2, cache_read = 1, above = { [1 * K] = { cache_read = none } }, from = { ["2999-01-01"] = { input = none } } }]])
    assert.same({ row(2, nil, nil, nil, { above = 1000 }) }, found.price_tiers)
    assert.same({ row(nil, nil, 1, nil, { from = "2999-01-01", price_tiers = { row(nil, nil, nil, nil, { above = 1000 }) } }) }, found.price_changes)
  end)

  it("is written in JSON with texts of digits for tiers and texts for days", function ()
    local found = entry { ["a.lua"] = ACME, ["b.json"] = [[{ "model": { "m": { "provider": "acme", "price": { "input": 2, "image": 0.5,
      "above": { "272000": { "input": 4 } }, "from": { "2999-12-01": { "input": 3, "above": { "272000": null } } } } } } }]] }
    assert.same({ row(2, nil, nil, nil, { image = 0.5 }), { row(4, nil, nil, nil, { above = 272000, image = 0.5 }) },
      { row(3, nil, nil, nil, { from = "2999-12-01", image = 0.5, price_tiers = {} }) } }, { found.price, found.price_tiers, found.price_changes })
  end)

  it("is today's in a rule, with its tiers by number and its changes by day", function ()
    local price = '{ input = 2, above = { [1 * K] = { input = 4 } }, from = { ["2001-01-01"] = { input = 3 }, ["2999-01-01"] = { input = 9 } } }'
    local rule = '\nrule "seen" (function (model) local p = model.price\n' ..
      'return refuse(table.concat({ p.input, p.above[1000].input, p.from["2999-01-01"].input, tostring(p.from["2001-01-01"]) }, " ")) end)'
    assert.equal("rule 'seen' refused it: 3.0 4.0 9.0 nil", entry(block(price) .. rule).reason)
  end)
end)

describe("A price that a later file amends", function ()
  local LIST = '{ input = 2, output = 10, above = { [1 * K] = { input = 4, output = 15 }, [2 * K] = { input = 6 } }, ' ..
    'from = { ["2001-01-01"] = { output = 11 }, ["2999-01-01"] = { input = 5, output = 20 }, ["2999-02-01"] = { input = 7 } } }'

  it("keeps the tiers, of which those that the file names change part by part, and goes on to have the others", function ()
    local found = amended(LIST, "{ above = { [1 * K] = { output = 16 }, [2 * K] = none, [3 * K] = { input = 8 } } }")
    assert.same({ row(4, 16, nil, nil, { above = 1000 }), row(8, 16, nil, nil, { above = 3000 }) }, found.price_tiers)
  end)

  it("keeps the days, of which those that the file names change part by part", function ()
    local found = amended(LIST, '{ from = { ["2999-01-01"] = { output = 21 }, ["2999-02-01"] = none, ["2999-03-01"] = { input = 8, above = none } } }')
    assert.same({ "2999-01-01", 5, 21, "2999-03-01", 8, 21 }, { found.price_changes[1].from, found.price_changes[1].input,
      found.price_changes[1].output, found.price_changes[2].from, found.price_changes[2].input, found.price_changes[2].output })
    assert.same({ 11, 2, {} }, { found.price.output, #found.price_changes, found.price_changes[2].price_tiers })
  end)

  it("is not changed again by the days of earlier files in a part that the later one names", function ()
    local found = amended(LIST, "{ input = 1 }")
    assert.same({ row(1, 11), 1, row(1, 20, nil, nil, { from = "2999-01-01" }) },
      { found.price, #found.price_changes, (function (change) change.price_tiers = nil return change end)(found.price_changes[1]) })
    assert.same({ 12, 0 }, (function (both) return { both.price.output, #both.price_changes } end)(amended(LIST, "{ input = 1, output = 12 }")))
  end)

  it("has no tiers and no days any more where the file removes them", function ()
    local found = amended(LIST, "{ above = none, from = none }")
    assert.same({ row(2, 10), {}, {} }, { found.price, found.price_tiers, found.price_changes })
  end)

  it("is inherited by a model, whose block amends it as a later file would", function ()
    local child = entry(ACME .. ('model "base" { provider = "acme", price = %s }\n'):format(LIST) ..
      'model "m" { inherit = "base", provider = "acme", price = { input = 1, above = { [2 * K] = { output = 30 } } } }')
    assert.same({ row(1, 11), { row(4, 15, nil, nil, { above = 1000 }), row(6, 30, nil, nil, { above = 2000 }) }, "2999-01-01", 1 },
      { child.price, child.price_tiers, child.price_changes[1].from, child.price_changes[1].input })
  end)
end)

describe("A mistake in a price", function ()
  local TIER = "a tier is for prompts of more tokens than a whole number between 1 and 1000000000; what short prompts cost is written beside 'above'"
  local KEY = 'write its number of tokens, as in above = { [272 * K] = { input = 4 } }; in JSON "272000"'
  local DAY = 'write it as in from = { ["2026-12-01"] = { input = 4 } }'
  local mistakes = {
    { "{ input = 0.000002 }", "'price.input' is 2e-06, which looks like dollars per token: prices are in dollars per million tokens, so write 2" },
    { "{ reasoning = -1 }", "'price.reasoning' must be between 0 and 1000000, not -1" },
    { "{ above = { [1] = { cache_read = 0.0000001 } } }",
      "'price.above[1].cache_read' is 1e-07, which looks like dollars per token: prices are in dollars per million tokens, so write 0.1" },
    { "{ above = 5 }", "'price.above' must be a table of prices by number of tokens, not the number 5" },
    { "{ above = { [0] = { input = 4 } } }", "'price.above' has a tier above 0 tokens: " .. TIER },
    { "{ above = { [-1] = { input = 4 } } }", "'price.above' has a tier above -1 tokens: " .. TIER },
    { "{ above = { [0.5] = { input = 4 } } }", "'price.above' has a tier above 0.5 tokens: " .. TIER },
    { "{ above = { [2e9] = { input = 4 } } }", "'price.above' has a tier above 2000000000 tokens: " .. TIER },
    { '{ above = { ["0"] = { input = 4 } } }', "'price.above' has a tier above 0 tokens: " .. TIER },
    { '{ above = { ["272K"] = { input = 4 } } }', "'price.above' names a tier by the text \"272K\": " .. KEY },
    { "{ above = { [true] = { input = 4 } } }", "'price.above' names a tier by true: " .. KEY },
    { '{ above = { [1] = { input = 4 }, ["1"] = { input = 4 } } }', "'price.above' has '1' twice" },
    { "{ above = { [1] = 4 } }", "'price.above[1]' must be a table, not the number 4" },
    { "{ above = { [1] = { outptu = 4 } } }", "unknown key 'price.above[1].outptu' (did you mean 'price.above[1].output'?)" },
    { "{ above = { [1] = { input = -4 } } }", "'price.above[1].input' must be between 0 and 1000000, not -4" },
    { "{ above = { [1] = { above = { [2] = { input = 4 } } } } }", "'price.above[1].above': a tier holds no tiers: write each beside the others" },
    { '{ above = { [1] = { from = { ["2999-01-01"] = {} } } } }', "'price.above[1].from': a tier has no days: write the day in the price, and the " ..
      'tier in what holds from then on, as in from = { ["2026-12-01"] = { above = { ... } } }' },
    { "{ from = true }", "'price.from' must be a table of prices by day, not true" },
    { '{ from = { ["2999-02-29"] = { input = 4 } } }', "'price.from' names a day by the text \"2999-02-29\": " .. DAY },
    { '{ from = { ["2999-12"] = { input = 4 } } }', "'price.from' names a day by the text \"2999-12\": " .. DAY },
    { '{ from = { ["soon"] = { input = 4 } } }', "'price.from' names a day by the text \"soon\": " .. DAY },
    { "{ from = { { input = 4 } } }", "'price.from' names a day by the number 1: " .. DAY },
    { '{ from = { ["2999-12-01"] = { from = {} } } }', "'price.from[2999-12-01].from': a day holds no days: write each beside the others" },
    { '{ from = { ["2999-12-01"] = { above = { [1] = { input = "4" } } } } }',
      "'price.from[2999-12-01].above[1].input' must be a number, not the text \"4\"" },
  }
  for _, mistake in ipairs(mistakes) do
    it(("is a finding with the words to write, as in %s"):format(mistake[1]), function ()
      assert.same({ "x.lua:2: model 'm': " .. mistake[2] }, lint(mistake[1]))
    end)
  end

  it("is a finding for what is not a number, in a tier as elsewhere", function ()
    local found = lint "{ above = { [1] = { input = 0 / 0 } } }"
    assert.equal(1, #found)
    assert.truthy(found[1]:find("'price.above[1].input' must be a number, not the number ", 1, true), found[1])
    assert.truthy(lint("{ above = { [0 / 1] = {} } }")[1]:find("a tier above 0 tokens", 1, true))
  end)
end)
