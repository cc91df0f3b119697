#include "verify/verify_private.h"
#include "verify/irregularity_text.h"
#include "verify/verify.h"

#include <stdlib.h>

static const char *const irregularity_words[IRREGULARITY_COUNT] = {
#define IRREGULARITY_WORD(name, word) [IRREGULARITY_##name] = (word),
    IRREGULARITY_LIST(IRREGULARITY_WORD)
#undef IRREGULARITY_WORD
};

static const struct {
	const char *text, *why, *remedy;
} irregularity_texts[IRREGULARITY_COUNT] = {
#define IRREGULARITY_TEXT(name, text, why, remedy) [IRREGULARITY_##name] = {text, why, remedy},
    IRREGULARITY_TEXT_LIST(IRREGULARITY_TEXT)
#undef IRREGULARITY_TEXT
};

const char *const verify_columns[VERIFY_COLUMNS] = {
#define VERIFY_COLUMN_NAME(name, fit) #name,
    VERIFY_COLUMN_LIST(VERIFY_COLUMN_NAME)
#undef VERIFY_COLUMN_NAME
};
const enum column_fit verify_fits[VERIFY_COLUMNS] = {
#define VERIFY_COLUMN_FIT(name, fit) fit,
    VERIFY_COLUMN_LIST(VERIFY_COLUMN_FIT)
#undef VERIFY_COLUMN_FIT
};

const char *
irregularity_word(enum irregularity irregularity)
{
	return (unsigned int)irregularity < IRREGULARITY_COUNT ? irregularity_words[irregularity]
							       : "unknown";
}

const char *
irregularity_text(enum irregularity irregularity)
{
	return (unsigned int)irregularity < IRREGULARITY_COUNT
		   ? irregularity_texts[irregularity].text
		   : "unknown";
}

const char *
irregularity_why(enum irregularity irregularity)
{
	return (unsigned int)irregularity < IRREGULARITY_COUNT
		   ? irregularity_texts[irregularity].why
		   : "unknown";
}

const char *
irregularity_remedy(enum irregularity irregularity)
{
	return (unsigned int)irregularity < IRREGULARITY_COUNT
		   ? irregularity_texts[irregularity].remedy
		   : "unknown";
}

static void
finding_put_number(struct writer *writer, bool there, int64_t number)
{
	if (there)
		writer_integer(writer, number);
	else
		writer_null(writer);
}

static int
verify_compare_run(const void *key, const void *entry)
{
	int64_t id = *(const int64_t *)key, other = ((const struct verify_run *)entry)->run.id;

	return (id > other) - (id < other);
}

size_t
verify_find_run(const struct verifying *v, int64_t id)
{
	const struct verify_run *found = v->run_count == 0
					     ? NULL
					     : bsearch(&id, v->runs, v->run_count, sizeof(*v->runs),
						   verify_compare_run);

	return found == NULL ? v->run_count : (size_t)(found - v->runs);
}

/* Whether the run has been purged since the start, or is being purged: 1 or 0, -1 and v->err. */
static int
verify_is_going(struct verifying *v, int64_t run)
{
	size_t i = v->start == NULL || run == 0 ? v->run_count : verify_find_run(v, run);

	if (i == v->run_count || v->runs[i].run.state == RUN_PURGED)
		return 0;
	return verification_purged(v->verification, run, run, v->err);
}

int
verify_report(
    struct verifying *v, enum irregularity what, const struct verify_place *place, const char *text)
{
	int rc;

	if (text == NULL)
		return v->text.failed ? error_memory(v->err) : 0;
	rc = verify_is_going(v, place->run);
	if (rc != 0)
		return rc == -1 ? -1 : 0;
	v->counts->findings++;
	v->counts->finding[what]++;
	writer_failure(v->writer);
	writer_string(v->writer, irregularity_words[what]);
	writer_string(v->writer, place->table);
	finding_put_number(v->writer, place->has_id, place->id);
	finding_put_number(v->writer, place->run != 0, place->run);
	finding_put_number(v->writer, place->line != 0, place->line);
	writer_string(v->writer, text);
	return writer_row(v->writer, v->err);
}

int
verify_report_text(
    struct verifying *v, enum irregularity what, const struct verify_place *place, bool wrong)
{
	int rc = wrong || v->text.failed
		     ? verify_report(v, what, place, v->text.failed ? NULL : v->text.bytes)
		     : 0;

	buffer_clear(&v->text);
	return rc;
}
