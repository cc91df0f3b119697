#include "certificates/renewal_private.h"

#include "certificates/credential_private.h"
#include "crypto/start.h"

#include <openssl/err.h>

/* ---- DER ---------------------------------------------------------------------------------- */

static int
renewal_der_look(struct renewal *renewal)
{
	struct entries_source source = {
	    .bytes = renewal->file.bytes, .length = renewal->file.length};
	int rc = 0;

	renewal->sight = RENEWAL_NOTHING;
	if (renewal->file.bytes == NULL || renewal->file.length == 0)
		return 0;
	if (der_read(&source) == -1) {
		rc = renewal_refuse(renewal, &source);
	} else {
		const char *print = source.entries.items[0].chain[0].sha1;

		renewal->sight = renewal_is(print, renewal->old_thumbprint)   ? RENEWAL_OLD
				 : renewal_is(print, renewal->new_thumbprint) ? RENEWAL_NEW
									      : RENEWAL_OTHER;
	}
	entries_release(&source.entries);
	return rc;
}

static int
renewal_der_make(struct renewal *renewal, const struct credential *credential)
{
	unsigned char *der = NULL;
	int length;

	if (renewal_require_old(renewal) == -1)
		return -1;
	length = i2d_X509(credential->leaf, &der);
	if (length > 0)
		buffer_add(&renewal->new_file, (const char *)der, (size_t)length);
	OPENSSL_free(der);
	ERR_clear_error();
	return length > 0 && !renewal->new_file.failed ? 0 : install_memory(&renewal->reason);
}

/* ---- any ---------------------------------------------------------------------------------- */

int
renewal_look(struct renewal *renewal)
{
	struct entries_source none = {0};

	renewal->reason = (struct install_reason){.why = INSTALL_GOOD};
	renewal->holds_key = renewal->key_was_plain = false;
	switch (renewal->format) {
	case STORE_FORMAT_PEM:
		return renewal_pem_look(renewal);
	case STORE_FORMAT_DER:
		return renewal_der_look(renewal);
	case STORE_FORMAT_PKCS12:
		return renewal_pkcs12_look(renewal);
	case STORE_FORMAT_JKS:
	case STORE_FORMAT_NONE:
		break;
	}
	(void)entries_fault(&none, UNREADABLE_NOT_A_FILE, "its type is no format that is written");
	return renewal_refuse(renewal, &none);
}

int
renewal_make(struct renewal *renewal, const struct credential *credential)
{
	buffer_clear(&renewal->new_file);
	buffer_clear(&renewal->new_key_file);
	renewal->chain = 0;
	renewal->key_is_plain = false;
	switch (renewal->format) {
	case STORE_FORMAT_PEM:
		return renewal_pem_make(renewal, credential);
	case STORE_FORMAT_DER:
		return renewal_der_make(renewal, credential);
	case STORE_FORMAT_PKCS12:
		return renewal_pkcs12_make(renewal, credential);
	case STORE_FORMAT_JKS:
	case STORE_FORMAT_NONE:
		break;
	}
	return renewal_look(renewal);
}

void
renewal_release(struct renewal *renewal)
{
	buffer_release(&renewal->new_file);
	buffer_release(&renewal->new_key_file);
}
