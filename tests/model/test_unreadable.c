#include "model/unreadable.h"

#include "scratch.h"

/* The words that say why the file of a store could not be read. */

/* One sentence or more, from its first letter to its last dot. */
static void
is_plain(const char *text)
{
	size_t length = strlen(text);

	ck_assert_msg(
	    length > 10 && text[0] >= 'A' && text[0] <= 'Z' && text[length - 1] == '.', "%s", text);
	ck_assert_msg(strstr(text, "  ") == NULL && strpbrk(text, "\t\n\"") == NULL, "%s", text);
}

START_TEST(has_a_word_for_each)
{
	enum unreadable why;

	for (int i = READABLE + 1; i < UNREADABLE_COUNT; i++) {
		ck_assert_ptr_nonnull(unreadable_word((enum unreadable)i));
		ck_assert_ptr_nonnull(unreadable_text((enum unreadable)i));
		is_plain(unreadable_why((enum unreadable)i));
		is_plain(unreadable_remedy((enum unreadable)i));
		ck_assert(unreadable_parse(unreadable_word((enum unreadable)i), &why));
		ck_assert_int_eq(why, i);
	}
	ck_assert_ptr_null(unreadable_why(READABLE));
	ck_assert_ptr_null(unreadable_remedy(UNREADABLE_COUNT));
	ck_assert(!unreadable_parse("", &why));
	ck_assert(!unreadable_parse("none", &why));
	ck_assert_ptr_null(unreadable_word(READABLE));
	ck_assert_ptr_null(unreadable_text(UNREADABLE_COUNT));
	ck_assert_ptr_null(unreadable_word((enum unreadable) - 1));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("unreadable");
	TCase *tests = tcase_create("unreadable");

	tcase_add_test(tests, has_a_word_for_each);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
