-- Refusals in the words of hosts: what the provider said is quoted, and what to do next follows from it.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function lacks(text, part) assert.falsy(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

local JSON, TEXT = { ["content-type"] = "application/json" }, { ["content-type"] = "text/plain" }

--- Asks one provider for each case { status, body, headers?, at? ("listing", or "look-up" where nothing is listed) }, all in one run.
local function entries_of(cases, more)
  local parts, entries = {}, {}
  for i, case in ipairs(cases) do
    local answer = { path = case.at == "look-up" and "/v1/models/one" or "/v1/models", status = case[1], headers = case.headers or JSON, text = case[2] }
    parts[i] = { "p" .. i, protocol = case.protocol or "openai-chat", keyless = case.keyless, key = case.key, fields = case.fields,
      models = { { "m" .. i, 'api_name = "one",' } },
      server = { protocol = "none", routes = { answer, { path = "/*", status = 404, headers = TEXT, text = "404 page not found" } } } }
  end
  local document = support.scene(parts, more).models()
  for i in ipairs(cases) do entries[i] = support.entry(document, "m" .. i) end
  return entries
end

describe("A refusal", function ()
  teardown(support.stop_all)

  it("in a success is quoted, wherever it stands", function ()
    local cases = {}
    for i, body in ipairs {
      '{"success":false,"code":401,"message":"token expired"}', '{"code":"InvalidApiKey","message":"Invalid API-key provided."}',
      '{"code":"Odd","message":"not today"}', '{"message":"not today"}', '{"success":false,"error_msg":"not today"}', '{"errcode":40001,"errmsg":"not today"}',
      '{"status":{"code":500,"message":"not today"}}', '{"fault":{"faultstring":"not today"}}', '{"error":{"code":"odd_code","message":"not today"}}' } do
      cases[i] = { 200, body }
    end
    local entries = entries_of(cases)
    assert.same({ "bad_credential", "bad_credential" }, { entries[1].state, entries[2].state })
    has(entries[1].reason, "The p1 rejected the key in P1_API_KEY (200: token expired)")
    has(entries[2].reason, "Invalid API-key provided.")
    for i = 3, #entries do
      assert.equal("unproven", entries[i].state, cases[i][2])
      has(entries[i].reason, "not today")
    end
  end)

  it("of a model by a number in a success is read like the status that it names", function ()
    local entries = entries_of({ { 200, '{"code":404,"message":"model one not found"}', at = "look-up" },
      { 200, '{"error":{"code":403,"message":"model_terms_required","type":"model_terms_required"}}', at = "look-up" },
      { 200, '{"code":404,"message":"page not found"}', at = "look-up" }, { 200, '{"code":200,"message":"fine","id":"one"}', at = "look-up" } })
    local found = {}
    for i, entry in ipairs(entries) do found[i] = entry.state .. " " .. tostring(entry.reason_code) end
    assert.same({ "not_listed model_unknown", "no_access no_access", "provider_error provider_failed", "ready nil" }, found)
  end)

  it("that says that no key arrived, although one was sent, leads to the place of the key", function ()
    local words = { '{"error":{"message":"You didn\'t provide an API key. You need to provide your API key in an Authorization header."}}',
      '{"message":"No API key found in request"}', '{"error":"missing api-key header"}',
      '{"error":{"message":"Authentication Error, No api key passed in.","type":"auth_error","param":"None","code":"401"}}', '{"message":"Missing API key"}',
      '{"error":{"message":"x-api-key header is required","type":"authentication_error"}}', '{"detail":"Missing bearer token"}',
      '{"error":{"message":"No cookie auth credentials found","code":401}}' }
    local cases = {}
    for i, body in ipairs(words) do cases[i] = { 401, body } end
    for i, entry in ipairs(entries_of(cases)) do
      assert.same({ "bad_credential", "key_refused" }, { entry.state, entry.reason_code }, words[i])
      has(entry.hint, ("the key did not arrive: check `auth` in the block of provider 'p%d', and any proxy in between"):format(i))
      lacks(entry.hint, "set a valid")
    end
  end)

  it("that says that the key is wrong, or that is no word about its absence, leads to the key", function ()
    local words = { '{"error":{"message":"Incorrect API key provided: sk-x. You can find your API key at https://acme.test"}}', '{"message":"invalid api token"}',
      '{"error":"Unauthorized: no such key"}', '{"error":{"message":"API key not found"}}' }
    local cases = {}
    for i, body in ipairs(words) do cases[i] = { 401, body } end
    for i, entry in ipairs(entries_of(cases)) do has(entry.hint, ("set a valid P%d_API_KEY"):format(i)) end
  end)

  it("of an address is a policy, and of an account or an organization is about that", function ()
    local cases = { { 401, '{"error":{"message":"Your IP address is not whitelisted"}}' }, { 403, '{"error":{"message":"Your IP address is not whitelisted"}}' },
      { 403, '{"error":{"message":"IP not allowed"}}' }, { 403, '{"error":{"message":"Your organization has been disabled."}}' },
      { 403, '{"error":{"message":"This organization has been disabled."}}', protocol = "anthropic-messages" },
      { 401, '{"error":{"message":"Your account has been disabled."}}' },
      { 403, '{"error":{"message":"Your organization has been disabled."}}', protocol = "openai-responses" },
      { 429, '{"error":{"message":"Too many requests from your IP address"}}' } }
    local codes = {}
    for i, entry in ipairs(entries_of(cases)) do
      codes[i] = entry.reason_code
      if entry.reason_code == "policy_refused" then has(entry.hint, "or send from an address that it admits") end
    end
    assert.same({ "policy_refused", "policy_refused", "policy_refused", "account_refused", "account_refused", "account_refused", "account_refused", "rate_limited" }, codes)
  end)

  it("of a key that may not use this is no access where a model was named", function ()
    local entry = entries_of({ { 403, '{"message":"Your key does not have access to this resource"}', at = "look-up" } })[1]
    assert.same({ "no_access", "no_access" }, { entry.state, entry.reason_code })
  end)

  it("in so few words that it may be a page mentions the key all the same", function ()
    local cases = { { 401, "Unauthorized", headers = TEXT }, { 403, '{"message":"Forbidden"}' }, { 401, "", headers = {} }, { 401, "Unauthorized", headers = TEXT, keyless = true },
      { 401, "no", headers = { ["www-authenticate"] = 'Basic realm="x"' } }, { 403, "no", headers = { ["cf-mitigated"] = "challenge" } }, { 503, "Unauthorized", headers = TEXT } }
    local entries = entries_of(cases)
    local plain = "; or the key is refused: check P%d_API_KEY; if this provider refuses keys like this, write plain_refusal = true in its block"
    has(entries[1].hint, plain:format(1))
    has(entries[2].hint, "; or the key is refused: check P2_API_KEY")
    lacks(entries[2].hint, "plain_refusal") -- which is about 401
    has(entries[3].hint, plain:format(3))
    for i = 4, #entries do lacks(entries[i].hint, "the key is refused") end
  end)

  it("offers plain_refusal only where that counts", function ()
    local cases = { { 401, "Unauthorized", headers = TEXT, fields = "plain_refusal = true," } }
    assert.equal("key_refused", entries_of(cases)[1].reason_code)
    local scene = support.scene({ { "acme", protocol = "openai-chat", url = "http://127.0.0.1:9", models = { "m" } } }, {
      servers = { { name = "door", protocol = "none", routes = { { path = "/*", status = 401, headers = TEXT, text = "Unauthorized" } } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s", path = "" }'):format(mocks.url "door") end })
    local entry = scene.entry "m"
    has(entry.hint, "or the key is refused: check ACME_API_KEY")
    lacks(entry.hint, "plain_refusal")
  end)
end)

describe("A body that is not plain JSON", function ()
  teardown(support.stop_all)

  it("is read without a byte order mark", function ()
    local entry = entries_of({ { 401, '\u{feff}{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}' } })[1]
    assert.equal("key_refused", entry.reason_code)
    has(entry.reason, "Incorrect API key provided")
  end)

  it("is named by its encoding where it is compressed, and the hint is about that", function ()
    local gzip = { ["content-type"] = "application/json", ["content-encoding"] = "gzip" }
    local entries = entries_of { { 200, "\31?\8", headers = gzip }, { 200, "\31?\8", headers = gzip, at = "look-up" }, { 401, "\31?\8", headers = gzip } }
    for i, entry in ipairs(entries) do
      has(entry.reason, "content-encoding: gzip")
      if i > 1 then
        assert.equal("page_not_api", entry.reason_code)
        has(entry.hint, "roster accepts no compression")
        lacks(entry.hint, "sign-in")
      end
    end
  end)
end)
