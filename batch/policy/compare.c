#include "model/dn.h"
#include "model/key_usage.h"
#include "policy/names.h"
#include "policy/replace_private.h"
#include "timestamp.h"

#include <string.h>
#include <strings.h>

#define ANY_USAGE "2.5.29.37.0" /* anyExtendedKeyUsage (RFC 5280, 4.2.1.12) */
#define COMMON_NAME_SIZE 256    /* of a DNS name there are 253 bytes at most */
#define USAGES_SHOWN 512        /* bytes */

/* The two certificates of a row, and where messages about them go. */
struct compare {
	const struct policy *policy;
	const struct row_facts *row;
	const struct certificate_facts *old, *new;
	struct messages *messages;
};

/* A check of that code, of which the facts are known or not. */
static bool
compare_known(const struct compare *compare, enum code code, bool known)
{
	policy_known(compare->messages, code, known);
	return known;
}

/* ---- names ------------------------------------------------------------------------------- */

/* The names of a certificate. Its common name is read only where it counts, into `common`. */
static struct names_of
compare_names_of(const struct certificate_facts *facts, char common[COMMON_NAME_SIZE])
{
	bool counts = facts->names != NULL && strcmp(facts->names, NAMES_NONE) == 0 &&
		      facts->issued_dn != NULL &&
		      dn_common_name(facts->issued_dn, common, COMMON_NAME_SIZE);

	return (struct names_of){facts->names, counts ? common : NULL};
}

static void
compare_names(const struct compare *compare)
{
	const struct certificate_facts *old = compare->old, *new = compare->new;
	char old_common[COMMON_NAME_SIZE], new_common[COMMON_NAME_SIZE];
	struct names_of was = compare_names_of(old, old_common);
	struct names_of is = compare_names_of(new, new_common);
	struct names_missing missing;
	bool known;

	known = names_cover(&was, &is, &missing);
	if (missing.text.failed)
		compare->messages->failed = true;
	else if (compare_known(compare, CODE_NAMES_NOT_COVERED, known) && missing.count > 0)
		messages_add(compare->messages,
		    policy_failure(compare->policy, CODE_NAMES_NOT_COVERED,
			policy_new_field(compare->row->request)),
		    missing.count > NAMES_SHOWN
			? "the new certificate lacks %zu name%s of the existing one: %s, ..."
			: "the new certificate lacks %zu name%s of the existing one: %s",
		    missing.count, missing.count == 1 ? "" : "s", missing.text.bytes);
	buffer_release(&missing.text);
}

/* ---- usages ------------------------------------------------------------------------------ */

/* The usages that are missing, with a comma and a blank between. */
struct usages {
	char text[USAGES_SHOWN];
	size_t length;
};

static void
usages_add(struct usages *usages, const char *word, size_t length)
{
	int written = snprintf(usages->text + usages->length, sizeof(usages->text) - usages->length,
	    "%s%.*s", usages->length == 0 ? "" : ", ", (int)length, word);

	if (written > 0 && usages->length + (size_t)written < sizeof(usages->text))
		usages->length += (size_t)written;
	else
		usages->text[usages->length] = '\0'; /* there is no room: it is left out */
}

/* Bits of the old certificate that mean something for the key of the new one. */
static int
compare_usage_bits(const struct certificate_facts *old, const struct certificate_facts *new)
{
	const char *type = new->key_type == NULL ? "" : new->key_type;
	int bits = old->key_usage;

	if (strcasecmp(type, "RSA") == 0)
		bits &= ~(KEY_USAGE_AGREEMENT | KEY_USAGE_ENCIPHER_ONLY | KEY_USAGE_DECIPHER_ONLY);
	else if (strncasecmp(type, "EC", 2) == 0 || strncasecmp(type, "Ed", 2) == 0)
		bits &= ~(KEY_USAGE_KEY_ENCIPHERMENT | KEY_USAGE_DATA_ENCIPHERMENT);
	return bits;
}

static void
compare_key_usage(const struct compare *compare, struct usages *lost)
{
	static const struct {
		int bit;
		const char *word;
	} words[] = {
#define USAGE_WORD(name, bit, word) {bit, word},
	    KEY_USAGE_LIST(USAGE_WORD)
#undef USAGE_WORD
	};
	const struct certificate_facts *old = compare->old, *new = compare->new;
	int bits;

	if (old->key_usage == 0 || new->key_usage == 0) /* an extension is not there */
		return;
	if (old->key_usage == new->key_usage)
		return;
	bits = compare_usage_bits(old, new) & ~new->key_usage;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((bits & words[i].bit) != 0)
			usages_add(lost, words[i].word, strlen(words[i].word));
}

