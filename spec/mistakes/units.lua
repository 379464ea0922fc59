-- Numbers and days in another unit than the language's: tokens without K, dollars per token, milliseconds, days in the wrong order.
local ACME = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }\n'

local function model(fields) return ACME .. ('model "large" { provider = "acme", %s }\n'):format(fields) end

local JSON = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://llm.acme.example" } },\n  "model": { "large": { "provider": "acme",\n    %s } } }\n'

return {
  {
    name = "a context window without K",
    text = model "context_window = 128",
    severity = "warning", line = 2, column = 53, length = 3,
    message = "model 'large': 'context_window' is 128 tokens: did you mean 128 * K?",
    fix = "context_window = 128 * K",
  },
  {
    name = "a context window without K, in JSON",
    file = "a.json",
    text = JSON:format '"context_window": 200',
    severity = "warning", line = 3, column = 23, length = 3,
    message = "model 'large': 'context_window' is 200 tokens: did you mean 200000?",
    fix = '"context_window": 200000',
  },
  {
    name = "a context window of millions that were to be thousands",
    text = model "context_window = 128 * M",
    severity = "warning", line = 2, column = 53, length = 7,
    message = "model 'large': 'context_window' is 128000000 tokens: did you mean 128 * K?",
    fix = "context_window = 128 * K",
  },
  {
    name = "an output without K",
    text = model "max_output_tokens = 64",
    severity = "warning", line = 2, column = 56, length = 2,
    message = "model 'large': 'max_output_tokens' is 64 tokens: did you mean 64 * K?",
    fix = "max_output_tokens = 64 * K",
  },
  {
    name = "an output that is larger than all of the context",
    text = model "context_window = 32 * K, max_output_tokens = 64 * K",
    severity = "warning", line = 2, column = 81, length = 6,
    message = "model 'large': 'max_output_tokens' is 64000, more than the 32000 tokens of 'context_window', which counts all of them",
  },
  {
    name = "a price of a billion tokens",
    text = model "price = { input = 3000, output = 15 }",
    severity = "warning", line = 2, column = 54, length = 4,
    message = "model 'large': 'price.input' is 3000: prices are in dollars per million tokens, and no model costs that much (did you mean 3?)",
    fix = "input = 3",
  },
  {
    name = "a model that retires before it is released",
    text = model 'release_date = "2026-05-01", retires = "2025-05-01"',
    severity = "warning", line = 2, column = 75, length = 12,
    message = "model 'large': 'retires' is 2025-05-01, before it was released (release_date = \"2026-05-01\")",
  },
  {
    name = "a model that is deprecated after it retires",
    text = model 'deprecated = "2031-05-01", retires = "2030-05-01"',
    severity = "warning", line = 2, column = 73, length = 12,
    message = "model 'large': 'retires' is 2030-05-01, before it was deprecated (deprecated = \"2031-05-01\")",
  },
  {
    name = "a timeout in a hundredth of a second",
    text = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", timeout = 0.01 }\n',
    severity = "warning", line = 1, column = 94, length = 4,
    message = "provider 'acme': 'timeout' is 0.01 seconds: did you mean 10 * seconds?",
    fix = "timeout = 10 * seconds",
  },
  {
    name = "hours without their unit",
    text = "validate { keep_stale = 24 }\n",
    severity = "warning", line = 1, column = 25, length = 2,
    message = "validate: 'keep_stale' is 24 seconds: did you mean 24 * hours?",
    fix = "keep_stale = 24 * hours",
  },
  {
    name = "days without their unit",
    text = "validate { warn_ahead = 30 }\n",
    severity = "warning", line = 1, column = 25, length = 2,
    message = "validate: 'warn_ahead' is 30 seconds: did you mean 30 * days?",
    fix = "warn_ahead = 30 * days",
  },
  {
    name = "a deadline in milliseconds",
    text = "validate { deadline = 60000 }\n",
    severity = "warning", line = 1, column = 23, length = 5,
    message = "validate: 'deadline' is 60000 seconds: did you mean 60 * seconds?",
    fix = "deadline = 60 * seconds",
  },
  {
    name = "a source that is looked at every six seconds",
    text = 'source "facts" { url = "https://facts.acme.example/models.json", every = 6 }\n',
    severity = "warning", line = 1, column = 74, length = 1,
    message = "source 'facts': 'every' is 6 seconds: did you mean 6 * hours?",
    fix = "every = 6 * hours",
  },
}
