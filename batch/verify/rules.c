#include "verify/rules.h"

#include <stdlib.h>
#include <string.h>

/* ---- rows --------------------------------------------------------------------------------- */

static const char *
verify_partial(const struct verify_row *row, bool placed)
{
	if (row->refusals.count == 0)
		return "partial, but no location was refused";
	if (!placed)
		return "partial, but no location was served";
	if (row->kept == 0 && row->has_served && !row->is_served)
		return "partial, but every store has a refused location";
	return NULL;
}

const char *
verify_outcome(const struct verify_row *row)
{
	bool placed = row->jobs.count > 0 || row->kept > 0;

	switch (row->outcome) {
	case OUTCOME_SUCCEEDED:
		if (row->refusals.count > 0)
			return "succeeded, but a location was refused";
		return placed ? NULL : "succeeded, but no location was served";
	case OUTCOME_PARTIAL:
		return verify_partial(row, placed);
	case OUTCOME_FAILED:
		if (row->refusals.count == 0)
			return "failed, but no location was refused";
		if (row->has_served && row->is_served)
			return "failed, but a store was served in whole";
		return NULL;
	case OUTCOME_REJECTED:
		return placed || row->refusals.count > 0 ? "rejected, but it has jobs or refusals"
							 : NULL;
	case OUTCOME_SKIPPED:
		return placed || row->refusals.count > 0 ? "skipped, but it has jobs or refusals"
							 : NULL;
	default: /* a value that is none */
		return NULL;
	}
}

/* ---- ranges ------------------------------------------------------------------------------- */

/* "job 5", "jobs 5 to 7" */
static void
verify_add_span(struct buffer *text, const char *noun, int64_t first, int64_t last)
{
	if (first == last)
		buffer_addf(text, "%s %lld", noun, (long long)first);
	else
		buffer_addf(text, "%ss %lld to %lld", noun, (long long)first, (long long)last);
}

static void
verify_add_range(struct buffer *text, const char *noun, const struct verify_range *range)
{
	int64_t last;

	if (!range->there)
		buffer_addf(text, "no %s", noun);
	else if (range->count < 1 || __builtin_add_overflow(range->first, range->count - 1, &last))
		buffer_addf(text, "%lld %ss from %lld on", (long long)range->count, noun,
		    (long long)range->first);
	else
		verify_add_span(text, noun, range->first, last);
}

bool
verify_range(
    const struct verify_range *range, int64_t request, const char *noun, struct buffer *text)
{
	if (!range->there || (range->count > 0 && range->is_found && range->found == request))
		return false;
	buffer_add_string(text, "it has ");
	verify_add_range(text, noun, range);
	if (range->count < 1)
		return true;
	if (range->is_found)
		buffer_addf(text, ", but %s %lld names request %lld", noun, (long long)range->first,
		    (long long)range->found);
	else
		buffer_addf(text, ", but %s %lld is not there", noun, (long long)range->first);
	return true;
}

bool
verify_group(const struct verify_range *range, const struct verify_span *span, const char *noun,
    struct buffer *text)
{
	int64_t distance;
	bool gapless = !__builtin_sub_overflow(span->last, span->first, &distance) &&
		       distance == span->count - 1;

	if (range->there && range->first == span->first && range->count == span->count && gapless)
		return false;
	verify_add_span(text, noun, span->first, span->last);
	if (!gapless)
		buffer_addf(text, ", %lld of them,", (long long)span->count);
	buffer_add_string(
	    text, span->count == 1 ? " names it, but it has " : " name it, but it has ");
	verify_add_range(text, noun, range);
	return true;
}

/* ---- runs --------------------------------------------------------------------------------- */

const char *
verify_state(const struct run *run)
{
	if (run->state != RUN_UNFINISHED && run->state != RUN_FINISHED &&
	    run->state != RUN_ABANDONED)
		return NULL; /* a value that is none */
	if (run->state == RUN_FINISHED && run->finished_at == 0)
		return "it is finished, but not at any time";
	if (run->state != RUN_FINISHED && run->finished_at != 0)
		return "it is not finished, but has a time at which it was";
	return NULL;
}

bool
verify_checkpoint(const struct run *run, const struct verify_counted *counted, struct buffer *text)
{
	if (run->rows[0] > 0 && (run->offset == 0 || run->line == 0))
		buffer_addf(text,
		    "%llu rows were read, but its checkpoint is at offset %llu, line %llu",
		    (unsigned long long)run->rows[0], (unsigned long long)run->offset,
		    (unsigned long long)run->line);
	else if (counted->line > run->line)
		buffer_addf(text, "its checkpoint is at line %llu, but it has a row of line %llu",
		    (unsigned long long)run->line, (unsigned long long)counted->line);
	else if (counted->offset > run->offset)
		buffer_addf(text,
		    "its checkpoint is at offset %llu, but it has a row at offset %llu",
		    (unsigned long long)run->offset, (unsigned long long)counted->offset);
	else
		return false;
	return true;
}

bool
verify_gap(const struct verify_counted *counted, uint64_t number, struct buffer *text)
{
	if (counted->next >= number)
		return false;
	if (counted->next == number - 1)
		buffer_addf(text, "row %llu is missing", (unsigned long long)counted->next);
	else
		buffer_addf(text, "rows %llu to %llu are missing",
		    (unsigned long long)counted->next, (unsigned long long)number - 1);
	return true;
}

