#!/bin/sh
# The systemd units of samples/, as systemd reads them, and the line of cron. Those of systemd are left
# out, by name, where there is none.
# shellcheck disable=SC2154 # variables of the harness
. "$(dirname "$0")/harness"

if command -v systemd-analyze >/dev/null; then
	begin 'units: systemd finds nothing wrong with them'
	for unit in "$samples"/*.service "$samples"/*.timer; do
		sed "s,/usr/local/bin/pfxreplace,$(realpath "$PROGRAM"),;s,/usr/local/lib/pfxreplace/nightly,$samples/nightly," \
			"$unit" >"$(basename "$unit")"
	done
	# What it says of other units of this machine is no matter of ours.
	systemd-analyze verify --man=no ./*.service ./*.timer 2>&1 | grep pfxreplace >found
	same found ''
	is "how many" "$(find . -name "*.service" | wc -l) $(find . -name "*.timer" | wc -l)" "2 2"
	for unit in deploy nightly; do
		grep -q '^OnCalendar=' "pfxreplace-$unit.timer" || wrong "$unit: no time"
		is "$unit: other programs than ours" "$(grep -c "^ExecStart=$(realpath "$PROGRAM") \|^ExecStart=$samples/nightly$" "pfxreplace-$unit.service")" 1
	done
else
	echo 'skipped: units: there is no systemd-analyze'
fi

begin 'cron: variables, and one line with a time, a user and the script'
grep -v '^#' "$samples/pfxreplace-nightly.cron" >lines
is 'variables' "$(grep -c '^[A-Z_]*=[^ ]*$' lines)" 4
is 'others' "$(grep -vc '^[A-Z_]*=' lines)" 1
grep -Eq '^[0-9]+ [0-9]+ \* \* \* root /usr/local/lib/pfxreplace/nightly$' lines || wrong "$(cat lines)"
is 'ends with a line' "$(tail -c 1 "$samples/pfxreplace-nightly.cron" | od -An -c | tr -d ' ')" '\n'
is 'may be executed' "$([ -x "$samples/nightly" ] && echo yes)" yes
finish
