# shellcheck shell=sh disable=SC2154,SC2046 # sourced by bench/run, which has what is not defined here; addresses are words
# Three providers list a thousand models each, none of which is defined: what a second refresh costs, whose names are all taken already.

awk 'BEGIN {
  print "{ \"lifetime\": 100, \"servers\": ["
  for (p = 0; p < 3; p++) {
    printf "%s{ \"name\": \"s%d\", \"protocol\": \"openai\", \"models\": [", p ? ", " : "", p
    for (m = 0; m < 1000; m++) printf "%s\"p%d-m%d\"", m ? ", " : "", p, m
    print "] }"
  }
  print "] }"
}' >"$work/discovered.json"
start_servers "$work/discovered.json"
title='refreshing 3,000 discovered models'
bounded "$bin/discovered" 7 $(addresses) | awk -v OFS='\t' -v section="$section" -v title="$title" '{
  print section, title, "the first refresh", "cpu ms", $1, "", ""
  print section, title, "the second refresh", "cpu ms", $2, "", ""
  print section, title, "the second refresh", "x the first", $3, "<=1.1", ""
}' >>"$figures"
stop_mocks
show "$title"
