-- docs/deploy.md: its commands are run unchanged, with a service that is a program which keeps its database open. Its parts about nginx
-- and systemd are tested where those are installed.
local serving = require "support.serving"
local support = require "support.roster"

local quoted = support.quoted

-- A substitute for Phoenix: it creates the database, keeps writing to it, and uses the model that the conversation remembers.
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
done | sqlite3 -cmd ".timeout 60000" "$db"
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

describe("The procedure of docs/deploy.md", function ()
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
    local pipe = io.popen(("sqlite3 -cmd '.timeout 60000' %s/phoenix.db %s 2>&1"):format(dir, quoted(text)))
    local out = pipe:read "a":gsub("\n$", "")
    pipe:close()
    return out
  end

  before_each(function ()
    dir = support.folder()
    os.execute(("mkdir %s/bin %s/none && ln -s %s %s/bin/roster"):format(dir, dir, quoted(support.command), dir))
    support.write(dir .. "/phoenix.sh", PHOENIX)
    support.write(dir .. "/bin/systemctl", (SYSTEMCTL:gsub("DIR", dir)))
    support.write(dir .. "/model", "claude-4-opus")
    os.execute(("chmod +x %s/bin/systemctl && PATH=%s/bin:$PATH systemctl start phoenix"):format(dir, dir))
  end)

  after_each(function () os.execute(("PATH=%s/bin:$PATH systemctl stop phoenix"):format(dir)) end)

  it("begins with an empty database in option A", function ()
    local steps = blocks "Option A"
    assert.equal(1, #steps)
    ask "UPDATE conversations SET model = 'gone'"
    support.write(dir .. "/model", "claude-4.5-opus")
    local out = run(steps[1])
    assert.equal("status 0\n", out)
    assert.equal("start phoenix\nstop phoenix\nstart phoenix\n", support.read(dir .. "/journal"))
    assert.equal("first|claude-4.5-opus", ask "SELECT id, model FROM conversations")
  end)

  it("keeps all data in option B, and can be undone", function ()
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

local function installed(program) return (os.execute("command -v " .. program .. " >/dev/null 2>&1")) end

describe("The server behind the nginx of docs/deploy.md", function ()
  local TOKEN = "a-token-for-specs-0123456789"
  local CONF = [[
worker_processes 1; daemon on; pid DIR/pid; error_log DIR/error;
events { }
http {
  access_log off;
  client_body_temp_path DIR/body; proxy_temp_path DIR/proxy; fastcgi_temp_path DIR/fastcgi; uwsgi_temp_path DIR/uwsgi; scgi_temp_path DIR/scgi;
  server { listen unix:DIR/socket; LOCATION }
}]]
  local dir, server

  setup(function ()
    if not installed "nginx" then return end
    dir = support.folder()
    server = serving.start { env = { ROSTER_MOCK = "yes", ROSTER_TOKEN = TOKEN }, config = {}, words = { "--no-builtin", "--allow-host", "models.example.com" } }
    server.settle()
    local location = support.read("docs/deploy.md"):match "```nginx\n(.-)```":gsub("127%.0%.0%.1:7411", "127.0.0.1:" .. server.port)
    support.write(dir .. "/conf", (CONF:gsub("LOCATION", function () return location end):gsub("DIR", dir)))
    assert(os.execute(("nginx -c %s/conf -p %s -e %s/error 2>/dev/null"):format(dir, dir, dir)), support.read(dir .. "/error"))
  end)

  teardown(function ()
    if dir then os.execute(("kill $(cat %s/pid)"):format(dir)) end
    serving.stop_all()
  end)

  --- Sends the requests of this function through nginx.
  local function through(with)
    if not server then return pending "nginx is not installed" end
    local own = server.url
    server.url, server.socket = "http://models.example.com/", dir .. "/socket"
    local good, wrong = pcall(with)
    server.url, server.socket = own, nil
    if not good then error(wrong, 0) end
  end

  it("gives the same documents and recognizes their entity tags", function ()
    local own = server and server.get "/api/models"
    through(function ()
      local answer = server.get "/api/models"
      assert.equal(200, answer.status)
      assert.truthy(answer.headers.server:find "nginx")
      assert.equal(own.body, answer.body)
      assert.equal(own.headers.etag, answer.headers.etag)
      assert.equal(304, server.get("/api/models", "If-None-Match: " .. own.headers.etag).status)
      assert.equal(200, server.get "/".status)
    end)
  end)

  it("accepts a refresh with the token only", function ()
    through(function ()
      assert.equal(200, server.refresh(TOKEN).status)
      assert.equal(401, server.refresh "not-the-token-0123456789".status)
    end)
  end)

  it("sends events as they occur", function ()
    through(function ()
      local events = server.listen()
      support.write(server.config .. "/more.lua", 'model "mock-2" { provider = "mock" }')
      serving.eventually(function ()
        local _, text = events()
        return text:find("mock-2", 1, true)
      end, "the news of it")
    end)
  end)

  it("refuses a host name that is not allowed", function ()
    through(function () assert.equal(403, server.get("/api/models", "Host: elsewhere.example.com").status) end)
  end)
end)

describe("dist/roster.service", function ()
  it("is a unit that systemd accepts without a complaint and rates as well confined", function ()
    if not installed "systemd-analyze" then return pending "systemd is not installed" end
    local dir = support.folder()
    os.execute(support.line { "ln", "-s", support.command, dir .. "/roster" }) -- some paths cannot be written in a unit
    local unit = support.read("dist/roster.service"):gsub("/usr/local/bin/roster", dir .. "/roster")
    support.write(dir .. "/roster.service", unit)
    local pipe = io.popen(("systemd-analyze verify --man=no %s/roster.service 2>&1; echo status $?"):format(dir))
    assert.equal("status 0\n", pipe:read "a")
    pipe:close()
    assert.is_true((os.execute(("systemd-analyze security --offline=true --threshold=20 --no-pager %s/roster.service >/dev/null 2>&1"):format(dir))))
  end)
end)
