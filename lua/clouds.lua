-- Providers inside your own account, at an address that a setting gives. Editing a block changes where its models are looked for.
-- While its setting is not set a provider has no address: its models are disabled, and no requests are made.

local LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"

local function holds_only(value, allowed)
  for i = 2, #value do
    if not text.contains(allowed, value:sub(i, i):lower()) then return false end
  end
  return text.contains(LETTERS, value:sub(1, 1):lower()) and not text.contains(value, "..")
end

-- The first of these settings, checked before it becomes part of an address: a variable with other contents must not send a key somewhere
-- else. One that cannot be used disables the provider.
local function part(names, marks, what)
  for _, name in ipairs(names) do
    local value = setting(name)
    if value and holds_only(value, LETTERS .. marks) then return value end
    if value then return setting { name, unusable = "holds a character that no " .. what .. " has" } end
  end
end

local function fill(pattern, value) return value and pattern:format(value) end

local OF_THE_API = { openai = true, v1 = true, models = true }

-- Accepts the address with or without its path, and the target URI that Azure shows with a deployment, its query included: the deployment
-- is a model's api_name, and a dated api-version is for other paths than these.
local function openai_at(name, endpoint)
  local address, query = table.unpack(text.split(endpoint, "?"))
  local scheme, rest = table.unpack(text.split(address, "://"))
  if not rest then return endpoint end
  local kept = {}
  for i, segment in ipairs(text.split(rest, "/")) do
    if i > 1 and OF_THE_API[segment] or segment == "" then break end
    if i > 1 and segment == "anthropic" then
      return setting { name, unusable = "is for Anthropic's protocol: write a provider with protocol = \"anthropic-messages\" and that base_url" }
    end
    kept[i] = segment
  end
  local version = query == "api-version=preview" and "?api-version=preview" or ""
  return scheme .. "://" .. table.concat(kept, "/") .. "/openai" .. version
end

local function azure(names)
  for _, name in ipairs(names) do
    local endpoint = setting(name)
    if endpoint then return openai_at(name, endpoint) end
  end
end

-- api_name is the name of a deployment. The listing and the lookup only know base models, which proves no deployment: proof is billed
-- (check --deep).
provider "azure" {
  title       = "Azure OpenAI",
  protocol    = "openai-responses",
  base_url    = fill("https://%s.openai.azure.com/openai", part({ "AZURE_RESOURCE_NAME", "AZURE_OPENAI_RESOURCE_NAME" }, "-", "resource")),
  override    = azure { "AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_BASE_URL", "AZURE_OPENAI_API_ENDPOINT" },
  needs       = "AZURE_OPENAI_ENDPOINT",
  credential  = { secret "AZURE_OPENAI_API_KEY", secret "AZURE_API_KEY" },
  auth        = header "api-key",
  list_proves = "names",
  prove       = {},
  seen        = "2026-11-27",
}

-- What else Microsoft Foundry serves, from the same resource and with the same key, by the name of a deployment. Proof is as above.
local foundry = part({ "AZURE_COGNITIVE_SERVICES_RESOURCE_NAME", "AZURE_RESOURCE_NAME" }, "-", "resource")

provider "azure-foundry" {
  title       = "Microsoft Foundry",
  protocol    = "openai-chat",
  base_url    = fill("https://%s.services.ai.azure.com/openai", foundry),
  needs       = "AZURE_RESOURCE_NAME",
  credential  = { secret "AZURE_AI_API_KEY", secret "AZURE_COGNITIVE_SERVICES_API_KEY", secret "AZURE_API_KEY" },
  auth        = header "api-key",
  list_proves = "names",
  prove       = {},
  seen        = "2026-08-21",
}

-- Claude there. Nothing is known of a listing; a token count, which is free, checks each model.
provider "azure-anthropic" {
  title       = "Microsoft Foundry (Claude)",
  protocol    = "anthropic-messages",
  base_url    = fill("https://%s.services.ai.azure.com/anthropic", part({ "ANTHROPIC_FOUNDRY_RESOURCE" }, "-", "resource") or foundry),
  override    = setting "ANTHROPIC_FOUNDRY_BASE_URL",
  needs       = "AZURE_RESOURCE_NAME",
  credential  = { secret "ANTHROPIC_FOUNDRY_API_KEY", secret "AZURE_COGNITIVE_SERVICES_API_KEY", secret "AZURE_API_KEY" },
  headers     = { ["anthropic-version"] = "2023-06-01" },
  unlisted    = true,
  seen        = "2026-09-28",
}

local region = part({ "AWS_REGION", "AWS_DEFAULT_REGION" }, "-", "region")

-- With an API key for Bedrock. The listing is on another host, so each model is checked by name: a token count, which is free.
provider "bedrock" {
  title      = "Amazon Bedrock",
  protocol   = "bedrock-converse",
  base_url   = fill("https://bedrock-runtime.%s.amazonaws.com", region),
  needs      = "AWS_REGION",
  credential = secret "AWS_BEARER_TOKEN_BEDROCK",
  auth       = bearer,
  seen       = "2026-11-27",
}

local EXPORT = "set the variables that this prints: aws configure export-credentials --format env"

