#include "model/agent.h"
#include "model/code.h"
#include "model/job.h"
#include "model/need.h"
#include "reconcile/report.h"
#include "repair.h"
#include "model/request.h"
#include "model/row.h"
#include "program/status.h"
#include "verify/verify.h"

#include "scratch.h"

#include <limits.h>

/* Walks the tables of words for holes, and holds the codes against the list in the manual. */

/* Lower-case words with dashes between. */
static void
assert_word(const char *word)
{
	ck_assert_ptr_nonnull(word);
	ck_assert_msg(strspn(word, "abcdefghijklmnopqrstuvwxyz-") == strlen(word), "\"%s\"", word);
	ck_assert_msg(word[0] != '\0' && word[0] != '-' && strstr(word, "--") == NULL &&
			  word[strlen(word) - 1] != '-',
	    "\"%s\"", word);
}

/* A clause that ends a message: no control characters, no dot, no blanks at its ends. */
static void
assert_text(const char *text)
{
	ck_assert_ptr_nonnull(text);
	ck_assert_msg(text[0] != '\0' && text[0] != ' ', "\"%s\"", text);
	ck_assert_msg(strchr(" .;:", text[strlen(text) - 1]) == NULL, "\"%s\"", text);
	for (const char *c = text; *c != '\0'; c++)
		ck_assert_msg(*c >= 0x20 && *c < 0x7f, "\"%s\"", text);
	ck_assert_msg(strstr(text, "  ") == NULL, "\"%s\"", text);
}

/* Whole sentences of plain characters. */
static void
assert_sentences(const char *text)
{
	ck_assert_ptr_nonnull(text);
	ck_assert_msg(strlen(text) > 10 && text[strlen(text) - 1] == '.', "\"%s\"", text);
	ck_assert_msg(strchr(" .,;:", text[0]) == NULL, "\"%s\"", text);
	ck_assert_msg(strstr(text, "  ") == NULL && strstr(text, "..") == NULL, "\"%s\"", text);
	for (const char *c = text; *c != '\0'; c++) {
		ck_assert_msg(*c >= 0x20 && *c < 0x7f, "\"%s\"", text);
		ck_assert_msg(*c != '.' || c[1] == '\0' || c[1] == ' ', "\"%s\"", text);
	}
}

START_TEST(every_word_is_explained)
{
	const struct status *status;
	int before = -1;

	for (int i = 0; i < CODE_COUNT; i++) {
		assert_sentences(code_why((enum code)i));
		assert_sentences(code_remedy((enum code)i));
	}
	for (int i = 1; i < OUTCOME_COUNT; i++) {
		assert_sentences(outcome_text((enum outcome)i));
		assert_sentences(outcome_why((enum outcome)i));
		assert_sentences(outcome_remedy((enum outcome)i));
	}
	for (int i = 0; i < IRREGULARITY_COUNT; i++) {
		assert_sentences(irregularity_text((enum irregularity)i));
		assert_sentences(irregularity_why((enum irregularity)i));
		assert_sentences(irregularity_remedy((enum irregularity)i));
	}
	for (size_t i = 0; (status = status_at(i)) != NULL; i++) {
		ck_assert_int_gt(status->number, before);
		before = status->number;
		ck_assert_int_eq(atoi(status->word), status->number);
		assert_sentences(status->text);
		assert_sentences(status->why);
		assert_sentences(status->remedy);
	}
	ck_assert_int_eq(before, 143);
}
END_TEST

/* --allow and --deny take these, in the order of the codes. */
START_TEST(every_kind_has_its_list)
{
	size_t checks = 0, warnings = 0;

	for (int i = 0; i < CODE_COUNT; i++) {
		if (code_kind((enum code)i) == CODE_CHECK)
			ck_assert_str_eq(code_check_words[checks++], code_word((enum code)i));
		if (code_kind((enum code)i) == CODE_WARNING)
			ck_assert_str_eq(code_warning_words[warnings++], code_word((enum code)i));
	}
	ck_assert_ptr_null(code_check_words[checks]);
	ck_assert_ptr_null(code_warning_words[warnings]);
}
END_TEST

