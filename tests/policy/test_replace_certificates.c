#include "model/key_usage.h"
#include "policy.h"

/* The new certificate held against the existing one: each check passing, failing and at the edge.
 */

#define DNS(value) "{\"Value\":\"" value "\",\"Type\":2}"
#define IP(value) "{\"Value\":\"" value "\",\"Type\":7}"
#define SERVER "1.3.6.1.5.5.7.3.1"
#define CLIENT "1.3.6.1.5.5.7.3.2"
#define ANY "2.5.29.37.0"
#define TYPICAL (KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT)
#define LACKS \
	"key-usage-lost: CertificateId: the new certificate lacks usages of the existing one: "
#define UNCOVERED "names-not-covered: CertificateId: the new certificate lacks "
#define CHECKS                                                              \
	(CODE_BIT(CODE_NAMES_NOT_COVERED) | CODE_BIT(CODE_KEY_USAGE_LOST) | \
	    CODE_BIT(CODE_SIGNATURE_CHANGED))

/* Both certificates have all facts, and these in place of theirs. */
struct facts {
	const char *names;
	int key_usage;
	const char *usages;
	const char *key_type;
	int64_t key_size;
	const char *signature;
	enum fact is_issuer;
};

static const struct {
	struct facts old, new;
	const char *said;
} cases[] = {
    {{.names = "[]"}, {.names = "[]"}, ""},
    /* names */
    {{.names = "[" DNS("www.example.com") "]"}, {.names = "[" DNS("*.example.com") "]"}, ""},
    {{.names = "[" DNS("a.b.example.com") "]"}, {.names = "[" DNS("*.example.com") "]"},
	UNCOVERED "1 name of the existing one: a.b.example.com"},
    {{.names = "[" IP("10.0.0.1") "]"}, {.names = "[" IP("10.0.0.1") "]"}, ""},
    {{.names = "[" IP("10.0.0.1") "," IP("10.0.0.2") "]"}, {.names = "[" IP("10.0.0.1") "]"},
	UNCOVERED "1 name of the existing one: 10.0.0.2"},
    {{.names = "[]"}, {.names = "[" DNS("www.example.com") "]"}, ""},
    {{.names = "[]"}, {.names = "[" DNS("example.com") "]"},
	UNCOVERED "1 name of the existing one: www.example.com"},
    /* usages */
    {{.usages = SERVER " " CLIENT}, {.usages = SERVER}, LACKS "clientAuth"},
    {{.usages = SERVER " " CLIENT}, {.usages = ANY}, ""},
    {{.usages = SERVER " " CLIENT}, {.usages = ""}, ""},
    {{.usages = ""}, {.usages = SERVER}, ""},
    {{.usages = SERVER}, {.usages = SERVER " " CLIENT}, ""},
    {{.usages = ANY " 1.2.3"}, {.usages = SERVER}, LACKS "anyExtendedKeyUsage, 1.2.3"},
    {{.usages = SERVER}, {.usages = SERVER "1"}, LACKS "serverAuth"},
    {{.key_usage = TYPICAL}, {.key_usage = TYPICAL}, ""},
    {{.key_usage = TYPICAL}, {.key_usage = KEY_USAGE_DIGITAL_SIGNATURE}, LACKS "keyEncipherment"},
    {{.key_usage = TYPICAL | KEY_USAGE_DATA_ENCIPHERMENT},
	{.key_usage = KEY_USAGE_DIGITAL_SIGNATURE, .key_type = "ECC", .key_size = 256}, ""},
    {{.key_usage = TYPICAL | KEY_USAGE_DATA_ENCIPHERMENT},
	{.key_usage = KEY_USAGE_DIGITAL_SIGNATURE, .key_type = "Ed25519", .key_size = 256}, ""},
    {{.key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_AGREEMENT},
	{.key_usage = KEY_USAGE_DIGITAL_SIGNATURE}, ""},
    {{.key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_AGREEMENT},
	{.key_usage = KEY_USAGE_DIGITAL_SIGNATURE, .key_type = "ECC", .key_size = 256},
	LACKS "keyAgreement"},
    {{.key_usage = TYPICAL}, {.key_usage = 0}, ""},
    {{.key_usage = TYPICAL, .usages = CLIENT},
	{.key_usage = KEY_USAGE_KEY_ENCIPHERMENT, .usages = SERVER},
	LACKS "digitalSignature, clientAuth"},
    /* keys */
    {{.key_size = 4096}, {.key_type = "ECC", .key_size = 256}, ""},
    {{.key_size = 3072}, {.key_type = "ECC", .key_size = 224},
	"weaker-key: ECC of 224 bits is weaker than RSA of 3072 bits, which the existing one has"},
    {{.key_type = "ECC", .key_size = 256}, {.key_size = 2048},
	"weaker-key: RSA of 2048 bits is weaker than ECC of 256 bits, which the existing one has"},
    {{.key_type = "ECC", .key_size = 384}, {.key_size = 3072}, ""},
    {{.key_type = "ECC", .key_size = 384}, {.key_type = "ECC", .key_size = 256},
	"weaker-key: ECC of 256 bits, the existing one has 384"},
    {{.key_type = "Unknown", .key_size = 999}, {.key_size = 2048}, ""},
    /* signatures and issuers */
    {{.signature = "1.2.840.113549.1.1.11"}, {.signature = "1.2.840.10045.4.3.2"},
	"signature-changed: the new certificate is signed with ECDSA and SHA-256, the existing one "
	"with RSA and SHA-256"},
    {{.signature = "1.2.3"}, {.signature = "1.2.3"}, ""},
    {{.names = "[]"}, {.is_issuer = FACT_YES},
	"new-is-issuer: the new certificate is that of an issuer: a CA, or in a chain of some "
	"store"},
    {{.is_issuer = FACT_YES}, {.is_issuer = FACT_NO}, ""},
};

