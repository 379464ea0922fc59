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
  { name = "a price that equals a number",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.price == 0 then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 61, length = 5,
    message = [['model.price' is a table of fields, which never equals a number: write which of them, as in model.price and model.price.input == 0]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.price and model.price.input == 0 then return refuse "no" end end)]] },
  { name = "a number that is no price",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and 0 ~= model.price then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 66, length = 5,
    message = [['model.price' is a table of fields, which never equals a number: write which of them, as in model.price and model.price.input ~= 0]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.price and model.price.input ~= 0 then return refuse "no" end end)]] },
  { name = "a price that equals a string",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.price == "free" then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 61, length = 5,
    message = [['model.price' is a table of fields, which never equals a string: write which of them]], },
  { name = "a list that equals a string",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.input_modalities == "image" then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 61, length = 16,
    message = [['model.input_modalities' is a list, which never equals a string: write model.input_modalities and text.glob("image", model.input_modalities)]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.input_modalities and text.glob("image", model.input_modalities) then return refuse "no" end end)]] },
  { name = "a list that is no string",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.tags ~= "eu" then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 61, length = 4,
    message = [['model.tags' is a list, which never equals a string: write not (model.tags and text.glob("eu", model.tags))]],
    fix = [[rule "x" (function (model) if model.id == "large" and not (model.tags and text.glob("eu", model.tags)) then return refuse "no" end end)]] },
  { name = "a list that equals a list",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.tags == {} then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 61, length = 4,
    message = [['model.tags' is a list, which never equals a new table: write model.tags and #model.tags for the number of its items]], },
  { name = "a tier that there is not",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.tier == "cheap" then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 69, length = 7,
    message = [['model.tier' is never "cheap": it is "flagship", "balanced", "fast" or "specialist" (did you mean "fast"?)]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.tier == "fast" then return refuse "no" end end)]] },
  { name = "a tier that nobody knows",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and "premium" == model.tier then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 55, length = 9,
    message = [['model.tier' is never "premium": it is "flagship", "balanced", "fast" or "specialist"]], },
  { name = "a kind that there is not",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.kind ~= "completion" then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 69, length = 12,
    message = [['model.kind' is never "completion": it is "chat", "embedding", "rerank", "image", "speech", "transcription", ]] ..
      [["moderation", "video" or "other" (did you mean "chat"?)]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.kind ~= "chat" then return refuse "no" end end)]] },
  { name = "a choice of the provider that there is not",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.provider.unproven == "refused" then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 82, length = 9,
    message = [['model.provider.unproven' is never "refused": it is "refuse", "generate" or "offer" (did you mean "refuse"?)]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.provider.unproven == "refuse" then return refuse "no" end end)]] },
  { name = "a number that equals a string",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.context_window == "128K" then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 79, length = 6,
    message = [['model.context_window' is a number, which never equals a string: write 128000]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.context_window == 128000 then return refuse "no" end end)]] },
  { name = "an ability that equals a string",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.tool_call == "yes" then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 74, length = 5,
    message = [['model.tool_call' is true, false or nil, which never equals a string: write true]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.tool_call == true then return refuse "no" end end)]] },
  { name = "an ability that equals a number",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.reasoning ~= 0 then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 74, length = 1,
    message = [['model.reasoning' is true, false or nil, which never equals a number: write false]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.reasoning ~= false then return refuse "no" end end)]] },
  { name = "a string that equals a number",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.provider.title == 1 then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 79, length = 1,
    message = [['model.provider.title' is a string, which never equals a number: write "1"]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.provider.title == "1" then return refuse "no" end end)]] },
  { name = "a price that equals none",
    text = ACME .. [[
rule "x" (function (model) if model.id == "large" and model.price == none then return refuse "no" end end)
]],
    severity = "warning", line = 3, column = 70, length = 4,
    message = [['model.price' never equals none: what is not known is nil in a rule: write nil]],
    fix = [[rule "x" (function (model) if model.id == "large" and model.price == nil then return refuse "no" end end)]] },
  { name = "a price that equals a number, in a function that is two rules by its name",
    text = ACME .. [[
local function cheap(m) if m.id == "large" and m.price == 0 then return refuse "no" end end
local dear = function (m) if m.id == "large" and m.price.input == "9" then return refuse "no" end end
rule "x" (cheap)
rule "y" (dear)
]],
    findings = {
      { severity = "warning", line = 3, column = 50, length = 5,
        message = "'m.price' is a table of fields, which never equals a number: write which of them, as in m.price and m.price.input == 0",
        fix = [[local function cheap(m) if m.id == "large" and m.price and m.price.input == 0 then return refuse "no" end end]] },
      { severity = "warning", line = 4, column = 67, length = 3,
        message = "'m.price.input' is a number, which never equals a string: write 9",
        fix = [[local dear = function (m) if m.id == "large" and m.price.input == 9 then return refuse "no" end end]] },
    } },
}
