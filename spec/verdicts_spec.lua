-- Every row of docs/VERDICTS.md, over real sockets: what a host answers, and what roster makes of it in each of the four modes, for a
-- model that is new and for one that was ready before.
local support = require "support.roster"
local verdicts = require "support.verdicts"

local PAGE = "docs/VERDICTS.md"

local groups = verdicts.read(PAGE)

local function rows_of(deep)
  local rows = {}
  for _, group in ipairs(groups) do
    if (group.place == "generate") == deep then table.move(group.rows, 1, #group.rows, #rows + 1, rows) end
  end
  return rows
end

--- What the page says of a mode: its cell holds who is to blame, or state, code and blame where they are other ones there.
local function promised(row, mode)
  local words = {}
  for word in row.blame[mode]:gmatch "[%w_]+" do words[#words + 1] = word end
  if #words == 3 then return words[1], words[2], words[3] end
  if words[1] == "ready" then return "ready", "–" end
  return row.state, row.code, words[1]
end

local function verdict(s, state, code, blame, fate) return ("%s, %s: %s %s %s%s"):format(s.mode, s.known and "known" or "new", state, code, blame, fate) end

local function said(s, entry)
  local function word(value) return type(value) == "string" and value or "–" end
  return verdict(s, entry.state, word(entry.reason_code), word(entry.blame), entry.stale and ", kept" or entry.usable and "" or ", not usable")
end

local function expected(row, s)
  local state, code, blame = promised(row, s.mode)
  if s.known and row.known == "kept" and state ~= "ready" then return verdict(s, "ready", code, blame or "–", ", kept") end
  return verdict(s, state, code, blame or "–", state == "ready" and "" or ", not usable")
end

--- The message of the answer that decided, unless nothing did: then the reason says what was nearest.
local function message(row)
  if row.state == "unproven" or row.state == "ready" or row.code == "not_served_here" then return nil end
  return (row.answers[#row.answers].body or ""):match '"message":"([^"\\]+)'
end

describe("The table of docs/VERDICTS.md #module", function ()
  teardown(support.stop_all)

  it("has at least 240 different rows", function ()
    local seen, count = {}, 0
    for _, group in ipairs(groups) do
      for _, row in ipairs(group.rows) do
        local key = table.concat({ group.place, group.provider, group.served or "", group.open or "", group.models or "", row.written }, "\n")
        assert.is_nil(seen[key], ("%s:%d is the row of line %d again"):format(PAGE, row.line, seen[key] or 0))
        seen[key], count = row.line, count + 1
      end
    end
    assert.is_true(count >= 240, count .. " rows")
  end)

  for _, deep in ipairs { false, true } do
    describe(deep and "with one billed request per model" or "with free requests", function ()
      local rows = rows_of(deep)

      setup(function () verdicts.walk(rows, deep and "generate" or nil) end)

      for _, row in ipairs(rows) do
        it(("line %d: %s, in \"%s\""):format(row.line, row.what, row.group.title), function ()
          local found, promise, reasons = {}, {}, {}
          for i, s in ipairs(row.subjects) do
            local entry = assert(s.after, s.id)
            found[i], promise[i] = said(s, entry), expected(row, s)
            local reason, words = entry.stale_reason or entry.reason or "", message(row)
            if words and reason ~= "" then assert.truthy(reason:lower():find(words:sub(1, 60):lower(), 1, true), ("%s: no '%s' in: %s"):format(s.id, words, reason)) end
            if found[i] ~= promise[i] then reasons[#reasons + 1] = ("%s: %s"):format(s.id, reason) end
            if s.known then assert.equal("ready", s.before.state, s.before.reason) end
            local hint = entry.hint or ""
            if deep then assert.falsy(hint:find("at level generate", 1, true), hint) end
            if s.mode ~= "direct" then assert.falsy(hint:find("base_url of provider", 1, true), ("%s: %s"):format(s.id, hint)) end
          end
          assert.same(promise, found, ("%s:%d\n%s"):format(PAGE, row.line, table.concat(reasons, "\n")))
        end)
      end
    end)
  end
end)
