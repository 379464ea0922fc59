-- The providers, and the gateways to reach them. Editing a block changes where its models are looked for, and with which key.

provider "anthropic" {
  title         = "Anthropic",
  protocol      = "anthropic-messages",
  base_url      = "https://api.anthropic.com",
  override      = setting "ANTHROPIC_BASE_URL",
  credential    = { secret "ANTHROPIC_API_KEY", secret { env = "ANTHROPIC_AUTH_TOKEN", auth = bearer } },
  key_prefixes  = { "sk-ant-" },
  common_helper = true,
  auth          = header "x-api-key",
  headers       = {
    ["anthropic-version"] = "2023-06-01",
    ["provider"]          = setting "ANTHROPIC_BASE_URL" and "anthropic" or nil, -- what is there may serve several
  },
  list_proves   = "access",
  seen          = "2026-11-27",
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
  headers       = {
    ["openai-organization"] = setting "OPENAI_ORG_ID",
    ["openai-project"]      = setting "OPENAI_PROJECT_ID",
    ["provider"]            = setting "OPENAI_BASE_URL" and "openai" or nil,
  },
  list_proves   = "access", -- it lists what the key's project may use
  seen          = "2026-11-27",
}

-- What a ChatGPT account may use, with the token that `codex login` brings. Off until OPENAI_USE_CODEX_AUTH is set, which defines its models too,
-- or one of your files sets enabled = true and gives it models. The token goes to this address alone: no gateway, no rule and no address of
-- another provider's leads it elsewhere. Its listing is not asked, for a refusal there says nothing about a request, and nothing else is
-- free: its models are unproven. unproven = "offer" offers them all the same; "generate" asks for one small answer of each, which counts
-- against the account's limits.
local ON = { ["1"] = true, ["true"] = true, yes = true, on = true }

provider "codex" {
  title         = "ChatGPT Codex",
  protocol      = "openai-responses",
  base_url      = "https://chatgpt.com/backend-api/codex",
  prefix        = "",
  direct        = true,
  credential    = secret "CODEX_ACCESS_TOKEN",
  indirect      = {
    ["~/.codex/auth.json"] = "the token in it expires: let a program print a fresh one, in a line "
      .. 'credential = secret { helper = { "/path/to/program" }, ttl = 20 * minutes }',
  },
  auth          = bearer,
  headers       = {
    ["openai-beta"]        = "responses=experimental",
    ["originator"]         = "roster", -- who asks, for their statistics
    ["chatgpt-account-id"] = setting "CODEX_ACCOUNT_ID",
  },
  common_helper = false,
  timeout       = 30 * seconds,
  unlisted      = true,
  prove         = {},
  -- It wants instructions, an answer in pieces and nothing stored, and takes no limit of tokens.
  generate      = function (model)
    return post("/responses", {
      model        = model.api_name,
      instructions = "Answer with one word.",
      input        = { { type = "message", role = "user", content = "hi" } },
      reasoning    = { effort = "low" },
      store        = false,
      stream       = true,
    })
  end,
  enabled       = ON[setting "OPENAI_USE_CODEX_AUTH" or ""] == true,
  seen          = "2026-11-20",
}

-- As far as is known, its listing requires the key and names the models that need no deployment of your own: being listed means access.
-- It omits some models that do work; those are checked by name.
provider "fireworks" {
  title         = "Fireworks AI",
  protocol      = "openai-chat",
  base_url      = "https://api.fireworks.ai/inference",
  credential    = { secret "FIREWORKS_API_KEY", secret "FIREWORKS_AI_API_KEY" },
  key_prefixes  = { "fw_" },
  common_helper = true,
  auth          = bearer,
  timeout       = 20 * seconds,
  list_proves   = "access",
  seen          = "2026-11-27",
}

provider "gemini" {
  title         = "Gemini",
  protocol      = "gemini",
  base_url      = "https://generativelanguage.googleapis.com",
  credential    = { secret "GEMINI_API_KEY", secret "GOOGLE_API_KEY", secret "GOOGLE_GENERATIVE_AI_API_KEY" }, -- Google's SDK begins with the second
  key_prefixes  = { "AIza" },
  common_helper = true,
  auth          = header "x-goog-api-key",
  list_proves   = "key",                   -- retired models stay listed, so each model is checked by name
  seen          = "2026-11-27",
}

