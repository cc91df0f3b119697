#include "database/facts.h"
#include "database/list_private.h"
#include "model/row.h"
#include "model/unreadable.h"

#include <string.h>

/* What statements cannot say: texts that the model has. */

#define STORE_TRIED 18 /* columns of list-stores and list-store */
#define STORE_UNREADABLE 19
#define STORE_UNREADABLE_TEXT 20
#define STORE_ID 22

#define REFUSAL_CODE 8 /* columns of list-refusals */
#define REFUSAL_TEXT 9
#define REFUSAL_ID 10

#define REJECTION_ID 0 /* columns of list-rejections */
#define REJECTION_MESSAGES 6

#define CERTIFICATE_USAGES 15 /* columns of list-certificate and its like */
#define CERTIFICATE_USAGES_JSON 16

int
list_amend_store(struct walk *walk, const void *values, struct error *err)
{
	const char *word = walk_text(walk, STORE_UNREADABLE), *text;
	const char *fault = stored_try_fault(!walk_null(walk, STORE_TRIED), word);
	enum unreadable why;

	(void)values;
	if (fault != NULL)
		return db_damaged(walk->db, err, "store %lld: %s",
		    (long long)walk_integer(walk, STORE_ID), fault);
	text = walk_text(walk, STORE_UNREADABLE_TEXT);
	if (word == NULL || (text != NULL && text[0] != '\0') || !unreadable_parse(word, &why))
		return 0;
	return walk_set_text(walk, STORE_UNREADABLE_TEXT, unreadable_text(why), err);
}

int
list_amend_refusal(struct walk *walk, const void *values, struct error *err)
{
	enum code code;

	(void)values;
	if (!code_parse(walk_text(walk, REFUSAL_CODE), &code) || code_kind(code) != CODE_STORE)
		return db_damaged(walk->db, err,
		    "refusal %lld: its code is none that refuses a location",
		    (long long)walk_integer(walk, REFUSAL_ID));
	if (!walk_null(walk, REFUSAL_TEXT))
		return 0;
	return walk_set_text(walk, REFUSAL_TEXT, code_text(code), err);
}

int
list_amend_rejection(struct walk *walk, const void *values, struct error *err)
{
	const char *packed = walk_text(walk, REJECTION_MESSAGES);
	struct row row = {.id = 0};
	struct buffer text = {0};
	int rc;

	(void)values;
	rc = packed == NULL ? 0 : messages_unpack(&row.messages, packed, err);
	if (rc == 1)
		rc = db_damaged(walk->db, err, "request %lld: its messages cannot be read",
		    (long long)walk_integer(walk, REJECTION_ID));
	if (rc == 0)
		rc = db_row_names(walk->db, &row, err);
	if (rc == 0) {
		messages_csv(&row.messages, &text);
		rc = text.failed ? error_memory(err)
				 : walk_set_text(walk, REJECTION_MESSAGES, text.bytes, err);
	}
	buffer_release(&text);
	row_release(&row);
	return rc;
}

/* [{"Oid":"..."},...] from OIDs with one blank between. */
int
list_amend_certificate(struct walk *walk, const void *values, struct error *err)
{
	const char *oids = walk_text(walk, CERTIFICATE_USAGES);
	struct buffer json = {0};
	int rc;

	(void)values;
	if (oids == NULL)
		return 0;
	buffer_add_string(&json, "[");
	while (oids[0] != '\0') {
		size_t length = strcspn(oids, " ");

		buffer_add_string(&json, json.length == 1 ? "{\"Oid\":" : ",{\"Oid\":");
		buffer_add_json(&json, oids, length);
		buffer_add_string(&json, "}");
		oids += length + strspn(oids + length, " ");
	}
	buffer_add_string(&json, "]");
	rc = json.failed ? error_memory(err)
			 : walk_set_text(walk, CERTIFICATE_USAGES_JSON, json.bytes, err);
	buffer_release(&json);
	return rc;
}
