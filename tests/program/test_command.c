#include "program/command.h"

#include "scratch.h"

#include <stddef.h>

/*
 * Option parsing as every command does it: a command's words, what it then holds, what it
 * printed.
 */

struct options {
	bool flag;
	const char *text;
	int64_t number;
	int64_t least;
	struct text_list list;
	int choice;
};

static const char *const colours[] = {"red", "green", "blue", NULL};

static const struct option_spec specs[] = {
    {"flag", NULL, "sets it", OPTION_FLAG, offsetof(struct options, flag), 0, NULL},
    {"text", "FILE", "takes a file", OPTION_TEXT, offsetof(struct options, text), 0, NULL},
    {"number", "N", "takes a number", OPTION_NUMBER, offsetof(struct options, number), 0, NULL},
    {"least", "N", "from 5", OPTION_NUMBER, offsetof(struct options, least), 5, NULL},
    {"list", "CODE", "may be given again", OPTION_LIST, offsetof(struct options, list), 0, NULL},
    {"choice", "COLOUR", "red, green or blue", OPTION_CHOICE, offsetof(struct options, choice), 0,
	colours},
};
#define SPEC_COUNT (sizeof(specs) / sizeof(specs[0]))

static const struct command command = {
    .name = "paint",
    .synopsis = "[OPTION...] WALL...",
    .summary = "paint walls",
    .options = specs,
    .option_count = SPEC_COUNT,
};
static const struct command bare_command = {
    .name = "rest",
    .synopsis = "",
    .summary = "do nothing",
};

static struct options options;
static char out[4096], err[4096];
static char *words[32]; /* as command_options() leaves them */
static int status;

static void
enter(void)
{
	options = (struct options){.text = "default", .number = 7, .least = 8, .choice = 2};
	status = 42;
}

static void
leave(void)
{
	text_list_release(&options.list);
}

/* Parses a line of words, cut at '|'. What command_options() returned. */
static int
parse(const struct command *of, const char *line)
{
	static char copy[1024];
	struct context context = {
	    .out = fmemopen(out, sizeof(out), "w"), .err = fmemopen(err, sizeof(err), "w")};
	char *rest = copy;
	int argc = 0, first;

	out[0] = err[0] = '\0';
	snprintf(copy, sizeof(copy), "%s", line);
	while (rest != NULL)
		words[argc++] = strsep(&rest, "|");
	words[argc] = NULL;
	first = command_options(
	    of, &context, &(struct command_line){argc, words, &options}, &status);
	fclose(context.out);
	fclose(context.err);
	return first;
}

START_TEST(keeps_the_defaults)
{
	ck_assert_int_eq(parse(&command, "paint"), 1);
	ck_assert_int_eq(status, 0);
	ck_assert(!options.flag);
	ck_assert_str_eq(options.text, "default");
	ck_assert_int_eq(options.number, 7);
	ck_assert_int_eq(options.least, 8);
	ck_assert_uint_eq(options.list.count, 0);
	ck_assert_int_eq(options.choice, 2);
	ck_assert_str_eq(out, "");
	ck_assert_str_eq(err, "");
}
END_TEST

START_TEST(takes_every_kind)
{
	ck_assert_int_eq(
	    parse(&command, "paint|--flag|--text=a b|--number|9007199254740992|--least=5"
			    "|--list|x|--list=|--list|y|--choice=green"),
	    12);
	ck_assert_int_eq(status, 0);
	ck_assert(options.flag);
	ck_assert_str_eq(options.text, "a b");
	ck_assert_int_eq(options.number, INT64_C(9007199254740992));
	ck_assert_int_eq(options.least, 5);
	ck_assert_uint_eq(options.list.count, 3);
	ck_assert_str_eq(options.list.items[0], "x");
	ck_assert_str_eq(options.list.items[1], "");
	ck_assert_str_eq(options.list.items[2], "y");
	ck_assert_int_eq(options.choice, 1);
	text_list_release(&options.list);
	ck_assert_uint_eq(options.list.count, 0);
	ck_assert_ptr_null(options.list.items);
}
END_TEST

START_TEST(takes_the_last_of_several)
{
	ck_assert_int_eq(
	    parse(&command, "paint|--number=1|--number=02|--choice=red|--choice|blue"), 6);
	ck_assert_int_eq(options.number, 2);
	ck_assert_int_eq(options.choice, 2);
}
END_TEST

/* GNU getopt takes what is unambiguous: --num for --number. */
START_TEST(takes_an_abbreviation)
{
	ck_assert_int_eq(parse(&command, "paint|--num|3"), 3);
	ck_assert_int_eq(options.number, 3);
}
END_TEST

START_TEST(moves_operands_behind)
{
	ck_assert_int_eq(parse(&command, "paint|north|--flag|-|--number|3|south"), 4);
	ck_assert_int_eq(options.number, 3);
	ck_assert(options.flag);
	ck_assert_str_eq(words[4], "north");
	ck_assert_str_eq(words[5], "-");
	ck_assert_str_eq(words[6], "south");
	ck_assert_ptr_null(words[7]);
}
END_TEST

START_TEST(ends_options_at_two_dashes)
{
	ck_assert_int_eq(parse(&command, "paint|--flag|--|--number|--help"), 3);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(options.number, 7);
	ck_assert_str_eq(words[3], "--number");
	ck_assert_str_eq(words[4], "--help");
}
END_TEST

/* A second command in one process starts anew. */
START_TEST(starts_anew)
{
	ck_assert_int_eq(parse(&command, "paint|a|--flag"), 2);
	ck_assert_int_eq(parse(&bare_command, "rest|a|b"), 1);
	ck_assert_int_eq(parse(&command, "paint|--wrong"), -1);
	ck_assert_int_eq(parse(&command, "paint|b|--number=1"), 2);
	ck_assert_int_eq(options.number, 1);
}
END_TEST

