#include "model/dn.h"

#include "scratch.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Compares copies that end where their memory ends, both ways round. */
static bool
same(const char *a, const char *b)
{
	char *of_a = strdup(a), *of_b = strdup(b);
	bool is = dn_same(of_a, of_b);

	ck_assert_msg(dn_same(of_b, of_a) == is, "\"%s\" and \"%s\": not the same both ways", a, b);
	ck_assert_msg(dn_same(of_a, of_a) && dn_same(of_b, of_b), "not like itself: %s", a);
	free(of_a);
	free(of_b);
	return is;
}

static const char *const equal[][2] = {
    {"CN=CA,O=Example", "CN=CA, O=Example"},
    {"CN=CA,O=Example", " CN = CA ; O = Example "},
    {"CN=CA,O=Example", "cn=ca,o=EXAMPLE"},
    {"CN=CA\t,\nO=Example", "CN=CA,O=Example"},
    /* Types. */
    {"CN=a", "2.5.4.3=a"},
    {"CN=a", "OID.2.5.4.3=a"},
    {"CN=a", "oid.2.5.4.3 = a"},
    {"CN=a", "commonName=a"},
    {"E=a@b", "emailAddress=a@b"},
    {"EMAILADDRESS=a@b", "1.2.840.113549.1.9.1=a@b"},
    {"S=Bavaria", "ST=Bavaria"},
    {"ST=Bavaria", "stateOrProvinceName=Bavaria"},
    {"serialNumber=1", "SERIALNUMBER=1"},
    {"SERIALNUMBER=1", "2.5.4.5=1"},
    {"DC=example,DC=com", "domainComponent=Example,0.9.2342.19200300.100.1.25=com"},
    {"1.2.3.4=a", "OID.1.2.3.4=a"},
    {"x-own=a", "X-OWN=A"},
    {"jurisdictionC=DE", "1.3.6.1.4.1.311.60.2.1.3=DE"},
    /* Values. */
    {"O=Example  Trust", "O=Example Trust"},
    {"O=  Example  ", "O=Example"},
    {"O=Example\\ \\ Trust\\ ", "O=Example Trust"},
    {"O=\\20Example", "O=Example"},
    {"O=\"  Example  Trust \"", "O=Example Trust"},
    {"O=\"Example, Inc.\"", "O=Example\\, Inc."},
    {"O=\"Example, Inc.\",C=US", "O=Example\\2C Inc.; c=us"},
    {"O=\"a+b;c\"", "O=a\\+b\\;c"},
    {"O=\"a \"\"quoted\"\" name\"", "O=a \\\"quoted\\\" name"},
    {"O=\"a \\\"quoted\\\" name\"", "O=a \\22quoted\\22 name"},
    {"O=\"\"\"\"", "O=\\\""},
    {"O=\"\"", "O="},
    {"O=,CN=a", "O=\"\" , CN=a"},
    {"CN=a\\\\b", "CN=a\\5Cb"},
    {"CN=a=b", "CN=a\\=b"},
    {"CN=\\41\\62c", "CN=abc"},
    {"CN=\\g", "CN=g"},
    {"CN=\\a", "CN=a"},
    {"CN=M\\C3\\BCller", "CN=M\xC3\xBCller"},
    {"CN=\\00", "CN=\\00"},
    {"CN=\\23a", "CN=\"#a\""},
    {"CN=#0402abcd", "CN = #0402ABCD "},
    {"CN=#1 Shop", "CN=\\#1 Shop"},
    {"CN=#123", "CN=\\#123"},
    {"CN=5\" disk", "CN=5\\\" disk"},
    /* RDNs of several parts. */
    {"CN=a+OU=b,O=c", "OU=b + CN=a, O=c"},
    {"CN=a+OU=b+L=c", "L=c+CN=a+OU=b"},
    {"OU=a+OU=b", "OU=b+OU=a"},
    {"CN=a+2.5.4.3=b", "cn=b+commonname=a"},
    {"OU=a+OU=a+OU=b", "OU=a+OU=b+OU=a"},
    {"A=1+B=1+C=1+D=1+E=1+F=1+G=1+H=1+I=1+J=1+K=1+L=1+M=1+N=1+O=1+P=1",
	"P=1+O=1+N=1+M=1+L=1+K=1+J=1+I=1+H=1+G=1+F=1+E=1+D=1+C=1+B=1+A=1"},
    /* What is no DN is a text. */
    {"", ""},
    {"Example CA", "example ca"},
    {"/C=US/O=Example", "/c=us/o=example"},
    {"CN=a,,O=b", "cn=A,,o=B"},
    {"CN=a,", "cn=a,"},
    {"CN=\"a", "cn=\"A"},
    {"CN=a\\", "cn=A\\"},
};

