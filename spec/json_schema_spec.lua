-- `roster schema`: the JSON Schema of definitions in a .json file, held to what the parser says, by a validator that others wrote.
local cjson = require "cjson"
local serving = require "support.serving"
local support = require "support.roster"

local SOUND = {
  ["a provider with a key and a model"] = [[{ "$schema": "./overlay.schema.json",
    "provider": { "acme": { "title": "Acme", "protocol": "openai-chat", "base_url": "https://llm.acme.example",
      "credential": { "secret": "ACME_API_KEY" }, "timeout": 2.5, "headers": { "X-Team": "blue", "X-Site": { "setting": "SITE" } } } },
    "model": { "acme-large": { "provider": "acme", "context_window": 128000, "price": { "input": 1.5, "output": 6 },
      "input_modalities": ["text", "image"], "tags": ["a"], "extra": { "any": [1, { "thing": true }] } } } }]],
  ["keys in several places, and where they go"] = [[{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://a.example",
    "auth": { "header": "x-api-key" }, "credential": [{ "secret": { "env": "ACME_KEY", "label": "home" } }, { "secret": { "file": "/run/key", "label": "work" } },
      { "secret": { "helper": ["/usr/bin/vault", "read"], "ttl": 3600, "label": "vault", "interactive": true } }], "credential_use": "each" } } }]],
  ["a provider's own requests"] = [[{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://a.example", "auth": "bearer",
    "credential": { "secret": "ACME_KEY" }, "list": { "get": "/catalogue" }, "prove": [{ "get": "/me" }], "list_proves": "names",
    "discover": true, "discover_allow": ["acme-*"] } } }]],
  ["prices in tiers and from a day on"] = [[{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://a.example" } },
    "model": { "m": { "provider": "acme", "price": { "input": 1, "output": 0,
      "above": { "200000": { "input": 2 } }, "from": { "2027-01-01": { "input": 3, "above": { "200000": { "input": 4 } } } } } } } }]],
  ["an amendment that removes a field"] = [[{ "provider": { "anthropic": { "timeout": null, "headers": { "x-none": null } } } }]],
  ["a default and roles, by needs and by ids"] = [[{ "default": { "wanted": { "setting": "DEFAULT_MODEL" }, "models": ["claude-opus-4-5"] },
    "role": { "cheap": ["claude-opus-4-5"], "see": { "tier": "fast", "require": { "vision": true, "context": 200000 }, "max_price": 3,
      "models": ["claude-opus-4-5"] } } }]],
  ["a gateway"] = [[{ "gateway": { "corp": { "base_url": { "setting": "GATEWAY" }, "path": "/{provider}", "credentials": "injected",
    "providers": ["anthropic"], "headers": { "X-Key": { "secret": "GATEWAY_KEY" } }, "segments": { "anthropic": "claude" } } } }]],
  ["a retired id and ids of a host"] = [[{ "retired": { "old-one": { "replacement": "claude-opus-4-5" } },
    "ids": { "host": { "a": "claude-opus-4-5", "b": { "model": "claude-opus-4-5", "context_window": 100000 }, "c": null } } }]],
  ["a source and a policy"] = [[{ "source": { "mine": { "url": "https://facts.example/api.json", "format": "models.dev", "every": 3600,
    "may": "facts" } }, "validate": { "level": "list", "deadline": 30, "hold": false } }]],
}

