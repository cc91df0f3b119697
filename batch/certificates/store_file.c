#include "certificates/store_file.h"

#include "certificates/jks.h"
#include "certificates/pem.h"
#include "certificates/pkcs12.h"
#include "utf8.h"

#include <string.h>
#include <strings.h>

enum store_format
store_format_of(const char *short_name)
{
	static const struct {
		const char *name;
		enum store_format format;
	} formats[] = {{"PEM", STORE_FORMAT_PEM}, {"RFPEM", STORE_FORMAT_PEM},
	    {"DER", STORE_FORMAT_DER}, {"RFDER", STORE_FORMAT_DER}, {"PKCS12", STORE_FORMAT_PKCS12},
	    {"PFX", STORE_FORMAT_PKCS12}, {"RFPkcs12", STORE_FORMAT_PKCS12},
	    {"JKS", STORE_FORMAT_JKS}, {"RFJKS", STORE_FORMAT_JKS}, {"JCEKS", STORE_FORMAT_JKS}};

	for (size_t i = 0; short_name != NULL && i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcasecmp(short_name, formats[i].name) == 0)
			return formats[i].format;
	return STORE_FORMAT_NONE;
}

/* Text without a PEM block is a store that is empty; other bytes are a file of another format,
 * which says nothing about its certificates. */
static bool
store_is_text(const unsigned char *bytes, size_t length)
{
	return memchr(bytes, '\0', length) == NULL &&
	       utf8_valid((const char *)bytes, length) == length;
}

/* The separate file with the private key, which a fault of it names. */
static int
store_read_key(
    const struct store_file *store, struct file_bytes *key, struct entries_source *source)
{
	char text[sizeof(source->reason.text)];

	if (file_read(store->root, store->key_path, key, source) == 0)
		return 0;
	if (source->reason.why == READABLE)
		return -1;
	memcpy(text, source->reason.text, sizeof(text));
	return entries_fault(source, source->reason.why, "its file with the private key: %s", text);
}

static int
store_read_pem(const struct store_file *store, struct entries_source *source)
{
	struct pem_options options = {.trust_store = store->trust_store, .refuse_messages = true};
	struct file_bytes key = {0};
	int rc = 0;

	if (!pem_is(source->bytes, source->length))
		return store_is_text(source->bytes, source->length)
			   ? 0
			   : entries_fault(source, UNREADABLE_DAMAGED, "it is no PEM file");
	if (store->key_path != NULL)
		rc = store_read_key(store, &key, source);
	options.key = key.bytes;
	options.key_length = key.length;
	if (rc == 0)
		rc = pem_read(source, &options);
	file_release(&key);
	return rc;
}

static int
store_read_bytes(const struct store_file *store, struct entries_source *source)
{
	const struct pkcs12_options options = {.ticks = store->ticks, .deadline = store->deadline};
	bool is_pkcs12 = pkcs12_is(source->bytes, source->length);

	switch (store->format) {
	case STORE_FORMAT_PEM:
		return store_read_pem(store, source);
	case STORE_FORMAT_DER:
		return der_read(source);
	case STORE_FORMAT_JKS:
		return is_pkcs12 ? pkcs12_read(source, &options) : jks_read(source);
	case STORE_FORMAT_PKCS12:
		return pkcs12_read(source, &options);
	case STORE_FORMAT_NONE:
		break;
	}
	return entries_fault(source, UNREADABLE_NOT_A_FILE, "its type has no file format");
}

int
store_file_read(const struct store_file *store, struct entries_source *source)
{
	struct file_bytes file;
	int rc = file_read(store->root, store->path, &file, source);

	if (rc == 0 && file.length > 0) {
		source->bytes = file.bytes;
		source->length = file.length;
		rc = store_read_bytes(store, source);
		source->bytes = NULL;
		source->length = 0;
	}
	file_release(&file);
	return rc;
}
