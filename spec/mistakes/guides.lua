-- What people write first, after a guide of another program or by the habit of another language: keys, headers, sizes, lists and paths.
return {
  { name = "env() for a key",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = env("ACME_API_KEY"),
}
]],
    line = 4, column = 16, length = 3,
    message = [[unknown word 'env': a variable is read with setting "NAME", or with secret "NAME" where it holds a key]],
    fix = 'credential = secret "ACME_API_KEY",' },
  { name = "ENV[] for a key",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = ENV["ACME_API_KEY"],
}
]],
    line = 4, column = 16, length = 3,
    message = [[unknown word 'ENV': a variable is read with setting "NAME", or with secret "NAME" where it holds a key]],
    fix = 'credential = secret "ACME_API_KEY",' },
  { name = "the name of a variable for a key, without quotes",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = ACME_API_KEY,
}
]],
    line = 4, column = 16, length = 12,
    message = 'a string is missing its quotes: write secret "ACME_API_KEY"',
    fix = 'credential = secret "ACME_API_KEY",' },
  { name = "names of variables for a key, as a list",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = { "ACME_API_KEY", "OTHER_KEY" },
}
]],
    line = 4, column = 16, length = 31,
    message = [[provider 'acme': 'credential' must be secret "NAME", or a list of those, not a table]],
    fix = 'credential = { secret "ACME_API_KEY", secret "OTHER_KEY" },' },
  { name = "false for a key",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = false,
}
]],
    line = 4, column = 16, length = 5,
    message = [[provider 'acme': 'credential' must be secret "NAME", or a list of those, not false]] },
  { name = "a key with a default",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = secret("ACME_API_KEY", "default"),
}
]],
    line = 4, column = 16, length = 6,
    message = "secret: takes one name, and there is no default for a key",
    fix = 'credential = secret "ACME_API_KEY",' },
  { name = "Bearer for the way of a key",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  auth = "Bearer",
}
]],
    line = 4, column = 10, length = 8,
    message = [[provider 'acme': 'auth' must be bearer or header "NAME", not a string]],
    fix = "auth = bearer," },
  { name = "a header for the way of a key",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  auth = "x-api-key",
}
]],
    line = 4, column = 10, length = 11,
    message = [[provider 'acme': 'auth' must be bearer or header "NAME", not a string]],
    fix = 'auth = header "x-api-key",' },
  { name = "bearer with a name",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  auth = bearer "ACME_API_KEY",
}
]],
    line = 4, column = 10, length = 6,
    message = "bearer is a value and takes nothing: write auth = bearer",
    fix = "auth = bearer," },
  { name = "Bearer and the variable of a shell in a header",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  headers = { Authorization = "Bearer $ACME_API_KEY" },
}
]],
    line = 4, column = 31, length = 22,
    message = [[provider 'acme': 'headers.Authorization' has $ACME_API_KEY, and variables are not filled in: write secret { env = "ACME_API_KEY", prefix = "Bearer " }]],
    fix = 'headers = { Authorization = secret { env = "ACME_API_KEY", prefix = "Bearer " } },' },
  { name = "Bearer joined to a secret",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  headers = { Authorization = "Bearer " .. secret "ACME_API_KEY" },
}
]],
    line = 4, column = 44, length = 6,
    message = 'a secret cannot be joined to a string: write secret { env = "NAME", prefix = "Bearer " }' },
  { name = "milliseconds above the limit",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  timeout = 30000,
}
]],
    line = 4, column = 13, length = 5,
    message = "provider 'acme': 'timeout' must be between 0.001 and 3600, not 30000",
    fix = "timeout = 30 * seconds," },
  { name = "a timeout below zero",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  timeout = -1,
}
]],
    line = 4, column = 13, length = 2,
    message = "provider 'acme': 'timeout' must be between 0.001 and 3600, not -1" },
  { name = "a timeout of zero",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  timeout = 0,
}
]],
    line = 4, column = 13, length = 1,
    message = "provider 'acme': 'timeout' must be between 0.001 and 3600, not 0" },
  { name = "a timeout of two parts",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  timeout = { connect = 5, read = 30 },
}
]],
    line = 4, column = 13, length = 26,
    message = "provider 'acme': 'timeout' must be a number of seconds, not a table" },
  { name = "a protocol in capitals",
    text = [[
provider "acme" {
  protocol = "OpenAI-Chat",
  base_url = "https://llm.acme.example",
}
]],
    line = 2, column = 14, length = 13,
    message = "provider 'acme': unknown protocol 'OpenAI-Chat' (did you mean 'openai-chat'?)",
    fix = 'protocol = "openai-chat",' },
  { name = "a local address without its scheme",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "localhost:11434",
}
]],
    line = 3, column = 14, length = 17,
    message = [[provider 'acme': 'base_url' "localhost:11434" does not begin with https:// or http://]],
    fix = 'base_url = "http://localhost:11434",' },
  { name = "an address with the path of its requests",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example/v1/chat/completions",
}
]],
    severity = "warning", line = 3, column = 39, length = 20,
    message = [[provider 'acme': 'base_url' ends in "/v1/chat/completions", which is not part of it and is left out: write base_url = "https://llm.acme.example"]],
    fix = 'base_url = "https://llm.acme.example",' },
  { name = "an address of WebSockets",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "wss://llm.acme.example",
}
]],
    line = 3, column = 14, length = 24,
    message = [[provider 'acme': 'base_url' "wss://llm.acme.example" does not begin with https:// or http://]],
    fix = 'base_url = "https://llm.acme.example",' },
  { name = "a provider within a model",
    text = [[
model "m" { provider = { name = "acme", base_url = "https://x.example" } }
]],
    line = 1, column = 24, length = 49,
    message = "model 'm': 'provider' must be a string, not a table" },
  { name = "a model that is there twice",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" { provider = "acme" }
model "m" { provider = "acme" }
]],
    line = 3, column = 7, length = 3,
    message = "model 'm' is defined twice in one directory (first at a.lua:2): write its lines into that block" },
  { name = "several models in one block",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
models { "a", "b" }
]],
    line = 2, column = 1, length = 6,
    message = [[unknown word 'models': write one model "NAME" { ... } for each]] },
  { name = "the tokens of a price",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  price = { input = 0.003, output = 0.015, per = 1000 },
}
]],
    line = 4, column = 44, length = 3,
    message = "model 'm': unknown key 'price.per': prices are in US dollars per million tokens, and nothing else" },
  { name = "a comma at the thousands",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  context_window = 128,000,
}
]],
    line = 4, column = 20, length = 7,
    message = "model 'm': 'context_window' is 128,000, and a number has no commas within: write 128000",
    fix = "context_window = 128000," },
  { name = "a point at the thousands",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  context_window = 128.000,
}
]],
    severity = "warning", line = 4, column = 20, length = 7,
    message = "model 'm': 'context_window' is 128 tokens: did you mean 128 * K?",
    fix = "context_window = 128 * K," },
  { name = "200k in a string, in JSON", file = "a.json",
    text = [[
{
  "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },
  "model": {
    "m": {
      "provider": "acme",
      "context_window": "200k"
    }
  }
}
]],
    line = 6, column = 25, length = 6,
    message = [[model 'm': 'context_window' must be a whole number, not the string "200k"]],
    fix = '"context_window": 200000' },
  { name = "two words in one string for a list",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  input_modalities = "text,image",
}
]],
    line = 4, column = 22, length = 12,
    message = [[model 'm': 'input_modalities' must be a list of strings, not the string "text,image"]],
    fix = 'input_modalities = { "text", "image" },' },
  { name = "modalities in capitals",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  input_modalities = { "Text", "Image" },
}
]],
    findings = {
      { line = 4, column = 24, length = 6,
        message = [[model 'm': 'input_modalities[1]' must be "text", "image", "pdf", "audio" or "video", not "Text"]],
        fix = 'input_modalities = { "text", "Image" },' },
      { line = 4, column = 32, length = 7,
        message = [[model 'm': 'input_modalities[2]' must be "text", "image", "pdf", "audio" or "video", not "Image"]],
        fix = 'input_modalities = { "Text", "image" },' },
    } },
  { name = "aliases with names",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  aliases = { big = "m" },
}
]],
    line = 4, column = 13, length = 13,
    message = "model 'm': 'aliases' must be a list of strings, not a table with the key 'big'" },
  { name = "llm for a kind",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  kind = "llm",
}
]],
    line = 4, column = 10, length = 5,
    message = [[model 'm': 'kind' must be "chat", "embedding", "rerank", "image", "speech", "transcription", "moderation", "video" or "other", not "llm"]],
    fix = 'kind = "chat",' },
  { name = "embeddings for a kind",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  kind = "embeddings",
}
]],
    line = 4, column = 10, length = 12,
    message = [[model 'm': 'kind' must be "chat", "embedding", "rerank", "image", "speech", "transcription", "moderation", "video" or "other", not "embeddings"]],
    fix = 'kind = "embedding",' },
  { name = "ga for a status",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  status = "ga",
}
]],
    line = 4, column = 12, length = 4,
    message = [[model 'm': 'status' must be "current", "legacy", "deprecated" or "beta", not "ga"]],
    fix = 'status = "current",' },
  { name = "cheap for a tier",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  tier = "cheap",
}
]],
    line = 4, column = 10, length = 7,
    message = [[model 'm': 'tier' must be "flagship", "balanced", "fast" or "specialist", not "cheap"]],
    fix = 'tier = "fast",' },
  { name = "model in a role",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" { provider = "acme" }
role "quick" { model = "m" }
]],
    line = 3, column = 16, length = 5,
    message = [[role 'quick': unknown key 'model': the ids are the items of the block, without a key: write "m"]],
    fix = 'role "quick" { "m" }' },
  { name = "tool_call in what a role needs",
    text = [[
role "quick" { require = { tool_call = true } }
]],
    line = 1, column = 28, length = 9,
    message = "role 'quick': unknown key 'require.tool_call' (did you mean 'require.tools'?)",
    fix = 'role "quick" { require = { tools = true } }' },
  { name = "model in the default",
    text = [[
default { model = "gpt-5" }
]],
    line = 1, column = 11, length = 5,
    message = [[default: unknown key 'model': the ids are the items of the block, without a key: write "gpt-5"]],
    fix = 'default { "gpt-5" }' },
  { name = "url in a gateway",
    text = [[
gateway "corp" { url = "https://gw.acme.example" }
]],
    line = 1, column = 18, length = 3,
    message = "gateway 'corp': unknown key 'url' (did you mean 'base_url'?)",
    fix = 'gateway "corp" { base_url = "https://gw.acme.example" }' },
  { name = "inject for the keys of a gateway",
    text = [[
gateway "corp" { base_url = "https://gw.acme.example", credentials = "inject" }
]],
    line = 1, column = 70, length = 8,
    message = [[gateway 'corp': 'credentials' must be "forwarded" or "injected", not "inject"]],
    fix = 'gateway "corp" { base_url = "https://gw.acme.example", credentials = "injected" }' },
  { name = "the key of a gateway",
    text = [[
gateway "corp" { base_url = "https://gw.acme.example", credential = secret "GW_KEY" }
]],
    line = 1, column = 56, length = 10,
    message = [[gateway 'corp': unknown key 'credential': write headers = { Authorization = secret { env = "GW_KEY", prefix = "Bearer " } }]],
    fix = 'gateway "corp" { base_url = "https://gw.acme.example", headers = { Authorization = secret { env = "GW_KEY", prefix = "Bearer " } } }' },
  { name = "$provider in a path",
    text = [[
gateway "corp" { base_url = "https://gw.acme.example", path = "/$provider" }
]],
    line = 1, column = 63, length = 12,
    message = [[gateway 'corp': 'path' "/$provider" has $provider: what is filled in is written {provider}]],
    fix = 'gateway "corp" { base_url = "https://gw.acme.example", path = "/{provider}" }' },
  { name = ":provider in a path",
    text = [[
gateway "corp" { base_url = "https://gw.acme.example", path = "/:provider" }
]],
    line = 1, column = 63, length = 12,
    message = [[gateway 'corp': 'path' "/:provider" has :provider: what is filled in is written {provider}]],
    fix = 'gateway "corp" { base_url = "https://gw.acme.example", path = "/{provider}" }' },
  { name = "{{provider}} in a path",
    text = [[
gateway "corp" { base_url = "https://gw.acme.example", path = "/{{provider}}" }
]],
    line = 1, column = 65, length = 11,
    message = [[gateway 'corp': 'path' "/{{provider}}" has {{provider}}: what is filled in is written {provider}]],
    fix = 'gateway "corp" { base_url = "https://gw.acme.example", path = "/{provider}" }' },
  { name = "an arrow for a function, without parentheses",
    text = [[
rule "x" (model => refuse("no"))
]],
    line = 1, column = 11, length = 8,
    message = "a function is written function (model) return ... end in Lua",
    fix = 'rule "x" (function (model) return refuse("no") end)' },
  { name = "null for a proxy",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  proxy = null,
}
]],
    line = 4, column = 11, length = 4,
    message = "unknown word 'null': leave the line out, or write none to remove a shipped value",
    fix = "proxy = none," },
  { name = "a dictionary of Python",
    text = [[
provider = {"acme": {"protocol": "openai-chat"}}
]],
    line = 1, column = 13, length = 7,
    message = "a key is followed by '=' in Lua, not by ':', and has no quotes",
    fix = 'provider = {acme = {protocol = "openai-chat"}}',
    unpasted = "the table is no block, either" },
  { name = "a block as Terraform has it",
    text = [[
provider "acme" {
  protocol = "openai-chat"
  base_url = "https://llm.acme.example"
}
]],
    line = 2, column = 27, length = 1,
    message = 'a comma is missing after "openai-chat"',
    fix = 'protocol = "openai-chat",' },
  { name = "a block as nginx has it",
    text = [[
provider acme {
  protocol openai-chat;
}
]],
    line = 1, column = 10, length = 4,
    message = 'the name is missing its quotes: write "acme"',
    fix = 'provider "acme" {',
    unpasted = "the keys have no signs, either" },
  { name = "TOML with a name",
    text = [[
[provider.acme]
protocol = "openai-chat"
base_url = "https://llm.acme.example"
]],
    line = 1, column = 1, length = 15,
    message = 'this is TOML or INI, and a .lua file has Lua: write provider "NAME" { protocol = "openai-chat", ... }' },
  { name = "the configuration of LiteLLM",
    text = [[
- model_name: gpt-4o
  litellm_params:
    model: openai/gpt-4o
]],
    line = 1, column = 1, length = 1,
    message = 'this is YAML, and a .lua file has Lua: write provider "NAME" { protocol = "openai-chat", ... }' },
  { name = "model in a role, in JSON", file = "a.json",
    text = '{ "role": { "quick": { "model": "gpt-5" } } }',
    line = 1, column = 24, length = 7,
    message = [=[role 'quick': unknown key 'model': write "models": ["gpt-5"]]=],
    fix = '{ "role": { "quick": { "models": ["gpt-5"] } } }' },
  { name = "true in a string, in JSON", file = "a.json",
    text = [[
{
  "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },
  "model": {
    "m": {
      "provider": "acme",
      "tool_call": "true"
    }
  }
}
]],
    line = 6, column = 20, length = 6,
    message = [[model 'm': 'tool_call' must be true or false, not the string "true"]],
    fix = '"tool_call": true' },
  { name = "the name of a variable for a key, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "credential": "ACME_API_KEY"
    }
  }
}
]],
    line = 6, column = 21, length = 14,
    message = [[provider 'acme': 'credential' is a string: never put a key into a file; set a variable and write { "secret": "NAME" }]],
    fix = '"credential": { "secret": "ACME_API_KEY" }' },
  { name = "a header for the way of a key, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "auth": "x-api-key"
    }
  }
}
]],
    line = 6, column = 15, length = 11,
    message = [[provider 'acme': 'auth' must be "bearer" or { "header": "NAME" }, not a string]],
    fix = '"auth": { "header": "x-api-key" }' },
  { name = "a timeout with its unit as an object, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "timeout": { "seconds": 30 }
    }
  }
}
]],
    line = 6, column = 18, length = 17,
    message = "provider 'acme': 'timeout' must be a number of seconds, not an object" },
  { name = "a decimal comma, in JSON", file = "a.json",
    text = [[
{
  "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },
  "model": {
    "m": {
      "provider": "acme",
      "price": { "input": 2,5 }
    }
  }
}
]],
    line = 6, column = 28, length = 1,
    message = "is not valid JSON: a number has no comma: thousands are not divided, and a decimal is written with '.'",
    fix = '"price": { "input": 2.5 }' },
  { name = "needs in a role, in JSON", file = "a.json",
    text = '{ "role": { "quick": { "needs": ["tools"] } } }',
    line = 1, column = 24, length = 7,
    message = [[role 'quick': unknown key 'needs': what a model must have is written "require": { "tools": true, "vision": true, "context": 100000 }]] },
  { name = "ssl_verify, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "ssl_verify": false
    }
  }
}
]],
    line = 6, column = 7, length = 12,
    message = "provider 'acme': unknown key 'ssl_verify': certificates are always verified, and a private authority is named in tls.ca_file" },
  { name = "two objects below each other, in JSON", file = "a.json",
    text = [[
{ "provider": {} }
{ "model": {} }
]],
    line = 2, column = 1, length = 1,
    message = "is not valid JSON: there is something after its end: a file has one object" },
}
