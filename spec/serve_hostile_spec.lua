-- `roster serve` under requests that no client library sends, over raw sockets, and under slow clients.
local serving = require "support.serving"

local TOKEN = "a-token-for-specs-0123456789"

local cases = {}

--- expect: a status, "refused" (a 4xx or 5xx, or closed without a response), or "unchanged" (200 with the usual body: harmless)
local function case(title, expect, text) cases[#cases + 1] = { title = title, expect = expect, text = text } end

local function request(line, ...)
  local lines = { line, "Host: localhost", "Connection: close" }
  for _, header in ipairs { ... } do lines[#lines + 1] = header end
  return table.concat(lines, "\r\n") .. "\r\n\r\n"
end

local function get(target, ...) return request("GET " .. target .. " HTTP/1.1", ...) end

-- request lines
for _, line in ipairs { "GET", "GET /", "GET  / HTTP/1.1 x", "GET /healthz HTTP/1.1 extra", "GET /healthz HTTP/9.9", "GET /healthz HTTP/2.0", "GET /healthz http/1.1",
  "GET /healthz HTTP/1", "GET /healthz HTTP/", "GET /healthz HTTP/1.x", "GET /healthz HTTP/-1.1", "GET /healthz FTP/1.1", " GET /healthz HTTP/1.1", "\tGET /healthz HTTP/1.1",
  "G\0T /healthz HTTP/1.1", "\0", "\0\0\0\0", "\xff\xfe\xfd", "GET\t/healthz\tHTTP/1.1", "GET /heal thz HTTP/1.1", "GET\0/healthz HTTP/1.1",
  "GET /healthz\rHTTP/1.1", "GET /healthz HTTP/1.1\0", ":", "HTTP/1.1 200 OK", "PRI * HTTP/2.0", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", "SSH-2.0-OpenSSH_9.2" } do
  case("the line " .. ("%q"):format(line), "refused", line .. "\r\nHost: localhost\r\nConnection: close\r\n\r\n")
end

-- libmicrohttpd drops these parts before the server sees them
case("a path that ends in a NUL", 200, request "GET /healthz\0 HTTP/1.1")
case("a header with a NUL", 200, get("/healthz", "X: a\0b"))
case("a header without a name", 200, get("/healthz", ": value"))

-- methods
for _, method in ipairs { "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW", "PROPFIND", "get", "Get", "X", ("M"):rep(300), "G-E-T", "GET;", "GET\"", "<GET>" } do
  case("the method " .. method:sub(1, 20), "refused", request(method .. " /api/models HTTP/1.1"))
end
for _, path in ipairs { "/", "/page.js", "/metrics", "/healthz", "/v1/models", "/api/models/mock", "/api/events", "/api/openapi.json" } do
  case("POST " .. path, 405, request("POST " .. path .. " HTTP/1.1", "Content-Length: 0"))
end

-- targets
for _, target in ipairs { "*", "healthz", "http://localhost/healthz", "http://evil.example/api/models", "localhost:80", "//evil.example/healthz", "?", "#", "@", "\\healthz",
  "file:///etc/passwd", "..", "../../etc/passwd", "%2fhealthz", "%", "javascript:alert(1)" } do
  case("the target " .. target, "refused", get(target))
end
for _, target in ipairs { "/../../../../etc/passwd", "/..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd", "/./healthz", "/healthz/", "/healthz/..", "//healthz", "/HEALTHZ",
  "/healthz%00", "/healthz%20", "/healthz;x=1", "/%68ealthz", "/api//models", "/api/models%2f", "/page.js/", "/page.js%00.html", "/api/../page.js", "/.env",
  "/.git/HEAD", "/wp-login.php", "/cgi-bin/sh", "/proc/self/environ", "/src/server/page.c", "/page/index.html", "/\\..\\..", "/%c0%ae%c0%ae/etc/passwd", "/api/refresh/",
  "/%", "/%zz", "/$(id)", "/`id`", "/;id", "/|id", "/'", "/\"", "/<script>", "/{{7*7}}", "/%0d%0aSet-Cookie:x=1", "/%0aX:y" } do
  case("the path " .. target, 404, get(target))
end
for _, target in ipairs { "/heal\x01thz", "/healthz\x7f", "/h\xc3\xa9althz", "/\xff", "/\x80" } do
  case("the path " .. ("%q"):format(target), "refused", get(target))
end

-- ids
for _, id in ipairs { "", "%", "%4", "%zz", "%00", "mock%00", "%0d%0aX-Evil:1", "%0a", "%ff", "%c0%af", "%ed%a0%80", "%f4%90%80%80", "%1b[31m", "%7f", "%e2%80%ae",
  ("a"):rep(201),
  ("%61"):rep(201) } do
  for _, path in ipairs { "/api/models/", "/api/explain/", "/api/request/", id ~= "" and "/v1/models/" or nil } do -- "/v1/models/" is the list
    case("the id " .. id:sub(1, 20) .. " at " .. path, 400, get(path .. id))
  end
  case("the id " .. id:sub(1, 20) .. " in a query", 400, get("/api/resolve?id=" .. id))
end
for _, id in ipairs { "..", "../../etc/passwd", "%2e%2e%2f", "<script>", "%3Cscript%3E", "' OR 1=1 --", "%27%20OR%201=1", "{{x}}", "%25", "%s%s%n", "constructor",
  "__proto__", "null",
  "mock/", "MOCK", "mock ", "*", "%2A", ("a"):rep(200), "%F0%9F%98%80" } do
  if not id:find " " and not id:find "%%s" then case("the unknown id " .. id:sub(1, 20), 404, get("/api/models/" .. id)) end
end
case("the format as an id", 400, get "/api/models/%s%s%n")

-- queries
for _, query in ipairs { "available=maybe", "available=%zz", "available=%00", "verbose=perhaps", "verbose=%ff", "provider=%zz", "provider=" .. ("x"):rep(201), "provider=%0a",
  "available=" .. ("1"):rep(100) } do
  case("the query " .. query:sub(1, 30), 400, get("/api/models?" .. query))
end
for _, query in ipairs { "x", "x=%zz", "callback=alert", ("a=b&"):rep(100), "?", "#", "provider=nobody" } do
  case("the unknown query " .. query:sub(1, 30), 400, get("/api/models?" .. query))
end
for _, query in ipairs { "", "&", "&&&=", "=" } do
  case("the query " .. query:sub(1, 30), "unchanged", get("/api/models?" .. query))
end

-- hosts
for _, host in ipairs { "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:80", "0.0.0.0", "192.168.0.1", "[::]", "[::1", "::1",
  "localhost:", "localhost:-1",
  "localhost:80x", "localhost evil", "localhost,evil", "evil@localhost", "localhost/x", "localhost?x", "local\xc3\xb6st", "%6cocalhost", "127.1", "2130706433", "0x7f000001",
  "017700000001", ("a"):rep(300), "..", ".", "-", "\"localhost\"", "localhost..", "metadata.google.internal", "169.254.169.254" } do
  case("the host " .. host:sub(1, 30), "refused", "GET /api/models HTTP/1.1\r\nHost: " .. host .. "\r\nConnection: close\r\n\r\n")
end
case("no host", "refused", "GET /api/models HTTP/1.1\r\nConnection: close\r\n\r\n")
case("two hosts", "refused", get("/api/models", "Host: evil.example"))
case("two equal hosts", "refused", get("/api/models", "Host: localhost"))
case("an empty host", "refused", "GET /api/models HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n")

-- lengths and codings: ways to smuggle a second request past a proxy
local inner = "GET /api/nothing HTTP/1.1\r\nHost: localhost\r\n\r\n"
for _, headers in ipairs { { "Content-Length: 5", "Content-Length: 6" }, { "Content-Length: 5", "Content-Length: 5" }, { "Content-Length: -1" },
  { "Content-Length: +5" }, { "Content-Length: 0x5" },
  { "Content-Length: 5 5" }, { "Content-Length: five" }, { "Content-Length: 99999999999999999999999" }, { "Content-Length: 5,5" }, { "Content-Length: 1e3" },
  { "Content-Length: " },
  { "Transfer-Encoding: chunked", "Content-Length: 5" }, { "Content-Length: 5", "Transfer-Encoding: chunked" }, { "Transfer-Encoding: gzip, chunked" },
  { "Transfer-Encoding: xchunked" },
  { "Transfer-Encoding: chunked, identity" }, { "Transfer-Encoding: identity" }, { "Transfer-Encoding:\tchunked x" }, { "Transfer-Encoding: \"chunked\"" },
  { "Transfer-Encoding : chunked" },
  { "Content-Length : 5" }, { "Content-Length: 9000" } } do
  case("POST with " .. table.concat(headers, ", "), "refused", request("POST /api/refresh HTTP/1.1", "Authorization: Bearer " .. TOKEN, table.unpack(headers)) .. inner)
  case("GET with " .. table.concat(headers, ", "), "refused", request("GET /healthz HTTP/1.1", table.unpack(headers)) .. inner)
end
for _, body in ipairs { "zz\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n0\r\n\r\n", "5hello\r\n0\r\n\r\n", "5\r\nhelloworld\r\n0\r\n\r\n",
  "ffffffffffffffffff\r\nx\r\n0\r\n\r\n", ("1000\r\n" .. ("x"):rep(4096) .. "\r\n"):rep(3) .. "0\r\n\r\n" } do
  case("the chunks " .. ("%q"):format(body:sub(1, 24)), "refused", request("POST /api/refresh HTTP/1.1", "Authorization: Bearer " .. TOKEN,
  "Transfer-Encoding: chunked") .. body)
end

-- headers
case("a header of 9 KiB", "refused", get("/healthz", "X: " .. ("x"):rep(9 * 1024)))
case("a header of 64 KiB", "refused", get("/healthz", "X: " .. ("x"):rep(64 * 1024)))
case("a header name of 9 KiB", "refused", get("/healthz", ("x"):rep(9 * 1024) .. ": y"))
case("a thousand headers", "refused", get("/healthz", ("X: y\r\n"):rep(1000) .. "X: y"))
case("ten thousand bytes of cookies", "refused", get("/healthz", "Cookie: " .. ("a=b; "):rep(2000)))
case("a path of 2 KiB", 414, get("/" .. ("a"):rep(2048)))
case("a path of 20 KiB", "refused", get("/" .. ("a"):rep(20 * 1024)))
case("a query of 20 KiB", "refused", get("/api/models?" .. ("a"):rep(20 * 1024)))
case("a line without end", "refused", ("A"):rep(60 * 1024))
case("a header without a colon", "refused", get("/healthz", "nonsense"))
case("a header name with a NUL", "refused", get("/healthz", "X\0Y: b"))
case("a bare CR in a header", "refused", get("/healthz", "X: a\rY: b"))
for _, header in ipairs { "Range: bytes=0-1", "Range: bytes=0-18446744073709551615", "Expect: 200-maybe", "Upgrade: websocket", "Upgrade: h2c",
  "X-Forwarded-Host: evil.example",
  "X-Original-URL: /api/refresh", "X-HTTP-Method-Override: POST", "Accept-Encoding: " .. ("gzip;q=0.0001,"):rep(200), "Accept-Encoding: gzip;q=nan;q=;q",
  "Accept-Encoding: ;;;,,,",
  "If-None-Match: \"", "If-None-Match: W/", "If-None-Match: " .. ("\"x\","):rep(500), "If-None-Match: x", "Authorization: Bearer", "Origin: http://evil.example",
  "Cookie: " .. ("x"):rep(2000),
  "Last-Event-ID: \"<script>", "Accept: text/html;q=x", "Connection: Host" } do
  case("the header " .. header:sub(1, 40), "unchanged", get("/api/models", header))
end

-- refreshes without permission
for _, header in ipairs { "X: y", "Authorization: Bearer", "Authorization: Bearer " .. TOKEN:upper(), "Authorization: Bearer " .. ("x"):rep(4000),
  "Authorization: Token " .. TOKEN,
  "Cookie: token=" .. TOKEN, "X-Token: " .. TOKEN, "Proxy-Authorization: Bearer " .. TOKEN } do
  case("a refresh with " .. header:sub(1, 40), "refused", request("POST /api/refresh HTTP/1.1", header, "Content-Length: 0"))
end
case("a refresh with the token in the query", "refused", request("POST /api/refresh?token=" .. TOKEN .. " HTTP/1.1", "Content-Length: 0"))
case("a refresh by GET", 405, get("/api/refresh", "Authorization: Bearer " .. TOKEN))
for _, origin in ipairs { "http://evil.example", "null", "http://localhost.evil.example", "http://localhost:1", "ftp://localhost", "localhost", "" } do
  case("a refresh from " .. origin, 403, request("POST /api/refresh HTTP/1.1", "Authorization: Bearer " .. TOKEN, "Content-Length: 0", "Origin: " .. origin))
end

-- unfinished requests: the server does not wait long for the rest
for _, text in ipairs { "", "G", "GET", "GET /", "GET / HTTP/1.1", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: localhost", "GET / HTTP/1.1\r\nHost: localhost\r\n",
  "\r\n", "\r\n\r\n\r\n", "\n\n\n" } do
  case("the beginning " .. ("%q"):format(text), "refused", text)
end

describe("A hostile request", function ()
  local server, before, answers

  setup(function ()
    server = serving.start { env = { ROSTER_MOCK = "yes", ROSTER_TOKEN = TOKEN } }.settle()
    before = server.get "/api/models"
    local texts = {}
    for i, hostile in ipairs(cases) do texts[i] = hostile.text end
    -- In portions: all at once would be like slow clients, which are another test.
    answers = {}
    for from = 1, #texts, 200 do
      for _, answer in ipairs(serving.knock(server.port, { table.unpack(texts, from, math.min(from + 199, #texts)) })) do answers[#answers + 1] = answer end
    end
  end)
  teardown(serving.stop_all)

  it("has more than two hundred variants, all of which are sent", function ()
    assert.is_true(#cases > 200)
    assert.equal(#cases, #answers)
  end)

  local function status_of(answer) return tonumber(answer.text:match "^HTTP/1%.[01] (%d%d%d) ") end

  local function is_expected(hostile, answer)
    local status = status_of(answer)
    if hostile.expect == "unchanged" then return status == 200 and answer.text:match "\r\n\r\n(.*)$" == before.body end
    if hostile.expect == "refused" then return status == nil and answer.text == "" or status and status >= 400 end
    return status == hostile.expect
  end

  it("is refused or harmless, as the table of cases expects", function ()
    local wrong = {}
    for i, hostile in ipairs(cases) do
      local answer = answers[i]
      if not is_expected(hostile, answer) then wrong[#wrong + 1] = hostile.title .. ": " .. answer.text:sub(1, 30) end
    end
    assert.same({}, wrong)
  end)

  it("leaves no connection behind", function ()
    local open = {}
    for i, hostile in ipairs(cases) do
      if answers[i].how ~= "closed" then open[#open + 1] = hostile.title end
    end
    assert.same({}, open)
  end)

  it("gets no second response for a request that is hidden after its end", function ()
    local smuggled = {}
    for i, hostile in ipairs(cases) do
      local hides = hostile.text:find(inner, 1, true)
      if hides and answers[i].text:find("no_such_address", 1, true) then smuggled[#smuggled + 1] = hostile.title end
    end
    assert.same({}, smuggled)
  end)

  it("reveals no secret and injects nothing into the response headers", function ()
    for i, hostile in ipairs(cases) do
      local text = answers[i].text
      assert.is_nil(text:find(TOKEN, 1, true), hostile.title)
      local head = text:match "^(.-)\r\n\r\n" or ""
      for _, word in ipairs { "evil", "script", "Set%-Cookie", "X%-Evil" } do assert.is_nil(head:find(word), hostile.title) end
    end
  end)

  it("causes neither a crash nor a refresh, so the document stays the same", function ()
    local after = server.get "/api/models"
    assert.equal(200, after.status)
    assert.equal(before.headers.etag, after.headers.etag)
    assert.is_true(before.body == after.body)
  end)

  it("cannot forge a line in the log", function ()
    for line in server.log():gmatch "[^\n]+" do assert.truthy(line:match "^time=%S+ level=%a+ event=[%a_]+", line) end
  end)
end)

describe("A HEAD request over a raw socket", function ()
  teardown(serving.stop_all)

  it("gets no body", function ()
    local server = serving.start { env = { ROSTER_MOCK = "yes" } }.settle()
    local texts = {}
    for i, path in ipairs { "/", "/api/models", "/nope", "/api/models/nope", "/metrics", "/api/events" } do texts[i] = request("HEAD " .. path .. " HTTP/1.1") end
    for i, answer in ipairs(serving.knock(server.port, texts)) do
      assert.truthy(answer.text:match "^HTTP/1.1 [24]0[04] ", texts[i])
      assert.truthy(answer.text:match "\r\n\r\n$", texts[i])
    end
    server.stop()
  end)
end)

describe("A server with a hundred slow clients", function ()
  teardown(serving.stop_all)

  it("keeps answering other clients and disconnects the slow ones", function ()
    local server = serving.start { env = { ROSTER_MOCK = "yes" } }.settle()
    local hung_up = serving.slow_clients(server.port, 100, 120000)
    local function all_are_there() return tonumber(server.get "/metrics".body:match "\nroster_http_connections (%d+)\n") >= 100 end
    serving.eventually(all_are_there, "a hundred connections")
    local answered = 0
    repeat
      assert.equal(200, server.get "/api/models".status)
      local still = all_are_there()
      answered = answered + (still and 1 or 0)
    until not still or answered == 20
    assert.is_true(answered > 0)
    assert.equal(100, hung_up())
    server.stop()
  end)
end)
