/*
 * parse FILES: the peer of `scan`, a bare loop over OpenSSL on two threads. It opens each of the
 * files of the list, reads it whole and parses as much of it as a scan does. Of a PEM file: all
 * certificates, with PEM_read_bio_X509(), and the private key, which must be that of the first one.
 * Of a file whose name ends in .p12: its MAC, with the password "secret", and its certificates, not
 * its key, which a scan does not open either. It takes the SHA-1 and the SHA-256 of each
 * certificate, and prints how many stores and certificates there were, and the sum of the first
 * bytes of their fingerprints.
 *
 * It has no database, keeps nothing, looks at no name and no issuer.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#define PARSE_THREADS 2
#define FILE_MOST 65536
#define PATH_SIZE 4096

static struct {
	char **paths;
	size_t count;
	atomic_size_t next;
	atomic_size_t certificates;
	atomic_ulong sum;
} parse;

static void
parse_need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "parse: %s failed\n", what);
	exit(EXIT_FAILURE);
}

static void
parse_count(const X509 *x509)
{
	unsigned char sha1[EVP_MAX_MD_SIZE], sha256[EVP_MAX_MD_SIZE];

	parse_need(X509_digest(x509, EVP_sha1(), sha1, NULL) == 1 &&
		       X509_digest(x509, EVP_sha256(), sha256, NULL) == 1,
	    "X509_digest");
	atomic_fetch_add(&parse.certificates, 1);
	atomic_fetch_add(&parse.sum, sha1[0] + sha256[0]);
}

static void
parse_pem(BIO *bio)
{
	X509 *x509, *leaf = NULL;
	EVP_PKEY *key;

	while ((x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		parse_count(x509);
		if (leaf == NULL)
			leaf = x509;
		else
			X509_free(x509);
	}
	ERR_clear_error();
	BIO_reset(bio);
	key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	parse_need(key != NULL, "PEM_read_bio_PrivateKey");
	parse_need(X509_check_private_key(leaf, key) == 1, "X509_check_private_key");
	EVP_PKEY_free(key);
	X509_free(leaf);
}

static void
parse_bags(const STACK_OF(PKCS12_SAFEBAG) * bags)
{
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); i++) {
		const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, i);
		X509 *x509;

		if (PKCS12_SAFEBAG_get_nid(bag) != NID_certBag)
			continue;
		x509 = PKCS12_SAFEBAG_get1_cert(bag);
		parse_need(x509 != NULL, "PKCS12_SAFEBAG_get1_cert");
		parse_count(x509);
		X509_free(x509);
	}
}

static void
parse_pkcs12(BIO *bio)
{
	static const char password[] = "secret";
	PKCS12 *p12 = d2i_PKCS12_bio(bio, NULL);
	STACK_OF(PKCS7) *safes = p12 == NULL ? NULL : PKCS12_unpack_authsafes(p12);

	parse_need(safes != NULL, "PKCS12_unpack_authsafes");
	parse_need(PKCS12_verify_mac(p12, password, -1) == 1, "PKCS12_verify_mac");
	for (int i = 0; i < sk_PKCS7_num(safes); i++) {
		PKCS7 *safe = sk_PKCS7_value(safes, i);
		STACK_OF(PKCS12_SAFEBAG) *bags = PKCS7_type_is_encrypted(safe)
						     ? PKCS12_unpack_p7encdata(safe, password, -1)
						     : PKCS12_unpack_p7data(safe);

		parse_need(bags != NULL, "PKCS12_unpack_p7encdata");
		parse_bags(bags);
		sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
	}
	sk_PKCS7_pop_free(safes, PKCS7_free);
	PKCS12_free(p12);
}

static void
parse_file(const char *path)
{
	static _Thread_local char bytes[FILE_MOST];
	size_t length, end = strlen(path);
	FILE *file = fopen(path, "re");
	BIO *bio;

	if (file == NULL) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	length = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	bio = BIO_new_mem_buf(bytes, (int)length);
	if (end > 4 && strcmp(path + end - 4, ".p12") == 0)
		parse_pkcs12(bio);
	else
		parse_pem(bio);
	BIO_free(bio);
}

static void *
parse_run(void *unused)
{
	size_t at;

	while ((at = atomic_fetch_add(&parse.next, 1)) < parse.count)
		parse_file(parse.paths[at]);
	return unused;
}

static void
parse_list(const char *name)
{
	FILE *list = fopen(name, "re");
	char line[PATH_SIZE];
	size_t capacity = 0;

	if (list == NULL) {
		perror(name);
		exit(EXIT_FAILURE);
	}
	while (fgets(line, sizeof(line), list) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (parse.count == capacity) {
			capacity = capacity == 0 ? 1024 : 2 * capacity;
			parse.paths = realloc(parse.paths, capacity * sizeof(*parse.paths));
		}
		parse.paths[parse.count++] = strdup(line);
	}
	fclose(list);
}

int
main(int argc, char **argv)
{
	pthread_t threads[PARSE_THREADS];

	if (argc != 2) {
		fprintf(stderr, "usage: parse FILES\n");
		return EXIT_FAILURE;
	}
	parse_list(argv[1]);
	for (size_t i = 0; i < PARSE_THREADS; i++)
		if (pthread_create(&threads[i], NULL, parse_run, NULL) != 0)
			return EXIT_FAILURE;
	for (size_t i = 0; i < PARSE_THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%zu stores, %zu certificates, %lu\n", parse.count, (size_t)parse.certificates,
	    (unsigned long)parse.sum);
	return EXIT_SUCCESS;
}
