#include "certificates/certificate.h"

#include "certificates/public_key.h"
#include "certificates/x509_private.h"
#include "crypto/start.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

static void
certificate_hex(const unsigned char *bytes, size_t count, char *text)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < count; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 15];
	}
	*text = '\0';
}

static int
certificate_take_digests(struct certificate *certificate, const X509 *x509, struct error *err)
{
	unsigned char sha1[EVP_MAX_MD_SIZE] = {0}, sha256[EVP_MAX_MD_SIZE] = {0};
	unsigned char *der = NULL;
	int length = i2d_X509(x509, &der);
	int rc = 0;

	if (length <= 0 || EVP_Digest(der, (size_t)length, sha1, NULL, EVP_sha1(), NULL) != 1 ||
	    EVP_Digest(der, (size_t)length, sha256, NULL, EVP_sha256(), NULL) != 1)
		rc = x509_failed(err, "its thumbprint cannot be had");
	OPENSSL_free(der);
	if (rc == -1)
		return -1;
	certificate_hex(sha1, CERTIFICATE_SHA1_SIZE / 2, certificate->sha1);
	certificate_hex(sha256, CERTIFICATE_SHA256_SIZE / 2, certificate->sha256);
	return 0;
}

/* The bytes of the number as the certificate has them: a leading 00 is no part of the number. */
static void
certificate_take_serial(struct certificate *certificate, const X509 *x509)
{
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);
	const unsigned char *bytes = ASN1_STRING_get0_data(serial);
	int length = ASN1_STRING_length(serial);
	char digits[3];

	if (ASN1_STRING_type(serial) == V_ASN1_NEG_INTEGER)
		buffer_add_string(&certificate->serial, "-");
	for (int i = 0; i < length; i++) {
		certificate_hex(&bytes[i], 1, digits);
		buffer_add(&certificate->serial, digits, 2);
	}
	if (length == 0)
		buffer_add_string(&certificate->serial, "00");
}

static int
certificate_take_dn(struct buffer *text, const X509_NAME *name, struct error *err)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *bytes;
	long length;
	int rc = -1;

	/* Characters of other alphabets as they are; control characters and quotes are escaped. */
	if (bio != NULL &&
	    X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
		length = BIO_get_mem_data(bio, &bytes);
		buffer_add(text, length > 0 ? bytes : "", length > 0 ? (size_t)length : 0);
		rc = 0;
	}
	BIO_free(bio);
	return rc == 0 ? 0 : x509_failed(err, "a distinguished name cannot be read");
}

static int
certificate_take_time(const ASN1_TIME *time, int64_t *milliseconds, struct error *err)
{
	static const char fault[] = "a time of validity cannot be read";
	struct tm parts;

	if (ASN1_TIME_to_tm(time, &parts) != 1)
		return x509_failed(err, fault);
	*milliseconds = (int64_t)timegm(&parts) * 1000;
	return 0;
}

static void
certificate_take_key(struct certificate *certificate, const X509 *x509)
{
	struct public_key key;

	public_key_read(&key, X509_get_X509_PUBKEY(x509));
	certificate->key_type = key.type;
	certificate->key_bits = key.bits;
	memcpy(certificate->curve, key.curve, sizeof(certificate->curve));
}

/* ---- extensions -------------------------------------------------------------------------- */

/* A user principal name is a UTF-8 text; of another otherName the type is kept. */
static void
certificate_add_other(struct names *names, const OTHERNAME *other)
{
	char oid[CERTIFICATE_OID_SIZE];
	const ASN1_TYPE *value = other->value;

	if (OBJ_obj2nid(other->type_id) == NID_ms_upn && value->type == V_ASN1_UTF8STRING) {
		names_add(names, NAME_PRINCIPAL,
		    (const char *)ASN1_STRING_get0_data(value->value.utf8string),
		    (size_t)ASN1_STRING_length(value->value.utf8string));
		return;
	}
	OBJ_obj2txt(oid, sizeof(oid), other->type_id, 1);
	names_add(names, NAME_OTHER, oid, strlen(oid));
}

static int
certificate_add_directory(struct names *names, const X509_NAME *name, struct error *err)
{
	struct buffer text = {0};
	int rc = certificate_take_dn(&text, name, err);

	if (rc == 0)
		names_add(names, NAME_DIRECTORY, text.bytes == NULL ? "" : text.bytes, text.length);
	names->failed |= text.failed;
	buffer_release(&text);
	return rc;
}

