-- roster test with a protocol that roster does not ship: a scenario beside the file answers as its provider does.
local cjson = require "cjson"
local support = require "support.roster"

local ODD = [[
protocol "odd" {
  chat_path   = "/talk",
  auth        = header "x-odd-key",
  list        = get "/engines",
  list_proves = "access",
  read_list   = function (body)
    local models = {}
    for i, item in ipairs(body.engines) do models[i] = { name = item.title } end
    return models
  end,
  generate = function (model) return post("/talk", { engine = model.api_name }) end,
  verdict  = function (response)
    if response.status == 403 and response.body.fault == "wrong key" then return "bad_credential" end
    if response.status == 402 then return "no_quota" end
    if response.status == 200 then return "ready" end
  end,
}
provider "oddity" { protocol = "odd", base_url = "https://llm.odd.example/v9", credential = secret "ODD_API_KEY" }
model "odd-large" { provider = "oddity" }
]]

local function scenario()
  return { servers = {
    { name = "good", protocol = "none", expect = { models = { "odd-large", "odd-small" } }, routes = {
      { method = "GET", path = "/v9/engines", body = { engines = { { title = "odd-large" }, { title = "odd-small" } } } },
      { method = "POST", path = "/v9/talk", body = { said = "hello" } },
    } },
    { name = "refused", protocol = "none", expect = { state = "bad_credential", reason = "key_refused" },
      routes = { { path = "*", status = 403, body = { fault = "wrong key" } } } },
    { name = "no money left", protocol = "none", expect = { state = { "no_quota" } },
      routes = { { path = "*", status = 402, body = { fault = "money" } } } },
    { name = "busy talk", protocol = "none", expect = { state = "rate_limited", billed = true }, routes = {
      { method = "GET", path = "/v9/engines", body = { engines = { { title = "odd-large" } } } },
      { path = "*", status = 429, body = { fault = "busy" } },
    } },
  } }
end

--- Runs it in a folder with these definitions, and with the scenario beside them.
local function test(text, played, ...)
  local config = support.config { ["odd.lua"] = text, ["odd.scenario.json"] = played and (type(played) == "string" and played or cjson.encode(played)) }
  return support.roster { "test", config .. "/odd.lua", "--no-builtin", ... }, config
end

