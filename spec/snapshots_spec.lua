-- snapshots: what a listing names with a date behind a known model is a snapshot of that model, and no model of its own in a picker.
local support = require "support.roster"

local function item(id, more)
  local one = { id = id, object = "model", type = "chat" }
  for key, value in pairs(more or {}) do one[key] = value end
  return one
end

--- A provider that lists these ids (or items), with these lines. Gives what the command printed.
local function oak(listed, lines, words, env)
  local data = {}
  for i, one in ipairs(listed) do data[i] = type(one) == "table" and one or item(one) end
  local mocks = support.mock_servers { { name = "oak", protocol = "none", routes = {
    { path = "/v1/models", status = 200, body = { data = data } },
    { path = "/v1/chat/completions", method = "POST", status = 200, body = { choices = { {} } } } } } }
  local text = ('provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY", list_proves = "access", discover = true }\n%s')
    :format(mocks.url "oak", lines or "")
  local result = support.roster(words or { "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = env or { OAK_KEY = "k" } })
  mocks.stop()
  return result, mocks
end

local function ids(...) return support.ids(oak(...).json().models) end

local function snapshots_of(document, id) return support.entry(document, id).snapshots end

teardown(support.stop_all)

describe("A name with a date behind a model of the listing", function ()
  for _, pair in ipairs { "gpt-6.2-sol -2026-11-17", "sol @20261117", "claude-opus-6 -20261117", "doubao-seed-1-8 -251215", "command-a -03-2025",
    "sora -2026-11", "flash-preview -05-06", "openai/gpt-4o -2024-08-06" } do
    local base, date = pair:match "^(%S+) (%S+)$"
    local name = base .. date

    it(("is a snapshot of it: %s of %s"):format(name, base), function ()
      local document = oak({ name, base }).json()
      assert.same({ base }, support.ids(document.models))
      assert.same({ name }, snapshots_of(document, base))
    end)
  end

  it("is a model of its own if nothing has the name without the date", function ()
    assert.same({ "gpt-6.2-sol-2026-11-17", "gpt-6.2" }, ids { "gpt-6.2-sol-2026-11-17", "gpt-6.2" })
  end)

  it("is not a snapshot if it ends in a version, a size or an impossible date", function ()
    local names = { "opus", "opus-4", "opus-4-5", "opus-2026-13-01", "opus-2026-01-32", "opus-19990101", "opus-00-10", "opus-128", "opus-20261", "opus-v2-2026x01x01" }
    assert.same(names, ids(names))
  end)

  it("counts four digits as a date only if its maker does", function ()
    assert.same({ "gpt-4", "grok-4", "mistral-medium-latest", "deepseek-r1", "deepseek-r1-0528", "qwen3-235b", "qwen3-235b-2507", "gpt-5", "gpt-5-1350" },
      ids { "gpt-4", "gpt-4-0613", "grok-4", "grok-4-0709", "mistral-medium-latest", "mistral-medium-2508", "deepseek-r1", "deepseek-r1-0528",
        "qwen3-235b", "qwen3-235b-2507", "gpt-5", "gpt-5-1350" })
  end)

  it("is reachable by its id, under its own name on the wire", function ()
    local listed = { "sol", "sol-2026-11-17" }
    assert.equal("sol-2026-11-17\n", oak(listed, "", { "resolve", "sol-2026-11-17", "--no-builtin" }).out)
    local request = oak(listed, "", { "request", "sol-2026-11-17", "--no-builtin" })
    assert.truthy(request.out:find('"model":"sol-2026-11-17"', 1, true), request.out)
    local story = oak(listed, "", { "explain", "sol-2026-11-17", "--json", "--no-builtin" }).json()
    assert.same({ "ready", "sol" }, { story.state, story.snapshot_of })
    assert.truthy(oak(listed, "", { "explain", "sol-2026-11-17", "--no-builtin" }).out:find "\nSnapshot of +sol\n")
    assert.truthy(oak(listed, "", { "explain", "sol", "--no-builtin" }).out:find "\nSnapshots +sol%-2026%-11%-17\n")
  end)

  it("is listed by --kind any, and in no picker", function ()
    local listed = { "sol", "sol-2026-11-17" }
    assert.same({ "sol", "sol-2026-11-17" }, ids(listed, "", { "models", "--kind", "any", "--json", "--no-builtin" }))
    assert.same({ "sol" }, ids(listed, "", { "models", "--kind", "chat", "--json", "--no-builtin" }))
    assert.falsy(oak(listed, "", { "models", "--no-builtin" }).out:find("sol-2026", 1, true))
    assert.truthy(oak(listed, "", { "models", "--all", "--no-builtin" }).out:find("sol-2026", 1, true))
  end)

  it("is left out when every model is checked with a billed request, unless it is named", function ()
    local function billed(...)
      local sent = {}
      local _, mocks = oak({ "sol", "sol-2026-11-17" }, "", { "check", "--deep", "--no-builtin", ... })
      for _, request in ipairs(mocks.requests "oak") do
        if request.method == "POST" then sent[#sent + 1] = request.body:match '"model":"([^"]+)"' end
      end
      return sent
    end
    assert.same({ "sol" }, billed())
    assert.same({ "sol-2026-11-17" }, billed "sol-2026-11-17")
  end)

  it("is not reported as new by a comparison with the listing", function ()
    local result = oak({ "sol", "sol-2026-11-17" }, 'model "sol" { provider = "oak" }', { "diff", "--no-builtin" })
    assert.same({ 0, "Nothing differs.\n" }, { result.status, result.out })
    local new = oak({ "sol", "sol-2026-11-17" }, "", { "diff", "--json", "--no-builtin" }).json().new
    assert.same({ 1, "sol" }, { #new, new[1].id })
  end)
end)

describe("A name with a date behind the model of a block", function ()
  it("is a snapshot of it, whatever the block's id is", function ()
    local document = oak({ "sol", "sol-2026-11-17" }, 'model "mine" { provider = "oak", api_name = "sol" }').json()
    assert.same({ "mine" }, support.ids(document.models))
    assert.same({ "sol-2026-11-17" }, snapshots_of(document, "mine"))
  end)

  it("is a snapshot of it if the block names another snapshot and has the name without a date as an alias", function ()
    local document = oak({ "opus-4-5-20251101", "opus-4-5-20260301", "opus-4-5" },
      'model "opus" { provider = "oak", api_name = "opus-4-5-20251101", aliases = { "opus-4-5" } }').json()
    assert.same({ "opus" }, support.ids(document.models))
    assert.same({ "opus-4-5-20260301" }, snapshots_of(document, "opus"))
  end)

  it("is not a model of its own if the block's model is not listed, and the hint names it", function ()
    local document = oak({ "sol-2026-11-17" }, 'model "mine" { provider = "oak", api_name = "sol" }').json()
    assert.same({}, support.ids(document.models))
    local mine = support.entry(document, "mine")
    assert.same({ "not_listed", { "sol-2026-11-17" } }, { mine.state, mine.snapshots })
    assert.truthy(mine.hint:find("sol-2026-11-17", 1, true), mine.hint)
  end)

  it("is a model if another provider has the block", function ()
    local elm = 'provider "elm" { protocol = "openai-chat", base_url = "https://elm.example" } model "sol" { provider = "elm", enabled = false }'
    assert.same({ "sol-2026-11-17" }, ids({ "sol-2026-11-17" }, elm))
  end)
end)

describe("An alias that the listing itself names as such", function ()
  local function mistral(id, name, ...) return item(id, { name = name, aliases = { ... } }) end

  it("is not a further model: the moving name is offered, the dated ones are its snapshots", function ()
    local document = oak({ mistral("mistral-large-2512", "mistral-large-2512", "mistral-large-latest"), mistral("mistral-large-latest", "mistral-large-2512", "mistral-large-2512"),
      mistral("mistral-large-2411", "mistral-large-2411") }).json()
    assert.same({ "mistral-large-latest" }, support.ids(document.models))
    assert.same({ "mistral-large-2512", "mistral-large-2411" }, snapshots_of(document, "mistral-large-latest"))
  end)

  it("is not a further model if a block has the one that it refers to", function ()
    local document = oak({ mistral("large-2512", "large-2512", "large-latest"), mistral("large-latest", "large-2512", "large-2512") },
      'model "large" { provider = "oak", api_name = "large-2512" }').json()
    assert.same({ "large" }, support.ids(document.models))
    assert.same({ "large-latest" }, snapshots_of(document, "large"))
  end)
end)

describe("A snapshot", function ()
  it("is a numbered version of Gemini's too", function ()
    local routes, items = {}, {}
    for i, name in ipairs { "gemini-4-carbon", "gemini-4-carbon-001", "gemini-4-neon-001", "gemini-3-128" } do
      items[i] = { name = "models/" .. name, supportedGenerationMethods = { "generateContent" } }
      routes[i] = { path = "/v1beta/models/" .. name, status = 200, body = items[i] }
    end
    routes[#routes + 1] = { path = "/v1beta/models", status = 200, body = { models = items } }
    local mocks = support.mock_servers { { name = "oak", protocol = "none", routes = routes } }
    local text = ('provider "oak" { protocol = "gemini", base_url = "%s", credential = secret "OAK_KEY", discover = true }'):format(mocks.url "oak")
    local document = support.roster({ "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { OAK_KEY = "k" } }).json()
    mocks.stop()
    assert.same({ "gemini-4-carbon", "gemini-4-neon-001", "gemini-3-128" }, support.ids(document.models))
    assert.same({ "gemini-4-carbon-001" }, snapshots_of(document, "gemini-4-carbon"))
  end)

  it("is also recognized if a custom protocol states it", function ()
    local own = [[protocol "openai-chat" { read_model = function (item) return { name = item.id, kind = "chat", snapshot_of = item.base } end } ]]
    local document = oak({ item("sol", {}), item("sol-blue", { base = "sol" }), item("moon-blue", { base = "moon" }) }, own).json()
    assert.same({ "sol", "moon-blue" }, support.ids(document.models))
    assert.same({ "sol-blue" }, snapshots_of(document, "sol"))
  end)
end)
