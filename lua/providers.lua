-- Whom roster can talk to, and through which gateways. Editing a block changes where its models are looked for, and with which key.

provider "anthropic" {
  title         = "Anthropic",
  protocol      = "anthropic-messages",
  base_url      = "https://api.anthropic.com",
  override      = setting "ANTHROPIC_BASE_URL",
  credential    = secret "ANTHROPIC_API_KEY",
  key_prefixes  = { "sk-ant-" },
  common_helper = true,
  auth          = header "x-api-key",
  headers       = { ["anthropic-version"] = "2023-06-01" },
}

provider "openai" {
  title         = "OpenAI",
  protocol      = "openai-responses",
  base_url      = "https://api.openai.com",
  override      = setting "OPENAI_BASE_URL",
  credential    = secret "OPENAI_API_KEY",
  key_prefixes  = { "sk-", "sk-proj-", "sk-svcacct-" },
  common_helper = true,
  auth          = bearer,
  list_proves   = "access", -- it lists what this key's project may use
}

-- As far as is known, its listing wants the key and names what answers without a deployment of one's own: being listed is access. It
-- leaves out some models that do answer; those are asked for by name.
provider "fireworks" {
  title         = "Fireworks AI",
  protocol      = "openai-chat",
  base_url      = "https://api.fireworks.ai/inference",
  credential    = secret "FIREWORKS_API_KEY",
  key_prefixes  = { "fw_" },
  common_helper = true,
  auth          = bearer,
  timeout       = 20 * seconds,
  list_proves   = "access",
}

provider "gemini" {
  title         = "Gemini",
  protocol      = "gemini",
  base_url      = "https://generativelanguage.googleapis.com",
  credential    = secret "GEMINI_API_KEY", -- Google's own SDK prefers GOOGLE_API_KEY when both are set: name that one here if it is yours
  key_prefixes  = { "AIza" },
  common_helper = true,
  auth          = header "x-goog-api-key",
  list_proves   = "key",                   -- retired models stay listed, so each model is asked for by name
}

provider "xai" {
  title        = "xAI",
  protocol     = "openai-responses",
  base_url     = "https://api.x.ai",
  credential   = secret "XAI_API_KEY",
  key_prefixes = { "xai-" },
  list_proves  = "names",        -- it wants a key, but perhaps not one that still works
  prove_key    = get "/api-key", -- says whether the key or its team is blocked
}

provider "groq" {
  title        = "Groq",
  protocol     = "openai-chat",
  base_url     = "https://api.groq.com/openai",
  credential   = secret "GROQ_API_KEY",
  key_prefixes = { "gsk_" },
  list_proves  = "access",
}

provider "mistral" {
  title       = "Mistral AI",
  protocol    = "openai-chat",
  base_url    = "https://api.mistral.ai",
  credential  = secret "MISTRAL_API_KEY",
  list_proves = "access",
}

-- A name that is no longer listed may still answer, from another model and without a word: only listed ones are believed.
provider "deepseek" {
  title       = "DeepSeek",
  protocol    = "openai-chat",
  base_url    = "https://api.deepseek.com",
  prefix      = "",
  credential  = secret "DEEPSEEK_API_KEY",
  list_proves = "names",
  prove_key   = get "/user/balance", -- and says whether the account is empty
  prove       = {},
}

provider "openrouter" {
  title        = "OpenRouter",
  protocol     = "openai-chat",
  base_url     = "https://openrouter.ai/api",
  credential   = secret "OPENROUTER_API_KEY",
  key_prefixes = { "sk-or-" },
  auth         = bearer, -- on every route, Anthropic's too
  list_proves  = "names", -- it lists for anybody
  prove_key    = get "/key",
  prove        = {},
}

provider "together" {
  title       = "Together AI",
  protocol    = "openai-chat",
  base_url    = "https://api.together.ai",
  credential  = secret "TOGETHER_API_KEY",
  list_proves = "access",
}

-- That its listing wants a key is likely, not certain: each model is asked for by name.
provider "cerebras" {
  title       = "Cerebras",
  protocol    = "openai-chat",
  base_url    = "https://api.cerebras.ai",
  credential  = secret "CEREBRAS_API_KEY",
  list_proves = "names",
}

provider "moonshot" {
  title       = "Moonshot AI",
  protocol    = "openai-chat",
  base_url    = "https://api.moonshot.ai",
  credential  = secret "MOONSHOT_API_KEY",
  list_proves = "access",
}

-- Its keys stand in the same variable and are good there alone: off until a file of yours says enabled = true here, and false above.
provider "moonshot-cn" {
  title       = "Moonshot AI (China)",
  protocol    = "openai-chat",
  base_url    = "https://api.moonshot.cn",
  credential  = secret "MOONSHOT_API_KEY",
  list_proves = "access",
  enabled     = false,
}

-- The plan for coding. What its listing proves is not known, so nothing is believed of it.
provider "kimi-coding" {
  title       = "Kimi for coding",
  protocol    = "anthropic-messages",
  base_url    = "https://api.kimi.com/coding",
  credential  = secret "KIMI_API_KEY",
  auth        = bearer,
  headers     = { ["anthropic-version"] = "2023-06-01" },
  list_proves = "names",
}

-- Z.ai documents no listing, so nothing is believed of the one that answers; as it looks up no model either, proof is billed (check --deep).
provider "zai" {
  title       = "Z.ai",
  protocol    = "openai-chat",
  base_url    = "https://api.z.ai",
  prefix      = "/api/paas/v4",
  credential  = secret "ZAI_API_KEY",
  list_proves = "names",
}

