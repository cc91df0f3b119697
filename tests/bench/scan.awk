# The table of `run-scan`, from lines "ROUND NAME SECONDS CPU-SECONDS KIBIBYTES"; loaded after median.awk.

function of(name, what,   r, list) {
	for (r = 1; r <= rounds; r++) list[r] = value[name, what, r]
	return median(list, rounds)
}
function ratio(what,   r, list) {
	for (r = 1; r <= rounds; r++) list[r] = value["scan", what, r] / value["parse", what, r]
	middle = median(list, rounds); least = list[1]; most = list[rounds]
	return middle
}
{ value[$2, "seconds", $1] = $3; value[$2, "cpu", $1] = $4; value[$2, "memory", $1] = $5 / 1024 }
END {
	printf "%-22s %9s %9s %9s\n", pem " PEM, " pkcs12 " PKCS#12", "seconds", "CPU", "MiB"
	printf "%-22s %9.3f %9.3f %9.1f\n", "scan", of("scan", "seconds"), of("scan", "cpu"), of("scan", "memory")
	printf "%-22s %9.3f %9.3f %9.1f\n", "parse", of("parse", "seconds"), of("parse", "cpu"), of("parse", "memory")
	printf "{\"pem\":%d,\"pkcs12\":%d,\"rounds\":%d", pem, pkcs12, rounds >json
	for (i = 1; i <= 2; i++) {
		what = i == 1 ? "seconds" : "cpu"
		ratio(what)
		printf "scan / parse, %-8s %9.2f   %.2f to %.2f   at most 1.3: %s\n", what, middle, least, most,
			middle <= 1.3 ? "met" : "missed"
		printf ",\"%s\":{\"scan\":%.6f,\"parse\":%.6f,\"ratio\":%.4f,\"least\":%.4f,\"most\":%.4f}", what,
			of("scan", what), of("parse", what), middle, least, most >json
	}
	print "}" >json
}
