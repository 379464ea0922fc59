-- What providers say of models, in listings and look-ups that are asked anyway: each shipped protocol reads it, it beats the blocks where it is
-- about limits, capabilities or retirement, and what a listing does not say stays unknown.
local cjson = require "cjson"
local support = require "support.roster"

local null = cjson.null

local function day(ahead) return os.date("!%Y-%m-%d", os.time() + ahead * 86400) end

local function route(path, body, method) return { path = path, method = method or "GET", status = 200, body = body } end

--- A listing as this provider gives it, the name of a model in it, and what is known of that model then.
local PROVIDERS = {
  { "Anthropic", protocol = "anthropic-messages", model = "claude-opus-5-5", path = "/v1/models",
    body = { data = { { type = "model", id = "claude-opus-5-5", display_name = "Claude Opus 5.5", created_at = "2026-09-22T00:00:00Z", line = "opus",
      max_input_tokens = 1000000,
      max_tokens = 128000, lifecycle = "deprecated", deprecated_at = "2026-11-20T08:00:00Z", retires_at = "2099-01-22T00:00:00Z", capabilities = {
        image_input = { supported = true }, pdf_input = { supported = false }, thinking = { supported = true, types = { disabled = { supported = true } } },
        effort = { supported = true, low = { supported = true }, medium = { supported = true }, high = { supported = true }, max = { supported = true },
          xhigh = null },
        structured_outputs = { supported = true } } } }, has_more = false },
    known = { description = "Claude Opus 5.5", family = "claude-opus", context_window = 1000000, max_output_tokens = 128000, release_date = "2026-09-22",
      status = "deprecated",
      deprecated = "2026-11-20", retires = "2099-01-22", input_modalities = { "text", "image" }, reasoning = true, reasoning_levels = { "low", "medium",
        "high", "max" }, reasoning_toggle = true, structured_output = true, kind = "chat" }, unknown = { "tool_call", "temperature" } },
  { "OpenAI", protocol = "openai-responses", model = "gpt-6.1-sol", path = "/v1/models",
    body = { object = "list", data = { { id = "gpt-6.1-sol", object = "model", created = 1790640000, owned_by = "system", shutdown_date = "2099-04-01" } } },
    known = { retires = "2099-04-01", release_date = "2026-09-29" } },
  { "Gemini", protocol = "gemini", model = "gemini-4-argon", path = "/v1beta/models",
    body = { models = { { name = "models/gemini-4-argon", displayName = "Gemini 4 Argon", inputTokenLimit = 1048576, outputTokenLimit = 65536,
      supportedGenerationMethods = { "generateContent", "countTokens" }, thinking = true, temperature = 1, maxTemperature = 2 } } },
    known = { description = "Gemini 4 Argon", context_window = 1048576, max_input_tokens = 1048576, max_output_tokens = 65536, reasoning = true,
      temperature = true, kind = "chat" }, unknown = { "tool_call" } },
  { "Mistral", model = "mistral-small-4", path = "/v1/models",
    body = { object = "list", data = { { id = "mistral-small-4", object = "model", created = 1795000000, owned_by = "mistralai", name = "mistral-small-4",
      max_context_length = 256000,
      deprecation = "2099-06-16T12:00:00Z", deprecation_replacement_model = "mistral-small-5", type = "base", capabilities = {
        completion_chat = true, function_calling = true, reasoning = false, vision = true, audio = false } } } },
    known = { context_window = 256000, retires = "2099-06-16", tool_call = true, reasoning = false, input_modalities = { "text", "image" }, kind = "chat" },
    unknown = { "release_date" } }, -- `created` is the time of the answer there
  { "OpenRouter", model = "acme/opus", path = "/v1/models",
    body = { data = { { id = "acme/opus", canonical_slug = "acme/opus-20260920", name = "Acme: Opus", created = 1789862400, context_length = 1000000,
      architecture = { modality = "text+image->text", input_modalities = { "text", "image", "file" }, output_modalities = { "text" } },
      pricing = { prompt = "0.000004", completion = "0.00002", input_cache_read = "0.0000002", input_cache_write = "0.000005",
        internal_reasoning = "0.00003", web_search = "0.01" },
      top_provider = { context_length = 1000000, max_completion_tokens = 128000 }, supported_parameters = { "tools", "reasoning", "max_tokens",
        "structured_outputs" },
      reasoning = { mandatory = true, supported_efforts = { "max", "high", "low" } }, knowledge_cutoff = "2026-06-01", expiration_date = "2099-12-31" } } },
    known = { description = "Acme: Opus", context_window = 1000000, max_output_tokens = 128000, input_modalities = { "text", "image", "pdf" },
      tool_call = true, reasoning = true,
      reasoning_levels = { "low", "high", "max" }, reasoning_toggle = false, structured_output = true, temperature = false, output_modalities = { "text" },
      knowledge_cutoff = "2026-06-01", retires = "2099-12-31", release_date = "2026-09-20", kind = "chat",
      price = { input = 4, output = 20, cache_read = 0.2, cache_write = 5, reasoning = 30 } } },
  { "Groq", model = "openai/gpt-oss-120b", path = "/v1/models",
    body = { data = { { id = "openai/gpt-oss-120b", object = "model", created = 1754408224, owned_by = "OpenAI Inc", active = true,
      context_window = 131072, max_completion_tokens = 65536 } } },
    known = { context_window = 131072, max_output_tokens = 65536 } },
  { "Together", model = "acme/test-120b-instruct", path = "/v1/models",
    body = { { id = "acme/test-120b-instruct", object = "model", created = 1754000000, type = "chat", display_name = "Test 120B", context_length = 131072,
      pricing = { hourly = 0, input = 0.15, output = 0.6, cached_input = 0.05, base = 0, finetune = 0 } } },
    known = { description = "Test 120B", context_window = 131072, kind = "chat", price = { input = 0.15, output = 0.6, cache_read = 0.05 } },
      unknown = { "release_date" } },
  { "Fireworks AI", model = "accounts/fireworks/models/glm-5p3", path = "/v1/models",
    body = { data = { { id = "accounts/fireworks/models/glm-5p3", object = "model", created = 1790000000, owned_by = "fireworks",
      context_length = 1048576, supports_chat = true,
      supports_tools = true, supports_image_input = false, deprecationDate = { year = 2099, month = 3, day = 9 } } } },
    known = { context_window = 1048576, tool_call = true, input_modalities = { "text" }, retires = "2099-03-09", kind = "chat" } },
  { "Cohere", protocol = "cohere-v2", model = "command-a-09-2026", path = "/v1/models",
    body = { models = { { name = "command-a-09-2026", is_deprecated = true, endpoints = { "chat" }, context_length = 256000, features = { "json_schema",
      "tools", "vision" } } } },
    known = { context_window = 256000, status = "deprecated", tool_call = true, structured_output = true, input_modalities = { "text", "image" },
      kind = "chat" },
      unknown = { "max_output_tokens", "retires" } },
  { "xAI", model = "grok-4.7", path = "/v1/models",
    body = { models = { { id = "grok-4.7", object = "model", created = 1789948800, owned_by = "xai", input_modalities = { "text", "image" },
      output_modalities = { "text" },
      prompt_text_token_price = 30000, cached_prompt_text_token_price = 7500, completion_text_token_price = 150000, aliases = { "grok-latest" } } } },
    known = { input_modalities = { "text", "image" }, output_modalities = { "text" }, release_date = "2026-09-21", price = { input = 3, output = 15,
      cache_read = 0.75 }, kind = "chat" } },
  { "Vercel", model = "acme/opus-5.5", path = "/v1/models",
    body = { data = { { id = "acme/opus-5.5", object = "model", created = 1755815280, released = 1790035200, owned_by = "acme", name = "Opus 5.5",
      context_window = 1000000,
      max_tokens = 128000, type = "language", tags = { "reasoning", "tool-use", "vision", "file-input" },
      pricing = { input = "0.000005", output = "0.000025", input_cache_read = "0.0000005", input_cache_write = "0.00000625" } } } },
    known = { description = "Opus 5.5", context_window = 1000000, max_output_tokens = 128000, reasoning = true, tool_call = true,
      input_modalities = { "text", "image", "pdf" },
      release_date = "2026-09-22", kind = "chat", price = { input = 5, output = 25, cache_read = 0.5, cache_write = 6.25 } } },
  { "GitHub Copilot", model = "gpt-6.1-sol", path = "/v1/models",
    body = { data = { { id = "gpt-6.1-sol", name = "GPT-6.1 Sol", vendor = "OpenAI", model_picker_enabled = true, policy = { state = "enabled" },
      capabilities = { type = "chat", family = "gpt-6.1",
      limits = { max_context_window_tokens = 400000, max_output_tokens = 128000, max_prompt_tokens = 272000 },
      supports = { tool_calls = true, vision = true, structured_outputs = true, reasoning_effort = { "low", "medium", "high" } } } } } },
    known = { description = "GPT-6.1 Sol", context_window = 400000, max_input_tokens = 272000, max_output_tokens = 128000, tool_call = true,
      input_modalities = { "text", "image" },
      reasoning = true, structured_output = true, reasoning_levels = { "low", "medium", "high" }, kind = "chat" } },
  { "Ollama", protocol = "ollama", model = "qwen4:8b", path = "/api/tags", body = { models = { { name = "qwen4:8b", model = "qwen4:8b",
    details = { family = "qwen4" } } } },
    more = { route("/api/show", { details = { family = "qwen4" }, parameters = "stop \"x\"\nnum_ctx                        8192",
      capabilities = { "completion", "tools", "vision" },
      model_info = { ["general.architecture"] = "qwen4", ["qwen4.context_length"] = 262144 } }, "POST") },
    known = { context_window = 8192, tool_call = true, reasoning = false, input_modalities = { "text", "image" } } },
  { "LM Studio", model = "qwen/qwen4-9b", path = "/v1/models",
    body = { data = { { id = "qwen/qwen4-9b", object = "model", type = "vlm", state = "loaded", max_context_length = 262144, loaded_context_length = 4096,
      capabilities = { "tool_use" } } } },
    known = { context_window = 4096, tool_call = true, input_modalities = { "text", "image" }, kind = "chat" }, unknown = { "reasoning_levels" } },
  { "vLLM", model = "served-qwen", path = "/v1/models",
    body = { object = "list", data = { { id = "served-qwen", object = "model", created = os.time(), owned_by = "vllm", root = "qwen/qwen4",
      max_model_len = 32768 } } },
    known = { context_window = 32768 }, unknown = { "release_date", "max_output_tokens" } },
  { "llama.cpp", model = "qwen4.gguf", path = "/v1/models",
    body = { object = "list", data = { { id = "qwen4.gguf", object = "model", created = os.time(), owned_by = "llamacpp", meta = { n_ctx = 16384,
      n_ctx_train = 262144, n_params = 9e9 } } } },
    known = { context_window = 16384 }, unknown = { "release_date" } },
}

