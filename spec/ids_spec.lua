-- The ids in which a host has its models given out: the shipped set "phoenix", sets of a deployer's, and a table of the host's own. #module
local cjson = require "cjson"
local support = require "support.roster"
local world = require "support.world"
local roster = require "roster"

local ANTHROPIC, OPENAI = world.keys.anthropic.value, world.keys.openai.value
local SERVED = { "claude-opus-5-5", "claude-sonnet-4-6", "claude-opus-4-7", "claude-haiku-4-5-20251001", "claude-opus-4-5-20251101", "claude-9-surprise" }

local function has(text, part) assert.truthy(tostring(text):find(part, 1, true), ("no '%s' in: %s"):format(part, tostring(text))) end

describe("The ids of a host #module", function ()
  local mocks, found, registry
  setup(function ()
    mocks = support.mock_servers { { name = "anthropic", protocol = "anthropic-messages", keys = { ANTHROPIC }, models = SERVED },
      { name = "openai", protocol = "openai", keys = { OPENAI }, models = { "gpt-5.4", "gpt-4o" } } }
  end)
  teardown(support.stop_all)
  before_each(function () found = {} end)
  after_each(function ()
    if registry then registry:close() end
    registry = nil
  end)

  --- A registry over the shipped definitions at the stand-ins. options: ids, text (more definitions), env, and whatever roster.open takes.
  local function open(options)
    local made = { config = "", environment = { PATH = os.getenv "PATH", ANTHROPIC_API_KEY = ANTHROPIC, OPENAI_API_KEY = OPENAI },
      definitions = { ["moved.lua"] = ('provider "anthropic" { base_url = "%s" } provider "openai" { base_url = "%s" }'):format(
        mocks.url "anthropic", mocks.url "openai"), ["own.lua"] = options.text or "" } }
    for name, value in pairs(options) do made[name] = value end
    made.text, made.env = nil, nil
    made.on_finding = function (finding) found[#found + 1] = ("%s:%s: %s"):format(finding.file, finding.line, finding.message) end
    for name, value in pairs(options.env or {}) do made.environment[name] = value or nil end
    return roster.open(made)
  end

  --- A snapshot after a refresh.
  local function snapshot(options)
    registry = assert(open(options))
    assert(registry:refresh())
    return registry:snapshot()
  end

  local function refused(options)
    local made, wrong = open(options)
    if made then made:close() end
    return assert(wrong, "the registry was opened")
  end

  local function index(document)
    local by_id = {}
    for _, list in ipairs { document.models, document.unavailable } do
      for _, model in ipairs(list) do by_id[model.id] = model end
    end
    return by_id
  end

  local function document(options)
    local made = snapshot(options)
    local decoded = cjson.decode(made:json())
    return decoded, index(decoded), made
  end

  describe("under ids = \"phoenix\"", function ()
    it("are those of Phoenix's own table, each with the window that Phoenix plans with", function ()
      local _, by_id = document { ids = "phoenix", mock = true }
      local windows = { ["claude-opus-4-7"] = 200000, ["claude-opus-4-7-1m"] = 1000000, ["claude-opus-4-6"] = 200000, ["claude-opus-4-6-1m"] = 1000000,
        ["claude-sonnet-4-6"] = 200000, ["claude-sonnet-4-6-1m"] = 1000000, ["claude-haiku-4-5"] = 200000, ["claude-opus-4-5"] = 200000,
        ["gpt-5.5"] = 1000000, ["gpt-5.4"] = 400000, ["gpt-5.4-mini"] = 400000, ["gpt-5.3-codex"] = 200000, mock = 200000 }
      for id, tokens in pairs(windows) do assert.equal(tokens, (by_id[id] or {}).context_window, id) end
      for id in pairs(by_id) do
        assert.falsy(id:find "^claude%-4%.[67]%-", id .. " is given out beside its spelling")
      end
    end)

    it("are lines of their own in the picker's order, with one verdict of one proof", function ()
      local before = #mocks.requests "anthropic"
      local plain = document {}
      local asked = #mocks.requests "anthropic" - before
      registry:close()
      local spelled, by_id = document { ids = "phoenix" }
      assert.equal(asked, #mocks.requests "anthropic" - before - asked)
      local order = {}
      for _, model in ipairs(spelled.models) do order[#order + 1] = model.id end
      assert.same({ "claude-5.5-opus", "claude-opus-4-7", "claude-opus-4-7-1m", "claude-sonnet-4-6", "claude-sonnet-4-6-1m",
        "claude-haiku-4-5", "gpt-5.4", "claude-opus-4-5", "gpt-4o" }, order)
      assert.equal(#plain.models, #spelled.models)
      local one, other = by_id["claude-sonnet-4-6"], by_id["claude-sonnet-4-6-1m"]
      assert.same({ "ready", one.checked_at, one.latency_ms, one.api_name }, { other.state, other.checked_at, other.latency_ms, other.api_name })
      assert.same({ "Claude Sonnet 4.6", "Claude Sonnet 4.6 (1M context)" }, { one.description, other.description })
    end)

    it("leave the canonical id of each model in canonical_id and understood by find and resolve", function ()
      local _, by_id, made = document { ids = "phoenix" }
      for _, id in ipairs { "claude-sonnet-4-6", "claude-sonnet-4-6-1m" } do
        assert.same({ "claude-4.6-sonnet", "claude-4.6-sonnet" }, { by_id[id].canonical_id, made:find(id).canonical_id })
      end
      assert.equal("claude-5.5-opus", by_id["claude-5.5-opus"].canonical_id)
      assert.same({ "claude-sonnet-4-6", "claude-sonnet-4-6" }, { made:find("claude-4.6-sonnet").id, made:resolve("claude-4.6-sonnet").id })
      assert.same({ "claude-sonnet-4-6-1m", "claude-sonnet-4-6" }, { made:find("claude-4.6-sonnet-1m").id, made:find("claude-4.6-sonnet-200k").id })
    end)

    it("are those of the default, the roles, what shadows a model and what replaces it", function ()
      local text = [[
        default { wanted = setting "DEFAULT_MODEL", "claude-4.6-sonnet", "claude-4.5-haiku" }
        role "cheap" { "claude-4.5-haiku" }
        role "long" { "claude-sonnet-4-6-1m" }
        model "gpt-4o" { replacement = "claude-4.6-sonnet" }
        model "claude-4.5-haiku" { shadows = { "claude-4.7-opus" } }
      ]]
      local made, by_id = document { ids = "phoenix", text = text }
      assert.same({ "claude-sonnet-4-6", "claude-haiku-4-5", "claude-sonnet-4-6-1m" }, { made.default, made.roles.cheap, made.roles.long })
      assert.same({ "claude-haiku-4-5", "claude-haiku-4-5" }, { by_id["claude-opus-4-7"].shadowed_by, by_id["claude-opus-4-7-1m"].shadowed_by })
      assert.equal("claude-sonnet-4-6", by_id["gpt-4o"].replacement)
      has(by_id["gpt-4o"].warning, "its replacement is claude-sonnet-4-6")
      registry:close()
      assert.equal("claude-sonnet-4-6-1m", (document { ids = "phoenix", text = text, env = { DEFAULT_MODEL = "claude-sonnet-4-6-1m" } }).default)
      registry:close()
      assert.equal("claude-opus-4-6", (document { ids = "phoenix", text = text, env = { DEFAULT_MODEL = "claude-4.6-opus" } }).default_wanted)
    end)

    it("are those of stories, requests, errors and changes", function ()
      registry = assert(open { ids = "phoenix", keep_requests = true })
      local before = registry:snapshot()
      assert(registry:refresh())
      local made = registry:snapshot()
      local story = cjson.decode(made:explain "claude-sonnet-4-6-1m")
      assert.same({ "claude-sonnet-4-6-1m", "claude-sonnet-4-6-1m" }, { story.id, story.request.id })
      assert.equal("claude-sonnet-4-6-1m", made:find("claude-sonnet-4-6-1m").request.id)
      local _, wrong = made:resolve "claude-sonnet-4-61m"
      has(wrong.message, "'claude-sonnet-4-6-1m'")
      local added = {}
      for _, id in ipairs(cjson.decode(made:changes(before)).added) do added[id] = true end
      assert.same({ true, true, nil }, { added["claude-sonnet-4-6"], added["claude-sonnet-4-6-1m"], added["claude-4.6-sonnet"] })
    end)

    it("are what former ids, aliases and canonical ids are renamed to, each to the line with the window of that time", function ()
      local by_from, made = {}, snapshot { ids = "phoenix" }
      for _, rename in ipairs(made:renames()) do by_from[rename.from] = rename end
      local becomes = { ["claude-4-opus"] = "claude-opus-4-5", ["claude-4.5-opus"] = "claude-opus-4-5", ["claude-3.5-haiku"] = "claude-haiku-4-5",
        ["claude-4.6-sonnet"] = "claude-sonnet-4-6-1m", ["claude-4.6-sonnet-200k"] = "claude-sonnet-4-6", ["claude-4.6-sonnet-1m"] = "claude-sonnet-4-6-1m" }
      for from, to in pairs(becomes) do assert.equal(to, (by_from[from] or {}).to, from) end
      local listed = {}
      for model in made:all() do listed[model.id] = true end
      for _, rename in ipairs(made:renames()) do
        assert.is_true(listed[rename.to], rename.to)
        assert.is_nil(listed[rename.from], rename.from)
      end
    end)

    it("do not reach rules, whose models have their canonical ids", function ()
      local _, by_id = document { ids = "phoenix", text = [[
        rule "seen" (function (model) if model.id == "claude-4.6-sonnet" then return refuse("seen as " .. model.id) end end)
      ]] }
      has(by_id["claude-sonnet-4-6-1m"].reason, "seen as claude-4.6-sonnet")
    end)

    it("leave the cache file canonical, so that a host may change its spelling between two starts", function ()
      local file = support.folder() .. "/cache"
      snapshot { ids = "phoenix", cache_file = file }
      registry:close()
      has(support.read(file), '"claude-4.6-sonnet"')
      assert.falsy(support.read(file):find("claude-sonnet-4-6-1m", 1, true))
      registry = assert(open { cache_file = file })
      assert.equal("claude-4.6-sonnet", registry:snapshot():find("claude-4.6-sonnet").id)
      registry:close()
      registry = assert(open { ids = "phoenix", cache_file = file })
      assert.equal(1000000, registry:snapshot():find("claude-sonnet-4-6-1m").context_window)
    end)
  end)

  it("are no longer those of variants that a later file removes, which lead to whatever else has them", function ()
    local ACME = 'provider "acme" { protocol = "openai-chat", base_url = "https://acme.test" }\n'
    local large = 'model "large" { provider = "acme", context_window = 100 * K, variants = { ["large-short"] = 50 * K, brief = 20 * K } }\n'
    for _, taken in ipairs { { 'model "small" { provider = "acme", aliases = { "large-short" } }', "small" },
      { 'model "large-short" { provider = "acme" }', "large-short" } } do
      registry = assert(open { builtin = false, config = support.config { ["a.lua"] = ACME .. large },
        definitions = { ["own.lua"] = 'model "large" { variants = { ["large-short"] = none } }\n' .. taken[1] } })
      assert.same({}, found)
      local made = registry:snapshot()
      assert.equal(taken[2], made:known "large-short".id)
      assert.same({ "large", 20000 }, { made:known "brief".canonical_id, made:known "brief".context_window })
      registry:close()
    end
  end)

  it("are not renamed from those of variants that a later file removes", function ()
    local made = snapshot { text = 'model "claude-4.6-sonnet" { variants = { ["claude-4.6-sonnet-200k"] = none } }', ids = "phoenix" }
    for _, rename in ipairs(made:renames()) do assert.not_equal("claude-4.6-sonnet-200k", rename.from) end
  end)

  it("are canonical, with nothing of a set, where a host chooses none", function ()
    local _, by_id, made = document {}
    assert.is_nil(by_id["claude-sonnet-4-6"])
    assert.equal("claude-4.6-sonnet", by_id["claude-4.6-sonnet"].canonical_id)
    assert.same({ 200000, "claude-4.6-sonnet" }, { by_id["claude-4.6-sonnet-200k"].context_window, by_id["claude-4.6-sonnet-200k"].shadowed_by })
    assert.equal("claude-4.6-sonnet-200k", made:find("claude-4.6-sonnet-200k").id)
    local by_from = {}
    for _, rename in ipairs(made:renames()) do by_from[rename.from] = rename end
    local short, long = by_from["claude-sonnet-4-6"], by_from["claude-sonnet-4-6-1m"]
    assert.same({ "claude-4.6-sonnet-200k", 200000, "claude-4.6-sonnet", 1000000 }, { short.to, short.context_window, long.to, long.context_window })
  end)

  describe("of a host's own", function ()
    it("come as a table of the option, as a name or with a window", function ()
      local _, by_id = document { ids = { sonnet = "claude-4.6-sonnet", ["sonnet-small"] = { model = "claude-4.6-sonnet", context_window = 100000 } } }
      assert.same({ 1000000, 100000, "claude-4.6-sonnet" }, { by_id.sonnet.context_window, by_id["sonnet-small"].context_window, by_id.sonnet.canonical_id })
      assert.is_nil(by_id["claude-4.6-sonnet"])
      assert.has_error(function () open { ids = { sonnet = 5 } } end, "options: 'ids' must be a name, or a table of ids by spelling; here is a number")
      assert.has_error(function () open { ids = { "claude-4.6-sonnet" } } end, "options: 'ids' has an entry without a spelling: each is written [\"SPELLING\"] = \"id of a model\"")
      assert.has_error(function () open { ids = { sonnet = { model = "x", context_window = "5" } } } end, "options: 'ids.sonnet.context_window' must be a whole number")
    end)

    it("come from a block of definitions, whose entries a later directory amends and `none` takes out", function ()
      local _, by_id = document { ids = "phoenix", text = [[
        ids "phoenix" { ["sonnet"] = { model = "claude-4.6-sonnet", context_window = 150 * K }, ["claude-sonnet-4-6"] = none }
      ]] }
      assert.equal(150000, by_id.sonnet.context_window)
      assert.is_nil(by_id["claude-sonnet-4-6"])
      assert.truthy(by_id["claude-sonnet-4-6-1m"])
    end)

    it("come from JSON too", function ()
      local folder = support.config { ["ids.json"] = '{"ids": {"mine": {"sonnet": "claude-4.6-sonnet", "s2": {"model": "claude-4.6-sonnet", "context_window": 9000}}}}' }
      local _, by_id = document { ids = "mine", config = folder }
      assert.same({ 1000000, 9000 }, { by_id.sonnet.context_window, by_id.s2.context_window })
    end)

    it("are given to models that only a listing has, refresh after refresh, and after a restart from the cache file", function ()
      local options = { ids = { surprise = { model = "claude-9-surprise", context_window = 100 * 1000 }, other = "anthropic/claude-9-surprise", mine = "claude-4.6-sonnet" },
        definitions = { ["own.lua"] = ('provider "anthropic" { base_url = "%s", discover = true }'):format(mocks.url "anthropic") },
        cache_file = support.folder() .. "/cache.json" }
      for turn = 1, 3 do
        registry = assert(open(options))
        if turn < 3 then assert(registry:refresh()); assert(registry:refresh()) end
        local made = registry:snapshot()
        local by_id = index(cjson.decode(made:json()))
        assert.same({ "ready", 100000, "claude-9-surprise", true }, { by_id.surprise.state, by_id.surprise.context_window, by_id.surprise.canonical_id, by_id.surprise.discovered })
        assert.same({ "ready", "ready" }, { by_id.other.state, by_id.mine.state })
        assert.is_nil(by_id["claude-9-surprise"])
        assert.same({ "surprise", "other" }, { made:resolve("surprise").id, made:resolve("anthropic/claude-9-surprise").id })
        registry:close()
        registry = nil
      end
    end)

    it("narrow what else is counted in tokens, and say where the window comes from", function ()
      local made = snapshot { ids = "mine", text = '\nids "mine" { g = { model = "gpt-5.4", context_window = 100 * K } }' }
      local model = made:find "g"
      assert.same({ 100000, 100000, 100000 }, { model.context_window, model.max_input_tokens, model.max_output_tokens })
      assert.equal("own.lua:2", model.origins.context_window)
      has(model.origins.max_output_tokens, "older_models.lua:")
    end)
  end)

  describe("that cannot be meant", function ()
    it("are refused at the opening with the nearest name", function ()
      local wrong = refused { ids = "phenix" }
      assert.equal("invalid", wrong.code)
      has(wrong.message, "no `ids` block has the name 'phenix' (did you mean 'phoenix'?)")
      has(wrong.hint, "ids \"NAME\"")
    end)

    local MISTAKES = {
      { "another model's id", '["claude-4.5-opus"] = "claude-4.6-sonnet"',
        "'claude-4.5-opus' names model 'claude-4.6-sonnet', but already leads to model 'claude-4.5-opus' (older_models.lua:" },
      { "another model's alias", '["claude-opus-4-5"] = "claude-4.6-sonnet"', "but already leads to model 'claude-4.5-opus'" },
      { "an unknown model", 'x = "claude-4.6-sonet"', "'x' names unknown model 'claude-4.6-sonet' (did you mean 'claude-4.6-sonnet'?)" },
      { "no model", "x = {}", "'x' names no model: write { model = \"ID\", ... }" },
      { "a number", "x = 5", "'x' must be the id of a model, or { model = \"ID\", context_window = 200 * K }" },
      { "an unknown key", 'x = { model = "gpt-5.4", window = 5 }', "unknown key 'x.window'" },
      { "a bad window", 'x = { model = "gpt-5.4", context_window = "5" }', "'x.context_window' must be a whole number" },
      { "a list", '"gpt-5.4"', "each entry is written [\"SPELLING\"] = \"id of a model\"" },
    }
    for _, case in ipairs(MISTAKES) do
      it("are a finding with its line: " .. case[1], function ()
        local wrong = refused { ids = "mine", text = "\n\nids \"mine\" { " .. case[2] .. " }" }
        assert.equal("definitions", wrong.code)
        has(found[1], "own.lua:3: ids 'mine': ")
        has(found[1], case[3])
      end)
    end

    it("are amended one by one, by each block in turn", function ()
      local function ids(from, to, model) return ('local t = {} for i = %d, %d do t["x" .. i] = %s end ids "mine" (t)'):format(from, to, model) end
      registry = assert(open { ids = "mine", config = support.config { ["a.lua"] = ids(1, 300, '"gpt-5.4"') },
        definitions = { ["b.lua"] = ids(200, 400, '"gpt-5.4-mini"') } })
      local made = registry:snapshot()
      for id, model in pairs { x1 = "gpt-5.4", x199 = "gpt-5.4", x200 = "gpt-5.4-mini", x300 = "gpt-5.4-mini", x400 = "gpt-5.4-mini" } do
        assert.equal(model, (made:known(id) or {}).canonical_id, id)
      end
    end)

    it("are a finding if a block is given twice in one directory", function ()
      refused { ids = "mine", text = 'ids "mine" { x = "gpt-5.4" }\nids "mine" { y = "gpt-5.4" }' }
      has(found[1], "own.lua:2: ids 'mine' is defined twice in one directory (first at own.lua:1)")
    end)

    it("are given out with the model's tokens, and warned of, where they name more than it has", function ()
      local made = snapshot { ids = "mine", text = 'ids "mine" { x = { model = "claude-4.5-haiku", context_window = 1 * M } }' }
      has(found[1], "ids 'mine': 'x' has 1000000 tokens, more than model 'claude-4.5-haiku' (200000), and is given out with those")
      assert.equal(200000, made:find("x").context_window)
    end)

    it("are given out with the model's tokens if one's own block leaves the model fewer", function ()
      local _, by_id = document { ids = "phoenix", text = 'model "claude-4.6-sonnet" { context_window = 300 * K }' }
      assert.same({ 200000, 300000 }, { by_id["claude-sonnet-4-6"].context_window, by_id["claude-sonnet-4-6-1m"].context_window })
      assert.equal("Claude Sonnet 4.6 (300K context)", by_id["claude-sonnet-4-6-1m"].description)
      has(found[1], "ids 'phoenix': 'claude-sonnet-4-6-1m' has 1000000 tokens, more than model 'claude-4.6-sonnet' (300000)")
    end)

    it("are variants with more tokens than their model, which are given out with the model's", function ()
      local made = snapshot { text = '\nmodel "claude-4.5-haiku" { variants = { ["haiku-large"] = 1 * M, ["haiku-small"] = 100 * K } }' }
      has(found[1], "own.lua:2: model 'claude-4.5-haiku': variant 'haiku-large' has 1000000 tokens, more than the model (200000), and is given out with those")
      assert.same({ 200000, 100000 }, { made:find("haiku-large").context_window, made:find("haiku-small").context_window })
    end)
  end)
end)
