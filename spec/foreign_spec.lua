-- Answers that are no answers of the API: pages, challenges, proxies, ingresses, listings that cannot be whole. They take nothing away:
-- what was known to work is kept and marked, a helper's key survives, and on the first run the reason says what came instead. #module
local support = require "support.roster"

local KEY = "sk-acme-0123456789abcdef"
local HTML = { ["content-type"] = "text/html; charset=UTF-8" }
local TEXT = { ["content-type"] = "text/plain" }
local JSON = { ["content-type"] = "application/json" }

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end
local function with(headers, more)
  local all = {}
  for name, value in pairs(headers) do all[name] = value end
  for name, value in pairs(more) do all[name] = value end
  return all
end

local PAGE = "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"
local NGINX = "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body><center><h1>401</h1></center><hr></body></html>"

-- { name, status, headers, body (text), what the reason repeats }
local foreign = {
  { "a bot challenge of Cloudflare (a 403)",    403, with(HTML, { server = "cloudflare", ["cf-mitigated"] = "challenge" }), PAGE, "cf-mitigated: challenge" },
  { "a bot challenge with a body of JSON",      403, with(JSON, { ["cf-mitigated"] = "challenge" }), '{"error":{"message":"no"}}', "cf-mitigated: challenge" },
  { "a bot challenge as a 503",                 503, with(HTML, { ["cf-mitigated"] = "challenge" }), PAGE, "cf-mitigated: challenge" },
  { "a challenge of AWS WAF (a 403)",           403, with(JSON, { ["x-amzn-waf-action"] = "captcha" }), "{}", "x-amzn-waf-action: captcha" },
  { "a challenge of AWS WAF (a 202)",           202, { ["x-amzn-waf-action"] = "challenge" }, "", "x-amzn-waf-action: challenge" },
  { "a challenge of AWS WAF (a 405)",           405, with(HTML, { ["x-amzn-waf-action"] = "captcha" }), PAGE, "x-amzn-waf-action: captcha" },
  { "a staging site's Basic realm",             401, with(HTML, { ["www-authenticate"] = 'Basic realm="staging"' }), NGINX, 'Basic realm="staging"' },
  { "a Basic realm with a word of JSON",        401, with(JSON, { ["www-authenticate"] = 'basic realm="x"' }), '{"error":"Unauthorized"}', 'basic realm="x"' },
  { "a proxy's Negotiate",                      401, with(TEXT, { ["www-authenticate"] = "Negotiate" }), "", "Negotiate" },
  { "nginx's own 401",                          401, HTML, NGINX, "401 Authorization Required" },
  { "a 401 in plain text",                      401, TEXT, "401 Unauthorized", "401 Unauthorized" },
  { "an empty 401",                             401, {}, "", "returned 401" },
  { "an empty 403",                             403, {}, "", "returned 403" },
  { "a page as a 403",                          403, HTML, "<html><head><title>Access Denied</title></head><body>Reference&#32;&#35;18.2d</body></html>", "Access Denied" },
  { "a page as a 402",                          402, HTML, PAGE, "Just a moment..." },
  { "a page as a 400",                          400, HTML, "<html><title>400 Bad Request</title></html>", "400 Bad Request" },
  { "a page as a 410",                          410, HTML, "<html><title>Gone</title></html>", "Gone" },
  { "a page as a 451",                          451, HTML, "<html><title>Unavailable</title></html>", "Unavailable" },
  { "a sign-in to the network (a 511)",         511, HTML, "<html><title>Log in</title></html>", "Log in" },
  { "AWS's API Gateway (a 403)",                403, JSON, '{"message":"Forbidden"}', "Forbidden" },
  { "AWS's API Gateway about a path",           403, JSON, '{"message":"Missing Authentication Token"}', "Missing Authentication Token" },
  { "AWS's API Gateway (a 401)",                401, JSON, '{"message":"Unauthorized"}', "Unauthorized" },
  { "a firewall's JSON",                        403, with(JSON, { server = "cloudflare" }), '{"message":"blocked by WAF"}', "blocked by WAF" },
  { "a firewall's JSON as an error",            403, with(JSON, { via = "1.1 cdn" }), '{"error":"Request blocked by firewall","code":"1020"}', "blocked by firewall" },
  { "Cloudflare's problem document",            403, JSON,
    '{"type":"https://cloudflare.test/1020","title":"Error 1020: Access denied","status":403,"detail":"The owner does not allow this.","cloudflare_error":true,"ray_id":"8"}',
    "The owner does not allow this." },
  { "a framework's 403",                        403, JSON, '{"timestamp":"2026-11-27T10:00:00Z","status":403,"error":"Forbidden","path":"/v1/models"}', "Forbidden" },
  { "another framework's 403",                  403, JSON, '{"statusCode":403,"message":"Forbidden resource","error":"Forbidden"}', "Forbidden" },
  { "an error object that only repeats the status", 403, JSON, '{"error":{"code":403,"message":"Forbidden"}}', "Forbidden" },
  { "an error object of a filter",              403, JSON, '{"error":{"message":"Your request was blocked.","type":"","param":"","code":""}}', "was blocked" },
  { "a status that is repeated thrice",         403, JSON, '{"status":"error","code":403,"message":"Forbidden"}', "Forbidden" },
  { "an OAuth proxy's JSON",                    401, JSON, '{"error":"access_denied","redirect":"/oauth2/sign_in"}', "access_denied" },
  { "a mesh's text",                            403, TEXT, "RBAC: access denied", "RBAC: access denied" },
  { "a document of XML",                        403, { ["content-type"] = "text/xml" }, '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', "returned 403" },
  { "an authorizer's deny",                     403, JSON, '{"message":"User is not authorized to access this resource"}', "not authorized" },
  { "plain HTTP at a port for HTTPS",           400, TEXT, "Client sent an HTTP request to an HTTPS server.", "Client sent an HTTP request" },
  { "an object without a word of an error",     403, JSON, "{}", "returned 403" },
}

