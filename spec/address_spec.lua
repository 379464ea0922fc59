-- address: where requests go. Text that becomes part of an address begins a new segment or is refused, so no key leaves for another host;
-- and the names of models are names there, whatever bytes they have. #module
local roster = require "roster"
local support = require "support.roster"

local HOST_KEY = "sk-address-0001"
local home, away, mocks

local function echo(body) return { { path = "*", status = 200, body = body } } end

setup(function ()
  mocks = support.mock_servers {
    { name = "home", protocol = "none", routes = echo { data = { { id = "m" } }, more = true, id = "m", choices = {} } },
    { name = "away", protocol = "none", routes = echo { data = { { id = "m" } } } },
    { name = "names", protocol = "openai", keys = { HOST_KEY }, models = { "./Qwen3", "50%off", "plain", "a/b", "/models/llama.gguf", "org//x",
        "what?", "a#b", "@cf/meta/llama", "accounts/x/models/y", "qwen3:8b", "two words" } },
  }
  home, away = mocks.url "home", mocks.url "away"
end)

teardown(support.stop_all)

local function port_of(url) return url:match ":(%d+)$" end

-- Each stands where a path is due. HERE and THERE are the ports of the two servers.
local NASTY = { "m/v1", "0/v1", "@127.0.0.1:THERE/v1", ":THERE/v1", ".evil.test/v1", "//127.0.0.1:THERE/v1", "http://127.0.0.1:THERE/v1", "\\@127.0.0.1:THERE",
  "?v=1", "#v1", "/../admin", "/a/%2e%2E/admin", "/a/./b", "..", "/a//b", "/v1#@127.0.0.1:THERE", "/v1?to=127.0.0.1:THERE", "/\\..\\admin" }

-- Where such text can stand. TEXT is the quoted text, BASE the address of the server, with or without a path of its own.
local PLACES = {
  prefix    = [[provider "p" { protocol = "openai-chat", base_url = BASE, prefix = TEXT, credential = secret "P_KEY" }]],
  protocol  = [[protocol "odd" { prefix = TEXT, chat_path = "/chat", auth = bearer, list = get "/list", read_list = function () return {} end,
    generate = function () return post("/chat", { m = 1 }) end }
    provider "p" { protocol = "odd", base_url = BASE, credential = secret "P_KEY" }]],
  chat_path = [[protocol "odd" { chat_path = TEXT, auth = bearer, list = get "/list", read_list = function () return {} end }
    provider "p" { protocol = "odd", base_url = BASE, credential = secret "P_KEY" }]],
  list      = [[provider "p" { protocol = "openai-chat", base_url = BASE, prefix = "", list = get(TEXT), credential = secret "P_KEY" }]],
  prove_key = [[provider "p" { protocol = "openai-chat", base_url = BASE, prove_key = bare(get(TEXT)), credential = secret "P_KEY" }]],
  prove     = [[provider "p" { protocol = "openai-chat", base_url = BASE, prefix = "", prove = { get(TEXT), post(TEXT, { a = 1 }) }, credential = secret "P_KEY" }]],
  made      = [[provider "p" { protocol = "openai-chat", base_url = BASE, prefix = "", prove = { function () return bare(get(TEXT)) end }, credential = secret "P_KEY" }]],
  generate  = [[protocol "odd" { chat_path = "/chat", auth = bearer, generate = function () return post(TEXT, { m = 1 }) end }
    provider "p" { protocol = "odd", base_url = BASE, credential = secret "P_KEY" }]],
  next_page = [[protocol "odd" { chat_path = "/chat", auth = bearer, list = get "/list",
      read_list = function (body) return { { name = "m" } }, get(TEXT) end }
    provider "p" { protocol = "odd", base_url = BASE, credential = secret "P_KEY" }]],
  gateway   = [[gateway "g" { base_url = BASE, path = TEXT }
    provider "p" { protocol = "openai-chat", base_url = "https://p.test", credential = secret "P_KEY" }]],
  segments  = [[gateway "g" { base_url = BASE, path = "{provider}", segments = { p = TEXT } }
    provider "p" { protocol = "openai-chat", base_url = "https://p.test", credential = secret "P_KEY" }]],
  prefixes  = [[gateway "g" { base_url = BASE, path = "", prefixes = { p = TEXT } }
    provider "p" { protocol = "openai-chat", base_url = "https://p.test", credential = secret "P_KEY" }]],
  api_name  = [[protocol "odd" { chat_path = "{api_name}", auth = bearer, generate = function (model) return post("/" .. model.api_name, { m = 1 }) end }
    provider "p" { protocol = "odd", base_url = BASE, credential = secret "P_KEY" } model "x" { provider = "p", api_name = TEXT }]],
  via       = [[provider "p" { protocol = "openai-chat", base_url = BASE, credential = secret "P_KEY" }
    rule "joined" (function (model) return via(model.provider.base_url .. TEXT) end)]],
}

