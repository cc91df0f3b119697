# The table of `run-deploy`, from lines "ROUND NAME SECONDS CPU-SECONDS KIBIBYTES"; loaded after median.awk.

function of(name, what,   r, list) {
	for (r = 1; r <= rounds; r++) list[r] = value[name, what, r]
	return median(list, rounds)
}
function ratio(what,   r, list) {
	for (r = 1; r <= rounds; r++) list[r] = value["deploy", what, r] / value["swap", what, r]
	middle = median(list, rounds); least = list[1]; most = list[rounds]
	return middle
}
{ value[$2, "seconds", $1] = $3; value[$2, "cpu", $1] = $4; value[$2, "memory", $1] = $5 / 1024 }
END {
	printf "%-22s %9s %9s %9s\n", stores " PEM stores", "seconds", "CPU", "MiB"
	printf "%-22s %9.3f %9.3f %9.1f\n", "deploy", of("deploy", "seconds"), of("deploy", "cpu"), of("deploy", "memory")
	printf "%-22s %9.3f %9.3f %9.1f\n", "bare loop", of("swap", "seconds"), of("swap", "cpu"), of("swap", "memory")
	ratio("seconds")
	printf "deploy / bare loop     %9.2f   %.2f to %.2f   at most 1.5: %s\n", middle, least, most,
		middle <= 1.5 ? "met" : "missed"
	printf "{\"stores\":%d,\"rounds\":%d,\"deploy\":%.6f,\"swap\":%.6f,\"ratio\":%.4f,\"least\":%.4f,\"most\":%.4f,\"cpu\":%.6f}\n",
		stores, rounds, of("deploy", "seconds"), of("swap", "seconds"), middle, least, most, of("deploy", "cpu") >json
}
