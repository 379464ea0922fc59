-- TLS: which certificates roster trusts and presents, and the hints when a connection fails. The certificates are made here.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:lower():find(part:lower(), 1, true), ("no '%s' in: %s"):format(part, text)) end

local folder -- with the certificates

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

--- A certificate signed by that authority; names are written as in a subjectAltName. With days below 0 it has expired.
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

--- A provider over TLS with this certificate, and another without TLS. tls: the fields in its block.
local function scene_with(name, tls, more)
  more = more or {}
  local server = { tls = { cert = file(name), key = file(name .. "-key"), client_ca = more.client_ca } }
  return support.scene({
    { "acme", protocol = "anthropic-messages", models = { "one" }, server = server, fields = tls and ("tls = { %s }"):format(tls) },
    { "steady", protocol = "anthropic-messages", models = { "firm" } },
  }, { env = more.env, text = more.text })
end

local function trusting(name) return ('ca_file = "%s"'):format(file(name or "ours")) end

--- Not ready because of TLS: the server received no key, and the other provider is not affected.
local function assert_refused(scene, says, hint)
  local document, result = scene.models()
  local entry = support.entry(document, "one")
  assert.equal("unreachable", entry.state, entry.reason)
  assert.equal("list", entry.stage)
  assert.is_nil(tonumber(entry.http_status))
  has(entry.reason, "The acme could not be reached at https://127.0.0.1:")
  has(entry.reason, says)
  has(entry.hint, hint or "ca_file")
  assert.same({ "firm" }, support.ids(document.models))
  assert.same({}, scene.requests "acme")
  assert.falsy((result.out .. result.err):find(scene.keys.acme, 1, true))
end

setup(make_certificates)
teardown(support.stop_all)

describe("A provider with a certificate from a private authority", function ()
  it("is sent a prompt by roster try, which shows the client certificate, too", function ()
    local scene = scene_with("server", trusting() .. (', client_cert = "%s", client_key = "%s"'):format(file "visitor", file "visitor-key"), { client_ca = file "ours" })
    local result = support.roster({ "try", "--no-builtin", "one", "Say hi" }, scene.options)
    assert.same({ 0, "Hi\n" }, { result.status, result.out }, result.err)
    result = support.roster({ "try", "--no-builtin", "--anyway", "one", "Say hi" }, scene_with("server").options)
    assert.equal(3, result.status)
    has(result.err, "no answer: SSL peer certificate")
  end)

  it("is ready if ca_file names that authority", function ()
    local scene = scene_with("server", trusting())
    assert.same({ "one", "firm" }, support.ids((scene.models()).models))
    assert.equal("https://", scene.mocks.url("acme"):sub(1, 8))
    assert.same({ "GET /v1/models" }, scene.paths "acme")
  end)

  it("leaves no file behind that reveals the session keys, whatever SSLKEYLOGFILE is", function ()
    local log = support.folder() .. "/keys.log"
    local document = scene_with("server", trusting(), { env = { SSLKEYLOGFILE = log } }).models()
    assert.equal("ready", support.entry(document, "one").state)
    assert.is_nil(support.read(log))
  end)

  it("is unreachable without ca_file, with a hint about the missing line", function ()
    assert_refused(scene_with "server", "certificate verify failed")
  end)

  it("is unreachable if ca_file names another authority", function ()
    assert_refused(scene_with("server", trusting "theirs"), "certificate verify failed")
  end)

  it("is ready if SSL_CERT_FILE names that authority", function ()
    local scene = scene_with("server", nil, { env = { SSL_CERT_FILE = file "ours" } })
    assert.same({ "one", "firm" }, support.ids((scene.models()).models))
  end)

  it("is unreachable if SSL_CERT_FILE names that authority but ca_file names another", function ()
    assert_refused(scene_with("server", trusting "theirs", { env = { SSL_CERT_FILE = file "ours" } }), "certificate verify failed")
  end)

  it("is unreachable if ca_file does not exist, with that reason", function ()
    assert_refused(scene_with("server", 'ca_file = "/nowhere/authority.pem"'), "trusted certificates not readable")
  end)

  it("is unreachable if ca_file contains no certificate", function ()
    local path = support.write(folder .. "/empty.pem", "nothing of the kind\n")
    assert_refused(scene_with("server", ('ca_file = "%s"'):format(path)), "certificate")
  end)
end)

