#include "commands/apply_options.h"

#include "scratch.h"

/* The options of apply and check: what is taken, what is refused, what a resume must repeat. */

static const struct command apply = {.name = "apply",
    .synopsis = "",
    .summary = "",
    .options = apply_specs,
    .option_count = APPLY_OPTIONS};
static const struct command check = {.name = "check",
    .synopsis = "",
    .summary = "",
    .options = apply_specs,
    .option_count = CHECK_OPTIONS};

static struct apply_options options;
static char out[16384], err[4096];
static char *words[32];
static int status;

static void
leave(void)
{
	apply_options_release(&options);
}

/* Parses a line of words, cut at '|'. What apply_options_parse() returned. */
static int
parse(const struct command *command, const char *line)
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
	apply_options_release(&options);
	first = apply_options_parse(command, &context, argc, words, &options);
	status = options.status;
	fclose(context.out);
	fclose(context.err);
	return first;
}

/* The settings of a line of words. Static: until the next call. */
static const char *
settings(const char *line, enum format format, char delimiter)
{
	static char text[1024];
	char *made;

	ck_assert_msg(parse(&apply, line) > 0, "%s", err);
	made = settings_text(
	    &options.settings, format, delimiter, settings_pending(&options.settings, false));
	ck_assert_ptr_nonnull(made);
	snprintf(text, sizeof(text), "%s", made);
	free(made);
	return text;
}

START_TEST(has_defaults)
{
	ck_assert_int_eq(parse(&apply, "apply|a.csv"), 1);
	ck_assert_int_eq(status, 0);
	ck_assert_ptr_null(options.results);
	ck_assert_int_eq(options.results_format, -1);
	ck_assert_ptr_null(options.rejects);
	ck_assert_ptr_null(options.summary);
	ck_assert_int_eq(options.settings.chunk, 10000);
	ck_assert(!options.settings.has_max_errors);
	ck_assert_int_eq(options.wait, 10);
	ck_assert(!options.settings.again);
	ck_assert_ptr_null(options.settings.reference);
	ck_assert_int_eq(options.settings.retries, 0);
	ck_assert_int_eq(options.format, FORMAT_AUTO);
	ck_assert_int_eq(options.delimiter, '\0');
	ck_assert_int_eq(options.progress, PROGRESS_AUTO);
	ck_assert(!options.settings.policy.has_window);
	ck_assert_uint_eq(options.settings.policy.allow, 0);
	ck_assert_uint_eq(options.settings.policy.deny, 0);
	ck_assert_int_eq(options.settings.policy.pending, PENDING_REFUSE);
	ck_assert(!options.settings.has_pending);
	ck_assert_uint_eq(options.settings.policy.most_jobs, 0);
	ck_assert_uint_eq(options.fields.count, REQUEST_FIELD_COUNT);
	ck_assert(options.fields.strict);
	ck_assert_uint_eq(options.fields.allowed_count, 0);
	ck_assert_uint_eq(options.fields.meaning_count, 2);
	ck_assert(!options.fields.closed);
	ck_assert_uint_eq(options.fields.dropped_count, 3);
	ck_assert_str_eq(err, "");
}
END_TEST

START_TEST(takes_every_option)
{
	ck_assert_int_eq(
	    parse(&apply, "apply|--results=r.jsonl|--results-format=jsonl|--rejects=j.csv"
			  "|--summary=s.json|--chunk=50|--max-errors=7|--max-jobs-per-row=9"
			  "|--pending=supersede|--reference=CHG 12|--format=json"
			  "|--delimiter=;|--progress=never|--wait=0|--again|--ignore=JobTimeUtc"
			  "|--ignore=b|--strict|--retries=1000|m.json"),
	    19);
	ck_assert_int_eq(status, 0);
	ck_assert_str_eq(options.results, "r.jsonl");
	ck_assert_int_eq(options.results_format, OUTPUT_JSONL);
	ck_assert_str_eq(options.rejects, "j.csv");
	ck_assert_str_eq(options.summary, "s.json");
	ck_assert_int_eq(options.settings.chunk, 50);
	ck_assert(options.settings.has_max_errors);
	ck_assert(!options.settings.max_errors_percent);
	ck_assert_uint_eq(options.settings.max_errors, 7);
	ck_assert_uint_eq(options.settings.policy.most_jobs, 9);
	ck_assert_int_eq(options.settings.policy.pending, PENDING_SUPERSEDE);
	ck_assert_str_eq(options.settings.reference, "CHG 12");
	ck_assert_int_eq(options.settings.retries, 1000);
	ck_assert_int_eq(options.format, FORMAT_JSON);
	ck_assert_int_eq(options.delimiter, ';');
	ck_assert_int_eq(options.progress, PROGRESS_NEVER);
	ck_assert_int_eq(options.wait, 0);
	ck_assert(options.settings.again);
	ck_assert_uint_eq(options.fields.allowed_count, 2);
	ck_assert_str_eq(options.fields.allowed[0], "JobTimeUtc");
	ck_assert_str_eq(options.fields.allowed[1], "b");
}
END_TEST

