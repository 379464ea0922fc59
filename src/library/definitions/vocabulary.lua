---@meta
-- The words of roster's definitions, for editors. Written by `roster init`; nothing reads it at run time.

---@class roster.Secret
---@class roster.Auth
---@class roster.Request
---@class roster.None
---@class roster.Answer

---What a verdict may return: a state, or what is refused, more precisely. nil leaves the decision to the HTTP status.
---@alias roster.verdict
---|"ready" # the model can be used
---|"bad_credential" # the key is refused
---|"no_access" # the key may not use the model
---|"no_quota" # the account has no credit or quota left
---|"not_listed" # the provider does not have the model
---|"rate_limited" # too many requests
---|"unreachable" # nothing answers
---|"provider_error" # the provider has failed; of a listing with a 2xx status: it cannot be read, which decides nothing
---|"unproven" # the answer decides nothing
---|"missing" # this address is not served; the next proof decides
---|"rejected" # the request itself was wrong; the next proof decides
---|"retired" # the provider has retired the model
---|"inactive" # the model is switched off
---|"wrong_protocol" # the model is served in another protocol
---|"account" # the account is refused
---|"region" # not available in this region
---|"policy" # refused by a policy
---|"ended" # the whole service has ended

---Which request was answered: the listing, the key's own proof, a free request about one model, the smallest billed one, or the same request
---with a key that roster made up.
---@alias roster.stage "list"|"prove_key"|"prove"|"generate"|"control"

---What a provider answered.
---@class roster.Response
---@field stage roster.stage # which request it answers
---@field status integer # the HTTP status
---@field headers table<string,string> # the headers, by name in lower case
---@field is_json boolean # whether the body is JSON
---@field body any # the body as a table, where it is JSON; null members are absent, null items are false
---@field text string # the first 64 KiB of the body
---@field model roster.Model? # the model that the request was about; nil at a listing

---Where a rule runs.
---@class roster.Host
---@field gateway_for fun(provider: roster.Provider): roster.Gateway? # the first gateway that serves the provider, if one is on

---Whether anything of a model but its name will be used.
---@alias roster.wanted fun(name: string): boolean

---@alias roster.modality "text"|"image"|"pdf"|"audio"|"video"

---A credential by the name of its variable (NAME, or the file that NAME_FILE names); no script ever sees the value.
---@param name string|roster.SecretSource
---@return roster.Secret
function secret(name) end

---Where a credential comes from: the first of these that is set.
---@class roster.SecretSource
---@field env string? # the name of a variable
---@field file string? # a file that contains the key
---@field helper string[]? # a program and its arguments, which prints the key
---@field interactive boolean? # true: the helper may ask the user, so it never runs by the clock
---@field ttl number? # how long the helper's key is used, in seconds
---@field timeout number? # how long the helper may take, in seconds
---@field label string? # tells several credentials apart, as in ID@LABEL
---@field prefix string? # how the key begins, where that tells it from others
---@field profile string? # of a cloud's own file of credentials
---@field auth roster.Auth? # where this key goes, if not where the provider's others go

---A variable that is not a secret; nil, or the fallback, when unset or empty. One that cannot be used disables the block.
---@param name string|{[1]:string,as_is:boolean?,unusable:string?}
---@param fallback any?
---@return string?
function setting(name, fallback) end

---The key goes as `Authorization: Bearer KEY`.
---@type roster.Auth
bearer = nil

---The key goes into a header of this name.
---@param name string
---@return roster.Auth
function header(name) end

---The key signs each request, as AWS wants it (Signature Version 4).
---@param how {region:string?,service:string?,key_id:roster.Secret,token:roster.Secret?}
---@return roster.Auth
function aws_sigv4(how) end

---Removes a field that an earlier file set.
---@type roster.None
none = nil

---A GET request. The path begins with "/" and follows the protocol's prefix.
---@param path string
---@param query table<string,string|number|boolean>?
---@return roster.Request
function get(path, query) end

---A POST request, with the body as JSON.
---@param path string
---@param body table
---@param query table<string,string|number|boolean>?
---@return roster.Request
function post(path, body, query) end

---The same request without the protocol's path prefix.
---@param request roster.Request
---@return roster.Request
function bare(request) end

---What a rule returns to reach the model through a gateway, or at an address.
---@param target roster.Gateway|string
---@return roster.Answer
function via(target) end

---What a rule returns not to offer the model.
---@param reason string
---@return roster.Answer
function refuse(reason) end

---A rule about every model; the first that returns a result decides. Nothing, nil and false try the next rule.
---@param name string
---@return fun(answer: fun(model: roster.Model, host: roster.Host): roster.Answer|false|nil)
function rule(name) end

---The form in which a host that names it has its snapshots; the function gets the standard document.
---@param name string
---@return fun(write: fun(snapshot: table): table)
function document(name) end

---A table that is a list in JSON even when it is empty.
---@param items table?
---@return table
function list(items) end

---The ids that a host gives out, each with the id of the model's block. Without effect until a host chooses the set.
---@param name string
---@return fun(spellings: table<string,string|roster.spelling|roster.None>)
function ids(name) end

K, M = 1000, 1000000 -- tokens: 128 * K
seconds, minutes, hours, days = 1, 60, 3600, 86400

text = {}
---@param s string
---@param prefix string
---@return boolean
function text.starts(s, prefix) end
---@param s string
---@param suffix string
---@return boolean
function text.ends(s, suffix) end
---@param s string
---@param part string
---@return boolean
function text.contains(s, part) end
---@param s string
---@param separator string
---@return string[]
function text.split(s, separator) end
---@param s string
---@return string
function text.trim(s) end
---Whether it matches a pattern with `*` and `?`, or one of several.
---@param s string
---@param pattern string|string[]
---@return boolean
function text.glob(s, pattern) end
---@param s string
---@param prefix string
---@return string
function text.strip_prefix(s, prefix) end

