#include "import/certificate_file.h"

#include "certificates/file.h"
#include "certificates/pem.h"
#include "certificates/pkcs12.h"
#include "import/import_private.h"
#include "stop.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_SIZE 65536 /* in which the first block of a PEM file begins */
#define DEPTH_MOST 64   /* folders in folders */

/* ---- which files they are ---------------------------------------------------------------- */

static const char *const form_words[] = {
    [FORM_PEM] = "pem", [FORM_DER] = "der", [FORM_PKCS12] = "pkcs12"};

enum import_form
import_form_parse(const char *word)
{
	for (size_t i = FORM_PEM; i < sizeof(form_words) / sizeof(form_words[0]); i++)
		if (strcmp(word, form_words[i]) == 0)
			return (enum import_form)i;
	return FORM_RECORDS;
}

/* A line that begins a PEM block, with any text above it that is no JSON. */
static bool
form_is_pem(const unsigned char *head, size_t length)
{
	static const char begin[] = "-----BEGIN ";
	const unsigned char *found;
	size_t first = 0;

	if (length >= 3 && memcmp(head, "\xef\xbb\xbf", 3) == 0) {
		head += 3;
		length -= 3;
	}
	while (first < length && strchr(" \t\r\n", head[first]) != NULL && head[first] != '\0')
		first++;
	if (first < length && (head[first] == '{' || head[first] == '['))
		return false;
	for (const unsigned char *at = head; at < head + length; at = found + 1) {
		found = memmem(at, length - (size_t)(at - head), begin, sizeof(begin) - 1);
		if (found == NULL)
			return false;
		if (found == head || found[-1] == '\n' || found[-1] == '\r')
			return true;
	}
	return false;
}

/* A long SEQUENCE, as a certificate is: no text begins with such bytes. */
static bool
form_is_der(const unsigned char *head, size_t length)
{
	return length >= 4 && head[0] == 0x30 && head[1] >= 0x81 && head[1] <= 0x84;
}

/* Whether the name says that there are records in it; a .txt may be anything. */
static bool
form_is_named_records(const char *name)
{
	size_t length = strlen(name);

	return format_of_name(name) != FORMAT_AUTO &&
	       (length < 4 || strcasecmp(name + length - 4, ".txt") != 0);
}

static int
form_unread(const struct source *source, struct error *err)
{
	return error_set(err, ERROR_INPUT, source->name, "cannot be read: %s", strerror(errno));
}

/* By the name of the file, else by its first bytes. */
static int
form_of(const struct source *source, enum import_form *form, struct error *err)
{
	unsigned char head[HEAD_SIZE];
	ssize_t length;

	*form = FORM_RECORDS;
	if (form_is_named_records(source->name))
		return 0;
	do
		length = pread(source->fd, head, sizeof(head), 0);
	while (length == -1 && errno == EINTR);
	if (length == -1)
		return form_unread(source, err);
	if (pkcs12_is(head, (size_t)length))
		*form = FORM_PKCS12;
	else if (form_is_der(head, (size_t)length))
		*form = FORM_DER;
	else if (form_is_pem(head, (size_t)length))
		*form = FORM_PEM;
	explicit_bzero(head, (size_t)length);
	return 0;
}

int
import_form_of(const struct import *import, const struct source *source, enum import_form *form,
    struct error *err)
{
	const struct import_options *options = import->options;

	*form = options->form;
	if (options->kind->is_inventory || options->kind->load != LOAD_CERTIFICATES ||
	    options->format != FORMAT_AUTO)
		*form = FORM_RECORDS;
	else if (options->form == FORM_RECORDS)
		return form_of(source, form, err);
	return 0;
}

/* ---- a file ------------------------------------------------------------------------------ */

