-- docs/deploy.md: its commands are run unchanged, with a service that is a program which keeps its database open. docs/operators.md: its part
-- about nginx is tried with nginx; the unit is tested where systemd is installed.
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
    assert.truthy(done:find("Nothing to change.", 1, true), done)
    assert.truthy(done:find "status 0\n$", done)
    assert.equal("first|claude-4.5-opus", ask "SELECT id, model FROM conversations")
    assert.is_true(tonumber(ask "SELECT beat FROM conversations") >= beat)

    local undone = run(steps[3])
    assert.truthy(undone:find("1 row was restored.", 1, true), undone)
    assert.equal("first|claude-4-opus", ask "SELECT id, model FROM conversations")
    assert.equal("ok", ask "PRAGMA integrity_check")
  end)
end)

local function installed(program) return (os.execute("command -v " .. program .. " >/dev/null 2>&1")) end

-- nginx is where an ordinary user does not look. Started by root its workers are www-data's, as on Debian; else all is one user's.
local NGINX = "PATH=$PATH:/usr/sbin:/sbin nginx"
local IS_ROOT = support.capture "id -u" == "0\n"

local CONF = [[
USER worker_processes 1; daemon on; pid DIR/pid; error_log DIR/error;
events { }
http {
  access_log off;
  client_body_temp_path DIR/body; proxy_temp_path DIR/proxy; fastcgi_temp_path DIR/fastcgi; uwsgi_temp_path DIR/uwsgi; scgi_temp_path DIR/scgi;
  server { listen unix:DIR/front; LOCATION }
}]]

local folders, pids = {}, {}

