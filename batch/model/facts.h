#ifndef BATCH_MODEL_FACTS_H
#define BATCH_MODEL_FACTS_H

#include "model/guid.h"
#include "model/job.h"
#include "model/need.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What the inventory has of the certificates, stores and jobs that a row is about: the input of the
 * policy (policy/replace.h).
 */

enum fact { FACT_UNKNOWN, FACT_NO, FACT_YES };

struct certificate_facts {
	int64_t id;     /* 0: no such certificate */
	int64_t id_now; /* where id is 0: what the Id that was asked for has become; 0: unknown */
	bool has_not_before, has_not_after;
	int64_t not_before, not_after; /* milliseconds since 1970 */
	bool revoked;
	enum fact has_private_key;
	int64_t key_size;     /* bits; 0: unknown */
	const char *key_type; /* NULL: unknown; the texts belong to the code that fills the facts */
	const char *issued_dn; /* likewise */
	const char *issuer_dn; /* likewise */
	const char *names; /* likewise; its subject alternative names, as policy/names.h has them */
	bool has_key_usage; /* it is known, be it that there is none */
	int key_usage;      /* enum key_usage; 0: there is no such extension */
	const char
	    *extended_usages;  /* as key_type; OIDs, sorted, one blank between; "": likewise */
	const char *signature; /* as key_type; the OID of the algorithm it is signed with */
	enum fact is_issuer; /* it is a CA, or in a chain (at a ChainLevel above 0) of some store */
};

struct request_facts {
	bool known;
	bool issued;         /* its disposition is ISSUED and it has a certificate */
	int64_t certificate; /* 0: none */
};

struct store_facts {
	int64_t id;
	int64_t container; /* -1: in none */
	bool approved;
	bool may_schedule; /* the operator may */
	bool add_supported;
	bool agent_available; /* assigned, known and approved */
	enum need entry_password;
	enum need private_key;
	bool inventoried;
	int64_t inventoried_at;
	char guid[GUID_SIZE];
};

struct job_facts {
	int64_t id; /* 0: no such job */
	int64_t run;
	enum job_status status;
	int64_t certificate; /* the one that it installs */
};

struct location_facts {
	int64_t id;
	struct store_facts store;
	struct job_facts active;    /* the active job of the location */
	struct job_facts succeeded; /* installed the new certificate, and no newer inventory
				       shows otherwise */
};

#endif
