#include "database/list_private.h"

#include "database/run.h"

static const struct list_column store_columns[] = {
    {"Id", LIST_TEXT, FIT_START},
    {"ContainerId", LIST_INTEGER, FIT_WIDE},
    {"ContainerName", LIST_TEXT, FIT_ROOM},
    {"DisplayName", LIST_TEXT, FIT_WIDE},
    {"ClientMachine", LIST_TEXT, FIT_ALWAYS},
    {"Storepath", LIST_TEXT, FIT_ALWAYS},
    {"CertStoreType", LIST_STORE_TYPE, FIT_ROOM},
    {"Approved", LIST_BOOLEAN, FIT_WIDE},
    {"AgentId", LIST_TEXT, FIT_WIDE},
    {"AgentAssigned", LIST_BOOLEAN, FIT_WIDE},
    {"Removed", LIST_BOOLEAN, FIT_WIDE},
    {"InventoriedAt", LIST_TIME, FIT_ROOM},
    {"SeparatePrivateKeyFilePath", LIST_TEXT, FIT_WIDE},
    {"IncludesChain", LIST_BOOLEAN, FIT_WIDE},
    {"IsTrustStore", LIST_BOOLEAN, FIT_WIDE},
    {"Endpoint", LIST_TEXT, FIT_WIDE},
    {"HasPassword", LIST_BOOLEAN, FIT_WIDE},
    {"TriedAt", LIST_TIME, FIT_WIDE},
    {"NotReadable", LIST_TEXT, FIT_WIDE},
    {"NotReadableText", LIST_TEXT, FIT_WIDE},
};
static const struct list_column certificate_columns[] = {
    {"Id", LIST_INTEGER, FIT_ALWAYS},
    {"Thumbprint", LIST_TEXT, FIT_START},
    {"SerialNumber", LIST_TEXT, FIT_WIDE},
    {"IssuedDN", LIST_TEXT, FIT_ALWAYS},
    {"IssuerDN", LIST_TEXT, FIT_WIDE},
    {"NotBefore", LIST_TIME, FIT_WIDE},
    {"NotAfter", LIST_TIME, FIT_ALWAYS},
    {"KeyTypeString", LIST_TEXT, FIT_WIDE},
    {"KeySizeInBits", LIST_INTEGER, FIT_WIDE},
    {"SubjectAltNameElements", LIST_NAMES, FIT_WIDE},
    {"HasPrivateKey", LIST_BOOLEAN, FIT_WIDE},
    {"CertRequestId", LIST_INTEGER, FIT_WIDE},
    {"RevocationEffDate", LIST_TIME, FIT_WIDE},
    {"KeyUsage", LIST_INTEGER, FIT_WIDE},
    {"ExtendedKeyUsages", LIST_NAMES, FIT_WIDE},
    {"SigningAlgorithm", LIST_TEXT, FIT_WIDE},
    {"IsCA", LIST_BOOLEAN, FIT_WIDE},
    {"Sha256Thumbprint", LIST_TEXT, FIT_WIDE},
    {"Curve", LIST_TEXT, FIT_WIDE},
    {"Locations", LIST_INTEGER, FIT_ROOM},
};
static const struct list_column expiring_columns[] = {
    {"NotAfter", LIST_TIME, FIT_ALWAYS},
    {"Days", LIST_DAYS, FIT_ALWAYS},
    {"Id", LIST_INTEGER, FIT_ALWAYS},
    {"Thumbprint", LIST_TEXT, FIT_START},
    {"IssuedDN", LIST_TEXT, FIT_ALWAYS},
    {"SubjectAltNameElements", LIST_NAMES, FIT_WIDE},
    {"Places", LIST_INTEGER, FIT_ALWAYS},
    {"Planned", LIST_INTEGER, FIT_ALWAYS},
    {"Successor", LIST_INTEGER, FIT_ALWAYS},
    {"SuccessorNotAfter", LIST_TIME, FIT_WIDE},
    {"CertStoreId", LIST_TEXT, FIT_WIDE},
    {"ClientMachine", LIST_TEXT, FIT_ROOM},
    {"StorePath", LIST_TEXT, FIT_WIDE},
};
static const struct list_column location_columns[] = {
    {"CertStoreId", LIST_TEXT, FIT_START},
    {"ClientMachine", LIST_TEXT, FIT_ALWAYS},
    {"StorePath", LIST_TEXT, FIT_ALWAYS},
    {"Alias", LIST_TEXT, FIT_ALWAYS},
    {"CertificateId", LIST_INTEGER, FIT_ROOM},
    {"Thumbprint", LIST_TEXT, FIT_WIDE},
    {"IssuedDN", LIST_TEXT, FIT_WIDE},
    {"NotAfter", LIST_TIME, FIT_ROOM},
    {"InventoriedAt", LIST_TIME, FIT_WIDE},
    {"KeyMismatch", LIST_BOOLEAN, FIT_FILLED},
};
static const struct list_column standing_columns[] = {
    {"CertStoreId", LIST_TEXT, FIT_START},
    {"ClientMachine", LIST_TEXT, FIT_ALWAYS},
    {"StorePath", LIST_TEXT, FIT_ALWAYS},
    {"Alias", LIST_TEXT, FIT_ALWAYS},
    {"InventoriedAt", LIST_TIME, FIT_ROOM},
};
static const struct list_column item_columns[] = {
    {"Alias", LIST_TEXT, FIT_ALWAYS},
    {"ChainLevel", LIST_INTEGER, FIT_ROOM},
    {"CertificateId", LIST_INTEGER, FIT_OFTEN},
    {"Thumbprint", LIST_TEXT, FIT_START},
    {"IssuedDN", LIST_TEXT, FIT_ALWAYS},
    {"NotAfter", LIST_TIME, FIT_OFTEN},
    {"KeyMismatch", LIST_BOOLEAN, FIT_FILLED},
};
static const struct list_column job_columns[] = {
    {"JobId", LIST_INTEGER, FIT_ALWAYS},
    {"Run", LIST_RUN_OF_REQUEST, FIT_OFTEN},
    {"Line", LIST_INTEGER, FIT_ROOM},
    {"CertStoreId", LIST_TEXT, FIT_WIDE},
    {"StorePath", LIST_TEXT, FIT_ALWAYS},
    {"ClientMachine", LIST_TEXT, FIT_OFTEN},
    {"Alias", LIST_TEXT, FIT_ROOM},
    {"ExistingCertificateId", LIST_INTEGER, FIT_WIDE},
    {"CertificateId", LIST_INTEGER, FIT_WIDE},
    {"JobTime", LIST_TEXT, FIT_WIDE},
    {"DueAt", LIST_TIME, FIT_OFTEN},
    {"Status", LIST_JOB_STATUS, FIT_WORD},
    {"Result", LIST_JOB_RESULT, FIT_WORD},
    {"CancelledBy", LIST_TEXT, FIT_WIDE},
    {"CompletedAt", LIST_TIME, FIT_WIDE},
    {"Message", LIST_TEXT, FIT_TEXT},
    {"LeaseUntil", LIST_TIME, FIT_WIDE},
    {"Blocked", LIST_BLOCKED, FIT_FILLED},
};
static const struct list_column job_one_columns[] = {
    {"JobId", LIST_INTEGER, FIT_ALWAYS},
    {"Run", LIST_RUN_OF_REQUEST, FIT_ALWAYS},
    {"Line", LIST_INTEGER, FIT_ALWAYS},
    {"Manifest", LIST_TEXT, FIT_ALWAYS},
    {"Operator", LIST_TEXT, FIT_ALWAYS},
    {"Reference", LIST_TEXT, FIT_ALWAYS},
    {"CertStoreId", LIST_TEXT, FIT_ALWAYS},
    {"StorePath", LIST_TEXT, FIT_ALWAYS},
    {"ClientMachine", LIST_TEXT, FIT_ALWAYS},
    {"CertStoreType", LIST_STORE_TYPE, FIT_ALWAYS},
    {"Alias", LIST_TEXT, FIT_ALWAYS},
    {"ExistingCertificateId", LIST_INTEGER, FIT_ALWAYS},
    {"CertificateId", LIST_INTEGER, FIT_ALWAYS},
    {"RequestId", LIST_INTEGER, FIT_ALWAYS},
    {"JobTime", LIST_TEXT, FIT_ALWAYS},
    {"CreatedAt", LIST_TIME, FIT_ALWAYS},
    {"DueAt", LIST_TIME, FIT_ALWAYS},
    {"Status", LIST_JOB_STATUS, FIT_ALWAYS},
    {"Result", LIST_JOB_RESULT, FIT_ALWAYS},
    {"CancelledBy", LIST_TEXT, FIT_ALWAYS},
    {"CompletedAt", LIST_TIME, FIT_ALWAYS},
    {"Message", LIST_TEXT, FIT_ALWAYS},
    {"LeaseUntil", LIST_TIME, FIT_ALWAYS},
    {"Blocked", LIST_BLOCKED, FIT_FILLED},
    {"BlockedText", LIST_BLOCKED_TEXT, FIT_FILLED},
};
/* Names that a job does not have: CSV has both in one line. */
static const struct list_column history_columns[] = {
    {"EventAt", LIST_TIME, FIT_ALWAYS},
    {"Event", LIST_TEXT, FIT_WORD},
    {"EventOperator", LIST_TEXT, FIT_OFTEN},
    {"Claim", LIST_TEXT, FIT_ROOM},
    {"EventStatus", LIST_JOB_STATUS, FIT_WORD},
    {"EventResult", LIST_JOB_RESULT, FIT_WORD},
    {"EventMessage", LIST_TEXT, FIT_ALWAYS},
};
static const struct list_column state_columns[] = {
    {"Status", LIST_JOB_STATUS, FIT_WORD},
    {"Result", LIST_JOB_RESULT, FIT_WORD},
    {"Jobs", LIST_INTEGER, FIT_ALWAYS},
};
static const struct list_column refusal_columns[] = {
    {"Run", LIST_RUN_OF_REQUEST, FIT_OFTEN},
    {"Line", LIST_INTEGER, FIT_ROOM},
    {"CertStoreId", LIST_TEXT, FIT_WIDE},
    {"StorePath", LIST_TEXT, FIT_ALWAYS},
    {"ClientMachine", LIST_TEXT, FIT_OFTEN},
    {"Alias", LIST_TEXT, FIT_ROOM},
    {"ExistingCertificateId", LIST_INTEGER, FIT_WIDE},
    {"CertificateId", LIST_INTEGER, FIT_WIDE},
    {"Code", LIST_TEXT, FIT_WORD},
    {"Text", LIST_TEXT, FIT_TEXT},
};
static const struct list_column rejection_columns[] = {
    {"Run", LIST_RUN_OF_REQUEST, FIT_ALWAYS},
    {"Line", LIST_INTEGER, FIT_ALWAYS},
    {"ExistingCertificateId", LIST_INTEGER, FIT_ROOM},
    {"CertificateId", LIST_INTEGER, FIT_ROOM},
    {"RequestId", LIST_INTEGER, FIT_WIDE},
    {"JobTime", LIST_TEXT, FIT_WIDE},
    {"Messages", LIST_TEXT, FIT_ALWAYS},
};
static const struct list_column run_columns[] = {
    {"Run", LIST_INTEGER, FIT_ALWAYS},
    {"State", LIST_RUN_STATE, FIT_WORD},
    {"Manifest", LIST_TEXT, FIT_ALWAYS},
    {"Operator", LIST_TEXT, FIT_WIDE},
    {"Reference", LIST_TEXT, FIT_WIDE},
    {"StartedAt", LIST_TIME, FIT_OFTEN},
    {"FinishedAt", LIST_TIME, FIT_WIDE},
    {"Rows", LIST_INTEGER, FIT_ROOM},
    {"Read", LIST_INTEGER, FIT_WIDE},
    {"Succeeded", LIST_INTEGER, FIT_ALWAYS},
    {"Partial", LIST_INTEGER, FIT_ROOM},
    {"Failed", LIST_INTEGER, FIT_ALWAYS},
    {"Rejected", LIST_INTEGER, FIT_OFTEN},
    {"Skipped", LIST_INTEGER, FIT_WIDE},
    {"JobsCreated", LIST_INTEGER, FIT_WIDE},
    {"JobsRefused", LIST_INTEGER, FIT_WIDE},
    {"JobsSuperseded", LIST_INTEGER, FIT_WIDE},
    {"Mends", LIST_INTEGER, FIT_WIDE},
    {"Open", LIST_INTEGER, FIT_OFTEN},
};
static const struct list_column container_columns[] = {
    {"Id", LIST_INTEGER, FIT_ALWAYS},
    {"Name", LIST_TEXT, FIT_ALWAYS},
};
static const struct list_column type_columns[] = {
    {"StoreType", LIST_INTEGER, FIT_ALWAYS},
    {"ShortName", LIST_TEXT, FIT_ALWAYS},
    {"Name", LIST_TEXT, FIT_ROOM},
    {"EntryPassword", LIST_NEED, FIT_OFTEN},
    {"PrivateKeyAllowed", LIST_NEED, FIT_OFTEN},
    {"AddSupported", LIST_BOOLEAN, FIT_ROOM},
};
static const struct list_column agent_columns[] = {
    {"AgentId", LIST_TEXT, FIT_START},
    {"ClientMachine", LIST_TEXT, FIT_ALWAYS},
    {"Status", LIST_AGENT_STATUS, FIT_WORD},
    {"LastSeen", LIST_TIME, FIT_ROOM},
};
static const struct list_column request_columns[] = {
    {"RequestId", LIST_INTEGER, FIT_ALWAYS},
    {"CertificateId", LIST_INTEGER, FIT_ALWAYS},
    {"RequestDisposition", LIST_TEXT, FIT_ALWAYS},
};
static const struct list_column role_columns[] = {
    {"Role", LIST_TEXT, FIT_OFTEN},
    {"Operator", LIST_TEXT, FIT_ALWAYS},
    {"Permission", LIST_TEXT, FIT_ALWAYS},
};

