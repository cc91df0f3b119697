#include "verify/verify_private.h"
#include "verify/verify.h"

static const char *const irregularity_words[IRREGULARITY_COUNT] = {
#define IRREGULARITY_WORD(name, word) [IRREGULARITY_##name] = (word),
    IRREGULARITY_LIST(IRREGULARITY_WORD)
#undef IRREGULARITY_WORD
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

static void
finding_put_number(struct writer *writer, bool there, int64_t number)
{
	if (there)
		writer_integer(writer, number);
	else
		writer_null(writer);
}

int
verify_report(
    struct verifying *v, enum irregularity what, const struct verify_place *place, const char *text)
{
	if (text == NULL)
		return v->text.failed ? error_memory(v->err) : 0;
	v->counts->findings++;
	v->counts->finding[what]++;
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
