-- Requests that attack what `roster serve` makes of them: addresses, names, tokens, bodies, queries and streams. A list of { title, text, expect,
-- answers (how many may come), local_too (to be sent to a Unix socket, too) }. `expect` is a status, a list of them, "refused" (an error or a
-- closed connection), or "closed". They fit a server with the token `token` that has provider "acme" with models "acme-1" and "acme-2"; each
-- that has headers of its own holds `mark`, which never comes back. Those that no client library would send are in serve_hostile_spec.lua.
local TOKEN = "a-token-for-specs-0123456789"
local BEARER = "Authorization: Bearer " .. TOKEN
local MARK = "zq7<script>"

local cases = { token = TOKEN, mark = "zq7" }

--- expect: a status, a list of statuses, or "closed" (nothing came). options: local_too (on the Unix socket too), answers (how many; 1)
local function case(title, expect, text, options)
  options = options or {}
  cases[#cases + 1] = { title = title, expect = expect, text = text, answers = options.answers or 1, local_too = options.local_too }
end

local function lines(...) return table.concat({ ... }, "\r\n") .. "\r\n\r\n" end

local function ask(method, target, ...)
  return lines(("%s %s HTTP/1.1"):format(method, target), "Host: localhost", "Connection: close", "X-Mark: " .. MARK, ...)
end

local function get(target, ...) return ask("GET", target, ...) end

local function post(target, body, ...)
  return ask("POST", target, BEARER, "Content-Length: " .. #body, ...) .. body
end

local function addressed(host, ...) return lines("GET /api/models HTTP/1.1", "Host: " .. host, "Connection: close", "X-Mark: " .. MARK, ...) end

--- One chunk for each string.
local function chunks(...)
  local parts = {}
  for i, text in ipairs { ... } do parts[i] = ("%x\r\n%s\r\n"):format(#text, text) end
  return table.concat(parts)
end

local function chunked(body, ...) return ask("POST", "/api/refresh", BEARER, "Transfer-Encoding: chunked", ...) .. body end

-- ---- first lines: libmicrohttpd closes the connection, or answers with a fixed page, before the server sees anything ----

for _, line in ipairs { "GET /healthz HTTP/0.9", "GET /healthz HTTPS/1.1", "GET /healthz RTSP/1.0", "GET /healthz HTTP/1.1.1", "GET /healthz HTTP/01.1",
  "GET /healthz HTTP/1.10", "GET /healthz HTTP/1,1", "\xef\xbb\xbfGET /healthz HTTP/1.1", "G\0E\0T\0 \0/\0", "GET\v/healthz\vHTTP/1.1", "EHLO evil.example",
  "*1\r\n$4\r\nPING", "stats", "\5\1\0", "PROXY TCP4 127.0.0.1 127.0.0.1 1 2", "\x80\x2e\1\3\1", "GET /healthz HTTP/1.1 HTTP/1.1", "<policy-file-request/>\0",
  "/healthz", "GET /healthz HTTP/\xd9\xa1.\xd9\xa1" } do
  case("the line " .. ("%q"):format(line), "refused", lines(line, "Host: localhost", "Connection: close"))
end

-- ---- targets ----

for _, target in ipairs { "http://localhost/api/models", "https://localhost/healthz", "HTTP://LOCALHOST/healthz", "http://evil.example@localhost/",
  "http:/healthz", "http:healthz",
  "localhost/healthz", "localhost:443", "127.0.0.1", "[::1]:80", "healthz/../", "ftp://localhost/healthz", "data:text/html,x", "%2fapi%2fmodels",
  "../healthz" } do
  case("the target " .. target, 400, get(target))
end
for _, target in ipairs { "localhost:443", "/", "/api/models", "evil.example:443" } do
  case("CONNECT " .. target, { 400, 405 }, ask("CONNECT", target))
end
for _, target in ipairs { "///healthz", "/healthz//", "/.", "/..", "/./api/models", "/api/./models", "/%2e", "/%2e%2e", "/%2E%2e/api/models",
  "/api%2fmodels", "/api%2Fmodels/mock",
  "/api/%6dodels", "/%61pi/models", "/%c0%afapi/models", "/%c0%2e%c0%2e/", "/%e0%80%af", "/%f0%80%80%af", "/%fc%80%80%80%80%af", "/%u002e%u002e",
  "/%252e%252e/", "/api/models;v=1",
  "/api/models%3Favailable=true", "/api/models%23", "/api/models&available", "/~root/", "/.well-known/openid-configuration", "/server-status", "/actuator/env",
  "/debug/pprof/", "/api/models.json", "/API/MODELS", "/api\\models", "/healthz%0d%0aX-Evil:%201", "/readyz%0a", "/page.js.map", "/..;/api/models",
  "/api/history/",
  "/metrics/", "/api/events/", "/api/pick/", "/v1/", "/v1/chat/completions", "/v1beta/models", "/api/refresh%2f", "/api", "/page.js~", "/openapi.json" } do
  case("the path " .. target, 404, get(target))
end

-- ---- ids ----

local BAD_IDS = { "%C2%80", "%C2%9F", "%E0%80%80", "%ED%B0%80", "%F5%80%80%80", "%F8%88%80%80%80", "acme-1%", "acme-1%1", "acme-1%0", "%09", "acme%0dX",
  "acme%00-1",
  "%E2%80%AB1", "%E2%81%A6", "%ff%fe", ("%C3%A9"):rep(101), ("x"):rep(700) }
for i, id in ipairs(BAD_IDS) do
  for j, path in ipairs { "/api/models/", "/api/explain/", "/api/request/", "/v1/models/", "/api/credential/" } do
    if (i + j) % 2 == 0 or i > 14 then case(("the id %.20s at %s"):format(id, path), 400, get(path .. id)) end
  end
  for j, query in ipairs { "/api/resolve?id=", "/v1/models?after_id=", "/api/models?provider=", "/api/pick?family=" } do
    if (i + j) % 2 == 1 then case(("the id %.20s in %s"):format(id, query), 400, get(query .. id)) end
  end
end
for _, id in ipairs { "acme-1%2F", "%2Facme-1", "acme-1%2f..%2facme-1", "acme-1/..", "%2e%2e/acme-1", "acme-1%2500", "acme-1%20", "%20acme-1",
  "acme-1%C2%A0", "%EF%BB%BFacme-1",
  "acme-1%26x=1", "acme-1%3Fx", "acme-1;x", "acme-1%23", "%3Cscript%3Ealert(1)%3C%2Fscript%3E", "%22onload=%22", "%27%22%3E%3Cimg%20src=x%3E",
  "%5Cu003cscript%3E",
  "ACME-1", "acme%EF%BC%8D1", "toString", "%24%7B7*7%7D", "-", "0", "acme-1," } do
  case("the unknown id " .. id, 404, get("/api/models/" .. id), { local_too = id:find "script" })
  case("the unknown id " .. id .. " as a client of a provider asks", { 404 }, get("/v1/models/" .. (id == "acme-1/.." and ".." or id)))
end
for _, size in ipairs { 1025, 4096, 9000, 64 * 1024 } do
  case(("an id of %d bytes"):format(size), { 400, 413, 414, 431 }, get("/api/models/" .. ("a"):rep(size)))
  case(("an id of %d bytes in a query"):format(size), { 400, 413, 414, 431 }, get("/api/resolve?id=" .. ("a"):rep(size)))
end

-- ---- queries ----

for _, query in ipairs { "/api/models?available=true&available=false", "/api/models?verbose&verbose", "/api/models?provider=acme&provider=evil",
  "/api/models?kind=chat&kind=any",
  "/api/models?document=x&document=y", "/v1/models?limit=1&limit=2", "/v1/models?after_id=acme-1&after_id=acme-2",
  "/v1/models?before_id=acme-1&before_id=acme-1",
  "/v1/models?after_id=acme-1&before_id=acme-2", "/api/resolve?id=acme-1&id=acme-2", "/api/resolve?id&id=acme-1", "/api/pick?tools&tools=false",
  "/api/pick?context=1&context=2",
  "/api/pick?proved=chat&proved=tools", "/api/pick?all&all", "/api/retirements?within=1&within=2", "/api/retirements.ics?within=1&within=1",
  "/api/events?generation=1&generation=2" } do
  case("twice the same: " .. query, 400, get(query), { local_too = query:find "resolve" })
end
for _, value in ipairs { "NaN", "nan", "inf", "-inf", "-1", "0", "1e400", "1e3", "0x10", "99999999999999999999", "1.5.5", ".", "", "1,5", "%D9%A3", "1KK",
  "K", "1%00", "+5", "%201" } do
  case("context=" .. value, 400, get("/api/pick?context=" .. value))
  if value ~= "0" then case("max_price=" .. value, 400, get("/api/pick?max_price=" .. value)) end
  case("limit=" .. value, 400, get("/v1/models?limit=" .. value))
  if value ~= "0" then case("within=" .. value, 400, get("/api/retirements?within=" .. value)) end
end
for _, query in ipairs { "/v1/models?limit=1001", "/v1/models?limit=4294967297", "/v1/models?limit=18446744073709551617", "/v1/models?after_id=nobody",
  "/v1/models?before_id=<script>",
  "/api/models?kind=<script>", "/api/models?kind=", "/api/models?available=TRUE", "/api/models?verbose=2", "/api/models?document=phoenix",
  "/api/models?document=<script>",
  "/api/pick?<script>=1", "/api/pick?tools=maybe", "/api/pick?tool", "/api/pick?\xff\xfe=1", "/api/pick?%3Cscript%3E", "/api/pick?proved=<script>",
  "/api/pick?provider=",
  "/api/pick?=", "/api/pick?__proto__=1", "/api/pick?" .. ("\xc3\xa9"):rep(200) .. "=1", "/api/retirements?days=3", "/api/retirements.ics?within=<script>",
  "/api/resolve?id=",
  "/api/resolve?ID=acme-1", "/api/resolve", "/api/events?generation=" .. ("9"):rep(40), "/api/events?generation=%zz" } do
  case("the query of " .. query:sub(1, 60), 400, get(query), { local_too = query:find "script" })
end

-- ---- names that the request is addressed to ----

for _, host in ipairs { "evil.example:7411", "localhost@evil.example", "evil.example#localhost", "evil.example/localhost", "localhost.localdomain",
  "127.0.0.1.nip.io",
  "127.0.0.1@evil.example", "user:password@localhost", "127.000.000.001", "0177.0.0.1", "127.0.0.2", "[::ffff:127.0.0.1]", "[::1%25lo]", "[0:0:0:0:0:0:0:1",
  "[127.0.0.1", "::1:80",
  "localhost:80:80", "localhost:+80", "localhost:0x50", "localhost:80 ", "localhost, evil.example", "%6c%6f%63alhost", "localhost%00", "xn--lcalhost-55a",
  "local\tho", "*",
  "<script>", "localhost\\", "localhost;", "host.docker.internal", "roster.local" } do
  case("the host " .. host, { 400, 403 }, addressed(host), { local_too = host:find "evil" })
end
for _, host in ipairs { "localhost", "LocalHost", "localhost.", "localhost.:80", "127.0.0.1:7411", "[::1]", "[::1]:80", "localhost:65535" } do
  case("the good host " .. host, 200, addressed(host), { local_too = true })
end
for _, header in ipairs { "X-Forwarded-Host: localhost", "Forwarded: host=localhost", "X-Host: localhost", "X-Original-Host: localhost",
  "X-Forwarded-Server: localhost", "Via: 1.1 localhost",
  "X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "Origin: http://localhost", "Referer: http://localhost/" } do
  case("another's host with " .. header, 403, addressed("evil.example", header))
end
case("two hosts, ours last", 400, lines("GET /healthz HTTP/1.1", "Host: evil.example", "Host: localhost", "Connection: close"))
case("two hosts in different letters", 400, lines("GET /healthz HTTP/1.1", "Host: localhost", "HOST: evil.example", "Connection: close"))
case("a host on the next line", 400, lines("GET /healthz HTTP/1.1", "Host:", " localhost", "Connection: close"))
case("a blank before the colon of Host", { 400 }, lines("GET /healthz HTTP/1.1", "Host : localhost", "Connection: close"))
case("a folded first header", 400, lines("GET /healthz HTTP/1.1", " Host: localhost", "Connection: close"))
case("another's host in HTTP/1.0", 403, lines("GET /healthz HTTP/1.0", "Host: evil.example"))
case("two hosts in HTTP/1.0", 400, lines("GET /healthz HTTP/1.0", "Host: localhost", "Host: localhost"))

-- ---- origins, and forms of other pages ----

local CHANGES = { "/api/refresh", "/api/credential/acme/run", "/api/credential/acme/invalidate" }
for i, path in ipairs(CHANGES) do
  for _, origin in ipairs { "null", "http://evil.example", "http://localhost:80", "http://localhost/", "http://user@localhost", "http://localhost.",
  "HTTP://localhost", "file://",
    "chrome-extension://abcdefgh", "//localhost", "http://localhost http://evil.example", "http://[::1]", "about:blank", "blob:http://localhost/1" } do
    case(("POST %s from a page of %s"):format(path, origin), 403, post(path, "", "Origin: " .. origin), { local_too = i == 1 and origin == "null" })
  end
  for _, type in ipairs { "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json" } do
    local body = '{"token":"' .. TOKEN .. '","x":"="}'
    case(("a form of %s for %s"):format(type, path), 401, ask("POST", path, "Content-Type: " .. type, "Content-Length: " .. #body, "Cookie: token=x") .. body)
  end
  case("two origins for " .. path, 400, post(path, "", "Origin: http://localhost", "Origin: http://evil.example"))
  case("a form of another page for " .. path, 403, ask("POST", path, "Content-Type: text/plain", "Origin: null", "Sec-Fetch-Site: cross-site",
    "Content-Length: 3") .. "a=b")
end

-- ---- tokens ----

for i, words in ipairs { "Bearer", "Bearer ", "Bearer  " .. TOKEN, "Bearer " .. TOKEN:sub(1, -2), "Bearer " .. TOKEN .. "0", "Bearer " .. TOKEN:rep(2),
  "Bearer \"" .. TOKEN .. "\"",
  "Bearer x, Bearer " .. TOKEN, "Bearer" .. TOKEN, "Bearer\t" .. TOKEN, "Basic YTphLXRva2VuLWZvci1zcGVjcy0wMTIzNDU2Nzg5", "Digest username=a",
  "Negotiate x", TOKEN, "token " .. TOKEN,
  "Bearer " .. ("0"):rep(7000), "Bearer " .. TOKEN:reverse(), "Bearer %61" .. TOKEN:sub(2), "Bearer null", "Bearer undefined", "Bearer " .. TOKEN .. "," } do
  local path = CHANGES[i % 3 + 1]
  case(("POST %s with %.40s"):format(path, words:gsub(TOKEN, "TOKEN")), 401,
    ask("POST", path, "Authorization: " .. words, "Content-Length: 0"), { local_too = i < 4 })
  case(("a stream with %.40s"):format((words:gsub(TOKEN, "TOKEN"))), words:find "^Bearer[ \t]*." and words:find "^Bearer " and 401 or 200,
    ask("HEAD", "/api/events", "Authorization: " .. words))
end
case("two tokens, the right one first", 400, post("/api/refresh", "", "Authorization: Bearer x"))
case("two tokens, the right one last", 400, ask("POST", "/api/refresh", "Authorization: Bearer x", BEARER, "Content-Length: 0"))
case("the right token twice", 400, post("/api/refresh", "", BEARER))
case("two tokens for a stream", 400, ask("HEAD", "/api/events", BEARER, "authorization: Bearer x"))
for _, place in ipairs { "/api/refresh?token=" .. TOKEN, "/api/refresh?access_token=" .. TOKEN, "/api/refresh#" .. TOKEN } do
  case("the token in the address", { 401, 404 }, ask("POST", place, "Content-Length: 0"))
end
for _, name in ipairs { "X-API-Key", "X-Roster-Token", "Proxy-Authorization", "Authentication", "Cookie", "X-Authorization", "Last-Event-ID" } do
  case("the token in " .. name, 401, ask("POST", "/api/refresh", name .. ": Bearer " .. TOKEN, "Content-Length: 0"))
end

-- ---- lengths and chunks ----

local inner = lines("GET /api/smuggled HTTP/1.1", "Host: localhost")
for _, headers in ipairs { { "Transfer-Encoding: chunked", "Transfer-Encoding: identity" }, { "Transfer-Encoding: identity", "Transfer-Encoding: chunked" },
  { "Transfer-Encoding: chunked", "Transfer-Encoding: chunked" }, { "Transfer-Encoding: chunked, chunked" }, { "Transfer-Encoding: chunked;q=1" },
  { "Transfer-Encoding: deflate" },
  { "Transfer-Encoding: \vchunked" }, { "Transfer-Encoding: chunked\v" }, { "Transfer-Encoding: x", "Content-Length: 0" }, { "Content-Length: 0, 0" },
  { "Content-Length: 3,3" },
  { "Content-Length: +0" }, { "Content-Length: 0", "content-length: 60" }, { "Content-Length: 0x0" }, { "Content-Length: 1 1" },
  { "Content-Length: 18446744073709551616" },
  { "Content-Length: \xd9\xa1" }, { "Content-Length: 1.0" }, { "Content-Length: -0" } } do
  case("a refresh with " .. table.concat(headers, ", "), { 400, 413, 501 }, ask("POST",
    "/api/refresh", BEARER, table.unpack(headers)) .. "0\r\n\r\n" .. inner, { answers = 2 })
end
case("chunks in HTTP/1.0", 400, lines("POST /api/refresh HTTP/1.0", "Host: localhost", BEARER, "Transfer-Encoding: chunked") .. "0\r\n\r\n" .. inner)
for _, text in ipairs { "3;ext=\"<script>\"\r\nabc\r\n0\r\n\r\n", "3\nabc\n0\n\n", "0\r\n\r\n", "000000003\r\nabc\r\n0\r\n\r\n", chunks("a", "b",
  "c") .. "0\r\n\r\n",
  "0\r\nHost: evil.example\r\nAuthorization: Bearer x\r\nContent-Length: 5\r\n\r\n", "0\r\nX: <script>\r\n\r\n" .. inner } do
  case("harmless chunks " .. ("%q"):format(text:sub(1, 30)), 200, chunked(text))
end
for _, text in ipairs { "0x3\r\nabc\r\n0\r\n\r\n", "+3\r\nabc\r\n0\r\n\r\n", "3 \r\nabc\r\n0\r\n\r\n", "\r\n3\r\nabc\r\n0\r\n\r\n",
  "3\r\nabcd\r\n0\r\n\r\n", "3\r\nabc0\r\n\r\n", "g\r\n", "-1\r\n\r\n",
  "10000000000000000\r\n", ";\r\nx", "3\0\r\nabc\r\n0\r\n\r\n", "\xef\xbc\x93\r\nabc\r\n0\r\n\r\n" } do
  case("broken chunks " .. ("%q"):format(text), "refused", chunked(text))
end
case("chunks without end", "refused", chunked(chunks(("x"):rep(1024)):rep(500)))
case("one chunk of 8 MiB", "refused", chunked(("%x\r\n"):format(8 << 20) .. ("x"):rep(8 << 20)))
case("trailers of 12 KiB", "refused", chunked("0\r\n" .. ("X: " .. ("y"):rep(1000) .. "\r\n"):rep(12) .. "\r\n"))
case("an extension of a chunk of 12 KiB", "refused", chunked("3;" .. ("e"):rep(12 * 1024) .. "\r\nabc\r\n0\r\n\r\n"))
case("a body of 8 MiB for a refresh", { "closed", 413 }, post("/api/refresh", ("x"):rep(8 << 20)))
case("a body of 8 MiB without a token", { "closed", 401 }, ask("POST", "/api/refresh", "Content-Length: 8388608") .. ("x"):rep(8 << 20))
case("a body of 8 MiB that is only announced", 413, ask("POST", "/api/refresh", BEARER, "Content-Length: 8388608"))
case("a body one byte too long", 413, ask("POST", "/api/refresh", BEARER, "Content-Length: 4097"))
case("a body of just the size", 200, post("/api/refresh", ("x"):rep(4096)))
for _, path in ipairs { "/", "/healthz", "/api/models", "/api/models/acme-1", "/api/events", "/v1/models", "/metrics", "/page.js", "/api/credential" } do
  case("a body for GET " .. path, 400, get(path, "Content-Length: 2") .. "{}", { local_too = path == "/" })
  case("chunks for GET " .. path, 400, get(path, "Transfer-Encoding: chunked") .. "0\r\n\r\n" .. inner)
end
case("a second request behind the body of GET", 400, get("/healthz", "Content-Length: " .. #inner) .. inner)

-- ---- bodies: none is read ----

for _, body in ipairs { "[]", "null", "{", '{"a":', ("["):rep(4000), '{"provider":["acme"]}', '{"__proto__":{"x":1}}', "NaN", "\xff\xfe{\0}\0",
  "\xef\xbb\xbf{}", "a=b&c=%zz", "<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>",
  "--x\r\nContent-Disposition: form-data\r\n\r\n--x--", ("\0"):rep(100), '{"token":"' .. TOKEN .. '"}', inner } do
  case(("a refresh with the body %q"):format(body:sub(1, 20)), 200, post("/api/refresh", body, "Content-Type: application/json"))
  case(("a run with the body %q"):format(body:sub(1, 20)), 400, post("/api/credential/acme/run", body, "Content-Type: application/json"))
  case(("a forgetting with the body %q"):format(body:sub(1, 20)), 400, post("/api/credential/acme/invalidate", body, "Content-Type: application/json"))
end
for _, path in ipairs { "/api/credential//run", "/api/credential/%00/run", "/api/credential/%ff/invalidate", "/api/credential/" .. ("x"):rep(700) .. "/run",
  "/api/credential/%zz/invalidate" } do
  case("POST " .. path:sub(1, 40), 400, post(path, ""))
end
for _, path in ipairs { "/api/credential/nobody/run", "/api/credential/%3Cscript%3E/invalidate", "/api/credential/acme%2Frun/run", "/api/credential/../run",
  "/api/credential/ACME/run" } do
  case("POST " .. path, 404, post(path, ""))
end
for _, path in ipairs { "/api/credential/acme/run/", "/api/credential/acme/RUN", "/api/credential/acme/run%00", "/api/credential/acme", "/api/credential",
  "/api/credential/acme%2Frun", "/api/models/acme-1/run",
  "/api/models/acme-1", "/api/explain/acme-1", "/api/resolve?id=acme-1", "/api/pick", "/api/history", "/api/openapi.json", "/api/retirements.ics" } do
  case("POST " .. path, 405, post(path, "{}"))
end

-- ---- methods ----

local PATHS = { "/", "/page.js", "/page.json", "/api/models", "/api/models/acme-1", "/api/explain/acme-1", "/v1/models", "/v1/models/acme-1",
  "/api/providers", "/api/resolve?id=acme-1", "/api/pick",
  "/api/retirements", "/api/retirements.ics", "/api/history", "/api/events", "/api/request/acme-1", "/api/credential", "/api/credential/acme", "/healthz",
  "/readyz", "/metrics", "/api/openapi.json" }
for i, path in ipairs(PATHS) do
  case("HEAD " .. path, 200, ask("HEAD", path), { local_too = true })
  case("OPTIONS " .. path, 204, ask("OPTIONS", path, "Origin: http://evil.example", "Access-Control-Request-Method: POST",
    "Access-Control-Request-Headers: X-Evil"))
  local method = ({ "PUT", "DELETE", "PATCH", "TRACE", "SEARCH", "POST" })[i % 6 + 1]
  case(method .. " " .. path, 405, ask(method, path, "Max-Forwards: 0", "X-HTTP-Method-Override: GET", "Content-Length: 0"))
end
for _, path in ipairs(CHANGES) do
  for _, method in ipairs { "GET", "HEAD", "PUT", "DELETE", "TRACE", "OPTION" } do
    if path == "/api/refresh" or (method ~= "GET" and method ~= "HEAD") then case(method .. " " .. path, 405,
    ask(method, path, BEARER, "X-HTTP-Method-Override: POST")) end
  end
  case("OPTIONS " .. path, 204, ask("OPTIONS", path, "Origin: http://evil.example", "Access-Control-Request-Method: POST"))
end

-- ---- headers that change nothing ----

for _, header in ipairs { "If-None-Match: " .. ('W/"x", '):rep(300), "If-None-Match: \"" .. ("x"):rep(6000),
  'If-None-Match: "<script>"', "If-None-Match: W/W/\"x\"", "If-None-Match: ,,,,", "If-Match: \"x\"",
  "If-Modified-Since: yesterday", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT", "If-Unmodified-Since: x", "If-Range: \"x\"", "Range: bytes=-1",
  "Range: bytes=0-,0-,0-,0-,0-,0-",
  "Range: bytes=9223372036854775807-", "Range: lines=1-", "Accept-Encoding: " .. ("identity;q=0.001,"):rep(300), "Accept-Encoding: *;q=0",
  "Accept-Encoding: gzip;q=0." .. ("0"):rep(4000) .. "1",
  "Accept-Encoding: gzip;q=0", "Accept-Encoding: gzip;q=-1", "Accept-Encoding: br, zstd, deflate", "Accept-Encoding: gzip;q=", "Accept-Encoding: \"gzip\"",
  "Accept: */*;q=0", "Accept: text/html",
  "Accept-Charset: utf-7", "TE: trailers, gzip", "Upgrade: h2c", "Upgrade: TLS/1.0", "HTTP2-Settings: AAMAAABkAAQAAP__",
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Expect: 100-continue",
  "Max-Forwards: 0", "Proxy-Connection: keep-alive", "X-Rewrite-URL: /api/refresh", "X-Forwarded-Proto: https", "X-Forwarded-Prefix: //evil.example",
  "Content-Type: text/html",
  "Content-Encoding: gzip", "Transfer_Encoding: chunked", "Content_Length: 5", "Last-Event-ID: -1", "Sec-Fetch-Site: cross-site", "Origin: null",
  "Cookie: a=<script>",
  "Connection: Host, close, Authorization", "Keep-Alive: timeout=99999999999" } do
  case(("the header %.50s"):format(header), 200, get("/api/models", header), { answers = header:find "^Expect" and 2 })
end
for _, known in ipairs { "*", "*, \"x\"", "\"x\", *" } do case("If-None-Match: " .. known, 304, get("/api/models", "If-None-Match: " .. known)) end
case("Expect of something else", { 200, 417 }, get("/healthz", "Expect: <script>"))
case("Expect with a token", 200, post("/api/refresh", "{}", "Expect: 100-continue"), { answers = 2 })
case("Expect without a token gets no 100", 401, ask("POST", "/api/refresh", "Expect: 100-continue", "Content-Length: 2") .. "{}")
for _, id in ipairs { "-1", "<script>", ("9"):rep(4000), "1-", "\xff\xfe", "0-0", "99999999999999999999999999", "NaN", "1\t2", "*", ("a,"):rep(2000) } do
  case(("the last event %.20s"):format(id), 200, ask("HEAD", "/api/events", "Last-Event-ID: " .. id))
  case(("the generation %q"):format(id:sub(1, 30)), id:find "[\xff\t<]" and 400 or 200, ask("HEAD",
    "/api/events?generation=" .. id:sub(1, 30):gsub("[\t<>]", "%%09")))
end

-- ---- several requests on one connection ----

local function kept(target) return lines("GET " .. target .. " HTTP/1.1", "Host: localhost") end
case("sixty requests at once", 200, kept "/healthz":rep(59) .. get("/healthz"), { answers = 60 })
case("a bad request among good ones", 200, kept "/healthz" .. kept "/nope" .. get("/readyz"), { answers = 3 })
case("a refresh and then requests that wait for it", 200,
  lines("POST /api/refresh HTTP/1.1", "Host: localhost", BEARER, "Content-Length: 2") .. "{}" .. kept "/healthz" .. get("/readyz"), { answers = 3 })
case("another's host behind a good one", 200, kept "/healthz" .. addressed "evil.example", { answers = 2 })
case("a good request after a refused one with a body", 401, lines("POST /api/refresh HTTP/1.1", "Host: localhost",
  "Content-Length: 2") .. "{}" .. get("/healthz"))
case("lines that end in LF alone", 200, (get("/healthz"):gsub("\r", "")))

return cases
