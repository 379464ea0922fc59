# shellcheck shell=sh disable=SC2154 # sourced by bench/run, which has what is not defined here
# Listing offline, as a complete process.

write_listing "$work/listing" 30
timed 'listing 30 models of 4 providers' 41 10 x=2 MiB=3.0 -- \
  'C and Lua, same files' "$bin/bare_listing" "$work/listing/providers.lua" "$work/listing/models.lua" -- \
  roster "$roster" models --offline --json --no-builtin --config "$work/listing"

timed 'listing the shipped models' 31 5 x=1.5 -- \
  'C and Lua, same files' "$bin/bare_listing" lua/providers.lua lua/hosts.lua lua/clouds.lua lua/local.lua lua/models.lua lua/rules.lua -- \
  roster "$roster" models --offline --json --config "$work"