/* What the columns of the statements may hold. */
static const int store_stored[] = {STORED_STORE_GUID, STORED_STORE_CONTAINER, STORED_CONTAINER_NAME,
    STORED_STORE_DISPLAY_NAME, STORED_STORE_MACHINE, STORED_STORE_PATH, STORED_STORE_TYPE,
    STORED_TYPE_SHORT_NAME, STORED_STORE_APPROVED, STORED_STORE_AGENT, STORED_STORE_ASSIGNED,
    STORED_STORE_REMOVED, STORED_STORE_INVENTORIED, STORED_STORE_KEY_PATH,
    STORED_STORE_INCLUDES_CHAIN, STORED_STORE_TRUST_STORE, STORED_STORE_ENDPOINT, STORED_ANY,
    STORED_STORE_TRIED, STORED_STORE_UNREADABLE, STORED_STORE_UNREADABLE_TEXT, STORED_ANY,
    STORED_STORE_ID};
static const int certificate_stored[] = {STORED_CERTIFICATE_ID | STORED_OR_NULL,
    STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_SERIAL, STORED_CERTIFICATE_SUBJECT,
    STORED_CERTIFICATE_ISSUER, STORED_CERTIFICATE_BEFORE, STORED_CERTIFICATE_AFTER,
    STORED_CERTIFICATE_KEY_TYPE, STORED_CERTIFICATE_KEY_SIZE, STORED_ANY, STORED_CERTIFICATE_NAMES,
    STORED_CERTIFICATE_HAS_KEY, STORED_CERTIFICATE_REQUEST, STORED_CERTIFICATE_REVOKED,
    STORED_CERTIFICATE_USAGE, STORED_CERTIFICATE_USAGES, STORED_ANY, STORED_CERTIFICATE_SIGNATURE,
    STORED_CERTIFICATE_IS_CA, STORED_CERTIFICATE_SHA256, STORED_CERTIFICATE_CURVE, STORED_ANY,
    STORED_ANY, STORED_CERTIFICATE_ID};
