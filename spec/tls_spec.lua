-- TLS: whom roster trusts, what it shows of itself, and how a failure says what to write. The certificates are made here.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:lower():find(part:lower(), 1, true), ("no '%s' in: %s"):format(part, text)) end

local folder -- of the certificates

local function openssl(...)
  local words = { "openssl" }
  for _, word in ipairs { ... } do words[#words + 1] = support.quoted(word) end
  local line = table.concat(words, " ") .. " >" .. folder .. "/openssl.log 2>&1"
  if not os.execute("cd " .. support.quoted(folder) .. " && " .. line) then error(line .. "\n" .. (support.read(folder .. "/openssl.log") or "")) end
end

local function file(name) return folder .. "/" .. name .. ".pem" end

local EC = { "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes" }

local function authority(name)
  openssl("req", "-x509", EC[1], EC[2], EC[3], EC[4], EC[5], "-days", "2", "-subj", "/CN=" .. name, "-keyout", name .. "-key.pem", "-out", name .. ".pem")
end

--- A certificate signed by that authority; names as a subjectAltName has them. days below 0: it is over already.
local function certificate(name, by, names, days)
  openssl("req", EC[1], EC[2], EC[3], EC[4], EC[5], "-subj", "/CN=" .. name, "-keyout", name .. "-key.pem", "-out", name .. ".csr")
  support.write(folder .. "/extensions", "subjectAltName=" .. names .. "\n")
  openssl("x509", "-req", "-in", name .. ".csr", "-CA", by .. ".pem", "-CAkey", by .. "-key.pem", "-set_serial", tostring(#name * 1000 + #names),
    "-days", tostring(days or 2), "-extfile", "extensions", "-out", name .. ".pem")
end

local function make_certificates()
  folder = support.folder()
  authority "ours"
  authority "theirs"
  certificate("server", "ours", "IP:127.0.0.1,DNS:localhost")
  certificate("elsewhere", "ours", "DNS:other.example")
  certificate("late", "ours", "IP:127.0.0.1", -1)
  certificate("visitor", "ours", "DNS:visitor.example")
  certificate("stranger", "theirs", "DNS:stranger.example")
  openssl("req", "-x509", EC[1], EC[2], EC[3], EC[4], EC[5], "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
    "-keyout", "alone-key.pem", "-out", "alone.pem")
end

--- A provider over TLS that shows this certificate, and another that works without. tls: the words in its block.
local function scene_with(name, tls, more)
  more = more or {}
  local server = { tls = { cert = file(name), key = file(name .. "-key"), client_ca = more.client_ca } }
  return support.scene({
    { "acme", protocol = "anthropic-messages", models = { "one" }, server = server, fields = tls and ("tls = { %s }"):format(tls) },
    { "steady", protocol = "anthropic-messages", models = { "firm" } },
  }, { env = more.env, text = more.text })
end

local function trusting(name) return ('ca_file = "%s"'):format(file(name or "ours")) end

--- Not ready for a reason of TLS: nothing was heard of the key, and the other provider goes on.
local function assert_refused(scene, says)
  local document, result = scene.models()
  local entry = support.entry(document, "one")
  assert.equal("unreachable", entry.state, entry.reason)
  assert.equal("list", entry.stage)
  assert.is_nil(tonumber(entry.http_status))
  has(entry.reason, "The acme could not be reached at https://127.0.0.1:")
  has(entry.reason, says)
  has(entry.hint, "ca_file")
  assert.same({ "firm" }, support.ids(document.models))
  assert.same({}, scene.requests "acme")
  assert.falsy((result.out .. result.err):find(scene.keys.acme, 1, true))
end

setup(make_certificates)
teardown(support.stop_all)

describe("A provider with a private authority", function ()
  it("is ready once ca_file names that authority", function ()
    local scene = scene_with("server", trusting())
    assert.same({ "one", "firm" }, support.ids((scene.models()).models))
    assert.equal("https://", scene.standin.url("acme"):sub(1, 8))
    assert.same({ "GET /v1/models" }, scene.paths "acme")
  end)

  it("is unreachable without it, and the hint says which line to write", function ()
    assert_refused(scene_with "server", "certificate verify failed")
  end)

  it("is unreachable when ca_file names another authority", function ()
    assert_refused(scene_with("server", trusting "theirs"), "certificate verify failed")
  end)

  it("may be trusted through SSL_CERT_FILE as well, as all programs of the system may be told to", function ()
    local scene = scene_with("server", nil, { env = { SSL_CERT_FILE = file "ours" } })
    assert.same({ "one", "firm" }, support.ids((scene.models()).models))
  end)

  it("is not trusted through SSL_CERT_FILE where ca_file says whom to trust", function ()
    assert_refused(scene_with("server", trusting "theirs", { env = { SSL_CERT_FILE = file "ours" } }), "certificate verify failed")
  end)

  it("is unreachable while ca_file does not exist, and says that it could not be read", function ()
    assert_refused(scene_with("server", 'ca_file = "/nowhere/authority.pem"'), "trusted certificates not readable")
  end)

  it("is unreachable while ca_file holds no certificate", function ()
    local path = support.write(folder .. "/empty.pem", "nothing of the kind\n")
    assert_refused(scene_with("server", ('ca_file = "%s"'):format(path)), "certificate")
  end)
end)

describe("A certificate is refused that", function ()
  it("belongs to another host", function () assert_refused(scene_with("elsewhere", trusting()), "no alternative certificate subject name matches target host name") end)
  it("has expired", function () assert_refused(scene_with("late", trusting()), "expired") end)
  it("nobody else has signed", function () assert_refused(scene_with "alone", "self-signed") end)
end)

describe("A certificate of one's own signing", function ()
  it("is accepted where ca_file names it", function ()
    assert.same({ "one", "firm" }, support.ids((scene_with("alone", trusting "alone").models()).models))
  end)
end)

describe("A provider that wants to see a certificate", function ()
  local function wanting(client)
    return scene_with("server", trusting() .. (client and (', client_cert = "%s", client_key = "%s"'):format(file(client), file(client .. "-key")) or ""),
      { client_ca = file "ours" })
  end

  it("is shown the one that the definitions name", function ()
    local scene = wanting "visitor"
    assert.same({ "one", "firm" }, support.ids((scene.models()).models))
    assert.equal(200, scene.requests("acme")[1].status)
  end)

  it("does not serve one who has none", function ()
    local scene = wanting()
    local entry = scene.entry "one"
    assert.is_not_equal("ready", entry.state)
    has(entry.reason, "certificate")
  end)

  it("does not serve one whose certificate somebody else has signed", function ()
    local document = wanting("stranger").models()
    assert.same({ "firm" }, support.ids(document.models))
    has(support.entry(document, "one").reason, "certificate")
  end)

  it("is unreachable where the certificate and the key do not belong together", function ()
    local scene = scene_with("server", ('%s, client_cert = "%s", client_key = "%s"'):format(trusting(), file "visitor", file "stranger-key"),
      { client_ca = file "ours" })
    local document = scene.models()
    assert.equal("unreachable", support.entry(document, "one").state)
    has(support.entry(document, "one").reason, "client certificate")
    assert.same({ "firm" }, support.ids(document.models))
  end)

  it("is unreachable where the key's file is missing", function ()
    local scene = scene_with("server", ('%s, client_cert = "%s", client_key = "/nowhere/key.pem"'):format(trusting(), file "visitor"))
    assert.equal("unreachable", scene.entry("one").state)
    assert.same({}, scene.requests "acme")
  end)
end)

describe("Words that only one side speaks", function ()
  it("https to a server that speaks http is unreachable", function ()
    local plain = support.standin { { name = "plain", protocol = "anthropic-messages", models = { "one" } } }
    local scene = support.scene { { "acme", protocol = "anthropic-messages", models = { "one" }, url = "https://127.0.0.1:" .. plain.port() } }
    local entry = scene.entry "one"
    assert.equal("unreachable", entry.state)
    has(entry.reason, "TLS handshake failed")
    assert.same({}, plain.requests())
  end)

  it("http to a server that speaks https never shows it the key", function ()
    local secure = support.standin { { name = "secure", protocol = "anthropic-messages", models = { "one" },
      tls = { cert = file "server", key = file "server-key" } } }
    local scene = support.scene { { "acme", protocol = "anthropic-messages", models = { "one" }, url = "http://127.0.0.1:" .. secure.port() } }
    assert.equal("unreachable", scene.entry("one").state)
    assert.same({}, secure.requests())
  end)

  it("a handshake that is never answered ends with the time for it", function ()
    local mute = support.standin { { name = "mute", protocol = "raw", script = { { hang = true } } } }
    local scene = support.scene {
      { "acme", protocol = "anthropic-messages", models = { "one" }, url = "https://127.0.0.1:" .. mute.port() },
      { "steady", protocol = "anthropic-messages", models = { "firm" } },
    }
    local document = scene.models("--timeout", "1")
    assert.equal("unreachable", support.entry(document, "one").state)
    has(support.entry(document, "one").reason, "no TLS connection within")
    assert.same({ "firm" }, support.ids(document.models))
  end)
end)

describe("A gateway over TLS", function ()
  local function behind(words)
    return support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, url = "https://api.acme.example",
                             fields = ("tls = { %s }"):format(trusting "theirs") } }, {
      servers = { { name = "door", protocol = "anthropic-messages", prefix = "/_/gateway/acme", models = { "one" },
                    tls = { cert = file "server", key = file "server-key" } } },
      text = function (standin) return ('gateway "door" { base_url = "%s", %s }'):format(standin.url "door", words) end,
    })
  end

  it("is trusted as its own block says, not as the provider's does", function ()
    assert.equal("ready", behind("tls = { " .. trusting() .. " }").entry("one").state)
  end)

  it("is unreachable without that, and so says gateway_status", function ()
    local document = behind("").models()
    assert.equal("unreachable", support.entry(document, "one").state)
    has(support.entry(document, "one").hint, "ca_file")
    assert.equal("unreachable", document.gateway_status)
  end)
end)

describe("What request shows of TLS", function ()
  it("names the files that are used, so that the command can be run as it is", function ()
    local scene = scene_with("server", ('%s, client_cert = "%s", client_key = "%s"'):format(trusting(), file "visitor", file "visitor-key"))
    local shown = scene.run { "request", "one" }
    assert.equal(0, shown.status)
    has(shown.out, "--cacert '" .. file "ours" .. "'")
    has(shown.out, "--cert '" .. file "visitor" .. "'")
    has(shown.out, "--key '" .. file "visitor-key" .. "'")
  end)
end)
