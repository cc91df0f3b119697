#include "read/names_judge.h"

#include "limits.h"

#include <stdio.h>
#include <string.h>

#define ROOM_FOR_COUNT 32 /* for "; and 18446744073709551615 more" */
#define QUOTED_SIZE 128

/* ---- which are refused ----------------------------------------------------------------------- */

static bool
names_have_field(const struct judged *names, size_t count, size_t field)
{
	for (size_t i = 0; i < count; i++)
		if (names[i].kind == NAME_KNOWN && names[i].field == field)
			return true;
	return false;
}

static bool
meaning_fits(const struct meaning *meaning, const struct judged *name)
{
	for (size_t i = 0; meaning->parts != NULL && meaning->parts[i] != NULL; i++)
		if (name_contains(name->name, name->length, meaning->parts[i]))
			return true;
	for (size_t i = 0; meaning->words != NULL && meaning->words[i] != NULL; i++)
		if (name_has_word(name->name, name->length, meaning->words[i]))
			return true;
	return false;
}

static void
names_judge_unknown(const struct fields *fields, const bool *missing, struct judged *name)
{
	for (size_t i = 0; i < fields->meaning_count; i++) {
		if (!missing[i] || !meaning_fits(&fields->meanings[i], name))
			continue;
		name->kind = NAME_MEANT;
		name->field = fields->meanings[i].field;
		return;
	}
	if (fields->closed)
		name->kind = NAME_STRANGE;
}

void
names_judge(const struct fields *fields, struct judged *names, size_t count)
{
	bool missing[FIELDS_MEANINGS];

	for (size_t i = 0; i < count; i++) {
		struct judged *name = &names[i];

		name->kind = name_find(fields, name->name, name->length, &name->field);
		if (name->kind == NAME_KNOWN && names_have_field(names, i, name->field))
			name->kind = NAME_SECOND;
	}
	for (size_t i = 0; i < fields->meaning_count; i++)
		missing[i] = !names_have_field(names, count, fields->meanings[i].field);
	for (size_t i = 0; i < count; i++)
		if (names[i].kind == NAME_UNKNOWN)
			names_judge_unknown(fields, missing, &names[i]);
}

bool
name_is_refused(enum name_kind kind)
{
	switch (kind) {
	case NAME_NEARLY:
	case NAME_SECOND:
	case NAME_MEANT:
	case NAME_DATED:
	case NAME_STRANGE:
		return true;
	default:
		return false;
	}
}

/* ---- the message -------------------------------------------------------------------- */

struct saying {
	const struct judgement *about;
	bool said[LIMIT_COLUMNS]; /* by name */
	char *text;
	size_t size;
	size_t length;
	size_t left_out; /* names for which there was no room */
};

/* Adds the whole piece, or counts its name as left out. */
static void
saying_add(struct saying *saying, const char *piece)
{
	size_t length = strlen(piece);

	if (saying->left_out > 0 || saying->length + length + ROOM_FOR_COUNT > saying->size) {
		saying->left_out++;
		return;
	}
	memcpy(saying->text + saying->length, piece, length + 1);
	saying->length += length;
}

/* Adds what is wrong with a name and what to do; `remedy` is the option to type, or other advice.
 */
static void
saying_add_fault(
    struct saying *saying, const struct judged *name, const char *before, const char *remedy)
{
	const char *field = name->kind == NAME_STRANGE ? ""
						       : saying->about->fields->names[name->field];
	char piece[512];

	switch (name->kind) {
	case NAME_SECOND:
		if (strcmp(saying->about->noun, "column") == 0)
			snprintf(piece, sizeof(piece), "%sa second column for %s: expected one",
			    before, field);
		else
			snprintf(piece, sizeof(piece),
			    "%sa second %s of that name: expected each name once", before,
			    saying->about->noun);
		break;
	case NAME_NEARLY:
		snprintf(piece, sizeof(piece), "%snearly the name %s: expected just that, or %s",
		    before, field, remedy);
		break;
	case NAME_MEANT:
		snprintf(piece, sizeof(piece),
		    "%smay be meant for %s, which is missing: expected that name, or %s", before,
		    field, remedy);
		break;
	case NAME_DATED:
		snprintf(piece, sizeof(piece),
		    "%sits first value is a date or a time, and %s is missing: expected that "
		    "name, or %s",
		    before, field, remedy);
		break;
	default:
		snprintf(piece, sizeof(piece),
		    "%snot a known name: expected none with --strict, or %s", before, remedy);
		break;
	}
	saying_add(saying, piece);
}

/* Adds what is wrong with a name that the text does not have yet. */
static void
saying_add_first(struct saying *saying, const struct judged *name)
{
	char quoted[QUOTED_SIZE], before[QUOTED_SIZE + 8] = "", remedy[QUOTED_SIZE + 64];

	if (name_quote(name->name, name->length, quoted, sizeof(quoted)))
		snprintf(remedy, sizeof(remedy), "--ignore %s to leave the %s out", quoted,
		    saying->about->noun);
	else
		snprintf(remedy, sizeof(remedy), "another name");
	if (saying->length > 0)
		snprintf(before, sizeof(before),
		    "; %.*s: ", (int)name_cut(name->name, name->length, QUOTED_SIZE), name->name);
	saying_add_fault(saying, name, before, remedy);
}

/* Adds the names that have the same fault as this one, if they can be typed. */
static void
saying_add_likewise(struct saying *saying, const struct judged *first)
{
	char quoted[QUOTED_SIZE], piece[QUOTED_SIZE + 32];
	bool begun = false;

	if (first->kind == NAME_SECOND ||
	    !name_quote(first->name, first->length, quoted, sizeof(quoted)))
		return;
	for (size_t i = (size_t)(first - saying->about->names) + 1; i < saying->about->count; i++) {
		const struct judged *name = &saying->about->names[i];

		if (name->kind != first->kind ||
		    (name->kind != NAME_STRANGE && name->field != first->field) ||
		    !name_quote(name->name, name->length, quoted, sizeof(quoted)))
			continue;
		snprintf(piece, sizeof(piece), "%s --ignore %s", begun ? "" : "; likewise", quoted);
		saying_add(saying, piece);
		saying->said[i] = begun = true;
	}
}

const char *
names_fault(const struct judgement *about, char *text, size_t size)
{
	struct saying saying = {.about = about, .text = text, .size = size};
	const struct judged *names = about->names;
	const char *first = NULL;

	for (size_t i = 0; i < about->count; i++) {
		if (saying.said[i] || !name_is_refused(names[i].kind))
			continue;
		if (first == NULL)
			first = names[i].name;
		saying_add_first(&saying, &names[i]);
		saying_add_likewise(&saying, &names[i]);
	}
	if (saying.left_out > 0)
		snprintf(
		    text + saying.length, size - saying.length, "; and %zu more", saying.left_out);
	return first;
}
