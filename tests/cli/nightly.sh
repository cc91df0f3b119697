#!/bin/sh
# samples/nightly: what it calls, in which order, what it keeps, and how it ends. The program is one
# that writes down its arguments and ends as it is told.
# shellcheck disable=SC2154,SC2016 # variables of the harness; $ in scripts that are written here
. "$(dirname "$0")/harness"

# night STATUS [ARGUMENT...]: a night, with its exit status; `calls` has the arguments of each call,
# a word in brackets each, without the name of this folder
night() {
	expected=$1
	shift
	rm -f calls
	PATH="$PWD/bin:$PATH" ${shell:+"$shell"} "$samples/nightly" "$@" >"$scratch/out" 2>"$scratch/err"
	is 'the exit status' $? "$expected"
	out ''
	[ ! -e calls ] || sed -i "s,$PWD/,,g" calls
}

# world: the program; `scans` and `reconciles` have the status with which its commands end, `report`
# what the report has
world() {
	mkdir bin
	cat >bin/pfxreplace <<END
#!/bin/sh
cd '$PWD' || exit 99
for word; do printf '[%s]' "\$word" >>calls; done
echo " \$PFXREPLACE_DB" >>calls
[ "\$2" != scan ] || exit "\$(cat scans)"
while [ \$# -gt 0 ]; do
	case \$1 in
	--report) report=\$2 ;;
	--page) page=\$2 ;;
	--metrics) metrics=\$2 ;;
	esac
	shift
done
read -r status <reconciles
[ -s report ] && cp report "\$report"
[ "\$status" -gt 1 ] || { echo page >"\$page"; echo metrics >"\$metrics"; }
[ "\$status" != killed ] || kill -9 \$PPID
exit "\$status"
END
	chmod +x bin/pfxreplace
	echo 0 >scans
	echo 0 >reconciles
	echo one >report
	PFXREPLACE_DB=$PWD/inventory.db
	export PFXREPLACE_DB
}

