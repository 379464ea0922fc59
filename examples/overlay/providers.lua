-- A deployer's overlay, in /etc/roster or ~/.config/roster: one more provider, one that speaks OpenAI's protocol. Nothing else to edit.
provider "acme" {
  title       = "Acme",
  protocol    = "openai-chat",
  base_url    = "https://api.acme.example",
  credential  = secret "ACME_API_KEY",        -- the variable's name; no script ever sees its value
  list_proves = "access",                     -- its listing wants the key and names what this key may use
}
