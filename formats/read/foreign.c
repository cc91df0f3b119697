#include "read/foreign.h"

#include <stdint.h>
#include <string.h>

#define EXPECTED ": expected records as CSV, JSONL or a JSON array"
#define AS_CSV EXPECTED "; save it in the spreadsheet as CSV UTF-8"

static const char workbook[] = "an Excel workbook" AS_CSV;
static const char archive[] = "a ZIP archive" EXPECTED "; unpack it first";
static const char open_document[] = "an OpenDocument spreadsheet" AS_CSV;
static const char xml_workbook[] = "an Excel workbook of the kind XML spreadsheet" AS_CSV;
static const char xml_file[] = "an XML file" EXPECTED "; ask for the data as one of these";
static const char page[] = "an HTML page" EXPECTED
			   "; it may be the page of a log-in or of an error in place of the file, "
			   "or what a program calls an Excel file: ask for the data as CSV";
static const char pem_file[] = "a PEM file" EXPECTED;
static const char der_file[] = "a DER file, a certificate or a PFX perhaps" EXPECTED;
static const char binary_file[] = "a binary file" EXPECTED;

#define FOREIGN_LIST(X)                                                                            \
	X(0, "PK\003\004", archive) /* see foreign_zip() */                                        \
	X(0, "PK\005\006", archive)                                                                \
	X(0, "PK\007\010", archive)                                                                \
	X(0, "\320\317\021\340\241\261\032\341",                                                   \
	    "an Excel workbook of the old kind (.xls) or another Office file" AS_CSV)              \
	X(0, "\037\213", "compressed with gzip" EXPECTED "; decompress it first (gunzip)")         \
	X(0, "BZh", "compressed with bzip2" EXPECTED "; decompress it first (bunzip2)")            \
	X(0, "\3757zXZ\0", "compressed with xz" EXPECTED "; decompress it first (unxz)")           \
	X(0, "\050\265\057\375", "compressed with zstd" EXPECTED "; decompress it first (unzstd)") \
	X(0, "7z\274\257\047\034", "a 7-Zip archive" EXPECTED "; unpack it first")                 \
	X(257, "ustar", "a tar archive" EXPECTED "; unpack it first")                              \
	X(0, "%PDF-", "a PDF document" EXPECTED "; ask for the data that it shows as CSV")         \
	X(0, "{\\rtf", "an RTF document" EXPECTED "; save it as plain text")                       \
	X(0, "SQLite format 3\0",                                                                  \
	    "an SQLite database" EXPECTED "; write the rows that are meant out as CSV")            \
	X(0, "\211PNG\r\n\032\n", "a PNG image" EXPECTED)                                          \
	X(0, "\377\330\377", "a JPEG image" EXPECTED)                                              \
	X(0, "GIF8", "a GIF image" EXPECTED)                                                       \
	X(0, "\177ELF", "a program (ELF)" EXPECTED)                                                \
	X(0, "\376\355\376\355", "a Java keystore" EXPECTED)                                       \
	X(0, "\316\316\316\316", "a Java keystore (JCEKS)" EXPECTED)

static const struct {
	size_t offset;
	const char *bytes;
	size_t length;
	const char *text;
} foreign_table[] = {
#define FOREIGN_ROW(offset, bytes, text) {offset, bytes, sizeof(bytes) - 1, text},
    FOREIGN_LIST(FOREIGN_ROW)
#undef FOREIGN_ROW
};

/* ---- bytes --------------------------------------------------------------------------------- */

static bool
foreign_has(const unsigned char *head, size_t length, const char *word)
{
	return memmem(head, length, word, strlen(word)) != NULL;
}

/* The names of the packed files, which are not compressed, show which archive it is. */
static const char *
foreign_zip(const unsigned char *head, size_t length)
{
	if (foreign_has(head, length, "opendocument.spreadsheet"))
		return open_document;
	if (foreign_has(head, length, "xl/"))
		return workbook;
	if (foreign_has(head, length, "[Content_Types].xml") &&
	    !foreign_has(head, length, "word/") && !foreign_has(head, length, "ppt/"))
		return workbook;
	return archive;
}