START_TEST(the_same)
{
	ck_assert_msg(
	    same(equal[_i][0], equal[_i][1]), "%s and %s differ", equal[_i][0], equal[_i][1]);
}
END_TEST

static const char *const unequal[][2] = {
    {"CN=CA,O=Example", "O=Example,CN=CA"}, /* reversed */
    {"CN=CA,O=Example", "CN=CA"},
    {"CN=CA,O=Example", "CN=CA,O=Example,C=US"},
    {"CN=CA", "CN=CB"},
    {"CN=CA", "CN=CA1"},
    {"CN=CA", "CN=C A"},
    {"CN=CA", "OU=CA"},
    {"CN=CA", "SN=CA"},
    {"SN=1", "serialNumber=1"},
    {"x-own=1", "x-other=1"},
    {"2.5.4.3=a", "2.5.4.4=a"},
    {"2.5.4.3=a", "2.5.4.30=a"},
    {"CN=a\\,O=b", "CN=a,O=b"},
    {"CN=\"a,O=b\"", "CN=a,O=b"},
    {"CN=a+OU=b", "CN=a,OU=b"},
    {"CN=a\\+OU=b", "CN=a+OU=b"},
    {"CN=a+OU=b", "CN=a"},
    {"CN=a+OU=b", "CN=b+OU=a"},
    {"OU=a+OU=a+OU=b", "OU=a+OU=b+OU=b"},
    {"CN=#0402abcd", "CN=#0402abce"},
    {"CN=#0402", "CN=#040200"},
    {"CN=#0402", "CN=\\#0402"},
    {"CN=#0402", "CN=\"#0402\""},
    {"CN=#0402", "CN=0402"},
    {"CN=\\00", "CN="},
    {"CN=\\00a", "CN=\\00b"},
    {"CN=M\xC3\xBCller", "CN=M\xC3\x9Cller"}, /* of letters that are not ASCII the case counts */
    {"CN=a\\2", "CN=a\\02"},
    {"CN=\"a\"b", "CN=ab"},
    {"O=\"a\"\"\"", "O=a"},
    /* No DN, or only one of them is. */
    {"", "CN="},
    {"CN", "CN="},
    {"CN=a,", "CN=a ,"},
    {"CN=a,", "CN=a"},
    {"CN=a+", "CN=a"},
    {"CN=a,,O=b", "CN=a, ,O=b"},
    {"=a", " =a"},
    {"CN=a,b", "CN=a, b"},
    {"CN=a, b", "CN=a\\, b"},
    {"C_N=a", "C_N = a"},
    {"CN=\"a", "CN= \"a"},
    {"CN=\"a\\\"", "CN= \"a\\\""},
    {"CN=a\\", "CN= a\\"},
    {"CN=a\\", "CN=a"},
    {"/C=US/O=Example", "C=US,O=Example"},
    {"Example CA", "Example  CA"},
    /* 17 parts in one RDN. */
    {"A=1+B=1+C=1+D=1+E=1+F=1+G=1+H=1+I=1+J=1+K=1+L=1+M=1+N=1+O=1+P=1+Q=1",
	"B=1+A=1+C=1+D=1+E=1+F=1+G=1+H=1+I=1+J=1+K=1+L=1+M=1+N=1+O=1+P=1+Q=1"},
};

