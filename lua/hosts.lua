-- More providers by key: hosts of others' models, and makers whose models no shipped file names. With its key set, a line in one of your files
-- offers what one of them lists:
--   provider "novita" { discover = true }
-- list_proves = "shown" is said where no source says what its listing proves: the host has to refuse a made-up key first.

-- https://www.alibabacloud.com/help/en/model-studio/models: Singapore. Keys are of one region.
provider "alibaba" {
  title       = "Alibaba Cloud",
  protocol    = "openai-chat",
  base_url    = "https://dashscope-intl.aliyuncs.com/compatible-mode",
  credential  = { secret "DASHSCOPE_API_KEY", secret "ALIBABA_API_KEY", secret "ALIBABA_SINGAPORE_API_KEY" },
  list_proves = "shown",
  seen        = "2026-09-28",
}

-- Without a variable of its own: off until one of your files sets enabled = true here, and false for alibaba.
provider "alibaba-cn" {
  title       = "Alibaba Cloud (China)",
  protocol    = "openai-chat",
  base_url    = "https://dashscope.aliyuncs.com/compatible-mode",
  credential  = secret "DASHSCOPE_API_KEY",
  list_proves = "shown",
  enabled     = false,
  seen        = "2026-09-28",
}

provider "alibaba-us" {
  title       = "Alibaba Cloud (US)",
  protocol    = "openai-chat",
  base_url    = "https://dashscope-us.aliyuncs.com/compatible-mode",
  credential  = secret "ALIBABA_US_API_KEY",
  list_proves = "shown",
  seen        = "2026-09-28",
}

-- https://docs.baseten.co/inference/model-apis/overview. A bad key is a 403.
provider "baseten" {
  title       = "Baseten",
  protocol    = "openai-chat",
  base_url    = "https://inference.baseten.co",
  credential  = secret "BASETEN_API_KEY",
  list_proves = "shown",
  seen        = "2026-11-20",
}

-- https://dev.meta.ai/docs. The last of its variables is the one that its pages name; it may hold another host's key.
provider "meta" {
  title       = "Meta",
  protocol    = "openai-responses",
  base_url    = "https://api.meta.ai",
  credential  = { secret "META_API_KEY", secret "META_MODEL_API_KEY", secret "MODEL_API_KEY" },
  list_proves = "shown",
  seen        = "2026-11-20",
}

-- https://opencode.ai/docs/zen. It is no longer at /zen/v1. A host that keeps conversations apart puts one's own id into the header, without
-- which requests may be refused. Models that want the Responses API say so: protocol = "openai-responses".
provider "opencode" {
  title       = "OpenCode Zen",
  protocol    = "openai-chat",
  base_url    = "https://opencode.ai/inference/openai",
  credential  = { secret "OPENCODE_API_KEY", secret "OPENCODE_ZEN_API_KEY" },
  headers     = { ["x-opencode-session"] = "roster" },
  list_proves = "shown",
  seen        = "2026-11-20",
}

-- Its Claude models. Nothing is known of a listing there, nor of a free proof: proof is billed (check --deep).
provider "opencode-anthropic" {
  title       = "OpenCode Zen (Anthropic's protocol)",
  protocol    = "anthropic-messages",
  base_url    = "https://opencode.ai/inference/anthropic",
  credential  = { secret "OPENCODE_API_KEY", secret "OPENCODE_ZEN_API_KEY" },
  headers     = { ["anthropic-version"] = "2023-06-01", ["x-opencode-session"] = "roster" },
  list_proves = "names",
  prove       = {},
  seen        = "2026-11-20",
}

-- https://platform.xiaomimimo.com/#/docs. The keys of its plans are of one region, and work there alone.
provider "xiaomi" {
  title       = "Xiaomi MiMo",
  protocol    = "openai-chat",
  base_url    = "https://api.xiaomimimo.com",
  credential  = { secret "XIAOMI_API_KEY", secret "XIAOMI_MIMO_API_KEY" },
  list_proves = "shown",
  seen        = "2026-11-20",
}

provider "xiaomi-token-plan-cn" {
  title       = "Xiaomi MiMo plan (China)",
  protocol    = "openai-chat",
  base_url    = "https://token-plan-cn.xiaomimimo.com",
  credential  = secret "XIAOMI_TOKEN_PLAN_CN_API_KEY",
  list_proves = "shown",
  seen        = "2026-11-20",
}

provider "xiaomi-token-plan-ams" {
  title       = "Xiaomi MiMo plan (Europe)",
  protocol    = "openai-chat",
  base_url    = "https://token-plan-ams.xiaomimimo.com",
  credential  = secret "XIAOMI_TOKEN_PLAN_AMS_API_KEY",
  list_proves = "shown",
  seen        = "2026-11-20",
}

provider "xiaomi-token-plan-sgp" {
  title       = "Xiaomi MiMo plan (Singapore)",
  protocol    = "openai-chat",
  base_url    = "https://token-plan-sgp.xiaomimimo.com",
  credential  = secret "XIAOMI_TOKEN_PLAN_SGP_API_KEY",
  list_proves = "shown",
  seen        = "2026-11-20",
}

