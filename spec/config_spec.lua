-- `roster config`: what the definitions come to, and where each line is from. Text that it prints is definitions again. #module
local cjson = require "cjson"
local roster = require "roster"
local support = require "support.roster"

local OVERLAY = [[
provider "openai" {
  base_url = setting "TEAM_URL",
  timeout  = 20 * seconds,
  headers  = { ["x-team"] = "search", ["x-literal"] = "Bearer of no key" },
}
provider "acme" {
  title       = "Acme",
  protocol    = "openai-chat",
  base_url    = "https://acme.example/v1",
  credential  = { secret "ACME_API_KEY", secret { file = "/run/keys/acme", prefix = "Token ", label = "spare" } },
  prove_key   = bare(get("/me", { full = "yes" })),
  discover    = function (entry) return entry.name ~= "old" end,
  extra       = { deep = { none = list {}, empty = {}, text = "a \"quoted\" line\n", number = 1.5 } },
}
model "acme-large" {
  provider       = "acme",
  context_window = 128 * K,
  headers        = { ["x-beta"] = "one", ["x-old"] = "two" },
  tags           = { "a", "b" },
  price          = { input = 2, output = 8, above = { [272 * K] = { input = 4 } }, from = { ["2031-01-01"] = { above = { [272 * K] = none }, output = 9 } } },
}
model "acme-small" { inherit = "acme-large", headers = { ["x-old"] = none }, tags = none, max_output_tokens = 1 * K }
model "claude-4.5-haiku" { recommended = true, price = { input = 0.9 } }
role "titles" { "acme-small", "claude-4.5-haiku", require = { context = 100 * K } }
role "cheap" { tier = none, max_price = 1.25 }
retired "acme-1" { replacement = "acme-large" }
family "acme" { provider = "acme", names = { "acme-*" }, inherit = { "reasoning" } }
gateway "portkey" { enabled = true, tls = { ca_file = "/etc/ca.pem" } }
source "catwalk" { every = 90 * minutes }
validate { deadline = 90 * seconds }
ids "ours" { ["big"] = "acme-large", ["big-short"] = { model = "acme-large", context_window = 64 * K } }
rule "no-night" (function () return nil end)
]]

local ENV = { TEAM_URL = "https://llm.team.example/openai", ACME_API_KEY = "sk-acme-0123456789abcdefghij", ANTHROPIC_API_KEY = "sk-ant-REDACTED" }

local function count(text, piece) return select(2, text:gsub(piece:gsub("%p", "%%%0"), "")) end