START_TEST(different)
{
	ck_assert_msg(!same(unequal[_i][0], unequal[_i][1]), "%s and %s are the same",
	    unequal[_i][0], unequal[_i][1]);
}
END_TEST

/* ---- random names -------------------------------------------------------------------------- */

#define RDNS 4
#define PARTS 3
#define BYTES 6

/* Each in several spellings; a NULL ends them. */
static const char *const types[][5] = {
    {"CN", "cn", "2.5.4.3", "OID.2.5.4.3", "commonName"},
    {"E", "emailAddress", "EMAILADDRESS", "1.2.840.113549.1.9.1", "oid.1.2.840.113549.1.9.1"},
    {"ST", "S", "s", "stateorprovincename", "2.5.4.8"},
    {"serialNumber", "SERIALNUMBER", "2.5.4.5", "Oid.2.5.4.5", "serialnumber"},
    {"1.2.3", "OID.1.2.3", "oid.1.2.3", "1.2.3", "1.2.3"},
};
#define TYPES (sizeof(types) / sizeof(types[0]))

struct part {
	size_t type;
	char value[BYTES + 1]; /* no blank at its ends, and no two together */
};

struct name {
	struct part parts[RDNS][PARTS];
	size_t rdns, counts[RDNS];
};

static unsigned int
any(unsigned int below)
{
	return (unsigned int)rand() % below;
}

static void
make_value(char *value)
{
	static const char characters[] = "abAB1,;+=\"\\#<> \xC3\x01";
	size_t length = any(BYTES + 1);

	for (size_t i = 0; i < length; i++) {
		bool edge = i == 0 || i + 1 == length || value[i - 1] == ' ';

		do
			value[i] = characters[any(sizeof(characters) - 1)];
		while (edge && value[i] == ' ');
	}
	value[length] = '\0';
}

static void
make_name(struct name *name)
{
	*name = (struct name){.rdns = 1 + any(RDNS)};
	for (size_t i = 0; i < name->rdns; i++) {
		name->counts[i] = 1 + any(PARTS);
		for (size_t j = 0; j < name->counts[i]; j++) {
			name->parts[i][j].type = any(TYPES);
			make_value(name->parts[i][j].value);
		}
	}
}

static char *
put(char *to, const char *text)
{
	return stpcpy(to, text);
}

static char *
put_blanks(char *to)
{
	for (unsigned int i = any(3); i > 0; i--)
		*to++ = " \t"[any(2)];
	*to = '\0';
	return to;
}

static char *
put_character(char *to, char c, bool quoted)
{
	bool special = strchr(",;+\"\\", c) != NULL, is_hex = isxdigit((unsigned char)c) != 0;

	if (c == ' ')
		to = put_blanks(to);
	if (any(8) == 0)
		return to + sprintf(to, any(2) == 0 ? "\\%02x" : "\\%02X", (unsigned char)c);
	if (quoted && c == '"' && any(2) == 0)
		return put(to, "\"\"");
	if (quoted ? c == '"' || c == '\\' : special)
		return to + sprintf(to, "\\%c", c);
	if (any(8) == 0 && !is_hex && c != ' ')
		return to + sprintf(to, "\\%c", c);
	*to++ = any(2) == 0 ? (char)toupper((unsigned char)c) : c;
	*to = '\0';
	return to;
}

/* In quotes, or with escapes. */
static char *
put_value(char *to, const char *value)
{
	bool quoted = any(3) == 0;

	to = put(to, quoted ? "\"" : "");
	for (const char *c = value; *c != '\0'; c++) {
		if (c == value && *c == '#' && !quoted)
			to = put(to, "\\#");
		else
			to = put_character(to, *c, quoted);
	}
	return put(to, quoted ? "\"" : "");
}

