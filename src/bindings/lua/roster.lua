---@meta roster
-- The Lua module's reference, in one source: editors with LuaLS read it as it is, scripts/lua-reference makes docs/lua.md and
-- man/roster.3lua of it, and spec/lua_reference_spec.lua holds it to what the module has and runs its examples.

--# require "roster"
--
-- The Lua module has the words of the C library: what is `roster_find(snapshot, id)` there is `snapshot:find(id)` here. It runs on Lua
-- 5.4 and needs nothing else; only `snapshot:document()` needs lua-cjson.
--
-- What only C has: an HTTP transport and keys of the host's own (`transport`, `transport_signs` and `credential` of `roster_options`), the
-- callbacks `on_progress`, `on_exchange`, `on_refreshed` and `on_variable`, the option `cache_billed_only`, `roster_stop`, and a provider's key
-- prefixes and the place of its block. What changed between two snapshots, and what was picked, are documents or tables here.
--
-- ```lua
-- local roster = require "roster"
-- local registry <close> = assert(roster.open())
-- assert(registry:refresh())
-- local snapshot = registry:snapshot()
-- for model in snapshot:models() do print(model.id, model.provider, model.context_window) end
-- ```
--
-- `roster.open` reads the definitions and makes no requests; `registry:refresh` asks the providers. A snapshot never changes: a refresh makes
-- a new one. A registry and a snapshot are closed when they are collected, at the end of a `<close>` variable, or by `close`.
--
-- **Errors.** A call that can fail returns `nil` and an error, a table that `tostring` and `assert` turn into one readable line. A wrong
-- argument (an unknown option, a string where a number is due, a closed snapshot) raises. What is unknown is `nil`, a list is never `nil`
-- unless nobody said what is in it.
--
-- **Threads.** All calls block until they are done. roster works on threads of its own, but no Lua function ever runs on one: callbacks run
-- inside a call of yours, as described under `registry:subscribe`.
--
-- The other examples on this page use `roster`, `registry` and `snapshot` as above.

---@class roster
---@field version string # the version of the library, such as "0.1.0". C: roster_version
local roster = {}

--# Opening

--- Reads the definitions and publishes the first snapshot, in which nothing has been checked yet. C: roster_open
---@param options? roster.Options
---@return roster.Registry? registry
---@return roster.Error? err
function roster.open(options) end

--- Reads definitions as `open` does and reports their mistakes. `path`, a file or a directory, is read instead of the configured directories.
--- Returns true, or nil and the first error, and as the third value all findings. C: roster_lint
---
--- ```lua
--- local ok, err, findings = roster.lint({ definitions = { ["acme.lua"] = 'model "x" { provider = "acmee" }' } })
--- for _, finding in ipairs(findings) do print(finding.file, finding.line, finding.message) end
--- ```
---@param options? roster.Options
---@param path? string
---@return true? ok
---@return roster.Error? err
---@return roster.Finding[] findings
function roster.lint(options, path) end

--- The merged definitions: each block with all its fields, as Lua text that could be a file of definitions, with a comment after each
--- field that has the file and line of its origin. Functions are only named, and a secret is shown by its name. C: roster_merged_definitions
---
--- ```lua
--- print(assert(roster.merged_definitions(nil, { ids = { "openai" } })))
--- ```
---@param options? roster.Options
---@param choice? roster.MergedChoice
---@return string? text
---@return roster.Error? err
function roster.merged_definitions(options, choice) end

--- Which definitions are written, and how. C: roster_merged_choice
---@class roster.MergedChoice
---@field ids? string[] # only blocks of these ids: of providers, models by any of their names, gateways, rules, roles, sources ..., or "default" and "validate"
---@field changed? boolean # true: only what your files change
---@field json? boolean # true: a JSON document instead of Lua text
---@field width? integer # an origin that would make its line longer than this is written above the line; 0: never

--- The vocabulary of the definition language as a `---@meta` file for editors. C: roster_write_meta
---@return string
function roster.meta() end

--- A JSON Schema of definitions in JSON files, for editors. C: roster_write_json_schema
---@return string
function roster.json_schema() end