/* After the columns: the names and the subject of the successor, and the position. */
static const int expiring_stored[] = {STORED_CERTIFICATE_AFTER, STORED_ANY,
    STORED_CERTIFICATE_ID | STORED_OR_NULL, STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_SUBJECT,
    STORED_ANY, STORED_CERTIFICATE_NAMES, STORED_ANY, STORED_ANY,
    STORED_CERTIFICATE_ID | STORED_OR_NULL, STORED_CERTIFICATE_AFTER, STORED_STORE_GUID,
    STORED_STORE_MACHINE, STORED_STORE_PATH, STORED_CERTIFICATE_NAMES, STORED_CERTIFICATE_SUBJECT,
    STORED_ANY, STORED_ANY};
static const int location_stored[] = {STORED_STORE_GUID, STORED_STORE_MACHINE, STORED_STORE_PATH,
    STORED_LOCATION_ALIAS, STORED_CERTIFICATE_ID | STORED_OR_NULL, STORED_CERTIFICATE_PRINT,
    STORED_CERTIFICATE_SUBJECT, STORED_CERTIFICATE_AFTER, STORED_STORE_INVENTORIED,
    STORED_LOCATION_KEY_MISMATCH, STORED_LOCATION_STORE, STORED_LOCATION_ID};
static const int standing_stored[] = {STORED_STORE_GUID, STORED_STORE_MACHINE, STORED_STORE_PATH,
    STORED_LOCATION_ALIAS, STORED_STORE_INVENTORIED, STORED_LOCATION_STORE, STORED_LOCATION_ID};
