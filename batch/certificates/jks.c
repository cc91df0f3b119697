#include "certificates/jks.h"

#include "crypto/start.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#define JKS_MAGIC 0xfeedfeedu
#define JCEKS_MAGIC 0xcecececeu
#define SHA1_SIZE 20u

enum jks_tag { JKS_KEY = 1, JKS_TRUSTED = 2, JKS_SECRET = 3 };

/* What is left to read, without the digest at the end. */
struct jks {
	struct entries_source *source;
	const unsigned char *at;
	size_t left;
	uint32_t version;
	uint32_t entry; /* from 1 */
};

struct jks_bytes {
	const unsigned char *bytes;
	size_t length;
};

static uint32_t
jks_number(const unsigned char *bytes, size_t count)
{
	uint32_t number = 0;

	for (size_t i = 0; i < count; i++)
		number = number << 8 | bytes[i];
	return number;
}

bool
jks_is(const unsigned char *bytes, size_t length)
{
	uint32_t magic = length < 4 ? 0 : jks_number(bytes, 4);

	return magic == JKS_MAGIC || magic == JCEKS_MAGIC;
}

static int
jks_cut_off(struct jks *jks)
{
	return entries_fault(jks->source, UNREADABLE_DAMAGED, "entry %u is cut off", jks->entry);
}

static int
jks_take(struct jks *jks, size_t length, struct jks_bytes *taken)
{
	if (length > jks->left)
		return jks_cut_off(jks);
	*taken = (struct jks_bytes){jks->at, length};
	jks->at += length;
	jks->left -= length;
	return 0;
}

/* A number of `size` bytes. */
static int
jks_take_number(struct jks *jks, size_t size, uint32_t *number)
{
	struct jks_bytes bytes = {0};

	if (jks_take(jks, size, &bytes) == -1)
		return -1;
	*number = jks_number(bytes.bytes, size);
	return 0;
}

/* Bytes after their number, which has `size` bytes itself. */
static int
jks_take_bytes(struct jks *jks, size_t size, struct jks_bytes *bytes)
{
	uint32_t length = 0;

	return jks_take_number(jks, size, &length) == -1 ? -1 : jks_take(jks, length, bytes);
}

/* ---- names ------------------------------------------------------------------------------- */

/*
 * The next UTF-16 unit of Java's modified UTF-8 (java.io.DataInput): one to three bytes, NUL as
 * two, each half of a surrogate pair as three. -1: it is not that.
 */
static long
jks_unit(const struct jks_bytes *text, size_t *at)
{
	static const unsigned char firsts[] = {0x00, 0xc0, 0xe0}, masks[] = {0x80, 0xe0, 0xf0};
	unsigned char first = text->bytes[*at];

	for (size_t more = 0; more < 3; more++) {
		long unit = first & (unsigned char)~masks[more];

		if ((first & masks[more]) != firsts[more])
			continue;
		if (text->length - *at <= more)
			return -1;
		for (size_t i = 1; i <= more; i++) {
			if ((text->bytes[*at + i] & 0xc0) != 0x80)
				return -1;
			unit = unit << 6 | (text->bytes[*at + i] & 0x3f);
		}
		*at += more + 1;
		return unit;
	}
	return -1;
}

static void
jks_add_character(struct buffer *alias, uint32_t code)
{
	static const unsigned char firsts[] = {0x00, 0xc0, 0xe0, 0xf0};
	size_t more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
	char bytes[4];

	if (code == 0) { /* no C string has it: as it would be printed */
		buffer_add_string(alias, "\\x00");
		return;
	}
	for (size_t i = more; i > 0; i--, code >>= 6)
		bytes[i] = (char)(0x80 | (code & 0x3f));
	bytes[0] = (char)(firsts[more] | code);
	buffer_add(alias, bytes, more + 1);
}

static int
jks_add_alias(struct jks *jks, const struct jks_bytes *text, struct buffer *alias)
{
	long high = 0;

	for (size_t at = 0; at < text->length;) {
		long unit = jks_unit(text, &at);

		if (unit == -1)
			return entries_fault(jks->source, UNREADABLE_DAMAGED,
			    "the name of entry %u is no text", jks->entry);
		if (high != 0 && unit >= 0xdc00 && unit < 0xe000) {
			jks_add_character(
			    alias, (uint32_t)(0x10000 + ((high - 0xd800) << 10) + (unit - 0xdc00)));
			high = 0;
			continue;
		}
		if (high != 0)
			jks_add_character(alias, (uint32_t)high); /* half a pair: no UTF-8 */
		high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
		if (high == 0)
			jks_add_character(alias, (uint32_t)unit);
	}
	if (high != 0)
		jks_add_character(alias, (uint32_t)high);
	return alias->failed ? error_memory(&jks->source->err) : 0;
}

/* ---- entries ----------------------------------------------------------------------------- */

static int
jks_take_certificate(struct jks *jks, struct entry *entry)
{
	struct jks_bytes type = {(const unsigned char *)"X.509", 5}, der;

	if (jks->version == 2 && jks_take_bytes(jks, 2, &type) == -1)
		return -1;
	if (type.length != 5 || memcmp(type.bytes, "X.509", 5) != 0)
		return entries_fault(jks->source, UNREADABLE_UNSUPPORTED_ALGORITHM,
		    "a certificate of another type than X.509 is in entry %s", entry->alias);
	if (jks_take_bytes(jks, 4, &der) == -1)
		return -1;
	return entries_add_der(jks->source, entry, der.bytes, der.length);
}

