#include "model/messages.h"
#include "model/request.h"

#include "scratch.h"

/* Messages of a row: what is added, in which order it is told, how it is written and kept. */

static struct messages messages;
static struct buffer text;

static void
leave(void)
{
	messages_release(&messages);
	buffer_release(&text);
}

static const char *
csv(void)
{
	buffer_clear(&text);
	messages_csv(&messages, &text);
	return text.length == 0 ? "" : text.bytes;
}

static const char *
json(void)
{
	buffer_clear(&text);
	messages_json(&messages, &text);
	return text.bytes;
}

static const char *
packed(void)
{
	buffer_clear(&text);
	messages_pack(&messages, &text);
	return text.length == 0 ? "" : text.bytes;
}

static void
unpack(const char *from)
{
	struct error err = {0};

	ck_assert_msg(messages_unpack(&messages, from, &err) == 0, "%s", err.text);
}

static const char *
field(enum request_field which)
{
	return request_field_word(which);
}

#define GUID_A "0a000000-0000-4000-8000-000000000001"
#define GUID_B "0b000000-0000-4000-8000-000000000002"

START_TEST(nothing_is_nothing)
{
	ck_assert_str_eq(csv(), "");
	ck_assert_str_eq(json(), "[]");
	ck_assert_str_eq(packed(), "");
	ck_assert(!messages_reject(&messages));
	messages_sort(&messages);
	unpack("");
	ck_assert_uint_eq(messages.count, 0);
}
END_TEST

START_TEST(tells_code_field_and_text)
{
	messages_add(&messages, message_fault(CODE_BAD_INTEGER, field(REQUEST_FIELD_EXISTING)),
	    "\"%d\": expected %s", 0, "more");
	messages_add(&messages,
	    message_fault(CODE_NO_NEW_CERTIFICATE, field(REQUEST_FIELD_CERTIFICATE)), NULL);
	messages_add(&messages, (struct message){.code = CODE_ISSUER_CHANGED}, NULL);
	ck_assert_str_eq(csv(),
	    "bad-integer: ExistingCertificateId: \"0\": expected more; "
	    "no-new-certificate: CertificateId: missing: expected a CertificateId "
	    "or a RequestId; "
	    "issuer-changed: the new certificate has another issuer than the "
	    "existing one");
	ck_assert_str_eq(json(),
	    "[{\"Code\":\"bad-integer\",\"Field\":\"ExistingCertificateId\","
	    "\"Text\":\"\\\"0\\\": expected more\"},"
	    "{\"Code\":\"no-new-certificate\",\"Field\":\"CertificateId\","
	    "\"Text\":\"missing: expected a CertificateId or a RequestId\"},"
	    "{\"Code\":\"issuer-changed\","
	    "\"Text\":\"the new certificate has another issuer than the existing one\"}]");
}
END_TEST

START_TEST(tells_store_and_alias)
{
	messages_add(&messages, message_location(CODE_NOT_APPROVED, 7), NULL);
	messages_add(&messages, message_location(CODE_JOB_KEPT, 8), "job %d is kept", 3);
	/* Until the names are known, there is only the text. */
	ck_assert_str_eq(csv(), "not-approved: the store is not approved; job-kept: job 3 is kept");
	messages_place(&messages, 0, GUID_A, "web");
	messages_place(&messages, 1, GUID_B, "C:\\a \"b\"");
	ck_assert_str_eq(messages_store(&messages, &messages.items[0]), GUID_A);
	ck_assert_str_eq(messages_alias(&messages, &messages.items[0]), "web");
	ck_assert_str_eq(csv(), "not-approved: store " GUID_A
				", alias web: the store is not approved; job-kept: store " GUID_B
				", alias C:\\a \"b\": job 3 is kept");
	ck_assert_str_eq(json(), "[{\"Code\":\"not-approved\",\"Store\":\"" GUID_A
				 "\",\"Alias\":\"web\",\"Text\":\"the store is not approved\"},"
				 "{\"Code\":\"job-kept\",\"Store\":\"" GUID_B
				 "\",\"Alias\":\"C:\\\\a \\\"b\\\"\",\"Text\":\"job 3 is kept\"}]");
}
END_TEST

