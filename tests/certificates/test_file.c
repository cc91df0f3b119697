#include "certificates/store_file.h"

#include "certificates/made_pkcs12.h"

#include "certificates/java_key_stores.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/un.h>

/* Files of stores: what can be read and what cannot. Linked with --wrap=read. */

static char folder[64];
static struct file_root root;
static struct buffer bytes;

/* What another program does to the file before our first read. */
static struct {
	const char *append;
	long truncate; /* to so many bytes; -1: not */
} meanwhile = {.truncate = -1};

ssize_t __real_read(int, void *, size_t);
ssize_t __wrap_read(int, void *, size_t);

ssize_t
__wrap_read(int fd, void *block, size_t size)
{
	if (meanwhile.append != NULL || meanwhile.truncate != -1) {
		int other = open("store", O_WRONLY | O_APPEND | O_CLOEXEC);

		if (other == -1 ||
		    (meanwhile.append != NULL && write(other, meanwhile.append, 1) != 1) ||
		    (meanwhile.truncate != -1 && ftruncate(other, meanwhile.truncate) == -1))
			abort();
		close(other);
		meanwhile.append = NULL;
		meanwhile.truncate = -1;
	}
	return __real_read(fd, block, size);
}

static void
enter(void)
{
	ck_assert_int_eq(crypto_begin(NULL), 0);
	scratch_enter(folder);
	root = FILE_ROOT_NONE;
}

static void
leave(void)
{
	scratch_leave(folder);
	file_root_close(&root);
	buffer_release(&bytes);
	made_release();
}

static const char *
read_as_store(enum store_format format, const char *path, const char *key_path)
{
	const struct store_file store = {
	    .format = format, .path = path, .key_path = key_path, .root = &root};
	struct entries_source source = {0};

	return read_as(&source, store_file_read(&store, &source));
}

static const char *
read_store(const char *path)
{
	return read_as_store(STORE_FORMAT_PEM, path, NULL);
}

static void
write_bytes(const char *path, const struct buffer *what)
{
	FILE *stream = fopen(path, "w");

	ck_assert_ptr_nonnull(stream);
	ck_assert_uint_eq(fwrite(what->bytes, 1, what->length, stream), what->length);
	ck_assert_int_eq(fclose(stream), 0);
}

/* A store with the certificate www. */
static void
write_store(const char *path)
{
	buffer_clear(&bytes);
	add_pem(&bytes, made_leaf("www", NULL));
	write_bytes(path, &bytes);
}

/* ---- formats ----------------------------------------------------------------------------- */

static const struct {
	const char *name;
	enum store_format format;
} types[] = {
    {"PEM", STORE_FORMAT_PEM},
    {"rfpem", STORE_FORMAT_PEM},
    {"DER", STORE_FORMAT_DER},
    {"RFDER", STORE_FORMAT_DER},
    {"PKCS12", STORE_FORMAT_PKCS12},
    {"pfx", STORE_FORMAT_PKCS12},
    {"RFPkcs12", STORE_FORMAT_PKCS12},
    {"JKS", STORE_FORMAT_JKS},
    {"RFJKS", STORE_FORMAT_JKS},
    {"JCEKS", STORE_FORMAT_JKS},
    {"IIS", STORE_FORMAT_NONE},
    {"PEM ", STORE_FORMAT_NONE},
    {"", STORE_FORMAT_NONE},
    {NULL, STORE_FORMAT_NONE},
};

START_TEST(knows_formats)
{
	ck_assert_int_eq(store_format_of(types[_i].name), types[_i].format);
}
END_TEST

START_TEST(reads_each_format)
{
	write_store("store");
	ck_assert_str_eq(read_as_store(STORE_FORMAT_PEM, "store", NULL), "CN=www");
	ck_assert_str_eq(read_as_store(STORE_FORMAT_NONE, "store", NULL),
	    "not-a-file: its type has no file format");
	buffer_clear(&bytes);
	add_der(&bytes, &made.items[0]);
	write_bytes("store", &bytes);
	ck_assert_str_eq(read_as_store(STORE_FORMAT_DER, "store", NULL), "CN=www");
	made_export(&bytes, NULL, &made.items[0], NULL);
	write_bytes("store", &bytes);
	ck_assert_str_eq(read_as_store(STORE_FORMAT_PKCS12, "store", NULL), "'www' CN=www +key");
	ck_assert_str_eq(read_as_store(STORE_FORMAT_JKS, "store", NULL), "'www' CN=www +key");
	buffer_clear(&bytes);
	add_hex(&bytes, JAVA_EMPTY);
	write_bytes("store", &bytes);
	ck_assert_str_eq(read_as_store(STORE_FORMAT_JKS, "store", NULL), " (not verified)");
}
END_TEST

