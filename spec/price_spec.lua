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

  it("states what reasoning, audio, images and batches cost if a block does, and nothing otherwise", function ()
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

  it("is that of today, including earlier changes, with the future changes next to it", function ()
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

describe("A price with tiers and changes", function ()
  local TEXT = block [[{ input = 2, output = 10, image = 0.5, above = { [272 * K] = { input = 4 } },
    from = { ["2999-12-01"] = { input = 3, above = { [272 * K] = { output = 12 } } } } }]]

  it("is printed by explain line by line", function ()
    local out = support.roster({ "explain", "m", "--offline", "--no-builtin" }, { config = { ["a.lua"] = TEXT } }).out
    for _, line in ipairs {
      "Price         $2 in, $10 out, $0.5 an image, per million tokens",
      "              $4 in, $10 out, $0.5 an image for prompts above 272K tokens",
      "              $3 in, $10 out, $0.5 an image from 2999-12-01",
      "              $4 in, $12 out, $0.5 an image for prompts above 272K tokens, from",
    } do assert.truthy(out:find(line, 1, true), ("no '%s' in: %s"):format(line, out)) end
  end)

  it("has a star in the table of models, which is explained below it where there is one", function ()
    local function list(text) return support.roster({ "models", "--all", "--offline", "--no-builtin" }, { config = { ["a.lua"] = text } }).out end
    assert.truthy(list(TEXT):find "2/10%*" and list(TEXT):find "%*: the price changes")
    assert.falsy(list(block "{ input = 2, output = 10 }"):find("*", 1, true))
  end)

  it("is a table of the module, where what is unknown is absent, and costs are computed from it", function ()
    local registry = assert(require "roster".open { config = support.config { ["a.lua"] = TEXT }, builtin = false })
    local snapshot = registry:snapshot()
    local model = snapshot:known "m"
    assert.same({ { input = 2.0, output = 10.0, image = 0.5 }, { { above = 272000, input = 4.0, output = 10.0, image = 0.5 } },
      { { from = "2999-12-01", input = 3.0, output = 10.0, image = 0.5, price_tiers = { { above = 272000, input = 4.0, output = 12.0, image = 0.5 } } } } },
      { model.price, model.price_tiers, model.price_changes })
    assert.same({ id = "m", usd = 4.4, input_usd = 4.0, output_usd = 0.4, cached_usd = 0.0, cache_write_usd = 0.0, tier = 272000, on = "2998-01-01" },
      snapshot:cost("m", { input = 1000000, output = 40000, on = "2998-01-01" }))
    assert.equal(snapshot:day(), cjson.decode(snapshot:json()).day)
    assert.is_nil(snapshot:cost("m", { input = 2, cached = 1 }).usd)
    local cost, err = snapshot:cost("m", { cached = 1 })
    assert.same({ nil, "invalid" }, { cost, err.code })
    assert.equal("unknown", (select(2, snapshot:cost("x", {}))).code)
    assert.error_matches(function () snapshot:cost("m", { inptu = 1 }) end, "usage: unknown key 'inptu' %(did you mean 'input'%?%)")
    assert.error_matches(function () snapshot:cost("m", { input = 1.5 }) end, "usage: 'input' must be a whole number")
    registry:close()
  end)
end)

describe("What changed between two snapshots", function ()
  local function snapshot(price)
    local registry = assert(require "roster".open { config = support.folder(), environment = { ROSTER_MOCK = "yes" },
      definitions = { ["a.lua"] = ('model "mock" { price = %s }'):format(price) } })
    assert(registry:refresh())
    return registry:snapshot()
  end

  it("names the price, its tiers and its changes apart", function ()
    local function changed(before, after)
      local changes = cjson.decode(snapshot(after):changes(snapshot(before))).changed
      return changes[1] and changes[1].fields or {}
    end
    local tier, later = "{ input = 2, above = { [1000] = { input = %d } } }", '{ input = 2, from = { ["2999-12-01"] = { %s } } }'
    assert.same({}, changed(tier:format(4), tier:format(4)))
    assert.same({ "price_tiers" }, changed(tier:format(4), tier:format(5)))
    assert.same({ "price_tiers" }, changed("{ input = 2 }", tier:format(5)))
    assert.same({ "price_changes" }, changed(later:format "input = 4", later:format "input = 5"))
    assert.same({ "price_changes" }, changed(later:format "", later:format "above = { [1000] = { input = 5 } }"))
    assert.same({ "price" }, changed("{ input = 2 }", "{ input = 2, batch_input = 1 }"))
  end)
end)

describe("A price in a listing", function ()
  local LIST = { { id = "acorn", type = "chat", pricing = { prompt = "0.000002", completion = "0.00001", overrides = {
    { min_prompt_tokens = 200001, prompt = "0.000004", completion = "0.000015" }, { min_prompt_tokens = 500001, prompt = "0.000008" },
    { utc_start = "01:00", utc_end = "04:00", prompt = "0.000001" }, { min_prompt_tokens = 9, utc_start = "01:00", prompt = "0.000001" },
    { min_prompt_tokens = "many", prompt = "0.000001" }, "odd" } } } }
  local TIERS = { row(4, 15, nil, nil, { above = 200000 }), row(8, 15, nil, nil, { above = 500000 }) }
  local mocks

  setup(function ()
    mocks = support.mock_servers { { name = "oak", protocol = "none", routes = { { path = "/v1/models", status = 200, body = { data = LIST } } } } }
  end)

  --- The entry of "acorn", of which a block may say something.
  local function found(model, cache)
    local text = ('provider "oak" { protocol = "openai-chat", base_url = %q, plain_http = true, list_proves = "access", discover = true }\n'):format(mocks.url())
    local registry = assert(require "roster".open { config = support.config { ["a.lua"] = text .. (model or "") }, builtin = false, cache_file = cache })
    local function shown() return support.entry(cjson.decode(registry:snapshot():json()), "acorn") end
    return registry, shown
  end

  it("has the tiers that the listing states for long prompts, and none for hours of the day", function ()
    local registry, shown = found()
    registry:refresh()
    assert.same({ row(2, 10), TIERS }, { shown().price, shown().price_tiers })
    registry:close()
    registry, shown = found 'model "acorn" { provider = "oak" }'
    registry:refresh()
    assert.same(TIERS, shown().price_tiers)
    registry:close()
    registry, shown = found 'model "acorn" { provider = "oak", price = { input = 2 } }'
    registry:refresh()
    assert.same({}, shown().price_tiers)
    registry:close()
  end)

  it("shows them to a discover function, which may give others", function ()
    local text = ('provider "oak" { protocol = "openai-chat", base_url = %q, plain_http = true, list_proves = "access", discover = function (entry)\n' ..
      'local above = entry.price.above[200000]\n' ..
      'return { price = { above = { [100000] = { input = above.input + 1, output = above.output } } } } end }'):format(mocks.url())
    local registry = assert(require "roster".open { config = support.config { ["a.lua"] = text }, builtin = false })
    registry:refresh()
    assert.same({ above = 100000, input = 5.0, output = 15.0 }, registry:snapshot():known "acorn".price_tiers[1])
    registry:close()
  end)

  it("keeps its tiers over a restart", function ()
    for _, model in ipairs { "", 'model "acorn" { provider = "oak" }' } do
      local cache = support.folder() .. "/cache.json"
      local registry = found(model, cache)
      registry:refresh()
      registry:close()
      local again, shown = found(model, cache)
      assert.same({ row(2, 10), TIERS }, { shown().price, shown().price_tiers })
      again:close()
    end
  end)
end)

describe("A price and that of the listing", function ()
  it("is compared as it is today", function ()
    local mocks = support.mock_servers { { name = "oak", protocol = "none", routes = { { path = "/v1/models", status = 200,
      body = { data = { { id = "acorn", type = "chat", pricing = { prompt = "0.000002", completion = "0.00001" } } } } } } } }
    local function differs(price)
      local text = ('provider "oak" { protocol = "openai-chat", base_url = %q, plain_http = true, list_proves = "access", ' ..
        'credential = secret "OAK_KEY" }\nmodel "acorn" { provider = "oak", price = %s }'):format(mocks.url(), price)
      local result = support.roster({ "explain", "acorn", "--json", "--no-builtin" }, { config = { ["a.lua"] = text }, env = { OAK_KEY = "k" } })
      return result.json().disagreements
    end
    assert.same({}, differs '{ input = 1, output = 10, above = { [1000] = { input = 5 } }, from = { ["2001-01-01"] = { input = 2 }, ["2999-01-01"] = { input = 3 } } }')
    assert.same({ "price.input is 3 here and 2 in the listing" }, differs '{ input = 2, from = { ["2001-01-01"] = { input = 3 } } }')
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

  it("still changes in a part that the later one only repeats, as catalogues do", function ()
    local found = amended(LIST, "{ input = 2, output = 12 }")
    assert.same({ row(2, 12), "2999-01-01", row(5, 12) }, { found.price, found.price_changes[1].from,
      row(found.price_changes[1].input, found.price_changes[1].output) })
    assert.equal(2, #found.price_changes)
  end)

  it("is not changed again by the days of earlier files in a part of a tier that the later one names", function ()
    local list = '{ input = 1, above = { [200 * K] = { input = 3 } }, ' ..
      'from = { ["2001-06-01"] = { input = 2, above = { [200 * K] = { input = 7, output = 8 } } } } }'
    local found = amended(list, "{ input = 1.5, above = { [200 * K] = { input = 5 } } }")
    assert.same({ row(1.5), { row(5, 8, nil, nil, { above = 200000 }) } }, { found.price, found.price_tiers })
    found = amended(list, "{ above = { [200 * K] = { input = 5, output = 6 } } }")
    assert.same({ row(2), { row(5, 6, nil, nil, { above = 200000 }) } }, { found.price, found.price_tiers })
    local child = entry(ACME .. ('model "base" { provider = "acme", price = %s }\n'):format(list) ..
      'model "m" { inherit = "base", price = { above = { [200 * K] = { input = 5, output = none } } } }')
    assert.same({ row(2), { row(5, nil, nil, nil, { above = 200000 }) } }, { child.price, child.price_tiers })
  end)

  it("gets no tier from the days of earlier files that the later one removes, and loses none to them that it states", function ()
    local list = '{ input = 1, above = { [1 * K] = { input = 3 } }, from = { ["2001-01-01"] = { above = { [1 * K] = none, [2 * K] = { input = 4 } } }, ' ..
      '["2999-01-01"] = { above = { [2 * K] = { input = 5 } } }, ["2999-02-01"] = { input = 9, above = none } } }'
    assert.same({ {}, "2999-02-01", 9 }, (function (found) return { found.price_tiers, found.price_changes[1].from, found.price_changes[1].input } end)(
      amended(list, "{ above = { [1 * K] = none, [2 * K] = none } }")))
    assert.same({ {}, 1 }, (function (found) return { found.price_tiers, #found.price_changes } end)(amended(list, "{ above = none }")))
    local found = amended(list, "{ above = { [1 * K] = { input = 6 } } }")
    local kept, changed = row(6, nil, nil, nil, { above = 1000 }), row(4, nil, nil, nil, { above = 2000 })
    assert.same({ { kept, changed }, { kept } }, { found.price_tiers, found.price_changes[2].price_tiers })
  end)

  it("still changes in a part of a tier that the later one only repeats", function ()
    local list = '{ input = 1, above = { [1 * K] = { input = 3 } }, from = { ["2001-06-01"] = { above = { [1 * K] = { input = 7 } } } } }'
    assert.same({ row(7, nil, nil, nil, { above = 1000 }) }, amended(list, "{ input = 2, above = { [1 * K] = { input = 3 } } }").price_tiers)
  end)

  it("no longer has tiers and days if the file removes them", function ()
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
  local KEY = 'write its number of tokens, as in above = { [272 * K] = { input = 4 } }'
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
    { '{ above = { ["272K"] = { input = 4 } } }', "'price.above' names a tier by the string \"272K\": " .. KEY },
    { "{ above = { [true] = { input = 4 } } }", "'price.above' names a tier by true: " .. KEY },
    { '{ above = { [1] = { input = 4 }, ["1"] = { input = 4 } } }', "'price.above' has '1' twice" },
    { "{ above = { [1] = 4 } }", "'price.above[1]' must be a table, not the number 4" },
    { "{ above = { [1] = { outptu = 4 } } }", "unknown key 'price.above[1].outptu' (did you mean 'price.above[1].output'?)" },
    { "{ above = { [1] = { input = -4 } } }", "'price.above[1].input' must be between 0 and 1000000, not -4" },
    { "{ above = { [1] = { above = { [2] = { input = 4 } } } } }", "'price.above[1].above': a tier cannot contain tiers: write each next to the others" },
    { '{ above = { [1] = { from = { ["2999-01-01"] = {} } } } }', "'price.above[1].from': a tier has no days: write the day in the price, and the " ..
      'tier in what holds from then on, as in from = { ["2026-12-01"] = { above = { ... } } }' },
    { "{ from = true }", "'price.from' must be a table of prices by day, not true" },
    { '{ from = { ["2999-02-29"] = { input = 4 } } }', "'price.from' names a day by the string \"2999-02-29\": " .. DAY },
    { '{ from = { ["2999-12"] = { input = 4 } } }', "'price.from' names a day by the string \"2999-12\": " .. DAY },
    { '{ from = { ["soon"] = { input = 4 } } }', "'price.from' names a day by the string \"soon\": " .. DAY },
    { "{ from = { { input = 4 } } }", "'price.from' names a day by the number 1: " .. DAY },
    { '{ from = { ["2999-12-01"] = { from = {} } } }', "'price.from[2999-12-01].from': a day cannot contain days: write each next to the others" },
    { '{ from = { ["2999-12-01"] = { above = { [1] = { input = "4" } } } } }',
      "'price.from[2999-12-01].above[1].input' must be a number, not the string \"4\"" },
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

describe("roster price", function ()
  local LIST = [[{ input = 2, output = 10, cache_read = 0.2, above = { [272 * K] = { input = 4, output = 15 } },
    from = { ["2030-12-01"] = { input = 4, output = 20 }, ["2031-06-01"] = { above = { [272 * K] = { input = 9 } } } } }]]

  local function price(words, text, options)
    local arguments = { "price", table.unpack(words) }
    table.move({ "--no-builtin" }, 1, 1, #arguments + 1, arguments)
    return support.roster(arguments, { config = { ["a.lua"] = text or block(LIST) }, env = options and options.env })
  end

  local function priced(words, text, options)
    local result = price({ "m", "--json", table.unpack(words) }, text, options)
    assert.equal(0, result.status, result.err .. result.out)
    return result.json()
  end

  it("gives the cost of so many tokens on a day as one document", function ()
    assert.same({ id = "m", usd = 0.204, input_usd = 0.198, output_usd = 0.006, cached_usd = 0, tier = null, on = "2030-11-30" },
      priced { "--input", "99000", "--output", "600", "--on", "2030-11-30" })
  end)

  it("takes all tokens at the price of the tier that the whole prompt reaches, which begins above its number", function ()
    local function at(input) return priced { "--input", tostring(input), "--output", "1000000", "--on", "2030-11-30" } end
    assert.same({ null, 0.544, 10 }, { at(272000).tier, at(272000).input_usd, at(272000).output_usd })
    assert.same({ 272000, 1.088004, 15 }, { at(272001).tier, at(272001).input_usd, at(272001).output_usd })
  end)

  it("takes cached tokens as a part of the input, so that they count for the tier and are paid at their own price", function ()
    local found = priced { "--input", "300000", "--cached", "200000", "--output", "0", "--on", "2030-11-30" }
    assert.same({ 272000, 0.4, 0.04, 0.44 }, { found.tier, found.input_usd, found.cached_usd, found.usd })
    local more = price { "m", "--input", "10", "--cached", "11", "--json" }
    assert.same({ 2, "invalid", "more tokens are cached than the prompt has" },
      { more.status, more.json().error.code, more.json().error.message })
  end)

  it("knows what held before a day, what holds from it on, and the tiers of each", function ()
    local function on(day, input) return priced { "--input", tostring(input), "--on", day } end
    assert.same({ 2, 4 }, { on("2001-01-01", 100000).usd * 10, on("2030-12-01", 100000).usd * 10 })
    assert.same({ 1.2, 2.7 }, { on("2031-05-31", 300000).usd, on("2031-06-01", 300000).usd })
  end)

  it("means today if no day is named", function ()
    local before, found, after = os.date "!%Y-%m-%d", priced { "--input", "1" }, os.date "!%Y-%m-%d"
    assert.truthy(found.on == before or found.on == after, found.on)
    assert.equal(0.000003, priced({ "--input", "1" }, block '{ input = 2, from = { ["2001-01-01"] = { input = 3 } } }').usd)
  end)

  it("has null for what is not known, and exits with 1", function ()
    local text = block '{ input = 2, from = { ["2030-01-01"] = { output = 3 } } }'
    local result = price({ "m", "--input", "1000000", "--output", "1", "--cached", "1", "--on", "2029-12-31", "--json" }, text)
    assert.equal(1, result.status)
    assert.same({ id = "m", usd = null, input_usd = 1.999998, output_usd = null, cached_usd = null, tier = null, on = "2029-12-31" }, result.json())
    assert.equal(0, price({ "m", "--input", "1", "--output", "0", "--on", "2029-12-31" }, text).status)
    assert.equal(1, price({ "m", "--input", "1" }, ACME .. 'model "m" { provider = "acme" }').status)
  end)

  it("understands every spelling of an id, and prints the one that is given out", function ()
    local text = ACME .. ('model "m" { provider = "acme", api_name = "m-1", aliases = { "em" }, formerly = { "old-m" }, price = %s }'):format(LIST)
    for _, id in ipairs { "m", "em", "old-m" } do
      assert.equal("m", price({ id, "--input", "1", "--json" }, text).json().id)
    end
    local unknown = price({ "em2", "--input", "1", "--json" }, text)
    assert.same({ 2, "unknown" }, { unknown.status, unknown.json().error.code })
  end)

  it("writes what few tokens cost in decimals, and never with a power of ten", function ()
    local out = price({ "m", "--input", "3", "--output", "1", "--on", "2026-11-30" }, block "{ input = 0.1, output = 0.5 }").out
    assert.truthy(out:find("input        3        0.1  0.0000003\n", 1, true), out)
    assert.truthy(out:find("0.0000008\n", 1, true), out)
    assert.is_nil(out:find("e-", 1, true), out)
  end)

  it("is printed for people with each part, the tier and what comes next", function ()
    local out = price({ "m", "--input", "300000", "--cached", "100000", "--output", "1000", "--on", "2030-11-30" }).out
    for _, part in ipairs { "input", "200000", "0.8", "cached", "100000", "0.02", "output", "1000", "0.015", "total", "0.835",
      "on 2030%-11%-30", "more than 272K tokens", "changes on 2030%-12%-01" } do
      assert.truthy(out:find(part), ("no '%s' in: %s"):format(part, out))
    end
    assert.truthy(price({ "m", "--input", "1", "--on", "2030-11-30" }, block "{ output = 1 }").out:find "unknown")
  end)

  it("refuses what is not a number of tokens or not a day, and needs one of both numbers", function ()
    for _, case in ipairs {
      { { "m" }, "roster price needs --input or --output" },
      { { "m", "--input", "many" }, "--input: 'many' is not a number of tokens" },
      { { "m", "--input", "-1" }, "--input: '-1' is not a number of tokens" },
      { { "m", "--output", "1.5" }, "--output: '1.5' is not a number of tokens" },
      { { "m", "--output", "99999999999999999999" }, "--output: '99999999999999999999' is not a number of tokens" },
      { { "m", "--input", "1", "--on", "2030-02-30" }, "'2030-02-30' is not a day" },
      { { "m", "--input", "1", "--on", "soon" }, "'soon' is not a day" },
      { { "--input", "1" }, "roster price needs ID" },
    } do
      local result = price(case[1])
      assert.equal(2, result.status, case[2])
      assert.truthy(result.err:find(case[2], 1, true), result.err)
    end
  end)

  it("knows the tiers and the days of shipped models", function ()
    local function shipped(id, day, input, more)
      local words = { "price", id, "--json", "--on", day, "--input", tostring(input), table.unpack(more or {}) }
      local found = support.roster(words, { config = support.folder() }).json()
      return { found.usd, found.tier }
    end
    local answer = { "--output", "1000000" }
    assert.same({ 0.01, null }, shipped("claude-5.5-haiku", "2026-11-28", 100000))
    assert.same({ 3.5, 100000 }, shipped("claude-5.5-haiku", "2026-11-28", 2000000, answer))
    assert.same({ 19, 272000 }, shipped("gpt-6.1-sol", "2026-11-28", 1000000, answer))
    assert.same({ 55, 272000 }, shipped("gpt-5.5", "2026-11-28", 1000000, answer))
    assert.same({ 16, 200000 }, shipped("grok-4.7", "2026-11-28", 1000000, answer))
    assert.same({ 1.35, null }, shipped("minimax-m3", "2026-11-28", 500000, answer))
    assert.same({ 3, 512000 }, shipped("minimax-m3", "2026-11-28", 1000000, answer))
    assert.same({ { 12, null }, { 24, null } }, { shipped("gemini-4-argon", "2026-11-30", 1000000, answer), shipped("gemini-4-argon", "2026-12-01", 1000000, answer) })
    assert.same({ { 4.5, null }, { 9, null } }, { shipped("gemini-3.8-flash", "2026-12-31", 1000000, answer), shipped("gemini-3.8-flash", "2027-01-01", 1000000, answer) })
    assert.same({ { 17.5, 200000 }, { 4.5, null } }, { shipped("gemini-2.5-pro", "2026-11-30", 1000000, answer), shipped("gemini-2.5-pro", "2026-12-01", 1000000, answer) })
  end)

  it("makes no requests, except for the listing that an id may come from", function ()
    local mocks = support.mock_servers { { name = "oak", protocol = "none", routes = { { path = "/v1/models", status = 200,
      body = { data = { { id = "acorn", type = "chat", pricing = { prompt = "0.000002", completion = "0.00001" } } } } } } } }
    local text = ('provider "oak" { protocol = "openai-chat", base_url = %q, plain_http = true, list_proves = "access", discover = true, ' ..
      'credential = secret "OAK_KEY" }\nmodel "known" { provider = "oak", price = { input = 3 } }'):format(mocks.url())
    local function run(...) return price({ "--input", "1000000", "--json", ... }, text, { env = { OAK_KEY = "k" } }) end
    assert.same({ 2, 3 }, { run("acorn", "--offline").status, run("known").json().usd })
    assert.equal(0, #mocks.requests())
    assert.equal(2, run("acorn").json().usd)
    assert.truthy(#mocks.requests() > 0)
  end)
end)
