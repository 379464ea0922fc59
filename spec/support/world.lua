-- The four shipped providers as mock servers, reached directly or through a gateway, so that a scenario can be told in either mode. The
-- definitions are the shipped ones; in direct mode a deployer's file moves the addresses to the mock servers, and nothing else.
local support = require "support.roster"

local world = {}

world.order = { "anthropic", "openai", "fireworks", "gemini" }

world.keys = {
  anthropic = { variable = "ANTHROPIC_API_KEY", value = "sk-ant-world-0001-anthropic-key" },
  openai    = { variable = "OPENAI_API_KEY",    value = "sk-world-0002-openai-key" },
  fireworks = { variable = "FIREWORKS_API_KEY", value = "fw-world-0003-fireworks-key" },
  gemini    = { variable = "GEMINI_API_KEY",    value = "AIza-world-0004-gemini-key" },
}

-- What each provider's account can use: two or so of the many models that the shipped catalog defines.
local accounts = {
  anthropic = { protocol = "anthropic-messages", path = "", models = { "claude-opus-4-5-20251101", "claude-haiku-4-5-20251001" } },
  openai    = { protocol = "openai", path = "", models = { "gpt-5.5", "gpt-5.4-mini", "text-embedding-3-large" } },
  fireworks = { protocol = "openai", path = "/inference", models = { "accounts/fireworks/models/glm-5p3" } },
  gemini    = { protocol = "gemini", path = "", models = { "gemini-3.8-flash" } },
}

--- The ids that this account makes ready.
world.ready = {
  anthropic = { "claude-4.5-haiku", "claude-4.5-opus" },
  openai    = { "gpt-5.4-mini", "gpt-5.5" },
  fireworks = { "glm-5.3-fireworks" },
  gemini    = { "gemini-3.8-flash" },
}

local function server(name, prefix, changes)
  local account = accounts[name]
  local made = { name = name, protocol = account.protocol, prefix = prefix .. account.path, keys = { world.keys[name].value }, models = account.models }
  for key, value in pairs(changes and changes[name] or {}) do made[key] = value end
  return made
end

local function environment(keys, more)
  local env = {}
  for name, value in pairs(keys) do env[world.keys[name].variable] = value == true and world.keys[name].value or value end
  for name, value in pairs(more or {}) do env[name] = value end
  return env
end

--- Providers reached directly, at another base_url, or with an override in its place. changes: { anthropic = { keys = ... } } alters a
-- mock server.
function world.direct(changes, field)
  local servers = {}
  for i, name in ipairs(world.order) do servers[i] = server(name, "", changes) end
  local mocks = support.mock_servers(servers)
  local mode = { name = "direct" }
  local moved = {}
  for i, name in ipairs(world.order) do
    moved[i] = ('provider "%s" { %s = "%s" }'):format(name, field or "base_url", mocks.url(name) .. accounts[name].path)
  end

  function mode.options(keys, env)
    return { env = environment(keys, env), config = support.config { ["providers.lua"] = table.concat(moved, "\n") } }
  end

  function mode.requests(name) return mocks.requests(name) end
  return mode
end

--- All four behind one gateway, at {gateway}/_/gateway/{provider}.
function world.gateway(changes)
  local mounts = {}
  for i, name in ipairs(world.order) do mounts[i] = server(name, "/_/gateway/" .. name, changes) end
  local mocks = support.mock_servers { { name = "gateway", protocol = "none", mounts = mounts } }
  local mode = { name = "gateway" }

  function mode.options(keys, env)
    local all = environment(keys, env)
    all.LLM_GATEWAY = mocks.url "gateway"
    return { env = all, config = support.config {} }
  end

  function mode.requests(name)
    local list = {}
    for _, request in ipairs(mocks.requests()) do
      if not name or request.path:find("/_/gateway/" .. name .. "/", 1, true) == 1 then list[#list + 1] = request end
    end
    return list
  end
  return mode
end

--- The validated document in this mode, with these keys ({ anthropic = true } or a value of its own).
function world.models(mode, keys, env) return support.models(mode.options(keys, env)) end

function world.sorted(list)
  local copy = { table.unpack(list) }
  table.sort(copy)
  return copy
end

return world
