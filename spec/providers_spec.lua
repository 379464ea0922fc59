-- The shipped providers, each against a mock server that behaves like the real one: which requests are sent, where the key goes, and what
-- the verdict is on a good key, a bad key, an unknown model, a rate limit and an outage. Only the address of a shipped block is amended.
local support = require "support.roster"
local wire = require "support.wire"
local cjson = require "cjson"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function verdict(entry) return entry.state .. " at " .. entry.stage end

-- The shipped models are disabled, so that all requests are about the models of this spec.
local SHIPPED = {}
for _, part in ipairs { "models", "unavailable" } do
  for _, entry in ipairs((support.offline {})[part]) do
    local variant = entry.canonical_id and entry.canonical_id ~= entry.id -- it goes with its model
    if not variant then SHIPPED[#SHIPPED + 1] = ('model "%s" { enabled = false }'):format(entry.id) end
  end
end

local function path_of(address) return address:match "^https?://[^/]+(.*)$" end

--- Every row as a provider with one model. options: `named` gives the model's name on the wire, `secret` the key.
local function world(routes_of, options)
  options = options or {}
  local servers, lines, env = {}, { "validate { billed_per_day = 1000 }", table.unpack(SHIPPED) }, {}
  for i, r in ipairs(wire.rows) do servers[i] = { name = r.id, protocol = "none", routes = routes_of(r) } end
  local mocks = support.mock_servers(servers)
  for _, r in ipairs(wire.rows) do
    for name, value in pairs(r.env or {}) do env[name] = value end
    if r.at then
      local name, value = r.at(mocks.url(r.id))
      env[name] = value
    end
    local address = r.at and "" or ('base_url = "%s%s", '):format(mocks.url(r.id), path_of(r.base))
    if r.key then env[r.key] = options.secret and options.secret(r) or r.secret end
    lines[#lines + 1] = ('provider "%s" { %senabled = true%s }'):format(r.id, address, r.ended and ", retired = false" or "")
    lines[#lines + 1] = ('model "%s" { provider = "%s", api_name = "%s" }'):format("its-" .. r.id, r.id, options.named and options.named(r) or r.model)
  end
  return { mocks = mocks, options = { env = env, config = support.config { ["world.lua"] = table.concat(lines, "\n") } } }
end

local function each(document, check)
  for _, r in ipairs(wire.rows) do check(r, assert(support.entry(document, "its-" .. r.id), r.id)) end
end

local function asked(mocks, r)
  local list = {}
  for i, request in ipairs(mocks.requests(r.id)) do
    list[i] = ("%s %s%s"):format(request.method, request.path, request.query ~= "" and "?" .. request.query or "")
  end
  return list
end

describe("The shipped providers", function ()
  teardown(support.stop_all)

  it("are at least 60, and this spec lists all of them with the right address and key, and the day of their end", function ()
    local env, known = {}, { mock = true }
    for _, r in ipairs(wire.rows) do
      for name, value in pairs(r.env or {}) do env[name] = value end
      if r.key then env[r.key] = r.secret end
    end
    local by_id = {}
    for _, provider in ipairs(support.roster({ "providers", "--offline", "--json" }, { env = env }).json().providers) do by_id[provider.id] = provider end
    for _, r in ipairs(wire.rows) do
      known[r.id] = true
      assert.equal(r.base, assert(by_id[r.id], r.id).base_url)
      assert.equal(r.ended or cjson.null, by_id[r.id].retired, r.id)
      assert.same({ r.key and "$" .. r.key or "keyless", r.key ~= nil }, { by_id[r.id].credential.source, by_id[r.id].credential.set })
    end
    for id in pairs(by_id) do assert.is_true(known[id], id) end
    assert.is_true(#wire.rows >= 60)
  end)

  describe("with a good key", function ()
    local here, document, deep

    setup(function ()
      here = world(wire.routes)
      document = support.models(here.options)
      here.first = {}
      for _, r in ipairs(wire.rows) do here.first[r.id] = { asked = asked(here.mocks, r), requests = here.mocks.requests(r.id) } end
      here.mocks.clear()
      deep = support.models(here.options, "--level", "generate")
    end)

    it("receive only the requests that the check needs", function ()
      each(document, function (r) assert.same(r.asks, here.first[r.id].asked, r.id) end)
    end)

    it("are ready, or unproven if no free request can prove it", function ()
      each(document, function (r, entry) assert.equal(r.id .. ": " .. r.good, r.id .. ": " .. verdict(entry)) end)
    end)

    it("receive the key in the header that they expect, and nowhere else", function ()
      for _, r in ipairs(wire.rows) do
        local header, value = wire.header(r)
        local made_up = 0
        for _, request in ipairs(here.first[r.id].requests) do
          if header and request.headers[header] ~= value then made_up = made_up + 1 end
          for name, said in pairs(request.headers) do
            if name ~= header then assert.falsy(r.secret and said:find(r.secret, 1, true), r.id .. ": " .. name) end
          end
          if not r.key and not r.signed then assert.equal((r.also or {}).authorization, request.headers.authorization, r.id) end
          if r.signed then has(request.headers.authorization, "AWS4-HMAC-SHA256 Credential=" .. r.env.AWS_ACCESS_KEY_ID) end
          assert.falsy(r.secret and (request.path .. "?" .. request.query .. (request.body or "")):find(r.secret, 1, true), r.id)
          for name, said in pairs(r.also or {}) do assert.equal(said, request.headers[name], r.id) end
        end
        assert.equal(r.controls or 0, made_up, r.id)
      end
    end)

    it("receive the smallest generation request at the address that a host would use", function ()
      each(deep, function (r, entry)
        assert.equal(r.id .. ": ready at generate", r.id .. ": " .. verdict(entry))
        local requests = here.mocks.requests(r.id)
        local last = requests[#requests]
        assert.equal("POST " .. r.chat, last.method .. " " .. last.path, r.id)
        if r.limit then has(last.body, ('"%s":'):format(r.limit)) end
      end)
    end)

    it("do not list a model that is gone, or cannot show this with a free request", function ()
      local world_ = world(wire.routes, { named = function () return "gone" end })
      each(support.models(world_.options), function (r, entry) assert.equal(r.id .. ": " .. r.gone, r.id .. ": " .. verdict(entry)) end)
      each(support.models(world_.options, "--level", "generate"), function (r, entry)
        local nearly = r.id == "llamacpp" -- it has one model, which answers to every name
        assert.equal(r.id .. ": " .. (nearly and entry.state or "not_listed"), r.id .. ": " .. entry.state)
      end)
    end)
  end)

  it("take their address from the environment variables of their SDKs", function ()
    local env = { ANTHROPIC_BASE_URL = "https://a.test", OPENAI_BASE_URL = "https://o.test/v1" }
    local found = {}
    for _, provider in ipairs(support.roster({ "providers", "--offline", "--json" }, { env = env }).json().providers) do found[provider.id] = provider.base_url end
    assert.equal("https://a.test", found.anthropic)
    assert.equal("https://o.test", found.openai)
  end)

  it("are disabled if they share a key variable with another provider but do not accept its keys", function ()
    local off = {}
    for _, provider in ipairs(support.roster { "providers", "--offline", "--json" }.json().providers) do off[provider.id] = not provider.enabled end
    for _, id in ipairs { "moonshot-cn", "zai-coding", "minimax-cn", "alibaba-cn", "zhipu-coding" } do assert.is_true(off[id], id) end
    for _, id in ipairs { "moonshot", "zai", "minimax", "zhipu", "alibaba", "alibaba-us" } do assert.is_false(off[id], id) end
  end)

  it("read no variable of another host's, unless one of the two is off or both are of one resource", function ()
    local hosts = {}
    for _, name in ipairs { "providers", "hosts", "clouds" } do
      for id, block in support.read(("%s/lua/%s.lua"):format(support.root, name)):gmatch '\nprovider "([^"]+)" (%b{})' do
        local host = block:match 'base_url%s*=%s*"https://([^"/]+)"?' or id:match "^azure" or id
        local off = block:find "\n  enabled%s*=%s*false" or block:find "\n  retired"
        for variable in block:gmatch 'secret "([%u_]+)"' do
          if not off then
            assert.is_true(hosts[variable] == nil or hosts[variable] == host, ("%s: %s and %s"):format(variable, host, tostring(hosts[variable])))
            hosts[variable] = host
          end
        end
      end
    end
    assert.equal("dashscope-intl.aliyuncs.com", hosts.DASHSCOPE_API_KEY)
  end)

  it("are never ready with a bad key, and reject it in a billed request at the latest", function ()
    local here = world(wire.routes, { secret = function (r) return "sk-wrong-0123456789-" .. r.id end })
    each(support.models(here.options), function (r, entry)
      if r.key and not r.signed then assert.are_not.equal("ready", entry.state, r.id) end
    end)
    each(support.models(here.options, "--level", "generate"), function (r, entry)
      if r.key and not r.signed then assert.equal(r.id .. ": " .. r.rejected, r.id .. ": " .. verdict(entry)) end
    end)
  end)

  it("are rate_limited when they answer with a rate limit", function ()
    local here = world(function (r) return { wire.answer("*", r.rate) } end)
    each(support.models(here.options), function (r, entry)
      assert.equal(r.id .. ": " .. (#r.asks == 0 and r.good or "rate_limited at " .. (r.limited or "list")), r.id .. ": " .. verdict(entry))
    end)
  end)

  it("are a provider_error when they are down", function ()
    local here = world(function (r) return { { path = "*", status = r.down or 503, text = "upstream connect error" } } end)
    each(support.models(here.options), function (r, entry)
      assert.equal(r.id .. ": " .. (#r.asks == 0 and r.good or "provider_error at " .. (r.limited or "list")), r.id .. ": " .. verdict(entry))
    end)
  end)
end)

--- The verdict on one model at a shipped provider whose mock server has these routes, and the server. options: key and override (variables
-- that are set to a key and to the server's address), fields and path (more of the block), elsewhere (fields give the address), named (the
-- model's name on the wire), arguments for the command.
local function alone(id, routes, options)
  options = options or {}
  local mocks = support.mock_servers { { name = id, protocol = "none", routes = routes } }
  local address = (options.override or options.elsewhere) and "" or ('base_url = "%s%s", '):format(mocks.url(), options.path or "")
  local env = { [options.key or "NO_KEY"] = "sk-alone-0123456789" }
  if options.override then env[options.override] = mocks.url() end
  local text = ('provider "%s" { %s %s }\nmodel "one" { provider = "%s", api_name = "%s" }\n'):format(id, address, options.fields or "",
    id, options.named or "one")
  local config = support.config { ["x.lua"] = text .. table.concat(SHIPPED, "\n") }
  local document = support.models({ env = env, config = config }, table.unpack(options))
  return assert(support.entry(document, "one")), mocks
end

local function ok(path, body) return { path = path, body = body } end

describe("The check", function ()
  teardown(support.stop_all)

  it("recognizes a blocked key in xAI's 200 response", function ()
    for _, flag in ipairs { "api_key_blocked", "api_key_disabled", "team_blocked" } do
      local entry = alone("xai", { ok("/v1/models", { data = { { id = "one" } } }), ok("/v1/api-key", { [flag] = true }) }, { key = "XAI_API_KEY" })
      assert.equal("bad_credential at list", verdict(entry), flag)
    end
  end)

  it("recognizes an empty account in DeepSeek's 200 response", function ()
    local entry = alone("deepseek", { ok("/models", { data = { { id = "one" } } }), ok("/user/balance", { is_available = false }) }, { key = "DEEPSEEK_API_KEY" })
    assert.equal("no_quota at list", verdict(entry))
  end)

  it("reports a former name at DeepSeek as not listed although another model still answers to it", function ()
    local entry = alone("deepseek", { ok("/models", { data = { { id = "other" } } }), ok("/user/balance", { is_available = true }),
      ok("/models/one", { id = "one" }) }, { key = "DEEPSEEK_API_KEY" })
    assert.equal("not_listed at list", verdict(entry))
  end)

  it("leaves a model unproven if the listing is public and no endpoint checks the key", function ()
    for _, id in ipairs { "openrouter", "vercel" } do
      local key = id == "vercel" and "AI_GATEWAY_API_KEY" or "OPENROUTER_API_KEY"
      local entry = alone(id, { ok("/v1/models", { data = { { id = "one" } } }), ok("/v1/models/one", { id = "one" }) }, { key = key })
      assert.equal("unproven at prove", verdict(entry), id)
    end
  end)

  it("leaves a model unproven at a provider that is not known to have a listing", function ()
    local hosts = { ["perplexity-agent"] = { "PERPLEXITY_API_KEY", "/v1/models" }, cloudflare = { "CLOUDFLARE_API_TOKEN", "/v1/models" } }
    for id, host in pairs(hosts) do
      local entry = alone(id, { ok(host[2], { data = { { id = "one" } } }), ok(host[2] .. "/one", { id = "one" }) }, { key = host[1] })
      assert.equal("unproven at prove", verdict(entry), id)
    end
  end)

  it("merges the names of a model in Mistral's listing and skips models that cannot chat", function ()
    local listing = { object = "list", data = {
      { id = "one-2512", aliases = { "one" }, capabilities = { completion_chat = true } },
      { id = "one", aliases = { "one-2512" }, capabilities = { completion_chat = true } },
      { id = "embed", capabilities = { completion_chat = false } } } }
    assert.equal("ready at list", verdict((alone("mistral", { ok("/v1/models", listing) }, { key = "MISTRAL_API_KEY" }))))
    local entry = alone("mistral", { ok("/v1/models", listing) }, { key = "MISTRAL_API_KEY", named = "embed" })
    assert.equal("not_listed at list", verdict(entry))
    assert.same({ "kind_other", "Mistral AI offers embed for embedding, not for chat" }, { entry.reason_code, entry.reason })
  end)

  it("reports a Copilot model as not listed if the organization has not enabled it", function ()
    local listing = { data = { { id = "one", policy = { state = "disabled" } }, { id = "two", policy = { state = "enabled" } } } }
    assert.equal("not_listed at list", verdict((alone("github-copilot", { ok("/models", listing) }, { key = "COPILOT_TOKEN" }))))
    assert.equal("ready at list", verdict((alone("github-copilot", { ok("/models", listing) }, { key = "COPILOT_TOKEN", named = "two" }))))
  end)

  it("reads Cohere's listing page by page and trusts its endpoint that checks the key", function ()
    local function routes(valid)
      return { { path = "/v1/models", times = 1, body = { models = { { name = "other", endpoints = { "chat" } } }, next_page_token = "p2" } },
        ok("/v1/models", { models = { { name = "one", endpoints = { "chat" } }, { name = "embed", endpoints = { "embed" } } } }),
        ok("/v1/check-api-key", { valid = valid }) }
    end
    local entry, mocks = alone("cohere", routes(true), { key = "COHERE_API_KEY" })
    assert.equal("ready at list", verdict(entry))
    assert.equal("endpoint=chat&page_size=1000&page_token=p2", mocks.requests()[2].query)
    assert.equal("bad_credential at list", verdict((alone("cohere", routes(false), { key = "COHERE_API_KEY" }))))
    assert.equal("ready at list", verdict((alone("cohere", routes(true), { key = "CO_API_KEY" }))))
  end)

  it("recognizes errors by the code in MiniMax's 200 responses", function ()
    local states = { [1004] = "bad_credential", [2049] = "bad_credential", [1008] = "no_quota", [2056] = "no_quota", [1002] = "rate_limited" }
    for code, state in pairs(states) do
      local entry = alone("minimax", { ok("*", { base_resp = { status_code = code } }) }, { key = "MINIMAX_API_KEY", path = "/anthropic" })
      assert.equal(state .. " at list", verdict(entry), code)
    end
    local fine = { data = { { id = "one" } }, id = "one", base_resp = { status_code = 0 } }
    assert.equal("ready at prove", verdict((alone("minimax", { ok("*", fine) }, { key = "MINIMAX_API_KEY", path = "/anthropic" }))))
  end)

  it("recognizes Bedrock's errors by a response header", function ()
    local function said(name, status, message)
      local entry = alone("bedrock", { { path = "*", status = status, body = { message = message or "no" }, headers = { ["x-amzn-ErrorType"] = name } } },
        { key = "AWS_BEARER_TOKEN_BEDROCK" })
      return verdict(entry)
    end
    assert.equal("bad_credential at prove", said("UnrecognizedClientException", 403))
    assert.equal("no_access at prove", said("AccessDeniedException:http://internal/", 403))
    assert.equal("unproven at prove", said("AccessDeniedException", 403, "User is not authorized to perform: bedrock:CountTokens"))
    assert.equal("not_listed at prove", said("ResourceNotFoundException", 404))
    assert.equal("not_listed at prove", said("ValidationException", 400, "Invocation with on-demand throughput isn't supported"))
    assert.equal("no_quota at prove", said("ServiceQuotaExceededException", 400))
    assert.equal("rate_limited at prove", said("ThrottlingException", 429))
    assert.equal("provider_error at prove", said("ModelNotReadyException", 429))
    assert.equal("provider_error at prove", said("ServiceUnavailableException", 503))
  end)

  it("does not blame the key or the model when Together answers 403 because the prompt is too long", function ()
    local entry = alone("together", { ok("/v1/models", { { id = "one", type = "chat" } }),
      { path = "/v1/chat/completions", status = 403, body = { error = { message = "Input token count + max_tokens must be less than the context length" } } } },
      { key = "TOGETHER_API_KEY", "--level", "generate" })
    assert.equal("ready at list", verdict(entry))
  end)
end)

describe("A request that is signed for AWS", function ()
  teardown(support.stop_all)

  local ENV = { AWS_REGION = "eu-north-1", AWS_ACCESS_KEY_ID = "AKIA0123456789ABCDEF", AWS_SECRET_ACCESS_KEY = "wJalrXUtnFEMI0123456789EXAMPLEKEY",
    AWS_SESSION_TOKEN = "session-canary-0123456789" }

  local function run(words, env, named)
    local mocks = support.mock_servers { { name = "aws", protocol = "none", routes = { { path = "*", body = { inputTokens = 8 } } } } }
    local config = support.config { ["x.lua"] = ('provider "bedrock-iam" { base_url = "%s" }\nmodel "one" { provider = "bedrock-iam", api_name = "%s" }\n%s')
      :format(mocks.url(), named or "acme.test", table.concat(SHIPPED, "\n")) }
    return support.roster(words, { env = env, config = config }), mocks
  end

  local function command(line)
    local pipe = assert(io.popen(line))
    local text = pipe:read "a"
    pipe:close()
    return text
  end

  local function sha256(text, key)
    local file = support.write(support.folder() .. "/text", text)
    local how = key and ("-mac HMAC -macopt hexkey:" .. key) or ""
    return assert(command(("openssl dgst -sha256 %s %s"):format(how, support.quoted(file))):match "= (%x+)")
  end

  local function hex(text) return (text:gsub(".", function (c) return ("%02x"):format(c:byte()) end)) end

  it("carries the signature that AWS expects and the session token, but never the secret key", function ()
    local result, mocks = run({ "models", "--json" }, ENV)
    assert.equal("ready at prove", verdict(support.entry(result.json(), "one")))
    local request = mocks.requests()[1]
    local day, names, signature = request.headers.authorization:match(
      "^AWS4%-HMAC%-SHA256 Credential=AKIA0123456789ABCDEF/(%d+)/eu%-north%-1/bedrock/aws4_request, SignedHeaders=([%w;-]+), Signature=(%x+)$")
    local lines = {}
    for name in names:gmatch "[^;]+" do lines[#lines + 1] = name .. ":" .. request.headers[name] .. "\n" end
    local canonical = table.concat({ "POST", request.path, "", table.concat(lines), names, sha256(request.body) }, "\n")
    local scope = day .. "/eu-north-1/bedrock/aws4_request"
    local key = hex("AWS4" .. ENV.AWS_SECRET_ACCESS_KEY)
    for _, part in ipairs { day, "eu-north-1", "bedrock", "aws4_request" } do key = sha256(part, key) end
    assert.equal(sha256(table.concat({ "AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, sha256(canonical) }, "\n"), key), signature)
    has(names, "x-amz-security-token")
    assert.equal(ENV.AWS_SESSION_TOKEN, request.headers["x-amz-security-token"])
    for _, said in pairs(request.headers) do assert.falsy(said:find(ENV.AWS_SECRET_ACCESS_KEY, 1, true)) end
    assert.falsy((result.out .. result.err):find("canary", 1, true) or (result.out .. result.err):find("wJalr", 1, true))
  end)

  it("never carries the secret key as a bearer token, whatever the environment has for keys", function ()
    local _, mocks = run({ "models" }, { AWS_REGION = "r", AWS_ACCESS_KEY_ID = "AKIA0123456789ABCDEF",
      AWS_SECRET_ACCESS_KEY = ENV.AWS_SECRET_ACCESS_KEY, LLM_AUTH_HEADER = "bearer" })
    has(mocks.requests()[1].headers.authorization, "AWS4-HMAC-SHA256 ")
  end)

  it("is not sent without the id of the access key", function ()
    local result, mocks = run({ "models", "--json" }, { AWS_REGION = "r", AWS_SECRET_ACCESS_KEY = ENV.AWS_SECRET_ACCESS_KEY })
    local entry = support.entry(result.json(), "one")
    assert.equal("no_credential at credential", verdict(entry))
    has(entry.reason, "AWS_ACCESS_KEY_ID is not set")
    assert.same({}, mocks.requests())
  end)

  it("is signed correctly or not sent if the name contains a colon, which needs a recent libcurl", function ()
    local result, mocks = run({ "models", "--json" }, ENV, "acme.test-v1:0")
    local entry = support.entry(result.json(), "one")
    if entry.state == "unreachable" then
      has(entry.reason, "cannot sign this address for AWS")
      assert.same({}, mocks.requests())
    else
      assert.equal("ready at prove", verdict(entry))
    end
  end)

  it("leaves no trace of its key in a recording and can be replayed from it", function ()
    local file = support.folder() .. "/recording"
    local echo = { { path = "*", status = 403, body = { message = "no: " .. ENV.AWS_SECRET_ACCESS_KEY .. " " .. ENV.AWS_ACCESS_KEY_ID } } }
    local mocks = support.mock_servers { { name = "aws", protocol = "none", routes = echo } }
    local config = support.config { ["x.lua"] = ('provider "bedrock-iam" { base_url = "%s" }\nmodel "one" { provider = "bedrock-iam" }\n'):format(mocks.url()) }
    local before = support.roster({ "models", "--json", "--record", file }, { env = ENV, config = config })
    local text = assert(support.read(file))
    assert.falsy(text:find(ENV.AWS_SECRET_ACCESS_KEY, 1, true) or text:find(ENV.AWS_ACCESS_KEY_ID, 1, true) or text:find("canary", 1, true))
    assert.equal(before.out, support.roster({ "models", "--json", "--replay", file }, { env = ENV, config = config }).out)
  end)

  it("is shown as a curl command that signs it", function ()
    local result = run({ "request", "one" }, ENV)
    has(result.out, "--aws-sigv4 'aws:amz:eu-north-1:bedrock' --user \"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY\"")
    has(result.out, '-H "x-amz-security-token: $AWS_SESSION_TOKEN"')
  end)
end)

describe("A local server", function ()
  teardown(support.stop_all)

  local LISTS = { ok("/v1/models", { data = { { id = "one" } } }), ok("/api/tags", { models = { { name = "one" } } }) }
  local SETTINGS = { ollama = "OLLAMA_HOST", lmstudio = "LMSTUDIO_BASE_URL", vllm = "VLLM_BASE_URL", llamacpp = "LLAMACPP_BASE_URL" }

  for id, setting in pairs(SETTINGS) do
    it(("(%s) gets no requests while %s is unset, and the hint of its model names what to set"):format(id, setting), function ()
      local entry, mocks = alone(id, LISTS)
      assert.equal("disabled at config", verdict(entry))
      has(entry.hint, ("set %s, or write provider \"%s\" { enabled = true }"):format(setting, id))
      assert.same({}, mocks.requests())
    end)

    it(("(%s) is queried at the address in %s, without a key"):format(id, setting), function ()
      local entry, mocks = alone(id, LISTS, { override = setting })
      assert.equal("ready at list", verdict(entry))
      assert.equal("keyless", entry.source)
      assert.is_nil(mocks.requests()[1].headers.authorization)
    end)

    it(("(%s) is queried at its usual address when a block enables it"):format(id), function ()
      assert.equal("ready at list", verdict((alone(id, LISTS, { fields = "enabled = true" }))))
    end)

    it(("(%s) is queried when a block has loopback = true, and is disabled, not unreachable, if nothing listens there"):format(id), function ()
      assert.equal("ready at list", verdict((alone(id, LISTS, { fields = "loopback = true" }))))
      local entry = alone(id, {}, { fields = 'loopback = true, base_url = "http://127.0.0.1:9"', elsewhere = true })
      assert.equal("disabled at config", verdict(entry))
      has(entry.reason, "nothing listens at http://127.0.0.1:9")
      has(entry.hint, "set " .. setting)
    end)

    it(("(%s) is unreachable if a block enables it and it does not answer"):format(id), function ()
      local entry = alone(id, {}, { fields = 'enabled = true, base_url = "http://127.0.0.1:9"', elsewhere = true })
      assert.equal("unreachable at list", verdict(entry))
    end)
  end

  it("is not probed when its block has both loopback = true and enabled = false", function ()
    assert.equal("disabled at config", verdict((alone("vllm", LISTS, { fields = "loopback = true, enabled = false" }))))
  end)

  it("is queried directly, not through a gateway for all providers, when its block has loopback = true", function ()
    local entry, mocks = alone("vllm", LISTS, { fields = "loopback = true" })
    assert.equal("ready at list", verdict(entry))
    local config = support.config { ["x.lua"] = ('provider "vllm" { loopback = true, base_url = "%s" }\nmodel "one" { provider = "vllm" }\n'):format(mocks.url())
      .. table.concat(SHIPPED, "\n") }
    local document = support.models({ config = config, env = { LLM_GATEWAY = "http://127.0.0.1:9" } })
    assert.equal("ready at list", verdict(support.entry(document, "one")))
  end)

  it("does not count as configured when it is probed but not running", function ()
    local config = support.config { ["x.lua"] = 'provider "vllm" { loopback = true, base_url = "http://127.0.0.1:9" }\nmodel "one" { provider = "vllm" }\n'
      .. table.concat(SHIPPED, "\n") }
    local document = support.models { config = config }
    assert.is_false(document.llm_configured)
  end)

  it("receives a key if one is set", function ()
    local listing = { path = LISTS[1].path, when = { authorization = "Bearer sk-alone-0123456789" }, body = LISTS[1].body }
    local entry, mocks = alone("vllm", { listing, { path = "*", status = 401, body = { error = "Unauthorized" } } },
      { override = "VLLM_BASE_URL", key = "VLLM_API_KEY" })
    assert.equal("ready at list", verdict(entry))
    assert.equal("$VLLM_API_KEY", entry.source)
    assert.equal("Bearer sk-alone-0123456789", mocks.requests()[1].headers.authorization)
  end)

  it("(ollama) has a model that is named without the tag that the listing adds", function ()
    local routes = { ok("/api/tags", { models = { { name = "one:latest" } } }),
      { path = "/api/show", holds = '"model":"one"', body = { details = { family = "acme" } } } }
    assert.equal("ready at prove", verdict((alone("ollama", routes, { override = "OLLAMA_HOST" }))))
  end)

  it("(ollama) is probed at the address in OLLAMA_HOST, read as Ollama's own tools read it", function ()
    local cases = { ["192.168.7.7"] = "http://192.168.7.7:11434", ["box.lan:8080"] = "http://box.lan:8080", [":9999"] = "http://127.0.0.1:9999",
      ["0.0.0.0"] = "http://127.0.0.1:11434", ["0.0.0.0:9999"] = "http://127.0.0.1:9999", ["https://box.lan"] = "https://box.lan" }
    for said, address in pairs(cases) do
      for _, provider in ipairs(support.roster({ "providers", "--offline", "--json" }, { env = { OLLAMA_HOST = said } }).json().providers) do
        if provider.id == "ollama" then assert.equal(address, provider.base_url, said) end
      end
    end
  end)
end)

describe("A provider whose address depends on the account", function ()
  teardown(support.stop_all)

  local NEEDS = { azure = { "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY" }, bedrock = { "AWS_REGION", "AWS_BEARER_TOKEN_BEDROCK" },
    ["bedrock-iam"] = { "AWS_REGION", "AWS_SECRET_ACCESS_KEY" },
    vertex = { "GOOGLE_CLOUD_PROJECT", "GOOGLE_OAUTH_ACCESS_TOKEN" }, cloudflare = { "CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_API_TOKEN" },
    portkey = { "PORTKEY_CONFIG", "PORTKEY_API_KEY" } }

  local function entry(id, env)
    return (support.entry(support.offline({ ["x.lua"] = ('model "one" { provider = "%s" }'):format(id) }, { env = env }), "one"))
  end

  for id, names in pairs(NEEDS) do
    it(("(%s) is disabled while %s is unset, and the reason names the variable"):format(id, names[1]), function ()
      local found = entry(id, { [names[2]] = "sk-0123456789abcdef" })
      assert.equal("disabled at config", verdict(found))
      has(found.reason, names[1] .. " is not set")
      has(found.hint, "set " .. names[1])
    end)
  end

  it("never gets another host from a setting that is not a valid name", function ()
    for _, odd in ipairs { "evil.test/#", "a b", "x@evil.test", "../..", "a/b" } do
      for id, setting in pairs { azure = "AZURE_RESOURCE_NAME", bedrock = "AWS_REGION", vertex = "GOOGLE_CLOUD_PROJECT", cloudflare = "CLOUDFLARE_ACCOUNT_ID" } do
        local found = entry(id, { [setting] = odd, [NEEDS[id][2]] = "sk-0123456789abcdef" })
        assert.equal("disabled at config", verdict(found), id .. ": " .. odd)
      end
    end
    for _, provider in ipairs(support.roster({ "providers", "--offline", "--json" },
      { env = { GOOGLE_CLOUD_PROJECT = "p", GOOGLE_CLOUD_LOCATION = "evil.test/" } }).json().providers) do
      if provider.id == "vertex" then assert.equal("", provider.base_url) end
    end
  end)

  it("(azure) accepts the endpoint in each of the forms in which people write it", function ()
    for _, suffix in ipairs { "", "/", "/openai", "/openai/", "/openai/v1", "/openai/v1/" } do
      local env = { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com" .. suffix, AZURE_API_KEY = "sk-0123456789abcdef" }
      local result = support.roster({ "request", "one" }, { env = env, config = { ["x.lua"] = 'model "one" { provider = "azure" }' } })
      has(result.out, "curl 'https://mine.openai.azure.com/openai/v1/responses'")
      has(result.out, '-H "api-key: $AZURE_API_KEY"')
    end
  end)

  it("(azure) uses another protocol for a model that names one", function ()
    local env = { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com", AZURE_API_KEY = "sk-0123456789abcdef" }
    local result = support.roster({ "request", "one" }, { env = env, config = { ["x.lua"] = 'model "one" { provider = "azure", protocol = "openai-chat" }' } })
    has(result.out, "curl 'https://mine.openai.azure.com/openai/v1/chat/completions'")
  end)
end)

describe("The block of an OpenAI-compatible provider", function ()
  teardown(support.stop_all)

  it("takes at most eight lines and works", function ()
    local block = assert(support.read "lua/providers.lua":match '\n(provider "mistral" {\n.-\n}\n)')
    assert.is_true(select(2, block:gsub("\n", "\n")) <= 8)
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { "sk-acme-0123456789" }, models = { "one" } } }
    local text = block:gsub('"mistral"', '"acme"', 1):gsub("https://api%.mistral%.ai", mocks.url()):gsub("MISTRAL_API_KEY", "ACME_API_KEY")
    local document = support.models({ env = { ACME_API_KEY = "sk-acme-0123456789" }, config = { ["acme.lua"] = text .. 'model "one" { provider = "acme" }' } },
      "--no-builtin")
    assert.same({ "one" }, support.ids(document.models))
  end)
end)

describe("A key that is refused at the address of a variable", function ()
  teardown(support.stop_all)

  it("may have to go as a bearer token there, which the hint says, and the line does so", function ()
    local key = "sk-ant-0123456789abcdef"
    local mocks = support.mock_servers { { name = "proxy", protocol = "none", routes = {
      { path = "/v1/models", when = { authorization = "Bearer " .. key }, body = { data = { { type = "model", id = "claude-opus-5-5" } }, has_more = false } },
      { path = "*", status = 401, body = { type = "error", error = { type = "authentication_error", message = "no bearer token" } } } } } }
    local function claude(text)
      return support.entry(support.models { env = { ANTHROPIC_BASE_URL = mocks.url(), ANTHROPIC_API_KEY = key }, config = support.config { ["x.lua"] = text } }, "claude-5.5-opus")
    end
    local entry = claude ""
    assert.equal("bad_credential", entry.state)
    has(entry.hint, 'write provider "anthropic" { auth = bearer }')
    for _, request in ipairs(mocks.requests()) do assert.is_nil(request.headers.authorization) end
    mocks.clear()
    claude 'provider "anthropic" { auth = bearer }'
    assert.equal("Bearer " .. key, mocks.requests()[1].headers.authorization)
  end)
end)

describe("The list of providers", function ()
  it("shows each provider once, those in use first with their addresses", function ()
    local result = support.roster({ "providers", "--offline" }, { env = { GROQ_API_KEY = "sk-0123456789abcdef" } })
    local _, rest = result.out:find "\nPROVIDER [^\n]*ENDPOINT\n"
    assert.truthy(result.out:find("\ngroq +%d+  set  $GROQ_API_KEY  https://api.groq.com/openai\n", rest - 1))
    for _, r in ipairs(wire.rows) do
      assert.equal(1, select(2, result.out:gsub("\n" .. r.id:gsub("%-", "%%-") .. " +%d+  ", "")), r.id)
    end
    assert.truthy(result.out:find("\nNOT-IN-USE ", rest, true))
  end)
end)

describe("A variable that people have for a shipped provider", function ()
  local function entry(provider, env)
    local text = ('model "one" { provider = "%s" }'):format(provider)
    return (support.entry(support.offline({ ["x.lua"] = text }, { env = env }), "one"))
  end

  local OTHERS = {
    GEMINI_API_KEY = "gemini", GOOGLE_API_KEY = "gemini", GOOGLE_GENERATIVE_AI_API_KEY = "gemini", ANTHROPIC_AUTH_TOKEN = "anthropic",
    FIREWORKS_AI_API_KEY = "fireworks", TOGETHERAI_API_KEY = "together", KIMI_CODING_API_KEY = "kimi-coding", HUGGINGFACE_API_KEY = "huggingface",
    HUGGING_FACE_HUB_TOKEN = "huggingface", NVIDIA_NIM_API_KEY = "nvidia", VERCEL_API_KEY = "vercel", VERCEL_OIDC_TOKEN = "vercel",
    CO_API_KEY = "cohere", DEEPINFRA_TOKEN = "deepinfra",
  }
  for variable, provider in pairs(OTHERS) do
    it(("holds its key, and is named as the source: %s of %s"):format(variable, provider), function ()
      assert.equal("$" .. variable, entry(provider, { [variable] = "k-0123456789abcdef" }).source)
    end)
  end

  it("holds the token that goes as bearer where that is what it is for: ANTHROPIC_AUTH_TOKEN", function ()
    local out = support.roster({ "request", "claude-4.5-opus" }, { env = { ANTHROPIC_AUTH_TOKEN = "t-0123456789abcdef" } }).out
    has(out, '-H "authorization: Bearer $ANTHROPIC_AUTH_TOKEN"')
    assert.falsy(out:find("x-api-key", 1, true))
  end)

  it("goes into the headers of OpenAI's organization and project", function ()
    local out = support.roster({ "request", "gpt-5.5" }, { env = { OPENAI_API_KEY = "sk-0123456789abcdef", OPENAI_ORG_ID = "org-1", OPENAI_PROJECT_ID = "proj_2" } }).out
    has(out, "-H 'openai-organization: org-1'")
    has(out, "-H 'openai-project: proj_2'")
  end)

  it("is reported as passed over if another is used and both differ", function ()
    local env = { GEMINI_API_KEY = "AIza-0123456789", GOOGLE_API_KEY = "AIza-9876543210" }
    local result = support.roster({ "models", "--offline" }, { env = env })
    has(result.err, "provider 'gemini': $GEMINI_API_KEY is used, although GOOGLE_API_KEY is also set, to something else")
    env.GOOGLE_API_KEY = env.GEMINI_API_KEY
    assert.falsy(support.roster({ "models", "--offline" }, { env = env }).err:find("GOOGLE_API_KEY", 1, true))
  end)

  local INDIRECT = {
    { "vertex", { GOOGLE_APPLICATION_CREDENTIALS = "/adc.json", GOOGLE_CLOUD_PROJECT = "p" }, "GOOGLE_APPLICATION_CREDENTIALS is set", '"application-default"' },
    { "vertex", { GOOGLE_CLOUD_API_KEY = "AIza-0123456789", GOOGLE_CLOUD_PROJECT = "p" }, "GOOGLE_CLOUD_API_KEY is set", "express mode" },
    { "bedrock-iam", { AWS_WEB_IDENTITY_TOKEN_FILE = "/token", AWS_REGION = "eu-north-1" }, "AWS_WEB_IDENTITY_TOKEN_FILE is set", "export-credentials" },
    { "bedrock-iam", { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI = "/v2", AWS_REGION = "eu-north-1" }, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set", "export" },
    { "bedrock-iam", { AWS_CONTAINER_CREDENTIALS_FULL_URI = "http://a", AWS_REGION = "eu-north-1" }, "AWS_CONTAINER_CREDENTIALS_FULL_URI is set", "export" },
    { "vertex", { GOOGLE_VERTEX_API_KEY = "AIza-0123456789", GOOGLE_CLOUD_PROJECT = "p" }, "GOOGLE_VERTEX_API_KEY is set", "express mode" },
    { "github-copilot", { COPILOT_GITHUB_TOKEN = "gho_0123456789" }, "COPILOT_GITHUB_TOKEN is set", "helper = {" },
    { "github-copilot", { GH_TOKEN = "gho_0123456789" }, "GH_TOKEN is set", "helper = {" },
    { "zai", { ZHIPU_API_KEY = "k-0123456789" }, "ZHIPU_API_KEY is set", "set ZAI_API_KEY" },
  }
  for _, case in ipairs(INDIRECT) do
    it(("that leads to a key without holding it is named with what to do: %s"):format(case[3]), function ()
      local found = entry(case[1], case[2])
      assert.equal("no_credential", found.state)
      has(found.reason, case[3])
      has(found.hint, case[4])
    end)
  end

  it("names a file that leads to a key, where that is in its usual place", function ()
    local home = support.folder()
    os.execute(("mkdir -p %s/.config/gcloud"):format(home))
    support.write(home .. "/.config/gcloud/application_default_credentials.json", "{}")
    local found = entry("vertex", { HOME = home, GOOGLE_CLOUD_PROJECT = "p" })
    has(found.reason, "~/.config/gcloud/application_default_credentials.json is there")
    os.execute(("mkdir -p %s/.aws && echo >%s/.aws/credentials"):format(home, home))
    local aws = entry("bedrock-iam", { HOME = home, AWS_REGION = "eu-north-1" })
    has(aws.reason, "~/.aws/credentials is there")
    has(aws.hint, "AWS_PROFILE=default")
  end)

  it("names a profile of AWS, from which all parts of the key are read", function ()
    local home = support.folder()
    os.execute(("mkdir -p %s/.aws"):format(home))
    support.write(home .. "/.aws/credentials", "[default]\naws_access_key_id = AKIADEFAULT\n[work]\n# mine\naws_access_key_id=AKIAWORK01234567\n"
      .. "aws_secret_access_key = abcd/efgh+0123456789\n")
    support.write(home .. "/.aws/config", "[profile work]\naws_session_token = session-0123456789\n[profile sso]\nsso_session = x\n")
    local env = { HOME = home, AWS_REGION = "eu-north-1", AWS_PROFILE = "work" }
    assert.equal("$AWS_PROFILE (work)", entry("bedrock-iam", env).source)
    local out = support.roster({ "request", "one" }, { config = { ["x.lua"] = 'model "one" { provider = "bedrock-iam" }' }, env = env }).out
    assert.falsy(out:find("abcd/efgh", 1, true))
    env.AWS_PROFILE = "sso"
    local found = entry("bedrock-iam", env)
    has(found.reason, "the profile 'sso' that AWS_PROFILE names has no aws_secret_access_key in " .. home)
    has(found.hint, "aws configure export-credentials --profile sso --format env")
    env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY = "AKIA0123456789", "other-0123456789"
    assert.equal("$AWS_SECRET_ACCESS_KEY", entry("bedrock-iam", env).source)
    env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY, env.AWS_PROFILE = nil, nil, nil
    has(entry("bedrock-iam", env).hint, "set AWS_PROFILE=default")
  end)
end)
