#include "import/import_private.h"

/* The columns of LOAD_CERTIFICATES that say which certificate it is. */
enum { CONFLICT_ID, CONFLICT_THUMBPRINT };

void
import_conflict(
    struct import *import, enum load_result result, const struct load_value values[LOAD_COLUMNS])
{
	const struct load_conflict *known = load_conflict(import->load);
	const struct load_value *given = &values[CONFLICT_THUMBPRINT];
	long long id = (long long)known->id, other = (long long)values[CONFLICT_ID].integer;
	struct error_place place = import_place(import, "Thumbprint");
	int length = (int)given->length;

	if (result == LOAD_OTHER_PRINT && import->options->renumber)
		import_say(import, IMPORT_FAULT, place,
		    "%.*s, but certificate %lld, which an earlier record names too, has %s: "
		    "expected one thumbprint",
		    length, given->text, id, known->thumbprint);
	else if (result == LOAD_OTHER_PRINT)
		import_say(import, IMPORT_FAULT, place,
		    "%.*s, but certificate %lld has %s: an Id keeps its thumbprint, expected a "
		    "new Id for a new certificate",
		    length, given->text, id, known->thumbprint);
	else if (import->options->renumber)
		import_say(import, IMPORT_FAULT, place,
		    "%.*s is that of certificate %lld, which an earlier record names too, not of "
		    "%lld: expected one Id",
		    length, given->text, id, other);
	else
		import_say(import, IMPORT_FAULT, place,
		    "%.*s is that of certificate %lld, not of %lld: expected one of its own, or "
		    "--renumber where %lld is the new Id of that certificate",
		    length, given->text, id, other, other);
}

/* The record gives the Id to another certificate, and no record gives this one a new Id. */
static void
conflict_report_aside(void *closure, const struct load_conflict *known)
{
	struct import *import = closure;

	import_say(import, IMPORT_FAULT,
	    (struct error_place){
		.file = import->options->paths[known->file], .line = known->line, .field = "Id"},
	    "certificate %lld has the thumbprint %s, and no record gives that one a new Id: an Id "
	    "keeps its thumbprint",
	    (long long)known->id, known->thumbprint);
}

int
import_settle(struct import *import, struct error *err)
{
	return load_settle(import->load, conflict_report_aside, import, err);
}
