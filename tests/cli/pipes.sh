#!/bin/sh
# Named pipes: the program waits for them, but not for ever.
. "$(dirname "$0")/harness"

begin 'a named pipe that nobody writes to is waited for until the first signal'
run 0 init
mkfifo pipe
for command in apply check 'import stores'; do
	# shellcheck disable=SC2086 # two words
	timeout --preserve-status -s INT -k 5 1 "$PROGRAM" $command pipe >"$scratch/out" 2>"$scratch/err"
	is "$command" $? 130
done

begin 'a named pipe that is written to slowly is read to its end'
run 0 init
mkfifo pipe
(
	exec >pipe
	echo ExistingCertificateId,CertificateId
	sleep 0.3
	echo 1,2
) &
run 1 -q apply pipe
out 'Line,ExistingCertificateId,CertificateId,RequestId,JobTime,Outcome,SuccessfulStores,FailedStores,Messages
2,1,2,,,rejected,,,unknown-existing-certificate: ExistingCertificateId: no certificate 1 in the inventory; unknown-certificate: CertificateId: no certificate 2 in the inventory'
wait

finish
