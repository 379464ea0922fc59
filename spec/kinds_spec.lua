-- kinds: what a model is for, who says so, and that nothing is offered for what it is not.
local support = require "support.roster"

local PROVIDER = 'provider "oak" { protocol = "openai-chat", base_url = "https://oak.example", credential = secret "OAK_KEY" }\n'

describe("The kind of a model", function ()
  it("is what its block says, and null where nobody said anything", function ()
    local document = support.offline { ["x.lua"] = PROVIDER .. 'model "e" { provider = "oak", kind = "embedding" } model "m" { provider = "oak" }' }
    assert.equal("embedding", support.entry(document, "e").kind)
    assert.equal(require "cjson".null, support.entry(document, "m").kind)
  end)

  it("is one of a closed list", function ()
    local found = support.lint { ["x.lua"] = PROVIDER .. 'model "e" { provider = "oak", kind = "embeding" }' }
    assert.truthy(found[1]:find([['kind' must be "chat", "embedding"]], 1, true), found[1])
  end)
end)
