-- require "roster": the functions of the C API from Lua. #module
local cjson = require "cjson"
local support = require "support.roster"

local KEY = "sk-module-0123456789"

local ACME = [[
  provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://api.acme.example", credential = secret "ACME_API_KEY" }
  model "large" { provider = "acme", api_name = "acme-large-1", description = "Acme Large", context_window = 200 * K,
    price = { input = 1, output = 2.5 }, input_modalities = { "text", "image" }, aliases = { "big" }, formerly = { "huge" }, tool_call = true,
    reasoning = true, reasoning_levels = { "low", "high" }, family = "acme", tier = "flagship", release_date = "2026-05-01",
    knowledge_cutoff = "2026-01", status = "legacy", retires = "2027-05-01", replacement = "small", recommended = true }
  model "small" { provider = "acme" }
  retired "tiny" { replacement = "small" }
  role "cheap" { "small" }
]]

local function contains(text, part) return assert.truthy(text:find(part, 1, true), text) end

describe("The Lua module #module", function ()
  local roster = require "roster"

  --- Opens only Acme's definitions; `changes` adds or replaces options.
  local function open(changes)
    local options = { builtin = false, config = support.folder(), definitions = { ["acme.lua"] = ACME }, environment = { ACME_API_KEY = KEY } }
    for key, value in pairs(changes or {}) do options[key] = value end
    return roster.open(options)
  end

  local function mocks(more)
    local server = { name = "acme", protocol = "openai", keys = { KEY }, models = { "acme-large-1" } }
    for key, value in pairs(more or {}) do server[key] = value end
    return support.mock_servers { server }
  end

  local function moved(to) return { ["acme.lua"] = (ACME:gsub("https://api.acme.example", to)) } end

  teardown(support.stop_all)

  it("runs on Lua 5.4 and gives its version", function ()
    assert.equal("Lua 5.4", _VERSION)
    assert.equal(roster.version, support.read("include/roster.h"):match 'ROSTER_VERSION "([^"]+)"')
    local numbers = {}
    local pipe = io.popen "echo 'ROSTER_VERSION_MAJOR ROSTER_VERSION_MINOR ROSTER_VERSION_PATCH' | cc -E -P -include include/roster.h - | tail -1"
    for number in pipe:read "a":gmatch "%d+" do numbers[#numbers + 1] = number end
    pipe:close()
    assert.equal(roster.version, table.concat(numbers, "."))
    local condition = ("#if ROSTER_VERSION_NUMBER == %d * 10000 + %d * 100 + %d && ROSTER_VERSION_NUMBER > 0\nyes\n#endif"):format(table.unpack(numbers))
    pipe = io.popen("echo '" .. condition .. "' | cc -E -P -include include/roster.h - | tail -1")
    assert.equal("yes\n", pipe:read "a")
    pipe:close()
  end)

  it("has a rock specification with its version, its dependencies and files that the build makes", function ()
    local rock = {}
    assert(loadfile("roster-" .. roster.version .. "-1.rockspec", "t", rock))()
    assert.same({ "roster", roster.version .. "-1" }, { rock.package, rock.version })
    assert.same({ "lua >= 5.4, < 5.5", "lua-cjson >= 2.1.0" }, rock.dependencies)
    contains(support.read "Makefile", "\n" .. rock.build.build_target .. ": ")
    local place = support.folder()
    for _, file in ipairs(rock.build.install.lib) do assert.is_true(os.execute(("cp %s %s"):format(file, place))) end
    local pipe = io.popen(("env -i LUA_CPATH='%s/?.so' lua5.4 -e 'print(require(\"roster\").version)'"):format(place))
    local said = pipe:read "a"
    pipe:close()
    assert.equal(roster.version .. "\n", said)
  end)

  it("distinguishes a fact that is unknown from one that is false", function ()
    local more = 'model "open" { provider = "acme", open_weights = true } model "closed" { provider = "acme", open_weights = false }'
    local snapshot = open { definitions = { ["acme.lua"] = ACME .. more } }:snapshot()
    local said, entries = {}, {}
    for _, entry in ipairs(cjson.decode(snapshot:json()).unavailable) do entries[entry.id] = entry.open_weights end
    for _, id in ipairs { "open", "closed", "large" } do said[#said + 1] = tostring(snapshot:known(id).open_weights) end
    assert.same({ "true", "false", "nil" }, said)
    assert.same({ true, false, cjson.null }, { entries.open, entries.closed, entries.large })
  end)

  it("uses the Lua of its host: neither it nor roster's library contains another one", function ()
    local pipe = io.popen "nm -D --defined-only build/roster.so"
    local names = pipe:read "a"
    pipe:close()
    contains(names, "luaopen_roster")
    assert.is_nil(names:find "lua_newstate")
    assert.is_nil(names:find "luaL_")
  end)

  describe("when opening a registry", function ()
    it("makes no requests and knows every model", function ()
      local snapshot = open():snapshot()
      assert.equal(0, snapshot:generation())
      assert.equal(0, #snapshot)
      assert.equal(0, snapshot:count())
      local ids = {}
      for model in snapshot:all() do ids[#ids + 1] = model.id end
      assert.same({ "large", "small" }, ids)
      assert.is_nil(snapshot:models()())
      assert.is_nil(snapshot:find "large")
      assert.equal("unproven", snapshot:known("large").state)
    end)

    it("returns nil and an error with its place for bad definitions, and the error converts to a readable string", function ()
      local registry, err = open { definitions = { ["x.lua"] = '\nprovider "x" { bse_url = 1 }\nb {}' } }
      assert.is_nil(registry)
      assert.same({ "definitions", "x.lua", 2 }, { err.code, err.file, err.line })
      assert.is_true(err.count >= 2)
      assert.same({}, err.candidates)
      contains(tostring(err), "x.lua:2: provider 'x': 'protocol' is missing")
      contains(tostring(err), "(" .. err.hint .. ")")
    end)

    it("returns nil and an error for a directory that does not exist", function ()
      local registry, err = roster.open { config = "/nowhere/at/all", environment = {} }
      assert.is_nil(registry)
      assert.same({ "/nowhere/at/all", nil }, { err.file, err.line })
    end)

    it("reads definitions given as strings in the order of their names", function ()
      local registry = open { definitions = { ["b.lua"] = 'model "from b" { provider = "acme" }', ["a.lua"] = ACME, ["c.json"] =
        '{"model":{"from c":{"provider":"acme"}}}' } }
      local ids = {}
      for model in registry:snapshot():all() do ids[#ids + 1] = model.id end
      assert.same({ "large", "small", "from b", "from c" }, ids)
    end)

    it("reads a folder instead of the system's and the user's", function ()
      local snapshot = open({ definitions = {}, config = support.config { ["acme.lua"] = ACME } }):snapshot()
      assert.truthy(snapshot:known("large").defined_at:find "/acme%.lua:2$")
    end)

    it("omits the shipped definitions only if told to", function ()
      assert.truthy(open({ builtin = true, definitions = {} }):snapshot():known "gpt-5.5")
      assert.is_nil(open({ definitions = {} }):snapshot():known "gpt-5.5")
    end)

    it("enables the mock model if told to", function ()
      for _, case in ipairs { { true, true }, { false, false } } do
        local registry = open { builtin = true, definitions = {}, environment = {}, mock = case[1] }
        registry:refresh()
        assert.equal(case[2], registry:snapshot():find "mock" ~= nil)
      end
    end)

    it("sees only the variables of the environment that it was given", function ()
      assert.equal("no_credential", open({ environment = {} }):snapshot():known("large").state)
    end)

    it("disables the models whose protocol the host does not speak, which are all of them for an empty list", function ()
      local model = open({ protocols = { "anthropic-messages" } }):snapshot():known "large"
      assert.same({ "disabled", "this host does not speak openai-chat" }, { model.state, model.reason })
      assert.equal("disabled", open({ protocols = {} }):snapshot():known("large").state)
      assert.equal("unproven", open({ protocols = { "openai-chat" } }):snapshot():known("large").state)
    end)

    it("refuses unknown options with the nearest known one, and options of a wrong type", function ()
      for _, case in ipairs {
        { { levl = "prove" }, "unknown key 'levl' (did you mean 'level'?)" },
        { { CONFIG = "" }, "unknown key 'CONFIG' (did you mean 'config'?)" },
        { { conf = "" }, "unknown key 'conf' (did you mean 'config'?)" },
        { { xyzzy = 1 }, "unknown key 'xyzzy'" },
        { { "prove" }, "a key is a number, not a string" },
        { { level = "all" }, "'level' must be credential, list, prove or generate, not all" },
        { { timeout = -1 }, "'timeout' must be seconds, 0 to 86400" },
        { { deadline = 0 / 0 }, "'deadline' must be seconds, 0 to 86400" },
        { { timeout = "1" }, "'timeout' must be seconds, 0 to 86400" },
        { { definitions = { 1 } }, "'definitions' must be a table of strings by name; here is a number" },
        { { environment = { KEY = 1 } }, "'environment' must be a table of strings by name; here is a number" },
        { { environment = { KEY = "a\0b" } }, "'environment' contains a NUL byte" },
        { { protocols = "openai-chat" }, "'protocols' must be a list of strings; here is a string" },
        { { protocols = { name = "openai-chat" } }, "'protocols' must be a list of strings; here is a nil" },
        { { builtin = "no" }, "'builtin' must be true or false; here is a string" },
        { { config = 1 }, "'config' must be a string; here is a number" },
        { { on_finding = "print" }, "'on_finding' must be a function; here is a string" },
      } do
        local ok, message = pcall(roster.open, case[1])
        assert.is_false(ok)
        contains(message, case[2])
      end
      assert.is_false(pcall(roster.open, "prove"))
    end)
  end)

  describe("gives a model that", function ()
    local model = open():snapshot():known "huge"
    local plain = open():snapshot():known "small"

    it("has the fields of the document under their names", function ()
      local document = cjson.decode(open():snapshot():explain "large")
      local seen = 0
      for name, amount in pairs(document.price) do document.price[name] = amount ~= cjson.null and amount or nil end
      for name, value in pairs(document) do
        if name ~= "gateway" and value ~= cjson.null then
          assert.same(value, model[name], name)
          seen = seen + 1
        end
      end
      assert.is_true(seen > 25)
      assert.same({ input = 1.0, output = 2.5 }, model.price)
      assert.same({ "low", "high" }, model.reasoning_levels)
      assert.equal("https://api.acme.example/v1/chat/completions", model.url)
    end)

    it("has integers for numbers of tokens", function () assert.equal("integer", math.type(model.context_window)) end)

    it("has nil for what is unknown, and an empty list if there is nothing", function ()
      for _, name in ipairs { "context_window", "max_input_tokens", "max_output_tokens", "price", "family", "tier", "release_date", "retires",
        "replacement", "checked_at", "stale_reason", "http_status", "latency_ms" } do
        assert.is_nil(plain[name], name)
      end
      assert.same({ {}, {}, {} }, { plain.aliases, plain.formerly, plain.requests })
      assert.same({ false, false, false, true }, { plain.recommended, plain.usable, plain.stale, plain.configured })
    end)

    it("refuses a field that does not exist, and names the nearest one", function ()
      assert.error_matches(function () return model.contxt_window end, "a model has no field 'contxt_window' %(did you mean 'context_window'%?%)")
      assert.error_matches(function () return model.xyzzy end, "a model has no field 'xyzzy'$")
      assert.is_false(pcall(function () return model[("x"):rep(100000)] end))
      assert.is_false(pcall(function () return model[{}] end))
    end)

    it("cannot be changed", function ()
      assert.error_matches(function () model.id = "other" end, "a model cannot be changed")
      assert.is_false(getmetatable(model))
    end)

    it("is equal to the same model found in another way, and to no other", function ()
      local snapshot = open():snapshot()
      assert.is_true(snapshot:known "large" == snapshot:known "big")
      assert.is_false(snapshot:known "large" == snapshot:known "small")
      assert.is_false(snapshot:known "large" == model)
    end)

    it("describes itself when converted to a string", function () assert.equal("roster model large (unproven)", tostring(model)) end)

    it("keeps its snapshot alive when nothing else does", function ()
      local only = open():snapshot():known "large"
      for _ = 1, 3 do collectgarbage() end
      assert.same({ "large", "Acme Large" }, { only.id, only.description })
    end)
  end)

  describe("gives a snapshot that", function ()
    it("resolves ids, or returns an error with candidates", function ()
      local snapshot = open():snapshot()
      for id, expected in pairs { large = "exact", big = "alias", huge = "formerly" } do
        local model, via = snapshot:resolve(id)
        assert.same({ "large", expected }, { model.id, via })
      end
      local nothing, err = snapshot:resolve "lagre"
      assert.is_nil(nothing)
      assert.same({ "unknown", { "large" } }, { err.code, err.candidates })
      nothing, err = snapshot:resolve "tiny"
      assert.is_nil(nothing)
      assert.same({ "retired", { "small" } }, { err.code, err.candidates })
    end)

    it("gives the usable model of an id with require, or the reason why there is none", function ()
      local snapshot = open():snapshot()
      local model, err = snapshot:require "big"
      assert.same({ nil, "not_ready" }, { model, err.code })
      contains(err.message, "'large' is not ready (unproven)")
      local _, retired = snapshot:require "tiny"
      local _, unknown = snapshot:require "lage"
      assert.same({ "retired", "unknown", "large" }, { retired.code, unknown.code, unknown.candidates[1] })
      local ready = open { environment = { ROSTER_MOCK = "yes" }, builtin = true }
      assert(ready:refresh())
      assert.equal("mock", assert(ready:snapshot():require "mock").id)
    end)

    it("lists its roles, each with its model or with the reason why it has none", function ()
      local snapshot = open():snapshot()
      local roles = snapshot:roles()
      assert.same({ "cheap", nil }, { roles[1].id, roles[1].model })
      assert.equal("no model has the role 'cheap': 'small' is unproven, and no model is usable", roles[1].problem)
      local model, err = snapshot:require_role "cheap"
      assert.same({ nil, "none", roles[1].problem }, { model, err.code, err.message })
      local _, unknown = snapshot:require_role "chaep"
      assert.same({ "unknown", "no role has the id 'chaep' (did you mean 'cheap'?)", { "cheap" } }, { unknown.code, unknown.message, unknown.candidates })
    end)

    it("lists the providers with the names of their document", function ()
      assert.same({ {
        id = "acme", title = "Acme", protocol = "openai-chat", base_url = "https://api.acme.example",
        credential = { source = "$ACME_API_KEY", set = true }, enabled = true, defined = 2, ready = 0, tags = {}, extra = {},
      } }, open():snapshot():providers())
    end)

    it("gives the reason why it is empty and what to do", function ()
      local reason, hint = open({ environment = {} }):snapshot():empty_reason()
      assert.equal("no_credential", reason)
      assert.equal("string", type(hint))
    end)

    it("has nil if there is no default, role, error or model", function ()
      local snapshot = open():snapshot()
      for _, name in ipairs { "default", "default_wanted", "definitions_error", "definitions_finding" } do assert.is_nil((snapshot[name](snapshot)), name) end
      assert.is_nil(snapshot:role "cheap")
      assert.is_nil(snapshot:role "no such role")
      assert.is_nil(snapshot:known "nobody")
    end)

    it("gives the status of the gateway and whether credentials are configured", function ()
      assert.equal("not_configured", open():snapshot():gateway_status())
      assert.is_true(open():snapshot():llm_configured())
      assert.is_false(open({ environment = {} }):snapshot():llm_configured())
    end)

    it("names a wanted default that is not available", function ()
      local wanted = { ["acme.lua"] = ACME .. 'default { wanted = setting "DEFAULT_MODEL", "large" }' }
      local registry = open { definitions = wanted, environment = { DEFAULT_MODEL = "small" } }
      assert.equal("small", registry:snapshot():default_wanted())
    end)

    it("gives the document of every model and the explanation of one", function ()
      local snapshot = open():snapshot()
      local document = cjson.decode(snapshot:json())
      assert.same({ "large", "small" }, support.ids(document.unavailable))
      assert.equal("acme.lua:2", cjson.decode(snapshot:explain "big").defined_at)
      assert.equal("unknown", cjson.decode(snapshot:explain "nobody").error.code)
    end)

    describe("has a table of its document that", function ()
      --- The document as `decode` would give it, with whole numbers as integers.
      local function with_integers(value)
        if type(value) ~= "table" then return math.type(value) == "float" and math.tointeger(value) or value end
        local copy = {}
        for key, inner in pairs(value) do copy[key] = with_integers(inner) end
        return copy
      end

      it("equals the document as a string, with cjson.null for null", function ()
        local snapshot = open():snapshot()
        local document = assert(snapshot:document())
        assert.same(with_integers(cjson.decode(snapshot:json())), document)
        assert.equal(cjson.null, document.unavailable[2].context_window)
        assert.same({}, document.models)
      end)

      it("is written when it is asked for in a registry with no_document", function ()
        local snapshot, bare = open():snapshot(), open({ no_document = true }):snapshot()
        assert.equal(snapshot:json(), bare:json())
        assert.same(snapshot:document(), bare:document())
      end)

      it("keeps integers as integers and prices as they are", function ()
        local large = open():snapshot():document().unavailable[1]
        assert.same({ 200000, "integer" }, { large.context_window, math.type(large.context_window) })
        assert.same({ 1, 2.5 }, { large.price.input, large.price.output })
      end)

      it("neither depends on nor changes the host's settings of cjson", function ()
        local before = cjson.decode_max_depth()
        cjson.decode_max_depth(1)
        local document = open():snapshot():document()
        local kept = cjson.decode_max_depth()
        cjson.decode_max_depth(before)
        assert.equal("large", document.unavailable[1].id)
        assert.equal(1, kept)
      end)

      it("needs lua-cjson, whose package an error names if it is missing, and is there once that is installed", function ()
        local snapshot, loaded, path, cpath = open():snapshot(), package.loaded.cjson, package.path, package.cpath
        package.loaded.cjson, package.path, package.cpath = nil, "", ""
        local document, err = snapshot:document()
        package.loaded.cjson, package.path, package.cpath = loaded, path, cpath
        assert.is_nil(document)
        assert.equal("snapshot:document() needs the Lua module cjson, which cannot be loaded: module 'cjson' not found", err.message)
        contains(err.hint, "apt-get install lua-cjson")
        assert.truthy(snapshot:document())
      end)

      it("is not available after the snapshot is closed", function ()
        local snapshot = open():snapshot()
        snapshot:close()
        assert.error_matches(function () return snapshot:document() end, "the snapshot is closed")
      end)
    end)

    it("describes itself when converted to a string", function ()
      local snapshot = open():snapshot()
      assert.equal("roster snapshot 0 (0 models ready)", tostring(snapshot))
      snapshot:close()
      assert.equal("roster snapshot (closed)", tostring(snapshot))
    end)

    it("does not take an id with a NUL byte for another one", function ()
      assert.error_matches(function () return open():snapshot():known "large\0r" end, "a string without NUL bytes expected")
    end)
  end)

  describe("when refreshing", function ()
    it("sends requests over real sockets and leaves earlier snapshots unchanged", function ()
      local registry <close> = open { definitions = moved(mocks().url()) }
      local before = registry:snapshot()
      assert.is_true(registry:refresh())
      local after = registry:snapshot()
      assert.same({ 0, 1 }, { #before, #after })
      assert.same({ 0, 1 }, { before:generation(), after:generation() })
      assert.equal("large", after:default().id)
      assert.equal("large", after:models()().id)
      local model = after:find "huge"
      assert.same({ "ready", "prove", true }, { model.state, model.stage, model.usable })
      assert.equal("integer", math.type(model.latency_ms))
      assert.truthy(model.checked_at:find "^%d+%-%d+%-%d+T.*Z$")
      assert.same({ "list", "GET", 200 }, { model.requests[1].stage, model.requests[1].method, model.requests[1].status })
      assert.is_nil(after:role "cheap")
      assert.equal("not_listed", after:known("small").state)
      assert.equal(1, cjson.decode(after:json()).generation)
      assert.equal(1, after:providers()[1].ready)
    end)

    it("names the rejected key and the stage of the rejection", function ()
      local registry = open { definitions = moved(mocks().url()), environment = { ACME_API_KEY = "sk-wrong-0123456789" } }
      assert.is_true(registry:refresh())
      local model = registry:snapshot():known "large"
      assert.same({ "bad_credential", "list", 401 }, { model.state, model.stage, model.http_status })
      contains(model.reason, "ACME_API_KEY")
      assert.equal("string", type(model.hint))
    end)

    it("goes no further than the level, and to the highest on request", function ()
      local server = mocks { models = { "acme-large-1", "small" } }
      for level, stage in pairs { credential = "credential", list = "list", generate = "generate" } do
        local registry = open { definitions = moved(server.url()), level = level }
        assert.is_true(registry:refresh())
        assert.equal(stage, registry:snapshot():known("large").stage)
      end
    end)

    it("limits an endpoint to the timeout, which may be a fraction of a second", function ()
      local hanging = support.mock_servers { { name = "acme", protocol = "raw", script = { { hang = true } } } }
      local registry = open { definitions = moved(hanging.url()), timeout = 0.2, deadline = 5 }
      local started = os.time()
      assert.is_true(registry:refresh())
      assert.is_true(os.time() - started < 4)
      assert.equal("unreachable", registry:snapshot():known("large").state)
    end)

    it("returns nil and an error after a bad edit, and the snapshot keeps the old result and has the error", function ()
      local folder = support.config { ["acme.lua"] = ACME }
      local registry = open { config = folder, definitions = {} }
      support.write(folder .. "/broken.lua", '\nmodel "x" {}')
      local done, err = registry:refresh()
      assert.is_nil(done)
      assert.same({ "definitions", 2 }, { err.code, err.line })
      local snapshot = registry:snapshot()
      local message, file, line = snapshot:definitions_error()
      assert.same({ err.message, folder .. "/broken.lua", 2 }, { message, file, line })
      assert.same({ severity = "error", file = file, line = 2, message = message, source = 'model "x" {}', column = 7, length = 3 }, snapshot:definitions_finding())
      assert.equal("large", snapshot:known("large").id)
    end)
  end)

  describe("when reporting", function ()
    local BROKEN = { ["x.lua"] = "a {}\nb {}" }

    local function collector()
      local list = {}
      return list, function (report) list[#list + 1] = report end
    end

    it("passes every finding to on_finding, on the thread of the caller", function ()
      local found, on_finding = collector()
      local registry, err = open { definitions = BROKEN, on_finding = on_finding }
      assert.is_nil(registry)
      assert.equal(2, err.count)
      assert.same({
        { severity = "error", file = "x.lua", line = 1, column = 1, length = 4, source = "a {}", message = "unknown word 'a'" },
        { severity = "error", file = "x.lua", line = 2, column = 1, length = 4, source = "b {}", message = "unknown word 'b'" },
      }, found)
    end)

    it("passes every place that it read to on_source, with the reason", function ()
      local read, on_source = collector()
      local folder = support.config { ["acme.lua"] = ACME }
      open { config = folder, definitions = { ["more.lua"] = "" }, on_source = on_source }
      local by_path = {}
      for _, source in ipairs(read) do by_path[source.path] = source end
      assert.same({ path = folder, why = "option config", directory = true, read = true }, by_path[folder])
      assert.is_true(by_path[folder .. "/acme.lua"].read)
      assert.equal("given as text", by_path["more.lua"].why)
      assert.is_false(by_path["providers.lua"].read)
    end)

    it("reports each refresh and each request once", function ()
      local folder = support.config { ["acme.lua"] = ACME }
      local found, on_finding = collector()
      local read, on_source = collector()
      local registry = open { config = folder, definitions = {}, on_finding = on_finding, on_source = on_source }
      local each = #read
      support.write(folder .. "/broken.lua", "a {}")
      assert.is_nil(registry:refresh())
      assert.equal(1, #found)
      assert.equal(2 * each + 1, #read)
      assert.is_nil(registry:request "large")
      assert.equal(2, #found)
      support.write(folder .. "/broken.lua", "")
      assert.truthy(registry:request "large")
      assert.same({ 2, 4 * each + 3 }, { #found, #read })
    end)

    it("lets a callback use the registry", function ()
      local folder = support.config { ["acme.lua"] = ACME }
      local registry, states = nil, {}
      local function on_finding()
        states[#states + 1] = registry:snapshot():known("large").state
        registry:close()
      end
      registry = open { config = folder, definitions = {}, on_finding = on_finding }
      support.write(folder .. "/broken.lua", "a {}")
      assert.is_nil(registry:refresh())
      assert.same({ "unproven" }, states)
      assert.equal("roster registry (closed)", tostring(registry))
    end)

    it("raises the first error of a callback after every finding was passed on", function ()
      local calls = 0
      local function on_finding(finding)
        calls = calls + 1
        error("at line " .. finding.line, 0)
      end
      local ok, message = pcall(open, { definitions = BROKEN, on_finding = on_finding })
      assert.same({ false, "at line 1", 2 }, { ok, message, calls })
    end)
  end)

  describe("when recording", function ()
    it("writes what the providers answer, without the key, and gives the same verdicts from it without a connection", function ()
      local file = support.folder() .. "/recorded.jsonl"
      local server = mocks { models = { "acme-large-1", "small" } }
      local function states(options)
        local registry <close> = open { definitions = moved(server.url()), record = options.record, replay = options.replay }
        assert(registry:refresh())
        local snapshot = registry:snapshot()
        return { snapshot:known "large".state, snapshot:known "small".state }
      end
      local recorded = states { record = file }
      assert.same({ "ready", "ready" }, recorded)
      local text = support.read(file)
      contains(text, '{"roster_recording":1}')
      assert.falsy(text:find(KEY, 1, true))
      server.clear()
      assert.same(recorded, states { replay = file })
      assert.same({}, server.requests())
    end)

    it("returns nil and an error for a file that is not a recording, and for one that cannot be written", function ()
      local nothing, err = open { replay = support.write(support.folder() .. "/x", "hello\n") }
      assert.same({ nil, "invalid" }, { nothing, err.code })
      contains(err.message, "this is not a recording")
      nothing, err = open { record = support.folder() .. "/absent/x" }
      assert.same({ nil, "system" }, { nothing, err.code })
    end)

    it("refuses to record and to replay at once", function ()
      local good, why = pcall(open, { record = "a", replay = "b" })
      assert.is_false(good)
      contains(why, "'record' and 'replay' exclude each other")
    end)
  end)

  describe("when subscribed to", function ()
    it("reports each new snapshot to every function, inside a call of the host's", function ()
      local registry <close> = open { definitions = moved(mocks().url()) }
      local told, thread = {}, coroutine.running()
      local function first(event)
        assert.equal(thread, coroutine.running())
        told[#told + 1] = event.kind .. " " .. event.generation
      end
      local function second() told[#told + 1] = "second" end
      assert(registry:subscribe(first))
      assert(registry:subscribe(second))
      assert.equal(0, registry:poll())
      assert(registry:refresh())
      assert.same({ "published 1", "second" }, told)
      registry:unsubscribe(first)
      assert(registry:refresh())
      assert.same({ "published 1", "second", "second" }, told)
      registry:unsubscribe(second)
      assert(registry:refresh())
      assert.equal(3, #told)
    end)

    it("waits for a snapshot that a thread of roster's publishes, and reports the newest of several that were missed", function ()
      local registry <close> = open { definitions = moved(mocks().url()) }
      local newest
      assert(registry:subscribe(function (event) newest = event.generation end))
      assert(registry:refresh_every(0.05))
      assert.equal(1, registry:wait(30))
      assert.is_true(newest >= 1)
      assert(registry:refresh_every(0))
      registry:poll()
      assert.equal(0, registry:wait(0))
      assert.equal("integer", math.type(registry:event_fd()))
    end)

    it("reports the events of a credential helper, as on_helper gets them", function ()
      local text = [[provider "acme" { protocol = "openai-chat", base_url = "http://127.0.0.1:1", credential = secret { helper = { "sh", "-c", "echo key-0123456789" } } }
        model "large" { provider = "acme" }]]
      local kinds, heard = {}, {}
      local registry <close> = open { definitions = { ["a.lua"] = text }, on_helper = function (event) heard[#heard + 1] = event.kind end }
      assert(registry:subscribe(function (event) if event.kind ~= "published" then kinds[#kinds + 1] = event.kind end end))
      assert(registry:run_helper "acme")
      assert(registry:wait_helper("acme", 30))
      for _ = 1, 1000 do
        if kinds[#kinds] == "valid" then break end
        registry:wait(1)
      end
      assert.same({ "started", "valid" }, { kinds[1], kinds[#kinds] })
      assert.same(heard, kinds)
    end)

    it("lets a function close the registry and raise, and raises what the first one raised", function ()
      local registry = open { definitions = moved(mocks().url()) }
      assert(registry:subscribe(function ()
        registry:close()
        error "enough"
      end))
      local good, why = pcall(registry.refresh, registry)
      assert.is_false(good)
      contains(why, "enough")
      assert.is_false((pcall(registry.poll, registry)))
    end)

    describe("calls no function any more", function ()
      local text = [[provider "acme" { protocol = "openai-chat", base_url = "http://127.0.0.1:1", credential = secret { helper = { "sh", "-c", "echo key-0123456789" } } }
        model "large" { provider = "acme" }]]
      local registry, told

      before_each(function ()
        told = {}
        registry = open { definitions = { ["a.lua"] = text } }
        assert(registry:run_helper "acme")
        assert(registry:wait_helper("acme", 30)) -- who subscribes now is told of its start and of its end at once
      end)
      after_each(function () registry:close() end)

      it("that has unsubscribed itself", function ()
        local function once(event)
          told[#told + 1] = event.kind
          registry:unsubscribe(once)
        end
        assert(registry:subscribe(once))
        assert.equal(1, registry:poll())
        assert.same({ "started" }, told)
      end)

      it("that another one has unsubscribed", function ()
        local function second(event) told[#told + 1] = "second " .. event.kind end
        assert(registry:subscribe(function (event)
          told[#told + 1] = event.kind
          registry:unsubscribe(second)
        end))
        assert(registry:subscribe(second))
        assert.equal(2, registry:poll())
        assert.same({ "started", "valid" }, told)
      end)

      it("once one of them has closed the registry", function ()
        for _ = 1, 2 do
          assert(registry:subscribe(function (event)
            told[#told + 1] = event.kind
            registry:close()
          end))
        end
        assert.equal(1, registry:poll())
        assert.same({ "started" }, told)
      end)
    end)

    it("takes nothing but functions", function ()
      local registry <close> = open()
      assert.is_false((pcall(registry.subscribe, registry, "print")))
      registry:unsubscribe(print)
    end)
  end)

  describe("when linting", function ()
    it("returns true for clean definitions", function ()
      local ok, err, findings = roster.lint { builtin = false, config = "", environment = {}, definitions = { ["acme.lua"] = ACME } }
      assert.same({ true, nil, {} }, { ok, err, findings })
    end)

    it("returns nil, the first error and every finding for definitions with errors", function ()
      local told = {}
      local ok, err, findings = roster.lint { builtin = false, config = "", environment = {},
        definitions = { ["x.lua"] = "a {}\nb {}" }, on_finding = function (finding) told[#told + 1] = finding end }
      assert.is_nil(ok)
      assert.same({ "definitions", 2, "unknown word 'a'" }, { err.code, err.count, err.message })
      assert.same({ 1, 2 }, { findings[1].line, findings[2].line })
      assert.same(findings, told)
    end)

    it("reads a file or a folder instead of the configured ones", function ()
      local folder = support.config { ["acme.lua"] = ACME, ["bad.lua"] = "a {}" }
      assert.is_true((roster.lint({ environment = {} }, folder .. "/acme.lua")))
      local _, err = roster.lint({ environment = {} }, folder)
      assert.equal(folder .. "/bad.lua", err.file)
      assert.is_nil((roster.lint(nil, folder)))
    end)
  end)

  describe("gives a request that", function ()
    it("has the key's variable instead of its value", function ()
      local command = open():request "large"
      contains(command, '-H "authorization: Bearer $ACME_API_KEY"')
      assert.falsy(command:find(KEY, 1, true))
    end)

    it("is complete, however long it is", function ()
      local header = ("x"):rep(6000)
      local long = { ["acme.lua"] = ACME .. ('model "wide" { provider = "acme", headers = { ["x-long"] = "%s" } }'):format(header) }
      contains(open({ definitions = long }):request "wide", header)
    end)

    it("is in each snapshot of a registry with keep_requests, and reads no definitions", function ()
      local folder = support.config { ["acme.lua"] = ACME }
      local read = 0
      local registry = open { config = folder, definitions = {}, on_source = function () read = read + 1 end, keep_requests = true }
      local once = read
      assert.equal(registry:request "large", registry:snapshot():request "large")
      contains(registry:snapshot():request "large", '-H "authorization: Bearer $ACME_API_KEY"')
      assert.equal(once, read)
    end)

    it("is in no snapshot of a registry without keep_requests, and the error names that option", function ()
      local command, err = open():snapshot():request "large"
      assert.is_nil(command)
      assert.equal("invalid", err.code)
      contains(err.hint, "keep_requests")
    end)

    it("is a document with each part by itself, and the model has the same parts as its field request", function ()
      local registry = open { keep_requests = true }
      local snapshot = registry:snapshot()
      local document, model = cjson.decode(snapshot:request_json "large"), snapshot:known "large"
      assert.same({ registry:request "large", "openai-chat", model.url }, { document.command, document.protocol, document.url })
      document.body, document.command = nil, nil
      assert.same(document, model.request)
      assert.equal(model.url, model.request.sdk_base_url .. "/chat/completions")
      assert.equal("invalid", cjson.decode(open():snapshot():request_json "large").error.code)
      assert.equal("unknown", cjson.decode(snapshot:request_json "lagre").error.code)
    end)

    it("is nil with an error and candidates for an unknown id", function ()
      local command, err = open():request "lagre"
      assert.is_nil(command)
      assert.same({ "unknown", { "large" } }, { err.code, err.candidates })
    end)
  end)

  describe("closes", function ()
    it("a registry twice without an error, and leaves its snapshots usable", function ()
      local registry = open()
      local snapshot = registry:snapshot()
      registry:close()
      registry:close()
      assert.equal("roster registry (closed)", tostring(registry))
      assert.equal("large", snapshot:known("large").id)
      for _, call in ipairs { "refresh", "snapshot", "request" } do
        assert.error_matches(function () return registry[call](registry, "large") end, "the registry is closed")
      end
    end)

    it("a snapshot with its models and iterators, and no other snapshot", function ()
      local registry = open()
      local snapshot, other = registry:snapshot(), registry:snapshot()
      local model, following = snapshot:known "large", snapshot:all()
      snapshot:close()
      snapshot:close()
      assert.error_matches(function () return model.id end, "the snapshot of this model is closed")
      assert.error_matches(function () return following() end, "the snapshot is closed")
      assert.error_matches(function () return #snapshot end, "the snapshot is closed")
      assert.is_false(model == other:known "large")
      assert.equal("large", other:known("large").id)
    end)

    it("a registry and a snapshot at the end of a block that declares them <close>", function ()
      local kept_registry, kept_snapshot
      do
        local registry <close> = open()
        local snapshot <close> = registry:snapshot()
        kept_registry, kept_snapshot = registry, snapshot
      end
      assert.equal("roster registry (closed)", tostring(kept_registry))
      assert.equal("roster snapshot (closed)", tostring(kept_snapshot))
    end)

    it("a registry that nothing refers to", function ()
      local gone = setmetatable({ open() }, { __mode = "v" })
      for _ = 1, 3 do collectgarbage() end
      assert.is_nil(gone[1])
    end)
  end)

  it("raises an error without harm for a value of another type", function ()
    local registry = open()
    local snapshot = registry:snapshot()
    local model = snapshot:known "large"
    for _, method in ipairs { "refresh", "snapshot", "request", "close" } do
      for _, wrong in ipairs { snapshot, model, io.stdout, "text", 1 } do
        assert.is_false(pcall(registry[method], wrong, "large"), method)
      end
      assert.is_false(pcall(registry[method]), method)
    end
    for _, method in ipairs { "find", "known", "models", "all", "count", "default", "role", "resolve", "json", "providers", "generation",
      "gateway_status", "llm_configured", "default_wanted", "empty_reason", "definitions_error", "definitions_finding", "explain", "close" } do
      for _, wrong in ipairs { registry, model, io.stdout, "text", 1 } do
        assert.is_false(pcall(snapshot[method], wrong, "large"), method)
      end
      assert.is_false(pcall(snapshot[method]), method)
    end
    for _, method in ipairs { "find", "known", "role", "resolve", "explain" } do
      assert.is_false(pcall(snapshot[method], snapshot), method)
      assert.is_false(pcall(snapshot[method], snapshot, {}), method)
    end
    assert.equal("large", model.id)
  end)
end)
