# The table of `run-deploy`, from lines "ROUND NAME SECONDS CPU-SECONDS KIBIBYTES"; loaded after median.awk.

function of(name, what,   r, list) {
	for (r = 1; r <= rounds; r++) list[r] = value[name, what, r]
	return median(list, rounds)
}
function ratio(end,   r, list) {
	for (r = 1; r <= rounds; r++) list[r] = value["deploy" end, "seconds", r] / value["swap" end, "seconds", r]
	middle = median(list, rounds); least = list[1]; most = list[rounds]
	return middle
}
function line(text, name) {
	printf "%-36s %9.3f %9.3f %9.1f\n", text, of(name, "seconds"), of(name, "cpu"), of(name, "memory")
}
function scene(end,   text) {
	text = end == "" ? "" : sprintf(", syncs %.1f ms longer", sync / 1000)
	line("deploy" text, "deploy" end)
	line("bare loop" text, "swap" end)
	ratio(end)
	printf "%-36s %9.2f   %.2f to %.2f%s\n", "deploy / bare loop" text, middle, least, most,
		end == "" ? "" : middle <= 1.5 ? "   at most 1.5: met" : "   at most 1.5: missed"
	printf "%s\"deploy%s\":%.6f,\"swap%s\":%.6f,\"ratio%s\":%.4f,\"cpu%s\":%.6f", end == "" ? "" : ",",
		end, of("deploy" end, "seconds"), end, of("swap" end, "seconds"), end, middle, end, of("deploy" end, "cpu") >json
}
{ value[$2, "seconds", $1] = $3; value[$2, "cpu", $1] = $4; value[$2, "memory", $1] = $5 / 1024 }
END {
	printf "%-36s %9s %9s %9s\n", stores " PEM stores", "seconds", "CPU", "MiB"
	printf "{\"stores\":%d,\"rounds\":%d,\"sync\":%d,", stores, rounds, sync >json
	scene("")
	scene("-slow")
	print "}" >json
}
