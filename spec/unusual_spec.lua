-- What is unusual and meant: no finding doubts it.
local support = require "support.roster"

local ACME = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_API_KEY" }\n'

local function provider(fields) return ('provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", %s }\n'):format(fields) end

local cases = {
  { "names that are no keys of the table around them", [[
local t = { a = 1, f = function (x, y) local a, b = 1, 2 if a == b then a = 3 end return { a = 1 } end, g = { a = 2 }, [1] = "a", [2] = "b",
  list = { "a", "b" }, h = (function () local c = {} c.a, c.b = 1, 2 return c end)(), last = 1 == 1 }
]] .. ACME },
  { "the same key in two tables of a block", ACME .. 'model "large" { provider = "acme", price = { input = 1, from = { ["2027-01-01"] = { input = 2 } } } }\n' },
  { "globs of one version", provider 'discover = true, discover_allow = { "gpt-5.*", "claude-3.*", "*", "o1*" }' },
  { "globs for a shipped provider, which a host may let discover", 'provider "openai" { discover_deny = { "old-*" } }\n' },
  { "a path whose last part is a word of requests", 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example/our-models" }\n' },
  { "a host whose requests are below /models",
    'provider "acme" { protocol = "openai-chat", base_url = "https://acme.services.ai.azure.com/models", prefix = "" }\n' },
  { "an address with capitals", 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example/API/V1/Tenant42" }\n' },
  { "an address of a host that begins with 'you'", 'provider "acme" { protocol = "openai-chat", base_url = "https://yourcompany.example" }\n' },
  { "a program in a folder whose name has a blank", provider 'credential = secret { helper = { "/opt/Acme Tools/bin/acme-key" } }' },
  { "a certificate and its key in one file", provider 'tls = { client_cert = "/etc/acme/client.pem" }' },
  { "an id in another script, and one with a blank within", ACME .. 'model "größe 大" { provider = "acme", api_name = "large" }\n' },
  { "a tier of 2,000 tokens", ACME .. 'model "large" { provider = "acme", price = { input = 1, above = { [2000] = { input = 2 } } } }\n' },
  { "an update once a month", 'source "acme" { url = "https://models.acme.example/api.json", every = 30 * days }\n' .. ACME },
  { "names of functions, arguments, loops, labels and attributes in what is not run", ACME .. [[
local function has(list, wanted) for _, one in ipairs(list or {}) do if one == wanted then return true end end return false end
local t = {} function t.first(a, ...) return a, ... end function t:second() return self end
rule "x" (function (model, host)
  local seen <const>, other = 1, { model = 2, ["rule"] = 3; gone = 4 }
  if model.id == "nobody" then
    local function again(n) return n > 0 and again(n - 1) or other[n] end
    for i = 1, 3 do if i == seen then goto done end end
    if has(model.tags, "eu") and again(2) then return refuse("not in the EU: " .. text.lower(model.provider.id)) end
    ::done:: return host.gateway_for(model.provider) and via(host.gateway_for(model.provider)) or nil
  end
end)
]] },
  { "what a rule's helpers make and keep", ACME .. [[
local function no(why) local decision = refuse(why) return decision end
local model = { contxt = 1 }
rule "x" (function (m) if m.id == "nobody" then return pcall(refuse, "x") and no "nobody" or model.contxt > 1 and via "cloudflare" or nil end end)
rule "y" (function (model) local f = refuse if model.id == "nobody" then return f "nobody" end end)
]] },
  { "comparisons in a rule that may be true", ACME .. [[
local cheap = "cheap"
local function costs(model) return model.price == 0 end
rule "x" (function (model, host)
  if model.tier == "fast" and model.price == nil and model.kind ~= "chat" and model.tier == cheap then return end
  if model.tags and #model.tags == 1 then return end
  if model.price and model.price.input == 0 or model.extra and model.extra.level == 4 or model.context_window and -1 == -model.context_window then return end
  if model.tier == "fa" .. "st" or "4" .. model.id == "4" then return end
  if model.context_window == 128 * K or model.aliases and model.aliases[1] == "text" then return end
  if model.provider.id == "acme" and model.provider.has_credential == true and model.provider == nil and model.id == "4" then return end
  if model.tool_call == true or model.tool_call == false or model.release_date == "2026-01-01" or model.headers and model.headers["x"] == 4 then return end
  for _, model in ipairs { { price = 0 } } do if model.price == 0 then return end end
  local seen = (function (model) return model.tier == "cheap" end)({ tier = "cheap" })
  do local host, model = 1, { price = 0 } if model.price == 0 and seen and host then return end end
  if costs { price = 0 } then return end
end)
local model = { price = 0 }
if model.price == 0 then model.price = 1 end
]] },
  { "a setting or another one, and a secret for one of two reasons", [[
local eu = setting "EU" == "yes" or setting "REGION" == "eu"
local t = { secret = function () return nil end }
provider "acme" { protocol = "openai-chat", base_url = setting "ACME_URL" or setting "URL" or t.secret "x" or "https://llm.acme.example",
  credential = eu and secret "ACME_EU_KEY" or secret "ACME_API_KEY" }
]] },
  { "a long time limit", provider "timeout = 20 * minutes" .. 'gateway "g" { base_url = "https://gateway.acme.example", timeout = 1 * hours }\n' },
  { "nil in tables that are no block's",
    ACME .. 'local t = { a = nil, b = { c = nil } }\nprovider "acme-2" { protocol = "openai-chat", base_url = t.a or "https://two.acme.example" }\n' },
  { "a rule that leads somewhere for some models", 'gateway "g" { base_url = "https://gateway.acme.example" }\n' .. ACME ..
    'rule "x" (function (model) if model.provider.id == "acme" then return via "g" end end)\n' },
}

describe("What is unusual but intended is clean:", function ()
  for _, case in ipairs(cases) do
    it(case[1], function ()
      assert.same({}, (support.lint { ["a.lua"] = case[2] }))
    end)
  end
end)
