-- Why a model cannot be used, as data: every reason_code is provoked here, or a comment explains why it cannot be; and who is to blame.
local cjson = require "cjson"
local support = require "support.roster"

local openapi = cjson.decode(support.read "src/server/openapi.json")
local CODES, BLAMES = {}, {}
for _, code in ipairs(openapi.components.schemas.ReasonCode.enum) do CODES[code] = false end
for _, blame in ipairs(openapi.components.schemas.Blame.enum) do BLAMES[blame] = true end

-- Codes that neither definitions nor a server can provoke in a run of the command.
local ELSEWHERE = {
  none = "it is the code of a model that is ready",
  kind_unknown = "it needs discovery: spec/kinds_spec.lua, as the next four",
  kind_other = "as kind_unknown", protocol_other = "as kind_unknown", model_inactive = "as kind_unknown", model_refused = "as kind_unknown",
  served_by_other = "it is the code of a model that is ready: spec/kinds_spec.lua",
  not_billed = "it needs a gateway that proves nothing for free: spec/money_spec.lua", billed_budget_spent = "as not_billed",
  key_pending = "only a host that provides keys by its own function can report it: spec/c/service_test.c",
  key_expired = "as key_pending",
  helper_running = "the command waits for helpers: spec/c/helper_test.c has a host that does not",
  key_renewing = "as helper_running",
  protocol_unspoken = "only a host restricts the protocols: spec/rules_spec.lua",
  time_over = "it needs a listing that uses up the time of its endpoint: spec/c/live_test.c",
  not_sent = "only a host's transport refuses a request: spec/c/service_test.c",
  transport_failed = "only a host's transport breaks its promises: spec/c/hosts_test.c",
  unreachable = "only a transport that does not know what happened: a replay without the request, spec/recording_spec.lua",
}

local seen = {}

--- The verdict has this code and this blame; both lists stay closed.
local function expect(document, id, code, blame)
  local entry, part = support.entry(document, id)
  assert.equal("unavailable", part, id)
  assert.equal(code, entry.reason_code, id .. ": " .. entry.reason)
  assert.equal(blame or cjson.null, entry.blame, id .. ": " .. entry.reason)
  seen[code] = true
  return entry
end

