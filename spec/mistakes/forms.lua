-- Rarer forms of the mistakes of the other files: numbers, days, lists, headers, secrets and quotes as other languages and people write them.
local ACME = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }\n'

local function model(fields) return ACME .. ('model "large" { provider = "acme", %s }\n'):format(fields) end

local function provider(fields)
  return ('provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", %s }\n'):format(fields)
end

local function model_of_json(fields)
  return ('{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },\n' ..
    '  "model": { "large": { "provider": "acme",\n    %s } } }\n'):format(fields)
end

local function provider_of_json(fields)
  return ('{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example",\n    %s } } }\n'):format(fields)
end

return {
  {
    name = "a string with a tab inside, in JSON",
    file = "a.json",
    text = "{ \"provider\": { \"acme\": { \"protocol\": \"openai-chat\", \"base_url\": \"https://llm.acme.example\", \"title\": \"Acme\tLabs\" } } }\n",
    line = 1, column = 108, length = 1,
    message = "is not valid JSON: a control character in a string is written as an escape, a tab as \\t",
    fix = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example", "title": "Acme\\tLabs" } } }',
    unpasted = "a title has no tabs",
  },
  {
    name = "a string that runs over the end of its line, in JSON",
    file = "a.json",
    text = '{ "provider": { "acme": { "title": "Acme\n Labs" } } }\n',
    line = 1, column = 36, length = 5,
    message = 'is not valid JSON: this string is never closed: " is missing at its end',
    fix = '{ "provider": { "acme": { "title": "Acme"',
    unpasted = "the rest of the string is in the next line",
  },
  {
    name = "a text without quotes, in JSON",
    file = "a.json",
    text = '{ "model": { "large": { "provider": acme } } }\n',
    line = 1, column = 37, length = 4,
    message = 'is not valid JSON: a string is missing its quotes: write "acme"',
    fix = '{ "model": { "large": { "provider": "acme" } } }',
  },
  {
    name = "a word with a path without quotes, in JSON",
    file = "a.json",
    text = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": https://llm.acme.example } } }\n',
    line = 1, column = 66, length = 24,
    message = 'is not valid JSON: a string is missing its quotes: write "https://llm.acme.example"',
    fix = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } } }',
  },
  {
    name = "a number that ends with a point, in JSON",
    file = "a.json",
    text = '{ "validate": { "deadline": 5. } }\n',
    line = 1, column = 29, length = 2,
    message = "is not valid JSON: '5.' is not a number",
  },
  {
    name = "a number with an exponent that is missing, in JSON",
    file = "a.json",
    text = '{ "validate": { "deadline": 1e } }\n',
    line = 1, column = 29, length = 2,
    message = "is not valid JSON: '1e' is not a number",
  },
  {
    name = "a number with a signed exponent, in JSON",
    file = "a.json",
    text = '{ "validate": { "deadline": 1e+1 } }\n',
    findings = {},
  },
  {
    name = "a negative number with zeros in front, in JSON",
    file = "a.json",
    text = '{ "validate": { "deadline": -05 } }\n',
    line = 1, column = 29, length = 3,
    message = "is not valid JSON: '-05' is not a number",
  },
  {
    name = "infinity, in JSON",
    file = "a.json",
    text = '{ "validate": { "deadline": -Infinity } }\n',
    line = 1, column = 29, length = 9,
    message = "is not valid JSON: '-Infinity' is not a number that it has",
  },
  {
    name = "millions with M, in JSON",
    file = "a.json",
    text = model_of_json '"context_window": 1M',
    line = 3, column = 23, length = 2,
    message = "is not valid JSON: '1M' is not a number: write 1000000",
    fix = '"context_window": 1000000 } } }',
  },
  {
    name = "millions with a fraction, in JSON",
    file = "a.json",
    text = model_of_json '"context_window": 1.5M',
    line = 3, column = 23, length = 4,
    message = "is not valid JSON: '1.5M' is not a number",
  },
  {
    name = "thousands with a k, in JSON",
    file = "a.json",
    text = model_of_json '"context_window": 8k',
    line = 3, column = 23, length = 2,
    message = "is not valid JSON: '8k' is not a number: write 8000",
    fix = '"context_window": 8000 } } }',
  },
  {
    name = "thousands with commas, in JSON",
    file = "a.json",
    text = model_of_json '"context_window": 128,000',
    line = 3, column = 26, length = 1,
    message = "is not valid JSON: a number has no comma: thousands are not divided, and a decimal is written with '.'",
    fix = '"context_window": 128000 } } }',
  },
  {
    name = "an arrow behind a key, in JSON",
    file = "a.json",
    text = '{ "provider" => {} }\n',
    line = 1, column = 14, length = 1,
    message = "is not valid JSON: a key is followed by ':', not by '='",
    fix = '{ "provider" : {} }',
  },
  {
    name = "a colon too many, in JSON",
    file = "a.json",
    text = '{ "provider":: {} }\n',
    line = 1, column = 14, length = 1,
    message = "is not valid JSON: a value is missing here",
  },
  {
    name = "a block that is closed by a bracket, in JSON",
    file = "a.json",
    text = '{ "role": { "quick": ["gpt-5"] ] }\n',
    line = 1, column = 32, length = 1,
    message = "is not valid JSON: a '{' is closed by '}', not by ']'",
    fix = '{ "role": { "quick": ["gpt-5"] } }',
  },
  {
    name = "two commas in a list, in JSON",
    file = "a.json",
    text = '{ "role": { "quick": [ "gpt-5",, "gpt-4o" ] } }\n',
    line = 1, column = 32, length = 1,
    message = "is not valid JSON: there is one comma too many here",
    fix = '{ "role": { "quick": [ "gpt-5", "gpt-4o" ] } }',
  },
  {
    name = "a quotation mark that is not closed, in JSON",
    file = "a.json",
    text = '{ "role": { "quick": ["gpt-5 } }\n',
    line = 1, column = 23, length = 6,
    message = 'is not valid JSON: this string is never closed: " is missing at its end',
    fix = '{ "role": { "quick": ["gpt-5" } }',
    unpasted = "the bracket of the list has to be written, too",
  },
  {
    name = "angled quotation marks, in JSON",
    file = "a.json",
    text = '{ "role": { «quick»: ["gpt-5"] } }\n',
    line = 1, column = 13, length = 7,
    message = 'is not valid JSON: a typographic quote (U+00AB): strings are written in straight quotes, "..."',
    fix = '{ "role": { "quick": ["gpt-5"] } }',
  },
  {
    name = "a letter outside of a string, in JSON",
    file = "a.json",
    text = '{ "role": { é: ["gpt-5"] } }\n',
    line = 1, column = 13, length = 1,
    message = "is not valid JSON: a character is outside a string (U+00E9): remove it",
  },
  {
    name = "a symbol outside of a string, in JSON",
    file = "a.json",
    text = '{ "role": { € } }\n',
    line = 1, column = 13, length = 1,
    message = "is not valid JSON: a character is outside a string (U+20AC): remove it",
  },
  {
    name = "a text of 16 bits in the other order, in JSON",
    file = "a.json",
    text = "\xfe\xff\0{\0}",
    line = 1, column = 1, length = 1,
    message = "is not valid JSON: the file is UTF-16, which some editors call Unicode: save it as UTF-8",
  },
  {
    name = "HTML, in JSON",
    file = "a.json",
    text = "<html><body>no</body></html>\n",
    line = 1, column = 1, length = 1,
    message = "is not valid JSON: this is HTML or XML",
  },
  {
    name = "an assignment of a shell, in JSON",
    file = "a.json",
    text = "ACME_API_KEY=1\n",
    line = 1, column = 1, length = 12,
    message = 'is not valid JSON: this is YAML or TOML: write { "provider": { "NAME": { ... } } }',
  },
  {
    name = "a comment of Lua, in JSON",
    file = "a.json",
    text = '-- the providers\n{ "role": {} }\n',
    line = 1, column = 1, length = 2,
    message = "is not valid JSON: this is Lua: give the file a name that ends in .lua",
  },
  {
    name = "a key of digits, in JSON",
    file = "a.json",
    text = '{ "role": { 5: ["gpt-5"] } }\n',
    line = 1, column = 13, length = 1,
    message = 'is not valid JSON: keys are written in double quotes: write "5"',
    fix = '{ "role": { "5": ["gpt-5"] } }',
  },
  {
    name = "an end that is missing inside a list, in JSON",
    file = "a.json",
    text = '{ "role": { "quick": [ "gpt-5",\n',
    line = 1, column = 22, length = 1,
    message = "is not valid JSON: this '[' is never closed: ']' is missing at the end of the file",
    fix = "]",
    unpasted = "more than one bracket is missing, and a comma is left",
  },
  {
    name = "a template's slot, in JSON",
    file = "a.json",
    text = '{ "provider": { "acme": { "base_url": {{ url }} } } }\n',
    line = 1, column = 40, length = 1,
    message = "is not valid JSON: a key in double quotes is missing here",
  },
  {
    name = "a count as a text with a currency",
    text = model 'context_window = "$ 128000"',
    line = 2, column = 53, length = 10,
    message = 'model \'large\': \'context_window\' must be a whole number, not the string "$ 128000"',
    fix = 'model "large" { provider = "acme", context_window = 128000 }',
  },
  {
    name = "a price as a text with a currency",
    text = model 'price = { input = "$ 3.50", output = "15" }',
    findings = {
      {
        line = 2, column = 54, length = 8,
        message = 'model \'large\': \'price.input\' must be a number, not the string "$ 3.50"',
        fix = 'model "large" { provider = "acme", price = { input = 3.5, output = "15" } }',
      },
      {
        line = 2, column = 73, length = 4,
        message = 'model \'large\': \'price.output\' must be a number, not the string "15"',
        fix = 'model "large" { provider = "acme", price = { input = "$ 3.50", output = 15 } }',
      },
    },
  },
  {
    name = "a count as a text with thousands",
    text = model 'context_window = "1,048,576"',
    line = 2, column = 53, length = 11,
    message = 'model \'large\': \'context_window\' must be a whole number, not the string "1,048,576"',
    fix = 'model "large" { provider = "acme", context_window = 1048576 }',
  },
  {
    name = "a count as a text with underscores",
    text = model 'context_window = "1_048_576"',
    line = 2, column = 53, length = 11,
    message = 'model \'large\': \'context_window\' must be a whole number, not the string "1_048_576"',
    fix = 'model "large" { provider = "acme", context_window = 1048576 }',
  },
  {
    name = "seconds as a text with ms",
    text = 'validate { deadline = "1500 ms" }\n',
    line = 1, column = 23, length = 9,
    message = 'validate: \'deadline\' must be a number of seconds, not the string "1500 ms"',
    fix = "validate { deadline = 1.5 * seconds }",
  },
  {
    name = "seconds as a text with milliseconds",
    text = 'validate { deadline = "1500 milliseconds" }\n',
    line = 1, column = 23, length = 19,
    message = 'validate: \'deadline\' must be a number of seconds, not the string "1500 milliseconds"',
    fix = "validate { deadline = 1.5 * seconds }",
  },
  {
    name = "seconds as a text with a unit that is none",
    text = 'validate { deadline = "2 fortnights" }\n',
    line = 1, column = 23, length = 14,
    message = 'validate: \'deadline\' must be a number of seconds, not the string "2 fortnights"',
  },
  {
    name = "seconds as a text without a unit",
    text = 'validate { deadline = "90" }\n',
    line = 1, column = 23, length = 4,
    message = 'validate: \'deadline\' must be a number of seconds, not the string "90"',
    fix = "validate { deadline = 90 * seconds }",
  },
  {
    name = "a day with a short year",
    text = model 'retires = "26-12-31"',
    line = 2, column = 46, length = 10,
    message = 'model \'large\': \'retires\' must be a date such as "2026-11-30", not the string "26-12-31"',
  },
  {
    name = "a day with text behind it",
    text = model 'retires = "2026-12-31 noon"',
    line = 2, column = 46, length = 17,
    message = 'model \'large\': \'retires\' must be a date such as "2026-11-30", not the string "2026-12-31 noon"',
  },
  {
    name = "a day of one digit as a calculation",
    text = model "retires = 2026-1-5",
    line = 2, column = 46, length = 8,
    message = 'model \'large\': \'retires\' is a date without quotes: write "2026-01-05"',
    fix = 'model "large" { provider = "acme", retires = "2026-01-05" }',
  },
  {
    name = "a price of two in one text with a unit",
    text = model 'price = "$3 / $15 per million"',
    line = 2, column = 44, length = 22,
    message = 'model \'large\': \'price\' must be a table, not the string "$3 / $15 per million"',
  },
  {
    name = "a price as a list of three whose last is dear",
    text = model "price = { 3, 15, 30 }",
    line = 2, column = 44, length = 13,
    message = "model 'large': 'price' has numbers without keys: write { input = 3, output = 15 }",
  },
  {
    name = "a price as a list of texts",
    text = model 'price = { "3", "15" }',
    line = 2, column = 44, length = 13,
    message = "model 'large': 'price' has numbers without keys: write { input = 3, output = 15 }",
  },
  {
    name = "a price as a list of five",
    text = model "price = { 1, 2, 3, 4, 5 }",
    line = 2, column = 44, length = 17,
    message = "model 'large': 'price' has numbers without keys: write { input = 3, output = 15 }",
  },
  {
    name = "discover as a list",
    text = provider 'discover = { "acme-*", "big-*" }',
    line = 1, column = 95, length = 21,
    message = "provider 'acme': 'discover' must be true, false or a function, not a table",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", discover = true, discover_allow = { "acme-*", "big-*" } }',
  },
  {
    name = "discover as a list of numbers",
    text = provider "discover = { 1 }",
    line = 1, column = 95, length = 5,
    message = "provider 'acme': 'discover' must be true, false or a function, not a table",
  },
  {
    name = "a path as an address",
    text = provider 'list = "https://llm.acme.example/v1/models"',
    line = 1, column = 91, length = 36,
    message = 'provider \'acme\': \'list\' must be a request: get(...) or post(...), not the string "https://llm.acme.example/v1/models"',
  },
  {
    name = "auth as Authorization",
    text = provider 'auth = "Authorization"',
    line = 1, column = 91, length = 15,
    message = 'provider \'acme\': \'auth\' must be bearer or header "NAME", not a string',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", auth = bearer }',
  },
  {
    name = "auth as a table with the usual header",
    text = provider 'auth = { header = "Authorization" }',
    line = 1, column = 91, length = 28,
    message = 'provider \'acme\': \'auth\' must be bearer or header "NAME", not a table',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", auth = bearer }',
  },
  {
    name = "headers as a text of two lines",
    text = provider 'headers = "X-Team: red\\nX-Other: blue"',
    line = 1, column = 94, length = 28,
    message = 'provider \'acme\': \'headers\' must be a table of strings, not the string "X-Team: red X-Other: blue"',
  },
  {
    name = "tls as a file's name",
    text = provider 'tls = "acme.crt"',
    line = 1, column = 90, length = 10,
    message = 'provider \'acme\': \'tls\' must be a table, not the string "acme.crt"',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", tls = { ca_file = "acme.crt" } }',
  },
  {
    name = "a secret with a timeout without a helper",
    text = provider 'credential = secret { env = "ACME_API_KEY", timeout = 5 }',
    line = 1, column = 128, length = 7,
    message = "secret: 'ttl', 'timeout' and 'interactive' are for a helper, and there is none",
  },
  {
    name = "a secret with a timeout that is far too long",
    text = provider 'credential = secret { helper = { "op" }, timeout = 1e9 }',
    line = 1, column = 125, length = 7,
    message = "secret: 'timeout' is a time, as in timeout = 2 * hours",
  },
  {
    name = "a secret with auth as a text",
    text = provider 'credential = secret { env = "ACME_API_KEY", auth = "X-Key" }',
    line = 1, column = 97, length = 6,
    message = 'secret: \'auth\' is bearer or header "NAME"',
  },
  {
    name = "a secret with a label that is far too long",
    text = provider 'credential = secret { env = "ACME_API_KEY", label = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }',
    line = 1, column = 128, length = 5,
    message = 'secret: \'label\' is a short word of letters, digits, \'-\', \'_\' and \'.\', as in label = "work"',
  },
  {
    name = "a secret of unknown",
    text = provider "credential = secret(unknown)",
    line = 1, column = 104, length = 7,
    message = 'a string is missing its quotes: write "unknown"',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret("unknown") }',
  },
  {
    name = "a secret with a helper as a text, in JSON",
    file = "a.json",
    text = provider_of_json '"credential": { "secret": { "helper": "op read acme" } }',
    line = 2, column = 33, length = 8,
    message = 'secret: \'helper\' is a list, the program and its arguments, as in helper = { "/usr/bin/vault", "read" }',
    fix = '"credential": { "secret": { "helper": ["op", "read", "acme"] } } } } }',
  },
  {
    name = "a list of texts for secrets, in JSON",
    file = "a.json",
    text = provider_of_json '"credential": ["ACME_API_KEY", "ACME_KEY"]',
    line = 2, column = 19, length = 28,
    message = 'provider \'acme\': \'credential\' must be { "secret": "NAME" }, or an array of those, not an array',
    fix = '"credential": [{ "secret": "ACME_API_KEY" }, { "secret": "ACME_KEY" }] } } }',
  },
  {
    name = "discover as a list, in JSON",
    file = "a.json",
    text = provider_of_json '"discover": ["acme-*", "big-*"]',
    line = 2, column = 17, length = 19,
    message = "provider 'acme': 'discover' must be true or false, not an array",
    fix = '"discover": true, "discover_allow": ["acme-*", "big-*"] } } }',
  },
  {
    name = "an unknown key of a call, in JSON",
    file = "a.json",
    text = provider_of_json '"auth": { "bearer": { "x": 1 } }',
    line = 2, column = 13, length = 24,
    message = 'provider \'acme\': \'auth\' must be "bearer" or { "header": "NAME" }, not an object',
  },
  {
    name = "a day as a number, in JSON",
    file = "a.json",
    text = model_of_json '"retires": 20261231',
    line = 3, column = 16, length = 8,
    message = 'model \'large\': \'retires\' must be a date such as "2026-11-30", not the number 20261231',
    fix = '"retires": "2026-12-31" } } }',
  },
  {
    name = "a path without quotes behind a word",
    text = 'provider "acme" { list = get /v1/models }\n',
    findings = {
      {
        line = 1, column = 10, length = 6,
        message = "provider 'acme': 'protocol' is missing",
      },
      {
        line = 1, column = 30, length = 10,
        message = 'a string is missing its quotes: write "/v1/models"',
        fix = 'provider "acme" { list = get "/v1/models" }',
      },
    },
  },
  {
    name = "an address without quotes, the last of its block",
    text = 'provider "acme" { protocol = "openai-chat", base_url = https://llm.acme.example/v1?x=1 }\n',
    line = 1, column = 56, length = 31,
    message = 'a string is missing its quotes: write "https://llm.acme.example/v1?x=1"',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example/v1?x=1" }',
  },
  {
    name = "a setting without quotes",
    text = 'provider "acme" { protocol = "openai-chat", base_url = setting ACME_URL }\n',
    line = 1, column = 64, length = 8,
    message = 'the name of the variable is missing its quotes: write "ACME_URL"',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = setting "ACME_URL" }',
    unpasted = "the variable has to be set, too",
  },
  {
    name = "a text of a home without quotes",
    text = provider "tls = { ca_file = ~/acme.pem }",
    line = 1, column = 102, length = 10,
    message = 'a string is missing its quotes: write "~/acme.pem"',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", tls = { ca_file = "~/acme.pem" } }',
  },
  {
    name = "a text of a folder without quotes",
    text = 'provider "acme" { tls = { ca_file = ./acme.pem } }\n',
    line = 1, column = 37, length = 1,
    message = "unexpected symbol near '.'",
  },
  {
    name = "colons in a nested block",
    text = provider 'headers = { "X-Team": "red", "X-Other": "blue" }',
    line = 1, column = 96, length = 9,
    message = "a key is followed by '=' in Lua, not by ':', and has no quotes",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", headers = { ["X-Team"] = "red", ["X-Other"] = "blue" } }',
  },
  {
    name = "colons of a whole block",
    text = 'provider: { acme: { protocol: "openai-chat" } }\n',
    line = 1, column = 1, length = 8,
    message = 'this is YAML, and a .lua file has Lua: write provider "NAME" { protocol = "openai-chat", ... }',
  },
  {
    name = "a list in brackets that is returned",
    text = 'return [ "a" ]\n',
    line = 1, column = 8, length = 7,
    message = "a list is written in braces in Lua: { ... }",
    fix = 'return { "a" }',
    unpasted = "what a file returns is not used either",
  },
  {
    name = "a list in brackets that is not closed",
    text = 'model "large" { provider = "acme", tags = ["a", "b" }\n',
    line = 1, column = 43, length = 1,
    message = "a list is written in braces in Lua: { ... }",
  },
  {
    name = "an if with a colon",
    text = 'rule "r" (function (m) if m.id == "a": return refuse "no" end end)\n',
    line = 1, column = 38, length = 1,
    message = "'then' is missing: write if ... then ... end",
    fix = 'rule "r" (function (m) if m.id == "a"then return refuse "no" end end)',
  },
  {
    name = "a while with braces",
    text = 'rule "r" (function (m) while true { } end)\n',
    line = 1, column = 24, length = 5,
    message = "a loop is written while ... do ... end in Lua: this one has no 'do'",
  },
  {
    name = "lambda that ends its line",
    text = 'rule "r" (lambda m: )\n',
    line = 1, column = 11, length = 6,
    message = "a function is written function (...) return ... end in Lua",
  },
  {
    name = "an arrow function without parentheses",
    text = 'rule "r" (m => nil)\n',
    line = 1, column = 11, length = 4,
    message = "a function is written function (m) return ... end in Lua",
    fix = 'rule "r" (function (m) return nil end)',
  },
  {
    name = "a thin arrow",
    text = 'rule "r" ((m) -> true)\n',
    line = 1, column = 15, length = 2,
    message = "a function is written function (model, host) ... end in Lua",
  },
  {
    name = "an equality in a block",
    text = 'model "large" { provider == "acme" }\n',
    line = 1, column = 7, length = 7,
    message = "model 'large': contains false without a key: every entry is written key = value",
  },
  {
    name = "a missing comma behind a number",
    text = 'model "large" { provider = "acme", context_window = 5000 tool_call = true }\n',
    line = 1, column = 57, length = 1,
    message = "a comma is missing after 5000",
    fix = 'model "large" { provider = "acme", context_window = 5000, tool_call = true }',
  },
  {
    name = "a comma first",
    text = 'model "large" { , provider = "acme" }\n',
    line = 1, column = 17, length = 1,
    message = "there is one comma too many here",
    fix = 'model "large" {  provider = "acme" }',
  },
  {
    name = "a text that is not closed",
    text = provider 'title = "Acme',
    line = 1, column = 92, length = 5,
    message = 'this string is never closed: " is missing at its end',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", title = "Acme" }',
  },
  {
    name = "a name that is not closed",
    text = 'provider "acme { protocol = "openai-chat" }\n',
    line = 1, column = 30, length = 6,
    message = '\'openai\' alone is not a definition: write a block, as in provider "NAME" { ... }',
  },
  {
    name = "a repeat that is not ended",
    text = "repeat local x = 1\n",
    line = 1, column = 1, length = 6,
    message = "this 'repeat' is never closed: 'until' is missing at the end of the file",
    fix = "until",
    unpasted = "what it waits for has to be written, too",
  },
  {
    name = "a concatenation with a plus",
    text = 'provider "acme" { base_url = "https://" + "llm.acme.example" }\n',
    line = 1, column = 10, length = 6,
    message = "attempt to perform arithmetic on a string value: strings are joined with '..'",
  },
  {
    name = "a family that no model has",
    text = ACME .. 'model "large" { provider = "acme", family = "claude" }\nrole "quick" { family = "cloud" }\n',
    severity = "warning", line = 3, column = 25, length = 7,
    message = "role 'quick': no model is of the family 'cloud'",
  },
  {
    name = "a header of a key from a file in the headers",
    text = provider 'headers = { ["authorization"] = secret { env = "ACME_API_KEY", file = "/run/acme" } }',
    severity = "warning", line = 1, column = 116, length = 51,
    message = 'provider \'acme\': \'headers.authorization\' sends the key alone, without the word Bearer: write secret { env = "ACME_API_KEY", prefix = "Bearer " }',
  },
  {
    name = "an address with two strokes",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example/v1//" }\n',
    severity = "warning", line = 1, column = 81, length = 5,
    message = 'provider \'acme\': \'base_url\' ends in "/v1//", which is not part of it and is left out: write base_url = "https://llm.acme.example"',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }',
  },
  {
    name = "globs of regular expressions",
    text = provider 'discover = true, discover_allow = { "^acme-.*$", "big-\\\\d+", "a\\\\.b" }',
    findings = {
      {
        severity = "warning", line = 1, column = 120, length = 11,
        message = 'provider \'acme\': \'discover_allow[1]\' is a regular expression, and this is a list of globs, in which * stands for any characters: write "acme-*"',
        fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", discover = true, discover_allow = { "acme-*", "big-\\\\d+", "a\\\\.b" } }',
      },
      {
        severity = "warning", line = 1, column = 133, length = 10,
        message = "provider 'acme': 'discover_allow[2]' is a regular expression, and this is a list of globs, in which * stands for any characters",
      },
      {
        severity = "warning", line = 1, column = 145, length = 7,
        message = 'provider \'acme\': \'discover_allow[3]\' is a regular expression, and this is a list of globs, in which * stands for any characters: write "a.b"',
        fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", discover = true, discover_allow = { "^acme-.*$", "big-\\\\d+", "a.b" } }',
      },
    },
  },
  {
    name = "a command line with quotes as a helper's program",
    text = provider 'credential = secret { helper = { "op read \'a key\'" } }',
    findings = {},
  },
  {
    name = "a command line as a helper's program, in JSON",
    file = "a.json",
    text = provider_of_json '"credential": { "secret": { "helper": ["op read acme"] } }',
    severity = "warning", line = 2, column = 44, length = 14,
    message = "provider 'acme': 'credential' has a helper of one word with blanks, which no program is called: " ..
      'each argument is an item of its own, "helper": ["op", "read", "acme"]',
  },
  {
    name = "globs without discovery, in JSON",
    file = "a.json",
    text = provider_of_json '"discover_allow": ["acme-*"]',
    severity = "warning", line = 2, column = 23, length = 10,
    message = 'provider \'acme\': \'discover_allow\' chooses among what is discovered, and nothing is: add "discover": true',
  },
  {
    name = "a client's key without its certificate, in JSON",
    file = "a.json",
    text = provider_of_json '"tls": { "client_key": "/etc/acme.key" }',
    severity = "warning", line = 2, column = 28, length = 15,
    message = 'provider \'acme\': \'tls.client_key\' is the key of a certificate, and none is named: add "client_cert": "FILE"',
  },
  {
    name = "a header of a key in the headers, in JSON",
    file = "a.json",
    text = provider_of_json '"headers": { "Authorization": { "secret": "ACME_API_KEY" } }',
    severity = "warning", line = 2, column = 35, length = 28,
    message = 'provider \'acme\': \'headers.Authorization\' sends the key alone, without the word Bearer: write { "secret": { "env": "ACME_API_KEY", "prefix": "Bearer " } }',
    fix = '"headers": { "Authorization": { "secret": { "env": "ACME_API_KEY", "prefix": "Bearer " } } } } } }',
  },
  { name = "a list in square brackets behind a word",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }
