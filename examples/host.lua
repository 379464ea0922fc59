-- The same as host.c from Lua: which models can be used, and why the others cannot. Makes no requests when the first argument is "offline".
--
--   lua5.4 host.lua [offline|online [document]]
local roster = require "roster"

local function complain(err) io.stderr:write(tostring(err), "\n") end

local registry, err = roster.open { on_finding = complain }
if not registry then
  complain(err)
  os.exit(1)
end

if arg[1] ~= "offline" then
  local ok, why = registry:refresh()
  if not ok then complain(why) end
end

local snapshot = registry:snapshot() -- immutable; hold it for as long as one request lasts
for model in snapshot:all() do
  if model.usable then
    print(("%-24s %s"):format(model.id, model.url))
  else
    print(("%-24s %s: %s"):format(model.id, model.state, model.reason))
  end
end

local default = snapshot:default()
print("default: " .. (default and default.id or "none"))

-- The output of `roster models --json` as a table, parsed by lua-cjson: unknown values are cjson.null.
if arg[2] == "document" then
  local document = assert(snapshot:document())
  print(("%d can be used, %d cannot"):format(#document.models, #document.unavailable))
end
