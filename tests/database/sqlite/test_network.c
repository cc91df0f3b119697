#include "database/sqlite/network.h"

#include "scratch.h"

START_TEST(knows_networks)
{
	ck_assert_str_eq(network_name(0x6969), "NFS");
	ck_assert_str_eq(network_name(0xff534d42), "CIFS");
	ck_assert_str_eq(network_name(0xfe534d42), "SMB2");
	ck_assert_str_eq(network_name(0x01021997), "9P");
	ck_assert_str_eq(network_name(0x65735546), "FUSE");
}
END_TEST

START_TEST(knows_what_is_none)
{
	ck_assert_ptr_null(network_name(0xef53));     /* ext4 */
	ck_assert_ptr_null(network_name(0x58465342)); /* XFS */
	ck_assert_ptr_null(network_name(0x01021994)); /* tmpfs */
	ck_assert_ptr_null(network_name(0x9fa0));     /* proc */
	ck_assert_ptr_null(network_of("/proc"));
	ck_assert_ptr_null(network_of("/nowhere/at/all"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("network");
	TCase *tests = tcase_create("network");

	tcase_add_test(tests, knows_networks);
	tcase_add_test(tests, knows_what_is_none);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