local function json(body, status) return { send = ("HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s"):format(status or "200 OK", #body, body) } end
local function page(body) return { send = ("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: %d\r\n\r\n%s"):format(#body, body) } end
local function raw(step) return { protocol = "raw", script = { step } } end

local BARE = 'protocol "bare" { chat_path = "/chat", prove = { function (model) return get("/has/" .. model.api_name) end } }\n'
local HTML = "<!doctype html><title>Sign in</title>"
local ERROR = '{"error":{"message":"%s"}}'

teardown(support.stop_all)

describe("The reason code of a verdict", function ()
  it("names the definitions' reason when they exclude the model", function ()
    local scene = support.scene({ { "acme", protocol = "openai-chat", url = "http://127.0.0.1:9", models = { { "off", "enabled = false," }, "refused", "crooked" } },
      { "shut", protocol = "openai-chat", url = "http://127.0.0.1:9", fields = "enabled = false,", models = { "closed" } } }, { text = [[
        rule "no" (function (model)
          if model.id == "refused" then return refuse "not for us" end
          if model.id == "crooked" then return via "there.test" end
        end)
        provider "needy" { protocol = "openai-chat", needs = "NEEDY_URL", base_url = setting "NEEDY_URL", credential = secret "NEEDY_KEY" }
        model "setting" { provider = "needy" }
        provider "nowhere" { protocol = "openai-chat", needs = "NOWHERE_SET", base_url = setting "NOWHERE_URL", credential = secret "NOWHERE_KEY" }
        model "lost" { provider = "nowhere" }
        provider "crooked" { protocol = "openai-chat", base_url = "https://a.test", title = setting "CROOKED" }
        model "quoted" { provider = "crooked" }
        provider "behind" { protocol = "openai-chat", base_url = "http://127.0.0.1:9", credential = secret "BEHIND_KEY" }
        model "stopped" { provider = "behind", headers = { ["x-needed"] = "1" } }
        gateway "door" { base_url = "http://127.0.0.1:9", providers = { "behind" }, unsupported_headers = { "x-needed" } }]], env = { NOWHERE_SET = "yes", CROOKED = '"x"' } })
    local document = scene.models("--offline", "--all")
    expect(document, "off", "model_disabled", "definitions")
    expect(document, "refused", "rule_refused", "definitions")
    expect(document, "closed", "provider_disabled", "definitions")
    expect(document, "crooked", "address_invalid", "definitions")
    expect(document, "setting", "setting_unset", "this_machine")
    expect(document, "lost", "address_missing", "definitions")
    expect(document, "quoted", "setting_invalid", "this_machine")
    expect(document, "stopped", "header_stopped", "gateway")
  end)

  it("names the problem with the key when there is no usable key", function ()
    local helper = support.write(support.folder() .. "/helper", "#!/bin/sh\nexit 3\n")
    os.execute("chmod +x " .. support.quoted(helper))
    local scene = support.scene({ { "unset", protocol = "openai-chat", url = "http://127.0.0.1:9", key = false, models = { "m-unset" } },
      { "odd", protocol = "openai-chat", url = "http://127.0.0.1:9", key = "sk\1odd", models = { "m-odd" } },
      { "empty", protocol = "openai-chat", url = "http://127.0.0.1:9", key = "op://vault/acme/key", models = { "m-empty" } },
      { "file", protocol = "openai-chat", url = "http://127.0.0.1:9", key = false, models = { "m-file" } } }, {
        env = { FILE_API_KEY_FILE = "/nonexistent" },
        text = ('provider "helped" { protocol = "openai-chat", base_url = "http://127.0.0.1:9", credential = secret { helper = { %q } } } model "m-helped" { provider = "helped" }')
          :format(helper) })
    local document = scene.models()
    expect(document, "m-unset", "key_unset", "this_machine")
    expect(document, "m-odd", "key_malformed", "this_machine")
    expect(document, "m-empty", "key_placeholder", "this_machine")
    expect(document, "m-file", "key_unreadable", "this_machine")
    expect(document, "m-helped", "helper_failed", "this_machine")
  end)

  it("names the network problem when no response arrives", function ()
    local scene = support.scene({ { "refuses", protocol = "openai-chat", url = "http://127.0.0.1:9", models = { "m-connect" } },
      { "nameless", protocol = "openai-chat", url = "https://nowhere.invalid", models = { "m-name" } },
      { "silent", protocol = "openai-chat", server = raw { hang = true }, models = { "m-time" } },
      { "resets", protocol = "openai-chat", server = raw { reset = true }, models = { "m-reset" } },
      { "home", protocol = "openai-chat", url = "http://127.0.0.1:9", keyless = true, fields = "loopback = true,", models = { "m-home" } } },
      { servers = { { name = "plain", protocol = "openai", models = { "m" } } },
        text = function (mocks) return ([[
          provider "untrusted" { protocol = "openai-chat", base_url = "https://127.0.0.1:%d", credential = secret "REFUSES_API_KEY" }
          model "m-tls" { provider = "untrusted" }]]):format(mocks.port "plain") end })
    local document = scene.models("--timeout", "1")
    expect(document, "m-connect", "connect_failed", "network")
    expect(document, "m-name", "name_not_found", "network")
    expect(document, "m-time", "timed_out", "network")
    expect(document, "m-reset", "connection_lost", "network")
    expect(document, "m-tls", "tls_failed", "network")
    expect(document, "m-home", "not_running", "this_machine")
  end)

  it("classifies the response, whose own message is in `said`", function ()
    local cases = {
      { "key_refused", "this_machine", json(ERROR:format "no such key", "401 Unauthorized"), said = "no such key" },
      { "rate_limited", "provider", json(ERROR:format "slow down", "429 Too Many Requests"), said = "slow down" },
      { "no_quota", "provider", json(ERROR:format "pay first", "402 Payment Required"), said = "pay first" },
      { "provider_failed", "provider", json(ERROR:format "we are down", "503 Unavailable"), said = "we are down" },
      { "no_access", "provider", json(ERROR:format "not you", "403 Forbidden"), said = "not you" },
      { "model_unknown", "definitions", json(ERROR:format "no such model", "404 Not Found"), said = "no such model" },
      { "redirected", "definitions", { send = "HTTP/1.1 302 Found\r\nlocation: https://elsewhere.test/x\r\ncontent-length: 0\r\n\r\n" }, said = "https://elsewhere.test/x" },
      { "page_not_api", "provider", page(HTML) },
      { "protocol_mismatch", "provider", json '"fine"' },
      { "answer_unusable", "provider", { send = "odd\r\n\r\n" } },
      { "proxy_refused", "network", json(ERROR:format "sign in", "407 Proxy Authentication Required"), said = "sign in" },
    }
    local parts, lines = { { "works", protocol = "openai-chat", models = { "ready" } } }, { BARE }
    for i, case in ipairs(cases) do
      parts[#parts + 1] = { "p" .. i, protocol = "bare", models = { "m" .. i }, server = raw(case[3]) }
    end
    local scene = support.scene(parts, { text = table.concat(lines) })
    local document = scene.models()
    for i, case in ipairs(cases) do
      local entry = expect(document, "m" .. i, case[1], case[2])
      if case.said then assert.equal(case.said, entry.said) end
    end
    local ready = support.entry(document, "ready")
    assert.is_nil(ready.reason_code)
  end)

  it("names the account, the region, the policy or the service if that is what the provider refuses", function ()
    local cases = { account_refused = { "account_deactivated", "401 Unauthorized" }, region_refused = { "unsupported_country_region_territory", "403 Forbidden" },
      policy_refused = { "ip_not_authorized", "401 Unauthorized" }, service_ended = { "gone", "410 Gone" } }
    local parts = {}
    for code, case in pairs(cases) do
      parts[#parts + 1] = { code, protocol = "openai-chat", models = { "m-" .. code }, server = raw(json(('{"error":{"message":"no","code":"%s"}}'):format(case[1]), case[2])) }
    end
    local document = support.scene(parts).models()
    for code in pairs(cases) do assert.equal("no", expect(document, "m-" .. code, code, "provider").said) end
  end)

  it("is key_missing when the definitions have no key and the provider asks for one", function ()
    local scene = support.scene { { "open", protocol = "openai-chat", keyless = true, models = { "m" }, server = { keys = { "another" } } } }
    expect(scene.models(), "m", "key_missing", "definitions")
  end)

  it("is not_listed, or retired when the block has a past retirement date", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", fields = 'list_proves = "access", prove = {},', server = { models = { "there" } },
      models = { "gone", { "past", 'retires = "2020-01-01",' } } } }
    local document = scene.models()
    expect(document, "gone", "not_listed", "definitions")
    expect(document, "past", "retired", "provider")
  end)

  it("names the closest obstacle when no free request proved the model", function ()
    local scene = support.scene({
      { "mute", protocol = "chatless", models = { "m-mute" } },
      { "lists", protocol = "openai-chat", fields = 'list_proves = "names", prove = {},', models = { "m-lists" } },
      { "garbled", protocol = "openai-chat", fields = "prove = {},", models = { "m-garbled" }, server = raw(json '{"error":{"message":"no"}}') },
      { "crashes", protocol = "crash", models = { "m-crash" } },
      { "strict", protocol = "bare", models = { "m-strict" }, server = raw(json(ERROR:format "bad field", "400 Bad Request")) },
      { "fronted", protocol = "openai-chat", models = { "m-fronted" } } }, { text = function (mocks) return BARE .. ([[
        protocol "chatless" { chat_path = "/chat" }
        protocol "crash" { chat_path = "/chat", prove = { function (model) error "broken" end } }
        gateway "wall" { base_url = "%s", providers = { "fronted" }, answers_itself = true, path = "" }]]):format(mocks.url "fronted") end })
    local document = scene.models()
    expect(document, "m-mute", "no_free_check", "provider")
    expect(document, "m-lists", "listing_proves_nothing", "provider")
    expect(document, "m-garbled", "listing_unreadable", "provider")
    expect(document, "m-crash", "script_failed", "definitions")
    expect(document, "m-strict", "proof_refused", "definitions")
    expect(document, "m-fronted", "gateway_answers", "gateway")
    expect(scene.run { "check", "--deep", "--json" }.json(), "m-mute", "proof_missing", "definitions")
  end)

  it("names a host that also answers a made-up key, or for which this is not known yet", function ()
    local scene = support.scene({ { "any", protocol = "openai-chat", url = "http://127.0.0.1:9", models = { "m-any" }, key = "sk-any-0123456789" },
      { "down", protocol = "openai-chat", url = "http://127.0.0.1:9", models = { "m-down" }, key = "sk-down-0123456789" } }, {
        servers = { { name = "door", protocol = "none", mounts = { { name = "any", protocol = "openai", prefix = "/any", models = { "m-any" } },
          { name = "down", protocol = "openai", prefix = "/down", models = { "m-down" } } },
          routes = { { path = "/down/v1/models/m-down", after = 1, status = 500, text = "oh" } } } },
        text = function (mocks) return ('gateway "door" { base_url = "%s", path = "/{provider}" }'):format(mocks.url "door") end })
    local document = scene.models()
    expect(document, "m-any", "key_not_checked", "gateway")
    expect(document, "m-down", "key_check_open", "gateway")
  end)

  it("blames the host to which a rule leads like that of an override, and prints its place", function ()
    local scene = support.scene({ { "acme", protocol = "openai-chat", url = "http://127.0.0.1:9", models = { "m" }, key = "sk-acme-0123456789" } }, {
      servers = { { name = "door", protocol = "none", routes = { { path = "/v1/models", status = 500, text = "oh" } } } },
      text = function (mocks) return ('rule "away" (function (model) return via("%s/v1") end)'):format(mocks.url "door") end })
    local entry = expect(scene.models(), "m", "provider_failed", "override")
    assert.truthy(entry.reason:find("acme (at " .. scene.mocks.url "door" .. ") has an internal problem", 1, true), entry.reason)
  end)

  it("is not_served_here when the path does not exist there, and not_asked before the first request", function ()
    local scene = support.scene({ { "acme", protocol = "gone", models = { "m" }, server = raw { send = "HTTP/1.1 405 Method Not Allowed\r\ncontent-length: 0\r\n\r\n" } } },
      { text = 'protocol "gone" { chat_path = "/chat", generate = function (model) return post("/chat", { model = model.api_name }) end }' })
    expect(scene.run { "check", "--deep", "--json" }.json(), "m", "not_served_here", "definitions")
    expect(scene.models("--offline", "--all"), "m", "not_asked", nil)
  end)

  it("is present in every `unavailable` entry of the shipped definitions", function ()
    for _, words in ipairs { { "--offline", "--all" }, {} } do
      local document = support.models({}, table.unpack(words))
      for _, entry in ipairs(document.unavailable) do
        assert.is_boolean(CODES[entry.reason_code], entry.id .. ": " .. tostring(entry.reason_code))
        assert.is_true(BLAMES[entry.blame], entry.id)
      end
    end
  end)

  it("is in the output of explain as well", function ()
    local scene = support.scene { { "acme", protocol = "openai-chat", key = false, models = { "m" } } }
    local story = scene.run { "explain", "m", "--json" }.json()
    assert.same({ "key_unset", "this_machine", cjson.null }, { story.reason_code, story.blame, story.said })
  end)
end)

describe("A gateway or an override", function ()
  it("is to blame for its own responses and for the key that it adds", function ()
    local scene = support.scene({ { "acme", protocol = "bare", models = { "m" } }, { "keyed", protocol = "bare", key = false, models = { "k" } },
      { "moved", protocol = "bare", fields = 'override = setting "MOVED_URL",', models = { "o" } } },
      { servers = { { name = "page", protocol = "raw", script = { page(HTML) } },
        { name = "refuses", protocol = "raw", script = { json(ERROR:format "no", "401 Unauthorized") } } },
        text = function (mocks) return BARE .. ([[
          gateway "door" { base_url = "%s", providers = { "acme" } }
          gateway "safe" { base_url = "%s", providers = { "keyed" }, credentials = "injected" }]]):format(mocks.url "page", mocks.url "refuses") end })
    scene.options.env.MOVED_URL = scene.mocks.url "page"
    local document = scene.models()
    expect(document, "m", "page_not_api", "gateway")
    expect(document, "k", "key_refused", "gateway")
    expect(document, "o", "page_not_api", "override")
  end)
end)

describe("The closed list of reason codes", function ()
  it("has only codes that this spec provokes or lists as exceptions", function ()
    for code in pairs(CODES) do
      assert.is_true(seen[code] or ELSEWHERE[code] ~= nil, code .. " is not provoked")
      assert.is_falsy(seen[code] and ELSEWHERE[code], code .. " is provoked after all")
    end
  end)
end)
