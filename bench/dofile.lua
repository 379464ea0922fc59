-- The cost of reading definitions in stock Lua: dofile on the same files, with functions that keep each table. Nothing is checked.
--     lua5.4 bench/dofile.lua FILE ...
K, M, bearer, none = 1000, 1000000, {}, {}
local kept = {}
local function value(given) return given end
for _, word in ipairs { "secret", "setting", "header", "get", "post", "bare" } do _G[word] = value end
for _, verb in ipairs { "provider", "model", "gateway" } do
  _G[verb] = function (id)
    return function (block)
      block.id = id
      kept[#kept + 1] = block
    end
  end
end
validate = value
for _, file in ipairs(arg) do dofile(file) end
print(#kept)
