#include "certificates/jks.h"
#include "certificates/pem.h"
#include "certificates/pkcs12.h"
#include "crypto/reserve.h"
#include "crypto/start.h"

#include "certificates/java_key_stores.h"
#include "certificates/made_pkcs12.h"
#include "certificates/short_memory.h"

#include <limits.h>
#include <sys/wait.h>

/*
 * Files read without memory: each allocation fails, of ours and of OpenSSL's, alone or with all
 * after it. All that was read is right then, or there is no memory: nothing may be missing.
 */

/* ---- files ------------------------------------------------------------------------------- */

static struct buffer bytes;

/* Each names its certificates so that its subject alternative names and uses are read too. */
static void
make_chain(const struct made *two[2])
{
	const struct made_options root = {.is_ca = true, .no_ids = true};
	struct made_options options = {.no_ids = true,
	    .extensions = {"subjectAltName", "DNS:www.example,IP:10.0.0.1,RID:1.2.3",
		"extendedKeyUsage", "serverAuth,clientAuth", "keyUsage", "digitalSignature"}};

	two[0] = made_with("root", &root);
	options.issuer = two[0];
	two[1] = made_with("www", &options);
}

static void
make_pem(void)
{
	const struct made *two[2], *other;

	make_chain(two);
	other = made_with("root", &(struct made_options){.is_ca = true, .no_ids = true});
	add_pem(&bytes, other); /* of the same name: the signature decides */
	add_pem(&bytes, two[0]);
	add_pem(&bytes, two[1]);
	add_pem_key(&bytes, two[1], NULL, false);
}

static void
make_pkcs12(int nid)
{
	const char *const names[] = {"www", "1"};
	struct made_pkcs12 file = {.password = "secret"};
	const struct made *two[2];

	make_chain(two);
	made_cert(&file, two[1], "www", "1");
	made_cert(&file, two[0], "ca", NULL);
	made_safe(&file, nid, 10);
	made_key_bag(&file, two[1], names, nid, 10);
	made_nest(&file);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 10, &bytes);
}

static void
make_modern(void)
{
	make_pkcs12(MADE_PBES2);
}

static void
make_legacy(void)
{
	make_pkcs12(NID_pbe_WithSHA1And40BitRC2_CBC);
}

static void
make_jks(void)
{
	add_hex(&bytes, JAVA_JKS);
}

static int
take_pem(struct entries_source *source)
{
	return pem_read(source, &(struct pem_options){.trust_store = false});
}

static int
take_pkcs12(struct entries_source *source)
{
	const struct pkcs12_options options = {.open_keys = true};

	return pkcs12_begin(&source->err) == -1 ? -1 : pkcs12_read(source, &options);
}

static const struct {
	void (*make)(void);
	int (*take)(struct entries_source *);
	const char *expected;
} files[] = {
    {make_pem, take_pem, "CN=www<CN=root +key; CN=root"},
    {make_modern, take_pkcs12, "'www' CN=www<CN=root +key; 'ca' CN=root"},
    {make_legacy, take_pkcs12, "'www' CN=www<CN=root +key; 'ca' CN=root"},
    {make_jks, jks_read, "'w\xc3\xbcrz \xf0\x9f\x94\x91' CN=root; 'www' CN=www<CN=root +key"},
};

/* What an entry has beside its names. */
static bool
has_all_facts(const struct entry *entry)
{
	const struct certificate *certificate = &entry->chain[0];

	return strcmp(certificate->key_type, "ECC") == 0 && certificate->key_bits == 256 &&
	       strcmp(certificate->curve, "P-256") == 0 && strlen(certificate->sha1) == 40 &&
	       (certificate->names.count == 3 ||
		   strcmp(certificate->subject.bytes, "CN=www") != 0) &&
	       certificate->issuer.length > 0 && certificate->serial.length > 0;
}

/* Reads with the n-th allocation failing. True: it was right, or memory was reported. */
static bool
read_short(int file, long number, bool all)
{
	struct entries_source source = source_of(&bytes, "secret");
	const char *line;
	bool facts = true;
	int rc;

	memory_arm(number, all);
	rc = files[file].take(&source);
	memory.armed = false;
	for (size_t i = 0; file != 3 && rc == 0 && i < source.entries.count; i++)
		facts &= has_all_facts(&source.entries.items[i]);
	line = read_as(&source, rc);
	if (facts && (strcmp(line, files[file].expected) == 0 ||
			 (memory.failed && strcmp(line, "error 4: out of memory") == 0)))
		return true;
	fprintf(stderr, "file %d, allocation %ld%s: %s%s\n", file, number, all ? " and on" : "",
	    line, facts ? "" : " without facts");
	return false;
}

