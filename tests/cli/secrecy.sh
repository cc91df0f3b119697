#!/bin/sh
# Passwords in places where none is expected.
# shellcheck disable=SC2016 # backquotes in messages
. "$(dirname "$0")/harness"

begin 'a first line that is data is no header, and what it holds is not told'
run 0 init
echo '101,201,2026-01-01T00:00:00Z,Passw0rd' >m.csv
run 3 apply m.csv
out ''
err 'pfxreplace: m.csv:1: no usable header: expected the names of the columns first, of which are known CertificateId, RequestId, ExistingCertificateId, JobTime, Password'

finish
