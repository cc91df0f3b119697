#include "program/nearest.h"

#include "scratch.h"

static const char *const words[] = {"init", "import", "list", "check", "apply", "reconcile"};

static const struct {
	const char *word;
	const char *nearest; /* NULL: none */
} cases[] = {
    {"apply", "apply"},
    {"aply", "apply"},
    {"appyl", "apply"},
    {"applly", "apply"},
    {"spply", "apply"},
    {"aplly", "apply"},
    {"Apply", "apply"},
    {"rec", "reconcile"},
    {"reconsile", "reconcile"},
    {"reconsil", "reconcile"},
    {"im", "import"},
    {"l", "list"},
    {"chk", "check"}, /* abbreviated */
    {"rcncl", "reconcile"},
    {"port", "import"}, /* a part */
    {"por", "import"},
    {"po", NULL},
    {"kch", NULL},
    {"it", NULL}, /* init or import, and too short */
    {"int", "init"},
    {"ipt", "import"},
    {"cheek", "check"},
    {"frobnicate", NULL},
    {"x", NULL},
    {"i", NULL}, /* two begin so */
    {"", NULL},
    {"a-word-that-is-longer-than-all-of-ours", NULL},
};

START_TEST(finds_what_was_meant)
{
	struct nearest nearest = nearest_to(cases[_i].word);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		nearest_offer(&nearest, words[i]);
	ck_assert_pstr_eq(nearest_found(&nearest), cases[_i].nearest);
	ck_assert_pstr_eq(nearest_word(cases[_i].word, words, sizeof(words) / sizeof(words[0])),
	    cases[_i].nearest);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("nearest");
	TCase *tests = tcase_create("nearest");

	tcase_add_loop_test(
	    tests, finds_what_was_meant, 0, (int)(sizeof(cases) / sizeof(cases[0])));
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
