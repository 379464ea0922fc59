-- Keys and values of blocks: the finding is at the key that nobody knows, at the value that does not fit, or at the name of the block that
-- lacks something.
return {
  {
    name = "a misspelt key",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  bse_url  = "https://api.acme.test",
}
]],
    line = 3, column = 3, length = 7,
    message = "provider 'acme': unknown key 'bse_url' (did you mean 'base_url'?)", fix = "base_url",
  },
}