# nights: the names of what is there, with the first line of each report
nights() {
	for file in nightly/*; do
		case $file in
		*.csv) echo "${file#nightly/} $(head -n 1 "$file")" ;;
		*) echo "${file#nightly/}" ;;
		esac
	done
}

scanned="[-q][scan][--wait][600] inventory.db"
first='[-q][reconcile][--open][--report][nightly/tonight.csv][--page][nightly/page.html][--metrics][nightly/pfxreplace.prom] inventory.db'
later='[-q][reconcile][--open][--since][nightly/report.csv][--report][nightly/tonight.csv][--page][nightly/page.html][--metrics][nightly/pfxreplace.prom] inventory.db'

begin 'nights after nights, in each shell that is here'
for shell in '' dash bash busybox; do
	[ -z "$shell" ] || command -v "$shell" >/dev/null || continue
	[ "$shell" != busybox ] || shell=busybox-sh
	mkdir "in-$shell"
	cd "in-$shell" || exit 2
	world
	if [ "$shell" = busybox-sh ]; then
		printf '#!/bin/sh\nexec busybox sh "$@"\n' >bin/busybox-sh
		chmod +x bin/busybox-sh
	fi
	night 0
	err ''
	same calls "$scanned
$first"
	is 'after the first' "$(nights)" 'lock
page.html
pfxreplace.prom
report.csv one'
	is 'its folder' "$(stat -c %a nightly)" 755
	is 'its report' "$(stat -c %a nightly/report.csv)" 600
	echo two >report
	echo 1 >reconciles
	night 1
	same calls "$scanned
$later"
	is 'after the second' "$(nights)" 'lock
page.html
pfxreplace.prom
previous.csv one
report.csv two'
	echo three >report
	night 1
	same calls "$scanned
$later"
	is 'after the third' "$(nights)" 'lock
page.html
pfxreplace.prom
previous.csv two
report.csv three'
	cd .. || exit 2
done
shell=

begin 'the status is the greater of both; a report is kept where it is whole'
while read -r scan reconcile status kept; do
	rm -rf bin nightly
	world
	night 0
	echo "$scan" >scans
	echo "$reconcile" >reconciles
	echo two >report
	night "$status"
	err ''
	same calls "$scanned
$later"
	is "the report after $scan and $reconcile" "$(head -n 1 nightly/report.csv)" "$kept"
done <<'END'
0 0 0 two
0 1 1 two
1 0 1 two
1 1 1 two
3 0 3 two
4 1 4 two
5 0 5 two
7 1 7 two
127 0 127 two
0 2 2 one
0 3 3 one
1 4 4 one
4 3 4 one
3 4 4 one
0 7 7 one
0 143 143 one
1 137 137 one
END

begin 'a signal ends scan: nothing is reconciled'
world
for status in 129 130 137 143; do
	echo $status >scans
	night $status
	same calls "$scanned"
	is 'what it leaves' "$(nights)" lock
done

begin 'a night that fails is not kept, and the next one is compared with the last good one'
world
night 0
echo half >report
echo 4 >reconciles
night 4
is 'after it' "$(nights)" 'lock
page.html
pfxreplace.prom
report.csv one
tonight.csv half'
# The one after writes no report at all: that of the night that failed must not take its place.
: >report
echo 0 >reconciles
night 4
same calls "$scanned
$later"
grep -q "tonight.csv.*No such file" "$scratch/err" || wrong "$(cat "$scratch/err")"
is 'still' "$(head -n 1 nightly/report.csv)" one
echo two >report
night 0
is 'and then' "$(nights)" 'lock
page.html
pfxreplace.prom
previous.csv one
report.csv two'

begin 'killed at any place, it leaves the last report, and the next night goes on'
world
night 0
echo two >report
echo killed >reconciles
night 137
is 'before it was kept' "$(nights)" 'lock
page.html
pfxreplace.prom
report.csv one
tonight.csv two'
echo 0 >reconciles
# after the old one got its second name
ln nightly/report.csv nightly/previous.csv
echo three >report
night 0
err ''
is 'after both' "$(nights)" 'lock
page.html
pfxreplace.prom
previous.csv one
report.csv three'

begin 'where there are no hard links the report before is copied'
world
night 0
printf '#!/bin/sh\necho "ln: not permitted" >&2\nexit 1\n' >bin/ln
chmod +x bin/ln
echo two >report
night 0
err ''
is 'both' "$(nights)" 'lock
page.html
pfxreplace.prom
previous.csv one
report.csv two'
printf '#!/bin/sh\necho "cp: no room" >&2\nexit 1\n' >bin/cp
chmod +x bin/cp
sed -i 's,&& cp report,\&\& /bin/cp report,' bin/pfxreplace
echo three >report
night 4
err 'cp: no room'
is 'the last' "$(head -n 1 nightly/report.csv)" two

begin 'two nights at once: the second one does nothing, and nothing goes wrong with the first'
world
mkfifo going
sed -i 's,^read -r status,echo begun >begun; cat going >/dev/null; read -r status,' bin/pfxreplace
PATH="$PWD/bin:$PATH" "$samples/nightly" &
while [ ! -e begun ]; do sleep 0.01; done
cp calls before
night 5
err "nightly: $PWD/nightly: the night before is still going on"
[ ! -e calls ] || wrong "$(cat calls)"
: >going
wait $!
is 'the first one' $? 0
is 'what it leaves' "$(nights)" 'lock
page.html
pfxreplace.prom
report.csv one'
sed "s,$PWD/,,g" before >before.short
same before.short "$scanned
$first"

begin 'the lock is kept while the program still runs after the script was killed'
world
mkfifo going
sed -i 's,^read -r status,echo $$ >running; cat going >/dev/null; read -r status,' bin/pfxreplace
PATH="$PWD/bin:$PATH" "$samples/nightly" &
script_id=$!
while [ ! -s running ]; do sleep 0.01; done
kill -9 $script_id
wait $script_id 2>/dev/null
night 5
: >going
read -r program_id <running
while kill -0 "$program_id" 2>/dev/null; do sleep 0.01; done
sed -i 's,cat going >/dev/null; ,,' bin/pfxreplace
night 0

begin 'variables and options, with any character in them'
world
mkdir "the \$folder's"
PFXREPLACE_DB="$PWD/the \$folder's/my db"
NIGHTLY_SCAN='--machine web01 --wait 5' NIGHTLY_PAGE="$PWD/a page.html" NIGHTLY_METRICS="$PWD/-x.prom" \
	night 0 --accept 'stale-inventory,a b' --grace 60
err ''
same calls "[-q][scan][--machine][web01][--wait][5] the \$folder's/my db
[-q][reconcile][--open][--report][the \$folder's/nightly/tonight.csv][--page][a page.html][--metrics][-x.prom][--accept][stale-inventory,a b][--grace][60] the \$folder's/my db"
is 'its files' "$(ls "the \$folder's/nightly")" 'lock
report.csv'
mkdir elsewhere
NIGHTLY_SCAN=no NIGHTLY_DIR=$PWD/elsewhere night 0
err ''
same calls "[-q][reconcile][--open][--report][elsewhere/tonight.csv][--page][elsewhere/page.html][--metrics][elsewhere/pfxreplace.prom] the \$folder's/my db"
cp bin/pfxreplace other
PFXREPLACE=$PWD/other NIGHTLY_DIR=$PWD/elsewhere night 0
same calls "[-q][scan][--wait][600] the \$folder's/my db
[-q][reconcile][--open][--since][elsewhere/report.csv][--report][elsewhere/tonight.csv][--page][elsewhere/page.html][--metrics][elsewhere/pfxreplace.prom] the \$folder's/my db"

begin 'where it cannot begin: status 4, and nothing is called'
world
NIGHTLY_DIR=$PWD/gone/nightly night 4
grep -q 'gone/nightly.*No such file' "$scratch/err" || wrong "$(cat "$scratch/err")"
[ ! -e calls ] || wrong "$(cat calls)"
: >file
NIGHTLY_DIR=$PWD/file night 4
[ ! -e calls ] || wrong "$(cat calls)"
mkdir -p nightly/lock
night 4
[ ! -e calls ] || wrong "$(cat calls)"
rmdir nightly/lock
printf '#!/bin/sh\necho "flock: no locks" >&2\nexit 66\n' >bin/flock
chmod +x bin/flock
night 4
err 'flock: no locks'
[ ! -e calls ] || wrong "$(cat calls)"

begin 'where there is no such program: status 127'
world
PFXREPLACE=no-such-program night 127
grep -q no-such-program "$scratch/err" || wrong "$(cat "$scratch/err")"
is 'what it leaves' "$(nights)" lock

if "$PROGRAM" help reconcile | grep -q -e --metrics; then
	begin 'the program itself takes what it is given: nights over an empty database'
	PFXREPLACE=$(realpath "$PROGRAM") PFXREPLACE_DB=$PWD/inventory.db
	export PFXREPLACE PFXREPLACE_DB
	run 0 -q init
	NIGHTLY_SCAN=no night 0
	err ''
	is 'what it leaves' "$(ls nightly)" 'lock
page.html
pfxreplace.prom
report.csv'
	is 'the metrics' "$(stat -c %a nightly/pfxreplace.prom)" 644
	NIGHTLY_SCAN=no night 0
	err ''
	is 'the second' "$(ls nightly)" 'lock
page.html
pfxreplace.prom
previous.csv
report.csv'
	head -n 1 nightly/report.csv | grep -q Change || wrong "$(head -n 1 nightly/report.csv)"
	# No store is on this machine: the rest is done all the same.
	rm nightly/page.html
	night 3
	grep -q '^pfxreplace: ' "$scratch/err" || wrong "$(cat "$scratch/err")"
	[ -s nightly/page.html ] || wrong 'no page'
else
	echo 'skipped: nightly with the program itself: reconcile has no --metrics'
fi

finish