-- The plan for coding, with the same key: off until a file of yours says enabled = true.
provider "zai-coding" {
  title       = "Z.ai for coding",
  protocol    = "openai-chat",
  base_url    = "https://api.z.ai",
  prefix      = "/api/coding/paas/v4",
  credential  = secret "ZAI_API_KEY",
  list_proves = "names",
  enabled     = false,
}

provider "zhipu" {
  title       = "Zhipu (China)",
  protocol    = "openai-chat",
  base_url    = "https://open.bigmodel.cn",
  prefix      = "/api/paas/v4",
  credential  = secret "ZHIPU_API_KEY",
  list_proves = "names",
}

-- That its listing wants a key is likely, not certain. Some failures come as 200 with a code in base_resp.
provider "minimax" {
  title       = "MiniMax",
  protocol    = "anthropic-messages",
  base_url    = "https://api.minimax.io/anthropic",
  credential  = secret "MINIMAX_API_KEY",
  auth        = bearer,
  headers     = { ["anthropic-version"] = "2023-06-01" },
  list_proves = "names",
}

-- The same variable: off until a file of yours says enabled = true here, and false above.
provider "minimax-cn" {
  title       = "MiniMax (China)",
  protocol    = "anthropic-messages",
  base_url    = "https://api.minimaxi.com/anthropic",
  credential  = secret "MINIMAX_API_KEY",
  auth        = bearer,
  headers     = { ["anthropic-version"] = "2023-06-01" },
  list_proves = "names",
  enabled     = false,
}

-- It lists for anybody, and says who a key belongs to on another host, where this key does not go: proof is billed (check --deep).
provider "huggingface" {
  title        = "Hugging Face",
  protocol     = "openai-chat",
  base_url     = "https://router.huggingface.co",
  credential   = secret "HF_TOKEN",
  key_prefixes = { "hf_" },
  list_proves  = "names",
  prove        = {},
}

-- No listing and no lookup is known of it: proof is billed (check --deep), the fee for a search included.
provider "perplexity" {
  title        = "Perplexity",
  protocol     = "openai-chat",
  base_url     = "https://api.perplexity.ai",
  prefix       = "",
  credential   = secret "PERPLEXITY_API_KEY",
  key_prefixes = { "pplx-" },
  list_proves  = "names",
  prove        = {},
}

-- That its listing wants a key is likely, not certain; another request asks about the key.
provider "cohere" {
  title       = "Cohere",
  protocol    = "cohere-v2",
  base_url    = "https://api.cohere.com",
  credential  = { secret "COHERE_API_KEY", secret "CO_API_KEY" },
  list_proves = "names",
  prove_key   = post("/v1/check-api-key", {}),
}

-- It lists for anybody, as far as is known, and may look up for anybody: proof is billed (check --deep).
provider "nvidia" {
  title        = "NVIDIA NIM",
  protocol     = "openai-chat",
  base_url     = "https://integrate.api.nvidia.com",
  credential   = secret "NVIDIA_API_KEY",
  key_prefixes = { "nvapi-" },
  list_proves  = "names",
  prove        = {},
}

-- As NVIDIA's.
provider "deepinfra" {
  title       = "DeepInfra",
  protocol    = "openai-chat",
  base_url    = "https://api.deepinfra.com/v1/openai",
  prefix      = "",
  credential  = { secret "DEEPINFRA_API_KEY", secret "DEEPINFRA_TOKEN" },
  list_proves = "names",
  prove       = {},
}

provider "nebius" {
  title       = "Nebius Token Factory",
  protocol    = "openai-chat",
  base_url    = "https://api.tokenfactory.nebius.com",
  credential  = secret "NEBIUS_API_KEY",
  list        = get("/models", { verbose = true }), -- with windows and names
  list_proves = "access",
}

provider "vercel" {
  title       = "Vercel AI Gateway",
  protocol    = "openai-chat",
  base_url    = "https://ai-gateway.vercel.sh",
  credential  = secret "AI_GATEWAY_API_KEY",
  list_proves = "names", -- it lists for anybody
  prove_key   = get "/credits",
  prove       = {},
}

-- The key is the token of an hour that GitHub gives for one of an account. Name a program that fetches it:
--   provider "github-copilot" { credential = secret { helper = { "/path/to/program" }, ttl = 20 * minutes } }
provider "github-copilot" {
  title       = "GitHub Copilot",
  protocol    = "openai-chat",
  base_url    = "https://api.githubcopilot.com",
  prefix      = "",
  credential  = secret "COPILOT_TOKEN",
  headers     = { ["copilot-integration-id"] = "vscode-chat", ["editor-version"] = "roster/0.1" },
  list_proves = "access",
}

-- All that is known of it is hearsay, so nothing is believed: proof is billed (check --deep).
provider "github-models" {
  title        = "GitHub Models",
  protocol     = "openai-chat",
  base_url     = "https://models.github.ai",
  prefix       = "/inference",
  credential   = secret "GITHUB_TOKEN", -- one with models:read
  key_prefixes = { "ghp_", "github_pat_" },
  list         = bare(get "/catalog/models"),
  list_proves  = "names",
  prove        = {},
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
  providers   = { "anthropic", "openai", "fireworks", "xai" }, -- Gemini is not served there
  unproven    = "generate",
  enabled     = false,
}

-- Any other gateway: LLM_GATEWAY=http://host turns it on. Keys are needed here too, and are passed on.
gateway "main" {
  base_url = setting "LLM_GATEWAY",
  path     = "/_/gateway/{provider}",
}
