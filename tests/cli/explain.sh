#!/bin/sh
# explain: every word that the program prints, what it means and what to do; the man page has them too.
# shellcheck disable=SC2016 # backquotes in messages
# shellcheck source=tests/cli/harness
. "$(dirname "$0")/harness"
manual=$tests_folder/../../batch/pfxreplace.1

begin 'explain: a code, a verdict, a finding, a status'
run 0 explain job-pending
out 'job-pending: a code that refuses a location

meaning:    The location has an active job.
why:        Two active jobs for one location would work against each other. A
            job is active while it is Waiting, InProcess or CompletedWillRetry.
what to do: See `pfxreplace jobs list --store STORE` and wait for its end.
            `--pending keep` counts a job for the same certificate as success,
            `--pending supersede` replaces one that nobody carries out.'
err ''
run 0 explain 5
out 'exit status 5

meaning:    Another process holds the database.
why:        One run or import works on a database at a time, so that no location
            gets two jobs.
what to do: The message names the process. Wait for its end, or let the command
            wait with --wait SECONDS.'
run 0 explain Certificate-Expired
is 'a check' "$(head -n 1 "$scratch/out")" 'certificate-expired: a certificate check (see --allow)'
run 0 explain store-gone
is 'a verdict' "$(head -n 1 "$scratch/out")" 'store-gone: a verdict of reconcile on a job'
run 0 explain orphan-location wrong-key
is 'findings' "$(grep ': a finding' "$scratch/out")" \
	'orphan-location: a finding of reconcile about the inventory
wrong-key: a finding of verify'
is 'files' "$(echo *)" '*'

begin 'explain: a word that means two things'
run 0 explain failed
is 'its meanings' "$(grep '^failed: ' "$scratch/out")" 'failed: an outcome of a row
failed: a verdict of reconcile on a job'
is 'a blank line between' "$(grep -c '^$' "$scratch/out")" 3
run 0 explain --format csv failed
is 'its kinds' "$(cut -d, -f 1,2 "$scratch/out")" 'Word,Kind
failed,outcome
failed,verdict'

begin 'explain needs no database, no key file and nothing in the environment'
PFXREPLACE_DB=:memory: PFXREPLACE_KEY_FILE='' run 0 explain 0
run 0 explain -d no/where.db 0
err ''

begin 'explain: words that there are not'
run 2 explain certificate-expird
out ''
err 'pfxreplace: explain: certificate-expird: no such word, the nearest is certificate-expired'
run 2 explain job-pending certificate-e
out ''
err 'pfxreplace: explain: certificate-e: no such word, the nearest is certificate-expired'
for word in frobnicate 8 128 '' 05; do
	run 2 explain "$word"
	out ''
	err "pfxreplace: explain: $word: no such word; \`pfxreplace explain\` lists them"
done

begin 'explain alone lists all words, with a line each, in 80 columns'
run 0 explain
err ''
is 'columns' "$(awk 'length > 80' "$scratch/out")" ''
is 'headings' "$(grep -v '^ ' "$scratch/out" | grep .)" 'outcomes of a row:
codes that reject a row:
certificate checks: they reject a row, or with --allow warn:
codes that refuse a location:
warnings: they stop nothing, or with --deny reject the row:
notes: they stop nothing:
repairs of a manifest:
why jobs are refused or passed over:
verdicts of reconcile on a job:
findings of reconcile about the inventory:
changes that reconcile --since finds:
reasons why a store is not readable:
reasons why deploy did not replace a certificate:
findings of verify:
exit statuses:'
"$PROGRAM" explain | sed -n 's/^  \([a-z0-9][a-z0-9-]*\) .*/\1/p' >listed
"$PROGRAM" explain --format csv | sed '1d;s/,.*//' >all
cmp listed all || wrong 'the list and its CSV differ'
while read -r word; do
	run 0 explain "$word"
	is "columns of $word" "$(awk 'length > 80' "$scratch/out")" ''
	is "parts of $word" "$(grep -c '^meaning:    [0-9A-Z`-].*$\|^why:        [0-9A-Z`-].*$\|^what to do: [0-9A-Z`-].*$' "$scratch/out")" \
		"$(($(grep -cx "$word" listed) * 3))"
done <all

begin 'explain --format csv and jsonl, of all or some'
run 0 explain --format csv
is 'header' "$(head -n 1 "$scratch/out")" Word,Kind,Text,Why,Remedy
run 0 explain --format jsonl exact-repetition 6
out '{"Word":"exact-repetition","Kind":"note","Text":"the same as an earlier row","Why":"The row is equal to an earlier one of the manifest in everything, and one is enough. It is skipped, which is no fault.","Remedy":"There is nothing to do."}
{"Word":"6","Kind":"status","Text":"Stopped by --max-errors.","Why":"More rows were rejected or failed than the option allows. What was committed up to that row stays.","Remedy":"See what the rows have in common. The same command carries on after them and counts anew."}'

begin 'explain: its reader may go away'
for try in 1 2 3 4 5 6 7 8; do
	"$PROGRAM" explain 2>err | head -n 1 >first
	same first 'outcomes of a row:'
	same err ''
done
is 'tries' "$try" 8

# ---- the man page ----------------------------------------------------------------------------

# manual HEADING N: the words of the N-th list with tags of a section of the man page
manual() {
	awk -v heading="$1" -v number="$2" '
		/^\.S[sh] / { there = substr($0, 5) == heading; lists = 0 }
		there && /^\.Bl -tag/ { lists++ }
		there && lists == number && /^\.It / {
			sub(/^\.It ((Li|Em) )?/, "")
			gsub(/,/, "")
			for (i = 1; i <= NF; i++)
				print $i
		}' "$manual" | sort
}

# explained KIND: the words of a kind
explained() {
	"$PROGRAM" explain --format jsonl | sed -n "s/^{\"Word\":\"\([^\"]*\)\",\"Kind\":\"$1\".*/\1/p" | sort
}

begin 'the man page has every word, and no other'
while IFS='|' read -r kind heading number; do
	[ -n "$(explained "$kind")" ] || wrong "no words of the kind $kind"
	is "the words of the section $heading" "$(manual "$heading" "$number")" "$(explained "$kind")"
done <<-END
	outcome|WHAT HAPPENS TO A ROW|1
	row|Codes that reject a row|1
	check|Certificate checks|1
	store|Codes that refuse a location|1
	warning|Warnings|1
	note|Notes|1
	repair|Repairs|1
	job|JOBS|1
	verdict|RECONCILIATION|1
	finding|RECONCILIATION|2
	change|Since an earlier report|1
	unreadable|RECONCILIATION|3
	verify|VERIFICATION|1
	status|EXIT STATUS|1
END

finish
