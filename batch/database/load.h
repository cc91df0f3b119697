#ifndef BATCH_DATABASE_LOAD_H
#define BATCH_DATABASE_LOAD_H

#include "buffer.h"
#include "database/database.h"
#include "model/thumbprint.h"

#include <stddef.h>

/*
 * Loading records, of one kind, in one transaction: a record that is there already is updated.
 * Items that were found in stores are loaded by database/inventory.h.
 */
enum load_kind {
	LOAD_CONTAINERS,   /* Id, Name */
	LOAD_STORE_TYPES,  /* StoreType, ShortName, Name, EntryPassword, PrivateKeyAllowed,
			      AddSupported */
	LOAD_AGENTS,       /* AgentId, ClientMachine, Status, LastSeen */
	LOAD_STORES,       /* Id, ContainerId, DisplayName, ClientMachine, Storepath, CertStoreType,
			      Approved, AgentId, AgentAssigned, and of its Properties
			      SeparatePrivateKeyFilePath, IncludesChain, IsTrustStore, Endpoint */
	LOAD_CERTIFICATES, /* Id, Thumbprint, SerialNumber, IssuedDN, IssuerDN, NotBefore, NotAfter,
			      KeyTypeString, KeySizeInBits, SubjectAltNameElements, HasPrivateKey,
			      CertRequestId, RevocationEffDate, KeyUsage, ExtendedKeyUsages,
			      SigningAlgorithm, IsCA, Sha256Thumbprint, Curve */
	LOAD_REQUESTS,     /* RequestId, CertificateId, RequestDisposition */
	LOAD_ROLES,        /* Role, Operator, Permission: all three are the key */
	LOAD_KINDS
};
#define LOAD_COLUMNS 19 /* the most that a kind has; the key comes first */

struct load_value {
	enum load_value_type {
		LOAD_KEEP,    /* keeps the known value; of a new record the column's default */
		LOAD_NOTHING, /* null, or the default where the column must have a value */
		LOAD_NOT_0,   /* as LOAD_KEEP, but a known 0 gives way to the column's default */
		LOAD_INTEGER,
		LOAD_TEXT
	} type;
	int64_t integer;
	const char *text; /* UTF-8 */
	size_t length;
};

enum load_result {
	LOAD_NEW,
	LOAD_CHANGED,
	LOAD_UNCHANGED,
	LOAD_RENUMBERED, /* a certificate that is known by its thumbprint has got the Id */
	/* Not loaded, see load_conflict(): */
	LOAD_TAKEN,      /* another certificate has the thumbprint */
	LOAD_OTHER_PRINT /* the certificate has another thumbprint */
};

/* An Id keeps its thumbprint: the certificate that is known, where a record contradicts that. */
struct load_conflict {
	int64_t id;
	char thumbprint[THUMBPRINT_SIZE]; /* its own; "" of LOAD_TAKEN: the record's */
	size_t file;                      /* of load_settle(): the record that has its Id now */
	uint64_t line;
};

struct load;

/*
 * Begins the transaction. `complete` is for stores and roles: load_finish() marks stores that no
 * record named as removed, and takes back such grants. NULL and err on failure.
 */
struct load *load_begin(struct database *, enum load_kind, bool complete, struct error *);

/* The same in the caller's transaction, of certificates; there is no load_finish(). */
struct load *load_join(struct database *, struct error *);

/*
 * Of certificates: a thumbprint that is known may come with another Id, once. What refers to the
 * certificate follows in load_settle(). Certificates may change their Ids for each other's.
 */
void load_renumber(struct load *);
/* Where the records that follow are, for the conflicts of load_settle(). */
void load_place(struct load *, size_t file, uint64_t line);

/*
 * `values` are the columns of the kind in the order above; the key is an integer or a text. The
 * thumbprint of a certificate and its columns from KeyUsage on are never forgotten: null keeps
 * them.
 */
int load_record(
    struct load *, const struct load_value *values, enum load_result *result, struct error *);
/* The last one; until the next record. */
const struct load_conflict *load_conflict(const struct load *);

/* Of stores: the id in the database of one that was loaded, and its sealed password in place of
 * what the buffer holds; nothing where it has none. -1 and err. */
int load_password_find(struct load *, const struct load_value *guid, int64_t *store,
    struct buffer *sealed, struct error *);
/* Keeps a sealed password; NULL removes it. -1 and err. */
int load_password_keep(struct load *, int64_t store, const struct buffer *sealed, struct error *);

/* Of certificates: the id of the one that has the thumbprint, below 0 where the server does not
 * know it; 0: none has it. -1 and err. */
int load_find_print(struct load *, const char *thumbprint, int64_t *id, struct error *);
/* The Id after the greatest that is known, and those that were given before; 0: there is none any
 * more. -1 and err. */
int load_next_id(struct load *, int64_t *id, struct error *);
/* A new id below 0, for a certificate that the server does not know. -1 and err. */
int load_next_unknown(struct load *, int64_t *id, struct error *);

/* Whether a container or a store type of this id is known: 1 or 0; -1 and err. */
int load_known(struct load *, enum load_kind, int64_t id, struct error *);

/* Calls each() for every store type that has a ShortName, by id. -1 and err, also where each() is
 * -1.
 */
int load_short_names(struct load *,
    int (*each)(void *closure, int64_t id, const char *short_name, struct error *), void *closure,
    struct error *);

/*
 * After the last record: what refers to certificates follows them. Calls tell() for each
 * certificate whose Id a record has given to another one, and that got none itself: the caller must
 * not commit then. 0, or -1 and err.
 */
int load_settle(struct load *, void (*tell)(void *closure, const struct load_conflict *),
    void *closure, struct error *);

/* Finishes the load and commits. *removed: how many rows were removed or taken back. */
int load_finish(struct load *, int64_t *removed, struct error *);

void load_free(struct load *); /* rolls back what was not committed; NULL is fine */

/* One grant to a role's operator, outside of a load. */
int load_grant(struct database *, const char *role, const char *operator_name,
    const char *permission, struct error *);

#endif
