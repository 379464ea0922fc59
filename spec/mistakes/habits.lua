-- What people bring from other programs, from shells and from guides: keys of theirs, strings where tables are due, frames of Markdown.
return {
  { name = "a key in secret, which is not shown",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = secret "sk-abcdef0123456789abcdef0123456789",
}
]],
    line = 4, column = 23, length = 37,
    message = "secret: that is not the name of a variable: put the key into a variable and name that one here",
    fix = 'credential = secret "ACME_API_KEY",' },
  { name = "a block that is there twice",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
]],
    line = 2, column = 10, length = 6,
    message = "provider 'acme' is defined twice in one directory (first at a.lua:1): write its lines into that block, or give this one another name",
    fix = 'provider "acme-2" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "http:// for an address with a key",
    env = { ACME_API_KEY = "x" },
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "http://llm.acme.example",
  credential = secret "ACME_API_KEY",
}
]],
    line = 3, column = 14, length = 25,
    message = "provider 'acme': base_url 'http://llm.acme.example' would send the key unencrypted: use https://, or write plain_http = true",
    fix = 'base_url = "https://llm.acme.example",' },
  { name = "secret with the dollar of a shell",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = secret "$ACME_API_KEY",
}
]],
    line = 4, column = 23, length = 15,
    message = 'secret: a variable is named by its name alone: write secret "ACME_API_KEY"',
    fix = 'credential = secret "ACME_API_KEY",' },
  { name = "secret with the braces of a shell",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = secret "${ACME_API_KEY}",
}
]],
    line = 4, column = 23, length = 17,
    message = 'secret: a variable is named by its name alone: write secret "ACME_API_KEY"',
    fix = 'credential = secret "ACME_API_KEY",' },
  { name = "secret with env: before the name",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = secret "env:ACME_API_KEY",
}
]],
    line = 4, column = 23, length = 18,
    message = 'secret: a variable is named by its name alone: write secret "ACME_API_KEY"',
    fix = 'credential = secret "ACME_API_KEY",' },
  { name = "secret with a name in lower case",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = secret "acme-api-key",
}
]],
    line = 4, column = 23, length = 14,
    message = "secret: that is not the name of a variable: put the key into a variable and name that one here",
    fix = 'credential = secret "ACME_API_KEY",' },
  { name = "secret with a reference to 1Password",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = secret "op://vault/acme/key",
}
]],
    line = 4, column = 23, length = 21,
    message = 'secret: a reference is resolved by its program: write secret { helper = { "op", "read", "op://vault/acme/key" } }',
    fix = 'credential = secret { helper = { "op", "read", "op://vault/acme/key" } },' },
  { name = "secret with a path",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = secret "/run/secrets/acme",
}
]],
    line = 4, column = 23, length = 19,
    message = 'secret: that is a file, and not the name of a variable: write secret { file = "/run/secrets/acme" }',
    fix = 'credential = secret { file = "/run/secrets/acme" },' },
  { name = "secret with a path in the home directory",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  credential = secret "~/.acme_key",
}
]],
    line = 4, column = 23, length = 13,
    message = 'secret: that is a file, and not the name of a variable: write secret { file = "~/.acme_key" }',
    fix = 'credential = secret { file = "~/.acme_key" },' },
  { name = "default with an id",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
default "gpt-5"]],
    line = 2, column = 1, length = 7,
    message = "default: takes a table, as in default { ... }",
    fix = 'default { wanted = "gpt-5" }' },
  { name = "default with an id in parentheses",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
default("gpt-5")]],
    line = 2, column = 1, length = 7,
    message = "default: takes a table, as in default { ... }",
    fix = 'default { wanted = "gpt-5" }' },
  { name = "retired with an id",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
retired "old-one" "gpt-5"]],
    line = 2, column = 1, length = 7,
    message = [[retired 'old-one': takes a table, as in retired "old-one" { ... }]],
    fix = 'retired "old-one" { replacement = "gpt-5" }' },
  { name = "a role with an id",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
role "quick" "gpt-5"]],
    line = 2, column = 1, length = 4,
    message = [[role 'quick': takes a table, as in role "quick" { ... }]],
    fix = 'role "quick" { "gpt-5" }' },
  { name = "a role with two ids",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
role "quick" "gpt-5" "gpt-4o"]],
    line = 2, column = 1, length = 4,
    message = [[role 'quick': takes a table, as in role "quick" { ... }]] },
  { name = "a model with the id of its provider",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" "acme"]],
    line = 2, column = 1, length = 5,
    message = [[model 'm': takes a table, as in model "m" { ... }]],
    fix = 'model "m" { provider = "acme" }' },
  { name = "validate with a level",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
validate "prove"]],
    line = 2, column = 1, length = 8,
    message = "validate: takes a table, as in validate { ... }",
    fix = 'validate { level = "prove" }' },
  { name = "a level that is a flag",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
validate { level = true }]],
    line = 2, column = 20, length = 4,
    message = [[validate: 'level' must be "credential", "list", "prove" or "generate", not true]] },
  { name = "a key twice, in two lines", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "title": "a",
      "title": "b"
    }
  }
}
]],
    line = 7, column = 7, length = 7,
    message = 'is not valid JSON: the key "title" is in this object twice: remove one' },
  { name = "headers as a list of lines",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  headers = { "x-one: 1" },
}
]],
    line = 4, column = 13, length = 14,
    message = [[provider 'acme': 'headers' is a list: every entry is written ["NAME"] = value]],
    fix = 'headers = { ["x-one"] = "1" },' },
  { name = "headers as a list of tables",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  headers = { { name = "x-one", value = "1" } },
}
]],
    line = 4, column = 13, length = 35,
    message = [[provider 'acme': 'headers' is a list: every entry is written ["NAME"] = value]],
    fix = 'headers = { ["x-one"] = "1" },' },
  { name = "headers as a line",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  headers = "x-one: 1",
}
]],
    line = 4, column = 13, length = 10,
    message = [[provider 'acme': 'headers' must be a table of strings, not the string "x-one: 1"]],
    fix = 'headers = { ["x-one"] = "1" },' },
  { name = "headers as an array of lines", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "headers": ["x-one: 1"]
    }
  }
}
]],
    line = 6, column = 18, length = 12,
    message = "provider 'acme': 'headers' must be an object of strings, not an array",
    fix = '"headers": { "x-one": "1" }' },
  { name = "headers as an array of objects", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "headers": [{"name": "x-one", "value": "1"}]
    }
  }
}
]],
    line = 6, column = 18, length = 33,
    message = "provider 'acme': 'headers' must be an object of strings, not an array",
    fix = '"headers": { "x-one": "1" }' },
  { name = "verify in tls",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  tls = { verify = false },
}
]],
    line = 4, column = 11, length = 6,
    message = "provider 'acme': unknown key 'tls.verify': certificates are always verified, and a private authority is named in tls.ca_file" },
  { name = "ssl_verify",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  ssl_verify = false,
}
]],
    line = 4, column = 3, length = 10,
    message = "provider 'acme': unknown key 'ssl_verify': certificates are always verified, and a private authority is named in tls.ca_file" },
  { name = "verify",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  verify = false,
}
]],
    line = 4, column = 3, length = 6,
    message = "provider 'acme': unknown key 'verify': certificates are always verified, and a private authority is named in tls.ca_file" },
  { name = "ca_bundle",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  ca_bundle = "/etc/ssl/ca.pem",
}
]],
    line = 4, column = 3, length = 9,
    message = [[provider 'acme': unknown key 'ca_bundle': write tls = { ca_file = "/etc/ssl/ca.pem" }]],
    fix = 'tls = { ca_file = "/etc/ssl/ca.pem" },' },
  { name = "ca in tls",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  tls = { ca = "/etc/ssl/ca.pem" },
}
]],
    line = 4, column = 11, length = 2,
    message = "provider 'acme': unknown key 'tls.ca' (did you mean 'tls.ca_file'?)",
    fix = 'tls = { ca_file = "/etc/ssl/ca.pem" },' },
  { name = "insecure in tls",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  tls = { insecure = true },
}
]],
    line = 4, column = 11, length = 8,
    message = "provider 'acme': unknown key 'tls.insecure': certificates are always verified, and a private authority is named in tls.ca_file" },
  { name = "true for tls",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  tls = true,
}
]],
    line = 4, column = 9, length = 4,
    message = "provider 'acme': 'tls' must be a table, not true" },
  { name = "limit",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  limit = { context = 128 * K, output = 8 * K },
}
]],
    line = 4, column = 3, length = 5,
    message = "model 'm': unknown key 'limit': write context_window = 128000, max_output_tokens = 8000",
    fix = "context_window = 128000, max_output_tokens = 8000," },
  { name = "litellm_params",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  litellm_params = { model = "openai/gpt-4o" },
}
]],
    line = 4, column = 3, length = 14,
    message = "model 'm': unknown key 'litellm_params': there is no such table: write its keys into the block itself" },
  { name = "input_cost_per_token",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  input_cost_per_token = 0.000003,
}
]],
    line = 4, column = 3, length = 20,
    message = "model 'm': unknown key 'input_cost_per_token': write price = { input = 3 }",
    fix = "price = { input = 3 }," },
  { name = "price.over",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  price = { input = 3, over = { [200 * K] = { input = 6 } } },
}
]],
    line = 4, column = 24, length = 4,
    message = "model 'm': unknown key 'price.over' (did you mean 'price.above'?)",
    fix = "price = { input = 3, above = { [200 * K] = { input = 6 } } }," },
  { name = "need in a role",
    text = 'role "quick" { need = { "tool_call" } }',
    line = 1, column = 16, length = 4,
    message = "role 'quick': unknown key 'need': what a model must have is written require = { tools = true, vision = true, context = 100 * K }" },
  { name = "needs in a role",
    text = 'role "quick" { needs = { "tool_call" } }',
    line = 1, column = 16, length = 5,
    message = "role 'quick': unknown key 'needs': what a model must have is written require = { tools = true, vision = true, context = 100 * K }" },
  { name = "parallel",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  parallel = 4,
}
]],
    line = 4, column = 3, length = 8,
    message = "provider 'acme': unknown key 'parallel': there is nothing to set: roster sends only its own few requests, and hosts limit theirs themselves" },
  { name = "top_provider",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "m" {
  provider = "acme",
  top_provider = { context_length = 128000 },
}
]],
    line = 4, column = 3, length = 12,
    message = "model 'm': unknown key 'top_provider': write context_window = 128000",
    fix = "context_window = 128000," },
  { name = "the frame of a code block",
    text = [[
```lua
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
```
]],
    line = 1, column = 1, length = 6,
    message = "this is the frame of a code block in Markdown: remove the lines that begin with ```" },
  { name = "the frame of a code block in JSON", file = "a.json",
    text = [[
```json
{ "provider": {} }
```
]],
    line = 1, column = 1, length = 7,
    message = "is not valid JSON: this is the frame of a code block in Markdown: remove the lines that begin with ```" },
  { name = "the frame of a code block without a language",
    text = [[
```
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
```
]],
    line = 1, column = 1, length = 3,
    message = "this is the frame of a code block in Markdown: remove the lines that begin with ```" },
  { name = "secret with a number, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "credential": { "secret": 5 }
    }
  }
}
]],
    line = 6, column = 21, length = 15,
    message = 'secret: give the name of a variable, as in { "secret": "ACME_API_KEY" }, or { "secret": { "env": "ACME_API_KEY", "file": "/path" } }' },
  { name = "a key in secret, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "credential": { "secret": "sk-abcdef0123456789abcdef0123456789" }
    }
  }
}
]],
    line = 6, column = 33, length = 37,
    message = "secret: that is not the name of a variable: put the key into a variable and name that one here",
    fix = '"credential": { "secret": "ACME_API_KEY" }' },
  { name = "secret with the dollar of a shell, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "credential": { "secret": "$ACME_KEY" }
    }
  }
}
]],
    line = 6, column = 33, length = 11,
    message = 'secret: a variable is named by its name alone: write { "secret": "ACME_KEY" }',
    fix = '"credential": { "secret": "ACME_KEY" }' },
  { name = "secret with an unknown key, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "credential": { "secret": { "environment": "ACME" } }
    }
  }
}
]],
    line = 6, column = 35, length = 13,
    message = "secret: unknown key 'environment' (did you mean 'env'?)",
    fix = '"credential": { "secret": "ACME" }' },
  { name = "setting with a number, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "title": { "setting": 5 }
    }
  }
}
]],
    line = 6, column = 16, length = 16,
    message = 'setting: takes the name of a variable, as in { "setting": "NAME" }' },
  { name = "setting with the name of a secret, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "title": { "setting": "ACME_API_KEY" }
    }
  }
}
]],
    line = 6, column = 16, length = 29,
    message = [[setting 'ACME_API_KEY': looks like a secret: write "credential": { "secret": "ACME_API_KEY" }]] },
  { name = "get with a number, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "list": { "get": 5 }
    }
  }
}
]],
    line = 6, column = 15, length = 12,
    message = 'get: takes a path, as in { "get": "/models" }' },
  { name = "header with a number, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "auth": { "header": 5 }
    }
  }
}
]],
    line = 6, column = 15, length = 15,
    message = 'header: takes the name of a header, as in { "header": "x-api-key" }' },
  { name = "a header with a space, in JSON", file = "a.json",
    text = [[
{
  "provider": {
    "acme": {
      "protocol": "openai-chat",
      "base_url": "https://llm.acme.example",
      "auth": { "header": "x api" }
    }
  }
}
]],
    line = 6, column = 27, length = 7,
    message = "header: 'x api' is not the name of a header" },
  { name = "a key in Authorization without Bearer",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
  headers = { Authorization = secret "ACME_API_KEY" },
}
]],
    severity = "warning", line = 4, column = 31, length = 21,
    message = [[provider 'acme': 'headers.Authorization' sends the key alone, without the word Bearer: write secret { env = "ACME_API_KEY", prefix = "Bearer " }]],
    fix = 'headers = { Authorization = secret { env = "ACME_API_KEY", prefix = "Bearer " } },' },
  { name = "a path alone in its line",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
/v1/models
]],
    line = 2, column = 1, length = 10,
    message = 'a path is the value of a key, and in quotes: write list = get "/models" in a block' },
  { name = "UTF-16",
    text = "\xff\xfep\x00r\x00o\x00v\x00i\x00d\x00e\x00r\x00 \x00\"\x00a\x00\"\x00",
    line = 1, column = 1, length = 1,
    message = "the file is UTF-16, which some editors call Unicode: save it as UTF-8" },
  { name = "UTF-16 in the other order",
    text = "\xfe\xff\x00p\x00r\x00o\x00v\x00i\x00d\x00e\x00r\x00 \x00\"\x00a\x00\"",
    line = 1, column = 1, length = 1,
    message = "the file is UTF-16, which some editors call Unicode: save it as UTF-8" },
  { name = "UTF-16 in JSON", file = "a.json",
    text = "\xff\xfe{\x00\"\x00a\x00\"\x00:\x00{\x00}\x00}\x00",
    line = 1, column = 1, length = 1,
    message = "is not valid JSON: the file is UTF-16, which some editors call Unicode: save it as UTF-8" },
}