--- Options of a registry. Times are in seconds and may be fractions. C: roster_options
---@class roster.Options
---@field config? string # a directory or a file to read instead of /etc/roster and ~/.config/roster; "": read none
---@field builtin? boolean # false leaves out the shipped providers, models and rules
---@field definitions? table<string, string> # more definitions by file name, read last in the order of their names
---@field environment? table<string, string> # used instead of the variables of the process
---@field mock? boolean # true enables the mock model
---@field sources? boolean # true enables the shipped sources of facts
---@field protocols? string[] # the protocols that the host speaks; models of others are disabled
---@field level? "credential"|"list"|"prove"|"generate" # the highest level that a refresh checks; generate sends billed requests
---@field timeout? number # the limit for all requests to one endpoint
---@field deadline? number # the limit for one complete refresh
---@field cache_file? string # keeps the last good result for the next start
---@field helper_wait? number # how long a refresh waits for credential helpers
---@field interactive_helpers? boolean # helpers run only when the host asks
---@field attended? boolean # somebody waits for each refresh, so interactive helpers may run
---@field keep_requests? boolean # snapshots have the requests of models
---@field discover_all? boolean # as if every provider had discover = true
---@field transport_threads? integer # how many threads send requests, 1 to 16; without it one for each processor, up to 4
---@field document? string # the form of `snapshot:json`, such as "phoenix"
---@field no_document? boolean # snapshots hold no document: it is written in the standard form when it is asked for
---@field ids? string|table<string, string|table> # the spelling of ids: a name, such as "phoenix", or ids by spelling
---@field record? string # a file to which all exchanges are recorded, without secrets; it is written by `close`. C: roster_transport_record
---@field replay? string # a recorded file, from which responses are taken instead of connecting. C: roster_transport_replay
---@field on_finding? fun(finding: roster.Finding) # called for each mistake in the definitions
---@field on_source? fun(source: roster.Source) # called for each directory and file that is read
---@field on_helper? fun(event: roster.Event) # called for each event of a credential helper

--# The registry

---@class roster.Registry
local registry = {}

--- Reloads the definitions, checks the providers and publishes a new snapshot. With a list of ids it checks these models by name, even
--- if that takes a billed request. On an error the previous result stays. C: roster_refresh, roster_refresh_named
---
--- ```lua
--- local ok, err = registry:refresh()
--- if not ok then print(err.code, err) end
--- registry:refresh { "mock" }
--- ```
---@param ids? string[]
---@return true? ok
---@return roster.Error? err
function registry:refresh(ids) end

--- As `refresh`, but publishes the result even if an edit loses most models. C: roster_refresh_forced
---@return true? ok
---@return roster.Error? err
function registry:refresh_forced() end

--- Refreshes at this interval, on a thread of roster's; 0 stops it. C: roster_refresh_every
---@param seconds number
---@return true? ok
---@return roster.Error? err
function registry:refresh_every(seconds) end

--- Refreshes whenever the definitions are edited. C: roster_watch
---@return true? ok
---@return roster.Error? err
function registry:watch() end

--- The newest snapshot. C: roster_acquire
---@return roster.Snapshot
function registry:snapshot() end

--- Calls a function for each new snapshot and for each event of a credential helper, until `unsubscribe` with the same function or `close`.
--- The function runs inside `poll` and `wait`, and inside every other call that hands over what was reported (`refresh`, `snapshot` and
--- those about helpers), on the thread of the caller: it may use the registry. Of several missed snapshots only the newest is reported.
--- C: roster_subscribe_helpers, roster_subscribe, roster_options.on_published
---
--- ```lua
--- local function on_event(event)
---   if event.kind == "published" then print("snapshot " .. event.generation) end
--- end
--- registry:subscribe(on_event)
--- registry:refresh_every(300)
--- registry:wait(0.01)
--- registry:unsubscribe(on_event)
--- registry:refresh_every(0)
--- ```
---@param on_event fun(event: roster.Event)
---@return true? ok
---@return roster.Error? err
function registry:subscribe(on_event) end

--- Ends the subscription of a function, which is not called again, even where more has been reported. C: roster_unsubscribe
---@param on_event fun(event: roster.Event)
function registry:unsubscribe(on_event) end

--- Delivers the events since the last call. Returns how often your functions were called.
---@return integer calls
function registry:poll() end

--- Waits for an event, at most this many seconds, and delivers it as `poll` does.
---@param seconds number
---@return integer calls
function registry:wait(seconds) end

--- A descriptor for event loops that becomes readable when a new snapshot is published; -1 when there is none. Read its 8 bytes, then call
--- `poll`. C: roster_event_fd
---@return integer
function registry:event_fd() end

