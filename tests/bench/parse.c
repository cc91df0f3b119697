/*
 * parse FILES: the peer of `scan`, a bare loop over OpenSSL on two threads. It opens each of the
 * files of the list, reads it whole and parses it: all certificates of a PEM file with
 * PEM_read_bio_X509(), a file whose name ends in .p12 with PKCS12_parse() and the password
 * "secret"; and takes the SHA-1 of each certificate. Prints how many stores and certificates there
 * were, and the sum of the first bytes of their fingerprints.
 *
 * It has no database, keeps nothing, compares no key, looks at no name and no issuer.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
parse_count(const X509 *x509)
{
	unsigned char print[EVP_MAX_MD_SIZE];
	unsigned length;

	X509_digest(x509, EVP_sha1(), print, &length);
	atomic_fetch_add(&parse.certificates, 1);
	atomic_fetch_add(&parse.sum, print[0]);
}

static void
parse_pem(BIO *bio)
{
	X509 *x509;

	while ((x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL) {
		parse_count(x509);
		X509_free(x509);
	}
}

static void
parse_pkcs12(BIO *bio)
{
	PKCS12 *p12 = d2i_PKCS12_bio(bio, NULL);
	STACK_OF(X509) *chain = NULL;
	EVP_PKEY *key = NULL;
	X509 *leaf = NULL;

	if (PKCS12_parse(p12, "secret", &key, &leaf, &chain) != 1) {
		fprintf(stderr, "parse: PKCS12_parse failed\n");
		exit(EXIT_FAILURE);
	}
	parse_count(leaf);
	for (int i = 0; i < sk_X509_num(chain); i++)
		parse_count(sk_X509_value(chain, i));
	sk_X509_pop_free(chain, X509_free);
	X509_free(leaf);
	EVP_PKEY_free(key);
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
