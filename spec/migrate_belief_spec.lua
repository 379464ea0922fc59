-- What roster migrate commits is what it planned, read back row by row: triggers, constraints, keys and names of a database that say otherwise.
local support = require "support.roster"
local phoenix = require "support.phoenix"

local sql = phoenix.sql

local config = support.config { ["d.lua"] = [[
  provider "acme" { protocol = "openai-chat", base_url = "https://a.example" }
  model "new-a" { provider = "acme", formerly = { "old-a" } }
  model "new-b" { provider = "acme", formerly = { "old-b" } }
  model "4.5" { provider = "acme", formerly = { "four" } }]] }

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local function database(text)
  local db = support.folder() .. "/t.db"
  assert.equal("", sql(db, text))
  return db
end

local function migrate(db, ...) return support.roster({ "migrate", "--no-builtin", "--db", db, ... }, { config = config }) end
local function apply(db, ...) return migrate(db, "--table", "conv", "--column", "model", "--apply", ...) end

local ROWS = "INSERT INTO conv VALUES (1, 'old-a', 'x'), (2, 'mine', 'y'), (3, 'old-b', 'z');"
local CONV = "CREATE TABLE conv (id INTEGER PRIMARY KEY, model TEXT, title TEXT);" .. ROWS
local ALSO = "CREATE TABLE other (k INTEGER PRIMARY KEY, v TEXT); INSERT INTO other VALUES (7, 'seven'), (8, 'eight');"

--- A trigger of conv that does this.
local function trigger(body, when) return ("CREATE TRIGGER \"t'r\" %s ON conv BEGIN %s END;"):format(when or "AFTER UPDATE", body) end

