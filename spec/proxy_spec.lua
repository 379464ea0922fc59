-- Proxies: one that the environment names and roster does not use, and one that a block names and that does not let requests through.
local support = require "support.roster"

local function raw(text) return { protocol = "raw", script = { { send = text } } } end

local WANTS_LOGIN = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"corp\"\r\ncontent-type: text/html\r\n"
  .. "content-length: 30\r\nconnection: close\r\n\r\n<html><b>Who are you?</b></html"
local FORBIDS = "HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

describe("A proxy that the environment names", function ()
  teardown(support.stop_all)

  --- The entry of a model whose provider cannot be reached, in this environment.
  local function unreachable(env, url, text)
    local scene = support.scene({ { "acme", protocol = "openai-chat", url = url or "https://nowhere.invalid", models = { "one" } } }, { env = env, text = text })
    local document, result = scene.models()
    return support.entry(document, "one"), result
  end

  it("is named if a provider cannot be reached without it, with the line to write", function ()
    local entry = unreachable { HTTPS_PROXY = "http://proxy.corp.test:3128" }
    assert.same({ "unreachable", "name_not_found", "network" }, { entry.state, entry.reason_code, entry.blame })
    assert.equal('HTTPS_PROXY is set, but roster uses only a proxy that a block names: write provider "acme" { proxy = setting "HTTPS_PROXY" }', entry.hint)
  end)

  it("is looked for under each of its usual names, by the scheme of the address", function ()
    for _, name in ipairs { "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy" } do
      assert.truthy(unreachable({ [name] = "http://proxy.corp.test:3128" }).hint:find('proxy = setting "' .. name .. '"', 1, true), name)
    end
    for _, name in ipairs { "http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy" } do
      local scene = support.scene({ { "beta", protocol = "openai-chat", url = "http://nowhere.invalid", models = { "one" }, fields = "plain_http = true," } },
        { env = { [name] = "http://proxy.corp.test:3128" } })
      assert.truthy(scene.entry("one").hint:find('proxy = setting "' .. name .. '"', 1, true), name)
    end
    assert.is_nil(unreachable({ http_proxy = "http://proxy.corp.test:3128" }).hint:find("proxy", 1, true))
  end)

  it("is written without a user, whose password nothing shows, and as an address where the variable is none", function ()
    local entry, result = unreachable { HTTPS_PROXY = "http://me:hunter2@proxy.corp.test:3128/" }
    assert.truthy(entry.hint:find('proxy = "http://proxy.corp.test:3128"', 1, true), entry.hint)
    assert.is_nil((result.out .. result.err):find("hunter2", 1, true))
    assert.is_nil((result.out .. result.err):find("me:", 1, true))
    assert.truthy(unreachable({ HTTPS_PROXY = "proxy.corp.test:3128" }).hint:find('proxy = "http://proxy.corp.test:3128"', 1, true))
    for _, odd in ipairs { "socks5h://127.0.0.1:1080", '"http://x', "http://", "me:hunter2@", "direct \27[31m" } do
      local hint = unreachable({ HTTPS_PROXY = odd }).hint
      assert.truthy(hint:find('proxy = "http://HOST:PORT"', 1, true), hint)
    end
  end)

  it("is not named if no_proxy takes the host out, nor for an address on this machine", function ()
    for _, rule in ipairs { "*", "nowhere.invalid", ".invalid", "other.test, NOWHERE.INVALID" } do
      assert.is_nil(unreachable({ HTTPS_PROXY = "http://proxy.corp.test:3128", NO_PROXY = rule }).hint:find("HTTPS_PROXY", 1, true), rule)
      assert.is_nil(unreachable({ HTTPS_PROXY = "http://proxy.corp.test:3128", no_proxy = rule }).hint:find("HTTPS_PROXY", 1, true), rule)
    end
    assert.truthy(unreachable({ HTTPS_PROXY = "http://proxy.corp.test:3128", NO_PROXY = "here.invalid,localhost" }).hint:find("HTTPS_PROXY", 1, true))
    assert.is_nil(unreachable({ http_proxy = "http://proxy.corp.test:3128" }, "http://127.0.0.1:9").hint:find("http_proxy", 1, true))
  end)

  it("is not named if the provider answers, or if a block names a proxy", function ()
    local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "one" }, server = { keys = { "another" } } } }, { env = { http_proxy = "http://p.test:1" } })
    assert.is_nil(scene.entry("one").hint:find("proxy", 1, true))
    scene = support.scene({ { "acme", protocol = "openai-chat", url = "https://nowhere.invalid", models = { "one" }, fields = 'proxy = "http://127.0.0.1:9",' } },
      { env = { HTTPS_PROXY = "http://p.test:1" } })
    assert.is_nil(scene.entry("one").hint:find("HTTPS_PROXY", 1, true))
  end)

  it("is named in a gateway's block if the gateway cannot be reached", function ()
    local entry = unreachable({ HTTPS_PROXY = "http://proxy.corp.test:3128" }, "https://api.acme.test",
      'gateway "front" { enabled = true, base_url = "https://nowhere.invalid", providers = { "acme" } }')
    assert.truthy(entry.hint:find('write gateway "front" { proxy = setting "HTTPS_PROXY" }', 1, true), entry.hint)
  end)

  it("is used once the line of the hint is written", function ()
    local proxy = support.mock_servers { { name = "proxy", protocol = "none", routes = {} } }
    local env = { HTTPS_PROXY = proxy.url(), ACME_API_KEY = "sk-acme-0123456789abcdef" }
    local own = 'provider "acme" { protocol = "openai-chat", base_url = "https://nowhere.invalid", credential = secret "ACME_API_KEY" } model "one" { provider = "acme" }'
    local before = support.entry((support.models({ config = { ["a.lua"] = own }, env = env }, "--no-builtin")), "one")
    assert.same({}, proxy.requests())
    local line = before.hint:match "write (.*)$"
    support.models({ config = { ["a.lua"] = own:gsub(', credential', "," .. line:match "{(.*)}" .. ', credential') }, env = env }, "--no-builtin")
    assert.is_true(#proxy.requests() > 0)
  end)
end)

