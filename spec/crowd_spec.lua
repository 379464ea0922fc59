-- Many providers behind few origins: how many connections they take.
local support = require "support.roster"

teardown(support.stop_all)

describe("A thousand providers behind fifty origins", function ()
  local ORIGINS, EACH = 50, 20

  it("are all checked by a process that may have 256 descriptors", function ()
    local servers, lines = {}, {}
    for i = 1, ORIGINS do servers[i] = { name = "s" .. i, protocol = "openai", keys = { "sk-of-the-crowd" }, models = { "one" }, delay_ms = 50 } end
    local mocks = support.mock_servers(servers)
    for i = 1, ORIGINS do
      for k = 1, EACH do
        lines[#lines + 1] = ([[
          provider "p%d-%d" { protocol = "openai-chat", base_url = "%s/v1", credential = secret "CROWD_API_KEY", list_proves = "access" }
          model "m%d-%d" { provider = "p%d-%d", api_name = "one" }
        ]]):format(i, k, mocks.url("s" .. i), i, k, i, k)
      end
    end
    local few = support.write(support.folder() .. "/few", ('#!/bin/sh\nulimit -n 256\nexec "%s" "$@"\n'):format(support.command))
    os.execute("chmod +x " .. few)
    local result = support.roster({ "models", "--json", "--no-builtin" },
      { command = few, config = { ["crowd.lua"] = table.concat(lines) }, env = { CROWD_API_KEY = "sk-of-the-crowd" } })
    local document = result.json()
    assert.same({}, support.ids(document.unavailable), result.err)
    assert.equal(ORIGINS * EACH, #document.models)
    assert.equal(ORIGINS * EACH, #mocks.requests())
  end)
end)
