#include "certificates/renewal_private.h"

#include "certificates/credential_private.h"
#include "certificates/pkcs12.h"

#include "certificates/shape_pkcs12.h"
#include "certificates/short_memory.h"

#include <limits.h>
#include <sys/wait.h>

/*
 * Stores renewed without memory: each allocation fails. What was made is whole then, or there is no
 * memory: nothing is half written, and no reason is given that is none.
 */

static struct buffer bytes;
static struct credential credential;
static char old_print[41], new_print[41];

static void
print_of(const X509 *x509, char text[41])
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length;

	X509_digest(x509, EVP_sha1(), digest, &length);
	for (unsigned i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02X", digest[i]);
}

/* A file of Java's kind with a weak safe, a chain, a nested bag and a further entry; and the new
 * certificate with another chain. */
static void
make_file(void)
{
	const char *const www[] = {"www", "1"}, *const other[] = {"other", "2"};
	const struct made *ca = made_ca("ca", NULL), *old = made_leaf("old", ca);
	const struct made *root2 = made_ca("root2", NULL), *ca2 = made_ca("ca2", root2);
	const struct made *new = made_leaf("new", ca2), *second = made_leaf("second", NULL);
	struct made_pkcs12 file = {.password = "secret"};

	made_cert(&file, old, "www", "1");
	made_cert(&file, ca, "CN=ca", NULL);
	made_cert(&file, second, "other", "2");
	made_safe(&file, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 10);
	made_key_bag(&file, old, www, MADE_PBES2, 10);
	made_nest(&file);
	made_key_bag(&file, second, other, NID_pbe_WithSHA1And3_Key_TripleDES_CBC, 10);
	made_safe(&file, MADE_PLAIN, 0);
	made_file(&file, 10, &bytes);
	credential = (struct credential){
	    .leaf = new->x509, .key = new->key, .info = new->info, .chain = sk_X509_new_null()};
	sk_X509_push(credential.chain, ca2->x509);
	sk_X509_push(credential.chain, root2->x509);
	print_of(old->x509, old_print);
	print_of(new->x509, new_print);
}

/* What is done: replaced, made, looked at. */
#define STRONG "aes-256-cbc/hmacWithSHA256/"

static const struct {
	bool has_file, makes, create;
	enum renewal_sight sight;
	const char *shape;
} ways[] = {
    {true, true, false, RENEWAL_OLD,
	"[" STRONG "2048: new 'www' #1, ca2 'CN=ca2', root2 'CN=root2', second 'other' #2] "
	"[plain: {key of new " STRONG "2048 'www' #1}, key of second " STRONG
	"2048 'other' #2] mac sha256/2048/8"},
    {false, true, true, RENEWAL_NOTHING,
	"[" STRONG "10000: new 'www' #sha1 of new, ca2] [plain: key of new " STRONG
	"10000 'www' #sha1 of new] mac sha256/10000/20"},
    {true, false, false, RENEWAL_OLD, NULL},
};

/* With the n-th allocation failing. True: it was right, or memory was reported. */
static bool
renew_short(int way, long number, bool all)
{
	struct renewal renewal = {.format = STORE_FORMAT_PKCS12,
	    .alias = "www",
	    .old_thumbprint = old_print,
	    .new_thumbprint = new_print,
	    .includes_chain = true,
	    .create = ways[way].create,
	    .store_password = {"secret", 6}};
	bool right;
	int rc;

	if (ways[way].has_file)
		renewal.file = (struct file_bytes){(unsigned char *)bytes.bytes, bytes.length};
	memory_arm(number, all);
	rc = ways[way].makes ? renewal_pkcs12_make(&renewal, &credential)
			     : renewal_pkcs12_look(&renewal);
	memory.armed = false;
	if (rc == 0)
		right = renewal.sight == ways[way].sight && renewal.holds_key &&
			(ways[way].shape == NULL ||
			    strcmp(shape_of(&renewal.new_file, "secret"), ways[way].shape) == 0);
	else
		right = memory.failed && renewal.reason.why == INSTALL_GOOD &&
			strcmp(renewal.reason.err.text, "out of memory") == 0 &&
			renewal.new_file.length == 0;
	if (!right)
		fprintf(stderr, "way %d, allocation %ld%s: %d, %d %s, %s\n", way, number,
		    all ? " and on" : "", rc, (int)renewal.reason.why, renewal.reason.text,
		    rc == 0 && ways[way].makes ? shape_of(&renewal.new_file, "secret")
					       : renewal.reason.err.text);
	buffer_release(&renewal.new_file);
	return right;
}

static void
leave(void)
{
	made_release();
	sk_X509_free(credential.chain);
	buffer_release(&bytes);
}

/* In a child, so that one that crashes is found. 0: right; 1: wrong; 2: right, and none failed. */
static int
renew_in_a_child(int way, long number, bool all)
{
	int status;
	pid_t child = fork();

	ck_assert_int_ne(child, -1);
	if (child == 0) {
		bool right = renew_short(way, number, all);

		_exit(!right ? 1 : memory.failed ? 0 : 2);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_msg(WIFEXITED(status), "way %d, allocation %ld%s: signal %d", way, number,
	    all ? " and on" : "", WTERMSIG(status));
	return WEXITSTATUS(status);
}

/* What the first use of an algorithm allocates fails too. */
START_TEST(renews_whole_at_first)
{
	int got;

	for (long number = 1; (got = renew_in_a_child(_i / 2, number, _i % 2 == 1)) != 2;
	     number += memory_step(1499))
		ck_assert_int_eq(got, 0);
}
END_TEST

START_TEST(renews_whole)
{
	long number = 1;

	ck_assert(renew_short(_i / 2, LONG_MAX, false));
	for (; memory.failed || number == 1; number += memory_step(307))
		ck_assert(renew_short(_i / 2, number, _i % 2 == 1));
	ck_assert_int_gt(number, 1000);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("renewal_memory");
	TCase *tests = tcase_create("renewal_memory");
	struct error err = {0};

	if (pkcs12_begin(&err) == -1)
		return EXIT_FAILURE;
	tcase_set_timeout(tests, 300);
	tcase_add_checked_fixture(tests, make_file, leave);
	tcase_add_loop_test(tests, renews_whole_at_first, 0, 6);
	tcase_add_loop_test(tests, renews_whole, 0, 6);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
