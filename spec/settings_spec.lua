-- Variables that definitions read: one that cannot be used costs the block that used it, and is named with what is wrong with it.
local support = require "support.roster"

local OTHER = 'provider "other" { protocol = "openai-chat", base_url = "https://other.test" }\nmodel "o" { provider = "other" }\n'

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local function lacks(text, part) assert.falsy(text:find(part, 1, true), ("'%s' in: %s"):format(part, text)) end

--- Loads a block for the provider of the model "m", beside a provider that nothing is wrong with. Gives m's entry; the other is as ever.
local function entry(text, env)
  local files = { ["all.lua"] = OTHER .. text .. '\nmodel "m" { provider = "acme" }' }
  local document = support.offline(files, { "--no-builtin", env = env })
  assert.equal("not_asked", support.entry(document, "o").reason_code)
  return (support.entry(document, "m"))
end

local function acme(fields) return ('provider "acme" { protocol = "openai-chat", base_url = "https://acme.test", %s }'):format(fields) end

local function refused(text, env, variable, what)
  local found = entry(text, env)
  assert.equal("setting_invalid", found.reason_code, found.reason)
  assert.equal("this_machine", found.blame)
  has(found.reason, variable .. " (")
  has(found.reason, what)
  has(found.hint, variable)
  return found
end

teardown(support.stop_all)

