-- The exit codes: one table, the same for every verb. Each verb is walked through each kind of failure.
local support = require "support.roster"

--- What a call of each verb needs behind it, and the verbs that read definitions.
local OPERANDS = {
  explain = { "gpt-5.5" }, resolve = { "gpt-5.5" }, request = { "gpt-5.5" }, price = { "gpt-5.5", "--input", "1" }, import = { "FILE" }, mock = { "FILE" },
  completions = { "bash" }, try = { "gpt-5.5", "hi" },
}
local UNKNOWN_ID = { check = 2, explain = 2, resolve = 1, request = 2, price = 2, diff = 2, role = 2, help = 2, completions = 2, update = 2 }

local function verbs_of(help)
  local list = {}
  for verb in help:gmatch "\n  ([a-z-]+)%f[ \n]" do
    if verb ~= "roster" then list[#list + 1] = verb end
  end
  return list
end

describe("The exit code", function ()
  local verbs, helps, options, folder = {}, {}, {}, nil

  setup(function ()
    folder = support.folder()
    support.write(folder .. "/bad.lua", "model {")
    verbs = verbs_of(support.roster({ "help" }).out)
    for _, verb in ipairs(verbs) do
      helps[verb] = support.roster({ "help", verb }).out
      options[verb] = {}
      for option in helps[verb]:gmatch "\n  (%-%-[a-z-]+)" do options[verb][option] = true end
    end
  end)

  --- A call that is complete, and asks nobody where the verb can do without.
  local function call(verb, ...)
    local words = { verb }
    for _, word in ipairs(OPERANDS[verb] or {}) do words[#words + 1] = word == "FILE" and folder .. "/none.json" or word end
    for _, word in ipairs { ... } do words[#words + 1] = word end
    if options[verb]["--offline"] then words[#words + 1] = "--offline" end
    return words
  end

  local function status(words, more) return support.roster(words, more).status end

  it("is described in the help of every verb, and for all verbs in help exit-codes, in the same words", function ()
    local all = support.roster({ "help", "exit-codes" }).out
    assert.is_true(#verbs > 20)
    for _, verb in ipairs(verbs) do
      local own = helps[verb]:match "\nexit codes\n(.*)$"
      assert.truthy(own:find "^  0  ", verb)
      assert.truthy(own:find "\n  2  ", verb)
      assert.truthy(all:find("\nroster " .. verb .. "\n" .. own, 1, true), verb)
    end
    local manual, general = support.read "man/roster.1", all:match "^(.-)\n\nroster " .. "\n  9  "
    for code = 0, 3 do
      local meaning = general:match("\n  " .. code .. "  (.-)\n  %d  "):gsub("%s+", " ")
      assert.truthy(manual:find("\n.B " .. code .. "\n" .. meaning:sub(1, 1):upper() .. meaning:sub(2) .. ".\n", 1, true), meaning)
    end
  end)

  it("is 2 for an unknown option, a missing value and one operand too many, whatever the verb", function ()
    for _, verb in ipairs(verbs) do
      assert.equal(2, status(call(verb, "--qqq")), verb)
      assert.equal(2, status { verb, "a", "b", "c", "d", "--qqq=1" }, verb)
      if options[verb]["--config"] then assert.equal(2, status { verb, "--config" }, verb) end
      if options[verb]["--level"] then assert.equal(2, status(call(verb, "--level", "qqq")), verb) end
    end
  end)

  it("is 2 for definitions with errors, and for a --config that is not there, whatever the verb that reads them", function ()
    local seen = 0
    for _, verb in ipairs(verbs) do
      local words = call(verb)
      if verb == "migrate" then words = { "migrate", "--sql", "--profile", "phoenix" } end
      if options[verb]["--config"] and verb ~= "lint" and verb ~= "doctor" and verb ~= "config" then
        seen = seen + 1
        for _, path in ipairs { "/bad.lua", "/not-there" } do
          words[#words + 1], words[#words + 2] = "--config", folder .. path
          assert.equal(2, status(words), verb .. path)
          words[#words], words[#words - 1] = nil, nil
        end
      end
    end
    assert.is_true(seen >= 14)
    assert.equal(1, status { "lint", folder .. "/bad.lua" }, "lint found what it was asked about")
    assert.equal(2, status { "lint", folder .. "/not-there" })
  end)

  it("is 2 for a name that does not exist, if that is not the question itself", function ()
    for verb, expected in pairs(UNKNOWN_ID) do
      local words = { verb, "qqq-unknown", "--config", folder .. "/empty" }
      if not options[verb]["--config"] then words = { verb, "qqq-unknown" } end
      if verb == "price" then words[#words + 1], words[#words + 2] = "--input", "1" end
      if options[verb]["--offline"] then words[#words + 1] = "--offline" end
      os.execute("mkdir -p " .. support.quoted(folder .. "/empty"))
      assert.equal(expected, status(words), verb)
    end
    for _, words in ipairs { { "models", "--provider", "qqq" }, { "models", "--state", "qqq" }, { "qqq" }, {} } do
      if #words > 1 then words[#words + 1] = "--offline" end
      assert.equal(2, status(words), words[1])
    end
  end)

  it("is 2 for a file that cannot be read", function ()
    for _, words in ipairs { { "import", "/nonexistent/api.json" }, { "mock", "/nonexistent/s.json" }, { "test", "/nonexistent/x.lua" },
      { "models", "--replay", "/nonexistent/r.json" }, { "migrate", "--db", "/nonexistent/a.db", "--profile", "phoenix" } } do
      local code = status(words)
      assert.is_true(code == 2 or (words[1] == "migrate" and code == 1), words[1])
    end
  end)

  it("is 2 for roster lint if a file or directory of definitions cannot be read, wherever it is named, and 1 for mistakes in those that can", function ()
    local broken = support.config { ["a.lua"] = "provider" }
    assert.equal(1, support.roster({ "lint", broken }).status)
    assert(os.execute("mkdir " .. support.quoted(broken .. "/d.lua")))
    for _, how in ipairs { { words = { "lint", "/nonexistent" } }, { words = { "lint", "/dev/null" } }, { words = { "lint", broken } }, { config = broken },
      { words = { "lint", broken, "--json" } }, { config = "/nonexistent" }, { env = { ROSTER_CONFIG = "/nonexistent" } }, { env = { ROSTER_CONFIG = "/dev/null" } } } do
      assert.equal(2, support.roster(how.words or { "lint" }, how).status, how.words and how.words[2] or how.config)
    end
  end)

  it("is 1 if no model is ready or usable", function ()
    for _, words in ipairs { { "models" }, { "pick" }, { "check" }, { "default" }, { "role", "cheap" }, { "explain", "gpt-5.5" } } do
      assert.equal(1, status(words), words[1])
    end
  end)

  it("is 2 if the output cannot be written, whatever it would have been", function ()
    for _, verb in ipairs(verbs) do
      if verb ~= "serve" and verb ~= "mock" and verb ~= "import" and verb ~= "migrate" and verb ~= "init" and verb ~= "update" and verb ~= "test"
        and verb ~= "doctor" and verb ~= "try" and verb ~= "check" and verb ~= "diff" and verb ~= "pick" and verb ~= "default" then
        local words = call(verb)
        local result = support.roster(words, { shell = ">/dev/full 2>FOLDER/err" })
        assert.equal(2, result.status, verb .. ": " .. result.err)
        assert.truthy(result.err:find("cannot write to standard output: No space left on device", 1, true), verb .. ": " .. result.err)
      end
      local full = support.roster({ verb, "--help" }, { shell = ">/dev/full 2>FOLDER/err" })
      assert.equal(2, full.status, verb)
    end
  end)
end)
