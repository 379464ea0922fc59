# shellcheck shell=sh disable=SC2154,SC2034 # sourced by bench/run, which has what is not defined here
# Loading many models and resolving one id, as a complete process.

write_quiet "$work/quiet5000" 5000
against=dofile
# shellcheck disable=SC2046 # files are words
timed 'loading 5,000 models of Lua text' 15 2 x=1.15 MiB=14 -- \
  'lua5.4 and dofile, same files' "$(command -v lua5.4)" bench/dofile.lua $(ls "$work"/quiet5000/*.lua) -- \
  roster "$roster" resolve harbour-1.1-flagship --no-builtin --config "$work/quiet5000"

mkdir "$work/imported"
write_catalogue "$work/api.json"
clean "$roster" import "$work/api.json" >"$work/imported/imported.json" 2>"$work/import.log"
against=Jansson
timed 'loading 6,660 models of JSON' 15 2 x=1.3 -- \
  'C and Jansson, same file' "$bin/bare_parse" "$work/imported/imported.json" -- \
  roster "$roster" resolve maker-1/model-1-of-1 --no-builtin --config "$work/imported"

# The same catalogue as a source of facts, which is fetched once; every load then reads what was kept of it. An overlay says of each of its
# models only where it is.
write_source_scenario "$work/api.json" >"$work/source.json"
start_servers "$work/source.json"
write_sourced "$work/imported/imported.json" "$work/sourced" "$(addresses)/api.json"
clean "$roster" update --config "$work/sourced" >"$work/update.log"
stop_mocks
against=overlay
timed 'loading 6,660 models and what a source says' 11 2 x=1.5 -- \
  'roster, the same rows as an overlay' "$roster" resolve maker-1/model-6-of-1 --config "$work/imported" -- \
  'roster, as a source under an overlay' "$roster" resolve maker-1/model-6-of-1 --config "$work/sourced"
against=bare