/* The words of the server: as an import reads them, and a list prints them. */
START_TEST(words_of_store_types_and_agents)
{
	static const char *const needs[] = {"Forbidden", "Optional", "Required"};
	static const char *const statuses[] = {NULL, "New", "Approved", "Disapproved"};
	enum job_result result;

	for (int i = 0; i < 3; i++)
		ck_assert_str_eq(need_word(i), needs[i]);
	ck_assert_ptr_null(need_word(3));
	ck_assert_ptr_null(need_word(-1));
	for (int i = 1; i < 4; i++)
		ck_assert_str_eq(agent_status_word(i), statuses[i]);
	ck_assert_ptr_null(agent_status_word(0));
	ck_assert_ptr_null(agent_status_word(4));
	ck_assert_ptr_null(agent_status_word(-1));
	ck_assert(job_result_parse("success", &result) && result == RESULT_SUCCESS);
	ck_assert(job_result_parse("4", &result) && result == RESULT_FAILURE);
	ck_assert(!job_result_parse("1", &result)); /* no result has this number */
	ck_assert(!job_result_parse("5", &result));
	ck_assert(!job_result_parse("", &result));
}
END_TEST

START_TEST(every_code_has_its_word_and_text)
{
	for (int i = 0; i < CODE_COUNT; i++) {
		enum code code = CODE_COUNT;

		assert_word(code_word((enum code)i));
		assert_text(code_text((enum code)i));
		ck_assert(code_parse(code_word((enum code)i), &code));
		ck_assert_int_eq(code, i);
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(code_word((enum code)i), code_word((enum code)j));
	}
}
END_TEST

START_TEST(other_words_are_no_codes)
{
	static const char *const words[] = {"", "malformed", "malformed-record ",
	    "Malformed-Record", "MALFORMED_RECORD", "malformed-recordx"};
	enum code code = CODE_JOB_PENDING;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		ck_assert_msg(!code_parse(words[i], &code), "\"%s\"", words[i]);
	ck_assert_int_eq(code, CODE_JOB_PENDING);
}
END_TEST

/* The codes of the manual, by kind, in the order in which they are told. */
static const struct {
	enum code_kind kind;
	const char *words;
} kinds[] = {
    {CODE_ROW,
	"malformed-record missing-existing-certificate no-new-certificate two-new-certificates "
	"bad-integer bad-job-time conflicting-rows outside-window unknown-existing-certificate "
	"unknown-certificate unknown-request request-not-issued same-certificate "
	"not-in-any-store too-many-stores "},
    {CODE_CHECK,
	"certificate-expired certificate-not-yet-valid certificate-revoked names-not-covered "
	"key-usage-lost "},
    {CODE_STORE,
	"not-approved no-permission add-not-supported agent-unavailable entry-password-required "
	"private-key-required private-key-forbidden job-pending already-replaced "},
    {CODE_WARNING, "weaker-key expires-earlier issuer-changed signature-changed new-is-issuer "
		   "existing-expires-first inventory-stale several-aliases mixed-job-times "},
    {CODE_NOTE, "job-kept job-superseded exact-repetition "},
};

START_TEST(every_kind_has_its_codes)
{
	char words[1024] = "";

	for (int i = 0; i < CODE_COUNT; i++) {
		size_t length = strlen(words);

		if (code_kind((enum code)i) == kinds[_i].kind)
			snprintf(
			    words + length, sizeof(words) - length, "%s ", code_word((enum code)i));
	}
	ck_assert_str_eq(words, kinds[_i].words);
}
END_TEST

START_TEST(a_set_holds_every_code)
{
	uint64_t set = 0;

	for (int i = 0; i < CODE_COUNT; i++) {
		ck_assert_uint_eq(set & CODE_BIT(i), 0);
		set |= CODE_BIT(i);
	}
	ck_assert_uint_eq(CODE_BIT(0), 1);
	ck_assert_uint_ne(set & CODE_BIT(CODE_COUNT - 1), 0);
}
END_TEST

START_TEST(every_repair_has_its_word_and_text)
{
	for (int i = 0; i < REPAIR_COUNT; i++) {
		assert_word(repair_word((enum repair)i));
		assert_text(repair_text((enum repair)i));
		for (int j = 0; j < i; j++)
			ck_assert_str_ne(repair_word((enum repair)i), repair_word((enum repair)j));
	}
}
END_TEST

START_TEST(every_outcome_has_its_word)
{
	static const char *const words[] = {
	    "succeeded", "partial", "failed", "rejected", "skipped"};

	ck_assert_int_eq(OUTCOME_COUNT, 6);
	ck_assert_int_eq(OUTCOME_SUCCEEDED, 1);
	for (int i = 1; i < OUTCOME_COUNT; i++) {
		assert_word(outcome_word((enum outcome)i));
		ck_assert_str_eq(outcome_word((enum outcome)i), words[i - 1]);
	}
}
END_TEST

