#ifndef BATCH_MODEL_REQUEST_H
#define BATCH_MODEL_REQUEST_H

#include "model/request_field.h"
#include "model/messages.h"
#include "read/reader.h"
#include "text_list.h"

/*
 * A replace request: one row of a manifest, typed. The fields and their rules are those of the
 * method (POST /Enrollment/PFX/Replace, table 504) and of the manifest's profile of them.
 */

/*
 * The field table of a manifest for a reader. It refuses names that are nearly a field's, and
 * names that may mean a JobTime or Password where that is missing. It ignores the `allowed` names,
 * which it borrows, and drops the columns of a rejects file. `closed`: it refuses any other name.
 */
void request_fields(struct fields *, const struct text_list *allowed, bool closed);

/* Refuses a results file, and a CSV header that lacks a required field: -1 and err (ERROR_INPUT),
 * with `file` its name. */
int request_check_header(const struct reader *, const char *file, struct error *);

/* Whether the header of CSV, or the first object, has a column of a rejects file: RejectLine or
 * RejectReasons. */
bool request_is_rejects(const struct reader *);
/* Whether the record has one of them. */
bool request_is_reject(const struct record *);

struct request {
	uint64_t number; /* of the row, from 1 */
	uint64_t line;
	uint64_t offset;
	int64_t existing;    /* 0: absent or refused; likewise the next two */
	int64_t certificate; /* as given; that of `request` is not known here */
	int64_t request;
	bool due_unknown; /* malformed, or the JobTime was refused */
	bool has_job_time;
	int64_t job_time;          /* milliseconds since 1970 */
	const char *job_time_text; /* as given; NULL: absent or refused */
	const char *password;      /* the record's bytes; NULL: absent */
	size_t password_length;    /* 0: there is none, for empty is absent */
};

/*
 * Types a record. Adds its faults to messages, each of which rejects the row, and counts its
 * repairs where `repairs` is not NULL. The request borrows the record's bytes.
 */
void request_read(struct request *, const struct record *, struct messages *, struct repairs *);

/* The run whose rejects file the record comes from, by its RejectReasons; 0: none. */
int64_t request_mends(const struct record *);
/* RejectReasons begin with it. */
#define REQUEST_MENDS_FORMAT "run %lld: "

/*
 * The RejectRecord of a malformed record that was not mended yet: the record has it, and no field
 * of a request. NULL: it is none. It may hold a password, and lives as long as the record.
 */
const char *request_unmended(const struct record *);

#endif
