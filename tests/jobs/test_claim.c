#include "jobs/claim.h"
#include "jobs/complete.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Tokens and reports as text. */

START_TEST(reads_the_token_that_it_writes)
{
	static const unsigned char token[JOB_CLAIM_SIZE] = {0x00, 0x01, 0x23, 0x45, 0x67, 0x89,
	    0xab, 0xcd, 0xef, 0xff, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba};
	unsigned char read[JOB_CLAIM_SIZE];
	char text[CLAIM_TEXT_SIZE];

	ck_assert_str_eq(claim_format(token, text), "000123456789abcdefff1032547698ba");
	ck_assert(claim_parse(text, strlen(text), read));
	ck_assert_int_eq(memcmp(read, token, sizeof(read)), 0);
	ck_assert(claim_parse("000123456789ABCDEFFF1032547698BA", 32, read));
	ck_assert_int_eq(memcmp(read, token, sizeof(read)), 0);
}
END_TEST

START_TEST(reads_no_other_text)
{
	static const char *const texts[] = {"", "0", "000123456789abcdefff1032547698b",
	    "000123456789abcdefff1032547698ba0", "000123456789abcdefff1032547698bg",
	    " 00123456789abcdefff1032547698ba", "0x0123456789abcdefff1032547698ba"};
	unsigned char read[JOB_CLAIM_SIZE];

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		ck_assert_msg(!claim_parse(texts[i], strlen(texts[i]), read), "%s", texts[i]);
	ck_assert(!claim_parse("000123456789abc\0efff1032547698ba", 32, read));
}
END_TEST

START_TEST(reads_the_words_of_results)
{
	enum life_event event = LIFE_EVENT_CLAIM;

	ck_assert(complete_result_parse("success", 7, &event));
	ck_assert_int_eq(event, LIFE_EVENT_SUCCESS);
	ck_assert(complete_result_parse("WARNING", 7, &event));
	ck_assert_int_eq(event, LIFE_EVENT_WARNING);
	ck_assert(complete_result_parse("Failure", 7, &event));
	ck_assert_int_eq(event, LIFE_EVENT_FAILURE);
	ck_assert(!complete_result_parse("succes", 6, &event));
	ck_assert(!complete_result_parse("successful", 10, &event));
	ck_assert(!complete_result_parse("", 0, &event));
}
END_TEST

/* A message ends before the character that has not the room, an escape among them. */
START_TEST(keeps_1024_bytes_of_a_message)
{
	struct complete_report report;
	char text[1200];

	memset(text, 'a', sizeof(text));
	text[1024] = '\0';
	complete_set_message(&report, text);
	ck_assert_uint_eq(strlen(report.message), 1024);
	memcpy(text + 1023, "\xc3\xa9", 3);
	complete_set_message(&report, text);
	ck_assert_uint_eq(strlen(report.message), 1023);
	memcpy(text + 1021, "\n", 2);
	complete_set_message(&report, text);
	ck_assert_uint_eq(strlen(report.message), 1021);
	memcpy(text + 1020, "\n", 2);
	complete_set_message(&report, text);
	ck_assert_uint_eq(strlen(report.message), 1024);
	ck_assert_str_eq(report.message + 1020, "\\x0a");
	complete_set_message(&report, NULL);
	ck_assert_str_eq(report.message, "");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("claim");
	TCase *tests = tcase_create("claim");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, reads_the_token_that_it_writes);
	tcase_add_test(tests, reads_no_other_text);
	tcase_add_test(tests, reads_the_words_of_results);
	tcase_add_test(tests, keeps_1024_bytes_of_a_message);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
