-- Definitions of a size or a shape that nobody writes by hand: each is read, in a time that grows as the text does. How much it grows is
-- measured by `make bench`; here is what broke.
local support = require "support.roster"

local PROVIDER = 'provider "acme" { protocol = "openai-chat", base_url = "https://acme.test" }\n'

--- N blocks that each inherit from the next one, so that the first one's heritage comes from the last.
local function chain(block, n, last)
  local lines = {}
  for i = 1, n - 1 do lines[i] = ('%s "m%d" { inherit = "m%d" }\n'):format(block, i, i + 1) end
  return PROVIDER .. table.concat(lines) .. ('%s "m%d" { %s }\n'):format(block, n, last)
end

describe("A chain of thirty thousand blocks, each of which inherits from the next", function ()
  local function read(text, id)
    local result = support.roster({ "resolve", id, "--no-builtin", "--json" }, { config = { ["x.lua"] = text } })
    assert.equal(0, result.status, result.err:sub(1, 500))
    return result.json()
  end

  it("gives the first model what the last one has", function ()
    assert.equal("m1", read(chain("model", 30000, 'provider = "acme"'), "m1").id)
  end)

  it("gives the first protocol what the last one has", function ()
    local text = chain("protocol", 30000, 'inherit = "openai-chat"') ..
      'provider "other" { protocol = "m1", base_url = "https://other.test" }\nmodel "one" { provider = "other" }\n'
    assert.equal("one", read(text, "one").id)
  end)
end)
