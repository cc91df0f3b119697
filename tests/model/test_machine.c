#include "model/machine.h"

#include "scratch.h"

/* Whether a store is on a host. */

static const struct {
	const char *client_machine, *host;
	bool is;
} machines[] = {
    {"web", "web", true},
    {"WEB", "web", true},
    {"web", "WEB.example.com", true},
    {"web.example.com", "web", true},
    {"web.example.com", "Web.Example.Com", true},
    {"web.example.com", "web.example.org", false},
    {"web.example.com", "web.example", false},
    {"web1", "web", false},
    {"web", "web1.example.com", false},
    {"web|LocalMachine", "web", true},
    {"web.example.com|localmachine", "web", true},
    {"web.example.com|LocalMachine", "web.example.com", true},
    {"web|LocalMachine", "web.example.com|LocalMachine", true},
    {"web|LocalMachines", "web", false},
    {"|LocalMachine", "web", false},
    {"|LocalMachine", "|LocalMachine", false},
    {"LocalMachine", "web", false},
    {"", "", false},
    {"", "web", false},
    {"web", "", false},
    {".example.com", "web", false},
    {".example.com", ".example.com", true},
    {NULL, "web", false},
    {"web", NULL, false},
};

START_TEST(compares_names_of_machines)
{
	ck_assert_int_eq(
	    machine_is(machines[_i].client_machine, machines[_i].host), machines[_i].is);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("machine");
	TCase *tests = tcase_create("machine");

	tcase_add_loop_test(
	    tests, compares_names_of_machines, 0, sizeof(machines) / sizeof(machines[0]));
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