-- The same with an access key, which signs each request: from these variables or, while both of the key's are unset and AWS_PROFILE is set,
-- from that profile in AWS's own files. The libcurl of Debian 12 cannot sign names with a colon; there, use an API key
-- for Bedrock.
provider "bedrock-iam" {
  title      = "Amazon Bedrock (access key)",
  protocol   = "bedrock-converse",
  base_url   = fill("https://bedrock-runtime.%s.amazonaws.com", region),
  needs      = "AWS_REGION",
  credential = secret { env = "AWS_SECRET_ACCESS_KEY", profile = "aws_secret_access_key" },
  auth       = aws_sigv4 {
    region = region,
    key_id = secret { env = "AWS_ACCESS_KEY_ID", profile = "aws_access_key_id" },
    token  = secret { env = "AWS_SESSION_TOKEN", profile = "aws_session_token" },
  },
  indirect   = {
    AWS_WEB_IDENTITY_TOKEN_FILE            = EXPORT,
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI = EXPORT,
    AWS_CONTAINER_CREDENTIALS_FULL_URI     = EXPORT,
    ["~/.aws/credentials"]                 = "set AWS_PROFILE=default, or the name of another profile there",
  },
  seen       = "2026-11-27",
}

-- A project may be of a domain: "example.com:project".
local project  = part({ "GOOGLE_CLOUD_PROJECT", "GOOGLE_VERTEX_PROJECT", "GCLOUD_PROJECT" }, "-.:", "project")
local location = part({ "GOOGLE_CLOUD_LOCATION", "GOOGLE_VERTEX_LOCATION" }, "-", "location") or "global"

-- "us" and "eu" are locations of many regions.
local function vertex_host()
  local place = location:lower()
  if place == "global" then return "https://aiplatform.googleapis.com" end
  if place == "us" or place == "eu" then return ("https://aiplatform.%s.rep.googleapis.com"):format(place) end
  return ("https://%s-aiplatform.googleapis.com"):format(place)
end

local GCLOUD = 'write provider "vertex" { credential = secret { helper = { "gcloud", "auth", "application-default", "print-access-token" }, '
  .. "ttl = 50 * minutes } }"
local EXPRESS = "a key of Vertex AI's express mode has addresses without a project: write a provider of your own with protocol = \"gemini\", "
  .. 'base_url = "https://aiplatform.googleapis.com", prefix = "/v1/publishers/google" and auth = header "x-goog-api-key"'

-- The key is an access token, valid for one hour. Name a program that prints one:
--   provider "vertex" { credential = secret { helper = { "gcloud", "auth", "print-access-token" }, ttl = 50 * minutes } }
-- The listing shows what Google publishes, not what a project may use, so each model is checked by name: a token count, which is free.
provider "vertex" {
  title       = "Google Vertex AI",
  protocol    = "gemini",
  base_url    = project and vertex_host(),
  prefix      = project and ("/v1/projects/%s/locations/%s/publishers/google"):format(project, location:lower()),
  needs       = "GOOGLE_CLOUD_PROJECT",
  credential  = secret "GOOGLE_OAUTH_ACCESS_TOKEN",
  indirect    = {
    GOOGLE_APPLICATION_CREDENTIALS                            = GCLOUD,
    ["~/.config/gcloud/application_default_credentials.json"] = GCLOUD,
    GOOGLE_CLOUD_API_KEY                                      = EXPRESS,
    GOOGLE_VERTEX_API_KEY                                     = EXPRESS,
  },
  auth        = bearer,
  list        = bare(get("/v1beta1/publishers/google/models", { pageSize = 1000 })),
  list_proves = "names",
  prove       = {
    function (model)
      return post("/models/" .. model.api_name .. ":countTokens", { contents = { { role = "user", parts = { { text = "hi" } } } } })
    end,
  },
  seen        = "2026-11-20",
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
  seen     = "2026-11",
}

-- Models of many makers on one bill, named "maker/model". No listing and no lookup is known: proof is billed (check --deep).
provider "cloudflare" {
  title       = "Cloudflare AI",
  protocol    = "openai-chat",
  base_url    = fill("https://api.cloudflare.com/client/v4/accounts/%s/ai", part({ "CLOUDFLARE_ACCOUNT_ID" }, "-", "account")),
  needs       = "CLOUDFLARE_ACCOUNT_ID",
  credential  = { secret "CLOUDFLARE_API_TOKEN", secret "CLOUDFLARE_API_KEY" },
  headers     = { ["cf-aig-gateway-id"] = setting "CLOUDFLARE_GATEWAY_ID" },
  list_proves = "names",
  prove       = {},
  seen        = "2026-11-20",
}

-- A Portkey config, which holds the providers' keys. What its listing proves is not known: proof is billed (check --deep).
provider "portkey" {
  title       = "Portkey",
  protocol    = "openai-chat",
  base_url    = setting "PORTKEY_CONFIG" and setting("PORTKEY_BASE_URL", "https://api.portkey.ai"),
  needs       = "PORTKEY_CONFIG",
  credential  = secret "PORTKEY_API_KEY",
  auth        = header "x-portkey-api-key",
  headers     = { ["x-portkey-config"] = setting "PORTKEY_CONFIG" },
  list_proves = "names",
  prove       = {},
  seen        = "2026-11-27",
}
