#include "crypto/reserve.h"
#include "crypto/start.h"

#include "scratch.h"

#include <openssl/crypto.h>

/* What OpenSSL frees is wiped, what it cannot allocate is counted. Linked with --wrap. */

static struct {
	bool fails;
	const unsigned char *freed; /* where to look when it is freed */
	bool wiped;
} memory;

void *__real_malloc(size_t);
void *__wrap_malloc(size_t);
void __real_free(void *);
void __wrap_free(void *);

void *
__wrap_malloc(size_t size)
{
	return memory.fails ? NULL : __real_malloc(size);
}

void
__wrap_free(void *freed)
{
	if (freed != NULL && freed == memory.freed)
		memory.wiped = memory.freed[0] == 0 && memory.freed[63] == 0;
	__real_free(freed);
}

START_TEST(wipes_what_is_freed)
{
	unsigned char *bytes;

	ck_assert_int_eq(crypto_begin(NULL), 0);
	bytes = OPENSSL_malloc(64);
	ck_assert_ptr_nonnull(bytes);
	memset(bytes, 'x', 64);
	memory.freed = bytes;
	OPENSSL_free(bytes);
	ck_assert(memory.wiped);
	bytes = OPENSSL_malloc(64);
	ck_assert_ptr_nonnull(bytes);
	memset(bytes, 'x', 64);
	memory.freed = bytes;
	memory.wiped = false;
	bytes = OPENSSL_realloc(bytes, 10000);
	ck_assert_ptr_nonnull(bytes);
	ck_assert_mem_eq(bytes, "xxxx", 4);
	ck_assert(memory.wiped);
	memory.freed = NULL;
	ck_assert_ptr_null(OPENSSL_realloc(bytes, 0));
	ck_assert_ptr_null(OPENSSL_malloc(0));
	ck_assert_uint_eq(crypto_shortages(), 0);
}
END_TEST

START_TEST(counts_what_is_not_there)
{
	char *bytes, *got, *moved;

	ck_assert_int_eq(crypto_begin(NULL), 0);
	bytes = OPENSSL_malloc(4);
	memory.fails = true; /* for Check too */
	got = OPENSSL_malloc(1);
	moved = OPENSSL_realloc(bytes, 100);
	memory.fails = false;
	ck_assert_ptr_null(got);
	ck_assert_ptr_null(moved);
	ck_assert_uint_eq(crypto_shortages(), 2);
	OPENSSL_free(bytes);
	ck_assert_uint_eq(crypto_shortages(), 2);
}
END_TEST

/* What comes from the reserve is counted, moved and wiped as all else, and only where it is asked
 * for. */
START_TEST(takes_from_the_reserve)
{
	unsigned char *kept, *moved, *out;
	size_t size, used;
	unsigned long shortages = crypto_shortages();

	ck_assert_int_eq(crypto_begin(NULL), 0);
	kept = OPENSSL_malloc(64);
	memset(kept, 'k', 64);
	ck_assert(!reserve_holds(kept) && !reserve_holds(NULL));
	reserve_begin();
	memory.fails = true;
	kept = OPENSSL_realloc(kept, 100);
	memset(kept + 64, 'm', 36);
	moved = OPENSSL_realloc(kept, 200);
	memory.fails = false;
	reserve_end();
	ck_assert(reserve_holds(kept) && reserve_holds(moved) && kept != moved);
	ck_assert_uint_eq(reserve_size(moved), 200);
	ck_assert_uint_eq((uintptr_t)moved % 16, 0);
	ck_assert_mem_eq(moved, "kkkk", 4);
	ck_assert_mem_eq(moved + 62, "kkmm", 4);
	ck_assert(kept[0] == 0 && kept[99] == 0);
	memory.fails = true;
	out = OPENSSL_realloc(moved, 300);
	memory.fails = false;
	ck_assert_ptr_null(out);
	ck_assert_mem_eq(moved, "kkkk", 4);
	ck_assert_uint_eq(crypto_shortages(), shortages + 3);
	out = OPENSSL_realloc(moved, 300);
	ck_assert(!reserve_holds(out));
	ck_assert_mem_eq(out + 62, "kkmm", 4);
	ck_assert_uint_eq(moved[0] + moved[99], 0);
	OPENSSL_free(out);
	used = reserve_used(&size);
	ck_assert_uint_gt(used, 300);
	reserve_begin();
	ck_assert_ptr_null(reserve_take(size));
	ck_assert_ptr_null(reserve_take(SIZE_MAX));
	ck_assert_ptr_nonnull(reserve_take(size - used - 32));
	reserve_end();
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("start");
	TCase *tests = tcase_create("start");

	tcase_add_test(tests, wipes_what_is_freed);
	tcase_add_test(tests, counts_what_is_not_there);
	tcase_add_test(tests, takes_from_the_reserve);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
