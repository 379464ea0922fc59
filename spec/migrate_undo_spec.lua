-- Which rows roster migrate --undo takes for those that the migration changed: keys, numbers that SQLite gives again, triggers, columns.
local support = require "support.roster"
local phoenix = require "support.phoenix"

local sql = phoenix.sql

local config = support.config { ["d.lua"] = [[
  provider "acme" { protocol = "openai-chat", base_url = "https://a.example" }
  model "new-1" { provider = "acme", formerly = { "old-1" } }
  model "new-2" { provider = "acme", formerly = { "old-2" } }]] }

local function migrate(db, ...) return support.roster({ "migrate", "--no-builtin", "--db", db, ... }, { config = config }) end

--- The path of a database made by this text, whose chats.model was migrated.
local function applied(text)
  local db = support.folder() .. "/t.db"
  assert.equal("", sql(db, text))
  local result = migrate(db, "--table", "chats", "--column", "model", "--apply")
  assert.same({ 0, "" }, { result.status, result.err })
  return db
end

--- What --undo says of it, once this has happened to it.
local function undone(db, since)
  assert.equal("", sql(db, since))
  local result = migrate(db, "--undo")
  assert.same({ 0, "" }, { result.status, result.err })
  return result.out
end

local ROWS = "INSERT INTO chats (model, title) VALUES ('old-1', 'a'), ('old-2', 'b');"
local REPLACED = "DELETE FROM chats WHERE title = 'b'; INSERT INTO chats (model, title) VALUES ('new-2', 'made after the migration');"
local KEYED = "CREATE TABLE chats (id INTEGER PRIMARY KEY, model TEXT, title TEXT);"

