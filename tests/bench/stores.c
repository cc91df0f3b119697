/*
 * stores FOLDER PEM PKCS12: makes that many stores of each kind in the folder, which must be there:
 * pem/N.pem, a certificate, its issuer and its key; p12/N.p12, the same with the password "secret"
 * and the iterations that OpenSSL chooses. And what `import` takes: types.csv and stores.csv, for
 * the machine that it runs on; and `files`, their paths, one a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#define PATH_SIZE 4096

struct stores {
	const char *folder;
	char machine[256];
	FILE *list, *files;
	X509 *issuer;
	EVP_PKEY *issuer_key;
};

static void
stores_need(const void *thing, const char *what)
{
	if (thing != NULL)
		return;
	fprintf(stderr, "stores: %s failed\n", what);
	exit(EXIT_FAILURE);
}

static void
stores_extend(X509 *x509, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	stores_need(extension, value);
	X509_add_ext(x509, extension, -1);
	X509_EXTENSION_free(extension);
}

/* A certificate of that number and name, which the issuer has signed; itself where there is none.
 */
static X509 *
stores_certificate(const struct stores *stores, long number, const char *name, EVP_PKEY *key)
{
	X509 *x509 = X509_new();
	char dns[256];

	stores_need(x509, "a certificate");
	X509_set_version(x509, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), number);
	X509_gmtime_adj(X509_getm_notBefore(x509), 0);
	X509_gmtime_adj(X509_getm_notAfter(x509), 365L * 86400);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
	    (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(
	    x509, X509_get_subject_name(stores->issuer == NULL ? x509 : stores->issuer));
	X509_set_pubkey(x509, key);
	snprintf(dns, sizeof(dns), "DNS:%s", name);
	stores_extend(x509, NID_subject_alt_name, dns);
	stores_extend(x509, NID_basic_constraints, stores->issuer == NULL ? "CA:TRUE" : "CA:FALSE");
	if (stores->issuer != NULL)
		stores_extend(x509, NID_ext_key_usage, "serverAuth");
	X509_sign(x509, stores->issuer == NULL ? key : stores->issuer_key, EVP_sha256());
	return x509;
}

static void
stores_write(const char *path, X509 *leaf, X509 *issuer, EVP_PKEY *key)
{
	FILE *file = fopen(path, "we");

	stores_need(file, path);
	PEM_write_X509(file, leaf);
	PEM_write_X509(file, issuer);
	PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
	fclose(file);
}

static void
stores_write_pkcs12(const char *path, X509 *leaf, X509 *issuer, EVP_PKEY *key)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	PKCS12 *p12;
	FILE *file = fopen(path, "we");

	stores_need(file, path);
	sk_X509_push(chain, issuer);
	p12 = PKCS12_create("secret", "www", key, leaf, chain, 0, 0, 0, 0, 0);
	stores_need(p12, "PKCS12_create");
	i2d_PKCS12_fp(file, p12);
	PKCS12_free(p12);
	sk_X509_free(chain);
	fclose(file);
}

static void
stores_make(const struct stores *stores, long number, const char *kind)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	char path[PATH_SIZE], name[64];
	X509 *leaf;

	stores_need(key, "a key");
	snprintf(path, sizeof(path), "%s/%s/%ld.%s", stores->folder, kind, number, kind);
	snprintf(name, sizeof(name), "www%ld.example.com", number);
	leaf = stores_certificate(stores, number, name, key);
	if (strcmp(kind, "pem") == 0)
		stores_write(path, leaf, stores->issuer, key);
	else
		stores_write_pkcs12(path, leaf, stores->issuer, key);
	fprintf(stores->files, "%s\n", path);
	fprintf(stores->list, "%08lx-0000-4000-8000-000000000000,%s,%s,%s,true\n", number,
	    stores->machine, path, strcmp(kind, "pem") == 0 ? "PEM" : "PKCS12");
	X509_free(leaf);
	EVP_PKEY_free(key);
}

static FILE *
stores_open(const struct stores *stores, const char *name)
{
	char path[PATH_SIZE];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", stores->folder, name);
	file = fopen(path, "we");
	stores_need(file, path);
	return file;
}

int
main(int argc, char **argv)
{
	struct stores stores = {.folder = argc == 4 ? argv[1] : NULL};
	long pem = argc == 4 ? atol(argv[2]) : 0, all = argc == 4 ? pem + atol(argv[3]) : 0;
	FILE *types;

	if (argc != 4) {
		fprintf(stderr, "usage: stores FOLDER PEM PKCS12\n");
		return EXIT_FAILURE;
	}
	gethostname(stores.machine, sizeof(stores.machine));
	types = stores_open(&stores, "types.csv");
	fprintf(types, "StoreType,ShortName,Name,EntryPassword,PrivateKeyAllowed,AddSupported\n"
		       "201,PKCS12,PKCS12,0,1,true\n");
	fclose(types);
	stores.list = stores_open(&stores, "stores.csv");
	stores.files = stores_open(&stores, "files");
	fprintf(stores.list, "Id,ClientMachine,Storepath,CertStoreType,Approved\n");
	stores.issuer_key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	stores.issuer = stores_certificate(&stores, 1, "ca.example.com", stores.issuer_key);
	for (long number = 1; number <= all; number++)
		stores_make(&stores, number, number <= pem ? "pem" : "p12");
	fclose(stores.list);
	fclose(stores.files);
	X509_free(stores.issuer);
	EVP_PKEY_free(stores.issuer_key);
	return EXIT_SUCCESS;
}