local mocks
local FOUND = {} -- what is found out of each of them, at the first time that somebody asks

local function explain(name, url, protocol, model, more)
  local text = ('provider "oak" { protocol = "%s", base_url = "%s", list_proves = "access", credential = secret "K", discover = true } %s')
    :format(protocol, url, more or "")
  return support.roster({ "explain", model, "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { K = "k" } }).json(), name
end

local function found(case)
  FOUND[case[1]] = FOUND[case[1]] or explain(case[1], mocks.url(case[1]), case.protocol or "openai-chat", case.model)
  return FOUND[case[1]]
end

setup(function ()
  local servers = {}
  for i, case in ipairs(PROVIDERS) do
    local routes = { route(case.path, case.body), table.unpack(case.more or {}) }
    servers[i] = { name = case[1], protocol = "none", routes = routes }
    if case.protocol == "gemini" then routes[2] = route("/v1beta/models/" .. case.model, case.body.models[1]) end
  end
  mocks = support.mock_servers(servers)
end)

teardown(support.stop_all)

describe("What a provider states about a model that it lists", function ()
  for _, case in ipairs(PROVIDERS) do
    it(("is known of it at %s, each field with the origin 'live listing'"):format(case[1]), function ()
      local story = found(case)
      for field, wanted in pairs(case.known) do
        if field == "price" then
          for part, dollars in pairs(wanted) do assert.equal(dollars, story.price[part], "price." .. part) end
        else
          assert.same(wanted, story[field], field)
        end
        assert.equal("live listing", story.origins[field], field)
      end
      for _, field in ipairs(case.unknown or {}) do
        assert.truthy(story[field] == null or #story[field] == 0, field)
        assert.equal("default", story.origins[field], field)
      end
    end)
  end
end)

describe("What the account states about a model", function ()
  local now = 'provider "oak" { protocol = "%s", base_url = "%s", list_proves = "%s", credential = secret "K", title = "Oak", %s } '

  --- The answers of a host with this listing to what is asked of these blocks.
  local function host(protocol, items, blocks, more)
    more = more or {}
    local path = protocol == "openai-chat" and "/v1/models" or more.path or "/v1/models"
    local server = support.mock_servers { { name = "oak", protocol = "none", routes = { route(path, more.body or { data = items }),
      table.unpack(more.routes or {}) } } }
    local config = { ["x.lua"] = now:format(protocol, server.url "oak", more.proves or "access", more.fields or "") .. blocks }
    return function (...) return support.roster({ "--no-builtin", ... }, { config = config, env = { K = "k" }, cache = more.cache }) end
  end

  local function story(run, id) return run("explain", id or "m", "--json").json() end

  it("beats its block in limits and capabilities, with a sentence for each difference", function ()
    local items = { { id = "m", context_length = 400000, max_completion_tokens = 64000, supports_tools = true, supports_image_input = false,
      supports_reasoning = false, name = "Theirs" } }
    local run = host("openai-chat", items, [[model "m" { provider = "oak", description = "Ours", context_window = 1000000, max_output_tokens = 64000,
      reasoning = true,
      input_modalities = { "text", "image", "pdf" }, family = "f", price = { input = 1, output = 2 } }]])
    local m = story(run)
    assert.same({ 400000, 64000, true, false, { "text", "pdf" }, "Ours", 1 },
      { m.context_window, m.max_output_tokens, m.tool_call, m.reasoning, m.input_modalities, m.description, m.price.input })
    assert.same({ "live listing", "live listing", "live listing", "live listing" },
      { m.origins.context_window, m.origins.tool_call, m.origins.reasoning, m.origins.input_modalities })
    for _, field in ipairs { "max_output_tokens", "description", "price", "family" } do assert.truthy(m.origins[field]:find "x%.lua:1$",
      field .. m.origins[field]) end
    assert.same({ "context_window is 1000000 here and 400000 in the listing", "input_modalities is text, image, pdf here and text, pdf in the listing",
      "reasoning is true here and false in the listing" }, m.disagreements)
  end)

  it("leaves the price of a block as it is, and gives one to a block without any", function ()
    local items = { { id = "m", pricing = { prompt = "0.000003", completion = "0.000015" } } }
    local m = story(host("openai-chat", items, 'model "m" { provider = "oak", price = { input = 1 } }'))
    assert.same({ 1, null, { "price.input is 1 here and 3 in the listing" } }, { m.price.input, m.price.output, m.disagreements })
    m = story(host("openai-chat", items, 'model "m" { provider = "oak" }'))
    assert.same({ 3, 15, "live listing", {} }, { m.price.input, m.price.output, m.origins.price, m.disagreements })
  end)

  it("narrows the window in its block to the one that it is served with", function ()
    local m = story(host("openai-chat", { { id = "m", max_model_len = 8192 } },
      'model "m" { provider = "oak", context_window = 131072, max_input_tokens = 100000, max_output_tokens = 32768 }'))
    assert.same({ 8192, 8192, 8192 }, { m.context_window, m.max_input_tokens, m.max_output_tokens })
  end)

  it("is not a limit if a server knows only what a model was made with: that fills in what no file states", function ()
    local show = { details = { family = "q" }, capabilities = { "completion" }, model_info = { ["general.architecture"] = "q", ["q.context_length"] = 262144 } }
    local routes = { route("/api/show", show, "POST") }
    local run = host("ollama", { { name = "m" }, { name = "n" } }, 'model "m" { provider = "oak", context_window = 16384 } model "n" { provider = "oak" }',
      { body = { models = { { name = "m" }, { name = "n" } } }, path = "/api/tags", routes = routes })
    assert.same({ 16384, 262144, "live listing" }, { story(run).context_window, story(run, "n").context_window, story(run, "n").origins.context_window })
    run = host("openai-chat", { { id = "m", type = "llm", state = "not-loaded", max_context_length = 262144 }, { id = "n", state = "not-loaded",
      max_context_length = 262144 } },
      'model "m" { provider = "oak", context_window = 16384 } model "n" { provider = "oak" }')
    assert.same({ 16384, 262144 }, { story(run).context_window, story(run, "n").context_window })
  end)

  it("decides nothing about windows if two blocks share a name, as one with a beta header does", function ()
    local run = host("openai-chat", { { id = "m", context_length = 200000, supports_tools = true } },
      'model "m" { provider = "oak", context_window = 200000 } model "m-1m" { provider = "oak", api_name = "m", context_window = 1000000 }')
    assert.same({ 200000, true }, { story(run).context_window, story(run).tool_call })
    assert.same({ 1000000, true }, { story(run, "m-1m").context_window, story(run, "m-1m").tool_call })
  end)

  describe("about its end", function ()
    local function anthropic(entry, block)
      entry.id, entry.type = "m", "model"
      return host("anthropic-messages", { entry }, ('model "m" { provider = "oak", %s }'):format(block or ""))
    end

    it("has a warning ahead, the day, and a line of diff, whether its block has another day or none", function ()
      local run = anthropic({ lifecycle = "deprecated", deprecated_at = "2026-11-22T00:00:00Z", retires_at = day(20) .. "T00:00:00Z" }, 'status = "legacy"')
      local m = story(run)
      assert.same({ "ready", "deprecated", "2026-11-22", day(20) }, { m.state, m.status, m.deprecated, m.retires })
      assert.truthy(m.warning:find("it retires on " .. day(20), 1, true), m.warning)
      assert.same({ "status is legacy here and deprecated in the listing", ("retires is not known here, and %s in the listing"):format(day(20)) },
        m.disagreements)
      assert.truthy(run("diff").out:find(("Different\n  m (oak)\n    status is legacy here and deprecated in the listing"), 1, true), run("diff").out)
      m = story(anthropic({ lifecycle = "deprecated", retires_at = "2099-01-22T00:00:00Z" }, 'retires = "2098-01-01"'))
      assert.same({ "2099-01-22", { "retires is 2098-01-01 here and 2099-01-22 in the listing" } }, { m.retires, m.disagreements })
    end)

    it("is only overdue if its lifecycle does not call it retired, whatever day was announced", function ()
      local m = story(anthropic { lifecycle = "deprecated", retires_at = day(-40) .. "T00:00:00Z" })
      assert.same({ "ready", "it was due to retire on " .. day(-40) }, { m.state, m.warning })
    end)

    it("is believed of a listing that continues to list what is shut down, once that day is over everywhere", function ()
      for ahead, wanted in pairs { [-30] = "not_listed", [-2] = "not_listed", [0] = "ready", [20] = "ready" } do
        local run = host("openai-chat", { { id = "m", object = "model", owned_by = "system", shutdown_date = day(ahead) }, { id = "n", shutdown_date = null } },
          'model "m" { provider = "oak" } model "n" { provider = "oak" }')
        local m = story(run)
        assert.same({ wanted, wanted == "ready" and "" or "retired" }, { m.state, m.reason_code or "" }, ahead)
        if wanted == "ready" then assert.truthy(m.warning:find(day(ahead), 1, true),
          ahead) else assert.truthy(m.reason:find("shutdown_date: " .. day(ahead), 1, true), m.reason) end
        assert.same({ "ready", null }, { story(run, "n").state, story(run, "n").retires })
      end
    end)

    it("is on the list of /v1/models, with all else that is known", function ()
      local serving = require "support.serving"
      local items = { { type = "model", id = "m", lifecycle = "deprecated", deprecated_at = "2026-11-22T00:00:00Z", retires_at = "2099-01-22T00:00:00Z",
        max_input_tokens = 200000,
        max_tokens = 64000, created_at = "2025-11-24T00:00:00Z", capabilities = { image_input = { supported = true }, thinking = { supported = false } } } }
      local server = support.mock_servers { { name = "oak", protocol = "none", routes = { route("/v1/models", { data = items }) } } }
      local config = { ["x.lua"] = now:format("anthropic-messages", server.url "oak", "access", "") .. 'model "m" { provider = "oak" }' }
      local running = serving.start({ env = { K = "k" }, config = config, words = { "--no-builtin" } }).settle()
      local m = running.get "/v1/models/m".json()
      assert.same({ "deprecated", "2026-11-22T00:00:00Z", "2099-01-22T00:00:00Z", "2025-11-24T00:00:00Z", 200000, 64000, true, false },
        { m.lifecycle, m.deprecated_at, m.retires_at, m.created_at, m.max_input_tokens, m.max_tokens, m.capabilities.image_input.supported,
          m.capabilities.thinking.supported })
      serving.stop_all()
    end)
  end)

  it("is the same whether an entry has little but the name or has an unknown member", function ()
    local function said(more)
      local items = {}
      for i, name in ipairs { "gpt-5-nano", "gpt-4-0613", "text-embedding-9", "whisper-9", "flux-9", "gpt-4-base", "ft:gpt-4o:acme::1" } do
        items[i] = { id = name, object = "model", created = 1754425777, owned_by = i % 2 == 1 and "system" or "acme", [more or "object"] = "model" }
      end
      local list = host("openai-chat", items, "", { fields = "discover = true" })("models", "--json", "--kind", "any").json().models
      for _, m in ipairs(list) do m.latency_ms, m.url, m.checked_at, m.defined_at, m.tried = nil, nil, nil, nil, nil end
      return list
    end
    local little = said()
    assert.same({ 7, "2025-08-05", "embedding" }, { #little, little[1].release_date, little[3].kind })
    assert.same(said "unheard_of", little)
  end)
end)

describe("What makes no sense in a listing", function ()
  local ODD = {
    { "a window that is no number of tokens", { "context_window" },
      { { context_length = 0 }, { context_length = -1 }, { context_length = 4096.5 }, { context_length = 1e12 }, { context_length = "many" },
        { context_length = {} },
        { context_length = true }, { max_model_len = "-5" }, { providers = { 5, { context_length = "x" } } } } },
    { "an answer or a prompt that is longer than the window", { "context_window", "max_output_tokens", "max_input_tokens" },
      { { context_length = 1000, max_completion_tokens = 1001 }, { context_length = 1000, max_input_tokens = 2000 } } },
    { "a price in another unit, or none", { "price" },
      { { pricing = { prompt = "-1", completion = "-1" } }, { pricing = { prompt = "free" } }, { pricing = { prompt = "0.15" } },
        { pricing = { input = 0.0000002 } },
        { pricing = { input = 0, output = 0, hourly = 0 } }, { pricing = { prompt = "1e999" } }, { pricing = "cheap" }, { pricing = { prompt = {} } },
          { pricing = { input = -2 } },
        { prompt_text_token_price = 0 }, { prompt_text_token_price = "30000" } } },
    { "a day that is none", { "retires", "deprecated", "release_date", "knowledge_cutoff" },
      { { shutdown_date = "" }, { shutdown_date = "soon" }, { shutdown_date = "0001-01-01T00:00:00Z" }, { shutdown_date = "9999-12-31" },
        { shutdown_date = "2099-13-45" }, { shutdown_date = "2099-02-31T12:00:00Z" }, { retires_at = "2099-02-29" }, { expiration_date = "2099-11-31" },
        { shutdown_date = true }, { expiration_date = 0 }, { expiration_date = -5 }, { expiration_date = 1e18 }, { deprecation = { } },
          { deprecation = { year = "x", month = 1, day = 1 } },
        { deprecated_at = 12 }, { knowledge_cutoff = 2026 }, { created = 0, owned_by = "system" }, { created = "long ago", owned_by = "openai" } } },
    { "a capability in words", { "tool_call", "structured_output", "temperature", "reasoning" },
      { { supported_parameters = {} }, { supported_parameters = "tools" }, { supported_parameters = { 1, 2 } }, { supports_tools = "yes" },
        { capabilities = "all" },
        { capabilities = { function_calling = 1, supports = 7 } }, { tags = "tool-use" }, { providers = { { supports_tools = true },
          { supports_tools = false } } } } },
    { "modalities and levels of which none is known", { "input_modalities", "output_modalities", "reasoning_levels" },
      { { input_modalities = "text" }, { input_modalities = { "smell" } }, { architecture = "transformer" }, { architecture = { modality = "x" } },
        { reasoning = { supported_efforts = { "ultra", 5 } } }, { capabilities = { vision = "mixed" } } } },
  }
  local RIGHT = {
    { { context_length = "131072" }, "context_window", 131072 }, { { pricing = { prompt = "0", completion = "0" } }, "price", 0 },
    { { shutdown_date = "2099-04-01T23:30:00-05:00" }, "retires", "2099-04-01" }, { { shutdown_date = "2099-04-01 00:00:00" }, "retires", "2099-04-01" },
    { { shutdown_date = "2096-02-29" }, "retires", "2096-02-29" },
    { { pricing = { prompt = "0.000001", completion = "0.000002", internal_reasoning = "0", input_cache_read = "0", audio = "0" } }, "price",
      { input = 1, output = 2, cache_read = null, cache_write = null } },
    { { expiration_date = 4070908800 }, "retires", "2099-01-01" }, { { expiration_date = 4070908800000 }, "retires", "2099-01-01" },
    { { deprecation = { inference = 4070908800 } }, "retires", "2099-01-01" }, { { knowledge_cutoff = "2025-05" }, "knowledge_cutoff", "2025-05" },
    { { input_modalities = { "audio", "text", "text", 1, "file" } }, "input_modalities", { "text", "pdf", "audio" } },
  }
  local known = {}

  setup(function ()
    local items = {}
    local function add(more)
      local item = { id = ("chat-%03d"):format(#items + 1), type = "chat" }
      for name, value in pairs(more) do item[name] = value end
      items[#items + 1] = item
    end
    for _, case in ipairs(ODD) do for _, more in ipairs(case[3]) do add(more) end end
    for _, case in ipairs(RIGHT) do add(case[1]) end
    local server = support.mock_servers { { name = "odd", protocol = "none", routes = { route("/v1/models", { data = items }) } } }
    local text = ('provider "oak" { protocol = "openai-chat", base_url = "%s", list_proves = "access", credential = secret "K", discover = true }'):format(server.url "odd")
    local models = support.roster({ "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { K = "k" } }).json().models
    assert(#models == #items, #models .. " of " .. #items)
    for i, m in ipairs(models) do known[i] = m end
  end)

  local at = 0
  for _, case in ipairs(ODD) do
    local first = at
    at = at + #case[3]
    it(("is no fact: %s"):format(case[1]), function ()
      for i in ipairs(case[3]) do
        for _, field in ipairs(case[2]) do
          local value = known[first + i][field]
          assert.truthy(value == null or (type(value) == "table" and #value == 0), ("variant %d, %s: %s"):format(i, field, cjson.encode(value)))
        end
      end
    end)
  end

  it("does not include valid values: digits in a string, a price of zero, a zero part of a price, days with times or as timestamps, repeated words", function ()
    for i, case in ipairs(RIGHT) do
      local value = known[at + i][case[2]]
      if case[3] == 0 then value = value.input end
      assert.same(case[3], value, i)
    end
  end)

  it("is not a fact about Anthropic's models either: a release in 1970, an end before its announcement, capabilities in other forms", function ()
    local items = { { id = "a", type = "model", created_at = "1970-01-01T00:00:00Z", capabilities = null, retires_at = null },
      { id = "b", type = "model", deprecated_at = "2027-03-01T00:00:00Z", retires_at = "2027-01-01T00:00:00Z", line = 5 },
      { id = "c", type = "model", capabilities = { image_input = true, thinking = { supported = "yes" }, effort = { low = true } }, max_input_tokens = "?" } }
    local server = support.mock_servers { { name = "odd", protocol = "none", routes = { route("/v1/models", { data = items }) } } }
    local text = ('provider "oak" { protocol = "anthropic-messages", base_url = "%s", list_proves = "access", credential = secret "K", discover = true }'):format(server.url "odd")
    local models = support.roster({ "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { K = "k" } }).json().models
    assert.equal(3, #models)
    for _, m in ipairs(models) do
      for _, field in ipairs { "release_date", "deprecated", "retires", "reasoning", "context_window", "input_modalities", "family" } do
        assert.equal(null, m[field], m.id .. " " .. field)
      end
    end
  end)
end)

describe("What was heard #module", function ()
  local roster = require "roster"
  local listing = { data = { { id = "m", context_length = 400000, shutdown_date = "2099-04-01", supports_tools = true, supports_image_input = true } } }
  local LINES = 'model "m" { provider = "oak", context_window = 1000000, max_output_tokens = 64000, reasoning = true }'

  local function open(routes, cache)
    local server = support.mock_servers { { name = "oak", protocol = "none", routes = routes } }
    local text = ('provider "oak" { protocol = "openai-chat", base_url = "%s", list_proves = "access", credential = secret "K" } %s'):format(server.url "oak", LINES)
    local options = { builtin = false, config = support.config { ["x.lua"] = text }, environment = { K = "k" }, cache_file = cache }
    return function () return assert(roster.open(options)) end
  end

  local function facts(registry)
    local m = registry:snapshot():find "m"
    return { m.context_window, m.max_output_tokens, m.retires, m.tool_call, m.reasoning, m.input_modalities, m.origins.context_window, m.disagreements[1] }
  end

  local HEARD = { 400000, 64000, "2099-04-01", true, true, { "text", "image" }, "live listing", "context_window is 1000000 here and 400000 in the listing" }

  it("stays through an outage and a restart, until the listing states something else", function ()
    local again = { data = { { id = "m", context_length = 500000 } } }
    local cache = support.folder() .. "/cache.json"
    local opened = open({ { path = "/v1/models", times = 1, status = 200, body = listing }, { path = "/v1/models", times = 2, status = 503, body = {} },
      route("/v1/models", again),
      { path = "/v1/models/m", status = 503, body = {} } }, cache)
    local registry = opened()
    assert.is_true(registry:refresh())
    assert.same(HEARD, facts(registry))
    registry:refresh()
    assert.is_true(registry:snapshot():find "m".stale)
    assert.same(HEARD, facts(registry))
    registry:close()
    registry = opened()
    assert.is_true(registry:snapshot():find "m".stale)
    assert.same(HEARD, facts(registry))
    registry:refresh()
    assert.same(HEARD, facts(registry))
    registry:refresh()
    local m = registry:snapshot():find "m"
    assert.same({ false, 500000, "", nil }, { m.stale, m.context_window, m.retires or "", m.tool_call })
  end)

  it("is forgotten with the key that heard it", function ()
    local cache = support.folder() .. "/cache.json"
    local opened = open({ route("/v1/models", listing) }, cache)
    assert.is_true(opened():refresh())
    local server_text = support.read(cache)
    assert.truthy(server_text:find('"heard"', 1, true), server_text)
    local options = { builtin = false, config = support.config { ["x.lua"] =
      'provider "oak" { protocol = "openai-chat", base_url = "http://127.0.0.1:9", list_proves = "access", credential = secret "K" } ' .. LINES },
      environment = { K = "other" }, cache_file = cache }
    local m = assert(roster.open(options)):snapshot():known "m"
    assert.same({ 1000000, "" }, { m.context_window, m.retires or "" })
  end)
end)
