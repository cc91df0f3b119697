#ifndef BATCH_COMMANDS_RECONCILE_SAY_H
#define BATCH_COMMANDS_RECONCILE_SAY_H

#include "commands/listing.h"
#include "reconcile/reasons.h"
#include "reconcile/report.h"

/* What `reconcile` prints on standard error at its end. */

struct reconcile_say {
	const struct reconcile_counts *counts;
	const struct reconcile_words *accepted;
	const struct listing_options *view;
	const struct reasons *reasons; /* NULL: those that --by asks for are not */
	size_t rows;                   /* of groups, which are before it on a terminal */
	const char *since;             /* the name of the earlier report; NULL: none */
	bool of_runs;                  /* the inventory itself was not looked at */
	bool brief;                    /* it got no rows for what is settled, or is a terminal */
};

void reconcile_say(const struct context *, const struct reconcile_say *);

#endif