static const int item_stored[] = {STORED_LOCATION_ALIAS, STORED_ANY,
    STORED_CERTIFICATE_ID | STORED_OR_NULL, STORED_CERTIFICATE_PRINT, STORED_CERTIFICATE_SUBJECT,
    STORED_CERTIFICATE_AFTER, STORED_LOCATION_KEY_MISMATCH, STORED_LOCATION_ID, STORED_ANY};
/* LIST_BLOCKED, in the order that list_blocking() reads. */
#define BLOCKED_STORED                                                             \
	STORED_JOB_STATUS | STORED_OR_NULL, STORED_STORE_REMOVED | STORED_OR_NULL, \
	    STORED_STORE_APPROVED | STORED_OR_NULL, STORED_RUN_WINDOW_END, STORED_ANY
static const int job_stored[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_REQUEST_LINE,
    STORED_STORE_GUID | STORED_OR_NULL, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE,
    STORED_REQUEST_JOB_TIME, STORED_REQUEST_DUE, STORED_JOB_STATUS, STORED_JOB_RESULT,
    STORED_JOB_CANCELLED, STORED_JOB_COMPLETED, STORED_JOB_MESSAGE, STORED_HANDLING_UNTIL,
    BLOCKED_STORED};
static const int job_one_stored[] = {STORED_JOB_ID, STORED_JOB_REQUEST, STORED_REQUEST_LINE,
    STORED_RUN_MANIFEST | STORED_OR_NULL, STORED_RUN_OPERATOR | STORED_OR_NULL,
    STORED_RUN_REFERENCE, STORED_STORE_GUID | STORED_OR_NULL, STORED_STORE_PATH,
    STORED_STORE_MACHINE, STORED_STORE_TYPE, STORED_TYPE_SHORT_NAME,
    STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE,
    STORED_REQUEST_REQUEST, STORED_REQUEST_JOB_TIME, STORED_REQUEST_CREATED, STORED_REQUEST_DUE,
    STORED_JOB_STATUS, STORED_JOB_RESULT, STORED_JOB_CANCELLED, STORED_JOB_COMPLETED,
    STORED_JOB_MESSAGE, STORED_HANDLING_UNTIL, BLOCKED_STORED, STORED_ANY, STORED_JOB_ID};
