local cjson = require "cjson"
local roster = require "roster"
local serving = require "support.serving"
local support = require "support.roster"

local function has(text, part) assert.is_truthy(text and text:find(part, 1, true), ("%q is not in %q"):format(part, tostring(text))) end

-- A provider whose listing and proof of the key answer with these headers and this account.
local function definitions_of(case)
  local listing = { data = { { id = "one" } } }
  local mocks = support.mock_servers { {
    name = "acme", protocol = "none",
    routes = {
      { path = "/v1/models", body = listing, headers = case.headers },
      { path = "/v1/models/one", body = { id = "one" } },
      { path = "/v1/me", body = case.account or {}, headers = case.of_key },
    },
  } }
  return ([[
    provider "acme" { title = "Acme", protocol = "%s", base_url = "%s", credential = secret "ACME_API_KEY", list_proves = "%s", %s }
    model "m" { provider = "acme", api_name = "one" }
    %s]]):format(case.protocol or "openai-chat", mocks.url(), case.account and "names" or "access",
    case.account and 'prove_key = get "/me"' or "", case.more or "")
end

local function told(case)
  local registry = assert(roster.open {
    builtin = false, environment = { ACME_API_KEY = "sk-acme-0123456789" }, definitions = { ["a.lua"] = definitions_of(case) },
  })
  assert(registry:refresh())
  local snapshot = registry:snapshot()
  for _, provider in ipairs(snapshot:providers()) do
    if provider.id == "acme" then return provider, snapshot end
  end
end

teardown(support.stop_all)

