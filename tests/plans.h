#ifndef TESTS_PLANS_H
#define TESTS_PLANS_H

/*
 * How SQLite 3.40 carries out each statement of the inventory: the lines of EXPLAIN QUERY PLAN, a
 * dot before what belongs to the line above. Where a plan changes, see first whether the new one is
 * meant.
 */

/* A statement is prepared where it runs: with its temporary tables, and foreign keys on or off. */
enum stage {
	RUN,       /* as opened, with the jobs of a run's locations known */
	RECONCILE, /* between reconciliation_open() and _close() */
	EXPIRING,  /* between list_open() and _close() of LIST_EXPIRING */
	VERIFY,    /* between verification_open() and _close() */
	LOAD,      /* between load_begin() and _free(): foreign keys off */
	ITEMS,     /* between items_begin() and _free(): likewise */
	PURGE,     /* between db_purge_begin() and _end(): likewise */
	STAGE_COUNT
};

/* OFTEN: for each row, batch, chunk or page. ONCE: for a command, or for a page that is read. */
enum rhythm { ONCE, OFTEN };

#define BY_ID "USING INTEGER PRIMARY KEY (rowid=?)"
#define BEHIND_ID "USING INTEGER PRIMARY KEY (rowid>?)"
#define BETWEEN_IDS "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"

struct plan {
	enum stage stage;
	enum rhythm rhythm;
	const char *name;
	const char *lines; /* NULL: a script, or a statement without a plan */
};

