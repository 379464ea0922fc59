-- A deployer's overlay, in /etc/roster or ~/.config/roster: one more provider that uses OpenAI's protocol. Nothing else has to change.
provider "acme" {
  title       = "Acme",
  protocol    = "openai-chat",
  base_url    = "https://api.acme.example",
  credential  = secret "ACME_API_KEY",        -- the name of the variable; no script ever sees its value
  list_proves = "access",                     -- its listing requires the key and shows what this key may use
}
