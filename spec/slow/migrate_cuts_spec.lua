-- roster migrate under kills: wherever it is interrupted, a database is changed completely or not at all.
local support = require "support.roster"
local phoenix = require "support.phoenix"

local quoted = support.quoted
local sql, database, models, copies, apply = phoenix.sql, phoenix.database, phoenix.models, phoenix.copies, phoenix.apply
local OLD, NEW = phoenix.OLD, phoenix.NEW

describe("roster migrate", function ()
  teardown(support.stop_all)

  describe("changes a database completely or not at all #preload", function ()
    local shim
    setup(function ()
      shim = support.folder() .. "/exit_at.so"
      assert(os.execute("cc -shared -fPIC -O1 -o " .. quoted(shim) .. " spec/support/exit_at.c -ldl"))
    end)

    local function run_until(db, n, ...)
      local folder = support.folder()
      local env = { LD_PRELOAD = shim, [n and "EXIT_AT" or "EXIT_COUNT"] = n or folder .. "/count" }
      local _, _, status = os.execute(phoenix.line(db, { ... }, env) .. " >/dev/null 2>&1")
      return status, tonumber(support.read(folder .. "/count") or "0")
    end

    local function check_all_or_nothing(db, at)
      local now = models(db)
      assert.truthy(now == OLD or now == NEW, at .. ": " .. now)
      assert.equal("ok", sql(db, "PRAGMA integrity_check"))
      if now == NEW then assert.equal("3", sql(db, "SELECT sum(row_count) FROM _roster_migrations WHERE undone_at IS NULL")) end
      for copy in copies(db):gmatch "[^\n]+" do
        if not copy:find "%.part" then assert.same({ OLD, "ok" }, { models(copy), sql(copy, "PRAGMA integrity_check") }) end
      end
      return now
    end

    for _, mode in ipairs { "wal", "delete" } do
      it("when it is killed between any two writes, syncs or renames in journal mode " .. mode, function ()
        local template = database()
        sql(template, "PRAGMA journal_mode=" .. mode)
        assert.not_equal(0, (run_until(support.folder() .. "/x", nil, "--profile", "phoenix", "--apply")))
        local seen = {}
        local function fresh()
          local db = support.folder() .. "/cut.db"
          os.execute(support.line { "cp", template, db })
          sql(db, "PRAGMA journal_mode=" .. mode)
          return db
        end
        local status, count = run_until(fresh(), nil, "--profile", "phoenix", "--apply")
        assert.equal(0, status)
        assert.is_true(count > 10)
        for n = 1, count do
          local db = fresh()
          assert.equal(137, (run_until(db, n, "--profile", "phoenix", "--apply")), n)
          seen[check_all_or_nothing(db, n)] = true
          local again = apply(db)
          assert.equal(0, again.status, again.err)
          assert.equal(NEW, models(db))
        end
        assert.is_true(seen[OLD])
      end)
    end

    it("when any write or sync fails, once or from there on, and leaves no unfinished copy", function ()
      local fail = support.folder() .. "/fail_at.so"
      assert(os.execute("cc -shared -fPIC -O1 -o " .. quoted(fail) .. " spec/support/fail_at.c -ldl -lpthread"))
      local template = database()
      local db = support.folder() .. "/failing.db"
      local function apply_with(env)
        os.execute(("rm -f %s*; cp %s %s"):format(quoted(db), quoted(template), quoted(db)))
        env.LD_PRELOAD = fail
        local _, _, status = os.execute(phoenix.line(db, { "--profile", "phoenix", "--apply" }, env) .. " >/dev/null 2>&1")
        return status
      end
      for _, mode in ipairs { "wal", "delete" } do
        sql(template, "PRAGMA journal_mode=" .. mode)
        for _, class in ipairs { "write", "fsync" } do
          local count = support.folder() .. "/count"
          assert.equal(0, apply_with { FAIL_CLASS = class, FAIL_COUNT = count })
          local calls = tonumber(support.read(count))
          assert.is_true(calls > 2, calls)
          for at = 1, calls do
            for _, long in ipairs { "1", "ever" } do
              local status = apply_with { FAIL_CLASS = class, FAIL_AT = at, FAIL_FOR = long }
              local where = ("%s %s %d %s: %s"):format(mode, class, at, long, status)
              local now = check_all_or_nothing(db, where)
              assert.is_true(status ~= 0 or now == NEW, where)
              assert.falsy(copies(db):find "%.part" or (now == OLD and copies(db) ~= ""), where)
            end
          end
        end
      end
    end)

    it("when it is killed at random moments", function ()
      local template = support.folder() .. "/big.db"
      sql(template, "PRAGMA journal_mode=wal;" .. phoenix.LATER .. phoenix.ROWS .. [[
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        INSERT INTO messages (conversation_id, content) SELECT 'a', hex(randomblob(40)) FROM n; PRAGMA wal_checkpoint(truncate);]])
      math.randomseed(7)
      local killed = 0
      for i = 1, 200 do
        local db = support.folder() .. "/killed.db"
        os.execute(support.line { "cp", template, db })
        local wait = 0.002 + math.random() * 0.05
        local line = phoenix.line(db, { "--profile", "phoenix", "--apply" })
        local _, how, status = os.execute(("timeout -s KILL %.4f %s >/dev/null 2>&1"):format(wait, line))
        if how == "signal" or status == 137 then killed = killed + 1 end
        check_all_or_nothing(db, i)
      end
      assert.is_true(killed > 50, killed)
    end)

    it("when --undo is killed between any two writes, syncs or renames", function ()
      local template = database()
      apply(template)
      local function fresh()
        local db = support.folder() .. "/undo.db"
        os.execute(support.line { "cp", template, db })
        return db
      end
      local _, count = run_until(fresh(), nil, "--undo")
      for n = 1, count do
        local db = fresh()
        run_until(db, n, "--undo")
        local now = models(db)
        assert.truthy(now == OLD or now == NEW, n .. ": " .. now)
        assert.equal("ok", sql(db, "PRAGMA integrity_check"))
      end
    end)
  end)
end)