/* By name, not by where it stands among the options. */
START_TEST(takes_every_choice)
{
	static const struct {
		const char *word;
		int pending;
	} pendings[] = {
	    {"refuse", PENDING_REFUSE}, {"keep", PENDING_KEEP}, {"supersede", PENDING_SUPERSEDE}};
	static const struct {
		const char *word;
		int format;
	} formats[] = {{"auto", FORMAT_AUTO}, {"csv", FORMAT_CSV}, {"jsonl", FORMAT_JSONL},
	    {"json", FORMAT_JSON}};
	char line[64];

	for (size_t i = 0; i < 3; i++) {
		snprintf(line, sizeof(line), "apply|--pending|%s|a", pendings[i].word);
		ck_assert_int_eq(parse(&apply, line), 3);
		ck_assert_int_eq(options.settings.policy.pending, pendings[i].pending);
		for (int is_rejects = 0; is_rejects < 2; is_rejects++)
			ck_assert_int_eq(settings_pending(&options.settings, is_rejects != 0),
			    pendings[i].pending);
	}
	for (size_t i = 0; i < 4; i++) {
		snprintf(line, sizeof(line), "apply|--format|%s|a", formats[i].word);
		ck_assert_int_eq(parse(&apply, line), 3);
		ck_assert_int_eq(options.format, formats[i].format);
	}
	ck_assert_int_eq(parse(&apply, "apply|--results-format=csv|a"), 2);
	ck_assert_int_eq(options.results_format, OUTPUT_CSV);
	ck_assert_int_eq(parse(&apply, "apply|--progress=always|a"), 2);
	ck_assert_int_eq(options.progress, PROGRESS_ALWAYS);
}
END_TEST

START_TEST(takes_lists_of_codes)
{
	ck_assert_int_eq(parse(&apply, "apply|--allow=certificate-expired,names-not-covered"
				       "|--allow=certificate-revoked|--deny=weaker-key|--deny"
				       "|several-aliases,weaker-key|a"),
	    6);
	ck_assert_uint_eq(options.settings.policy.allow, CODE_BIT(CODE_CERTIFICATE_EXPIRED) |
							     CODE_BIT(CODE_NAMES_NOT_COVERED) |
							     CODE_BIT(CODE_CERTIFICATE_REVOKED));
	ck_assert_uint_eq(options.settings.policy.deny,
	    CODE_BIT(CODE_WEAKER_KEY) | CODE_BIT(CODE_SEVERAL_ALIASES));
}
END_TEST

/* Each check can be allowed, each warning denied. */
START_TEST(takes_every_code_of_its_kind)
{
	for (int i = 0; i < CODE_COUNT; i++) {
		enum code_kind kind = code_kind((enum code)i);
		char line[96];

		snprintf(line, sizeof(line), "apply|--allow=%s|a", code_word((enum code)i));
		ck_assert_int_eq(parse(&apply, line), kind == CODE_CHECK ? 2 : -1);
		snprintf(line, sizeof(line), "apply|--deny=%s|a", code_word((enum code)i));
		ck_assert_int_eq(parse(&apply, line), kind == CODE_WARNING ? 2 : -1);
	}
}
END_TEST

START_TEST(takes_a_window)
{
	ck_assert_int_eq(
	    parse(&apply, "apply|--window=2030-01-01T00:00:00Z/2030-01-01T00:00:00.001Z|a"), 2);
	ck_assert(options.settings.policy.has_window);
	ck_assert_int_eq(options.settings.policy.window_start, INT64_C(1893456000000));
	ck_assert_int_eq(options.settings.policy.window_end, INT64_C(1893456000001));
}
END_TEST

