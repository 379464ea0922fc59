-- Mistakes in definitions, as data: each file of spec/mistakes is a list of { name, file = "a.lua", text (or files = { [name] = text }), env,
-- severity = "error", line, column, length, message, fix, adds, unpasted }, or findings = { ... } of these where one case has several mistakes.
-- Whoever made the mistake gets one finding, at the place that was typed wrong, and where there is one answer, the line to write instead:
-- with that line in the file (before line `adds`, where it is one more) the finding is gone and nothing else is found. `unpasted` is why a
-- fix alone does not get there.
local support = require "support.roster"

local KINDS = { "keys", "syntax", "words", "json", "meaning", "references", "units", "secrets", "files", "habits", "guides", "strangers",
  "shapes", "tongues", "doubts", "scripts", "forms", "comparisons", "blocks", "addresses" }

local function number(value) return type(value) == "number" and value > 0 and math.tointeger(value) or nil end

local function text(value) return type(value) == "string" and value or nil end

local function place(finding, file)
  return ("%s:%s:%s+%s"):format(finding.file or file, number(finding.line) or "?", number(finding.column) or "?", number(finding.length) or "?")
end

--- "a.lua:3:3+7 error: what is wrong, and the fix": one line for a finding, so that a failing case shows what differs.
local function told(finding, file)
  local fix = text(finding.fix) and "\n  write: " .. finding.fix or ""
  return ("%s %s: %s%s"):format(place(finding, file), finding.severity or "error", finding.message, fix)
end

local function expected(case)
  local list = {}
  for i, finding in ipairs(case.findings or { case }) do list[i] = told(finding, case.file or "a.lua") end
  return table.concat(list, "\n")
end

--- What `roster lint --json` says of the case, and the findings themselves.
local function found(case)
  local config = support.config(case.files or { [case.file or "a.lua"] = case.text })
  local _, result = support.lint(config, { env = case.env })
  local list, findings = {}, result.json().findings
  local folder = (config .. "/"):gsub("%p", "%%%0")
  for i, finding in ipairs(findings) do
    finding.file, finding.message = finding.file:gsub(folder, ""), finding.message:gsub(folder, "")
    list[i] = told(finding)
  end
  return table.concat(list, "\n"), findings
end

local function cases()
  local list = {}
  for _, kind in ipairs(KINDS) do
    local text_of = support.read(support.root .. "/spec/mistakes/" .. kind .. ".lua")
    for _, case in ipairs(text_of and assert(load(text_of, "@spec/mistakes/" .. kind .. ".lua"))() or {}) do
      case.kind = kind
      list[#list + 1] = case
    end
  end
  return list
end

-- What texts speak of, for those that do not define it.
local AROUND = {
  { 'provider[ (]*"acme"', '"acme": *{', 'provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example" }\n' },
  { 'model[ (]*"acme%-large"', '"acme%-large": *{', 'model "acme-large" { provider = "acme" }\n' },
}

local function around(content)
  local list = {}
  for _, block in ipairs(AROUND) do
    if not content:find(block[1]) and not content:find(block[2]) then list[#list + 1] = block[3] end
  end
  return table.concat(list)
end

--- The text with `fix` in place of a line, whose indentation and end stay; or before line `adds`.
local function pasted(content, line, fix, adds)
  local at, lines = 0, {}
  if not content:find "\n$" then content = content .. "\n" end
  for old, ending in content:gmatch "([^\r\n]*)(\r?\n)" do
    at = at + 1
    if at == adds then lines[#lines + 1] = fix .. "\n" end
    lines[#lines + 1] = (adds or at ~= line) and old .. ending or old:match "^[\xef\xbb\xbf]*[ \t]*" .. fix .. ending
  end
  if adds and adds > at then lines[#lines + 1] = fix .. "\n" end
  return table.concat(lines)
end

--- The messages of what is found in the case with the fix in it.
local function found_pasted(case, finding, adds)
  local files, all = {}, ""
  for name, content in pairs(case.files or { [case.file or "a.lua"] = case.text }) do
    files[name] = name == finding.file and pasted(content, finding.line, finding.fix, adds) or content
    all = all .. files[name]
  end
  files["z-around.lua"] = around(all)
  local _, result = support.lint(files, { env = case.env })
  local messages = {}
  for i, one in ipairs(result.json().findings) do messages[i] = one.message end
  return messages
end

local function is_in(list, wanted)
  for _, one in ipairs(list) do
    if one == wanted then return true end
  end
  return false
end

--- What is still found with the fix, or only with it; "" for a good one.
local function wrong_with(case, finding, all, adds)
  local known, wrong = {}, {}
  for i, one in ipairs(all) do known[i] = one.message end
  for _, message in ipairs(found_pasted(case, finding, adds)) do
    if message == finding.message then wrong[#wrong + 1] = "still: " .. message end
    if not is_in(known, message) then wrong[#wrong + 1] = "new: " .. message end
  end
  return table.concat(wrong, "\n")
end

describe("a mistake in the definitions", function ()
  it("is held here in a hundred ways and more", function () assert.is_true(#cases() >= 100) end)

  for _, case in ipairs(cases()) do
    it(("is found where it was made (%s): %s"):format(case.kind, case.name), function ()
      assert.equal(expected(case), (found(case)))
    end)

    it(("is gone when the line to write instead is in its place (%s): %s"):format(case.kind, case.name), function ()
      local _, all = found(case)
      for i, finding in ipairs(all) do
        local as = case.findings and case.findings[i] or case
        local why, wrong = as.unpasted, text(finding.fix) and wrong_with(case, finding, all, as.adds) or ""
        if why then
          assert.not_equal("", wrong, "it can be tried: " .. why)
        else
          assert.equal("", wrong, text(finding.fix))
        end
      end
    end)
  end
end)
