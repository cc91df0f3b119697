#include "read/names_judge.h"
#include "limits.h"

#include "model/request.h"

#include "program/command.h"
#include "scratch.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Names beside the ids of a manifest, judged with the fields of a manifest. */

#define TIME "JobTime"
#define WORD "Password"

static const struct {
	const char *name;
	const char *meant; /* the field, or NULL: ignored */
} names[] = {
    /* the time */
    {"ScheduledTime", TIME},
    {"Date", TIME},
    {"When", TIME},
    {"Job Date", TIME},
    {"DueAt", TIME},
    {"Start Time", TIME},
    {"Datum", TIME},
    {"TIME", TIME},
    {"time_utc", TIME},
    {"Zeit/Datum", TIME},
    {"Start", TIME},
    {"Begin", TIME},
    {"beginning", TIME},
    {"Window", TIME},
    {"Change-Window", TIME},
    {"until", TIME},
    {"Not Until", TIME},
    {"Due", TIME},
    {"due_by", TIME},
    {"schedule", TIME},
    {"Sched.", TIME},
    {"Run at (date)", TIME},
    {"Timestamp", TIME},
    {"Deployment date/time", TIME},
    {"D a t e", TIME},
    {"d-a_t-e", TIME},
    {"WHEN?", TIME},
    {"Date\xc2\xa0planned", TIME},
    {"Da\xe2\x80\x8bte", TIME},
    {"\xe2\x80\xaa"
     "Date\xe2\x80\xac",
	TIME},
    {"LastUpdate", TIME},
    {"validated", TIME},
    {"Mandate", TIME},
    {"Windows version", TIME},
    {"Restarted", TIME},
    {"Start pass", TIME}, /* the first of the two */
    /* the password */
    {"Pass", WORD},
    {"passwd", WORD},
    {"PASSPHRASE", WORD},
    {"Passcode", WORD},
    {"pwd", WORD},
    {"db-pwd", WORD},
    {"P W D", WORD},
    {"Secret", WORD},
    {"client_secret", WORD},
    {"Kennwort", WORD},
    {"Store-Kennwort", WORD},
    {"Compass", WORD},
    {"Pin", WORD},
    {"PIN", WORD},
    {"pin", WORD},
    {"User PIN", WORD},
    {"pin_code", WORD},
    {"userPin", WORD},
    {"PinCode", WORD},
    {"PINCode", WORD},
    {"PINcode", WORD},
    {"Pin2", WORD},
    {"2pin", WORD},
    {"pin-", WORD},
    {"(pin)", WORD},
    {"PIN.1", WORD},
    {"Store\xc2\xa0PIN", WORD},
    {"Store\xe2\x80\x93PIN", WORD},
    {"P\xc2\xadIN", WORD},
    {"PINs", WORD},
    /* neither */
    {"Shipping", NULL},
    {"Pinned", NULL},
    {"pinboard", NULL},
    {"Spin", NULL},
    {"SPIN", NULL},
    {"Opinion", NULL},
    {"pi n", NULL},
    {"Cr\xc3\xa9pin", NULL},
    {"pincode", NULL},
    {"Pinot", NULL},
    {"Service", NULL},
    {"Owner", NULL},
    {"Note", NULL},
    {"Ticket", NULL},
    {"Host", NULL},
    {"Data", NULL},
    {"Metadata", NULL},
    {"Environment", NULL},
    {"Alias", NULL},
    {"Team", NULL},
    {"Tim", NULL},
    {"Windo", NULL},
    {"Comment", NULL},
    {"Zeit", NULL},
    {"Id", NULL},
    {"", NULL},
    {" ", NULL},
    {"\xe2\x80\x8b", NULL},
    {"\xff", NULL},
};

static struct fields fields;

static struct judged
judged_name(const char *name)
{
	return (struct judged){.name = name, .length = strlen(name)};
}

START_TEST(knows_what_is_meant)
{
	struct judged judged[] = {judged_name("ExistingCertificateId"),
	    judged_name("CertificateId"), judged_name(names[_i].name), judged_name("RejectLine")};
	const char *meant = names[_i].meant;

	request_fields(&fields, &(struct text_list){0}, false);
	names_judge(&fields, judged, 4);
	ck_assert_int_eq(judged[0].kind, NAME_KNOWN);
	ck_assert_int_eq(judged[3].kind, NAME_DROPPED);
	ck_assert_msg(judged[2].kind == (meant == NULL ? NAME_UNKNOWN : NAME_MEANT), "%s: %d",
	    names[_i].name, (int)judged[2].kind);
	if (meant != NULL)
		ck_assert_str_eq(fields.names[judged[2].field], meant);
}
END_TEST

/* When the field is there, no name is meant for it; an allowed name never is. */
START_TEST(lets_allowed_names_pass)
{
	struct judged judged[] = {judged_name("Job-Time"), judged_name("PASSWORD"),
	    judged_name(names[_i].name),
	    judged_name("\xe2\x80\x8b"
			"CertificateId")};
	const char *const allowed[] = {names[_i].name};
	const struct text_list texts = {.items = (const char **)allowed, .count = 1};

	request_fields(&fields, &(struct text_list){0}, false);
	names_judge(&fields, judged, 4);
	ck_assert_int_eq(judged[2].kind, NAME_UNKNOWN);
	ck_assert_int_eq(judged[3].kind, NAME_KNOWN);
	request_fields(&fields, &texts, true);
	names_judge(&fields, judged + 2, 2);
	ck_assert_int_eq(judged[2].kind, NAME_ALLOWED);
}
END_TEST

