-- Figures of a run: a line for each, separated by tabs: section, title, program, measure, value, bound, remark.
--
--     lua5.4 bench/figures.lua show FILE SECTION TITLE     the table of one title
--     lua5.4 bench/figures.lua bounds FILE BUSY            all bounds, and whether they hold; BUSY names the sections during which something
--                                                          else used the machine; fails where a bound is exceeded in another one
--     lua5.4 bench/figures.lua verdicts FILE MEASURE       what bench/compare found
--     lua5.4 bench/figures.lua compare FILE LAST           what is worse than in the last run, which is a file of the same form

local function read(path)
  local rows = {}
  for line in io.lines(path) do
    local cells = {}
    for cell in (line .. "\t"):gmatch "([^\t]*)\t" do cells[#cells + 1] = cell end
    if line:sub(1, 1) ~= "#" and #cells >= 5 then
      rows[#rows + 1] = { section = cells[1], title = cells[2], program = cells[3], measure = cells[4], value = tonumber(cells[5]),
        bound = cells[6] or "", remark = cells[7] or "" }
    end
  end
  return rows
end

local function kept(row)
  local sign, limit = row.bound:match "^([<>])=(.+)$"
  if not sign then return nil end
  if sign == "<" then return row.value <= tonumber(limit) + 0.0005 end
  return row.value >= tonumber(limit) - 0.0005
end

local function number(value)
  if math.abs(value) >= 1000 then return ("%.0f"):format(value) end
  return (math.abs(value) >= 100 and "%.1f" or "%.2f"):format(value)
end

local function bound(row)
  local remark = row.remark ~= "" and (" (%s)"):format(row.remark) or ""
  return ("%s %s: %s%s"):format(row.bound:sub(1, 2), row.bound:sub(3), kept(row) and "held" or "exceeded", remark)
end

-- ---- the table of one title ----

local function show(rows, section, title)
  local measures, programs, cells, bounds = {}, {}, {}, {}
  for _, row in ipairs(rows) do
    if row.section == section and row.title == title then
      if not cells[row.program] then cells[row.program], programs[#programs + 1], bounds[row.program] = {}, row.program, {} end
      if not measures[row.measure] then measures[row.measure], measures[#measures + 1] = true, row.measure end
      cells[row.program][row.measure] = number(row.value)
      if row.bound ~= "" then table.insert(bounds[row.program], row) end
    end
  end
  io.write(("\n%-48s"):format(title))
  for _, measure in ipairs(measures) do io.write((" %12s"):format(measure)) end
  print()
  for _, program in ipairs(programs) do
    io.write(("  %-46s"):format(program))
    for _, measure in ipairs(measures) do io.write((" %12s"):format(cells[program][measure] or "")) end
    print()
    for _, row in ipairs(bounds[program]) do print(("    %s %s"):format(row.measure, bound(row))) end
  end
end

-- ---- all bounds ----

--- What a bound is of: the title of its table, with the program where several of that table have bounds.
local function labels(rows)
  local first, several = {}, {}
  for _, row in ipairs(rows) do
    if kept(row) ~= nil then
      first[row.title] = first[row.title] or row.program
      several[row.title] = several[row.title] or row.program ~= first[row.title]
    end
  end
  return function(row) return several[row.title] and ("%s, %s"):format(row.program, row.title) or row.title end
end

local function bounds(rows, busy)
  local held, exceeded, failed = 0, 0, 0
  local label = labels(rows)
  print(("\n%-58s %-24s %10s  bound"):format("bounds", "measure", "measured"))
  for _, row in ipairs(rows) do
    local good = kept(row)
    if good ~= nil then
      local disturbed = not good and (" " .. busy .. " "):find(" " .. row.section .. " ", 1, true)
      held, exceeded, failed = held + (good and 1 or 0), exceeded + (good and 0 or 1), failed + ((good or disturbed) and 0 or 1)
      print(("  %-56s %-24s %10s  %s%s"):format(label(row), row.measure, number(row.value), bound(row), disturbed and "; the machine was busy" or ""))
    end
  end
  print(("%d bounds hold, %d are exceeded%s"):format(held, exceeded,
    exceeded > failed and (", %d of them while the machine was busy, which do not count"):format(exceeded - failed) or ""))
  return failed == 0
end

-- ---- the last run ----

-- Ratios of one run can be compared with those of another; times depend on the machine's moment, and need a wider margin.
local function margin(measure)
  if measure == "MiB" then return 1.05 end
  if measure:find "x " or measure:find "^times" or measure:find "exponent" then return 1.1 end
  return 1.3
end

local function higher_is_better(row) return row.bound:sub(1, 1) == ">" or row.measure == "requests/s" or row.measure == "reads" end

local function compare(rows, last)
  local before, worse, better, missing = {}, {}, 0, {}
  local function key(row) return table.concat({ row.section, row.title, row.program, row.measure }, "\t") end
  for _, row in ipairs(last) do before[key(row)] = row.value end
  for _, row in ipairs(rows) do
    local was = before[key(row)]
    if was and was > 0 and row.value > 0 then
      local change = higher_is_better(row) and was / row.value or row.value / was
      if change > margin(row.measure) then worse[#worse + 1] = { row = row, was = was } end
      if change < 1 / margin(row.measure) then better = better + 1 end
    elseif not was then
      missing[#missing + 1] = row
    end
  end
  print(("\n%-48s %-32s %10s %10s"):format("worse than in the last run", "program, measure", "was", "is"))
  for _, one in ipairs(worse) do
    print(("  %-46s %-32s %10s %10s"):format(one.row.title, one.row.program:sub(1, 18) .. ", " .. one.row.measure, number(one.was), number(one.row.value)))
  end
  print(("  %d of %d figures are worse by more than the margin (10 %% for ratios, 5 %% for memory, 30 %% for times), %d are better, %d are new")
    :format(#worse, #rows, better, #missing))
end

-- ---- two revisions ----

-- Half of the rounds are between `from` and `to`: only where all of these are on one side of 1 is something said to have changed.
local function verdicts(rows, measure)
  local titles, found = {}, {}
  for _, row in ipairs(rows) do
    if row.program == "this work tree" then
      if not found[row.title] then found[row.title], titles[#titles + 1] = {}, row.title end
      found[row.title][row.measure] = row.value
    end
  end
  print(("\n%-48s %12s %18s %12s"):format("this work tree", measure, "half of the rounds", "cpu " .. measure))
  for _, title in ipairs(titles) do
    local one = found[title]
    local word = one.from > 1.02 and "slower" or one.to < 0.98 and "faster" or "the same"
    local cpu = one["cpu " .. measure]
    print(("  %-46s %12.3f %9.3f to %.3f %12s  %s"):format(title, one[measure], one.from, one.to, cpu and ("%.3f"):format(cpu) or "", word))
  end
end

local commands = {
  verdicts = function() verdicts(read(arg[2]), arg[3]) end,
  show = function() show(read(arg[2]), arg[3], arg[4]) end,
  bounds = function() return bounds(read(arg[2]), arg[3]) end,
  compare = function() compare(read(arg[2]), read(arg[3])) end,
}
os.exit(commands[arg[1]]() ~= false)