static const int history_stored[] = {STORED_EVENT_AT, STORED_EVENT_WORD, STORED_EVENT_OPERATOR,
    STORED_ANY, STORED_EVENT_STATUS, STORED_EVENT_RESULT, STORED_EVENT_MESSAGE, STORED_EVENT_JOB,
    STORED_EVENT_NUMBER};
static const int state_stored[] = {STORED_JOB_STATUS, STORED_JOB_RESULT, STORED_ANY};
static const int refusal_stored[] = {STORED_REFUSAL_REQUEST, STORED_REQUEST_LINE,
    STORED_STORE_GUID | STORED_OR_NULL, STORED_STORE_PATH, STORED_STORE_MACHINE,
    STORED_LOCATION_ALIAS | STORED_OR_NULL, STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE,
    STORED_REFUSAL_CODE, STORED_REFUSAL_TEXT, STORED_REFUSAL_ID};
static const int rejection_stored[] = {STORED_REQUEST_ID, STORED_REQUEST_LINE,
    STORED_REQUEST_EXISTING, STORED_REQUEST_CERTIFICATE, STORED_REQUEST_REQUEST,
    STORED_REQUEST_JOB_TIME, STORED_REQUEST_MESSAGES};
static const int run_stored[] = {STORED_RUN_ID, STORED_RUN_STATE, STORED_RUN_MANIFEST,
    STORED_RUN_OPERATOR, STORED_RUN_REFERENCE, STORED_RUN_STARTED, STORED_RUN_FINISHED_AT,
    STORED_RUN_ROWS_TOTAL, STORED_RUN_ROWS_READ, STORED_RUN_SUCCEEDED, STORED_RUN_PARTIAL,
    STORED_RUN_FAILED, STORED_RUN_REJECTED, STORED_RUN_SKIPPED, STORED_RUN_CREATED,
    STORED_RUN_REFUSED, STORED_RUN_SUPERSEDED, STORED_RUN_MENDS, STORED_ANY};