provider "xai" {
  title        = "xAI",
  protocol     = "openai-responses",
  base_url     = "https://api.x.ai",
  credential   = secret "XAI_API_KEY",
  key_prefixes = { "xai-" },
  list_proves  = "names",        -- it requires a key, but perhaps not one that still works
  prove_key    = get "/api-key", -- reports whether the key or its team is blocked
  seen         = "2026-11-27",
}

provider "groq" {
  title        = "Groq",
  protocol     = "openai-chat",
  base_url     = "https://api.groq.com/openai",
  credential   = secret "GROQ_API_KEY",
  key_prefixes = { "gsk_" },
  list_proves  = "access",
  seen         = "2026-11-27",
}

provider "mistral" {
  title       = "Mistral AI",
  protocol    = "openai-chat",
  base_url    = "https://api.mistral.ai",
  credential  = secret "MISTRAL_API_KEY",
  list_proves = "access",
  seen        = "2026-11-27",
}

-- A name that is no longer listed may still work, silently served by another model: only listed names are accepted.
provider "deepseek" {
  title       = "DeepSeek",
  protocol    = "openai-chat",
  base_url    = "https://api.deepseek.com",
  prefix      = "",
  credential  = secret "DEEPSEEK_API_KEY",
  list_proves = "names",
  prove_key   = get "/user/balance", -- also reports whether the account is empty
  prove       = {},
  seen        = "2026-11-27",
}

provider "openrouter" {
  title        = "OpenRouter",
  protocol     = "openai-chat",
  base_url     = "https://openrouter.ai/api",
  credential   = secret "OPENROUTER_API_KEY",
  key_prefixes = { "sk-or-" },
  auth         = bearer, -- on every route, including Anthropic's
  list_proves  = "names", -- it lists without a key
  prove_key    = get "/key",
  prove        = {},
  seen         = "2026-11-27",
}

provider "together" {
  title       = "Together AI",
  protocol    = "openai-chat",
  base_url    = "https://api.together.ai",
  credential  = { secret "TOGETHER_API_KEY", secret "TOGETHERAI_API_KEY" },
  list_proves = "access",
  seen        = "2026-11-27",
}

-- Its listing probably requires a key, but that is not certain: each model is checked by name.
provider "cerebras" {
  title       = "Cerebras",
  protocol    = "openai-chat",
  base_url    = "https://api.cerebras.ai",
  credential  = secret "CEREBRAS_API_KEY",
  list_proves = "names",
  seen        = "2026-11-27",
}

provider "moonshot" {
  title       = "Moonshot AI",
  protocol    = "openai-chat",
  base_url    = "https://api.moonshot.ai",
  credential  = secret "MOONSHOT_API_KEY",
  list_proves = "access",
  seen        = "2026-11-27",
}

-- Its keys use the same variable and work only there: off until one of your files sets enabled = true here, and false for moonshot.
provider "moonshot-cn" {
  title       = "Moonshot AI (China)",
  protocol    = "openai-chat",
  base_url    = "https://api.moonshot.cn",
  credential  = secret "MOONSHOT_API_KEY",
  list_proves = "access",
  enabled     = false,
  seen        = "2026-11-27",
}

-- The coding plan. What its listing proves is not known, so it proves nothing here.
provider "kimi-coding" {
  title       = "Kimi for coding",
  protocol    = "anthropic-messages",
  base_url    = "https://api.kimi.com/coding",
  credential  = { secret "KIMI_API_KEY", secret "KIMI_CODING_API_KEY" },
  auth        = bearer,
  headers     = { ["anthropic-version"] = "2023-06-01" },
  list_proves = "names",
  seen        = "2026-11-20",
}

-- Z.ai documents no listing, so the existing one proves nothing here; as there is no lookup either, proof is billed (check --deep).
provider "zai" {
  title       = "Z.ai",
  protocol    = "openai-chat",
  base_url    = "https://api.z.ai",
  prefix      = "/api/paas/v4",
  credential  = secret "ZAI_API_KEY",
  indirect    = { ZHIPU_API_KEY = "set ZAI_API_KEY if that is a key of Z.ai: one of Zhipu in China does not work here" },
  list_proves = "names",
  seen        = "2026-11-27",
}

