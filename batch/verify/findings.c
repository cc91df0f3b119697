#include "verify/passes.h"
#include "verify/verify.h"

/* What is said of damage: a row of the report. */

static const char *const words[IRREGULARITY_COUNT] = {
#define IRREGULARITY_WORD(name, word) [IRREGULARITY_##name] = (word),
    IRREGULARITY_LIST(IRREGULARITY_WORD)
#undef IRREGULARITY_WORD
};

const char *const verify_columns[VERIFY_COLUMNS] = {
    "Finding", "Table", "Id", "Run", "Line", "Text"};

const char *
irregularity_word(enum irregularity irregularity)
{
	return (unsigned int)irregularity < IRREGULARITY_COUNT ? words[irregularity] : "unknown";
}

static void
put_number(struct writer *writer, bool there, int64_t number)
{
	if (there)
		writer_integer(writer, number);
	else
		writer_null(writer);
}

int
verify_report(
    struct verifying *v, enum irregularity what, const struct place *place, const char *text)
{
	if (text == NULL)
		return v->text.failed ? error_memory(v->err) : 0;
	v->counts->findings++;
	v->counts->finding[what]++;
	writer_string(v->writer, words[what]);
	writer_string(v->writer, place->table);
	put_number(v->writer, place->has_id, place->id);
	put_number(v->writer, place->run != 0, place->run);
	put_number(v->writer, place->line != 0, place->line);
	writer_string(v->writer, text);
	return writer_row(v->writer, v->err);
}

/* The text in the making, where something was wrong. */
int
verify_report_text(
    struct verifying *v, enum irregularity what, const struct place *place, bool wrong)
{
	int rc = wrong || v->text.failed
		     ? verify_report(v, what, place, v->text.failed ? NULL : v->text.bytes)
		     : 0;

	buffer_clear(&v->text);
	return rc;
}