static const int container_stored[] = {STORED_CONTAINER_ID, STORED_CONTAINER_NAME};
static const int type_stored[] = {STORED_TYPE_ID, STORED_TYPE_SHORT_NAME, STORED_TYPE_NAME,
    STORED_TYPE_PASSWORD, STORED_TYPE_KEY, STORED_TYPE_ADD};
static const int agent_stored[] = {
    STORED_AGENT_ID, STORED_AGENT_MACHINE, STORED_AGENT_STATUS, STORED_AGENT_LAST_SEEN};
static const int request_stored[] = {
    STORED_ENROLLMENT_ID, STORED_ENROLLMENT_CERTIFICATE, STORED_ENROLLMENT_DISPOSITION};
static const int role_stored[] = {STORED_ROLE, STORED_ROLE_OPERATOR, STORED_ROLE_PERMISSION};

#define COUNTED(kind)                                                                           \
	.columns = kind##_columns, .count = sizeof(kind##_columns) / sizeof(kind##_columns[0]), \
	.stored = kind##_stored, .stored_count = sizeof(kind##_stored) / sizeof(kind##_stored[0])
#define FILTERS(...)                                        \
	.filters = (const enum list_filter[]){__VA_ARGS__}, \
	.filter_count = sizeof((const enum list_filter[]){__VA_ARGS__}) / sizeof(enum list_filter)

