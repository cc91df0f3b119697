#include "certificates/credential_private.h"
#include "certificates/pkcs12.h"
#include "certificates/renewal_private.h"

#include "certificates/shape_pem.h"
#include "certificates/short_memory.h"

#include <limits.h>
#include <sys/wait.h>

/*
 * PEM and DER stores renewed, and new certificates read, without memory: each allocation fails.
 * What was made is whole then, or there is no memory: nothing is half written, and no reason is
 * given that is none.
 */

#define AES "aes-256-cbc/hmacWithSHA256/"

static char folder_path[64], old_print[NAMED_PRINT], new_print[NAMED_PRINT];
static struct buffer bytes, key_bytes, der;
static struct credential given;

static const struct {
	const char *file, *key_file;
	bool makes, create, legacy, trust_store;
	const char *row; /* its password */
	enum renewal_sight sight;
	const char *expected;
} ways[] = {
    {"# a\n{C P-256}\n{T old}\n{old}\n{ca}\n{b}\n{root}\n", NULL, true, false, false, false, NULL,
	RENEWAL_OLD, "# a\n{C P-256}\n{T new}\n{new}\n{ca2}\n{root2}\n{ca}\n{b}\n{root}\n"},
    {"{old}\n{ca}\n", "{E old " AES "2048/secret}\n", true, false, false, false, NULL, RENEWAL_OLD,
	"{new}\n{ca2}\n|{E new " AES "2048/secret}\n"},
    {"{X old AES-128-CBC/secret}\n{old}\n", NULL, true, false, true, false, NULL, RENEWAL_OLD,
	"{X new AES-128-CBC/secret}\n{new}\n"},
    {"", "", true, true, false, false, "of the row", RENEWAL_NOTHING,
	"{new}\n{ca2}\n|{E new " AES "10000/of the row}\n"},
    {"{old}\n{b}\n", NULL, true, false, false, true, NULL, RENEWAL_OLD, "{new}\n{b}\n"},
    {"{E new " AES "10/of the row}\n{new}\n{ca2}\n", NULL, false, false, false, false, "of the row",
	RENEWAL_NEW, NULL},
    {NULL, NULL, true, false, false, false, NULL, RENEWAL_OLD, NULL},
};

#define WAYS ((int)(sizeof(ways) / sizeof(ways[0])))

static void
make_certificates(void)
{
	const struct made *root = made_ca("root", NULL), *ca = made_ca("ca", root);
	const struct made *root2 = made_ca("root2", NULL), *ca2 = made_ca("ca2", root2);
	const struct made *old = made_leaf("old", ca), *new = made_leaf("new", ca2);

	(void)made_leaf("b", ca);
	given = (struct credential){
	    .leaf = new->x509, .key = new->key, .info = new->info, .chain = sk_X509_new_null()};
	sk_X509_push(given.chain, ca2->x509);
	sk_X509_push(given.chain, root2->x509);
	named_print(old, old_print);
	named_print(new, new_print);
	add_der(&der, new);
}

static void
enter(void)
{
	scratch_enter(folder_path);
	make_certificates();
}

static void
leave(void)
{
	scratch_leave(folder_path);
	made_release();
	sk_X509_free(given.chain);
	buffer_release(&bytes);
	buffer_release(&key_bytes);
	buffer_release(&der);
}

static struct file_bytes
file_of(const struct buffer *from)
{
	return (struct file_bytes){
	    .bytes = (unsigned char *)(from->bytes == NULL ? "" : from->bytes),
	    .length = from->length};
}

static void
set_files(int way)
{
	buffer_clear(&bytes);
	buffer_clear(&key_bytes);
	if (ways[way].file == NULL)
		add_der(&bytes, shape_find("old"));
	else
		shape_pem_make(&bytes, ways[way].file);
	if (ways[way].key_file != NULL)
		shape_pem_make(&key_bytes, ways[way].key_file);
}

