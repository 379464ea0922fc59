-- A company gateway: every provider is reached through it, at /llm/{provider}, and it adds the keys itself. Its certificate comes from
-- a private authority. For exe.dev the block is ready-made; one line enables it: gateway "exe.dev" { enabled = true }
gateway "company" {
  base_url    = "https://gateway.company.example/llm",
  path        = "/{provider}",
  credentials = "injected",
  segments    = { gemini = "google-ai-studio" },
  headers     = { ["x-team"] = "tools" },
  tls         = { ca_file = "/etc/ssl/company-ca.pem" },
  unproven    = "generate",                   -- where it does not list and nothing free answers, one smallest request decides
}