/* The bytes of a file, made in another process: this one has not used OpenSSL. */
static void
make_elsewhere(int file)
{
	int ends[2];
	char block[4096];
	ssize_t count;
	pid_t child;

	ck_assert_int_eq(pipe(ends), 0);
	child = fork();
	ck_assert_int_ne(child, -1);
	if (child == 0) {
		struct error err;

		pkcs12_begin(&err);
		files[file].make();
		_exit(write(ends[1], bytes.bytes, bytes.length) == (ssize_t)bytes.length ? 0 : 1);
	}
	close(ends[1]);
	buffer_clear(&bytes);
	while ((count = read(ends[0], block, sizeof(block))) > 0)
		buffer_add(&bytes, block, (size_t)count);
	close(ends[0]);
	waitpid(child, NULL, 0);
	ck_assert_uint_gt(bytes.length, 0);
}

/* 0: right; 1: wrong; 2: right, and none failed. */
static int
read_in_a_child(int file, long number, bool all)
{
	int status;
	pid_t child = fork();

	ck_assert_int_ne(child, -1);
	if (child == 0) {
		bool right = read_short(file, number, all);

		_exit(!right ? 1 : memory.failed ? 0 : 2);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status), "file %d, allocation %ld%s: signal %d", file, number,
	    all ? " and on" : "", WTERMSIG(status));
	return WEXITSTATUS(status);
}

START_TEST(loses_nothing_from_the_start)
{
	long step = memory_step(997);
	int file = _i / 2, got;

	make_elsewhere(file);
	for (long number = 1; (got = read_in_a_child(file, number, _i % 2 == 1)) != 2;
	     number += step)
		ck_assert_int_eq(got, 0);
	buffer_release(&bytes);
}
END_TEST

/* Later, with all algorithms fetched. */
START_TEST(loses_nothing)
{
	long step = memory_step(17), number = 1;
	int file = _i / 2;

	make_elsewhere(file);
	ck_assert(read_short(file, LONG_MAX, false));
	for (; memory.failed || number == 1; number += step)
		ck_assert(read_short(file, number, _i % 2 == 1));
	ck_assert_int_gt(number, 100);
	buffer_release(&bytes);
}
END_TEST

/* OpenSSL crashes where it loads a provider without memory: it is given some of a reserve. In a
 * child, for a provider is loaded once. */
static void
load_without_memory(bool all, long number)
{
	struct error err = {0}, again = {0};
	size_t size, used;
	bool right;
	int rc;

	crypto_begin(&err);
	memory_arm(number, all);
	rc = pkcs12_begin(&err);
	memory.armed = false;
	used = reserve_used(&size);
	right = memory.failed ? rc == -1 && strcmp(err.text, "out of memory") == 0 && used > 0
			      : rc == 0 && used == 0;
	right &= 3 * used < size && reserve_take(1) == NULL;
	if (!right || pkcs12_begin(&again) == -1 || !read_short(2, LONG_MAX, false))
		_exit(1);
	_exit(memory.failed || used > 0 ? 0 : 2);
}

START_TEST(loads_providers_whole)
{
	long number = 1;
	int status = 0;

	make_elsewhere(2);
	for (; status == 0; number += memory_step(13)) {
		pid_t child = fork();

		ck_assert_int_ne(child, -1);
		if (child == 0)
			load_without_memory(_i == 1, number);
		ck_assert_int_eq(waitpid(child, &status, 0), child);
		ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) != 1,
		    "allocation %ld%s: status %x", number, _i == 1 ? " and on" : "", status);
	}
	ck_assert_int_gt(number, 100);
	buffer_release(&bytes);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("certificates_memory");
	TCase *tests = tcase_create("certificates_memory");

	tcase_add_loop_test(tests, loses_nothing_from_the_start, 0, 8);
	tcase_add_loop_test(tests, loads_providers_whole, 0, 2);
	tcase_add_loop_test(tests, loses_nothing, 0, 8);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
