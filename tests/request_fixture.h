#ifndef TESTS_REQUEST_FIXTURE_H
#define TESTS_REQUEST_FIXTURE_H

#include "program/command.h"
#include "model/request.h"

#include "scratch.h"

/*
 * The fields of a manifest, each rule with the whole text of its message. Values in a record
 * are made by hand, as the readers give them.
 */

#define RANGE "expected an integer from 1 to 2147483647"
#define NO_ID RANGE " in decimal digits"

static struct request request;
static struct messages messages;
static struct repairs repairs;
static struct buffer text;

static inline void
enter(void)
{
	repairs = (struct repairs){0};
}

static inline void
leave(void)
{
	messages_release(&messages);
	buffer_release(&text);
}

static inline void
read_record(const struct record *record)
{
	messages_clear(&messages);
	request_read(&request, record, &messages, &repairs);
	messages_sort(&messages);
	buffer_clear(&text);
	buffer_add_string(&text, "");
	messages_csv(&messages, &text);
}

/* A value of CSV, or a JSON string; NULL: absent. */
static inline struct value
text_value(const char *of)
{
	return of == NULL ? (struct value){0} : (struct value){VALUE_TEXT, of, strlen(of)};
}

/* Reads a row of texts in the order of enum request_field. What was said of it. */
static inline const char *
read_texts(bool json, const char *certificate, const char *enrollment, const char *existing,
    const char *job_time, const char *password)
{
	const struct value values[REQUEST_FIELD_COUNT] = {text_value(certificate),
	    text_value(enrollment), text_value(existing), text_value(job_time),
	    text_value(password)};

	read_record(&(struct record){
	    .json = json, .number = 3, .line = 14, .offset = 159, .values = values});
	return text.bytes;
}

/* The kinds of repairs that were counted, blanks between. Static: until the next call. */
static inline const char *
repaired(void)
{
	static char words[256];

	words[0] = '\0';
	for (int i = 0; i < REPAIR_COUNT; i++) {
		size_t length = strlen(words);

		if (repairs.count[i] != 0)
			snprintf(words + length, sizeof(words) - length, "%s%s",
			    length == 0 ? "" : " ", repair_word((enum repair)i));
	}
	return words;
}

#define LOOP(test, table) \
	tcase_add_loop_test(tests, test, 0, (int)(sizeof(table) / sizeof((table)[0])))

#endif
