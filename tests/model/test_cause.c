#include "model/cause.h"

#include "model/request_field.h"
#include "scratch.h"

/* Faults grouped by their causes. */

static struct causes causes;
static struct row row;

static void
enter(void)
{
	causes = (struct causes){0};
	row = (struct row){0};
}

static void
leave(void)
{
	row_release(&row);
}

static void
begin_row(uint64_t number)
{
	row_clear(&row);
	row.number = number;
	row.line = number + 1;
}

static const char *
field(enum request_field which)
{
	return request_field_word(which);
}

/* The cause at this place of the list. */
static const struct cause *
listed(size_t place)
{
	static const struct cause *list[CAUSES_LISTED];

	ck_assert_uint_lt(place, causes_list(&causes, list));
	return list[place];
}

static void
assert_cause(size_t place, const char *text, uint64_t rows, uint64_t first_line)
{
	const struct cause *cause = listed(place);

	ck_assert_str_eq(cause->text, text);
	ck_assert_uint_eq(cause->rows, rows);
	ck_assert_uint_eq(cause->lines[0], first_line);
}

/* ---- texts ------------------------------------------------------------------------------- */

START_TEST(leaves_out_the_values_of_a_format)
{
	for (uint64_t i = 1; i <= 5; i++) {
		begin_row(i);
		messages_add(&row.messages,
		    message_fault(CODE_UNKNOWN_CERTIFICATE, field(REQUEST_FIELD_CERTIFICATE)),
		    "no certificate %lld in the inventory, nor %02X%s, 100%%", (long long)i, 7U,
		    i % 2 == 0 ? "" : "x");
		causes_count(&causes, &row);
	}
	assert_cause(0, "no certificate ... in the inventory, nor ..., 100%", 5, 2);
	ck_assert_uint_eq(listed(0)->lines[2], 4);
	ck_assert_ptr_eq(listed(0)->field, field(REQUEST_FIELD_CERTIFICATE));
	ck_assert_uint_eq(causes.count, 1);
}
END_TEST

/* No conversion that the compiler would let pass, but a static text may end so. */
START_TEST(ends_with_the_format)
{
	struct message message = message_fault(CODE_BAD_INTEGER, NULL);

	message.format = "more than 100%";
	begin_row(1);
	messages_add(&row.messages, message, NULL);
	message.format = "at 100%l";
	messages_add(&row.messages, message, NULL);
	causes_count(&causes, &row);
	assert_cause(0, "more than 100...", 1, 2);
	assert_cause(1, "at 100...", 1, 2);
}
END_TEST

/* A message whose format says nothing has one of its own. */
START_TEST(takes_the_format_of_the_message)
{
	struct message message = message_fault(CODE_BAD_JOB_TIME, NULL);

	message.format = "a time without a zone: expected UTC with a Z at the end";
	begin_row(1);
	messages_add(&row.messages, message, "%s: %s", "\"5\"", message.format);
	causes_count(&causes, &row);
	assert_cause(0, "a time without a zone: expected UTC with a Z at the end", 1, 2);
}
END_TEST

START_TEST(takes_the_text_of_the_code)
{
	begin_row(1);
	messages_add(&row.messages, message_fault(CODE_BAD_INTEGER, NULL), NULL);
	causes_count(&causes, &row);
	assert_cause(0, "expected an integer from 1 to 2147483647", 1, 2);
}
END_TEST

/* A malformed record's text is made by the reader: its numbers and quoted texts are the values. */
static const struct {
	const char *text;
	const char *cause;
} malformed[] = {
    {"3 fields, the header has 2", "... fields, the header has ..."},
    {"byte 0xC3 at position 17 is not valid UTF-8: save the file as UTF-8",
	"byte ... at position ... is not valid UTF-8: save the file as UTF-8"},
    {"not a JSON object (line 3, column 12): expected : after a name",
	"not a JSON object (line ..., column ...): expected : after a name"},
    {"Date: nearly, or --ignore \"Date 2\" to leave it out",
	"Date: nearly, or --ignore ... to leave it out"},
    {"due at 2045-03-01T22:00:00.250Z: no", "due at ...: no"},
    {"one \" alone, 1 2 3", "one \" alone, ... ... ..."},
};

START_TEST(leaves_out_the_values_of_a_text)
{
	begin_row(1);
	messages_add(
	    &row.messages, message_fault(CODE_MALFORMED_RECORD, NULL), "%s", malformed[_i].text);
	causes_count(&causes, &row);
	assert_cause(0, malformed[_i].cause, 1, 2);
}
END_TEST

