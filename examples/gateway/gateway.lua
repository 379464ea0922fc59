-- A company gateway: every provider is reached through it, at /llm/{provider}, and it adds the keys itself. Its certificate comes from
-- a private authority. The gateway of an exe.dev machine is already defined; one line enables it: gateway "exe.dev" { enabled = true }
gateway "company" {
  base_url    = "https://gateway.company.example",
  path        = "/llm/{provider}",
  segments    = { gemini = "google-ai-studio" },       -- the provider's name in its path, where it differs
  credentials = "injected",                            -- no key is needed here; "forwarded" sends this machine's keys
  headers     = { ["x-team"] = "tools" },
  tls         = { ca_file = "/etc/ssl/company-ca.pem" },
  unproven    = "generate",                            -- where nothing free proves a model that is wanted, one minimal request decides
}
