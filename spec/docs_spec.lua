-- The documents: their files, names, numbers, programs and commands are looked up, compiled or run.
local reader = require "support.reader"
local support = require "support.roster"

local DOCUMENTS = { "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/ARCHITECTURE.md", "docs/DESIGN.md",
  "docs/VERDICTS.md", "docs/deploy.md", "docs/deployers.md", "docs/hosts.md", "docs/operators.md" }

local function run(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read "a"
  local good = pipe:close()
  return text, good
end

local function lines_of(text) return (text:gsub("\n?$", "\n")):gmatch "([^\n]*)\n" end

local function contains(list, item)
  for _, known in ipairs(list) do
    if known == item then return true end
  end
  return false
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

--- The fenced blocks of one language below a heading, up to the next heading of the same level.
local function blocks(text, heading, language)
  local list, below, fence = {}, false, nil
  for line in lines_of(text) do
    if fence and line == "```" then
      if fence.wanted then list[#list + 1] = table.concat(fence, "\n") .. "\n" end
      fence = nil
    elseif fence then
      fence[#fence + 1] = line
    elseif line:match "^```" then
      fence = { wanted = below and line == "```" .. language }
    elseif line:match "^##%s" then
      below = line == "## " .. heading
    end
  end
  return list
end

local README = support.read "README.md"
local DESIGN = support.read "docs/DESIGN.md"
local HEADER = support.read "include/roster.h"
local MANUAL = support.read("man/roster.1"):gsub("\\%-", "-")
local OVERLAY = blocks(README, "Add a provider", "lua")[1]

describe("The README", function ()
  teardown(support.stop_all)

  it("adds a provider in fewer than ten lines that lint clean", function ()
    local _, breaks = OVERLAY:gsub("\n", "\n")
    assert.is_true(breaks < 10)
    assert.same({}, (support.lint { ["acme.lua"] = OVERLAY }))
    local document = support.offline { ["acme.lua"] = OVERLAY }
    assert.equal("no_credential", support.entry(document, "acme-large").state)
  end)

  it("shows the output that the command gives", function ()
    local shown_before, upto = {}, README:match "^(.-)\n## Embed it\n"
    for _, block in ipairs(reader.blocks(upto)) do
      if block.language ~= "sh" then shown_before[#shown_before + 1] = block end -- those install: they are run by a slow spec, on a machine of their own
    end
    local script, commands = reader.script(shown_before)
    local folder = support.folder()
    os.execute(("ln -s %s %s"):format(support.quoted(support.root .. "/build"), support.quoted(folder .. "/build")))
    support.write(folder .. "/follow.sh", script)
    local alone = ("cd %s && env -i HOME=%s PATH=%s bash follow.sh"):format(support.quoted(folder), support.quoted(folder), support.quoted(os.getenv "PATH"))
    assert.same({}, reader.compare(run(alone), commands))
    local shown = 0
    for _, one in ipairs(commands) do shown = shown + #one.expected end
    assert.is_true(#commands >= 5 and shown > 20)
  end)

  it("embeds the library with C that compiles without a warning, and runs", function ()
    local folder = support.folder()
    support.write(folder .. "/host.c", blocks(README, "Embed it", "c")[1])
    local build = blocks(README, "Embed it", "sh")[1]
    assert.truthy(build:find("-Iinclude host.c -Lbuild -lroster -Wl,-rpath,\"$PWD/build\" -o host && ./host", 1, true))
    build = build:gsub(" && %./host", ""):gsub("host%.c", folder .. "/host.c"):gsub("%-o host", "-o " .. folder .. "/host")
    local said, compiled = run(build:gsub("^gcc", "gcc -std=c11 -Wall -Wextra -Wpedantic -Werror"):gsub("\n", ""))
    assert.equal("", said)
    assert.is_true(compiled)

    local mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { "acme-docs-key" }, models = { "acme-large" } } }
    local moved = OVERLAY:gsub("https://llm%.acme%.example", mocks.url "acme"):gsub('credential', 'list_proves = "access",\n  credential')
    local config = support.config { ["acme.lua"] = moved }
    local out, good = run("env -i ACME_API_KEY=acme-docs-key ROSTER_CONFIG=" .. config .. " " .. folder .. "/host")
    assert.is_true(good, out)
    assert.truthy(out:find("acme-large: " .. mocks.url "acme" .. "/v1/chat/completions\n", 1, true), out)
    assert.truthy(out:find("claude-4.5-opus: ANTHROPIC_API_KEY is not set\n", 1, true), out)
  end)

  it("lists the usable models from Lua in five lines", function ()
    local example = blocks(README, "Embed it", "lua")[1]
    assert.equal(5, select(2, example:gsub("\n", "\n")))
    local script = support.write(support.folder() .. "/list.lua", example)
    local out, good = run("env -i PATH='" .. os.getenv "PATH" .. "' ROSTER_MOCK=yes LUA_CPATH='build/?.so' lua5.4 " .. script)
    assert.is_true(good, out)
    assert.equal("mock\tMock\t200000\n", out)
  end)

  it("fits on three screens", function () assert.is_true(#README < 7200 and select(2, README:gsub("\n", "\n")) <= 175) end)

  it("names only targets that the Makefile has", function ()
    local makefile = support.read "Makefile"
    for _, name in ipairs { "README.md", "CONTRIBUTING.md" } do
      for target in support.read(name):gmatch "[`\n]make ([a-z][a-z-]*)" do
        assert.truthy(("\n" .. makefile):find("\n" .. target:gsub("%-", "%%-") .. ":"), name .. ": make " .. target)
      end
    end
  end)
end)

describe("The guide for hosts", function ()
  it("has the program in Rust that the crate's tests compile", function ()
    local example = support.read "rust/roster/examples/list.rs":gsub("^//[^\n]*\n", "")
    assert.equal(example, blocks(support.read "docs/hosts.md", "In Rust", "rust")[1])
  end)
end)

describe("The design page", function ()
  teardown(support.stop_all)

  it("shows JSON definitions that lint clean", function ()
    assert.same({}, (support.lint { ["catalog.json"] = blocks(DESIGN, "The definition language", "json")[1] }))
  end)

  it("has a file for Phoenix that lints clean and routes the providers as the page describes", function ()
    local files = { ["phoenix.lua"] = assert(support.read "rust/roster/examples/phoenix/phoenix.lua") }
    assert.same({}, (support.lint(files)))
    local gateway = "http://169.254.169.254/gateway/llm"
    local result = support.roster({ "providers", "--json", "--offline" }, { config = files, env = { LLM_GATEWAY = gateway } })
    local anthropic, gemini
    for _, provider in ipairs(result.json().providers) do
      if provider.id == "anthropic" then anthropic = provider elseif provider.id == "gemini" then gemini = provider end
    end
    assert.equal(gateway .. "/anthropic", anthropic.base_url)
    assert.equal("https://generativelanguage.googleapis.com", gemini.base_url) -- that gateway does not serve Gemini
  end)

  local UNITS = { [""] = 1, bytes = 1, KiB = 1024, MiB = 1024 * 1024, s = 1000, minutes = 60 * 1000 }

  it("gives the limits that the sources define", function ()
    local seen = 0
    for value, name, path in DESIGN:gmatch "\n| [^|\n]+ | ([%w ]+) | `([%u_]+)` in `([^`]+)` |" do
      local digits, unit = value:match "^([%d ]*%d) ?(%a*)$"
      local expression = assert(support.read(path), path):match("%f[%w_]" .. name .. "%f[^%w_]%s*=?%s*([^,}\n]+)")
      local actual = load("return " .. assert(expression, name):gsub("%(size_t%)", ""))()
      assert.equal((digits:gsub(" ", "")) * assert(UNITS[unit], value), actual, name)
      seen = seen + 1
    end
    assert.is_true(seen >= 20)
  end)
end)

describe("The architecture page", function ()
  local ARCHITECTURE = support.read "docs/ARCHITECTURE.md"

  it("has a row for each folder of sources, and for no other folder", function ()
    local there, named = {}, {}
    for path in lines_of(run "find src -name '*.[ch]' -printf '%h\n' | sort -u") do there[#there + 1] = path:match "^src/(.+)$" end
    for folder in ARCHITECTURE:match("\n## Folders\n(.-)\n## "):gmatch "\n| `([^`]+)` |" do named[#named + 1] = folder end
    table.sort(there)
    table.sort(named)
    assert.same(there, named)
  end)

  it("names only places around the sources that exist", function ()
    local seen = 0
    for names in ARCHITECTURE:match("\n## Around the sources\n(.-)\n## "):gmatch "\n| (`[^|]*) |" do
      for path in names:gmatch "`([^`]+)`" do
        assert.is_true(exists(path), path)
        seen = seen + 1
      end
    end
    assert.is_true(seen >= 5)
  end)
end)

describe("Each source file", function ()
  it("begins with its own name and what it is responsible for", function ()
    local seen = 0
    for path in lines_of(run "find src -name '*.[ch]' | sort") do
      local name, purpose = support.read(path):match "^/%* ([%w_]+): (%S[^\n]*)"
      assert.equal(path:match "([^/]+)%.[ch]$", name, path)
      assert.is_true(#purpose > 10, path)
      seen = seen + 1
    end
    assert.is_true(seen > 100)
  end)
end)

describe("The manual", function ()
  --- The source of one verb's paragraph.
  local function paragraph(verb)
    local pattern = "\n%.BR?I? \"?roster " .. verb:gsub("%-", "%%-") .. "%f[^%w-]"
    local from = assert(MANUAL:find(pattern), "no paragraph on " .. verb)
    local to = MANUAL:find("\n%.TP", from) or MANUAL:find("\n%.S", from)
    local section = MANUAL:find("\n%.S", from)
    return MANUAL:sub(from, math.min(to, section))
  end

  local function options_in(text)
    local list = {}
    for option in text:gmatch "%-%-%a[%a-]*" do
      if option ~= "--help" and not contains(list, option) then list[#list + 1] = option end
    end
    table.sort(list)
    return list
  end

  --- "0 shown; 2 wrong usage", as the manual has them.
  local function exits_in(help)
    local text = help:match "\nexit codes\n(.*)":gsub("\n     ", " "):gsub("\n%s+", "; "):gsub("^%s+", ""):gsub("%s+", " ")
    return (text:gsub("%s+$", ""):lower())
  end

  local verbs = {}
  for verb in support.roster({ "help" }).out:gmatch "\n  ([a-z-]+)%f[ ]" do
    if verb ~= "roster" then verbs[#verbs + 1] = verb end
  end

  it("has a paragraph for each verb, with its options and exit codes", function ()
    assert.is_true(#verbs >= 13)
    for _, verb in ipairs(verbs) do
      local help = support.roster({ verb, "--help" }).out
      local text = paragraph(verb)
      assert.same(options_in(help:match "\noptions: (.*)\nexit codes\n" or ""), options_in(text:match "Options:(.-)\n%.br" or ""), verb)
      assert.equal(exits_in(help), (text:match "Exit: (.*)"):gsub("%.?\n%.br\n", "; "):gsub("%.\n?$", ""):lower(), verb)
    end
  end)

  it("has a paragraph for each option", function ()
    local section = MANUAL:match "\n%.SH OPTIONS\n(.-)\n%.SH "
    for _, verb in ipairs(verbs) do
      for option in support.roster({ verb, "--help" }).out:gmatch "\n  (%-%-[a-z-]+)" do
        assert.truthy(section:find("\n%.BR?I? " .. option:gsub("%-", "%%-") .. "%f[^%w-]"), option)
      end
    end
    assert.truthy(section:find("\n.B --version", 1, true))
  end)

  it("names every environment variable that is read", function ()
    local sources = run "cat src/library/registry/*.c src/command/*.c src/library/validate/*.c src/server/*.c lua/*.lua"
    local section = MANUAL:match "\n%.SH ENVIRONMENT\n(.-)\n%.SH "
    local seen = 0
    for _, pattern in ipairs { 'getenv%("([%u_]+)"', 'environment_get%([^,]+, "([%u_]+)"', 'setting%s*%(?"([%u_]+)"', 'secret "([%u_]+)"',
      'setting { "([%u_]+)"',
      'secret { env = "([%u_]+)"' } do
      for name in sources:gmatch(pattern) do
        if name ~= "HOME" and name ~= "TERM" then
          assert.truthy(section:find(name, 1, true), name)
          seen = seen + 1
        end
      end
    end
    assert.is_true(seen >= 15)
  end)

  it("has the current version", function ()
    assert.equal(HEADER:match '#define ROSTER_VERSION "([^"]+)"', MANUAL:match '"roster ([%d.]+)"')
  end)

  it("has an example that lints clean", function ()
    local example = MANUAL:match '(provider "local" .-\nmodel [^\n]*\n)'
    assert.same({}, (support.lint { ["local.lua"] = example }))
  end)

  if os.execute "command -v groff >/dev/null" then
    it("is formatted by groff without a warning, page by page", function ()
      assert.equal("", (run "for page in man/*; do groff -man -Tutf8 -ww $page 2>&1 >/dev/null; done"))
    end)
  end
end)

describe("The documents", function ()
  local function slug(heading) return (heading:lower():gsub("[^%w _-]", ""):gsub(" ", "-")) end

  local function has_heading(path, anchor)
    for line in lines_of(support.read(path)) do
      if line:match "^#+ " and slug((line:gsub("^#+ ", ""))) == anchor then return true end
    end
    return false
  end

  it("link only to files and headings that exist", function ()
    local seen = 0
    for _, name in ipairs(DOCUMENTS) do
      local folder = name:match "^(.*/)" or ""
      for target in assert(support.read(name), name):gmatch "%]%(([^)]+)%)" do
        if not target:match "^https?:" then
          local path, anchor = target:match "^([^#]*)#?(.*)$"
          path = path == "" and name or folder .. path
          while path:find("[^/]+/%.%./") do path = path:gsub("[^/]+/%.%./", "", 1) end
          assert.is_true(exists(path), name .. ": " .. target)
          if anchor ~= "" then assert.is_true(has_heading(path, anchor), name .. ": " .. target) end
          seen = seen + 1
        end
      end
    end
    assert.is_true(seen > 25)
  end)

  it("name every state of the header", function ()
    local seen = 0
    for state in HEADER:match("typedef enum roster_state {(.-)}"):gmatch "ROSTER_([%u_]+)" do
      state = state:lower()
      assert.truthy(DESIGN:find("| `" .. state .. "` |", 1, true), state)
      assert.truthy(MANUAL:match("\n%.SH STATES\n(.-)\n%.SH "):find("%f[%w_]" .. state .. "%f[^%w_]"), state)
      seen = seen + 1
    end
    assert.equal(12, seen)
  end)

  it("count what is shipped as roster doctor does", function ()
    local models, providers = support.roster { "doctor" }.out:match "models: (%d+), providers: (%d+)"
    for _, path in ipairs { "README.md", "docs/deployers.md" } do
      assert.truthy(support.read(path):find(("%s providers and %s models "):format(providers, models), 1, true), path)
    end
  end)

  it("include a change log with an entry under unreleased, and a license", function ()
    assert.truthy(support.read("CHANGELOG.md"):find("\n## unreleased\n.-\n%- "))
    assert.truthy(support.read("LICENSE"):find("Copyright (c) 2026 the roster authors", 1, true))
  end)
end)

describe("The header", function ()
  it("explains each error status", function ()
    local seen = 0
    for line in lines_of(HEADER:match "typedef enum roster_status {(.-)}") do
      if line:find("ROSTER_E", 1, true) then
        assert.truthy(line:match "/%* %l.+ %*/", line)
        seen = seen + 1
      end
    end
    assert.is_true(seen >= 11)
  end)
end)
