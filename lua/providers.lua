-- Whom roster can talk to, and through which gateways. Editing a block changes where its models are looked for, and with which key.

provider "anthropic" {
  title      = "Anthropic",
  protocol   = "anthropic-messages",
  base_url   = "https://api.anthropic.com",
  override   = setting "ANTHROPIC_BASE_URL",
  credential = secret "ANTHROPIC_API_KEY",
  key_prefixes = { "sk-ant-" },
  auth       = header "x-api-key",
  headers    = { ["anthropic-version"] = "2023-06-01" },
}

provider "openai" {
  title       = "OpenAI",
  protocol    = "openai-responses",
  base_url    = "https://api.openai.com",
  override    = setting "OPENAI_BASE_URL",
  credential  = secret "OPENAI_API_KEY",
  key_prefixes = { "sk-", "sk-proj-", "sk-svcacct-" },
  auth        = bearer,
  list_proves = "access", -- it lists what this key's project may use
}

-- As far as is known, its listing wants the key and names what answers without a deployment of one's own: being listed is access. It
-- leaves out some models that do answer; those are asked for by name.
provider "fireworks" {
  title       = "Fireworks AI",
  protocol    = "openai-chat",
  base_url    = "https://api.fireworks.ai/inference",
  credential  = secret "FIREWORKS_API_KEY",
  key_prefixes = { "fw_" },
  auth        = bearer,
  timeout     = 20 * seconds,
  list_proves = "access",
}

provider "gemini" {
  title       = "Gemini",
  protocol    = "gemini",
  base_url    = "https://generativelanguage.googleapis.com",
  credential  = secret "GEMINI_API_KEY", -- Google's own SDK prefers GOOGLE_API_KEY when both are set: name that one here if it is yours
  key_prefixes = { "AIza" },
  auth        = header "x-goog-api-key",
  list_proves = "key",                   -- retired models stay listed, so each model is asked for by name
}

-- Answers nothing real and needs no network: for trying out a host. ROSTER_MOCK=yes turns it on.
provider "mock" {
  title    = "Mock",
  protocol = "mock",
  enabled  = setting "ROSTER_MOCK" == "yes",
}

-- Gateways are asked in this order; the first that serves a provider wins.

-- The gateway of an exe.dev machine, which adds the keys itself. It is off until a file of yours says
--   gateway "exe.dev" { enabled = true }
-- Where it neither lists nor looks up, one smallest request for each model asks. That is billed, a few tokens each.
gateway "exe.dev" {
  base_url    = setting("LLM_GATEWAY", "http://169.254.169.254/gateway/llm"),
  path        = "/{provider}",
  credentials = "injected",
  placeholder = "implicit",
  providers   = { "anthropic", "openai", "fireworks" }, -- Gemini is not served there
  unproven    = "generate",
  enabled     = false,
}

-- Any other gateway: LLM_GATEWAY=http://host turns it on. Keys are needed here too, and are passed on.
gateway "main" {
  base_url    = setting "LLM_GATEWAY",
  path        = "/_/gateway/{provider}",
  credentials = "forwarded",
}
