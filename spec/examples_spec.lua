-- The examples compile without a warning, run, and lint clean.
local support = require "support.roster"

local function run(line)
  local pipe = io.popen(line .. " 2>&1")
  local out = pipe:read "a"
  local _, _, status = pipe:close()
  return status, out
end

local function compiled(source)
  local program = support.folder() .. "/program"
  local where = support.quoted("-Wl,-rpath," .. support.root .. "/build")
  local status, out = run(("cc -std=c11 -Wall -Wextra -Werror -Iinclude -o %s %s -Lbuild -lroster %s"):format(program, source, where))
  assert.equal(0, status, out)
  return program
end

--- Runs a program without keys and without this machine's definitions.
local function run_alone(words, more) return run(("env -i ROSTER_CONFIG=%s %s %s"):format(support.quoted(support.folder()), more or "", words)) end

local function files()
  local list = {}
  for path in io.popen "find examples -type f | sort":lines() do list[#list + 1] = path end
  return list
end

describe("The example", function ()
  teardown(support.stop_all)

  it("host.c lists every known model with its state and reason when offline", function ()
    local status, out = run_alone(compiled "examples/host.c" .. " offline")
    assert.equal(0, status, out)
    assert.truthy(out:find "claude%-4%.5%-opus +no_credential: ANTHROPIC_API_KEY is not set")
    assert.truthy(out:find "mock +disabled: ")
    assert.truthy(out:find "\ndefault: none\n$")
  end)

  it("host.c makes no requests if no key is set, and prints the same as when offline", function ()
    local program = compiled "examples/host.c"
    local status, out = run_alone(program)
    assert.equal(0, status, out)
    assert.same({ run_alone(program .. " offline") }, { status, out })
  end)

  it("host.c prints what is wrong with the definitions, and where", function ()
    local folder = support.config { ["a.lua"] = "\nb {}" }
    local status, out = run("env -i ROSTER_CONFIG=" .. folder .. " " .. compiled "examples/host.c")
    assert.same({ 1, folder .. "/a.lua:2: unknown word 'b'\n" }, { status, out })
  end)

  it("host.lua prints the same as host.c", function ()
    local status, out = run_alone("lua5.4 examples/host.lua offline", "LUA_CPATH='build/?.so'")
    assert.equal(0, status, out)
    assert.equal(select(2, run_alone(compiled "examples/host.c" .. " offline")), out)
  end)

  it("host.lua prints the number of models in the document when it is asked for the document", function ()
    local status, out = run_alone("lua5.4 examples/host.lua offline document", "LUA_CPATH='build/?.so;;'")
    assert.equal(0, status, out)
    local _, models = out:gsub("[^\n]+: [^\n]+\n", "")
    assert.truthy(out:find(("\ndefault: none\n0 can be used, %d cannot\n$"):format(models - 1)), out)
  end)

  it("host.lua prints the address of the chat requests for a model that is ready", function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "openai", keys = { "sk-good-0123456789" }, models = { "large" } } }
    local folder = support.config { ["acme.lua"] = ([[
      provider "acme" { protocol = "openai-chat", base_url = "%s", credential = secret "ACME_API_KEY" }
      model "large" { provider = "acme" }]]):format(mocks.url()) }
    local status, out = run("env -i ROSTER_CONFIG=" .. folder .. " ROSTER_BUILTIN=no ACME_API_KEY=sk-good-0123456789 LUA_CPATH='build/?.so' " ..
      "lua5.4 examples/host.lua")
    assert.same({ 0, ("%-24s %s/v1/chat/completions\ndefault: large\n"):format("large", mocks.url()) }, { status, out })
  end)

  it("transport.c proves its model with the right key, through its own transport", function ()
    local status, out = run("env -i " .. compiled "examples/transport.c")
    assert.same({ 0, "GET https://api.example.test/v1/models: 200\nacme-large: ready \n" }, { status, out })
  end)

  it("transport.c reports that another key is rejected", function ()
    local status, out = run("env -i " .. compiled "examples/transport.c" .. " sk-another")
    assert.equal(0, status, out)
    assert.truthy(out:find("GET https://api.example.test/v1/models: 401\nacme-large: bad_credential ", 1, true))
    assert.is_nil(out:find("sk-another", 1, true))
  end)

  it("reach.py completes a request of each protocol, directly, at an override and behind gateways", function ()
    local places = { direct = "", override = "/over", gateway = "/door/acme", injected = "/door/acme" }
    local dialects = { ["openai-chat"] = "openai", ["openai-responses"] = "openai", ["anthropic-messages"] = "anthropic-messages", gemini = "gemini",
      ["cohere-v2"] = "cohere-v2", ollama = "ollama" }
    local servers = {}
    for protocol, dialect in pairs(dialects) do
      for place, prefix in pairs(places) do
        servers[#servers + 1] = { name = protocol .. place, protocol = dialect, prefix = prefix, models = { "one" },
          keys = place ~= "injected" and { "sk-good-0123456789" } or nil }
      end
    end
    local mocks = support.mock_servers(servers)
    for protocol in pairs(dialects) do
      for place in pairs(places) do
        local url = mocks.url(protocol .. place)
        local lines = { direct = "", override = ('override = "%s/over",'):format(url), gateway = "", injected = "" }
        local more = { gateway = "", injected = 'credentials = "injected",' }
        local text = ('provider "acme" { protocol = "%s", base_url = "%s", credential = secret "ACME_API_KEY", %s }\nmodel "one" { provider = "acme" }\n')
          :format(protocol, place == "direct" and url or "https://acme.example", lines[place])
        if more[place] then text = text .. ('gateway "door" { base_url = "%s", path = "/door/{provider}", %s }'):format(url, more[place]) end
        local env = place ~= "injected" and { ACME_API_KEY = "sk-good-0123456789" } or {}
        local words = { "request", "one", "--json", "--no-builtin", "--config", support.config { ["a.lua"] = text } }
        local line = support.command_line(words, { env = env }) .. " | env -i " .. (env.ACME_API_KEY and "ACME_API_KEY=" .. env.ACME_API_KEY or "") ..
          " PATH=" .. os.getenv "PATH" .. " python3 examples/reach.py"
        local status, out = run(line)
        assert.equal(0, status, protocol .. " " .. place .. ": " .. out)
        assert.truthy(out:find("Hi", 1, true), out)
      end
    end
  end)

  it("reach.py prints the provider's message if it refuses the key, and never the key", function ()
    local mocks = support.mock_servers { { name = "acme", protocol = "anthropic-messages", keys = { "sk-good-0123456789" }, models = { "one" } } }
    local folder = support.config { ["a.lua"] = ([[
      provider "acme" { protocol = "anthropic-messages", base_url = "%s", credential = secret "ACME_API_KEY" }
      model "one" { provider = "acme" }]]):format(mocks.url()) }
    local status, out = run(support.command_line({ "request", "one", "--json", "--no-builtin", "--config", folder }) ..
      " | ACME_API_KEY=sk-wrong-0123456789 python3 examples/reach.py")
    assert.equal(1, status)
    assert.truthy(out:find("401: ", 1, true) and out:find("authentication_error", 1, true), out)
    assert.falsy(out:find("sk-wrong", 1, true))
  end)

  it("overlay/ lints clean and adds a provider with two models in fewer than ten lines", function ()
    local result = support.roster { "lint", "examples/overlay" }
    assert.equal(0, result.status, result.out)
    local _, lines = support.read "examples/overlay/providers.lua":gsub("\n", "")
    assert.is_true(lines < 10)
    local document = support.models({ config = "examples/overlay" }, "--offline")
    for _, id in ipairs { "acme-large", "acme-small" } do
      local entry = support.entry(document, id)
      assert.same({ "acme", "ACME_API_KEY is not set" }, { entry.provider_id, entry.reason })
    end
  end)

  it("gateway/ lints clean and routes every provider that it can through the gateway, under its name there", function ()
    local result = support.roster { "lint", "examples/gateway" }
    assert.equal(0, result.status, result.out)
    local providers = support.roster({ "providers", "--offline", "--json" }, { config = "examples/gateway" }).json().providers
    local names = { gemini = "google-ai-studio" }
    for _, provider in ipairs(providers) do
      -- A signature is valid for its own address only, and a ChatGPT account's token goes to ChatGPT alone.
      local direct = provider.id == "bedrock-iam" or provider.id == "codex"
      if provider.credential.source ~= "keyless" and not direct then
        local address = "https://gateway.company.example/llm/" .. (names[provider.id] or provider.id)
        assert.equal(address, provider.base_url:sub(1, #address))
      end
    end
  end)

  it("gateway/rules.lua refuses what the company does not want, with its reason", function ()
    local document = support.models({ config = "examples/gateway" }, "--offline", "--all")
    local refused = {}
    for _, entry in ipairs(document.unavailable) do
      if entry.reason:find("there is no contract with", 1, true) then refused[entry.provider_id] = entry.reason_code end
    end
    assert.equal("rule_refused", refused.mistral)
    assert.is_nil(refused.anthropic)
  end)

  it("json/acme.json lints clean, and is what the schema that it names describes", function ()
    local result = support.roster { "lint", "examples/json" }
    assert.equal(0, result.status, result.out)
    local folder = support.config { ["schema.json"] = support.roster({ "schema" }).out }
    local check = "import json, jsonschema, sys; jsonschema.Draft7Validator(json.load(open(sys.argv[1]))).validate(json.load(open(sys.argv[2])))"
    local status, out = run(support.line { "python3", "-c", check, folder .. "/schema.json", "examples/json/acme.json" })
    assert.equal(0, status, out)
    assert.truthy(support.entry(support.models({ config = "examples/json" }, "--offline"), "acme-eu-large"))
  end)

  it("watch.lua prints the model for each request, and what changed between two", function ()
    local status, out = run_alone("lua5.4 examples/watch.lua", "ROSTER_MOCK=yes LUA_CPATH='build/?.so' printf 'one\\ntwo\\n' | env -i ROSTER_MOCK=yes ROSTER_CONFIG=" ..
      support.quoted(support.folder()) .. " LUA_CPATH='build/?.so'")
    assert.same({ 0, "one -> mock\ntwo -> mock\n" }, { status, out })
  end)

  it("protocol/ passes roster test with the scenario next to it", function ()
    local result = support.roster { "test", "examples/protocol/odd.lua", "--no-builtin" }
    assert.equal(0, result.status, result.out)
    assert.truthy(result.out:find("ok    empty account", 1, true), result.out)
  end)

  it("files are all listed in examples/README.md", function ()
    local listed = support.read "examples/README.md"
    for _, path in ipairs(files()) do
      local name = path:gsub("^examples/", "")
      assert.truthy(name == "README.md" or listed:find("`" .. name .. "`", 1, true), path)
    end
  end)

  it("files are short and begin with what they show", function ()
    for _, path in ipairs(files()) do
      local text = support.read(path)
      local _, lines = text:gsub("\n", "")
      assert.is_true(lines < 60, path)
      local json = path:find "%.json$" -- which has no comments
      assert.truthy(json or text:find "^%-%- %u" or text:find "^/%* %u" or text:find "^# %u", path)
    end
  end)
end)
