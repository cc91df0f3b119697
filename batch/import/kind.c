#include "import/kind.h"

#include "model/agent.h"
#include "model/need.h"

#include <string.h>

#define MEMBERS(name, ...) static const char *const name[] = {__VA_ARGS__, NULL}
#define SECONDS(name, ...) static const struct import_second name[] = {__VA_ARGS__}
#define FIELDS(name, ...) static const struct import_field name[] = {__VA_ARGS__}

#define FIELD(word, kind)                      \
	{                                      \
		.name = (word), .type = (kind) \
	}
#define KEY(word, kind)                                          \
	{                                                        \
		.name = (word), .type = (kind), .required = true \
	}
#define CHOICE(word, list)                                               \
	{                                                                \
		.name = (word), .type = IMPORT_CHOICE, .choices = (list) \
	}
#define REFERENCE(word, kind_of_value, kind)                                                \
	{                                                                                   \
		.name = (word), .type = (kind_of_value), .refers = true, .referred = (kind) \
	}

#define WORD_CHOICE(name, number, word) {word, number},
static const struct import_choice needs[] = {NEED_LIST(WORD_CHOICE){NULL, 0}};
static const struct import_choice agent_statuses[] = {AGENT_STATUS_LIST(WORD_CHOICE){NULL, 0}};
#undef WORD_CHOICE

FIELDS(containers, KEY("Id", IMPORT_NUMBER), FIELD("Name", IMPORT_TEXT));

FIELDS(store_types, KEY("StoreType", IMPORT_NUMBER), FIELD("ShortName", IMPORT_TEXT),
    FIELD("Name", IMPORT_TEXT), CHOICE("EntryPassword", needs), CHOICE("PrivateKeyAllowed", needs),
    FIELD("AddSupported", IMPORT_BOOLEAN));
MEMBERS(store_type_members, "SupportedOperations", "PasswordOptions");
SECONDS(store_type_seconds, {.member = 0, .inner = "Add", .field = 5},
    {.member = 1, .inner = "EntrySupported", .field = 3, .denies = true});

FIELDS(agents, KEY("AgentId", IMPORT_GUID), FIELD("ClientMachine", IMPORT_TEXT),
    CHOICE("Status", agent_statuses), FIELD("LastSeen", IMPORT_TIME));

