-- In functions, loops and branches, which Lua takes and which fail when they run or never run; and lines that say nothing.
return {
  { name = "a word that no model reaches",
    text = [[
rule "x" (function (model)
  if model.id == "nobody" then
    return reject "old"
  end
end)
]],
    line = 3, column = 12, length = 6,
    message = [[unknown word 'reject': a rule refuses a model by return refuse "reason"]],
    fix = 'return refuse "old"' },
  { name = "a word that no model reaches, without a reason",
    text = [[
rule "x" (function (model)
  if model.id == "nobody" then return disable end
end)
]],
    line = 2, column = 39, length = 7,
    message = [[unknown word 'disable': a rule refuses a model by return refuse "reason"]],
    fix = 'if model.id == "nobody" then return refuse "reason" end' },
  { name = "a word for refuse that is called without a reason",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme", tags = { "eu" }, price = { input = 9 } }
rule "x" (function (model)
  if model.provider.id == "acme" then return reject() end
end)
]],
    line = 4, column = 46, length = 6,
    message = [[rule 'x' failed for model 'large': unknown word 'reject': a rule refuses a model by return refuse "reason"]],
    fix = 'if model.provider.id == "acme" then return refuse "reason" end' },
  { name = "a misspelt argument that no model reaches",
    text = [[
rule "x" (function (model, host)
  if model.id == "nobody" then return host.gateway_for(modle.provider) end
end)
]],
    line = 2, column = 56, length = 5,
    message = "unknown word 'modle' (did you mean 'model'?)",
    fix = 'if model.id == "nobody" then return host.gateway_for(model.provider) end' },
  { name = "an undeclared name that no model reaches",
    text = [[
rule "x" (function (model)
  if model.id == "nobody" then
    found = true
    return refuse "it is nobody"
  end
end)
]],
    line = 3, column = 5, length = 5,
    message = "assignment to undeclared 'found': write `local found = ...`",
    fix = "local found = true" },
  { name = "a word in a branch for a variable that is not set",
    text = [[
if setting "EU_ONLY" then
  provider "openai" { enabled = False }
end
]],
    line = 2, column = 33, length = 5,
    message = "unknown word 'False': write false",
    fix = 'provider "openai" { enabled = false }' },
  { name = "a list without ipairs",
    text = [[
for _, id in { "a", "b" } do model(id) { provider = "openai" } end
]],
    line = 1, column = 11, length = 2,
    message = "'in' is followed by ipairs(...) or pairs(...): write for _, one in ipairs(list) do" },
  { name = "a list of tags without ipairs",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme", tags = { "eu" }, price = { input = 9 } }
rule "x" (function (model)
  if model.provider.id ~= "acme" then return end
  for _, tag in model.tags do if tag == "eu" then return refuse "eu" end end
end)
]],
    line = 5, column = 14, length = 2,
    message = "rule 'x' failed for model 'large': 'in' is followed by ipairs(...) or pairs(...): write for _, one in ipairs(list) do" },
  { name = "a function of strings by a dot",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme", tags = { "eu" }, price = { input = 9 } }
rule "x" (function (model) if model.provider.id == "acme" and model.id.find("mini") then return refuse "small" end end)
]],
    line = 3, column = 72, length = 4,
    message = "rule 'x' failed for model 'large': there is no function 'find' here: use text.starts, ends, contains, split, trim, glob or strip_prefix" },
  { name = "a pattern of Lua",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme", tags = { "eu" }, price = { input = 9 } }
rule "x" (function (model) if model.provider.id == "acme" and string.match(model.id, "gpt%-4") then return refuse "old" end end)
]],
    line = 3, column = 70, length = 5,
    message = "rule 'x' failed for model 'large': there is no function 'match' here: use text.starts, ends, contains, split, trim, glob or strip_prefix" },
  { name = "a price that is compared as a whole",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme", tags = { "eu" }, price = { input = 9 } }
rule "x" (function (model) if model.provider.id == "acme" and model.price > 5 then return refuse "too dear" end end)
]],
    line = 3, column = 6, length = 3,
    message = "rule 'x' failed for model 'large': what is compared is a table of fields: write which of them, as in model.price.input" },
  { name = "a number in quotes in a comparison",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }
