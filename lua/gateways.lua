-- Ready-made gateways. Each is off until one of your files enables it:
--   gateway "cloudflare" { enabled = true }
-- The first enabled gateway that serves a provider is used.

-- Cloudflare's AI Gateway forwards requests, keys included; CLOUDFLARE_API_TOKEN is for gateways that require authentication.
local function part(name)
  local value = setting(name)
  for _, mark in ipairs { "/", "..", "?", "%" } do
    if value and text.contains(value, mark) then return setting { name, unusable = "holds '" .. mark .. "', which no name there has" } end
  end
  return value
end

local account, id = part "CLOUDFLARE_ACCOUNT_ID", part "CLOUDFLARE_GATEWAY_ID"
gateway "cloudflare" {
  title     = "Cloudflare AI Gateway",
  base_url  = account and id and "https://gateway.ai.cloudflare.com/v1/" .. account .. "/" .. id or nil,
  path      = "/{provider}",
  segments  = { gemini = "google-ai-studio" },
  prefixes  = { openai = "" }, -- OpenAI's paths have no /v1 there
  providers = { "anthropic", "openai", "gemini" },
  enabled   = false,
  headers   = { ["cf-aig-authorization"] = secret { env = "CLOUDFLARE_API_TOKEN", prefix = "Bearer " } },
}

-- Portkey, or your own installation at PORTKEY_BASE_URL. It passes listings and look-ups on, but its package (1.15.2) fails with 500 where they
-- succeed: only a response of the model proves anything. unproven = "generate" requests one, a few tokens, where the model is recommended, in use
-- or asked for by name.
gateway "portkey" {
  title          = "Portkey",
  base_url       = setting("PORTKEY_BASE_URL", "https://api.portkey.ai"),
  path           = "",
  base_path      = "", -- a header names the provider, and Portkey has its paths
  providers      = { "anthropic" },
  answers_itself = true,
  enabled        = false,
  headers        = { ["x-portkey-provider"] = "{provider}", ["x-portkey-api-key"] = secret "PORTKEY_API_KEY" },
}