/* The row first, then stores and aliases by name, each by code, then as they were added. */
START_TEST(sorts)
{
	static const struct {
		enum code code;
		const char *store, *alias, *text;
	} added[] = {
	    {CODE_JOB_PENDING, GUID_B, "a", "8"},
	    {CODE_NOT_APPROVED, GUID_A, "b", "6"},
	    {CODE_SEVERAL_ALIASES, GUID_A, "a", "5"},
	    {CODE_EXPIRES_EARLIER, NULL, NULL, "3"},
	    {CODE_INVENTORY_STALE, GUID_A, "a", "4"},
	    {CODE_BAD_INTEGER, NULL, NULL, "1"},
	    {CODE_BAD_INTEGER, NULL, NULL, "2"},
	    {CODE_NO_PERMISSION, GUID_A, "b", "7"},
	};

	for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++) {
		if (added[i].store == NULL) {
			messages_add(&messages, (struct message){.code = added[i].code}, "%s",
			    added[i].text);
			continue;
		}
		messages_add(&messages, message_location(added[i].code, (int64_t)i + 1), "%s",
		    added[i].text);
		messages_place(&messages, i, added[i].store, added[i].alias);
	}
	messages_sort(&messages);
	for (size_t i = 0; i < messages.count; i++)
		ck_assert_int_eq(messages_text(&messages, &messages.items[i])[0], '1' + (int)i);
}
END_TEST

START_TEST(rejects_when_one_does)
{
	messages_add(&messages, (struct message){.code = CODE_WEAKER_KEY}, NULL);
	ck_assert(!messages_reject(&messages));
	messages_add(&messages,
	    (struct message){.code = CODE_INVENTORY_STALE, .rejects = true, .location = 4}, NULL);
	messages_add(&messages, (struct message){.code = CODE_ISSUER_CHANGED}, NULL);
	ck_assert(messages_reject(&messages));
	messages_clear(&messages);
	ck_assert(!messages_reject(&messages));
	ck_assert_uint_eq(messages.count, 0);
	ck_assert_str_eq(csv(), "");
}
END_TEST

/* What came from outside cannot end a line, move a cursor or break the encoding. */
static const struct {
	const char *added;
	const char *kept;
} unruly[] = {
    {"a\nb\rc\td", "a?b?c?d"},
    {"\x1b[31mred\x7f", "?[31mred?"},
    {"\x01\x1f ", "?? "},
    {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x91", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x91"},
    {"c1 \xc2\x9b"
     "31m \xc2\x85",
	"c1 ?31m ?"},
    {"latin \xe9 cut \xe2\x82", "latin ? cut ??"},
};

START_TEST(holds_no_control_characters)
{
	messages_add(&messages, message_fault(CODE_MALFORMED_RECORD, NULL), "%s", unruly[_i].added);
	messages_add(&messages, message_location(CODE_INVENTORY_STALE, 1), "%s", unruly[_i].added);
	ck_assert_str_eq(messages_text(&messages, &messages.items[0]), unruly[_i].kept);
	ck_assert_str_eq(messages_text(&messages, &messages.items[1]), unruly[_i].kept);
}
END_TEST

/* A text is cut at 1023 bytes, never inside of a character. */
START_TEST(cuts_what_is_too_long)
{
	char longest[1200], cut[1200];

	memset(longest, 'x', 1022);
	snprintf(longest + 1022, sizeof(longest) - 1022, "\xc3\xa9yyyy");
	messages_add(&messages, message_fault(CODE_MALFORMED_RECORD, NULL), "%s", longest);
	memset(cut, 'x', 1022);
	snprintf(cut + 1022, sizeof(cut) - 1022, "?");
	ck_assert_str_eq(messages_text(&messages, &messages.items[0]), cut);
}
END_TEST

START_TEST(packs_a_line_each)
{
	messages_add(
	    &messages, message_fault(CODE_BAD_JOB_TIME, field(REQUEST_FIELD_JOB_TIME)), "a\tb");
	messages_add(&messages, (struct message){.code = CODE_ISSUER_CHANGED}, NULL);
	messages_add(&messages, message_location(CODE_NOT_APPROVED, 5), NULL); /* a refusal: not */
	messages_add(&messages, message_location(CODE_JOB_KEPT, INT64_C(4294967297)), "kept");
	ck_assert_str_eq(packed(), "bad-job-time\tJobTime\t\ta?b\n"
				   "issuer-changed\t\t\t\n"
				   "job-kept\t\t4294967297\tkept\n");
}
END_TEST

