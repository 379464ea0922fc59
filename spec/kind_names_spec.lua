-- kind_names: what a model is for, where only its name can tell: the names that makers give, as the listings of their hosts spell them.
local support = require "support.roster"

teardown(support.stop_all)

local NAMES = {
  chat = { "gpt-6.2-sol", "o3", "o4-mini", "gpt-oss-120b", "gpt-5.2-chat-latest", "codex-mini-latest", "chatgpt-4o-latest", "ft:gpt-4o-mini-2024-07-18:acme::abc123",
    "openai-gpt-5.2", "openai.gpt-oss-20b-1:0", "anthropic/claude-opus-4.5", "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "gemini-3.8-flash", "gemma-3-27b-it",
    "accounts/fireworks/models/glm-5p3", "@cf/meta/llama-3.3-70b-instruct-fp8-fast", "llama-3.3-70b-versatile", "meta-llama/Llama-4-Maverick-17B-128E-Instruct",
    "mistral-large-latest", "open-mixtral-8x22b", "pixtral-12b-2409", "devstral-medium-2507", "grok-code-fast-1", "deepseek-reasoner", "moonshotai/Kimi-K2-Instruct",
    "kimi-k3", "zai-org/GLM-4.6", "command-a-03-2025", "Qwen/Qwen3-Coder-480B-A35B-Instruct", "qwq-32b", "minimax-m3", "sonar-reasoning-pro", "mimo-v2.5-pro",
    "step-3.5-flash", "nvidia/nemotron-3-super-120b-a12b", "amazon.nova-pro-v1:0", "nova-2-lite", "muse-spark-1.1", "hermes-4-405b", "jamba-large-1.7", "granite-4.1-8b",
    "doubao-seed-1-8-251215", "ernie-5.1", "longcat-2.0", "phi-4-multimodal-instruct", "microsoft/phi-4", "mercury-2" },
  embedding = { "text-embedding-3-large", "gemini-embedding-001", "mistral-embed", "codestral-embed-2505", "nomic-embed-text:latest", "BAAI/bge-m3", "thenlper/gte-large",
    "intfloat/multilingual-e5-large-instruct", "intfloat/e5-mistral-7b-instruct", "voyage-code-3", "sentence-transformers/all-MiniLM-L6-v2", "Qwen/Qwen3-Embedding-8B",
    "nvidia/llama-3.2-nemoretriever-300m-v1", "amazon.titan-embed-text-v2:0" },
  rerank = { "cohere/rerank-v3.5", "Qwen/Qwen3-Reranker-4B", "BAAI/bge-reranker-v2-m3", "jina-reranker-v2-base-multilingual" },
  image = { "dall-e-3", "gpt-image-2.6-sunburst", "chatgpt-image-latest", "gemini-2.5-flash-image", "nano-banana-pro", "imagen-4.0-generate-001", "grok-2-image-1212",
    "grok-imagine-image", "black-forest-labs/FLUX.1-schnell", "stabilityai/stable-diffusion-xl-base-1.0", "bytedance/seedream-4.5", "recraft-v4", "ideogram-v2", "wan2.7-image-pro",
    "qwen-image-edit", "glm-image", "amazon.nova-canvas-v1:0" },
  video = { "sora-2", "sora-2-pro", "veo-3.1-generate-preview", "veo3.1-fast", "grok-imagine-video", "klingai/kling-v2.6-i2v", "alibaba/wan-v2.6-t2v", "bytedance/seedance-2.0",
    "wan2-2-t2v-a14b", "amazon.nova-reel-v1:1" },
  speech = { "tts-1", "tts-1-hd", "gpt-4o-mini-tts", "gemini-3.8-flash-tts", "playai-tts", "canopylabs/orpheus-v1-english", "hexgrad/Kokoro-82M", "elevenlabs-v3", "speech-2.6-hd",
    "qwen3-tts-flash" },
  transcription = { "whisper-1", "whisper-large-v3-turbo", "gpt-4o-transcribe", "voxtral-mini-transcribe-2507", "qwen3-asr-flash", "xai/grok-stt", "scribe_v1",
    "distil-whisper/distil-large-v3" },
  moderation = { "omni-moderation-latest", "mistral-moderation-2411", "meta-llama/Llama-Guard-4-12B", "meta-llama/llama-prompt-guard-2-86m", "openai/gpt-oss-safeguard-20b",
    "ibm/granite-guardian-3.3", "google/shieldgemma-9b", "nvidia/llama-3.1-nemotron-safety-guard-8b-v3" },
  other = { "gpt-realtime-2", "gpt-4o-realtime-preview", "gpt-audio-mini", "gpt-4o-audio-preview", "gemini-live-2.5-flash", "gemini-2.5-flash-native-audio-preview-09-2025",
    "amazon.nova-sonic-v1:0", "lyria-3-pro-preview", "davinci-002", "babbage-002", "ft:davinci-002:acme::abc", "gpt-3.5-turbo-instruct", "gpt-4-base", "Qwen/Qwen3-8B-Base",
    "gemma-3-4b-pt", "computer-use-preview", "o3-deep-research", "sonar-deep-research", "gpt-4o-search-preview", "gpt-5-search-api", "mistral-ocr-latest",
    "deepseek-ai/DeepSeek-OCR", "qwen-mt-plus", "command-a-translate-08-2025", "nvidia/nemotron-parse", "nvidia/llama-3.1-nemotron-70b-reward" },
  unknown = { "nimbus", "auto", "openrouter/auto", "model-router", "gliner-pii", "usdcode", "text-prime", "base-model", "imaginary-1", "fastgptx" },
}

