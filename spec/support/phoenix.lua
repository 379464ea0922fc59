-- Databases as Phoenix has them, with old ids of models in them, and `roster migrate` over them.
local support = require "support.roster"

local quoted = support.quoted
local phoenix = {}

--- What the sqlite3 shell prints for this text.
function phoenix.sql(db, text)
  local folder = support.folder()
  support.write(folder .. "/in", text)
  local out = support.capture(("sqlite3 -cmd '.timeout 60000' %s <%s 2>&1"):format(quoted(db), quoted(folder .. "/in")))
  return (out:gsub("\n$", ""))
end

local sql = phoenix.sql

phoenix.EARLY = [[
CREATE TABLE conversations (id TEXT PRIMARY KEY, slug TEXT UNIQUE, model TEXT, state TEXT NOT NULL DEFAULT '{}', created_at TEXT NOT NULL DEFAULT 'then');
CREATE TABLE messages (id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations(id), content TEXT NOT NULL);
]]
phoenix.LATER = phoenix.EARLY .. [[
CREATE TABLE turn_usage (id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL, model TEXT NOT NULL, tokens INTEGER);
CREATE TABLE chain_qa (id INTEGER PRIMARY KEY, model TEXT NOT NULL, answer TEXT);
INSERT INTO turn_usage VALUES (1, 'a', 'claude-4-opus', 10), (2, 'b', 'gpt-5.5', 20);
INSERT INTO chain_qa VALUES (1, 'claude-3.5-haiku', 'yes');
]]
phoenix.ROWS = [[
INSERT INTO conversations (id, slug, model, state) VALUES ('a', 'sa', 'claude-4-opus', '{"model":"claude-4-opus"}'), ('b', 'sb', 'claude-4.5-opus', '{}'),
  ('c', 'sc', NULL, '{}'), ('d', 'sd', 'my-own', '{}'), ('e', 'se', 'Claude-4-Opus', '{}'), ('f', 'sf', 'claude-4-opus-latest', '{}'),
  ('g', 'sg', 'claude-3.5-sonnet', '{}'), ('h', 'sh', 'claude-4-opus', '{}');
INSERT INTO messages VALUES (1, 'a', 'the model "claude-4-opus" said hello');
]]

-- What Phoenix has in May 2026, as far as ids of models are concerned: the ids of its table, older ones, and one inside JSON.
phoenix.PRESENT = [[
CREATE TABLE conversations (id TEXT PRIMARY KEY, slug TEXT UNIQUE, title TEXT, cwd TEXT NOT NULL DEFAULT '/', parent_conversation_id TEXT,
  user_initiated BOOLEAN NOT NULL DEFAULT 1, state TEXT NOT NULL DEFAULT '{"type":"idle"}', archived BOOLEAN NOT NULL DEFAULT 0, model TEXT,
  conv_mode TEXT NOT NULL DEFAULT '{"mode":"Direct"}', continued_in_conv_id TEXT REFERENCES conversations(id), chain_name TEXT);
CREATE TABLE messages (message_id TEXT PRIMARY KEY, conversation_id TEXT NOT NULL, sequence_id INTEGER NOT NULL, content TEXT NOT NULL, usage_data TEXT,
  FOREIGN KEY (conversation_id) REFERENCES conversations(id) ON DELETE CASCADE);
CREATE TABLE turn_usage (id INTEGER PRIMARY KEY, conversation_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, model TEXT NOT NULL,
  input_tokens INTEGER NOT NULL DEFAULT 0);
CREATE TABLE chain_qa (id TEXT PRIMARY KEY, root_conv_id TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE, question TEXT NOT NULL, model TEXT NOT NULL);
]]
-- The ids of its table with the window of each, in its order.
phoenix.TABLE = { { "claude-opus-4-7", 200000 }, { "claude-opus-4-7-1m", 1000000 }, { "claude-opus-4-6", 200000 }, { "claude-sonnet-4-6", 200000 },
  { "claude-haiku-4-5", 200000 }, { "claude-opus-4-6-1m", 1000000 }, { "claude-sonnet-4-6-1m", 1000000 }, { "claude-opus-4-5", 200000 },
  { "gpt-5.5", 1000000 }, { "gpt-5.4", 400000 }, { "gpt-5.4-mini", 400000 }, { "gpt-5.3-codex", 200000 }, { "mock", 200000 } }

--- A database of that with a conversation for each of these ids, whose key is the id.
function phoenix.present(ids)
  local db = support.folder() .. "/present.db"
  local rows = {}
  for i, id in ipairs(ids) do rows[i] = ("('%s', '%s', '%s')"):format(id, id, id) end
  phoenix.sql(db, phoenix.PRESENT .. "INSERT INTO conversations (id, slug, model) VALUES " .. table.concat(rows, ", ") .. ";")
  return db
end

--- A database of this schema (LATER without one) with ROWS in it.
function phoenix.database(schema, name)
  local db = support.folder() .. "/" .. (name or "phoenix.db")
  sql(db, "PRAGMA journal_mode=wal;" .. (schema or phoenix.LATER) .. phoenix.ROWS)
  return db
end

local empty

--- A folder without definitions: the shipped ones are enough.
function phoenix.empty()
  empty = empty or support.folder()
  return empty
end

function phoenix.migrate(db, ...) return support.roster({ "migrate", "--db", db, ... }, { config = phoenix.empty() }) end
function phoenix.apply(db, ...) return phoenix.migrate(db, "--profile", "phoenix", "--apply", ...) end

--- The same as a line of shell.
function phoenix.line(db, words, env)
  return support.command_line({ "migrate", "--db", db, "--config", phoenix.empty(), table.unpack(words) }, { env = env })
end

--- The ids of all conversations, each as "key=id".
function phoenix.models(db)
  return sql(db, "SELECT group_concat(id || '=' || coalesce(model, 'NULL'), ' ') FROM (SELECT * FROM conversations ORDER BY id)")
end

phoenix.OLD = "a=claude-4-opus b=claude-4.5-opus c=NULL d=my-own e=Claude-4-Opus f=claude-4-opus-latest g=claude-3.5-sonnet h=claude-4-opus"
phoenix.NEW = "a=claude-4.5-opus b=claude-4.5-opus c=NULL d=my-own e=Claude-4-Opus f=claude-4-opus-latest g=claude-4.0-sonnet h=claude-4.5-opus"

--- Another writer holds the database from now on, for so many seconds, or else until the function that this gives is called.
function phoenix.hold(db, seconds)
  local folder = support.folder()
  local wait = seconds and "sleep " .. seconds or "until [ -e go ]; do sleep 0.02; done"
  local writer = "(printf 'BEGIN IMMEDIATE;\\n.system touch held\\n'; %s; printf 'COMMIT;\\n.system touch done\\n')"
  os.execute(("cd %s; %s | sqlite3 %s & until [ -e held ]; do sleep 0.02; done"):format(quoted(folder), writer:format(wait), quoted(db)))
  return function ()
    support.write(folder .. "/go", "")
    support.eventually(function () return support.read(folder .. "/done") end, "the end of a transaction")
  end
end

--- The copies that a migration left, a path in each line.
function phoenix.copies(db) return (support.capture("ls " .. quoted(db) .. ".before-migration-* 2>/dev/null")) end

return phoenix
