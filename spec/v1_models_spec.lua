-- /v1/models: the usable models as clients of OpenAI and of Anthropic list them, in pages and with every member that those read.
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"

local null = cjson.null
local IDS = { "a", "b", "c", "d", "e" }

--- A server with the models a to e, of which the mock provider lists those given; they may be changed behind it.
local function serve(fields, listed)
  local models = {}
  for i, id in ipairs(IDS) do models[i] = { id, fields and fields[id] or "" } end
  local scene = support.scene { { "acme", protocol = "openai-chat", fields = 'list_proves = "access",', models = models, server = { models = listed or IDS } } }
  return serving.start({ env = scene.options.env, config = scene.options.config, words = { "--no-builtin" } }).settle()
end

local function page(server, query)
  local answer = server.get("/v1/models" .. query)
  assert.equal(200, answer.status, query .. ": " .. answer.body)
  local list = answer.json()
  return { table.concat(support.ids(list.data)), list.has_more, list.first_id, list.last_id }
end

describe("/v1/models", function ()
  local server
  setup(function () server = serve() end)
  teardown(serving.stop_all)
  teardown(support.stop_all)

  it("returns the complete list if no page is requested", function ()
    assert.same({ "abcde", false, "a", "e" }, page(server, ""))
  end)

  it("returns pages of the requested size, forwards and backwards, and whether there are more in that direction", function ()
    for query, wanted in pairs {
      ["?limit=2"] = { "ab", true, "a", "b" },
      ["?limit=2&after_id=b"] = { "cd", true, "c", "d" },
      ["?limit=2&after_id=d"] = { "e", false, "e", "e" },
      ["?limit=2&after_id=e"] = { "", false, null, null },
      ["?after_id=b"] = { "cde", false, "c", "e" },
      ["?limit=2&before_id=e"] = { "cd", true, "c", "d" },
      ["?limit=2&before_id=c"] = { "ab", false, "a", "b" },
      ["?limit=2&before_id=a"] = { "", false, null, null },
      ["?before_id=c"] = { "ab", false, "a", "b" },
      ["?limit=5"] = { "abcde", false, "a", "e" },
      ["?limit=1000"] = { "abcde", false, "a", "e" },
    } do
      assert.same(wanted, page(server, query), query)
    end
  end)

  it("continues from a model that can no longer be used", function ()
    local some = serve(nil, { "a", "c", "d" })
    assert.same({ "cd", false, "c", "d" }, page(some, "?limit=2&after_id=b"))
    assert.same({ "a", false, "a", "a" }, page(some, "?limit=2&before_id=b"))
    assert.same({ "cd", true, "c", "d" }, page(some, "?limit=2&before_id=e"))
  end)

  it("refuses a page that cannot be found, and prints what to write", function ()
    for query, hint in pairs {
      ["?limit=0"] = "1 to 1000", ["?limit=1001"] = "1 to 1000", ["?limit=two"] = "1 to 1000", ["?limit="] = "1 to 1000", ["?limit=-1"] = "1 to 1000",
      ["?after_id=nobody"] = "no model has the id", ["?before_id=nobody"] = "no model has the id", ["?after_id=a&before_id=c"] = "one of after_id and before_id",
    } do
      local answer = server.get("/v1/models" .. query)
      assert.equal(400, answer.status, query)
      assert.truthy(answer.json().error.hint:find(hint, 1, true), answer.body)
    end
  end)

  it("answers the same with a trailing slash", function ()
    assert.equal(server.get "/v1/models".body, server.get "/v1/models/".body)
    assert.equal(server.get "/v1/models?limit=2".body, server.get "/v1/models/?limit=2".body)
    assert.equal(server.get "/v1/models/c".body, server.get "/v1/models/c/".body)
    assert.equal(200, server.get "/v1/models/c/".status)
    assert.equal(404, server.get "/v1/models/z/".status)
  end)

  it("has every member of Anthropic's models, with null where nothing is known", function ()
    local fields = {
      a = [[description = "A", family = "claude-opus", context_window = 1000000, max_output_tokens = 64000, release_date = "2026-09-24", reasoning = true,
        reasoning_levels = { "low", "high" }, input_modalities = { "text", "image" }, status = "current"]],
      b = 'context_window = 1000000, max_input_tokens = 900000, status = "deprecated", retires = "2027-01-22", family = "gpt-sol", reasoning = false',
      c = 'status = "legacy", retires = "2027-04-01"',
    }
    local described = serve(fields)
    local a, b, c, d = described.get "/v1/models/a".json(), described.get "/v1/models/b".json(), described.get "/v1/models/c".json(), described.get "/v1/models/d".json()
    assert.same({ 1000000, 64000, "active", "opus", null, null, "2026-09-24T00:00:00Z" },
      { a.max_input_tokens, a.max_tokens, a.lifecycle, a.line, a.retires_at, a.deprecated_at, a.created_at })
    local able = a.capabilities
    assert.same({ true, false, true, null }, { able.image_input.supported, able.pdf_input.supported, able.thinking.supported, able.batch.supported })
    assert.same({ true, true, false, true, false }, { able.effort.supported, able.effort.low.supported, able.effort.medium.supported,
      able.effort.high.supported, able.effort.max.supported })
    assert.same({ 900000, null, "deprecated", null, "2027-01-22T00:00:00Z" }, { b.max_input_tokens, b.max_tokens, b.lifecycle, b.line, b.retires_at })
    assert.same({ false, null, null }, { b.capabilities.thinking.supported, b.capabilities.image_input.supported, b.capabilities.effort.supported })
    assert.same({ "deprecated", "2027-04-01T00:00:00Z" }, { c.lifecycle, c.retires_at })
    for _, name in ipairs { "max_input_tokens", "max_tokens", "capabilities", "lifecycle", "line", "retires_at", "deprecated_at" } do
      assert.equal(null, d[name], name)
    end
  end)
end)