/* A SEQUENCE that begins with another one, like a certificate, or with a number, like a PFX. */
static bool
foreign_is_der(const unsigned char *head, size_t length)
{
	size_t start;

	if (length < 2 || head[0] != 0x30 || head[1] < 0x80 || head[1] > 0x84)
		return false;
	start = 2 + (head[1] & 0xfu);
	if (start + 2 > length)
		return false;
	return head[start] == 0x30 || (head[start] == 0x02 && head[start + 1] == 0x01);
}

/* ---- text ---------------------------------------------------------------------------------- */

/* Writes the first characters in ASCII and lower case, without byte order mark and blanks at the
 * start; a question mark replaces each character that is no ASCII. */
static void
foreign_narrow(const unsigned char *head, size_t length, char text[FOREIGN_HEAD + 1])
{
	bool little = length >= 2 && memcmp(head, "\377\376", 2) == 0;
	bool big = length >= 2 && memcmp(head, "\376\377", 2) == 0;
	size_t at = 0, step = little || big ? 2 : 1, to = 0;

	if (little || big)
		at = 2;
	else if (length >= 3 && memcmp(head, "\357\273\277", 3) == 0)
		at = 3;
	for (; at + step <= length && to < FOREIGN_HEAD; at += step) {
		unsigned char low = head[at + big], high = step == 2 ? head[at + little] : 0;

		if (low >= 'A' && low <= 'Z')
			low += 'a' - 'A';
		if (high != 0 || low == 0 || low >= 0x80)
			low = '?';
		if (to > 0 || strchr(" \t\r\n", low) == NULL)
			text[to++] = (char)low;
	}
	text[to] = '\0';
}

static bool
foreign_begins(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

static const char *
foreign_markup(const char *text)
{
	if (strstr(text, "<html") != NULL || strstr(text, "<!doctype html") != NULL ||
	    foreign_begins(text, "<table") || foreign_begins(text, "<head") ||
	    foreign_begins(text, "<body"))
		return page;
	if (strstr(text, "excel.sheet") != NULL || strstr(text, "office:spreadsheet") != NULL)
		return xml_workbook;
	return xml_file;
}

/* Whether the first line has two bytes or more that no text has, one of them a NUL. */
static bool
foreign_is_binary(const unsigned char *head, size_t length)
{
	size_t nul = 0, control = 0, at = 0;

	while (at < length && (head[at] == ' ' || (head[at] >= '\t' && head[at] <= '\r')))
		at++;
	if (at < length && (head[at] == '{' || head[at] == '['))
		return false;
	for (; at < length && head[at] != '\n' && head[at] != '\r'; at++) {
		nul += head[at] == 0;
		control += head[at] < ' ' && head[at] != '\t' && head[at] != '\v' &&
			   head[at] != '\f' && head[at] != 0x1b;
	}
	return nul > 0 && control > 1;
}

const char *
foreign_find(const unsigned char *head, size_t length, bool wide)
{
	char text[FOREIGN_HEAD + 1];
	const char *found = NULL;

	for (size_t i = 0; i < sizeof(foreign_table) / sizeof(foreign_table[0]); i++)
		if (length >= foreign_table[i].offset + foreign_table[i].length &&
		    memcmp(head + foreign_table[i].offset, foreign_table[i].bytes,
			foreign_table[i].length) == 0)
			return foreign_table[i].text == archive ? foreign_zip(head, length)
								: foreign_table[i].text;
	if (foreign_is_der(head, length))
		return der_file;
	foreign_narrow(head, length, text);
	if (text[0] == '<')
		found = foreign_markup(text);
	else if (foreign_begins(text, "-----begin ") || foreign_begins(text, "bag attributes"))
		found = pem_file;
	else if (!wide && foreign_is_binary(head, length))
		found = binary_file;
	explicit_bzero(text, sizeof(text)); /* it may hold passwords */
	return found;
}