static const struct {
	const char *name;
	size_t offset; /* of the count in struct run */
} verify_run_counts[COUNT_KEPT] = {
    [COUNT_SUCCEEDED] = {"rows succeeded", offsetof(struct run, rows[OUTCOME_SUCCEEDED])},
    [COUNT_PARTIAL] = {"rows partial", offsetof(struct run, rows[OUTCOME_PARTIAL])},
    [COUNT_FAILED] = {"rows failed", offsetof(struct run, rows[OUTCOME_FAILED])},
    [COUNT_REJECTED] = {"rows rejected", offsetof(struct run, rows[OUTCOME_REJECTED])},
    [COUNT_SKIPPED] = {"rows skipped", offsetof(struct run, rows[OUTCOME_SKIPPED])},
    [COUNT_JOBS] = {"jobs created", offsetof(struct run, jobs_created)},
    [COUNT_REFUSALS] = {"jobs refused", offsetof(struct run, jobs_refused)},
    [COUNT_SUPERSEDED] = {"jobs superseded", offsetof(struct run, jobs_superseded)},
    [COUNT_LATER] = {"jobs not due at once", offsetof(struct run, jobs_later)},
};

static bool
verify_differs(
    const char *says, const char *name, uint64_t said, uint64_t found, struct buffer *text)
{
	if (said == found)
		return false;
	buffer_addf(text, "%s %llu %s, but there are %llu", says, (unsigned long long)said, name,
	    (unsigned long long)found);
	return true;
}

bool
verify_count(const struct verify_run *run, const struct verify_counted *counted,
    enum verify_count what, struct buffer *text)
{
	uint64_t count;

	if (what == COUNT_KEPT)
		return verify_differs("its tallies say", "locations with a kept job", run->kept,
		    counted->found[what], text);
	memcpy(&count, (const char *)&run->run + verify_run_counts[what].offset, sizeof(count));
	return verify_differs(
	    "it says", verify_run_counts[what].name, count, counted->found[what], text);
}

bool
verify_left(const struct verify_run *run, const struct verify_counted *counted, struct buffer *text)
{
	uint64_t tallies = run->reasons + run->refusals + run->repetitions + run->superseded +
			   run->kept;

	if (run->last_row > 0)
		buffer_addf(
		    text, "it was purged, but it has row %llu", (unsigned long long)run->last_row);
	else if (counted->found[COUNT_JOBS] > 0)
		buffer_addf(text, "it was purged, but it has %llu jobs",
		    (unsigned long long)counted->found[COUNT_JOBS]);
	else if (counted->found[COUNT_REFUSALS] > 0)
		buffer_addf(text, "it was purged, but it has %llu refusals",
		    (unsigned long long)counted->found[COUNT_REFUSALS]);
	else if (tallies > 0)
		buffer_add_string(text, "it was purged, but its tallies are there");
	else
		return false;
	return true;
}

const char *
verify_dues(const struct run *run, const struct verify_counted *counted)
{
	if (run->first_due == counted->first_due && run->last_due == counted->last_due)
		return NULL;
	return "its first and last due time are not those of its rows";
}

/* ---- tallies ------------------------------------------------------------------------------ */

bool
verify_tallies(const struct verify_run *run, struct buffer *text)
{
	const char *says = "its tallies say";

	if (verify_differs(says, "refusals", run->refusals, run->run.jobs_refused, text) ||
	    verify_differs(
		says, "jobs superseded", run->superseded, run->run.jobs_superseded, text) ||
	    verify_differs(
		says, "repetitions", run->repetitions, run->run.rows[OUTCOME_SKIPPED], text))
		return true;
	if (run->reasons >= run->run.rows[OUTCOME_REJECTED])
		return false;
	buffer_addf(text,
	    "its tallies say %llu reasons to reject, fewer than its %llu rows rejected",
	    (unsigned long long)run->reasons, (unsigned long long)run->run.rows[OUTCOME_REJECTED]);
	return true;
}

static bool
verify_is_repair(const char *name)
{
	for (int i = 0; i < REPAIR_COUNT; i++)
		if (strcmp(name, repair_word((enum repair)i)) == 0)
			return true;
	return false;
}

/* The first lines of a repair, each once: numbers that do not fall, blanks between. */
static bool
verify_are_lines(const char *lines, int64_t count)
{
	unsigned long long before = 1, line;
	int64_t found = 0;
	char *end;

	for (; *lines >= '1' && *lines <= '9'; lines = end + (*end == ' ')) {
		line = strtoull(lines, &end, 10);
		found++;
		if (line < before || (*end != '\0' && *end != ' '))
			return false;
		before = line;
	}
	return *lines == '\0' && found > 0 && found <= count && found <= REPAIR_LINES;
}

const char *
verify_tally(const struct verify_tally *tally)
{
	bool known;
	enum code code;

	if (tally->kind == NULL || tally->name == NULL)
		return "a tally without kind and name";
	if (tally->count < 1)
		return "a tally of nothing";
	if (strcmp(tally->kind, "repair") == 0) {
		if (!verify_is_repair(tally->name))
			return "a tally of no repair that is known";
		if (tally->lines == NULL || !verify_are_lines(tally->lines, tally->count))
			return "a tally whose lines are not those of its count";
		return NULL;
	}
	known = strcmp(tally->kind, "code") == 0 || strcmp(tally->kind, "warning") == 0 ||
		strcmp(tally->kind, "unchecked") == 0;
	if (!known || !code_parse(tally->name, &code))
		return "a tally of no code that is known";
	return tally->lines == NULL ? NULL : "a tally of a code, with lines";
}
