#ifndef BATCH_DATABASE_STORED_PRIVATE_H
#define BATCH_DATABASE_STORED_PRIVATE_H

#include "database/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * For this room alone: what each column of the database may hold. Nothing that is read from
 * the database is believed: what indexes, counts, shifts or sizes is held against this first.
 */

enum stored_type { STORED_INTEGER, STORED_TEXT, STORED_BLOB };

#define STORED_MOST \
	(INT64_C(1) << 53) /* the greatest integer that every reader of JSON keeps exactly */
#define STORED_FIRST_TIME INT64_C(-62167219200000) /* the first moment of the year 0 */
#define STORED_LAST_TIME INT64_C(253402300799999)  /* the last one of the year 9999 */
#define STORED_LAST_LOCATION (INT64_C(1) << 32)    /* a bit is kept of each location */
#define STORED_NO_HOLE INT64_MIN

#define STORED_ID(most) STORED_INTEGER, false, 1, (most), STORED_NO_HOLE
#define STORED_RANGE(least, most) STORED_INTEGER, false, (least), (most), STORED_NO_HOLE
#define STORED_RANGE_OR_NULL(least, most) STORED_INTEGER, true, (least), (most), STORED_NO_HOLE
#define STORED_NUMBER STORED_RANGE(0, INT32_MAX)
#define STORED_NUMBER_OR_NULL STORED_RANGE_OR_NULL(0, INT32_MAX)
#define STORED_COUNTED STORED_RANGE(0, STORED_MOST)
#define STORED_COUNTED_OR_NULL STORED_RANGE_OR_NULL(0, STORED_MOST)
#define STORED_FLAG STORED_RANGE(0, 1)
#define STORED_TIME STORED_RANGE(STORED_FIRST_TIME, STORED_LAST_TIME)
#define STORED_TIME_OR_NULL STORED_RANGE_OR_NULL(STORED_FIRST_TIME, STORED_LAST_TIME)
/* Of texts and blobs the numbers are bytes. */
#define STORED_WORDS(least) STORED_TEXT, false, (least), INT32_MAX, STORED_NO_HOLE
#define STORED_WORDS_OR_NULL STORED_TEXT, true, 0, INT32_MAX, STORED_NO_HOLE
#define STORED_GUID STORED_TEXT, false, 36, 36, STORED_NO_HOLE
#define STORED_CLAIM STORED_BLOB, true, 16, 16, STORED_NO_HOLE
#define STORED_BYTES(least, most) STORED_BLOB, false, (least), (most), STORED_NO_HOLE

/* A certificate's id is below 0 where the server does not know it, and never 0. */
#define STORED_CERTIFICATE(null) STORED_INTEGER, (null), -STORED_MOST, INT32_MAX, 0

/*
 * X(name, table, column, type, whether it may be null, the least, the most and one between them
 * that it may not be, the table whose id it is or NULL), table by table in the order of the
 * schema.
 */