START_TEST(prints_help)
{
	static const char *const lines[] = {
	    "paint|--help", "paint|-h", "paint|--number=1|wall|--help|--wrong"};
	static const char help[] = "usage: pfxreplace paint [OPTION...] WALL...\n"
				   "paint walls\n"
				   "\n"
				   "options:\n"
				   "  --flag                       sets it\n"
				   "  --text FILE                  takes a file\n"
				   "  --number N                   takes a number\n"
				   "  --least N                    from 5\n"
				   "  --list CODE                  may be given again\n"
				   "  --choice COLOUR              red, green or blue\n"
				   "\n"
				   "global options: --database, --key-file, --quiet, "
				   "--verbose (`pfxreplace --help`)\n";

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		ck_assert_int_eq(parse(&command, lines[i]), -1);
		ck_assert_int_eq(status, 0);
		ck_assert_str_eq(out, help);
		ck_assert_str_eq(err, "");
	}
	ck_assert_int_eq(parse(&bare_command, "rest|--help"), -1);
	ck_assert_int_eq(status, 0);
	ck_assert_str_eq(out, "usage: pfxreplace rest\ndo nothing\n\n"
			      "global options: --database, --key-file, --quiet, --verbose "
			      "(`pfxreplace --help`)\n");
}
END_TEST

static const struct {
	const char *line;
	const char *text;
} wrong[] = {
    {"paint|--wrong", "--wrong: no such option"},
    {"paint|--wrong=5", "--wrong=5: no such option"},
    {"paint|-x", "-x: no such option"},
    {"paint|-xyz", "-x: no such option"},
    {"paint|--flag|-xyz", "-x: no such option"},
    {"paint|wall|-x", "-x: no such option"},
    {"paint|--l", "--l: no such option"}, /* --least or --list */
    {"paint|--number", "--number: an argument is missing"},
    {"paint|wall|--text", "--text: an argument is missing"},
    {"paint|--help=1", "--help=1: expected no argument"},
    {"paint|--flag=1", "--flag=1: expected no argument"},
    {"paint|--text=", "--text: expected FILE"},
    {"paint|--text|", "--text: expected FILE"},
    {"paint|--number=", "--number : expected a whole number from 0"},
    {"paint|--number=x", "--number x: expected a whole number from 0"},
    {"paint|--number=-1", "--number -1: expected a whole number from 0"},
    {"paint|--number|-1", "--number -1: expected a whole number from 0"},
    {"paint|--number=+1", "--number +1: expected a whole number from 0"},
    {"paint|--number= 1", "--number  1: expected a whole number from 0"},
    {"paint|--number=1.0", "--number 1.0: expected a whole number from 0"},
    {"paint|--number=0x10", "--number 0x10: expected a whole number from 0"},
    {"paint|--number=9007199254740993",
	"--number 9007199254740993: expected a whole number from 0"},
    {"paint|--number=99999999999999999999999999",
	"--number 99999999999999999999999999: expected a whole number from 0"},
    {"paint|--least=4", "--least 4: expected a whole number from 5"},
    {"paint|--nmuber", "--nmuber: no such option, the nearest is --number"},
    {"paint|--datebase=x", "--datebase=x: no such option, the nearest is --database"},
    {"paint|--quiet=1", "--quiet=1: expected no argument"},
    {"paint|-d", "-d: an argument is missing"},
    {"paint|--key-file", "--key-file: an argument is missing"},
    {"paint|--choice=pink", "--choice pink: expected one of red, green, blue"},
    {"paint|--choice=Red", "--choice Red: no such choice, the nearest is red"},
    {"paint|--choice=gre", "--choice gre: no such choice, the nearest is green"},
    {"paint|--choice=", "--choice : expected one of red, green, blue"},
    {"paint|--choice=pi\x1bnk", "--choice pi\\x1bnk: expected one of red, green, blue"},
};

START_TEST(refuses_wrong_usage)
{
	char expected[512];

	snprintf(expected, sizeof(expected),
	    "pfxreplace: paint: %s; see `pfxreplace paint --help`\n", wrong[_i].text);
	ck_assert_int_eq(parse(&command, wrong[_i].line), -1);
	ck_assert_int_eq(status, 2);
	ck_assert_str_eq(err, expected);
	ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(ends_with_the_status_of_its_error)
{
	struct error failure = {0};
	struct context context = {.err = fmemopen(err, sizeof(err), "w")};

	error_set(&failure, ERROR_BUSY, "inventory.db", "held by another");
	ck_assert_int_eq(command_failed(&context, &failure), 5);
	ck_assert_int_eq(command_usage(&command, &context, "%s: no", "x"), 2);
	fclose(context.err);
	ck_assert_str_eq(err, "pfxreplace: inventory.db: held by another\n"
			      "pfxreplace: paint: x: no; see `pfxreplace paint --help`\n");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("command");
	TCase *tests = tcase_create("command");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, keeps_the_defaults);
	tcase_add_test(tests, takes_every_kind);
	tcase_add_test(tests, takes_the_last_of_several);
	tcase_add_test(tests, takes_an_abbreviation);
	tcase_add_test(tests, moves_operands_behind);
	tcase_add_test(tests, ends_options_at_two_dashes);
	tcase_add_test(tests, starts_anew);
	tcase_add_test(tests, prints_help);
	tcase_add_loop_test(tests, refuses_wrong_usage, 0, (int)(sizeof(wrong) / sizeof(wrong[0])));
	tcase_add_test(tests, ends_with_the_status_of_its_error);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