--- The kind of each discovered model of a listing, by its name; "unknown" where nobody says it.
local function kinds_of(protocol, items)
  local mocks = support.mock_servers { { name = "oak", protocol = "none", routes = { { path = "/v1/models", status = 200, body = { data = items } } } } }
  local line = ('provider "oak" { protocol = "%s", base_url = "%s", credential = secret "OAK_KEY", list_proves = "access", discover = true }'):format(protocol, mocks.url "oak")
  local document = support.roster({ "models", "--kind", "any", "--json", "--no-builtin" }, { config = { ["x.lua"] = line }, env = { OAK_KEY = "k" } }).json()
  mocks.stop()
  local kinds = {}
  for _, entry in ipairs(document.models) do kinds[entry.api_name] = entry.kind end
  for _, entry in ipairs(document.unavailable) do kinds[entry.api_name] = entry.reason_code == "kind_unknown" and "unknown" or entry.reason_code end
  return kinds
end

describe("A name", function ()
  local kinds

  setup(function ()
    local items = {}
    for _, names in pairs(NAMES) do
      for _, name in ipairs(names) do items[#items + 1] = { id = name, object = "model" } end
    end
    kinds = kinds_of("openai-chat", items)
  end)

  for kind, names in pairs(NAMES) do
    it(("settles that a model is of the kind %s, and of no other"):format(kind), function ()
      local wrong = {}
      for _, name in ipairs(names) do
        if kinds[name] ~= kind then wrong[#wrong + 1] = name .. ": " .. tostring(kinds[name]) end
      end
      assert.same({}, wrong)
    end)
  end

  it("does not make a model that Together calls a language model a chat model", function ()
    assert.same({ ["meta-llama/Llama-3-70B"] = "unknown", ["meta-llama/Llama-3-70B-Instruct"] = "chat", ["whisper-9"] = "transcription" },
      kinds_of("openai-chat", { { id = "meta-llama/Llama-3-70B", type = "language" }, { id = "meta-llama/Llama-3-70B-Instruct", type = "language" },
        { id = "whisper-9", type = "language" } }))
  end)

  it("decides the kind of models that write text but do not chat", function ()
    local function writer(id, ...) return { id = id, architecture = { input_modalities = { "text" }, output_modalities = { "text", ... } }, supported_parameters = { "tools" } } end
    assert.same({ ["openai/gpt-4o"] = "chat", ["acme/nimbus"] = "chat", ["meta-llama/llama-guard-4-12b"] = "moderation", ["google/gemini-2.5-flash-image"] = "image",
      ["openai/o3-deep-research"] = "other", ["openai/gpt-audio"] = "other", ["mistral-ocr-2605"] = "other", ["nimbus-2605"] = "chat" },
      kinds_of("openai-chat", { writer "openai/gpt-4o", writer "acme/nimbus", writer "meta-llama/llama-guard-4-12b", writer("google/gemini-2.5-flash-image", "image"),
        writer "openai/o3-deep-research", writer("openai/gpt-audio", "audio"),
        { id = "mistral-ocr-2605", capabilities = { completion_chat = true, ocr = true } }, { id = "nimbus-2605", capabilities = { completion_chat = true } } }))
  end)

  it("does not override a block: its model stays a chat model unless the entry contradicts that", function ()
    local mocks = support.mock_servers { { name = "oak", protocol = "none", routes = { { path = "/v1/models", status = 200,
      body = { data = { { id = "meta-llama/llama-guard-4-12b", architecture = { output_modalities = { "text" } } } } } } } } }
    local text = ('provider "oak" { protocol = "openai-chat", base_url = "%s", credential = secret "OAK_KEY", list_proves = "access" } ' ..
      'model "guard" { provider = "oak", api_name = "meta-llama/llama-guard-4-12b" }'):format(mocks.url "oak")
    local document = support.roster({ "models", "--json", "--no-builtin" }, { config = { ["x.lua"] = text }, env = { OAK_KEY = "k" } }).json()
    mocks.stop()
    assert.same({ "guard" }, support.ids(document.models))
  end)

  it("decides the kind of what a gateway lists for Anthropic's API, whose own entries are chat models", function ()
    assert.same({ ["claude-opus-6"] = "chat", ["bedrock-claude"] = "chat", ["text-embedding-3-small"] = "unknown" },
      kinds_of("anthropic-messages", { { id = "claude-opus-6", type = "model" }, { id = "bedrock-claude", object = "model" },
        { id = "text-embedding-3-small", object = "model" } }))
  end)
end)
