#!/bin/sh
# Values in the database that no run writes: every command that reads one says where it is, and
# `verify` finds it.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"
. "$(dirname "$0")/company"

# Two runs. The first is finished: row 2 succeeded with two jobs, row 3 is partial. The second was
# stopped after its second row.
found_runs() {
	mkdir "$scratch/runs"
	(
		cd "$scratch/runs" || exit 2
		company
		manifest one.csv 107,207, 104,204,2080-01-01T00:00:00Z 101,201, 998,999,
		manifest two.csv 108,208, 999,201, 999,202, 109,209,
		manifest new.csv 110,210, 120,220,
		"$PROGRAM" -q apply one.csv
		[ $? = 1 ] || exit 2
		"$PROGRAM" -q apply --max-errors 0 --chunk 1 two.csv
		[ $? = 6 ] || exit 2
	) 2>/dev/null || exit 2
}

# STRICT, CHECK and NOT NULL are off while the SQL is carried out.
change() { # SQL
	sqlite3 inventory.db >"$scratch/change" 2>&1 <<-END || wrong "sqlite3: $(cat "$scratch/change")"
		PRAGMA foreign_keys = OFF;
		PRAGMA ignore_check_constraints = ON;
		PRAGMA writable_schema = ON;
		CREATE TEMP TABLE made AS SELECT name, sql FROM main.sqlite_master WHERE type = 'table';
		UPDATE main.sqlite_master SET sql = replace(replace(replace(sql, 'STRICT, ', ''), ') STRICT', ')'), ' NOT NULL', '')
			WHERE type = 'table';
		PRAGMA writable_schema = RESET;
		$1;
		PRAGMA writable_schema = ON;
		UPDATE main.sqlite_master SET sql = (SELECT sql FROM made WHERE made.name = sqlite_master.name)
			WHERE type = 'table';
		PRAGMA writable_schema = RESET;
	END
}

