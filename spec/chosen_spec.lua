-- roster default and roster role: one id for scripts, and why there is none.
local support = require "support.roster"

describe("The verbs that choose a model", function ()
  local scene, broken

  setup(function ()
    local large = 'tool_call = true, context_window = 200000, price = { input = 2, output = 10 }'
    scene = support.scene({ { "acme", protocol = "openai-chat", models = { { "acme-large", large }, { "acme-small", "" } } },
      { "idle", protocol = "openai-chat", key = false, models = { { "idle-one", "" } } } },
      { text = [[
default { wanted = setting "WANTED", "acme-large" }
role "small" { "idle-one", "acme-small" }
role "none" { "idle-one" }
role "big" { require = { tools = true } }]] })
    broken = { config = { ["x.lua"] = 'role "r" { "m" }\nmodel {' } }
  end)
  teardown(support.stop_all)

  local function run(words, env)
    local options = { config = scene.options.config, env = {} }
    for _, more in ipairs { scene.options.env, env or {} } do
      for name, value in pairs(more) do options.env[name] = value end
    end
    return support.roster({ words[1], "--no-builtin", table.unpack(words, 2) }, options)
  end

  it("print one id", function ()
    for words, id in pairs { default = "acme-large", ["role small"] = "acme-small", ["role big"] = "acme-large" } do
      local result = run { words:match "%S+", words:match " (%S+)" }
      assert.same({ 0, id .. "\n", "" }, { result.status, result.out, result.err })
    end
  end)

  it("print it as JSON, with its provider and the role or the wanted default", function ()
    assert.same({ id = "acme-large", provider_id = "acme", default_wanted = "" }, run { "default", "--json" }.json())
    assert.same({ role = "small", id = "acme-small", provider_id = "acme" }, run { "role", "small", "--json" }.json())
  end)

  it("say on stderr why another one takes the place of the default that was asked for", function ()
    local result = run({ "default" }, { WANTED = "idle-one" })
    assert.same({ 0, "acme-large\n" }, { result.status, result.out })
    assert.truthy(result.err:find("the requested default idle-one is not available (IDLE_API_KEY is not set); using acme-large", 1, true), result.err)
    assert.equal("idle-one", run({ "default", "--json" }, { WANTED = "idle-one" }).json().default_wanted)
  end)

  it("say on stderr that DEFAULT_MODEL is not followed, where the default block does not ask for it", function ()
    local result = run({ "default" }, { DEFAULT_MODEL = "acme-small" })
    assert.same({ 0, "acme-large\n" }, { result.status, result.out })
    assert.truthy(result.err:find('DEFAULT_MODEL is not followed: the default block of the definitions does not ask for it', 1, true), result.err)
    assert.truthy(result.err:find('next: write default { wanted = setting "DEFAULT_MODEL", ... } there', 1, true), result.err)
    for _, env in ipairs { { DEFAULT_MODEL = "acme-large" }, { DEFAULT_MODEL = "" } } do assert.equal("", run({ "default" }, env).err) end
    local asks = { ["a.lua"] = support.read(scene.options.config .. "/scene.lua"):gsub("WANTED", "DEFAULT_MODEL") }
    local function asked(id) return support.roster({ "default", "--no-builtin" }, { config = asks, env = { ACME_API_KEY = scene.keys.acme, DEFAULT_MODEL = id } }) end
    assert.same({ "acme-small\n", "" }, { asked("acme-small").out, asked("acme-small").err })
    assert.falsy(asked("idle-one").err:find("is not followed", 1, true))
    assert.falsy(asked("nobody").err:find("is not followed", 1, true))
  end)

  it("print nothing and exit with 1 if no model is usable, with the reason on stderr", function ()
    for _, words in ipairs { { "default" }, { "role", "none" }, { "role", "small" } } do
      local result = run(words, { ACME_API_KEY = "" })
      assert.same({ 1, "" }, { result.status, result.out })
      assert.truthy(result.err:find(words[2] and "no model has the role '" .. words[2] .. "'" or "no default: no model is ready", 1, true), result.err)
    end
    local offline = run { "default", "--offline", "--json" }
    assert.same({ 1, "none", "nothing was checked: leave out --offline" }, { offline.status, offline.json().error.code, offline.json().error.hint })
  end)

  it("list the roles, each with its model and why", function ()
    local result = run { "role" }
    assert.equal(0, result.status)
    assert.truthy(result.out:find "^ROLE +MODEL +WHY\n", result.out)
    assert.truthy(result.out:find "\nbig +acme%-large +acme, tools, 200K, %$2/10\n", result.out)
    assert.truthy(result.out:find "\nnone +%- +'idle%-one' is no_credential\n", result.out)
    local list = run { "role", "--json" }.json().roles
    assert.same({ "small", "acme-small" }, { list[1].role, list[1].id })
    assert.same({ "none", require "cjson".null, "'idle-one' is no_credential" }, { list[2].role, list[2].id, list[2].why })
  end)

  it("list the names of the roles alone with --ids, without a request", function ()
    scene.mocks.clear()
    local result = run { "role", "--ids" }
    assert.same({ 0, "small\nnone\nbig\n", "" }, { result.status, result.out, result.err })
    assert.equal(0, #scene.mocks.requests())
    for words, err in pairs { ["small --ids"] = "--ids lists all roles: it takes no name", ["--ids --json"] = "--ids and --json exclude each other" } do
      local refused = run { "role", words:match "%S+", words:match " (%S+)" }
      assert.equal(2, refused.status)
      assert.truthy((refused.err .. refused.out):find(err, 1, true), refused.err)
    end
  end)

  it("refuse an undefined role before any request is made, and suggest the nearest", function ()
    scene.mocks.clear()
    local result = run { "role", "smal" }
    assert.same({ 2, "" }, { result.status, result.out })
    assert.truthy(result.err:find("(did you mean 'small'?)\n  next: roster role --ids lists the roles", 1, true), result.err)
    assert.equal(0, #scene.mocks.requests())
  end)

  it("exit with 2 if the definitions have errors", function ()
    for _, words in ipairs { { "default" }, { "role" }, { "role", "r" } } do assert.equal(2, support.roster(words, broken).status) end
  end)
end)