static bool
is_expected(int way, const struct renewal *renewal)
{
	struct buffer line = {0};
	bool is;

	if (renewal->sight != ways[way].sight)
		return false;
	if (!ways[way].makes)
		return renewal->holds_key;
	if (ways[way].file == NULL)
		return renewal->new_file.length == der.length &&
		       memcmp(renewal->new_file.bytes, der.bytes, der.length) == 0;
	buffer_add_string(&line, shape_pem(&renewal->new_file));
	if (renewal->new_key_file.length > 0) {
		buffer_add_string(&line, "|");
		buffer_add_string(&line, shape_pem(&renewal->new_key_file));
	}
	is = strcmp(line.bytes, ways[way].expected) == 0;
	if (!is)
		fprintf(stderr, "%s\n", line.bytes);
	buffer_release(&line);
	return is;
}

/* ---- stores ------------------------------------------------------------------------------ */

/* With the n-th allocation failing. True: it was right, or memory was reported. */
static bool
renew_short(int way, long number, bool all)
{
	struct renewal renewal = {
	    .format = ways[way].file == NULL ? STORE_FORMAT_DER : STORE_FORMAT_PEM,
	    .file = file_of(&bytes),
	    .has_key_file = ways[way].key_file != NULL,
	    .old_thumbprint = old_print,
	    .new_thumbprint = new_print,
	    .includes_chain = true,
	    .create = ways[way].create,
	    .legacy = ways[way].legacy,
	    .trust_store = ways[way].trust_store,
	    .store_password = {"secret", 6}};
	bool right;
	int rc;

	if (renewal.has_key_file)
		renewal.key_file = file_of(&key_bytes);
	if (ways[way].row != NULL)
		renewal.row_password = (struct renewal_password){
		    ways[way].row, strlen(ways[way].row)};
	memory_arm(number, all);
	rc = renewal_look(&renewal);
	if (rc == 0 && ways[way].makes)
		rc = renewal_make(&renewal, &given);
	memory.armed = false;
	if (rc == 0)
		right = is_expected(way, &renewal);
	else
		right = memory.failed && renewal.reason.why == INSTALL_GOOD &&
			strcmp(renewal.reason.err.text, "out of memory") == 0 &&
			renewal.new_file.length == 0 && renewal.new_key_file.length == 0;
	if (!right)
		fprintf(stderr, "way %d, allocation %ld%s: %d, sight %d, %d %s, %s\n", way, number,
		    all ? " and on" : "", rc, (int)renewal.sight, (int)renewal.reason.why,
		    renewal.reason.text, renewal.reason.err.text);
	renewal_release(&renewal);
	return right;
}

/* ---- new certificates -------------------------------------------------------------------- */

static const struct {
	const char *name, *file; /* NULL: a PFX */
} sources[] = {
    {"pem", "{root2}\n{E new " AES "10/secret}\n{new}\n{ca2}\n"},
    {"pem", "{ca2}\n{new}\n{root2}\n{X new AES-128-CBC/secret}\n{T old}\n"},
    {"pfx", NULL},
};

#define SOURCES ((int)(sizeof(sources) / sizeof(sources[0])))

static void
put(const char *ending, const struct buffer *what)
{
	char path[64];
	FILE *stream;

	snprintf(path, sizeof(path), "keys/%s.%s", new_print, ending);
	stream = fopen(path, "w");
	ck_assert_ptr_nonnull(stream);
	ck_assert_uint_eq(fwrite(what->bytes, what->length, 1, stream), 1);
	ck_assert_int_eq(fclose(stream), 0);
}

static void
set_source(int source)
{
	struct made_pkcs12 file = {.password = "secret"};
	const char *const names[] = {"www", "1"};
	struct buffer password = {0};

	ck_assert_int_eq(mkdir("keys", 0700), 0);
	if (sources[source].file == NULL) {
		made_cert(&file, shape_find("root2"), NULL, NULL);
		made_cert(&file, shape_find("new"), "www", "1");
		made_cert(&file, shape_find("ca2"), NULL, NULL);
		made_safe(&file, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 10);
		made_key_bag(&file, shape_find("new"), names, MADE_PBES2, 10);
		made_safe(&file, MADE_PLAIN, 0);
		made_file(&file, 10, &bytes);
	} else {
		shape_pem_make(&bytes, sources[source].file);
	}
	put(sources[source].name, &bytes);
	buffer_add_string(&password, "secret\n");
	put("pass", &password);
	buffer_release(&password);
}