#define PROPERTY_FIELD(property, word, kind) \
	[STORE_PROPERTY + PROPERTY_##property] = FIELD(word, kind),

/* An AgentId may be unknown: its agent can be imported later; until then its jobs are refused. */
FIELDS(stores, KEY("Id", IMPORT_GUID), REFERENCE("ContainerId", IMPORT_ID_OR_NONE, LOAD_CONTAINERS),
    FIELD("DisplayName", IMPORT_TEXT), FIELD("ClientMachine", IMPORT_TEXT),
    FIELD("Storepath", IMPORT_TEXT),
    REFERENCE("CertStoreType", IMPORT_STORE_TYPE, LOAD_STORE_TYPES),
    FIELD("Approved", IMPORT_BOOLEAN), FIELD("AgentId", IMPORT_GUID),
    FIELD("AgentAssigned", IMPORT_BOOLEAN),
    IMPORT_PROPERTY_LIST(PROPERTY_FIELD)[STORE_PROPERTIES] = FIELD("Properties", IMPORT_INNER),
    [STORE_PASSWORD] = FIELD("Password", IMPORT_INNER));

/*
 * The server prints Locations with a certificate. They are read with --locations alone: most
 * exports leave certificates out, and their stores would seem to hold less.
 */
FIELDS(certificates, [CERTIFICATE_ID] = KEY("Id", IMPORT_ID),
    [CERTIFICATE_PRINT] = FIELD("Thumbprint", IMPORT_THUMBPRINT),
    [CERTIFICATE_SERIAL] = FIELD("SerialNumber", IMPORT_TEXT),
    [CERTIFICATE_SUBJECT] = FIELD("IssuedDN", IMPORT_TEXT),
    [CERTIFICATE_ISSUER] = FIELD("IssuerDN", IMPORT_TEXT),
    [CERTIFICATE_BEFORE] = FIELD("NotBefore", IMPORT_TIME),
    [CERTIFICATE_AFTER] = FIELD("NotAfter", IMPORT_TIME),
    [CERTIFICATE_KEY_TYPE] = FIELD("KeyTypeString", IMPORT_TEXT),
    [CERTIFICATE_KEY_SIZE] = FIELD("KeySizeInBits", IMPORT_NUMBER),
    [CERTIFICATE_NAMES] = FIELD("SubjectAltNameElements", IMPORT_NAMES),
    [CERTIFICATE_HAS_KEY] = FIELD("HasPrivateKey", IMPORT_BOOLEAN),
    [CERTIFICATE_REQUEST] = FIELD("CertRequestId", IMPORT_NUMBER),
    [CERTIFICATE_REVOKED] = FIELD("RevocationEffDate", IMPORT_TIME),
    [CERTIFICATE_KEY_USAGE] = FIELD("KeyUsage", IMPORT_KEY_USAGE),
    [CERTIFICATE_USAGES] = FIELD("ExtendedKeyUsages", IMPORT_USAGES),
    [CERTIFICATE_SIGNATURE] = FIELD("SigningAlgorithm", IMPORT_SIGNATURE),
    [CERTIFICATE_IS_CA] = FIELD("IsCA", IMPORT_BOOLEAN),
    [CERTIFICATE_SHA256] = FIELD("Sha256Thumbprint", IMPORT_SHA256),
    [CERTIFICATE_CURVE] = FIELD("Curve", IMPORT_CURVE),
    [CERTIFICATE_CONTENT] = FIELD("ContentBytes", IMPORT_TEXT));
MEMBERS(certificates_unread, "Locations");
MEMBERS(certificate_members, [MEMBER_LOCATIONS] = "Locations");

/* A CertificateId may be unknown: it is looked up when a row names the request. The response to an
 * enrollment that waits for an approval has 0. */
FIELDS(requests, KEY("RequestId", IMPORT_ID), FIELD("CertificateId", IMPORT_ID_OR_NONE),
    FIELD("RequestDisposition", IMPORT_TEXT));
MEMBERS(request_members, "KeyfactorRequestId", "KeyfactorId", "CertificateInformation");
SECONDS(request_seconds, {.member = 0, .field = 0}, {.member = 1, .field = 1},
    {.member = 2, .inner = "KeyfactorRequestId", .field = 0},
    {.member = 2, .inner = "KeyfactorId", .field = 1},
    {.member = 2, .inner = "RequestDisposition", .field = 2});

FIELDS(inventory, [ITEM_STORE] = KEY("CertStoreId", IMPORT_GUID),
    [ITEM_ALIAS] = FIELD("Alias", IMPORT_TEXT), [ITEM_LEVEL] = FIELD("ChainLevel", IMPORT_LEVEL),
    [ITEM_CERTIFICATE] = FIELD("CertificateId", IMPORT_ID),
    [ITEM_THUMBPRINT] = FIELD("Thumbprint", IMPORT_THUMBPRINT),
    [ITEM_AT] = FIELD("InventoriedAt", IMPORT_TIME));

MEMBERS(inventory_members, "Name", [MEMBER_CERTIFICATES] = "Certificates");
SECONDS(inventory_seconds, {.member = 0, .field = ITEM_ALIAS});

FIELDS(roles, KEY("Role", IMPORT_TEXT), KEY("Operator", IMPORT_TEXT),
    KEY("Permission", IMPORT_PERMISSION));

#define SECOND(list) .seconds = (list), .second_count = sizeof(list) / sizeof((list)[0])
#define COUNTED(list) .fields = (list), .count = sizeof(list) / sizeof((list)[0])

static const struct import_kind kinds[] = {
    {.name = "containers", COUNTED(containers), .load = LOAD_CONTAINERS},
    {.name = "store-types",
	COUNTED(store_types),
	.members = store_type_members,
	SECOND(store_type_seconds),
	.load = LOAD_STORE_TYPES},
    {.name = "agents", COUNTED(agents), .load = LOAD_AGENTS},
    {.name = "stores", COUNTED(stores), .load = LOAD_STORES, .completes = true},
    {.name = "certificates",
	COUNTED(certificates),
	.unread = certificates_unread,
	.members = certificate_members,
	.members_asked = true,
	.load = LOAD_CERTIFICATES},
    {.name = "requests",
	COUNTED(requests),
	.members = request_members,
	SECOND(request_seconds),
	.load = LOAD_REQUESTS},
    {.name = "inventory",
	COUNTED(inventory),
	.members = inventory_members,
	.members_asked = true,
	SECOND(inventory_seconds),
	.is_inventory = true},
    {.name = "roles", COUNTED(roles), .load = LOAD_ROLES, .completes = true},
};

const struct import_kind *
import_kind_find(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const char *
import_kind_word(size_t i)
{
	return i < sizeof(kinds) / sizeof(kinds[0]) ? kinds[i].name : NULL;
}