local BROKEN = {
  ["a word that no file has"] = [[{ "providers": {} }]],
  ["a key that is misspelt"] = [[{ "provider": { "acme": { "protocol": "openai-chat", "bse_url": "https://a.example" } } }]],
  ["an address without a scheme"] = [[{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "a.example" } } }]],
  ["a key in the file"] = [[{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://a.example", "credential": "sk-1" } } }]],
  ["a list where one string is due"] = [[{ "provider": { "acme": { "protocol": ["openai-chat"], "base_url": "https://a.example" } } }]],
  ["a number as a string"] = [[{ "model": { "gpt-4o": { "context_window": "128000" } } }]],
  ["half a token"] = [[{ "model": { "gpt-4o": { "context_window": 128.5 } } }]],
  ["no tokens at all"] = [[{ "model": { "gpt-4o": { "context_window": 0 } } }]],
  ["dollars per token"] = [[{ "model": { "gpt-4o": { "price": { "input": 0.0000025 } } } }]],
  ["a flag as a string"] = [[{ "provider": { "anthropic": { "enabled": "no" } } }]],
  ["an unknown choice"] = [[{ "model": { "gpt-4o": { "tier": "huge" } } }]],
  ["an unknown modality"] = [[{ "model": { "gpt-4o": { "input_modalities": ["text", "smell"] } } }]],
  ["a day that is no day"] = [[{ "model": { "gpt-4o": { "retires": "soon" } } }]],
  ["a function"] = [[{ "protocol": { "odd": { "verdict": "ready" } } }]],
  ["a tier within a tier"] = [[{ "model": { "gpt-4o": { "price": { "above": { "1000": { "above": {} } } } } } }]],
  ["a tier by a word"] = [[{ "model": { "gpt-4o": { "price": { "above": { "many": { "input": 2 } } } } } }]],
  ["a request that is an address"] = [[{ "provider": { "anthropic": { "list": { "get": "https://a.example/models" } } } }]],
  ["a block that is a list"] = [[{ "provider": { "anthropic": [] } }]],
}

--- What Python's jsonschema says to each document: true where it is as the schema wants it.
local function valid(documents)
  local folder = support.config {
    ["schema.json"] = support.roster({ "schema" }).out,
    ["documents.json"] = cjson.encode(documents),
    ["validate.py"] = [[
import json, sys, jsonschema
schema = json.load(open(sys.argv[1] + "/schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
documents = json.load(open(sys.argv[1] + "/documents.json"))
print(json.dumps({name: validator.is_valid(json.loads(text)) for name, text in documents.items()}))
]] }
  local out, status = support.capture(support.line { "python3", folder .. "/validate.py", folder })
  assert.equal(0, status)
  return cjson.decode(out)
end

local function errors(text)
  local found = {}
  for _, line in ipairs((support.lint { ["a.json"] = text })) do
    if not line:find "warning: " then found[#found + 1] = line end
  end
  return found
end

describe("the JSON Schema of definitions", function ()
  teardown(serving.stop_all)

  it("accepts what lint accepts", function ()
    local verdicts = valid(SOUND)
    for name, text in pairs(SOUND) do
      assert.same({}, errors(text), name)
      assert.is_true(verdicts[name], name)
    end
  end)

  it("refuses what lint refuses", function ()
    local verdicts = valid(BROKEN)
    for name, text in pairs(BROKEN) do
      assert.not_same({}, errors(text), name)
      assert.is_false(verdicts[name], name)
    end
  end)

  it("refuses the misspelt keys and wrong values of the known mistakes, and accepts what lint only warns about", function ()
    local documents, wrong = {}, {}
    for path in io.popen "ls spec/mistakes/*.lua":lines() do
      for _, case in ipairs(dofile(path)) do
        if case.text and (case.file or "a.lua"):find "%.json$" and pcall(cjson.decode, case.text) then
          local message = case.message or ""
          local told = message:find "unknown key" or message:find "unknown word" or message:find "must be"
          if told or case.severity == "warning" then documents[case.name], wrong[case.name] = case.text, case.severity ~= "warning" end
        end
      end
    end
    assert.is_truthy(next(documents))
    local verdicts = valid(documents)
    for name in pairs(documents) do assert.equal(not wrong[name], verdicts[name], name) end
  end)

  it("describes every field, without those that only Lua can represent", function ()
    local schema = support.roster({ "schema" }).json()
    for verb, block in pairs(schema.definitions) do
      for field, about in pairs(block.properties or {}) do
        assert.truthy(verb == "secret" or verb == "setting" or verb == "request" or field == "models" or #about.description > 0, verb .. "." .. field)
      end
    end
    assert.equal(10, #schema.definitions.model.properties.kind.anyOf[1].enum + 1)
    assert.is_nil(schema.definitions.provider.properties.generate)
    assert.is_true(schema.definitions.provider.properties.enabled.default)
    assert.equal(86400, schema.definitions.validate.properties.keep_stale.default)
  end)

  it("is served, at the address that the server's own document names", function ()
    local server = serving.start()
    local answer = server.ask "/schema/overlay.json"
    assert.equal(200, answer.status)
    assert.equal(support.roster({ "schema" }).out, answer.body)
  end)
end)
