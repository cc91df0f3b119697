#ifndef BATCH_MODEL_REQUEST_FIELD_H
#define BATCH_MODEL_REQUEST_FIELD_H

/* The fields of a manifest (POST /Enrollment/PFX/Replace, table 504), and those of a rejects file.
 */

#define REQUEST_FIELD_LIST(X)                                                \
	X(CERTIFICATE, "CertificateId")                                      \
	X(REQUEST, "RequestId")                                              \
	X(EXISTING, "ExistingCertificateId")                                 \
	X(JOB_TIME, "JobTime")                                               \
	X(PASSWORD, "Password")                                              \
	X(LINE, "RejectLine")       /* of a rejects file, as the next two */ \
	X(REASONS, "RejectReasons") /* names its run; see request_mends() */ \
	X(RECORD, "RejectRecord")   /* of a malformed record; see request_unmended() */

enum request_field {
#define REQUEST_FIELD_ENUM(name, word) REQUEST_FIELD_##name,
	REQUEST_FIELD_LIST(REQUEST_FIELD_ENUM)
#undef REQUEST_FIELD_ENUM
	    REQUEST_FIELD_COUNT
};

const char *request_field_word(enum request_field);

/* The words of all fields, by enum request_field. */
extern const char *const request_field_words[REQUEST_FIELD_COUNT];

/* Such a word, as a static text; NULL for any other. */
const char *request_field_named(const char *word);

#endif
