-- A reader who follows a page to the letter: writes the files that it shows, runs its commands in one shell, and compares what they print with
-- what the page prints.
--
-- A file is a block after a paragraph that begins with its name in backquotes. A block of `sh` is run and has to succeed. In one of `console`
-- each line with "$ " is run, and what follows is its output, in which "..." is any number of lines. All other blocks are only read.
local support = require "support.roster"

local reader = {}

local function lines_of(text) return (text:gsub("\n?$", "\n")):gmatch "([^\n]*)\n" end

--- The blocks of a page in order: { language, text, line, file = the name of the file that it is or nil }.
function reader.blocks(page)
  local list, block, number, above = {}, nil, 0, ""
  for line in lines_of(page) do
    number = number + 1
    if block and line == "```" then
      block.text = table.concat(block, "\n") .. "\n"
      list[#list + 1], block, above = block, nil, ""
    elseif block then
      block[#block + 1] = line
    elseif line:match "^```%w" then
      block = { language = line:match "^```(%w+)", line = number, file = above:match "^`([^`%s]+)`[^\n]*:$" or above:match ", `([^`%s]+)`:$" }
      if block.language == "sh" or block.language == "console" then block.file = nil end
    elseif line ~= "" then
      above = line
    end
  end
  return list
end

--- The commands of a `console` block: { command, expected = lines }.
local function commands_of(block)
  local list = {}
  for line in lines_of(block.text) do
    if line:sub(1, 2) == "$ " then
      list[#list + 1] = { command = line:sub(3), expected = {}, line = block.line }
    elseif list[#list] then
      table.insert(list[#list].expected, line)
    end
  end
  for _, one in ipairs(list) do
    while one.expected[#one.expected] == "" do table.remove(one.expected) end
  end
  return list
end

--- A script for bash that follows the blocks in a terminal of 80 columns, and the commands whose output it prints between marks.
function reader.script(blocks)
  local script, commands = { "set -eu", "export COLUMNS=80", 'trap \'echo "@@ failed $here"\' ERR' }, {}
  local function add(...) script[#script + 1] = table.concat { ... } end
  for i, block in ipairs(blocks) do
    add("here=", block.line)
    if block.file then
      local path = block.file:gsub("^~/", "$HOME/")
      add('mkdir -p "$(dirname "', path, '")"')
      add('cat >"', path, '" <<\'END-', i, "'\n", block.text, "END-", i)
    elseif block.language == "sh" then
      add(block.text)
    elseif block.language == "console" then
      for _, one in ipairs(commands_of(block)) do
        commands[#commands + 1] = one
        add('echo "@@ begin ', #commands, '"')
        add("{ ", one.command, "; } 2>&1 || true")
        add('echo; echo "@@ end"')
      end
    end
  end
  add 'echo; echo "@@ done"'
  return table.concat(script, "\n") .. "\n", commands
end

--- Compares the printed lines with the expected ones; gives nil, or what differs.
local function difference(one, printed)
  local at, free = 1, false
  for _, line in ipairs(one.expected) do
    if line == "..." then
      free = true
    else
      while free and printed[at] and printed[at] ~= line do at = at + 1 end
      if printed[at] ~= line then
        return ("line %d, $ %s\nexpected: %s\nprinted:\n%s"):format(one.line, one.command, line, table.concat(printed, "\n"))
      end
      at, free = at + 1, false
    end
  end
  if not free and #one.expected > 0 and printed[at] then
    return ("line %d, $ %s\nmore than expected: %s"):format(one.line, one.command, printed[at])
  end
end

--- What is untrue in a page, from the output of its script: a list, empty if all of it came out as printed.
function reader.compare(output, commands)
  local wrong, printed, current, done = {}, nil, nil, false
  for line in lines_of(output) do
    local number = line:match "^@@ begin (%d+)$"
    if number then
      current, printed = commands[tonumber(number)], {}
    elseif line == "@@ end" then
      while printed[#printed] == "" do table.remove(printed) end
      wrong[#wrong + 1] = difference(current, printed)
      current = nil
    elseif line:match "^@@ failed" then
      wrong[#wrong + 1] = "the block at line " .. line:match "%d+" .. " failed\n" .. output:sub(-2000)
    elseif line == "@@ done" then
      done = true
    elseif current then
      printed[#printed + 1] = line
    end
  end
  if not done and #wrong == 0 then wrong[1] = "it did not come to its end\n" .. output:sub(-2000) end
  return wrong
end

--- The page at a path of this project.
function reader.page(path) return assert(support.read(path), path) end

return reader