-- The coding plan, with the same key: off until one of your files sets enabled = true.
provider "zai-coding" {
  title       = "Z.ai for coding",
  protocol    = "openai-chat",
  base_url    = "https://api.z.ai",
  prefix      = "/api/coding/paas/v4",
  credential  = secret "ZAI_API_KEY",
  list_proves = "names",
  enabled     = false,
  seen        = "2026-11-20",
}

provider "zhipu" {
  title       = "Zhipu (China)",
  protocol    = "openai-chat",
  base_url    = "https://open.bigmodel.cn",
  prefix      = "/api/paas/v4",
  credential  = secret "ZHIPU_API_KEY",
  list_proves = "names",
  seen        = "2026-11-27",
}

-- Its listing probably requires a key, but that is not certain. Some failures come as 200 with a code in base_resp.
provider "minimax" {
  title       = "MiniMax",
  protocol    = "anthropic-messages",
  base_url    = "https://api.minimax.io/anthropic",
  credential  = secret "MINIMAX_API_KEY",
  auth        = bearer,
  headers     = { ["anthropic-version"] = "2023-06-01" },
  list_proves = "names",
  seen        = "2026-11-27",
}

-- Without the first variable it shares that of minimax, with which it is off until one of your files sets enabled = true here, and false
-- for minimax.
provider "minimax-cn" {
  title       = "MiniMax (China)",
  protocol    = "anthropic-messages",
  base_url    = "https://api.minimaxi.com/anthropic",
  credential  = { secret "MINIMAX_CN_API_KEY", secret "MINIMAX_API_KEY" },
  auth        = bearer,
  headers     = { ["anthropic-version"] = "2023-06-01" },
  list_proves = "names",
  enabled     = false,
  seen        = "2026-11-27",
}

-- It lists without a key; the check of a key is on another host, to which this key is not sent: proof is billed (check --deep).
provider "huggingface" {
  title        = "Hugging Face",
  protocol     = "openai-chat",
  base_url     = "https://router.huggingface.co",
  credential   = { secret "HF_TOKEN", secret "HUGGINGFACE_API_KEY", secret "HUGGING_FACE_HUB_TOKEN" },
  key_prefixes = { "hf_" },
  list_proves  = "names",
  prove        = {},
  seen         = "2026-11-27",
}

-- Its API of agents, whose models are named "maker/model": "perplexity/sonar". No listing and no lookup is known: proof is billed (check
-- --deep), including the fee for a search.
provider "perplexity-agent" {
  title         = "Perplexity",
  protocol      = "openai-responses",
  base_url      = "https://api.perplexity.ai",
  credential    = secret "PERPLEXITY_API_KEY",
  key_prefixes  = { "pplx-" },
  list_proves   = "names",
  plain_refusal = true, -- a page of HTML, as far as is known
  prove         = {},
  seen          = "2026-11-27",
}

-- Sonar by Chat Completions.
provider "perplexity" {
  title       = "Perplexity Sonar",
  protocol    = "openai-chat",
  base_url    = "https://api.perplexity.ai",
  prefix      = "",
  credential  = secret "PERPLEXITY_API_KEY",
  list_proves = "names",
  prove       = {},
  seen        = "2026-09-27",
  retired     = "2026-09-27",
  replacement = "perplexity-agent",
}

-- Its listing probably requires a key, but that is not certain; another request checks the key.
provider "cohere" {
  title       = "Cohere",
  protocol    = "cohere-v2",
  base_url    = "https://api.cohere.com",
  credential  = { secret "COHERE_API_KEY", secret "CO_API_KEY" },
  list_proves = "names",
  prove_key   = post("/v1/check-api-key", {}),
  seen        = "2026-11-27",
}

-- As far as is known it lists without a key, and perhaps looks up without one too: proof is billed (check --deep).
provider "nvidia" {
  title        = "NVIDIA NIM",
  protocol     = "openai-chat",
  base_url     = "https://integrate.api.nvidia.com",
  credential   = { secret "NVIDIA_API_KEY", secret "NVIDIA_NIM_API_KEY" },
  key_prefixes = { "nvapi-" },
  list_proves  = "names",
  prove        = {},
  seen         = "2026-11-27",
}

