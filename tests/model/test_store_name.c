#include "model/store_name.h"

#include "scratch.h"

/* How messages and lists name a store. */

static const struct {
	const char *machine, *path, *name;
} names[] = {
    {"web1.example.com", "/etc/ssl/www.pem", "web1.example.com:/etc/ssl/www.pem (GUID)"},
    {"web1", "", "web1 (GUID)"},
    {NULL, "/etc/ssl/www.pem", "/etc/ssl/www.pem (GUID)"},
    {"", NULL, "GUID"},
};

START_TEST(names_machine_path_and_guid)
{
	struct buffer text = {0};

	store_name_add(&text, names[_i].machine, names[_i].path, "GUID");
	ck_assert_str_eq(text.bytes, names[_i].name);
	buffer_release(&text);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("store_name");
	TCase *tests = tcase_create("store_name");

	tcase_add_loop_test(
	    tests, names_machine_path_and_guid, 0, sizeof(names) / sizeof(names[0]));
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
