-- `roster doctor`: each condition is made really, and its line is held.
local support = require "support.roster"

local KEY = "sk-doctor-0123456789abcdef"

describe("roster doctor", function ()
  teardown(support.stop_all)

  local function acme(fields)
    return { ["acme.lua"] = ('provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://acme.example/v1", ' ..
      'credential = secret "ACME_API_KEY", %s }\nmodel "acme-1" { provider = "acme" }\n'):format(fields or "") }
  end

  local function run(options, ...)
    local result = support.roster({ "doctor", "--json", "--no-builtin", ... }, options)
    assert.falsy((result.out .. result.err):find(KEY, 1, true), "a key is shown")
    return result.json().lines, result.status
  end

  --- The first line with this text in it.
  local function line(lines, text)
    for _, l in ipairs(lines) do if l.text:find(text, 1, true) then return l end end
    local seen = {}
    for i, l in ipairs(lines) do seen[i] = l.level .. ": " .. l.text end
    error("no line has '" .. text .. "':\n" .. table.concat(seen, "\n"), 2)
  end

  local function expect(level, text, options, ...)
    local lines, status = run(options, ...)
    local found = line(lines, text)
    assert.equal(level, found.level, found.text)
    if level ~= "ok" then assert.is_true(type(found.next) == "string" and #found.next > 5, found.text .. ": what next?") end
    if level == "error" then assert.equal(1, status) end
    return found
  end

  local function with(env) return { config = acme(), env = env } end

  local function key_file(text, mode)
    local file = support.write(support.folder() .. "/key", text)
    assert(os.execute(("chmod %s '%s'"):format(mode or "600", file)))
    return file
  end

  it("exits with 0 where only warnings are found, and prints a line for each library", function ()
    local lines, status = run(with { ACME_API_KEY = KEY })
    assert.equal(0, status)
    for _, name in ipairs { "libcurl/", "SQLite: 3", "libmicrohttpd: ", "roster demo, test and mock", "libsodium", "Lua 5.4" } do
      assert.equal("ok", line(lines, name).level)
    end
    assert.equal("ok", line(lines, "ACME_API_KEY is set").level)
    assert.equal("ok", line(lines, "acme: $ACME_API_KEY, models: 1").level)
  end)

  it("prints sections for people, with the next step below each problem, and counts", function ()
    local result = support.roster({ "doctor", "--no-builtin" }, with { ROSTER_CONFG = "x" })
    assert.equal(0, result.status)
    assert.truthy(result.out:find("\nKeys and settings\n", 1, true) and result.out:find("\n          next: rename it to ROSTER_CONFIG\n", 1, true), result.out)
    assert.truthy(result.out:find("0 errors, %d+ warning"), result.out)
    assert.equal(2, support.roster({ "doctor", "extra" }).status)
  end)

  it("uses the width of the terminal, whatever colours come before a line", function ()
    local shown = support.terminal({ "doctor", "--no-builtin" }, 40,
      { config = support.write(support.folder() .. "/acme.lua", acme()["acme.lua"]), env = { TERM = "xterm" } })
    assert.truthy(shown:find("\27[", 1, true), shown)
    assert.truthy(shown:find("roster demo, test and mock", 1, true), shown)
  end)

  it("finds a plugin that is missing", function ()
    local folder = support.folder()
    assert(os.execute(("cp build/roster build/libroster.so.0 build/libroster-curl.so.0 '%s'"):format(folder)))
    local options = with { ACME_API_KEY = KEY, LD_LIBRARY_PATH = folder }
    options.command = folder .. "/roster"
    expect("error", "the server cannot be started", options)
    expect("error", "databases cannot be opened", options)
  end)

  it("finds that HTTP and the mock servers are missing", function ()
    local folder = support.folder()
    assert(os.execute(("cp build/roster build/libroster.so.0 '%s'"):format(folder)))
    local options = with { ACME_API_KEY = KEY, LD_LIBRARY_PATH = folder }
    options.command = folder .. "/roster"
    expect("error", "HTTP is not available", options)
    expect("error", "the mock servers cannot be used", options)
  end)

  it("states what does not work without libsodium, which is not an error", function ()
    local folder = support.folder()
    for _, name in ipairs { "libsodium.so.23", "libsodium.so.26", "libsodium.so" } do -- the loader stops at a file that is no library
      support.write(folder .. "/" .. name, "nothing\n")
    end
    expect("ok", "libsodium is not installed: only signed sources need it", with { ACME_API_KEY = KEY, LD_LIBRARY_PATH = folder })
  end)

  it("finds mistakes in the definitions, and continues with the rest", function ()
    local lines, status = run { config = { ["bad.lua"] = 'provider "x" { protocl = "openai-chat" }\n' } }
    assert.equal(1, status)
    assert.equal("error", line(lines, "protocl").level)
    assert.truthy(line(lines, "bad.lua:1"))
    assert.truthy(line(lines, "cache"))
  end)

  it("shows warnings of the definitions too", function ()
    expect("warning", "unknown model 'nobody'", { config = { ["acme.lua"] = acme()["acme.lua"] .. 'role "cheap" { "nobody" }\n' }, env = { ACME_API_KEY = KEY } })
  end)

  it("finds a key that is set twice, in a variable and in a file", function ()
    expect("warning", "both ACME_API_KEY and ACME_API_KEY_FILE are set", with { ACME_API_KEY = KEY, ACME_API_KEY_FILE = key_file(KEY) })
  end)

  it("finds key files that are missing, empty, or hold blanks", function ()
    expect("error", "/nowhere/key cannot be read: No such file", with { ACME_API_KEY_FILE = "/nowhere/key" })
    expect("error", "is empty", with { ACME_API_KEY_FILE = key_file "" })
    expect("error", "contains only blanks", with { ACME_API_KEY_FILE = key_file "  \n" })
    expect("error", "with a blank", with { ACME_API_KEY_FILE = key_file(" " .. KEY .. "\n") })
    expect("error", "line", with { ACME_API_KEY_FILE = key_file(KEY .. "\nsecond\n") })
    expect("error", "is not a file", with { ACME_API_KEY_FILE = support.folder() })
  end)

  it("finds key files that others can read, change, or own", function ()
    expect("warning", "can be read by everybody", with { ACME_API_KEY_FILE = key_file(KEY, "644") })
    expect("warning", "can be read by its group", with { ACME_API_KEY_FILE = key_file(KEY, "640") })
    expect("error", "can be changed by everybody", with { ACME_API_KEY_FILE = key_file(KEY, "666") })
    expect("error", "can be changed by its group", with { ACME_API_KEY_FILE = key_file(KEY, "620") })
    local file = key_file(KEY)
    if os.execute(("chown 12345 '%s' 2>/dev/null"):format(file)) then
      expect("warning", "belongs to another user", with { ACME_API_KEY_FILE = file })
    end
  end)

  it("finds that a key file which a definition names can be read by others, once for all providers that share it", function ()
    local file, text = key_file(KEY, "644"), ""
    for _, id in ipairs { "acme", "globex" } do
      text = text .. ('provider "%s" { protocol = "openai-chat", base_url = "https://%s.example/v1", credential = secret { file = "%s" } }\n' ..
        'model "%s-1" { provider = "%s" }\n'):format(id, id, file, id, id)
    end
    local options = { config = { ["acme.lua"] = text } }
    expect("warning", file .. " can be read by everybody", options)
    local count = 0
    for _, l in ipairs((run(options))) do if l.text:find("can be read by everybody", 1, true) then count = count + 1 end end
    assert.equal(1, count)
  end)

  it("finds a key that cannot be sent, and reports it once", function ()
    local lines = run(with { ACME_API_KEY = " " .. KEY })
    local found = line(lines, "ACME_API_KEY begins with a blank")
    assert.same({ "error", true }, { found.level, #found.next > 5 })
    local count = 0
    for _, l in ipairs(lines) do if l.text:find("begins with a blank", 1, true) then count = count + 1 end end
    assert.equal(1, count)
  end)

  it("finds a key with a blank inside, in a variable and in a file, and does not show it", function ()
    expect("warning", "ACME_API_KEY: the key contains a blank", with { ACME_API_KEY = KEY .. " " .. KEY })
    expect("warning", "the key contains a blank", with { ACME_API_KEY_FILE = key_file(KEY .. " " .. KEY .. "\n") })
  end)

  it("names the variable to set for another provider's key", function ()
    local files = acme 'key_prefixes = { "sk-" },'
    files["globex.lua"] = 'provider "globex" { title = "Globex", protocol = "openai-chat", base_url = "https://globex.example/v1", ' ..
      'credential = secret "GLOBEX_API_KEY", key_prefixes = { "gx-" } }\nmodel "globex-1" { provider = "globex" }\n'
    local found = expect("warning", "it looks like a key of Acme", { config = files, env = { GLOBEX_API_KEY = KEY } })
    assert.equal("set GLOBEX_API_KEY to a key of this provider, or unset it", found.next)
  end)

  it("finds a default model that no definition has, and names the near one", function ()
    local files = acme()
    files["default.lua"] = 'default { wanted = setting "DEFAULT_MODEL" }\n'
    local found = expect("warning", "DEFAULT_MODEL: no model has the id 'acme-2'", { config = files, env = { ACME_API_KEY = KEY, DEFAULT_MODEL = "acme-2" } })
    assert.truthy(found.text:find("did you mean 'acme-1'", 1, true), found.text)
    for _, l in ipairs((run { config = files, env = { ACME_API_KEY = KEY, DEFAULT_MODEL = "acme-1" } })) do assert.falsy(l.text:find("DEFAULT_MODEL: ", 1, true)) end
  end)

  it("finds a default model that no default block asks for", function ()
    local files = acme()
    files["default.lua"] = 'default { "acme-1" }\n'
    expect("warning", "DEFAULT_MODEL is set, and no default block asks for it", { config = files, env = { ACME_API_KEY = KEY, DEFAULT_MODEL = "acme-1" } })
  end)

  it("finds that no provider is configured", function ()
    expect("warning", "no provider is configured", with {})
  end)

  it("finds a setting that is not set although the key is", function ()
    local files = { ["acme.lua"] = 'local host = setting "ACME_HOST"\nprovider "acme" { protocol = "openai-chat", needs = "ACME_HOST", ' ..
      'base_url = host and ("https://" .. host .. "/v1"), credential = secret "ACME_API_KEY" }\nmodel "acme-1" { provider = "acme" }\n' }
    expect("error", "ACME_HOST", { config = files, env = { ACME_API_KEY = KEY } })
  end)

  it("finds a provider that has a key but no model", function ()
    local files = { ["acme.lua"] = 'provider "acme" { protocol = "openai-chat", base_url = "https://acme.example/v1", ' ..
      'credential = secret "ACME_API_KEY" }\n' }
    expect("warning", "acme is set, but offers no model", { config = files, env = { ACME_API_KEY = KEY } })
  end)

  it("finds a gateway that takes the requests of every model", function ()
    local files = acme()
    files["gateway.lua"] = 'gateway "corp" { base_url = "https://gateway.example" }\n'
    expect("warning", "gateway 'corp' takes the requests of every configured model", { config = files, env = { ACME_API_KEY = KEY } })
  end)

  it("finds data that is old, and a clock that is behind it", function ()
    expect("warning", "days old (2020-01-31)", { config = acme 'seen = "2020-01-31",', env = { ACME_API_KEY = KEY } })
    expect("error", "the clock is wrong", { config = acme 'seen = "2999-01-31",', env = { ACME_API_KEY = KEY } })
  end)

  it("finds a source of facts that is on and was never fetched", function ()
    local files = acme()
    files["source.lua"] = 'source "ours" { url = "https://facts.example/api.json", format = "models.dev" }\n'
    expect("warning", "source ours is on, and was never fetched", { config = files, env = { ACME_API_KEY = KEY } })
  end)

  it("finds certificates that cannot be used", function ()
    expect("error", "SSL_CERT_FILE names /nowhere/ca.pem", with { SSL_CERT_FILE = "/nowhere/ca.pem" })
    expect("error", "no certificate in PEM form", with { SSL_CERT_FILE = support.write(support.folder() .. "/ca.pem", "nothing\n") })
    expect("error", "SSL_CERT_DIR names /nowhere", with { SSL_CERT_DIR = "/nowhere" })
  end)

  it("finds that the usual places hold no bundle of certificates, and names the package and the variable", function ()
    local TEXT, folder = "no CA certificates were found in the usual places: TLS may fail", support.folder()
    --- The command in a copy that looks elsewhere; and, where the system allows it, itself in a mount namespace without those places.
    local copy = folder .. "/roster"
    assert(os.execute(("cp build/libroster*.so* '%s' && sed 's|/etc/ssl/|/xxx/ssl/|g; s|/etc/pki/|/xxx/pki/|g' build/roster >'%s' && chmod 755 '%s'")
      :format(folder, copy, copy)))
    local options = with { ACME_API_KEY = KEY, LD_LIBRARY_PATH = folder }
    options.command = copy
    local found = expect("warning", TEXT, options)
    assert.equal("install the package ca-certificates, or set SSL_CERT_FILE to a bundle in PEM form", found.next)
    if os.execute "unshare -rm mount -t tmpfs none /mnt 2>/dev/null" then
      options.command = support.write(folder .. "/hidden", ([[#!/bin/sh
exec unshare -rm sh -c 'for d in /etc/ssl /etc/pki; do [ ! -d $d ] || mount -t tmpfs none $d || exit 9; done; exec "$0" "$@"' "%s" "$@"
]]):format(support.command))
      assert(os.execute(("chmod 755 '%s'"):format(options.command)))
      expect("warning", TEXT, options)
    end
    expect("ok", "certificates: ", with { ACME_API_KEY = KEY, SSL_CERT_FILE = support.write(folder .. "/ca.pem", "-----BEGIN CERTIFICATE-----\n") })
  end)

  it("finds proxy variables that differ, are malformed, are not used, or take the requests to this machine", function ()
    expect("warning", "HTTPS_PROXY and https_proxy differ", with { HTTPS_PROXY = "http://a:1", https_proxy = "http://b:1" })
    for value, fault in pairs { ["http://a b"] = "a blank", ["ftp://a"] = "a scheme", ["http://:80"] = "no host", ["http://a:port"] = "a port" } do
      expect("error", fault, with { HTTPS_PROXY = value })
    end
    expect("warning", "HTTPS_PROXY is set, and no definition uses it", with { HTTPS_PROXY = "http://user:" .. KEY .. "@proxy.example:3128" })
    for _, value in ipairs { "socks5://proxy.example:1080", "proxy.example:3128" } do -- in a block it would be refused
      local next = expect("warning", "HTTPS_PROXY is set, and no definition uses it", with { HTTPS_PROXY = value }).next
      assert.truthy(next:find("proxy = \"http://", 1, true), next)
    end
    expect("ok", "HTTPS_PROXY is set, and the definitions use it",
      { config = acme 'proxy = setting "HTTPS_PROXY",', env = { HTTPS_PROXY = "http://proxy.example:3128" } })
    expect("warning", "NO_PROXY does not except this machine", with { HTTPS_PROXY = "http://a:1", NO_PROXY = "intra.example" })
    for _, l in ipairs((run(with { HTTPS_PROXY = "http://a:1", NO_PROXY = "localhost,127.0.0.1,::1" }))) do assert.falsy(l.text:find("NO_PROXY", 1, true)) end
  end)

  it("finds a cache directory that cannot be made", function ()
    local file = support.write(support.folder() .. "/file", "")
    expect("error", "is not a directory", with { XDG_CACHE_HOME = file .. "/cache" })
    expect("warning", "is not an absolute path", with { XDG_CACHE_HOME = "cache" })
    expect("warning", "there is no cache directory", with { HOME = "relative" })
  end)

  it("finds a low limit of open files", function ()
    local folder = support.folder()
    local script = support.write(folder .. "/roster", ('#!/bin/sh\nulimit -n 100\nexec "%s" "$@"\n'):format(support.command))
    assert(os.execute(("chmod 755 '%s'"):format(script)))
    local options = with {}
    options.command = script
    expect("warning", "only 100 files may be open", options)
  end)

  it("finds variables that nothing reads, and names the near one", function ()
    assert.truthy(expect("warning", "ROSTER_CONFG is set", with { ROSTER_CONFG = "/x" }).next:find("ROSTER_CONFIG", 1, true))
    expect("warning", "ROSTER_WHATEVER_ELSE is set, which roster does not know", with { ROSTER_WHATEVER_ELSE = "1" })
    assert.truthy(expect("warning", "ACEM_API_KEY is set", with { ACEM_API_KEY = KEY }).next:find("ACME_API_KEY", 1, true))
    for _, l in ipairs((run(with { ACDC_API_KEY = KEY }))) do assert.falsy(l.text:find("ACDC", 1, true), l.text) end -- another provider's, perhaps
    assert.truthy(expect("warning", "LLM_REQUEST_TAG is set", with { LLM_REQUEST_TAG = "{}" }).next:find("LLM_REQUEST_TAGS", 1, true))
  end)

  describe("with --online", function ()
    local made

    setup(function ()
      local body = "HTTP/1.1 404 Not Found\r\nDate: Mon, 01 Jan 2001 00:00:00 GMT\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      made = support.scene({ { "good", protocol = "openai-chat", models = { "large" } },
        { "late", protocol = "openai-chat", models = { "slow" }, server = { protocol = "raw", script = { { send = body } } } },
        { "gone", protocol = "openai-chat", models = { "none" }, url = "http://127.0.0.1:1" } })
    end)

    it("reports for each configured provider whether it answers, and how far its clock is off", function ()
      local result = support.roster({ "doctor", "--json", "--no-builtin", "--online" }, made.options)
      local lines = result.json().lines
      assert.equal("ok", line(lines, "good: answers in").level)
      assert.equal("error", line(lines, "gone: connect").level)
      assert.equal("error", line(lines, "ahead of its own").level)
      assert.equal(1, result.status)
    end)

    it("sends no key, and without it no request at all", function ()
      made.mocks.clear()
      support.roster({ "doctor", "--no-builtin" }, made.options)
      assert.same({}, made.mocks.requests())
      support.roster({ "doctor", "--no-builtin", "--online" }, made.options)
      local requests = made.mocks.requests "good"
      assert.equal(1, #requests)
      for name in pairs(requests[1].headers or {}) do assert.falsy(name:lower() == "authorization") end
    end)
  end)
end)
