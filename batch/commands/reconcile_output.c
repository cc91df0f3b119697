#include "commands/reconcile_output.h"

#include "database/expiry.h"
#include "report/metrics.h"

int
reconcile_metrics_publish(
    const struct reconcile_metrics *given, struct database *db, struct error *err)
{
	const char *verdicts[VERDICT_COUNT], *findings[FINDING_COUNT];
	struct metrics metrics = {
	    .jobs = {verdicts, given->counts->verdict, VERDICT_COUNT},
	    .findings = {findings, given->counts->finding, FINDING_COUNT},
	    .reconciled_at = given->now,
	    .well = reconcile_is_well(given->counts),
	    .stop = given->stop,
	};
	struct expiry expiry;

	for (int i = 0; i < VERDICT_COUNT; i++)
		verdicts[i] = verdict_word((enum verdict)i);
	for (int i = 0; i < FINDING_COUNT; i++)
		findings[i] = finding_word((enum finding)i);
	if (database_expiry(db, given->now, given->stop, &expiry, err) == -1)
		return -1;
	metrics.has_earliest_expiry = expiry.has_earliest;
	metrics.earliest_expiry = expiry.earliest;
	metrics.expired_in_use = expiry.expired;
	return metrics_publish(given->path, &metrics, err);
}
