-- The ids of hosts: how each spells the ids of models that its pickers, addresses and databases have. Read only for a host that chooses one.

-- Phoenix IDE's, each with the window that it plans with: a conversation of 200,000 tokens stays one when its model has more.

ids "phoenix" {
  ["claude-opus-4-7"]      = { model = "claude-4.7-opus", context_window = 200 * K },
  ["claude-opus-4-7-1m"]   = { model = "claude-4.7-opus", context_window = 1 * M },
  ["claude-opus-4-6"]      = { model = "claude-4.6-opus", context_window = 200 * K },
  ["claude-opus-4-6-1m"]   = { model = "claude-4.6-opus", context_window = 1 * M },
  ["claude-sonnet-4-6"]    = { model = "claude-4.6-sonnet", context_window = 200 * K },
  ["claude-sonnet-4-6-1m"] = { model = "claude-4.6-sonnet", context_window = 1 * M },
  ["claude-haiku-4-5"]     = { model = "claude-4.5-haiku", context_window = 200 * K },
  ["claude-opus-4-5"]      = { model = "claude-4.5-opus", context_window = 200 * K },
  ["gpt-5.5"]              = { model = "gpt-5.5", context_window = 1 * M },
  ["gpt-5.4"]              = { model = "gpt-5.4", context_window = 400 * K },
  ["gpt-5.4-mini"]         = { model = "gpt-5.4-mini", context_window = 400 * K },
  ["gpt-5.3-codex"]        = { model = "gpt-5.3-codex", context_window = 200 * K },
  ["mock"]                 = { model = "mock", context_window = 200 * K },
}
