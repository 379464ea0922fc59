# shellcheck shell=sh disable=SC2154,SC2034 # sourced by bench/run, which has what is not defined here
# Listing a catalogue of models offline, as a complete process: the shipped models of roster, and the catalogues of packages from npm. Each
# prints what it knows of its models as JSON.

install_catalogues() { # at the versions of the lock file, into the build folder; no package runs a script
  folder=$build/peers
  cmp -s bench/peers/package-lock.json "$folder/node_modules/installed.json" && return 0
  mkdir -p "$folder"
  cp bench/peers/package.json bench/peers/package-lock.json bench/peers/.npmrc "$folder"
  (cd "$folder" && timeout --foreground 240 npm ci --ignore-scripts --no-progress --loglevel=error) >"$work/npm.log" 2>&1 || return 1
  cp bench/peers/package-lock.json "$folder/node_modules/installed.json"
}

list_catalogues() {
  cp bench/peers/list.mjs "$folder"
  node=$(command -v node)
  mkdir -p "$work/none" # a folder without definitions
  against=roster
  timed 'listing a catalogue, offline' 7 1 -- \
    'roster, the shipped models' "$roster" models --offline --json --config "$work/none" -- \
    'node, nothing' "$node" -e 0 -- \
    "llm-info $(package_version llm-info)" "$node" "$folder/list.mjs" llm-info -- \
    "tokenlens $(package_version tokenlens)" "$node" "$folder/list.mjs" tokenlens -- \
    "pi-ai $(package_version @earendil-works/pi-ai)" "$node" "$folder/list.mjs" pi-ai
  against=bare
}
package_version() { sed -n 's/^[[:space:]]*"version": "\(.*\)",$/\1/p' "$folder/node_modules/$1/package.json" | head -1; }

title='listing a catalogue, offline'
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
  left_out "$title" 'node or npm is missing'
elif ! install_catalogues; then
  left_out "$title" "npm could not install the packages of bench/peers: $(tail -1 "$work/npm.log")"
else
  list_catalogues
fi
