-- Keys that are written into the definitions: the finding says how to write it, and nothing repeats the key.
local KEY = "sk-proj-abcdef0123456789" .. "abcdef0123456789"
local RANDOM = "Zk3hPq9Lw2XvB7nT" .. "5RmY8cJd4GsF6aQe"

local function provider(fields)
  return ('provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",\n  %s }\n'):format(fields)
end

local function model(fields)
  return 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }\nmodel "large" { provider = "acme",\n  ' .. fields .. " }\n"
end

local WRITTEN = "contains what looks like a key: keys are not written into definitions; set a variable and name it in "
local LUA, JSON = 'credential = secret "NAME"', '"credential": { "secret": "NAME" }'

return {
  {
    name = "a key in a header",
    text = provider('headers = { Authorization = "Bearer ' .. KEY .. '" }'),
    severity = "warning", line = 2, column = 31, length = 49,
    message = "provider 'acme': 'headers.Authorization' contains what looks like a key: set a variable and write "
      .. 'Authorization = secret { env = "NAME", prefix = "Bearer " }',
    fix = 'headers = { Authorization = secret { env = "NAME", prefix = "Bearer " } } }',
  },
  {
    name = "a key in a header whose name has a dash",
    text = provider('headers = { ["x-api-key"] = "' .. KEY .. '" }'),
    severity = "warning", line = 2, column = 31, length = 42,
    message = "provider 'acme': 'headers.x-api-key' contains what looks like a key: set a variable and write " .. '["x-api-key"] = secret "NAME"',
    fix = 'headers = { ["x-api-key"] = secret "NAME" } }',
  },
  {
    name = "a key in a header, in JSON",
    file = "a.json",
    text = '{ "provider": { "openai": {\n  "headers": { "authorization": "Bearer ' .. KEY .. '" } } } }\n',
    severity = "warning", line = 2, column = 33, length = 49,
    message = "provider 'openai': 'headers.authorization' contains what looks like a key: set a variable and write "
      .. '"authorization": { "secret": { "env": "NAME", "prefix": "Bearer " } }',
    fix = '"headers": { "authorization": { "secret": { "env": "NAME", "prefix": "Bearer " } } } } } }',
  },
  {
    name = "a random value in a header of any name",
    text = provider('headers = { ["x-tenant"] = "' .. RANDOM .. '" }'),
    severity = "warning", line = 2, column = 30, length = 34,
    message = "provider 'acme': 'headers.x-tenant' contains what looks like a key: set a variable and write " .. '["x-tenant"] = secret "NAME"',
    fix = 'headers = { ["x-tenant"] = secret "NAME" } }',
  },
  {
    name = "a key in the query of an address",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example?key=' .. KEY .. '" }\n',
    severity = "warning", line = 1, column = 56, length = 71,
    message = "provider 'acme': 'base_url' contains what looks like a key (key=...), and addresses are shown: send it in a header, as in "
      .. 'headers = { ["x-key"] = secret "NAME" }',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", headers = { ["x-key"] = secret "NAME" } }',
  },
  {
    name = "a short key in the query of an address",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example?api_key=abc" }\n',
    severity = "warning", line = 1, column = 56, length = 38,
    message = "provider 'acme': 'base_url' contains what looks like a key (api_key=...), and addresses are shown: send it in a header, as in "
      .. 'headers = { ["x-key"] = secret "NAME" }',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", headers = { ["x-key"] = secret "NAME" } }',
  },
  {
    name = "a key in the path of an address",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example/' .. KEY .. '/api" }\n',
    severity = "warning", line = 1, column = 56, length = 71,
    message = "provider 'acme': 'base_url' " .. WRITTEN .. LUA,
  },
  {
    name = "a key for a title",
    text = provider('title = "' .. KEY .. '"'),
    severity = "warning", line = 2, column = 11, length = 42,
    message = "provider 'acme': 'title' " .. WRITTEN .. LUA,
  },
  {
    name = "a key for a title, in JSON",
    file = "a.json",
    text = '{ "provider": { "openai": {\n  "title": "' .. KEY .. '" } } }\n',
    severity = "warning", line = 2, column = 12, length = 42,
    message = "provider 'openai': 'title' " .. WRITTEN .. JSON,
  },
  {
    name = "a key for a name on the wire",
    text = model('api_name = "' .. RANDOM .. '"'),
    severity = "warning", line = 3, column = 14, length = 34,
    message = "model 'large': 'api_name' " .. WRITTEN .. LUA,
  },
  {
    name = "a key in a member of the deployer's own",
    text = model('extra = { team = { token = "' .. KEY .. '" } }'),
    severity = "warning", line = 3, column = 11, length = 65,
    message = "model 'large': 'extra' " .. WRITTEN .. LUA,
  },
  {
    name = "a key among tags",
    text = model('tags = { "eu", "' .. KEY .. '" }'),
    severity = "warning", line = 3, column = 18, length = 42,
    message = "model 'large': 'tags[2]' " .. WRITTEN .. LUA,
  },
  {
    name = "a key in the line of a helper",
    text = provider('credential = secret { helper = { "/usr/bin/token", "--key", "' .. KEY .. '" } }'),
    severity = "warning", line = 2, column = 16, length = 93,
    message = "provider 'acme': 'credential' " .. WRITTEN .. LUA,
  },
  {
    name = "a key for a credential",
    text = provider('credential = "' .. KEY .. '"'),
    severity = "error", line = 2, column = 16, length = 42,
    message = "provider 'acme': 'credential' is a string: never put a key into a file; set a variable and write secret \"NAME\"",
    fix = 'credential = secret "NAME" }',
  },
  {
    name = "a key in the body of a request",
    text = 'protocol "odd" { inherit = "openai-chat",\n  list = post("/models", { token = "' .. KEY .. '" }) }\n',
    severity = "warning", line = 2, column = 3, length = 80,
    message = 'post: contains what looks like a key: write credential = secret "NAME"',
  },
  {
    name = "what only looks like a key",
    text = model 'api_name = "DeepSeek-R1-Distill-Qwen-32B-FP8-Dynamic"'
      .. 'model "uuid" { provider = "acme", api_name = "ep-123e4567-e89b-12d3-a456-426614174000", tags = { "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b" } }\n'
      .. 'model "arn" { provider = "acme", api_name = "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.anthropic.claude-opus-4-5-20251101-v1:0" }\n',
    findings = {},
  },
  {
    name = "a key that is no fault of the finding, so that the line to write would repeat it",
    file = "a.json",
    text = '{ "provider": { "acme": { "protocol": "openai-chat", "api_key": "' .. KEY .. '", } } }\n',
    severity = "error", line = 1, column = 107, length = 1,
    message = "is not valid JSON: there is no comma after the last entry: remove it",
  },
  {
    name = "a key in place of a name",
    text = 'model "' .. KEY .. '" { provider = "anthropc" }\n',
    severity = "error", line = 1, column = 63, length = 10,
    message = "model '" .. ("*"):rep(#KEY) .. "': unknown provider 'anthropc' (did you mean 'anthropic'?)",
    fix = 'provider = "anthropic"', unpasted = "the line holds a key, so only the entry is shown",
  },
  {
    name = "a key in the middle of a name",
    text = 'provider "acme" {\n  protocol = "openai-chat",\n  base_url = "https://llm.acme.example",\n  lisk-abcdef0123456789abcdef = 1,\n}\n',
    severity = "error", line = 4, column = 3, length = 27,
    message = "a key with other characters than letters, digits and '_' is written [\"" .. ("*"):rep(27) .. "\"]",
  },
  {
    name = "a secret or another one",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  credential = secret "ACME_API_KEY" or secret { env = "ACME_TOKEN" } or secret "TOKEN",
}
]],
    severity = "warning", line = 2, column = 38, length = 2,
    message = "a secret is never nil, so what is behind 'or' is not used: for the first that is set, " ..
      [[write { secret "ACME_API_KEY", secret { env = "ACME_TOKEN" }, secret "TOKEN" }]],
    fix = [[credential = { secret "ACME_API_KEY", secret { env = "ACME_TOKEN" }, secret "TOKEN" },]],
  },
  {
    name = "a secret or a text, in a header",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  headers = { ["x-team"] = secret "ACME_TEAM" or "none" },
}
]],
    severity = "warning", line = 2, column = 47, length = 2,
    message = "a secret is never nil, so what is behind 'or' is not used: for the first that is set, write a list of secrets",
  },
}
