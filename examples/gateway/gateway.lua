-- A company gateway: every provider is reached through it, at /llm/{provider}, and it adds the keys itself. Its certificate comes from
-- a private authority. On an exe.dev machine the gateway is defined already, and one line is enough: gateway "exe.dev" { enabled = true }
gateway "company" {
  base_url    = "https://gateway.company.example",
  path        = "/llm/{provider}",
  segments    = { gemini = "google-ai-studio" },       -- where its path has another name than the provider
  credentials = "injected",                            -- no key is needed here; "forwarded" sends this machine's
  headers     = { ["x-team"] = "tools" },
  tls         = { ca_file = "/etc/ssl/company-ca.pem" },
  unproven    = "generate",                            -- where nothing free answers, one smallest request per model decides
}
