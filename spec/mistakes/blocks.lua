-- In a block: keys of another block, keys of a table within it, and what is one line there and two in another program.
local ACME = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }\n'

return {
  { name = "LiteLLM's address of a model",
    text = ACME .. [[
model "large" { provider = "acme", api_base = "https://llm.acme.example/v1" }
]],
    line = 2, column = 36, length = 8,
    message = "model 'large': unknown key 'api_base': the address belongs in the block of the provider: write base_url there" },
  { name = "an address in a model, in JSON", file = "a.json",
    text = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },\n' ..
      '  "model": { "large": { "provider": "acme", "base_url": "https://llm.acme.example/v1" } } }\n',
    line = 2, column = 45, length = 10,
    message = "model 'large': unknown key 'base_url': the address belongs in the block of the provider: write base_url there" },
  { name = "the key of a model",
    text = ACME .. [[
model "large" { provider = "acme", apiKey = secret "ACME_API_KEY" }
]],
    line = 2, column = 36, length = 6,
    message = [[model 'large': unknown key 'apiKey': the key belongs in the block of the provider: write credential = secret "NAME" there]] },
  { name = "the key of a model, in JSON", file = "a.json",
    text = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },\n' ..
      '  "model": { "large": { "provider": "acme", "credential": { "secret": "ACME_API_KEY" } } } }\n',
    line = 2, column = 45, length = 12,
    message = [[model 'large': unknown key 'credential': the key belongs in the block of the provider: write "credential": { "secret": "NAME" } there]] },
  { name = "a provider's way to send a key in a model",
    text = ACME .. [[
model "large" { provider = "acme", auth = bearer }
]],
    line = 2, column = 36, length = 4,
    message = "model 'large': unknown key 'auth': it belongs in the block of the provider" },
  { name = "the window of a model in its provider",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", context_window = 128 * K }
]],
    line = 1, column = 84, length = 14,
    message = "provider 'acme': unknown key 'context_window': it belongs in the block of a model" },
  { name = "an address where headers are",
    text = ACME .. [[
model "large" { provider = "acme", headers = "https://llm.acme.example/v1" }
]],
    line = 2, column = 46, length = 29,
    message = [[model 'large': 'headers' must be a table of strings, not the string "https://llm.acme.example/v1"]] },
  { name = "Azure's version of an API",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", api_version = "2024-06-01" }
]],
    line = 1, column = 84, length = 11,
    message = "provider 'acme': unknown key 'api_version': the version of an API is in the address: write it into the query of base_url, " ..
      [[as in base_url = "https://...?api-version=2024-06-01"]] },
  { name = "Azure's version of an API, in JSON", file = "a.json",
    text = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example", "apiVersion": "2024-06-01" } } }\n',
    line = 1, column = 94, length = 12,
    message = "provider 'acme': unknown key 'apiVersion': the version of an API is in the address: write it into the query of base_url, " ..
      [[as in "base_url": "https://...?api-version=2024-06-01"]] },
  { name = "a version",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", version = "v1" }
]],
    line = 1, column = 84, length = 7,
    message = "provider 'acme': unknown key 'version': a version is in the address: in the path of base_url, " ..
      [[as in "https://.../v2", or in its query, as in "https://...?api-version=2"]] },
  { name = "LiteLLM's pair of prices",
    text = ACME .. [[
model "large" {
  provider = "acme",
  output_cost_per_token = 0.000015,
  input_cost_per_token = 0.000003,
}
]],
    findings = {
      { line = 4, column = 3, length = 21,
        message = "model 'large': unknown key 'output_cost_per_token': write it with 'input_cost_per_token', " ..
          "in price = { input = 3, output = 15 }, and remove this one" },
      { line = 5, column = 3, length = 20,
        message = "model 'large': unknown key 'input_cost_per_token': write price = { input = 3, output = 15 }",
        fix = "price = { input = 3, output = 15 },", unpasted = "the other one is still to be removed" },
    } },
  { name = "a price of output, of nothing and of the cache",
    text = ACME .. [[
model "large" { provider = "acme", output_price = 15, input_price = 0,
  cache_read_input_token_cost = 3e-7 }
]],
    findings = {
      { line = 2, column = 36, length = 12,
        message = "model 'large': unknown key 'output_price': write it with 'input_price', " ..
          "in price = { input = 0, output = 15, cache_read = 0.3 }, and remove this one" },
      { line = 2, column = 55, length = 11,
        message = "model 'large': unknown key 'input_price': write price = { input = 0, output = 15, cache_read = 0.3 }",
        fix = [[model "large" { provider = "acme", output_price = 15, price = { input = 0, output = 15, cache_read = 0.3 },]],
        unpasted = "the others are still to be removed" },
      { line = 3, column = 3, length = 27,
        message = "model 'large': unknown key 'cache_read_input_token_cost': write it with 'input_price', " ..
          "in price = { input = 0, output = 15, cache_read = 0.3 }, and remove this one" },
    } },
  { name = "a price beside the price, in JSON", file = "a.json",
    text = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },\n' ..
      '  "model": { "large": { "provider": "acme", "price": { "input": 3 }, "output_price": 15 } } }\n',
    line = 2, column = 70, length = 14,
    message = [[model 'large': unknown key 'output_price': write "output": 15 into 'price', which is there already]] },
  { name = "a price that is in the price already",
    text = ACME .. [[
model "large" { provider = "acme", price = { input = 3 }, input_cost_per_token = 0.000003 }
]],
    line = 2, column = 59, length = 20,
    message = "model 'large': unknown key 'input_cost_per_token': 'price.input' is there already: remove this one" },
  { name = "prices that are no numbers",
    text = ACME .. [[
model "large" { provider = "acme", input_cost = { 3 } }
]],
    line = 2, column = 36, length = 10,
    message = "model 'large': unknown key 'input_cost': write price = { input = ... }" },
  { name = "what a role needs, beside its needs",
    text = ACME .. [[
model "large" { provider = "acme", tool_call = true, context_window = 128 * K, input_modalities = { "text", "image" } }
role "see" { vision = true, tools = true }
]],
    findings = {
      { line = 3, column = 14, length = 6,
        message = "role 'see': unknown key 'vision' (did you mean 'require.vision'?): write it with 'tools', in require = { tools = true, vision = true }, and remove this one" },
      { line = 3, column = 29, length = 5,
        message = "role 'see': unknown key 'tools' (did you mean 'require.tools'?): write require = { tools = true, vision = true }",
        fix = [[role "see" { vision = true, require = { tools = true, vision = true } }]],
        unpasted = "the other one is still to be removed" },
    } },
  { name = "what a default needs, as a model has it",
    text = ACME .. [[
model "large" { provider = "acme", context_window = 128 * K, tool_call = true }
default { context_window = 100 * K }
]],
    line = 3, column = 11, length = 14,
    message = "default: unknown key 'context_window' (did you mean 'require.context'?): write require = { context = 100000 }",
    fix = "default { require = { context = 100000 } }" },
  { name = "a default with a name",
    text = ACME .. [[
model "acme-large" { provider = "acme" }
default "main" {
  "acme-large",
}
]],
    line = 3, column = 9, length = 6,
    message = [[default: has no name: write default { ... }, or role "NAME" { ... } for another purpose]],
    fix = "default {" },
  { name = "validate with a name, and what is behind it",
    text = 'validate "strictly" { level = "prove" } model "large" { provider = acme }\n',
    findings = {
      { line = 1, column = 10, length = 10,
        message = "validate: has no name: write validate { ... }",
        fix = 'validate { level = "prove" } model "large" { provider = acme }' },
      { line = 1, column = 68, length = 4,
        message = [[a string is missing its quotes: write "acme"]],
        fix = 'validate "strictly" { level = "prove" } model "large" { provider = "acme" }' },
    } },
  { name = "models.dev's modalities",
    text = ACME .. [[
model "large" { provider = "acme", modalities = { input = { "text", "image" }, output = { "text" } } }
]],
    line = 2, column = 36, length = 10,
    message = [[model 'large': unknown key 'modalities': write input_modalities = { "text", "image" }, output_modalities = { "text" }]],
    fix = [[model "large" { provider = "acme", input_modalities = { "text", "image" }, output_modalities = { "text" } }]] },
  { name = "models.dev's modalities, in JSON", file = "a.json",
    text = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },\n' ..
      '  "model": { "large": { "provider": "acme", "modalities": { "input": ["text"] } } } }\n',
    line = 2, column = 45, length = 12,
    message = [=[model 'large': unknown key 'modalities': write "input_modalities": ["text"]]=],
    fix = [=["model": { "large": { "provider": "acme", "input_modalities": ["text"] } } }]=] },
  { name = "a list of modalities",
    text = ACME .. [[
model "large" { provider = "acme", modalities = { "text", "image" } }
]],
    line = 2, column = 36, length = 10,
    message = "model 'large': unknown key 'modalities' (did you mean 'input_modalities'?)",
    fix = [[model "large" { provider = "acme", input_modalities = { "text", "image" } }]] },
  { name = "a time limit in milliseconds",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", timeout_ms = 3000 }
]],
    line = 1, column = 84, length = 10,
    message = "provider 'acme': unknown key 'timeout_ms': write timeout = 3 * seconds",
    fix = [[provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", timeout = 3 * seconds }]] },
}