static int
form_read_bytes(const struct source *source, struct file_bytes *file, struct error *err)
{
	ssize_t count;

	if ((uint64_t)source->identity.st_size > FILE_SIZE_MOST)
		return error_set(err, ERROR_INPUT, source->name,
		    "larger than 16 MiB: expected a certificate file");
	file->bytes = malloc((size_t)source->identity.st_size + 1);
	if (file->bytes == NULL)
		return error_memory(err);
	while (file->length < (size_t)source->identity.st_size) {
		count = pread(source->fd, file->bytes + file->length,
		    (size_t)source->identity.st_size - file->length, (off_t)file->length);
		if (count == -1 && errno == EINTR)
			continue;
		if (count == -1)
			return form_unread(source, err);
		if (count == 0)
			break;
		file->length += (size_t)count;
	}
	return 0;
}

static int
form_read(struct import *import, enum import_form form, struct entries_source *source)
{
	const struct pem_options pem = {.trust_store = false};
	const struct pkcs12_options pkcs12 = {.open_keys = true};

	if (form == FORM_PEM)
		return pem_read(source, &pem);
	if (form == FORM_DER)
		return der_read(source);
	if (!import->providers && pkcs12_begin(&source->err) == -1)
		return -1;
	import->providers = true;
	return pkcs12_read(source, &pkcs12);
}

/* The fault of a file that cannot be read. -1 and err where it is none of the file. */
static int
form_refuse(struct import *import, const struct entries_source *source, struct error *err)
{
	const struct unreadable_reason *reason = &source->reason;

	switch (reason->why) {
	case READABLE:
		*err = source->err;
		return -1;
	case UNREADABLE_WRONG_PASSWORD:
		import_fault(import, NULL,
		    source->password != NULL
			? "wrong passphrase: expected that of the file"
			: "it has a passphrase: expected --passphrase-file or --passphrase-fd");
		return 0;
	case UNREADABLE_DAMAGED:
		import_say(import, IMPORT_FAULT, import_place(import, NULL),
		    "damaged, or cut off: %s: expected a whole certificate file", reason->text);
		return 0;
	case UNREADABLE_UNSUPPORTED_ALGORITHM:
		import_say(import, IMPORT_FAULT, import_place(import, NULL),
		    "unsupported algorithm: %s: expected one that this OpenSSL has", reason->text);
		return 0;
	default:
		import_say(import, IMPORT_FAULT, import_place(import, NULL), "%s: %s",
		    unreadable_word(reason->why), reason->text);
		return 0;
	}
}

/* Takes the certificates over. A key that does not match its certificate is a fault. */
static int
form_take(struct import *import, struct entries *entries, struct error *err)
{
	for (size_t i = 0; i < entries->count; i++) {
		struct entry *entry = &entries->items[i];

		if (entry->key_mismatch)
			import_say(import, IMPORT_FAULT, import_place(import, NULL),
			    "the private key does not match the certificate %s: expected its own",
			    entry->chain[0].sha1);
		for (size_t j = 0; j < entry->count; j++) {
			struct found found = {.certificate = entry->chain[j],
			    .has_key = j == 0 && entry->has_key,
			    .is_leaf = j == 0};

			entry->chain[j] = (struct certificate){0};
			if (import_found_add(import, &found, err) == -1)
				return -1;
		}
	}
	return 0;
}

int
import_certificate_file(struct import *import, const struct source *source, enum import_form form,
    bool *empty, struct error *err)
{
	const struct passphrase *passphrase = import->options->passphrase;
	struct entries_source entries = {0};
	struct file_bytes file = {0};
	int rc = form_read_bytes(source, &file, err);

	if (rc == -1)
		goto out;
	if (import->options->locations) {
		import_fault(import, NULL, "a certificate file has no Locations: expected JSON");
		goto out;
	}
	entries.bytes = file.bytes;
	entries.length = file.length;
	entries.password = passphrase == NULL ? NULL : passphrase->text;
	entries.password_length = entries.password == NULL ? 0 : passphrase->length;
	if (form_read(import, form, &entries) == -1)
		rc = form_refuse(import, &entries, err);
	else if (entries.entries.certificates == 0 && empty != NULL)
		*empty = true;
	else if (entries.entries.certificates == 0)
		import_fault(import, NULL, "no certificate: expected one in the file");
	else
		rc = form_take(import, &entries.entries, err);
out:
	entries_release(&entries.entries);
	file_release(&file);
	return rc;
}

