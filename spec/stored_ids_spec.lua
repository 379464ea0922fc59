-- What Phoenix has stored against what roster gives out: the comparisons of its page and the renames of its database, for a host that has
-- its own ids given out, and for one that migrates to roster's. #module
local cjson = require "cjson"
local support = require "support.roster"
local phoenix = require "support.phoenix"
local world = require "support.world"
local roster = require "roster"

local sql, TABLE = phoenix.sql, phoenix.TABLE
local ANTHROPIC, OPENAI = world.keys.anthropic.value, world.keys.openai.value

-- Every id that a Phoenix ever stored, with the windows that it planned with.
local stored, assumed = {}, {}
for line in assert(support.read(support.root .. "/spec/data/phoenix_ids.tsv")):gmatch "[^\n]+" do
  local id, tokens = line:match "^([^\t]+)\t[^\t]+\t(%d+)"
  if id then stored[#stored + 1], assumed[id] = id, math.tointeger(tokens) end
end

-- ---- the comparisons of its page, which are by id and exact ----

local page = {}

local function entry(document, id)
  for _, model in ipairs(document.models) do
    if model.id == id then return model end
  end
end

--- Whether the picker marks the model of a conversation.
function page.marks(document, id) return entry(document, id) ~= nil end

--- The window that the bar of a conversation is measured by.
function page.window(document, id) return (entry(document, id) or { context_window = 200000 }).context_window end

--- Whether the button for the long window is there.
function page.lengthens(document, id) return not id:find "%-1m$" and entry(document, id .. "-1m") ~= nil end

--- What a form preselects for this saved choice.
function page.chooses(document, saved) return entry(document, saved) and saved or document.default end

describe("The ids that a Phoenix has stored #module", function ()
  local mocks
  setup(function ()
    mocks = support.mock_servers { { name = "anthropic", protocol = "anthropic-messages", keys = { ANTHROPIC },
      models = { "claude-opus-4-7", "claude-opus-4-6", "claude-sonnet-4-6", "claude-haiku-4-5-20251001", "claude-opus-4-5-20251101",
        "claude-sonnet-4-5-20250929", "claude-sonnet-4-20250514" } },
      { name = "openai", protocol = "openai", keys = { OPENAI },
        models = { "gpt-5.5", "gpt-5.4", "gpt-5.4-mini", "gpt-5.3-codex", "gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-4o", "gpt-4o-mini" } } }
  end)
  teardown(support.stop_all)

  --- The document that Phoenix's page reads, and the standard one, by id.
  local function served(ids)
    local registry = assert(roster.open { ids = ids, document = "phoenix", mock = true, config = "",
      environment = { PATH = os.getenv "PATH", ANTHROPIC_API_KEY = ANTHROPIC, OPENAI_API_KEY = OPENAI },
      definitions = { ["moved.lua"] = ('provider "anthropic" { base_url = "%s" } provider "openai" { base_url = "%s" }'):format(
        mocks.url "anthropic", mocks.url "openai") } })
    assert(registry:refresh())
    local snapshot = registry:snapshot()
    local document, known = cjson.decode(snapshot:json()), {}
    for model in snapshot:all() do known[model.id] = cjson.decode(snapshot:explain(model.id)) end
    registry:close()
    return document, known
  end

  --- What has become of each conversation, by the id that it had; and what the command said of it.
  local function migrated(...)
    local db = phoenix.present(stored)
    local report = phoenix.migrate(db, "--profile", "phoenix", "--json", ...).json()
    local result = phoenix.migrate(db, "--profile", "phoenix", "--apply", ...)
    assert.equal(0, result.status, result.err)
    local now, said = {}, {}
    for line in sql(db, "SELECT id || '=' || model FROM conversations"):gmatch "[^\n]+" do
      local was, is = line:match "^(.-)=(.*)$"
      now[was] = is
    end
    for _, found in ipairs(report.columns[1].ids) do said[found.id] = found end
    return now, said, report
  end

  describe("without any migration, under ids = \"phoenix\"", function ()
    local document
    setup(function () document = served "phoenix" end)

    for _, row in ipairs(TABLE) do
      local id, tokens = row[1], row[2]
      it("keep the picker's mark and the window of " .. id, function ()
        assert.is_true(page.marks(document, id))
        assert.equal(tokens, page.window(document, id))
        assert.equal(id, page.chooses(document, id))
      end)
    end

    it("have the button for the long window exactly where Phoenix has it", function ()
      local long = {}
      for _, row in ipairs(TABLE) do long[#long + 1] = page.lengthens(document, row[1]) and row[1] or nil end
      assert.same({ "claude-opus-4-7", "claude-opus-4-6", "claude-sonnet-4-6" }, long)
    end)

    it("preselect the default instead of a choice that is gone", function ()
      assert.equal(document.default, page.chooses(document, "claude-3-5-sonnet"))
      assert.is_true(page.marks(document, document.default))
    end)
  end)

  describe("after roster migrate --profile phoenix --ids phoenix", function ()
    it("are marked each, with the window that was planned, and those of Phoenix's table stay", function ()
      local document, known = served "phoenix"
      local now, said, report = migrated("--ids", "phoenix")
      assert.equal("phoenix", report.ids)
      for _, row in ipairs(TABLE) do assert.equal("keep", said[row[1]].action, row[1]) end
      for was, is in pairs(now) do
        if known[is] and known[is].state == "ready" then
          assert.is_true(page.marks(document, is), was)
          if was:find "^claude" then assert.equal(assumed[was], page.window(document, is), was) end
        end
        if said[was].action == "keep" then assert.truthy(known[is], was) end
      end
      assert.same({ "claude-opus-4-5", "claude-haiku-4-5", "claude-opus-4-5" }, { now["claude-4-opus"], now["claude-3.5-haiku"], now["claude-4.5-opus"] })
    end)
  end)

  describe("after roster migrate --profile phoenix", function ()
    local document, known, now, said, report
    setup(function ()
      document, known = served()
      now, said, report = migrated()
    end)

    it("are each the id of an offered model, or retired, and nothing else is reported as \"keep\"", function ()
      assert.equal(cjson.null, report.ids)
      local kept = 0
      for _, id in ipairs(stored) do
        local action = said[id].action
        assert.truthy(action == "retired" or known[now[id]], id)
        assert.equal(action == "rename", now[id] ~= id, id)
        kept = kept + (action == "keep" and 1 or 0)
      end
      assert.is_true(kept > 10)
    end)

    it("keep the picker's mark, and the window that was planned or that the document has under former_windows", function ()
      local seen = 0
      for _, id in ipairs(stored) do
        local model = known[now[id]]
        if model and model.state == "ready" then
          seen = seen + 1
          assert.is_true(page.marks(document, now[id]), id)
          local planned = page.window(document, now[id]) == assumed[id] or (now[id] == id and model.former_windows[id] == assumed[id])
          assert.is_true(planned, ("%s: %d"):format(id, page.window(document, now[id])))
        end
      end
      assert.is_true(seen > 20)
    end)

    it("distinguish the long window from the short one by the id", function ()
      assert.same({ "claude-4.6-sonnet-200k", 200000 }, { now["claude-sonnet-4-6"], page.window(document, now["claude-sonnet-4-6"]) })
      assert.same({ "claude-4.6-sonnet", 1000000 }, { now["claude-sonnet-4-6-1m"], page.window(document, now["claude-sonnet-4-6-1m"]) })
      assert.is_false(page.lengthens(document, now["claude-sonnet-4-6"]))
    end)
  end)

  it("are shown with --profile phoenix which ids they become, and how to get Phoenix's own", function ()
    local db = phoenix.present { "claude-sonnet-4-6" }
    local out = phoenix.migrate(db, "--profile", "phoenix").out
    assert.truthy(out:find "claude%-sonnet%-4%-6 +rename to claude%-4%.6%-sonnet%-200k")
    assert.truthy(out:find('The ids are roster\'s own. For a host with ids = "phoenix": --spelling phoenix\n', 1, true), out)
    out = phoenix.migrate(db, "--profile", "phoenix", "--ids", "phoenix").out
    assert.truthy(out:find 'claude%-sonnet%-4%-6 +keep\n.*The ids are those of ids = "phoenix"%.\n.*Nothing to change%.', out)
    assert.equal(2, phoenix.migrate(db, "--profile", "phoenix", "--ids", "phenix").status)
  end)

  it("are renamed inside JSON too with --include-json, each like its column", function ()
    local db = phoenix.present { "claude-opus-4-6" }
    sql(db, [[UPDATE conversations SET state = '{"type":"tool_executing","input":{"tasks":[{"task":"look","model":"claude-opus-4-6"}]}}']])
    assert.equal(0, phoenix.migrate(db, "--profile", "phoenix", "--include-json", "--apply").status)
    assert.truthy(sql(db, "SELECT state FROM conversations"):find('"model":"claude-4.6-opus-200k"', 1, true))
  end)

  it("become current where an alias was typed in, which no list has", function ()
    local db = phoenix.present { "claude-opus-4.7", "claude-haiku-4-5-20251001" }
    assert.equal(0, phoenix.migrate(db, "--profile", "phoenix", "--apply").status)
    assert.equal("claude-4.5-haiku\nclaude-4.7-opus", sql(db, "SELECT model FROM conversations ORDER BY model"))
    assert.truthy(phoenix.migrate(db, "--undo").out:find("2 rows were restored", 1, true))
  end)
end)
