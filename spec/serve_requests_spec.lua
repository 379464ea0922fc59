-- `roster serve` under the requests of spec/support/hostile_requests.lua, over raw sockets, on a port and on a Unix socket, and under clients
-- that are slow, deaf, or gone.
local cases = require "support.hostile_requests"
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"

local TOKEN = cases.token

local function providers() return support.scene { { "acme", protocol = "openai-chat", fields = 'list_proves = "access",', models = { "acme-1", "acme-2" } } } end

--- A server of the scene's providers, which asks them only when told to.
local function serve(scene, listen)
  local env = { ROSTER_TOKEN = TOKEN }
  for name, value in pairs(scene.options.env) do env[name] = value end
  return serving.start { env = env, config = scene.options.config, words = { "--no-builtin", "--every", "0" }, listen = listen }.settle()
end

describe("A request that attacks", function ()
  local scene, port_server, socket_server, sent

  --- In portions, with a good request after each. Adds to `sent`.
  local function send(server, list)
    for from = 1, #list, 120 do
      local texts = {}
      for i = from, math.min(from + 119, #list) do texts[#texts + 1] = list[i].text end
      for i, answer in ipairs(serving.knock(server.socket or server.port, texts)) do
        sent[#sent + 1] = { case = list[from + i - 1], how = answer.how, text = answer.text, title = (server.socket and "unix: " or "") .. list[from + i - 1].title }
      end
      assert.equal(200, server.get "/api/models/acme-1".status)
    end
  end

  setup(function ()
    scene = providers()
    port_server, socket_server, sent = serve(scene), serve(scene, "unix:" .. support.folder() .. "/socket"), {}
    local on_socket = {}
    for _, one in ipairs(cases) do
      if one.local_too then on_socket[#on_socket + 1] = one end
    end
    send(port_server, cases)
    send(socket_server, on_socket)
  end)
  teardown(serving.stop_all)

  --- Titles of those that `is_wrong` says something about, with what it says.
  local function wrong(is_wrong)
    local list = {}
    for _, one in ipairs(sent) do
      local why = is_wrong(one)
      if why then list[#list + 1] = one.title .. ": " .. tostring(why) end
    end
    return list
  end

  --- The heads of all answers to one request, and the body of the last one.
  local function read(text)
    local statuses, head, body = {}, "", ""
    local at = 1
    while true do
      local status, start = text:match("^HTTP/1%.[01] (%d%d%d) [^\r]*\r\n()", at)
      if not status then return statuses, head, body end
      local last = text:find("\r\n\r\n", start - 2, true)
      statuses[#statuses + 1] = tonumber(status)
      head, body = text:sub(start, last + 1), text:sub(last + 4)
      local length = tonumber(head:lower():match "content%-length: (%d+)")
      at = last + 4 + (length or 0)
    end
  end

  local function is_expected(one, status)
    local expect = one.case.expect
    if expect == "refused" then return not status or status >= 400 end
    if type(expect) ~= "table" then return status == expect end
    for _, each in ipairs(expect) do
      if status == each or (each == "closed" and not status) then return true end
    end
    return false
  end

  it("has more than two hundred variants, all of which are sent and counted", function ()
    assert.is_true(#sent > 200)
    os.execute "mkdir -p build/figures"
    support.write("build/figures/hostile-requests", ("hostile requests to the server\t%d\n"):format(#sent))
  end)

  it("gets the status that the table of cases expects, or the connection is closed if nothing else is right", function ()
    assert.same({}, wrong(function (one)
      local statuses = read(one.text)
      local first = statuses[1] == 100 and statuses[2] or statuses[1]
      return not is_expected(one, first) and (first or "closed")
    end))
  end)

  it("never gets more answers than there are requests", function ()
    assert.same({}, wrong(function (one)
      local statuses = read(one.text)
      return (#statuses > one.case.answers or one.text:find("no_such_address", 1, true) and one.text:find("smuggled", 1, true)) and #statuses
    end))
  end)

  local function problem_of(head, body)
    if not head:find("Content-Type: application/json", 1, true) then return "is no JSON" end
    local good, document = pcall(cjson.decode, body)
    local problem = good and document.error
    return (not problem or problem.code == "" or problem.message == "" or (problem.hint or "") == "") and "does not say what is wrong and what to do"
  end

  it("gets in JSON what is wrong and what to do next, unless it was not a request at all", function ()
    assert.same({}, wrong(function (one)
      local statuses, head, body = read(one.text)
      local status = statuses[#statuses]
      if not status or status < 400 or one.case.text:find "^HEAD " then return nil end
      local fixed = body:find("<html><head><title>", 1, true) -- libmicrohttpd's own, in which nothing is from outside
      return not fixed and problem_of(head, body)
    end))
  end)

  it("gets the headers that keep a browser from misreading the answer", function ()
    assert.same({}, wrong(function (one)
      local statuses, head, body = read(one.text)
      local status = statuses[#statuses]
      if not status or status == 100 or body:find("<html><head><title>", 1, true) or (status >= 400 and not head:find("Content-Type", 1, true)) then return nil end
      local whole = head:find("X-Content-Type-Options: nosniff", 1, true) and head:find("Cross-Origin-Resource-Policy: same-origin", 1, true)
      local page = head:find("text/html", 1, true) and not head:find("Content-Security-Policy: default-src 'none'", 1, true)
      return (not whole or page or head:find("Access-Control", 1, true)) and head
    end))
  end)

  it("is repeated only within a string of JSON, and never in a header", function ()
    assert.same({}, wrong(function (one)
      local _, head, body = read(one.text)
      local echoed = body:find("<script>", 1, true) and not head:find("Content-Type: application/json", 1, true)
      return (echoed or one.text:find("zq7", 1, true) or head:find("<script", 1, true) or head:find("evil", 1, true) or head:find("Evil", 1, true)) and one.text:sub(1, 200)
    end))
  end)

  it("gets neither the token nor a provider's key", function ()
    assert.same({}, wrong(function (one) return one.text:find(TOKEN, 1, true) or one.text:find(TOKEN:sub(9, 20), 1, true) or one.text:find(scene.keys.acme, 1, true) end))
    for _, server in ipairs { port_server, socket_server } do
      assert.is_nil(server.log():find(TOKEN, 1, true))
      assert.is_nil(server.log():find(scene.keys.acme, 1, true))
    end
  end)

  it("leaves no connection open", function ()
    assert.same({}, wrong(function (one) return one.how ~= "closed" and one.how end))
  end)

  it("leaves the server unchanged, so that each client gets what it requests", function ()
    for _, server in ipairs { port_server, socket_server } do
      assert.same({ "acme-1", "acme-2" }, support.ids(server.get "/api/models?available=true".json().models))
      assert.equal(200, server.refresh(TOKEN).status)
    end
  end)
end)

describe("A client of the server", function ()
  local server, slow

  local function repeated(text, count)
    local list = {}
    for i = 1, count do list[i] = text end
    return list
  end

  local function request(line, ...) return table.concat({ line .. " HTTP/1.1", "Host: localhost", ... }, "\r\n") .. "\r\n\r\n" end
  local function post(...) return request("POST /api/refresh", "Authorization: Bearer " .. TOKEN, ...) end
  local function listeners() return tonumber(server.get "/metrics".body:match "\nroster_event_listeners (%d+)") end
  local function count(answers, pattern)
    local n = 0
    for _, answer in ipairs(answers) do
      if answer.text:find(pattern) then n = n + 1 end
    end
    return n
  end

  setup(function ()
    server = serve(providers())
    local texts, manners = {}, {}
    for i = 1, 60 do
      local head, tail = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ", ("x"):rep(1500)
      texts[i] = i % 2 == 0 and head .. tail or post "Content-Length: 4000" .. tail
      manners[i] = "drips"
    end
    texts[61], manners[61] = post("Transfer-Encoding: chunked") .. "5dc\r\n" .. ("x"):rep(1500), "drips"
    texts[62], manners[62] = post("Content-Length: 10") .. "12345", "usual"
    slow = serving.knock_apart(server.port, texts, 120000, manners)
  end)
  teardown(serving.stop_all)

  it("gets its response at once while sixty others send a header or a body byte by byte", function ()
    local function connections() return tonumber(server.get "/metrics".body:match "\nroster_http_connections (%d+)\n") end
    serving.eventually(function () return connections() > 40 end, "the slow clients")
    for _ = 1, 5 do assert.equal(200, server.get "/api/models".status) end
    assert.equal(200, server.refresh(TOKEN).status)
  end)

  it("gets its answer among four hundred that send a request at the same moment", function ()
    assert.equal(400, count(serving.knock(server.port, repeated(request("GET /api/models", "Connection: close"), 400)), "^HTTP/1.1 200 "))
  end)

  it("counts as gone when it closes its own side, so it gets a complete response or none", function ()
    local whole = request "GET /api/models/acme-1"
    local texts = { whole, post("Content-Length: 2") .. "{}", whole:sub(1, 40), post("Content-Length: 2") .. "{" }
    for i, answer in ipairs(serving.knock(server.port, texts, 60000, repeated("ends", #texts))) do
      assert.equal("closed", answer.how)
      local head, body = answer.text:match "^(HTTP/1.1 200 .-)\r\n\r\n(.*)$"
      assert.is_true(answer.text == "" or (i <= 2 and #body == tonumber(head:match "Content%-Length: (%d+)")), answer.text)
    end
    assert.equal(200, server.refresh(TOKEN).status)
  end)

  it("gets a stream whatever it sends as its last event, and is refused when too many listen", function ()
    local texts = {}
    for i, id in ipairs { "-1", "<script>", ("9"):rep(3000), "\xff\xfe", "0-0", "99999999999999999999", "NaN", "x\ty", "W/\"1\"", ("a,"):rep(900) } do
      for j = 1, 8 do texts[(i - 1) * 8 + j] = request("GET /api/events?generation=" .. j, "Last-Event-ID: " .. id) end
    end
    local answers = serving.knock(server.port, texts, 1500)
    local streams, refused = count(answers, "Content%-Type: text/event%-stream"), count(answers, "^HTTP/1.1 503 ")
    assert.same({ 64, 16 }, { streams, refused })
    assert.equal(64, count(answers, "event: snapshot\ndata: {"))
    assert.equal(16, count(answers, '"code":"too_many_listeners","message":"[^"]+","hint":"[^"]+"'))
    assert.equal(0, count(answers, "<script>"))
    serving.eventually(function () return listeners() == 0 end, "all streams are gone")
  end)

  it("may reset its stream, and leaves no listener behind", function ()
    serving.knock(server.port, repeated(request "GET /api/events", 40), 60000, repeated("resets", 40))
    serving.eventually(function () return listeners() == 0 end, "all streams are gone")
  end)

  it("gets each refresh while thirty others listen and never read", function ()
    local gone = serving.knock_apart(server.port, repeated(request "GET /api/events", 30), 2000, repeated("deaf", 30))
    serving.eventually(function () return listeners() == 30 end, "the deaf")
    local heard = server.listen()
    local generation
    for _ = 1, 10 do
      assert.equal(200, server.refresh(TOKEN).status)
      generation = server.get "/readyz".json().generation
    end
    serving.eventually(function ()
      local events = heard()
      return events[#events].data.generation == generation
    end, "the last snapshot")
    gone()
    serving.eventually(function () return listeners() <= 1 end, "the deaf are gone")
  end)

  it("is disconnected when it is too slow, before its request is complete", function ()
    for _, answer in ipairs(slow()) do assert.same({ "closed", "" }, { answer.how, answer.text }) end
    assert.equal(200, server.get "/api/models".status)
  end)
end)
