# shellcheck shell=sh disable=SC2154,SC2034 # sourced by bench/run, which has what is not defined here
# Processor time and memory per model and per provider among few and among many: see bench/growth.c. Where the caches hold few models and not
# many, a perfect hash grows too, and roster_find may grow by half as much again.

clean timeout --foreground 600 "$bin/growth" 3 >"$work/growth" || {
  left_out growth 'it failed, or took more than ten minutes'
  broken=1
  return 0
}
for kind in defined discovered providers; do
  for unit in us bytes; do
    case $kind in providers) of='providers of ten models' ;; *) of="$kind models" ;; esac
    awk -v OFS='\t' -v section="$section" -v kind=$kind -v unit=$unit -v title="$unit for each of so many $of" '
      function emit(measure, value, bound, remark) { print section, title, name, measure, value, bound, remark }
      BEGIN { split(kind == "providers" ? "1 10 100 1,000" : "100 1,000 10,000 50,000", sizes, " ") }
      $1 != kind || $3 != unit { next }
      {
        name = $2
        gsub("_", " ", name)
        hash = $2 == "lookup_in_a_perfect_hash"
        if (hash) { perfect = $8; power = $9 }
        for (i = 1; i <= 4; i++) emit(sizes[i], sprintf(unit == "us" ? "%.3f" : "%.0f", $(3 + i)), "", "")
        cached = $2 == "lookup" && perfect > 1.5
        if (unit == "us") emit(sizes[4] " x " sizes[2], $8, hash ? "" : cached ? sprintf("<=%.2f", 1.5 * perfect) : "<=1.5", cached ? "1.5 x the perfect hash" : "")
        cached = $2 == "lookup" && power > 1
        emit("exponent", $9, hash ? "" : cached ? sprintf("<=%.2f", power + 0.1) : "<=1.1", cached ? "0.1 more than the perfect hash" : "")
      }' "$work/growth" >>"$figures"
    show "$unit for each of so many $of"
  done
done
