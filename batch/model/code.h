#ifndef BATCH_MODEL_CODE_H
#define BATCH_MODEL_CODE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Every code that a row or a store can get: its wire word, its kind, and the text of a message that
 * has none of its own. Messages are sorted in this order; of two reasons to refuse a location, the
 * first in this order is given. code_text.h has the texts of `explain`. What else a new code needs:
 * batch/README.md, "To add".
 */

enum code_kind {
	CODE_ROW,     /* rejects the row */
	CODE_CHECK,   /* rejects the row, or warns with --allow */
	CODE_STORE,   /* refuses one location */
	CODE_WARNING, /* rejects nothing, or the row with --deny */
	CODE_NOTE,    /* rejects nothing */
};

#define CODE_LIST(X)                                                                            \
	X(MALFORMED_RECORD, "malformed-record", CODE_ROW, "the record cannot be read")          \
	X(MISSING_EXISTING_CERTIFICATE, "missing-existing-certificate", CODE_ROW,               \
	    "missing: expected the id of the certificate to replace")                           \
	X(NO_NEW_CERTIFICATE, "no-new-certificate", CODE_ROW,                                   \
	    "missing: expected a CertificateId or a RequestId")                                 \
	X(TWO_NEW_CERTIFICATES, "two-new-certificates", CODE_ROW,                               \
	    "CertificateId and RequestId are both given: expected one of them")                 \
	X(BAD_INTEGER, "bad-integer", CODE_ROW, "expected an integer from 1 to 2147483647")     \
	X(BAD_JOB_TIME, "bad-job-time", CODE_ROW, "expected YYYY-MM-DDTHH:mm:ssZ")              \
	X(CONFLICTING_ROWS, "conflicting-rows", CODE_ROW,                                       \
	    "rows for the same existing certificate differ")                                    \
	X(OUTSIDE_WINDOW, "outside-window", CODE_ROW, "the due time is outside of the window")  \
	X(UNKNOWN_EXISTING_CERTIFICATE, "unknown-existing-certificate", CODE_ROW,               \
	    "no such certificate in the inventory")                                             \
	X(UNKNOWN_CERTIFICATE, "unknown-certificate", CODE_ROW,                                 \
	    "no such certificate in the inventory")                                             \
	X(UNKNOWN_REQUEST, "unknown-request", CODE_ROW, "no such request in the inventory")     \
	X(REQUEST_NOT_ISSUED, "request-not-issued", CODE_ROW,                                   \
	    "the request has no certificate: expected its disposition to be ISSUED")            \
	X(SAME_CERTIFICATE, "same-certificate", CODE_ROW,                                       \
	    "the new certificate is the existing one: expected another")                        \
	X(CERTIFICATE_EXPIRED, "certificate-expired", CODE_CHECK,                               \
	    "the new certificate has expired at the due time")                                  \
	X(CERTIFICATE_NOT_YET_VALID, "certificate-not-yet-valid", CODE_CHECK,                   \
	    "the new certificate is not yet valid at the due time")                             \
	X(CERTIFICATE_REVOKED, "certificate-revoked", CODE_CHECK,                               \
	    "the new certificate is revoked")                                                   \
	X(NAMES_NOT_COVERED, "names-not-covered", CODE_CHECK,                                   \
	    "the new certificate lacks names of the existing one")                              \
	X(KEY_USAGE_LOST, "key-usage-lost", CODE_CHECK,                                         \
	    "the new certificate lacks key usages of the existing one")                         \
	X(NOT_IN_ANY_STORE, "not-in-any-store", CODE_ROW,                                       \
	    "the existing certificate stands in no store")                                      \
	X(TOO_MANY_STORES, "too-many-stores", CODE_ROW,                                         \
	    "the existing certificate stands in more locations than --max-jobs-per-row allows") \
	X(WEAKER_KEY, "weaker-key", CODE_WARNING,                                               \
	    "the new certificate's key is shorter than the existing one's")                     \
	X(EXPIRES_EARLIER, "expires-earlier", CODE_WARNING,                                     \
	    "the new certificate expires before the existing one")                              \
	X(ISSUER_CHANGED, "issuer-changed", CODE_WARNING,                                       \
	    "the new certificate has another issuer than the existing one")                     \
	X(SIGNATURE_CHANGED, "signature-changed", CODE_WARNING,                                 \
	    "the new certificate is signed with another algorithm than the existing one")       \
	X(NEW_IS_ISSUER, "new-is-issuer", CODE_WARNING,                                         \
	    "the new certificate is the issuer of the existing one")                            \
	X(EXISTING_EXPIRES_FIRST, "existing-expires-first", CODE_WARNING,                       \
	    "the existing certificate expires before the due time")                             \
	X(INVENTORY_STALE, "inventory-stale", CODE_WARNING,                                     \
	    "the store was not inventoried for more than 7 days")                               \
	X(SEVERAL_ALIASES, "several-aliases", CODE_WARNING,                                     \
	    "the existing certificate stands at several aliases of the store")                  \
	X(MIXED_JOB_TIMES, "mixed-job-times", CODE_WARNING,                                     \
	    "none, and other rows have one: expected a time in every row or in none")           \
	X(NOT_APPROVED, "not-approved", CODE_STORE, "the store is not approved")                \
	X(NO_PERMISSION, "no-permission", CODE_STORE,                                           \
	    "the operator may not schedule jobs for the store")                                 \
	X(ADD_NOT_SUPPORTED, "add-not-supported", CODE_STORE,                                   \
	    "the store's type does not support adding certificates")                            \
	X(AGENT_UNAVAILABLE, "agent-unavailable", CODE_STORE,                                   \
	    "no approved agent is assigned to the store")                                       \
	X(ENTRY_PASSWORD_REQUIRED, "entry-password-required", CODE_STORE,                       \
	    "the store's type requires an entry password: expected a Password")                 \
	X(PRIVATE_KEY_REQUIRED, "private-key-required", CODE_STORE,                             \
	    "the store's type requires a private key, and the new certificate has none")        \
	X(PRIVATE_KEY_FORBIDDEN, "private-key-forbidden", CODE_STORE,                           \
	    "the store's type forbids a private key, and the new certificate has one")          \
	X(JOB_PENDING, "job-pending", CODE_STORE, "the location has an active job")             \
	X(ALREADY_REPLACED, "already-replaced", CODE_STORE,                                     \
	    "an earlier job put the new certificate there already")                             \
	X(JOB_KEPT, "job-kept", CODE_NOTE, "an earlier job installs the same certificate")      \
	X(JOB_SUPERSEDED, "job-superseded", CODE_NOTE, "an active job was replaced")            \
	X(EXACT_REPETITION, "exact-repetition", CODE_NOTE, "the same as an earlier row")

enum code {
#define CODE_ENUM(name, word, kind, text) CODE_##name,
	CODE_LIST(CODE_ENUM)
#undef CODE_ENUM
	    CODE_COUNT
};

/* For a number that is no code: "unknown-code", "a code that is not known", CODE_NOTE. */
const char *code_word(enum code);
const char *code_text(enum code);
enum code_kind code_kind(enum code);

/* Why it exists, and what to do about it: sentences. "" for a number that is no code. */
const char *code_why(enum code);
const char *code_remedy(enum code);

/* The words of two kinds, NULL-terminated: those that --allow and --deny take. */
extern const char *const code_check_words[], *const code_warning_words[];

/* Reads a wire word; false for any other. */
bool code_parse(const char *word, enum code *code);

/* A set of codes is the bits of an uint64_t. */
_Static_assert(CODE_COUNT <= 64, "a set of codes fits 64 bits");
#define CODE_BIT(code) (UINT64_C(1) << (code))

#endif
