-- How models are reached, the default and the roles. Editing this changes where requests go, what hosts start with, and how much is validated.

-- The first rule that returns something decides; the rules of your own files are tried before these.

rule "override" (function (model) -- ANTHROPIC_BASE_URL and the like take precedence over every gateway
  if model.provider.override then return via(model.provider.override) end
end)

rule "gateway" (function (model, host)
  local gateway = host.gateway_for(model.provider)
  if gateway then return via(gateway) end
end)

rule "direct" (function (model)
  if model.provider.base_url then return via(model.provider.base_url) end
end)

-- The first of these that is ready, or else a balanced model, a fast one, or the first of models.lua.
default {
  wanted = setting { "DEFAULT_MODEL", as_is = true },
  "claude-5.5-opus",
  "gpt-6.1-sol",
  "gemini-4-argon",
  "kimi-k3.1-pro-fireworks",
}

-- The first of these that is ready, or else the best model of the tier: flagship, balanced for `mid`, fast for `cheap`. A role of another
-- name has a tier where its block says `tier = "fast"`.
role "flagship" { "claude-5.5-opus", "gpt-6.1-sol", "gemini-4-argon", "kimi-k3.1-pro-fireworks" }
role "mid"      { "claude-5.5-sonnet", "gpt-6.1-terra", "gemini-3.8-flash", "minimax-m3-fireworks" }
role "cheap"    { "claude-5.5-haiku", "gpt-6-luna", "gemini-3.5-flash-lite", "glm-5.3-flash-fireworks" }

validate {
  level          = "prove",      -- free: a listing, and one request by name where the listing does not decide
  unproven       = "refuse",     -- a model that nothing free can prove is not offered
  billed_per_day = 50,           -- billed requests on one day (UTC), where a gateway or provider has unproven = "generate"
  billed_holds   = 3 * days,     -- what such a request has proved is not paid for again for this long
  keep_stale     = 24 * hours,   -- a model that was ready survives an outage for this long
  deadline       = 60 * seconds, -- for one complete refresh
}
