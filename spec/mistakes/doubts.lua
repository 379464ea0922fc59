-- What can be read and cannot be meant: ids with what nobody sees, addresses with placeholders or paths of requests, expressions where globs
-- are, halves without their other half.
return {
  { name = "an id with a blank before it",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model " large" { provider = "acme" }
]],
    severity = "warning", line = 2, column = 8, length = 6,
    message = 'model " large": the id has blanks at an end, or characters that are not seen: write "large"',
    fix = 'model "large" { provider = "acme" }' },
  { name = "an id with a character that is not seen",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }\nmodel "large\u{200b}" { provider = "acme" }\n',
    severity = "warning", line = 2, column = 8, length = 6,
    message = 'model "large\\u200b": the id has blanks at an end, or characters that are not seen: write "large"',
    fix = 'model "large" { provider = "acme" }' },
  { name = "an id with a blank behind it, in JSON", file = "a.json",
    text = [[
{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },
  "model": { "large ": { "provider": "acme" } } }
]],
    severity = "warning", line = 2, column = 15, length = 6,
    message = 'model "large ": the id has blanks at an end, or characters that are not seen: write "large"',
    fix = '"model": { "large": { "provider": "acme" } } }' },
  { name = "a tier of 200 tokens",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme",
  price = { input = 1, output = 2, above = { [200] = { input = 2 } } },
}
]],
    severity = "warning", line = 3, column = 54, length = 13,
    message = "model 'large': 'price.above[200]' is for prompts of more than 200 tokens: did you mean [200 * K]?" },
  { name = "a base with the path of the listing",
    text = [[
provider "acme" { protocol = "openai-chat",
  base_url = "https://llm.acme.example/v1/models",
}
]],
    severity = "warning", line = 2, column = 39, length = 10,
    message = [[provider 'acme': 'base_url' ends in "/v1/models", the path of a request, which roster adds by itself: write base_url = "https://llm.acme.example"]],
    fix = 'base_url = "https://llm.acme.example",' },
  { name = "a base with the path of another protocol",
    text = [[
provider "acme" { protocol = "openai-chat",
  base_url = "https://llm.acme.example/v1/responses",
}
]],
    severity = "warning", line = 2, column = 39, length = 13,
    message = [[provider 'acme': 'base_url' ends in "/v1/responses", the path of a request, which roster adds by itself: write base_url = "https://llm.acme.example"]],
    fix = 'base_url = "https://llm.acme.example",' },
  { name = "a base with the path of the listing, in JSON", file = "a.json",
    text = [[
{ "provider": { "acme": { "protocol": "openai-chat",
  "base_url": "https://llm.acme.example/v1/models" } } }
]],
    severity = "warning", line = 2, column = 40, length = 10,
    message = [[provider 'acme': 'base_url' ends in "/v1/models", the path of a request, which roster adds by itself: write "base_url": "https://llm.acme.example"]],
    fix = '"base_url": "https://llm.acme.example" } } }' },
  { name = "a base with a placeholder in capitals",
    text = [[
provider "acme" { protocol = "openai-chat",
  base_url = "https://YOUR_RESOURCE.openai.azure.com",
}
]],
    severity = "warning", line = 2, column = 23, length = 13,
    message = "provider 'acme': 'base_url' still has YOUR_RESOURCE, which stands for a name of your own: write that name" },
  { name = "a base with a placeholder in small letters",
    text = [[
provider "acme" { protocol = "openai-chat",
  base_url = "https://your-resource.openai.azure.com",
}
]],
    severity = "warning", line = 2, column = 23, length = 13,
    message = "provider 'acme': 'base_url' still has your-resource, which stands for a name of your own: write that name" },
  { name = "a base with an account that is to be filled in",
    text = [[
provider "acme" { protocol = "openai-chat",
  base_url = "https://gateway.acme.example/v1/ACCOUNT_ID/main",
}
]],
    severity = "warning", line = 2, column = 47, length = 10,
    message = "provider 'acme': 'base_url' still has ACCOUNT_ID, which stands for a name of your own: write that name" },
  { name = "a base with a placeholder in angle brackets",
    text = [[
provider "acme" { protocol = "openai-chat",
  base_url = "https://<resource>.openai.azure.com",
}
]],
    line = 2, column = 14, length = 37,
    message = [[provider 'acme': 'base_url' "https://<resource>.openai.azure.com" has <resource>, which stands for a name of your own: write that name]] },
  { name = "a base in angle brackets",
    text = [[
provider "acme" { protocol = "openai-chat",
  base_url = "<https://llm.acme.example>",
}
]],
    line = 2, column = 14, length = 28,
    message = [[provider 'acme': 'base_url' "<https://llm.acme.example>" contains a space or another character that a URL cannot have]],
    fix = 'base_url = "https://llm.acme.example",' },
  { name = "a base with one slash",
    text = [[
provider "acme" { protocol = "openai-chat",
  base_url = "https:/llm.acme.example",
}
]],
    line = 2, column = 14, length = 25,
    message = [[provider 'acme': 'base_url' "https:/llm.acme.example" does not begin with https:// or http://]],
    fix = 'base_url = "https://llm.acme.example",' },
  { name = "a SOCKS proxy",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  proxy = "socks5://127.0.0.1:1080",
}
]],
    line = 2, column = 11, length = 25,
    message = [[provider 'acme': 'proxy' "socks5://127.0.0.1:1080" is a SOCKS proxy: roster goes through HTTP proxies only]] },
  { name = "a proxy without a scheme",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  proxy = "proxy.acme.example:3128",
}
]],
    line = 2, column = 11, length = 25,
    message = [[provider 'acme': 'proxy' "proxy.acme.example:3128" does not begin with https:// or http://]],
    fix = 'proxy = "http://proxy.acme.example:3128",' },
  { name = "a regular expression for names",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", discover = true,
  discover_allow = { "gpt-.*" },
}
]],
    severity = "warning", line = 2, column = 22, length = 8,
    message = [[provider 'acme': 'discover_allow[1]' is a regular expression, and this is a list of globs, in which * stands for any characters: write "gpt-*"]],
    fix = 'discover_allow = { "gpt-*" },' },
  { name = "a regular expression with a beginning",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", discover = true,
  discover_deny = { "^gpt-4", "gpt-3.*" },
}
]],
    severity = "warning", line = 2, column = 21, length = 8,
    message = [[provider 'acme': 'discover_deny[1]' is a regular expression, and this is a list of globs, in which * stands for any characters: write "gpt-4*"]],
    fix = 'discover_deny = { "gpt-4*", "gpt-3.*" },' },
  { name = "a regular expression with a choice",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", discover = true,
  discover_deny = { "^(gpt|o1)-.*$" },
}
]],
    severity = "warning", line = 2, column = 21, length = 15,
    message = "provider 'acme': 'discover_deny[1]' is a regular expression, and this is a list of globs, in which * stands for any characters" },
  { name = "a regular expression, in JSON", file = "a.json",
    text = [[
{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example", "discover": true,
  "discover_allow": ["gpt-.*"] } } }
]],
    severity = "warning", line = 2, column = 22, length = 8,
    message = [[provider 'acme': 'discover_allow[1]' is a regular expression, and this is a list of globs, in which * stands for any characters: write "gpt-*"]],
    fix = '"discover_allow": ["gpt-*"] } } }' },
  { name = "names to discover where nothing is discovered",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  discover_allow = { "gpt-*" },
}
]],
    severity = "warning", line = 2, column = 20, length = 11,
    message = "provider 'acme': 'discover_allow' chooses among what is discovered, and nothing is: add discover = true" },
  { name = "a helper in one word",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  credential = secret { helper = { "vault read acme" } },
}
]],
    severity = "warning", line = 2, column = 36, length = 17,
    message = [[provider 'acme': 'credential' has a helper of one word with blanks, which no program is called: each argument is an item of its own,]] ..
      [[ helper = { "vault", "read", "acme" }]] },
  { name = "the key of a certificate without the certificate",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  tls = { client_key = "/etc/acme/client.key" },
}
]],
    severity = "warning", line = 2, column = 24, length = 22,
    message = [[provider 'acme': 'tls.client_key' is the key of a certificate, and none is named: add client_cert = "FILE"]] },
  { name = "a certificate instead of its file",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  tls = { ca_file = "-----BEGIN CERTIFICATE-----\nMIIB" },
}
]],
    line = 2, column = 21, length = 35,
    message = "provider 'acme': 'tls.ca_file' is the text of a PEM file: write the path of the file" },
  { name = "milliseconds between two updates",
    text = [[
source "models.acme.example" { url = "https://models.acme.example/api.json",
  every = 21600000,
}
]],
    severity = "warning", line = 2, column = 11, length = 8,
    message = "source 'models.acme.example': 'every' is 21600000 seconds: did you mean 6 * hours?",
    fix = "every = 6 * hours," },
  { name = "a rule that forgets to return where it leads",
    text = [[
gateway "acme-gateway" { base_url = "https://gateway.acme.example" }
rule "to the gateway" (function (model, host)
  via "acme-gateway"
end)
]],
    severity = "warning", line = 3, column = 3, length = 3,
    message = "rule 'to the gateway': calls via(...) and does not return it, so it decides nothing: write return via(...)",
    fix = 'return via "acme-gateway"' },
  { name = "a price that is no list of what is read",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme",
  input = 3,
}
]],
    line = 3, column = 3, length = 5,
    message = "model 'large': unknown key 'input' (did you mean 'price.input'?): write price = { input = 3 }",
    fix = "price = { input = 3 }," },
  { name = "a source with another name than the shipped one",
    text = [[
source "modelsdev" { enabled = true }

]],
    line = 1, column = 9, length = 9,
    message = "source 'modelsdev': there is no such source to amend (did you mean 'models.dev'?), and a new one needs 'url'",
    fix = 'source "models.dev" { enabled = true }' },
  { name = "a key twice in a block",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme",
  tool_call = true,
  tool_call = false,
}
]],
    severity = "warning", line = 4, column = 3, length = 9,
    message = "'tool_call' is twice in this table, and Lua keeps this one: remove the one in line 3, or this one" },
  { name = "a header twice",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  headers = { ["x-team"] = "1", ["x-user"] = "2", ["x-team"] = "3" },
}

]],
    severity = "warning", line = 2, column = 52, length = 8,
    message = "'x-team' is twice in this table, and Lua keeps this one: remove the one in line 2, or this one" },
  { name = "the protocol as pi calls it",
    text = [[
provider "acme" { base_url = "https://llm.acme.example",
  protocol = "openai-completions",
}
]],
    line = 2, column = 14, length = 20,
    message = "provider 'acme': unknown protocol 'openai-completions' (did you mean 'openai-chat'?)",
    fix = 'protocol = "openai-chat",' },
  { name = "Google's protocol as pi calls it",
    text = [[
provider "acme" { base_url = "https://llm.acme.example",
  protocol = "google-generative-ai",
}
]],
    line = 2, column = 14, length = 22,
    message = "provider 'acme': unknown protocol 'google-generative-ai' (did you mean 'gemini'?)",
    fix = 'protocol = "gemini",' },
  { name = "Bedrock's protocol as pi calls it",
    text = [[
provider "acme" { base_url = "https://llm.acme.example",
  protocol = "bedrock-converse-stream",
}
]],
    line = 2, column = 14, length = 25,
    message = "provider 'acme': unknown protocol 'bedrock-converse-stream' (did you mean 'bedrock-converse'?)",
    fix = 'protocol = "bedrock-converse",' },
  { name = "a deadline in milliseconds",
    text = [[
validate { level = "list",
  deadline = 10000,
}

]],
    severity = "warning", line = 2, column = 14, length = 5,
    message = "validate: 'deadline' is 10000 seconds: did you mean 10 * seconds?",
    fix = "deadline = 10 * seconds," },
  {
    name = "globs with an end alone",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", discover = true, discover_deny = { "preview$", ".+", "acme.+" } }\n',
    findings = {
      {
        severity = "warning", line = 1, column = 119, length = 10,
        message = 'provider \'acme\': \'discover_deny[1]\' is a regular expression, and this is a list of globs, in which * stands for any characters: write "*preview"',
        fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", discover = true, discover_deny = { "*preview", ".+", "acme.+" } }',
      },
      {
        severity = "warning", line = 1, column = 131, length = 4,
        message = 'provider \'acme\': \'discover_deny[2]\' is a regular expression, and this is a list of globs, in which * stands for any characters: write "*"',
        fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", discover = true, discover_deny = { "preview$", "*", "acme.+" } }',
      },
      {
        severity = "warning", line = 1, column = 137, length = 8,
        message = 'provider \'acme\': \'discover_deny[3]\' is a regular expression, and this is a list of globs, in which * stands for any characters: write "acme*"',
        fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", discover = true, discover_deny = { "preview$", ".+", "acme*" } }',
      },
    },
  },
}
