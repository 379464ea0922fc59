-- What roster ships, prints and documents as definitions is free of findings: its own files, the examples, and each block of a page that is
-- a complete file. All of it is linted in this process.
local roster, support = require "roster", require "support.roster"

local VERBS = { "provider", "model", "gateway", "protocol", "retired", "family", "role", "ids", "source", "rule", "document", "default", "validate" }

--- What is found in a file or a folder, one line for each finding. HOME is a folder that is empty.
local function found(path)
  local home = support.folder()
  local good, err, list = roster.lint({ config = path or "", environment = { PATH = os.getenv "PATH", HOME = home } })
  assert(good or err.code == "definitions", tostring(err))
  local lines = {}
  for i, one in ipairs(list) do lines[i] = ("%s:%s: %s"):format(one.file, one.line or 0, one.message) end
  return table.concat(lines, "\n")
end

--- Whether the text begins like a file of definitions: with a verb and a name or a table, behind comments.
local function is_file(text, language)
  if language == "json" then return text:find '^%s*{%s*"%$schema"' or text:find '^%s*{%s*"provider":' or text:find '^%s*{%s*"model":' end
  local word = text:gsub("%-%-[^\n]*\n", ""):match "^%s*(%l+)[ (]*[\"{]"
  for _, verb in ipairs(VERBS) do
    if verb == word then return true end
  end
end

--- The blocks of a page that are files of definitions, each with its line.
local function blocks(page)
  local list, at, block = {}, 0, nil
  for line in support.read(page):gmatch "([^\n]*)\n" do
    at = at + 1
    local language = line:match "^%s*```(%l+)$"
    if block and line:find "^%s*```%s*$" then
      if is_file(block.text, block.language) then list[#list + 1] = block end
      block = nil
    elseif block then
      block.text = block.text .. line .. "\n"
    elseif language == "lua" or language == "json" then
      block = { line = at + 1, language = language, text = "" }
    end
  end
  return list
end

-- What blocks speak of that another block of the page defines.
local AROUND = {
  { 'provider "acme"', 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }\n' },
  { 'model "acme%-large"', 'model "acme-large" { provider = "acme" }\n' },
  { 'model "acme%-small"', 'model "acme-small" { provider = "acme" }\n' },
}

--- The block as a folder of definitions: a public key that the page shortens is complete.
local function folder_of(block)
  local around = {}
  for _, one in ipairs(AROUND) do
    if block.language == "lua" and not block.text:find(one[1]) then around[#around + 1] = one[2] end
  end
  local whole = block.text:gsub('"RWQ[^"]*%.%.%."', '"RWQ' .. ("A"):rep(53) .. '"')
  return support.config { ["a." .. block.language] = whole, ["around.lua"] = table.concat(around) }
end

local function names(command)
  local list = {}
  for name in io.popen(command):lines() do list[#list + 1] = name end
  return list
end

describe("Of what roster ships", function ()
  it("its own definitions are free of findings", function () assert.equal("", found()) end)

  for _, path in ipairs { "examples/overlay", "examples/gateway", "examples/protocol/odd.lua", "examples/json" } do
    it(path .. " is free of findings", function () assert.equal("", found(support.root .. "/" .. path)) end)
  end

  it("what roster init writes is free of findings", function ()
    local folder = support.folder()
    local result = support.roster({ "init", folder .. "/new" }, {})
    assert.equal(0, result.status, result.err)
    assert.equal("", found(folder .. "/new"))
  end)

  for _, page in ipairs(names("cd " .. support.quoted(support.root) .. " && ls README.md docs/*.md")) do
    for _, block in ipairs(blocks(support.root .. "/" .. page)) do
      it(("the definitions at %s:%d are free of findings"):format(page, block.line), function ()
        assert.equal("", found(folder_of(block)))
      end)
    end
  end
end)
