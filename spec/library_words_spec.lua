-- What the library says to hosts, read from the compiled file: it never speaks of the command, which a host may not have.
local support = require "support.roster"

local function lines_of(command)
  local pipe = assert(io.popen(command))
  local out = {}
  for line in pipe:lines() do out[#out + 1] = line end
  pipe:close()
  return out
end

--- The strings of a library, without the comments of the definitions that are compiled in.
local function strings_of(file)
  local out = {}
  for _, line in ipairs(lines_of("strings -n 6 " .. support.quoted(support.root .. "/build/" .. file))) do
    if not line:find "^%s*%-%-" then out[#out + 1] = line:gsub("%s%-%- .*$", "") end
  end
  return out
end

local function verbs()
  local out = {}
  for line in support.roster({ "help" }).out:gmatch "[^\n]+" do
    local verb = line:match "^  (%l[%l-]*)"
    if verb then out[verb] = true end
  end
  return out
end

local function options()
  local out = {}
  for name in support.read(support.root .. "/src/command/shared/arguments.c"):gmatch '{ "(%-%-[%l-]+)", ' do out[name] = true end
  return out
end

describe("The library's messages", function ()
  local strings

  setup(function ()
    strings = strings_of "libroster.so"
    assert.is_true(#strings > 1000)
  end)

  it("name no verb of the command", function ()
    local known, found = verbs(), {}
    assert.is_true(known.check and known.lint and known.init)
    for _, line in ipairs(strings) do
      for verb in line:gmatch "%f[%w]roster (%l[%l-]*)" do
        if known[verb] then found[#found + 1] = line end
      end
    end
    assert.same({}, found)
  end)

  it("name no option of the command", function ()
    local known, found = options(), {}
    assert.is_true(known["--deep"] and known["--no-builtin"])
    for _, line in ipairs(strings) do
      for option in line:gmatch "%f[%S]%(?`?(%-%-[%l-]+)" do
        if known[option] and not line:find "aws configure" then found[#found + 1] = line end
      end
    end
    assert.same({}, found)
  end)

  it("have each of the words to which the command adds a verb or an option of its own", function ()
    local table_of_advice = support.read(support.root .. "/src/command/shared/advice.c")
    local text, count = table.concat(strings, "\n"), 0
    for words in table_of_advice:gmatch '\n  { "(.-)", "' do
      count = count + 1
      assert.truthy(text:find((words:gsub("^one of the", "of the")), 1, true), words)
    end
    assert.is_true(count > 10)
  end)
end)

describe("The command", function ()
  after_each(support.stop_all)

  it("adds to a hint of the library the verb that does it", function ()
    local acme = [[
      provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://acme.example", credential = secret "ACME_API_KEY" }
      model "large" { provider = "acme" }
    ]]
    local acme_alone = { config = { ["a.lua"] = acme }, env = { ACME_API_KEY = "sk-a-key" } }
    local result = support.roster({ "resolve", "largge", "--no-builtin" }, acme_alone)
    assert.truthy(result.err:find("look at the ids of the known models (roster models --all)", 1, true), result.err)
    local none = support.roster({ "models", "--no-builtin" }, { config = support.folder() })
    assert.truthy(none.out:find("roster init", 1, true), none.out)
  end)
end)
