-- Which models retire, and who uses them: `roster models --retiring`, GET /api/retirements, and the calendar of it. All days are counted from
-- today, so that these hold on any day.
local serving = require "support.serving"
local support = require "support.roster"

teardown(support.stop_all)
teardown(serving.stop_all)

local function day(ahead) return os.date("!%Y-%m-%d", os.time() + ahead * 86400) end

local PROVIDERS = [[
  validate { level = "credential" }
  provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://acme.test", credential = secret "K" }
  provider "elm"  { title = "Elm",  protocol = "openai-chat", base_url = "https://elm.test",  credential = secret "UNSET" }
]]

local function block(id, fields, provider) return ('model "%s" { provider = "%s", %s }\n'):format(id, provider or "acme", fields) end
local function retiring(id, ahead, fields, provider) return block(id, ('retires = "%s", %s'):format(day(ahead), fields or ""), provider) end

local MODELS = PROVIDERS .. block("stays", 'tier = "balanced", recommended = true') .. retiring("late", 200) .. retiring("soon", 40, 'replacement = "stays"')
  .. retiring("next", 10) .. retiring("far", 30, "", "elm") .. retiring("gone", -9, "", "elm") .. retiring("lingers", -9)

local function run(days, text, ...)
  return support.roster({ "models", "--no-builtin", "--retiring", days, ... }, { config = { ["x.lua"] = MODELS .. (text or "") }, env = { K = "k" } })
end

local function listed(days, text, ...)
  local list = {}
  for i, entry in ipairs(run(days, text, "--json", ...).json().retirements) do list[i] = entry.id end
  return list
end

