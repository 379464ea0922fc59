-- The mock providers stream as agents ask for it: server-sent events in each dialect, the same words as in one piece.
local cjson = require "cjson"
local support = require "support.roster"

local mocks

local function post(name, path, headers, body)
  local words = { "curl", "-sN", "-i", "-X", "POST", mocks.url(name) .. path, "-H", "content-type: application/json", "-d", cjson.encode(body) }
  for _, header in ipairs(headers) do
    words[#words + 1] = "-H"
    words[#words + 1] = header
  end
  local answer = support.capture(support.line(words)):gsub("\r\n", "\n")
  local head, rest = answer:match "^(.-\n)\n(.*)$"
  return { status = tonumber(head:match "^HTTP/%S+ (%d+)"), head = head:lower(), body = rest }
end

--- The events of an answer, in order: { name, data }; data stays a string where it is no JSON.
local function events(answer)
  assert.equal(200, answer.status)
  assert.truthy(answer.head:find("content-type: text/event-stream", 1, true), answer.head)
  assert.falsy(answer.head:find("content-length", 1, true), answer.head)
  local list = {}
  for block in answer.body:gmatch "(.-)\n\n" do
    local data = block:match "data: (.*)$"
    list[#list + 1] = { name = block:match "^event: (%S+)", data = data == "[DONE]" and data or cjson.decode(data) }
  end
  return list
end

local function names(list)
  local found = {}
  for i, event in ipairs(list) do found[i] = event.name end
  return found
end

local HELLO = { { role = "user", content = "hi" } }

describe("A mock provider", function ()
  setup(function ()
    mocks = support.mock_servers {
      { name = "a", protocol = "anthropic-messages", keys = { "a-key" }, models = { "one" } },
      { name = "o", protocol = "openai", keys = { "o-key" }, models = { "one" } },
      { name = "g", protocol = "gemini", keys = { "g-key" }, models = { "one" } },
    }
  end)
  teardown(support.stop_all)

  it("streams chat completions as chunks that end with [DONE], with the usage on request", function ()
    local function ask(options)
      return events(post("o", "/v1/chat/completions", { "authorization: Bearer o-key" },
        { model = "one", messages = HELLO, stream = true, stream_options = options }))
    end
    local text, list = "", ask()
    assert.equal("[DONE]", table.remove(list).data)
    for _, event in ipairs(list) do
      assert.equal("chat.completion.chunk", event.data.object)
      text = text .. (event.data.choices[1].delta.content or "")
    end
    assert.same({ "Hi", "stop", 3 }, { text, list[3].data.choices[1].finish_reason, #list })
    list = ask { include_usage = true }
    assert.same({ 0, 9 }, { #list[4].data.choices, list[4].data.usage.total_tokens })
  end)

  it("streams responses as numbered events whose last one is the answer in one piece", function ()
    local body = { model = "one", input = "hi", max_output_tokens = 16 }
    local whole = cjson.decode(post("o", "/v1/responses", { "authorization: Bearer o-key" }, body).body)
    body.stream = true
    local list = events(post("o", "/v1/responses", { "authorization: Bearer o-key" }, body))
    assert.same({ "response.created", "response.in_progress", "response.output_item.added", "response.content_part.added",
                  "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                  "response.output_item.done", "response.completed" }, names(list))
    for i, event in ipairs(list) do assert.same({ event.name, i - 1 }, { event.data.type, event.data.sequence_number }) end
    assert.same(whole, list[#list].data.response)
  end)

  it("streams messages as named events from message_start to message_stop", function ()
    local list = events(post("a", "/v1/messages", { "x-api-key: a-key" }, { model = "one", max_tokens = 1, messages = HELLO, stream = true }))
    assert.same({ "message_start", "content_block_start", "ping", "content_block_delta", "content_block_stop", "message_delta", "message_stop" },
      names(list))
    assert.same({ "one", "Hi", "max_tokens" },
      { list[1].data.message.model, list[4].data.delta.text, list[6].data.delta.stop_reason })
  end)

  it("streams generateContent in both versions of the API, by the path that asks for it", function ()
    for _, version in ipairs { "/v1beta", "/v1" } do
      local text = ""
      local path = version .. "/models/one:streamGenerateContent?alt=sse"
      for _, event in ipairs(events(post("g", path, { "x-goog-api-key: g-key" }, { contents = { { role = "user", parts = { { text = "hi" } } } } }))) do
        text = text .. event.data.candidates[1].content.parts[1].text
      end
      assert.equal("Hi", text)
    end
  end)

  it("refuses a stream with the same answer as any other request", function ()
    local body = { model = "one", max_tokens = 1, messages = HELLO }
    local plain = post("a", "/v1/messages", { "x-api-key: wrong" }, body)
    body.stream = true
    local streamed = post("a", "/v1/messages", { "x-api-key: wrong" }, body)
    assert.same({ 401, "authentication_error" }, { streamed.status, cjson.decode(streamed.body).error.type })
    assert.equal(plain.status, streamed.status)
  end)
end)
