#include "model/bitmap.h"

#include "scratch.h"

/* A set of small integers. */

static struct bitmap bitmap;

static void
leave(void)
{
	bitmap_release(&bitmap);
}

START_TEST(empty_has_nothing)
{
	ck_assert(!bitmap_has(&bitmap, 0));
	ck_assert(!bitmap_has(&bitmap, UINT64_MAX));
	bitmap_release(&bitmap);
	ck_assert(!bitmap_has(&bitmap, 0));
}
END_TEST

/* Neighbours, edges of bytes, and edges of the memory as it grows. */
START_TEST(holds_what_was_set)
{
	static const uint64_t bits[] = {0, 1, 7, 8, 63, 64, 4096 * 8 - 1, 4096 * 8, 100000,
	    (UINT64_C(1) << 24) - 1, UINT64_C(1) << 24};
	size_t count = sizeof(bits) / sizeof(bits[0]);

	for (size_t i = 0; i < count; i++) {
		ck_assert(!bitmap_has(&bitmap, bits[i]));
		ck_assert_int_eq(bitmap_set(&bitmap, bits[i]), 0);
		ck_assert_int_eq(bitmap_set(&bitmap, bits[i]), 0);
		for (size_t j = 0; j < count; j++)
			ck_assert(bitmap_has(&bitmap, bits[j]) == (j <= i));
	}
	ck_assert(!bitmap_has(&bitmap, 2));
	ck_assert(!bitmap_has(&bitmap, 9));
	ck_assert(!bitmap_has(&bitmap, 4096 * 8 + 1));
	ck_assert(!bitmap_has(&bitmap, UINT64_C(1) << 40));
}
END_TEST

/* A bit far away takes no memory for all before it; one that no set has is refused. */
START_TEST(takes_memory_for_what_is_set)
{
	size_t pieces = 0;

	ck_assert_int_eq(bitmap_set(&bitmap, 3), 0);
	ck_assert_int_eq(bitmap_set(&bitmap, BITMAP_LAST), 0);
	ck_assert_int_eq(bitmap_set(&bitmap, BITMAP_LAST + 1), -1);
	ck_assert_int_eq(bitmap_set(&bitmap, UINT64_MAX), -1);
	ck_assert(bitmap_has(&bitmap, 3) && bitmap_has(&bitmap, BITMAP_LAST));
	ck_assert(!bitmap_has(&bitmap, BITMAP_LAST + 1) && !bitmap_has(&bitmap, UINT64_MAX));
	for (size_t i = 0; i < bitmap.count; i++)
		pieces += bitmap.pieces[i] != NULL;
	ck_assert_uint_eq(pieces, 2);
	ck_assert_uint_eq(bitmap.count, (BITMAP_LAST + 1) / 8 / BITMAP_PIECE);
}
END_TEST

START_TEST(starts_anew)
{
	ck_assert_int_eq(bitmap_set(&bitmap, 5), 0);
	bitmap_release(&bitmap);
	ck_assert(!bitmap_has(&bitmap, 5));
	ck_assert_int_eq(bitmap_set(&bitmap, 6), 0);
	ck_assert(!bitmap_has(&bitmap, 5));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("bitmap");
	TCase *tests = tcase_create("bitmap");

	tcase_add_checked_fixture(tests, NULL, leave);
	tcase_add_test(tests, empty_has_nothing);
	tcase_add_test(tests, holds_what_was_set);
	tcase_add_test(tests, takes_memory_for_what_is_set);
	tcase_add_test(tests, starts_anew);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
