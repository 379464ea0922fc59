-- The same from Lua: what can be used, and why the rest cannot. Nothing is asked when the first argument is "offline".
--
--   lua5.4 host.lua
local roster = require "roster"

local registry, err = roster.open()
if not registry then
  io.stderr:write(("%s:%d: %s\n"):format(err.file or "", err.line, err.message))
  os.exit(1)
end

if arg[1] ~= "offline" then
  local ok, why = registry:refresh()
  if not ok then io.stderr:write(why.message, "\n") end
end

local snapshot = registry:snapshot()
for model in snapshot:all() do
  if model.usable then
    print(("%-24s %s"):format(model.id, model.url))
  else
    print(("%-24s %s: %s"):format(model.id, model.state, model.reason))
  end
end

local default = snapshot:default()
print("default: " .. (default and default.id or "none"))