/* What a database holds may be any number. */
START_TEST(other_numbers_have_no_word)
{
	static const int numbers[] = {-1, 243, INT_MAX, INT_MIN, OUTCOME_COUNT, CODE_COUNT,
	    REPAIR_COUNT, VERDICT_COUNT, FINDING_COUNT, IRREGULARITY_COUNT};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int number = numbers[i];

		if (number < 0 || number >= CODE_COUNT) {
			ck_assert_str_eq(code_word((enum code)number), "unknown-code");
			ck_assert_str_eq(code_text((enum code)number), "a code that is not known");
			ck_assert_str_eq(code_why((enum code)number), "");
			ck_assert_str_eq(code_remedy((enum code)number), "");
			ck_assert_int_eq(code_kind((enum code)number), CODE_NOTE);
		}
		if (number < 0 || number >= REPAIR_COUNT) {
			ck_assert_str_eq(repair_word((enum repair)number), "unknown-repair");
			ck_assert_str_eq(
			    repair_text((enum repair)number), "a repair that is not known");
		}
		if (number < 0 || number >= OUTCOME_COUNT)
			ck_assert_ptr_null(outcome_word((enum outcome)number));
		if (number < 0 || number >= VERDICT_COUNT) {
			ck_assert_str_eq(verdict_word((enum verdict)number), "unknown");
			ck_assert_str_eq(verdict_text((enum verdict)number), "unknown");
			ck_assert_str_eq(verdict_why((enum verdict)number), "unknown");
			ck_assert_str_eq(verdict_remedy((enum verdict)number), "unknown");
			ck_assert(!verdict_is_well((enum verdict)number));
		}
		if (number < 0 || number >= FINDING_COUNT) {
			ck_assert_str_eq(finding_word((enum finding)number), "unknown");
			ck_assert_str_eq(finding_text((enum finding)number), "unknown");
			ck_assert_str_eq(finding_why((enum finding)number), "unknown");
			ck_assert_str_eq(finding_remedy((enum finding)number), "unknown");
		}
		if (number < 0 || number >= IRREGULARITY_COUNT) {
			ck_assert_str_eq(irregularity_word((enum irregularity)number), "unknown");
			ck_assert_str_eq(irregularity_text((enum irregularity)number), "unknown");
			ck_assert_str_eq(irregularity_why((enum irregularity)number), "unknown");
			ck_assert_str_eq(irregularity_remedy((enum irregularity)number), "unknown");
		}
		if (number < 0 || number > JOB_WILL_RETRY)
			ck_assert_ptr_null(job_status_word(number));
		ck_assert(number >= 0 || job_result_word(number) == NULL);
	}
	ck_assert_ptr_null(outcome_word((enum outcome)0));
	ck_assert_ptr_null(outcome_text((enum outcome)0));
	ck_assert_ptr_null(outcome_why((enum outcome)OUTCOME_COUNT));
	ck_assert_ptr_null(outcome_remedy((enum outcome) - 1));
	ck_assert_ptr_null(job_result_word(1));
	ck_assert_ptr_null(job_result_word(5));
}
END_TEST

START_TEST(every_field_has_its_name)
{
	static const char *const names[] = {"CertificateId", "RequestId", "ExistingCertificateId",
	    "JobTime", "Password", "RejectLine", "RejectReasons", "RejectRecord"};

	ck_assert_int_eq(REQUEST_FIELD_COUNT, 8);
	for (int i = 0; i < REQUEST_FIELD_COUNT; i++) {
		const char *word = request_field_word((enum request_field)i);

		ck_assert_str_eq(word, names[i]);
		ck_assert_ptr_eq(request_field_named(names[i]), word);
	}
	ck_assert_ptr_null(request_field_named(""));
	ck_assert_ptr_null(request_field_named("certificateid"));
	ck_assert_ptr_null(request_field_named("Outcome"));
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("code");
	TCase *tests = tcase_create("code");

	tcase_add_test(tests, words_of_store_types_and_agents);
	tcase_add_test(tests, every_code_has_its_word_and_text);
	tcase_add_test(tests, every_word_is_explained);
	tcase_add_test(tests, every_kind_has_its_list);
	tcase_add_test(tests, other_words_are_no_codes);
	tcase_add_loop_test(
	    tests, every_kind_has_its_codes, 0, (int)(sizeof(kinds) / sizeof(kinds[0])));
	tcase_add_test(tests, a_set_holds_every_code);
	tcase_add_test(tests, every_repair_has_its_word_and_text);
	tcase_add_test(tests, every_outcome_has_its_word);
	tcase_add_test(tests, other_numbers_have_no_word);
	tcase_add_test(tests, every_field_has_its_name);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
