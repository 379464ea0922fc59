-- Readers of the README and of the guides, who follow them to the letter on a Debian 12 that has git, gcc, make and curl and nothing else. Each
-- has a home of its own there, without a network: what apt installs is in its cache (scripts/bare-debian). The clone is of this checkout. One line is
-- left out: `make test`, which is what runs on a fresh machine anyway, and would run this again.
local reader = require "support.reader"
local support = require "support.roster"

local quoted = support.quoted
local BARE = support.root .. "/build/bare-debian"

local function run(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read "a"
  return text, (pipe:close())
end

local WHY
do
  local said, good = run(quoted(support.root .. "/scripts/bare-debian"))
  WHY = not good and (said:match "no bare Debian: ([^\n]*)" or said) or nil
end

-- systemd does not run in there: what is asked of it is done by a program that starts the unit's command.
local SYSTEMCTL = [[
#!/bin/sh
unit=/usr/local/lib/systemd/system/roster.service
case "$1 $*" in
"enable "*|"restart "*)
  [ ! -e /run/roster.pid ] || { kill "$(cat /run/roster.pid)"; sleep 1; }
  command=$(sed -n 's/^ExecStart=//p' "$unit" | sed 's,${CREDENTIALS_DIRECTORY},/etc/roster,')
  $command >/run/roster.out 2>/run/roster.log </dev/null & echo $! >/run/roster.pid ;;
"disable "*) kill "$(cat /run/roster.pid)"; rm /run/roster.pid ;;
"daemon-reload "*) ;;
*) echo "systemctl $*: not known here" >&2; exit 1 ;;
esac
]]

local INSIDE = [[
ip link set lo up 2>/dev/null
mount -t proc proc "$1/proc" || exit 1
exec chroot "$1" /usr/bin/env -i HOME="$2" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb \
  timeout 600 bash "$2/follow.sh"
]]

-- What the guides begin with: a clone that is built and installed, and the programs that they name.
local PREPARED = [[
if [ ! -e /root/prepared ]; then
  [ -d /root/clone ] || git clone -q https://example.com/roster.git /root/clone
  { make -s -C /root/clone run && make -s -C /root/clone install && apt-get install -y -qq lua5.4 lua-cjson python3 openssl; } >/root/log 2>&1 || tail -20 /root/log
  touch /root/prepared
fi
mkdir -p roster && cp -a /root/clone/. roster && cd roster
]]

local machine

--- A fresh machine, and in it a repository of what this checkout has.
local function start()
  machine = support.folder() .. "/machine"
  local repository = machine .. "/srv/roster.git"
  assert(os.execute(("cp -a --reflink=auto %s %s && mkdir -p %s"):format(quoted(BARE), quoted(machine), quoted(repository))))
  assert(os.execute(("cd %s && git ls-files -z | tar -c --null -T - | tar -x -C %s"):format(quoted(support.root), quoted(repository))))
  local commit = "git init -q && git add -A -f && git -c user.name=reader -c user.email=reader@example.com commit -q -m all"
  assert(os.execute(("cd %s && %s"):format(quoted(repository), commit)))
  support.write(machine .. "/usr/local/bin/systemctl", SYSTEMCTL)
  assert(os.execute("chmod +x " .. quoted(machine .. "/usr/local/bin/systemctl")))
  support.write(machine .. "/etc/gitconfig", '[safe]\n\tdirectory = *\n[url "/srv/roster.git"]\n\tinsteadOf = https://example.com/roster.git\n')
  support.write(machine .. "/root/inside.sh", INSIDE)
end

--- Follows the blocks as a new user of the machine would, in a clone that is built and installed unless `bare`. Gives what is untrue, and the
--- commands.
local function follow(blocks, bare)
  if not machine then start() end
  local home = "/home/" .. tostring(os.clock()):gsub("%D", "")
  local script, commands = reader.script(blocks)
  assert(os.execute("mkdir -p " .. quoted(machine .. home)))
  support.write(machine .. home .. "/follow.sh", "cd ~\n" .. (bare and "" or PREPARED) .. script .. (bare and "cp -a ~/roster /root/clone\n" or ""))
  local output = run(("unshare --mount --pid --net --fork --kill-child sh %s %s %s"):format(quoted(machine .. "/root/inside.sh"), quoted(machine), home))
  return reader.compare(output, commands), commands
end

describe("A reader with a bare Debian", function ()
  teardown(support.stop_all)

  local function promise(sentence, page, at_least, bare)
    it(sentence, function ()
      if WHY then return pending(WHY) end
      local blocks = reader.blocks((reader.page(page):gsub("\nmake test [^\n]*", "\n")))
      local wrong, commands = follow(blocks, bare)
      assert.same({}, wrong)
      assert.is_true(#commands >= at_least, page .. ": " .. #commands .. " commands")
    end)
  end

  promise("gets what the README prints, from git clone on", "README.md", 5, true)
  promise("gets from an empty file to a company gateway with rules by docs/deployers.md", "docs/deployers.md", 12)
  promise("has a host in C, Lua and Python by docs/hosts.md", "docs/hosts.md", 3)
  promise("has a server that is watched by docs/operators.md", "docs/operators.md", 3)
end)

describe("The blocks of the README and of the guides", function ()
  it("are scripts that bash can read", function ()
    local folder, seen = support.folder(), 0
    for _, page in ipairs { "README.md", "docs/deployers.md", "docs/hosts.md", "docs/operators.md", "docs/deploy.md" } do
      for _, block in ipairs(reader.blocks(reader.page(page))) do
        if block.language == "sh" then
          local path = support.write(folder .. "/block.sh", block.text)
          local said, good = run("bash -n " .. quoted(path))
          assert.is_true(good, page .. ": " .. said)
          seen = seen + 1
        end
      end
    end
    assert.is_true(seen >= 15)
  end)
end)