-- Statuses of servers in trouble, whatever the body: { status, code }
local trouble = {}
for _, status in ipairs { 408, 409, 421, 425, 426, 500, 502, 503, 504, 520, 521, 522, 523, 524, 525, 526, 527, 530 } do trouble[#trouble + 1] = status end

local protocols = {
  { "openai-chat", "/v1/models" }, { "openai-responses", "/v1/models" }, { "anthropic-messages", "/v1/models" }, { "gemini", "/v1beta/models" },
  { "cohere-v2", "/v1/models" },
}

local function scene_of(protocol, routes, more)
  local part = { "acme", protocol = protocol, models = { "one" }, server = { serves = {}, routes = routes } }
  for name, value in pairs(more or {}) do part[name] = value end
  return support.scene({ part }, more and more.options)
end

--- The entries of providers of their own, all asked in one run: one for each list of routes. Their models have the API's name "one".
local function entries_of(protocol, all_routes, fields)
  local parts, entries = {}, {}
  for i, routes in ipairs(all_routes) do
    parts[i] = { "acme" .. i, protocol = protocol, models = { { "one" .. i, 'api_name = "one"' } }, fields = fields, server = { serves = {}, routes = routes } }
  end
  local document = support.scene(parts).models()
  for i in ipairs(all_routes) do entries[i] = assert((support.entry(document, "one" .. i)), i) end
  return entries
end

--- A list of what `make` gives for each item.
local function each(list, make)
  local made = {}
  for i, item in ipairs(list) do made[i] = make(item) end
  return made
end

teardown(support.stop_all)

describe("On the first run, what is not a response of the API", function ()
  local entries = {}
  setup(function ()
    for _, protocol in ipairs(protocols) do
      entries[protocol] = entries_of(protocol[1], each(foreign, function (case)
        return { { path = "*", status = case[2], headers = case[3], text = case[4] } }
      end))
    end
  end)

  for i, case in ipairs(foreign) do
    local name, status, _, _, says = table.unpack(case)
    it(("(%s) makes a model provider_error, and the reason says what came"):format(name), function ()
      for _, protocol in ipairs(protocols) do
        local entry = entries[protocol][i]
        assert.equal("provider_error", entry.state, protocol[1] .. ": " .. entry.reason)
        assert.equal("page_not_api", entry.reason_code, protocol[1] .. ": " .. entry.reason)
        assert.equal("provider", entry.blame)
        has(entry.reason, ("The acme%d returned %d, but not a valid %s"):format(i, status, protocol[1]))
        has(entry.reason, says)
        has(entry.hint, "check that http://127.0.0.1:")
      end
    end)
  end

  it("decides the same on a look-up by name, if the listing is not served", function ()
    local looked_up = entries_of("openai-chat", each(foreign, function (case)
      return { { path = "/v1/models", status = 404, text = "404 page not found" }, { path = "*", status = case[2], headers = case[3], text = case[4] } }
    end))
    for i, case in ipairs(foreign) do
      local entry = looked_up[i]
      assert.equal("provider_error page_not_api at prove", ("%s %s at %s"):format(entry.state, entry.reason_code, entry.stage), case[1])
    end
  end)

  it("is the provider's failure if the status shows it", function ()
    local troubled = entries_of("openai-chat", each(trouble, function (status)
      return { { path = "*", status = status, headers = HTML, text = PAGE } }
    end))
    for i, status in ipairs(trouble) do
      local entry = troubled[i]
      assert.equal("provider_error provider_failed", entry.state .. " " .. entry.reason_code, status)
    end
  end)

  it("is the gateway's or the override's where one was asked, and the reason names it", function ()
    local scene = support.scene({ { "acme", protocol = "openai-chat", models = { "m" }, url = "http://127.0.0.1:9" },
      { "moved", protocol = "openai-chat", fields = 'override = setting "MOVED_URL",', models = { "o" }, url = "http://127.0.0.1:9" } }, {
      servers = { { name = "door", protocol = "none", routes = { { path = "*", status = 403, headers = HTML, text = PAGE } } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s", providers = { "acme" } }'):format(mocks.url "door") end })
    scene.options.env.MOVED_URL = scene.mocks.url "door"
    local document = scene.models()
    local behind, moved = support.entry(document, "m"), support.entry(document, "o")
    assert.same({ "page_not_api", "gateway" }, { behind.reason_code, behind.blame })
    has(behind.reason, "The acme (through gateway 'door') returned 403")
    assert.same({ "page_not_api", "override" }, { moved.reason_code, moved.blame })
    has(moved.reason, "The moved (at http://127.0.0.1:")
  end)

  it("is a bad key if the provider's block states that it refuses keys this way, but never if it is recognizably a challenge", function ()
    local function state(headers, text, fields)
      return scene_of("openai-chat", { { path = "*", status = 401, headers = headers, text = text } }, { fields = fields }).entry("one").state
    end
    assert.equal("bad_credential", state(TEXT, "unauthorized: token expired", "plain_refusal = true"))
    assert.equal("bad_credential", state(HTML, NGINX, "plain_refusal = true"))
    assert.equal("provider_error", state(HTML, NGINX, "plain_refusal = false"))
    assert.equal("provider_error", state(with(HTML, { ["www-authenticate"] = "Basic" }), NGINX, "plain_refusal = true"))
    assert.equal("provider_error", state(with(HTML, { ["cf-mitigated"] = "challenge" }), PAGE, "plain_refusal = true"))
  end)
end)

describe("An API's own refusal", function ()
  local refusals = {
    { "OpenAI's, beside a Basic realm", 401,
      '{"error":{"message":"Incorrect API key provided","code":"invalid_api_key"}}', { ["www-authenticate"] = 'Basic realm="OpenAI API"' } },
    { "FastAPI's detail", 401, '{"detail":"Unauthorized"}' },
    { "a nested detail", 401, '{"detail":{"error":"no such token"}}' },
    { "Fireworks' short error", 401, '{"error":"unauthorized"}' },
    { "Mistral's message with an id", 401, '{"message":"Unauthorized","request_id":"7c2"}' },
    { "a message about the token", 401, '{"id":"1","message":"invalid api token"}' },
    { "GitHub's message", 401, '{"message":"Bad credentials","status":"401"}' },
    { "a problem document", 401, '{"status":401,"title":"Unauthorized","detail":"Authentication failed"}' },
    { "Hugging Face's string", 401, '{"error":"Invalid username or password."}' },
    { "Google's status", 403, '{"error":{"code":403,"message":"Forbidden","status":"PERMISSION_DENIED"}}' },
    { "a list of errors", 403, '{"success":false,"errors":[{"code":10000,"message":"Authentication error"}]}' },
    { "Kong's message about the key", 401, '{"message":"No API key found in request"}' },
  }
  local entries
  setup(function ()
    entries = entries_of("openai-chat", each(refusals, function (refusal)
      return { { path = "*", status = refusal[2], text = refusal[3], headers = with(JSON, refusal[4] or {}) } }
    end))
  end)

  for i, refusal in ipairs(refusals) do
    it(("(%s) is a bad key"):format(refusal[1]), function ()
      local entry = entries[i]
      assert.equal("bad_credential key_refused", entry.state .. " " .. entry.reason_code, entry.reason)
    end)
  end
end)

describe("A 200 that reports a failure", function ()
  local failures = {
    '{"success":false,"message":"upstream busy","data":[]}',
    '{"success":"false","msg":"upstream busy","data":[]}', '{"Success":false,"message":"upstream busy","data":[]}',
    '{"ok":false,"message":"upstream busy","data":[]}',
    '{"status":"error","message":"upstream busy","data":[]}', '{"status":"FAILED","message":"upstream busy","models":[],"data":[]}',
    '{"code":500,"msg":"upstream busy","data":[]}',
    '{"code":50001,"message":"upstream busy","data":[]}', '{"status":503,"message":"upstream busy","data":[]}',
    '{"errors":[{"message":"upstream busy"}],"data":[]}',
    '{"error":{"message":"upstream busy"},"data":[]}', '{"success":0,"message":"upstream busy","data":[]}',
  }
  it("is not a listing, in whatever form it reports it", function ()
    local entries = entries_of("openai-chat", each(failures, function (body)
      return { { path = "/v1/models", text = body, headers = JSON } }
    end), 'list_proves = "access"')
    for i, body in ipairs(failures) do
      local entry = entries[i]
      assert.equal("unproven listing_unreadable", entry.state .. " " .. entry.reason_code, body)
      has(entry.reason, "upstream busy")
    end
  end)

  it("is the provider's failure if it answers a look-up", function ()
    local entries = entries_of("openai-chat", each(failures, function (body)
      return { { path = "/v1/models/one", text = body:gsub('"data"', '"id":"one","data"'), headers = JSON } }
    end))
    for i, body in ipairs(failures) do
      local entry = entries[i]
      assert.equal("provider_error", entry.state, body)
      has(entry.reason, "upstream busy")
    end
  end)

  it("is not confused with one that reports success", function ()
    for _, body in ipairs { '{"success":true,"errors":[],"data":[{"id":"one"}]}',
      '{"code":0,"msg":"ok","data":[{"id":"one"}]}', '{"code":200,"message":"success","data":[{"id":"one"}]}',
      '{"object":"list","error":null,"status":"ok","data":[{"id":"one"}]}', '{"status":200,"data":[{"id":"one"}]}' } do
      local entry = scene_of("openai-chat", { { path = "/v1/models", text = body, headers = JSON } }, { fields = 'list_proves = "access"' }).entry "one"
      assert.equal("ready", entry.state, body)
    end
  end)
end)

describe("A 404 of something in front of the API", function ()
  local absences = {
    { HTML, "<html><head><title>404 Not Found</title></head><body><center>nginx</center></body></html>" }, { TEXT, "404 page not found" }, { TEXT, "default backend - 404" },
    { JSON, '{"message":"no Route matched with those values"}' }, { JSON, '{"message":"The route v1/models/one could not be found."}' },
    { JSON, '{"message":"Route GET:/v1/models/one not found","error":"Not Found","statusCode":404}' },
    { JSON, '{"statusCode":404,"message":"Cannot GET /v1/models/one","error":"Not Found"}' },
    { JSON, '{"detail":"Not Found"}' }, { JSON, '{"timestamp":"2026-11-27T10:00:00Z","status":404,"error":"Not Found","path":"/v1/models/one"}' }, { TEXT, "" },
    { JSON, '{"type":"error","error":{"type":"not_found_error","message":"Not Found"}}' }, { JSON, '{"error":{"code":404,"message":"Resource not found"}}' },
  }
  it("says nothing about a model", function ()
    for _, protocol in ipairs(protocols) do
      local entries = entries_of(protocol[1], each(absences, function (absence)
        return { { path = "*", status = 404, headers = absence[1], text = absence[2] } }
      end))
      for i, absence in ipairs(absences) do
        local entry = entries[i]
        assert.equal("unproven", entry.state, protocol[1] .. ": " .. absence[2])
        has(entry.reason, "its listing is not served (404")
        has(entry.hint, "check that http://127.0.0.1:")
      end
    end
  end)
end)

describe("A protocol without a verdict of its own", function ()
  local BARE = 'protocol "bare" { chat_path = "/chat", prove = { function (model) return get("/has/" .. model.api_name) end } }'

  local function state(status, body)
    local scene = support.scene({ { "acme", protocol = "bare", models = { "one" }, server = { serves = {}, routes = { { path = "*", status = status, body = body } } } } },
      { text = BARE })
    local entry = scene.entry "one"
    return entry.state .. " " .. entry.reason_code
  end

  it("reads a 404 and a 410 as being about the model only where they speak of it", function ()
    for _, status in ipairs { 404, 410 } do
      for _, says in ipairs { "no such model", "The model does not exist", "unknown: one" } do
        assert.equal("not_listed model_unknown", state(status, { error = { message = says } }), says)
      end
    end
    for _, says in ipairs { "Route not found", "Invalid URL (GET /v1/models/one)", "Not Found" } do
      assert.equal("unproven no_free_check", state(404, { error = { message = says } }), says)
      assert.equal("provider_error service_ended", state(410, { error = { message = says } }), says)
    end
  end)
end)

describe("What was known to work", function ()
  local roster = require "roster"
  local GOOD = '{"object":"list","data":[{"id":"one","object":"model"},{"id":"two","object":"model"},{"id":"three","object":"model"}]}'
  local FOUND = '{"id":"%s","object":"model"}'

  local function route(path, answer)
    return { path = path, status = answer[1], headers = answer[2], text = answer[3] }
  end

  --- A registry that found `one` and `two` by the listing (proved = "list") or by name, and after that meets these routes.
  local function known(proved, routes, more)
    more = more or {}
    local all = { { path = "/v1/models", text = GOOD, headers = JSON, times = 1 } }
    if proved == "name" then
      for _, id in ipairs { "one", "two" } do all[#all + 1] = { path = "/v1/models/" .. id, text = FOUND:format(id), headers = JSON, times = 1 } end
    end
    for _, next_route in ipairs(routes) do all[#all + 1] = next_route end
    local mocks = support.mock_servers { { name = "acme", protocol = "none", routes = all } }
    local text = ('provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "%s", credential = %s, list_proves = "%s", %s }\n')
      :format(mocks.url(), more.credential or 'secret "ACME_API_KEY"', proved == "list" and "access" or "names", more.fields or "")
    for _, id in ipairs { "one", "two" } do text = text .. ('model "%s" { provider = "acme" }\n'):format(id) end
    local registry = assert(roster.open { builtin = false, config = support.config { ["x.lua"] = text }, environment = { ACME_API_KEY = KEY }, helper_wait = 10 })
    assert.is_true(registry:refresh())
    for _, id in ipairs { "one", "two" } do assert.is_true(registry:snapshot():known(id).usable, id) end
    assert.is_true(registry:refresh())
    return registry, mocks
  end

  local function assert_kept(registry, id, why)
    local model = registry:snapshot():known(id)
    assert.is_true(model.usable and model.stale and model.state == "ready", ("%s: %s %s"):format(why, model.state, model.reason or ""))
    assert.is_true(#model.stale_reason > 0)
    return model
  end

  it("is kept and marked, whatever arrives that is not a response of the API", function ()
    for _, proved in ipairs { "list", "name" } do
      for _, case in ipairs(foreign) do
        local registry = known(proved, { route("*", { case[2], case[3], case[4] }) })
        local model = assert_kept(registry, "one", proved .. ", " .. case[1])
        assert.equal("page_not_api", model.reason_code)
        registry:close()
      end
    end
  end)

  it("is kept through an ingress' 404s during a rollout", function ()
    for _, proved in ipairs { "list", "name" } do
      for _, answer in ipairs { { 404, HTML, NGINX }, { 404, TEXT, "default backend - 404" }, { 404, JSON, '{"message":"no Route matched with those values"}' },
        { 404, {}, "" }, { 405, TEXT, "no" }, { 501, TEXT, "no" } } do
        local registry = known(proved, { route("*", answer) })
        assert_kept(registry, "one", proved .. ": " .. answer[3])
        registry:close()
      end
    end
  end)

  it("is kept when the listing is empty, fails inside a 200, lacks everything, or is cut", function ()
    for _, body in ipairs { '{"object":"list","data":[]}', '{"success":false,"message":"upstream busy","data":[]}', '{"error":{"message":"busy"},"data":[]}',
      '{"object":"list","data":[{"id":"health-check"}]}', '{"data":[{"id":"other"}],"has_more":true,"last_id":"other"}', '{"data":[{"id":"other"}],"hasMore":true}',
      '{"data":[],"has_more":true}', PAGE, "" } do
      local registry = known("list", { { path = "/v1/models", text = body, headers = JSON }, { path = "*", status = 404, text = "404 page not found" } })
      assert_kept(registry, "one", body)
      assert_kept(registry, "two", body)
      registry:close()
    end
  end)

  it("goes when the API refuses it by its name, although the listing is empty", function ()
    local registry = known("list", { { path = "/v1/models", text = '{"object":"list","data":[]}', headers = JSON },
      { path = "*", status = 404, body = { error = { message = "The model does not exist", code = "model_not_found" } } } })
    for _, id in ipairs { "one", "two" } do assert.equal("not_listed", registry:snapshot():known(id).state) end
    registry:close()
  end)

  it("goes when a listing that names the others does not name it any more", function ()
    local registry = known("list", { { path = "/v1/models", text = '{"object":"list","data":[{"id":"two"}]}', headers = JSON },
      { path = "*", status = 404, text = "404 page not found" } })
    assert.equal("not_listed", registry:snapshot():known("one").state)
    assert.is_true(registry:snapshot():known("two").usable)
    assert.is_false(registry:snapshot():known("two").stale)
    registry:close()
  end)

  it("goes at a refusal in the API's own words", function ()
    local registry = known("list", { { path = "*", status = 401, body = { error = { message = "Incorrect API key provided", code = "invalid_api_key" } } } })
    assert.equal("bad_credential", registry:snapshot():known("one").state)
    registry:close()
  end)

  it("includes discovered models, which stay through an empty listing and through a page", function ()
    for _, answer in ipairs { { 200, JSON, '{"object":"list","data":[]}' }, { 403, HTML, PAGE }, { 404, TEXT, "default backend - 404" },
      { 200, JSON, '{"success":false,"data":[]}' } } do
      local registry = known("list", { route("/v1/models", answer), { path = "*", status = 404, text = "404 page not found" } },
        { fields = "discover = function () return { kind = 'chat' } end" })
      local model = assert(registry:snapshot():known "three", answer[3])
      assert.is_true(model.usable and model.stale, answer[3])
      registry:close()
    end
  end)

  it("keeps the key of a credential helper through a challenge, and runs the helper again after a real refusal", function ()
    local folder = support.folder()
    local helper = support.write(folder .. "/helper", ("#!/bin/sh\necho run >>%s/runs\necho %s\n"):format(folder, KEY))
    os.execute("chmod +x " .. support.quoted(helper))
    local function runs() return select(2, (support.read(folder .. "/runs") or ""):gsub("run", "")) end
    local credential = ("secret { helper = { %q }, ttl = 2 * hours }"):format(helper)
    local registry = known("list", { { path = "/v1/models", status = 403, headers = with(HTML, { ["cf-mitigated"] = "challenge" }), text = PAGE, times = 2 },
      { path = "/v1/models", status = 401, headers = with(HTML, { ["www-authenticate"] = "Basic" }), text = NGINX, times = 1 },
      { path = "*", status = 401, body = { error = { message = "expired", code = "invalid_api_key" } } } }, { credential = credential })
    assert_kept(registry, "one", "a challenge")
    for _ = 1, 2 do
      registry:refresh()
      assert_kept(registry, "one", "a page")
      assert.equal("valid", registry:snapshot():credential_status())
    end
    assert.equal(1, runs())
    registry:refresh()
    registry:refresh()
    assert.is_true(runs() > 1)
    registry:close()
  end)
end)

describe("A listing in pages", function ()
  local function listed(routes, more)
    local scene = scene_of(more and more.protocol or "openai-chat", routes, { models = { "one", "two" }, fields = (more and more.fields or 'list_proves = "access"') })
    local document, asked = scene.models(), {}
    for _, request in ipairs(scene.requests()) do
      if not request.path:find("one", 1, true) then asked[#asked + 1] = request.query end
    end
    return document, asked
  end

  local function first(more) return ('{"data":[{"id":"one"}]%s}'):format(more) end
  local SECOND = '{"data":[{"id":"two"}]}'
  local forms = {
    { "has_more and last_id",    { text = first ',"has_more":true,"last_id":"one"' }, "after=one" },
    { "has_more without last_id", { text = first ',"has_more":true' },                 "after=one" },
    { "next_page_token",         { text = first ',"next_page_token":"a/b="' },        "page_token=a/b%3D" },
    { "nextPageToken",           { text = first ',"nextPageToken":"t"' },             "pageToken=t" },
    { "next_cursor",             { text = first ',"next_cursor":"c1"' },              "cursor=c1" },
    { "links.next",              { text = first ',"links":{"next":"https://elsewhere.test/v1/models?offset=1&limit=1"}' }, "offset=1&limit=1" },
    { "links.next as an object", { text = first ',"links":{"next":{"href":"/v1/models?page=2"}}' }, "page=2" },
    { "a Link header",           { text = first "", headers = with(JSON, {
      link = '<https://elsewhere.test/x?page=2>; rel="next", <https://elsewhere.test/x?page=9>; rel="last"' }) }, "page=2" },
    { "offset and total",        { text = first ',"offset":0,"limit":1,"total":2' },  "offset=1" },
  }
  for _, form in ipairs(forms) do
    it(("is read to its end by %s"):format(form[1]), function ()
      for _, protocol in ipairs { "openai-chat", "openai-responses" } do
        local document, asked = listed({ { path = "/v1/models", times = 1, text = form[2].text, headers = form[2].headers or JSON },
          { path = "/v1/models", text = SECOND, headers = JSON } }, { protocol = protocol })
        assert.same({ "one", "two" }, support.ids(document.models))
        assert.same({ "", form[3] }, asked)
      end
    end)
  end

  it("keeps the path and the other parameters of a listing that the provider's block gives", function ()
    local _, asked = listed({ { path = "/catalog", times = 1, text = first ',"next_page_token":"t"', headers = JSON }, { path = "/catalog", text = SECOND, headers = JSON } },
      { fields = 'list = bare(get("/catalog", { kind = "chat", page_token = "0" })), list_proves = "access"' })
    assert.same({ "kind=chat&page_token=0", "kind=chat&page_token=t" }, asked)
  end)

  it("is incomplete if it has more pages but not how to request them, and then makes no model not_listed", function ()
    for _, more in ipairs { ',"has_more":true,"data2":1', ',"links":{"next":"/v1/models"}', ',"pagination":{"has_more":true}', ',"total":40' } do
      local body = more:find("has_more\":true,", 1, true) and '{"data":[],"has_more":true}' or first(more)
      local scene = scene_of("openai-chat", { { path = "/v1/models", text = body, headers = JSON } }, { models = { "two" }, fields = 'list_proves = "access"' })
      local entry = scene.entry "two"
      assert.equal("unproven", entry.state, more)
    end
  end)
end)

describe("A hint", function ()
  local refused = { error = { message = "Endpoint not supported for this model", type = "invalid_request_error" } }
  local function deep(scene) return support.entry(scene.run({ "check", "--deep", "--json" }).json(), "one") end

  it("does not advise a billed request after a billed request", function ()
    for _, answer in ipairs { { status = 400, body = refused }, { status = 422, body = { detail = { { msg = "extra fields" } } } }, { status = 405, text = "no" } } do
      for _, protocol in ipairs { "openai-chat", "openai-responses", "anthropic-messages", "gemini" } do
        local scene = scene_of(protocol, { { path = "*", method = "GET", status = 404, text = "404 page not found" },
          { path = "*", method = "POST", status = answer.status, body = answer.body, text = answer.text } })
        local entry = deep(scene)
        assert.falsy(entry.hint:find("--deep", 1, true) or entry.hint:find("generate", 1, true), protocol .. ": " .. entry.hint)
        assert.is_true(#entry.hint > 0)
      end
    end
  end)

  it("does not advise a billed request if a free one was refused in clear words", function ()
    for _, code in ipairs { "region_not_supported", "organization_not_eligible", "sandbox_egress_restricted", "user_profile_required" } do
      local body = { type = "error", error = { type = "invalid_request_error", message = "No.", details = { error_code = code } } }
      local entry = scene_of("anthropic-messages", { { path = "*", status = 400, body = body } }).entry "one"
      assert.equal("no_access", entry.state)
      assert.falsy(entry.hint:find("--deep", 1, true), entry.hint)
    end
  end)

  it("repeats the delay of a provider that is out of service", function ()
    local entry = scene_of("openai-chat", { { path = "*", status = 503, body = refused, headers = { ["retry-after"] = "40" } } }).entry "one"
    assert.equal("try again after 40 s", entry.hint)
  end)
end)

describe("A provider that has ended", function ()
  it("is not reported as an accepted key or as a name to check, and the model is kept if it worked before", function ()
    local says = "GitHub Models is temporarily unavailable as part of a scheduled retirement brownout."
    for _, answer in ipairs { { body = { error = { code = "gone", message = says } } }, { text = says } } do
      local scene = scene_of("openai-chat", { { path = "*", status = 410, body = answer.body, text = answer.text } })
      for _, words in ipairs { {}, { "--level", "generate" } } do
        local entry = scene.entry("one", table.unpack(words))
        assert.equal("provider_error service_ended", entry.state .. " " .. entry.reason_code)
        has(entry.reason, says)
        assert.falsy(entry.reason:find("accepts the key", 1, true) or entry.hint:find("api_name", 1, true), entry.hint)
      end
    end
  end)

  local PROTOCOLS = { "openai-chat", "openai-responses", "anthropic-messages", "gemini", "cohere-v2" }

  --- What is made of refusals of everything but the listing, each { status, message }, in each protocol: a list of { case, entry }, of the
  -- free proofs and of a billed request.
  local function later(refusals)
    local parts, cases, found = {}, {}, {}
    for _, protocol in ipairs(PROTOCOLS) do
      for _, refusal in ipairs(refusals) do
        local id, flat = "p" .. #parts + 1, protocol == "cohere-v2"
        local list = { data = { { id = "other" } }, models = { { name = "models/other", supportedGenerationMethods = { "generateContent" } } } }
        if flat then list = { models = { { name = "other", endpoints = { "chat" } } } } end
        parts[#parts + 1] = { id, protocol = protocol, models = { { "m" .. id, 'api_name = "one"' } }, fields = 'list_proves = "names"', silent = true,
          server = { protocol = "none", serves = {}, routes = { { path = protocol == "gemini" and "/v1beta/models" or "/v1/models", body = list },
            { path = "*", status = refusal[1], body = flat and { message = refusal[2] } or { error = { message = refusal[2] } } } } } }
        cases["m" .. id] = ("%s: %d %s"):format(protocol, refusal[1], refusal[2])
      end
    end
    local scene = support.scene(parts, { text = "validate { billed_per_day = 1000 }" })
    for _, words in ipairs { {}, { "--level", "generate" } } do
      local document = scene.models(table.unpack(words))
      for id, case in pairs(cases) do found[#found + 1] = { case, support.entry(document, id) } end
    end
    return found
  end

  local function is_told_as_ended(refusals)
    for _, one in ipairs(later(refusals)) do
      local case, entry = one[1], one[2]
      assert.equal(case .. " -> provider_error service_ended", ("%s -> %s %s"):format(case, entry.state, entry.reason_code))
      for _, words in ipairs { "accepts the key", "api_name", "--deep" } do assert.falsy((entry.reason .. entry.hint):find(words, 1, true), case) end
    end
  end

  it("is reported as that at each stage and in each protocol, even if its name or message mentions models", function ()
    is_told_as_ended {
      { 410, "GitHub Models is temporarily unavailable as part of a scheduled retirement brownout." }, { 410, "Legacy inference endpoint retired" },
      { 410, "The Model Inference API has been retired. Migrate to Foundry Models." }, { 410, "Model hosting has ended." },
      { 410, "All models moved: see our blog." }, { 410, "Gone" },
    }
  end)

  it("is reported as that whatever the status, if it announces the end of its service or API", function ()
    is_told_as_ended {
      { 403, "This service has been discontinued. Export your data until May." }, { 404, "This API has been shut down." },
      { 400, "The Acme API is no longer available; use Acme Agents." }, { 503, "The platform was shut down on May 1." },
      { 426, "Our API has reached end of life." },
    }
  end)

  it("does not include a refusal about a model, a key, an account or a version", function ()
    for _, one in ipairs(later {
      { 410, "The model 'one' has been retired." }, { 410, "This model is no longer available." },
      { 410, "The requested model does not exist" } }) do
      assert.equal(one[1] .. " -> not_listed", one[1] .. " -> " .. one[2].state)
    end
    for _, one in ipairs(later {
      { 403, "This API key has been retired." }, { 403, "The service account was terminated." }, { 400, "API version 2023-06-01 is no longer supported." },
      { 404, "This API is being slow" }, { 403, "The model's service was shut down for one" },
      { 410, "one was shut down" } }) do
      assert.are_not.equal("service_ended", one[2].reason_code, one[1])
    end
  end)
end)

describe("A 404 through a gateway", function ()
  it("is about the model if the body speaks of it, in whoever's words, which the reason repeats", function ()
    local wrapped = 'Error from provider(acme,one: 404): {"type":"error","error":{"type":"not_found_error","message":"model: one"}}'
    for _, protocol in ipairs { "anthropic-messages", "openai-chat" } do
      local scene = support.scene({ { "acme", protocol = protocol, models = { "one" }, url = "http://127.0.0.1:9" } }, {
        servers = { { name = "door", protocol = "none", routes = { { path = "*", status = 404,
          body = { error = { message = wrapped, type = "api_error", code = "provider_response_error" } } } } } },
        text = function (mocks)
          return ('gateway "door" { base_url = "%s", answers_itself = true, credentials = "injected", path = "" }'):format(mocks.url "door")
        end })
      local entry = scene.entry("one", "--level", "generate")
      assert.equal("not_listed model_unknown gateway", ("%s %s %s"):format(entry.state, entry.reason_code, entry.blame))
      has(entry.reason, "Error from provider(acme,one: 404)")
    end
  end)

  it("is about the address if it does not, and the reason repeats it, too", function ()
    local scene = support.scene({ { "acme", protocol = "anthropic-messages", models = { "one" }, url = "http://127.0.0.1:9" } }, {
      servers = { { name = "door", protocol = "none", routes = { { path = "*", status = 404, body = { error = { message = "Provider 'acme' not found" } } } } } },
      text = function (mocks) return ('gateway "door" { base_url = "%s", answers_itself = true, path = "" }'):format(mocks.url "door") end })
    local entry = scene.entry("one", "--level", "generate")
    assert.equal("provider_error not_served_here gateway", ("%s %s %s"):format(entry.state, entry.reason_code, entry.blame))
    has(entry.reason, "The acme (through gateway 'door') does not serve http://127.0.0.1:")
    has(entry.reason, "(404: Provider 'acme' not found)")
  end)
end)
