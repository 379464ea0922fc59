-- What lies in a directory of definitions and is not read, or cannot be.
local ACME = 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }\n'

--- A case of one file beside a good one.
local function beside(name, file, message)
  return { name = name, files = { ["a.lua"] = ACME, [file] = "x\n" }, file = file, severity = "warning", message = message }
end

return {
  beside("a text file", "providers.txt", "is not read: definitions end in .lua or .json; rename it if it has some, else move it away"),
  beside("YAML", "models.yaml", "is not read: definitions end in .lua or .json; write it as JSON or in Lua"),
  beside("TOML", "roster.toml", "is not read: definitions end in .lua or .json; write it as JSON or in Lua"),
  beside("an ending in capitals", "models.LUA", "is not read: the ending is written in lower case: rename it to models.lua"),
  beside("an ending of JSON in capitals", "models.Json", "is not read: the ending is written in lower case: rename it to models.json"),
  beside("a file that is kept aside", "models.lua.bak",
    "is not read: definitions end in .lua or .json; if it is kept on purpose, move it out of this directory, or begin its name with '.'"),
  beside("no ending", "models", "is not read: definitions end in .lua or .json; rename it if it has some, else move it away"),
  { name = "hidden files, backups of editors and documents, of which nobody is warned",
    files = { ["a.lua"] = ACME, [".a.lua.swp"] = "x", ["a.lua~"] = "x", ["#a.lua#"] = "x", ["README.md"] = "x", LICENSE = "x" },
    findings = {} },
}