describe("roster migrate --undo", function ()
  it("leaves a row alone that was given the number of one that was deleted", function ()
    local audit = "CREATE TABLE audit (t); CREATE TRIGGER tr AFTER UPDATE ON chats BEGIN INSERT INTO audit VALUES (old.model); END;"
    for _, shape in ipairs { KEYED, KEYED .. audit, "CREATE TABLE chats (model TEXT, title TEXT);", "CREATE TABLE chats (model TEXT, title TEXT);" .. audit,
      "CREATE TABLE chats (k INTEGER, model TEXT, title TEXT, PRIMARY KEY (k, model));",
      "CREATE TABLE chats (rowid TEXT, model TEXT, title TEXT, id INTEGER, oid TEXT, _rowid_ TEXT, PRIMARY KEY (id));" } do
      local out = undone(applied(shape .. ROWS), REPLACED)
      assert.truthy(out:find("1 row was restored; 1 was changed or replaced since then, kept as is.\n", 1, true), out)
    end
    local db = applied(KEYED .. ROWS)
    undone(db, REPLACED)
    assert.equal("1|old-1|a\n2|new-2|made after the migration", sql(db, "SELECT * FROM chats"))
  end)

  it("knows a row with a number by it where a row above it stayed, or where its number is given once", function ()
    local three = ROWS:gsub(";$", ", ('old-1', 'c');")
    local db = applied(KEYED .. three)
    assert.equal("2 rows were restored; 1 was changed or replaced since then, kept as is.\n",
      undone(db, "UPDATE chats SET title = title || '!' WHERE id <> 2"))
    assert.equal("old-1|a!\nold-2|b\nnew-1|c!", sql(db, "SELECT model, title FROM chats"))
    assert.equal("3 rows were restored.\n", undone(applied(KEYED:gsub("KEY", "KEY AUTOINCREMENT") .. three), "UPDATE chats SET title = title || '!'"))
    local text = "CREATE TABLE chats (model TEXT, title TEXT, id TEXT PRIMARY KEY);"
      .. "INSERT INTO chats VALUES ('old-1', 'a', 'x'), ('old-2', 'b', 'y');"
    assert.equal("2 rows were restored.\n", undone(applied(text), "UPDATE chats SET title = title || '!'"))
  end)

  it("compares no column that a trigger touched when the row was renamed, and all others", function ()
    local touch = "CREATE TRIGGER tr AFTER UPDATE OF model ON chats BEGIN UPDATE chats SET seen = 'now' WHERE title = new.title; END;"
    for _, key in ipairs { "id INTEGER PRIMARY KEY", "id INTEGER" } do
      local shape = "CREATE TABLE chats (" .. key .. ", model TEXT, title TEXT, seen TEXT DEFAULT 'then');" .. touch .. ROWS
      assert.truthy(undone(applied(shape), ""):find("2 rows were restored.\n", 1, true), key)
      local db = applied(shape)
      local out = undone(db, "DROP TRIGGER tr;" .. REPLACED)
      assert.truthy(out:find("1 row was restored; 1 was changed or replaced", 1, true), key .. out)
      assert.equal("old-1|a\nnew-2|made after the migration", sql(db, "SELECT model, title FROM chats"))
    end
  end)

  it("compares the columns that were there before and are there now", function ()
    for _, key in ipairs { "", "id INTEGER PRIMARY KEY, " } do
      for _, since in ipairs { "ALTER TABLE chats ADD z DEFAULT 5;", "ALTER TABLE chats DROP w;" } do
        local out = undone(applied("CREATE TABLE chats (" .. key .. "model TEXT, title TEXT, w INTEGER);" .. ROWS), since .. REPLACED)
        assert.equal("1 row was restored; 1 was changed or replaced since then, kept as is.\n", out, key .. since)
      end
    end
  end)

  it("refuses where an id's column is gone or a table has another key", function ()
    local function refused(part, since)
      local db = applied(KEYED .. ROWS)
      assert.equal("", sql(db, since))
      local before, result = support.read(db), migrate(db, "--undo")
      assert.same({ 2, "" }, { result.status, result.out })
      assert.truthy(result.err:find(part, 1, true), result.err)
      assert.truthy(result.err:find("\n  next: ", 1, true), result.err)
      assert.is_true(before == support.read(db))
    end
    refused("the column chats.model is gone since the migration: nothing was changed", "ALTER TABLE chats RENAME model TO m")
    refused("the column chats.model is gone since the migration: nothing was changed", "ALTER TABLE chats RENAME TO talks")
    for _, key in ipairs { "n INTEGER PRIMARY KEY, id INTEGER", "id INTEGER", "id INTEGER, n TEXT, PRIMARY KEY (id, n)", "n INTEGER PRIMARY KEY" } do
      local columns, constraint = key:match "^(.-)(, PRIMARY KEY .*)$"
      refused("table chats has another primary key since the migration: nothing was changed",
        ("CREATE TABLE x (%s, model, title%s); INSERT INTO x (model, title) SELECT model, title FROM chats; DROP TABLE chats; ALTER TABLE x RENAME TO chats")
          :format(columns or key, constraint or ""))
    end
  end)

  it("refuses a table whose rows nothing tells apart, and --apply says that it will", function ()
    local text = "CREATE TABLE chats (rowid TEXT, oid TEXT, _rowid_ TEXT, model TEXT, title TEXT);" .. ROWS
    local db = applied(text)
    assert.equal("", sql(db, "INSERT INTO chats (model, title) VALUES ('new-1', 'a')"))
    local before, result = support.read(db), migrate(db, "--undo")
    assert.same({ 2, "" }, { result.status, result.out })
    assert.truthy(result.err:find("table chats has neither a key nor numbers that tell its rows apart: nothing was changed\n  next: ", 1, true), result.err)
    assert.truthy(result.err:gsub("%s+", " "):find("the copy from before: " .. db .. ".before-migration-", 1, true), result.err)
    assert.is_true(before == support.read(db))
    db = support.folder() .. "/said.db"
    assert.equal("", sql(db, text))
    local out = migrate(db, "--table", "chats", "--column", "model", "--apply").out
    assert.truthy(out:find("--undo cannot take it back: a table has neither a key nor numbers that tell its rows apart.\n", 1, true), out)
    assert.falsy(out:find("To undo", 1, true), out)
  end)

  it("takes no column of the copy for its rows' numbers", function ()
    local db = applied("CREATE TABLE chats (model TEXT, title TEXT, rowid TEXT);" .. ROWS)
    assert.equal("2 rows were restored.\n", undone(db, "ALTER TABLE chats RENAME rowid TO r"))
  end)
end)
