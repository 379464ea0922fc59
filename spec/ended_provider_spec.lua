-- Providers that have ended: `retired` takes one out from its day on, with what replaces it, and a deployer's later file brings it back.
local roster = require "roster"
local serving = require "support.serving"
local support = require "support.roster"

local mocks
local function day(ahead) return os.date("!%Y-%m-%d", os.time() + ahead * 86400) end
local PAST, NEAR, FAR = "2026-07-30", day(20), day(400)

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function hasnt(text, part) assert.falsy(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

--- The blocks of a provider that ends and of one that replaces it.
local function scene(fields)
  local text = ([[
    provider "oak" { title = "Oak", protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY", %s }
    provider "elm" { title = "Elm", protocol = "openai-chat", base_url = "%s", credential = secret "ELM_KEY", seen = "2026-11-27" }
    model "old" { provider = "oak" }
    model "new" { provider = "elm" } ]]):format(mocks.url "oak", fields, mocks.url "elm")
  return { config = support.config { ["a.lua"] = text }, env = { OAK_KEY = "oak-key-0123", ELM_KEY = "elm-key-0123" } }
end

local function run(words, options) return support.roster({ "--no-builtin", table.unpack(words) }, options) end
local function models(options) return run({ "models", "--json" }, options).json() end
local function old(options) return assert(support.entry(models(options), "old")) end

local function provider(id, options, ...)
  for _, one in ipairs(support.roster({ "providers", "--json", ... }, options).json().providers) do
    if one.id == id then return one end
  end
end

setup(function ()
  mocks = support.mock_servers {
    { name = "oak", protocol = "openai", keys = { "oak-key-0123" }, models = { "old" } },
    { name = "elm", protocol = "openai", keys = { "elm-key-0123" }, models = { "new" } },
  }
end)

before_each(function () mocks.clear() end)
teardown(function ()
  serving.stop_all()
  support.stop_all()
end)

describe("A provider with a day of retirement", function ()
  it("is asked nothing from that day on, and its models say the day, what replaces it and the line that brings it back", function ()
    local entry = old(scene(('retired = "%s", replacement = "elm"'):format(PAST)))
    assert.same({ "disabled", "config", "service_ended", "provider" }, { entry.state, entry.stage, entry.reason_code, entry.blame })
    assert.truthy(entry.reason:find("^Oak ended on " .. PAST:gsub("%-", "%%-") .. " %(.*a%.lua:1%)$"), entry.reason)
    has(entry.hint, "elm")
    has(entry.hint, 'provider "oak" { retired = false }')
    assert.equal(0, #mocks.requests "oak")
    assert.is_true(#mocks.requests "elm" > 0)
  end)

  it("is gone at once if that day is not known", function ()
    local entry = old(scene 'retired = true')
    assert.same({ "disabled", "service_ended" }, { entry.state, entry.reason_code })
    assert.truthy(entry.reason:find "^Oak has ended %(.*a%.lua:1%)$", entry.reason)
    assert.equal(0, #mocks.requests "oak")
  end)

  it("is checked as before until that day, with a warning from warn_ahead before it", function ()
    local entry = old(scene(('retired = "%s", replacement = "elm"'):format(NEAR)))
    assert.equal("ready", entry.state)
    assert.truthy(entry.warning:find("^Oak ends on " .. NEAR:gsub("%-", "%%-") .. ", in %d+ days; its replacement is provider 'elm'$"), entry.warning)
    entry = old(scene(('retired = "%s"'):format(FAR)))
    assert.same({ "ready" }, { entry.state, entry.warning })
  end)

  it("is asked as before if retired is false", function ()
    assert.equal("ready", old(scene "retired = false").state)
  end)

  it("is off for each of its credentials", function ()
    local text = ([[
      provider "oak" { protocol = "openai-chat", base_url = "%s", credential_use = "each", retired = "%s",
        credential = { secret { env = "OAK_KEY", label = "a" }, secret { env = "OAK_TWO", label = "b" } } }
      model "old" { provider = "oak" } ]]):format(mocks.url "oak", PAST)
    local document = models { config = support.config { ["a.lua"] = text }, env = { OAK_KEY = "oak-key-0123", OAK_TWO = "oak-key-0123" } }
    assert.same({ "service_ended", "service_ended" }, { support.entry(document, "old").reason_code, support.entry(document, "old@b").reason_code })
    assert.equal(0, #mocks.requests "oak")
  end)

  it("discovers nothing", function ()
    models(scene(('discover = true, retired = "%s"'):format(PAST)))
    assert.equal(0, #mocks.requests "oak")
  end)
end)

describe("A shipped provider that has ended", function ()
  local function amended(text, words)
    return support.roster(words or { "models", "--json" }, { config = support.config { ["x.lua"] = text }, env = { GITHUB_TOKEN = "ghp_0123456789abcdef" } })
  end
  local MODEL = '\nmodel "gpt" { provider = "github-models", api_name = "openai/gpt-5" }'

  it("has that reason for the models that a deployer's file still defines there", function ()
    local entry = support.entry(amended(MODEL).json(), "gpt")
    assert.same({ "disabled", "service_ended" }, { entry.state, entry.reason_code })
    has(entry.reason, "GitHub Models ended on 2026-07-30")
    has(entry.hint, "azure-foundry")
  end)

  it("stays off if a file enables it or gives it an address, and comes back if one has retired = false or none", function ()
    local address = ('override = "%s"'):format(mocks.url "oak")
    for _, fields in ipairs { "enabled = true", address, address .. ", enabled = true" } do
      assert.equal("service_ended", support.entry(amended(('provider "github-models" { %s }'):format(fields) .. MODEL).json(), "gpt").reason_code, fields)
    end
    assert.equal(0, #mocks.requests "oak")
    for _, fields in ipairs { "retired = false", "retired = none" } do
      mocks.clear()
      amended(('provider "github-models" { %s, %s }'):format(address, fields) .. MODEL)
      assert.is_true(#mocks.requests "oak" > 0, fields)
    end
    local json = ('{"provider":{"github-models":{"override":"%s","retired":false}},"model":{"gpt":{"provider":"github-models"}}}'):format(mocks.url "oak")
    mocks.clear()
    support.roster({ "models", "--json" }, { config = support.config { ["x.json"] = json }, env = { GITHUB_TOKEN = "ghp_0123456789abcdef" } })
    assert.is_true(#mocks.requests "oak" > 0)
  end)

  it("is reported by roster providers and roster check if its key is set, and by no other command", function ()
    for _, words in ipairs { { "providers", "--offline" }, { "check", "github-models" } } do
      local out = amended("", words).out:gsub("%s+", " ")
      has(out, "GITHUB_TOKEN is set, but GitHub Models ended on 2026-07-30")
      has(out, "azure-foundry")
    end
    has(amended("", { "providers", "--offline" }).out, "ended,2026-07-30")
    hasnt(amended("", { "models", "--offline" }).out .. amended("", { "models", "--offline" }).err, "GITHUB_TOKEN")
  end)

  it("is not reported if another provider uses the same key", function ()
    local result = support.roster({ "providers", "--offline" }, { env = { PERPLEXITY_API_KEY = "pplx-0123456789abcdef" } })
    hasnt(result.out, "PERPLEXITY_API_KEY is set, but Perplexity Sonar")
  end)
end)

describe("The day on which a provider was last seen", function ()
  it("is in its document with the day of its end and its replacement, null if unknown", function ()
    local options = scene(('retired = "%s", replacement = "elm"'):format(PAST))
    local oak, elm = provider("oak", options, "--no-builtin", "--offline"), provider("elm", options, "--no-builtin", "--offline")
    assert.same({ PAST, "elm", false }, { oak.retired, oak.replacement, oak.enabled })
    assert.equal("2026-11-27", elm.seen)
    assert.is_true(elm.enabled)
    local out = support.roster({ "providers", "--json", "--no-builtin", "--offline" }, options).out
    has(out, '"seen":null')
    has(out, '"retired":null,"replacement":null')
    assert.is_true(provider("oak", scene "retired = true", "--no-builtin", "--offline").retired)
  end)

  it("is on the page and in Lua too", function ()
    local options = scene(('retired = "%s", replacement = "elm"'):format(PAST))
    local server = serving.start { config = options.config, env = options.env, words = { "--no-builtin" } }
    local shown = {}
    for _, one in ipairs(serving.page(server).providers) do shown[one.id] = { one.ended, one.retired, one.replacement, one.seen } end
    assert.same({ true, PAST, "elm", "" }, shown.oak)
    assert.same({ false, "", "", "2026-11-27" }, shown.elm)
    local registry = assert(roster.open { builtin = false, config = options.config, environment = options.env })
    local snapshot = registry:snapshot()
    local oak, elm = table.unpack(snapshot:providers())
    assert.same({ PAST, "elm", nil }, { oak.retired, oak.replacement, oak.seen })
    assert.same({ nil, nil, "2026-11-27" }, { elm.retired, elm.replacement, elm.seen })
    snapshot:close()
    registry:close()
  end)

  it("is in the output of explain, and every shipped provider has one but those of which no source was seen", function ()
    has(run({ "explain", "new" }, scene "").out, "Elm (elm), last seen 2026-11-27")
    for _, one in ipairs(support.roster({ "providers", "--offline", "--json" }).json().providers) do
      local nobody = one.id == "mock" or one.id == "vllm" or one.id == "litellm" -- no source has shown the answers of these
      assert.equal(not nobody, type(one.seen) == "string", one.id)
    end
  end)
end)

describe("Mistakes about a provider's end", function ()
  local BLOCK = 'provider "oak" { protocol = "openai-chat", base_url = "https://oak.test", %s }\nprovider "elm" { protocol = "openai-chat", base_url = "https://elm.test" }'

  local function says(fields, more) return table.concat((support.lint { ["a.lua"] = BLOCK:format(fields) .. (more or "") }), "\n") end

  it("are reported with the line and what was meant", function ()
    has(says 'retired = "soon"', "'retired' must be true, false or a date such as \"2026-11-30\", not the string \"soon\"")
    for _, short in ipairs { "2026", "2026-07" } do
      has(says(('retired = "%s"'):format(short)), ("'retired' must be true, false or a date such as \"2026-11-30\", not the string \"%s\""):format(short))
    end
    has(says "retired = 2026", "'retired' must be true, false or a date such as \"2026-11-30\", not the number 2026")
    has(says 'seen = "yesterday"', "'seen' must be a date such as \"2026-11-30\"")
    has(says 'seen = true', "'seen' must be a date such as \"2026-11-30\", not true")
    has(says 'retired = true, replacement = "elmm"', "provider 'oak': unknown replacement 'elmm' (did you mean 'elm'?)")
    has(says 'retired = true, replacement = "oak"', "provider 'oak': it cannot replace itself")
    has(says('', '\nretired "oak" { replacement = "elm" }'), "retired 'oak': that is a provider: write provider \"oak\" { retired = true }")
  end)
end)
