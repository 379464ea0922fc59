provider "a" { protocol = "openai-chat", base_url = "https://a.test" }
model "m" { provider = "a", price = { input = 2, above = { [272*K] = { input = 4, cache_read = none } }, from = { ["2026-12-01"] = { input = 4, above = { [1] = none } }, ["2020-01-01"] = none } } }
model "n" { inherit = "m", price = { input = 1, above = none, from = { ["2030-01-01"] = { batch_input = 0.000001 } } } }