-- A running server for specs, and ways to ask it.
local cjson = require "cjson"
local support = require "support.roster"

local quoted = support.quoted
local serving = {}
local running = {}

local capture = support.capture
serving.capture, serving.eventually = support.capture, support.eventually

local function read_answer(folder, status)
  local answer = { status = status, headers = {}, body = support.read(folder .. "/body") or "" }
  for line in (support.read(folder .. "/head") or ""):gmatch "[^\r\n]+" do
    local name, value = line:match "^([^:]+): *(.*)$"
    if name then answer.headers[name:lower()] = value else answer.headers = {} end -- a 100 comes before the answer
  end
  function answer.json() return cjson.decode(answer.body) end
  return answer
end

--- Starts `roster serve` on a free port. options: env, config (folder or files), words (more arguments), listen, prefix (before the command)
function serving.start(options)
  options = options or {}
  local folder = support.folder()
  local config = options.config
  if type(config) == "table" then config = support.config(config) end
  local env, words = { HOME = folder }, { "serve", "--listen", options.listen or "127.0.0.1:0" }
  for name, value in pairs(options.env or {}) do env[name] = value end
  if config then words[#words + 1], words[#words + 2] = "--config", config end
  local builtin = true
  for _, word in ipairs(options.words or {}) do
    words[#words + 1] = word
    builtin = builtin and word ~= "--no-builtin"
  end
  local script = ("echo $$; exec %s 2>%s </dev/null"):format(support.command_line(words, { env = env }), quoted(folder .. "/err"))
  local pipe = assert(io.popen("exec sh -c " .. quoted(script)))
  local server = { pid = tonumber(pipe:read "l"), config = config, folder = folder }
  local line = pipe:read "l"
  function server.log() return support.read(folder .. "/err") or "" end
  if not line then error("the server did not start: " .. server.log()) end
  server.address = assert(line:match "^roster serves on (.+)$", line)
  server.port = tonumber(server.address:match ":(%d+)/$")
  server.socket = server.address:match "^unix:(.+)$"
  server.url = server.socket and "http://localhost/" or server.address

  --- options: method, headers (list of lines), data, head
  function server.ask(path, how)
    how = how or {}
    local line_words = { "curl", "-sS", "-m", "120", "-g", "--path-as-is", "-D", folder .. "/head", "-o", how.head and "/dev/null" or folder .. "/body", "-w", "%{http_code}" }
    local function add(...) for _, word in ipairs { ... } do line_words[#line_words + 1] = word end end
    if how.head then add "-I" elseif how.method then add("-X", how.method) end
    for _, header in ipairs(how.headers or {}) do add("-H", header) end
    if how.data then add("--data-binary", how.data) end
    if server.socket then add("--unix-socket", server.socket) end
    add((server.url:gsub("/$", "")) .. path)
    os.remove(folder .. "/body")
    local out = capture(support.line(line_words) .. " 2>&1")
    local answer = read_answer(folder, tonumber(out:match "(%d%d%d)$") or out)
    function answer.json()
      if path:find("^/api/models") then support.check_answers(answer.body, { config = config, env = env, builtin = builtin }) end
      return cjson.decode(answer.body)
    end
    return answer
  end

  function server.get(path, ...) return server.ask(path, { headers = { ... } }) end
  function server.refresh(token) return server.ask("/api/refresh", { method = "POST", headers = { "Authorization: Bearer " .. token } }) end

  --- Until the providers were asked.
  function server.settle()
    serving.eventually(function () return server.get "/readyz".status == 200 end, "ready")
    return server
  end

  --- Listens in the background; gives a function that gives all events so far as { id, event, data }.
  function server.listen(path, ...)
    local file = support.folder() .. "/events"
    local curl = { "timeout", "600", "curl", "-sN", (server.url:gsub("/$", "")) .. (path or "/api/events") }
    for _, header in ipairs { ... } do curl[#curl + 1], curl[#curl + 2] = "-H", header end
    if server.socket then curl[#curl + 1], curl[#curl + 2] = "--unix-socket", server.socket end
    os.execute(("%s >%s 2>/dev/null &"):format(support.line(curl), quoted(file)))
    serving.eventually(function () return (support.read(file) or ""):find("retry:", 1, true) end, "a stream")
    return function ()
      local events, text = {}, support.read(file) or ""
      for block in text:gmatch "(.-)\n\n" do
        local event = { id = block:match "id: ([^\n]*)", event = block:match "event: ([^\n]*)", data = block:match "data: ([^\n]*)" }
        if event.data then
          event.data = cjson.decode(event.data)
          events[#events + 1] = event
        end
      end
      return events, text
    end
  end

  --- Gives the exit code.
  function server.stop(signal)
    if not pipe then return end
    os.execute(("kill -%s %d 2>/dev/null"):format(signal or "TERM", server.pid))
    local _, how, status = pipe:close()
    pipe = nil
    return how == "exit" and status or how
  end

  running[#running + 1] = server
  return server
end

local knock

local function knocker()
  if not knock then
    knock = support.folder() .. "/knock"
    assert(os.execute("cc -O1 -o " .. quoted(knock) .. " spec/support/knock.c"))
  end
  return knock
end

--- Sends each text on a connection of its own, in the manner that `manners` has for it (spec/support/knock.c). Gives a function that waits
-- for their ends and gives a list of { how = "closed" or "open", text } for them. where: a port, or the path of a socket
function serving.knock_apart(where, texts, milliseconds, manners)
  local folder, parts = support.folder(), {}
  for i, text in ipairs(texts) do parts[i] = ("%d %s\n%s"):format(#text, manners and manners[i] or "usual", text) end
  support.write(folder .. "/in", table.concat(parts))
  local pipe = assert(io.popen(("exec %s %s %d <%s"):format(quoted(knocker()), quoted(where), milliseconds or 60000, quoted(folder .. "/in"))))
  return function ()
    local out = pipe:read "a"
    pipe:close()
    return serving.heard(out)
  end
end

function serving.knock(...) return serving.knock_apart(...)() end

--- What knock writes, as a list.
function serving.heard(out)
  local answers, at = {}, 1
  while at <= #out do
    local how, length, from = out:match("^(%a+) (%d+)\n()", at)
    answers[#answers + 1] = { how = how, text = out:sub(from, from + length - 1) }
    at = from + math.tointeger(length)
  end
  return answers
end

--- Keeps `count` slow clients busy in the background; gives a function that waits for their end and gives how many were hung up on.
function serving.slow_clients(port, count, milliseconds)
  local pipe = assert(io.popen(("%s %d %d slow %d"):format(quoted(knocker()), port, milliseconds, count)))
  return function ()
    local hung_up = tonumber(pipe:read "l")
    pipe:close()
    return hung_up
  end
end

--- What the page shows, as its script requests it; a browser draws it in spec/page.
function serving.page(server) return server.get("/page.json").json() end

function serving.stop_all()
  for _, server in ipairs(running) do server.stop() end
  running, knock = {}, nil
  support.stop_all()
end

return serving