/* ---- a folder ---------------------------------------------------------------------------- */

/* What a folder has counted. */
struct form_folder {
	struct import *import;
	size_t files; /* of certificates */
	unsigned depth;
};

static int form_take_folder(struct form_folder *, const char *path, struct error *);

/* A file in a folder: what is no certificate file, as that of a key alone, is passed over. */
static int
form_take_file(struct form_folder *folder, const char *path, struct error *err)
{
	struct import *import = folder->import;
	struct source source;
	enum import_form form;
	bool empty = false;
	int rc;

	if (source_open(&source, path, import->context->stop, err) == -1)
		return -1;
	rc = form_of(&source, &form, err);
	if (rc == 0 && (form == FORM_RECORDS || (import->options->form != FORM_RECORDS &&
						    import->options->form != form)))
		empty = true;
	else if (rc == 0) {
		rc = import_certificate_file(import, &source, form, &empty, err);
		folder->files += !empty;
		if (rc == 0)
			rc = source_changed(&source, err);
	}
	if (rc == 0 && empty)
		import_say(import, IMPORT_WARNING, import_place(import, NULL),
		    "passed over: no certificate file");
	source_close(&source);
	return rc;
}

/* A file or a folder; links to files are followed, links to folders and all else are not. */
static int
form_take_path(struct form_folder *folder, const char *path, struct error *err)
{
	struct import *import = folder->import;
	struct stat status, link;
	const char *before = import->path;
	int rc = 0;

	import->path = path;
	if (stop_asked(import->context->stop, err, NULL, "interrupted: nothing was loaded") == -1)
		rc = -1;
	else if (lstat(path, &link) == -1 || stat(path, &status) == -1)
		import_say(import, IMPORT_WARNING, import_place(import, NULL), "passed over: %s",
		    strerror(errno));
	else if (S_ISREG(status.st_mode))
		rc = form_take_file(folder, path, err);
	else if (S_ISDIR(link.st_mode))
		rc = form_take_folder(folder, path, err);
	if (rc == -1 && err->code == ERROR_INPUT) {
		import_fault(import, NULL, err->text);
		rc = 0;
	}
	import->path = before;
	return rc;
}

static int
form_sort(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
form_no_dots(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int
form_take_folder(struct form_folder *folder, const char *path, struct error *err)
{
	struct dirent **names = NULL;
	int count, rc = 0;

	if (folder->depth == DEPTH_MOST)
		return error_set(
		    err, ERROR_INPUT, path, "folders in folders, more than %d deep", DEPTH_MOST);
	count = scandir(path, &names, form_no_dots, form_sort);
	if (count == -1)
		return errno == ENOMEM ? error_memory(err)
				       : error_set(err, ERROR_INPUT, path, "cannot be read: %s",
					     strerror(errno));
	folder->depth++;
	for (int i = 0; i < count; i++) {
		char *inner = NULL;

		if (rc == 0 &&
		    asprintf(&inner, "%s%s%s", path, path[strlen(path) - 1] == '/' ? "" : "/",
			names[i]->d_name) == -1)
			rc = error_memory(err);
		else if (rc == 0)
			rc = form_take_path(folder, inner, err);
		free(inner);
		free(names[i]);
	}
	folder->depth--;
	free(names);
	return rc;
}

bool
import_is_folder(const struct import *import, const char *path)
{
	const struct import_options *options = import->options;
	struct stat status;

	return !options->kind->is_inventory && options->kind->load == LOAD_CERTIFICATES &&
	       options->format == FORMAT_AUTO && strcmp(path, "-") != 0 &&
	       stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

int
import_folder(struct import *import, const char *path, struct error *err)
{
	struct form_folder folder = {.import = import};

	if (form_take_folder(&folder, path, err) == -1)
		return -1;
	if (folder.files == 0)
		import_fault(import, NULL, "no certificate file in the folder: expected one");
	return 0;
}