--- A folder that nginx's workers may enter. TMPDIR is often one that only its owner may enter.
local function open_folder()
  local dir = support.capture "mktemp -d /tmp/roster-nginx-XXXXXX":gsub("\n", "")
  folders[#folders + 1] = dir
  assert(os.execute("chmod 711 " .. quoted(dir)))
  return dir
end

--- Starts an nginx with the location of docs/operators.md in a folder of its own; gives the socket at which it listens.
local function start_nginx(replacement)
  local dir = open_folder()
  local section = support.read("docs/operators.md"):match "\n## Behind nginx\n(.-)\n## "
  local location, address = section:match "```nginx\n(location.-)```", section:match "```nginx\n%s*(proxy_pass http://unix:[^\n]*)\n```"
  if replacement.socket then
    location = location:gsub("proxy_pass [^\n]*", function () return (address:gsub("/run/roster/http%.sock", replacement.socket)) end)
  else
    location = location:gsub("127%.0%.0%.1:7411", replacement.address)
  end
  local conf = CONF:gsub("LOCATION", function () return location end):gsub("USER", IS_ROOT and "user www-data;" or ""):gsub("DIR", dir)
  support.write(dir .. "/conf", conf)
  local line = ("%s -c %s/conf -p %s -e %s/error 2>&1"):format(NGINX, dir, dir, dir)
  local out, status = support.capture(line)
  if status ~= 0 then error("nginx does not start (`make test` installs it): " .. out) end
  pids[#pids + 1] = support.read(dir .. "/pid"):match "%d+"
  return dir .. "/front"
end

local function stop_nginxes()
  for _, pid in ipairs(pids) do os.execute("kill " .. pid) end
  for _, pid in ipairs(pids) do
    support.eventually(function () return not os.execute("kill -0 " .. pid .. " 2>/dev/null") end, "the end of nginx")
  end
  for _, dir in ipairs(folders) do os.execute("rm -rf " .. quoted(dir)) end
  folders, pids = {}, {}
end

local TOKEN = "a-token-for-specs-0123456789"

local function serve(listen, ...)
  local words = { "--no-builtin", "--allow-host", "models.example.com", ... }
  return serving.start { env = { ROSTER_MOCK = "yes", ROSTER_TOKEN = TOKEN }, config = {}, words = words, listen = listen }.settle()
end

--- The words that let nginx in, as docs/operators.md has them for a server that is not a unit.
local function admitting()
  local mode, group = "0660", "www-data"
  if not IS_ROOT then return "--socket-mode", mode end
  return "--socket-mode", mode, "--socket-group", group
end

for _, place in ipairs { "a port", "a Unix socket" } do
  describe("The server at " .. place .. " behind the nginx of docs/operators.md", function ()
    local server, front

    setup(function ()
      if place == "a port" then
        server = serve "127.0.0.1:0"
        front = start_nginx { address = "127.0.0.1:" .. server.port }
      else
        local socket = open_folder() .. "/http.sock"
        server = serve("unix:" .. socket, admitting())
        front = start_nginx { socket = socket }
      end
    end)

    teardown(function ()
      stop_nginxes()
      serving.stop_all()
    end)

    --- Sends the requests of this function through nginx.
    local function through(with)
      local url, socket = server.url, server.socket
      server.url, server.socket = "http://models.example.com/", front
      local good, wrong = pcall(with)
      server.url, server.socket = url, socket
      if not good then error(wrong, 0) end
    end

    it("gives the same documents and recognizes their entity tags", function ()
      local own = server.get "/api/models"
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

    it("accepts a refresh from its own page, even if nginx uses another port, and from no other page", function ()
      through(function ()
        local function from(origin, host)
          return server.ask("/api/refresh", { method = "POST", headers = { "Authorization: Bearer " .. TOKEN, "Origin: " .. origin, "Host: " .. host } }).status
        end
        assert.equal(200, from("https://models.example.com", "models.example.com"))
        assert.equal(200, from("https://models.example.com:8443", "models.example.com:8443"))
        assert.equal(403, from("https://elsewhere.example.com", "models.example.com"))
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
end

describe("A Unix socket behind an nginx of another user", function ()
  teardown(function ()
    stop_nginxes()
    serving.stop_all()
  end)

  it("is closed to it until its mode and group let it in", function ()
    if not IS_ROOT then return end -- an ordinary user has no other one to try it with
    for _, case in ipairs { { 502 }, { 502, "--socket-mode", "0660" }, { 502, "--socket-group", "www-data" }, { 200, admitting() },
      { 200, "--socket-mode", "0666" } } do
      local socket = open_folder() .. "/http.sock"
      local server = serve("unix:" .. socket, table.unpack(case, 2))
      server.url, server.socket = "http://models.example.com/", start_nginx { socket = socket }
      assert.equal(case[1], server.get "/healthz".status, table.concat(case, " "))
    end
  end)

  it("cannot be given to a group that its user is not in, which the server reports", function ()
    local command, dir = support.command, open_folder()
    local words = { "serve", "--listen", "unix:" .. dir .. "/http.sock", "--socket-group", "www-data" }
    local line = support.command_line(words, { env = { HOME = dir } })
    if IS_ROOT then
      dir = open_folder() -- nobody has to reach the command: a copy of it, where nobody may look
      local there = command:match "^(.*)/"
      assert(os.execute(("chmod 777 %s && cp %s %s/*.so* %s"):format(quoted(dir), quoted(command), quoted(there), quoted(dir))))
      words[3] = "unix:" .. dir .. "/http.sock"
      line = "setpriv --reuid=65534 --regid=65534 --clear-groups " .. support.command_line(words, { env = { HOME = dir }, command = dir .. "/roster" })
    end
    local out, status = support.capture("cd / && " .. line .. " 2>&1")
    assert.equal(1, status, out)
    assert.truthy(out:find("cannot give " .. words[3]:sub(6), 1, true), out)
    assert.truthy(out:find("as a member of that group", 1, true), out)
    assert.is_false(os.execute("test -e " .. quoted(words[3]:sub(6))) or false)
  end)
end)

describe("The drop-in of docs/operators.md for nginx", function ()
  local dropin = support.read "docs/operators.md":match "\n## Behind nginx\n.-```ini\n(.-)```"
  local unit = support.read "dist/roster.service"

  it("starts the server with options that exist, in the directory that the unit makes", function ()
    local help = support.roster({ "serve", "--help" }).out
    local line = dropin:match "\nExecStart=(%S+/roster serve [^\n]*)\n"
    for option in line:gmatch "%-%-[%a-]+" do assert.truthy(help:find("  " .. option .. " ", 1, true), option) end
    assert.equal(unit:match "\nRuntimeDirectory=(%S+)\n", line:match "unix:/run/([^/ ]+)/")
    assert.equal("0750", unit:match "\nRuntimeDirectoryMode=(%S+)\n")
  end)

  it("gives the socket nginx's group and a mode that lets this group connect", function ()
    assert.truthy(dropin:find("\nGroup=www-data\n", 1, true))
    assert.truthy(dropin:find("--socket-mode 0660 ", 1, true))
    assert.is_nil(dropin:find("--socket-group", 1, true)) -- PrivateUsers= hides other groups
  end)
end)

describe("dist/roster.service", function ()
  it("is a unit that systemd accepts without warnings and rates as well confined", function ()
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
