-- `roster try`: one prompt to mock servers, as it streams and in one piece, and what is said when it fails.
local cjson = require "cjson"
local support = require "support.roster"

local PRICE = 'price = { input = 2, output = 10 },'

--- A raw answer in pieces, each sent by itself. Raw servers answer anything, so their models are tried with --anyway.
local function raw(pieces, head)
  local script = {
    { send = (head or "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n") .. "Connection: close\r\n\r\n" } }
  for _, piece in ipairs(pieces) do
    if #piece > 0 then script[#script + 1] = { send = (piece:gsub(".", function (c) return ("%02x"):format(c:byte()) end)), hex = true } end
  end
  return { protocol = "raw", script = script }
end

local function bytes(text)
  local list = {}
  for i = 1, #text do list[i] = text:sub(i, i) end
  return list
end

local function delta(text) return "data: " .. cjson.encode { choices = { { delta = { content = text } } } } .. "\n\n" end
local DONE = 'data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":100}}\n\ndata: [DONE]\n\n'
local function STOPPED(why) return ('data: {"choices":[{"delta":{},"finish_reason":"%s"}]}\n\ndata: [DONE]\n\n'):format(why) end

-- Protocols of a deployer's own: one whose answers are OpenAI's, one with answers like no other's, and one whose request holds no prompt.
local OWN = [[
protocol "mine" { inherit = "openai-chat" }
protocol "odd" {
  prefix = "/v2", chat_path = "/talk", auth = header "x-odd-key", list = get "/engines", list_proves = "access",
  read_list = function (body)
    local models = {}
    for i, engine in ipairs(body.engines) do models[i] = { name = engine.title } end
    return models
  end,
  generate = function (model) return post("/talk", { engine = model.api_name, say = "hi", most = 1 }) end,
}
protocol "mute" { inherit = "odd", generate = function (model) return post("/talk", { engine = model.api_name }) end }
]]

local function odd_server(id)
  local with_key = { ["x-odd-key"] = ("sk-%s-0123456789abcdef"):format(id) }
  return { protocol = "none", routes = {
    { method = "GET", path = "/v2/engines", when = with_key, body = { engines = { { title = id .. "-1" } } } },
    { method = "POST", path = "/v2/talk", when = with_key, body = { said = "hello", used = 3 } },
    { path = "*", status = 401, body = { fault = "wrong key" } } } }
end

