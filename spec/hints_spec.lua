-- What a person who meets a verdict for the first time is told to do next: the hint names what roster has seen, and says nothing that is not so.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function lacks(text, part) assert.falsy(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

local JSON = { ["content-type"] = "application/json" }
local UNKNOWN_PATH = { path = "/*", status = 404, headers = JSON, text = '{"detail":"Not Found"}' }

local function listing(names)
  local rows = {}
  for i, name in ipairs(names) do rows[i] = ('{"id":"%s","object":"model"}'):format(name) end
  return ('{"object":"list","data":[%s]}'):format(table.concat(rows, ","))
end

-- The routes of a host that lists these models, to this key alone unless `open`, and serves nothing else.
local function listing_routes(key, names, open)
  local wrong = { path = "/*", status = 401, headers = JSON, text = '{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}' }
  local when = not open and { authorization = "Bearer " .. key } or nil
  local unknown = { path = "/*", when = when, status = 404, headers = JSON, text = UNKNOWN_PATH.text }
  return { { path = "/v1/models", when = when, headers = JSON, text = listing(names) }, unknown, not open and wrong or nil }
end

--- A scene of providers { id, names of the listing, fields, api_name }; each has the model "m-ID".
local function scene_of(cases)
  local parts = {}
  for i, case in ipairs(cases) do
    local id = case[1]
    parts[i] = { id, protocol = "openai-chat", fields = case.fields, keyless = case.keyless,
      models = { { "m-" .. id, ('api_name = "%s",'):format(case.api_name or "acme-large") }, table.unpack(case.more or {}) },
      server = { protocol = "none", models = false, keys = false, routes = listing_routes("sk-" .. id .. "-0123456789abcdef", case.names, case.keyless) } }
    parts[i].server.models, parts[i].server.keys = nil, nil
  end
  return support.scene(parts)
end

describe("The hint of a model that its provider does not list", function ()
  teardown(support.stop_all)

  local NEAR = {
    { "case", names = { "zero", "Acme-Large" }, near = "Acme-Large" },
    { "maker", names = { "zero", "acme/acme-large" }, near = "acme/acme-large" },
    { "bare", names = { "acme-large", "zero" }, api_name = "acme/acme-large", near = "acme-large" },
    { "dots", names = { "acme-4.5" }, api_name = "acme-4-5", near = "acme-4.5" },
    { "best", names = { "x/acme-large", "y/acme-large", "ACME-large" }, near = "ACME-large" },
    { "two", names = { "x/acme-large", "y/acme-large" } },
    { "other", names = { "x/acme-large" }, api_name = "y/acme-large" },
    { "part", names = { "acme-large-2", "big-acme-large" } },
    { "quote", names = { 'acme\\"/acme-large' } },
  }

  local function check(fields, state)
    local cases = {}
    for i, case in ipairs(NEAR) do cases[i] = setmetatable({ fields = fields }, { __index = case, __len = function () return 1 end }) end
    local document = scene_of(cases).models()
    for _, case in ipairs(NEAR) do
      local entry = support.entry(document, "m-" .. case[1])
      assert.equal(state, entry.state, case[1])
      if case.near then has(entry.hint, ('it lists "%s": write api_name = "%s"'):format(case.near, case.near)) else lacks(entry.hint, "it lists") end
    end
  end

  it("names the one name in the listing that differs in case, in its maker or in a dot", function () check('list_proves = "shown",', "not_listed") end)

  it("names it too where no free request could prove anything", function () check(nil, "unproven") end)

  it("names no model that has a block of its own", function ()
    local entry = scene_of({ { "twin", names = { "Acme-Large" }, fields = 'list_proves = "shown",', more = { { "other", 'api_name = "Acme-Large",' } } } }).entry "m-twin"
    assert.equal("not_listed", entry.state)
    lacks(entry.hint, "it lists")
  end)

  it("names it where a look-up by name says that it is not known", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", server = { models = { "Acme-Large" } }, models = { "acme-large" } } }
    local entry = scene.entry "acme-large"
    assert.equal("model_unknown", entry.reason_code)
    has(entry.hint, 'write api_name = "Acme-Large"')
  end)

  it("finds it among 50,000 others", function ()
    local names = {}
    for i = 1, 50000 do names[i] = ("maker-%d/model-%d"):format(i % 100, i) end
    local entry = scene_of({ { "many", names = names, fields = 'list_proves = "shown",', api_name = "Model-49999" } }).entry "m-many"
    has(entry.reason, "not among the 50000 models")
    has(entry.hint, 'it lists "maker-99/model-49999"')
  end)
end)

describe("The verdict on a model that is only listed", function ()
  teardown(support.stop_all)

  it("says whether it is listed, and offers the free way before the billed one", function ()
    local document = scene_of({ { "there", names = { "acme-large" } }, { "absent", names = { "zero" } } }).models()
    local there, absent = support.entry(document, "m-there"), support.entry(document, "m-absent")
    assert.same({ "listing_proves_nothing", "listing_proves_nothing" }, { there.reason_code, absent.reason_code })
    has(there.reason, "it is listed")
    has(there.hint, [[list_proves = "shown" in the block of provider 'there' lets a free request with a made-up key decide]])
    has(there.hint, "a check at level generate")
    has(absent.reason, "it is not among the 1 model that is listed")
    lacks(absent.hint, "shown")
    has(absent.hint, "api_name")
  end)

  it("is ready for free once the block says so", function ()
    assert.equal("ready", scene_of({ { "there", names = { "acme-large" }, fields = 'list_proves = "shown",' } }).entry "m-there".state)
  end)

  it("offers it behind an override and behind a gateway that forwards the key, where it is true too", function ()
    local KEY = "sk-acme-0123456789abcdef"
    local function verdicts(fields)
      local scene = support.scene({ { "over", protocol = "openai-chat", url = "http://127.0.0.1:9", key = KEY, models = { { "m-over", 'api_name = "acme-large",' } },
          fields = 'override = setting "OVER_URL",' .. fields },
        { "behind", protocol = "openai-chat", url = "http://127.0.0.1:9", key = KEY, models = { { "m-behind", 'api_name = "acme-large",' } }, fields = fields } }, {
        servers = { { name = "host", protocol = "none", routes = listing_routes(KEY, { "acme-large" }) } },
        text = function (mocks) return ('gateway "door" { base_url = "%s", path = "", providers = { "behind" } }'):format(mocks.url "host") end })
      scene.options.env.OVER_URL = scene.mocks.url "host"
      return scene.models()
    end
    local before, after = verdicts "", verdicts 'list_proves = "shown",'
    for _, id in ipairs { "m-over", "m-behind" } do
      local entry = support.entry(before, id)
      assert.equal("listing_proves_nothing", entry.reason_code, id)
      has(entry.hint, 'list_proves = "shown" in the block of provider')
      assert.equal("ready", support.entry(after, id).state, id)
    end
  end)

  it("does not offer what a gateway's own word rules out, or what the gateway's key would answer", function ()
    local routes = listing_routes("sk-there-0123456789abcdef", { "acme-large" }, true)
    local scene = support.scene({ { "there", protocol = "openai-chat", url = "http://127.0.0.1:9", models = { { "m-there", 'api_name = "acme-large",' } } },
      { "adds", protocol = "openai-chat", url = "http://127.0.0.1:9", key = false, models = { { "m-adds", 'api_name = "acme-large",' } } } }, {
      servers = { { name = "door", protocol = "none", routes = routes } }, text = function (mocks) return ([[
        gateway "door" { base_url = "%s", path = "", providers = { "there" }, list_proves = "names" }
        gateway "safe" { base_url = "%s", path = "", providers = { "adds" }, credentials = "injected" }]]):format(mocks.url "door", mocks.url "door") end })
    local document = scene.models()
    for _, id in ipairs { "m-there", "m-adds" } do
      local entry = support.entry(document, id)
      assert.equal("unproven", entry.state, id)
      lacks(entry.hint, "shown")
    end
  end)
end)

describe("A verdict on a provider that needs no key", function ()
  teardown(support.stop_all)

  local function ollama(tags, show)
    return support.scene { { "acme", protocol = "ollama", keyless = true, models = { "acme-large" }, server = { protocol = "none", routes = {
      { path = "/api/tags", headers = JSON, text = tags },
      { path = "/api/show", method = "POST", status = show and 404, headers = JSON, text = show },
      UNKNOWN_PATH } } } }
  end

  it("says of an Ollama without models that it lists none, and how one gets there", function ()
    local entry = ollama('{"models":[]}', [[{"error":"model 'acme-large' not found"}]]).entry "acme-large"
    assert.equal("not_listed", entry.state)
    has(entry.reason, "lists no models")
    has(entry.hint, "ollama pull acme-large")
    lacks(entry.reason, "key")
  end)

  it("says of an Ollama with others that it does not know the model", function ()
    local entry = ollama('{"models":[{"name":"zero","model":"zero"}]}', [[{"error":"model 'acme-large' not found"}]]).entry "acme-large"
    has(entry.reason, "The acme does not know acme-large (404:")
    has(entry.hint, "ollama pull acme-large")
  end)

  it("does not say that a key is accepted where none was sent", function ()
    local cases = { { "absent", names = { "zero" } }, { "none", names = {} } }
    for _, case in ipairs(cases) do case.keyless = true end
    local document = scene_of(cases).models()
    local absent, none = support.entry(document, "m-absent"), support.entry(document, "m-none")
    has(absent.reason, "acme-large is not among the 1 model that The absent lists")
    has(none.reason, "The none lists no models")
    has(none.hint, "see there whether a model is loaded; check api_name")
    local refusing = support.scene { { "shut", protocol = "openai-chat", keyless = true, models = { "m" }, fields = "prove = { function (model) return get('/has') end },",
      server = { protocol = "none", routes = { { path = "/v1/has", status = 403, headers = JSON, text = '{"error":{"message":"not this one","code":"x"}}' }, UNKNOWN_PATH } } } }
    local entry = refusing.entry "m"
    assert.equal("no_access", entry.state)
    for _, one in ipairs { absent, none, entry } do lacks(one.reason .. one.hint, "the key") lacks(one.hint, "another key") end
  end)

  it("says of a listing without models that a key was accepted where one was sent", function ()
    local entry = scene_of({ { "none", names = {}, fields = 'list_proves = "shown",' } }).entry "m-none"
    has(entry.reason, "The none accepts the key, but lists no models")
  end)
end)
