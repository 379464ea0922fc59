-- migrate: the only copy of somebody's data, brought up to date or left alone, never half.
local support = require "support.roster"

local quoted = support.quoted

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function lacks(text, part) assert.falsy(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

local function sql(db, text)
  local folder = support.folder()
  support.write(folder .. "/in", text)
  os.execute(("sqlite3 -cmd '.timeout 10000' %s <%s/in >%s/out 2>&1"):format(quoted(db), folder, folder))
  return (support.read(folder .. "/out"):gsub("\n$", ""))
end

local EARLY = [[
CREATE TABLE conversations (id TEXT PRIMARY KEY, slug TEXT UNIQUE, model TEXT, state TEXT NOT NULL DEFAULT '{}', created_at TEXT NOT NULL DEFAULT 'then');
CREATE TABLE messages (id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations(id), content TEXT NOT NULL);
]]
local LATER = EARLY .. [[
CREATE TABLE turn_usage (id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL, model TEXT NOT NULL, tokens INTEGER);
CREATE TABLE chain_qa (id INTEGER PRIMARY KEY, model TEXT NOT NULL, answer TEXT);
INSERT INTO turn_usage VALUES (1, 'a', 'claude-4-opus', 10), (2, 'b', 'gpt-5.5', 20);
INSERT INTO chain_qa VALUES (1, 'claude-3.5-haiku', 'yes');
]]
local ROWS = [[
INSERT INTO conversations (id, slug, model, state) VALUES ('a', 'sa', 'claude-4-opus', '{"model":"claude-4-opus"}'), ('b', 'sb', 'claude-4.5-opus', '{}'),
  ('c', 'sc', NULL, '{}'), ('d', 'sd', 'my-own', '{}'), ('e', 'se', 'Claude-4-Opus', '{}'), ('f', 'sf', 'claude-4-opus-latest', '{}'),
  ('g', 'sg', 'claude-3.5-sonnet', '{}'), ('h', 'sh', 'claude-4-opus', '{}');
INSERT INTO messages VALUES (1, 'a', 'the model "claude-4-opus" said hello');
]]

local function database(schema, name)
  local db = support.folder() .. "/" .. (name or "phoenix.db")
  sql(db, "PRAGMA journal_mode=wal;" .. (schema or LATER) .. ROWS)
  return db
end

local empty = support.folder()
local function migrate(db, ...) return support.roster({ "migrate", "--db", db, ... }, { config = empty }) end
local function apply(db, ...) return migrate(db, "--profile", "phoenix", "--apply", ...) end
local function models(db) return sql(db, "SELECT group_concat(id || '=' || coalesce(model, 'NULL'), ' ') FROM (SELECT * FROM conversations ORDER BY id)") end
local function others(db) return sql(db, "SELECT id, slug, state, created_at FROM conversations; SELECT * FROM messages; SELECT id, tokens FROM turn_usage;") end

local OLD = "a=claude-4-opus b=claude-4.5-opus c=NULL d=my-own e=Claude-4-Opus f=claude-4-opus-latest g=claude-3.5-sonnet h=claude-4-opus"
local NEW = "a=claude-4.5-opus b=claude-4.5-opus c=NULL d=my-own e=Claude-4-Opus f=claude-4-opus-latest g=claude-4.0-sonnet h=claude-4.5-opus"

local function copies(db) return io.popen("ls " .. quoted(db) .. ".before-migration-* 2>/dev/null"):read "a" end

describe("roster migrate", function ()
  teardown(support.stop_all)

  describe("without --apply", function ()
    it("says of each distinct id what would become of it, and why, and changes nothing", function ()
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
      for line in result.out:gmatch "[^\n]+" do assert.is_true(#line <= 80, line) end
      assert.equal(OLD, models(db))
      assert.equal(before, support.read(db))
      assert.equal("", copies(db))
    end)

    it("says the same as JSON", function ()
      local document = migrate(database(), "--profile", "phoenix", "--json").json()
      assert.same({ false, 3, 8, 3 }, { document.applied, document.rows, document.columns[1].rows, document.columns[1].renamed })
      local by_id = {}
      for _, found in ipairs(document.columns[1].ids) do by_id[tostring(found.id)] = found end
      assert.same({ "rename", "claude-4.5-opus", 2 }, { by_id["claude-4-opus"].action, by_id["claude-4-opus"].to, by_id["claude-4-opus"].rows })
      has(by_id["claude-4-opus"].why, "models.lua:")
      assert.equal("unknown", by_id["my-own"].action)
      assert.equal("leave", document.columns[2].ids[1].action == "rename" and "rename" or "leave")
    end)

    it("says where a window was assumed to be another", function ()
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

    it("says the same of every id of Phoenix whose window is another now, also where the id stays", function ()
      local db = support.folder() .. "/w.db"
      sql(db, "CREATE TABLE t (m TEXT); INSERT INTO t VALUES ('gpt-5'), ('claude-opus-4-7'), ('claude-opus-4-7-1m'), ('claude-4-opus')")
      local by_id = {}
      for _, found in ipairs(migrate(db, "--table", "t", "--column", "m", "--json").json().columns[1].ids) do by_id[found.id] = found end
      assert.same({ "keep", 400000, 128000 }, { by_id["gpt-5"].action, by_id["gpt-5"].context_window, by_id["gpt-5"].assumed_context_window })
      local alias = by_id["claude-opus-4-7"]
      assert.same({ "keep", 1000000, 200000 }, { alias.action, alias.context_window, alias.assumed_context_window })
      assert.same({ 0, 0 }, { by_id["claude-opus-4-7-1m"].assumed_context_window, by_id["claude-4-opus"].assumed_context_window })
      assert.truthy(migrate(db, "--table", "t", "--column", "m").out:find "gpt%-5 +keep; its window is 400000 tokens,%s+128000 were assumed")
    end)
  end)

  describe("with --apply", function ()
    it("changes exactly those rows, and says where the copy is and how to undo it", function ()
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

    it("does nothing the second time", function ()
      local db = database()
      apply(db)
      local log, before = sql(db, "SELECT * FROM _roster_migrations"), copies(db)
      local again = apply(db)
      assert.equal(0, again.status)
      has(again.out, "Nothing is to be changed.")
      assert.same({ log, before, NEW }, { sql(db, "SELECT * FROM _roster_migrations"), copies(db), models(db) })
    end)

    it("leaves history alone unless it is asked for", function ()
      local db = database()
      apply(db)
      assert.equal("claude-4-opus\ngpt-5.5", sql(db, "SELECT model FROM turn_usage ORDER BY id"))
      apply(db, "--include-history")
      assert.equal("claude-4.5-opus\ngpt-5.5\nclaude-4.5-haiku", sql(db, "SELECT model FROM turn_usage ORDER BY id; SELECT model FROM chain_qa"))
    end)

    it("changes ids inside JSON when asked, and no other byte of it, and takes that back", function ()
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
      has(apply(db, "--include-json").out, "Nothing is to be changed.")
      sql(db, [[UPDATE messages SET content = '{"model":"mine"}' WHERE id = 2]])
      assert.equal("4 rows were brought back; 1 had been changed since, and stay.\n", migrate(db, "--undo").out)
      texts[2] = { [[{"model":"mine"}]] }
      assert.equal("blob", sql(db, "SELECT typeof(content) FROM messages WHERE id = 102"))
      assert.equal(texts[1][1], sql(db, "SELECT content FROM messages WHERE id = 1"))
      assert.equal(texts[2][1], sql(db, "SELECT content FROM messages WHERE id = 2"))
      assert.equal(OLD, models(db))
    end)

    it("leaves every other column of every kind of table as it was", function ()
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
        assert.equal("240 rows were brought back.\n", migrate(db, "--undo").out)
        assert.same({ rest, ids }, { sql(db, others_of), sql(db, ids_of) })
      end
    end)

    it("tells ids apart byte for byte, whatever the column's collation, and touches no other kind of value", function ()
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
    it("brings back what it changed and nobody changed since", function ()
      local db = database()
      apply(db)
      sql(db, "UPDATE conversations SET model = 'gpt-5.5' WHERE id = 'a'; INSERT INTO conversations (id, model) VALUES ('i', 'claude-4.5-opus'); VACUUM;")
      local result = migrate(db, "--undo")
      assert.equal(0, result.status, result.err)
      assert.equal("2 rows were brought back; 1 had been changed since, and stay.\n", result.out)
      assert.equal((OLD:gsub("a=claude%-4%-opus ", "a=gpt-5.5 ")) .. " i=claude-4.5-opus", models(db))
      local again = migrate(db, "--undo")
      assert.equal(2, again.status)
      has(again.err, "there is no migration to undo")
    end)

    it("needs the copy, and says so", function ()
      local db = database()
      local copy = apply(db).out:match "The copy from before: (%S+)"
      os.rename(copy, copy .. ".away")
      local result = migrate(db, "--undo")
      assert.equal(1, result.status)
      has(result.err, "the copy from before the migration is not there: " .. copy)
      assert.equal(NEW, models(db))
      os.rename(copy .. ".away", copy)
      assert.equal(0, migrate(db, "--undo").status)
      assert.equal(OLD, models(db))
    end)
  end)

  describe("as SQL", function ()
    it("says the same to the sqlite3 shell, twice", function ()
      local text = support.roster({ "migrate", "--sql", "--profile", "phoenix" }, { config = empty }).out
      local db = database()
      for _ = 1, 2 do
        assert.equal("", sql(db, text))
        assert.equal(NEW, models(db))
      end
      lacks(text, "\n.")
    end)

    it("for the shipped models is scripts/migrate_model_ids.sql", function ()
      assert.equal(support.roster({ "migrate", "--sql", "--profile", "phoenix" }, { config = empty }).out, support.read "scripts/migrate_model_ids.sql")
    end)

    it("prints SQL whose comments end where they should, even when the path of the definitions has a line end in it", function ()
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

  describe("says what it cannot do, and then nothing is changed:", function ()
    local function refused(status, part, db, ...)
      local result = migrate(db, ...)
      assert.equal(status, result.status, result.err)
      has(result.err, part)
      return result
    end

    it("a table or column that is not there", function ()
      local db = database()
      refused(2, "there is no table 'nothing'", db, "--table", "nothing", "--column", "model")
      refused(2, "table 'messages' has no column 'model'", db, "--table", "messages", "--column", "model", "--apply")
      refused(2, "there is no table 'conversations'", (function ()
        local other = support.folder() .. "/o.db"
        sql(other, "CREATE TABLE t (x)")
        return other
      end)(), "--profile", "phoenix", "--apply")
    end)

    it("a generated column", function ()
      local db = support.folder() .. "/g.db"
      sql(db, "CREATE TABLE t (m TEXT, low TEXT AS (lower(m)) STORED); INSERT INTO t (m) VALUES ('claude-4-opus')")
      refused(2, "column 'low' of table 't' is generated", db, "--table", "t", "--column", "low", "--apply")
      assert.equal(0, migrate(db, "--table", "t", "--column", "m", "--apply").status)
      assert.equal("claude-4.5-opus|claude-4.5-opus", sql(db, "SELECT * FROM t"))
    end)

    it("no database, an encrypted one, none at all, a directory", function ()
      local folder = support.folder()
      refused(2, "this is no SQLite database, or it is encrypted", support.write(folder .. "/text.db", ("no database "):rep(100)), "--profile", "phoenix", "--apply")
      refused(1, "the database cannot be opened", folder .. "/absent.db", "--profile", "phoenix", "--apply")
      refused(2, "this is no file", folder, "--profile", "phoenix")
      assert.is_nil(support.read(folder .. "/absent.db"))
    end)

    it("a file or a directory that may only be read", function ()
      local db = database()
      sql(db, "PRAGMA journal_mode=delete")
      local folder = db:match "^(.*)/"
      local function as_nobody()
        local line = "env -i PATH=$PATH HOME=/nonexistent %s migrate --db %s --profile phoenix --config %s --apply 2>&1; echo status $?"
        local command = line:format(support.command, quoted(db), empty)
        local pipe = io.popen("setpriv --reuid=65534 --clear-groups sh -c " .. quoted(command))
        local out = pipe:read "a"
        pipe:close()
        return out
      end
      os.execute(("chmod 755 %s %s && chmod 644 %s"):format(quoted(folder), quoted(empty), quoted(db)))
      local out = as_nobody()
      has(out, "the database may only be read")
      has(out, "run this as the user that owns the file")
      has(out, "status 1")
      os.execute("chmod 666 " .. quoted(db))
      out = as_nobody()
      has(out, "status 1")
      has(out, "the copy goes beside the database: look at who may write there")
      assert.same({ OLD, "" }, { models(db), copies(db) })
    end)

    it("a format that is newer than this SQLite", function ()
      for _, at in ipairs { 18, 19 } do
        local db = database()
        sql(db, "PRAGMA journal_mode=delete")
        local bytes = support.read(db)
        support.write(db, bytes:sub(1, at) .. "\9" .. bytes:sub(at + 2))
        local result = apply(db)
        assert.equal(at == 18 and 1 or 2, result.status, result.err)
        has(result.err, at == 18 and "the database may only be read" or "this is no SQLite database, or it is encrypted, or newer than this program")
        support.write(db, bytes)
        assert.same({ OLD, "" }, { models(db), copies(db) })
      end
    end)

    it("a trigger that raises", function ()
      local db = database()
      sql(db, "CREATE TRIGGER no BEFORE UPDATE ON conversations WHEN old.id = 'h' BEGIN SELECT raise(ABORT, 'not this one'); END")
      refused(1, "not this one", db, "--profile", "phoenix", "--apply")
      assert.same({ OLD, "" }, { models(db), copies(db) })
    end)

    it("a foreign key that would be broken", function ()
      local db = support.folder() .. "/fk.db"
      sql(db, [[CREATE TABLE ids (id TEXT PRIMARY KEY); CREATE TABLE t (m TEXT REFERENCES ids(id));
        INSERT INTO ids VALUES ('claude-4-opus'); INSERT INTO t VALUES ('claude-4-opus')]])
      refused(2, "1 foreign keys would be broken: nothing was changed", db, "--table", "t", "--column", "m", "--apply")
      assert.equal("claude-4-opus", sql(db, "SELECT m FROM t"))
      assert.equal("", copies(db))
    end)

    it("no room beside the database", function ()
      local db = database()
      local command = ("ulimit -f 8; env -i PATH=$PATH HOME=/nonexistent %s migrate --db %s --profile phoenix --apply --config %s"):format(support.command, quoted(db), empty)
      local pipe = io.popen("sh -c " .. quoted("trap '' XFSZ; " .. command) .. " 2>&1; echo status $?")
      local out = pipe:read "a"
      pipe:close()
      lacks(out, "status 0")
      assert.same({ OLD, "" }, { models(db), copies(db) })
    end)

    it("usage", function ()
      for _, words in ipairs { { "migrate" }, { "migrate", "--db", "x" }, { "migrate", "--db", "x", "--table", "t" }, { "migrate", "--db", "x", "--profile", "other" },
        { "migrate", "--db", "x", "--profile", "phoenix", "--apply", "--undo" }, { "migrate", "--sql", "--profile", "phoenix", "--include-json" } } do
        assert.equal(2, support.roster(words).status, table.concat(words, " "))
      end
    end)

    it("a writer that does not end, and it waits for one that does", function ()
      local db = database()
      os.execute(("(printf 'BEGIN IMMEDIATE;\\n'; sleep 2; printf 'COMMIT;\\n') | sqlite3 %s & sleep 0.5"):format(quoted(db)))
      local busy = migrate(db, "--profile", "phoenix", "--apply", "--timeout", "0.2")
      assert.equal(1, busy.status)
      has(busy.err, "the database is busy: nothing was changed")
      assert.same({ OLD, "" }, { models(db), copies(db) })
      os.execute "sleep 2"
      os.execute(("(printf 'BEGIN IMMEDIATE;\\n'; sleep 3; printf 'COMMIT;\\n') | sqlite3 %s & sleep 0.5"):format(quoted(db)))
      local result = apply(db)
      assert.equal(0, result.status, result.err)
      assert.equal(NEW, models(db))
    end)
  end)

  it("says on a terminal how far it is, and only there", function ()
    local db = support.folder() .. "/big.db"
    sql(db, "PRAGMA journal_mode=wal; " .. LATER .. [[
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000)
      INSERT INTO conversations (id, slug, model, state) SELECT i, 's' || i, 'claude-4-opus', '{"n":' || i || '}' FROM n;]])
    local line = ("env -i PATH=$PATH TERM=xterm HOME=/nonexistent %s migrate --db %s --profile phoenix --config %s %%s"):format(support.command, quoted(db), empty)
    local function on_terminal(words)
      local pipe = io.popen("script -qec " .. quoted(line:format(words) .. " >/dev/null") .. " /dev/null </dev/null")
      local out = pipe:read "a"
      pipe:close()
      return out
    end
    local out = on_terminal "--apply"
    assert.truthy(out:find "\r%d+ rows changed, .-, %d+ s\27%[K", out)
    assert.truthy(out:find "copied, " or out:find "checking the copy, ", out)
    assert.truthy(out:find "\r\27%[K$", out)
    local pipe = io.popen(line:format "--undo" .. " 2>&1 >/dev/null")
    assert.equal("", pipe:read "a")
    pipe:close()
  end)

  it("waits its turn beside a writer whose transactions take 5 s", function ()
    local db = database()
    local writer = "for i in 1 2; do printf \"BEGIN IMMEDIATE; UPDATE conversations SET slug = 'w' || $i WHERE id = 'd';\\n\"; "
      .. "sleep 5; printf 'COMMIT;\\n'; sleep 0.3; done"
    os.execute(("(%s) | sqlite3 -cmd '.timeout 20000' %s & sleep 0.5"):format(writer, quoted(db)))
    local result = apply(db)
    assert.equal(0, result.status, result.err)
    assert.equal(NEW, models(db))
    for _ = 1, 120 do
      if sql(db, "SELECT slug FROM conversations WHERE id = 'd'") == "w2" then break end
      os.execute "sleep 0.1"
    end
    assert.same({ "w2", NEW, "ok" }, { sql(db, "SELECT slug FROM conversations WHERE id = 'd'"), models(db), sql(db, "PRAGMA integrity_check") })
  end)

  describe("is all or nothing #preload", function ()
    local shim
    setup(function ()
      shim = support.folder() .. "/exit_at.so"
      assert(os.execute(("cc -shared -fPIC -O1 -o %s spec/support/exit_at.c -ldl"):format(shim)))
    end)

    local function run_until(db, n, ...)
      local folder = support.folder()
      local line = ("env -i PATH=$PATH HOME=/nonexistent LD_PRELOAD=%s %s %s migrate --db %s --config %s %s >/dev/null 2>&1"):format(shim,
        n and "EXIT_AT=" .. n or "EXIT_COUNT=" .. folder .. "/count", support.command, quoted(db), empty, table.concat({ ... }, " "))
      local _, _, status = os.execute(line)
      return status, tonumber(support.read(folder .. "/count") or "0")
    end

    local function is_whole(db, at)
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
      it("wherever it is cut off between two writes, syncs or renames, in journal mode " .. mode, function ()
        local template = database()
        sql(template, "PRAGMA journal_mode=" .. mode)
        assert.not_equal(0, (run_until(support.folder() .. "/x", nil, "--profile", "phoenix", "--apply")))
        local seen = {}
        local function fresh()
          local db = support.folder() .. "/cut.db"
          sql(template, ".backup " .. db)
          sql(db, "PRAGMA journal_mode=" .. mode)
          return db
        end
        local status, count = run_until(fresh(), nil, "--profile", "phoenix", "--apply")
        assert.equal(0, status)
        assert.is_true(count > 10)
        for n = 1, count do
          local db = fresh()
          assert.equal(137, (run_until(db, n, "--profile", "phoenix", "--apply")), n)
          seen[is_whole(db, n)] = true
          local again = apply(db)
          assert.equal(0, again.status, again.err)
          assert.equal(NEW, models(db))
        end
        assert.is_true(seen[OLD])
      end)
    end

    it("however it is killed", function ()
      local template = support.folder() .. "/big.db"
      sql(template, "PRAGMA journal_mode=wal;" .. LATER .. ROWS .. [[
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        INSERT INTO messages (conversation_id, content) SELECT 'a', hex(randomblob(40)) FROM n; PRAGMA wal_checkpoint(truncate);]])
      math.randomseed(7)
      local killed = 0
      for i = 1, 200 do
        local db = support.folder() .. "/killed.db"
        os.execute(("cp %s %s"):format(quoted(template), quoted(db)))
        local wait = 0.002 + math.random() * 0.05
        local line = "timeout -s KILL %.4f env -i PATH=$PATH HOME=/nonexistent %s migrate --db %s --config %s --profile phoenix --apply >/dev/null 2>&1"
        local _, how, status = os.execute(line:format(wait, support.command, quoted(db), empty))
        if how == "signal" or status == 137 then killed = killed + 1 end
        is_whole(db, i)
      end
      assert.is_true(killed > 50, killed)
    end)

    it("also when it is undone", function ()
      local template = database()
      apply(template)
      local function fresh()
        local db = support.folder() .. "/undo.db"
        sql(template, ".backup " .. db)
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

  it("begins from what a hot journal brings back", function ()
    local db = database()
    sql(db, "PRAGMA journal_mode=delete;")
    -- A writer that dies in the middle of a transaction that has reached the file.
    local text = "PRAGMA cache_size=1; BEGIN; UPDATE conversations SET model = 'torn', state = hex(randomblob(9000)); "
      .. "UPDATE messages SET content = hex(randomblob(90000)); SELECT 'here';"
    local writer = "(printf %s; sleep 2) | sqlite3 %s >/dev/null 2>&1 & p=$!; sleep 0.7; kill -9 $p; wait $p 2>/dev/null"
    os.execute(writer:format(quoted(text .. "\n"), quoted(db)))
    assert.truthy(support.read(db .. "-journal"))
    local result = apply(db)
    assert.equal(0, result.status, result.err)
    assert.equal(NEW, models(db))
  end)
end)