const struct list_source list_sources[LIST_KINDS] = {
    [LIST_STORES] = {COUNTED(store),
	FILTERS(LIST_BY_CONTAINER, LIST_BY_TYPE, LIST_BY_MACHINE, LIST_NOT_APPROVED, LIST_REMOVED,
	    LIST_NOT_READABLE),
	.page_end = SQL_PAGE_OF_STORES, .statement = SQL_LIST_STORES, .amend = list_amend_store},
    [LIST_STORE] = {COUNTED(store), FILTERS(LIST_BY_STORE), .statement = SQL_LIST_STORE,
	.amend = list_amend_store},
    [LIST_CERTIFICATES] = {COUNTED(certificate),
	FILTERS(LIST_BEFORE, LIST_BY_ISSUER, LIST_REVOKED, LIST_IN_USE, LIST_UNUSED, LIST_UNKNOWN),
	.page_end = SQL_PAGE_OF_CERTIFICATES, .statement = SQL_LIST_CERTIFICATES,
	.amend = list_amend_certificate},
    [LIST_CERTIFICATE] = {COUNTED(certificate), FILTERS(LIST_BY_CERTIFICATE),
	.statement = SQL_LIST_CERTIFICATE, .amend = list_amend_certificate},
    [LIST_CERTIFICATE_PRINT] = {COUNTED(certificate), FILTERS(LIST_BY_THUMBPRINT),
	.statement = SQL_LIST_CERTIFICATE_PRINT, .amend = list_amend_certificate},
    [LIST_CERTIFICATES_NAMED] = {COUNTED(certificate), FILTERS(LIST_BY_NAME),
	.statement = SQL_LIST_CERTIFICATES_NAMED, .amend = list_amend_certificate},
    [LIST_EXPIRING] = {COUNTED(expiring), FILTERS(LIST_AT, LIST_BY_MACHINE, LIST_BY_CONTAINER),
	.fill = list_fill_expiring, .statement = SQL_LIST_EXPIRING, .amend = list_amend_expiring,
	.tear_down = SQL_EXPIRING_TEAR_DOWN},
    [LIST_LOCATIONS] = {COUNTED(location), FILTERS(LIST_BY_MACHINE, LIST_BY_CONTAINER),
	.page_end = SQL_PAGE_OF_LOCATIONS, .statement = SQL_LIST_LOCATIONS},
    [LIST_LOCATIONS_CERTIFICATE] = {COUNTED(location),
	FILTERS(LIST_BY_CERTIFICATE, LIST_BY_MACHINE, LIST_BY_CONTAINER),
	.statement = SQL_LIST_LOCATIONS_CERTIFICATE},
    [LIST_LOCATIONS_STORE] = {COUNTED(location),
	FILTERS(LIST_BY_STORE, LIST_BY_CERTIFICATE, LIST_BY_MACHINE, LIST_BY_CONTAINER),
	.statement = SQL_LIST_LOCATIONS_STORE},
    [LIST_STANDING] = {COUNTED(standing), FILTERS(LIST_BY_CERTIFICATE),
	.statement = SQL_LIST_STANDING},
    [LIST_ITEMS] = {COUNTED(item), FILTERS(LIST_BY_STORE), .statement = SQL_LIST_ITEMS},
    [LIST_JOBS] = {COUNTED(job),
	FILTERS(LIST_BY_RUN, LIST_BY_STORE, LIST_BY_MACHINE, LIST_BY_CONTAINER, LIST_BY_CERTIFICATE,
	    LIST_BY_STATUS, LIST_BY_RESULT, LIST_DUE_BEFORE, LIST_DUE_AFTER, LIST_BY_REFERENCE,
	    LIST_FAILED),
	.page_end = SQL_PAGE_OF_JOBS, .statement = SQL_JOBS_LIST, .span = db_run_span},
    [LIST_JOB] = {COUNTED(job_one), FILTERS(LIST_BY_JOB), .statement = SQL_LIST_JOB},
    [LIST_HISTORY] = {COUNTED(history), FILTERS(LIST_BY_JOB), .statement = SQL_LIST_HISTORY},
    [LIST_JOB_STATES] = {COUNTED(state), FILTERS(LIST_BY_RUN), .page_end = SQL_PAGE_OF_JOBS,
	.statement = SQL_LIST_JOB_STATES, .span = db_run_span},
    [LIST_REFUSALS] = {COUNTED(refusal),
	FILTERS(LIST_BY_RUN, LIST_BY_STORE, LIST_BY_MACHINE, LIST_BY_CONTAINER, LIST_BY_CERTIFICATE,
	    LIST_BY_CODE),
	.page_end = SQL_PAGE_OF_REFUSALS, .statement = SQL_LIST_REFUSALS,
	.span = db_run_refusal_span, .amend = list_amend_refusal},
    [LIST_REJECTIONS] = {COUNTED(rejection), FILTERS(LIST_BY_CERTIFICATE),
	.page_end = SQL_PAGE_OF_REQUESTS, .statement = SQL_LIST_REJECTIONS,
	.amend = list_amend_rejection},
    [LIST_RUNS] = {COUNTED(run), .page_end = SQL_PAGE_OF_RUNS, .statement = SQL_RUNS_LIST},
    [LIST_CONTAINERS] = {COUNTED(container), .page_end = SQL_PAGE_OF_CONTAINERS,
	.statement = SQL_STORED_CONTAINERS},
    [LIST_STORE_TYPES] = {COUNTED(type), .page_end = SQL_PAGE_OF_TYPES,
	.statement = SQL_STORED_TYPES},
    [LIST_AGENTS] = {COUNTED(agent), FILTERS(LIST_BY_MACHINE, LIST_NOT_APPROVED),
	.statement = SQL_LIST_AGENTS, .keys = {0}, .key_count = 1},
    [LIST_REQUESTS] = {COUNTED(request), FILTERS(LIST_BY_CERTIFICATE),
	.page_end = SQL_PAGE_OF_ENROLLMENTS, .statement = SQL_LIST_REQUESTS},
    [LIST_ROLES] = {COUNTED(role), FILTERS(LIST_BY_OPERATOR, LIST_BY_ROLE),
	.statement = SQL_LIST_ROLES, .keys = {1, 0, 2}, .key_count = 3},
};

const struct list_column *
list_columns(enum list_kind kind, size_t *count)
{
	*count = list_sources[kind].count;
	return list_sources[kind].columns;
}