model "large" { provider = "acme" }
model "small" { provider = "acme" }
default ["large", "small"]
]],
    line = 4, column = 9, length = 18,
    message = "a list is written in braces in Lua: { ... }",
    fix = 'default { "large", "small" }' },
  { name = "a list of one in square brackets behind a word",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }
model "large" { provider = "acme" }
default ["large"]
]],
    line = 3, column = 9, length = 9,
    message = "a list is written in braces in Lua: { ... }",
    fix = 'default { "large" }' },
  { name = "a colon between the name of a block and its table",
    text = [[
provider "acme": {
  protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY",
}
]],
    line = 1, column = 16, length = 1,
    message = "there is no ':' between the name of a block and its table",
    fix = 'provider "acme" {' },
  { name = "an arrow between the name of a block and its table",
    text = [[
provider "acme" => {
  protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY",
}
]],
    line = 1, column = 17, length = 2,
    message = "there is no '=>' between the name of a block and its table",
    fix = 'provider "acme" {' },
  { name = "words in the list of a secret",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret { "A_KEY", "my key" } }
]],
    line = 1, column = 97, length = 6,
    message = 'secret: give the name of a variable, as in secret "ACME_API_KEY", or secret { env = "ACME_API_KEY", file = "/path" }' },
  { name = "a number as a secret",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret { 7 } }

]],
    line = 1, column = 97, length = 6,
    message = 'secret: give the name of a variable, as in secret "ACME_API_KEY", or secret { env = "ACME_API_KEY", file = "/path" }' },
  { name = "UTF-16 without a byte order mark",
    text = "p\0r\0o\0v\0i\0d\0e\0r\0 \0\"\0a\0\"\0",
    line = 1, column = 1, length = 1,
    message = "the file is UTF-16, which some editors call Unicode: save it as UTF-8" },
  { name = "a byte that begins UTF-16, and is somewhere else",
    text = "provider \"acme\" { protocol = \"openai-chat\", \xff }",
    line = 1, column = 45, length = 1,
    message = "is not UTF-8 (byte 0xFF): save the file as UTF-8" },
  { name = "a word of Lua as a key, with a colon",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", headers = { end: "3" } }
]],
    line = 1, column = 96, length = 3,
    message = [=['end' is a word of Lua: as a key it is written ["end"]]=],
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", headers = { ["end"] = "3" } }' },
  { name = "a word that begins a function as a key",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", headers = { function: "3" } }
]],
    line = 1, column = 96, length = 8,
    message = [=['function' is a word of Lua: as a key it is written ["function"]]=],
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", headers = { ["function"] = "3" } }' },
  { name = "a secret in square brackets",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret["ACME_API_KEY"] }
]],
    line = 1, column = 97, length = 6,
    message = 'secret is followed by a name: write secret "NAME"' },
  { name = "a function of roster with a dot",
    text = [[
local region = aws_sigv4.region

]],
    line = 1, column = 16, length = 9,
    message = "aws_sigv4 is a function: what it takes is in parentheses, as in aws_sigv4(...)" },
  { name = "fields behind a colon",
    text = [[
model "acme-large": provider = "acme"
]],
    line = 1, column = 19, length = 1,
    message = 'the fields of a block are in braces: write model "acme-large" { ... }',
    fix = 'model "acme-large" { provider = "acme" }' },
  { name = "fields below a colon",
    text = [[
model "acme-large":
  provider = "acme"

]],
    line = 1, column = 19, length = 1,
    message = 'the fields of a block are in braces: write model "acme-large" { ... }' },
}
