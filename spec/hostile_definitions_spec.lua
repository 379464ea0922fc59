-- Definitions that mean harm, or look as if they did: what each costs is bounded, what is said of it names its line and what to write, and
-- what was good stays. Many of them share a process, each in a file of its own.
local support = require "support.roster"

teardown(support.stop_all)

local wrapper

--- The command under bounds of its own, so that a definition that escapes those of the library harms neither the machine nor the specs.
local function limited()
  wrapper = wrapper or support.write(support.folder() .. "/roster", ("#!/bin/sh\nulimit -v 1000000\nulimit -t 30\nexec timeout -s KILL 60 %s \"$@\"\n")
    :format(support.quoted(support.command)))
  os.execute("chmod +x " .. support.quoted(wrapper))
  return wrapper
end

--- What lint finds in each of these files, as { ["07.lua"] = { "2: message", ... } }.
local function lint(files, env)
  local config = support.config(files)
  local result = support.roster({ "lint", "--json", "--no-builtin", config }, { command = limited(), env = env })
  assert.equal(1, result.status, "it crashed, did not end, or found nothing: " .. result.err)
  local found = {}
  for _, finding in ipairs(result.json().findings) do
    local name = finding.file:match "[^/]+$"
    found[name] = found[name] or {}
    table.insert(found[name], ("%d: %s"):format(finding.line, finding.message))
  end
  return found
end

--- One sentence for each of these cases, { title, text, what is said of its second line }; all are read in one process.
local function each(sentence, cases, extension, env)
  local files, found = {}, nil
  for i, case in ipairs(cases) do files[("%03d.%s"):format(i, extension)] = (extension == "lua" and "-- hostile\n" or "\n") .. case[2] end
  for i, case in ipairs(cases) do
    it(sentence:format(case[1]), function ()
      found = found or lint(files, env)
      local said = found[("%03d.%s"):format(i, extension)] or {}
      assert.equal(1, #said, table.concat(said, "\n"))
      assert.truthy(said[1]:find("2: ", 1, true) == 1 and said[1]:find(case[3], 1, true), said[1])
    end)
  end
end

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

  it("is no error when its table comes on a later line", function ()
    assert.same({}, (support.lint({ ["x.lua"] = 'local p = provider "x"\np { protocol = "openai-chat", base_url = "https://x.test" }' }, { "--no-builtin" })))
  end)
end)

describe("The body of a request", function ()
  each("(%s) is an error of the line that writes it, and names the member", {
    { "a table within itself", "local a = {} a.a = a post('/x', a)", "JSON has no form for: a table within itself in a: leave that member out, or write its parts" },
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
    { "a text with a NUL", "post('/x', { s = 'a\\0b' })", "a text that holds a NUL byte in s" },
    { "a name that is not UTF-8", "post('/x', { ['\\xff'] = 1 })", "a name that is not UTF-8" },
    { "a name with a NUL", "post('/x', { ['a\\0'] = 1 })", "a name that is not UTF-8" },
    { "a secret", "post('/x', { key = secret 'ACME_API_KEY' })", "a value of the definitions (a secret) in key" },
    { "a request in a request", "post('/x', { r = get '/y' })", "a request in r: write a plain table" },
    { "one text of two megabytes", "local s = ('x'):rep(1024 * 1024) post('/x', { s = s .. s })", "the body of a request takes more than 1 MiB as JSON" },
    { "no table", "post('/x', 'text')", "table expected, got string" },
    { "changed after it was written", "local a = {} local r = post('/x', a) a.a = a protocol 'p' { chat_path = '/c', list = r }", "a table within itself in a" },
    { "a query with a table", "get('/x', { n = { 1 } })", "a query holds texts and numbers by name: 'n' is a table" },
    { "a query with a number that is not finite", "get('/x', { n = 0 / 0 })", "'n' is the number nan" },
    { "a query with items", "get('/x', { 'a' })", "it has the number 1 as a name" },
  }, "lua")
end)
