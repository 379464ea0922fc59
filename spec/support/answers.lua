-- No document says "no" for nobody. A `false`, or an empty list, in a field that has three answers has an origin: the line of a block, a
-- listing, a source. Every document that a spec reads is held to that: one with origins by itself, wherever it is decoded, and one
-- without by the origins that the library gives when it asks nobody; so what a provider was asked about is held to it by its story alone.
local cjson = require "cjson"

local answers = { names = {} }

for row in io.lines "src/library/definitions/model_fields.h" do
  local name = row:match "FIELD%(SHOWN, TRI, +([%w_]+)," or row:match "FIELD%(SHOWN, MODALITIES, +([%w_]+),"
  if name then table.insert(answers.names, name) end
end
assert(#answers.names > 5, "the table of a model's fields reads otherwise than it did")

local function denies(value) return value == false or type(value) == "table" and #value == 0 end

--- The denials of a model's entry, of which `origins` knows no author.
function answers.unfounded(entry, origins)
  local list = {}
  for _, name in ipairs(answers.names) do
    if denies(entry[name]) and (origins[name] or "default") == "default" then
      list[#list + 1] = ("%s of '%s' is denied, and nobody said so"):format(name, tostring(entry.id))
    end
  end
  return list
end

local function each_entry(document, f)
  for _, part in ipairs { "models", "unavailable" } do
    for _, entry in ipairs(type(document[part]) == "table" and document[part] or {}) do f(entry) end
  end
end

local function insist(list)
  if #list > 0 then error(table.concat(list, "\n"), 0) end
end

--- Whether a text can hold a denial at all: most do not, and are not looked at further.
function answers.may_deny(text)
  for _, name in ipairs(answers.names) do
    if text:find(('"%s":false'):format(name), 1, true) or text:find(('"%s":[]'):format(name), 1, true) then return true end
  end
  return false
end

local function was_asked(entry) return type(entry.checked_at) == "string" end

--- Holds the text of a document without origins to the rule: `origins_of(id)` gives them, nil where they are not known.
function answers.check(text, origins_of)
  if not answers.may_deny(text) then return end
  each_entry(cjson.decode(text), function (entry)
    local origins = not was_asked(entry) and origins_of(entry.id)
    if origins then insist(answers.unfounded(entry, origins)) end
  end)
end

local function check_story(entry)
  if type(entry) == "table" and type(entry.origins) == "table" then insist(answers.unfounded(entry, entry.origins)) end
end

local decode = cjson.decode

function cjson.decode(text)
  local value = decode(text)
  check_story(value)
  if type(value) == "table" then each_entry(value, check_story) end
  return value
end

return answers
