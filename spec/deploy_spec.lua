-- docs/deploy.md: its commands are run as they stand there, with a program that holds its database open for a service.
local support = require "support.roster"

local quoted = support.quoted

-- What stands in for Phoenix: makes its database, goes on writing to it, and uses the model that the conversation remembers.
local PHOENIX = [[
#!/bin/sh
db=$1/phoenix.db
sqlite3 "$db" "PRAGMA journal_mode=wal; CREATE TABLE IF NOT EXISTS conversations (id TEXT PRIMARY KEY, model TEXT, beat INTEGER NOT NULL DEFAULT 0);
  CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, content TEXT);
  INSERT OR IGNORE INTO conversations (id, model) VALUES ('first', '$2');" >/dev/null
touch "$1/running"
left=1200
while [ -e "$1/running" ] && [ $left -gt 0 ]; do
  left=$((left - 1))
  echo "UPDATE conversations SET beat = beat + 1;"
  sleep 0.05
done | sqlite3 -cmd ".timeout 5000" "$db"
rm -f "$1/alive"
]]

local SYSTEMCTL = [[
#!/bin/sh
echo "$1 $2" >>DIR/journal
case $1 in
start) touch DIR/alive; sh DIR/phoenix.sh DIR "$(cat DIR/model)" >/dev/null 2>&1 </dev/null & while [ ! -e DIR/running ]; do sleep 0.02; done ;;
stop) rm -f DIR/running; while [ -e DIR/alive ]; do sleep 0.02; done ;;
esac
]]

local function blocks(title)
  local section = support.read("docs/deploy.md"):match("\n## " .. title .. "[^\n]*\n(.-)\n## ")
  local found = {}
  for text in section:gmatch "```sh\n(.-)```" do found[#found + 1] = text end
  return found
end

describe("docs/deploy.md", function ()
  local dir

  local function run(text)
    local script = text:gsub("/var/lib/phoenix", dir)
    support.write(dir .. "/block.sh", "set -e\n" .. script)
    local pipe = io.popen(("env PATH=%s/bin:$PATH ROSTER_CONFIG=%s/none sh %s/block.sh 2>&1; echo status $?"):format(quoted(dir), dir, dir))
    local out = pipe:read "a"
    pipe:close()
    return out
  end

  local function ask(text)
    local pipe = io.popen(("sqlite3 -cmd '.timeout 5000' %s/phoenix.db %s 2>&1"):format(dir, quoted(text)))
    local out = pipe:read "a":gsub("\n$", "")
    pipe:close()
    return out
  end

  before_each(function ()
    dir = support.folder()
    os.execute(("mkdir %s/bin %s/none && ln -s %s %s/bin/roster"):format(dir, dir, support.command, dir))
    support.write(dir .. "/phoenix.sh", PHOENIX)
    support.write(dir .. "/bin/systemctl", (SYSTEMCTL:gsub("DIR", dir)))
    support.write(dir .. "/model", "claude-4-opus")
    os.execute(("chmod +x %s/bin/systemctl && PATH=%s/bin:$PATH systemctl start phoenix"):format(dir, dir))
  end)

  after_each(function () os.execute(("PATH=%s/bin:$PATH systemctl stop phoenix"):format(dir)) end)

  it("option A begins anew", function ()
    local steps = blocks "Option A"
    assert.equal(1, #steps)
    ask "UPDATE conversations SET model = 'gone'"
    support.write(dir .. "/model", "claude-4.5-opus")
    local out = run(steps[1])
    assert.equal("status 0\n", out)
    assert.equal("start phoenix\nstop phoenix\nstart phoenix\n", support.read(dir .. "/journal"))
    assert.equal("first|claude-4.5-opus", ask "SELECT id, model FROM conversations")
  end)

  it("option B keeps everything, and can be taken back", function ()
    local steps = blocks "Option B"
    assert.equal(3, #steps)
    local seen = run(steps[1])
    assert.truthy(seen:find("rename to claude-4.5-opus", 1, true), seen)
    assert.truthy(seen:find("Nothing was changed: 1 row would be.", 1, true), seen)
    local beat = tonumber(ask "SELECT beat FROM conversations")

    local done = run(steps[2])
    assert.truthy(done:find("1 row was changed.", 1, true), done)
    assert.truthy(done:find("Nothing is to be changed.", 1, true), done)
    assert.truthy(done:find "status 0\n$", done)
    assert.equal("first|claude-4.5-opus", ask "SELECT id, model FROM conversations")
    assert.is_true(tonumber(ask "SELECT beat FROM conversations") >= beat)

    local undone = run(steps[3])
    assert.truthy(undone:find("1 row was brought back.", 1, true), undone)
    assert.equal("first|claude-4-opus", ask "SELECT id, model FROM conversations")
    assert.equal("ok", ask "PRAGMA integrity_check")
  end)
end)
