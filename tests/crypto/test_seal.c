#include "crypto/seal.h"

#include "scratch.h"
#include "short_of_memory.h"

/* Sealed values: what opens them, and what does not. */

#define KEY_A "pfxreplace-key-1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define KEY_B "pfxreplace-key-1 ffeeddccbbaa99887766554433221100ffeeddccbbaa99887766554433221100\n"
#define NOT_OPENED "the sealed password cannot be opened with this key"

static const unsigned char base[SEAL_DATABASE_SIZE] = "0123456789abcde";
static const unsigned char other_base[SEAL_DATABASE_SIZE] = "0123456789abcdf";
static const struct seal_place place = {base, SEAL_REQUEST_PASSWORD, (INT64_C(1) << 32) + 1};

static char folder[64];

static void
enter(void)
{
	scratch_enter(folder);
}

static void
leave(void)
{
	scratch_leave(folder);
}

static struct secret *
key(const char *text)
{
	struct error err = {0};
	struct secret *secret;

	scratch_write("key", text);
	ck_assert_int_eq(chmod("key", 0600), 0);
	secret = secret_open(&(struct secret_file){.path = "key"}, &err);
	ck_assert_msg(secret != NULL, "%s", err.text);
	return secret;
}

static void
close_password(const struct secret *secret, unsigned char sealed[8 + SEAL_OVERHEAD])
{
	struct error err = {0};

	ck_assert_int_eq(
	    seal_close(secret, &place, (struct seal_bytes){"password", 8}, sealed, &err), 0);
}

static void
assert_not_opened(const struct secret *secret, const struct seal_place *at,
    struct seal_bytes sealed, const char *text)
{
	static const char zeros[8];
	struct error err = {0};
	char found[8] = {0};

	ck_assert_int_eq(seal_open(secret, at, sealed, found, &err), SECRET_REFUSED);
	ck_assert_str_eq(err.text, text);
	ck_assert_int_eq(err.code, ERROR_STORAGE);
	ck_assert_str_eq(err.field, "Password");
	ck_assert_mem_eq(found, zeros, sizeof(found));
}

/* ---- passwords ------------------------------------------------------------------------------ */

START_TEST(opens_what_it_sealed)
{
	static const size_t lengths[] = {0, 1, 12, 15, 16, 17, 1000, 65536};
	static char password[65536], found[65536];
	static unsigned char sealed[65536 + SEAL_OVERHEAD];
	struct secret *secret = key(KEY_A);
	struct error err = {0};

	for (size_t i = 0; i < sizeof(password); i++)
		password[i] = (char)(i * 7);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		const struct seal_bytes whole = {sealed, lengths[i] + SEAL_OVERHEAD};

		memset(found, 0, sizeof(found));
		ck_assert_int_eq(seal_close(secret, &place,
				     (struct seal_bytes){password, lengths[i]}, sealed, &err),
		    0);
		ck_assert_int_eq(sealed[0], 2);
		ck_assert_int_eq(seal_open(secret, &place, whole, found, &err), SECRET_GOOD);
		ck_assert_mem_eq(found, password, lengths[i]);
		if (lengths[i] >= 12)
			ck_assert_ptr_null(memmem(sealed, whole.length, password, lengths[i]));
	}
	secret_close(secret);
}
END_TEST

/* With one key, a nonce that came again would open both texts. */
START_TEST(seals_differently_each_time)
{
	struct secret *secret = key(KEY_A);
	unsigned char first[8 + SEAL_OVERHEAD], second[8 + SEAL_OVERHEAD];

	close_password(secret, first);
	close_password(secret, second);
	ck_assert_mem_ne(first + 1, second + 1, 12);
	ck_assert_mem_ne(first + 13, second + 13, 8);
	secret_close(secret);
}
END_TEST

/* Sealed elsewhere (Python's AESGCM) with KEY_A, the nonce 0..11, for request 4294967297, as the
 * first version did: such values are in databases. */
START_TEST(opens_what_was_sealed_long_ago)
{
	static const unsigned char sealed[] = {0x01, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
	    0x08, 0x09, 0x0a, 0x0b, 0x37, 0x63, 0xa5, 0x68, 0xb2, 0x8a, 0xb0, 0x7f, 0x20, 0xae,
	    0xe9, 0xc6, 0xe2, 0x89, 0xad, 0xe4, 0x1a, 0xa6, 0xf1, 0x18, 0x28, 0xa7, 0x7b, 0x8a};
	const struct seal_bytes old = {sealed, sizeof(sealed)};
	const struct seal_place store = {base, SEAL_STORE_PASSWORD, INT64_C(-4294967297)};
	const struct seal_place next = {base, SEAL_REQUEST_PASSWORD, INT64_C(4294967298)};
	struct secret *secret = key(KEY_A);
	struct error err = {0};
	char found[9] = "";

	ck_assert(seal_is_old(old));
	ck_assert_int_eq(seal_open(secret, &place, old, found, &err), SECRET_GOOD);
	ck_assert_str_eq(found, "password");
	/* A store was bound by minus its id, so that no request has it. */
	ck_assert_int_eq(seal_open(secret, &store, old, found, &err), SECRET_GOOD);
	assert_not_opened(secret, &next, old, NOT_OPENED);
	secret_close(secret);
}
END_TEST

