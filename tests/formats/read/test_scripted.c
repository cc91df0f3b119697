#include "read/scripted.h"

#include "scratch.h"

#include <string.h>

static const struct {
	const char *text;
	bool is;
} texts[] = {
    {"@{Id=55; Name=web}", true},
    {" \t@{Id=55}", true},
    {"System.Object[]", true},
    {"System.Collections.Hashtable", true},
    {"System.", true},
    {"System", false},
    {"system.object[]", false},
    {"My System.Object", false},
    {"@", false},
    {"@ {", false},
    {"user@{host}", false},
    {"", false},
};

START_TEST(finds_what_a_script_printed)
{
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_msg(
		    scripted_is_object(texts[i].text, strlen(texts[i].text)) == texts[i].is, "%s",
		    texts[i].text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("scripted");
	TCase *tests = tcase_create("scripted");

	tcase_add_test(tests, finds_what_a_script_printed);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
