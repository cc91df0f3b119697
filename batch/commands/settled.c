#include "commands/settled.h"

#include "program/command.h"

#include <stdio.h>

void
settled_print(const struct context *context, const char *field, const struct settle_counts *settled)
{
	char leftover[64] = "", proven[64] = "";

	if (settled->completed + settled->proven == 0)
		return;
	if (settled->leftover > 0)
		snprintf(leftover, sizeof(leftover), ", %llu of them leftover",
		    (unsigned long long)settled->leftover);
	if (settled->proven > 0)
		snprintf(proven, sizeof(proven), "; %llu more proven",
		    (unsigned long long)settled->proven);
	message_print(context->err, (struct error_place){.field = field}, "%llu %s completed%s%s",
	    (unsigned long long)settled->completed, settled->completed == 1 ? "job" : "jobs",
	    leftover, proven);
}
