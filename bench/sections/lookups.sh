# shellcheck shell=sh disable=SC2154,SC2086 # sourced by bench/run, which has what is not defined here; variables are words
# One lookup on a held snapshot. Where two threads slow down the perfect hash by more than 15 % too, roster may be slowed down by 15 % more.

keys='HARBOUR_API_KEY=x MEADOW_API_KEY=x GRANITE_API_KEY=x LANTERN_API_KEY=x'
for count in 30 5000; do
  [ -d "$work/quiet$count" ] || write_quiet "$work/quiet$count" "$count"
  title="one lookup among $count models"
  bounded $keys "$bin/lookup" "$work/quiet$count" | awk -v OFS='\t' -v section="$section" -v title="$title" '
    function emit(measure, value, bound, remark) { print section, title, name, measure, value, (NR > 1 ? bound : ""), (NR > 1 ? remark : "") }
    {
      name = NR == 1 ? "a perfect hash" : "roster_find"
      if (NR == 1) perfect = $6
      emit("ns", $3)
      emit("ns, 2 threads", $4)
      emit("x perfect", $5, "<=1.5")
      if (perfect > 1.15) emit("2 threads x 1", $6, sprintf("<=%.2f", 1.15 * perfect), sprintf("1.15 is out of reach here: %.2f for the perfect hash", perfect))
      else emit("2 threads x 1", $6, "<=1.15")
    }' >>"$figures"
  if [ -n "$rust" ]; then
    bounded $keys ROSTER_BUILTIN=no "ROSTER_CONFIG=$work/quiet$count" "$bin/lookup_rs" | awk -v OFS='\t' -v section="$section" -v title="$title" '{
      print section, title, "Rust: HashMap, get and clone", "ns", $2, "", ""
      print section, title, "Rust: roster_find", "ns", $3, "", ""
      print section, title, "Rust: roster_find", "times faster", $4, ">=2", ""
    }' >>"$figures"
  fi
  show "$title"
  [ -n "$rust" ] || left_out "$title, from Rust" 'rustc is missing'
done
