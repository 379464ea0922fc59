-- Traces of a key: the forms in which others repeat it, and the search for them in a text.
local traces = {}

local DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

function traces.base64(text)
  local out = {}
  for i = 1, #text, 3 do
    local a, b, c = text:byte(i, i + 2)
    local n = a << 16 | (b or 0) << 8 | (c or 0)
    for k = 0, 3 do
      local at = (n >> (18 - 6 * k) & 63) + 1
      out[#out + 1] = (k < 2 or k == 2 and b or k == 3 and c) and DIGITS:sub(at, at) or "="
    end
  end
  return table.concat(out)
end

function traces.percent(text, format) return (text:gsub("[^%w_.~-]", function (c) return ((format or "%%%02X"):format(c:byte())) end)) end

local base64, percent = traces.base64, traces.percent

-- Characters that every form changes, so that no two forms are equal by accident.
traces.canary = "sk-canary/5f+Qz=9d~Wm4/Tt7xKp2vLb8Rn"

local PIECE = 8 -- as many bytes of a key, in any form, are a leak, also where the key was cut

--- The base64 of the same bytes after 0, 1 or 2 others, without the digits that depend on those others.
local function aligned(secret)
  local list = {}
  for skip = 0, 2 do
    local whole = secret:sub(skip + 1, skip + (#secret - skip) // 3 * 3)
    list[skip + 1] = base64(whole)
    list[skip + 4] = base64(whole):gsub("+", "-"):gsub("/", "_")
  end
  return list
end

function traces.forms(secret) return { secret, percent(secret), percent(secret, "%%%02x"), table.unpack(aligned(secret)) } end

local pieces = {}

local function pieces_of(secret)
  if pieces[secret] then return pieces[secret] end
  local list, seen = {}, {}
  for _, form in ipairs(traces.forms(secret)) do
    for i = 1, #form - PIECE + 1 do
      local piece = form:sub(i, i + PIECE - 1)
      if not seen[piece] then list[#list + 1] = piece end
      seen[piece] = true
    end
  end
  pieces[secret] = list
  return list
end

--- The first piece of that secret, in any form, that the string contains.
function traces.leaks(text, secret)
  for _, piece in ipairs(pieces_of(secret)) do
    if text:find(piece, 1, true) then return piece end
  end
end

local function hex(text) return (text:gsub(".", function (c) return ("%02x"):format(c:byte()) end)) end
local function each(text, format) return (text:gsub(".", function (c) return format:format(c:byte()) end)) end

--- The secret as strangers write it. Kept apart from traces.forms, of which every piece is searched for.
function traces.odd_forms(secret)
  return { secret:reverse(), secret:upper(), secret:lower(), hex(secret), hex(secret):upper(), base64(secret:reverse()), each(secret, "%%%02X"),
    each(secret, "&#%d;"), each(secret, "&#x%X;"), percent(base64(secret)), base64("a" .. secret), base64("ab" .. secret), secret:sub(1, 12),
    secret:sub(-12) }
end

--- The first odd form whose beginning or end the string contains.
function traces.odd_leak(text, secret)
  for _, form in ipairs(traces.odd_forms(secret)) do
    if text:find(form:sub(1, 16), 1, true) or text:find(form:sub(-16), 1, true) then return form end
  end
end

return traces