describe("A proxy that a block names", function ()
  teardown(support.stop_all)

  --- How a model fares whose provider at this address is reached through a proxy that answers with a text; second: the proxy.
  local function provider_at(url)
    return function (text)
      local mocks = support.mock_servers { { name = "proxy", protocol = "raw", script = raw(text).script } }
      local lines = ('provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "%s", credential = secret "ACME_API_KEY", proxy = "%s", plain_http = true }\n'
        .. 'model "one" { provider = "acme" }'):format(url, mocks.url())
      local document = support.models({ config = { ["a.lua"] = lines }, env = { ACME_API_KEY = "sk-acme-0123456789abcdef" } }, "--no-builtin")
      return support.entry(document, "one"), mocks.url()
    end
  end

  it("is named, and the network is to blame, if it wants a sign-in, for a tunnel as for a plain request", function ()
    for _, url in ipairs { "https://acme.test", "http://acme.test" } do
      local entry, proxy = provider_at(url)(WANTS_LOGIN)
      assert.same({ "proxy_refused", "network" }, { entry.reason_code, entry.blame }, url)
      assert.truthy(entry.reason:find("the proxy " .. proxy .. " requires a sign-in before it connects to " .. url, 1, true), entry.reason)
      assert.truthy(entry.reason:find("407", 1, true), entry.reason)
      assert.truthy(entry.hint:find('roster cannot sign in to a proxy', 1, true), entry.hint)
      assert.truthy(entry.hint:find('provider "acme" { proxy = ', 1, true), entry.hint)
      assert.truthy(entry.state == "unreachable" or entry.state == "provider_error", entry.state)
    end
  end)

  it("is named if it refuses the tunnel for another reason, or is not there", function ()
    local entry, proxy = provider_at "https://acme.test" (FORBIDS)
    assert.same({ "unreachable", "connect_failed", "network" }, { entry.state, entry.reason_code, entry.blame })
    assert.truthy(entry.reason:find("through the proxy " .. proxy .. ": the proxy refused the tunnel with status 403", 1, true), entry.reason)
    assert.truthy(entry.hint:find('check proxy = "' .. proxy .. '" in the block of provider \'acme\'', 1, true), entry.hint)
    local scene = support.scene { { "acme", protocol = "openai-chat", url = "https://acme.test", models = { "one" }, fields = 'proxy = "http://127.0.0.1:9",' } }
    entry = scene.entry "one"
    assert.truthy(entry.reason:find("through the proxy http://127.0.0.1:9: connection refused", 1, true), entry.reason)
  end)

  it("of a gateway is looked for in the gateway's block", function ()
    local mocks = support.mock_servers { { name = "proxy", protocol = "raw", script = raw(WANTS_LOGIN).script } }
    local lines = ('provider "acme" { protocol = "openai-chat", base_url = "https://acme.test", credential = secret "ACME_API_KEY" } model "one" { provider = "acme" }\n'
      .. 'gateway "front" { enabled = true, base_url = "https://front.test", providers = { "acme" }, proxy = "%s" }'):format(mocks.url())
    local entry = support.entry((support.models({ config = { ["a.lua"] = lines }, env = { ACME_API_KEY = "sk-acme-0123456789abcdef" } }, "--no-builtin")), "one")
    assert.same({ "proxy_refused", "network" }, { entry.reason_code, entry.blame })
    assert.truthy(entry.hint:find('gateway "front" { proxy = ', 1, true), entry.hint)
  end)

  it("that nobody named is reported as one on the way", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", models = { "one" }, server = raw(WANTS_LOGIN) } }
    local entry = scene.entry "one"
    assert.same({ "proxy_refused", "network" }, { entry.reason_code, entry.blame })
    assert.truthy(entry.reason:find("a proxy on the way requires a sign-in before it connects to http://127.0.0.1:", 1, true), entry.reason)
  end)
end)
