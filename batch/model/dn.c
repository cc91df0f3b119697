#include "model/dn.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

#define DN_PARTS 16 /* of one RDN */

/* The names of an attribute (RFC 4514 and 4519, OpenSSL, Windows): X(name, OID) */
#define DN_TYPE_LIST(X)                                                  \
	X("CN", "2.5.4.3")                                               \
	X("commonName", "2.5.4.3")                                       \
	X("SN", "2.5.4.4")                                               \
	X("surname", "2.5.4.4")                                          \
	X("serialNumber", "2.5.4.5")                                     \
	X("C", "2.5.4.6")                                                \
	X("countryName", "2.5.4.6")                                      \
	X("L", "2.5.4.7")                                                \
	X("localityName", "2.5.4.7")                                     \
	X("ST", "2.5.4.8")                                               \
	X("S", "2.5.4.8")                                                \
	X("stateOrProvinceName", "2.5.4.8")                              \
	X("STREET", "2.5.4.9")                                           \
	X("streetAddress", "2.5.4.9")                                    \
	X("O", "2.5.4.10")                                               \
	X("organizationName", "2.5.4.10")                                \
	X("OU", "2.5.4.11")                                              \
	X("organizationalUnitName", "2.5.4.11")                          \
	X("T", "2.5.4.12")                                               \
	X("title", "2.5.4.12")                                           \
	X("description", "2.5.4.13")                                     \
	X("businessCategory", "2.5.4.15")                                \
	X("postalCode", "2.5.4.17")                                      \
	X("POBox", "2.5.4.18")                                           \
	X("postOfficeBox", "2.5.4.18")                                   \
	X("Phone", "2.5.4.20")                                           \
	X("telephoneNumber", "2.5.4.20")                                 \
	X("name", "2.5.4.41")                                            \
	X("G", "2.5.4.42")                                               \
	X("GN", "2.5.4.42")                                              \
	X("givenName", "2.5.4.42")                                       \
	X("I", "2.5.4.43")                                               \
	X("initials", "2.5.4.43")                                        \
	X("generationQualifier", "2.5.4.44")                             \
	X("dnQualifier", "2.5.4.46")                                     \
	X("pseudonym", "2.5.4.65")                                       \
	X("organizationIdentifier", "2.5.4.97")                          \
	X("UID", "0.9.2342.19200300.100.1.1")                            \
	X("userId", "0.9.2342.19200300.100.1.1")                         \
	X("DC", "0.9.2342.19200300.100.1.25")                            \
	X("domainComponent", "0.9.2342.19200300.100.1.25")               \
	X("E", "1.2.840.113549.1.9.1")                                   \
	X("emailAddress", "1.2.840.113549.1.9.1")                        \
	X("unstructuredName", "1.2.840.113549.1.9.2")                    \
	X("unstructuredAddress", "1.2.840.113549.1.9.8")                 \
	X("jurisdictionL", "1.3.6.1.4.1.311.60.2.1.1")                   \
	X("jurisdictionLocalityName", "1.3.6.1.4.1.311.60.2.1.1")        \
	X("jurisdictionST", "1.3.6.1.4.1.311.60.2.1.2")                  \
	X("jurisdictionStateOrProvinceName", "1.3.6.1.4.1.311.60.2.1.2") \
	X("jurisdictionC", "1.3.6.1.4.1.311.60.2.1.3")                   \
	X("jurisdictionCountryName", "1.3.6.1.4.1.311.60.2.1.3")

static const struct dn_type {
	const char *name;
	const char *oid;
} dn_types[] = {
#define DN_TYPE(name, oid) {name, oid},
    DN_TYPE_LIST(DN_TYPE)
#undef DN_TYPE
};

/* Some bytes of a DN. */
struct dn_span {
	const char *at;
	size_t length;
};

/* A type and its value, as they are spelt. */
struct dn_part {
	struct dn_span type;
	struct dn_span value; /* between its quotes, after its '#' */
	enum { DN_PLAIN, DN_QUOTED, DN_HEX } spelling;
};

struct dn_rdn {
	struct dn_part parts[DN_PARTS];
	size_t count;
};

/* ---- characters, in ASCII ------------------------------------------------------------------ */

