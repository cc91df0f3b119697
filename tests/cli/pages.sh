#!/bin/sh
# --page of check, apply and reconcile: what is on the pages, and what they may not replace. How a
# page is written is tests/report/test_page.c's and page.sh's.
# shellcheck disable=SC2016,SC2154 # backquotes in messages; variables of the harness
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
# shellcheck source=tests/cli/company
. "$tests_folder/company"

# words FILE: its texts, one a line, without the chart and what a screen reader is told beside it
words() {
	tr '\n' ' ' <"$1" | sed 's/<style>.*<\/style>//; s/<svg[^>]*class="chart".*<\/details>//; s/<wbr>//g
		s/<[^>]*>/\n/g' | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#39;/'"'"'/g; s/&amp;/\&/g
		s/^ *//; s/ *$//; /^$/d'
}

# has FILE LINE...: each is one of its texts
has() {
	words "$1" >"$scratch/words"
	page=$1
	shift
	for line in "$@"; do
		grep -qxF -e "$line" "$scratch/words" || wrong "$page has no text: $line
$(cat "$scratch/words")"
	done
}

# harmless FILE: no script, no request, and tidy finds nothing wrong, where it is
harmless() {
	! grep -qi -e '<script' -e 'https\{0,1\}:' -e 'url(' -e '@import' -e '<link' -e '<img' "$1" || wrong "$1 asks for something"
	is "the mode of $1" "$(stat -c %a "$1")" 600
	! command -v tidy >/dev/null || same_as_tidy "$1"
}

same_as_tidy() {
	tidy -q -e "$1" >"$scratch/tidied" 2>&1
	compare "what tidy says of $1" '' "$scratch/tidied"
}

begin 'pages: before and after: what will happen, by container, and what is refused and why'
company
manifest m.csv 101,201,2080-01-01T00:00:00Z 120,301,
run 1 -q check m.csv --page before.html
harmless before.html
has before.html 'Manifest: the jobs, and what is refused' \
	'2 rows read: 0 succeeded, 1 partial, 1 rejected; 1 job to create, 2 refused.' m.csv "$operator" inventory.db \
	Web 'no-permission' 'the operator may not schedule jobs for the store' \
	'host.example.com:/srv/vault.jks' certificate-expired
run 1 -q apply m.csv --reference CHG-7 --page after.html
harmless after.html
has after.html 'Manifest: the jobs, and what is refused' CHG-7 "$(sha256sum m.csv | cut -d ' ' -f 1)" \
	'2 rows read: 0 succeeded, 1 partial, 1 rejected; 1 job created, 2 refused.' 'host.example.com:/srv/vault.jks'
# The tables are the same.
for page in before after; do
	words $page.html | sed -n '/^Containers$/,$p' | sed '1,/^Containers$/d; /^The whole report/,/^\.$/d' >$page.words
done
is 'the tables of both' "$(cat after.words)" "$(cat before.words)"
# A repetition, and the check of a run that is there, write it from the database.
run 1 -q apply m.csv --page again.html
words again.html | sed -n '/^Containers$/,$p' | sed '1,/^Containers$/d; /^The whole report/,/^\.$/d' >again.words
is 'the tables of a repetition' "$(cat again.words)" "$(cat before.words)"
run 1 -q check m.csv --page checked.html
has checked.html CHG-7 '2 rows read: 0 succeeded, 1 partial, 1 rejected; 1 job created, 2 refused.'

begin 'pages: the change window of a run'
company
manifest m.csv 101,201, 102,202,
run 1 -q apply m.csv --reference CHG-8 --window 2020-01-01T00:00:00Z/2090-01-01T00:00:00Z --allow names-not-covered
sql "UPDATE job SET status = 3, result = 4, completed_at = 1767312000000, message = 'disk <full> & \"x\"' WHERE id = 1" ''
run 1 -q reconcile --run 1 --page window.html --report r.csv
harmless window.html
has window.html 'Change window: what became of it' CHG-8 2090-01-01T00:00:00Z "$(sha256sum m.csv | cut -d ' ' -f 1)" \
	failed 'disk <full> & "x"' 'host.example.com:/srv/web.jks' r.csv

begin 'pages: names that are markup, or run from right to left, are harmless'
company
manifest m.csv 101,201,
run 1 -q apply m.csv --reference '<script>alert(1)</script>'
sql "UPDATE store SET client_machine = '<b onload=\"x()\">', path = '/srv/' || char(1513, 1500) || '&<i>' WHERE path = '/srv/web.jks';
	UPDATE container SET name = '\"><script>x</script>'" ''
sql "UPDATE job SET status = 3, result = 4, completed_at = 1767312000000" ''
run 1 -q reconcile --page p.html --report r.csv
harmless p.html
has p.html "$(printf '<b onload="x()">:/srv/\327\251\327\234&<i>')" '"><script>x</script>'

begin 'pages: what has changed, and nothing to do'
company
run 0 -q reconcile --page first.html --report first.csv --accept stale-inventory,unplanned-location
has first.html Reconciliation 'Nobody has to act: of 0 jobs, 0 are done and 0 pending.' \
	stale-inventory,unplanned-location
run 0 -q reconcile --since first.csv --page second.html --report second.csv --accept stale-inventory,unplanned-location
has second.html 'What changed' same first.csv

begin 'pages: they replace nothing that is of use, and are one file each'
company
manifest m.csv 101,201,
run 2 check m.csv --page inventory.db
run 2 apply m.csv --page m.csv
run 2 reconcile --page x.html --report ./x.html
err 'pfxreplace: reconcile: --report and --page: expected two files; see `pfxreplace reconcile --help`'
run 2 reconcile --page x --metrics x
err 'pfxreplace: reconcile: --page and --metrics: expected two files; see `pfxreplace reconcile --help`'
cp m.csv n.csv
run 2 check m.csv n.csv --page x.html
err 'pfxreplace: check: --page with several manifests: expected one manifest; see `pfxreplace check --help`'
run 4 -q reconcile --page nowhere/x.html --report r.csv
err 'pfxreplace: nowhere/x.html: the file cannot be written: No such file or directory'
is 'what was written' "$(ls x.html x r.csv 2>/dev/null)" ''
sql 'SELECT count(*) FROM run' 0
finish