START_TEST(takes_errors_and_delimiters)
{
	static const struct {
		const char *word;
		bool percent;
		uint64_t most;
	} errors[] = {{"0", false, 0}, {"4294967295", false, 4294967295}, {"0%", true, 0},
	    {"100%", true, 100}};
	static const struct {
		const char *word;
		char delimiter;
	} delimiters[] = {{",", ','}, {"tab", '\t'}, {"\t", '\t'}, {";", ';'}};
	char line[64];

	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		snprintf(line, sizeof(line), "apply|--max-errors|%s|a", errors[i].word);
		ck_assert_int_eq(parse(&apply, line), 3);
		ck_assert(options.settings.has_max_errors);
		ck_assert(options.settings.max_errors_percent == errors[i].percent);
		ck_assert_uint_eq(options.settings.max_errors, errors[i].most);
	}
	for (size_t i = 0; i < sizeof(delimiters) / sizeof(delimiters[0]); i++) {
		snprintf(line, sizeof(line), "apply|--delimiter|%s|a", delimiters[i].word);
		ck_assert_int_eq(parse(&apply, line), 3);
		ck_assert_int_eq(options.delimiter, delimiters[i].delimiter);
	}
}
END_TEST

#define WINDOW ": expected START/END, both as YYYY-MM-DDTHH:mm:ssZ"
#define ERRORS ": expected a number of rows, or 0% to 100%"
#define DELIMITER ": expected one of , ; | or tab"

static const struct {
	const char *line;
	const char *said;
} wrong[] = {
    {"apply", "expected a MANIFEST"},
    {"apply|--again", "expected a MANIFEST"},
    {"apply|--results=r|a|b", "--results with several manifests: expected one manifest"},
    {"apply|a|--rejects=r|b", "--rejects with several manifests: expected one manifest"},
    {"apply|a|b|c|--summary=r", "--summary with several manifests: expected one manifest"},
    {"apply|--chunk=0|a", "--chunk 0: expected a whole number from 1"},
    {"apply|--max-jobs-per-row=0|a", "--max-jobs-per-row 0: expected a whole number from 1"},
    {"apply|--pending=wait|a", "--pending wait: expected one of refuse, keep, supersede"},
    {"apply|--format=xml|a", "--format xml: expected one of auto, csv, jsonl, json"},
    {"apply|--results-format=json|a",
	"--results-format json: no such choice, the nearest is jsonl"},
    {"apply|--progress=on|a", "--progress on: expected one of auto, always, never"},
    {"apply|--reference=|a", "--reference: expected TEXT"},
    {"apply|--retries=-1|a", "--retries -1: expected a whole number from 0"},
    {"apply|--retries=1001|a", "--retries 1001: expected a whole number from 0 to 1000"},
    {"check|--retries=1001|a", "--retries 1001: expected a whole number from 0 to 1000"},
    {"apply|--window=2030-01-01T00:00:00Z|a", "--window 2030-01-01T00:00:00Z" WINDOW},
    {"apply|--window=/|a", "--window /" WINDOW},
    {"apply|--window=2030-01-01T00:00:00Z/|a", "--window 2030-01-01T00:00:00Z/" WINDOW},
    {"apply|--window=2030-01-01/2030-01-02|a", "--window 2030-01-01/2030-01-02" WINDOW},
    {"apply|--window=2030-01-01T00:00:00Z/2030-01-01T00:00:00Z|a",
	"--window 2030-01-01T00:00:00Z/2030-01-01T00:00:00Z: expected an END after START"},
    {"apply|--window=2030-01-02T00:00:00Z/2030-01-01T00:00:00Z|a",
	"--window 2030-01-02T00:00:00Z/2030-01-01T00:00:00Z: expected an END after START"},
    {"apply|--max-errors=x|a", "--max-errors x" ERRORS},
    {"apply|--max-errors=-1|a", "--max-errors -1" ERRORS},
    {"apply|--max-errors= 1|a", "--max-errors  1" ERRORS},
    {"apply|--max-errors=1.5%|a", "--max-errors 1.5%" ERRORS},
    {"apply|--max-errors=5 %|a", "--max-errors 5 %" ERRORS},
    {"apply|--max-errors=%|a", "--max-errors %" ERRORS},
    {"apply|--max-errors=101%|a", "--max-errors 101%" ERRORS},
    {"apply|--max-errors=4294967296|a", "--max-errors 4294967296" ERRORS},
    {"apply|--max-errors=99999999999999999999|a", "--max-errors 99999999999999999999" ERRORS},
    {"apply|--delimiter=ab|a", "--delimiter ab" DELIMITER},
    {"apply|--delimiter=\"|a", "--delimiter \"" DELIMITER},
    {"apply|--delimiter=\xc3|a", "--delimiter \\xc3" DELIMITER},
    {"apply|--wait=x|a", "--wait x: expected a whole number from 0"},
    {"apply|--wrong|a", "--wrong: no such option"},
};