static bool
dn_is_blank(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool
dn_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
dn_is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int
dn_lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* The value of a hexadecimal digit, -1 for any other character. */
static int
dn_hex(char c)
{
	int lower = dn_lower(c);

	if (dn_is_digit(c))
		return c - '0';
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static const char *
dn_skip_blanks(const char *at)
{
	while (dn_is_blank(*at))
		at++;
	return at;
}

static bool
dn_ends_value(char c)
{
	return c == ',' || c == ';' || c == '+' || c == '\0';
}

/* ---- reading ------------------------------------------------------------------------------- */

/* Each function reads from `at` on, and returns where it ended; NULL where the text is no DN. */

static const char *
dn_read_type(const char *at, struct dn_span *type)
{
	bool letters;

	if (strncasecmp(at, "OID.", 4) == 0)
		at += 4;
	type->at = at;
	letters = dn_is_letter(*at);
	if (!letters && !dn_is_digit(*at))
		return NULL;
	while (dn_is_digit(*at) || (letters ? dn_is_letter(*at) || *at == '-' : *at == '.'))
		at++;
	type->length = (size_t)(at - type->at);
	return at;
}

static const char *
dn_read_quoted(const char *at, struct dn_span *value)
{
	value->at = ++at;
	while (*at != '"' || at[1] == '"') {
		if (*at == '\0')
			return NULL;
		at += *at == '"' || (*at == '\\' && at[1] != '\0') ? 2 : 1;
	}
	value->length = (size_t)(at - value->at);
	return at + 1;
}

static const char *
dn_read_hex(const char *at, struct dn_span *value)
{
	value->at = ++at;
	while (dn_hex(at[0]) != -1 && dn_hex(at[1]) != -1)
		at += 2;
	value->length = (size_t)(at - value->at);
	return value->length > 0 && dn_ends_value(*dn_skip_blanks(at)) ? at : NULL;
}

static const char *
dn_read_plain(const char *at, struct dn_span *value)
{
	value->at = at;
	while (!dn_ends_value(*at)) {
		if (*at == '\\' && *++at == '\0')
			return NULL;
		at++;
	}
	value->length = (size_t)(at - value->at);
	return at;
}

static const char *
dn_read_value(const char *at, struct dn_part *part)
{
	const char *end;

	part->spelling = DN_QUOTED;
	if (*at == '"')
		return dn_read_quoted(at, &part->value);
	part->spelling = DN_HEX;
	if (*at == '#' && (end = dn_read_hex(at, &part->value)) != NULL)
		return end;
	part->spelling = DN_PLAIN;
	return dn_read_plain(at, &part->value);
}

static const char *
dn_read_part(const char *at, struct dn_part *part)
{
	at = dn_read_type(dn_skip_blanks(at), &part->type);
	if (at == NULL)
		return NULL;
	at = dn_skip_blanks(at);
	if (*at != '=')
		return NULL;
	at = dn_read_value(dn_skip_blanks(at + 1), part);
	if (at == NULL)
		return NULL;
	at = dn_skip_blanks(at);
	return dn_ends_value(*at) ? at : NULL;
}

/* Ends at the separator after the RDN, or at the end of the text. */
static const char *
dn_read_rdn(const char *at, struct dn_rdn *rdn)
{
	rdn->count = 0;
	for (;; at++) {
		if (rdn->count == DN_PARTS)
			return NULL;
		at = dn_read_part(at, &rdn->parts[rdn->count]);
		if (at == NULL)
			return NULL;
		rdn->count++;
		if (*at != '+')
			return at;
	}
}

/* ---- values -------------------------------------------------------------------------------- */

/* The characters of a value, one after the other. */
struct dn_value {
	const char *at;
	const char *end;
	bool quoted;
	bool started; /* a character that is no blank was there */
	int next;     /* after a blank that was returned; -1: none */
};

static struct dn_value
dn_value_of(const struct dn_part *part)
{
	const struct dn_span *value = &part->value;

	return (struct dn_value){.at = value->at,
	    .end = value->at + value->length,
	    .quoted = part->spelling == DN_QUOTED,
	    .next = -1};
}

/* The next byte with its escape taken off; -1 at the end. */
static int
dn_value_byte(struct dn_value *value)
{
	const char *at = value->at;
	size_t left = (size_t)(value->end - at);

	if (left == 0)
		return -1;
	if (left >= 3 && at[0] == '\\' && dn_hex(at[1]) != -1 && dn_hex(at[2]) != -1) {
		value->at += 3;
		return dn_hex(at[1]) * 16 + dn_hex(at[2]);
	}
	if (left >= 2 && (at[0] == '\\' || (value->quoted && at[0] == '"')))
		at++;
	value->at = at + 1;
	return (unsigned char)*at;
}

/* The next character that is compared: small letters, one blank for many. -1 at the end. */
static int
dn_value_next(struct dn_value *value)
{
	bool blank = false;
	int c = value->next;

	value->next = -1;
	if (c != -1)
		return c;
	while (dn_is_blank(c = dn_value_byte(value)))
		blank = value->started;
	value->started = true;
	if (!blank || c == -1)
		return dn_lower(c);
	value->next = dn_lower(c);
	return ' ';
}

/* ---- comparing ----------------------------------------------------------------------------- */

static bool
dn_span_same(struct dn_span a, struct dn_span b)
{
	return a.length == b.length && strncasecmp(a.at, b.at, a.length) == 0;
}

/* The OID of a type; the type itself where it is not known. */
static struct dn_span
dn_type_oid(struct dn_span type)
{
	for (size_t i = 0; i < sizeof(dn_types) / sizeof(dn_types[0]); i++) {
		const struct dn_type *known = &dn_types[i];

		if (dn_span_same(type, (struct dn_span){known->name, strlen(known->name)}))
			return (struct dn_span){known->oid, strlen(known->oid)};
	}
	return type;
}

static bool
dn_type_same(struct dn_span a, struct dn_span b)
{
	return dn_span_same(a, b) || dn_span_same(dn_type_oid(a), dn_type_oid(b));
}

static bool
dn_part_same(const struct dn_part *a, const struct dn_part *b)
{
	struct dn_value of_a = dn_value_of(a), of_b = dn_value_of(b);
	int c;

	if ((a->spelling == DN_HEX) != (b->spelling == DN_HEX) || !dn_type_same(a->type, b->type))
		return false;
	if (a->spelling == DN_HEX)
		return dn_span_same(a->value, b->value);
	do {
		c = dn_value_next(&of_a);
		if (c != dn_value_next(&of_b))
			return false;
	} while (c != -1);
	return true;
}

/* Each part of one is a part of the other: in a multi-valued RDN their order means nothing. */
static bool
dn_rdn_same(const struct dn_rdn *a, const struct dn_rdn *b)
{
	unsigned int taken = 0; /* a bit for each part of b that one of a is */

	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		size_t j = 0;

		while (j < b->count &&
		       ((taken >> j & 1) != 0 || !dn_part_same(&a->parts[i], &b->parts[j])))
			j++;
		if (j == b->count)
			return false;
		taken |= 1U << j;
	}
	return true;
}

bool
dn_same(const char *a, const char *b)
{
	struct dn_rdn of_a, of_b;

	if (strcasecmp(a, b) == 0)
		return true;
	for (;; a++, b++) {
		a = dn_read_rdn(a, &of_a);
		b = a == NULL ? NULL : dn_read_rdn(b, &of_b);
		if (b == NULL || !dn_rdn_same(&of_a, &of_b))
			return false;
		if (*a == '\0' || *b == '\0')
			return *a == *b;
	}
}

/* The value with its escapes taken off. */
static bool
dn_copy_value(const struct dn_part *part, char *text, size_t size)
{
	struct dn_value value = dn_value_of(part);
	size_t length = 0;
	int c;

	while ((c = dn_value_byte(&value)) > 0 && length + 1 < size)
		text[length++] = (char)c;
	while (length > 0 && part->spelling == DN_PLAIN && dn_is_blank(text[length - 1]))
		length--;
	text[length] = '\0';
	return c == -1 && length > 0;
}

bool
dn_common_name(const char *dn, char *text, size_t size)
{
	static const struct dn_span common_name = {"CN", 2};
	struct dn_rdn rdn;

	for (; (dn = dn_read_rdn(dn, &rdn)) != NULL; dn++) {
		for (size_t i = 0; i < rdn.count; i++)
			if (rdn.parts[i].spelling != DN_HEX &&
			    dn_type_same(rdn.parts[i].type, common_name))
				return dn_copy_value(&rdn.parts[i], text, size);
		if (*dn == '\0')
			break;
	}
	return false;
}
