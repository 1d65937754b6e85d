# Adds up the values of each key; a line without value counts as 1. Fits a combiner as well as a reducer:
# the lines come sorted by key.
BEGIN { FS = "\t" }
$1 != key { tell(); key = $1; count = 0 }
{ count += $2 == "" ? 1 : $2 }
END { tell() }

function tell() {
  if (key != "") printf "%s\t%d\n", key, count
}
