#include "write/writer_private.h"

#define MINUTE 17 /* 2026-11-22T20:17, and U+2026 */
#define DAY 11    /* 2026-11-22, and U+2026 */

/* How short columns may become. The first level is for reading; the last one only fits. */
struct layout_level {
	size_t value;    /* of a text */
	size_t sentence; /* of one of FIT_TEXT */
	size_t name;
	size_t gap;
};
static const struct layout_level layout_levels[] = {{16, 40, 8, 2}, {8, 8, 4, 2}, {1, 1, 1, 1}};
#define LEVELS (sizeof(layout_levels) / sizeof(layout_levels[0]))

static size_t
layout_smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t
layout_larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* The least width of a column at a level. */
static size_t
layout_least(const struct layout_column *column, const struct layout_level *level)
{
	size_t value = column->value;

	if (level->value == 1)
		return 1;
	if (column->time)
		value = layout_smaller(value, DAY);
	else if (column->fit == FIT_TEXT)
		value = layout_smaller(value, level->sentence);
	else if (!column->number && column->fit != FIT_START && column->fit != FIT_WORD)
		value = layout_smaller(value, level->value);
	return layout_larger(layout_larger(value, 1), layout_smaller(column->name, level->name));
}

/* Cells that a line needs for `least` of each column and the gaps. */
static size_t
layout_needs(const struct layout_column *columns, size_t count, size_t gap)
{
	size_t needs = 0;

	for (size_t i = 0; i < count; i++)
		if (!columns[i].hidden)
			needs += columns[i].least + (needs == 0 ? 0 : gap);
	return needs;
}

static void
layout_set_least(struct layout_column *columns, size_t count, const struct layout_level *level)
{
	for (size_t i = 0; i < count; i++)
		columns[i].least = layout_least(&columns[i], level);
}

/* How easily a column can be missed; 0: it is never hidden for another one. */
static int
layout_rank(const struct layout_column *column)
{
	static const int ranks[] = {
	    [FIT_OFTEN] = 1, [FIT_START] = 1, [FIT_ROOM] = 2, [FIT_TEXT] = 3};

	return column->hidden ? 0 : ranks[column->fit];
}

/* Hides the column that can be missed most easily, the first one of several. False: there is none.
 */
static bool
layout_hide(struct layout_column *columns, size_t count)
{
	struct layout_column *found = NULL;

	for (size_t i = 0; i < count; i++)
		if (layout_rank(&columns[i]) > (found == NULL ? 0 : layout_rank(found)))
			found = &columns[i];
	if (found == NULL)
		return false;
	found->hidden = true;
	return true;
}

static void
layout_hide_empty(struct layout_column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (columns[i].fit == FIT_FILLED && columns[i].value == 0)
			columns[i].hidden = true;
}

/* Hides the last column, but never the only one. False: there is one only. */
static bool
layout_hide_last(struct layout_column *columns, size_t count)
{
	size_t last = count, shown = 0;

	for (size_t i = 0; i < count; i++) {
		if (columns[i].hidden)
			continue;
		last = i;
		shown++;
	}
	if (shown < 2)
		return false;
	columns[last].hidden = true;
	return true;
}

/* Finds the level at which the columns fit, and sets `least` by it. */
static const struct layout_level *
layout_find_level(struct layout_column *columns, size_t count, size_t room, bool may_hide)
{
	const struct layout_level *last = &layout_levels[LEVELS - 1];

	for (const struct layout_level *level = layout_levels; level < last; level++) {
		layout_set_least(columns, count, level);
		do {
			if (layout_needs(columns, count, level->gap) <= room)
				return level;
		} while (may_hide && layout_hide(columns, count));
	}
	layout_set_least(columns, count, last);
	while (layout_needs(columns, count, last->gap) > room)
		if (!layout_hide_last(columns, count))
			break;
	return last;
}

static size_t
layout_share_of(const struct layout_column *column, size_t share)
{
	return layout_larger(column->least, layout_smaller(column->want, share));
}

static size_t
layout_shares(const struct layout_column *columns, size_t count, size_t share)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++)
		if (!columns[i].hidden)
			sum += layout_share_of(&columns[i], share);
	return sum;
}

/* Gives each column what it wants, up to a share that is the same for all; the widest lose. */
static void
layout_share(struct layout_column *columns, size_t count, size_t room)
{
	size_t share = room, needs = layout_shares(columns, count, share);

	while (needs > room && share > 0)
		needs = layout_shares(columns, count, --share);
	for (size_t i = 0; i < count; i++) {
		struct layout_column *column = &columns[i];

		column->width = layout_share_of(column, share);
		if (!column->hidden && needs < room && column->width < column->want) {
			column->width++;
			needs++;
		}
	}
}

static size_t
layout_wants(const struct layout_column *columns, size_t count)
{
	return layout_shares(columns, count, SIZE_MAX);
}

/* What values want; of a time only so many cells. Names are cut before values. */
static void
layout_set_wants(
    struct layout_column *columns, size_t count, const struct layout_level *level, size_t time)
{
	for (size_t i = 0; i < count; i++) {
		struct layout_column *column = &columns[i];
		size_t value = column->time ? layout_smaller(column->value, time) : column->value;

		column->want = layout_larger(value, layout_smaller(column->name, level->name));
	}
}

size_t
writer_layout(struct layout_column *columns, size_t count, size_t room, bool may_hide)
{
	static const size_t times[] = {SIZE_MAX, MINUTE, DAY};
	const struct layout_level *level;
	size_t shown = 0;

	if (may_hide)
		layout_hide_empty(columns, count);
	level = layout_find_level(columns, count, room, may_hide);
	for (size_t i = 0; i < count; i++)
		shown += columns[i].hidden ? 0 : 1;
	if (shown > 0)
		room -= layout_smaller(room, (shown - 1) * level->gap);
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		layout_set_wants(columns, count, level, times[i]);
		if (layout_wants(columns, count) <= room)
			break;
	}
	if (layout_wants(columns, count) <= room) /* values fit, and names get what is left */
		for (size_t i = 0; i < count; i++) {
			columns[i].least = columns[i].want;
			columns[i].want = layout_larger(columns[i].want, columns[i].name);
		}
	layout_share(columns, count, room);
	return level->gap;
}