describe("roster config", function ()
  local folder

  setup(function () folder = support.config { ["team.lua"] = OVERLAY } end)

  local function config(...) return support.roster({ "config", ... }, { config = folder, env = ENV }) end

  --- The line of the printed text that begins with this, and the place behind it, without the folder.
  local function line_of(text, start)
    for line in text:gmatch "[^\n]+" do
      local value, place = line:match "^%s*(.-)%s%s%-%- (.*)$"
      if value and value:gsub("%s+", " "):sub(1, #start) == start then return value, (place:gsub(folder:gsub("%p", "%%%0") .. "/", "")) end
    end
    error(("no line begins with '%s':\n%s"):format(start, text), 2)
  end

  local function place(text, start) return select(2, line_of(text, start)) end

  --- The number of the overlay's line that has this.
  local function at(piece)
    local number = 0
    for line in (OVERLAY .. "\n"):gmatch "(.-)\n" do
      number = number + 1
      if line:find(piece, 1, true) then return "team.lua:" .. number end
    end
    error(piece)
  end

  --- Without the places, which differ.
  local function plain(value)
    if type(value) ~= "table" then return type(value) == "string" and value:gsub("%([^()]*%.lua:%d+%)", "") or value end
    local out = {}
    for key, member in pairs(value) do
      if key ~= "defined_at" and key ~= "origins" and key ~= "generated_at" then out[key] = plain(member) end
    end
    return out
  end

  it("names the file and line of each field, whether it is shipped or amended", function ()
    local result = config "openai"
    assert.equal(0, result.status, result.err)
    assert.matches("^provider \"openai\" {$", result.out:match "\n(provider[^\n]*)")
    assert.equal("$TEAM_URL, " .. at "base_url = setting", place(result.out, "base_url = \"https://llm.team.example/openai\","))
    assert.equal(at "timeout", place(result.out, "timeout = 20 * seconds,"))
    assert.matches("^providers%.lua:%d+$", place(result.out, "protocol = \"openai-responses\","))
    assert.matches("^%-%- providers%.lua:%d+, amended at .*team%.lua:1$", result.out:match "^[^\n]*")
    assert.falsy(result.out:find("anthropic", 1, true))
  end)

  it("names for each member of a table that several blocks have written the line of that member", function ()
    local out = config("claude-4.5-haiku").out
    assert.equal(at "claude-4.5-haiku\" { rec", place(out, "input = 0.9,"))
    assert.matches("^[%w_]+%.lua:%d+$", place(out, "output = 5,"))
    assert.matches("^[%w_]+%.lua:%d+$", place(out, "provider = \"anthropic\","))
  end)

  it("writes inherited fields out with the line of their model, and omits those that `none` removes", function ()
    local out = config("acme-small").out
    assert.equal("inherited: " .. at "128 * K", place(out, "context_window = 128 * K,"))
    assert.equal(at "acme-small", place(out, "max_output_tokens = 1 * K,"))
    assert.truthy(line_of(out, "-- inherit = \"acme-large\""))
    assert.truthy(line_of(out, "api_name = \"acme-large\","))
    assert.falsy(out:find("tags", 1, true) or out:find("x-old", 1, true), out)
  end)

  it("names the place of functions and rules, which cannot be written out", function ()
    local out = config("acme", "no-night", "override").out
    assert.equal(at "discover", place(out, "-- discover = function"))
    assert.truthy(out:find("-- rule \"no-night\": a function at " .. folder .. "/" .. at "rule \"no-night\"", 1, true), out)
    assert.truthy(out:match "%-%- rule \"override\": a function at rules%.lua:%d+", out)
  end)

  it("prints with --changed only what differs from the shipped definitions, as one amendment of them", function ()
    local result = config "--changed"
    assert.equal(0, result.status)
    assert.equal(1, count(result.out, "provider \"openai\" {"))
    for _, shipped in ipairs { "\"OpenAI\"", "provider \"groq\"", "rule \"override\"", "model \"gpt-5.5\"" } do assert.falsy(result.out:find(shipped, 1, true), shipped) end
    for _, own in ipairs { "inherit           = \"acme-large\"", "tags              = none", "[\"x-old\"] = none", "gateway \"portkey\"", "tier      = none" } do
      assert.truthy(result.out:find(own, 1, true), own .. "\n" .. result.out)
    end
    assert.equal("-- groq: your files do not change it\n", config("groq", "--changed").out)
    local before = support.offline(folder, { env = ENV })
    local again = support.config { ["again.lua"] = result.out }
    assert.equal(0, support.roster({ "lint" }, { config = again, env = ENV }).status)
    assert.same(plain(before), plain((support.offline(again, { env = ENV }))))
  end)

  it("names an unknown id, and the id that was probably meant", function ()
    local result = config "opnai"
    assert.equal(2, result.status)
    assert.truthy(result.err:find("no block has the id 'opnai' (did you mean 'openai'?)", 1, true), result.err)
    assert.equal("", result.out)
    assert.equal("unknown", config("opnai", "--json").json().error.code)
    assert.equal(2, config("openai", "opnai").status)
  end)

  it("accepts any name of a model, `default`, `validate`, and a provider's copy for another key", function ()
    local out = config("claude-haiku-4-5", "default", "validate").out
    assert.truthy(out:find("model \"claude-4.5-haiku\" {", 1, true) and out:find("\ndefault {", 1, true) and out:find("\nvalidate {", 1, true), out)
    local two = { ["a.lua"] = [[provider "acme" { title = "A", protocol = "openai-chat", base_url = "https://acme.example",
      credential = { secret { env = "A_KEY", label = "a" }, secret { env = "B_KEY", label = "b" } }, credential_use = "each" }
      model "one" { provider = "acme" }]] }
    for _, name in ipairs { "acme@b", "one@b" } do
      local copy = support.roster({ "config", name, "--no-builtin" }, { config = two })
      assert.equal(0, copy.status, copy.err)
      assert.truthy(copy.out:find(name == "one@b" and "model \"one\" {" or "provider \"acme\" {", 1, true), copy.out)
    end
    local all = support.roster({ "config", "--no-builtin" }, { config = two }).out
    assert.truthy(all:find("\"B_KEY\"", 1, true) and not all:find("acme@b", 1, true), all)
  end)

  it("prints each value and its place as JSON, in the form of a .json file of definitions", function ()
    local document = config("openai", "acme", "no-night", "claude-4.5-haiku", "acme-small", "--json").json()
    local blocks = {}
    for _, block in ipairs(document.blocks) do blocks[block.block .. " " .. block.id] = block end
    local openai, acme = blocks["provider openai"], blocks["provider acme"]
    assert.same({ "shipped", "file" }, { openai.places[1].from, openai.places[2].from })
    local url = openai.fields.base_url
    assert.same({ ENV.TEAM_URL, folder .. "/team.lua", 2, "file", "TEAM_URL" }, { url.value, url.file, url.line, url.from, url.variable })
    assert.same({ "bearer", "shipped" }, { openai.fields.auth.value, openai.fields.auth.from })
    assert.equal(20, openai.fields.timeout.value)
    assert.same({ { secret = "ACME_API_KEY" }, { secret = { file = "/run/keys/acme", prefix = "Token ", label = "spare" } } }, acme.fields.credential.value)
    assert.same({ get = "/me", query = { full = "yes" }, bare = true }, acme.fields.prove_key.value)
    assert.same({ text = "a \"quoted\" line\n", number = 1.5, none = {}, empty = {} }, acme.fields.extra.value.deep)
    assert.same({ cjson.null, "= function" }, { acme.fields.discover.value, acme.fields.discover.remark })
    assert.is_true(blocks["rule no-night"]["function"])
    local price = blocks["model claude-4.5-haiku"].fields.price
    assert.same({ 0.9, "file", "shipped" }, { price.value.input, price.members.input.from, price.members.output.from })
    assert.equal("acme-large", blocks["model acme-small"].fields.context_window.inherited_from)
  end)

  it("attributes definitions given as strings to the host", function ()
    local text = assert(roster.merged_definitions({ config = "", definitions = { ["mine.lua"] = 'provider "openai" {\n  timeout = 3,\n}' } }, { ids = { "openai" } }))
    assert.equal("mine.lua:2 (host)", place(text, "timeout = 3 * seconds,"))
    local document = cjson.decode(assert(roster.merged_definitions({ config = "", definitions = { ["mine.json"] = '{"provider": {"openai": {\n"timeout": 3}}}' } },
      { ids = { "openai" }, json = true })))
    local timeout = document.blocks[1].fields.timeout
    assert.same({ 3, "mine.json", 2, "host" }, { timeout.value, timeout.file, timeout.line, timeout.from })
    local none, err = roster.merged_definitions({ config = "" }, { ids = { "opnai" } })
    assert.same({ "unknown" }, { not none and err.code })
    assert.truthy(select(2, pcall(roster.merged_definitions, {}, { idz = {} })):find("did you mean 'ids'?", 1, true))
  end)

  it("fits the width of a terminal: a place that has no room in its line is printed above it", function ()
    local out = support.terminal({ "config", "openai", "claude-4.5-haiku", "acme-large" }, 80, { config = folder, env = ENV })
    for line in out:gmatch "[^\n]+" do -- a path has no end where it could be cut
      if not line:find "^%s*%-%- " then assert.is_true(#line <= 80, line) end
    end
    assert.truthy(out:find("\n  -- $TEAM_URL, " .. folder .. "/team.lua:2\n  base_url ", 1, true), out)
  end)

  it("shows ~ instead of the home directory", function ()
    local home = support.folder()
    support.write(home .. "/own.lua", 'provider "openai" { timeout = 3 }')
    local out = support.roster({ "config", "openai" }, { config = home .. "/own.lua", env = { HOME = home } }).out
    assert.equal("~/own.lua:1", place(out, "timeout = 3 * seconds,"))
  end)

  it("never prints a key, whether it is in a variable or written into a file", function ()
    local secret = "sk-acme-Zq81mNw0Pv62LtRk95Ys"
    local files = { ["bad.lua"] = ([[
      provider "acme" { title = "%s", protocol = "openai-chat", base_url = "https://acme.example/v1", credential = secret "ACME_API_KEY",
        headers = { authorization = "Basic hunter2", ["x-a"] = "Bearer %s" }, tags = { "%s" }, extra = { api_key = "%s" },
        prove_key = get("/me", { token = "%s" }) }
      model "one" { provider = "acme", description = setting "NAME" }
    ]]):gsub("%%s", secret) }
    for _, words in ipairs { { "config", "--no-builtin" }, { "config", "--no-builtin", "--json" }, { "config", "--changed" } } do
      local result = support.roster(words, { config = files, env = { ACME_API_KEY = secret, NAME = secret } })
      assert.equal(0, result.status, result.err)
      assert.falsy(result.out:find(secret:sub(-12), 1, true) or result.out:find("hunter2", 1, true), result.out)
      assert.truthy(result.out:find("ACME_API_KEY", 1, true))
      assert.truthy(result.out:find(words[3] == "--json" and '"hidden":true' or "hidden: looks like a key", 1, true), result.out)
    end
  end)

  it("reports mistakes in the definitions as other verbs do", function ()
    local result = support.roster({ "config" }, { config = { ["bad.lua"] = 'provider "x" { protocl = "openai-chat" }' } })
    assert.equal(2, result.status)
    assert.truthy(result.err:find("bad.lua:1:16: error:", 1, true), result.err)
    assert.equal("", result.out)
  end)

  it("prints why the value of a variable is not used", function ()
    local out = support.roster({ "config", "acme", "--no-builtin" }, {
      config = { ["a.lua"] = 'provider "acme" { title = "A", protocol = "openai-chat", base_url = setting "ACME_URL", needs = "ACME_URL" }' },
      env = { ACME_URL = '"https://acme.example"' },
    }).out
    assert.truthy(out:match "%-%- base_url is not used: ACME_URL %(.-%) is in quotes", out)
  end)

  it("prints definitions that mean the same when they are read without the shipped ones", function ()
    local rules = support.read("lua/rules.lua"):match "^(.-)\n%-%- By what" -- they are functions, which are only named
    local again = support.config { ["all.lua"] = config().out, ["rules.lua"] = rules }
    local function models(where, more) return support.roster({ "models", "--all", "--offline", "--json", table.unpack(more or {}) }, { config = where, env = ENV }) end
    local before, after = models(folder), models(again, { "--no-builtin" })
    assert.equal(0, before.status, before.err)
    assert.equal(0, after.status, after.err)
    assert.same(plain(before.json()), plain(cjson.decode(after.out)))
    for _, id in ipairs { "acme-1", "claude-4.5-haiku", "acme-small" } do
      local function resolve(where, ...) return support.roster({ "resolve", id, "--offline", "--json", ... }, { config = where, env = ENV }) end
      assert.equal(resolve(folder).out, resolve(again, "--no-builtin").out)
    end
    assert.equal(0, support.roster({ "lint", "--no-builtin" }, { config = again, env = ENV }).status)
  end)
end)
