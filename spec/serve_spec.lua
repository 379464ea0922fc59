-- `roster serve`: the API over real sockets.
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"

local TOKEN = "a-token-for-specs-0123456789"

local MOCK = { env = { ROSTER_MOCK = "yes", ROSTER_TOKEN = TOKEN } }

local function has(text, part) return text:find(part, 1, true) ~= nil end

--- A provider with two models, and the server for it. Returns the server and the scene.
local function scene(options)
  options = options or {}
  local large = 'context_window = 128000, aliases = { "big" }, formerly = { "old-large" }, release_date = "2026-02-28",'
  local part = { "acme", protocol = "openai-chat", fields = 'list_proves = "access",', models = { { "acme-large", large }, "acme/small" } }
  local made = support.scene({ part }, { text = options.text })
  local env = { ROSTER_TOKEN = TOKEN }
  for name, value in pairs(made.options.env) do env[name] = value end
  for name, value in pairs(options.env or {}) do env[name] = value end
  local words = { "--no-builtin" }
  for _, word in ipairs(options.words or {}) do words[#words + 1] = word end
  return serving.start({ env = env, config = made.options.config, words = words, listen = options.listen }).settle(), made
end

describe("The server's API", function ()
  local server, made
  setup(function () server, made = scene() end)
  teardown(serving.stop_all)

  it("serves the models document byte for byte as the library writes it", function ()
    local offline = serving.start(MOCK)
    local document = support.roster({ "models", "--json", "--offline" }, { env = MOCK.env }).out:gsub("\n$", "")
    local answer = offline.get "/api/models"
    assert.equal(200, answer.status)
    local generation = ('"generation":%d}'):format(answer.json().generation)
    assert.is_true(document:gsub('"generation":0}$', generation) == answer.body:gsub("\n$", ""))
    assert.equal("application/json", answer.headers["content-type"])
    offline.stop()
  end)

  it("omits only unusable models with available=true, and only other providers' models with provider=", function ()
    local all = server.get "/api/models".json()
    local available = server.get "/api/models?available=true".json()
    assert.same({ "acme-large", "acme/small" }, support.ids(available.models))
    assert.same({}, available.unavailable)
    assert.same({ all.default, all.roles, all.generation }, { available.default, available.roles, available.generation })
    assert.same(all, server.get "/api/models?available=false".json())
    assert.same(all.models, server.get "/api/models?provider=acme".json().models)
    local none = server.get "/api/models?provider=acme&kind=embedding"
    assert.equal(200, none.status)
    assert.truthy(has(none.body, '"models":[]'))
    assert.equal(400, server.get "/api/models?available=maybe".status)
  end)

  it("refuses an unknown word and an unknown provider in the query for models, with the word that was probably meant", function ()
    for query, message in pairs {
      ["avaliable=true"] = "the query has an unknown word 'avaliable' (did you mean 'available'?)",
      ["verbose&foo=1"] = "the query has an unknown word 'foo'",
      ["provider=acmee"] = "there is no provider 'acmee' (did you mean 'acme'?)",
      ["document=x&Provider=acme"] = "the query has an unknown word 'Provider' (did you mean 'provider'?)",
    } do
      local answer = server.get("/api/models?" .. query)
      local problem = cjson.decode(answer.body).error
      assert.same({ 400, "invalid", message }, { answer.status, problem.code, problem.message })
      assert.is_true(#problem.hint > 0)
    end
  end)

  it("includes the complete explanation of each model with ?verbose", function ()
    local entry = server.get "/api/models?verbose".json().models[1]
    assert.same(server.get "/api/explain/acme-large".json(), entry)
    assert.equal("scene.lua", entry.defined_at:match "([^/]+):%d+$")
    assert.truthy(#entry.requests >= 1)
  end)

  it("serves one model by id, alias or former id, always with its current id in the document", function ()
    local entry = server.get "/api/models".json().models[1]
    for _, id in ipairs { "acme-large", "big", "old-large", "acme%2Dlarge" } do
      local answer = server.get("/api/models/" .. id)
      assert.equal(200, answer.status)
      assert.same(entry, answer.json())
    end
    assert.equal("acme/small", server.get "/api/models/acme%2Fsmall".json().id)
    assert.equal("acme/small", server.get "/api/models/acme/small".json().id)
  end)

  it("serves the request that a host would send, the same as the command prints and without the key", function ()
    local answer = server.get "/api/request/big"
    assert.equal(200, answer.status)
    assert.equal("application/json", answer.headers["content-type"])
    assert.same(made.run { "request", "acme-large", "--json" }.json(), answer.json())
    for _, key in pairs(made.options.env) do assert.is_nil(answer.body:find(key, 1, true)) end
    assert.equal("", server.ask("/api/request/big", { method = "HEAD" }).body)
    assert.equal("acme/small", server.get "/api/request/acme/small".json().id)
  end)

  it("serves the right request to each of many clients at the same time", function ()
    local texts = {}
    for i = 1, 40 do
      local id = i % 2 == 0 and "acme-large" or "acme/small"
      texts[i] = ("GET /api/request/%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"):format(id)
    end
    for i, one in ipairs(serving.knock(server.port, texts)) do
      assert.truthy(one.text:find("^HTTP/1.1 200"), one.text)
      assert.truthy(has(one.text, i % 2 == 0 and '{"id":"acme-large"' or '{"id":"acme/small"'), one.text)
    end
    assert.equal(200, server.get "/healthz".status)
  end)

  it("answers an unknown id with an error document that names similar ids", function ()
    for _, path in ipairs { "/api/models/acme-larg", "/api/explain/acme-larg", "/api/request/acme-larg", "/v1/models/acme-larg", "/api/resolve?id=acme-larg" } do
      local answer = server.get(path)
      assert.equal(404, answer.status, path)
      assert.equal("application/json", answer.headers["content-type"])
      local problem = answer.json().error
      assert.equal("unknown", problem.code)
      assert.truthy(has(problem.message, "acme-large"), problem.message)
      assert.is_string(problem.hint)
    end
  end)

  it("answers a retired id with 410 and the code retired", function ()
    local shipped = serving.start()
    local answer = shipped.get "/api/resolve?id=gpt-5-codex"
    assert.equal(410, answer.status)
    assert.equal("retired", answer.json().error.code)
    shipped.stop()
  end)

  it("resolves ids as the command does", function ()
    assert.same({ id = "acme-large", from = "old-large", via = "formerly", context_window = 128000 }, server.get "/api/resolve?id=old-large".json())
    assert.equal("alias", server.get "/api/resolve?id=%62ig".json().via)
    assert.equal(400, server.get "/api/resolve".status)
    assert.equal(400, server.get "/api/resolve?id=%ff".status)
  end)

  it("lists providers as the command does", function ()
    local mine = made.run { "providers", "--json" }.json()
    assert.same(mine, server.get "/api/providers".json())
  end)

  it("lists models at /v1/models in a format that fits both OpenAI and Anthropic", function ()
    local list = server.get "/v1/models".json()
    assert.equal("list", list.object)
    assert.is_false(list.has_more)
    assert.equal("acme-large", list.first_id)
    assert.equal("acme/small", list.last_id)
    local nothing = cjson.null
    assert.same({ id = "acme-large", object = "model", created = 1772236800, owned_by = "acme", type = "model", display_name = "acme-large",
      created_at = "2026-02-28T00:00:00Z", max_input_tokens = 128000, max_tokens = nothing, capabilities = nothing, lifecycle = nothing,
      line = nothing, deprecated_at = nothing, retires_at = nothing }, list.data[1])
    assert.equal(1789948800, list.data[2].created) -- the day that the listing says
    assert.same(list.data[1], server.get "/v1/models/big".json())
  end)

  it("keeps a history of each provider's latency and of when each model entered its state", function ()
    local history = server.get "/api/history".json()
    local point = history.providers[1].points[#history.providers[1].points]
    assert.equal("acme", history.providers[1].id)
    assert.is_true(point.latency_ms >= 0)
    assert.equal(2, point.ready)
    assert.equal("ready", history.models[1].state)
    assert.truthy(history.models[1].since:match "^%d+%-%d%d%-%d%dT%d%d:%d%d:%d%dZ$")
  end)

  it("sends no requests to providers because of a read request", function ()
    made.mocks.clear()
    for _, path in ipairs { "/", "/page.json", "/api/models", "/api/models?verbose", "/api/models/acme-large", "/api/explain/acme-large", "/api/providers",
      "/api/request/big", "/api/resolve?id=big", "/v1/models", "/v1/models/big", "/healthz", "/readyz", "/metrics", "/api/history",
      "/api/status", "/api/changes" } do
      assert.equal(200, server.get(path).status, path)
    end
    assert.same({}, made.mocks.requests())
  end)

  it("reports the age of its document", function ()
    assert.truthy(server.get "/api/models".headers["last-modified"]:match "GMT$")
    local ready = server.get "/readyz".json()
    assert.is_true(ready.ready)
    assert.is_true(ready.age_seconds >= 0)
  end)
end)

describe("A request to the server", function ()
  local server
  setup(function () server = serving.start(MOCK).settle() end)
  teardown(serving.stop_all)

  it("gets 304 without a body when its entity tag is still current", function ()
    local first = server.get "/api/models"
    local tag = first.headers.etag
    assert.truthy(tag:match '^"[%x]+"$')
    for _, sent in ipairs { tag, '"other", ' .. tag, "W/" .. tag, "*" } do
      local again = server.get("/api/models", "If-None-Match: " .. sent)
      assert.equal(304, again.status, sent)
      assert.equal("", again.body)
      assert.equal(tag, again.headers.etag)
      assert.equal("0", again.headers["content-length"]) -- or a client would wait for the rest
    end
    for _, sent in ipairs { '"other"', tag:sub(1, -3) .. '"', tag:gsub('"', "") } do
      assert.equal(200, server.get("/api/models", "If-None-Match: " .. sent).status, sent)
    end
  end)

  it("gets the same entity tag as long as the document is the same, and no longer", function ()
    local before = server.get "/api/models".headers.etag
    assert.equal(before, server.get "/api/models".headers.etag)
    assert.equal(200, server.refresh(TOKEN).status)
    assert.not_equal(before, server.get "/api/models".headers.etag)
  end)

  it("gets a compressed response only if it accepts and prefers gzip", function ()
    local plain = server.get("/api/models", "Accept-Encoding: identity")
    local takes = { "gzip", "deflate, gzip;q=0.5", "*", "GZIP", "br;q=1, gzip;q=0.8, *;q=0.1", "gzip;q=1.0" }
    local leaves = { "", "identity", "gzip;q=0", "gzip;q=0.000", "*;q=0", "br", "gzip;q=0, *", "identity, gzip;q=0.5", "xgzip" }
    for _, coding in ipairs(takes) do
      local answer = server.get("/api/models", "Accept-Encoding: " .. coding)
      assert.equal("gzip", answer.headers["content-encoding"], coding)
      assert.equal("Accept-Encoding", answer.headers.vary)
      assert.is_true(#answer.body < #plain.body / 4)
      assert.not_equal(plain.headers.etag, answer.headers.etag)
      assert.is_true(plain.body == serving.capture("gzip -dc <" .. support.quoted(server.folder .. "/body")))
    end
    for _, coding in ipairs(leaves) do
      local answer = server.get("/api/models", "Accept-Encoding: " .. coding)
      assert.is_nil(answer.headers["content-encoding"], coding)
      assert.equal("Accept-Encoding", answer.headers.vary)
      assert.is_true(plain.body == answer.body)
    end
  end)

  it("gets a different entity tag for the compressed response", function ()
    local packed = server.get("/api/models", "Accept-Encoding: gzip").headers.etag
    assert.equal(304, server.get("/api/models", "Accept-Encoding: gzip", "If-None-Match: " .. packed).status)
    assert.equal(200, server.get("/api/models", "If-None-Match: " .. packed).status)
  end)

  it("gets only the headers by HEAD, with the length of the complete body", function ()
    for _, path in ipairs { "/api/models", "/", "/metrics", "/v1/models", "/api/models/mock", "/page.js", "/page.json", "/api/events" } do
      local head = server.ask(path, { head = true })
      assert.equal(200, head.status, path)
      assert.equal("", head.body)
      if path ~= "/api/events" and path ~= "/metrics" then
        assert.equal(tostring(#server.get(path).body), head.headers["content-length"], path)
      end
    end
  end)

  it("gets 405 and the allowed methods if its method is not one of them", function ()
    for _, case in ipairs { { "/api/models", "POST", "GET, HEAD, OPTIONS" }, { "/api/models", "DELETE", "GET, HEAD, OPTIONS" },
      { "/", "PUT", "GET, HEAD, OPTIONS" }, { "/api/refresh", "GET", "POST, OPTIONS" }, { "/api/refresh", "PATCH", "POST, OPTIONS" } } do
      local answer = server.ask(case[1], { method = case[2] })
      assert.equal(405, answer.status)
      assert.equal(case[3], answer.headers.allow)
      assert.equal("method_not_allowed", answer.json().error.code)
    end
    local options = server.ask("/api/models", { method = "OPTIONS" })
    assert.equal(204, options.status)
    assert.equal("GET, HEAD, OPTIONS", options.headers.allow)
  end)

  it("gets 404 with an error document for a path that does not exist", function ()
    for _, path in ipairs { "/nope", "/api", "/api/", "/api/models2", "/index.html", "/page/../page.js", "/.git/config", "//", "/api/refresh/x" } do
      local answer = server.get(path)
      assert.equal(404, answer.status, path)
      assert.equal("no_such_address", answer.json().error.code)
      assert.is_string(answer.json().error.hint)
    end
  end)
end)

describe("The server's page", function ()
  local server
  setup(function ()
    server = serving.start { env = { ROSTER_MOCK = "yes" }, config = { ["scary.lua"] = [[
      provider "scary" { title = "<script>alert(1)</script>", protocol = "openai-chat", base_url = "http://127.0.0.1:1/&amp" }
      model "<script>alert(2)</script>" { provider = "scary", description = "</td><img src=x onerror=alert(3)>" }
    ]] } }.settle()
  end)
  teardown(serving.stop_all)

  it("shows the models without JavaScript", function ()
    local page = server.get "/"
    assert.equal(200, page.status)
    assert.equal("text/html; charset=utf-8", page.headers["content-type"])
    assert.truthy(has(page.body, 'data-id="mock" data-state="ready"'))
    assert.truthy(has(page.body, "ANTHROPIC_API_KEY is not set"))
    assert.is_nil(page.body:find("<!--models-->", 1, true))
  end)

  it("escapes all strings from the definitions", function ()
    local page = server.get "/".body
    assert.is_nil(page:find("<script>alert", 1, true))
    assert.is_nil(page:find("<img src=x", 1, true))
    assert.truthy(has(page, "&lt;script&gt;alert(1)&lt;/script&gt;"))
    assert.truthy(has(page, 'data-id="&lt;script&gt;alert(2)&lt;/script&gt;"'))
    assert.equal("<script>alert(2)</script>", server.get "/api/models/%3Cscript%3Ealert(2)%3C%2Fscript%3E".json().id)
  end)

  it("has a security policy that allows only its own files", function ()
    local policy = server.get "/".headers["content-security-policy"]
    assert.truthy(policy:match "^default%-src 'none';")
    assert.truthy(has(policy, "frame-ancestors 'none'"))
    assert.is_nil(policy:find("unsafe", 1, true))
    assert.equal("no-referrer", server.get "/".headers["referrer-policy"])
    assert.truthy(policy:find "; script%-src 'self'; style%-src 'sha256%-[%w+/]+='; ")
    local body = server.get "/".body
    assert.is_nil(body:find "%sstyle=")
    assert.is_nil(body:find("%son%a+=\"") or body:find "<script[^>]*>[^<]")
  end)

  it("has its data in a document of their own, which browsers request beside it", function ()
    assert.truthy(has(server.get "/".body, '<link rel="preload" href="/page.json" as="fetch" crossorigin>'))
    local data, ids = server.get "/page.json".json(), {}
    for _, model in ipairs(data.models) do ids[model[1]] = true end
    assert.truthy(ids["<script>alert(2)</script>"] and ids.mock)
    assert.equal(#server.get "/api/models".json().models + #server.get "/api/models".json().unavailable, #data.models)
  end)

  it("serves its files with their types", function ()
    assert.equal("text/javascript; charset=utf-8", server.get "/page.js".headers["content-type"])
    local script = server.get "/page.js".body
    for path in io.popen "ls src/server/page/*.js":lines() do
      for line in support.read(path):gmatch "[^\n]+" do
        if not line:find "^import " then assert.truthy(has(script, (line:gsub("^export ", ""))), path .. ": " .. line) end
      end
    end
    for _, name in ipairs { "nope.js", "index.html", "", "../page.c", "dom.js" } do assert.equal(404, server.get("/page/" .. name).status) end
  end)

  it("contains its style sheet, and requests its data and one script", function ()
    local body = server.get "/".body
    assert.equal(support.read "src/server/page/page.css", body:match "<style>(.-)</style>")
    local asked = {}
    for address in body:gsub("<noscript>.-</noscript>", ""):gmatch '%s%a+="(/[^"]*)"' do asked[#asked + 1] = address end
    assert.same({ "/page.json", "/page.js" }, asked)
    assert.is_nil(body:find '<link rel="stylesheet"' or body:find "modulepreload")
  end)

  it("is protected by response headers against type sniffing and against other origins", function ()
    for _, path in ipairs { "/", "/page.js", "/api/models", "/healthz", "/metrics", "/nope" } do
      local headers = server.get(path, "Origin: http://evil.example").headers
      assert.equal("nosniff", headers["x-content-type-options"], path)
      assert.equal("same-origin", headers["cross-origin-resource-policy"], path)
      assert.is_nil(headers["access-control-allow-origin"], path)
    end
  end)
end)

describe("The server's access control", function ()
  teardown(serving.stop_all)

  it("accepts only the server's own host names", function ()
    local server = serving.start { env = MOCK.env, words = { "--allow-host", "models.example", "--allow-host", "other.example" } }
    local port = server.port
    for _, name in ipairs { "localhost", "LocalHost:" .. port, "127.0.0.1:" .. port, "[::1]:80", "models.example", "Models.Example:443",
      "other.example.", "localhost:1" } do
      assert.equal(200, server.get("/healthz", "Host: " .. name).status, name)
    end
    for _, name in ipairs { "evil.example", "localhost.evil.example", "models.example.evil.example", "10.0.0.1", "127.0.0.1.evil.example",
      "evil.example:" .. port, "[::2]", "localhost:x", "localhost:80:80", "user@localhost", "localhost/", "[localhost" } do
      for _, path in ipairs { "/healthz", "/api/models", "/" } do
        local answer = server.get(path, "Host: " .. name)
        assert.equal(403, answer.status, name)
        assert.equal("host_not_allowed", answer.json().error.code)
      end
    end
    server.stop()
  end)

  it("lets a client with the token refresh, and returns what changed", function ()
    local server = serving.start(MOCK).settle()
    local before = server.get "/api/models".json().generation
    local answer = server.refresh(TOKEN)
    assert.equal(200, answer.status)
    assert.equal('{"added":[],"removed":[],"changed":[],"default":{"from":"mock","to":"mock","changed":false}}', answer.body)
    assert.equal(before + 1, server.get "/api/models".json().generation)
    server.stop()
  end)

  it("refuses a refresh without the token or with a different one", function ()
    local server = serving.start(MOCK).settle()
    local before = server.get "/api/models".json().generation
    for _, header in ipairs { "X: y", "Authorization:", "Authorization: Bearer", "Authorization: Bearer ", "Authorization: Bearer x",
      "Authorization: Bearer " .. TOKEN .. "x", "Authorization: Bearer " .. TOKEN:sub(1, -2), "Authorization: Basic " .. TOKEN, "Authorization: " .. TOKEN,
      "Authorization: Bearer  " .. TOKEN } do
      local answer = server.ask("/api/refresh", { method = "POST", headers = { header } })
      assert.equal(401, answer.status, header)
      assert.equal("unauthorized", answer.json().error.code)
      assert.truthy(answer.headers["www-authenticate"]:match "^Bearer")
    end
    assert.equal(before, server.get "/api/models".json().generation)
    server.stop()
  end)

  it("refuses every refresh if the server has no token", function ()
    local server = serving.start { env = { ROSTER_MOCK = "yes" } }
    local answer = server.refresh ""
    assert.equal(403, answer.status)
    assert.equal("no_token", answer.json().error.code)
    server.stop()
  end)

  it("refuses a refresh from the page of another origin even with the token", function ()
    local server = serving.start { env = MOCK.env, words = { "--allow-origin", "https://console.example" } }
    local bearer = "Authorization: Bearer " .. TOKEN
    local own = server.url:gsub("/$", "")
    for origin, status in pairs { ["http://evil.example"] = 403, ["null"] = 403, ["http://localhost:1"] = 403, [own .. ".evil.example"] = 403, [own] = 200,
      ["https://console.example"] = 200, ["https://console.example.evil"] = 403 } do
      local answer = server.ask("/api/refresh", { method = "POST", headers = { bearer, "Origin: " .. origin } })
      assert.equal(status, answer.status, origin)
    end
    assert.equal("https://console.example", server.get "/api/models".headers["access-control-allow-origin"])
    local asked = server.ask("/api/refresh", { method = "OPTIONS", headers = { "Origin: https://console.example" } })
    assert.truthy(has(asked.headers["access-control-allow-headers"], "Authorization"))
    server.stop()
  end)

  it("reads the token from a file and never shows it", function ()
    local file = support.write(support.folder() .. "/token", "from-a-file-42\n")
    local server = serving.start { env = { ROSTER_MOCK = "yes" }, words = { "--token-file", file } }
    assert.equal(200, server.refresh "from-a-file-42".status)
    for _, path in ipairs { "/", "/api/models?verbose", "/metrics", "/api/openapi.json", "/page.js" } do
      assert.is_false(has(server.get(path).body, "from-a-file-42"), path)
    end
    assert.is_false(has(server.log(), "from-a-file-42"))
    server.stop()
    for text, said in pairs { ["\n"] = "holds no token", ["two words"] = "a blank or a control byte" } do
      local result = support.roster { "serve", "--listen", "127.0.0.1:0", "--token-file", support.write(file, text) }
      assert.equal(2, result.status)
      assert.truthy(has(result.err, said), result.err)
    end
  end)
end)

describe("The event stream", function ()
  teardown(serving.stop_all)

  local function find(events, name, from)
    for i = from or 1, #events do
      if events[i].event == name then return events[i], i end
    end
  end

  it("begins with a snapshot, then sends verdicts and the next snapshot with what changed", function ()
    local server = scene()
    local heard = server.listen()
    local first = serving.eventually(function () return heard()[1] end, "a first event")
    assert.equal("snapshot", first.event)
    assert.equal(2, first.data.ready)
    assert.equal(cjson.null, first.data.changes)
    assert.equal(200, server.refresh(TOKEN).status)
    local second = serving.eventually(function () return find(heard(), "snapshot", 2) end, "a second snapshot")
    assert.equal(first.data.generation + 1, second.data.generation)
    assert.same({}, second.data.changes.added)
    local verdict = find(heard(), "verdict")
    assert.equal("acme", verdict.data.provider)
    assert.equal("ready", verdict.data.state)
    assert.equal(2, verdict.data.total)
    server.stop()
  end)

  it("tells a client of a snapshot that was published while it was admitted", function ()
    local folder = support.folder()
    local shim, hold, heard = folder .. "/hold_stream.so", folder .. "/hold", folder .. "/heard"
    assert(os.execute(("cc -shared -fPIC -O1 -o %s spec/support/hold_stream.c -ldl"):format(support.quoted(shim))))
    local server = scene { env = { LD_PRELOAD = shim, HOLD_STREAM = hold, ASAN_OPTIONS = "verify_asan_link_order=0:detect_leaks=0" } }
    support.write(hold, "")
    os.execute(("timeout 600 curl -sN %sapi/events >%s 2>/dev/null &"):format(server.address, support.quoted(heard)))
    local function last() return tonumber((support.read(heard) or ""):match '.*"generation":(%d+)') end
    serving.eventually(function () return support.read(hold .. ".held") or last() end, "the request for a stream") -- a static server is not held
    support.write(server.config .. "/more.lua", 'model "acme-other" { provider = "acme", api_name = "acme-large" }\n')
    serving.eventually(function () return has(server.log(), "ready=3") end, "the newest snapshot")
    os.remove(hold)
    serving.eventually(function () return last() == server.get "/api/models".json().generation end, "the event of the newest snapshot")
    server.stop()
  end)

  it("does not repeat events to a client that has received them", function ()
    local server = serving.start(MOCK).settle()
    local first = serving.eventually(function () return server.listen()()[1] end)
    for _, way in ipairs { "header", "query" } do
      local heard = way == "header" and server.listen("/api/events", "Last-Event-ID: " .. first.id)
        or server.listen("/api/events?generation=" .. math.tointeger(first.data.generation))
      assert.same({}, (heard()))
      assert.equal(200, server.refresh(TOKEN).status)
      local told = serving.eventually(function () return heard()[1] end)
      assert.equal("snapshot", told.event)
      assert.is_true(told.data.generation > first.data.generation)
      first = told
    end
    local heard = server.listen("/api/events", "Last-Event-ID: 999-other")
    assert.equal("snapshot", serving.eventually(function () return heard()[1] end).event)
    server.stop()
  end)

  it("reports the place of a broken edit, and what to write instead, while the old document is served, and then its repair", function ()
    local server = scene()
    local heard = server.listen()
    local file = server.config .. "/scene.lua"
    local good = support.read(file)
    support.write(file, good .. '\nprovider "x" { protocol = "openai-chat", bse_url = "http://localhost" }\n')
    local broken = serving.eventually(function () return find(heard(), "definitions_error") end, "an error")
    assert.equal(file, broken.data.file)
    assert.equal(select(2, (good .. "\n"):gsub("\n", "")) + 1, broken.data.line)
    assert.truthy(has(broken.data.message, "did you mean 'base_url'?"))
    assert.same({ 'provider "x" { protocol = "openai-chat", bse_url = "http://localhost" }', 'provider "x" { protocol = "openai-chat", base_url = "http://localhost" }' },
      { broken.data.source, broken.data.fix })
    assert.same({ 42, 7 }, { broken.data.column, broken.data.length })
    local document = server.get "/api/models".json()
    assert.equal(2, #document.models)
    assert.same(broken.data, document.definitions_error)
    local status = server.get "/api/status".json().definitions_error
    status.since = nil
    assert.same(broken.data, status)
    assert.truthy(has(server.get "/".body, "Write: <code>provider &quot;x&quot; { protocol = &quot;openai-chat&quot;, base_url ="))
    assert.truthy(has(server.get "/".body, "did you mean &#39;base_url&#39;?") or not has(support.read "src/server/page/index.html", "<!--banner-->"))
    assert.truthy(has(server.get "/metrics".body, "roster_definitions_broken 1"))
    local _, at = find(heard(), "definitions_error")
    support.write(file, good)
    local mended = serving.eventually(function () return find(heard(), "snapshot", at) end, "mended")
    assert.equal(cjson.null, mended.data.definitions_error)
    assert.is_nil(server.get "/api/models".json().definitions_error)
    server.stop()
  end)

  it("reports a model that an edit added", function ()
    local server = scene()
    local heard = server.listen()
    local file = server.config .. "/more.lua"
    support.write(file, 'model "acme-other" { provider = "acme", api_name = "acme-large" }\n')
    local told = serving.eventually(function () return find(heard(), "snapshot", 2) end, "a new answer")
    assert.same({ "acme-other" }, told.data.changes.added)
    server.stop()
  end)

  it("accepts at most 64 listeners and frees the place of one that disconnects", function ()
    local server = serving.start(MOCK).settle()
    local streams = {}
    for i = 1, 64 do streams[i] = "GET /api/events HTTP/1.1\r\nHost: localhost\r\n\r\n" end
    streams[65] = streams[1]
    local answers = serving.knock(server.port, streams, 8000)
    local taken, refused = 0, 0
    for _, answer in ipairs(answers) do
      if answer.text:find "^HTTP/1.1 200" then taken = taken + 1 end
      if answer.text:find "^HTTP/1.1 503" and has(answer.text, "too_many_listeners") then refused = refused + 1 end
    end
    assert.same({ 64, 1 }, { taken, refused })
    serving.eventually(function () return has(server.get "/metrics".body, "roster_event_listeners 0\n") end, "room")
    server.stop()
  end)
end)

describe("The server process", function ()
  teardown(serving.stop_all)

  it("exits with 0 on SIGTERM and SIGINT even if event streams are open", function ()
    for _, signal in ipairs { "TERM", "INT" } do
      local server = serving.start(MOCK).settle()
      local heard = server.listen()
      assert.equal(0, server.stop(signal))
      assert.truthy(heard())
      assert.truthy(has(server.log(), "event=stopping"))
    end
  end)

  it("answers a client that waits for a refresh before it exits", function ()
    local made = support.scene({ { "slow", protocol = "openai-chat", models = { "slow-1" }, server = { protocol = "raw", script = { { hang = true } } } } })
    local env = { ROSTER_TOKEN = TOKEN }
    for name, value in pairs(made.options.env) do env[name] = value end
    local server = serving.start { env = env, config = made.options.config, words = { "--no-builtin" } }
    local file = support.folder() .. "/answer"
    os.execute(("curl -s -m 120 -X POST -H 'Authorization: Bearer %s' %sapi/refresh >%s 2>&1 &"):format(TOKEN, server.url, support.quoted(file)))
    serving.eventually(function () return has(server.get "/metrics".body, "roster_http_connections 2\n") end, "a refresh under way")
    assert.equal(0, server.stop())
    local answer = serving.eventually(function () local text = support.read(file); return text and text ~= "" and text end, "an answer")
    assert.equal("cancelled", cjson.decode(answer).error.code)
  end)

  it("refreshes on SIGHUP and notifies its service manager", function ()
    local folder = support.folder()
    local env = { ROSTER_MOCK = "yes", NOTIFY_SOCKET = folder .. "/notify" }
    local listener = support.write(folder .. "/listen.c", [[
      #include <stdio.h>
      #include <string.h>
      #include <sys/socket.h>
      #include <sys/un.h>
      int main(int c, char **v) {
        struct sockaddr_un a = { .sun_family = AF_UNIX };
        char text[256];
        (void)c, strcpy(a.sun_path, v[1]);
        int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
        if (bind(fd, (struct sockaddr *)&a, sizeof a)) return 1;
        puts("here"), fflush(stdout);
        for (int i = 0; i < 4; i++) {
          ssize_t n = recv(fd, text, sizeof text - 1, 0);
          if (n < 0) return 1;
          text[n] = 0;
          for (char *s = text; *s; s++) if (*s == '\n') *s = ' ';
          puts(text), fflush(stdout);
        }
      }
    ]])
    assert(os.execute(support.line { "cc", "-o", folder .. "/listen", listener }))
    local pipe = io.popen(support.line { "timeout", "300", folder .. "/listen", folder .. "/notify" })
    assert.equal("here", pipe:read "l")
    local server = serving.start { env = env }
    assert.equal("READY=1", pipe:read "l")
    server.settle()
    local before = server.get "/api/models".json().generation
    os.execute("kill -HUP " .. server.pid)
    assert.truthy(pipe:read "l":match "^RELOADING=1 MONOTONIC_USEC=%d+$")
    assert.equal("READY=1", pipe:read "l")
    assert.equal(before + 1, server.get "/api/models".json().generation)
    server.stop()
    assert.equal("STOPPING=1", pipe:read "l")
    pipe:close()
  end)

  it("serves on a Unix socket that only its owner may open", function ()
    local path = support.folder() .. "/roster.sock"
    local server = serving.start { env = MOCK.env, listen = "unix:" .. path }
    server.settle()
    assert.equal(200, server.get "/api/models".status)
    assert.equal(200, server.refresh(TOKEN).status)
    assert.equal(403, server.get("/api/models", "Host: evil.example").status)
    assert.equal("600 socket\n", (serving.capture("stat -c '%a %F' " .. support.quoted(path))))
    local second = support.roster { "serve", "--listen", "unix:" .. path }
    assert.equal(1, second.status)
    assert.truthy(has(second.err, "Address already in use"))
    server.stop "KILL"
    local third = serving.start { env = MOCK.env, listen = "unix:" .. path }
    assert.equal(200, third.get "/healthz".status)
    assert.equal(0, third.stop())
    assert.is_nil(support.read(path))
    assert.is_false(os.execute("test -e " .. support.quoted(path)) or false)
  end)

  it("gives its Unix socket the mode and the group of the options, whatever the umask", function ()
    local folder = support.folder()
    local group = serving.capture "id -gn":gsub("\n", "")
    local function mode_of(umask, ...)
      local line = support.command_line({ "serve", "--listen", "unix:" .. folder .. "/socket", ... }, { env = MOCK.env })
      local pipe = io.popen(("umask %s; echo $$; exec %s 2>/dev/null"):format(umask, line))
      local pid = pipe:read "l"
      pipe:read "l" -- its address: it listens
      local seen = serving.capture("stat -c '%a %G' " .. support.quoted(folder .. "/socket"))
      os.execute("kill " .. pid)
      pipe:close()
      return seen
    end
    for _, umask in ipairs { "000", "022", "077", "777" } do
      assert.equal("600 " .. group .. "\n", mode_of(umask))
      assert.equal("660 " .. group .. "\n", mode_of(umask, "--socket-mode", "0660", "--socket-group", group))
      assert.equal("666 " .. group .. "\n", mode_of(umask, "--socket-mode=666"))
    end
    assert.equal("660 " .. group .. "\n", mode_of("022", "--socket-mode", "660", "--socket-group", (serving.capture "id -g":gsub("\n", ""))))
  end)

  it("refuses an invalid mode, an unknown group, and both options for a port", function ()
    local socket = "unix:" .. support.folder() .. "/socket"
    for _, case in ipairs {
      { { socket, "--socket-mode", "0999" }, "'0999' is not a valid mode" }, { { socket, "--socket-mode", "u=rw" }, "'u=rw' is not a valid mode" },
      { { socket, "--socket-mode", "4755" }, "'4755' is not a valid mode" }, { { socket, "--socket-mode", "6" }, "'6' is not a valid mode" },
      { { socket, "--socket-group", "no-such-group" }, "unknown group 'no-such-group'" },
      { { "127.0.0.1:0", "--socket-mode", "0660" }, "--socket-mode is for a Unix socket" },
      { { "127.0.0.1:0", "--socket-group", "0" }, "--socket-group is for a Unix socket" } } do
      local result = support.roster { "serve", "--listen", table.unpack(case[1]) }
      assert.equal(2, result.status)
      assert.truthy(has(result.err, case[2]), result.err)
    end
    assert.is_false(os.execute("test -e " .. support.quoted(socket:sub(6))) or false)
  end)

  it("does not replace a regular file with its socket", function ()
    local path = support.write(support.folder() .. "/precious", "text")
    assert.equal(1, support.roster({ "serve", "--listen", "unix:" .. path }).status)
    assert.equal("text", support.read(path))
  end)

  it("rejects invalid addresses, formats, origins and other option values", function ()
    for _, case in ipairs { { "--listen", "nonsense" }, { "--listen", "127.0.0.1:99999" }, { "--listen", "no.such.name:80" }, { "--listen", ":80" },
      { "--listen", "::1:80" }, { "--listen", "127.0.0.1:" }, { "--listen", "unix:" }, { "--log-format", "xml" }, { "--allow-origin", "console.example" },
      { "--allow-origin", "https://a/b" }, { "--every", "soon" }, { "--token-file", "/nowhere/token" } } do
      local result = support.roster { "serve", table.unpack(case) }
      assert.equal(2, result.status, table.concat(case, " "))
      assert.truthy(result.err:match "^roster: ", result.err)
    end
  end)

  it("also listens on IPv6", function ()
    if not support.read "/proc/net/if_inet6" then return pending "no IPv6 here" end
    local server = serving.start { env = MOCK.env, listen = "[::1]:0" }
    assert.truthy(server.url:match "^http://%[::1%]:%d+/$")
    assert.equal(200, server.get "/healthz".status)
    assert.equal(403, server.get("/healthz", "Host: evil.example").status)
    server.stop()
  end)

  it("reports an error when its port is in use", function ()
    local server = serving.start(MOCK)
    local second = support.roster { "serve", "--listen", "127.0.0.1:" .. server.port }
    assert.equal(1, second.status)
    assert.truthy(has(second.err, "cannot listen on 127.0.0.1:" .. server.port))
    server.stop()
  end)

  it("does not start with broken definitions, and prints what is wrong with them", function ()
    local result = support.roster({ "serve", "--listen", "127.0.0.1:0" }, { config = { ["providers.lua"] = 'provider "x" { bse_url = 1 }' } })
    assert.equal(2, result.status)
    assert.truthy(has(result.err, "did you mean 'base_url'?"))
  end)

  it("logs a line for each event, as text or as JSON", function ()
    local server = serving.start(MOCK).settle()
    assert.truthy(server.log():match "^time=%S+ level=info event=snapshot generation=0 ready=%d+ known=%d+\n")
    server.stop()
    local json = serving.start { env = MOCK.env, words = { "--log-format", "json" } }.settle()
    json.stop()
    for line in json.log():gmatch "[^\n]+" do assert.is_string(cjson.decode(line).event) end
    assert.equal("snapshot", cjson.decode(json.log():match "[^\n]+").event)
  end)

  it("refreshes by itself with --every", function ()
    local server = serving.start { env = MOCK.env, words = { "--every", "0.2" } }
    serving.eventually(function () return server.get "/api/models".json().generation >= 3 end, "a third answer")
    server.stop()
  end)
end)

describe("The unit file dist/roster.service", function ()
  teardown(serving.stop_all)

  local unit = support.read "dist/roster.service"

  it("starts the server with options that exist", function ()
    local help = support.roster({ "serve", "--help" }).out
    local line = unit:match "\nExecStart=%S+/roster serve ([^\n]*)\n"
    local seen = 0
    for option in line:gmatch "%-%-[%a-]+" do
      assert.truthy(has(help, "  " .. option .. " "), option)
      seen = seen + 1
    end
    assert.equal(2, seen)
    assert.truthy(has(unit, "LoadCredential=token:"))
  end)

  if os.execute "command -v systemd-analyze >/dev/null" then
    it("passes systemd-analyze verify", function ()
      local folder = support.folder()
      local file, command = folder .. "/roster.service", folder .. "/roster"
      os.execute(support.line { "ln", "-s", support.command, command }) -- a unit cannot hold every path
      support.write(file, (unit:gsub("\nDocumentation=[^\n]*", ""):gsub("/usr/local/bin/roster", command)))
      assert.equal("0\n", (serving.capture("systemd-analyze verify " .. support.quoted(file) .. " 2>&1; echo $?")))
    end)
  end
end)
