-- The address of a provider: in the clear, or not there because a variable is not set.
return {
  { name = "the address that a server listens on",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "http://0.0.0.0:8000" }
]],
    line = 1, column = 56, length = 21,
    message = "provider 'acme': base_url 'http://0.0.0.0:8000' is where a server listens, on all addresses of its machine: " ..
      "for this machine write http://127.0.0.1:8000",
    fix = [[provider "acme" { protocol = "openai-chat", base_url = "http://127.0.0.1:8000" }]] },
  { name = "a server on the network without a key",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "http://10.0.0.5:8000" }
]],
    line = 1, column = 56, length = 22,
    message = "provider 'acme': base_url 'http://10.0.0.5:8000' is not encrypted, so that others on the way can read and change what is sent: " ..
      "use https://, or write plain_http = true",
    fix = [[provider "acme" { protocol = "openai-chat", base_url = "http://10.0.0.5:8000", plain_http = true }]] },
  { name = "a server on the network without a key, in JSON", file = "a.json",
    text = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "http://gpu.acme.example:8000" } } }\n',
    line = 1, column = 66, length = 30,
    message = "provider 'acme': base_url 'http://gpu.acme.example:8000' is not encrypted, so that others on the way can read and change what is sent: " ..
      "use https://, or write plain_http = true",
    fix = [[{ "provider": { "acme": { "protocol": "openai-chat", "base_url": "http://gpu.acme.example:8000", "plain_http": true } } }]] },
  { name = "a server on the network with a key in a header",
    text = [[
provider "acme" { protocol = "openai-chat", base_url = "http://10.0.0.5:8000", headers = { ["x-key"] = secret "ACME_KEY" } }
]],
    line = 1, column = 56, length = 22,
    message = "provider 'acme': base_url 'http://10.0.0.5:8000' would send the key unencrypted: use https://, or write plain_http = true",
    fix = [[provider "acme" { protocol = "openai-chat", base_url = "https://10.0.0.5:8000", headers = { ["x-key"] = secret "ACME_KEY" } }]] },
  { name = "an address from a variable that is not set",
    text = [[
provider "birch" { protocol = "openai-chat", base_url = "https://llm.birch.example" } provider "acme" {
  protocol = "openai-chat", base_url = setting "ACME_URL" }
]],
    line = 2, column = 40, length = 18,
    message = [[provider 'acme': 'base_url' has no value, since ACME_URL is not set: add needs = "ACME_URL", ]] ..
      [[or give it a default: setting("ACME_URL", "https://...")]],
    fix = [[protocol = "openai-chat", base_url = setting "ACME_URL", needs = "ACME_URL" }]] },
  { name = "an address from a variable that is not set, in JSON", file = "a.json",
    text = '{ "provider": { "acme": { "protocol": "openai-chat", "base_url": { "setting": "ACME_URL" } } } }\n',
    line = 1, column = 66, length = 25,
    message = [[provider 'acme': 'base_url' has no value, since ACME_URL is not set: add "needs": "ACME_URL"]],
    fix = [[{ "provider": { "acme": { "protocol": "openai-chat", "base_url": { "setting": "ACME_URL" }, "needs": "ACME_URL" } } }]] },
  { name = "an address of a variable that is nil",
    text = [[
local url = setting "ACME_URL"
provider "acme" { protocol = "openai-chat", base_url = url }
]],
    line = 2, column = 56, length = 3,
    message = "provider 'acme': 'base_url' has no value: what it is given is nil" },
  { name = "no address, and a title from a variable that is not set",
    text = [[
provider "acme" { protocol = "openai-chat", title = setting "ACME_TITLE" }
]],
    line = 1, column = 10, length = 6,
    message = "provider 'acme': 'base_url' is missing" },
}
