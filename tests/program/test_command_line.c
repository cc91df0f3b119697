#include "program/command.h"

#include "scratch.h"

/* Which command the words of a command line mean, with which words, and what the context then is.
 */

static int
run_nothing(const struct command *command, const struct context *context, int argc, char **argv)
{
	(void)command;
	(void)context;
	(void)argc;
	(void)argv;
	return 0;
}

static const struct option_spec wall_specs[] = {
    {"colour", "COLOUR", "of it", OPTION_TEXT, 0, 0, NULL},
    {"wet", NULL, "is it", OPTION_FLAG, 0, 0, NULL},
};
static const struct command paint_wall = {
    .name = "paint wall",
    .synopsis = "",
    .summary = "paint a wall",
    .run = run_nothing,
    .options = wall_specs,
    .option_count = 2,
};
static const struct command paint_door = {
    .name = "paint door", .synopsis = "", .summary = "paint a door", .run = run_nothing};
static const struct command *const paint_verbs[] = {&paint_wall, &paint_door, NULL};
static const struct command paint = {
    .name = "paint", .synopsis = "VERB", .summary = "paint", .verbs = paint_verbs};

/* It can be carried out without a verb, too. */
static const struct command walls_drop = {
    .name = "walls drop", .synopsis = "", .summary = "drop", .run = run_nothing};
static const struct command *const walls_verbs[] = {&walls_drop, NULL};
static const struct command walls = {.name = "walls",
    .synopsis = "",
    .summary = "list walls",
    .run = run_nothing,
    .options = wall_specs,
    .option_count = 2,
    .verbs = walls_verbs};
static const struct command *const commands[] = {&paint, &walls, NULL};
static const struct command program = {
    .name = "", .synopsis = "COMMAND", .summary = "All.", .verbs = commands};

static char out[8192], err[4096];
static char *words[32];
static struct command_line found;
static struct context context;
static int status;

/* The command of a line of words, cut at '|'. */
static const struct command *
choose(const char *line)
{
	static char copy[1024];
	const struct command *command;
	char *rest = copy;
	int argc = 0;

	out[0] = err[0] = '\0';
	context = (struct context){.out = fmemopen(out, sizeof(out), "w"),
	    .err = fmemopen(err, sizeof(err), "w"),
	    .database = "default.db"};
	snprintf(copy, sizeof(copy), "%s", line);
	while (rest != NULL)
		words[argc++] = strsep(&rest, "|");
	words[argc] = NULL;
	found = (struct command_line){argc, words, NULL};
	status = 42;
	command = command_choose(&program, &context, &found, &status);
	fclose(context.out);
	fclose(context.err);
	return command;
}

/* The words that the command gets, cut at '|'. */
static const char *
left(void)
{
	static char text[1024];

	text[0] = '\0';
	for (int i = 0; i < found.argc; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
		    i == 0 ? "" : "|", found.argv[i]);
	ck_assert_ptr_null(found.argv[found.argc]);
	return text;
}

static const struct {
	const char *line;
	const struct command *command;
	const char *left; /* permuted: options first */
	const char *database, *key_file;
	bool quiet, verbose;
} chosen[] = {
    {"pfx|walls", &walls, "walls", "default.db", NULL, false, false},
    {"pfx|paint|wall", &paint_wall, "wall", "default.db", NULL, false, false},
    {"pfx|paint|door|a|b", &paint_door, "door|a|b", "default.db", NULL, false, false},
    {"pfx|-d|x|walls", &walls, "walls", "x", NULL, false, false},
    {"pfx|-dx|-qk|y|paint|wall", &paint_wall, "wall", "x", "y", true, false},
    {"pfx|paint|wall|a|-d|x|b", &paint_wall, "wall|-d|x|a|b", "x", NULL, false, false},
    {"pfx|-d|x|paint|-d|y|wall|-d|z", &paint_wall, "wall|-d|y|-d|z", "z", NULL, false, false},
    {"pfx|paint|--colour|red|wall|--wet", &paint_wall, "wall|--colour|red|--wet", "default.db",
	NULL, false, false},
    {"pfx|paint|--colour|wall|wall", &paint_wall, "wall|--colour|wall", "default.db", NULL, false,
	false},
    {"pfx|-q|walls|-v", &walls, "walls|-v", "default.db", NULL, false, true},
    {"pfx|-v|walls|--quiet", &walls, "walls|--quiet", "default.db", NULL, true, false},
    {"pfx|walls|-vq", &walls, "walls|-vq", "default.db", NULL, true, false},
    {"pfx|walls|-qvd|x", &walls, "walls|-qvd|x", "x", NULL, false, true},
    {"pfx|--database=|walls|--key-file=", &walls, "walls|--key-file=", "", "", false, false},
    {"pfx|paint|wall|--|-q|-d|x", &paint_wall, "wall|--|-q|-d|x", "default.db", NULL, false, false},
    {"pfx|walls|drop|1", &walls_drop, "drop|1", "default.db", NULL, false, false},
    {"pfx|walls|--colour|drop", &walls, "walls|--colour|drop", "default.db", NULL, false, false},
};

