-- A signer of documents as minisign does it, made of openssl: keys, signatures over a text or over its BLAKE2b-512, and the second signature
-- over the first and the trusted comment.
local support = require "support.roster"

local minisign = {}

local function run(line) assert(os.execute(line .. " 2>/dev/null"), line) end

local function base64(bytes, folder)
  local from, into = support.write(folder .. "/bytes", bytes), folder .. "/base64"
  run(("openssl base64 -A -in %s -out %s"):format(support.quoted(from), support.quoted(into)))
  return support.read(into)
end

--- A key pair: key.public is the text for `key`; key.sign(text, options) gives the text of a .minisig.
-- options: legacy (over the text itself), comment (the trusted one), swap (a trusted comment put in afterwards), number
function minisign.key()
  local folder = support.folder()
  local pem = support.quoted(folder .. "/key.pem")
  local number = ("roster%02d"):format(#folder % 100)
  run("openssl genpkey -algorithm ed25519 -out " .. pem)
  run(("openssl pkey -in %s -pubout -outform DER -out %s"):format(pem, support.quoted(folder .. "/der")))

  local function signature(bytes)
    local from, into = support.write(folder .. "/text", bytes), folder .. "/signature"
    run(("openssl pkeyutl -sign -inkey %s -rawin -in %s -out %s"):format(pem, support.quoted(from), support.quoted(into)))
    return support.read(into)
  end

  local function digest(bytes)
    local from, into = support.write(folder .. "/text", bytes), folder .. "/digest"
    run(("openssl dgst -blake2b512 -binary -out %s %s"):format(support.quoted(into), support.quoted(from)))
    return support.read(into)
  end

  local key = { public = base64("Ed" .. number .. support.read(folder .. "/der"):sub(-32), folder) }

  function key.sign(text, options)
    options = options or {}
    local one = signature(options.legacy and text or digest(text))
    local comment = options.comment or "timestamp:1795000000\tfile:facts.json"
    local whole = signature(one .. comment)
    return table.concat({ "untrusted comment: nobody vouches for this", base64((options.legacy and "Ed" or "ED") .. (options.number or number) .. one, folder),
      "trusted comment: " .. (options.swap or comment), base64(whole, folder), "" }, "\n")
  end

  return key
end

return minisign