START_TEST(knows_other_formats)
{
	made_export(&bytes, NULL, made_leaf("www", NULL), NULL);
	write_bytes("store", &bytes);
	ck_assert_str_eq(read_store("store"), "damaged: it is no PEM file");
	buffer_clear(&bytes);
	add_hex(&bytes, JAVA_EMPTY);
	write_bytes("store", &bytes);
	ck_assert_str_eq(read_store("store"), "damaged: it is no PEM file");
	ck_assert_str_eq(read_as_store(STORE_FORMAT_PKCS12, "store", NULL),
	    "damaged: it is no PKCS#12 file, or was cut off");
	write_store("store");
	ck_assert_str_eq(read_as_store(STORE_FORMAT_JKS, "store", NULL),
	    "damaged: it is no Java key store, or was cut off");
}
END_TEST

START_TEST(reads_empty_files)
{
	scratch_write("store", "");
	for (int format = STORE_FORMAT_PEM; format <= STORE_FORMAT_JKS; format++)
		ck_assert_str_eq(read_as_store((enum store_format)format, "store", NULL), "");
	scratch_write("store", "# nothing yet: B\xc3\xbc"
			       "cher\n");
	ck_assert_str_eq(read_store("store"), "");
	scratch_write("store", "B\xfc"
			       "cher\n");
	ck_assert_str_eq(read_store("store"), "damaged: it is no PEM file");
	ck_assert_int_eq(truncate("store", 0), 0);
	ck_assert_int_eq(truncate("store", 100), 0);
	ck_assert_str_eq(read_store("store"), "damaged: it is no PEM file");
}
END_TEST

START_TEST(reads_a_key_file)
{
	struct buffer key = {0};

	write_store("store");
	add_pem_key(&key, &made.items[0], NULL, false);
	write_bytes("key", &key);
	ck_assert_str_eq(read_as_store(STORE_FORMAT_PEM, "store", "key"), "CN=www +key");
	ck_assert_str_eq(read_as_store(STORE_FORMAT_PEM, "store", "none"),
	    "absent: its file with the private key: there is no such file");
	ck_assert_int_eq(mkdir("inside", 0700), 0);
	write_store("inside/store");
	ck_assert_int_eq(file_root_open(&root, "inside", NULL), 0);
	ck_assert_str_eq(read_as_store(STORE_FORMAT_PEM, "inside/store", "key"),
	    "outside-root: its file with the private key: it lies, or a link leads, outside of "
	    "--root");
	buffer_release(&key);
}
END_TEST

/* ---- what is no file --------------------------------------------------------------------- */

static const char not_a_file[] =
    "not-a-file: it is a folder, a device or another thing that is no file";

START_TEST(reads_files_alone)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_str_eq(read_store("none"), "absent: there is no such file");
	ck_assert_str_eq(read_store("none/store"), "absent: there is no such file");
	ck_assert_str_eq(read_store(""), "absent: there is no such file");
	scratch_write("file", "");
	ck_assert_str_eq(read_store("file/store"), "absent: there is no such file");
	ck_assert_str_eq(read_store("."), not_a_file);
	ck_assert_str_eq(read_store("/dev/null"), not_a_file);
	ck_assert_str_eq(read_store("/dev/zero"), not_a_file);
	ck_assert_int_eq(mkfifo("fifo", 0600), 0);
	ck_assert_str_eq(read_store("fifo"), not_a_file); /* and nobody waits for a writer */
	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_str_eq(read_store("socket"), not_a_file);
	close(fd);
	ck_assert_int_eq(symlink("loop", "loop"), 0);
	ck_assert_str_eq(read_store("loop"), "read-failed: Too many levels of symbolic links");
}
END_TEST

START_TEST(needs_permission)
{
	write_store("store");
	ck_assert_int_eq(chmod("store", 0), 0);
	ck_assert_int_eq(chmod(".", 0755), 0);
	be_nobody();
	ck_assert_str_eq(read_store("store"), "no-permission: the user may not read the file");
	be_oneself();
}
END_TEST

START_TEST(has_a_limit)
{
	static const char large[] = "too-large: it is larger than 16 MiB or has more than 10,000 "
				    "certificates";

	scratch_write("store", "");
	ck_assert_int_eq(truncate("store", ((off_t)1 << 24) + 1), 0);
	ck_assert_str_eq(read_store("store"), large);
	ck_assert_int_eq(truncate("store", (off_t)1 << 40), 0);
	ck_assert_str_eq(read_store("store"), large);
	ck_assert_int_eq(truncate("store", (off_t)1 << 24), 0);
	ck_assert_str_eq(read_store("store"), "damaged: it is no PEM file");
}
END_TEST

