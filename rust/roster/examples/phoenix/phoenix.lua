-- Phoenix's additions to the shipped definitions.

-- LLM_GATEWAY is the gateway of an exe.dev machine, which adds the keys itself; the other meaning is a gateway that forwards them.
gateway "exe.dev" { enabled = setting "LLM_GATEWAY" ~= nil }
gateway "main"    { enabled = false }

-- Phoenix begins a conversation with a balanced model, and makes titles with a fast one. Where none of a list is ready, its tier decides.
default {
  wanted = setting { "DEFAULT_MODEL", as_is = true },
  "claude-5.5-sonnet", "claude-5-sonnet", "claude-4.6-sonnet", "claude-4.5-sonnet",
  "gpt-6.1-terra", "gpt-5.5", "gpt-5.3-codex", "gpt-5.4", "gpt-5.4-mini",
}
role "mid"   { "claude-5.5-sonnet", "claude-5-sonnet", "claude-4.6-sonnet", "gpt-6.1-terra", "gpt-5.5" }
role "cheap" { "claude-5.5-haiku", "claude-4.5-haiku", "gpt-6-luna", "gpt-5.4-mini" }
