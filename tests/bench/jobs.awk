# Of the lines "ROUND NAME SECONDS CPU-SECONDS KIBIBYTES" of run-jobs: the medians of CPU time, and
# whether the targets are met.
{
	cpu[$2, ++count[$2]] = $4
	wall[$2, count[$2]] = $3
}

function middle(values, name,   i, list) {
	for (i = 1; i <= count[name]; i++)
		list[i] = values[name, i]
	return median(list, count[name])
}

function target(name, value, unit, most) {
	printf "%-56s %8.2f %-2s   at most %s %s\n", name, value, unit, most,
		value <= most ? "met" : "missed"
}

END {
	printf "%-20s %12s %12s\n", "", "CPU ms", "wall ms"
	split("first bare machine-" few " machine-" many " all-" few " all-" many " blocked proven few-settled all-settled", names, " ")
	for (i = 1; i <= 10; i++)
		printf "%-20s %12.1f %12.1f\n", names[i], 1000 * middle(cpu, names[i]),
			1000 * middle(wall, names[i])
	print ""
	target("claim of a machine, " many " jobs to " few, middle(cpu, "machine-" many) / middle(cpu, "machine-" few), "", 3)
	target("claim of a machine", 1000 * middle(cpu, "machine-" many), "ms", 20)
	target("claim of all", 1000 * middle(cpu, "all-" many), "ms", 100)
	target("claim of all, after those that are passed over", 1000 * middle(cpu, "blocked"), "ms", 300)
	target("the first claim, to a bare INSERT ... SELECT", middle(cpu, "first") / middle(cpu, "bare"), "", 2)
	target("an inventory that settles 1 %, to one that settles none",
		middle(cpu, "few-settled") / middle(cpu, "proven"), "", 1.05)
	target("an inventory that settles all, to one that settles none",
		middle(cpu, "all-settled") / middle(cpu, "proven"), "", 3)
}