/* Whether an OID is in a list of them, one blank between. */
static bool
usages_have(const char *list, const char *oid, size_t length)
{
	for (const char *at = list; at != NULL && *at != '\0'; at = strchr(at, ' ')) {
		at += *at == ' ';
		if (strncmp(at, oid, length) == 0 && (at[length] == ' ' || at[length] == '\0'))
			return true;
	}
	return false;
}

/* The word of an OID, as RFC 5280 and Windows have it; the OID itself where there is none. */
static void
usages_add_oid(struct usages *lost, const char *oid, size_t length)
{
	static const struct {
		const char *oid, *word;
	} words[] = {{"1.3.6.1.5.5.7.3.1", "serverAuth"}, {"1.3.6.1.5.5.7.3.2", "clientAuth"},
	    {"1.3.6.1.5.5.7.3.3", "codeSigning"}, {"1.3.6.1.5.5.7.3.4", "emailProtection"},
	    {"1.3.6.1.5.5.7.3.8", "timeStamping"}, {"1.3.6.1.5.5.7.3.9", "OCSPSigning"},
	    {"1.3.6.1.4.1.311.20.2.2", "smartcardLogon"}, {ANY_USAGE, "anyExtendedKeyUsage"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].oid) == length && memcmp(words[i].oid, oid, length) == 0) {
			usages_add(lost, words[i].word, strlen(words[i].word));
			return;
		}
	}
	usages_add(lost, oid, length);
}

static void
compare_extended(const struct compare *compare, struct usages *lost)
{
	const char *new = compare->new->extended_usages;

	if (new[0] == '\0' || strcmp(new, compare->old->extended_usages) == 0 ||
	    usages_have(new, ANY_USAGE, strlen(ANY_USAGE)))
		return;
	for (const char *at = compare->old->extended_usages; *at != '\0';) {
		size_t length = strcspn(at, " ");

		if (length > 0 && !usages_have(new, at, length))
			usages_add_oid(lost, at, length);
		at += length;
		at += *at == ' ';
	}
}

static void
compare_usages(const struct compare *compare)
{
	const struct certificate_facts *old = compare->old, *new = compare->new;
	struct usages lost = {.length = 0};
	bool keys = old->has_key_usage && new->has_key_usage;
	bool extended = old->extended_usages != NULL && new->extended_usages != NULL;

	if (keys)
		compare_key_usage(compare, &lost);
	if (extended)
		compare_extended(compare, &lost);
	compare_known(compare, CODE_KEY_USAGE_LOST, keys && extended);
	if (lost.length > 0)
		messages_add(compare->messages,
		    policy_failure(compare->policy, CODE_KEY_USAGE_LOST,
			policy_new_field(compare->row->request)),
		    "the new certificate lacks usages of the existing one: %s", lost.text);
}

/* ---- keys -------------------------------------------------------------------------------- */

/* Security in bits (NIST SP 800-57 part 1, table 2); 0: not known. */
static int64_t
compare_strength(const struct certificate_facts *facts)
{
	static const struct {
		int64_t bits, strength;
	} rsa[] = {{15360, 256}, {7680, 192}, {3072, 128}, {2048, 112}, {1024, 80}, {1, 64}};
	const char *type = facts->key_type;

	if (strncasecmp(type, "EC", 2) == 0 || strncasecmp(type, "Ed", 2) == 0)
		return facts->key_size / 2;
	if (strcasecmp(type, "RSA") != 0 && strcasecmp(type, "DSA") != 0)
		return 0;
	for (size_t i = 0; i < sizeof(rsa) / sizeof(rsa[0]); i++)
		if (facts->key_size >= rsa[i].bits)
			return rsa[i].strength;
	return 0;
}

static void
compare_keys(const struct compare *compare)
{
	const struct certificate_facts *old = compare->old, *new = compare->new;
	struct message weaker = policy_warning(compare->policy, CODE_WEAKER_KEY, 0);
	int64_t was, is;

	if (!compare_known(compare, CODE_WEAKER_KEY,
		old->key_type != NULL && new->key_type != NULL && old->key_size > 0 &&
		    new->key_size > 0))
		return;
	if (strcasecmp(old->key_type, new->key_type) != 0) {
		was = compare_strength(old);
		is = compare_strength(new);
		if (was > 0 && is > 0 && is < was && is < 128)
			messages_add(compare->messages, weaker,
			    "%s of %lld bits is weaker than %s of %lld bits, which the existing "
			    "one has",
			    new->key_type, (long long)new->key_size, old->key_type,
			    (long long)old->key_size);
	} else if (new->key_size < old->key_size) {
		messages_add(compare->messages, weaker,
		    "%s of %lld bits, the existing one has %lld", new->key_type,
		    (long long)new->key_size, (long long)old->key_size);
	}
}