static char *
put_part(char *to, const struct part *part)
{
	to = put_blanks(to);
	to = put(to, types[part->type][any(5)]);
	to = put_blanks(to);
	to = put(to, "=");
	to = put_blanks(to);
	to = put_value(to, part->value);
	return put_blanks(to);
}

/* Writes a name in one of its spellings. */
static void
spell(const struct name *name, char *to)
{
	*to = '\0';
	for (size_t i = 0; i < name->rdns; i++) {
		size_t count = name->counts[i], first = any((unsigned int)count);

		for (size_t j = 0; j < count; j++) {
			to = put_part(to, &name->parts[i][(first + j) % count]);
			if (j + 1 < count)
				to = put(to, "+");
		}
		if (i + 1 < name->rdns)
			to = put(to, any(2) == 0 ? "," : ";");
	}
}

/* Any two spellings of a name are the same; with one value longer they are not. */
START_TEST(random_names)
{
	static char first[4096], second[4096];
	struct name name;

	srand(20261126);
	for (int i = 0; i < 5000; i++) {
		size_t rdn;

		make_name(&name);
		spell(&name, first);
		spell(&name, second);
		ck_assert_msg(same(first, second), "<%s> and <%s> differ", first, second);
		rdn = any((unsigned int)name.rdns);
		strcpy(name.parts[rdn][any((unsigned int)name.counts[rdn])].value, "other");
		spell(&name, second);
		ck_assert_msg(!same(first, second), "<%s> and <%s> are the same", first, second);
	}
}
END_TEST

/* Bytes of any kind: nothing is read after their end, and both ways give the same. */
START_TEST(random_bytes)
{
	static const char characters[] = "C=N,;+\\\"# 4aO.2\x80";
	char texts[2][24];

	srand(7);
	for (int i = 0; i < 50000; i++) {
		for (size_t t = 0; t < 2; t++) {
			size_t length = any(sizeof(texts[t]));

			for (size_t j = 0; j < length; j++)
				texts[t][j] = characters[any(sizeof(characters) - 1)];
			texts[t][length] = '\0';
		}
		if (i % 2 == 0) /* alike up to a place */
			memcpy(texts[1], texts[0], any((unsigned int)strlen(texts[1]) + 1));
		same(texts[0], texts[1]);
	}
}
END_TEST

/* Two texts of a MiB that differ at their ends: a second would be too long. */
START_TEST(long_texts)
{
	static const char *const units[] = {"CN=a,", "CN=a+", "CN=a\\,", "CN=\"\"\"\"", "\\", "\"",
	    "CN=#00", "CN=#0000", "CN= ", "+", "CN=a+CN=a+CN=a+CN=a+CN=a+CN=a+CN=a+CN=a,"};
	size_t size = 1 << 20;
	char *a = malloc(size + 8), *b = malloc(size + 8);

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		size_t length = strlen(units[i]);

		for (size_t at = 0; at < size; at++)
			a[at] = units[i][at % length];
		a[size] = '\0';
		strcpy(b, a);
		strcpy(a + size - size % length, "CN=a");
		strcpy(b + size - size % length, "CN=b");
		ck_assert(!dn_same(a, b));
		strcpy(b + size - size % length, " CN=a");
		dn_same(a, b);
	}
	free(a);
	free(b);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("dn");
	TCase *tests = tcase_create("dn");

	tcase_add_loop_test(tests, the_same, 0, (int)(sizeof(equal) / sizeof(equal[0])));
	tcase_add_loop_test(tests, different, 0, (int)(sizeof(unequal) / sizeof(unequal[0])));
	tcase_add_test(tests, random_names);
	tcase_add_test(tests, random_bytes);
	tcase_add_test(tests, long_texts);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