local function definitions(place, nasty, base)
  local text = ("%q"):format((nasty:gsub("THERE", port_of(away))))
  local made = PLACES[place]:gsub("TEXT", function () return text end):gsub("BASE", function () return ("%q"):format(base) end)
  return made .. ' model "m" { provider = "p" }'
end

--- Asks all that may be asked about these definitions, billed requests too, and gives the request for their model; nil where they do not load
-- or there is none.
local function request_for(text)
  local registry, err = roster.open { builtin = false, config = support.config { ["x.lua"] = text }, environment = { P_KEY = HOST_KEY }, level = "generate" }
  if not registry then
    assert.equal("definitions", err.code, tostring(err))
    return nil
  end
  local wanted = { "m" } -- a billed request goes out only for a model that is asked for
  if registry:snapshot():known "x" then wanted[2] = "x" end
  registry:refresh(wanted)
  local snapshot = registry:snapshot()
  local command = snapshot:request "m"
  snapshot:close()
  registry:close()
  return command
end

--- The requests that reached the server at home: method, path and Host.
local function asked()
  local list = {}
  for _, request in ipairs(mocks.requests "home") do list[#list + 1] = request end
  return list
end

describe("Text in an address", function ()
  for place in pairs(PLACES) do
    it("never leads a key to another host, and never out of the path of the base URL, through " .. place, function ()
      local before = #asked()
      for _, nasty in ipairs(NASTY) do
        for _, path in ipairs { "", "/in" } do
          local base = home .. path
          local command = request_for(definitions(place, nasty, base))
          local url = command and command:match "^curl '([^']*)'"
          if url then
            local within = place == "via" and home or base -- an author's own address may have any path
            local at, query = url:match "^([^?]*)(.*)$"
            assert.equal(within .. "/", (at .. "/"):sub(1, #within + 1), nasty)
            assert.falsy(url:find "[#\\]", url)
            if place ~= "via" and place ~= "generate" then assert.equal("", query) end -- only a request may have one
          end
        end
      end
      assert.same({}, mocks.requests "away")
      local all = asked()
      for i = before + 1, #all do
        assert.equal("127.0.0.1:" .. port_of(home), all[i].headers.host)
        local folded = all[i].path:gsub("%%2[eE]", ".") .. "/"
        local decoded = folded:gsub("%%2[fF]", "/"):gsub("%%5[cC]", "/")
        assert.falsy(folded:find("/%.%.?/") or decoded:find("/../", 1, true), all[i].path)
        assert.equal("/", all[i].path:sub(1, 1))
      end
    end)
  end

  it("begins a new segment if a variable holds a prefix, a path or a chat_path without a slash in front", function ()
    local config = { ["x.lua"] = [[
      provider "a" { protocol = "openai-chat", base_url = "https://acme.co", prefix = setting "A_PREFIX", credential = secret "A_KEY" }
      protocol "odd" { prefix = setting "B_PREFIX", chat_path = setting "B_PATH" }
      provider "b" { protocol = "odd", base_url = "https://acme.co" , credential = secret "A_KEY" }
      model "a" { provider = "a" } model "b" { provider = "b" }]] }
    local env = { A_KEY = "k", A_PREFIX = "m/v1", B_PREFIX = "v2", B_PATH = "m/chat" }
    local function url(id) return support.roster({ "request", id, "--no-builtin" }, { config = config, env = env }).out:match "^curl '([^']*)'" end
    assert.equal("https://acme.co/m/v1/chat/completions", url "a")
    assert.equal("https://acme.co/v2/m/chat", url "b")
  end)

  it("is refused where it is written, with the fault", function ()
    local cases = {
      ['provider "p" { protocol = "openai-chat", base_url = "https://p.test", prefix = "/v1?x=1" }'] = "'prefix' \"/v1?x=1\" contains a '?'",
      ['protocol "p" { chat_path = "/a/../b" }'] = "'chat_path' \"/a/../b\" contains a '.' or '..' as a segment",
      ['gateway "p" { base_url = "https://g.test", path = "https://p.test/{provider}" }'] = "'path' \"https://p.test/{provider}\" contains an empty segment",
      ['gateway "p" { base_url = "https://g.test", prefixes = { a = "/v1#" } }'] = "'prefixes.a' \"/v1#\" contains a '#'",
      ['provider "p" { protocol = "openai-chat", base_url = "https://p.test", list = get "models" }'] = "'list' \"models\" does not begin with '/'",
      ['provider "p" { protocol = "openai-chat", base_url = "https://p.test", prove = { get "/x", get "//x" } }'] = "'prove[2]' \"//x\" contains an empty segment",
      ['protocol "p" { chat_path = "/chat/{model}" }'] = "has {model}, which is not filled in (did you mean {api_name}?)",
      ['gateway "p" { base_url = "https://g.test", path = "/{provider}/{provider}" }'] = "has {provider} twice: only the first is filled in",
      ['provider "p" { protocol = "openai-chat", base_url = "https://p.test", list = get "/models/{api_name}" }'] =
        "'list' \"/models/{api_name}\" has {api_name}, and nothing is filled in here",
      ['provider "p" { protocol = "openai-chat", base_url = "https://p.test", prefix = "m/v1" }'] = "'prefix' \"m/v1\" does not begin with '/'",
      ['protocol "p" { chat_path = "m/chat" }'] = "'chat_path' \"m/chat\" does not begin with '/'",
      ['gateway "p" { base_url = "https://g.test", path = "m/{provider}" }'] = "'path' \"m/{provider}\" does not begin with '/'",
      ['provider "p" { protocol = "openai-chat", base_url = "https://p.test/a/../b" }'] = "'base_url' \"https://p.test/a/../b\" contains a '.' or '..' as a segment",
    }
    for block, words in pairs(cases) do
      local found = support.lint({ ["x.lua"] = "\n" .. block }, { "--no-builtin" })
      assert.equal(1, #found, block)
      assert.truthy(found[1]:find("^x.lua:2: ") and found[1]:find(words, 1, true), found[1])
    end
  end)

  it("that comes from a variable is refused with what used it, and nothing else", function ()
    local text = [[
      provider "direct" { protocol = "openai-chat", base_url = "https://d.test", prefix = setting "PREFIX", credential = secret "K" }
      protocol "odd" { prefix = "/v1", chat_path = setting("CHAT", "/chat") }
      provider "spoken" { protocol = "odd", base_url = "https://s.test", credential = secret "K" }
      gateway "g" { base_url = "https://g.test", path = setting("WAY", "/g"), providers = { "behind" } }
      provider "behind" { protocol = "openai-chat", base_url = "https://b.test", credential = secret "K" }
      model "direct" { provider = "direct" } model "spoken" { provider = "spoken" } model "behind" { provider = "behind" }]]
    for variable, id in pairs { PREFIX = "direct", CHAT = "spoken", WAY = "behind" } do
      for _, nasty in ipairs { "/v1?x=1", "/v1#x", "//evil.test", "/../admin", "\\\\evil" } do
        local document = support.models({ config = { ["x.lua"] = text }, env = { K = "k", [variable] = nasty } }, "--offline", "--no-builtin")
        for _, one in ipairs { "direct", "spoken", "behind" } do
          local entry = support.entry(document, one)
          assert.equal(one == id and "disabled" or "unproven", entry.state, variable .. " " .. nasty .. " " .. one)
          if one == id then assert.truthy(entry.reason:find(variable .. " (", 1, true), entry.reason) end
        end
      end
    end
  end)

  it("of a rule that continues a known address into another host's is refused, and the reason says why", function ()
    local config = { ["x.lua"] = definitions("via", "m/v1", "https://acme.co") }
    local model = support.entry(support.models({ config = config, env = { P_KEY = "k" } }, "--offline", "--no-builtin"), "m")
    assert.same({ "disabled", "address_invalid" }, { model.state, model.reason_code })
    assert.truthy(model.reason:find("continues 'https://acme.co' into the address of another host", 1, true), model.reason)
  end)
end)

describe("The name of a model in a path", function ()
  local function check(names, fields)
    local lines = { ('provider "acme" { protocol = "openai-chat", base_url = %q, credential = secret "ACME_KEY", %s }'):format(mocks.url "names", fields or 'list_proves = "key"') }
    for i, name in ipairs(names) do lines[#lines + 1] = ('model "m%d" { provider = "acme", api_name = %q }'):format(i, name) end
    local before = #mocks.requests "names"
    local document = support.models({ config = { ["x.lua"] = table.concat(lines, "\n") }, env = { ACME_KEY = HOST_KEY } }, "--no-builtin")
    local states, paths, all = {}, {}, mocks.requests "names"
    for i, name in ipairs(names) do states[name] = support.entry(document, "m" .. i).state end
    for i = before + 1, #all do paths[#paths + 1] = all[i].path end
    return states, paths
  end

  it("is encoded segment by segment, so that it is asked for under exactly its name", function ()
    local names = { "./Qwen3", "50%off", "/models/llama.gguf", "org//x", "what?", "a#b", "two words", "@cf/meta/llama", "accounts/x/models/y", "qwen3:8b" }
    local states, paths = check(names)
    for _, name in ipairs(names) do assert.equal("ready", states[name], name) end
    table.sort(paths)
    assert.same({ "/v1/models", "/v1/models/%2Fmodels%2Fllama.gguf", "/v1/models/.%2FQwen3", "/v1/models/50%25off", "/v1/models/@cf/meta/llama",
      "/v1/models/a%23b", "/v1/models/accounts/x/models/y", "/v1/models/org%2F%2Fx", "/v1/models/qwen3:8b", "/v1/models/two%20words", "/v1/models/what%3F" }, paths)
  end)

  it("is not mistaken for another that a server would read out of it", function ()
    local states = check { "plain?x", "a%2Fb", "plain#x", "x/../plain" }
    assert.same({ ["plain?x"] = "not_listed", ["a%2Fb"] = "not_listed", ["plain#x"] = "not_listed", ["x/../plain"] = "not_listed" }, states)
  end)

  it("that climbs out of the API is requested nowhere, and is used if only a body contains it", function ()
    local states, paths = check { "../../admin/keys", "..", "." }
    assert.same({ "/v1/models" }, paths)
    assert.same({ ["../../admin/keys"] = "not_listed", [".."] = "not_listed", ["."] = "not_listed" }, states)
    local gemini = support.models({ config = { ["x.lua"] = [[provider "g" { protocol = "gemini", base_url = "https://g.test", credential = secret "G_KEY" }
      model "up" { provider = "g", api_name = "../../admin" } model "a" { provider = "g", api_name = "what?x%" }]] }, env = { G_KEY = "k" } }, "--offline", "--no-builtin")
    assert.same({ "disabled", "address_invalid" }, { support.entry(gemini, "up").state, support.entry(gemini, "up").reason_code })
    assert.truthy(support.entry(gemini, "up").reason:find("'..'", 1, true), support.entry(gemini, "up").reason)
  end)

  it("is one segment in the path of Bedrock, as its SDKs write it", function ()
    local config = { ["x.lua"] = ([[provider "b" { protocol = "bedrock-converse", base_url = %q, credential = secret "B_KEY" }
      model "b" { provider = "b", api_name = "us.acme/m?x:1%%" }]]):format(home) }
    local before = #asked()
    support.roster({ "check", "--no-builtin" }, { config = config, env = { B_KEY = HOST_KEY } })
    assert.equal("/model/us.acme%2Fm%3Fx%3A1%25/count-tokens", asked()[before + 1].path)
    local url = home .. "/model/us.acme%2Fm%3Fx%3A1%25/converse"
    local explained = support.roster({ "explain", "b", "--offline", "--json", "--no-builtin" }, { config = config, env = { B_KEY = HOST_KEY } })
    assert.equal(url, explained.json().url)
    assert.equal(url, support.roster({ "request", "b", "--no-builtin" }, { config = config, env = { B_KEY = HOST_KEY } }).out:match "^curl '([^']*)'")
  end)
end)
