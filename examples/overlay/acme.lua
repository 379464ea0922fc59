-- A deployer's file, put into /etc/roster or ~/.config/roster: adds a provider that speaks OpenAI's protocol, with two models.
provider "acme" {
  title       = "Acme",
  protocol    = "openai-chat",
  base_url    = "https://api.acme.example",
  credential  = secret "ACME_API_KEY",
  list_proves = "access",                     -- its listing wants the key and names what this key may use
}

model "acme-large" { provider = "acme", context_window = 256 * K, price = { input = 2, output = 8 }, recommended = true }
model "acme-small" { provider = "acme", context_window = 128 * K, price = { input = 0.2, output = 0.8 } }

role "cheap" { "acme-small", "claude-4.5-haiku" }
