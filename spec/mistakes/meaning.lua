-- Paths, placeholders and addresses that cannot be meant.
local function provider(fields)
  return ('provider "acme" { protocol = "openai-chat", credential = secret "ACME_API_KEY",\n  base_url = "https://llm.acme.example", %s }\n'):format(fields)
end

local function at(address) return ('provider "acme" { protocol = "openai-chat", base_url = "%s" }\n'):format(address) end

local function gateway(fields) return ('gateway "corp" { base_url = "https://gw.acme.example", providers = { "anthropic" },\n  %s }\n'):format(fields) end

return {
  {
    name = "a placeholder of a gateway's path that is misspelt",
    text = gateway 'path = "/llm/{providr}"',
    severity = "error", line = 2, column = 16, length = 9,
    message = [[gateway 'corp': 'path' "/llm/{providr}" has {providr}, which is not filled in (did you mean {provider}?)]],
    fix = 'path = "/llm/{provider}" }',
  },
  {
    name = "a placeholder of a gateway's path that is not there",
    text = gateway 'path = "/llm/{tenant}"',
    severity = "error", line = 2, column = 16, length = 8,
    message = [[gateway 'corp': 'path' "/llm/{tenant}" has {tenant}, which is not filled in: here only {provider} is]],
  },
  {
    name = "a placeholder twice",
    text = gateway 'path = "/{provider}/{provider}"',
    severity = "error", line = 2, column = 12, length = 10,
    message = [[gateway 'corp': 'path' "/{provider}/{provider}" has {provider} twice: only the first is filled in]],
  },
  {
    name = "a placeholder in a gateway's names that is misspelt",
    text = gateway 'api_names = "{provder}/{api_name}"',
    severity = "error", line = 2, column = 16, length = 9,
    message = "gateway 'corp': 'api_names' has {provder}, which is not filled in (did you mean {provider}?)",
    fix = 'api_names = "{provider}/{api_name}" }',
  },
  {
    name = "the name of the model by another word",
    text = gateway 'api_names = "{provider}/{model}"',
    severity = "error", line = 2, column = 27, length = 7,
    message = "gateway 'corp': 'api_names' has {model}, which is not filled in (did you mean {api_name}?)",
    fix = 'api_names = "{provider}/{api_name}" }',
  },
  {
    name = "a placeholder of a gateway's header that is misspelt",
    text = gateway 'headers = { ["x-target"] = "{providor}" }',
    severity = "error", line = 2, column = 31, length = 10,
    message = "gateway 'corp': 'headers.x-target' has {providor}, which is not filled in (did you mean {provider}?)",
    fix = 'headers = { ["x-target"] = "{provider}" } }',
  },
  {
    name = "a placeholder in a path of a listing",
    text = provider 'list = get "/models/{tenant}"',
    severity = "error", line = 2, column = 54, length = 16,
    message = [[provider 'acme': 'list' "/models/{tenant}" has {tenant}, and nothing is filled in here]],
  },
  {
    name = "a placeholder in an address",
    text = at "https://llm.acme.example/{tenant}/api",
    severity = "error", line = 1, column = 82, length = 8,
    message = [[provider 'acme': 'base_url' "https://llm.acme.example/{tenant}/api" has {tenant}, and nothing is filled in here]],
  },
  {
    name = "a gateway's path without a slash",
    text = gateway 'path = "m/{provider}"',
    severity = "error", line = 2, column = 10, length = 14,
    message = [[gateway 'corp': 'path' "m/{provider}" does not begin with '/': it is a path, not a URL]],
    fix = 'path = "/m/{provider}" }',
  },
  {
    name = "a prefix without a slash",
    text = provider 'prefix = "m/v1"',
    severity = "error", line = 2, column = 51, length = 6,
    message = [[provider 'acme': 'prefix' "m/v1" does not begin with '/': it is a path, not a URL]],
    fix = 'base_url = "https://llm.acme.example", prefix = "/m/v1" }',
  },
  {
    name = "a prefix of a gateway without a slash, in JSON",
    file = "a.json",
    text = '{ "gateway": { "corp": {\n  "base_url": "https://gw.acme.example",\n  "prefixes": { "anthropic": "v3" } } } }\n',
    severity = "error", line = 3, column = 30, length = 4,
    message = [[gateway 'corp': 'prefixes.anthropic' "v3" does not begin with '/': it is a path, not a URL]],
    fix = '"prefixes": { "anthropic": "/v3" } } } }',
  },
  {
    name = "a listing without a slash",
    text = provider 'list = get "m/list"',
    severity = "error", line = 2, column = 54, length = 6,
    message = [[provider 'acme': 'list' "m/list" does not begin with '/': it is a path, not a URL]],
    fix = 'base_url = "https://llm.acme.example", list = get "/m/list" }',
  },
  {
    name = "a proof without a slash",
    text = provider 'prove_key = bare(get "m/key")',
    severity = "error", line = 2, column = 64, length = 5,
    message = [[provider 'acme': 'prove_key' "m/key" does not begin with '/': it is a path, not a URL]],
    fix = 'base_url = "https://llm.acme.example", prove_key = get "/m/key" }',
  },
  {
    name = "a listing without a slash, in JSON",
    file = "a.json",
    text = '{ "provider": { "openai": {\n  "list": { "get": "models" } } } }\n',
    severity = "error", line = 2, column = 21, length = 6,
    message = [[provider 'openai': 'list' "models" does not begin with '/': it is a path, not a URL]],
    fix = '"list": { "get": "/models" } } } }',
  },
  {
    name = "a variable of a shell for an address",
    env = { ACME_URL = "https://llm.acme.example" },
    text = at "${ACME_URL}",
    severity = "error", line = 1, column = 56, length = 13,
    message = [[provider 'acme': 'base_url' has $ACME_URL, and variables are not filled in: write setting "ACME_URL"]],
    fix = 'provider "acme" { protocol = "openai-chat", base_url = setting "ACME_URL" }',
  },
  {
    name = "a variable of a shell for an address, in JSON",
    file = "a.json",
    env = { ACME_URL = "https://llm.acme.example" },
    text = '{ "provider": { "acme": { "protocol": "openai-chat",\n  "base_url": "$ACME_URL" } } }\n',
    severity = "error", line = 2, column = 15, length = 11,
    message = [[provider 'acme': 'base_url' has $ACME_URL, and variables are not filled in: write { "setting": "ACME_URL" }]],
    fix = '"base_url": { "setting": "ACME_URL" } } } }',
  },
  {
    name = "a variable of a shell in a header",
    text = provider 'headers = { authorization = "Bearer ${ACME_API_KEY}" }',
    severity = "error", line = 2, column = 70, length = 24,
    message = [[provider 'acme': 'headers.authorization' has $ACME_API_KEY, and variables are not filled in: ]]
      .. [[write secret { env = "ACME_API_KEY", prefix = "Bearer " }]],
    fix = 'base_url = "https://llm.acme.example", headers = { authorization = secret { env = "ACME_API_KEY", prefix = "Bearer " } } }',
  },
  {
    name = "an address without a scheme",
    text = at "llm.acme.example",
    severity = "error", line = 1, column = 56, length = 18,
    message = [[provider 'acme': 'base_url' "llm.acme.example" does not begin with https:// or http://]],
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }',
  },
  {
    name = "an address with a misspelt scheme",
    text = at "htps://llm.acme.example",
    severity = "error", line = 1, column = 56, length = 25,
    message = [[provider 'acme': 'base_url' "htps://llm.acme.example" does not begin with https:// or http://]],
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }',
  },
  {
    name = "an address with a blank behind it",
    text = at "https://llm.acme.example ",
    severity = "error", line = 1, column = 56, length = 27,
    message = [[provider 'acme': 'base_url' "https://llm.acme.example " contains a space or another character that a URL cannot have]],
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }',
  },
  {
    name = "an address with a user and a password, which are not shown",
    text = at "https://user:pass-word@llm.acme.example",
    severity = "error", line = 1, column = 56, length = 41,
    message = [[provider 'acme': 'base_url' "..." names a user (user@host): credentials do not belong in a URL]],
    fix = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }',
  },
  {
    name = "an address with a port that is none",
    text = at "https://llm.acme.example:99999",
    severity = "error", line = 1, column = 56, length = 32,
    message = [[provider 'acme': 'base_url' "https://llm.acme.example:99999" has no valid port]],
  },
  {
    name = "a verdict that is no state",
    text = 'protocol "odd" { inherit = "openai-chat",\n  verdict = function (response) if response.status == 429 then return "rate_limitd" end end }\n',
    severity = "error", line = 2, column = 3, length = 91,
    message = "protocol 'odd': verdict: it returned 'rate_limitd', which is not a state (did you mean 'rate_limited'?)",
  },
  {
    name = "a rule that forgets to return its refusal",
    text = 'rule "not dear" (function (model)\n  if model.price and model.price.input > 3 then refuse "too dear" end\nend)\n',
    severity = "warning", line = 2, column = 49, length = 6,
    message = "rule 'not dear': calls refuse(...) and does not return it, so it decides nothing: write return refuse(...)",
    fix = 'if model.price and model.price.input > 3 then return refuse "too dear" end',
  },
}
