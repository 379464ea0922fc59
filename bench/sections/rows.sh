# shellcheck shell=sh disable=SC2154,SC2086 # sourced by bench/run, which has what is not defined here; words are split
# One long listing, answered from memory: three of its rows are models, or discovery takes as many as it may. Parsing the same body with
# Jansson is what a reader of the whole costs at least; what is read of a discovered model is its protocol's work.

title='a listing in memory'
for words in '21 300' '11 50000' '5 50000 discover'; do
  bounded "$bin/rows" $words
done | awk -v OFS='\t' -v section="$section" -v title="$title" '{
  wanted = $1 == "plain" ? "three wanted" : "1,000 discovered"
  print section, title, "Jansson, " $2 " rows", "cpu ms", $3, "", ""
  print section, title, "roster_refresh, " $2 " rows, " wanted, "cpu ms", $4, "", ""
  print section, title, "roster_refresh, " $2 " rows, " wanted, "x Jansson", $5, $2 == 50000 && $1 == "plain" ? "<=2" : "", ""
}' >>"$figures"
show "$title"
