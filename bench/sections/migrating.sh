# shellcheck shell=sh disable=SC2154 # sourced by bench/run, which has what is not defined here
# A million conversations, all with a former id. Each program uses one transaction on its own file; roster also makes a copy, checks it, and
# compares every row with it.

sqlite3 "$work/million.db" "PRAGMA journal_mode=wal;
  CREATE TABLE conversations (id TEXT PRIMARY KEY, slug TEXT, model TEXT, state TEXT);
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
  INSERT INTO conversations SELECT 'c' || i, 'conversation ' || i, CASE i % 2 WHEN 0 THEN 'claude-4-opus' ELSE 'claude-3.5-sonnet' END, '{}' FROM n;" >"$work/mode"
mkdir "$work/nothing"
clean "$roster" migrate --sql --config "$work/nothing" --table conversations --column model >"$work/migrate.sql"

# A round, with files of its own: the timer runs each once.
cat >"$work/shell" <<X
#!/bin/sh
exec sqlite3 "$work/shell.db" ".read $work/migrate.sql"
X
cat >"$work/apply" <<X
#!/bin/sh
exec "$roster" migrate --db "$work/roster.db" --config "$work/nothing" --table conversations --column model --apply
X
chmod +x "$work/shell" "$work/apply"
: >"$work/rounds"
for _ in 1 2 3 4 5; do
  rm -f "$work"/shell.db* "$work"/roster.db*
  cp "$work/million.db" "$work/shell.db"
  cp "$work/million.db" "$work/roster.db"
  sync # what the copies leave to be written would be counted
  clean "$bin/timer" 1 0 shell "$work/shell" -- roster "$work/apply" >>"$work/rounds"
done
[ "$(sqlite3 "$work/roster.db" "SELECT count(*) FROM conversations WHERE model IN ('claude-4.5-opus', 'claude-4.0-sonnet')")" -eq 1000000 ]
title='migrating 1,000,000 rows'
of() { awk -F '\t' -v n="$1" -v c="$2" '$1 == n { print $c }' "$work/rounds" | sort -n | sed -n 3p; } # the median round
for program in shell roster; do
  [ "$program" = shell ] && name='the same UPDATE in the sqlite3 shell' || name='roster migrate --apply'
  figure "$title" "$name" ms "$(of $program 2)"
  figure "$title" "$name" 'cpu ms' "$(of $program 3)"
  figure "$title" "$name" MiB "$(of $program 4 | awk '{ printf "%.1f", $1 / 1024 }')"
  figure "$title" "$name" 'x shell' "$(of $program 5)" "$([ $program = shell ] || echo '<=1.2')"
  figure "$title" "$name" 'cpu x shell' "$(of $program 8)"
done
show "$title"
rm -f "$work"/*.db*
