-- ChatGPT's Codex backend: off until it is turned on, told nothing but the smallest request where one is asked for, and the only address that
-- its token goes to. And Phoenix's file, which reaches the models of OpenAI there.
local support = require "support.roster"

local TOKEN = "eyJhbGciOi.canary-0123456789.abcdefghij"
local FILE  = support.read "rust/roster/examples/phoenix/phoenix.lua"

local EVENTS = table.concat({
  'event: response.created', 'data: {"type":"response.created","response":{"status":"in_progress"}}', "",
  'event: response.completed', 'data: {"type":"response.completed","response":{"status":"completed"}}', "", "" }, "\n")

--- The backend and another server, which notes what it gets.
local function start(answer)
  return support.mock_servers {
    { name = "backend", protocol = "none", routes = {
      { path = "/backend-api/codex/responses", method = "POST", when = { authorization = "Bearer " .. TOKEN }, status = 200,
        text = answer or EVENTS, headers = { ["content-type"] = "text/event-stream" } },
      { path = "*", status = 401, body = { error = { code = "token_expired", message = "Provided authentication token is expired." } } } } },
    { name = "other", protocol = "none", routes = { { path = "*", body = { data = { { id = "gpt-5.5" } } } } } },
  }
end

local function options(mocks, env, text)
  local all = { OPENAI_USE_CODEX_AUTH = "1", CODEX_ACCESS_TOKEN = TOKEN }
  for name, value in pairs(env or {}) do all[name] = value or nil end
  local block = ('provider "codex" { base_url = "%s/backend-api/codex" }\n'):format(mocks.url "backend")
  local moved = ('%%1 base_url = "%s/backend-api/codex",'):format(mocks.url "backend")
  return { env = all, config = support.config { ["x.lua"] = text and text:gsub('(provider "codex" {)', moved) or block } }
end

local function has_token(requests)
  for _, request in ipairs(requests) do
    for _, value in pairs(request.headers) do
      if value:find("canary", 1, true) then return true end
    end
  end
  return false
end