describe("A certificate", function ()
  it("is rejected if it belongs to another host", function ()
    assert_refused(scene_with("elsewhere", trusting()), "no alternative certificate subject name matches target host name", "check the host name in base_url of provider 'acme'")
  end)
  it("is rejected if it has expired", function () assert_refused(scene_with("late", trusting()), "expired", "renew it") end)
  it("is rejected if it is self-signed", function () assert_refused(scene_with "alone", "self-signed") end)
end)

describe("A self-signed certificate", function ()
  it("is accepted if ca_file names it", function ()
    assert.same({ "one", "firm" }, support.ids((scene_with("alone", trusting "alone").models()).models))
  end)
end)

describe("A provider that requires a client certificate", function ()
  local function wanting(client)
    return scene_with("server", trusting() .. (client and (', client_cert = "%s", client_key = "%s"'):format(file(client), file(client .. "-key")) or ""),
      { client_ca = file "ours" })
  end

  it("receives the one that the definitions name", function ()
    local scene = wanting "visitor"
    assert.same({ "one", "firm" }, support.ids((scene.models()).models))
    assert.equal(200, scene.requests("acme")[1].status)
  end)

  it("is not ready without a client certificate", function ()
    local scene = wanting()
    local entry = scene.entry "one"
    assert.is_not_equal("ready", entry.state)
    has(entry.reason, "certificate")
  end)

  it("is not ready if another authority signed the client certificate", function ()
    local document = wanting("stranger").models()
    assert.same({ "firm" }, support.ids(document.models))
    has(support.entry(document, "one").reason, "certificate")
  end)

  it("is unreachable if the certificate and the key do not match", function ()
    local scene = scene_with("server", ('%s, client_cert = "%s", client_key = "%s"'):format(trusting(), file "visitor", file "stranger-key"),
      { client_ca = file "ours" })
    local document = scene.models()
    assert.equal("unreachable", support.entry(document, "one").state)
    has(support.entry(document, "one").reason, "client certificate")
    assert.same({ "firm" }, support.ids(document.models))
  end)

  it("is unreachable if the file of the key does not exist", function ()
    local scene = scene_with("server", ('%s, client_cert = "%s", client_key = "/nowhere/key.pem"'):format(trusting(), file "visitor"))
    assert.equal("unreachable", scene.entry("one").state)
    assert.same({}, scene.requests "acme")
  end)
end)

