-- What follows from failures: redirects of each request, addresses and routes that would lead elsewhere, and a provider that hangs, which
-- affects itself only. The failures themselves are in spec/network_faults_spec.lua and spec/network_answers_spec.lua.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function lacks(text, part) assert.falsy(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

teardown(support.stop_all)

describe("A redirect", function ()
  --- A provider that redirects requests for this path, and the server that it redirects to, which would make everything ready.
  local function redirected(protocol, path, status, serves)
    local there = support.mock_servers { { name = "there", protocol = protocol, models = { "one" } } }
    local scene = support.scene { { "acme", protocol = protocol, models = { "one" }, server = { serves = serves, routes = {
      { path = path, status = status, headers = { location = there.url() .. path .. "?to=there" }, text = "moved" },
    } } } }
    return scene, there
  end

  it("of a proof or of a billed request is not followed either", function ()
    for path, serves in pairs {
      ["/v1/models/one"] = { "count", "generate" }, ["/v1/messages/count_tokens"] = { "generate" }, ["/v1/messages"] = { "count" },
    } do
      local scene, there = redirected("anthropic-messages", path, 307, serves)
      local entry = scene.entry("one", "--level", "generate")
      assert.equal("provider_error", entry.state, path)
      assert.equal(307, entry.http_status)
      assert.same({}, there.requests())
    end
  end)

  it("to the same server ends the validation at once", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, server = { routes = {
      { path = "*", status = 302, headers = { location = "/v1/models" }, text = "again" },
    } } } }
    assert.equal("provider_error", scene.entry("one").state)
    assert.equal(1, #scene.requests())
  end)
end)

describe("An address with a user in it", function ()
  local function trap() return support.mock_servers { { name = "trap", protocol = "openai", models = { "one" } } } end
  local function tricky(mocks) return mocks.url():gsub("http://", "http://api.acme.example:hunter2-hunter2@") end

  it("is refused when the definitions are read, and its password is not repeated", function ()
    local mocks = trap()
    local found, result = support.lint { ["x.lua"] = ('provider "acme" { protocol = "openai-chat", base_url = "%s" }\nmodel "one" { provider = "acme" }')
      :format(tricky(mocks)) }
    assert.equal(1, #found)
    has(found[1], "names a user")
    lacks(result.out .. result.err, "hunter2")
    assert.same({}, mocks.requests())
  end)

  it("is refused in a variable as well, for the models of that provider only", function ()
    local mocks = trap()
    local scene = support.scene({
      { "acme", protocol = "openai-chat", models = { "one" }, url = "http://127.0.0.1:9", fields = 'override = setting "ACME_BASE_URL"' },
      { "steady", protocol = "openai-chat", models = { "firm" } },
    }, { env = { ACME_BASE_URL = tricky(mocks) } })
    local document, result = scene.models()
    local entry = support.entry(document, "one")
    assert.equal("disabled", entry.state)
    has(entry.reason, "names a user")
    lacks(result.out .. result.err, "hunter2")
    assert.same({ "firm" }, support.ids(document.models))
    assert.same({}, mocks.requests())
  end)

  it("is refused as the result of a rule", function ()
    local mocks = trap()
    local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "one" }, url = "http://127.0.0.1:9" } },
      { text = ('rule "trap" (function () return via "%s" end)'):format(tricky(mocks)) })
    local document, result = scene.models()
    local entry = support.entry(document, "one")
    assert.equal("disabled", entry.state)
    has(entry.reason, "names a user")
    lacks(result.out .. result.err, "hunter2")
    assert.same({}, mocks.requests())
  end)
end)