--- Fetches the sources of facts now: those with these ids, or all that are enabled. `accept` also takes data that would be held back.
--- C: roster_update_sources
---@param ids? string[]
---@param accept? boolean
---@return roster.SourceUpdate[]? updates
---@return roster.Error? err
function registry:update_sources(ids, accept) end

--- The headers of one request to a model, with its key, by name. Do not store them. Add content-type and accept yourself.
--- C: roster_service_headers, roster_headers_at
---
--- ```lua
--- local model = snapshot:known "claude-4.5-opus"
--- local headers, err = registry:headers(model)
--- if not headers then print(err.code) end -- "pending": the key is not available yet
--- ```
---@param model roster.Model
---@return table<string, string>? headers
---@return roster.Error? err
function registry:headers(model) end

--- Reports the HTTP status that a request of yours got, 0 if no response came. Returns whether to send the request once more with new
--- headers. Raises for a model of another registry. C: roster_report
---
--- ```lua
--- local retry = registry:report(snapshot:known "claude-4.5-opus", 200)
--- ```
---@param model roster.Model
---@param status integer
---@return boolean retry
function registry:report(model, status) end

--- Reports that a conversation uses this model, so that billed checks may be spent on it. C: roster_note_used
---@param id string
---@return true? ok
---@return roster.Error? err
function registry:note_used(id) end

--- The request that a host would send to a model, as a curl command with $NAME in place of the key. C: roster_curl_command,
--- roster_write_request
---
--- ```lua
--- print(registry:request "claude-4.5-opus")
--- ```
---@param id string
---@return string? command
---@return roster.Error? err
function registry:request(id) end

--- The current state of a provider's key; without an id, of the key of LLM_API_KEY_HELPER or of the first helper.
--- C: roster_read_credential_status
---@param provider? string
---@return roster.CredentialState? state
---@return roster.Error? err
function registry:credential_status(provider) end

--- Runs the credential helper of a provider and returns the number of the run at once. C: roster_helper_run
---@param provider? string
---@return integer? run
---@return roster.Error? err
function registry:run_helper(provider) end

--- Discards the helper's key, so that the next request runs the helper. C: roster_helper_invalidate
---@param provider? string
---@return true? ok
---@return roster.Error? err
function registry:invalidate_helper(provider) end

--- Waits until no run of this helper is in progress, at most this many seconds. C: roster_helper_wait
---@param provider? string
---@param seconds? number
---@return true? ok
---@return roster.Error? err
function registry:wait_helper(provider, seconds) end

--- Closes it; snapshots stay readable. C: roster_close
function registry:close() end

--# The snapshot

---@class roster.Snapshot
local snapshot = {}

--- The usable model with this id, alias or former id, or nil. C: roster_find
---@param id string
---@return roster.Model?
function snapshot:find(id) end

--- The model with this id, alias or former id, usable or not, or nil. C: roster_known
---@param id string
---@return roster.Model?
function snapshot:known(id) end

--- The usable model with this id, or the reason why there is none. Use this for the model id of a request. The error's code is "unknown",
--- "ambiguous", "retired" or "not_ready". C: roster_require
---
--- ```lua
--- local model, err = snapshot:require "claude-4.5-opus"
--- if not model then print(err.code, err.message, err.hint) end
--- ```
---@param id string
---@return roster.Model? model
---@return roster.Error? err
function snapshot:require(id) end

--- The model that a stored id refers to, ready or not, and how it was found: "exact", "alias" or "formerly". C: roster_resolve
---@param id string
---@return roster.Model? model
---@return ("exact"|"alias"|"formerly"|roster.Error) via # or the error
function snapshot:resolve(id) end

--- The default model; nil when no model is usable. C: roster_default
---@return roster.Model?
function snapshot:default() end

--- The default that the definitions request, if it is not usable. C: roster_default_wanted
---@return string?
function snapshot:default_wanted() end

--- The model of a role such as "cheap"; given a model, one of the same provider. C: roster_role, roster_role_beside
---@param role string
---@param beside? roster.Model
---@return roster.Model?
function snapshot:role(role, beside) end

--- The model of a role, or the reason why it has none. C: roster_require_role
---@param role string
---@return roster.Model? model
---@return roster.Error? err
function snapshot:require_role(role) end