/* The codes are too many for a message. */
static const struct {
	const char *line;
	const char *said;
} wrong_codes[] = {
    {"apply|--allow=expired|a",
	"--allow expired: no such certificate check, the nearest is certificate-expired"},
    {"apply|--deny=weaker-kye|a", "--deny weaker-kye: no such warning, the nearest is weaker-key"},
    {"apply|--allow=weaker-key|a",
	"--allow weaker-key: not a certificate check; see `pfxreplace explain`"},
    {"apply|--allow=not-approved|a",
	"--allow not-approved: not a certificate check; see `pfxreplace explain`"},
    {"apply|--allow=certificate-expired,x|a",
	"--allow x: no such certificate check; see `pfxreplace explain`"},
    {"apply|--allow=certificate-expired,|a",
	"--allow : no such certificate check; see `pfxreplace explain`"},
    {"apply|--allow=|a", "--allow : no such certificate check; see `pfxreplace explain`"},
    {"apply|--deny=certificate-expired|a",
	"--deny certificate-expired: not a warning; see `pfxreplace explain`"},
    {"apply|--deny=job-kept|a", "--deny job-kept: not a warning; see `pfxreplace explain`"},
};

START_TEST(refuses_other_codes)
{
	char expected[1024];

	snprintf(expected, sizeof(expected), "pfxreplace: apply: %s\n", wrong_codes[_i].said);
	ck_assert_int_eq(parse(&apply, wrong_codes[_i].line), -1);
	ck_assert_int_eq(status, 2);
	ck_assert_str_eq(err, expected);
	ck_assert_str_eq(out, "");
}
END_TEST

START_TEST(refuses_wrong_usage)
{
	char expected[1024];

	snprintf(expected, sizeof(expected),
	    "pfxreplace: apply: %s; see `pfxreplace apply --help`\n", wrong[_i].said);
	ck_assert_int_eq(parse(&apply, wrong[_i].line), -1);
	ck_assert_int_eq(status, 2);
	ck_assert_str_eq(err, expected);
	ck_assert_str_eq(out, "");
}
END_TEST

/* It takes no lock, so that there is nothing to wait for; all else is the same. */
START_TEST(check_does_not_wait)
{
	ck_assert_int_eq(parse(&check, "check|--wait=5|a"), -1);
	ck_assert_str_eq(
	    err, "pfxreplace: check: --wait=5: no such option; see `pfxreplace check --help`\n");
	ck_assert_int_eq(parse(&check, "check|--dry-run|a"), -1);
	ck_assert_str_eq(
	    err, "pfxreplace: check: --dry-run: no such option; see `pfxreplace check --help`\n");
	ck_assert_int_eq(parse(&check, "check|--pending=keep|--again|a|b"), 3);
	ck_assert_int_eq(status, 0);
	ck_assert_int_eq(parse(&check, "check|--help"), -1);
	ck_assert_int_eq(status, 0);
	ck_assert_ptr_nonnull(strstr(out, "  --max-errors N|P%"));
	ck_assert_ptr_null(strstr(out, "--wait"));
	ck_assert_int_eq(parse(&apply, "apply|--help"), -1);
	ck_assert_ptr_nonnull(strstr(out, "  --wait SECONDS "));
}
END_TEST

/* ---- settings ------------------------------------------------------------------------------- */

START_TEST(settings_of_defaults)
{
	ck_assert_str_eq(settings("apply|a", FORMAT_CSV, ','), "allow=\n"
							       "deny=\n"
							       "window=\n"
							       "pending=refuse\n"
							       "ignore=\n"
							       "max-jobs-per-row=\n"
							       "format=csv\n"
							       "delimiter=,\nencoding=auto\n");
}
END_TEST