describe("The route to a provider", function ()
  local function proxied(fields, env)
    return support.scene({ { "acme", protocol = "openai-chat", models = { "one" }, fields = fields } },
      { env = env, servers = { { name = "proxy", protocol = "openai", models = { "one" } } } })
  end

  it("ignores every proxy in the environment", function ()
    local proxy = support.mock_servers { { name = "proxy", protocol = "openai", models = { "one" } } }
    local env = {}
    for _, name in ipairs { "http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY" } do env[name] = proxy.url() end
    local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "one" } } }, { env = env })
    assert.equal("ready", scene.entry("one").state)
    assert.equal(2, #scene.requests())
    assert.same({}, proxy.requests())
  end)

  it("leads through the proxy that the definitions name, even if no_proxy is set in the environment", function ()
    local proxy = support.mock_servers { { name = "proxy", protocol = "none" } }
    local scene = proxied(('proxy = "%s"'):format(proxy.url()), { no_proxy = "*", NO_PROXY = "*" })
    scene.models()
    assert.is_true(#proxy.requests() > 0)
    assert.same({}, scene.requests "acme")
  end)

  it("is also used by roster try", function ()
    local proxy = support.mock_servers { { name = "proxy", protocol = "none" } }
    local scene = proxied(('proxy = "%s"'):format(proxy.url()), { no_proxy = "*", NO_PROXY = "*" })
    local result = support.roster({ "try", "--no-builtin", "--anyway", "one", "Say hi" }, scene.options)
    assert.equal(1, result.status, result.err)
    assert.equal("/v1/chat/completions", proxy.requests()[1].path:match "/v1/chat/completions$")
    assert.same({}, scene.requests "acme")
  end)

  it("never uses a password from .netrc", function ()
    local home = support.folder()
    support.write(home .. "/.netrc", "machine 127.0.0.1 login somebody password hunter2\ndefault login somebody password hunter2\n")
    local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "one" }, keyless = true, server = { keys = { "x" }, public_list = true } } },
      { env = { HOME = home } })
    scene.models()
    assert.is_true(#scene.requests() > 0)
    for _, request in ipairs(scene.requests()) do assert.is_nil(request.headers.authorization) end
  end)

  it("does not ask for compression, so that no small response becomes a large one", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" } } }
    assert.equal("ready", scene.entry("one").state)
    for _, request in ipairs(scene.requests()) do assert.is_nil(request.headers["accept-encoding"]) end
  end)
end)

