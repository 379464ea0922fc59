-- What other languages write where Lua has something else: strings, numbers, calls, functions, variables.
return {
  { name = "a string with three quotes at each end",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = """https://llm.acme.example""",
}
]],
    line = 3, column = 14, length = 3,
    message = "a string has one quote at each end in Lua",
    fix = 'base_url = "https://llm.acme.example",' },
  { name = "a string of several lines in three quotes",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  title = """
Acme
""",
  base_url = "https://llm.acme.example",
}
]],
    line = 3, column = 11, length = 3,
    message = 'a string of several lines is written [[...]] in Lua, not """' },
  { name = "a string that Python would fill in",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = f"https://llm.acme.example",
}
]],
    line = 3, column = 14, length = 1,
    message = "a string has nothing before its quote in Lua, and nothing is filled in: strings are joined by '..'",
    fix = 'base_url = "https://llm.acme.example",' },
  { name = "the arguments of Python, with names",
    text = [[
provider("acme", protocol="openai-chat", base_url="https://llm.acme.example")
]],
    line = 1, column = 18, length = 8,
    message = 'Lua has no arguments with names: the fields are in a table, as in provider "NAME" { protocol = ... }',
    fix = 'provider "acme" { protocol="openai-chat", base_url="https://llm.acme.example" }' },
  { name = "the arguments of Python, with the id among them",
    text = [[
provider(id="acme", protocol="openai-chat", base_url="https://llm.acme.example")
]],
    line = 1, column = 10, length = 2,
    message = 'Lua has no arguments with names: the fields are in a table, as in provider "NAME" { id = ... }' },
  { name = "an arrow function of two arguments",
    text = [[
rule "x" ((model, host) => refuse("no"))
]],
    line = 1, column = 11, length = 16,
    message = "a function is written function (model, host) return ... end in Lua",
    fix = 'rule "x" (function (model, host) return refuse("no") end)' },
  { name = "a function of Python",
    text = [[
rule "x" (def (model, host): return nil)
]],
    line = 1, column = 11, length = 3,
    message = "'def' is written 'function' in Lua, and its end is 'end'",
    fix = 'rule "x" (function (model, host) return nil end)' },
  { name = "a block without its sign",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme",
  price { input = 1, output = 2 },
}
]],
    line = 3, column = 3, length = 5,
    message = "'price' is a key: write price = ...",
    fix = "price = { input = 1, output = 2 }," },
  { name = "a string without its sign",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url "https://llm.acme.example",
}
]],
    line = 3, column = 3, length = 8,
    message = "'base_url' is a key: write base_url = ...",
    fix = 'base_url = "https://llm.acme.example",' },
  { name = "a tier without brackets around its number of tokens",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme",
  price = { input = 1, output = 2, above = { 200 * K = { input = 2 } } },
}
]],
    line = 3, column = 46, length = 7,
    message = "a key that is a number is in brackets: write [200 * K]",
    fix = "price = { input = 1, output = 2, above = { [200 * K] = { input = 2 } } }," },
  { name = "a number with apostrophes between its digits",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme",
  context_window = 1'000'000,
}
]],
    line = 3, column = 20, length = 9,
    message = "a number is written without marks between its digits: write 1000000",
    fix = "context_window = 1000000," },
  { name = "a list of tables as TOML has it",
    text = [=[
[[models]]
id = "large"
]=],
    line = 1, column = 1, length = 10,
    message = 'this is TOML, and a .lua file has Lua: write provider "NAME" { protocol = "openai-chat", ... }' },
  { name = "a unit as a method of a number",
    text = [[
source "models.acme.example" { url = "https://models.acme.example/api.json",
  every = 24.hours,
}
]],
    line = 2, column = 11, length = 8,
    message = "'24.hours' is not a number: write 24 * hours",
    fix = "every = 24 * hours," },
  { name = "a name of the environment as JavaScript reads it",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  credential = process.env.ACME_API_KEY,
}
]],
    line = 2, column = 16, length = 7,
    message = [[unknown word 'process': a variable is read with setting "NAME", or with secret "NAME" where it holds a key]],
    fix = 'credential = secret "ACME_API_KEY",' },
  { name = "the line of a file of variables",
    text = [[
ACME_API_KEY=sk-abcdef0123456789abcdef0123456789
]],
    line = 1, column = 1, length = 12,
    message = [['ACME_API_KEY' looks like an environment variable: set it in the environment, and read it with setting "NAME" or secret "NAME"]] },
  { name = "the name of a header in brackets without quotes",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example",
  headers = { [x-team] = "a" },
}
]],
    line = 2, column = 16, length = 6,
    message = 'a string is missing its quotes: write "x-team"',
    fix = 'headers = { ["x-team"] = "a" },' },
  { name = "a word with colons behind a colon",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider: acme, api_name: acme:eu:large }
]],
    line = 2, column = 25, length = 1,
    message = "a key is followed by '=' in Lua, not by ':'",
    fix = 'model "large" { provider = "acme", api_name = "acme:eu:large" }' },
}