static bool
is_whole(const struct credential *credential)
{
	return X509_cmp(credential->leaf, given.leaf) == 0 &&
	       EVP_PKEY_eq(credential->key, given.key) == 1 &&
	       sk_X509_num(credential->chain) == 2 &&
	       X509_cmp(sk_X509_value(credential->chain, 0), sk_X509_value(given.chain, 0)) == 0 &&
	       X509_cmp(sk_X509_value(credential->chain, 1), sk_X509_value(given.chain, 1)) == 0;
}

static bool
read_short(int source, long number, bool all)
{
	struct credential_folder folder;
	struct install_reason reason = {0};
	struct credential *credential = NULL;
	struct error err = {0};
	bool right;
	int rc;

	memory_arm(number, all);
	rc = credential_folder_open(&folder, "keys", &err);
	if (rc == 0)
		credential = credential_open(&folder, new_print, 7, &reason);
	credential_folder_close(&folder);
	memory.armed = false;
	if (rc == -1)
		right = memory.failed && strcmp(err.text, "out of memory") == 0;
	else if (credential != NULL)
		right = is_whole(credential);
	else
		right = memory.failed && reason.why == INSTALL_GOOD &&
			strcmp(reason.err.text, "out of memory") == 0;
	if (!right)
		fprintf(stderr, "source %d, allocation %ld%s: %s, %d %s, %s %s\n", source, number,
		    all ? " and on" : "", credential == NULL ? "none" : "not whole",
		    (int)reason.why, reason.text, reason.err.text, err.text);
	credential_free(credential);
	return right;
}

/* ---- each allocation --------------------------------------------------------------------- */

struct subject {
	bool (*is_right)(int, long, bool);
	int number;
	bool all;
};

/* In a child, so that one that crashes is found. 0: right; 1: wrong; 2: right, and none failed. */
static int
run_in_a_child(const struct subject *subject, long number)
{
	int status;
	pid_t child = fork();

	ck_assert_int_ne(child, -1);
	if (child == 0) {
		bool right = subject->is_right(subject->number, number, subject->all);

		_exit(!right ? 1 : memory.failed ? 0 : 2);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status), "%d, allocation %ld%s: signal %d", subject->number, number,
	    subject->all ? " and on" : "", WTERMSIG(status));
	return WEXITSTATUS(status);
}

/* What the first use of an algorithm allocates fails too; then each one of a later use. DER needs
 * few. */
static void
run_short(const struct subject *subject)
{
	bool few = subject->is_right == renew_short && ways[subject->number].file == NULL;
	long number = 1;
	int got;

	for (; (got = run_in_a_child(subject, number)) != 2; number += memory_step(few ? 3 : 797))
		ck_assert_int_eq(got, 0);
	ck_assert(subject->is_right(subject->number, LONG_MAX, false));
	for (number = 1; memory.failed || number == 1; number += memory_step(few ? 1 : 97))
		ck_assert(subject->is_right(subject->number, number, subject->all));
	ck_assert_int_gt(number, few ? 50 : 300);
}

START_TEST(renews_whole)
{
	const struct subject subject = {renew_short, _i / 2, _i % 2 == 1};

	set_files(subject.number);
	run_short(&subject);
}
END_TEST

START_TEST(reads_whole)
{
	const struct subject subject = {read_short, _i / 2, _i % 2 == 1};

	set_source(subject.number);
	run_short(&subject);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("renewal_pem_memory");
	TCase *tests = tcase_create("renewal_pem_memory");

	if (pkcs12_begin(NULL) == -1)
		return EXIT_FAILURE;
	umask(077);
	tcase_set_timeout(tests, 600);
	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_loop_test(tests, renews_whole, 0, 2 * WAYS);
	tcase_add_loop_test(tests, reads_whole, 0, 2 * SOURCES);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
