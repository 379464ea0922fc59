-- Definitions that mean harm, or look as if they did: what each costs is bounded, what is said of it names its line and what to write, and
-- what was good stays. Many of them share a process, each in a file of its own.
local support = require "support.roster"

teardown(support.stop_all)

local SPACE = os.getenv "ROSTER_COMMAND" and "" or "ulimit -v 600000\n" -- a sanitizer takes terabytes of addresses
local wrapper

--- The command under bounds of its own, so that a definition that escapes those of the library harms neither the machine nor the specs.
local function limited()
  wrapper = wrapper or support.write(support.folder() .. "/roster", ("#!/bin/sh\n%sulimit -t 30\nexec timeout -s KILL 600 %s \"$@\"\n")
    :format(SPACE, support.quoted(support.command)))
  os.execute("chmod +x " .. support.quoted(wrapper))
  return wrapper
end

local KEY = "sk-hostile-canary-0123456789abcdef"
local GOOD = 'provider "acme" { protocol = "openai-chat", base_url = "https://acme.test", credential = secret "ACME_API_KEY" }\n' ..
  'model "good" { provider = "acme" }'

--- What lint finds in each of these files, as { ["007.lua"] = { "2: message", ... } }.
local function lint(files, env)
  local config = support.config(files)
  support.write(config .. "/000.lua", GOOD)
  local result = support.roster({ "lint", "--json", "--no-builtin", config }, { command = limited(), env = { ACME_API_KEY = KEY, ROSTER_SCRIPT_MS = env } })
  assert.equal(1, result.status, "it crashed, did not end, or found nothing: " .. result.err)
  assert.is_nil((result.out .. result.err):find("sk-", 1, true), "a key is shown")
  local found = {}
  for _, finding in ipairs(result.json().findings) do
    local name = finding.file:match "[^/]+$"
    found[name] = found[name] or {}
    table.insert(found[name], ("%d: %s"):format(finding.line, finding.message))
  end
  assert.is_nil(found["000.lua"])
  return found
end