-- https://docs.bigmodel.cn/cn/coding-plan/overview. Without the first variable it shares that of zhipu, whose keys work there too: off until
-- one of your files sets enabled = true.
provider "zhipu-coding" {
  title       = "Zhipu for coding (China)",
  protocol    = "openai-chat",
  base_url    = "https://open.bigmodel.cn",
  prefix      = "/api/coding/paas/v4",
  credential  = { secret "ZAI_CODING_CN_API_KEY", secret "ZHIPU_API_KEY" },
  list_proves = "names",
  enabled     = false,
  seen        = "2026-11-20",
}

-- https://docs.aihubmix.com
provider "aihubmix" {
  title       = "AIHubMix",
  protocol    = "openai-chat",
  base_url    = "https://aihubmix.com",
  credential  = secret "AIHUBMIX_API_KEY",
  list_proves = "shown",
  seen        = "2026-10-09",
}

-- https://docs.nano-gpt.com. It lists without a key: proof is billed (check --deep).
provider "nano-gpt" {
  title       = "NanoGPT",
  protocol    = "openai-chat",
  base_url    = "https://nano-gpt.com/api",
  credential  = { secret "NANO_GPT_API_KEY", secret "NANOGPT_API_KEY" },
  list_proves = "names",
  prove       = {},
  seen        = "2026-10-02",
}

-- https://novita.ai/docs
provider "novita" {
  title        = "Novita AI",
  protocol     = "openai-chat",
  base_url     = "https://api.novita.ai/openai",
  credential   = secret "NOVITA_API_KEY",
  key_prefixes = { "sk_" },
  list_proves  = "shown",
  seen         = "2026-09-05",
}

-- https://synthetic.new. It lists without a key; what is left of a plan shows that a key is good, and counts against nothing.
provider "synthetic" {
  title        = "Synthetic",
  protocol     = "openai-chat",
  base_url     = "https://api.synthetic.new",
  prefix       = "/openai/v1",
  credential   = secret "SYNTHETIC_API_KEY",
  key_prefixes = { "syn_" },
  list_proves  = "names",
  prove_key    = bare(get "/v2/quotas"),
  prove        = {},
  seen         = "2026-09-28",
}

-- https://docs.venice.ai. It lists without a key; its limits are told to keys of either kind.
provider "venice" {
  title       = "Venice AI",
  protocol    = "openai-chat",
  base_url    = "https://api.venice.ai/api",
  credential  = { secret "VENICE_API_KEY", secret "VENICE_AI_API_KEY" },
  list_proves = "names",
  prove_key   = get "/api_keys/rate_limits",
  prove       = {},
  seen        = "2026-09-23",
}

-- https://chutes.ai/docs. It lists without a key: proof is billed (check --deep).
provider "chutes" {
  title        = "Chutes",
  protocol     = "openai-chat",
  base_url     = "https://llm.chutes.ai",
  credential   = secret "CHUTES_API_KEY",
  key_prefixes = { "cpk_" },
  list_proves  = "names",
  prove        = {},
  seen         = "2026-08-21",
}

-- https://www.scaleway.com/en/docs/generative-apis. A key that does not exist is a 403.
provider "scaleway" {
  title       = "Scaleway",
  protocol    = "openai-chat",
  base_url    = "https://api.scaleway.ai",
  credential  = { secret "SCW_SECRET_KEY", secret "SCALEWAY_API_KEY" },
  list_proves = "shown",
  seen        = "2026-09-29",
}

-- https://docs.wandb.ai/inference
provider "wandb" {
  title       = "CoreWeave (Weights & Biases Inference)",
  protocol    = "openai-chat",
  base_url    = "https://api.inference.wandb.ai",
  credential  = secret "WANDB_API_KEY",
  list_proves = "shown",
  seen        = "2026-09-29",
}

-- https://friendli.ai/docs/guides/serverless_endpoints/introduction
provider "friendli" {
  title       = "FriendliAI",
  protocol    = "openai-chat",
  base_url    = "https://api.friendli.ai/serverless",
  credential  = secret "FRIENDLI_TOKEN",
  list_proves = "shown",
  seen        = "2026-09-22",
}

-- https://docs.gmicloud.ai
provider "gmicloud" {
  title       = "GMI Cloud",
  protocol    = "openai-chat",
  base_url    = "https://api.gmi-serving.com",
  credential  = { secret "GMICLOUD_API_KEY", secret "GMI_API_KEY" },
  list_proves = "shown",
  seen        = "2026-09-03",
}

-- https://docs.clarifai.com/compute/inference/open-ai. Names are "owner/app/models/name".
provider "clarifai" {
  title       = "Clarifai",
  protocol    = "openai-chat",
  base_url    = "https://api.clarifai.com/v2/ext/openai",
  credential  = { secret "CLARIFAI_PAT", secret "CLARIFAI_API_KEY" },
  list_proves = "shown",
  seen        = "2026-10-17",
}

-- https://docs.aimlapi.com. It lists without a key: proof is billed (check --deep).
provider "aimlapi" {
  title       = "AI/ML API",
  protocol    = "openai-chat",
  base_url    = "https://api.aimlapi.com",
  credential  = { secret "AIML_API_KEY", secret "AIMLAPI_API_KEY" },
  list_proves = "names",
  prove       = {},
  seen        = "2026-10-16",
}

-- https://docs.helicone.ai
provider "helicone" {
  title       = "Helicone",
  protocol    = "openai-chat",
  base_url    = "https://ai-gateway.helicone.ai",
  credential  = secret "HELICONE_API_KEY",
  list_proves = "shown",
  seen        = "2026-08-21",
}