-- The same as NVIDIA.
provider "deepinfra" {
  title       = "DeepInfra",
  protocol    = "openai-chat",
  base_url    = "https://api.deepinfra.com/v1/openai",
  prefix      = "",
  credential  = { secret "DEEPINFRA_API_KEY", secret "DEEPINFRA_TOKEN" },
  list_proves = "names",
  prove       = {},
  seen        = "2026-11-27",
}

provider "nebius" {
  title       = "Nebius Token Factory",
  protocol    = "openai-chat",
  base_url    = "https://api.tokenfactory.nebius.com",
  credential  = secret "NEBIUS_API_KEY",
  list        = get("/models", { verbose = true }), -- adds context windows and names
  list_proves = "access",
  seen        = "2026-11-27",
}

provider "vercel" {
  title       = "Vercel AI Gateway",
  protocol    = "openai-chat",
  base_url    = "https://ai-gateway.vercel.sh",
  credential  = { secret "AI_GATEWAY_API_KEY", secret "VERCEL_API_KEY", secret "VERCEL_OIDC_TOKEN" },
  list_proves = "names", -- it lists without a key
  prove_key   = get "/credits",
  prove       = {},
  seen        = "2026-11-27",
}

local EXCHANGED = "a token of GitHub is exchanged for a short-lived one: name a program that does so in a line "
  .. 'credential = secret { helper = { "/path/to/program" }, ttl = 20 * minutes }'

-- The key is the short-lived token that GitHub issues for an account's token, valid for one hour. Name a program that fetches it:
--   provider "github-copilot" { credential = secret { helper = { "/path/to/program" }, ttl = 20 * minutes } }
provider "github-copilot" {
  title         = "GitHub Copilot",
  protocol      = "openai-chat",
  base_url      = "https://api.githubcopilot.com",
  prefix        = "",
  credential    = secret "COPILOT_TOKEN",
  indirect      = {
    COPILOT_GITHUB_TOKEN = EXCHANGED, GH_TOKEN = EXCHANGED, GITHUB_TOKEN = EXCHANGED,
  },
  headers       = { ["copilot-integration-id"] = "vscode-chat", ["editor-version"] = "roster/0.1" },
  list_proves   = "access",
  plain_refusal = true, -- plain text, as far as is known
  seen          = "2026-08-21",
}

-- GitHub names Microsoft Foundry as what replaces it, and Copilot for what runs at GitHub.
provider "github-models" {
  title        = "GitHub Models",
  protocol     = "openai-chat",
  base_url     = "https://models.github.ai",
  prefix       = "/inference",
  credential   = secret "GITHUB_TOKEN",
  key_prefixes = { "ghp_", "github_pat_" },
  list         = bare(get "/catalog/models"),
  list_proves  = "names",
  prove        = {},
  seen         = "2026-07-30",
  retired      = "2026-07-30",
  replacement  = "azure-foundry",
}

-- Gives no real answers and needs no network: for trying out a host. ROSTER_MOCK=yes turns it on.
provider "mock" {
  title    = "Mock",
  protocol = "mock",
  enabled  = setting "ROSTER_MOCK" == "yes",
}

-- Gateways are tried in this order; the first that serves a provider is used.

-- The gateway of an exe.dev machine, which adds the keys itself. It is off until one of your files has
--   gateway "exe.dev" { enabled = true }
-- Where it neither lists nor looks up, one minimal request checks a model that is recommended, in use or asked for by name. That is billed, a
-- few tokens each, and bounded by validate { billed_per_day = ... }.
gateway "exe.dev" {
  base_url    = setting("LLM_GATEWAY", "http://169.254.169.254/gateway/llm"),
  path        = "/{provider}",
  credentials = "injected",
  providers   = { "anthropic", "openai", "fireworks", "xai" }, -- it does not serve Gemini
  unproven    = "generate",
  enabled     = false,
}

-- Any other gateway: LLM_GATEWAY=http://host turns it on. It needs the keys and forwards them.
gateway "main" {
  base_url = setting "LLM_GATEWAY",
  path     = "/_/gateway/{provider}",
}