/* It ends at the end of a character. */
START_TEST(cuts_at_the_end_of_a_character)
{
	char text[2 * CAUSE_TEXT_SIZE];
	size_t length = 1;

	text[0] = 'x';
	for (; length < sizeof(text) - 2; length += 2)
		memcpy(text + length, "\xc3\xa9", 2);
	text[length] = '\0';
	begin_row(1);
	messages_add(&row.messages, message_fault(CODE_MALFORMED_RECORD, NULL), "%s", text);
	causes_count(&causes, &row);
	ck_assert_uint_eq(strlen(listed(0)->text), CAUSE_TEXT_SIZE - 1);
	begin_row(2);
	messages_add(&row.messages, message_fault(CODE_MALFORMED_RECORD, NULL), "%s", text + 1);
	causes_count(&causes, &row);
	ck_assert_uint_eq(strlen(listed(1)->text), CAUSE_TEXT_SIZE - 2);
}
END_TEST

/* ---- counting ---------------------------------------------------------------------------- */

/* A row with one cause at three stores is one row; warnings are no causes. */
START_TEST(counts_a_cause_once_a_row)
{
	begin_row(1);
	for (int64_t i = 1; i <= 3; i++)
		messages_add(&row.messages, message_location(CODE_NO_PERMISSION, i), NULL);
	messages_add(&row.messages, message_location(CODE_NOT_APPROVED, 4), NULL);
	messages_add(&row.messages, (struct message){.code = CODE_WEAKER_KEY}, NULL);
	messages_add(&row.messages, message_location(CODE_JOB_KEPT, 5), NULL);
	causes_count(&causes, &row);
	begin_row(2);
	messages_add(&row.messages, message_location(CODE_NOT_APPROVED, 4), NULL);
	messages_add(
	    &row.messages, (struct message){.code = CODE_WEAKER_KEY, .rejects = true}, NULL);
	causes_count(&causes, &row);
	ck_assert_uint_eq(causes.count, 3);
	assert_cause(0, code_text(CODE_NOT_APPROVED), 2, 2);
	ck_assert_uint_eq(listed(0)->lines[1], 3);
	ck_assert_uint_eq(listed(0)->lines[2], 0);
	assert_cause(1, code_text(CODE_NO_PERMISSION), 1, 2);
	assert_cause(2, code_text(CODE_WEAKER_KEY), 1, 3);
}
END_TEST

/* One text of two fields, or of two codes, is two causes; two formats of one text are one. */
START_TEST(tells_causes_apart)
{
	static const char one[] = "as %s", other[] = "as %d";
	struct message message = message_fault(CODE_BAD_INTEGER, field(REQUEST_FIELD_CERTIFICATE));

	begin_row(1);
	message.format = one;
	messages_add(&row.messages, message, NULL);
	message.field = field(REQUEST_FIELD_REQUEST);
	messages_add(&row.messages, message, NULL);
	message.code = CODE_BAD_JOB_TIME;
	messages_add(&row.messages, message, NULL);
	causes_count(&causes, &row);
	ck_assert_uint_eq(causes.count, 3);
	begin_row(2);
	message.format = other;
	messages_add(&row.messages, message, NULL);
	causes_count(&causes, &row);
	ck_assert_uint_eq(causes.count, 3);
	assert_cause(0, "as ...", 2, 2);
	ck_assert_int_eq(listed(0)->code, CODE_BAD_JOB_TIME);
}
END_TEST

/* After the last place, causes are counted by their code. */
START_TEST(counts_further_causes_by_code)
{
	for (uint64_t i = 1; i <= CAUSES_MOST + 10; i++) {
		begin_row(i);
		messages_add(&row.messages, message_fault(CODE_MALFORMED_RECORD, NULL), "%c%c",
		    (char)('a' + i % 26), (char)('a' + i / 26));
		causes_count(&causes, &row);
	}
	begin_row(99);
	messages_add(&row.messages, message_fault(CODE_BAD_INTEGER, NULL), NULL);
	causes_count(&causes, &row);
	ck_assert_uint_eq(causes.count, CAUSES_MOST);
	assert_cause(0, "", 10, CAUSES_MOST + 2);
	ck_assert_int_eq(listed(0)->code, CODE_MALFORMED_RECORD);
	assert_cause(1, "ba", 1, 2);
	assert_cause(CAUSES_MOST + 1, "", 1, 100);
	ck_assert_int_eq(listed(CAUSES_MOST + 1)->code, CODE_BAD_INTEGER);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("cause");
	TCase *texts = tcase_create("texts"), *counting = tcase_create("counting");

	tcase_add_checked_fixture(texts, enter, leave);
	tcase_add_test(texts, leaves_out_the_values_of_a_format);
	tcase_add_test(texts, ends_with_the_format);
	tcase_add_test(texts, takes_the_format_of_the_message);
	tcase_add_test(texts, takes_the_text_of_the_code);
	tcase_add_loop_test(
	    texts, leaves_out_the_values_of_a_text, 0, sizeof(malformed) / sizeof(malformed[0]));
	tcase_add_test(texts, cuts_at_the_end_of_a_character);
	suite_add_tcase(suite, texts);
	tcase_add_checked_fixture(counting, enter, leave);
	tcase_add_test(counting, counts_a_cause_once_a_row);
	tcase_add_test(counting, tells_causes_apart);
	tcase_add_test(counting, counts_further_causes_by_code);
	suite_add_tcase(suite, counting);
	return scratch_run(suite);
}
