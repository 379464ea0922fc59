-- Definitions with one line of a provider's block changed: what a slip of the hand would do.
local mutants = {}

local OTHER = { ["true"] = "false", ["false"] = "true", access = "names", names = "access", key = "names", shown = "names" }

local function swap(word, pattern, line)
  local at, to = line:find(pattern)
  return at and line:sub(1, at - 1) .. OTHER[word] .. line:sub(to + 1)
end

--- The line with its value changed, nil where it has none.
local function altered(line)
  local code = line:gsub("%s*%-%-[^\"]*$", "")
  local proves = code:match "list_proves%s*=%s*\"(%a+)\""
  if proves then return swap(proves, proves, code) end
  local flag = code:match "=%s*(true)%f[%W]" or code:match "=%s*(false)%f[%W]"
  if flag then return swap(flag, flag, code) end
  local number = code:match "=%s*(%d+)"
  if number then return (code:gsub("(=%s*)" .. number, "%1" .. math.tointeger(number) + 1, 1)) end
  if code:find '"' then return (code:gsub('"([^"]*)"', '"%1x"', 1)) end
  if code:find "bearer" then return (code:gsub("bearer", 'header "x-mutant"')) end
end

local function each_change(text, wanted)
  local lines, found, provider = {}, {}, nil
  for line in (text .. "\n"):gmatch "(.-)\n" do lines[#lines + 1] = line end
  local function add(n, what, line)
    local copy = table.move(lines, 1, #lines, 1, {})
    copy[n] = line
    found[#found + 1] = { provider = provider, line = n, what = what, was = lines[n], text = table.concat(copy, "\n") }
  end
  for n, line in ipairs(lines) do
    local opened = line:match '^provider "([^"]+)" {$'
    if opened then provider = opened end
    if wanted(provider) and line:find "%S" and not line:match "^%s*%-%-" and line ~= "}" then
      local changed = altered(line)
      if changed and changed ~= line then add(n, "altered", changed) end
      add(n, "deleted", "")
    end
    if line == "}" then provider = nil end
  end
  return found
end

--- The text without the blocks of other providers, so that it loads faster; a block that is named elsewhere stays, and each line keeps its
-- number.
function mutants.alone(text, provider)
  local blocks, rest, within = {}, {}, nil
  for line in (text .. "\n"):gmatch "(.-)\n" do
    within = line:match '^provider "([^"]+)" {$' or within
    blocks[#blocks + 1] = { line, within }
    if not within or within == provider then rest[#rest + 1] = line end
    if line == "}" then within = nil end
  end
  local named, kept = table.concat(rest, "\n"), {}
  for i, block in ipairs(blocks) do
    local stays = not block[2] or named:find(('"%s"'):format(block[2]), 1, true)
    kept[i] = stays and block[1] or ""
  end
  return table.concat(kept, "\n")
end

--- Every one-line change of a file's blocks: { provider, line, what, text }. `what` is "altered" or "deleted".
function mutants.of(text) return each_change(text, function (provider) return provider end) end

--- The same of what stands between the blocks, and so belongs to no provider alone.
function mutants.between(text) return each_change(text, function (provider) return not provider end) end

return mutants
