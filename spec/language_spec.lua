-- The definition language: the fields of each block, and the error for each kind of mistake.
local support = require "support.roster"

local function provider(fields)
  local base = (fields or ""):find "base_url =" and "" or 'base_url = "https://api.acme.test", '
  return ('provider "acme" { protocol = "openai-chat", %s%s }'):format(base, fields or "")
end

local function model(fields) return ('model "m" { provider = "acme", %s }'):format(fields or "") end

local function braced(fields) return fields == "" and "no more fields" or "{ " .. fields .. " }" end

local function described(fields) return provider() .. "\n" .. model(fields) end

--- The entry of the model "m" in these definitions, without the shipped ones.
local function entry(definitions, options)
  options = options or {}
  local document = support.offline({ ["all.lua"] = definitions }, { "--no-builtin", env = options.env })
  return support.entry(document, "m")
end

-- Turns any value into a string: a map in the order of its keys, a list with commas.
local SHOW = [[
local function show(value)
  if type(value) ~= "table" then return tostring(value) end
  local parts = {}
  for key in pairs(value) do parts[#parts + 1] = type(key) == "number" and value[key] or key .. "=" .. value[key] end
  if #value == 0 then table.sort(parts) end
  return table.concat(parts, ",")
end
]]

--- What a rule sees of the model "m" and its provider, as a string.
local function seen(expression, definitions, options)
  local rule = ('rule "seen" (function (model) return refuse("<" .. show(%s) .. ">") end)'):format(expression)
  local found = entry(definitions .. "\n" .. SHOW .. rule, options)
  return (found.reason:match "^rule 'seen' refused it: <(.*)>$")
end

--- What lint reports about one file, whose text begins at line 3.
local function lint(text, options) return (support.lint({ ["x.lua"] = "-- two lines\n-- in front\n" .. text }, options)) end

--- The request that a host would send to "m".
local function request(definitions, options)
  options = options or {}
  local result = support.roster({ "request", "m", "--no-builtin" }, { config = { ["all.lua"] = definitions }, env = options.env })
  assert.equal(0, result.status, result.err)
  return result.out
end

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

teardown(support.stop_all)

describe("The Lua of these specs", function ()
  it("is Lua 5.4, the language of the definitions", function () assert.equal("Lua 5.4", _VERSION) end)
end)

describe("A provider block", function ()
  local fields = {
    { "title", 'title = "Acme Models"', "Acme Models" },
    { "title", "", "acme" },
    { "protocol", 'protocol = "anthropic-messages"', "anthropic-messages" },
    { "base_url", 'base_url = "https://eu.acme.test/inference"', "https://eu.acme.test/inference" },
    { "base_url", 'base_url = "http://127.0.0.1:8080"', "http://127.0.0.1:8080" },
    { "base_url", 'base_url = "http://[::1]:8080"', "http://[::1]:8080" },
    { "override", 'override = "https://other.test/v1"', "https://other.test/v1" },
    { "override", "", "nil" },
    { "headers", 'headers = { ["x-org"] = "one", ["x-tag"] = "two" }', "x-org=one,x-tag=two" },
    { "timeout", "timeout = 2.5 * seconds", "2.5" },
    { "timeout", "timeout = 1 * minutes", "60.0" },
    { "list_proves", 'list_proves = "access"', "access" },
    { "list_proves", 'list_proves = "key"', "key" },
    { "list_proves", 'list_proves = "names"', "names" },
    { "prefix", 'prefix = "/api/v4"', "/api/v4" },
    { "prefix", 'prefix = ""', "" },
    { "tls.ca_file", 'tls = { ca_file = "/a.pem" }', "/a.pem" },
    { "tls.client_cert", 'tls = { client_cert = "/b.pem" }', "/b.pem" },
    { "tls.client_key", 'tls = { client_key = "/c.pem" }', "/c.pem" },
    { "proxy", 'proxy = "http://proxy.test:3128"', "http://proxy.test:3128" },
    { "plain_http", 'base_url = "http://far.test", plain_http = true', "true" },
    { "plain_http", "", "false" },
    { "needs", 'needs = "ACME_URL"', "ACME_URL" },
    { "key_optional", "key_optional = true", "true" },
    { "key_optional", "", "false" },
    { "loopback", "loopback = true", "true" },
    { "loopback", "", "false" },
    { "unproven", 'unproven = "refuse"', "refuse" },
    { "unproven", 'unproven = "generate"', "generate" },
    { "unproven", 'unproven = "offer"', "offer" },
    { "has_credential", 'credential = secret "ACME_API_KEY"', "true" },
    { "has_credential", 'credential = secret "OTHER_API_KEY"', "false" },
    { "has_credential", "", "false" },
    { "enabled", "", "true" },
  }
  for _, case in ipairs(fields) do
    local name, text, value = case[1], case[2], case[3]
    it(("with %s has the value '%s' for %s"):format(braced(text), value, name), function ()
      local definitions = provider(text) .. "\n" .. model()
      assert.equal(value, seen("model.provider." .. name, definitions, { env = { ACME_API_KEY = "k" } }))
    end)
  end

  it("takes a credential, which every document names by its variable", function ()
    assert.equal("$ACME_API_KEY", entry(provider 'credential = secret "ACME_API_KEY"' .. model()).source)
    assert.equal("keyless", entry(provider() .. model()).source)
  end)

  it("takes auth, which sends the key as bearer or in another header, and the protocol's way is the default", function ()
    local key = 'credential = secret "ACME_API_KEY"'
    has(request(provider(key .. ", auth = bearer") .. model()), '-H "authorization: Bearer $ACME_API_KEY"')
    has(request(provider(key .. ', auth = header "x-acme-key"') .. model()), '-H "x-acme-key: $ACME_API_KEY"')
    has(request(provider(key) .. model()), '-H "authorization: Bearer $ACME_API_KEY"')
    has(request(provider(key .. ', protocol = "anthropic-messages"') .. model()), '-H "x-api-key: $ACME_API_KEY"')
  end)

  it("takes auth = aws_sigv4 { ... } and refuses unknown, missing and invalid keys of it", function ()
    local block = 'auth = aws_sigv4 { %s }'
    assert.same({}, lint(provider(block:format 'key_id = secret "ACME_ID", region = "eu", service = "s", token = secret "ACME_TOKEN"')))
    for text, wrong in pairs {
      ['keyid = secret "A"'] = "aws_sigv4: unknown key 'keyid' (did you mean 'key_id'?)", [""] = "aws_sigv4: 'key_id' is missing",
      ['key_id = "AKIA"'] = "aws_sigv4: 'key_id' is a secret", ['key_id = secret "A", region = "a:b"'] = "aws_sigv4: 'region' is a name",
      ['key_id = secret "A", region = 3'] = "aws_sigv4: 'region' is a name", ['key_id = secret "A", token = 3'] = "aws_sigv4: 'token' is a secret" } do
      has(lint(provider(block:format(text)))[1], wrong)
    end
  end)

  it("takes a secret as the value of a header, and its value is never shown", function ()
    local text = request(provider 'headers = { ["x-org"] = secret "ACME_ORG" }' .. model(), { env = { ACME_ORG = "org-canary-77" } })
    has(text, '-H "x-org: $ACME_ORG"')
    assert.falsy(text:find("canary", 1, true))
  end)

  it("takes requests for the listing, the proofs and the key", function ()
    assert.same({}, lint(provider 'list = get("/catalog", { size = 5 }), prove_key = post("/me", { ping = true })'))
    assert.same({}, lint(provider 'list = bare(get "/catalog"), prove = { function (model) return get("/x/" .. model.id) end, get "/y" }'))
    assert.same({}, lint(provider "prove = {}"))
    has(lint(provider 'list = bare "/catalog"')[1], "bare: takes a request, as in bare(get \"/key/info\")")
  end)

  it("takes enabled = false, which disables its models and names the line in their reason", function ()
    local found = entry(provider "enabled = false" .. "\n" .. model())
    assert.equal("disabled", found.state)
    assert.equal("provider 'acme' is not enabled (all.lua:1)", found.reason)
  end)
end)

describe("A model block", function ()
  local fields = {
    { "api_name", 'api_name = "acme/m-1"', "acme/m-1" },
    { "api_name", "", "m" },
    { "description", 'description = "the best"', "the best" },
    { "description", "", "m" },
    { "protocol", 'protocol = "anthropic-messages"', "anthropic-messages" },
    { "protocol", "", "openai-chat" },
    { "context_window", "context_window = 200 * K", 200000 },
    { "context_window", "context_window = 1 * M", 1000000 },
    { "context_window", "context_window = 1", 1 },
    { "max_input_tokens", "max_input_tokens = 272 * K", 272000 },
    { "max_output_tokens", "max_output_tokens = 64000.0", 64000 },
    { "input_modalities", 'input_modalities = { "text", "image", "pdf", "audio", "video" }', { "text", "image", "pdf", "audio", "video" } },
    { "reasoning", "reasoning = true", true },
    { "reasoning", "reasoning = false", false },
    { "reasoning_levels", 'reasoning_levels = { "low", "high" }', { "low", "high" } },
    { "tool_call", "tool_call = true", true },
    { "tool_call", "tool_call = false", false },
    { "reasoning_toggle", "reasoning_toggle = false", false },
    { "interleaved", "interleaved = true", true },
    { "interleaved_field", 'interleaved = true, interleaved_field = "reasoning_content"', "reasoning_content" },
    { "last_updated", 'last_updated = "2026-10-02"', "2026-10-02" },
    { "tags", 'tags = { "cheap", "eu only" }', { "cheap", "eu only" } },
    { "tags", "", {} },
    { "structured_output", "structured_output = true", true },
    { "structured_output", "structured_output = false", false },
    { "temperature", "temperature = true", true },
    { "temperature", "temperature = false", false },
    { "attachment", "attachment = true", true },
    { "attachment", "attachment = false", false },
    { "output_modalities", 'output_modalities = { "text", "audio" }', { "text", "audio" } },
    { "family", 'family = "acme-large"', "acme-large" },
    { "tier", 'tier = "flagship"', "flagship" },
    { "tier", 'tier = "balanced"', "balanced" },
    { "tier", 'tier = "fast"', "fast" },
    { "tier", 'tier = "specialist"', "specialist" },
    { "release_date", 'release_date = "2026-09-24"', "2026-09-24" },
    { "knowledge_cutoff", 'knowledge_cutoff = "2026-06"', "2026-06" },
    { "status", 'status = "current"', "current" },
    { "status", 'status = "legacy"', "legacy" },
    { "status", 'status = "deprecated"', "deprecated" },
    { "status", 'status = "beta"', "beta" },
    { "retires", 'retires = "2026-11-30"', "2026-11-30" },
    { "replacement", 'replacement = "m"', "m" },
    { "aliases", 'aliases = { "m-1", "m_1" }', { "m-1", "m_1" } },
    { "formerly", 'formerly = { "m-0" }', { "m-0" } },
    { "recommended", "recommended = true", true },
    { "recommended", "", false },
  }
  for _, case in ipairs(fields) do
    local name, text, value = case[1], case[2], case[3]
    local shown = type(value) == "table" and table.concat(value, ", ") or tostring(value)
    it(("with %s has the value '%s' for %s"):format(braced(text), shown, name), function () assert.same(value, entry(described(text))[name]) end)
  end

  it("takes a price, in which every part is optional", function ()
    assert.same({ input = 0.1, output = 25, cache_read = 0, cache_write = 6.25 },
      entry(described "price = { input = 0.1, output = 25, cache_read = 0, cache_write = 6.25 }").price)
    local cjson = require "cjson"
    assert.same({ input = 3, output = cjson.null, cache_read = cjson.null, cache_write = cjson.null },
      entry(described "price = { input = 3 }").price)
  end)

  it("takes a budget of reasoning, of which both ends are optional, and which amends end by end", function ()
    local null = require "cjson".null
    assert.same({ min = 1024, max = 64000 }, entry(described "reasoning_budget = { min = 1024, max = 64 * K }").reasoning_budget)
    assert.same({ min = 0, max = null }, entry(described "reasoning_budget = { min = 0 }").reasoning_budget)
    assert.same({ min = null, max = 9 }, entry(described "reasoning_budget = { max = 9 }").reasoning_budget)
    assert.equal(null, entry(described "").reasoning_budget)
    local config = { ["a.lua"] = described "reasoning_budget = { min = 5, max = 9 }" }
    local options = { config = support.config(config), builtin = false, definitions = { ["b.lua"] = 'model "m" { reasoning_budget = { max = 7 } }' } }
    assert.same({ min = 5, max = 7 }, assert(require "roster".open(options)):snapshot():known "m".reasoning_budget)
  end)

  it("takes headers, which follow its provider's headers in its own requests", function ()
    local text = request(provider 'headers = { ["x-org"] = "o" }' .. model 'headers = { ["x-beta"] = "b" }')
    has(text, "-H 'x-org: o' \\\n  -H 'x-beta: b'")
  end)

  it("takes former windows, which resolve reports for that spelling only", function ()
    local config = support.config { ["all.lua"] = described 'context_window = 9 * K, formerly = { "m0" }, former_windows = { m0 = 4 * K }' }
    local function resolved(id) return support.roster({ "resolve", id, "--json", "--no-builtin" }, { config = config }).json() end
    assert.equal(4000, resolved("m0").assumed_context_window)
    assert.equal(9000, resolved("m0").context_window)
    assert.is_nil(resolved("m").assumed_context_window)
  end)

  it("takes enabled = false, which disables it and names the line in its reason", function ()
    local found = entry(provider() .. "\n" .. model "enabled = false")
    assert.equal("disabled", found.state)
    assert.equal("enabled = false (all.lua:2)", found.reason)
    assert.equal('write model "m" { enabled = true }', found.hint)
  end)

  it("takes inherit, which copies the fields of another model", function ()
    local found = entry(provider() .. 'model "base" { provider = "acme", family = "f", context_window = 7 }' ..
      'model "m" { inherit = "base", context_window = 8 }')
    assert.equal("f", found.family)
    assert.equal(8, found.context_window)
  end)
end)

describe("A gateway block", function ()
  local function through(fields, key, on)
    local definitions = ('gateway "gw" { base_url = "http://gw.test", %s }'):format(fields) ..
      provider('credential = secret "ACME_API_KEY", ' .. (on or "")) .. model()
    return request(definitions, { env = { ACME_API_KEY = key } })
  end

  it("takes a path to its providers, and its address may use plain http", function ()
    has(through("", "k"), "curl 'http://gw.test/_/gateway/acme/v1/chat/completions'")
    has(through('path = "/{provider}"', "k"), "curl 'http://gw.test/acme/v1/chat/completions'")
  end)

  it("keeps the path of the provider's own address", function ()
    has(through("", "k", 'base_url = "https://api.acme.test/inference"'), "'http://gw.test/_/gateway/acme/inference/v1/chat/completions'")
  end)

  it("takes segments, which give a provider another name in the path", function ()
    has(through('segments = { acme = "acme-eu" }', "k"), "'http://gw.test/_/gateway/acme-eu/v1/chat/completions'")
  end)

  it("takes providers, which limit it to those providers", function ()
    has(through('providers = { "acme" }', "k"), "'http://gw.test/")
    local definitions = 'gateway "gw" { base_url = "http://gw.test", providers = { "other" } }' ..
      'provider "other" { protocol = "openai-chat", base_url = "https://other.test" }' .. provider() .. model()
    has(request(definitions), "curl 'https://api.acme.test/v1/chat/completions'")
  end)

  it("takes credentials: forwarded needs the key, and injected sends a placeholder if there is no key", function ()
    has(through('credentials = "forwarded"'), '-H "authorization: Bearer $ACME_API_KEY"')
    has(through('credentials = "injected"'), "-H 'authorization: Bearer implicit'")
    has(through('credentials = "injected", placeholder = "none-of-yours"'), "-H 'authorization: Bearer none-of-yours'")
    has(through('credentials = "injected"', "k"), '-H "authorization: Bearer $ACME_API_KEY"')
  end)

  it("takes headers, tls and proxy, which apply to requests through it", function ()
    local text = through('headers = { ["x-team"] = "red" }, tls = { ca_file = "/gw.pem" }, proxy = "http://proxy.test:1"', "k")
    has(text, "-H 'x-team: red'")
    has(text, "--cacert '/gw.pem'")
    has(text, "--proxy 'http://proxy.test:1'")
  end)

  it("takes title, timeout, unproven and enabled", function ()
    assert.same({}, lint 'gateway "gw" { title = "Gateway", timeout = 5 * seconds, unproven = "generate", enabled = true }')
    local definitions = 'gateway "gw" { base_url = "http://gw.test", enabled = false }' .. provider() .. model()
    has(request(definitions), "curl 'https://api.acme.test/v1/chat/completions'")
  end)

  it("has no effect while its base_url is nil", function ()
    local definitions = 'gateway "gw" { base_url = setting "GATEWAY_URL" }' .. provider() .. model()
    has(request(definitions), "curl 'https://api.acme.test/v1/chat/completions'")
    has(request(definitions, { env = { GATEWAY_URL = "http://gw.test" } }), "curl 'http://gw.test/_/gateway/acme/v1/chat/completions'")
  end)
end)

describe("The block", function ()
  it("protocol takes prefix, chat_path, auth and functions, which a host's request follows", function ()
    local text = request([[
      protocol "acme-chat" {
        prefix      = "/api",
        chat_path   = "/talk/{api_name}",
        auth        = header "x-acme",
        list        = get("/models", { page = 1 }),
        list_proves = "key",
        read_list   = function (body) return body.models end,
        prove       = { function (model) return get("/models/" .. model.api_name) end, get "/ping" },
        generate    = function (model) return post("/talk/" .. model.api_name, { say = "hi", top = 1 }, { dry = "run" }) end,
        verdict     = function (response) return nil end,
      }]] .. provider 'protocol = "acme-chat", credential = secret "ACME_API_KEY"' .. model 'api_name = "m 1"')
    has(text, "curl 'https://api.acme.test/api/talk/m%201?dry=run'")
    has(text, '-H "x-acme: $ACME_API_KEY"')
    has(text, [[-d '{"say":"hi","top":1}']])
  end)

  it("protocol without generate gives a host's request an address only", function ()
    has(request('protocol "p" { chat_path = "/talk/{api_name}" }' .. provider 'protocol = "p"' .. model()), "curl 'https://api.acme.test/talk/m'")
  end)

  it("retired takes a replacement, which the error for that id names", function ()
    local config = support.config { ["all.lua"] = described() .. ' retired "gone" { replacement = "m" } retired "lost" {}' }
    local gone = support.roster({ "resolve", "gone", "--json", "--no-builtin" }, { config = config })
    assert.equal(1, gone.status)
    assert.equal("retired", gone.json().error.code)
    assert.equal("'gone' is retired; use 'm' instead", gone.json().error.message)
    assert.same({ "m" }, gone.json().error.candidates)
    local lost = support.roster({ "resolve", "lost", "--json", "--no-builtin" }, { config = config }).json()
    assert.equal("'lost' is retired", lost.error.message)
    assert.same({}, lost.error.candidates)
  end)

  it("default or role takes ids, aliases and former ids", function ()
    assert.same({}, lint(described 'aliases = { "m1" }, formerly = { "m0" }' .. 'default { wanted = "m", "m1", "m0" } role "cheap" { "m", "m1" }'))
    local document = support.offline({ ["all.lua"] = described() .. 'role "cheap" { "m" }' }, { "--no-builtin" })
    assert.equal("", document.roles.cheap)
  end)

  it("validate takes level, unproven, keep_stale and deadline", function ()
    for _, level in ipairs { "credential", "list", "prove", "generate" } do assert.same({}, lint(('validate { level = "%s" }'):format(level))) end
    for _, word in ipairs { "refuse", "generate", "offer" } do assert.same({}, lint(('validate { unproven = "%s" }'):format(word))) end
    assert.same({}, lint "validate { keep_stale = 2 * days, deadline = 0.5 }")
  end)

  it("validate with level = credential makes every model with a key ready without a request", function ()
    local document = support.models { config = { ["all.lua"] = 'validate { level = "credential" }' .. provider 'credential = secret "K"' .. model() },
      env = { K = "k" } }
    local found = support.entry(document, "m")
    assert.equal("ready", found.state)
    assert.equal("credential", found.stage)
  end)
end)

describe("The values of the language", function ()
  local function value(expression, options) return seen(expression, described(), options) end

  it("include units for thousands, millions and seconds", function ()
    assert.equal("1000 1000000 1 60 3600 86400", value 'K .. " " .. M .. " " .. seconds .. " " .. minutes .. " " .. hours .. " " .. days')
  end)

  it("include settings from the environment, where an empty variable counts as unset", function ()
    assert.equal("eu", value('setting "REGION"', { env = { REGION = "eu" } }))
    assert.equal("nil", value('setting "REGION"', { env = { REGION = "" } }))
    assert.equal("nil", value 'setting "REGION"')
    assert.equal("us", value('setting("REGION", "us")', { env = { REGION = "" } }))
    assert.equal("eu", value('setting("REGION", "us")', { env = { REGION = "eu" } }))
    assert.equal("5", value 'setting("COUNT", 5)')
  end)

  it("include functions that search and cut strings without patterns", function ()
    assert.equal("true false", value 'tostring(text.starts("gpt-5", "gpt-")) .. " " .. tostring(text.starts("gpt-5", "pt"))')
    assert.equal("true false", value 'tostring(text.ends("gpt-5", "-5")) .. " " .. tostring(text.ends("gpt-5", "gpt"))')
    assert.equal("true false true", value
      'tostring(text.contains("a.c", ".")) .. " " .. tostring(text.contains("abc", ".")) .. " " .. tostring(text.contains("abc", ""))')
    assert.equal("a||b", value 'table.concat(text.split("a,,b", ","), "|")')
    assert.equal("1", value '#text.split("", ",")')
    assert.equal("a b", value 'text.trim(" \\t a b\\n")')
    assert.equal("true true false", value
      'tostring(text.glob("gpt-5.4-mini", "gpt-*mini")) .. " " .. tostring(text.glob("abc", "a?c")) .. " " .. tostring(text.glob("abc", "b*"))')
    assert.equal("true false false", value
      'tostring(text.glob("tts-1", { "a*", "tts-?" })) .. " " .. tostring(text.glob("abc", { "b*", "*b" })) .. " " .. tostring(text.glob("abc", {}))')
    assert.equal("5 gpt-5", value 'text.strip_prefix("gpt-5", "gpt-") .. " " .. text.strip_prefix("gpt-5", "x")')
  end)

  it("include a function that splits strings, and reports an empty separator with its line", function ()
    assert.same({ "x.lua:3: bad argument #2 to 'split' (the separator is empty)" }, lint 'local parts = text.split("abc", "")')
  end)
end)

describe("A mistake", function ()
  local blocks = {
    provider = provider,
    model = function (fields) return ('model "m" { provider = "anthropic", %s }'):format(fields) end,
    gateway = function (fields) return ('gateway "gw" { %s }'):format(fields) end,
    protocol = function (fields) return ('protocol "p" { %s }'):format(fields) end,
    retired = function (fields) return ('retired "old" { %s }'):format(fields) end,
    validate = function (fields) return ("validate { %s }"):format(fields) end,
    default = function (fields) return ("default { %s }"):format(fields) end,
    role = function (fields) return ('role "cheap" { %s }'):format(fields) end,
  }
  local names = { provider = "provider 'acme'", model = "model 'm'", gateway = "gateway 'gw'", protocol = "protocol 'p'",
    retired = "retired 'old'", validate = "validate", default = "default", role = "role 'cheap'" }
  local mistakes = {
    -- unknown keys, with the nearest known one
    { "provider", 'bse_url = "https://x.test"', "unknown key 'bse_url' (did you mean 'base_url'?)" },
    { "provider", 'Title = "Acme"', "unknown key 'Title' (did you mean 'title'?)" },
    { "provider", "zzzzzzzzzzzz = 1", "unknown key 'zzzzzzzzzzzz'" },
    { "provider", 'tls = { ca_fil = "/x" }', "unknown key 'tls.ca_fil' (did you mean 'tls.ca_file'?)" },
    { "provider", '"anthropic"', "contains the string \"anthropic\" without a key: every entry is written key = value" },
    { "model", "contextwindow = 5", "unknown key 'contextwindow' (did you mean 'context_window'?)" },
    { "model", "price = { outptu = 5 }", "unknown key 'price.outptu' (did you mean 'price.output'?)" },
    { "gateway", 'pth = "/x"', "unknown key 'pth' (did you mean 'path'?)" },
    { "gateway", "plain_http = true", "unknown key 'plain_http'" },
    { "protocol", 'chatpath = "/x"', "unknown key 'chatpath' (did you mean 'chat_path'?)" },
    { "retired", 'replacment = "gpt-5.5"', "unknown key 'replacment' (did you mean 'replacement'?)" },
    { "validate", 'lvel = "prove"', "unknown key 'lvel' (did you mean 'level'?)" },
    { "default", 'wnted = "gpt-5.5"', "unknown key 'wnted' (did you mean 'wanted'?)" },
    { "role", 'wanted = "gpt-5.5"', "unknown key 'wanted'" },
    -- strings
    { "provider", "title = 5", "'title' must be a string, not the number 5" },
    { "provider", "title = true", "'title' must be a string, not true" },
    { "provider", 'credential = "sk-1"', "'credential' is a string: never put a key into a file; set a variable and write secret \"NAME\"" },
    { "provider", 'credential = { secret "K", "sk-1" }', "'credential' must be secret \"NAME\", or a list of those, not a table" },
    { "provider", "credential = {}", "'credential' must be secret \"NAME\", or a list of those, not a table" },
    { "provider", "title = { 1 }", "'title' must be a string, not a table" },
    { "provider", "title = bearer", "'title' must be a string, not a way to send a key" },
    { "provider", 'title = secret "X"', "'title' must be a string, not a secret" },
    { "provider", "title = function () end", "'title' must be a string, not a function" },
    { "provider", 'title = "two\\nlines"', "'title' contains a control character" },
    { "provider", 'title = "nul\\0byte"', "'title' contains a control character" },
    { "provider", "tls = { ca_file = 5 }", "'tls.ca_file' must be a string, not the number 5" },
    { "provider", 'tls = "/ca.pem"', "'tls' must be a table, not the string \"/ca.pem\"" },
    { "model", "family = 5", "'family' must be a string, not the number 5" },
    { "model", "price = 5", "'price' must be a table, not the number 5" },
    { "default", "5", "'an id in the list' must be a string, not the number 5" },
    { "role", "5", "'an id in the list' must be a string, not the number 5" },
    { "retired", "replacement = true", "'replacement' must be a string, not true" },
    -- addresses
    { "provider", "override = 5", "'override' must be a URL, not the number 5" },
    { "provider", 'proxy = "socks5://proxy.test"', "'proxy' \"socks5://proxy.test\" is a SOCKS proxy: roster goes through HTTP proxies only" },
    { "provider", 'proxy = "http://me:hunter2@proxy.test"',
      "'proxy' \"...\" names a user (user@host): credentials do not belong in a URL" },
    -- choices, which are all named
    { "provider", 'list_proves = "everything"', "'list_proves' must be \"access\", \"key\", \"names\" or \"shown\", not \"everything\"" },
    { "provider", 'unproven = "maybe"', "'unproven' must be \"refuse\", \"generate\" or \"offer\", not \"maybe\"" },
    { "provider", "unproven = 5", "'unproven' must be \"refuse\", \"generate\" or \"offer\", not the number 5" },
    { "model", 'tier = "large"', "'tier' must be \"flagship\", \"balanced\", \"fast\" or \"specialist\", not \"large\"" },
    { "model", 'status = "new"', "'status' must be \"current\", \"legacy\", \"deprecated\" or \"beta\", not \"new\"" },
    { "model", 'input_modalities = { "text", "smell" }',
      "'input_modalities[2]' must be \"text\", \"image\", \"pdf\", \"audio\" or \"video\", not \"smell\"" },
    { "gateway", 'credentials = "both"', "'credentials' must be \"forwarded\" or \"injected\", not \"both\"" },
    { "protocol", 'list_proves = "all"', "'list_proves' must be \"access\", \"key\", \"names\" or \"shown\", not \"all\"" },
    { "validate", 'level = "deep"', "'level' must be \"credential\", \"list\", \"prove\" or \"generate\", not \"deep\"" },
    { "validate", 'unproven = "no"', "'unproven' must be \"refuse\", \"generate\" or \"offer\", not \"no\"" },
    -- flags
    { "provider", 'enabled = "no"', "'enabled' must be true or false, not the string \"no\"" },
    { "provider", "plain_http = 1", "'plain_http' must be true or false, not the number 1" },
    { "model", "reasoning_budget = { min = 9, max = 5 }", "'reasoning_budget' has a min of 9 above its max of 5" },
    { "model", "reasoning_budget = { min = -1 }", "'reasoning_budget.min' must be between 0 and 1000000000, not -1" },
    { "model", "reasoning_budget = { least = 1 }", "unknown key 'reasoning_budget.least'" },
    { "model", "reasoning_budget = 9", "'reasoning_budget' must be a table, not the number 9" },
    { "model", 'tags = "cheap"', "'tags' must be a list of strings, not the string \"cheap\"" },
    { "provider", 'tags = { "" }', "'tags[1]' is empty" },
    { "model", 'structured_output = 1', "'structured_output' must be true or false, not the number 1" },
    { "model", 'output_modalities = { "smell" }',
      "'output_modalities[1]' must be \"text\", \"image\", \"pdf\", \"audio\" or \"video\", not \"smell\"" },
    { "model", 'reasoning = "yes"', "'reasoning' must be true or false, not the string \"yes\"" },
    { "gateway", "enabled = 0", "'enabled' must be true or false, not the number 0" },
    -- numbers and their ranges
    { "model", 'context_window = "200K"', "'context_window' must be a whole number, not the string \"200K\"" },
    { "model", "context_window = 0.5", "'context_window' must be a whole number, not the number 0.5" },
    { "model", "context_window = 0", "'context_window' must be between 1 and 1000000000, not 0" },
    { "model", "max_output_tokens = -1", "'max_output_tokens' must be between 1 and 1000000000, not -1" },
    { "model", "max_input_tokens = 2000000000", "'max_input_tokens' must be between 1 and 1000000000, not 2000000000" },
    { "model", 'price = { input = "5" }', "'price.input' must be a number, not the string \"5\"" },
    { "model", "price = { input = -1 }", "'price.input' must be between 0 and 1000000, not -1" },
    { "model", "price = { output = 1 / 0 }", "'price.output' must be between 0 and 1000000, not inf" },
    { "provider", 'timeout = "20 seconds"', "'timeout' must be a number of seconds, not the string \"20 seconds\"" },
    { "provider", "timeout = 0", "'timeout' must be between 0.001 and 3600, not 0" },
    { "provider", "timeout = 2 * hours", "'timeout' must be between 0.001 and 3600, not 7200" },
    { "gateway", "timeout = -1", "'timeout' must be between 0.001 and 3600, not -1" },
    { "validate", "deadline = 2 * days", "'deadline' must be between 0.001 and 86400, not 172800" },
    { "validate", "keep_stale = -1", "'keep_stale' must be between 0 and 31536000, not -1" },
    -- dates
    { "model", 'release_date = "soon"', "'release_date' must be a date such as \"2026-11-30\", not the string \"soon\"" },
    { "model", 'retires = "30-11-2026"', "'retires' must be a date such as \"2026-11-30\", not the string \"30-11-2026\"" },
    { "model", 'retires = "2026-13-01"', "'retires' must be a date such as \"2026-11-30\", not the string \"2026-13-01\"" },
    { "model", 'knowledge_cutoff = "2026-00"', "'knowledge_cutoff' must be a date such as \"2026-11-30\", not the string \"2026-00\"" },
    { "model", 'release_date = "2026-02-29"', "'release_date' must be a date such as \"2026-11-30\", not the string \"2026-02-29\"" },
    { "model", 'retires = "2026-09-31"', "'retires' must be a date such as \"2026-11-30\", not the string \"2026-09-31\"" },
    { "model", 'release_date = "2026-02-32"', "'release_date' must be a date such as \"2026-11-30\", not the string \"2026-02-32\"" },
    { "model", "retires = 2026", "'retires' must be a date such as \"2026-11-30\", not the number 2026" },
    -- lists and tables
    { "model", 'aliases = "x"', "'aliases' must be a list of strings, not the string \"x\"" },
    { "model", "aliases = { 5 }", "'aliases[1]' must be a string, not the number 5" },
    { "model", 'aliases = { "x", "y\\n" }', "'aliases[2]' contains a control character" },
    { "model", 'aliases = { x = "y" }', "'aliases' must be a list of strings, not a table with the key 'x'" },
    { "model", 'formerly = { [2] = "y", [4] = "z" }', "'formerly' must be a list of strings, not a table with the number 2 as a key" },
    { "provider", 'headers = "x-org: one"', "'headers' must be a table of strings, not the string \"x-org: one\"" },
    { "provider", 'headers = { ["x-org"] = 5 }', "'headers.x-org' must be a string, not the number 5" },
    { "provider", 'headers = { ["x-org"] = "a\\r\\nx-evil: b" }', "'headers.x-org' contains a control character" },
    { "gateway", "segments = { acme = false }", "'segments.acme' must be a string, not false" },
    { "gateway", "providers = true", "'providers' must be a list of strings, not true" },
    { "model", 'former_windows = { m = "4K" }', "'former_windows.m' must be a whole number, not the string \"4K\"" },
    { "model", "former_windows = { m = 0 }", "'former_windows.m' must be between 1 and 1000000000, not 0" },
    { "model", "former_windows = 5", "'former_windows' must be a table of whole numbers, not the number 5" },
    -- values that only words of the language make
    { "provider", "auth = 3", "'auth' must be bearer or header \"NAME\", not the number 3" },
    { "provider", "auth = secret \"X\"", "'auth' must be bearer or header \"NAME\", not a secret" },
    { "provider", "credential = 5", "'credential' must be secret \"NAME\", or a list of those, not the number 5" },
    { "provider", "credential = bearer", "'credential' must be secret \"NAME\", or a list of those, not a way to send a key" },
    { "provider", 'list = "/models"', "'list' must be a request: get(...) or post(...), not the string \"/models\"" },
    { "provider", 'prove = get "/key"', "'prove' must be a list of functions or requests, not a table" },
    { "provider", "prove = { 3 }", "'prove' must be a list of functions or requests, not the number 3" },
    { "provider", "loopback = 1", "'loopback' must be true or false, not the number 1" },
    { "provider", 'prove_key = { path = "/key" }', "'prove_key' must be a request: get(...) or post(...), not a table" },
    { "protocol", 'list = function () end', "'list' must be a request: get(...) or post(...), not a function" },
    { "protocol", "read_list = 5", "'read_list' must be a function, not the number 5" },
    { "protocol", "generate = {}", "'generate' must be a function, not a table" },
    { "protocol", 'verdict = "ready"', "'verdict' must be a function, not the string \"ready\"" },
    { "protocol", 'prove = get "/x"', "'prove' must be a list of functions or requests, not a table" },
    { "protocol", "prove = { 5 }", "'prove' must be a list of functions or requests, not the number 5" },
    { "protocol", "prove = { first = function () end }", "'prove' must be a list of functions or requests, not a table with the key 'first'" },
  }
  for _, mistake in ipairs(mistakes) do
    local block, text, message = mistake[1], mistake[2], mistake[3]
    it(("in %s { %s } is reported at its line: %s"):format(block, text, message), function ()
      assert.same({ ("x.lua:3: %s: %s"):format(names[block], message) }, lint(blocks[block](text)))
    end)
  end

  it("in a price that is not a number is reported at its line", function ()
    local found = lint(blocks.model "price = { input = 0 / 0 }")
    assert.equal(1, #found)
    has(found[1], "x.lua:3: model 'm': 'price.input' must be a number, not the number ")
  end)

  it("in a former window without an id is reported at its line", function ()
    local found = lint(blocks.model "former_windows = { 4000 }")
    assert.equal(1, #found)
    has(found[1], "x.lua:3: model 'm': 'former_windows")
  end)

  it("in the name of a header is reported at its line", function ()
    for _, name in ipairs { "a b", "x\\r\\nx-evil", "x:", "" } do
      local found = lint(provider(('headers = { ["%s"] = "v" }'):format(name)))
      assert.equal(1, #found, name)
      has(found[1], "x.lua:3: provider 'acme': 'headers")
    end
  end)

  it("in a long block is reported at the line of the field", function ()
    assert.same({ "x.lua:7: provider 'acme': 'title' must be a string, not the number 5" },
      lint '\nprovider "acme" {\n  protocol = "openai-chat",\n  base_url = "https://api.acme.test",\n  title = 5,\n}')
  end)

  it("in a string is reported with the string, shortened and without control bytes", function ()
    assert.same({ "x.lua:3: provider 'acme': 'enabled' must be true or false, not the string \"" .. ("x"):rep(40) .. "...\"" },
      lint(provider('enabled = "' .. ("x"):rep(500) .. '"')))
    assert.same({ "x.lua:3: provider 'acme': 'enabled' must be true or false, not the string \"a [31m b\"" },
      lint(provider 'enabled = "a\\27[31m\\n\\tb"'))
  end)
end)

describe("An address", function ()
  local wrong = {
    { "api.acme.test", "does not begin with https:// or http://" },
    { "ftp://api.acme.test", "does not begin with https:// or http://" },
    { "https://", "has no valid host name" },
    { "https://api acme.test", "contains a space or another character that a URL cannot have" },
    { "https://api.acme.test/#top", "has a fragment (#...): remove that part" },
    { "https://api.acme.test:99999", "has no valid port" },
    { "https://api.acme.test:", "has no valid port" },
    { "https://b\xc3\xbccher.test", "contains a character outside ASCII" },
  }
  for _, case in ipairs(wrong) do
    it(("such as '%s' is refused because it %s"):format(case[1], case[2]), function ()
      assert.same({ ("x.lua:3: provider 'openai': 'base_url' \"%s\" %s"):format(case[1], case[2]) },
        lint(('provider "openai" { base_url = "%s" }'):format(case[1])))
    end)
  end

  it("with a user in it is refused, and not repeated", function ()
    assert.same({ "x.lua:3: provider 'openai': 'base_url' \"...\" names a user (user@host): credentials do not belong in a URL" },
      lint 'provider "openai" { base_url = "https://api.openai.com@127.0.0.1:18102/" }')
  end)

  it("with plain http is refused for a host that is not local, unless plain_http is true", function ()
    assert.same({ "x.lua:3: provider 'acme': base_url 'http://api.acme.test' would send the key unencrypted: use https://, or write plain_http = true" },
      lint(provider 'base_url = "http://api.acme.test", credential = secret "ACME_API_KEY"'))
    assert.same({ "x.lua:3: provider 'acme': base_url 'http://api.acme.test' is not encrypted, so that others on the way can read and change what is sent: " ..
      "use https://, or write plain_http = true" }, lint(provider 'base_url = "http://api.acme.test"'))
    assert.same({}, lint(provider 'base_url = "http://api.acme.test", plain_http = true'))
    for _, near in ipairs { "http://localhost:1", "http://a.localhost", "http://127.0.0.1", "http://[::1]:8080", "http://169.254.169.254" } do
      assert.same({}, lint(provider(('base_url = "%s"'):format(near))), near)
    end
  end)

  it("from the environment disables only its provider's models if it is invalid", function ()
    for _, bad in ipairs { "nonsense", "http://me:pw@x.test", "http://x.test\n", "a\tb" } do
      local document = support.models { env = { ANTHROPIC_BASE_URL = bad, ANTHROPIC_API_KEY = "k" } }
      assert.equal("disabled", support.entry(document, "claude-4.5-opus").state, bad)
      assert.equal("no_credential", support.entry(document, "gpt-5.5").state, bad)
    end
  end)

  it("of a gateway from the environment disables only the models behind the gateway if it is invalid", function ()
    for _, bad in ipairs { "nonsense", "http://me:pw@x.test", "http://x.test\r\n" } do
      local document, result = support.models { env = { LLM_GATEWAY = bad, ANTHROPIC_API_KEY = "k" } }
      assert.equal("disabled", support.entry(document, "claude-4.5-opus").state, bad)
      assert.falsy((result.out .. result.err):find("me:pw", 1, true))
    end
  end)

  it("of a gateway with a password in it is never repeated", function ()
    local found, result = support.lint { ["x.lua"] = 'gateway "gw" { base_url = "https://me:hunter2@gw.test" }' }
    assert.equal(1, #found)
    has(found[1], "x.lua:1: warning: gateway 'gw': base_url")
    assert.falsy((result.out .. result.err):find("hunter2", 1, true))
  end)
end)

describe("A wanted default from the environment", function ()
  it("does not keep the definitions from loading, however odd it is", function ()
    for _, odd in ipairs { "no-such-model", "gpt-5.5\n", "a\tb" } do
      local document = support.models { env = { DEFAULT_MODEL = odd } }
      assert.is_true(#document.unavailable > 0, odd)
      has(document.default_wanted, odd:match "^%g+")
    end
  end)
end)

describe("A reference", function ()
  local cases = {
    { "to an unknown provider", 'model "m" { provider = "anthropc" }', "model 'm': unknown provider 'anthropc' (did you mean 'anthropic'?)" },
    { "to a provider that resembles none", 'model "m" { provider = "zzzzzzzz" }', "model 'm': unknown provider 'zzzzzzzz'" },
    { "of a model to a provider that it does not name", 'model "m" {}', "model 'm': 'provider' is missing" },
    { "of a model to an unknown protocol", 'model "m" { provider = "anthropic", protocol = "anthropic-mesages" }',
      "model 'm': unknown protocol 'anthropic-mesages' (did you mean 'anthropic-messages'?)" },
    { "of a provider to an unknown protocol", 'provider "p" { protocol = "openai-chta", base_url = "https://p.test" }',
      "provider 'p': unknown protocol 'openai-chta' (did you mean 'openai-chat'?)" },
    { "of a provider to a protocol that it does not name", 'provider "p" { base_url = "https://p.test" }', "provider 'p': 'protocol' is missing" },
    { "of a provider to an address that it does not name", 'provider "p" { protocol = "openai-chat" }', "provider 'p': 'base_url' is missing" },
    { "to an unknown replacement", 'model "m" { provider = "anthropic", replacement = "gpt-5.55" }',
      "model 'm': unknown replacement 'gpt-5.55' (did you mean 'gpt-5.5'?)" },
    { "of a retired id to an unknown replacement", 'retired "old" { replacement = "gpt-5.55" }',
      "retired 'old': unknown replacement 'gpt-5.55' (did you mean 'gpt-5.5'?)" },
    { "of a gateway to an unknown provider", 'gateway "g" { providers = { "openai", "anthropc" } }',
      "gateway 'g': unknown provider 'anthropc' (did you mean 'anthropic'?)" },
    { "of a model to an unknown one in inherit", 'model "m" { provider = "anthropic", inherit = "gpt-5.55" }',
      "model 'm': inherits from unknown model 'gpt-5.55' (did you mean 'gpt-5.5'?)" },
    { "of a model to itself in inherit", 'model "m" { provider = "anthropic", inherit = "m" }', "model 'm': inherits from itself" },
  }
  for _, case in ipairs(cases) do
    it(case[1] .. " is an error", function () assert.same({ "x.lua:3: " .. case[3] }, lint(case[2])) end)
  end

  it("in a circle of inherit is an error, whatever the length of the circle", function ()
    for length = 2, 5 do
      local blocks = {}
      for i = 1, length do blocks[i] = ('model "c%d" { provider = "anthropic", inherit = "c%d" }'):format(i, i % length + 1) end
      local found = lint(table.concat(blocks, "\n"))
      assert.is_true(#found > 0, length)
      for _, line in ipairs(found) do has(line, "': inherits from itself through '") end
    end
  end)

  it("in a circle of protocols is an error too, and one that leads into the circle is not the fault of its block", function ()
    assert.same({ "x.lua:4: protocol 'b': inherits from itself through 'a'" },
      lint 'protocol "outside" { inherit = "a" } protocol "a" { inherit = "b" }\nprotocol "b" { inherit = "a" }')
    for length = 2, 5 do
      local blocks = {}
      for i = 1, length do blocks[i] = ('protocol "c%d" { inherit = "c%d" }'):format(i, i % length + 1) end
      local found = lint(table.concat(blocks, "\n"))
      assert.equal(1, #found)
      has(found[1], "': inherits from itself through '")
    end
    assert.same({ "x.lua:4: protocol 'b': inherits from itself" }, lint 'protocol "a" { inherit = "b" }\nprotocol "b" { inherit = "b" }')
  end)

  it("to a definition that comes later in another file is valid", function ()
    assert.same({}, (support.lint {
      ["a.lua"] = 'model "m" { provider = "acme", inherit = "n" } default { "n" }',
      ["b.lua"] = 'provider "acme" { protocol = "acme-chat", base_url = "https://a.test" }',
      ["c.lua"] = 'protocol "acme-chat" {} model "n" { provider = "acme" }',
    }))
  end)

  it("of a default or a role to an unknown model is only a warning", function ()
    local found, result = support.lint { ["x.lua"] = 'default { "gpt-5.55" }\nrole "cheap" { "gpt-5.5", "zzzzzzzz" }' }
    assert.same({ "x.lua:1: warning: default: unknown model 'gpt-5.55' (did you mean 'gpt-5.5'?)",
      "x.lua:2: warning: role 'cheap': unknown model 'zzzzzzzz'" }, found)
    assert.equal(0, result.status)
  end)
end)

describe("A spelling", function ()
  local cases = {
    { "an alias that is another model's id", 'aliases = { "claude-4.5-opus" }', "alias 'claude-4.5-opus' already leads to model 'claude-4.5-opus'" },
    { "an alias that is another model's alias", 'aliases = { "claude-opus-4-5" }', "alias 'claude-opus-4-5' already leads to model 'claude-4.5-opus'" },
    { "an alias that is another model's former id", 'aliases = { "claude-4-opus" }', "already leads to model" },
    { "a former id that is another model's id", 'formerly = { "claude-4.5-opus" }',
      "former id 'claude-4.5-opus' already leads to model 'claude-4.5-opus'" },
    { "a former id that is another model's alias", 'formerly = { "claude-opus-4-5" }',
      "former id 'claude-opus-4-5' already leads to model 'claude-4.5-opus'" },
    { "a former id that is another model's former id", 'formerly = { "claude-4-opus" }',
      "former id 'claude-4-opus' already leads to model 'claude-4.5-opus'" },
  }
  for _, case in ipairs(cases) do
    it("is an error that names both models if it is " .. case[1], function ()
      local found = lint(('model "m" { provider = "anthropic", %s }'):format(case[2]))
      assert.equal(1, #found)
      has(found[1], case[3])
      has(found[1], "model 'm'")
      has(found[1], "models.lua:")
    end)
  end

  it("is an error at the line of the second model if two new models have it", function ()
    assert.same({ "x.lua:4: model 'b': alias 'same' already leads to model 'a' (x.lua:3)" }, (function ()
      local config = support.config { ["x.lua"] = '--\n--\nmodel "a" { provider = "anthropic", aliases = { "same" } }\n' ..
        'model "b" { provider = "anthropic", aliases = { "same" } }' }
      local found = support.lint(config)
      for i, line in ipairs(found) do found[i] = line:gsub((config .. "/"):gsub("%p", "%%%0"), "") end
      return found
    end)())
  end)

  it("is only a warning if one model has it twice", function ()
    assert.same({ "x.lua:3: warning: model 'm': alias 'x' is listed twice" }, lint 'model "m" { provider = "anthropic", aliases = { "x", "x" } }')
  end)

  it("is an error if it is retired but still leads to a model", function ()
    local found = lint 'retired "claude-4-opus" {}'
    assert.equal(1, #found)
    has(found[1], "x.lua:3: retired 'claude-4-opus': still leads to model 'claude-4.5-opus' (older_models.lua:")
  end)

  it("must not be empty", function ()
    for _, list in ipairs { "aliases", "formerly" } do
      local found = lint(('model "m" { provider = "anthropic", %s = { "" } }'):format(list))
      assert.equal(1, #found)
      has(found[1], "x.lua:3: model 'm': '" .. list .. "[1]'")
    end
  end)
end)

describe("An id that is defined twice", function ()
  local blocks = {
    { 'provider "a" { protocol = "openai-chat", base_url = "https://a.test" }', "provider 'a'" },
    { 'model "a" { provider = "anthropic" }', "model 'a'" },
    { 'gateway "a" {}', "gateway 'a'" },
    { 'protocol "a" {}', "protocol 'a'" },
    { 'retired "a" {}', "retired 'a'" },
    { 'role "a" {}', "role 'a'" },
    { 'rule "a" (function () end)', "rule 'a'" },
    { "default {}", "default" },
    { "validate {}", "validate" },
  }
  for _, case in ipairs(blocks) do
    it(("within one directory is an error for %s"):format(case[2]), function ()
      local config = support.config { ["a.lua"] = "\n" .. case[1], ["b.lua"] = "\n\n" .. case[1] }
      local found = support.lint(config)
      assert.equal(1, #found)
      has(found[1], ("b.lua:3: %s is defined twice in one directory (first at %s/a.lua:2)"):format(case[2], config))
    end)
  end

  it("in two kinds of blocks is not an error, so that a provider and a gateway may share a name", function ()
    assert.same({}, lint(provider() .. 'gateway "acme" {} role "acme" {}'))
  end)
end)

describe("An id", function ()
  it("has 1 to 200 bytes and no control bytes", function ()
    for _, id in ipairs { "", ("x"):rep(201), "a\\nb", "a\\0b", "a\\127" } do
      local found = lint(('model "%s" { provider = "anthropic" }'):format(id))
      assert.same({ "x.lua:3: model: an id has 1 to 200 bytes and no control characters" }, found, id)
    end
    assert.same({}, lint(('model "%s" { provider = "anthropic" }'):format(("x"):rep(200))))
  end)

  it("may hold any other text, and is shown as it was written", function ()
    local id = "org/m\xc3\xbc \"1\" <b>"
    local document = support.offline { ["x.lua"] = 'model [[' .. id .. ']] { provider = "anthropic" }' }
    assert.truthy(support.entry(document, id))
  end)
end)

describe("A word that is used wrongly", function ()
  local cases = {
    { 'provider { title = "x" }', "provider: begins with a name, as in provider \"name\" { ... }" },
    { "model(5) {}", "model: begins with a name, as in model \"name\" { ... }" },
    { 'model "m" "x"', "model 'm': takes a table, as in model \"m\" { ... }" },
    { 'gateway "g" (5)', "gateway 'g': takes a table, as in gateway \"g\" { ... }" },
    { 'role "cheap" "gpt-5.5"', "role 'cheap': takes a table, as in role \"cheap\" { ... }" },
    { 'default "gpt-5.5"', "default: takes a table, as in default { ... }" },
    { "validate()", "validate: takes a table, as in validate { ... }" },
    { 'rule "r" {}', "rule 'r': takes a function, as in rule \"r\" (function (model, host) ... end)" },
    { 'document "d" {}', "document 'd': takes a function, as in document \"d\" (function (snapshot) ... end)" },
    { "local a = list(5)", "list: takes a table, as in list { ... }" },
    { 'local a = header "x y"', "header: 'x y' is not the name of a header" },
    { 'local a = get("/x", 5)', 'the query of get is a table, as in get("/models", { limit = 1000 })' },
    { 'local a = post "/x"', [[post takes a path and a table, as in post("/chat", { ... })]] },
    { "local a = via(5)", 'via: takes the id of a gateway or an address, not the number 5: write via "ID" or via "https://..."' },
    { "local a = refuse()", 'refuse takes the reason, as in refuse "not in the EU"' },
    { "local a = setting()", "setting: takes the name of a variable, as in setting \"NAME\"" },
  }
  for _, case in ipairs(cases) do
    it(("is reported at its line, as in %s"):format(case[1]), function () assert.same({ "x.lua:3: " .. case[2] }, lint(case[1])) end)
  end

  it("is also reported if it is a verb inside a rule, where definitions are no longer possible", function ()
    for _, verb in ipairs { 'provider "z"', 'model "z"', 'gateway "z"', 'protocol "z"', 'retired "z"', 'role "z"', "default", "validate", 'rule "z"',
      'document "z"' } do
      local found = support.lint({ ["x.lua"] = described() .. '\nrule "r" (function () ' .. verb .. ' {} end)' }, { "--no-builtin" })
      assert.equal(1, #found, verb)
      has(found[1], "the definitions have been read already: this belongs at the top level of a file")
      has(found[1], "x.lua:3: rule")
    end
  end)
end)

describe("An unknown word", function ()
  local cases = {
    { 'modle "m" { provider = "anthropic" }', "unknown word 'modle' (did you mean 'model'?)" },
    { 'local x = sting.upper "x"', "unknown word 'sting' (did you mean 'string'?)" },
    { "local x = os.time()", [[unknown word 'os': a variable is read with setting "NAME", or with secret "NAME" where it holds a key]] },
    { "local x = zzzzzzzzzzzz", "unknown word 'zzzzzzzzzzzz'" },
    { "local x = _G", "unknown word '_G'" },
  }
  for _, case in ipairs(cases) do
    it(("is reported with the nearest known one, if any, as in %s"):format(case[1]), function () assert.same({ "x.lua:3: " .. case[2] }, lint(case[1])) end)
  end

  it("does not hide the other mistakes of its block and its file", function ()
    assert.same({
      "x.lua:3: unknown word 'secrt' (did you mean 'secret'?)",
      "x.lua:3: unknown word 'hedaer' (did you mean 'header'?)",
      "x.lua:3: unknown word 'secnds' (did you mean 'seconds'?)",
      "x.lua:3: provider 'acme': unknown key 'titel' (did you mean 'title'?)",
      "x.lua:4: model 'm': 'tier' must be \"flagship\", \"balanced\", \"fast\" or \"specialist\", not \"x\"",
    }, lint(provider 'credential = secrt "X", auth = hedaer "y", timeout = 5 * secnds, titel = 1' .. '\nmodel "m" { provider = "acme", tier = "x" }'))
  end)

  it("cannot be assigned unless it is declared local", function ()
    assert.same({ "x.lua:3: assignment to undeclared 'count': write `local count = ...`" }, lint "count = 5")
    assert.same({ "x.lua:3: assignment to undeclared 'tidy': write `local tidy = ...`" }, lint "function tidy() end")
    assert.same({ [[x.lua:3: a block is written provider "NAME" { ... }, without '=']] }, lint "provider = 5")
  end)
end)

describe("A key in a file", function ()
  it("is refused, and not repeated", function ()
    local function told(text, message)
      local found, result = support.lint { ["x.lua"] = text }
      assert.same({ "x.lua:1: " .. message }, found)
      assert.falsy((result.out .. result.err):find("canary", 1, true))
    end
    told(provider 'credential = "sk-canary-0123456789"',
      "provider 'acme': 'credential' is a string: never put a key into a file; set a variable and write secret \"NAME\"")
    told('local c = secret "sk-canary-0123456789"',
      "secret: that is not the name of a variable: put the key into a variable and name that one here")
    told('local c = secret { env = "sk-canary-0123456789" }',
      "secret: that is not the name of a variable: put the key into a variable and name that one here")
  end)

  it("is refused as the value of auth, and not repeated", function ()
    local found, result = support.lint { ["x.lua"] = provider 'auth = "sk-canary-0123456789"' }
    assert.equal(1, #found)
    has(found[1], "x.lua:1: provider 'acme': 'auth' must be bearer or header \"NAME\"")
    assert.falsy((result.out .. result.err):find("canary", 1, true))
  end)
end)

describe("The word secret", function ()
  local usage = "secret: give the name of a variable, as in secret \"ACME_API_KEY\", or secret { env = \"ACME_API_KEY\", file = \"/path\" }"
  local cases = {
    { "secret()", usage }, { "secret(7)", usage }, { "secret {}", usage }, { 'secret { env = "" }', usage }, { "secret { env = 5 }", usage },
    { 'secret { file = "" }', usage },
    { 'secret { env = "A", fiel = "x" }', "secret: unknown key 'fiel' (did you mean 'file'?)" },
    { 'secret { "ACME_API_KEY" }', 'secret: takes one name, and several are a list of secrets: write secret "ACME_API_KEY"' },
    { 'secret { env = "A", label = "a b" }',
      "secret: 'label' is a short word of letters, digits, '-', '_' and '.', as in label = \"work\"" },
    { 'secret { helper = "vault read" }',
      "secret: 'helper' is a list, the program and its arguments, as in helper = { \"/usr/bin/vault\", \"read\" }" },
    { 'secret { helper = {} }',
      "secret: 'helper' is a list, the program and its arguments, as in helper = { \"/usr/bin/vault\", \"read\" }" },
    { 'secret { helper = { "a", 1 } }', "secret: 'helper' contains something that is not a string" },
    { 'secret { helper = { "" } }', "secret: 'helper' contains something that is not a string" },
    { 'secret { helper = { "a" }, ttl = "2h" }', "secret: 'ttl' is a time, as in ttl = 2 * hours" },
    { 'secret { helper = { "a" }, timeout = 0 }', "secret: 'timeout' is a time, as in timeout = 2 * hours" },
    { 'secret { env = "A", ttl = 60 }', "secret: 'ttl', 'timeout' and 'interactive' are for a helper, and there is none" },
    { 'secret { env = "A", interactive = true }', "secret: 'ttl', 'timeout' and 'interactive' are for a helper, and there is none" },
    { 'secret { helper = { "a" }, interactive = "yes" }', "secret: 'interactive' is true or false" },
    { 'secret ""', "secret: that is not the name of a variable: put the key into a variable and name that one here" },
    { 'secret "1ST"', "secret: that is not the name of a variable: put the key into a variable and name that one here" },
  }
  for _, case in ipairs(cases) do
    it(("is reported at its line if it is used wrongly, as in %s"):format(case[1]), function ()
      assert.same({ "x.lua:3: " .. case[2] }, lint("local c = " .. case[1]))
    end)
  end
end)

describe("The word setting", function ()
  it("refuses names that look like secrets", function ()
    for _, name in ipairs { "ACME_API_KEY", "ACME_TOKEN", "ACME_SECRET" } do
      assert.same({ ("x.lua:3: setting '%s': looks like a secret: write credential = secret \"%s\""):format(name, name) },
        lint(('local x = setting "%s"'):format(name)))
    end
  end)

  it("refuses a variable that a block names as a secret, whichever comes first, in one file or in several", function ()
    local block = 'provider "acme" { protocol = "openai-chat", base_url = "https://acme.test", %s }'
    local secret, read = block:format 'credential = secret "ACME_PAT"', 'local pat = setting("ACME_PAT", "none")'
    local env = { "--no-builtin", env = { ACME_PAT = "s3same-0pen" } }
    local function short(files, options)
      local found = support.lint(files, options)
      for i, line in ipairs(found) do found[i] = line:gsub("/%S*/", "") end
      return found
    end
    local first = "setting: 'ACME_PAT' is a secret of 'acme' (%s:1), and scripts never see one: leave this out, or read a variable of another name"
    local later = "secret: 'ACME_PAT' is read with setting at %s:1, and scripts never see a secret: leave that out, or name another variable here"
    assert.same({ "x.lua:2: " .. first:format "x.lua" }, (short({ ["x.lua"] = secret .. "\n" .. read }, env)))
    assert.same({ "b.lua:1: " .. first:format "a.lua" }, (short({ ["a.lua"] = secret, ["b.lua"] = read }, env)))
    assert.same({ "b.lua:1: " .. later:format "a.lua" }, (short({ ["a.lua"] = read, ["b.lua"] = secret }, env)))
    assert.same({ "x.lua:1: " .. later:format "x.lua" }, (short({ ["x.lua"] = block:format 'title = setting "ACME_PAT", credential = secret "ACME_PAT"' }, env)))
    assert.same({ "a.lua:1: " .. later:format "a.lua" }, (short({ ["a.lua"] = 'local pat = setting "ACME_PAT"; ' ..
      block:format 'auth = aws_sigv4 { key_id = secret "ACME_PAT" }' }, env)))
    local json = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://acme.test", "headers": { "x": { "secret": "ACME_PAT" } } } } }'
    assert.same({ "b.lua:1: " .. first:format "a.json" }, (short({ ["a.json"] = json, ["b.lua"] = read }, env)))
    assert.same({ "b.json:1: " .. later:format "a.lua" }, (short({ ["a.lua"] = read, ["b.json"] = json }, env)))
    assert.same({ "a.lua:1: " .. first:format "a.lua" }, (short({ ["a.lua"] = secret .. read }, { "--no-builtin" })), "as long as it is unset, too")
  end)

  it("of a shipped file does not keep a block from naming the same variable as a secret", function ()
    assert.same({}, (support.lint({ ["a.lua"] = 'provider "openai" { headers = { ["openai-organization"] = secret "OPENAI_ORG_ID" } }' },
      { env = { OPENAI_ORG_ID = "org-acme", DEFAULT_MODEL = "gpt-5.5" } })))
  end)

  it("reads what is no secret in rules, and fails there for what is one", function ()
    local text = 'provider "acme" { protocol = "openai-chat", base_url = "https://acme.test", credential = secret "ACME_PAT" }\n' ..
      'model "m" { provider = "acme" }\nrule "r" (function (model) if setting "ACME_ON" then return refuse("is " .. setting "%s") end end)'
    local env = { ACME_ON = "yes", ACME_PAT = "s3same-0pen", ACME_ZONE = "eu" }
    local fine = support.offline({ ["a.lua"] = text:format "ACME_ZONE" }, { "--no-builtin", env = env })
    assert.equal("rule 'r' refused it: is eu", support.entry(fine, "m").reason)
    local found = support.lint({ ["a.lua"] = text:format "ACME_PAT" }, { "--no-builtin", env = env })
    has(found[1], "rule 'r' failed for model 'm': setting: 'ACME_PAT' is a secret of 'acme' (")
  end)

  it("takes names that merely contain such a word", function () assert.same({}, lint 'local x = setting "TOKEN_LIMIT"') end)
end)

describe("A file", function ()
  it("with a syntax error is reported with the line of the error", function ()
    assert.same({ "x.lua:4: 'title' has no value: write one after the '='" }, lint '\nprovider "a" { title = }')
    assert.same({ "x.lua:3: this '{' is never closed: '}' is missing at the end of the file" }, lint 'provider "a" {\n  title = "x"\n')
    assert.same({ [[x.lua:3: this string is never closed: " is missing at its end]] }, lint 'provider "x')
  end)

  it("that fails when it runs is reported with the line of the failure", function ()
    assert.same({ "x.lua:4: attempt to index a nil value (local 'x')" }, lint "local x\nlocal y = x.z")
    assert.same({ "x.lua:3: too old" }, lint 'error "too old"')
    assert.same({ "x.lua:3: no" }, lint 'local function check(ok) if not ok then error("no", 2) end end check(false)')
  end)

  it("that raises an error which is not a string is reported as such", function ()
    for _, raised in ipairs { "error({})", "error()", "error(true)" } do
      local found = lint(raised)
      assert.equal(1, #found, raised)
      assert.falsy(found[1]:find("too long", 1, true), found[1])
    end
  end)

  it("with an error does not hide the mistakes before it, nor those of the other files", function ()
    assert.same({
      "a.lua:1: 'oops' alone is not a definition: write a block, as in provider \"NAME\" { ... }",
      "b.lua:1: model 'b': 'tier' must be \"flagship\", \"balanced\", \"fast\" or \"specialist\", not \"x\"",
      "b.lua:2: enough",
      "c.json:1: is not valid JSON: this '{' is never closed: '}' is missing at the end of the file",
      "d.lua:1: model 'd': unknown key 'teir' (did you mean 'tier'?)",
    }, (support.lint {
      ["a.lua"] = "oops oops",
      ["b.lua"] = 'model "b" { provider = "anthropic", tier = "x" }\nerror "enough"',
      ["c.json"] = "{",
      ["d.lua"] = 'model "d" { provider = "anthropic", teir = "fast" }',
    }))
  end)

  it("may begin with a byte order mark, and may be empty", function ()
    assert.same({}, (support.lint { ["a.lua"] = "\xef\xbb\xbf" .. provider(), ["b.lua"] = "", ["c.lua"] = "\xef\xbb\xbf" }))
  end)

  it("may have 4 MiB, and a mistake at its end is reported with the right line", function ()
    local long = provider() .. ("-- " .. ("x"):rep(96) .. "\n"):rep(20000)
    assert.same({}, (support.lint { ["a.lua"] = long }))
    local _, lines = long:gsub("\n", "")
    assert.same({ ("a.lua:%d: unknown word 'nonsense'"):format(lines + 1) },
      (support.lint { ["a.lua"] = "\xef\xbb\xbf" .. long .. "nonsense {}\n" }))
  end)

  it("may have the line endings of Windows", function ()
    assert.same({ "x.lua:2: provider 'acme': 'title' must be a string, not the number 5" },
      (support.lint { ["x.lua"] = "-- one\r\n" .. provider "title = 5" .. "\r\n" }))
  end)
end)

describe("The mistakes of a load", function ()
  local files = {
    ["models.lua"] = 'model "m" { provider = "acne", tier = "x" }\nmodel "n" { provider = "acme", aliases = 5 }\nmodel "n" { provider = "acme" }',
    ["providers.lua"] = provider "titel = 1" .. '\nprovider "b" { protocol = "openai-chat" }',
    ["rules.lua"] = "rul",
  }
  local expected = {
    "models.lua:1: model 'm': unknown provider 'acne' (did you mean 'acme'?)",
    "models.lua:1: model 'm': 'tier' must be \"flagship\", \"balanced\", \"fast\" or \"specialist\", not \"x\"",
    "models.lua:2: model 'n': 'aliases' must be a list of strings, not the number 5",
    "models.lua:3: model 'n' is defined twice in one directory (first at CONFIG/models.lua:2): write its lines into that block",
    "providers.lua:1: provider 'acme': unknown key 'titel' (did you mean 'title'?)",
    "providers.lua:2: provider 'b': 'base_url' is missing",
    "rules.lua:1: 'rul' alone is not a definition: write a block, as in provider \"NAME\" { ... }",
  }

  local function placed(config)
    local list = {}
    for i, line in ipairs(expected) do list[i] = line:gsub("CONFIG", config) end
    return list
  end

  it("are reported together", function ()
    local config = support.config(files)
    assert.same(placed(config), (support.lint(config)))
  end)

  it("are printed by lint one per line, with their number", function ()
    local config = support.config(files)
    local result = support.roster({ "lint", config })
    assert.equal(1, result.status)
    local lines = {}
    for line in result.out:gmatch "[^\n]+" do lines[#lines + 1] = line end
    assert.equal("7 errors, 0 warnings", lines[#lines])
    for _, line in ipairs(placed(config)) do has("\n" .. support.printed(result.out), "\n" .. config .. "/" .. line .. "\n") end
  end)

  it("stop every verb with status 2 before any request", function ()
    for _, verb in ipairs { "models", "providers", "check" } do
      local config = support.config(files)
      local result = support.roster({ verb }, { config = config })
      assert.equal(2, result.status, verb)
      assert.equal("", result.out)
      for _, line in ipairs(placed(config)) do has(support.printed(result.err), config .. "/" .. line .. "\n") end
    end
  end)

  it("become one error with --json, which has the message and the place of the first", function ()
    local config = support.config { ["x.lua"] = "\n" .. provider "titel = 1" }
    local result = support.roster({ "models", "--json" }, { config = config })
    assert.equal(2, result.status)
    local err = result.json().error
    assert.equal("definitions", err.code)
    assert.equal(config .. "/x.lua", err.file)
    assert.equal(2, err.line)
    assert.equal("provider 'acme': unknown key 'titel' (did you mean 'title'?)", err.message)
  end)

  it("are reported in the same order every time", function ()
    local config = support.config { ["x.lua"] = provider "aa = 1, bb = 1, cc = 1, dd = 1, ee = 1, ff = 1, gg = 1, hh = 1" }
    local first = support.lint(config)
    assert.equal(8, #first)
    for _ = 1, 5 do assert.same(first, (support.lint(config))) end
  end)

  it("are reported once each: a wrong value does not count as missing too", function ()
    assert.same({ "x.lua:3: provider 'p': 'base_url' must be a URL, not the number 5" }, lint 'provider "p" { protocol = "openai-chat", base_url = 5 }')
    assert.same({ "x.lua:3: provider 'p': 'protocol' must be a string, not the number 5" }, lint 'provider "p" { protocol = 5, base_url = "https://p.test" }')
    assert.same({ "x.lua:3: model 'm': 'provider' must be a string, not the number 5" }, lint 'model "m" { provider = 5 }')
    assert.same({ "x.lua:3: model 'm': inherits from unknown model 'zzzzzzzz'" }, lint 'model "m" { inherit = "zzzzzzzz" }')
    assert.same({ "x.lua:3: unknown word 'prtocol' (did you mean 'protocol'?)" }, lint 'provider "p" { protocol = prtocol, base_url = "https://p.test" }')
  end)
end)

describe("Definitions in JSON", function ()
  local function json(text) return (support.lint { ["x.json"] = text }) end

  -- The blocks of models of a file with many of them are read from its text, and what is out of the ordinary in them as everywhere.
  it("may hold many models, each of which is what it would be alone", function ()
    local blocks = {
      [["m1": { "provider": "p", "context_window": 128000, "price": { "input": 0.25, "output": 10, "cache_read": 0.123456789012345678 } }]],
      [["m2": { "provider": "p", "description": "caf\u00e9 \"x\"", "aliases": [], "input_modalities": ["text", "image"] }]],
      [["m3": { "provider": "p", "price": { "input": 3 }, "family": null, "tool_call": true, "extra": { "a": [1, {}] } }]],
      [["m4":{"provider":"p","api_name":{"setting":"NAME_OF_MODEL","fallback":"x"}}]],
      [["m5": { "provider": "p", "context_window": -5, "max_output_tokens": 1.5, "price": { "input": -0.5, "output": "3" } }]],
      [["m6" : { "provider" : "q" , "contxt_window" : 1 }]],
      [["m7": { "provider": "p", "family": ["x"], "aliases": [null, { "setting": "A" }, 3] }]],
      [["": { "provider": "p" }]], [["m8": {}]], [["m9": { "provider": "p", "price": {}, "context_window": 1e3 }]],
    }
    local function told(chosen)
      local file = [[{ "provider": { "p": { "protocol": "openai-chat", "base_url": "https://p.test", "title": "P" } }, "model": {]]
      local found = support.lint { ["x.json"] = file .. "\n" .. table.concat(chosen, ",\n") .. "}}" }
      for i, finding in ipairs(found) do found[i] = finding:gsub("^x%.json:%d+", "") end
      return found
    end
    local alone = {}
    for _, block in ipairs(blocks) do
      for _, finding in ipairs(told { block }) do alone[#alone + 1] = finding end
    end
    local together = told(blocks)
    table.sort(alone)
    table.sort(together)
    assert.same(alone, together)
    assert.is_true(#alone >= 8)
    local good = { blocks[1], blocks[2], blocks[3] }
    for i = 4, 9 do good[i] = ([["n%d": { "provider": "p" }]]):format(i) end
    local function documents(chosen)
      local document = support.offline { ["x.json"] = [[{ "provider": { "p": { "protocol": "openai-chat", "base_url": "https://p.test", "title": "P" } },
        "model": {]] .. "\n" .. table.concat(chosen, ",\n") .. "}}" }
      local by_id = {}
      for _, one in ipairs(document.models) do by_id[one.id] = one end
      return by_id
    end
    local few, many = documents { blocks[1], blocks[2], blocks[3] }, documents(good)
    for _, id in ipairs { "m1", "m2", "m3" } do assert.same(few[id], many[id]) end
    local twice = { blocks[1], blocks[1] }
    for i = 3, 10 do twice[i] = ([["n%d": { "provider": "p" }]]):format(i) end
    has(told(twice)[1], "m1")
    assert.equal(1, #told(twice))
  end)

  it("take the same blocks and fields as in Lua", function ()
    local cjson = require "cjson"
    local document = support.offline({ ["x.json"] = [[
      { "provider": { "acme": { "title": "Acme", "protocol": "openai-chat", "base_url": "https://api.acme.test", "timeout": 2.5,
                                "credential": { "secret": "ACME_API_KEY" }, "auth": { "header": "x-acme" }, "headers": { "x-org": "one" },
                                "override": { "setting": "ACME_BASE_URL" } } },
        "model": { "m": { "provider": "acme", "api_name": "acme/m", "context_window": 200000, "price": { "input": 0.5, "output": 2 },
                          "aliases": ["m-1"], "reasoning": true, "release_date": "2026-09-24", "family": null } },
        "gateway": { "gw": { "base_url": { "setting": "LLM_GATEWAY" }, "segments": { "acme": "ac" } } },
        "retired": { "gone": { "replacement": "m" } },
        "role": { "cheap": ["m", "m-1"] },
        "default": { "wanted": "m", "models": ["m"] },
        "validate": { "level": "credential" } }]] }, { "--no-builtin", env = { ACME_API_KEY = "k" } })
    local m = support.entry(document, "m")
    assert.equal("Acme", m.provider)
    assert.equal("$ACME_API_KEY", m.source)
    assert.equal("acme/m", m.api_name)
    assert.equal(200000, m.context_window)
    assert.equal(0.5, m.price.input)
    assert.same({ "m-1" }, m.aliases)
    assert.is_true(m.reasoning)
    assert.equal(cjson.null, m.family)
    assert.equal("", document.roles.cheap)
  end)

  it("take credentials, auth and headers, which requests then have", function ()
    local function asked(env)
      return support.roster({ "request", "m", "--no-builtin" }, { env = env, config = { ["x.json"] = [[
        { "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://api.acme.test", "credential": { "secret": { "env": "ACME_API_KEY" } },
                                  "auth": { "header": "x-acme" }, "headers": { "x-org": "one" }, "override": { "setting": "ACME_BASE_URL" } } },
          "model": { "m": { "provider": "acme" } } }]] } }).out
    end
    has(asked(), "curl 'https://api.acme.test/v1/chat/completions'")
    has(asked(), '-H "x-acme: $ACME_API_KEY"')
    has(asked(), "-H 'x-org: one'")
    assert.same({}, json '{"provider":{"p":{"protocol":"openai-chat","base_url":"https://p.test","auth":"bearer","list":{"get":"/catalog"}}}}')
  end)

  it("take secrets and null among the headers, as in Lua", function ()
    local config = support.config {
      ["x.json"] = '{"provider":{"anthropic":{"headers":{"anthropic-version":null,"x-org":{"secret":"ACME_ORG"}}}}}',
    }
    assert.same({}, (support.lint(config)))
    local text = support.roster({ "request", "claude-4.5-opus" }, { config = config, env = { ACME_ORG = "org-0123456789" } }).out
    assert.falsy(text:find("anthropic-version", 1, true))
    has(text, '-H "x-org: $ACME_ORG"')
  end)

  it("remove with null what an earlier file set", function ()
    local document = support.offline { ["x.json"] = '{"provider":{"anthropic":{"credential":null}}}' }
    assert.equal("keyless", support.entry(document, "claude-4.5-opus").source)
  end)

  local mistakes = {
    { '{ "modle": {} }', "unknown word 'modle' (did you mean 'model'?)" },
    { '{ "rule": {} }', "unknown word 'rule': it has functions, so write it into a .lua file" },
    { '{ "provider": 3 }', 'provider: must be an object: write "provider": { "ID": { ... } }' },
    { '{ "provider": { "x": 3 } }', "provider 'x': must be an object" },
    { '{ "role": { "x": "gpt-5.5" } }', "role 'x': must be an array of model ids" },
    { '{ "validate": { "lvel": "prove" } }', "validate: unknown key 'lvel' (did you mean 'level'?)" },
    { '{ "model": { "m": { "provider": "anthropic", "tier": "x" } } }',
      "model 'm': 'tier' must be \"flagship\", \"balanced\", \"fast\" or \"specialist\", not \"x\"" },
    { '{ "model": { "m": { "provider": "anthropic", "context_window": 1e30 } } }',
      "model 'm': 'context_window' must be a whole number, not the number 1e+30" },
    { '{ "model": { "m": { "provider": "anthropic", "aliases": ["a", null] } } }', "model 'm': 'aliases[2]' must be a string, not null" },
    { '{ "provider": { "openai": { "credential": "sk-canary" } } }',
      "provider 'openai': 'credential' is a string: never put a key into a file; set a variable and write { \"secret\": \"NAME\" }" },
    { '{ "model": { "m": { "provider": "anthropc" } } }', "model 'm': unknown provider 'anthropc' (did you mean 'anthropic'?)" },
    { '{ "provider": { "openai": { "override": { "setting": "ACME_API_KEY" } } } }',
      "setting 'ACME_API_KEY': looks like a secret: write \"credential\": { \"secret\": \"ACME_API_KEY\" }" },
    { '{ "model": { "": { "provider": "anthropic" } } }', "model: an id has 1 to 200 bytes and no control characters" },
    { '{ "model": { "a\\u0007b": { "provider": "anthropic" } } }', "model: an id has 1 to 200 bytes and no control characters" },
  }
  for _, mistake in ipairs(mistakes) do
    it(("are checked like those in Lua, as in %s"):format(mistake[1]), function () assert.same({ "x.json:3: " .. mistake[2] }, json("\n\n" .. mistake[1])) end)
  end

  it("have their mistakes reported at the line of the block", function ()
    assert.same({ "x.json:3: model 'b': unknown key 'teir' (did you mean 'tier'?)" },
      json '{ "model": {\n  "a": { "provider": "anthropic" },\n  "b": { "provider": "anthropic", "teir": "fast" } } }')
  end)

  it("are read to the end even after a block with a mistake", function ()
    assert.same({
      "x.json:2: setting 'ACME_API_KEY': looks like a secret: write \"credential\": { \"secret\": \"ACME_API_KEY\" }",
      "x.json:3: model 'm': unknown key 'teir' (did you mean 'tier'?)",
    }, json '{ "provider": {\n "openai": { "override": { "setting": "ACME_API_KEY" } } },\n "model": { "m": { "provider": "anthropic", "teir": "fast" } } }')
  end)

  it("are strict: invalid JSON and duplicate keys are reported with their line", function ()
    assert.same({ [[x.json:2: is not valid JSON: ':' is missing after the key "acme"]] }, json '{"provider":\n {"acme" }}')
    assert.same({ 'x.json:2: is not valid JSON: the key "acme" is in this object twice: remove one' }, json '{"provider":{"acme":{},\n"acme":{}}}')
    assert.same({ "x.json:1: must hold one object: { \"provider\": { ... }, \"model\": { ... } }" }, json "[1]")
    assert.same({ "x.json: is nested deeper than 64 levels" }, json(("["):rep(100) .. ("]"):rep(100)))
    assert.equal(1, #json "")
    assert.equal(1, #json '{"model": {"m": {"price": {"input": NaN}}}}')
  end)
end)