#define STORED_LIST(X)                                                                             \
	X(SETTING_NAME, "setting", "name", STORED_WORDS(1), NULL)                                  \
	X(SETTING_VALUE, "setting", "value", STORED_BYTES(0, INT32_MAX), NULL)                     \
	X(CONTAINER_ID, "container", "id", STORED_NUMBER, "container")                             \
	X(CONTAINER_NAME, "container", "name", STORED_WORDS_OR_NULL, NULL)                         \
	X(TYPE_ID, "store_type", "id", STORED_NUMBER, "store_type")                                \
	X(TYPE_SHORT_NAME, "store_type", "short_name", STORED_WORDS_OR_NULL, NULL)                 \
	X(TYPE_NAME, "store_type", "name", STORED_WORDS_OR_NULL, NULL)                             \
	X(TYPE_PASSWORD, "store_type", "entry_password", STORED_RANGE(0, 2), NULL)                 \
	X(TYPE_KEY, "store_type", "private_key_allowed", STORED_RANGE(0, 2), NULL)                 \
	X(TYPE_ADD, "store_type", "add_supported", STORED_FLAG, NULL)                              \
	X(AGENT_ID, "agent", "id", STORED_GUID, NULL)                                              \
	X(AGENT_MACHINE, "agent", "client_machine", STORED_WORDS_OR_NULL, NULL)                    \
	X(AGENT_STATUS, "agent", "status", STORED_RANGE(1, 3), NULL)                               \
	X(AGENT_LAST_SEEN, "agent", "last_seen", STORED_TIME_OR_NULL, NULL)                        \
	X(STORE_ID, "store", "id", STORED_ID(STORED_MOST), "store")                                \
	X(STORE_GUID, "store", "guid", STORED_GUID, NULL)                                          \
	X(STORE_CONTAINER, "store", "container", STORED_NUMBER_OR_NULL, "container")               \
	X(STORE_DISPLAY_NAME, "store", "display_name", STORED_WORDS_OR_NULL, NULL)                 \
	X(STORE_MACHINE, "store", "client_machine", STORED_WORDS_OR_NULL, NULL)                    \
	X(STORE_PATH, "store", "path", STORED_WORDS_OR_NULL, NULL)                                 \
	X(STORE_TYPE, "store", "type", STORED_NUMBER_OR_NULL, "store_type")                        \
	X(STORE_APPROVED, "store", "approved", STORED_FLAG, NULL)                                  \
	X(STORE_AGENT, "store", "agent", STORED_WORDS_OR_NULL, NULL)                               \
	X(STORE_ASSIGNED, "store", "agent_assigned", STORED_FLAG, NULL)                            \
	X(STORE_REMOVED, "store", "removed", STORED_FLAG, NULL)                                    \
	X(STORE_INVENTORIED, "store", "inventoried_at", STORED_TIME_OR_NULL, NULL)                 \
	X(STORE_KEY_PATH, "store", "key_path", STORED_WORDS_OR_NULL, NULL)                         \
	X(STORE_INCLUDES_CHAIN, "store", "includes_chain", STORED_RANGE_OR_NULL(0, 1), NULL)       \
	X(STORE_TRUST_STORE, "store", "trust_store", STORED_RANGE_OR_NULL(0, 1), NULL)             \
	X(STORE_ENDPOINT, "store", "endpoint", STORED_WORDS_OR_NULL, NULL)                         \
	X(STORE_PASSWORD, "store", "password", STORED_BLOB, true, 1, INT32_MAX, STORED_NO_HOLE,    \
	    NULL)                                                                                  \
	X(STORE_TRIED, "store", "tried_at", STORED_TIME_OR_NULL, NULL)                             \
	X(STORE_UNREADABLE, "store", "unreadable", STORED_WORDS_OR_NULL, NULL)                     \
	X(STORE_UNREADABLE_TEXT, "store", "unreadable_text", STORED_WORDS_OR_NULL, NULL)           \
	X(CERTIFICATE_ID, "certificate", "id", STORED_CERTIFICATE(false), "certificate")           \
	X(CERTIFICATE_PRINT, "certificate", "thumbprint", STORED_WORDS_OR_NULL, NULL)              \
	X(CERTIFICATE_SERIAL, "certificate", "serial_number", STORED_WORDS_OR_NULL, NULL)          \
	X(CERTIFICATE_SUBJECT, "certificate", "issued_dn", STORED_WORDS_OR_NULL, NULL)             \
	X(CERTIFICATE_ISSUER, "certificate", "issuer_dn", STORED_WORDS_OR_NULL, NULL)              \
	X(CERTIFICATE_BEFORE, "certificate", "not_before", STORED_TIME_OR_NULL, NULL)              \
	X(CERTIFICATE_AFTER, "certificate", "not_after", STORED_TIME_OR_NULL, NULL)                \
	X(CERTIFICATE_KEY_TYPE, "certificate", "key_type", STORED_WORDS_OR_NULL, NULL)             \
	X(CERTIFICATE_KEY_SIZE, "certificate", "key_size", STORED_NUMBER_OR_NULL, NULL)            \
	X(CERTIFICATE_NAMES, "certificate", "names", STORED_WORDS_OR_NULL, NULL)                   \
	X(CERTIFICATE_HAS_KEY, "certificate", "has_private_key", STORED_RANGE_OR_NULL(0, 1), NULL) \
	X(CERTIFICATE_REQUEST, "certificate", "request", STORED_NUMBER_OR_NULL, NULL)              \
	X(CERTIFICATE_REVOKED, "certificate", "revoked_at", STORED_TIME_OR_NULL, NULL)             \
	X(CERTIFICATE_USAGE, "certificate", "key_usage", STORED_RANGE_OR_NULL(0, 0xffff), NULL)    \
	X(CERTIFICATE_USAGES, "certificate", "extended_usages", STORED_WORDS_OR_NULL, NULL)        \
	X(CERTIFICATE_SIGNATURE, "certificate", "signature", STORED_WORDS_OR_NULL, NULL)           \
	X(CERTIFICATE_IS_CA, "certificate", "is_ca", STORED_RANGE_OR_NULL(0, 1), NULL)             \
	X(CERTIFICATE_SHA256, "certificate", "sha256", STORED_TEXT, true, 64, 64, STORED_NO_HOLE,  \
	    NULL)                                                                                  \
	X(CERTIFICATE_CURVE, "certificate", "curve", STORED_WORDS_OR_NULL, NULL)                   \
	X(ENROLLMENT_ID, "enrollment_request", "id", STORED_ID(INT32_MAX), "enrollment_request")   \
	X(ENROLLMENT_CERTIFICATE, "enrollment_request", "certificate", STORED_NUMBER_OR_NULL,      \
	    "certificate")                                                                         \
	X(ENROLLMENT_DISPOSITION, "enrollment_request", "disposition", STORED_WORDS_OR_NULL, NULL) \
	X(LOCATION_ID, "location", "id", STORED_ID(STORED_LAST_LOCATION), "location")              \
	X(LOCATION_STORE, "location", "store", STORED_ID(STORED_MOST), "store")                    \
	X(LOCATION_ALIAS, "location", "alias", STORED_WORDS(1), NULL)                              \
	X(LOCATION_CERTIFICATE, "location", "certificate", STORED_CERTIFICATE(true),               \
	    "certificate")                                                                         \
	X(LOCATION_KEY_MISMATCH, "location", "key_mismatch", STORED_RANGE_OR_NULL(0, 1), NULL)     \
	X(CHAIN_LOCATION, "chain", "location", STORED_ID(STORED_LAST_LOCATION), "location")        \
	X(CHAIN_LEVEL, "chain", "level", STORED_ID(INT32_MAX), NULL)                               \
	X(CHAIN_CERTIFICATE, "chain", "certificate", STORED_CERTIFICATE(false), "certificate")     \
	X(ROLE, "role_permission", "role", STORED_WORDS(0), NULL)                                  \
	X(ROLE_OPERATOR, "role_permission", "operator", STORED_WORDS(0), NULL)                     \
	X(ROLE_PERMISSION, "role_permission", "permission", STORED_WORDS(1), NULL)                 \
	X(RUN_ID, "run", "id", STORED_ID(INT32_MAX), "run")                                        \
	X(RUN_DIGEST, "run", "digest", STORED_BYTES(32, 32), NULL)                                 \
	X(RUN_PATH, "run", "path", STORED_WORDS(1), NULL)                                          \
	X(RUN_MANIFEST, "run", "manifest", STORED_WORDS(1), NULL)                                  \
	X(RUN_OPERATOR, "run", "operator", STORED_WORDS(0), NULL)                                  \
	X(RUN_REFERENCE, "run", "reference", STORED_WORDS_OR_NULL, NULL)                           \
	X(RUN_MENDS, "run", "mends", STORED_RANGE_OR_NULL(1, INT32_MAX), "run")                    \
	X(RUN_SETTINGS, "run", "settings", STORED_WORDS(0), NULL)                                  \
	X(RUN_FORMAT, "run", "format", STORED_RANGE(1, 3), NULL)                                   \
	X(RUN_STARTED, "run", "started_at", STORED_TIME, NULL)                                     \
	X(RUN_FINISHED_AT, "run", "finished_at", STORED_TIME_OR_NULL, NULL)                        \
	X(RUN_STATE, "run", "state", STORED_RANGE(0, 4), NULL)                                     \
	X(RUN_ROWS_TOTAL, "run", "rows_total", STORED_COUNTED, NULL)                               \
	X(RUN_OFFSET, "run", "offset", STORED_COUNTED, NULL)                                       \
	X(RUN_LINE, "run", "line", STORED_COUNTED, NULL)                                           \
	X(RUN_ROWS_READ, "run", "rows_read", STORED_COUNTED, NULL)                                 \
	X(RUN_SUCCEEDED, "run", "succeeded", STORED_COUNTED, NULL)                                 \
	X(RUN_PARTIAL, "run", "partial", STORED_COUNTED, NULL)                                     \
	X(RUN_FAILED, "run", "failed", STORED_COUNTED, NULL)                                       \
	X(RUN_REJECTED, "run", "rejected", STORED_COUNTED, NULL)                                   \
	X(RUN_SKIPPED, "run", "skipped", STORED_COUNTED, NULL)                                     \
	X(RUN_CREATED, "run", "jobs_created", STORED_COUNTED, NULL)                                \
	X(RUN_REFUSED, "run", "jobs_refused", STORED_COUNTED, NULL)                                \
	X(RUN_SUPERSEDED, "run", "jobs_superseded", STORED_COUNTED, NULL)                          \
	X(RUN_LATER, "run", "jobs_later", STORED_COUNTED, NULL)                                    \
	X(RUN_FIRST_DUE, "run", "first_due", STORED_TIME_OR_NULL, NULL)                            \
	X(RUN_LAST_DUE, "run", "last_due", STORED_TIME_OR_NULL, NULL)                              \
	X(RUN_RETRIES, "run", "retries", STORED_NUMBER, NULL)                                      \
	X(RUN_WINDOW_END, "run", "window_end", STORED_TIME_OR_NULL, NULL)                          \
	X(RUN_TRUST, "run", "trust_manifest", STORED_FLAG, NULL)                                   \
	X(TALLY_RUN, "tally", "run", STORED_ID(INT32_MAX), "run")                                  \
	X(TALLY_KIND, "tally", "kind", STORED_WORDS(0), NULL)                                      \
	X(TALLY_NAME, "tally", "name", STORED_WORDS(0), NULL)                                      \
	X(TALLY_COUNT, "tally", "count", STORED_COUNTED, NULL)                                     \
	X(TALLY_LINES, "tally", "lines", STORED_WORDS_OR_NULL, NULL)                               \
	X(REQUEST_ID, "request", "id", STORED_RANGE((INT64_C(1) << 32) + 1, INT64_MAX), "request") \
	X(REQUEST_LINE, "request", "line", STORED_COUNTED, NULL)                                   \
	X(REQUEST_OUTCOME, "request", "outcome", STORED_RANGE(1, 5), NULL)                         \
	X(REQUEST_EXISTING, "request", "existing", STORED_NUMBER_OR_NULL, "certificate")           \
	X(REQUEST_CERTIFICATE, "request", "certificate", STORED_NUMBER_OR_NULL, "certificate")     \
	X(REQUEST_REQUEST, "request", "request", STORED_NUMBER_OR_NULL, "enrollment_request")      \
	X(REQUEST_JOB_TIME, "request", "job_time", STORED_TEXT, true, 1, 31, STORED_NO_HOLE, NULL) \
	X(REQUEST_DUE, "request", "due_at", STORED_TIME_OR_NULL, NULL)                             \
	X(REQUEST_CREATED, "request", "created_at", STORED_TIME, NULL)                             \
	X(REQUEST_FIRST_JOB, "request", "first_job", STORED_COUNTED_OR_NULL, NULL)                 \
	X(REQUEST_JOBS, "request", "jobs", STORED_COUNTED_OR_NULL, NULL)                           \
	X(REQUEST_FIRST_REFUSAL, "request", "first_refusal", STORED_COUNTED_OR_NULL, NULL)         \
	X(REQUEST_REFUSALS, "request", "refusals", STORED_COUNTED_OR_NULL, NULL)                   \
	X(REQUEST_MESSAGES, "request", "messages", STORED_WORDS_OR_NULL, NULL)                     \
	X(REQUEST_PASSWORD, "request", "password", STORED_BLOB, true, 0, INT32_MAX,                \
	    STORED_NO_HOLE, NULL)                                                                  \
	X(REQUEST_OFFSET, "request", "offset", STORED_COUNTED_OR_NULL, NULL)                       \
	X(JOB_ID, "job", "id", STORED_ID(STORED_MOST), "job")                                      \
	X(JOB_REQUEST, "job", "request", STORED_RANGE((INT64_C(1) << 32) + 1, INT64_MAX),          \
	    "request")                                                                             \
	X(JOB_LOCATION, "job", "location", STORED_ID(STORED_LAST_LOCATION), "location")            \
	X(JOB_STATUS, "job", "status", STORED_RANGE(0, 5), NULL)                                   \
	X(JOB_RESULT, "job", "result", STORED_INTEGER, false, 0, 4, 1, NULL)                       \
	X(JOB_COMPLETED, "job", "completed_at", STORED_TIME_OR_NULL, NULL)                         \
	X(JOB_MESSAGE, "job", "message", STORED_WORDS_OR_NULL, NULL)                               \
	X(JOB_CANCELLED, "job", "cancelled_by", STORED_WORDS_OR_NULL, NULL)                        \
	X(JOB_STORE, "job", "store", STORED_COUNTED, "store")                                      \
	X(JOB_PROVEN, "job", "proven_at", STORED_TIME_OR_NULL, NULL)                               \
	X(REFUSAL_ID, "refusal", "id", STORED_ID(STORED_MOST), "refusal")                          \
	X(REFUSAL_REQUEST, "refusal", "request", STORED_RANGE((INT64_C(1) << 32) + 1, INT64_MAX),  \
	    "request")                                                                             \
	X(REFUSAL_LOCATION, "refusal", "location", STORED_ID(STORED_LAST_LOCATION), "location")    \
	X(REFUSAL_CODE, "refusal", "code", STORED_WORDS(1), NULL)                                  \
	X(REFUSAL_TEXT, "refusal", "text", STORED_WORDS_OR_NULL, NULL)                             \
	X(REFUSAL_STORE, "refusal", "store", STORED_COUNTED, "store")                              \
	X(RENUMBERED_ID, "renumbered", "id", STORED_ID(INT32_MAX), "renumbered")                   \
	X(RENUMBERED_CERTIFICATE, "renumbered", "certificate", STORED_ID(INT32_MAX),               \
	    "certificate")                                                                         \
	X(GIVEN_REQUEST, "request_given", "request",                                               \
	    STORED_RANGE((INT64_C(1) << 32) + 1, INT64_MAX), "request")                            \
	X(GIVEN_EXISTING, "request_given", "existing", STORED_NUMBER_OR_NULL, "certificate")       \
	X(GIVEN_CERTIFICATE, "request_given", "certificate", STORED_NUMBER_OR_NULL, "certificate") \
	X(HANDLING_JOB, "handling", "job", STORED_ID(STORED_MOST), "job")                          \
	X(HANDLING_DUE, "handling", "due_at", STORED_TIME_OR_NULL, NULL)                           \
	X(HANDLING_RESCHEDULED, "handling", "rescheduled", STORED_FLAG, NULL)                      \
	X(HANDLING_ATTEMPTS, "handling", "attempts", STORED_COUNTED, NULL)                         \
	X(HANDLING_CLAIMS, "handling", "claims", STORED_COUNTED, NULL)                             \
	X(HANDLING_FAILURES, "handling", "failures", STORED_COUNTED, NULL)                         \
	X(HANDLING_CLAIM, "handling", "claim", STORED_CLAIM, NULL)                                 \
	X(HANDLING_LEASED, "handling", "leased_at", STORED_TIME_OR_NULL, NULL)                     \
	X(HANDLING_UNTIL, "handling", "lease_until", STORED_TIME_OR_NULL, NULL)                    \
	X(READY_MACHINE, "ready", "machine", STORED_WORDS(0), NULL)                                \
	X(READY_DUE, "ready", "due_at", STORED_TIME, NULL)                                         \
	X(READY_JOB, "ready", "job", STORED_ID(STORED_MOST), "job")                                \
	X(LEASE_MACHINE, "lease", "machine", STORED_WORDS(0), NULL)                                \
	X(LEASE_UNTIL, "lease", "until", STORED_TIME, NULL)                                        \
	X(LEASE_JOB, "lease", "job", STORED_ID(STORED_MOST), "job")                                \
	X(EVENT_JOB, "job_event", "job", STORED_ID(STORED_MOST), "job")                            \
	X(EVENT_NUMBER, "job_event", "number", STORED_ID(STORED_MOST), NULL)                       \
	X(EVENT_AT, "job_event", "at", STORED_TIME, NULL)                                          \
	X(EVENT_WORD, "job_event", "event", STORED_WORDS(1), NULL)                                 \
	X(EVENT_OPERATOR, "job_event", "operator", STORED_WORDS(0), NULL)                          \
	X(EVENT_CLAIM, "job_event", "claim", STORED_CLAIM, NULL)                                   \
	X(EVENT_STATUS, "job_event", "status", STORED_RANGE(0, 5), NULL)                           \
	X(EVENT_RESULT, "job_event", "result", STORED_INTEGER, false, 0, 4, 1, NULL)               \
	X(EVENT_MESSAGE, "job_event", "message", STORED_WORDS_OR_NULL, NULL)                       \
	X(COUNTER_NAME, "counter", "name", STORED_WORDS(1), NULL)                                  \
	X(COUNTER_VALUE, "counter", "value", STORED_COUNTED, NULL)                                 \
	X(DATA_KEY_OWNER, "data_key", "owner", STORED_COUNTED, NULL)                               \
	X(DATA_KEY_SEALED, "data_key", "sealed", STORED_BYTES(1, 1024), NULL)

