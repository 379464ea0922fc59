-- Mistakes in definitions, as data: each file of spec/mistakes is a list of { name, file = "a.lua", text (or files = { [name] = text }), env,
-- severity = "error", line, column, length, message, fix }, or findings = { ... } of these where one case has several mistakes. Whoever made
-- the mistake gets one finding, at the place that was typed wrong, and where there is one answer, what to write instead.
local support = require "support.roster"

local KINDS = { "keys", "syntax", "words", "json", "meaning", "references", "units", "secrets", "files" }

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

describe("a mistake in the definitions", function ()
  it("is held here in a hundred ways and more", function () assert.is_true(#cases() >= 100) end)

  for _, case in ipairs(cases()) do
    it(("is found where it was made (%s): %s"):format(case.kind, case.name), function ()
      assert.equal(expected(case), (found(case)))
    end)
  end
end)
