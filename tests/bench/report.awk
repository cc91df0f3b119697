# The table of `run`, from lines "ROUND NAME SECONDS CPU-SECONDS KIBIBYTES"; loaded after median.awk.
# A ratio is the median of the per-round ratios, for other load on the machine slows both sides.

# The faster one of two peers that do the same; "" if neither was measured.
function faster(one, other) {
	if (!(one in wall) || !(other in wall))
		return one in wall ? one : other in wall ? other : ""
	return wall[one] <= wall[other] ? one : other
}

function describe(name, what, of, unit) {
	text[name] = what; count[name] = of; units[name] = unit
	order[++described] = name
}

function measure(name,   r, list) {
	for (r = 1; r <= rounds; r++) {
		list[r] = seconds[name, r]; all[name] = all[name] (r == 1 ? "" : ",") list[r]
	}
	wall[name] = median(list, rounds); least[name] = list[1]; most[name] = list[rounds]
	for (r = 1; r <= rounds; r++) list[r] = cpu[name, r]
	busy[name] = median(list, rounds)
	for (r = 1; r <= rounds; r++) list[r] = memory[name, r]
	peak[name] = median(list, rounds) / 1024
}

# The memory of the floor is that of its rows, and is not shown.
function memory_text(mebibytes, none) {
	return mebibytes > 0 ? sprintf("%.1f", mebibytes) : none
}

function print_measure(name) {
	printf "%-13s %-44s %8.3f %8.3f %8.3f %8.3f %9d %-9s %8s\n", name, text[name], wall[name],
		least[name], most[name], busy[name], count[name] / wall[name], units[name],
		memory_text(peak[name], "-")
	printf "%s\n{\"name\":\"%s\",\"seconds\":%.6f,\"cpu_seconds\":%.6f,\"count\":%d,", comma, name,
		wall[name], busy[name], count[name] >json
	printf "\"per_second\":%.1f,\"unit\":\"%s\",\"peak_mib\":%s,\"all_seconds\":[%s]}",
		count[name] / wall[name], units[name],
		memory_text(peak[name], "null"), all[name] >json
	comma = ","
}

# Prints over / under; the target is the most or the least that it may be.
function ratio(number, over, under, bound, target,   r, list, value, met) {
	if (!(over in wall) || !(under in wall))
		return
	for (r = 1; r <= rounds; r++) list[r] = seconds[over, r] / seconds[under, r]
	value = median(list, rounds)
	met = bound == "most" ? value <= target : value >= target
	printf "%6d  %-30s %8.2f %8.2f %8.2f   at %s %-5s %s, CPU %.2f\n", number, over " / " under, value,
		list[1], list[rounds], bound, target, met ? "met" : "missed", busy[over] / busy[under]
	printf "%s\n{\"target\":%d,\"ratio\":\"%s/%s\",\"value\":%.4f,\"least\":%.4f,\"most\":%.4f,",
		comma, number, over, under, value, list[1], list[rounds] >json
	printf "\"at_%s\":%s,\"met\":%s}", bound, target, met ? "true" : "false" >json
	comma = ","
}

{ seconds[$2, $1] = $3; cpu[$2, $1] = $4; memory[$2, $1] = $5; seen[$2] = 1 }

END {
	describe("check", "check, CSV", rows, "rows")
	describe("check-jsonl", "check, JSONL", rows, "rows")
	describe("apply", "apply, CSV, by certificate", rows, "rows")
	describe("checks", "apply, CSV, with the facts of all checks", rows, "rows")
	describe("floor-rows", "floor: a job by an insert", rows, "rows")
	describe("floor-select", "floor: a chunk's jobs by INSERT ... SELECT", rows, "rows")
	describe("floor-feed", "floor: requests and jobs by INSERT ... SELECT", rows, "rows")
	describe("shell", "sqlite3 shell, by sets, one transaction", rows, "rows")
	describe("python", "Python csv and sqlite3, by rows", rows, "rows")
	describe("shuffled", "apply, CSV, shuffled", rows, "rows")
	describe("jsonl", "apply, JSONL", rows, "rows")
	describe("password", "apply, CSV, a password in each row", rows, "rows")
	describe("resume", "apply, carried on from the middle", rows / 2, "rows")
	describe("rerun", "apply, of a finished manifest", rows, "rows")
	describe("results", "results", rows, "rows")
	describe("reconcile", "reconcile", 2 * rows, "jobs")
	describe("join", "sqlite3 shell: the join of its rows", 2 * rows, "jobs")
	describe("open-whole", "reconcile, all but 100 jobs proven", 2 * rows, "jobs")
	describe("open", "reconcile --open --run 1, of the same", 2 * rows, "jobs")
	describe("import", "import inventory", 2 * rows, "locations")
	describe("import-shell", "sqlite3 .import and INSERT ... SELECT", 2 * rows, "locations")
	describe("import-direct", "sqlite3 .import alone", 2 * rows, "locations")
	describe("small", "apply of 100 rows to this database", 100, "rows")

	printf "%d rows, %d locations; %s\n\n", rows, 2 * rows, machine
	printf "{\"rows\":%d,\"rounds\":%d,\"machine\":\"%s\",\"measures\":[", rows, rounds, machine >json
	printf "%-13s %-44s %8s %8s %8s %8s %19s %8s\n", "", "", "seconds", "least", "most",
		"CPU s", "per second      ", "peak MiB"
	for (i = 1; i <= described; i++)
		if (order[i] in seen) {
			measure(order[i])
			print_measure(order[i])
		}
	printf "],\n\"ratios\":[" >json
	comma = ""
	printf "\n%6s  %-30s %8s %8s %8s\n", "target", "ratio", "median", "least", "most"
	ratio(1, "apply", faster(faster("floor-rows", "floor-select"), "floor-feed"), "most", "1.3")
	ratio(1, "shell", "apply", "least", "1.25")
	ratio(1, "python", "apply", "least", "3")
	ratio(2, "jsonl", "apply", "most", "1.35")
	ratio(3, "check", "apply", "most", "0.5")
	ratio(3, "rerun", "apply", "most", "0.25")
	ratio(0, "shuffled", "apply", "most", "1.5")
	ratio(7, "checks", "apply", "most", "1.1")
	ratio(0, "reconcile", "join", "most", "1.3")
	ratio(0, "open", "open-whole", "most", "0.05")
	ratio(6, faster("import-shell", "import-direct"), "import", "least", "1")
	printf "]" >json
	if ("small" in wall) {
		printf "%6d  %-30s %5.0f ms %5.0f ms %5.0f ms   at most 50 ms %s\n", 4, "small",
			1000 * wall["small"], 1000 * least["small"], 1000 * most["small"],
			wall["small"] <= 0.05 ? "met" : "missed"
		printf ",\n\"small\":{\"target\":4,\"milliseconds\":%.1f,\"at_most\":50,\"met\":%s}",
			1000 * wall["small"], wall["small"] <= 0.05 ? "true" : "false" >json
	}
	printf "}\n" >json
}
