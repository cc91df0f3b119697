#include "program/status.h"

#include "error.h"

#include <signal.h>

#define STATUS(value) .number = (value), .word = #value
#define CARRIES_ON "Give the same command again: it carries on after what was committed."

static const struct status statuses[] = {
    {STATUS(0),
	.text = "Done, and all is well: every row succeeded or was an exact repetition; "
		"`reconcile` and `verify` found nothing.",
	.why = "Scripts and schedulers go on after it.", .remedy = "There is nothing to do."},
    {STATUS(1), .text = "Done, but some row or store did not succeed.",
	.why = "The command went through to its end, and somebody should look at what it found. "
	       "`reconcile` and `verify` end so when there are findings, `results` also when the "
	       "run is not finished, `import` when no store of an inventory was taken, and `show` "
	       "when several certificates have the name.",
	.remedy = "Read the messages, or the results. `apply --rejects FILE` keeps the rows, to be "
		  "corrected and applied again."},
    {STATUS(2), .text = "The command line is wrong.",
	.why = "A guess at what was meant could change the wrong thing, so nothing was begun. A "
	       "file that an output would replace and a run with other options count too.",
	.remedy = "The message names what is expected, or the nearest word; `pfxreplace help "
		  "COMMAND` has all options."},
    {STATUS(3), .text = "The input cannot be used.",
	.why =
	    "A file does not exist, is not text, has no usable header or no row, has faults, or "
	    "changed during a run; or what was asked for, such as a run or a store, is not known.",
	.remedy =
	    "Correct what the message names. What was committed before is named too, and stays."},
    {STATUS(4), .text = "The database or a file system failed.",
	.why = "The disk is full, a folder cannot be written, the file is no database of this "
	       "program or a newer one, the key file is wrong, a value in the database is "
	       "impossible, or there is no memory. For `init`: the database is there already.",
	.remedy = "Correct what the message names. " CARRIES_ON},
    {STATUS(5), .text = "Another process holds the database.",
	.why =
	    "One run or import works on a database at a time, so that no location gets two jobs.",
	.remedy = "The message names the process. Wait for its end, or let the command wait with "
		  "--wait SECONDS."},
    {STATUS(6), .text = "Stopped by --max-errors.",
	.why = "More rows were rejected or failed than the option allows. What was committed up to "
	       "that row stays.",
	.remedy = "See what the rows have in common. The same command carries on after them and "
		  "counts anew."},
    {STATUS(7), .text = "The operator is not permitted to do this.",
	.why = "The user who runs the command needs a permission that the records of `import "
	       "roles` do not grant; the message names it.",
	.remedy = "Have an operator with the permission do it, or grant it with `pfxreplace import "
		  "roles`."},
    {STATUS(129), .text = "Interrupted by SIGHUP, which a closed terminal sends.",
	.why = "The first signal ends the chunk and stops, the second stops at once; both leave a "
	       "run that carries on.",
	.remedy = CARRIES_ON},
    {STATUS(130), .text = "Interrupted by SIGINT, which Ctrl-C sends.",
	.why = "The first signal ends the chunk and stops, the second stops at once; both leave a "
	       "run that carries on.",
	.remedy = CARRIES_ON},
    {STATUS(141), .text = "The reader of the output has gone away, as `head` does.",
	.why = "A list that nobody reads any more ends without a message, as by SIGPIPE.",
	.remedy = "There is nothing to do."},
    {STATUS(143), .text = "Interrupted by SIGTERM, which `kill` and a shutdown send.",
	.why = "The first signal ends the chunk and stops, the second stops at once; both leave a "
	       "run that carries on.",
	.remedy = CARRIES_ON},
};

_Static_assert(ERROR_USAGE == 2 && ERROR_INPUT == 3 && ERROR_STORAGE == 4 && ERROR_BUSY == 5 &&
		   ERROR_LIMIT == 6 && ERROR_PERMISSION == 7,
    "the numbers above");
_Static_assert(ERROR_SIGNAL + SIGHUP == 129 && ERROR_SIGNAL + SIGINT == 130 &&
		   ERROR_SIGNAL + SIGPIPE == 141 && ERROR_SIGNAL + SIGTERM == 143,
    "the numbers above");

const struct status *
status_at(size_t i)
{
	return i < sizeof(statuses) / sizeof(statuses[0]) ? &statuses[i] : NULL;
}