START_TEST(settings_of_everything)
{
	ck_assert_str_eq(
	    settings("apply|--allow=certificate-revoked,certificate-expired|--deny=weaker-key"
		     "|--window=2030-01-01T00:00:00.000Z/2030-01-02T00:00:00.500Z"
		     "|--pending=keep|--ignore=b|--ignore=a|--ignore=b|--max-jobs-per-row=7|a",
		FORMAT_CSV, '\t'),
	    "allow=certificate-expired,certificate-revoked\n"
	    "deny=weaker-key\n"
	    "window=2030-01-01T00:00:00Z/2030-01-02T00:00:00.500Z\n"
	    "pending=keep\n"
	    "ignore=a,b\n"
	    "max-jobs-per-row=7\n"
	    "format=csv\n"
	    "delimiter=tab\nencoding=auto\n");
	ck_assert_ptr_nonnull(
	    strstr(settings("apply|a", FORMAT_JSONL, '\0'), "\nformat=jsonl\ndelimiter=\n"));
	ck_assert_ptr_nonnull(
	    strstr(settings("apply|--strict|a", FORMAT_CSV, ','), "\nencoding=auto\nstrict=yes\n"));
}
END_TEST

/* The default of a rejects file is another one, and is kept with the run. */
START_TEST(settings_of_a_rejects_file)
{
	char *made;

	ck_assert_int_eq(parse(&apply, "apply|a"), 1);
	ck_assert_int_eq(settings_pending(&options.settings, false), PENDING_REFUSE);
	ck_assert_int_eq(settings_pending(&options.settings, true), PENDING_KEEP);
	made = settings_text(
	    &options.settings, FORMAT_CSV, ',', settings_pending(&options.settings, true));
	ck_assert_str_eq(made, "allow=\ndeny=\nwindow=\npending=keep\nignore=\n"
			       "max-jobs-per-row=\nformat=csv\ndelimiter=,\nencoding=auto\n");
	free(made);
	ck_assert_int_eq(parse(&apply, "apply|--pending=supersede|a"), 2);
	made = settings_text(
	    &options.settings, FORMAT_CSV, ',', settings_pending(&options.settings, true));
	ck_assert_ptr_nonnull(strstr(made, "\npending=supersede\n"));
	free(made);
}
END_TEST

START_TEST(finds_the_pending_of_a_text)
{
	static const struct {
		const char *text;
		enum pending pending;
	} texts[] = {
	    {"window=\npending=refuse\nignore=a\n", PENDING_REFUSE},
	    {"window=\npending=keep\n", PENDING_KEEP},
	    {"window=\npending=supersede", PENDING_SUPERSEDE},
	    {"window=\npending=kee\n", PENDING_SUPERSEDE},
	    {"window=\npending=keeper\n", PENDING_SUPERSEDE},
	    {"window=\npending=\n", PENDING_SUPERSEDE},
	    {"window=pending=keep\nignore=pending=keep\n", PENDING_SUPERSEDE},
	    {"", PENDING_SUPERSEDE},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_int_eq(
		    settings_recorded_pending(texts[i].text, PENDING_SUPERSEDE), texts[i].pending);
}
END_TEST

/* What says the same in other words is no difference; nor is what a resume may change. */
START_TEST(settings_that_are_the_same)
{
	static const char *const same[][2] = {
	    {"apply|--allow=certificate-expired,certificate-revoked|a",
		"apply|--allow=certificate-revoked|--allow=certificate-expired|a"},
	    {"apply|--ignore=a|--ignore=b|a", "apply|--ignore=b|--ignore=a|--ignore=a|a"},
	    {"apply|--window=2030-01-01T00:00:00Z/2030-01-02T00:00:00Z|a",
		"apply|--window=2030-01-01T00:00:00.000Z/2030-01-02T00:00:00.000Z|a"},
	    {"apply|a", "apply|--pending=refuse|a"},
	    {"apply|a",
		"apply|--chunk=5|--max-errors=1|--results=x|--rejects=y|--summary=z|--reference=r"
		"|--progress=never|--wait=1|--again|--results-format=csv|b"},
	};

	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		struct setting_difference difference;
		char first[1024];

		snprintf(first, sizeof(first), "%s", settings(same[i][0], FORMAT_CSV, ','));
		ck_assert(
		    !settings_differ(first, settings(same[i][1], FORMAT_CSV, ','), &difference));
	}
}
END_TEST

