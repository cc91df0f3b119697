#!/bin/sh
# What init must never touch.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"

begin 'init makes no database beside the journal of an earlier one, which would be rolled back into it'
echo 'not mine' >inventory.db-journal
run 4 init
out ''
err 'pfxreplace: inventory.db-journal: the journal of an earlier database is there already: expected none, `init` touches nothing that exists'
is 'files' "$(echo *)" inventory.db-journal
same inventory.db-journal 'not mine'

finish
