-- Numbers in JSON, as programs write them: the same value in a long overlay, whose blocks are read from their text, and in a short one, which is
-- read as a whole.
local support = require "support.roster"
local roster = require "roster"

-- As JSON has them, and as the price that they are.
local numbers = { { "0.10000000000000001", 0.1 }, { "1e-3", 0.001 }, { "2.5E+1", 25 }, { "-0.0", 0 }, { "3.0", 3 }, { "0.30000000000000004", 0.1 + 0.2 },
  { "123456789012345678e-17", 1.23456789012345678 } }

describe("A number in JSON", function ()
  for _, case in ipairs(numbers) do
    it(("(%s) is the same in a long overlay as in a short one"):format(case[1]), function ()
      for _, count in ipairs { 1, 20 } do
        local models = {}
        for i = 1, count do models[i] = ('"m%d": { "provider": "acme", "price": { "input": %s, "output": 1 } }'):format(i, case[1]) end
        local config = support.config { ["a.json"] = ('{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },\n' ..
          '"model": { %s } }'):format(table.concat(models, ",\n")) }
        local registry = assert(roster.open { config = config, builtin = false, environment = { PATH = "/nonexistent", HOME = config } })
        local snapshot = registry:snapshot()
        for i = 1, count do assert.equal(case[2], snapshot:known("m" .. i).price.input) end
        snapshot:close()
        registry:close()
      end
    end)
  end
end)
