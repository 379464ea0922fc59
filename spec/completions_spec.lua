-- roster completions: the scripts for bash, zsh and fish complete in those shells.
local support = require "support.roster"

local quoted = support.quoted
-- The scripts call what was typed, `roster`, so a folder has it by that name; the path of the checkout may have blanks and quotes.
local BIN

local function have(shell) return (os.execute("command -v " .. shell .. " >/dev/null")) end

local function script(shell)
  local result = support.roster { "completions", shell }
  assert.equal(0, result.status, result.err)
  return support.write(support.folder() .. "/_roster", result.out)
end

local function words(text)
  local list = {}
  for word in text:gmatch "[^\n]+" do list[#list + 1] = word end
  table.sort(list)
  return list
end

local function path() return BIN and BIN .. ":" .. os.getenv "PATH" or os.getenv "PATH" end

local function run(line)
  local pipe = assert(io.popen("env -i HOME=" .. quoted(support.folder()) .. " TERM=dumb PATH=" .. quoted(path()) .. " " .. line .. " 2>&1"))
  local out = pipe:read "a"
  pipe:close()
  return out
end

local CONFIG = [[
provider "acme" { protocol = "openai-chat", base_url = "https://llm.acme.example", credential = secret "ACME_KEY" }
model "zz-one:v1" { provider = "acme" }
model "zz-two" { provider = "acme" }
role "summaries" { "zz-two" }
]]

describe("roster completions", function ()
  local config, file = nil, {}

  setup(function ()
    BIN = support.folder()
    assert(os.execute(("ln -s %s %s"):format(quoted(support.command), quoted(BIN .. "/roster"))))
    config = support.config { ["x.lua"] = CONFIG }
    for _, shell in ipairs { "bash", "zsh", "fish" } do file[shell] = script(shell) end
  end)

  local function has(list, word)
    for _, one in ipairs(list) do
      if one == word then return true end
    end
    return false
  end

  describe("for bash", function ()
    local function complete(line)
      line = "roster " .. line
      local code = ("source %s; COMP_LINE=%s; COMP_POINT=%d; _roster; printf '%%s\\n' \"${COMPREPLY[@]}\""):format(quoted(file.bash), quoted(line), #line)
      return words(run("bash --norc -c " .. quoted(code)))
    end

    it("complete verbs, options and their values", function ()
      assert.same({ "mock", "models" }, { complete "mo"[1], complete "mo"[2] })
      assert.same({ "--columns", "--config", "--context" }, complete "models --co")
      assert.same({ "prove" }, complete "models --level pr")
      assert.same({ "--level=prove" }, words("--level=" .. complete "models --level=pr"[1]:gsub("^%-%-level=", "")))
      assert.same({ "ready,key_unset" }, complete "models --state ready,key_unse")
      assert.same({ "bash", "fish", "zsh" }, complete "completions ")
      assert.is_true(has(complete "help ", "exit-codes"))
    end)

    it("complete the ids of models and providers of the definitions in use", function ()
      assert.same({ "v1" }, complete("explain --config " .. config .. " zz-one:"), "bash replaces what is behind the colon")
      assert.same({ "zz-two" }, complete("explain --config " .. config .. " zz-t"))
      assert.same({ "acme" }, complete("models --config " .. config .. " --provider acm"))
      assert.same({ "openai,acme" }, complete("models --config " .. config .. " --provider openai,acm"))
      assert.same({ "acme" }, complete("diff --config " .. config .. " acm"))
    end)

    it("complete one id if a verb takes one, and nothing in place of a prompt", function ()
      assert.same({}, complete("try --config " .. config .. " zz-two "))
      assert.same({}, complete("explain --config " .. config .. " zz-two zz"))
      assert.same({ "zz-two" }, complete("try --timeout 5 --config " .. config .. " zz-t"))
    end)

    it("complete the roles of the definitions in use", function ()
      assert.same({ "cheap", "flagship", "mid", "summaries" }, complete("role --config " .. config .. " "))
      assert.same({ "summaries" }, complete("role --no-builtin --config " .. config .. " summ"))
      assert.same({}, complete("role cheap "))
    end)

    it("complete file names where a file is expected", function ()
      local folder = support.folder()
      support.write(folder .. "/definitions.lua", "")
      assert.same({ folder .. "/definitions.lua" }, complete("lint " .. folder .. "/def"))
      assert.same({ folder .. "/definitions.lua" }, complete("models --config " .. folder .. "/def"))
    end)

    it("offer every verb and every option of it", function ()
      for verb in support.roster({ "help" }).out:gmatch "\n  ([a-z-]+)%f[ ]" do
        if verb ~= "roster" then
          local offered = complete(verb .. " --")
          for option in support.roster({ "help", verb }).out:gmatch "\n  (%-%-[a-z-]+)" do assert.is_true(has(offered, option), verb .. " " .. option) end
        end
      end
    end)
  end)

  if have "fish" then
    it("for fish complete verbs, options, values and ids", function ()
      local function complete(line)
        local code = ("source %s; complete -C %s"):format(quoted(file.fish), quoted("roster " .. line))
        return words((run("fish --no-config -c " .. quoted(code)):gsub("\t[^\n]*", "")))
      end
      assert.is_true(has(complete "mod", "models"))
      assert.same({ "--columns", "--config", "--context" }, complete "models --co")
      assert.same({ "prove" }, complete "models --level pr")
      assert.same({ "claude-4.5-opus" }, complete "explain claude-4.5-op")
      assert.is_true(has(complete "models --provider gro", "groq"))
      assert.same({ "flagship" }, complete "role fla")
    end)
  end

  if have "zsh" then
    it("for zsh complete verbs, options, values and ids", function ()
      --- Types the line and a tab in an interactive zsh, and gives what the line has become.
      local function complete(line)
        local typed = line:gsub("'", "'\\''")
        local code = ([[
          zmodload zsh/zpty
          zpty z "env TERM=dumb PATH=%s:$PATH zsh -f -i"
          zpty -w z "PS1=; unsetopt prompt_cr prompt_sp zle_bracketed_paste 2>/dev/null; fpath=(%s \$fpath); autoload -Uz compinit; compinit -u -D; bindkey -e; echo BEG''IN"
          zpty -r z out '*BEGIN*'
          zpty -n -w z 'roster %s'$'\t'
          zpty -n -w z $'\C-aecho "LINE[\C-e]"\n'
          zpty -r z out $'*LINE\\[roster *\\]\r*'
          print -r -- "$out"
        ]]):format(BIN, file.zsh:match "^(.*)/", typed)
        local last = run("timeout 30 zsh -f -c " .. quoted(code)):gsub("\r", ""):match ".*\nLINE%[roster (.-) ?%]"
        return last
      end
      assert.equal("completions", complete "comple")
      assert.equal("models --columns", (complete "models --colum":gsub("=$", "")))
      assert.equal("models --level=prove", complete "models --level=pr")
      assert.equal("explain claude-4.5-opus", complete "explain claude-4.5-op")
      assert.equal("role flagship", complete "role fla")
      assert.equal("try claude-4.5-opus claude-4.5-op", complete "try claude-4.5-opus claude-4.5-op")
    end)
  end

  it("are refused for another shell", function ()
    local result = support.roster { "completions", "tcsh" }
    assert.same({ 2, "" }, { result.status, result.out })
    assert.truthy(result.err:find("unknown shell 'tcsh': it is bash, zsh or fish", 1, true))
  end)
end)
