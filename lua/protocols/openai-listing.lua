-- What the listing and the look-ups of the Chat Completions API say of models, in the words of the many hosts that have them. Editing this changes
-- what is known of models at most hosts, and which of them are offered.

local NONE = {}

local function fields(value) return type(value) == "table" and value or NONE end
local function word(value) return type(value) == "string" and value or nil end
local function number(value) return type(value) == "number" and value or (type(value) == "string" and tonumber(value)) or nil end
local function count(value) return (number(value) or 0) > 0 and number(value) or nil end
local function is_list(value) return type(value) == "table" and (#value > 0 or next(value) == nil) end
local function lower(value) return (type(value) == "string" or type(value) == "number") and tostring(value):lower() or "" end

-- What a model is for, in the words of listings: Together's and Vercel's type, Copilot's, LM Studio's, LiteLLM's mode.
local KINDS = {
  chat = "chat", ["chat-completion"] = "chat", llm = "chat", vlm = "chat", responses = "chat",
  embedding = "embedding", embeddings = "embedding", ["text-embedding"] = "embedding", ["feature-extraction"] = "embedding",
  rerank = "rerank", reranker = "rerank", ["jina-rerank"] = "rerank",
  image = "image", image_generation = "image", ["image-generation"] = "image", ["images/generations"] = "image",
  video = "video", video_generation = "video",
  audio = "speech", speech = "speech", audio_speech = "speech",
  transcribe = "transcription", transcription = "transcription", audio_transcription = "transcription",
  moderation = "moderation", moderations = "moderation", completion = "other", realtime = "other", ocr = "other",
}

-- What the names say that makers give to their models, where a listing says nothing. The first match decides. "-" stands before the name, and
-- for each "." and "_" in it. A kind that is missing here costs a line in somebody's file; a wrong one is offered for what it cannot do.
local NAMES = {
  { "transcription", { "*transcri*", "*scribe*", "*whisper*", "*-asr", "*-asr-*", "*-stt", "*-stt-*", "*speech-to-text*", "*paraformer*", "*sensevoice*",
                       "*parakeet*", "*-canary-*", "*distil-large*" } },
  { "rerank",        { "*rerank*", "*cross-encoder*" } },
  { "embedding",     { "*embed*", "*retriever*", "*-bge-*", "*-gte-*", "*-e5-*", "*minilm*", "*mini-lm*", "*mpnet*", "*colbert*", "-voyage-*" } },
  { "moderation",    { "*moderation*", "*guard*", "*content-safety*", "*shieldgemma*" } },
  { "other",         { "*realtime*", "*-live", "*-live-*", "*audio*", "*voicechat*", "*nova-sonic*", "*lyria*", "*music*",
                       "*livetranslate*" } },
  { "speech",        { "*tts*", "-speech-*", "*text-to-speech*", "*elevenlabs*", "-eleven-*", "*orpheus*", "*kokoro*", "*playai*", "*cosyvoice*", "-aura-*" } },
  { "video",         { "*video*" } },
  { "image",         { "*image*", "*dall-e*", "*banana*", "*-imagine*", "-flux*", "*stable-diffusion*", "*stablediffusion*", "*sdxl*", "*seedream*",
                       "*seededit*", "*recraft*", "*ideogram*", "*cogview*", "*kolors*", "*hidream*", "*midjourney*", "*nova-canvas*", "-lucid-*" } },
  { "video",         { "-sora*", "*-veo*", "*seedance*", "-kling*", "-wan-*", "-wan2*", "-wanx*", "*-t2v*", "*-i2v*", "*-r2v*", "*hailuo*", "*runway*",
                       "*pixverse*", "*nova-reel*", "*cosmos-predict*", "*cosmos-transfer*", "-happyhorse*", "-gemini-omni*", "-minimax-h*" } },
  -- What completes, rewards, reads pages or translates; what takes no request without its tools; what searches before each answer.
  { "other",         { "*davinci*", "*babbage*", "*gpt-3-5-turbo-instruct*", "*-base", "*-pt", "*-reward*", "*-prm*", "*-ocr", "*-ocr-*", "*-parse",
                       "*-parse-*", "*-mt-*", "*translat*", "*computer-use*", "*deep-research*", "*deepresearch*", "*gpt-*-search-*",
                       "*-page-elements*", "*-table-structure*", "*detect*" } },
  { "chat",          { "*-gpt-*", "*-chatgpt-*", "*-o1", "*-o1-*", "*-o3", "*-o3-*", "*-o4-*", "*-codex-*", "*-claude-*", "*-gemini-*", "*-gemma*", "*llama*",
                       "*mistral*", "*-ministral*", "*-magistral*", "*-devstral*", "*-codestral*", "*mixtral*", "*-pixtral*", "*-deepseek-*", "*-kimi-*",
                       "*-moonshot-*", "*-glm*", "*-grok-*", "*-command-*", "*-qwen*", "*-qwq*", "*-qvq*", "*-minimax-m*", "*-nemotron*", "*-instruct*",
                       "*-chat", "*-chat-*" } },
  { "chat",          { "-aion-*", "-apertus-*", "-baichuan*", "-cogito-*", "-doubao-*", "-ernie-*", "-exaone-*", "-fugu*", "-granite-*", "-hermes-*",
                       "-hunyuan-*", "-hy3*", "-inkling*", "-internlm*", "-jamba-*", "-kat-coder*", "-laguna-*", "-lfm*", "-ling-*", "-longcat-*", "-mercury*",
                       "-mimo-*", "-muse-*", "*-nova-*lite*", "*-nova-micro*", "*-nova-premier*", "*-nova-*pro*", "-olmo-*", "-palmyra-*", "-phi-*",
                       "-ring-*", "-sarvam-*", "-seed-*", "-solar-*", "-sonar*", "-step-*", "-trinity-*", "-wizardlm*", "-yi-*" } },
}

-- Of Copilot's supported_endpoints, New API's supported_endpoint_types and the `apis` of an exe.dev integration, which have one for each
-- protocol that serves the model.
local ENDPOINTS = {
  ["chat/completions"] = "openai-chat", openai = "openai-chat", openai_chat = "openai-chat",
  responses = "openai-responses", ["openai-response"] = "openai-responses", openai_responses = "openai-responses",
  messages = "anthropic-messages", anthropic = "anthropic-messages", anthropic_messages = "anthropic-messages", gemini = "gemini",
}

-- "/v1/responses", "responses/" and "/responses" are the same endpoint.
local function bare(endpoint)
  local words = {}
  for _, part in ipairs(text.split(lower(endpoint), "/")) do
    if part ~= "" and (part ~= "v1" or #words > 0) then table.insert(words, part) end
  end
  return table.concat(words, "/")
end

local function has(list, wanted)
  for _, one in ipairs(type(list) == "table" and list or {}) do
    if one == wanted then return true end
  end
  return false
end

-- The first of these that is true or false.
local function flag(a, b, c, d, e, f)
  if type(a) == "boolean" then return a elseif type(b) == "boolean" then return b elseif type(c) == "boolean" then return c end
  if type(d) == "boolean" then return d elseif type(e) == "boolean" then return e elseif type(f) == "boolean" then return f end
end

-- Words that are given where they hold, as a set: Vercel's tags, Nebius's features, the capabilities of LM Studio and of GitHub Models. Where one is
-- missing, nothing is said.
local function words_of(item)
  local set = {}
  for _, list in ipairs { item.tags or false, item.supported_features or false, item.capabilities or false, fields(item.metadata).tags or false } do
    for _, one in ipairs(fields(list)) do set[one] = true end
  end
  return set
end

-- Whether the model takes a parameter: OpenRouter lists all that it takes. An empty list is of an alias, and says nothing.
local function takes(item, parameter)
  local all = item.supported_parameters
  if type(all) == "table" and word(all[1]) then return has(all, parameter) end
end

-- What each host behind Hugging Face's router says: what holds for all that are live holds for the model.
local function of_hosts(item, name)
  local said
  for _, host in ipairs(fields(item.providers)) do
    if fields(host).status ~= "staging" then
      local value = fields(host)[name]
      if type(value) ~= "boolean" or (said ~= nil and said ~= value) then return nil end
      said = value
    end
  end
  return said
end

-- What is said in one of these ways, else what words that only ever say yes hold.
local function told(value, other, yes)
  if value == nil then value = other end
  if value == nil and yes then return true end
  return value
end

local function takes_tools(item)
  local able, words = fields(item.capabilities), words_of(item)
  local flagged = flag(takes(item, "tools"), item.supports_tools, item.supportsTools, able.function_calling, able.trained_for_tool_use,
    fields(able.supports).tool_calls)
  return told(flagged, of_hosts(item, "supports_tools"), words.tools or words["tool-use"] or words.tool_use or words["tool-calling"])
end

-- A fine-tune, "ft:gpt-4o-mini:acme::abc", is of the kind of what it was made from.
local function find_kind(name)
  local parts = text.split(text.strip_prefix(name:lower(), "ft:"), "/")
  local plain = "-" .. text.split(parts[#parts], ":")[1]
  for _, gap in ipairs { ".", "_" } do plain = table.concat(text.split(plain, gap), "-") end
  for _, rule in ipairs(NAMES) do
    if text.glob(plain, rule[2]) then return rule[1] end
  end
end

-- A name is asked about several times: by what an entry says, and again when it is looked up.
local found, count_found = {}, 0

local function kind_by_name(name)
  local kind = found[name]
  if kind == nil then
    if count_found == 1000 then found, count_found = {}, 0 end
    kind = find_kind(name) or false
    found[name], count_found = kind, count_found + 1
  end
  return kind or nil
end

-- Guards, researchers, and makers of images that comment on them write text too: where the name is of such a one, an entry that says no more
-- than that leaves the kind to the name.
local function chats(name)
  local named = kind_by_name(name)
  return (named == nil or named == "chat") and "chat" or nil
end

-- "text->text", or a list of what comes out.
local function kind_by_output(item, name)
  local shape = fields(item.architecture)
  local out = shape.output_modalities or item.output_modalities or item.supported_output_modalities
  local modality = word(shape.modality) and text.split(shape.modality, "->")[2]
  if modality then out = out or text.split(modality, "+") end
  if has(out, "text") then return chats(name) end
  for _, one in ipairs(fields(out)) do
    if KINDS[one] then return KINDS[one] end
  end
end

-- What the entry itself says. A base model ("language" at Together) does not chat; Vercel uses the same word for those that do.
local function kind_said(item, name)
  local able = fields(item.capabilities)
  for _, said in ipairs { item.type or false, able.type or false, item.task or false, item.mode or false, fields(item.model_info).mode or false } do
    if KINDS[lower(said)] then return KINDS[lower(said)] end
  end
  if able.completion_chat == true or item.supports_chat == true then return chats(name) end
  if item.supports_chat == false or able.completion_chat == false then
    local named = kind_by_name(name)
    return named ~= "chat" and named or "other"
  end
  if item.type == "language" then return item.owned_by and "chat" or nil end
  for _, endpoint in ipairs(fields(item.supported_endpoints or item.supported_endpoint_types)) do
    if ENDPOINTS[bare(endpoint)] then return kind_by_output(item, name) end
    if KINDS[bare(endpoint)] then return KINDS[bare(endpoint)] end
  end
  return kind_by_output(item, name) or (takes_tools(item) and chats(name) or nil)
end

-- Together calls base models "language", and their names are those of the models that chat.
local function kind_named(item, name)
  local kind = kind_by_name(name)
  if kind ~= "chat" or item.type ~= "language" or text.glob(name:lower(), { "*instruct*", "*chat*" }) then return kind end
end

-- Whose names with four digits at the end are snapshots: "gpt-4-0613" is one of gpt-4. At most hosts of open weights they are not.
local SNAPSHOTS = { "gpt-*", "chatgpt-*", "o?-*", "grok-*", "claude-*", "gemini-*", "mistral-*", "ministral-*", "magistral-*", "devstral-*", "codestral-*",
                    "pixtral-*", "voxtral-*", "open-mi*tral-*" }

-- "0613" and "2411": a month and a day, or a year and a month.
local function is_short_date(digits)
  for i = 1, #digits do
    if digits:sub(i, i) < "0" or digits:sub(i, i) > "9" then return false end
  end
  if #digits ~= 4 then return false end
  local first, last = tonumber(digits:sub(1, 2)), tonumber(digits:sub(3, 4))
  return (first >= 1 and first <= 12 and last >= 1 and last <= 31) or (first >= 23 and first <= 39 and last >= 1 and last <= 12)
end

-- The name of which this one is a snapshot. Mistral lists each model under all of its names, and says which it means.
local function snapshot_of(item, name)
  if type(item.aliases) == "table" and word(item.name) and item.name ~= name and has(item.aliases, item.name) then return item.name end
  local parts = text.split(name, "-")
  if #parts < 2 or not is_short_date(parts[#parts]) then return nil end
  local base, path = name:sub(1, #name - 5), text.split(name:lower(), "/")
  return text.glob(path[#path], SNAPSHOTS) and base or nil
end

-- A model may be called deprecated, or not loaded, and be served all the same.
local GONE = { retired = "retired", decommissioned = "retired", sunset = "retired", inactive = "inactive", archived = "inactive", disabled = "inactive" }

local function is(value, wanted) return value == wanted or lower(value) == tostring(wanted) end

-- Reasons in the entry itself not to offer the model. At Copilot, an organization has to enable a model first.
local function verdict_on(item)
  local policy = word(fields(item.policy).state)
  for _, name in ipairs { "lifecycle", "lifecycle_status", "status", "state" } do
    local gone = GONE[lower(item[name])]
    if gone then return gone, gone == "inactive" and name .. ": " .. item[name] or nil end
  end
  if is(item.retired, true) then return "retired" end
  for _, name in ipairs { "active", "is_active", "enabled", "available" } do
    if is(item[name], false) then return "inactive", name .. ": false" end
  end
  for _, name in ipairs { "archived", "is_archived", "disabled" } do
    if is(item[name], true) then return "inactive", name .. ": true" end
  end
  if policy and policy ~= "enabled" then return "inactive", "policy: " .. policy end
end

-- The protocols that serve it, the preferred one first; an endpoint of no protocol here under its own name. nil when nothing is said.
local function protocols_of(item)
  local said = item.apis or item.supported_endpoints or item.supported_endpoint_types
  if type(said) ~= "table" or #said == 0 then return nil end
  local list = {}
  for _, endpoint in ipairs(said) do
    local known = ENDPOINTS[bare(endpoint)] or word(endpoint)
    if known and not text.starts(known, "ws:") and not has(list, known) then table.insert(list, known) end
  end
  return list
end

-- An integration names them for each model; the first of these that it has is preferred.
local function preferred(item)
  for _, protocol in ipairs { "openai-responses", "openai-chat", "anthropic-messages" } do
    if item.apis and has(protocols_of(item), protocol) then return protocol end
  end
end

-- ---- limits ----

-- What a router promises is the smallest of its hosts' windows.
local function smallest_window(item)
  local least
  for _, host in ipairs(fields(item.providers)) do
    local size = fields(host).status ~= "staging" and count(fields(host).context_length)
    if size and (not least or size < least) then least = size end
  end
  return least
end

-- LM Studio's, of a model that is not loaded.
local function trained_window(item) return (item.state or item.loaded_instances) and count(item.max_context_length) or nil end

-- Each provider has its own name for the context window. LM Studio loads a model with a smaller one than it was trained for. What llama.cpp
-- calls n_ctx_train is not what it serves either.
local function window(item)
  if trained_window(item) then return count(item.loaded_context_length) end
  return count(item.loaded_context_length) or count(item.context_length) or count(item.context_window) or count(item.max_model_len)
    or count(item.max_context_length) or count(item.contextLength) or count(fields(item.metadata).context_length) or count(fields(item.meta).n_ctx)
    or count(fields(fields(item.capabilities).limits).max_context_window_tokens) or smallest_window(item)
end

local function longest_prompt(item)
  local limits = fields(fields(item.capabilities).limits)
  return count(item.max_input_tokens) or count(limits.max_prompt_tokens) or count(fields(item.limits).max_input_tokens)
    or count(fields(item.model_info).max_input_tokens) or count(fields(item.per_request_limits).prompt_tokens)
end

-- `max_tokens` is Vercel's, beside a context_window; elsewhere the word has other meanings.
local function longest_answer(item)
  local limits = fields(fields(item.capabilities).limits)
  return count(item.max_completion_tokens) or count(fields(item.top_provider).max_completion_tokens) or count(item.max_output_tokens)
    or count(limits.max_output_tokens) or count(fields(item.limits).max_output_tokens) or count(fields(item.model_info).max_output_tokens)
    or (item.context_window and item.type and count(item.max_tokens))
end

-- ---- prices ----

-- Nothing is sold for less than a twentieth of a cent per million tokens, or for more than a thousand dollars: that was another unit.
local function believed(price) return price and (price == 0 or (price >= 0.0005 and price <= 1000)) and price or nil end

local function per_token(value) return believed(tonumber(value) and math.floor(tonumber(value) * 1e12 + 0.5) / 1e6) end
local function per_million(value) return type(value) == "number" and believed(value) or nil end
local function cents_per_100_million(value) return type(value) == "number" and value > 0 and believed(value / 1e4) or nil end

-- OpenRouter, Vercel and Nebius give dollars per token, as strings; Together, DeepInfra and others dollars per million, as numbers.
local function dollars(value) return (type(value) == "string" and per_token or per_million)(value) end

-- OpenRouter's: what it asks for long prompts. What it asks at hours of the day has no place in a price.
local function price_above(said)
  local above
  for _, one in ipairs(fields(said.overrides)) do
    local least = count(fields(one).min_prompt_tokens)
    if least and least > 1 and not one.utc_start and not one.utc_end then
      above = above or {}
      above[least - 1] = { input = dollars(one.prompt), output = dollars(one.completion), cache_read = dollars(one.input_cache_read),
                           cache_write = dollars(one.input_cache_write) }
    end
  end
  return above
end

local function price(item)
  local said, info = fields(item.pricing or fields(item.metadata).pricing), fields(item.model_info)
  if said.input == 0 and said.output == 0 then return nil end -- Together's, of what is not sold by the token
  local input = dollars(said.prompt or said.input or said.input_tokens) or per_token(info.input_cost_per_token)
    or cents_per_100_million(item.prompt_text_token_price)

  -- Beside a prompt that costs something, a zero means that nothing is added, as for reasoning that is billed as output: no price of its own.
  local function own(value) return (value ~= 0 or input == 0) and value or nil end

  return {
    input        = input,
    output       = dollars(said.completion or said.output or said.output_tokens) or per_token(info.output_cost_per_token)
      or cents_per_100_million(item.completion_text_token_price),
    cache_read   = own(dollars(said.input_cache_read or said.cached_input or said.cache_read_tokens)
      or per_token(info.cache_read_input_token_cost) or cents_per_100_million(item.cached_prompt_text_token_price)),
    cache_write  = own(dollars(said.input_cache_write) or per_token(info.cache_creation_input_token_cost)),
    reasoning    = own(dollars(said.internal_reasoning)),
    input_audio  = own(dollars(said.audio)),
    output_audio = own(dollars(said.audio_output)),
    above        = price_above(said),
  }
end

-- ---- what it reads and can do ----

-- OpenRouter's word for PDF is "file".
local function modalities(list)
  if type(list) ~= "table" then return nil end
  local known = {}
  for i, one in ipairs(list) do known[i] = one == "file" and "pdf" or one end
  return known
end

local function of_shape(item, side)
  local modality = word(fields(item.architecture).modality)
  local part = modality and text.split(modality, "->")[side]
  return part and text.split(part, "+")
end

-- Of those that say it of single ones: what they leave out stays as it is known.
local function reads(item, able, words)
  return {
    image = told(flag(item.supports_image_input, item.supportsImageInput, item.supports_image_in, able.vision, fields(able.supports).vision,
      fields(item.model_info).supports_vision), nil, item.type == "vlm" or words.vision or words["image-input"]),
    video = told(flag(item.supports_video_in), nil, words["video-input"]),
    audio = flag(able.audio),
    pdf   = words["file-input"],
  }
end

local function cannot(must) if type(must) == "boolean" then return not must end end

local LEVELS = { "none", "minimal", "low", "medium", "high", "xhigh", "max" }

-- Of OpenRouter, of Copilot and of LM Studio, the lowest first.
local function levels(item, able)
  local all = fields(item.reasoning).supported_efforts or fields(able.supports).reasoning_effort or fields(able.reasoning).allowed_options
  if type(all) ~= "table" then return nil end
  local list = {}
  for _, level in ipairs(LEVELS) do
    if has(all, level) then table.insert(list, level) end
  end
  return #list > 0 and list or nil
end

local function reasons(item, able, words)
  local supports = fields(able.supports)
  local flagged = flag(takes(item, "reasoning"), able.reasoning, item.supports_reasoning, fields(item.model_info).supports_reasoning)
  return told(flagged, nil, words.reasoning or words.thinking or type(item.reasoning) == "table" or type(able.reasoning) == "table"
    or supports.adaptive_thinking == true or count(supports.max_thinking_budget) or type(supports.reasoning_effort) == "table")
end

-- ---- days ----

local function day(value)
  if type(value) ~= "table" then return value end -- as text or a number it is read in any case
  return count(value.year) and count(value.month) and count(value.day) and ("%04d-%02d-%02d"):format(value.year, value.month, value.day) or nil
end

-- Mistral's `deprecation` is the day on which a model is taken out; Azure has one for each use.
local function end_of(item)
  local deprecation = item.deprecation
  if type(deprecation) == "table" then deprecation = deprecation.inference or deprecation end
  return day(item.shutdown_date or item.retires_at or item.retirement_date or item.expiration_date or deprecation or item.deprecation_date
    or item.deprecationDate)
end

-- Where `created` is the day of the model. Many servers give the time of the answer, or of their own start, or always the same.
local DATED = { system = true, openai = true, ["openai-internal"] = true, ["openai-dev"] = true, xai = true }

local function release_of(item)
  if item.released or item.canonical_slug then return item.released or item.created end
  return DATED[lower(item.owned_by)] and item.created
end

local function is_deprecated(item)
  for _, name in ipairs { "lifecycle", "lifecycle_status", "status", "state" } do
    if text.starts(lower(item[name]), "deprecat") then return true end
  end
  return is(item.deprecated, true) or is(item.is_deprecated, true)
end

-- Most listings say no more than this of a model: then there is only its name to judge by, and the rest need not be looked for.
local PLAIN = { id = true, object = true, created = true, owned_by = true }

local function is_plain(item)
  for key in pairs(item) do
    if not PLAIN[key] then return false end
  end
  return true
end

local function plain_entry(item, name)
  return { name = name, release_date = release_of(item), ends = false, snapshot_of = snapshot_of(item, name), named = kind_by_name(name) }
end

local function entry(item, name)
  if is_plain(item) then return plain_entry(item, name) end
  local able, shape, words = fields(item.capabilities), fields(item.architecture), words_of(item)
  local verdict, why = verdict_on(item)
  local shutdown = word(item.shutdown_date)
  return {
    name              = name,
    display_name      = word(item.display_name) or word(item.displayName) or word(item.name),
    context_window    = window(item),
    trained_window    = trained_window(item),
    max_input_tokens  = longest_prompt(item),
    max_output_tokens = longest_answer(item),
    price             = price(item),
    input_modalities  = modalities(shape.input_modalities or item.input_modalities or item.supported_input_modalities or of_shape(item, 1)),
    output_modalities = modalities(shape.output_modalities or item.output_modalities or of_shape(item, 2)),
    reads             = reads(item, able, words),
    reasoning         = reasons(item, able, words),
    reasoning_levels  = levels(item, able),
    tool_call         = takes_tools(item),
    reasoning_toggle  = cannot(fields(item.reasoning).mandatory),
    structured_output = told(flag(takes(item, "structured_outputs"), fields(able.supports).structured_outputs),
      of_hosts(item, "supports_structured_output"), words.structured_outputs or words["structured-outputs"]),
    temperature       = takes(item, "temperature"),
    release_date      = release_of(item),
    knowledge_cutoff  = word(item.knowledge_cutoff),
    status            = is_deprecated(item) and "deprecated" or nil,
    deprecated        = day(item.deprecated_at),
    retires           = end_of(item),
    ends              = shutdown ~= nil, -- OpenAI lists for a while what it has shut down; a day that it puts off is in the same entry
    kind              = kind_said(item, name),
    snapshot_of       = snapshot_of(item, name),
    named             = kind_named(item, name),
    protocol          = preferred(item),
    protocols         = protocols_of(item),
    verdict           = verdict,
    why               = why or (shutdown and "shutdown_date: " .. shutdown) or nil,
  }
end

-- A model of an integration that none of our protocols serves is left out.
local function is_served(item) return not item.apis or preferred(item) end

local function served(items)
  local list = {}
  for _, item in ipairs(items) do
    if is_served(fields(item)) then table.insert(list, item) end
  end
  return list
end

protocol "openai-listing" {
  list        = get "/models",
  named_by    = { "native_id", "id" },
  list_proves = "names", -- many hosts list without a key; providers whose listing proves more set this themselves

  -- An exe.dev integration has a models.json of its own, with a version.
  read_list = function (body, response)
    body = fields(body)
    local version = body.schema_version
    if version ~= nil and version ~= 1 and version ~= 2 then return nil, "a schema_version that is neither 1 nor 2" end
    local items = version and body.models or body.data or body.models or ((#body > 0 or response.text:sub(1, 1) == "[") and body)
    if not is_list(items) then return nil, "no list of models, neither under 'data' nor under 'models'" end
    if not version or #items == 0 then return items end
    items = served(items)
    if #items == 0 then return nil, "a list in which nothing has a name" end
    return items
  end,

  read_model = function (item, wanted)
    item = fields(item)
    local name = item.native_id or item.id -- of thousands of entries most are not wanted: what is asked of each is little
    if type(name) ~= "string" then name = word(item.id) or word(item.key) or word(item.name) end
    if not name or not is_served(item) then return nil end
    return wanted(name) and entry(item, name) or { name = name }
  end,
}