model "large" { provider = "acme", tags = { "eu" }, price = { input = 9 } }
rule "x" (function (model) if model.provider.id == "acme" and model.price.input > "5" then return refuse "too dear" end end)
]],
    line = 3, column = 6, length = 3,
    message = "rule 'x' failed for model 'large': a string is compared with a number: write the number without quotes" },
  { name = "a comparison for a key",
    text = [[
provider "openai" { enabled == false }
]],
    line = 1, column = 29, length = 2,
    message = "'==' compares: a key is followed by '='",
    fix = 'provider "openai" { enabled = false }' },
  { name = "a loop without do",
    text = [[
for _, id in ipairs { "a", "b" }
  model(id) { provider = "openai" }
end
]],
    line = 1, column = 1, length = 3,
    message = "a loop is written for ... do ... end in Lua: this one has no 'do'",
    fix = 'for _, id in ipairs { "a", "b" } do' },
  { name = "a loop with a colon",
    text = [[
for _, id in ipairs { "a", "b" }:
  model(id) { provider = "openai" }
]],
    line = 1, column = 1, length = 3,
    message = "a loop is written for ... do ... end in Lua: this one has no 'do'",
    fix = 'for _, id in ipairs { "a", "b" } do',
    unpasted = "its end is missing too" },
  { name = "a loop in braces",
    text = [[
for i = 1, 3 { model("m" .. i) { provider = "openai" } }
]],
    line = 1, column = 1, length = 3,
    message = "a loop is written for ... do ... end in Lua: this one has no 'do'",
    fix = 'for i = 1, 3 do model("m" .. i) { provider = "openai" } end' },
  { name = "a loop in braces behind a list in braces",
    text = [[
for i, id in pairs { "a", "b" } { model(id) { provider = "openai" } }
]],
    line = 1, column = 1, length = 3,
    message = "a loop is written for ... do ... end in Lua: this one has no 'do'",
    fix = 'for i, id in pairs { "a", "b" } do model(id) { provider = "openai" } end' },
  { name = "a loop in parentheses",
    text = [[
for (const id of ["a", "b"]) { model(id) { provider = "openai" } }
]],
    line = 1, column = 1, length = 3,
    message = "a loop is written for _, one in ipairs(list) do ... end in Lua, without parentheses" },
  { name = "a loop over a list in brackets",
    text = [[
for id in ["a", "b"]: model(id) { provider = "openai" }
]],
    line = 1, column = 11, length = 1,
    message = "a list is in braces in Lua, and a loop goes through it with ipairs: for _, one in ipairs { ... } do" },
  { name = "foreach",
    text = [[
foreach (id in ids) model(id) { provider = "openai" }
]],
    line = 1, column = 1, length = 7,
    message = "a loop is written for _, one in ipairs(list) do ... end in Lua, without parentheses" },
  { name = "a name that is in a variable of a loop",
    text = [[
for _, id in ipairs { "a", "b" } do
  model id { provider = "openai" }
end
]],
    line = 2, column = 9, length = 2,
    message = "a name that is in a variable is in parentheses: write model(id) { ... }",
    fix = 'model(id) { provider = "openai" }' },
  { name = "a name that is in a local variable",
    text = [[
local name = "birch"
provider name { protocol = "openai-chat", base_url = "https://llm.acme.example" }
]],
    line = 2, column = 10, length = 4,
    message = "a name that is in a variable is in parentheses: write provider(name) { ... }",
    fix = 'provider(name) { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "an arrow function with statements",
    text = [[
rule "x" (model) => { return refuse "no" }
]],
    line = 1, column = 10, length = 10,
    message = "a function is written function (model) return ... end in Lua" },
  { name = "an address without its colon",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https//llm.acme.example" }
]],
    line = 1, column = 56, length = 25,
    message = [[provider 'acme': 'base_url' "https//llm.acme.example" does not begin with https:// or http://]],
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }' },
  { name = "a slot in an address",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://{REGION}.acme.example" }
]],
    line = 1, column = 65, length = 8,
    message = [[provider 'acme': 'base_url' "https://{REGION}.acme.example" has {REGION}, and nothing is filled in here: ]] ..
      [[strings are joined by .. in Lua, as in "https://" .. setting "NAME" .. ".host"]] },
  { name = "a format in an address",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://%s.acme.example" }
]],
    line = 1, column = 56, length = 25,
    message = [[provider 'acme': 'base_url' "https://%s.acme.example" has %s, and nothing is filled in here: ]] ..
      [[strings are joined by .. in Lua, as in "https://" .. setting "NAME" .. ".host"]] },
  { name = "nil for a value",
    text = [[
provider "openai" { base_url = nil }
]],
    severity = "warning", line = 1, column = 32, length = 3,
    message = "'base_url' = nil is as if the line were not there: leave it out, or write none to remove a shipped value" },
  { name = "nil for a header",
    text = [[
provider "openai" { headers = { ["x-team"] = nil, ["x-site"] = "eu" } }
]],
    severity = "warning", line = 1, column = 46, length = 3,
    message = "'x-team' = nil is as if the line were not there: leave it out, or write none to remove a shipped value" },
  { name = "an empty block for what is shipped",
    text = [[
provider "openai" {}
]],
    severity = "warning", line = 1, column = 10, length = 8,
    message = "provider 'openai': an empty block changes nothing: write what is to change, or remove it" },
  { name = "a misspelt gateway",
    text = [[
gateway "cloudflar" { enabled = true }
]],
    severity = "warning", line = 1, column = 10, length = 9,
    message = "gateway 'cloudflar': there is no such gateway to amend (did you mean 'cloudflare'?), and a new one needs 'base_url'",
    fix = 'gateway "cloudflare" { enabled = true }' },
  { name = "a misspelt protocol",
    text = [[
protocol "openai-cht" { list = get "/models" }

]],
    severity = "warning", line = 1, column = 11, length = 10,
    message = "protocol 'openai-cht': there is no such protocol to amend (did you mean 'openai-chat'?), and no provider has this one",
    fix = 'protocol "openai-chat" { list = get "/models" }' },
  { name = "a field that no model has, where no model leads",
    text = [[
rule "x" (function (model)
  if model.id == "nobody" then return model.context_windw end
end)
]],
    line = 2, column = 45, length = 13,
    message = "a model has no 'context_windw' (did you mean 'context_window'?)",
    fix = 'if model.id == "nobody" then return model.context_window end' },
  { name = "a decision that is not returned, where no model leads",
    text = [[
rule "x" (function (model)
  if model.id == "nobody" then refuse "it is nobody" end
end)
]],
    line = 2, column = 32, length = 6,
    message = "what refuse(...) makes is not returned, so it decides nothing: write return refuse(...)",
    fix = 'if model.id == "nobody" then return refuse "it is nobody" end' },
  { name = "a decision that is not called, where no model leads",
    text = [[
rule "x" (function (model)
  if model.id == "nobody" then return refuse end
end)
]],
    line = 2, column = 39, length = 6,
    message = [['refuse' is not called: write return refuse "reason"]],
    fix = 'if model.id == "nobody" then return refuse "reason" end' },
  { name = "a variable of Python's for a key of another name",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", api_key = os.environ["ACME_API_KEY"] }
]],
    line = 1, column = 94, length = 2,
    message = [[unknown word 'os': a variable is read with setting "NAME", or with secret "NAME" where it holds a key]],
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }' },
  { name = "a field for the block without a name",
    text = [[
family names = "acme-*"
]],
    line = 1, column = 1, length = 6,
    message = 'a block is written family "NAME" { names = ... }' },
  { name = "another word for inherit",
    text = [[
model "large" { extends = "gpt-5.5" }

]],
    line = 1, column = 17, length = 7,
    message = "model 'large': unknown key 'extends' (did you mean 'inherit'?)",
    fix = 'model "large" { inherit = "gpt-5.5" }' },
  { name = "a constant in capitals without local",
    text = [[
DEFAULT_CTX = 128 * K
model "large" { provider = "acme", context_window = DEFAULT_CTX }
]],
    line = 1, column = 1, length = 11,
    message = "assignment to undeclared 'DEFAULT_CTX': write `local DEFAULT_CTX = ...`",
    fix = "local DEFAULT_CTX = 128 * K" },
  { name = "a table in capitals without local",
    text = [[
local x = 1 OUR_TAGS = { "eu" }
model "large" { provider = "acme", tags = OUR_TAGS }
]],
    line = 1, column = 13, length = 8,
    message = "assignment to undeclared 'OUR_TAGS': write `local OUR_TAGS = ...`" },
  { name = "a function without local",
    text = [[
function has(list, wanted) return text.glob(wanted, list) end
rule "x" (function (model) if model.id == "nobody" and has(model.tags, "eu") then return refuse "eu" end end)
]],
    line = 1, column = 10, length = 3,
    message = "assignment to undeclared 'has': write `local has = ...`",
    fix = "local function has(list, wanted) return text.glob(wanted, list) end" },
  { name = "two names without local",
    text = [[
small, large = 8 * K, 128 * K
model "large" { provider = "acme", context_window = large }
]],
    line = 1, column = 8, length = 5,
    message = "assignment to undeclared 'large': write `local large = ...`" },
  { name = "a constant in capitals without local, where no model leads",
    text = [[
rule "x" (function (model)
  if model.id == "nobody" then
    MOST_TOKENS = 5
    return refuse "it is nobody"
  end
end)
]],
    line = 3, column = 5, length = 11,
    message = "assignment to undeclared 'MOST_TOKENS': write `local MOST_TOKENS = ...`",
    fix = "local MOST_TOKENS = 5" },
  { name = "a variable of the environment where no model leads",
    text = [[
rule "x" (function (model)
  if model.id == "nobody" then ACME_URL = "https://llm.acme.example" end
end)
]],
    line = 2, column = 32, length = 8,
    message = [['ACME_URL' looks like an environment variable: set it in the environment, and read it with setting "NAME" or secret "NAME"]] },
}
