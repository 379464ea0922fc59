-- The shipped providers: all of them pass roster test, and a change of any line of a block makes their kept reports or addresses differ.
local support = require "support.roster"
local mutants = require "support.mutants"

describe("The shipped providers", function ()
  local FILES = { "providers", "hosts", "clouds", "local" }

  local function path_of(name) return support.root .. "/lua/" .. name .. ".lua" end
  local function contract_of(name) return support.root .. "/spec/data/contracts/" .. name .. ".json" end

  teardown(support.stop_all)

  -- Each mutant is a separate file, without most other blocks; as many are tested at once as there are processors. Each block unchanged is
  -- a file too: that has to survive, or the others would differ for having lost what they need.
  local WHOLE = { zai = true, ["github-copilot"] = true } -- what their hints say depends on blocks that they do not name

  local function survivors(name)
    local folder, list, known, unchanged = support.folder(), {}, {}, {}
    local function add(mutant)
      local file = #list + 1 .. ".lua"
      support.write(folder .. "/" .. file, WHOLE[mutant.provider] and mutant.text or mutants.alone(mutant.text, mutant.provider))
      list[#list + 1] = file .. " " .. mutant.provider
      known[file] = mutant
    end
    local text = support.read(path_of(name))
    for _, mutant in ipairs(mutants.of(text)) do
      if unchanged[mutant.provider] == nil then add { provider = mutant.provider, text = text, unchanged = true } end
      unchanged[mutant.provider] = false
      add(mutant)
    end
    assert.is_true(#list > 50)
    support.write(folder .. "/list", table.concat(list, "\n"))
    local one = ('%s test "$0" "$1" --no-builtin --expect %s >/dev/null 2>&1 && echo "$0"'):format(support.quoted(support.command),
      support.quoted(contract_of(name)))
    local all = "cd %s && <list xargs -P $(nproc) -n 2 env -i PATH=\"$PATH\" sh -c %s"
    local pipe = assert(io.popen(all:format(support.quoted(folder), support.quoted(one))))
    local alive = {}
    for line in pipe:lines() do
      local mutant = known[line]
      if mutant.unchanged then unchanged[mutant.provider] = true else alive[#alive + 1] = mutant end
    end
    pipe:close()
    for provider, same in pairs(unchanged) do assert.is_true(same, provider .. " without the other blocks is not what its kept report says") end
    return alive
  end

  -- providers_spec tests what `indirect` says of the variables and files that hold no key, foreign_spec what `plain_refusal`
  -- does, pasted_spec that Ollama may be anywhere, codex_spec that nothing leads the token of a ChatGPT account elsewhere (`direct`).
  local function is_tested_elsewhere(mutant)
    local n, inside = 0, false
    for line in (mutant.text .. "\n"):gmatch "(.-)\n" do
      n = n + 1
      inside = inside or line:find "^  indirect%s*=" ~= nil
      if n == mutant.line then break end
      inside = inside and not line:find "^  }"
    end
    local direct = mutant.provider == "codex" and mutant.was:find "^%s*direct%s*=" ~= nil
    return inside or direct or mutant.was:find "plain_refusal" ~= nil or mutant.provider == "ollama" and mutant.was:find "plain_http" ~= nil
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
        if not repeats_a_default(mutant) and not is_tested_elsewhere(mutant) then
          green[#green + 1] = ("%s, line %d %s: %s"):format(mutant.provider, mutant.line, mutant.what, mutant.was)
        end
      end
      assert.same({}, green)
    end)
  end

  -- The addresses that settings produce: the file, the provider, its variables, and the expected address; false or other words where a warning
  -- refuses it.
  local AZURE = "https://mine.openai.azure.com/openai"
  local ADDRESSES = {
    { "clouds", "azure", { AZURE_RESOURCE_NAME = "mine" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_RESOURCE_NAME = "Mine-2" }, "https://mine-2.openai.azure.com/openai" },
    { "clouds", "azure", { AZURE_RESOURCE_NAME = "mine.a" }, false },
    { "clouds", "azure", { AZURE_RESOURCE_NAME = "evil.test/" }, false },
    { "clouds", "azure", { AZURE_RESOURCE_NAME = "/evil" }, false },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com/" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com/openai/" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com/openai/v1/" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com/v1" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com/models" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.openai.azure.com?api-version=2024-10-21" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_BASE_URL = AZURE .. "/v1?api-version=preview" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = AZURE .. "/deployments/d/chat/completions?api-version=2024-10-21" }, AZURE },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "mine" }, 'override "mine"' },
    { "clouds", "azure", { AZURE_OPENAI_ENDPOINT = "https://mine.services.ai.azure.com/anthropic/v1/messages" }, "is for Anthropic's protocol" },
    { "clouds", "azure", { AZURE_RESOURCE_NAME = "a/b" }, "holds a character that no resource has" },
    { "clouds", "azure-foundry", { AZURE_RESOURCE_NAME = "mine" }, "https://mine.services.ai.azure.com/openai" },
    { "clouds", "azure-foundry", { AZURE_COGNITIVE_SERVICES_RESOURCE_NAME = "other", AZURE_RESOURCE_NAME = "mine" }, "https://other.services.ai.azure.com/openai" },
    { "clouds", "azure-foundry", { AZURE_COGNITIVE_SERVICES_RESOURCE_NAME = "a.b" }, false },
    { "clouds", "azure-anthropic", { AZURE_RESOURCE_NAME = "mine" }, "https://mine.services.ai.azure.com/anthropic" },
    { "clouds", "azure-anthropic", { ANTHROPIC_FOUNDRY_RESOURCE = "own", AZURE_RESOURCE_NAME = "mine" }, "https://own.services.ai.azure.com/anthropic" },
    { "clouds", "azure-anthropic", { ANTHROPIC_FOUNDRY_BASE_URL = "https://own.test/anthropic" }, "https://own.test/anthropic" },
    { "clouds", "bedrock", { AWS_REGION = "eu-north-1" }, "https://bedrock-runtime.eu-north-1.amazonaws.com" },
    { "clouds", "vertex", { GOOGLE_CLOUD_PROJECT = "a..b" }, false },
    { "clouds", "vertex", { GOOGLE_CLOUD_PROJECT = "p", GOOGLE_CLOUD_LOCATION = "us" }, "https://aiplatform.us.rep.googleapis.com" },
    { "clouds", "vertex", { GOOGLE_CLOUD_PROJECT = "p", GOOGLE_VERTEX_LOCATION = "EU" }, "https://aiplatform.eu.rep.googleapis.com" },
    { "clouds", "vertex", { GOOGLE_CLOUD_PROJECT = "p" }, "https://aiplatform.googleapis.com" },
    { "clouds", "vertex", { GOOGLE_CLOUD_PROJECT = "p", GOOGLE_CLOUD_LOCATION = "europe-west1" }, "https://europe-west1-aiplatform.googleapis.com" },
    { "local", "ollama", {}, "http://127.0.0.1:11434" },
    { "local", "ollama", { OLLAMA_HOST = "box" }, "http://box:11434" },
    { "local", "ollama", { OLLAMA_HOST = "box:99" }, "http://box:99" },
    { "local", "ollama", { OLLAMA_HOST = ":99" }, "http://127.0.0.1:99" },
    { "local", "ollama", { OLLAMA_HOST = "0.0.0.0" }, "http://127.0.0.1:11434" },
    { "local", "ollama", { OLLAMA_HOST = "0.0.0.0:99" }, "http://127.0.0.1:99" },
    { "local", "ollama", { OLLAMA_HOST = "https://box.example" }, "https://box.example" },
    { "local", "ollama", { OLLAMA_HOST = "http://box" }, "http://box" },
    { "local", "ollama", { OLLAMA_HOST = "http://box:99" }, "http://box:99" },
    { "local", "ollama", { OLLAMA_HOST = "https://box.example/ollama/" }, "https://box.example/ollama" },
    { "local", "ollama", { OLLAMA_HOST = "box/ollama" }, "http://box:11434/ollama" },
    { "local", "ollama", { OLLAMA_HOST = "[::1]" }, "http://[::1]:11434" },
    { "local", "ollama", { OLLAMA_HOST = "[::1]:99" }, "http://[::1]:99" },
    { "local", "ollama", { OLLAMA_HOST = "::1" }, "http://[::1]:11434" },
    { "local", "ollama", { OLLAMA_HOST = "[::]" }, "http://[::1]:11434" },
    { "local", "ollama", { OLLAMA_HOST = "::" }, "http://[::1]:11434" },
    { "local", "ollama", { OLLAMA_HOST = " box " }, "http://box:11434" },
    { "local", "ollama", { OLLAMA_HOST = "\"box\"" }, "http://box:11434" },
    { "local", "ollama", { OLLAMA_HOST = '""' }, "http://127.0.0.1:11434" },
    { "local", "ollama", { OLLAMA_HOST = "' box:99'" }, "http://box:99" },
    { "local", "ollama", { OLLAMA_HOST = "box:65535" }, "http://box:65535" },
    { "local", "ollama", { OLLAMA_HOST = "box:65536" }, "http://box:11434" },
    { "local", "ollama", { OLLAMA_HOST = "box:-1" }, "http://box:11434" },
    { "local", "ollama", { OLLAMA_HOST = "box:1.5" }, "http://box:11434" },
    { "local", "ollama", { OLLAMA_HOST = "box:x" }, "http://box:11434" },
    { "local", "ollama", { OLLAMA_HOST = "box:0" }, false },
    { "local", "ollama", { OLLAMA_HOST = "0.0.0.0.example.com" }, "http://0.0.0.0.example.com:11434" },
    { "local", "ollama", { OLLAMA_HOST = "ollama.com" }, "https://ollama.com" },
    { "local", "ollama", { OLLAMA_HOST = "unix:///run/ollama.sock" }, "names a Unix socket" },
  }

  --- Whether a provider has the address of a row, or is refused as the row says: by any warning, or by one with these words.
  local function is_right(row, provider, warnings)
    if row[4] and row[4]:find "^https?://" then return provider.base_url == row[4] end
    local refused = warnings:find(("warning: provider '%s': "):format(row[2]), 1, true)
    return refused and (not row[4] or warnings:find(row[4], refused, true) ~= nil)
  end

  --- The first row that fails with this text as the file; nil if all pass.
  local function first_wrong(name, text)
    local config = support.config { [name .. ".lua"] = text }
    for _, row in ipairs(ADDRESSES) do
      local result = row[1] == name and support.roster({ "providers", "--offline", "--json", "--no-builtin" }, { env = row[3], config = config })
      for _, provider in ipairs(result and result.status ~= 2 and result.json().providers or {}) do
        if provider.id == row[2] and not is_right(row, provider, result.err) then return ("%s: %s, not %s"):format(row[2], provider.base_url, tostring(row[4])) end
      end
      if result and result.status == 2 then return "it does not load" end
    end
  end

  for _, name in ipairs { "clouds", "local" } do
    it(("in %s.lua get the right addresses from settings, and wrong ones if any line of a function is changed or deleted #mutants"):format(name), function ()
      assert.is_nil(first_wrong(name, support.read(path_of(name))))
      local list, green = mutants.between(support.read(path_of(name))), {}
      for _, mutant in ipairs(list) do
        local same = mutant.what == "altered" and mutant.was:find "^local LETTERS" -- they already have an x
        same = same or mutant.was:find "^local %u+ = [\"']" or mutant.was:find "^  %.%. [\"']" -- of `indirect`, see above
        same = same or mutant.was:find "^  local version" -- pasted_spec tests the query, which is no part of a provider's address
        if not same and not first_wrong(name, mutant.text) then green[#green + 1] = ("line %d %s: %s"):format(mutant.line, mutant.what, mutant.was) end
      end
      assert.is_true(#list >= 6)
      assert.same({}, green)
    end)
  end
end)
