-- The shipped providers: all of them pass roster test, and a change of any line of a block makes their kept reports or addresses differ.
local support = require "support.roster"
local mutants = require "support.mutants"

describe("The shipped providers", function ()
  local FILES = { "providers", "clouds", "local" }

  local function path_of(name) return support.root .. "/lua/" .. name .. ".lua" end
  local function contract_of(name) return support.root .. "/spec/data/contracts/" .. name .. ".json" end

  teardown(support.stop_all)

  -- Each mutant is a separate file; as many are tested at once as there are processors.
  local function survivors(name)
    local folder, list, known = support.folder(), {}, {}
    for i, mutant in ipairs(mutants.of(support.read(path_of(name)))) do
      local file = i .. ".lua"
      support.write(folder .. "/" .. file, mutant.text)
      list[i] = file .. " " .. mutant.provider
      known[file] = mutant
    end
    assert.is_true(#list > 50)
    support.write(folder .. "/list", table.concat(list, "\n"))
    local one = ('%s test "$0" "$1" --no-builtin --expect %s >/dev/null 2>&1 && echo "$0"'):format(support.quoted(support.command),
      support.quoted(contract_of(name)))
    local all = "cd %s && <list xargs -P $(nproc) -n 2 env -i PATH=\"$PATH\" sh -c %s"
    local pipe = assert(io.popen(all:format(support.quoted(folder), support.quoted(one))))
    local alive = {}
    for line in pipe:lines() do alive[#alive + 1] = known[line] end
    pipe:close()
    return alive
  end

  -- A line that repeats the protocol's default may be deleted. A tested file counts as a deployer's, whose providers take the common helper
  -- by default: credential_spec tests which of the shipped ones do.
  local function repeats_a_default(mutant)
    local word = mutant.was:match "^%s*([%a_]+)%s*="
    return mutant.what == "deleted" and (word == "auth" or word == "list_proves" or word == "common_helper")
  end

  for _, name in ipairs(FILES) do
    it(("in %s.lua have a kept report that differs if any line of a block is changed or deleted #mutants"):format(name), function ()
      local green = {}
      for _, mutant in ipairs(survivors(name)) do
        if not repeats_a_default(mutant) then green[#green + 1] = ("%s, line %d %s: %s"):format(mutant.provider, mutant.line, mutant.what, mutant.was) end
      end
      assert.same({}, green)
    end)
  end

  -- The addresses that settings produce: the file, the provider, its variables, and the expected address ("" for none).
  local AZURE = "https://mine.openai.azure.com/openai"
  local ADDRESSES = {
    { "clouds", "azure", { AZURE_RESOURCE_NAME = "mine" }, AZURE },
    { "clouds", "azure", { AZURE_RESOURCE_NAME = "Mine-2.a" }, "https://mine-2.a.openai.azure.com/openai" },
    { "clouds", "azure", { AZURE_RESOURCE_NAME = "evil.test/" }, "" },
    { "clouds", "azure", { AZURE_RESOURCE_NAME = "/evil" }, "" },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com/" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com/openai/" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com/openai/v1/" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com/v1" }, AZURE },
    { "clouds", "vertex", { GOOGLE_CLOUD_PROJECT = "p" }, "https://aiplatform.googleapis.com" },
    { "clouds", "vertex", { GOOGLE_CLOUD_PROJECT = "p", GOOGLE_CLOUD_LOCATION = "europe-west1" }, "https://europe-west1-aiplatform.googleapis.com" },
    { "local", "ollama", {}, "http://127.0.0.1:11434" },
    { "local", "ollama", { OLLAMA_HOST = "box" }, "http://box:11434" },
    { "local", "ollama", { OLLAMA_HOST = "box:99" }, "http://box:99" },
    { "local", "ollama", { OLLAMA_HOST = ":99" }, "http://127.0.0.1:99" },
    { "local", "ollama", { OLLAMA_HOST = "0.0.0.0" }, "http://127.0.0.1:11434" },
    { "local", "ollama", { OLLAMA_HOST = "0.0.0.0:99" }, "http://127.0.0.1:99" },
    { "local", "ollama", { OLLAMA_HOST = "https://box.example" }, "https://box.example" },
  }

  --- The first row that fails with this text as the file; nil if all pass.
  local function first_wrong(name, text)
    local config = support.config { [name .. ".lua"] = text }
    for _, row in ipairs(ADDRESSES) do
      local result = row[1] == name and support.roster({ "providers", "--offline", "--json", "--no-builtin" }, { env = row[3], config = config })
      for _, provider in ipairs(result and result.status ~= 2 and result.json().providers or {}) do
        if provider.id == row[2] and provider.base_url ~= row[4] then return ("%s: %s, not %s"):format(row[2], provider.base_url, row[4]) end
      end
      if result and result.status == 2 then return "it does not load" end
    end
  end

  for _, name in ipairs { "clouds", "local" } do
    it(("in %s.lua get the right addresses from settings, and wrong ones if any line of a function is changed or deleted #mutants"):format(name), function ()
      assert.is_nil(first_wrong(name, support.read(path_of(name))))
      local list, green = mutants.between(support.read(path_of(name))), {}
      for _, mutant in ipairs(list) do
        local same = mutant.what == "altered" and mutant.was:find "^local PLAIN" -- the letters already have an x
        if not same and not first_wrong(name, mutant.text) then green[#green + 1] = ("line %d %s: %s"):format(mutant.line, mutant.what, mutant.was) end
      end
      assert.is_true(#list >= 6)
      assert.same({}, green)
    end)
  end
end)