/* The form in the database may not change: made by Python's AESGCM with KEY_A, the nonce 0..11 and
 * base || 4294967297, 8 bytes, big-endian || "request.password". */
START_TEST(opens_the_form_of_version_2)
{
	static const unsigned char sealed[] = {0x02, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
	    0x08, 0x09, 0x0a, 0x0b, 0x37, 0x63, 0xa5, 0x68, 0xb2, 0x8a, 0xb0, 0x7f, 0xce, 0x43,
	    0x49, 0xdb, 0x97, 0x2a, 0x88, 0x99, 0xec, 0xdc, 0x38, 0x56, 0xf7, 0x4e, 0xa6, 0x35};
	struct secret *secret = key(KEY_A);
	struct error err = {0};
	char found[9] = "";

	ck_assert_int_eq(
	    seal_open(secret, &place, (struct seal_bytes){sealed, sizeof(sealed)}, found, &err),
	    SECRET_GOOD);
	ck_assert_str_eq(found, "password");
	secret_close(secret);
}
END_TEST

START_TEST(opens_nothing_that_was_touched)
{
	struct secret *secret = key(KEY_A);
	unsigned char sealed[8 + SEAL_OVERHEAD];

	close_password(secret, sealed);
	for (size_t i = 0; i < sizeof(sealed); i++) {
		for (int bit = 0; bit < 8; bit++) {
			bool version = i == 0 && (sealed[0] ^ (1 << bit)) != 1;

			sealed[i] ^= (unsigned char)(1 << bit);
			assert_not_opened(secret, &place,
			    (struct seal_bytes){sealed, sizeof(sealed)},
			    version ? "not a sealed password" : NOT_OPENED);
			sealed[i] ^= (unsigned char)(1 << bit);
		}
	}
	/* As a value of an earlier version. */
	sealed[0] = 1;
	assert_not_opened(secret, &place, (struct seal_bytes){sealed, sizeof(sealed)}, NOT_OPENED);
	sealed[0] = 2;
	for (size_t length = SEAL_OVERHEAD; length < sizeof(sealed); length++)
		assert_not_opened(secret, &place, (struct seal_bytes){sealed, length}, NOT_OPENED);
	for (size_t length = 0; length < SEAL_OVERHEAD; length++) {
		unsigned char *exact = malloc(length + 1); /* for the sanitizer to watch */

		ck_assert_ptr_nonnull(exact);
		memcpy(exact, sealed, length);
		assert_not_opened(
		    secret, &place, (struct seal_bytes){exact, length}, "not a sealed password");
		free(exact);
	}
	secret_close(secret);
}
END_TEST

START_TEST(opens_at_its_place_alone)
{
	const struct seal_place others[] = {
	    {other_base, place.field, place.row},
	    {base, SEAL_STORE_PASSWORD, place.row},
	    {base, SEAL_DATA_KEY, place.row},
	    {base, place.field, place.row + 1},
	    {base, place.field, -place.row},
	};
	struct secret *secret = key(KEY_A), *other = key(KEY_B);
	unsigned char sealed[8 + SEAL_OVERHEAD];
	const struct seal_bytes whole = {sealed, sizeof(sealed)};
	struct error err = {0};
	char found[8];

	close_password(secret, sealed);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_not_opened(secret, &others[i], whole, NOT_OPENED);
	assert_not_opened(other, &place, whole, NOT_OPENED);
	ck_assert_int_eq(seal_open(secret, &place, whole, found, &err), SECRET_GOOD);
	ck_assert_mem_eq(found, "password", 8);
	secret_close(secret);
	secret_close(other);
}
END_TEST

