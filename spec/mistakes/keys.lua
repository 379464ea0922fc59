-- Keys and values of blocks: the finding is at the key that nobody knows, at the value that does not fit, or at the name of the block that
-- lacks something; in whatever way the file is written.
local function provider(fields) return 'provider "acme" {\n  protocol = "openai-chat",\n  base_url = "https://api.acme.test",\n' .. fields .. "\n}\n" end

local function model(fields) return provider "" .. 'model "m" {\n  provider = "acme",\n' .. fields .. "\n}\n" end

return {
  {
    name = "a misspelt key, which is not missing, too",
    text = [[
provider "acme" {
  protocol = "openai-chat",
  bse_url  = "https://api.acme.test",
}
]],
    line = 3, column = 3, length = 7,
    message = "provider 'acme': unknown key 'bse_url' (did you mean 'base_url'?)", fix = 'base_url  = "https://api.acme.test",',
  },
  {
    name = "a key that is missing, at the name of the block",
    text = 'provider "acme" { protocol = "openai-chat" }',
    line = 1, column = 10, length = 6, message = "provider 'acme': 'base_url' is missing",
  },
  {
    name = "a value that stands without its key, which is all that is wrong",
    text = 'model "m" {\n  "openai",\n}',
    line = 1, column = 7, length = 3,
    message = "model 'm': contains the string \"openai\" without a key: every entry is written key = value",
  },
  {
    name = "a key behind tabs, in a file with a byte order mark and the line ends of Windows",
    text = '\xef\xbb\xbfprovider "acme" {\r\n\tprotocol = "openai-chat",\r\n\tbase_url = "https://api.acme.test",\r\n\t\ttitel = "x",\r\n}\r\n',
    line = 4, column = 3, length = 5, message = "provider 'acme': unknown key 'titel' (did you mean 'title'?)", fix = 'title = "x",',
  },
  {
    name = "a key behind a string of several bytes for each character",
    text = provider '  tags = { "Größe 模型" }, titel = "x",',
    line = 4, column = 26, length = 5, message = "provider 'acme': unknown key 'titel' (did you mean 'title'?)", fix = 'tags = { "Größe 模型" }, title = "x",',
  },
  {
    name = "a key in a block within the block",
    text = model "  price = {\n    input  = 3,\n    ouput  = 15,\n  },",
    line = 10, column = 5, length = 5, message = "model 'm': unknown key 'price.ouput' (did you mean 'price.output'?)", fix = "output  = 15,",
  },
  {
    name = "a value in a tier of a price",
    text = model "  price = { input = 3, above = { [200 * K] = { input = \"6\" } } },",
    line = 8, column = 56, length = 3, message = "model 'm': 'price.above[200000].input' must be a number, not the string \"6\"",
    fix = "price = { input = 3, above = { [200 * K] = { input = 6 } } },",
  },
  {
    name = "an item of a list",
    text = model '  input_modalities = { "text", "imag" },',
    line = 8, column = 32, length = 6, message = "model 'm': 'input_modalities[2]' must be \"text\", \"image\", \"pdf\", \"audio\" or \"video\", not \"imag\"",
    fix = 'input_modalities = { "text", "image" },',
  },
  {
    name = "a header whose name is written in brackets",
    text = provider '  headers = { ["x-one"] = "1", ["x-two"] = 2 },',
    line = 4, column = 44, length = 1, message = "provider 'acme': 'headers.x-two' must be a string, not the number 2",
    fix = 'headers = { ["x-one"] = "1", ["x-two"] = "2" },',
  },
  {
    name = "a key that a comment and a string have, too",
    text = provider "  -- titel = 1\n  extra = { note = [[\ntitel = 2]] },\n  titel = 'c',",
    line = 7, column = 3, length = 5, message = "provider 'acme': unknown key 'titel' (did you mean 'title'?)", fix = "title = 'c',",
  },
  {
    name = "a key that a table within the block has, too",
    text = provider '  headers = { titel = "x" },\n  titel = "y",',
    line = 5, column = 3, length = 5, message = "provider 'acme': unknown key 'titel' (did you mean 'title'?)", fix = 'title = "y",',
  },
  {
    name = "a key behind a function of several lines",
    text = provider "  discover = function (entry)\n    if entry.titel then return false, 1 end\n    for _ = 1, 2 do local x = { titel = 1 } end\n  end,\n  titel = 'a',",
    line = 8, column = 3, length = 5, message = "provider 'acme': unknown key 'titel' (did you mean 'title'?)", fix = "title = 'a',",
  },
  {
    name = "a key of the second block of a line",
    text = provider "" .. 'model "a" { provider = "acme" } model "b" { provider = "acme", tipe = 1, tier = "fast" }',
    line = 6, column = 64, length = 4, message = "model 'b': unknown key 'tipe'",
  },
  {
    name = "a key of a block that is written with parentheses",
    text = provider "" .. 'model("b")({ provider = "acme",\n  teir = "fast" })',
    line = 7, column = 3, length = 4, message = "model 'b': unknown key 'teir' (did you mean 'tier'?)", fix = 'tier = "fast" })',
  },
  {
    name = "a table that begins on the line below the name",
    text = provider "" .. 'model "b"\n{\n  provider = "acme",\n  teir = "fast",\n}',
    line = 9, column = 3, length = 4, message = "model 'b': unknown key 'teir' (did you mean 'tier'?)", fix = 'tier = "fast",',
  },
  {
    name = "a key of a table that code makes, at the head of the block",
    text = provider "" .. 'local t = { provider = "acme", teir = 1 }\nmodel "b" (t)',
    line = 7, column = 7, length = 3, message = "model 'b': unknown key 'teir' (did you mean 'tier'?)",
  },
  {
    name = "a key of a block that a loop makes, in the line of its verb",
    text = provider "" .. 'for _, name in ipairs { "one" } do\n  model(name) { provider = "acme", teir = "fast" }\nend',
    line = 7, column = 36, length = 4, message = "model 'one': unknown key 'teir' (did you mean 'tier'?)", fix = 'model(name) { provider = "acme", tier = "fast" }',
  },
  {
    name = "a table of several lines where a string is due, at its key",
    text = provider "  title = {\n    1,\n  },",
    line = 4, column = 3, length = 5, message = "provider 'acme': 'title' must be a string, not a table",
  },
  {
    name = "a key in the line of a secret, which is not shown",
    text = provider '  headers = { ["x-api-key"] = "abcdef0123456789abcdef" }, titel = "x",',
    findings = {
      { line = 4, column = 31, length = 24, severity = "warning",
        message = "provider 'acme': 'headers.x-api-key' contains what looks like a key: set a variable and write [\"x-api-key\"] = secret \"NAME\"",
        fix = 'headers = { ["x-api-key"] = secret "NAME" }, titel = "x",' },
      { line = 4, column = 59, length = 5, message = "provider 'acme': unknown key 'titel' (did you mean 'title'?)", fix = 'title = "x"' },
    },
  },
  {
    name = "a provider that nobody defines, with the near one",
    text = 'model "m" { provider = "opnai" }',
    line = 1, column = 24, length = 7, message = "model 'm': unknown provider 'opnai' (did you mean 'openai'?)", fix = 'model "m" { provider = "openai" }',
  },
  {
    name = "the second of the ids in a role",
    text = provider "" .. 'model "m" { provider = "acme" }\nrole "cheap" {\n  "m",\n  "mm",\n}',
    line = 9, column = 3, length = 4, severity = "warning", message = "role 'cheap': unknown model 'mm'",
  },
  {
    name = "a function that fails, at the name that is not there",
    text = provider "" .. 'model "m" { provider = "acme", price = { input = 2 } }\n\n' ..
      'rule "mine" (function (model)\n  if model.id == "m" and model.priice.input > 3 then return refuse "dear" end\nend)',
    line = 9, column = 32, length = 6, message = "rule 'mine' failed for model 'm': a model has no 'priice' (did you mean 'price'?)",
    fix = 'if model.id == "m" and model.price.input > 3 then return refuse "dear" end',
  },
  {
    name = "a key in JSON",
    file = "a.json",
    text = '{\n  "provider": {\n    "acme": {\n      "protocol": "openai-chat",\n      "base_url": "https://api.acme.test",\n      "titel": "x"\n    }\n  }\n}\n',
    line = 6, column = 7, length = 7, message = "provider 'acme': unknown key 'titel' (did you mean 'title'?)", fix = '"title": "x"',
  },
  {
    name = "a value deep in JSON, in one line, behind the same key of another block",
    file = "a.json",
    text = '{"provider":{"acme":{"protocol":"openai-chat","base_url":"https://api.acme.test"}},' ..
      '"model":{"a":{"provider":"acme","price":{"input":1}},"b":{"provider":"acme","price":{"input":"2"}}}}',
    line = 1, column = 177, length = 3, message = "model 'b': 'price.input' must be a number, not the string \"2\"",
    fix = '{"provider":{"acme":{"protocol":"openai-chat","base_url":"https://api.acme.test"}},' ..
      '"model":{"a":{"provider":"acme","price":{"input":1}},"b":{"provider":"acme","price":{"input": 2}}}}',
  },
  {
    name = "an item of a list in JSON",
    file = "a.json",
    text = '{\n  "provider": { "acme": { "protocol": "openai-chat", "base_url": "https://api.acme.test" } },\n  "model": { "m": { "provider": "acme", "aliases": ["a", 5] } }\n}\n',
    line = 3, column = 58, length = 1, message = "model 'm': 'aliases[2]' must be a string, not the number 5",
    fix = '"model": { "m": { "provider": "acme", "aliases": ["a", "5"] } }',
  },
  {
    name = "an id in a role in JSON",
    file = "a.json",
    text = '{\n  "role": {\n    "cheap": ["gpt-6-soll"]\n  }\n}\n',
    line = 3, column = 15, length = 12, severity = "warning", message = "role 'cheap': unknown model 'gpt-6-soll' (did you mean 'gpt-6-sol'?)",
    fix = '"cheap": ["gpt-6-sol"]',
  },
}
