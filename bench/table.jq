# SPDX-License-Identifier: GPL-2.0-or-later
# For bench/table: the results of bench/run as Markdown.

def median:
  sort | length as $n |
  if $n == 0 then null
  elif $n % 2 == 1 then .[($n - 1) / 2]
  else (.[$n / 2 - 1] + .[$n / 2]) / 2 end;

# A number with so many digits behind the point.
def digits($n):
  pow(10; $n) as $p | . * $p | round | . as $i |
  (if $i < 0 then "-" else "" end) as $sign | ($i | fabs) as $i |
  if $n == 0 then "\($sign)\($i)"
  else "\($sign)\(($i / $p) | floor)." +
    ("000000\($i % $p)" | .[-$n:]) end;

def row: "| " + join(" | ") + " |";

def distinct: reduce .[] as $x ([]; if index([$x]) then . else . + [$x] end);

def seconds:
  if . == null then "-"
  elif . >= 10 then digits(1) + " s"
  elif . >= 0.1 then digits(2) + " s"
  elif . >= 0.001 then (. * 1000 | digits(1)) + " ms"
  else (. * 1000000 | digits(0)) + " µs" end;

# What of the rounds counts: the median of one field.
def value($all; $workload; $side; $layers; $field):
  [$all[] | select(.workload == $workload and .side == $side and
    .layers == $layers and .round > 0) | .[$field] // empty] | median;

def failed($all; $workload; $side; $layers):
  [$all[] | select(.workload == $workload and .side == $side and
    .layers == $layers and .error)] | length > 0;

# A figure and the target for it, if there is one.
def against($workload; $side; $n):
  . as $figure | $targets[0][$workload][$side] as $target |
  digits($n) |
  if $target == null then .
  elif $figure > $target then "**\(.)** (≤ \($target))"
  else "\(.) (≤ \($target))" end;

def cell($all; $workload; $side; $layers):
  value($all; $workload; "overlayfs"; $layers; "seconds") as $base |
  value($all; $workload; $side; $layers; "seconds") as $mine |
  if failed($all; $workload; $side; $layers) then "failed"
  elif $mine == null then "-"
  elif $base == null then ($mine | seconds)
  else ($mine / $base) | against($workload; $side; 2) end;

def ratios($all; $sides; $layers):
  ([$all[] | select(.layers == $layers) | .workload] | distinct |
    map(select(test("^(mount-[0-9]+|memory)$") | not))) as $workloads |
  ($sides | map(select(. != "overlayfs"))) as $others |
  if $workloads == [] then empty else
    "", "### \($layers) lower layer" + (if $layers > 1 then "s" else "" end),
    "", (["workload", "overlayfs"] + $others | row),
    (["---", "---:"] + ($others | map("---:")) | row),
    ($workloads[] as $w |
      [$w, (value($all; $w; "overlayfs"; $layers; "seconds") | seconds)] +
      [$others[] as $s | cell($all; $w; $s; $layers)] | row)
  end;

def daemons($all; $sides):
  ([$all[] | select(.workload | test("^mount-")) |
    {workload, layers}] | distinct) as $mounts |
  ([$all[] | select(.workload == "memory") |
    {workload, layers}] | distinct) as $memory |
  ($sides | map(select(. != "native"))) as $sides |
  if $mounts + $memory == [] then empty else
    "", "### Mount time in ms, and bytes of the daemon per cached inode",
    "", (["what"] + $sides | row),
    (["---"] + ($sides | map("---:")) | row),
    ($mounts[] as $m | ["mount, \($m.layers) layers"] + [$sides[] as $s |
      value($all; $m.workload; $s; $m.layers; "seconds") |
      if . == null then "-"
      else . * 1000 | against($m.workload; $s; 1) end] | row),
    ($memory[] as $m | ["bytes per inode, \($m.layers) layers"] +
      [$sides[] as $s |
      value($all; $m.workload; $s; $m.layers; "bytes") |
      if . == null then "-" else against($m.workload; $s; 0) end] | row)
  end;

def requests:
  to_entries | sort_by(-.value) | map("\(.value) \(.key)") |
  if . == [] then "none" else join(", ") end;

def messages($all; $sides; $layers):
  ([$all[] | select(.layers == $layers and .messages)] ) as $counted |
  ([$counted[].side] | distinct) as $found |
  ($sides | map(select(. as $s | $found | index([$s])))) as $sides |
  if $counted == [] then empty else
    "", "### FUSE messages of one pass, \($layers) lower layer" +
      (if $layers > 1 then "s" else "" end),
    "", (["workload"] + $sides | row), (["---"] + ($sides | map("---")) | row),
    (([$counted[].workload] | distinct)[] as $w | [$w] +
      [$sides[] as $s | [$counted[] |
        select(.workload == $w and .side == $s) | .messages][0] |
        if . == null then "-" else requests end] | row)
  end;

.setup as $setup | .results as $all | ($setup.sides | keys_unsorted) as $sides |
([$all[] | select(.workload | test("^mount-") | not) | .layers] |
  distinct) as $layers |
"Linux \($setup.kernel), \($setup.processors) processors, layers on " +
"\($setup.filesystem), \($setup.rounds) rounds, sizes divided by " +
"\($setup.scale), \($setup.date).",
"Ratios of medians to kernel overlayfs; lower is better.",
"", ($setup.sides | to_entries[] | "- \(.key): \(.value)"),
ratios($all; $sides; $layers[]),
daemons($all; $sides),
messages($all; $sides; $layers[])
