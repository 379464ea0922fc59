-- In rules: comparisons that Lua takes and that are never true, or always.
local ACME = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }\n' ..
  'model "large" { provider = "acme", tier = "fast", price = { input = 9 } }\n'

return {
  { name = "JavaScript's word for nothing in a comparison",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.price == null then return refuse "no price" end end)
]],
    line = 3, column = 70, length = 4,
    message = "rule 'x' failed for model 'large': unknown word 'null': write nil",
    fix = 'rule "x" (function (model) if model.id == "large" and model.price == nil then return refuse "no price" end end)' },
  { name = "Python's word for nothing in a comparison, where no model leads",
    text = ACME .. [[
rule "x" (function (model)
  if model.id == "nobody" and None ~= model.price then return refuse "no price" end
end)
]],
    line = 4, column = 31, length = 4,
    message = "unknown word 'None': write nil",
    fix = 'if model.id == "nobody" and nil ~= model.price then return refuse "no price" end' },
  { name = "C++'s word for nothing that a function returns",
    text = ACME .. [[
local function least(list)
  if #list == 0 then return nullptr end
  return list[1]
end
rule "x" (function (model) if least { 1 } == model.context_window then return refuse "small" end end)
]],
    line = 4, column = 29, length = 7,
    message = "unknown word 'nullptr': write nil",
    fix = "if #list == 0 then return nil end" },
  { name = "a word for nothing in a comparison at the top of a file",
    text = [[
local url = setting("ACME_URL", "https://llm.acme.example")
if url == NULL then url = "https://llm.birch.example" end
provider "acme" { protocol = "openai-chat", base_url = url }
]],
    line = 2, column = 11, length = 4,
    message = "unknown word 'NULL': write nil",
    fix = 'if url == nil then url = "https://llm.birch.example" end' },
  { name = "a word for nothing in a block that a function makes",
    text = [[
local function make(id)
  provider(id) { protocol = "openai-chat", base_url = "https://llm.birch.example", headers = { ["x-team"] = null } }
end
make "birch"
]],
    line = 2, column = 109, length = 4,
    message = "unknown word 'null': leave the line out, or write none to remove a shipped value",
    fix = 'provider(id) { protocol = "openai-chat", base_url = "https://llm.birch.example", headers = { ["x-team"] = none } }' },
}