describe("A setting with something pasted around it", function ()
  local flaws = {
    { '"eu"', [[("\"eu\"") is in quotes]] },
    { "'eu'", [[("'eu'") is in quotes]] },
    { " eu", [[(" eu") begins with a blank]] },
    { "eu ", [[("eu ") ends with a blank]] },
    { "eu\r", [[("eu\r") ends with a control character (\r, a carriage return)]] },
    { "eu\n", [[("eu\n") ends with a control character (\n, a line break)]] },
    { "e\1u", [[("e\x01u") contains a control character (\x01)]] },
    { "   ", [[("   ") contains only blanks]] },
    { "\u{feff}eu", [[("\ufeffeu") begins with a byte order mark (\ufeff)]] },
    { "e\u{200b}u", [[("e\u200bu") contains \u200b, which is invisible]] },
    { "eu\u{a0}", [[("eu\u00a0") contains \u00a0, which is invisible]] },
    { "e\xffu", [[("e\xffu") contains a byte that is not UTF-8 (\xff)]] },
    { "${REGION}", [[("${REGION}") is a reference to a variable that was not filled in]] },
    { "$(region)", [[("$(region)") is a command ($(...)) that was not run]] },
    { "<your region>", [[("<your region>") is a placeholder (<...>)]] },
  }
  for _, case in ipairs(flaws) do
    it(("disables its provider, and no other, and says so: %q"):format(case[1]), function ()
      local text = 'provider "acme" { protocol = "openai-chat", base_url = "https://" .. setting "ACME_REGION" .. ".acme.test/x" }'
      refused(text, { ACME_REGION = case[1] }, "ACME_REGION", case[2])
    end)
  end

  it("is a warning of lint at the line of the block, and changes nothing else", function ()
    local found, result = support.lint({ ["all.lua"] = OTHER .. acme 'title = setting "ACME_TITLE"' }, { "--no-builtin", env = { ACME_TITLE = '"Acme"' } })
    assert.same({ 'all.lua:3: warning: provider \'acme\': ACME_TITLE ("\\"Acme\\"") is in quotes: its models are disabled' }, found)
    assert.equal(0, result.status)
  end)

  it("is found whatever the script does to the string, and wherever the script read it", function ()
    local ways = {
      'local host = setting "ACME_HOST"\n' .. 'provider "acme" { protocol = "openai-chat", base_url = "https://" .. host:lower() .. "/x" }',
      'provider "acme" { protocol = "openai-chat", base_url = ("https://%s/x"):format(text.trim(setting "ACME_HOST")) }',
      'local function url(host) return text.starts(host, "https://") and host or "https://" .. host end\n'
        .. 'provider "acme" { protocol = "openai-chat", base_url = url(setting "ACME_HOST") }',
      acme 'tls = { ca_file = "/etc/" .. setting "ACME_HOST" .. ".pem" }',
      acme 'headers = { ["x-host"] = "host " .. setting "ACME_HOST" }',
      acme 'key_prefixes = { "sk-", setting "ACME_HOST" }',
      acme 'credential = secret { file = "/run/" .. setting "ACME_HOST" }',
      acme 'credential = secret(setting "ACME_HOST")',
      acme 'auth = header(setting "ACME_HOST")',
      acme 'auth = aws_sigv4 { key_id = secret "ACME_ID", region = setting "ACME_HOST" }',
      acme 'proxy = setting "ACME_HOST"',
      acme 'protocol = setting "ACME_HOST"',
      acme 'list = get(setting "ACME_HOST")',
      acme 'enabled = setting "ACME_HOST" == "acme.test"',
    }
    for _, way in ipairs(ways) do refused(way, { ACME_HOST = "acme.test\r" }, "ACME_HOST", [[("acme.test\r")]]) end
  end)

  it("does not count as unset: its fallback is not used, and `needs` is not reported as missing", function ()
    refused(acme 'needs = "ACME_REGION", override = "https://" .. setting("ACME_REGION", "us") .. ".test"', { ACME_REGION = '"eu"' }, "ACME_REGION", "quotes")
    refused(acme 'override = "https://" .. setting("ACME_REGION", setting "ACME_ZONE") .. ".test"', { ACME_REGION = "eu ", ACME_ZONE = "us" },
      "ACME_REGION", "ends with a blank")
  end)

  it("does not matter in a fallback that is not used", function ()
    local found = entry(acme 'override = "https://" .. setting("ACME_REGION", setting "ACME_ZONE") .. ".test"', { ACME_REGION = "eu", ACME_ZONE = "us " })
    assert.equal("not_asked", found.reason_code)
  end)

  it("does not matter in a block that another file has amended in that field", function ()
    local mine = 'provider "exe-llm" { base_url = "https://team.int.test" }\nmodel "m" { provider = "exe-llm" }'
    local document = support.offline({ ["a.lua"] = mine }, { env = { EXE_LLM_URL = '"https://team.int.test"' } })
    assert.equal("not_asked", support.entry(document, "m").reason_code)
  end)

  it("disables a model that read it, and the models of a gateway that read it, which are never reached directly", function ()
    local by_model = support.offline({ ["a.lua"] = OTHER .. 'model "m" { provider = "other", api_name = setting "NAME" }' }, { "--no-builtin", env = { NAME = "x " } })
    assert.equal("setting_invalid", support.entry(by_model, "m").reason_code)
    local gateway = 'gateway "door" { base_url = "https://" .. setting "DOOR" .. "/x", providers = { "acme" } }\n' .. acme ''
    has(refused(gateway, { DOOR = "door.test " }, "DOOR", "ends with a blank").reason, "gateway 'door': ")
  end)

  it("that a rule returns as an address disables the model", function ()
    refused(acme '' .. '\nrule "r" (function (model) if model.id == "m" then return via(setting "DOOR") end end)', { DOOR = '"https://door.test"' }, "DOOR",
      "is in quotes")
  end)

  it("leaves the default without `wanted`, and the policy without that line", function ()
    local found = support.lint({ ["a.lua"] = OTHER .. 'default { wanted = setting "WISH" }\nvalidate { level = setting "LEVEL" }' },
      { "--no-builtin", env = { WISH = '"o"', LEVEL = "lst" } })
    assert.same({ 'a.lua:3: warning: default: WISH ("\\"o\\"") is in quotes: it is left out',
      'a.lua:4: warning: validate: LEVEL ("lst") cannot be \'level\', which is "credential", "list", "prove" or "generate": it is left out' }, found)
  end)

  it("leaves a role, a default and a retired id without that line", function ()
    local text = OTHER .. 'default { setting "ONE", "o" }\nrole "cheap" { setting "ONE", "o" }\nretired "old" { replacement = setting "ONE" }'
      .. '\nretired "older" { replacement = setting "TWO" }'
    local found = support.lint({ ["a.lua"] = text }, { "--no-builtin", env = { ONE = "o ", TWO = "nobody" } })
    assert.equal(4, #found)
    for i, what in ipairs { "default: ONE", "retired 'old': ONE", "role 'cheap': ONE", "retired 'older': TWO is not the id of a model" } do
      has(table.concat(found, "\n"), "warning: " .. what)
      assert.truthy(found[i]:find "^a.lua:%d: warning: ", found[i])
    end
  end)

  it("omits a block whose name it is, and refuses one with a table that has it as a key", function ()
    local found = support.lint({ ["a.lua"] = OTHER .. 'model(setting "NAME") { provider = "other" }' }, { "--no-builtin", env = { NAME = "n\r" } })
    assert.same({ [[a.lua:3: warning: model: NAME ("n\r") ends with a control character (\r, a carriage return): it is left out]] }, found)
    refused(acme 'headers = { [setting "NAME"] = "x" }', { NAME = "x-team\r" }, "NAME", "ends with a control character")
    refused(acme 'headers = { [setting "NAME"] = "x" }', { NAME = "x team" }, "NAME", "is not the name of a header")
  end)

  it("disables the models of a protocol that read it", function ()
    local protocol = 'protocol "mine" { prefix = setting "PREFIX", chat_path = "/chat" }\n'
    refused(protocol .. 'provider "acme" { protocol = "mine", base_url = "https://acme.test" }', { PREFIX = "/v1 " }, "PREFIX", "ends with a blank")
  end)

  it("does not silently bypass a gateway that it should have turned on", function ()
    local gateway = 'gateway "door" { base_url = "https://door.test", providers = { "acme" }, enabled = setting "USE_DOOR" }\n'
    has(refused(gateway .. acme '', { USE_DOOR = "true" }, "USE_DOOR", "cannot be 'enabled', which is true or false").reason, "gateway 'door'")
    gateway = gateway:gsub('setting "USE_DOOR"', 'setting "USE_DOOR" == "yes"')
    has(refused(gateway .. acme '', { USE_DOOR = "yes\r" }, "USE_DOOR", "ends with a control character").reason, "gateway 'door'")
  end)

  it("never shows what may be a password", function ()
    local found = refused(acme 'proxy = setting "ACME_PROXY"', { ACME_PROXY = "http://me:hunter2@proxy.test" }, "ACME_PROXY", "names a user")
    lacks(found.reason .. found.hint, "hunter2")
    local key = refused(acme 'title = setting "ACME_TITLE"', { ACME_TITLE = '"sk-proj-0123456789abcdef"' }, "ACME_TITLE", "is in quotes")
    lacks(key.reason .. key.hint, "0123456789")
  end)

  it("reaches the script unchanged if that asks for it", function ()
    local found = entry(acme 'title = text.trim(setting { "ACME_TITLE", as_is = true })', { ACME_TITLE = "  Acme\r" })
    assert.equal("not_asked", found.reason_code)
  end)

  it("can also be refused by the author, with a reason of the author's", function ()
    refused(acme 'override = setting { "ACME_URL", unusable = "names a socket: write host:port" }', { ACME_URL = "unix:///x" }, "ACME_URL",
      '("unix:///x") names a socket: write host:port')
  end)
end)

describe("A setting that its field cannot take", function ()
  local cases = {
    { 'timeout = tonumber(setting "ACME_X")', "30s", "is not a number" },
    { 'timeout = tonumber(setting "ACME_X") or 30', "30s", "is not a number" },
    { 'timeout = tonumber(setting "ACME_X") * seconds + 1', "half a minute", "is not a number" },
    { 'timeout = 2 * tonumber(setting "ACME_X")', "30 ", "ends with a blank" },
    { 'proxy = setting "ACME_X"', "proxy.test:3128", "does not begin with https:// or http://" },
    { 'proxy = setting "ACME_X"', "socks5h://127.0.0.1:1080", "is a SOCKS proxy: roster goes through HTTP proxies only" },
    { 'timeout = setting "ACME_X"', "thirty", "cannot be 'timeout', which is a number of seconds" },
    { 'enabled = setting "ACME_X"', "true", "cannot be 'enabled', which is true or false" },
    { 'list_proves = setting "ACME_X"', "everything", "cannot be 'list_proves', which is" },
    { 'protocol = setting "ACME_X"', "openai-chatt", "is not the id of a protocol" },
    { 'credential = secret(setting "ACME_X")', "sk-0123456789", "is not the name of a variable" },
    { 'auth = header(setting "ACME_X")', "x key", "is not the name of a header" },
  }
  for _, case in ipairs(cases) do
    it(("disables its provider and no other: %s = %q"):format(case[1], case[2]), function ()
      local text = acme(case[1]):gsub('protocol = "openai%-chat", (.*protocol)', "%1")
      refused(text, { ACME_X = case[2] }, "ACME_X", case[3])
    end)
  end

  it("disables its provider and no other if it is an address, which is named with the variable", function ()
    for _, field in ipairs { "base_url", "override" } do
      for value, what in pairs { ["team.int.example"] = "does not begin with https:// or http://", ["https://a.test:99999"] = "has no valid port",
        ["http://team.int.example"] = "would send the key unencrypted" } do
        local text = ('provider "acme" { protocol = "openai-chat", %s = setting "ACME_URL", credential = secret "ACME_KEY" }'):format(field)
        local found = entry(text, { ACME_URL = value, ACME_KEY = "k-0123456789" })
        assert.equal("address_invalid", found.reason_code)
        has(found.reason, ('"%s" (from ACME_URL) %s'):format(value, what))
        local warned = support.lint({ ["a.lua"] = text }, { "--no-builtin", env = { ACME_URL = value } })
        has(warned[1], ("a.lua:1: warning: provider 'acme': %s \"%s\" (from ACME_URL) %s"):format(field, value, what))
        assert.equal("correct ACME_URL; write an address like https://host or https://host/prefix", found.hint)
      end
    end
  end)

  it("is an author's mistake, and an error, if the string does not come from a variable", function ()
    local _, result = support.lint({ ["a.lua"] = acme 'proxy = "proxy.test:3128", headers = { ["x-a"] = setting "ACME_X" }' }, { "--no-builtin", env = { ACME_X = "blue" } })
    assert.equal(1, result.status)
  end)

  it("of a JSON file is treated the same", function ()
    local files = { ["a.lua"] = OTHER, ["b.json"] = [[{ "provider": { "acme": { "protocol": "openai-chat", "base_url": { "setting": "ACME_URL" } } },
      "model": { "m": { "provider": "acme" } } }]] }
    local found = support.entry(support.offline(files, { "--no-builtin", env = { ACME_URL = '"https://acme.test"' } }), "m")
    assert.equal("setting_invalid", found.reason_code)
    has(found.reason, "ACME_URL")
  end)
end)

describe("DEFAULT_MODEL with something pasted around it", function ()
  it("is a warning that names it", function ()
    local found = support.lint({ ["x.lua"] = "" }, { env = { DEFAULT_MODEL = '"gpt-5.5"' } })
    has(table.concat(found, "\n"), 'warning: default: DEFAULT_MODEL ("\\"gpt-5.5\\"") is in quotes: no model is called so')
  end)
end)

describe("A variable of a shipped provider that cannot be used", function ()
  it("is a warning if it is not an address, even for a provider without models", function ()
    for variable, value in pairs { EXE_LLM_URL = "team.int.test", OPENAI_BASE_URL = "notaurl", LMSTUDIO_BASE_URL = "192.168.1.2:1234" } do
      local found = support.lint({ ["a.lua"] = "" }, { env = { [variable] = value } })
      assert.equal(1, #found, table.concat(found, "\n"))
      has(found[1], ('"%s" (from %s) does not begin with https:// or http://: its models are disabled'):format(value, variable))
    end
  end)

  local cases = {
    { "vertex", "GOOGLE_CLOUD_LOCATION", { '"europe-west4"', "europe-west4 ", "europe-west4\r", "europe_west4" }, { GOOGLE_CLOUD_PROJECT = "p-1" } },
    { "vertex", "GOOGLE_CLOUD_PROJECT", { "p/1", '"p-1"' } },
    { "bedrock", "AWS_REGION", { '"us-east-1"', "us-east-1\r" } },
    { "bedrock", "AWS_DEFAULT_REGION", { '"us-east-1"' } },
    { "exe-llm", "EXE_LLM_URL", { "https://team.int.exe.xyz ", '"https://team.int.exe.xyz"' } },
    { "azure", "AZURE_OPENAI_RESOURCE_NAME", { "a.test/#" } },
    { "cloudflare", "CLOUDFLARE_ACCOUNT_ID", { "../.." } },
    { "mock", "ROSTER_MOCK", { "yes\r" } },
  }
  for _, case in ipairs(cases) do
    it(("costs that provider only: %s of %s"):format(case[2], case[1]), function ()
      for _, value in ipairs(case[3]) do
        local env = { [case[2]] = value, OPENAI_API_KEY = "sk-0123456789abcdef" }
        for name, other in pairs(case[4] or {}) do env[name] = other end
        local document = support.offline({ ["x.lua"] = ('model "one" { provider = "%s" }'):format(case[1]) }, { env = env })
        local found = support.entry(document, "one")
        assert.equal("setting_invalid", found.reason_code, found.reason)
        has(found.reason, case[2] .. " (")
        assert.equal("not_asked", support.entry(document, "gpt-5.5").reason_code)
      end
    end)
  end
end)

describe("OLLAMA_HOST", function ()
  local forms = {
    ["[::1]"] = "http://[::1]:11434", ["::1"] = "http://[::1]:11434", ["[::]"] = "http://[::1]:11434", ["[::1]:9999"] = "http://[::1]:9999",
    [" 1.2.3.4 "] = "http://1.2.3.4:11434", ['"1.2.3.4"'] = "http://1.2.3.4:11434", ["'1.2.3.4'\r"] = "http://1.2.3.4:11434",
    ["1.2.3.4:"] = "http://1.2.3.4:11434", ["1.2.3.4:99999"] = "http://1.2.3.4:11434", ["1.2.3.4:abc"] = "http://1.2.3.4:11434",
    ["example.com/ollama"] = "http://example.com:11434/ollama", ["example.com:8080/ollama"] = "http://example.com:8080/ollama",
    ["http://example.com"] = "http://example.com", ["https://example.com"] = "https://example.com", ["http://example.com:8080"] = "http://example.com:8080",
    ["ollama.com"] = "https://ollama.com", ["0.0.0.0.example.com"] = "http://0.0.0.0.example.com:11434", ["0.0.0.0:8080"] = "http://127.0.0.1:8080",
    [":8080"] = "http://127.0.0.1:8080", ["http://0.0.0.0:8080"] = "http://127.0.0.1:8080",
  }
  for value, address in pairs(forms) do
    it(("is read as Ollama reads it: %q"):format(value), function ()
      local text = 'model "one" { provider = "ollama" }\nrule "seen" (function (model) if model.id == "one" then return refuse("<" .. model.provider.override .. ">") end end)'
      local document = support.offline({ ["x.lua"] = text }, { env = { OLLAMA_HOST = value } })
      local override = support.entry(document, "one").reason:match "<(.*)>"
      assert.equal(address, (override:gsub("^(http://.*):80$", "%1"):gsub("^(https://.*):443$", "%1")))
    end)
  end

  it("is named if it is none of them", function ()
    local document = support.offline({ ["x.lua"] = 'model "one" { provider = "ollama" }' }, { env = { OLLAMA_HOST = '"my box"' } })
    has(support.entry(document, "one").reason, '"http://my box:11434" (from OLLAMA_HOST) contains a space')
  end)

  it("with a Unix socket prints in one line what to write", function ()
    local document = support.offline({ ["x.lua"] = 'model "one" { provider = "ollama" }' }, { env = { OLLAMA_HOST = "unix:///tmp/ollama.sock" } })
    has(support.entry(document, "one").reason, 'OLLAMA_HOST ("unix:///tmp/ollama.sock") names a Unix socket, and roster asks over TCP: write host:port')
  end)
end)
