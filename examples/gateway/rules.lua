-- The rules of a company, next to its gateway: which models are offered, which one hosts start with. Rules run in this order, before the
-- shipped ones, and the first that returns a result decides; a model without such a result is reached as gateway.lua defines.
rule "nothing that retires soon" (function (model)
  if model.status == "deprecated" then return refuse "it is about to be retired: choose its replacement" end
end)

rule "nothing above the budget" (function (model)
  local dollars = model.price and model.price.output
  if dollars and dollars > 50 then return refuse("an output price above $50 per million tokens needs an exception") end
end)

-- Only providers with which the company has a contract.
local CONTRACTS = { anthropic = true, openai = true, gemini = true }
rule "providers under contract" (function (model)
  if not CONTRACTS[model.provider.id] then return refuse("there is no contract with " .. model.provider.title) end
end)

-- The model that hosts start with, and one for a purpose: each by what it must be able to do.
default { require = { tools = true, context = 100 * K }, max_price = 5 }
role "titles" { tier = "fast", max_price = 1 }
