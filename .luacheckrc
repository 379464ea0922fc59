std = "lua54"
max_line_length = 160

-- The definition language: the functions that define things, and the functions and names for values.
files["lua"] = {
  std = "lua54",
  globals = { "provider", "model", "gateway", "rule", "default", "role", "protocol", "validate", "retired", "family", "document", "ids", "source" },
  read_globals = { "secret", "setting", "via", "refuse", "header", "aws_sigv4", "bare", "bearer", "list", "none", "get", "post",
    "K", "M", "seconds", "minutes", "hours", "days", "text" },
}
files["examples/**/*.lua"] = files["lua"]
files["spec"] = { std = "lua54+busted", max_line_length = 180 }
