-- The levels of validation: config, credential, list, prove and generate. What each one sends, what decides the verdict, and what it costs.
local support = require "support.roster"
local cjson = require "cjson"

local protocols = {
  { name = "anthropic-messages", list = "/v1/models", get = "/v1/models/one" },
  { name = "openai-chat",        list = "/v1/models", get = "/v1/models/one" },
  { name = "openai-responses",   list = "/v1/models", get = "/v1/models/one" },
  { name = "gemini",             list = "/v1beta/models", get = "/v1beta/models/one" },
}

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local function verdict(entry) return entry.state .. " at " .. entry.stage end

local function scene_of(protocol, server, more)
  local part = { "acme", protocol = protocol, models = { "one" }, server = server }
  for name, value in pairs(more or {}) do part[name] = value end
  return support.scene({ part }, more and more.options)
end

local function bodies(scene)
  local list = {}
  for _, request in ipairs(scene.requests()) do
    if request.method == "POST" then list[#list + 1] = cjson.decode(request.body) end
  end
  return list
end

local function plain_404(path, method) return { path = path, method = method, status = 404, text = "404 page not found\n" } end

teardown(support.stop_all)

describe("The level credential", function ()
  it("makes no requests, and a key that is set makes a model ready", function ()
    local scene = scene_of "anthropic-messages"
    assert.equal("ready at credential", verdict(scene.entry("one", "--level", "credential")))
    assert.same({}, scene.paths())
  end)

  it("makes a model no_credential at that stage if its key is missing", function ()
    local scene = scene_of("anthropic-messages", nil, { key = false })
    local entry = scene.entry("one", "--level", "credential")
    assert.equal("no_credential at credential", verdict(entry))
    has(entry.reason, "ACME_API_KEY is not set")
  end)

  it("refuses a key with a control byte, which no higher level sends either", function ()
    local scene = scene_of("anthropic-messages", nil, { key = "sk-line\nbreak-0123456789" })
    for _, level in ipairs { "credential", "list", "prove", "generate" } do
      assert.equal("bad_credential at credential", verdict(scene.entry("one", "--level", level)))
    end
    assert.same({}, scene.paths())
  end)

  it("may be set in the definitions, and --level takes precedence over them", function ()
    local scene = scene_of("anthropic-messages", nil, { options = { text = 'validate { level = "credential" }' } })
    assert.equal("ready at credential", verdict(scene.entry "one"))
    assert.same({}, scene.paths())
    assert.equal("ready at list", verdict(scene.entry("one", "--level", "prove")))
    assert.same({ "GET /v1/models" }, scene.paths())
  end)
end)

describe("The level list", function ()
  for _, protocol in ipairs(protocols) do
    it("requests the listing of " .. protocol.name .. " and nothing else", function ()
      local scene = scene_of(protocol.name)
      assert.equal("ready at list", verdict(scene.entry("one", "--level", "list")))
      assert.same({ "GET " .. protocol.list }, scene.paths())
    end)
  end

  it("makes a model not_listed if a listing that proves the key does not name it", function ()
    local scene = scene_of("anthropic-messages", { models = { "other" } })
    local entry = scene.entry("one", "--level", "list")
    assert.equal("not_listed at list", verdict(entry))
    has(entry.reason, "one is not among the 1 model that it lists")
    assert.same({ "GET /v1/models" }, scene.paths())
  end)

  it("leaves a model unproven if a listing that proves nothing about the key does not name it", function ()
    local scene = scene_of("openai-chat", { models = { "other" } })
    assert.equal("unproven at list", verdict(scene.entry("one", "--level", "list")))
    assert.same({ "GET /v1/models" }, scene.paths())
  end)

  it("never bills, even if unproven is generate, because no free proof has been tried", function ()
    local scene = scene_of("anthropic-messages", { serves = { "get", "generate" } }, { fields = 'unproven = "generate"' })
    scene.models("--level", "list")
    assert.same({ "GET /v1/models" }, scene.paths())
  end)
end)

describe("The level prove", function ()
  it("is the default", function ()
    local scene = scene_of "gemini"
    scene.models()
    local by_default = scene.paths()
    scene.mocks.clear()
    scene.models("--level", "prove")
    assert.same({ "GET /v1beta/models", "GET /v1beta/models/one" }, by_default)
    assert.same(by_default, scene.paths())
  end)

  it("bills nothing in any protocol, whether proofs are served or not", function ()
    for _, protocol in ipairs(protocols) do
      local scene = support.scene {
        { "full",  protocol = protocol.name, models = { "one", "two" } },
        { "bare",  protocol = protocol.name, models = { "three", "four" }, server = { serves = { "generate" } } },
        { "count", protocol = protocol.name, models = { "five" }, server = { serves = { "count", "generate" } } },
      }
      scene.models()
      for _, request in ipairs(scene.requests()) do
        local counts = request.path:match "/count_tokens$" or request.path:match ":countTokens$"
        assert.truthy(request.method == "GET" or counts, request.method .. " " .. request.path)
      end
    end
  end)
end)

describe("The level generate", function ()
  local function sent(protocol, more)
    local scene = scene_of(protocol, nil, more)
    local entry = scene.entry("one", "--level", "generate")
    local paths = scene.paths()
    return { entry = entry, last = paths[#paths], body = bodies(scene)[1], scene = scene }
  end

  it("sends Anthropic's smallest message, with one token and no thinking or temperature", function ()
    local answer = sent "anthropic-messages"
    assert.equal("ready at generate", verdict(answer.entry))
    assert.equal("POST /v1/messages", answer.last)
    assert.same({ model = "one", max_tokens = 1, messages = { { role = "user", content = "hi" } } }, answer.body)
  end)

  it("asks OpenAI's Responses for sixteen tokens, because it refuses fewer, and has nothing stored", function ()
    local answer = sent "openai-responses"
    assert.equal("ready at generate", verdict(answer.entry))
    assert.equal("POST /v1/responses", answer.last)
    assert.same({ model = "one", input = "hi", max_output_tokens = 16, store = false }, answer.body)
  end)

  it("turns reasoning off in Responses if the model has such a level", function ()
    local answer = sent("openai-responses", { models = { { "one", 'reasoning = true, reasoning_levels = { "none", "low" }' } } })
    assert.equal("ready at generate", verdict(answer.entry))
    assert.same({ effort = "none" }, answer.body.reasoning)
  end)

  it("asks Chat Completions for sixteen tokens, with the name of the limit that most hosts know", function ()
    local answer = sent "openai-chat"
    assert.equal("ready at generate", verdict(answer.entry))
    assert.equal("POST /v1/chat/completions", answer.last)
    assert.same({ model = "one", max_tokens = 16, messages = { { role = "user", content = "hi" } } }, answer.body)
  end)

  it("uses OpenAI's own name for the limit at OpenAI", function ()
    local scene = support.scene { { "openai", protocol = "openai-chat", models = { "one" } } }
    assert.equal("ready at generate", verdict(scene.entry("one", "--level", "generate")))
    assert.equal(16, bodies(scene)[1].max_completion_tokens)
    assert.is_nil(bodies(scene)[1].max_tokens)
  end)

  it("sends Gemini's smallest request", function ()
    local answer = sent "gemini"
    assert.equal("ready at generate", verdict(answer.entry))
    assert.equal("POST /v1beta/models/one:generateContent", answer.last)
    assert.same({ contents = { { role = "user", parts = { { text = "hi" } } } }, generationConfig = { maxOutputTokens = 1 } }, answer.body)
  end)

  it("bills once for each model, and sends nothing else after a listing that proves access", function ()
    local scene = scene_of("anthropic-messages", nil, { models = { "one", "two" } })
    scene.models("--level", "generate")
    assert.same({ "GET /v1/models", "POST /v1/messages", "POST /v1/messages" }, scene.paths())
  end)

  it("is what check --deep uses", function ()
    local deep, named = scene_of "gemini", scene_of "gemini"
    assert.equal("ready at generate", verdict(deep.run({ "check", "--deep", "--json" }).json().models[1]))
    named.models("--level", "generate")
    assert.equal(3, #deep.paths())
    assert.same(deep.paths(), named.paths())
  end)

  it("bills nothing for a model that a lower level has refused", function ()
    local scene = support.scene {
      { "keyless-account", protocol = "anthropic-messages", models = { "a" }, key = "sk-wrong-0123456789", server = { keys = { "another" } } },
      { "unknowing",       protocol = "anthropic-messages", models = { "b" }, server = { models = { "other" } } },
      { "narrow",          protocol = "gemini", models = { "c" }, server = { models = { { id = "c", no_access = true } } } },
    }
    local document = scene.models("--level", "generate")
    assert.equal("bad_credential", support.entry(document, "a").state)
    assert.equal("not_listed", support.entry(document, "b").state)
    assert.equal("no_access", support.entry(document, "c").state)
    for _, request in ipairs(scene.requests()) do assert.equal("GET", request.method) end
  end)

  it("overrides the verdict of the lower levels", function ()
    local scene = scene_of("anthropic-messages", { models = { { id = "one", usable = false } } })
    assert.equal("ready at list", verdict(scene.entry "one"))
    local entry = scene.entry("one", "--level", "generate")
    assert.equal("not_listed at generate", verdict(entry))
    assert.equal(404, entry.http_status)
  end)

  it("keeps the verdict of the free levels if the smallest request itself was invalid", function ()
    local scene = scene_of("openai-responses", { floor = 32 })
    assert.equal("ready at prove", verdict(scene.entry("one", "--level", "generate")))
    assert.same({ "GET /v1/models", "GET /v1/models/one", "POST /v1/responses" }, scene.paths())
  end)

  it("leaves a model unproven with the refusal in its reason if the only response was to an invalid request", function ()
    local scene = scene_of("openai-responses", { floor = 32, serves = { "generate" } })
    local entry = scene.entry("one", "--level", "generate")
    assert.equal("unproven at generate", verdict(entry))
    has(entry.reason, "Expected a value >= 32, but got 16 instead")
  end)
end)

describe("A listing that proves access", function ()
  it("makes a model ready without another request", function ()
    local scene = scene_of("anthropic-messages", nil, { models = { "one", "two" } })
    local document = scene.models()
    assert.same({ "one", "two" }, support.ids(document.models))
    assert.equal("ready at list", verdict(document.models[2]))
    assert.same({ "GET /v1/models" }, scene.paths())
  end)

  it("is Anthropic's by default, and that of any provider which says so", function ()
    local scene = scene_of("openai-chat", nil, { fields = 'list_proves = "access"' })
    assert.equal("ready at list", verdict(scene.entry "one"))
    assert.same({ "GET /v1/models" }, scene.paths())
  end)

  it("leaves the verdict on a model that it does not name to the request for that model", function ()
    local scene = scene_of("anthropic-messages", { models = { "dated", { id = "one", listed = false } } })
    assert.equal("ready at prove", verdict(scene.entry "one"))
    assert.same({ "GET /v1/models", "GET /v1/models/one" }, scene.paths())
  end)

  it("does not keep a model from being ready under an alias that only the request for it resolves", function ()
    local scene = scene_of("anthropic-messages", { models = { { id = "one-20261001", aliases = { "one" } } } })
    assert.equal("ready at prove", verdict(scene.entry "one"))
  end)
end)

describe("A listing that proves only the key", function ()
  it("makes roster ask for every model by name", function ()
    local scene = scene_of("gemini", nil, { models = { "one", "two" } })
    local document = scene.models()
    assert.equal("ready at prove", verdict(support.entry(document, "one")))
    local paths = scene.paths()
    assert.equal("GET /v1beta/models", table.remove(paths, 1))
    table.sort(paths)
    assert.same({ "GET /v1beta/models/one", "GET /v1beta/models/two" }, paths)
  end)

  it("does not make a retired model ready that it still names", function ()
    local scene = scene_of("gemini", { routes = { { path = "/v1beta/models/one", status = 404,
      body = { error = { code = 404, message = "models/one is not found for API version v1beta", status = "NOT_FOUND" } } } } })
    local entry = scene.entry "one"
    assert.equal("not_listed at prove", verdict(entry))
    assert.equal(404, entry.http_status)
  end)

  it("makes a model that it does not name not_listed if no proof is served", function ()
    local scene = scene_of("gemini", { models = { "other" }, serves = { "list", "generate" } })
    assert.equal("not_listed at list", verdict(scene.entry "one"))
  end)

  it("leaves a model that it names unproven if no proof is served", function ()
    local scene = scene_of("gemini", { serves = { "list", "generate" } })
    assert.equal("unproven at prove", verdict(scene.entry "one"))
  end)

  it("may be declared for any provider", function ()
    local scene = scene_of("anthropic-messages", nil, { fields = 'list_proves = "key"' })
    assert.equal("ready at prove", verdict(scene.entry "one"))
    assert.same({ "GET /v1/models", "GET /v1/models/one" }, scene.paths())
  end)
end)

describe("A listing that proves only names", function ()
  it("makes roster ask for every model by name, whether it names the model or not", function ()
    local scene = scene_of("openai-chat", { models = { "one", { id = "two", listed = false } } }, { models = { "one", "two" } })
    local document = scene.models()
    assert.equal("ready at prove", verdict(support.entry(document, "one")))
    assert.equal("ready at prove", verdict(support.entry(document, "two")))
  end)

  it("does not hide a bad key, which the proof finds", function ()
    local scene = scene_of("openai-chat", { public_list = true, keys = { "another" } })
    local entry = scene.entry "one"
    assert.equal("bad_credential at prove", verdict(entry))
    assert.equal(401, entry.http_status)
  end)

  it("never makes a model not_listed that it does not name", function ()
    local scene = scene_of("openai-chat", { models = { "other" }, serves = { "list", "generate" } })
    assert.equal("unproven at prove", verdict(scene.entry "one"))
  end)

  it("is enough for a provider that needs no key", function ()
    local scene = scene_of("openai-chat", { keys = cjson.null }, { keyless = true, models = { "one", "two" } })
    local document = scene.models()
    assert.equal("ready at list", verdict(support.entry(document, "one")))
    assert.same({ "GET /v1/models" }, scene.paths())
    assert.is_nil(scene.requests()[1].headers.authorization)
  end)
end)

describe("The request prove_key", function ()
  local function public(key_route, more)
    local server = { public_list = true, routes = { key_route } }
    for name, value in pairs(more and more.server or {}) do server[name] = value end
    return scene_of("openai-chat", server,
      { fields = 'prove_key = get "/key"', models = { "one", "two" }, key = more and more.key })
  end

  local fine = { method = "GET", path = "/v1/key", status = 200, body = { data = { label = "ours", usage = 0 } } }
  local bad = { method = "GET", path = "/v1/key", status = 401, body = { error = { message = "No auth credentials found", code = 401 } } }

  it("makes the models of a public listing ready with one request for all of them", function ()
    local scene = public(fine)
    local document = scene.models()
    assert.same({ "one", "two" }, support.ids(document.models))
    assert.same({ "GET /v1/models", "GET /v1/key" }, scene.paths())
    assert.equal("Bearer " .. scene.keys.acme, scene.requests()[2].headers.authorization)
  end)

  it("makes all models bad_credential if it is refused, and nothing is requested after it", function ()
    local scene = public(bad)
    local document = scene.models()
    for _, id in ipairs { "one", "two" } do
      local entry = support.entry(document, id)
      assert.equal("bad_credential", entry.state)
      assert.equal(401, entry.http_status)
      has(entry.reason, "The acme rejected the key in ACME_API_KEY (401: No auth credentials found)")
    end
    assert.same({ "GET /v1/models", "GET /v1/key" }, scene.paths())
  end)

  it("decides at a stage that the documents know", function ()
    local known = { config = true, credential = true, list = true, prove = true, generate = true }
    local stage = support.entry((public(bad).models()), "one").stage
    assert.truthy(known[stage], stage)
  end)

  it("makes a model that the listing does not name not_listed once it has proved the key, if no proof is served", function ()
    local scene = public(fine, { server = { models = { "one" }, serves = { "list" } } })
    local document = scene.models()
    assert.equal("ready at list", verdict(support.entry(document, "one")))
    assert.equal("not_listed at list", verdict(support.entry(document, "two")))
  end)

  it("leaves the verdict to the proofs of the single models if it is not served", function ()
    local scene = public(plain_404 "/v1/key")
    local document = scene.models()
    assert.equal("ready at prove", verdict(support.entry(document, "one")))
    assert.equal(4, #scene.paths())
  end)

  it("makes all models rate_limited if it is limited", function ()
    local scene = public { path = "/v1/key", status = 429, body = { error = { message = "slow", code = 429 } } }
    local document = scene.models()
    assert.equal("rate_limited", support.entry(document, "one").state)
    assert.equal("rate_limited", support.entry(document, "two").state)
    assert.equal(2, #scene.paths())
  end)

  it("is sent at the level list too, if a public listing alone would show nothing", function ()
    local scene = public(bad)
    assert.equal("bad_credential", support.entry((scene.models("--level", "list")), "one").state)
  end)
end)

describe("A missing endpoint", function ()
  local ways = {
    { "404 page not found",  { status = 404, text = "404 page not found\n" } },
    { "404 and a page of HTML", { status = 404, text = "<html><body>Not Found</body></html>", headers = { ["content-type"] = "text/html" } } },
    { "404 without a body",  { status = 404 } },
    { "404 and other JSON",  { status = 404, body = { status = 404, path = "/v1" } } },
    { "405",                 { status = 405, body = { error = { message = "Method Not Allowed", type = "invalid_request_error" } } } },
    { "501",                 { status = 501, text = "not implemented" } },
  }

  local function route(path, answer)
    local made = { path = path }
    for name, value in pairs(answer) do made[name] = value end
    return made
  end

  for _, way in ipairs(ways) do
    it(("(%s) leads to the next proof, first instead of the listing and then instead of the request for the model"):format(way[1]), function ()
      local scene = support.scene {
        { "claude", protocol = "anthropic-messages", models = { "one" },
          server = { routes = { route("/v1/models", way[2]), route("/v1/models/one", way[2]) } } },
        { "gem", protocol = "gemini", models = { "two" },
          server = { routes = { route("/v1beta/models", way[2]), route("/v1beta/models/two", way[2]) } } },
        { "chat", protocol = "openai-chat", models = { "three" }, server = { routes = { route("/v1/models", way[2]) } } },
      }
      local document = scene.models()
      for _, id in ipairs { "one", "two", "three" } do assert.equal("ready at prove", verdict(support.entry(document, id)), id) end
      assert.same({ "GET /v1/models", "GET /v1/models/one", "POST /v1/messages/count_tokens" }, scene.paths "claude")
      assert.same({ "GET /v1beta/models", "GET /v1beta/models/two", "POST /v1beta/models/two:countTokens" }, scene.paths "gem")
      assert.same({ "GET /v1/models", "GET /v1/models/three" }, scene.paths "chat")
    end)
  end

  it("of a listing is no evidence against its models, even with the protocol's own error body", function ()
    local scene = scene_of("anthropic-messages", { routes = { { path = "/v1/models", status = 404,
      body = { type = "error", error = { type = "not_found_error", message = "Not found" } } } } })
    assert.equal("ready at prove", verdict(scene.entry "one"))
  end)

  it("leaves the model unproven if the endpoints of all proofs are missing", function ()
    for _, protocol in ipairs(protocols) do
      local scene = scene_of(protocol.name, { serves = { "generate" } })
      local entry, part = scene.entry "one"
      assert.equal("unproven at prove", verdict(entry))
      assert.equal("unavailable", part)
      has(entry.reason, "The acme offers no free way to check one")
      has(entry.hint, "at level generate")
    end
  end)

  it("is distinguished from an unknown model by the protocol's own error body", function ()
    for _, protocol in ipairs(protocols) do
      local scene = scene_of(protocol.name, { models = { "other" }, serves = { "get", "generate" } })
      local entry = scene.entry "one"
      assert.equal("not_listed at prove", verdict(entry))
      assert.equal(404, entry.http_status)
    end
  end)
end)

describe("A response to an invalid request", function ()
  for _, status in ipairs { 400, 422 } do
    it(("(%d) leads to the next proof"):format(status), function ()
      local wrong = { path = "/v1/models/one", status = status, body = { type = "error",
        error = { type = "invalid_request_error", message = "model: String should match pattern" } } }
      local scene = scene_of("anthropic-messages", { models = { { id = "one", listed = false } }, routes = { wrong } })
      assert.equal("ready at prove", verdict(scene.entry "one"))
      assert.same({ "GET /v1/models", "GET /v1/models/one", "POST /v1/messages/count_tokens" }, scene.paths())
    end)

    it(("(%d) is never a verdict on the model, which stays unproven with the response in its reason"):format(status), function ()
      local wrong = { path = "/v1/models/*", status = status, body = { error = { message = "id must not hold a dash", type = "invalid_request_error" } } }
      local scene = scene_of("openai-chat", { routes = { wrong } })
      local entry = scene.entry "one"
      assert.equal("unproven at prove", verdict(entry))
      has(entry.reason, ("The acme returned %d: id must not hold a dash"):format(status))
    end)

    it(("(%d) for the listing leaves the verdict to the proofs of the single models"):format(status), function ()
      local wrong = { path = "/v1/models", status = status,
        body = { type = "error", error = { type = "invalid_request_error", message = "limit: too large" } } }
      local scene = scene_of("anthropic-messages", { routes = { wrong } })
      assert.equal("ready at prove", verdict(scene.entry "one"))
    end)
  end
end)

describe("The verdict of a proof", function ()
  it("ends the validation of its model: no_access is not tried again in another way", function ()
    local scene = scene_of("gemini", { models = { { id = "one", no_access = true } } })
    local entry = scene.entry "one"
    assert.equal("no_access at prove", verdict(entry))
    assert.equal(403, entry.http_status)
    assert.same({ "GET /v1beta/models", "GET /v1beta/models/one" }, scene.paths())
  end)

  it("ends the validation of its model even if it is inconclusive", function ()
    for status, state in pairs { [429] = "rate_limited", [500] = "provider_error", [503] = "provider_error" } do
      local scene = scene_of("anthropic-messages", { models = { "other" }, routes = { { path = "/v1/models/one", status = status,
        body = { type = "error", error = { type = "some_error", message = "not now" } } } } })
      assert.equal(state .. " at prove", verdict(scene.entry "one"))
      assert.same({ "GET /v1/models", "GET /v1/models/one" }, scene.paths())
    end
  end)

  it("holds back the proofs that were not sent yet if it is a rate limit", function ()
    local ids = {}
    for i = 1, 24 do ids[i] = "m" .. i end
    local scene = scene_of("gemini", { delay_ms = 20, routes = { { path = "/v1beta/models/*", status = 429,
      body = { error = { code = 429, message = "Quota exceeded for requests per minute.", status = "RESOURCE_EXHAUSTED" } } } } }, { models = ids })
    local document = scene.models()
    for _, id in ipairs(ids) do assert.equal("rate_limited", support.entry(document, id).state, id) end
    assert.is_true(#scene.requests() <= 1 + 8, #scene.requests() .. " requests")
  end)

  it("applies to its own model only, and the provider's other models are still asked for", function ()
    local scene = scene_of("gemini", { models = { { id = "one", no_access = true }, "two" } }, { models = { "one", "two" } })
    local document = scene.models()
    assert.equal("no_access", support.entry(document, "one").state)
    assert.equal("ready", support.entry(document, "two").state)
  end)

  it("comes from one chain of requests for each model, however many endpoints are missing", function ()
    local scene = scene_of("anthropic-messages", { serves = { "generate" } }, { models = { "one", "two", "three" } })
    scene.models()
    local times = {}
    for _, path in ipairs(scene.paths()) do times[path] = (times[path] or 0) + 1 end
    assert.same({
      ["GET /v1/models"] = 1, ["GET /v1/models/one"] = 1, ["GET /v1/models/two"] = 1, ["GET /v1/models/three"] = 1,
      ["POST /v1/messages/count_tokens"] = 3,
    }, times)
  end)
end)

describe("A listing that is refused, limited or down", function ()
  for _, answer in ipairs {
    { 401, "bad_credential" }, { 402, "no_quota" }, { 403, "bad_credential" }, { 429, "rate_limited" }, { 500, "provider_error" },
    { 502, "provider_error" }, { 503, "provider_error" },
  } do
    local status, state = answer[1], answer[2]
    it(("(%d) makes all of its models %s, and no proof is sent after it"):format(status, state), function ()
      for _, protocol in ipairs(protocols) do
        local scene = scene_of(protocol.name,
          { routes = { { path = protocol.list, status = status, body = { error = { message = "refused here" } } } } }, { models = { "one", "two" } })
        local document = scene.models()
        for _, id in ipairs { "one", "two" } do
          local entry = support.entry(document, id)
          assert.equal(state .. " at list", verdict(entry), protocol.name)
          assert.equal(status, entry.http_status)
        end
        assert.same({ "GET " .. protocol.list }, scene.paths())
      end
    end)
  end
end)

describe("A model that nothing free can prove", function ()
  local bare = { serves = { "generate" } }

  local function bare_scene(fields, text)
    local models = { { "one", "recommended = true" }, { "two", "recommended = true" } }
    return scene_of("anthropic-messages", bare, { models = models, fields = fields, options = { text = text } })
  end

  local function billed(scene)
    local count = 0
    for _, path in ipairs(scene.paths()) do count = count + (path == "POST /v1/messages" and 1 or 0) end
    return count
  end

  it("is not offered by default", function ()
    local scene = bare_scene()
    local document = scene.models()
    assert.same({}, document.models)
    assert.equal(0, billed(scene))
  end)

  it("gets one billed request if validate sets unproven to generate", function ()
    local scene = bare_scene(nil, 'validate { unproven = "generate" }')
    local document = scene.models()
    assert.equal("ready at generate", verdict(support.entry(document, "one")))
    assert.equal("ready at generate", verdict(support.entry(document, "two")))
    assert.equal(2, billed(scene))
  end)

  it("is offered with the state unproven if validate sets unproven to offer", function ()
    local scene = bare_scene(nil, 'validate { unproven = "offer" }')
    local document = scene.models()
    assert.same({ "one", "two" }, support.ids(document.models))
    assert.equal("unproven", document.models[1].state)
    assert.equal(0, billed(scene))
  end)

  it("is treated as its provider says, whatever validate says", function ()
    local refuses = bare_scene('unproven = "refuse"', 'validate { unproven = "generate" }')
    assert.same({}, (refuses.models()).models)
    assert.equal(0, billed(refuses))
    local pays = bare_scene('unproven = "generate"', 'validate { unproven = "offer" }')
    pays.models()
    assert.equal(2, billed(pays))
  end)

  it("is treated as its gateway says, whatever its provider says", function ()
    local scene = support.scene({
      { "acme", protocol = "anthropic-messages", models = { { "one", "recommended = true" } }, url = "http://127.0.0.1:9", fields = 'unproven = "refuse"' },
    }, {
      servers = { { name = "door", protocol = "anthropic-messages", prefix = "/acme", models = { "one" }, serves = { "generate" } } },
      text = function (mocks)
        return ('gateway "door" { base_url = "%s", path = "/{provider}", unproven = "generate" }'):format(mocks.url "door")
      end,
    })
    assert.equal("ready at generate", verdict(scene.entry "one"))
  end)

  it("gets no billed request once a free one has decided", function ()
    local scene = scene_of("anthropic-messages", { models = { "one" } }, { models = { "one", "two" }, fields = 'unproven = "generate"' })
    local document = scene.models()
    assert.equal("ready at list", verdict(support.entry(document, "one")))
    assert.equal("not_listed at prove", verdict(support.entry(document, "two")))
    assert.equal(0, billed(scene))
  end)

  it("gets its verdict from the billed request, whatever that is", function ()
    local scene = scene_of("anthropic-messages", { serves = { "generate" }, models = { { id = "one", no_access = true } } },
      { models = { { "one", "recommended = true" }, { "two", "recommended = true" } }, fields = 'unproven = "generate"' })
    local document = scene.models()
    assert.equal("no_access at generate", verdict(support.entry(document, "one")))
    assert.equal("not_listed at generate", verdict(support.entry(document, "two")))
  end)
end)

describe("Validation", function ()
  it("requests one listing for each endpoint, however many models are behind it", function ()
    local scene = support.scene {
      { "north", protocol = "openai-chat", models = { "n1", "n2", "n3" }, fields = 'list_proves = "access"' },
      { "south", protocol = "anthropic-messages", models = { "s1", "s2" } },
    }
    assert.equal(5, #(scene.models()).models)
    assert.same({ "GET /v1/models" }, scene.paths "north")
    assert.same({ "GET /v1/models" }, scene.paths "south")
  end)

  it("requests the listing in the provider's protocol, and sends proofs in the model's", function ()
    local scene = scene_of("openai-chat", nil, { models = { { "one", 'protocol = "openai-responses"' } } })
    assert.equal("ready at generate", verdict(scene.entry("one", "--level", "generate")))
    assert.same({ "GET /v1/models", "GET /v1/models/one", "POST /v1/responses" }, scene.paths())
  end)

  it("sends the listing's key where the provider's protocol expects it, whatever protocol its first model has", function ()
    local scene = support.scene {
      { "acme", protocol = "openai-chat", fields = 'list_proves = "access"',
        models = { { "one", 'protocol = "anthropic-messages"' }, "two" } },
    }
    local document = scene.models()
    assert.equal("Bearer " .. scene.keys.acme, scene.requests()[1].headers.authorization)
    assert.same({ "one", "two" }, support.ids(document.models))
  end)

  it("sends the key with every request", function ()
    local places = {
      ["anthropic-messages"] = { "x-api-key", "" }, ["gemini"] = { "x-goog-api-key", "" },
      ["openai-chat"] = { "authorization", "Bearer " }, ["openai-responses"] = { "authorization", "Bearer " },
    }
    for _, protocol in ipairs(protocols) do
      local scene = scene_of(protocol.name, { models = { { id = "one", listed = false }, { id = "two", listed = false } } }, { models = { "one", "two" } })
      scene.models("--level", "generate")
      local place = places[protocol.name]
      assert.is_true(#scene.requests() >= 5)
      for _, request in ipairs(scene.requests()) do assert.equal(place[2] .. scene.keys.acme, request.headers[place[1]]) end
    end
  end)

  it("sends the model's own headers with its proofs, and the provider's with every request", function ()
    local scene = scene_of("anthropic-messages", { models = { { id = "one", listed = false } } }, {
      fields = 'headers = { ["anthropic-version"] = "2023-06-01" }',
      models = { { "one", 'headers = { ["anthropic-beta"] = "long-2026-09-01" }' } },
    })
    scene.models("--level", "generate")
    local betas = {}
    for i, request in ipairs(scene.requests()) do
      assert.equal("2023-06-01", request.headers["anthropic-version"])
      betas[i] = request.headers["anthropic-beta"] or "-"
    end
    assert.same({ "-", "long-2026-09-01", "long-2026-09-01" }, betas)
  end)

  it("has at most eight requests in flight at one origin, and more than one", function ()
    local ids, models = {}, {}
    for i = 1, 24 do ids[i], models[i] = "m" .. i, { id = "m" .. i, listed = false } end
    local scene = scene_of("openai-chat", { delay_ms = 40, models = models }, { models = ids })
    assert.equal(24, #(scene.models()).models)
    local connections, count = {}, 0
    for _, request in ipairs(scene.requests()) do
      if not connections[request.connection] then count = count + 1 end
      connections[request.connection] = true
    end
    assert.equal(25, #scene.requests())
    assert.is_true(count > 1 and count <= 8, count .. " connections")
  end)

  it("makes no request for a model whose key is missing or that is disabled", function ()
    local scene = support.scene {
      { "unset",  protocol = "openai-chat", models = { "one" }, key = false },
      { "off",    protocol = "openai-chat", models = { "two" }, fields = "enabled = false" },
      { "single", protocol = "openai-chat", models = { { "three", "enabled = false" } } },
    }
    local document = scene.models("--level", "generate")
    assert.same({}, scene.paths())
    assert.equal("no_credential", support.entry(document, "one").state)
    assert.equal("disabled", support.entry(document, "two").state)
    assert.equal("disabled", support.entry(document, "three").state)
  end)

  it("reports each request that it made for a model, in order", function ()
    local scene = scene_of("anthropic-messages", { serves = { "count" } })
    local story = scene.run({ "explain", "one", "--json" }).json()
    local told = {}
    for i, request in ipairs(story.requests) do
      told[i] = ("%s %s %d %s"):format(request.stage, request.method .. " " .. request.url:gsub("^http://[^/]+", ""), request.status, request.outcome)
    end
    assert.same({
      "list GET /v1/models?limit=1000 404 missing",
      "prove GET /v1/models/one 404 missing",
      "prove POST /v1/messages/count_tokens 200 ready",
    }, told)
  end)

  it("reports no request that was never sent", function ()
    local ids = {}
    for i = 1, 20 do ids[i] = "m" .. i end
    local scene = scene_of("gemini", { routes = { { path = "/v1beta/models/*", hang = true } } }, { models = ids })
    local story = scene.run({ "explain", "m20", "--json", "--timeout", "0.5" }).json()
    assert.equal("unreachable", story.state)
    local sent = {}
    for _, request in ipairs(scene.requests()) do sent[request.method .. " " .. request.path] = true end
    for _, request in ipairs(story.requests) do
      local told = request.method .. " " .. request.url:gsub("^http://[^/]+", ""):gsub("%?.*", "")
      assert.truthy(sent[told], told)
    end
  end)
end)