--- All roles, in the order of their blocks. C: roster_role_count, roster_role_at
---
--- ```lua
--- for _, role in ipairs(snapshot:roles()) do print(role.id, role.model and role.model.id or role.problem) end
--- ```
---@return roster.Role[]
function snapshot:roles() end

--- The best usable model that meets these needs, and the counts; or nil, the error and the counts. With `all = true` return a list of all matching models,
--- the best first. C: roster_pick
---
--- ```lua
--- local model, counts = snapshot:pick { tools = true, max_price = 3, maybe = true }
--- for _, one in ipairs(snapshot:pick { all = true }) do print(one.id) end
--- ```
---@param needs? roster.Needs
---@return roster.Model? model
---@return roster.PickCounts|roster.Error counts
---@return roster.PickCounts? counts_with_error
function snapshot:pick(needs) end

--- The cost of a number of tokens; unknown amounts are nil. C: roster_model_cost
---
--- ```lua
--- local cost = assert(snapshot:cost("claude-4.5-opus", { input = 12000, cached = 8000, output = 500 }))
--- print(cost.usd, cost.on)
--- ```
---@param id string
---@param usage roster.Usage
---@return roster.Cost? cost
---@return roster.Error? err
function snapshot:cost(id, usage) end

--- Iterates over the usable chat models, in order; given a kind, over the usable models of that kind, or of "any".
--- C: roster_count, roster_at
---@param kind? string
---@return fun(): roster.Model?
function snapshot:models(kind) end

--- Iterates over all models, usable or not. C: roster_known_count, roster_known_at
---
--- ```lua
--- for model in snapshot:all() do
---   if not model.usable then print(model.id, model.state, model.reason) end
--- end
--- ```
---@return fun(): roster.Model?
function snapshot:all() end

--- The number of usable chat models, like `#snapshot`. C: roster_count
---@return integer
function snapshot:count() end

--- All providers. C: roster_provider_count, roster_provider_at
---@return roster.Provider[]
function snapshot:providers() end

--- Models that retire, earliest first. C: roster_retirement_count, roster_retirement_at
---@return roster.Retirement[]
function snapshot:retirements() end

--- Ids found in old databases and their current ids. C: roster_rename_count, roster_rename_at
---@return roster.Rename[]
function snapshot:renames() end

--- The sources of facts, enabled or not. C: roster_source_count, roster_source_at
---@return roster.SourceState[]
function snapshot:sources() end

--- The request of a model as a curl command, in a registry with keep_requests. C: roster_snapshot_curl_command
---@param id string
---@return string? command
---@return roster.Error? err
function snapshot:request(id) end

--- The document of all models in JSON, in the form that the option `document` names. C: roster_snapshot_json
---@return string
function snapshot:json() end

--- The same as a table; needs lua-cjson, whose `cjson.null` stands for null. C: roster_snapshot_json
---@return table? document
---@return roster.Error? err
function snapshot:document() end

--- One model as `json` has it, in JSON. C: roster_write_model_json
---@param id string
---@return string
function snapshot:model_json(id) end

--- All details of a model, in JSON. C: roster_write_explain_json
---@param id string
---@return string
function snapshot:explain(id) end

--- The request to a model as separate parts, in JSON. C: roster_write_request_json
---@param id string
---@return string
function snapshot:request_json(id) end

--- The model that a stored id refers to, in JSON. C: roster_write_resolve_json
---@param id string
---@return string
function snapshot:resolve_json(id) end

--- All providers in JSON. C: roster_write_providers_json
---@return string
function snapshot:providers_json() end

--- Models that retire within this many days, or all, in JSON. C: roster_write_retirements_json
---@param days? integer
---@return string
function snapshot:retirements_json(days) end

--- What differs from an earlier snapshot, in JSON; without one, everything is new. C: roster_write_changes_json
---@param before? roster.Snapshot
---@return string
function snapshot:changes(before) end

--- 0 until the first refresh; never goes back. C: roster_generation
---@return integer
function snapshot:generation() end

--- The day (UTC) that its prices apply to. C: roster_snapshot_day
---@return string
function snapshot:day() end

--- The status of the credential helper, as of this snapshot. C: roster_credential_status
---@return string
function snapshot:credential_status() end

--- "not_configured", "healthy", "unreachable" or "unknown". C: roster_gateway_status
---@return string
function snapshot:gateway_status() end

