-- Faults of networks and servers over real sockets: each fault has a server of its own, in the clear and over TLS, and is met at every place
-- where roster asks. All places of many faults are asked in one refresh of one registry, with two providers beside them that work.
--
-- A fault is a table: what it does, `script` (of the raw server; see src/mock/scenario.c) and what spec/network_faults_spec.lua expects.
-- `ways` (list: "plain", "TLS") and `places` leave some out; `server` has more fields of its server, `url` an address instead of one;
-- `apart` is a server for each place, where answers depend on the connection; `certificate` names the one that it shows, `slow` gives it a second and no more.
local cjson = require "cjson"
local support = require "support.roster"

local network = {}

-- And three more where a fault asks for them: "second" is a look-up behind a listing, on the same connection; "again" is a source that was
-- taken before; "signed" one with a key, whose signature comes second.
network.places = { "listing", "proof", "generate", "override", "gateway", "source" }
network.ways = { "plain", "TLS" }

-- Its characters look different in every form that a key may be found in.
network.KEY = "sk-Kanarie+7f3a/9c21&e0d4<b6=="

local SLOW, SOURCE_SLOW, ENOUGH = 1, 0.1, 60 -- seconds; sources are asked one after the other

-- ---- certificates ----

local EC = { "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes" }

local function openssl(folder, ...)
  local line = ("cd %s && %s >openssl.log 2>&1"):format(support.quoted(folder), support.line { "openssl", ... })
  if not os.execute(line) then error(line .. "\n" .. (support.read(folder .. "/openssl.log") or "")) end
end

local function self_signed(folder, name, subject, names)
  openssl(folder, "req", "-x509", EC[1], EC[2], EC[3], EC[4], EC[5], "-days", "2", "-subj", "/CN=" .. subject, "-addext", names,
    "-keyout", name .. "-key.pem", "-out", name .. ".pem")
end

