#!/bin/sh
# The SQL of the program as files: batch/database/*.sql, of which batch/database/sql.awk makes a
# table. (What SQLite makes of each statement is looked at by tests/database/test_plans.c.)
. "$(dirname "$0")/harness"

top=$tests_folder/../..

# made TEXT: what the awk says of a file
made() {
	printf '%s\n' "$1" >file.sql
	awk -f "$top/batch/database/sql.awk" file.sql >made 2>said
	status=$?
}

begin 'no statement is left that nothing uses'
for file in "$top"/batch/database/*.sql "$top"/batch/database/sqlite/statements.sql; do
	sed -n 's/^-- name: //p' "$file"
done >names
is 'enough names' $(($(wc -l <names) > 150)) 1
while read -r name; do
	id=SQL_$(echo "$name" | tr 'a-z-' 'A-Z_')
	grep -rqw "$id" "$top/batch" --include='*.c' || wrong "$name is not used"
done <names

begin 'a block is a line of the table, without its comments'
made '-- About the file.

-- name: find-it
-- Why it is so.
SELECT "a\b",
	-- the second column
	b

-- name: forget
DELETE FROM a'
is 'status' $status 0
same made 'SQL_TEXT(FIND_IT, "find-it", "SELECT \"a\\b\",\n\tb")
SQL_TEXT(FORGET, "forget", "DELETE FROM a")'

begin 'a name is new, and of letters and hyphens'
for name in 'two words' Upper 'x_y' ''; do
	made "-- name: $name
SELECT 1"
	is "status of '$name'" $status 1
	same said 'file.sql:1: expected a new name, of letters and hyphens'
done
made '-- name: a
SELECT 1
-- name: a
SELECT 2'
is 'status' $status 1
same said 'file.sql:3: expected a new name, of letters and hyphens'

begin 'SQL before the first name is a fault'
made 'SELECT 1'
is 'status' $status 1
# shellcheck disable=SC2016 # backquotes in a message
same said 'file.sql:1: expected `-- name: NAME` before it'

finish