START_TEST(unpacks_what_was_packed)
{
	char *kept;

	for (int i = 0; i < CODE_COUNT; i++) {
		messages_add(&messages,
		    (struct message){.code = (enum code)i, .field = field(REQUEST_FIELD_PASSWORD)},
		    "text %d", i);
		messages_add(&messages, message_location((enum code)i, i + 1), NULL);
	}
	kept = strdup(packed());
	messages_clear(&messages);
	unpack(kept);
	/* All but the refusals. */
	ck_assert_uint_eq(messages.count, 2 * (CODE_COUNT - 9));
	ck_assert_str_eq(packed(), kept);
	for (size_t i = 0; i < messages.count; i += 2) {
		const struct message *m = &messages.items[i];

		ck_assert_int_eq(m[0].code, m[1].code);
		ck_assert_ptr_eq(m[0].field, field(REQUEST_FIELD_PASSWORD));
		ck_assert_int_eq(m[0].location, 0);
		ck_assert_ptr_null(m[1].field);
		ck_assert_int_eq(m[1].location, m[1].code + 1);
		ck_assert_str_eq(messages_text(&messages, &m[1]), code_text(m[1].code));
		ck_assert_ptr_null(messages_store(&messages, &m[1]));
		ck_assert_ptr_null(messages_alias(&messages, &m[1]));
	}
	free(kept);
}
END_TEST

/* The results of a run are the same from memory and from the database. */
START_TEST(tells_the_same_after_unpacking)
{
	char *before, *kept;

	messages_add(&messages, (struct message){.code = CODE_WEAKER_KEY}, "RSA of 1024 bits");
	messages_add(
	    &messages, message_fault(CODE_BAD_INTEGER, field(REQUEST_FIELD_REQUEST)), "\"0\"");
	messages_add(&messages, message_fault(CODE_BAD_INTEGER, field(REQUEST_FIELD_CERTIFICATE)),
	    "\"1,2\"");
	kept = strdup(packed());
	messages_sort(&messages);
	before = strdup(csv());
	messages_clear(&messages);
	unpack(kept);
	messages_sort(&messages);
	ck_assert_str_eq(csv(), before);
	free(before);
	free(kept);
}
END_TEST

START_TEST(refuses_what_is_not_packed)
{
	static const char *const wrong[] = {
	    "no-such-code\t\t\ttext\n", "bad-integer\t\n", "bad-integer\n", "\n", "\t\t\t\n"};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct error err = {0};

		ck_assert_int_eq(messages_unpack(&messages, wrong[i], &err), 1);
		ck_assert_int_eq(err.code, ERROR_NONE);
	}
}
END_TEST

/* More than the first allocation holds. */
START_TEST(grows)
{
	for (int i = 0; i < 1000; i++)
		messages_add(
		    &messages, message_location(CODE_INVENTORY_STALE, i + 1), "number %d", i);
	ck_assert_uint_eq(messages.count, 1000);
	ck_assert(!messages.failed);
	messages_sort(&messages);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(messages.items[i].location, i + 1);
	ck_assert_str_eq(messages_text(&messages, &messages.items[999]), "number 999");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("messages");
	TCase *tests = tcase_create("messages");

	tcase_add_checked_fixture(tests, NULL, leave);
	tcase_add_test(tests, nothing_is_nothing);
	tcase_add_test(tests, tells_code_field_and_text);
	tcase_add_test(tests, tells_store_and_alias);
	tcase_add_test(tests, sorts);
	tcase_add_test(tests, rejects_when_one_does);
	tcase_add_loop_test(
	    tests, holds_no_control_characters, 0, (int)(sizeof(unruly) / sizeof(unruly[0])));
	tcase_add_test(tests, cuts_what_is_too_long);
	tcase_add_test(tests, packs_a_line_each);
	tcase_add_test(tests, unpacks_what_was_packed);
	tcase_add_test(tests, tells_the_same_after_unpacking);
	tcase_add_test(tests, refuses_what_is_not_packed);
	tcase_add_test(tests, grows);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