--- One sentence for each of these cases, { title, text, what is said of its second line, or of line }; all are read in one process.
local function each(sentence, cases, extension, milliseconds)
  local files, found = {}, nil
  for i, case in ipairs(cases) do files[("%03d.%s"):format(i, extension)] = (extension == "lua" and "-- hostile\n" or "\n") .. case[2] end
  for i, case in ipairs(cases) do
    it(sentence:format(case[1]), function ()
      found = found or lint(files, milliseconds)
      local said = found[("%03d.%s"):format(i, extension)] or {}
      assert.is_true(#said >= 1 and #said <= 201, ("%d findings"):format(#said))
      assert.truthy(table.concat(said, "\n"):find(case[3], 1, true), said[1])
      for _, line in ipairs(said) do
        assert.equal(case[4] or 2, tonumber(line:match "^%d+"), line)
        assert.is_true(#line < 1500 and utf8.len(line) ~= nil and not line:find "[%z\1-\31\127]", line)
      end
    end)
  end
end

describe("A line of megabytes", function ()
  local MANY = 1200000
  each("in Lua, of %s, is explained at its first mistake", {
    { "colons", 'provider "a" { ' .. ("a:"):rep(MANY), "a key is followed by '=' in Lua, not by ':'" },
    { "words", 'provider "a" { ' .. ("a "):rep(MANY), "a comma is missing after a" },
    { "a string that does not end", 'provider "a" { title = "' .. ("a,"):rep(MANY), 'this string is never closed: " is missing at its end' },
  }, "lua")
  each("in JSON, of %s, is explained at its first mistake", {
    { "colons", '{ "provider": { "a": { ' .. ("a:"):rep(MANY), 'keys are written in double quotes: write "a"' },
    { "escapes", '{ "x": "' .. ("\\q"):rep(MANY) .. '" }', "in a string begins an escape" },
  }, "json")
end)

describe("A verb whose second call never comes", function ()
  local verbs = {}
  for _, verb in ipairs { "provider", "model", "gateway", "protocol", "retired", "family", "role", "ids", "source" } do
    verbs[#verbs + 1] = { verb, verb .. ' "x"', ("%s 'x': has no table: write %s \"x\" { ... }"):format(verb, verb) }
  end
  verbs[#verbs + 1] = { "rule", 'rule "x"', [[rule 'x': has no function: write rule "x" (function (model, host) ... end)]] }
  verbs[#verbs + 1] = { "document", 'document "x"', [[document 'x': has no function: write document "x" (function (snapshot) ... end)]] }
  verbs[#verbs + 1] = { "provider in a local", 'local later = provider "x"', "provider 'x': has no table" }
  verbs[#verbs + 1] = { "provider within pcall", 'pcall(provider, "x")', "provider 'x': has no table" }
  each("(%s) is an error of its line that says what to write", verbs, "lua")

  it("is not an error if its table comes on a later line", function ()
    assert.same({}, (support.lint({ ["x.lua"] = 'local p = provider "x"\np { protocol = "openai-chat", base_url = "https://x.test" }' }, { "--no-builtin" })))
  end)
end)

describe("The body of a request", function ()
  each("(%s) is an error of the line that writes it, and names the member", {
    { "a table within itself", "local a = {} a.a = a post('/x', a)", "JSON cannot represent: a table within itself in a: leave that member out, or write its parts" },
    { "a table within a part of itself", "local a = { b = { {} } } a.b[1].c = a.b post('/x', a)", "a table within itself in b[1].c" },
    { "40 levels of shared tables", "local a = {} for i = 1, 40 do a = { x = a, y = a } end post('/x', a)", "a table deeper than 32 others in x.x.x" },
    { "18 levels of shared tables", "local a = {} for i = 1, 18 do a = { x = a, y = a } end post('/x', a)", "the body of a request takes more than 1 MiB as JSON" },
    { "24 levels of shared empty lists", "local a = list {} for i = 1, 24 do a = { a, a } end post('/x', a)", "the body of a request takes more than 1 MiB as JSON" },
    { "a function", "post('/x', { tools = { { run = function () end } } })", "a function in tools[1].run: write what it returns" },
    { "a fraction as a key", "post('/x', { n = { [1.5] = 1 } })", "a table with the number 1.5 as a key in n: items are counted from 1 without gaps" },
    { "zero as a key", "post('/x', { n = { [0] = 1 } })", "a table with the number 0 as a key in n" },
    { "a negative key", "post('/x', { n = { [-1] = 1 } })", "a table with the number -1 as a key in n" },
    { "true as a key", "post('/x', { [true] = 1 })", "a table with true as a key" },
    { "a table as a key", "post('/x', { [{}] = 1 })", "a table with a table as a key" },
    { "items and names", "post('/x', { m = { 'a', role = 'user' } })", "a list with gaps or named members, with the key 'role' in m" },
    { "a gap", "post('/x', { m = { 1, nil, 3 } })", "a list with gaps or named members, with a gap in m" },
    { "a far item", "post('/x', { m = { 1, [1e9] = 3 } })", "a list with gaps or named members, with the number 1000000000 as a key in m" },
    { "not a number", "post('/x', { n = 0 / 0 })", "a number that is not finite in n" },
    { "infinity", "post('/x', { n = { 1, -1 / 0 } })", "a number that is not finite in n[2]" },
    { "a text that is not UTF-8", "post('/x', { s = '\\xff' })", "a text that is not UTF-8 in s: save the file as UTF-8, or write \\u{...} for a character" },
    { "a text with a NUL", "post('/x', { s = 'a\\0b' })", "a string that contains a NUL byte in s" },
    { "a name that is not UTF-8", "post('/x', { ['\\xff'] = 1 })", "a name that is not UTF-8" },
    { "a name with a NUL", "post('/x', { ['a\\0'] = 1 })", "a name that is not UTF-8" },
    { "a secret", "post('/x', { key = secret 'ACME_API_KEY' })", "a value of the definitions (a secret) in key" },
    { "a request in a request", "post('/x', { r = get '/y' })", "a request in r: write a plain table" },
    { "one text of two megabytes", "local s = ('x'):rep(1024 * 1024) post('/x', { s = s .. s })", "the body of a request takes more than 1 MiB as JSON" },
    { "no table", "post('/x', 'text')", "post takes a path and a table" },
    { "changed after it was written", "local a = {} local r = post('/x', a) a.a = a protocol 'p' { chat_path = '/c', list = r }", "a table within itself in a" },
    { "a query with a table", "get('/x', { n = { 1 } })", "a query has strings and numbers by name: 'n' is a table" },
    { "a query with a number that is not finite", "get('/x', { n = 0 / 0 })", "'n' is the number nan" },
    { "a query with items", "get('/x', { 'a' })", "not the number 1 as a name" },
  }, "lua")
end)

local TIME = "the script ran for too long"
local BOUND = "the script " -- by whichever limit comes first on this machine: "ran for too long", "needs more than 64 MiB of memory"
local LONG = 'local s = ("x"):rep(1000000) '

local scripts = {
  -- loops
  { "a loop over a DAG in C, caught again and again",
    "local a = list {} for i = 1, 16 do a = { a, a } end while true do pcall(post, '/x', { a, a, a }) end", TIME },
  { "a loop over a query, caught again and again", "local q = {} for i = 1, 20000 do q['k' .. i] = i end while true do pcall(get, '/x', q) end", TIME },
  { "a loop that makes lists", "while true do local t = list { 1, 2, 3 } end", TIME },
  { "a loop over pairs of the words", "while true do for k, v in pairs(string) do end end", TIME },
  { "a loop over text.glob at its worst", "local s, p = ('a'):rep(2000), ('*a'):rep(1000) .. 'b' while true do local found = text.glob(s, p) end", TIME },
  { "a loop over text.split of many parts", LONG .. "while true do local parts = text.split(s, 'x') end", "" },
  { "a comparison of huge texts with NULs", "local s = ('a\\0'):rep(500000) local a = s .. s .. s .. s local b = a .. 'b' while true do local c = a < b end", TIME },
  { "a comparison of huge equal texts", LONG .. "local a, b = s .. s .. 'a', s .. s .. 'b' while a ~= b do end", "" }, -- time or memory
  { "insertion at the front of a huge list", "local t = {} for i = 1, 1000000 do t[i] = i end while true do table.insert(t, 1, 1) table.remove(t, 1) end", TIME },
  { "next over a huge table that was emptied",
    "local t = {} for i = 1, 500000 do t['k' .. i] = true end for k in pairs(t) do t[k] = nil end while true do local k = next(t) end", "" },
  { "unpacking a huge list again and again", "local t = {} for i = 1, 200000 do t[i] = i end while true do local a = select('#', table.unpack(t, 1, 200000)) end", TIME },
  { "keys that are huge texts", LONG .. "local t, i = {}, 0 while true do i = i + 1 t[s .. i] = nil end", TIME },
  { "formats of huge texts", LONG .. "while true do local u = string.format('%s', s) end", TIME },
  { "bytes of a huge text", LONG .. "while true do local a = select('#', s:byte(1, 200000)) end", "" },
  { "verbs that fail, caught again and again", "while true do pcall(provider, 5) end", TIME },
  { "secrets of different names", "local i = 0 while true do i = i + 1 secret('A' .. i) end", "" },
  { "settings of different names", "local i = 0 while true do i = i + 1 setting('A' .. i) end", "" },
  { "a metamethod of an unknown word", "local x = nothing while true do x = x.y() + 1 end", "unknown word 'nothing'", 2 },
  -- memory
  { "a text that doubles behind pcall", 'while true do pcall(function () local s = "x" while true do s = s .. s end end) end', BOUND },
  { "varargs without end", "local function f(...) return f(1, ...) end f()", "" },
  { "upvalues without end", "local f = function () end while true do local g = f f = function () return g end end", "" },
  { "parts of a text", LONG .. "local t = {} while true do t[#t + 1] = text.split(s, 'x') end", "" },
  { "queries that are kept", "local t = {} while true do t[#t + 1] = get('/x', { a = #t }) end", "" },
  { "bodies that are kept", "local t = {} while true do t[#t + 1] = post('/x', { a = #t }) end", "" },
  { "refusals that are kept", "local s = ('x'):rep(100000) local t = {} while true do t[#t + 1] = refuse(s .. #t) end", "" },
  { "a block of a million headers", "local t = {} for i = 1, 1000000 do t['x-' .. i] = 'v' end provider 'p01' { headers = t }", "" },
  { "a model of 2,000 headers", "local t = {} for i = 1, 2000 do t['x-' .. i] = 'v' end model 'l20' { provider = 'acme', headers = t }",
    "'headers' has more than 1000 entries" },
  { "a model of 2,000 variants", "local t = {} for i = 1, 2000 do t['x-' .. i] = i end model 'l21' { provider = 'acme', variants = t }",
    "'variants' has more than 1000 entries" },
  { "a price of 2,000 tiers", "local t = {} for i = 1, 2000 do t[i] = { input = 1 } end model 'l22' { provider = 'acme', price = { above = t } }",
    "'price.above' has more than 1000 entries" },
  { "a role of a million ids", "local t = {} for i = 1, 2000000 do t[i] = 'x' .. i end role 'r01' (t)", "" },
  -- depth
  { "recursion that is no tail call", "local function f() return 1 + f() end f()", "" },
  { "recursion through pcall", "local function f() return select(2, pcall(f)) .. 'x' end error(f())", "" },
  { "recursion through sort", "local function f() table.sort({ 2, 1 }, f) return true end f()", "overflow" },
  { "an expression of deep brackets", "local x = " .. ("("):rep(50000), "is nested too deeply", 0 },
  { "a table of deep braces", "local x = " .. ("{"):rep(50000), "is nested too deeply", 0 },
  { "functions in functions", ("return function () "):rep(5000), "is nested too deeply", 0 },
  { "a chain of concatenations", "local x = 'a'" .. (" .. 'a'"):rep(50000), "is nested too deeply", 0 },
  { "more local variables than there may be", ("local a = 1 "):rep(300), "too many local variables" },
  { "200 tables in tables", "local x = { " .. ("{"):rep(250) .. ("}"):rep(250) .. " }", "is nested too deeply", 0 },
  { "a goto into nowhere", "goto nowhere", "nowhere" },
  { "a block of blocks in blocks", "local t = {} for i = 1, 40 do t = { tls = t } end provider 'p02' (t)", "unknown key 'tls.tls'", 2 },
  -- errors that are no text
  { "an error that is a table", "error {}", "the script raised an error that is not a string: write error \"what is wrong\"" },
  { "an error that is nil", "error(nil)", "the script raised an error that is not a string" },
  { "an error that is a function", "error(function () end)", "the script raised an error that is not a string" },
  { "an error that is none", "error(none)", "the script raised an error that is not a string" },
  { "an error that is a secret", "error(secret 'ACME_API_KEY')", "the script raised an error that is not a string" },
  { "an error that is a number", "error(2 ^ 63)", "9.2233720368548e+18" },
  { "an error with control bytes", "error 'a\\27[31mb\\7'", "a" },
  { "an error with bytes that are no text", "error '\\xff\\xfe'", "" },
  { "an error of a megabyte", LONG .. "error(s)", "xxx..." },
  { "an error with a place of its own", "error('/etc/passwd:1: no', 0)", "/etc/passwd:1: no" },
  { "an assertion that gives a table", "assert(nil, {})", "the script raised an error that is not a string" },
  -- what Lua itself refuses
  { "a comparator that always says yes", "table.sort({ 3, 1, 2, 5, 4, 9, 8, 7 }, function () return true end)", "invalid order function for sorting" },
  { "a comparator that raises", "table.sort({ 3, 2, 1 }, function () error 'no' end)", "no" },
  { "a comparator that is none", "table.sort({ 3, 2, 1 }, 5)", "function expected, got number" },
  { "a sort of what has no order", "table.sort { 3, 'a', {} }", "attempt to compare" },
  { "setmetatable", "setmetatable({}, {})", "unknown word 'setmetatable'" },
  { "the metatable of texts", "local m = getmetatable('')", "unknown word 'getmetatable'" },
  { "load", "load 'x'", "unknown word 'load'" },
  { "a closed variable", "local x <close> = {}", "variable 'x' got a non-closable value" },
  { "division by zero", "local x = 1 // 0", "divide by zero" },
  { "a step of zero", "for i = 1, 2, 0 do end", "'for' step is zero" },
  { "nan as a key", "local t = { [0 / 0] = 1 }", "index is NaN" },
  { "nil as a key", "local t = {} t[nil] = 1", "index is nil" },
  { "a shift by a fraction", "local x = 1 << 1.5", "number has no integer representation" },
  { "a format that is none", "local x = string.format('%y', 1)", "invalid conversion '%y'" },
  { "a format of a wide field", "local x = string.format('%9999999d', 1)", "invalid conversion" },
  { "a byte above 255", "local x = string.char(256)", "value out of range" },
  { "a base above 36", "local x = tonumber('z', 99)", "base out of range" },
  { "a wide range to unpack", "local x = table.unpack({}, 1, 1e7)", "too many results to unpack" },
  { "a pattern that is none", "local x = text.glob('a', { {} })", "a pattern is a string or a list of strings" },
  { "an empty separator", "local x = text.split('a', '')", "the separator is empty" },
  { "a setting whose name is a table", "local x = setting { {} }", "setting: takes the name of a variable" },
  { "a header whose name is a table", "local x = header {}", "header: takes the name of a header" },
  { "a secret that is a key",
    "provider 'p03' { protocol = 'openai-chat', base_url = 'https://x.test', credential = 'sk-abcdefghijklmnopqrstuvwxyz' }",
    "'credential' is a string: never put a key into a file" },
  -- tables in fields
  { "a list with a fraction as a key",
    "model 'l01' { provider = 'acme', tags = { 'a', [1.5] = 'b' } }", "'tags' must be a list of strings, not a table with the number 1.5 as a key" },
  { "a list with a negative key", "model 'l02' { provider = 'acme', aliases = { [-1] = 'b' } }", "'aliases' must be a list of strings, not a table with the number -1 as a key" },
  { "a list with a gap", "model 'l03' { provider = 'acme', aliases = { 'a03', nil, 'c03' } }", "'aliases' must be a list of strings, not a table with a gap" },
  { "a list within itself", "local t = {} t[1] = t model 'l04' { provider = 'acme', aliases = t }", "'aliases[1]' must be a string, not a table" },
  { "an extra within itself", "local t = {} t.a = { t } model 'l05' { provider = 'acme', extra = t }", "'extra.a[1]' is a table within itself" },
  { "an extra of shared tables",
    "local t = {} for i = 1, 14 do t = { x = t, y = t } end model 'l06' { provider = 'acme', extra = t }", "'extra' takes more than 4096 bytes as JSON" },
  { "a price of prices", "local t = {} t.above = { [1000] = t } model 'l07' { provider = 'acme', price = t }", "a tier cannot contain tiers" },
  { "a price that is not a number", "model 'l08' { provider = 'acme', price = { input = 0 / 0 } }", "'price.input' must be a number, not the number nan" },
  { "a window beyond everything", "model 'l09' { provider = 'acme', context_window = 2 ^ 63 }", "'context_window' must be a whole number" },
  { "a window that is infinite", "model 'l10' { provider = 'acme', context_window = 1 / 0 }", "'context_window' must be a whole number" },
  { "a block with true as a key", "model 'l11' { provider = 'acme', [true] = 1 }", "contains true as a key: every entry is written key = value" },
  { "a block with a fraction as a key", "model 'l12' { provider = 'acme', [1.5] = 1 }", "contains the number 1.5 as a key: every entry is written key = value" },
  { "a role with a fraction as a key",
    "role 'l13' { [1.5] = 'good' }", "contains the number 1.5 as a key: every entry is written key = value, and items are counted from 1 without gaps" },
  { "a block within a block with an item", "provider 'l14' { protocol = 'openai-chat', base_url = 'https://x.test', tls = { 3 } }",
    "'tls' is a list: every entry is written key = value" },
  { "headers that are a request", "model 'l15' { provider = 'acme', headers = get '/x' }", "'headers' must be a table of strings" },
  { "tags that are the words", "model 'l16' { provider = 'acme', tags = string }", "'tags' must be a list of strings, not a table" },
  { "variants by place",
    "model 'l17' { provider = 'acme', variants = { 5 } }", "'variants' has the number 1 as a key: every entry is written [\"NAME\"] = value" },
  { "spellings by place", "ids 'l18' { 'good' }", "each entry is written [\"SPELLING\"] = \"id of a model\"" },
  { "a spelling within itself", "local t = {} t.a = t ids 'l19' (t)", "unknown key 'a.a'", 2 },
  -- texts
  { "an id with a control byte", "model 'a\\1' { provider = 'acme' }", "an id has 1 to 200 bytes and no control characters" },
  { "an id that is not UTF-8", "model '\\xff' { provider = 'acme' }", "the id is not UTF-8: save the file as UTF-8" },
  { "an id of 201 bytes", "model(('x'):rep(201)) { provider = 'acme' }", "an id has 1 to 200 bytes" },
  { "a key with an escape sequence", "model 't01' { provider = 'acme', ['\\27[2J'] = 1 }", "unknown key '" },
  { "a word with an escape sequence", "local x = _ENV['\\27[2J']", "unknown word '" },
  { "an item that is not UTF-8", "model 't02' { provider = 'acme', tags = { 'a', '\\xfe' } }", "'tags[2]' is not UTF-8" },
  { "the name of a header with a line break", "model 't03' { provider = 'acme', headers = { ['x\\r\\ny'] = 'z' } }", "'headers' has a name with a control character" },
  { "a header with a line break", "model 't04' { provider = 'acme', headers = { x = 'a\\r\\ny: z' } }", "'headers.x' contains a control character" },
  { "a variant with a control byte", "model 't05' { provider = 'acme', variants = { ['a\\1'] = 5 } }", "'variants' has a name with a control character" },
  { "a spelling that is not UTF-8", "ids 't06' { ['\\xff'] = 'good' }", "the id is not UTF-8" },
  { "an address with a user", "provider 't07' { protocol = 'openai-chat', base_url = 'https://u:pass-word@x.test' }", "names a user (user@host)" },
  { "an address of a file", "provider 't08' { protocol = 'openai-chat', base_url = 'file:///etc/passwd' }", "does not begin with https://" },
  -- forms of files
  { "bytecode behind a comment", string.dump(function () return 1 end), "" },
  { "UTF-16", ("model"):gsub(".", "%0\0"), "" },
  { "a NUL", "model\0 'x' {}", "" },
  { "a quote that does not end", "local x = 'abc", "this string is never closed" },
  { "a comment that does not end", "--[[ abc", "this comment is never closed" },
  { "an escape that is none", "local x = '\\q'", "a '\\' in a string begins an escape" },
  { "a character beyond Unicode", "local x = '\\u{80000000}'", "UTF-8 value too large" },
  { "a number that is none", "local x = 0x", "'0x' is not a number" },
  { "a merge conflict", "<<<<<<< HEAD", "a merge conflict" },
  { "JSON", '{ "model": {} }', "this is JSON" },
}

local P, M = '{"provider":{"ID":{"protocol":"openai-chat","base_url":"https://x.test",%s}}}', '{"model":{"ID":{"provider":"acme",%s}}}'
local documents = {
  { "nothing", "", "is not valid JSON: the file is empty", 1 },
  { "null", "null", "must hold one object", 1 },
  { "a list", "[]", "must hold one object", 1 },
  { "two objects", "{} {}", "there is something after its end" },
  { "a comma too many", '{"model":{},}', "is not valid JSON" },
  { "a comment", '{"model":{}/* x */}', "is not valid JSON" },
  { "single quotes", "{'model':{}}", "is not valid JSON" },
  { "a NUL behind it", "{}\0", "is not valid JSON" },
  { "UTF-16", "\xff\xfe{\0}\0", "a byte is not UTF-8 (0xFF)" },
  { "a NUL in a text", M:format '"api_name":"\\u0000"', "a string has no zero byte" },
  { "a NUL in a name", '{"model":{"a\\u0000b":{}}}', "a string has no zero byte" },
  { "a lone high surrogate", M:format '"api_name":"\\ud800"', "is half of a character" },
  { "a lone low surrogate", M:format '"api_name":"\\udc00"', "is half of a character" },
  { "an encoded surrogate", M:format '"api_name":"\xed\xa0\x80"', "unable to decode byte 0xed" },
  { "a long form of a slash", M:format '"api_name":"\xc0\xaf"', "unable to decode byte 0xc0" },
  { "a control byte in a text", M:format '"api_name":"\1"', "a control character in a string" },
  { "an escaped control byte", M:format '"api_name":"\\u0001"', "'api_name' contains a control character" },
  { "a key twice in a block", M:format '"api_name":"x","api_name":"y"', "is in this object twice" },
  { "a block twice", '{"model":{"ID":{},"ID":{}}}', "is in this object twice" },
  { "a verb twice", '{"model":{},"model":{}}', "is in this object twice" },
  { "NaN", M:format '"context_window":NaN', "'NaN' is not a number" },
  { "Infinity", M:format '"context_window":Infinity', "'Infinity' is not a number" },
  { "1e999", M:format '"context_window":1e999', "real number overflow" },
  { "an integer of 100,000 digits", M:format(('"context_window":%s'):format(("9"):rep(100000))), "too big integer" },
  { "a hexadecimal number", M:format '"context_window":0x10', "is not valid JSON" },
  { "a leading zero", M:format '"context_window":01', "is not valid JSON" },
  { "a fraction of tokens", M:format '"context_window":1.5', "'context_window' must be a whole number, not the number 1.5" },
  { "a window of 2^53 + 1", M:format '"context_window":9007199254740993', "'context_window' must be between 1 and 1000000000" },
  { "100,000 brackets", ("["):rep(100000), "is nested deeper than 64 levels", 0 },
  { "100,000 objects", ('{"model":'):rep(100000), "is nested deeper than 64 levels", 0 },
  { "40 lists in an extra", M:format('"extra":{"x":' .. ("["):rep(40) .. ("]"):rep(40) .. "}"), "is a table deeper than 16 others" },
  { "50 lists of tags", M:format('"tags":' .. ("["):rep(50) .. ("]"):rep(50)), "'tags[1]' must be a string, not an array" },
  { "blocks that are a list", '{"model":[]}', "model: must be an object" },
  { "a block that is null", '{"model":{"ID":null}}', "must be an object" },
  { "a block without an id", '{"model":{"":{}}}', "an id has 1 to 200 bytes" },
  { "a verb that is none", '{"modle":{}}', "unknown word 'modle' (did you mean 'model'?)" },
  { "a rule", '{"rule":{}}', "unknown word 'rule'" },
  { "a verb with an escape sequence", '{"\\u001b[31m":{}}', "unknown word '", 1 },
  { "a key with an escape sequence", M:format '"\\u001b[31m":1', "unknown key '" },
  { "a role of numbers", '{"role":{"ID":[1]}}', "must be a string, not the number 1" },
  { "a role that is a text", '{"role":{"ID":"good"}}', "must be an array of model ids" },
  { "a list as an object", M:format '"aliases":{"x":"y"}', "'aliases' must be an array of strings, not an object with the key 'x'" },
  { "a list with null", M:format '"aliases":[null]', "'aliases[1]' must be a string" },
  { "variants as a list", M:format '"variants":["x"]', "'variants' must be an object of whole numbers, not an array" },
  { "a key for a secret", P:format '"credential":"sk-abcdefghijklmnopqrstuvwxyz"', "'credential' is a string: never put a key into a file" },
  { "a setting that is a list", P:format '"title":{"setting":[]}', "setting: takes the name of a variable" },
  { "a header that is an object", P:format '"auth":{"header":{}}', "header: takes the name of a header" },
  { "a request that is no path", P:format '"list":{"get":"https://x.test"}', "does not begin with '/': it is a path, not a URL" },
  { "a function as a text", P:format '"discover":"function () end"', "'discover' must be true or false" },
  { "a header with a line break", P:format '"headers":{"x":"1\\r\\ny: 2"}', "'headers.x' contains a control character" },
  { "headers as a list", P:format '"headers":["x"]', "'headers' must be an object of strings, not an array" },
  { "a price as a text", M:format '"price":{"input":"1"}', "'price.input' must be a number" },
  { "a price below zero", M:format '"price":{"input":-1}', "'price.input' must be between 0 and" },
  { "a day that is none", M:format '"release_date":"2026-02-30"', "'release_date' must be a date" },
}
for i, case in ipairs(documents) do case[2] = case[2]:gsub("ID", ("j%02d"):format(i)) end

describe("A hostile script", function ()
  each("(%s) ends, and is one error of its line", scripts, "lua", 100)
end)

describe("Garbage", function ()
  -- Each round leaves a megabyte in one piece, for which a buffer as large was filled, and a half in small ones: it is the buffer for
  -- which nothing is left now and then, and Lua collects nothing for a buffer.
  it("never makes a script exceed its memory", function ()
    local rounds = 'local k = ("x"):rep(1000) for i = 1, 12 do local s = ("x"):rep(1000000) for j = 1, 400 do local t = k .. i .. j end end'
    local files = { ["000.lua"] = GOOD }
    for i = 1, 16 do files[("%03d.lua"):format(i)] = rounds end -- in files that do not take long, so that the limit of time is far on a slow machine
    local config = support.config(files)
    local result = support.roster({ "lint", "--no-builtin", config }, { command = limited(), env = { ACME_API_KEY = KEY } })
    assert.same({ 0, "" }, { result.status, result.err }, result.out)
  end)
end)

describe("A hostile JSON file", function ()
  each("(%s) is one error of its place", documents, "json")
end)

describe("An error behind a flood of warnings", function ()
  it("is what the load fails with, and is reported", function ()
    local flood = 'local t = {} for i = 1, 5000 do t[i] = "x" .. i end\nt[5001] = "a" model "a" { provider = "acme", shadows = t }'
    local found = lint({ ["001.lua"] = flood })["001.lua"]
    assert.truthy(found[200]:find("shadows unknown model", 1, true), found[200])
    assert.truthy(table.concat(found, "\n"):find("2: model 'a': shadows itself", 1, true))
    assert.truthy(found[#found]:find("2: there is more", 1, true), found[#found])
  end)
end)

describe("A hostile edit", function ()
  it("never takes the last good answer away", function ()
    local roster = require "roster"
    local config = support.config { ["000.lua"] = GOOD }
    local registry = assert(roster.open { config = config, builtin = false, environment = { PATH = "/nonexistent", HOME = config, ROSTER_SCRIPT_MS = "50" } })
    assert(registry:refresh())
    for extension, cases in pairs { lua = scripts, json = documents } do
      for _, case in ipairs(cases) do
        local path = support.write(config .. "/hostile." .. extension, case[2])
        local good, err = registry:refresh()
        assert.same({ nil, "definitions" }, { good, err and err.code }, case[1])
        local snapshot = registry:snapshot()
        assert.truthy(snapshot:known "good", case[1])
        assert.truthy(snapshot:definitions_error(), case[1])
        snapshot:close()
        os.remove(path)
      end
    end
    assert(registry:refresh())
    registry:close()
  end)
end)

describe("A hostile function that is only called while providers are asked", function ()
  -- A function of a protocol or of a provider, and what the warning at its line says.
  local functions = {
    { "read_list that loops", "read_list = function () while true do end end", TIME },
    { "read_list that needs memory", "read_list = function () local s = 'x' while true do s = s .. s end end", BOUND },
    { "read_list that asks for a body within itself", "read_list = function () local a = {} a.a = a return {}, post('/x', a) end", "a table within itself in a" },
    { "read_list that asks for a function", "read_list = function () return {}, post('/x', { f = function () end }) end", "a function in f" },
    { "read_list that asks for a fraction as a key", "read_list = function () return {}, post('/x', { [1.5] = 1 }) end", "a table with the number 1.5 as a key" },
    { "read_list that asks for a query of tables", "read_list = function () return {}, get('/x', { a = {} }) end", "'a' is a table" },
    { "read_list that raises a table", "read_list = function () error {} end", "an error that is not a string" },
    { "read_list that gives texts", "read_list = function () return { 'x' } end", "item 1 is string" },
    { "read_list that changes a body behind post", "read_list = function () local a = {} local r = post('/x', a) a.a = a return {}, r end", "a table within itself in a" },
    { "discover that loops over a huge body",
      "discover = function () local a = list {} for i = 1, 16 do a = { a, a } end while true do pcall(post, '/x', { a, a, a }) end end", TIME, true },
    { "discover that raises nil", "discover = function () error(nil) end", "an error that is not a string", true },
    { "discover that gives a function", "discover = function () return print or tostring end", "", true },
    { "discover that hides its loop in pcall", "discover = function () while true do pcall(function () while true do end end) end end", TIME, true },
    { "prove that loops", "prove = { function () while true do end end }", TIME, false, true },
    { "prove with a body of shared tables",
      "prove = { function () local a = {} for i = 1, 21 do a = { x = a, y = a } end return post('/x', a) end }", "", false, true },
    { "prove with NaN", "prove = { function () return post('/x', { n = 0 / 0 }) end }", "a number that is not finite in n", false, true },
  }
  local mocks, config, result

  local function check()
    local names = {}
    for i = 1, 30 do names[i] = "found-" .. i end
    mocks = support.mock_servers { { name = "all", protocol = "openai", keys = { KEY }, models = names } }
    local files = { ["000.lua"] = ('provider "acme" { protocol = "openai-chat", base_url = "%s", list_proves = "access", credential = secret "ACME_API_KEY" }\n' ..
      'model "good" { provider = "acme", api_name = "found-1" }'):format(mocks.url "all") }
    for i, case in ipairs(functions) do
      local of_provider = case[4] and case[2] .. "," or ""
      local of_protocol = case[4] and "" or case[2] .. ","
      files[("%03d.lua"):format(i)] = ([[
protocol "h%d" { inherit = "openai-chat", list = %s,
%s
}
provider "p%d" { protocol = "h%d", base_url = "%s", list_proves = "%s", credential = secret "ACME_API_KEY", %s }
model "m%d" { provider = "p%d", api_name = "found-2" }
]]):format(i, case[5] and "none" or 'get "/models"', of_protocol, i, i, mocks.url "all", case[5] and "names" or "access", of_provider, i, i)
    end
    config = support.config(files)
    result = support.roster({ "check", "--json", "--no-builtin" }, { config = config, command = limited(), env = { ACME_API_KEY = KEY, ROSTER_SCRIPT_MS = 100 } })
    assert.is_nil((result.out .. result.err):find(KEY, 1, true), "the key is shown")
  end

  for i, case in ipairs(functions) do
    it(("(%s) is a warning at its line, and no other provider is affected"):format(case[1]), function ()
      if not result then check() end
      local warning
      for line in support.printed(result.err):gmatch "[^\n]+" do
        if line:find(("/%03d.lua:%d: "):format(i, case[4] and 4 or 2), 1, true) then warning = line end
      end
      assert.truthy(warning, result.err)
      assert.truthy(warning:find(case[3], 1, true), warning)
      local document = result.json()
      assert.equal("ready", support.entry(document, "good").state)
      if case[4] then return end
      local entry = support.entry(document, "m" .. i)
      assert.same({ "disabled", "script_failed" }, { entry.state, entry.reason_code })
    end)
  end

  it("sends nothing that was only half written", function ()
    for _, request in ipairs(mocks.requests "all") do assert.equal("GET", request.method) end
  end)

  it("of a provider is stopped permanently, so that it costs its time once and not for each of 30 models", function ()
    local times = select(2, result.err:gsub(TIME:gsub("%p", "%%%0"), ""))
    assert.is_true(times >= 4 and times <= 8, ("%d times"):format(times))
  end)
end)