/* Whether a password is the one that was sealed, and no other. */
START_TEST(compares_with_what_was_sealed)
{
	static const char *const others[] = {"Password", "passwore", "passwor", "password1", ""};
	const struct seal_place elsewhere = {base, SEAL_STORE_PASSWORD, place.row};
	unsigned char sealed[8 + SEAL_OVERHEAD];
	const struct seal_bytes kept = {sealed, sizeof(sealed)}, same = {"password", 8};
	struct secret *secret = key(KEY_A), *other = key(KEY_B);
	struct error err = {0};

	close_password(secret, sealed);
	ck_assert_int_eq(seal_holds(secret, &place, kept, same, &err), SECRET_GOOD);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_int_eq(seal_holds(secret, &place, kept,
				     (struct seal_bytes){others[i], strlen(others[i])}, &err),
		    SECRET_REFUSED);
	ck_assert_int_eq(seal_holds(secret, &elsewhere, kept, same, &err), SECRET_REFUSED);
	ck_assert_int_eq(seal_holds(other, &place, kept, same, &err), SECRET_REFUSED);
	ck_assert_int_eq(
	    seal_holds(secret, &place, (struct seal_bytes){NULL, 0}, same, &err), SECRET_REFUSED);
	sealed[20] ^= 1;
	ck_assert_int_eq(seal_holds(secret, &place, kept, same, &err), SECRET_REFUSED);
	ck_assert_int_eq(err.code, ERROR_NONE);
	secret_close(secret);
	secret_close(other);
}
END_TEST

START_TEST(blames_no_password_for_want_of_memory)
{
	struct secret *secret = key(KEY_A);
	unsigned char sealed[8 + SEAL_OVERHEAD];
	enum secret_answer answer;
	char found[8];
	long n = 0;

	close_password(secret, sealed);
	do {
		struct error err = {0};

		let_fail(++n);
		answer = seal_open(
		    secret, &place, (struct seal_bytes){sealed, sizeof(sealed)}, found, &err);
		if (!has_failed())
			break;
		if (answer != SECRET_GOOD) {
			ck_assert_int_eq(answer, SECRET_FAILED);
			ck_assert_str_eq(err.text, "out of memory");
		}
	} while (n < 1000);
	ck_assert_int_gt(n, 1);
	ck_assert_int_eq(answer, SECRET_GOOD);
	ck_assert_mem_eq(found, "password", 8);
	secret_close(secret);
}
END_TEST

/* ---- data keys ------------------------------------------------------------------------------ */

START_TEST(seals_data_keys)
{
	const struct seal_place of_run = {base, SEAL_DATA_KEY, 3},
				of_next = {base, SEAL_DATA_KEY, 4};
	struct secret *secret = key(KEY_A), *other = key(KEY_B), *opened;
	struct secret *data_key = secret_make(NULL, NULL), *next = secret_make(NULL, NULL);
	unsigned char wrapped[SEAL_KEY_SIZE], first[8 + SEAL_OVERHEAD];
	struct seal_bytes kept = {wrapped, sizeof(wrapped)};
	struct error err = {0};
	char found[8];

	ck_assert_ptr_nonnull(data_key);
	ck_assert_ptr_nonnull(next);
	close_password(data_key, first);
	assert_not_opened(
	    next, &place, (struct seal_bytes){first, sizeof(first)}, NOT_OPENED); /* another one */
	ck_assert_int_eq(seal_close_key(secret, &of_run, data_key, wrapped, &err), 0);
	ck_assert_int_eq(seal_open_key(secret, &of_run, kept, &opened, &err), SECRET_GOOD);
	ck_assert_int_eq(
	    seal_open(opened, &place, (struct seal_bytes){first, sizeof(first)}, found, &err),
	    SECRET_GOOD);
	ck_assert_mem_eq(found, "password", 8);
	secret_close(opened);
	ck_assert_int_eq(seal_open_key(secret, &of_next, kept, &opened, &err), SECRET_REFUSED);
	ck_assert_ptr_null(opened);
	ck_assert_int_eq(seal_open_key(other, &of_run, kept, &opened, &err), SECRET_REFUSED);
	kept.length--;
	ck_assert_int_eq(seal_open_key(secret, &of_run, kept, &opened, &err), SECRET_REFUSED);
	ck_assert_str_eq(err.text, "not a sealed data key");
	kept.length++;
	wrapped[0] = 1;
	ck_assert_int_eq(seal_open_key(secret, &of_run, kept, &opened, &err), SECRET_REFUSED);
	secret_close(secret);
	secret_close(other);
	secret_close(data_key);
	secret_close(next);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("seal");
	TCase *tests = tcase_create("seal");

	take_over_memory();
	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_test(tests, opens_what_it_sealed);
	tcase_add_test(tests, seals_differently_each_time);
	tcase_add_test(tests, opens_what_was_sealed_long_ago);
	tcase_add_test(tests, opens_the_form_of_version_2);
	tcase_add_test(tests, opens_nothing_that_was_touched);
	tcase_add_test(tests, opens_at_its_place_alone);
	tcase_add_test(tests, compares_with_what_was_sealed);
	tcase_add_test(tests, blames_no_password_for_want_of_memory);
	tcase_add_test(tests, seals_data_keys);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
