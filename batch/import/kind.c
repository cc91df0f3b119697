#include "import/kind.h"

#include "model/agent.h"
#include "model/need.h"

#include <string.h>

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
#define REFERENCE(word, kind)                                                             \
	{                                                                                 \
		.name = (word), .type = IMPORT_NUMBER, .refers = true, .referred = (kind) \
	}

#define WORD_CHOICE(name, number, word) {word, number},
static const struct import_choice needs[] = {NEED_LIST(WORD_CHOICE){NULL, 0}};
static const struct import_choice agent_statuses[] = {AGENT_STATUS_LIST(WORD_CHOICE){NULL, 0}};
#undef WORD_CHOICE

FIELDS(containers, KEY("Id", IMPORT_NUMBER), FIELD("Name", IMPORT_TEXT));

FIELDS(store_types, KEY("StoreType", IMPORT_NUMBER), FIELD("ShortName", IMPORT_TEXT),
    FIELD("Name", IMPORT_TEXT), CHOICE("EntryPassword", needs), CHOICE("PrivateKeyAllowed", needs),
    FIELD("AddSupported", IMPORT_BOOLEAN));

FIELDS(agents, KEY("AgentId", IMPORT_GUID), FIELD("ClientMachine", IMPORT_TEXT),
    CHOICE("Status", agent_statuses), FIELD("LastSeen", IMPORT_TIME));

/* An AgentId may be unknown: its agent can be imported later; until then its jobs are refused. */
FIELDS(stores, KEY("Id", IMPORT_GUID), REFERENCE("ContainerId", LOAD_CONTAINERS),
    FIELD("DisplayName", IMPORT_TEXT), FIELD("ClientMachine", IMPORT_TEXT),
    FIELD("Storepath", IMPORT_TEXT), REFERENCE("CertStoreType", LOAD_STORE_TYPES),
    FIELD("Approved", IMPORT_BOOLEAN), FIELD("AgentId", IMPORT_GUID),
    FIELD("AgentAssigned", IMPORT_BOOLEAN));

/*
 * The server prints Locations with a certificate. They are not read: an inventory has them, and the
 * time at which it saw them.
 */
FIELDS(certificates, KEY("Id", IMPORT_ID), FIELD("Thumbprint", IMPORT_THUMBPRINT),
    FIELD("SerialNumber", IMPORT_TEXT), FIELD("IssuedDN", IMPORT_TEXT),
    FIELD("IssuerDN", IMPORT_TEXT), FIELD("NotBefore", IMPORT_TIME), FIELD("NotAfter", IMPORT_TIME),
    FIELD("KeyTypeString", IMPORT_TEXT), FIELD("KeySizeInBits", IMPORT_NUMBER),
    FIELD("SubjectAltNameElements", IMPORT_NAMES), FIELD("HasPrivateKey", IMPORT_BOOLEAN),
    FIELD("CertRequestId", IMPORT_NUMBER), FIELD("RevocationEffDate", IMPORT_TIME));
static const char *const certificates_unread[] = {"Locations", NULL};

/* A CertificateId may be unknown: it is looked up when a row names the request. */
FIELDS(requests, KEY("RequestId", IMPORT_ID), FIELD("CertificateId", IMPORT_ID),
    FIELD("RequestDisposition", IMPORT_TEXT));

FIELDS(inventory, [ITEM_STORE] = KEY("CertStoreId", IMPORT_GUID),
    [ITEM_ALIAS] = FIELD("Alias", IMPORT_TEXT), [ITEM_LEVEL] = FIELD("ChainLevel", IMPORT_LEVEL),
    [ITEM_CERTIFICATE] = FIELD("CertificateId", IMPORT_ID),
    [ITEM_THUMBPRINT] = FIELD("Thumbprint", IMPORT_THUMBPRINT),
    [ITEM_AT] = FIELD("InventoriedAt", IMPORT_TIME));

FIELDS(roles, KEY("Role", IMPORT_TEXT), KEY("Operator", IMPORT_TEXT),
    KEY("Permission", IMPORT_PERMISSION));

#define COUNTED(list) .fields = (list), .count = sizeof(list) / sizeof((list)[0])

static const struct import_kind kinds[] = {
    {.name = "containers", COUNTED(containers), .load = LOAD_CONTAINERS},
    {.name = "store-types", COUNTED(store_types), .load = LOAD_STORE_TYPES},
    {.name = "agents", COUNTED(agents), .load = LOAD_AGENTS},
    {.name = "stores", COUNTED(stores), .load = LOAD_STORES, .completes = true},
    {.name = "certificates",
	COUNTED(certificates),
	.unread = certificates_unread,
	.load = LOAD_CERTIFICATES},
    {.name = "requests", COUNTED(requests), .load = LOAD_REQUESTS},
    {.name = "inventory", COUNTED(inventory), .is_inventory = true},
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