describe("A provider whose server", function ()
  it("uses http behind an https address is unreachable", function ()
    local plain = support.mock_servers { { name = "plain", protocol = "anthropic-messages", models = { "one" } } }
    local scene = support.scene { { "acme", protocol = "anthropic-messages", models = { "one" }, url = "https://127.0.0.1:" .. plain.port() } }
    local entry = scene.entry "one"
    assert.equal("unreachable", entry.state)
    has(entry.reason, "TLS handshake failed")
    assert.same({}, plain.requests())
  end)

  it("uses https behind an http address is unreachable and does not receive the key", function ()
    local secure = support.mock_servers { { name = "secure", protocol = "anthropic-messages", models = { "one" },
      tls = { cert = file "server", key = file "server-key" } } }
    local scene = support.scene { { "acme", protocol = "anthropic-messages", models = { "one" }, url = "http://127.0.0.1:" .. secure.port() } }
    assert.equal("unreachable", scene.entry("one").state)
    assert.same({}, secure.requests())
  end)

  it("never answers the TLS handshake is unreachable when the time is over", function ()
    local mute = support.mock_servers { { name = "mute", protocol = "raw", script = { { hang = true } } } }
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

describe("The look-ups at one provider", function ()
  --- What a server that answers only when so many look-ups are in flight says of 32, by as many providers at its address.
  local function thirty_two(together, providers)
    local program, stdin = support.quoted(support.root .. "/spec/support/http2.mjs"), support.quoted(support.folder() .. "/stdin")
    local pipe = assert(io.popen(("mkfifo %s; echo $$; exec node %s 1 %s %s %d <>%s"):format(stdin, program, file "server-key", file "server", together, stdin)))
    local pid, url = pipe:read("l", "l")
    local lines = {}
    for p = 1, providers do
      lines[p] = ('provider "p%d" { protocol = "openai-chat", base_url = "%s", credential = secret "KEY", list_proves = "key", tls = { %s } }')
        :format(p, url, trusting())
    end
    for m = 1, 32 do lines[#lines + 1] = ('model "m%d" { provider = "p%d", api_name = "model-%d" }'):format(m, m % providers + 1, m) end
    local document = support.models({ config = { ["acme.lua"] = table.concat(lines, "\n") }, env = { KEY = "made-up" } }, "--no-builtin")
    os.execute("kill " .. pid)
    local said = pipe:read "l"
    pipe:close()
    assert.equal(32, #document.models)
    return said
  end

  it("are sixteen at a time over one connection of HTTP/2", function ()
    assert.equal("16 in flight, 1 connections", thirty_two(16, 1))
  end)

  it("are eight at a time where several providers share the address", function ()
    assert.equal("8 in flight, 1 connections", thirty_two(8, 4))
  end)

  it("take eight connections at most with HTTP/1.1", function ()
    local ids, models = {}, {}
    for i = 1, 24 do ids[i], models[i] = "m" .. i, { id = "m" .. i, listed = false } end
    local scene = support.scene { { "acme", protocol = "openai-chat", models = ids, fields = ("tls = { %s }"):format(trusting()),
                                    server = { delay_ms = 40, models = models, tls = { cert = file "server", key = file "server-key" } } } }
    assert.equal(24, #(scene.models()).models)
    local connections, count = {}, 0
    for _, request in ipairs(scene.requests()) do
      if not connections[request.connection] then count = count + 1 end
      connections[request.connection] = true
    end
    assert.equal(25, #scene.requests())
    assert.is_true(count > 1 and count <= 8, count .. " connections")
  end)
end)

describe("A gateway over TLS", function ()
  local function behind(words)
    return support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, url = "https://api.acme.example",
                             fields = ("tls = { %s }"):format(trusting "theirs") } }, {
      servers = { { name = "door", protocol = "anthropic-messages", prefix = "/_/gateway/acme", models = { "one" },
                    tls = { cert = file "server", key = file "server-key" } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s", list_proves = "access", %s }'):format(mocks.url "door", words) end,
    })
  end

  it("is trusted according to its own block, not the provider's", function ()
    assert.equal("ready", behind("tls = { " .. trusting() .. " }").entry("one").state)
  end)

  it("is unreachable without a trusted authority, also in gateway_status", function ()
    local document = behind("").models()
    assert.equal("unreachable", support.entry(document, "one").state)
    has(support.entry(document, "one").hint, "ca_file")
    assert.equal("unreachable", document.gateway_status)
  end)
end)

describe("The output of request for a provider with TLS files", function ()
  it("names those files, so that the curl command can be run unchanged", function ()
    local scene = scene_with("server", ('%s, client_cert = "%s", client_key = "%s"'):format(trusting(), file "visitor", file "visitor-key"))
    local shown = scene.run { "request", "one" }
    assert.equal(0, shown.status)
    has(shown.out, "--cacert '" .. file "ours" .. "'")
    has(shown.out, "--cert '" .. file "visitor" .. "'")
    has(shown.out, "--key '" .. file "visitor-key" .. "'")
  end)
end)