describe("What a provider states of its limits #module", function ()
  local rates = {
    ["as OpenAI and Groq write them"] = {
      ["x-ratelimit-limit-requests"] = "1000", ["x-ratelimit-remaining-requests"] = "998", ["x-ratelimit-reset-requests"] = "6m0s",
      ["x-ratelimit-limit-tokens"] = "6000", ["x-ratelimit-remaining-tokens"] = "5000", ["x-ratelimit-reset-tokens"] = "150ms",
    },
    ["as Anthropic writes them, of which the tightest counts"] = {
      ["anthropic-ratelimit-requests-limit"] = "1000", ["anthropic-ratelimit-requests-remaining"] = "998",
      ["anthropic-ratelimit-input-tokens-limit"] = "6000", ["anthropic-ratelimit-input-tokens-remaining"] = "5000",
      ["anthropic-ratelimit-output-tokens-limit"] = "9000", ["anthropic-ratelimit-output-tokens-remaining"] = "9000",
    },
    ["as Mistral and Cerebras write them, by minute and by day"] = {
      ["x-ratelimit-limit-req-minute"] = "1000", ["x-ratelimit-remaining-req-minute"] = "998",
      ["x-ratelimit-limit-tokens-day"] = "99000", ["x-ratelimit-remaining-tokens-day"] = "80000",
      ["x-ratelimit-limit-tokens-minute"] = "6000", ["x-ratelimit-remaining-tokens-minute"] = "5000",
    },
    ["as Together writes them"] = {
      ["x-ratelimit-limit"] = "1000", ["x-ratelimit-remaining"] = "998", ["x-tokenlimit-limit"] = "6000", ["x-tokenlimit-remaining"] = "5000",
    },
  }
  for how, headers in pairs(rates) do
    it("is kept: requests and tokens " .. how, function ()
      local limits = told { headers = headers }.limits
      assert.same({ 998, 1000, 5000, 6000 }, { limits.requests, limits.requests_limit, limits.tokens, limits.tokens_limit })
      assert.is_nil(limits.credit)
    end)
  end

  it("is kept if the headers of Mistral and of Kong count tokens without that word", function ()
    for _, headers in ipairs { { ["ratelimitbysize-limit"] = "6000", ["ratelimitbysize-remaining"] = "5000" },
      { ["x-ai-ratelimit-limit-minute-azure"] = "6000", ["x-ai-ratelimit-remaining-minute-azure"] = "5000" } } do
      local limits = told { headers = headers }.limits
      assert.same({ nil, 5000, 6000 }, { limits.requests, limits.tokens, limits.tokens_limit })
    end
  end)

  it("is kept as Cohere writes it for trial keys, and as older drafts of the standard did", function ()
    for _, headers in ipairs { { ["x-trial-endpoint-call-limit"] = "1000", ["x-trial-endpoint-call-remaining"] = "998" },
      { ["ratelimit-limit"] = "1000, 1000;w=60", ["ratelimit-remaining"] = "998" }, { ratelimit = "limit=1000, remaining=998, reset=30" } } do
      local limits = told { headers = headers }.limits
      assert.same({ 998, 1000 }, { limits.requests, limits.requests_limit })
    end
  end)

  it("is the lowest of several policies in one header, with the limit of that one", function ()
    local limits = told { headers = { ratelimit = '"burst";r=50;t=3, "daily"; r=7; t=4000',
      ["ratelimit-policy"] = '"burst";q=100;w=3, "daily";q=1000;w=86400' } }.limits
    assert.same({ 7, 1000 }, { limits.requests, limits.requests_limit })
  end)

  it("has no limit that is less than what is left", function ()
    local limits = told { headers = { ["x-ratelimit-remaining-requests"] = "50", ["x-ratelimit-limit-requests"] = "10" } }.limits
    assert.same({ 50, nil }, { limits.requests, limits.requests_limit })
  end)

  it("is kept in the form of the draft standard, too", function ()
    local limits = told { headers = { ratelimit = '"default";r=998;t=30', ["ratelimit-policy"] = '"default";q=1000;w=60' } }.limits
    assert.same({ 998, 1000 }, { limits.requests, limits.requests_limit })
    assert.is_truthy(limits.reset > limits.at)
  end)

  it("has the time at which requests and tokens are free again", function ()
    local when = os.date("!%Y-%m-%dT%H:%M:%SZ", os.time() + 3600)
    local limits = told { headers = { ["x-ratelimit-remaining-requests"] = "3", ["x-ratelimit-reset-requests"] = when } }.limits
    assert.equal(when, limits.reset)
  end)

  it("is the lowest of what several answers state", function ()
    local lower = { ["x-ratelimit-limit-requests"] = "50", ["x-ratelimit-remaining-requests"] = "7" }
    local higher = { ["x-ratelimit-limit-requests"] = "1000", ["x-ratelimit-remaining-requests"] = "998" }
    for _, case in ipairs { { lower, higher }, { higher, lower } } do
      local limits = told { account = { balance = "4.2" }, headers = case[1], of_key = case[2] }.limits
      assert.same({ 7, 50 }, { limits.requests, limits.requests_limit })
    end
  end)

  local accounts = {
    ["OpenRouter's key"] = { { data = { limit = 20, limit_remaining = 12.5, usage = 7.5 } }, 12.5, 20, "USD" },
    ["Venice's balances"] = { { data = { balances = { USD = 50.25, DIEM = 100 } } }, 50.25, nil, "USD" },
    ["Vercel's credits"] = { { balance = "95.50", total_used = "4.50" }, 95.5, nil, "USD" },
    ["DeepSeek's balance"] = { { is_available = true, balance_infos = { { currency = "CNY", total_balance = "110.00" } } }, 110, nil, "CNY" },
    ["DeepSeek's balance, in the currency that has something"] = { { is_available = true, balance_infos = {
      { currency = "USD", total_balance = "0.00" }, { currency = "CNY", total_balance = "110.00" } } }, 110, nil, "CNY" },
    ["LiteLLM's key"] = { { info = { spend = 3, max_budget = 10 } }, 7, 10, "USD" },
    ["a key that is overdrawn"] = { { data = { limit = 5, limit_remaining = -0.25 } }, -0.25, 5, "USD" },
  }
  for whose, case in pairs(accounts) do
    it("is kept: the credit of " .. whose, function ()
      local limits = told { account = case[1] }.limits
      assert.same({ case[2], case[3], case[4] }, { limits.credit, limits.credit_limit, limits.currency })
    end)
  end

  local nothing = {
    ["no header and no amount"] = { account = { object = "key" } },
    ["headers that hold no number"] = { headers = { ["x-ratelimit-remaining-requests"] = "many", ["x-ratelimit-limit-requests"] = "" } },
    ["a number below zero"] = { headers = { ["x-ratelimit-remaining-requests"] = "-1" } },
    ["a number in a form that no header has"] = { headers = { ["x-ratelimit-remaining-requests"] = "0x10", ["x-ratelimit-remaining-tokens"] = "1e3" } },
    ["what is left of something else"] = { headers = { ["x-ratelimit-remaining-credits"] = "3", ["x-ratelimit-remaining-concurrency"] = "3",
      ["anthropic-ratelimit-unified-5h-remaining"] = "0.93" } },
    ["a key without a limit"] = { account = { data = { limit = cjson.null, limit_remaining = cjson.null, usage = 7.5 } } },
    ["amounts that are none"] = { account = { balance = 1e300, balance_infos = { { total_balance = {} } } } },
  }
  for what, case in pairs(nothing) do
    it("is nothing where answers have " .. what, function () assert.is_nil(told(case).limits) end)
  end

  it("is in the document of providers, null if nothing is stated", function ()
    local function document_of(case)
      local config, options = support.config { ["a.lua"] = definitions_of(case) }, { env = { ACME_API_KEY = "sk-acme-0123456789" } }
      return support.roster({ "providers", "--json", "--no-builtin", "--config", config }, options).json().providers[1].limits
    end
    local document = document_of { account = { balance = "95.50" }, headers = { ["x-ratelimit-remaining-requests"] = "998" } }
    assert.same({ 998, 95.5, "USD" }, { document.requests, document.credit, document.currency })
    for _, name in ipairs { "requests_limit", "tokens", "tokens_limit", "credit_limit", "reset" } do assert.equal(cjson.null, document[name]) end
    assert.is_truthy(document.at:match "^%d+%-%d%d%-%d%dT")
    assert.equal(cjson.null, document_of {})
  end)
end)

