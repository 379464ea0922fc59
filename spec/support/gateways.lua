-- Gateways that others wrote, as processes on loopback: Portkey's and @musistudio/llms, installed by scripts/dependencies into build/gateways.
local cjson = require "cjson"
local support = require "support.roster"

local gateways = {}
local running = {}

local PACKAGES = support.root .. "/build/gateways/node_modules"
local START = support.root .. "/spec/gateways/start.cjs"

--- Why they cannot run here, or nil.
function gateways.missing()
  local version = support.capture "node --version 2>/dev/null"
  local major = tonumber(version:match "^v(%d+)")
  if not major or major < 18 then return "they need node 18, and here is " .. (major and version or "none") end
  assert(support.read(PACKAGES .. "/installed.json"), "the packages of spec/gateways are missing: run scripts/dependencies test")
end

local function start(words)
  local folder = support.folder()
  local line = ("echo $$; NODE_PATH=%s exec node %s 2>%s </dev/null"):format(support.quoted(PACKAGES), support.line(words), support.quoted(folder .. "/err"))
  local pipe = assert(io.popen("exec sh -c " .. support.quoted(line)))
  local gateway = { pid = pipe:read "l" }
  for said in pipe:lines() do
    gateway.port = said:match "listening (%d+)$"
    if gateway.port then break end
  end
  if not gateway.port then error("the gateway did not start: " .. (support.read(folder .. "/err") or "")) end
  gateway.url = "http://127.0.0.1:" .. gateway.port
  gateway.pipe = pipe
  running[#running + 1] = gateway
  return gateway
end

--- Portkey's gateway: it passes the caller's key on to the address in a header.
function gateways.portkey() return start { START, "portkey" } end

--- @musistudio/llms, which has keys of its own. providers: a list as its configuration has it.
function gateways.llms(providers)
  return start { START, "llms", support.write(support.folder() .. "/providers.json", cjson.encode(providers)) }
end

function gateways.stop_all()
  for _, gateway in ipairs(running) do
    os.execute(("kill -KILL %s 2>/dev/null"):format(gateway.pid))
    gateway.pipe:close()
  end
  running = {}
  support.stop_all()
end

return gateways
