#ifndef BATCH_COMMANDS_RECONCILE_OUTPUT_H
#define BATCH_COMMANDS_RECONCILE_OUTPUT_H

#include "database/database.h"
#include "reconcile/report.h"

/* What `reconcile` writes beside its report. */

struct reconcile_metrics {
	const char *path;
	int64_t now; /* milliseconds since 1970 */
	const struct reconcile_counts *counts;
	const volatile sig_atomic_t *stop; /* may be NULL */
};

/* -1 and err. */
int reconcile_metrics_publish(const struct reconcile_metrics *, struct database *, struct error *);

#endif
