#include "crypto/passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int
passphrase_refused(struct error *err, const char *name, const char *text)
{
	return error_set(err, ERROR_INPUT, name, "%s", text);
}

/* The first line of the bytes. */
static int
passphrase_cut(struct passphrase *passphrase, const char *name, size_t length, struct error *err)
{
	const char *end = memchr(passphrase->text, '\n', length);

	if (end != NULL)
		length = (size_t)(end - passphrase->text);
	if (length > 0 && passphrase->text[length - 1] == '\r')
		length--;
	if (length > PASSPHRASE_MOST)
		return passphrase_refused(
		    err, name, "the passphrase is too long: expected 1024 bytes at the most");
	if (memchr(passphrase->text, '\0', length) != NULL)
		return passphrase_refused(
		    err, name, "the passphrase has a NUL: expected a line of text");
	explicit_bzero(passphrase->text + length, PASSPHRASE_MOST + 3 - length);
	passphrase->length = length;
	return 0;
}

static int
passphrase_take(struct passphrase *passphrase, int fd, const char *name, struct error *err)
{
	size_t length = 0, most = PASSPHRASE_MOST + 2; /* with the end of its line */
	ssize_t count = 1;

	passphrase->text = calloc(1, most + 1);
	if (passphrase->text == NULL)
		return error_memory(err);
	while (count > 0 && length < most && memchr(passphrase->text, '\n', length) == NULL) {
		count = read(fd, passphrase->text + length, most - length);
		if (count == -1 && errno == EINTR)
			count = 1;
		else if (count > 0)
			length += (size_t)count;
	}
	if (count == -1)
		return error_set(
		    err, ERROR_INPUT, name, "the passphrase cannot be read: %s", strerror(errno));
	return passphrase_cut(passphrase, name, length, err);
}

int
passphrase_read_fd(struct passphrase *passphrase, int fd, struct error *err)
{
	char name[64];

	*passphrase = (struct passphrase){0};
	snprintf(name, sizeof(name), "descriptor %d", fd);
	if (passphrase_take(passphrase, fd, name, err) == 0)
		return 0;
	passphrase_release(passphrase);
	return -1;
}

int
passphrase_read_file(struct passphrase *passphrase, const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat status;
	int rc = -1;

	*passphrase = (struct passphrase){0};
	if (fd == -1 || fstat(fd, &status) == -1)
		error_set(
		    err, ERROR_INPUT, path, "the passphrase cannot be read: %s", strerror(errno));
	else if (S_ISREG(status.st_mode) && (status.st_mode & 077) != 0)
		passphrase_refused(err, path,
		    "the passphrase can be read by others: expected a file of mode 0600");
	else
		rc = passphrase_take(passphrase, fd, path, err);
	if (fd != -1)
		close(fd);
	if (rc == -1)
		passphrase_release(passphrase);
	return rc;
}

void
passphrase_release(struct passphrase *passphrase)
{
	if (passphrase->text != NULL)
		explicit_bzero(passphrase->text, PASSPHRASE_MOST + 3);
	free(passphrase->text);
	*passphrase = (struct passphrase){0};
}
