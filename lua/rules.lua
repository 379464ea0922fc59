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

-- By what a model has to be, so that new ones are followed without an edit here. Of several keys the first of these providers decides.
local FIRST = { "anthropic", "openai", "gemini", "fireworks" }

-- The dearest models of a provider are no default: where no flagship costs as little, a balanced model is, or a fast one.
default {
  wanted    = setting { "DEFAULT_MODEL", as_is = true },
  require   = { tools = true },
  tier      = "flagship",
  max_price = 4,
  prefer    = FIRST,
}

-- The best model of a tier: flagship, balanced for `mid`, fast for `cheap`. A role of another name has a tier where its block says
-- `tier = "fast"`.
role "flagship" { prefer = FIRST }
role "mid"      { prefer = FIRST }
role "cheap"    { prefer = FIRST }

validate {
  level          = "prove",      -- free: a listing, and one request by name where the listing does not decide
  unproven       = "refuse",     -- a model that nothing free can prove is not offered
  billed_per_day = 50,           -- billed requests on one day (UTC), where a gateway or provider has unproven = "generate"
  billed_holds   = 3 * days,     -- what such a request has proved is not paid for again for this long
  keep_stale     = 24 * hours,   -- a model that was ready survives an outage for this long
  deadline       = 60 * seconds, -- for one complete refresh
}
