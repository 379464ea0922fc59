-- The overlay's models: those to offer from the new provider. They come after the shipped ones in the picker.
model "acme-large" {
  provider       = "acme",
  api_name       = "large-2026-05",           -- the name sent on the wire; without this line, the id
  description    = "Acme Large (follows long instructions)",
  context_window = 256 * K,
  price          = { input = 2, output = 8 }, -- US dollars per million tokens
  formerly       = { "acme-xl" },             -- stored conversations with the old id find it
  recommended    = true,
}

model "acme-small" { provider = "acme", context_window = 128 * K, price = { input = 0.2, output = 0.8 } }

role "cheap" { "acme-small", "claude-5.5-haiku" }