--- Whether a model other than the mock has its credential or needs none. C: roster_llm_configured
---@return boolean
function snapshot:llm_configured() end

--- Why no model is usable: a word, and what to do. nil when one is. C: roster_empty_reason, roster_empty_hint
---@return string? reason
---@return string? hint
function snapshot:empty_reason() end

--- The billed requests of today. C: roster_billed_today, roster_billed_per_day, roster_billed_since
---@return roster.Bill
function snapshot:billed() end

--- The error of a failed reload with its file and line; nil if the snapshot is of the definitions on disk. C: roster_definitions_error
---@return string? message
---@return string? file
---@return integer? line
function snapshot:definitions_error() end

--- The same with the line itself and what to write instead. C: roster_definitions_finding
---@return roster.Finding?
function snapshot:definitions_finding() end

--- Closes it, and with it its models. C: roster_release
function snapshot:close() end

--# Values

--- A model of a snapshot. It cannot be changed; a field that does not exist raises, and names the nearest one; `pairs` goes through the
--- fields that have a value. C: roster_model_NAME for each field, roster_model_field_text and its like
---
--- ```lua
--- for name, value in pairs(snapshot:known "claude-4.5-opus") do print(name, value) end
--- ```
---@class roster.Model
---@field id string # the id by which hosts know it
---@field canonical_id string # the id of its block
---@field provider string # the provider's title
---@field provider_id string # the provider's id
---@field api_name string # the name that is sent
---@field protocol string # the wire protocol
---@field description? string # one line for a picker
---@field recommended boolean # hosts show it first
---@field usable boolean # whether it can be used now
---@field configured boolean # whether it is enabled and has its credential
---@field state string # "ready", "no_credential", "not_listed" ...
---@field reason_code string # the reason as a word; "none" when ready
---@field reason? string # a sentence
---@field hint? string # what to do next
---@field blame string # where the cause lies: "none", "provider", "this_machine" ...
---@field said? string # the message in the response
---@field stage? string # the stage that decided
---@field http_status? integer # the status of the response that decided
---@field latency_ms? integer # of that response
---@field checked_at? string # when, in UTC
---@field stale boolean # kept from an earlier snapshot
---@field stale_reason? string # why
---@field warning? string # that it retires soon, or that another model answered
---@field served? string # the model named in a response, if it is a different one
---@field discovered boolean # found in a listing; no block defines it
---@field snapshot_of? string # the id of the model that it is a snapshot of
---@field snapshots string[] # the ids of its snapshots
---@field shadowed_by? string # the id of a usable model that is preferred to it
---@field source? string # where its key comes from: "$NAME", "gateway main"; never the key
---@field url? string # where requests go
---@field rule? string # the rule that decided that
---@field defined_at string # "models.lua:12"
---@field body? string # members to add to the body of a request, in JSON
---@field request? roster.HttpRequest # how to send a request to it
---@field requests roster.SentRequest[] # the requests that were sent to check it
---@field origins table<string, string> # where each field's value comes from
---@field disagreements string[] # where its block and its provider differ
---@field context_window? integer # tokens in total
---@field max_input_tokens? integer # the largest prompt, in tokens
---@field max_output_tokens? integer # the longest answer, in tokens
---@field price? roster.Price # US dollars per million tokens
---@field price_tiers roster.PriceTier[] # what longer prompts cost
---@field price_changes roster.PriceChange[] # price changes on future days
---@field input_modalities? string[] # the kinds of input it accepts
---@field output_modalities? string[] # the kinds of output it produces
---@field reasoning? boolean # whether it can reason before it answers
---@field reasoning_toggle? boolean # whether reasoning can be switched off
---@field reasoning_budget? roster.Range # the smallest and largest reasoning budget that can be set
---@field reasoning_levels string[] # the levels of reasoning that can be set
---@field interleaved? boolean # whether it also reasons between tool calls
---@field interleaved_field? string # the member of a message that carries its reasoning
---@field tool_call? boolean # whether it calls tools
---@field structured_output? boolean # whether its answers can follow a JSON schema
---@field temperature? boolean # whether a temperature can be set
---@field attachment? boolean # whether files can be attached
---@field open_weights? boolean # whether its weights can be downloaded
---@field kind? string # "chat", "embedding", "image" ...
---@field family? string # its product line, such as "claude-opus"
---@field tier? string # "flagship", "balanced", "fast" or "specialist"
---@field release_date? string # "2026-09-24"
---@field last_updated? string # the day of its latest revision
---@field knowledge_cutoff? string # "2026-06"
---@field status? string # "current", "legacy", "deprecated" or "beta"
---@field deprecated? string # the day on which its provider deprecated it
---@field retires? string # the day it goes away
---@field replacement? string # the id to use after that
---@field answered_by? string # the id of the model that is served under its name
---@field aliases string[] # other spellings
---@field formerly string[] # ids found in old databases
---@field tags string[] # the deployer's labels for hosts
---@field extra table # the deployer's object for hosts

