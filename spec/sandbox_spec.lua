-- What a definition cannot do: run forever, use up the memory, access the machine, or affect another file. Every hostile script here ends
-- within seconds, is reported by file and line, and does not affect the files next to it.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

teardown(support.stop_all)

local wrapper

--- The command under ulimit, so that a script that escapes its limits harms neither the machine nor the specs. The bound is on processor
-- time, because the wall clock depends on the machine.
local function limited()
  if wrapper then return wrapper end
  local path = support.write(support.folder() .. "/roster", ([[#!/bin/sh
ulimit -v 2000000
ulimit -t 8
exec %s "$@"
]]):format(support.quoted(support.command)))
  os.execute("chmod +x " .. support.quoted(path))
  wrapper = path
  return path
end

local GOOD = 'provider "good-%s" { protocol = "openai-chat", base_url = "https://good.test", titel = 1 }'

local function neighbours(text)
  return { ["a.lua"] = GOOD:format "a", ["hostile.lua"] = text, ["z.lua"] = GOOD:format "z" }
end

--- The findings of lint about a hostile file between two others; checks that lint ended and read those as well.
-- The bound on processor time is the default, or `milliseconds`. Of the shipped definitions there are only the protocols, unless `shipped`.
local function findings(text, milliseconds, shipped)
  local config = support.config(neighbours(text))
  local result = support.roster({ "lint", "--json", config, not shipped and "--no-builtin" or nil }, { command = limited(), env = { ROSTER_SCRIPT_MS = milliseconds } })
  assert.equal(1, result.status, "it did not end within seconds, or crashed: " .. result.err)
  local hostile, others = {}, {}
  for _, finding in ipairs(result.json().findings) do
    local file = finding.file:match "[^/]+$"
    local into = file == "hostile.lua" and hostile or others
    into[#into + 1] = ("%s:%d: %s"):format(file, finding.line, finding.message)
  end
  assert.same({ "a.lua:1: provider 'good-a': unknown key 'titel' (did you mean 'title'?)",
    "z.lua:1: provider 'good-z': unknown key 'titel' (did you mean 'title'?)" }, others)
  return hostile
end

local TIME, MEMORY = "the script ran for too long", "the script needs more than 64 MiB of memory"

--- Each of these is on line 2 of its file, and is stopped there for this reason. title: with the name of the script as %s.
local function stops(title, scripts, milliseconds)
  for _, script in ipairs(scripts) do
    local what, text, reason = script[1], script[2], script[3]
    it(title:format(what), function ()
      local found = findings("-- hostile\n" .. text, milliseconds)
      assert.equal(1, #found, table.concat(found, "\n"))
      has(found[1], "hostile.lua:2: ")
      has(found[1], reason)
    end)
  end
end

describe("An endless loop", function ()
  stops("(%s) is stopped at its line by the default limits", { { "while", "while true do end", TIME }, { "over a pcall", "while true do pcall(error) end", TIME } })
end)

describe("An endless loop", function ()
  stops("(%s) is stopped at its line by a lowered limit", {
    { "while", "while true do end", TIME },
    { "repeat", "repeat local x = 1 until x == 2", TIME },
    { "for over integers", "for i = 1, 1 << 62 do end", TIME },
    { "for over floats", "for i = 1.0, 1e300 do end", TIME },
    { "for over an iterator without an end", "for _ in function () return 1 end do end", TIME },
    { "goto", "::again:: goto again", TIME },
    { "tail calls", "local function f() return f() end f()", TIME },
    { "two functions that call each other", "local f local function g() return f() end f = function () return g() end f()", TIME },
    { "in the table of a block", 'provider "x" { title = (function () while true do end end)() }', TIME },
    { "in a comparison of table.sort", "table.sort({ 3, 2, 1 }, function () while true do end end)", TIME },
    { "with garbage", 'local i = 0 while true do i = i + 1 local s = "x" .. i end', TIME },
    { "with a table that grows and shrinks", "local t = {} while true do t[#t + 1] = 1 t[#t] = nil end", TIME },
    { "with conversions", "while true do local s = tostring(1.5) local n = tonumber(s) end", TIME },
    { "with string.format", 'while true do local s = string.format("%99.99f", 1e300) end', TIME },
    { "with closures", "while true do local f = function () return 1 end end", TIME },
  }, 50)
end)

describe("An endless loop with pcall", function ()
  stops("(%s) is stopped at its line", {
    { "around it", "pcall(function () while true do end end)", TIME },
    { "around it in another endless loop", "while true do pcall(function () while true do end end) end", TIME },
    { "around an error", "while true do pcall(error) end", TIME },
    { "until it succeeds", "repeat local ok = pcall(error, 'x') until ok", TIME },
    { "around a pcall", "while true do pcall(pcall, pcall, error) end", TIME },
    { "around a sort", "while true do pcall(table.sort, { 3, 2, 1 }, function () while true do end end) end", TIME },
    { "many levels deep", "local function f(n) if n > 0 then pcall(f, n - 1) end while true do end end f(100)", TIME },
  }, 50)

  it("is stopped permanently, so that the rest of the file is not read", function ()
    local found = findings 'pcall(function () while true do end end)\nmodel "after" { teir = 1 }'
    assert.equal(1, #found)
    has(found[1], "hostile.lua:1: " .. TIME)
  end)
end)

describe("A loop over a slow function", function ()
  local LONG = 'local s = ("a"):rep(256 * 1024) '
  stops("(%s) is stopped at its line", {
    { "upper", LONG .. "while true do local u = s:upper() end", TIME },
    { "reverse", LONG .. "while true do local u = s:reverse() end", TIME },
    { "rep", 'while true do local s = ("a"):rep(256 * 1024) end', TIME },
    { "concatenation", LONG .. 'while true do local u = s .. "b" end', TIME },
    { "comparison", LONG .. 'local u, v = s .. "b", s .. "a" while v < u do end', TIME },
    { "text.contains", LONG .. 'while true do local found = text.contains(s, "ab") end', TIME },
    { "text.split", LONG .. 'while true do local parts = text.split(s, "b") end', TIME },
    { "text.trim", LONG .. "while true do local u = text.trim(s) end", TIME },
    { "tonumber", 'local s = ("1"):rep(256 * 1024) while true do local n = tonumber(s) end', TIME },
    { "table.concat", "local t = {} for i = 1, 50000 do t[i] = 'x' end while true do local s = table.concat(t) end", TIME },
    { "table.insert at the front", "local t = {} while true do table.insert(t, 1, 1) end", "" },
    { "table.remove at the front", "local t = {} for i = 1, 100000 do t[i] = i end while #t > 0 do table.remove(t, 1) end", TIME },
    { "table.sort of long strings", LONG .. "local t = {} for i = 1, 300000 do t[i] = s end table.sort(t)", TIME },
    { "text.glob with a long pattern", LONG .. 'local found = text.glob(s, "*" .. ("a"):rep(500000) .. "b")', "text.glob: string and pattern have at most 4096 bytes" },
    { "text.glob with a long list", LONG .. 'local list = {} for i = 1, 5000 do list[i] = "*a" end local found = text.glob("b", list)',
      "text.glob: string and pattern have at most 4096 bytes" },
  }, 50)
end)

describe("A script that uses up the memory", function ()
  stops("(%s) is stopped at its line", {
    { "with a string that doubles", 'local s = "x" while true do s = s .. s end', MEMORY },
    { "with a table of strings", "local t = {} while true do t[#t + 1] = ('x'):rep(100000) .. #t end", MEMORY },
    { "with a table of numbers", "local t = {} for i = 1, 1e9 do t[i] = i end", MEMORY },
    { "with tables in tables", "local t = {} while true do t = { t, t, t, t, t, t, t, t } end", MEMORY },
    { "with closures", "local t, u, v = {} while true do t[#t + 1] = function () return t, u, v end end", MEMORY },
    { "with requests", "local t = {} while true do t[#t + 1] = get('/x', { a = #t }) end", MEMORY },
    { "with table.concat", "local t = {} for i = 1, 200 do t[i] = ('x'):rep(1024 * 1024) end local s = table.concat(t)", MEMORY },
    { "with table.concat of one string", "local s, t = ('x'):rep(1024 * 1024), {} for i = 1, 200 do t[i] = s end local u = table.concat(t)", MEMORY },
    { "with text.split", "local s = ('x'):rep(1024 * 1024) local t = {} while true do t[#t + 1] = text.split(s, 'x') end", MEMORY },
    { "inside pcall", 'pcall(function () local s = "x" while true do s = s .. s end end)', MEMORY },
    { "inside pcall, again and again", 'while true do pcall(function () local s = "x" while true do s = s .. s end end) end', MEMORY },
    { "with recursion", "local function f() return 1 + f() end f()", "" },
    { "with a header with a long name", "local s = ('a'):rep(1024 * 1024) while true do header(s) end", "" },
    { "with a secret with a long name", "local s = ('A'):rep(1024 * 1024) while true do secret(s) end", "" },
    { "with a secret with a long path", "local s = ('A'):rep(1024 * 1024) while true do secret { file = s } end", "" },
    { "with refusals with long reasons", "local s = ('A'):rep(1024 * 1024) while true do refuse(s) end", "" },
    { "with long addresses", "local s = ('A'):rep(1024 * 1024) while true do via(s) end", "" },
    { "with names of blocks that never come", "local s = ('A'):rep(190) local i = 0 while true do i = i + 1 model(s .. i) end", "" },
  })

  it("does not reduce the memory of the next file", function ()
    local found = findings 'local t = {} while true do t[#t + 1] = {} end'
    assert.equal(1, #found)
    local files = neighbours "local t = {} while true do t[#t + 1] = {} end"
    files["z.lua"] = 'local t = {} for i = 1, 400000 do t[i] = { i } end local s = ("x"):rep(1000000) for i = 1, 20 do local u = s .. i end ' .. files["z.lua"]
    local last = support.lint(files, { "--no-builtin", command = limited() })
    assert.equal("z.lua:1: provider 'good-z': unknown key 'titel' (did you mean 'title'?)", last[#last])
  end)
end)

describe("A flood", function ()
  local floods = {
    { "of an unknown word", "while true do local x = foo end", 200 },
    { "of different unknown words", "local i = 0 while true do i = i + 1 local x = _ENV['foo' .. i] end", 200 },
    { "of blocks with the same id", 'while true do provider "x" {} end', 200 },
    { "of models", 'local i = 0 while true do i = i + 1 model("m" .. i) { provider = "anthropic" } end', 300 },
    { "of models of an unknown provider", 'local i = 0 while true do i = i + 1 model("m" .. i) { provider = "nobody" } end', 300 },
    { "of rules", 'local i = 0 while true do i = i + 1 rule("r" .. i) (function () end) end', 200 },
    { "of unknown keys", 'local t = {} for i = 1, 100000 do t["k" .. i] = 1 end provider "openai" (t)' },
    { "of wrong items in a list", 'local t = {} for i = 1, 300000 do t[i] = i end model "gpt-5.5" { aliases = t }' },
    { "of aliases", 'local t = {} for i = 1, 100000 do t[i] = "a" .. i end model "gpt-5.5" { aliases = t }\nerror "enough"' },
    { "of headers", 'local t = {} for i = 1, 100000 do t["x-" .. i] = "v" end provider "openai" { headers = t }\nerror "enough"' },
    { "of roles", 'local i = 0 while true do i = i + 1 role("r" .. i) { "gpt-5.5" } end', 300 },
    { "of ids in a role", 'local t = {} for i = 1, 100000 do t[i] = "nobody" .. i end role "cheap" (t)\nerror "enough"' },
  }
  for _, flood in ipairs(floods) do
    it(flood[1] .. " is stopped within seconds and causes at most 1000 findings", function ()
      local found = findings("-- hostile\n" .. flood[2], flood[3], true)
      assert.is_true(#found > 0)
      assert.is_true(#found <= 1000, ("%d findings"):format(#found))
      for _, line in ipairs(found) do assert.truthy(line:find "^hostile.lua:[23]: ", line) end
    end)
  end
end)

describe("A single call", function ()
  stops("(%s) is rejected at its line", {
    { "string.rep of a number", 'local s = ("x"):rep(1e18)', "string.rep: the result would be larger than 1 MiB" },
    { "string.rep of two megabytes", 'local s = ("xx"):rep(1024 * 1024)', "string.rep: the result would be larger than 1 MiB" },
    { "string.rep of an empty string", 'local s = (""):rep(1e9)', "string.rep: the result would be larger than 1 MiB" },
    { "string.rep with a separator", 'local s = string.rep("", 1e9, "")', "string.rep: the result would be larger than 1 MiB" },
    { "string.rep with a long separator", 'local s = string.rep("", 1024, ("x"):rep(2048))', "string.rep: the result would be larger than 1 MiB" },
    { "table.unpack of a wide range", "local a = table.unpack({}, 1, 1e8)", "too many results to unpack" },
    { "string.byte of everything", 'local a = ("x"):rep(1024 * 1024):byte(1, -1)', "string slice too long" },
    { "string.format with a wide field", 'local s = string.format("%99999d", 1)', "invalid conversion" },
    { "table.concat of missing items", 'local s = table.concat({}, "", 1, 1e15)', "invalid value" },
    { "errors that raise errors without end", "local function f() return pcall(f) and error 'x' end error(select(2, f()) or 'deep')", "" },
  })

  it("of string.rep succeeds up to one mebibyte", function ()
    assert.same({}, (support.lint { ["x.lua"] = 'local s = ("x"):rep(1024 * 1024) assert(#s == 1048576) assert(("ab"):rep(3, "-") == "ab-ab-ab")' }))
  end)
end)

describe("A definitions file", function ()
  it("is rejected if it is bytecode", function ()
    local found = findings(string.dump(function () return 1 end))
    assert.equal(1, #found)
    has(found[1], "attempt to load a binary chunk")
  end)

  it("is rejected if it is bytecode after a byte order mark", function ()
    local found = findings("\xef\xbb\xbf" .. string.dump(function () return 1 end))
    assert.equal(1, #found)
    has(found[1], "attempt to load a binary chunk")
  end)

  it("is rejected if it is broken bytecode", function ()
    local code = string.dump(function () return 1 end)
    local found = findings(code:sub(1, 40) .. ("\xff"):rep(200))
    assert.equal(1, #found)
    has(found[1], "attempt to load a binary chunk")
  end)

  it("is rejected if it opens parentheses without end", function ()
    local found = findings("local x = " .. ("("):rep(100000))
    assert.equal(1, #found)
    has(found[1], "overflow")
  end)

  it("is rejected if it opens blocks without end", function ()
    local found = findings(("do "):rep(100000))
    assert.equal(1, #found)
    has(found[1], "overflow")
  end)

  it("is rejected if it is larger than four mebibytes", function ()
    local found = findings("--" .. ("x"):rep(4 * 1024 * 1024))
    assert.same({ "hostile.lua:0: is larger than 4 MiB: put large catalogues into a .json file" }, found)
  end)

  it("is rejected if it is a device or a pipe", function ()
    local config = support.config(neighbours "")
    os.execute(("cd %s; rm hostile.lua; mkfifo hostile.lua; ln -s /dev/zero device.lua"):format(support.quoted(config)))
    local result = support.roster({ "lint", "--json", config }, { command = limited() })
    assert.equal(2, result.status)
    assert.equal(4, #result.json().findings)
  end)
end)

describe("A definition", function ()
  for _, name in ipairs { "io", "os", "require", "load", "loadstring", "loadfile", "dofile", "debug", "coroutine", "xpcall", "setmetatable", "getmetatable",
    "rawget", "rawset", "rawequal", "rawlen", "collectgarbage", "print", "warn", "package", "utf8", "module", "arg", "_G", "_VERSION", "ffi", "jit" } do
    it(("cannot use %s, which is an unknown word"):format(name), function ()
      local found = findings("local x = " .. name)
      assert.equal(1, #found)
      has(found[1], ("hostile.lua:1: unknown word '%s'"):format(name))
    end)
  end

  for _, call in ipairs { 'string.find("a", "a")', '("a"):find "a"', 'string.match("a", "a")', '("a"):match "a"', 'string.gmatch("a", "a")', '("a"):gmatch "a"',
    'string.gsub("a", "a", "b")', '("a"):gsub("a", "b")', "string.dump(error)", 'string.pack("i4", 1)', 'string.unpack("i4", "aaaa")', 'string.packsize "i4"',
    "table.move({}, 1, 1e9, 2)", "table.pack(1)", "math.random()", "math.randomseed(1)" } do
    it(("cannot call %s, which is an error at its line"):format(call), function ()
      local found = findings("\nlocal x = " .. call)
      assert.equal(1, #found)
      has(found[1], ("hostile.lua:2: there is no function '%s' here"):format(call:match "^[(\"a)%w]*[.:](%w+)"))
    end)
  end

  it("can neither read nor change the metatable of strings", function ()
    for _, attempt in ipairs { '("").__index.upper = 5', '("").upper = 5', '("x").__metatable.x = 1', 'local s = "" s.__index = nil' } do
      local found = findings("\n" .. attempt)
      assert.equal(1, #found, attempt)
      has(found[1], "hostile.lua:2: attempt to index")
    end
  end)

  it("cannot look into the values that its words return", function ()
    for _, attempt in ipairs { 'local x = (secret "A").env', "local x = bearer.kind", "local x = none.x", 'local x = (refuse "x").refusal',
      'local x = (header "x").header', 'for k in pairs(secret "A") do end', "bearer.kind = 2", 'local x = #secret "A"', 'local x = secret "A" .. ""' } do
      local found = findings("\n" .. attempt)
      assert.equal(1, #found, attempt)
      assert.truthy(found[1]:find "^hostile.lua:2: ", found[1])
    end
  end)
end)

describe("The set of names that a definition can reach", function ()
  local EXPECTED = {
    words = {
      "K", "M", "assert", "aws_sigv4", "bare", "bearer", "days", "default", "document", "error", "family", "gateway", "get", "header", "hours", "ids", "ipairs",
      "list", "math", "minutes", "model", "next", "none", "pairs", "pcall", "post", "protocol", "provider", "refuse", "retired", "role", "rule", "seconds", "secret",
      "select", "setting", "source", "string", "table", "text", "tonumber", "tostring", "type", "validate", "via",
    },
    members = {
      "math.abs", "math.ceil", "math.floor", "math.max", "math.min",
      "string.byte", "string.char", "string.format", "string.len", "string.lower", "string.rep", "string.reverse", "string.sub", "string.upper",
      "table.concat", "table.insert", "table.remove", "table.sort", "table.unpack",
      "text.contains", "text.ends", "text.glob", "text.split", "text.starts", "text.strip_prefix", "text.trim",
    },
    methods = { "byte", "char", "format", "len", "lower", "rep", "reverse", "sub", "upper" },
  }

  -- Every name that occurs in the library or in Lua itself, and every name of one or two letters: whatever is registered under a name is
  -- among them.
  local function candidates()
    local names = {}
    local function take(bytes)
      for name in (bytes or ""):gmatch "%f[%w_][%a_][%w_]*%f[^%w_]" do
        if #name <= 32 then names[name] = true end
      end
    end
    take(support.read(support.root .. "/build/libroster.so"))
    local function words(t, depth)
      for key, value in pairs(t) do
        if type(key) == "string" then take(key) end
        if type(value) == "table" and depth < 3 and value ~= t then words(value, depth + 1) end
      end
    end
    for _, name in ipairs { "_G", "string", "table", "math", "io", "os", "debug", "coroutine", "utf8", "package" } do
      names[name] = true
      words(type(_G[name]) == "table" and _G[name] or {}, 2)
    end
    local letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
    for a in letters:gmatch "." do
      names[a] = true
      for b in letters:gmatch "." do names[a .. b] = true end
    end
    for _, event in ipairs { "__index", "__newindex", "__metatable", "__gc", "__call", "__name", "__close", "__mode", "__len", "__eq", "__pairs" } do
      names[event] = true
    end
    local list = {}
    for name in pairs(names) do list[#list + 1] = ("%q"):format(name) end
    table.sort(list)
    return list
  end

  -- Runs in a rule, where an unknown word is an error that pcall catches.
  local WALK = [[
    local names = { %s }
    local function look(holder)
      local found = {}
      for _, name in ipairs(names) do
        local ok, value = pcall(function () return holder[name] end)
        if ok and value ~= nil then found[#found + 1] = name end
      end
      table.sort(found)
      return found
    end
    local seen = {}
    local function walk(path, value, into)
      if type(value) ~= "table" or seen[value] then return end
      seen[value] = true
      for key, inner in pairs(value) do
        into[#into + 1] = path .. tostring(key)
        walk(path .. tostring(key) .. ".", inner, into)
      end
    end
    rule "walk" (function (model, host)
      local words, members, loose = look(_ENV), {}, {}
      for _, word in ipairs(words) do walk(word .. ".", _ENV[word], members) end
      walk("_ENV.", _ENV, loose)
      table.sort(members)
      if next(_ENV) ~= nil then loose[#loose + 1] = "next" end
      local lists = { words, members, look "", loose }
      for i, list in ipairs(lists) do lists[i] = table.concat(list, ",") end
      return refuse(table.concat(lists, "|"))
    end)
  ]]

  local function reached()
    local names = candidates()
    assert.is_true(#names > 4000)
    local files = {
      ["models.lua"] = 'provider "p" { protocol = "openai-chat", base_url = "https://p.test" } model "m" { provider = "p" }',
      ["walk.lua"] = WALK:format(table.concat(names, ",")),
    }
    local document = support.offline(files, { "--no-builtin" })
    local reason = support.entry(document, "m").reason
    local said = assert(reason:match "^rule 'walk' refused it: (.*)$", reason)
    local parts = {}
    for part in (said .. "|"):gmatch "(.-)|" do
      local list = {}
      for name in part:gmatch "[^,]+" do list[#list + 1] = name end
      parts[#parts + 1] = list
    end
    return { words = parts[1], members = parts[2], methods = parts[3], loose = parts[4] }
  end

  local result
  setup(function () result = reached() end)

  it("contains a short list of words and no other names", function () assert.same(EXPECTED.words, result.words) end)

  it("includes a short list of functions in tables and nothing below them", function () assert.same(EXPECTED.members, result.members) end)

  it("includes a short list of string methods", function () assert.same(EXPECTED.methods, result.methods) end)

  it("cannot be listed by a script, whose globals look empty", function () assert.same({}, result.loose) end)
end)

describe("A definitions file", function ()
  local attempts = {
    { "replace string.upper", "string.upper = function () return 'SPOILT' end", 'string.upper "fine"', "FINE" },
    { "replace a string method", "string.upper = function () return 'SPOILT' end", '("fine"):upper()', "FINE" },
    { "remove a string method", "string.upper = nil", '("fine"):upper()', "FINE" },
    { "add a string method", "string.shout = string.upper", 'tostring(("fine").shout)', "nil" },
    { "replace table.concat", "table.concat = function () return 'SPOILT' end", 'table.concat({ "f", "ine" })', "fine" },
    { "replace math.max", "math.max = function () return 13 end", "tostring(math.max(1, 2))", "2" },
    { "replace text.trim", "text.trim = function () return 'SPOILT' end", 'text.trim " fine "', "fine" },
    { "add a shared table", "text.shared = { 1 }", "tostring(text.shared)", "nil" },
    { "clear every table", "for _, t in ipairs { string, table, math, text } do for k in pairs(t) do t[k] = nil end end",
      'string.upper(table.concat { text.trim " f ", tostring(math.max(1, 2)) })', "F2" },
    { "unlock string by calling it a list", "list(string); string.upper = function () return 'SPOILT' end", 'string.upper "fine"', "FINE" },
    { "unlock text by calling it a list", "list(text); text.trim = function () return 'SPOILT' end", 'text.trim " fine "', "fine" },
    { "unlock the words by calling them a list", "list(_ENV); provider = nil", "type(provider)", "function" },
    { "remove a word of the language", "provider = nil", 'type(provider)', "function" },
    { "replace the environment", "local _ENV = { model = function () end }", "type(string)", "table" },
  }
  local PROVIDER = 'provider "p" { protocol = "openai-chat", base_url = "https://p.test" } '
  for _, attempt in ipairs(attempts) do
    it(("cannot %s for other files"):format(attempt[1]), function ()
      local document = support.offline({
        ["a.lua"] = ("pcall(function () %s end)"):format(attempt[2]),
        ["b.lua"] = PROVIDER .. ('model "m" { provider = "p", description = %s }'):format(attempt[3]),
      }, { "--no-builtin" })
      assert.equal(attempt[4], support.entry(document, "m").description)
    end)
  end

  it("cannot create a global variable", function ()
    local document = support.offline({
      ["a.lua"] = "pcall(function () shout = string.upper end)",
      ["b.lua"] = PROVIDER .. 'model "m" { provider = "p" } rule "look" (function () return refuse(tostring(pcall(function () return shout end))) end)',
    }, { "--no-builtin" })
    assert.equal("rule 'look' refused it: false", support.entry(document, "m").reason)
  end)

  it("cannot affect the functions that the shipped protocols use", function ()
    local mocks = support.mock_servers { { name = "one", protocol = "openai", keys = { "k-sandbox-0001" }, models = { "gpt-5.5" } } }
    local config = support.config {
      ["a.lua"] = ('provider "openai" { base_url = "%s" }'):format(mocks.url "one"),
      ["b.lua"] = [[
        pcall(function () text.contains = function () return true end end)
        pcall(function () text.split = nil end)
        pcall(function () string.lower = function () error "spoilt" end end)
        pcall(function () table.insert = function () end end)
      ]],
    }
    local document = support.models { config = config, env = { OPENAI_API_KEY = "k-sandbox-0001" } }
    assert.same({ "gpt-5.5" }, support.ids(document.models))
    local wrong = support.models { config = config, env = { OPENAI_API_KEY = "k-sandbox-wrong" } }
    assert.equal("bad_credential", support.entry(wrong, "gpt-5.5").state)
  end)
end)

describe("Under the script limits", function ()
  local ACME = 'provider "p" { protocol = "mine", base_url = "%s" } model "m" { provider = "p" }\n'

  it("an endless loop in a rule is an error of that rule, however many models there are", function ()
    local config = support.config { ["hostile.lua"] = '-- hostile\nrule "r" (function () while true do end end)' }
    local result = support.roster({ "lint", "--json", config }, { command = limited() })
    assert.equal(1, result.status, result.err)
    local first = result.json().findings[1]
    assert.same({ config .. "/hostile.lua", 2 }, { first.file, first.line })
    has(first.message, "rule 'r' failed for ")
    has(first.message, TIME)
  end)

  it("a rule that uses up the memory is an error of that rule", function ()
    local config = support.config { ["hostile.lua"] = 'rule "r" (function () local s = "x" while true do s = s .. s end end)' }
    local result = support.roster({ "lint", "--json", config }, { command = limited() })
    assert.equal(1, result.status, result.err)
    has(result.json().findings[1].message, "rule 'r' failed for ")
    has(result.json().findings[1].message, MEMORY)
  end)

  it("a rule that exceeded a limit does not run again and causes a single error with the reason", function ()
    for rule, reason in pairs { ['local s = "x" while true do s = s .. s end'] = MEMORY, ["while true do end"] = TIME,
      ['while true do local s = ("a"):rep(1024 * 1024) end'] = TIME } do
      local config = support.config { ["hostile.lua"] = ('rule "r" (function () %s end)'):format(rule) }
      local result = support.roster({ "lint", "--json", config }, { command = limited(), env = { ROSTER_SCRIPT_MS = 200 } })
      assert.equal(1, result.status, result.err)
      local found = result.json().findings
      assert.equal(1, #found, result.out)
      assert.same({ config .. "/hostile.lua", 1 }, { found[1].file, found[1].line })
      has(found[1].message, "rule 'r' failed for ")
      has(found[1].message, reason)
    end
  end)

  it("a rule that exceeded a limit keeps out models that are discovered later", function ()
    local mocks = support.mock_servers { { name = "p", protocol = "openai", models = { "a", "b", "c" } } }
    local function discovered(rule)
      local config = support.config { ["x.lua"] = ('provider "p" { protocol = "openai-chat", base_url = "%s", list_proves = "access",\n' ..
        'discover = function () return { kind = "chat" } end }\n'):format(mocks.url "p") .. rule }
      local document = support.models({ config = config, command = limited() }, "--no-builtin")
      return { b = support.entry(document, "b") ~= nil, c = support.entry(document, "c") ~= nil }
    end
    assert.same({ b = true, c = true }, discovered "")
    assert.same({ b = false, c = false }, discovered 'rule "r" (function (model) if model.api_name == "a" then while true do end end end)')
  end)

  it("a function that exceeded a limit does not run again in that refresh, so it costs its time once", function ()
    local names = {}
    for i = 1, 40 do names[i] = "m" .. i end
    local mocks = support.mock_servers { { name = "p", protocol = "openai", models = names } }
    local config = support.config { ["x.lua"] = ('provider "p" { protocol = "openai-chat", base_url = "%s", list_proves = "access", discover = function () while true do end end }')
      :format(mocks.url "p") }
    local result = support.roster({ "check", "--json", "--no-builtin" }, { config = config, command = limited() })
    assert.equal(1, result.status, result.err)
    has(result.err, "discover of provider 'p' failed for 40 models, first for model 'm1'")
    has(result.err, TIME)
  end)

  it("ROSTER_SCRIPT_MS cannot raise the bound on processor time", function ()
    local found = findings('local s = ("a"):rep(64 * 1024) while true do local u = s:upper() end', 1000000)
    has(found[1], TIME)
  end)

  it("a rule cannot hide its loop in pcall", function ()
    local config = support.config { ["hostile.lua"] = 'rule "r" (function () while true do pcall(function () while true do end end) end end)' }
    local result = support.roster({ "lint", "--json", config }, { command = limited() })
    assert.equal(1, result.status, result.err)
    has(result.json().findings[1].message, TIME)
  end)

  local functions = {
    { "list function", 'read_list = function () while true do end end, list = get "/models",' },
    { "prove function", "prove = { function () while true do end end }," },
    { "verdict function", 'verdict = function () while true do end end, prove = { get "/x" },' },
    { "verdict function (with memory)", 'verdict = function () local s = "x" while true do s = s .. s end end, prove = { get "/x" },' },
    { "verdict function (with pcall)", 'verdict = function () while true do pcall(function () while true do end end) end end, prove = { get "/x" },' },
  }
  for _, case in ipairs(functions) do
    it(("a protocol whose %s exceeds them makes only its own models unavailable"):format(case[1]), function ()
      local mocks = support.mock_servers {
        { name = "p", protocol = "openai", models = { "m" } },
        { name = "openai", protocol = "openai", models = { "gpt-5.5" } },
      }
      local config = support.config { ["x.lua"] = ACME:format(mocks.url "p") ..
        ('protocol "mine" { prefix = "/v1", chat_path = "/chat", %s }'):format(case[2]) ..
        ('provider "openai" { base_url = "%s", credential = none }'):format(mocks.url "openai") }
      local result = support.roster({ "models", "--json" }, { config = config, command = limited() })
      assert.equal(0, result.status, result.err)
      local document = result.json()
      assert.same({ "gpt-5.5" }, support.ids(document.models))
      assert.are_not.equal("ready", support.entry(document, "m").state)
    end)
  end

  it("a protocol whose generate function exceeds them is an error of the request", function ()
    local config = support.config { ["x.lua"] = ACME:format "https://p.test" ..
      'protocol "mine" {\n chat_path = "/chat", generate = function () while true do end end }' }
    local result = support.roster({ "request", "m", "--no-builtin" }, { config = config, command = limited() })
    assert.equal(1, result.status)
    has(result.err, "protocol 'mine'")
    has(result.err, config .. "/x.lua:3: " .. TIME)
  end)
end)

describe("What a function of a protocol is given", function ()
  --- What lint-free definitions make of a provider's listing of 60 models, from whose rows `read_list` may take what it likes.
  local function listed(body)
    local models = {}
    for i = 1, 60 do models[i] = "m-" .. i end
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { "k-sandbox-0001" }, models = models } }
    return support.models({ command = limited(), env = { ACME_API_KEY = "k-sandbox-0001" }, config = { ["a.lua"] = ([[
      local saved
      protocol "odd" { inherit = "openai-chat", %s }
      provider "acme" { protocol = "odd", base_url = "%s", credential = secret "ACME_API_KEY", list_proves = "names" }
      model "m-1" { provider = "acme", kind = "chat" }
    ]]):format(body, mocks.url "acme") } }, "--no-builtin")
  end

  it("may be kept, and what is wanted is not known any more later", function ()
    local document = listed [[
      read_list = function (body, response, wanted) saved = wanted return { { name = "m-1" } } end,
      verdict = function () if saved then saved "m-1" end end]]
    has(support.entry(document, "m-1").reason, "what is wanted is known only while a listing or a look-up is read")
  end)

  it("has no hidden keys, however it is walked through", function ()
    local document = listed [[
      read_list = function (body)
        local raw = pairs(string)
        for key, value in raw, body.data[1] do
          if type(key) ~= "string" then error "a hidden key" end
          if type(value) == "number" then body.data[1][key] = 100000000 end
        end
        return { { name = body.data[1].id }, { name = select(2, next(body.data[2])) and "m-2" } }
      end]]
    assert.equal("ready", support.entry(document, "m-1").state, support.entry(document, "m-1").reason)
  end)
end)

it("tonumber with very many arguments is Lua's own", function ()
  local document = support.offline({ ["a.lua"] = [[
    local many = {}
    for i = 1, 200 do many[i] = "16" end
    provider "p" { protocol = "openai-chat", base_url = "https://p.test", title = tostring(tonumber(table.unpack(many))) .. tostring(tonumber "7") }
    model "m" { provider = "p" }]] }, { "--no-builtin" })
  assert.equal("227", support.entry(document, "m").provider)
end)

it("A file that used up the memory with long texts does no harm to the next one", function ()
  for _, length in ipairs { 40000, 90000, 110000 } do
    has(findings(("-- hostile\nfor i = 1, 2000 do local h = {} for k = 1, 4 do h[('x'):rep(%d) .. i .. 'k' .. k] = 'v' end " ..
      "provider('p' .. i) { protocol = 'openai-chat', base_url = 'https://p.test', headers = h } end"):format(length))[1], MEMORY)
  end
end)
