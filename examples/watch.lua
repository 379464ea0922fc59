-- A Lua host that stays current: the registry notices edits of its definitions and asks the providers again every five minutes, in its own
-- threads. Each line of standard input is a request: the host takes the snapshot of the moment, prints the model that would serve
-- it, and what has changed since the line before.
--
--   lua5.4 watch.lua
local roster = require "roster"

local function complain(err) io.stderr:write(tostring(err), "\n") end

local registry = assert(roster.open { on_finding = complain }) -- findings of later edits come here too, at the next call
assert(registry:watch())
assert(registry:refresh_every(300))
local ok, why = registry:refresh()
if not ok then complain(why) end

local before = registry:snapshot()
for line in io.lines() do
  local now = registry:snapshot() -- takes no lock and makes no requests
  if now.generation ~= before.generation then print("changed: " .. now:changes(before)) end
  local model = now:default()
  print(("%s -> %s"):format(line, model and model.id or "no model is ready"))
  before = now
end
registry:close()
