-- Phoenix's additions to the shipped definitions, so that its variables mean what they meant.

-- LLM_GATEWAY is the gateway of an exe.dev machine, which adds the keys itself. It may be plain http, so none of ours is sent to it but that of
-- LLM_API_KEY_HELPER, which is there for it.
gateway "exe.dev" {
  enabled  = setting "LLM_GATEWAY" ~= nil,
  withhold = true,
  headers  = { provider = "{provider}" },
}
gateway "main" { enabled = false } -- the other meaning of LLM_GATEWAY: a gateway that forwards the keys

local ON = { ["1"] = true, ["true"] = true, yes = true, on = true }

local codex = ON[setting "OPENAI_USE_CODEX_AUTH" or ""] == true

-- ANTHROPIC_BASE_URL and OPENAI_BASE_URL are the very addresses of requests. An origin alone is one too, so write the whole.
provider "anthropic" { override_as_is = true }
provider "openai"    { override_as_is = true, enabled = not codex }

-- What Phoenix's own table recommends is shown first in its picker, and behind a gateway that lists nothing it is what billed requests prove.
for _, id in ipairs { "claude-4.7-opus", "claude-4.6-sonnet", "claude-4.5-haiku" } do model(id) { recommended = true } end

-- OPENAI_USE_CODEX_AUTH: the models of OpenAI are reached with a ChatGPT account, or not at all. The host pushes the token and the header
-- chatgpt-account-id (set_credential). Nothing free shows that a model works there: that they are offered is Phoenix's word, and their state
-- says so.
local windows = { ["gpt-5.5"] = 1 * M, ["gpt-5.4"] = 400 * K, ["gpt-5.4-mini"] = 400 * K, ["gpt-5.3-codex"] = 200 * K }
for id, window in pairs(windows) do
  local block = { recommended = id ~= "gpt-5.4" }
  if codex then
    block.provider, block.context_window, block.max_input_tokens, block.price = "codex", window, none, none
    model(id .. "-chatgpt") { enabled = false }
  end
  model(id)(block)
end
if codex then provider "codex" { enabled = true, unproven = "offer", headers = { originator = "phoenix-ide" } } end

-- Phoenix begins a conversation with a balanced model, and makes titles with a fast one. Where none of a list is ready, its tier decides.
default {
  wanted = setting { "DEFAULT_MODEL", as_is = true },
  "claude-5.5-sonnet", "claude-5-sonnet", "claude-4.6-sonnet", "claude-4.5-sonnet",
  "gpt-6.1-terra", "gpt-5.5", "gpt-5.3-codex", "gpt-5.4", "gpt-5.4-mini",
}
role "mid"   { "claude-5.5-sonnet", "claude-5-sonnet", "claude-4.6-sonnet", "gpt-6.1-terra", "gpt-5.5" }
role "cheap" { "claude-5.5-haiku", "claude-4.5-haiku", "gpt-6-luna", "gpt-5.4-mini" }
