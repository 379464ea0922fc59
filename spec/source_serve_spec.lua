-- Sources of facts on a running server: asked by itself, and told in the document, on the page and in the metrics.
local support = require "support.roster"
local serving = require "support.serving"

teardown(function ()
  serving.stop_all()
  support.stop_all()
end)

describe("A server with a source of facts", function ()
  local FACTS = '{"source":{"date":"2026-11-20"},"model":{"acme-large":{"provider":"acme","context_window":200000}}}'
  local mocks, server

  setup(function ()
    mocks = support.mock_servers { { name = "facts", protocol = "none", routes = { { path = "/facts.json", text = FACTS } } } }
    local config = { ["x.lua"] = ([[
      provider "acme" { protocol = "openai-chat", base_url = "%s", credential = secret "ACME_API_KEY" }
      model "acme-large" { provider = "acme" }
      source "corp" { url = "%s/facts.json" }]]):format(mocks.url(), mocks.url()) }
    server = serving.start { config = config, words = { "--no-builtin" } }
    support.eventually(function () return (server.get("/api/models").json().sources[1] or {}).rows == 1 end, "the source was heard")
  end)

  it("fetches it by itself, and has its age in the document", function ()
    local document = server.get("/api/models").json()
    local source = document.sources[1]
    assert.same({ "corp", "roster", "facts", 1, 1, 0, "" }, { source.id, source.format, source.may, source.rows, source.models, source.held, source.problem })
    assert.truthy(source.age_s >= 0 and source.age_s < 600)
    assert.equal("2026-11-20", source.day)
    local entry = support.entry(document, "acme-large")
    assert.equal(200000, entry.context_window)
  end)

  it("shows on the page the day of its facts", function ()
    local corp = serving.page(server).sources[1]
    assert.same({ "corp", "2026-11-20" }, { corp.id, corp.day })
    assert.matches("^20%d%d%-", corp.checked_at)
  end)

  it("has when it was checked, whether it fails and what is held back in the metrics", function ()
    local metrics = server.get("/metrics").body
    local at = metrics:match 'roster_source_checked_timestamp_seconds{source="corp"} (%d+)'
    assert.truthy(at and math.abs(os.time() - tonumber(at)) < 600, metrics)
    assert.truthy(metrics:find('roster_source_failing{source="corp"} 0', 1, true))
    assert.truthy(metrics:find('roster_source_held{source="corp"} 0', 1, true))
  end)
end)