static const struct plan plans[] = {
    /* database/walk.c */
    {RUN, OFTEN, "page-of-runs",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH run " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, OFTEN, "page-of-jobs",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH job " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, OFTEN, "page-of-requests",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH request " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, OFTEN, "page-of-refusals",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH refusal " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, OFTEN, "page-of-certificates",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH certificate " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, OFTEN, "page-of-stores",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH store " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, OFTEN, "page-of-locations",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH location " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, OFTEN, "page-of-containers",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH container " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, OFTEN, "page-of-types",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH store_type " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, OFTEN, "page-of-enrollments",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH enrollment_request " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, ONCE, "page-of-renumbered",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH renumbered " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, ONCE, "page-of-given",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH request_given " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RUN, OFTEN, "page-of-all", "SCAN CONSTANT ROW"},
    {RUN, ONCE, "page-of-standing",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH location USING COVERING INDEX location_certificate (certificate>?)\n"
	"SEARCH (subquery-1)"},
    {RUN, ONCE, "page-of-chains",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH chain USING PRIMARY KEY (location>?)\n"
	"SEARCH (subquery-1)"},
    {RUN, ONCE, "page-of-tallies",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH tally USING PRIMARY KEY (run>?)\n"
	"SEARCH (subquery-1)"},

    /* database/expiry.c: what is expired or earliest so far is looked for in stores */
    {RUN, ONCE, "expiry",
	"SEARCH c " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH l USING COVERING INDEX location_certificate (certificate=?)\n"
	".SEARCH s " BY_ID},

    /* database/facts.c */
    {RUN, OFTEN, "certificates",
	"SCAN f VIRTUAL TABLE INDEX 0:\n"
	"SEARCH c " BY_ID "\n"
	"USING INDEX chain_certificate FOR IN-OPERATOR"},
    {RUN, OFTEN, "enrollment-requests",
	"SCAN f VIRTUAL TABLE INDEX 0:\n"
	"SEARCH r " BY_ID},
    {RUN, OFTEN, "ids-renumbered",
	"SCAN f VIRTUAL TABLE INDEX 0:\n"
	"SEARCH n " BY_ID},
    {RUN, OFTEN, "id-renumbered", "SEARCH renumbered " BY_ID},
    {RUN, OFTEN, "locations-of-certificates",
	"SCAN f VIRTUAL TABLE INDEX 0:\n"
	"SEARCH l USING COVERING INDEX location_certificate (certificate=?)"},
    {RUN, OFTEN, "stores",
	"SCAN f VIRTUAL TABLE INDEX 0:\n"
	"SEARCH s " BY_ID "\n"
	"SEARCH t " BY_ID " LEFT-JOIN\n"
	"SEARCH a USING PRIMARY KEY (id=?) LEFT-JOIN"},

    {RUN, OFTEN, "enrollment-request", "SEARCH enrollment_request " BY_ID},
    /* the whole index and nothing but the index: it has every column that is asked for */
    {RUN, ONCE, "active-jobs", "SCAN job USING INDEX job_active"},
    {RUN, ONCE, "busy-make", NULL},
    {RUN, ONCE, "busy-fill",
	"SCAN job USING INDEX job_active\n"
	"USE TEMP B-TREE FOR ORDER BY"},
    {RUN, ONCE, "busy-forget", ""},
    {RUN, OFTEN, "active-job",
	"SEARCH b " BY_ID "\n"
	"SEARCH j " BY_ID "\n"
	"SEARCH r " BY_ID},
    {RUN, ONCE, "planned-make", NULL},
    {RUN, OFTEN, "plan-job", ""},
    /* all that check would have made */
    {RUN, ONCE, "planned-jobs", "SCAN temp.planned"},
    {RUN, OFTEN, "planned-job", "SEARCH temp.planned " BY_ID},
    /* as of active-jobs, of its index */
    {RUN, ONCE, "succeeded-jobs", "SCAN job USING INDEX job_succeeded"},
    {RUN, OFTEN, "succeeded-job",
	"SEARCH j USING INDEX job_succeeded (location=?)\n"
	"SEARCH r " BY_ID},
    {RUN, OFTEN, "store-guid", "SEARCH store " BY_ID},
    {RUN, OFTEN, "location-name",
	"SEARCH l " BY_ID "\n"
	"SEARCH s " BY_ID},
    {RUN, OFTEN, "location-place",
	"SEARCH l " BY_ID "\n"
	"SEARCH s " BY_ID},
    {RUN, ONCE, "container", "SEARCH container " BY_ID},
    {RUN, ONCE, "permissions-of-operator", "SEARCH role_permission USING PRIMARY KEY (operator=?)"},

    /* database/append.c */
    /* the scans are those of the foreign keys, behind FkIfZero: they never run */
    {RUN, OFTEN, "requests-insert",
	"SCAN temp.rowset_request VIRTUAL TABLE INDEX 0:\n"
	"SCAN refusal\n"
	"SCAN job"},
    {RUN, OFTEN, "jobs-insert", "SCAN temp.rowset_job VIRTUAL TABLE INDEX 0:"},
    {RUN, OFTEN, "refusals-insert", "SCAN temp.rowset_refusal VIRTUAL TABLE INDEX 0:"},

    /* database/job.c */
    {RUN, OFTEN, "job-get",
	"SEARCH j " BY_ID "\n"
	"SEARCH q " BY_ID "\n"
	"SEARCH n " BY_ID "\n"
	"SEARCH s " BY_ID "\n"
	"SEARCH h " BY_ID " LEFT-JOIN"},
    {RUN, OFTEN, "job-order",
	"SEARCH j " BY_ID "\n"
	"SEARCH q " BY_ID "\n"
	"SEARCH n " BY_ID "\n"
	"SEARCH s " BY_ID "\n"
	"SEARCH l " BY_ID "\n"
	"SEARCH o " BY_ID " LEFT-JOIN\n"
	"SEARCH c " BY_ID " LEFT-JOIN\n"
	"SEARCH t " BY_ID " LEFT-JOIN"},
    {RUN, OFTEN, "job-known", "SEARCH job " BY_ID},
    {RUN, OFTEN, "job-put", "SEARCH job " BY_ID},
    {RUN, OFTEN, "job-put-state", "SEARCH job " BY_ID},
    {RUN, OFTEN, "handling-put", ""},
    {RUN, OFTEN, "ready-add",
	"SEARCH s " BY_ID "\n"
	"SCALAR SUBQUERY 1\n"
	".SEARCH c USING PRIMARY KEY (name=?)"},
    {RUN, OFTEN, "ready-remove",
	"SEARCH ready USING PRIMARY KEY (machine=? AND due_at=? AND job=?)\n"
	"SCALAR SUBQUERY 1\n"
	".SEARCH s " BY_ID},
    {RUN, OFTEN, "lease-add", "SEARCH s " BY_ID},
    {RUN, OFTEN, "lease-remove",
	"SEARCH lease USING PRIMARY KEY (machine=? AND until=? AND job=?)\n"
	"SCALAR SUBQUERY 1\n"
	".SEARCH s " BY_ID},
    {RUN, OFTEN, "event-add",
	"SCALAR SUBQUERY 1\n"
	".SEARCH e USING PRIMARY KEY (job=?)"},
    {RUN, OFTEN, "counter-get", "SEARCH counter USING PRIMARY KEY (name=?)"},
    {RUN, OFTEN, "counter-set", "SEARCH counter USING PRIMARY KEY (name=?)"},
    {RUN, OFTEN, "counter-raise", "SEARCH counter USING PRIMARY KEY (name=?)"},
    {RUN, OFTEN, "password-destroy",
	"SEARCH request " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH j " BETWEEN_IDS},
    {RUN, OFTEN, "job-standing",
	"SEARCH q " BY_ID "\n"
	"SEARCH n " BY_ID "\n"
	"SEARCH s " BY_ID "\n"
	"SEARCH c " BY_ID " LEFT-JOIN\n"
	"SEARCH t " BY_ID " LEFT-JOIN\n"
	"SCALAR SUBQUERY 1\n"
	".SEARCH o USING INDEX job_succeeded (location=? AND rowid>?)\n"
	"SCALAR SUBQUERY 2\n"
	".SEARCH o USING INDEX job_unproven (store=? AND location=? AND rowid>?)"},

    /* database/sealed.c */
    {RUN, ONCE, "data-key-get", "SEARCH data_key " BY_ID},
    {RUN, ONCE, "data-key-put", ""},
    {RUN, OFTEN, "sealed-data-keys", "SEARCH data_key " BEHIND_ID},
    {RUN, OFTEN, "sealed-old-requests", "SEARCH request " BEHIND_ID},
    {RUN, OFTEN, "sealed-old-stores", "SEARCH store " BEHIND_ID},
    {RUN, OFTEN, "sealed-request-put", "SEARCH request " BY_ID},

    /* database/settle.c */
    {RUN, ONCE, "settle-any-active", "SCAN job USING INDEX job_active"},
    {RUN, ONCE, "settle-any-unproven", "SCAN job USING INDEX job_unproven"},
    {ITEMS, ONCE, "settle-unproven",
	"SCAN n\n"
	"SEARCH j USING INDEX job_unproven (store=?)\n"
	"SEARCH s " BY_ID},
    {RUN, OFTEN, "settle-jobs-there",
	"SCAN f VIRTUAL TABLE INDEX 0:\n"
	"SEARCH j " BY_ID "\n"
	"SEARCH l " BY_ID "\n"
	"SEARCH q " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 3\n"
	".SEARCH c " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 4\n"
	".SEARCH o USING COVERING INDEX location_certificate (certificate=? AND store=?)\n"
	"SEARCH s " BY_ID "\n"
	"SEARCH n " BY_ID "\n"
	"SEARCH h " BY_ID " LEFT-JOIN\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH o USING COVERING INDEX location_certificate (certificate=? AND store=?)\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH e USING PRIMARY KEY (job=?)"},
    {RUN, OFTEN, "settle-put", "SEARCH job " BETWEEN_IDS},
    {RUN, OFTEN, "settle-events-add", "SCAN temp.rowset_settled VIRTUAL TABLE INDEX 0:"},
    {RUN, ONCE, "settle-passwords-destroy",
	"SEARCH request " BY_ID "\n"
	"LIST SUBQUERY 1\n"
	".SCAN f VIRTUAL TABLE INDEX 0:\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH j " BETWEEN_IDS},

    /* database/ready.c */
    {RUN, OFTEN, "last-job", "SEARCH job"},
    {RUN, OFTEN, "leases-over", "SEARCH lease USING COVERING INDEX lease_until (until<?)"},
    {RUN, ONCE, "leases-claimed-with",
	"SCAN l USING COVERING INDEX lease_until\n"
	"SEARCH h " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH e USING PRIMARY KEY (job=?)\n"
	"USE TEMP B-TREE FOR ORDER BY"},
    {RUN, OFTEN, "ready-of-machine",
	"SEARCH ready USING PRIMARY KEY (machine=? AND (due_at,job)>(?,?) AND due_at<?)"},
    {RUN, OFTEN, "ready-look",
	"SCAN f VIRTUAL TABLE INDEX 0:\n"
	"SEARCH j " BY_ID "\n"
	"SEARCH q " BY_ID "\n"
	"SEARCH n " BY_ID "\n"
	"SEARCH s " BY_ID "\n"
	"SEARCH l " BY_ID " LEFT-JOIN\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH h " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH c " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 3\n"
	".SEARCH o USING COVERING INDEX location_certificate (certificate=? AND store=?)\n"
	"CORRELATED SCALAR SUBQUERY 4\n"
	".SEARCH o USING COVERING INDEX location_certificate (certificate=? AND store=?)"},
    {RUN, ONCE, "ready-machine-of-store", "SEARCH store " BY_ID},
    {RUN, OFTEN, "ready-next-machine", "SEARCH ready USING PRIMARY KEY (machine>?)"},
    {RUN, ONCE, "ready-fill",
	"SEARCH j " BEHIND_ID "\n"
	"SEARCH q " BY_ID "\n"
	"SEARCH n " BY_ID "\n"
	"SEARCH s " BY_ID "\n"
	"SEARCH h " BY_ID " LEFT-JOIN\n"
	"USE TEMP B-TREE FOR ORDER BY"},
    {RUN, ONCE, "handling-from-later-clock",
	"SCAN h\n"
	"SEARCH j " BY_ID "\n"
	"SEARCH q " BY_ID "\n"
	"SEARCH n " BY_ID},
    {RUN, ONCE, "ready-first-machine", "SCAN ready"},

    /* database/run.c */
    {RUN, ONCE, "run-latest", "SEARCH run USING INDEX run_digest (digest=?)"},
    /* runs are few, and one more index would be changed by each chunk */
    {RUN, ONCE, "run-changed", "SCAN run"},
    {RUN, ONCE, "run-paths",
	"SCAN run\n"
	"USE TEMP B-TREE FOR GROUP BY\n"
	"USE TEMP B-TREE FOR ORDER BY"},
    {RUN, ONCE, "run-find", "SEARCH run " BY_ID},
    {RUN, ONCE, "run-insert", ""},
    {RUN, OFTEN, "run-update", "SEARCH run " BY_ID},
    {RUN, OFTEN, "next-ids",
	"SCAN CONSTANT ROW\n"
	"SCALAR SUBQUERY 1\n"
	".SEARCH run\n"
	"SCALAR SUBQUERY 2\n"
	".SEARCH job\n"
	"SCALAR SUBQUERY 3\n"
	".SEARCH refusal"},
    {RUN, OFTEN, "tally-put", ""},
    {RUN, ONCE, "tally-get", "SEARCH tally USING PRIMARY KEY (run=?)"},

    /* database/rows.c */
    {RUN, ONCE, "last-row", "SEARCH request " BETWEEN_IDS},
    {RUN, ONCE, "next-row", "SEARCH request " BETWEEN_IDS},
    {RUN, OFTEN, "rows",
	"SEARCH r " BETWEEN_IDS "\n"
	"SEARCH g " BY_ID " LEFT-JOIN"},
    {RUN, OFTEN, "rows-to-mend",
	"SEARCH r " BETWEEN_IDS "\n"
	"SEARCH g " BY_ID " LEFT-JOIN"},
    {RUN, OFTEN, "rows-jobs", "SEARCH job " BETWEEN_IDS},
    {RUN, OFTEN, "rows-refusals", "SEARCH refusal " BETWEEN_IDS},
    {RUN, OFTEN, "location-store", "SEARCH location " BY_ID},

    {RUN, ONCE, "run-state", "SEARCH run " BY_ID},
    {RUN, ONCE, "run-span", "SEARCH request " BETWEEN_IDS},
    {RUN, ONCE, "run-refusal-span", "SEARCH request " BETWEEN_IDS},
    {RUN, ONCE, "run-abandon", "SEARCH run " BY_ID},

    /* database/list.c */
    {RUN, ONCE, "runs-list",
	"SEARCH r " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH q " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH job USING INDEX job_active (id>? AND id<?)\n"
	".CORRELATED SCALAR SUBQUERY 2\n"
	"..SEARCH q " BETWEEN_IDS "\n"
	".CORRELATED SCALAR SUBQUERY 3\n"
	"..SEARCH q " BETWEEN_IDS},
    {RUN, ONCE, "jobs-list",
	"SEARCH j " BETWEEN_IDS "\n"
	"SCALAR SUBQUERY 4\n"
	".SEARCH store USING COVERING INDEX sqlite_autoindex_store_1 (guid=?)\n"
	"SEARCH r " BY_ID "\n"
	"SEARCH n " BY_ID " LEFT-JOIN\n"
	"SEARCH h " BY_ID " LEFT-JOIN\n"
	"SEARCH s " BY_ID " LEFT-JOIN\n"
	"LIST SUBQUERY 5\n"
	".SCAN container\n"
	"SEARCH l " BY_ID " LEFT-JOIN\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH o USING COVERING INDEX location_certificate (certificate=? AND store=?)\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH c " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 3\n"
	".SEARCH o USING COVERING INDEX location_certificate (certificate=? AND store=?)"},
    /* database/store.c */
    {RUN, ONCE, "stores-by-prefix",
	"SEARCH store USING INDEX sqlite_autoindex_store_1 (guid>? AND guid<?)"},
    {RUN, ONCE, "stores-answering",
	"SCAN store\n"
	"USE TEMP B-TREE FOR ORDER BY"},
    /* containers and types are few, and scanned only where the filter asks for one */
    {RUN, ONCE, "list-stores",
	"SEARCH s " BETWEEN_IDS "\n"
	"LIST SUBQUERY 2\n"
	".SCAN container\n"
	"LIST SUBQUERY 3\n"
	".SCAN store_type\n"
	"SEARCH f " BY_ID " LEFT-JOIN\n"
	"SEARCH c " BY_ID " LEFT-JOIN\n"
	"SEARCH t " BY_ID " LEFT-JOIN\n"
	"LIST SUBQUERY 1\n"
	".SCAN store_type\n"
	".USE TEMP B-TREE FOR GROUP BY"},
    {RUN, ONCE, "list-store",
	"SEARCH s USING INDEX sqlite_autoindex_store_1 (guid=? AND rowid>?)\n"
	"SEARCH f " BY_ID " LEFT-JOIN\n"
	"SEARCH c " BY_ID " LEFT-JOIN\n"
	"SEARCH t " BY_ID " LEFT-JOIN\n"
	"LIST SUBQUERY 1\n"
	".SCAN store_type\n"
	".USE TEMP B-TREE FOR GROUP BY"},
    {RUN, ONCE, "list-certificates",
	"SEARCH c " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 3\n"
	".SEARCH l USING COVERING INDEX location_certificate (certificate=?)\n"
	"CORRELATED SCALAR SUBQUERY 4\n"
	".SEARCH l USING COVERING INDEX location_certificate (certificate=?)\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SCAN n VIRTUAL TABLE INDEX 1:\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH l USING COVERING INDEX location_certificate (certificate=?)"},
    {RUN, ONCE, "list-certificate",
	"SEARCH c " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SCAN n VIRTUAL TABLE INDEX 1:\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH l USING COVERING INDEX location_certificate (certificate=?)"},
    {RUN, ONCE, "list-certificate-print",
	"SEARCH c USING INDEX certificate_thumbprint (thumbprint=?)\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SCAN n VIRTUAL TABLE INDEX 1:\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH l USING COVERING INDEX location_certificate (certificate=?)"},
    {RUN, ONCE, "list-certificates-named",
	"SEARCH c " BEHIND_ID "\n"
	"CORRELATED SCALAR SUBQUERY 3\n"
	".SCAN n VIRTUAL TABLE INDEX 1:\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SCAN n VIRTUAL TABLE INDEX 1:\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH l USING COVERING INDEX location_certificate (certificate=?)"},

    /* database/list_expiring.c */
    {EXPIRING, ONCE, "expiring-set-up", NULL},
    {EXPIRING, ONCE, "expiring-tear-down", NULL},
    {EXPIRING, ONCE, "expiring-find",
	"SEARCH c " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH l USING COVERING INDEX location_certificate (certificate=?)\n"
	".SEARCH s " BY_ID "\n"
	".LIST SUBQUERY 1\n"
	"..SCAN container"},
    {EXPIRING, OFTEN, "expiring-keep", "SCAN temp.rowset_dated VIRTUAL TABLE INDEX 0:"},
    {EXPIRING, ONCE, "expiring-sort",
	"SCAN temp.expiring\n"
	"USE TEMP B-TREE FOR ORDER BY"},
    {EXPIRING, OFTEN, "successor-find", "SEARCH c " BETWEEN_IDS},
    {EXPIRING, OFTEN, "successor-keep", "SCAN temp.rowset_dated VIRTUAL TABLE INDEX 0:"},
    {EXPIRING, ONCE, "successor-sort",
	"SCAN temp.successor_met\n"
	"USE TEMP B-TREE FOR ORDER BY"},
    {EXPIRING, OFTEN, "page-of-active",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH job USING INDEX job_active (id>?)\n"
	"SEARCH (subquery-1)"},
    {EXPIRING, OFTEN, "covered-find",
	"SEARCH j USING INDEX job_active (id>? AND id<?)\n"
	"SEARCH r " BY_ID "\n"
	"SEARCH e " BY_ID},
    {EXPIRING, ONCE, "list-expiring",
	"MATERIALIZE g\n"
	".SEARCH e USING PRIMARY KEY ((not_after,certificate)>(?,?))\n"
	".SEARCH l USING COVERING INDEX location_certificate (certificate=?)\n"
	".SEARCH s " BY_ID "\n"
	".LIST SUBQUERY 2\n"
	"..SCAN container\n"
	".SEARCH v USING PRIMARY KEY (location=? AND existing=?) LEFT-JOIN\n"
	"SCAN g\n"
	"SEARCH c " BY_ID "\n"
	"SEARCH f " BY_ID "\n"
	"SEARCH u " BY_ID " LEFT-JOIN\n"
	"SEARCH n " BY_ID " LEFT-JOIN\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SCAN n VIRTUAL TABLE INDEX 1:\n"
	"USE TEMP B-TREE FOR ORDER BY"},

    {RUN, ONCE, "list-locations",
	"SEARCH l " BETWEEN_IDS "\n"
	"SEARCH s " BY_ID "\n"
	"LIST SUBQUERY 1\n"
	".SCAN container\n"
	"SEARCH c " BY_ID},
    {RUN, ONCE, "list-locations-certificate",
	"SEARCH c " BY_ID "\n"
	"SEARCH l USING INDEX location_certificate (certificate=? AND store>?)\n"
	"SEARCH s " BY_ID "\n"
	"LIST SUBQUERY 1\n"
	".SCAN container"},
    {RUN, ONCE, "list-locations-store",
	"SEARCH s USING INDEX sqlite_autoindex_store_1 (guid=?)\n"
	"LIST SUBQUERY 2\n"
	".SCAN container\n"
	"SEARCH l USING INDEX sqlite_autoindex_location_1 (store=? AND alias>?)\n"
	"SCALAR SUBQUERY 1\n"
	".SEARCH a " BY_ID "\n"
	"SEARCH c " BY_ID},
    {RUN, ONCE, "list-standing",
	"SEARCH l USING INDEX location_certificate (certificate=? AND store>?)\n"
	"SEARCH s " BY_ID},
    /* both parts come in order and are merged */
    {RUN, ONCE, "list-items",
	"MERGE (UNION ALL)\n"
	".LEFT\n"
	"..SEARCH s USING COVERING INDEX sqlite_autoindex_store_1 (guid=?)\n"
	"..SEARCH l USING INDEX sqlite_autoindex_location_1 (store=? AND alias>?)\n"
	"..SCALAR SUBQUERY 1\n"
	"...SEARCH a " BY_ID "\n"
	"..SEARCH c " BY_ID "\n"
	".RIGHT\n"
	"..SEARCH s USING COVERING INDEX sqlite_autoindex_store_1 (guid=?)\n"
	"..SEARCH l USING COVERING INDEX sqlite_autoindex_location_1 (store=? AND alias>?)\n"
	"..SCALAR SUBQUERY 3\n"
	"...SEARCH a " BY_ID "\n"
	"..SEARCH h USING PRIMARY KEY (location=?)\n"
	"..SEARCH c " BY_ID},
    {RUN, ONCE, "list-history", "SEARCH job_event USING PRIMARY KEY (job=? AND number>?)"},
    {RUN, ONCE, "list-job",
	"SEARCH j " BY_ID "\n"
	"SEARCH r " BY_ID "\n"
	"SEARCH n " BY_ID " LEFT-JOIN\n"
	"SEARCH h " BY_ID " LEFT-JOIN\n"
	"SEARCH s " BY_ID " LEFT-JOIN\n"
	"SEARCH t " BY_ID " LEFT-JOIN\n"
	"LIST SUBQUERY 4\n"
	".SCAN store_type\n"
	".USE TEMP B-TREE FOR GROUP BY\n"
	"SEARCH l " BY_ID " LEFT-JOIN\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH o USING COVERING INDEX location_certificate (certificate=? AND store=?)\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH c " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 3\n"
	".SEARCH o USING COVERING INDEX location_certificate (certificate=? AND store=?)"},
    {RUN, ONCE, "list-job-states",
	"SEARCH job " BETWEEN_IDS "\n"
	"USE TEMP B-TREE FOR GROUP BY"},
    {RUN, ONCE, "list-refusals",
	"SEARCH f " BETWEEN_IDS "\n"
	"SCALAR SUBQUERY 1\n"
	".SEARCH store USING COVERING INDEX sqlite_autoindex_store_1 (guid=?)\n"
	"SEARCH r " BY_ID "\n"
	"SEARCH s " BY_ID " LEFT-JOIN\n"
	"LIST SUBQUERY 2\n"
	".SCAN container\n"
	"SEARCH l " BY_ID " LEFT-JOIN"},
    {RUN, ONCE, "list-rejections", "SEARCH request " BETWEEN_IDS},
    {RUN, ONCE, "list-agents", "SEARCH agent USING PRIMARY KEY (id>?)"},
    {RUN, ONCE, "list-requests", "SEARCH enrollment_request " BETWEEN_IDS},
    {RUN, ONCE, "list-roles",
	"SEARCH role_permission USING PRIMARY KEY ((operator,role,permission)>(?,?,?))"},
    /* database/list_filter.c: once a filter */
    {RUN, ONCE, "container-answers", "SCAN container"},
    {RUN, ONCE, "store-type-answers", "SCAN store_type"},
    {RUN, ONCE, "machine-answers",
	"COMPOUND QUERY\n"
	".LEFT-MOST SUBQUERY\n"
	"..SCAN store\n"
	".UNION ALL\n"
	"..SCAN agent"},
    {RUN, ONCE, "reference-answers", "SCAN run"},
    {RUN, ONCE, "operator-answers", "SCAN role_permission"},
    {RUN, ONCE, "role-answers", "SCAN role_permission"},
    {RUN, OFTEN, "place-of-location",
	"SEARCH l " BY_ID "\n"
	"SEARCH s " BY_ID},
    /* database/certificate.c; the scan is where no certificate has the id */
    {RUN, ONCE, "certificate-by-id",
	"COMPOUND QUERY\n"
	".LEFT-MOST SUBQUERY\n"
	"..SEARCH certificate " BY_ID "\n"
	".UNION ALL\n"
	"..SCAN CONSTANT ROW\n"
	"..SCALAR SUBQUERY 2\n"
	"...SEARCH certificate " BY_ID "\n"
	"..SCALAR SUBQUERY 3\n"
	"...SCAN enrollment_request"},
    {RUN, ONCE, "certificate-by-print",
	"SEARCH certificate USING COVERING INDEX certificate_thumbprint (thumbprint=?)"},
    {RUN, ONCE, "certificates-by-name",
	"SCAN c\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SCAN n VIRTUAL TABLE INDEX 1:"},

    /* database/reconcile.c */
    {RECONCILE, ONCE, "reconcile-set-up", NULL},
    {RECONCILE, ONCE, "reconcile-tear-down", NULL},
    {RECONCILE, ONCE, "choose-run", ""},
    {RECONCILE, ONCE, "choose-reference", "SCAN run"},
    {RECONCILE, OFTEN, "choose-stores",
	"SEARCH s " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH c " BY_ID},
    {RECONCILE, OFTEN, "choose-jobs", "SCAN temp.rowset_id VIRTUAL TABLE INDEX 0:"},
    {RECONCILE, OFTEN, "missing-run", "SEARCH temp.chosen " BY_ID},
    {RECONCILE, OFTEN, "missing-store",
	"SEARCH s USING COVERING INDEX sqlite_autoindex_store_1 (guid=?)\n"
	"SEARCH w " BY_ID},
    {RECONCILE, OFTEN, "missing-job", "SEARCH job " BY_ID},
    {RECONCILE, OFTEN, "reconcile-places", "SEARCH j " BETWEEN_IDS},
    {RECONCILE, OFTEN, "reconcile-several", "SCAN temp.rowset_id VIRTUAL TABLE INDEX 0:"},
    {RECONCILE, OFTEN, "reconcile-gather",
	"SEARCH j " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH s " BY_ID "\n"
	"SEARCH r " BY_ID},
    {RECONCILE, ONCE, "reconcile-sort", NULL},
    {RECONCILE, OFTEN, "reconcile-jobs",
	"SEARCH j " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 7\n"
	".SEARCH g " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 9\n"
	".SEARCH a " BY_ID "\n"
	"SEARCH r " BY_ID "\n"
	"SEARCH n " BY_ID " LEFT-JOIN\n"
	"SEARCH l " BY_ID " LEFT-JOIN\n"
	"SEARCH s " BY_ID " LEFT-JOIN\n"
	"CORRELATED SCALAR SUBQUERY 8\n"
	".SEARCH w " BY_ID "\n"
	"SEARCH later " BY_ID " LEFT-JOIN\n"
	"SEARCH h " BY_ID " LEFT-JOIN\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH c " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH c " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 3\n"
	".SEARCH o USING INDEX location_certificate (certificate=? AND store=?)\n"
	"CORRELATED SCALAR SUBQUERY 4\n"
	".SEARCH c " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 5\n"
	".SEARCH o USING INDEX location_certificate (certificate=? AND store=?)\n"
	"CORRELATED SCALAR SUBQUERY 6\n"
	".SEARCH c " BY_ID},
    {RECONCILE, OFTEN, "reconcile-old",
	"SEARCH location USING INDEX location_certificate (certificate=? AND store=?)"},
    {RECONCILE, ONCE, "found-forget", ""},
    {RECONCILE, OFTEN, "find-replaced",
	"SEARCH j " BETWEEN_IDS "\n"
	"SEARCH r " BY_ID},
    {RECONCILE, OFTEN, "find-expired", "SEARCH certificate " BETWEEN_IDS},
    {RECONCILE, OFTEN, "find-revoked", "SEARCH certificate " BETWEEN_IDS},
    {RECONCILE, OFTEN, "find-unknown", "SEARCH certificate " BETWEEN_IDS},
    {RECONCILE, OFTEN, "find-removed", "SEARCH store " BETWEEN_IDS},
    {RECONCILE, OFTEN, "found-certificates",
	"SEARCH l " BETWEEN_IDS "\n"
	"SEARCH s " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH w " BY_ID "\n"
	"SEARCH f " BY_ID "\n"
	"SEARCH c " BY_ID},
    {RECONCILE, OFTEN, "found-stores",
	"SEARCH l " BETWEEN_IDS "\n"
	"SEARCH s " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH w " BY_ID "\n"
	"SEARCH f " BY_ID "\n"
	"SEARCH c " BY_ID},
    {RECONCILE, OFTEN, "stale-stores",
	"SEARCH s " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH w " BY_ID},
    {RECONCILE, OFTEN, "unread-stores",
	"SEARCH s " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH w " BY_ID},
    {RECONCILE, OFTEN, "mismatched-keys",
	"SEARCH l USING INDEX location_key_mismatch (store>?)\n"
	"SEARCH s " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH w " BY_ID "\n"
	"SEARCH c " BY_ID},
    {RECONCILE, ONCE, "any-found", "SCAN temp.found"},
    {RECONCILE, OFTEN, "find-refused",
	"SEARCH x " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH g " BY_ID "\n"
	"SEARCH r " BY_ID "\n"
	"SEARCH l " BY_ID},
    {RECONCILE, ONCE, "any-refusing", "SCAN temp.refusing"},
    {RECONCILE, ONCE, "refused-sort", NULL},
    {RECONCILE, OFTEN, "page-of-refused",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH temp.refused " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {RECONCILE, OFTEN, "refused-planned",
	"SEARCH j " BETWEEN_IDS "\n"
	"SEARCH e " BY_ID "\n"
	"SEARCH x " BY_ID "\n"
	"SEARCH o " BY_ID "\n"
	"SEARCH r " BY_ID "\n"
	"SEARCH s " BY_ID " LEFT-JOIN"},
    {RECONCILE, OFTEN, "find-doubtful",
	"SEARCH l " BETWEEN_IDS "\n"
	"SEARCH f " BY_ID},
    {RECONCILE, OFTEN, "keep-doubtful", ""},
    {RECONCILE, ONCE, "any-doubtful", "SCAN temp.doubtful"},
    {RECONCILE, OFTEN, "find-covered",
	"SEARCH j " BETWEEN_IDS "\n"
	"SEARCH d " BY_ID "\n"
	"SEARCH r " BY_ID},
    {RECONCILE, OFTEN, "found-unplanned",
	"SEARCH l " BETWEEN_IDS "\n"
	"SEARCH s " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH w " BY_ID "\n"
	"SEARCH f " BY_ID " LEFT-JOIN\n"
	"SEARCH e " BY_ID " LEFT-JOIN\n"
	"SEARCH x " BY_ID " LEFT-JOIN\n"
	"SEARCH r " BY_ID " LEFT-JOIN\n"
	"SEARCH c " BY_ID},
    {RECONCILE, OFTEN, "found-refused",
	"SEARCH e " BETWEEN_IDS "\n"
	"SEARCH l " BY_ID "\n"
	"SEARCH s " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH w " BY_ID "\n"
	"SEARCH f " BY_ID " LEFT-JOIN\n"
	"SEARCH x " BY_ID "\n"
	"SEARCH r " BY_ID "\n"
	"SEARCH c " BY_ID},

    /* database/load.c */
    {LOAD, ONCE, "load-set-up", NULL},
    {LOAD, ONCE, "load-tear-down", NULL},
    {LOAD, OFTEN, "container-find", "SEARCH container " BY_ID},
    {LOAD, OFTEN, "container-keep", ""},
    {LOAD, OFTEN, "store-type-find", "SEARCH store_type " BY_ID},
    {LOAD, OFTEN, "store-type-keep", ""},
    {LOAD, OFTEN, "agent-find", "SEARCH agent USING PRIMARY KEY (id=?)"},
    {LOAD, OFTEN, "agent-keep", ""},
    {LOAD, OFTEN, "store-find", "SEARCH store USING INDEX sqlite_autoindex_store_1 (guid=?)"},
    {LOAD, OFTEN, "store-keep", ""},
    {LOAD, OFTEN, "store-move", "SEARCH store USING INDEX sqlite_autoindex_store_1 (guid=?)"},
    {LOAD, ONCE, "stores-take-jobs", NULL},
    {LOAD, OFTEN, "store-note",
	"SEARCH store USING COVERING INDEX sqlite_autoindex_store_1 (guid=?)"},
    {LOAD, OFTEN, "store-password", "SEARCH store USING INDEX sqlite_autoindex_store_1 (guid=?)"},
    {LOAD, OFTEN, "store-seal", "SEARCH store " BY_ID},
    {LOAD, OFTEN, "certificate-find", "SEARCH certificate " BY_ID},
    {LOAD, OFTEN, "certificate-keep", ""},
    {LOAD, OFTEN, "request-find", "SEARCH enrollment_request " BY_ID},
    {LOAD, OFTEN, "request-keep", ""},
    {LOAD, OFTEN, "grant-find",
	"SEARCH role_permission USING PRIMARY KEY (operator=? AND role=? AND permission=?)"},
    {LOAD, OFTEN, "grant-keep", ""},
    {LOAD, OFTEN, "grant-note", ""},
    {LOAD, OFTEN, "container-known", "SEARCH container " BY_ID},
    {LOAD, OFTEN, "store-type-known", "SEARCH store_type " BY_ID},
    {LOAD, ONCE, "short-names", "SCAN store_type"},
    /* all stores are asked for */
    {LOAD, ONCE, "stores-remove",
	"SCAN store\n"
	"USING ROWID SEARCH ON TABLE named_store FOR IN-OPERATOR"},
    /* all grants are */
    {LOAD, ONCE, "grants-take-back",
	"SCAN role_permission\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH n USING PRIMARY KEY (operator=? AND role=? AND permission=?)"},

    /* database/load_identity.c */
    {LOAD, OFTEN, "identity-known",
	"COMPOUND QUERY\n"
	".LEFT-MOST SUBQUERY\n"
	"..SEARCH certificate " BY_ID "\n"
	".UNION ALL\n"
	"..SEARCH certificate USING COVERING INDEX certificate_thumbprint (thumbprint=?)"},
    /* once a load that gives Ids; one scan, for no index has the certificates of requests */
    {LOAD, ONCE, "identity-greatest",
	"SCAN CONSTANT ROW\n"
	"SCALAR SUBQUERY 1\n"
	".SEARCH certificate\n"
	"SCALAR SUBQUERY 2\n"
	".SEARCH renumbered\n"
	"SCALAR SUBQUERY 3\n"
	".SEARCH enrollment_request"},
    {LOAD, OFTEN, "identity-settle", ""},
    {LOAD, OFTEN, "identity-settled", "SEARCH temp.settled " BY_ID},
    {LOAD, OFTEN, "identity-aside", ""},
    {LOAD, OFTEN, "identity-of-aside", "SEARCH temp.aside " BY_ID},
    {LOAD, OFTEN, "identity-back", "SEARCH temp.aside " BY_ID},
    /* faults: there are none as a rule */
    {LOAD, ONCE, "identities-aside",
	"SCAN a\n"
	"SEARCH c " BY_ID "\n"
	"USE TEMP B-TREE FOR ORDER BY"},
    {LOAD, OFTEN, "identity-moved", ""},
    {LOAD, OFTEN, "certificate-move", "SEARCH certificate " BY_ID},
    {LOAD, OFTEN, "certificate-drop", "SEARCH certificate " BY_ID},
    {LOAD, OFTEN, "certificate-fill",
	"SEARCH certificate " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH k " BY_ID},
    {LOAD, ONCE, "locations-move",
	"SEARCH location USING INDEX location_certificate (certificate=?)\n"
	"USING ROWID SEARCH ON TABLE moved FOR IN-OPERATOR\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH m " BY_ID},
    {LOAD, ONCE, "chains-move",
	"SEARCH chain USING COVERING INDEX chain_certificate (certificate=?)\n"
	"USING ROWID SEARCH ON TABLE moved FOR IN-OPERATOR\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH m " BY_ID},
    /* scans here and below, once an import that brought a new Id */
    {LOAD, ONCE, "enrollments-move",
	"SCAN enrollment_request\n"
	"USING ROWID SEARCH ON TABLE moved FOR IN-OPERATOR\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH m " BY_ID},
    {LOAD, ONCE, "requests-given",
	"SCAN request\n"
	"USING ROWID SEARCH ON TABLE moved FOR IN-OPERATOR\n"
	"USING ROWID SEARCH ON TABLE moved FOR IN-OPERATOR"},
    {LOAD, ONCE, "requests-move",
	"SCAN request\n"
	"USING ROWID SEARCH ON TABLE moved FOR IN-OPERATOR\n"
	"USING ROWID SEARCH ON TABLE moved FOR IN-OPERATOR\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH m " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH m " BY_ID},
    {LOAD, ONCE, "renumbered-move",
	"SCAN renumbered\n"
	"USING ROWID SEARCH ON TABLE moved FOR IN-OPERATOR\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH m " BY_ID},
    {LOAD, ONCE, "renumbered-add", "SEARCH temp.moved " BEHIND_ID},
    {LOAD, ONCE, "renumbered-drop",
	"SCAN renumbered\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH c " BY_ID},
    /* database/inventory.c */
    {ITEMS, ONCE, "inventory-set-up", NULL},
    {ITEMS, ONCE, "inventory-tear-down", NULL},
    {ITEMS, OFTEN, "store-of-guid",
	"SEARCH store USING COVERING INDEX sqlite_autoindex_store_1 (guid=?)"},
    {ITEMS, ONCE, "places-fill", "SCAN store"},
    {ITEMS, OFTEN, "stores-at", "SEARCH temp.place USING PRIMARY KEY (machine=? AND path=?)"},
    {ITEMS, OFTEN, "thumbprint-of", "SEARCH certificate " BY_ID},
    {ITEMS, ONCE, "certificate-greatest", "SEARCH certificate"},
    {ITEMS, ONCE, "certificate-ids", "SEARCH certificate " BEHIND_ID},
    {ITEMS, OFTEN, "certificate-of-thumbprint",
	"COMPOUND QUERY\n"
	".LEFT-MOST SUBQUERY\n"
	"..SEARCH certificate USING COVERING INDEX certificate_thumbprint (thumbprint=?)\n"
	".UNION ALL\n"
	"..SEARCH temp.unknown USING COVERING INDEX sqlite_autoindex_unknown_1 (thumbprint=?)"},
    {ITEMS, ONCE, "least-certificate", "SEARCH certificate"},
    {ITEMS, OFTEN, "unknown-add", ""},

    /* database/inventory.c, database/inventory_merge.c */
    {ITEMS, OFTEN, "rows-stage", "SCAN temp.rowset_item VIRTUAL TABLE INDEX 0:"},
    {ITEMS, OFTEN, "stores-name", "SCAN temp.rowset_named VIRTUAL TABLE INDEX 0:"},
    {ITEMS, ONCE, "location-last", "SEARCH location"},
    {ITEMS, OFTEN, "locations-add", "SCAN temp.rowset_location VIRTUAL TABLE INDEX 0:"},
    {ITEMS, OFTEN, "links-add", "SCAN temp.rowset_link VIRTUAL TABLE INDEX 0:"},

    /* database/inventory_merge.c */
    /* for items that came out of order: the sort is the purpose */
    {ITEMS, ONCE, "staged-in-order",
	"SCAN temp.staged\n"
	"USE TEMP B-TREE FOR ORDER BY"},
    {ITEMS, ONCE, "staged-as-they-came", "SCAN temp.staged"},
    {ITEMS, ONCE, "stores-named",
	"SCAN n\n"
	"SEARCH s " BY_ID},
    {ITEMS, ONCE, "locations-known",
	"SCAN n\n"
	"SEARCH l USING INDEX sqlite_autoindex_location_1 (store=?)\n"
	"SEARCH c USING PRIMARY KEY (location=?) LEFT-JOIN"},
    {ITEMS, OFTEN, "location-set", "SEARCH location " BY_ID},
    {ITEMS, OFTEN, "chain-drop", "SEARCH chain USING PRIMARY KEY (location=?)"},
    /* all that was staged; and of the stores that were named */
    {ITEMS, ONCE, "placeholders-add",
	"SEARCH u " BY_ID "\n"
	"LIST SUBQUERY 1\n"
	".SCAN i\n"
	".SEARCH n " BY_ID "\n"
	".SEARCH s " BY_ID},
    {ITEMS, ONCE, "stores-set",
	"SEARCH store " BY_ID "\n"
	"LIST SUBQUERY 2\n"
	".SCAN n\n"
	".SEARCH s " BY_ID "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH n " BY_ID},
    /* stepped once */
    {ITEMS, ONCE, "location-any", "SCAN location USING COVERING INDEX sqlite_autoindex_location_1"},
    {ITEMS, ONCE, "index-known", "SCAN sqlite_schema"},
    {ITEMS, ONCE, "index-drop", NULL},
    {ITEMS, ONCE, "index-make", NULL},

    /* database/scan.c */
    {RUN, OFTEN, "scan-stores",
	"SEARCH s " BETWEEN_IDS "\n"
	"SEARCH t " BY_ID " LEFT-JOIN"},
    {LOAD, OFTEN, "scan-failed", "SEARCH store " BY_ID},
    {LOAD, OFTEN, "scan-succeeded", "SEARCH store " BY_ID},
    {LOAD, OFTEN, "aliases-of-store",
	"SEARCH location USING INDEX sqlite_autoindex_location_1 (store=?)"},
    {LOAD, OFTEN, "mismatch-of-store",
	"SEARCH location USING INDEX location_key_mismatch (store=? AND rowid>?)"},
    {LOAD, OFTEN, "mismatch-clear", "SEARCH location " BY_ID},
    {LOAD, OFTEN, "mismatch-set",
	"SEARCH location USING INDEX sqlite_autoindex_location_1 (store=? AND alias=?)"},

    /* database/verify.c: all that is there, page by page */
    {VERIFY, ONCE, "verify-several",
	"SCAN j USING INDEX job_active\n"
	"LIST SUBQUERY 1\n"
	".SCAN temp.rowset_id VIRTUAL TABLE INDEX 0:\n"
	"USE TEMP B-TREE FOR GROUP BY"},
    {VERIFY, ONCE, "verify-refusals",
	"SEARCH i USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)\n"
	"SEARCH r USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN\n"
	"SEARCH l USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"},
    {VERIFY, ONCE, "verify-jobs",
	"SEARCH i USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)\n"
	"SEARCH r USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN\n"
	"SEARCH l USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH n USING INTEGER PRIMARY KEY (rowid=?)"},
    {VERIFY, ONCE, "verify-rows",
	"SEARCH r USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH job USING INTEGER PRIMARY KEY (rowid=?)\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH refusal USING INTEGER PRIMARY KEY (rowid=?)\n"
	"CORRELATED SCALAR SUBQUERY 3\n"
	".SEARCH job USING INTEGER PRIMARY KEY (rowid=?)\n"
	"CORRELATED SCALAR SUBQUERY 4\n"
	".SEARCH job USING INTEGER PRIMARY KEY (rowid=?)\n"
	"CORRELATED SCALAR SUBQUERY 5\n"
	".SEARCH refusal USING INTEGER PRIMARY KEY (rowid=?)\n"
	"CORRELATED SCALAR SUBQUERY 6\n"
	".SEARCH refusal USING INTEGER PRIMARY KEY (rowid=?)\n"
	"CORRELATED SCALAR SUBQUERY 8\n"
	".COMPOUND QUERY\n"
	"..LEFT-MOST SUBQUERY\n"
	"...SEARCH job USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)\n"
	"..EXCEPT USING TEMP B-TREE\n"
	"...SEARCH refusal USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
    {VERIFY, ONCE, "verify-stores", "SEARCH store " BETWEEN_IDS},
    {VERIFY, ONCE, "verify-tallies", "SEARCH tally USING PRIMARY KEY (run>? AND run<?)"},
    {VERIFY, ONCE, "verify-chains",
	"SEARCH h USING PRIMARY KEY (location>? AND location<?)\n"
	"SEARCH l USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN\n"
	"SEARCH c USING INTEGER PRIMARY KEY (rowid=?) LEFT-JOIN"},
    {VERIFY, ONCE, "verify-given",
	"SEARCH g " BETWEEN_IDS "\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH r " BY_ID},
    {VERIFY, ONCE, "verify-standing",
	"SEARCH l USING COVERING INDEX location_certificate (certificate>? AND certificate<?)\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH c USING INTEGER PRIMARY KEY (rowid=?)\n"
	"USE TEMP B-TREE FOR RIGHT PART OF ORDER BY"},
    {VERIFY, ONCE, "verify-locations",
	"SEARCH l USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH s USING INTEGER PRIMARY KEY (rowid=?)"},
    {VERIFY, ONCE, "verify-references",
	"SCAN m\n"
	"SCAN f VIRTUAL TABLE INDEX 0:\n"
	"USE TEMP B-TREE FOR ORDER BY"},
    /* database/verify_stored.c */
    {VERIFY, ONCE, "stored-containers", "SEARCH container " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-types", "SEARCH store_type " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-stores", "SEARCH store " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-certificates", "SEARCH certificate " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-enrollments", "SEARCH enrollment_request " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-locations", "SEARCH location " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-runs", "SEARCH run " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-requests", "SEARCH request " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-jobs", "SEARCH job " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-refusals", "SEARCH refusal " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-chains", "SEARCH chain USING PRIMARY KEY (location>? AND location<?)"},
    {VERIFY, ONCE, "stored-renumbered", "SEARCH renumbered " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-given", "SEARCH request_given " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-tallies", "SEARCH tally USING PRIMARY KEY (run>? AND run<?)"},
    {VERIFY, ONCE, "stored-settings", "SCAN setting"},
    {VERIFY, ONCE, "stored-data-keys", "SCAN data_key"},
    {VERIFY, ONCE, "stored-agents", "SCAN agent"},
    {VERIFY, ONCE, "stored-roles", "SCAN role_permission"},
    {VERIFY, ONCE, "page-of-handling",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH handling " BEHIND_ID "\n"
	"SEARCH (subquery-1)"},
    {VERIFY, ONCE, "page-of-events",
	"CO-ROUTINE (subquery-1)\n"
	".SEARCH job_event USING PRIMARY KEY (job>?)\n"
	"SEARCH (subquery-1)"},
    {VERIFY, ONCE, "stored-handling", "SEARCH handling " BETWEEN_IDS},
    {VERIFY, ONCE, "stored-ready", "SCAN ready"},
    {VERIFY, ONCE, "stored-leases", "SCAN lease USING COVERING INDEX lease_until"},
    {VERIFY, ONCE, "stored-events", "SEARCH job_event USING PRIMARY KEY (job>? AND job<?)"},
    {VERIFY, ONCE, "stored-counters", "SCAN counter"},
    /* database/sqlite/schema.c */
    {VERIFY, ONCE, "verify-damage", "SCAN temp.pragma_integrity_check VIRTUAL TABLE INDEX 0:"},
    {VERIFY, ONCE, "verify-queue",
	"SEARCH j " BETWEEN_IDS "\n"
	"SEARCH q " BY_ID "\n"
	"SEARCH n " BY_ID "\n"
	"SEARCH s " BY_ID "\n"
	"SEARCH h " BY_ID " LEFT-JOIN\n"
	"SCALAR SUBQUERY 1\n"
	".SEARCH c USING PRIMARY KEY (name=?)\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH r USING PRIMARY KEY (machine=? AND due_at=? AND job=?)\n"
	"CORRELATED SCALAR SUBQUERY 3\n"
	".SEARCH l USING PRIMARY KEY (machine=? AND until=? AND job=?)\n"
	"CORRELATED SCALAR SUBQUERY 3\n"
	".SEARCH l USING PRIMARY KEY (machine=? AND until=? AND job=?)\n"
	"CORRELATED SCALAR SUBQUERY 2\n"
	".SEARCH r USING PRIMARY KEY (machine=? AND due_at=? AND job=?)"},
    {VERIFY, ONCE, "verify-surplus",
	"CO-ROUTINE t\n"
	".COMPOUND QUERY\n"
	"..LEFT-MOST SUBQUERY\n"
	"...SCAN CONSTANT ROW\n"
	"...SCALAR SUBQUERY 1\n"
	"....SCAN ready\n"
	"...SCALAR SUBQUERY 3\n"
	"....SEARCH j USING INDEX job_active (id<?)\n"
	"....SCALAR SUBQUERY 2\n"
	".....SEARCH c USING PRIMARY KEY (name=?)\n"
	"...SCALAR SUBQUERY 4\n"
	"....SCAN handling\n"
	"...SCALAR SUBQUERY 1\n"
	"....SCAN ready\n"
	"...SCALAR SUBQUERY 3\n"
	"....SEARCH j USING INDEX job_active (id<?)\n"
	"....SCALAR SUBQUERY 2\n"
	".....SEARCH c USING PRIMARY KEY (name=?)\n"
	"...SCALAR SUBQUERY 4\n"
	"....SCAN handling\n"
	"..UNION ALL\n"
	"...SCAN CONSTANT ROW\n"
	"...SCALAR SUBQUERY 6\n"
	"....SCAN lease\n"
	"...SCALAR SUBQUERY 7\n"
	"....SCAN handling\n"
	"...SCALAR SUBQUERY 6\n"
	"....SCAN lease\n"
	"...SCALAR SUBQUERY 7\n"
	"....SCAN handling\n"
	"SCAN t"},
    {VERIFY, ONCE, "verify-history",
	"SEARCH e USING PRIMARY KEY (job>? AND job<?)\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH l USING PRIMARY KEY (job=? AND number>?)\n"
	"SEARCH j " BY_ID " LEFT-JOIN"},
    {VERIFY, ONCE, "verify-proof",
	"SEARCH j " BETWEEN_IDS "\n"
	"SEARCH q " BY_ID "\n"
	"SEARCH s " BY_ID},
    {VERIFY, ONCE, "verify-last",
	"SCAN CONSTANT ROW\n"
	"SCALAR SUBQUERY 1\n"
	".SEARCH request\n"
	"SCALAR SUBQUERY 2\n"
	".SEARCH job\n"
	"SCALAR SUBQUERY 3\n"
	".SEARCH refusal"},
    {VERIFY, ONCE, "verify-runs-tally", "SCAN tally"},
    {VERIFY, ONCE, "verify-runs",
	"SCAN r\n"
	"CORRELATED SCALAR SUBQUERY 1\n"
	".SEARCH q USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
    {VERIFY, ONCE, "verify-purged", "SEARCH run " BETWEEN_IDS},
    /* database/purge.c */
    {RUN, ONCE, "purge-runs", "SCAN run"},
    {RUN, ONCE, "purge-there", "SEARCH request " BETWEEN_IDS},
    {RUN, OFTEN, "purge-jobs", "SEARCH job USING INTEGER PRIMARY KEY (rowid<?)"},
    {PURGE, ONCE, "purge-open", "SEARCH job USING INDEX job_active (id>? AND id<?)"},
    {PURGE, ONCE, "purge-mark", "SEARCH run " BY_ID},
    {PURGE, ONCE, "purge-data-key", "SEARCH data_key " BY_ID},
    {PURGE, ONCE, "purge-slice",
	"CO-ROUTINE (subquery-2)\n"
	".CO-ROUTINE (subquery-4)\n"
	"..CO-ROUTINE (subquery-1)\n"
	"...SEARCH request " BETWEEN_IDS "\n"
	"..SCAN (subquery-1)\n"
	"..USE TEMP B-TREE FOR ORDER BY\n"
	".SCAN (subquery-4)\n"
	"SCAN (subquery-2)"},
    {PURGE, ONCE, "purge-events",
	"SEARCH job_event USING PRIMARY KEY (job=?)\n"
	"LIST SUBQUERY 1\n"
	".SEARCH q " BETWEEN_IDS "\n"
	".SEARCH j " BETWEEN_IDS},
    {PURGE, ONCE, "purge-handling",
	"SEARCH handling " BY_ID "\n"
	"LIST SUBQUERY 1\n"
	".SEARCH q " BETWEEN_IDS "\n"
	".SEARCH j " BETWEEN_IDS},
    {PURGE, ONCE, "purge-job",
	"SEARCH job " BY_ID "\n"
	"LIST SUBQUERY 1\n"
	".SEARCH q " BETWEEN_IDS "\n"
	".SEARCH j " BETWEEN_IDS},
    {PURGE, ONCE, "purge-refusal",
	"SEARCH refusal " BY_ID "\n"
	"LIST SUBQUERY 1\n"
	".SEARCH q " BETWEEN_IDS "\n"
	".SEARCH f " BETWEEN_IDS},
    {PURGE, OFTEN, "purge-given", "SEARCH request_given " BETWEEN_IDS},
    {PURGE, OFTEN, "purge-request", "SEARCH request " BETWEEN_IDS},
    {PURGE, ONCE, "purge-tally", "SEARCH tally USING PRIMARY KEY (run=?)"},
    {PURGE, ONCE, "purge-done", "SEARCH run " BY_ID},
    /* database/sqlite/backup.c */
    {RUN, ONCE, "backup-touch", "SCAN sqlite_master"},
    /* inventory.c */
    {RUN, ONCE, "setting-get", "SEARCH setting USING PRIMARY KEY (name=?)"},
    {RUN, ONCE, "setting-set", ""},
    {RUN, ONCE, "schema-objects",
	"SCAN sqlite_schema\n"
	"USE TEMP B-TREE FOR ORDER BY"},
};

#endif