# changed SQL: a case of its own
changed() {
	begin "damaged: $1"
	[ -d "$scratch/runs" ] || found_runs
	cp "$scratch/runs"/* .
	change "$1"
}

# says TEXT ARGUMENT...: status 4, and a message with the text
says() {
	text=$1
	shift
	timeout -s KILL 10 "$PROGRAM" "$@" >"$scratch/out" 2>"$scratch/err" </dev/null
	status=$?
	[ $status = 4 ] || wrong "pfxreplace $*
status $status, expected 4
$(cat "$scratch/err")"
	grep -Fxq "pfxreplace: inventory.db: the database is damaged: $text: run \`pfxreplace verify\`" "$scratch/err" ||
		wrong "pfxreplace $*
says: $(cat "$scratch/err")
expected: $text"
}

# found FINDING...: among what verify finds
found() {
	"$PROGRAM" verify --quick >"$scratch/out" 2>"$scratch/err"
	is 'status of verify' $? 1
	for finding in "$@"; do
		grep -Fxq "$finding" "$scratch/out" || wrong "verify finds:
$(cat "$scratch/out" "$scratch/err")
expected: $finding"
	done
}

row() { # RUN NUMBER: the id of its request
	echo $((($1 << 32) + $2))
}

# ---- values that are used as an index ---------------------------------------------------------

for outcome in 243 -1 99 6 0 9223372036854775807 -9223372036854775808; do
	changed "UPDATE request SET outcome = $outcome WHERE id = $(row 1 2)"
	said="request $(row 1 2): outcome is $outcome, expected 1 to 5"
	says "$said" results 1
	says "$said" results --results-format jsonl 1
	says "$said" apply one.csv
	says "$said" check --results r.csv one.csv
	found "bad-value,request,$(row 1 2),1,,\"outcome is $outcome, expected 1 to 5\""
done
changed "UPDATE request SET outcome = NULL WHERE id = $(row 1 2)"
says "request $(row 1 2): outcome is NULL, expected 1 to 5" results 1
found "bad-value,request,$(row 1 2),1,,\"outcome is NULL, expected 1 to 5\""
changed "UPDATE request SET outcome = 'secret text' WHERE id = $(row 1 2)"
says "request $(row 1 2): outcome is a text of 11 bytes, expected 1 to 5" results 1
changed "UPDATE request SET outcome = x'0102' WHERE id = $(row 1 2)"
says "request $(row 1 2): outcome is a blob of 2 bytes, expected 1 to 5" results 1
changed "UPDATE request SET outcome = 7.5 WHERE id = $(row 1 2)"
says "request $(row 1 2): outcome is a number with a fraction, expected 1 to 5" results 1
changed 'UPDATE job SET status = 6 WHERE id = 1; UPDATE job SET result = 1 WHERE id = 2'
says 'job 1: status is 6, expected 0 to 5' jobs list
says 'job 1: status is 6, expected 0 to 5' reconcile
found 'bad-value,job,1,1,,"status is 6, expected 0 to 5"' \
	'bad-value,job,2,1,,"result is 1, expected 0 to 4 but not 1"'
# After a blob, as text, comes the same blob: it must not be asked for again and again.
changed 'SELECT 1'
run 0 -q jobs claim --limit 1
change 'UPDATE ready SET machine = CAST(machine AS BLOB) WHERE job = (SELECT min(job) FROM ready)'
says 'ready: machine is a blob of 16 bytes, expected a text' jobs claim
changed 'UPDATE run SET state = 5 WHERE id = 1; UPDATE run SET format = 0 WHERE id = 2'
says 'run 1: state is 5, expected 0 to 4' runs
says 'run 1: state is 5, expected 0 to 4' runs abandon 1
says 'run 1: state is 5, expected 0 to 4' apply one.csv
says 'run 2: format is 0, expected 1 to 3' results 2
found 'bad-value,run,1,1,,"state is 5, expected 0 to 4"' 'bad-value,run,2,2,,"format is 0, expected 1 to 3"'
changed "UPDATE refusal SET code = 'no-such' WHERE id = 1"
says 'refusal 1: its code is none that refuses a location' results 1
found 'bad-value,refusal,1,1,4,its code is none that refuses a location'
changed "UPDATE refusal SET code = NULL WHERE id = 1"
says 'refusal 1: code is NULL, expected a text that is not empty' results 1
changed "UPDATE store_type SET entry_password = 3 WHERE id = 0"
says 'store_type 0: entry_password is 3, expected 0 to 2' apply new.csv
found 'bad-value,store_type,0,,,"entry_password is 3, expected 0 to 2"'
changed "UPDATE agent SET status = 9"
says 'agent: status is 9, expected 1 to 3' import agents "$scratch/company/agents.csv"
found 'bad-value,agent,,,,"status is 9, expected 1 to 3"'

# ---- values that count ------------------------------------------------------------------------

for column in first_job jobs first_refusal refusals; do
	for value in 9223372036854775807 -1 -9223372036854775808; do
		changed "UPDATE request SET $column = $value WHERE id = $(row 1 3)"
		said="$column is $value, expected 0 to 9007199254740992, or NULL"
		says "request $(row 1 3): $said" results 1
		found "bad-value,request,$(row 1 3),1,,\"$said\""
	done
done
changed 'UPDATE run SET rows_read = 9223372036854775807 WHERE id = 2'
says 'run 2: rows_read is 9223372036854775807, expected 0 to 9007199254740992' runs
says 'run 2: rows_read is 9223372036854775807, expected 0 to 9007199254740992' apply two.csv
changed 'UPDATE run SET succeeded = -1 WHERE id = 2'
says 'run 2: succeeded is -1, expected 0 to 9007199254740992' check two.csv
changed "UPDATE tally SET count = -1 WHERE run = 2"
says 'tally: count is -1, expected 0 to 9007199254740992' apply two.csv
changed 'UPDATE run SET offset = 99999 WHERE id = 2'
says 'run 2: the checkpoint is behind the end of the manifest' apply two.csv
says 'run 2: the checkpoint is behind the end of the manifest' check two.csv
sql 'SELECT count(*) FROM request WHERE id >> 32 = 2' 2
changed 'UPDATE run SET rows_total = 3 WHERE id = 2'
says 'run 2: rows_total is 3, but its manifest has 4' apply two.csv
says 'run 2: rows_total is 3, but its manifest has 4' check two.csv
changed 'UPDATE run SET succeeded = 5 WHERE id = 2'
says 'run 2: the outcomes do not add up to the rows read' apply two.csv

# A gap in the numbers of rows is skipped at once, however long it is.
changed "UPDATE request SET id = id + 4000000000 WHERE id IN ($(row 1 3), $(row 1 4))"
timeout 10 "$PROGRAM" results 1 >"$scratch/out" 2>"$scratch/err"
is 'status' $? 1
is 'lines' "$(cut -d , -f 1 "$scratch/out" | tr '\n' ' ')" 'Line 2 3 4 5 '

# The last possible row.
changed "UPDATE run SET id = 2147483647 WHERE id = 1; UPDATE request SET id = 9223372036854775807 WHERE id = $(row 1 1);
	UPDATE request SET id = (2147483647 << 32) - (1 << 32) + id WHERE id >> 32 = 1"
timeout 10 "$PROGRAM" results 2147483647 >"$scratch/out" 2>"$scratch/err"
is 'status' $? 1
is 'lines' "$(cut -d , -f 1 "$scratch/out" | tr '\n' ' ')" 'Line 3 4 5 2 '

# ---- values that are used as a shift ----------------------------------------------------------

for id in 9223372036854775807 2147483648 0 -1; do
	changed "UPDATE run SET id = $id WHERE id = 1; DELETE FROM tally"
	says "run $id: id is $id, expected 1 to 2147483647" runs
	found "bad-value,run,$id,$([ $id = 0 ] || echo $id),,\"id is $id, expected 1 to 2147483647\""
done
changed 'UPDATE run SET id = 9223372036854775807 WHERE id = 1'
says 'run 9223372036854775807: id is 9223372036854775807, expected 1 to 2147483647' apply new.csv
says 'run 9223372036854775807: id is 9223372036854775807, expected 1 to 2147483647' results 9223372036854775807
changed 'UPDATE run SET id = 2147483647 WHERE id = 1'
says 'run 2147483647 is the last one that can be numbered' apply new.csv
changed 'UPDATE job SET id = 9223372036854775807 WHERE id = 1'
says 'job 9223372036854775807: id is 9223372036854775807, expected 1 to 9007199254740992' apply new.csv
says 'job 9223372036854775807: id is 9223372036854775807, expected 1 to 9007199254740992' jobs list
changed 'UPDATE job SET request = -5 WHERE id = 1'
found 'bad-value,job,1,-1,,"request is -5, expected at least 4294967297"'

# ---- values that are used as a size -----------------------------------------------------------

for location in -1 0 68719476736 4294967297 9223372036854775807 -9223372036854775808; do
	changed "UPDATE job SET location = $location WHERE id = 1"
	said="location is $location, expected 1 to 4294967296"
	says "job 1: $said" apply new.csv
	says "job 1: $said" check new.csv
	says "job 1: $said" reconcile
	found "bad-value,job,1,1,,\"$said\""
done
changed 'UPDATE job SET location = 4294967296 WHERE id = 1'
run 0 -q apply new.csv
changed 'UPDATE location SET id = 9223372036854775807 WHERE id = 10'
says 'location 9223372036854775807: id is 9223372036854775807, expected 1 to 4294967296' import inventory "$scratch/company/inventory.csv"
says 'location 9223372036854775807: id is 9223372036854775807, expected 1 to 4294967296' list locations
changed 'UPDATE certificate SET id = -9223372036854775807 WHERE id = 304'
printf '%s\n' CertStoreId,Alias,ChainLevel,Thumbprint "$web,a,0,00000000000000000000000000000000000000EE" >i.csv
said='id is -9223372036854775807, expected -9007199254740992 to 2147483647 but not 0'
says "certificate -9223372036854775807: $said" import inventory i.csv
says "certificate -9223372036854775807: $said" list certificates

# ---- texts, times and flags -------------------------------------------------------------------

for column in path manifest operator settings; do
	changed "UPDATE run SET $column = NULL WHERE id = 2"
	"$PROGRAM" verify --quick >/dev/null 2>&1
	is 'status of verify' $? 1
	says "run 2: $column is NULL, expected a text$(case $column in path | manifest) echo ' that is not empty' ;; esac)" apply two.csv
done
changed "UPDATE run SET digest = x'00' WHERE id = 1"
says 'run 1: digest is a blob of 1 bytes, expected a blob of 32 bytes' results 1
changed 'UPDATE tally SET kind = CAST(kind AS BLOB), name = CAST(name AS BLOB) WHERE run = 2'
says 'tally: kind is a blob of 4 bytes, expected a text' apply two.csv
found 'bad-value,tally,,2,,"kind is a blob of 4 bytes, expected a text"' \
	'bad-value,tally,,2,,"name is a blob of 16 bytes, expected a text"'
changed "UPDATE store SET guid = NULL WHERE id = 1"
says 'store 1: guid is NULL, expected a text of 36 bytes' list stores
says 'store 1: guid is NULL, expected a text of 36 bytes' results 1
says 'store 1: guid is NULL, expected a text of 36 bytes' apply new.csv
changed "UPDATE store SET guid = guid || 'ff', approved = 243 WHERE id = 1"
says 'store 1: guid is a text of 38 bytes, expected a text of 36 bytes' list stores
found 'bad-value,store,1,,,"guid is a text of 38 bytes, expected a text of 36 bytes"' \
	'bad-value,store,1,,,"approved is 243, expected 0 to 1"'
changed "UPDATE location SET alias = CAST('a' || char(0) || 'b' AS TEXT) WHERE id = 10"
says 'location 10: alias is a text of 3 bytes with a NUL, expected a text that is not empty' list locations
changed 'UPDATE location SET alias = CAST(alias AS BLOB) WHERE id = 10'
says 'location 10: alias is a blob of 4 bytes, expected a text that is not empty' list locations
for time in 253402300800000 -62167219200001 9223372036854775807; do
	changed "UPDATE certificate SET not_after = $time WHERE id = 107; UPDATE store SET inventoried_at = $time WHERE id = 1"
	said="not_after is $time, expected -62167219200000 to 253402300799999, or NULL"
	says "certificate 107: $said" list certificates
	says "certificate 107: $said" apply --again one.csv
	found "bad-value,certificate,107,,,\"$said\""
done
changed 'UPDATE certificate SET has_private_key = 2, key_size = -1 WHERE id = 220'
says 'certificate 220: has_private_key is 2, expected 0 to 1, or NULL' apply new.csv
found 'bad-value,certificate,220,,,"key_size is -1, expected 0 to 2147483647, or NULL"'
changed "UPDATE certificate SET names = '[{\"Value' WHERE id = 107"
says 'malformed JSON, while list-certificates' list certificates
found 'bad-value,certificate,107,,,names is no JSON'
changed "UPDATE request SET messages = 'no-such-code' || char(9, 9, 9, 10) WHERE id = $(row 1 4)"
says "request $(row 1 4): its messages cannot be read" results 1
changed "UPDATE request SET job_time = printf('%.70000c', 'x') WHERE id = $(row 1 2)"
said='job_time is a text of 70000 bytes, expected a text of 1 to 31 bytes, or NULL'
says "request $(row 1 2): $said" results 1
says "request $(row 1 2): $said" jobs list
found "bad-value,request,$(row 1 2),1,,\"$said\""

finish