describe("roster migrate commits nothing but what it planned", function ()
  --- Applied, it changes no byte of the file, leaves no copy, and says all of these.
  local function refused(db, status, ...)
    local before = support.read(db)
    local result = apply(db)
    assert.same({ status, "" }, { result.status, result.out }, result.err)
    for _, part in ipairs { "nothing was changed", "\n  next: ", ... } do has(result.err, part) end
    assert.is_true(before == support.read(db))
    assert.equal("", phoenix.copies(db))
    return result
  end

  local cases = {
    { "puts the former id back", trigger "UPDATE conv SET model = old.model WHERE id = new.id;",
      "in table 'conv', row 1, 'model' was to be 'new-a' and is 'old-a'", "drop the trigger \"t'r\"" },
    { "writes another id than the planned one", trigger "UPDATE conv SET model = 'else' WHERE id = 3 AND new.id = 3;",
      "in table 'conv', row 3, 'model' was to be 'new-b' and is 'else'" },
    { "changes the id of another row", trigger "UPDATE conv SET model = 'theirs' WHERE id = 2;",
      "in table 'conv', row 2, 'model' was to be 'mine' and is 'theirs'" },
    { "changes another column of a row that is not planned", trigger "UPDATE conv SET title = x'00' WHERE id = 2;",
      "in table 'conv', row 2, 'title' was to be 'y' and is a blob of 1 byte" },
    { "deletes all rows", trigger "DELETE FROM conv;", "in table 'conv', row 1 is gone" },
    { "deletes a row that is not planned", trigger "DELETE FROM conv WHERE id = 2;", "in table 'conv', row 2 is gone" },
    { "adds a row", trigger "INSERT INTO conv VALUES (9, 'new-a', 'more') ON CONFLICT DO NOTHING;",
      "table 'conv' has 1 row more than it was to have: row 9" },
    { "adds a row between others", trigger "INSERT OR IGNORE INTO conv VALUES (-9, 'new-a', 'more');",
      "table 'conv' has 1 row more than it was to have: row -9" },
    { "gives a row another key", trigger "UPDATE conv SET id = 40 WHERE id = 3;", "in table 'conv', row 3 is gone" },
    { "ignores a row", trigger("SELECT raise(IGNORE);", "BEFORE UPDATE"), "in table 'conv', row 1, 'model' was to be 'new-a' and is 'old-a'" },
    { "deletes the row before it is changed", trigger("DELETE FROM conv WHERE id = old.id;", "BEFORE UPDATE"), "in table 'conv', row 1 is gone" },
    { "deletes rows of another table", trigger "DELETE FROM other WHERE k = 8;", "in table 'other', row 8 is gone" },
    { "changes rows of another table", trigger "UPDATE other SET v = NULL WHERE k = 7;", "in table 'other', row 7, 'v' was to be 'seven' and is NULL" },
    { "does so through a trigger of another table", trigger "INSERT INTO other VALUES (9, 'nine') ON CONFLICT DO NOTHING;"
      .. "CREATE TRIGGER second AFTER INSERT ON other BEGIN DELETE FROM conv WHERE id = 2; END;", "in table 'conv', row 2 is gone", "\"t'r\"" },
    { "does so through a view", "CREATE VIEW v AS SELECT * FROM conv; CREATE TRIGGER inst INSTEAD OF INSERT ON v BEGIN DELETE FROM other; END;"
      .. trigger "INSERT INTO v (id) VALUES (5);", "in table 'other', row 7 is gone" },
  }
  -- What the comparison takes for the same must be the same, however the bytes of a row lie.
  local function more(columns, row) return ("CREATE TABLE more (%s); INSERT INTO more VALUES (%s);"):format(columns, row) end
  local function letters(count, last) return ("CAST(printf('%%.*c', %d, 'a') || '%s' AS BLOB)"):format(count, last) end
  local names, values = {}, {}
  for i = 1, 100 do names[i], values[i] = "c" .. i, "'x'" end
  for _, case in ipairs {
    { "changes the last byte of a long value", more("v", letters(300000, "b")) .. trigger("UPDATE more SET v = " .. letters(300000, "c") .. ";"),
      "in table 'more', row 1, 'v' was to be a blob of 300001 bytes" },
    { "makes a long value shorter", more("v", letters(300000, "b")) .. trigger("UPDATE more SET v = " .. letters(299999, "b") .. ";"),
      "in table 'more', row 1, 'v' was to be a blob of 300001 bytes and is a blob of 300000 bytes" },
    { "changes the last of a hundred columns", more(table.concat(names, ", "), table.concat(values, ", ")) .. trigger "UPDATE more SET c100 = 'y';",
      "in table 'more', row 1, 'c100' was to be 'x' and is 'y'" },
    { "moves a letter from one column to the next", more("a, b", "'ab', 'c'") .. trigger "UPDATE more SET a = 'a', b = 'bc';",
      "in table 'more', row 1, 'a' was to be 'ab' and is 'a'" },
    { "makes a number of a string", more("v", "'7'") .. trigger "UPDATE more SET v = 7;", "in table 'more', row 1, 'v' was to be '7' and is the number 7" },
    { "makes NULL of an empty blob", more("v", "x''") .. trigger "UPDATE more SET v = NULL;", "in table 'more', row 1, 'v' was to be" },
    { "exchanges the values of two rows", more("v", "'a'), ('b'") .. trigger "UPDATE more SET v = CASE v WHEN 'a' THEN 'b' ELSE 'a' END WHERE new.id = 1;",
      "in table 'more', row 1, 'v' was to be 'a' and is 'b'" },
    { "exchanges the keys of two rows", more("k INTEGER PRIMARY KEY, v", "1, 'a'), (2, 'b'")
      .. trigger "DELETE FROM more; INSERT INTO more VALUES (1, 'b'), (2, 'a');", "in table 'more', row 1, 'v' was to be 'a' and is 'b'" },
  } do cases[#cases + 1] = case end
  for _, case in ipairs(cases) do
    it("when a trigger " .. case[1], function () refused(database(CONV .. ALSO .. case[2]), 1, table.unpack(case, 3)) end)
  end

  it("when a trigger raises an error, of any kind", function ()
    for _, kind in ipairs { "ABORT", "FAIL", "ROLLBACK" } do
      local text = trigger(("SELECT raise(%s, 'not \27[2Jthis\u{202e} one') WHERE old.id = 3;"):format(kind), "BEFORE UPDATE")
      local result = refused(database(CONV .. text), 1, "not  [2Jthis  one", "drop the trigger \"t'r\"")
      assert.falsy(result.err:find "\27" or result.err:find "\u{202e}")
    end
  end)

  it("when a trigger calls a function that only its program has", function ()
    local db = database(CONV)
    sql(db, "PRAGMA writable_schema = on; INSERT INTO sqlite_schema VALUES ('trigger', 'mine', 'conv', 0, "
      .. "'CREATE TRIGGER mine AFTER UPDATE ON conv BEGIN SELECT only_theirs(new.id); END');")
    refused(db, 1, "no such function: only_theirs", "drop the trigger \"mine\"")
  end)

  it("when a trigger changes the last byte of a value, however rows lie in the buffers in which they are compared", function ()
    local long = CONV .. "CREATE TABLE other (k INTEGER PRIMARY KEY, v TEXT, w BLOB); WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 90)"
      .. "INSERT INTO other SELECT i, CASE i % 9 WHEN 0 THEN '' ELSE printf('%.*c', 65500 * (i % 3) + i % 50 + 1, 'x') END, zeroblob(i % 5) FROM n;"
    local change = "UPDATE other SET v = substr(v, 1, length(v) - 1) || 'y' WHERE k = %d;"
    assert.equal(0, apply(database(long)).status)
    for _, row in ipairs { 1, 3, 30, 50, 87, 89 } do
      refused(database(long .. trigger(change:format(row))), 1, ("in table 'other', row %d, 'v' was to be 'x"):format(row))
    end
  end)

  it("when two rows would have the same id under a UNIQUE constraint, whatever it does on conflict", function ()
    for action, part in pairs { ABORT = "UNIQUE constraint failed: conv.model", REPLACE = "is gone",
      IGNORE = "in table 'conv', row 1, 'model' was to be 'new-a' and is 'old-a'" } do
      local db = database(("CREATE TABLE conv (id INTEGER PRIMARY KEY, model TEXT UNIQUE ON CONFLICT %s); INSERT INTO conv VALUES (1, 'old-a'), (2, 'new-a');")
        :format(action))
      refused(db, 1, part, "two rows would have the same id")
    end
  end)

  it("when a CHECK, a generated column or an index over the id refuses the new one", function ()
    for _, schema in ipairs { "model TEXT CHECK (model LIKE 'old%')", "model TEXT, low TEXT AS (CASE model WHEN 'new-a' THEN NULL ELSE 1 END) STORED NOT NULL",
      "model TEXT, first TEXT AS (substr(model, 1, 0)) UNIQUE" } do
      local db = database(("CREATE TABLE conv (id INTEGER PRIMARY KEY, %s); INSERT INTO conv (id, model) VALUES (1, 'old-a');"):format(schema))
      if schema:find "UNIQUE" then
        assert.equal(0, apply(db).status)
      else
        refused(db, 1, "constraint failed", "look at the constraints")
      end
    end
  end)

  it("when the column's type makes a number of the new id", function ()
    local db = database "CREATE TABLE conv (id INTEGER PRIMARY KEY, model NUMERIC); INSERT INTO conv VALUES (1, 'four');"
    refused(db, 1, "in table 'conv', row 1, 'model' was to be '4.5' and is the number 4.5")
  end)

  it("when another row's foreign key leads nowhere after it, even where one is mended", function ()
    local db = database [[CREATE TABLE conv (model TEXT PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, model TEXT REFERENCES conv ON UPDATE CASCADE);
      INSERT INTO conv VALUES ('old-a'); INSERT INTO child VALUES (1, 'new-a'), (2, 'old-a');]]
    refused(db, 2, "row 2 of table 'child' would refer to no row of 'conv'", "migrate both")
  end)
end)

describe("roster migrate keeps what a database has and does of itself", function ()
  it("lets triggers add to other tables and touch other columns of the renamed rows, and reports it", function ()
    local text = CONV .. "CREATE TABLE audit (n INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT); INSERT INTO audit VALUES (5, 'first');"
      .. trigger "INSERT INTO audit (what) VALUES (old.model); UPDATE conv SET title = 'touched' WHERE id = new.id;"
    local db = database(text)
    local result = apply(db)
    assert.same({ 0, "" }, { result.status, result.err })
    has(result.out, "2 rows were changed.")
    has(result.out, "Triggers also changed conv.title in 2 rows.\n")
    has(result.out, "Triggers also added 2 rows to audit.\n")
    assert.equal("1|new-a|touched\n2|mine|y\n3|new-b|touched\n5|first\n6|old-a\n7|old-b", sql(db, "SELECT * FROM conv; SELECT * FROM audit"))
    local document = apply(database(text), "--json").json()
    assert.same({ { table = "audit", column = require "cjson".null, rows = 2 }, { table = "conv", column = "title", rows = 2 } }, document.triggers)
    local undone = migrate(db, "--undo")
    assert.same({ 0, "" }, { undone.status, undone.err })
    has(undone.out, "2 rows were restored.\n")
    assert.equal("old-a\nmine\nold-b\n5", sql(db, "SELECT model FROM conv; SELECT count(*) FROM audit"))
  end)

  it("lets the triggers of a full-text index follow the ids", function ()
    local db = database(CONV .. [[CREATE VIRTUAL TABLE f USING fts5(model, title, content = 'conv', content_rowid = 'id'); INSERT INTO f(f) VALUES ('rebuild');
      CREATE TRIGGER fu AFTER UPDATE ON conv BEGIN INSERT INTO f(f, rowid, model, title) VALUES ('delete', old.id, old.model, old.title);
        INSERT INTO f(rowid, model, title) VALUES (new.id, new.model, new.title); END;
      CREATE VIRTUAL TABLE own USING fts5(model, title); INSERT INTO own SELECT model, title FROM conv;
      CREATE TRIGGER ou AFTER UPDATE ON conv BEGIN UPDATE own SET model = new.model WHERE rowid = new.rowid; END;]])
    local result = apply(db)
    assert.same({ 0, "" }, { result.status, result.err })
    assert.equal('1\n1', sql(db, [[SELECT rowid FROM f('"new-a"'); SELECT rowid FROM own('"new-a"'); INSERT INTO f(f) VALUES ('integrity-check')]]))
  end)

  it("migrates tables of every shape, keys and names included, and undoes it", function ()
    local shapes = {
      "CREATE TABLE conv (model TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO conv VALUES ('old-b'), ('mine'), ('old-a'), ('zz'), ('a');",
      "CREATE TABLE conv (k BLOB, model TEXT, n, PRIMARY KEY (model DESC, k)) WITHOUT ROWID; INSERT INTO conv VALUES (x'01', 'old-a', 1), (x'00', 'old-a', 2), (3, 'zz', 3);",
      "CREATE TABLE conv (rowid TEXT, oid TEXT, model TEXT, _rowid_ TEXT, k INTEGER PRIMARY KEY); INSERT INTO conv VALUES ('r', 'o', 'old-a', 'u', 1), ('r', 'o', 'x', 'u', 2);",
      "CREATE TABLE conv (rowid TEXT, model TEXT); INSERT INTO conv VALUES ('r', 'old-a'), ('r', 'x'), ('s', 'old-b');",
      "CREATE TABLE conv (model TEXT COLLATE NOCASE, id INTEGER PRIMARY KEY); INSERT INTO conv VALUES ('OLD-A', 1), ('old-a', 2), ('old-a ', 3), ('old-a' || char(0), 4);",
      "PRAGMA encoding = 'UTF-16le'; CREATE TABLE conv (model TEXT, t); INSERT INTO conv VALUES ('old-a', 'é'), (x'6f6c642d61', 1.5), (7, NULL), ('old-a', 1);",
      "CREATE TABLE conv (model ANY, t BLOB, PRIMARY KEY (t, model)) STRICT, WITHOUT ROWID; INSERT INTO conv VALUES ('old-a', x'01'), (1, x'02');",
      "PRAGMA auto_vacuum = full; PRAGMA user_version = 77; PRAGMA application_id = 78; CREATE TABLE conv (model, t, g AS (model || t) STORED);"
        .. "CREATE INDEX p ON conv (model) WHERE t > 0; CREATE UNIQUE INDEX e ON conv (upper(model), t); INSERT INTO conv VALUES ('old-a', 1), ('old-a', 2);",
      "CREATE TABLE conv (a INTEGER, b TEXT, model TEXT, PRIMARY KEY (a, b)); INSERT INTO conv VALUES (NULL, 'x', 'old-a'), (NULL, 'x', 'old-b'), (NULL, NULL, 'new-a');",
      "CREATE TABLE pragma_table_xinfo (name, hidden); CREATE TABLE pragma_integrity_check (integrity_check); CREATE TABLE pragma_foreign_key_check (x);"
        .. "CREATE TABLE pragma_table_info (name, pk); CREATE VIEW pragma_journal_mode AS SELECT 'wal' AS journal_mode;" .. CONV,
    }
    for _, shape in ipairs(shapes) do
      local db = database(shape)
      local all = "SELECT * FROM (SELECT quote(c.model), c.* FROM conv c) ORDER BY 1, 2, 3; PRAGMA user_version; PRAGMA application_id"
      local before, expected = sql(db, all), sql(db, "SELECT count(*) FROM conv WHERE typeof(model) = 'text' AND model COLLATE BINARY IN ('old-a', 'old-b')")
      local result = apply(db)
      assert.same({ 0, "" }, { result.status, result.err }, shape)
      assert.equal("0", sql(db, "SELECT count(*) FROM conv WHERE typeof(model) = 'text' AND model COLLATE BINARY IN ('old-a', 'old-b')"), shape)
      local word = expected == "1" and "row was" or "rows were"
      has(result.out, ("%s %s changed."):format(expected, word))
      has(apply(db).out, "Nothing to change.")
      local undone = migrate(db, "--undo")
      assert.same({ 0, ("%s %s restored.\n"):format(expected, word) }, { undone.status, undone.out }, shape .. undone.err)
      assert.equal(before, sql(db, all), shape)
      assert.equal("ok", sql(db, "PRAGMA integrity_check"))
    end
  end)

  it("renames ids inside JSON however they are escaped, and leaves a string alone that continues after a NUL", function ()
    local db = database [[CREATE TABLE conversations (id INTEGER PRIMARY KEY, model TEXT, state TEXT);
      INSERT INTO conversations VALUES (1, NULL, '{"mod\u0065l":"old\u002da","\/":"\u00e9"}'), (2, 'old-b', '{"model":"old-a"}' || char(0) || '{"model":"old-a"}');]]
    local before = sql(db, "SELECT hex(state) FROM conversations")
    local result = migrate(db, "--profile", "phoenix", "--include-json", "--apply")
    assert.same({ 0, "" }, { result.status, result.err })
    assert.equal([[{"mod\u0065l":"new-a","\/":"\u00e9"}|]], sql(db, "SELECT state, model FROM conversations WHERE id = 1"))
    assert.equal("new-b|" .. before:match "\n(.*)", sql(db, "SELECT model, hex(state) FROM conversations WHERE id = 2"))
    assert.equal(0, migrate(db, "--undo").status)
    assert.equal(before, sql(db, "SELECT hex(state) FROM conversations"))
  end)

  it("takes a column that is named twice once", function ()
    local result = apply(database(CONV), "--table", "CONV", "--column", "Model")
    assert.same({ 0, "" }, { result.status, result.err })
    has(result.out, "2 rows were changed.")
  end)
end)

describe("roster migrate refuses in words", function ()
  local function refused(text, part, hint, name, ...)
    local db = database(text)
    local before = support.read(db)
    for _, word in ipairs { "--json", "--apply" } do
      local result = migrate(db, "--table", name, "--column", "model", word, ...)
      assert.equal(2, result.status, result.err)
      has(result.err, part)
      has(result.err, "\n  next: " .. hint)
    end
    assert.is_true(before == support.read(db))
  end

  it("a view, a virtual table, the insides of one, and SQLite's and its own tables", function ()
    local view = "CREATE VIEW v AS SELECT * FROM conv; CREATE TRIGGER i INSTEAD OF UPDATE ON v BEGIN UPDATE conv SET model = new.model WHERE id = new.id; END;"
    refused(CONV .. view, "'v' is a view", "name the table that it reads", "v")
    refused("CREATE VIRTUAL TABLE f USING fts5(model)", "'f' is a virtual table", "name the table that holds its rows", "f")
    refused("CREATE VIRTUAL TABLE f USING fts5(model)", "'f_content' is a part of a virtual table", "name the table that holds its rows", "f_content")
    refused("CREATE TABLE s (i INTEGER PRIMARY KEY AUTOINCREMENT)", "'sqlite_sequence' is SQLite's own", "name a table of your program", "sqlite_sequence")
    refused("CREATE TABLE _roster_migrations (model)", "'_roster_migrations' is roster's own", "name a table of your program", "_roster_migrations")
  end)

  it("a table that is named with its schema, and an empty file", function ()
    refused(CONV, "unknown table 'main.conv'", "name the table without its schema: conv", "main.conv")
    refused("", "unknown table 'conv'", "this database has no tables: is it the right file?", "conv")
  end)
end)

describe("roster migrate --undo believes nothing either", function ()
  local function applied(text)
    local db = database(text)
    local result = apply(db)
    assert.equal(0, result.status, result.err)
    return db, result.out:match "The copy from before: (%S+)"
  end

  local function refused(db, part)
    local before = support.read(db)
    local result = migrate(db, "--undo")
    assert.is_true(result.status ~= 0 and result.out == "", result.out)
    has(result.err, part)
    has(result.err, "\n  next: ")
    assert.is_true(before == support.read(db))
    assert.equal("", (support.capture("ls " .. db .. ".before-undo-* 2>/dev/null")))
  end

  it("when a trigger does something else by now, in the database or its log", function ()
    local db = applied(CONV .. ALSO)
    sql(db, trigger "UPDATE other SET v = NULL WHERE k = 7;")
    refused(db, "in table 'other', row 7, 'v' was to be 'seven' and is NULL: nothing was changed")
    sql(db, [[DROP TRIGGER "t'r"; CREATE TRIGGER l AFTER UPDATE ON _roster_migrations BEGIN UPDATE _roster_migrations SET undone_at = NULL; END]])
    refused(db, "the log could not record the undo: nothing was changed")
    sql(db, "DROP TRIGGER l")
    assert.equal("2 rows were restored.\n", migrate(db, "--undo").out)
  end)

  it("when the copy is damaged, is another, or stays away, but finds it where its database was moved to", function ()
    local db, copy = applied(CONV .. ALSO)
    local bytes = support.read(copy)
    sql(copy, "UPDATE conv SET model = 'else' WHERE id = 1")
    refused(db, "has 0 rows with 'old-a' in conv.model, and had 1: nothing was changed")
    support.write(copy, bytes:sub(1, 4096) .. ("\7"):rep(#bytes - 4096))
    refused(db, "the copy from before the migration is damaged")
    support.write(copy, "no database")
    refused(db, "database")
    os.remove(copy)
    refused(db, "the copy from before the migration is missing: " .. copy)
    local folder = support.folder()
    support.write(folder .. copy:match "/[^/]*$", bytes)
    support.write(folder .. "/moved.db", support.read(db))
    local result = migrate(folder .. "/moved.db", "--undo")
    assert.same({ 0, "2 rows were restored.\n" }, { result.status, result.out }, result.err)
  end)

  it("gives each row its own former id back if several parts of its key were renamed, and to one id", function ()
    local many = support.config { ["d.lua"] = [[
      provider "acme" { protocol = "openai-chat", base_url = "https://a.example" }
      model "new-a" { provider = "acme", formerly = { "old-a", "older-a" } }]] }
    local columns = { "--table", "conv", "--column", "model", "--table", "conv", "--column", "judge" }
    local function run(db, ...) return support.roster({ "migrate", "--no-builtin", "--db", db, ... }, { config = many }) end
    for _, key in ipairs { "(model, judge, n)", "(judge, model, n)", "(n, judge, model)" } do
      for _, kind in ipairs { "", " WITHOUT ROWID", " STRICT" } do
        local db = database("CREATE TABLE conv (model TEXT, judge TEXT, n INTEGER, PRIMARY KEY " .. key .. ")" .. kind .. [[;
          INSERT INTO conv VALUES ('old-a', 'old-a', 1), ('older-a', 'q', 1), ('zz', 'older-a', 1), ('old-a', 'r', 1), ('new-a', 's', 1), ('x', 'new-a', 1);]])
        local all = "SELECT * FROM conv ORDER BY 1, 2, 3"
        local before = sql(db, all)
        local result = run(db, "--apply", table.unpack(columns))
        assert.same({ 0, "" }, { result.status, result.err })
        local undone = run(db, "--undo")
        assert.same({ 0, "" }, { undone.status, undone.err }, key .. kind)
        assert.equal(before, sql(db, all), key .. kind)
      end
    end
  end)

  it("finds a row of many by its key, also where ids are its first parts or compare without regard to case", function ()
    local numbers = "WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 20000) "
    for _, shape in ipairs { "model TEXT COLLATE NOCASE, judge TEXT, n INTEGER, PRIMARY KEY (model, n)) WITHOUT ROWID",
      "model TEXT COLLATE NOCASE, judge TEXT, n INTEGER, PRIMARY KEY (model, n))",
      "model TEXT, judge TEXT, n INTEGER, PRIMARY KEY (model, judge, n)) WITHOUT ROWID" } do
      local db = database("CREATE TABLE conv (" .. shape .. ";" .. numbers
        .. "INSERT INTO conv SELECT iif(i % 3, 'mine', 'old-a'), iif(i % 2, 'old-b', 'q'), i FROM c;")
      local before = sql(db, "SELECT * FROM conv ORDER BY n")
      assert.equal(0, apply(db, "--table", "conv", "--column", "judge").status)
      local result = migrate(db, "--undo")
      assert.same({ 0, "16666 rows were restored.\n" }, { result.status, result.out }, result.err)
      assert.is_true(before == sql(db, "SELECT * FROM conv ORDER BY n"), shape)
    end
  end)

  it("leaves rows alone that were added, changed or renumbered since, and prints how many", function ()
    local db = applied "CREATE TABLE conv (model TEXT, t); INSERT INTO conv VALUES ('mine', 0), ('new-a', 1), ('old-a', 2), ('old-a', 3), ('new-a', 4);"
    sql(db, "DELETE FROM conv WHERE t = 0; VACUUM; INSERT INTO conv VALUES ('new-a', 5), ('new-b', 6), ('new-b', 7);")
    local result = migrate(db, "--undo")
    assert.same({ 0, "0 rows were restored; 2 were changed or replaced since then, kept as is.\n2 rows were added since, and stay as they are.\n" },
      { result.status, result.out }, result.err)
    assert.equal("new-a|1\nnew-a|2\nnew-a|3\nnew-a|4\nnew-a|5\nnew-b|6\nnew-b|7", sql(db, "SELECT * FROM conv"))
  end)
end)

describe("roster migrate and an id that is a key of the environment", function ()
  local key = "sk-proj-Zq81xTTbPp47"
  local keyed = support.config { ["d.lua"] = ([[
    provider "acme" { protocol = "openai-chat", base_url = "https://a.example", credential = secret "ACME_API_KEY" }
    model "new-a" { provider = "acme", formerly = { "old-a", "was-%s" } }]]):format(key) }
  local function run(...)
    return support.roster({ "migrate", "--no-builtin", "--table", "conv", "--column", "model", ... }, { config = keyed, env = { ACME_API_KEY = key } })
  end
  local function clean(result)
    assert.falsy((result.out .. result.err):find(key, 1, true), result.out .. result.err)
    return result
  end
  local rows = ("CREATE TABLE conv (id INTEGER PRIMARY KEY, model TEXT); INSERT INTO conv VALUES (1, 'old-a'), (2, '%s'), (3, 'was-%s'), (4, 'x');"):format(key, key)

  it("leaves it as it is, and shows it in no form of output", function ()
    local db = database(rows)
    local shown = clean(run("--db", db))
    has(shown.out, "keep: it contains a key")
    has(shown.out, "was-[redacted]")
    local actions = {}
    for _, one in ipairs(clean(run("--db", db, "--json")).json().columns[1].ids) do actions[one.id] = one.action end
    assert.same({ ["old-a"] = "rename", x = "unknown", ["[redacted]"] = "secret", ["was-[redacted]"] = "secret" }, actions)
    has(clean(run "--sql").out, "'old-a'")
    assert.equal(0, clean(run("--db", db, "--apply")).status)
    assert.equal(("1|new-a\n2|%s\n3|was-%s\n4|x"):format(key, key), sql(db, "SELECT * FROM conv ORDER BY id"))
  end)

  it("does not show it in the report of a failed migration", function ()
    local db = database(rows .. ("CREATE TRIGGER t AFTER UPDATE ON conv BEGIN UPDATE conv SET model = '%s' WHERE id = 1; END;"):format(key))
    local result = clean(run("--db", db, "--apply"))
    assert.equal(1, result.status)
    has(result.err, "is '[redacted]'")
  end)
end)