static void
certificate_add_ip(struct names *names, const ASN1_OCTET_STRING *address)
{
	const unsigned char *bytes = ASN1_STRING_get0_data(address);
	int length = ASN1_STRING_length(address);
	char text[INET6_ADDRSTRLEN];

	if ((length == 4 || length == 16) &&
	    inet_ntop(length == 4 ? AF_INET : AF_INET6, bytes, text, sizeof(text)) != NULL)
		names_add(names, NAME_IP, text, strlen(text));
	else
		names_add(names, NAME_IP, (const char *)bytes, length < 0 ? 0 : (size_t)length);
}

static int
certificate_add_name(struct names *names, const GENERAL_NAME *name, struct error *err)
{
	char oid[CERTIFICATE_OID_SIZE];

	switch (name->type) {
	case GEN_OTHERNAME:
		certificate_add_other(names, name->d.otherName);
		return 0;
	case GEN_EMAIL:
	case GEN_DNS:
	case GEN_URI: /* a GeneralName's number is its choice, as ours */
		names_add(names, name->type, (const char *)ASN1_STRING_get0_data(name->d.ia5),
		    (size_t)ASN1_STRING_length(name->d.ia5));
		return 0;
	case GEN_DIRNAME:
		return certificate_add_directory(names, name->d.directoryName, err);
	case GEN_IPADD:
		certificate_add_ip(names, name->d.iPAddress);
		return 0;
	case GEN_RID:
		OBJ_obj2txt(oid, sizeof(oid), name->d.registeredID, 1);
		names_add(names, NAME_REGISTERED_ID, oid, strlen(oid));
		return 0;
	default: /* x400Address, ediPartyName: nobody compares them */
		names_add(names, name->type, "", 0);
		return 0;
	}
}

/* An extension: 1 and *value, 0 where there is none; -1 and err when it is damaged or there twice.
 */
static int
certificate_extension(const X509 *x509, int nid, void **value, struct error *err)
{
	int critical;

	*value = X509_get_ext_d2i(x509, nid, &critical, NULL);
	if (*value != NULL)
		return 1;
	if (critical == -1)
		return 0;
	return error_set(err, ERROR_INPUT, NULL, "its extension %s %s", OBJ_nid2ln(nid),
	    critical == -2 ? "is there twice" : "is damaged");
}

static int
certificate_take_names(struct certificate *certificate, const X509 *x509, struct error *err)
{
	struct names *names = &certificate->names;
	void *value;
	int rc = certificate_extension(x509, NID_subject_alt_name, &value, err);
	GENERAL_NAMES *found = value;

	for (int i = 0; rc == 1 && i < sk_GENERAL_NAME_num(found); i++)
		if (certificate_add_name(names, sk_GENERAL_NAME_value(found, i), err) == -1)
			rc = -1;
	GENERAL_NAMES_free(found);
	names_sort(names);
	return rc == -1 ? -1 : 0;
}

static int
certificate_take_key_usage(struct certificate *certificate, const X509 *x509, struct error *err)
{
	void *value;
	int rc = certificate_extension(x509, NID_key_usage, &value, err);
	ASN1_BIT_STRING *bits = value;

	if (rc == 1 && ASN1_STRING_length(bits) > 0)
		certificate->key_usage = ASN1_STRING_get0_data(bits)[0];
	if (rc == 1 && ASN1_STRING_length(bits) > 1)
		certificate->key_usage |= ASN1_STRING_get0_data(bits)[1] << 8;
	ASN1_BIT_STRING_free(bits);
	return rc == -1 ? -1 : 0;
}

static int
usage_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

