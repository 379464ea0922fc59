-- The command: its verbs, its exit codes, which stream gets what, and how its output fits a narrow terminal.
local cjson = require "cjson"
local support = require "support.roster"
local world = require "support.world"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no %q in: %s"):format(part, text)) end

local function widest(text)
  local most, line_at_fault = 0, ""
  for line in text:gmatch "[^\n]+" do
    if utf8.len(line) > most then most, line_at_fault = utf8.len(line), line end
  end
  return most, line_at_fault
end

describe("The command", function ()
  teardown(support.stop_all)

  it("prints its version, for version and for --version alike", function ()
    local result = support.roster { "version" }
    assert.equal(0, result.status)
    has(result.out, "0.1.0")
    assert.equal(result.out, support.roster({ "--version" }).out)
  end)

  it("lists every verb in its help, and each verb has a help text of its own", function ()
    local help = support.roster { "--help" }
    assert.equal(0, help.status)
    for _, verb in ipairs { "models", "providers", "check", "explain", "resolve", "request", "paths", "lint", "init", "demo", "version", "help" } do
      has(help.out, "\n  " .. verb)
      local own = support.roster { verb, "--help" }
      assert.equal(0, own.status, verb)
      has(own.out, "roster " .. verb)
      assert.equal(own.out, support.roster({ "help", verb }).out)
    end
  end)

  it("serves mock providers under both names of that verb, with the same help text", function ()
    local scenario = support.write(support.folder() .. "/scenario.json", '{"lifetime":0,"servers":[{"name":"acme","protocol":"openai"}]}')
    for _, name in ipairs { "stand-in", "mock" } do
      local result = support.roster { name, scenario }
      assert.equal(0, result.status, result.err)
      assert.equal("acme", result.json().servers[1].name)
      assert.equal(support.roster({ "help", "stand-in" }).out, support.roster({ name, "--help" }).out)
    end
  end)

  it("states at the start of mock servers when they end, and at the end why and how to have more time", function ()
    local scenario = support.write(support.folder() .. "/scenario.json", '{"lifetime":0.25,"servers":[{"name":"acme","protocol":"openai"}]}')
    local err = support.roster({ "mock", scenario }).err
    has(err, 'roster mock: ends after 0.25 seconds, or earlier with Ctrl-C; "lifetime" in the scenario sets the seconds\n')
    has(err, 'roster mock: ended after its lifetime of 0.25 seconds\n  next: set a longer "lifetime" in the scenario, at most 86400\n')
    local folder = support.folder()
    local orphan = support.write(folder .. "/orphan", ('#!/bin/sh\n"%s" mock "%s" >"%s/out" 2>"%s/err" &\nwhile ! [ -s "%s/out" ]; do sleep 0.05; done\n')
      :format(support.command, support.write(folder .. "/s.json", '{"lifetime":600,"servers":[{"name":"acme","protocol":"openai"}]}'), folder, folder, folder))
    assert(os.execute("sh " .. support.quoted(orphan)))
    support.eventually(function () return (support.read(folder .. "/err") or ""):find("ended, because the process that started it has ended", 1, true) end)
  end)

  it("refuses an unknown verb, option or value with status 2 and suggests the nearest", function ()
    local cases = {
      { { "modles" }, "did you mean 'models'?" },
      { { "models", "--ofline" }, "did you mean --offline?" },
      { { "models", "--level", "provee" }, "prove" },
      { { "serve", "--log-format", "jsno" }, "--log-format: unknown format 'jsno' (did you mean 'json'?)" },
      { { "serve", "--log-format", "xml" }, "it is text or json" },
      { { "diff", "antropic" }, "unknown provider 'antropic' (did you mean 'anthropic'?)" },
      { { "LINT" }, "did you mean 'lint'?" },
      { { "list" }, "did you mean 'models'?" },
      { { "retirements" }, "did you mean 'models'?" },
      { { "import", "api.json", "--output", "definitions.json" }, "roster import takes no --output\n  next: roster help import" },
      { { "check", "--provider", "openai" }, "roster check takes no --provider: write the id of the provider without it" },
      { { "models", "openai" }, "unexpected argument 'openai' (did you mean --provider openai?)" },
      { { "models", "--NO-BUILTIN" }, "did you mean --no-builtin?" },
      { { "models", "--timeout", "soon" }, "--timeout" },
      { { "models", "--config" }, "--config" },
      { { "explain" }, "explain" },
    }
    for _, case in ipairs(cases) do
      local result = support.roster(case[1])
      assert.equal(2, result.status, table.concat(case[1], " "))
      assert.equal("", result.out)
      has(result.err, case[2])
    end
  end)

  it("names the range of an option that takes seconds", function ()
    assert.matches("'0' is not a number of seconds above 0, up to a day", support.roster({ "models", "--timeout", "0" }).err, 1, true)
    assert.matches("'-1' is not a number of seconds from 0, up to a day", support.roster({ "serve", "--every", "-1" }).err, 1, true)
  end)

  it("fits its help and the text around its tables into 80 columns, and into as many as COLUMNS has", function ()
    local verbs = { {} }
    for verb in support.roster({ "help" }).out:gmatch "\n  ([a-z-]+)%f[ ]" do verbs[#verbs + 1] = verb ~= "roster" and { verb } or nil end
    assert.is_true(#verbs > 20)
    for _, columns in ipairs { 80, 60 } do
      for _, words in ipairs(verbs) do
        local most, line = widest(support.roster({ "help", words[1] }, { env = columns ~= 80 and { COLUMNS = "60" } or nil }).out)
        assert.truthy(most <= columns or line:find "^  roster ", line)
      end
    end
    assert.is_true(widest(support.roster({ "demo" }, { env = { COLUMNS = "60" } }).out:match "^(.-)\n%$ ") <= 60)
  end)

  describe("prints tables that", function ()
    local TABLES = {
      { "models", "--all", "--offline" }, { "models", "--offline", "--retiring", "36500" }, { "providers", "--offline" }, { "paths" },
      { "price", "wide-model-名前-of-a-provider", "--input", "1000", "--output", "20" },
    }
    local config

    setup(function ()
      config = support.config { ["x.lua"] = [[
        provider "a-provider-with-a-long-name" { title = "Acme", protocol = "openai-chat", base_url = "https://llm.acme.example/a/long/path", credential = secret "ACME_KEY" }
        model "wide-model-名前-of-a-provider" { provider = "a-provider-with-a-long-name", context_window = 1050000, price = { input = 0.825, output = 4.125 },
          recommended = true, retires = "2031-12-11", description = "Acme" }
        model "m" { inherit = "wide-model-名前-of-a-provider", description = "m" }]] }
    end)

    --- The columns that a text takes, where the two characters of the id above take two each.
    local function columns_of(line) return utf8.len(line) + 2 * select(2, line:gsub("名前", "")) end

    for _, width in ipairs { 40, 80, 120, 200 } do
      it(("fit a terminal of %d columns, one line for each row, and show each first cell in full"):format(width), function ()
        for _, words in ipairs(TABLES) do
          local out, what = support.terminal(words, width, { config = config, env = { ACME_KEY = "k-0123456789abcdef" } }), table.concat(words, " ")
          local body = out:gsub("/%S*/roster%-spec%-[^\n]+", "")
          for line in body:gmatch "[^\n]+" do assert.is_true(columns_of(line) <= width, what .. ": " .. line) end
          if words[1] ~= "paths" and words[1] ~= "providers" then assert.truthy(out:find("wide-model-名前-of-a-provider", 1, true), out) end
          if words[1] == "models" then assert.equal(1, select(2, out:gsub("\nm%f[%s]", "")), out) end
        end
      end)
    end

    it("count an emoji as the two columns that it takes", function ()
      local text = 'provider "a" { title = "\u{1f680}\u{1f680}\u{1f680}\u{1f680}", protocol = "openai-chat", base_url = "https://a.example", ' ..
        'credential = secret "A_KEY", discover = true }\n'
      local result = support.roster({ "providers", "--offline", "--no-builtin" }, { config = { ["a.lua"] = text }, env = { A_KEY = "sk-a", COLUMNS = "42" } })
      assert.truthy(result.out:find("\u{1f680} has not been asked for its models\nyet\n", 1, true), result.out)
    end)

    it("leave no empty line before an address that is longer than what is left of its line", function ()
      local text = 'provider "a" { protocol = "openai-chat", base_url = "http://127.0.0.1:1/llm/", list_proves = "access" }\nmodel "a-1" { provider = "a" }\n'
      local result = support.roster({ "explain", "a-1", "--no-builtin" }, { config = { ["a.lua"] = text }, env = { COLUMNS = "40" } })
      assert.truthy(result.out:match "GET\n *http://127.0.0.1:1/llm/v1/models\n", result.out)
    end)

    it("follow COLUMNS before the terminal", function ()
      local wide = support.terminal({ "models", "--all", "--offline" }, 40, { config = config, env = { COLUMNS = "200" } })
      assert.equal(support.terminal({ "models", "--all", "--offline" }, 200, { config = config }), wide)
      assert.truthy(wide:find "MODEL +PROVIDER +CONTEXT +%$IN/OUT +STATE +NOTES\n")
      assert.truthy(support.terminal({ "models", "--all", "--offline" }, 40, { config = config }):find "MODEL +STATE\n")
    end)

    it("are neither wrapped nor cut in a pipe, whatever COLUMNS has, and have no empty cell, so that awk finds each column", function ()
      for _, words in ipairs(TABLES) do
        local plain = support.roster(words, { config = config })
        assert.equal(plain.out:match "^[^\n]*\n(.-)\n\n", support.roster(words, { config = config, env = { COLUMNS = "40" } }).out:match "^[^\n]*\n(.-)\n\n")
        assert.falsy(plain.out:find("…", 1, true), plain.out)
      end
      local awk = "2>/dev/null | awk '$2 == \"a-provider-with-a-long-name\" { print $1, $3, $4, $5 }' >FOLDER/out"
      local out = support.roster({ "models", "--all", "--offline" }, { config = config, shell = awk }).out
      assert.equal("wide-model-名前-of-a-provider 1.05M 0.825/4.125 no_credential\nm 1.05M 0.825/4.125 no_credential\n", out)
    end)
  end)

  it("cuts no state and no mark of models --all in a pipe, however long the ids and prices are", function ()
    local long = 'context_window = 1050000, price = { input = 0.825, output = 4.125 }, recommended = true, retires = "2026-12-11",'
    local parts = {}
    for i, status in ipairs { 401, 500, 404, 429, 402, 403 } do
      parts[i] = { "fireworks" .. i, protocol = "openai-chat", models = { { "deepseek-v4.1-flash-fireworks" .. i, long } },
        server = { protocol = "none", routes = { { method = "GET", path = "/v1/models", status = status, body = { error = { message = "no" } } } } } }
    end
    parts[#parts + 1] = { "idle", protocol = "openai-chat", key = false, models = { { "deepseek-v4.1-flash-fireworks", long } } }
    local scene = support.scene(parts)
    for _, words in ipairs { { "models", "--all" }, { "models", "--all", "--offline" } } do
      local out, states = scene.run(words).out, 0
      local rows = out:match "MODEL[^\n]*\n(.-)\n\n"
      for _, model in ipairs(scene.run({ "models", "--json", words[3] }).json().unavailable) do
        assert.truthy(rows:find(" " .. model.state .. " ", 1, true), model.state .. " in " .. rows)
        states = states + 1
      end
      assert.equal(#parts, states)
      local _, dates = rows:gsub("2026%-12%-11", "")
      assert.equal(#parts, dates, rows)
    end
  end)

  it("prints no colours if it does not write to a terminal", function ()
    local result = support.roster({ "models", "--all", "--offline" }, { env = { TERM = "xterm-256color" } })
    assert.falsy(result.out:find "\27")
  end)

  it("cuts its progress to the columns of the terminal", function ()
    local long = ("a-model-with-a-long-name-"):rep(3)
    local scene = support.scene { { "oak", protocol = "openai-chat", fields = 'list_proves = "access",', server = { delay_ms = 300 },
      models = { long .. "1", long .. "2", ("漢"):rep(40) } } }
    for _, columns in ipairs { 20, 50, 200 } do
      local words = { "models", "--no-builtin", "--config", scene.options.config }
      local line = support.command_line(words, { env = { TERM = "xterm", OAK_API_KEY = scene.keys.oak } })
      local shown = support.capture("script -qec " .. support.quoted(("stty cols %d; %s >/dev/null"):format(columns, line)) .. " /dev/null </dev/null")
      local lines = 0
      for text in shown:gmatch "\r([^\r\27]*)\27%[K" do
        local wide = select(2, text:gsub("漢", ""))
        assert.is_true(utf8.len(text) + wide < columns, text)
        lines = lines + 1
      end
      assert.is_true(lines > 1, shown)
      if columns == 200 then assert.truthy(shown:find(long, 1, true), shown) end
    end
  end)

  it("shows no progress if standard error is not a terminal", function ()
    local mode = world.direct()
    assert.equal("", support.roster({ "models" }, mode.options { anthropic = true }).err)
  end)

  it("reports output that cannot be written, and exits with 2", function ()
    local result = support.roster({ "models", "--offline", "--json" }, { shell = ">/dev/full 2>FOLDER/err" })
    assert.equal(2, result.status)
    has(result.err, "roster: cannot write to standard output: No space left on device\n  next: free some space, or write to another disk; ")
    local parts = support.roster({ "config" }, { shell = ">/dev/full 2>FOLDER/err" }) -- more than a buffer holds
    assert.equal(2, parts.status)
    has(parts.err, "cannot write to standard output: No space left on device")
  end)

  it("exits without a message when its reader closes the pipe, and tolerates closed streams", function ()
    local result = support.roster({ "models", "--offline", "--json" }, { shell = "2>FOLDER/err | head -c 10 >FOLDER/out" })
    assert.equal(10, #result.out)
    assert.equal("", result.err)
    assert.equal(2, support.roster({ "models", "--offline" }, { shell = ">&- 2>FOLDER/err" }).status)
    assert.equal(0, support.roster({ "models", "--offline" }, { shell = "<&- >FOLDER/out 2>&-" }).status)
  end)
end)

describe("roster models", function ()
  teardown(support.stop_all)

  it("exits with 0 when a model is ready, 1 when none is, and 2 for bad definitions", function ()
    local mode = world.direct()
    assert.equal(0, support.roster({ "models" }, mode.options { anthropic = true }).status)
    assert.equal(1, support.roster({ "models" }, mode.options {}).status)
    local bad = support.roster({ "models" }, { config = { ["x.lua"] = "model {}" } })
    assert.equal(2, bad.status)
    assert.equal("", bad.out)
    has(bad.err, "x.lua:1:1: error: ")
  end)

  it("prints a table of the ready models and one line per reason for the others", function ()
    local mode = world.direct()
    local result = support.roster({ "models" }, mode.options { anthropic = true, openai = "sk-wrong-key-1" })
    has(result.out, "claude-4.5-opus")
    has(result.out, "OpenAI rejected the key in OPENAI_API_KEY")
    has(result.out, "set a valid OPENAI_API_KEY")
    local _, said = result.out:gsub("OpenAI rejected the key", "")
    assert.equal(1, said)
  end)

  it("--offline lists every definition without a request, and exits with 0", function ()
    local mode = world.direct()
    local options = mode.options { anthropic = true }
    local result = support.roster({ "models", "--all", "--offline", "--json" }, options)
    assert.equal(0, result.status)
    local document = result.json()
    assert.is_true(#document.models + #document.unavailable >= 28)
    for _, entry in ipairs(document.unavailable) do
      local expected = entry.provider_id == "anthropic" and "unproven" or entry.provider_id == "mock" and "disabled" or "no_credential"
      assert.equal(expected, entry.state, entry.id)
    end
    assert.same({}, mode.requests())
  end)

  it("--json prints all members of the document, with [] for an empty list", function ()
    local result = support.roster { "models", "--json" }
    local document = result.json()
    has(result.out, '{"models":[],"default":"","unavailable":[{"id":')
    for _, name in ipairs { "gateway_status", "llm_configured", "credential_status", "default_wanted", "roles", "generation", "empty_reason" } do
      assert.not_nil(document[name], name)
    end
    local entry = support.entry(document, "claude-4.5-opus")
    for _, name in ipairs { "provider", "provider_id", "state", "stage", "http_status", "reason", "hint", "description", "context_window", "recommended", "api_name",
      "protocol", "source" } do
      assert.not_nil(entry[name], name)
    end
    assert.equal(cjson.null, entry.http_status)
  end)

  it("--json gives each ready model's evidence and facts", function ()
    local mode = world.direct()
    local document = world.models(mode, { anthropic = true })
    local entry = support.entry(document, "claude-4.5-opus")
    assert.same({ "Anthropic", "anthropic", 200000, "claude-opus-4-5-20251101", "anthropic-messages", "$ANTHROPIC_API_KEY", "ready", false }, { entry.provider, entry.provider_id,
      entry.context_window, entry.api_name, entry.protocol, entry.source, entry.state, entry.stale })
    assert.truthy(entry.checked_at:match "^%d%d%d%d%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$")
    assert.same({ input = 5, output = 25, cache_read = 0.5, cache_write = 6.25 }, entry.price)
    assert.equal(1, document.generation)
  end)

  it("names a wanted default that is not available, and chooses another", function ()
    local mode = world.direct()
    local document, result = world.models(mode, { anthropic = true }, { DEFAULT_MODEL = "gpt-5.5" })
    assert.equal("gpt-5.5", document.default_wanted)
    assert.equal("anthropic", support.entry(document, document.default).provider_id)
    assert.equal(0, result.status)
    has(support.roster({ "models" }, mode.options({ anthropic = true }, { DEFAULT_MODEL = "gpt-5.5" })).out, "gpt-5.5")
    local taken = world.models(mode, { anthropic = true }, { DEFAULT_MODEL = "claude-haiku-4.5" })
    assert.same({ "claude-4.5-haiku", "" }, { taken.default, taken.default_wanted })
  end)
end)

describe("roster providers", function ()
  it("shows each endpoint, the source of its key and whether it is set, but never the key, and makes no requests with --offline", function ()
    local result = support.roster({ "providers", "--offline", "--json" }, { env = { ANTHROPIC_API_KEY = "sk-ant-canary-0123456789" } })
    assert.equal(0, result.status)
    assert.falsy((result.out .. result.err):find("canary", 1, true))
    local first = result.json().providers[1]
    assert.same({ "anthropic", "Anthropic", "anthropic-messages", "https://api.anthropic.com" }, { first.id, first.title, first.protocol, first.base_url })
    assert.same({ source = "$ANTHROPIC_API_KEY", set = true }, first.credential)
    assert.is_true(first.defined > 10)
    assert.equal(0, first.ready)
  end)
end)

describe("roster check", function ()
  teardown(support.stop_all)

  it("exits with 1 when nothing is configured", function () assert.equal(1, support.roster({ "check" }).status) end)

  it("exits with 0 when every named model is ready, 1 when one is not, and 2 for an unknown name", function ()
    local options = world.direct().options { anthropic = true }
    assert.equal(0, support.roster({ "check", "claude-4.5-opus", "claude-haiku-4.5" }, options).status)
    assert.equal(1, support.roster({ "check", "claude-4.5-opus", "claude-4.8-opus" }, options).status)
    assert.equal(1, support.roster({ "check", "anthropic" }, options).status)
    local unknown = support.roster({ "check", "anthropc" }, options)
    assert.equal(2, unknown.status)
    has(unknown.err, "anthropic")
  end)

  it("exits with 0 when every configured model is ready", function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { "sk-acme-00001" }, models = { "one", "two" } } }
    local definitions = ('provider "acme" { protocol = "openai-chat", base_url = "%s", credential = secret "ACME_API_KEY" }\n'):format(mocks.url()) ..
      'model "one" { provider = "acme" }\nmodel "two" { provider = "acme" }\n'
    local options = { env = { ACME_API_KEY = "sk-acme-00001" }, config = { ["acme.lua"] = definitions } }
    assert.equal(0, support.roster({ "check" }, options).status)
    local result = support.roster({ "check", "--json" }, options)
    assert.equal(0, result.status)
    assert.equal(2, #result.json().models)
  end)
end)

describe("roster explain", function ()
  teardown(support.stop_all)

  it("exits with 0 for a ready model, 1 for any other, and 2 for an unknown id", function ()
    local options = world.direct().options { anthropic = true }
    assert.equal(0, support.roster({ "explain", "claude-4-opus" }, options).status)
    assert.equal(1, support.roster({ "explain", "gpt-5.5" }, options).status)
    local unknown = support.roster({ "explain", "claude-4.5-opsu" }, options)
    assert.equal(2, unknown.status)
    has(unknown.err, "did you mean 'claude-4.5-opus'")
  end)

  it("shows where the model is defined, its rule, its requests and its verdict", function ()
    local mode = world.direct()
    local story = support.roster({ "explain", "claude-4.8-opus", "--json" }, mode.options { anthropic = true }).json()
    assert.truthy(story.defined_at:match "^older_models%.lua:%d+$")
    assert.equal("direct", story.rule)
    assert.equal("not_listed", story.state)
    assert.equal("prove", story.stage)
    assert.equal(404, story.http_status)
    assert.equal(2, #story.requests)
    assert.same({ "list", "GET", 200, "ready" }, { story.requests[1].stage, story.requests[1].method, story.requests[1].status, story.requests[1].outcome })
    assert.same({ "prove", 404, "not_listed" }, { story.requests[2].stage, story.requests[2].status, story.requests[2].outcome })
  end)
end)

describe("roster explain --offline", function ()
  it("has one line about a model, which begins with what is known of it", function ()
    local lines = { 'provider "acme" { protocol = "openai-chat", base_url = "https://acme.test" }' }
    for id, fields in pairs { tier = 'tier = "fast", release_date = "2026-01-02"', kind = 'kind = "embedding"', day = 'release_date = "2026-01-02"' } do
      lines[#lines + 1] = ('model "%s" { provider = "acme", %s }'):format(id, fields)
    end
    local options = { config = { ["x.lua"] = table.concat(lines, "\n") } }
    for id, about in pairs { tier = "fast, released 2026-01-02", kind = "of the kind embedding", day = "released 2026-01-02" } do
      has(support.roster({ "explain", id, "--offline", "--no-builtin" }, options).out, "\nAbout         " .. about .. "\n")
    end
  end)
end)

describe("roster resolve", function ()
  it("prints which model an id means and how it was found, without a request", function ()
    for id, via in pairs { ["claude-4.5-opus"] = "exact", ["claude-opus-4.5"] = "alias", ["claude-4-opus"] = "formerly" } do
      local result = support.roster { "resolve", id, "--json" }
      assert.equal(0, result.status)
      assert.same({ "claude-4.5-opus", id, via }, { result.json().id, result.json().from, result.json().via })
    end
  end)

  it("shows an id without zero-width characters, and with white space and control characters as spaces", function ()
    for from, to in pairs { ["cla\u{200b}\u{2060}\u{ad}ude"] = "claude", ["\u{feff}cl\u{e0041}aude"] = "claude", ["cla\u{a0}ude"] = "cla ude", ["cla\u{202e}ude"] = "cla ude" } do
      local said = support.roster({ "resolve", from }).err
      assert.truthy(said:find("no model has the id '" .. to .. "'", 1, true), said)
    end
  end)

  it("exits with 1 and suggests ids for an unknown id, and exits with 2 without an id", function ()
    local result = support.roster { "resolve", "claude-4.5-opsu", "--json" }
    assert.equal(1, result.status)
    assert.equal("unknown", result.json().error.code)
    assert.equal("claude-4.5-opus", result.json().error.candidates[1])
    assert.equal(2, support.roster({ "resolve" }).status)
  end)
end)

describe("roster request", function ()
  it("prints a curl command with the variable's name instead of the key, for models that are ready or not", function ()
    local result = support.roster({ "request", "claude-4-opus" }, { env = { ANTHROPIC_API_KEY = "sk-ant-canary-0123456789" } })
    assert.equal(0, result.status)
    has(result.out, "curl 'https://api.anthropic.com/v1/messages'")
    has(result.out, '-H "x-api-key: $ANTHROPIC_API_KEY"')
    has(result.out, '"model":"claude-opus-4-5-20251101"')
    assert.falsy(result.out:find("canary", 1, true))
    assert.equal(0, support.roster({ "request", "gpt-5.5" }).status)
    assert.equal(2, support.roster({ "request", "gpt-0" }).status)
  end)

  it("prints a curl command that runs unchanged", function ()
    local mode = world.direct()
    local options = mode.options { anthropic = true }
    local command = support.roster({ "request", "claude-4.5-haiku" }, options).out
    local pipe = io.popen("ANTHROPIC_API_KEY=" .. world.keys.anthropic.value .. " sh -c " .. support.quoted((command:gsub("^curl ", "curl -s "))))
    local answer = cjson.decode(pipe:read "a")
    pipe:close()
    assert.equal("message", answer.type)
    support.stop_all()
  end)
end)

describe("roster lint", function ()
  it("exits with 0 for clean definitions, 1 with findings, and 2 for wrong usage", function ()
    assert.equal(0, support.roster({ "lint" }).status)
    local folder = support.config { ["x.lua"] = 'provider "x" { protocol = "openai-chat", bse_url = "https://x.test" }' }
    local result = support.roster { "lint", folder .. "/x.lua" }
    assert.equal(1, result.status)
    has(result.out, folder .. "/x.lua:1:42: error: provider 'x': unknown key 'bse_url' (did you mean 'base_url'?)\n")
    assert.equal(1, support.roster({ "lint", folder }).status)
    assert.equal(2, support.roster({ "lint", "--all" }).status)
    local json = support.roster({ "lint", folder, "--json" }).json()
    assert.same({ "error", folder .. "/x.lua", 1 }, { json.findings[1].severity, json.findings[1].file, json.findings[1].line })
  end)

  it("begins with the names of the files that it read, in order", function ()
    local folder = support.config { ["b.lua"] = "", ["a.lua"] = "" }
    local out = support.roster({ "lint" }, { config = folder }).out
    assert.is_true(out:find("shipped", 1, true) < out:find("a.lua", 1, true))
    assert.is_true(out:find("a.lua", 1, true) < out:find("b.lua", 1, true))
  end)
end)

describe("roster init", function ()
  it("writes an overlay that lints clean, with files for editors, and never overwrites a file", function ()
    local folder = support.folder() .. "/new/roster"
    local result = support.roster { "init", folder }
    assert.equal(0, result.status)
    for _, name in ipairs { "providers.lua", "models.lua", "rules.lua", ".luarc.json" } do assert.truthy(support.read(folder .. "/" .. name), name) end
    assert.equal(0, support.roster({ "lint", folder }).status)
    has(support.read(folder .. "/.lua/roster.lua"), "---@meta")
    support.write(folder .. "/models.lua", "-- mine")
    assert.equal(0, support.roster({ "init", folder }).status)
    assert.equal("-- mine", support.read(folder .. "/models.lua"))
  end)

  it("writes to the user's own directory, and lists in JSON what it wrote and what it kept", function ()
    local home = support.folder()
    local first = support.roster({ "init", "--json" }, { env = { HOME = home } }).json()
    assert.same({ home .. "/.config/roster", 5, 0 }, { first.directory, #first.written, #first.kept })
    local again = support.roster({ "init", "--json" }, { env = { HOME = home } }).json()
    assert.same({ 0, 5 }, { #again.written, #again.kept })
    local plain = support.roster({ "init" }, { env = { HOME = "/nowhere", XDG_CONFIG_HOME = home } })
    assert.truthy(support.read(home .. "/roster/models.lua"))
    has(plain.out, "Next: edit them, then run roster lint.")
  end)

  it("prints the path, the reason and what to do next, once, if it cannot write", function ()
    local file = support.write(support.folder() .. "/file", "")
    local next = "\n  next: a file is where a directory has to be: choose another directory with `roster init DIR`\n"
    for _, directory in ipairs { file, file .. "/sub" } do
      local result = support.roster { "init", directory }
      assert.same({ 1, "", ("roster: cannot write %s: Not a directory%s"):format(directory, next) }, { result.status, result.out, result.err })
    end
    local document = support.roster({ "init", file, "--json" }).json()
    assert.equal("system", document.error.code)
    has(document.error.message, file)
    has(document.error.hint, "roster init DIR")
    local closed = support.roster { "init", "/proc/roster-init" } -- nobody can make a directory there, not even root
    has(closed.err, "next: choose a directory that you can write to, with `roster init DIR`")
    local half = support.folder()
    support.write(half .. "/.lua", "")
    has(support.roster({ "init", half }).err, half .. "/.lua: Not a directory\n  next: ")
  end)

  it("asks for a directory if there is none", function ()
    assert.equal(2, support.roster({ "init" }, { env = { HOME = "" } }).status)
    assert.equal(2, support.roster({ "init", "" }).status)
  end)
end)

describe("roster demo", function ()
  it("validates models against mock servers on this machine, without a key or a network", function ()
    local result = support.roster { "demo" }
    assert.equal(0, result.status)
    for _, state in ipairs { "bad_credential", "not_listed", "rate_limited" } do has(result.out, state) end
    has(result.out, "roster explain ID")
  end)
end)

describe("A library of the command", function ()
  -- The command with its libraries in a folder, where one library has the checksum of another build.
  local function mixed(library)
    local folder, build = support.folder(), support.command:match "^(.*)/"
    for _, file in ipairs { "roster", "libroster.so.0", "libroster-curl.so.0", library } do support.write(folder .. "/" .. file, support.read(build .. "/" .. file)) end
    local changed, count = support.read(folder .. "/" .. library):gsub("roster plugin %d+", function (stamp) return "roster plugin " .. ("1"):rep(#stamp - #"roster plugin ") end)
    assert.equal(1, count)
    support.write(folder .. "/" .. library, changed)
    assert.is_true(os.execute(("chmod +x '%s/roster'"):format(folder)))
    return folder
  end

  it("that makes requests may be absent where none is wanted, and is named by the error where one is", function ()
    local folder, build = support.folder(), support.command:match "^(.*)/"
    for _, file in ipairs { "roster", "libroster.so.0" } do support.write(folder .. "/" .. file, support.read(build .. "/" .. file)) end
    assert.is_true(os.execute(("chmod +x '%s/roster'"):format(folder)))
    local options = { command = folder .. "/roster", env = { OPENAI_API_KEY = "sk-0123456789abcdef" } }
    assert.equal(0, support.roster({ "resolve", "gpt-5.5" }, options).status)
    local config = support.config { ["d.lua"] = [[provider "acme" { protocol = "openai-chat", base_url = "http://127.0.0.1:9/v1", credential = secret "ACME_API_KEY" }
      model "m" { provider = "acme" }]] }
    local without = support.roster({ "models", "--all", "--no-builtin" }, { command = options.command, config = config })
    assert.same({ 1, "" }, { without.status, without.err })
    has(without.out, "no_credential")
    local result = support.roster({ "check" }, options)
    assert.equal(2, result.status)
    has(result.err, "HTTP is not available")
    has(result.err, "next: install libroster-curl.so.0 beside libroster")
  end)

  it("from another build is refused before any of it is called, by an error that names both files", function ()
    local verbs = {
      ["libroster-serve.so"] = { "serve" },
      ["libroster-migrate.so"] = { "migrate", "--db", "none.db", "--profile", "phoenix" },
      ["libroster-mock.so"] = { "demo" },
    }
    for library, arguments in pairs(verbs) do
      local folder = mixed(library)
      local result = support.roster(arguments, { command = folder .. "/roster" })
      assert.equal(2, result.status, library)
      assert.equal("", result.out)
      has(result.err, ("%s/%s and %s/roster are not from the same build"):format(folder, library, folder))
      has(result.err, "next: reinstall all of roster")
    end
  end)

  it("carries the checksum of the command that was built with it", function ()
    local build, stamps = support.command:match "^(.*)/", {}
    for _, file in ipairs { "roster", "libroster-serve.so", "libroster-migrate.so", "libroster-mock.so" } do
      stamps[#stamps + 1] = assert(support.read(build .. "/" .. file):match "roster plugin %d+%-%d+", file)
      assert.equal(stamps[1], stamps[#stamps], file)
    end
  end)
end)
