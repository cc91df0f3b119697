# The table of `scale`, from lines "ROUND NAME SECONDS CPU-SECONDS KIBIBYTES"; loaded after median.awk.
function show(name, what, count,   r, list, wall, peak) {
	for (r = 1; r <= rounds; r++) list[r] = memory[name, r] / 1024
	peak = median(list, rounds)
	for (r = 1; r <= rounds; r++) list[r] = seconds[name, r]
	wall = median(list, rounds)
	printf "%-36s %9.3f %9.3f %9.3f %11d %9.1f\n", what, wall, list[1], list[rounds],
		count / wall, peak
	printf "%s\n{\"name\":\"%s\",\"rows\":%d,\"seconds\":%.6f,\"per_second\":%.1f,\"peak_mib\":%.1f}",
		comma, name, count, wall, count / wall, peak >json
	comma = ","
	peaks[name] = peak; walls[name] = wall
}

function target(what, value, met) {
	printf "%-62s %10s   %s\n", what, value, met ? "met" : "missed"
	printf "%s\n{\"target\":4,\"what\":\"%s\",\"value\":\"%s\",\"met\":%s}", comma, what, value,
		met ? "true" : "false" >json
	comma = ","
}

{ seconds[$2, $1] = $3; memory[$2, $1] = $5 }

END {
	printf "%-36s %9s %9s %9s %11s %9s\n", "apply, CSV", "seconds", "least", "most",
		"rows/s", "peak MiB"
	printf "{\"measures\":[" >json
	show("base", sprintf("%d rows", rows), rows)
	show("large", sprintf("%d rows", large), large)
	show("few", sprintf("%d rows, all there are", few), few)
	show("few-base", sprintf("%d rows of %d", few, rows), few)
	show("few-large", sprintf("%d rows of %d", few, large), few)
	for (r = 1; r <= rounds; r++)
		list[r] = large / seconds["large", r] / (rows / seconds["base", r])
	value = median(list, rounds)
	printf "],\n\"targets\":[" >json
	comma = ""
	print ""
	target(sprintf("rows/s at %d to that at %d: at least 0.8", large, rows),
		sprintf("%.2f", value), value >= 0.8)
	target(sprintf("memory at %d beside a page cache of %d MiB: at most 64 MiB", large, cache),
		sprintf("%.1f MiB", peaks["large"] - cache), peaks["large"] - cache <= 64)
	target(sprintf("%d rows, all there are: at most 50 ms", few),
		sprintf("%.0f ms", 1000 * walls["few"]), walls["few"] <= 0.05)
	target(sprintf("%d rows of %d: at most 50 ms", few, rows),
		sprintf("%.0f ms", 1000 * walls["few-base"]), walls["few-base"] <= 0.05)
	printf "]}" >json
}
