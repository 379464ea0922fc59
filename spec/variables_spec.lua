-- The variables that Phoenix reads for its models, with its own file of definitions: each means here what it means there. Where it does not,
-- the row says so, and so does roster.
local support = require "support.roster"

local KEY    = "key-canary-0123456789abcdef"
local HELPED = "helper-canary-0123456789abcdef"
local FILE   = support.read "rust/roster/examples/phoenix/phoenix.lua"

local LISTED = { data = { { type = "model", id = "claude-opus-4-5-20251101" }, { id = "gpt-5.5", object = "model" } }, has_more = false }

--- A server that lists to whoever sends one of these headers, refuses all others, and answers a request.
local function there(paths)
  local routes = {}
  for _, path in ipairs(paths) do
    for _, sent in ipairs { { ["x-api-key"] = KEY }, { authorization = "Bearer " .. KEY }, { authorization = "Bearer " .. HELPED },
      { ["x-api-key"] = HELPED }, { ["x-api-key"] = "implicit" }, { authorization = "Bearer implicit" } } do
      routes[#routes + 1] = { path = path, method = "GET", when = sent, body = LISTED }
    end
  end
  routes[#routes + 1] = { path = "*", status = 401, body = { error = { type = "authentication_error", message = "invalid key" } } }
  return { name = "there", protocol = "none", routes = routes }
end

--- Phoenix's file; the addresses of the providers themselves are at the mock server, but where a gateway stands before them.
local function definitions(url, env)
  local text = FILE
  if env.LLM_GATEWAY then return support.config { ["phoenix.lua"] = text } end
  for _, id in ipairs { "anthropic", "openai" } do
    local count
    text, count = text:gsub(('(provider "%s" +{)'):format(id), ('%%1 base_url = "%s/own/%s",'):format(url, id))
    assert(count == 1)
  end
  return support.config { ["phoenix.lua"] = text }
end

local CLAUDE, GPT = "claude-4.5-opus", "gpt-5.5"

-- variable; says; env(url); model; lists: where its listing is asked; url: where a host's request goes, behind the server's address; sent:
-- headers of both; never: headers of neither; finding: what a load says.
local rows = {
  { "ANTHROPIC_API_KEY", "is sent as x-api-key",
    env = function () return { ANTHROPIC_API_KEY = KEY } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { ["x-api-key"] = KEY }, never = { "authorization", "provider" } },
  { "OPENAI_API_KEY", "is sent as a bearer token",
    env = function () return { OPENAI_API_KEY = KEY } end,
    model = GPT, lists = "/own/openai/v1/models", url = "/own/openai/v1/responses", sent = { authorization = "Bearer " .. KEY }, never = { "x-api-key" } },
  { "LLM_GATEWAY", "leads to the provider's place at the gateway, with a word in place of a key",
    env = function (url) return { LLM_GATEWAY = url } end,
    model = CLAUDE, lists = "/anthropic/v1/models", url = "/anthropic/v1/messages", sent = { ["x-api-key"] = "implicit", provider = "anthropic" } },
  { "LLM_GATEWAY", "gets none of the keys that are set",
    env = function (url) return { LLM_GATEWAY = url, ANTHROPIC_API_KEY = KEY } end,
    model = CLAUDE, lists = "/anthropic/v1/models", url = "/anthropic/v1/messages", sent = { ["x-api-key"] = "implicit" } },
  { "LLM_GATEWAY", "gets the key of the helper",
    env = function (url) return { LLM_GATEWAY = url, LLM_API_KEY_HELPER = "echo " .. HELPED } end,
    model = CLAUDE, lists = "/anthropic/v1/models", url = "/anthropic/v1/messages", sent = { ["x-api-key"] = HELPED } },
  { "LLM_API_KEY_HELPER", "takes precedence over a key",
    env = function () return { LLM_API_KEY_HELPER = "echo " .. HELPED, ANTHROPIC_API_KEY = KEY } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { ["x-api-key"] = HELPED } },
  { "LLM_API_KEY_HELPER", "is given the whole environment",
    env = function ()
      return { HOME = "/tmp", MY_OWN = HELPED, LLM_API_KEY_HELPER = 'test "$HOME" = /tmp && echo "$MY_OWN"' }
    end, model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { ["x-api-key"] = HELPED } },
  { "LLM_API_KEY_HELPER_TTL_MS", "that is no number is the usual one",
    env = function ()
      return { LLM_API_KEY_HELPER = "echo " .. HELPED, LLM_API_KEY_HELPER_TTL_MS = "soon" }
    end, model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { ["x-api-key"] = HELPED } },
  { "LLM_AUTH_HEADER", "is about the key of the helper",
    env = function () return { LLM_API_KEY_HELPER = "echo " .. HELPED, LLM_AUTH_HEADER = "Bearer" } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { authorization = "Bearer " .. HELPED }, never = { "x-api-key" } },
  { "LLM_AUTH_HEADER", "changes nothing about a key of one's own, which a finding says",
    env = function () return { ANTHROPIC_API_KEY = KEY, LLM_AUTH_HEADER = "bearer" } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { ["x-api-key"] = KEY }, never = { "authorization" },
    finding = "LLM_AUTH_HEADER applies only to the key of a helper, and there is none" },
  { "LLM_AUTH_HEADER", "changes nothing about the word that a gateway gets",
    env = function (url) return { LLM_GATEWAY = url, LLM_AUTH_HEADER = "bearer" } end,
    model = CLAUDE, lists = "/anthropic/v1/models", url = "/anthropic/v1/messages", sent = { ["x-api-key"] = "implicit" }, never = { "authorization" },
    finding = "LLM_AUTH_HEADER applies only to the key of a helper, and there is none" },
  { "LLM_AUTH_HEADER", "of another word is the usual one, which a finding says",
    env = function () return { ANTHROPIC_API_KEY = KEY, LLM_AUTH_HEADER = "x-api-key" } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { ["x-api-key"] = KEY },
    finding = 'LLM_AUTH_HEADER: only "bearer" is known' },
  { "ANTHROPIC_BASE_URL", "is the very address of a request, and the listing is beside it",
    env = function (url) return { ANTHROPIC_API_KEY = KEY, ANTHROPIC_BASE_URL = url .. "/custom/endpoint" } end,
    model = CLAUDE, lists = "/custom/models", url = "/custom/endpoint", sent = { ["x-api-key"] = KEY, provider = "anthropic" } },
  { "ANTHROPIC_BASE_URL", "keeps its query, on the listing too",
    env = function (url) return { ANTHROPIC_API_KEY = KEY, ANTHROPIC_BASE_URL = url .. "/custom/endpoint?team=a" } end,
    model = CLAUDE, lists = "/custom/models", url = "/custom/endpoint?team=a", sent = { ["x-api-key"] = KEY } },
  { "ANTHROPIC_BASE_URL", "that is an origin alone leads to a listing there, and the key to no other host",
    env = function (url) return { ANTHROPIC_API_KEY = KEY, ANTHROPIC_BASE_URL = url } end,
    model = CLAUDE, lists = "/models", url = "", sent = { ["x-api-key"] = KEY, provider = "anthropic" } },
  { "ANTHROPIC_BASE_URL", "that is an origin with a query leads to a listing there",
    env = function (url) return { ANTHROPIC_API_KEY = KEY, ANTHROPIC_BASE_URL = url .. "?team=/a" } end,
    model = CLAUDE, lists = "/models", url = "?team=/a", sent = { ["x-api-key"] = KEY } },
  { "ANTHROPIC_BASE_URL", "that ends as the API's own does leads to the listing of that API",
    env = function (url) return { ANTHROPIC_API_KEY = KEY, ANTHROPIC_BASE_URL = url .. "/corp/v1/messages" } end,
    model = CLAUDE, lists = "/corp/v1/models", url = "/corp/v1/messages", sent = { provider = "anthropic" } },
  { "ANTHROPIC_BASE_URL", "goes before a gateway, and gets the key",
    env = function (url) return { ANTHROPIC_API_KEY = KEY, LLM_GATEWAY = "http://127.0.0.1:9", ANTHROPIC_BASE_URL = url .. "/corp/v1/messages" } end,
    model = CLAUDE, lists = "/corp/v1/models", url = "/corp/v1/messages", sent = { ["x-api-key"] = KEY } },
  { "ANTHROPIC_BASE_URL", "that is empty is unset",
    env = function () return { ANTHROPIC_API_KEY = KEY, ANTHROPIC_BASE_URL = "" } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { ["x-api-key"] = KEY }, never = { "provider" } },
  { "OPENAI_BASE_URL", "is the very address of a request, and the listing is beside it",
    env = function (url) return { OPENAI_API_KEY = KEY, OPENAI_BASE_URL = url .. "/custom/endpoint" } end,
    model = GPT, lists = "/custom/models", url = "/custom/endpoint", sent = { authorization = "Bearer " .. KEY, provider = "openai" } },
  { "OPENAI_BASE_URL", "that ends as the API's own does leads to the listing of that API",
    env = function (url) return { OPENAI_API_KEY = KEY, OPENAI_BASE_URL = url .. "/v1/responses" } end,
    model = GPT, lists = "/v1/models", url = "/v1/responses", sent = { provider = "openai" } },
  { "LLM_CUSTOM_HEADERS", "holds headers on lines of their own",
    env = function () return { ANTHROPIC_API_KEY = KEY, LLM_CUSTOM_HEADERS = "source: ide\nteam: blue" } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { source = "ide", team = "blue", provider = "anthropic" } },
  { "LLM_CUSTOM_HEADERS", "may have a backslash and an n in place of a line break",
    env = function () return { ANTHROPIC_API_KEY = KEY, LLM_CUSTOM_HEADERS = [[source: ide\n team : blue\n\nx-last: 1]] } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { source = "ide", team = "blue", ["x-last"] = "1", provider = "anthropic" } },
  { "LLM_CUSTOM_HEADERS", "may name the provider in words of their own",
    env = function () return { ANTHROPIC_API_KEY = KEY, LLM_CUSTOM_HEADERS = "Provider: bedrock" } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { provider = "bedrock" } },
  { "ANTHROPIC_CUSTOM_HEADERS", "is read by an SDK and not by roster, which a finding says without the headers",
    env = function () return { ANTHROPIC_API_KEY = KEY, ANTHROPIC_CUSTOM_HEADERS = "x-team: blue-0123456789" } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { ["x-api-key"] = KEY }, never = { "x-team" },
    finding = "ANTHROPIC_CUSTOM_HEADERS: this provider's SDK sends these headers, and roster does not: put them in LLM_CUSTOM_HEADERS" },
  { "LLM_CUSTOM_HEADERS", "leaves out what is no header, which a finding says",
    env = function () return { ANTHROPIC_API_KEY = KEY, LLM_CUSTOM_HEADERS = [[no colon\nteam: blue]] } end,
    model = CLAUDE, lists = "/own/anthropic/v1/models", url = "/own/anthropic/v1/messages", sent = { team = "blue" },
    finding = "LLM_CUSTOM_HEADERS: a line is not of the form" },
}

describe("A variable of Phoenix's:", function ()
  local roster = require "roster"
  teardown(support.stop_all)

  local function lower(headers)
    local all = {}
    for name, value in pairs(headers) do all[name:lower()] = value end
    return all
  end

  local function check(headers, row, what)
    for name, value in pairs(row.sent or {}) do assert.equal(value, headers[name], what .. ": " .. name) end
    for _, name in ipairs(row.never or {}) do assert.is_nil(headers[name], what .. ": " .. name) end
    for name, value in pairs(headers) do
      local told = row.sent.authorization or row.sent["x-api-key"] or KEY
      if value:find("canary", 1, true) then assert.equal(told:match "%S+$", value:match "%S+$", what .. ": " .. name) end
    end
  end

  --- A registry in this environment that has asked; and what the load found.
  local function asked(env, url)
    local found = {}
    local all = { PATH = os.getenv "PATH" }
    for name, value in pairs(env) do all[name] = value end
    local registry = assert(roster.open { environment = all, config = definitions(url, env), helper_wait = 20,
      on_finding = function (finding) found[#found + 1] = finding.message end })
    assert(registry:refresh())
    return registry, table.concat(found, "\n")
  end

  for _, row in ipairs(rows) do
    it(row[1] .. " " .. row[2] .. " #module", function ()
      local mocks = support.mock_servers { there { row.lists } }
      local registry, found = asked(row.env(mocks.url()), mocks.url())
      local model = registry:snapshot():known(row.model)
      assert.equal("ready", model.state, model.reason)
      local listing
      for _, request in ipairs(mocks.requests()) do
        if not listing and request.path:match "^[^?]+" == row.lists then listing = request end
      end
      assert(listing, "its listing was not asked")
      assert.equal(mocks.url() .. row.url, model.url)
      check(lower(listing.headers), row, "listing")
      check(lower(assert(registry:headers(model))), row, "request")
      if row.finding then assert.truthy(found:find(row.finding, 1, true), found) else assert.equal("", found) end
    end)
  end

  it("LLM_REQUEST_TAGS goes into the bodies for a gateway or a base URL, and into no others #module", function ()
    local mocks = support.mock_servers { there { "/anthropic/v1/models", "/own/anthropic/v1/models", "/custom/models" } }
    local url, tags = mocks.url(), " app = phoenix ,=x,nokey,flag="
    local function body(env)
      env.LLM_REQUEST_TAGS, env.ANTHROPIC_API_KEY = tags, KEY
      return assert(asked(env, url):snapshot():find(CLAUDE)).body
    end
    assert.equal("{}", body {})
    for _, env in ipairs { { LLM_GATEWAY = url }, { ANTHROPIC_BASE_URL = url .. "/custom/endpoint" } } do
      assert.same('{"tags":{"app":"phoenix","flag":""}}', body(env))
    end
  end)

  it("DEFAULT_MODEL counts if that model is usable #module", function ()
    local mocks = support.mock_servers { there { "/own/anthropic/v1/models", "/own/openai/v1/models" } }
    local env = { ANTHROPIC_API_KEY = KEY, DEFAULT_MODEL = GPT }
    assert.equal(CLAUDE, asked(env, mocks.url()):snapshot():default().id)
    env.OPENAI_API_KEY = KEY
    assert.equal(GPT, asked(env, mocks.url()):snapshot():default().id)
  end)

  it("a base URL that does not end as the API's does, and lists nothing, can only be checked with a billed request #module", function ()
    local mocks = support.mock_servers { { name = "there", protocol = "none", routes = {
      { path = "/custom/endpoint", method = "POST", when = { ["x-api-key"] = KEY }, body = { type = "message", role = "assistant", content = {} } },
      { path = "*", status = 404, body = { error = { type = "not_found_error", message = "no such path" } } } } } }
    local env = { ANTHROPIC_API_KEY = KEY, ANTHROPIC_BASE_URL = mocks.url() .. "/custom/endpoint" }
    local registry = asked(env, mocks.url())
    local model = registry:snapshot():known(CLAUDE)
    assert.same({ "unproven", false }, { model.state, model.usable })
    for _, path in ipairs(support.paths(mocks.requests())) do assert.equal("GET /custom/models", path) end
    local document = support.models({ env = env, config = definitions(mocks.url(), env) }, "--level", "generate")
    assert.equal("ready", support.entry(document, CLAUDE).state)
  end)
end)
