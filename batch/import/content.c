#include "import/content.h"

#include "base64.h"
#include "import/import_private.h"

#include <string.h>

static struct load_value
content_text(const char *text, size_t length)
{
	return (struct load_value){LOAD_TEXT, 0, text == NULL ? "" : text, length};
}

static struct load_value
content_string(const char *text)
{
	return content_text(text, strlen(text));
}

static struct load_value
content_buffer(const struct buffer *buffer)
{
	return content_text(buffer->bytes, buffer->length);
}

static struct load_value
content_integer(int64_t integer)
{
	return (struct load_value){.type = LOAD_INTEGER, .integer = integer};
}

void
import_certificate_values(
    const struct certificate *certificate, struct buffer *names, struct load_value *values)
{
	buffer_clear(names);
	names_add_json(&certificate->names, names);
	values[CERTIFICATE_PRINT] = content_string(certificate->sha1);
	values[CERTIFICATE_SERIAL] = content_buffer(&certificate->serial);
	values[CERTIFICATE_SUBJECT] = content_buffer(&certificate->subject);
	values[CERTIFICATE_ISSUER] = content_buffer(&certificate->issuer);
	values[CERTIFICATE_BEFORE] = content_integer(certificate->not_before);
	values[CERTIFICATE_AFTER] = content_integer(certificate->not_after);
	values[CERTIFICATE_KEY_TYPE] = content_string(certificate->key_type);
	if (certificate->key_bits > 0)
		values[CERTIFICATE_KEY_SIZE] = content_integer(certificate->key_bits);
	values[CERTIFICATE_NAMES] = content_buffer(names);
	values[CERTIFICATE_KEY_USAGE] = content_integer(certificate->key_usage);
	values[CERTIFICATE_USAGES] = content_buffer(&certificate->extended_usages);
	values[CERTIFICATE_SIGNATURE] = content_string(certificate->signature);
	values[CERTIFICATE_IS_CA] = content_integer(certificate->is_ca);
	values[CERTIFICATE_SHA256] = content_string(certificate->sha256);
	values[CERTIFICATE_CURVE] = content_string(certificate->curve);
}

/* The certificate of the text: 1, 0 and a fault reported; -1 and err. */
static int
content_parse(struct import *import, const struct load_value *text, struct error *err)
{
	static const char field[] = "ContentBytes";
	struct buffer *der = &import->content;
	struct error parsed = {0};

	buffer_clear(der);
	certificate_release(&import->certificate);
	import->certificate = (struct certificate){0};
	if (!base64_decode(der, text->text, text->length) || der->length == 0) {
		if (der->failed)
			return error_memory(err);
		import_fault(import, field, "not base64: expected the base64 of a DER certificate");
		return 0;
	}
	if (der->failed)
		return error_memory(err);
	if (certificate_parse(
		&import->certificate, (const unsigned char *)der->bytes, der->length, &parsed) == 0)
		return 1;
	import->certificate = (struct certificate){0};
	if (parsed.code != ERROR_INPUT) {
		*err = parsed;
		return -1;
	}
	import_say(import, IMPORT_FAULT, import_place(import, field),
	    "%.200s: expected the base64 of a DER certificate", parsed.text);
	return 0;
}

/* The thumbprint of a record may be the SHA-256 of the certificate too, and is kept then. */
static bool
content_agrees(struct import *import, const struct load_value *given)
{
	const struct certificate *certificate = &import->certificate;
	struct load_value sha1 = content_string(certificate->sha1);
	struct load_value sha256 = content_string(certificate->sha256);

	if (given->type != LOAD_TEXT || import_same(given, &sha1) || import_same(given, &sha256))
		return true;
	import_say(import, IMPORT_FAULT, import_place(import, "Thumbprint"),
	    "%.*s, but the certificate in ContentBytes has %s: expected the same, or no Thumbprint",
	    (int)given->length, given->text, certificate->sha1);
	return false;
}

int
import_content(struct import *import, struct import_cell *cells, bool *good, struct error *err)
{
	struct load_value values[IMPORT_FIELDS], given = cells[CERTIFICATE_PRINT].value;
	int rc;

	if (cells[CERTIFICATE_CONTENT].value.type != LOAD_TEXT)
		return 0;
	rc = content_parse(import, &cells[CERTIFICATE_CONTENT].value, err);
	if (rc == -1)
		return -1;
	if (rc == 0 || !content_agrees(import, &given)) {
		*good = false;
		return 0;
	}
	for (size_t i = 0; i < IMPORT_FIELDS; i++)
		values[i] = cells[i].value;
	import_certificate_values(&import->certificate, &import->names, values);
	for (size_t i = 0; i < IMPORT_FIELDS; i++)
		cells[i].value = values[i];
	if (given.type == LOAD_TEXT)
		cells[CERTIFICATE_PRINT].value = given;
	return 0;
}