--- The fields of an error. `tostring` makes "file:line: message (hint)" of it. C: roster_error, roster_status_name
---@class roster.Error
---@field code string # "invalid", "definitions", "unknown", "not_ready", "transport" ...
---@field message string # a complete sentence, without secrets
---@field hint? string # what to do next
---@field file? string # the file at fault
---@field line? integer # its line
---@field count? integer # how many findings there are
---@field candidates string[] # ids that may have been meant

--- One mistake in the definitions. C: roster_finding
---@class roster.Finding
---@field severity "error"|"warning"
---@field message string
---@field file string # as given: a path, or the name of a string
---@field line? integer
---@field column? integer # in characters, from 1
---@field length? integer # how many characters are meant
---@field source? string # the line itself
---@field fix? string # what to write instead: the line, without its indentation, or part of it if it is too long or in another place

--- A directory or a file that was looked at. C: roster_source
---@class roster.Source
---@field path string
---@field why string # "shipped", "system", "user", "given as text" ...
---@field directory boolean
---@field read boolean # false: absent, unreadable or skipped

--- What a subscribed function is called with. `kind` is "published", or of a credential helper "started", "line", "valid" or "failed".
--- C: roster_helper_event, roster_helper_event_kind_name
---@class roster.Event
---@field kind string
---@field generation? integer # published: that of the new snapshot
---@field provider? string # of a helper: nil for LLM_API_KEY_HELPER
---@field run? integer # the number of its run
---@field old? boolean # the run was over when the function was subscribed
---@field error? boolean # the line is from stderr
---@field text? string # the line, or what went wrong
---@field exit_code? integer # valid and failed

--- C: roster_read_credential_status
---@class roster.CredentialState
---@field status string # "not_configured", "pending", "running", "valid", "required" or "failed"
---@field interactive boolean # the helper runs only when the host asks
---@field exit_code? integer # of the last run
---@field run? integer # the number of the current or last run
---@field provider? string
---@field source? string # "$NAME", "helper vault"
---@field since? string # the start of this status, in UTC
---@field until? string # when the key expires, in UTC
---@field problem? string # why it is "required" or "failed"

--- C: roster_needs
---@class roster.Needs
---@field tools? boolean # it calls tools
---@field vision? boolean # it accepts images
---@field reasoning? boolean # it can reason before it answers
---@field json_schema? boolean # its answers can follow a JSON schema
---@field context? integer # at least this many tokens
---@field max_output? integer # its answers can have at least this many tokens
---@field max_price? number # US dollars per million input tokens, at most
---@field max_output_price? number # the same for output tokens
---@field provider? string # the id of its provider
---@field family? string
---@field proved? string[] # capabilities proved by a request, such as "chat"
---@field maybe? boolean # unknown properties count as met
---@field unasked? boolean # also models that have not been checked
---@field all? boolean # a list of all of them

--- C: roster_pick_counts, roster_need_name
---@class roster.PickCounts
---@field candidates integer # usable chat models
---@field count integer # those that meet all needs
---@field fell_out table<string, integer> # by need: how many models failed it first

---@class roster.Role
---@field id string
---@field model? roster.Model
---@field problem? string # why it has no model

--- Tokens of a request. `input` is the complete prompt, including tokens read from and written to the cache. C: roster_usage
---@class roster.Usage
---@field input? integer
---@field cached? integer # of those, read from the cache
---@field cache_write? integer # of those, written to it
---@field output? integer
---@field on? string # the day, such as "2026-12-01"; default today

--- US dollars. C: roster_cost
---@class roster.Cost
---@field id string # of the model
---@field usd? number # the total
---@field input_usd? number
---@field output_usd? number
---@field cached_usd? number
---@field cache_write_usd? number
---@field tier? integer # the prompt has more tokens than this
---@field on string # the day