static void
set_facts(struct certificate_facts *certificate, const struct facts *facts)
{
	certificate->names = facts->names == NULL ? "[]" : facts->names;
	certificate->has_key_usage = true;
	certificate->key_usage = facts->key_usage;
	certificate->extended_usages = facts->usages == NULL ? "" : facts->usages;
	certificate->signature = facts->signature == NULL ? "1.2.3" : facts->signature;
	certificate->is_issuer = facts->is_issuer == FACT_UNKNOWN ? FACT_NO : facts->is_issuer;
	if (facts->key_type != NULL)
		certificate->key_type = facts->key_type;
	if (facts->key_size != 0)
		certificate->key_size = facts->key_size;
}

START_TEST(compares_certificates)
{
	set_facts(&row.existing, &cases[_i].old);
	set_facts(&row.certificate, &cases[_i].new);
	ck_assert_str_eq(check_row(), cases[_i].said);
	ck_assert_uint_eq(messages.unchecked, 0);
}
END_TEST

/* What is not known of one of them is not compared, and said so. */
START_TEST(leaves_out_what_is_not_known)
{
	const struct facts facts = {
	    .names = "[" DNS("a") "]", .key_usage = TYPICAL, .usages = SERVER};

	ck_assert_str_eq(check_row(), "");
	ck_assert_uint_eq(messages.unchecked, CHECKS);
	set_facts(&row.existing, &facts);
	ck_assert_str_eq(check_row(), "");
	ck_assert_uint_eq(messages.unchecked, CHECKS);
	row.certificate.key_type = NULL;
	row.certificate.issuer_dn = row.certificate.issued_dn = NULL;
	row.certificate.has_not_after = false;
	row.certificate.has_not_before = false;
	row.existing.has_not_after = false;
	ck_assert_str_eq(check_row(), "");
	ck_assert_uint_eq(messages.unchecked,
	    CHECKS | CODE_BIT(CODE_WEAKER_KEY) | CODE_BIT(CODE_ISSUER_CHANGED) |
		CODE_BIT(CODE_NEW_IS_ISSUER) | CODE_BIT(CODE_EXPIRES_EARLIER) |
		CODE_BIT(CODE_EXISTING_EXPIRES_FIRST) | CODE_BIT(CODE_CERTIFICATE_EXPIRED) |
		CODE_BIT(CODE_CERTIFICATE_NOT_YET_VALID));
}
END_TEST

/* --allow makes warnings of the two checks, --deny makes faults of the warnings. */
START_TEST(allows_and_denies)
{
	const struct facts old = {.names = "[" DNS("a") "]", .usages = CLIENT, .signature = "1.2"};
	const struct facts new = {.usages = SERVER};

	set_facts(&row.existing, &old);
	set_facts(&row.certificate, &new);
	check_row();
	ck_assert_uint_eq(messages.count, 3);
	ck_assert(messages.items[0].rejects && messages.items[1].rejects);
	ck_assert(!messages.items[2].rejects);
	policy.allow = CODE_BIT(CODE_NAMES_NOT_COVERED) | CODE_BIT(CODE_KEY_USAGE_LOST);
	policy.deny = CODE_BIT(CODE_SIGNATURE_CHANGED);
	check_row();
	ck_assert(!messages.items[0].rejects && !messages.items[1].rejects);
	ck_assert(messages.items[2].rejects);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("replace_certificates");
	TCase *tests = tcase_create("replace_certificates");

	tcase_add_checked_fixture(tests, enter, leave);
	LOOP(compares_certificates, cases);
	tcase_add_test(tests, leaves_out_what_is_not_known);
	tcase_add_test(tests, allows_and_denies);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
