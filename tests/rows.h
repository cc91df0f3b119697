#ifndef TESTS_ROWS_H
#define TESTS_ROWS_H

#include "write/writer.h"

#include "scratch.h"

/* What a writer writes, in a scratch folder. Included by the suites of the writer. */

static char folder[64];

static inline void
enter(void)
{
	scratch_enter(folder);
}

static inline void
leave(void)
{
	scratch_leave(folder);
}

/* What a writer of these columns writes in such a view when `fill` has given it its cells. */
static inline const char *
viewed(enum output output, const char *const *columns, size_t count, const struct writer_view *view,
    void (*fill)(struct writer *))
{
	struct error err = {0};
	struct outfile *file = outfile_open("out", &err);
	struct writer *writer = writer_new_view(file, output, columns, count, view);

	ck_assert_ptr_nonnull(writer);
	fill(writer);
	ck_assert_msg(writer_end(&writer, &err) == 0, "%s", err.text);
	ck_assert_ptr_null(writer);
	ck_assert_int_eq(outfile_publish(&file, &err), 0);
	return scratch_text("out");
}

static inline const char *
written(enum output output, const char *const *columns, size_t count, void (*fill)(struct writer *))
{
	return viewed(output, columns, count, &(const struct writer_view){.chosen = NULL}, fill);
}

static inline void
end_row(struct writer *writer)
{
	struct error err = {0};

	ck_assert_msg(writer_row(writer, &err) == 0, "%s", err.text);
}

static inline void
no_rows(struct writer *writer)
{
	(void)writer;
}

#endif
