-- roster migrate on SQLite databases: what often is the only copy of somebody's data is migrated completely or left as it was.
local support = require "support.roster"
local phoenix = require "support.phoenix"

local quoted, capture = support.quoted, support.capture
local sql, database, models, copies = phoenix.sql, phoenix.database, phoenix.models, phoenix.copies
local migrate, apply = phoenix.migrate, phoenix.apply
local EARLY, LATER, OLD, NEW = phoenix.EARLY, phoenix.LATER, phoenix.OLD, phoenix.NEW

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function lacks(text, part) assert.falsy(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

local function others(db) return sql(db, "SELECT id, slug, state, created_at FROM conversations; SELECT * FROM messages; SELECT id, tokens FROM turn_usage;") end

describe("roster migrate", function ()
  teardown(support.stop_all)

  describe("without --apply", function ()
    it("prints for each distinct id its new value and the reason, and changes nothing", function ()
      local db = database()
      local before = support.read(db)
      local result = migrate(db, "--profile", "phoenix")
      assert.same({ 0, "" }, { result.status, result.err })
      assert.truthy(result.out:find "\n +2  claude%-4%-opus +rename to claude%-4%.5%-opus%s+%(older_models%.lua:%d+%)")
      assert.truthy(result.out:find "\n +1  claude%-4%.5%-opus +keep\n")
      assert.truthy(result.out:find "\n +1  NULL +keep\n")
      assert.truthy(result.out:find "\n +1  my%-own +keep: unknown\n")
      assert.truthy(result.out:find "\n +1  Claude%-4%-Opus +keep: unknown %(near: ")
      has(result.out, "turn_usage.model: history: stays as it is, unless --include-history")
      has(result.out, "conversations.state: ids inside JSON stay as they are, unless --include-json")
      has(result.out, "Nothing was changed: 3 rows would be. To do it: add --apply")
      local seen = support.terminal({ "migrate", "--db", db, "--profile", "phoenix" }, 80):gsub("\27%[%d*m", "")
      for line in seen:gmatch "[^\n]+" do assert.is_true(#line <= 80, line) end
      has(seen, "rename to claude-4.5-opus")
      assert.equal(OLD, models(db))
      assert.equal(before, support.read(db))
      assert.equal("", copies(db))
    end)

    it("prints the same report as JSON with --json", function ()
      local document = migrate(database(), "--profile", "phoenix", "--json").json()
      assert.same({ false, 3, 8, 3 }, { document.applied, document.rows, document.columns[1].rows, document.columns[1].renamed })
      local by_id = {}
      for _, found in ipairs(document.columns[1].ids) do by_id[tostring(found.id)] = found end
      assert.same({ "rename", "claude-4.5-opus", 2 }, { by_id["claude-4-opus"].action, by_id["claude-4-opus"].to, by_id["claude-4-opus"].rows })
      has(by_id["claude-4-opus"].why, "models.lua:")
      assert.equal("unknown", by_id["my-own"].action)
      assert.equal("leave", document.columns[2].ids[1].action == "rename" and "rename" or "leave")
    end)

    it("reports where another context window was assumed for an id", function ()
      local config = { ["a.lua"] = [[
        provider "p" { protocol = "openai-chat", base_url = "https://p.test" }
        model "new" { provider = "p", context_window = 400 * K, formerly = { "old" }, former_windows = { old = 128 * K } } ]] }
      local db = support.folder() .. "/w.db"
      sql(db, "CREATE TABLE t (m TEXT); INSERT INTO t VALUES ('old')")
      local result = support.roster({ "migrate", "--no-builtin", "--db", db, "--table", "t", "--column", "m" }, { config = config })
      local flat = result.out:gsub("%s+", " ")
      has(flat, "rename to new (")
      has(flat, "/a.lua:2); its window is 400000 tokens, 128000 were assumed")
    end)

    it("reports every Phoenix id that is kept although its context window has changed", function ()
      local db = support.folder() .. "/w.db"
      sql(db, "CREATE TABLE t (m TEXT); INSERT INTO t VALUES ('gpt-5'), ('claude-opus-4-7'), ('claude-opus-4-7-1m'), ('claude-4-opus')")
      local by_id = {}
      for _, found in ipairs(migrate(db, "--table", "t", "--column", "m", "--json").json().columns[1].ids) do by_id[found.id] = found end
      assert.same({ "keep", 400000, 128000 }, { by_id["gpt-5"].action, by_id["gpt-5"].context_window, by_id["gpt-5"].assumed_context_window })
      assert.same({ 0, 0 }, { by_id["claude-opus-4-7-1m"].assumed_context_window, by_id["claude-4-opus"].assumed_context_window })
      assert.truthy(migrate(db, "--table", "t", "--column", "m").out:find "gpt%-5 +keep; its window is 400000 tokens,%s+128000 were assumed")
    end)
  end)

  describe("with --apply", function ()
    it("changes exactly the reported rows and prints where the copy is and how to undo the change", function ()
      for _, schema in ipairs { EARLY, LATER } do
        local db = database(schema)
        local rest = others(db)
        local result = apply(db)
        assert.same({ 0, "" }, { result.status, result.err })
        assert.equal(NEW, models(db))
        assert.equal(rest, others(db))
        local copy = result.out:match "The copy from before: (%S+)"
        assert.equal(OLD, models(copy))
        assert.equal("ok", sql(copy, "PRAGMA integrity_check"))
        assert.equal("600", io.popen("stat -c %a " .. quoted(copy)):read "l")
        has(result.out, "3 rows were changed.")
        has(result.out, "To undo: roster migrate --db '" .. db .. "' --undo")
        assert.equal("claude-3.5-sonnet|claude-4.0-sonnet|1\nclaude-4-opus|claude-4.5-opus|2",
          sql(db, "SELECT from_id, to_id, row_count FROM _roster_migrations WHERE tool LIKE 'roster %' ORDER BY 1"))
      end
    end)

    it("changes nothing when it is run a second time", function ()
      local db = database()
      apply(db)
      local log, before = sql(db, "SELECT * FROM _roster_migrations"), copies(db)
      local again = apply(db)
      assert.equal(0, again.status)
      has(again.out, "Nothing to change.")
      assert.same({ log, before, NEW }, { sql(db, "SELECT * FROM _roster_migrations"), copies(db), models(db) })
    end)

    it("leaves historical records unchanged unless --include-history is given", function ()
      local db = database()
      apply(db)
      assert.equal("claude-4-opus\ngpt-5.5", sql(db, "SELECT model FROM turn_usage ORDER BY id"))
      apply(db, "--include-history")
      assert.equal("claude-4.5-opus\ngpt-5.5\nclaude-4.5-haiku", sql(db, "SELECT model FROM turn_usage ORDER BY id; SELECT model FROM chain_qa"))
    end)

    it("changes only the ids inside JSON with --include-json, and --undo restores them", function ()
      local texts = {
        { [[ { "model" : "claude-4-opus", "n": 1.0, "n":1e2, "text":"the \"model\": \"claude-4-opus\"" } ]],
          [[ { "model" : "claude-4.5-opus", "n": 1.0, "n":1e2, "text":"the \"model\": \"claude-4-opus\"" } ]] },
        { [[{"a":[{"chatModelId":"claude-3.5-sonnet"},{"model":"claude-4-opus"}],"é":"\u00e9"}]],
          [[{"a":[{"chatModelId":"claude-4.0-sonnet"},{"model":"claude-4.5-opus"}],"é":"\u00e9"}]] },
        { [[{"model":"claude-4-opus-latest","title":"claude-4-opus","model":null,"list_of_models":["claude-4-opus"]}]] },
        { [[{"model":"claude-4-opus"]] }, { [["claude-4-opus"]] }, { [[model: claude-4-opus]] }, { "" }, { [[{"model":{"model":7}}]] }, { [[{"model":"gpt-5.5","model"]] },
      }
      local db = database()
      sql(db, "DELETE FROM messages")
      for i, text in ipairs(texts) do
        local rows = "INSERT INTO messages VALUES (%d, 'a', '%s'); INSERT INTO messages VALUES (%d, 'a', CAST('%s' AS BLOB));"
        sql(db, "UPDATE conversations SET state = '{}' WHERE id = 'a';" .. rows:format(i, text[1], 100 + i, text[1]))
      end
      local function contents(now)
        for i, text in ipairs(texts) do
          assert.equal(text[now] or text[1], sql(db, "SELECT content FROM messages WHERE id = " .. i))
          assert.equal("blob|" .. text[1], sql(db, "SELECT typeof(content), content FROM messages WHERE id = " .. 100 + i))
        end
      end
      local seen = migrate(db, "--profile", "phoenix", "--include-json")
      has(seen.out, "Nothing was changed: 5 rows would be.")
      assert.truthy(seen.out:find "messages%.content\n +2  claude%-4%-opus +rename to claude%-4%.5%-opus")
      contents(1)
      local result = apply(db, "--include-json")
      assert.equal(0, result.status, result.err)
      has(result.out, "5 rows were changed.")
      contents(2)
      has(apply(db, "--include-json").out, "Nothing to change.")
      sql(db, [[UPDATE messages SET content = '{"model":"mine"}' WHERE id = 2]])
      assert.equal("4 rows were restored; 1 was changed or replaced since then, kept as is.\n", migrate(db, "--undo").out)
      texts[2] = { [[{"model":"mine"}]] }
      assert.equal("blob", sql(db, "SELECT typeof(content) FROM messages WHERE id = 102"))
      assert.equal(texts[1][1], sql(db, "SELECT content FROM messages WHERE id = 1"))
      assert.equal(texts[2][1], sql(db, "SELECT content FROM messages WHERE id = 2"))
      assert.equal(OLD, models(db))
    end)

    it("leaves all other columns unchanged in every kind of table", function ()
      local shapes = {
        "CREATE TABLE t (m TEXT, r REAL, b BLOB, n, i INTEGER)",
        "CREATE TABLE t (i INTEGER, r REAL, b BLOB, n, m TEXT, PRIMARY KEY (i, m)) WITHOUT ROWID",
        "CREATE TABLE t (i INTEGER PRIMARY KEY, m TEXT COLLATE NOCASE, r REAL, b BLOB, n); CREATE INDEX x ON t (m, n);"
          .. "CREATE INDEX y ON t (n) WHERE m IS NOT NULL",
        "CREATE TABLE t (r REAL, b BLOB, n, i INTEGER, m TEXT, g TEXT AS (lower(m)) STORED, UNIQUE (m, i)) STRICT",
      }
      for _, shape in ipairs(shapes) do
        local db = support.folder() .. "/shape.db"
        sql(db, "PRAGMA journal_mode=wal;" .. shape:gsub(" n,", " n " .. (shape:find "STRICT" and "ANY" or "") .. ","):gsub("n%)", "n)") .. [[;
          WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 600)
          INSERT INTO t (m, r, b, n, i) SELECT
            CASE i % 5 WHEN 0 THEN 'claude-4-opus' WHEN 1 THEN 'claude-3.5-sonnet' WHEN 2 THEN 'mine' WHEN 3 THEN 'claude-4.5-opus' ELSE 'x' || i END,
            i / 7.0, randomblob(i % 900),
            CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN i WHEN 2 THEN 'text' || char(39, 0) || i ELSE x'00ff' END, i FROM k;]])
        local others_of = "SELECT group_concat(q, char(10)) FROM (SELECT quote(r) || quote(b) || quote(n) || quote(i) q FROM t ORDER BY i)"
        local ids_of = "SELECT group_concat(m, ' ') FROM (SELECT m FROM t ORDER BY i)"
        local rest, ids = sql(db, others_of), sql(db, ids_of)
        assert.truthy(#rest > 10000, rest)
        assert.equal(0, migrate(db, "--table", "t", "--column", "m", "--apply").status)
        assert.equal(rest, sql(db, others_of))
        local becomes = { ["claude-4-opus"] = "claude-4.5-opus", ["claude-3.5-sonnet"] = "claude-4.0-sonnet" }
        assert.is_true(ids:gsub("%S+", becomes) == sql(db, ids_of))
        assert.equal("240 rows were restored.\n", migrate(db, "--undo").out)
        assert.same({ rest, ids }, { sql(db, others_of), sql(db, ids_of) })
      end
    end)

    it("compares ids byte for byte whatever the column's collation, and changes only text values", function ()
      local db = support.folder() .. "/odd.db"
      sql(db, [[CREATE TABLE "od'd ""t" (k INTEGER PRIMARY KEY, "co'l ""c" COLLATE NOCASE);
        INSERT INTO "od'd ""t" VALUES (1, 'claude-4-opus'), (2, 'CLAUDE-4-OPUS'), (3, x'636c617564652d342d6f707573'), (4, NULL), (5, 7), (6, ' claude-4-opus'),
          (7, 'claude-4-opus' || char(0) || 'x'), (8, 'it''s "quoted"'), (9, replace(hex(zeroblob(500000)), '0', 'm'));]])
      local before = sql(db, [[SELECT k, typeof("co'l ""c"), hex("co'l ""c") FROM "od'd ""t" WHERE k > 1]])
      local words = { "--table", 'od\'d "t', "--column", 'co\'l "c' }
      local seen = migrate(db, table.unpack(words))
      assert.equal(0, seen.status, seen.err)
      has(seen.out, "... (1000000 bytes)")
      local result = migrate(db, "--apply", table.unpack(words))
      assert.equal(0, result.status, result.err)
      assert.equal("claude-4.5-opus", sql(db, [[SELECT "co'l ""c" FROM "od'd ""t" WHERE k = 1]]))
      assert.equal(before, sql(db, [[SELECT k, typeof("co'l ""c"), hex("co'l ""c") FROM "od'd ""t" WHERE k > 1]]))
      assert.equal(0, migrate(db, "--undo").status)
      assert.equal("claude-4-opus", sql(db, [[SELECT "co'l ""c" FROM "od'd ""t" WHERE k = 1]]))
    end)
  end)

  describe("with --undo", function ()
    it("restores the rows that it changed and that nobody has changed since", function ()
      local db = database()
      apply(db)
      sql(db, "UPDATE conversations SET model = 'gpt-5.5' WHERE id = 'a'; INSERT INTO conversations (id, model) VALUES ('i', 'claude-4.5-opus'); VACUUM;")
      local result = migrate(db, "--undo")
      assert.equal(0, result.status, result.err)
      assert.equal("2 rows were restored; 1 was changed or replaced since then, kept as is.\n1 row was added since, and stays as it is.\n", result.out)
      assert.equal((OLD:gsub("a=claude%-4%-opus ", "a=gpt-5.5 ")) .. " i=claude-4.5-opus", models(db))
      local again = migrate(db, "--undo")
      assert.equal(2, again.status)
      has(again.err, "no migration to undo")
    end)

    it("fails with an error that names the copy when the copy is missing", function ()
      local db = database()
      local copy = apply(db).out:match "The copy from before: (%S+)"
      os.rename(copy, copy .. ".away")
      local result = migrate(db, "--undo")
      assert.equal(1, result.status)
      has(result.err, "the copy from before the migration is missing: " .. copy)
      assert.equal(NEW, models(db))
      os.rename(copy .. ".away", copy)
      assert.equal(0, migrate(db, "--undo").status)
      assert.equal(OLD, models(db))
    end)
  end)

  describe("--sql", function ()
    it("prints a script that makes the same changes in the sqlite3 shell and can be run twice", function ()
      local text = support.roster({ "migrate", "--sql", "--profile", "phoenix" }, { config = phoenix.empty() }).out
      local db = database()
      for _ = 1, 2 do
        assert.equal("", sql(db, text))
        assert.equal(NEW, models(db))
      end
      lacks(text, "\n.")
    end)

    it("prints exactly scripts/migrate_model_ids.sql for the shipped models", function ()
      assert.equal(support.roster({ "migrate", "--sql", "--profile", "phoenix" }, { config = phoenix.empty() }).out, support.read "scripts/migrate_model_ids.sql")
    end)

    it("prints valid SQL even when the path of the definitions contains a line break", function ()
      local folder = support.folder() .. "/two\nlines"
      assert.is_true(os.execute("mkdir " .. quoted(folder)))
      support.write(folder .. "/models.lua", 'model "gpt-5.5" { formerly = { "ours" } }')
      local db = database()
      sql(db, "INSERT INTO conversations (id, slug, model) VALUES ('z', 'sz', 'ours')")
      local result = support.roster({ "migrate", "--sql", "--profile", "phoenix" }, { config = folder })
      assert.same({ 0, "" }, { result.status, result.err })
      has(result.out, "'ours'")
      assert.equal("", sql(db, result.out))
      assert.equal("gpt-5.5", sql(db, "SELECT model FROM conversations WHERE id = 'z'"))
    end)
  end)

  describe("reports an error and changes nothing", function ()
    local function refused(status, part, db, ...)
      local result = migrate(db, ...)
      assert.equal(status, result.status, result.err)
      has(result.err, part)
      return result
    end

    it("when the table or the column does not exist", function ()
      local db = database()
      refused(2, "unknown table 'nothing'", db, "--table", "nothing", "--column", "model")
      refused(2, "table 'messages' has no column 'model'", db, "--table", "messages", "--column", "model", "--apply")
      refused(2, "unknown table 'conversations'", (function ()
        local other = support.folder() .. "/o.db"
        sql(other, "CREATE TABLE t (x)")
        return other
      end)(), "--profile", "phoenix", "--apply")
    end)

    it("when the column is a generated one", function ()
      local db = support.folder() .. "/g.db"
      sql(db, "CREATE TABLE t (m TEXT, low TEXT AS (lower(m)) STORED); INSERT INTO t (m) VALUES ('claude-4-opus')")
      refused(2, "column 'low' of table 't' is generated", db, "--table", "t", "--column", "low", "--apply")
      assert.equal(0, migrate(db, "--table", "t", "--column", "m", "--apply").status)
      assert.equal("claude-4.5-opus|claude-4.5-opus", sql(db, "SELECT * FROM t"))
    end)

    it("when the file is not a database, does not exist, or is a directory", function ()
      local folder = support.folder()
      refused(2, "not an SQLite database, or encrypted", support.write(folder .. "/text.db", ("no database "):rep(100)), "--profile", "phoenix", "--apply")
      refused(1, "the database cannot be opened", folder .. "/absent.db", "--profile", "phoenix", "--apply")
      refused(2, "not a regular file", folder, "--profile", "phoenix")
      assert.is_nil(support.read(folder .. "/absent.db"))
    end)

    it("when the file or its directory is read-only", function ()
      local db = database()
      sql(db, "PRAGMA journal_mode=delete")
      local folder = db:match "^(.*)/"
      -- Root may write everywhere, unless it gives that up.
      local function held_to_modes()
        local root = capture "id -u" == "0\n"
        local drop = root and "setpriv --inh-caps=-dac_override,-dac_read_search --bounding-set=-dac_override,-dac_read_search " or ""
        local out = capture(drop .. phoenix.line(db, { "--profile", "phoenix", "--apply" }) .. " 2>&1; echo status $?")
        return out
      end
      os.execute("chmod 444 " .. quoted(db))
      local out = held_to_modes()
      has(out, "the database is read-only")
      has(out, "run this as the user that owns the file")
      has(out, "status 1")
      os.execute(("chmod 644 %s && chmod 555 %s"):format(quoted(db), quoted(folder)))
      out = held_to_modes()
      os.execute("chmod 755 " .. quoted(folder))
      has(out, "status 1")
      has(out, "the copy is written next to the database: check the permissions")
      assert.same({ OLD, "" }, { models(db), copies(db) })
    end)

    it("when the file format is newer than this SQLite", function ()
      for _, at in ipairs { 18, 19 } do
        local db = database()
        sql(db, "PRAGMA journal_mode=delete")
        local bytes = support.read(db)
        support.write(db, bytes:sub(1, at) .. "\9" .. bytes:sub(at + 2))
        local result = apply(db)
        assert.equal(at == 18 and 1 or 2, result.status, result.err)
        has(result.err, at == 18 and "the database is read-only" or "not an SQLite database, or encrypted, or newer than this program")
        support.write(db, bytes)
        assert.same({ OLD, "" }, { models(db), copies(db) })
      end
    end)

    it("when a trigger raises an error", function ()
      local db = database()
      sql(db, "CREATE TRIGGER no BEFORE UPDATE ON conversations WHEN old.id = 'h' BEGIN SELECT raise(ABORT, 'not this one'); END")
      refused(1, "not this one", db, "--profile", "phoenix", "--apply")
      assert.same({ OLD, "" }, { models(db), copies(db) })
    end)

    it("when the change would break a foreign key", function ()
      local db = support.folder() .. "/fk.db"
      sql(db, [[CREATE TABLE ids (id TEXT PRIMARY KEY); CREATE TABLE t (m TEXT REFERENCES ids(id));
        INSERT INTO ids VALUES ('claude-4-opus'); INSERT INTO t VALUES ('claude-4-opus')]])
      refused(2, "row 1 of table 't' would refer to no row of 'ids': nothing was changed", db, "--table", "t", "--column", "m", "--apply")
      assert.equal("claude-4-opus", sql(db, "SELECT m FROM t"))
      assert.equal("", copies(db))
    end)

    it("when there is no room for the copy next to the database", function ()
      local db = database()
      local command = "ulimit -f 8; " .. phoenix.line(db, { "--profile", "phoenix", "--apply" })
      local out = capture("sh -c " .. quoted("trap '' XFSZ; " .. command) .. " 2>&1; echo status $?")
      lacks(out, "status 0")
      assert.same({ OLD, "" }, { models(db), copies(db) })
    end)

    it("when its options are incomplete or exclude each other", function ()
      for _, words in ipairs { { "migrate" }, { "migrate", "--db", "x" }, { "migrate", "--db", "x", "--table", "t" }, { "migrate", "--db", "x", "--profile", "other" },
        { "migrate", "--db", "x", "--profile", "phoenix", "--apply", "--undo" }, { "migrate", "--sql", "--profile", "phoenix", "--include-json" } } do
        assert.equal(2, support.roster(words).status, table.concat(words, " "))
      end
    end)

    it("when a writer outlasts the timeout, but waits for a writer that finishes in time", function ()
      local db = database()
      local let_go = phoenix.hold(db)
      local busy = migrate(db, "--profile", "phoenix", "--apply", "--timeout", "0.2")
      assert.equal(1, busy.status)
      has(busy.err, "the database is busy: nothing was changed")
      assert.same({ OLD, "" }, { models(db), copies(db) })
      let_go()
      phoenix.hold(db, 3)
      local result = apply(db)
      assert.equal(0, result.status, result.err)
      assert.equal(NEW, models(db))
    end)
  end)

  it("shows its progress on a terminal, and only there", function ()
    local db = support.folder() .. "/big.db"
    sql(db, "PRAGMA journal_mode=wal; " .. LATER .. [[
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
      INSERT INTO conversations (id, slug, model, state) SELECT i, 's' || i, 'claude-4-opus', '{"n":' || i || '}' FROM n;]])
    local function line(word) return phoenix.line(db, { "--profile", "phoenix", word }, { TERM = "xterm" }) end
    local function on_terminal(word) return (capture("script -qec " .. quoted(line(word) .. " >/dev/null") .. " /dev/null </dev/null")) end
    local out = on_terminal "--apply"
    assert.truthy(out:find "\r%d+ rows changed, .-, %d+ s\27%[K", out)
    assert.truthy(out:find "copied, " or out:find "checking the copy, ", out)
    assert.truthy(out:find "\r\27%[K$", out)
    assert.equal("", (capture(line "--undo" .. " 2>&1 >/dev/null")))
  end)

  it("waits for another writer whose transactions take 5 s", function ()
    local db = database()
    local folder = quoted(support.folder())
    local writer = "for i in 1 2; do printf \"BEGIN IMMEDIATE; UPDATE conversations SET slug = 'w' || $i WHERE id = 'd';\n.system touch held\n\"; "
      .. "sleep 5; printf 'COMMIT;\n'; sleep 0.3; done"
    os.execute(("cd %s; (%s) | sqlite3 -cmd '.timeout 60000' %s & until [ -e held ]; do sleep 0.02; done"):format(folder, writer, quoted(db)))
    local result = apply(db)
    assert.equal(0, result.status, result.err)
    assert.equal(NEW, models(db))
    support.eventually(function () return sql(db, "SELECT slug FROM conversations WHERE id = 'd'") == "w2" end, "the second transaction")
    assert.same({ "w2", NEW, "ok" }, { sql(db, "SELECT slug FROM conversations WHERE id = 'd'"), models(db), sql(db, "PRAGMA integrity_check") })
  end)

  it("rolls back the hot journal of a killed writer before it begins", function ()
    local db = database()
    sql(db, "PRAGMA journal_mode=delete;")
    -- A writer that dies in the middle of a transaction that has reached the file.
    local text = "PRAGMA cache_size=1; BEGIN; UPDATE conversations SET model = 'torn', state = hex(randomblob(9000)); "
      .. "UPDATE messages SET content = hex(randomblob(90000));\n.system touch here\n"
    local folder = support.folder()
    support.write(folder .. "/text", text)
    os.execute(("cd %s; mkfifo in; sqlite3 %s <in >/dev/null 2>&1 & exec 3>in; cat text >&3; "):format(quoted(folder), quoted(db))
      .. "until [ -e here ]; do sleep 0.02; done; kill -9 $!; wait $! 2>/dev/null")
    assert.truthy(support.read(db .. "-journal"))
    local result = apply(db)
    assert.equal(0, result.status, result.err)
    assert.equal(NEW, models(db))
  end)
end)