/* What is half written is not taken for the whole. */
START_TEST(sees_that_it_changes)
{
	static const char changed[] = "read-failed: it was changed while it was read";

	write_store("store");
	meanwhile.append = "x";
	ck_assert_str_eq(read_store("store"), changed);
	write_store("store");
	meanwhile.truncate = 100;
	ck_assert_str_eq(read_store("store"), changed);
	write_store("store");
	meanwhile.truncate = 0;
	ck_assert_str_eq(read_store("store"), changed);
	write_store("store");
	ck_assert_str_eq(read_store("store"), "CN=www");
}
END_TEST

/* ---- --root ------------------------------------------------------------------------------ */

START_TEST(stays_below_its_root)
{
	static const char outside[] = "outside-root: it lies, or a link leads, outside of --root";
	char path[128];

	ck_assert_int_eq(mkdir("root", 0700), 0);
	ck_assert_int_eq(mkdir("root/sub", 0700), 0);
	ck_assert_int_eq(mkdir("rootless", 0700), 0);
	write_store("root/sub/store");
	write_store("store");
	write_store("rootless/store");
	ck_assert_int_eq(file_root_open(&root, "root/../root", NULL), 0);
	ck_assert_str_eq(read_store("root/sub/store"), "CN=www");
	ck_assert_str_eq(read_store("root/sub/../sub/store"), "CN=www");
	snprintf(path, sizeof(path), "%s/root/sub/store", folder);
	ck_assert_str_eq(read_store(path), "CN=www");
	ck_assert_int_eq(symlink(path, "root/absolute"), 0);
	ck_assert_str_eq(read_store("root/absolute"), "CN=www");
	ck_assert_int_eq(symlink("sub/store", "root/relative"), 0);
	ck_assert_str_eq(read_store("root/relative"), "CN=www");
	ck_assert_int_eq(symlink("root/sub", "way"), 0);
	ck_assert_str_eq(read_store("way/store"), "CN=www"); /* it lies inside */
	ck_assert_str_eq(read_store("store"), outside);
	ck_assert_str_eq(read_store("rootless/store"), outside);
	ck_assert_str_eq(read_store("root/../store"), outside);
	ck_assert_int_eq(symlink("../store", "root/out"), 0);
	ck_assert_str_eq(read_store("root/out"), outside);
	ck_assert_int_eq(symlink("../rootless", "root/folder"), 0);
	ck_assert_str_eq(read_store("root/folder/store"), outside);
	ck_assert_str_eq(read_store("root/none"), "absent: there is no such file");
	ck_assert_str_eq(read_store("root"), outside); /* no file below itself */
	ck_assert_str_eq(read_store("root/sub"), not_a_file);
}
END_TEST

START_TEST(opens_a_root)
{
	struct error err = {0};

	scratch_write("file", "");
	ck_assert_int_eq(file_root_open(&root, "file", &err), -1);
	ck_assert_int_eq(err.code, ERROR_USAGE);
	ck_assert_str_eq(err.file, "file");
	ck_assert_str_eq(err.text, "the folder cannot be opened: Not a directory");
	ck_assert_int_eq(root.fd, -1);
	ck_assert_int_eq(file_root_open(&root, "none", &err), -1);
	ck_assert_str_eq(err.text, "the folder cannot be opened: No such file or directory");
	write_store("store");
	ck_assert_int_eq(file_root_open(&root, "/", &err), 0);
	ck_assert_str_eq(read_store("store"), "CN=www");
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("file");
	TCase *tests = tcase_create("file");

	tcase_add_checked_fixture(tests, enter, leave);
	tcase_add_loop_test(tests, knows_formats, 0, (int)(sizeof(types) / sizeof(types[0])));
	tcase_add_test(tests, reads_each_format);
	tcase_add_test(tests, knows_other_formats);
	tcase_add_test(tests, reads_empty_files);
	tcase_add_test(tests, reads_a_key_file);
	tcase_add_test(tests, reads_files_alone);
	tcase_add_test(tests, needs_permission);
	tcase_add_test(tests, has_a_limit);
	tcase_add_test(tests, sees_that_it_changes);
	tcase_add_test(tests, stays_below_its_root);
	tcase_add_test(tests, opens_a_root);
	suite_add_tcase(suite, tests);
	return scratch_run(suite);
}
