-- roster test: tries definitions against mock servers on this machine, and reports what they would send and how they would read the responses.
local support = require "support.roster"

local ACME = [[
provider "acme" {
  protocol   = "openai-chat",
  base_url   = "https://llm.acme.example",
  credential = secret "ACME_API_KEY",
}

model "acme-large" { provider = "acme", context_window = 128 * K }
]]

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function hasnt(text, part) assert.falsy(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

local function file(text, name) return support.config { [name or "acme.lua"] = text } .. "/" .. (name or "acme.lua") end

--- `roster test` with a file and, of the shipped definitions, nothing but the protocols: every one of its loads would read all of them.
local function test(text, ...) return support.roster { "test", file(text), "--no-builtin", ... } end

local function report(text, ...)
  local result = test(text, "--json", ...)
  assert.equal("", result.err)
  return result.json().providers[1], result
end

--- The results of the checks of this name, and their messages.
local function checks(entry, name)
  local results, says = {}, {}
  for _, check in ipairs(entry.checks) do
    if check.check == name then
      results[#results + 1] = check.result
      says[#says + 1] = check.says
    end
  end
  return results, table.concat(says, "\n")
end

describe("roster test", function ()
  teardown(support.stop_all)

  it("passes a provider of a few lines, and prints what would be sent and concluded", function ()
    local result = support.roster { "test", file(ACME) }
    assert.equal(0, result.status, result.out .. result.err)
    for _, part in ipairs {
      "acme: openai-chat,", "GET  https://llm.acme.example/v1/models\n", "POST https://llm.acme.example/v1/chat/completions\n",
      "on every request: authorization: Bearer $ACME_API_KEY", "for free: ready at prove", "for free: bad_credential at list",
      "for free: not_listed at prove", "429: rate_limited at list", "503: provider_error at list", "what was ready before stays usable",
      "in no address, body, document or finding", "1 provider: 17 passed, 0 failed, 0 notes",
    } do has(result.out, part) end
  end)

  it("keeps its lines within 80 columns, except those with an address", function ()
    for line in test(ACME).out:gmatch "[^\n]+" do
      if not line:find("://", 1, true) and not line:find("^acme: ") then assert.is_true(#line <= 80, line) end
    end
  end)

  it("shows the request with a made-up key that a block causes which does not say what its listing proves, and has it refused", function ()
    local entry = report 'provider "acme" { protocol = "anthropic-messages", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }'
    local made_up = {}
    for _, request in ipairs(entry.sends) do
      if request.control then made_up[#made_up + 1] = request.url .. " " .. request.headers["x-api-key"] end
    end
    assert.same({ "https://llm.acme.example/v1/models?limit=1000 (a secret)" }, made_up)
    assert.same({ "pass" }, (checks(entry, "key")))
    assert.equal("ready at list", entry.verdicts.good)
  end)

  it("does not read the caller's key", function ()
    local result = support.roster({ "test", file(ACME), "--no-builtin", "--json" }, { env = { ACME_API_KEY = "sk-real-0123456789", ACME_API_KEY_FILE = "/dev/null" } })
    assert.equal(0, result.status, result.err)
    hasnt(result.out .. result.err, "sk-real")
  end)

  it("neither sends nor shows the content of a key file, and runs no credential helper", function ()
    local folder = support.folder()
    support.write(folder .. "/key", "sk-real-0123456789\n")
    for _, credential in ipairs {
      ('secret { file = "%s/key" }'):format(folder), ('secret { helper = { "sh", "-c", "touch %s/ran; echo sk-real-0123456789" } }'):format(folder),
      ('secret "ACME_API_KEY", headers = { ["x-team"] = secret { file = "%s/key" }, ["x-plain"] = "blue" }'):format(folder),
    } do
      local text = ACME:gsub('secret "ACME_API_KEY"', (credential:gsub("%%", "%%%%")))
      local entry, result = report(text)
      assert.equal(0, result.status, result.out)
      hasnt(result.out, "sk-real")
      assert.truthy(entry.sends[1].headers.authorization:find("^Bearer %$"), entry.sends[1].headers.authorization)
      if entry.sends[1].headers["x-team"] then
        assert.same({ "(a secret)", "blue" }, { entry.sends[1].headers["x-team"], entry.sends[1].headers["x-plain"] })
      end
    end
    assert.is_nil(support.read(folder .. "/ran"))
  end)

  it("--json gives the headers by name, the keys by their variables and a verdict for each scenario", function ()
    local entry = report(ACME)
    assert.same({ "$ACME_API_KEY" }, entry.credentials)
    assert.equal("Bearer $ACME_API_KEY", entry.sends[1].headers.authorization)
    assert.equal(10, entry.sends[1].timeout)
    assert.equal("bad_credential at list", entry.verdicts.refused)
    assert.equal("not_listed at prove", entry.verdicts.unknown)
    assert.is_true(entry.common_helper)
  end)

  it("reads a directory and tests the new providers, the amended ones and those of its models", function ()
    local folder = support.config {
      ["a.lua"] = ACME, ["b.lua"] = 'provider "groq" { timeout = 30 * seconds }', ["c.lua"] = 'model "m" { provider = "cerebras" }',
    }
    local result, ids = support.roster({ "test", folder, "--json" }), {}
    for _, entry in ipairs(result.json().providers) do ids[#ids + 1] = entry.id end
    assert.same({ "groq", "cerebras", "acme" }, ids)
    assert.equal(30, result.json().providers[1].sends[1].timeout)
  end)

  it("tests only the named provider, and suggests the nearest name for an unknown one", function ()
    local path = file(ACME .. 'provider "birch" { protocol = "ollama", base_url = "http://127.0.0.1:1" }')
    local result = support.roster { "test", path, "birch", "--no-builtin", "--json" }
    assert.equal(1, #result.json().providers)
    assert.equal("birch", result.json().providers[1].id)
    result = support.roster { "test", path, "brich", "--no-builtin" }
    assert.equal(2, result.status)
    has(result.err, "there is no provider 'brich' in these definitions (did you mean 'birch'?)")
  end)

  it("reports mistakes in the definitions with their line, a file that is missing, and definitions without a provider", function ()
    local result = test((ACME:gsub("base_url", "bse_url")))
    assert.equal(2, result.status)
    has(result.err, "acme.lua:3:3: error: provider 'acme': unknown key 'bse_url' (did you mean 'base_url'?)")
    result = support.roster { "test", "/nonexistent/x.lua" }
    assert.equal(2, result.status)
    has(result.err, "cannot read '/nonexistent/x.lua'")
    result = test 'validate { level = "list" }'
    assert.equal(2, result.status)
    has(result.err, "mentions no provider")
  end)

  it("tries a value for each setting if a provider has no address without it, and reports what each setting changes", function ()
    local entry = report [[
      local where = setting "BIRCH_REGION"
      provider "birch" {
        protocol = "openai-chat", base_url = where and ("https://%s.birch.example"):format(where), needs = "BIRCH_REGION",
        override = setting "BIRCH_URL", credential = { secret "BIRCH_API_KEY", secret "BIRCH_TOKEN" },
      }]]
    has(entry.unset.next, "set BIRCH_REGION")
    assert.equal("https://test-value.birch.example/v1/chat/completions", entry.place.url)
    assert.equal("https://test.example/v1/chat/completions", entry.settings.BIRCH_URL["https://test.example"].url)
    assert.same({ "$BIRCH_API_KEY", "$BIRCH_TOKEN" }, entry.credentials)
  end)

  it("tests each model in its own protocol", function ()
    local entry = report((ACME:gsub("base_url", "auth = bearer,\n  base_url")) ..
      'model "acme-talk" { provider = "acme", protocol = "anthropic-messages" }')
    local asked = {}
    for _, request in ipairs(entry.sends) do asked[request.method .. " " .. request.url] = request.headers.authorization end
    assert.equal("Bearer $ACME_API_KEY", asked["POST https://llm.acme.example/v1/messages"])
    assert.equal("Bearer $ACME_API_KEY", asked["POST https://llm.acme.example/v1/chat/completions"])
    assert.equal("ready at generate", entry.verdicts["good, billed"])
  end)
end)

describe("roster test reports a failure for", function ()
  local function failing(text, check, ...)
    local entry, result = report(text, ...)
    assert.equal(1, result.status)
    local results, says = checks(entry, check)
    local failed = false
    for _, one in ipairs(results) do failed = failed or one == "fail" end
    assert.is_true(failed, check .. ": " .. says)
    return says
  end

  it("a protocol that asks for the next page of a listing in the wrong way", function ()
    local says = failing([[
      protocol "anthropic-messages" {
        read_list = function (body)
          local models = {}
          for _, item in ipairs(body.data) do table.insert(models, { name = item.id }) end
          return models, body.has_more and get("/v1/more", { after_id = body.last_id }) or nil
        end,
      }
      provider "acme" { protocol = "anthropic-messages", base_url = "https://acme.example", credential = secret "ACME_API_KEY" }]], "listing")
    has(says, "look at 'list'")
  end)

  it("a listing that is requested at the wrong path", function ()
    has(failing((ACME:gsub("base_url", 'list = get "/modles",\n  base_url')), "listing"), "look at 'list'")
  end)

  it("a verdict function that returns ready for every response", function ()
    local text = [[protocol "openai-chat" { verdict = function () return "ready" end }]] .. "\n" .. ACME
    for _, check in ipairs { "bad key", "unknown model", "limit", "outage" } do failing(text, check) end
  end)

  it("a verdict function that takes a rate limit for a bad key", function ()
    local text = [[
      protocol "openai-chat" { verdict = function (response) return response.status == 429 and "bad_credential" or nil end }
    ]] .. ACME
    has(failing(text, "limit"), "what was ready before is gone")
  end)

  it("a request that the protocol's hosts refuse", function ()
    failing([[protocol "openai-chat" { generate = function (model) return post("/chat/completions", { model = model.api_name }) end }]] .. "\n" .. ACME,
      "request")
  end)

  it("an address that does not end as the protocol's addresses do", function ()
    has(failing([[protocol "openai-chat" { chat_path = "/chat" }]] .. "\n" .. ACME, "address"), "does not end as openai-chat's do")
  end)

  it("a provider without an address", function ()
    has(failing([[provider "acme" {
      protocol = "openai-chat", credential = secret "ACME_API_KEY", needs = "PLANET",
      base_url = setting "PLANET" == "mars" and "https://mars.example" or nil,
    }]], "address"), "set PLANET")
  end)

  it("a key that is sent in different places for different models", function ()
    local says = failing(ACME .. 'model "acme-talk" { provider = "acme", protocol = "anthropic-messages" }', "key")
    has(says, "not in the same place")
  end)
end)

describe("roster test adds a note for", function ()
  local function noted(text, check)
    local entry, result = report(text)
    assert.equal(0, result.status, result.out)
    local results, says = checks(entry, check)
    assert.same({ "remark" }, results, says)
    return says
  end

  it("a listing that is said to prove access although it is public", function ()
    has(noted((ACME:gsub("base_url", 'list_proves = "access",\n  base_url')), "open listing"), 'list_proves = "names"')
  end)

  it("a provider whose models nothing free can prove", function ()
    has(noted((ACME:gsub("base_url", "prove = {},\n  base_url")), "good key"), "unproven at prove")
  end)

  it("a protocol that no mock server speaks, and tests only what any response can show", function ()
    local text = [[
      protocol "smoke" {
        list = get "/list", chat_path = "/talk", auth = header "x-smoke",
        read_list = function (body) return body.names end,
        generate = function (model) return post("/talk", { to = model.api_name }) end,
      }
      provider "acme" { protocol = "smoke", base_url = "https://acme.example", credential = secret "ACME_API_KEY" }]]
    has(noted(text, "address"), "no mock server speaks smoke")
    local entry = report(text)
    assert.equal("rate_limited at list", entry.verdicts.limited)
    assert.equal("bad_credential at list", entry.verdicts.refused)
    assert.equal("$ACME_API_KEY", entry.sends[1].headers["x-smoke"])
  end)
end)

describe("roster test --json", function ()
  it("gives the reason of each verdict as a code next to the verdict", function ()
    local entry = report(ACME)
    for scenario, code in pairs { good = "none", refused = "key_refused", unknown = "model_unknown", limited = "rate_limited",
      down = "provider_failed", page = "page_not_api" } do
      assert.equal(code, entry.reason_codes[scenario], scenario)
    end
    for scenario in pairs(entry.verdicts) do assert.is_string(entry.reason_codes[scenario], scenario) end
    assert.same({ "no_credential", "key_unset" }, { entry.without.state, entry.without.reason_code })
  end)

  it("names the models of each code if the codes differ between models", function ()
    local entry = report(ACME .. '\nmodel "acme-embed" { provider = "acme", enabled = true, api_name = "somebody-else-1" }')
    assert.equal("model_unknown: acme-large, roster-test; none: acme-embed", entry.reason_codes.unknown)
    assert.equal("not_listed at prove: acme-large, roster-test; ready at prove: acme-embed", entry.verdicts.unknown)
  end)
end)

describe("roster test --expect", function ()
  local function kept(text) return support.write(support.folder() .. "/kept.json", test(text, "--json").out) end

  it("compares the reason codes with those of the kept report, but ignores them if that report has none", function ()
    local now = test(ACME, "--json").out
    local other = support.write(support.folder() .. "/other.json", (now:gsub('"key_refused"', '"no_access"')))
    local result = test(ACME, "--expect", other)
    assert.equal(1, result.status)
    has((result.out:gsub("%s+", " ")), 'reason_codes.refused was "no_access" and is "key_refused"')
    local before = now:gsub('"reason_code": "[^"]*",%s*', ""):gsub(',%s*"reason_codes": %b{}', "")
    assert.falsy(before:find "reason_code")
    result = test(ACME, "--expect", support.write(support.folder() .. "/before.json", before))
    assert.equal(0, result.status, result.out)
  end)

  it("passes a provider that is unchanged, even if its block is on another line", function ()
    local result = test("\n\n" .. ACME, "--expect", kept(ACME))
    assert.equal(0, result.status, result.out)
    has(result.out, "nothing differs from the kept report")
  end)

  it("prints what differs, with the old and the new value", function ()
    local result = test((ACME:gsub("llm%.acme", "lmm.acme")), "--expect", kept(ACME))
    assert.equal(1, result.status)
    has((result.out:gsub("%s+", " ")), '"https://llm.acme.example/v1/chat/completions" and is "https://lmm.acme.example/v1/chat/completions"')
  end)

  it("fails a provider that the kept report does not have", function ()
    local result = test((ACME:gsub('"acme"', '"birch"')), "--expect", kept(ACME))
    assert.equal(1, result.status)
    has(result.out, "the whole provider was nothing")
  end)

  it("refuses a file that is not a report of roster test", function ()
    local result = test(ACME, "--expect", support.write(support.folder() .. "/x.json", "[1, 2]"))
    assert.equal(2, result.status)
    has(result.err, "is not what roster test --json prints")
    result = test(ACME, "--expect", "/nonexistent.json")
    assert.equal(2, result.status)
    has(result.err, "/nonexistent.json")
  end)
end)

describe("The shipped providers", function ()
  local FILES = { "providers", "hosts", "clouds", "local" }

  local function path_of(name) return support.root .. "/lua/" .. name .. ".lua" end
  local function contract_of(name) return support.root .. "/spec/data/contracts/" .. name .. ".json" end

  for _, name in ipairs(FILES) do
    it(("in %s.lua send and conclude what their kept report says"):format(name), function ()
      local result = support.roster { "test", path_of(name), "--no-builtin", "--expect", contract_of(name) }
      assert.equal(0, result.status, result.out .. "\nscripts/contracts writes them down anew")
    end)
  end
end)