static const struct {
	const char *line;
	const char *name, *is;
} different[] = {
    {"apply|--allow=certificate-expired|a", "allow", "certificate-expired"},
    {"apply|--deny=weaker-key|a", "deny", "weaker-key"},
    {"apply|--window=2030-01-01T00:00:00Z/2030-01-02T00:00:00Z|a", "window",
	"2030-01-01T00:00:00Z/2030-01-02T00:00:00Z"},
    {"apply|--ignore=x|a", "ignore", "x"},
    {"apply|--strict|a", "strict", "yes"},
    {"apply|--max-jobs-per-row=5|a", "max-jobs-per-row", "5"},
    /* The first one is told. */
    {"apply|--max-jobs-per-row=5|--deny=weaker-key|a", "deny", "weaker-key"},
};

START_TEST(settings_that_differ)
{
	struct setting_difference difference;
	char was[1024];

	snprintf(was, sizeof(was), "%s", settings("apply|a", FORMAT_CSV, ','));
	ck_assert(settings_differ(was, settings(different[_i].line, FORMAT_CSV, ','), &difference));
	ck_assert_str_eq(difference.name, different[_i].name);
	ck_assert_str_eq(difference.was, "");
	ck_assert_str_eq(difference.is, different[_i].is);
}
END_TEST

/* Texts as another version, or nobody, wrote them. */
START_TEST(compares_any_texts)
{
	static const struct {
		const char *texts[2];
		const char *name, *was, *is;
	} cases[] = {
	    {{"a=1\nb=2\n", "a=1\nb=3\n"}, "b", "2", "3"},
	    {{"a=1\n", "a=1\nb=3\n"}, "b", "", "3"},
	    {{"a=1\nb=2\n", "a=1\n"}, "b", "2", ""},
	    {{"a-long-name=1\n", "b=2\n"}, "a-long-name", "1", "2"},
	    {{"a=x=y\n", "a=x\n"}, "a", "x=y", "x"},
	    {{"", "a=1\n"}, "a", "", "1"},
	    {{"nothing", "a=1\n"}, "nothing", "", "1"},
	    {{"a=12", "a=1"}, "a", "12", "1"},
	};
	struct setting_difference difference;
	char longest[600];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ck_assert(settings_differ(cases[i].texts[0], cases[i].texts[1], &difference));
		ck_assert_str_eq(difference.name, cases[i].name);
		ck_assert_str_eq(difference.was, cases[i].was);
		ck_assert_str_eq(difference.is, cases[i].is);
	}
	ck_assert(!settings_differ("", "", &difference));
	ck_assert(!settings_differ("a=1\n", "a=1\n", &difference));
	snprintf(longest, sizeof(longest), "a=%0500d\n", 0);
	ck_assert(settings_differ(longest, "a=\n", &difference));
	ck_assert_uint_eq(strlen(difference.was), SETTING_SIZE - 1);
}
END_TEST

#define LOOP(test, table) \
	tcase_add_loop_test(tests, test, 0, (int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *suite = suite_create("apply_options");
	TCase *tests = tcase_create("apply_options");

	tcase_add_checked_fixture(tests, NULL, leave);
	tcase_add_test(tests, has_defaults);
	tcase_add_test(tests, takes_every_option);
	tcase_add_test(tests, takes_every_choice);
	tcase_add_test(tests, takes_lists_of_codes);
	tcase_add_test(tests, takes_every_code_of_its_kind);
	tcase_add_test(tests, takes_a_window);
	tcase_add_test(tests, takes_errors_and_delimiters);
	LOOP(refuses_wrong_usage, wrong);
	LOOP(refuses_other_codes, wrong_codes);
	tcase_add_test(tests, check_does_not_wait);
	tcase_add_test(tests, settings_of_defaults);
	tcase_add_test(tests, settings_of_everything);
	tcase_add_test(tests, settings_of_a_rejects_file);
	tcase_add_test(tests, finds_the_pending_of_a_text);
	tcase_add_test(tests, settings_that_are_the_same);
	LOOP(settings_that_differ, different);
	tcase_add_test(tests, compares_any_texts);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