--- `openssl ca` takes the days as they are, so a certificate can be over, or begin later.
local function signed(folder, name, by, names, from, to)
  openssl(folder, "req", EC[1], EC[2], EC[3], EC[4], EC[5], "-subj", "/CN=" .. name, "-keyout", name .. "-key.pem", "-out", name .. ".csr")
  support.write(folder .. "/index", "")
  support.write(folder .. "/ca.cnf", ([[
[ca]
default_ca = one
[one]
database = index
serial = serial
new_certs_dir = .
default_md = sha256
policy = any
x509_extensions = names
[any]
commonName = supplied
[names]
subjectAltName = %s
]]):format(names))
  support.write(folder .. "/serial", ("%02d\n"):format(#name + 10))
  openssl(folder, "ca", "-batch", "-config", "ca.cnf", "-cert", by .. ".pem", "-keyfile", by .. "-key.pem", "-in", name .. ".csr", "-out", name .. ".pem",
    "-notext", "-startdate", from, "-enddate", to)
end

local folder

--- Made once, and shared by all scenes until the specs of the file end.
local function certificates()
  if folder and support.read(folder .. "/server.pem") then return folder end
  folder = support.folder()
  local now = os.time()
  local function day(days) return os.date("!%Y%m%d%H%M%SZ", now + days * 86400) end
  self_signed(folder, "ours", "ours", "basicConstraints=CA:TRUE")
  self_signed(folder, "theirs", "theirs", "basicConstraints=CA:TRUE")
  self_signed(folder, "alone", "127.0.0.1", "subjectAltName=IP:127.0.0.1")
  local here = "IP:127.0.0.1,IP:::1,DNS:localhost"
  signed(folder, "server", "ours", here, day(-1), day(2))
  signed(folder, "expired", "ours", here, day(-9), day(-2))
  signed(folder, "early", "ours", here, day(2), day(9))
  signed(folder, "elsewhere", "ours", "DNS:other.example", day(-1), day(2))
  signed(folder, "stranger", "theirs", here, day(-1), day(2))
  return folder
end

-- ---- definitions ----

local FIRST = [[
validate { deadline = 90, hold = false, billed_per_day = 100000 }
protocol "looked" { inherit = "openai-chat", list = none }
protocol "billed" { inherit = "openai-chat", list = none, prove = {} }
]]

local blocks = {
  listing  = 'provider "ID" { title = "The ID", protocol = "PROTOCOL", base_url = "URL", credential = secret "KEY", list_proves = "access", prove = {}, MORE }',
  proof    = 'provider "ID" { title = "The ID", protocol = "looked", base_url = "URL", credential = secret "KEY", MORE }',
  second   = 'provider "ID" { title = "The ID", protocol = "openai-chat", base_url = "URL", credential = secret "KEY", list_proves = "names", MORE }',
  generate = 'provider "ID" { title = "The ID", protocol = "billed", base_url = "URL", credential = secret "KEY", unproven = "generate", MORE }',
  override = 'provider "ID" { title = "The ID", protocol = "PROTOCOL", base_url = "https://maker.invalid", override = "URL", credential = secret "KEY", '
    .. 'list_proves = "access", prove = {}, MORE }',
  gateway  = 'provider "ID" { title = "The ID", protocol = "PROTOCOL", base_url = "https://maker.invalid", credential = secret "KEY", prove = {}, TIME }\n'
    .. 'gateway "door-ID" { base_url = "URL", providers = { "ID" }, list_proves = "access", TLS }',
  source   = 'source "ID" { url = "URL/facts.json", may = "models", MORE }',
  again    = 'source "ID" { url = "URL/facts.json", may = "models", MORE }',
  signed   = 'source "ID" { url = "URL/facts.json", key = "RWRxkuj5isMHFo0k+qdcPeyfYV3KfHE/5Qr9KhkYnTL20TK542hXHN81", MORE }',
}

function network.is_source(place) return place == "source" or place == "again" or place == "signed" end

--- Replaces capital words; what comes in is not looked at again.
local function filled(text, words) return (text:gsub("%u%u+", words)) end

local Scene = {}
Scene.__index = Scene


--- Every place and way in which the fault is met.
local function cases_of(fault, number)
  local list = {}
  for _, way in ipairs(fault.ways or network.ways) do
    for _, place in ipairs(fault.places or network.places) do
      list[#list + 1] = { fault = fault, place = place, way = way, id = ("%s-%s-%d"):format(place, way:lower(), number),
        server = ("s-%s-%d%s"):format(way:lower(), number, fault.apart and "-" .. place or "") }
    end
  end
  return list
end

--- The cases of these faults, in order; they have their answers after network.walk.
function network.cases(faults)
  local list = {}
  for number, fault in ipairs(faults) do
    for _, case in ipairs(cases_of(fault, number)) do list[#list + 1] = case end
  end
  return list
end

function Scene:server_of(case)
  local fault = case.fault
  local server = { name = case.server, protocol = "raw", script = type(fault.script) == "function" and fault.script(self) or fault.script }
  for name, value in pairs(fault.server or {}) do server[name] = value end
  if case.way == "TLS" and not fault.speaks_plain or fault.speaks_tls then
    local name = fault.certificate or "server"
    server.tls = { cert = self:pem(name), key = self:pem(name .. "-key"), versions = fault.versions }
  end
  return server
end

function Scene:pem(name) return self.certificates .. "/" .. name .. ".pem" end

function Scene:address(case)
  if case.fault.url then return (case.fault.url:gsub("^http:", case.way == "TLS" and "https:" or "http:")) end
  return (self.mocks.url(case.server):gsub("^https?:", case.way == "TLS" and "https:" or "http:"))
end

function Scene:block(case, patient)
  local fault = case.fault
  case.url = self:address(case)
  local time = "timeout = " .. ((patient or not fault.slow) and ENOUGH or type(fault.slow) == "number" and fault.slow or network.is_source(case.place) and SOURCE_SLOW or SLOW)
  local tls = case.way == "TLS" and ('tls = { ca_file = "%s" }'):format(self:pem(fault.trusts or "ours")) or ""
  local text = filled(blocks[case.place], { ID = case.id, URL = case.url, PROTOCOL = fault.protocol or "openai-chat", TIME = time, TLS = tls,
    MORE = time .. (tls ~= "" and ", " .. tls or "") })
  if network.is_source(case.place) then return text end
  return text .. ('\nmodel "%s" { provider = "%s", api_name = "one", kind = "chat", recommended = true }'):format("m-" .. case.id, case.id)
end

local STEADY = [[
provider "steady" { protocol = "anthropic-messages", base_url = "PLAIN", credential = secret "KEY", list_proves = "access", timeout = 60 }
model "firm" { provider = "steady" }
provider "sealed" { protocol = "anthropic-messages", base_url = "SECURE", credential = secret "KEY", list_proves = "access", timeout = 60, tls = { ca_file = "OURS" } }
model "fast" { provider = "sealed" }
]]

local function new_scene(cases)
  local scene = setmetatable({ cases = cases, certificates = certificates(), config = support.folder(), home = support.folder(), log = {} }, Scene)
  scene.there = support.mock_servers { { name = "there", protocol = "openai", models = { "one" } } }
  local own = { cert = scene:pem "server", key = scene:pem "server-key" }
  local servers, started = { { name = "plain", protocol = "anthropic-messages", models = { "firm" } },
    { name = "secure", protocol = "anthropic-messages", models = { "fast" }, tls = own } }, {}
  for _, case in ipairs(cases) do
    if not case.fault.url and not started[case.server] then
      started[case.server] = true
      servers[#servers + 1] = scene:server_of(case)
    end
  end
  scene.mocks = support.mock_servers(servers)
  return scene
end

--- Writes the definitions of all cases. `patient`: even those that are slow get time enough.
function Scene:write(patient)
  local lines = { FIRST, filled(STEADY, { PLAIN = self.mocks.url "plain", SECURE = self.mocks.url "secure", OURS = self:pem "ours" }) }
  for i, case in ipairs(self.cases) do lines[i + 2] = self:block(case, patient) end
  support.write(self.config .. "/network.lua", table.concat(lines, "\n"))
end

-- ---- asking ----

local function entries_of(document)
  local all = {}
  for _, part in ipairs { "models", "unavailable" } do
    for _, entry in ipairs(document[part]) do
      entry.usable = part == "models"
      all[entry.id] = entry
    end
  end
  return all
end

local AT_ONCE = 32 -- looks: the module gives 64 at most

--- What came of the look at each source.
local function looks_of(registry, ids)
  local looks = {}
  for from = 1, #ids, AT_ONCE do
    local all = assert(registry:update_sources { table.unpack(ids, from, math.min(from + AT_ONCE - 1, #ids)) })
    for _, look in ipairs(all) do looks[look.id] = look end
  end
  return looks
end

--- What a registry that begins now knows of each of them.
function Scene:kept(looks)
  local registry <close> = assert(require "roster".open { config = self.config, builtin = false, environment = { HOME = self.home } })
  local snapshot <close> = registry:snapshot()
  for _, state in ipairs(snapshot:sources()) do
    if looks[state.id] then looks[state.id].kept = state end
  end
end

function Scene:ask()
  local function tell(what) self.log[#self.log + 1] = what.message or what.reason or "" end
  local ids, before = {}, {}
  for _, case in ipairs(self.cases) do
    if network.is_source(case.place) then ids[#ids + 1] = case.id end
    if case.place == "again" then before[#before + 1] = case.id end
  end
  self:write(#before > 0)
  local registry = assert(require "roster".open { config = self.config, builtin = false, keep_requests = true, on_finding = tell,
    environment = { KEY = network.KEY, HOME = self.home, PATH = os.getenv "PATH" } })
  if #before > 0 then
    for _, look in ipairs(assert(registry:update_sources(before))) do assert(look.outcome == "updated", look.problem) end
    self:write() -- which the refresh reads
  end
  local begun = os.time()
  assert(registry:refresh())
  self.took = os.time() - begun
  local looks, snapshot = looks_of(registry, ids), registry:snapshot()
  if #ids > 0 then self:kept(looks) end
  local text = snapshot:json()
  self.log[#self.log + 1] = text
  self.document = cjson.decode(text)
  local all = entries_of(self.document)
  for _, case in ipairs(self.cases) do
    if network.is_source(case.place) then
      case.entry = looks[case.id]
      self.log[#self.log + 1] = cjson.encode(case.entry)
    else
      case.entry = all["m-" .. case.id]
      local story = snapshot:explain("m-" .. case.id)
      self.log[#self.log + 1] = story
      case.story = cjson.decode(story)
    end
  end
  self.firm = { all.firm, all.fast }
  snapshot:close()
  registry:close()
  self.redirected = self.there.requests()
  self.log[#self.log + 1] = support.capture("cat " .. support.quoted(self.home) .. "/.cache/roster/* " .. support.quoted(self.home) .. "/.local/state/roster/* 2>/dev/null")
  self.mocks.stop()
  self.there.stop()
end

--- Asks all of these cases. Gives the scene: document, took (seconds), firm (the entries of the two that work), log (all that was said).
-- Each case has `entry` then, and for a model `story` (as `roster explain` tells it).
function network.walk(cases)
  local scene = new_scene(cases)
  scene:ask()
  return scene
end

-- ---- keys ----

local function base64(text)
  local marks, out = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", {}
  for i = 1, #text - 2, 3 do
    local a, b, c = text:byte(i, i + 2)
    local n = a << 16 | b << 8 | c
    for shift = 18, 0, -6 do
      local at = (n >> shift & 63) + 1
      out[#out + 1] = marks:sub(at, at)
    end
  end
  return table.concat(out)
end

local function each_byte(text, format) return (text:gsub(".", function (c) return format:format(c:byte()) end)) end

--- The forms in which a server may repeat a key, by name.
function network.spellings(key)
  local forms = { ["as it is"] = key, backwards = key:reverse(), ["in hexadecimal"] = each_byte(key, "%02x"), ["all in percent"] = each_byte(key, "%%%02x"),
    ["in percent"] = (key:gsub("[^%w%-._~]", function (c) return ("%%%02X"):format(c:byte()) end)), ["in entities"] = each_byte(key, "&#%d;"),
    ["in named entities"] = (key:gsub("&", "&amp;"):gsub("<", "&lt;")), ["in escapes"] = each_byte(key, "\\u%04x"), ["with escaped slashes"] = (key:gsub("/", "\\/")),
    ["in capitals"] = key:upper() }
  for skip = 0, 2 do forms[("in base64, from byte %d"):format(skip + 1)] = base64(key:sub(1 + skip)) end
  return forms
end

--- The same in lower case, as a list: what is searched for in lower case.
function network.forms(key)
  local forms = {}
  for _, form in pairs(network.spellings(key)) do forms[#forms + 1] = form:lower() end
  return forms
end

--- A step that sends these bytes, which need not be UTF-8.
function network.bytes(text) return { send = each_byte(text, "%02x"), hex = true } end

--- Few bytes of gzip that would be a hundred megabytes.
function network.bomb() return (support.capture "head -c 100000000 /dev/zero | gzip -9") end

return network