START_TEST(chooses)
{
	const struct command *command = choose(chosen[_i].line);

	ck_assert_str_eq(err, "");
	ck_assert_ptr_eq(command, chosen[_i].command);
	ck_assert_int_eq(status, 0);
	ck_assert_str_eq(left(), chosen[_i].left);
	ck_assert_str_eq(context.database, chosen[_i].database);
	ck_assert_pstr_eq(context.key_file, chosen[_i].key_file);
	ck_assert(context.quiet == chosen[_i].quiet);
	ck_assert(context.verbose == chosen[_i].verbose);
	ck_assert_str_eq(out, "");
}
END_TEST

static const struct {
	const char *line;
	const char *said; /* without "pfxreplace: " */
} wrong[] = {
    {"pfx", "nothing to do: expected a command; see `pfxreplace --help`"},
    {"pfx|-q", "nothing to do: expected a command; see `pfxreplace --help`"},
    {"pfx|", ": no such command; see `pfxreplace --help`"},
    {"pfx|pait", "pait: no such command, the nearest is paint; see `pfxreplace --help`"},
    {"pfx|--colour|red|walls", "--colour: no such option; see `pfxreplace --help`"},
    {"pfx|paint", "paint: expected a verb: wall or door; see `pfxreplace paint --help`"},
    {"pfx|paint|floor",
	"paint: floor: no such verb: expected wall or door; see `pfxreplace paint --help`"},
    {"pfx|paint|dor",
	"paint: dor: no such verb, the nearest is door; see `pfxreplace paint --help`"},
    {"pfx|paint|--x|wall", "paint: --x: no such option; see `pfxreplace paint --help`"},
    {"pfx|walls|down", "walls: down: no such verb: expected drop; see `pfxreplace walls --help`"},
    {"pfx|walls|--colour",
	"walls: --colour: an argument is missing; see `pfxreplace walls --help`"},
    {"pfx|walls|-d", "walls: -d: an argument is missing; see `pfxreplace walls --help`"},
    {"pfx|walls|-qx", "walls: -x: no such option; see `pfxreplace walls --help`"},
    {"pfx|paint|wall|--version",
	"paint wall: --version: no such option; see `pfxreplace paint wall --help`"},
    {"pfx|--version=1", "--version=1: expected no argument; see `pfxreplace --help`"},
    {"pfx|walls|drop|--colour=red",
	"walls drop: --colour=red: no such option; see `pfxreplace walls drop --help`"},
};

START_TEST(refuses)
{
	char expected[512];

	snprintf(expected, sizeof(expected), "pfxreplace: %s\n", wrong[_i].said);
	ck_assert_ptr_null(choose(wrong[_i].line));
	ck_assert_str_eq(err, expected);
	ck_assert_str_eq(out, "");
	ck_assert_int_eq(status, 2);
}
END_TEST

START_TEST(prints_help_and_version)
{
	static const struct {
		const char *line, *first;
	} cases[] = {
	    {"pfx|-h", "usage: pfxreplace COMMAND\nAll.\n"},
	    {"pfx|--help|frobnicate", "usage: pfxreplace COMMAND\nAll.\n"},
	    {"pfx|paint|-h", "usage: pfxreplace paint VERB\npaint\n\nverbs:\n"
			     "  wall         paint a wall\n  door         paint a door\n"},
	    {"pfx|paint|wall|a|-h|--frob", "usage: pfxreplace paint wall\npaint a wall\n"},
	    {"pfx|walls|--help", "usage: pfxreplace walls\nlist walls\n"},
	    {"pfx|walls|drop|-qh", "usage: pfxreplace walls drop\ndrop\n"},
	    {"pfx|--version", "pfxreplace " VERSION "\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert_ptr_null(choose(cases[i].line));
		ck_assert_int_eq(status, 0);
		ck_assert_str_eq(err, "");
		ck_assert_msg(strncmp(out, cases[i].first, strlen(cases[i].first)) == 0, "%s", out);
	}
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("command_line");
	TCase *tests = tcase_create("command_line");

	tcase_add_loop_test(tests, chooses, 0, (int)(sizeof(chosen) / sizeof(chosen[0])));
	tcase_add_loop_test(tests, refuses, 0, (int)(sizeof(wrong) / sizeof(wrong[0])));
	tcase_add_test(tests, prints_help_and_version);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