static int
jks_take_chain(struct jks *jks, uint32_t tag, struct entry *entry)
{
	struct jks_bytes key;
	uint32_t count = 1;

	if (tag == JKS_KEY &&
	    (jks_take_bytes(jks, 4, &key) == -1 || jks_take_number(jks, 4, &count) == -1))
		return -1;
	for (uint32_t i = 0; i < count; i++)
		if (jks_take_certificate(jks, entry) == -1)
			return -1;
	entry->has_key = tag == JKS_KEY;
	return 0;
}

static int
jks_take_entry(struct jks *jks)
{
	struct buffer alias = {0};
	struct jks_bytes text = {0}, created;
	struct entry *entry;
	uint32_t tag = 0;
	int rc;

	if (jks_take_number(jks, 4, &tag) == -1 || jks_take_bytes(jks, 2, &text) == -1 ||
	    jks_take(jks, 8, &created) == -1)
		return -1;
	if (tag != JKS_KEY && tag != JKS_TRUSTED && tag != JKS_SECRET)
		return entries_fault(jks->source, UNREADABLE_DAMAGED,
		    "entry %u is neither a key nor a certificate", jks->entry);
	rc = jks_add_alias(jks, &text, &alias);
	entry = rc == -1 ? NULL : entries_add(jks->source, alias.length == 0 ? "" : alias.bytes);
	buffer_release(&alias);
	if (entry == NULL)
		return -1;
	if (tag == JKS_SECRET)
		return entries_fault(jks->source, UNREADABLE_UNSUPPORTED_ALGORITHM,
		    "a secret key, whose end is not known, is entry %s", entry->alias);
	rc = jks_take_chain(jks, tag, entry);
	if (rc == 0 && entry->count == 0) /* a key whose certificate is not there yet */
		entries_drop_last(&jks->source->entries);
	return rc;
}

/* ---- the file ---------------------------------------------------------------------------- */

/* The password as Java has it: UTF-16, the higher byte first. */
static int
jks_digest_password(EVP_MD_CTX *context, const struct entries_source *source)
{
	size_t left = source->password_length;
	int good = 1;

	for (const char *text = source->password; left > 0 && good == 1;) {
		uint32_t code;
		size_t size = utf8_decode(text, left, &code);
		unsigned char units[4];
		size_t count = 2;

		if (code >= 0x10000) {
			uint32_t high = 0xd800 + ((code - 0x10000) >> 10);

			code = 0xdc00 + ((code - 0x10000) & 0x3ff);
			units[0] = (unsigned char)(high >> 8);
			units[1] = (unsigned char)high;
			count = 4;
		}
		units[count - 2] = (unsigned char)(code >> 8);
		units[count - 1] = (unsigned char)code;
		good = EVP_DigestUpdate(context, units, count);
		explicit_bzero(units, sizeof(units));
		text += size;
		left -= size;
	}
	return good;
}

static int
jks_verify_digest(struct entries_source *source)
{
	static const char salt[] = "Mighty Aphrodite";
	size_t length = source->length - SHA1_SIZE;
	unsigned char sum[EVP_MAX_MD_SIZE];
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int good = context != NULL;

	good = good && EVP_DigestInit_ex(context, EVP_sha1(), NULL) == 1 &&
	       jks_digest_password(context, source) == 1 &&
	       EVP_DigestUpdate(context, salt, sizeof(salt) - 1) == 1 &&
	       EVP_DigestUpdate(context, source->bytes, length) == 1 &&
	       EVP_DigestFinal_ex(context, sum, NULL) == 1;
	EVP_MD_CTX_free(context);
	if (!good)
		return error_memory(&source->err);
	if (memcmp(sum, source->bytes + length, SHA1_SIZE) != 0)
		return entries_fault(source, UNREADABLE_WRONG_PASSWORD,
		    "the digest is another one: the password is wrong, or the file was changed");
	return 0;
}

static int
jks_read_file(struct entries_source *source)
{
	struct jks jks = {.source = source, .at = source->bytes};
	uint32_t magic, count = 0;

	if (source->length < 3 * 4 + SHA1_SIZE || !jks_is(source->bytes, source->length))
		return entries_fault(
		    source, UNREADABLE_DAMAGED, "it is no Java key store, or was cut off");
	jks.left = source->length - SHA1_SIZE;
	if (jks_take_number(&jks, 4, &magic) == -1 ||
	    jks_take_number(&jks, 4, &jks.version) == -1 || jks_take_number(&jks, 4, &count) == -1)
		return -1;
	if (jks.version != 1 && jks.version != 2)
		return entries_fault(source, UNREADABLE_UNSUPPORTED_ALGORITHM,
		    "version %u of its format, of which 1 and 2 are known", jks.version);
	for (jks.entry = 1; jks.entry <= count; jks.entry++)
		if (jks_take_entry(&jks) == -1)
			return -1;
	if (jks.left > 0)
		return entries_fault(
		    source, UNREADABLE_DAMAGED, "%zu bytes follow its entries", jks.left);
	source->entries.unverified = source->password == NULL;
	return source->password == NULL ? 0 : jks_verify_digest(source);
}

int
jks_read(struct entries_source *source)
{
	unsigned long shortages = crypto_shortages();
	int rc = crypto_begin(&source->err);

	return entries_end(source, shortages, rc == -1 ? -1 : jks_read_file(source));
}