local function failing(status, body, more)
  return raw({ body }, ("HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s"):format(status, #body, more or ""))
end

describe("roster try", function ()
  local made, odd

  setup(function ()
    local function part(id, protocol, server, fields)
      return { id, protocol = protocol, models = { { id .. "-1", fields or PRICE } }, server = server }
    end
    local key = "sk-echo-0123456789abcdef"
    made = support.scene({
      part("chat", "openai-chat"), part("claude", "anthropic-messages"), part("google", "gemini"), part("responses", "openai-responses"),
      part("free", "openai-chat", nil, 'description = "x",'),
      { "shut", protocol = "openai-chat", models = { "shut-1" }, server = { keys = { "another" } } },
      { "unset", protocol = "openai-chat", models = { "unset-1" }, key = false },
      part("mine", "mine", { protocol = "openai" }), part("strange", "odd", odd_server "strange"), part("mute", "mute", odd_server "mute"),
      { "amz", protocol = "bedrock-converse", models = { "amz-1" }, fields = 'auth = aws_sigv4 { region = "eu-west-1", key_id = secret "AMZ_ID" }' },
    }, { text = OWN, env = { AMZ_ID = "AKIA0123456789" } })
    odd = support.scene {
      part("split", "openai-chat", raw(bytes(delta "Grüße, 世界" .. delta " 👋" .. DONE))),
      part("lines", "ollama", raw(bytes('{"message":{"content":"Ein"},"done":false}\n{"message":{"content":" Wort"},"done":false}\n' ..
        '{"message":{"content":""},"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":2}\n'))),
      part("cohere", "cohere-v2", raw { 'event: content-delta\ndata: {"type":"content-delta","delta":{"message":{"content":{"text":"Bonjour"}}}}\n\n' ..
        'event: message-end\ndata: {"type":"message-end","delta":{"usage":{"tokens":{"input_tokens":3,"output_tokens":1}}}}\n\n' }),
      part("whole", "openai-chat", failing("200 OK", '{"choices":[{"message":{"content":"In one piece"},' ..
        '"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1}}')),
      part("unsaid", "openai-chat", raw { delta "Hello", "data: [DONE]\n\n" }),
      part("thought", "openai-chat", raw { 'data: {"choices":[{"delta":{"reasoning":"Hm"}}]}\n\n', DONE }),
      part("elsewhere", "openai-chat", failing("200 OK", '{"choices":[{"text":"Hi","finish_reason":"stop"}]}')),
      part("cut", "openai-chat", raw { delta "Half an" }),
      part("long", "openai-chat", raw { delta "As far as", STOPPED "length" }),
      part("longer", "openai-chat", failing("200 OK", '{"choices":[{"message":{"content":null},"finish_reason":"length"}]}')),
      part("claudes", "anthropic-messages", raw { 'data: {"type":"content_block_delta","delta":{"type":"text_delta","text":"As far as"}}\n\n' ..
        'data: {"type":"message_delta","delta":{"stop_reason":"max_tokens"},"usage":{"output_tokens":4}}\n\ndata: {"type":"message_stop"}\n\n' }),
      part("googles", "gemini", failing("200 OK", '{"candidates":[{"content":{"parts":[{"text":"As far as"}]},"finishReason":"MAX_TOKENS"}]}')),
      part("answers", "openai-responses", failing("200 OK", '{"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},' ..
        '"output":[{"content":[{"text":"As far as"}]}]}')),
      part("llamas", "ollama", raw { '{"message":{"content":"As far as"},"done":true,"done_reason":"length"}\n' }),
      part("filtered", "openai-chat", raw { delta "", STOPPED "content_filter" }),
      part("refused", "openai-chat", failing("200 OK", '{"choices":[{"message":{"content":null,"refusal":"I cannot help with that."},"finish_reason":"stop"}]}')),
      part("unsafe", "gemini", failing("200 OK", '{"candidates":[{"finishReason":"SAFETY"}]}')),
      part("blocked", "gemini", failing("200 OK", '{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}')),
      part("declined", "anthropic-messages", raw { 'data: {"type":"message_delta","delta":{"stop_reason":"refusal"}}\n\ndata: {"type":"message_stop"}\n\n' }),
      part("broke", "openai-chat", failing("200 OK", '{"error":{"message":"Insufficient credits","code":402}}')),
      part("unpaid", "openai-chat", failing("402 Payment Required", '{"error":{"message":"Insufficient credits","code":402}}')),
      part("expired", "openai-chat", failing("200 OK", '{"error":{"message":"token expired","code":401}}')),
      part("midway", "openai-chat", raw { delta "Half", 'data: {"error":{"message":"the engine died"}}\n\n' }),
      part("page", "openai-chat", raw({ "<html>Sign in</html>" }, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n")),
      part("nokey", "openai-chat", failing("401 Unauthorized", '{"error":{"message":"Incorrect API key provided: ' .. key:gsub("echo", "nokey") .. '"}}')),
      part("absent", "openai-chat", failing("404 Not Found", '{"error":{"message":"no such model"}}')),
      part("limited", "openai-chat", failing("429 Too Many Requests", '{"error":{"message":"slow down"}}', "Retry-After: 17\r\n")),
      part("busy", "openai-chat", failing("503 Service Unavailable", '{"error":{"message":"overloaded"}}')),
      part("moved", "openai-chat", failing("302 Found", "", "Location: http://127.0.0.1:1/\r\n")),
      part("echo", "openai-chat", raw { delta "your key is sk-echo-01", delta "23456789abcdef, no?", DONE }),
      part("screen", "openai-chat", raw { delta "a\27[31mred\7\194\155b", DONE }),
      { "gone", protocol = "openai-chat", models = { "gone-1" }, url = "http://127.0.0.1:1" },
    }
  end)
  teardown(support.stop_all)

  local function try(...)
    local scene = (...) == "--anyway" and odd or made
    local result = support.roster({ "try", "--no-builtin", ... }, scene.options)
    for _, secret in pairs(scene.keys) do assert.falsy((result.out .. result.err):find(secret, 1, true), "a key is shown") end
    return result
  end

  local function has(text, part) assert.truthy(text:find(part, 1, true), ("no %q in: %s"):format(part, text)) end

  --- The body of the prompt's request, and the request.
  local function sent(id)
    for _, request in ipairs(made.mocks.requests(id)) do
      if request.path:find "chat/completions$" or request.path:find "/messages$" or request.path:find ":stream" then -- not a control request of the check
        return cjson.decode(request.body), request
      end
    end
    error "no prompt was sent"
  end

  it("prints the answer, and on stderr the tokens and the cost, for each protocol that a mock server speaks", function ()
    for _, id in ipairs { "chat", "claude", "google", "responses" } do
      local result = try(id .. "-1", "Say hi")
      assert.same({ 0, "Hi\n" }, { result.status, result.out }, id .. ": " .. result.err)
      assert.truthy(result.err:find(id .. "%-1: %d+ tokens in, %d+ out, %$0%.0000%d%d"), result.err)
    end
  end)

  it("prints the same answer when it comes in one piece", function ()
    for _, id in ipairs { "chat", "claude", "google", "responses" } do
      assert.equal("Hi\n", try("--no-stream", id .. "-1", "Say hi").out, id)
    end
    assert.equal("In one piece\n", try("--anyway", "whole-1", "x").out)
  end)

  it("sends the prompt, the instructions and the limit as each protocol has them", function ()
    made.mocks.clear()
    try("--system", "Be brief", "--max-tokens", "77", "chat-1", 'Say "hi" – twice')
    try("--system", "Be brief", "--max-tokens", "77", "claude-1", "Question")
    try("--system", "Be brief", "--max-tokens", "77", "google-1", "Question")
    local chat = sent "chat"
    assert.same({ { role = "system", content = "Be brief" }, { role = "user", content = 'Say "hi" – twice' } }, chat.messages)
    assert.same({ 77, true }, { chat.max_tokens or chat.max_completion_tokens, chat.stream })
    local claude = sent "claude"
    assert.same({ "Be brief", 77, true }, { claude.system, claude.max_tokens, claude.stream })
    local google, request = sent "google"
    assert.same({ "Be brief", 77 }, { google.systemInstruction.parts[1].text, google.generationConfig.maxOutputTokens })
    has(request.path, ":streamGenerateContent")
  end)

  it("reads the prompt from standard input with -", function ()
    made.mocks.clear()
    local options = { env = made.options.env, config = made.options.config, stdin = "From a pipe" }
    assert.equal("Hi\n", support.roster({ "try", "--no-builtin", "chat-1", "-" }, options).out)
    assert.equal("From a pipe", sent "chat".messages[1].content)
  end)

  it("puts events and characters together again that arrive byte by byte", function ()
    local result = try("--anyway", "split-1", "x")
    assert.same({ 0, "Grüße, 世界 👋\n" }, { result.status, result.out })
    has(result.err, "1000 tokens in, 100 out, $0.003000")
    assert.equal("Ein Wort\n", try("--anyway", "lines-1", "x").out)
    local cohere = try("--anyway", "cohere-1", "x")
    assert.equal("Bonjour\n", cohere.out)
    has(cohere.err, "3 tokens in, 1 out")
  end)

  it("reports that a price or the usage is not known", function ()
    has(try("free-1", "x").err, "price unknown")
    has(try("--anyway", "unsaid-1", "x").err, "did not state how many tokens")
  end)

  it("sends the prompt in the request of a custom protocol, and reads an answer that is like one of a shipped protocol", function ()
    made.mocks.clear()
    local result = try("--system", "Be brief", "--max-tokens", "77", "mine-1", "Say hi")
    assert.same({ 0, "Hi\n" }, { result.status, result.out }, result.err)
    assert.truthy(result.err:find "^roster: mine%-1: %d+ tokens in, %d+ out, %$0%.0000%d%d\n$", result.err)
    local body = sent "mine"
    assert.same({ { role = "system", content = "Be brief" }, { role = "user", content = "Say hi" } }, body.messages)
    assert.equal(77, body.max_tokens)
  end)

  it("prints the complete answer if it cannot find its text, and reports it", function ()
    made.mocks.clear()
    local result = try("strange-1", "Say hi")
    assert.equal(0, result.status, result.err)
    assert.same({ said = "hello", used = 3 }, cjson.decode(result.out))
    has(result.err, "the request of the protocol odd has no limit of tokens that is known, so its own applies")
    has(result.err, "the answer has no text in a place that roster try knows, such as choices.*.message.content: the complete answer is printed")
    local requests = made.mocks.requests "strange"
    assert.same({ engine = "strange-1", say = "Say hi", most = 1 }, cjson.decode(requests[#requests].body))
    local document = try("--json", "strange-1", "x").json()
    assert.same({ "answered", { said = "hello", used = 3 }, cjson.null }, { document.status, cjson.decode(document.text), document.usage })
  end)

  it("prints which field it read if an answer has no text there, and how to see the answer", function ()
    for id, place in pairs { ["thought-1"] = "choices.*.delta.content", ["elsewhere-1"] = "choices.*.message.content" } do
      local result = try("--anyway", id, "x")
      assert.same({ 0, "" }, { result.status, result.out }, result.err)
      has(result.err, ("roster: the answer has no text in %s, where the protocol openai-chat has it\n" ..
        "  next: `roster request %s` prints a curl command that shows the complete answer; a larger --max-tokens may help a model that reasons first\n")
        :format(place, id))
    end
    local document = try("--anyway", "--json", "thought-1", "x").json()
    assert.same({ "answered", "" }, { document.status, document.text })
    has(document.message, "the answer has no text in choices.*.delta.content")
    has(document.next, "`roster request thought-1`")
    assert.falsy(try("--anyway", "whole-1", "x").err:find("has no text", 1, true))
  end)

  it("refuses what the request of a protocol has no place for, and prints what to do", function ()
    local mute = try("mute-1", "x")
    assert.equal(1, mute.status)
    has(mute.err, "the request of the protocol mute has no place for a prompt\n  next: the function `generate` of the protocol")
    local system = try("--system", "Be brief", "strange-1", "x")
    assert.equal(1, system.status)
    has(system.err, "leave out --system")
  end)

  it("refuses a request that has to be signed, before it is sent, and names the command that signs", function ()
    made.mocks.clear()
    local result = try("--no-stream", "amz-1", "--anyway", "x")
    assert.same({ 1, "" }, { result.status, result.out })
    has(result.err, "requests to amz-1 must be signed for AWS, which roster try cannot do\n  next: `roster request amz-1` prints a curl command that signs it")
    has(result.err, "AWS_BEARER_TOKEN_BEDROCK")
    assert.same({}, made.mocks.requests "amz")
  end)

  it("prints why an answer could not be written, and that it is incomplete", function ()
    local options = { env = made.options.env, config = made.options.config, shell = ">/dev/full 2>FOLDER/err" }
    for _, words in ipairs { { "chat-1", "x" }, { "--no-stream", "chat-1", "x" }, { "--json", "chat-1", "x" } } do
      local full = support.roster({ "try", "--no-builtin", table.unpack(words) }, options)
      assert.equal(2, full.status)
      has(full.err, "roster: cannot write to standard output: No space left on device\n  next: free some space, or write to another disk; what was written is incomplete\n")
    end
  end)

  it("prints one document with --json", function ()
    local document = try("--json", "chat-1", "x").json()
    assert.same({ "chat-1", "answered", 200, "Hi" }, { document.id, document.status, document.http_status, document.text })
    assert.is_true(document.usage.input_tokens > 0 and document.usd > 0)
    local refused = try("--anyway", "--json", "limited-1", "x")
    assert.same({ 1, "rate_limited", cjson.null }, { refused.status, refused.json().status, refused.json().usd })
  end)

  it("names the model in what to do next, and refuses a limit that leaves no room for an answer", function ()
    has(try("--anyway", "nokey-1", "x").err, "`roster explain nokey-1`")
    has(try("--anyway", "absent-1", "x").err, "`roster request absent-1`")
    local none = try("--max-tokens", "0", "chat-1", "x")
    assert.equal(2, none.status)
    has(none.err, "--max-tokens: 0 tokens leave no room for an answer")
  end)

  it("stops before a request if the model is not ready, and prints why", function ()
    made.mocks.clear()
    local unset = try("unset-1", "x")
    assert.equal(1, unset.status)
    has(unset.err, "unset-1 is not ready: UNSET_API_KEY is not set")
    has(unset.err, "next: set UNSET_API_KEY")
    assert.falsy(unset.err:find("--anyway", 1, true), unset.err) -- without a key it would not help
    local shut = try("shut-1", "x")
    assert.equal(1, shut.status)
    has(shut.err, "shut-1 is not ready: ")
    has(shut.err, "--anyway")
    for _, request in ipairs(made.mocks.requests "shut") do assert.not_equal("POST", request.method) end
    assert.equal(2, try("nobody", "x").status)
    assert.equal(2, try("chat-1", "").status)
    assert.equal(2, try("chat-1").status)
  end)

  it("prints in words what went wrong at the provider, and what to do next", function ()
    for id, expected in pairs {
      nokey = { 1, "HTTP 401: the provider refused the key" }, absent = { 1, "HTTP 404: the provider does not know this model" },
      limited = { 1, "asks to wait 17 seconds (slow down)" }, busy = { 1, "HTTP 503: the provider is overloaded or out of order (overloaded)" },
      moved = { 1, "HTTP 302: a redirect" }, page = { 1, "HTTP 200, but the answer is not JSON" }, gone = { 3, "no answer: " },
      cut = { 3, "the answer ended too early" }, midway = { 1, "ended the answer with an error (the engine died)" },
    } do
      local result = try("--anyway", id .. "-1", "x")
      assert.equal(expected[1], result.status, id .. ": " .. result.err)
      has(result.err, expected[2])
      has(result.err, "next: ")
    end
    assert.equal("Half an\n", try("--anyway", "cut-1", "x").out)
  end)

  it("prints an answer that reached its limit as far as it came, says that it is cut, and exits with 3", function ()
    for _, id in ipairs { "long", "claudes", "googles", "answers", "llamas" } do
      local result = try("--anyway", id .. "-1", "x")
      assert.same({ 3, "As far as\n" }, { result.status, result.out }, id .. ": " .. result.err)
      has(result.err, "the answer is cut at its limit of 1024 tokens")
      has(result.err, "next: raise --max-tokens")
    end
    has(try("--anyway", "--max-tokens", "5", "long-1", "x").err, "limit of 5 tokens")
    local empty = try("--anyway", "longer-1", "x")
    assert.same({ 3, "" }, { empty.status, empty.out })
    has(empty.err, "the answer reached its limit of 1024 tokens before it had any text")
    assert.equal("truncated", try("--anyway", "--json", "long-1", "x").json().status)
  end)

  it("says that the answer was refused or filtered, and exits with 3", function ()
    for id, words in pairs { filtered = "content_filter", unsafe = "SAFETY", blocked = "PROHIBITED_CONTENT", declined = "refusal", refused = "I cannot help with that." } do
      local result = try("--anyway", id .. "-1", "x")
      assert.equal(3, result.status, id .. ": " .. result.err)
      has(result.err, "the answer was refused or filtered (" .. words .. ")")
      has(result.err, "next: ")
    end
    assert.equal("withheld", try("--anyway", "--json", "unsafe-1", "x").json().status)
  end)

  it("reads an error in a 200 like the status that it names", function ()
    for _, id in ipairs { "broke-1", "unpaid-1" } do
      local result = try("--anyway", id, "x")
      assert.equal(1, result.status)
      has(result.err, "no credit or quota is left (Insufficient credits)")
      has(result.err, "next: see the billing page")
      assert.equal("no_quota", try("--anyway", "--json", id, "x").json().status)
    end
    local expired = try("--anyway", "expired-1", "x")
    assert.equal(1, expired.status)
    has(expired.err, "the provider refused the key, or does not let it use this model (token expired)")
    has(expired.err, "`roster explain expired-1`")
  end)

  it("shows neither a key that the answer repeats nor control sequences", function ()
    assert.equal("your key is [redacted], no?\n", try("--anyway", "echo-1", "x").out:gsub("%[redacted%],?", "[redacted],"), nil)
    assert.equal("a[31mredb\n", try("--anyway", "screen-1", "x").out)
  end)

  it("ends when nobody reads the answer any longer", function ()
    local result = support.roster({ "try", "--no-builtin", "--anyway", "split-1", "x" },
      { env = odd.options.env, config = odd.options.config, shell = "2>FOLDER/err | true; echo ended >FOLDER/out" })
    has(result.out, "ended")
    assert.falsy(result.err:find("Sanitizer", 1, true))
  end)
end)