--- US dollars per million tokens. C: roster_model_price, roster_prices_get, roster_price_name
---@class roster.Price
---@field input? number
---@field output? number
---@field cache_read? number
---@field cache_write? number
---@field reasoning? number
---@field input_audio? number
---@field output_audio? number
---@field image? number # of one image
---@field batch_input? number
---@field batch_output? number

--- C: roster_prices_tier_at
---@class roster.PriceTier: roster.Price
---@field above integer # for prompts with more tokens than this

--- C: roster_prices_change_at
---@class roster.PriceChange: roster.Price
---@field from string # from this day on
---@field price_tiers roster.PriceTier[]

---@class roster.Range
---@field min? integer
---@field max? integer

--- How a host sends its requests to a model, without the key. C: roster_model_service, roster_service_url and its like,
--- roster_model_header_at
---@class roster.HttpRequest
---@field id string
---@field provider_id string
---@field protocol string
---@field method string # "POST"
---@field url string
---@field sdk_base_url? string # the base URL that the protocol's official SDK takes
---@field sdk_api_version? string # the API version that such an SDK must be given
---@field api_name string # the model's name in the body
---@field proxy? string # as named by the blocks
---@field ca_file? string # PEM, authorities to trust instead of the system's
---@field client_cert? string # PEM
---@field client_key? string # PEM
---@field headers table<string, string> # the headers without the key
---@field auth roster.KeyPlace # where the key goes

---@class roster.KeyPlace
---@field in "none"|"header"|"aws_sigv4"
---@field header? string # the header that takes the key
---@field scheme string # what precedes the key, "Bearer" or ""
---@field variable? string # the variable that holds the key

--- A request that was sent to check a model. C: roster_model_request_at, roster_request_url and its like
---@class roster.SentRequest
---@field stage string
---@field method string
---@field url string
---@field outcome string
---@field status? integer # of the response
---@field latency_ms integer

--- C: roster_provider_id and its like
---@class roster.Provider
---@field id string
---@field title string
---@field protocol string
---@field base_url? string # the address in use
---@field credential roster.Credential
---@field enabled boolean
---@field listed? boolean # whether its listing was read completely
---@field listing_problem? string # why not
---@field hint? string # what to do if its key is set but it has no model
---@field warning? string # that its credit is low
---@field limits? roster.Limits
---@field tags string[]
---@field extra table
---@field seen? string # the day on which a source last confirmed its block
---@field retired? string|true # the day on which it ends
---@field replacement? string # the id of the provider to use instead
---@field defined integer # models defined
---@field ready integer # models usable

---@class roster.Credential
---@field source? string # "$NAME", "keyless"; never the key
---@field set boolean
---@field since? string # when it was written or printed
---@field until? string # when it expires

--- What a provider stated of the account. C: roster_provider_limits
---@class roster.Limits
---@field requests? integer # left
---@field requests_limit? integer
---@field tokens? integer # left
---@field tokens_limit? integer
---@field credit? number # left, in `currency`
---@field credit_limit? number
---@field currency? string
---@field reset? string # when all are there again
---@field at? string # when it was stated

--- C: roster_retirement
---@class roster.Retirement
---@field model roster.Model
---@field day string
---@field days integer # from the day of the snapshot; negative: it is over
---@field replacement? string
---@field used_by string[] # "default", "role cheap", "in use"

--- C: roster_rename
---@class roster.Rename
---@field from string
---@field to string
---@field defined_at string
---@field context_window? integer
---@field assumed_window? integer # what hosts assumed for the old id

--- C: roster_source_state
---@class roster.SourceState
---@field id string
---@field url string
---@field format string
---@field may string # "facts" or "models"
---@field on boolean
---@field signed boolean
---@field day? string # of its data
---@field fetched_at? string
---@field checked_at? string
---@field problem? string
---@field rows integer # models that it knows
---@field models integer # models here that it knows
---@field held integer # values that are held back

--- C: roster_source_update
---@class roster.SourceUpdate
---@field id string
---@field outcome "updated"|"unchanged"|"failed"
---@field problem? string
---@field first_held? string
---@field rows integer
---@field added integer
---@field removed integer
---@field changed integer
---@field held integer
---@field left_out integer

---@class roster.Bill
---@field today integer # billed requests sent today
---@field per_day integer # how many may be sent on one day
---@field since string # when that day began, in UTC

return roster
