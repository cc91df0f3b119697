#include "import/import_private.h"
#include "timestamp.h"

void
import_date_file(struct import *import, const struct source *source)
{
	const struct timespec *modified = &source->identity.st_mtim;
	int64_t at = import->now;

	if (import->options->has_as_of)
		at = import->options->as_of;
	else if (!source->copied)
		at = (int64_t)modified->tv_sec * 1000 + modified->tv_nsec / 1000000;
	import->dated[import->file] = at;
}

static void
import_warn_future(struct import *import, struct error_place place, int64_t at)
{
	const char *within = import->within;
	char text[TIMESTAMP_SIZE];

	if (import->future_told)
		return;
	import->future_told = true;
	import->within = NULL;
	import_say(import, IMPORT_WARNING, place, "%s%s is in the future: it counts as now",
	    place.field == NULL ? "last modified: " : "", timestamp_format(at, text));
	import->within = within;
}

int64_t
import_date(struct import *import, const struct import_cell *cell)
{
	struct error_place place = import_place(import, "InventoriedAt");
	int64_t at = cell == NULL ? 0 : cell->value.integer;

	if (cell == NULL || cell->value.type != LOAD_INTEGER) {
		at = import->dated[import->file];
		place = (struct error_place){.file = place.file};
		if (import->options->has_as_of)
			place = (struct error_place){.field = "--as-of"};
	}
	if (at <= import->now)
		return at;
	import_warn_future(import, place, at);
	return import->now;
}