START_TEST(closed_refuses_all)
{
	struct judged judged[] = {judged_name("CertificateId"), judged_name(names[_i].name),
	    judged_name("Reject Reasons")};

	request_fields(&fields, &(struct text_list){0}, true);
	names_judge(&fields, judged, 3);
	ck_assert_int_eq(judged[0].kind, NAME_KNOWN);
	ck_assert_int_eq(judged[1].kind, names[_i].meant == NULL ? NAME_STRANGE : NAME_MEANT);
	ck_assert_int_eq(judged[2].kind, NAME_DROPPED);
}
END_TEST

/* ---- the text -------------------------------------------------------------------------------- */

#define OUT "to leave the column out"
#define MEANT "may be meant for JobTime, which is missing: expected that name, or "

static const struct {
	const char *names[8];
	bool closed;
	const char *first;
	const char *text;
} faults[] = {
    {{"CertificateId", "Service"}, false, NULL, ""},
    {{"CertificateId", "Service"}, true, "Service",
	"not a known name: expected none with --strict, or --ignore \"Service\" " OUT},
    {{"When", "Note", "Date"}, false, "When",
	MEANT "--ignore \"When\" " OUT "; likewise --ignore \"Date\""},
    {{"Note", "When", "JobTim", "Date", "Pass", "Due"}, false, "When",
	MEANT "--ignore \"When\" " OUT
	      "; likewise --ignore \"Date\" --ignore \"Due\"; JobTim: nearly the "
	      "name JobTime: expected just that, or --ignore \"JobTim\" " OUT
	      "; Pass: may be meant for "
	      "Password, which is missing: expected that name, or --ignore \"Pass\" " OUT},
    {{"JobTime", "Job Time", "JOBTIME", "a", "When"}, true, "Job Time",
	"a second column for JobTime: expected one; JOBTIME: a second column for JobTime: expected "
	"one; a: not a known name: expected none with --strict, or --ignore \"a\" " OUT
	"; likewise --ignore \"When\""},
    {{"Date \"x\"", "It's due", "a'\"due"}, false, "Date \"x\"",
	MEANT "--ignore 'Date \"x\"' " OUT
	      "; likewise --ignore \"It's due\" --ignore 'a'\\''\"due'"},
    {{"Due\x01", "When", "Due\x02", "Due\nat"}, false, "Due\x01",
	MEANT "another name; When: " MEANT "--ignore \"When\" " OUT
	      "; likewise --ignore \"Due at\"; Due\x02: " MEANT "another name"},
};

START_TEST(names_all)
{
	struct judged judged[8];
	char text[1024] = "";
	const char *first;
	size_t count = 0;

	for (; count < 8 && faults[_i].names[count] != NULL; count++)
		judged[count] = judged_name(faults[_i].names[count]);
	request_fields(&fields, &(struct text_list){0}, faults[_i].closed);
	names_judge(&fields, judged, count);
	first = names_fault(
	    &(struct judgement){&fields, judged, count, "column"}, text, sizeof(text));
	if (faults[_i].first == NULL)
		ck_assert_ptr_null(first);
	else
		ck_assert_str_eq(first, faults[_i].first);
	ck_assert_str_eq(text, faults[_i].text);
}
END_TEST

/* However many and long the names are, the text keeps to its size and counts the rest. */
START_TEST(counts_the_rest)
{
	static struct judged judged[LIMIT_COLUMNS];
	static char many[LIMIT_COLUMNS][64], longest[100000];
	char text[513];

	memset(text, '#', sizeof(text));
	request_fields(&fields, &(struct text_list){0}, true);
	for (int i = 0; i < (int)LIMIT_COLUMNS; i++) {
		snprintf(many[i], sizeof(many[i]), "Column of number %d", i);
		judged[i] = judged_name(many[i]);
	}
	names_judge(&fields, judged, LIMIT_COLUMNS);
	ck_assert_str_eq(
	    names_fault(&(struct judgement){&fields, judged, LIMIT_COLUMNS, "member"}, text, 512),
	    many[0]);
	ck_assert_str_eq(text, "not a known name: expected none with --strict, or --ignore "
			       "\"Column of number 0\" to leave "
			       "the member out; likewise --ignore \"Column of number 1\" --ignore "
			       "\"Column of number 2\" "
			       "--ignore \"Column of number 3\" --ignore \"Column of number 4\" "
			       "--ignore \"Column of number "
			       "5\" --ignore \"Column of number 6\" --ignore \"Column of number "
			       "7\" --ignore \"Column of "
			       "number 8\" --ignore \"Column of number 9\" --ignore \"Column of "
			       "number 10\" --ignore \"Column "
			       "of number 11\" --ignore \"Column of number 12\"; and 243 more");
	ck_assert_int_eq(text[512], '#');
	memset(longest, 'x', sizeof(longest) - 1);
	for (size_t i = 0; i < LIMIT_COLUMNS; i++)
		judged[i] = judged_name(longest + i);
	names_judge(&fields, judged, LIMIT_COLUMNS);
	ck_assert_ptr_eq(
	    names_fault(&(struct judgement){&fields, judged, LIMIT_COLUMNS, "member"}, text, 512),
	    longest);
	ck_assert_ptr_nonnull(strstr(text, "another name; xxx"));
	ck_assert_msg(strstr(text, "another name; and 253 more") != NULL, "%s", text);
	ck_assert_int_eq(text[512], '#');
}
END_TEST

#define LOOP(test, table) \
	tcase_add_loop_test(tests, test, 0, (int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *suite = suite_create("names_judge");
	TCase *tests = tcase_create("names_judge");

	LOOP(knows_what_is_meant, names);
	LOOP(lets_allowed_names_pass, names);
	LOOP(closed_refuses_all, names);
	LOOP(names_all, faults);
	tcase_add_test(tests, counts_the_rest);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
