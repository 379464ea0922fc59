# shellcheck shell=sh disable=SC2154,SC2086 # sourced by bench/run, which has what is not defined here; variables are words
# Picking on a held snapshot. A millisecond is what a host may spend on a message.

[ -d "$work/quiet5000" ] || write_quiet "$work/quiet5000" 5000
bounded HARBOUR_API_KEY=x MEADOW_API_KEY=x GRANITE_API_KEY=x LANTERN_API_KEY=x "$bin/pick" "$work/quiet5000" |
  awk -v OFS='\t' -v section="$section" '{ gsub("_", " ", $1); print section, "picking among " $2 " models", $1, "us", $3, "<=1000", "" }' >>"$figures"
show 'picking among 5000 models'