enum stored {
	STORED_ANY, /* a value that is computed, and only printed */
#define STORED_NAMED(name, ...) STORED_##name,
	STORED_LIST(STORED_NAMED)
#undef STORED_NAMED
	    STORED_COUNT
};

/* Beside a column: null will do, for its row need not be there. */
#define STORED_OR_NULL 0x1000

struct stored_rule {
	const char *table;
	const char *name;
	enum stored_type type;
	bool null;
	int64_t least, most; /* of an integer; of the bytes of a text or blob */
	int64_t hole;
	const char *refers; /* the table whose id it is; NULL: none */
};

const struct stored_rule *stored_rule(enum stored);

bool stored_takes(const struct stored_rule *, const struct db_value *);
/* Likewise of an enum stored, with STORED_OR_NULL beside it or not; STORED_ANY takes all. */
bool stored_column_takes(int column, const struct db_value *);

/* "outcome is 243, expected 1 to 5": what is wrong with a value that is not taken. A text is not
 * shown: it may hold anything. */
void stored_describe(const struct stored_rule *, const struct db_value *, char *text, size_t size);

/* What is wrong with the last failed try of a store: whether it has tried_at, and its unreadable,
 * NULL where that is null. NULL: nothing. */
const char *stored_try_fault(bool tried, const char *unreadable);

#endif
