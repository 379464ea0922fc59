-- Most specs lint and list models in their own process, through require "roster": the results must equal those of the command. #module
local support = require "support.roster"

local PROVIDER = 'provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }\n'

-- files, options, whether they load
local INPUTS = {
  { "only the shipped definitions", {}, {}, true },
  { "no definitions at all", {}, { "--no-builtin" }, true },
  { "a provider with a key", { ["a.lua"] = PROVIDER .. 'model "large" { provider = "acme", context_window = 200 * K }' }, { env = { ACME_API_KEY = "sk-0123456789" } }, true },
  { "variables that definitions read", { ["a.lua"] = PROVIDER .. 'model "m" { provider = "acme", enabled = setting "WANTED" == "yes" }' },
    { "--no-builtin", env = { WANTED = "yes" } }, true },
  { "the mock provider", {}, { env = { ROSTER_MOCK = "yes" } }, true },
  { "definitions with warnings", { ["a.lua"] = PROVIDER .. 'model "m" { provider = "acme", aliases = { "x", "x" } } default { "gpt-5.55" }' }, {}, true },
  { "a rule", { ["a.lua"] = PROVIDER .. 'model "m" { provider = "acme" }', ["b.lua"] = 'rule "no" (function (model) return refuse "not here" end)' }, {}, true },
  { "a rule that fails for each model", { ["a.lua"] = PROVIDER .. 'model "m" { provider = "acme" } model "n" { provider = "acme" }',
    ["b.lua"] = 'rule "bad" (function (model) error "boom" end)' }, { "--no-builtin" }, false },
  { "an unknown word", { ["a.lua"] = 'model "gpt-5.5" { teir = 1 }\nprovidr "x" {}' }, {}, false },
  { "a file that is not Lua", { ["a.lua"] = "model {", ["b.lua"] = PROVIDER }, {}, false },
  { "a JSON file", { ["a.json"] = '{"provider":{"acme":{"protocol":"openai-chat","base_url":"https://x.test"}},"model":{"ü \\"x\\"":{"provider":"acme"}}}' }, {}, true },
  { "a broken JSON file", { ["a.json"] = '{"model":\n{' }, {}, false },
  { "duplicate blocks", { ["a.lua"] = 'model "x" { provider = "nobody" } model "x" { provider = "nobody" }' }, { "--no-builtin" }, false },
}

local function both(verb, input)
  local config, itself = support.config(input[2]), { command = support.command, env = input[3].env, table.unpack(input[3]) }
  local here, result = verb(config, input[3])
  local there, same = verb(config, itself)
  return { here, result.status }, { there, same.status }
end

describe("In the specs' own process #module", function ()
  teardown(support.stop_all)

  for _, input in ipairs(INPUTS) do
    it(("lint with %s gives the same result as the command"):format(input[1]), function ()
      local here, there = both(support.lint, input)
      assert.same(there, here)
      assert.equal(input[4] and 0 or 1, here[2])
    end)
  end

  for _, input in ipairs(INPUTS) do
    if input[4] then
      it(("the list of models with %s is the same as in the command"):format(input[1]), function ()
        local here, there = both(support.offline, input)
        assert.same(there, here)
      end)
    else
      it(("the list of models with %s fails as in the command"):format(input[1]), function ()
        local config = support.config(input[2])
        assert.is_false((pcall(support.offline, config, input[3])))
        assert.is_false((pcall(support.offline, config, { command = support.command, table.unpack(input[3]) })))
      end)
    end
  end
end)
