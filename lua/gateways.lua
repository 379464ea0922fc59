-- Ready-made gateways. Each is off until a file of yours says so, as in
--   gateway "cloudflare" { enabled = true }
-- The first that is on and serves a provider wins.

-- Cloudflare's AI Gateway passes requests on, keys included; CLOUDFLARE_API_TOKEN is for gateways that want authentication.
local account, id = setting "CLOUDFLARE_ACCOUNT_ID", setting "CLOUDFLARE_GATEWAY_ID"
gateway "cloudflare" {
  title     = "Cloudflare AI Gateway",
  base_url  = account and id and "https://gateway.ai.cloudflare.com/v1/" .. account .. "/" .. id or nil,
  path      = "/{provider}",
  segments  = { gemini = "google-ai-studio" },
  prefixes  = { openai = "" }, -- there OpenAI's paths begin without /v1
  providers = { "anthropic", "openai", "gemini" },
  enabled   = false,
  headers   = { ["cf-aig-authorization"] = secret { env = "CLOUDFLARE_API_TOKEN", prefix = "Bearer " } },
}

-- Portkey, or one that you run, where PORTKEY_BASE_URL says so. As far as is known its listing is its own, so only an answer of the
-- model itself proves anything: unproven = "generate" asks for one, a few tokens each.
gateway "portkey" {
  title          = "Portkey",
  base_url       = setting("PORTKEY_BASE_URL", "https://api.portkey.ai"),
  path           = "",
  providers      = { "anthropic" },
  answers_itself = true,
  enabled        = false,
  headers        = { ["x-portkey-provider"] = "{provider}", ["x-portkey-api-key"] = secret "PORTKEY_API_KEY" },
}
