#include "database/facts.h"

#include "database.h"

/* What an operator may, by the permissions of the operator's roles. */

static struct permissions permissions;

static void
start(void)
{
	permissions = (struct permissions){0};
}

static void
end(void)
{
	permissions_release(&permissions);
}

static const struct {
	const char *text;
	int level; /* -1: it is none */
	int64_t container;
} texts[] = {
    {"/certificates/enrollment/pfx/", PERMIT_NONE, -1},
    {"/certificate_stores/read/", PERMIT_READ, -1},
    {"/certificate_stores/schedule/", PERMIT_SCHEDULE, -1},
    {"/certificate_stores/modify/", PERMIT_MODIFY, -1},
    {"/certificate_stores/read/3/", PERMIT_READ, 3},
    {"/certificate_stores/schedule/2147483647/", PERMIT_SCHEDULE, 2147483647},
    {"/certificate_stores/modify/0/", PERMIT_MODIFY, 0},
    {"", -1, -1},
    {"/", -1, -1},
    {"/certificates/enrollment/pfx", -1, -1},
    {"/certificates/enrollment/pfx/3/", -1, -1},
    {"certificate_stores/read/", -1, -1},
    {"/certificate_stores/read", -1, -1},
    {"/certificate_stores/write/", -1, -1},
    {"/certificate_stores/Read/", -1, -1},
    {"/certificate_stores/read//", -1, -1},
    {"/certificate_stores/read/3", -1, -1},
    {"/certificate_stores/read/3//", -1, -1},
    {"/certificate_stores/read/3/4/", -1, -1},
    {"/certificate_stores/read/x/", -1, -1},
    {"/certificate_stores/read/3x/", -1, -1},
    {"/certificate_stores/read/-3/", -1, -1},
    {"/certificate_stores/read/ 3/", -1, -1},
    {"/certificate_stores/read/2147483648/", -1, -1},
    {"/certificate_stores/read/99999999999999999999999999/", -1, -1},
    {" /certificate_stores/read/", -1, -1},
};

START_TEST(parses)
{
	int64_t container = 42;

	ck_assert_int_eq(permission_parse(texts[_i].text, &container), texts[_i].level);
	ck_assert_int_eq(container, texts[_i].container);
	/* What is none gives nothing. */
	permissions_add(&permissions, texts[_i].text);
	if (texts[_i].level == -1) {
		ck_assert(!permissions.may_enroll);
		ck_assert_int_eq(permissions.system, PERMIT_NONE);
		ck_assert_uint_eq(permissions.count, 0);
	}
}
END_TEST

START_TEST(nobody_may_nothing)
{
	ck_assert(!permissions.may_enroll);
	ck_assert_int_eq(permissions_for(&permissions, -1), PERMIT_NONE);
	ck_assert_int_eq(permissions_for(&permissions, 3), PERMIT_NONE);
}
END_TEST

/* To enroll and to schedule are two things. */
START_TEST(enrolls)
{
	permissions_add(&permissions, "/certificates/enrollment/pfx/");
	ck_assert(permissions.may_enroll);
	ck_assert_int_eq(permissions_for(&permissions, -1), PERMIT_NONE);
	permissions_release(&permissions);
	permissions_add(&permissions, "/certificate_stores/modify/");
	ck_assert(!permissions.may_enroll);
}
END_TEST

/* Each level includes the ones before, in whatever order they are given. */
START_TEST(the_strongest_decides)
{
	permissions_add(&permissions, "/certificate_stores/read/");
	ck_assert_int_eq(permissions_for(&permissions, -1), PERMIT_READ);
	ck_assert(permissions_for(&permissions, -1) < PERMIT_SCHEDULE);
	permissions_add(&permissions, "/certificate_stores/modify/");
	ck_assert_int_eq(permissions_for(&permissions, -1), PERMIT_MODIFY);
	ck_assert(permissions_for(&permissions, -1) >= PERMIT_SCHEDULE);
	permissions_add(&permissions, "/certificate_stores/schedule/");
	ck_assert_int_eq(permissions_for(&permissions, -1), PERMIT_MODIFY);

	permissions_add(&permissions, "/certificate_stores/schedule/3/");
	permissions_add(&permissions, "/certificate_stores/read/3/");
	ck_assert_int_eq(permissions_for(&permissions, 3), PERMIT_SCHEDULE);
	permissions_add(&permissions, "/certificate_stores/modify/3/");
	ck_assert_int_eq(permissions_for(&permissions, 3), PERMIT_MODIFY);
	ck_assert_uint_eq(permissions.count, 1);
}
END_TEST

/* Any entry for a container decides there in place of the system's, even a weaker one. */
START_TEST(a_container_decides_for_itself)
{
	permissions_add(&permissions, "/certificate_stores/modify/");
	permissions_add(&permissions, "/certificate_stores/read/3/");
	ck_assert_int_eq(permissions_for(&permissions, 3), PERMIT_READ);
	ck_assert_int_eq(permissions_for(&permissions, 4), PERMIT_MODIFY);
	ck_assert_int_eq(permissions_for(&permissions, -1), PERMIT_MODIFY);
	permissions_release(&permissions);
	permissions_add(&permissions, "/certificate_stores/schedule/3/");
	permissions_add(&permissions, "/certificate_stores/modify/4/");
	permissions_add(&permissions, "/certificate_stores/read/");
	ck_assert_int_eq(permissions_for(&permissions, 3), PERMIT_SCHEDULE);
	ck_assert_int_eq(permissions_for(&permissions, 4), PERMIT_MODIFY);
	ck_assert_int_eq(permissions_for(&permissions, 5), PERMIT_READ);
	ck_assert_int_eq(permissions_for(&permissions, -1), PERMIT_READ);
}
END_TEST

/* All roles of the operator, nobody else's. */
START_TEST(loads)
{
	struct database *db;
	struct error err = {0};

	enter();
	create();
	tamper("INSERT INTO role_permission VALUES"
	       " ('deployers', 'ann', '/certificates/enrollment/pfx/'),"
	       " ('deployers', 'ann', '/certificate_stores/read/'),"
	       " ('web', 'ann', '/certificate_stores/schedule/3/'),"
	       " ('deployers', 'bob', '/certificate_stores/modify/'),"
	       " ('odd', 'ann', 'something else')");
	db = open_good(DB_READ);
	ck_assert_int_eq(db_permissions(db, "ann", &permissions, &err), 0);
	ck_assert(permissions.may_enroll);
	ck_assert_int_eq(permissions_for(&permissions, -1), PERMIT_READ);
	ck_assert_int_eq(permissions_for(&permissions, 3), PERMIT_SCHEDULE);
	permissions_release(&permissions);
	ck_assert_int_eq(db_permissions(db, "bob", &permissions, &err), 0);
	ck_assert(!permissions.may_enroll);
	ck_assert_int_eq(permissions_for(&permissions, 3), PERMIT_MODIFY);
	permissions_release(&permissions);
	ck_assert_int_eq(db_permissions(db, "Ann", &permissions, &err), 0);
	ck_assert_int_eq(permissions_for(&permissions, 3), PERMIT_NONE);
	db_close(db);
	leave();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("permissions");
	TCase *tests = tcase_create("permissions");

	tcase_add_checked_fixture(tests, start, end);
	tcase_add_loop_test(tests, parses, 0, (int)(sizeof(texts) / sizeof(texts[0])));
	tcase_add_test(tests, nobody_may_nothing);
	tcase_add_test(tests, enrolls);
	tcase_add_test(tests, the_strongest_decides);
	tcase_add_test(tests, a_container_decides_for_itself);
	tcase_add_test(tests, loads);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
