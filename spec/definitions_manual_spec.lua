-- man/roster.5, the definition language, compared with the tables of fields and with the words that scripts have.
local support = require "support.roster"

local PAGE = support.read "man/roster.5"
local TEXT = PAGE:gsub("\\%-", "-")

describe("The manual of definitions", function ()
  it("is the output of scripts/manual-definitions, which reads the tables of fields", function ()
    local out, status = support.capture("scripts/manual-definitions")
    assert.equal(0, status)
    assert.equal(out, PAGE)
  end)

  it("has every word of the language", function ()
    for word in support.read "src/library/definitions/vocabulary.lua":gmatch "\nfunction ([%w_]+)%(" do
      assert.truthy(TEXT:find("%f[%w]" .. word .. "%f[%W]"), word)
    end
    for word in support.read "src/library/definitions/vocabulary.lua":gmatch "\nfunction text%.([%w_]+)%(" do
      assert.truthy(TEXT:find("%f[%w]" .. word .. "%f[^%w_]"), word)
    end
    for _, word in ipairs { "bearer", "none", "K", "M", "seconds", "minutes", "hours", "days" } do
      assert.truthy(TEXT:find("%.BR? [^\n]*%f[%w]" .. word .. "%f[%W]"), word)
    end
  end)

  it("has every field of every block, with its type", function ()
    local schema = support.roster({ "schema" }).json()
    for verb, block in pairs(schema.definitions) do
      if verb ~= "secret" and verb ~= "setting" and verb ~= "request" then
        local section = TEXT:match("\n%.SS " .. verb:gsub("_", " ") .. "[ \n](.-)\n%.S[SH] ") or error(verb)
        for field in pairs(block.properties) do
          if field ~= "models" then assert.truthy(section:find("\n.BR " .. field .. ' " (', 1, true), verb .. "." .. field) end
        end
      end
    end
  end)

  it("has examples that lint clean", function ()
    local examples = {}
    for example in TEXT:gmatch "\n%.nf\n(.-)\n%.fi" do examples[#examples + 1] = example end
    assert.equal(3, #examples)
    for _, example in ipairs(examples) do
      assert.same({}, (support.lint { [example:find "^{" and "a.json" or "a.lua"] = example .. "\n" }))
    end
  end)
end)