describe("Credit below validate { warn_credit = ... } #module", function ()
  it("is a warning of the provider, with the amount and what to do", function ()
    local provider = told { account = { balance = "0.80" }, more = "validate { warn_credit = 5 }" }
    assert.equal("Acme states 0.80 USD of credit left, less than validate { warn_credit = 5 }: top it up, or lower that limit", provider.warning)
  end)

  it("takes no model away", function ()
    local _, snapshot = told { account = { balance = "0.80" }, more = "validate { warn_credit = 5 }" }
    assert.equal("ready", snapshot:find "m".state)
  end)

  for what, case in pairs {
    ["the credit is enough"] = { account = { balance = "5" }, more = "validate { warn_credit = 5 }" },
    ["no bound is set"] = { account = { balance = "0.01" } },
    ["the credit is in another currency"] = { account = { balance_infos = { { currency = "CNY", total_balance = "1" } } }, more = "validate { warn_credit = 5 }" },
  } do
    it("is none where " .. what, function () assert.is_nil(told(case).warning) end)
  end
end)

describe("What is left #command", function ()
  local case = { account = { data = { limit = 20, limit_remaining = 1.5 } }, headers = { ["x-ratelimit-remaining-requests"] = "998",
    ["x-ratelimit-limit-requests"] = "1000" }, more = "validate { warn_credit = 5 }" }
  local config, env

  setup(function ()
    config, env = support.config { ["a.lua"] = definitions_of(case) }, { ACME_API_KEY = "sk-acme-0123456789" }
  end)

  local function run(verb, ...) return support.roster({ verb, "--no-builtin", "--config", config, ... }, { env = env }) end

  local warning = "Acme states 1.50 USD of credit left, less than validate { warn_credit = 5 }: top it up, or lower that limit"
  local function has_warning(out) has(out:gsub("%s+", " "), warning) end

  it("is explained with the model, and why it is a warning", function ()
    local out = run("explain", "m").out
    has(out, "Account       998 of 1000 requests, 1.50 of 20.00 USD left, according to Acme")
    has_warning(out)
    assert.equal(1.5, run("explain", "m", "--json").json().limits.credit)
  end)

  it("stands below the table of providers", function ()
    local out = run("providers").out
    has(out, "Acme reports what is left: 998 of 1000 requests, 1.50 of 20.00 USD.")
    has_warning(out)
  end)

  it("is a warning of check, which ends well", function ()
    local ran = run("check")
    has_warning(ran.out)
    assert.equal(0, ran.status)
  end)

  it("is the same in a replay", function ()
    local file = support.folder() .. "/recording"
    local first = run("providers", "--json", "--record", file).json().providers[1]
    local again = run("providers", "--json", "--replay", file).json().providers[1]
    assert.equal(998, again.limits.requests)
    assert.same(first.limits, again.limits)
  end)
end)

describe("What is left, on a server #serve", function ()
  local server

  setup(function ()
    local case = { account = { data = { limit = 20, limit_remaining = 1.5 } }, headers = { ["x-ratelimit-remaining-requests"] = "998" },
      more = 'validate { warn_credit = 5 }\nprovider "mute" { protocol = "openai-chat", base_url = "https://mute.example" }' }
    server = serving.start { env = { ACME_API_KEY = "sk-acme-0123456789" }, config = { ["a.lua"] = definitions_of(case) }, words = { "--no-builtin" } }.settle()
  end)
  teardown(serving.stop_all)

  it("is a metric, and none if a provider states nothing", function ()
    local text = server.get("/metrics").body
    for _, line in ipairs {
      'roster_provider_credit_dollars{provider="acme"} 1.500', 'roster_provider_credit_dollars{provider="mute"} NaN',
      'roster_provider_credit_low{provider="acme"} 1', 'roster_provider_credit_low{provider="mute"} 0',
      'roster_provider_requests_left{provider="acme"} 998.000', 'roster_provider_tokens_left{provider="acme"} NaN',
    } do has(text, "\n" .. line .. "\n") end
  end)

  it("is on the page with its provider, and the warning", function ()
    local providers = serving.page(server).providers
    local acme, mute = support.entry({ models = providers }, "acme"), support.entry({ models = providers }, "mute")
    assert.same({ "998 requests, 1.50 of 20.00 USD", "" }, { acme.left, mute.left })
    has(acme.warning, "Acme states 1.50 USD of credit left")
  end)
end)
