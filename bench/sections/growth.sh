# shellcheck shell=sh disable=SC2154 # sourced by bench/run, which has what is not defined here
# Processor time per model among few and among many: see bench/growth.c. Where the caches hold few models and not many, a perfect hash grows
# too, and roster_find may grow by half as much again.

bounded "$bin/growth" 3 >"$work/growth"
for kind in defined discovered; do
  awk -v OFS='\t' -v section="$section" -v kind=$kind '
    $1 != kind { next }
    {
      title = "us for each of so many models, " kind
      perfect = $2 == "lookup_in_a_perfect_hash" ? $7 : perfect
      name = $2
      gsub("_", " ", name)
      for (i = 3; i <= 6; i++) print section, title, name, (i == 3 ? "100" : i == 4 ? "1,000" : i == 5 ? "10,000" : "50,000"), $i, "", ""
      bound = $2 == "lookup_in_a_perfect_hash" ? "" : $2 == "lookup" && perfect > 1.5 ? sprintf("<=%.2f", 1.5 * perfect) : "<=1.5"
      print section, title, name, "50,000 x 1,000", $7, bound, bound == "" || bound == "<=1.5" ? "" : "1.5 x the perfect hash"
    }' "$work/growth" >>"$figures"
  show "us for each of so many models, $kind"
done
