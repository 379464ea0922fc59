-- Files that Lua does not compile: the finding is where the mistake was made, which may be lines before the one at which Lua noticed, in
-- words that somebody understands who never wrote Lua, with the line to write instead.
return {
  { name = "a comma that is missing between two keys",
    text = [[
provider "acme" {
  protocol   = "openai-chat",
  base_url   = "https://llm.acme.example"
  credential = secret "ACME_API_KEY",
}
]],
    line = 3, column = 42, length = 1,
    message = 'a comma is missing after "https://llm.acme.example"',
    fix = 'base_url   = "https://llm.acme.example",' },
  { name = "a comma that is missing after a block within the block",
    text = [[
model "acme-large" {
  provider = "acme",
  price = { input = 3, output = 15 }
  context_window = 128 * K,
}
]],
    line = 3, column = 37, length = 1,
    message = "a comma is missing after }",
    fix = "price = { input = 3, output = 15 }," },
  { name = "a comma that is missing in one line",
    text = 'model "acme-large" { provider = "acme" tool_call = true }',
    line = 1, column = 39, length = 1,
    message = 'a comma is missing after "acme"',
    fix = 'model "acme-large" { provider = "acme", tool_call = true }' },
  { name = "a comma that is missing in a list",
    text = 'model "acme-large" { provider = "acme", aliases = { "large" "big" } }',
    line = 1, column = 60, length = 1,
    message = 'a comma is missing after "large"',
    fix = 'model "acme-large" { provider = "acme", aliases = { "large", "big" } }' },
  { name = "a brace that is never closed, before the next block",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",

model "acme-large" { provider = "acme" }
]],
    line = 1, column = 17, length = 1,
    message = "this '{' is never closed: '}' is missing before line 5",
    fix = "}", adds = 4 },
  { name = "a brace that is never closed, without a comma before the next block",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example"

model "acme-large" { provider = "acme" }
]],
    line = 1, column = 17, length = 1,
    message = "this '{' is never closed: '}' is missing before line 5",
    fix = "}", adds = 4 },
  { name = "a brace within a block that is never closed",
    text = [[
model "acme-large" {
  provider = "acme",
  price = {
    input = 3,
    output = 15,
}
model "acme-small" { provider = "acme" }
]],
    line = 3, column = 11, length = 1,
    message = "this '{' is never closed: '}' is missing before line 6",
    fix = "}", adds = 6 },
  { name = "a brace that is never closed, at the end of the file",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
]],
    line = 1, column = 17, length = 1,
    message = "this '{' is never closed: '}' is missing at the end of the file",
    fix = "}", adds = 4 },
  { name = "a string that is never closed",
    text = [[
provider "acme" {
  protocol = "openai-chat,
  base_url = "https://llm.acme.example",
}
]],
    line = 2, column = 14, length = 12,
    message = 'this string is never closed: " is missing at its end',
    fix = 'protocol = "openai-chat",' },
  { name = "a string that ends where the next should begin",
    text = 'provider "acme" { protocol = "openai-chat, base_url = "https://llm.acme.example" }',
    line = 1, column = 30, length = 12,
    message = 'this string is never closed: " is missing at its end',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a string with two kinds of quotes",
    text = [[provider "acme" { protocol = 'openai-chat", base_url = "https://llm.acme.example" }]],
    line = 1, column = 30, length = 13,
    message = [[a string that begins with ' ends with ": write ']],
    fix = [[provider "acme" { protocol = 'openai-chat', base_url = "https://llm.acme.example" }]] },
  { name = "a long string that is never closed",
    text = 'model "acme-large" { provider = "acme", description = [[The large one }',
    line = 1, column = 55, length = 2,
    message = "this string is never closed: write ]] after it" },
  { name = "a comment that is never closed",
    text = [[
--[[ our providers
provider "acme" { protocol = "openai-chat" }
]],
    line = 1, column = 1, length = 4,
    message = "this comment is never closed: write ]] after it, or begin each of its lines with --" },
  { name = "a parenthesis that is never closed, at the end of the file",
    text = [[
rule "eu only" (function (model, host)
  return refuse "not in the EU"
end
]],
    line = 3, column = 1, length = 3,
    message = "')' is missing after this 'end': the function began after a '('",
    fix = "end)" },
  { name = "a parenthesis that is never closed, before the next block",
    text = [[
rule "eu only" (function (model, host)
  return refuse "not in the EU"
end

model "acme-large" { provider = "acme" }
]],
    line = 3, column = 1, length = 3,
    message = "')' is missing after this 'end': the function began after a '('",
    fix = "end)" },
  { name = "an end that is missing",
    text = [[
rule "eu only" (function (model, host)
  if model.id == "acme-large" then
    return refuse "not in the EU"
end)
]],
    line = 2, column = 3, length = 2,
    message = "this 'if' is never closed: 'end' is missing before line 4",
    fix = "end", adds = 4 },
  { name = "the end of a function that is missing",
    text = [[
rule "eu only" (function (model, host)
  return refuse "not in the EU"
)
]],
    line = 1, column = 17, length = 8,
    message = "this 'function' is never closed: 'end' is missing before line 3",
    fix = "end", adds = 3 },
  { name = "a brace too many",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" } }',
    line = 1, column = 85, length = 1,
    message = "this '}' has nothing to close: remove it",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "an end too many",
    text = 'rule "eu only" (function (model) return refuse "no" end end)',
    line = 1, column = 57, length = 3,
    message = "this 'end' has nothing to close: remove it",
    fix = 'rule "eu only" (function (model) return refuse "no" end )' },
  { name = "a parenthesis too many",
    text = 'rule "eu only" (function (model) return refuse "no" end))',
    line = 1, column = 57, length = 1,
    message = "this ')' has nothing to close: remove it",
    fix = 'rule "eu only" (function (model) return refuse "no" end)' },
  { name = "a brace that closes a block too early",
    text = [[
provider "acme" {
  protocol = "openai-chat" },
  base_url = "https://llm.acme.example",
}
]],
    line = 2, column = 28, length = 1,
    message = "this '}' closes the block, but more of it follows in line 3: remove it here",
    fix = 'protocol = "openai-chat",' },
  { name = "a comma between two blocks",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" },
provider "elm" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
]],
    line = 1, column = 84, length = 1,
    message = "there is no comma between blocks",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "two commas",
    text = 'provider "acme" { protocol = "openai-chat",, base_url = "https://llm.acme.example" }',
    line = 1, column = 44, length = 1,
    message = "there is one comma too many here",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "typographic quotes",
    text = "provider “acme” { protocol = “openai-chat”, base_url = “https://llm.acme.example” }",
    line = 1, column = 10, length = 6,
    message = 'a typographic quote (U+201C): strings are written in straight quotes, "..."',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a typographic quote at one end",
    text = "provider \"acme\" { protocol = “openai-chat\", base_url = \"https://llm.acme.example\" }",
    line = 1, column = 30, length = 13,
    message = 'a typographic quote (U+201C): strings are written in straight quotes, "..."',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a typographic quote at the other end",
    text = "provider \"acme\" { protocol = \"openai-chat”, base_url = \"https://llm.acme.example\" }",
    line = 1, column = 30, length = 13,
    message = 'a string that begins with " ends with a typographic quote (U+201D): write "',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "typographic quotes of one stroke",
    text = "provider \"acme\" { protocol = ‘openai-chat’, base_url = \"https://llm.acme.example\" }",
    line = 1, column = 30, length = 13,
    message = 'a typographic quote (U+2018): strings are written in straight quotes, "..."',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "French quotes",
    text = "provider «acme» { protocol = \"openai-chat\", base_url = \"https://llm.acme.example\" }",
    line = 1, column = 10, length = 6,
    message = 'a typographic quote (U+00AB): strings are written in straight quotes, "..."',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "German quotes",
    text = "provider „acme“ { protocol = \"openai-chat\", base_url = \"https://llm.acme.example\" }",
    line = 1, column = 10, length = 6,
    message = 'a typographic quote (U+201E): strings are written in straight quotes, "..."',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "backticks",
    text = 'provider `acme` { protocol = "openai-chat", base_url = "https://llm.acme.example" }',
    line = 1, column = 10, length = 6,
    message = 'a backtick (U+0060): strings are written in straight quotes, "..."',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a no-break space",
    text = "provider \"acme\" { protocol =\xc2\xa0\"openai-chat\", base_url = \"https://llm.acme.example\" }",
    line = 1, column = 29, length = 1,
    message = "a no-break space (U+00A0): write an ordinary space",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a zero-width space",
    text = "provider \"acme\" { protocol\xe2\x80\x8b = \"openai-chat\", base_url = \"https://llm.acme.example\" }",
    line = 1, column = 27, length = 1,
    message = "an invisible character (U+200B): delete it",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a dash for a minus",
    text = "model \"acme-large\" { provider = \"acme\", context_window = 128 * K – 1 }",
    line = 1, column = 66, length = 1,
    message = "a typographic dash (U+2013): write '-'",
    fix = 'model "acme-large" { provider = "acme", context_window = 128 * K - 1 }' },
  { name = "a full-width comma",
    text = "provider \"acme\" { protocol = \"openai-chat\"， base_url = \"https://llm.acme.example\" }",
    line = 1, column = 43, length = 1,
    message = "a full-width character (U+FF0C): write ','",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a full-width brace",
    text = "provider \"acme\" ｛ protocol = \"openai-chat\", base_url = \"https://llm.acme.example\" }",
    line = 1, column = 17, length = 1,
    message = "a full-width character (U+FF5B): write '{'",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a letter that Lua does not have",
    text = "model \"acme-large\" { provider = \"acme\", größe = 3 }",
    line = 1, column = 43, length = 1,
    message = "'ö' is outside a string: words have only the letters a to z, digits and '_', and everything else is in quotes" },
  { name = "a byte that is not UTF-8",
    text = "provider \"acme\" { protocol = \"openai-chat\", tit\xe9 = \"x\" }",
    line = 1, column = 48, length = 1,
    message = "is not UTF-8 (byte 0xE9): save the file as UTF-8" },
  { name = "a number with K",
    text = 'model "acme-large" { provider = "acme", context_window = 128K }',
    line = 1, column = 58, length = 4,
    message = "'128K' is not a number: write 128 * K",
    fix = 'model "acme-large" { provider = "acme", context_window = 128 * K }' },
  { name = "a number with k",
    text = 'model "acme-large" { provider = "acme", context_window = 128k }',
    line = 1, column = 58, length = 4,
    message = "'128k' is not a number: write 128 * K",
    fix = 'model "acme-large" { provider = "acme", context_window = 128 * K }' },
  { name = "a number with M",
    text = 'model "acme-large" { provider = "acme", context_window = 1M }',
    line = 1, column = 58, length = 2,
    message = "'1M' is not a number: write 1 * M",
    fix = 'model "acme-large" { provider = "acme", context_window = 1 * M }' },
  { name = "a number with K after a space",
    text = 'model "acme-large" { provider = "acme", context_window = 128 K }',
    line = 1, column = 58, length = 5,
    message = "'128 K' is not a number: write 128 * K",
    fix = 'model "acme-large" { provider = "acme", context_window = 128 * K }' },
  { name = "a number with underscores",
    text = 'model "acme-large" { provider = "acme", context_window = 1_000_000 }',
    line = 1, column = 58, length = 9,
    message = "'1_000_000' is not a number: write its digits without '_', 1000000",
    fix = 'model "acme-large" { provider = "acme", context_window = 1000000 }' },
  { name = "a number of seconds with s",
    text = 'provider "acme" { protocol = "openai-chat", timeout = 30s, base_url = "https://llm.acme.example" }',
    line = 1, column = 55, length = 3,
    message = "'30s' is not a number: write 30 * seconds",
    fix = 'provider "acme" { protocol = "openai-chat", timeout = 30 * seconds, base_url = "https://llm.acme.example" }' },
  { name = "a number of minutes with m",
    text = 'provider "acme" { protocol = "openai-chat", timeout = 5m, base_url = "https://llm.acme.example" }',
    line = 1, column = 55, length = 2,
    message = "'5m' is not a number: write 5 * minutes",
    fix = 'provider "acme" { protocol = "openai-chat", timeout = 5 * minutes, base_url = "https://llm.acme.example" }' },
  { name = "a number of seconds without the star",
    text = 'provider "acme" { protocol = "openai-chat", timeout = 30 seconds, base_url = "https://llm.acme.example" }',
    line = 1, column = 55, length = 10,
    message = "'30 seconds' is not a number: write 30 * seconds",
    fix = 'provider "acme" { protocol = "openai-chat", timeout = 30 * seconds, base_url = "https://llm.acme.example" }' },
  { name = "a number of milliseconds",
    text = 'provider "acme" { protocol = "openai-chat", timeout = 500ms, base_url = "https://llm.acme.example" }',
    line = 1, column = 55, length = 5,
    message = "'500ms' is not a number: write 0.5 * seconds",
    fix = 'provider "acme" { protocol = "openai-chat", timeout = 0.5 * seconds, base_url = "https://llm.acme.example" }' },
  { name = "a version without quotes",
    text = 'provider "acme" { protocol = "openai-chat", title = 1.5.2, base_url = "https://llm.acme.example" }',
    line = 1, column = 53, length = 5,
    message = "'1.5.2' is not a number: a string is written in quotes",
    fix = 'provider "acme" { protocol = "openai-chat", title = "1.5.2", base_url = "https://llm.acme.example" }' },
  { name = "a price in dollars",
    text = 'model "acme-large" { provider = "acme", price = { input = $3 } }',
    line = 1, column = 59, length = 2,
    message = "a price is a number of US dollars per million tokens, without a sign",
    fix = 'model "acme-large" { provider = "acme", price = { input = 3 } }' },
  { name = "a percentage",
    text = 'model "acme-large" { provider = "acme", price = { input = 50% } }',
    line = 1, column = 61, length = 1,
    message = "there is nothing after this '%'" },
  { name = "a comment as in YAML",
    text = [[
# our own models
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
]],
    line = 1, column = 1, length = 1,
    message = "a comment begins with -- in Lua",
    fix = "-- our own models" },
  { name = "a comment as in YAML within a block",
    text = [[
provider "acme" {
  # speaks as OpenAI does
  protocol = "openai-chat",
  base_url = "https://llm.acme.example",
}
]],
    line = 2, column = 3, length = 1,
    message = "a comment begins with -- in Lua",
    fix = "-- speaks as OpenAI does" },
  { name = "a comment as in Python behind a value",
    text = [[
provider "acme" {
  protocol = "openai-chat", # speaks as OpenAI does
  base_url = "https://llm.acme.example",
}
]],
    line = 2, column = 29, length = 1,
    message = "a comment begins with -- in Lua",
    fix = 'protocol = "openai-chat", -- speaks as OpenAI does' },
  { name = "a comment as in C",
    text = [[
// our own models
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
]],
    line = 1, column = 1, length = 2,
    message = "a comment begins with -- in Lua",
    fix = "-- our own models" },
  { name = "a comment as in C behind a value",
    text = [[
provider "acme" {
  protocol = "openai-chat", // speaks as OpenAI does
  base_url = "https://llm.acme.example",
}
]],
    line = 2, column = 29, length = 2,
    message = "a comment begins with -- in Lua",
    fix = 'protocol = "openai-chat", -- speaks as OpenAI does' },
  { name = "a comment of one line as in C",
    text = [[
/* our own models */
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
]],
    line = 1, column = 1, length = 2,
    message = "a comment begins with -- in Lua",
    fix = "-- our own models" },
  { name = "a comment of several lines as in C",
    text = [[
/* our own
   models */
provider "acme" { protocol = "openai-chat" }
]],
    line = 1, column = 1, length = 2,
    message = "a comment over several lines is written --[[ ... ]] in Lua" },
  { name = "!= for ~=",
    text = 'rule "eu only" (function (model) if model.id != "acme-large" then return refuse "no" end end)',
    line = 1, column = 46, length = 2,
    message = "'!=' is written '~=' in Lua",
    fix = 'rule "eu only" (function (model) if model.id ~= "acme-large" then return refuse "no" end end)' },
  { name = "&& for and",
    text = 'rule "eu only" (function (model) if model.reasoning && model.tool_call then return refuse "no" end end)',
    line = 1, column = 53, length = 2,
    message = "'&&' is written 'and' in Lua",
    fix = 'rule "eu only" (function (model) if model.reasoning and model.tool_call then return refuse "no" end end)' },
  { name = "|| for or",
    text = 'rule "eu only" (function (model) if model.reasoning || model.tool_call then return refuse "no" end end)',
    line = 1, column = 53, length = 2,
    message = "'||' is written 'or' in Lua",
    fix = 'rule "eu only" (function (model) if model.reasoning or model.tool_call then return refuse "no" end end)' },
  { name = "! for not",
    text = 'rule "eu only" (function (model) if !model.reasoning then return refuse "no" end end)',
    line = 1, column = 37, length = 1,
    message = "'!' is written 'not' in Lua",
    fix = 'rule "eu only" (function (model) if not model.reasoning then return refuse "no" end end)' },
  { name = "=== for ==",
    text = 'rule "eu only" (function (model) if model.id === "acme-large" then return refuse "no" end end)',
    line = 1, column = 46, length = 3,
    message = "'===' is written '==' in Lua",
    fix = 'rule "eu only" (function (model) if model.id == "acme-large" then return refuse "no" end end)' },
  { name = "= for ==",
    text = 'rule "eu only" (function (model) if model.id = "acme-large" then return refuse "no" end end)',
    line = 1, column = 46, length = 1,
    message = "a comparison is written '==': '=' gives a value",
    fix = 'rule "eu only" (function (model) if model.id == "acme-large" then return refuse "no" end end)' },
  { name = "+= in a rule",
    text = 'rule "eu only" (function (model) local n = 1 n += 1 end)',
    line = 1, column = 48, length = 2,
    message = "Lua has no '+=': write n = n + ...",
    fix = 'rule "eu only" (function (model) local n = 1 n = n + 1 end)' },
  { name = "++ in a rule",
    text = 'rule "eu only" (function (model) local n = 1 n++ end)',
    line = 1, column = 47, length = 2,
    message = "Lua has no '++': write n = n + 1",
    fix = 'rule "eu only" (function (model) local n = 1 n = n + 1 end)' },
  { name = "a ternary",
    text = 'rule "eu only" (function (model) return model.reasoning ? nil : refuse "no" end)',
    line = 1, column = 57, length = 1,
    message = "Lua has no 'a ? b : c': write a and b or c" },
  { name = "a null coalescing operator",
    text = 'provider "acme" { protocol = "openai-chat", base_url = setting "ACME_URL" ?? "https://llm.acme.example" }',
    line = 1, column = 75, length = 2,
    message = "'??' is written 'or' in Lua",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = setting "ACME_URL" or "https://llm.acme.example" }' },
  { name = "then that is missing",
    text = [[
rule "eu only" (function (model)
  if model.reasoning
    return refuse "no"
  end
end)
]],
    line = 2, column = 12, length = 9,
    message = "'then' is missing: write if ... then ... end",
    fix = "if model.reasoning then" },
  { name = "an if with braces",
    text = 'rule "eu only" (function (model) if (model.reasoning) { return refuse "no" } end)',
    line = 1, column = 55, length = 1,
    message = "statements are not in braces in Lua: write if ... then ... end, or function (...) ... end" },
  { name = "an if with a colon",
    text = [[
rule "eu only" (function (model)
  if model.reasoning:
    return refuse "no"
end)
]],
    line = 2, column = 21, length = 1,
    message = "a condition is followed by 'then' in Lua, not by ':'",
    unpasted = "an 'end' is missing, too", fix = "if model.reasoning then" },
  { name = "else if for elseif",
    text = [[
rule "eu only" (function (model)
  if model.id == "a" then
    return refuse "a"
  else if model.id == "b" then
    return refuse "b"
  end
end)
]],
    line = 4, column = 3, length = 7,
    message = "'else if' begins an 'if' that needs an 'end' of its own: write 'elseif'",
    fix = 'elseif model.id == "b" then' },
  { name = "elif for elseif",
    text = [[
rule "eu only" (function (model)
  if model.id == "a" then
    return refuse "a"
  elif model.id == "b" then
    return refuse "b"
  end
end)
]],
    line = 4, column = 3, length = 4,
    message = "'elif' is written 'elseif' in Lua",
    fix = 'elseif model.id == "b" then' },
  { name = "an arrow function",
    text = 'rule "eu only" ((model) => refuse "no")',
    line = 1, column = 17, length = 10,
    message = "a function is written function (model) return ... end in Lua",
    fix = 'rule "eu only" (function (model) return refuse "no" end)' },
  { name = "let for local",
    text = 'let url = "https://llm.acme.example"',
    line = 1, column = 1, length = 3,
    message = "'let' is written 'local' in Lua",
    fix = 'local url = "https://llm.acme.example"' },
  { name = "def for function",
    text = "def allowed(model)",
    line = 1, column = 1, length = 3,
    message = "'def' is written 'function' in Lua",
    unpasted = "an 'end' is missing, too", fix = "function allowed(model)" },
  { name = "a rule without parentheses",
    text = 'rule "eu only" function (model, host) return refuse "no" end',
    line = 1, column = 16, length = 8,
    message = "the function of a rule is in parentheses: '(' before 'function', and 'end)' at its end",
    fix = 'rule "eu only" (function (model, host) return refuse "no" end)' },
  { name = "a rule without parentheses over several lines",
    text = [[
rule "eu only" function (model, host)
  return refuse "no"
end
]],
    line = 1, column = 16, length = 8,
    message = "the function of a rule is in parentheses: '(' before 'function', and 'end)' at its end",
    unpasted = "the parenthesis is closed in another line", fix = 'rule "eu only" (function (model, host)' },
  { name = "secret without quotes",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret ACME_API_KEY }',
    line = 1, column = 104, length = 12,
    message = 'the name of the variable is missing its quotes: write "ACME_API_KEY"',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }' },
  { name = "secret with a dollar",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret $ACME_API_KEY }',
    line = 1, column = 104, length = 13,
    message = "the name of a variable is written in quotes and without a '$'",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }' },
  { name = "a provider without quotes",
    text = 'provider acme { protocol = "openai-chat", base_url = "https://llm.acme.example" }',
    line = 1, column = 10, length = 4,
    message = 'the name is missing its quotes: write "acme"',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a model whose name has a hyphen, without quotes",
    text = 'model gpt-4o { provider = "openai" }',
    line = 1, column = 7, length = 6,
    message = 'the name is missing its quotes: write "gpt-4o"',
    fix = 'model "gpt-4o" { provider = "openai" }' },
  { name = "a URL without quotes",
    text = 'provider "acme" { protocol = "openai-chat", base_url = https://llm.acme.example/m1 }',
    line = 1, column = 56, length = 27,
    message = 'a string is missing its quotes: write "https://llm.acme.example/m1"',
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example/m1" }' },
  { name = "a path without quotes",
    text = 'gateway "corp" { base_url = "https://gw.example", path = /llm/{provider} }',
    line = 1, column = 58, length = 15,
    message = 'a string is missing its quotes: write "/llm/{provider}"',
    fix = 'gateway "corp" { base_url = "https://gw.example", path = "/llm/{provider}" }' },
  { name = "a name with a digit, without quotes",
    text = 'model "acme-large" { provider = "acme", api_name = acme-4o }',
    line = 1, column = 52, length = 7,
    message = 'a string is missing its quotes: write "acme-4o"',
    fix = 'model "acme-large" { provider = "acme", api_name = "acme-4o" }' },
  { name = "a title without quotes",
    text = 'provider "acme" { title = Acme Corporation, protocol = "openai-chat", base_url = "https://llm.acme.example" }',
    line = 1, column = 27, length = 16,
    message = 'a string is missing its quotes: write "Acme Corporation"',
    fix = 'provider "acme" { title = "Acme Corporation", protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a variable as in a shell",
    text = 'provider "acme" { protocol = "openai-chat", base_url = ${ACME_URL} }',
    line = 1, column = 56, length = 1,
    message = 'a variable is read with setting "NAME", or with secret "NAME" where it holds a key' },
  { name = "a key of YAML in a block",
    text = 'provider "acme" { protocol: "openai-chat", base_url: "https://llm.acme.example" }',
    line = 1, column = 27, length = 1,
    message = "a key is followed by '=' in Lua, not by ':'",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a key of JSON in a block",
    text = 'provider "acme" { "protocol": "openai-chat", "base_url": "https://llm.acme.example" }',
    line = 1, column = 19, length = 11,
    message = "a key is followed by '=' in Lua, not by ':', and has no quotes",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "an arrow between key and value",
    text = 'provider "acme" { protocol => "openai-chat", base_url = "https://llm.acme.example" }',
    line = 1, column = 28, length = 2,
    message = "'=>' is written '=' in Lua",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a list as in JSON",
    text = 'model "acme-large" { provider = "acme", aliases = ["large", "big"] }',
    line = 1, column = 51, length = 16,
    message = "a list is written in braces in Lua: { ... }",
    fix = 'model "acme-large" { provider = "acme", aliases = { "large", "big" } }' },
  { name = "a value that is missing",
    text = 'provider "acme" { protocol = , base_url = "https://llm.acme.example" }',
    line = 1, column = 19, length = 8,
    message = "'protocol' has no value: write one after the '='" },
  { name = "a value that is missing at the end of a line",
    text = [[
provider "acme" {
  protocol =
  base_url = "https://llm.acme.example",
}
]],
    line = 2, column = 3, length = 8,
    message = "'protocol' has no value: write one after the '='" },
  { name = "a value that is missing at the end of a block",
    text = 'model "acme-large" { provider = "acme", id = }',
    line = 1, column = 41, length = 2,
    message = "'id' has no value: write one after the '='" },
  { name = "two names for one block",
    text = 'model "acme-large", "acme-small" { provider = "acme" }',
    line = 1, column = 19, length = 1,
    message = 'a block has one name: write one model "NAME" { ... } for each' },
  { name = "a word of Lua as a key",
    text = 'provider "acme" { protocol = "openai-chat", headers = { end = "3" }, base_url = "https://llm.acme.example" }',
    line = 1, column = 57, length = 3,
    message = [=['end' is a word of Lua: as a key it is written ["end"]]=],
    fix = 'provider "acme" { protocol = "openai-chat", headers = { ["end"] = "3" }, base_url = "https://llm.acme.example" }' },
  { name = "a path of Windows",
    text = [[provider "acme" { protocol = "openai-chat", tls = { ca_file = "C:\Users\me\ca.pem" }, base_url = "https://llm.acme.example" }]],
    line = 1, column = 63, length = 20,
    message = [[a '\' in a string begins an escape: in a path write '/', elsewhere '\\']],
    fix = 'provider "acme" { protocol = "openai-chat", tls = { ca_file = "C:/Users/me/ca.pem" }, base_url = "https://llm.acme.example" }' },
  { name = "YAML",
    text = [[
provider:
  acme:
    protocol: openai-chat
]],
    line = 1, column = 1, length = 8,
    message = 'this is YAML, and a .lua file has Lua: write provider "NAME" { protocol = "openai-chat", ... }' },
  { name = "a list of YAML",
    text = [[
- id: acme
  protocol: openai-chat
]],
    line = 1, column = 1, length = 1,
    message = 'this is YAML, and a .lua file has Lua: write provider "NAME" { protocol = "openai-chat", ... }' },
  { name = "TOML",
    text = [[
[provider.acme]
protocol = "openai-chat"
]],
    line = 1, column = 1, length = 15,
    message = 'this is TOML or INI, and a .lua file has Lua: write provider "NAME" { protocol = "openai-chat", ... }' },
  { name = "JSON",
    text = '{ "provider": { "acme": { "protocol": "openai-chat" } } }',
    line = 1, column = 1, length = 1,
    message = 'this is JSON or a Lua table without a verb: give the file a name that ends in .json, or write provider "NAME" { protocol = "openai-chat", ... }' },
  { name = "a page of HTML",
    text = [[
<!DOCTYPE html>
<html><body>404</body></html>
]],
    line = 1, column = 1, length = 1,
    message = "this is HTML or XML: a file of definitions has Lua, or JSON where its name ends in .json" },
  { name = "the marks of a merge conflict",
    text = [[
<<<<<<< HEAD
provider "acme" { protocol = "openai-chat" }
=======
provider "acme" { protocol = "anthropic" }
>>>>>>> theirs
]],
    line = 1, column = 1, length = 7,
    message = "a merge conflict is not resolved here: keep one of the two versions, and delete the lines with the marks" },
  { name = "the marks of a merge conflict within a block",
    text = [[
provider "acme" {
<<<<<<< HEAD
  protocol = "openai-chat",
=======
  protocol = "anthropic",
>>>>>>> theirs
}
]],
    line = 2, column = 1, length = 7,
    message = "a merge conflict is not resolved here: keep one of the two versions, and delete the lines with the marks" },
  { name = "a word alone",
    text = "oops",
    line = 1, column = 1, length = 4,
    message = [['oops' alone is not a definition: write a block, as in provider "NAME" { ... }]] },
  { name = "a sentence",
    text = "this is the file of our models",
    line = 1, column = 1, length = 4,
    message = [['this' alone is not a definition: write a block, as in provider "NAME" { ... }]] },
  { name = "a key that is not in quotes is not shown",
    text = 'provider "acme" { protocol = "openai-chat", api_key: sk-abcdef0123456789abcdef0123456789 }',
    line = 1, column = 52, length = 1,
    message = "a key is followed by '=' in Lua, not by ':'" },
  { name = "= between the name of a block and its table",
    text = 'provider "acme" = { protocol = "openai-chat", base_url = "https://llm.acme.example" }',
    line = 1, column = 17, length = 1,
    message = "there is no '=' between the name of a block and its table",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a block in parentheses",
    text = 'provider "acme" ( protocol = "openai-chat", base_url = "https://llm.acme.example" )',
    line = 1, column = 17, length = 1,
    message = "a block is in braces, { ... }",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a block in square brackets",
    text = 'role "quick" [ "gpt-4o", "gpt-5" ]',
    line = 1, column = 14, length = 1,
    message = "a block is in braces, { ... }",
    fix = 'role "quick" { "gpt-4o", "gpt-5" }' },
  { name = "a header with hyphens as a key",
    text = 'provider "acme" { protocol = "openai-chat", headers = { x-api-version = "2" }, base_url = "https://llm.acme.example" }',
    line = 1, column = 57, length = 13,
    message = [=[a key with other characters than letters, digits and '_' is written ["x-api-version"]]=],
    fix = 'provider "acme" { protocol = "openai-chat", headers = { ["x-api-version"] = "2" }, base_url = "https://llm.acme.example" }' },
  { name = "a header in quotes as a key",
    text = 'provider "acme" { protocol = "openai-chat", headers = { "x-api-version" = "2" }, base_url = "https://llm.acme.example" }',
    line = 1, column = 57, length = 15,
    message = 'a key in quotes is written in brackets: ["x-api-version"]',
    fix = 'provider "acme" { protocol = "openai-chat", headers = { ["x-api-version"] = "2" }, base_url = "https://llm.acme.example" }' },
  { name = "a header whose bracket is never closed",
    text = 'provider "acme" { protocol = "openai-chat", headers = { ["x-api-version" = "2" }, base_url = "https://llm.acme.example" }',
    line = 1, column = 58, length = 15,
    message = "']' is missing after this key",
    fix = 'provider "acme" { protocol = "openai-chat", headers = { ["x-api-version"] = "2" }, base_url = "https://llm.acme.example" }' },
  { name = "a function in braces",
    text = [[
rule "eu only" (function (model, host) {
  return refuse "no"
})
]],
    line = 1, column = 40, length = 1,
    message = "a function is not in braces in Lua: write function (...) ... end",
    unpasted = "the brace is closed in another line", fix = 'rule "eu only" (function (model, host)' },
  { name = "a function without parentheses around what it takes",
    text = 'rule "eu only" (function model, host) return refuse "no" end)',
    line = 1, column = 26, length = 5,
    message = "what a function takes is in parentheses: function (model, host)",
    fix = 'rule "eu only" (function (model, host) return refuse "no" end)' },
  { name = "in for a list of ids",
    text = [[
rule "eu only" (function (model, host)
  if model.id in { "a", "b" } then return refuse "no" end
end)
]],
    line = 2, column = 15, length = 2,
    message = [[Lua has no 'in' for this: compare with each, as in model.id == "a" or model.id == "b"]] },
  { name = "then that is missing in one line",
    text = [[
rule "eu only" (function (model, host)
  if model.reasoning return refuse "no" end
end)
]],
    line = 2, column = 12, length = 9,
    message = "'then' is missing: write if ... then ... end",
    fix = 'if model.reasoning then return refuse "no" end' },
  { name = "an apostrophe in single quotes",
    text = [[model "acme-large" { provider = "acme", description = 'it's large' }]],
    line = 1, column = 55, length = 4,
    message = "this string ends at its second ': write one with a ' in double quotes" },
  { name = "a string in a list that is never closed",
    text = [[model "acme-large" { provider = "acme", aliases = { 'large, 'big' } }]],
    line = 1, column = 53, length = 6,
    message = "this string is never closed: ' is missing at its end",
    fix = [[model "acme-large" { provider = "acme", aliases = { 'large', 'big' } }]] },
  { name = "a call that is never closed",
    text = [[
provider "acme" {
  protocol = "openai-chat", base_url = "https://llm.acme.example",
  credential = secret("ACME_API_KEY",
}
]],
    line = 3, column = 22, length = 1,
    message = "this '(' is never closed: ')' is missing before line 4",
    fix = 'credential = secret("ACME_API_KEY"),' },
  { name = "a brace after the last block",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
}
]],
    line = 2, column = 1, length = 1,
    message = "this '}' has nothing to close: remove it" },
  { name = "a function that is never closed, before the next block",
    text = [[
local function is_small(model)
  return model.id == "acme-small"

rule "small" (function (model) return is_small(model) and refuse "no" end)
]],
    line = 1, column = 7, length = 8,
    message = "this 'function' is never closed: 'end' is missing before line 4",
    fix = "end", unpasted = "the bracket around the function is not closed either" },
  {
    name = "a missing comma behind a call",
    text = 'provider "acme" { protocol = "openai-chat", list = get("/v1/models") base_url = "https://llm.acme.example" }\n',
    line = 1, column = 69, length = 1,
    message = "a comma is missing after )",
    fix = 'provider "acme" { protocol = "openai-chat", list = get("/v1/models"), base_url = "https://llm.acme.example" }',
  },
  {
    name = "a parenthesis that is closed by a brace",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", list = get("/v1/models" }\n',
    line = 1, column = 94, length = 1,
    message = "this '(' is never closed: ')' is missing",
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", list = get("/v1/models") }',
  },
  {
    name = "a missing comma behind a secret, in one line",
    text = 'provider "acme" { credential = secret "ACME_API_KEY" protocol = "openai-chat", base_url = "https://llm.acme.example" }\n',
    line = 1, column = 53, length = 1,
    message = 'a comma is missing after "ACME_API_KEY"',
    fix = 'provider "acme" { credential = secret "ACME_API_KEY", protocol = "openai-chat", base_url = "https://llm.acme.example" }',
  },
}
