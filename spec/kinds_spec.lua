-- kinds: what a model is for, who says so, and that nothing is offered for what it is not. A rule about an entry holds for the listing and
-- for the look-up by name.
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"

local function ok(path, body, method) return { path = path, method = method, status = 200, body = body } end

--- A provider "oak" with these routes behind it, and these lines. Gives the document, or what the command printed.
local function oak(protocol, routes, fields, lines, words)
  local mocks = support.mock_servers { { name = "oak", protocol = "none", routes = routes } }
  local text = ('provider "oak" { title = "Oak", protocol = "%s", base_url = "%s", credential = secret "OAK_KEY", %s }\n%s\n'):format(
    protocol, mocks.url "oak", fields or "", lines or "")
  local result = support.roster(words or { "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { OAK_KEY = "k" } })
  mocks.stop()
  return result, mocks
end

local function refused(entry) return { entry.state, entry.stage, entry.reason_code } end

local function ids(document) return table.concat(support.ids(document.models), " ") end

local PROVIDER = 'provider "oak" { protocol = "openai-chat", base_url = "https://oak.example", credential = secret "OAK_KEY" }\n'

teardown(function ()
  serving.stop_all()
  support.stop_all()
end)

describe("The kind of a model", function ()
  it("is what its block states, and null if nothing states it", function ()
    local document = support.offline { ["x.lua"] = PROVIDER .. 'model "e" { provider = "oak", kind = "embedding" } model "m" { provider = "oak" }' }
    assert.equal("embedding", support.entry(document, "e").kind)
    assert.equal(cjson.null, support.entry(document, "m").kind)
  end)

  it("is one of a closed list", function ()
    local found = support.lint { ["x.lua"] = PROVIDER .. 'model "e" { provider = "oak", kind = "embeding" }' }
    assert.truthy(found[1]:find([['kind' must be "chat", "embedding"]], 1, true), found[1])
  end)

  it("keeps a model that is ready out of the lists of those that chat, and in those of its kind", function ()
    local routes = { ok("/v1/models", { data = { { id = "talk" }, { id = "emb", type = "embedding" } } }) }
    local lines = 'model "emb" { provider = "oak", kind = "embedding" } model "talk" { provider = "oak" } default { "emb" } role "index" { "emb" }'
    local function run(...) return (oak("openai-chat", routes, 'list_proves = "access"', lines, { "models", "--no-builtin", ... })) end
    local document = run("--json").json()
    assert.same({ "talk", "talk", "emb", 0 }, { ids(document), document.default, document.roles.index, #document.unavailable })
    assert.equal("emb", ids(run("--json", "--kind", "embedding").json()))
    assert.equal("emb talk", ids(run("--json", "--kind", "any").json()))
    assert.equal(1, run("--kind", "image").status)
    assert.falsy(run().out:find "emb ")
    assert.truthy(run("--kind", "embedding").out:find "\nemb ")
    assert.equal(2, run("--kind", "smell").status)
  end)

  it("has no hint at a billed request if it is not a chat model and nothing free proves it", function ()
    local entry = oak("openai-chat", { ok("/v1/models", { data = { { id = "emb" } } }) }, 'list_proves = "names", prove = {}',
      'model "emb" { provider = "oak", kind = "embedding" }').json().unavailable[1]
    assert.equal("unproven", entry.state)
    assert.falsy(entry.hint:find("at level generate", 1, true), entry.hint)
  end)

  it("is judged by its own answers, and never by a billed chat request", function ()
    local routes = { ok("/v1/models", { data = { { id = "emb", type = "embedding" } } }) }
    local result, mocks = oak("openai-chat", routes, 'list_proves = "access"', 'model "emb" { provider = "oak", kind = "embedding" }',
      { "check", "emb", "--deep", "--no-builtin" })
    assert.equal(0, result.status)
    assert.same({ "GET /v1/models" }, support.paths(mocks.requests "oak"))
  end)
end)

describe("The server", function ()
  it("lists models that chat unless the query has another kind, and under /v1 in any case", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", fields = 'list_proves = "access",', models = { "talk", { "emb", 'kind = "embedding",' } } } }
    local server = serving.start({ env = scene.options.env, config = scene.options.config, words = { "--no-builtin" } }).settle()
    local function listed(path, member)
      local list = {}
      for i, entry in ipairs(server.get(path).json()[member]) do list[i] = entry.id end
      return table.concat(list, " ")
    end
    assert.same({ "talk", "emb", "talk emb", "talk" }, { listed("/api/models", "models"), listed("/api/models?kind=embedding", "models"),
      listed("/api/models?kind=any", "models"), listed("/v1/models", "data") })
    assert.same({ 400, 200, 404, 200 }, { server.get("/api/models?kind=smell").status, server.get("/v1/models/talk").status,
      server.get("/v1/models/emb").status, server.get("/api/models/emb").status })
  end)
end)

-- Each protocol's own words for a model that cannot be used for chat: how its listing is read, where it is looked up, and what that says.
local ENTRIES = {
  { "a retired model", "anthropic-messages", { data = { { id = "other" } } }, "/v1/models/one", { type = "model", id = "one", lifecycle = "retired" }, "retired" },
  { "an inactive model", "openai-chat", { data = { { id = "other" } } }, "/v1/models/one", { id = "one", active = false }, "model_inactive" },
  { "an archived model", "openai-chat", { data = { { id = "other" } } }, "/v1/models/one", { id = "one", archived = true }, "model_inactive" },
  { "a model that a policy excludes", "openai-chat", { data = { { id = "other" } } }, "/v1/models/one", { id = "one", policy = { state = "disabled" } },
    "model_inactive" },
  { "an embedding model", "openai-chat", { data = { { id = "other" } } }, "/v1/models/one", { id = "one", capabilities = { type = "embeddings" } }, "kind_other" },
  { "a model without chat", "openai-chat", { data = { { id = "other" } } }, "/v1/models/one", { id = "one", capabilities = { completion_chat = false } }, "kind_other" },
  { "a model that makes images", "openai-responses", { data = { { id = "other" } } }, "/v1/models/one",
    { id = "one", architecture = { modality = "text->image" } }, "kind_other" },
  { "a model of another endpoint", "openai-chat", { data = { { id = "other" } } }, "/v1/models/one", { id = "one", supported_endpoints = { "/responses", "ws:/responses" } },
    "protocol_other" },
  { "an embedding model", "gemini", { models = { { name = "models/other" } } }, "/v1beta/models/one",
    { name = "models/one", supportedGenerationMethods = { "embedContent" } }, "kind_other" },
  { "an embedding model", "cohere-v2", { models = { { name = "other" } } }, "/v1/models/one", { name = "one", endpoints = { "embed" } }, "kind_other" },
  { "an embedding model", "ollama", { models = { { name = "other" } } }, "/api/show", { details = { family = "gemma3" }, capabilities = { "embedding" } }, "kind_other" },
}

local LISTS = { ["anthropic-messages"] = "/v1/models", ["openai-chat"] = "/v1/models", ["openai-responses"] = "/v1/models", gemini = "/v1beta/models",
  ["cohere-v2"] = "/v1/models", ollama = "/api/tags" }

describe("A rule about an entry", function ()
  for _, row in ipairs(ENTRIES) do
    local what, protocol, listing, path, entry, code = table.unpack(row)

    it(("keeps %s out by the look-up of %s"):format(what, protocol), function ()
      local routes = { ok(LISTS[protocol], listing), ok(path, entry, protocol == "ollama" and "POST" or "GET") }
      local document = oak(protocol, routes, "", 'model "one" { provider = "oak" }').json()
      assert.same({ "not_listed", "prove", code }, refused(document.unavailable[1]))
    end)

    if protocol ~= "ollama" then
      it(("keeps %s out by the listing of %s, without another request"):format(what, protocol), function ()
        local body = { [listing.data and "data" or "models"] = { entry } }
        local result, mocks = oak(protocol, { ok(LISTS[protocol], body) }, 'list_proves = "access"', 'model "one" { provider = "oak" }')
        assert.same({ "not_listed", "list", code }, refused(result.json().unavailable[1]))
        assert.equal(1, #mocks.requests "oak")
      end)
    end
  end

  it("keeps an embedding model of Ollama out that its listing names like any other", function ()
    local routes = { ok("/api/tags", { models = { { name = "one:latest" }, { name = "two:latest" } } }),
      ok("/api/show", { details = {}, capabilities = { "embedding" } }, "POST") }
    local document = oak("ollama", routes, "", 'model "one" { provider = "oak", api_name = "one:latest" }').json()
    assert.same({ "not_listed", "prove", "kind_other" }, refused(document.unavailable[1]))
  end)

  it("holds for a custom protocol that has one reader of models", function ()
    local own = [[protocol "own" { chat_path = "/chat", list = get "/all", list_proves = "key",
      read_list  = function (body) return body.items end,
      read_model = function (item) return { name = item.key, kind = item.what, verdict = item.off and "inactive" or nil, why = item.off } end,
      prove      = { function (model) return get("/one/" .. model.api_name) end } }]]
    local routes = { ok("/all", { items = { { key = "a" }, { key = "b" }, { key = "c", off = "sold" }, { what = "nameless" } } }), ok("/one/a", { key = "a" }),
      ok("/one/b", { key = "b", what = "rerank" }), ok("/one/d", { key = "d", off = "sold" }) }
    local lines = own .. ' model "a" { provider = "oak" } model "b" { provider = "oak" } model "c" { provider = "oak" } model "d" { provider = "oak" }'
    local document = oak("own", routes, "", lines).json()
    assert.equal("a", ids(document))
    assert.same({ "not_listed", "prove", "kind_other" }, refused(support.entry(document, "b")))
    assert.same({ "not_listed", "list", "model_inactive" }, refused(support.entry(document, "c")))
    assert.same({ "not_listed", "prove", "model_inactive" }, refused(support.entry(document, "d")))
    assert.truthy(support.entry(document, "d").reason:find("sold", 1, true))
  end)

  it("holds if a reader of listings drops what cannot be used, though it reads no look-ups", function ()
    local own = [[protocol "own" { chat_path = "/chat", list = get "/all", list_proves = "key",
      read_list = function (body)
        local models = {}
        for _, item in ipairs(body.items) do
          if item.active then models[#models + 1] = { name = item.id } end
        end
        return models
      end,
      prove = { function (model) return get("/one/" .. model.api_name) end } }]]
    local routes = { ok("/all", { items = { { id = "a", active = true }, { id = "b", active = false } } }), ok("/one/a", { id = "a" }), ok("/one/b", { id = "b" }),
      ok("/one/c", { id = "c" }) }
    local document = oak("own", routes, 'list_proves = "key"', own .. ' model "a" { provider = "oak" } model "b" { provider = "oak" } model "c" { provider = "oak" }').json()
    assert.equal("a c", ids(document))
    assert.same({ "not_listed", "list", "model_inactive" }, refused(support.entry(document, "b")))
  end)

  it("proves nothing if the reader of models fails", function ()
    local own = [[protocol "own" { chat_path = "/chat", read_model = function (item) return item.missing.name end,
      prove = { function (model) return get("/one/" .. model.api_name) end } }]]
    local document = oak("own", { ok("/one/a", { key = "a" }) }, "", own .. ' model "a" { provider = "oak" }').json()
    assert.same({ "disabled", "prove", "script_failed" }, refused(document.unavailable[1]))
  end)

  it("does not reach the models of a reader of listings that replaces a shipped one", function ()
    local own = [[protocol "openai-chat" { read_list = function (body) return { { name = body.only, kind = "chat" } } end }]]
    local document = oak("openai-chat", { ok("/v1/models", { only = "one" }) }, 'list_proves = "access", discover = true', own).json()
    assert.same({ "one", "chat" }, { ids(document), document.models[1].kind })
  end)
end)

describe("A model in another protocol", function ()
  local listing = ok("/models", { data = { { id = "gpt-x-codex", capabilities = { type = "chat" }, supported_endpoints = { "/responses" } },
    { id = "both", capabilities = { type = "chat" }, supported_endpoints = { "/v1/messages", "/chat/completions" } } } })

  it("is not offered in that of its block, and the hint has the line to write", function ()
    local document = oak("openai-chat", { listing }, 'prefix = "", list_proves = "access"',
      'model "codex" { provider = "oak", api_name = "gpt-x-codex" } model "both" { provider = "oak" }').json()
    assert.equal("both", ids(document))
    local entry = document.unavailable[1]
    assert.same({ "not_listed", "list", "protocol_other" }, refused(entry))
    assert.equal('write protocol = "openai-responses" in the block of codex', entry.hint)
  end)

  it("is in no protocol that a block can name where only an endpoint of none serves it", function ()
    local served = ok("/models", { data = { { id = "a", supported_endpoint_types = { "midjourney" } } } })
    local entry = oak("openai-chat", { served }, 'prefix = "", list_proves = "access"', 'model "a" { provider = "oak" }').json().unavailable[1]
    assert.same({ "not_listed", "list", "protocol_other" }, refused(entry))
    assert.equal('if another protocol serves it, name that one in its block: protocol = "..."', entry.hint)
  end)

  it("is offered there once its block states it, at the same prefix", function ()
    local document = oak("openai-chat", { listing }, 'prefix = "", list_proves = "access"',
      'model "codex" { provider = "oak", api_name = "gpt-x-codex", protocol = "openai-responses" }', { "explain", "codex", "--json", "--no-builtin" }).json()
    assert.equal("ready", document.state)
    assert.truthy(document.url:find "^http://[^/]+/responses$", document.url)
  end)

  it("is offered there when it is discovered", function ()
    local document = oak("openai-chat", { listing }, 'prefix = "", list_proves = "access", discover = true',
      'model "x" { provider = "oak", protocol = "openai-responses", enabled = false }').json()
    assert.equal("gpt-x-codex both", ids(document))
    assert.same({ "openai-responses", "openai-chat" }, { document.models[1].protocol, document.models[2].protocol })
  end)
end)

describe("A wildcard in a listing", function ()
  local listing = ok("/v1/models", { data = { { id = "anthropic/*" }, { id = "*-mini" }, { id = "gpt-4o" } } })

  it("is not a model", function ()
    assert.equal("gpt-4o", ids(oak("openai-chat", { listing }, 'list_proves = "access", discover = true').json()))
  end)

  it("shows only that a name which it covers may exist: the look-up decides", function ()
    local routes = { listing, ok("/v1/models/anthropic/there", { id = "anthropic/there" }),
      { path = "/v1/models/anthropic/gone", status = 404, body = { error = { message = "no such model", code = "model_not_found" } } } }
    local document = oak("openai-chat", routes, 'list_proves = "access"', 'model "anthropic/there" { provider = "oak" } model "anthropic/gone" { provider = "oak" }' ..
      ' model "anthropic/open" { provider = "oak" } model "other" { provider = "oak" }').json()
    assert.equal("anthropic/there", ids(document))
    assert.equal("not_listed", support.entry(document, "anthropic/gone").state)
    assert.equal("unproven", support.entry(document, "anthropic/open").state)
    assert.equal("not_listed", support.entry(document, "other").state)
  end)
end)

describe("A discovered model", function ()
  local names = { "gpt-6.2-sol", "o3", "ft:gpt-4o-mini-2024-07-18:acme::abc123", "codex-mini-latest", "gpt-5.2-chat-latest", "text-embedding-3-large", "whisper-1",
    "gpt-4o-transcribe", "gpt-4o-mini-tts", "tts-1", "dall-e-3", "gpt-image-2.6-sunburst", "gpt-realtime-2", "gemini-live-3", "qwen3-asr-flash",
    "gpt-audio-mini", "omni-moderation-latest", "sora-2",
    "davinci-002", "babbage-002", "gpt-3.5-turbo-instruct" }
  local data = {}
  for i, name in ipairs(names) do data[i] = { id = name, object = "model", owned_by = "system" } end

  for _, protocol in ipairs { "openai-responses", "openai-chat" } do
    it(("has the kind that its name states where the listing of %s states none"):format(protocol), function ()
      local document = oak(protocol, { ok("/v1/models", { data = data }) }, 'list_proves = "access", discover = true', "",
        { "models", "--kind", "any", "--json", "--no-builtin" }).json()
      local kinds = {}
      for _, entry in ipairs(document.models) do kinds[#kinds + 1] = entry.id .. " " .. entry.kind end
      assert.same({ "gpt-6.2-sol chat", "o3 chat", "ft:gpt-4o-mini-2024-07-18:acme::abc123 chat", "codex-mini-latest chat", "gpt-5.2-chat-latest chat",
        "text-embedding-3-large embedding", "whisper-1 transcription", "gpt-4o-transcribe transcription", "gpt-4o-mini-tts speech", "tts-1 speech", "dall-e-3 image",
        "gpt-image-2.6-sunburst image", "gpt-realtime-2 other", "gemini-live-3 other", "qwen3-asr-flash transcription",
        "gpt-audio-mini other", "omni-moderation-latest moderation", "sora-2 video", "davinci-002 other",
        "babbage-002 other", "gpt-3.5-turbo-instruct other" }, kinds)
    end)
  end

  it("is offered for chat only", function ()
    local document = oak("openai-chat", { ok("/v1/models", { data = data }) }, 'list_proves = "access", discover = true').json()
    assert.equal("gpt-6.2-sol o3 ft:gpt-4o-mini-2024-07-18:acme::abc123 codex-mini-latest gpt-5.2-chat-latest", ids(document))
  end)

  it("has the kind that Gemini's methods and names state", function ()
    local function item(name, ...) return { name = "models/" .. name, supportedGenerationMethods = { ... } } end
    local items = { item("gemini-4-carbon", "generateContent", "countTokens"), item("gemini-3.8-flash-tts", "generateContent"),
      item("gemini-nano-banana-2.1", "generateContent"), item("gemini-embedding-2", "embedContent"), item("veo-4", "predictLongRunning") }
    local routes = { ok("/v1beta/models", { models = items }) }
    for _, one in ipairs(items) do routes[#routes + 1] = ok("/v1beta/" .. one.name, one) end
    local document = oak("gemini", routes, "discover = true", "", { "models", "--kind", "any", "--json", "--no-builtin" }).json()
    local kinds = {}
    for i, entry in ipairs(document.models) do kinds[i] = entry.kind end
    assert.same({ "chat", "speech", "image", "embedding", "video" }, kinds)
  end)

  it("is unproven if neither states it, with the line to write", function ()
    local routes = { ok("/v1/models", { data = { { id = "nimbus" } } }) }
    local document = oak("openai-chat", routes, 'list_proves = "access", discover = true').json()
    local entry = document.unavailable[1]
    assert.same({ "", "unproven", "list", "kind_unknown", cjson.null }, { ids(document), entry.state, entry.stage, entry.reason_code, entry.kind })
    assert.truthy(entry.hint:find('write model "nimbus" { provider = "oak", kind = "chat" }', 1, true), entry.hint)
    local line = entry.hint:match 'model "nimbus" { provider = "oak", kind = "chat" }'
    assert.equal("nimbus", ids(oak("openai-chat", routes, 'list_proves = "access", discover = true', line).json()))
  end)

  it("has the kind that the function of discover states", function ()
    local routes = { ok("/v1/models", { data = { { id = "nimbus" } } }) }
    assert.equal("nimbus", ids(oak("openai-chat", routes, 'list_proves = "access", discover = function () return { kind = "chat" } end').json()))
  end)

  it("chats if it answered the smallest request", function ()
    local routes = { ok("/v1/models", { data = { { id = "nimbus" } } }), ok("/v1/chat/completions", { model = "nimbus", choices = { {} } }, "POST") }
    local document = oak("openai-chat", routes, 'list_proves = "access", discover = true, unproven = "generate"', nil,
      { "check", "nimbus", "--json", "--no-builtin" }).json()
    assert.same({ "nimbus", "chat", "generate" }, { ids(document), document.models[1].kind, document.models[1].stage })
  end)

  it("has the kind that the look-up of Ollama states", function ()
    local routes = { ok("/api/tags", { models = { { name = "one" } } }), ok("/api/show", { details = {}, capabilities = { "completion", "tools" } }, "POST") }
    assert.equal("one", ids(oak("ollama", routes, "discover = true, list_proves = 'access'").json()))
    routes[2] = ok("/api/show", { details = {}, capabilities = { "embedding" } }, "POST")
    assert.equal("", ids(oak("ollama", routes, "discover = true, list_proves = 'access'").json()))
    routes[2] = nil
    assert.equal("one", ids(oak("ollama", routes, "discover = true, list_proves = 'access'").json()))
  end)
end)

describe("roster diff", function ()
  it("names new models with their kinds, also of a listing that proves nothing", function ()
    local routes = { ok("/v1/models", { data = { { id = "gpt-new" }, { id = "text-embedding-new" }, { id = "nimbus" } } }) }
    for _, fields in ipairs { 'list_proves = "access"', 'list_proves = "names", prove = {}' } do
      local result = oak("openai-chat", routes, fields, 'model "m" { provider = "oak" }', { "diff", "--no-builtin" })
      assert.truthy(result.out:find("  gpt-new (oak)\n  text-embedding-new (oak, embedding)\n  nimbus (oak, kind unknown)\n", 1, true), result.out .. result.err)
    end
  end)
end)

describe("A billed answer", function ()
  local listing = ok("/v1/models", { data = { { id = "gpt-x-codex" } } })

  local function deep(status, fault)
    local routes = { listing, { path = "/v1/chat/completions", method = "POST", status = status, body = { error = fault } } }
    local result = oak("openai-chat", routes, 'list_proves = "access"', 'model "codex" { provider = "oak", api_name = "gpt-x-codex" }',
      { "check", "codex", "--deep", "--json", "--no-builtin" })
    local document = result.json()
    return document.unavailable[1] or document.models[1], result.status
  end

  it("that rejects the model, by a code or by its name, is a no", function ()
    for _, case in ipairs {
      { "protocol_other", 400, { message = 'model "gpt-x-codex" is not accessible via the /chat/completions endpoint', code = "unsupported_api_for_model" } },
      { "protocol_other", 404, { message = "This is not a chat model and thus not supported in the v1/chat/completions endpoint." } },
      { "model_unknown", 400, { message = "it does not exist", code = "model_not_found" } },
      { "model_refused", 400, { message = "gpt-x-codex does not support this feature" } },
    } do
      local entry, status = deep(case[2], case[3])
      assert.same({ "not_listed", "generate", case[1], 1 }, { entry.state, entry.stage, entry.reason_code, status })
    end
  end)

  it("that refuses a part of the request says nothing about the model", function ()
    for _, fault in ipairs {
      { message = "max_tokens is too small for gpt-x-codex" },
      { message = "Unsupported value with gpt-x-codex", param = "max_tokens" },
      { message = "gpt-x-codex-max has no such thing" },
      { message = "something is wrong" },
    } do
      assert.equal("ready", deep(400, fault).state, fault.message)
    end
  end)
end)

describe("The model that an answer names", function ()
  local function served(asked, answered)
    local routes = { ok("/v1/models", { data = { { id = asked } } }), ok("/v1/chat/completions", { model = answered, choices = { {} } }, "POST") }
    return oak("openai-chat", routes, 'list_proves = "access"', ('model "m" { provider = "oak", api_name = "%s", aliases = { "known-as" } }'):format(asked),
      { "check", "m", "--deep", "--json", "--no-builtin" }).json().models[1]
  end

  it("is told where it is another one", function ()
    for asked, answered in pairs { ["deepseek-chat"] = "deepseek-v4-flash", ["claude-opus-4-5"] = "claude-opus-4-6", ["gemini-3.7-flash"] = "gemini-3.8-flash",
      ["llama3:8b"] = "llama3:70b", ["gpt-4o"] = "gpt-4o-mini-2024-07-18" } do
      local entry = served(asked, answered)
      assert.same({ "ready", answered, "served_by_other" }, { entry.state, entry.served, entry.reason_code })
      assert.equal(("asked for %s, Oak served %s"):format(asked, answered), entry.warning)
    end
  end)

  it("is not mentioned if it differs by a date, a maker, a tag or an alias", function ()
    for asked, answered in pairs { ["claude-haiku-4-5"] = "claude-haiku-4-5-20251001", ["gpt-4o"] = "gpt-4o-2024-08-06", ["openai/gpt-5"] = "gpt-5",
      ["llama3"] = "llama3:latest", ["gemini-flash-latest"] = "gemini-3.8-flash", ["kimi-k2"] = "kimi-k2-0905", ["claude-opus-4.5"] = "claude-opus-4-5-20251101",
      ["qwen/qwen3:free"] = "qwen/qwen3", ["gpt-5"] = "known-as" } do
      local entry = served(asked, answered)
      assert.same({ nil, nil, nil }, { entry.served, entry.warning, entry.reason_code }, asked)
    end
  end)

  local ANSWERS = {
    ["anthropic-messages"] = { "/v1/messages", { type = "message", model = "other" } },
    ["openai-chat"] = { "/v1/chat/completions", { choices = { {} }, model = "other" } },
    ["openai-responses"] = { "/v1/responses", { object = "response", status = "completed", model = "other" } },
    gemini = { "/v1beta/models/one:generateContent", { candidates = { {} }, modelVersion = "other" } },
    ollama = { "/api/chat", { message = {}, model = "other" } },
  }
  for protocol, answer in pairs(ANSWERS) do
    it(("is read in %s"):format(protocol), function ()
      local document = oak(protocol, { ok(answer[1], answer[2], "POST") }, 'prove = {}, unproven = "generate"', 'model "one" { provider = "oak", recommended = true }').json()
      assert.same({ "one", "other" }, { ids(document), document.models[1].served })
    end)
  end

  it("is read in a look-up that returns another id", function ()
    local routes = { ok("/v1/models", { data = { { id = "other" } } }), ok("/v1/models/one", { type = "model", id = "two" }) }
    local entry = oak("anthropic-messages", routes, "", 'model "one" { provider = "oak" }').json().models[1]
    assert.same({ "one", "two", "prove" }, { entry.id, entry.served, entry.stage })
  end)

  it("is in what explain and check print", function ()
    local routes = { ok("/v1/models", { data = { { id = "other" } } }), ok("/v1/models/one", { type = "model", id = "two" }) }
    for _, verb in ipairs { "explain", "check" } do
      local out = oak("anthropic-messages", routes, "", 'model "one" { provider = "oak" }', { verb, "one", "--no-builtin" }).out
      assert.truthy(out:find("asked for one, Oak served two", 1, true), out)
    end
  end)
end)

describe("A protocol", function ()
  it("inherits what it does not have from another one", function ()
    local lines = 'protocol "own" { inherit = "openai-chat", chat_path = "/talk" } model "one" { provider = "oak" }'
    local story = oak("own", { ok("/v1/models", { data = { { id = "one" } } }) }, 'list_proves = "access"', lines, { "explain", "one", "--json", "--no-builtin" }).json()
    assert.same({ "ready", "list" }, { story.state, story.stage })
    assert.truthy(story.url:find "/v1/talk$", story.url)
  end)

  it("that inherits from an unknown one is an error with the nearest name", function ()
    local found = support.lint({ ["x.lua"] = 'protocol "own" { inherit = "openai-chats", chat_path = "/talk" }' }, { "--no-builtin" })
    assert.truthy(found[1]:find("protocol 'own': inherits from unknown protocol 'openai-chats'", 1, true), found[1])
  end)
end)