/* ---- the rest ---------------------------------------------------------------------------- */

static void
compare_dates(const struct compare *compare)
{
	const struct certificate_facts *old = compare->old, *new = compare->new;
	const struct policy *policy = compare->policy;
	const struct row_facts *row = compare->row;
	char old_end[TIMESTAMP_SIZE], new_end[TIMESTAMP_SIZE];

	if (compare_known(
		compare, CODE_EXPIRES_EARLIER, old->has_not_after && new->has_not_after) &&
	    new->not_after < old->not_after)
		messages_add(compare->messages, policy_warning(policy, CODE_EXPIRES_EARLIER, 0),
		    "the new certificate expires at %s, the existing one at %s",
		    timestamp_format(new->not_after, new_end),
		    timestamp_format(old->not_after, old_end));
	if (compare_known(compare, CODE_EXISTING_EXPIRES_FIRST, old->has_not_after) &&
	    !row->request->due_unknown && old->not_after < row->due)
		messages_add(compare->messages,
		    policy_warning(policy, CODE_EXISTING_EXPIRES_FIRST, 0),
		    "the existing certificate expires at %s, due is %s",
		    timestamp_format(old->not_after, old_end), timestamp_format(row->due, new_end));
}

static void
compare_issuers(const struct compare *compare)
{
	const struct certificate_facts *old = compare->old, *new = compare->new;
	struct message is_issuer = policy_warning(compare->policy, CODE_NEW_IS_ISSUER, 0);
	bool names = old->issuer_dn != NULL && new->issued_dn != NULL;

	if (compare_known(
		compare, CODE_ISSUER_CHANGED, old->issuer_dn != NULL && new->issuer_dn != NULL) &&
	    !dn_same(old->issuer_dn, new->issuer_dn))
		messages_add(compare->messages,
		    policy_warning(compare->policy, CODE_ISSUER_CHANGED, 0), NULL);
	if (!compare_known(compare, CODE_NEW_IS_ISSUER, names || new->is_issuer != FACT_UNKNOWN))
		return;
	if (names && dn_same(old->issuer_dn, new->issued_dn) && old->issued_dn != NULL &&
	    !dn_same(old->issued_dn, new->issued_dn))
		messages_add(compare->messages, is_issuer, NULL);
	else if (new->is_issuer == FACT_YES)
		messages_add(compare->messages, is_issuer,
		    "the new certificate is that of an issuer: a CA, or in a chain of some store");
}

/* What people call the algorithm; its OID where it has no name here. */
static const char *
signature_name(const char *oid)
{
	static const struct {
		const char *oid, *name;
	} names[] = {{"1.2.840.113549.1.1.5", "RSA and SHA-1"},
	    {"1.2.840.113549.1.1.10", "RSASSA-PSS"}, {"1.2.840.113549.1.1.11", "RSA and SHA-256"},
	    {"1.2.840.113549.1.1.12", "RSA and SHA-384"},
	    {"1.2.840.113549.1.1.13", "RSA and SHA-512"}, {"1.2.840.10045.4.1", "ECDSA and SHA-1"},
	    {"1.2.840.10045.4.3.2", "ECDSA and SHA-256"},
	    {"1.2.840.10045.4.3.3", "ECDSA and SHA-384"},
	    {"1.2.840.10045.4.3.4", "ECDSA and SHA-512"}, {"1.3.101.112", "Ed25519"},
	    {"1.3.101.113", "Ed448"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(oid, names[i].oid) == 0)
			return names[i].name;
	return oid;
}

static void
compare_signatures(const struct compare *compare)
{
	const struct certificate_facts *old = compare->old, *new = compare->new;

	if (compare_known(compare, CODE_SIGNATURE_CHANGED,
		old->signature != NULL && new->signature != NULL) &&
	    strcmp(old->signature, new->signature) != 0)
		messages_add(compare->messages,
		    policy_warning(compare->policy, CODE_SIGNATURE_CHANGED, 0),
		    "the new certificate is signed with %s, the existing one with %s",
		    signature_name(new->signature), signature_name(old->signature));
}

void
policy_compare(const struct policy *policy, const struct row_facts *row, struct messages *messages)
{
	const struct compare compare = {policy, row, &row->existing, &row->certificate, messages};

	compare_names(&compare);
	compare_usages(&compare);
	compare_keys(&compare);
	compare_dates(&compare);
	compare_issuers(&compare);
	compare_signatures(&compare);
}
