-- Providers inside your own account, at an address that a setting gives. Editing a block changes where its models are looked for.
-- While its setting is not set a provider has no address: its models are disabled, and no requests are made.

local PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789-."

-- The characters allowed in a part of an address, so that a variable with other contents cannot send a key somewhere else.
local function part(value)
  for i = 1, #(value or "") do
    if not text.contains(PLAIN, value:sub(i, i):lower()) then return nil end
  end
  return value
end

local function fill(pattern, value) return part(value) and pattern:format(value) end

local function without(suffix, value)
  return value and text.ends(value, suffix) and value:sub(1, #value - #suffix) or value
end

-- Accepts the address with or without its path: https://name.openai.azure.com, .../openai or .../openai/v1.
local function azure(endpoint)
  local bare_endpoint = without("/openai", without("/v1", without("/", endpoint)))
  return bare_endpoint and bare_endpoint .. "/openai"
end

-- api_name is the name of a deployment. The listing and the lookup only know base models, which proves no deployment: proof is billed
-- (check --deep).
provider "azure" {
  title       = "Azure OpenAI",
  protocol    = "openai-responses",
  base_url    = fill("https://%s.openai.azure.com/openai", setting "AZURE_RESOURCE_NAME"),
  override    = azure(setting "AZURE_OPENAI_ENDPOINT"),
  needs       = "AZURE_OPENAI_ENDPOINT",
  credential  = { secret "AZURE_OPENAI_API_KEY", secret "AZURE_API_KEY" },
  auth        = header "api-key",
  list_proves = "names",
  prove       = {},
}

-- With an API key for Bedrock. The listing is on another host, so each model is checked by name: a token count, which is free.
provider "bedrock" {
  title      = "Amazon Bedrock",
  protocol   = "bedrock-converse",
  base_url   = fill("https://bedrock-runtime.%s.amazonaws.com", setting("AWS_REGION", setting "AWS_DEFAULT_REGION")),
  needs      = "AWS_REGION",
  credential = secret "AWS_BEARER_TOKEN_BEDROCK",
  auth       = bearer,
}

-- The same with an access key, which signs each request. The libcurl of Debian 12 cannot sign names with a colon; there, use an API key
-- for Bedrock.
provider "bedrock-iam" {
  title      = "Amazon Bedrock (access key)",
  protocol   = "bedrock-converse",
  base_url   = fill("https://bedrock-runtime.%s.amazonaws.com", setting("AWS_REGION", setting "AWS_DEFAULT_REGION")),
  needs      = "AWS_REGION",
  credential = secret "AWS_SECRET_ACCESS_KEY",
  auth       = aws_sigv4 {
    region = part(setting("AWS_REGION", setting "AWS_DEFAULT_REGION")),
    key_id = secret "AWS_ACCESS_KEY_ID",
    token  = secret "AWS_SESSION_TOKEN",
  },
}

local project  = part(setting "GOOGLE_CLOUD_PROJECT")
local location = part(setting "GOOGLE_CLOUD_LOCATION") or "global"

-- The key is an access token, valid for one hour. Name a program that prints one:
--   provider "vertex" { credential = secret { helper = { "gcloud", "auth", "print-access-token" }, ttl = 50 * minutes } }
-- The listing shows what Google publishes, not what a project may use, so each model is checked by name: a token count, which is free.
provider "vertex" {
  title       = "Google Vertex AI",
  protocol    = "gemini",
  base_url    = project and ("https://%saiplatform.googleapis.com"):format(location == "global" and "" or location .. "-"),
  prefix      = project and ("/v1/projects/%s/locations/%s/publishers/google"):format(project, location),
  needs       = "GOOGLE_CLOUD_PROJECT",
  credential  = secret "GOOGLE_OAUTH_ACCESS_TOKEN",
  auth        = bearer,
  list        = bare(get("/v1beta1/publishers/google/models", { pageSize = 1000 })),
  list_proves = "names",
  prove       = {
    function (model)
      return post("/models/" .. model.api_name .. ":countTokens", { contents = { { role = "user", parts = { { text = "hi" } } } } })
    end,
  },
}

-- An LLM integration of exe.dev, EXE_LLM_URL=https://NAME.int.exe.xyz, which adds the keys itself. It serves exactly the models in its
-- models.json, each in the protocol given there; all of them are offered, and a block for any other model is not_listed.
provider "exe-llm" {
  title    = "exe.dev LLM integration",
  protocol = "openai-chat",
  base_url = setting "EXE_LLM_URL",
  needs    = "EXE_LLM_URL",
  enabled  = setting "EXE_LLM_URL" ~= nil, -- otherwise gateways would be tried for it
  headers  = { authorization = "Bearer implicit", ["x-api-key"] = "implicit" },
  list     = bare(get "/models.json"),
  prove    = {},
  discover = true,
}

-- Models of many makers on one bill, named "maker/model". No listing and no lookup is known: proof is billed (check --deep).
provider "cloudflare" {
  title       = "Cloudflare AI",
  protocol    = "openai-chat",
  base_url    = fill("https://api.cloudflare.com/client/v4/accounts/%s/ai", setting "CLOUDFLARE_ACCOUNT_ID"),
  needs       = "CLOUDFLARE_ACCOUNT_ID",
  credential  = secret "CLOUDFLARE_API_TOKEN",
  headers     = { ["cf-aig-gateway-id"] = setting "CLOUDFLARE_GATEWAY_ID" },
  list_proves = "names",
  prove       = {},
}

-- A Portkey config, which holds the providers' keys. What its listing proves is not known: proof is billed (check --deep).
provider "portkey" {
  title       = "Portkey",
  protocol    = "openai-chat",
  base_url    = setting "PORTKEY_CONFIG" and "https://api.portkey.ai",
  needs       = "PORTKEY_CONFIG",
  credential  = secret "PORTKEY_API_KEY",
  auth        = header "x-portkey-api-key",
  headers     = { ["x-portkey-config"] = setting "PORTKEY_CONFIG" },
  list_proves = "names",
  prove       = {},
}
