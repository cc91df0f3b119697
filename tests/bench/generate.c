/*
 * generate FOLDER ROWS [facts]: an inventory to measure on, and the manifests that replace every
 * certificate in it; the files that `import` takes, and nothing that knows a table.
 *
 * Certificates 1 .. ROWS are the old ones, ROWS + 1 .. 2 * ROWS those that take their places.
 * An old one stands in one, two, three or two of 20,000 stores, so that there are 2 * ROWS
 * locations. Every row of a manifest succeeds, but one in the middle of half.csv. With facts: only
 * facts.csv, what the certificates know beyond that.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STORES 20000
#define AGENTS 2000
#define CONTAINERS 20
#define MOST_ROWS 20000000
#define STORE_STEP 6133 /* coprime to STORES: the stores of one certificate differ */

/* The finalizer of splitmix64: the same data everywhere. */
static uint64_t
mix(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

static FILE *
create(const char *folder, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	file = fopen(path, "we");
	if (file == NULL)
		perror(path);
	return file;
}

/* Closes it: 0, or -1 where something could not be written. */
static int
finish(FILE *file, const char *name)
{
	bool failed = ferror(file) != 0;

	if (fclose(file) == 0 && !failed)
		return 0;
	perror(name);
	return -1;
}

static void
print_guid(FILE *file, uint64_t kind, uint64_t number)
{
	uint64_t a = mix(kind << 32 | number), b = mix(a);

	fprintf(file, "%08" PRIx64 "-%04" PRIx64 "-4%03" PRIx64 "-8%03" PRIx64 "-%012" PRIx64,
	    a >> 32, a >> 16 & 0xffff, a & 0xfff, b >> 52, b & UINT64_C(0xffffffffffff));
}

enum guid { GUID_AGENT = 1, GUID_STORE };

/* ---- the inventory -------------------------------------------------------------------------- */

static int
write_sites(const char *folder)
{
	static const unsigned types[] = {0, 6, 101, 0}; /* JKS, IIS Personal, FTP */
	FILE *containers = create(folder, "containers.csv");
	FILE *agents = create(folder, "agents.csv");
	FILE *stores = create(folder, "stores.csv");

	if (containers == NULL || agents == NULL || stores == NULL)
		return -1;
	fprintf(containers, "Id,Name\n");
	for (unsigned i = 1; i <= CONTAINERS; i++)
		fprintf(containers, "%u,Site %u\n", i, i);
	fprintf(agents, "AgentId,ClientMachine,Status,LastSeen\n");
	for (unsigned i = 0; i < AGENTS; i++) {
		print_guid(agents, GUID_AGENT, i);
		fprintf(agents, ",host%04u.example.com,2,2026-01-15T06:00:00\n", i);
	}
	fprintf(stores, "Id,ContainerId,DisplayName,ClientMachine,Storepath,CertStoreType,"
			"Approved,AgentId,AgentAssigned\n");
	for (unsigned i = 0; i < STORES; i++) {
		print_guid(stores, GUID_STORE, i);
		fprintf(stores,
		    ",%u,store %u,host%04u.example.com,/srv/app%02u/keystore.jks,%u,true,",
		    1 + i % CONTAINERS, i, i % AGENTS, i / AGENTS, types[i % 4]);
		print_guid(stores, GUID_AGENT, i % AGENTS);
		fprintf(stores, ",true\n");
	}
	return finish(containers, "containers.csv") | finish(agents, "agents.csv") |
	       finish(stores, "stores.csv");
}

/*
 * Thumbprints rise with the ids: no command that is measured reads them, and 20,000,000 of them
 * in no order would take hours to load into their index.
 */
static int
write_certificates(const char *folder, uint64_t rows)
{
	FILE *file = create(folder, "certificates.csv");

	if (file == NULL)
		return -1;
	fprintf(file,
	    "Id,Thumbprint,SerialNumber,IssuedDN,IssuerDN,NotBefore,NotAfter,KeyTypeString,"
	    "KeySizeInBits,SubjectAltNameElements,HasPrivateKey,CertRequestId,"
	    "RevocationEffDate\n");
	for (uint64_t id = 1; id <= 2 * rows; id++) {
		uint64_t service = (id - 1) % rows, a = mix(id), b = mix(a);
		bool old = id <= rows;

		fprintf(file, "%" PRIu64 ",%08" PRIX64 "%016" PRIX64 "%016" PRIX64, id, id, a, b);
		fprintf(file, ",%016" PRIX64 "%016" PRIX64, mix(b), a);
		fprintf(file,
		    ",\"CN=svc%08" PRIu64 ".example.com,O=Example\",\"CN=Example Issuing CA 1,"
		    "O=Example\"",
		    service);
		fprintf(file, ",%s,RSA,2048,svc%08" PRIu64 ".example.com,true,,\n",
		    old ? "2024-06-01T08:00:00,2050-06-01T08:00:00"
			: "2026-01-01T08:00:00,2052-01-01T08:00:00",
		    service);
	}
	return finish(file, "certificates.csv");
}

/* What the checks of certificates ask for beyond that: three names, usages, a signature. */
static int
write_facts(const char *folder, uint64_t rows)
{
	FILE *file = create(folder, "facts.csv");

	if (file == NULL)
		return -1;
	fprintf(
	    file, "Id,SubjectAltNameElements,KeyUsage,ExtendedKeyUsages,SigningAlgorithm,IsCA\n");
	for (uint64_t id = 1; id <= 2 * rows; id++) {
		uint64_t service = (id - 1) % rows;

		fprintf(file,
		    "%" PRIu64 ",svc%08" PRIu64 ".example.com www.svc%08" PRIu64
		    ".example.com api.svc%08" PRIu64
		    ".example.com,160,1.3.6.1.5.5.7.3.1 1.3.6.1.5.5.7.3.2,sha256RSA,false\n",
		    id, service, service, service);
	}
	return finish(file, "facts.csv");
}

/* How many stores the i-th old certificate stands in, and which. */
static unsigned
copies(uint64_t i)
{
	static const unsigned counts[] = {1, 2, 3, 2};

	return counts[i % 4];
}

static size_t
place(uint64_t i, unsigned copy)
{
	return (size_t)((mix(i) % STORES + (uint64_t)copy * STORE_STEP) % STORES);
}

/* Which old certificates each store holds: store s has held[first[s]] .. held[first[s + 1] - 1]. */
static uint32_t *
gather(uint64_t rows, size_t first[STORES + 1])
{
	static size_t next[STORES];
	uint32_t *held;

	memset(first, 0, (STORES + 1) * sizeof(first[0]));
	for (uint64_t i = 0; i < rows; i++)
		for (unsigned c = 0; c < copies(i); c++)
			first[place(i, c) + 1]++;
	for (size_t s = 0; s < STORES; s++) {
		next[s] = first[s];
		first[s + 1] += first[s];
	}
	held = malloc((first[STORES] + 1) * sizeof(held[0]));
	for (uint64_t i = 0; held != NULL && i < rows; i++)
		for (unsigned c = 0; c < copies(i); c++)
			held[next[place(i, c)]++] = (uint32_t)i;
	return held;
}

/* What stands in the stores, store by store and by alias: before, or when three jobs in four are
 * done. Without a time: as of when it is loaded. */
static int
write_inventory(const char *folder, const char *name, uint64_t rows, const uint32_t *held,
    const size_t *first, bool after)
{
	FILE *file = create(folder, name);

	if (file == NULL)
		return -1;
	fprintf(file, "CertStoreId,Alias,ChainLevel,CertificateId\n");
	for (size_t s = 0; s < STORES; s++)
		for (size_t j = first[s]; j < first[s + 1]; j++) {
			bool done = after && mix(j) % 4 != 0;

			print_guid(file, GUID_STORE, s);
			fprintf(file, ",svc%08" PRIu32 ",0,%" PRIu64 "\n", held[j],
			    1 + held[j] + (done ? rows : 0));
		}
	return finish(file, name);
}

static int
write_inventories(const char *folder, uint64_t rows)
{
	static size_t first[STORES + 1];
	uint32_t *held = gather(rows, first);
	int rc;

	if (held == NULL) {
		perror("inventory.csv");
		return -1;
	}
	rc = write_inventory(folder, "inventory.csv", rows, held, first, false) |
	     write_inventory(folder, "inventory-after.csv", rows, held, first, true);
	free(held);
	return rc;
}

/* ---- manifests ------------------------------------------------------------------------------ */

static const char manifest_header[] =
    "ExistingCertificateId,CertificateId,RequestId,JobTime,Password\n";

#define DUE_AT_ONCE "2001-01-01T00:00:00Z"

/* One row in four is for later. Each has a time: rows with and without one would be warned of. */
static const char *
job_time(uint64_t i, char time[32])
{
	unsigned mixed = (unsigned)(mix(~i) & 0xffffff);

	snprintf(time, 32, DUE_AT_ONCE);
	if (i % 4 == 0)
		snprintf(time, 32, "2045-%02u-%02uT%02u:%02u:00Z", 1 + mixed % 12,
		    1 + mixed / 12 % 28, mixed / 512 % 24, mixed / 65536 % 60);
	return time;
}

static void
print_csv(FILE *file, uint64_t i, uint64_t rows, bool password)
{
	char time[32];

	fprintf(file, "%" PRIu64 ",%" PRIu64 ",,%s,", i + 1, i + 1 + rows, job_time(i, time));
	if (password)
		fprintf(file, "sample-%08" PRIx64, mix(i) & 0xffffffff);
	fputc('\n', file);
}

struct manifest {
	const char *name;
	const uint32_t *order; /* NULL: as they come */
	uint64_t most;         /* rows; 0: all */
	bool password;
	bool half; /* one row more, in the middle, that `--max-errors 0` stops behind */
};

static int
write_csv(const char *folder, const struct manifest *manifest, uint64_t rows)
{
	uint64_t count = manifest->most == 0 || manifest->most > rows ? rows : manifest->most;
	FILE *file = create(folder, manifest->name);

	if (file == NULL)
		return -1;
	fputs(manifest_header, file);
	for (uint64_t i = 0; i < count; i++) {
		if (manifest->half && i == rows / 2)
			fprintf(file, ",%" PRIu64 ",," DUE_AT_ONCE ",\n", rows + 1);
		print_csv(file, manifest->order == NULL ? i : manifest->order[i], rows,
		    manifest->password);
	}
	return finish(file, manifest->name);
}

static int
write_jsonl(const char *folder, const char *name, uint64_t rows)
{
	FILE *file = create(folder, name);
	char time[32];

	if (file == NULL)
		return -1;
	for (uint64_t i = 0; i < rows; i++) {
		fprintf(file, "{\"ExistingCertificateId\":%" PRIu64 ",\"CertificateId\":%" PRIu64,
		    i + 1, i + 1 + rows);
		fprintf(file, ",\"JobTime\":\"%s\"", job_time(i, time));
		fputs("}\n", file);
	}
	return finish(file, name);
}

static uint32_t *
shuffle(uint64_t rows)
{
	uint32_t *order = calloc(rows, sizeof(order[0]));

	for (uint64_t i = 0; order != NULL && i < rows; i++) {
		uint64_t j = mix(i ^ UINT64_C(0x5bd1e995)) % (i + 1);

		order[i] = order[j];
		order[j] = (uint32_t)i;
	}
	return order;
}

static int
write_manifests(const char *folder, uint64_t rows)
{
	uint32_t *order = shuffle(rows);
	const struct manifest manifests[] = {
	    {.name = "sorted.csv"},
	    {.name = "shuffled.csv", .order = order},
	    {.name = "password.csv", .password = true},
	    {.name = "half.csv", .half = true},
	    {.name = "small.csv", .order = order, .most = 100},
	};
	int rc;

	if (order == NULL) {
		perror("shuffled.csv");
		return -1;
	}
	rc = write_jsonl(folder, "sorted.jsonl", rows);
	for (size_t i = 0; rc == 0 && i < sizeof(manifests) / sizeof(manifests[0]); i++)
		rc = write_csv(folder, &manifests[i], rows);
	free(order);
	return rc;
}

int
main(int argc, char **argv)
{
	bool facts = argc == 4 && strcmp(argv[3], "facts") == 0;
	uint64_t rows = argc == 3 || facts ? strtoull(argv[2], NULL, 10) : 0;

	if (rows < 4 || rows > MOST_ROWS) {
		fprintf(
		    stderr, "usage: generate FOLDER ROWS [facts], of rows 4 to %d\n", MOST_ROWS);
		return EXIT_FAILURE;
	}
	if (facts)
		return write_facts(argv[1], rows) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
	return write_sites(argv[1]) == 0 && write_certificates(argv[1], rows) == 0 &&
		       write_inventories(argv[1], rows) == 0 && write_manifests(argv[1], rows) == 0
		   ? EXIT_SUCCESS
		   : EXIT_FAILURE;
}
