#include "read/foreign.h"

#include "scratch.h"

/* First bytes of files; each is also tried cut short at every length. */

#define EXPECTED ": expected records as CSV, JSONL or a JSON array"
#define BYTES(text) text, sizeof(text) - 1

static const struct {
	const char *bytes;
	size_t length;
	const char *found; /* the start of the text; NULL: it is not foreign */
} heads[] = {
    {BYTES("PK\3\4\24\0\0\0[Content_Types].xml"), "an Excel workbook" EXPECTED},
    {BYTES("PK\3\4\24\0\0\0[Content_Types].xml....word/document.xml"), "a ZIP archive" EXPECTED},
    {BYTES("PK\3\4\24\0\0\0[Content_Types].xml....ppt/slide.xml"), "a ZIP archive" EXPECTED},
    {BYTES("PK\3\4\24\0\0\0_rels/.rels....xl/workbook.xml"), "an Excel workbook" EXPECTED},
    {BYTES("PK\3\4mimetypeapplication/vnd.oasis.opendocument.spreadsheet"),
	"an OpenDocument spreadsheet" EXPECTED},
    {BYTES("PK\7\10PK\3\4\24\0\0\0a.csv"), "a ZIP archive" EXPECTED},
    {BYTES("7z\274\257\047\034\0\4"), "a 7-Zip archive" EXPECTED},
    {BYTES("GIF89a\1\0\1\0"), "a GIF image" EXPECTED},
    {BYTES("\316\316\316\316\0\0\0\2"), "a Java keystore (JCEKS)" EXPECTED},
    {BYTES("\x30\x82\x04\x00\x30\x82"), "a DER file"},
    {BYTES("\x30\x81\x90\x30\x81\x80"), "a DER file"},
    {BYTES("\x30\x84\x01\x00\x00\x00\x02\x01\x03"), "a DER file"},
    {BYTES("\x30\x80\x02\x01\x03\x30\x80"), "a DER file"},
    {BYTES("\xFE\xFF\0 \0<\0T\0a\0b\0l\0e\0>"), "an HTML page" EXPECTED},
    {BYTES("<!-- made by x -->\n<HTML>"), "an HTML page" EXPECTED},
    {BYTES("<?xml version=\"1.0\"?><html xmlns=\"x\">"), "an HTML page" EXPECTED},
    {BYTES("<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">"),
	"an Excel workbook of the kind XML spreadsheet" EXPECTED},
    {BYTES("\xEF\xBB\xBF \n<rows>"), "an XML file" EXPECTED},
    {BYTES("\xEF\xBB\xBF-----BEGIN X509 CRL-----\n"), "a PEM file" EXPECTED},
    {BYTES("a\0b\0c,d"), "a binary file" EXPECTED},
    {BYTES("\n\n a\0b\1c"), "a binary file" EXPECTED},
    /* Text. */
    {BYTES(""), NULL},
    {BYTES("P"), NULL},
    {BYTES("PK,ExistingCertificateId\n"), NULL},
    {BYTES("7z,a\n"), NULL},
    {BYTES("0,1\n"), NULL},
    {BYTES("0\x82,a,b\n"), NULL},
    {BYTES("a,b\n<html>\n"), NULL},
    {BYTES("\"<html>\",a\n"), NULL},
    {BYTES("-----BEGINNING,a\n"), NULL},
    {BYTES("a\0,b\n"), NULL}, /* one NUL: a fault of the header */
    {BYTES("a\1\2\3,b\n"), NULL},
    {BYTES("a,b\n\0\0\0\1"), NULL},
    {BYTES("{\"a\":\"\0\0\"}"), NULL},
    {BYTES(" [\0\0]"), NULL},
    {BYTES("{\"\\rtf\":1}"), NULL},
    {BYTES("\xEF\xBB\xBF"), NULL},
    {BYTES("\xFF\xFE"
	   "a\0,\0"),
	NULL},
};

START_TEST(recognises_files)
{
	bool wide = strncmp(heads[_i].bytes, "\xFF\xFE", 2) == 0;
	const char *found = foreign_find(
	    (const unsigned char *)heads[_i].bytes, heads[_i].length, wide);

	if (heads[_i].found == NULL)
		ck_assert_msg(found == NULL, "%d: %s", _i, found);
	else
		ck_assert_msg(
		    found != NULL && strncmp(found, heads[_i].found, strlen(heads[_i].found)) == 0,
		    "%d: %s, expected %s", _i, found, heads[_i].found);
}
END_TEST

/* In memory of exactly that size, so that the sanitizers notice a read past the end. */
START_TEST(reads_no_byte_after_the_end)
{
	for (size_t length = 0; length <= heads[_i].length; length++) {
		unsigned char *copy = malloc(length + (length == 0));

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, heads[_i].bytes, length);
		(void)foreign_find(copy, length, false);
		free(copy);
	}
}
END_TEST

START_TEST(recognises_archives_by_later_bytes)
{
	unsigned char head[FOREIGN_HEAD] = {0};

	memcpy(head, "m.csv", 5);
	memcpy(head + 257, "ustar", 5);
	ck_assert_str_eq(
	    foreign_find(head, sizeof(head), false), "a tar archive" EXPECTED "; unpack it first");
	memset(head, 'x', sizeof(head));
	ck_assert_ptr_null(foreign_find(head, sizeof(head), false));
	memcpy(head, "<x>", 3);
	memcpy(head + FOREIGN_HEAD - 5, "<html", 5);
	ck_assert_int_eq(strncmp(foreign_find(head, sizeof(head), false), "an HTML", 7), 0);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("foreign");
	TCase *tests = tcase_create("foreign");
	int count = (int)(sizeof(heads) / sizeof(heads[0]));

	tcase_add_loop_test(tests, recognises_files, 0, count);
	tcase_add_loop_test(tests, reads_no_byte_after_the_end, 0, count);
	tcase_add_test(tests, recognises_archives_by_later_bytes);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