describe("ChatGPT's Codex backend", function ()
  teardown(support.stop_all)

  it("is off, and gets no requests, until a variable or a block turns it on", function ()
    local mocks = start()
    local with = options(mocks, { OPENAI_USE_CODEX_AUTH = false })
    with.env.OPENAI_USE_CODEX_AUTH = nil
    local document = support.models(with)
    assert.same({}, mocks.requests())
    assert.is_nil((support.entry(document, "gpt-5.5-chatgpt")))
    for _, word in ipairs { "1", "true", "yes", "on" } do
      with.env.OPENAI_USE_CODEX_AUTH = word
      assert.equal("unproven", support.entry((support.models(with)), "gpt-5.5-chatgpt").state, word)
    end
    with.env.OPENAI_USE_CODEX_AUTH = "0"
    assert.is_nil((support.entry((support.models(with)), "gpt-5.5-chatgpt")))
  end)

  it("gets no free requests, and its models are unproven, with a hint that has the line that offers them", function ()
    local mocks = start()
    local document = support.models(options(mocks))
    local entry, part = support.entry(document, "gpt-5.5-chatgpt")
    assert.same({ "unproven", "no_free_check", "unavailable" }, { entry.state, entry.reason_code, part })
    assert.same({}, mocks.requests())
    local with = options(mocks, nil, 'provider "codex" { unproven = "offer" }')
    entry, part = support.entry((support.models(with)), "gpt-5.5-chatgpt")
    assert.same({ "unproven", "models" }, { entry.state, part })
    assert.same({}, mocks.requests())
  end)

  it("gets the request that Codex sends if a billed proof is asked for, and its answer in pieces counts", function ()
    local mocks = start()
    local with = options(mocks, { CODEX_ACCOUNT_ID = "acct-0123" })
    assert.equal("ready", support.entry((support.models(with, "--level", "generate")), "gpt-5.5-chatgpt").state)
    local request = mocks.requests "backend"[1]
    assert.equal("POST /backend-api/codex/responses", support.paths { request }[1])
    for name, value in pairs { authorization = "Bearer " .. TOKEN, ["openai-beta"] = "responses=experimental", originator = "roster", ["chatgpt-account-id"] = "acct-0123" } do
      assert.equal(value, request.headers[name], name)
    end
    assert.is_nil(request.headers.provider)
    for _, part in ipairs { '"store":false', '"stream":true', '"instructions":' } do assert.truthy(request.body:find(part, 1, true), part) end
    assert.is_nil(request.body:find("max_output_tokens", 1, true))
  end)

  it("is no proof if the stream breaks off, and a refused token is a verdict on the key", function ()
    local mocks = start('data: {"type":"response.created"}\n\n')
    local with = options(mocks)
    assert.equal("provider_error", support.entry((support.models(with, "--level", "generate")), "gpt-5.5-chatgpt").state)
    with.env.CODEX_ACCESS_TOKEN = "eyJhbGciOi.stale-0123456789.abcdefghij"
    assert.equal("bad_credential", support.entry((support.models(with, "--level", "generate")), "gpt-5.5-chatgpt").state)
  end)

  it("is the only host that its token is sent to, whatever addresses, gateways and rules there are", function ()
    local mocks = start()
    local other = mocks.url "other"
    local rule = ('rule "everything" (function (model) if model.provider.id == "%%s" or "%%s" == "all" then return via "%s" end end)'):format(other)
    for _, text in ipairs {
      "", rule:format("openai", "openai"), rule:format("all", "all"),
      'gateway "main" { providers = { "codex", "openai" } }',
      ('gateway "own" { base_url = "%s", path = "/{provider}" }\n'):format(other)
        .. 'rule "own" (function (model, host) local g = host.gateway_for(model.provider) if g then return via(g) end end)',
    } do
      for _, env in ipairs { { OPENAI_BASE_URL = other }, { LLM_GATEWAY = other, OPENAI_API_KEY = "key-of-openai-0123456789" },
        { OPENAI_BASE_URL = other, LLM_GATEWAY = other } } do
        mocks.clear()
        local with = options(mocks, env, 'provider "codex" {}\n' .. text)
        local entry = support.entry((support.models(with, "--level", "generate")), "gpt-5.5-chatgpt")
        assert.is_false(has_token(mocks.requests "other"), text)
        if text:find('"all" == "all"', 1, true) then
          assert.same({ "disabled", "address_invalid" }, { entry.state, entry.reason_code })
          assert.truthy(entry.reason:find("sends its key nowhere else", 1, true), entry.reason)
        else
          assert.equal("ready", entry.state, text)
        end
      end
    end
  end)

  it("does not get the key of the helper for all providers", function ()
    local mocks = start()
    local with = options(mocks, { LLM_API_KEY_HELPER = "echo helper-0123456789abcdef" })
    assert.equal("ready", support.entry((support.models(with, "--level", "generate")), "gpt-5.5-chatgpt").state)
    for _, request in ipairs(mocks.requests "backend") do assert.equal("Bearer " .. TOKEN, request.headers.authorization) end
  end)

  it("is the only provider that serves OpenAI's models under their own ids with Phoenix's file", function ()
    local mocks = start()
    local with = options(mocks, { OPENAI_API_KEY = "key-of-openai-0123456789", OPENAI_BASE_URL = mocks.url "other", LLM_GATEWAY = mocks.url "other" }, FILE)
    local document = support.models(with)
    for id, window in pairs { ["gpt-5.5"] = 1000000, ["gpt-5.4"] = 400000, ["gpt-5.4-mini"] = 400000, ["gpt-5.3-codex"] = 200000 } do
      local entry, part = support.entry(document, id)
      assert.same({ "codex", "unproven", "models", window }, { entry.provider_id, entry.state, part, entry.context_window }, id)
    end
    assert.equal("disabled", support.entry(document, "gpt-6.1-sol").state)
    assert.is_false(has_token(mocks.requests "other"))
    with.env.CODEX_ACCESS_TOKEN = nil
    local entry, part = support.entry((support.models(with)), "gpt-5.5")
    assert.same({ "no_credential", "unavailable" }, { entry.state, part })
    for _, request in ipairs(mocks.requests "other") do assert.is_nil(request.path:find("openai", 1, true), request.path) end
  end)
end)
