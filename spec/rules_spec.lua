-- Rules: how a model becomes a service or is refused. What a rule sees, what it may return, and which errors it can cause.
local support = require "support.roster"

local ACME = [[
provider "acme" { title = "Acme", protocol = "openai-chat", base_url = "https://api.acme.test", credential = secret "ACME_API_KEY" }
model "m" { provider = "acme", api_name = "acme/m", context_window = 9 * K }
model "n" { provider = "acme" }
]]

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

--- The document of these rules over the two models of Acme, without the shipped definitions.
local function with(rules, options)
  options = options or {}
  local document = support.offline({ ["models.lua"] = ACME, ["rules.lua"] = rules }, { "--no-builtin", env = options.env })
  return document
end

local function entry(rules, options) return support.entry(with(rules, options), "m") end

--- What a rule sees: the value of an expression over `model` and `host`, as a string.
local function seen(expression, options)
  local rule = ('rule "seen" (function (model, host) return refuse("<" .. tostring(%s) .. ">") end)'):format(expression)
  return (entry(rule, options).reason:match "^rule 'seen' refused it: <(.*)>$")
end

--- Whether a statement succeeds in a rule, and its error if not.
local function tried(statement)
  return seen(([[(function ()
    local ok, why = pcall(function () %s end)
    return ok and "went through" or why
  end)()]]):format(statement))
end

local function explain(rules, options)
  options = options or {}
  local result = support.roster({ "explain", options.id or "m", "--offline", "--json", "--no-builtin" },
    { config = { ["models.lua"] = ACME, ["rules.lua"] = rules }, env = options.env })
  return result.json()
end

teardown(support.stop_all)

describe("via", function ()
  it("sends a model's requests to an address, with the paths of its protocol", function ()
    local story = explain 'rule "there" (function (model) return via "https://there.test/base" end)'
    assert.equal("https://there.test/base/v1/chat/completions", story.url)
    assert.equal("there", story.rule)
  end)

  it("accepts an address as SDKs write it or as the complete endpoint, without doubling any part", function ()
    for _, address in ipairs { "https://there.test", "https://there.test/", "https://there.test/v1", "https://there.test/v1/",
      "https://there.test/v1/chat/completions" } do
      assert.equal("https://there.test/v1/chat/completions",
        explain(('rule "there" (function () return via "%s" end)'):format(address)).url, address)
    end
  end)

  it("accepts a gateway", function ()
    local story = explain [[
      gateway "gw" { base_url = "http://gw.test" }
      rule "g" (function (model, host) return via(host.gateway_for(model.provider)) end)
    ]]
    assert.equal("http://gw.test/_/gateway/acme/v1/chat/completions", story.url)
    assert.equal("gw", story.gateway)
  end)

  it("with a setting that is unset leaves the decision to the next rule", function ()
    local story = explain [[
      rule "one" (function (model) return via(model.provider.override) end)
      rule "two" (function (model) return via(model.provider.base_url) end)
    ]]
    assert.equal("two", story.rule)
    assert.equal("https://api.acme.test/v1/chat/completions", story.url)
  end)

  it("with an invalid address disables the model and reports what is wrong with the address", function ()
    local found = entry 'rule "bad" (function () return via "there.test" end)'
    assert.equal("disabled", found.state)
    assert.equal("the address of provider 'acme' \"there.test\" does not begin with https:// or http://", found.reason)
    assert.equal("correct that address; write it like https://host or https://host/prefix", found.hint)
  end)

  it("with a user in the address disables the model and does not print the password", function ()
    local rule = 'rule "bad" (function () return via "https://me:hunter2@there.test" end)'
    local document, result = support.offline({ ["models.lua"] = ACME, ["rules.lua"] = rule }, { "--no-builtin", command = support.command })
    assert.equal("disabled", support.entry(document, "m").state)
    assert.falsy((result.out .. result.err):find("hunter2", 1, true))
  end)

  it("with plain http to a remote host disables the model because the key would be sent in the clear", function ()
    local found = entry 'rule "far" (function () return via "http://far.test" end)'
    assert.equal("disabled", found.state)
    has(found.reason, "would send the key unencrypted")
    assert.equal("no_credential", entry('rule "near" (function () return via "http://127.0.0.1:1" end)').state)
  end)

  it("accepts the id of a gateway, and decides nothing while that gateway is off", function ()
    local gateway = 'gateway "door" { base_url = %s, providers = {}, credentials = "injected" }\nrule "door" (function () return via "door" end)'
    assert.equal("door", explain(gateway:format '"https://door.test"').gateway)
    assert.equal("https://api.acme.test/v1/chat/completions", explain(gateway:format "nil").url)
  end)

  it("rejects every value but a URL or a gateway", function ()
    for value, kind in pairs { ["5"] = "the number 5", ["{}"] = "a table", ["true"] = "true", ["model"] = "a model", ["model.provider"] = "a provider" } do
      has(tried("via(" .. value .. ")"), "via: takes the id of a gateway or an address, not " .. kind)
    end
  end)
end)

