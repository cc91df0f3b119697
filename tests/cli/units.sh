#!/bin/sh
# The systemd units of samples/, as systemd reads them. Left out, by name, where there is no systemd.
# shellcheck disable=SC2154 # variables of the harness
. "$(dirname "$0")/harness"

if command -v systemd-analyze >/dev/null; then
	begin 'units: systemd finds nothing wrong with them'
	for unit in "$samples"/*.service "$samples"/*.timer; do
		sed "s,/usr/local/bin/pfxreplace,$(realpath "$PROGRAM")," "$unit" >"$(basename "$unit")"
	done
	# What it says of other units of this machine is no matter of ours.
	systemd-analyze verify --man=no ./*.service ./*.timer 2>&1 | grep pfxreplace >found
	same found ''
	is "how many" "$(find . -name "*.service" | wc -l) $(find . -name "*.timer" | wc -l)" "1 1"
else
	echo 'skipped: units: there is no systemd-analyze'
fi
finish