local function checks(result, name)
  local says = {}
  for _, check in ipairs(result.json().providers[1].checks) do
    if check.check == name then says[#says + 1] = check.result .. ": " .. check.says end
  end
  return says
end

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

describe("roster test with a scenario of the author's own", function ()
  it("acts as the provider with the servers in the file next to the definitions", function ()
    local result, config = test(ODD, scenario(), "--json")
    assert.equal(0, result.status)
    has(checks(result, "address")[1], "pass: the servers of " .. config .. "/odd.scenario.json answer")
    assert.same({ "pass: understood, 1 page" }, checks(result, "listing"))
    assert.same({ "pass: the listing gives odd-large, odd-small" }, checks(result, "names"))
    assert.same({ "pass: for free: ready at list" }, checks(result, "good key"))
    assert.same({ "pass: the smallest billed one: ready at generate" }, checks(result, "request"))
    assert.same({ "pass: for free: bad_credential at list", "pass: billed: bad_credential at list" }, checks(result, "bad key"))
    assert.same({ "pass: for free: no_quota at list" }, checks(result, "no money left"))
    assert.same({ "pass: billed: rate_limited at generate" }, checks(result, "busy talk"))
  end)

  it("distinguishes the pages of a listing by the parameters of the query", function ()
    local paged = ODD:gsub("return models\n", 'return models, body.more and get("/engines", { cursor = body.more })\n')
    local scene = scenario()
    local last = { method = "GET", path = "/v9/engines", query = { cursor = "two & last" }, body = { engines = { { title = "odd-small" } } } }
    local first = { method = "GET", path = "/v9/engines", query = { cursor = cjson.null },
      body = { engines = { { title = "odd-large" } }, more = "two & last" } }
    scene.servers[1].routes = { last, first, { method = "POST", path = "/v9/talk", body = { said = "hello" } } }
    local result = test(paged, scene, "--json")
    assert.equal(0, result.status, result.out)
    assert.same({ "pass: understood, 2 pages" }, checks(result, "listing"))
    assert.same({ "pass: the listing gives odd-large, odd-small" }, checks(result, "names"))
    last.query = { cursor = 2 }
    has(test(paged, scene).err, 'servers[0].routes[0].query.cursor: must be a string, or null where the parameter must be absent')
  end)

  it("names the function that failed, its line, and the answer that it read", function ()
    local result = test(ODD:gsub("body.engines", "body.motors"), scenario(), "--json")
    assert.equal(1, result.status)
    local says = checks(result, "listing")[1]
    has(says, "fail: it is not understood: look at read_list and verdict")
    has(says, "Server 'good' of ")
    has(says, "GET /v9/engines answered 200")
    has(says, "odd.lua:6) failed: ")
    has(says, "odd.lua:8: attempt to index a nil value")
    has(checks(result, "good key")[1], "as above")
  end)

  it("fails if a listing gives other names than the author expects", function ()
    local result = test(ODD:gsub("name = item.title", "name = item.title .. 'r'"), scenario(), "--json")
    assert.equal(1, result.status)
    has(checks(result, "names")[1], "fail: the listing gives odd-larger, odd-smallr; the scenario expects odd-large, odd-small")
  end)

  it("fails if the verdict lets a refused key pass, and names the state that was expected", function ()
    local result = test(ODD:gsub('"wrong key"', '"bad key"'):gsub("status == 402", "status == 403"), scenario(), "--json")
    assert.equal(1, result.status)
    local says = checks(result, "bad key")[1]
    has(says, "fail: for free: no_quota at list. Look at verdict: the scenario expects bad_credential, with the reason key_refused")
    has(says, "Server 'refused' of ")
    has(says, "GET /v9/engines answered 403, taken for no_quota")
    has(checks(result, "no money left")[1], "the scenario expects no_quota")
  end)

  it("names the author's servers for a limit, an outage and a page, whose answers need not be those of roster's own", function ()
    local scene = scenario()
    for _, server in ipairs { { "limited", 420, "rate_limited" }, { "down", 530, "provider_error" }, { "page", 203, "unproven" } } do
      scene.servers[#scene.servers + 1] = { name = server[1], protocol = "none", expect = { state = server[3] },
        routes = { { path = "*", status = server[2], text = '<html>' .. server[1] .. '</html>' } } }
    end
    local result = test(ODD:gsub("if response.status == 402", 'if response.status == 420 then return "rate_limited" end\n    %0'), scene, "--json")
    assert.same({ "pass: server 'limited': rate_limited at list", "pass: what was ready before stays usable" }, checks(result, "limit"))
    assert.same({ "pass: server 'down': provider_error at list" }, checks(result, "outage"))
    has(checks(result, "page")[1], "pass: server 'page': unproven at ")
  end)

  it("explains that a listing with status 200 that the verdict takes for a failure decides nothing", function ()
    local scene = scenario()
    scene.servers[#scene.servers + 1] = { name = "down", protocol = "none", expect = { state = "provider_error" },
      routes = { { path = "*", status = 200, body = { fault = "asleep" } } } }
    local asleep = ODD:gsub("if response.status == 200", 'if response.body.fault == "asleep" then return "provider_error" end\n    %0')
    local result = test(asleep, scene, "--json")
    assert.equal(1, result.status)
    has(checks(result, "outage")[1], "GET /v9/engines answered 200, taken for provider_error")
    has(checks(result, "outage")[1], 'cannot be read, which decides nothing: expect "unproven"')
    scene.servers[#scene.servers].expect.state = "unproven"
    assert.same({ "pass: server 'down': unproven at prove" }, checks(test(asleep, scene, "--json"), "outage"))
  end)

  it("names the function that failed at a page, a limit or an outage of roster's own servers too", function ()
    local result = test(ODD:gsub("if response.status == 200", 'if response.body.fault.code == "asleep" then return "provider_error" end\n    %0'), scenario(), "--json")
    assert.equal(1, result.status)
    local says = checks(result, "page")[1]
    has(says, "fail: an HTML page with status 200: disabled at list")
    has(says, "GET /v9/engines answered 200")
    has(says, "odd.lua:15: attempt to index")
  end)

  it("points to the routes of the scenario if it has none for a request", function ()
    local result = test(ODD:gsub('get "/engines"', 'get "/models"'), scenario(), "--json")
    has(checks(result, "listing")[1], "look at read_list and verdict, and at the routes of the server, which has none for this request")
    has(checks(result, "listing")[1], "GET /v9/models answered 404")
  end)

  it("prints all of that to people too", function ()
    local result = test(ODD:gsub("body.engines", "body.motors"), scenario())
    assert.equal(1, result.status)
    has(result.out:gsub("%s+", " "), "odd.lua:8: attempt to index a nil value")
  end)

  it("takes a scenario from elsewhere by --scenario, also for a protocol that roster speaks", function ()
    local elsewhere = support.config { ["mine.json"] = cjson.encode { servers = {
      { name = "good", protocol = "openai", prefix = "/v9", models = { "odd-large" }, expect = { state = "ready" } },
    } } }
    local text = 'provider "oddity" { protocol = "openai-chat", base_url = "https://llm.odd.example/v9", prefix = "/v1", list_proves = "access", ' ..
      'credential = secret "ODD_API_KEY" }\nmodel "odd-large" { provider = "oddity" }\n'
    local result = test(text, nil, "--json", "--scenario", elsewhere .. "/mine.json")
    has(checks(result, "address")[1], "mine.json")
    assert.same({ "pass: for free: ready at list" }, checks(result, "good key"))
  end)

  it("prints what to write if there is none", function ()
    local result, config = test(ODD, nil, "--json")
    assert.equal(0, result.status)
    local says = checks(result, "address")[1]
    has(says, "remark: no mock server speaks odd, so how its answers are read is not tested")
    has(says, "Write " .. config .. "/odd.scenario.json")
    has(says, 'a server "good" that answers /v9/engines as the provider does')
  end)

  it("refuses a scenario with a mistake, and prints its place", function ()
    local MISTAKES = {
      { '{ "servers": [', "odd.scenario.json: line 1, column 14: " },
      { '{ "servers": [] }', "odd.scenario.json: servers: needs at least one server" },
      { '{ "servers": [{ "name": "good", "protocol": "none", "expect": { "state": "redy" } }] }',
        "servers[0].expect.state: unknown state 'redy' (did you mean 'ready'?)" },
      { '{ "servers": [{ "name": "good", "protocol": "none", "expect": { "status": 3 } }] }',
        "servers[0].expect.status: unknown key; known here: state, reason, models, billed" },
      { '{ "servers": [{ "name": "good", "protocol": "none", "expect": { "reason": "because" } }] }', "servers[0].expect.reason: must be a reason code" },
      { '{ "servers": [{ "name": "good", "protocol": "none", "routes": [{ "path": "x" }] }] }', "servers[0].routes[0].path: must begin with a slash" },
    }
    for _, mistake in ipairs(MISTAKES) do
      local result = test(ODD, mistake[1])
      assert.equal(2, result.status)
      has(result.err, mistake[2])
    end
  end)

  it("has a note for a scenario without a good server, and for a server of which nothing is expected", function ()
    local played = { servers = { { name = "acme", protocol = "none", routes = { { path = "*", status = 429 } } } } }
    local result = test(ODD, played, "--json")
    assert.equal(0, result.status)
    has(checks(result, "address")[1], 'remark: the servers of ')
    has(checks(result, "address")[1], 'but none is named "good"')
    assert.same({ 'remark: for free: rate_limited at list. The server does not say what is right: write "expect": { "state": ... }' }, checks(result, "acme"))
  end)

  it("is not taken for definitions if it is among them, and neither is the schema for editors", function ()
    local config = support.config { ["odd.lua"] = ODD, ["odd.scenario.json"] = cjson.encode(scenario()), ["overlay.schema.json"] = support.roster({ "schema" }).out }
    assert.same({}, (support.lint(config)))
  end)
end)
