-- The tables of docs/VERDICTS.md, and a world in which each of their rows is true: mock hosts that give that answer, and for each mode a
-- provider that is new when the answer comes and another that was ready before it.
--
-- A row's answer is written in code spans: the status, then headers, then the body. Instead of a status: a word of `special`. " then "
-- separates the pages of one listing. Each provider sends its phase along (`x-phase: 2`: the row's answer is due), so one mock server
-- serves all of them and nothing depends on how often it is asked.
local cjson = require "cjson"
local support = require "support.roster"

local verdicts = {}

verdicts.modes = { "direct", "override", "forwarding", "injecting" }

local KEY = "sk-table-0123456789abcdef"
local HERE = "127.0.0.1"

-- ---- reading the page ----

local function trimmed(text) return (text:gsub("^%s+", ""):gsub("%s+$", "")) end

local function cells_of(line)
  local cells = {}
  for cell in line:gmatch "|([^|]*)" do cells[#cells + 1] = trimmed(cell) end
  cells[#cells] = nil -- behind the last bar
  return cells
end

local special = { ["reset"] = "close", ["hangs"] = "hang", ["refused"] = true, ["no such name"] = true, ["untrusted"] = true, ["raw"] = true }

local function split(text, between)
  local parts, from = {}, 1
  for first, last in function () return text:find(between, from, true) end do
    parts[#parts + 1] = text:sub(from, first - 1)
    from = last + 1
  end
  parts[#parts + 1] = text:sub(from)
  return parts
end

--- { status, headers, body } or { special = word, body }
local function answer_of(text)
  local answer, headers = { headers = {} }, false
  for span in text:gmatch "`([^`]*)`" do
    local name, value = span:match "^([%a][%w-]*): (.*)$"
    if not answer.status and not answer.special then
      answer.status = math.tointeger(tonumber(span))
      if not answer.status then answer.special = span end
    elseif name and not answer.body then
      answer.headers[name], headers = value, true
    else
      answer.body = (answer.body or "") .. span
    end
  end
  if answer.special then assert(special[answer.special], "no such answer: " .. text) end
  answer.headers = headers and answer.headers or nil
  return answer
end

local function row_of(line, number, group)
  local cells = cells_of(line)
  assert(#cells == 9, ("docs/VERDICTS.md:%d: %d cells"):format(number, #cells))
  local row = { line = number, group = group, what = cells[1], written = cells[2], state = cells[3], code = cells[4], known = cells[9], blame = {}, answers = {} }
  for i, mode in ipairs(verdicts.modes) do row.blame[mode] = cells[4 + i] end
  for i, text in ipairs(split(cells[2], "` then `")) do
    row.answers[i] = answer_of("`" .. text:gsub("^`", ""):gsub("`$", "") .. "`")
  end
  return row
end

--- The groups of the page: { title, line, place, provider, served, rows }.
function verdicts.read(path)
  local groups, group, number = {}, nil, 0
  for line in io.lines(path) do
    number = number + 1
    local title, key, value = line:match "^### (.+)$", line:match "^%- `(%l+): (.*)`$"
    if title then
      group = { title = title, line = number, rows = {} }
      groups[#groups + 1] = group
    elseif key and group then
      group[key] = value
    elseif line:match "^| " and group and not line:match "^| the answer " then
      group.rows[#group.rows + 1] = row_of(line, number, group)
    end
  end
  return groups
end

-- ---- the protocols, as their hosts speak them ----

local function listing(key, entry) return { status = 200, body = ('{"%s":[%s]}'):format(key, entry) } end
local function json(status, body) return { status = status, body = body } end

local CHAT_LIST = listing("data", '{"id":"one","object":"model"}')
local CHAT_LOOK = json(200, '{"id":"one","object":"model"}')
local CHAT_WRONG = json(401, '{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}')

-- A place: the path and what it answers to a good key. key: the header that carries it. wrong: the answer to another key.
local protocols = {
  ["openai-chat"] = { key = { "authorization", "Bearer " }, wrong = CHAT_WRONG,
    listing = { "/v1/models", CHAT_LIST }, ["look-up"] = { "/v1/models/one", CHAT_LOOK }, key_proof = { "/v1/key", json(200, '{"data":{"label":"k"}}') },
    generate = { "/v1/chat/completions", json(200, '{"object":"chat.completion","model":"one","choices":[{"index":0,"finish_reason":"length"}]}') } },
  ["openai-responses"] = { key = { "authorization", "Bearer " }, wrong = CHAT_WRONG,
    listing = { "/v1/models", CHAT_LIST }, ["look-up"] = { "/v1/models/one", CHAT_LOOK },
    generate = { "/v1/responses", json(200, '{"object":"response","status":"completed","model":"one"}') } },
  ["anthropic-messages"] = { key = { "x-api-key", "" },
    wrong = json(401, '{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}'),
    listing = { "/v1/models", json(200, '{"data":[{"type":"model","id":"one"}],"has_more":false}') },
    ["look-up"] = { "/v1/models/one", json(200, '{"type":"model","id":"one"}') },
    count = { "/v1/messages/count_tokens", json(200, '{"input_tokens":8}') },
    generate = { "/v1/messages", json(200, '{"type":"message","model":"one","content":[],"stop_reason":"max_tokens"}') } },
  gemini = { key = { "x-goog-api-key", "" },
    wrong = json(400, '{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}'),
    listing = { "/v1beta/models", listing("models", '{"name":"models/one","supportedGenerationMethods":["generateContent"]}') },
    ["look-up"] = { "/v1beta/models/one", json(200, '{"name":"models/one","supportedGenerationMethods":["generateContent"]}') },
    count = { "/v1beta/models/one:countTokens", json(200, '{"totalTokens":1}') },
    generate = { "/v1beta/models/one:generateContent", json(200, '{"candidates":[{"finishReason":"MAX_TOKENS"}],"modelVersion":"one"}') } },
  ["cohere-v2"] = { key = { "authorization", "Bearer " }, wrong = json(401, '{"message":"invalid api token"}'),
    listing = { "/v1/models", listing("models", '{"name":"one","endpoints":["chat"]}') },
    ["look-up"] = { "/v1/models/one", json(200, '{"name":"one","endpoints":["chat"]}') },
    key_proof = { "/v1/check-api-key", json(200, '{"valid":true}') },
    generate = { "/v2/chat", json(200, '{"id":"1","finish_reason":"MAX_TOKENS","message":{"role":"assistant","content":[]}}') } },
  ollama = { key = { "authorization", "Bearer " }, wrong = json(401, '{"error":"unauthorized"}'),
    listing = { "/api/tags", listing("models", '{"name":"one","model":"one"}') },
    ["look-up"] = { "/api/show", json(200, '{"details":{"family":"one"},"model_info":{},"capabilities":["completion"]}') },
    generate = { "/api/chat", json(200, '{"model":"one","message":{"role":"assistant","content":"Hi"},"done":true}') } },
  ["bedrock-converse"] = { key = { "authorization", "Bearer " },
    wrong = { status = 403, headers = { ["x-amzn-ErrorType"] = "AccessDeniedException" }, body = '{"message":"Authentication failed: Please make sure your API Key is valid."}' },
    ["look-up"] = { "/model/one/count-tokens", json(200, '{"inputTokens":1}') },
    generate = { "/model/one/converse", json(200, '{"output":{"message":{"role":"assistant","content":[]}},"stopReason":"max_tokens"}') } },
}

local PLACES = { "listing", "look-up", "count", "key_proof", "generate" }
-- Where a row is about the look-up, the second free request about a model gives the same answer; a proof is billed by the request to generate.
local ALSO = { ["look-up"] = { count = true }, ["billed proof"] = { generate = true } }

local NO_PROMPT = json(400, '{"type":"error","error":{"type":"invalid_request_error","message":"messages is required"}}')
local NOT_SERVED = { status = 404, body = "404 page not found" }

-- ---- mock hosts ----

local function unescaped(text) return (text:gsub("\\r", "\r"):gsub("\\n", "\n")) end
local MARK = "\u{feff}" -- of the byte order

local function content_type(body)
  if body:find "^%s*[%[{\"]" or body == "null" then return "application/json" end
  return body:find "^%s*<" and "text/html; charset=utf-8" or "text/plain; charset=utf-8"
end

local HUGE = "9 MiB"

local function route_of(path, when, answer)
  local route = { path = path, when = when, headers = {} }
  for name, value in pairs(answer.headers or {}) do route.headers[name] = value end
  route.status = answer.status
  if answer.special then
    route[assert(special[answer.special])] = true
  elseif answer.body == HUGE then
    route.text = (" "):rep(9 * 1024 * 1024)
  elseif answer.body then
    route.text = answer.body:gsub("\\ufeff", MARK)
    local given
    for name in pairs(route.headers) do given = given or name:lower() == "content-type" end
    if not given then route.headers["content-type"] = content_type(answer.body) end
  end
  if not next(route.headers) then route.headers = nil end
  return route
end

local function served_in(group)
  local served = { [group.place] = true }
  for place in (group.served or ""):gmatch "[%a_-]+" do served[place] = true end
  if group.place == "generate" then served.listing, served["look-up"], served.count = true, true, true end
  return served
end

local function protocol_of(group) return assert(group.provider:match 'protocol = "([^"]+)"', group.title) end

local function is_far(row) -- another address, or none: the mock host is reached through a proxy before the answer is due
  local word = row.answers[1].special
  return word == "refused" or word == "no such name" or word == "raw" or word == "untrusted"
end

-- The routes of one row on the mock server, below `base`.
local function add_routes(routes, row, base)
  local group = row.group
  local speaks, served = protocols[protocol_of(group)], served_in(group)
  local header, scheme = speaks.key[1], speaks.key[2]
  for _, place in ipairs(PLACES) do
    local here = speaks[place]
    -- The answer to the real key is good, the row's is for another.
    local control = group.place == "made-up key" and place == (group.served or "listing")
    local due = not control and (place == group.place or (ALSO[group.place] or {})[place])
    if here then
      local path = base .. here[1]
      local function add(phase, answer, more)
        local when = { [header] = not group.open and scheme .. KEY or nil, ["x-phase"] = phase }
        for name, value in pairs(more or {}) do when[name] = value end
        routes[#routes + 1] = route_of(path, when, answer)
        return routes[#routes]
      end
      if group.place == "no prompt" then -- listed and looked up for anybody; only the request to generate asks for a key
        if place == "generate" then
          add("2", row.answers[1])
          add("1", NO_PROMPT)
          routes[#routes + 1] = route_of(path, nil, speaks.wrong)
        elseif place == "listing" or place == "look-up" then
          routes[#routes + 1] = route_of(path, nil, here[2])
        end
      elseif control then
        add("2", here[2])
        add("1", here[2])
        routes[#routes + 1] = route_of(path, { ["x-phase"] = "2" }, row.answers[1])
        routes[#routes + 1] = route_of(path, nil, speaks.wrong)
      elseif due then
        for _, id in ipairs(#row.answers > 1 and row.ids or {}) do
          for i, answer in ipairs(row.answers) do
            local route = add("2", answer, { ["x-provider"] = id })
            route.after, route.times = 0, i < #row.answers and 1 or nil
          end
        end
        if #row.answers == 1 and not is_far(row) then add("2", row.answers[1]) end
        add("1", here[2])
      elseif served[place] then
        add("2", here[2])
        add("1", here[2])
      end
      if not group.open and (due or served[place]) then routes[#routes + 1] = route_of(path, nil, speaks.wrong) end
    end
  end
  routes[#routes + 1] = route_of(base .. "/*", nil, NOT_SERVED)
end

-- ---- definitions ----

local Scene = {}
Scene.__index = Scene

--- Every provider of the row: { id, mode, known, base }.
local function subjects(row, number)
  local list = {}
  for _, mode in ipairs(verdicts.modes) do
    list[#list + 1] = { id = ("%s-%d-new"):format(mode, number), mode = mode, row = row }
    if row.known ~= "–" then list[#list + 1] = { id = ("%s-%d-known"):format(mode, number), mode = mode, known = true, row = row } end
  end
  return list
end

function Scene:address(row, phase)
  local word = row.answers[1].special
  if word == "no such name" then return "http://nobody.invalid" .. row.base end
  if word == "refused" then return "http://127.0.0.1:9" .. row.base end
  if row.server then return self.mocks.url(row.server) .. row.base end
  if word == "untrusted" then return self.mocks.url "secure" .. row.base, phase == 1 and ('tls = { ca_file = "%s" }'):format(self.authority) or nil end
  return self.mocks.url "hosts" .. row.base
end

-- The fields that lead there: before the answer is due, a host that is not there is reached through a proxy that answers for it.
local function way(scene, row, phase)
  local address, more = scene:address(row, phase)
  if phase == 1 and is_far(row) and not more then more = ('proxy = "%s"'):format(scene.mocks.url "hosts") end
  return address, more and more .. ", " or ""
end

local function provider_block(scene, s, phase)
  local row = s.row
  local address, more = way(scene, row, phase)
  local behind = s.mode == "forwarding" or s.mode == "injecting"
  local fields = { ('title = "The host", %s'):format(row.group.provider) }
  local function add(...) fields[#fields + 1] = (...):format(select(2, ...)) end
  if s.mode == "direct" then add('base_url = "%s"', address) else add 'base_url = "https://maker.invalid"' end
  if s.mode == "override" then add('override = "%s"', address) end
  if not behind and more ~= "" then fields[#fields + 1] = more:sub(1, -3) end
  if not row.group.keyless then add('credential = secret "%s"', s.mode == "injecting" and "UNSET_KEY" or "TABLE_KEY") end
  add("timeout = %s", row.answers[1].special == "hangs" and phase == 2 and "3" or "120")
  add('plain_http = true, headers = { ["x-phase"] = "%d", ["x-provider"] = "%s" }', phase, s.id)
  local lines = { ('provider "%s" { %s }'):format(s.id, table.concat(fields, ", ")) }
  for i = 1, tonumber(row.group.models or 1) do
    lines[i + 1] = ('model "%s%s" { provider = "%s", api_name = "one", recommended = true }'):format(s.id, i > 1 and "-" .. i or "", s.id)
  end
  return table.concat(lines, "\n")
end

-- One gateway for each mode and each way; those to the mock hosts share one.
local function gateway_blocks(scene, list, phase, lines)
  local served, order = {}, {}
  for _, s in ipairs(list) do
    if s.mode == "forwarding" or s.mode == "injecting" then
      local address, more = way(scene, s.row, phase)
      local origin = address:sub(1, #address - #s.row.base)
      local name = s.mode .. " " .. origin .. more
      if not served[name] then
        served[name] = { mode = s.mode, origin = origin, more = more, ids = {}, segments = {} }
        order[#order + 1] = name
      end
      local one = served[name]
      one.ids[#one.ids + 1] = ('"%s"'):format(s.id)
      one.segments[#one.segments + 1] = ('["%s"] = "%s"'):format(s.id, s.row.base:sub(2))
    end
  end
  for i, name in ipairs(order) do
    local one = served[name]
    lines[#lines + 1] = ('gateway "g%d" { base_url = "%s", path = "/{provider}", %scredentials = "%s", placeholder = "%s", providers = { %s }, segments = { %s } }')
      :format(i, one.origin, one.more, one.mode == "injecting" and "injected" or "forwarded", KEY, table.concat(one.ids, ", "),
        table.concat(one.segments, ", "))
  end
end

function Scene:write(phase)
  local lines, list = { "validate { deadline = 900, hold = false, billed_per_day = 10000 }" }, {}
  for _, s in ipairs(self.subjects) do
    if phase == 2 or s.known then
      list[#list + 1] = s
      lines[#lines + 1] = provider_block(self, s, phase)
    end
  end
  gateway_blocks(self, list, phase, lines)
  support.write(self.folder .. "/table.lua", table.concat(lines, "\n"))
end

local function openssl(folder, ...)
  local line = support.line { "openssl", ... }
  assert(os.execute(("cd %s && %s >openssl.log 2>&1"):format(support.quoted(folder), line)), line)
end

local function certificate()
  local folder = support.folder()
  openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", "/CN=" .. HERE,
    "-addext", "subjectAltName=IP:" .. HERE, "-keyout", "key.pem", "-out", "cert.pem")
  return folder
end

-- The world of these rows.
local function new_scene(rows, level)
  local scene = setmetatable({ subjects = {}, folder = support.folder(), rows = rows, level = level }, Scene)
  local routes, servers = {}, {}
  local tls = certificate()
  scene.authority = tls .. "/cert.pem"
  for number, row in ipairs(rows) do
    row.base = "/n" .. number
    row.subjects, row.ids = subjects(row, number), {}
    for i, s in ipairs(row.subjects) do
      row.ids[i] = s.id
      scene.subjects[#scene.subjects + 1] = s
    end
    local word, own = row.answers[1].special, {}
    if word == "raw" then
      row.server = "raw" .. number
      servers[#servers + 1] = { name = row.server, protocol = "raw", script = { { send = unescaped(row.answers[1].body) } } }
    elseif word == "hangs" then -- a server of its own: those that hang take the places of others at the same address
      row.server = "slow" .. number
      servers[#servers + 1] = { name = row.server, protocol = "none", routes = own }
    end
    add_routes(word == "hangs" and own or routes, row, row.base)
  end
  servers[#servers + 1] = { name = "hosts", protocol = "none", routes = routes }
  servers[#servers + 1] = { name = "secure", protocol = "none", routes = routes, tls = { cert = scene.authority, key = tls .. "/key.pem" } }
  scene.mocks = support.mock_servers(servers)
  return scene
end

-- Gives each subject `before` and `after`: its entries in the document before the answers came and then, with `usable`.
function Scene:walk()
  self:write(1)
  local registry = assert(require "roster".open { config = self.folder, builtin = false, level = self.level,
    environment = { TABLE_KEY = KEY, HOME = self.folder, PATH = os.getenv "PATH" } })
  local function entries()
    local snapshot, all = registry:snapshot(), {}
    local document = cjson.decode(snapshot:json())
    for _, part in ipairs { "models", "unavailable" } do
      for _, entry in ipairs(document[part]) do
        entry.usable = part == "models"
        all[entry.id] = entry
      end
    end
    snapshot:close()
    return all
  end
  for phase, name in ipairs { "before", "after" } do
    if phase == 2 then self:write(2) end
    assert(registry:refresh(self.level == "generate" and { "*" } or nil)) -- anew, although a proof holds
    local all = entries()
    for _, s in ipairs(self.subjects) do s[name] = all[s.id] end
  end
  registry:close()
  self.mocks.stop()
end

local AT_ONCE = 150 -- rows: the work of a refresh grows faster than the number of its endpoints

--- Asks the hosts of these rows. level: of the validation. Each of row.subjects has { id, mode, known, before, after } then.
function verdicts.walk(rows, level)
  for from = 1, #rows, AT_ONCE do new_scene({ table.unpack(rows, from, math.min(from + AT_ONCE - 1, #rows)) }, level):walk() end
end

return verdicts
