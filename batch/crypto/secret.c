#include "crypto/secret_private.h"

#include "crypto/start.h"
#include "leftover.h"
#include "write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#define FILE_PREFIX "pfxreplace-key-1 "
#define FILE_SIZE (sizeof(FILE_PREFIX) - 1 + 2u * KEY_SIZE + 1)

static void
key_to_hex(const unsigned char *bytes, size_t count, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 15];
	}
}

struct secret *
secret_new(void)
{
	struct secret *secret = mmap(
	    NULL, sizeof(*secret), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (secret == MAP_FAILED)
		return NULL;
	/* Where the limit on locked memory is too low, the key may be swapped; it is still wiped.
	 */
	(void)mlock(secret, sizeof(*secret));
	(void)madvise(secret, sizeof(*secret), MADV_DONTDUMP);
	return secret;
}

struct secret *
secret_make(const char *path, struct error *err)
{
	struct secret *secret;

	if (crypto_begin(err) == -1)
		return NULL;
	secret = secret_new();
	if (secret == NULL) {
		error_memory(err);
		return NULL;
	}
	if (RAND_priv_bytes(secret->key, KEY_SIZE) == 1)
		return secret;
	error_set(err, ERROR_STORAGE, path, "the system has no random bytes for a new key");
	secret_close(secret);
	return NULL;
}

static int
key_write(const struct secret *secret, int fd, const char *path, struct error *err)
{
	char line[FILE_SIZE];
	int rc;

	memcpy(line, FILE_PREFIX, sizeof(FILE_PREFIX) - 1);
	line[FILE_SIZE - 1] = '\n';
	key_to_hex(secret->key, KEY_SIZE, line + sizeof(FILE_PREFIX) - 1);
	rc = write_all(fd, line, sizeof(line)) == -1 || fsync(fd) == -1 ? -1 : 0;
	if (rc == -1)
		error_errno(err, path, "the key file cannot be written");
	OPENSSL_cleanse(line, sizeof(line));
	return rc;
}

/* Only its owner has a right to the file: the group matters as little as who may not change it. */
static int
key_own(int fd, const char *path, const struct secret_owner *owner, struct error *err)
{
	if (owner == NULL || fchown(fd, owner->user, owner->group) == 0 ||
	    (owner->user == geteuid() && errno == EPERM))
		return 0;
	return error_errno(
	    err, path, "the new key file cannot be given to the owner of the old one");
}

int
secret_write(const struct secret *secret, const char *path, const struct secret_owner *owner,
    struct error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int rc;

	if (fd == -1)
		return error_errno(err, path, "the key file cannot be made");
	rc = key_own(fd, path, owner, err);
	if (rc == 0)
		rc = key_write(secret, fd, path, err);
	if (close(fd) == -1 && rc == 0)
		rc = error_errno(err, path, "the key file cannot be written");
	if (rc == -1)
		unlink(path);
	return rc;
}

int
secret_create(const char *path, struct error *err)
{
	struct secret *secret = secret_make(path, err);
	int rc = secret == NULL ? -1 : secret_write(secret, path, NULL, err);

	secret_close(secret);
	return rc;
}

static int
key_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

static bool
key_parse(const char *line, size_t length, unsigned char *key)
{
	if (length != FILE_SIZE || memcmp(line, FILE_PREFIX, sizeof(FILE_PREFIX) - 1) != 0 ||
	    line[FILE_SIZE - 1] != '\n')
		return false;
	line += sizeof(FILE_PREFIX) - 1;
	for (size_t i = 0; i < KEY_SIZE; i++) {
		int high = key_digit(line[2 * i]), low = key_digit(line[2 * i + 1]);

		if (high == -1 || low == -1)
			return false;
		key[i] = (unsigned char)(high << 4 | low);
	}
	return true;
}

static enum secret_answer
secret_refused(struct error *err, const char *path, const char *text)
{
	error_set(err, ERROR_STORAGE, path, "%s", text);
	return SECRET_REFUSED;
}

/* Algorithms that are built into OpenSSL fail for one reason: there is no memory. */
enum secret_answer
secret_no_memory(struct error *err)
{
	error_memory(err);
	return SECRET_FAILED;
}

static enum secret_answer
key_read(int fd, const struct secret_file *file, struct secret *secret, struct error *err)
{
	const mode_t others = file->is_credential ? S_IRWXO : S_IRWXG | S_IRWXO;
	const char *path = file->path;
	enum secret_answer answer = SECRET_GOOD;
	char line[FILE_SIZE + 1];
	struct stat status;
	ssize_t length;

	if (fstat(fd, &status) == -1) {
		error_errno(err, path, "the key file cannot be read");
		return SECRET_FAILED;
	}
	if (!S_ISREG(status.st_mode))
		return secret_refused(err, path,
		    "not a regular file, as a pipe or a device: expected a file of mode 0600");
	if ((status.st_mode & others) != 0)
		return secret_refused(
		    err, path, "the key file can be read by others: expected a file of mode 0600");
	length = read(fd, line, sizeof(line));
	if (length == -1) {
		error_errno(err, path, "the key file cannot be read");
		answer = SECRET_FAILED;
	} else if (!key_parse(line, (size_t)length, secret->key)) {
		answer = secret_refused(
		    err, path, "not a key file: expected one made by `pfxreplace init`");
	}
	OPENSSL_cleanse(line, sizeof(line));
	return answer;
}

/* Whether open(2) failed because of what the path names, and not because the system lacks
 * something. */
static bool
secret_is_of_path(int number)
{
	static const int numbers[] = {
	    ENOENT, EACCES, EPERM, ENOTDIR, ELOOP, ENAMETOOLONG, ENXIO, ENODEV};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (numbers[i] == number)
			return true;
	return false;
}

bool
secret_begins(int fd)
{
	char line[FILE_SIZE + 1];
	ssize_t length = pread(fd, line, sizeof(line), 0);
	size_t most = sizeof(FILE_PREFIX) - 1;
	bool is = length >= 0 && (size_t)length <= FILE_SIZE &&
		  (memcmp(line, FILE_PREFIX, (size_t)length < most ? (size_t)length : most) == 0 ||
		      leftover_is_blank(line, (size_t)length));

	OPENSSL_cleanse(line, sizeof(line));
	return is;
}

enum secret_answer
secret_try(const struct secret_file *file, struct secret **opened, struct error *err)
{
	const char *path = file->path;
	enum secret_answer answer;
	struct secret *secret;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	*opened = NULL;
	if (fd == -1) {
		answer = secret_is_of_path(errno) ? SECRET_REFUSED : SECRET_FAILED;
		error_errno(err, path, "the key file cannot be opened");
		return answer;
	}
	secret = secret_new();
	if (secret == NULL) {
		close(fd);
		return secret_no_memory(err);
	}
	answer = key_read(fd, file, secret, err);
	close(fd);
	if (answer == SECRET_GOOD)
		*opened = secret;
	else
		secret_close(secret);
	return answer;
}

struct secret *
secret_open(const struct secret_file *file, struct error *err)
{
	struct secret *secret;

	(void)secret_try(file, &secret, err);
	return secret;
}

void
secret_close(struct secret *secret)
{
	if (secret == NULL)
		return;
	OPENSSL_cleanse(secret, sizeof(*secret));
	munmap(secret, sizeof(*secret));
}

int
secret_check(const struct secret *secret, unsigned char check[SECRET_CHECK_SIZE], struct error *err)
{
	static const unsigned char label[] = "pfxreplace key check";
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int length = 0;

	if (crypto_begin(err) == -1)
		return -1;
	if (HMAC(EVP_sha256(), secret->key, KEY_SIZE, label, sizeof(label) - 1, digest, &length) ==
	    NULL)
		return secret_no_memory(err);
	memcpy(check, digest, SECRET_CHECK_SIZE);
	return 0;
}

enum secret_answer
secret_compare(const struct secret *secret, const char *path, const unsigned char *check,
    size_t length, struct error *err)
{
	unsigned char ours[SECRET_CHECK_SIZE];

	if (secret_check(secret, ours, err) == -1)
		return SECRET_FAILED;
	if (length != sizeof(ours) || CRYPTO_memcmp(ours, check, sizeof(ours)) != 0)
		return secret_refused(err, path,
		    "not the key of this database: expected the file that was made with it");
	return SECRET_GOOD;
}

bool
secret_is_key(const char *path)
{
	char start[sizeof(FILE_PREFIX) - 1];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	bool is = fd != -1 && read(fd, start, sizeof(start)) == (ssize_t)sizeof(start) &&
		  memcmp(start, FILE_PREFIX, sizeof(start)) == 0;

	if (fd != -1)
		close(fd);
	return is;
}
