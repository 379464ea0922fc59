-- exe.dev's LLM integrations: their models.json decides which models are offered, and in which protocols.
local support = require "support.roster"

local function has(text, part) assert.truthy(text:find(part, 1, true), ("no '%s' in: %s"):format(part, text)) end

local function item(id, native, ...)
  return { id = id, native_id = native, apis = { ... }, architecture = { input_modalities = { "text", "image" } } }
end

local MODELS = {
  item("anthropic/claude-opus-9", "claude-opus-9", "anthropic_messages"),
  item("openai/gpt-9", "gpt-9", "anthropic_messages", "openai_chat", "openai_responses"),
  item("moon/kimi-9", nil, "openai_chat"),
  item("moon/odd-9", "odd-9", "smoke_signals"),
}

local MESSAGE = { id = "msg_1", type = "message", role = "assistant", content = { { type = "text", text = "Hi" } } }

--- The document behind an integration with this response, and the mock server.
local function world(said, blocks, ...)
  local mocks = support.mock_servers { { name = "int", protocol = "none", routes = {
    { path = "/models.json", status = said.status or 200, body = said.body, text = said.text },
    { path = "/v1/messages", status = 200, body = MESSAGE },
  } } }
  local options = { env = { EXE_LLM_URL = mocks.url "int" }, config = { ["x.lua"] = blocks or "" } }
  return support.models(options, ...), mocks
end

local function offered(document)
  local list = {}
  for _, entry in ipairs(document.models) do list[#list + 1] = entry.id .. " " .. entry.protocol end
  return list
end

describe("An exe.dev integration", function ()
  teardown(support.stop_all)

  for _, version in ipairs { 1, 2 } do
    it(("with schema %d offers the models that it lists, in its order and each in its protocol"):format(version), function ()
      local document, mocks = world { body = { schema_version = version, models = MODELS } }
      assert.same({ "claude-opus-9 anthropic-messages", "gpt-9 openai-responses", "moon/kimi-9 openai-chat" }, offered(document))
      assert.same({ "text", "image" }, document.models[1].input_modalities)
      assert.equal(1, #mocks.requests "int")
      assert.equal("implicit", mocks.requests("int")[1].headers["x-api-key"])
    end)
  end

  it("is asked at the endpoint of each model's protocol", function ()
    local document, mocks = world({ body = { schema_version = 1, models = { MODELS[1] } } }, nil, "--level", "generate")
    assert.equal("generate", document.models[1].stage)
    local requests = mocks.requests "int"
    assert.equal("/v1/messages", requests[#requests].path)
  end)

  it("decides what it serves: a block for a model that it does not list is not_listed", function ()
    local document = world({ body = { schema_version = 2, models = { MODELS[1] } } },
      [[model "mine" { provider = "exe-llm", api_name = "gpt-8" }
      model "opus" { provider = "exe-llm", api_name = "claude-opus-9", protocol = "anthropic-messages" }]])
    assert.equal("not_listed", support.entry(document, "mine").state)
    assert.equal("ready", support.entry(document, "opus").state)
    assert.same({ "opus anthropic-messages" }, offered(document))
  end)

  it("offers nothing and gives a reason if its models.json has another schema, is missing or fails", function ()
    local block = 'model "mine" { provider = "exe-llm", api_name = "gpt-9" }'
    local function reason(said)
      local document = world(said, block)
      assert.same({}, offered(document))
      return support.entry(document, "mine").state .. ": " .. support.entry(document, "mine").reason
    end
    has(reason { body = { schema_version = 3, models = MODELS } }, "a schema_version that is neither 1 nor 2")
    has(reason { text = "404 page not found\n", status = 404 }, "unproven")
    has(reason { text = "upstream", status = 502 }, "provider_error")
  end)

  it("is not used unless its address is set", function ()
    local document = support.offline { ["x.lua"] = 'model "mine" { provider = "exe-llm", api_name = "gpt-9" }' }
    assert.equal("disabled", support.entry(document, "mine").state)
    has(support.entry(document, "mine").hint, "EXE_LLM_URL")
  end)
end)