--- "soon: default, role cheap" for each that is used.
local function used(text, ...)
  local list = {}
  for _, entry in ipairs(run("365", text, "--json", ...).json().retirements) do
    if entry.used_by[1] then list[#list + 1] = entry.id .. ": " .. table.concat(entry.used_by, ", ") end
  end
  return list
end

describe("roster models --retiring", function ()
  it("lists what retires within the given days, earliest first, and what is overdue but still answers", function ()
    assert.same({ "lingers", "next", "far", "soon" }, listed "90")
    assert.same({ "lingers", "next" }, listed "10")
    assert.same({ "lingers" }, listed "9")
    assert.same({ "lingers", "next", "far", "soon", "late" }, listed "200")
  end)

  it("prints the day, the replacement and the state of each", function ()
    local all = run("90", "", "--json").json()
    local soon, far = all.retirements[4], all.retirements[3]
    assert.same({ day(40), 40, "stays", "ready", "acme", "Acme" }, { soon.retires, soon.days, soon.replacement, soon.state, soon.provider_id, soon.provider })
    assert.same({ "no_credential", require "cjson".null }, { far.state, far.replacement })
    local text = run("45", "").out
    assert.matches("soon +acme +" .. day(40):gsub("%-", "%%-") .. " +40 +stays", text)
    assert.matches("4 models retire within 45 days, 0 in use.\n", text, 1, true)
  end)

  it("exits with 0 if none of them is in use, and recommended is not a use", function ()
    assert.equal(0, run("90", 'default { "stays" }').status)
    assert.equal(0, run("90", block("shown", ('recommended = true, retires = "%s"'):format(day(5))) .. 'default { "stays" }').status)
    local none = support.roster({ "models", "--no-builtin", "--retiring", "9" }, { config = { ["x.lua"] = PROVIDERS .. block("m", "") }, env = { K = "k" } })
    assert.same({ 0, "0 models retire within 9 days, 0 in use.\n" }, { none.status, none.out })
  end)

  it("exits with 1 if the default or a role is one of them, by choice or by a list", function ()
    assert.same({ "next: default" }, used 'default { "next", "stays" }')
    assert.equal(1, run("90", 'default { "next", "stays" }').status)
    assert.equal(0, run("9", 'default { "next", "stays" }').status)
    assert.same({ "soon: role r", "late: default, role r" }, used 'default { wanted = "late" } role "r" { "late", "soon" }')
    local chosen = retiring("lined", 5, 'family = "line"') .. 'role "r" { family = "line" }'
    assert.same({ "lined: role r" }, used(chosen), "the role chooses it, and no list names it")
  end)

  it("counts a list that names one of them even if the model is not ready, and makes no requests with --offline", function ()
    assert.same({ "gone: role r", "far: role r" }, used 'role "r" { "far", "gone" }')
    local offline = run("90", 'role "r" { "far" }', "--offline")
    assert.equal(1, offline.status)
    assert.matches("^MODEL .* USE/STATE\n", offline.out)
    assert.matches("far +elm .* role r, no_credential", offline.out)
  end)

  it("uses the day on which a provider ends as the day of its models", function ()
    local said = support.roster({ "models", "--no-builtin", "--retiring", "30", "--json" },
      { config = { ["x.lua"] = MODELS:gsub('provider "acme" {', ('provider "acme" { retired = "%s", '):format(day(20)), 1) }, env = { K = "k" } }).json()
    local days = {}
    for _, entry in ipairs(said.retirements) do days[entry.id] = entry.days end
    assert.same({ lingers = -9, next = 10, stays = 20, far = 30 }, days)
  end)

  it("includes what a host reported as in use", function ()
    local cache = support.folder() .. "/cache.json"
    local registry = assert(require "roster".open { builtin = false, config = support.config { ["x.lua"] = MODELS }, environment = { K = "k" }, cache_file = cache })
    assert(registry:refresh())
    assert(registry:note_used "soon")
    assert(registry:refresh())
    local inside = {}
    for _, entry in ipairs(registry:snapshot():retirements()) do inside[entry.model.id] = entry.used_by[1] end
    assert.equal("in use", inside.soon)
    assert.is_nil(inside.next)
  end)

  for words, wrong in pairs { ["--retiring soon"] = "--retiring: 'soon' is not a number of days\n  next: write it like 90",
    ["--retiring 9 --kind chat"] = "--retiring and --kind exclude each other", ["--retiring"] = "--retiring needs DAYS" } do
    it(("refuses %s, with exit code 2"):format(words), function ()
      local list = { "models" }
      for word in words:gmatch "%S+" do list[#list + 1] = word end
      local said = support.roster(list)
      assert.equal(2, said.status)
      assert.matches(wrong, said.err, 1, true)
    end)
  end
end)

-- ---- the server ----

--- The components and properties of a calendar by RFC 5545: lines end with CRLF and have 75 bytes at most, a blank continues a line, and each
-- component that begins ends. Raises for anything else.
local function parse(text)
  assert(text:sub(-2) == "\r\n" and not text:gsub("\r\n", ""):find "[\r\n%z\1-\8\11-\31\127]", "a line ends with CRLF, and holds no control character")
  for line in text:gmatch "(.-)\r\n" do assert(#line <= 75, line) assert(utf8.len(line), "a character is folded in the middle") end
  local open, root = {}, nil
  for line in text:gsub("\r\n[ \t]", ""):gmatch "(.-)\r\n" do
    local name, parameters, value = line:match "^([%u-]+)([^:]*):(.*)$"
    assert(name, line)
    if name == "BEGIN" then
      local component = { kind = value, parts = {} }
      if open[1] then table.insert(open[#open].parts, component) else root = component end
      open[#open + 1] = component
    elseif name == "END" then
      assert.equal(value, table.remove(open).kind)
    else
      local into = assert(open[#open], line)
      assert(into[name] == nil, name .. " twice")
      into[name], into[name .. ";"] = value:gsub("\\n", "\n"):gsub("\\([\\;,])", "%1"), parameters
    end
  end
  assert(#open == 0 and root.kind == "VCALENDAR" and root.VERSION == "2.0" and root.PRODID and #root.parts > 0, "a calendar with a component")
  for _, event in ipairs(root.parts) do
    assert(event.kind ~= "VEVENT" or (event.UID and event.DTSTAMP:match "^%d%d%d%d%d%d%d%dT%d%d%d%d%d%dZ$" and event.DTSTART:match "^%d%d%d%d%d%d%d%d$"), event.UID)
  end
  return root
end

local function serve(text)
  return serving.start({ env = { K = "k" }, config = support.config { ["x.lua"] = MODELS .. (text or "") }, words = { "--no-builtin" } }).settle()
end

describe("GET /api/retirements", function ()
  it("gives the document of the command, of all days or within some", function ()
    local server = serve 'default { "next" }'
    assert.same(run("36500", 'default { "next" }', "--json").json(), server.get "/api/retirements".json())
    assert.same(run("10", 'default { "next" }', "--json").json(), server.get "/api/retirements?within=10".json())
  end)

  it("gives a calendar with an event for each, of an entire day", function ()
    local answer = serve 'default { "soon" }'.get "/api/retirements.ics"
    assert.same({ 200, "text/calendar; charset=utf-8" }, { answer.status, answer.headers["content-type"] })
    local calendar = parse(answer.body)
    assert.equal(5, #calendar.parts)
    local soon = calendar.parts[4]
    assert.same({ "retirement-soon@roster", day(40):gsub("%-", ""), ";VALUE=DATE", "soon (Acme) retires", "Its replacement is stays.\nUsed by: default" },
      { soon.UID, soon.DTSTART, soon["DTSTART;"], soon.SUMMARY, soon.DESCRIPTION })
  end)

  it("keeps the UID of an event when the day is moved or the model is renamed on its provider", function ()
    local function uid(text) return parse(serve(text).get "/api/retirements.ics?within=365".body).parts end
    local moved = uid(('model "moving" { provider = "acme", retires = "%s" }'):format(day(50)))
    local again = uid(('model "moving" { provider = "acme", retires = "%s", api_name = "other" }'):format(day(300)))
    local function has(list) for _, event in ipairs(list) do if event.UID == "retirement-moving@roster" then return true end end end
    assert.is_true(has(moved) and has(again))
  end)

  it("folds and escapes names of any length and in any script", function ()
    local id = "módèle; a, b\\c " .. ("ü"):rep(60)
    local calendar = parse(serve(retiring(id:gsub("\\", "\\\\"), 1)).get "/api/retirements.ics?within=1".body)
    assert.equal(id .. " (Acme) retires", calendar.parts[2].SUMMARY)
    assert.equal("retirement-" .. id .. "@roster", calendar.parts[2].UID)
  end)

  it("treats a month as its first day, and reports this", function ()
    local calendar = parse(serve(block("vague", 'retires = "2999-12"')).get "/api/retirements.ics".body)
    local vague = calendar.parts[#calendar.parts]
    assert.same({ "29991201", "No replacement is known.\nOnly 2999-12 is known of the day." }, { vague.DTSTART, vague.DESCRIPTION })
  end)

  it("is a calendar even if nothing retires", function ()
    local calendar = parse(serve().get "/api/retirements.ics?within=0".body:gsub("BEGIN:VEVENT.-END:VEVENT\r\n", "", 0))
    assert.equal("VEVENT", calendar.parts[1].kind, "what lingers is there")
    local empty = serving.start({ env = { K = "k" }, config = support.config { ["x.lua"] = PROVIDERS }, words = { "--no-builtin" } }).settle()
    assert.equal("VTIMEZONE", parse(empty.get "/api/retirements.ics".body).parts[1].kind)
  end)

  it("has its summary on the page: how many retire soon, and those in use", function ()
    local page = serving.page(serve 'default { "soon" }')
    assert.same({ 4, 1, "soon" }, { page.retiring, #page.used_retirements, page.used_retirements[1].id })
  end)

  it("refuses unknown parts of the query, with a reason", function ()
    local server = serve()
    for query, wrong in pairs { ["?within=soon"] = "within: 'soon' is not a number of days", ["?withn=9"] = "unknown word 'withn' (did you mean 'within'?)",
      ["?within=-1"] = "within: '-1' is not", ["?within=9&x=1"] = "unknown word 'x'" } do
      for _, path in ipairs { "/api/retirements", "/api/retirements.ics" } do
        local answer = server.get(path .. query)
        assert.equal(400, answer.status)
        assert.matches(wrong, answer.json().error.message, 1, true)
      end
    end
  end)
end)

describe("GET /api/pick", function ()
  local server
  local MORE = block("tooled", 'tool_call = true, context_window = 200 * K, price = { input = 2, output = 9 }') .. block("seeing",
    'tool_call = true, input_modalities = { "text", "image" }, context_window = 1 * M, price = { input = 5, output = 20 }')
  setup(function () server = serve(MORE) end)

  it("answers as the command does, in the same words with either dash", function ()
    for query, words in pairs { ["?tools"] = { "--tools" }, ["?tools=true&all"] = { "--tools", "--all" }, ["?vision&max_price=9"] = { "--vision", "--max-price", "9" },
      ["?max-output-price=9&context=200K"] = { "--max-output-price", "9", "--context", "200K" }, ["?json_schema"] = { "--json-schema" },
      ["?json-schema&maybe&provider=acme"] = { "--json-schema", "--maybe", "--provider", "acme" }, ["?tools=false"] = {}, ["?proved=chat"] = { "--proved", "chat" } } do
      local answer = server.get("/api/pick" .. query)
      local said = support.roster({ "pick", "--no-builtin", "--json", table.unpack(words) }, { config = { ["x.lua"] = MODELS .. MORE }, env = { K = "k" } }).json()
      assert.equal(200, answer.status, query)
      local function plain(document)
        return { support.ids(document.models), document.candidates, document.fell_out }
      end
      assert.same(plain(said), plain(answer.json()), query)
    end
  end)

  it("gives an empty list and the counts if none meets them", function ()
    local answer = server.get "/api/pick?tools&reasoning"
    assert.same({ 200, {}, { tools = 5, reasoning = 2 } }, { answer.status, answer.json().models, answer.json().fell_out })
  end)

  for query, wrong in pairs { ["?tolls"] = "the query has an unknown word 'tolls' (did you mean 'tools'?)", ["?context=2X"] = "context: '2X' is not a number of tokens",
    ["?max_price=-1"] = "max_price: '-1' is not a price", ["?tools=perhaps"] = "tools: 'perhaps' is neither true nor false", ["?proved=tols"] = "'tols' cannot be proved",
    ["?tools&level=list"] = "unknown word 'level'", ["?family="] = "family needs a value", ["?provider=%ff"] = "the value of 'provider' cannot be read",
    ["?proved=chat&proved=tools"] = "'proved' is given twice", ["?all=2"] = "all: '2' is neither true nor false" } do
    it(("refuses %s in words"):format(query), function ()
      local answer = server.get("/api/pick" .. query)
      assert.equal(400, answer.status)
      assert.matches(wrong, answer.json().error.message, 1, true)
    end)
  end
end)