describe("A provider that hangs", function ()
  --- With a timeout of its own, so that a command that never ends fails the test instead of hanging it.
  local function watched(scene, ...)
    local result = support.roster({ "20", support.command, "models", "--json", "--no-builtin", ... },
      { command = "timeout", env = scene.options.env, config = scene.options.config })
    assert.is_true(result.status == 0 or result.status == 1, "status " .. tostring(result.status))
    return result.json()
  end

  local function hanging(id, fields)
    return { id, protocol = "openai-chat", models = { id .. "-model" }, fields = fields, server = { protocol = "raw", script = { { hang = true } } } }
  end

  it("does not keep the others from being ready, however many hang", function ()
    local parts = { { "steady", protocol = "anthropic-messages", models = { "firm" } } }
    for i = 1, 12 do parts[i + 1] = hanging("h" .. i) end
    parts[14] = { "sound", protocol = "gemini", models = { "clear" } }
    local document = watched(support.scene(parts), "--timeout", "1")
    assert.same({ "firm", "clear" }, support.ids(document.models))
    for i = 1, 12 do assert.equal("unreachable", support.entry(document, ("h%d-model"):format(i)).state) end
  end)

  it("does not hold back the proofs of its other models", function ()
    local scene = support.scene { { "acme", protocol = "gemini", models = { "one", "two" }, server = { routes = { { path = "/v1beta/models/one", hang = true } } } } }
    local document = watched(scene, "--timeout", "1")
    assert.equal("unreachable", support.entry(document, "one").state)
    assert.equal("ready", support.entry(document, "two").state)
  end)

  --- Two providers behind one gateway, and so at one origin. Every proof of the first hangs; the second's listing is delayed a little.
  local function neighbours(count)
    local names, models = {}, ""
    for i = 1, count do
      names[i] = "hang-" .. i
      models = models .. ('model "hang-%d" { provider = "first" }\n'):format(i)
    end
    return support.scene({}, {
      env = { FIRST_API_KEY = "sk-first", SECOND_API_KEY = "sk-second" },
      servers = { { name = "door", protocol = "none",
        mounts = { { name = "first", protocol = "gemini", prefix = "/first", models = names },
                   { name = "second", protocol = "gemini", prefix = "/second", models = { "later" } } },
        routes = { { path = "/first/v1beta/models/*", hang = true },
                   { path = "/second/v1beta/models", delay_ms = 300, body = { models = { { name = "models/later" } } } } } } },
      text = function (mocks)
        return models .. ([[
          provider "first"  { protocol = "gemini", base_url = "http://127.0.0.1:9", credential = secret "FIRST_API_KEY" }
          provider "second" { protocol = "gemini", base_url = "http://127.0.0.1:9", credential = secret "SECOND_API_KEY" }
          model "later" { provider = "second" }
          gateway "door" { base_url = "%s", path = "/{provider}", list_proves = "key" }]]):format(mocks.url "door")
      end,
    })
  end

  it("does not keep another one behind the same gateway from being ready", function ()
    local document = watched(neighbours(4), "--timeout", "1")
    assert.equal("ready", support.entry(document, "later").state)
    assert.equal("unreachable", support.entry(document, "hang-1").state)
  end)

  it("does not keep another one from being ready with as many hanging requests behind their gateway as one origin may have", function ()
    local document = watched(neighbours(20), "--timeout", "1")
    assert.equal("ready", support.entry(document, "later").state, support.entry(document, "later").reason)
    assert.equal("unreachable", support.entry(document, "hang-20").state)
  end)

  it("does not keep another one from being asked even if more of them hang behind their gateway than one origin may have requests", function ()
    local blocks, routes = {}, {}
    for i = 1, 12 do
      blocks[i] = ('provider "hang-%d" { protocol = "openai-chat", base_url = "http://127.0.0.1:9" }\nmodel "model-%d" { provider = "hang-%d" }\n'):format(i, i, i)
      routes[i] = { path = ("/hang-%d/*"):format(i), hang = true }
    end
    local scene = support.scene({}, {
      servers = { { name = "door", protocol = "none", routes = routes, mounts = { { name = "last", protocol = "openai", prefix = "/last", models = { "late" } } } } },
      text = function (mocks)
        return table.concat(blocks) .. ([[
          provider "last" { protocol = "openai-chat", base_url = "http://127.0.0.1:9" }
          model "late" { provider = "last" }
          gateway "door" { base_url = "%s", path = "/{provider}" }]]):format(mocks.url "door")
      end,
    })
    local document = watched(scene, "--timeout", "0.5")
    assert.same({ "late" }, support.ids(document.models))
    for i = 1, 12 do assert.equal("unreachable", support.entry(document, "model-" .. i).state) end
  end)

  it("gets its timeout once for the listing and all proofs together, not for each request", function ()
    local ids = {}
    for i = 1, 30 do ids[i] = "m" .. i end
    local scene = support.scene { { "acme", protocol = "gemini", models = ids, server = { routes = { { path = "/v1beta/models/*", hang = true } } } } }
    local document = watched(scene, "--timeout", "0.5")
    for _, id in ipairs(ids) do assert.equal("unreachable", support.entry(document, id).state) end
    assert.is_true(#scene.requests() <= 1 + 8, #scene.requests() .. " requests")
  end)

  it("has less of its timeout left for the proofs after a slow listing", function ()
    local scene = support.scene { { "acme", protocol = "gemini", models = { "one" }, server = { delay_ms = 600 } } }
    assert.equal("unreachable", support.entry(watched(scene, "--timeout", "1"), "one").state)
    assert.equal("ready", support.entry(watched(scene, "--timeout", "10"), "one").state)
  end)

  it("gets the timeout of its own definition", function ()
    local document = watched(support.scene { hanging("acme", "timeout = 0.5 * seconds"), { "steady", protocol = "openai-chat", models = { "firm" } } })
    has(support.entry(document, "acme-model").reason, "within 500 ms")
    assert.same({ "firm" }, support.ids(document.models))
  end)

  it("is given up at the deadline of the validation, and what was proved until then stays ready", function ()
    local scene = support.scene({ hanging("acme", "timeout = 15 * minutes"), { "steady", protocol = "openai-chat", models = { "firm" } } },
      { text = "validate { deadline = 1 * seconds }" })
    local document = watched(scene)
    assert.equal("unreachable", support.entry(document, "acme-model").state)
    assert.same({ "firm" }, support.ids(document.models))
  end)
end)