static int
certificate_take_extended(struct certificate *certificate, const X509 *x509, struct error *err)
{
	struct buffer *text = &certificate->extended_usages;
	void *value;
	int rc = certificate_extension(x509, NID_ext_key_usage, &value, err);
	EXTENDED_KEY_USAGE *usages = value;
	size_t count = rc == 1 ? (size_t)sk_ASN1_OBJECT_num(usages) : 0;
	char(*oids)[CERTIFICATE_OID_SIZE] = calloc(count + 1, sizeof(*oids));

	if (oids == NULL) {
		EXTENDED_KEY_USAGE_free(usages);
		return rc == -1 ? -1 : error_memory(err);
	}
	for (size_t i = 0; rc == 1 && i < count; i++)
		OBJ_obj2txt(oids[i], sizeof(oids[i]), sk_ASN1_OBJECT_value(usages, (int)i), 1);
	if (rc == 1)
		qsort(oids, count, sizeof(*oids), usage_compare);
	for (size_t i = 0; rc == 1 && i < count; i++)
		if (i == 0 || strcmp(oids[i - 1], oids[i]) != 0)
			buffer_addf(text, "%s%s", text->length == 0 ? "" : " ", oids[i]);
	free(oids);
	EXTENDED_KEY_USAGE_free(usages);
	return rc == -1 ? -1 : 0;
}

static int
certificate_take_constraints(struct certificate *certificate, const X509 *x509, struct error *err)
{
	void *value;
	int rc = certificate_extension(x509, NID_basic_constraints, &value, err);
	BASIC_CONSTRAINTS *constraints = value;

	certificate->is_ca = rc == 1 && constraints->ca != 0;
	BASIC_CONSTRAINTS_free(constraints);
	return rc == -1 ? -1 : 0;
}

/* ---- a certificate ----------------------------------------------------------------------- */

int
certificate_take(struct certificate *certificate, const X509 *x509, struct error *err)
{
	const X509_ALGOR *algorithm;
	const ASN1_OBJECT *oid;

	*certificate = (struct certificate){.key_type = "Unknown"};
	X509_get0_signature(NULL, &algorithm, x509);
	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	OBJ_obj2txt(certificate->signature, sizeof(certificate->signature), oid, 1);
	certificate_take_serial(certificate, x509);
	certificate_take_key(certificate, x509);
	if (certificate_take_digests(certificate, x509, err) == -1 ||
	    certificate_take_dn(&certificate->subject, X509_get_subject_name(x509), err) == -1 ||
	    certificate_take_dn(&certificate->issuer, X509_get_issuer_name(x509), err) == -1 ||
	    certificate_take_time(X509_get0_notBefore(x509), &certificate->not_before, err) == -1 ||
	    certificate_take_time(X509_get0_notAfter(x509), &certificate->not_after, err) == -1 ||
	    certificate_take_names(certificate, x509, err) == -1 ||
	    certificate_take_key_usage(certificate, x509, err) == -1 ||
	    certificate_take_extended(certificate, x509, err) == -1 ||
	    certificate_take_constraints(certificate, x509, err) == -1)
		goto failed;
	if (certificate->names.failed || certificate->serial.failed ||
	    certificate->subject.failed || certificate->issuer.failed ||
	    certificate->extended_usages.failed) {
		error_memory(err);
		goto failed;
	}
	return 0;
failed:
	certificate_release(certificate);
	return -1;
}

static int
certificate_parse_der(
    struct certificate *certificate, const unsigned char *der, size_t length, struct error *err)
{
	const unsigned char *end = der;
	X509 *x509;
	int rc;

	if (length > INT32_MAX)
		return error_set(err, ERROR_INPUT, NULL, "not a certificate: too large");
	ERR_clear_error();
	x509 = x509_read(&end, (long)length);
	if (x509 == NULL)
		return x509_failed(err, "not a DER certificate");
	if (end != der + length)
		rc = error_set(err, ERROR_INPUT, NULL,
		    "%zu bytes follow the certificate: expected its DER alone",
		    length - (size_t)(end - der));
	else
		rc = certificate_take(certificate, x509, err);
	X509_free(x509);
	return rc;
}

int
certificate_parse(
    struct certificate *certificate, const unsigned char *der, size_t length, struct error *err)
{
	unsigned long shortages = crypto_shortages();
	int rc = crypto_begin(err);

	if (rc == 0)
		rc = certificate_parse_der(certificate, der, length, err);
	if (shortages == crypto_shortages())
		return rc;
	if (rc == 0)
		certificate_release(certificate);
	return error_memory(err);
}

void
certificate_release(struct certificate *certificate)
{
	buffer_release(&certificate->serial);
	buffer_release(&certificate->subject);
	buffer_release(&certificate->issuer);
	buffer_release(&certificate->extended_usages);
	names_release(&certificate->names);
}