describe("refuse", function ()
  it("disables the model, names the rule and its reason, and leaves other models alone", function ()
    local document = with 'rule "no big ones" (function (model) if model.context_window then return refuse "too long for us" end end)'
    local refused = support.entry(document, "m")
    assert.equal("disabled", refused.state)
    assert.equal("config", refused.stage)
    assert.equal("rule 'no big ones' refused it: too long for us", refused.reason)
    assert.truthy(refused.hint:find("^change that rule %(.*%.lua:1%) to offer it$"), refused.hint)
    assert.equal("no_credential", support.entry(document, "n").state)
  end)

  it("without a reason reports at least that a rule refused the model", function ()
    assert.equal("rule 'r' refused it: a rule refused it", entry('rule "r" (function () return refuse "" end)').reason)
  end)

  it("takes effect before the credential, so there are no requests about the refused model", function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", models = { "acme/m", "n" } } }
    local document = support.models { env = { ACME_API_KEY = "sk-acme-0001-0001" }, config = {
      ["models.lua"] = ACME,
      ["x.lua"] = ('rule "r" (function (model) return model.id == "m" and refuse "no" or via "%s" end)'):format(mocks.url "acme"),
    } }
    assert.equal("disabled", support.entry(document, "m").state)
    assert.is_true(#mocks.requests "acme" > 0)
    for _, request in ipairs(mocks.requests "acme") do assert.falsy(request.path:find("acme/m", 1, true)) end
  end)
end)

describe("Rules", function ()
  it("run in order, and the first that returns a decision wins", function ()
    assert.equal("b", explain([[
      rule "a" (function (model) end)
      rule "b" (function (model) return via "https://b.test" end)
      rule "c" (function (model) return refuse "never" end)
    ]]).rule)
  end)

  it("may return false to leave the decision to the next rule", function ()
    assert.equal("https://b.test/v1/chat/completions",
      explain('rule "a" (function () return false end) rule "b" (function () return via "https://b.test" end)').url)
  end)

  it("that all return nothing leave the model to its gateway or its own address", function ()
    local story = explain 'rule "a" (function () end)'
    assert.equal("https://api.acme.test/v1/chat/completions", story.url)
    assert.equal(require "cjson".null, story.rule)
    assert.equal("http://gw.test/_/gateway/acme/v1/chat/completions", explain('gateway "g" { base_url = "http://gw.test" } rule "a" (function () end)').url)
  end)

  it("do not run for a disabled model", function ()
    local found, result = support.lint({ ["models.lua"] = ACME .. 'model "off" { provider = "acme", enabled = false }',
      ["rules.lua"] = 'rule "r" (function (model) if model.id == "off" then error "asked" end end)' }, { "--no-builtin" })
    assert.same({}, found)
    assert.equal(0, result.status)
  end)

  it("may use local variables of their file", function ()
    local found = entry 'local refused = { m = "tested and bad" } rule "r" (function (model) return refused[model.id] and refuse(refused[model.id]) end)'
    assert.equal("rule 'r' refused it: tested and bad", found.reason)
  end)
end)

describe("A rule sees", function ()
  it("every field of a model, which is nil if unset", function ()
    local fields = [[
      model "m" { description = "D", max_input_tokens = 2, max_output_tokens = 3, price = { input = 1.5 }, input_modalities = { "text", "pdf" },
        reasoning = true, reasoning_levels = { "low" }, tool_call = true, family = "F", tier = "fast", release_date = "2026-01-01",
        knowledge_cutoff = "2025-06", status = "legacy", retires = "2027-01-01", replacement = "n", headers = { ["x-h"] = "H" },
        aliases = { "a1" }, formerly = { "f1" }, former_windows = { f1 = 4 }, recommended = true, provider = "acme", api_name = "acme/m",
        context_window = 9 * K }
    ]]
    local values = {
      id = "m", api_name = "acme/m", description = "D", context_window = "9000", max_input_tokens = "2", max_output_tokens = "3",
      ["price.input"] = "1.5", ["price.output"] = "nil", ["input_modalities[2]"] = "pdf", reasoning = "true", ["reasoning_levels[1]"] = "low",
      tool_call = "true", family = "F", tier = "fast", release_date = "2026-01-01", knowledge_cutoff = "2025-06", status = "legacy",
      retires = "2027-01-01", replacement = "n", ["headers['x-h']"] = "H", ["aliases[1]"] = "a1", ["formerly[1]"] = "f1",
      recommended = "true", enabled = "true", protocol = "openai-chat",
    }
    local definitions = ACME:gsub('model "m" %b{}\n', "") .. fields
    local wrong = {}
    for name, value in pairs(values) do
      local rule = ('rule "seen" (function (model) local ok, v = pcall(function () return model.%s end) return refuse(tostring(v)) end)'):format(name)
      local document = support.offline({ ["x.lua"] = definitions .. rule }, { "--no-builtin" })
      local said = support.entry(document, "m").reason:gsub("^rule 'seen' refused it: ", "")
      if said ~= value then wrong[#wrong + 1] = ("model.%s is %s, not %s"):format(name, said, value) end
    end
    assert.same({}, wrong)
    for _, name in ipairs { "family", "tier", "price", "retires", "max_output_tokens" } do assert.equal("nil", seen("model." .. name)) end
  end)

  it("the former windows of a model", function ()
    local text = ACME:gsub("context_window", "former_windows = { m = 4 * K }, context_window") ..
      'rule "seen" (function (model) if model.id == "m" then return refuse("<" .. tostring((model.former_windows or {}).m) .. ">") end end)'
    local document = support.offline({ ["x.lua"] = text }, { "--no-builtin" })
    assert.equal("rule 'seen' refused it: <4000>", support.entry(document, "m").reason)
  end)

  it("the complete provider of the model, not only the provider's id", function ()
    assert.equal("acme Acme https://api.acme.test", seen 'model.provider.id .. " " .. model.provider.title .. " " .. model.provider.base_url')
    assert.equal("nil", seen "model.provider.override")
  end)

  it("sees the kind chat where a block states none, as it counts", function ()
    assert.equal("chat", seen "model.kind")
  end)

  it("whether there is a credential, but never the credential itself", function ()
    assert.equal("false", seen "model.provider.has_credential")
    assert.equal("true", seen("model.provider.has_credential", { env = { ACME_API_KEY = "k-canary-0001" } }))
    assert.equal("nil", seen("model.provider.credential", { env = { ACME_API_KEY = "k-canary-0001" } }))
  end)

  it("no header whose value is a secret", function ()
    local document = support.offline({ ["x.lua"] = ACME:gsub('title = "Acme"', 'headers = { ["x-org"] = secret "ORG", ["x-team"] = "red" }') ..
      'rule "seen" (function (model) local h = model.provider.headers return refuse(tostring(h["x-org"]) .. " " .. h["x-team"]) end)' },
      { "--no-builtin", env = { ORG = "org-canary-0001" } })
    assert.equal("rule 'seen' refused it: nil red", support.entry(document, "m").reason)
  end)

  it("the first gateway that serves a provider, or nil if there is none", function ()
    local function gateway(text) return entry(text .. [[
      rule "seen" (function (model, host)
        local gateway = host.gateway_for(model.provider)
        return refuse(gateway and gateway.id .. " " .. gateway.base_url or "none")
      end)]]).reason:gsub("^rule 'seen' refused it: ", "") end
    assert.equal("none", (gateway ""))
    assert.equal("none", (gateway 'gateway "off" {} gateway "disabled" { base_url = "http://a.test", enabled = false }'))
    assert.equal("two http://two.test", (gateway [[
      provider "other" { protocol = "openai-chat", base_url = "https://other.test" }
      gateway "one" { base_url = "http://one.test", providers = { "other" } }
      gateway "two" { base_url = "http://two.test", providers = { "other", "acme" } }
      gateway "three" { base_url = "http://three.test" }
    ]]))
  end)

  it("the effective fields of a gateway, including defaults", function ()
    local look = [[
      rule "seen" (function (model, host)
        local g = host.gateway_for(model.provider)
        return refuse(tostring(g.credentials) .. " " .. tostring(g.path) .. " " .. tostring(g.placeholder))
      end)]]
    assert.equal("rule 'seen' refused it: injected /x none",
      entry('gateway "g" { base_url = "http://g.test", credentials = "injected", path = "/x", placeholder = "none" }' .. look).reason)
    assert.equal("rule 'seen' refused it: forwarded /_/gateway/{provider} implicit", entry('gateway "g" { base_url = "http://g.test" }' .. look).reason)
  end)

  it("settings from the environment", function ()
    assert.equal("eu", seen('setting "REGION"', { env = { REGION = "eu" } }))
  end)
end)

describe("A rule", function ()
  for what, statement in pairs {
    ["change a field of the model"] = "model.api_name = 'other'",
    ["add a field to the model"] = "model.note = 1",
    ["change a field of the provider"] = "model.provider.base_url = 'https://evil.test'",
    ["change a part of the price"] = "model.price.input = 0",
    ["change a field of a gateway"] = "host.gateway_for(model.provider).base_url = 'https://evil.test'",
    ["remove a function of the host"] = "host.gateway_for = nil",
    ["add a field to the host"] = "host.note = 1",
  } do
    it("cannot " .. what, function ()
      local text = ACME:gsub("context_window", "price = { input = 1 }, context_window")
      local document = support.offline({ ["x.lua"] = text .. 'gateway "g" { base_url = "http://g.test" }' .. ([[
        rule "tries" (function (model, host)
          local ok, why = pcall(function () %s end)
          return refuse(ok and "it went through" or why)
        end)]]):format(statement) }, { "--no-builtin" })
      has(support.entry(document, "m").reason, "cannot be changed")
    end)
  end

  it("gets its own copies of lists and tables", function ()
    local text = ACME:gsub("context_window", 'headers = { a = "1" }, aliases = { "m1" }, context_window') .. [[
      rule "spoils" (function (model) if model.id == "m" then model.aliases[1] = "spoilt" model.headers.a = "spoilt" end end)
      rule "looks" (function (model) return model.id == "m" and refuse(tostring(model.aliases[1]) .. " " .. tostring(model.headers.a)) end)
    ]]
    local document = support.offline({ ["x.lua"] = text }, { "--no-builtin" })
    assert.equal("rule 'looks' refused it: m1 1", support.entry(document, "m").reason)
    assert.same({ "m1" }, support.entry(document, "m").aliases)
  end)

  it("cannot remove anything that the next rule uses", function ()
    local story = explain [[
      gateway "g" { base_url = "http://g.test" }
      rule "spoils" (function (model, host) pcall(function () host.gateway_for = function () end end) end)
      rule "looks" (function (model, host) return via(host.gateway_for(model.provider)) end)
    ]]
    assert.equal("g", story.gateway)
  end)
end)

describe("A rule that reads an unknown field", function ()
  for expression, message in pairs {
    ["model.nmae"] = "a model has no 'nmae'",
    ["model.contxt_window"] = "a model has no 'contxt_window' (did you mean 'context_window'?)",
    ["model.provider.bse_url"] = "a provider has no 'bse_url' (did you mean 'base_url'?)",
    ["model.price.inptu"] = "a price has no 'inptu' (did you mean 'input'?)",
    ["host.gateway_for(model.provider).bas_url"] = "a gateway has no 'bas_url' (did you mean 'base_url'?)",
    ["host.gateway_form"] = "a host has no 'gateway_form' (did you mean 'gateway_for'?)",
    ["model[1]"] = "a model has no '?'",
  } do
    it(("such as %s causes an error with its line and the nearest known field, if there is one"):format(expression), function ()
      local text = ACME:gsub("context_window", "price = { input = 1 }, context_window") .. 'gateway "g" { base_url = "http://g.test" }'
      local found = support.lint({ ["models.lua"] = text, ["rules.lua"] = "\nrule \"r\" (function (model, host)\n  if model.id == 'm' then local x = " ..
        expression .. " end\nend)" }, { "--no-builtin" })
      assert.equal(1, #found)
      has(found[1], "rules.lua:3: rule 'r' failed for model 'm': " .. message)
    end)
  end
end)

describe("A rule that fails", function ()
  --- The findings of rules over the two models, with file names instead of paths.
  local function findings(rules)
    local config = support.config { ["models.lua"] = ACME, ["rules.lua"] = rules }
    local found, result = support.lint(config, { "--no-builtin" })
    for i, line in ipairs(found) do found[i] = line:gsub((config .. "/"):gsub("%p", "%%%0"), "") end
    return found, result
  end

  it("causes an error that names the rule, the model, and the line that failed", function ()
    local found, result = findings '\nrule "r" (function (model)\n  if model.id == "m" then error "boom" end\nend)'
    assert.same({ "rules.lua:3: rule 'r' failed for model 'm': boom" }, found)
    assert.equal(1, result.status)
  end)

  it("because it indexes nil causes an error that names the nil variable", function ()
    assert.same({ "rules.lua:1: rule 'r' failed for model 'm': attempt to index a nil value (local 'x')" },
      (findings 'rule "r" (function (model) local x if model.id == "m" then return x.y end end)'))
  end)

  it("because it returns an invalid value causes an error that lists what a rule may return", function ()
    for answer, what in pairs { ["true"] = "true", ["5"] = "the number 5", ["{}"] = "a table", ["model"] = "a model", ["bearer"] = "a way to send a key" } do
      assert.same({ ("rules.lua:1: rule 'r' failed for model 'm': returned %s: a rule returns via(...), refuse(\"reason\") or nothing"):format(what) },
        (findings(('rule "r" (function (model) if model.id == "m" then return %s end end)'):format(answer))))
    end
  end)

  it("because it returns a string, alone or behind false or nil, causes an error that shows what to return", function ()
    for answer, what in pairs {
      ["'https://x.test'"] = [[the string "https://x.test": write return via("https://x.test")]],
      ["'too dear'"] = [[the string "too dear": write return refuse("too dear")]],
      ["false, 'no'"] = [[false and the string "no": write return refuse("no")]],
      ["nil, 'no'"] = [[nil and the string "no": write return refuse("no")]],
    } do
      assert.same({ "rules.lua:1: rule 'r' failed for model 'm': returned " .. what },
        (findings(('rule "r" (function (model) if model.id == "m" then return %s end end)'):format(answer))))
    end
  end)

  it("because it names a gateway that nobody defines causes an error that names the nearest one", function ()
    assert.same({ "rules.lua:2: rule 'r' failed for 2 models, first for model 'm': via: no gateway has the id 'crop' (did you mean 'corp'?), "
      .. "and an address begins with https:// or http://" },
      (findings 'gateway "corp" { base_url = "https://gw.test", providers = {} }\nrule "r" (function () return via "crop" end)'))
  end)

  it("to return the result of refuse causes a warning", function ()
    assert.same({ "rules.lua:1: warning: rule 'r': calls refuse(...) and does not return it, so it decides nothing: write return refuse(...)" },
      (findings 'rule "r" (function (model) if model.id == "m" then refuse "no" end end)'))
    assert.same({}, (findings 'rule "r" (function (model) local no = refuse "no" if model.id == "m" then return no end end)'))
  end)

  it("because of an unknown word causes an error of the rule, not of the file, that suggests the nearest word", function ()
    local found = findings '\nrule "r" (function (model)\n  if model.id == "m" then return vai "https://x.test" end\nend)'
    assert.same({ "rules.lua:3: rule 'r' failed for model 'm': unknown word 'vai' (did you mean 'via'?)" }, found)
  end)

  it("because it calls gateway_for with an id causes an error that shows the correct call", function ()
    local found = findings 'rule "r" (function (model, host) if model.id == "m" then return via(host.gateway_for "acme") end end)'
    assert.equal(1, #found)
    has(found[1], "gateway_for: takes a provider, as in host.gateway_for(model.provider)")
    has(found[1], "rules.lua:1: rule 'r' failed for model 'm': gateway_for")
  end)

  it("because it raises a value that is not a string causes an error of that rule", function ()
    local found = findings 'rule "r" (function (model) if model.id == "m" then error {} end end)'
    assert.equal(1, #found)
    has(found[1], "rules.lua:1: rule 'r' failed for model 'm': ")
    assert.falsy(found[1]:find("too long", 1, true), found[1])
  end)

  it("may catch its own errors, whose messages name the file and the line", function ()
    local rules = '\nrule "r" (function (model)\n  local ok, why = pcall(function () return model.nmae end)\n  return refuse(why)\nend)'
    assert.same({}, (findings(rules)))
    has(entry(rules).reason, "rules.lua:3: a model has no 'nmae'")
  end)

  it("for every model causes one error, with the number of models and the first of them", function ()
    local found = findings 'rule "r" (function () error "boom" end)'
    assert.equal(1, #found)
    assert.truthy(found[1]:find("^rules.lua:1: rule 'r' failed for 2 models, first for model '.-': boom$"), found[1])
  end)

  it("makes the command exit with status 2", function ()
    local result = support.roster({ "models" }, { config = { ["x.lua"] = 'rule "r" (function () error "boom" end)' } })
    assert.equal(2, result.status)
    has(result.err, "boom\n")
  end)
end)

describe("The shipped rules", function ()
  local function url(id, env, text)
    local result = support.roster({ "explain", id, "--offline", "--json" }, { config = { ["x.lua"] = text or "" }, env = env })
    return result.json().url, result.json().rule
  end

  it("send requests directly to the provider by default", function ()
    assert.same({ "https://api.anthropic.com/v1/messages", "direct" }, { url("claude-4.5-opus", {}) })
    assert.same({ "https://api.openai.com/v1/responses", "direct" }, { url("gpt-5.5", {}) })
    assert.same({ "https://api.fireworks.ai/inference/v1/chat/completions", "direct" }, { url("glm-5.3-fireworks", {}) })
  end)

  it("send requests to all providers through the gateway and keep the path of their own address", function ()
    local env = { LLM_GATEWAY = "http://gw.test:8080/llm" }
    assert.same({ "http://gw.test:8080/llm/_/gateway/anthropic/v1/messages", "gateway" }, { url("claude-4.5-opus", env) })
    assert.same({ "http://gw.test:8080/llm/_/gateway/fireworks/inference/v1/chat/completions", "gateway" }, { url("glm-5.3-fireworks", env) })
    assert.equal("http://gw.test:8080/llm/_/gateway/gemini/v1beta/models/gemini-3.8-flash:generateContent", (url("gemini-3.8-flash", env)))
  end)

  it("let an override, however it is written, take precedence over the gateway for its provider only", function ()
    for _, written in ipairs { "https://own.test", "https://own.test/", "https://own.test/v1", "https://own.test/v1/messages" } do
      local env = { LLM_GATEWAY = "http://gw.test", ANTHROPIC_BASE_URL = written }
      assert.same({ "https://own.test/v1/messages", "override" }, { url("claude-4.5-opus", env) })
      assert.same({ "http://gw.test/_/gateway/openai/v1/responses", "gateway" }, { url("gpt-5.5", env) })
    end
  end)

  it("keep the query string of an override", function ()
    assert.equal("https://own.test/v1/messages?api-version=7", (url("claude-4.5-opus", { ANTHROPIC_BASE_URL = "https://own.test/v1/messages?api-version=7" })))
  end)
end)

describe("A host that supports only some protocols #module", function ()
  local roster = require "roster"

  it("has the models of other protocols disabled and sends no requests about them", function ()
    local mocks = support.mock_servers {
      { name = "chat", protocol = "openai", models = { "c" } },
      { name = "messages", protocol = "anthropic-messages", models = { "a" } },
    }
    local registry = assert(roster.open {
      builtin = false,
      environment = {},
      protocols = { "anthropic-messages" },
      definitions = { ["x.lua"] = ([[
        provider "chat" { protocol = "openai-chat", base_url = "%s" }
        provider "messages" { protocol = "anthropic-messages", base_url = "%s" }
        model "c" { provider = "chat" }
        model "a" { provider = "messages" }
        model "both" { provider = "chat", protocol = "anthropic-messages" }
        rule "never asked" (function (model) if model.id == "c" then error "asked" end end)
      ]]):format(mocks.url "chat", mocks.url "messages") },
    })
    assert(registry:refresh())
    local snapshot = registry:snapshot()
    assert.equal("ready", snapshot:known("a").state)
    local left_out = snapshot:known "c"
    assert.equal("disabled", left_out.state)
    assert.equal("config", left_out.stage)
    assert.equal("this host does not speak openai-chat", left_out.reason)
    assert.are_not.equal("this host does not speak openai-chat", snapshot:known("both").reason)
    for _, request in ipairs(mocks.requests "chat") do assert.falsy(request.path:find("/c$"), request.path) end
    registry:close()
  end)

  it("has every model disabled and sends no requests if it supports none of their protocols", function ()
    local mocks = support.mock_servers { { name = "chat", protocol = "openai", models = { "c" } } }
    local registry = assert(roster.open { builtin = false, environment = {}, protocols = { "smoke-signals" }, definitions = { ["x.lua"] = ([[
      provider "chat" { protocol = "openai-chat", base_url = "%s" } model "c" { provider = "chat" }]]):format(mocks.url "chat") } })
    assert(registry:refresh())
    assert.equal("disabled", registry:snapshot():known("c").state)
    assert.same({}, mocks.requests())
    registry:close()
  end)
end)
